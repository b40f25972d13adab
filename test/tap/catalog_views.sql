-- The views of the catalog. Rows are put in by hand, so that every value is known and can be reckoned beside.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP 1
SET timezone = 'UTC';
SET extra_float_digits = 1;

BEGIN;
SELECT plan(102);

CREATE ROLE views_ann;
CREATE FUNCTION add_model(id bigint, name text, zone text, in_utc boolean, versions integer, active integer) RETURNS void LANGUAGE sql AS $$
	INSERT INTO creditspread.pipeline VALUES (id, 'views_ann', 'views_ann'::regrole, creditspread_internal.cluster(), name, zone, in_utc, now());
	INSERT INTO creditspread.model (id, pipeline_id, version, active, status, method, query, query_number, search_path, time_type, horizons, options, level, pool,
		time_zone, keep, promote, on_error, trained_at, extension_version)
	SELECT id * 100 + v, id, v, v = active, 'ready', 'ar', 'SELECT 1', 1, 'public', 'date', '{1,3}', '{}', 0.9, false, zone, 5, 'complete', 'skip',
		now() - interval '36 hours', '0.2.0'
	FROM generate_series(1, versions) v
$$;
CREATE FUNCTION value(i integer, s integer) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT 100 + 3 * sin(i * 1.7 + s) + 0.1 * i + cos(i * i * s)';

-- 40 evenings from 1 January on, a version for every 5 of them, two series; the row of evening i has value(i, s)
SELECT add_model(1, 'weekly', 'UTC', false, 8, 8);
INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at, last_origin, ended)
VALUES (1, 'A', '2024-01-01', '2024-02-09', 40, now(), '2024-02-09', false), (1, 'B', '2024-01-01', '2024-02-09', 40, now(), '2024-02-09', true);
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, made_at, run_id,
	actual, first_actual, first_known_at)
SELECT 1, 'forecast', CASE s WHEN 1 THEN 'A' ELSE 'B' END, timestamp '2023-12-31' + i * interval '1 day', h, (i - 1) / 5 + 1, 1, timestamp '2023-12-31' + (i + h) * interval '1 day',
	value(i, s) + sin(i), value(i, s) - 2, value(i, s) + 2, 0.9, value(i, s), timestamptz '2023-12-31 18:00' + i * interval '1 day', i,
	CASE WHEN i + h <= 40 THEN value(i + h, s) END, CASE WHEN i + h <= 40 THEN value(i + h, s) END, CASE WHEN i + h <= 40 THEN timestamptz '2024-01-01 18:00' + i * interval '1 day' END
FROM generate_series(1, 40) i, generate_series(1, 2) s, unnest('{1,3}'::integer[]) h;
-- a value that was corrected later; a rerun of the same version that said something else; the next version from the same origin
UPDATE creditspread.forecast SET actual = actual + 5 WHERE entity = 'A' AND target_time = '2024-01-20';
INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, '{"revision": 1, "forecast": 1000, "made_at": "2024-03-01"}') AS f
	FROM creditspread.forecast f WHERE f.origin IN ('2024-01-05', '2024-02-09')) x;
INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, '{"version": 2, "forecast": 500, "made_at": "2024-01-06 09:00"}') AS f
	FROM creditspread.forecast f WHERE f.origin = '2024-01-05' AND f.revision = 0) x;
-- what another query forecast under the same name
INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, '{"version": 1, "query_number": 7, "origin": "2030-01-01", "forecast": 9}') AS f
	FROM creditspread.forecast f WHERE f.origin = '2024-01-10' AND f.revision = 0) x;

-- ---- accuracy of each version, and over the life -----------------------------------------------------------------

CREATE TEMPORARY VIEW said AS SELECT i, s, h, (i - 1) / 5 + 1 AS version, value(i, s) + sin(i) AS forecast, value(i, s) AS walk,
	value(i + h, s) + CASE WHEN s = 1 AND i + h = 20 THEN 5 ELSE 0 END AS actual, value(i + h, s) AS first_actual
