-- The catalog's methods linear, combination and auto, and the intervals that validation gives.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(39);

CREATE VIEW runs AS SELECT p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE VIEW forecasts AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE FUNCTION step(entity bigint, t bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(hashint8extended(t + 100000 * k, entity) / 9223372036854775808.0) FROM generate_series(1, 3) k
$$;
-- One series follows what another did a day before, one is a random walk; wild and calm days take turns.
CREATE TABLE spread AS SELECT entity, date '2000-01-01' + t AS day, sum(move) OVER w AS y, sum(led) OVER w AS leader
FROM (SELECT entity, t, led, size * step(CASE entity WHEN 'told' THEN 1 ELSE 2 END, t) + CASE entity WHEN 'told' THEN 0.8 * lag(led, 1, 0) OVER (PARTITION BY entity ORDER BY t) ELSE 0 END AS move
	FROM (SELECT entity, t, CASE WHEN t / 100 % 2 = 1 THEN 4 ELSE 1 END AS size, CASE WHEN t / 100 % 2 = 1 THEN 4 ELSE 1 END * step(3, t) AS led
		FROM unnest('{told,walk}'::text[]) entity, generate_series(1, 1200) t) AS steps) AS moves
WINDOW w AS (PARTITION BY entity ORDER BY t);
\set query '''SELECT entity, day AS "time", y, leader FROM spread'''

-- ---- linear -------------------------------------------------------------------------------------

CALL creditspread.train('linear', :query, 'linear', '{1,5}');
CALL creditspread.forecast('linear');
CALL creditspread.train('linear pooled', :query, 'linear', '{1,5}', pool => true);
CALL creditspread.forecast('linear pooled');
CREATE TABLE by_hand AS SELECT entity, (s).step AS horizon, (s).forecast, (s).lower, (s).upper
FROM (SELECT entity, unnest(steps) AS s FROM (SELECT DISTINCT ON (entity) entity, steps FROM (
	SELECT entity, day, linear_forecast_steps(model, y, ARRAY[leader]) OVER (PARTITION BY entity ORDER BY day) AS steps
	FROM spread JOIN (SELECT entity, linear_fit(day, y, ARRAY[leader], linear_options(horizons => '{1,5}', feature_names => '{leader}')) AS model FROM spread GROUP BY entity) AS f USING (entity)) AS made
	ORDER BY entity, day DESC) AS last) AS steps;
SELECT is((SELECT count(*)::integer FROM forecasts f JOIN by_hand h USING (entity, horizon) WHERE model = 'linear'
	AND abs(f.forecast - h.forecast) + abs(f.lower - h.lower) + abs(f.upper - h.upper) < 1e-9), 4, 'linear: what linear_fit and linear_forecast give');
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model = 'linear pooled' AND lower < forecast AND forecast < upper), 4, 'linear: one fit for all');
SELECT ok((SELECT bool_and(abs((measures ->> 'mae')::float8 - e.mae) < 1e-9) FROM creditspread.artifact a JOIN creditspread.model m ON m.id = a.model_id AND m.method = 'linear' AND NOT m.pool
	JOIN (SELECT entity, sum((h ->> 'tested')::float8 * (h ->> 'mae')::float8) / sum((h ->> 'tested')::float8) AS mae
		FROM (SELECT entity, model_info(linear_fit(day, y, ARRAY[leader], linear_options(horizons => '{1,5}', feature_names => '{leader}'))) -> 'horizons' AS horizons FROM spread GROUP BY entity) AS i,
			jsonb_array_elements(horizons) AS h GROUP BY entity) AS e ON e.entity = a.entity), 'linear: validated by its errors out of fold');
SELECT throws_ok($$ CALL creditspread.train('far', 'spread', 'linear', '{1,1001}') $$, '22023', NULL, 'linear: a horizon that it has not is refused before there are rows');

-- ---- intervals ------------------------------------------------------------------------------------

