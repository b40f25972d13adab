-- The catalog between roles: each sees and changes his own, readers read, and nothing that a user names can stand in for ours.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(94);

CREATE VIEW models WITH (security_invoker) AS SELECT p.owner, p.name, m.* FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id;
CREATE VIEW runs WITH (security_invoker) AS SELECT p.owner, p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE VIEW forecasts WITH (security_invoker) AS SELECT p.owner, p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
GRANT SELECT ON models, runs, forecasts TO PUBLIC;
CREATE ROLE catalog_ann;
CREATE ROLE catalog_ben;
CREATE ROLE catalog_bi;
CREATE ROLE catalog_desk;
CREATE ROLE catalog_chief;
GRANT catalog_desk TO catalog_bi;
GRANT catalog_ann TO catalog_chief;
CREATE SCHEMA ann AUTHORIZATION catalog_ann;
CREATE SCHEMA ben AUTHORIZATION catalog_ben;
CREATE TABLE ann.series AS SELECT '2020-01-01'::date + g AS day, 2 + sin(g * g) + g * 0.01 AS y FROM generate_series(1, 120) g;
CREATE TABLE ben.series AS SELECT day, y * 2 AS y FROM ann.series;
ALTER TABLE ann.series OWNER TO catalog_ann;
ALTER TABLE ben.series OWNER TO catalog_ben;

SET SESSION AUTHORIZATION catalog_ben;
SET search_path = ben, public;
CALL creditspread.train('spread', 'SELECT day AS "time", y FROM series', 'ar');
CALL creditspread.forecast('spread');
CALL creditspread.train('stolen', 'SELECT day AS "time", y FROM ann.series', 'ar');
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '42501', 'a query has the rights of its caller');

SET SESSION AUTHORIZATION catalog_ann;
SET search_path = ann, public;
SELECT is((SELECT count(*)::integer FROM public.models) + (SELECT count(*)::integer FROM public.runs), 0, 'the second analyst sees nothing of the first');
CALL creditspread.train('spread', 'SELECT day AS "time", y FROM series', 'ar', '{1,2}');
CALL creditspread.forecast('spread');
CALL creditspread.backtest('spread', 20, 10);
SELECT is((SELECT version FROM creditspread.model_overview), 1, 'a name of one is free for another');
PREPARE seen AS SELECT count(*) FILTER (WHERE owner = 'catalog_ann')::integer, count(*) FILTER (WHERE owner <> 'catalog_ann')::integer FROM (
	SELECT owner FROM public.models UNION ALL SELECT owner FROM public.runs UNION ALL SELECT owner FROM public.forecasts
	UNION ALL SELECT owner::name FROM creditspread.model_overview UNION ALL SELECT owner::name FROM creditspread.forecast_vs_actual
	UNION ALL SELECT owner::name FROM creditspread.forecast_latest UNION ALL SELECT owner::name FROM creditspread.accuracy
	UNION ALL SELECT owner::name FROM creditspread.freshness UNION ALL SELECT owner::name FROM creditspread.run_log
	UNION ALL SELECT m.owner FROM creditspread.artifact a JOIN public.models m ON m.id = a.model_id
	UNION ALL SELECT r.owner FROM creditspread.run_series s JOIN public.runs r ON r.id = s.run_id) AS rows;
PREPARE linked AS SELECT (SELECT count(*)::integer FROM creditspread.artifact), (SELECT count(*)::integer FROM creditspread.run_series);
SELECT results_eq('seen', 'VALUES (101, 0)', 'each sees his own rows, in every table and view');
SELECT results_eq('linked', 'VALUES (1, 3)', 'and what hangs on them');

