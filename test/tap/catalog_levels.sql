-- Intervals at several levels and their lower bound, of every method of the catalog.
\set ON_ERROR_STOP off
SET client_min_messages = error;
\ir helpers.psql
SELECT no_plan();

CREATE TABLE spread AS SELECT entity, date '2000-01-01' + t AS day, 5 + sum(move) OVER (PARTITION BY entity ORDER BY t) AS y, hashint8extended(t, 77) / 9223372036854775808.0 AS x
FROM (SELECT entity, t, (hashint8extended(t, e) / 9223372036854775808.0 + 0.3 * e * hashint8extended(t - 1, e) / 9223372036854775808.0) / 10 AS move
	FROM unnest('{a,b}'::text[]) WITH ORDINALITY AS n (entity, e), generate_series(1, 400) t) AS moves;
CREATE VIEW forecasts AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
\set series '''SELECT entity, day AS "time", y FROM spread'''
\set features '''SELECT entity, day AS "time", y, x FROM spread'''
\set levels '''{"interval_levels": [0.5, 0.95, 0.8], "lower_bound": 5.1}'''

-- ---- every method ------------------------------------------------------------------------------------

CALL creditspread.train('random_walk', :series, 'random_walk', '{1,4}', :levels);
CALL creditspread.train('mean', :series, 'mean', '{1,4}', :levels);
CALL creditspread.train('drift', :series, 'drift', '{1,4}', :levels);
CALL creditspread.train('seasonal_naive', :series, 'seasonal_naive', '{1,4}', '{"period": 5}' || :levels::jsonb);
CALL creditspread.train('ar', :series, 'ar', '{1,4}', :levels);
CALL creditspread.train('var', :features, 'var', '{1,4}', :levels);
CALL creditspread.train('cir', :series, 'cir', '{1,4}', :levels);
CALL creditspread.train('kalman', :series, 'kalman', '{1,4}', :levels);
CALL creditspread.train('reflection', :series, 'reflection', '{1,4}', :levels);
CALL creditspread.train('linear', :features, 'linear', '{1,4}', linear_options(lags => 2) || :levels);
CALL creditspread.train('pooled', :features, 'linear', '{1,4}', :levels, pool => true);
CALL creditspread.train('rnn', :features, 'rnn', '{1,4}', rnn_options(units => '{2}', epochs => 1, ensemble => 1) || :levels);
CALL creditspread.train('transformer', :features, 'transformer', '{1,4}', transformer_options(layers => 1, width => 4, look_back => 5, epochs => 1, ensemble => 1) || :levels);
CALL creditspread.train('boosted_trees', :features, 'boosted_trees', '{1,4}', '{"rounds": 3}' || :levels::jsonb);
CALL creditspread.train('random_forest', :features, 'random_forest', '{1,4}', '{"rounds": 3}' || :levels::jsonb);
CALL creditspread.train('svr', :features, 'svr', '{1,4}', :levels);
CALL creditspread.train('mlp', :features, 'mlp', '{1,4}', '{"units": [2], "epochs": 1, "ensemble": 1}' || :levels::jsonb);
CALL creditspread.train('arima', :series, 'arima', '{1,4}', '{"orders": [1, 1, 0]}' || :levels::jsonb);
CALL creditspread.train('ets', :series, 'ets', '{1,4}', '{"error": "A"}' || :levels::jsonb);
CALL creditspread.train('theta', :series, 'theta', '{1,4}', :levels);
CALL creditspread.train('trend_seasonal', :series, 'trend_seasonal', '{1,4}', :levels);
CALL creditspread.train('graph_rank', :features, 'graph_rank', '{1,4}', graph_rank_options(units => '{2}', relation_form => 'none', epochs => 1, ensemble => 1) || :levels);
CALL creditspread.train('combination', :features, 'combination', '{1,4}', '{"methods": ["ar", "linear"]}' || :levels::jsonb);
CALL creditspread.train('auto', :features, 'auto', '{1,4}', :levels);
CALL creditspread.train('curve', 'SELECT day AS "time", m AS maturity, y + ln(m) * (1 + x / 10) + hashint8extended(day - date ''2000-01-01'', m) / 9.2e20 AS y
	FROM spread, unnest(''{1,2,5,10}''::int[]) m WHERE entity = ''a''', 'nelson_siegel', '{1,4}', :levels);
SELECT format('CALL creditspread.forecast(%L)', name) FROM creditspread.pipeline ORDER BY name
\gexec
CALL creditspread.backtest('ar', 20, 10);
CALL creditspread.backtest('linear', 20, 10);

SELECT is((SELECT string_agg(DISTINCT m.method, ' ' ORDER BY m.method) FROM creditspread.model m JOIN forecasts f ON f.model = (SELECT name FROM creditspread.pipeline p WHERE p.id = m.pipeline_id)
	WHERE f.levels = '{0.5,0.8,0.95}' AND f.level = 0.95), (SELECT string_agg(name, ' ' ORDER BY name) FROM creditspread.method WHERE provided), 'all methods give intervals at all levels');
SELECT is((SELECT string_agg(DISTINCT model, ' ') FROM forecasts WHERE array_position(lowers, NULL) IS NOT NULL OR array_position(uppers, NULL) IS NOT NULL), NULL, 'with bounds');
SELECT is((SELECT string_agg(DISTINCT model, ' ') FROM forecasts WHERE (lower, upper) IS DISTINCT FROM (lowers[3], uppers[3])), NULL, 'that of the level of the model among them');
SELECT is((SELECT string_agg(DISTINCT model, ' ') FROM forecasts WHERE NOT (lowers[1] >= lowers[2] AND lowers[2] >= lowers[3] AND uppers[1] <= uppers[2] AND uppers[2] <= uppers[3])), NULL,
	'a wider one encloses a narrower one');
SELECT is((SELECT string_agg(DISTINCT model, ' ') FROM forecasts WHERE NOT (5.1 <= ALL (lowers || uppers))), NULL, 'no bound is below lower_bound');
SELECT ok(count(*) FILTER (WHERE lowers[3] = 5.1) > 0 AND count(*) FILTER (WHERE lowers[3] > 5.1) > 0, 'which some reach') FROM forecasts;

-- ---- by hand -------------------------------------------------------------------------------------------

CALL creditspread.train('plain', :series, 'random_walk', '{1,4}', '{"interval_level": 0.8}');
CALL creditspread.forecast('plain');
SELECT ok(bool_and(f.lowers[2] = greatest(p.lower, 5.1) AND f.uppers[2] = p.upper AND f.forecast = p.forecast) AND count(*) = 4, 'each level as by itself; the forecast is not bounded')
FROM forecasts f JOIN forecasts p USING (entity, horizon) WHERE f.model = 'random_walk' AND p.model = 'plain';
CALL creditspread.train('floor', 'SELECT day AS "time", y FROM spread WHERE entity = ''a''', 'linear', '{1,4}', '{"lower_bound": 100}');
CALL creditspread.train('no floor', 'SELECT day AS "time", y FROM spread WHERE entity = ''a''', 'linear', '{1,4}');
CALL creditspread.forecast('floor');
CALL creditspread.forecast('no floor');
SELECT ok(bool_and(f.lower = 100 AND f.upper = 100 AND f.forecast = p.forecast AND f.levels IS NULL) AND count(*) = 2, 'a bound above all: of methods with intervals of their own, too')
FROM forecasts f JOIN forecasts p USING (horizon) WHERE f.model = 'floor' AND p.model = 'no floor';
CALL creditspread.train('both', :series, 'ar', '{1}', '{"interval_level": 0.9, "interval_levels": [0.9, 0.5, 0.5]}');
CALL creditspread.forecast('both');
SELECT ok(bool_and(level = 0.9 AND levels = '{0.5,0.9}' AND lower = lowers[2]), 'interval_level names the one of the model') FROM forecasts WHERE model = 'both';
-- with too few errors the method's own interval stands at the level of the model
CALL creditspread.train('short', 'SELECT day AS "time", y FROM spread WHERE entity = ''a'' ORDER BY day LIMIT 40', 'ar', '{1,4}', '{"interval_levels": [0.5, 0.99, 0.95]}');
CALL creditspread.forecast('short');
SELECT ok(bool_and(lowers[2] IS NULL AND uppers[2] IS NULL AND lower = lowers[3] AND lowers[3] <= lowers[1] AND upper = uppers[3] AND uppers[3] >= uppers[1]), 'levels without errors enough')
FROM forecasts WHERE model = 'short';
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_interval WHERE model = 'short'), 4, 'have no row in forecast_interval');

