-- Survival curves from bond prices: hazard_fit, and what a hazard_curve says.

CREATE TYPE hazard_curve AS (
	knots double precision[],
	hazards double precision[],
	recovery double precision,
	rmse double precision,
	observations bigint,
	at_bound boolean,
	converged boolean
);
COMMENT ON TYPE hazard_curve IS
	'how likely an issuer is to survive: the hazard rate is constant between knots and after the last; at default a share of the face is paid (Duffie and Singleton 1999)';
COMMENT ON COLUMN hazard_curve.knots IS 'the ends of the intervals, years; the last one goes on';
COMMENT ON COLUMN hazard_curve.hazards IS 'the hazard rate in each interval, percent per year';
COMMENT ON COLUMN hazard_curve.recovery IS 'share of the face that is paid at default';
COMMENT ON COLUMN hazard_curve.rmse IS 'root of the mean squared residual of the prices, in their money, without weights';
COMMENT ON COLUMN hazard_curve.observations IS 'number of bonds that the curve was fitted to';
COMMENT ON COLUMN hazard_curve.converged IS 'whether the search for the hazard rates ended where the squared errors have their minimum';
COMMENT ON COLUMN hazard_curve.at_bound IS 'whether a hazard rate is 0 because a negative one would fit better, or 10000 because a higher one would, or an estimated recovery lies at an end of its range';

--@ type @internal@.hazard_set (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.hazard_set IS
	'state of hazard_fit: prices, risk-free curves and cash flows of bonds, and options; for partial aggregation, not for storing';

CREATE FUNCTION @internal@.hazard_set_combine(@internal@.hazard_set, @internal@.hazard_set) RETURNS @internal@.hazard_set
AS 'MODULE_PATHNAME', 'creditspread_hazard_set_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.hazard_set_combine(@internal@.hazard_set, @internal@.hazard_set) IS
	'combine function of hazard_fit';

CREATE FUNCTION @internal@.hazard_fit_final(@internal@.hazard_set) RETURNS hazard_curve
AS 'MODULE_PATHNAME', 'creditspread_hazard_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ options hazard_options (hazard) of hazard_fit

--@ optional
--@ transition creditspread_hazard_transition_nelson_siegel
CREATE AGGREGATE hazard_fit(dirty_price double precision, cashflows double precision[], riskfree_curve nelson_siegel_curve [, options jsonb]) (
	SFUNC = @internal@.hazard_fit_transition, STYPE = @internal@.hazard_set,
	FINALFUNC = @internal@.hazard_fit_final, COMBINEFUNC = @internal@.hazard_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE hazard_fit(double precision, double precision[], nelson_siegel_curve [, jsonb]) IS
	'fits a survival curve to the prices of an issuer''s coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free Nelson-Siegel curve of the day [, options made by hazard_options]; rows without a price are left out; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, price not positive, or not above a given recovery, fewer different maturities than intervals [, unknown or different options]';
--@ end

--@ optional
--@ transition creditspread_hazard_transition_svensson
CREATE AGGREGATE hazard_fit(dirty_price double precision, cashflows double precision[], riskfree_curve svensson_curve [, options jsonb]) (
	SFUNC = @internal@.hazard_fit_transition, STYPE = @internal@.hazard_set,
	FINALFUNC = @internal@.hazard_fit_final, COMBINEFUNC = @internal@.hazard_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE hazard_fit(double precision, double precision[], svensson_curve [, jsonb]) IS
	'fits a survival curve to the prices of an issuer''s coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free Svensson curve of the day [, options made by hazard_options]; rows without a price are left out; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, price not positive, or not above a given recovery, fewer different maturities than intervals [, unknown or different options]';
--@ end

CREATE FUNCTION survival_probability(curve hazard_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_survival_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_probability(hazard_curve, double precision) IS
	'the probability, under the prices, of no default until a maturity (years); errors: maturity negative, NaN or infinity, a curve that is none';

CREATE FUNCTION default_probability(curve hazard_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_default_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION default_probability(hazard_curve, double precision) IS
	'the probability, under the prices, of a default until a maturity (years); errors: maturity negative, NaN or infinity, a curve that is none';

CREATE FUNCTION hazard_spread(curve hazard_curve, riskfree_curve nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_hazard_spread_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hazard_spread(hazard_curve, nelson_siegel_curve, double precision) IS
	'the spread curve of a survival curve, percent per year, continuous: the yield, over a risk-free Nelson-Siegel curve, of a promise to pay the face at a maturity (years), of which the recovery is paid at default; errors: maturity negative or above 2400, NaN or infinity, a curve that is none';

CREATE FUNCTION hazard_price(cashflows double precision[], riskfree_curve nelson_siegel_curve, curve hazard_curve, face double precision DEFAULT 100) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_hazard_price_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hazard_price(double precision[], nelson_siegel_curve, hazard_curve, double precision) IS
	'the dirty price of cash flows that are paid while the issuer survives, and of the recovery of a face at default, discounted with a risk-free Nelson-Siegel curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, a curve that is none, face not positive';

CREATE FUNCTION hazard_spread(curve hazard_curve, riskfree_curve svensson_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_hazard_spread_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hazard_spread(hazard_curve, svensson_curve, double precision) IS
	'the spread curve of a survival curve, percent per year, continuous: the yield, over a risk-free Svensson curve, of a promise to pay the face at a maturity (years), of which the recovery is paid at default; errors: maturity negative or above 2400, NaN or infinity, a curve that is none';

CREATE FUNCTION hazard_price(cashflows double precision[], riskfree_curve svensson_curve, curve hazard_curve, face double precision DEFAULT 100) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_hazard_price_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hazard_price(double precision[], svensson_curve, hazard_curve, double precision) IS
	'the dirty price of cash flows that are paid while the issuer survives, and of the recovery of a face at default, discounted with a risk-free Svensson curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, a curve that is none, face not positive';
