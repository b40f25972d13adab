-- Bonds over a curve: price, z-, g-, i- and asset-swap spread, spread and key-rate durations, residuals.
-- A curve is a nelson_siegel_curve, a svensson_curve, or rows {maturity, zero yield}.

CREATE FUNCTION bond_price(cashflows double precision[], curve nelson_siegel_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], nelson_siegel_curve) IS
	'the dirty price of cash flows discounted with a curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION bond_price(cashflows double precision[], riskfree_curve nelson_siegel_curve, spread_curve nelson_siegel_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], nelson_siegel_curve, nelson_siegel_curve) IS
	'the dirty price of cash flows discounted with a risk-free curve and a spread curve over it, the two yields added; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION bond_price(cashflows double precision[], curve svensson_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], svensson_curve) IS
	'the dirty price of cash flows discounted with a curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION bond_price(cashflows double precision[], riskfree_curve svensson_curve, spread_curve nelson_siegel_curve) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], svensson_curve, nelson_siegel_curve) IS
	'the dirty price of cash flows discounted with a risk-free curve and a spread curve over it, the two yields added; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a factor of a curve NULL, NaN or infinite, a decay not positive';

CREATE FUNCTION bond_price(cashflows double precision[], curve double precision[]) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_bond_price_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bond_price(double precision[], double precision[]) IS
	'the dirty price of cash flows discounted with a curve given as rows {maturity, zero yield} with straight lines between them, flat outside; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity';

