#!/bin/bash
# Operators and functions that an ordinary role plants in the schema of the extension, before it is installed and after:
# nothing of the extension is bound to them, in a new database and in one upgraded from 0.1.0; none of them ever runs,
# and everything gives what it gives without them.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
log=$CLUSTER_ROOT/main/log
before=$(wc -c <"$log")
extensions=$("$(dirname "$(type -P postgres)")/pg_config" --sharedir)/extension

ran() { tail -c +"$before" "$log" | grep -c 'LOG:  a planted function ran: '; }
plant() { PGOPTIONS='-c search_path=pg_catalog -c check_function_bodies=off -c client_min_messages=warning' query -d "$1" -U planter -1 -f <(cat "$TEST_TMP/planting" -); }

# What an object of the extension depends on outside of the extension and pg_catalog: rules of views, constraints, policies,
# defaults, indexes, bodies, aggregates.
bound_outside()
{
	PGOPTIONS='-c search_path=pg_catalog' query -d "$1" <<-'END'
		WITH RECURSIVE part (classid, objid) AS (
			SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
			WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'creditspread'
			UNION
			SELECT d.classid, d.objid FROM part p JOIN pg_depend d ON d.refclassid = p.classid AND d.refobjid = p.objid
			WHERE d.deptype IN ('a', 'i'))
		SELECT DISTINCT pg_describe_object(p.classid, p.objid, 0) || ': ' || i.type || ' ' || i.identity
		FROM part p JOIN pg_depend d ON d.classid = p.classid AND d.objid = p.objid,
			LATERAL pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) i
		WHERE (d.refclassid, d.refobjid) NOT IN (SELECT q.classid, q.objid FROM part q) AND i.schema IS DISTINCT FROM 'pg_catalog'
			AND (i.type, i.identity) NOT IN (('extension', 'creditspread'), ('language', 'plpgsql'))
			AND NOT (i.type = 'schema' AND d.refobjid = (SELECT e.extnamespace FROM pg_extension e WHERE e.extname = 'creditspread'))
		UNION ALL
		SELECT 'in pg_catalog: ' || p.objid::regprocedure FROM part p JOIN pg_proc f ON f.oid = p.objid
		WHERE p.classid = 'pg_proc'::regclass AND f.pronamespace = 'pg_catalog'::regnamespace
		ORDER BY 1
	END
}

# ---- what is planted

query -d postgres -c 'CREATE ROLE planter LOGIN' -c 'CREATE DATABASE planted_clean' -c 'CREATE DATABASE planted'
query -d planted_clean -c 'CREATE SCHEMA "credit tools"' -c 'CREATE EXTENSION creditspread SCHEMA "credit tools"'
query -d planted -c 'GRANT CREATE ON SCHEMA public TO planter'
for database in planted_clean planted; do
	query -d $database <<-'END'
		CREATE TABLE series AS
		SELECT 's' || s AS entity, '2024-01-01'::date + g AS day, 2 + sin(g * g * 0.37 + s) + g * 0.01 AS y, cos(g * g * 0.2) AS x
		FROM generate_series(1, 3) s, generate_series(1, 60) g;
		CREATE TABLE curve AS
		SELECT '2024-01-01'::date + g AS day, m AS maturity, 3 + sin(g * 0.7) * 0.3 - exp(-m * 0.5) * (1 + cos(g * 1.3) * 0.2) + m * sin(g * 2.1) * 0.01 AS y
		FROM generate_series(1, 40) g, unnest('{0.5,1,2,5,10}'::float8[]) m;
		CREATE TABLE relation AS SELECT 's' || s AS source, 's' || s % 3 + 1 AS target, 'next' AS kind FROM generate_series(1, 3) s;
		CREATE TABLE business_day AS SELECT '2024-01-01'::date + g AS day FROM generate_series(1, 200) g;
	END
done

# The names that the script's bodies call, and the signatures of the extension.
grep -ohE '\b[a-z_0-9]+\(' "$extensions/creditspread--$(query -d planted_clean -c "SELECT extversion FROM pg_extension WHERE extname = 'creditspread'").sql" |
	tr -d '(' | sort -u >"$TEST_TMP/names"
