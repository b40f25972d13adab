-- Whether models are well, quantiles as rows and as columns, and schedules of cron. Rows are put in by hand.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP 1
SET timezone = 'UTC';

BEGIN;
SELECT plan(56);
CREATE ROLE health_ann;
CREATE ROLE health_ben;

-- a model that is well: daily rows until yesterday, two series, thirty evenings of forecasts one row ahead, nine of ten inside
CREATE FUNCTION add_model(id bigint, name text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO creditspread.pipeline (id, owner, owner_oid, cluster, name, time_zone, created_at, units)
	VALUES (id, 'health_ann', 'health_ann'::regrole, creditspread_internal.cluster(), name, 'UTC', now(), '{"1": "bp"}');
	INSERT INTO creditspread.model (id, pipeline_id, version, active, status, method, query, query_number, search_path, time_type, horizons, options, level, pool,
		time_zone, keep, promote, on_error, trained_at, extension_version)
	SELECT id * 100 + v, id, v, v = 2, 'ready', 'ar', 'SELECT 1', 1, 'public', 'date', '{1,3}', '{}', 0.9, false, 'UTC', 5, 'complete', 'skip', now(), '0.2.0' FROM generate_series(1, 2) v;
	INSERT INTO creditspread.artifact (model_id, entity, artifact, status, row_count) SELECT id * 100 + 2, e, '\x01', 'ready', 100 FROM unnest('{A,B}'::text[]) e;
	INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at, last_origin)
	SELECT id, e, current_date - 100, current_date - 1, 100, now(), current_date - 1 FROM unnest('{A,B}'::text[]) e;
	INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, made_at, run_id, actual)
	SELECT id, 'forecast', e, current_date - 1 - i, h, 2, 1, current_date - 1 - i + h, 5, 4, 6, 0.9, 5, now() - i * interval '1 day', 1, CASE WHEN h <= i THEN CASE WHEN (i + ascii(e)) % 10 = 0 THEN 7 ELSE 5.5 END END
	FROM generate_series(0, 29) i, unnest('{A,B}'::text[]) e, unnest('{1,3}'::integer[]) h;
	INSERT INTO creditspread.run (id, pipeline_id, version, kind, caller, started, ended, status, pid, series_total, series_done, rows_stored)
	SELECT id * 100 + i, id, 2, CASE i WHEN 1 THEN 'retrain' ELSE 'forecast' END, 'health_ann', now() - (30 - i) * interval '1 day', now() - (30 - i) * interval '1 day', 'done', 1, 2, 2, CASE i WHEN 1 THEN 0 ELSE 4 END
	FROM generate_series(1, 30) i;
	INSERT INTO creditspread.run_series (run_id, entity, status) SELECT id * 100 + i, e, 'done' FROM generate_series(1, 30) i, unnest('{A,B}'::text[]) e;
$$;
SELECT add_model(id, 'm' || id) FROM generate_series(1, 16) id \g /dev/null
CREATE FUNCTION pg_temp.health(integer) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(': ', status, nullif(reasons, '')) FROM creditspread.health WHERE model = 'm' || $1 $$;

SELECT is(pg_temp.health(1), 'ok', 'a model that is well');
SELECT is((SELECT row(owner, version, change_pending, trained_at = now() - interval '29 days', forecast_at = now(), next_run, series, series_ended, series_stale, series_never_forecast, series_failing, actuals_due,
	level, coverage_origins, forecasts, round(forecasts_per_day::numeric, 3), runs, log_rows, versions, time_zone)::text FROM creditspread.health WHERE model = 'm1'),
	'(health_ann,2,f,t,t,,2,0,0,0,0,0,0.9,29,120,4.000,30,90,2,UTC)', 'its figures');
