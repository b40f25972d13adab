-- state_of_economy.
BEGIN;
\ir helpers.psql
SELECT plan(19);
SET LOCAL client_min_messages = warning;

CREATE TABLE series AS SELECT g, t, 2 + sin(t * 0.13 * g) + 0.3 * sin(t * t * 0.7) AS x FROM generate_series(1, 2) g, generate_series(1, 200) t;
CREATE FUNCTION states(k float8, rows integer, filter integer DEFAULT 200) RETURNS TABLE (g integer, t integer, s economy_state) LANGUAGE sql AS $$
	SELECT g, t, state_of_economy(k * x, rows, 6, 1, 0.25) OVER (PARTITION BY g ORDER BY t) FROM series WHERE t <= filter
$$;

-- scores by SQL's own aggregates
SELECT is((SELECT count(*) FROM states(1, 40) JOIN (SELECT g, t, (x - avg(x) OVER w) / nullif(stddev_pop(x) OVER w, 0) AS level FROM series WINDOW w AS (PARTITION BY g ORDER BY t ROWS 39 PRECEDING)) e USING (g, t)
	WHERE near((s).level_score, level, 1e-9, 1)), 378::bigint, 'the score of the level is that of SQL''s mean and deviation');
SELECT is((SELECT count(*) FROM states(1, 40) JOIN (SELECT g, t, change / sqrt(avg(change ^ 2) OVER w) AS rise FROM (SELECT g, t, x - lag(x, 6) OVER (PARTITION BY g ORDER BY t) AS change FROM series) c
		WINDOW w AS (PARTITION BY g ORDER BY t ROWS 33 PRECEDING)) e USING (g, t) WHERE near((s).rise_score, rise, 1e-9, 1)), 378::bigint, 'that of the rise by the root mean square of changes');
SELECT is((SELECT count(*) FROM states(1, 40) WHERE s IS NULL), 22::bigint, 'the first 11 rows of each series have no state');
SELECT is((SELECT count(*) FROM (SELECT (s).deteriorating AS now, lag((s).deteriorating) OVER (PARTITION BY g ORDER BY t) AS before, greatest((s).level_score, (s).rise_score) AS most FROM states(1, 40)) c
	WHERE now <> before AND NOT CASE WHEN now THEN most > 1 ELSE most < 0.25 END), 0::bigint, 'the state turns only beyond the band');
SELECT is((SELECT count(*) FROM (SELECT (s).deteriorating AS now, greatest((s).level_score, (s).rise_score) AS most FROM states(1, 40)) c
	WHERE (most > 1 AND NOT now) OR (most < 0.25 AND now)), 0::bigint, 'and always there');
SELECT cmp_ok((SELECT count(*) FROM (SELECT state_of_economy(x, 40, 6, 1, 1) OVER (ORDER BY t) AS s, t FROM series WHERE g = 1) a
		JOIN (SELECT state_of_economy(x, 40, 6, 1, 0) OVER (ORDER BY t) AS s, t FROM series WHERE g = 1) b USING (t) WHERE (a.s).deteriorating <> (b.s).deteriorating), '>', 0::bigint, 'a band makes a difference');
SELECT is((SELECT string_agg((s).deteriorating::text, '' ORDER BY g, t) FROM states(k, 40)), (SELECT string_agg((s).deteriorating::text, '' ORDER BY g, t) FROM states(1, 40)), 'in units of ' || k)
FROM unnest('{1e-9,1e9,1e-307,5e307}'::float8[]) k;
SELECT is((SELECT array_agg(s ORDER BY g, t) FROM states(1, 40) WHERE t <= 90), (SELECT array_agg(s ORDER BY g, t) FROM states(1, 40, 90)), 'later rows change nothing');
SELECT is((SELECT array_agg(DISTINCT s::text) FROM (SELECT state_of_economy(3, 10, 2) OVER (ORDER BY t) AS s FROM generate_series(1, 20) t) c WHERE s IS NOT NULL), '{"(f,0,0)"}', 'a constant has scores of zero');
SELECT throws_ok('SELECT state_of_economy(nullif(x, x)) OVER () FROM series', '22004', NULL, 'NULL');
SELECT throws_ok('SELECT state_of_economy(''NaN'') OVER () FROM series', '22003', NULL, 'NaN');
SELECT throws_ok('SELECT state_of_economy(x, 10, 6) OVER () FROM series', '22023', 'state_of_economy: window_rows is 10, less than twice rise_rows, 6', 'a window too short');
SELECT throws_ok('SELECT state_of_economy(x, 10, 0) OVER () FROM series', '22023', 'state_of_economy: rise_rows is 0, it must be at least 1', 'no rise');
SELECT throws_ok('SELECT state_of_economy(x, enter => 0.1) OVER () FROM series', '22023', 'state_of_economy: enter is 0.1, below leave, 0.5', 'thresholds the wrong way round');
SELECT throws_ok('SELECT state_of_economy(x, enter => NULL) OVER () FROM series', '22004', NULL, 'a threshold NULL');
SELECT throws_ok('SELECT state_of_economy(x, t) OVER () FROM series', '22023', NULL, 'a window that differs between rows');
SELECT * FROM finish();
ROLLBACK;