SELECT is((SELECT string_agg(concat_ws(' ', relname, privilege), ', ') FROM pg_class, unnest('{INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) privilege
	WHERE relnamespace = 'creditspread'::regnamespace AND relkind IN ('r', 'v') AND has_table_privilege(oid, privilege)), NULL, 'no table is written but by the procedures');
SELECT is((SELECT string_agg(relname, ', ') FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND CASE relkind WHEN 'S' THEN has_sequence_privilege(oid, 'USAGE,UPDATE') END), NULL,
	'no number is taken');
SELECT throws_ok($$ SELECT creditspread_internal.store_forecasts(id, '{x}', '{2020-01-01}', '{1}', '{2020-01-02}', '{1}', '{1}', '{1}', '{NULL}', '{1}') FROM creditspread.run $$, '55000', NULL,
	'the functions that write do so for a run that is at work only');
SELECT throws_ok($$ SELECT creditspread_internal.store_forecasts(10, 1, '{x}', '{2020-01-01}', '{1}', '{2020-01-02}', '{1}', '{1}', '{1}', '{NULL}', '{1}') $$, '42501', NULL, 'and for nobody else');
SELECT throws_ok($$ LOCK TABLE creditspread.run IN ROW EXCLUSIVE MODE $$, '42501', NULL, 'no lock on a table keeps others out');
SELECT throws_ok($$ SELECT creditspread_internal.take_model_lock(1) $$, '42501', NULL, 'nor on a model');
SELECT throws_ok($$ INSERT INTO creditspread.method SELECT 'mine', description, unit, uses_features, takes_missing, intervals, options, reserved_options, fit, forecast, validation FROM creditspread.method LIMIT 1 $$,
	'42501', NULL, 'no method of one''s own');
SELECT throws_ok($$ UPDATE creditspread.method SET fit = 'SELECT 1' $$, '42501', NULL, 'no method changed');
SELECT throws_ok($$ DELETE FROM creditspread.forecast $$, '42501', NULL, 'nothing deleted');
SELECT throws_ok($$ CALL creditspread.drop('nothing') $$, '42704', NULL, 'nor dropped');

SET SESSION AUTHORIZATION catalog_bi;
SELECT results_eq('seen', 'VALUES (0, 0)', 'a reader of nothing');
SET SESSION AUTHORIZATION catalog_ann;
CALL creditspread.grant_reader('spread', 'catalog_desk');
SET SESSION AUTHORIZATION catalog_bi;
SELECT results_eq('seen', 'VALUES (101, 0)', 'a reader by membership, of the one model');
SELECT results_eq('linked', 'VALUES (1, 3)', 'with what hangs on it');
SELECT throws_ok($$ CALL creditspread.forecast('spread') $$, '42704', NULL, 'a reader runs nothing');
SELECT throws_ok($$ DELETE FROM creditspread.forecast $$, '42501', NULL, 'and deletes nothing');
SELECT throws_ok($$ UPDATE creditspread.model SET active = false $$, '42501', NULL, 'and changes nothing');
SELECT is((SELECT count(*)::integer FROM creditspread.comparison), 0, 'no comparison with what he may not see');
-- a function that tells what it is given must not be asked before the view's own condition
CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN IF $1 = 'catalog_ben' THEN RAISE EXCEPTION 'told %', $1; END IF; RETURN true; END $$;
SELECT lives_ok(format('SELECT * FROM %s WHERE pg_temp.tell(owner::text)', name), name || ' tells nothing')
FROM unnest('{creditspread.model_overview,creditspread.forecast_vs_actual,creditspread.forecast_interval,creditspread.forecast_latest,creditspread.accuracy,creditspread.accuracy_first,creditspread.accuracy_overall,creditspread.accuracy_holm,creditspread.freshness,creditspread.run_log,creditspread.progress,public.models,public.runs,public.forecasts,creditspread.pipeline}'::text[]) AS name;
SET SESSION AUTHORIZATION catalog_chief;
SELECT results_eq('seen', 'VALUES (101, 0)', 'a member of the owner reads');
SELECT throws_ok($$ CALL creditspread.retrain('spread') $$, '42704', NULL, 'in his own name he has no such model');
SET ROLE catalog_ann;
CALL creditspread.retrain('spread');
SELECT is((SELECT max(version) FROM public.models), 2, 'as the owner he has');
RESET ROLE;
SET SESSION AUTHORIZATION catalog_ann;
CALL creditspread.revoke_reader('spread', 'catalog_desk');
SET SESSION AUTHORIZATION catalog_bi;
SELECT results_eq('seen', 'VALUES (0, 0)', 'revoked');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(DISTINCT owner)::integer FROM creditspread.model_overview), 2, 'a superuser sees all');
SELECT throws_ok($$ CALL creditspread.retrain('spread') $$, '42704', NULL, 'but runs no query of another');

