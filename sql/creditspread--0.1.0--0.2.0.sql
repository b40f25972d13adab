\echo Use "ALTER EXTENSION creditspread UPDATE TO '0.2.0'" to load this file. \quit

-- From 0.1.0 to 0.2.0: what the parts of the script changed, in their order.

-- 20-nelson_siegel, 21-svensson: curves say how well they are determined, and how far they reach

ALTER TYPE nelson_siegel_curve
	ADD ATTRIBUTE level_error double precision,
	ADD ATTRIBUTE slope_error double precision,
	ADD ATTRIBUTE curvature_error double precision,
	ADD ATTRIBUTE condition double precision,
	ADD ATTRIBUTE determined boolean,
	ADD ATTRIBUTE shortest_maturity double precision,
	ADD ATTRIBUTE longest_maturity double precision;
COMMENT ON COLUMN nelson_siegel_curve.decay_at_bound IS 'whether an estimated decay lies on a bound of its search, beyond which the fit would be closer; false for a given decay';
COMMENT ON COLUMN nelson_siegel_curve.level_error IS 'standard error of the level at the decay of the curve, percent; NULL where the fit leaves no residual freedom';
COMMENT ON COLUMN nelson_siegel_curve.slope_error IS 'standard error of the slope at the decay of the curve, percent; NULL where the fit leaves no residual freedom';
COMMENT ON COLUMN nelson_siegel_curve.curvature_error IS 'standard error of the curvature at the decay of the curve, percent; NULL where the fit leaves no residual freedom';
COMMENT ON COLUMN nelson_siegel_curve.condition IS 'condition number of the loadings over the maturities of the fit, weighted, each at length 1: about how much an error of the yields grows in the factors';
COMMENT ON COLUMN nelson_siegel_curve.determined IS 'whether the condition is at most 100; a curve that is not determined is refused outside of its maturities; NULL counts as true';
COMMENT ON COLUMN nelson_siegel_curve.shortest_maturity IS 'the shortest maturity of the yields, or the first cash flow of the bonds, in years';
COMMENT ON COLUMN nelson_siegel_curve.longest_maturity IS 'the longest maturity of the yields or bonds, in years';

CREATE FUNCTION nelson_siegel_curve(level double precision, slope double precision, curvature double precision, decay double precision) RETURNS nelson_siegel_curve LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ROW(level, slope, curvature, decay, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::nelson_siegel_curve;
END;
COMMENT ON FUNCTION nelson_siegel_curve(double precision, double precision, double precision, double precision) IS
	'a curve from its factors, level, slope and curvature in percent and decay per year, without a fit';

CREATE TYPE nelson_siegel_state;

CREATE FUNCTION nelson_siegel_state_in(cstring) RETURNS nelson_siegel_state
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_state_in(cstring) IS 'input function of type nelson_siegel_state';

CREATE FUNCTION nelson_siegel_state_out(nelson_siegel_state) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_state_out(nelson_siegel_state) IS 'output function of type nelson_siegel_state';

CREATE FUNCTION nelson_siegel_state_recv(internal) RETURNS nelson_siegel_state
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_state_recv(internal) IS 'binary input function of type nelson_siegel_state';

CREATE FUNCTION nelson_siegel_state_send(nelson_siegel_state) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_state_send(nelson_siegel_state) IS 'binary output function of type nelson_siegel_state';

CREATE TYPE nelson_siegel_state (
	INPUT = nelson_siegel_state_in,
	OUTPUT = nelson_siegel_state_out,
	RECEIVE = nelson_siegel_state_recv,
	SEND = nelson_siegel_state_send,
	INTERNALLENGTH = 112,
	ALIGNMENT = double
);
COMMENT ON TYPE nelson_siegel_state IS
	'state of nelson_siegel_fit with a given decay: a least-squares problem reduced to a triangle (Gentleman 1973) and the range of the maturities; for partial aggregation, not for storing';

CREATE FUNCTION nelson_siegel_fit_transition(nelson_siegel_state, double precision, double precision, double precision) RETURNS nelson_siegel_state
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_transition(nelson_siegel_state, double precision, double precision, double precision) IS
	'transition function of nelson_siegel_fit with a given decay';

CREATE FUNCTION nelson_siegel_fit_combine(nelson_siegel_state, nelson_siegel_state) RETURNS nelson_siegel_state
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_combine(nelson_siegel_state, nelson_siegel_state) IS
	'combine function of nelson_siegel_fit with a given decay';

CREATE FUNCTION nelson_siegel_fit_final(nelson_siegel_state) RETURNS nelson_siegel_curve
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_final(nelson_siegel_state) IS
	'final function of nelson_siegel_fit with a given decay';

CREATE OR REPLACE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision, decay double precision) (
	SFUNC = nelson_siegel_fit_transition, STYPE = nelson_siegel_state,
	FINALFUNC = nelson_siegel_fit_final, COMBINEFUNC = nelson_siegel_fit_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision, double precision) IS
	'fits a Nelson-Siegel curve by least squares at a given decay: maturity in years, yield in percent per year, decay per year (0.7308 in Diebold and Li 2006); rows without a yield are left out; errors: fewer than 3 different maturities, a decay at which they do not tell the loadings apart, maturity or decay NULL, maturity negative, decay not positive or not the same in all rows, NaN or infinity';

DROP FUNCTION nelson_siegel_fit_transition(nelson_siegel_sums, double precision, double precision, double precision);
DROP FUNCTION nelson_siegel_fit_combine(nelson_siegel_sums, nelson_siegel_sums);
DROP FUNCTION nelson_siegel_fit_final(nelson_siegel_sums);
DROP TYPE nelson_siegel_sums CASCADE;

COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision) IS
	'fits a Nelson-Siegel curve by least squares, the decay included (variable projection, among the decays that tell the loadings apart over the maturities): maturity in years, yield in percent per year; rows without a yield are left out; errors: fewer than 4 different maturities, more than 1000000 observations, all yields equal, maturity NULL or negative, NaN or infinity';
COMMENT ON FUNCTION nelson_siegel_yield(nelson_siegel_curve, double precision) IS
	'the yield of a curve at a maturity n in years: percent per year, continuously compounded; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, decay not positive';
COMMENT ON FUNCTION nelson_siegel_discount(nelson_siegel_curve, double precision) IS
	'the discount factor of a curve at a maturity, exp(-yield n / 100) n in years: a factor; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, decay not positive';
COMMENT ON FUNCTION nelson_siegel_forward(nelson_siegel_curve, double precision) IS
	'the instantaneous forward rate of a curve at a maturity, level + (slope + curvature decay n) exp(-decay n) n in years: percent per year; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, decay not positive';
COMMENT ON FUNCTION nelson_siegel_options(double precision, double precision, double precision) IS
	'options of nelson_siegel_fit, NULL = default: decay per year (estimated), or decay_lower and decay_upper, the bounds of its search (from the maturities); 1e-6 to 1000000';
COMMENT ON FUNCTION nelson_siegel_par_yield(nelson_siegel_curve, double precision, integer) IS
	'the coupon rate, percent per year, of a bond of a maturity in years with so many coupons a year (1, 2, 3, 4, 6 or 12) that a curve prices at par, clean of accrued interest; errors: maturity not positive, of more than 2400 coupons or, with its first coupon, outside of those of a curve that is not determined; another frequency, a factor of the curve NULL, NaN or infinite, decay not positive';

ALTER TYPE svensson_curve
	ADD ATTRIBUTE level_error double precision,
	ADD ATTRIBUTE slope_error double precision,
	ADD ATTRIBUTE curvature_error double precision,
	ADD ATTRIBUTE second_curvature_error double precision,
	ADD ATTRIBUTE condition double precision,
	ADD ATTRIBUTE determined boolean,
	ADD ATTRIBUTE shortest_maturity double precision,
	ADD ATTRIBUTE longest_maturity double precision;
COMMENT ON COLUMN svensson_curve.decay_at_bound IS 'whether an estimated decay lies on a bound of its search, or the decays at their least ratio of 1.5, beyond which the fit would be closer; false for given decays';
COMMENT ON COLUMN svensson_curve.level_error IS 'standard error of the level at the decays of the curve, percent; NULL where the fit leaves no residual freedom';
COMMENT ON COLUMN svensson_curve.slope_error IS 'standard error of the slope at the decays of the curve, percent; NULL where the fit leaves no residual freedom';
COMMENT ON COLUMN svensson_curve.curvature_error IS 'standard error of the curvature at the decays of the curve, percent; NULL where the fit leaves no residual freedom';
COMMENT ON COLUMN svensson_curve.second_curvature_error IS 'standard error of the second curvature at the decays of the curve, percent; NULL where the fit leaves no residual freedom';
COMMENT ON COLUMN svensson_curve.condition IS 'condition number of the loadings over the maturities of the fit, weighted, each at length 1: about how much an error of the yields grows in the factors';
COMMENT ON COLUMN svensson_curve.determined IS 'whether the condition is at most 100; a curve that is not determined is refused outside of its maturities; NULL counts as true';
COMMENT ON COLUMN svensson_curve.shortest_maturity IS 'the shortest maturity of the yields, in years';
COMMENT ON COLUMN svensson_curve.longest_maturity IS 'the longest maturity of the yields, in years';

CREATE FUNCTION svensson_curve(level double precision, slope double precision, curvature double precision, second_curvature double precision, decay double precision, second_decay double precision) RETURNS svensson_curve LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ROW(level, slope, curvature, second_curvature, decay, second_decay, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::svensson_curve;
END;
COMMENT ON FUNCTION svensson_curve(double precision, double precision, double precision, double precision, double precision, double precision) IS
	'a curve from its factors, level, slope and the curvatures in percent and the decays per year, without a fit';

DROP FUNCTION svensson_options(double precision, double precision, double precision, double precision);

CREATE FUNCTION svensson_options(
	decay double precision DEFAULT NULL,
	second_decay double precision DEFAULT NULL,
	decay_lower double precision DEFAULT NULL,
	decay_upper double precision DEFAULT NULL,
	ordered boolean DEFAULT NULL,
	shrinkage double precision DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'decay', decay, 'second_decay', second_decay, 'decay_lower', decay_lower, 'decay_upper', decay_upper,
		'ordered', ordered, 'shrinkage', shrinkage));
END;
COMMENT ON FUNCTION svensson_options(double precision, double precision, double precision, double precision, boolean, double precision) IS
	'options of svensson_fit, NULL = default: decay and second_decay per year (estimated), or decay_lower and decay_upper, the bounds of the search for both (from the maturities), 1e-6 to 1000000; ordered, whether an estimated second decay is the smaller one (true); shrinkage of slope and curvatures towards 0, 0 to 1: what their squares add to the mean square of the residuals (0)';

COMMENT ON FUNCTION svensson_yield(svensson_curve, double precision) IS
	'the yield of a curve at a maturity in years: percent per year, continuously compounded; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, a decay not positive';
COMMENT ON FUNCTION svensson_discount(svensson_curve, double precision) IS
	'the discount factor of a curve at a maturity n in years, exp(-yield n / 100); errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, a decay not positive';
COMMENT ON FUNCTION svensson_forward(svensson_curve, double precision) IS
	'the instantaneous forward rate of a curve at a maturity in years: percent per year; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, a decay not positive';
COMMENT ON FUNCTION svensson_par_yield(svensson_curve, double precision, integer) IS
	'the coupon rate, percent per year, of a bond of a maturity in years with so many coupons a year (1, 2, 3, 4, 6 or 12) that a curve prices at par, clean of accrued interest; errors: maturity not positive, of more than 2400 coupons or, with its first coupon, outside of those of a curve that is not determined; another frequency, a factor of the curve NULL, NaN or infinite, a decay not positive';
COMMENT ON FUNCTION nelson_siegel_bonds_options(double precision, double precision, double precision, text) IS
	'options of nelson_siegel_fit_bonds, NULL = default: decay per year (estimated), or decay_lower and decay_upper, the bounds of its search (from the maturities), 1e-6 to 1000000; weights of the squared price errors equal or inverse_squared_duration, of durations of at least a quarter of the median (equal)';

-- 31-dm_test
COMMENT ON COLUMN dm_result.statistic IS 'Diebold-Mariano statistic; negative when the first forecast has the smaller losses';
COMMENT ON COLUMN dm_result.p_value IS 'p-value of the alternative asked for, by the t distribution';
COMMENT ON FUNCTION dm_options(text, double precision, integer, text, text) IS
	'options of dm_test, NULL = default: loss squared, absolute, percentage (of actual) or power (squared); power of the absolute error, only with loss power, 0.01 to 100; horizon of the forecasts in times, 1 to 100000 (1); alternative two_sided, less (the second forecast is less accurate) or greater (two_sided); variance periodogram (the mean of its first ordinates, t distribution with twice their number of degrees of freedom; Coroneo and Iacone 2020), rectangular or bartlett (weights of the autocovariances below the horizon, t distribution with observations - 1) (periodogram); all the same at horizon 1';

-- 51-panel_regression
COMMENT ON COLUMN panel_regression_model.intercept IS 'the mean effect over the observations that inform';
COMMENT ON COLUMN panel_regression_model.clusters IS 'number of clusters; tests have clusters - 1 degrees of freedom; entities of a single row do not count';
COMMENT ON COLUMN panel_regression_model.observations IS 'number n of rows of entities with more than one, which alone inform';
COMMENT ON COLUMN panel_regression_model.residual_sd IS 'standard deviation of the residuals, divisor n less entities of more than one row less regressors';
COMMENT ON COLUMN panel_regression_model.bic IS 'Schwarz criterion per observation, (-2 log likelihood + (regressors + entities of more than one row) ln n) / n; NULL for an exact fit';

-- 60-emd: another default boundary, and the argument extrema

