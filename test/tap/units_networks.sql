-- Networks in any unit: forecasts and bounds scale with y, and features may each have a unit of their own; each series
-- of a panel, too.  Intervals of a panel hold for each of its entities.

BEGIN;
SELECT plan(20);
SET LOCAL client_min_messages = warning;

-- A walk, ticks of a quarter, a cycle with a trend, and one that hardly varies.
CREATE TABLE series AS
SELECT kind, t::bigint, CASE kind
		WHEN 'walk' THEN 5 + walk
		WHEN 'ticks' THEN 5 + round(8 * walk) / 8
		WHEN 'cycle' THEN 5 + sin(t * 0.3) + 0.01 * t + 0.1 * noise
		ELSE 5 + 1e-4 * noise + 1e-5 * walk END AS y,
	cos(t * 0.7) + hashint4(-t) / 2147483648.0 AS x, 3 + noise AS z
FROM (SELECT t, noise, 0.2 * sum(noise) OVER (ORDER BY t) AS walk
		FROM generate_series(1, 160) t, LATERAL (SELECT hashint4(t) / 2147483648.0 + sin(t * 12.9898) AS noise) n) w,
	unnest('{walk,ticks,cycle,flat}'::text[]) kind;

CREATE TABLE unit AS SELECT k FROM unnest('{1e-9,3e-7,100,1e9}'::float8[]) k;

-- what a fit in another unit gives, back in the first one, against what the first gives
CREATE TABLE made (net text, kind text, of_y float8, of_x float8, t bigint, forecast float8, lower float8, upper float8, y float8);

