-- The state of aggregates that need order: the rows of one series.

--@ type creditspread_series (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE creditspread_series IS
	'state of aggregates over a time series: its rows (time, values) and options; for partial aggregation, not for storing';

CREATE FUNCTION creditspread_series_combine(creditspread_series, creditspread_series) RETURNS creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_combine(creditspread_series, creditspread_series) IS
	'combine function of aggregates over a time series';
