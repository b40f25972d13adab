-- What months.sh expects, from the raw data alone: the queries by hand.

CREATE VIEW hand.model AS SELECT * FROM (VALUES ('tokyo', 'tokyo', 20), ('rival', 'tokyo', 20), ('new_york', 'new_york', 10), ('berlin', 'berlin', 20)) m (model, place, ended_after);

-- what was known on each evening, and before the first one
CREATE TABLE hand.known_then AS
SELECT e.step, k.*, row_number() OVER (PARTITION BY e.step, k.entity ORDER BY k.at) AS n
FROM (SELECT step FROM hand.evening UNION SELECT 0) e, hand.known(e.step) k;
CREATE UNIQUE INDEX ON hand.known_then (entity, step, at);
CREATE UNIQUE INDEX ON hand.known_then (entity, step, n);
ANALYZE hand.known_then;

-- trainings: before the first evening and on Fridays; version 5 of tokyo died on the Friday of the fourth week
CREATE TABLE hand.training AS
SELECT m.model, t.step, (row_number() OVER (PARTITION BY m.model ORDER BY t.step) + (m.model = 'tokyo' AND t.step >= hand.step('2026-02-27'))::integer)::integer AS version
FROM hand.model m, (SELECT step FROM hand.evening WHERE extract(isodow FROM day) = 5 UNION SELECT 0) t;

CREATE VIEW hand.calls AS
SELECT model, 'train' AS kind, 1 AS count FROM hand.model
UNION ALL SELECT model, 'retrain', count(*) - 1 + (model = 'tokyo')::integer FROM hand.training GROUP BY model
UNION ALL SELECT model, 'forecast', (SELECT count(*) FROM hand.evening) FROM hand.model
UNION ALL SELECT model, 'update_actuals', 1 FROM hand.model;

-- from which row each evening's forecasts are to be, and by which version; behind: rows of others after the last one of a series
CREATE TABLE hand.last AS
SELECT l.*, t.behind FROM (SELECT step, place, entity, max(at) AS at, max(at) FILTER (WHERE y IS NOT NULL) AS origin FROM hand.known_then GROUP BY step, place, entity) l
JOIN (SELECT step, place, at, row_number() OVER (PARTITION BY step, place ORDER BY at DESC) - 1 AS behind FROM (SELECT DISTINCT step, place, at FROM hand.known_then) d) t USING (step, place, at);
CREATE TABLE hand.served AS
SELECT m.model, l.entity, timezone('UTC', l.origin) AS origin, l.origin AS at, h AS horizon, v.version, min(e.step) AS step
FROM hand.evening e CROSS JOIN hand.model m
JOIN LATERAL (SELECT t.version, t.step FROM hand.training t WHERE t.model = m.model AND t.step <= e.step ORDER BY t.step DESC LIMIT 1) v ON true
JOIN hand.last l ON l.step = e.step AND l.place = m.place AND l.behind <= m.ended_after
JOIN hand.last trained ON trained.step = v.step AND trained.entity = l.entity
CROSS JOIN unnest(ARRAY[1, 5]) h
GROUP BY m.model, l.entity, l.origin, h, v.version;
CREATE VIEW hand.due AS SELECT DISTINCT model, entity, origin, horizon FROM hand.served;

ANALYZE hand.served;

-- the row h ahead: now, and on the first evening that had it
CREATE TABLE hand.actual AS
SELECT d.model, d.entity, d.origin, d.horizon, a.y AS actual, CASE WHEN a.y IS NOT NULL THEN timezone('UTC', a.at) END AS target_time
FROM hand.due d LEFT JOIN LATERAL (SELECT k.y, k.at FROM hand.known_then k
	WHERE k.step = (SELECT max(step) FROM hand.evening) AND k.entity = d.entity AND timezone('UTC', k.at) > d.origin ORDER BY k.at OFFSET d.horizon - 1 LIMIT 1) a ON true;
