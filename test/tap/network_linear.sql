-- Option linear of the networks: what they start from is what linear_fit says, the sum is kept in the model value, and
-- features are levels.

BEGIN;
SELECT plan(30);
SET LOCAL client_min_messages = warning;
\ir helpers.psql

-- y follows x a row later; z says nothing
CREATE TABLE walk AS
SELECT name, t::bigint, 10 + 0.3 * sum(0.8 * before + noise) OVER w AS y, 50 + sum(step) OVER w AS x, 20 + cos(t * 0.9) AS z
FROM (SELECT name, t, hashint4(t * 7 + k) / 2147483648.0 AS step, hashint4((t - 1) * 7 + k) / 2147483648.0 AS before, hashint4(t * 11 + k) / 4294967296.0 AS noise
	FROM generate_series(1, 260) t, (VALUES ('a', 1), ('b', 2), ('c', 3)) AS v (name, k)) s
WINDOW w AS (PARTITION BY name ORDER BY t);
CREATE TABLE one AS SELECT t, y, ARRAY[x, z] AS features FROM walk WHERE name = 'a';

-- networks that are small, and such that are not asked
CREATE FUNCTION quick(weight float8 DEFAULT 0.2, linear boolean DEFAULT true) RETURNS jsonb LANGUAGE sql AS $$
	SELECT rnn_options(units => '{4}', epochs => 2, ensemble => 2, horizons => '{1,3}', linear => quick.linear, random_walk_weight => weight)
$$;
CREATE TABLE fitted AS SELECT rnn_fit(t, y, features, quick()) AS m FROM one;

SELECT is((SELECT count(*) FROM (SELECT t, (rnn_forecast(n, y, features, 3) OVER w).forecast AS a, (linear_forecast(l, y, features, 3) OVER w).forecast AS b
		FROM one, (SELECT rnn_fit(t, y, features, quick(1)) AS n, linear_fit(t, y, features, linear_options(horizons => '{1,3}')) AS l FROM one) f
		WINDOW w AS (ORDER BY t)) q WHERE near(a, b, 1e-12)), 241::bigint, 'a network that is not asked is linear_fit');
SELECT is((SELECT count(*) FROM (SELECT t, (rnn_forecast(n, y, NULL, 1) OVER w).forecast AS a, (linear_forecast(l, y) OVER w).forecast AS b
		FROM walk, (SELECT rnn_fit(name, t, y, NULL, quick(1)) AS n, linear_fit(name, t, y, NULL, linear_options(horizons => '{1,3}')) AS l FROM walk) f
		WINDOW w AS (PARTITION BY name ORDER BY t)) q WHERE near(a, b, 1e-12)), 723::bigint, 'also of a panel, without features');
SELECT is((SELECT count(*) FROM (SELECT t, (transformer_forecast(n, y, features, 1) OVER w).forecast AS a, (linear_forecast(l, y, features) OVER w).forecast AS b
		FROM one, (SELECT transformer_fit(t, y, features, transformer_options(width => 4, heads => 1, feed_forward => 4, epochs => 1, ensemble => 1, linear => true, random_walk_weight => 1)) AS n,
			linear_fit(t, y, features) AS l FROM one) f WINDOW w AS (ORDER BY t)) q WHERE near(a, b, 1e-12)), 241::bigint, 'and a Transformer');
SELECT is((SELECT count(*) FROM (SELECT t, (graph_rank_forecast(n, name, t, y, ARRAY[x]) OVER ()).forecast AS a, (linear_forecast(l, y, ARRAY[x]) OVER (PARTITION BY name ORDER BY t)).forecast AS b
		FROM walk, (SELECT graph_rank_fit(name, t, y, ARRAY[x], NULL, NULL, graph_rank_options(units => '{4}', epochs => 1, ensemble => 1, relation_form => 'none', linear => true, random_walk_weight => 1)) AS n,
			linear_fit(name, t, y, ARRAY[x]) AS l FROM walk) f) q WHERE near(a, b, 1e-12)), 723::bigint, 'and a ranking network');
