-- The state of aggregates over a panel: the rows of many series.

--@ type @internal@.creditspread_panel (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.creditspread_panel IS
	'state of aggregates over a panel: its rows (entity, time, values) and options; for partial aggregation, not for storing';

CREATE FUNCTION @internal@.creditspread_panel_combine(@internal@.creditspread_panel, @internal@.creditspread_panel) RETURNS @internal@.creditspread_panel
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.creditspread_panel_combine(@internal@.creditspread_panel, @internal@.creditspread_panel) IS
	'combine function of aggregates over a panel';