-- ---- the search_path, and names that shadow

SET SESSION AUTHORIZATION catalog_ann;
RESET search_path;
CALL creditspread.forecast('spread');
SELECT is((SELECT status FROM public.runs ORDER BY id DESC LIMIT 1), 'done', 'the query is run with the search_path of its training');
SELECT is(current_setting('search_path'), '"$user", public', 'which does not stay');
SELECT is(current_setting('transaction_read_only'), 'off', 'nor does read-only');

CREATE TABLE ann.trap (what text);
SET search_path = ann, pg_catalog, public;
CREATE FUNCTION ann.caught(text) RETURNS void LANGUAGE sql AS $$ INSERT INTO ann.trap VALUES ($1) $$;
CREATE FUNCTION ann.false_not_equal(boolean, boolean) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM ann.caught('boolean ='); RETURN false; END $$;
CREATE FUNCTION ann.false_number(float8, float8) RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN PERFORM ann.caught('number'); RETURN 0; END $$;
CREATE FUNCTION ann.false_text(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM ann.caught('text'); RETURN false; END $$;
CREATE FUNCTION ann.false_big(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM ann.caught('bigint'); RETURN false; END $$;
CREATE FUNCTION ann.false_int(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM ann.caught('integer'); RETURN false; END $$;
CREATE FUNCTION ann.false_name(name, name) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM ann.caught('name'); RETURN false; END $$;
CREATE OPERATOR ann.= (LEFTARG = boolean, RIGHTARG = boolean, FUNCTION = ann.false_not_equal);
CREATE OPERATOR ann.- (LEFTARG = float8, RIGHTARG = float8, FUNCTION = ann.false_number);
CREATE OPERATOR ann.= (LEFTARG = text, RIGHTARG = text, FUNCTION = ann.false_text);
CREATE OPERATOR ann.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = ann.false_big);
CREATE OPERATOR ann.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = ann.false_int);
CREATE OPERATOR ann.< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = ann.false_int);
CREATE OPERATOR ann.= (LEFTARG = name, RIGHTARG = name, FUNCTION = ann.false_name);
CREATE FUNCTION ann.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT ann.caught('current_setting'); SELECT 'nowhere' $$;
CREATE FUNCTION ann.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS $$ SELECT ann.caught('format'); SELECT 'SELECT 1' $$;
CREATE FUNCTION ann.var_fit(date, float8[], jsonb) RETURNS text LANGUAGE sql AS $$ SELECT ann.caught('var_fit'); SELECT 'x' $$;
CREATE FUNCTION ann.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT ann.caught('now'); SELECT '2000-01-01'::timestamptz $$;
CREATE DOMAIN ann.text AS integer;
CREATE DOMAIN ann.jsonb AS integer;
CREATE TABLE ann.model (id integer);
CREATE TABLE ann.run (id integer);
CREATE TEMPORARY TABLE model (id integer);
CREATE TEMPORARY TABLE run (id integer);
CREATE TEMPORARY TABLE forecast (id integer);
CREATE TEMPORARY TABLE pg_locks (id integer);
CREATE TEMPORARY TABLE pg_roles (rolname name, oid oid);
CREATE TEMPORARY TABLE creditspread_columns (name pg_catalog.text);
CALL creditspread.train('trapped', 'SELECT day AS "time", y FROM ann.series', 'ar', '{1,2}', calendar => 'SELECT generate_series(''2020-01-01''::date, ''2022-01-01'', ''1 day'')');
CALL creditspread.forecast('trapped');
CALL creditspread.backtest('trapped', 20, 10);
CALL creditspread.retrain('trapped');
CALL creditspread.update_actuals('trapped');
CALL creditspread.rollback('trapped');
CALL creditspread.grant_reader('trapped', 'catalog_bi');
SET search_path = pg_catalog, public;
SELECT is((SELECT string_agg(DISTINCT what, ', ') FROM ann.trap), NULL, 'no function or operator of the user was called for ours');
SELECT is((SELECT string_agg(kind || ' ' || status, ', ' ORDER BY run_id) FROM creditspread.run_log WHERE model = 'trapped'),
	'train done, forecast done, backtest done, retrain done, update_actuals done', 'and all was done');