FROM generate_series(1, 40) i, generate_series(1, 2) s, unnest('{1,3}'::integer[]) h WHERE i + h <= 40;
CREATE FUNCTION near(a double precision, b double precision) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT coalesce(abs(a - b) <= 1e-12 * abs(b), a IS NULL AND b IS NULL)';
SELECT is(count(*)::integer, 2 * 2 * 8, 'a row for each version, series and horizon') FROM creditspread.accuracy WHERE model = 'weekly';
SELECT ok(bool_and(a.n = m.n AND near(a.mae, m.mae) AND near(a.rmse, m.rmse) AND near(a.random_walk_mae, m.walk_mae) AND near(a.bias, m.bias) AND near(a.coverage, m.coverage)) AND count(*) = 24,
	'the measures of versions')
FROM creditspread.accuracy a JOIN (SELECT CASE s WHEN 1 THEN 'A' ELSE 'B' END AS entity, h, version, count(*) AS n, avg(abs(forecast - actual)) AS mae, sqrt(avg((forecast - actual) ^ 2)) AS rmse,
		avg(abs(walk - actual)) AS walk_mae, avg(forecast - actual) AS bias, avg((actual BETWEEN walk - 2 AND walk + 2)::integer)::float8 AS coverage
	FROM said GROUP BY s, h, version) m ON m.entity = a.entity AND m.h = a.horizon AND m.version = a.version
WHERE a.model = 'weekly' AND a.version NOT IN (1, 2);
SELECT is((SELECT max(dm_squared_p_value) FROM creditspread.accuracy WHERE version NOT IN (1, 2)), NULL, 'a week is too short for a test');
CREATE TEMPORARY VIEW life AS SELECT CASE s WHEN 1 THEN 'A' ELSE 'B' END AS entity, h, count(*) AS n, avg(abs(forecast - actual)) AS mae, sqrt(avg((forecast - actual) ^ 2)) AS rmse,
	sqrt(avg((walk - actual) ^ 2)) AS walk_rmse, (dm_test(i, actual, forecast, walk, jsonb_build_object('horizon', h))).*,
	(dm_test(i, actual, forecast, walk, jsonb_build_object('horizon', h, 'loss', 'absolute'))).p_value AS absolute_p, (dm_test(i, actual, forecast, walk, jsonb_build_object('horizon', h, 'loss', 'absolute'))).better AS absolute_better
FROM said GROUP BY s, h;
SELECT ok(bool_and(a.n = m.n AND near(a.mae, m.mae) AND near(a.rmse, m.rmse) AND near(a.random_walk_rmse, m.walk_rmse) AND a.versions = 8 AND a.first_origin = '2024-01-01'
	AND a.last_origin = timestamp '2024-02-09' - m.h * interval '1 day') AND count(*) = 4,
	'over the life: what was said first from each origin, of the same query')
FROM creditspread.accuracy_overall a JOIN life m ON m.entity = a.entity AND m.h = a.horizon WHERE a.model = 'weekly';
SELECT ok(bool_and(near(a.dm_squared_statistic, m.statistic) AND near(a.dm_squared_p_value, m.p_value)
	AND a.better_by_squares = CASE m.better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE m.better END) AND count(*) = 4, 'with a test of squared errors')
FROM creditspread.accuracy_overall a JOIN life m ON m.entity = a.entity AND m.h = a.horizon WHERE a.model = 'weekly';
SELECT ok(bool_and(near(a.dm_absolute_p_value, m.absolute_p)
	AND a.better_by_absolutes = CASE m.absolute_better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE m.absolute_better END) AND count(*) = 4, 'and one of absolute errors')
