-- What a credit spread says of the economy: state_of_economy.

CREATE TYPE economy_state AS (
	deteriorating boolean,
	level_score double precision,
	rise_score double precision
);
COMMENT ON TYPE economy_state IS 'what state_of_economy returns';
COMMENT ON COLUMN economy_state.deteriorating IS 'whether the spread is high or rises: since a score was above enter, until both are below leave';
COMMENT ON COLUMN economy_state.level_score IS 'the spread less the mean of the last window_rows rows, over their standard deviation';
COMMENT ON COLUMN economy_state.rise_score IS 'the change since rise_rows rows before over the root mean square of all such changes of the window';

CREATE FUNCTION state_of_economy(spread double precision, window_rows integer DEFAULT 120, rise_rows integer DEFAULT 12,
	enter double precision DEFAULT 1, leave double precision DEFAULT 0.5)
RETURNS economy_state
AS 'MODULE_PATHNAME', 'creditspread_state_of_economy' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION state_of_economy(double precision, integer, integer, double precision, double precision) IS
	'window function: whether a credit spread, seen or forecast, is high or rises, which says that the economy gets worse, each row from the last window_rows rows up to itself; the state begins where the score of the level or of the rise over rise_rows rows is above enter and ends where both are below leave, so that it does not flicker; NULL before 2 rise_rows rows; defaults are those of months; errors: NULL, NaN or infinity in spread, window_rows below 2 rise_rows, enter below leave, arguments that are NULL or differ between rows';
