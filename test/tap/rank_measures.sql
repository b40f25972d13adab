-- mean_reciprocal_rank, rank_correlation, rank_backtest, rank_backtest_curve.

BEGIN;
\ir helpers.psql
SELECT plan(60);
\ir ../golden/rank_measures.sql

-- ---- reference values -----------------------------------------------------------------------------

-- The reference ranks the highest prediction among the true values: the arguments exchanged.
SELECT ok(near((SELECT mean_reciprocal_rank(t, forecast, actual) FROM golden_rank WHERE c = m.c), mrr, 1e-12, 1e-3), 'reciprocal rank, case ' || c) FROM golden_rank_measure m;
SELECT ok(near((SELECT (rank_correlation(t, actual, forecast)).mean FROM golden_rank WHERE c = m.c), correlation, 1e-12, 1e-3), 'rank correlation, case ' || c) FROM golden_rank_measure m;
SELECT ok(near((SELECT (rank_backtest(entity, '', t, actual, forecast)).long_total FROM golden_rank WHERE c = m.c), longs, 1e-12, 1e-3), 'backtest, case ' || c) FROM golden_rank_measure m;

-- ---- against their definitions, written out in SQL -----------------------------------------------

-- 23 entities in 4 groups over 60 days, some absent on some days; values rounded so that there are ties.
CREATE TABLE panel AS
SELECT date '2020-01-01' + t AS day, i::bigint AS id, 'e/' || i AS entity, 'g\' || i % 4 || '/' AS "group",
	round((sin(i * t * 1.7) + 0.2 * i)::numeric, 1)::float8 AS actual, round((sin(i * t * 1.7) + cos(i * 3 + t * 0.7))::numeric, 1)::float8 AS forecast
FROM generate_series(1, 60) t, generate_series(1, 23) i WHERE (t * i) % 7 <> 3;
INSERT INTO panel VALUES ('2021-01-01', 1, 'e/1', 'g\1/', 100, 100);
CREATE VIEW ranked AS SELECT *, count(*) OVER d AS n, actual = max(actual) OVER d AS top,
	rank() OVER (d ORDER BY forecast DESC) AS first_place, count(*) OVER (PARTITION BY day, forecast) AS ties,
	rank() OVER (d ORDER BY actual) + (count(*) OVER (PARTITION BY day, actual) - 1) / 2.0 AS actual_rank,
	rank() OVER (d ORDER BY forecast) + (count(*) OVER (PARTITION BY day, forecast) - 1) / 2.0 AS forecast_rank
FROM panel WINDOW d AS (PARTITION BY day);
SELECT ok(near((SELECT mean_reciprocal_rank(day, actual, forecast) FROM panel), (SELECT avg(m) FROM
	(SELECT avg((SELECT avg(1.0::float8 / p) FROM generate_series(first_place, first_place + ties - 1) p)) m FROM ranked WHERE top AND n > 1 GROUP BY day) s), 1e-12, 1e-3),
	'reciprocal rank with ties and absent entities');
CREATE TEMPORARY TABLE correlation AS SELECT day, corr(actual_rank, forecast_rank) AS r FROM ranked GROUP BY day;
CREATE TEMPORARY TABLE summary AS SELECT (rank_correlation(day, actual, forecast)).* FROM panel;
SELECT ok(near(mean, (SELECT avg(r) FROM correlation), 1e-12, 1e-3) AND near(sd, (SELECT stddev(r) FROM correlation), 1e-12, 1e-3)
	AND near(information_ratio, mean / sd, 1e-12, 1e-3) AND times = 60 AND undefined_times = 1, 'rank correlation') FROM summary;
CREATE TEMPORARY TABLE expected AS
SELECT day, sum(l) AS l, sum(s) AS s, sum(m) AS m FROM (
	SELECT day, "group", avg(actual) FILTER (WHERE forecast = highest) l, avg(actual) FILTER (WHERE forecast = lowest) s, percentile_cont(0.5) WITHIN GROUP (ORDER BY actual) m
	FROM (SELECT *, max(forecast) OVER g highest, min(forecast) OVER g lowest, count(*) OVER g n FROM panel WINDOW g AS (PARTITION BY day, "group")) p WHERE n > 1 GROUP BY 1, 2) q
