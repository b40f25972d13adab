-- The state of aggregates that need order: the rows of one series.

CREATE TYPE creditspread_series;

CREATE FUNCTION creditspread_series_in(cstring) RETURNS creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_in(cstring) IS 'input function of type creditspread_series';

CREATE FUNCTION creditspread_series_out(creditspread_series) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_out(creditspread_series) IS 'output function of type creditspread_series';

CREATE FUNCTION creditspread_series_recv(internal) RETURNS creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_recv(internal) IS 'binary input function of type creditspread_series';

CREATE FUNCTION creditspread_series_send(creditspread_series) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_send(creditspread_series) IS 'binary output function of type creditspread_series';

CREATE TYPE creditspread_series (
	INPUT = creditspread_series_in,
	OUTPUT = creditspread_series_out,
	RECEIVE = creditspread_series_recv,
	SEND = creditspread_series_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE creditspread_series IS
	'state of aggregates over a time series: its rows (time, values) and options; for partial aggregation, not for storing';

CREATE FUNCTION creditspread_series_combine(creditspread_series, creditspread_series) RETURNS creditspread_series
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_series_combine(creditspread_series, creditspread_series) IS
	'combine function of aggregates over a time series';
