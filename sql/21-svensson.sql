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
	decay_at_bound boolean,
	level_error double precision,
	slope_error double precision,
	curvature_error double precision,
	second_curvature_error double precision,
	condition double precision,
	determined boolean,
	shortest_maturity double precision,
	longest_maturity double precision
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

--@ options svensson_options (curve svensson) of svensson_fit

CREATE FUNCTION @internal@.svensson_fit_final(@internal@.creditspread_series) RETURNS svensson_curve
AS 'MODULE_PATHNAME', 'creditspread_svensson_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ transition creditspread_svensson_transition
CREATE AGGREGATE svensson_fit(maturity double precision, yield double precision) (
	SFUNC = @internal@.svensson_fit_transition, STYPE = @internal@.creditspread_series, SSPACE = 1024,
	FINALFUNC = @internal@.svensson_fit_final, COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE svensson_fit(double precision, double precision) IS
	'fits a Svensson curve by least squares, both decays included unless they are given (variable projection): maturity in years, yield in percent per year; rows without a yield are left out; errors: fewer than 6 different maturities (4 for given decays), more than 200000 observations, all yields equal (estimated decays), maturity NULL or negative, NaN or infinity';

--@ optional
--@ transition creditspread_svensson_transition
CREATE AGGREGATE svensson_fit(maturity double precision, yield double precision [, weight double precision], options jsonb) (
	SFUNC = @internal@.svensson_fit_transition, STYPE = @internal@.creditspread_series, SSPACE = 1024,
	FINALFUNC = @internal@.svensson_fit_final, COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE svensson_fit(double precision, double precision [, double precision], jsonb) IS
	'fits a Svensson curve by least squares, both decays included unless they are given (variable projection): maturity in years, yield in percent per year [, weight of the squared residual (positive)], options made by svensson_options; rows without a yield are left out; errors: fewer than 6 different maturities (4 for given decays), more than 200000 observations, all yields equal (estimated decays), maturity NULL or negative, NaN or infinity [, weight NULL or not positive], unknown or different options';
--@ end

CREATE FUNCTION svensson_yield(curve svensson_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_yield(svensson_curve, double precision) IS
	'the yield of a curve at a maturity in years: percent per year, continuously compounded; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION svensson_discount(curve svensson_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_discount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_discount(svensson_curve, double precision) IS
	'the discount factor of a curve at a maturity n in years, exp(-yield n / 100); errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION svensson_forward(curve svensson_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_forward' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_forward(svensson_curve, double precision) IS
	'the instantaneous forward rate of a curve at a maturity in years: percent per year; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION svensson_par_yield(curve svensson_curve, maturity double precision, frequency integer DEFAULT 1) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_svensson_par_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION svensson_par_yield(svensson_curve, double precision, integer) IS
	'the coupon rate, percent per year, of a bond of a maturity in years with so many coupons a year (1, 2, 3, 4, 6 or 12) that a curve prices at par, clean of accrued interest; errors: maturity not positive, of more than 2400 coupons or, with its first coupon, outside of those of a curve that is not determined; another frequency, a factor of the curve NULL, NaN or infinite, a decay not positive';