GROUP BY day;
CREATE TEMPORARY TABLE backtest AS SELECT rank_backtest(entity, "group", day, actual, forecast) AS b FROM panel;
SELECT is((SELECT count(*) FROM (SELECT day, sum(l) OVER w l, sum(s) OVER w s, sum(m) OVER w m FROM expected WINDOW w AS (ORDER BY day)) e
	JOIN (SELECT c.* FROM backtest, rank_backtest_curve(b) c) c ON c."time"::date = e.day
	WHERE near(long, l, 1e-10, 1e-3) AND near(short, s, 1e-10, 1e-3) AND near(median, m, 1e-10, 1e-3) AND near(value, l - s, 1e-10, 1e-3)), 60::bigint, 'the curve of a backtest');
SELECT ok((b).days = 60 AND (b).total = (b).cumulative_value[60] AND (b).long_total = (b).cumulative_long[60] AND (b).short_total = (b).cumulative_short[60]
	AND (b).median_total = (b).cumulative_median[60] AND array_length((b).times, 1) = 60, 'its totals are its last values') FROM backtest;
SELECT ok(near((b).max_drawdown, (SELECT max(drawdown) FROM rank_backtest_curve(b)), 1e-12, 1e-3) AND (b).max_drawdown > 0, 'and its largest drawdown') FROM backtest;
CREATE TEMPORARY TABLE held AS
SELECT day, entity, coalesce((forecast = highest)::int::float8 / nullif(count(*) FILTER (WHERE forecast = highest) OVER g, 0), 0)
	- coalesce((forecast = lowest)::int::float8 / nullif(count(*) FILTER (WHERE forecast = lowest) OVER g, 0), 0) AS weight, dense_rank() OVER (ORDER BY day) AS t
FROM (SELECT *, max(forecast) OVER g highest, min(forecast) OVER g lowest, count(*) OVER g n FROM panel WINDOW g AS (PARTITION BY day, "group")) p WHERE n > 1
WINDOW g AS (PARTITION BY day, "group");
SELECT ok(near((b).turnover, (SELECT avg(x) FROM (SELECT t, sum(abs(coalesce(now.weight, 0) - coalesce(before.weight, 0))) / 16 AS x
	FROM (SELECT entity, t, weight FROM held WHERE t > 1) now FULL JOIN (SELECT entity, t + 1 AS t, weight FROM held WHERE t < 60) before USING (entity, t) GROUP BY t) s), 1e-12, 1e-3),
	'turnover is the share of the positions exchanged') FROM backtest;

-- ---- what forecasts earn -----------------------------------------------------------------------------

SELECT is((mean_reciprocal_rank(day, y, y), (rank_correlation(day, y, y)).mean, (rank_correlation(day, y, -y)).mean)::text, '(1,1,-1)', 'a perfect forecast, and its opposite')
FROM (SELECT day, actual + id * 1e-6 AS y FROM panel) p;
SELECT is(rank_correlation(day, actual, 0)::text, '(,,,0,61)', 'a constant one has no correlation') FROM panel;
SELECT ok((b).total = 0 AND (b).turnover = 0 AND (b).max_drawdown = 0 AND (b).long_total = (b).short_total, 'nor a position') FROM (SELECT rank_backtest(entity, "group", day, actual, 0) b FROM panel) s;
SELECT ok(near(mean_reciprocal_rank(1::bigint, y, 0), (1 + 1.0/2 + 1.0/3 + 1.0/4) / 4, 1e-15, 1e-3), 'and the reciprocal rank of chance') FROM (VALUES (1.0), (2), (5), (3)) v (y);
SELECT is((b).max_drawdown, 0::float8, 'a perfect forecast never falls') FROM (SELECT rank_backtest(entity, "group", day, actual, actual) b FROM panel) s;
SELECT is((rank_correlation(1::bigint, y, y))::text, '(1,,,1,0)', 'a single time has no standard deviation') FROM (VALUES (1.0), (2)) v (y);
SELECT is((rank_correlation(t, y, y))::text, '(1,0,,2,0)', 'nor is there a ratio to one of zero') FROM (VALUES (1.0), (2)) v (y), generate_series(1::bigint, 2) t;
SELECT is(rank_backtest(entity, '', t, y, y)::text, '({1},{1},{2},{1},{1.5},1,1,2,1,1.5,,0)', 'a single time has no turnover') FROM (VALUES ('a', 1.0), ('b', 2)) v (entity, y), generate_series(1::bigint, 1) t;
SELECT is((mean_reciprocal_rank(day, actual, forecast), rank_correlation(day, actual, forecast)::text, rank_backtest(entity, "group", day, actual, forecast)::text)::text, '(,,)', 'no rows, no measures') FROM panel WHERE false;
SELECT is((mean_reciprocal_rank(id, actual, forecast), rank_correlation(id, actual, forecast)::text, rank_backtest(entity, "group", id, actual, forecast)::text)::text,
	'(,"(,,,0,1)","({},{},{},{},{},0,0,0,0,0,,0)")', 'a single entity has no order') FROM panel WHERE day = '2021-01-01';
