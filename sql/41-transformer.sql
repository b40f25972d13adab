-- Transformers: the type transformer_model, transformer_fit, transformer_forecast, transformer_importance.

--@ type transformer_model (ALIGNMENT = double, STORAGE = external)
COMMENT ON TYPE transformer_model IS
	'a fitted Transformer: options, scaling, training facts and parameters; made by transformer_fit, used by transformer_forecast';

CREATE FUNCTION model_info(model transformer_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(transformer_model) IS
	'everything a model says of itself but its parameters: options, scaling, rows and times it was trained on, validation errors beside those of the random walk (in units of y), checksum';

CREATE FUNCTION model_size(model transformer_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(transformer_model) IS 'bytes of a model';

CREATE FUNCTION model_parameters(model transformer_model, OUT name text, OUT shape integer[], OUT "values" real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION model_parameters(transformer_model) IS
	'the tensors of a model: name, shape, values in row-major order; in_weight and in_bias hold queries, keys and values one after the other';

CREATE FUNCTION transformer_training_log(model transformer_model, OUT member integer, OUT epoch integer, OUT training_loss double precision, OUT validation_loss double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_transformer_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION transformer_training_log(transformer_model) IS
	'how the training went: mean losses of each epoch of each member of the ensemble, in standardized units; of more than 1,000 epochs every so many; validation_loss is NULL where it was not computed, which is in all epochs but the last without patience';

--@ options transformer_options (network transformer) of transformer_fit

CREATE FUNCTION @internal@.transformer_fit_final(@internal@.creditspread_series) RETURNS transformer_model
AS 'MODULE_PATHNAME', 'creditspread_transformer_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_transformer_transition
CREATE AGGREGATE transformer_fit("time" @time@, y double precision [, features double precision[] [, options jsonb]]) (
	SFUNC = @internal@.transformer_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.transformer_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(@time@, double precision [, double precision[] [, jsonb]]) IS
	'trains a Transformer to forecast y: time, y [, features [, transformer_options(...)]]; rows in any order, no time twice; NULL by option missing; errors, or NULL by option on_error: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
--@ end

-- On a panel: one network for many series.

CREATE FUNCTION @internal@.transformer_fit_panel_final(@internal@.creditspread_panel) RETURNS transformer_model
AS 'MODULE_PATHNAME', 'creditspread_transformer_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each entity; each time; optional
--@ transition creditspread_transformer_panel_transition
CREATE AGGREGATE transformer_fit(entity @entity@, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.transformer_fit_panel_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.transformer_fit_panel_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_fit(@entity@, @time@, double precision, double precision[] [, jsonb]) IS
	'trains one Transformer on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL [, transformer_options(...)]; rows in any order, no time twice for an entity; NULL in y and within features by option missing; errors, or NULL by option on_error: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
--@ end

CREATE TYPE transformer_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE transformer_forecast_result IS
	'a forecast in units of y and the bounds of its interval (split conformal on the validation errors of the fit; NULL without validation)';

CREATE FUNCTION transformer_forecast(model transformer_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS transformer_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_transformer_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_forecast(transformer_model, double precision, double precision[], integer) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later; needs OVER (... ORDER BY time); NULL where y is and while the history is shorter than look_back; a NULL before is carried forward, so is one in a feature; errors: a step that the model was not fitted for, another number of features than at the fit';

CREATE FUNCTION transformer_quantiles(model transformer_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_transformer_quantiles' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transformer_quantiles(transformer_model, double precision, double precision[], integer) IS
	'window function: quantiles of y step rows later, of the orders that option quantiles of the fit named, ascending, in units of y; made on each row, with that row and those before it; needs OVER (... ORDER BY time); NULL where transformer_forecast is; errors: those of transformer_forecast, a model without quantiles 22023';

CREATE TYPE transformer_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE transformer_forecast_step IS
	'the forecast for so many rows after the last one, in units of y, and the bounds of its interval (NULL without validation)';

CREATE FUNCTION @internal@.transformer_forecast_final(@internal@.creditspread_series) RETURNS transformer_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_transformer_ahead_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_transformer_ahead_transition
CREATE AGGREGATE transformer_forecast("time" @time@, y double precision, features double precision[], horizon integer [, options jsonb]) (
	SFUNC = @internal@.transformer_forecast_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.transformer_forecast_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_forecast(@time@, double precision, double precision[], integer [, jsonb]) IS
	'fits a Transformer and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon [, transformer_options(...) without horizons]; rows in any order, no time twice; NULL by option missing; errors, or NULL by option on_error: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
--@ end

CREATE TYPE transformer_feature_importance AS (
	feature text,
	importance double precision
);
COMMENT ON TYPE transformer_feature_importance IS
	'an input of a Transformer, y or a feature by its name, and by how much the mean absolute error of the forecasts grows when its values are permuted, in units of y';

--@ options transformer_importance_options (network_importance) of transformer_importance

CREATE FUNCTION @internal@.transformer_importance_final(@internal@.creditspread_series) RETURNS transformer_feature_importance[]
AS 'MODULE_PATHNAME', 'creditspread_transformer_importance_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_transformer_importance_transition
CREATE AGGREGATE transformer_importance(model transformer_model, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.transformer_importance_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.transformer_importance_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE transformer_importance(transformer_model, @time@, double precision, double precision[] [, jsonb]) IS
	'permutation importance of the inputs of a Transformer, an array of (feature, importance), y first: model, time, y, features or NULL [, transformer_importance_options(...)]; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';
--@ end
