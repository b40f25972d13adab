-- rnn_fit on a panel: one network for many series.

CREATE FUNCTION @internal@.rnn_fit_panel_final(@internal@.creditspread_panel) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each entity; each time; optional
--@ transition creditspread_rnn_panel_transition
CREATE AGGREGATE rnn_fit(entity @entity@, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.rnn_fit_panel_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.rnn_fit_panel_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(@entity@, @time@, double precision, double precision[] [, jsonb]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL [, rnn_options(...)]; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
--@ end
