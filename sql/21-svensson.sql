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
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
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