FROM creditspread.accuracy_overall a JOIN life m ON m.entity = a.entity AND m.h = a.horizon WHERE a.model = 'weekly';
SELECT ok(near(f.mae, (SELECT avg(abs(forecast - first_actual)) FROM said WHERE s = 1 AND h = 1 AND version = 4))
	AND near(a.mae, (SELECT avg(abs(forecast - actual)) FROM said WHERE s = 1 AND h = 1 AND version = 4)) AND f.mae <> a.mae, 'against the values first known, and as they are now')
FROM creditspread.accuracy_first f JOIN creditspread.accuracy a USING (model, version, source, entity, horizon) WHERE version = 4 AND entity = 'A' AND horizon = 1;
SELECT is((SELECT count(*)::integer FROM creditspread.accuracy_first f JOIN creditspread.accuracy a USING (owner, model, version, source, entity, horizon) WHERE f.n <> a.n), 0, 'of as many forecasts');
-- a test that says one thing of squares and another of absolutes is told apart
SELECT add_model(2, 'contrary', 'UTC', false, 1, 1);
INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at) VALUES (2, '', '2024-01-01', '2024-06-01', 100, now());
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, level, random_walk, made_at, run_id, actual, first_actual)
SELECT 2, s, '', timestamp '2024-01-01' + i * interval '1 day', 1, 1, 1, timestamp '2024-01-02' + i * interval '1 day', CASE WHEN i % 10 = 0 THEN 5 ELSE 0.5 END, 0.9,
	1 + 0.001 * (i % 7), now(), 1, 0, 0 FROM generate_series(1, 100) i, unnest('{forecast,backtest}'::text[]) s;
SELECT results_eq($$ SELECT source, better_by_squares, better_by_absolutes, dm_squared_statistic > 0, dm_absolute_statistic < 0 FROM creditspread.accuracy WHERE model = 'contrary' ORDER BY 1 $$,
	$$ VALUES ('backtest', 'random_walk'::text, 'neither'::text, true, true), ('forecast', 'random_walk', 'neither', true, true) $$, 'each comparison names its loss');
SELECT is((SELECT count(*)::integer FROM creditspread.accuracy_overall WHERE model = 'contrary'), 1, 'backtests are no part of the life');

-- ---- the latest forecasts ----------------------------------------------------------------------------------------

SELECT results_eq($$ SELECT entity, horizon, version, revision, origin, forecast, ended FROM creditspread.forecast_latest WHERE model = 'weekly' ORDER BY 1, 2 $$,
	$$ VALUES ('A', 1, 8, 1, timestamp '2024-02-09', 1000::float8, false), ('A', 3, 8, 1, '2024-02-09', 1000, false),
		('B', 1, 8, 1, '2024-02-09', 1000, true), ('B', 3, 8, 1, '2024-02-09', 1000, true) $$, 'the last origin of the query of now, and what was said last');
UPDATE creditspread.model SET active = false WHERE pipeline_id = 1 AND active;
UPDATE creditspread.model SET active = true WHERE pipeline_id = 1 AND version = 3;
INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, '{"version": 3, "revision": 0, "forecast": 33}') AS f
	FROM creditspread.forecast f WHERE f.origin = '2024-02-09' AND f.entity = 'A' AND f.horizon = 1 AND f.revision = 0) x;
SELECT results_eq($$ SELECT entity, horizon, version, forecast FROM creditspread.forecast_latest WHERE model = 'weekly' ORDER BY 1, 2 $$,
	$$ VALUES ('A', 1, 3, 33::float8), ('B', 1, 8, 1000), ('B', 3, 8, 1000) $$, 'of the active version, where it has made some');
SELECT results_eq($$ SELECT count(*)::integer, count(*) FILTER (WHERE revision > 0)::integer, count(DISTINCT run_id)::integer FROM creditspread.forecast_vs_actual WHERE model = 'weekly' $$,
	$$ VALUES (177, 8, 40) $$, 'all that was ever said stays visible');
