-- The catalog: training, forecasts, actual values, backtests, versions, what it refuses.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(176);

CREATE VIEW models AS SELECT p.owner, p.name, m.* FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id;
CREATE VIEW runs AS SELECT p.owner, p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE VIEW forecasts AS SELECT p.owner, p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE TABLE monthly (month date, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8, gs5 float8, gs7 float8,
	gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8);
\copy monthly FROM 'docs/data/us_monthly_yields.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE baa AS SELECT month AS day, baa - gs10 AS y, gs10 - gs1 AS slope FROM monthly WHERE month >= '1990-01-01';
CREATE TABLE two AS SELECT entity, month AS day, y FROM monthly, LATERAL (VALUES ('Aaa', aaa - gs10), ('Baa', baa - gs10)) AS v (entity, y)
	WHERE month >= '1990-01-01';

-- ---- one series against the functions themselves

CALL creditspread.train('ar', 'SELECT day AS "time", y, slope FROM baa; ', 'ar', '{3,1}', var_options(lags => 2));
CALL creditspread.forecast('ar');
SELECT results_eq($$ SELECT horizon, forecast, lower < forecast AND forecast < upper FROM creditspread.forecast_latest WHERE model = 'ar' ORDER BY horizon $$,
	$$ SELECT step, forecast, true FROM (SELECT var_fit(day, ARRAY[y], var_options(method => 'ar', lags => 2)) AS model FROM baa) AS fit,
		var_forecast(model, 3) WHERE step IN (1, 3) ORDER BY step $$, 'forecasts are those of var_fit and var_forecast');
SELECT results_eq($$ SELECT origin_date, target_date, random_walk, actual, level, model, version, entity FROM creditspread.forecast_latest WHERE horizon = 3 $$,
	$$ SELECT max(day), (max(day) + interval '3 months')::date, (SELECT y FROM baa ORDER BY day DESC LIMIT 1), NULL::float8, 0.9::float8, 'ar', 1, ''
		FROM baa $$, 'beside the random walk, for the month three months on');
SELECT results_eq($$ SELECT method, active, status, rows, entities, failed, horizons, features, data_from, data_to FROM creditspread.model_overview $$,
	$$ SELECT 'ar', true, 'ready', count(*)::integer, 1, 0, '1, 3', 'slope', min(day)::timestamp, max(day)::timestamp FROM baa $$, 'what the overview says');
SELECT ok(extension_version = (SELECT extversion FROM pg_extension WHERE extname = 'creditspread') AND seed IS NULL AND query = 'SELECT day AS "time", y, slope FROM baa'
	AND search_path = current_setting('search_path') AND time_type = 'date' AND trained_at IS NOT NULL, 'what the model keeps') FROM models;
SELECT results_eq($$ SELECT kind, status, series_total, series_done, series_failed, rows_stored, version, message FROM creditspread.run_log ORDER BY run_id $$,
	$$ VALUES ('train', 'done', 1, 1, 0, 0, 1, NULL), ('forecast', 'done', 1, 1, 0, 2, 1, NULL) $$, 'the log');
SELECT is((SELECT count(*)::integer FROM creditspread.progress), 0, 'nothing is at work');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' OR locktype = 'object' AND classid = 'creditspread.pipeline'::regclass), 0::bigint, 'no lock is left');
SELECT hasnt_relation('pg_temp', 'creditspread_rows', 'no temporary table is left');

CALL creditspread.forecast('ar');
SELECT is((SELECT count(*)::integer FROM forecasts), 2, 'a forecast made again replaces the first');

-- validation: the last 15 % of the months by a fit to those before them
SELECT is(row(round(mae::numeric, 12), round(random_walk_mae::numeric, 12))::text, (WITH cut AS (SELECT percentile_disc(0.85) WITHIN GROUP (ORDER BY day) AS cut FROM baa),
	fit AS (SELECT var_fit(day, ARRAY[y], var_options(method => 'ar', lags => 2)) AS model FROM baa, cut WHERE day <= cut),
	f AS (SELECT day, h, y, lead(y, h) OVER (PARTITION BY h ORDER BY day) AS actual,
			(var_forecast(model, ARRAY[y], NULL, h) OVER (PARTITION BY h ORDER BY day)).forecast[1] AS forecast FROM baa, fit, unnest('{1,3}'::int[]) h)
	SELECT row(round(((sum(abs(forecast - actual)) FILTER (WHERE h = 1) + sum(abs(forecast - actual)) FILTER (WHERE h = 3)) / count(actual))::numeric, 12),
		round(((sum(abs(y - actual)) FILTER (WHERE h = 1) + sum(abs(y - actual)) FILTER (WHERE h = 3)) / count(actual))::numeric, 12))::text FROM f, cut WHERE day >= cut),
	'validation') FROM creditspread.model_overview WHERE model = 'ar';

-- ---- backtests

CREATE FUNCTION hand_backtest(origins integer, every integer, rolling boolean, gap integer) RETURNS TABLE (origin timestamp, horizon integer, forecast float8, actual float8, random_walk float8)
LANGUAGE plpgsql AS $$
DECLARE
	days date[] := ARRAY(SELECT day FROM baa ORDER BY day);
	start integer := cardinality(days) - 3 - origins + 1;
	fitted var_model;
BEGIN
	FOR i IN start .. cardinality(days) - 3 LOOP
		IF (i - start) % every = 0 THEN
			fitted := (SELECT var_fit(day, ARRAY[y], var_options(method => 'ar', lags => 2)) FROM baa
				WHERE day <= days[i - gap] AND (NOT rolling OR day >= days[i - start + 1]));
		END IF;
		RETURN QUERY SELECT days[i]::timestamp, h, (SELECT f.forecast[1] FROM (SELECT day, (var_forecast(fitted, ARRAY[y], NULL, h) OVER (ORDER BY day)).* FROM baa WHERE day <= days[i]) f
				WHERE day = days[i]), (SELECT y FROM baa WHERE day = days[i + h]), (SELECT y FROM baa WHERE day = days[i]) FROM unnest('{1,3}'::int[]) h;
	END LOOP;