SELECT ok((SELECT abs(coverage - (SELECT avg((actual BETWEEN lower AND upper)::integer) FROM creditspread.forecast_vs_actual WHERE model = 'm1' AND horizon = 1)) < 1e-12 FROM creditspread.health WHERE model = 'm1'), 'coverage is that of the shortest horizon');
SELECT ok((SELECT forecast_bytes BETWEEN 120 * 100 AND 120 * 300 AND log_bytes BETWEEN 90 * 50 AND 90 * 300 AND version_bytes BETWEEN 50 AND 500 FROM creditspread.health WHERE model = 'm1'), 'bytes are of the size that rows have');

UPDATE creditspread.series SET data_to = current_date - 7, data_from = current_date - 106 WHERE pipeline_id = 2 AND entity = 'A';
SELECT is(pg_temp.health(2), 'warning: no new rows of 1 of 2 series', 'a series whose rows do not come');
UPDATE creditspread.series SET ended = true WHERE pipeline_id = 2 AND entity = 'A';
SELECT is(pg_temp.health(2), 'ok', 'unless it has ended');
UPDATE creditspread.series SET data_to = current_date - 70, data_from = current_date - 70 - 99 * 30 WHERE pipeline_id = 2;
UPDATE creditspread.series SET ended = false WHERE pipeline_id = 2;
SELECT is(pg_temp.health(2), 'ok', 'or its rows are a month apart');

UPDATE creditspread.run SET status = 'failed', code = '22012', message = 'division by zero' WHERE id = 330;
SELECT is(pg_temp.health(3), 'error: forecast failed ' || to_char(now(), 'YYYY-MM-DD HH24:MI') || ' UTC: division by zero', 'the last forecast failed');
UPDATE creditspread.run SET code = '55P03', version = NULL WHERE id = 330;
SELECT is(pg_temp.health(3), 'ok', 'a call that was refused as another was at work is none');
UPDATE creditspread.run SET status = 'failed', code = '53200', message = 'out of memory' WHERE id = 301;
SELECT is(pg_temp.health(3), 'error: retrain failed ' || to_char(now() - interval '29 days', 'YYYY-MM-DD HH24:MI') || ' UTC: out of memory', 'the last training failed, whatever came after it');
UPDATE creditspread.run SET kind = 'train', status = 'done' WHERE id = 302;
SELECT is(pg_temp.health(3), 'ok', 'until one is done');
UPDATE creditspread.run SET status = 'running', ended = NULL WHERE id = 430;
SELECT is(pg_temp.health(4), 'error: forecast died ' || to_char(now(), 'YYYY-MM-DD HH24:MI') || ' UTC', 'a run without its session died');
UPDATE creditspread.run SET kind = 'backtest', status = 'failed', message = 'too long' WHERE id = 530;
SELECT is(pg_temp.health(5), 'warning: backtest failed ' || to_char(now(), 'YYYY-MM-DD HH24:MI') || ' UTC: too long', 'a backtest that failed is less');
UPDATE creditspread.run SET kind = 'backtest', status = 'failed' WHERE id = 520;
UPDATE creditspread.run SET kind = 'forecast', status = 'done' WHERE id = 530;
SELECT is(pg_temp.health(5), 'ok', 'and passes');

