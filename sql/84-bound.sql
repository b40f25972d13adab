-- What the statements of the catalog call of the extension in creditspread_internal: its own functions once more, and
-- what only the catalog needs.
--
-- Where others may create functions, one of theirs with the same arguments and one more that has a default makes every
-- call of ours ambiguous, whatever the types. In creditspread_internal only the owner of the extension creates. No
-- argument has a default here: each call gives all of them, of the very types.

CREATE AGGREGATE creditspread_internal.nelson_siegel_fit(maturity double precision, yield double precision, decay double precision) (
	SFUNC = creditspread_internal.nelson_siegel_fit_transition, STYPE = creditspread_internal.nelson_siegel_state, FINALFUNC = creditspread_internal.nelson_siegel_fit_final,
	COMBINEFUNC = creditspread_internal.nelson_siegel_fit_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.nelson_siegel_fit(double precision, double precision, double precision) IS 'nelson_siegel_fit for the statements of the catalog';

CREATE FUNCTION creditspread_internal.nelson_siegel_yield(curve @extschema@.nelson_siegel_curve, maturity double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_nelson_siegel_yield' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.nelson_siegel_yield(@extschema@.nelson_siegel_curve, double precision) IS 'nelson_siegel_yield for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.var_fit("time" timestamp, y double precision[], options jsonb) (
	SFUNC = creditspread_internal.var_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.var_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.var_fit(timestamp, double precision[], jsonb) IS 'var_fit for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.var_fit("time" timestamp, y double precision[], exogenous double precision[], options jsonb) (
	SFUNC = creditspread_internal.var_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.var_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.var_fit(timestamp, double precision[], double precision[], jsonb) IS 'var_fit with exogenous terms for the statements of the catalog';

CREATE FUNCTION creditspread_internal.var_forecast(model @extschema@.var_model, y double precision[], exogenous double precision[], step integer, level double precision) RETURNS @extschema@.var_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_var_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.var_forecast(@extschema@.var_model, double precision[], double precision[], integer, double precision) IS 'var_forecast for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.linear_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = creditspread_internal.linear_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.linear_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.linear_fit(timestamp, double precision, double precision[], jsonb) IS 'linear_fit for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.linear_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = creditspread_internal.linear_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel, FINALFUNC = creditspread_internal.linear_fit_panel_final,
	COMBINEFUNC = creditspread_internal.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.linear_fit(text, timestamp, double precision, double precision[], jsonb) IS 'linear_fit for the statements of the catalog';

CREATE FUNCTION creditspread_internal.linear_forecast_steps(model @extschema@.linear_model, y double precision, features double precision[]) RETURNS @extschema@.linear_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_linear_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.linear_forecast_steps(@extschema@.linear_model, double precision, double precision[]) IS 'linear_forecast_steps for the statements of the catalog';

CREATE FUNCTION creditspread_internal.linear_rows(model @extschema@.linear_model) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_linear_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.linear_rows(@extschema@.linear_model) IS 'linear_rows for the statements of the catalog';

CREATE FUNCTION creditspread_internal.model_info(model @extschema@.linear_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_linear_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.model_info(@extschema@.linear_model) IS 'model_info for the statements of the catalog';

--@ each method: boosted_trees, random_forest, svr
CREATE AGGREGATE @internal@.@method@_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = @internal@.@method@_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.@method@_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @internal@.@method@_fit(timestamp, double precision, double precision[], jsonb) IS '@method@_fit for the statements of the catalog';

CREATE AGGREGATE @internal@.@method@_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = @internal@.@method@_fit_panel_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.@method@_fit_panel_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @internal@.@method@_fit(text, timestamp, double precision, double precision[], jsonb) IS '@method@_fit for the statements of the catalog';

CREATE FUNCTION @internal@.@method@_forecast_steps(model @extschema@.@method@_model, y double precision, features double precision[]) RETURNS @extschema@.@method@_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_@method@_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.@method@_forecast_steps(@extschema@.@method@_model, double precision, double precision[]) IS '@method@_forecast_steps for the statements of the catalog';

CREATE FUNCTION @internal@.model_info(model @extschema@.@method@_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_@method@_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.model_info(@extschema@.@method@_model) IS 'model_info for the statements of the catalog';
--@ end

--@ each method: arima, ets, theta
CREATE AGGREGATE @internal@.@method@_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = @internal@.@method@_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.@method@_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @internal@.@method@_fit(timestamp, double precision, jsonb) IS '@method@_fit for the statements of the catalog';

CREATE FUNCTION @internal@.@method@_forecast_steps(model @extschema@.@method@_model, y double precision, horizons integer[]) RETURNS @extschema@.@method@_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_@method@_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.@method@_forecast_steps(@extschema@.@method@_model, double precision, integer[]) IS '@method@_forecast_steps for the statements of the catalog';

CREATE FUNCTION @internal@.model_info(model @extschema@.@method@_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_@method@_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.model_info(@extschema@.@method@_model) IS 'model_info for the statements of the catalog';
--@ end

CREATE AGGREGATE creditspread_internal.arima_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = creditspread_internal.arima_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.arima_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.arima_fit(timestamp, double precision, double precision[], jsonb) IS 'arima_fit with features for the statements of the catalog';

CREATE FUNCTION creditspread_internal.arima_forecast_steps(model @extschema@.arima_model, y double precision, features double precision[], horizons integer[]) RETURNS @extschema@.arima_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_arima_forecast_steps_features' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.arima_forecast_steps(@extschema@.arima_model, double precision, double precision[], integer[]) IS 'arima_forecast_steps with features for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.cir_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = creditspread_internal.cir_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.cir_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.cir_fit(timestamp, double precision, jsonb) IS 'cir_fit for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.trend_seasonal_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = creditspread_internal.trend_seasonal_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.trend_seasonal_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.trend_seasonal_fit(timestamp, double precision, jsonb) IS 'trend_seasonal_fit for the statements of the catalog';

CREATE FUNCTION creditspread_internal.trend_seasonal_forecast(model @extschema@.trend_seasonal_model, "time" timestamp, level double precision) RETURNS @extschema@.trend_seasonal_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_trend_seasonal_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.trend_seasonal_forecast(@extschema@.trend_seasonal_model, timestamp, double precision) IS 'trend_seasonal_forecast for the statements of the catalog';

CREATE FUNCTION creditspread_internal.cir_forecast(model @extschema@.cir_model, y double precision, step integer, interval_level double precision) RETURNS @extschema@.cir_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_cir_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.cir_forecast(@extschema@.cir_model, double precision, integer, double precision) IS 'cir_forecast for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.kalman_fit("time" timestamp, y double precision, options jsonb) (
	SFUNC = creditspread_internal.kalman_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.kalman_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.kalman_fit(timestamp, double precision, jsonb) IS 'kalman_fit for the statements of the catalog';

CREATE FUNCTION creditspread_internal.kalman_filter(y double precision, model @extschema@.kalman_model, control double precision[]) RETURNS @extschema@.kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_model' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.kalman_filter(double precision, @extschema@.kalman_model, double precision[]) IS 'kalman_filter for the statements of the catalog';

CREATE FUNCTION creditspread_internal.kalman_forecast_steps(model @extschema@.kalman_model, y double precision, horizons integer[], control double precision[], control_ahead double precision[], interval_level double precision) RETURNS @extschema@.kalman_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_kalman_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.kalman_forecast_steps(@extschema@.kalman_model, double precision, integer[], double precision[], double precision[], double precision) IS 'kalman_forecast_steps for the statements of the catalog';

CREATE FUNCTION creditspread_internal.reflection_forecast(y double precision, forecast double precision, fit_window integer, refit_every integer, model text) RETURNS @extschema@.reflection_estimate
AS 'MODULE_PATHNAME', 'creditspread_reflection_forecast_fitted' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.reflection_forecast(double precision, double precision, integer, integer, text) IS 'reflection_forecast for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.rnn_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.rnn_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.rnn_fit(timestamp, double precision, double precision[], jsonb) IS 'rnn_fit for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.rnn_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = creditspread_internal.rnn_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel, FINALFUNC = creditspread_internal.rnn_fit_panel_final,
	COMBINEFUNC = creditspread_internal.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.rnn_fit(text, timestamp, double precision, double precision[], jsonb) IS 'rnn_fit for the statements of the catalog';

CREATE FUNCTION creditspread_internal.rnn_forecast(model @extschema@.rnn_model, y double precision, features double precision[], step integer) RETURNS @extschema@.rnn_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_rnn_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.rnn_forecast(@extschema@.rnn_model, double precision, double precision[], integer) IS 'rnn_forecast for the statements of the catalog';

CREATE FUNCTION creditspread_internal.model_info(model @extschema@.rnn_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_rnn_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.model_info(@extschema@.rnn_model) IS 'model_info for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.transformer_fit("time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = creditspread_internal.transformer_fit_transition, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.transformer_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.transformer_fit(timestamp, double precision, double precision[], jsonb) IS 'transformer_fit for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.transformer_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = creditspread_internal.transformer_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel, FINALFUNC = creditspread_internal.transformer_fit_panel_final,
	COMBINEFUNC = creditspread_internal.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.transformer_fit(text, timestamp, double precision, double precision[], jsonb) IS 'transformer_fit for the statements of the catalog';

CREATE FUNCTION creditspread_internal.transformer_forecast(model @extschema@.transformer_model, y double precision, features double precision[], step integer) RETURNS @extschema@.transformer_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_transformer_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.transformer_forecast(@extschema@.transformer_model, double precision, double precision[], integer) IS 'transformer_forecast for the statements of the catalog';

CREATE FUNCTION creditspread_internal.model_info(model @extschema@.transformer_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_transformer_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.model_info(@extschema@.transformer_model) IS 'model_info for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.relation_graph(source text, target text, kind text) (
	SFUNC = creditspread_internal.relation_graph_transition, STYPE = creditspread_internal.creditspread_relations, FINALFUNC = creditspread_internal.relation_graph_final,
	COMBINEFUNC = creditspread_internal.creditspread_relations_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.relation_graph(text, text, text) IS 'relation_graph for the statements of the catalog';

CREATE AGGREGATE creditspread_internal.graph_rank_fit(entity text, "time" timestamp, y double precision, features double precision[], "group" text, graph @extschema@.relation_graph, options jsonb) (
	SFUNC = creditspread_internal.graph_rank_fit_transition, STYPE = creditspread_internal.creditspread_panel, FINALFUNC = creditspread_internal.graph_rank_fit_final,
	COMBINEFUNC = creditspread_internal.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.graph_rank_fit(text, timestamp, double precision, double precision[], text, @extschema@.relation_graph, jsonb) IS 'graph_rank_fit for the statements of the catalog';

CREATE FUNCTION creditspread_internal.graph_rank_forecast(model @extschema@.graph_rank_model, entity text, "time" timestamp, y double precision, features double precision[], "group" text, step integer) RETURNS @extschema@.graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.graph_rank_forecast(@extschema@.graph_rank_model, text, timestamp, double precision, double precision[], text, integer) IS 'graph_rank_forecast for the statements of the catalog';

CREATE FUNCTION creditspread_internal.model_info(model @extschema@.graph_rank_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.model_info(@extschema@.graph_rank_model) IS 'model_info for the statements of the catalog';

-- The views show NULL where there is nothing to test or to measure.
CREATE FUNCTION creditspread_internal.forecast_accuracy_or_null_final(creditspread_internal.accuracy_state) RETURNS @extschema@.accuracy_result
AS 'MODULE_PATHNAME', 'creditspread_forecast_accuracy_or_null_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE creditspread_internal.forecast_accuracy_or_null(actual double precision, forecast double precision) (
	SFUNC = creditspread_internal.forecast_accuracy_transition, STYPE = creditspread_internal.accuracy_state, FINALFUNC = creditspread_internal.forecast_accuracy_or_null_final,
	COMBINEFUNC = creditspread_internal.forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.forecast_accuracy_or_null(double precision, double precision) IS
	'forecast_accuracy for the views of the catalog: a measure that overflows is NULL';

CREATE FUNCTION creditspread_internal.interval_accuracy_or_null_final(creditspread_internal.interval_sums) RETURNS @extschema@.interval_accuracy_result
AS 'MODULE_PATHNAME', 'creditspread_interval_accuracy_or_null_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE creditspread_internal.interval_accuracy_or_null(actual double precision, forecast double precision, lower double precision, upper double precision, level double precision) (
	SFUNC = creditspread_internal.interval_accuracy_transition, STYPE = creditspread_internal.interval_sums, FINALFUNC = creditspread_internal.interval_accuracy_or_null_final,
	COMBINEFUNC = creditspread_internal.interval_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.interval_accuracy_or_null(double precision, double precision, double precision, double precision, double precision) IS
	'forecast_accuracy of intervals for the views of the catalog: NULL where a measure of the interval overflows';

CREATE FUNCTION creditspread_internal.best_share(observed double precision[], one double precision[], other double precision[], absolute boolean, best integer) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_best_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.best_share(double precision[], double precision[], double precision[], boolean, integer) IS
	'of the difference between the sums of squared or absolute errors of two forecasts, the share of the so many (1 to 100) times that speak most for the one whose sum is smaller; NULL with not more than so many, where the sums are equal and on overflow';

CREATE FUNCTION creditspread_internal.dm_test_or_null_final(creditspread_internal.creditspread_series) RETURNS @extschema@.dm_result
AS 'MODULE_PATHNAME', 'creditspread_dm_test_or_null_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE creditspread_internal.dm_test_or_null("time" timestamp, actual double precision, first double precision, second double precision, options jsonb) (
	SFUNC = creditspread_internal.dm_test_transition, STYPE = creditspread_internal.creditspread_series, SSPACE = 8192, FINALFUNC = creditspread_internal.dm_test_or_null_final,
	COMBINEFUNC = creditspread_internal.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.dm_test_or_null(timestamp, double precision, double precision, double precision, jsonb) IS
	'dm_test for the views of the catalog: NULL with fewer than 10, or twice the horizon, observations, and where the test cannot be made';

CREATE AGGREGATE creditspread_internal.line_chart("time" timestamp, value double precision, lower double precision, upper double precision, series text, options jsonb) (
	SFUNC = creditspread_internal.line_chart_transition, STYPE = creditspread_internal.creditspread_panel, FINALFUNC = creditspread_internal.line_chart_final,
	COMBINEFUNC = creditspread_internal.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditspread_internal.line_chart(timestamp, double precision, double precision, double precision, text, jsonb) IS 'line_chart for the statements of the catalog';

CREATE FUNCTION creditspread_internal.bar_chart(labels text[], series text[], bars double precision[], options jsonb) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_bar_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.bar_chart(text[], text[], double precision[], jsonb) IS 'bar_chart for the statements of the catalog';

CREATE FUNCTION creditspread_internal.fit_progress(OUT pid integer, OUT role text, OUT function text, OUT started timestamptz,
	OUT percent double precision, OUT seconds_left double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_fit_progress' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION creditspread_internal.fit_progress() IS 'fit_progress for the statements of the catalog';

-- ---- all horizons at once ----------------------------------------------------------------------------------------

CREATE TYPE @internal@.horizon_forecasts AS (
	horizon integer[],
	forecast double precision[],
	lower double precision[],
	upper double precision[],
	quantiles double precision[]
);
COMMENT ON TYPE @internal@.horizon_forecasts IS
	'the forecasts made on a row for several horizons, and the bounds of their intervals (NULL without); of several variables: a row of the arrays for each horizon; quantiles: a row for each horizon (NULL without)';

CREATE FUNCTION @internal@.rnn_forecasts(model @extschema@.rnn_model, y double precision, features double precision[]) RETURNS @internal@.horizon_forecasts
AS 'MODULE_PATHNAME', 'creditspread_rnn_forecasts' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.rnn_forecasts(@extschema@.rnn_model, double precision, double precision[]) IS
	'window function: rnn_forecast for all horizons of the model, in one pass';

CREATE FUNCTION @internal@.transformer_forecasts(model @extschema@.transformer_model, y double precision, features double precision[]) RETURNS @internal@.horizon_forecasts
AS 'MODULE_PATHNAME', 'creditspread_transformer_forecasts' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.transformer_forecasts(@extschema@.transformer_model, double precision, double precision[]) IS
	'window function: transformer_forecast for all horizons of the model, in one pass';

CREATE FUNCTION @internal@.graph_rank_forecasts(model @extschema@.graph_rank_model, entity text, "time" timestamp, y double precision, features double precision[], "group" text) RETURNS @internal@.horizon_forecasts
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecasts' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.graph_rank_forecasts(@extschema@.graph_rank_model, text, timestamp, double precision, double precision[], text) IS
	'window function: graph_rank_forecast for all horizons of the model, in one pass, without places';

CREATE FUNCTION @internal@.var_forecasts(model @extschema@.var_model, y double precision[], exogenous double precision[], horizons integer[], level double precision) RETURNS @internal@.horizon_forecasts
AS 'MODULE_PATHNAME', 'creditspread_var_forecasts' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.var_forecasts(@extschema@.var_model, double precision[], double precision[], integer[], double precision) IS
	'window function: var_forecast for several horizons, in one recursion; arrays with a row for each horizon and a column for each variable';

--@ each family: rnn, transformer, graph_rank, var
CREATE FUNCTION @internal@.rows_needed(model @extschema@.@family@_model) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_@family@_rows_needed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.rows_needed(@extschema@.@family@_model) IS
	'how many last rows of a series the forecast of its last row takes, with its interval: with these alone it is the same';
--@ end

-- ---- options before there are rows -------------------------------------------------------------------------------

--@ each method: random_walk, mean, drift, seasonal_naive, var, cir, trend_seasonal, kalman, reflection, nelson_siegel, linear, arima, ets, theta, boosted_trees, random_forest, svr, rnn, transformer, graph_rank
CREATE FUNCTION @internal@.@method@_check_options(options jsonb) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_@method@_check_options' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.@method@_check_options(jsonb) IS
	'error 22023 where the options are not those of the method';
--@ end

-- ---- the scale of errors --------------------------------------------------------------------------------------

CREATE FUNCTION @internal@.error_scales(y double precision[], horizons integer[], first integer, several boolean, OUT n integer, OUT horizon integer, OUT volatility double precision, OUT scale double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_error_scales' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @internal@.error_scales(double precision[], integer[], integer, boolean) IS
	'at each value of a series from the first-th on, and for each horizon: volatility, the mean of its last 200 absolute changes, with weights 0.97 to the power of their age (0 without a change; a NULL is no change), and the scale of an error so many rows ahead, from its changes over one row and over so many; several: such that errors of several series can stand together';

CREATE TYPE @internal@.level_bounds AS (
	lowers double precision[],
	uppers double precision[]
);
COMMENT ON TYPE @internal@.level_bounds IS 'the bounds of the intervals of a forecast at several levels';

-- ---- values as bytes ---------------------------------------------------------------------------------------------

--@ each type: rnn_model, transformer_model, graph_rank_model, linear_model, arima_model, ets_model, theta_model, boosted_trees_model, random_forest_model, svr_model, relation_graph, kalman_state
CREATE FUNCTION @internal@.to_bytes(value @extschema@.@type@) RETURNS bytea
AS 'MODULE_PATHNAME', 'creditspread_to_bytes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.to_bytes(@extschema@.@type@) IS 'the binary form of a value';

CREATE FUNCTION @internal@.from_bytes(bytes bytea, type @extschema@.@type@) RETURNS @extschema@.@type@
AS 'MODULE_PATHNAME', 'creditspread_from_bytes' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.from_bytes(bytea, @extschema@.@type@) IS
	'the value of a binary form; the second argument, NULL, names the type; the same bytes in row after row are read once';
--@ end

-- ---- horizons ----------------------------------------------------------------------------------------------------

--@ type creditspread.horizon_list (ALIGNMENT = int4, STORAGE = extended)
COMMENT ON TYPE creditspread.horizon_list IS
	'how many rows ahead is forecast: 5, ''{1,5,20}'' or ARRAY[1,5,20]; each from 1 to 10000, none twice';

--@ each given: integer, integer[]
CREATE FUNCTION @internal@.horizons_of(@given@) RETURNS creditspread.horizon_list
AS 'MODULE_PATHNAME', 'creditspread_horizons_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.horizons_of(@given@) IS 'the horizons that are given, sorted; error 22023 where they are none';
CREATE CAST (@given@ AS creditspread.horizon_list) WITH FUNCTION @internal@.horizons_of(@given@) AS IMPLICIT;
COMMENT ON CAST (@given@ AS creditspread.horizon_list) IS 'the horizons that are given, sorted; error 22023 where they are none';
--@ end
CREATE FUNCTION @internal@.horizon_array(horizons creditspread.horizon_list) RETURNS integer[]
AS 'MODULE_PATHNAME', 'creditspread_horizon_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.horizon_array(creditspread.horizon_list) IS 'the horizons, ascending';
CREATE CAST (creditspread.horizon_list AS integer[]) WITH FUNCTION @internal@.horizon_array(creditspread.horizon_list) AS ASSIGNMENT;
COMMENT ON CAST (creditspread.horizon_list AS integer[]) IS 'the horizons, ascending';
