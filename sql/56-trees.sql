-- Boosted trees, random forests and support vectors: the types boosted_trees_model, random_forest_model and svr_model,
-- their fits, forecasts and what their terms are worth.

--@ type boosted_trees_model (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE boosted_trees_model IS
	'gradient boosted trees for one or several horizons: options, trees, intervals and training facts; made by boosted_trees_fit, used by boosted_trees_forecast';

--@ type random_forest_model (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE random_forest_model IS
	'random forests for one or several horizons: options, trees, intervals and training facts; made by random_forest_fit, used by random_forest_forecast';

--@ type svr_model (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE svr_model IS
	'support vector regressions for one or several horizons: options, support vectors, intervals and training facts; made by svr_fit, used by svr_forecast';

--@ options boosted_trees_options (lagged boosted_trees) of boosted_trees_fit

--@ options random_forest_options (lagged random_forest) of random_forest_fit

--@ options svr_options (lagged svr) of svr_fit

--@ each method: boosted_trees, random_forest, svr
CREATE FUNCTION model_info(model @method@_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_@method@_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(@method@_model) IS
	'everything a model says of itself: options, and for each horizon how many trees or support vectors, shrinkage, bounds in units and errors in the validation beside those of the random walk (in units of y), what the terms are worth, rows and times it was fitted to, checksum';

CREATE FUNCTION model_size(model @method@_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_@method@_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(@method@_model) IS 'bytes of a model';

CREATE FUNCTION @internal@.rows_needed(model @method@_model) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_@method@_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.rows_needed(@method@_model) IS
	'how many rows a forecast looks at, its own included: given the last so many, the last row has the forecast that the whole series gives it';

CREATE FUNCTION @method@_importance(model @method@_model, OUT horizon integer, OUT term text, OUT gain double precision, OUT shuffled double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_@method@_importance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION @method@_importance(@method@_model) IS
	'what the terms of a model are worth, as rows: horizon, term (L1.y = the newest change or value of y, L2.features[1], M20.y = y less the mean of its last 20 values, missing.features[1]), gain (share of what all splits gained; NULL for support vectors), shuffled (root mean squared error of the last 500 validation rows with the values of the term shuffled, over that without; NULL without a validation)';

CREATE FUNCTION @internal@.@method@_fit_final(@internal@.creditspread_series) RETURNS @method@_model
AS 'MODULE_PATHNAME', 'creditspread_@method@_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

CREATE FUNCTION @internal@.@method@_fit_panel_final(@internal@.creditspread_panel) RETURNS @method@_model
AS 'MODULE_PATHNAME', 'creditspread_@method@_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

CREATE TYPE @method@_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE @method@_forecast_result IS
	'a forecast in units of y and the bounds of its interval (conformal on the errors of the validation; NULL where there were too few)';

CREATE FUNCTION @method@_forecast(model @method@_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS @method@_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_@method@_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @method@_forecast(@method@_model, double precision, double precision[], integer) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later; needs OVER (... ORDER BY time); NULL where y is, and while the history is shorter than lags and means; a feature that is NULL by the model''s option missing; errors: a step that the model was not fitted for, NaN and infinity, another number of features than at the fit';

CREATE TYPE @method@_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE @method@_forecast_step IS
	'the forecast for so many rows after the one that it was made on, in units of y, and the bounds of its interval (NULL where there were too few errors)';

CREATE FUNCTION @method@_forecast_steps(model @method@_model, y double precision, features double precision[] DEFAULT NULL)
RETURNS @method@_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_@method@_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @method@_forecast_steps(@method@_model, double precision, double precision[]) IS
	'window function: the forecasts for all horizons of the model at once, an array of (step, forecast, lower, upper) on each row; needs OVER (... ORDER BY time); NULL where there is no forecast';
--@ end

--@ each method: boosted_trees, random_forest, svr; each time; optional
--@ transition creditspread_@method@_transition
CREATE AGGREGATE @method@_fit("time" @time@, y double precision [, features double precision[] [, options jsonb]]) (
	SFUNC = @internal@.@method@_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.@method@_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @method@_fit(@time@, double precision [, double precision[] [, jsonb]]) IS
	'fits forecasts of y from its last rows and those of features: time, y [, features [, @method@_options(...)]]; rows in any order, no time twice; NULL in y and in elements of the features by option missing; errors, or NULL by option on_error: too few rows, y constant, an overflow; errors: NaN and infinity, rows that differ in their number of features, memory over creditspread.max_model_memory';
--@ end

--@ each method: boosted_trees, random_forest, svr; each entity; each time; optional
--@ transition creditspread_@method@_panel_transition
CREATE AGGREGATE @method@_fit(entity @entity@, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.@method@_fit_panel_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.@method@_fit_panel_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @method@_fit(@entity@, @time@, double precision, double precision[] [, jsonb]) IS
	'fits one model for all series of a panel: entity, time, y, features or NULL [, @method@_options(...)]; rows in any order, no time twice for an entity; NULL in y and in elements of the features by option missing; errors, or NULL by option on_error: too few rows, y constant, an overflow; errors: NaN and infinity, rows that differ in their number of features, memory over creditspread.max_model_memory';
--@ end