UPDATE creditspread.run_series SET status = 'failed' WHERE run_id BETWEEN 628 AND 630 AND entity = 'A';
SELECT is(pg_temp.health(6), 'warning: 1 series failed in each of the last three runs', 'a series that fails every time');
UPDATE creditspread.run_series SET status = 'done' WHERE run_id = 629;
SELECT is(pg_temp.health(6), 'ok', 'one that fails now and then');
UPDATE creditspread.artifact SET status = 'stale' WHERE model_id = 702 AND entity = 'B';
SELECT is(pg_temp.health(7), 'warning: version 2 has no fit of its own of 1 series', 'a fit of an earlier version');
DELETE FROM creditspread.forecast WHERE pipeline_id = 8 AND entity = 'B';
SELECT is(pg_temp.health(8), 'warning: no forecast of 1 of 2 series', 'a series without forecasts');
UPDATE creditspread.forecast SET actual = NULL WHERE pipeline_id = 9 AND origin < current_date - 20 AND entity = 'A';
SELECT is(pg_temp.health(9), 'warning: no actual value yet of 20 forecasts', 'actual values that do not come');
UPDATE creditspread.forecast SET actual = 7 WHERE pipeline_id = 10 AND actual IS NOT NULL AND extract(doy FROM origin)::integer % 2 = 0;
SELECT alike(pg_temp.health(10), 'warning: intervals at level 0.9 covered 0.4% of the last 29 origins', 'intervals that are too narrow');
UPDATE creditspread.forecast SET level = 0.5 WHERE pipeline_id = 11;
SELECT alike(pg_temp.health(11), 'warning: intervals at level 0.5 covered 0.% of the last 29 origins', 'or too wide');
UPDATE creditspread.forecast SET hindsight = true WHERE pipeline_id = 11;
SELECT is((SELECT coverage FROM creditspread.health WHERE model = 'm11'), NULL, 'what was said in hindsight does not count');
UPDATE creditspread.model SET active = false WHERE pipeline_id = 12;
SELECT is(pg_temp.health(12), 'warning: no version is trained', 'no version');
UPDATE creditspread.run SET status = 'failed' WHERE id = 1301;
UPDATE creditspread.model SET active = false WHERE pipeline_id = 13;
SELECT alike(pg_temp.health(13), 'error: retrain failed%', 'since it could not be trained');
UPDATE creditspread.pipeline SET changes = '{"method": "mean"}' WHERE id = 14;
SELECT is((SELECT status || change_pending FROM creditspread.health WHERE model = 'm14'), 'oktrue', 'a change that waits');
UPDATE creditspread.run SET status = 'failed' WHERE id = 1530;
UPDATE creditspread.series SET data_to = current_date - 30 WHERE pipeline_id = 15;
SELECT alike(pg_temp.health(15), 'error: forecast failed%; no new rows of 2 of 2 series', 'errors come first');
DELETE FROM creditspread.run WHERE pipeline_id = 16;
DELETE FROM creditspread.forecast WHERE pipeline_id = 16;
DELETE FROM creditspread.series WHERE pipeline_id = 16;
SELECT is((SELECT row(status, runs, forecasts, forecast_bytes, coverage, series, log_bytes, forecasts_per_day)::text FROM creditspread.health WHERE model = 'm16'), '(ok,0,0,,,0,0,0)', 'nothing but a version');

SELECT is((SELECT count(*)::integer FROM creditspread.health), 16, 'a row for each model');
SET LOCAL ROLE health_ben;
SELECT is((SELECT count(*)::integer FROM creditspread.health) + (SELECT count(*)::integer FROM creditspread.forecast_quantiles) + (SELECT count(*)::integer FROM creditspread.forecast_wide), 0, 'another role sees nothing of them');
SET LOCAL ROLE health_ann;
SELECT is((SELECT count(*)::integer FROM creditspread.health), 16, 'the owner all');
RESET ROLE;

-- ---- quantiles -----------------------------------------------------------------------------------------------------

UPDATE creditspread.forecast SET levels = '{0.5,0.8,0.9,0.95,0.99}', lowers = '{4.6,4.4,4,3,NULL}', uppers = '{5.4,5.6,6,NULL,9}' WHERE pipeline_id = 1;
SELECT is((SELECT string_agg(quantile || '=' || value, ' ' ORDER BY quantile) FROM creditspread.forecast_quantiles WHERE model = 'm1' AND entity = 'A' AND horizon = 1 AND origin = current_date - 5),
	'0.025=3 0.05=4 0.1=4.4 0.25=4.6 0.5=5 0.75=5.4 0.9=5.6 0.95=6 0.995=9', 'a row for each bound, and the forecast');