SELECT results_eq($$ SELECT level, lower, upper, forecast, inside_interval, actual FROM creditspread.forecast_interval WHERE model = 'ar' AND source = 'backtest' ORDER BY entity, origin, horizon, level $$,
	$$ SELECT l.level, l.lower, l.upper, f.forecast, f.actual BETWEEN l.lower AND l.upper, f.actual FROM forecasts f, unnest(levels, lowers, uppers) AS l (level, lower, upper)
		WHERE f.model = 'ar' AND f.source = 'backtest' ORDER BY f.entity, f.origin, f.horizon, l.level $$, 'forecast_interval: a row for each level');
SELECT ok(bool_and(level = 0.8 AND lower IS NOT NULL) AND count(*) = 4, 'and one of a model with one level') FROM creditspread.forecast_interval WHERE model = 'plain';
SELECT is((SELECT count(*) FROM forecasts WHERE model = 'ar' AND source = 'forecast'), 4::bigint, 'made once');
CALL creditspread.forecast('ar');
SELECT is((SELECT count(*) FROM forecasts WHERE model = 'ar' AND source = 'forecast'), 4::bigint, 'the same again is no revision');
SELECT ok(chart LIKE '%forecast, 95 % interval%' AND chart LIKE '%80 % interval%' AND chart LIKE '%50 % interval%', 'a chart has a band for each level') FROM creditspread.forecast_chart('ar', 'a', 30) AS chart;