SELECT results_eq($$ SELECT DISTINCT actual - first_actual, first_known_at IS NOT NULL FROM creditspread.forecast_vs_actual WHERE target_time = '2024-01-20' AND entity = 'A' AND horizon = 3 AND revision = 0 $$,
	$$ VALUES (5::float8, true) $$, 'the value of now beside that known first');
SELECT ok(bool_and(error = forecast - actual AND random_walk_error = random_walk - actual AND inside_interval = (actual BETWEEN lower AND upper)) AND count(*) > 100, 'errors')
FROM creditspread.forecast_vs_actual WHERE actual IS NOT NULL AND lower IS NOT NULL;

-- ---- comparison --------------------------------------------------------------------------------------------------

SELECT add_model(3, 'other', 'UTC', false, 1, 1);
INSERT INTO creditspread.series SELECT (jsonb_populate_record(s, '{"pipeline_id": 3}')).* FROM creditspread.series s WHERE pipeline_id = 1;
INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, jsonb_build_object('pipeline_id', 3, 'version', 1, 'forecast', f.forecast + cos(f.horizon + extract(day FROM f.origin)),
	'actual', CASE WHEN f.target_time < '2024-01-08' THEN f.actual + 1 ELSE f.actual END)) AS f
	FROM creditspread.forecast f WHERE f.pipeline_id = 1 AND f.revision = 0 AND f.version = 8) x;
SELECT is((SELECT n FROM creditspread.comparison WHERE first_model = 'other' AND second_model = 'weekly' AND second_version = 8 AND entity = 'A' AND horizon = 1), 4, 'forecasts of the same origins');
UPDATE creditspread.forecast SET actual = actual + 1 WHERE pipeline_id = 3 AND origin = '2024-02-05' AND horizon = 1 AND entity = 'A';
SELECT is((SELECT n FROM creditspread.comparison WHERE first_model = 'other' AND second_version = 8 AND entity = 'A' AND horizon = 1), 3, 'a corrected value takes one row out, not all');
UPDATE creditspread.forecast SET actual = actual + 1 WHERE pipeline_id = 3 AND horizon = 1 AND entity = 'A' AND origin < '2024-02-07';
SELECT is((SELECT count(*)::integer FROM creditspread.comparison WHERE first_model = 'other' AND second_version = 8 AND entity = 'A' AND horizon = 1), 0, 'other data that agree by chance are not compared');
SELECT is((SELECT count(*)::integer FROM creditspread.comparison WHERE (first_owner, first_model, first_version) >= (second_owner, second_model, second_version)), 0, 'each pair once');
SELECT add_model(4, 'copy', 'UTC', false, 1, 1);
INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, jsonb_build_object('pipeline_id', 4, 'forecast', f.random_walk)) AS f
	FROM creditspread.forecast f WHERE f.pipeline_id = 2) x;
SELECT ok(bool_and(c.n = 100 AND near(c.dm_squared_statistic, a.dm_squared_statistic) AND near(c.dm_absolute_p_value, a.dm_absolute_p_value)
	AND c.better_by_squares = 'second' AND c.better_by_absolutes = 'neither' AND c.second_mae = a.random_walk_mae AND c.first_rmse = a.rmse) AND count(*) = 2, 'with the tests of both losses')
FROM creditspread.comparison c JOIN creditspread.accuracy a ON a.model = c.first_model AND a.source = c.source WHERE c.first_model = 'contrary' AND c.second_model = 'copy';

-- ---- zones, ages, ends -------------------------------------------------------------------------------------------

