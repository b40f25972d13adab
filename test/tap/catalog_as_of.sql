-- Forecasts as of a time that has passed: those of that evening, from the rows up to it.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP off
SET client_min_messages = error;
SET timezone = 'UTC';
SELECT plan(33);

CREATE SCHEMA as_of;
CREATE TABLE as_of.row AS SELECT s AS bond, d::date AS day, 2 + sin(n * n * 0.7 + length(s)) * 0.2 + n * 0.01 AS y, cos(n * 0.3) AS x
FROM (SELECT d, row_number() OVER (ORDER BY d)::integer AS n FROM generate_series('2024-01-01'::timestamp, '2024-06-07', '1 day') d WHERE extract(isodow FROM d) < 6) q, unnest('{A,BB,C}'::text[]) s
WHERE s <> 'C' OR n <= 105;
-- the days until a model's now
CREATE TABLE as_of.clock (model text, now date);
CREATE FUNCTION pg_temp.said(text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', entity, origin, horizon, version, forecast, lower, upper, random_walk, target_time, actual), E'\n' ORDER BY entity, origin, horizon, version)
	FROM creditspread.forecast_vs_actual WHERE model = $1 AND source = 'forecast' $$;
CREATE FUNCTION pg_temp.last_run(text) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', kind, version, status, rows_stored, code, message) FROM creditspread.run_log WHERE model = $1 ORDER BY run_id DESC LIMIT 1 $$;

-- each method twice: one model is run every evening, the other misses five and makes up for them in any order
SELECT string_agg(format($$
INSERT INTO as_of.clock VALUES ('%1$s evenings', '2024-05-10'), ('%1$s missed', '2024-05-10');
CALL creditspread.train('%1$s evenings', 'SELECT day AS "time", bond AS entity, y%3$s FROM as_of.row WHERE day <= (SELECT now FROM as_of.clock WHERE model = ''%1$s evenings'')', '%2$s', '{1,3}', pool => %4$s);
CALL creditspread.train('%1$s missed', 'SELECT day AS "time", bond AS entity, y%3$s FROM as_of.row WHERE day <= (SELECT now FROM as_of.clock WHERE model = ''%1$s missed'')', '%2$s', '{1,3}', pool => %4$s);
UPDATE as_of.clock SET now = '2024-05-13' WHERE model = '%1$s evenings'; CALL creditspread.forecast('%1$s evenings');
UPDATE as_of.clock SET now = '2024-05-14' WHERE model = '%1$s evenings'; CALL creditspread.forecast('%1$s evenings');
UPDATE as_of.clock SET now = '2024-05-16' WHERE model = '%1$s evenings'; CALL creditspread.forecast('%1$s evenings');
UPDATE as_of.clock SET now = '2024-05-24'; CALL creditspread.update_actuals('%1$s evenings');
CALL creditspread.forecast('%1$s missed', as_of => '2024-05-14');
CALL creditspread.forecast('%1$s missed', as_of => '2024-05-13');
CALL creditspread.forecast('%1$s missed', as_of => '2024-05-16 12:00');
$$, name, method, features, pool::text), '') AS evenings
FROM (VALUES ('each', 'ar', '', false), ('pool', 'linear', ', x', true), ('all', 'kalman', '', false), ('one', 'combination', ', x', false)) AS v (name, method, features, pool) \gset
SELECT replace(:'evenings', '''combination'', ''{1,3}''', '''combination'', ''{1,3}'', ''{"methods": ["ar", "mean"]}''') AS evenings \gset
:evenings
SELECT is(pg_temp.said(name || ' missed'), pg_temp.said(name || ' evenings'), name || ': the forecasts of missed evenings are those of these evenings, with what came true of them')
FROM unnest('{each,pool,all,one}'::text[]) AS name;
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_vs_actual WHERE model = 'each missed'), 3 * 3 * 2, 'of three evenings, series and horizons');
SELECT ok((SELECT bool_and(actual IS NOT NULL AND NOT hindsight AND origin <= '2024-05-16 12:00') FROM creditspread.forecast_vs_actual WHERE model LIKE '% missed'), 'all of which is known, at once');
SELECT is((SELECT string_agg(DISTINCT r.arguments::text, ' ' ORDER BY r.arguments::text) FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id WHERE p.name = 'each missed' AND r.kind = 'forecast'),
	'{"as_of": "2024-05-13T00:00:00"} {"as_of": "2024-05-14T00:00:00"} {"as_of": "2024-05-16T12:00:00"}', 'the log says as of when');