CALL creditspread.train('walks', 'SELECT entity, day AS "time", y FROM spread', 'random_walk', '{1,5}');
CALL creditspread.forecast('walks');
CREATE TABLE placed AS SELECT entity, row_number() OVER (PARTITION BY entity ORDER BY day) AS n, y FROM spread;
-- The scale of an error h rows ahead, by its definition; the last change comes first.
CREATE FUNCTION mean_change(changes float8[], decay float8, rows integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(decay ^ (n - 1) * change) / sum(decay ^ (n - 1)) FROM unnest(changes[:rows]) WITH ORDINALITY AS c (change, n)
$$;
CREATE FUNCTION greater_mean(changes float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT greatest(mean_change(changes, 0.97, 200), mean_change(changes, 0.9, 60)) $$;
CREATE TABLE scaled AS SELECT entity, n, y, horizon, (greater_mean(one) * greatest(greater_mean(one), greater_mean(ahead))) ^ (0.55 - 0.05 / horizon) AS scale
FROM (SELECT entity, n, horizon, y, array_agg(abs(one)) OVER w AS one, array_agg(abs(ahead)) OVER w AS ahead
	FROM (SELECT entity, n, h AS horizon, y, y - lag(y) OVER v AS one, y - lag(y, h) OVER v AS ahead FROM placed, unnest('{1,5}'::int[]) h WINDOW v AS (PARTITION BY entity, h ORDER BY n)) c
	WINDOW w AS (PARTITION BY entity, horizon ORDER BY n DESC ROWS BETWEEN CURRENT ROW AND 199 FOLLOWING)) d WHERE n >= 660;
CREATE TABLE quantile AS SELECT entity, horizon, errors[greatest(1, ceil(count * (1 + horizon::float8 / count) * 0.95 - 1e-9))::integer] AS upper,
	errors[count + 1 - greatest(1, ceil(count * (1 + horizon::float8 / count) * 0.95 - 1e-9))::integer] AS lower
FROM (SELECT a.entity, a.horizon, array_agg((b.y - a.y) / a.scale ORDER BY (b.y - a.y) / a.scale) AS errors, count(*)::integer AS count
	FROM scaled a JOIN placed b ON b.entity = a.entity AND b.n = a.n + a.horizon GROUP BY a.entity, a.horizon) AS e;
SELECT ok(bool_and(abs(f.lower - (s.y + s.scale * q.lower)) + abs(f.upper - (s.y + s.scale * q.upper)) < 1e-9) AND count(*) = 4,
	'bounds: so many scales from the forecast as errors in validation were, each side by itself')
FROM forecasts f JOIN quantile q USING (entity, horizon) JOIN scaled s ON s.entity = f.entity AND s.n = 1200 AND s.horizon = f.horizon WHERE model = 'walks';
SELECT ok(bool_and(abs(e.volatility - b) < 1e-14), 'volatilities: absolute changes, weighted by age')
FROM creditspread_internal.error_scales('{1,2,2,4}', '{1}', 1, false) AS e JOIN unnest(ARRAY[0, 1, 0.97 / 1.97, (2 + 0.97 ^ 2) / (1 + 0.97 + 0.97 ^ 2)]) WITH ORDINALITY AS v (b, n) USING (n);
SELECT results_eq($$ SELECT n, horizon, volatility, scale FROM creditspread_internal.error_scales('{1,NULL,3}', '{1}', 1, false) $$,
	'VALUES (1, 1, 0::float8, 0::float8), (3, 1, 2, 2)', 'a missing value is no change');
SELECT is_empty($$ SELECT creditspread_internal.error_scales('{}', '{1}', 1, false) UNION ALL SELECT creditspread_internal.error_scales('{1}', '{}', 1, false)
	UNION ALL SELECT creditspread_internal.error_scales('{1}', '{1}', 2, false) $$, 'and no value none');
SELECT throws_ok($$ SELECT creditspread_internal.error_scales('{1}', '{0}', 1, false) $$, '22023', NULL, 'a horizon of nothing');
SELECT throws_ok($$ SELECT creditspread_internal.error_scales('{1,NaN}', '{1}', 1, false) $$, '22003', NULL, 'NaN');
SELECT is(creditspread_internal.conformal_bounds(ARRAY(SELECT (n - 50)::float8 FROM generate_series(1, 100) n), 1, 0.9), ROW(-45::float8, 46::float8), 'bounds: the ranks of the two sides');
SELECT is(creditspread_internal.conformal_bounds(ARRAY(SELECT (n - 50)::float8 FROM generate_series(1, 100) n), 10, 0.9), ROW(-49::float8, 49::float8),
	'where overlapping targets leave too few errors for a side, both are alike');
SELECT is(creditspread_internal.conformal_bounds('{-1,2}', 1, 0.9), ROW(NULL::float8, NULL::float8), 'too few errors give none');
SELECT is(creditspread_internal.bound(1, 5, '2', 'lower'), -1::float8, 'a width of 0.1.0 is in units of y');
CALL creditspread.backtest('walks', 500, 100);
CREATE TABLE days AS SELECT f.*, (origin::date - date '2000-01-01') / 100 % 2 = 1 AND (origin::date - date '2000-01-01') % 100 >= 30 AS wild,
	(origin::date - date '2000-01-01') / 100 % 2 = 0 AND (origin::date - date '2000-01-01') % 100 >= 40 AS calm FROM forecasts f WHERE source = 'backtest' AND horizon = 1;
SELECT ok((SELECT avg((actual BETWEEN lower AND upper)::int) BETWEEN 0.82 AND 0.97 FROM days WHERE wild), 'intervals cover in wild days');
SELECT ok((SELECT avg((actual BETWEEN lower AND upper)::int) BETWEEN 0.82 AND 0.99 FROM days WHERE calm), 'and in calm ones');
SELECT ok((SELECT avg(upper - lower) FILTER (WHERE wild) > 2 * avg(upper - lower) FILTER (WHERE calm) FROM days), 'in which they are narrower');
CALL creditspread.train('many', 'SELECT entity, day AS "time", y * 1e6 AS y FROM spread', 'random_walk', '{1,5}');
CALL creditspread.forecast('many');
SELECT ok(bool_and(abs(a.lower - 1e6 * b.lower) < 1e-6 * abs(a.lower)), 'bounds in any unit') FROM forecasts a JOIN forecasts b USING (entity, horizon, origin) WHERE a.model = 'many' AND b.model = 'walks' AND b.source = 'forecast';
CALL creditspread.train('ar', 'SELECT entity, day AS "time", y FROM spread', 'ar', '{1,5}');
CALL creditspread.forecast('ar');
SELECT is((SELECT count(*)::integer FROM creditspread.artifact a JOIN creditspread.model m ON m.id = model_id WHERE method = 'ar' AND (widths -> '5' ->> 'upper')::float8 > 0), 2, 'ar: intervals by validation, too');

-- ---- combination ----------------------------------------------------------------------------------

CALL creditspread.train('mixed', :query, 'combination', '{1,5}', '{"methods": ["linear", "ar"]}');
CALL creditspread.forecast('mixed');
SELECT ok(bool_and(abs(f.forecast - (l.forecast + a.forecast + f.random_walk) / 3) < 1e-9) AND count(*) = 4, 'combination: equal weights, the random walk among them')
FROM forecasts f JOIN forecasts l USING (entity, horizon) JOIN forecasts a USING (entity, horizon) WHERE f.model = 'mixed' AND l.model = 'linear' AND a.model = 'ar';
CALL creditspread.train('weighed', :query, 'combination', '{1,5}', '{"methods": ["linear", "ar"], "weights": "errors", "options": {"ar": {"lags": 2}}}');
SELECT ok(bool_and(sum = 1 AND worst < 0.34 AND best > 0.34), 'by errors: more for smaller ones')
FROM (SELECT series, horizon, round(sum(weight)::numeric, 9) AS sum, min(weight) AS worst, max(weight) AS best FROM creditspread.explain('weighed', 'told') WHERE weight IS NOT NULL GROUP BY 1, 2) AS w;
CALL creditspread.forecast('weighed');
CALL creditspread.forecast('weighed');
CALL creditspread.forecast('mixed');
SELECT is((SELECT count(*) FROM forecasts WHERE model IN ('mixed', 'weighed') AND revision > 0), 0::bigint, 'the same forecasts made again have the same digits: none is a revision');
CALL creditspread.train('lost', :query, 'combination', '{1}', '{"methods": ["cir", "linear"]}');
CALL creditspread.forecast('lost');
SELECT ok(bool_and(message LIKE 'cir_fit: %' AND weight = 0) AND count(*) = 2, 'a method that cannot be fitted is left out, and it is said why') FROM creditspread.explain('lost') WHERE method = 'cir';
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model = 'lost'), 2, 'and the others forecast');

