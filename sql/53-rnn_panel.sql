-- rnn_fit on a panel: one network for many series.

CREATE FUNCTION rnn_fit_panel_final(creditspread_panel) RETURNS rnn_model
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rnn_fit_panel_final(creditspread_panel) IS 'final function of rnn_fit on a panel';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" date, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, date, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, date, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, date, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamp, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamp, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamp, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamptz, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, timestamptz, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, timestamptz, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" bigint, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, bigint, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, text, bigint, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity text, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(text, bigint, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" date, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, date, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, date, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" date, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, date, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamp, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamp, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamp, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamp, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamp, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamptz, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamptz, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, timestamptz, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" timestamptz, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, timestamptz, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[]) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" bigint, y double precision, features double precision[]) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, bigint, double precision, double precision[]) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';

CREATE FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) RETURNS creditspread_panel
AS 'MODULE_PATHNAME', 'creditspread_rnn_panel_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rnn_fit_panel_transition(creditspread_panel, bigint, bigint, double precision, double precision[], jsonb) IS 'transition function of rnn_fit on a panel';

CREATE AGGREGATE rnn_fit(entity bigint, "time" bigint, y double precision, features double precision[], options jsonb) (
	SFUNC = rnn_fit_panel_transition, STYPE = creditspread_panel, FINALFUNC = rnn_fit_panel_final,
	COMBINEFUNC = creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rnn_fit(bigint, bigint, double precision, double precision[], jsonb) IS
	'trains one recurrent network on all series of a panel, whose windows stay within an entity: entity, time, y, features or NULL, rnn_options(...); rows in any order, no time twice for an entity, no NULL; errors: too few rows, y constant, training diverged, memory over creditspread.max_model_memory';
