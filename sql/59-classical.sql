-- ARIMA, exponential smoothing and Theta: the types arima_model, ets_model and theta_model, their fits and forecasts.

--@ type arima_model (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE arima_model IS
	'a seasonal autoregressive integrated moving average: options, orders, coefficients and training facts; made by arima_fit, used by arima_forecast';

--@ type ets_model (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE ets_model IS
	'exponential smoothing as an innovations state space model: options, form, smoothing parameters, states before the first row and training facts; made by ets_fit, used by ets_forecast';

--@ type theta_model (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE theta_model IS
	'the Theta method: options, smoothing parameter, drift, season and training facts; made by theta_fit, used by theta_forecast';

--@ options arima_options (classical arima) of arima_fit

--@ options ets_options (classical ets) of ets_fit

--@ options theta_options (classical theta) of theta_fit

--@ each method: arima, ets, theta
CREATE FUNCTION model_info(model @method@_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_@method@_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(@method@_model) IS
	'everything a model says of itself: options, what was chosen and estimated, the variance of the errors, rows and times it was fitted to, checksum';

CREATE FUNCTION model_size(model @method@_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_@method@_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(@method@_model) IS 'bytes of a model';

CREATE FUNCTION @internal@.@method@_fit_final(@internal@.creditspread_series) RETURNS @method@_model
AS 'MODULE_PATHNAME', 'creditspread_@method@_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

CREATE TYPE @method@_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE @method@_forecast_result IS 'a forecast in units of y and the bounds of its interval, by the model''s own normal distribution';

CREATE FUNCTION @method@_forecast(model @method@_model, y double precision, step integer DEFAULT 1, interval_level double precision DEFAULT NULL)
RETURNS @method@_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_@method@_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @method@_forecast(@method@_model, double precision, integer, double precision) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later (1 to 10000); needs OVER (... ORDER BY time) over the rows of the fit, from the first on, and what came since; NULL where y is, which is a missing value; interval_level 0.01 to 0.999 (NULL = that of the fit); errors: NaN and infinity, a step or level that is not the same in all rows, overflow';

CREATE TYPE @method@_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE @method@_forecast_step IS
	'the forecast for so many rows after the one that it was made on, in units of y, and the bounds of its interval';

CREATE FUNCTION @method@_forecast_steps(model @method@_model, y double precision, horizons integer[], interval_level double precision DEFAULT NULL)
RETURNS @method@_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_@method@_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @method@_forecast_steps(@method@_model, double precision, integer[], double precision) IS
	'window function: @method@_forecast for several horizons at once, an array of (step, forecast, lower, upper) on each row; needs OVER (... ORDER BY time); NULL where there is no forecast';

CREATE FUNCTION @internal@.@method@_forecast_final(@internal@.creditspread_series) RETURNS @method@_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_@method@_ahead_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
--@ end

--@ each method: arima, ets, theta; each time; optional
--@ transition creditspread_@method@_transition
CREATE AGGREGATE @method@_fit("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.@method@_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.@method@_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @method@_fit(@time@, double precision [, jsonb]) IS
	'fits a model to a series by maximum likelihood: time, y [, @method@_options(...)]; rows in any order, no time twice, at equal distances; NULL in y is a missing value; errors, or NULL by option on_error: too few values, y constant; errors: NaN and infinity, memory over creditspread.max_model_memory';
--@ end

--@ each time
--@ transition creditspread_arima_fit_features_transition
CREATE AGGREGATE arima_fit("time" @time@, y double precision, features double precision[], options jsonb) (
	SFUNC = @internal@.arima_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.arima_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE arima_fit(@time@, double precision, double precision[], jsonb) IS
	'a regression whose errors are an ARIMA: time, y, features (up to 64, as many in every row; where one is NULL, y counts as missing), arima_options(...); coefficients by generalized least squares, with standard errors, in model_info; errors as without features, and features that are NULL, or that others or the constant explain';
--@ end

CREATE FUNCTION arima_forecast(model arima_model, y double precision, features double precision[], step integer, interval_level double precision DEFAULT NULL)
RETURNS arima_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_arima_forecast_features' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION arima_forecast(arima_model, double precision, double precision[], integer, double precision) IS
	'window function: arima_forecast by a model with features; takes the features of the row step rows later as they stand in the partition: rows after the last y, with y NULL, give those of times to come; NULL where they are missing or the partition ends before, and where y or a feature of the row is NULL; errors: as without features, and another number of features than the model has';

CREATE FUNCTION arima_forecast_steps(model arima_model, y double precision, features double precision[], horizons integer[], interval_level double precision DEFAULT NULL)
RETURNS arima_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_arima_forecast_steps_features' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION arima_forecast_steps(arima_model, double precision, double precision[], integer[], double precision) IS
	'window function: arima_forecast with features for several horizons at once, an array of (step, forecast, lower, upper) on each row, the last three NULL for steps whose features are not there; needs OVER (... ORDER BY time); NULL where there is no forecast';

--@ each method: arima, ets, theta; each time; optional
--@ transition creditspread_@method@_ahead_transition
CREATE AGGREGATE @method@_forecast("time" @time@, y double precision, horizon integer [, options jsonb]) (
	SFUNC = @internal@.@method@_forecast_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.@method@_forecast_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @method@_forecast(@time@, double precision, integer [, jsonb]) IS
	'fits a model and forecasts the next horizon times (1 to 10000), an array of (step, forecast, lower, upper): time, y, horizon [, @method@_options(...)]; as @method@_fit; NULL where y of the last row is';
--@ end