SELECT add_model(5, 'tokyo', 'Asia/Tokyo', true, 1, 1);
SELECT add_model(6, 'york', 'America/New_York', false, 1, 1);
INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at, last_origin) SELECT p, 'x', '2024-01-01', timezone('UTC', now()) - interval '2 days', 3, now(), NULL FROM unnest('{5,6}'::integer[]) p;
INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at, ended) VALUES (5, 'gone', '2024-01-01', '2024-01-02', 2, now(), true), (5, 'new', '2024-01-01', '2024-01-02', 2, now(), false);
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, level, random_walk, made_at, run_id)
SELECT p, 'forecast', 'x', CASE p WHEN 5 THEN timezone('UTC', now()) ELSE timezone('America/New_York', now()) END - interval '3 days', h, 1, 1,
	CASE p WHEN 5 THEN timezone('UTC', now()) ELSE timezone('America/New_York', now()) END - interval '3 days' + h * interval '1 day', 1, 0.9, 1, now() - interval '1 hour', 1
FROM unnest('{5,6}'::integer[]) p, unnest('{1,3}'::integer[]) h;
SELECT ok(bool_and(abs(forecast_age - 3) < 1e-6 AND abs(model_age - 1.5) < 1e-6 AND stale AND NOT ended AND forecast_at = now() - interval '1 hour' AND next_target = last_origin + interval '1 day') AND count(*) = 2,
	'ages by the clock of the zone') FROM creditspread.freshness WHERE entity = 'x';
SELECT results_eq($$ SELECT entity, ended, stale, last_origin FROM creditspread.freshness WHERE model = 'tokyo' AND entity <> 'x' ORDER BY 1 $$,
	$$ VALUES ('gone', true, false, NULL::timestamp), ('new', false, true, NULL) $$, 'a series that has ended is not stale, one without a forecast is');
UPDATE creditspread.forecast SET target_time = target_time + interval '1 day 1 hour' WHERE pipeline_id = 6;
SELECT is(stale, false, 'an hour before the day is over') FROM creditspread.freshness WHERE model = 'york';
SELECT results_eq($$ SELECT entity, last_actual FROM creditspread.freshness WHERE model = 'weekly' ORDER BY 1 $$, $$ VALUES ('A', timestamp '2024-02-09'), ('B', '2024-02-09') $$, 'what came true last');
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, level, random_walk, made_at, run_id)
VALUES (5, 'backtest', 'x', '2024-03-03 23:00', 1, 1, 1, '2024-03-04 14:59:59', 1, 0.9, 1, now(), 1), (6, 'backtest', 'x', '2024-03-03 23:00', 1, 1, 1, '2024-03-04 14:59:59', 1, 0.9, 1, now(), 1);
SELECT results_eq($$ SELECT model, origin, origin_date, target_date, time_zone FROM creditspread.forecast_vs_actual WHERE source = 'backtest' AND model IN ('tokyo', 'york') ORDER BY 1 $$,
	$$ VALUES ('tokyo', timestamp '2024-03-03 23:00', '2024-03-04'::date, '2024-03-04'::date, 'UTC'), ('york', '2024-03-03 23:00', '2024-03-03', '2024-03-04', 'America/New_York') $$,
	'dates are those of the zone');

-- ---- the log -----------------------------------------------------------------------------------------------------

INSERT INTO creditspread.run (id, pipeline_id, version, kind, caller, started, status, pid, steps_total, steps_done, message, hint)
VALUES (1, 1, 8, 'retrain', 'views_ann', now() - interval '10 seconds', 'running', pg_backend_pid(), 40, 10, NULL, NULL),
	(2, 2, 1, 'train', 'views_ann', now(), 'running', pg_backend_pid(), 4, 1, NULL, NULL),
	(3, 3, 1, 'forecast', 'views_ann', now(), 'failed', 1, 4, 1, 'what', 'why');
SELECT ok(creditspread_internal.take_model_lock(1), 'the lock of the first');
SELECT results_eq($$ SELECT run_id, owner, status, seconds IS NULL, caller, hint FROM creditspread.run_log ORDER BY 1 $$,
	$$ VALUES (1::bigint, 'views_ann', 'running', false, 'views_ann', NULL), (2, 'views_ann', 'died', true, 'views_ann', NULL), (3, 'views_ann', 'failed', false, 'views_ann', 'why') $$,
	'a run without its lock has died, and nobody knows when');