signatures="SELECT replace(n.nspname, 'credit tools', 'public'), p.proname,
		array(SELECT replace(format_type(t, NULL), '\"credit tools\".', 'public.') FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, o) ORDER BY o)
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
		AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'creditspread'"
query -d planted_clean -c "COPY ($signatures WHERE NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[]) t WHERE t >= 16384)) TO STDOUT" >"$TEST_TMP/plain"
query -d planted_clean -c "COPY ($signatures) TO STDOUT" >"$TEST_TMP/all"

# A planted function says so in the log, whatever happens to its error.
cat >"$TEST_TMP/planting" <<'PLANTING'
CREATE PROCEDURE pg_temp.plant(name text, arguments text, result text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE pg_catalog.format('CREATE FUNCTION %s(%s) RETURNS %s LANGUAGE plpgsql AS %L', name, arguments, result,
		pg_catalog.format('BEGIN RAISE LOG ''a planted function ran: %%'', %L; RAISE EXCEPTION ''a planted function ran''; END', name));
EXCEPTION WHEN duplicate_function OR invalid_function_definition OR feature_not_supported THEN
	NULL;
END
$$;
CREATE TEMPORARY TABLE type AS
SELECT t::regtype::text AS name FROM unnest('{int2,int4,int8,float4,float8,numeric,text,varchar,name,date,timestamp,timestamptz,interval,bool,jsonb,bytea,"float8[]","text[]","name[]"}'::text[]) t;
PLANTING

plant planted <<END
SELECT format('CALL pg_temp.plant(%L, %L, %L)', 'public.planted_' || r, l.name || ', ' || t.name, r)
FROM type l, type t, unnest('{bool,float8,text,jsonb}'::text[]) r
\gexec
SELECT format('CREATE OPERATOR public.%s (FUNCTION = public.planted_%s, LEFTARG = %s, RIGHTARG = %s)', o.name, o.result, l.name, t.name)
FROM type l, type t, (VALUES ('+', 'float8'), ('-', 'float8'), ('*', 'float8'), ('/', 'float8'), ('%', 'float8'), ('^', 'float8'),
	('=', 'bool'), ('<>', 'bool'), ('<', 'bool'), ('>', 'bool'), ('<=', 'bool'), ('>=', 'bool'), ('~~', 'bool'), ('!~~', 'bool'),
	('~', 'bool'), ('~*', 'bool'), ('!~', 'bool'), ('@>', 'bool'), ('<@', 'bool'), ('&&', 'bool'), ('?', 'bool'),
	('||', 'text'), ('->', 'jsonb'), ('->>', 'text'), ('#>', 'jsonb'), ('#>>', 'text')) o (name, result)
\gexec
CREATE TEMPORARY TABLE called (name text);
\copy called FROM '$TEST_TMP/names'
CREATE TEMPORARY TABLE ours (schema text, name text, arguments text[]);
\copy ours FROM '$TEST_TMP/plain'
-- functions of pg_catalog: each argument by each type, what takes any type by that type, what takes any number by up to eight; none that returns a record, which would keep 0.1.0 from being installed
SELECT DISTINCT format('CALL pg_temp.plant(%L, %L, %L)', 'public.' || quote_ident(p.proname), s.arguments,
	CASE WHEN p.prorettype::regtype::text ~ '^any.*array' THEN t.name || '[]' WHEN p.prorettype::regtype::text ~ 'any' THEN t.name ELSE format_type(p.prorettype, NULL) END)
FROM pg_proc p JOIN called c ON c.name = p.proname, type t, generate_series(0, p.pronargs) place,
	LATERAL (SELECT string_agg(CASE WHEN o = place THEN t.name WHEN a::regtype::text ~ '^any.*array' THEN t.name || '[]' WHEN a::regtype::text ~ 'any'
			THEN t.name ELSE format_type(a, NULL) END, ', ' ORDER BY o) AS arguments FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS g (a, o)) s
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.pronargs > 0 AND p.provariadic = 0
	AND (place = 0 OR p.proargtypes[place - 1]::regtype::text !~ 'any') AND p.prokind = 'f' AND s.arguments !~ 'internal|\[\]\[\]|trigger|cstring' AND p.proargtypes::regtype[]::text !~ 'range'
	AND p.prorettype::regtype::text !~ 'internal|trigger|cstring|record'
\gexec
SELECT DISTINCT format('CALL pg_temp.plant(%L, %L, %L)', 'public.' || quote_ident(p.proname),
	(SELECT string_agg(CASE WHEN k % 2 = 1 THEN 'text' ELSE t.name END, ', ' ORDER BY k) FROM generate_series(1, n) k), format_type(p.prorettype, NULL))
FROM pg_proc p JOIN called c ON c.name = p.proname, type t, (VALUES (6)) g (n)
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.provariadic <> 0
\gexec
-- functions of the extension: other types
SELECT DISTINCT format('CALL pg_temp.plant(%L, %L, %L)', 'public.' || quote_ident(o.name), array_to_string(o.arguments[:place - 1] || t || o.arguments[place + 1:], ', '), 'text')
FROM ours o, generate_series(1, cardinality(o.arguments)) place, unnest('{varchar,text,numeric,anyelement}'::text[]) t
WHERE NOT EXISTS (SELECT FROM ours q WHERE q.name = o.name AND q.arguments = o.arguments[:place - 1] || t || o.arguments[place + 1:])
\gexec
END

same 'operators and functions are planted' t "$(PGOPTIONS='-c search_path=pg_catalog' query -d planted -c "SELECT
	(SELECT count(*) FROM pg_operator WHERE oprowner = 'planter'::regrole) = 19 * 19 * 26 AND (SELECT count(*) FROM pg_proc WHERE proowner = 'planter'::regrole) > 5000")"
query -d postgres -c 'CREATE DATABASE planted_upgraded TEMPLATE planted'

# What keeps 0.1.0 from being installed: functions in the place of aggregates, or for numbers of arguments, and functions with one argument more that
# need not be given, which make a call of the other ambiguous.
plant_more()
{
	plant "$1" <<-END
		CREATE TEMPORARY TABLE called (name text);
		\\copy called FROM '$TEST_TMP/names'
		SELECT DISTINCT format('CALL pg_temp.plant(%L, %L, %L)', 'public.' || quote_ident(p.proname), s.arguments,
			CASE WHEN p.prorettype::regtype::text ~ '^any.*array' THEN t.name || '[]' WHEN p.prorettype::regtype::text ~ 'any' THEN t.name ELSE format_type(p.prorettype, NULL) END)
		FROM pg_proc p JOIN called c ON c.name = p.proname, type t, generate_series(0, p.pronargs) place,
			LATERAL (SELECT string_agg(CASE WHEN o = place THEN t.name WHEN a::regtype::text ~ '^any.*array' THEN t.name || '[]' WHEN a::regtype::text ~ 'any'
					THEN t.name ELSE format_type(a, NULL) END, ', ' ORDER BY o) AS arguments FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS g (a, o)) s
		WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.pronargs > 0 AND p.provariadic = 0
	AND (place = 0 OR p.proargtypes[place - 1]::regtype::text !~ 'any') AND p.prokind <> 'f' AND s.arguments !~ 'internal|\[\]\[\]|trigger|cstring' AND p.proargtypes::regtype[]::text !~ 'range'
			AND p.prorettype::regtype::text !~ 'internal|trigger|cstring'
		\\gexec
		SELECT DISTINCT format('CALL pg_temp.plant(%L, %L, %L)', 'public.' || quote_ident(p.proname),
			(SELECT string_agg(CASE WHEN k % 2 = 1 THEN 'text' ELSE t.name END, ', ' ORDER BY k) FROM generate_series(1, n) k), format_type(p.prorettype, NULL))
		FROM pg_proc p JOIN called c ON c.name = p.proname, type t, generate_series(1, 10) n
		WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.provariadic <> 0
		\\gexec
		CREATE TEMPORARY TABLE ours (schema text, name text, arguments text[]);
		\\copy ours FROM '$TEST_TMP/plain'
		SELECT format('CALL pg_temp.plant(%L, %L, %L)', 'public.' || quote_ident(o.name), array_to_string(o.arguments || 'integer DEFAULT 0'::text, ', '), 'text')
		FROM ours o WHERE o.schema = 'public'
		\\gexec
	END
}

# Functions with the types of the extension, and functions in schemas creditspread and creditspread_internal, where their owner
# let them be made.
plant_afterwards()
{
	query -d "$1" -c 'GRANT CREATE ON SCHEMA creditspread, creditspread_internal TO planter'
	plant "$1" <<-END
		CREATE TEMPORARY TABLE ours (schema text, name text, arguments text[]);
		\\copy ours FROM '$TEST_TMP/all'
		SELECT format('CALL pg_temp.plant(%L, %L, %L)', o.schema || '.' || quote_ident(o.name), array_to_string(o.arguments || 'integer DEFAULT 0'::text, ', '), 'text')
		FROM ours o WHERE o.schema = 'public' AND o.arguments::text ~ 'public'
		\\gexec
		SELECT DISTINCT format('CALL pg_temp.plant(%L, %L, %L)', o.schema || '.' || quote_ident(o.name), array_to_string(o.arguments[:place - 1] || t.name || o.arguments[place + 1:], ', '), 'text')
		FROM ours o, generate_series(1, cardinality(o.arguments)) place, type t WHERE o.schema <> 'public' AND o.name !~ '_(transition|combine|final|in|out|recv|send)\$'
		\\gexec
		SELECT DISTINCT format('CALL pg_temp.plant(%L, %L, %L)', o.schema || '.' || quote_ident(o.name), array_to_string(o.arguments[:n], ', '), 'text')
		FROM ours o, generate_series(0, cardinality(o.arguments) - 1) n WHERE o.schema <> 'public' AND o.name !~ '_(transition|combine|final|in|out|recv|send)\$'
		\\gexec
		CREATE FUNCTION public.chart_options(text, text[], text[]) RETURNS jsonb LANGUAGE sql AS ' SELECT NULL ';
		CREATE FUNCTION public.chart_options(title text, series text[], faint text[], x_label text DEFAULT '') RETURNS jsonb LANGUAGE sql AS ' SELECT NULL ';
	END
}

# ---- what is bound

for database in planted_clean planted; do
	[ $database = planted_clean ] || plant_more planted
	[ $database = planted_clean ] || nothing 'it is installed where all that is planted' "$(query -d planted -c 'CREATE EXTENSION creditspread')"
	nothing "$database: nothing is bound to what is outside" "$(bound_outside $database)"
done

query -d planted_upgraded -c "CREATE EXTENSION creditspread VERSION '0.1.0'"
same 'version 0.1.0 was bound to what is planted' t "$([ "$(bound_outside planted_upgraded | grep -c 'operator public')" -gt 5 ] && echo t)"
plant_more planted_upgraded
nothing 'it is upgraded' "$(query -d planted_upgraded -c 'ALTER EXTENSION creditspread UPDATE')"
nothing 'planted_upgraded: nothing is bound to what is outside' "$(bound_outside planted_upgraded)"

# What a view of 0.1.0 took its column's type from cannot be replaced: the views are made anew, as in a new database.
described="SELECT pg_get_viewdef(c.oid), c.relacl, (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, NULL) || ' ' || col_description(c.oid, a.attnum), ', '
	ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0), obj_description(c.oid)
	FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = 'creditspread'::regnamespace ORDER BY c.relname"