END $$;
CALL creditspread.backtest('ar', origins => 50, refit_every => 12);
SELECT set_eq($$ SELECT origin, horizon, forecast, actual, random_walk FROM forecasts WHERE source = 'backtest' $$,
	$$ SELECT * FROM hand_backtest(50, 12, false, 0) $$, 'a backtest, expanding');
SELECT set_eq($$ SELECT n, mae, mape, rmse, rsr, sdape, bias, random_walk_mae, random_walk_rmse, dm_squared_statistic, dm_squared_p_value, coverage
		FROM (SELECT horizon, n, round(mae::numeric, 12) AS mae, round(mape::numeric, 12) AS mape, round(rmse::numeric, 12) AS rmse, round(rsr::numeric, 12) AS rsr,
			round(sdape::numeric, 12) AS sdape, round(bias::numeric, 12) AS bias, round(random_walk_mae::numeric, 12) AS random_walk_mae,
			round(random_walk_rmse::numeric, 12) AS random_walk_rmse, round(dm_squared_statistic::numeric, 9) AS dm_squared_statistic, round(dm_squared_p_value::numeric, 9) AS dm_squared_p_value,
			round(coverage::numeric, 12) AS coverage FROM creditspread.accuracy WHERE source = 'backtest') AS a $$,
	$$ SELECT * FROM (SELECT count(*)::integer, round(avg(abs(e))::numeric, 12), round(avg(abs(e / actual))::numeric, 12), round(sqrt(avg(e ^ 2))::numeric, 12),
			round((sqrt(avg(e ^ 2)) / stddev_samp(actual))::numeric, 12), round(stddev_pop(abs(e / actual))::numeric, 12), round(avg(e)::numeric, 12),
			round(avg(abs(random_walk - actual))::numeric, 12), round(sqrt(avg((random_walk - actual) ^ 2))::numeric, 12),
			round((dm_test(origin, actual, forecast, random_walk, dm_options(horizon => horizon))).statistic::numeric, 9),
			round((dm_test(origin, actual, forecast, random_walk, dm_options(horizon => horizon))).p_value::numeric, 9),
			round(avg((actual BETWEEN lower AND upper)::int), 12)
		FROM (SELECT *, forecast - actual AS e FROM forecasts WHERE source = 'backtest') AS f GROUP BY horizon)
		AS a (n, mae, mape, rmse, rsr, sdape, bias, random_walk_mae, random_walk_rmse, dm_squared_statistic, dm_squared_p_value, coverage) $$, 'the view accuracy is what a query by hand gives');
CALL creditspread.backtest('ar', origins => 31, refit_every => 10, window_type => 'rolling', gap => 2);
SELECT set_eq($$ SELECT origin, horizon, forecast, actual, random_walk FROM forecasts WHERE source = 'backtest' $$,
	$$ SELECT * FROM hand_backtest(31, 10, true, 2) $$, 'a backtest, rolling, with a gap, replaces the first');
SELECT is((SELECT row(steps_total, steps_done, series_done, rows_stored)::text FROM creditspread.run_log ORDER BY run_id DESC LIMIT 1), '(4,4,1,62)', 'its steps');

-- No leak: whatever happens after an origin changes no byte of the forecasts made up to it.
CREATE TABLE past AS SELECT * FROM baa;
CREATE TABLE method_run AS SELECT name AS method, CASE WHEN name IN ('rnn', 'transformer', 'mlp') THEN '{"epochs": 2, "ensemble": 1}'::jsonb
		WHEN name IN ('boosted_trees', 'random_forest') THEN '{"rounds": 10}'
		WHEN name = 'seasonal_naive' THEN '{"period": 12}' WHEN name = 'arima' THEN '{"orders": [1, 1, 0]}' WHEN name = 'ets' THEN '{"error": "A"}'
		WHEN name = 'combination' THEN '{"methods": ["linear", "var", "mean"], "weights": "errors"}' ELSE '{}' END AS options
	FROM creditspread.method WHERE name NOT IN ('nelson_siegel', 'graph_rank');
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT * FROM method_run LOOP
		CALL creditspread.train('leak_' || r.method, 'SELECT day AS "time", y, slope FROM past', r.method, '{1,3}', r.options);
		CALL creditspread.backtest('leak_' || r.method, 40, 15);
	END LOOP;
END $$;
CREATE TABLE curve AS SELECT month, maturity, y FROM monthly, LATERAL (VALUES (1, gs1), (3, gs3), (5, gs5), (10, gs10)) AS v (maturity, y) WHERE month >= '1990-01-01';
CALL creditspread.train('leak_ns', 'SELECT month AS "time", maturity, y FROM curve', 'nelson_siegel', '{1,3}');
CALL creditspread.backtest('leak_ns', 40, 15);
CREATE TABLE leak AS SELECT model, entity, origin, horizon, forecast, lower, upper FROM forecasts WHERE model LIKE 'leak%' AND origin <= '2020-09-01';
SELECT is((SELECT count(DISTINCT model)::integer FROM leak), (SELECT count(*)::integer + 1 FROM method_run), 'every method backtests');
SELECT is((SELECT count(*)::integer FROM leak WHERE lower IS NULL OR NOT forecast BETWEEN lower AND upper), 0, 'every method gives intervals');
UPDATE past SET y = 3 + random(), slope = random() * 9 WHERE day > '2020-09-01';
UPDATE curve SET y = 5 + random() WHERE month > '2020-09-01';
CREATE TABLE moved AS SELECT * FROM past ORDER BY random();
ALTER TABLE past RENAME TO before;
ALTER TABLE moved RENAME TO past;
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT DISTINCT model FROM leak LOOP
		CALL creditspread.backtest(r.model, 40, 15);
	END LOOP;
