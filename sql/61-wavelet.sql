-- Wavelets: wavelet_smooth, wavelet_decompose, wavelet_reconstruct and the coefficients of a level.

CREATE FUNCTION wavelet_smooth(
	x double precision,
	wavelet text DEFAULT 'db4',
	level integer DEFAULT 6,
	mode text DEFAULT 'approximation',
	extension text DEFAULT 'symmetric',
	trailing_rows integer DEFAULT NULL
) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_wavelet_smooth_rows' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_smooth(double precision, text, integer, text, text, integer) IS
	'window function: x smoothed by wavelets, in units of x, needs OVER (... ORDER BY time); wavelet db1 to db10, sym4 to sym8, coif1 to coif3; level 1 to 30, about 2^level rows; mode approximation (no details), soft or hard (details shrunk or cut by the universal threshold); extension symmetric or periodization; trailing_rows = rows up to the current one that a result sees, NULL = the whole partition, which uses later rows too; errors: NULL, NaN or infinity in x, unknown names, arguments that vary within the partition; Mallat 1989, Donoho and Johnstone 1994';

CREATE FUNCTION wavelet_smooth(
	x double precision[],
	wavelet text DEFAULT 'db4',
	level integer DEFAULT 6,
	mode text DEFAULT 'approximation',
	extension text DEFAULT 'symmetric',
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_wavelet_smooth_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_smooth(double precision[], text, integer, text, text, integer) IS
	'the series x in order of time, smoothed by wavelets, in units of x; NULL gives NULL, an empty array an empty one; wavelet db1 to db10, sym4 to sym8, coif1 to coif3; level 1 to 30, about 2^level elements; mode approximation (no details), soft or hard (details shrunk or cut by the universal threshold); extension symmetric or periodization; trailing_rows = elements up to the current one that a result sees, NULL = the whole array, which uses later elements too; errors: NULL, NaN or infinity in x, more than one dimension, unknown names; Mallat 1989, Donoho and Johnstone 1994';

CREATE TYPE wavelet_decomposition AS (
	wavelet text,
	extension text,
	observations integer,
	lengths integer[],
	coefficients double precision[]
);
COMMENT ON TYPE wavelet_decomposition IS
	'wavelet transform of a series; made by wavelet_decompose, used by wavelet_reconstruct, wavelet_approximation and wavelet_detail';
COMMENT ON COLUMN wavelet_decomposition.wavelet IS 'name of the wavelet, as db4';
COMMENT ON COLUMN wavelet_decomposition.extension IS 'how the series is continued past its ends: symmetric or periodization';
COMMENT ON COLUMN wavelet_decomposition.observations IS 'length of the series';
COMMENT ON COLUMN wavelet_decomposition.lengths IS 'numbers of coefficients: approximation of the last level, details of the last level, ..., details of level 1';
COMMENT ON COLUMN wavelet_decomposition.coefficients IS 'all coefficients in that order, in units of the series';

CREATE FUNCTION wavelet_decompose(
	x double precision[],
	wavelet text DEFAULT 'db4',
	level integer DEFAULT 6,
	extension text DEFAULT 'symmetric'
) RETURNS wavelet_decomposition
AS 'MODULE_PATHNAME', 'creditspread_wavelet_decompose' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_decompose(double precision[], text, integer, text) IS
	'the wavelet transform of the series x in order of time, down to a level from 1 to 30; NULL and an empty array give NULL; arguments as of wavelet_smooth; errors: NULL, NaN or infinity in x, more than one dimension, unknown names; Mallat 1989';

CREATE FUNCTION wavelet_reconstruct(decomposition wavelet_decomposition) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_wavelet_reconstruct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_reconstruct(wavelet_decomposition) IS
	'the series of a decomposition, whose coefficients may have been changed; errors: unknown names, lengths that are not those of the observations, NULL, NaN or infinity in the coefficients';

CREATE FUNCTION wavelet_approximation(decomposition wavelet_decomposition) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_wavelet_approximation' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_approximation(wavelet_decomposition) IS
	'the approximation coefficients of the last level; errors as of wavelet_reconstruct';

CREATE FUNCTION wavelet_detail(decomposition wavelet_decomposition, level integer) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_wavelet_detail' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_detail(wavelet_decomposition, integer) IS
	'the detail coefficients of a level, 1 the finest; errors: a level that the decomposition does not have, others as of wavelet_reconstruct';
