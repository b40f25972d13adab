-- Forecasts any number of rows ahead by models of the next row.

--@ each family: rnn, transformer, linear, boosted_trees, random_forest, svr
CREATE FUNCTION forecast_ahead(model @family@_model, y double precision[], features double precision[] DEFAULT NULL, steps integer DEFAULT 20, paths integer DEFAULT 500,
	seed bigint DEFAULT 1, OUT step integer, OUT forecast double precision, OUT lower double precision, OUT upper double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_@family@_ahead' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 20 COST 10000;
COMMENT ON FUNCTION forecast_ahead(@family@_model, double precision[], double precision[], integer, integer, bigint) IS
	'forecasts the next rows, as many as wanted, by iterating the forecast of the next row: model, y in order of time, features (a row for each y, or NULL), steps (1 to 10000), paths (simulated series that give the bounds, 0 to 10000), seed; features keep their last values; rows step, forecast, lower, upper in units of y; bounds at the interval_level of the fit, NULL with fewer than 20 errors or without an interval of the model; NULL in y and features as in @family@_forecast, no rows where the last y is; errors: a model that has no horizon 1, another number of features than at the fit, too few rows, memory over creditspread.max_model_memory';
--@ end