END $$;
SELECT set_eq('SELECT * FROM leak', $$ SELECT model, entity, origin, horizon, forecast, lower, upper FROM forecasts WHERE model LIKE 'leak%' AND origin <= '2020-09-01' $$,
	'nothing after an origin changes a byte of a forecast made up to it');
SELECT isnt((SELECT sum(forecast)::text FROM forecasts WHERE model = 'leak_ar'), (SELECT sum(forecast)::text FROM leak WHERE model = 'leak_ar'), 'and what is later does change');

SELECT is((SELECT count(*)::integer FROM creditspread.comparison WHERE first_model LIKE 'leak%' AND second_model LIKE 'leak%' AND entity = ''),
	(SELECT (count(*) * (count(*) - 1))::integer FROM method_run), 'all methods are compared in pairs');
SELECT is(row(n, round(first_mae::numeric, 9), round(dm_squared_statistic::numeric, 9))::text,
	(SELECT row(count(*), round(mae(a.actual, a.forecast)::numeric, 9), round((dm_test(origin, a.actual, a.forecast, b.forecast)).statistic::numeric, 9))::text
		FROM forecasts a JOIN forecasts b USING (origin, horizon, source) WHERE a.model = 'leak_ar' AND b.model = 'leak_cir' AND horizon = 1 AND source = 'backtest'),
	'the view comparison is what a query by hand gives') FROM creditspread.comparison WHERE first_model = 'leak_ar' AND second_model = 'leak_cir' AND horizon = 1;

-- ---- versions

CREATE TABLE growing AS SELECT * FROM baa WHERE day < '2020-01-01';
CALL creditspread.train('v', 'SELECT day AS "time", y, slope FROM growing', 'ar', keep => 2);
CALL creditspread.forecast('v');
INSERT INTO growing SELECT * FROM baa WHERE day BETWEEN '2020-01-01' AND '2020-06-01';
CALL creditspread.retrain('v');
SELECT is(actual, (SELECT y FROM baa WHERE day = '2020-01-01'), 'retrain fills in what has come true') FROM forecasts WHERE model = 'v';
SELECT results_eq($$ SELECT version, active, rows FROM creditspread.model_overview WHERE model = 'v' ORDER BY 1 $$, $$ VALUES (1, false, 360), (2, true, 366) $$, 'a second version');
CALL creditspread.rollback('v');
SELECT is((SELECT version FROM models WHERE name = 'v' AND active), 1, 'rollback');
SELECT throws_ok($$ CALL creditspread.rollback('v') $$, '42704', 'creditspread.rollback: model "v" has no version before the active one');
CALL creditspread.promote('v', 2);
SELECT is((SELECT version FROM models WHERE name = 'v' AND active), 2, 'promote');
SELECT throws_ok($$ CALL creditspread.promote('v', 3) $$, '42704', 'creditspread.promote: model "v" has no version 3');
SELECT is((SELECT version FROM models WHERE name = 'v' AND active), 2, 'what cannot be promoted leaves the active version');
CALL creditspread.retrain('v');
CALL creditspread.retrain('v');
SELECT results_eq($$ SELECT version, active FROM models WHERE name = 'v' ORDER BY 1 $$, $$ VALUES (3, false), (4, true) $$, 'keep');
SELECT is((SELECT count(*)::integer FROM creditspread.artifact a WHERE NOT EXISTS (SELECT FROM models WHERE id = model_id)), 0, 'artifacts go with their versions');
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model = 'v' AND version = 1), 1, 'their forecasts stay');
SELECT is((SELECT count(DISTINCT data_hash)::integer FROM models WHERE name = 'v'), 1, 'same data, same hash');
CREATE TABLE other AS SELECT * FROM growing ORDER BY md5(day::text);
CALL creditspread.train('hash', 'SELECT day AS "time", y, slope FROM other', 'ar');
SELECT is((SELECT count(DISTINCT data_hash)::integer FROM models WHERE name IN ('v', 'hash')), 1, 'whatever the order');
UPDATE other SET y = y + 1e-12 WHERE day = '2000-01-01';
CALL creditspread.retrain('hash');
SELECT is((SELECT count(DISTINCT data_hash)::integer FROM models WHERE name IN ('v', 'hash')), 2, 'another number, another hash');
CALL creditspread.train('v', 'SELECT day AS "time", y, slope FROM growing', 'mean', promote => 'if_better');
SELECT is((SELECT version FROM models WHERE name = 'v' AND active), 4, 'a worse version is not promoted');
SELECT is((SELECT message FROM runs WHERE model = 'v' ORDER BY id DESC LIMIT 1), 'version 4 stays active, version 5 is not better in validation', 'and the log says so');
CALL creditspread.promote('v', 5);
CALL creditspread.train('v', 'SELECT day AS "time", y, slope FROM growing', 'cir', promote => 'if_better');
SELECT is((SELECT version FROM models WHERE name = 'v' AND active), 6, 'a better one is');
CALL creditspread.drop('v');
SELECT is((SELECT count(*) FROM models WHERE name = 'v') + (SELECT count(*) FROM forecasts WHERE model = 'v') + (SELECT count(*) FROM runs WHERE model = 'v'), 0::bigint, 'drop');
SELECT throws_ok($$ CALL creditspread.drop('v') $$, '42704', 'creditspread.drop: role "postgres" has no model "v"');

-- a view asked for one model finds its rows: the owner is not in its condition
SELECT is(pg_get_indexdef(name::regclass, 1, false), 'pipeline_id', name || ' begins with the model') FROM unnest('{creditspread.forecast_pkey,creditspread.run_pipeline}'::text[]) AS name;

