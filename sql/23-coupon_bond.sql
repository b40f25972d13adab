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
