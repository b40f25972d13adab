-- Joint paths of the forecasts of the catalog.
\set ON_ERROR_STOP off
SET client_min_messages = error;
\ir helpers.psql
SELECT no_plan();

-- two walks that share most of their steps, wild every other 50 days
CREATE TABLE spread AS SELECT entity, date '2000-01-01' + t AS day, 5 + sum(move) OVER (PARTITION BY entity ORDER BY t) AS y
FROM (SELECT entity, t, CASE t / 50 % 2 WHEN 0 THEN 1 ELSE 3 END * (hashint8extended(t, 5)::float8 + hashint8extended(t, 6) + hashint8extended(t, 7) * 0.3 * (2 * e - 3)) / 9223372036854775808.0 / 20 AS move
	FROM unnest('{a,b}'::text[]) WITH ORDINALITY AS n (entity, e), generate_series(1, 400) t) AS moves;
\set series '''SELECT entity, day AS "time", y FROM spread'''

CALL creditspread.train('walk', :series, 'random_walk', '{1,2,5}');
SELECT matches(error_of($$ SELECT creditspread.forecast_paths('walk') $$), '^55000 forecast_paths: no forecast of model "walk" is stored', 'before there is a forecast');
CALL creditspread.forecast('walk');
SELECT matches(error_of($$ SELECT creditspread.forecast_paths('walk', 'c') $$), '^55000 forecast_paths: no forecast of model "walk", series "c" is stored', 'of a series that there is not');
SELECT matches(error_of($$ SELECT creditspread.forecast_paths('walk') $$), '^55000 forecast_paths: 0 origins with errors of all 6 forecasts of model "walk", need at least 20',
	'before there is a backtest');
SELECT is(hint_of($$ SELECT creditspread.forecast_paths('walk') $$), 'Make them: CALL creditspread.backtest(''walk''). Series without times in common need an entity.', 'which the hint says');
CALL creditspread.backtest('walk', 19, 19);
SELECT matches(error_of($$ SELECT creditspread.forecast_paths('walk') $$), '^55000 forecast_paths: 19 origins', 'of too few origins');
CALL creditspread.backtest('walk', 200, 50);

-- ---- by hand: each origin gives a path, its errors at all horizons and in both series in half widths of today ------------

CREATE VIEW past AS SELECT f.entity, f.horizon, f.origin, l.forecast + (f.actual - f.forecast) * (l.upper - l.lower) / (f.upper - f.lower) AS value
FROM creditspread.forecast_vs_actual f JOIN creditspread.forecast_latest l USING (model, entity, horizon) WHERE f.model = 'walk' AND f.source = 'backtest';
CREATE VIEW by_hand AS SELECT array_agg(value ORDER BY entity, horizon) AS value FROM past GROUP BY origin;
CREATE FUNCTION drawn(paths integer, seed bigint, entity text DEFAULT NULL, model text DEFAULT 'walk') RETURNS TABLE (path integer, value double precision[]) LANGUAGE sql AS $$
	SELECT path, array_agg(value ORDER BY series, step) FROM creditspread.forecast_paths(drawn.model, drawn.entity, drawn.paths, drawn.seed) GROUP BY path ORDER BY path $$;

SELECT is((SELECT count(*) FROM by_hand WHERE cardinality(value) = 6), 200::bigint, '200 origins have the errors of all');
SELECT ok(bool_and(near(d.value, h.value, 1e-12)) AND count(*) = 200, 'as many paths as origins: each once, at all horizons and in both series')
FROM (SELECT value, row_number() OVER (ORDER BY value) FROM drawn(200, 1)) d JOIN (SELECT value, row_number() OVER (ORDER BY value) FROM by_hand) h USING (row_number);
SELECT ok(bool_and(near(d.value, h.value, 1e-12)) AND count(*) = 400, 'twice as many: each twice')
FROM (SELECT value, row_number() OVER (ORDER BY value) FROM drawn(400, 3)) d JOIN (SELECT value, row_number() OVER (ORDER BY value) FROM by_hand, generate_series(1, 2)) h USING (row_number);
SELECT is(count(DISTINCT value), 7::bigint, 'fewer: none twice') FROM drawn(7, 1);
SELECT ok(bool_and(near(d.value, h.value, 1e-12)) AND count(*) = 200, 'one series by itself')
FROM (SELECT value, row_number() OVER (ORDER BY value) FROM drawn(200, 1, 'b')) d
	JOIN (SELECT value[4:6] AS value, row_number() OVER (ORDER BY value[4:6]) FROM by_hand) h USING (row_number);
SELECT results_eq($$ SELECT series, path, step, target_time, target_date FROM creditspread.forecast_paths('walk', paths => 3) $$,
	$$ SELECT entity, path, horizon, target_time, target_date FROM creditspread.forecast_latest, generate_series(1, 3) AS path WHERE model = 'walk' ORDER BY entity, path, horizon $$,
	'rows by series, path and step, each with the time that is forecast');

-- ---- what this is good for ------------------------------------------------------------------------------------------

SELECT ok(bool_and(abs(share - 0.9) < 0.08), 'as many paths within the interval as it says: ' || string_agg(round(share, 3)::text, ' '))
FROM (SELECT avg((p.value BETWEEN l.lower AND l.upper)::int) AS share FROM creditspread.forecast_paths('walk', paths => 2000) p
	JOIN creditspread.forecast_latest l ON l.model = 'walk' AND l.entity = p.series AND l.horizon = p.step GROUP BY p.series, p.step) s;
