-- Coupon bonds: cash flows, accrued interest, yields and prices, durations, convexity.
-- Cash flows are an array of rows {time in years, amount}.

CREATE FUNCTION bond_cashflows(quote_date date, maturity_date date, coupon_rate double precision, frequency integer DEFAULT 1, issue_date date DEFAULT NULL, face double precision DEFAULT 100, day_count text DEFAULT 'ACT/ACT', times text DEFAULT 'periods', dated_date date DEFAULT NULL, first_coupon date DEFAULT NULL, last_coupon date DEFAULT NULL, end_of_month boolean DEFAULT true, coupons text DEFAULT 'equal', ex_dividend_days integer DEFAULT 0, business_day text DEFAULT 'unadjusted', holidays date[] DEFAULT NULL, repayment_dates date[] DEFAULT NULL, repayments double precision[] DEFAULT NULL, redemption_date date DEFAULT NULL, redemption_price double precision DEFAULT 100) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_bond_cashflows' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION bond_cashflows(date, date, double precision, integer, date, double precision, text, text, date, date, date, boolean, text, integer, text, date[], date[], double precision[], date, double precision) IS
	'the cash flows of a fixed coupon bond after the quote date, {{time in years, amount}, ...}, coupon dates counted back from maturity or the last coupon date: quote date, maturity date, coupon rate (percent per year), coupons a year (1, 2, 3, 4, 6 or 12), issue date, face, day count of the accrual (ACT/ACT = ACT/ACT ICMA, ACT/ACT ISDA, 30/360 = 30/360 US, 30/360 BOND BASIS, 30E/360, ACT/360, ACT/365F, ACT/365.25), times (periods, day_count, ACT/365.25, ACT/365F), dated date from which interest accrues (NULL: the issue date; both NULL: before the last coupon date), first and last coupon date (NULL: from the schedule), whether dates stay at ends of months, coupons (equal: rate / frequency; day_count), days that a bond is ex dividend (business days where holidays are given), business_day (unadjusted, following, modified_following, preceding), holidays beside Saturdays and Sundays, dates and amounts of repayments before maturity, date and price (percent of the face that is left) of a redemption before maturity; errors: maturity date not after the quote date, issue or dated date after it, stub dates that do not fit, coupon rate negative, face not positive, an unknown frequency or name, infinite dates, NaN or infinity, more than 2400 cash flows';

CREATE FUNCTION accrued_interest(quote_date date, maturity_date date, coupon_rate double precision, frequency integer DEFAULT 1, issue_date date DEFAULT NULL, face double precision DEFAULT 100, day_count text DEFAULT 'ACT/ACT', times text DEFAULT 'periods', dated_date date DEFAULT NULL, first_coupon date DEFAULT NULL, last_coupon date DEFAULT NULL, end_of_month boolean DEFAULT true, coupons text DEFAULT 'equal', ex_dividend_days integer DEFAULT 0, business_day text DEFAULT 'unadjusted', holidays date[] DEFAULT NULL, repayment_dates date[] DEFAULT NULL, repayments double precision[] DEFAULT NULL, redemption_date date DEFAULT NULL, redemption_price double precision DEFAULT 100) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_accrued_interest' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION accrued_interest(date, date, double precision, integer, date, double precision, text, text, date, date, date, boolean, text, integer, text, date[], date[], double precision[], date, double precision) IS
	'the interest that a bond has accrued since its last coupon date or its dated date, in the money of the face, at most the coupon, negative while it is ex dividend; arguments and errors are those of bond_cashflows';

CREATE FUNCTION yield_to_call(dirty_price double precision, call_date date, call_price double precision, compounding integer, quote_date date, maturity_date date, coupon_rate double precision, frequency integer DEFAULT 1, issue_date date DEFAULT NULL, face double precision DEFAULT 100, day_count text DEFAULT 'ACT/ACT', times text DEFAULT 'periods', dated_date date DEFAULT NULL, first_coupon date DEFAULT NULL, last_coupon date DEFAULT NULL, end_of_month boolean DEFAULT true, coupons text DEFAULT 'equal', ex_dividend_days integer DEFAULT 0, business_day text DEFAULT 'unadjusted', holidays date[] DEFAULT NULL, repayment_dates date[] DEFAULT NULL, repayments double precision[] DEFAULT NULL) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_yield_to_call' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION yield_to_call(double precision, date, double precision, integer, date, date, double precision, integer, date, double precision, text, text, date, date, date, boolean, text, integer, text, date[], date[], double precision[]) IS
	'the yield, percent per year, if a bond is called: clean price plus accrued interest, date and price of the call (percent of the face, without accrued interest), how often a year the yield is compounded (0 to 365; 0 = continuously), and the terms of the bond as bond_cashflows takes them; errors: those of bond_cashflows, call date not after the quote date or after maturity, a price not positive';