CREATE FUNCTION differing(wanted text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(DISTINCT format('%s in %s and %s: %s', o.kind, o.of_y, o.of_x, o.worst), E'\n')
	FROM (SELECT other.kind, other.of_y, other.of_x, count(*) AS rows, coalesce(max(greatest(
				abs(other.forecast / other.of_y - base.forecast),
				abs((other.upper - other.lower) / other.of_y - (base.upper - base.lower)))
				/ (base.upper - base.lower)), 'NaN') AS worst
			FROM made base JOIN made other USING (net, kind, t)
			WHERE net = wanted AND base.of_y = 1 AND base.of_x = 1 GROUP BY 1, 2, 3) o
	WHERE NOT o.worst < 1e-5 OR o.rows < 100
$$;

CREATE FUNCTION tiny(wanted text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT CASE WHEN wanted LIKE 'transformer%' THEN transformer_options(width => 4, heads => 1, feed_forward => 4, look_back => 4,
			epochs => 1, ensemble => 1, target => split_part(wanted, ' ', 2), validation_fraction => 0.3)
		WHEN wanted LIKE 'graph_rank%' THEN graph_rank_options(units => '{4}', epochs => 1, ensemble => 1, relation_form => 'none',
			target => split_part(wanted, ' ', 2), validation_fraction => 0.3, alpha => 1)
		WHEN wanted = 'rnn linear' THEN rnn_options(units => '{4}', epochs => 1, ensemble => 1, linear => true, validation_fraction => 0.3)
		ELSE rnn_options(units => '{4}', epochs => 1, ensemble => 1, target => split_part(wanted, ' ', 2),
			validation_fraction => 0.3) END
$$;

-- y, and then each feature by itself, in every unit
CREATE TABLE scaled AS
SELECT kind, of_y, of_x, t, y * of_y AS y, ARRAY[x * of_x, z / of_x] AS features
FROM series, (SELECT k AS of_y, 1::float8 AS of_x FROM unit UNION SELECT 1, k FROM unit UNION SELECT 1, 1) u;

INSERT INTO made
SELECT net, kind, of_y, of_x, t, (f).forecast, (f).lower, (f).upper, y
FROM (SELECT net, s.kind, s.of_y, s.of_x, t, s.y, rnn_forecast(m, s.y, s.features) OVER (PARTITION BY net, s.kind, s.of_y, s.of_x ORDER BY t) AS f
	FROM (SELECT net, kind, of_y, of_x, rnn_fit(t, y, features, tiny(net)) AS m
			FROM scaled, unnest('{rnn change,rnn level,rnn linear}'::text[]) net GROUP BY 1, 2, 3, 4) fitted
	JOIN scaled s USING (kind, of_y, of_x)) q WHERE f IS NOT NULL
UNION ALL
SELECT net, kind, of_y, of_x, t, (f).forecast, (f).lower, (f).upper, y
FROM (SELECT net, s.kind, s.of_y, s.of_x, t, s.y, transformer_forecast(m, s.y, s.features) OVER (PARTITION BY net, s.kind, s.of_y, s.of_x ORDER BY t) AS f
	FROM (SELECT net, kind, of_y, of_x, transformer_fit(t, y, features, tiny(net)) AS m
			FROM scaled, unnest('{transformer change,transformer level}'::text[]) net GROUP BY 1, 2, 3, 4) fitted
	JOIN scaled s USING (kind, of_y, of_x)) q WHERE f IS NOT NULL;

SELECT is(differing('rnn change'), NULL, 'rnn_fit of changes and rnn_forecast');
SELECT is(differing('rnn level'), NULL, 'of levels');
SELECT is(differing('rnn linear'), NULL, 'of what linear forecasts leave');
SELECT is(differing('transformer change'), NULL, 'transformer_fit of changes and transformer_forecast');
SELECT is(differing('transformer level'), NULL, 'of levels');

-- Panels of the four kinds, all in one unit, and one of them in a unit of its own: only its forecasts scale, once the
-- others have moved.
CREATE TABLE panel AS
SELECT net, of_y, of_x, kind, t, y * CASE WHEN of_x = 1 OR kind = 'walk' THEN of_y ELSE 1 END AS y, CASE WHEN of_x = 1 OR kind = 'walk' THEN of_y ELSE 1 END AS k
FROM series, unnest('{rnn change,rnn level,rnn linear,transformer change,transformer level,graph_rank change,graph_rank level}'::text[]) net,
	(SELECT k AS of_y, 1 AS of_x FROM unit UNION SELECT 1, 1 UNION SELECT k, 2 FROM unit) u
WHERE net NOT LIKE 'graph_rank%' OR of_x = 1;

CREATE TABLE fitted_rnn AS SELECT net, of_y, of_x, rnn_fit(kind, t, y, NULL, tiny(net)) AS m FROM panel WHERE net LIKE 'rnn%' GROUP BY 1, 2, 3;
CREATE TABLE fitted_transformer AS SELECT net, of_y, of_x, transformer_fit(kind, t, y, NULL, tiny(net)) AS m FROM panel WHERE net LIKE 'transformer%' GROUP BY 1, 2, 3;
CREATE TABLE fitted_graph_rank AS
SELECT net, of_y, of_x, graph_rank_fit(kind, t, y, NULL, 'all', NULL::relation_graph, tiny(net)) AS m FROM panel WHERE net LIKE 'graph_rank%' GROUP BY 1, 2, 3;

TRUNCATE made;
INSERT INTO made
SELECT net, kind, of_y, of_x, t, (f).forecast / k, (f).lower / k, (f).upper / k, y
FROM (SELECT p.*, rnn_forecast(m, y) OVER (PARTITION BY net, of_y, of_x, kind ORDER BY t) AS f FROM panel p JOIN fitted_rnn USING (net, of_y, of_x)) q
WHERE f IS NOT NULL
UNION ALL
SELECT net, kind, of_y, of_x, t, (f).forecast / k, (f).lower / k, (f).upper / k, y
FROM (SELECT p.*, transformer_forecast(m, y) OVER (PARTITION BY net, of_y, of_x, kind ORDER BY t) AS f FROM panel p JOIN fitted_transformer USING (net, of_y, of_x)) q
WHERE f IS NOT NULL
UNION ALL
SELECT net, kind, of_y, of_x, t, (f).forecast / k, (f).lower / k, (f).upper / k, y
FROM (SELECT p.*, graph_rank_forecast(m, kind, t, y, NULL, 'all') OVER (PARTITION BY net, of_y, of_x) AS f FROM panel p JOIN fitted_graph_rank USING (net, of_y, of_x)) q
WHERE f IS NOT NULL;

-- here every entity's forecasts are back in its first unit
CREATE FUNCTION panel_differing(wanted text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(DISTINCT format('%s in %s, %s: %s', o.kind, o.of_y, o.of_x, o.worst), E'\n')
	FROM (SELECT other.kind, other.of_y, other.of_x, count(*) AS rows, coalesce(max(greatest(abs(other.forecast - base.forecast),
				abs(other.upper - other.lower - (base.upper - base.lower))) / (base.upper - base.lower)), 'NaN') AS worst
			FROM made base JOIN made other USING (net, kind, t)
			WHERE net = wanted AND base.of_y = 1 AND base.of_x = 1 AND t > 30 GROUP BY 1, 2, 3) o
	WHERE NOT o.worst < 1e-5 OR o.rows < 100
$$;
SELECT is(panel_differing(net), NULL, 'panels: ' || net) FROM (SELECT DISTINCT net FROM panel ORDER BY net) n;

-- Volatilities of .85, 10 and 95: 1,300 rows to train, 1,000 windows to calibrate, 2,000 rows to test.
CREATE TABLE three AS
SELECT entity, t, 1000 + volatility * sum(step) OVER (PARTITION BY entity ORDER BY t) AS y
FROM (VALUES ('a', 0.85, 1), ('b', 10, 2), ('c', 95, 3), ('new', 0.02, 4)) AS v (entity, volatility, seed),
	generate_series(1, 4300) t,
	LATERAL (SELECT sqrt(-2 * ln(1 - (hashint8extended(t, seed) & 1073741823) / 1073741824.0))
		* cos(2 * pi() * (hashint8extended(-t, seed) & 1073741823) / 1073741824.0) AS step) s;

CREATE FUNCTION small(family text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT CASE family WHEN 'rnn' THEN rnn_options(units => '{4}', epochs => 1, ensemble => 1, refit => false, validation_fraction => 0.4357)
		WHEN 'transformer' THEN transformer_options(width => 4, heads => 1, feed_forward => 4, layers => 1, look_back => 5, epochs => 1,
			ensemble => 1, refit => false, validation_fraction => 0.4357)
		ELSE graph_rank_options(units => '{4}', epochs => 1, ensemble => 1, refit => false, relation_form => 'none', validation_fraction => 0.4357) END
$$;

CREATE TABLE covered AS
SELECT family, entity, avg((actual BETWEEN lower AND upper)::int) AS share, count(*) AS rows
FROM (
	SELECT 'rnn' AS family, entity, t, lead(y) OVER w AS actual, (rnn_forecast(m, y) OVER w).*
	FROM three, (SELECT rnn_fit(entity, t::bigint, y, NULL, small('rnn')) AS m FROM three WHERE entity <> 'new' AND t <= 2300 OFFSET 0) f
	WINDOW w AS (PARTITION BY entity ORDER BY t)
	UNION ALL
	SELECT 'transformer', entity, t, lead(y) OVER w, (transformer_forecast(m, y) OVER w).*
	FROM three, (SELECT transformer_fit(entity, t::bigint, y, NULL, small('transformer')) AS m FROM three WHERE entity <> 'new' AND t <= 2300 OFFSET 0) f
	WINDOW w AS (PARTITION BY entity ORDER BY t)
	UNION ALL
	SELECT 'graph_rank', entity, t, lead(y) OVER (PARTITION BY entity ORDER BY t), (g).forecast, (g).lower, (g).upper
	FROM (SELECT entity, t, y, graph_rank_forecast(m, entity, t::bigint, y) OVER () AS g
		FROM three, (SELECT graph_rank_fit(entity, t::bigint, y, NULL, NULL, NULL::relation_graph, small('graph_rank')) AS m
			FROM three WHERE entity <> 'new' AND t <= 2300 OFFSET 0) f) q
) made
WHERE t BETWEEN 2300 AND 4299 GROUP BY 1, 2;

SELECT is((SELECT string_agg(format('%s %s: %s of %s', family, entity, round(share, 3), rows), ', ' ORDER BY entity) FROM covered
	WHERE family = f AND (share NOT BETWEEN 0.86 AND 0.94 OR rows <> 2000)), NULL, f || ': 90 % intervals cover each entity, a new one, too')
FROM unnest('{rnn,transformer,graph_rank}'::text[]) f;
SELECT is((SELECT count(*)::int FROM covered), 12, 'of four entities');

-- Intervals of fewer rows are those of more rows cut short, from where there are as many rows as they look back on.
CREATE TABLE short AS
SELECT m, from_row, t, (f).* FROM (SELECT m.m, from_row, t, rnn_forecast(m.model, y) OVER (PARTITION BY m.m, from_row ORDER BY t) AS f
	FROM (SELECT 'series' AS m, rnn_fit(t, y, NULL, tiny('rnn change')) AS model FROM three WHERE entity = 'b' AND t <= 600
		UNION ALL SELECT 'panel', rnn_fit(entity, t::bigint, y, NULL, tiny('rnn change')) FROM three WHERE entity < 'c' AND t <= 600) m,
		three, unnest('{1,200}'::int[]) from_row WHERE entity = 'b' AND t >= from_row AND t <= 600) q;
SELECT is((SELECT count(*)::int FROM short a JOIN short b USING (m, t) WHERE m = 'series' AND a.from_row = 1 AND b.from_row = 200 AND t >= 220
	AND (a.forecast, a.lower, a.upper) IS DISTINCT FROM (b.forecast, b.lower, b.upper)), 0, 'after 20 rows of a series');
SELECT is((SELECT count(*)::int FROM short a JOIN short b USING (m, t) WHERE m = 'panel' AND a.from_row = 1 AND b.from_row = 200 AND t >= 451
	AND (a.forecast, a.lower, a.upper) IS DISTINCT FROM (b.forecast, b.lower, b.upper)), 0, 'after 251 rows of a panel');
SELECT ok((SELECT count(upper) = 396 AND bool_and(upper > lower) FROM short WHERE m = 'panel' AND from_row = 200), 'and every row has one');

-- A series that stood still has the scale of the others.
SELECT ok((SELECT bool_and(abs(forecast - 7) < 30 AND upper > lower) FROM (
	SELECT (rnn_forecast(m, 7) OVER (ORDER BY t)).* FROM generate_series(1, 30) t,
		(SELECT rnn_fit(entity, t::bigint, y, NULL, small('rnn')) AS m FROM three WHERE t <= 300 OFFSET 0) f) q WHERE forecast IS NOT NULL),
	'a series without a change');
SELECT finish();
ROLLBACK;