SELECT is((SELECT count(*)::integer FROM public.forecasts a JOIN public.forecasts b USING (source, origin, horizon, entity, forecast)
	WHERE a.model = 'trapped' AND a.source = 'backtest' AND b.model = 'spread' AND b.version = 1), 40, 'with the same forecasts as in peace');
SET search_path = ann, pg_catalog, public;
CREATE TEMPORARY VIEW creditspread_rows AS SELECT 1 AS unit;
CALL creditspread.forecast('trapped');
SET search_path = pg_catalog, public;
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '42P07', 'a temporary view by the name of our table is refused');
SELECT is((SELECT count(*)::integer FROM pg_catalog.pg_locks WHERE locktype = 'advisory' OR locktype = 'object' AND classid = 'creditspread.pipeline'::regclass), 0, 'and no lock is left');
DROP VIEW pg_temp.creditspread_rows;
CREATE TEMPORARY TABLE creditspread_backtest AS SELECT 'mine' AS row;
CREATE TEMPORARY TABLE creditspread_rows AS SELECT 'mine' AS row;
CALL creditspread.forecast('trapped');
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '42P07', 'so is a temporary table of a user');
SELECT is((SELECT string_agg(row, ' ') FROM (TABLE pg_temp.creditspread_rows UNION ALL TABLE pg_temp.creditspread_backtest) t), 'mine mine', 'which stays what it is');
SELECT is((SELECT count(*)::integer FROM pg_catalog.pg_locks WHERE locktype = 'advisory' OR locktype = 'object' AND classid = 'creditspread.pipeline'::regclass) + (SELECT count(*)::integer FROM public.runs WHERE status = 'running'), 0,
	'and neither lock nor open run is left');
DROP TABLE pg_temp.creditspread_rows, pg_temp.creditspread_backtest;
CALL creditspread.forecast('trapped');
SELECT is((SELECT count(*)::integer FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname ~ '^creditspread_(rows|series|units|block)$'), 0, 'nothing of a run stays');