CALL creditspread.forecast('each missed', as_of => '2024-05-14');
SELECT is(pg_temp.last_run('each missed'), 'forecast 1 done 0', 'again, they are there');
CALL creditspread.forecast('each evenings', as_of => '2024-05-14');
SELECT is(pg_temp.last_run('each evenings'), 'forecast 1 done 0', 'as those of an evening are');
SELECT is((SELECT max(data_to) FROM creditspread.freshness WHERE model = 'each missed'), '2024-05-24', 'what is known of the data is not as of then');
SELECT is((SELECT max(origin) FROM creditspread.forecast_latest WHERE model = 'each missed'), '2024-05-16', 'the latest are those of the last origin');
CALL creditspread.forecast('each missed', as_of => '2030-01-01');
SELECT is((SELECT max(origin) FROM creditspread.forecast_latest WHERE model = 'each missed'), '2024-05-24', 'as of a time to come they are those of now');
CALL creditspread.forecast('each missed', NULL);
SELECT is(pg_temp.last_run('each missed'), 'forecast 1 done 0', 'as without a time');

-- ---- series that ended, or had not begun -------------------------------------------------------------------------------

DELETE FROM as_of.row WHERE bond = 'C' AND day > '2024-05-03';
UPDATE as_of.clock SET now = '2024-06-07';
INSERT INTO as_of.row SELECT 'D', day, y, x FROM as_of.row WHERE bond = 'A' AND day > '2024-05-17';
CALL creditspread.forecast('each missed');
SELECT is((SELECT string_agg(entity, ' ' ORDER BY entity) FROM creditspread.freshness WHERE model = 'each missed' AND ended), 'C', 'a series has ended');
SELECT is((SELECT string_agg(DISTINCT entity, ' ') FROM creditspread.run_series WHERE run_id = (SELECT max(run_id) FROM creditspread.run_log WHERE model = 'each missed') AND code = '55000'), 'D', 'another is new');
CALL creditspread.forecast('each missed', as_of => '2024-05-17');
SELECT is((SELECT string_agg(DISTINCT entity, ' ' ORDER BY entity) FROM creditspread.forecast_vs_actual WHERE model = 'each missed' AND run_id = (SELECT max(run_id) FROM creditspread.run_log WHERE model = 'each missed')), 'A BB C', 'as of a day when the one had not, and the other had not begun');
SELECT is((SELECT max(series_total) FROM creditspread.run_log WHERE model = 'each missed' AND run_id = (SELECT max(run_id) FROM creditspread.run_log WHERE model = 'each missed')), 3, 'three are looked at');
SELECT is((SELECT string_agg(entity, ' ' ORDER BY entity) FROM creditspread.freshness WHERE model = 'each missed' AND ended), 'C', 'it has ended all the same');

-- ---- versions ----------------------------------------------------------------------------------------------------------

CALL creditspread.retrain('each missed');
CALL creditspread.forecast('each missed', as_of => '2024-05-21');
SELECT is(pg_temp.last_run('each missed'), 'forecast 1 done 4 1 of 4 series failed', 'by the version that knew no later row');
SELECT is((SELECT bool_or(hindsight) FROM creditspread.forecast_vs_actual WHERE model = 'each missed'), false, 'so they are none of hindsight');
CALL creditspread.forecast('each missed', as_of => '2024-06-07');
SELECT alike(pg_temp.last_run('each missed'), 'forecast 2 done%', 'the newest that knew none');
SELECT sum(n) AS n FROM creditspread.accuracy WHERE model = 'each missed' \gset
SELECT sum(n) AS overall FROM creditspread.accuracy_overall WHERE model = 'each missed' \gset
CALL creditspread.forecast('each missed', as_of => '2024-04-22');
SELECT alike(pg_temp.last_run('each missed'), 'forecast 2 done % version 2 was trained on rows up to 2024-06-07 00:00:00, after 2024-04-22 00:00:00: no accuracy counts these forecasts',
	'where every version knew later rows the active one forecasts, and says so');
