-- Nelson-Siegel curves: the types, nelson_siegel_fit, and what a curve says at a maturity.

CREATE TYPE nelson_siegel_curve AS (
	level double precision,
	slope double precision,
	curvature double precision,
	decay double precision,
	rmse double precision,
	r_squared double precision,
	observations bigint,
	decay_at_bound boolean,
	level_error double precision,
	slope_error double precision,
	curvature_error double precision,
	condition double precision,
	determined boolean,
	shortest_maturity double precision,
	longest_maturity double precision
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

--@ type @internal@.nelson_siegel_state (INTERNALLENGTH = 112, ALIGNMENT = double)
COMMENT ON TYPE @internal@.nelson_siegel_state IS
	'state of nelson_siegel_fit with a given decay: a least-squares problem reduced to a triangle (Gentleman 1973) and the range of the maturities; for partial aggregation, not for storing';

CREATE FUNCTION @internal@.nelson_siegel_fit_combine(@internal@.nelson_siegel_state, @internal@.nelson_siegel_state) RETURNS @internal@.nelson_siegel_state
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.nelson_siegel_fit_final(@internal@.nelson_siegel_state) RETURNS nelson_siegel_curve
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_state_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ transition creditspread_nelson_siegel_state_transition
CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision, decay double precision) (
	SFUNC = @internal@.nelson_siegel_fit_transition, STYPE = @internal@.nelson_siegel_state,
	FINALFUNC = @internal@.nelson_siegel_fit_final, COMBINEFUNC = @internal@.nelson_siegel_fit_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision, double precision) IS
	'fits a Nelson-Siegel curve by least squares at a given decay: maturity in years, yield in percent per year, decay per year (0.7308 in Diebold and Li 2006); rows without a yield are left out; errors: fewer than 3 different maturities, a decay at which they do not tell the loadings apart, maturity or decay NULL, maturity negative, decay not positive or not the same in all rows, NaN or infinity';

CREATE FUNCTION @internal@.nelson_siegel_fit_final(@internal@.creditspread_series) RETURNS nelson_siegel_curve
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_free_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ transition creditspread_nelson_siegel_free_transition
CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision) (
	SFUNC = @internal@.nelson_siegel_fit_transition, STYPE = @internal@.creditspread_series, SSPACE = 1024,
	FINALFUNC = @internal@.nelson_siegel_fit_final, COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision) IS
	'fits a Nelson-Siegel curve by least squares, the decay included (variable projection, among the decays that tell the loadings apart over the maturities): maturity in years, yield in percent per year; rows without a yield are left out; errors: fewer than 4 different maturities, more than 1000000 observations, all yields equal, maturity NULL or negative, NaN or infinity';

CREATE FUNCTION nelson_siegel_yield(curve nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_yield(nelson_siegel_curve, double precision) IS
	'the yield of a curve at a maturity n in years: percent per year, continuously compounded; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, decay not positive';

CREATE FUNCTION nelson_siegel_discount(curve nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_discount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_discount(nelson_siegel_curve, double precision) IS
	'the discount factor of a curve at a maturity, exp(-yield n / 100) n in years: a factor; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, decay not positive';

CREATE FUNCTION nelson_siegel_forward(curve nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_forward' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_forward(nelson_siegel_curve, double precision) IS
	'the instantaneous forward rate of a curve at a maturity, level + (slope + curvature decay n) exp(-decay n) n in years: percent per year; errors: maturity negative or outside of those of a curve that is not determined, a factor of the curve NULL, NaN or infinite, decay not positive';

--@ options nelson_siegel_options (curve nelson_siegel) of nelson_siegel_fit

--@ transition creditspread_nelson_siegel_free_transition
CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision, options jsonb) (
	SFUNC = @internal@.nelson_siegel_fit_transition, STYPE = @internal@.creditspread_series, SSPACE = 1024,
	FINALFUNC = @internal@.nelson_siegel_fit_final, COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision, jsonb) IS
	'fits a Nelson-Siegel curve by least squares: maturity in years, yield in percent per year, options made by nelson_siegel_options; rows without a yield are left out; errors: fewer than 4 different maturities (3 for a given decay), more than 1000000 observations, all yields equal (estimated decay), maturity NULL or negative, NaN or infinity, unknown or different options';

--@ transition creditspread_nelson_siegel_free_transition
CREATE AGGREGATE nelson_siegel_fit(maturity double precision, yield double precision, weight double precision, options jsonb) (
	SFUNC = @internal@.nelson_siegel_fit_transition, STYPE = @internal@.creditspread_series, SSPACE = 1024,
	FINALFUNC = @internal@.nelson_siegel_fit_final, COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit(double precision, double precision, double precision, jsonb) IS
	'fits a Nelson-Siegel curve by weighted least squares: maturity in years, yield in percent per year, weight of the squared residual (positive), options made by nelson_siegel_options; rmse and r_squared are weighted too; rows without a yield are left out; errors: fewer than 4 different maturities (3 for a given decay), more than 1000000 observations, all yields equal (estimated decay), maturity NULL or negative, weight NULL or not positive, NaN or infinity, unknown or different options';

CREATE FUNCTION nelson_siegel_par_yield(curve nelson_siegel_curve, maturity double precision, frequency integer DEFAULT 1) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_par_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nelson_siegel_par_yield(nelson_siegel_curve, double precision, integer) IS
	'the coupon rate, percent per year, of a bond of a maturity in years with so many coupons a year (1, 2, 3, 4, 6 or 12) that a curve prices at par, clean of accrued interest; errors: maturity not positive, of more than 2400 coupons or, with its first coupon, outside of those of a curve that is not determined; another frequency, a factor of the curve NULL, NaN or infinite, decay not positive';