SELECT is((SELECT row(q005, q025, q05, q10, q25, q50, q75, q90, q95, q975, q995, forecast, random_walk, unit)::text FROM creditspread.forecast_wide WHERE model = 'm1' AND entity = 'A' AND horizon = 1 AND origin = current_date - 5),
	'(,3,4,4.4,4.6,5,5.4,5.6,6,,9,5,5,bp)', 'and as columns');
SELECT is((SELECT string_agg(quantile || '=' || value || below, ' ' ORDER BY quantile) FROM creditspread.forecast_quantiles WHERE model = 'm2' AND entity = 'A' AND horizon = 1 AND origin = current_date - 7),
	'0.05=4false 0.5=5false 0.95=6true', 'of a single interval, too');
UPDATE creditspread.forecast SET levels = ARRAY[1 - 2 * 0.05::float8, 0.98 - 0.03], lowers = '{4,3}', uppers = '{6,8}' WHERE pipeline_id = 2;
SELECT is((SELECT DISTINCT row(q025, q05, q95, q975)::text FROM creditspread.forecast_wide WHERE model = 'm2'), '(3,4,6,8)', 'levels that differ in the last digit are those that are meant');
SELECT is((SELECT string_agg(DISTINCT quantile::text, ' ' ORDER BY quantile::text) FROM creditspread.forecast_quantiles WHERE model = 'm2'), '0.025 0.05 0.5 0.95 0.975', 'quantiles read as such');
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_wide), (SELECT count(*)::integer FROM creditspread.forecast), 'a row for each forecast');
UPDATE creditspread.forecast SET lower = NULL, upper = NULL WHERE pipeline_id = 3;
SELECT is((SELECT string_agg(DISTINCT quantile::text, ' ') FROM creditspread.forecast_quantiles WHERE model = 'm3'), '0.5', 'without an interval the forecast alone');

-- ---- schedules of cron -----------------------------------------------------------------------------------------------

SELECT is(creditspread_internal.next_cron_time(schedule, '2026-11-28 22:50:10+00', zone)::text, next, concat_ws(' ', schedule, zone)) FROM (VALUES	-- a Saturday
	('30 18 * * 1-5', 'GMT', '2026-11-30 18:30:00+00'), ('0 6 * * 6', 'GMT', '2026-12-05 06:00:00+00'), ('* * * * *', 'GMT', '2026-11-28 22:51:00+00'),
	('50 22 * * *', 'GMT', '2026-11-29 22:50:00+00'), ('51 22 28 11 *', 'GMT', '2026-11-28 22:51:00+00'), ('*/7 3-5 1 * 0', 'GMT', '2026-11-29 03:00:00+00'),
	('0 0 29 2 *', 'GMT', '2028-02-29 00:00:00+00'), ('59 23 $ * *', 'GMT', '2026-11-30 23:59:00+00'), ('10 seconds', 'GMT', '2026-11-28 22:50:20+00'),
	('@daily', 'GMT', '2026-11-29 00:00:00+00'), ('0 0 * * 7', 'GMT', '2026-11-29 00:00:00+00'), ('0 0 31 2 *', 'GMT', NULL), ('0 18 * * 1-5', 'America/New_York', '2026-11-30 23:00:00+00'),
	('5,10-14/2 22,23 * * *', 'GMT', '2026-11-28 23:05:00+00'), ('  0  9  1  jan  * ', 'GMT', NULL), ('nonsense', 'GMT', NULL), ('*/0 * * * *', 'GMT', NULL), ('', 'GMT', NULL)) AS v (schedule, zone, next);

-- a table by the name of pg_cron's in a database without it
CREATE SCHEMA IF NOT EXISTS cron;
SELECT CASE WHEN to_regclass('cron.job') IS NULL THEN 'CREATE VIEW cron.job AS SELECT 1 / 0 AS jobid' ELSE 'SELECT' END AS plant \gset
:plant;
SELECT lives_ok('SELECT * FROM creditspread.health', 'what somebody else calls cron.job is not read');
SELECT * FROM finish();
ROLLBACK;