-- forecasts that run away spoil no view
CREATE TABLE away AS SELECT 1000000 + row_number() OVER (ORDER BY model) AS id, * FROM (VALUES ('away 1', 1e80, 2), ('away 2', 2e80, 2), ('away 3', 9e149, 1e-300), ('away 4', 8e149, 1e-300)) AS v (model, size, actual);
INSERT INTO creditspread.pipeline (id, owner, owner_oid, cluster, name, time_zone, created_at)
SELECT id, 'postgres', 'postgres'::regrole, creditspread_internal.cluster(), model, 'UTC', now() FROM away;
INSERT INTO creditspread.forecast (pipeline_id, version, source, entity, origin, horizon, target_time, forecast, level, random_walk, actual, made_at, run_id)
SELECT id, 1, 'backtest', '', '2000-01-01'::timestamp + d, 1, '2000-01-02'::timestamp + d, size * sin(g), 0.9, 1, actual, now(), 0
FROM away, generate_series(1, 20) g, LATERAL (SELECT g * interval '1 day' AS d) t;
SELECT results_eq($$ SELECT n, mae > 1e79, mape > 1e78, dm_squared_p_value FROM creditspread.accuracy WHERE model LIKE 'away%' ORDER BY model $$,
	$$ VALUES (20, true, true, NULL::float8), (20, true, true, NULL), (20, true, NULL, NULL), (20, true, NULL, NULL) $$, 'accuracy of forecasts that ran away');
SELECT results_eq($$ SELECT second_model, n, first_mae < second_mae, dm_squared_p_value FROM creditspread.comparison WHERE first_model IN ('away 1', 'away 3') AND second_model LIKE 'away%' ORDER BY 1 $$,
	$$ VALUES ('away 2', 20, true, NULL::float8), ('away 4', 20, false, NULL) $$, 'and their comparison');
DELETE FROM creditspread.forecast WHERE pipeline_id > 1000000;
DELETE FROM creditspread.pipeline WHERE id > 1000000;

-- another query under the same name
CREATE TABLE unit AS SELECT * FROM baa WHERE day < '2020-01-01';
CALL creditspread.train('unit', 'SELECT day AS "time", y FROM unit', 'random_walk');
CALL creditspread.forecast('unit');
INSERT INTO unit SELECT * FROM baa WHERE day = '2020-01-01';
CALL creditspread.train('unit', 'SELECT day AS "time", 100 * y AS y FROM unit', 'random_walk');
CALL creditspread.update_actuals('unit');
SELECT is(actual, NULL, 'other data do not stand for what was forecast') FROM forecasts WHERE model = 'unit';
CALL creditspread.train('unit', 'SELECT day AS "time", y, slope FROM unit', 'random_walk', keep => 1);
SELECT is(actual, (SELECT y FROM baa WHERE day = '2020-01-01'), 'the same data by another query do') FROM forecasts WHERE model = 'unit';
CALL creditspread.drop('unit');

-- ---- many series

CALL creditspread.train('pair', 'SELECT day AS "time", entity, y FROM two', 'ar', options => '{"missing": "error"}');
CALL creditspread.forecast('pair');
SELECT results_eq($$ SELECT entity, forecast FROM forecasts WHERE model = 'pair' ORDER BY 1 $$,
	$$ SELECT entity, (SELECT forecast FROM var_forecast(var_fit(day, ARRAY[y], var_options(method => 'ar')))) FROM two GROUP BY entity ORDER BY 1 $$, 'a fit for each series');
CALL creditspread.train('pool', 'SELECT day AS "time", entity, y FROM two', 'rnn', options => '{"epochs": 2, "ensemble": 1}', pool => true, horizons => '{1,2}');
CALL creditspread.forecast('pool');
SELECT set_eq($$ SELECT entity, origin, horizon, forecast, lower, upper FROM forecasts WHERE model = 'pool' $$,
	$$ SELECT entity, day::timestamp, h, (f).forecast, (f).lower, (f).upper FROM (SELECT entity, day, h, rnn_forecast(model, y, NULL, h) OVER (PARTITION BY entity, h ORDER BY day) AS f
		FROM two, (SELECT rnn_fit(entity, day, y, NULL, '{"epochs": 2, "ensemble": 1, "horizons": [1, 2], "feature_names": []}') AS model FROM two OFFSET 0) m, unnest('{1,2}'::int[]) h) q
		WHERE day = (SELECT max(day) FROM two) $$, 'one network for all series');
SELECT is((SELECT mae FROM creditspread.model_overview WHERE model = 'pool'), (SELECT (model_info(creditspread_internal.from_bytes(artifact, NULL::rnn_model)) -> 'training' ->> 'validation_mae')::float8 FROM creditspread.artifact
	JOIN models ON id = model_id WHERE name = 'pool'), 'its own validation');
UPDATE two SET y = NULL WHERE entity = 'Baa' AND day = '2001-05-01';
CALL creditspread.retrain('pair');
SELECT results_eq($$ SELECT a.entity, a.status, a.message LIKE '%2001-05-01%' FROM creditspread.artifact a JOIN models ON id = model_id WHERE name = 'pair' AND version = 2 ORDER BY 1 $$,
	$$ VALUES ('Aaa', 'ready', NULL), ('Baa', 'stale', true) $$, 'the error of one series is recorded and skipped');
SELECT results_eq($$ SELECT s.entity, s.status, s.code FROM creditspread.run_series s JOIN runs r ON r.id = run_id WHERE r.model = 'pair' AND r.version = 2 ORDER BY 1 $$,
	$$ VALUES ('Aaa', 'done', NULL), ('Baa', 'failed', '22004') $$, 'in the log too');
