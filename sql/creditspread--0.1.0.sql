\echo Use "CREATE EXTENSION creditspread" to load this file. \quit
-- The state of aggregates that need order: the rows of one series.

CREATE TYPE creditspread_series;

CREATE FUNCTION creditspread_series_in(cstring) RETURNS creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_in(cstring) IS 'input function of type creditspread_series';

CREATE FUNCTION creditspread_series_out(creditspread_series) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_out(creditspread_series) IS 'output function of type creditspread_series';

CREATE FUNCTION creditspread_series_recv(internal) RETURNS creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_recv(internal) IS 'binary input function of type creditspread_series';

CREATE FUNCTION creditspread_series_send(creditspread_series) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_send(creditspread_series) IS 'binary output function of type creditspread_series';

CREATE TYPE creditspread_series (
	INPUT = creditspread_series_in,
	OUTPUT = creditspread_series_out,
	RECEIVE = creditspread_series_recv,
	SEND = creditspread_series_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE creditspread_series IS
	'state of aggregates over a time series: its rows (time, values) and options; for partial aggregation, not for storing';

CREATE FUNCTION creditspread_series_combine(creditspread_series, creditspread_series) RETURNS creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_combine(creditspread_series, creditspread_series) IS
	'combine function of aggregates over a time series';
-- What long computations of all sessions are at: fit_progress().

CREATE FUNCTION fit_progress(OUT pid integer, OUT role text, OUT function text, OUT started timestamptz,
	OUT percent double precision, OUT seconds_left double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_fit_progress' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION fit_progress() IS
	'the long computations of this extension that run now in any session of a role that the caller is a member of (in all sessions for members of pg_read_all_stats): process, role, function, when it began, percent done, seconds left by the pace so far (NULL before the first step); published four times a second at most, not from within COPY and the like, which use the same place; as pg_stat_activity, a transaction sees one moment';
-- Nelson-Siegel curves: the types, nelson_siegel_fit, and what a curve says at a maturity.

CREATE TYPE nelson_siegel_curve AS (
	level double precision,
	slope double precision,
	curvature double precision,
	decay double precision,
	rmse double precision,
	r_squared double precision,
	observations bigint,
	decay_at_bound boolean
);
COMMENT ON TYPE nelson_siegel_curve IS
	'a Nelson-Siegel curve: yield(n) = level + slope F2 + curvature F3, F2 = (1 - exp(-decay n)) / (decay n), F3 = F2 - exp(-decay n); n in years, yields in percent per year, continuously compounded (Nelson and Siegel 1987, Diebold and Li 2006)';
COMMENT ON COLUMN nelson_siegel_curve.level IS 'the yield at infinite maturity, percent';
COMMENT ON COLUMN nelson_siegel_curve.slope IS 'the yield at maturity 0 less the level, percent; negative when the curve rises';
COMMENT ON COLUMN nelson_siegel_curve.curvature IS 'the weight of the hump at medium maturities, percent';
COMMENT ON COLUMN nelson_siegel_curve.decay IS 'how fast the loadings fall, per year; the hump is highest at 1.793 / decay years';
COMMENT ON COLUMN nelson_siegel_curve.rmse IS 'root of the mean squared residual of the fit: of yields, percent, weighted as the fit was; of bonds, in the money of the prices, without weights';
COMMENT ON COLUMN nelson_siegel_curve.r_squared IS 'share of the variance of the yields that the curve explains; NULL for 3 observations, equal yields, or bonds';
COMMENT ON COLUMN nelson_siegel_curve.observations IS 'number of yields or bonds that the curve was fitted to';
COMMENT ON COLUMN nelson_siegel_curve.decay_at_bound IS 'whether an estimated decay lies on a bound of its search, so that the data do not determine it; false for a given decay';

CREATE TYPE nelson_siegel_sums;

CREATE FUNCTION nelson_siegel_sums_in(cstring) RETURNS nelson_siegel_sums
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_sums_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_sums_in(cstring) IS 'input function of type nelson_siegel_sums';

CREATE FUNCTION nelson_siegel_sums_out(nelson_siegel_sums) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_sums_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_sums_out(nelson_siegel_sums) IS 'output function of type nelson_siegel_sums';

CREATE FUNCTION nelson_siegel_sums_recv(internal) RETURNS nelson_siegel_sums
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_sums_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_sums_recv(internal) IS 'binary input function of type nelson_siegel_sums';

CREATE FUNCTION nelson_siegel_sums_send(nelson_siegel_sums) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_sums_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_sums_send(nelson_siegel_sums) IS 'binary output function of type nelson_siegel_sums';

CREATE TYPE nelson_siegel_sums (
	INPUT = nelson_siegel_sums_in,
	OUTPUT = nelson_siegel_sums_out,
	RECEIVE = nelson_siegel_sums_recv,
	SEND = nelson_siegel_sums_send,
	INTERNALLENGTH = 96,
	ALIGNMENT = double
);
COMMENT ON TYPE nelson_siegel_sums IS
	'state of nelson_siegel_fit with a given decay: a least-squares problem reduced to a triangle (Gentleman 1973); for partial aggregation, not for storing';

CREATE FUNCTION nelson_siegel_fit_transition(nelson_siegel_sums, double precision, double precision, double precision) RETURNS nelson_siegel_sums
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_fixed_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_transition(nelson_siegel_sums, double precision, double precision, double precision) IS
	'transition function of nelson_siegel_fit with a given decay';

CREATE FUNCTION nelson_siegel_fit_combine(nelson_siegel_sums, nelson_siegel_sums) RETURNS nelson_siegel_sums
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_fixed_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_combine(nelson_siegel_sums, nelson_siegel_sums) IS
	'combine function of nelson_siegel_fit with a given decay';

CREATE FUNCTION nelson_siegel_fit_final(nelson_siegel_sums) RETURNS nelson_siegel_curve
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_fixed_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_final(nelson_siegel_sums) IS
	'final function of nelson_siegel_fit with a given decay';

CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision, decay double precision) (
	SFUNC = nelson_siegel_fit_transition, STYPE = nelson_siegel_sums,
	FINALFUNC = nelson_siegel_fit_final, COMBINEFUNC = nelson_siegel_fit_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision, double precision) IS
	'fits a Nelson-Siegel curve by least squares at a given decay: maturity in years, yield in percent per year, decay per year (0.7308 in Diebold and Li 2006); rows without a yield are left out; errors: fewer than 3 different maturities, maturity or decay NULL, maturity negative, decay not positive or not the same in all rows, NaN or infinity';

CREATE FUNCTION nelson_siegel_fit_transition(creditspread_series, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_free_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_transition(creditspread_series, double precision, double precision) IS
	'transition function of nelson_siegel_fit with an estimated decay';

CREATE FUNCTION nelson_siegel_fit_final(creditspread_series) RETURNS nelson_siegel_curve
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_free_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION nelson_siegel_fit_final(creditspread_series) IS
	'final function of nelson_siegel_fit with an estimated decay';

CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision) (
	SFUNC = nelson_siegel_fit_transition, STYPE = creditspread_series,
	FINALFUNC = nelson_siegel_fit_final, COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision) IS
	'fits a Nelson-Siegel curve by least squares, the decay included (variable projection, 0.02436 to 21.924 per year): maturity in years, yield in percent per year; rows without a yield are left out; errors: fewer than 4 different maturities, more than 1000000 observations, all yields equal, maturity NULL or negative, NaN or infinity';

CREATE FUNCTION nelson_siegel_yield(curve nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_yield(nelson_siegel_curve, double precision) IS
	'the yield of a curve at a maturity n in years: percent per year, continuously compounded; errors: maturity negative, a factor of the curve NULL, NaN or infinite, decay not positive';

CREATE FUNCTION nelson_siegel_discount(curve nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_discount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_discount(nelson_siegel_curve, double precision) IS
	'the discount factor of a curve at a maturity, exp(-yield n / 100) n in years: a factor; errors: maturity negative, a factor of the curve NULL, NaN or infinite, decay not positive';

CREATE FUNCTION nelson_siegel_forward(curve nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_forward' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_forward(nelson_siegel_curve, double precision) IS
	'the instantaneous forward rate of a curve at a maturity, level + (slope + curvature decay n) exp(-decay n) n in years: percent per year; errors: maturity negative, a factor of the curve NULL, NaN or infinite, decay not positive';

CREATE FUNCTION nelson_siegel_options(
	decay double precision DEFAULT NULL,
	decay_lower double precision DEFAULT NULL,
	decay_upper double precision DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'decay', decay, 'decay_lower', decay_lower, 'decay_upper', decay_upper));
END;
COMMENT ON FUNCTION nelson_siegel_options(double precision, double precision, double precision) IS
	'options of nelson_siegel_fit, NULL = default: decay per year (estimated), or decay_lower (0.02436) and decay_upper (21.924), the bounds of its search; 1e-6 to 1000000';

CREATE FUNCTION nelson_siegel_fit_transition(creditspread_series, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_free_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_transition(creditspread_series, double precision, double precision, jsonb) IS
	'transition function of nelson_siegel_fit with options';

CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision, options jsonb) (
	SFUNC = nelson_siegel_fit_transition, STYPE = creditspread_series,
	FINALFUNC = nelson_siegel_fit_final, COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision, jsonb) IS
	'fits a Nelson-Siegel curve by least squares: maturity in years, yield in percent per year, options made by nelson_siegel_options; rows without a yield are left out; errors: fewer than 4 different maturities (3 for a given decay), more than 1000000 observations, all yields equal (estimated decay), maturity NULL or negative, NaN or infinity, unknown or different options';

CREATE FUNCTION nelson_siegel_fit_transition(creditspread_series, double precision, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_free_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_transition(creditspread_series, double precision, double precision, double precision, jsonb) IS
	'transition function of nelson_siegel_fit with weights';

CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision, weight double precision, options jsonb) (
	SFUNC = nelson_siegel_fit_transition, STYPE = creditspread_series,
	FINALFUNC = nelson_siegel_fit_final, COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision, double precision, jsonb) IS
	'fits a Nelson-Siegel curve by weighted least squares: maturity in years, yield in percent per year, weight of the squared residual (positive), options made by nelson_siegel_options; rmse and r_squared are weighted too; rows without a yield are left out; errors: fewer than 4 different maturities (3 for a given decay), more than 1000000 observations, all yields equal (estimated decay), maturity NULL or negative, weight NULL or not positive, NaN or infinity, unknown or different options';

CREATE FUNCTION nelson_siegel_par_yield(curve nelson_siegel_curve, maturity double precision, frequency integer DEFAULT 1) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_par_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_par_yield(nelson_siegel_curve, double precision, integer) IS
	'the coupon rate, percent per year, of a bond of a maturity in years with so many coupons a year (1, 2, 3, 4, 6 or 12) that a curve prices at par, clean of accrued interest; errors: maturity not positive or of more than 2400 coupons, another frequency, a factor of the curve NULL, NaN or infinite, decay not positive';
-- Svensson curves: the type, svensson_fit, and what a curve says at a maturity.

CREATE TYPE svensson_curve AS (
	level double precision,
	slope double precision,
	curvature double precision,
	second_curvature double precision,
	decay double precision,
	second_decay double precision,
	rmse double precision,
	r_squared double precision,
	observations bigint,
	decay_at_bound boolean
);
COMMENT ON TYPE svensson_curve IS
	'a Svensson curve, a Nelson-Siegel curve with a second hump: yield(n) = level + slope F2(decay n) + curvature F3(decay n) + second_curvature F3(second_decay n), F2(x) = (1 - exp(-x)) / x, F3(x) = F2(x) - exp(-x); n in years, yields in percent per year, continuously compounded (Svensson 1994)';
COMMENT ON COLUMN svensson_curve.level IS 'the yield at infinite maturity, percent';
COMMENT ON COLUMN svensson_curve.slope IS 'the yield at maturity 0 less the level, percent; negative when the curve rises';
COMMENT ON COLUMN svensson_curve.curvature IS 'the weight of the hump of the decay, percent';
COMMENT ON COLUMN svensson_curve.second_curvature IS 'the weight of the hump of the second decay, percent';
COMMENT ON COLUMN svensson_curve.decay IS 'how fast the loadings of slope and curvature fall, per year; the hump is highest at 1.793 / decay years';
COMMENT ON COLUMN svensson_curve.second_decay IS 'how fast the loading of the second curvature falls, per year; its hump is highest at 1.793 / second_decay years';
COMMENT ON COLUMN svensson_curve.rmse IS 'root of the mean squared residual of the fit, percent, weighted as the fit was';
COMMENT ON COLUMN svensson_curve.r_squared IS 'share of the variance of the yields that the curve explains; NULL for 4 observations or equal yields';
COMMENT ON COLUMN svensson_curve.observations IS 'number of yields that the curve was fitted to';
COMMENT ON COLUMN svensson_curve.decay_at_bound IS 'whether an estimated decay lies on a bound of its search, or the decays at their least ratio of 1.5, so that the data do not determine them; false for given decays';

CREATE FUNCTION svensson_options(
	decay double precision DEFAULT NULL,
	second_decay double precision DEFAULT NULL,
	decay_lower double precision DEFAULT NULL,
	decay_upper double precision DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'decay', decay, 'second_decay', second_decay, 'decay_lower', decay_lower, 'decay_upper', decay_upper));
END;
COMMENT ON FUNCTION svensson_options(double precision, double precision, double precision, double precision) IS
	'options of svensson_fit, NULL = default: decay and second_decay per year (estimated), or decay_lower (0.02436) and decay_upper (21.924), the bounds of the search for both; 1e-6 to 1000000';

CREATE FUNCTION svensson_fit_final(creditspread_series) RETURNS svensson_curve
AS 'MODULE_PATHNAME', 'creditspread_svensson_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION svensson_fit_final(creditspread_series) IS
	'final function of svensson_fit';

CREATE FUNCTION svensson_fit_transition(creditspread_series, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_svensson_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svensson_fit_transition(creditspread_series, double precision, double precision) IS
	'transition function of svensson_fit';

CREATE AGGREGATE svensson_fit(maturity double precision, yield double precision) (
	SFUNC = svensson_fit_transition, STYPE = creditspread_series,
	FINALFUNC = svensson_fit_final, COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE svensson_fit(double precision, double precision) IS
	'fits a Svensson curve by least squares, both decays included unless they are given (variable projection): maturity in years, yield in percent per year; rows without a yield are left out; errors: fewer than 6 different maturities (4 for given decays), more than 200000 observations, all yields equal (estimated decays), maturity NULL or negative, NaN or infinity';

CREATE FUNCTION svensson_fit_transition(creditspread_series, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_svensson_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svensson_fit_transition(creditspread_series, double precision, double precision, jsonb) IS
	'transition function of svensson_fit';

CREATE AGGREGATE svensson_fit(maturity double precision, yield double precision, options jsonb) (
	SFUNC = svensson_fit_transition, STYPE = creditspread_series,
	FINALFUNC = svensson_fit_final, COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE svensson_fit(double precision, double precision, jsonb) IS
	'fits a Svensson curve by least squares, both decays included unless they are given (variable projection): maturity in years, yield in percent per year, options made by svensson_options; rows without a yield are left out; errors: fewer than 6 different maturities (4 for given decays), more than 200000 observations, all yields equal (estimated decays), maturity NULL or negative, NaN or infinity, unknown or different options';

CREATE FUNCTION svensson_fit_transition(creditspread_series, double precision, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_svensson_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION svensson_fit_transition(creditspread_series, double precision, double precision, double precision, jsonb) IS
	'transition function of svensson_fit';

CREATE AGGREGATE svensson_fit(maturity double precision, yield double precision, weight double precision, options jsonb) (
	SFUNC = svensson_fit_transition, STYPE = creditspread_series,
	FINALFUNC = svensson_fit_final, COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE svensson_fit(double precision, double precision, double precision, jsonb) IS
	'fits a Svensson curve by least squares, both decays included unless they are given (variable projection): maturity in years, yield in percent per year, weight of the squared residual (positive), options made by svensson_options; rows without a yield are left out; errors: fewer than 6 different maturities (4 for given decays), more than 200000 observations, all yields equal (estimated decays), maturity NULL or negative, NaN or infinity, weight NULL or not positive, unknown or different options';

CREATE FUNCTION svensson_yield(curve svensson_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_yield(svensson_curve, double precision) IS
	'the yield of a curve at a maturity in years: percent per year, continuously compounded; errors: maturity negative, a factor of the curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION svensson_discount(curve svensson_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_discount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_discount(svensson_curve, double precision) IS
	'the discount factor of a curve at a maturity n in years, exp(-yield n / 100); errors: maturity negative, a factor of the curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION svensson_forward(curve svensson_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_forward' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_forward(svensson_curve, double precision) IS
	'the instantaneous forward rate of a curve at a maturity in years: percent per year; errors: maturity negative, a factor of the curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION svensson_par_yield(curve svensson_curve, maturity double precision, frequency integer DEFAULT 1) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_par_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_par_yield(svensson_curve, double precision, integer) IS
	'the coupon rate, percent per year, of a bond of a maturity in years with so many coupons a year (1, 2, 3, 4, 6 or 12) that a curve prices at par, clean of accrued interest; errors: maturity not positive or of more than 2400 coupons, another frequency, a factor of the curve NULL, NaN or infinite, a decay not positive';
-- Factors read off a curve without a fit: empirical_level, empirical_slope, empirical_curvature.

CREATE TYPE empirical_factor_sums;

CREATE FUNCTION empirical_factor_sums_in(cstring) RETURNS empirical_factor_sums
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_sums_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empirical_factor_sums_in(cstring) IS
	'input function of type empirical_factor_sums';

CREATE FUNCTION empirical_factor_sums_out(empirical_factor_sums) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_sums_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empirical_factor_sums_out(empirical_factor_sums) IS
	'output function of type empirical_factor_sums';

CREATE FUNCTION empirical_factor_sums_recv(internal) RETURNS empirical_factor_sums
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_sums_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empirical_factor_sums_recv(internal) IS
	'binary input function of type empirical_factor_sums';

CREATE FUNCTION empirical_factor_sums_send(empirical_factor_sums) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_sums_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empirical_factor_sums_send(empirical_factor_sums) IS
	'binary output function of type empirical_factor_sums';

CREATE TYPE empirical_factor_sums (
	INPUT = empirical_factor_sums_in,
	OUTPUT = empirical_factor_sums_out,
	RECEIVE = empirical_factor_sums_recv,
	SEND = empirical_factor_sums_send,
	INTERNALLENGTH = 48,
	ALIGNMENT = double
);
COMMENT ON TYPE empirical_factor_sums IS
	'state of empirical_level, empirical_slope and empirical_curvature: the yields at 3 months, 2 and 10 years; for partial aggregation, not for storing';

CREATE FUNCTION empirical_factor_transition(empirical_factor_sums, double precision, double precision) RETURNS empirical_factor_sums
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION empirical_factor_transition(empirical_factor_sums, double precision, double precision) IS
	'transition function of empirical_level, empirical_slope and empirical_curvature';

CREATE FUNCTION empirical_factor_combine(empirical_factor_sums, empirical_factor_sums) RETURNS empirical_factor_sums
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION empirical_factor_combine(empirical_factor_sums, empirical_factor_sums) IS
	'combine function of empirical_level, empirical_slope and empirical_curvature';

CREATE FUNCTION empirical_level_final(empirical_factor_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_empirical_level_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION empirical_level_final(empirical_factor_sums) IS
	'final function of empirical_level';

CREATE AGGREGATE empirical_level(maturity double precision, yield double precision) (
	SFUNC = empirical_factor_transition, STYPE = empirical_factor_sums,
	FINALFUNC = empirical_level_final, COMBINEFUNC = empirical_factor_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE empirical_level(double precision, double precision) IS
	'the yield at 10 years (Diebold and Li 2006): maturity in years, yield in percent per year; other maturities are left out; NULL when it is absent; errors: one of the maturities twice, maturity NULL or negative, NaN or infinity';

CREATE FUNCTION empirical_slope_final(empirical_factor_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_empirical_slope_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION empirical_slope_final(empirical_factor_sums) IS
	'final function of empirical_slope';

CREATE AGGREGATE empirical_slope(maturity double precision, yield double precision) (
	SFUNC = empirical_factor_transition, STYPE = empirical_factor_sums,
	FINALFUNC = empirical_slope_final, COMBINEFUNC = empirical_factor_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE empirical_slope(double precision, double precision) IS
	'the yield at 10 years less that at 3 months (Diebold and Li 2006): maturity in years, yield in percent per year; other maturities are left out; NULL when one of them is absent; errors: one of the maturities twice, maturity NULL or negative, NaN or infinity';

CREATE FUNCTION empirical_curvature_final(empirical_factor_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_empirical_curvature_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION empirical_curvature_final(empirical_factor_sums) IS
	'final function of empirical_curvature';

CREATE AGGREGATE empirical_curvature(maturity double precision, yield double precision) (
	SFUNC = empirical_factor_transition, STYPE = empirical_factor_sums,
	FINALFUNC = empirical_curvature_final, COMBINEFUNC = empirical_factor_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE empirical_curvature(double precision, double precision) IS
	'twice the yield at 2 years less those at 3 months and 10 years (Diebold and Li 2006): maturity in years, yield in percent per year; other maturities are left out; NULL when one of them is absent; errors: one of the maturities twice, maturity NULL or negative, NaN or infinity';
-- Coupon bonds: cash flows, accrued interest, price, yield, durations, convexity, z-spread.
-- Cash flows are an array of rows {time in years, amount}.

CREATE FUNCTION bond_cashflows(quote_date date, maturity_date date, coupon_rate double precision, frequency integer DEFAULT 1, issue_date date DEFAULT NULL, face double precision DEFAULT 100, day_count text DEFAULT 'ACT/365.25') RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_bond_cashflows' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION bond_cashflows(date, date, double precision, integer, date, double precision, text) IS
	'the cash flows of a fixed coupon bond after the quote date, {{time in years, amount}, ...}, coupon dates counted back from maturity: quote date, maturity date, coupon rate (percent per year), coupons a year (1, 2, 3, 4, 6 or 12), issue date (NULL: before the last coupon date), face, day count (ACT/365.25, ACT/ACT of ICMA or 30/360); errors: maturity date not after the quote date, issue date after it, coupon rate negative, face not positive, another frequency or day count, infinite dates, NaN or infinity, more than 2400 cash flows';

CREATE FUNCTION accrued_interest(quote_date date, maturity_date date, coupon_rate double precision, frequency integer DEFAULT 1, issue_date date DEFAULT NULL, face double precision DEFAULT 100, day_count text DEFAULT 'ACT/365.25') RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_accrued_interest' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION accrued_interest(date, date, double precision, integer, date, double precision, text) IS
	'the interest that a bond has accrued since its last coupon date or its issue, in the money of the face: quote date, maturity date, coupon rate (percent per year), coupons a year (1, 2, 3, 4, 6 or 12), issue date (NULL: before the last coupon date), face, day count (ACT/365.25, ACT/ACT of ICMA or 30/360); errors: maturity date not after the quote date, issue date after it, coupon rate negative, face not positive, another frequency or day count, infinite dates, NaN or infinity, more than 2400 cash flows';

CREATE FUNCTION yield_to_maturity(dirty_price double precision, cashflows double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_yield_to_maturity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION yield_to_maturity(double precision, double precision[], integer) IS
	'the constant yield, percent per year, at which cash flows are worth a price: clean price plus accrued interest, cash flows as bond_cashflows gives them, how often a year the yield is compounded (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, price not positive';

CREATE FUNCTION macaulay_duration(dirty_price double precision, cashflows double precision[]) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_macaulay_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION macaulay_duration(double precision, double precision[]) IS
	'the mean time of cash flows, years, weighted by their present values at the yield to maturity of the price; errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, price not positive';

CREATE FUNCTION modified_duration(dirty_price double precision, cashflows double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_modified_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION modified_duration(double precision, double precision[], integer) IS
	'the relative fall of the price for a rise of the yield to maturity, years: Macaulay duration / (1 + yield / compounding): how often a year the yield is compounded (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, price not positive';

CREATE FUNCTION convexity(dirty_price double precision, cashflows double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_convexity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION convexity(double precision, double precision[], integer) IS
	'the second derivative of the price by the yield to maturity over the price, years squared: how often a year the yield is compounded (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, price not positive';

CREATE FUNCTION bond_price(cashflows double precision[], curve nelson_siegel_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], nelson_siegel_curve) IS
	'the dirty price of cash flows discounted with a curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION bond_price(cashflows double precision[], riskfree_curve nelson_siegel_curve, spread_curve nelson_siegel_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], nelson_siegel_curve, nelson_siegel_curve) IS
	'the dirty price of cash flows discounted with a risk-free curve and a spread curve over it, the two yields added; errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION bond_price(cashflows double precision[], curve svensson_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], svensson_curve) IS
	'the dirty price of cash flows discounted with a curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION bond_price(cashflows double precision[], riskfree_curve svensson_curve, spread_curve nelson_siegel_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], svensson_curve, nelson_siegel_curve) IS
	'the dirty price of cash flows discounted with a risk-free curve and a spread curve over it, the two yields added; errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION z_spread(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_z_spread_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION z_spread(double precision, double precision[], nelson_siegel_curve) IS
	'the constant, percent per year, to be added to the yields of a curve so that the cash flows are worth the price; errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive, price not positive';

CREATE FUNCTION z_spread(dirty_price double precision, cashflows double precision[], curve svensson_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_z_spread_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION z_spread(double precision, double precision[], svensson_curve) IS
	'the constant, percent per year, to be added to the yields of a curve so that the cash flows are worth the price; errors: cash flows that are not {{time, amount}, ...}, ordered by time, all positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive, price not positive';
-- Curves from coupon bonds: nelson_siegel_fit_bonds.

CREATE TYPE bond_set;

CREATE FUNCTION bond_set_in(cstring) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bond_set_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_set_in(cstring) IS
	'input function of type bond_set';

CREATE FUNCTION bond_set_out(bond_set) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_bond_set_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_set_out(bond_set) IS
	'output function of type bond_set';

CREATE FUNCTION bond_set_recv(internal) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bond_set_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_set_recv(internal) IS
	'binary input function of type bond_set';

CREATE FUNCTION bond_set_send(bond_set) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_bond_set_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_set_send(bond_set) IS
	'binary output function of type bond_set';

CREATE TYPE bond_set (
	INPUT = bond_set_in,
	OUTPUT = bond_set_out,
	RECEIVE = bond_set_recv,
	SEND = bond_set_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE bond_set IS
	'state of nelson_siegel_fit_bonds: prices and discounted cash flows of bonds, and options; for partial aggregation, not for storing';

CREATE FUNCTION bond_set_combine(bond_set, bond_set) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bond_set_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION bond_set_combine(bond_set, bond_set) IS
	'combine function of nelson_siegel_fit_bonds';

CREATE FUNCTION nelson_siegel_fit_bonds_final(bond_set) RETURNS nelson_siegel_curve
AS 'MODULE_PATHNAME', 'creditspread_bonds_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_bonds_final(bond_set) IS
	'final function of nelson_siegel_fit_bonds';

CREATE FUNCTION nelson_siegel_bonds_options(
	decay double precision DEFAULT NULL,
	decay_lower double precision DEFAULT NULL,
	decay_upper double precision DEFAULT NULL,
	weights text DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'decay', decay, 'decay_lower', decay_lower, 'decay_upper', decay_upper, 'weights', weights));
END;
COMMENT ON FUNCTION nelson_siegel_bonds_options(double precision, double precision, double precision, text) IS
	'options of nelson_siegel_fit_bonds, NULL = default: decay per year (estimated), or decay_lower (0.02436) and decay_upper (21.924), the bounds of its search, 1e-6 to 1000000; weights of the squared price errors equal or inverse_squared_duration (equal)';

CREATE FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[]) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bonds_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[]) IS
	'transition function of nelson_siegel_fit_bonds';

CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[]) (
	SFUNC = nelson_siegel_fit_bonds_transition, STYPE = bond_set,
	FINALFUNC = nelson_siegel_fit_bonds_final, COMBINEFUNC = bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[]) IS
	'fits a Nelson-Siegel curve to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, prices that determine no curve, NaN or infinity';

CREATE FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], jsonb) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bonds_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], jsonb) IS
	'transition function of nelson_siegel_fit_bonds';

CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[], options jsonb) (
	SFUNC = nelson_siegel_fit_bonds_transition, STYPE = bond_set,
	FINALFUNC = nelson_siegel_fit_bonds_final, COMBINEFUNC = bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[], jsonb) IS
	'fits a Nelson-Siegel curve to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, options made by nelson_siegel_bonds_options; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, prices that determine no curve, NaN or infinity, unknown or different options';

CREATE FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], nelson_siegel_curve) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bonds_transition_nelson_siegel' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], nelson_siegel_curve) IS
	'transition function of nelson_siegel_fit_bonds';

CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[], riskfree_curve nelson_siegel_curve) (
	SFUNC = nelson_siegel_fit_bonds_transition, STYPE = bond_set,
	FINALFUNC = nelson_siegel_fit_bonds_final, COMBINEFUNC = bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[], nelson_siegel_curve) IS
	'fits the spread curve over a risk-free curve, both Nelson-Siegel, to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free curve of the day; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, risk-free curve NULL, prices that determine no curve, NaN or infinity';

CREATE FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], nelson_siegel_curve, jsonb) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bonds_transition_nelson_siegel' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], nelson_siegel_curve, jsonb) IS
	'transition function of nelson_siegel_fit_bonds';

CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[], riskfree_curve nelson_siegel_curve, options jsonb) (
	SFUNC = nelson_siegel_fit_bonds_transition, STYPE = bond_set,
	FINALFUNC = nelson_siegel_fit_bonds_final, COMBINEFUNC = bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[], nelson_siegel_curve, jsonb) IS
	'fits the spread curve over a risk-free curve, both Nelson-Siegel, to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free curve of the day, options made by nelson_siegel_bonds_options; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, risk-free curve NULL, prices that determine no curve, NaN or infinity, unknown or different options';

CREATE FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], svensson_curve) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bonds_transition_svensson' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], svensson_curve) IS
	'transition function of nelson_siegel_fit_bonds';

CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[], riskfree_curve svensson_curve) (
	SFUNC = nelson_siegel_fit_bonds_transition, STYPE = bond_set,
	FINALFUNC = nelson_siegel_fit_bonds_final, COMBINEFUNC = bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[], svensson_curve) IS
	'fits the Nelson-Siegel spread curve over a risk-free Svensson curve to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free curve of the day; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, risk-free curve NULL, prices that determine no curve, NaN or infinity';

CREATE FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], svensson_curve, jsonb) RETURNS bond_set
AS 'MODULE_PATHNAME', 'creditspread_bonds_transition_svensson' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_fit_bonds_transition(bond_set, double precision, double precision[], svensson_curve, jsonb) IS
	'transition function of nelson_siegel_fit_bonds';

CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[], riskfree_curve svensson_curve, options jsonb) (
	SFUNC = nelson_siegel_fit_bonds_transition, STYPE = bond_set,
	FINALFUNC = nelson_siegel_fit_bonds_final, COMBINEFUNC = bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[], svensson_curve, jsonb) IS
	'fits the Nelson-Siegel spread curve over a risk-free Svensson curve to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free curve of the day, options made by nelson_siegel_bonds_options; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, risk-free curve NULL, prices that determine no curve, NaN or infinity, unknown or different options';
-- Measures of forecast accuracy: forecast_accuracy, mae, mape, rmse, rsr, sdape.

CREATE TYPE accuracy_sums;

CREATE FUNCTION accuracy_sums_in(cstring) RETURNS accuracy_sums
AS 'MODULE_PATHNAME', 'creditspread_accuracy_sums_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION accuracy_sums_in(cstring) IS 'input function of type accuracy_sums';