query -d postgres -c 'CREATE DATABASE planted_type'
query -d planted_type <<-'END'
	CREATE FUNCTION planted(integer, float8) RETURNS date LANGUAGE sql AS 'SELECT NULL::date';
	CREATE OPERATOR - (FUNCTION = planted, LEFTARG = integer, RIGHTARG = float8);
	CREATE EXTENSION creditspread VERSION '0.1.0';
	ALTER EXTENSION creditspread UPDATE;
END
nothing 'planted_type: nothing is bound to what is outside' "$(bound_outside planted_type)"
same 'planted_type: views are as in a new database' "$(query -d planted_clean -c "$described")" "$(query -d planted_type -c "$described")"

# ---- what runs

# Calls of procedures give all arguments, since others of their names stand in schema creditspread as well.
walk()
{
	psql -X -q -At -d "$1" <<-'END' 2>&1
		SET client_min_messages = warning;
		CREATE TEMPORARY TABLE asked (name text, query text, horizons integer[], options jsonb, calendar text, method text);
		INSERT INTO asked VALUES
			('random_walk', 'SELECT entity, day AS "time", y FROM series', '{1,3}', '{}', NULL, NULL),
			('mean', 'SELECT entity, day AS "time", y FROM series', '{1,3}', '{}', 'business_day', NULL),
			('ar', 'SELECT entity, day AS "time", y FROM series', '{1,3}', '{}', NULL, NULL),
			('var', 'SELECT entity, day AS "time", y, x FROM series', '{1}', '{"lags": 2}', NULL, NULL),
			('cir', 'SELECT day AS "time", y FROM curve WHERE maturity = 5::float8', '{1,3}', '{}', NULL, NULL),
			('trend_seasonal', 'SELECT entity, day AS "time", y FROM series', '{1,3}', '{"weekly": 1, "holidays": ["a 01-03"]}', NULL, NULL),
			('kalman', 'SELECT entity, day AS "time", y FROM series', '{1}', '{"model": "ar1_plus_noise"}', NULL, NULL),
			('reflection', 'SELECT entity, day AS "time", y FROM series', '{2}', '{"fit_window": 30}', NULL, NULL),
			('nelson_siegel', 'SELECT day AS "time", maturity, y FROM curve', '{1,2}', '{}', NULL, NULL),
			('rnn', 'SELECT entity, day AS "time", y, x FROM series', '{1}', '{"epochs": 2, "ensemble": 1, "units": [3]}', NULL, NULL),
			('transformer', 'SELECT entity, day AS "time", y FROM series', '{1}', '{"epochs": 2, "ensemble": 1, "width": 4, "heads": 2, "feed_forward": 4}', NULL, NULL),
			('graph_rank', 'SELECT entity, day AS "time", y, x FROM series', '{1}', '{"epochs": 2, "ensemble": 1, "units": [3], "graph": "SELECT source, target, kind FROM relation"}', NULL, NULL),
			('unmade', 'SELECT entity, day AS "time", y FROM series', '{2}', '{"base": "none"}', NULL, 'reflection'),
			('short', 'SELECT entity, day AS "time", y FROM series', '{1}', '{}', 'SELECT day FROM business_day FETCH FIRST 3 ROWS ONLY', 'mean');
		SET search_path = pg_catalog;
		\o walk.sql
		SELECT format(E'CALL creditspread.train(%L::text, %L::text, %L::text, %L::creditspread.horizon_list, %L::jsonb, false, %L::text, 5, ''always''::text, ''skip''::text, NULL::text, 20, ''bp''::text, ''a model''::text);\n'
			'CALL creditspread.forecast(%1$L::text, NULL::timestamp);\nCALL creditspread.backtest(%1$L::text, 4, 2, ''rolling''::text, 1);\n'
			'CALL creditspread.update_actuals(%1$L::text);', name, query, coalesce(method, name), horizons, options, calendar) FROM pg_temp.asked;
		\o
		RESET search_path;
		\i walk.sql
		CALL creditspread.join_run('ar'::text, '0'::interval);
		CALL creditspread.alter_model('ar'::text, 'SELECT entity, day AS "time", y, x FROM series'::text, 'linear'::text, '{1,2}'::creditspread.horizon_list, '{"interval_levels": [0.5, 0.9]}'::jsonb, '{x}'::text[], false, NULL::text,
			5, 'always'::text, 'skip'::text, 'UTC'::text, 20, 'percent'::text, 'altered'::text, false);
		CALL creditspread.retrain('ar'::text);
		CALL creditspread.forecast('ar'::text, '2024-02-20'::timestamp);
		CALL creditspread.rollback('ar'::text);
		CALL creditspread.promote('ar'::text, 2);
		CALL creditspread.grant_reader('ar'::text, 'planter'::text);
		CALL creditspread.revoke_reader('ar'::text, 'planter'::text);
		CALL creditspread.drop('random_walk'::text);
		SELECT creditspread.import(creditspread.export('mean'::text, NULL::name, true), 'meant'::text);
		CALL creditspread.transfer('meant'::text, 'postgres'::text, NULL::text);
		CALL creditspread.forget('meant'::text, 's1'::text);
		CALL creditspread.prune('meant'::text, '2030-01-01'::timestamptz);
		SELECT model, active_version, versions FROM creditspread.owned_by('postgres'::text) ORDER BY model;
		CALL creditspread.train('refused'::text, 'SELECT 1'::text, 'ar'::text, '{1}'::creditspread.horizon_list, '{"nothing": 1}'::jsonb, true, NULL::text, 5, 'always'::text, 'skip'::text, NULL::text, 20, NULL::text, NULL::text);
		SELECT model, version, method, active, status, rows, entities, failed, horizons, features, mae, random_walk_mae, rmse, random_walk_rmse, gain
		FROM creditspread.model_overview ORDER BY model, version;
		SELECT owner, model, version, source, entity, origin, horizon, target_time, forecast, lower, upper, level, random_walk, actual, error,
			random_walk_error, inside_interval FROM creditspread.forecast_vs_actual ORDER BY model, version, source, entity, origin, horizon;
		SELECT model, version, entity, horizon, forecast FROM creditspread.forecast_latest ORDER BY model, entity, horizon;
		SELECT * FROM creditspread.accuracy ORDER BY model, version, source, entity, horizon;
		SELECT * FROM creditspread.accuracy_first ORDER BY model, version, source, entity, horizon;
		SELECT * FROM creditspread.accuracy_overall ORDER BY model, entity, horizon;
		SELECT * FROM creditspread.comparison ORDER BY first_model, first_version, second_model, second_version, source, entity, horizon;
		SELECT model, version, data_to, last_origin, next_target, last_actual, stale, ended FROM creditspread.freshness ORDER BY model, entity;
		SELECT model, version, kind, status, message, code, series_total, series_done, series_failed, steps_total, steps_done, rows_stored
		FROM creditspread.run_log ORDER BY run_id;
		SELECT * FROM creditspread.progress;
		SELECT model, version, entity, origin, horizon, quantile, value, actual, below, unit FROM creditspread.forecast_quantiles ORDER BY model, version, source, entity, origin, horizon, quantile;
		SELECT model, version, entity, origin, horizon, forecast, q05, q25, q50, q75, q95, actual, unit FROM creditspread.forecast_wide ORDER BY model, version, source, entity, origin, horizon;
		SELECT model, status, version, change_pending, next_run, series, series_stale, series_failing, actuals_due, coverage, forecasts, runs, log_rows, versions FROM creditspread.health ORDER BY model;
		SELECT creditspread_internal.next_cron_time('30 18 * * 1-5'::text, '2026-11-28 22:50:10+00'::timestamptz, 'GMT'::text);
		SELECT run_id, entity, status, message, hint, code FROM creditspread.run_series ORDER BY run_id, entity;
		SELECT creditspread.forecast_chart('ar'::text, 's1'::text, 20, NULL::timestamp, NULL::name, NULL::jsonb, NULL::text);
		SELECT creditspread.forecast_chart('nelson_siegel'::text, '5'::text, 20, NULL::timestamp, NULL::name, '{"width": 900}'::jsonb, NULL::text);
		SELECT creditspread.accuracy_chart('ar'::text, NULL::text, 'rmse'::text, NULL::text, NULL::name, NULL::jsonb, NULL::integer);
		SELECT creditspread.accuracy_chart('cir'::text, NULL::text, 'mae'::text, NULL::text, NULL::name, NULL::jsonb, 1);
		\o report.html
		SELECT creditspread.report('var'::text, NULL::name, 20, 2);
		SELECT creditspread.report('cir'::text, NULL::name, 20, 2);
		SELECT creditspread.dashboard(NULL::text[], NULL::text[], 60, 30, 10);
	END
	grep -vE ' UTC|trained|[0-9]{4}-|&#8209;' report.html
}

cd "$TEST_TMP" || exit 1
walk planted_clean >clean
same 'the walk is a long one, with the errors that it asks for' t "$([ "$(wc -l <clean)" -gt 400 ] && [ "$(grep -c 'ERROR:' clean)" = 6 ] && echo t)"
for database in planted planted_upgraded; do
	plant_afterwards $database
	walk $database >"$database.walk"
	nothing "$database: all gives what it gives without what is planted" "$(diff clean "$database.walk" | head -20)"
done
same 'nothing that is planted ran' 0 "$(ran)"
query -d planted -c 'SELECT count(gain) FROM creditspread.model_overview' >/dev/null
same 'and had it run, the log would say so' t "$([ "$(ran)" -gt 0 ] && echo t)"

for database in planted_clean planted planted_upgraded planted_type; do
	query -d postgres -c "DROP DATABASE $database"
done
query -d postgres -c 'DROP ROLE planter'
echo "1..$number"
