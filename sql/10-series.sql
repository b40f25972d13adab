-- The state of aggregates that need order: the rows of one series.

--@ type @internal@.creditspread_series (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.creditspread_series IS
	'state of aggregates over a time series: its rows (time, values) and options; for partial aggregation, not for storing';

CREATE FUNCTION @internal@.creditspread_series_combine(@internal@.creditspread_series, @internal@.creditspread_series) RETURNS @internal@.creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.creditspread_series_combine(@internal@.creditspread_series, @internal@.creditspread_series) IS
	'combine function of aggregates over a time series';