CREATE FUNCTION accuracy_sums_out(accuracy_sums) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_accuracy_sums_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION accuracy_sums_out(accuracy_sums) IS 'output function of type accuracy_sums';

CREATE FUNCTION accuracy_sums_recv(internal) RETURNS accuracy_sums
AS 'MODULE_PATHNAME', 'creditspread_accuracy_sums_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION accuracy_sums_recv(internal) IS 'binary input function of type accuracy_sums';

CREATE FUNCTION accuracy_sums_send(accuracy_sums) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_accuracy_sums_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION accuracy_sums_send(accuracy_sums) IS 'binary output function of type accuracy_sums';

CREATE TYPE accuracy_sums (
	INPUT = accuracy_sums_in,
	OUTPUT = accuracy_sums_out,
	RECEIVE = accuracy_sums_recv,
	SEND = accuracy_sums_send,
	INTERNALLENGTH = 72,
	ALIGNMENT = double
);
COMMENT ON TYPE accuracy_sums IS
	'state of the accuracy measures: counts, sums and centred sums of squares; for partial aggregation, not for storing';

CREATE TYPE accuracy_result AS (
	n bigint,
	mae double precision,
	mape double precision,
	rmse double precision,
	rsr double precision,
	sdape double precision,
	bias double precision
);
COMMENT ON TYPE accuracy_result IS 'what forecast_accuracy returns';
COMMENT ON COLUMN accuracy_result.n IS 'rows with both an actual value and a forecast';
COMMENT ON COLUMN accuracy_result.mae IS 'mean absolute error, in units of the values';
COMMENT ON COLUMN accuracy_result.mape IS 'mean of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN accuracy_result.rmse IS 'root mean squared error, in units of the values';
COMMENT ON COLUMN accuracy_result.rsr IS 'rmse over the standard deviation (divisor n - 1) of the actual values; NULL for 1 row or equal actual values';
COMMENT ON COLUMN accuracy_result.sdape IS 'standard deviation (divisor n) of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN accuracy_result.bias IS 'mean of forecast less actual, in units of the values: positive when forecasts are too high';

CREATE FUNCTION forecast_accuracy_transition(accuracy_sums, double precision, double precision) RETURNS accuracy_sums
AS 'MODULE_PATHNAME', 'creditspread_accuracy_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION forecast_accuracy_transition(accuracy_sums, double precision, double precision) IS
	'transition function of forecast_accuracy, mae, mape, rmse, rsr and sdape';

CREATE FUNCTION forecast_accuracy_combine(accuracy_sums, accuracy_sums) RETURNS accuracy_sums
AS 'MODULE_PATHNAME', 'creditspread_accuracy_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION forecast_accuracy_combine(accuracy_sums, accuracy_sums) IS
	'combine function of forecast_accuracy, mae, mape, rmse, rsr and sdape';

CREATE FUNCTION forecast_accuracy_final(accuracy_sums) RETURNS accuracy_result
AS 'MODULE_PATHNAME', 'creditspread_forecast_accuracy_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION forecast_accuracy_final(accuracy_sums) IS 'final function of forecast_accuracy';

