-- Recurrent networks: the type rnn_model, rnn_fit, rnn_forecast, rnn_importance.

--@ type rnn_model (ALIGNMENT = double, STORAGE = external)
COMMENT ON TYPE rnn_model IS
	'a fitted recurrent network: options, scaling, training facts and parameters; made by rnn_fit, used by rnn_forecast';

CREATE FUNCTION model_info(model rnn_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(rnn_model) IS
	'everything a model says of itself but its parameters: options, scaling, rows and times it was trained on, validation errors beside those of the random walk (in units of y), checksum';

CREATE FUNCTION model_size(model rnn_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(rnn_model) IS 'bytes of a model';

CREATE FUNCTION model_parameters(model rnn_model, OUT name text, OUT shape integer[], OUT "values" real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION model_parameters(rnn_model) IS
	'the tensors of a model: name, shape, values in row-major order; gates stand one after the other in the first dimension (janet: forget, candidate; lstm: input, forget, cell, output; gru: reset, update, candidate; elman: one)';

CREATE FUNCTION rnn_training_log(model rnn_model, OUT member integer, OUT epoch integer, OUT training_loss double precision, OUT validation_loss double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_rnn_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION rnn_training_log(rnn_model) IS
	'how the training went: mean losses of each epoch of each member of the ensemble, in standardized units; of more than 1,000 epochs every so many; validation_loss is NULL where it was not computed, which is in all epochs but the last without patience';

--@ options rnn_options (network rnn) of rnn_fit

CREATE FUNCTION @internal@.rnn_fit_final(@internal@.creditspread_series) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_rnn_transition
CREATE AGGREGATE rnn_fit("time" @time@, y double precision [, features double precision[] [, options jsonb]]) (
	SFUNC = @internal@.rnn_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.rnn_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(@time@, double precision [, double precision[] [, jsonb]]) IS
	'trains a recurrent network to forecast y: time, y [, features [, rnn_options(...)]]; rows in any order, no time twice; NULL by option missing; errors, or NULL by option on_error: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
--@ end

-- On a panel: one network for many series.

CREATE FUNCTION @internal@.rnn_fit_panel_final(@internal@.creditspread_panel) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each entity; each time; optional
--@ transition creditspread_rnn_panel_transition
CREATE AGGREGATE rnn_fit(entity @entity@, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.rnn_fit_panel_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.rnn_fit_panel_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(@entity@, @time@, double precision, double precision[] [, jsonb]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL [, rnn_options(...)]; rows in any order, no time twice for an entity; NULL in y and within features by option missing; errors, or NULL by option on_error: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
--@ end

CREATE TYPE rnn_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE rnn_forecast_result IS
	'a forecast in units of y and the bounds of its interval (split conformal on the validation errors of the fit; NULL without validation)';

CREATE FUNCTION rnn_forecast(model rnn_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS rnn_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_rnn_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_forecast(rnn_model, double precision, double precision[], integer) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later; needs OVER (... ORDER BY time); NULL where y is and while the history is shorter than look_back; a NULL before is carried forward, so is one in a feature; errors: a step that the model was not fitted for, another number of features than at the fit';

CREATE FUNCTION rnn_quantiles(model rnn_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_rnn_quantiles' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_quantiles(rnn_model, double precision, double precision[], integer) IS
	'window function: quantiles of y step rows later, of the orders that option quantiles of the fit named, ascending, in units of y; made on each row, with that row and those before it; needs OVER (... ORDER BY time); NULL where rnn_forecast is; errors: those of rnn_forecast, a model without quantiles 22023';

CREATE TYPE rnn_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE rnn_forecast_step IS
	'the forecast for so many rows after the last one, in units of y, and the bounds of its interval (NULL without validation)';

CREATE FUNCTION @internal@.rnn_forecast_final(@internal@.creditspread_series) RETURNS rnn_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_rnn_ahead_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_rnn_ahead_transition
CREATE AGGREGATE rnn_forecast("time" @time@, y double precision, features double precision[], horizon integer [, options jsonb]) (
	SFUNC = @internal@.rnn_forecast_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.rnn_forecast_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_forecast(@time@, double precision, double precision[], integer [, jsonb]) IS
	'fits a recurrent network and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon [, rnn_options(...) without horizons]; rows in any order, no time twice; NULL by option missing; errors, or NULL by option on_error: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
--@ end

CREATE TYPE rnn_feature_importance AS (
	feature text,
	importance double precision
);
COMMENT ON TYPE rnn_feature_importance IS
	'an input of a network, y or a feature by its name, and by how much the mean absolute error of the forecasts grows when its values are permuted, in units of y';

--@ options rnn_importance_options (network_importance) of rnn_importance

CREATE FUNCTION @internal@.rnn_importance_final(@internal@.creditspread_series) RETURNS rnn_feature_importance[]
AS 'MODULE_PATHNAME', 'creditspread_rnn_importance_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_rnn_importance_transition
CREATE AGGREGATE rnn_importance(model rnn_model, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.rnn_importance_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.rnn_importance_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_importance(rnn_model, @time@, double precision, double precision[] [, jsonb]) IS
	'permutation importance of the inputs of a network, an array of (feature, importance), y first: model, time, y, features or NULL [, rnn_importance_options(...)]; rows of one series in any order, no time twice, no NULL, one model; errors: too few rows, another number of features than at the fit, memory over creditspread.max_model_memory';
--@ end
