-- The boards of the catalog. Rows are put in by hand, so that every value is known and can be reckoned beside.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP 1
SET timezone = 'UTC';
SET extra_float_digits = 1;

BEGIN;
SELECT no_plan();

SELECT is((SELECT count(*)::integer FROM creditspread.leaderboard), 0, 'no models, no board');
SELECT is((SELECT count(*)::integer FROM creditspread.leaderboard_total), 0, 'no total');
SELECT is((SELECT count(*)::integer FROM creditspread.anomaly), 0, 'and no anomaly');

CREATE ROLE board_ann;
CREATE FUNCTION add_model(id bigint, name text, zone text DEFAULT 'UTC', in_utc boolean DEFAULT false) RETURNS void LANGUAGE sql AS $$
	INSERT INTO creditspread.pipeline VALUES (id, 'board_ann', 'board_ann'::regrole, creditspread_internal.cluster(), name, zone, in_utc, now());
	INSERT INTO creditspread.model (id, pipeline_id, version, active, status, method, query, query_number, search_path, time_type, horizons, options, level, pool,
		time_zone, keep, promote, on_error, trained_at, extension_version)
	SELECT id * 100 + v, id, v, v = 2, 'ready', 'ar', 'SELECT 1', 1, 'public', 'date', '{1,3}', '{}', 0.9, false, zone, 5, 'complete', 'skip', now(), '0.2.0'
	FROM generate_series(1, 3) v
$$;
CREATE FUNCTION near(a double precision, b double precision) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT coalesce(abs(a - b) <= 1e-11 * abs(b), a IS NULL AND b IS NULL)';
CREATE FUNCTION value(i integer, s text) RETURNS double precision LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE s WHEN 'A' THEN 100 + 3 * sin(i * 1.7) + 0.1 * i + CASE WHEN i = 25 THEN 30 ELSE 0 END WHEN 'B' THEN 0.002 + 1e-4 * cos(i * i) ELSE 5 END $$;
CREATE FUNCTION size(s text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$ SELECT CASE s WHEN 'A' THEN 1 WHEN 'B' THEN 1e-4 ELSE 0 END $$;

-- Forecasts of day i for day i + h: ar and trees of 40 days, late of the last 30, without intervals on some of them, young of
-- 5; the constant series C of the first two only; other has another series of the name A.
CREATE TABLE said AS
SELECT m.id, m.name, s.entity, i, h, value(i, s.entity) + size(s.entity) * m.gain * sin(i * 0.9 + m.id) AS forecast,
	size(s.entity) * (2 + cos(i)) AS below, size(s.entity) * (2.5 + sin(i)) AS above, value(i, s.entity) + m.shift AS walk,
	CASE WHEN i + h <= 40 THEN value(i + h, s.entity) + m.shift END AS actual, i % 3 = 0 AND m.name = 'late' AS bare
FROM (VALUES (11, 'trees', 0.9, 1, 0), (12, 'ar', 0.4, 1, 0), (13, 'late', 1.3, 11, 0), (14, 'young', 0.5, 35, 0), (15, 'other', 0.5, 1, 7)) AS m (id, name, gain, since, shift),
	(VALUES ('A'), ('B'), ('C')) AS s (entity), generate_series(m.since, 40) i, unnest('{1,3}'::integer[]) h
WHERE (s.entity <> 'C' OR m.name IN ('ar', 'trees')) AND (s.entity = 'A' OR m.name <> 'other');
SELECT add_model(id, name) FROM (SELECT DISTINCT id, name FROM said ORDER BY id) m;
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, made_at, run_id,
	actual, first_actual)
SELECT id, 'forecast', entity, timestamp '2024-01-01' + i * interval '1 day', h, 1 + i % 2, 1, timestamp '2024-01-01' + (i + h) * interval '1 day', forecast,
	CASE WHEN NOT bare THEN forecast - below END, CASE WHEN NOT bare THEN forecast + above END, 0.9, walk, timestamptz '2024-01-01 18:00' + i * interval '1 day', 1, actual, actual