CREATE FUNCTION yield_to_worst(dirty_price double precision, call_dates date[], call_prices double precision[], compounding integer, quote_date date, maturity_date date, coupon_rate double precision, frequency integer DEFAULT 1, issue_date date DEFAULT NULL, face double precision DEFAULT 100, day_count text DEFAULT 'ACT/ACT', times text DEFAULT 'periods', dated_date date DEFAULT NULL, first_coupon date DEFAULT NULL, last_coupon date DEFAULT NULL, end_of_month boolean DEFAULT true, coupons text DEFAULT 'equal', ex_dividend_days integer DEFAULT 0, business_day text DEFAULT 'unadjusted', holidays date[] DEFAULT NULL, repayment_dates date[] DEFAULT NULL, repayments double precision[] DEFAULT NULL,
	OUT yield double precision, OUT redemption_date date, OUT redemption_price double precision) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_yield_to_worst' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION yield_to_worst(double precision, date[], double precision[], integer, date, date, double precision, integer, date, double precision, text, text, date, date, date, boolean, text, integer, text, date[], date[], double precision[]) IS
	'the lowest of the yields, percent per year, to the calls after the quote date and to maturity, with the date and price of that redemption: clean price plus accrued interest, dates and prices of the calls (percent of the face, without accrued interest), how often a year the yield is compounded (0 to 365; 0 = continuously), and the terms of the bond as bond_cashflows takes them; errors: those of bond_cashflows, a call after maturity, arrays of different length, a price not positive';

CREATE FUNCTION yield_to_maturity(dirty_price double precision, cashflows double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_yield_to_maturity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION yield_to_maturity(double precision, double precision[], integer) IS
	'the constant yield, percent per year, at which cash flows are worth a price: clean price plus accrued interest, cash flows as bond_cashflows gives them, how often a year the yield is compounded (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, price not positive';

CREATE FUNCTION yield_to_maturity(dirty_price double precision, cashflows double precision[], compounding integer, first_period text) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_yield_to_maturity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION yield_to_maturity(double precision, double precision[], integer, text) IS
	'the constant yield, percent per year, at which cash flows are worth a price: clean price plus accrued interest, cash flows as bond_cashflows gives them, how often a year the yield is compounded, whether interest is compound in the first period too, or simple over its broken part (US Treasury) and over all of the time where one cash flow is left (compounding is then the number of coupons in a year): compound or simple; errors: those of yield_to_maturity without it, another first_period, simple with compounding 0';

CREATE FUNCTION price_from_yield(yield double precision, cashflows double precision[], compounding integer DEFAULT 0, first_period text DEFAULT 'compound') RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_price_from_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_from_yield(double precision, double precision[], integer, text) IS
	'the dirty price of cash flows at a yield, the inverse of yield_to_maturity: yield (percent per year), cash flows as bond_cashflows gives them, how often a year the yield is compounded (0 to 365; 0 = continuously), whether interest is compound in the first period too, or simple over its broken part (US Treasury) and over all of the time where one cash flow is left (compounding is then the number of coupons in a year): compound or simple; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a yield at or below -100 x compounding, another first_period, simple with compounding 0';

CREATE FUNCTION current_yield(clean_price double precision, coupon_rate double precision, face double precision DEFAULT 100) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_current_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION current_yield(double precision, double precision, double precision) IS
	'the coupons of a year over the clean price, percent: price without accrued interest, coupon rate (percent per year), face in the money of the price; errors: price or face not positive, NaN or infinity';

CREATE FUNCTION macaulay_duration(dirty_price double precision, cashflows double precision[]) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_macaulay_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION macaulay_duration(double precision, double precision[]) IS
	'the mean time of cash flows, years, weighted by their present values at the yield to maturity of the price; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, price not positive';

CREATE FUNCTION modified_duration(dirty_price double precision, cashflows double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_modified_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION modified_duration(double precision, double precision[], integer) IS
	'the relative fall of the price for a rise of the yield to maturity, years: Macaulay duration / (1 + yield / compounding): how often a year the yield is compounded (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, price not positive';

CREATE FUNCTION convexity(dirty_price double precision, cashflows double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_convexity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION convexity(double precision, double precision[], integer) IS
	'the second derivative of the price by the yield to maturity over the price, years squared: how often a year the yield is compounded (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, price not positive';

CREATE FUNCTION dv01(dirty_price double precision, cashflows double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_dv01' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dv01(double precision, double precision[], integer) IS
	'the value of a basis point: modified duration x price / 10000, what the price loses, to first order, when the yield to maturity rises by 0.01: how often a year the yield is compounded (0 to 365; 0 = continuously); errors: those of modified_duration';