SELECT ok(near(corr(d.value[1], d.value[3]), (SELECT corr(value[1], value[3]) FROM by_hand), 1e-9) AND near(corr(d.value[2], d.value[5]), (SELECT corr(value[2], value[5]) FROM by_hand), 1e-9)
	AND corr(d.value[1], d.value[3]) > 0.25 AND corr(d.value[2], d.value[5]) > 0.7, 'horizons and series move together as errors did')
FROM drawn(1000, 5) d;
SELECT cmp_ok(stddev(d.value[3] + d.value[6]) / sqrt(variance(d.value[3]) + variance(d.value[6])), '>', 1.3::float8, 'the sum of two that move together is wider than of two that do not')
FROM drawn(1000, 5) d;

-- ---- the seed, units, bounds ---------------------------------------------------------------------------------------------

SELECT ok((SELECT array_agg(d ORDER BY path) FROM drawn(500, 9) d) = (SELECT array_agg(d ORDER BY path) FROM drawn(500, 9) d), 'the same seed, the same paths');
SELECT ok((SELECT array_agg(d ORDER BY path) FROM drawn(500, 9) d) <> (SELECT array_agg(d ORDER BY path) FROM drawn(500, -9) d), 'another, others');
CALL creditspread.train('small', 'SELECT entity, day AS "time", 1e-9 * y AS y FROM spread', 'random_walk', '{1,2,5}');
CALL creditspread.train('large', 'SELECT entity, day AS "time", 1e9 * y AS y FROM spread', 'random_walk', '{1,2,5}');
CALL creditspread.forecast('small');
CALL creditspread.forecast('large');
CALL creditspread.backtest('small', 40, 40);
CALL creditspread.backtest('large', 40, 40);
SELECT ok(bool_and(near(s.value, ARRAY(SELECT 1e-18 * v FROM unnest(l.value) v), 1e-9)) AND count(*) = 100, 'in any unit')
FROM drawn(100, 1, model => 'small') s JOIN drawn(100, 1, model => 'large') l USING (path);
SELECT min(y) - 0.02 AS floor FROM spread WHERE day = (SELECT max(day) FROM spread) \gset
CALL creditspread.train('floor', :series, 'random_walk', '{1,5}', jsonb_build_object('lower_bound', :floor));
CALL creditspread.forecast('floor');
CALL creditspread.backtest('floor', 100, 100);
SELECT ok(min(p.value) = (m.options ->> 'lower_bound')::float8 AND max(p.value) > min(p.value) + 0.2, 'no path is below lower_bound')
FROM creditspread.forecast_paths('floor') p, creditspread.model m JOIN creditspread.pipeline q ON q.id = m.pipeline_id WHERE q.name = 'floor' GROUP BY m.options;
-- of a series that stands still there is nothing to scale by
CALL creditspread.train('still', 'SELECT day AS "time", 1 AS y FROM spread WHERE entity = ''a''', 'random_walk', '{1,2}');
CALL creditspread.forecast('still');
CALL creditspread.backtest('still', 30, 30);
SELECT ok(bool_and(value = 1) AND count(*) = 20 AND bool_and(series = ''), 'a constant stays what it is') FROM creditspread.forecast_paths('still', paths => 10);

-- ---- refused ---------------------------------------------------------------------------------------------------------------

SELECT matches(error_of($$ SELECT creditspread.forecast_paths('none') $$), '^42704 there is no model "none"', 'no such model');
SELECT matches(error_of(call), '^22023 forecast_paths: paths is', call) FROM unnest(ARRAY[$$ SELECT creditspread.forecast_paths('walk', paths => 0) $$,
	$$ SELECT creditspread.forecast_paths('walk', paths => NULL) $$, $$ SELECT creditspread.forecast_paths('walk', paths => 1000001) $$,
	$$ SELECT creditspread.forecast_paths('walk', seed => NULL) $$]) AS call;
SELECT matches(error_of(call), '^22023 balanced_draws', call) FROM unnest(ARRAY['SELECT creditspread_internal.balanced_draws(1, 0, 1)',
	'SELECT creditspread_internal.balanced_draws(1, 1, 0)', 'SELECT creditspread_internal.balanced_draws(1, 1000001, 1)']) AS call;
CREATE ROLE stranger_to_paths;
GRANT SELECT ON spread TO stranger_to_paths;
SET ROLE stranger_to_paths;
SELECT throws_ok($$ SELECT * FROM creditspread.forecast_paths('walk') $$, '42704', NULL, 'of a model that a role may not read');
RESET ROLE;
CALL creditspread.grant_reader('walk', 'stranger_to_paths');
SET ROLE stranger_to_paths;
SELECT is((SELECT count(*) FROM creditspread.forecast_paths('walk', paths => 10)), 60::bigint, 'of one that it may');
RESET ROLE;

-- a new version has errors of the one before until it is backtested itself
CALL creditspread.retrain('walk');
SELECT is((SELECT count(*) FROM creditspread.forecast_paths('walk', paths => 10)), 60::bigint, 'after retraining');

SELECT * FROM finish();