FROM said ORDER BY md5(i::text || name);
-- what does not count: said again later, by a later version from the same origin, of another query
INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, o) AS f FROM creditspread.forecast f,
	(VALUES (jsonb '{"revision": 1, "forecast": 1000, "made_at": "2024-03-01"}'), ('{"version": 3, "forecast": 1000, "made_at": "2024-03-01"}'),
		('{"version": 3, "query_number": 2, "origin": "2023-01-01", "forecast": 1000}')) AS o (o) WHERE f.origin = '2024-01-21' AND f.revision = 0 AND f.version < 3) x;

-- ---- the board of a series ---------------------------------------------------------------------------------------

CREATE FUNCTION score(actual double precision, lower double precision, upper double precision) RETURNS double precision LANGUAGE sql IMMUTABLE
AS $$ SELECT upper - lower + 20 * greatest(lower - actual, 0) + 20 * greatest(actual - upper, 0) $$;
CREATE TEMPORARY TABLE hand AS
SELECT entity, h, name, count(*)::integer AS n, avg(abs(forecast - actual)) AS mae, sqrt(avg((forecast - actual) ^ 2)) AS rmse, avg(abs(walk - actual)) AS walk_mae,
	sqrt(avg((walk - actual) ^ 2)) AS walk_rmse, avg(score(actual, forecast - below, forecast + above)) FILTER (WHERE NOT bare) AS score,
	avg(score(actual, walk - below, walk + above)) FILTER (WHERE NOT bare) AS walk_score,
	avg((actual BETWEEN forecast - below AND forecast + above)::integer) FILTER (WHERE NOT bare) AS coverage,
	avg((actual BETWEEN walk - below AND walk + above)::integer) FILTER (WHERE NOT bare) AS walk_coverage, min(i) AS first, max(i) AS last
FROM said WHERE actual IS NOT NULL AND name IN ('ar', 'trees', 'late') AND entity <> 'C' AND i >= 11 GROUP BY entity, h, name;
SELECT results_eq($$ SELECT DISTINCT entity, model, models, compared FROM creditspread.leaderboard ORDER BY 1, 2 $$,
	$$ VALUES ('A', 'ar', 3, 'ar, late, trees'), ('A', 'late', 3, 'ar, late, trees'), ('A', 'other', 1, 'other'), ('A', 'trees', 3, 'ar, late, trees'), ('A', 'young', 1, 'young'),
		('B', 'ar', 3, 'ar, late, trees'), ('B', 'late', 3, 'ar, late, trees'), ('B', 'trees', 3, 'ar, late, trees'), ('B', 'young', 1, 'young'),
		('C', 'ar', 2, 'ar, trees'), ('C', 'trees', 2, 'ar, trees') $$, 'compared are models of the same data with enough of the same origins');
SELECT ok(bool_and(b.n = m.n AND m.n = 30 - m.h AND b.versions = 2 AND b.first_origin = timestamp '2024-01-01' + m.first * interval '1 day'
	AND b.last_origin = timestamp '2024-01-01' + m.last * interval '1 day') AND count(*) = 12, 'over the origins that all of them have')
FROM hand m JOIN creditspread.leaderboard b ON b.entity = m.entity AND b.horizon = m.h AND b.model = m.name;
SELECT ok(bool_and(near(b.mae, m.mae) AND near(b.rmse, m.rmse) AND near(b.random_walk_mae, m.walk_mae) AND near(b.random_walk_rmse, m.walk_rmse)
	AND near(b.relative_mae, m.mae / m.walk_mae) AND near(b.relative_rmse, m.rmse / m.walk_rmse)) AND count(*) = 12, 'errors as a query by hand gives them')
FROM hand m JOIN creditspread.leaderboard b ON b.entity = m.entity AND b.horizon = m.h AND b.model = m.name;
SELECT ok(bool_and(near(b.interval_score, m.score) AND near(b.random_walk_interval_score, m.walk_score) AND near(b.relative_interval_score, m.score / m.walk_score)
	AND near(b.coverage, m.coverage) AND near(b.random_walk_coverage, m.walk_coverage) AND b.level = 0.9) AND count(*) = 12 AND min(b.coverage) < 1, 'and intervals')
