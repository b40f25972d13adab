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

--@ type @internal@.principal_components_sums creditspread_components_sums (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.principal_components_sums IS
	'state of principal_components: means and the triangle of the deviations (Gentleman 1973); for partial aggregation, not for storing';

CREATE FUNCTION @internal@.principal_components_combine(@internal@.principal_components_sums, @internal@.principal_components_sums) RETURNS @internal@.principal_components_sums
AS 'MODULE_PATHNAME', 'creditspread_components_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.principal_components_final(@internal@.principal_components_sums) RETURNS principal_components_model
AS 'MODULE_PATHNAME', 'creditspread_components_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ options principal_components_options (principal_components) of principal_components

--@ optional
--@ transition creditspread_components_transition
CREATE AGGREGATE principal_components(x double precision[] [, options jsonb]) (
	SFUNC = @internal@.principal_components_transition, STYPE = @internal@.principal_components_sums,
	FINALFUNC = @internal@.principal_components_final, COMBINEFUNC = @internal@.principal_components_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE principal_components(double precision[] [, jsonb]) IS
	'the principal components of rows x [, principal_components_options(...)]: directions of largest variance; rows with a NULL are left out, see option missing; errors: NaN or infinity, rows that differ in their number of elements, fewer than 2 rows, no element that varies, unknown option';
--@ end

CREATE FUNCTION principal_components_scores(model principal_components_model, x double precision[]) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_components_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION principal_components_scores(principal_components_model, double precision[]) IS
	'the scores of a row: components times (x - mean) / scale, one for each component; errors: another number of elements than the model has, NULL, NaN or infinity';
