-- Robust linear forecasts: the type linear_model, linear_fit, linear_forecast, linear_coefficients.

--@ type linear_model (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE linear_model IS
	'robust linear forecasts for one or several horizons: options, coefficients, intervals and training facts; made by linear_fit, used by linear_forecast';

CREATE FUNCTION model_info(model linear_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_linear_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(linear_model) IS
	'everything a model says of itself: options, and for each horizon coefficients, ridge, shrinkage, bounds in scales of the interval and errors out of fold beside those of the random walk (in units of y), rows and times it was fitted to, checksum';

CREATE FUNCTION model_size(model linear_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_linear_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(linear_model) IS 'bytes of a model';

CREATE FUNCTION linear_rows(model linear_model) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_linear_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION linear_rows(linear_model) IS
	'how many rows a forecast looks at, its own included: given the last so many, the last row has the forecast that the whole series gives it';

CREATE FUNCTION linear_coefficients(model linear_model, OUT horizon integer, OUT term text, OUT coefficient double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_linear_coefficients' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION linear_coefficients(linear_model) IS
	'the coefficients of a model as rows, shrinkage included: horizon, term (L1.y = the last change of y over the volatility of y, L2.features[1], M20.y = y less the mean of its last 20 values over its volatility and the root of 20, missing.features[1] = 1 where that is NULL), coefficient; the forecast change in volatilities of y is their sum';

--@ options linear_options (linear) of linear_fit

CREATE FUNCTION @internal@.linear_fit_final(@internal@.creditspread_series) RETURNS linear_model
AS 'MODULE_PATHNAME', 'creditspread_linear_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_linear_transition
CREATE AGGREGATE linear_fit("time" @time@, y double precision [, features double precision[] [, options jsonb]]) (
	SFUNC = @internal@.linear_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.linear_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE linear_fit(@time@, double precision [, double precision[] [, jsonb]]) IS
	'fits robust linear forecasts of the changes of y: time, y [, features [, linear_options(...)]]; rows in any order, no time twice; NULL in y and in elements of the features by option missing; errors, or NULL by option on_error: too few rows, y constant, an overflow; errors: NaN and infinity, rows that differ in their number of features, memory over creditspread.max_model_memory';
--@ end

CREATE FUNCTION @internal@.linear_fit_panel_final(@internal@.creditspread_panel) RETURNS linear_model
AS 'MODULE_PATHNAME', 'creditspread_linear_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each entity; each time; optional
--@ transition creditspread_linear_panel_transition
CREATE AGGREGATE linear_fit(entity @entity@, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.linear_fit_panel_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.linear_fit_panel_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE linear_fit(@entity@, @time@, double precision, double precision[] [, jsonb]) IS
	'fits one model with the same coefficients for all series of a panel, each in its own volatilities: entity, time, y, features or NULL [, linear_options(...)]; rows in any order, no time twice for an entity; NULL in y and in elements of the features by option missing; errors, or NULL by option on_error: too few rows, y constant, an overflow; errors: NaN and infinity, rows that differ in their number of features, memory over creditspread.max_model_memory';
--@ end

CREATE TYPE linear_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE linear_forecast_result IS
	'a forecast in units of y and the bounds of its interval (conformal on errors out of fold, each over the scale that the changes before it give; NULL where the fit had too few)';

CREATE FUNCTION linear_forecast(model linear_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1)
RETURNS linear_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_linear_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_forecast(linear_model, double precision, double precision[], integer) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later; needs OVER (... ORDER BY time); NULL where y is, and while the history is shorter than lags and means; a feature that is NULL by the model''s option missing; errors: a step that the model was not fitted for, NaN and infinity, another number of features than at the fit';

CREATE TYPE linear_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE linear_forecast_step IS
	'the forecast for so many rows after the one that it was made on, in units of y, and the bounds of its interval (NULL where the fit had too few errors)';

CREATE FUNCTION linear_forecast_steps(model linear_model, y double precision, features double precision[] DEFAULT NULL)
RETURNS linear_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_linear_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION linear_forecast_steps(linear_model, double precision, double precision[]) IS
	'window function: linear_forecast for all horizons of the model at once, an array of (step, forecast, lower, upper) on each row; needs OVER (... ORDER BY time); NULL where there is no forecast';

CREATE FUNCTION @internal@.linear_forecast_final(@internal@.creditspread_series) RETURNS linear_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_linear_ahead_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_linear_ahead_transition
CREATE AGGREGATE linear_forecast("time" @time@, y double precision, features double precision[], horizon integer [, options jsonb]) (
	SFUNC = @internal@.linear_forecast_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.linear_forecast_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE linear_forecast(@time@, double precision, double precision[], integer [, jsonb]) IS
	'fits robust linear forecasts and forecasts the next horizon times (1 to 32), an array of (step, forecast, lower, upper): time, y, features or NULL, horizon [, linear_options(...) without horizons]; as linear_fit; NULL where y of the last row is';
--@ end