SELECT ok(percent = 25 AND seconds >= 10 AND abs(seconds_left - 3 * seconds) < 1e-9, 'what runs now') FROM creditspread.progress WHERE model = 'weekly';
SELECT is((SELECT count(*)::integer FROM creditspread.progress), 1, 'and nothing else');
SELECT ok(creditspread_internal.release_model_lock(1), 'given back');

-- ---- rows at the limits ------------------------------------------------------------------------------------------

SELECT add_model(7, 'extreme', 'Asia/Tokyo', true, 1, 1);
INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at) SELECT 7, e, '4713-01-01 BC', '294276-12-31', 9223372036854775807, now() FROM unnest('{huge,tiny,mixed,same,zero}'::text[]) e;
UPDATE creditspread.model SET row_count = 9223372036854775807, validation_mae = 5e-324, validation_random_walk_mae = 1.7e308, trained_at = '4713-01-01 BC' WHERE pipeline_id = 7;
INSERT INTO creditspread.run (id, pipeline_id, kind, caller, started, ended, status, pid, rows_stored) VALUES (9, 7, 'backtest', 'views_ann', '4713-01-01 BC', '294276-12-31', 'done', 1, 9223372036854775807);
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, made_at, run_id, actual, first_actual)
SELECT 7, s, e, CASE WHEN i = 1 THEN timestamp '4713-01-01 BC' WHEN i = 30 THEN '294276-12-31 23:59:59' ELSE '2024-01-01'::timestamp + i * interval '1 day' END, h, 1, 1, CASE WHEN i = 1 THEN timestamp '4713-01-01 BC' ELSE '294276-12-31 23:59:59' END,
	v.f * sign(sin(i)), NULL, v.f, 0.9, v.w, '2024-01-01', 1, v.a, v.a
FROM generate_series(1, 30) i, unnest('{forecast,backtest}'::text[]) s, unnest('{1,10000,2}'::integer[]) h,
	LATERAL (VALUES ('huge', 9.9e149, -9.9e149, 9.9e149), ('tiny', 5e-324, 4e-324, -5e-324), ('mixed', 9.9e149, 5e-324 * i, 5e-324), ('same', 1, 1, 1), ('zero', 0, 0, 0)) AS v (e, f, w, a);
SELECT lives_ok(format('SELECT count(x::text) FROM creditspread.%I x', relname), relname || ' at the limits')
FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'v' ORDER BY relname;
CREATE FUNCTION wrong_numbers(view text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	condition text := (SELECT string_agg(format('NOT abs(%I) < ''infinity''', attname), ' OR ') FROM pg_attribute WHERE attrelid = ('creditspread.' || view)::regclass AND atttypid = 'float8'::regtype);
	n integer;
BEGIN
	EXECUTE format('SELECT count(*) FROM creditspread.%I WHERE %s', view, coalesce(condition, 'false')) INTO n;
	RETURN n;
END $$;
SELECT is(wrong_numbers(relname), 0, relname || ' without NaN and infinity')
FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'v' ORDER BY relname;

-- ---- what holds for every view -----------------------------------------------------------------------------------

SELECT is((SELECT string_agg(DISTINCT format_type(a.atttypid, NULL), ', ') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
	WHERE c.relnamespace = 'creditspread'::regnamespace AND c.relkind = 'v' AND a.attnum > 0
		AND a.atttypid <> ALL ('{text,int4,int8,float8,bool,date,timestamp,timestamptz}'::regtype[])), NULL, 'numbers, text, booleans, dates and timestamps alone');
SELECT is((SELECT string_agg(c.relname || coalesce('.' || a.attname, ''), ', ') FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	WHERE c.relnamespace = 'creditspread'::regnamespace AND c.relkind = 'v' AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)), NULL, 'all is commented');
SELECT is((SELECT string_agg(relname, ', ') FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'v' AND NOT coalesce('security_barrier=true' = ANY (reloptions), false)), NULL,
	'no condition of a user comes before the view''s own');