DROP FUNCTION emd(double precision, text, text, integer, double precision, integer, integer, integer);
DROP FUNCTION emd(double precision[], text, text, integer, double precision, integer, integer, integer);
DROP FUNCTION emd_lowpass(double precision, integer, text, text, integer, double precision, integer, integer, integer);
DROP FUNCTION emd_lowpass(double precision[], integer, text, text, integer, double precision, integer, integer, integer);
DROP FUNCTION eemd(double precision, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer);
DROP FUNCTION eemd(double precision[], integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer);
DROP FUNCTION ceemdan(double precision, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer);
DROP FUNCTION ceemdan(double precision[], integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer);

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
-- 65-reflection
COMMENT ON FUNCTION reflection_forecast(double precision, double precision, integer, integer, text) IS
	'window function: the same with a model that is fitted by maximum likelihood to the deviations of the last fit_window rows (20 or more, NULL = all) up to the row, anew every refit_every rows (1 or more; NULL: when the rows are a fifth more, at least 20); no correction before 20 deviations, nor where the fit is not better than noise by the Bayesian information criterion; model ar1_plus_noise or local_level; errors: NaN or infinity, an argument that is out of range or not the same in all rows, overflow';

-- 68-charts
COMMENT ON AGGREGATE line_chart(date, double precision, text) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';
COMMENT ON AGGREGATE line_chart(date, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE line_chart(date, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE line_chart(timestamp, double precision, text) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';
COMMENT ON AGGREGATE line_chart(timestamp, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE line_chart(timestamp, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE line_chart(timestamptz, double precision, text) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';
COMMENT ON AGGREGATE line_chart(timestamptz, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE line_chart(timestamptz, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE line_chart(bigint, double precision, text) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';
COMMENT ON AGGREGATE line_chart(bigint, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE line_chart(bigint, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
COMMENT ON AGGREGATE emd_chart(date, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';
COMMENT ON AGGREGATE emd_chart(date, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';
COMMENT ON AGGREGATE emd_chart(timestamp, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';
COMMENT ON AGGREGATE emd_chart(timestamp, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';
COMMENT ON AGGREGATE emd_chart(timestamptz, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';
COMMENT ON AGGREGATE emd_chart(timestamptz, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';
COMMENT ON AGGREGATE emd_chart(bigint, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';
COMMENT ON AGGREGATE emd_chart(bigint, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';

-- 69-array_literal
CREATE FUNCTION emd(x text, boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number', s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50, max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd(text, text, text, integer, double precision, integer, integer, integer, text) IS
	'emd of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION emd_lowpass(x text, from_imf integer, boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL, sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL, trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_lowpass_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_lowpass(text, integer, text, text, integer, double precision, integer, integer, integer, text) IS
	'emd_lowpass of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION eemd(x text, trials integer DEFAULT 100, noise double precision DEFAULT 0.2, seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number', s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50, max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_eemd_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION eemd(text, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'eemd of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION ceemdan(x text, trials integer DEFAULT 100, noise double precision DEFAULT 0.2, seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number', s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50, max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_ceemdan_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ceemdan(text, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'ceemdan of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION wavelet_smooth(x text, wavelet text DEFAULT 'db4', level integer DEFAULT 6, mode text DEFAULT 'approximation',
	extension text DEFAULT 'symmetric', trailing_rows integer DEFAULT NULL)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_wavelet_smooth_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_smooth(text, text, integer, text, text, integer) IS
	'wavelet_smooth of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION smoothing_spline(x text, smoothing double precision DEFAULT NULL, trailing_rows integer DEFAULT NULL, at text DEFAULT NULL)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_smoothing_spline_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smoothing_spline(text, double precision, integer, text) IS
	'smoothing_spline of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION stl_decompose(x text, period integer, seasonal integer DEFAULT 7, trend integer DEFAULT NULL, low_pass integer DEFAULT NULL,
	robust boolean DEFAULT false, seasonal_degree integer DEFAULT 1, trend_degree integer DEFAULT 1,
	low_pass_degree integer DEFAULT 1, inner_iterations integer DEFAULT NULL,
	outer_iterations integer DEFAULT NULL, trailing_rows integer DEFAULT NULL)
RETURNS SETOF stl_component
AS 'MODULE_PATHNAME', 'creditspread_stl_decompose_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stl_decompose(text, integer, integer, integer, integer, boolean, integer, integer, integer, integer, integer, integer) IS
	'stl_decompose of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION kalman_filter(y text, transition double precision, process_variance double precision, observation_variance double precision,
	initial_state double precision DEFAULT NULL, initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted', control text DEFAULT NULL)
RETURNS SETOF kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_literal' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(text, double precision, double precision, double precision, double precision, double precision, text, text) IS
	'kalman_filter of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION kalman_smooth(y text, transition double precision, process_variance double precision, observation_variance double precision,
	initial_state double precision DEFAULT NULL, initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted', control text DEFAULT NULL, lookahead integer DEFAULT NULL)
RETURNS SETOF kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_literal' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(text, double precision, double precision, double precision, double precision, double precision, text, text, integer) IS
	'kalman_smooth of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION rolling_information_coefficient(feature text, y text, window_size integer DEFAULT 30, lag integer DEFAULT 1,
	correlation text DEFAULT 'pearson')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_rolling_information_coefficient_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rolling_information_coefficient(text, text, integer, integer, text) IS
	'rolling_information_coefficient of an array written as a literal without a type; arguments, result and errors as of the array form';

-- Bodies that were bound when they were made, to functions of pg_catalog alone.

CREATE OR REPLACE FUNCTION nelson_siegel_options(
	decay double precision DEFAULT NULL,
	decay_lower double precision DEFAULT NULL,
	decay_upper double precision DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'decay', decay, 'decay_lower', decay_lower, 'decay_upper', decay_upper));
END;

CREATE OR REPLACE FUNCTION nelson_siegel_bonds_options(
	decay double precision DEFAULT NULL,
	decay_lower double precision DEFAULT NULL,
	decay_upper double precision DEFAULT NULL,
	weights text DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'decay', decay, 'decay_lower', decay_lower, 'decay_upper', decay_upper, 'weights', weights));
END;

CREATE OR REPLACE FUNCTION dm_options(
	loss text DEFAULT NULL,
	power double precision DEFAULT NULL,
	horizon integer DEFAULT NULL,
	alternative text DEFAULT NULL,
	variance text DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'loss', loss, 'power', power, 'horizon', horizon, 'alternative', alternative,
		'variance', variance));
END;

CREATE OR REPLACE FUNCTION rnn_options(
	preset text DEFAULT NULL,
	cell text DEFAULT NULL,
	units integer[] DEFAULT NULL,
	attention boolean DEFAULT NULL,
	normalization text DEFAULT NULL,
	dropout double precision DEFAULT NULL,
	dense integer[] DEFAULT NULL,
	look_back integer DEFAULT NULL,
	horizons integer[] DEFAULT NULL,
	target text DEFAULT NULL,
	loss text DEFAULT NULL,
	huber_delta double precision DEFAULT NULL,
	quantile double precision DEFAULT NULL,
	optimizer text DEFAULT NULL,
	momentum double precision DEFAULT NULL,
	learning_rate double precision DEFAULT NULL,
	weight_decay double precision DEFAULT NULL,
	clip_norm double precision DEFAULT NULL,
	batch_size integer DEFAULT NULL,
	epochs integer DEFAULT NULL,
	validation_fraction double precision DEFAULT NULL,
	patience integer DEFAULT NULL,
	ensemble integer DEFAULT NULL,
	interval_level double precision DEFAULT NULL,
	seed bigint DEFAULT NULL,
	refit boolean DEFAULT NULL,
	random_walk_weight double precision DEFAULT NULL,
	feature_names text[] DEFAULT NULL,
	warm_start rnn_model DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'preset', preset, 'cell', cell, 'units', units, 'attention', attention,
		'normalization', normalization, 'dropout', dropout, 'dense', dense, 'look_back', look_back,
		'horizons', horizons, 'target', target, 'loss', loss, 'huber_delta', huber_delta,
		'quantile', quantile, 'optimizer', optimizer, 'momentum', momentum, 'learning_rate', learning_rate,
		'weight_decay', weight_decay, 'clip_norm', clip_norm, 'batch_size', batch_size,
		'epochs', epochs, 'validation_fraction', validation_fraction, 'patience', patience,
		'ensemble', ensemble, 'interval_level', interval_level, 'seed', seed,
		'refit', refit, 'random_walk_weight', random_walk_weight,
		'feature_names', feature_names))
		|| CASE WHEN warm_start IS NULL THEN '{}'::jsonb ELSE pg_catalog.jsonb_build_object('warm_start', warm_start::text::jsonb) END;
END;

CREATE OR REPLACE FUNCTION rnn_importance_options(
	step integer DEFAULT NULL,
	repeats integer DEFAULT NULL,
	seed bigint DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('step', step, 'repeats', repeats, 'seed', seed));
END;

CREATE OR REPLACE FUNCTION transformer_options(
	preset text DEFAULT NULL,
	layers integer DEFAULT NULL,
	width integer DEFAULT NULL,
	heads integer DEFAULT NULL,
	feed_forward integer DEFAULT NULL,
	positions boolean DEFAULT NULL,
	dropout double precision DEFAULT NULL,
	dense integer[] DEFAULT NULL,
	look_back integer DEFAULT NULL,
	horizons integer[] DEFAULT NULL,
	target text DEFAULT NULL,
	loss text DEFAULT NULL,
	huber_delta double precision DEFAULT NULL,
	quantile double precision DEFAULT NULL,
	optimizer text DEFAULT NULL,
	momentum double precision DEFAULT NULL,
	learning_rate double precision DEFAULT NULL,
	weight_decay double precision DEFAULT NULL,
	clip_norm double precision DEFAULT NULL,
	batch_size integer DEFAULT NULL,
	epochs integer DEFAULT NULL,
	validation_fraction double precision DEFAULT NULL,
	patience integer DEFAULT NULL,
	ensemble integer DEFAULT NULL,
	interval_level double precision DEFAULT NULL,
	seed bigint DEFAULT NULL,
	refit boolean DEFAULT NULL,
	random_walk_weight double precision DEFAULT NULL,
	feature_names text[] DEFAULT NULL,
	warm_start transformer_model DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'preset', preset, 'layers', layers, 'width', width, 'heads', heads,
		'feed_forward', feed_forward, 'positions', positions, 'dropout', dropout, 'dense', dense, 'look_back', look_back,
		'horizons', horizons, 'target', target, 'loss', loss, 'huber_delta', huber_delta,
		'quantile', quantile, 'optimizer', optimizer, 'momentum', momentum, 'learning_rate', learning_rate,
		'weight_decay', weight_decay, 'clip_norm', clip_norm, 'batch_size', batch_size,
		'epochs', epochs, 'validation_fraction', validation_fraction, 'patience', patience,
		'ensemble', ensemble, 'interval_level', interval_level, 'seed', seed,
		'refit', refit, 'random_walk_weight', random_walk_weight,
		'feature_names', feature_names))
		|| CASE WHEN warm_start IS NULL THEN '{}'::jsonb ELSE pg_catalog.jsonb_build_object('warm_start', warm_start::text::jsonb) END;
END;

CREATE OR REPLACE FUNCTION transformer_importance_options(
	step integer DEFAULT NULL,
	repeats integer DEFAULT NULL,
	seed bigint DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('step', step, 'repeats', repeats, 'seed', seed));
END;

CREATE OR REPLACE FUNCTION var_options(
	lags integer DEFAULT NULL,
	max_lags integer DEFAULT NULL,
	criterion text DEFAULT NULL,
	method text DEFAULT NULL,
	horizon integer DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'lags', lags, 'max_lags', max_lags, 'criterion', criterion, 'method', method,
		'horizon', horizon));
END;

CREATE OR REPLACE FUNCTION panel_options(cluster text DEFAULT NULL) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('cluster', cluster));
END;

CREATE OR REPLACE FUNCTION principal_components_options(standardize boolean DEFAULT NULL, components integer DEFAULT NULL)
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('standardize', standardize, 'components', components));
END;

CREATE OR REPLACE FUNCTION kalman_options(
	model text DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('model', model));
END;

CREATE OR REPLACE FUNCTION cir_options(
	likelihood text DEFAULT NULL,
	time_step double precision DEFAULT NULL,
	max_iterations integer DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'likelihood', likelihood, 'time_step', time_step, 'max_iterations', max_iterations));
END;

CREATE OR REPLACE FUNCTION information_coefficient_options(
	window_size integer DEFAULT NULL,
	lag integer DEFAULT NULL,
	correlation text DEFAULT NULL,
	max_lag integer DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'window_size', window_size, 'lag', lag, 'correlation', correlation, 'max_lag', max_lag));
END;

CREATE OR REPLACE FUNCTION chart_options(
	title text DEFAULT NULL,
	x_label text DEFAULT NULL,
	y_label text DEFAULT NULL,
	width integer DEFAULT NULL,
	height integer DEFAULT NULL,
	zero boolean DEFAULT NULL,
	series text[] DEFAULT NULL,
	faint text[] DEFAULT NULL,
	points text[] DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'title', title, 'x_label', x_label, 'y_label', y_label, 'width', width, 'height', height,
		'zero', zero, 'series', series, 'faint', faint, 'points', points));
END;

CREATE OR REPLACE FUNCTION relation_graph_options(undirected text[] DEFAULT NULL, indirect text[] DEFAULT NULL, entities text[] DEFAULT NULL)
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('undirected', undirected, 'indirect', indirect, 'entities', entities));
END;

CREATE OR REPLACE FUNCTION rank_backtest_curve(backtest rank_backtest_result,
	OUT "time" text, OUT value double precision, OUT long double precision, OUT short double precision, OUT median double precision, OUT drawdown double precision)
RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT c."time", c.value, c.long, c.short, c.median,
		greatest(0, pg_catalog.max(c.value) OVER (ORDER BY c.number)) - c.value
	FROM ROWS FROM (pg_catalog.unnest((backtest).times), pg_catalog.unnest((backtest).cumulative_value), pg_catalog.unnest((backtest).cumulative_long),
		pg_catalog.unnest((backtest).cumulative_short), pg_catalog.unnest((backtest).cumulative_median)) WITH ORDINALITY
		AS c ("time", value, long, short, median, number)
	ORDER BY c.number;
END;

CREATE OR REPLACE FUNCTION graph_rank_options(
	preset text DEFAULT NULL,
	body text DEFAULT NULL,
	cell text DEFAULT NULL,
	units integer[] DEFAULT NULL,
	attention boolean DEFAULT NULL,
	normalization text DEFAULT NULL,
	layers integer DEFAULT NULL,
	width integer DEFAULT NULL,
	heads integer DEFAULT NULL,
	feed_forward integer DEFAULT NULL,
	positions boolean DEFAULT NULL,
	relation_form text DEFAULT NULL,
	relation_norm text DEFAULT NULL,
	kinds text[] DEFAULT NULL,
	similarity_features integer DEFAULT NULL,
	ranking text DEFAULT NULL,
	alpha double precision DEFAULT NULL,
	training text DEFAULT NULL,
	dropout double precision DEFAULT NULL,
	dense integer[] DEFAULT NULL,
	look_back integer DEFAULT NULL,
	horizons integer[] DEFAULT NULL,
	target text DEFAULT NULL,
	loss text DEFAULT NULL,
	huber_delta double precision DEFAULT NULL,
	quantile double precision DEFAULT NULL,
	optimizer text DEFAULT NULL,
	momentum double precision DEFAULT NULL,
	learning_rate double precision DEFAULT NULL,
	weight_decay double precision DEFAULT NULL,
	clip_norm double precision DEFAULT NULL,
	batch_size integer DEFAULT NULL,
	epochs integer DEFAULT NULL,
	validation_fraction double precision DEFAULT NULL,
	patience integer DEFAULT NULL,
	ensemble integer DEFAULT NULL,
	interval_level double precision DEFAULT NULL,
	seed bigint DEFAULT NULL,
	refit boolean DEFAULT NULL,
	random_walk_weight double precision DEFAULT NULL,
	feature_names text[] DEFAULT NULL,
	warm_start graph_rank_model DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'preset', preset, 'body', body, 'cell', cell, 'units', units, 'attention', attention,
		'normalization', normalization, 'layers', layers, 'width', width, 'heads', heads,
		'feed_forward', feed_forward, 'positions', positions, 'relation_form', relation_form,
		'relation_norm', relation_norm, 'kinds', kinds, 'similarity_features', similarity_features,
		'ranking', ranking, 'alpha', alpha, 'training', training, 'dropout', dropout, 'dense', dense,
		'look_back', look_back, 'horizons', horizons, 'target', target, 'loss', loss,
		'huber_delta', huber_delta, 'quantile', quantile, 'optimizer', optimizer, 'momentum', momentum,
		'learning_rate', learning_rate, 'weight_decay', weight_decay, 'clip_norm', clip_norm,
		'batch_size', batch_size, 'epochs', epochs, 'validation_fraction', validation_fraction,
		'patience', patience, 'ensemble', ensemble, 'interval_level', interval_level, 'seed', seed,
		'refit', refit, 'random_walk_weight', random_walk_weight, 'feature_names', feature_names))
		|| CASE WHEN warm_start IS NULL THEN '{}'::jsonb ELSE pg_catalog.jsonb_build_object('warm_start', warm_start::text::jsonb) END;
END;

-- As in 80-catalog.sql: what the parts before it changed stands above this line, what it and those after it changed below.
SET LOCAL search_path = pg_catalog, pg_temp;

ALTER TABLE creditspread.forecast
	DROP CONSTRAINT forecast_forecast_check, ADD CONSTRAINT forecast_forecast_check CHECK (abs(forecast) < 1e150),
	DROP CONSTRAINT forecast_lower_check, ADD CONSTRAINT forecast_lower_check CHECK (abs(lower) < 1e150),
	DROP CONSTRAINT forecast_upper_check, ADD CONSTRAINT forecast_upper_check CHECK (abs(upper) < 1e150),
	DROP CONSTRAINT forecast_random_walk_check, ADD CONSTRAINT forecast_random_walk_check CHECK (abs(random_walk) < 1e150),
	DROP CONSTRAINT forecast_actual_check, ADD CONSTRAINT forecast_actual_check CHECK (abs(actual) < 1e150);

-- What the statements of the catalog call of the extension's own functions, once more in its schema.
--
-- Where others may create functions, one of theirs with the same arguments and one more that has a default makes every
-- call of ours ambiguous, whatever the types. In schema creditspread only the owner of the extension creates. No
-- argument has a default here: each call gives all of them, of the very types.

CREATE AGGREGATE creditspread.nelson_siegel_fit(maturity double precision, yield double precision, decay double precision) (
	SFUNC = @extschema@.nelson_siegel_fit_transition, STYPE = @extschema@.nelson_siegel_state, FINALFUNC = @extschema@.nelson_siegel_fit_final,
	COMBINEFUNC = @extschema@.nelson_siegel_fit_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.nelson_siegel_fit(double precision, double precision, double precision) IS 'nelson_siegel_fit for the statements of the catalog';

CREATE FUNCTION creditspread.nelson_siegel_yield(curve @extschema@.nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.nelson_siegel_yield(@extschema@.nelson_siegel_curve, double precision) IS 'nelson_siegel_yield for the statements of the catalog';

CREATE AGGREGATE creditspread.var_fit("time" timestamp, y double precision[], options jsonb) (
	SFUNC = @extschema@.var_fit_transition, STYPE = @extschema@.creditspread_series, FINALFUNC = @extschema@.var_fit_final,
	COMBINEFUNC = @extschema@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.var_fit(timestamp, double precision[], jsonb) IS 'var_fit for the statements of the catalog';

CREATE FUNCTION creditspread.var_forecast(model @extschema@.var_model, y double precision[], exogenous double precision[], step integer, level double precision) RETURNS @extschema@.var_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_var_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.var_forecast(@extschema@.var_model, double precision[], double precision[], integer, double precision) IS 'var_forecast for the statements of the catalog';

CREATE AGGREGATE creditspread.cir_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = @extschema@.cir_fit_transition, STYPE = @extschema@.creditspread_series, FINALFUNC = @extschema@.cir_fit_final,
	COMBINEFUNC = @extschema@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.cir_fit(timestamp, double precision, jsonb) IS 'cir_fit for the statements of the catalog';

CREATE FUNCTION creditspread.cir_forecast(model @extschema@.cir_model, y double precision, step integer, interval_level double precision) RETURNS @extschema@.cir_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_cir_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.cir_forecast(@extschema@.cir_model, double precision, integer, double precision) IS 'cir_forecast for the statements of the catalog';

CREATE AGGREGATE creditspread.kalman_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = @extschema@.kalman_fit_transition, STYPE = @extschema@.creditspread_series, FINALFUNC = @extschema@.kalman_fit_final,
	COMBINEFUNC = @extschema@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.kalman_fit(timestamp, double precision, jsonb) IS 'kalman_fit for the statements of the catalog';

CREATE FUNCTION creditspread.kalman_filter(y double precision, model @extschema@.kalman_model, control double precision[]) RETURNS @extschema@.kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_model' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.kalman_filter(double precision, @extschema@.kalman_model, double precision[]) IS 'kalman_filter for the statements of the catalog';

CREATE FUNCTION creditspread.reflection_forecast(y double precision, forecast double precision, fit_window integer, refit_every integer, model text) RETURNS @extschema@.reflection_estimate
AS 'MODULE_PATHNAME', 'creditspread_reflection_forecast_fitted' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.reflection_forecast(double precision, double precision, integer, integer, text) IS 'reflection_forecast for the statements of the catalog';

CREATE AGGREGATE creditspread.rnn_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = @extschema@.rnn_fit_transition, STYPE = @extschema@.creditspread_series, FINALFUNC = @extschema@.rnn_fit_final,
	COMBINEFUNC = @extschema@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.rnn_fit(timestamp, double precision, double precision[], jsonb) IS 'rnn_fit for the statements of the catalog';

CREATE AGGREGATE creditspread.rnn_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = @extschema@.rnn_fit_panel_transition, STYPE = @extschema@.creditspread_panel, FINALFUNC = @extschema@.rnn_fit_panel_final,
	COMBINEFUNC = @extschema@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.rnn_fit(text, timestamp, double precision, double precision[], jsonb) IS 'rnn_fit for the statements of the catalog';

CREATE FUNCTION creditspread.rnn_forecast(model @extschema@.rnn_model, y double precision, features double precision[], step integer) RETURNS @extschema@.rnn_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_rnn_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.rnn_forecast(@extschema@.rnn_model, double precision, double precision[], integer) IS 'rnn_forecast for the statements of the catalog';

CREATE FUNCTION creditspread.model_info(model @extschema@.rnn_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.model_info(@extschema@.rnn_model) IS 'model_info for the statements of the catalog';

CREATE AGGREGATE creditspread.transformer_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = @extschema@.transformer_fit_transition, STYPE = @extschema@.creditspread_series, FINALFUNC = @extschema@.transformer_fit_final,
	COMBINEFUNC = @extschema@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.transformer_fit(timestamp, double precision, double precision[], jsonb) IS 'transformer_fit for the statements of the catalog';

CREATE AGGREGATE creditspread.transformer_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = @extschema@.transformer_fit_panel_transition, STYPE = @extschema@.creditspread_panel, FINALFUNC = @extschema@.transformer_fit_panel_final,
	COMBINEFUNC = @extschema@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.transformer_fit(text, timestamp, double precision, double precision[], jsonb) IS 'transformer_fit for the statements of the catalog';

CREATE FUNCTION creditspread.transformer_forecast(model @extschema@.transformer_model, y double precision, features double precision[], step integer) RETURNS @extschema@.transformer_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_transformer_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.transformer_forecast(@extschema@.transformer_model, double precision, double precision[], integer) IS 'transformer_forecast for the statements of the catalog';

CREATE FUNCTION creditspread.model_info(model @extschema@.transformer_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.model_info(@extschema@.transformer_model) IS 'model_info for the statements of the catalog';

CREATE AGGREGATE creditspread.relation_graph(source text, target text, kind text) (
	SFUNC = @extschema@.relation_graph_transition, STYPE = @extschema@.creditspread_relations, FINALFUNC = @extschema@.relation_graph_final,
	COMBINEFUNC = @extschema@.creditspread_relations_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.relation_graph(text, text, text) IS 'relation_graph for the statements of the catalog';

CREATE AGGREGATE creditspread.graph_rank_fit(entity text, "time" timestamp, y double precision, features double precision[], "group" text, graph @extschema@.relation_graph, options jsonb) (
	SFUNC = @extschema@.graph_rank_fit_transition, STYPE = @extschema@.creditspread_panel, FINALFUNC = @extschema@.graph_rank_fit_final,
	COMBINEFUNC = @extschema@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.graph_rank_fit(text, timestamp, double precision, double precision[], text, @extschema@.relation_graph, jsonb) IS 'graph_rank_fit for the statements of the catalog';

CREATE FUNCTION creditspread.graph_rank_forecast(model @extschema@.graph_rank_model, entity text, "time" timestamp, y double precision, features double precision[], "group" text, step integer) RETURNS @extschema@.graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.graph_rank_forecast(@extschema@.graph_rank_model, text, timestamp, double precision, double precision[], text, integer) IS 'graph_rank_forecast for the statements of the catalog';

CREATE FUNCTION creditspread.model_info(model @extschema@.graph_rank_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.model_info(@extschema@.graph_rank_model) IS 'model_info for the statements of the catalog';

CREATE AGGREGATE creditspread.forecast_accuracy(actual double precision, forecast double precision) (
	SFUNC = @extschema@.forecast_accuracy_transition, STYPE = @extschema@.accuracy_sums, FINALFUNC = @extschema@.forecast_accuracy_final,
	COMBINEFUNC = @extschema@.forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.forecast_accuracy(double precision, double precision) IS 'forecast_accuracy for the statements of the catalog';

CREATE AGGREGATE creditspread.dm_test("time" timestamp, actual double precision, first double precision, second double precision, options jsonb) (
	SFUNC = @extschema@.dm_test_transition, STYPE = @extschema@.creditspread_series, FINALFUNC = @extschema@.dm_test_final,
	COMBINEFUNC = @extschema@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.dm_test(timestamp, double precision, double precision, double precision, jsonb) IS 'dm_test for the statements of the catalog';

CREATE AGGREGATE creditspread.line_chart("time" timestamp, value double precision, lower double precision, upper double precision, series text, options jsonb) (
	SFUNC = @extschema@.line_chart_transition, STYPE = @extschema@.creditspread_panel, FINALFUNC = @extschema@.line_chart_final,
	COMBINEFUNC = @extschema@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread.line_chart(timestamp, double precision, double precision, double precision, text, jsonb) IS 'line_chart for the statements of the catalog';

CREATE FUNCTION creditspread.bar_chart(labels text[], series text[], bars double precision[], options jsonb) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_bar_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.bar_chart(text[], text[], double precision[], jsonb) IS 'bar_chart for the statements of the catalog';

CREATE FUNCTION creditspread.fit_progress(OUT pid integer, OUT role text, OUT function text, OUT started timestamptz,
	OUT percent double precision, OUT seconds_left double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_fit_progress' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION creditspread.fit_progress() IS 'fit_progress for the statements of the catalog';

DELETE FROM creditspread.method WHERE provided;

INSERT INTO creditspread.method (name, description, unit, uses_features, intervals, options, reserved_options, fit, forecast, validation, provided)
VALUES
('random_walk', 'the last value', 'series or panel', false, 'validation', '{}', '{}',
$fit$
SELECT jsonb_build_object('rows', count(y))::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, y AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s, unnest($2) AS horizon
$forecast$, NULL, true),

('mean', 'the mean of all values', 'series or panel', false, 'validation', '{}', '{}',
$fit$
SELECT jsonb_object_agg(entity, mean)::text FROM (SELECT entity, avg(y) AS mean FROM s GROUP BY entity) AS means
$fit$,
$forecast$
SELECT entity, "time", horizon, ($6::jsonb ->> entity)::float8 AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s, unnest($2) AS horizon
$forecast$, NULL, true),

('ar', 'autoregression, see var_fit', 'series', false, 'method', NULL, '{method,horizon}',
$fit$
SELECT creditspread.var_fit("time", ARRAY[y], $1 - 'interval_level' || '{"method": "ar"}')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast[1] AS forecast, (f).lower[1] AS lower, (f).upper[1] AS upper
FROM (SELECT entity, "time", horizon, creditspread.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y], NULL::float8[], horizon, $3)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$, NULL, true),

('var', 'vector autoregression of y and the features, see var_fit', 'series', true, 'method', NULL, '{horizon}',
$fit$
SELECT creditspread.var_fit("time", ARRAY[y] || features, $1 - 'interval_level')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast[1] AS forecast, (f).lower[1] AS lower, (f).upper[1] AS upper
FROM (SELECT entity, "time", horizon,
		creditspread.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y] || features, NULL::float8[], horizon, $3)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$, NULL, true),

('cir', 'the square-root process of Cox, Ingersoll and Ross, see cir_fit', 'series', false, 'method', NULL, '{}',
$fit$
SELECT creditspread.cir_fit("time", y, $1 - 'interval_level')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, f.forecast, f.lower, f.upper
FROM (SELECT $6::@extschema@.cir_model AS model OFFSET 0) AS fitted, s, unnest($2) AS horizon,
	LATERAL creditspread.cir_forecast(fitted.model, s.y, horizon, $3) AS f
$forecast$, NULL, true),

('kalman', 'autoregression with noise of the changes of y, or one of the models of kalman_fit; y may be missing', 'series', false, 'validation',
'{model,difference}', '{}',
-- The autoregression has mean zero: levels are centred for it.  Changes must tell more than noise does, by the Bayesian
-- information criterion, which counts two parameters for it; else, and where a level has no noise, it is the random walk.
$fit$
SELECT jsonb_build_object('mean', mean, 'difference', difference, 'model', CASE WHEN noise THEN
		'{"transition": [[0]], "observation": [[1]], "process_covariance": [[0]], "observation_covariance": [[1]], "start": "predicted"}'::jsonb
		ELSE to_jsonb(model) END,
	'random_walk', noise OR model_name = 'local_level' AND NOT difference AND coalesce((model).at_bound = 'observation_variance', false))::text
FROM (SELECT mean, difference, model_name, model, difference AND coalesce((model).log_likelihood
		+ 0.5 * n * (ln(2 * pi() * square) + 1) <= ln(n), true) AS noise
	FROM (SELECT mean, difference, model_name, avg(value * value) AS square, count(value)::float8 AS n,
			creditspread.kalman_fit("time", value, given) FILTER (WHERE NOT difference OR varies) AS model
		FROM (SELECT *, min(value) OVER () < max(value) OVER () AS varies FROM (SELECT "time", mean, difference, model_name, $1 - '{interval_level,difference}'::text[] || jsonb_build_object('model', model_name) AS given,
				CASE WHEN difference THEN y - lag(y) OVER (ORDER BY "time") ELSE y - mean END AS value
			FROM s, (SELECT difference, model_name, CASE WHEN model_name = 'ar1_plus_noise' AND NOT difference THEN avg(y) ELSE 0 END AS mean
				FROM s, (SELECT difference, coalesce($1 ->> 'model', CASE WHEN difference THEN 'ar1_plus_noise' ELSE 'local_level' END) AS model_name
					FROM (SELECT coalesce(($1 ->> 'difference')::boolean, NOT $1 ? 'model') AS difference) AS form) AS named
				GROUP BY difference, model_name) AS centre) AS taken) AS told
		GROUP BY mean, difference, model_name, given) AS fits) AS compared
$fit$,
$forecast$
SELECT entity, "time", horizon, CASE WHEN NOT difference THEN mean + filtered * transition ^ horizon
		WHEN transition = 1 THEN y + filtered * horizon
		ELSE y + coalesce(filtered * transition * (1 - transition ^ horizon) / (1 - transition), 0) END AS forecast,
	NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT entity, "time", y, mean, difference, (model).transition[1][1] AS transition,
		(creditspread.kalman_filter(value, model, NULL::float8[]) OVER (PARTITION BY entity ORDER BY "time")).filtered AS filtered
	FROM (SELECT s.entity, s."time", y, mean, difference, model,
			CASE WHEN difference THEN y - lag(y) OVER (PARTITION BY s.entity ORDER BY s."time") ELSE y - mean END AS value
		FROM s, (SELECT ($6::jsonb ->> 'mean')::float8 AS mean, coalesce(($6::jsonb ->> 'difference')::boolean, false) AS difference,
				jsonb_populate_record(NULL::@extschema@.kalman_model, $6::jsonb -> 'model') AS model OFFSET 0) AS fitted) AS taken) AS states,
	unnest($2) AS horizon
$forecast$, NULL, true),

('reflection', 'random walk or autoregression, corrected by its filtered errors, see reflection_forecast', 'series', false, 'validation',
'{base,lags,fit_window,refit_every,model}', '{}',
$fit$
SELECT CASE coalesce($1 ->> 'base', 'random_walk')
	WHEN 'ar' THEN creditspread.var_fit("time", ARRAY[y],
		jsonb_strip_nulls(jsonb_build_object('method', 'ar', 'lags', $1 -> 'lags')))::text
	WHEN 'random_walk' THEN 'random_walk'
	ELSE creditspread.refuse(format('reflection: option "base" is "%s"', $1 ->> 'base'),
		'Give ''ar'' or ''random_walk''.'::text, '22023'::text) END
FROM s
$fit$,
-- Deviations are those of one row ahead, which do not overlap: d(t) = y(t) - f(t - 1).  What is expected of the next ones,
-- fading by A, moves the base forecast h rows ahead by the response of the base, psi(h - j) to that of row j.
$forecast$
WITH RECURSIVE response (psi, phi) AS (
	SELECT ARRAY[1::float8], CASE WHEN $6 = 'random_walk' THEN '{1}'::float8[]
		ELSE ARRAY(SELECT coefficient::float8 FROM jsonb_array_elements(fitted -> 'coefficients') WITH ORDINALITY AS c (row, place), jsonb_array_elements_text(row) AS coefficient
			WHERE place > 1 ORDER BY place) END
	FROM (SELECT CASE WHEN $6 <> 'random_walk' THEN to_jsonb($6::@extschema@.var_model) END AS fitted OFFSET 0) AS given
	UNION ALL
	SELECT psi || (SELECT sum(psi[cardinality(psi) + 1 - i] * phi[i]) FROM generate_series(1, least(cardinality(psi), cardinality(phi))) AS i), phi
	FROM response WHERE cardinality(psi) < (SELECT max(h) FROM unnest($2) AS h)
), next AS (
	SELECT entity, "time", creditspread.reflection_forecast(y, base, ($1 ->> 'fit_window')::integer, ($1 ->> 'refit_every')::integer,
			coalesce($1 ->> 'model', 'ar1_plus_noise')) OVER (PARTITION BY entity ORDER BY "time") AS f
	FROM (SELECT entity, "time", y, (creditspread.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y], NULL::float8[], 1, $3)
				OVER (PARTITION BY entity ORDER BY "time")).forecast[1] AS base
			FROM s WHERE $6 <> 'random_walk'
			UNION ALL
			SELECT entity, "time", y, y FROM s WHERE $6 = 'random_walk') AS ahead
), moved AS (
	SELECT transition, horizon, (SELECT sum(psi[horizon - j] * transition ^ j) FROM generate_series(0, horizon - 1) AS j) AS weight
	FROM (SELECT DISTINCT (f).transition AS transition FROM next WHERE (f).correction <> 0) AS models, unnest($2) AS horizon,
		(SELECT psi FROM response ORDER BY cardinality(psi) DESC LIMIT 1) AS longest
)
SELECT bases.entity, bases."time", bases.horizon, base + CASE WHEN (f).correction <> 0 THEN (f).correction * weight ELSE 0 END AS forecast,
	NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT entity, "time", horizon, (creditspread.var_forecast((SELECT $6::@extschema@.var_model),
				ARRAY[y], NULL::float8[], horizon, $3) OVER (PARTITION BY entity, horizon ORDER BY "time")).forecast[1] AS base
		FROM s, unnest($2) AS horizon WHERE $6 <> 'random_walk'
		UNION ALL
		SELECT entity, "time", horizon, y FROM s, unnest($2) AS horizon WHERE $6 = 'random_walk') AS bases
	JOIN next USING (entity, "time")
	LEFT JOIN moved ON moved.transition = (f).transition AND moved.horizon = bases.horizon
$forecast$, NULL, true),

('nelson_siegel', 'dynamic Nelson-Siegel: factors of each curve and their autoregression; the query has a column maturity', 'curve', false,
'validation', '{decay,dynamics,lags}', '{}',
$fit$
SELECT jsonb_build_object('decay', decay, 'model', creditspread.var_fit("time", ARRAY[(curve).level, (curve).slope, (curve).curvature],
		jsonb_strip_nulls(jsonb_build_object('method', coalesce($1 ->> 'dynamics', 'ar'), 'lags', coalesce($1 -> 'lags', '1')))))::text
FROM (SELECT "time", decay, creditspread.nelson_siegel_fit(maturity, y, decay) AS curve
	FROM s, (SELECT coalesce(($1 ->> 'decay')::float8, 0.7308) AS decay) AS option
	WHERE y IS NOT NULL GROUP BY "time", decay HAVING count(*) >= 3) AS curves
GROUP BY decay
$fit$,
-- what y is off its curve stays: y moves as its curve does
$forecast$
SELECT s.entity, s."time", horizon,
	s.y + creditspread.nelson_siegel_yield(ROW((f).forecast[1] - (curve).level, (f).forecast[2] - (curve).slope, (f).forecast[3] - (curve).curvature,
		decay, 0, 1, 3, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::@extschema@.nelson_siegel_curve, s.maturity) AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s JOIN (SELECT "time", decay, horizon, curve, creditspread.var_forecast(model, ARRAY[(curve).level, (curve).slope, (curve).curvature],
			NULL::float8[], horizon, $3) OVER (PARTITION BY horizon ORDER BY "time") AS f
		FROM (SELECT "time", decay, model, creditspread.nelson_siegel_fit(maturity, y, decay) AS curve
			FROM s, (SELECT ($6::jsonb ->> 'decay')::float8 AS decay,
				jsonb_populate_record(NULL::@extschema@.var_model, $6::jsonb -> 'model') AS model OFFSET 0) AS fitted
			WHERE y IS NOT NULL GROUP BY "time", decay, model HAVING count(*) >= 3) AS curves, unnest($2) AS horizon) AS factors
	USING ("time")
WHERE (f).forecast IS NOT NULL
$forecast$, NULL, true),

('rnn', 'recurrent network, see rnn_fit', 'series or panel', true, 'method', NULL, '{horizons,feature_names}',
$fit$
SELECT coalesce(creditspread.rnn_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread.rnn_fit(entity, "time", y, features, options) FILTER (WHERE $5))::text
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon, creditspread.rnn_forecast((SELECT $6::@extschema@.rnn_model), y, features, horizon)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT creditspread.model_info($6::@extschema@.rnn_model) -> 'training' AS info) AS described
$validation$, true),

('transformer', 'Transformer, see transformer_fit', 'series or panel', true, 'method', NULL, '{horizons,feature_names}',
$fit$
SELECT coalesce(creditspread.transformer_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread.transformer_fit(entity, "time", y, features, options) FILTER (WHERE $5))::text
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon, creditspread.transformer_forecast((SELECT $6::@extschema@.transformer_model), y, features, horizon)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT creditspread.model_info($6::@extschema@.transformer_model) -> 'training' AS info) AS described
$validation$, true),

('graph_rank', 'network of many series that see each other along relations, see graph_rank_fit', 'panel', true, 'method', NULL,
'{horizons,feature_names}',
-- the option graph is a query for source, target and kind of the relations
$fit$
SELECT creditspread.graph_rank_fit(entity, "time", y, features, "group", graph, options)::text
FROM s, (SELECT creditspread.value_as_given(format('SELECT creditspread.relation_graph(q.source::pg_catalog.text, q.target::pg_catalog.text, '
			'q.kind::pg_catalog.text)::pg_catalog.text '
			|| E'FROM (\n%s\n) AS q (source, target, kind)', $1 ->> 'graph'), $7)::@extschema@.relation_graph AS graph,
		$1 - 'graph' || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon,
		creditspread.graph_rank_forecast((SELECT $6::@extschema@.graph_rank_model), entity, "time", y, features, "group", horizon)
		OVER (PARTITION BY horizon) AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT creditspread.model_info($6::@extschema@.graph_rank_model) -> 'training' AS info) AS described
$validation$, true);

CREATE OR REPLACE FUNCTION creditspread.run_read_only(statement text, given_path text) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_run_read_only' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1;
COMMENT ON FUNCTION creditspread.run_read_only(text, text) IS
	'runs a statement around a query that a user gave, with his search_path; returns the number of rows; what the query calls cannot write: error 25006; temporary tables can be filled';

CREATE FUNCTION creditspread.rows_read_only(statement text, given_path text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_rows_read_only' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1;
COMMENT ON FUNCTION creditspread.rows_read_only(text, text) IS
	'like run_read_only, returns the rows; the caller lists their columns';

CREATE OR REPLACE FUNCTION creditspread.value_as_given(statement text, given_path text) RETURNS text
LANGUAGE sql STRICT SET search_path = pg_catalog, pg_temp
AS $$
	SELECT r.value FROM creditspread.rows_read_only(statement, given_path) AS r (value pg_catalog.text)
$$;
COMMENT ON FUNCTION creditspread.value_as_given(text, text) IS
	'the one value, a text, of a statement around a query that a user gave, run read-only with his search_path; NULL for no statement';

CREATE OR REPLACE FUNCTION creditspread.query_columns(query text, given_path text, OUT name text, OUT type oid, OUT number integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_query_columns' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread.query_columns(text, text) IS 'the columns of a query, which is not run, with their types';

CREATE OR REPLACE FUNCTION creditspread.check_rows(m creditspread.model, in_unit text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad record;
BEGIN
	SELECT r.entity, r."time", r.y INTO bad FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit AND NOT abs(r.y) < 1e150 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '%: y at % is %', m.method, bad."time", bad.y
			USING ERRCODE = '22003', HINT = 'Leave the row out, or give NULL where the method takes a missing value.';
	END IF;
	IF cardinality(m.features) > 0 AND (SELECT k.uses_features FROM creditspread.method k WHERE k.name = m.method) THEN
		SELECT r."time", m.features[array_position(r.features, NULL)] AS feature INTO bad FROM pg_temp.creditspread_rows r
		WHERE r.unit = in_unit AND array_position(r.features, NULL) IS NOT NULL LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '%: feature "%" at % is NULL', m.method, bad.feature, bad."time"
				USING ERRCODE = '22004', HINT = 'Leave such rows out in the query, or fill them there.';
		END IF;
	END IF;
	SELECT r.entity, r."time" INTO bad FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit
	GROUP BY r.entity, r."time" HAVING count(*) > 1 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '%: time % is there twice', m.method, bad."time"
			USING ERRCODE = '23505', HINT = 'Give one row for each time, and the name of each series in column entity.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.check_rows(creditspread.model, text) IS
	'refuses rows that no method takes: y that is NaN, infinite or above 1e150 (22003), a feature that is NULL (22004), the same time twice (23505)';

DROP FUNCTION creditspread.run_as_given(text, text);

CREATE OR REPLACE FUNCTION creditspread.add_version(m creditspread.model, kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	run_id bigint;
BEGIN
	SELECT greatest((SELECT max(q.version) FROM creditspread.model q WHERE q.owner = current_user AND q.name = m.name),
		(SELECT max(q.version) FROM creditspread.run q WHERE q.owner = current_user AND q.model = m.name),
		(SELECT max(q.version) FROM creditspread.forecast q WHERE q.owner = current_user AND q.model = m.name), 0) + 1 INTO m.version;
	run_id := creditspread.start_run(kind, m.name, m.version, '{}'::jsonb);
	INSERT INTO creditspread.model (name, version, status, method, query, search_path, features, horizons, options, level, pool, calendar,
		keep, promote, on_error, seed, extension_version)
	SELECT m.name, m.version, 'training', m.method, m.query, m.search_path, m.features, m.horizons, m.options, m.level, m.pool, m.calendar,
		m.keep, m.promote, m.on_error, (m.options ->> 'seed')::bigint, e.extversion
	FROM pg_extension e WHERE e.extname = 'creditspread';
	RETURN run_id;
END
$$;

CREATE OR REPLACE FUNCTION creditspread.start_train(name text, query text, method text, horizons integer[], options jsonb, pool boolean, calendar text,
	keep integer, promote text, on_error text, given_path text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	m.name := name;
	m.query := rtrim(query, E' \t\n;');
	m.method := method;
	m.horizons := (SELECT array_agg(h ORDER BY h) FROM unnest(horizons) h);
	m.options := coalesce(options, '{}');
	m.level := CASE WHEN jsonb_typeof(m.options -> 'interval_level') = 'number' THEN (m.options ->> 'interval_level')::float8 ELSE 0.9 END;
	m.pool := pool;
	m.calendar := calendar;
	m.keep := keep;
	m.promote := promote;
	m.on_error := on_error;
	m.search_path := given_path;
	IF array_ndims(horizons) > 1 THEN
		m.horizons := horizons;
	END IF;
	PERFORM creditspread.check_definition(m);
	RETURN creditspread.add_version(m, 'train'::text);
END
$$;

CREATE OR REPLACE FUNCTION creditspread.start_retrain(name text) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$ SELECT creditspread.add_version(creditspread.active_model(name, 'retrain'::text), 'retrain'::text) $$;

CREATE OR REPLACE FUNCTION creditspread.validate_rows(m creditspread.model, in_unit text, from_time timestamp, to_time timestamp,
	OUT measures jsonb, OUT widths jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	cut timestamp;
BEGIN
	SELECT percentile_disc(0.85) WITHIN GROUP (ORDER BY r."time") INTO cut
	FROM (SELECT DISTINCT q."time" FROM pg_temp.creditspread_rows q WHERE q.unit = in_unit AND q."time" BETWEEN from_time AND to_time) r;
	SELECT jsonb_build_object('n', sum(h.n), 'mae', sum(h.error) / sum(h.n), 'rmse', sqrt(sum(h.square) / sum(h.n)),
			'random_walk_mae', sum(h.walk_error) / sum(h.n), 'random_walk_rmse', sqrt(sum(h.walk_square) / sum(h.n))),
		jsonb_object_agg(h.horizon, h.sorted[ceil((h.n + 1) * m.level)::integer])
	INTO measures, widths
	FROM (SELECT f.horizon, count(*) AS n, sum(abs(f.forecast - f.actual)) AS error, sum((f.forecast - f.actual) ^ 2) AS square,
			sum(abs(f.random_walk - f.actual)) AS walk_error, sum((f.random_walk - f.actual) ^ 2) AS walk_square,
			array_agg(abs(f.forecast - f.actual) ORDER BY abs(f.forecast - f.actual)) AS sorted
		FROM creditspread.forecast_rows(m, in_unit, creditspread.fit_rows(m, in_unit, from_time, cut), NULL::jsonb, cut, to_time) f
		WHERE f.actual IS NOT NULL AND f.target_time <= to_time GROUP BY f.horizon) h
	HAVING count(*) > 0;
EXCEPTION WHEN OTHERS THEN
	measures := NULL;
	widths := NULL;
END
$$;

CREATE OR REPLACE FUNCTION creditspread.train_series(m creditspread.model, in_unit text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a creditspread.artifact;
	template text;
BEGIN
	a.artifact := creditspread.fit_rows(m, in_unit, timestamp '-infinity', timestamp 'infinity');
	SELECT k.validation INTO template FROM creditspread.method k WHERE k.name = m.method;
	IF template IS NULL THEN
		SELECT v.measures, v.widths INTO a.measures, a.widths FROM creditspread.validate_rows(m, in_unit, timestamp '-infinity', timestamp 'infinity') v;
	ELSE
		EXECUTE 'SELECT jsonb_build_object(''n'', n, ''mae'', mae, ''rmse'', rmse, ''random_walk_mae'', walk_mae, ''random_walk_rmse'', '
			'walk_rmse) FROM (' || template || ') AS v (n, mae, rmse, walk_mae, walk_rmse) WHERE mae IS NOT NULL'
		INTO a.measures USING m.options, m.horizons, m.level, m.features, m.pool, a.artifact, m.search_path;
	END IF;
	INSERT INTO creditspread.artifact (model_id, entity, artifact, status, row_count, data_from, data_to, measures, widths)
	SELECT m.id, in_unit, a.artifact, 'ready', count(*), min(r."time"), max(r."time"), a.measures,
		CASE WHEN k.intervals = 'validation' THEN a.widths END
	FROM creditspread.method k, pg_temp.creditspread_rows r WHERE k.name = m.method AND r.unit = in_unit GROUP BY k.intervals;
END
$$;

CREATE OR REPLACE FUNCTION creditspread.finish_train(r creditspread.run) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	before creditspread.model;
	note text;
	walks text;
BEGIN
	SELECT * INTO before FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.active;
	UPDATE creditspread.model q SET status = 'ready', trained_at = clock_timestamp(), validation_mae = v.mae, validation_rmse = v.rmse,
		validation_random_walk_mae = v.walk_mae, validation_random_walk_rmse = v.walk_rmse
	FROM creditspread.model w, LATERAL (SELECT sum(x.n * x.mae) / sum(x.n) AS mae, sqrt(sum(x.n * x.rmse ^ 2) / sum(x.n)) AS rmse,
			sum(x.n * x.random_walk_mae) / sum(x.n) AS walk_mae, sqrt(sum(x.n * x.random_walk_rmse ^ 2) / sum(x.n)) AS walk_rmse
		FROM creditspread.artifact a, jsonb_to_record(a.measures)
			AS x (n float8, mae float8, rmse float8, random_walk_mae float8, random_walk_rmse float8)
		WHERE a.model_id = w.id AND x.n > 0) v
	WHERE q.id = w.id AND w.owner = current_user AND w.name = r.model AND w.version = r.version
	RETURNING q.* INTO STRICT m;
	IF before.id IS NULL OR m.promote = 'always' OR coalesce(m.validation_mae * before.validation_random_walk_mae
			< before.validation_mae * m.validation_random_walk_mae, before.validation_mae IS NULL) THEN
		PERFORM creditspread.make_active(m.name, m.version);
	ELSE
		note := format('version %s stays active, version %s is not better in validation', before.version, m.version);
	END IF;
	DELETE FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND NOT q.active AND q.version <= (
		SELECT k.version FROM creditspread.model k WHERE k.owner = current_user AND k.name = r.model ORDER BY k.version DESC
		OFFSET m.keep LIMIT 1);
	SELECT format('%s of %s series are forecast by the random walk: %s found nothing else in them',
		count(*) FILTER (WHERE a.random_walk), count(*), m.method) INTO walks
	FROM (SELECT strpos(q.artifact, '"random_walk": true') > 0 AS random_walk FROM creditspread.artifact q
		WHERE q.model_id = m.id AND q.status = 'ready') a
	HAVING bool_or(a.random_walk);
	RETURN nullif(concat_ws('; ', note, walks), '');
END
$$;

CREATE OR REPLACE PROCEDURE creditspread.promote(name text, version integer)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread.lock_briefly(name, 'promote'::text);
	PERFORM creditspread.make_active(name, version);
END
$$;

CREATE OR REPLACE PROCEDURE creditspread.rollback(name text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before integer;
BEGIN
	PERFORM creditspread.lock_briefly(name, 'rollback'::text);
	SELECT max(q.version) INTO before FROM creditspread.model q
	WHERE q.owner = current_user AND q.name = rollback.name AND q.status = 'ready' AND q.version < (
		SELECT a.version FROM creditspread.model a WHERE a.owner = current_user AND a.name = rollback.name AND a.active);
	IF before IS NULL THEN
		RAISE EXCEPTION 'creditspread.rollback: model "%" has no version before the active one', name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview; keep says how many versions are kept.';
	END IF;
	PERFORM creditspread.make_active(name, before);
END
$$;

CREATE OR REPLACE PROCEDURE creditspread.drop(name text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread.lock_briefly(name, 'drop'::text);
	DELETE FROM creditspread.forecast q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.run q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.reader q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.model q WHERE q.owner = current_user AND q.name = drop.name;
END
$$;

CREATE OR REPLACE FUNCTION creditspread.target_times(m creditspread.model, in_unit text,
	OUT entity text, OUT origin timestamp, OUT horizon integer, OUT target_time timestamp)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF m.calendar IS NOT NULL THEN
		RETURN QUERY SELECT l.entity, l.origin, h, coalesce((SELECT c.day FROM pg_temp.creditspread_calendar c WHERE c.day > l.origin::date
				ORDER BY c.day OFFSET h - 1 LIMIT 1), creditspread.refuse(
				format('forecast: the calendar has no %s days after %s, the origin', h, l.origin::date), 'Extend the calendar.'::text, '22023'::text)::date)
				+ (l.origin - date_trunc('day', l.origin))
			FROM (SELECT r.entity, max(r."time") AS origin FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit AND r.y IS NOT NULL
				GROUP BY r.entity) l, unnest(m.horizons) h;
		RETURN;
	END IF;
	RETURN QUERY SELECT s.entity, s.origin, h, CASE
			WHEN s.gap >= interval '27 days' AND s.varying AND s.month_ends THEN
				date_trunc('month', s.origin) + (h * s.months + 1) * interval '1 month' - interval '1 day' + (s.origin - date_trunc('day', s.origin))
			WHEN s.gap >= interval '27 days' AND s.varying THEN s.origin + h * s.months * interval '1 month'
			WHEN s.gap BETWEEN interval '20 hours' AND interval '28 hours' AND s.weekdays THEN
				s.origin + (h + 2 * ((extract(isodow FROM s.origin)::integer - 1 + h) / 5)) * interval '1 day'
			ELSE s.origin + h * coalesce(s.gap, interval '1 day') END
		FROM (SELECT g.entity, max(g."time") FILTER (WHERE g.y IS NOT NULL) AS origin,
				percentile_disc(0.5) WITHIN GROUP (ORDER BY g.gap) AS gap, min(g.gap) < max(g.gap) AS varying,
				round(percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM g.gap)) / (86400 * 30.436875))::integer AS months,
				bool_and(extract(isodow FROM g."time") < 6) AND count(*) > 5 AS weekdays,
				bool_and(extract(day FROM g."time" + interval '1 day') = 1) AS month_ends
			FROM (SELECT r.entity, r."time", r.y, r."time" - lag(r."time") OVER (PARTITION BY r.entity ORDER BY r.place) AS gap,
					max(r.place) OVER (PARTITION BY r.entity) - r.place AS back
				FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit) g
			WHERE g.back < 300 GROUP BY g.entity) s, unnest(m.horizons) h
		WHERE s.origin IS NOT NULL;
END
$$;

CREATE OR REPLACE FUNCTION creditspread.forecast_series(r creditspread.run, m creditspread.model, in_unit text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a creditspread.artifact;
	stored bigint;
BEGIN
	SELECT * INTO a FROM creditspread.artifact q WHERE q.model_id = m.id AND q.entity = in_unit AND q.status = 'ready';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'forecast: version % has no fit of this series', m.version
			USING ERRCODE = '55000', HINT = 'CALL creditspread.retrain fits the series that the query gives now.';
	END IF;
	INSERT INTO creditspread.forecast (model, version, source, entity, origin, horizon, target_time, forecast, lower, upper, level,
		random_walk, made_at, run_id)
	SELECT m.name, m.version, 'forecast', f.entity, f.origin, f.horizon, t.target_time, f.forecast, f.lower, f.upper, m.level,
		f.random_walk, clock_timestamp(), r.id
	FROM (SELECT q.* FROM creditspread.target_times(m, in_unit) q OFFSET 0) t
	JOIN creditspread.forecast_rows(m, in_unit, a.artifact, a.widths,
		(SELECT min(l.origin) FROM (SELECT max(q."time") AS origin FROM pg_temp.creditspread_rows q
			WHERE q.unit = in_unit AND q.y IS NOT NULL GROUP BY q.entity) l), timestamp 'infinity') f
		ON f.entity = t.entity AND f.origin = t.origin AND f.horizon = t.horizon
	ON CONFLICT (owner, model, version, source, entity, origin, horizon) DO UPDATE SET target_time = excluded.target_time,
		forecast = excluded.forecast, lower = excluded.lower, upper = excluded.upper, level = excluded.level,
		random_walk = excluded.random_walk, actual = NULL, made_at = excluded.made_at, run_id = excluded.run_id;
	GET DIAGNOSTICS stored = ROW_COUNT;
	IF stored = 0 THEN
		RAISE EXCEPTION 'forecast: no forecast can be made on the last row' USING ERRCODE = '22023',
			HINT = 'The series needs rows, and as many before the last one as the method looks back.';
	END IF;
	RETURN stored;
END
$$;

CREATE OR REPLACE FUNCTION creditspread.start_forecast(name text, kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	m := creditspread.active_model(name, kind);
	RETURN creditspread.start_run(kind, m.name, m.version, '{}'::jsonb);
END
$$;

CREATE OR REPLACE PROCEDURE creditspread.forecast(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread.carry_out_run(creditspread.start_forecast(name, 'forecast'::pg_catalog.text));
END
$$;

CREATE OR REPLACE PROCEDURE creditspread.update_actuals(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread.carry_out_run(creditspread.start_forecast(name, 'update_actuals'::pg_catalog.text));
END
$$;

CREATE OR REPLACE FUNCTION creditspread.observed(owner name, model text, version integer, entity text, until timestamp, history integer)
RETURNS TABLE ("time" timestamp, y double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	asked record;
BEGIN
	SELECT m.query, m.search_path, m.time_type, d.unit INTO asked FROM creditspread.model m JOIN creditspread.method d ON d.name = m.method
	WHERE m.owner = observed.owner AND m.name = observed.model AND m.version = observed.version AND observed.owner = current_user;
	IF NOT FOUND THEN
		RETURN QUERY SELECT k.t, max(k.y) FROM (
			SELECT f.origin AS t, f.random_walk AS y FROM creditspread.forecast_vs_actual f
			WHERE f.owner = observed.owner AND f.model = observed.model AND f.entity = observed.entity
			UNION ALL
			SELECT f.target_time, f.actual FROM creditspread.forecast_vs_actual f
			WHERE f.owner = observed.owner AND f.model = observed.model AND f.entity = observed.entity) AS k
		WHERE k.y IS NOT NULL AND k.t <= until GROUP BY k.t ORDER BY k.t DESC LIMIT history;
		RETURN;
	END IF;
	RETURN QUERY SELECT r.t, r.y FROM creditspread.rows_read_only(format($query$
		SELECT d.t, d.y FROM (SELECT ''::pg_catalog.text AS entity) AS single, LATERAL (
			SELECT %s AS name, %s AS t, y::pg_catalog.float8 AS y FROM (%s
			) AS data) AS d
		WHERE d.name OPERATOR(pg_catalog.=) %L::pg_catalog.text AND d.t OPERATOR(pg_catalog.<=) %L::pg_catalog.timestamp AND d.y IS NOT NULL
		ORDER BY d.t DESC LIMIT %L $query$,
		CASE asked.unit WHEN 'curve' THEN 'pg_catalog.ltrim(pg_catalog.concat(entity, '' '', maturity))' ELSE 'entity::pg_catalog.text' END,
		CASE asked.time_type WHEN 'timestamp with time zone' THEN 'pg_catalog.timezone(''UTC'', "time")' ELSE '"time"::pg_catalog.timestamp' END,
		asked.query, entity, until, history), asked.search_path) AS r (t timestamp, y double precision);
END $$;

CREATE OR REPLACE FUNCTION creditspread.forecast_chart(
	model text,
	entity text DEFAULT NULL,
	history integer DEFAULT 250,
	origin timestamp DEFAULT NULL,
	owner name DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	shown record;
	entities text[];
	band text;
	chart text;
BEGIN
	IF history IS NULL OR history NOT BETWEEN 1 AND 1000000 THEN
		RAISE EXCEPTION 'forecast_chart: history is %, must be from 1 to 1000000', coalesce(history::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is the number of observed values before the forecast.';
	END IF;
	SELECT * INTO chosen FROM creditspread.readable_model(model, owner);
	SELECT array_agg(DISTINCT f.entity ORDER BY f.entity) INTO entities FROM creditspread.forecast_vs_actual f
	WHERE f.owner = chosen.owner AND f.model = forecast_chart.model;
	IF entity IS NULL AND cardinality(entities) > 1 THEN
		RAISE EXCEPTION 'forecast_chart: model "%" has % series', model, cardinality(entities) USING ERRCODE = 'invalid_parameter_value',
			HINT = format('Give one as entity: %s%s.', array_to_string(entities[:10], ', '), CASE WHEN cardinality(entities) > 10 THEN ', ...' ELSE '' END);
	END IF;
	entity := coalesce(entity, entities[1]);
	SELECT f.version, f.source, f.origin, max(f.level) AS level, max(f.target_time) AS last_target, bool_or(f.lower IS NOT NULL) AS bounded INTO shown
	FROM creditspread.forecast_vs_actual f
	WHERE f.owner = chosen.owner AND f.model = forecast_chart.model AND f.entity = forecast_chart.entity
		AND (forecast_chart.origin IS NULL OR f.origin = forecast_chart.origin)
	GROUP BY f.version, f.source, f.origin ORDER BY f.source = 'forecast' DESC, f.origin DESC, f.version = chosen.version DESC, f.version DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'forecast_chart: no forecast of model "%"% is stored', model,
			CASE WHEN coalesce(entity, '') = '' THEN '' ELSE format(', series "%s"', entity) END || coalesce(' from ' || origin, '') USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('Make one: CALL creditspread.forecast(%L).', model);
	END IF;
	band := CASE WHEN shown.bounded THEN format('forecast, %s %% interval', round((100 * shown.level)::numeric, 1)::double precision) ELSE 'forecast' END;
	WITH target AS (
		SELECT f.target_time, f.forecast, f.lower, f.upper, f.random_walk, f.actual FROM creditspread.forecast_vs_actual f
		WHERE f.owner = chosen.owner AND f.model = forecast_chart.model AND f.entity = forecast_chart.entity
			AND f.version = shown.version AND f.source = shown.source AND f.origin = shown.origin
	), row (t, y, lower, upper, series) AS (
		SELECT o."time", o.y, NULL::double precision, NULL::double precision, 'observed'
		FROM creditspread.observed(chosen.owner, model, shown.version, entity, shown.origin, history) o WHERE o."time" < shown.origin
		UNION ALL
		SELECT o."time", o.y, NULL, NULL, 'observed'
		FROM creditspread.observed(chosen.owner, model, shown.version, entity, shown.last_target, history) o
		WHERE o."time" > shown.origin AND o."time" NOT IN (SELECT t.target_time FROM target t WHERE t.actual IS NOT NULL)
		UNION ALL SELECT t.target_time, t.actual, NULL, NULL, 'observed' FROM target t WHERE t.actual IS NOT NULL
		UNION ALL SELECT t.target_time, t.forecast, t.lower, t.upper, band FROM target t
		UNION ALL SELECT t.target_time, t.random_walk, NULL, NULL, 'random walk' FROM target t
		UNION ALL SELECT * FROM (SELECT shown.origin, t.random_walk, start.bound, start.bound, start.series
			FROM target t, LATERAL (VALUES ('observed', NULL), (band, CASE WHEN shown.bounded THEN t.random_walk END), ('random walk', NULL)) AS start (series, bound)
			ORDER BY t.target_time LIMIT 3) AS first
	)
	SELECT creditspread.line_chart(r.t, r.y, r.lower, r.upper, r.series,
		jsonb_build_object('title', model || CASE entity WHEN '' THEN '' ELSE ', ' || entity END,
			'series', ARRAY['observed', band, 'random walk'], 'faint', ARRAY['random walk']) || coalesce(options, '{}'))
	INTO chart FROM row r;
	RETURN chart;
END $$;

CREATE OR REPLACE FUNCTION creditspread.accuracy_chart(
	model text,
	entity text DEFAULT NULL,
	measure text DEFAULT 'mae',
	source text DEFAULT NULL,
	owner name DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	shown record;
	chart text;
BEGIN
	IF measure IS NULL OR measure NOT IN ('mae', 'rmse') THEN
		RAISE EXCEPTION 'accuracy_chart: measure is %, must be mae or rmse', coalesce('"' || measure || '"', 'NULL') USING ERRCODE = 'invalid_parameter_value';
	ELSIF source NOT IN ('forecast', 'backtest') THEN
		RAISE EXCEPTION 'accuracy_chart: source is "%", must be forecast or backtest', source USING ERRCODE = 'invalid_parameter_value',
			HINT = 'NULL takes the backtest if there is one.';
	END IF;
	SELECT * INTO chosen FROM creditspread.readable_model(model, owner);
	SELECT a.version, a.source, count(DISTINCT a.entity) AS entities, min(a.entity) AS entity INTO shown FROM creditspread.accuracy a
	WHERE a.owner = chosen.owner AND a.model = accuracy_chart.model AND (accuracy_chart.entity IS NULL OR a.entity = accuracy_chart.entity)
		AND (accuracy_chart.source IS NULL OR a.source = accuracy_chart.source)
	GROUP BY a.version, a.source ORDER BY a.version = chosen.version DESC, a.version DESC, a.source = 'backtest' DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'accuracy_chart: no forecast of model "%"% has an actual value yet', model, CASE WHEN entity IS NULL THEN '' ELSE format(', series "%s"', entity) END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('Make some of the past: CALL creditspread.backtest(%L).', model);
	END IF;
	SELECT creditspread.bar_chart(array_agg(g.horizon || coalesce(E'\n' || CASE WHEN g.p < 0.001 THEN 'p < 0.001' ELSE 'p = ' || round(g.p::numeric, 3) END, '') ORDER BY g.horizon),
		ARRAY[chosen.method, 'random walk'], ARRAY[array_agg(g.error ORDER BY g.horizon), array_agg(g.random_walk ORDER BY g.horizon)],
		jsonb_build_object('title', format('%s%s: %s, %s of version %s', model,
				CASE WHEN shown.entities > 1 THEN format(', %s series', shown.entities) WHEN shown.entity <> '' THEN ', ' || shown.entity ELSE '' END,
				CASE measure WHEN 'mae' THEN 'mean absolute error' ELSE 'root mean squared error' END, CASE shown.source WHEN 'backtest' THEN 'backtest' ELSE 'forecasts' END, shown.version),
			'x_label', 'horizon, rows ahead' || CASE WHEN bool_or(g.p IS NOT NULL) THEN '; p of the Diebold-Mariano test' ELSE '' END)
			|| coalesce(options, '{}'))
	INTO chart
	FROM (SELECT a.horizon, CASE WHEN shown.entities = 1 THEN max(a.dm_p_value) END AS p,
			CASE measure WHEN 'mae' THEN sum(a.n * a.mae) / sum(a.n) ELSE sqrt(sum(a.n * a.rmse ^ 2) / sum(a.n)) END AS error,
			CASE measure WHEN 'mae' THEN sum(a.n * a.random_walk_mae) / sum(a.n) ELSE sqrt(sum(a.n * a.random_walk_rmse ^ 2) / sum(a.n)) END AS random_walk
		FROM creditspread.accuracy a
		WHERE a.owner = chosen.owner AND a.model = accuracy_chart.model AND a.version = shown.version AND a.source = shown.source
			AND (accuracy_chart.entity IS NULL OR a.entity = accuracy_chart.entity)
		GROUP BY a.horizon) AS g;
	RETURN chart;
END $$;

CREATE OR REPLACE FUNCTION creditspread.number_text(value double precision, decimals integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN value IS NULL THEN '&#8211;' ELSE replace(CASE WHEN abs(value) < 1e9 THEN round(value::numeric, decimals)::text
		WHEN abs(value) < 'infinity' THEN btrim(to_char(value, '9.999EEEE')) ELSE value::text END, '-', '&#8722;') END
$$;
COMMENT ON FUNCTION creditspread.number_text(double precision, integer) IS
	'a number as the report shows it, with so many decimals, or from 1e9 on with three and its power of ten; NULL as a dash';

CREATE OR REPLACE FUNCTION creditspread.report_history(owner name, model text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT E'<h2>Versions</h2>\n' || coalesce((SELECT creditspread.html_table('{method,status,trained (UTC),data to,version,rows,fits,failed,MAE,random walk}'::text[], string_agg(
			creditspread.html_row(ARRAY[creditspread.xml_escape(m.method), m.status || CASE WHEN m.active THEN ', active' ELSE '' END,
					creditspread.time_text(timezone('UTC', m.trained_at)::timestamp(0)), creditspread.time_text(m.data_to)],
				ARRAY[m.version::text, m.rows::text, m.entities::text, m.failed::text, creditspread.number_text(m.mae, 4), creditspread.number_text(m.random_walk_mae, 4)]),
			'' ORDER BY m.version DESC), 4)
		FROM (SELECT * FROM creditspread.model_overview o WHERE o.owner = report_history.owner AND o.model = report_history.model
			ORDER BY o.version DESC LIMIT 20) AS m), '')
	|| coalesce(E'<h2>Last runs</h2>\n' || (SELECT creditspread.html_table('{run,started (UTC),status,message,version,seconds,series,failed}'::text[], string_agg(
			creditspread.html_row(ARRAY[r.kind, creditspread.time_text(timezone('UTC', r.started)::timestamp(0)), r.status, creditspread.xml_escape(coalesce(r.message, ''))],
				ARRAY[r.version::text, creditspread.number_text(CASE WHEN r.ended IS NULL THEN NULL ELSE r.seconds END, 1), r.series_done::text, r.series_failed::text]),
			'' ORDER BY r.run_id DESC), 4)
		FROM (SELECT * FROM creditspread.run_log l WHERE l.owner = report_history.owner AND l.model = report_history.model
			ORDER BY l.run_id DESC LIMIT 20) AS r), '')
$$;

CREATE OR REPLACE FUNCTION creditspread.report(name text, owner name DEFAULT NULL, history integer DEFAULT 250, charts integer DEFAULT 6) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	series text;
	forecasts text;
	accuracy text;
	body text;
BEGIN
	IF charts IS NULL OR charts NOT BETWEEN 0 AND 100 THEN
		RAISE EXCEPTION 'report: charts is %, must be from 0 to 100', coalesce(charts::text, 'NULL') USING ERRCODE = 'invalid_parameter_value',
			HINT = 'It is the number of series that have their forecast drawn.';
	END IF;
	SELECT * INTO chosen FROM creditspread.readable_model(name, owner);
	forecasts := creditspread.report_forecasts(chosen.owner, name);
	accuracy := creditspread.report_accuracy(chosen.owner, name);
	body := format(E'<header><h1>%s</h1><p>owner %s, %s UTC</p></header>\n<main>\n', creditspread.xml_escape(name), creditspread.xml_escape(chosen.owner::text),
			to_char(timezone('UTC', now()), 'YYYY-MM-DD HH24:MI')) || creditspread.report_summary(chosen.owner, name) || E'<h2>Forecasts</h2>\n';
	FOR series IN SELECT DISTINCT l.entity FROM creditspread.forecast_latest l WHERE l.owner = chosen.owner AND l.model = name ORDER BY 1 LIMIT charts
	LOOP
		body := body || E'<figure>' || creditspread.forecast_chart(name, series, history, NULL::timestamp, chosen.owner, NULL::jsonb) || E'</figure>\n';
	END LOOP;
	body := body || coalesce(forecasts, E'<p>None is stored.</p>\n') || E'<h2>Accuracy</h2>\n';
	IF accuracy IS NOT NULL THEN
		body := body || '<figure>' || creditspread.accuracy_chart(name, NULL::text, 'mae'::text, NULL::text, chosen.owner, NULL::jsonb) || E'</figure>\n';
	END IF;
	body := body || coalesce(accuracy || E'<p>MAE mean absolute error, RMSE root mean squared error, bias mean of forecast less actual, all in units of y. DM is the Diebold-Mariano statistic against the random walk, negative when the model is better, with its two-sided p-value.</p>\n',
		E'<p>No forecast has an actual value yet.</p>\n') || creditspread.report_history(chosen.owner, name);
	RETURN format(E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n<meta name="viewport" content="width=device-width"/>\n'
		'<meta name="color-scheme" content="light dark"/>\n<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n%s</main>\n</body>\n</html>\n', creditspread.xml_escape(name), $style$
:root{color-scheme:light dark}
body{margin:0 auto;padding:24px;max-width:920px;font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:#24292f;background:#fff}
h1{margin:0;font-size:26px}h2{margin:36px 0 12px;font-size:18px;border-bottom:1px solid #d5d9de;padding-bottom:4px}
header p{margin:2px 0 18px;color:#5b626b}
dl{display:grid;gap:4px;margin:0}dl div{display:grid;grid-template-columns:110px 1fr;gap:12px}dt{color:#5b626b}dd{margin:0;overflow-wrap:anywhere}
code{font:13px ui-monospace,"DejaVu Sans Mono",monospace}
figure{margin:0 0 16px}figure svg{width:100%;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px;width:100%}
th,td{padding:4px 7px;text-align:left;border-bottom:1px solid #e3e6ea;vertical-align:top}th{font-weight:600;color:#5b626b;vertical-align:bottom}
.number{text-align:right;font-variant-numeric:tabular-nums}td{white-space:nowrap}td span{white-space:normal;overflow-wrap:break-word}
@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#15181c}header p,dt,th{color:#a0a7b0}h2{border-color:#3a4048}th,td{border-color:#2b3037}}
@media print{body{max-width:none;padding:0;font-size:12px}figure,tr{break-inside:avoid}h2{break-after:avoid}.wide{overflow:visible}}
$style$, body);
END $$;

CREATE OR REPLACE FUNCTION creditspread.start_backtest(name text, origins integer, refit_every integer, window_type text, gap integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	bad text;
BEGIN
	SELECT format('%s is %s', a.name, coalesce(a.value::text, 'NULL')) INTO bad
	FROM (VALUES ('origins', origins, 1), ('refit_every', refit_every, 1), ('gap', gap, 0)) AS a (name, value, least_value)
	WHERE a.value IS NULL OR a.value NOT BETWEEN a.least_value AND 1000000 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.backtest: %', bad
			USING ERRCODE = '22023', HINT = 'Give origins and refit_every from 1, gap from 0, all to 1000000.';
	ELSIF window_type IS NULL OR window_type NOT IN ('expanding', 'rolling') THEN
		RAISE EXCEPTION 'creditspread.backtest: window_type is %', coalesce(format('"%s"', window_type), 'NULL')
			USING ERRCODE = '22023', HINT = 'Give ''expanding'' or ''rolling''.';
	END IF;
	m := creditspread.active_model(name, 'backtest'::text);
	RETURN creditspread.start_run('backtest'::text, m.name, m.version, jsonb_build_object('origins', origins, 'refit_every', refit_every,
		'window_type', window_type, 'gap', gap, 'blocks', (origins + refit_every - 1) / refit_every));
END
$$;

-- A view that was made while an operator of another role stood beside those of pg_catalog may have columns of that one's
-- type, which cannot be replaced.
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE c.relnamespace = 'creditspread'::regnamespace AND c.relkind = 'v' AND a.atttypid <> CASE
				WHEN a.attname IN ('gain', 'percent', 'seconds_left', 'error', 'random_walk_error') THEN 'float8'::regtype
				WHEN a.attname IN ('horizons', 'features', 'better') THEN 'text'::regtype ELSE a.atttypid END) THEN
		DROP VIEW creditspread.progress, creditspread.run_log, creditspread.freshness, creditspread.comparison, creditspread.accuracy,
			creditspread.forecast_latest, creditspread.forecast_vs_actual, creditspread.model_overview;
	END IF;
END
$$;

CREATE OR REPLACE VIEW creditspread.model_overview WITH (security_barrier) AS
SELECT m.owner::text AS owner, m.name AS model, m.version, m.method, m.active, m.status, m.trained_at, m.data_from, m.data_to,
	m.row_count::integer AS rows, coalesce(a.entities, 0)::integer AS entities, coalesce(a.failed, 0)::integer AS failed,
	array_to_string(m.horizons, ', ') AS horizons, array_to_string(m.features, ', ') AS features, m.options::text AS options, m.level,
	m.validation_mae AS mae, m.validation_random_walk_mae AS random_walk_mae,
	m.validation_rmse AS rmse, m.validation_random_walk_rmse AS random_walk_rmse,
	1 - m.validation_mae / nullif(m.validation_random_walk_mae, 0) AS gain, m.extension_version
FROM creditspread.model m
LEFT JOIN (SELECT model_id, count(*) AS entities, count(*) FILTER (WHERE status = 'failed') AS failed
		FROM creditspread.artifact GROUP BY model_id) a ON a.model_id = m.id
WHERE m.owner = ANY ((SELECT creditspread.readable_owners())::name[])
	OR (m.owner, m.name) IN (SELECT s.owner, s.model FROM creditspread.shared_models() s);
COMMENT ON VIEW creditspread.model_overview IS 'versions of models: what they are and how good they were in validation';
COMMENT ON COLUMN creditspread.model_overview.owner IS 'role that trained it';
COMMENT ON COLUMN creditspread.model_overview.model IS 'name of the model';
COMMENT ON COLUMN creditspread.model_overview.version IS 'version, counted from 1';
COMMENT ON COLUMN creditspread.model_overview.method IS 'method, as in creditspread.method';
COMMENT ON COLUMN creditspread.model_overview.active IS 'whether forecasts are made with this version';
COMMENT ON COLUMN creditspread.model_overview.status IS 'training or ready';
COMMENT ON COLUMN creditspread.model_overview.trained_at IS 'when the training was complete';
COMMENT ON COLUMN creditspread.model_overview.data_from IS 'first time of the data';
COMMENT ON COLUMN creditspread.model_overview.data_to IS 'last time of the data';
COMMENT ON COLUMN creditspread.model_overview.rows IS 'rows of the data';
COMMENT ON COLUMN creditspread.model_overview.entities IS 'fits: one for each series, or one for all';
COMMENT ON COLUMN creditspread.model_overview.failed IS 'fits that failed';
COMMENT ON COLUMN creditspread.model_overview.horizons IS 'rows ahead';
COMMENT ON COLUMN creditspread.model_overview.features IS 'names of the features';
COMMENT ON COLUMN creditspread.model_overview.options IS 'options of the method';
COMMENT ON COLUMN creditspread.model_overview.level IS 'coverage that the intervals aim at';
COMMENT ON COLUMN creditspread.model_overview.mae IS 'mean absolute error in validation, in units of y';
COMMENT ON COLUMN creditspread.model_overview.random_walk_mae IS 'that of the random walk on the same rows';
COMMENT ON COLUMN creditspread.model_overview.rmse IS 'root mean squared error in validation, in units of y';
COMMENT ON COLUMN creditspread.model_overview.random_walk_rmse IS 'that of the random walk on the same rows';
COMMENT ON COLUMN creditspread.model_overview.gain IS 'share of the random walk''s mae that the model saves; negative when it is worse';
COMMENT ON COLUMN creditspread.model_overview.extension_version IS 'version of the extension that trained it';

CREATE OR REPLACE VIEW creditspread.forecast_vs_actual WITH (security_barrier) AS
SELECT f.owner::text AS owner, f.model, f.version, f.source, f.entity, f.origin, f.origin::date AS origin_date, f.horizon,
	f.target_time, f.target_time::date AS target_date, f.forecast, f.lower, f.upper, f.level, f.random_walk, f.actual,
	f.forecast - f.actual AS error, f.random_walk - f.actual AS random_walk_error,
	f.actual BETWEEN f.lower AND f.upper AS inside_interval, f.made_at
FROM creditspread.forecast f
WHERE f.owner = ANY ((SELECT creditspread.readable_owners())::name[])
	OR (f.owner, f.model) IN (SELECT s.owner, s.model FROM creditspread.shared_models() s);
COMMENT ON VIEW creditspread.forecast_vs_actual IS 'all stored forecasts beside what came true';
COMMENT ON COLUMN creditspread.forecast_vs_actual.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast_vs_actual.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast_vs_actual.version IS 'version that made the forecast';
COMMENT ON COLUMN creditspread.forecast_vs_actual.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.forecast_vs_actual.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.forecast_vs_actual.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast_vs_actual.origin_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_vs_actual.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast_vs_actual.target_time IS 'time that is forecast; expected until the row is known';
COMMENT ON COLUMN creditspread.forecast_vs_actual.target_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_vs_actual.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast_vs_actual.lower IS 'lower bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_vs_actual.upper IS 'upper bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_vs_actual.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast_vs_actual.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast_vs_actual.actual IS 'what came true; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast_vs_actual.error IS 'forecast less actual';
COMMENT ON COLUMN creditspread.forecast_vs_actual.random_walk_error IS 'random walk less actual';
COMMENT ON COLUMN creditspread.forecast_vs_actual.inside_interval IS 'whether actual lies between lower and upper';
COMMENT ON COLUMN creditspread.forecast_vs_actual.made_at IS 'when the forecast was made';

CREATE OR REPLACE VIEW creditspread.forecast_latest WITH (security_barrier) AS
SELECT owner, model, version, entity, origin, origin_date, horizon, target_time, target_date, forecast, lower, upper, level,
	random_walk, actual, made_at
FROM (SELECT f.*, rank() OVER (PARTITION BY f.owner, f.model, f.entity ORDER BY m.version IS NULL, f.version DESC) AS place
	FROM creditspread.forecast_vs_actual f
	JOIN (SELECT owner, model, entity, max(origin) AS origin FROM creditspread.forecast_vs_actual
			WHERE source = 'forecast' GROUP BY owner, model, entity) l USING (owner, model, entity, origin)
	LEFT JOIN (SELECT owner, name, version FROM creditspread.model WHERE active) m
		ON m.owner = f.owner AND m.name = f.model AND m.version = f.version
	WHERE f.source = 'forecast') AS ranked
WHERE place = 1;
COMMENT ON VIEW creditspread.forecast_latest IS
	'the forecasts of the last origin of each series, by the active version if it has made some';
COMMENT ON COLUMN creditspread.forecast_latest.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast_latest.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast_latest.version IS 'version that made the forecast';
COMMENT ON COLUMN creditspread.forecast_latest.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.forecast_latest.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast_latest.origin_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_latest.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast_latest.target_time IS 'time that is forecast; expected until the row is known';
COMMENT ON COLUMN creditspread.forecast_latest.target_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_latest.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast_latest.lower IS 'lower bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_latest.upper IS 'upper bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_latest.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast_latest.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast_latest.actual IS 'what came true; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast_latest.made_at IS 'when the forecast was made';

CREATE OR REPLACE VIEW creditspread.accuracy WITH (security_barrier) AS
SELECT owner, model, version, source, entity, horizon, n, (measures).mae, (measures).mape, (measures).rmse,
	(measures).rsr, (measures).sdape, (measures).bias, (walk).mae AS random_walk_mae, (walk).rmse AS random_walk_rmse,
	coverage, level, (test).statistic AS dm_statistic, (test).p_value AS dm_p_value,
	CASE (test).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (test).better END AS better
FROM (SELECT owner, model, version, source, entity, horizon, count(*)::integer AS n,
		creditspread.forecast_accuracy(actual, forecast ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS measures,
		creditspread.forecast_accuracy(actual, random_walk ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS walk, avg(inside_interval::integer)::double precision AS coverage, max(level) AS level,
		creditspread.dm_test(origin, actual, forecast, random_walk, jsonb_build_object('horizon', horizon))
			FILTER (WHERE observations >= greatest(10, 2 * horizon) AND widest < 1e70 AND deviation > 1e-9 * largest) AS test
	FROM (SELECT *, count(*) OVER g AS observations, max(greatest(abs(error), abs(random_walk_error))) OVER g AS widest,
			coalesce(min(abs(nullif(actual, 0))) OVER g, 1) AS least,
			stddev_pop(error ^ 2 - random_walk_error ^ 2) FILTER (WHERE abs(error) < 1e70 AND abs(random_walk_error) < 1e70) OVER g AS deviation,
			max(abs(error ^ 2 - random_walk_error ^ 2)) OVER g AS largest
		FROM creditspread.forecast_vs_actual WHERE actual IS NOT NULL
		WINDOW g AS (PARTITION BY owner, model, version, source, entity, horizon)) AS known
	GROUP BY owner, model, version, source, entity, horizon) AS grouped;
COMMENT ON VIEW creditspread.accuracy IS
	'how good the stored forecasts were, beside the random walk: a row for each version, source, series and horizon, over the forecasts whose actual value is known';
COMMENT ON COLUMN creditspread.accuracy.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.accuracy.model IS 'name of the model';
COMMENT ON COLUMN creditspread.accuracy.version IS 'version that made the forecasts';
COMMENT ON COLUMN creditspread.accuracy.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.accuracy.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.accuracy.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.accuracy.n IS 'forecasts with a known actual value';
COMMENT ON COLUMN creditspread.accuracy.mae IS 'mean absolute error, in units of y';
COMMENT ON COLUMN creditspread.accuracy.mape IS 'mean of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN creditspread.accuracy.rmse IS 'root mean squared error, in units of y';
COMMENT ON COLUMN creditspread.accuracy.rsr IS 'rmse over the standard deviation of the actual values; NULL when they do not vary';
COMMENT ON COLUMN creditspread.accuracy.sdape IS 'standard deviation of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN creditspread.accuracy.bias IS 'mean of forecast less actual, in units of y';
COMMENT ON COLUMN creditspread.accuracy.random_walk_mae IS 'mean absolute error of the random walk';
COMMENT ON COLUMN creditspread.accuracy.random_walk_rmse IS 'root mean squared error of the random walk';
COMMENT ON COLUMN creditspread.accuracy.coverage IS 'share of the actual values inside of the interval; NULL without intervals';
COMMENT ON COLUMN creditspread.accuracy.level IS 'share that the interval aims at';
COMMENT ON COLUMN creditspread.accuracy.dm_statistic IS
	'Diebold-Mariano statistic of squared errors against the random walk, Bartlett weights, negative when the model is better; NULL with fewer than 10 or 2 * horizon forecasts, when all losses are equal, or with an error of 1e70 or more';
COMMENT ON COLUMN creditspread.accuracy.dm_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.accuracy.better IS 'model or random_walk, if the p-value is below 0.05; else neither; NULL without a test';

CREATE OR REPLACE VIEW creditspread.comparison WITH (security_barrier) AS
SELECT first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon,
	n, (first).mae AS first_mae, (second).mae AS second_mae,
	(first).rmse AS first_rmse, (second).rmse AS second_rmse, (test).statistic AS dm_statistic, (test).p_value AS dm_p_value, (test).better
FROM (SELECT first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon,
		count(*)::integer AS n, bool_and(same) AS same, creditspread.forecast_accuracy(actual, first ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS first,
		creditspread.forecast_accuracy(actual, second ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS second,
		creditspread.dm_test(origin, actual, first, second, jsonb_build_object('horizon', horizon))
			FILTER (WHERE observations >= greatest(10, 2 * horizon) AND widest < 1e70 AND deviation > 1e-9 * largest) AS test
	FROM (SELECT a.owner AS first_owner, a.model AS first_model, a.version AS first_version, b.owner AS second_owner,
			b.model AS second_model, b.version AS second_version, a.source, a.entity, a.horizon, a.origin, a.actual,
			a.forecast AS first, b.forecast AS second, a.actual = b.actual AS same, count(*) OVER g AS observations,
			max(greatest(abs(a.error), abs(b.error))) OVER g AS widest, coalesce(min(abs(nullif(a.actual, 0))) OVER g, 1) AS least,
			max(abs(a.error ^ 2 - b.error ^ 2)) OVER g AS largest,
			stddev_pop(a.error ^ 2 - b.error ^ 2) FILTER (WHERE abs(a.error) < 1e70 AND abs(b.error) < 1e70) OVER g AS deviation
		FROM creditspread.forecast_vs_actual a
		JOIN creditspread.forecast_vs_actual b USING (source, entity, horizon, origin)
		WHERE a.actual IS NOT NULL AND b.actual IS NOT NULL AND (a.owner, a.model, a.version) < (b.owner, b.model, b.version)
		WINDOW g AS (PARTITION BY a.owner, a.model, a.version, b.owner, b.model, b.version, a.source, a.entity, a.horizon)) AS pair
	GROUP BY first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon) AS grouped
WHERE same;
COMMENT ON VIEW creditspread.comparison IS
	'any two models, or versions of one, of the same data: their forecasts of the same series, origins and horizons, if the actual values are the same at all of them';
COMMENT ON COLUMN creditspread.comparison.first_owner IS 'owner of the first model';
COMMENT ON COLUMN creditspread.comparison.first_model IS 'name of the first model';
COMMENT ON COLUMN creditspread.comparison.first_version IS 'its version';
COMMENT ON COLUMN creditspread.comparison.second_owner IS 'owner of the second model';
COMMENT ON COLUMN creditspread.comparison.second_model IS 'name of the second model';
COMMENT ON COLUMN creditspread.comparison.second_version IS 'its version';
COMMENT ON COLUMN creditspread.comparison.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.comparison.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.comparison.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.comparison.n IS 'common forecasts with a known actual value';
COMMENT ON COLUMN creditspread.comparison.first_mae IS 'mean absolute error of the first, in units of y';
COMMENT ON COLUMN creditspread.comparison.second_mae IS 'mean absolute error of the second';
COMMENT ON COLUMN creditspread.comparison.first_rmse IS 'root mean squared error of the first';
COMMENT ON COLUMN creditspread.comparison.second_rmse IS 'root mean squared error of the second';
COMMENT ON COLUMN creditspread.comparison.dm_statistic IS
	'Diebold-Mariano statistic of squared errors, Bartlett weights, negative when the first is better; NULL with fewer than 10 or 2 * horizon forecasts, when all losses are equal, or with an error of 1e70 or more';
COMMENT ON COLUMN creditspread.comparison.dm_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.comparison.better IS 'first or second, if the p-value is below 0.05; else neither; NULL without a test';

CREATE OR REPLACE VIEW creditspread.freshness WITH (security_barrier) AS
SELECT m.owner, m.model, m.version, m.trained_at, m.data_to, f.made_at AS forecast_at, f.origin AS last_origin, f.next_target,
	f.last_actual,
	(extract(epoch FROM now() - m.trained_at) / 86400)::double precision AS model_age,
	(extract(epoch FROM timezone('UTC', now()) - f.origin) / 86400)::double precision AS forecast_age,
	coalesce(f.next_target + interval '1 day' < timezone('UTC', now()), true) AS stale
FROM creditspread.model_overview m
LEFT JOIN (SELECT owner, model, max(made_at) AS made_at, max(origin) AS origin, max(last_actual) AS last_actual,
		min(next_target) FILTER (WHERE latest) AS next_target
	FROM (SELECT owner, model, origin, max(made_at) AS made_at, max(target_time) FILTER (WHERE actual IS NOT NULL) AS last_actual,
			min(target_time) AS next_target, origin = max(origin) OVER (PARTITION BY owner, model) AS latest
		FROM creditspread.forecast_vs_actual WHERE source = 'forecast' GROUP BY owner, model, origin) AS day
	GROUP BY owner, model) f ON f.owner = m.owner AND f.model = m.model
WHERE m.active;
COMMENT ON VIEW creditspread.freshness IS 'how old the active models and their forecasts are';
COMMENT ON COLUMN creditspread.freshness.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.freshness.model IS 'name of the model';
COMMENT ON COLUMN creditspread.freshness.version IS 'active version';
COMMENT ON COLUMN creditspread.freshness.trained_at IS 'when it was trained';
COMMENT ON COLUMN creditspread.freshness.data_to IS 'last time of the data it was trained on';
COMMENT ON COLUMN creditspread.freshness.forecast_at IS 'when forecasts were made last';
COMMENT ON COLUMN creditspread.freshness.last_origin IS 'last row that a forecast knew';
COMMENT ON COLUMN creditspread.freshness.next_target IS 'nearest time forecast from there';
COMMENT ON COLUMN creditspread.freshness.last_actual IS 'last time forecast whose actual value is known';
COMMENT ON COLUMN creditspread.freshness.model_age IS 'days since the training';
COMMENT ON COLUMN creditspread.freshness.forecast_age IS 'days since the last origin';
COMMENT ON COLUMN creditspread.freshness.stale IS
	'whether the nearest time forecast passed more than a day ago, or no forecast was made: newer data should be there';

CREATE OR REPLACE VIEW creditspread.run_log WITH (security_barrier) AS
SELECT r.id AS run_id, r.owner::text AS owner, r.model, r.version, r.kind, r.started, r.ended,
	CASE WHEN r.status = 'running' AND NOT creditspread.is_at_work(r.owner, r.model, r.pid) THEN 'died' ELSE r.status END AS status,
	r.message, r.code, r.pid, r.series_total, r.series_done, r.series_failed, r.steps_total, r.steps_done, r.rows_stored::integer AS rows_stored,
	extract(epoch FROM coalesce(r.ended, clock_timestamp()) - r.started)::double precision AS seconds
FROM creditspread.run r
WHERE r.owner = ANY ((SELECT creditspread.readable_owners())::name[])
	OR (r.owner, r.model) IN (SELECT s.owner, s.model FROM creditspread.shared_models() s);
COMMENT ON VIEW creditspread.run_log IS 'log of the procedures';
COMMENT ON COLUMN creditspread.run_log.run_id IS 'number of the run';
COMMENT ON COLUMN creditspread.run_log.owner IS 'role that ran it';
COMMENT ON COLUMN creditspread.run_log.model IS 'name of the model';
COMMENT ON COLUMN creditspread.run_log.version IS 'version that was trained or used';
COMMENT ON COLUMN creditspread.run_log.kind IS 'train, retrain, forecast, backtest or update_actuals';
COMMENT ON COLUMN creditspread.run_log.started IS 'when it began';
COMMENT ON COLUMN creditspread.run_log.ended IS 'when it ended; NULL while it runs';
COMMENT ON COLUMN creditspread.run_log.status IS 'running, done, failed, or died: its session ended before it';
COMMENT ON COLUMN creditspread.run_log.message IS 'the error of a failed run, or what is to be said of a complete one';
COMMENT ON COLUMN creditspread.run_log.code IS 'SQLSTATE of a failed run';
COMMENT ON COLUMN creditspread.run_log.pid IS 'process of the session';
COMMENT ON COLUMN creditspread.run_log.series_total IS 'fits or series to work on';
COMMENT ON COLUMN creditspread.run_log.series_done IS 'how many of them are done, the failed ones included';
COMMENT ON COLUMN creditspread.run_log.series_failed IS 'how many of them failed';
COMMENT ON COLUMN creditspread.run_log.steps_total IS 'steps of work: a fit or a series each, in a backtest a fit and the forecasts of its origins';
COMMENT ON COLUMN creditspread.run_log.steps_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.run_log.rows_stored IS 'forecasts stored, or actual values filled in';
COMMENT ON COLUMN creditspread.run_log.seconds IS 'time that it took, or has taken so far';

CREATE OR REPLACE VIEW creditspread.progress WITH (security_barrier) AS
SELECT r.run_id, r.owner, r.model, r.version, r.kind, r.started, r.pid, r.series_total, r.series_done, r.series_failed, r.steps_total, r.steps_done,
	100.0::double precision * r.steps_done / nullif(r.steps_total, 0) AS percent, r.seconds,
	r.seconds * (r.steps_total - r.steps_done) / nullif(r.steps_done, 0) AS seconds_left, f.function, f.percent AS function_percent
FROM creditspread.run_log r LEFT JOIN creditspread.fit_progress() f ON f.pid = r.pid AND f.role = r.owner
WHERE r.status = 'running';
COMMENT ON VIEW creditspread.progress IS 'what runs now; steps of work are seen as they are committed, and how far the function at work is as it goes';
COMMENT ON COLUMN creditspread.progress.run_id IS 'number of the run';
COMMENT ON COLUMN creditspread.progress.owner IS 'role that runs it';
COMMENT ON COLUMN creditspread.progress.model IS 'name of the model';
COMMENT ON COLUMN creditspread.progress.version IS 'version that is trained or used';
COMMENT ON COLUMN creditspread.progress.kind IS 'train, retrain, forecast, backtest or update_actuals';
COMMENT ON COLUMN creditspread.progress.started IS 'when it began';
COMMENT ON COLUMN creditspread.progress.pid IS 'process of the session';
COMMENT ON COLUMN creditspread.progress.series_total IS 'fits or series to work on; NULL until the data is read';
COMMENT ON COLUMN creditspread.progress.series_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.progress.series_failed IS 'how many of them failed';
COMMENT ON COLUMN creditspread.progress.steps_total IS 'steps of work: a fit or a series each, in a backtest a fit and the forecasts of its origins';
COMMENT ON COLUMN creditspread.progress.steps_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.progress.percent IS 'share of the work that is done; NULL until the data is read';
COMMENT ON COLUMN creditspread.progress.seconds IS 'time since the start';
COMMENT ON COLUMN creditspread.progress.seconds_left IS 'estimate of the time left, from the pace so far; NULL before the first step is done';
COMMENT ON COLUMN creditspread.progress.function IS 'function at work, such as rnn_fit; NULL to roles that are no members of the owner';
COMMENT ON COLUMN creditspread.progress.function_percent IS 'share of its work that is done';

DO $$
BEGIN
	IF (SELECT c.relacl IS NULL FROM pg_class c WHERE c.oid = 'creditspread.model_overview'::regclass) THEN
		GRANT SELECT ON creditspread.model_overview, creditspread.forecast_vs_actual, creditspread.forecast_latest, creditspread.accuracy,
			creditspread.comparison, creditspread.freshness, creditspread.run_log, creditspread.progress TO PUBLIC;
	END IF;
END
$$;