CREATE FUNCTION z_spread(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve, compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_z_spread_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION z_spread(double precision, double precision[], nelson_siegel_curve, integer) IS
	'the constant, percent per year, to be added to the yields of a Nelson-Siegel curve, as compounded so often a year (0 to 365; 0 = continuously), so that the cash flows are worth the price; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION z_spread(dirty_price double precision, cashflows double precision[], curve svensson_curve, compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_z_spread_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION z_spread(double precision, double precision[], svensson_curve, integer) IS
	'the constant, percent per year, to be added to the yields of a Svensson curve, as compounded so often a year (0 to 365; 0 = continuously), so that the cash flows are worth the price; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION z_spread(dirty_price double precision, cashflows double precision[], curve double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_z_spread_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION z_spread(double precision, double precision[], double precision[], integer) IS
	'the constant, percent per year, to be added to the yields of a curve given as rows {maturity, zero yield} with straight lines between them, flat outside, as compounded so often a year (0 to 365; 0 = continuously), so that the cash flows are worth the price; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION spread_duration(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve, compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_spread_duration_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spread_duration(double precision, double precision[], nelson_siegel_curve, integer) IS
	'the relative fall of the price for a rise of the z-spread over a Nelson-Siegel curve by 1, years; the spread compounded so often a year (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION spread_duration(dirty_price double precision, cashflows double precision[], curve svensson_curve, compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_spread_duration_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spread_duration(double precision, double precision[], svensson_curve, integer) IS
	'the relative fall of the price for a rise of the z-spread over a Svensson curve by 1, years; the spread compounded so often a year (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION spread_duration(dirty_price double precision, cashflows double precision[], curve double precision[], compounding integer DEFAULT 0) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_spread_duration_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spread_duration(double precision, double precision[], double precision[], integer) IS
	'the relative fall of the price for a rise of the z-spread over a curve given as rows {maturity, zero yield} with straight lines between them, flat outside by 1, years; the spread compounded so often a year (0 to 365; 0 = continuously); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION key_rate_duration(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve, keys double precision[]) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_key_rate_duration_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION key_rate_duration(double precision, double precision[], nelson_siegel_curve, double precision[]) IS
	'for each key maturity (years, ascending) the relative fall of the price for a rise by 1 of the yields of a Nelson-Siegel curve there, which falls linearly to 0 at the keys beside it and is constant beyond the first and last; the z-spread of the bond stays; their sum is the duration by the curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION key_rate_duration(dirty_price double precision, cashflows double precision[], curve svensson_curve, keys double precision[]) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_key_rate_duration_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION key_rate_duration(double precision, double precision[], svensson_curve, double precision[]) IS
	'for each key maturity (years, ascending) the relative fall of the price for a rise by 1 of the yields of a Svensson curve there, which falls linearly to 0 at the keys beside it and is constant beyond the first and last; the z-spread of the bond stays; their sum is the duration by the curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION key_rate_duration(dirty_price double precision, cashflows double precision[], curve double precision[], keys double precision[]) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_key_rate_duration_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION key_rate_duration(double precision, double precision[], double precision[], double precision[]) IS
	'for each key maturity (years, ascending) the relative fall of the price for a rise by 1 of the yields of a curve given as rows {maturity, zero yield} with straight lines between them, flat outside there, which falls linearly to 0 at the keys beside it and is constant beyond the first and last; the z-spread of the bond stays; their sum is the duration by the curve; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION g_spread(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve, frequency integer DEFAULT 2) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_g_spread_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION g_spread(double precision, double precision[], nelson_siegel_curve, integer) IS
	'the yield to maturity less the par yield of a Nelson-Siegel curve at the maturity, percent per year, both compounded as often a year as there are coupons (1, 2, 3, 4, 6 or 12); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION g_spread(dirty_price double precision, cashflows double precision[], curve svensson_curve, frequency integer DEFAULT 2) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_g_spread_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION g_spread(double precision, double precision[], svensson_curve, integer) IS
	'the yield to maturity less the par yield of a Svensson curve at the maturity, percent per year, both compounded as often a year as there are coupons (1, 2, 3, 4, 6 or 12); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION g_spread(dirty_price double precision, cashflows double precision[], curve double precision[], frequency integer DEFAULT 2) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_g_spread_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION g_spread(double precision, double precision[], double precision[], integer) IS
	'the yield to maturity less the par yield of a curve given as rows {maturity, zero yield} with straight lines between them, flat outside at the maturity, percent per year, both compounded as often a year as there are coupons (1, 2, 3, 4, 6 or 12); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION i_spread(dirty_price double precision, cashflows double precision[], par_curve double precision[], compounding integer DEFAULT 2) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_i_spread' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION i_spread(double precision, double precision[], double precision[], integer) IS
	'the yield to maturity, compounded so often a year (0 to 365), less the rate of a par curve at the maturity, percent per year: the curve, of swaps for instance, is rows {maturity, rate} with straight lines between them, flat outside; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION asset_swap_spread(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve, frequency integer DEFAULT 2, face double precision DEFAULT 100) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_asset_swap_spread_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION asset_swap_spread(double precision, double precision[], nelson_siegel_curve, integer, double precision) IS
	'the par asset-swap spread, percent per year: what the floating leg of a swap on the face, bought with the bond for the face, pays above a Nelson-Siegel curve so many times a year (1, 2, 3, 4, 6 or 12), counted back from maturity; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION asset_swap_spread(dirty_price double precision, cashflows double precision[], curve svensson_curve, frequency integer DEFAULT 2, face double precision DEFAULT 100) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_asset_swap_spread_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION asset_swap_spread(double precision, double precision[], svensson_curve, integer, double precision) IS
	'the par asset-swap spread, percent per year: what the floating leg of a swap on the face, bought with the bond for the face, pays above a Svensson curve so many times a year (1, 2, 3, 4, 6 or 12), counted back from maturity; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION asset_swap_spread(dirty_price double precision, cashflows double precision[], curve double precision[], frequency integer DEFAULT 2, face double precision DEFAULT 100) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_asset_swap_spread_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION asset_swap_spread(double precision, double precision[], double precision[], integer, double precision) IS
	'the par asset-swap spread, percent per year: what the floating leg of a swap on the face, bought with the bond for the face, pays above a curve given as rows {maturity, zero yield} with straight lines between them, flat outside so many times a year (1, 2, 3, 4, 6 or 12), counted back from maturity; errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION curve_residuals(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve,
	OUT fitted_price double precision, OUT price_residual double precision, OUT yield_residual double precision, OUT spread_residual double precision) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_curve_residuals_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION curve_residuals(double precision, double precision[], nelson_siegel_curve) IS
	'what a Nelson-Siegel curve leaves of a bond: the price by the curve, dirty price less that (positive: rich), yield to maturity less that at the price by the curve (continuous, percent per year; positive: cheap), z-spread over the curve (percent per year; positive: cheap); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION curve_residuals(dirty_price double precision, cashflows double precision[], curve svensson_curve,
	OUT fitted_price double precision, OUT price_residual double precision, OUT yield_residual double precision, OUT spread_residual double precision) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_curve_residuals_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION curve_residuals(double precision, double precision[], svensson_curve) IS
	'what a Svensson curve leaves of a bond: the price by the curve, dirty price less that (positive: rich), yield to maturity less that at the price by the curve (continuous, percent per year; positive: cheap), z-spread over the curve (percent per year; positive: cheap); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION curve_residuals(dirty_price double precision, cashflows double precision[], curve double precision[],
	OUT fitted_price double precision, OUT price_residual double precision, OUT yield_residual double precision, OUT spread_residual double precision) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_curve_residuals_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION curve_residuals(double precision, double precision[], double precision[]) IS
	'what a curve given as rows {maturity, zero yield} with straight lines between them, flat outside leaves of a bond: the price by the curve, dirty price less that (positive: rich), yield to maturity less that at the price by the curve (continuous, percent per year; positive: cheap), z-spread over the curve (percent per year; positive: cheap); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION curve_residuals(dirty_price double precision, cashflows double precision[], curve nelson_siegel_curve, spread_curve nelson_siegel_curve,
	OUT fitted_price double precision, OUT price_residual double precision, OUT yield_residual double precision, OUT spread_residual double precision) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_curve_residuals_nelson_siegel' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION curve_residuals(double precision, double precision[], nelson_siegel_curve, nelson_siegel_curve) IS
	'what a Nelson-Siegel curve with a spread curve over it leaves of a bond: the price by the curve, dirty price less that (positive: rich), yield to maturity less that at the price by the curve (continuous, percent per year; positive: cheap), z-spread over the curve (percent per year; positive: cheap); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION curve_residuals(dirty_price double precision, cashflows double precision[], curve svensson_curve, spread_curve nelson_siegel_curve,
	OUT fitted_price double precision, OUT price_residual double precision, OUT yield_residual double precision, OUT spread_residual double precision) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_curve_residuals_svensson' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION curve_residuals(double precision, double precision[], svensson_curve, nelson_siegel_curve) IS
	'what a Svensson curve with a spread curve over it leaves of a bond: the price by the curve, dirty price less that (positive: rich), yield to maturity less that at the price by the curve (continuous, percent per year; positive: cheap), z-spread over the curve (percent per year; positive: cheap); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';

CREATE FUNCTION curve_residuals(dirty_price double precision, cashflows double precision[], curve double precision[], spread_curve nelson_siegel_curve,
	OUT fitted_price double precision, OUT price_residual double precision, OUT yield_residual double precision, OUT spread_residual double precision) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_curve_residuals_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION curve_residuals(double precision, double precision[], double precision[], nelson_siegel_curve) IS
	'what a curve given as rows {maturity, zero yield} with straight lines between them, flat outside with a spread curve over it leaves of a bond: the price by the curve, dirty price less that (positive: rich), yield to maturity less that at the price by the curve (continuous, percent per year; positive: cheap), z-spread over the curve (percent per year; positive: cheap); errors: cash flows that are not {{time, amount}, ...}, ordered by time, no time negative, all amounts positive; NaN or infinity, a curve with a factor NULL, NaN or infinite or a decay not positive, rows that are not {{maturity, yield}, ...} ordered by maturity, price not positive';