SELECT is((SELECT count(*) FROM rank_backtest_curve(NULL)), 0::bigint, 'no backtest, no curve');

-- ---- times and entities ----------------------------------------------------------------------------------

CREATE TEMPORARY TABLE reference AS SELECT mean_reciprocal_rank(day, actual, forecast) m, rank_correlation(day, actual, forecast) r, (SELECT (b).total FROM backtest) t FROM panel;
SELECT ok((mean_reciprocal_rank(day::timestamp, actual, forecast), rank_correlation(day::timestamp, actual, forecast)::text, (rank_backtest(entity, "group", day::timestamp, actual, forecast)).total) = (m, r::text, t), 'timestamp')
FROM panel, reference GROUP BY m, r, t;
SELECT ok((mean_reciprocal_rank(day::timestamptz, actual, forecast), rank_correlation(day::timestamptz, actual, forecast)::text, (rank_backtest(entity, "group", day::timestamptz, actual, forecast)).total) = (m, r::text, t), 'timestamptz')
FROM panel, reference GROUP BY m, r, t;
SELECT ok((mean_reciprocal_rank((day - '2000-01-01')::bigint, actual, forecast), rank_correlation((day - '2000-01-01')::bigint, actual, forecast)::text,
	(rank_backtest(entity, "group", (day - '2000-01-01')::bigint, actual, forecast)).total) = (m, r::text, t), 'bigint') FROM panel, reference GROUP BY m, r, t;
SELECT is((rank_backtest(entity, "group", day, actual, forecast)).times[1:2], '{2020-01-02,2020-01-03}', 'times of dates') FROM panel;
SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL DateStyle = 'German';
SELECT is((rank_backtest(entity, "group", day + time '01:02:03.5', actual, forecast)).times[1], '2020-01-02T01:02:03.5', 'of timestamps') FROM panel;
SELECT is((rank_backtest(entity, "group", (day + time '01:02:03') AT TIME ZONE 'UTC', actual, forecast)).times[1], '2020-01-02T01:02:03+00:00', 'of timestamptz, in UTC') FROM panel;
SELECT is((rank_backtest(entity, "group", day, actual, forecast)).times[1], '2020-01-02', 'whatever DateStyle says') FROM panel;
RESET TimeZone;
RESET DateStyle;
SELECT is((rank_backtest(entity, "group", (day - '2000-01-01')::bigint, actual, forecast)).times[1], '7306', 'of numbers') FROM panel;
SELECT is(n, 4::bigint, 'numbers are entities in each type of time') FROM (SELECT count(*) n FROM (
	SELECT (rank_backtest(id, "group", day, actual, forecast)).days FROM panel UNION ALL SELECT (rank_backtest(id, "group", day::timestamp, actual, forecast)).days FROM panel
	UNION ALL SELECT (rank_backtest(id, "group", day::timestamptz, actual, forecast)).days FROM panel UNION ALL SELECT (rank_backtest(id, "group", (day - '2000-01-01')::bigint, actual, forecast)).days FROM panel) s WHERE days = 60) c;