-- one fit for series of which one is in another unit
CALL creditspread.train('one unit', :series, 'random_walk', '{1,4}', '{"interval_levels": [0.5, 0.9]}', pool => true);
CALL creditspread.train('two units', 'SELECT entity, day AS "time", y * CASE entity WHEN ''b'' THEN 1e6 ELSE 1 END AS y FROM spread', 'random_walk', '{1,4}', '{"interval_levels": [0.5, 0.9]}', pool => true);
CALL creditspread.forecast('one unit');
CALL creditspread.forecast('two units');
SELECT ok(bool_and(near(f.lowers, ARRAY(SELECT l * k FROM unnest(p.lowers) l), 1e-9) AND near(f.uppers, ARRAY(SELECT u * k FROM unnest(p.uppers) u), 1e-9)) AND count(*) = 4, 'series in units of their own share errors')
FROM forecasts f JOIN forecasts p USING (entity, horizon), LATERAL (SELECT CASE f.entity WHEN 'b' THEN 1e6 ELSE 1 END AS k) u WHERE f.model = 'two units' AND p.model = 'one unit';

-- ---- refused --------------------------------------------------------------------------------------------

SELECT matches(error_of(format($$ SELECT creditspread_internal.check_options(ROW(NULL, NULL, NULL, NULL, NULL, %L, 'q', 1, '', NULL, NULL, '{1}', %L, 0.9, false, NULL, 'UTC', 5, 'always', 'skip', 20,
	NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL)::creditspread.model) $$, method, options)), message, options)
FROM (VALUES ('ar', '{"interval_levels": []}', '^22023 creditspread.train: option "interval_levels" is \[\]'),
	('ar', '{"interval_levels": 0.5}', '^22023 .* is 0.5'),
	('ar', '{"interval_levels": [0.5, "0.9"]}', '^22023'),
	('ar', '{"interval_levels": [0.5, null]}', '^22023'),
	('ar', '{"interval_levels": [[0.5]]}', '^22023'),
	('linear', '{"interval_levels": [1]}', '^22023'),
	('linear', '{"interval_levels": [0.5, 0.001]}', '^22023'),
	('linear', '{"lower_bound": "0"}', '^22023 creditspread.train: option "lower_bound" is "0"'),
	('mean', '{"lower_bound": 1e200}', '^22023'),
	('auto', '{"options": {"linear": {"lower_bound": 0}}}', '^22023 .*linear have the interval')) AS bad (method, options, message);

SELECT * FROM finish();