FROM hand m JOIN creditspread.leaderboard b ON b.entity = m.entity AND b.horizon = m.h AND b.model = m.name;
SELECT ok(near(b.interval_score, a.interval_score) AND b.coverage = a.coverage AND near(b.rmse, a.rmse), 'as forecast_accuracy measures them')
FROM creditspread.leaderboard b, (SELECT (forecast_accuracy(actual, forecast, forecast - below, forecast + above, 0.9)).* FROM said
	WHERE name = 'ar' AND entity = 'A' AND h = 3 AND i >= 11) a WHERE b.model = 'ar' AND b.entity = 'A' AND b.horizon = 3;
SELECT ok(bool_and(b.place_by_squares = 1 + (SELECT count(*) FROM hand o WHERE o.entity = m.entity AND o.h = m.h AND o.rmse < m.rmse)
	AND b.place_by_absolutes = 1 + (SELECT count(*) FROM hand o WHERE o.entity = m.entity AND o.h = m.h AND o.mae < m.mae)
	AND b.place_by_interval_score = 1 + (SELECT count(*) FROM hand o WHERE o.entity = m.entity AND o.h = m.h AND o.score < m.score)) AND count(*) = 12, 'places')
FROM hand m JOIN creditspread.leaderboard b ON b.entity = m.entity AND b.horizon = m.h AND b.model = m.name;
SELECT ok(bool_and(near(b.dm_squared_statistic, t.statistic) AND near(b.dm_squared_p_value, t.p_value) AND near(b.dm_absolute_statistic, u.statistic) AND near(b.dm_absolute_p_value, u.p_value))
	AND count(*) = 12, 'tests against the random walk')
FROM creditspread.leaderboard b JOIN hand m ON b.entity = m.entity AND b.horizon = m.h AND b.model = m.name,
	LATERAL (SELECT (dm_test(i, s.actual, s.forecast, s.walk, jsonb_build_object('horizon', m.h))).* FROM said s WHERE s.entity = m.entity AND s.h = m.h AND s.name = m.name AND s.i >= 11) t,
	LATERAL (SELECT (dm_test(i, s.actual, s.forecast, s.walk, jsonb_build_object('horizon', m.h, 'loss', 'absolute'))).* FROM said s
		WHERE s.entity = m.entity AND s.h = m.h AND s.name = m.name AND s.i >= 11) u;
SELECT results_eq($$ SELECT model, n, mae, random_walk_mae, relative_mae, relative_rmse, interval_score, relative_interval_score, coverage, place_by_absolutes, place_by_squares,
		place_by_interval_score, dm_squared_p_value FROM creditspread.leaderboard WHERE entity = 'C' AND horizon = 1 ORDER BY 1 $$,
	$$ SELECT m, 39, 0::float8, 0::float8, NULL::float8, NULL::float8, 0::float8, NULL::float8, 1::float8, 1, 1, 1, NULL::float8 FROM unnest('{ar,trees}'::text[]) m $$,
	'a constant series: equal models share a place, and nothing is relative to no error');
SELECT results_eq($$ SELECT horizon, n, place_by_squares, dm_squared_p_value FROM creditspread.leaderboard WHERE model = 'young' AND entity = 'B' ORDER BY 1 $$,
	$$ VALUES (1, 5, 1, NULL::float8), (3, 3, 1, NULL) $$, 'one model alone, too young for a test');
SELECT results_eq($$ SELECT entity, count(*)::integer FROM creditspread.leaderboard WHERE entity = 'B' AND source = 'forecast' GROUP BY 1 $$, $$ VALUES ('B', 8) $$, 'one series');

-- ---- totals ------------------------------------------------------------------------------------------------------