-- ---- bad input ---------------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT %s FROM panel', call), state, message, call) FROM (VALUES
	('mean_reciprocal_rank(NULL::date, actual, forecast)', '22004', 'the time of an observation must not be NULL'),
	('mean_reciprocal_rank(date ''infinity'', actual, forecast)', '22008', 'the time of an observation must be finite'),
	('mean_reciprocal_rank(1::bigint, actual, ''NaN'')', '22003', 'the forecast at 1 is NaN'),
	('rank_correlation(1::bigint, ''Infinity'', forecast)', '22003', 'actual at 1 is Infinity'),
	('rank_backtest(NULL::text, "group", day, actual, forecast)', '22004', 'the entity of an observation must not be NULL'),
	('rank_backtest(entity, NULL, 1::bigint, actual, forecast)', '22004', 'rank_backtest: the group at 1 is NULL'),
	('rank_backtest(entity, "group", 1::bigint, actual, ''-Infinity'')', '22003', 'the forecast at 1 is -Infinity'),
	('rank_backtest(''steel'', ''metals'', 1::bigint, actual, forecast)', '23505', 'rank_backtest: the time 1 occurs twice for entity "steel" of group "metals"'),
	('rank_backtest(entity, ''g'' || id % 2, day, actual * 1.5e307, actual)', '22003', NULL)) v (call, state, message);