-- ---- auto -----------------------------------------------------------------------------------------

CALL creditspread.train('auto', :query, 'auto', '{1,5}');
CALL creditspread.forecast('auto');
SELECT ok((SELECT weight > 0.8 FROM creditspread.explain('auto', 'told') WHERE horizon = 1 AND method = 'linear'), 'auto: takes the method that knows more');
SELECT ok((SELECT weight > 0.5 FROM creditspread.explain('auto', 'walk') WHERE horizon = 1 AND method = 'random_walk'), 'and mostly the random walk where there is nothing to know');
SELECT ok(bool_and(abs(sum - 1) < 1e-9), 'weights sum to one') FROM (SELECT sum(weight) FROM creditspread.explain('auto') GROUP BY series, horizon) AS w;
SELECT is((SELECT string_agg(DISTINCT method, ' ' ORDER BY method) FROM creditspread.explain('auto')), 'ar auto kalman linear random_walk', 'explain: all that were tried, and the whole');
SELECT ok((SELECT rmse < 0.9 * random_walk_rmse FROM creditspread.explain('auto', 'told') WHERE horizon = 1 AND method = 'auto'), 'what the whole was worth');
SELECT is((SELECT count(*)::integer FROM creditspread.explain('nobody''s')), 0, 'nothing of a model that is not there');
SELECT is((SELECT string_agg(method || ' ' || weight, ',') FROM creditspread.explain('linear', 'told')), 'linear 1', 'of a single method a row');
CREATE TABLE weight AS SELECT series AS entity, horizon, method, weight FROM creditspread.explain('auto') WHERE weight > 0;
SELECT ok(bool_and(abs(f.forecast - w.forecast) < 1e-9) AND count(*) = 4, 'the forecast: those of the methods by their weights')
FROM forecasts f JOIN (SELECT entity, horizon, sum(weight * CASE WHEN method = 'random_walk' THEN r.y ELSE f.forecast END) AS forecast
	FROM weight JOIN (SELECT DISTINCT ON (entity) entity, y FROM spread ORDER BY entity, day DESC) AS r USING (entity)
		LEFT JOIN forecasts f USING (entity, horizon) WHERE method = 'random_walk' AND f.model = 'walks' AND f.source = 'forecast' OR f.model = method GROUP BY entity, horizon) AS w USING (entity, horizon)