CREATE TEMPORARY VIEW unit_loss AS
SELECT s.name, s.h, s.i, s.entity, abs(s.forecast - s.actual) / m.walk_mae AS absolute, abs(s.walk - s.actual) / m.walk_mae AS walk_absolute,
	((s.forecast - s.actual) / m.walk_rmse) ^ 2 AS square, ((s.walk - s.actual) / m.walk_rmse) ^ 2 AS walk_square,
	CASE WHEN NOT bare THEN score(s.actual, s.forecast - s.below, s.forecast + s.above) / m.walk_mae END AS score,
	CASE WHEN NOT bare THEN score(s.actual, s.walk - s.below, s.walk + s.above) / m.walk_mae END AS walk_score,
	CASE WHEN NOT bare THEN (s.actual BETWEEN s.forecast - s.below AND s.forecast + s.above)::integer END AS inside
FROM said s JOIN hand m ON m.name = s.name AND m.entity = s.entity AND m.h = s.h WHERE s.actual IS NOT NULL AND s.i >= 11;
CREATE TABLE total AS
SELECT t.*, a.p_value AS absolute_p, q.p_value AS square_p, q.statistic FROM (SELECT name, h, count(*)::integer AS n, avg(absolute) AS relative_mae, sqrt(avg(square)) AS relative_rmse,
		sum(score) / sum(walk_score) AS relative_score, avg(inside) AS coverage FROM unit_loss GROUP BY name, h) t,
	LATERAL (SELECT (dm_test(i, 0, absolute, walk, jsonb_build_object('horizon', t.h, 'loss', 'absolute'))).* FROM (SELECT i, sum(absolute) AS absolute, sum(walk_absolute) AS walk
		FROM unit_loss u WHERE u.name = t.name AND u.h = t.h GROUP BY i) u) a,
	LATERAL (SELECT (dm_test(i, 0, square, walk, jsonb_build_object('horizon', t.h, 'loss', 'absolute'))).* FROM (SELECT i, sum(square) AS square, sum(walk_square) AS walk
		FROM unit_loss u WHERE u.name = t.name AND u.h = t.h GROUP BY i) u) q;
SELECT is((SELECT count(*)::integer FROM total), 6, 'six totals by hand');
SELECT ok(bool_and(b.series = 2 AND b.n = t.n AND b.origins = 30 - t.h AND near(b.relative_mae, t.relative_mae) AND near(b.relative_rmse, t.relative_rmse)
	AND near(b.relative_interval_score, t.relative_score) AND near(b.coverage, t.coverage) AND b.compared = 'ar, late, trees') AND count(*) = 6, 'totals as a query by hand gives them')
FROM total t JOIN creditspread.leaderboard_total b ON b.model = t.name AND b.horizon = t.h WHERE b.models = 3;
SELECT ok(bool_and(near(b.dm_absolute_p_value, t.absolute_p) AND near(b.dm_squared_p_value, t.square_p) AND near(b.dm_squared_statistic, t.statistic)
	AND sign(b.dm_squared_statistic) = sign(b.relative_rmse - 1) AND sign(b.dm_absolute_statistic) = sign(b.relative_mae - 1)) AND count(*) = 6, 'tests of the sums over the series')
FROM total t JOIN creditspread.leaderboard_total b ON b.model = t.name AND b.horizon = t.h WHERE b.models = 3;
SELECT ok(bool_and(near(b.dm_squared_holm_p_value, (SELECT least(1, max((6 - (SELECT count(*) FROM total x WHERE x.square_p < o.square_p)) * o.square_p)) FROM total o WHERE o.square_p <= t.square_p))
	AND near(b.dm_absolute_holm_p_value, (SELECT least(1, max((6 - (SELECT count(*) FROM total x WHERE x.absolute_p < o.absolute_p)) * o.absolute_p)) FROM total o WHERE o.absolute_p <= t.absolute_p))
	AND b.squared_comparisons = 6 AND b.absolute_comparisons = 6 AND b.dm_squared_holm_p_value >= b.dm_squared_p_value) AND count(*) = 6 AND min(b.dm_squared_holm_p_value) < 1,
	'adjusted by Holm over the models and horizons')
FROM total t JOIN creditspread.leaderboard_total b ON b.model = t.name AND b.horizon = t.h WHERE b.models = 3;
SELECT results_eq($$ SELECT model, horizon, compared, series, n, squared_comparisons FROM creditspread.leaderboard_total WHERE models < 3 ORDER BY 1, 2 $$,
	$$ VALUES ('other', 1, 'other', 1, 39, 2), ('other', 3, 'other', 1, 37, 2), ('young', 1, 'young', 2, 10, 0), ('young', 3, 'young', 2, 6, 0) $$,
	'each board for itself, without the constant series');