SELECT ok((SELECT bool_and(hindsight = (origin < '2024-05-01')) AND bool_or(hindsight) FROM creditspread.forecast_vs_actual WHERE model = 'each missed'), 'such forecasts are marked');
SELECT is((SELECT sum(n)::text FROM creditspread.accuracy WHERE model = 'each missed'), :'n', 'and not counted');
SELECT is((SELECT sum(n)::text FROM creditspread.accuracy_overall WHERE model = 'each missed'), :'overall', 'nor over the life of the model');
SELECT is((SELECT count(*)::integer FROM creditspread.anomaly WHERE model = 'each missed' AND origin < '2024-05-01'), 0, 'they show no anomalies');
CALL creditspread.alter_model('each missed', query => 'SELECT day AS "time", bond AS entity, 100 * y AS y FROM as_of.row');
CALL creditspread.retrain('each missed');
CALL creditspread.forecast('each missed', as_of => '2024-05-22');
SELECT ok((SELECT bool_and(version = 3 AND hindsight AND forecast > 100) FROM creditspread.forecast_vs_actual WHERE model = 'each missed' AND origin = '2024-05-22'), 'no version of another y serves');

-- ---- times ---------------------------------------------------------------------------------------------------------------

SET timezone = 'America/New_York';
CALL creditspread.train('quotes', 'SELECT timezone(''UTC'', day + interval ''20 hours'') AS "time", y FROM as_of.row WHERE bond = ''A'' AND day <= ''2024-05-10''', 'ar');
CALL creditspread.alter_model('quotes', query => 'SELECT timezone(''UTC'', day + interval ''20 hours'') AS "time", y FROM as_of.row WHERE bond = ''A''');
CALL creditspread.forecast('quotes', as_of => '2024-05-09 20:00');
CALL creditspread.forecast('quotes', as_of => '2024-05-09 19:59');
SELECT is((SELECT string_agg(origin::text, ', ' ORDER BY origin) FROM creditspread.forecast_vs_actual WHERE model = 'quotes'), '2024-05-08 20:00:00, 2024-05-09 20:00:00', 'a time is one as origins are stored: of a timestamptz query in UTC, a row of that time included');
CALL creditspread.forecast('quotes', as_of => '2024-05-08'::date);
SELECT is((SELECT min(origin) FROM creditspread.forecast_vs_actual WHERE model = 'quotes'), '2024-05-07 20:00', 'a date is its beginning');
SELECT throws_ok($$ CALL creditspread.forecast('quotes', as_of => 'infinity') $$, '22008', 'creditspread.forecast: as_of is infinity', 'no time that is none');
CALL creditspread.forecast('quotes', as_of => '2023-12-31');
SELECT is(pg_temp.last_run('quotes'), 'forecast 1 failed 0 22023 creditspread.forecast: the query of the model gives no row up to 2023-12-31 00:00:00', 'nor one before the data');
SELECT is((SELECT count(*)::integer FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname LIKE 'creditspread\_%'), 0, 'nothing of a run stays');
DO $$ BEGIN CALL creditspread.forecast('quotes', '2024-05-07 20:00'); END $$;
SELECT is((SELECT count(DISTINCT origin)::integer FROM creditspread.forecast_vs_actual WHERE model = 'quotes'), 3, 'in a loop of DO, too');

DO $$ DECLARE m text; BEGIN FOR m IN SELECT name FROM creditspread.pipeline LOOP CALL creditspread.drop(m); END LOOP; END $$;
DROP SCHEMA as_of CASCADE;
SELECT * FROM finish();