CREATE ROLE views_ben;
SET LOCAL ROLE views_ben;
SELECT is(query_to_xml(format('SELECT count(*) AS n FROM creditspread.%I', relname), false, true, '')::text ~ '<n>0</n>', true, 'a stranger reads ' || relname || ' and sees nothing')
FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'v' ORDER BY relname;
RESET ROLE;
INSERT INTO creditspread.reader VALUES (5, 'views_ben', 'views_ben'::regrole, creditspread_internal.cluster());
SET LOCAL ROLE views_ben;
SELECT results_eq($$ SELECT DISTINCT owner, model FROM creditspread.forecast_vs_actual UNION SELECT owner, model FROM creditspread.freshness UNION SELECT owner, model FROM creditspread.model_overview
	UNION SELECT owner, model FROM creditspread.accuracy UNION SELECT owner, model FROM creditspread.accuracy_overall UNION SELECT first_owner, first_model FROM creditspread.comparison $$,
	$$ VALUES ('views_ann', 'tokyo') $$, 'a reader sees the model that is shared');
RESET ROLE;
SET LOCAL ROLE views_ann;
SELECT is((SELECT count(*)::integer FROM creditspread.model_overview), 14, 'an owner sees his own');
RESET ROLE;

-- ---- work on rows that no statistics know ------------------------------------------------------------------------

-- the rows that all nodes of a plan handle, with those they drop
CREATE FUNCTION work(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	RETURN (WITH RECURSIVE node (n) AS (SELECT plan -> 0 -> 'Plan' UNION ALL SELECT json_array_elements(node.n -> 'Plans') FROM node)
		SELECT sum((n ->> 'Actual Loops')::numeric * ((n ->> 'Actual Rows')::numeric + coalesce((n ->> 'Rows Removed by Filter')::numeric, 0)
			+ coalesce((n ->> 'Rows Removed by Join Filter')::numeric, 0)))::bigint FROM node);
END $$;
SELECT add_model(p, 'many' || p, 'UTC', false, 1, 1) FROM unnest('{8,9}'::integer[]) p;
INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at) SELECT p, 's' || s, '2024-01-01', '2024-01-05', 5, now() FROM generate_series(1, 1000) s, unnest('{8,9}'::integer[]) p;
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, level, random_walk, made_at, run_id, actual, first_actual)
SELECT p, 'forecast', 's' || s, timestamp '2024-01-01' + i * interval '1 day', h, 1, 1, timestamp '2024-01-01' + (i + h) * interval '1 day', i, 0.9, i + s, now(), 1, s, s
FROM generate_series(1, 5) i, generate_series(1, 1000) s, unnest('{1,2}'::integer[]) h, unnest('{8,9}'::integer[]) p;
SELECT cmp_ok(work(format('SELECT * FROM creditspread.%I', view)), '<', 20000 * 14::bigint, view || ' of 2,000 fresh series') FROM unnest('{forecast_latest,freshness,accuracy,accuracy_overall,comparison,forecast_vs_actual,model_overview}'::text[]) AS view;
SELECT cmp_ok(work($$ SELECT * FROM creditspread.comparison WHERE first_model = 'many8' AND second_model = 'many9' $$), '<', 20000 * 14::bigint, 'two models of 1,000');
SELECT cmp_ok(work(format('SELECT * FROM creditspread.%I WHERE model = %L AND entity = %L', view, 'many8', 's77')), '<', 6000::bigint, view || ' of one of them')
FROM unnest('{forecast_latest,freshness,forecast_vs_actual,accuracy,accuracy_overall}'::text[]) AS view;

SELECT * FROM finish();
ROLLBACK;