CREATE TABLE hand.first_actual AS
SELECT s.model, s.entity, s.origin, s.horizon, s.version, f.y AS first_actual, f.step
FROM hand.served s LEFT JOIN LATERAL (SELECT a.y, a.step FROM hand.evening e
	CROSS JOIN LATERAL (SELECT count(*) AS n FROM hand.known_then k WHERE k.entity = s.entity AND k.step = e.step AND k.at <= s.at) o
	JOIN hand.known_then a ON a.entity = s.entity AND a.step = e.step AND a.n = o.n + s.horizon
	WHERE e.step > s.step AND a.y IS NOT NULL ORDER BY e.step LIMIT 1) f ON true;

-- weekdays after the origin by the clock of the place
CREATE VIEW hand.expected AS
SELECT p.place, s.model, s.entity, s.origin, s.horizon, s.target_time, timezone('UTC', timezone(p.zone, w.at)) AS expected
FROM hand.said s JOIN hand.model m USING (model) JOIN hand.place p USING (place)
CROSS JOIN LATERAL (SELECT d AS at FROM generate_series(timezone(p.zone, timezone('UTC', s.origin)) + interval '1 day', '2026-12-31', '1 day') d
	WHERE extract(isodow FROM d) < 6 ORDER BY d OFFSET s.horizon - 1 LIMIT 1) w;

CREATE TABLE hand.mean_said AS
SELECT s.model, s.entity, s.step, s.forecast, avg(k.y) AS mean
FROM hand.said s CROSS JOIN LATERAL (SELECT t.step FROM hand.training t WHERE t.model = s.model AND t.step <= s.step ORDER BY t.step DESC LIMIT 1) t
LEFT JOIN hand.known_then k ON k.step = t.step AND k.entity = s.entity
WHERE s.model IN ('rival', 'berlin') GROUP BY s.model, s.entity, s.step, s.horizon, s.version, s.forecast;

-- what was said first of each version, or (2) of all of them, beside what came true now, or (1) first
CREATE FUNCTION hand.first_said(kind integer, OUT model text, OUT version integer, OUT entity text, OUT horizon integer, OUT origin timestamp,
	OUT actual double precision, OUT forecast double precision, OUT walk double precision, OUT inside boolean) RETURNS SETOF record
LANGUAGE sql STABLE
AS $$
	SELECT s.model, s.version, s.entity, s.horizon, s.origin, a.actual, s.forecast, s.random_walk, a.actual BETWEEN s.lower AND s.upper
	FROM (SELECT DISTINCT ON (q.model, q.entity, q.origin, q.horizon, CASE WHEN kind < 2 THEN q.version END) q.*, CASE WHEN kind < 2 THEN q.version END AS of_version
		FROM hand.said q ORDER BY q.model, q.entity, q.origin, q.horizon, CASE WHEN kind < 2 THEN q.version END, q.step) s
	JOIN (SELECT model, entity, origin, horizon, version, first_actual AS actual FROM hand.first_actual WHERE kind = 1
		UNION ALL SELECT model, entity, origin, horizon, NULL, actual FROM hand.actual WHERE kind <> 1) a
		ON (a.model, a.entity, a.origin, a.horizon) = (s.model, s.entity, s.origin, s.horizon) AND coalesce(a.version, s.version) = s.version
	WHERE a.actual IS NOT NULL
$$;

-- the Diebold-Mariano statistic from the loss differences in the order of time, and how far ahead: docs/dm_test.md
CREATE FUNCTION hand.dm(d double precision[], h integer) RETURNS double precision
LANGUAGE sql IMMUTABLE
AS $$
	SELECT CASE WHEN t < greatest(10, 2 * h) OR v = 0 THEN NULL WHEN h = 1 THEN mean / sqrt(v / t) * sqrt((t - 1) / t) ELSE mean / sqrt(p / t) END
	FROM (SELECT count(*)::float8 AS t, avg(x) AS mean, var_pop(x) AS v, least(100, round((count(*) / h::float8) ^ (2 / 3.0::float8)))::integer AS m FROM unnest(d) x) s
	CROSS JOIN LATERAL (SELECT avg(((SELECT sum(x * cos(2 * pi() * j * o / t)) FROM unnest(d) WITH ORDINALITY AS u (x, o)) ^ 2
		+ (SELECT sum(x * sin(2 * pi() * j * o / t)) FROM unnest(d) WITH ORDINALITY AS u (x, o)) ^ 2) / t) AS p FROM generate_series(1, m) j) q