SELECT is((SELECT message FROM creditspread.run_log WHERE model = 'pair' ORDER BY run_id DESC LIMIT 1), 'version 1 stays active, version 2 lost 1 of its 2 series: creditspread.promote makes it active; 1 of 2 series failed', 'counted, and the version that lost it is not activated');
INSERT INTO two SELECT 'New', day, y FROM two WHERE entity = 'Aaa';
CALL creditspread.forecast('pair');
SELECT results_eq($$ SELECT s.entity, s.status, s.message FROM creditspread.run_series s WHERE run_id = (SELECT max(id) FROM runs WHERE model = 'pair') ORDER BY 1 $$,
	$$ VALUES ('Aaa', 'done', NULL), ('Baa', 'done', NULL), ('New', 'failed', 'forecast: version 1 has no fit of this series') $$, 'a series without a fit');
CALL creditspread.train('pair', 'SELECT day AS "time", entity, y FROM two', 'ar', on_error => 'stop', options => '{"missing": "error"}');
SELECT is(row(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE' LIKE 'series "Baa": y at 2001-05-01%')::text, '(22004,t)', 'on_error stop');
CALL creditspread.train('holes', 'SELECT day AS "time", y, slope, CASE WHEN day <> ''2001-05-01'' THEN y END AS hole FROM baa', 'var', on_error => 'stop', options => '{"missing": "error"}');
SELECT is(row(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE' LIKE '%feature "hole" at 2001-05-01%')::text, '(22004,t)', 'a feature that is NULL, where the fit is to refuse it');
CALL creditspread.train('late', 'SELECT day AS "time", y, CASE WHEN day < (SELECT max(day) FROM baa) THEN slope END AS slope FROM baa', 'rnn', options => '{"epochs": 1, "ensemble": 1}');
CALL creditspread.forecast('late');
SELECT is((SELECT max(origin) FROM forecasts WHERE model = 'late'), (SELECT max(day)::timestamp FROM baa), 'a feature that is late on the newest row stops no evening');
SELECT is((SELECT version FROM models WHERE name = 'pair' AND active), 1, 'the version before stays');
SELECT is((SELECT row(status, code, version)::text FROM creditspread.run_log WHERE model = 'pair' ORDER BY run_id DESC LIMIT 1), '(failed,22004,3)', 'the log says that it failed');
SELECT is((SELECT count(*)::integer FROM models WHERE status = 'training'), 0, 'nothing half trained is left');
CALL creditspread.train('missing', 'SELECT day AS "time", entity, y FROM two', 'kalman');
SELECT is((SELECT series_failed FROM runs WHERE model = 'missing'), 0, 'a missing value is no error for a filter');
CALL creditspread.train('ns', 'SELECT month AS "time", maturity, y FROM curve', 'nelson_siegel', '{1,6}');
CALL creditspread.forecast('ns');
SELECT is((SELECT string_agg(entity, ' ' ORDER BY entity) FROM forecasts WHERE model = 'ns' AND horizon = 6), '1 10 3 5', 'a curve: its maturities are the series');
CALL creditspread.train('ns', 'SELECT ''US'' AS entity, month AS "time", maturity, y FROM curve', 'nelson_siegel', '{1,6}');
CALL creditspread.forecast('ns');
SELECT is((SELECT string_agg(a.entity, ' ') FROM creditspread.artifact a JOIN models ON id = model_id WHERE name = 'ns' AND version = 2), 'US', 'one fit for a curve');
SELECT is((SELECT round(max(abs(f.forecast - g.forecast))::numeric, 12) FROM forecasts f JOIN forecasts g ON g.model = 'ns' AND g.version = 2
	AND g.entity = 'US ' || f.entity AND g.horizon = f.horizon WHERE f.model = 'ns' AND f.version = 1), 0.0, 'the same forecasts');

-- ---- the times of forecasts

CREATE TABLE calendar_case (name text, query text, want timestamp[]);
INSERT INTO calendar_case VALUES
	('business', $$ SELECT d AS "time", random() AS y FROM generate_series('2024-01-01'::date, '2024-05-16', '1 day') d WHERE extract(isodow FROM d) < 6 $$, '{2024-05-17,2024-05-20,2024-05-27}'),
	('daily', $$ SELECT d::date AS "time", random() AS y FROM generate_series('2024-01-01'::date, '2024-05-16', '1 day') d $$, '{2024-05-17,2024-05-18,2024-05-23}'),
	('weekly', $$ SELECT d::date AS "time", random() AS y FROM generate_series('2023-01-05'::date, '2024-05-16', '7 days') d $$, '{2024-05-23,2024-05-30,2024-07-04}'),
	('monthly', $$ SELECT d::date AS "time", random() AS y FROM generate_series('2020-01-15'::date, '2024-05-15', '1 month') d $$, '{2024-06-15,2024-07-15,2024-12-15}'),
	('month end', $$ SELECT (d - interval '1 day')::date AS "time", random() AS y FROM generate_series('2020-01-01'::date, '2024-02-01', '1 month') d $$, '{2024-02-29,2024-03-31,2024-08-31}'),
	('quarter', $$ SELECT d::date AS "time", random() AS y FROM generate_series('2010-01-01'::date, '2024-04-01', '3 months') d $$, '{2024-07-01,2024-10-01,2026-01-01}'),
	('hourly', $$ SELECT d AS "time", random() AS y FROM generate_series('2024-01-01'::timestamp, '2024-01-05 07:00', '1 hour') d $$, '{2024-01-05 08:00,2024-01-05 09:00,2024-01-05 14:00}'),
	('zone', $$ SELECT d AS "time", random() AS y FROM generate_series('2024-01-01 17:30+00'::timestamptz, '2024-05-17 17:30+00', '1 day') d WHERE extract(isodow FROM d) < 6 $$, '{2024-05-20 17:30,2024-05-21 17:30,2024-05-28 17:30}');
DO $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT * FROM calendar_case LOOP
		CALL creditspread.train(c.name, c.query, 'random_walk', '{1,2,7}');
		CALL creditspread.forecast(c.name);
	END LOOP;
END $$;
SELECT is((SELECT array_agg(target_time ORDER BY horizon) FROM forecasts WHERE model = name), want, name) FROM calendar_case;

CREATE TABLE price AS SELECT d::date AS day, 100 + extract(day FROM d)::float8 AS y FROM generate_series('2024-11-01'::date, '2024-12-20', '1 day') d WHERE extract(isodow FROM d) < 6;
CREATE TABLE holiday_calendar AS SELECT d::date AS day FROM generate_series('2024-11-01'::date, '2025-01-10', '1 day') d
	WHERE extract(isodow FROM d) < 6 AND d NOT IN ('2024-12-25', '2024-12-26', '2025-01-01');
CALL creditspread.train('price', 'SELECT day AS "time", y FROM price', 'random_walk', '{1,3}');
CALL creditspread.forecast('price');
CALL creditspread.train('with calendar', 'SELECT day AS "time", y FROM price', 'random_walk', '{1,3}', calendar => 'holiday_calendar');
CALL creditspread.forecast('with calendar');
SELECT is((SELECT array_agg(target_date ORDER BY model, horizon) FROM creditspread.forecast_latest WHERE model IN ('price', 'with calendar')),
	'{2024-12-23,2024-12-25,2024-12-23,2024-12-27}'::date[], 'a calendar knows the holidays');
INSERT INTO price VALUES ('2024-12-23', 201), ('2024-12-24', 202), ('2024-12-27', 203), ('2024-12-30', 204);
CALL creditspread.update_actuals('price');
SELECT results_eq($$ SELECT target_date, actual, error, random_walk_error FROM creditspread.forecast_vs_actual WHERE model = 'price' ORDER BY horizon $$,
	$$ VALUES ('2024-12-23'::date, 201::float8, -81::float8, -81::float8), ('2024-12-27', 203, -83, -83) $$, 'the row three rows on is what the forecast was for, whatever its date');
SELECT is((SELECT rows_stored FROM creditspread.run_log WHERE kind = 'update_actuals'), 2, 'counted');
CALL creditspread.train('with calendar', 'SELECT day AS "time", y FROM price', 'random_walk', '{1,20}', calendar => 'SELECT day FROM holiday_calendar -- until January');
CALL creditspread.forecast('with calendar');
SELECT is(row(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE')::text, '(22023,"forecast: the calendar has no 20 days after 2024-12-30, the origin")', 'a calendar that ends');
SELECT is((SELECT stale FROM creditspread.freshness WHERE model = 'price'), true, 'forecasts for days long past are stale');

-- ---- queries that are refused

CREATE TABLE written (i integer);
CREATE FUNCTION writes() RETURNS float8 LANGUAGE sql AS $$ INSERT INTO written VALUES (1) RETURNING 1.0::float8 $$;
CREATE FUNCTION opens() RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('transaction_read_only', 'off', false); INSERT INTO written VALUES (1); RETURN 1; END $$;
CREATE TABLE refused (name text, query text, code text, message text);
INSERT INTO refused VALUES
	('writes', 'SELECT day AS "time", y + writes() AS y FROM baa', '25006', 'cannot execute INSERT in a read-only transaction'),
	('opens', 'SELECT day AS "time", y + opens() AS y FROM baa', '25001', 'cannot set transaction read-write mode inside a read-only transaction'),
	('with', 'WITH w AS (INSERT INTO written VALUES (2) RETURNING i) SELECT day AS "time", y FROM baa, w', '0A000', 'WITH clause containing a data-modifying statement must be at the top level'),
	('no time', 'SELECT day, y FROM baa', '42703', 'creditspread: the query has no column "time"'),
	('no y', 'SELECT day AS "time" FROM baa', '42703', 'creditspread: the query has no column "y"'),
	('number', 'SELECT row_number() OVER () AS "time", y FROM baa', '42804', 'creditspread: column "time" of the query is of type bigint'),
	('text', 'SELECT day AS "time", y, ''AAA'' AS issuer, true AS ok FROM baa', '42804', 'creditspread: column "issuer" is of type text, "ok" is of type boolean in the query, not a number'),
	('text y', 'SELECT day AS "time", y::text AS y FROM baa', '42804', 'creditspread: column "y" is of type text in the query, not a number'),
	('group', 'SELECT day AS "time", y, 1 AS "group" FROM baa', '42611', 'creditspread: method ar makes no use of column "group" of the query'),
	('empty', 'SELECT day AS "time", y FROM baa WHERE false', '22023', 'creditspread: the query of model "empty" gives no row'),
	('null time', 'SELECT nullif(day, ''2000-01-01'') AS "time", y FROM baa', '22004', 'creditspread: a row of the query has no time of entity ""'),
	('null entity', 'SELECT nullif(''a'', ''a'') AS entity, day AS "time", y FROM baa', '22004', 'creditspread: a row of the query has a time of no entity'),
	('infinite time', 'SELECT ''infinity''::date AS "time", y FROM baa', '22008', 'creditspread: a row of the query has a time of infinity'),
	('nan', 'SELECT day AS "time", CASE WHEN day = ''2000-01-01'' THEN ''NaN'' ELSE y END AS y FROM baa', '22003', 'ar: y at 2000-01-01 00:00:00 is NaN'),
	('infinite', 'SELECT day AS "time", CASE WHEN day = ''2000-01-01'' THEN ''-inf'' ELSE y END AS y FROM baa', '22003', 'ar: y at 2000-01-01 00:00:00 is -Infinity'),
	('twice', 'SELECT day AS "time", y FROM baa UNION ALL SELECT ''2000-01-01'', 1', '23505', 'ar: time 2000-01-01 00:00:00 is there twice'),
	('one row', 'SELECT day AS "time", y FROM baa WHERE day = ''2000-01-01''', '22023', NULL),
	('constant', 'SELECT day AS "time", 1 AS y FROM baa', '22000', NULL),
	('syntax', 'SELECT day AS "time", y FRM baa', '42601', NULL),
	('two statements', 'SELECT day AS "time", y FROM baa) AS q; CREATE TABLE injected AS (SELECT 1', '42601', NULL),
	('no table', 'SELECT day AS "time", y FROM nothing', '42P01', 'relation "nothing" does not exist'),
	('zero', 'SELECT day AS "time", 1 / (y - y) AS y FROM baa', '22012', 'division by zero'),
	('alias', 'SELECT day AS "time", y, y FROM baa', '42701', 'column name "y" specified more than once');
\o /dev/null
SELECT format('CALL creditspread.train(%L, %L, %L)', name, query, 'ar') FROM refused \gexec
\o
SELECT is((SELECT row(status, code)::text FROM creditspread.run_log WHERE model = name), row('failed', code)::text, 'refused: ' || name) FROM refused;
SELECT is((SELECT r.message FROM creditspread.run_log r WHERE model = name), message, 'what is said of: ' || name) FROM refused WHERE message IS NOT NULL;
SELECT is((SELECT count(*)::integer FROM written), 0, 'nothing was written');
SELECT hasnt_table('injected');
SELECT is((SELECT count(*)::integer FROM models JOIN refused USING (name)), 0, 'no version of them');

CREATE TABLE wide AS SELECT day, y, slope, slope ^ 2 AS other FROM baa;
CALL creditspread.train('wide', 'SELECT day AS "time", y, other, slope FROM (SELECT * FROM wide) w', 'var');
CREATE VIEW shape AS SELECT day AS "time", y, slope FROM wide;
CALL creditspread.train('shape', 'SELECT * FROM shape', 'var');
CALL creditspread.forecast('shape');
DROP VIEW shape;
CREATE VIEW shape AS SELECT random() AS new, slope, day AS "time", y FROM wide;
CALL creditspread.retrain('shape');
CALL creditspread.forecast('shape');
SELECT is((SELECT count(DISTINCT forecast)::integer FROM forecasts WHERE model = 'shape'), 1, 'features are matched by name, new columns left out');
DROP VIEW shape;
CREATE VIEW shape AS SELECT day AS "time", y FROM wide;
CALL creditspread.retrain('shape');
SELECT is(row(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE')::text, '(42703,"creditspread: the query has no column ""slope"" any more, a feature of model ""shape""")', 'a feature that is gone');
SELECT is((SELECT version FROM models WHERE name = 'shape' AND active), 2, 'the version before serves');

-- ---- arguments that are refused

SELECT throws_ok(format('CALL creditspread.%s', call), code, message, call) FROM (VALUES
	($$train(NULL, 'SELECT 1')$$, '22004', 'creditspread.train: argument name is empty'),
	($$train('', 'SELECT 1')$$, '22004', 'creditspread.train: argument name is empty'),
	($$train('x', NULL)$$, '22004', 'creditspread.train: argument query is empty'),
	($$train('x', ' ; ')$$, '22004', 'creditspread.train: argument query is empty'),
	($$train('x', 'SELECT 1', NULL)$$, '22004', 'creditspread.train: argument method is empty'),
	($$train('x', 'SELECT 1', pool => NULL)$$, '22004', 'creditspread.train: argument pool is empty'),
	($$train('x', 'SELECT 1', horizons => NULL)$$, '22004', 'creditspread.train: argument horizons is empty'),
	($$train('x', 'SELECT 1', horizons => '{}')$$, '22023', 'horizons is empty'),
	($$train('x', 'SELECT 1', 'garch')$$, '22023', 'creditspread.train: no method "garch"'),
	($$train('x', 'SELECT 1', horizons => '{0}')$$, '22023', 'horizons has 0, must be from 1 to 10000'),
	($$train('x', 'SELECT 1', horizons => '{1,1}')$$, '22023', 'horizons has 1 twice'),
	($$train('x', 'SELECT 1', horizons => '{1,NULL}')$$, '22P02', 'horizons is "{1,NULL}", must be a number of rows or a list of them'),
	($$train('x', 'SELECT 1', horizons => '{10001}')$$, '22023', 'horizons has 10001, must be from 1 to 10000'),
	($$train('x', 'SELECT 1', horizons => '{{1,2}}')$$, '22P02', 'horizons is "{{1,2}}", must be a number of rows or a list of them'),
	($$train('x', 'SELECT 1', calendar => E' \n')$$, '22004', 'creditspread.train: argument calendar is empty'),
	($$train('x', 'SELECT 1', keep => 0)$$, '22023', 'creditspread.train: keep is 0'),
	($$train('x', 'SELECT 1', promote => 'never')$$, '22023', 'creditspread.train: promote is "never"'),
	($$train('x', 'SELECT 1', on_error => 'cry')$$, '22023', 'creditspread.train: on_error is "cry"'),
	($$train('x', 'SELECT 1', options => '[]')$$, '22023', 'creditspread.train: options are a jsonb array, not an object'),
	($$train('x', 'SELECT 1', 'rnn', options => '{"horizons": [1]}')$$, '22023', 'creditspread.train: option "horizons" is not to be given'),
	($$train('x', 'SELECT 1', 'mean', options => '{"lags": 1}')$$, '22023', 'creditspread.train: method mean has no option "lags"'),
	($$train('x', 'SELECT 1', 'mean', options => '{"interval_level": 1}')$$, '22023', 'creditspread.train: option "interval_level" is 1'),
	($$train('x', 'SELECT 1', 'mean', options => '{"interval_level": "a"}')$$, '22023', 'creditspread.train: option "interval_level" is "a"'),
	($$train('x', 'SELECT 1', 'ar', pool => true)$$, '0A000', 'creditspread.train: method ar has no common fit of many series'),
	($$forecast('nobody')$$, '42704', 'creditspread.forecast: role "postgres" has no trained model "nobody"'),
	($$forecast(NULL)$$, '42704', NULL),
	($$retrain('nobody')$$, '42704', 'creditspread.retrain: role "postgres" has no trained model "nobody"'),
	($$backtest('nobody')$$, '42704', 'creditspread.backtest: role "postgres" has no trained model "nobody"'),
	($$update_actuals('nobody')$$, '42704', 'creditspread.update_actuals: role "postgres" has no trained model "nobody"'),
	($$backtest('ar', 0)$$, '22023', 'creditspread.backtest: origins is 0'),
	($$backtest('ar', NULL)$$, '22023', 'creditspread.backtest: origins is NULL'),
	($$backtest('ar', refit_every => 0)$$, '22023', 'creditspread.backtest: refit_every is 0'),
	($$backtest('ar', gap => -1)$$, '22023', 'creditspread.backtest: gap is -1'),
	($$backtest('ar', window_type => 'tumbling')$$, '22023', 'creditspread.backtest: window_type is "tumbling"'),
	($$grant_reader('ar', 'nobody at all')$$, '42704', 'creditspread.grant_reader: no role "nobody at all"'),
	($$grant_reader('none', 'postgres')$$, '42704', 'creditspread.grant_reader: role "postgres" has no model "none"'),
	($$revoke_reader('ar', 'postgres')$$, '42704', 'creditspread.revoke_reader: role "postgres" does not read model "ar" of role "postgres"')
	) AS v (call, code, message);
CALL creditspread.train('option', 'SELECT day AS "time", y FROM baa', 'ar', options => '{"lag": 1}');
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '22023', 'an option that var_fit does not know');
SELECT is((SELECT count(*) FROM runs WHERE model = 'option'), 0::bigint, 'and begins no run');
CALL creditspread.backtest('ar', 5000);
SELECT is(row(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE')::text, '(22023,"backtest: 393 times, of which 5000 origins, horizon 3 and gap 0 leave none to fit")', 'more origins than rows');
BEGIN;
CALL creditspread.forecast('ar');
\set code :LAST_ERROR_SQLSTATE
\set message :LAST_ERROR_MESSAGE
ROLLBACK;
SELECT is(row(:'code', :'message')::text, '(2D000,"creditspread.forecast: cannot run inside a transaction block")', 'inside a transaction block');
CREATE FUNCTION calls() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL creditspread.forecast('ar'); END $$;
SELECT throws_ok('SELECT calls()', '2D000', NULL, 'inside a function');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' OR locktype = 'object' AND classid = 'creditspread.pipeline'::regclass), 0::bigint, 'no lock is left by any error');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND classid = 'creditspread.pipeline'::regclass), 0::bigint, 'nor that of a model');
SELECT is((SELECT count(*)::integer FROM creditspread.progress) + (SELECT count(*)::integer FROM runs WHERE status = 'running'), 0, 'no run is left open by any error');

-- ---- what every view and column must have

SELECT is((SELECT string_agg(format('%s.%s', relname, attname), ' ') FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid WHERE relnamespace = 'creditspread'::regnamespace AND relkind IN ('r', 'v')
	AND attnum > 0 AND NOT attisdropped AND col_description(c.oid, attnum) IS NULL), NULL, 'a comment on every column');
SELECT is((SELECT string_agg(relname, ' ') FROM pg_class c WHERE relnamespace = 'creditspread'::regnamespace AND relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL), NULL, 'a comment on every table and view');
SELECT is((SELECT string_agg(proname, ' ') FROM pg_proc p WHERE pronamespace IN ('creditspread'::regnamespace, 'creditspread_internal'::regnamespace) AND obj_description(p.oid, 'pg_proc') IS NULL), NULL, 'a comment on every routine');
SELECT is((SELECT string_agg(DISTINCT format_type(atttypid, NULL), ', ' ORDER BY format_type(atttypid, NULL)) FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid
	WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'v' AND attnum > 0), 'bigint, boolean, date, double precision, integer, text, timestamp with time zone, timestamp without time zone', 'plain types in the views');
SELECT is((SELECT string_agg(proname, ' ') FROM pg_proc WHERE pronamespace IN ('creditspread'::regnamespace, 'creditspread_internal'::regnamespace) AND prosecdef
	AND (proargtypes[0] <> 'oid'::regtype OR proargnames[1] <> 'caller' OR has_function_privilege('pg_monitor', oid, 'EXECUTE') OR proconfig[1] <> 'search_path=pg_catalog, pg_temp')), NULL,
	'what runs with the rights of the owner is told for whom, has a fixed search_path, and nobody else may call it');
SELECT is((SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
	WHERE pronamespace IN ('creditspread'::regnamespace, 'creditspread_internal'::regnamespace) AND proconfig IS NULL AND prosqlbody IS NULL AND lanname IN ('sql', 'plpgsql')),
	'backtest carry_out_run forecast join_run retrain train update_actuals', 'all bodies that are read when they run set their search_path, but the procedures that commit');
SELECT is((SELECT string_agg(proname, ' ') FROM pg_proc WHERE pronamespace IN ('creditspread'::regnamespace, 'creditspread_internal'::regnamespace) AND prosrc LIKE '%public.%'), NULL, 'no body names what is in the extension''s other schema');
SELECT is((SELECT string_agg(name, ' ') FROM creditspread.method WHERE provided AND concat(fit, forecast, validation) ~ '[^:]public\.'), NULL, 'methods name types there, no functions');
SELECT is((SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'r' AND NOT relrowsecurity), 'method', 'row security on every table but the methods');
SELECT finish();
