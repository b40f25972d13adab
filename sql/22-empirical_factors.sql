-- Factors read off a curve without a fit: empirical_level, empirical_slope, empirical_curvature.

--@ type @internal@.empirical_factor_sums (INTERNALLENGTH = 48, ALIGNMENT = double)
COMMENT ON TYPE @internal@.empirical_factor_sums IS
	'state of empirical_level, empirical_slope and empirical_curvature: the yields at 3 months, 2 and 10 years; for partial aggregation, not for storing';

CREATE FUNCTION @internal@.empirical_factor_transition(@internal@.empirical_factor_sums, double precision, double precision) RETURNS @internal@.empirical_factor_sums
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.empirical_factor_transition(@internal@.empirical_factor_sums, double precision, double precision) IS
	'transition function of empirical_level, empirical_slope and empirical_curvature';

CREATE FUNCTION @internal@.empirical_factor_combine(@internal@.empirical_factor_sums, @internal@.empirical_factor_sums) RETURNS @internal@.empirical_factor_sums
AS 'MODULE_PATHNAME', 'creditspread_empirical_factor_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.empirical_factor_combine(@internal@.empirical_factor_sums, @internal@.empirical_factor_sums) IS
	'combine function of empirical_level, empirical_slope and empirical_curvature';

CREATE FUNCTION @internal@.empirical_level_final(@internal@.empirical_factor_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_empirical_level_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE empirical_level(maturity double precision, yield double precision) (
	SFUNC = @internal@.empirical_factor_transition, STYPE = @internal@.empirical_factor_sums,
	FINALFUNC = @internal@.empirical_level_final, COMBINEFUNC = @internal@.empirical_factor_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE empirical_level(double precision, double precision) IS
	'the yield at 10 years (Diebold and Li 2006): maturity in years, yield in percent per year; other maturities are left out; NULL when it is absent; errors: one of the maturities twice, maturity NULL or negative, NaN or infinity';

CREATE FUNCTION @internal@.empirical_slope_final(@internal@.empirical_factor_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_empirical_slope_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE empirical_slope(maturity double precision, yield double precision) (
	SFUNC = @internal@.empirical_factor_transition, STYPE = @internal@.empirical_factor_sums,
	FINALFUNC = @internal@.empirical_slope_final, COMBINEFUNC = @internal@.empirical_factor_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE empirical_slope(double precision, double precision) IS
	'the yield at 10 years less that at 3 months (Diebold and Li 2006): maturity in years, yield in percent per year; other maturities are left out; NULL when one of them is absent; errors: one of the maturities twice, maturity NULL or negative, NaN or infinity';

CREATE FUNCTION @internal@.empirical_curvature_final(@internal@.empirical_factor_sums) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_empirical_curvature_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE empirical_curvature(maturity double precision, yield double precision) (
	SFUNC = @internal@.empirical_factor_transition, STYPE = @internal@.empirical_factor_sums,
	FINALFUNC = @internal@.empirical_curvature_final, COMBINEFUNC = @internal@.empirical_factor_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE empirical_curvature(double precision, double precision) IS
	'twice the yield at 2 years less those at 3 months and 10 years (Diebold and Li 2006): maturity in years, yield in percent per year; other maturities are left out; NULL when one of them is absent; errors: one of the maturities twice, maturity NULL or negative, NaN or infinity';
