-- Empirical mode decomposition: emd, emd_lowpass, eemd, ceemdan.

CREATE FUNCTION emd(
	x double precision,
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd(double precision, text, text, integer, double precision, integer, integer, integer, text) IS
	'empirical mode decomposition of the rows of the partition in their order, in the unit of x: one element for each IMF, the fastest first, and last the residue; they add up to x; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION emd(
	x double precision[],
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd(double precision[], text, text, integer, double precision, integer, integer, integer, text) IS
	'empirical mode decomposition of a series, in the unit of x; NULL gives NULL, an empty array an empty array: a row for each IMF, the fastest first, and last the residue; the rows add up to x; with trailing_rows, NULL where a row has fewer IMFs than others; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION emd_lowpass(
	x double precision,
	from_imf integer,
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_emd_lowpass_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_lowpass(double precision, integer, text, text, integer, double precision, integer, integer, integer, text) IS
	'the slow part of the empirical mode decomposition of the rows of the partition in their order, in the unit of x: the IMFs from from_imf (1 = the fastest) on and the residue, added up: the residue if there are fewer IMFs, x if from_imf is 1; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, from_imf NULL or below 1, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION emd_lowpass(
	x double precision[],
	from_imf integer,
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_lowpass_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_lowpass(double precision[], integer, text, text, integer, double precision, integer, integer, integer, text) IS
	'the slow part of the empirical mode decomposition of a series, in the unit of x; NULL gives NULL, an empty array an empty array: the IMFs from from_imf (1 = the fastest) on and the residue, added up: the residue if there are fewer IMFs, x if from_imf is 1; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, from_imf NULL or below 1, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION eemd(
	x double precision,
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_eemd_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION eemd(double precision, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'ensemble empirical mode decomposition of the rows of the partition in their order, in the unit of x, IMFs averaged over trials with white noise added and, in the next trial, subtracted: one element for each IMF, the fastest first, and last the residue; they add up to x; trials, the number of series with noise; noise, its standard deviation in those of the series; seed, the same gives the same result; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Wu and Huang 2009; Yeh, Shieh and Huang 2010 (pairs)';

CREATE FUNCTION eemd(
	x double precision[],
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_eemd_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION eemd(double precision[], integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'ensemble empirical mode decomposition of a series, in the unit of x; NULL gives NULL, an empty array an empty array, IMFs averaged over trials with white noise added and, in the next trial, subtracted: a row for each IMF, the fastest first, and last the residue; the rows add up to x; with trailing_rows, NULL where a row has fewer IMFs than others; trials, the number of series with noise; noise, its standard deviation in those of the series; seed, the same gives the same result; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Wu and Huang 2009; Yeh, Shieh and Huang 2010 (pairs)';

CREATE FUNCTION ceemdan(
	x double precision,
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_ceemdan_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ceemdan(double precision, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'complete ensemble empirical mode decomposition with adaptive noise of the rows of the partition in their order, in the unit of x, each IMF averaged over trials before the next, with IMFs of white noise added: one element for each IMF, the fastest first, and last the residue; they add up to x; trials, the number of series with noise; noise, its standard deviation in those of what is left of the series; seed, the same gives the same result; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Torres, Colominas, Schlotthauer and Flandrin 2011';

CREATE FUNCTION ceemdan(
	x double precision[],
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL,
	extrema text DEFAULT 'sample'
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_ceemdan_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ceemdan(double precision[], integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'complete ensemble empirical mode decomposition with adaptive noise of a series, in the unit of x; NULL gives NULL, an empty array an empty array, each IMF averaged over trials before the next, with IMFs of white noise added: a row for each IMF, the fastest first, and last the residue; the rows add up to x; with trailing_rows, NULL where a row has fewer IMFs than others; trials, the number of series with noise; noise, its standard deviation in those of what is left of the series; seed, the same gives the same result; boundary symmetric (extrema reflected at the end samples), mirror (at the outermost extrema) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); extrema, where the knots of the envelopes are, sample or parabola (the vertex of the parabola through an extremum and its neighbours); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Torres, Colominas, Schlotthauer and Flandrin 2011';