CREATE AGGREGATE forecast_accuracy(actual double precision, forecast double precision) (
	SFUNC = forecast_accuracy_transition, STYPE = accuracy_sums, FINALFUNC = forecast_accuracy_final,
	COMBINEFUNC = forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_accuracy(double precision, double precision) IS
	'all measures of forecast accuracy: n, mae, mape, rmse, rsr, sdape, bias; NULL for a measure that cannot be computed (an actual value of zero, actual values all equal); errors: NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION mae_final(accuracy_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_mae_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mae_final(accuracy_sums) IS 'final function of mae';

CREATE AGGREGATE mae(actual double precision, forecast double precision) (
	SFUNC = forecast_accuracy_transition, STYPE = accuracy_sums, FINALFUNC = mae_final,
	COMBINEFUNC = forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mae(double precision, double precision) IS
	'mean absolute error, in units of the values; errors: NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION mape_final(accuracy_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_mape_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mape_final(accuracy_sums) IS 'final function of mape';

CREATE AGGREGATE mape(actual double precision, forecast double precision) (
	SFUNC = forecast_accuracy_transition, STYPE = accuracy_sums, FINALFUNC = mape_final,
	COMBINEFUNC = forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mape(double precision, double precision) IS
	'mean absolute percentage error, mean of |error / actual|, a fraction; errors: an actual value of zero, NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION rmse_final(accuracy_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_rmse_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rmse_final(accuracy_sums) IS 'final function of rmse';

CREATE AGGREGATE rmse(actual double precision, forecast double precision) (
	SFUNC = forecast_accuracy_transition, STYPE = accuracy_sums, FINALFUNC = rmse_final,
	COMBINEFUNC = forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rmse(double precision, double precision) IS
	'root mean squared error, in units of the values; errors: NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION rsr_final(accuracy_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_rsr_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rsr_final(accuracy_sums) IS 'final function of rsr';

CREATE AGGREGATE rsr(actual double precision, forecast double precision) (
	SFUNC = forecast_accuracy_transition, STYPE = accuracy_sums, FINALFUNC = rsr_final,
	COMBINEFUNC = forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rsr(double precision, double precision) IS
	'rmse over the standard deviation (divisor n - 1) of the actual values (Moriasi et al. 2007); errors: fewer than 2 rows, actual values all equal, NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION sdape_final(accuracy_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_sdape_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION sdape_final(accuracy_sums) IS 'final function of sdape';

CREATE AGGREGATE sdape(actual double precision, forecast double precision) (
	SFUNC = forecast_accuracy_transition, STYPE = accuracy_sums, FINALFUNC = sdape_final,
	COMBINEFUNC = forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sdape(double precision, double precision) IS
	'standard deviation (divisor n) of |error / actual|, a fraction; errors: an actual value of zero, NaN or infinity, overflow; rows without an actual value or a forecast are left out';
-- The test of equal forecast accuracy of Diebold and Mariano: dm_test, dm_options.

CREATE TYPE dm_result AS (
	statistic double precision,
	p_value double precision,
	mean_loss_difference double precision,
	observations bigint,
	better text
);
COMMENT ON TYPE dm_result IS 'what dm_test returns';
COMMENT ON COLUMN dm_result.statistic IS 'Diebold-Mariano statistic with the correction of Harvey, Leybourne and Newbold; negative when the first forecast has the smaller losses';
COMMENT ON COLUMN dm_result.p_value IS 'p-value of the alternative asked for, by the t distribution with observations - 1 degrees of freedom';
COMMENT ON COLUMN dm_result.mean_loss_difference IS 'mean loss of the first forecast less that of the second, in units of the loss';
COMMENT ON COLUMN dm_result.observations IS 'number of times';
COMMENT ON COLUMN dm_result.better IS 'first or second, if its losses are smaller and the two-sided p-value is below 0.05; else neither';

CREATE FUNCTION dm_options(
	loss text DEFAULT NULL,
	power double precision DEFAULT NULL,
	horizon integer DEFAULT NULL,
	alternative text DEFAULT NULL,
	variance text DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'loss', loss, 'power', power, 'horizon', horizon, 'alternative', alternative,
		'variance', variance));
END;
COMMENT ON FUNCTION dm_options(text, double precision, integer, text, text) IS
	'options of dm_test, NULL = default: loss squared, absolute, percentage (of actual) or power (squared); power of the absolute error, only with loss power, 0.01 to 100; horizon of the forecasts in times, 1 to 100000 (1); alternative two_sided, less (the second forecast is less accurate) or greater (two_sided); variance rectangular or bartlett weights of the autocovariances below the horizon (rectangular)';

CREATE FUNCTION dm_test_final(creditspread_series) RETURNS dm_result
AS 'MODULE_PATHNAME', 'creditspread_dm_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_final(creditspread_series) IS 'final function of dm_test';

CREATE FUNCTION dm_test_transition(creditspread_series, date, double precision, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, date, double precision, double precision, double precision) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" date, actual double precision, first double precision, second double precision) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(date, double precision, double precision, double precision) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast; rows in any order; errors: any NULL, NaN or infinity, fewer than 2 times, losses that do not differ';

CREATE FUNCTION dm_test_transition(creditspread_series, date, double precision, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, date, double precision, double precision, double precision, jsonb) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" date, actual double precision, first double precision, second double precision, options jsonb) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(date, double precision, double precision, double precision, jsonb) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast, options made by dm_options; rows in any order; errors: any NULL, NaN or infinity, too few times for the horizon, a time twice at a horizon above 1, unknown option, losses that do not differ';

CREATE FUNCTION dm_test_transition(creditspread_series, timestamp, double precision, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, timestamp, double precision, double precision, double precision) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" timestamp, actual double precision, first double precision, second double precision) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(timestamp, double precision, double precision, double precision) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast; rows in any order; errors: any NULL, NaN or infinity, fewer than 2 times, losses that do not differ';

CREATE FUNCTION dm_test_transition(creditspread_series, timestamp, double precision, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, timestamp, double precision, double precision, double precision, jsonb) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" timestamp, actual double precision, first double precision, second double precision, options jsonb) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(timestamp, double precision, double precision, double precision, jsonb) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast, options made by dm_options; rows in any order; errors: any NULL, NaN or infinity, too few times for the horizon, a time twice at a horizon above 1, unknown option, losses that do not differ';

CREATE FUNCTION dm_test_transition(creditspread_series, timestamptz, double precision, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, timestamptz, double precision, double precision, double precision) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" timestamptz, actual double precision, first double precision, second double precision) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(timestamptz, double precision, double precision, double precision) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast; rows in any order; errors: any NULL, NaN or infinity, fewer than 2 times, losses that do not differ';

CREATE FUNCTION dm_test_transition(creditspread_series, timestamptz, double precision, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, timestamptz, double precision, double precision, double precision, jsonb) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" timestamptz, actual double precision, first double precision, second double precision, options jsonb) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(timestamptz, double precision, double precision, double precision, jsonb) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast, options made by dm_options; rows in any order; errors: any NULL, NaN or infinity, too few times for the horizon, a time twice at a horizon above 1, unknown option, losses that do not differ';

CREATE FUNCTION dm_test_transition(creditspread_series, bigint, double precision, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, bigint, double precision, double precision, double precision) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" bigint, actual double precision, first double precision, second double precision) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(bigint, double precision, double precision, double precision) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast; rows in any order; errors: any NULL, NaN or infinity, fewer than 2 times, losses that do not differ';

CREATE FUNCTION dm_test_transition(creditspread_series, bigint, double precision, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_dm_test_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION dm_test_transition(creditspread_series, bigint, double precision, double precision, double precision, jsonb) IS
	'transition function of dm_test';

CREATE AGGREGATE dm_test("time" bigint, actual double precision, first double precision, second double precision, options jsonb) (
	SFUNC = dm_test_transition, STYPE = creditspread_series, FINALFUNC = dm_test_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(bigint, double precision, double precision, double precision, jsonb) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast, options made by dm_options; rows in any order; errors: any NULL, NaN or infinity, too few times for the horizon, a time twice at a horizon above 1, unknown option, losses that do not differ';
-- Recurrent networks: the type rnn_model, rnn_fit, rnn_forecast, rnn_importance.

CREATE TYPE rnn_model;

CREATE FUNCTION rnn_model_in(cstring) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rnn_model_in(cstring) IS 'input function of type rnn_model';

CREATE FUNCTION rnn_model_out(rnn_model) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rnn_model_out(rnn_model) IS 'output function of type rnn_model';

CREATE FUNCTION rnn_model_recv(internal) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rnn_model_recv(internal) IS 'binary input function of type rnn_model';

CREATE FUNCTION rnn_model_send(rnn_model) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rnn_model_send(rnn_model) IS 'binary output function of type rnn_model';

CREATE TYPE rnn_model (
	INPUT = rnn_model_in,
	OUTPUT = rnn_model_out,
	RECEIVE = rnn_model_recv,
	SEND = rnn_model_send,
	ALIGNMENT = double,
	STORAGE = external
);
COMMENT ON TYPE rnn_model IS
	'a fitted recurrent network: options, scaling, training facts and parameters; made by rnn_fit, used by rnn_forecast';

CREATE FUNCTION model_info(model rnn_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(rnn_model) IS
	'everything a model says of itself but its parameters: options, scaling, rows and times it was trained on, validation errors beside those of the random walk (in units of y), checksum';

CREATE FUNCTION model_size(model rnn_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(rnn_model) IS 'bytes of a model';

CREATE FUNCTION model_parameters(model rnn_model, OUT name text, OUT shape integer[], OUT "values" real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION model_parameters(rnn_model) IS
	'the tensors of a model: name, shape, values in row-major order; gates stand one after the other in the first dimension (janet: forget, candidate; lstm: input, forget, cell, output; gru: reset, update, candidate; elman: one)';

CREATE FUNCTION rnn_training_log(model rnn_model, OUT member integer, OUT epoch integer, OUT training_loss double precision, OUT validation_loss double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_rnn_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION rnn_training_log(rnn_model) IS
	'how the training went: mean losses of each epoch of each member of the ensemble, in standardized units; of more than 1,000 epochs every so many; validation_loss is NULL where it was not computed, which is in all epochs but the last without patience';

CREATE FUNCTION rnn_options(
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
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'preset', preset, 'cell', cell, 'units', units, 'attention', attention,
		'normalization', normalization, 'dropout', dropout, 'dense', dense, 'look_back', look_back,
		'horizons', horizons, 'target', target, 'loss', loss, 'huber_delta', huber_delta,
		'quantile', quantile, 'optimizer', optimizer, 'momentum', momentum, 'learning_rate', learning_rate,
		'weight_decay', weight_decay, 'clip_norm', clip_norm, 'batch_size', batch_size,
		'epochs', epochs, 'validation_fraction', validation_fraction, 'patience', patience,
		'ensemble', ensemble, 'interval_level', interval_level, 'seed', seed,
		'refit', refit, 'random_walk_weight', random_walk_weight,
		'feature_names', feature_names))
		|| CASE WHEN warm_start IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('warm_start', warm_start::text::jsonb) END;
END;
COMMENT ON FUNCTION rnn_options(text, text, integer[], boolean, text, double precision, integer[], integer, integer[], text, text, double precision, double precision, text, double precision, double precision, double precision, double precision, integer, integer, double precision, integer, integer, double precision, bigint, boolean, double precision, text[], rnn_model) IS
	'options of rnn_fit, NULL = default: preset drnn, dlstm, dgru, djanet, sam_drnn, sam_dlstm, sam_dgru or sam_djanet, the networks of paper 003, which the other options change (none); cell janet, lstm, gru or elman (gru); units of each layer, lowest first ({32}); attention over the steps of the window (false); normalization none or switchable (none); dropout rate of Gaussian dropout (0.5); dense units of dense layers before the output ({}); look_back rows in a window (5); horizons in rows ahead ({1}); target change or level (change); loss mae, mse, huber, rmse or pinball (mae); huber_delta of loss huber (1); quantile of loss pinball (0.5); optimizer adam or rmsprop (adam); momentum of optimizer rmsprop (0); learning_rate (0.001); weight_decay (0); clip_norm, 0 = off (1); batch_size (32); epochs at most (100); validation_fraction of the windows, the last ones (0.15); patience in epochs, 0 = no early stopping (10); ensemble members averaged (10); interval_level (0.9); seed (1); refit each member on all windows for as many epochs as were best in validation (true); random_walk_weight of y itself in the forecast, 0 to 1 (0.2); feature_names for messages and rnn_importance ({}); warm_start, a model of the same architecture whose parameters training begins with and whose options are the defaults (none)';

CREATE FUNCTION rnn_fit_final(creditspread_series) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rnn_fit_final(creditspread_series) IS 'final function of rnn_fit';

CREATE FUNCTION rnn_fit_transition(creditspread_series, date, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, date, double precision) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" date, y double precision) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(date, double precision) IS
	'trains a recurrent network to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, date, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, date, double precision, double precision[]) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" date, y double precision, features double precision[]) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(date, double precision, double precision[]) IS
	'trains a recurrent network to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, date, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, date, double precision, double precision[], jsonb) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(date, double precision, double precision[], jsonb) IS
	'trains a recurrent network to forecast y: time, y, features, rnn_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, timestamp, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, timestamp, double precision) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" timestamp, y double precision) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(timestamp, double precision) IS
	'trains a recurrent network to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, timestamp, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, timestamp, double precision, double precision[]) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" timestamp, y double precision, features double precision[]) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(timestamp, double precision, double precision[]) IS
	'trains a recurrent network to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, timestamp, double precision, double precision[], jsonb) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(timestamp, double precision, double precision[], jsonb) IS
	'trains a recurrent network to forecast y: time, y, features, rnn_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, timestamptz, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, timestamptz, double precision) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" timestamptz, y double precision) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(timestamptz, double precision) IS
	'trains a recurrent network to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, timestamptz, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, timestamptz, double precision, double precision[]) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" timestamptz, y double precision, features double precision[]) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(timestamptz, double precision, double precision[]) IS
	'trains a recurrent network to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, timestamptz, double precision, double precision[], jsonb) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(timestamptz, double precision, double precision[], jsonb) IS
	'trains a recurrent network to forecast y: time, y, features, rnn_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, bigint, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, bigint, double precision) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" bigint, y double precision) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, double precision) IS
	'trains a recurrent network to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, bigint, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, bigint, double precision, double precision[]) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" bigint, y double precision, features double precision[]) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, double precision, double precision[]) IS
	'trains a recurrent network to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_transition(creditspread_series, bigint, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_transition(creditspread_series, bigint, double precision, double precision[], jsonb) IS 'transition function of rnn_fit';

CREATE AGGREGATE rnn_fit("time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_transition, STYPE = creditspread_series, FINALFUNC = rnn_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, double precision, double precision[], jsonb) IS
	'trains a recurrent network to forecast y: time, y, features, rnn_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE TYPE rnn_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE rnn_forecast_result IS
	'a forecast in units of y and the bounds of its interval (split conformal on the validation errors of the fit; NULL without validation)';

CREATE FUNCTION rnn_forecast(model rnn_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS rnn_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_rnn_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast(rnn_model, double precision, double precision[], integer) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later; needs OVER (... ORDER BY time); NULL while the history is shorter than look_back; errors: a step that the model was not fitted for, NULL in y or features, another number of features than at the fit';

CREATE TYPE rnn_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE rnn_forecast_step IS
	'the forecast for so many rows after the last one, in units of y, and the bounds of its interval (NULL without validation)';

CREATE FUNCTION rnn_forecast_final(creditspread_series) RETURNS rnn_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rnn_forecast_final(creditspread_series) IS 'final function of the aggregate rnn_forecast';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, date, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, date, double precision, double precision[], integer) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" date, y double precision, features double precision[], horizon integer) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(date, double precision, double precision[], integer) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, date, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, date, double precision, double precision[], integer, jsonb) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" date, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(date, double precision, double precision[], integer, jsonb) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, rnn_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" timestamp, y double precision, features double precision[], horizon integer) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(timestamp, double precision, double precision[], integer) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer, jsonb) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" timestamp, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(timestamp, double precision, double precision[], integer, jsonb) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, rnn_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" timestamptz, y double precision, features double precision[], horizon integer) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(timestamptz, double precision, double precision[], integer) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer, jsonb) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" timestamptz, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(timestamptz, double precision, double precision[], integer, jsonb) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, rnn_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" bigint, y double precision, features double precision[], horizon integer) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(bigint, double precision, double precision[], integer) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer, jsonb) IS 'transition function of rnn_forecast';

CREATE AGGREGATE rnn_forecast("time" bigint, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = rnn_forecast_transition, STYPE = creditspread_series, FINALFUNC = rnn_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(bigint, double precision, double precision[], integer, jsonb) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, rnn_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE TYPE rnn_feature_importance AS (
	feature text,
	importance double precision
);
COMMENT ON TYPE rnn_feature_importance IS
	'an input of a network, y or a feature by its name, and by how much the mean absolute error of the forecasts grows when its values are permuted, in units of y';

CREATE FUNCTION rnn_importance_options(
	step integer DEFAULT NULL,
	repeats integer DEFAULT NULL,
	seed bigint DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object('step', step, 'repeats', repeats, 'seed', seed));
END;
COMMENT ON FUNCTION rnn_importance_options(integer, integer, bigint) IS
	'options of rnn_importance, NULL = default: step, one of the model''s horizons (its first); repeats, permutations of each input, averaged (5); seed (1)';

CREATE FUNCTION rnn_importance_final(creditspread_series) RETURNS rnn_feature_importance[]
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rnn_importance_final(creditspread_series) IS 'final function of rnn_importance';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, date, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, date, double precision, double precision[]) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" date, y double precision, features double precision[]) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, date, double precision, double precision[]) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, date, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, date, double precision, double precision[], jsonb) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, date, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL, rnn_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamp, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamp, double precision, double precision[]) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, timestamp, double precision, double precision[]) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamp, double precision, double precision[], jsonb) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, timestamp, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL, rnn_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamptz, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamptz, double precision, double precision[]) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, timestamptz, double precision, double precision[]) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, timestamptz, double precision, double precision[], jsonb) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, timestamptz, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL, rnn_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, bigint, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, bigint, double precision, double precision[]) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" bigint, y double precision, features double precision[]) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, bigint, double precision, double precision[]) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_importance_transition(creditspread_series, rnn_model, bigint, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_importance_transition(creditspread_series, rnn_model, bigint, double precision, double precision[], jsonb) IS 'transition function of rnn_importance';

CREATE AGGREGATE rnn_importance(model rnn_model, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_importance_transition, STYPE = creditspread_series, FINALFUNC = rnn_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, bigint, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL, rnn_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';
-- Transformers: the type transformer_model, transformer_fit, transformer_forecast, transformer_importance.

CREATE TYPE transformer_model;

CREATE FUNCTION transformer_model_in(cstring) RETURNS transformer_model
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transformer_model_in(cstring) IS 'input function of type transformer_model';

CREATE FUNCTION transformer_model_out(transformer_model) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transformer_model_out(transformer_model) IS 'output function of type transformer_model';

CREATE FUNCTION transformer_model_recv(internal) RETURNS transformer_model
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transformer_model_recv(internal) IS 'binary input function of type transformer_model';

CREATE FUNCTION transformer_model_send(transformer_model) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transformer_model_send(transformer_model) IS 'binary output function of type transformer_model';

CREATE TYPE transformer_model (
	INPUT = transformer_model_in,
	OUTPUT = transformer_model_out,
	RECEIVE = transformer_model_recv,
	SEND = transformer_model_send,
	ALIGNMENT = double,
	STORAGE = external
);
COMMENT ON TYPE transformer_model IS
	'a fitted Transformer: options, scaling, training facts and parameters; made by transformer_fit, used by transformer_forecast';

CREATE FUNCTION model_info(model transformer_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(transformer_model) IS
	'everything a model says of itself but its parameters: options, scaling, rows and times it was trained on, validation errors beside those of the random walk (in units of y), checksum';

CREATE FUNCTION model_size(model transformer_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(transformer_model) IS 'bytes of a model';

CREATE FUNCTION model_parameters(model transformer_model, OUT name text, OUT shape integer[], OUT "values" real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION model_parameters(transformer_model) IS
	'the tensors of a model: name, shape, values in row-major order; in_weight and in_bias hold queries, keys and values one after the other';

CREATE FUNCTION transformer_training_log(model transformer_model, OUT member integer, OUT epoch integer, OUT training_loss double precision, OUT validation_loss double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_transformer_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION transformer_training_log(transformer_model) IS
	'how the training went: mean losses of each epoch of each member of the ensemble, in standardized units; of more than 1,000 epochs every so many; validation_loss is NULL where it was not computed, which is in all epochs but the last without patience';

CREATE FUNCTION transformer_options(
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
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'preset', preset, 'layers', layers, 'width', width, 'heads', heads,
		'feed_forward', feed_forward, 'positions', positions, 'dropout', dropout, 'dense', dense, 'look_back', look_back,
		'horizons', horizons, 'target', target, 'loss', loss, 'huber_delta', huber_delta,
		'quantile', quantile, 'optimizer', optimizer, 'momentum', momentum, 'learning_rate', learning_rate,
		'weight_decay', weight_decay, 'clip_norm', clip_norm, 'batch_size', batch_size,
		'epochs', epochs, 'validation_fraction', validation_fraction, 'patience', patience,
		'ensemble', ensemble, 'interval_level', interval_level, 'seed', seed,
		'refit', refit, 'random_walk_weight', random_walk_weight,
		'feature_names', feature_names))
		|| CASE WHEN warm_start IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('warm_start', warm_start::text::jsonb) END;
END;
COMMENT ON FUNCTION transformer_options(text, integer, integer, integer, integer, boolean, double precision, integer[], integer, integer[], text, text, double precision, double precision, text, double precision, double precision, double precision, double precision, integer, integer, double precision, integer, integer, double precision, bigint, boolean, double precision, text[], transformer_model) IS
	'options of transformer_fit, NULL = default: preset paper_001, the forecaster of paper 001, which the other options change (none); layers of the encoder (2); width of each position (32); heads of the attention, a divisor of width (2); feed_forward width within a layer (64); positions whether they are encoded, by sines (true); dropout rate at four places of each layer (0); dense units of dense layers before the output ({}); look_back rows in a window (21); horizons in rows ahead ({1}); target change or level (change); loss mae, mse, huber, rmse or pinball (mae); huber_delta of loss huber (1); quantile of loss pinball (0.5); optimizer adam or rmsprop (adam); momentum of optimizer rmsprop (0); learning_rate (0.001); weight_decay (0); clip_norm, 0 = off (1); batch_size (32); epochs at most (100); validation_fraction of the windows, the last ones (0.15); patience in epochs, 0 = no early stopping (10); ensemble members averaged (10); interval_level (0.9); seed (1); refit each member on all windows for as many epochs as were best in validation (true); random_walk_weight of y itself in the forecast, 0 to 1 (0.2); feature_names for messages and transformer_importance ({}); warm_start, a model of the same architecture whose parameters training begins with and whose options are the defaults (none)';

CREATE FUNCTION transformer_fit_final(creditspread_series) RETURNS transformer_model
AS 'MODULE_PATHNAME', 'creditspread_transformer_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION transformer_fit_final(creditspread_series) IS 'final function of transformer_fit';

CREATE FUNCTION transformer_fit_transition(creditspread_series, date, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, date, double precision) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" date, y double precision) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(date, double precision) IS
	'trains a Transformer to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, date, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, date, double precision, double precision[]) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" date, y double precision, features double precision[]) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(date, double precision, double precision[]) IS
	'trains a Transformer to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, date, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, date, double precision, double precision[], jsonb) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(date, double precision, double precision[], jsonb) IS
	'trains a Transformer to forecast y: time, y, features, transformer_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, timestamp, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, timestamp, double precision) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" timestamp, y double precision) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(timestamp, double precision) IS
	'trains a Transformer to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, timestamp, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, timestamp, double precision, double precision[]) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" timestamp, y double precision, features double precision[]) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(timestamp, double precision, double precision[]) IS
	'trains a Transformer to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, timestamp, double precision, double precision[], jsonb) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(timestamp, double precision, double precision[], jsonb) IS
	'trains a Transformer to forecast y: time, y, features, transformer_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, timestamptz, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, timestamptz, double precision) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" timestamptz, y double precision) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(timestamptz, double precision) IS
	'trains a Transformer to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, timestamptz, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, timestamptz, double precision, double precision[]) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" timestamptz, y double precision, features double precision[]) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(timestamptz, double precision, double precision[]) IS
	'trains a Transformer to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, timestamptz, double precision, double precision[], jsonb) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(timestamptz, double precision, double precision[], jsonb) IS
	'trains a Transformer to forecast y: time, y, features, transformer_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, bigint, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, bigint, double precision) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" bigint, y double precision) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, double precision) IS
	'trains a Transformer to forecast y: time, y; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, bigint, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, bigint, double precision, double precision[]) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" bigint, y double precision, features double precision[]) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, double precision, double precision[]) IS
	'trains a Transformer to forecast y: time, y, features; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_transition(creditspread_series, bigint, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_transition(creditspread_series, bigint, double precision, double precision[], jsonb) IS 'transition function of transformer_fit';

CREATE AGGREGATE transformer_fit("time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_transition, STYPE = creditspread_series, FINALFUNC = transformer_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, double precision, double precision[], jsonb) IS
	'trains a Transformer to forecast y: time, y, features, transformer_options(...); rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE TYPE transformer_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE transformer_forecast_result IS
	'a forecast in units of y and the bounds of its interval (split conformal on the validation errors of the fit; NULL without validation)';

CREATE FUNCTION transformer_forecast(model transformer_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS transformer_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_transformer_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast(transformer_model, double precision, double precision[], integer) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later; needs OVER (... ORDER BY time); NULL while the history is shorter than look_back; errors: a step that the model was not fitted for, NULL in y or features, another number of features than at the fit';

CREATE TYPE transformer_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE transformer_forecast_step IS
	'the forecast for so many rows after the last one, in units of y, and the bounds of its interval (NULL without validation)';

CREATE FUNCTION transformer_forecast_final(creditspread_series) RETURNS transformer_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION transformer_forecast_final(creditspread_series) IS 'final function of the aggregate transformer_forecast';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, date, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, date, double precision, double precision[], integer) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" date, y double precision, features double precision[], horizon integer) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(date, double precision, double precision[], integer) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, date, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, date, double precision, double precision[], integer, jsonb) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" date, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(date, double precision, double precision[], integer, jsonb) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, transformer_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" timestamp, y double precision, features double precision[], horizon integer) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(timestamp, double precision, double precision[], integer) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, timestamp, double precision, double precision[], integer, jsonb) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" timestamp, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(timestamp, double precision, double precision[], integer, jsonb) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, transformer_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" timestamptz, y double precision, features double precision[], horizon integer) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(timestamptz, double precision, double precision[], integer) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, timestamptz, double precision, double precision[], integer, jsonb) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" timestamptz, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(timestamptz, double precision, double precision[], integer, jsonb) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, transformer_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" bigint, y double precision, features double precision[], horizon integer) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(bigint, double precision, double precision[], integer) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast_transition(creditspread_series, bigint, double precision, double precision[], integer, jsonb) IS 'transition function of transformer_forecast';

CREATE AGGREGATE transformer_forecast("time" bigint, y double precision, features double precision[], horizon integer, options jsonb) (
	SFUNC = transformer_forecast_transition, STYPE = creditspread_series, FINALFUNC = transformer_forecast_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(bigint, double precision, double precision[], integer, jsonb) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon, transformer_options(...) without horizons; rows in any order, no time twice, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE TYPE transformer_feature_importance AS (
	feature text,
	importance double precision
);
COMMENT ON TYPE transformer_feature_importance IS
	'an input of a Transformer, y or a feature by its name, and by how much the mean absolute error of the forecasts grows when its values are permuted, in units of y';

CREATE FUNCTION transformer_importance_options(
	step integer DEFAULT NULL,
	repeats integer DEFAULT NULL,
	seed bigint DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object('step', step, 'repeats', repeats, 'seed', seed));
END;
COMMENT ON FUNCTION transformer_importance_options(integer, integer, bigint) IS
	'options of transformer_importance, NULL = default: step, one of the model''s horizons (its first); repeats, permutations of each input, averaged (5); seed (1)';

CREATE FUNCTION transformer_importance_final(creditspread_series) RETURNS transformer_feature_importance[]
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION transformer_importance_final(creditspread_series) IS 'final function of transformer_importance';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, date, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, date, double precision, double precision[]) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" date, y double precision, features double precision[]) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, date, double precision, double precision[]) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, date, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, date, double precision, double precision[], jsonb) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, date, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL, transformer_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamp, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamp, double precision, double precision[]) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, timestamp, double precision, double precision[]) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamp, double precision, double precision[], jsonb) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, timestamp, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL, transformer_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamptz, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamptz, double precision, double precision[]) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, timestamptz, double precision, double precision[]) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, timestamptz, double precision, double precision[], jsonb) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, timestamptz, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL, transformer_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, bigint, double precision, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, bigint, double precision, double precision[]) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" bigint, y double precision, features double precision[]) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, bigint, double precision, double precision[]) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_importance_transition(creditspread_series, transformer_model, bigint, double precision, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_importance_transition(creditspread_series, transformer_model, bigint, double precision, double precision[], jsonb) IS 'transition function of transformer_importance';

CREATE AGGREGATE transformer_importance(model transformer_model, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_importance_transition, STYPE = creditspread_series, FINALFUNC = transformer_importance_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, bigint, double precision, double precision[], jsonb) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL, transformer_importance_options(...); rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';
-- Vector autoregressions: var_fit, var_forecast, var_coefficients, var_options.

CREATE TYPE var_model AS (
	method text,
	lags integer,
	horizon integer,
	variables integer,
	exogenous integer,
	observations bigint,
	coefficients double precision[],
	standard_errors double precision[],
	sigma double precision[],
	sigma_ml double precision[],
	aic double precision,
	bic double precision,
	hqic double precision,
	log_likelihood double precision,
	root_moduli double precision[],
	stable boolean,
	last_y double precision[],
	last_exogenous double precision[]
);
COMMENT ON TYPE var_model IS
	'a fitted vector autoregression, y(t + horizon) = c + A1 y(t) + ... + Ap y(t - p + 1) + B x(t); made by var_fit, used by var_forecast and var_coefficients';
COMMENT ON COLUMN var_model.method IS 'var, or ar: each variable on its own lags only';
COMMENT ON COLUMN var_model.lags IS 'number of lags p';
COMMENT ON COLUMN var_model.horizon IS 'rows ahead that the equations explain; above 1 the forecast is direct';
COMMENT ON COLUMN var_model.variables IS 'number of variables y';
COMMENT ON COLUMN var_model.exogenous IS 'number of exogenous terms x';
COMMENT ON COLUMN var_model.observations IS 'rows explained, T';
COMMENT ON COLUMN var_model.coefficients IS 'a row for each term (constant, y1, y2, ... at lag 1, ..., x1, ...), a column for each equation';
COMMENT ON COLUMN var_model.standard_errors IS 'of the coefficients, least squares';
COMMENT ON COLUMN var_model.sigma IS 'residual covariance, divisor observations less terms of an equation';
COMMENT ON COLUMN var_model.sigma_ml IS 'residual covariance, divisor observations';
COMMENT ON COLUMN var_model.aic IS 'Akaike: ln|sigma_ml| + 2 q / T, q the number of coefficients';
COMMENT ON COLUMN var_model.bic IS 'Schwarz: ln|sigma_ml| + ln(T) q / T';
COMMENT ON COLUMN var_model.hqic IS 'Hannan-Quinn: ln|sigma_ml| + 2 ln(ln(T)) q / T';
COMMENT ON COLUMN var_model.log_likelihood IS 'of normal residuals';
COMMENT ON COLUMN var_model.root_moduli IS 'moduli of the roots of the characteristic polynomial, ascending; NULL for horizons above 1';
COMMENT ON COLUMN var_model.stable IS 'whether all roots lie outside of the unit circle; NULL for horizons above 1';
COMMENT ON COLUMN var_model.last_y IS 'as many last rows of y as there are lags, oldest first';
COMMENT ON COLUMN var_model.last_exogenous IS 'x of the last row';

CREATE FUNCTION var_options(
	lags integer DEFAULT NULL,
	max_lags integer DEFAULT NULL,
	criterion text DEFAULT NULL,
	method text DEFAULT NULL,
	horizon integer DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'lags', lags, 'max_lags', max_lags, 'criterion', criterion, 'method', method,
		'horizon', horizon));
END;
COMMENT ON FUNCTION var_options(integer, integer, text, text, integer) IS
	'options of var_fit, NULL = default: lags, their number (chosen by criterion); max_lags, the most that are tried (8, or fewer so that there are twice as many observations as terms); criterion bic, aic or hqic (bic); method var or ar, each variable on its own lags only (var); horizon in rows ahead (1)';

CREATE FUNCTION var_fit_final(creditspread_series) RETURNS var_model
AS 'MODULE_PATHNAME', 'creditspread_var_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_final(creditspread_series) IS 'final function of var_fit';

CREATE FUNCTION var_fit_transition(creditspread_series, date, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, date, double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" date, y double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(date, double precision[]) IS
	'fits a vector autoregression by least squares: time, y; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, date, double precision[], double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, date, double precision[], double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" date, y double precision[], exogenous double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(date, double precision[], double precision[]) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, date, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, date, double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" date, y double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(date, double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, date, double precision[], double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, date, double precision[], double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" date, y double precision[], exogenous double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(date, double precision[], double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamp, y double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamp, double precision[]) IS
	'fits a vector autoregression by least squares: time, y; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[], double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[], double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamp, y double precision[], exogenous double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamp, double precision[], double precision[]) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamp, y double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamp, double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[], double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamp, double precision[], double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamp, y double precision[], exogenous double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamp, double precision[], double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamptz, y double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamptz, double precision[]) IS
	'fits a vector autoregression by least squares: time, y; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[], double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[], double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamptz, y double precision[], exogenous double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamptz, double precision[], double precision[]) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamptz, y double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamptz, double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[], double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, timestamptz, double precision[], double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" timestamptz, y double precision[], exogenous double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(timestamptz, double precision[], double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, bigint, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, bigint, double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" bigint, y double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(bigint, double precision[]) IS
	'fits a vector autoregression by least squares: time, y; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, bigint, double precision[], double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, bigint, double precision[], double precision[]) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" bigint, y double precision[], exogenous double precision[]) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(bigint, double precision[], double precision[]) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, bigint, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, bigint, double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" bigint, y double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(bigint, double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE FUNCTION var_fit_transition(creditspread_series, bigint, double precision[], double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_var_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_fit_transition(creditspread_series, bigint, double precision[], double precision[], jsonb) IS 'transition function of var_fit';

CREATE AGGREGATE var_fit("time" bigint, y double precision[], exogenous double precision[], options jsonb) (
	SFUNC = var_fit_transition, STYPE = creditspread_series, FINALFUNC = var_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(bigint, double precision[], double precision[], jsonb) IS
	'fits a vector autoregression by least squares: time, y, exogenous terms, var_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';

CREATE TYPE var_forecast_result AS (
	forecast double precision[],
	lower double precision[],
	upper double precision[]
);
COMMENT ON TYPE var_forecast_result IS 'the forecasts of all variables made on a row, and the bounds of their intervals';
COMMENT ON COLUMN var_forecast_result.forecast IS 'of each variable, in its units';
COMMENT ON COLUMN var_forecast_result.lower IS 'lower bound of the interval of each variable (normal errors, parameters taken as known)';
COMMENT ON COLUMN var_forecast_result.upper IS 'upper bound, likewise';

CREATE FUNCTION var_forecast(model var_model, y double precision[], exogenous double precision[] DEFAULT NULL, step integer DEFAULT NULL, level double precision DEFAULT 0.9)
RETURNS var_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_var_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_forecast(var_model, double precision[], double precision[], integer, double precision) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later (NULL = the model''s horizon); needs OVER (... ORDER BY time); NULL while the history is shorter than the lags; errors: a step that the model cannot forecast, NULL in y, other numbers of elements than at the fit, a forecast that overflows';

CREATE FUNCTION var_forecast(model var_model, steps integer DEFAULT NULL, level double precision DEFAULT 0.9,
	OUT step integer, OUT variable integer, OUT forecast double precision, OUT lower double precision, OUT upper double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_var_forecast_steps' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION var_forecast(var_model, integer, double precision) IS
	'the forecasts of the next steps after the sample that the model was fitted to, with intervals (normal errors, parameters taken as known); steps NULL = the model''s horizon; a model of horizon above 1 or with exogenous terms gives that horizon only';

CREATE FUNCTION var_coefficients(model var_model,
	OUT equation integer, OUT term text, OUT coefficient double precision, OUT standard_error double precision, OUT statistic double precision, OUT p_value double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_var_coefficients' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION var_coefficients(var_model) IS
	'the coefficients of a model as rows: equation (1 = y1), term (constant, L1.y1 = y1 at lag 1, x1), coefficient, standard error, t statistic, two-sided p-value (observations less terms degrees of freedom)';
-- Panel regression with entity fixed effects: the state of aggregates over a panel, panel_regression,
-- panel_coefficients, panel_predict.

CREATE TYPE creditspread_panel;

CREATE FUNCTION creditspread_panel_in(cstring) RETURNS creditspread_panel
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_panel_in(cstring) IS 'input function of type creditspread_panel';

CREATE FUNCTION creditspread_panel_out(creditspread_panel) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_panel_out(creditspread_panel) IS 'output function of type creditspread_panel';

CREATE FUNCTION creditspread_panel_recv(internal) RETURNS creditspread_panel
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_panel_recv(internal) IS 'binary input function of type creditspread_panel';

CREATE FUNCTION creditspread_panel_send(creditspread_panel) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_panel_send(creditspread_panel) IS 'binary output function of type creditspread_panel';

CREATE TYPE creditspread_panel (
	INPUT = creditspread_panel_in,
	OUTPUT = creditspread_panel_out,
	RECEIVE = creditspread_panel_recv,
	SEND = creditspread_panel_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE creditspread_panel IS
	'state of aggregates over a panel: its rows (entity, time, values) and options; for partial aggregation, not for storing';

CREATE FUNCTION creditspread_panel_combine(creditspread_panel, creditspread_panel) RETURNS creditspread_panel
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_panel_combine(creditspread_panel, creditspread_panel) IS
	'combine function of aggregates over a panel';

CREATE TYPE panel_regression_model AS (
	entities text[],
	effects double precision[],
	coefficients double precision[],
	standard_errors double precision[],
	intercept double precision,
	cluster text,
	clusters bigint,
	observations bigint,
	r_squared_within double precision,
	r_squared double precision,
	residual_sd double precision,
	log_likelihood double precision,
	bic double precision
);
COMMENT ON TYPE panel_regression_model IS
	'a panel regression, y = effect of the entity + coefficients x + error; made by panel_regression, used by panel_coefficients and panel_predict';
COMMENT ON COLUMN panel_regression_model.entities IS 'the entities, in order of the bytes of their names';
COMMENT ON COLUMN panel_regression_model.effects IS 'the fixed effect of each entity: mean y less coefficients times mean x';
COMMENT ON COLUMN panel_regression_model.coefficients IS 'of each regressor, from deviations from the entities'' means';
COMMENT ON COLUMN panel_regression_model.standard_errors IS 'of the coefficients, robust to correlation within clusters';
COMMENT ON COLUMN panel_regression_model.intercept IS 'the mean effect over the observations';
COMMENT ON COLUMN panel_regression_model.cluster IS 'what the standard errors are clustered by: entity or time';
COMMENT ON COLUMN panel_regression_model.clusters IS 'number of clusters; tests have clusters - 1 degrees of freedom';
COMMENT ON COLUMN panel_regression_model.observations IS 'number of rows n';
COMMENT ON COLUMN panel_regression_model.r_squared_within IS 'share of the variance within the entities that x explains';
COMMENT ON COLUMN panel_regression_model.r_squared IS 'share of the variance of y that x and the effects explain';
COMMENT ON COLUMN panel_regression_model.residual_sd IS 'standard deviation of the residuals, divisor n less entities less regressors';
COMMENT ON COLUMN panel_regression_model.log_likelihood IS 'of normal residuals; NULL for an exact fit';
COMMENT ON COLUMN panel_regression_model.bic IS 'Schwarz criterion per observation, (-2 log likelihood + (regressors + entities) ln n) / n; NULL for an exact fit';

CREATE FUNCTION panel_options(cluster text DEFAULT NULL) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object('cluster', cluster));
END;
COMMENT ON FUNCTION panel_options(text) IS
	'options of panel_regression, NULL = default: cluster of the standard errors, entity or time (entity)';

CREATE FUNCTION panel_regression_final(creditspread_panel) RETURNS panel_regression_model
AS 'MODULE_PATHNAME', 'creditspread_panel_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_final(creditspread_panel) IS 'final function of panel_regression';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, date, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" date, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, date, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" date, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, date, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, timestamp, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" timestamp, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, timestamp, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" timestamp, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, timestamp, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" timestamptz, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, timestamptz, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" timestamptz, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, timestamptz, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, bigint, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" bigint, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, bigint, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity text, "time" bigint, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(text, bigint, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, date, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" date, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, date, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" date, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, date, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" timestamp, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, timestamp, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" timestamp, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, timestamp, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" timestamptz, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, timestamptz, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" timestamptz, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, timestamptz, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" bigint, y double precision, x double precision[]) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, bigint, double precision, double precision[]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_regression_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION panel_regression_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) IS
	'transition function of panel_regression';

CREATE AGGREGATE panel_regression(entity bigint, "time" bigint, y double precision, x double precision[], options jsonb) (
	SFUNC = panel_regression_transition, STYPE = creditspread_panel, FINALFUNC = panel_regression_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(bigint, bigint, double precision, double precision[], jsonb) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x, panel_options(...); rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';

CREATE FUNCTION panel_coefficients(model panel_regression_model,
	OUT term text, OUT coefficient double precision, OUT standard_error double precision, OUT statistic double precision, OUT p_value double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_panel_coefficients' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION panel_coefficients(panel_regression_model) IS
	'the coefficients of a panel regression as rows: term (x1 = x[1]), coefficient, standard error, t statistic, two-sided p-value (clusters - 1 degrees of freedom)';

CREATE FUNCTION panel_predict(model panel_regression_model, entity text, x double precision[]) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_panel_predict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION panel_predict(panel_regression_model, text, double precision[]) IS
	'what a panel regression predicts for an entity at x, its fixed effect included; NULL for an entity that was not in the regression; errors: another number of elements than regressors, NaN or infinity';

CREATE FUNCTION panel_predict(model panel_regression_model, entity bigint, x double precision[]) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_panel_predict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION panel_predict(panel_regression_model, bigint, double precision[]) IS
	'what a panel regression predicts for an entity at x, its fixed effect included; NULL for an entity that was not in the regression; errors: another number of elements than regressors, NaN or infinity';
-- Principal components: principal_components, principal_components_scores.

CREATE TYPE principal_components_model AS (
	observations bigint,
	mean double precision[],
	scale double precision[],
	components double precision[],
	explained_variance double precision[],
	explained_ratio double precision[]
);
COMMENT ON TYPE principal_components_model IS
	'principal components of rows x; made by principal_components, used by principal_components_scores';
COMMENT ON COLUMN principal_components_model.observations IS 'number of rows';
COMMENT ON COLUMN principal_components_model.mean IS 'of each element of x';
COMMENT ON COLUMN principal_components_model.scale IS 'what each element is divided by: its standard deviation (divisor n - 1) if standardized, else 1';
COMMENT ON COLUMN principal_components_model.components IS 'one in a row, of length 1, in order of explained variance; the loading of largest absolute value is positive';
COMMENT ON COLUMN principal_components_model.explained_variance IS 'variance of the scores of each component, divisor n - 1';
COMMENT ON COLUMN principal_components_model.explained_ratio IS 'share of the total variance';

CREATE TYPE principal_components_sums;

CREATE FUNCTION principal_components_sums_in(cstring) RETURNS principal_components_sums
AS 'MODULE_PATHNAME', 'creditspread_components_sums_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_sums_in(cstring) IS 'input function of type principal_components_sums';

CREATE FUNCTION principal_components_sums_out(principal_components_sums) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_components_sums_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_sums_out(principal_components_sums) IS 'output function of type principal_components_sums';

CREATE FUNCTION principal_components_sums_recv(internal) RETURNS principal_components_sums
AS 'MODULE_PATHNAME', 'creditspread_components_sums_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_sums_recv(internal) IS 'binary input function of type principal_components_sums';

CREATE FUNCTION principal_components_sums_send(principal_components_sums) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_components_sums_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_sums_send(principal_components_sums) IS 'binary output function of type principal_components_sums';

CREATE TYPE principal_components_sums (
	INPUT = principal_components_sums_in,
	OUTPUT = principal_components_sums_out,
	RECEIVE = principal_components_sums_recv,
	SEND = principal_components_sums_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE principal_components_sums IS
	'state of principal_components: means and the triangle of the deviations (Gentleman 1973); for partial aggregation, not for storing';

CREATE FUNCTION principal_components_combine(principal_components_sums, principal_components_sums) RETURNS principal_components_sums
AS 'MODULE_PATHNAME', 'creditspread_components_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_combine(principal_components_sums, principal_components_sums) IS
	'combine function of principal_components';

CREATE FUNCTION principal_components_final(principal_components_sums) RETURNS principal_components_model
AS 'MODULE_PATHNAME', 'creditspread_components_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_final(principal_components_sums) IS 'final function of principal_components';

CREATE FUNCTION principal_components_options(standardize boolean DEFAULT NULL, components integer DEFAULT NULL)
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object('standardize', standardize, 'components', components));
END;
COMMENT ON FUNCTION principal_components_options(boolean, integer) IS
	'options of principal_components, NULL = default: standardize divides each element by its standard deviation (false); components, how many are kept (all)';

CREATE FUNCTION principal_components_transition(principal_components_sums, double precision[]) RETURNS principal_components_sums
AS 'MODULE_PATHNAME', 'creditspread_components_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_transition(principal_components_sums, double precision[]) IS
	'transition function of principal_components';

CREATE AGGREGATE principal_components(x double precision[]) (
	SFUNC = principal_components_transition, STYPE = principal_components_sums,
	FINALFUNC = principal_components_final, COMBINEFUNC = principal_components_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE principal_components(double precision[]) IS
	'the principal components of rows x: directions of largest variance; errors: NULL, NaN or infinity, rows that differ in their number of elements, fewer than 2 rows, no element that varies, unknown option';

CREATE FUNCTION principal_components_transition(principal_components_sums, double precision[], jsonb) RETURNS principal_components_sums
AS 'MODULE_PATHNAME', 'creditspread_components_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_transition(principal_components_sums, double precision[], jsonb) IS
	'transition function of principal_components';

CREATE AGGREGATE principal_components(x double precision[], options jsonb) (
	SFUNC = principal_components_transition, STYPE = principal_components_sums,
	FINALFUNC = principal_components_final, COMBINEFUNC = principal_components_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE principal_components(double precision[], jsonb) IS
	'the principal components of rows x, principal_components_options(...): directions of largest variance; errors: NULL, NaN or infinity, rows that differ in their number of elements, fewer than 2 rows, no element that varies, unknown option';

CREATE FUNCTION principal_components_scores(model principal_components_model, x double precision[]) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_components_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_scores(principal_components_model, double precision[]) IS
	'the scores of a row: components times (x - mean) / scale, one for each component; errors: another number of elements than the model has, NULL, NaN or infinity';
-- rnn_fit on a panel: one network for many series.

CREATE FUNCTION rnn_fit_panel_final(creditspread_panel) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rnn_fit_panel_final(creditspread_panel) IS 'final function of rnn_fit on a panel';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" date, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, date, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, date, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamp, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamp, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamptz, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamptz, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" bigint, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, bigint, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, bigint, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" date, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, date, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, date, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamp, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamp, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamptz, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamptz, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" bigint, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, bigint, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, bigint, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
-- transformer_fit on a panel: one network for many series.

CREATE FUNCTION transformer_fit_panel_final(creditspread_panel) RETURNS transformer_model
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION transformer_fit_panel_final(creditspread_panel) IS 'final function of transformer_fit on a panel';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" date, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, date, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, date, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, timestamp, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, timestamp, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, timestamptz, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, timestamptz, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" bigint, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, bigint, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity text, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(text, bigint, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" date, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, date, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, date, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, timestamp, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, timestamp, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, timestamptz, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, timestamptz, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" bigint, y double precision, features double precision[]) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, bigint, double precision, double precision[]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) IS 'transition function of transformer_fit on a panel';

CREATE AGGREGATE transformer_fit(entity bigint, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = transformer_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = transformer_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(bigint, bigint, double precision, double precision[], jsonb) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, transformer_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
-- Empirical mode decomposition: emd, emd_lowpass, eemd, ceemdan.

CREATE FUNCTION emd(
	x double precision,
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd(double precision, text, text, integer, double precision, integer, integer, integer) IS
	'empirical mode decomposition of the rows of the partition in their order, in the unit of x: one element for each IMF, the fastest first, and last the residue; they add up to x; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION emd(
	x double precision[],
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd(double precision[], text, text, integer, double precision, integer, integer, integer) IS
	'empirical mode decomposition of a series, in the unit of x; NULL gives NULL, an empty array an empty array: a row for each IMF, the fastest first, and last the residue; the rows add up to x; with trailing_rows, NULL where a row has fewer IMFs than others; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION emd_lowpass(
	x double precision,
	from_imf integer,
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_emd_lowpass_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_lowpass(double precision, integer, text, text, integer, double precision, integer, integer, integer) IS
	'the slow part of the empirical mode decomposition of the rows of the partition in their order, in the unit of x: the IMFs from from_imf (1 = the fastest) on and the residue, added up: the residue if there are fewer IMFs, x if from_imf is 1; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, from_imf NULL or below 1, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION emd_lowpass(
	x double precision[],
	from_imf integer,
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_lowpass_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_lowpass(double precision[], integer, text, text, integer, double precision, integer, integer, integer) IS
	'the slow part of the empirical mode decomposition of a series, in the unit of x; NULL gives NULL, an empty array an empty array: the IMFs from from_imf (1 = the fastest) on and the residue, added up: the residue if there are fewer IMFs, x if from_imf is 1; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64 (NULL = until the residue has fewer than 3 extrema); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, from_imf NULL or below 1, more memory than creditspread.max_model_memory; source: Huang et al. 1998; Rilling, Flandrin and Goncalves 2003 (mirror)';

CREATE FUNCTION eemd(
	x double precision,
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_eemd_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION eemd(double precision, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer) IS
	'ensemble empirical mode decomposition of the rows of the partition in their order, in the unit of x, IMFs averaged over trials with white noise added and, in the next trial, subtracted: one element for each IMF, the fastest first, and last the residue; they add up to x; trials, the number of series with noise; noise, its standard deviation in those of the series; seed, the same gives the same result; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Wu and Huang 2009; Yeh, Shieh and Huang 2010 (pairs)';

CREATE FUNCTION eemd(
	x double precision[],
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_eemd_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION eemd(double precision[], integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer) IS
	'ensemble empirical mode decomposition of a series, in the unit of x; NULL gives NULL, an empty array an empty array, IMFs averaged over trials with white noise added and, in the next trial, subtracted: a row for each IMF, the fastest first, and last the residue; the rows add up to x; with trailing_rows, NULL where a row has fewer IMFs than others; trials, the number of series with noise; noise, its standard deviation in those of the series; seed, the same gives the same result; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Wu and Huang 2009; Yeh, Shieh and Huang 2010 (pairs)';

CREATE FUNCTION ceemdan(
	x double precision,
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_ceemdan_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ceemdan(double precision, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer) IS
	'complete ensemble empirical mode decomposition with adaptive noise of the rows of the partition in their order, in the unit of x, each IMF averaged over trials before the next, with IMFs of white noise added: one element for each IMF, the fastest first, and last the residue; they add up to x; trials, the number of series with noise; noise, its standard deviation in those of what is left of the series; seed, the same gives the same result; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Torres, Colominas, Schlotthauer and Flandrin 2011';

CREATE FUNCTION ceemdan(
	x double precision[],
	trials integer DEFAULT 100,
	noise double precision DEFAULT 0.2,
	seed bigint DEFAULT 1,
	boundary text DEFAULT 'mirror',
	stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL,
	max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL
) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_ceemdan_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ceemdan(double precision[], integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer) IS
	'complete ensemble empirical mode decomposition with adaptive noise of a series, in the unit of x; NULL gives NULL, an empty array an empty array, each IMF averaged over trials before the next, with IMFs of white noise added: a row for each IMF, the fastest first, and last the residue; the rows add up to x; with trailing_rows, NULL where a row has fewer IMFs than others; trials, the number of series with noise; noise, its standard deviation in those of what is left of the series; seed, the same gives the same result; boundary mirror (extrema reflected at the ends) or endpoint (envelopes through the first and last sample); stop s_number (after s_number siftings, 4, that leave the numbers of extrema and zero crossings as they were) or sd (Huang: what a sifting takes away is below sd_threshold, 0.2, of the sum of squares); max_siftings of an IMF; max_imfs, 1 to 64, and at most log2 of the rows (NULL); trailing_rows, each row sees only so many rows up to itself (NULL = all rows); errors: NULL, NaN or infinity in x, an option out of its range, s_number or sd_threshold where the other rule stops, trials below 1, noise below 0, more memory than creditspread.max_model_memory; source: Torres, Colominas, Schlotthauer and Flandrin 2011';
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

-- Smoothing splines: smoothing_spline.

CREATE FUNCTION smoothing_spline(x double precision, smoothing double precision DEFAULT NULL, trailing_rows integer DEFAULT NULL, at double precision DEFAULT NULL)
RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_smoothing_spline' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smoothing_spline(double precision, double precision, integer, double precision) IS
	'window function: natural cubic smoothing spline through x, in units of x (Reinsch 1967); smoothing bounds the sum of squared residuals, in squared units of x, 0 interpolates, NULL = generalized cross-validation; trailing_rows = each row sees only so many rows up to itself, NULL = the whole partition; at = place of the row, increasing, NULL = equal distances; NULL where a row sees fewer than 4 rows and smoothing is NULL; errors: NULL, NaN or infinity in x or at, places that do not increase, smoothing below 0, fewer than 4 rows for cross-validation, arguments that differ between rows';

CREATE FUNCTION smoothing_spline(x double precision[], smoothing double precision DEFAULT NULL, trailing_rows integer DEFAULT NULL, at double precision[] DEFAULT NULL)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_smoothing_spline_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smoothing_spline(double precision[], double precision, integer, double precision[]) IS
	'natural cubic smoothing spline through the elements of x, in units of x (Reinsch 1967); smoothing bounds the sum of squared residuals, in squared units of x, 0 interpolates, NULL = generalized cross-validation; trailing_rows = each element sees only so many elements up to itself, NULL = all; at = place of each element, increasing, NULL = equal distances; an element is NULL where fewer than 4 are seen and smoothing is NULL; errors: NULL, NaN or infinity in x or at, more than one dimension, places that do not increase, smoothing below 0, fewer than 4 elements for cross-validation';

-- Seasonal decomposition by local regressions: stl_decompose.

CREATE TYPE stl_component AS (
	trend double precision,
	seasonal double precision,
	remainder double precision,
	weight double precision
);
COMMENT ON TYPE stl_component IS 'the parts of a value, in its units: trend + seasonal + remainder; made by stl_decompose';
COMMENT ON COLUMN stl_component.trend IS 'what changes slowly';
COMMENT ON COLUMN stl_component.seasonal IS 'what repeats with the period';
COMMENT ON COLUMN stl_component.remainder IS 'the value less both';
COMMENT ON COLUMN stl_component.weight IS 'robustness weight of the row, 0 (outlier) to 1';

CREATE FUNCTION stl_decompose(x double precision, period integer, seasonal integer DEFAULT 7, trend integer DEFAULT NULL, low_pass integer DEFAULT NULL,
	robust boolean DEFAULT false, seasonal_degree integer DEFAULT 1, trend_degree integer DEFAULT 1, low_pass_degree integer DEFAULT 1,
	inner_iterations integer DEFAULT NULL, outer_iterations integer DEFAULT NULL, trailing_rows integer DEFAULT NULL)
RETURNS stl_component
AS 'MODULE_PATHNAME', 'creditspread_stl_decompose' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stl_decompose(double precision, integer, integer, integer, integer, boolean, integer, integer, integer, integer, integer, integer) IS
	'window function: trend, seasonal component and remainder of x (STL: Cleveland, Cleveland, McRae and Terpenning 1990); period = rows of a season, at least 2; seasonal, trend, low_pass = windows in cycles, rows and rows, odd, at least 3, the last two larger than the period; robust = outliers get small weights; degrees 0 or 1; inner_iterations (5, robust 2) and outer_iterations (0, robust 15); trailing_rows = each row sees only so many rows up to itself, NULL = the whole partition; NULL where a row sees fewer than two periods; errors: NULL, NaN or infinity in x, fewer rows than two periods, arguments out of range or that differ between rows';

CREATE FUNCTION stl_decompose(x double precision[], period integer, seasonal integer DEFAULT 7, trend integer DEFAULT NULL, low_pass integer DEFAULT NULL,
	robust boolean DEFAULT false, seasonal_degree integer DEFAULT 1, trend_degree integer DEFAULT 1, low_pass_degree integer DEFAULT 1,
	inner_iterations integer DEFAULT NULL, outer_iterations integer DEFAULT NULL, trailing_rows integer DEFAULT NULL)
RETURNS SETOF stl_component
AS 'MODULE_PATHNAME', 'creditspread_stl_decompose_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stl_decompose(double precision[], integer, integer, integer, integer, boolean, integer, integer, integer, integer, integer, integer) IS
	'trend, seasonal component and remainder of the elements of x, one row each, in order (STL: Cleveland, Cleveland, McRae and Terpenning 1990); arguments as of the window function; a row of NULLs where an element sees fewer than two periods; errors: NULL, NaN or infinity in x, more than one dimension, fewer elements than two periods, arguments out of range';
-- The Kalman filter: kalman_filter, kalman_smooth, kalman_fit, kalman_model, kalman_state.

CREATE TYPE kalman_estimate AS (
	predicted double precision,
	filtered double precision,
	variance double precision,
	gain double precision,
	innovation double precision,
	predicted_variance double precision,
	innovation_variance double precision,
	log_likelihood double precision
);
COMMENT ON TYPE kalman_estimate IS
	'what the Kalman filter of one state knows on a row; NULL where there is no value: all that needs an observation where it is missing, all that needs a start as long as nothing is known';
COMMENT ON COLUMN kalman_estimate.predicted IS 'the state, given the rows before';
COMMENT ON COLUMN kalman_estimate.filtered IS 'the state, given this row too';
COMMENT ON COLUMN kalman_estimate.variance IS 'of the error of filtered';
COMMENT ON COLUMN kalman_estimate.gain IS 'what filtered takes over of the innovation';
COMMENT ON COLUMN kalman_estimate.innovation IS 'the observation less its prediction';
COMMENT ON COLUMN kalman_estimate.predicted_variance IS 'of the error of predicted';
COMMENT ON COLUMN kalman_estimate.innovation_variance IS 'of the innovation';
COMMENT ON COLUMN kalman_estimate.log_likelihood IS 'of the observation given those before; its sum over the rows is that of the series';

CREATE TYPE kalman_vector_estimate AS (
	predicted double precision[],
	filtered double precision[],
	variance double precision[],
	gain double precision[],
	innovation double precision[],
	predicted_variance double precision[],
	innovation_variance double precision[],
	log_likelihood double precision
);
COMMENT ON TYPE kalman_vector_estimate IS
	'what the Kalman filter of several states knows on a row; elements are NULL where there is no value, an array of nothing else is NULL';
COMMENT ON COLUMN kalman_vector_estimate.predicted IS 'the states, given the rows before';
COMMENT ON COLUMN kalman_vector_estimate.filtered IS 'the states, given this row too';
COMMENT ON COLUMN kalman_vector_estimate.variance IS 'covariance matrix of the errors of filtered';
COMMENT ON COLUMN kalman_vector_estimate.gain IS 'a row for each state, a column for each observation, 0 where that is missing';
COMMENT ON COLUMN kalman_vector_estimate.innovation IS 'the observations less their predictions';
COMMENT ON COLUMN kalman_vector_estimate.predicted_variance IS 'covariance matrix of the errors of predicted';
COMMENT ON COLUMN kalman_vector_estimate.innovation_variance IS 'covariance matrix of the innovations';
COMMENT ON COLUMN kalman_vector_estimate.log_likelihood IS 'of the observations given those before; its sum over the rows is that of the series';

CREATE TYPE kalman_smoothed AS (
	smoothed double precision,
	variance double precision
);
COMMENT ON TYPE kalman_smoothed IS 'the state on a row given later rows too';
COMMENT ON COLUMN kalman_smoothed.smoothed IS 'the state; NULL where no row tells';
COMMENT ON COLUMN kalman_smoothed.variance IS 'of its error';

CREATE TYPE kalman_vector_smoothed AS (
	smoothed double precision[],
	variance double precision[]
);
COMMENT ON TYPE kalman_vector_smoothed IS 'the states on a row given later rows too';
COMMENT ON COLUMN kalman_vector_smoothed.smoothed IS 'the states; NULL where no row tells';
COMMENT ON COLUMN kalman_vector_smoothed.variance IS 'covariance matrix of their errors';

CREATE TYPE kalman_model AS (
	transition double precision[],
	observation double precision[],
	process_covariance double precision[],
	observation_covariance double precision[],
	initial_state double precision[],
	initial_covariance double precision[],
	control_effect double precision[],
	start text,
	log_likelihood double precision,
	observations bigint,
	iterations integer,
	converged boolean,
	at_bound text
);
COMMENT ON TYPE kalman_model IS
	'a linear state space model, x(t) = A x(t-1) + B u(t) + w, z(t) = H x(t) + v; made by kalman_model or kalman_fit';
COMMENT ON COLUMN kalman_model.transition IS 'A, a row and a column for each state';
COMMENT ON COLUMN kalman_model.observation IS 'H, a row for each observation, a column for each state';
COMMENT ON COLUMN kalman_model.process_covariance IS 'Q, covariance matrix of w';
COMMENT ON COLUMN kalman_model.observation_covariance IS 'R, covariance matrix of v';
COMMENT ON COLUMN kalman_model.initial_state IS 'the states at the start; NULL: nothing is known of them (diffuse)';
COMMENT ON COLUMN kalman_model.initial_covariance IS 'covariance matrix of their errors, or NULL likewise';
COMMENT ON COLUMN kalman_model.control_effect IS 'B, a row for each state, a column for each control; NULL: no control';
COMMENT ON COLUMN kalman_model.start IS 'predicted: the start is that of the first row, before its observation; filtered: that of the row before';
COMMENT ON COLUMN kalman_model.log_likelihood IS 'of the fit; NULL for a model that was not fitted; so the columns that follow';
COMMENT ON COLUMN kalman_model.observations IS 'that were not missing';
COMMENT ON COLUMN kalman_model.iterations IS 'Newton steps, of all starting points';
COMMENT ON COLUMN kalman_model.converged IS 'whether the search ended where the likelihood has its maximum';
COMMENT ON COLUMN kalman_model.at_bound IS 'process_variance or observation_variance where that is 0, transition where it is 1 or -1 up to rounding; NULL: the maximum lies inside';

CREATE FUNCTION kalman_model(
	transition double precision[],
	observation double precision[],
	process_covariance double precision[],
	observation_covariance double precision[],
	initial_state double precision[] DEFAULT NULL,
	initial_covariance double precision[] DEFAULT NULL,
	control_effect double precision[] DEFAULT NULL,
	start text DEFAULT 'predicted'
) RETURNS kalman_model
AS 'MODULE_PATHNAME', 'creditspread_kalman_model' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_model(double precision[], double precision[], double precision[], double precision[], double precision[], double precision[], double precision[], text) IS
	'a linear state space model of up to 64 states, observations and controls: transition A, observation H, covariances Q and R, start (NULL = diffuse), control_effect B; matrices as arrays of rows; errors: NULL, NaN or infinity, wrong shapes, a covariance that is none, an observation of nothing';

CREATE FUNCTION kalman_filter(
	y double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision DEFAULT NULL
) RETURNS kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision, double precision, double precision, double precision, double precision, double precision, text, double precision) IS
	'window function: Kalman filter of x(t) = A x(t-1) + B u(t) + w, y(t) = x(t) + v, by the rows up to each; y NULL = missing, transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_filter(
	y double precision[],
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision[] DEFAULT NULL
) RETURNS SETOF kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_array' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision[], double precision, double precision, double precision, double precision, double precision, text, double precision[]) IS
	'the filter over the elements of an array, a row for each; y elements NULL = missing, transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision, double precision, double precision, double precision, double precision, double precision, text, double precision, integer) IS
	'window function: Rauch-Tung-Striebel smoother, looks ahead; y NULL = missing, transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none, lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision[],
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision[] DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS SETOF kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_array' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision[], double precision, double precision, double precision, double precision, double precision, text, double precision[], integer) IS
	'the smoother over the elements of an array, a row for each; transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none, lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_filter(
	y double precision,
	model kalman_model,
	control double precision[] DEFAULT NULL
) RETURNS kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_model' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision, kalman_model, double precision[]) IS
	'window function: Kalman filter by a kalman_model of one state and one observation, NULL = missing; control u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision,
	model kalman_model,
	control double precision[] DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_model' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision, kalman_model, double precision[], integer) IS
	'window function: smoother by a kalman_model of one state and one observation, NULL = missing; looks ahead; control u of the row, NULL = none; lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_filter(
	y double precision[],
	model kalman_model,
	control double precision[] DEFAULT NULL
) RETURNS kalman_vector_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_vector' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision[], kalman_model, double precision[]) IS
	'window function: Kalman filter by a kalman_model of several states; y has an element for each observation, NULL = missing; control u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision[],
	model kalman_model,
	control double precision[] DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS kalman_vector_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_vector' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision[], kalman_model, double precision[], integer) IS
	'window function: smoother by a kalman_model of several states; y has an element for each observation, NULL = missing; looks ahead; control u of the row, NULL = none; lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_options(
	model text DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object('model', model));
END;
COMMENT ON FUNCTION kalman_options(text) IS
	'options of kalman_fit, NULL = default: model local_level, x(t) = x(t-1) + w with a diffuse start, or ar1_plus_noise, x(t) = A x(t-1) + w from its stationary distribution (local_level)';

CREATE FUNCTION kalman_fit_final(creditspread_series) RETURNS kalman_model
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION kalman_fit_final(creditspread_series) IS 'final function of kalman_fit';

CREATE FUNCTION kalman_fit_transition(creditspread_series, date, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, date, double precision) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" date, y double precision) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(date, double precision) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE FUNCTION kalman_fit_transition(creditspread_series, date, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, date, double precision, jsonb) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" date, y double precision, options jsonb) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(date, double precision, jsonb) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing), kalman_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE FUNCTION kalman_fit_transition(creditspread_series, timestamp, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, timestamp, double precision) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" timestamp, y double precision) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(timestamp, double precision) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE FUNCTION kalman_fit_transition(creditspread_series, timestamp, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, timestamp, double precision, jsonb) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(timestamp, double precision, jsonb) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing), kalman_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE FUNCTION kalman_fit_transition(creditspread_series, timestamptz, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, timestamptz, double precision) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" timestamptz, y double precision) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(timestamptz, double precision) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE FUNCTION kalman_fit_transition(creditspread_series, timestamptz, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, timestamptz, double precision, jsonb) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" timestamptz, y double precision, options jsonb) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(timestamptz, double precision, jsonb) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing), kalman_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE FUNCTION kalman_fit_transition(creditspread_series, bigint, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, bigint, double precision) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" bigint, y double precision) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(bigint, double precision) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE FUNCTION kalman_fit_transition(creditspread_series, bigint, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_fit_transition(creditspread_series, bigint, double precision, jsonb) IS 'transition function of kalman_fit';

CREATE AGGREGATE kalman_fit("time" bigint, y double precision, options jsonb) (
	SFUNC = kalman_fit_transition, STYPE = creditspread_series, FINALFUNC = kalman_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(bigint, double precision, jsonb) IS
	'maximum likelihood estimate of a state space model: time, y (NULL = missing), kalman_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer than 4 observations, observations that are all equal, unknown option';

CREATE TYPE kalman_state;

CREATE FUNCTION kalman_state_in(cstring) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state_in(cstring) IS 'input function of type kalman_state';

CREATE FUNCTION kalman_state_out(kalman_state) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state_out(kalman_state) IS 'output function of type kalman_state';

CREATE FUNCTION kalman_state_recv(internal) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state_recv(internal) IS 'binary input function of type kalman_state';

CREATE FUNCTION kalman_state_send(kalman_state) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state_send(kalman_state) IS 'binary output function of type kalman_state';

CREATE TYPE kalman_state (
	INPUT = kalman_state_in,
	OUTPUT = kalman_state_out,
	RECEIVE = kalman_state_recv,
	SEND = kalman_state_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE kalman_state IS
	'a Kalman filter between two rows: model, what is known of the state, results of the last row; text form JSON, exact';

CREATE FUNCTION kalman_state(
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted'
) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_scalar' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state(double precision, double precision, double precision, double precision, double precision, text) IS
	'a Kalman filter before its first row; arguments and errors as those of kalman_filter';

CREATE FUNCTION kalman_state(model kalman_model) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_model' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state(kalman_model) IS 'a Kalman filter by a model before its first row; errors as those of kalman_filter';

CREATE FUNCTION kalman_update(
	state kalman_state,
	observation double precision,
	control double precision DEFAULT NULL
) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_update' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_update(kalman_state, double precision, double precision) IS
	'the filter one row later: observation, NULL = missing; control of the row, NULL = none; to the last bit what kalman_filter makes of the same rows; a state of one state and one observation only; NULL state gives NULL; errors: NaN or infinity, overflow';

CREATE FUNCTION kalman_update(
	state kalman_state,
	observation double precision[],
	control double precision[] DEFAULT NULL
) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_update_vector' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_update(kalman_state, double precision[], double precision[]) IS
	'the filter one row later: observations, NULL = missing; controls of the row, NULL = none; to the last bit what kalman_filter makes of the same rows; NULL state gives NULL; errors: NaN or infinity, arrays of another length than the model has, overflow';

CREATE FUNCTION kalman_estimate(state kalman_state) RETURNS kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_estimate(kalman_state) IS
	'the results of the last row of a filter of one state and one observation; error 22023 if it has more';

CREATE FUNCTION kalman_vector_estimate(state kalman_state) RETURNS kalman_vector_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_vector_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_vector_estimate(kalman_state) IS 'the results of the last row of a filter, as arrays';

CREATE FUNCTION kalman_summary(
	state kalman_state,
	OUT states integer,
	OUT observed integer,
	OUT "rows" bigint,
	OUT observations bigint,
	OUT log_likelihood double precision
)
AS 'MODULE_PATHNAME', 'creditspread_kalman_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_summary(kalman_state) IS
	'number of states and of observations in a row; rows taken, those with an observation, and the log-likelihood so far';
-- The reflection model: reflection_forecast.

CREATE TYPE reflection_estimate AS (
	forecast double precision,
	correction double precision,
	variance double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision
);
COMMENT ON TYPE reflection_estimate IS 'a base forecast corrected by the deviation that is to be expected';
COMMENT ON COLUMN reflection_estimate.forecast IS 'the corrected forecast for the next row; the base forecast itself as long as no deviation is known; NULL where there is no base forecast';
COMMENT ON COLUMN reflection_estimate.correction IS 'the deviation to be expected of the next row';
COMMENT ON COLUMN reflection_estimate.variance IS 'of the error of the corrected forecast, by the model';
COMMENT ON COLUMN reflection_estimate.transition IS 'A of the model in use; NULL before there is one';
COMMENT ON COLUMN reflection_estimate.process_variance IS 'Q of the model in use';
COMMENT ON COLUMN reflection_estimate.observation_variance IS 'R of the model in use';

CREATE FUNCTION reflection_forecast(
	y double precision,
	forecast double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted'
) RETURNS reflection_estimate
AS 'MODULE_PATHNAME', 'creditspread_reflection_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION reflection_forecast(double precision, double precision, double precision, double precision, double precision, double precision, double precision, text) IS
	'window function: y and the base forecast made on the row for the next one (NULL = missing), and the filter of the deviations as in kalman_filter; the result knows the rows up to its own only; errors as those of kalman_filter';

CREATE FUNCTION reflection_forecast(
	y double precision,
	forecast double precision,
	fit_window integer DEFAULT NULL,
	refit_every integer DEFAULT 20,
	model text DEFAULT 'ar1_plus_noise'
) RETURNS reflection_estimate
AS 'MODULE_PATHNAME', 'creditspread_reflection_forecast_fitted' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION reflection_forecast(double precision, double precision, integer, integer, text) IS
	'window function: the same with a model that is fitted by maximum likelihood to the deviations of the last fit_window rows (20 or more, NULL = all) up to the row, anew every refit_every rows; no correction before 20 deviations; model ar1_plus_noise or local_level; errors: NaN or infinity, an argument that is out of range or not the same in all rows, overflow';
-- The square-root process of Cox, Ingersoll and Ross: cir_fit, cir_forecast, cir_options.

CREATE TYPE cir_model AS (
	a double precision,
	b double precision,
	sigma double precision,
	time_step double precision,
	likelihood text,
	log_likelihood double precision,
	observations bigint,
	long_run_mean double precision,
	mean_reverting boolean,
	feller boolean,
	at_bound text,
	iterations integer,
	converged boolean
);
COMMENT ON TYPE cir_model IS
	'a fitted square-root process, dR = (a - b R) dt + sigma sqrt(R) dW; made by cir_fit, used by cir_forecast';
COMMENT ON COLUMN cir_model.a IS 'drift at zero, in units of y per unit of time';
COMMENT ON COLUMN cir_model.b IS 'speed of reversion to the long-run mean, per unit of time; not positive when there is none';
COMMENT ON COLUMN cir_model.sigma IS 'volatility, in roots of units of y per root of unit of time';
COMMENT ON COLUMN cir_model.time_step IS 'time between two observations, in the unit that the user chose';
COMMENT ON COLUMN cir_model.likelihood IS 'exact, or euler: of the process in steps with normal errors';
COMMENT ON COLUMN cir_model.log_likelihood IS 'of all values but the first, given the value before each';
COMMENT ON COLUMN cir_model.observations IS 'steps from one value to the next that were fitted: one less than rows';
COMMENT ON COLUMN cir_model.long_run_mean IS 'a / b, in units of y; NULL unless b is positive';
COMMENT ON COLUMN cir_model.mean_reverting IS 'whether b is positive';
COMMENT ON COLUMN cir_model.feller IS 'whether 2 a > sigma^2, so that the process never reaches zero';
COMMENT ON COLUMN cir_model.at_bound IS 'a when the likelihood is largest at a = 0, b when at the fastest reversion that can be told from independence; else NULL';
COMMENT ON COLUMN cir_model.iterations IS 'of Newton''s method; 0 for likelihood euler, whose maximum is a closed form';
COMMENT ON COLUMN cir_model.converged IS 'whether the maximum was reached';

CREATE FUNCTION cir_options(
	likelihood text DEFAULT NULL,
	time_step double precision DEFAULT NULL,
	max_iterations integer DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'likelihood', likelihood, 'time_step', time_step, 'max_iterations', max_iterations));
END;
COMMENT ON FUNCTION cir_options(text, double precision, integer) IS
	'options of cir_fit, NULL = default: likelihood exact (noncentral chi-square) or euler (weighted least squares) (exact); time_step between two observations in any unit, 1e-6 to 1e6 (1); max_iterations 1 to 10000 (100)';

CREATE FUNCTION cir_fit_final(creditspread_series) RETURNS cir_model
AS 'MODULE_PATHNAME', 'creditspread_cir_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION cir_fit_final(creditspread_series) IS 'final function of cir_fit';

CREATE FUNCTION cir_fit_transition(creditspread_series, date, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, date, double precision) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" date, y double precision) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(date, double precision) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y; rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary';

CREATE FUNCTION cir_fit_transition(creditspread_series, date, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, date, double precision, jsonb) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" date, y double precision, options jsonb) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(date, double precision, jsonb) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y, cir_options(...); rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary, unknown option';

CREATE FUNCTION cir_fit_transition(creditspread_series, timestamp, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, timestamp, double precision) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" timestamp, y double precision) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(timestamp, double precision) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y; rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary';

CREATE FUNCTION cir_fit_transition(creditspread_series, timestamp, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, timestamp, double precision, jsonb) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(timestamp, double precision, jsonb) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y, cir_options(...); rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary, unknown option';

CREATE FUNCTION cir_fit_transition(creditspread_series, timestamptz, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, timestamptz, double precision) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" timestamptz, y double precision) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(timestamptz, double precision) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y; rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary';

CREATE FUNCTION cir_fit_transition(creditspread_series, timestamptz, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, timestamptz, double precision, jsonb) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" timestamptz, y double precision, options jsonb) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(timestamptz, double precision, jsonb) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y, cir_options(...); rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary, unknown option';

CREATE FUNCTION cir_fit_transition(creditspread_series, bigint, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, bigint, double precision) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" bigint, y double precision) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(bigint, double precision) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y; rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary';

CREATE FUNCTION cir_fit_transition(creditspread_series, bigint, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_cir_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cir_fit_transition(creditspread_series, bigint, double precision, jsonb) IS 'transition function of cir_fit';

CREATE AGGREGATE cir_fit("time" bigint, y double precision, options jsonb) (
	SFUNC = cir_fit_transition, STYPE = creditspread_series, FINALFUNC = cir_fit_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(bigint, double precision, jsonb) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y, cir_options(...); rows in any order, taken as equally spaced; errors: y not positive, a time twice, NULL, NaN or infinity, fewer than 4 rows, values that do not vary, unknown option';

CREATE TYPE cir_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision,
	variance double precision
);
COMMENT ON TYPE cir_forecast_result IS 'what cir_forecast returns';
COMMENT ON COLUMN cir_forecast_result.forecast IS 'mean of the value, given the one that it was made from, in units of y';
COMMENT ON COLUMN cir_forecast_result.lower IS 'lower end of the interval, in units of y';
COMMENT ON COLUMN cir_forecast_result.upper IS 'upper end of the interval, in units of y';
COMMENT ON COLUMN cir_forecast_result.variance IS 'variance of the value, in squared units of y';

CREATE FUNCTION cir_forecast(model cir_model, y double precision, step integer DEFAULT 1,
	interval_level double precision DEFAULT 0.9)
RETURNS cir_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_cir_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cir_forecast(cir_model, double precision, integer, double precision) IS
	'the forecast from the value y for step observations later, 1 to 10000, with an interval of coverage interval_level, 0.01 to 0.999: exact by the noncentral chi-square distribution, or normal for a model of likelihood euler; the parameters are taken as known; NULL if any argument is; errors: y negative, NaN or infinite, step or interval_level out of range, a model that no fit returned, overflow';
-- The information coefficient: information_coefficient, information_coefficient_decay,
-- rolling_information_coefficient, information_coefficient_options.

CREATE TYPE information_coefficient_result AS (
	mean double precision,
	standard_deviation double precision,
	information_ratio double precision,
	windows bigint,
	constant_windows bigint,
	observations bigint
);
COMMENT ON TYPE information_coefficient_result IS 'what information_coefficient returns';
COMMENT ON COLUMN information_coefficient_result.observations IS 'number of rows';

CREATE TYPE information_coefficient_lag AS (
	lag integer,
	mean double precision,
	standard_deviation double precision,
	information_ratio double precision,
	windows bigint,
	constant_windows bigint
);
COMMENT ON TYPE information_coefficient_lag IS 'an element of what information_coefficient_decay returns';
COMMENT ON COLUMN information_coefficient_lag.lag IS 'rows from the feature to y';
COMMENT ON COLUMN information_coefficient_result.mean IS 'mean of the correlations of all windows; NULL without any';
COMMENT ON COLUMN information_coefficient_result.standard_deviation IS 'of these correlations, divisor one less than their number; NULL of fewer than two';
COMMENT ON COLUMN information_coefficient_result.information_ratio IS 'mean / standard_deviation; NULL where that is NULL or zero';
COMMENT ON COLUMN information_coefficient_result.windows IS 'number of windows with a correlation';
COMMENT ON COLUMN information_coefficient_result.constant_windows IS 'number of windows left out because the feature or y is constant in them';
COMMENT ON COLUMN information_coefficient_lag.mean IS 'mean of the correlations of all windows; NULL without any';
COMMENT ON COLUMN information_coefficient_lag.standard_deviation IS 'of these correlations, divisor one less than their number; NULL of fewer than two';
COMMENT ON COLUMN information_coefficient_lag.information_ratio IS 'mean / standard_deviation; NULL where that is NULL or zero';
COMMENT ON COLUMN information_coefficient_lag.windows IS 'number of windows with a correlation';
COMMENT ON COLUMN information_coefficient_lag.constant_windows IS 'number of windows left out because the feature or y is constant in them';

CREATE FUNCTION information_coefficient_options(
	window_size integer DEFAULT NULL,
	lag integer DEFAULT NULL,
	correlation text DEFAULT NULL,
	max_lag integer DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'window_size', window_size, 'lag', lag, 'correlation', correlation, 'max_lag', max_lag));
END;
COMMENT ON FUNCTION information_coefficient_options(integer, integer, text, integer) IS
	'options of information_coefficient and information_coefficient_decay, NULL = default: window_size in pairs, 2 to 100000 (30); lag in rows from the feature to y, 0 to 100000, not for decay (1); correlation pearson or spearman (pearson); max_lag of decay, 1 to 1000 (30)';

CREATE FUNCTION information_coefficient_final(creditspread_series) RETURNS information_coefficient_result
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_final(creditspread_series) IS 'final function of information_coefficient';

CREATE FUNCTION information_coefficient_decay_final(creditspread_series) RETURNS information_coefficient_lag[]
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_decay_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_decay_final(creditspread_series) IS 'final function of information_coefficient_decay';

CREATE FUNCTION information_coefficient_transition(creditspread_series, date, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, date, double precision, double precision) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" date, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(date, double precision, double precision) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE AGGREGATE information_coefficient_decay("time" date, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(date, double precision, double precision) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE FUNCTION information_coefficient_transition(creditspread_series, date, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, date, double precision, double precision, jsonb) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" date, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(date, double precision, double precision, jsonb) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE AGGREGATE information_coefficient_decay("time" date, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(date, double precision, double precision, jsonb) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE FUNCTION information_coefficient_transition(creditspread_series, timestamp, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, timestamp, double precision, double precision) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" timestamp, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(timestamp, double precision, double precision) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE AGGREGATE information_coefficient_decay("time" timestamp, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(timestamp, double precision, double precision) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE FUNCTION information_coefficient_transition(creditspread_series, timestamp, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, timestamp, double precision, double precision, jsonb) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" timestamp, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(timestamp, double precision, double precision, jsonb) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE AGGREGATE information_coefficient_decay("time" timestamp, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(timestamp, double precision, double precision, jsonb) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE FUNCTION information_coefficient_transition(creditspread_series, timestamptz, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, timestamptz, double precision, double precision) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" timestamptz, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(timestamptz, double precision, double precision) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE AGGREGATE information_coefficient_decay("time" timestamptz, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(timestamptz, double precision, double precision) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE FUNCTION information_coefficient_transition(creditspread_series, timestamptz, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, timestamptz, double precision, double precision, jsonb) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" timestamptz, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(timestamptz, double precision, double precision, jsonb) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE AGGREGATE information_coefficient_decay("time" timestamptz, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(timestamptz, double precision, double precision, jsonb) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE FUNCTION information_coefficient_transition(creditspread_series, bigint, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, bigint, double precision, double precision) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" bigint, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(bigint, double precision, double precision) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE AGGREGATE information_coefficient_decay("time" bigint, feature double precision, y double precision) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(bigint, double precision, double precision) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit; rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need';

CREATE FUNCTION information_coefficient_transition(creditspread_series, bigint, double precision, double precision, jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION information_coefficient_transition(creditspread_series, bigint, double precision, double precision, jsonb) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" bigint, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(bigint, double precision, double precision, jsonb) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE AGGREGATE information_coefficient_decay("time" bigint, feature double precision, y double precision, options jsonb) (
	SFUNC = information_coefficient_transition, STYPE = creditspread_series, FINALFUNC = information_coefficient_decay_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(bigint, double precision, double precision, jsonb) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, taken as equally spaced; errors: a time twice, NULL, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE FUNCTION rolling_information_coefficient(feature double precision, y double precision, window_size integer DEFAULT 30,
	lag integer DEFAULT 1, correlation text DEFAULT 'pearson')
RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_rolling_information_coefficient' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rolling_information_coefficient(double precision, double precision, integer, integer, text) IS
	'window function: on each row the correlation of the last pairs up to it, a pair being y of a row and the feature lag rows before; NULL while there are fewer than window_size pairs, and where a side is constant; needs OVER (... ORDER BY time); window_size 2 to 100000 pairs, lag 0 to 100000 rows, correlation pearson or spearman; errors: NULL, NaN or infinity in feature or y, an argument out of range';

CREATE FUNCTION rolling_information_coefficient(feature double precision[], y double precision[], window_size integer DEFAULT 30,
	lag integer DEFAULT 1, correlation text DEFAULT 'pearson')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_rolling_information_coefficient_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rolling_information_coefficient(double precision[], double precision[], integer, integer, text) IS
	'the same of arrays, an element for each row; NULL if feature or y is; window_size 2 to 100000 pairs, lag 0 to 100000 rows, correlation pearson or spearman; errors: NULL, NaN or infinity in feature or y, an argument out of range, arrays of different lengths';
-- Charts as SVG documents: chart_options, line_chart, bar_chart, emd_chart, curve_chart.

CREATE FUNCTION chart_options(
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
	SELECT jsonb_strip_nulls(jsonb_build_object(
		'title', title, 'x_label', x_label, 'y_label', y_label, 'width', width, 'height', height,
		'zero', zero, 'series', series, 'faint', faint, 'points', points));
END;
COMMENT ON FUNCTION chart_options(text, text, text, integer, integer, boolean, text[], text[], text[]) IS
	'options of charts, NULL = default: title (none); x_label and y_label, names of the axes (none; of curve_chart yields and maturities; y_label of emd_chart names the series); width in pixels, 240 to 4000 (720); height, 160 to 4000 (of the chart); zero, whether the axis of values shows 0, of line_chart and curve_chart (false); of line_chart: series, their order and colours (by name), faint, those to draw as thin grey lines, points, those to draw as points, up to 20 names each';

CREATE FUNCTION line_chart_final(creditspread_panel) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_line_chart_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_final(creditspread_panel) IS 'final function of line_chart';

CREATE FUNCTION line_chart_transition(creditspread_panel, date, double precision, text) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, date, double precision, text) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" date, value double precision, series text) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(date, double precision, text) IS
	'draws series over time as an SVG document: time, value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';

CREATE FUNCTION line_chart_transition(creditspread_panel, date, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, date, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" date, value double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(date, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time, value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION line_chart_transition(creditspread_panel, date, double precision, double precision, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, date, double precision, double precision, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" date, value double precision, lower double precision, upper double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(date, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time, value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION line_chart_transition(creditspread_panel, timestamp, double precision, text) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, timestamp, double precision, text) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" timestamp, value double precision, series text) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(timestamp, double precision, text) IS
	'draws series over time as an SVG document: time, value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';

CREATE FUNCTION line_chart_transition(creditspread_panel, timestamp, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, timestamp, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" timestamp, value double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(timestamp, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time, value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION line_chart_transition(creditspread_panel, timestamp, double precision, double precision, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, timestamp, double precision, double precision, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" timestamp, value double precision, lower double precision, upper double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(timestamp, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time, value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION line_chart_transition(creditspread_panel, timestamptz, double precision, text) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, timestamptz, double precision, text) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" timestamptz, value double precision, series text) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(timestamptz, double precision, text) IS
	'draws series over time as an SVG document: time (in UTC), value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';

CREATE FUNCTION line_chart_transition(creditspread_panel, timestamptz, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, timestamptz, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" timestamptz, value double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(timestamptz, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (in UTC), value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION line_chart_transition(creditspread_panel, timestamptz, double precision, double precision, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, timestamptz, double precision, double precision, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" timestamptz, value double precision, lower double precision, upper double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(timestamptz, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (in UTC), value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION line_chart_transition(creditspread_panel, bigint, double precision, text) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, bigint, double precision, text) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" bigint, value double precision, series text) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(bigint, double precision, text) IS
	'draws series over time as an SVG document: time, value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';

CREATE FUNCTION line_chart_transition(creditspread_panel, bigint, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, bigint, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" bigint, value double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(bigint, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time, value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION line_chart_transition(creditspread_panel, bigint, double precision, double precision, double precision, text, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_line_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION line_chart_transition(creditspread_panel, bigint, double precision, double precision, double precision, text, jsonb) IS
	'transition function of line_chart';

CREATE AGGREGATE line_chart("time" bigint, value double precision, lower double precision, upper double precision, series text, options jsonb) (
	SFUNC = line_chart_transition, STYPE = creditspread_panel, FINALFUNC = line_chart_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(bigint, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time, value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

CREATE FUNCTION bar_chart(labels text[], series text[], bars double precision[], options jsonb DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_bar_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION bar_chart(text[], text[], double precision[], jsonb) IS
	'draws groups of bars as an SVG document: labels of the groups (a line break makes two lines), names of the series, a row of bars for each series with one for each label (NULL = no bar), options made by chart_options: title, x_label, y_label, width, height; any of the first three NULL gives NULL; errors: numbers that do not fit each other, NULL in labels or series, NaN or infinity, more than 20 series or 500 labels, unknown options';

CREATE FUNCTION emd_chart_final(creditspread_series) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_final(creditspread_series) IS 'final function of emd_chart';

CREATE FUNCTION emd_chart_transition(creditspread_series, date, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, date, double precision[]) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" date, imfs double precision[]) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(date, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time, what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';

CREATE FUNCTION emd_chart_transition(creditspread_series, date, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, date, double precision[], jsonb) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" date, imfs double precision[], options jsonb) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(date, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time, what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';

CREATE FUNCTION emd_chart_transition(creditspread_series, timestamp, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, timestamp, double precision[]) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" timestamp, imfs double precision[]) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(timestamp, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time, what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';

CREATE FUNCTION emd_chart_transition(creditspread_series, timestamp, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, timestamp, double precision[], jsonb) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" timestamp, imfs double precision[], options jsonb) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(timestamp, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time, what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';

CREATE FUNCTION emd_chart_transition(creditspread_series, timestamptz, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, timestamptz, double precision[]) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" timestamptz, imfs double precision[]) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(timestamptz, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';

CREATE FUNCTION emd_chart_transition(creditspread_series, timestamptz, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, timestamptz, double precision[], jsonb) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" timestamptz, imfs double precision[], options jsonb) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(timestamptz, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';

CREATE FUNCTION emd_chart_transition(creditspread_series, bigint, double precision[]) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, bigint, double precision[]) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" bigint, imfs double precision[]) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(bigint, double precision[]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time, what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue); rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels';

CREATE FUNCTION emd_chart_transition(creditspread_series, bigint, double precision[], jsonb) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart_transition(creditspread_series, bigint, double precision[], jsonb) IS
	'transition function of emd_chart';

CREATE AGGREGATE emd_chart("time" bigint, imfs double precision[], options jsonb) (
	SFUNC = emd_chart_transition, STYPE = creditspread_series, FINALFUNC = emd_chart_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(bigint, double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time, what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue), options made by chart_options: title, x_label, y_label (the name of the series), width, height; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels, unknown or different options';

CREATE FUNCTION emd_chart(imfs double precision[], options jsonb DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart(double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document, over the numbers of the observations: what emd, eemd or ceemdan of an array gives (a row for each IMF, then the residue; NULL = a gap), options made by chart_options: title, x_label, y_label (the name of the series), width, height; NULL or an empty array gives NULL; errors: not two dimensions, NaN or infinity, more than 65 rows, a height too small for the panels, unknown options';

CREATE FUNCTION curve_chart(
	curve nelson_siegel_curve,
	maturities double precision[] DEFAULT NULL,
	yields double precision[] DEFAULT NULL,
	from_maturity double precision DEFAULT NULL,
	to_maturity double precision DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_curve_chart_nelson_siegel' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION curve_chart(nelson_siegel_curve, double precision[], double precision[], double precision, double precision, jsonb) IS
	'draws a Nelson-Siegel curve as an SVG document: the curve (NULL gives NULL), maturities in years and yields in percent of observations to draw as points (NULL = none; a yield that is NULL is left out), from_maturity (NULL = 0) and to_maturity (NULL = the last observed, or 30) in years, options made by chart_options: title, x_label, y_label, width, height, zero; errors: maturities without yields or of another number, NULL, negative or not finite maturities, NaN or infinity, to_maturity not above from_maturity, a factor of the curve NULL, NaN or infinite, decay not positive, unknown options';

CREATE FUNCTION curve_chart(
	curve svensson_curve,
	maturities double precision[] DEFAULT NULL,
	yields double precision[] DEFAULT NULL,
	from_maturity double precision DEFAULT NULL,
	to_maturity double precision DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_curve_chart_svensson' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION curve_chart(svensson_curve, double precision[], double precision[], double precision, double precision, jsonb) IS
	'draws a Svensson curve as an SVG document: the curve (NULL gives NULL), maturities in years and yields in percent of observations to draw as points (NULL = none; a yield that is NULL is left out), from_maturity (NULL = 0) and to_maturity (NULL = the last observed, or 30) in years, options made by chart_options: title, x_label, y_label, width, height, zero; errors: maturities without yields or of another number, NULL, negative or not finite maturities, NaN or infinity, to_maturity not above from_maturity, a factor of the curve NULL, NaN or infinite, decay not positive, unknown options';
-- Relations between entities as one value: the type relation_graph, the aggregate that makes it, and what
-- it is asked for.

CREATE TYPE relation_graph;

CREATE FUNCTION relation_graph_in(cstring) RETURNS relation_graph
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_in(cstring) IS 'input function of type relation_graph';

CREATE FUNCTION relation_graph_out(relation_graph) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_out(relation_graph) IS 'output function of type relation_graph';

CREATE FUNCTION relation_graph_recv(internal) RETURNS relation_graph
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_recv(internal) IS 'binary input function of type relation_graph';

CREATE FUNCTION relation_graph_send(relation_graph) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_send(relation_graph) IS 'binary output function of type relation_graph';

CREATE TYPE relation_graph (
	INPUT = relation_graph_in,
	OUTPUT = relation_graph_out,
	RECEIVE = relation_graph_recv,
	SEND = relation_graph_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE relation_graph IS
	'entities and the directed relations between them, each of a kind; made by relation_graph; text form JSON: format, entities (names), relations (for each kind a text of source and target, source and target, ..., counted from 1)';

CREATE TYPE creditspread_relations;

CREATE FUNCTION creditspread_relations_in(cstring) RETURNS creditspread_relations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_relations_in(cstring) IS 'input function of type creditspread_relations';

CREATE FUNCTION creditspread_relations_out(creditspread_relations) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_relations_out(creditspread_relations) IS 'output function of type creditspread_relations';

CREATE FUNCTION creditspread_relations_recv(internal) RETURNS creditspread_relations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_relations_recv(internal) IS 'binary input function of type creditspread_relations';

CREATE FUNCTION creditspread_relations_send(creditspread_relations) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_relations_send(creditspread_relations) IS 'binary output function of type creditspread_relations';

CREATE TYPE creditspread_relations (
	INPUT = creditspread_relations_in,
	OUTPUT = creditspread_relations_out,
	RECEIVE = creditspread_relations_recv,
	SEND = creditspread_relations_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE creditspread_relations IS
	'state of aggregates over relations: their rows (source, target, kind) and options; for partial aggregation, not for storing';

CREATE FUNCTION creditspread_relations_combine(creditspread_relations, creditspread_relations) RETURNS creditspread_relations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_relations_combine(creditspread_relations, creditspread_relations) IS
	'combine function of aggregates over relations';

CREATE FUNCTION relation_graph_options(undirected text[] DEFAULT NULL, indirect text[] DEFAULT NULL, entities text[] DEFAULT NULL)
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT jsonb_strip_nulls(jsonb_build_object('undirected', undirected, 'indirect', indirect, 'entities', entities));
END;
COMMENT ON FUNCTION relation_graph_options(text[], text[], text[]) IS
	'options of relation_graph, NULL = default: undirected, kinds whose relations hold in both directions (none); indirect, kinds from whose paths of two relations the kind ''indirect ...'' is derived (none); {*} stands for all kinds; entities, the names that relations may have, each of which becomes an entity (those that the relations name)';

CREATE FUNCTION relation_graph_final(creditspread_relations) RETURNS relation_graph
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_final(creditspread_relations) IS 'final function of relation_graph';

CREATE FUNCTION relation_graph_transition(creditspread_relations, text, text, text) RETURNS creditspread_relations
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_transition(creditspread_relations, text, text, text) IS 'transition function of relation_graph';

CREATE AGGREGATE relation_graph(source text, target text, kind text) (
	SFUNC = relation_graph_transition, STYPE = creditspread_relations, FINALFUNC = relation_graph_final,
	COMBINEFUNC = creditspread_relations_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE relation_graph(text, text, text) IS
	'a graph of relations: the source acts on the target by a relation of a kind; rows in any order, equal rows count once; errors: NULL or an empty name, a relation of an entity to itself, more than 100000 entities, 64 kinds or 5000000 relations';

CREATE FUNCTION relation_graph_transition(creditspread_relations, text, text, text, jsonb) RETURNS creditspread_relations
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_transition(creditspread_relations, text, text, text, jsonb) IS 'transition function of relation_graph';

CREATE AGGREGATE relation_graph(source text, target text, kind text, options jsonb) (
	SFUNC = relation_graph_transition, STYPE = creditspread_relations, FINALFUNC = relation_graph_final,
	COMBINEFUNC = creditspread_relations_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE relation_graph(text, text, text, jsonb) IS
	'a graph of relations: the source acts on the target by a relation of a kind, with relation_graph_options(...); rows in any order, equal rows count once; errors: NULL or an empty name, a relation of an entity to itself, more than 100000 entities, 64 kinds or 5000000 relations, an unknown option, kind or entity in the options, options that differ';

CREATE FUNCTION relation_graph_transition(creditspread_relations, bigint, bigint, text) RETURNS creditspread_relations
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_transition(creditspread_relations, bigint, bigint, text) IS 'transition function of relation_graph';

CREATE AGGREGATE relation_graph(source bigint, target bigint, kind text) (
	SFUNC = relation_graph_transition, STYPE = creditspread_relations, FINALFUNC = relation_graph_final,
	COMBINEFUNC = creditspread_relations_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE relation_graph(bigint, bigint, text) IS
	'a graph of relations: the source acts on the target by a relation of a kind; rows in any order, equal rows count once; errors: NULL or an empty name, a relation of an entity to itself, more than 100000 entities, 64 kinds or 5000000 relations';

CREATE FUNCTION relation_graph_transition(creditspread_relations, bigint, bigint, text, jsonb) RETURNS creditspread_relations
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_transition(creditspread_relations, bigint, bigint, text, jsonb) IS 'transition function of relation_graph';

CREATE AGGREGATE relation_graph(source bigint, target bigint, kind text, options jsonb) (
	SFUNC = relation_graph_transition, STYPE = creditspread_relations, FINALFUNC = relation_graph_final,
	COMBINEFUNC = creditspread_relations_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE relation_graph(bigint, bigint, text, jsonb) IS
	'a graph of relations: the source acts on the target by a relation of a kind, with relation_graph_options(...); rows in any order, equal rows count once; errors: NULL or an empty name, a relation of an entity to itself, more than 100000 entities, 64 kinds or 5000000 relations, an unknown option, kind or entity in the options, options that differ';

CREATE FUNCTION relation_graph_edges(graph relation_graph, OUT source text, OUT target text, OUT kind text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_edges' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_edges(relation_graph) IS
	'the relations of a graph as rows: source, target, kind; in order of the bytes of the names';

CREATE FUNCTION relation_graph_entities(graph relation_graph) RETURNS text[]
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_entities' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_entities(relation_graph) IS
	'the entities of a graph, those without relations too; in order of the bytes of their names';

CREATE FUNCTION relation_graph_info(graph relation_graph) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_info(relation_graph) IS
	'figures of a graph: bytes; entities, their number; kinds, their names in order; pairs of source and target; relations of each kind';

CREATE FUNCTION relation_graph_shuffle(graph relation_graph, seed bigint DEFAULT 1) RETURNS relation_graph
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_shuffle' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_shuffle(relation_graph, bigint) IS
	'the graph with its entities exchanged at random: the same shape between other entities, a control of what relations are worth; seed at least 0, the same seed gives the same graph';
-- How well forecasts order the entities of each time: mean_reciprocal_rank, rank_correlation, rank_backtest.

CREATE FUNCTION mean_reciprocal_rank_final(creditspread_series) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_mean_reciprocal_rank_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mean_reciprocal_rank_final(creditspread_series) IS 'final function of mean_reciprocal_rank';

CREATE FUNCTION mean_reciprocal_rank_transition(creditspread_series, date, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_mean_reciprocal_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mean_reciprocal_rank_transition(creditspread_series, date, double precision, double precision) IS 'transition function of mean_reciprocal_rank';

CREATE AGGREGATE mean_reciprocal_rank("time" date, actual double precision, forecast double precision) (
	SFUNC = mean_reciprocal_rank_transition, STYPE = creditspread_series, FINALFUNC = mean_reciprocal_rank_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mean_reciprocal_rank(date, double precision, double precision) IS
	'mean over the times of 1 / (place that the forecasts, from the highest down, give to the entity with the highest actual value), from 0 to 1; a row for each entity and time, in any order; ties earn their mean; a time with a single entity is left out, none left: NULL; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE FUNCTION mean_reciprocal_rank_transition(creditspread_series, timestamp, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_mean_reciprocal_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mean_reciprocal_rank_transition(creditspread_series, timestamp, double precision, double precision) IS 'transition function of mean_reciprocal_rank';

CREATE AGGREGATE mean_reciprocal_rank("time" timestamp, actual double precision, forecast double precision) (
	SFUNC = mean_reciprocal_rank_transition, STYPE = creditspread_series, FINALFUNC = mean_reciprocal_rank_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mean_reciprocal_rank(timestamp, double precision, double precision) IS
	'mean over the times of 1 / (place that the forecasts, from the highest down, give to the entity with the highest actual value), from 0 to 1; a row for each entity and time, in any order; ties earn their mean; a time with a single entity is left out, none left: NULL; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE FUNCTION mean_reciprocal_rank_transition(creditspread_series, timestamptz, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_mean_reciprocal_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mean_reciprocal_rank_transition(creditspread_series, timestamptz, double precision, double precision) IS 'transition function of mean_reciprocal_rank';

CREATE AGGREGATE mean_reciprocal_rank("time" timestamptz, actual double precision, forecast double precision) (
	SFUNC = mean_reciprocal_rank_transition, STYPE = creditspread_series, FINALFUNC = mean_reciprocal_rank_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mean_reciprocal_rank(timestamptz, double precision, double precision) IS
	'mean over the times of 1 / (place that the forecasts, from the highest down, give to the entity with the highest actual value), from 0 to 1; a row for each entity and time, in any order; ties earn their mean; a time with a single entity is left out, none left: NULL; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE FUNCTION mean_reciprocal_rank_transition(creditspread_series, bigint, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_mean_reciprocal_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mean_reciprocal_rank_transition(creditspread_series, bigint, double precision, double precision) IS 'transition function of mean_reciprocal_rank';

CREATE AGGREGATE mean_reciprocal_rank("time" bigint, actual double precision, forecast double precision) (
	SFUNC = mean_reciprocal_rank_transition, STYPE = creditspread_series, FINALFUNC = mean_reciprocal_rank_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mean_reciprocal_rank(bigint, double precision, double precision) IS
	'mean over the times of 1 / (place that the forecasts, from the highest down, give to the entity with the highest actual value), from 0 to 1; a row for each entity and time, in any order; ties earn their mean; a time with a single entity is left out, none left: NULL; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE TYPE rank_correlation_result AS (
	mean double precision,
	sd double precision,
	information_ratio double precision,
	times bigint,
	undefined_times bigint
);
COMMENT ON TYPE rank_correlation_result IS 'what rank_correlation returns';
COMMENT ON COLUMN rank_correlation_result.mean IS 'mean of the rank correlations of the times, from -1 to 1; NULL without one';
COMMENT ON COLUMN rank_correlation_result.sd IS 'their standard deviation, divisor times - 1; NULL with fewer than 2';
COMMENT ON COLUMN rank_correlation_result.information_ratio IS 'mean / sd; NULL where sd is NULL or 0; its t statistic is sqrt(times) times it';
COMMENT ON COLUMN rank_correlation_result.times IS 'number of times with a rank correlation';
COMMENT ON COLUMN rank_correlation_result.undefined_times IS 'number of times without: a single entity, or all actual values or all forecasts equal';

CREATE FUNCTION rank_correlation_final(creditspread_series) RETURNS rank_correlation_result
AS 'MODULE_PATHNAME', 'creditspread_rank_correlation_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_correlation_final(creditspread_series) IS 'final function of rank_correlation';

CREATE FUNCTION rank_correlation_transition(creditspread_series, date, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rank_correlation_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_correlation_transition(creditspread_series, date, double precision, double precision) IS 'transition function of rank_correlation';

CREATE AGGREGATE rank_correlation("time" date, actual double precision, forecast double precision) (
	SFUNC = rank_correlation_transition, STYPE = creditspread_series, FINALFUNC = rank_correlation_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_correlation(date, double precision, double precision) IS
	'Spearman correlation of actual and forecast values over the entities of each time: its mean, standard deviation and information ratio over the times; a row for each entity and time, in any order; ties at their mean rank; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE FUNCTION rank_correlation_transition(creditspread_series, timestamp, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rank_correlation_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_correlation_transition(creditspread_series, timestamp, double precision, double precision) IS 'transition function of rank_correlation';

CREATE AGGREGATE rank_correlation("time" timestamp, actual double precision, forecast double precision) (
	SFUNC = rank_correlation_transition, STYPE = creditspread_series, FINALFUNC = rank_correlation_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_correlation(timestamp, double precision, double precision) IS
	'Spearman correlation of actual and forecast values over the entities of each time: its mean, standard deviation and information ratio over the times; a row for each entity and time, in any order; ties at their mean rank; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE FUNCTION rank_correlation_transition(creditspread_series, timestamptz, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rank_correlation_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_correlation_transition(creditspread_series, timestamptz, double precision, double precision) IS 'transition function of rank_correlation';

CREATE AGGREGATE rank_correlation("time" timestamptz, actual double precision, forecast double precision) (
	SFUNC = rank_correlation_transition, STYPE = creditspread_series, FINALFUNC = rank_correlation_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_correlation(timestamptz, double precision, double precision) IS
	'Spearman correlation of actual and forecast values over the entities of each time: its mean, standard deviation and information ratio over the times; a row for each entity and time, in any order; ties at their mean rank; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE FUNCTION rank_correlation_transition(creditspread_series, bigint, double precision, double precision) RETURNS creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_rank_correlation_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_correlation_transition(creditspread_series, bigint, double precision, double precision) IS 'transition function of rank_correlation';

CREATE AGGREGATE rank_correlation("time" bigint, actual double precision, forecast double precision) (
	SFUNC = rank_correlation_transition, STYPE = creditspread_series, FINALFUNC = rank_correlation_final,
	COMBINEFUNC = creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_correlation(bigint, double precision, double precision) IS
	'Spearman correlation of actual and forecast values over the entities of each time: its mean, standard deviation and information ratio over the times; a row for each entity and time, in any order; ties at their mean rank; errors: any NULL, NaN or infinity, more than 100000 rows at one time';

CREATE TYPE rank_backtest_result AS (
	times text[],
	cumulative_value double precision[],
	cumulative_long double precision[],
	cumulative_short double precision[],
	cumulative_median double precision[],
	days bigint,
	total double precision,
	long_total double precision,
	short_total double precision,
	median_total double precision,
	turnover double precision,
	max_drawdown double precision
);
COMMENT ON TYPE rank_backtest_result IS 'what rank_backtest returns; amounts in units of the actual values, sums over groups and times';
COMMENT ON COLUMN rank_backtest_result.times IS 'the times of the curve, ISO 8601 (UTC), ascending';
COMMENT ON COLUMN rank_backtest_result.cumulative_value IS 'long less short, summed up to each time';
COMMENT ON COLUMN rank_backtest_result.cumulative_long IS 'actual values of the highest forecasts, summed up to each time';
COMMENT ON COLUMN rank_backtest_result.cumulative_short IS 'actual values of the lowest forecasts, summed up to each time';
COMMENT ON COLUMN rank_backtest_result.cumulative_median IS 'medians of the actual values, summed up to each time: what choosing without knowledge gives';
COMMENT ON COLUMN rank_backtest_result.days IS 'number of times of the curve';
COMMENT ON COLUMN rank_backtest_result.total IS 'the last cumulative_value';
COMMENT ON COLUMN rank_backtest_result.long_total IS 'the last cumulative_long';
COMMENT ON COLUMN rank_backtest_result.short_total IS 'the last cumulative_short';
COMMENT ON COLUMN rank_backtest_result.median_total IS 'the last cumulative_median';
COMMENT ON COLUMN rank_backtest_result.turnover IS 'mean share of the positions exchanged from one time to the next, from 0 to 1; NULL with fewer than 2 times';
COMMENT ON COLUMN rank_backtest_result.max_drawdown IS 'largest fall of cumulative_value from 0 or an earlier value, at least 0';

CREATE FUNCTION rank_backtest_final(creditspread_panel) RETURNS rank_backtest_result
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_final(creditspread_panel) IS 'final function of rank_backtest';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, text, text, date, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, text, text, date, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity text, "group" text, "time" date, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(text, text, date, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, text, text, timestamp, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, text, text, timestamp, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity text, "group" text, "time" timestamp, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(text, text, timestamp, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, text, text, timestamptz, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, text, text, timestamptz, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity text, "group" text, "time" timestamptz, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(text, text, timestamptz, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, text, text, bigint, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, text, text, bigint, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity text, "group" text, "time" bigint, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(text, text, bigint, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, date, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, date, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity bigint, "group" text, "time" date, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(bigint, text, date, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, timestamp, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, timestamp, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity bigint, "group" text, "time" timestamp, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(bigint, text, timestamp, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, timestamptz, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, timestamptz, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity bigint, "group" text, "time" timestamptz, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(bigint, text, timestamptz, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, bigint, double precision, double precision) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_backtest_transition(creditspread_panel, bigint, text, bigint, double precision, double precision) IS 'transition function of rank_backtest';

CREATE AGGREGATE rank_backtest(entity bigint, "group" text, "time" bigint, actual double precision, forecast double precision) (
	SFUNC = rank_backtest_transition, STYPE = creditspread_panel, FINALFUNC = rank_backtest_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(bigint, text, bigint, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order; tied forecasts share a position; a group with a single entity is left out; errors: any NULL, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';

CREATE FUNCTION rank_backtest_curve(backtest rank_backtest_result,
	OUT "time" text, OUT value double precision, OUT long double precision, OUT short double precision, OUT median double precision, OUT drawdown double precision)
RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT c."time", c.value, c.long, c.short, c.median,
		greatest(0, max(c.value) OVER (ORDER BY c.number)) - c.value
	FROM ROWS FROM (unnest((backtest).times), unnest((backtest).cumulative_value), unnest((backtest).cumulative_long),
		unnest((backtest).cumulative_short), unnest((backtest).cumulative_median)) WITH ORDINALITY
		AS c ("time", value, long, short, median, number)
	ORDER BY c.number;
END;
COMMENT ON FUNCTION rank_backtest_curve(rank_backtest_result) IS
	'the cumulative curve of a backtest as rows: time (ISO 8601, to be cast to the type it had), value = long less short, long, short, median, drawdown below the highest value so far';
-- A made-up bond market whose relations are known: sample_market, sample_market_relations,
-- sample_market_strengths.

CREATE FUNCTION sample_market(seed bigint DEFAULT 1, days integer DEFAULT 1500,
	OUT day date, OUT industry text, OUT sector text, OUT spread double precision, OUT stock double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 54000;
COMMENT ON FUNCTION sample_market(bigint, integer) IS
	'a made-up bond market of 36 industries in 10 sectors: business day from 2010-01-04, industry, sector, spread (percentage points), stock index (1000 before the first day); spreads spill over along sample_market_relations() by sample_market_strengths(); seed at least 0, days from 1 to 100000; the same seed gives the same figures on every machine, and fewer days the first of more';

CREATE FUNCTION sample_market_relations(OUT source text, OUT target text, OUT kind text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_market_relations' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION sample_market_relations() IS
	'the direct relations of sample_market: the source is ''upstream'' or ''downstream'' of the target, or of the ''same sector''; for relation_graph';

CREATE FUNCTION sample_market_strengths(OUT kind text, OUT strength double precision) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_market_strengths' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION sample_market_strengths() IS
	'what the relations of sample_market are worth: for each kind, direct or indirect, the percentage points that a shock of one in every neighbour by that kind, if there were no others, adds to a spread on the next day';
-- Graph ranking: the type graph_rank_model, graph_rank_fit, graph_rank_forecast, graph_rank_relations,
-- graph_rank_linkage.

CREATE TYPE graph_rank_model;

CREATE FUNCTION graph_rank_model_in(cstring) RETURNS graph_rank_model
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_model_in(cstring) IS 'input function of type graph_rank_model';

CREATE FUNCTION graph_rank_model_out(graph_rank_model) RETURNS cstring
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_model_out(graph_rank_model) IS 'output function of type graph_rank_model';

CREATE FUNCTION graph_rank_model_recv(internal) RETURNS graph_rank_model
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_model_recv(internal) IS 'binary input function of type graph_rank_model';

CREATE FUNCTION graph_rank_model_send(graph_rank_model) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_model_send(graph_rank_model) IS 'binary output function of type graph_rank_model';

CREATE TYPE graph_rank_model (
	INPUT = graph_rank_model_in,
	OUTPUT = graph_rank_model_out,
	RECEIVE = graph_rank_model_recv,
	SEND = graph_rank_model_send,
	ALIGNMENT = double,
	STORAGE = external
);
COMMENT ON TYPE graph_rank_model IS
	'a fitted network of many entities and their relations: options, graph, scaling, training facts and parameters; made by graph_rank_fit, used by graph_rank_forecast';

CREATE FUNCTION model_info(model graph_rank_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(graph_rank_model) IS
	'everything a model says of itself but its parameters: options, graph, scaling, rows and times it was trained on, validation errors beside those of the random walk (in units of y), checksum';

CREATE FUNCTION model_size(model graph_rank_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(graph_rank_model) IS 'bytes of a model';

CREATE FUNCTION model_parameters(model graph_rank_model, OUT name text, OUT shape integer[], OUT "values" real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION model_parameters(graph_rank_model) IS
	'the tensors of a model: name, shape, values in row-major order; relation.weight has an element for each kind of relation, in the order of options->kinds';

CREATE FUNCTION graph_rank_training_log(model graph_rank_model, OUT member integer, OUT epoch integer, OUT training_loss double precision, OUT validation_loss double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION graph_rank_training_log(graph_rank_model) IS
	'how the training (of two stages: the second) went: mean losses of each epoch of each member of the ensemble, in standardized units; of more than 1,000 epochs every so many; validation_loss is NULL where it was not computed';

CREATE FUNCTION graph_rank_options(
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
	SELECT jsonb_strip_nulls(jsonb_build_object(
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
		|| CASE WHEN warm_start IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('warm_start', warm_start::text::jsonb) END;
END;
COMMENT ON FUNCTION graph_rank_options(text, text, text, integer[], boolean, text, integer, integer, integer, integer, boolean, text, text, text[], integer, text, double precision, text, double precision, integer[], integer, integer[], text, text, double precision, double precision, text, double precision, double precision, double precision, double precision, integer, integer, double precision, integer, integer, double precision, bigint, boolean, double precision, text[], graph_rank_model) IS
	'options of graph_rank_fit, NULL = default: preset rank_lstm, rlstm_all or rlstm_separate, the networks of paper 000, which the other options change (none); body recurrent or transformer (recurrent), of a recurrent one cell janet, lstm, gru or elman (gru), units of each layer, lowest first ({16}), attention over the steps of the window (false), normalization none or switchable (none), of a Transformer layers (1), width (32), heads (2), feed_forward (64), positions (true); relation_form implicit, explicit, additive or none (implicit); relation_norm degree, source_degree, softmax or column_softmax (degree); kinds of the graph''s relations that are used ({} = all); similarity_features, how many of the features, the last ones, only weight explicit relations (0); ranking all or separate, pairs of all entities or of those of one group (all); alpha, weight of the ranking loss (0.1); training joint or two_stage (joint); dropout rate (0.3); dense units of dense layers before the output ({}); look_back rows in a window (5); horizons in rows ahead ({1}); target change or level (change); loss mse, mae, huber, rmse or pinball (mse); huber_delta of loss huber (1); quantile of loss pinball (0.5); optimizer adam or rmsprop (adam); momentum of optimizer rmsprop (0); learning_rate (0.001); weight_decay (0); clip_norm, 0 = off (1); batch_size in times (4); epochs at most (50); validation_fraction of the times, the last ones (0.15); patience in epochs, 0 = no early stopping (10); ensemble members averaged (3); interval_level (0.9); seed (1); refit each member on all windows for as many epochs as were best in validation (true); random_walk_weight of y itself in the forecast, 0 to 1 (0); feature_names for messages ({}); warm_start, a model of the same architecture whose parameters training begins with and whose options are the defaults (none)';

CREATE FUNCTION graph_rank_fit_final(creditspread_panel) RETURNS graph_rank_model
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION graph_rank_fit_final(creditspread_panel) IS 'final function of graph_rank_fit';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, date, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, date, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" date, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, date, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, date, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, date, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" date, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, date, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamp, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamp, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" timestamp, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, timestamp, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamp, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamp, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" timestamp, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, timestamp, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamptz, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamptz, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" timestamptz, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, timestamptz, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamptz, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, timestamptz, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" timestamptz, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, timestamptz, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, bigint, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, bigint, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" bigint, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, bigint, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, text, bigint, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, text, bigint, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity text, "time" bigint, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(text, bigint, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, date, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, date, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" date, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, date, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, date, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, date, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" date, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, date, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" timestamp, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, timestamp, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" timestamp, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, timestamp, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" timestamptz, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, timestamptz, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" timestamptz, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, timestamptz, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, bigint, double precision, double precision[], text, relation_graph) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, bigint, double precision, double precision[], text, relation_graph) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" bigint, y double precision, features double precision[], "group" text, graph relation_graph) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, bigint, double precision, double precision[], text, relation_graph) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, bigint, double precision, double precision[], text, relation_graph, jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_fit_transition(creditspread_panel, bigint, bigint, double precision, double precision[], text, relation_graph, jsonb) IS 'transition function of graph_rank_fit';

CREATE AGGREGATE graph_rank_fit(entity bigint, "time" bigint, y double precision, features double precision[], "group" text, graph relation_graph, options jsonb) (
	SFUNC = graph_rank_fit_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_fit_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(bigint, bigint, double precision, double precision[], text, relation_graph, jsonb) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations), graph_rank_options(...); rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';

CREATE TYPE graph_rank_forecast_result AS (
	forecast double precision,
	place integer,
	group_place integer,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE graph_rank_forecast_result IS
	'a forecast in units of y; its place among those of the entities of the same time, 1 the highest, equal ones sharing one; its place within its group (NULL without); the bounds of its interval (split conformal on the validation errors of the fit; NULL without validation)';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity text, "time" date, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, text, date, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity text, "time" timestamp, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, text, timestamp, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity text, "time" timestamptz, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, text, timestamptz, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity text, "time" bigint, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, text, bigint, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity bigint, "time" date, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, bigint, date, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity bigint, "time" timestamp, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, bigint, timestamp, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity bigint, "time" timestamptz, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, bigint, timestamptz, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity bigint, "time" bigint, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, bigint, bigint, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';

CREATE FUNCTION graph_rank_relations(model graph_rank_model, OUT relation text, OUT weight double precision, OUT sd double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_relations' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 6;
COMMENT ON FUNCTION graph_rank_relations(graph_rank_model) IS
	'the kinds of relations of a model with their learnt weights, means over the ensemble, and the standard deviation between its members (NULL with one): the linkage effect of paper 000; no rows with relation_form none';

CREATE TYPE graph_rank_link AS (
	target text,
	source text,
	kinds text[],
	weight double precision
);
COMMENT ON TYPE graph_rank_link IS
	'how strongly an entity, the source, acts on another at a time: the kinds of relation by which it does, and the weight g of the network, normalized as relation_norm says, mean over the ensemble';

CREATE FUNCTION graph_rank_linkage_final(creditspread_panel) RETURNS graph_rank_link[]
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_final(creditspread_panel) IS 'final function of graph_rank_linkage';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, date, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity text, "time" date, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, text, date, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, timestamp, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity text, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, text, timestamp, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, timestamptz, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity text, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, text, timestamptz, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, text, bigint, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity text, "time" bigint, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, text, bigint, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, date, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity bigint, "time" date, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, bigint, date, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, timestamp, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity bigint, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, bigint, timestamp, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, timestamptz, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity bigint, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, bigint, timestamptz, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';

CREATE FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_linkage_transition(creditspread_panel, graph_rank_model, bigint, bigint, double precision, double precision[]) IS 'transition function of graph_rank_linkage';

CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity bigint, "time" bigint, y double precision, features double precision[]) (
	SFUNC = graph_rank_linkage_transition, STYPE = creditspread_panel, FINALFUNC = graph_rank_linkage_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, bigint, bigint, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';
-- The catalog, schema creditspread: tables of named models, their versions, runs and forecasts, and who may see them.

CREATE SCHEMA creditspread;
COMMENT ON SCHEMA creditspread IS
	'named forecasting models of extension creditspread: versions, runs, stored forecasts and their accuracy';
GRANT USAGE ON SCHEMA creditspread TO PUBLIC;

CREATE TABLE creditspread.method (
	name text PRIMARY KEY,
	description text NOT NULL,
	unit text NOT NULL CHECK (unit IN ('series', 'series or panel', 'panel', 'curve')),
	uses_features boolean NOT NULL,
	intervals text NOT NULL CHECK (intervals IN ('method', 'validation')),
	options text[],
	reserved_options text[] NOT NULL DEFAULT '{}',
	fit text NOT NULL,
	forecast text NOT NULL,
	validation text,
	provided boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE creditspread.method IS
	'the methods of creditspread.train, a row each; written by the owner of the extension only. The templates are SELECT statements over the relation s (entity text, "time" timestamp, y double precision, features double precision[], maturity double precision, "group" text), the rows of one fit; their parameters are $1 options jsonb, $2 horizons integer[], $3 interval level, $4 names of the features text[], $5 pool boolean, $6 artifact text, $7 search_path of the training text';
COMMENT ON COLUMN creditspread.method.name IS 'as given to creditspread.train';
COMMENT ON COLUMN creditspread.method.description IS 'one line for people';
COMMENT ON COLUMN creditspread.method.unit IS
	'what one fit takes: series; series or panel (all series with pool); panel (always all series); curve (all maturities of an entity)';
COMMENT ON COLUMN creditspread.method.uses_features IS 'whether further columns of the query go into the forecasts';
COMMENT ON COLUMN creditspread.method.intervals IS
	'whose the bounds are: method, of its own; validation, the forecast plus and minus the quantile of the absolute errors in validation';
COMMENT ON COLUMN creditspread.method.options IS
	'options that the method knows beside interval_level; NULL: the function that fits checks them';
COMMENT ON COLUMN creditspread.method.reserved_options IS 'options of the fit that arguments of creditspread.train stand for';
COMMENT ON COLUMN creditspread.method.fit IS 'template that gives the artifact as one text';
COMMENT ON COLUMN creditspread.method.forecast IS
	'template that gives (entity, "time", horizon, forecast, lower, upper) for every row that a forecast can be made on';
COMMENT ON COLUMN creditspread.method.validation IS
	'template that gives (n, mae, rmse, random_walk_mae, random_walk_rmse) from the artifact; NULL: the last 15 % of the times are forecast by a fit to those before them';
COMMENT ON COLUMN creditspread.method.provided IS 'whether the row came with the extension';

CREATE TABLE creditspread.model (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner name NOT NULL DEFAULT current_user,
	name text NOT NULL CHECK (name <> ''),
	version integer NOT NULL,
	active boolean NOT NULL DEFAULT false,
	status text NOT NULL CHECK (status IN ('training', 'ready')),
	method text NOT NULL,
	query text NOT NULL,
	search_path text NOT NULL,
	time_type text,
	features text[],
	horizons integer[] NOT NULL,
	options jsonb NOT NULL,
	level double precision NOT NULL,
	pool boolean NOT NULL,
	calendar text,
	keep integer NOT NULL,
	promote text NOT NULL,
	on_error text NOT NULL,
	trained_at timestamptz,
	data_from timestamp,
	data_to timestamp,
	row_count bigint,
	data_hash text,
	seed bigint,
	extension_version text NOT NULL,
	validation_mae double precision,
	validation_rmse double precision,
	validation_random_walk_mae double precision,
	validation_random_walk_rmse double precision,
	UNIQUE (owner, name, version)
);
CREATE UNIQUE INDEX model_active ON creditspread.model (owner, name) WHERE active;
COMMENT ON TABLE creditspread.model IS 'versions of named models: what was asked for, what it was trained on, how good it was in validation';
COMMENT ON INDEX creditspread.model_active IS 'at most one version of a model is active';
COMMENT ON SEQUENCE creditspread.model_id_seq IS 'numbers of versions over all models';
COMMENT ON COLUMN creditspread.model.id IS 'key';
COMMENT ON COLUMN creditspread.model.owner IS 'role that trained it';
COMMENT ON COLUMN creditspread.model.name IS 'name of the model, one namespace for each owner';
COMMENT ON COLUMN creditspread.model.version IS 'counted from 1 by train and retrain';
COMMENT ON COLUMN creditspread.model.active IS 'whether forecasts are made with this version';
COMMENT ON COLUMN creditspread.model.status IS 'training or ready';
COMMENT ON COLUMN creditspread.model.method IS 'a name in creditspread.method';
COMMENT ON COLUMN creditspread.model.query IS 'query for the data, run as the owner and read-only';
COMMENT ON COLUMN creditspread.model.search_path IS 'search_path that the query is run with: that of the session that called train';
COMMENT ON COLUMN creditspread.model.time_type IS 'type of the query''s column "time"; timestamptz is stored as timestamp in UTC';
COMMENT ON COLUMN creditspread.model.features IS 'names of the further numeric columns, in the order in which the model takes them';
COMMENT ON COLUMN creditspread.model.horizons IS 'rows ahead';
COMMENT ON COLUMN creditspread.model.options IS 'options of the method';
COMMENT ON COLUMN creditspread.model.level IS 'coverage that the intervals aim at';
COMMENT ON COLUMN creditspread.model.pool IS 'whether one fit stands for all series';
COMMENT ON COLUMN creditspread.model.calendar IS 'query for the business days, or NULL: from the spacing of the data';
COMMENT ON COLUMN creditspread.model.keep IS 'versions that retrain keeps';
COMMENT ON COLUMN creditspread.model.promote IS 'always or if_better';
COMMENT ON COLUMN creditspread.model.on_error IS 'what the error of one series does: skip or stop';
COMMENT ON COLUMN creditspread.model.trained_at IS 'when the training was complete';
COMMENT ON COLUMN creditspread.model.data_from IS 'first time of the data';
COMMENT ON COLUMN creditspread.model.data_to IS 'last time of the data';
COMMENT ON COLUMN creditspread.model.row_count IS 'rows of the data';
COMMENT ON COLUMN creditspread.model.data_hash IS 'hash of the data, whatever the order of its rows';
COMMENT ON COLUMN creditspread.model.seed IS 'seed of the options; NULL if the method draws no random numbers or by its default';
COMMENT ON COLUMN creditspread.model.extension_version IS 'version of the extension that trained it';
COMMENT ON COLUMN creditspread.model.validation_mae IS 'mean absolute error in validation over all series and horizons, in units of y';
COMMENT ON COLUMN creditspread.model.validation_rmse IS 'root mean squared error in validation, in units of y';
COMMENT ON COLUMN creditspread.model.validation_random_walk_mae IS 'mean absolute error of the random walk on the same rows';
COMMENT ON COLUMN creditspread.model.validation_random_walk_rmse IS 'root mean squared error of the random walk on the same rows';

CREATE TABLE creditspread.artifact (
	model_id bigint NOT NULL REFERENCES creditspread.model ON DELETE CASCADE,
	entity text NOT NULL,
	artifact text,
	status text NOT NULL CHECK (status IN ('ready', 'failed')),
	message text,
	row_count bigint NOT NULL,
	data_from timestamp,
	data_to timestamp,
	measures jsonb,
	widths jsonb,
	PRIMARY KEY (model_id, entity)
);
ALTER TABLE creditspread.artifact ALTER artifact SET STORAGE EXTERNAL;
COMMENT ON TABLE creditspread.artifact IS 'what a version learnt, a row for each fit';
COMMENT ON COLUMN creditspread.artifact.model_id IS 'the version';
COMMENT ON COLUMN creditspread.artifact.entity IS 'the series; empty for the single series of a query without entities, and for a fit of all series';
COMMENT ON COLUMN creditspread.artifact.artifact IS 'the fitted model in the text form of its type, exact; NULL if the fit failed';
COMMENT ON COLUMN creditspread.artifact.status IS 'ready or failed';
COMMENT ON COLUMN creditspread.artifact.message IS 'the error of a failed fit';
COMMENT ON COLUMN creditspread.artifact.row_count IS 'rows of the fit';
COMMENT ON COLUMN creditspread.artifact.data_from IS 'first time of the fit';
COMMENT ON COLUMN creditspread.artifact.data_to IS 'last time of the fit';
COMMENT ON COLUMN creditspread.artifact.measures IS
	'errors in validation: n, mae, rmse, random_walk_mae, random_walk_rmse, in units of y';
COMMENT ON COLUMN creditspread.artifact.widths IS 'half width of the interval for each horizon, if it comes from validation';

CREATE TABLE creditspread.run (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner name NOT NULL DEFAULT current_user,
	model text NOT NULL,
	version integer,
	kind text NOT NULL CHECK (kind IN ('train', 'retrain', 'forecast', 'backtest', 'update_actuals')),
	arguments jsonb NOT NULL DEFAULT '{}',
	started timestamptz NOT NULL,
	ended timestamptz,
	status text NOT NULL CHECK (status IN ('running', 'done', 'failed', 'died')),
	message text,
	hint text,
	code text,
	pid integer NOT NULL,
	series_total integer,
	series_done integer NOT NULL DEFAULT 0,
	series_failed integer NOT NULL DEFAULT 0,
	steps_total integer,
	steps_done integer NOT NULL DEFAULT 0,
	reported timestamptz,
	rows_stored bigint NOT NULL DEFAULT 0
);
CREATE INDEX run_model ON creditspread.run (model, owner, id);
COMMENT ON TABLE creditspread.run IS 'log of the procedures: a row for each call that began its work';
COMMENT ON INDEX creditspread.run_model IS 'finds the runs of a model';
COMMENT ON SEQUENCE creditspread.run_id_seq IS 'numbers of runs';
COMMENT ON COLUMN creditspread.run.id IS 'key';
COMMENT ON COLUMN creditspread.run.owner IS 'role that ran it';
COMMENT ON COLUMN creditspread.run.model IS 'name of the model';
COMMENT ON COLUMN creditspread.run.version IS 'version that was trained or used';
COMMENT ON COLUMN creditspread.run.kind IS 'train, retrain, forecast, backtest or update_actuals';
COMMENT ON COLUMN creditspread.run.arguments IS 'arguments of a backtest';
COMMENT ON COLUMN creditspread.run.started IS 'when it began';
COMMENT ON COLUMN creditspread.run.ended IS 'when it ended, or when its death was noticed';
COMMENT ON COLUMN creditspread.run.status IS
	'running, done, failed or died; the view creditspread.run_log tells a running one from one whose session is gone';
COMMENT ON COLUMN creditspread.run.message IS 'the error of a failed run, or what is to be said of a complete one';
COMMENT ON COLUMN creditspread.run.hint IS 'the remedy, if the error names one';
COMMENT ON COLUMN creditspread.run.code IS 'SQLSTATE of a failed run';
COMMENT ON COLUMN creditspread.run.pid IS 'process of the session';
COMMENT ON COLUMN creditspread.run.series_total IS 'fits or series to work on';
COMMENT ON COLUMN creditspread.run.series_done IS 'how many of them are done, the failed ones included';
COMMENT ON COLUMN creditspread.run.series_failed IS 'how many of them failed';
COMMENT ON COLUMN creditspread.run.steps_total IS 'steps of work: a fit or a series each, in a backtest a fit and the forecasts of its origins';
COMMENT ON COLUMN creditspread.run.steps_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.run.reported IS 'when a notice told of the progress last';
COMMENT ON COLUMN creditspread.run.rows_stored IS 'forecasts stored, or actual values filled in';

CREATE TABLE creditspread.run_series (
	run_id bigint NOT NULL REFERENCES creditspread.run ON DELETE CASCADE,
	entity text NOT NULL,
	status text NOT NULL CHECK (status IN ('pending', 'done', 'failed')),
	message text,
	hint text,
	code text,
	steps_done integer NOT NULL DEFAULT 0,
	seconds double precision NOT NULL DEFAULT 0,
	PRIMARY KEY (run_id, entity)
);
CREATE INDEX run_series_pending ON creditspread.run_series (run_id, entity) WHERE status = 'pending';
COMMENT ON TABLE creditspread.run_series IS 'log of the procedures, series by series';
COMMENT ON INDEX creditspread.run_series_pending IS 'finds the next series of a run';
COMMENT ON COLUMN creditspread.run_series.run_id IS 'the run';
COMMENT ON COLUMN creditspread.run_series.entity IS 'the series, as in creditspread.artifact';
COMMENT ON COLUMN creditspread.run_series.status IS 'pending, done or failed';
COMMENT ON COLUMN creditspread.run_series.message IS 'the error of a failed series';
COMMENT ON COLUMN creditspread.run_series.hint IS 'the remedy, if the error names one';
COMMENT ON COLUMN creditspread.run_series.code IS 'its SQLSTATE';
COMMENT ON COLUMN creditspread.run_series.steps_done IS 'steps of work done';
COMMENT ON COLUMN creditspread.run_series.seconds IS 'time taken';

CREATE TABLE creditspread.forecast (
	owner name NOT NULL DEFAULT current_user,
	model text NOT NULL,
	version integer NOT NULL,
	source text NOT NULL CHECK (source IN ('forecast', 'backtest')),
	entity text NOT NULL,
	origin timestamp NOT NULL,
	horizon integer NOT NULL,
	target_time timestamp NOT NULL,
	forecast double precision NOT NULL CHECK (abs(forecast) < 1e150),
	lower double precision CHECK (abs(lower) < 1e150),
	upper double precision CHECK (abs(upper) < 1e150),
	level double precision NOT NULL,
	random_walk double precision NOT NULL CHECK (abs(random_walk) < 1e150),
	actual double precision CHECK (abs(actual) < 1e150),
	made_at timestamptz NOT NULL,
	run_id bigint NOT NULL,
	PRIMARY KEY (model, owner, version, source, entity, origin, horizon)	-- the model first: that is what views are asked for
);
CREATE INDEX forecast_open ON creditspread.forecast (owner, model, entity, origin) WHERE actual IS NULL;
COMMENT ON TABLE creditspread.forecast IS 'stored forecasts; making one again replaces it';
COMMENT ON INDEX creditspread.forecast_open IS 'finds the forecasts whose actual value is not known yet';
COMMENT ON COLUMN creditspread.forecast.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast.version IS 'version that made it';
COMMENT ON COLUMN creditspread.forecast.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.forecast.entity IS 'the series; empty for the single series of a query without entities';
COMMENT ON COLUMN creditspread.forecast.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast.target_time IS
	'time that is forecast: expected from calendar or spacing, and that of the row itself as soon as it is known';
COMMENT ON COLUMN creditspread.forecast.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast.lower IS 'lower bound of the interval; NULL if the method gives none';
COMMENT ON COLUMN creditspread.forecast.upper IS 'upper bound of the interval; NULL if the method gives none';
COMMENT ON COLUMN creditspread.forecast.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast.actual IS 'y of the row horizon rows after the origin; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast.made_at IS 'when it was made';
COMMENT ON COLUMN creditspread.forecast.run_id IS 'run that made it';

CREATE TABLE creditspread.reader (
	owner name NOT NULL DEFAULT current_user,
	model text NOT NULL,
	reader name NOT NULL,
	PRIMARY KEY (owner, model, reader)
);
COMMENT ON TABLE creditspread.reader IS 'roles that may read what is stored of a model, beside the members of its owner';
COMMENT ON COLUMN creditspread.reader.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.reader.model IS 'name of the model';
COMMENT ON COLUMN creditspread.reader.reader IS 'role that may read, with its members';

-- Who may read what. Policies and views ask the same two functions, once for a query and not once for a row.

CREATE FUNCTION creditspread.readable_owners() RETURNS name[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(array_agg(rolname), '{}') FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') $$;
COMMENT ON FUNCTION creditspread.readable_owners() IS 'roles that the current one is a member of, itself included: it may read their models';

CREATE FUNCTION creditspread.shared_models(OUT owner name, OUT model text) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT DISTINCT r.owner, r.model FROM creditspread.reader r WHERE r.reader = ANY (creditspread.readable_owners())
$$;
COMMENT ON FUNCTION creditspread.shared_models() IS 'models that grant_reader shared with the current role';

ALTER TABLE creditspread.model ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.run_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.forecast ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.reader ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON creditspread.model USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.model FOR SELECT USING (
	owner = ANY ((SELECT creditspread.readable_owners())::name[])
	OR (owner, name) IN (SELECT s.owner, s.model FROM creditspread.shared_models() s));
CREATE POLICY own ON creditspread.artifact
	USING (model_id IN (SELECT m.id FROM creditspread.model m WHERE m.owner = current_user))
	WITH CHECK (model_id IN (SELECT m.id FROM creditspread.model m WHERE m.owner = current_user));
CREATE POLICY read ON creditspread.artifact FOR SELECT USING (model_id IN (SELECT m.id FROM creditspread.model m));
CREATE POLICY own ON creditspread.run USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.run FOR SELECT USING (
	owner = ANY ((SELECT creditspread.readable_owners())::name[])
	OR (owner, model) IN (SELECT s.owner, s.model FROM creditspread.shared_models() s));
CREATE POLICY own ON creditspread.run_series
	USING (run_id IN (SELECT r.id FROM creditspread.run r WHERE r.owner = current_user))
	WITH CHECK (run_id IN (SELECT r.id FROM creditspread.run r WHERE r.owner = current_user));
CREATE POLICY read ON creditspread.run_series FOR SELECT USING (run_id IN (SELECT r.id FROM creditspread.run r));
CREATE POLICY own ON creditspread.forecast USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.forecast FOR SELECT USING (
	owner = ANY ((SELECT creditspread.readable_owners())::name[])
	OR (owner, model) IN (SELECT s.owner, s.model FROM creditspread.shared_models() s));
CREATE POLICY own ON creditspread.reader USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.reader FOR SELECT USING (
	owner = ANY ((SELECT creditspread.readable_owners())::name[])
	OR reader = ANY ((SELECT creditspread.readable_owners())::name[]));

GRANT SELECT ON creditspread.method TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON creditspread.model, creditspread.artifact, creditspread.run, creditspread.run_series,
	creditspread.forecast, creditspread.reader TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('creditspread.method', 'WHERE NOT provided');
SELECT pg_catalog.pg_extension_config_dump('creditspread.model', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.model_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.artifact', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run_series', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.forecast', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.reader', '');

-- One session works on a model at a time: an advisory lock of the session, which ends with it however it ends.

CREATE FUNCTION creditspread.lock_key(owner name, model text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT hashtextextended(format('creditspread %L %L', owner, model), 0) $$;
COMMENT ON FUNCTION creditspread.lock_key(name, text) IS 'key of the advisory lock that is held while a procedure works on a model';

CREATE FUNCTION creditspread.lock_holder(owner name, model text) RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.pid FROM pg_locks l, creditspread.lock_key(owner, model) k
	WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
		AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
		AND l.classid::bigint = (k >> 32) & 4294967295 AND l.objid::bigint = k & 4294967295
$$;
COMMENT ON FUNCTION creditspread.lock_holder(name, text) IS 'process that works on a model; NULL if none does';

CREATE FUNCTION creditspread.is_at_work(owner name, model text, pid integer) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(creditspread.lock_holder(owner, model) = pid, false) $$;
COMMENT ON FUNCTION creditspread.is_at_work(name, text, integer) IS 'whether a process holds the lock of a model';

CREATE FUNCTION creditspread.take_lock(caller text, model_name text, for_session boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	key bigint := creditspread.lock_key(current_user, model_name);
	holder integer := creditspread.lock_holder(current_user, model_name);
	taken boolean;
BEGIN
	taken := CASE WHEN NOT for_session THEN pg_try_advisory_xact_lock(key)
		WHEN holder = pg_backend_pid() THEN true ELSE pg_try_advisory_lock(key) END;
	IF NOT taken THEN
		RAISE EXCEPTION 'creditspread.%: process % is at work on model "%"', caller, coalesce(holder::text, 'of another session'), model_name
			USING ERRCODE = '55P03', HINT = 'See creditspread.progress, and call again when it is done.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.take_lock(text, text, boolean) IS
	'takes the lock of a model until the transaction or the session ends; error 55P03 names the process that has it';
-- The methods that creditspread.train knows: a row each, with the fit and the forecast as templates.
--
-- The arguments of a function of ours have the very types that it declares, NULL cast: where others may create functions
-- in our schema, one of theirs that fits better would be called instead.

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
SELECT @extschema@.var_fit("time", ARRAY[y], $1 - 'interval_level' || '{"method": "ar"}')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast[1] AS forecast, (f).lower[1] AS lower, (f).upper[1] AS upper
FROM (SELECT entity, "time", horizon, @extschema@.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y], NULL::float8[], horizon, $3)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$, NULL, true),

('var', 'vector autoregression of y and the features, see var_fit', 'series', true, 'method', NULL, '{horizon}',
$fit$
SELECT @extschema@.var_fit("time", ARRAY[y] || features, $1 - 'interval_level')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast[1] AS forecast, (f).lower[1] AS lower, (f).upper[1] AS upper
FROM (SELECT entity, "time", horizon,
		@extschema@.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y] || features, NULL::float8[], horizon, $3)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$, NULL, true),

('cir', 'the square-root process of Cox, Ingersoll and Ross, see cir_fit', 'series', false, 'method', NULL, '{}',
$fit$
SELECT @extschema@.cir_fit("time", y, $1 - 'interval_level')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, f.forecast, f.lower, f.upper
FROM (SELECT $6::@extschema@.cir_model AS model OFFSET 0) AS fitted, s, unnest($2) AS horizon,
	LATERAL @extschema@.cir_forecast(fitted.model, s.y, horizon, $3) AS f
$forecast$, NULL, true),

('kalman', 'local level or autoregression with noise, see kalman_fit; y may be missing', 'series', false, 'validation', NULL, '{}',
-- the autoregression has mean zero: y is centred for it
$fit$
SELECT jsonb_build_object('mean', mean, 'model', @extschema@.kalman_fit("time", y - mean, $1 - 'interval_level'))::text
FROM s, (SELECT CASE WHEN $1 ->> 'model' = 'ar1_plus_noise' THEN avg(y) ELSE 0 END AS mean FROM s) AS centre
GROUP BY mean
$fit$,
$forecast$
SELECT entity, "time", horizon, mean + filtered * transition ^ horizon AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT s.entity, s."time", mean, (model).transition[1][1] AS transition,
		(@extschema@.kalman_filter(y - mean, model, NULL::float8[]) OVER (PARTITION BY s.entity ORDER BY s."time")).filtered AS filtered
	FROM s, (SELECT ($6::jsonb ->> 'mean')::float8 AS mean,
			jsonb_populate_record(NULL::@extschema@.kalman_model, $6::jsonb -> 'model') AS model OFFSET 0) AS fitted) AS states,
	unnest($2) AS horizon
$forecast$, NULL, true),

('reflection', 'autoregression or random walk, corrected by its filtered errors, see reflection_forecast', 'series', false, 'validation',
'{base,lags,fit_window,refit_every,model}', '{}',
-- d(t) = y(t) - f(t - h), f the base forecast h rows ahead; its state fades by A for each row on the way
$fit$
SELECT CASE coalesce($1 ->> 'base', 'ar')
	WHEN 'ar' THEN @extschema@.var_fit("time", ARRAY[y],
		jsonb_strip_nulls(jsonb_build_object('method', 'ar', 'lags', $1 -> 'lags')))::text
	WHEN 'random_walk' THEN 'random_walk'
	ELSE creditspread.refuse(format('reflection: option "base" is "%s"', $1 ->> 'base'), 'Give ''ar'' or ''random_walk''.') END
FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, base + coalesce((f).correction * (f).transition ^ (horizon - 1), 0) AS forecast,
	NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT entity, "time", horizon, base, @extschema@.reflection_forecast(y, shifted, ($1 ->> 'fit_window')::integer,
			coalesce(($1 ->> 'refit_every')::integer, 20), coalesce($1 ->> 'model', 'ar1_plus_noise'))
			OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM (SELECT *, lag(base, horizon - 1) OVER (PARTITION BY entity, horizon ORDER BY "time") AS shifted
		FROM (SELECT entity, "time", horizon, y, (@extschema@.var_forecast((SELECT $6::@extschema@.var_model),
					ARRAY[y], NULL::float8[], horizon, $3) OVER (PARTITION BY entity, horizon ORDER BY "time")).forecast[1] AS base
				FROM s, unnest($2) AS horizon WHERE $6 <> 'random_walk'
				UNION ALL
				SELECT entity, "time", horizon, y, y FROM s, unnest($2) AS horizon WHERE $6 = 'random_walk') AS bases) AS lagged) AS corrected
$forecast$, NULL, true),

('nelson_siegel', 'dynamic Nelson-Siegel: factors of each curve and their autoregression; the query has a column maturity', 'curve', false,
'validation', '{decay,dynamics,lags}', '{}',
$fit$
SELECT jsonb_build_object('decay', decay, 'model', @extschema@.var_fit("time", ARRAY[(curve).level, (curve).slope, (curve).curvature],
		jsonb_strip_nulls(jsonb_build_object('method', coalesce($1 ->> 'dynamics', 'ar'), 'lags', coalesce($1 -> 'lags', '1')))))::text
FROM (SELECT "time", decay, @extschema@.nelson_siegel_fit(maturity, y, decay) AS curve
	FROM s, (SELECT coalesce(($1 ->> 'decay')::float8, 0.7308) AS decay) AS option
	WHERE y IS NOT NULL GROUP BY "time", decay HAVING count(*) >= 3) AS curves
GROUP BY decay
$fit$,
$forecast$
SELECT s.entity, s."time", horizon,
	@extschema@.nelson_siegel_yield(ROW((f).forecast[1], (f).forecast[2], (f).forecast[3], decay, 0, 1, 3, false)::@extschema@.nelson_siegel_curve,
		s.maturity) AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s JOIN (SELECT "time", decay, horizon, @extschema@.var_forecast(model, ARRAY[(curve).level, (curve).slope, (curve).curvature],
			NULL::float8[], horizon, $3) OVER (PARTITION BY horizon ORDER BY "time") AS f
		FROM (SELECT "time", decay, model, @extschema@.nelson_siegel_fit(maturity, y, decay) AS curve
			FROM s, (SELECT ($6::jsonb ->> 'decay')::float8 AS decay,
				jsonb_populate_record(NULL::@extschema@.var_model, $6::jsonb -> 'model') AS model OFFSET 0) AS fitted
			WHERE y IS NOT NULL GROUP BY "time", decay, model HAVING count(*) >= 3) AS curves, unnest($2) AS horizon) AS factors
	USING ("time")
WHERE (f).forecast IS NOT NULL
$forecast$, NULL, true),

('rnn', 'recurrent network, see rnn_fit', 'series or panel', true, 'method', NULL, '{horizons,feature_names}',
$fit$
SELECT coalesce(@extschema@.rnn_fit("time", y, features, options) FILTER (WHERE NOT $5),
		@extschema@.rnn_fit(entity, "time", y, features, options) FILTER (WHERE $5))::text
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon, @extschema@.rnn_forecast((SELECT $6::@extschema@.rnn_model), y, features, horizon)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT @extschema@.model_info($6::@extschema@.rnn_model) -> 'training' AS info) AS described
$validation$, true),

('transformer', 'Transformer, see transformer_fit', 'series or panel', true, 'method', NULL, '{horizons,feature_names}',
$fit$
SELECT coalesce(@extschema@.transformer_fit("time", y, features, options) FILTER (WHERE NOT $5),
		@extschema@.transformer_fit(entity, "time", y, features, options) FILTER (WHERE $5))::text
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon, @extschema@.transformer_forecast((SELECT $6::@extschema@.transformer_model), y, features, horizon)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT @extschema@.model_info($6::@extschema@.transformer_model) -> 'training' AS info) AS described
$validation$, true),

('graph_rank', 'network of many series that see each other along relations, see graph_rank_fit', 'panel', true, 'method', NULL,
'{horizons,feature_names}',
-- the option graph is a query for source, target and kind of the relations
$fit$
SELECT @extschema@.graph_rank_fit(entity, "time", y, features, "group", graph, options)::text
FROM s, (SELECT creditspread.value_as_given(format('SELECT @extschema@.relation_graph(q.source::pg_catalog.text, q.target::pg_catalog.text, '
			'q.kind::pg_catalog.text)::pg_catalog.text '
			|| E'FROM (\n%s\n) AS q (source, target, kind)', $1 ->> 'graph'), $7)::@extschema@.relation_graph AS graph,
		$1 - 'graph' || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon,
		@extschema@.graph_rank_forecast((SELECT $6::@extschema@.graph_rank_model), entity, "time", y, features, "group", horizon)
		OVER (PARTITION BY horizon) AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT @extschema@.model_info($6::@extschema@.graph_rank_model) -> 'training' AS info) AS described
$validation$, true);
-- What train, retrain, forecast and backtest share: a run takes the lock, reads the data, goes step by step, ends.
--
-- The procedures commit between the steps, so they can have neither a SET clause nor a handler for errors: they hold
-- qualified names and no operator, and all work is done by functions that set their search_path and catch what goes
-- wrong, a cancel included, so that the log says so and the lock is given back before the error is raised again. Each
-- begins a run by its own function and hands it to carry_out_run.

CREATE FUNCTION creditspread.refuse(message text, hint text, code text DEFAULT '22023') RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
END
$$;
COMMENT ON FUNCTION creditspread.refuse(text, text, text) IS 'raises an error where a statement needs an expression';

CREATE FUNCTION creditspread.in_transaction_block() RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_in_transaction_block' LANGUAGE C PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread.in_transaction_block() IS 'whether a BEGIN, or the other statements of a string of several, holds the transaction open';

-- A first lock lasts until the first COMMIT, so that a call where none is possible leaves none behind.
CREATE FUNCTION creditspread.start_run(kind text, model_name text, version integer, arguments jsonb) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	run_id bigint;
BEGIN
	IF creditspread.in_transaction_block() THEN
		RAISE EXCEPTION 'creditspread.%: cannot run inside a transaction block', kind
			USING ERRCODE = '2D000', HINT = 'It commits its work as it goes: call it outside of BEGIN and COMMIT.';
	END IF;
	PERFORM creditspread.take_lock(kind, model_name, false);
	UPDATE creditspread.run r SET status = 'died', ended = now()
	WHERE r.owner = current_user AND r.model = model_name AND r.status = 'running';
	DELETE FROM creditspread.model m
	WHERE m.owner = current_user AND m.name = model_name AND m.status = 'training' AND m.version IS DISTINCT FROM start_run.version;
	INSERT INTO creditspread.run (model, version, kind, arguments, started, status, pid, reported)
	VALUES (model_name, start_run.version, start_run.kind, start_run.arguments, clock_timestamp(), 'running', pg_backend_pid(),
		clock_timestamp())
	RETURNING id INTO run_id;
	RETURN run_id;
END
$$;
COMMENT ON FUNCTION creditspread.start_run(text, text, integer, jsonb) IS
	'begins a run, whose number it returns, and notes which runs before it died; errors: inside a transaction block 2D000, the model is worked on 55P03';

-- ---- the data ---------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread.run_as_given(statement text, given_path text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1
AS $$
DECLARE
	row_count bigint;
BEGIN
	PERFORM set_config('search_path', given_path, true);
	EXECUTE statement;
	GET DIAGNOSTICS row_count = ROW_COUNT;
	RETURN row_count;
END
$$;
COMMENT ON FUNCTION creditspread.run_as_given(text, text) IS
	'runs a statement around a query that a user gave, with his search_path; returns the number of rows';

CREATE FUNCTION creditspread.run_read_only(statement text, given_path text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET transaction_read_only = on
AS $$
BEGIN
	RETURN creditspread.run_as_given(statement, given_path);
END
$$;
COMMENT ON FUNCTION creditspread.run_read_only(text, text) IS
	'like run_as_given, but what the query calls cannot write: error 25006; temporary tables can be filled';

CREATE FUNCTION creditspread.value_as_given(statement text, given_path text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET transaction_read_only = on SET extra_float_digits = 1
AS $$
DECLARE
	value text;
BEGIN
	IF statement IS NOT NULL THEN
		PERFORM set_config('search_path', given_path, true);
		EXECUTE statement INTO value;
	END IF;
	RETURN value;
END
$$;
COMMENT ON FUNCTION creditspread.value_as_given(text, text) IS
	'the one value of a statement around a query that a user gave, run read-only with his search_path; NULL for no statement';

CREATE FUNCTION creditspread.query_columns(query text, given_path text, OUT name text, OUT type oid, OUT number integer)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.creditspread_columns;
	PERFORM creditspread.run_as_given(
		format(E'CREATE TEMPORARY TABLE creditspread_columns AS SELECT * FROM (\n%s\n) AS q WITH NO DATA', query), given_path);
	RETURN QUERY SELECT a.attname::text, coalesce(nullif(t.typbasetype, 0), t.oid), a.attnum::integer
		FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
		WHERE a.attrelid = 'pg_temp.creditspread_columns'::regclass AND a.attnum > 0 ORDER BY a.attnum;
	DROP TABLE pg_temp.creditspread_columns;
END
$$;
COMMENT ON FUNCTION creditspread.query_columns(text, text) IS 'the columns of a query, which is not run, with their types';

CREATE FUNCTION creditspread.read_calendar(calendar text, given_path text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.creditspread_calendar;
	CREATE TEMPORARY TABLE creditspread_calendar (day date);
	PERFORM creditspread.run_read_only(format('INSERT INTO pg_temp.creditspread_calendar SELECT DISTINCT c.day::pg_catalog.date FROM (%s) AS c (day)',
		CASE WHEN calendar ~* '^[\s(]*(select|with|values|table)\M' THEN E'\n' || calendar || E'\n' ELSE 'TABLE ' || calendar END), given_path);
	DELETE FROM pg_temp.creditspread_calendar WHERE day IS NULL OR NOT isfinite(day);
	IF NOT EXISTS (SELECT FROM pg_temp.creditspread_calendar) THEN
		RAISE EXCEPTION 'creditspread: the calendar has no day' USING ERRCODE = '22023',
			HINT = 'Give a table, or a query, whose first column holds the business days.';
	END IF;
	CREATE INDEX ON pg_temp.creditspread_calendar (day);
END
$$;
COMMENT ON FUNCTION creditspread.read_calendar(text, text) IS 'reads the business days of a model into a temporary table';

-- The expressions of creditspread_rows over the columns of a query; names and casts are qualified, since they are run
-- with the search_path of the user.
CREATE FUNCTION creditspread.row_expressions(m creditspread.model, unit text, OUT time_type text, OUT features text[], OUT list text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	names text[];
	entity text;
	others text;
BEGIN
	SELECT array_agg(c.name ORDER BY c.number), max(format_type(c.type, NULL)) FILTER (WHERE c.name = 'time'),
		array_agg(c.name ORDER BY c.number) FILTER (WHERE c.name <> ALL (ARRAY['time', 'y', 'entity', 'group'])
			AND (unit <> 'curve' OR c.name <> 'maturity')),
		string_agg(format('"%s" is of type %s', c.name, format_type(c.type, NULL)), ', ' ORDER BY c.number)
			FILTER (WHERE c.name <> ALL (ARRAY['time', 'entity', 'group'])
				AND c.type <> ALL (ARRAY['int2', 'int4', 'int8', 'float4', 'float8', 'numeric']::regtype[]))
	INTO names, time_type, features, others
	FROM creditspread.query_columns(m.query, m.search_path) c;
	features := coalesce(features, '{}');
	IF time_type IS NULL OR 'y' <> ALL (names) THEN
		RAISE EXCEPTION 'creditspread: the query has no column "%"', CASE WHEN time_type IS NULL THEN 'time' ELSE 'y' END
			USING ERRCODE = '42703', HINT = 'Name its columns with AS: "time" and y, perhaps entity, and features by any other name.';
	ELSIF time_type NOT IN ('date', 'timestamp without time zone', 'timestamp with time zone') THEN
		RAISE EXCEPTION 'creditspread: column "time" of the query is of type %', time_type
			USING ERRCODE = '42804', HINT = 'Give a date, timestamp or timestamptz: forecasts are stored with the dates they are for.';
	ELSIF others IS NOT NULL THEN
		RAISE EXCEPTION 'creditspread: column % in the query, not a number', others
			USING ERRCODE = '42804', HINT = 'Leave it out, or cast it to double precision; the name of a series goes into column entity.';
	ELSIF unit = 'curve' AND 'maturity' <> ALL (names) THEN
		RAISE EXCEPTION 'creditspread: the query has no column "maturity", which method % needs', m.method
			USING ERRCODE = '42703', HINT = 'Give a row for each yield: "time", maturity in years, y.';
	ELSIF unit <> 'panel' AND 'group' = ANY (names) THEN
		RAISE EXCEPTION 'creditspread: method % makes no use of column "group" of the query', m.method
			USING ERRCODE = '42611', HINT = 'Leave it out.';
	END IF;
	SELECT string_agg(format('"%s"', f), ', ') INTO others FROM unnest(m.features) f WHERE f <> ALL (features);
	IF others IS NOT NULL THEN
		RAISE EXCEPTION 'creditspread: the query has no column % any more, a feature of model "%"', others, m.name
			USING ERRCODE = '42703', HINT = 'Bring it back, or train the model anew without it.';
	END IF;
	features := coalesce(m.features, features);
	entity := CASE WHEN 'entity' = ANY (names) THEN 'q.entity::pg_catalog.text' ELSE '''''' END;
	SELECT concat_ws(', ', CASE WHEN m.pool OR unit = 'panel' THEN '''''' ELSE entity END || ' AS unit',
		CASE WHEN unit <> 'curve' THEN entity WHEN 'entity' = ANY (names) THEN 'pg_catalog.concat(q.entity, '' '', q.maturity)'
			ELSE 'q.maturity::pg_catalog.text' END || ' AS entity',
		CASE time_type WHEN 'timestamp with time zone' THEN 'pg_catalog.timezone(''UTC'', q."time")' ELSE 'q."time"::pg_catalog.timestamp' END
			|| ' AS "time"', 'q.y::pg_catalog.float8 AS y',
		CASE WHEN features = '{}' THEN 'NULL' ELSE format('ARRAY[%s]', (SELECT string_agg(format('q.%I::pg_catalog.float8', f), ', ' ORDER BY o)
			FROM unnest(features) WITH ORDINALITY AS given (f, o))) END || '::pg_catalog.float8[] AS features',
		CASE WHEN unit = 'curve' THEN 'q.maturity' ELSE 'NULL' END || '::pg_catalog.float8 AS maturity',
		CASE WHEN 'group' = ANY (names) THEN 'q."group"' ELSE 'NULL' END || '::pg_catalog.text AS "group"')
	INTO list;
END
$$;
COMMENT ON FUNCTION creditspread.row_expressions(creditspread.model, text) IS
	'checks the columns of a model''s query and says how its rows are made of them; errors: a column that is missing 42703, of a wrong type 42804, without use 42611';

CREATE FUNCTION creditspread.read_rows(m creditspread.model) RETURNS creditspread.model
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
	columns record;
	bad record;
BEGIN
	SELECT e.* INTO columns FROM creditspread.method k, creditspread.row_expressions(m, k.unit) e WHERE k.name = m.method;
	DROP TABLE IF EXISTS pg_temp.creditspread_rows;
	CREATE TEMPORARY TABLE creditspread_rows (unit text, entity text, "time" timestamp, y double precision,
		features double precision[], maturity double precision, "group" text, place bigint);
	m.row_count := creditspread.run_read_only(format(
		E'INSERT INTO pg_temp.creditspread_rows SELECT r.*, pg_catalog.row_number() OVER (PARTITION BY r.unit, r.entity ORDER BY r."time")'
		'\nFROM (SELECT %s FROM (\n%s\n) AS q) AS r', columns.list, m.query), m.search_path);
	SELECT r.* INTO bad FROM pg_temp.creditspread_rows r
	WHERE r.entity IS NULL OR r.unit IS NULL OR r."time" IS NULL OR NOT isfinite(r."time") LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread: a row of the query has % of %', CASE WHEN bad."time" IS NULL THEN 'no time' ELSE 'a time' END,
			CASE WHEN bad.entity IS NULL OR bad.unit IS NULL THEN 'no entity' ELSE coalesce(bad."time"::text, format('entity "%s"', bad.entity)) END
			USING ERRCODE = CASE WHEN bad."time" IS NULL OR bad.entity IS NULL OR bad.unit IS NULL THEN '22004' ELSE '22008' END,
			HINT = 'Leave such rows out in the query.';
	ELSIF m.row_count = 0 THEN
		RAISE EXCEPTION 'creditspread: the query of model "%" gives no row', m.name
			USING ERRCODE = '22023', HINT = 'Run it by itself, with the rights of the role that calls.';
	END IF;
	CREATE INDEX ON pg_temp.creditspread_rows (unit, entity, place);
	CREATE INDEX ON pg_temp.creditspread_rows (entity, "time");
	ANALYZE pg_temp.creditspread_rows;
	m.time_type := columns.time_type;
	m.features := columns.features;
	SELECT min(r."time"), max(r."time"), md5(concat(count(*), ' ',
		sum(hash_record_extended(ROW(r.entity, r."time", r.y, r.features, r.maturity, r."group"), 0)::numeric)))
	INTO m.data_from, m.data_to, m.data_hash FROM pg_temp.creditspread_rows r;
	IF m.calendar IS NOT NULL THEN
		PERFORM creditspread.read_calendar(m.calendar, m.search_path);
	END IF;
	RETURN m;
END
$$;
COMMENT ON FUNCTION creditspread.read_rows(creditspread.model) IS
	'runs the query of a model, once for all series of a run, into a temporary table; returns the model with what is known of the data';

CREATE FUNCTION creditspread.check_rows(m creditspread.model, in_unit text) RETURNS void
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
	SELECT r.entity, r."time" INTO bad FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit
	GROUP BY r.entity, r."time" HAVING count(*) > 1 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '%: time % is there twice', m.method, bad."time"
			USING ERRCODE = '23505', HINT = 'Give one row for each time, and the name of each series in column entity.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.check_rows(creditspread.model, text) IS
	'refuses rows that no method takes: y that is NaN, infinite or above 1e150 (22003), the same time twice (23505)';

-- ---- the steps --------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread.prepare_run(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF r.kind IN ('train', 'retrain') THEN
		PERFORM creditspread.prepare_train(r);
	ELSE
		PERFORM creditspread.prepare_forecast(r);
	END IF;
	UPDATE creditspread.run SET series_total = n, steps_total = n * coalesce((r.arguments ->> 'blocks')::integer, 1)
	FROM (SELECT count(*) AS n FROM creditspread.run_series s WHERE s.run_id = r.id) AS counted WHERE id = r.id;
END
$$;
COMMENT ON FUNCTION creditspread.prepare_run(creditspread.run) IS 'reads the data of a run and lists its series';

CREATE FUNCTION creditspread.next_series(r creditspread.run) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	s creditspread.run_series;
	began timestamptz := clock_timestamp();
	stored bigint := 0;
	finished boolean := true;
BEGIN
	SELECT * INTO s FROM creditspread.run_series q WHERE q.run_id = r.id AND q.status = 'pending' ORDER BY q.entity LIMIT 1;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	SELECT * INTO STRICT m FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.version = r.version;
	BEGIN
		PERFORM creditspread.check_rows(m, s.entity);
		IF r.kind = 'forecast' THEN
			stored := creditspread.forecast_series(r, m, s.entity);
		ELSIF r.kind = 'backtest' THEN
			SELECT b.stored, b.finished INTO stored, finished FROM creditspread.backtest_block(r, m, s.entity, s.steps_done) b;
		ELSE
			PERFORM creditspread.train_series(m, s.entity);
		END IF;
		s.status := CASE WHEN finished THEN 'done' ELSE 'pending' END;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS s.message = MESSAGE_TEXT, s.code = RETURNED_SQLSTATE, s.hint = PG_EXCEPTION_HINT;
		IF m.on_error = 'stop' THEN
			RAISE EXCEPTION USING ERRCODE = s.code, HINT = s.hint,
				MESSAGE = CASE WHEN s.entity = '' THEN s.message ELSE format('series "%s": %s', s.entity, s.message) END;
		END IF;
		s.status := 'failed';
		finished := true;
	END;
	IF s.status = 'failed' AND r.kind IN ('train', 'retrain') THEN
		INSERT INTO creditspread.artifact (model_id, entity, status, message, row_count, data_from, data_to)
		SELECT m.id, s.entity, 'failed', s.message, count(*), min(q."time"), max(q."time")
		FROM pg_temp.creditspread_rows q WHERE q.unit = s.entity;
	END IF;
	UPDATE creditspread.run_series q SET status = s.status, message = s.message, hint = nullif(s.hint, ''), code = s.code, steps_done = s.steps_done + 1,
		seconds = s.seconds + extract(epoch FROM clock_timestamp() - began)
	WHERE q.run_id = r.id AND q.entity = s.entity;
	UPDATE creditspread.run q SET series_done = q.series_done + finished::integer,
		series_failed = q.series_failed + (s.status = 'failed')::integer, rows_stored = q.rows_stored + stored,
		steps_done = q.steps_done + CASE WHEN finished THEN q.steps_total / q.series_total - s.steps_done ELSE 1 END
	WHERE q.id = r.id;
	RETURN true;
END
$$;
COMMENT ON FUNCTION creditspread.next_series(creditspread.run) IS
	'does a step of the next series and logs it; an error is logged, or raised with on_error stop; false when no series is left';

CREATE FUNCTION creditspread.drop_rows() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.creditspread_rows, pg_temp.creditspread_calendar, pg_temp.creditspread_backtest;
EXCEPTION WHEN OTHERS THEN
	NULL;	-- not ours, or in use: the next run says so
END
$$;
COMMENT ON FUNCTION creditspread.drop_rows() IS 'drops the temporary tables of a run';

CREATE FUNCTION creditspread.finish_run(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	failed creditspread.run_series;
	note text;
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.run_series s WHERE s.run_id = r.id AND s.status = 'done') THEN
		SELECT * INTO failed FROM creditspread.run_series s WHERE s.run_id = r.id AND s.status = 'failed' ORDER BY s.entity LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION USING ERRCODE = failed.code, HINT = coalesce(failed.hint, ''), MESSAGE = CASE WHEN failed.entity = '' THEN failed.message
				ELSE format('all of %s series failed, "%s" with: %s', r.series_total, failed.entity, failed.message) END;
		END IF;
	END IF;
	IF r.kind IN ('train', 'retrain') THEN
		note := creditspread.finish_train(r);
	END IF;
	UPDATE creditspread.run q SET status = 'done', ended = clock_timestamp(), message = nullif(concat_ws('; ', note,
		CASE WHEN q.series_failed > 0 THEN format('%s of %s series failed', q.series_failed, q.series_total) END), '')
	WHERE q.id = r.id;
	PERFORM creditspread.drop_rows();
END
$$;
COMMENT ON FUNCTION creditspread.finish_run(creditspread.run) IS 'completes a run; an error if every series failed';

CREATE FUNCTION creditspread.fail_run(r creditspread.run, error_code text, error_message text, error_hint text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE creditspread.run q SET status = 'failed', ended = clock_timestamp(), code = error_code, message = error_message,
		hint = nullif(error_hint, '')
	WHERE q.id = r.id;
	DELETE FROM creditspread.model m
	WHERE m.owner = current_user AND m.name = r.model AND m.version = r.version AND m.status = 'training';
	PERFORM creditspread.drop_rows();
END
$$;
COMMENT ON FUNCTION creditspread.fail_run(creditspread.run, text, text, text) IS
	'logs that a run failed and removes the version that it was training';

CREATE FUNCTION creditspread.report_run(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF current_setting('creditspread.progress', true) = 'on' AND clock_timestamp() >= r.reported + interval '2 s' THEN
		RAISE NOTICE 'creditspread.%: % %% done, % s left', r.kind, round(100.0 * r.steps_done / r.steps_total),
			coalesce(round(extract(epoch FROM clock_timestamp() - r.started) * (r.steps_total - r.steps_done)
				/ nullif(r.steps_done, 0))::text, '?');
		UPDATE creditspread.run q SET reported = clock_timestamp() WHERE q.id = r.id;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.report_run(creditspread.run) IS 'with creditspread.progress on, a notice of the progress every two seconds';

-- Steps of less than 0.2 s are committed together.
CREATE FUNCTION creditspread.step_run(run_id bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET jit = off
AS $$
DECLARE
	r creditspread.run;
	began timestamptz := clock_timestamp();
	more boolean := true;
	code text;
	message text;
	hint text;
BEGIN
	SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = step_run.run_id;
	IF r.status <> 'running' THEN
		RETURN false;
	ELSIF r.steps_total IS NULL THEN
		PERFORM creditspread.take_lock(r.kind, r.model, true);
		PERFORM creditspread.prepare_run(r);
	ELSE
		WHILE more AND clock_timestamp() < began + interval '0.2 s' LOOP
			more := creditspread.next_series(r);
		END LOOP;
		SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = step_run.run_id;
		IF more THEN
			PERFORM creditspread.report_run(r);
		ELSE
			PERFORM creditspread.finish_run(r);
		END IF;
	END IF;
	RETURN more;
EXCEPTION WHEN query_canceled OR assert_failure OR OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, code = RETURNED_SQLSTATE, hint = PG_EXCEPTION_HINT;
	PERFORM creditspread.fail_run(r, code, message, hint);
	RETURN false;
END
$$;
COMMENT ON FUNCTION creditspread.step_run(bigint) IS
	'does the next steps of a run; false when it has ended, well or not; any error, a cancel included, ends in the log';

CREATE FUNCTION creditspread.end_run(run_id bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run;
BEGIN
	SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = end_run.run_id;
	IF creditspread.is_at_work(current_user, r.model, pg_backend_pid()) THEN
		PERFORM pg_advisory_unlock(creditspread.lock_key(current_user, r.model));
	END IF;
	IF r.status = 'died' THEN
		RAISE EXCEPTION 'creditspread.%: another session began to work on model "%"', r.kind, r.model
			USING ERRCODE = '55P03', HINT = 'See creditspread.progress, and call again when it is done.';
	ELSIF r.status = 'failed' AND r.hint IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = r.code, MESSAGE = r.message;
	ELSIF r.status = 'failed' THEN
		RAISE EXCEPTION USING ERRCODE = r.code, MESSAGE = r.message, HINT = r.hint;
	ELSIF r.message <> '' THEN
		RAISE WARNING 'creditspread.%: %', r.kind, r.message USING HINT = format('See creditspread.run_series of run %s.', r.id);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.end_run(bigint) IS 'gives the lock back and raises the error that a run ended with';

CREATE PROCEDURE creditspread.carry_out_run(run_id bigint)
LANGUAGE plpgsql
AS $$
DECLARE
	more boolean DEFAULT true;
BEGIN
	COMMIT;
	WHILE more LOOP
		more := creditspread.step_run(run_id);
		COMMIT;
	END LOOP;
	PERFORM creditspread.end_run(run_id);
END
$$;
COMMENT ON PROCEDURE creditspread.carry_out_run(bigint) IS
	'commits the start of a run, does all its steps and ends it; errors: where no commit is possible 2D000, and the one that the run ended with';
-- train, retrain, promote, rollback, drop and the readers of a model.

CREATE FUNCTION creditspread.check_options(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	k creditspread.method;
	bad text;
BEGIN
	SELECT * INTO k FROM creditspread.method q WHERE q.name = m.method;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.train: no method "%"', m.method USING ERRCODE = '22023',
			HINT = format('Methods are %s.', (SELECT string_agg(q.name, ', ' ORDER BY q.name) FROM creditspread.method q));
	ELSIF m.pool AND k.unit NOT IN ('series or panel', 'panel') THEN
		RAISE EXCEPTION 'creditspread.train: method % has no common fit of many series', m.method USING ERRCODE = '0A000',
			HINT = format('Leave pool out, or take one of %s.', (SELECT string_agg(q.name, ', ' ORDER BY q.name)
				FROM creditspread.method q WHERE q.unit IN ('series or panel', 'panel')));
	ELSIF jsonb_typeof(m.options) <> 'object' THEN
		RAISE EXCEPTION 'creditspread.train: options are a jsonb %, not an object', jsonb_typeof(m.options)
			USING ERRCODE = '22023', HINT = 'Use the options function of the method, as rnn_options(...).';
	END IF;
	SELECT o INTO bad FROM jsonb_object_keys(m.options) o WHERE o = ANY (k.reserved_options) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: option "%" is not to be given', bad USING ERRCODE = '22023',
			HINT = 'It is set from the arguments of train: method, horizons and the columns of the query.';
	END IF;
	SELECT o INTO bad FROM jsonb_object_keys(m.options) o WHERE o <> 'interval_level' AND o <> ALL (k.options) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: method % has no option "%"', m.method, bad USING ERRCODE = '22023',
			HINT = format('Options are %s.', array_to_string(k.options || 'interval_level'::text, ', '));
	ELSIF jsonb_typeof(m.options -> 'interval_level') <> 'number' OR NOT m.level BETWEEN 0.01 AND 0.999 THEN
		RAISE EXCEPTION 'creditspread.train: option "interval_level" is %', m.options -> 'interval_level'
			USING ERRCODE = '22023', HINT = 'Give the coverage of the intervals, 0.01 to 0.999.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.check_options(creditspread.model) IS
	'refuses an unknown method, an unknown or reserved option (22023), pool where there is no common fit (0A000)';

CREATE FUNCTION creditspread.check_definition(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing text;
BEGIN
	SELECT a.name INTO missing FROM (VALUES ('name', nullif(m.name, '')), ('query', nullif(btrim(m.query, E' \t\n;'), '')), ('method', m.method),
		('horizons', m.horizons::text), ('pool', m.pool::text), ('keep', m.keep::text), ('promote', m.promote), ('on_error', m.on_error))
		AS a (name, value) WHERE a.value IS NULL LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: argument % is empty', missing USING ERRCODE = '22004', HINT = 'Only options and calendar may be NULL.';
	ELSIF coalesce(array_ndims(m.horizons), 0) <> 1 OR array_position(m.horizons, NULL) IS NOT NULL
		OR (SELECT count(DISTINCT h) < count(*) OR min(h) < 1 OR max(h) > 10000 FROM unnest(m.horizons) h) THEN
		RAISE EXCEPTION 'creditspread.train: horizons are %', m.horizons
			USING ERRCODE = '22023', HINT = 'Give numbers of rows ahead, 1 to 10000, none twice.';
	ELSIF m.keep NOT BETWEEN 1 AND 1000 THEN
		RAISE EXCEPTION 'creditspread.train: keep is %', m.keep USING ERRCODE = '22023', HINT = 'Give the versions to keep, 1 to 1000.';
	ELSIF m.promote NOT IN ('always', 'if_better') THEN
		RAISE EXCEPTION 'creditspread.train: promote is "%"', m.promote USING ERRCODE = '22023', HINT = 'Give ''always'' or ''if_better''.';
	ELSIF m.on_error NOT IN ('skip', 'stop') THEN
		RAISE EXCEPTION 'creditspread.train: on_error is "%"', m.on_error USING ERRCODE = '22023', HINT = 'Give ''skip'' or ''stop''.';
	END IF;
	PERFORM creditspread.check_options(m);
END
$$;
COMMENT ON FUNCTION creditspread.check_definition(creditspread.model) IS
	'refuses arguments of train that are NULL (22004) or out of their range (22023)';

CREATE FUNCTION creditspread.add_version(m creditspread.model, kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	run_id bigint;
BEGIN
	SELECT greatest((SELECT max(q.version) FROM creditspread.model q WHERE q.owner = current_user AND q.name = m.name),
		(SELECT max(q.version) FROM creditspread.run q WHERE q.owner = current_user AND q.model = m.name),
		(SELECT max(q.version) FROM creditspread.forecast q WHERE q.owner = current_user AND q.model = m.name), 0) + 1 INTO m.version;
	run_id := creditspread.start_run(kind, m.name, m.version, '{}');
	INSERT INTO creditspread.model (name, version, status, method, query, search_path, features, horizons, options, level, pool, calendar,
		keep, promote, on_error, seed, extension_version)
	SELECT m.name, m.version, 'training', m.method, m.query, m.search_path, m.features, m.horizons, m.options, m.level, m.pool, m.calendar,
		m.keep, m.promote, m.on_error, (m.options ->> 'seed')::bigint, e.extversion
	FROM pg_extension e WHERE e.extname = 'creditspread';
	RETURN run_id;
END
$$;
COMMENT ON FUNCTION creditspread.add_version(creditspread.model, text) IS 'begins the run that trains a new version of a model';

CREATE FUNCTION creditspread.start_train(name text, query text, method text, horizons integer[], options jsonb, pool boolean, calendar text,
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
	RETURN creditspread.add_version(m, 'train');
END
$$;
COMMENT ON FUNCTION creditspread.start_train(text, text, text, integer[], jsonb, boolean, text, integer, text, text, text) IS
	'checks the arguments of train and begins its run';

CREATE FUNCTION creditspread.active_model(model_name text, caller text) RETURNS creditspread.model
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	SELECT * INTO m FROM creditspread.model q WHERE q.owner = current_user AND q.name = model_name AND q.active;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no trained model "%"', caller, current_user, model_name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview; creditspread.train makes a model.';
	END IF;
	RETURN m;
END
$$;
COMMENT ON FUNCTION creditspread.active_model(text, text) IS 'the active version of a model of the current role; error 42704 if there is none';

CREATE FUNCTION creditspread.start_retrain(name text) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$ SELECT creditspread.add_version(creditspread.active_model(name, 'retrain'), 'retrain') $$;
COMMENT ON FUNCTION creditspread.start_retrain(text) IS 'begins the run that trains the next version of a model';

-- ---- the fit ----------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread.fit_rows(m creditspread.model, in_unit text, from_time timestamp, to_time timestamp) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	template text;
	artifact text;
BEGIN
	SELECT k.fit INTO template FROM creditspread.method k WHERE k.name = m.method;
	EXECUTE 'WITH s AS (SELECT r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM pg_temp.creditspread_rows r '
		'WHERE r.unit = $8 AND r."time" BETWEEN $9 AND $10)' || template
	INTO artifact USING m.options, m.horizons, m.level, m.features, m.pool, NULL::text, m.search_path, in_unit, from_time, to_time;
	IF artifact IS NULL THEN
		RAISE EXCEPTION '%: no row to fit', m.method USING ERRCODE = '22023', HINT = format('Look at the data up to %s.', to_time);
	END IF;
	RETURN artifact;
END
$$;
COMMENT ON FUNCTION creditspread.fit_rows(creditspread.model, text, timestamp, timestamp) IS
	'fits the rows of a unit from a time to a time, both included; returns the artifact';

CREATE FUNCTION creditspread.forecast_rows(m creditspread.model, in_unit text, artifact text, widths jsonb, from_time timestamp, to_time timestamp,
	OUT entity text, OUT origin timestamp, OUT horizon integer, OUT forecast double precision, OUT lower double precision,
	OUT upper double precision, OUT random_walk double precision, OUT target_time timestamp, OUT actual double precision)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	template text;
BEGIN
	SELECT k.forecast INTO template FROM creditspread.method k WHERE k.name = m.method;
	RETURN QUERY EXECUTE 'WITH r AS (SELECT * FROM pg_temp.creditspread_rows WHERE unit = $8), '
		's AS (SELECT r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM r WHERE r."time" <= $10), '
		'f AS (' || template || ') '
		'SELECT f.entity, f."time", f.horizon, f.forecast, coalesce(f.lower, f.forecast - ($11 ->> f.horizon::text)::float8), '
		'coalesce(f.upper, f.forecast + ($11 ->> f.horizon::text)::float8), o.y, t."time", t.y '
		'FROM f JOIN r AS o ON o.entity = f.entity AND o."time" = f."time" '
		'LEFT JOIN r AS t ON t.entity = o.entity AND t.place = o.place + f.horizon '
		'WHERE f."time" >= $9 AND f.forecast IS NOT NULL AND o.y IS NOT NULL'
	USING m.options, m.horizons, m.level, m.features, m.pool, artifact, m.search_path, in_unit, from_time, to_time, widths;
END
$$;
COMMENT ON FUNCTION creditspread.forecast_rows(creditspread.model, text, text, jsonb, timestamp, timestamp) IS
	'the forecasts made on the rows of a unit from a time to a time, beside the random walk and the row they are for, if it is there; no forecast knows a later row';

-- Validation of methods that have none of their own, and the widths of their intervals: split conformal, as for the networks.
CREATE FUNCTION creditspread.validate_rows(m creditspread.model, in_unit text, from_time timestamp, to_time timestamp,
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
		FROM creditspread.forecast_rows(m, in_unit, creditspread.fit_rows(m, in_unit, from_time, cut), NULL, cut, to_time) f
		WHERE f.actual IS NOT NULL AND f.target_time <= to_time GROUP BY f.horizon) h
	HAVING count(*) > 0;
EXCEPTION WHEN OTHERS THEN
	measures := NULL;
	widths := NULL;
END
$$;
COMMENT ON FUNCTION creditspread.validate_rows(creditspread.model, text, timestamp, timestamp) IS
	'errors of the forecasts of the last 15 % of the times by a fit to those before them, and for each horizon the quantile of the absolute errors; NULL if there are too few rows';

CREATE FUNCTION creditspread.train_series(m creditspread.model, in_unit text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a creditspread.artifact;
	template text;
BEGIN
	a.artifact := creditspread.fit_rows(m, in_unit, '-infinity', 'infinity');
	SELECT k.validation INTO template FROM creditspread.method k WHERE k.name = m.method;
	IF template IS NULL THEN
		SELECT v.measures, v.widths INTO a.measures, a.widths FROM creditspread.validate_rows(m, in_unit, '-infinity', 'infinity') v;
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
COMMENT ON FUNCTION creditspread.train_series(creditspread.model, text) IS 'fits and validates a unit and stores its artifact';

CREATE FUNCTION creditspread.prepare_train(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	SELECT * INTO STRICT m FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.version = r.version;
	m := creditspread.read_rows(m);
	UPDATE creditspread.model q SET time_type = m.time_type, features = m.features, row_count = m.row_count, data_from = m.data_from,
		data_to = m.data_to, data_hash = m.data_hash WHERE q.id = m.id;
	INSERT INTO creditspread.run_series (run_id, entity, status)
	SELECT DISTINCT r.id, q.unit, 'pending' FROM pg_temp.creditspread_rows q;
	PERFORM creditspread.fill_actuals(m);
END
$$;
COMMENT ON FUNCTION creditspread.prepare_train(creditspread.run) IS 'reads the data of a training';

CREATE FUNCTION creditspread.finish_train(r creditspread.run) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	before creditspread.model;
	note text;
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
	RETURN note;
END
$$;
COMMENT ON FUNCTION creditspread.finish_train(creditspread.run) IS
	'completes a version, makes it active if it may, and removes versions beyond those to keep; all at once';

-- ---- what users call --------------------------------------------------------------------------------------------

CREATE PROCEDURE creditspread.train(name text, query text, method text DEFAULT 'rnn', horizons integer[] DEFAULT '{1}',
	options jsonb DEFAULT NULL, pool boolean DEFAULT false, calendar text DEFAULT NULL, keep integer DEFAULT 5,
	promote text DEFAULT 'always', on_error text DEFAULT 'skip')
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread.carry_out_run(creditspread.start_train(name, query, method, horizons, options, pool, calendar, keep, promote, on_error,
		pg_catalog.current_setting('search_path')));
END
$$;
COMMENT ON PROCEDURE creditspread.train(text, text, text, integer[], jsonb, boolean, text, integer, text, text) IS
	'trains a named model, as its next version: name; query with columns "time", y, perhaps entity, and features; method, one of creditspread.method; horizons in rows ahead; options of the method; pool, one fit for all series; calendar, a table or query of business days; keep, versions kept; promote always or if_better; on_error of a series skip or stop; commits as it goes, so not inside a transaction block (2D000); errors: the model is worked on 55P03, arguments 22004 and 22023, columns 42703 and 42804, a query that writes 25006';

CREATE PROCEDURE creditspread.retrain(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread.carry_out_run(creditspread.start_retrain(name));
END
$$;
COMMENT ON PROCEDURE creditspread.retrain(text) IS
	'trains the next version of a model on the data of now; the version before serves until it is complete, and on if the training fails; errors as of train, no such model 42704';

CREATE FUNCTION creditspread.make_active(model_name text, to_version integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE creditspread.model q SET active = false WHERE q.owner = current_user AND q.name = model_name AND q.active;
	UPDATE creditspread.model q SET active = true
	WHERE q.owner = current_user AND q.name = model_name AND q.version = to_version AND q.status = 'ready';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.promote: model "%" has no version %', model_name, to_version
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.make_active(text, integer) IS 'makes a version of a model of the current role the active one; error 42704 if there is none';

CREATE FUNCTION creditspread.lock_briefly(model_name text, caller text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.model q WHERE q.owner = current_user AND q.name = model_name)
		AND NOT (caller = 'drop' AND EXISTS (SELECT FROM creditspread.run q WHERE q.owner = current_user AND q.model = model_name)) THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no model "%"', caller, current_user, model_name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	END IF;
	PERFORM creditspread.take_lock(caller, model_name, false);
END
$$;
COMMENT ON FUNCTION creditspread.lock_briefly(text, text) IS
	'takes the lock of a model until the transaction ends; errors: no such model 42704, it is worked on 55P03';

CREATE PROCEDURE creditspread.promote(name text, version integer)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread.lock_briefly(name, 'promote');
	PERFORM creditspread.make_active(name, version);
END
$$;
COMMENT ON PROCEDURE creditspread.promote(text, integer) IS
	'makes a version of a model the active one; errors: no such model or version 42704, the model is worked on 55P03';

CREATE PROCEDURE creditspread.rollback(name text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before integer;
BEGIN
	PERFORM creditspread.lock_briefly(name, 'rollback');
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
COMMENT ON PROCEDURE creditspread.rollback(text) IS
	'makes the version before the active one the active one; errors: there is none 42704, the model is worked on 55P03';

CREATE PROCEDURE creditspread.drop(name text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread.lock_briefly(name, 'drop');
	DELETE FROM creditspread.forecast q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.run q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.reader q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.model q WHERE q.owner = current_user AND q.name = drop.name;
END
$$;
COMMENT ON PROCEDURE creditspread.drop(text) IS
	'removes a model with its versions, forecasts, log and readers; errors: no such model 42704, it is worked on 55P03';

CREATE PROCEDURE creditspread.grant_reader(model text, role text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.model q WHERE q.owner = current_user AND q.name = model) THEN
		RAISE EXCEPTION 'creditspread.grant_reader: role "%" has no model "%"', current_user, model
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	ELSIF NOT EXISTS (SELECT FROM pg_roles q WHERE q.rolname = role) THEN
		RAISE EXCEPTION 'creditspread.grant_reader: no role "%"', role
			USING ERRCODE = '42704', HINT = 'CREATE ROLE makes one.';
	END IF;
	INSERT INTO creditspread.reader (model, reader) VALUES (model, role) ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON PROCEDURE creditspread.grant_reader(text, text) IS
	'lets a role, and its members, read a model, its forecasts and its log; errors: no such model or role 42704';

CREATE PROCEDURE creditspread.revoke_reader(model text, role text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM creditspread.reader q WHERE q.owner = current_user AND q.model = revoke_reader.model AND q.reader = role;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.revoke_reader: role "%" does not read model "%" of role "%"', role, model, current_user
			USING ERRCODE = '42704', HINT = 'See creditspread.reader.';
	END IF;
END
$$;
COMMENT ON PROCEDURE creditspread.revoke_reader(text, text) IS 'takes back what grant_reader gave; error 42704 if it gave nothing';
-- forecast and update_actuals: the forecasts of the last rows, the times they are for, and what came true.

-- Times are expected from the calendar, or from the last 300 rows: months, business days (no weekend among them), else the median spacing.
CREATE FUNCTION creditspread.target_times(m creditspread.model, in_unit text,
	OUT entity text, OUT origin timestamp, OUT horizon integer, OUT target_time timestamp)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF m.calendar IS NOT NULL THEN
		RETURN QUERY SELECT l.entity, l.origin, h, coalesce((SELECT c.day FROM pg_temp.creditspread_calendar c WHERE c.day > l.origin::date
				ORDER BY c.day OFFSET h - 1 LIMIT 1), creditspread.refuse(
				format('forecast: the calendar has no %s days after %s, the origin', h, l.origin::date), 'Extend the calendar.')::date)
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
COMMENT ON FUNCTION creditspread.target_times(creditspread.model, text) IS
	'for each series of a unit its last row with a value, and the times expected at the horizons after it; error 22023 if the calendar ends before';

-- A name may get another query, of other data: what that gives is not what the versions before it forecast.
CREATE FUNCTION creditspread.fill_actuals(m creditspread.model) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	filled bigint;
BEGIN
	UPDATE creditspread.forecast f SET actual = t.y, target_time = t."time"
	FROM pg_temp.creditspread_rows o JOIN pg_temp.creditspread_rows t ON t.unit = o.unit AND t.entity = o.entity
	WHERE f.owner = current_user AND f.model = m.name AND f.actual IS NULL AND o.entity = f.entity AND o."time" = f.origin
		AND t.place = o.place + f.horizon AND abs(t.y) < 1e150
		AND (o.y = f.random_walk OR EXISTS (SELECT FROM creditspread.model q WHERE q.owner = f.owner AND q.name = f.model
			AND q.version = f.version AND q.query = m.query AND q.search_path = m.search_path));
	GET DIAGNOSTICS filled = ROW_COUNT;
	RETURN filled;
END
$$;
COMMENT ON FUNCTION creditspread.fill_actuals(creditspread.model) IS
	'fills in what has come true of a model''s forecasts: value and time of the row that stands horizon rows after the origin; only of versions with the same query, or where the origin has the value that the forecast knew; returns their number';

CREATE FUNCTION creditspread.prepare_forecast(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	filled bigint;
BEGIN
	SELECT * INTO STRICT m FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.version = r.version;
	m := creditspread.read_rows(m);
	filled := creditspread.fill_actuals(m);
	IF r.kind = 'update_actuals' THEN
		UPDATE creditspread.run q SET rows_stored = filled WHERE q.id = r.id;
		RETURN;
	ELSIF r.kind = 'backtest' THEN
		PERFORM creditspread.prepare_backtest();
	END IF;
	INSERT INTO creditspread.run_series (run_id, entity, status)
	SELECT r.id, u.unit, 'pending' FROM (SELECT q.unit FROM pg_temp.creditspread_rows q
		UNION SELECT a.entity FROM creditspread.artifact a WHERE a.model_id = m.id) u;
END
$$;
COMMENT ON FUNCTION creditspread.prepare_forecast(creditspread.run) IS
	'reads the data of a run of forecast, backtest or update_actuals and fills in what has come true';

CREATE FUNCTION creditspread.forecast_series(r creditspread.run, m creditspread.model, in_unit text) RETURNS bigint
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
			WHERE q.unit = in_unit AND q.y IS NOT NULL GROUP BY q.entity) l), 'infinity') f
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
COMMENT ON FUNCTION creditspread.forecast_series(creditspread.run, creditspread.model, text) IS
	'stores the forecasts made on the last row of each series of a unit; returns their number';

CREATE FUNCTION creditspread.start_forecast(name text, kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	m := creditspread.active_model(name, kind);
	RETURN creditspread.start_run(kind, m.name, m.version, '{}');
END
$$;
COMMENT ON FUNCTION creditspread.start_forecast(text, text) IS 'begins a run of forecast or update_actuals with the active version';

CREATE PROCEDURE creditspread.forecast(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread.carry_out_run(creditspread.start_forecast(name, 'forecast'));
END
$$;
COMMENT ON PROCEDURE creditspread.forecast(text) IS
	'runs the query of a model again and stores the forecasts of its active version made on the last row of each series, in creditspread.forecast; fills in what has come true of earlier ones; errors: no such model 42704, it is worked on 55P03, a feature is missing 42703, inside a transaction block 2D000';

CREATE PROCEDURE creditspread.update_actuals(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread.carry_out_run(creditspread.start_forecast(name, 'update_actuals'));
END
$$;
COMMENT ON PROCEDURE creditspread.update_actuals(text) IS
	'runs the query of a model again and fills in what has come true of its stored forecasts, as forecast and retrain do too; errors as of forecast';
-- Charts and report of the catalog: creditspread.forecast_chart, accuracy_chart, report.

CREATE FUNCTION creditspread.xml_escape(text) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_xml_escape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread.xml_escape(text) IS
	'text as it stands in XML and HTML: what they reserve is escaped, control characters become blanks';

CREATE FUNCTION creditspread.readable_model(model text, INOUT owner name, OUT version integer, OUT method text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	owners name[];
BEGIN
	SELECT array_agg(DISTINCT m.owner::name) INTO owners FROM creditspread.model_overview m
	WHERE m.model = readable_model.model AND (readable_model.owner IS NULL OR m.owner = readable_model.owner);
	IF owners IS NULL THEN
		RAISE EXCEPTION 'there is no model "%"', model USING ERRCODE = 'undefined_object',
			HINT = 'creditspread.model_overview lists the models; a reader needs creditspread.grant_reader.';
	END IF;
	owner := CASE WHEN current_user = ANY (owners) THEN current_user ELSE owners[1] END;
	IF cardinality(owners) > 1 AND owner <> current_user THEN
		RAISE EXCEPTION '% roles have a model "%"', cardinality(owners), model USING ERRCODE = 'ambiguous_parameter',
			HINT = format('Give the owner: %s.', array_to_string(owners, ', '));
	END IF;
	SELECT m.version, m.method INTO version, method FROM creditspread.model_overview m
	WHERE m.model = readable_model.model AND m.owner = readable_model.owner ORDER BY m.active DESC, m.version DESC LIMIT 1;
END $$;
COMMENT ON FUNCTION creditspread.readable_model(text, name) IS
	'the model of a name that charts and reports show: of the owner, or (NULL) the caller''s own or the only one that he may read; its active version, or the last; errors: no such model, several owners';

CREATE FUNCTION creditspread.observed(owner name, model text, version integer, entity text, until timestamp, history integer)
RETURNS TABLE ("time" timestamp, y double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET transaction_read_only = on AS $$
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
	PERFORM set_config('search_path', asked.search_path, true);
	RETURN QUERY EXECUTE format($query$
		SELECT d.t, d.y FROM (SELECT ''::pg_catalog.text AS entity) AS single, LATERAL (
			SELECT %s AS name, %s AS t, y::pg_catalog.float8 AS y FROM (%s
			) AS data) AS d
		WHERE d.name OPERATOR(pg_catalog.=) $1 AND d.t OPERATOR(pg_catalog.<=) $2 AND d.y IS NOT NULL
		ORDER BY d.t DESC LIMIT $3 $query$,
		CASE asked.unit WHEN 'curve' THEN 'pg_catalog.ltrim(pg_catalog.concat(entity, '' '', maturity))' ELSE 'entity::pg_catalog.text' END,
		CASE asked.time_type WHEN 'timestamp with time zone' THEN 'pg_catalog.timezone(''UTC'', "time")' ELSE '"time"::pg_catalog.timestamp' END,
		asked.query)
	USING entity, until, history;
END $$;
COMMENT ON FUNCTION creditspread.observed(name, text, integer, text, timestamp, integer) IS
	'the last values of a series up to a time: for the owner of the model from its query, run read-only, for others those that are kept with the forecasts';

CREATE FUNCTION creditspread.forecast_chart(
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
	SELECT @extschema@.line_chart(r.t, r.y, r.lower, r.upper, r.series,
		@extschema@.chart_options(title => model || CASE entity WHEN '' THEN '' ELSE ', ' || entity END,
			series => ARRAY['observed', band, 'random walk'], faint => ARRAY['random walk']) || coalesce(options, '{}'))
	INTO chart FROM row r;
	RETURN chart;
END $$;
COMMENT ON FUNCTION creditspread.forecast_chart(text, text, integer, timestamp, name, jsonb) IS
	'draws the latest stored forecast of a model, or that of an origin (of a backtest if there is no other), as an SVG document: observed values before it (as many as history says; for the owner from the model''s query, run read-only, for others those kept with the forecasts), the forecast with its interval, the random walk as a faint line, and what came true; entity, the series (NULL = the only one); owner of the model (NULL = the caller, or the only one whose model he may read); options made by chart_options over those of the chart; errors: no such model, no forecast, several series or owners, history not from 1 to 1000000, unknown options';

CREATE FUNCTION creditspread.accuracy_chart(
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
	SELECT @extschema@.bar_chart(array_agg(g.horizon || coalesce(E'\n' || CASE WHEN g.p < 0.001 THEN 'p < 0.001' ELSE 'p = ' || round(g.p::numeric, 3) END, '') ORDER BY g.horizon),
		ARRAY[chosen.method, 'random walk'], ARRAY[array_agg(g.error ORDER BY g.horizon), array_agg(g.random_walk ORDER BY g.horizon)],
		@extschema@.chart_options(title => format('%s%s: %s, %s of version %s', model,
				CASE WHEN shown.entities > 1 THEN format(', %s series', shown.entities) WHEN shown.entity <> '' THEN ', ' || shown.entity ELSE '' END,
				CASE measure WHEN 'mae' THEN 'mean absolute error' ELSE 'root mean squared error' END, CASE shown.source WHEN 'backtest' THEN 'backtest' ELSE 'forecasts' END, shown.version),
			x_label => 'horizon, rows ahead' || CASE WHEN bool_or(g.p IS NOT NULL) THEN '; p of the Diebold-Mariano test' ELSE '' END)
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
COMMENT ON FUNCTION creditspread.accuracy_chart(text, text, text, text, name, jsonb) IS
	'draws the errors of a model''s stored forecasts beside those of the random walk, per horizon, as an SVG document, with the p-values of the Diebold-Mariano test of a single series: entity, the series (NULL = all, weighted by their forecasts); measure mae or rmse, in units of y; source forecast or backtest (NULL = backtest if there is one); owner of the model (NULL = the caller, or the only one whose model he may read); options made by chart_options over those of the chart; errors: no such model, no forecast whose actual value is known, several owners, another measure or source, unknown options';

-- The pieces of the report: text in HTML, a number with so many decimals, a time in UTC, a table of rows.

CREATE FUNCTION creditspread.number_text(value double precision, decimals integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN value IS NULL THEN '&#8211;' ELSE replace(CASE WHEN abs(value) >= 1e9 THEN to_char(value, 'FM9.999EEEE')
		ELSE round(value::numeric, decimals)::text END, '-', '&#8722;') END
$$;
COMMENT ON FUNCTION creditspread.number_text(double precision, integer) IS 'a number as the report shows it, with so many decimals; NULL as a dash';

CREATE FUNCTION creditspread.time_text(value timestamp) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(replace(replace(to_char(value, CASE WHEN value = date_trunc('day', value) THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI' END
		|| CASE WHEN value < '0001-01-01' THEN ' BC' ELSE '' END), '-', '&#8209;'), ' ', '&#160;'), '&#8211;')
$$;
COMMENT ON FUNCTION creditspread.time_text(timestamp) IS 'a time as the report shows it: the date, and hours and minutes unless it is midnight; NULL as a dash';

CREATE FUNCTION creditspread.html_table(columns text[], rows text, texts integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '<div class="wide"><table><thead><tr>' || string_agg(format('<th scope="col"%s>%s</th>', CASE WHEN place > texts THEN ' class="number"' ELSE '' END, name), '' ORDER BY place)
		|| E'</tr></thead><tbody>\n' || rows || E'</tbody></table></div>\n'
	FROM unnest(columns) WITH ORDINALITY AS named (name, place)
$$;
COMMENT ON FUNCTION creditspread.html_table(text[], text, integer) IS
	'a table of HTML rows; the columns after the first `texts` ones hold numbers; NULL rows give NULL';

CREATE FUNCTION creditspread.html_row(texts text[], numbers text[] DEFAULT '{}') RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '<tr>' || coalesce((SELECT string_agg('<td><span>' || coalesce(cell, '') || '</span></td>', '' ORDER BY place) FROM unnest(texts) WITH ORDINALITY AS t (cell, place)), '')
		|| coalesce((SELECT string_agg('<td class="number">' || coalesce(cell, '&#8211;') || '</td>', '' ORDER BY place) FROM unnest(numbers) WITH ORDINALITY AS n (cell, place)), '')
		|| E'</tr>\n'
$$;
COMMENT ON FUNCTION creditspread.html_row(text[], text[]) IS 'a row of a table from cells of HTML: texts, then numbers, which stand at the right';

CREATE FUNCTION creditspread.report_summary(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT E'<dl>\n' || string_agg(format(E'<div><dt>%s</dt><dd>%s</dd></div>\n', item.name, item.value), '' ORDER BY item.place) || E'</dl>\n'
	FROM (SELECT * FROM creditspread.model_overview o WHERE o.owner = report_summary.owner AND o.model = report_summary.model
			ORDER BY o.active DESC, o.version DESC LIMIT 1) AS m
	LEFT JOIN creditspread.method d ON d.name = m.method,
	LATERAL (VALUES
		(1, 'method', creditspread.xml_escape(m.method) || coalesce(': ' || creditspread.xml_escape(d.description), '')),
		(2, 'version', m.version || CASE WHEN m.active THEN ', active' ELSE ', not active' END || CASE WHEN m.status <> 'ready' THEN ', ' || m.status ELSE '' END),
		(3, 'trained', creditspread.time_text(timezone('UTC', m.trained_at)::timestamp(0)) || CASE WHEN m.trained_at IS NULL THEN '' ELSE ' UTC' END
			|| ', extension ' || creditspread.xml_escape(m.extension_version)),
		(4, 'data', creditspread.time_text(m.data_from) || ' to ' || creditspread.time_text(m.data_to) || coalesce(', ' || m.rows || ' rows', '')
			|| ', ' || m.entities || CASE m.entities WHEN 1 THEN ' fit' ELSE ' fits' END || CASE WHEN m.failed > 0 THEN ', ' || m.failed || ' failed' ELSE '' END),
		(5, 'horizons', m.horizons || ' rows ahead'),
		(6, 'features', creditspread.xml_escape(coalesce(nullif(m.features, ''), 'none'))),
		(7, 'options', '<code>' || creditspread.xml_escape(m.options) || '</code>'),
		(8, 'validation', 'mean absolute error ' || creditspread.number_text(m.mae, 4) || ', random walk ' || creditspread.number_text(m.random_walk_mae, 4))
	) AS item (place, name, value)
$$;
COMMENT ON FUNCTION creditspread.report_summary(name, text) IS 'what a model is, as HTML for the report';

CREATE FUNCTION creditspread.report_forecasts(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread.html_table(CASE WHEN bool_or(f.entity <> '') THEN '{series}' ELSE '{}'::text[] END
			|| '{origin,target,rows ahead,forecast,lower,upper,random walk,actual}', string_agg(
			creditspread.html_row(CASE WHEN named THEN ARRAY[creditspread.xml_escape(f.entity)] ELSE '{}' END
				|| ARRAY[creditspread.time_text(f.origin), creditspread.time_text(f.target_time)],
				ARRAY[f.horizon::text, creditspread.number_text(f.forecast, 4), creditspread.number_text(f.lower, 4), creditspread.number_text(f.upper, 4),
					creditspread.number_text(f.random_walk, 4), creditspread.number_text(f.actual, 4)]), '' ORDER BY f.entity, f.horizon),
			CASE WHEN bool_or(named) THEN 3 ELSE 2 END)
	FROM (SELECT *, bool_or(l.entity <> '') OVER () AS named, row_number() OVER (ORDER BY l.entity, l.horizon) AS place FROM creditspread.forecast_latest l
		WHERE l.owner = report_forecasts.owner AND l.model = report_forecasts.model) AS f
	WHERE place <= 200
$$;
COMMENT ON FUNCTION creditspread.report_forecasts(name, text) IS 'the latest forecasts of a model, at most 200 rows, as HTML for the report; NULL without any';

CREATE FUNCTION creditspread.report_accuracy(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread.html_table(CASE WHEN bool_or(a.named) THEN '{series}' ELSE '{}'::text[] END
			|| '{source,version,rows ahead,n,MAE,random walk,RMSE,random walk,bias,coverage,DM,p}', string_agg(
			creditspread.html_row(CASE WHEN a.named THEN ARRAY[creditspread.xml_escape(a.entity)] ELSE '{}' END || ARRAY[a.source],
				ARRAY[a.version::text, a.horizon::text, a.n::text, creditspread.number_text(a.mae, 4), creditspread.number_text(a.random_walk_mae, 4),
					creditspread.number_text(a.rmse, 4), creditspread.number_text(a.random_walk_rmse, 4), creditspread.number_text(a.bias, 4),
					creditspread.number_text(100 * a.coverage, 1) || CASE WHEN a.coverage IS NULL THEN '' ELSE ' %' END,
					creditspread.number_text(a.dm_statistic, 2), creditspread.number_text(a.dm_p_value, 3)]), '' ORDER BY a.place),
			CASE WHEN bool_or(a.named) THEN 2 ELSE 1 END)
	FROM (SELECT *, bool_or(c.entity <> '') OVER () AS named,
			row_number() OVER (ORDER BY c.version DESC, c.source, c.entity, c.horizon) AS place FROM creditspread.accuracy c
		WHERE c.owner = report_accuracy.owner AND c.model = report_accuracy.model) AS a
	WHERE place <= 200
$$;
COMMENT ON FUNCTION creditspread.report_accuracy(name, text) IS 'how good the forecasts of a model were, at most 200 rows, as HTML for the report; NULL if nothing is known yet';

CREATE FUNCTION creditspread.report_history(owner name, model text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT E'<h2>Versions</h2>\n' || coalesce((SELECT creditspread.html_table('{method,status,trained (UTC),data to,version,rows,fits,failed,MAE,random walk}', string_agg(
			creditspread.html_row(ARRAY[creditspread.xml_escape(m.method), m.status || CASE WHEN m.active THEN ', active' ELSE '' END,
					creditspread.time_text(timezone('UTC', m.trained_at)::timestamp(0)), creditspread.time_text(m.data_to)],
				ARRAY[m.version::text, m.rows::text, m.entities::text, m.failed::text, creditspread.number_text(m.mae, 4), creditspread.number_text(m.random_walk_mae, 4)]),
			'' ORDER BY m.version DESC), 4)
		FROM (SELECT * FROM creditspread.model_overview o WHERE o.owner = report_history.owner AND o.model = report_history.model
			ORDER BY o.version DESC LIMIT 20) AS m), '')
	|| coalesce(E'<h2>Last runs</h2>\n' || (SELECT creditspread.html_table('{run,started (UTC),status,message,version,seconds,series,failed}', string_agg(
			creditspread.html_row(ARRAY[r.kind, creditspread.time_text(timezone('UTC', r.started)::timestamp(0)), r.status, creditspread.xml_escape(coalesce(r.message, ''))],
				ARRAY[r.version::text, creditspread.number_text(CASE WHEN r.ended IS NULL THEN NULL ELSE r.seconds END, 1), r.series_done::text, r.series_failed::text]),
			'' ORDER BY r.run_id DESC), 4)
		FROM (SELECT * FROM creditspread.run_log l WHERE l.owner = report_history.owner AND l.model = report_history.model
			ORDER BY l.run_id DESC LIMIT 20) AS r), '')
$$;
COMMENT ON FUNCTION creditspread.report_history(name, text) IS 'the last 20 versions and runs of a model, as HTML for the report';

CREATE FUNCTION creditspread.report(name text, owner name DEFAULT NULL, history integer DEFAULT 250, charts integer DEFAULT 6) RETURNS text
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
		body := body || E'<figure>' || creditspread.forecast_chart(name, series, history, NULL, chosen.owner) || E'</figure>\n';
	END LOOP;
	body := body || coalesce(forecasts, E'<p>None is stored.</p>\n') || E'<h2>Accuracy</h2>\n';
	IF accuracy IS NOT NULL THEN
		body := body || '<figure>' || creditspread.accuracy_chart(name, owner => chosen.owner) || E'</figure>\n';
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
COMMENT ON FUNCTION creditspread.report(text, name, integer, integer) IS
	'a model as an HTML document that needs nothing beside itself: what it is, its latest forecasts with charts of the first series (as many as charts says, 0 to 100, each with as many observed values as history says), its accuracy beside the random walk, versions and runs; name of the model; owner (NULL = the caller, or the only one whose model he may read); in UTF-8 if the client''s encoding is; errors: no such model, several owners, numbers out of range';
-- backtest: what the method would have forecast, refitted as time goes on, each forecast from the rows up to its origin.

CREATE FUNCTION creditspread.prepare_backtest() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.creditspread_backtest;
	CREATE TEMPORARY TABLE creditspread_backtest (entity text, origin timestamp, horizon integer, forecast double precision,
		lower double precision, upper double precision, random_walk double precision, target_time timestamp, actual double precision);
END
$$;
COMMENT ON FUNCTION creditspread.prepare_backtest() IS 'a temporary table for the forecasts of a series until it is complete';

-- Origins stand at the last times that all horizons are known of; a block is a fit and the origins until the next one.
CREATE FUNCTION creditspread.backtest_block(r creditspread.run, m creditspread.model, in_unit text, block integer,
	OUT stored bigint, OUT finished boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	origins integer := r.arguments ->> 'origins';
	refit_every integer := r.arguments ->> 'refit_every';
	gap integer := r.arguments ->> 'gap';
	times timestamp[];
	last_origin integer;
	first_origin integer;
	block_origin integer;
	fit_from timestamp := '-infinity';
	fit_to timestamp;
	artifact text;
	widths jsonb;
	series text;
BEGIN
	SELECT array_agg(q."time" ORDER BY q."time") INTO times
	FROM (SELECT DISTINCT s."time" FROM pg_temp.creditspread_rows s WHERE s.unit = in_unit) q;
	last_origin := coalesce(cardinality(times), 0) - (SELECT max(h) FROM unnest(m.horizons) h);
	first_origin := last_origin - origins + 1;
	IF first_origin - gap < 1 THEN
		RAISE EXCEPTION 'backtest: % times, of which % origins, horizon % and gap % leave none to fit', coalesce(cardinality(times), 0),
			origins, (SELECT max(h) FROM unnest(m.horizons) h), gap USING ERRCODE = '22023', HINT = 'Ask for fewer origins.';
	END IF;
	block_origin := first_origin + block * refit_every;
	fit_to := times[block_origin - gap];
	IF r.arguments ->> 'window_type' = 'rolling' THEN
		fit_from := times[block_origin - first_origin + 1];
	END IF;
	IF block = 0 THEN
		DELETE FROM pg_temp.creditspread_backtest;
	END IF;
	artifact := creditspread.fit_rows(m, in_unit, fit_from, fit_to);
	IF (SELECT k.intervals = 'validation' FROM creditspread.method k WHERE k.name = m.method) THEN
		SELECT v.widths INTO widths FROM creditspread.validate_rows(m, in_unit, fit_from, fit_to) v;
	END IF;
	INSERT INTO pg_temp.creditspread_backtest
	SELECT f.* FROM creditspread.forecast_rows(m, in_unit, artifact, widths, times[block_origin],
		times[least(block_origin + refit_every - 1, last_origin)]) f
	WHERE f.actual IS NOT NULL;
	stored := 0;
	finished := block_origin + refit_every > last_origin;
	IF finished THEN
		FOR series IN SELECT DISTINCT q.entity FROM pg_temp.creditspread_rows q WHERE q.unit = in_unit LOOP
			DELETE FROM creditspread.forecast f WHERE f.owner = current_user AND f.model = m.name AND f.version = m.version
				AND f.source = 'backtest' AND f.entity = series;
		END LOOP;
		INSERT INTO creditspread.forecast (model, version, source, entity, origin, horizon, target_time, forecast, lower, upper, level,
			random_walk, actual, made_at, run_id)
		SELECT m.name, m.version, 'backtest', b.entity, b.origin, b.horizon, b.target_time, b.forecast, b.lower, b.upper, m.level,
			b.random_walk, b.actual, clock_timestamp(), r.id
		FROM pg_temp.creditspread_backtest b;
		GET DIAGNOSTICS stored = ROW_COUNT;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.backtest_block(creditspread.run, creditspread.model, text, integer) IS
	'fits a unit on the rows up to an origin less the gap and forecasts that origin and those until the next fit; the last block puts the forecasts of all in the place of an earlier backtest';

CREATE FUNCTION creditspread.start_backtest(name text, origins integer, refit_every integer, window_type text, gap integer) RETURNS bigint
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
	m := creditspread.active_model(name, 'backtest');
	RETURN creditspread.start_run('backtest', m.name, m.version, jsonb_build_object('origins', origins, 'refit_every', refit_every,
		'window_type', window_type, 'gap', gap, 'blocks', (origins + refit_every - 1) / refit_every));
END
$$;
COMMENT ON FUNCTION creditspread.start_backtest(text, integer, integer, text, integer) IS
	'checks the arguments of backtest and begins its run';

CREATE PROCEDURE creditspread.backtest(name text, origins integer DEFAULT 250, refit_every integer DEFAULT 20,
	window_type text DEFAULT 'expanding', gap integer DEFAULT 0)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread.carry_out_run(creditspread.start_backtest(name, origins, refit_every, window_type, gap));
END
$$;
COMMENT ON PROCEDURE creditspread.backtest(text, integer, integer, text, integer) IS
	'stores what the active version''s method would have forecast: name; origins, the last ones whose targets are all known; refit_every so many origins, on the rows up to the origin less gap; window_type expanding or rolling, as many rows as the first fit; replaces an earlier backtest series by series; errors: arguments, too few rows 22023, and those of forecast';
-- Views of the catalog for reports and BI tools: plain types, no NaN, and each caller sees what he may read.

-- Functions in a view run as its caller, so these conditions hold for him, in every version of PostgreSQL, though
-- the tables are read with the rights of the view's owner.

CREATE VIEW creditspread.model_overview WITH (security_barrier) AS
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

CREATE VIEW creditspread.forecast_vs_actual WITH (security_barrier) AS
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

CREATE VIEW creditspread.forecast_latest WITH (security_barrier) AS
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

-- dm_test refuses too few losses and losses that do not differ, and there are forecasts whose squares, or errors over the
-- actual value, are no numbers: such groups are left out, since an error of one would take the view from all.  Sums are
-- taken in the order of time, so that they are the same whatever the plan.
CREATE VIEW creditspread.accuracy WITH (security_barrier) AS
SELECT owner, model, version, source, entity, horizon, n, (measures).mae, (measures).mape, (measures).rmse,
	(measures).rsr, (measures).sdape, (measures).bias, (walk).mae AS random_walk_mae, (walk).rmse AS random_walk_rmse,
	coverage, level, (test).statistic AS dm_statistic, (test).p_value AS dm_p_value,
	CASE (test).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (test).better END AS better
FROM (SELECT owner, model, version, source, entity, horizon, count(*)::integer AS n,
		@extschema@.forecast_accuracy(actual, forecast ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS measures,
		@extschema@.forecast_accuracy(actual, random_walk ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS walk, avg(inside_interval::integer)::double precision AS coverage, max(level) AS level,
		@extschema@.dm_test(origin, actual, forecast, random_walk, jsonb_build_object('horizon', horizon, 'variance', 'bartlett'))
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

CREATE VIEW creditspread.comparison WITH (security_barrier) AS
SELECT first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon,
	n, (first).mae AS first_mae, (second).mae AS second_mae,
	(first).rmse AS first_rmse, (second).rmse AS second_rmse, (test).statistic AS dm_statistic, (test).p_value AS dm_p_value, (test).better
FROM (SELECT first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon,
		count(*)::integer AS n, bool_and(same) AS same, @extschema@.forecast_accuracy(actual, first ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS first,
		@extschema@.forecast_accuracy(actual, second ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS second,
		@extschema@.dm_test(origin, actual, first, second, jsonb_build_object('horizon', horizon, 'variance', 'bartlett'))
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

CREATE VIEW creditspread.freshness WITH (security_barrier) AS
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

CREATE VIEW creditspread.run_log WITH (security_barrier) AS
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

CREATE VIEW creditspread.progress WITH (security_barrier) AS
SELECT r.run_id, r.owner, r.model, r.version, r.kind, r.started, r.pid, r.series_total, r.series_done, r.series_failed, r.steps_total, r.steps_done,
	100.0::double precision * r.steps_done / nullif(r.steps_total, 0) AS percent, r.seconds,
	r.seconds * (r.steps_total - r.steps_done) / nullif(r.steps_done, 0) AS seconds_left, f.function, f.percent AS function_percent
FROM creditspread.run_log r LEFT JOIN @extschema@.fit_progress() f ON f.pid = r.pid AND f.role = r.owner
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

GRANT SELECT ON creditspread.model_overview, creditspread.forecast_vs_actual, creditspread.forecast_latest, creditspread.accuracy,
	creditspread.comparison, creditspread.freshness, creditspread.run_log, creditspread.progress TO PUBLIC;