$$;

CREATE FUNCTION hand.measures(kind integer, OUT model text, OUT version integer, OUT entity text, OUT horizon integer, OUT n integer, OUT measures double precision[]) RETURNS SETOF record
LANGUAGE sql STABLE
AS $$
	SELECT f.model, CASE WHEN kind < 2 THEN f.version END, f.entity, f.horizon, count(*)::integer,
		ARRAY[avg(abs(f.forecast - f.actual)), sqrt(avg((f.forecast - f.actual) ^ 2)), avg(f.forecast - f.actual), avg(abs(f.walk - f.actual)), sqrt(avg((f.walk - f.actual) ^ 2)),
			avg(f.inside::integer),
			hand.dm(array_agg((f.forecast - f.actual) ^ 2 - (f.walk - f.actual) ^ 2 ORDER BY f.origin), f.horizon),
			hand.dm(array_agg(abs(f.forecast - f.actual) - abs(f.walk - f.actual) ORDER BY f.origin), f.horizon)]
	FROM hand.first_said(kind) f GROUP BY f.model, CASE WHEN kind < 2 THEN f.version END, f.entity, f.horizon
$$;

-- rows of a view of accuracy that are not as they are by hand: 0 accuracy, 1 accuracy_first, 2 accuracy_overall
CREATE FUNCTION hand.differs(kind integer, OUT model text, OUT version integer, OUT entity text, OUT horizon integer, OUT n integer, OUT told integer, OUT by_hand double precision[],
	OUT in_view double precision[]) RETURNS SETOF record
LANGUAGE sql STABLE
AS $$
	SELECT coalesce(h.model, v.model), coalesce(h.version, v.version), coalesce(h.entity, v.entity), coalesce(h.horizon, v.horizon), h.n, v.n, h.measures, v.measures
	FROM hand.measures(kind) h FULL JOIN (
		SELECT a.model, a.version, a.entity, a.horizon, a.n, ARRAY[mae, rmse, bias, random_walk_mae, random_walk_rmse, coverage, dm_squared_statistic, dm_absolute_statistic] AS measures
		FROM creditspread.accuracy a WHERE kind = 0
		UNION ALL SELECT a.model, a.version, a.entity, a.horizon, a.n, ARRAY[mae, rmse, bias, random_walk_mae, random_walk_rmse, coverage, dm_squared_statistic, dm_absolute_statistic]
		FROM creditspread.accuracy_first a WHERE kind = 1
		UNION ALL SELECT a.model, NULL, a.entity, a.horizon, a.n, ARRAY[mae, rmse, bias, random_walk_mae, random_walk_rmse, coverage, dm_squared_statistic, dm_absolute_statistic]
		FROM creditspread.accuracy_overall a WHERE kind = 2) v
		ON (v.model, coalesce(v.version, 0), v.entity, v.horizon) = (h.model, coalesce(h.version, 0), h.entity, h.horizon)
	WHERE h.n IS DISTINCT FROM v.n OR EXISTS (SELECT FROM unnest(h.measures, v.measures) AS x (a, b) WHERE (a IS NULL) <> (b IS NULL) OR abs(a - b) > 1e-8 * (abs(a) + 1e-3))
$$;

CREATE VIEW hand.compared AS
SELECT * FROM (
	SELECT r.version AS first_version, t.version AS second_version, t.entity, t.horizon, count(*)::integer AS n, avg(abs(r.forecast - r.actual)) AS first_mae, avg(abs(t.forecast - t.actual)) AS second_mae
	FROM hand.first_said(0) r JOIN hand.first_said(0) t USING (entity, horizon, origin) WHERE r.model = 'rival' AND t.model = 'tokyo' GROUP BY 1, 2, 3, 4) h
FULL JOIN (SELECT first_version, second_version, entity, horizon, n AS told, first_mae AS told_first, second_mae AS told_second FROM creditspread.comparison
	WHERE first_model = 'rival' AND second_model = 'tokyo') c USING (first_version, second_version, entity, horizon)
WHERE n IS DISTINCT FROM told OR abs(first_mae - told_first) > 1e-9 OR abs(second_mae - told_second) > 1e-9;
