-- Option quantiles of the networks: what the model value holds of them, what functions and the catalog give.
\set ON_ERROR_STOP off
SET client_min_messages = error;
\ir helpers.psql
SELECT no_plan();

-- two walks, wild every other 50 rows; of the steps x tells a part
CREATE TABLE walk AS
SELECT name, t::bigint, 10 + sum(step) OVER (PARTITION BY name ORDER BY t) AS y, x
FROM (SELECT name, t, CASE t / 50 % 2 WHEN 0 THEN 0.01 ELSE 0.03 END * (hashint8extended(t, k)::float8 + hashint8extended(t, k + 2) + hashint8extended(t - 1, 9)) / 9.3e18 AS step,
		hashint8extended(t, 9)::float8 / 9.3e18 AS x
	FROM generate_series(1, 500) t, (VALUES ('a', 1), ('b', 2)) AS v (name, k)) s;
CREATE FUNCTION quick(further jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT rnn_options(units => '{4}', epochs => 4, ensemble => 2, horizons => '{1,3}', quantiles => '{0.05,0.25,0.5,0.75,0.95}') || further $$;
CREATE TABLE fitted AS
SELECT rnn_fit(t, y, ARRAY[x], quick('{"epochs": 20, "learning_rate": 0.005}')) AS m, rnn_fit(t, y, ARRAY[x], quick('{"quantile_correction": false}')) AS plain, rnn_fit(t, y, ARRAY[x], quick('{"quantiles": []}')) AS none,
	transformer_fit(t, y, ARRAY[x], transformer_options(width => 4, epochs => 2, ensemble => 2, horizons => '{1,3}', quantiles => '{0.1,0.9}')) AS transformer
FROM walk WHERE name = 'a' AND t <= 400;

-- ---- the model value ------------------------------------------------------------------------------------------------

SELECT is(model_info(m) #> '{quantiles,levels}', '[0.05, 0.25, 0.5, 0.75, 0.95]', 'the model says which there are') FROM fitted;
SELECT is(jsonb_array_length(model_info(m) #> '{quantiles,correction}'), 10, 'and how each is corrected at each horizon') FROM fitted;
SELECT is(model_info(plain) #> '{quantiles,correction}', 'null', 'or that none is') FROM fitted;
SELECT ok(none = (SELECT rnn_fit(t, y, ARRAY[x], quick() - 'quantiles') FROM walk WHERE name = 'a' AND t <= 400) AND model_info(none) -> 'quantiles' IS NULL, 'none: as without the option') FROM fitted;
SELECT is((SELECT sum(cardinality("values")) FROM model_parameters(m) WHERE name LIKE '%output%'), 2 * 12 * 5::bigint, 'a network has an output for each horizon and quantile, and one for the forecast') FROM fitted;
SELECT ok(m::text::rnn_model = m AND transformer::text::transformer_model = transformer, 'the text form gives the same bytes') FROM fitted;
SELECT ok(refused.error ~ '^22023 ' AND refused.error !~ 'checksum', 'a model is refused with ' || what)
FROM fitted, (VALUES ('no levels', $$j #- '{header,quantiles,levels}'$$), ('levels that cross', $$jsonb_set(j, '{header,quantiles,levels,2}', '0.8')$$),
		('a level of 1', $$jsonb_set(j, '{header,quantiles,levels,4}', '1')$$), ('a level less', $$j #- '{header,quantiles,levels,4}'$$),
		('a correction less', $$j #- '{header,quantiles,correction,4}'$$), ('one that is no number', $$jsonb_set(j, '{header,quantiles,correction,4}', '"x"')$$),
		('no object', $$jsonb_set(j, '{header,quantiles}', '[]')$$), ('no quantiles', $$j #- '{header,quantiles}'$$), ('none of them', $$jsonb_set(j, '{header,quantiles,levels}', '[]')$$),
		('a key more', $$jsonb_set(j, '{header,quantiles,x}', '1')$$)) AS v (what, change),
	LATERAL (SELECT error_of(format('SELECT (SELECT %s FROM (SELECT %L::jsonb AS j) q)::text::rnn_model', change, m::text)) AS error) refused;
SELECT matches(error_of(format('SELECT jsonb_set(%L::jsonb, ''{header,quantiles}'', ''{"levels": [0.5], "correction": null}'')::text::graph_rank_model',
	(SELECT graph_rank_fit(name, t, y, ARRAY[x], NULL, NULL, graph_rank_options(units => '{2}', epochs => 1, ensemble => 1, relation_form => 'none'))::text FROM walk))),
	'^22023 graph_rank_model: option "quantiles"', 'a ranking network has none');
SELECT is(model_info(rnn_fit(t, y, ARRAY[x], rnn_options(warm_start => (SELECT m FROM fitted), epochs => 1))) #> '{quantiles,levels}', '[0.05, 0.25, 0.5, 0.75, 0.95]', 'a warm start has them, too')
FROM walk WHERE name = 'a';
SELECT refused($$SELECT rnn_fit(t, y, ARRAY[x], rnn_options(warm_start => (SELECT m FROM fitted), quantiles => '{0.5}')) FROM walk WHERE name = 'a'$$, '22023', '%1 quantiles%5 quantiles%');

-- ---- what they are ---------------------------------------------------------------------------------------------------

CREATE TABLE made AS SELECT name, t, y, (rnn_forecast(m, y, ARRAY[x], 3) OVER w).*, rnn_quantiles(m, y, ARRAY[x], 3) OVER w AS q, rnn_quantiles(plain, y, ARRAY[x], 3) OVER w AS uncorrected,
	rnn_quantiles(m, y, ARRAY[x]) OVER w AS one, transformer_quantiles(transformer, y, ARRAY[x], 3) OVER w AS t_q, lead(y, 3) OVER w AS actual,
	creditspread_internal.rnn_forecasts(m, y, ARRAY[x]) OVER w AS f
FROM walk, fitted WINDOW w AS (PARTITION BY name ORDER BY t);
SELECT is(count(*) FILTER (WHERE cardinality(q) = 5 AND array_position(q, NULL) IS NULL), 2 * 495::bigint, 'one for each order, wherever there is a forecast') FROM made WHERE (q IS NULL) = (forecast IS NULL) AND (t_q IS NULL) = (t <= 10);
SELECT ok(bool_and(q = ARRAY(SELECT v FROM unnest(q) v ORDER BY v) AND t_q[1] <= t_q[2] AND uncorrected = ARRAY(SELECT v FROM unnest(uncorrected) v ORDER BY v)), 'none cross') FROM made;
SELECT ok(bool_and((f).quantiles[1:1] = ARRAY[one] AND (f).quantiles[2:2] = ARRAY[q] AND (f).forecast[2] = forecast) AND count(*) = 990, 'those of all horizons at once are the same') FROM made WHERE q IS NOT NULL;
-- series b was not seen by the fit, nor the end of a
SELECT ok(abs(share[1] - 0.05) < 0.08 AND abs(share[2] - 0.25) < 0.15 AND abs(share[3] - 0.5) < 0.15 AND abs(share[4] - 0.75) < 0.15 AND abs(share[5] - 0.95) < 0.08, 'as many values below as they say: ' || share::text)
FROM (SELECT ARRAY[round(avg((actual < q[1])::int), 3), round(avg((actual < q[2])::int), 3), round(avg((actual < q[3])::int), 3), round(avg((actual < q[4])::int), 3), round(avg((actual < q[5])::int), 3)] AS share
	FROM made WHERE name = 'b' AND actual IS NOT NULL) s;
SELECT cmp_ok(avg(q[5] - q[1]) FILTER (WHERE t / 50 % 2 = 1 AND t % 50 > 20), '>', 1.7 * avg(q[5] - q[1]) FILTER (WHERE t / 50 % 2 = 0 AND t % 50 > 20), 'they lie further apart in wild times') FROM made;
SELECT ok(a.n = count(*) AND count(*) = 492 AND near(a.level, 0.9, 1e-9) AND near(a.below, avg((m.actual < m.q[1])::int)::float8, 1e-9), 'forecast_accuracy measures them')
FROM made m, (SELECT (forecast_accuracy(actual, q, '{0.05,0.25,0.5,0.75,0.95}'::float8[])).* FROM made WHERE name = 'b') a WHERE name = 'b' AND actual IS NOT NULL AND q IS NOT NULL GROUP BY a.n, a.level, a.below;
SELECT ok(bool_and(near(s.q, ARRAY(SELECT 1e-6 * v FROM unnest(l.q) v), 1e-4)) AND count(*) = 495, 'in any unit')
FROM (SELECT t, rnn_quantiles(m, 1e-3 * y, ARRAY[x], 3) OVER (ORDER BY t) AS q FROM walk, (SELECT rnn_fit(t, 1e-3 * y, ARRAY[x], quick()) AS m FROM walk WHERE name = 'a') f WHERE name = 'a') s
	JOIN (SELECT t, rnn_quantiles(m, 1e3 * y, ARRAY[x], 3) OVER (ORDER BY t) AS q FROM walk, (SELECT rnn_fit(t, 1e3 * y, ARRAY[x], quick()) AS m FROM walk WHERE name = 'a') f WHERE name = 'a') l USING (t) WHERE t > 5;
SELECT ok(bool_and(near(p.q, q.q, 1e-9)) AND count(*) = 400, 'of a panel an entity in another unit has them in its own')
FROM (SELECT t, rnn_quantiles(m, y, NULL, 1) OVER (ORDER BY t) AS q FROM walk, (SELECT rnn_fit(name, t, y, NULL, quick('{"epochs": 1}')) AS m FROM walk) f WHERE name = 'b') p
	JOIN (SELECT t, ARRAY(SELECT 1e-6 * v FROM unnest(q) v) AS q
		FROM (SELECT t, rnn_quantiles(m, 1e6 * y, NULL, 1) OVER (ORDER BY t) AS q FROM walk, (SELECT rnn_fit(name, t, y, NULL, quick('{"epochs": 1}')) AS m FROM walk) f WHERE name = 'b') large) q
	USING (t) WHERE t > 100;

-- of levels, with linear forecasts, without validation
SELECT ok(bool_and(q[1] <= q[2]) AND count(q) > 400, what) FROM (VALUES ('of levels', '{"target": "level"}'::jsonb), ('of the errors of linear forecasts', '{"linear": true}'), ('without validation', '{"validation_fraction": 0}'),
		('of the loss that is a root', '{"loss": "rmse"}')) AS v (what, further),
	LATERAL (SELECT rnn_quantiles(m, y, ARRAY[x], 3) OVER (ORDER BY t) AS q FROM walk, (SELECT rnn_fit(t, y, ARRAY[x], quick(further || '{"quantiles": [0.1, 0.9], "epochs": 1}')) AS m FROM walk WHERE name = 'a') f
		WHERE name = 'a') s GROUP BY what;

-- ---- refused -----------------------------------------------------------------------------------------------------------

SELECT refused($$SELECT rnn_quantiles(none, y, ARRAY[x]) OVER (ORDER BY t) FROM walk, fitted WHERE name = 'a'$$, '22023', 'rnn_quantiles: the model was fitted without quantiles');
SELECT refused($$SELECT rnn_quantiles(m, y, ARRAY[x], 2) OVER (ORDER BY t) FROM walk, fitted WHERE name = 'a'$$, '22023', '%step is 2, the model forecasts steps 1, 3');
SELECT matches(error_of(format('SELECT rnn_fit(t, y, NULL, %L) FROM walk WHERE name = ''a''', options)), '^22023 rnn_fit: option "quantiles" ', options)
FROM unnest(ARRAY['{"quantiles": [0.9, 0.1]}', '{"quantiles": [0.5, 0.5]}', '{"quantiles": [0]}', '{"quantiles": [1]}', '{"quantiles": [null]}', '{"quantiles": 0.5}', '{"quantiles": ["0.5"]}',
	jsonb_build_object('quantiles', (SELECT jsonb_agg(i / 22.0) FROM generate_series(1, 21) i))::text]) AS options;
SELECT matches(error_of($$SELECT graph_rank_fit(name, t, y, NULL, NULL, NULL, '{"quantiles": [0.5]}') FROM walk$$), '^22023 .*"quantiles"', 'a ranking network has no such option');

-- ---- the catalog ---------------------------------------------------------------------------------------------------------

CREATE VIEW market AS SELECT name AS entity, date '2000-01-01' + t::int AS "time", y, x FROM walk;
\set series '''TABLE market'''
CALL creditspread.train('rnn', :series, 'rnn', '{1,3}', quick() - 'horizons');
CALL creditspread.train('pooled', :series, 'rnn', '{1,3}', quick() - 'horizons', pool => true);
CALL creditspread.train('transformer', :series, 'transformer', '{1,3}', transformer_options(width => 4, epochs => 1, ensemble => 1, quantiles => '{0.05,0.4,0.95}') || '{"lower_bound": 10}');
CALL creditspread.train('mlp', :series, 'mlp', '{1}', '{"units": [2], "epochs": 1, "ensemble": 1, "quantiles": [0.1, 0.9], "interval_level": 0.5}');
SELECT format('CALL creditspread.forecast(%L)', name) FROM creditspread.pipeline ORDER BY name
\gexec
CALL creditspread.backtest('rnn', 20, 20);
CREATE VIEW stored AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;

SELECT ok(bool_and(levels = '{0.5,0.9}' AND level = 0.9 AND lower = lowers[2] AND upper = uppers[2]) AND count(*) = 2 * 2 * 21, 'a pair of quantiles is an interval, the widest that of the model') FROM stored WHERE model = 'rnn';
SELECT ok(bool_and(ARRAY[lowers[2], lowers[1], uppers[1], uppers[2]] = ARRAY[(q)[1], q[2], q[4], q[5]]) AND count(*) = 2, 'they are those of rnn_quantiles')
FROM stored s, LATERAL (SELECT rnn_quantiles(creditspread_internal.from_bytes(a.artifact, NULL::rnn_model), y, ARRAY[x], 3) OVER (ORDER BY t) AS q FROM walk w, creditspread.artifact a
	JOIN creditspread.model m ON m.id = a.model_id WHERE m.pipeline_id = s.pipeline_id AND a.entity = s.entity AND w.name = s.entity ORDER BY t DESC LIMIT 1) q
WHERE model = 'rnn' AND source = 'forecast' AND horizon = 3;
SELECT ok(bool_and(levels = '{0.5,0.9}' AND lowers[1] > lowers[2] AND uppers[1] < uppers[2]) AND count(*) = 4, 'of a common fit, too') FROM stored WHERE model = 'pooled';
SELECT ok(bool_and(levels = '{0.2,0.9}' AND uppers[1] IS NULL AND lowers[1] IS NOT NULL AND lower = lowers[2] AND 10 <= ALL (lowers || ARRAY[upper])) AND count(*) = 4, 'one by itself has no other side; none is below lower_bound')
FROM stored WHERE model = 'transformer';
SELECT ok(bool_and(levels = '{0.5,0.8}' AND level = 0.5 AND lower = lowers[1] AND lowers[2] <= lowers[1] AND uppers[2] >= uppers[1]) AND count(*) = 2, 'interval_level has the interval of the errors') FROM stored WHERE model = 'mlp';
SELECT is((SELECT count(*) FROM creditspread.forecast_interval WHERE model = 'rnn' AND source = 'backtest'), 160::bigint, 'forecast_interval has a row for each pair');
SELECT ok(strpos(chart, 'forecast, 90 % interval') > 0 AND strpos(chart, '>50 % interval') > 0, 'a chart has a band for each') FROM creditspread.forecast_chart('rnn', 'a', 30) AS chart;
SELECT ok(strpos(chart, 'forecast, 90 % interval') > 0 AND strpos(chart, '>20 % interval') = 0, 'and none for one by itself') FROM creditspread.forecast_chart('transformer', 'a', 30) AS chart;
SELECT creditspread.export('transformer') AS exported \gset
SELECT creditspread.import(:'exported', 'copy');
SELECT ok(bool_and(c.lowers IS NOT DISTINCT FROM s.lowers AND c.uppers IS NOT DISTINCT FROM s.uppers AND c.levels = s.levels) AND count(*) = 4, 'an exported model keeps them')
FROM stored s JOIN stored c USING (entity, origin, horizon) WHERE s.model = 'transformer' AND c.model = 'copy';
CALL creditspread.forecast('rnn');
SELECT is((SELECT count(*) FROM stored WHERE model = 'rnn' AND source = 'forecast'), 4::bigint, 'made again they are the same');
SELECT matches(error_of(format($$ SELECT creditspread_internal.check_options(ROW(NULL, NULL, NULL, NULL, NULL, %L, 'q', 1, '', NULL, NULL, '{1}', %L, 0.9, false, NULL, 'UTC', 5, 'always', 'skip', 20,
	NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL)::creditspread.model) $$, method, options)), message, options)
FROM (VALUES ('rnn', '{"quantiles": [0.1], "interval_levels": [0.5]}', '^22023 creditspread.train: options "interval_levels" and "quantiles" are both given'),
	('rnn', '{"quantiles": [0.9, 0.1]}', '^22023 .*option "quantiles" has'), ('ar', '{"quantiles": [0.1, 0.9]}', '^22023'), ('linear', '{"quantiles": [0.1, 0.9]}', '^22023'),
	('combination', '{"methods": ["rnn"], "options": {"rnn": {"quantiles": [0.1]}}}', '^22023 creditspread.train: options of method rnn have quantiles')) AS bad (method, options, message);

SELECT * FROM finish();
