-- Panel regression with entity fixed effects: panel_regression, panel_coefficients, panel_predict.

CREATE TYPE panel_regression_model AS (
	entities text[],
	effects double precision[],
	coefficients double precision[],
	standard_errors double precision[],
	intercept double precision,
	cluster text,
	clusters bigint,
	observations bigint,
	r_squared_within double precision,
	r_squared double precision,
	residual_sd double precision,
	log_likelihood double precision,
	bic double precision
);
COMMENT ON TYPE panel_regression_model IS
	'a panel regression, y = effect of the entity + coefficients x + error; made by panel_regression, used by panel_coefficients and panel_predict';
COMMENT ON COLUMN panel_regression_model.entities IS 'the entities, in order of the bytes of their names';
COMMENT ON COLUMN panel_regression_model.effects IS 'the fixed effect of each entity: mean y less coefficients times mean x';
COMMENT ON COLUMN panel_regression_model.coefficients IS 'of each regressor, from deviations from the entities'' means';
COMMENT ON COLUMN panel_regression_model.standard_errors IS 'of the coefficients, robust to correlation within clusters';
COMMENT ON COLUMN panel_regression_model.intercept IS 'the mean effect over the observations that inform';
COMMENT ON COLUMN panel_regression_model.cluster IS 'what the standard errors are clustered by: entity or time';
COMMENT ON COLUMN panel_regression_model.clusters IS 'number of clusters; tests have clusters - 1 degrees of freedom; entities of a single row do not count';
COMMENT ON COLUMN panel_regression_model.observations IS 'number n of rows of entities with more than one, which alone inform';
COMMENT ON COLUMN panel_regression_model.r_squared_within IS 'share of the variance within the entities that x explains';
COMMENT ON COLUMN panel_regression_model.r_squared IS 'share of the variance of y that x and the effects explain';
COMMENT ON COLUMN panel_regression_model.residual_sd IS 'standard deviation of the residuals, divisor n less entities of more than one row less regressors';
COMMENT ON COLUMN panel_regression_model.log_likelihood IS 'of normal residuals; NULL for an exact fit';
COMMENT ON COLUMN panel_regression_model.bic IS 'Schwarz criterion per observation, (-2 log likelihood + (regressors + entities of more than one row) ln n) / n; NULL for an exact fit';

--@ options panel_options (panel) of panel_regression

CREATE FUNCTION @internal@.panel_regression_final(@internal@.creditspread_panel) RETURNS panel_regression_model
AS 'MODULE_PATHNAME', 'creditspread_panel_regression_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each entity; each time; optional
--@ transition creditspread_panel_transition
CREATE AGGREGATE panel_regression(entity @entity@, "time" @time@, y double precision, x double precision[] [, options jsonb]) (
	SFUNC = @internal@.panel_regression_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.panel_regression_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE panel_regression(@entity@, @time@, double precision, double precision[] [, jsonb]) IS
	'regresses y on x with a fixed effect for each entity and cluster-robust errors: entity, time, y, x [, panel_options(...)]; rows in any order; errors: a time twice for one entity, NULL, NaN or infinity, rows that differ in their number of elements, too few rows or clusters, regressors that within the entities are constant or combinations of others, unknown option';
--@ end

CREATE FUNCTION panel_coefficients(model panel_regression_model,
	OUT term text, OUT coefficient double precision, OUT standard_error double precision, OUT statistic double precision, OUT p_value double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_panel_coefficients' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION panel_coefficients(panel_regression_model) IS
	'the coefficients of a panel regression as rows: term (x1 = x[1]), coefficient, standard error, t statistic, two-sided p-value (clusters - 1 degrees of freedom)';

--@ each entity
CREATE FUNCTION panel_predict(model panel_regression_model, entity @entity@, x double precision[]) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_panel_predict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION panel_predict(panel_regression_model, @entity@, double precision[]) IS
	'what a panel regression predicts for an entity at x, its fixed effect included; NULL for an entity that was not in the regression; errors: another number of elements than regressors, NaN or infinity';
--@ end