SELECT cmp_ok((SELECT max(abs((r).forecast - (w).forecast)) FROM (SELECT rnn_forecast(m, y, features, 1) OVER (ORDER BY t) AS r, rnn_forecast(n, y, features, 1) OVER (ORDER BY t) AS w
		FROM one, fitted, (SELECT rnn_fit(t, y, features, quick(1)) AS n FROM one) f) q), '>', 1e-4::float8, 'one that is asked adds something');

-- it forecasts what it cannot see without
SELECT cmp_ok((SELECT rmse(actual, forecast) / rmse(actual, y) FROM (SELECT y, lead(y) OVER w AS actual, (rnn_forecast(m, y, features, 1) OVER w).forecast
		FROM one, (SELECT rnn_fit(t, y, features, quick()) AS m FROM one WHERE t <= 200) f WINDOW w AS (ORDER BY t) ) q WHERE actual IS NOT NULL AND forecast IS NOT NULL), '<', 0.6::float8,
	'the change of x a row before is most of that of y');
SELECT ok((SELECT bool_and(near(a, b, 1e-6)) FROM (SELECT (rnn_forecast(m, y, features, 1) OVER w).forecast AS a, (rnn_forecast(n, y, ARRAY[features[1] * 1e-4 + 7, features[2] - 90], 1) OVER w).forecast AS b
		FROM one, fitted, (SELECT rnn_fit(t, y, ARRAY[features[1] * 1e-4 + 7, features[2] - 90], quick()) AS n FROM one) f WINDOW w AS (ORDER BY t) OFFSET 5) q),
	'where features lie and their unit say nothing');

-- the model value
SELECT is(jsonb_array_length(model_info(m) -> 'linear'), 2 * (3 * 5 + 2), 'the model holds a coefficient for each term and horizon') FROM fitted;
SELECT is(model_info(n) -> 'linear', NULL, 'and none without') FROM (SELECT rnn_fit(t, y, features, quick(linear => false)) AS n FROM one) f;
SELECT ok(m::text::rnn_model = m AND (SELECT rnn_fit(t, y, features, quick()) FROM (TABLE one ORDER BY hashint8(t)) s) = m, 'its text form, and rows in another order, give the same bytes') FROM fitted;
SELECT is(creditspread_internal.rows_needed(m), 201, 'a forecast looks at 201 rows') FROM fitted;
SELECT ok((SELECT near((f).forecast, (SELECT (rnn_forecast(m, y, features, 1) OVER (ORDER BY t)).forecast FROM one, fitted ORDER BY t DESC LIMIT 1), 1e-9)
	FROM (SELECT t, rnn_forecast(m, y, features, 1) OVER (ORDER BY t) AS f FROM (TABLE one ORDER BY t DESC LIMIT 201) s, fitted) q ORDER BY t DESC LIMIT 1), 'and with these alone is the same');
SELECT ok((SELECT count(*) = 100 AND bool_and(a = b) FROM (SELECT t, rnn_forecast(m, y, features, 1) OVER (ORDER BY t) AS a FROM one, fitted) l
	JOIN (SELECT t, rnn_forecast(m, y, features, 1) OVER (ORDER BY t) AS b FROM one, fitted WHERE t <= 150) e USING (t) WHERE t > 50), 'rows to come change nothing');
SELECT ok(refused.error ~ '^22023 ' AND refused.error !~ 'checksum', 'a model is refused with ' || what)
FROM fitted, (VALUES ('a coefficient less', $$jsonb_set(j, '{header,linear}', (j -> 'header' -> 'linear') - 0)$$), ('one that is no number', $$jsonb_set(j, '{header,linear,3}', '"x"')$$),
		('none', $$jsonb_set(j, '{header,linear}', 'null')$$), ('target level', $$jsonb_set(j, '{header,options,target}', '"level"')$$)) AS v (what, change),
	LATERAL (SELECT error_of(format('SELECT (SELECT %s FROM (SELECT %L::jsonb AS j) q)::text::rnn_model', change, m::text)) AS error) refused;