SELECT throws_ok('SELECT mean_reciprocal_rank(1::bigint, i, i) FROM generate_series(1, 100001) i', '54000', 'mean_reciprocal_rank: 100001 rows at 1, the limit is 100000', 'too many rows at one time');
SELECT throws_ok('SELECT rank_backtest(i::bigint, ''g'', 1::bigint, i, i) FROM generate_series(1, 100001) i', '54000', 'rank_backtest: 100001 rows at 1, the limit is 100000', 'in a backtest too');
SELECT is((SELECT mean_reciprocal_rank(1::bigint, i, -i) FROM generate_series(1, 100000) i), 1e-5::float8, 'the limit is allowed');
SELECT is((SELECT count(*) FROM (SELECT rank_backtest(e, g, 1::bigint, y, y) b FROM (VALUES ('b/c', 'a', 1), ('c', 'a/b', 2), ('\', 'a\', 3), ('x', 'a\/', 9)) v (e, g, y)) s WHERE (b).days = 0), 1::bigint,
	'groups and entities with slashes are told apart');
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT throws_ok('SELECT mean_reciprocal_rank(1::bigint, i, -i) FROM generate_series(1, 100000) i', '53200', NULL, 'memory over the limit is refused');
SELECT throws_ok('SELECT rank_backtest(i::bigint, ''g'', 1::bigint, i, -i) FROM generate_series(1, 100000) i', '53200', NULL, 'in a backtest too');
RESET creditspread.max_model_memory;

-- ---- the same everywhere ------------------------------------------------------------------------------------

CREATE TABLE panels AS SELECT m AS market, day, entity, "group", actual, round((forecast + sin(m * id))::numeric, 1)::float8 AS forecast FROM panel, generate_series(1, 8) m;
CREATE TABLE panels_by_market (LIKE panels) PARTITION BY HASH (market);
SELECT format('CREATE TABLE panels_by_market_%s PARTITION OF panels_by_market FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i) FROM generate_series(0, 2) i \gexec
INSERT INTO panels_by_market SELECT * FROM panels;
ANALYZE panels, panels_by_market;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE FUNCTION measures(source text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'SELECT concat(market, mean_reciprocal_rank(day, actual, forecast), rank_correlation(day, actual, forecast), rank_backtest(entity, "group", day, actual, forecast)) FROM '
		|| source || ' GROUP BY market ORDER BY market';
END $$;
CREATE TEMPORARY TABLE serial AS SELECT row_number() OVER () AS n, m FROM measures('panels') m;
SELECT results_eq($$SELECT * FROM measures('(SELECT * FROM panels ORDER BY md5(entity || day || market)) s')$$, 'SELECT m FROM serial ORDER BY n', 'shuffled rows: to the last bit');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT results_eq($$SELECT * FROM measures('panels_by_market')$$, 'SELECT m FROM serial ORDER BY n', 'partition-wise');
SELECT matches(plan_of('SELECT market, rank_backtest(entity, "group", day, actual, forecast) FROM panels_by_market GROUP BY market'), 'Append\s+->  HashAggregate', 'EXPLAIN shows the partition-wise aggregate');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE panels SET (parallel_workers = 2);
SELECT results_eq($$SELECT * FROM measures('panels')$$, 'SELECT m FROM serial ORDER BY n', '2 workers');
SELECT matches(plan_of('SELECT mean_reciprocal_rank(day, actual, forecast), rank_correlation(day, actual, forecast), rank_backtest(entity, "group", day, actual, forecast) FROM panels'),
	'Workers Planned: 2\s.*Partial Aggregate', 'EXPLAIN shows Partial Aggregate');
SET LOCAL max_parallel_workers_per_gather = 0;

-- ---- states of others ------------------------------------------------------------------------------------------

CREATE AGGREGATE dm_state(bigint, float8, float8, float8) (SFUNC = creditspread_internal.dm_test_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE panel_state(text, bigint, float8, float8[]) (SFUNC = creditspread_internal.panel_regression_transition, STYPE = creditspread_internal.creditspread_panel);
SELECT throws_ok('SELECT creditspread_internal.mean_reciprocal_rank_final(dm_state(t, 1, 2, 3)) FROM generate_series(1, 3) t', '22023', 'mean_reciprocal_rank: a state of 21 values in a row is not one of mean_reciprocal_rank', 'a state of dm_test');
SELECT throws_ok('SELECT creditspread_internal.rank_backtest_final(panel_state(''a'', t, 1, ''{1,2}'')) FROM generate_series(1, 3) t', '22023', 'rank_backtest: a state of 3 values in a row is not one of rank_backtest', 'a state of panel_regression');
SELECT throws_ok('SELECT creditspread_internal.rank_backtest_final(panel_state(''a'', t, 1, ''{1}'')) FROM generate_series(1, 3) t', '22023', 'rank_backtest: a state with an entity "a" without a group is not one of rank_backtest', 'or one that fits by chance');
SELECT is(creditspread_internal.rank_backtest_final(panel_state('a\', t, 1, '{1}'))::text, NULL, 'no rows') FROM generate_series(1, 0) t;
SELECT is((rank_backtest(entity, grp, t, y, f)).long_total, 6::float8, 'names are not joined: each entity of three groups is the best of its own') FROM generate_series(1, 2) t,
	(VALUES ('c', 'a/b', 1, 2), ('d', 'a/b', 0, 1), ('b/c', 'a', 1, 2), ('d', 'a', 0, 1), ('', 'a/b/c', 1, 2), ('d', 'a/b/c', 0, 1)) v (entity, grp, y, f);
SELECT throws_ok('SELECT creditspread_internal.rank_correlation_transition(NULL, 1::bigint, 1, 1)', '42809', 'rank_correlation must be called as an aggregate', 'the transition function outside of an aggregate');
SELECT throws_ok('SELECT creditspread_internal.rank_backtest_transition(NULL, ''a''::text, ''g'', 1::bigint, 1, 1)', '42809', 'rank_backtest must be called as an aggregate', 'that of a backtest too');

-- ---- stoppable ---------------------------------------------------------------------------------------------------

\ir stops.psql
CREATE AGGREGATE rank_state(bigint, float8, float8) (SFUNC = creditspread_internal.rank_correlation_transition, STYPE = creditspread_internal.creditspread_series);
SELECT stops('creditspread_internal.rank_correlation_final(s)', $$SELECT rank_state(t, sin(i * 1.1 + t), cos(i * 0.7)) AS s FROM generate_series(1::bigint, 20) AS t, generate_series(1, 100) AS i$$);

SELECT * FROM finish();
ROLLBACK;