SELECT ok(bool_and(near(t.relative_rmse, b.relative_rmse) AND near(t.relative_interval_score, b.relative_interval_score) AND t.coverage = b.coverage
	AND abs(t.dm_squared_p_value - b.dm_squared_p_value) < 1e-9) AND count(*) = 2, 'of one series it is the test of that series')
FROM creditspread.leaderboard_total t JOIN creditspread.leaderboard b USING (model, source, horizon) WHERE t.model = 'other';
SELECT ok(bool_and(b.place_by_squares = 1 + (SELECT count(*) FROM total o WHERE o.h = t.h AND o.relative_rmse < t.relative_rmse)
	AND b.place_by_absolutes = 1 + (SELECT count(*) FROM total o WHERE o.h = t.h AND o.relative_mae < t.relative_mae)), 'places')
FROM total t JOIN creditspread.leaderboard_total b ON b.model = t.name AND b.horizon = t.h WHERE b.models = 3;

-- a series in other units is the same series
CREATE TEMPORARY TABLE before AS SELECT * FROM creditspread.leaderboard_total;
UPDATE creditspread.forecast SET forecast = forecast * 1e9, lower = lower * 1e9, upper = upper * 1e9, random_walk = random_walk * 1e9, actual = actual * 1e9 WHERE entity = 'B';
SELECT ok(bool_and(near(a.relative_mae, b.relative_mae) AND near(a.relative_interval_score, b.relative_interval_score) AND near(a.dm_squared_holm_p_value, b.dm_squared_holm_p_value)
	AND a.place_by_squares = b.place_by_squares) AND count(*) = (SELECT count(*) FROM before), 'in any units')
FROM creditspread.leaderboard_total a JOIN before b USING (model, source, horizon, compared);
UPDATE creditspread.forecast SET forecast = forecast / 1e9, lower = lower / 1e9, upper = upper / 1e9, random_walk = random_walk / 1e9, actual = actual / 1e9 WHERE entity = 'B';

-- ---- backtests ---------------------------------------------------------------------------------------------------

INSERT INTO creditspread.forecast SELECT (f).* FROM (SELECT jsonb_populate_record(f, jsonb_build_object('source', 'backtest', 'version', v, 'forecast', f.forecast + v - 2,
		'origin', f.origin - CASE v WHEN 2 THEN interval '0' ELSE interval '10 days' END)) AS f
	FROM creditspread.forecast f, generate_series(1, 3) v WHERE f.pipeline_id = 12 AND f.entity = 'A' AND f.horizon = 1 AND f.actual IS NOT NULL AND f.revision = 0 AND f.version < 3) x
ON CONFLICT DO NOTHING;
SELECT results_eq($$ SELECT model, horizon, n, versions, models, round(mae::numeric, 8) FROM creditspread.leaderboard WHERE source = 'backtest' $$,
	$$ SELECT 'ar', 1, 49, 2, 1, round(avg(abs(forecast + CASE WHEN v = 2 THEN 0 ELSE 1 END - actual))::numeric, 8)
		FROM said, unnest('{2,3}'::integer[]) v WHERE name = 'ar' AND entity = 'A' AND h = 1 AND i < 40 AND (v = 2 OR i <= 10) $$,
	'of a backtest what the active version says, and before it the newest');
DELETE FROM creditspread.forecast WHERE source = 'backtest';

-- ---- anomalies ---------------------------------------------------------------------------------------------------

CREATE TEMPORARY VIEW outside AS SELECT *, (actual - CASE WHEN actual > forecast THEN forecast + above ELSE forecast - below END) / (above + below) AS distance,
	abs(actual - forecast) / CASE WHEN actual >= forecast THEN above ELSE below END AS half_widths
