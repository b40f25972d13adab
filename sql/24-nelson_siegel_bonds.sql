-- Curves from coupon bonds: nelson_siegel_fit_bonds.

--@ type @internal@.bond_set (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.bond_set IS
	'state of nelson_siegel_fit_bonds: prices and discounted cash flows of bonds, and options; for partial aggregation, not for storing';

CREATE FUNCTION @internal@.bond_set_combine(@internal@.bond_set, @internal@.bond_set) RETURNS @internal@.bond_set
AS 'MODULE_PATHNAME', 'creditspread_bond_set_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.bond_set_combine(@internal@.bond_set, @internal@.bond_set) IS
	'combine function of nelson_siegel_fit_bonds';

CREATE FUNCTION @internal@.nelson_siegel_fit_bonds_final(@internal@.bond_set) RETURNS nelson_siegel_curve
AS 'MODULE_PATHNAME', 'creditspread_bonds_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ options nelson_siegel_bonds_options (curve bonds) of nelson_siegel_fit_bonds

--@ optional
--@ transition creditspread_bonds_transition
CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[] [, options jsonb]) (
	SFUNC = @internal@.nelson_siegel_fit_bonds_transition, STYPE = @internal@.bond_set,
	FINALFUNC = @internal@.nelson_siegel_fit_bonds_final, COMBINEFUNC = @internal@.bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[] [, jsonb]) IS
	'fits a Nelson-Siegel curve to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them [, options made by nelson_siegel_bonds_options]; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, prices that determine no curve, NaN or infinity [, unknown or different options]';
--@ end

--@ optional
--@ transition creditspread_bonds_transition_nelson_siegel
CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[], riskfree_curve nelson_siegel_curve [, options jsonb]) (
	SFUNC = @internal@.nelson_siegel_fit_bonds_transition, STYPE = @internal@.bond_set,
	FINALFUNC = @internal@.nelson_siegel_fit_bonds_final, COMBINEFUNC = @internal@.bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[], nelson_siegel_curve [, jsonb]) IS
	'fits the spread curve over a risk-free curve, both Nelson-Siegel, to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free curve of the day [, options made by nelson_siegel_bonds_options]; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, risk-free curve NULL, prices that determine no curve, NaN or infinity [, unknown or different options]';
--@ end

--@ optional
--@ transition creditspread_bonds_transition_svensson
CREATE AGGREGATE nelson_siegel_fit_bonds(dirty_price double precision, cashflows double precision[], riskfree_curve svensson_curve [, options jsonb]) (
	SFUNC = @internal@.nelson_siegel_fit_bonds_transition, STYPE = @internal@.bond_set,
	FINALFUNC = @internal@.nelson_siegel_fit_bonds_final, COMBINEFUNC = @internal@.bond_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nelson_siegel_fit_bonds(double precision, double precision[], svensson_curve [, jsonb]) IS
	'fits the Nelson-Siegel spread curve over a risk-free Svensson curve to the prices of coupon bonds by least squares: clean price plus accrued interest, cash flows as bond_cashflows gives them, the risk-free curve of the day [, options made by nelson_siegel_bonds_options]; rows without a price are left out; errors: fewer than 4 bonds of different maturity (3 for a given decay), cash flows that are not {{time, amount}, ...}, ordered by time, all positive, price not positive, risk-free curve NULL, prices that determine no curve, NaN or infinity [, unknown or different options]';
--@ end