WHERE f.model = 'auto' AND NOT EXISTS (SELECT FROM weight k WHERE k.method = 'kalman');
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model IN ('auto', 'mixed', 'weighed', 'lost') AND lower < forecast AND forecast < upper), 14, 'auto and combination have intervals of their own errors');
CALL creditspread.train('auto pooled', :query, 'auto', '{1,5}', pool => true);
CALL creditspread.forecast('auto pooled');
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model = 'auto pooled' AND lower < forecast AND forecast < upper), 4, 'auto: one fit for all');

-- ---- an evening without a feature --------------------------------------------------------------------

INSERT INTO spread SELECT entity, max(day) + 1, (array_agg(y ORDER BY day DESC))[1], NULL FROM spread GROUP BY entity;
CALL creditspread.forecast('linear');
CALL creditspread.forecast('auto');
CALL creditspread.forecast('mixed');
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model IN ('linear', 'auto', 'mixed') AND origin = (SELECT max(day) FROM spread) AND forecast IS NOT NULL), 12,
	'a feature that is missing on the newest row stops no evening');
CALL creditspread.retrain('auto');
SELECT is((SELECT status FROM runs WHERE model = 'auto' ORDER BY id DESC LIMIT 1), 'done', 'nor a training');

-- ---- what is refused -----------------------------------------------------------------------------------

CREATE FUNCTION code_of(options jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	CALL creditspread.train('refused', 'spread', 'combination', options => options);
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
SELECT is((SELECT string_agg(options::text, ' ') FROM unnest(ARRAY['{}', '{"methods": []}', '{"methods": "ar"}', '{"methods": [1]}', '{"methods": ["none"]}', '{"methods": ["ar"], "weights": "best"}',
	'{"methods": ["ar"], "options": {"var": {}}}', '{"methods": ["ar"], "options": {"ar": {"lag": 1}}}', '{"methods": ["ar"], "options": 1}', '{"methods": ["ar"], "lags": 1}']::jsonb[]) AS options
	WHERE code_of(options) IS DISTINCT FROM '22023'), NULL, 'options that are none are refused');
SELECT throws_ok($$ CALL creditspread.train('refused', 'spread', 'auto', options => '{"methods": ["auto"]}') $$, '0A000', 'creditspread.train: method auto cannot be combined with others', 'auto of auto');
SELECT throws_ok($$ CALL creditspread.train('refused', 'spread', 'auto', options => '{"methods": ["ar"]}', pool => true) $$, '0A000', NULL, 'a method without a common fit, pooled');
SELECT * FROM finish();