FROM said WHERE actual IS NOT NULL AND NOT bare;
SELECT results_eq($$ SELECT model, entity, origin, horizon, target_time, actual, forecast FROM creditspread.anomaly ORDER BY 1, 2, 3 $$,
	$$ SELECT name, entity, timestamp '2024-01-01' + i * interval '1 day', h, timestamp '2024-01-01' + (i + h) * interval '1 day', actual, forecast FROM outside
		WHERE h = 1 AND size(entity) > 0 AND half_widths > 1 ORDER BY 1, 2, 3 $$, 'the values outside of what was forecast for them');
SELECT ok(bool_and(abs(a.distance - o.distance) < 1e-9 * abs(o.distance) AND abs(a.p_value / 0.1 ^ o.half_widths - 1) < 1e-9
	AND near(a.rank_p_value, (SELECT count(*) FILTER (WHERE r.half_widths >= o.half_widths - 1e-9)::float8 / count(*) FROM outside r WHERE r.name = o.name AND r.entity = o.entity AND r.h = 1))
	AND a.n = (SELECT count(*) FROM outside r WHERE r.name = o.name AND r.entity = o.entity AND r.h = 1)) AND count(*) > 40, 'how far, and how likely')
FROM creditspread.anomaly a JOIN outside o ON o.name = a.model AND o.entity = a.entity AND o.h = 1 AND a.origin = timestamp '2024-01-01' + o.i * interval '1 day';
SELECT results_eq($$ SELECT target_time, target_date, distance > 2 FROM creditspread.anomalies('ar', entity => 'A') LIMIT 1 $$, $$ VALUES (timestamp '2024-01-26', '2024-01-26'::date, true) $$,
	'the planted jump is the least likely');
SELECT results_eq($$ SELECT series, rows_ahead, origin, actual FROM creditspread.anomalies('trees', p => 0.02, horizon => 3) ORDER BY 1, 3 $$,
	$$ SELECT entity, 3, timestamp '2024-01-01' + i * interval '1 day', actual FROM outside WHERE name = 'trees' AND h = 3 AND size(entity) > 0 AND 0.1 ^ half_widths <= 0.02 ORDER BY 1, 3 $$, 'at another horizon');
SELECT is((SELECT count(*)::integer FROM creditspread.anomalies('ar', p => 1)), (SELECT count(*)::integer FROM outside WHERE name = 'ar' AND h = 1 AND size(entity) > 0), 'all of them');
SELECT is((SELECT count(*)::integer FROM creditspread.anomalies('ar', p => NULL)) + (SELECT count(*)::integer FROM creditspread.anomalies('nobody'))
	+ (SELECT count(*)::integer FROM creditspread.anomalies(NULL)), 0, 'none by no limit, of no model');
UPDATE creditspread.forecast SET actual = 6 WHERE entity = 'C' AND origin = '2024-01-11' AND horizon = 1 AND pipeline_id = 12;
SELECT results_eq($$ SELECT actual, distance, p_value, rank_p_value FROM creditspread.anomaly WHERE entity = 'C' $$, $$ VALUES (6::float8, NULL::float8, NULL::float8, NULL::float8) $$,
	'outside of an interval without width: how far it is has no measure');
UPDATE creditspread.forecast SET actual = 5 WHERE entity = 'C' AND actual IS NOT NULL;
SELECT add_model(16, 'tokyo', 'Asia/Tokyo', true);
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, made_at, run_id, actual)
SELECT 16, 'forecast', 'tokyo', timestamp '2024-03-03 23:00' + i * interval '1 day', 1, 2, 1, timestamp '2024-03-04 23:00' + i * interval '1 day', 1, 0, 2, 0.9, 1, now(), 1, 1 - 2 * i
FROM generate_series(0, 1) i;
SELECT results_eq($$ SELECT target_time, target_date, time_zone, distance, round(p_value::numeric, 12), rank_p_value, n FROM creditspread.anomaly WHERE model = 'tokyo' $$,
	$$ VALUES (timestamp '2024-03-05 23:00', '2024-03-06'::date, 'UTC', -0.5::float8, 0.01, 0.5::float8, 2) $$, 'below is negative; dates are those of the zone');