-- a warm start goes on from a model with linear forecasts, which are fitted anew
SELECT is(model_info(rnn_fit(t, y, features, rnn_options(warm_start => (SELECT m FROM fitted), epochs => 1))) -> 'linear', (SELECT model_info(m) -> 'linear' FROM fitted), 'a warm start has linear, too') FROM one;
SELECT ok(model_info(rnn_fit(t, y, features, rnn_options(warm_start => (SELECT m FROM fitted), epochs => 1, linear => false))) -> 'linear' IS NULL, 'unless it is told not to') FROM one;

-- the aggregate that forecasts
SELECT ok((SELECT bool_and(near(made.forecast, f.forecast, 1e-9) AND near(made.upper, f.upper, 1e-6)) FROM (SELECT rnn_forecast(t, y, features, 2, quick() - 'horizons') AS steps FROM one) s, unnest(steps) AS made
	JOIN LATERAL (SELECT (f).* FROM (SELECT t, rnn_forecast(n, y, features, made.step) OVER (ORDER BY t) AS f FROM one, (SELECT rnn_fit(t, y, features, quick() || '{"horizons": [1, 2]}') AS n FROM one) m) q ORDER BY t DESC LIMIT 1) AS f ON true),
	'fitting and forecasting in one call is the same');

-- y and features that are missing
SELECT ok((SELECT (f).forecast IS NOT NULL FROM (SELECT t, rnn_forecast(m, y, CASE WHEN t < 260 THEN features ELSE ARRAY[NULL, features[2]] END, 1) OVER (ORDER BY t) AS f FROM one, fitted) q ORDER BY t DESC LIMIT 1),
	'a feature that is missing on the newest row stops nothing');
SELECT is((SELECT count(*) FROM (SELECT t, (rnn_forecast(n, y, features, 1) OVER w).forecast AS a, (linear_forecast(l, y, features) OVER w).forecast AS b
		FROM (SELECT t, CASE WHEN t % 50 = 0 THEN NULL ELSE y END AS y, features FROM one) g,
			(SELECT rnn_fit(t, y, features, quick(1)) AS n, linear_fit(t, y, features, linear_options(horizons => '{1,3}')) AS l
				FROM (SELECT t, CASE WHEN t % 50 = 0 THEN NULL ELSE y END AS y, features FROM one) g) f
		WINDOW w AS (ORDER BY t)) q WHERE near(a, b, 1e-12)), 236::bigint, 'what a y that is missing does is what it does to linear_fit');
SELECT cmp_ok((SELECT importance FROM (SELECT rnn_importance(m, t, y, features) AS i FROM one, fitted) q, unnest(i) WHERE feature = 'features[1]'), '>', 0.02::float8, 'importance is that of the sum');

-- errors
SELECT refused($$SELECT rnn_fit(t, y, features, rnn_options(linear => true, target => 'level')) FROM one$$, '22023', '%"linear" is true with target "level"');
SELECT refused($$SELECT rnn_fit(t, y, features, rnn_options('dgru', linear => true)) FROM one$$, '22023', '%"linear" is true with target "level"');
SELECT refused($$SELECT rnn_fit(t, y, features, rnn_options(linear => true, horizons => '{1,1001}')) FROM one$$, '22023', '%"horizons" has 1001 with linear%');
SELECT refused($$SELECT rnn_fit(t, y, features, quick()) FROM one WHERE t <= 60$$, '22023', 'rnn_fit needs at least 63 observations, has 60');
SELECT refused($$SELECT rnn_fit(t, y, array_fill(y, '{204}'), quick()) FROM one$$, '54000', '%"linear" with 204 features has more than 1024 terms');
SELECT is((SELECT rnn_fit(t, 1, features, quick() || '{"on_error": "null"}') FROM one), NULL, 'a constant y gives NULL where that is wanted');
SELECT is((SELECT rnn_fit(name, t, y, NULL, quick() || '{"on_error": "null"}') FROM walk WHERE t <= 25), NULL, 'and so do too few rows of a panel');

SELECT * FROM finish();
ROLLBACK;