-- the functions of a stranger in the schema of ours, which would fit better what is not of the declared type
RESET SESSION AUTHORIZATION;
GRANT CREATE ON SCHEMA public TO catalog_ben;
SET SESSION AUTHORIZATION catalog_ben;
CREATE FUNCTION public.trap(anyarray) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'called as %', current_user; END $$;
CREATE FUNCTION public.trap_var(integer, var_model, float8[], text, integer, float8) RETURNS integer LANGUAGE sql AS $$ SELECT public.trap('{1}'::int[]) $$;
CREATE AGGREGATE public.var_forecast(var_model, float8[], text, integer, float8) (SFUNC = public.trap_var, STYPE = integer);
CREATE FUNCTION public.trap_kalman(integer, float8, kalman_model, text) RETURNS integer LANGUAGE sql AS $$ SELECT public.trap('{1}'::int[]) $$;
CREATE AGGREGATE public.kalman_filter(float8, kalman_model, text) (SFUNC = public.trap_kalman, STYPE = integer);
CREATE FUNCTION public.trap_relation(integer, varchar, varchar, varchar) RETURNS integer LANGUAGE sql AS $$ SELECT public.trap('{1}'::int[]) $$;
CREATE AGGREGATE public.relation_graph(varchar, varchar, varchar) (SFUNC = public.trap_relation, STYPE = integer);
CREATE FUNCTION public.chart_options(title text, series text[], faint text) RETURNS jsonb LANGUAGE sql AS $$ SELECT to_jsonb(public.trap('{1}'::int[])) $$;
SET SESSION AUTHORIZATION catalog_ann;
CREATE TABLE ann.relation AS SELECT s::varchar AS source, (s % 3 + 1)::varchar AS target, 'next'::varchar AS kind FROM generate_series(1, 3) s;
CREATE FUNCTION ann.last_run(model pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql AS $$ SELECT concat_ws(' ', kind, status, message) FROM public.runs r WHERE r.model = last_run.model ORDER BY id DESC LIMIT 1 $$;
CALL creditspread.train('strange ar', 'SELECT day AS "time", y FROM ann.series', 'ar');
CALL creditspread.forecast('strange ar');
CALL creditspread.train('strange var', 'SELECT day AS "time", y, -y * y AS x FROM ann.series', 'var');
CALL creditspread.forecast('strange var');
CALL creditspread.train('strange reflection', 'SELECT day AS "time", y FROM ann.series', 'reflection');
CALL creditspread.forecast('strange reflection');
CALL creditspread.train('strange kalman', 'SELECT day AS "time", y FROM ann.series', 'kalman');
CALL creditspread.forecast('strange kalman');
CALL creditspread.train('strange curve', 'SELECT day AS "time", m AS maturity, y + sin(m * y) AS y FROM ann.series, unnest(''{1,3,7,10}''::integer[]) m', 'nelson_siegel');
CALL creditspread.forecast('strange curve');
CALL creditspread.train('strange graph', 'SELECT s::varchar AS entity, day AS "time", y + sin(s * y) AS y FROM ann.series, generate_series(1, 3) s', 'graph_rank',
	options => '{"epochs": 1, "ensemble": 1, "units": [2], "graph": "SELECT * FROM ann.relation"}');
CALL creditspread.forecast('strange graph');
SELECT is(ann.last_run('strange ' || method), 'forecast done', 'no function of a stranger is called by ' || method)
FROM unnest('{ar,var,reflection,kalman,curve,graph}'::pg_catalog.text[]) AS method;
SELECT lives_ok($$ SELECT creditspread.forecast_chart('strange ar') $$, 'nor by a chart');

-- a role that is gone takes no one's sight
RESET SESSION AUTHORIZATION;
RESET search_path;
INSERT INTO creditspread.pipeline (id, owner, owner_oid, cluster, name, time_zone, created_at) VALUES (1000, 'nobody there', 1, creditspread_internal.cluster(), 'orphan', 'UTC', now());
INSERT INTO creditspread.model (id, pipeline_id, version, status, method, query, query_number, search_path, horizons, options, level, pool, time_zone, keep, promote, on_error, extension_version)
	VALUES (1000, 1000, 1, 'ready', 'ar', 'SELECT 1', 1, '', '{1}', '{}', 0.9, false, 'UTC', 1, 'always', 'skip', '0');
SET SESSION AUTHORIZATION catalog_ann;
SELECT is((SELECT count(*)::integer FROM creditspread.model_overview WHERE model = 'orphan'), 0, 'the model of a role that is gone');
SELECT cmp_ok((SELECT count(*)::integer FROM creditspread.model_overview), '>', 0, 'does not stand in the way');
RESET SESSION AUTHORIZATION;

-- ---- what stands in the rows and columns of another

RESET SESSION AUTHORIZATION;
CREATE FUNCTION error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
GRANT USAGE ON SCHEMA ben TO PUBLIC;
SET SESSION AUTHORIZATION catalog_ben;
CREATE TYPE ben.colour AS ENUM ('a', 'b');
CREATE TYPE ben.pair AS (a integer);
CREATE TYPE ben.day AS ENUM ('2024-03-01', '2024-03-02');
CREATE FUNCTION ben.trap(ben.colour) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'the cast ran as %', current_user; END $$;
CREATE FUNCTION ben.trap(ben.pair) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'the cast ran as %', current_user; END $$;
CREATE FUNCTION ben.trap(ben.day) RETURNS date LANGUAGE plpgsql AS $$ BEGIN RAISE 'the cast ran as %', current_user; END $$;
CREATE FUNCTION ben.number(ben.colour) RETURNS double precision LANGUAGE plpgsql AS $$ BEGIN RAISE 'the cast ran as %', current_user; END $$;
CREATE CAST (ben.colour AS text) WITH FUNCTION ben.trap(ben.colour);
CREATE CAST (ben.colour AS double precision) WITH FUNCTION ben.number(ben.colour);
CREATE CAST (ben.pair AS text) WITH FUNCTION ben.trap(ben.pair);
CREATE CAST (ben.day AS date) WITH FUNCTION ben.trap(ben.day);
CREATE TABLE ben.typed AS SELECT c AS entity, ROW(1)::ben.pair AS pair, '2024-01-01'::date + g AS day, 2 + sin(g * g) AS y
FROM generate_series(1, 40) g, unnest(enum_range(NULL::ben.colour)) c;
CREATE TABLE ben.days AS SELECT unnest(enum_range(NULL::ben.day));
CREATE VIEW ben.related AS SELECT a.c AS source, b.c AS target, a.c AS kind FROM unnest(enum_range(NULL::ben.colour)) a (c), unnest(enum_range(NULL::ben.colour)) b (c) WHERE a.c <> b.c;

RESET SESSION AUTHORIZATION;
SELECT is(creditspread_internal.as_text(ROW('b'::ben.colour)) || creditspread_internal.as_text(ROW(ROW(1)::ben.pair)) || creditspread_internal.as_text(ROW('{a,b}'::ben.colour[])), 'b(1){a,b}', 'values of planted types as text');
SELECT is(creditspread_internal.as_text(ROW(v)), v::text, 'as the cast says: boolean') FROM (VALUES (true)) x (v);
SELECT is(creditspread_internal.as_text(ROW(v)), v::text, 'as the cast says: character') FROM (VALUES ('a'::character(5))) x (v);
SELECT is(creditspread_internal.as_text(ROW(v)), v::text, 'as the cast says: inet') FROM (VALUES ('10.0.0.1'::inet)) x (v);
SELECT is(creditspread_internal.as_text(ROW(NULL::integer)), NULL, 'and NULL');
CALL creditspread.train('typed', 'SELECT entity, day AS "time", y FROM ben.typed', 'random_walk', calendar => 'ben.days');
CALL creditspread.train('paired', 'SELECT pair AS entity, day AS "time", y FROM ben.typed WHERE entity = ''a''::ben.colour', 'random_walk');
CALL creditspread.train('related', 'SELECT entity, entity AS "group", day AS "time", y FROM ben.typed', 'graph_rank',
	options => '{"epochs": 1, "ensemble": 1, "units": [2], "look_back": 2, "graph": "SELECT source, target, kind FROM ben.related"}');
SELECT results_eq('SELECT m.name, a.entity, a.message FROM creditspread.artifact a JOIN public.models m ON m.id = a.model_id WHERE m.owner = current_user ORDER BY 1, 2',
	$$ VALUES ('paired', '(1)', NULL::text), ('related', '', NULL), ('typed', 'a', NULL), ('typed', 'b', NULL) $$, 'no cast of another runs in a training');
CALL creditspread.forecast('paired');
SELECT ok(creditspread.forecast_chart('paired') LIKE '%<svg%', 'nor in a chart');
ALTER TABLE ben.typed DROP COLUMN y;
ALTER TABLE ben.typed ADD COLUMN y ben.colour DEFAULT 'a';
SELECT is(error_of($$ SELECT creditspread.forecast_chart('paired') $$), 'creditspread: column "y" is of type ben.colour in the query, not a number', 'nor when the column has another type since');

-- rows at the edges of what the tables take
INSERT INTO creditspread.pipeline (id, owner, owner_oid, cluster, name, time_zone, created_at)
SELECT 2000 + row_number() OVER (), 'catalog_ben', 'catalog_ben'::regrole, creditspread_internal.cluster(), concat_ws(' ', 'edge', n, m, w, t), 'Pacific/Kiritimati', now()
FROM unnest('{9e18,0}'::float8[]::bigint[]) n, unnest('{5e-324,1e308,0}'::float8[]) m, unnest('{5e-324,1e308,0}'::float8[]) w, unnest('{294276-12-31,4714-11-24 00:00:00+00 BC}'::timestamptz[]) t;
INSERT INTO creditspread.model (id, pipeline_id, version, active, status, method, query, query_number, search_path, horizons, options, level, pool, time_zone, keep, promote, on_error, extension_version,
	row_count, validation_mae, validation_random_walk_mae, trained_at)
SELECT id, id, 1, true, 'ready', 'ar', '', 1, '', '{1}', '{}', 5e-324, false, 'UTC', 5, 'always', 'skip', '', 9e18::bigint, split_part(name, ' ', 3)::float8, split_part(name, ' ', 4)::float8,
	CASE WHEN name LIKE '%BC' THEN '4714-11-24 00:00:00+00 BC' ELSE '294276-12-31' END::timestamptz FROM creditspread.pipeline WHERE id > 2000;
INSERT INTO creditspread.run (id, pipeline_id, kind, caller, started, ended, status, pid, rows_stored, steps_total, steps_done)
SELECT 2000 + row_number() OVER (), 2001, 'train', 'x', a, b, s, pg_backend_pid(), n, -2147483648, 2147483647 FROM unnest('{running,done}'::text[]) s, unnest('{9e18,0}'::float8[]::bigint[]) n,
	unnest('{294276-12-31,4714-11-24 00:00:00+00 BC}'::timestamptz[]) a, unnest('{294276-12-31,4714-11-24 00:00:00+00 BC,NULL}'::timestamptz[]) b;
INSERT INTO creditspread.forecast (pipeline_id, version, source, entity, origin, horizon, target_time, forecast, level, random_walk, made_at, run_id, actual)
SELECT m + 2000, 1, 'forecast', concat_ws(' ', f, w, a), o, h, '294276-12-31', f * (2 + sin(extract(day FROM o))::float8), 5e-324, w, '294276-12-31', 1, a
FROM unnest('{1,2}'::integer[]) m, unnest('{10000,1}'::integer[]) h, unnest('{5e-324,1e-170,1e149}'::float8[]) f, unnest('{5e-324,1e-160,-9e149}'::float8[]) w,
	unnest('{5e-324,0,1e-170,9e149}'::float8[]) a, (SELECT '2024-01-01'::timestamp + i * interval '1 day' FROM generate_series(1, 12) i UNION ALL SELECT unnest('{294276-12-31,4713-01-01 BC}'::timestamp[])) x (o);
SELECT creditspread_internal.take_model_lock(2001) \g /dev/null
SELECT is((SELECT string_agg(v || ': ' || error_of(format('SELECT count(x::text) FROM creditspread.%I x WHERE true', v)), '; ') FROM unnest('{model_overview,forecast_latest,forecast_vs_actual,forecast_interval,accuracy,accuracy_first,accuracy_overall,accuracy_holm,comparison,freshness,run_log,progress}'::text[]) v),
	NULL, 'no row of another ends the views of all');
SELECT creditspread_internal.release_model_lock(2001) \g /dev/null
SELECT ok((SELECT count(*) > 50 FROM creditspread.accuracy WHERE owner = 'catalog_ben'), 'and these are there');
SELECT is(creditspread_internal.square(x), y, format('square of %s', x)) FROM (VALUES (3::float8, 9::float8), (-1e-170, 0)) t (x, y);

-- tools
SELECT is(has_table_privilege('catalog_bi', 'creditspread.' || quote_ident(relname), 'SELECT'), true, 'a tool may read ' || relname)
FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'v' ORDER BY relname;

SELECT finish();
DEALLOCATE ALL;
DELETE FROM creditspread.pipeline;
DROP VIEW public.models, public.runs, public.forecasts CASCADE;
DROP OWNED BY catalog_ann, catalog_ben, catalog_bi, catalog_desk, catalog_chief CASCADE;
DROP ROLE catalog_ann, catalog_ben, catalog_bi, catalog_desk, catalog_chief;