-- ---- rights ------------------------------------------------------------------------------------------------------

CREATE ROLE board_ben;
SET LOCAL ROLE board_ben;
SELECT is((SELECT count(*)::integer FROM creditspread.leaderboard) + (SELECT count(*)::integer FROM creditspread.leaderboard_total) + (SELECT count(*)::integer FROM creditspread.anomaly)
	+ (SELECT count(*)::integer FROM creditspread.anomalies('ar', p => 1)) + (SELECT count(*)::integer FROM creditspread_internal.surprise)
	+ (SELECT count(*)::integer FROM creditspread_internal.said_once), 0, 'a stranger sees nothing');
SELECT throws_ok('SELECT * FROM creditspread_internal.board_row', '42501', NULL, 'nor board_row');
RESET ROLE;
INSERT INTO creditspread.reader VALUES (13, 'board_ben', 'board_ben'::regrole, creditspread_internal.cluster());
SET LOCAL ROLE board_ben;
SELECT results_eq($$ SELECT owner, model, entity, horizon, models, n, place_by_squares FROM creditspread.leaderboard ORDER BY 3, 4 $$,
	$$ VALUES ('board_ann', 'late', 'A', 1, 1, 29, 1), ('board_ann', 'late', 'A', 3, 1, 27, 1), ('board_ann', 'late', 'B', 1, 1, 29, 1), ('board_ann', 'late', 'B', 3, 1, 27, 1) $$,
	'a reader sees the model that is shared, beside none that is not');
SELECT results_eq($$ SELECT model, horizon, compared, squared_comparisons FROM creditspread.leaderboard_total ORDER BY 2 $$, $$ VALUES ('late', 1, 'late', 2), ('late', 3, 'late', 2) $$, 'in totals, too');
SELECT is((SELECT string_agg(DISTINCT model, ',') FROM creditspread.anomaly), 'late', 'and its anomalies');
RESET ROLE;
SET LOCAL ROLE board_ann;
SELECT is((SELECT count(*)::integer FROM creditspread.leaderboard), 23, 'an owner sees his own');
RESET ROLE;

-- ---- work on rows that no statistics know ------------------------------------------------------------------------

CREATE FUNCTION work(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	RETURN (WITH RECURSIVE node (n) AS (SELECT plan -> 0 -> 'Plan' UNION ALL SELECT json_array_elements(node.n -> 'Plans') FROM node)
		SELECT sum((n ->> 'Actual Loops')::float8::bigint * ((n ->> 'Actual Rows')::float8::bigint + coalesce((n ->> 'Rows Removed by Filter')::float8::bigint, 0)
			+ coalesce((n ->> 'Rows Removed by Join Filter')::float8::bigint, 0))) FROM node);
END $$;
SELECT add_model(p, 'many' || p) FROM unnest('{8,9}'::integer[]) p;
INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, made_at, run_id, actual)
SELECT p, 'forecast', 's' || s, timestamp '2024-01-01' + i * interval '1 day', h, 1, 1, timestamp '2024-01-01' + (i + h) * interval '1 day', i, i - 1, i + 1, 0.9, i + s, now(), 1, s
FROM generate_series(1, 5) i, generate_series(1, 1000) s, unnest('{1,2}'::integer[]) h, unnest('{8,9}'::integer[]) p;
SELECT cmp_ok(work(format('SELECT * FROM creditspread.%I', view)), '<', 20000 * 25::bigint, view || ' of 2,000 fresh series') FROM unnest('{leaderboard,leaderboard_total,anomaly}'::text[]) AS view;
SELECT cmp_ok(work('SELECT * FROM creditspread.leaderboard WHERE entity = ''s77'''), '<', 6000::bigint, 'the board of one of them');
SELECT cmp_ok(work('SELECT * FROM creditspread.anomaly WHERE model = ''many8'' AND entity = ''s77'''), '<', 6000::bigint, 'its anomalies');
SELECT cmp_ok(work('SELECT * FROM creditspread.anomalies(''many8'', entity => ''s77'')'), '<', 6000::bigint, 'by the function, too');

SELECT * FROM finish();
ROLLBACK;
