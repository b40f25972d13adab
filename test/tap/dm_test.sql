-- dm_test and dm_options.

BEGIN;
\ir helpers.psql
SELECT plan(68);
\ir ../golden/dm_test.sql
SET LOCAL client_min_messages = warning;

-- ---- reference values -----------------------------------------------------------------------

-- errors are forecasts of zero
CREATE TEMPORARY TABLE computed AS
SELECT g.*, r.statistic our_statistic, r.p_value our_p_value, r.observations
FROM golden_dm g, LATERAL (SELECT (dm_test(t, 0, e1, e2, dm_options(
		loss => CASE power WHEN 1 THEN 'absolute' ELSE 'squared' END, horizon => g.horizon,
		alternative => g.alternative, variance => g.variance))).* FROM golden_error e WHERE e.n = g.n) r;
SELECT is((SELECT count(*) FROM computed WHERE near(our_statistic, statistic, 1e-9) AND near(our_p_value, p_value, 1e-9)
		AND observations = n AND NOT fallback),
	(SELECT count(*) FROM golden_dm WHERE NOT fallback), 'agrees with reference values to 1e-9');
SELECT is((SELECT count(*) FROM golden_dm WHERE NOT fallback), 108::bigint, 'there are 108 of them');
SELECT is((SELECT count(*) FROM computed f JOIN computed b USING (n, horizon, power, alternative)
	WHERE f.fallback AND b.variance = 'bartlett' AND f.our_statistic = b.our_statistic AND f.our_p_value = b.our_p_value),
	8::bigint, 'a rectangular variance that is not positive gives way to Bartlett weights');
SELECT is((SELECT count(*) FROM golden_dm g, LATERAL (SELECT (dm_test(t, 0, e1, e2, dm_options(
			loss => 'power', power => g.power, horizon => g.horizon, alternative => g.alternative,
			variance => g.variance))).* FROM golden_error e WHERE e.n = g.n) r
	WHERE NOT fallback AND near(r.statistic, g.statistic, 1e-9) AND near(r.p_value, g.p_value, 1e-9)), 108::bigint,
	'so does the loss power');
SELECT is((SELECT count(*) FROM golden_dm g, LATERAL (SELECT (dm_test(t, t + 0.5, t + 0.5 + e1, t + 0.5 + e2,
			dm_options(loss => CASE power WHEN 1 THEN 'absolute' END, horizon => g.horizon,
			alternative => g.alternative, variance => g.variance))).* FROM golden_error e WHERE e.n = g.n) r
	WHERE NOT fallback AND near(r.statistic, g.statistic, 1e-9)), 108::bigint, 'only errors matter, not levels');
SELECT is((SELECT dm_test(t, 0, e1, e2)::text FROM golden_error WHERE n = 60),
	(SELECT dm_test(t, 0, e1, e2, dm_options())::text FROM golden_error WHERE n = 60), 'without options: the defaults');
SELECT is((SELECT dm_test(t, 0, e1, e2, NULL)::text FROM golden_error WHERE n = 60),
	(SELECT dm_test(t, 0, e1, e2)::text FROM golden_error WHERE n = 60), 'NULL options: the defaults');
SELECT is((SELECT count(*) FROM (SELECT dm_test(t, 0, e1, e2) d, avg(e1 ^ 2 - e2 ^ 2) m FROM golden_error WHERE n = 20) r
		JOIN golden_dm g ON g.n = 20 AND horizon = 1 AND power = 2 AND variance = 'rectangular' AND alternative = 'two_sided'
	WHERE near((d).statistic, statistic, 1e-9) AND near((d).p_value, p_value, 1e-9)
		AND near((d).mean_loss_difference, m, 1e-9) AND (d).observations = 20), 1::bigint,
	'the defaults are squared loss, horizon 1, two-sided');
SELECT is((SELECT count(*) FROM (SELECT dm_test(t, 4 + sin(t), 4 + sin(t) + e1, 4 + sin(t) + e2, dm_options(loss => 'percentage')) d,
			avg(abs(e1 / (4 + sin(t))) - abs(e2 / (4 + sin(t)))) m, var_pop(abs(e1 / (4 + sin(t))) - abs(e2 / (4 + sin(t)))) v
			FROM golden_error WHERE n = 60) r
	WHERE near((d).mean_loss_difference, m, 1e-9) AND near((d).statistic, m / sqrt(v / 60) * sqrt(59 / 60.0::float8), 1e-9)),
	1::bigint, 'the loss percentage is relative to the actual value');

SELECT is((SELECT count(*) FROM golden_periodogram g, LATERAL (SELECT (dm_test(t, 0, e1, e2, dm_options(
			loss => 'power', power => g.power, horizon => g.horizon))).* FROM golden_error e WHERE e.n = g.n) r
	WHERE near(r.statistic, g.statistic, 1e-9) AND near(r.p_value, g.p_value, 1e-9)), 32::bigint,
	'the default of longer horizons, the periodogram, agrees with reference values to 1e-9');
SELECT is((SELECT count(*) FROM unnest('{1e-9,3e-7,100,1e9}'::float8[]) k, unnest('{1,2,5}'::int[]) horizon,
		unnest('{periodogram,rectangular,bartlett}'::text[]) variance,
		LATERAL (SELECT dm_test(t, 1, 1 + e1, 1 + e2, dm_options(horizon => horizon, variance => variance)) one,
			dm_test(t, k, k * (1 + e1), k * (1 + e2), dm_options(horizon => horizon, variance => variance)) other
			FROM golden_error WHERE n = 60) r
	WHERE NOT near((one).statistic, (other).statistic, 1e-9) OR NOT near((one).p_value, (other).p_value, 1e-9)
		OR NOT near((other).mean_loss_difference, k * k * (one).mean_loss_difference, 1e-9)), 0::bigint,
	'the unit plays no part');

-- ---- better ---------------------------------------------------------------------------------

SELECT is((SELECT (dm_test(t, 0, 0.1 * sin(t), 1 + 0.3 * sin(7 * t))).better FROM generate_series(1, 50) t), 'first', 'the first is better');
SELECT is((SELECT (dm_test(t, 0, 1 + 0.3 * sin(7 * t), 0.1 * sin(t))).better FROM generate_series(1, 50) t), 'second', 'the second is better');
SELECT is((SELECT (dm_test(t, 0, sin(t), cos(t))).better FROM generate_series(1, 50) t), 'neither', 'neither is better');
SELECT is((SELECT (dm_test(t, 0, 1 + 0.3 * sin(7 * t), 0.1 * sin(t), dm_options(alternative => 'less'))).better
	FROM generate_series(1, 50) t), 'second', 'better is judged two-sided, whatever the alternative');
SELECT ok((SELECT (l).statistic > 0 AND (l).p_value > 0.99 AND (g).p_value < 0.01 AND near((l).p_value, 1 - (g).p_value, 1e-9)
	FROM (SELECT dm_test(t, 0, 1 + 0.3 * sin(7 * t), 0.1 * sin(t), dm_options(alternative => 'less')) l,
		dm_test(t, 0, 1 + 0.3 * sin(7 * t), 0.1 * sin(t), dm_options(alternative => 'greater')) g
		FROM generate_series(1, 50) t) r), 'less and greater are the two sides');

-- ---- time -----------------------------------------------------------------------------------

CREATE TEMPORARY TABLE series AS SELECT t, e1, e2 FROM golden_error WHERE n = 60;
SELECT is((SELECT dm_test(date '2020-01-01' + t::int, 0, e1, e2, dm_options(horizon => 3))::text FROM series),
	(SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 3))::text FROM series), 'time may be a date');
SELECT is((SELECT dm_test(timestamp '2020-01-01' + t * interval '1 h', 0, e1, e2, dm_options(horizon => 3))::text FROM series),
	(SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 3))::text FROM series), 'time may be a timestamp');
SELECT is((SELECT dm_test(timestamptz '2020-01-01' + t * interval '1 h', 0, e1, e2, dm_options(horizon => 3))::text FROM series),
	(SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 3))::text FROM series), 'time may be a timestamptz');
SELECT is((SELECT dm_test(date '2020-01-01' + t::int, 0, e1, e2)::text FROM series),
	(SELECT dm_test(t::int, 0, e1, e2)::text FROM series), 'the same at horizon 1, where an integer is a time');
SELECT is((SELECT dm_test(timestamp '2020-01-01' + t * interval '1 h', 0, e1, e2)::text FROM series),
	(SELECT dm_test(timestamptz '2020-01-01' + t * interval '1 h', 0, e1, e2)::text FROM series), 'and a timestamp');
SELECT is((SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 3))::text FROM (SELECT * FROM series ORDER BY sin(t * 100)) s),
	(SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 3))::text FROM series), 'rows come in any order, at horizon 3: to the last bit');
SELECT is((SELECT dm_test(t, 0, e1, e2)::text FROM (SELECT * FROM series ORDER BY sin(t * 100)) s),
	(SELECT dm_test(t, 0, e1, e2)::text FROM series), 'and at horizon 1');
SELECT throws_ok('SELECT dm_test(date ''2020-01-01'' + (t / 2)::int, 0, e1, e2, dm_options(horizon => 2)) FROM series', '23505',
	'dm_test: the time 2020-01-02 occurs twice in one series', 'the same time twice at horizon 2');
SELECT is((SELECT (dm_test(t / 2, 0, e1, e2)).observations FROM series), 60::bigint, 'horizon 1 takes no notice of equal times');
SELECT throws_ok('SELECT dm_test(NULL::date, 0, e1, e2) FROM series', '22004',
	'the time of an observation must not be NULL', 'NULL time');
SELECT throws_ok('SELECT dm_test(timestamp ''infinity'', 0, e1, e2) FROM series', '22008',
	'the time of an observation must be finite', 'infinite time');

-- ---- bad input ------------------------------------------------------------------------------

SELECT is((SELECT dm_test(t, 0, e1, e2) FROM series WHERE t < 0), NULL, 'no rows give NULL');
SELECT is((SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 3)) FROM series WHERE t < 0), NULL, 'no rows give NULL at horizon 3');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2) FROM series WHERE t = 1', '22023',
	'dm_test at horizon 1 needs at least 2 observations, has 1', 'one row');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 5)) FROM series WHERE t <= 5', '22023',
	'dm_test at horizon 5 needs at least 6 observations, has 5', 'too few rows for the horizon');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e1) FROM series', '22000',
	'dm_test: the loss differences of 60 observations have no variance, all are 0', 'the same forecast twice');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e1, dm_options(horizon => 3)) FROM series', '22000',
	'dm_test: the loss differences of 60 observations have no variance, all are 0', 'the same forecast twice, at horizon 3');
SELECT throws_ok('SELECT dm_test(t, 0.5, 0.1::float8 + 0.2::float8, 0.3::float8) FROM series', '22000',
	'dm_test: the loss differences of 60 observations have no variance, all are 0', 'forecasts that differ by rounding only');
SELECT throws_ok('SELECT dm_test(t, 0.5, CASE WHEN t % 2 = 0 THEN 0.1::float8 + 0.2::float8 ELSE 0.3 END, 0.3::float8,
	dm_options(horizon => 3)) FROM series', '22000',
	'dm_test: the loss differences of 60 observations have no variance, all are 0', 'and those that differ by rounding now and then');
SELECT is((SELECT count(*) FROM unnest('{1e-9,1,1e9}'::float8[]) k, LATERAL (SELECT (dm_test(t, 0.5 * k,
		k * CASE WHEN t * t % 11 < 5 THEN 0.3 + 1e-11 ELSE 0.3 END, k * 0.3, dm_options(horizon => 3))).* FROM series) r
	WHERE observations = 60), 3::bigint, 'but not those that differ by a little more');
SELECT throws_ok('SELECT dm_test(t, 0, 0.1, 0.3, dm_options(loss => ''absolute'')) FROM series', '22000',
	'dm_test: the loss differences of 60 observations have no variance, all are -0.2', 'a constant difference');
SELECT throws_ok($$SELECT dm_test(t, 'NaN', e1, e2) FROM series WHERE t = 3$$, '22003', 'actual at 3 is NaN', 'NaN actual value');
SELECT throws_ok($$SELECT dm_test(t, 1, 'Infinity', e2) FROM series WHERE t = 3$$, '22003',
	'the first forecast at 3 is Infinity', 'infinite forecast');
SELECT throws_ok($$SELECT dm_test(t, 1, e1, '-Infinity') FROM series WHERE t = 3$$, '22003',
	'the second forecast at 3 is -Infinity', 'infinite second forecast');
SELECT throws_ok('SELECT dm_test(t, t - 3, e1, e2, dm_options(loss => ''percentage'')) FROM series', '22012',
	'dm_test: actual at 3 is zero, which a percentage cannot be taken of', 'a percentage of zero');
SELECT throws_ok('SELECT dm_test(t, 0, 1e300, e2) FROM series WHERE t = 3', '22003', 'dm_test: the loss at 3 overflows', 'a loss that overflows');
SELECT throws_ok('SELECT dm_test(t, 0, 1e200 * e1, e2, dm_options(loss => ''absolute'')) FROM series', '22003',
	'dm_test: the variance of 60 loss differences overflows', 'a variance that overflows');

-- ---- options --------------------------------------------------------------------------------

SELECT is(dm_options(loss => 'absolute', horizon => 5, alternative => 'less', variance => 'bartlett'),
	'{"loss": "absolute", "horizon": 5, "variance": "bartlett", "alternative": "less"}', 'dm_options names what is given');
SELECT is(dm_options(), '{}', 'dm_options leaves out what is not');
SELECT throws_ok($$SELECT dm_test(t, 0, e1, e2, '{"hoizon": 2}') FROM series$$, '22023', NULL, 'unknown option');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(loss => ''huber'')) FROM series', '22023', NULL, 'unknown loss');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(alternative => ''two.sided'')) FROM series', '22023', NULL, 'unknown alternative');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(variance => ''acf'')) FROM series', '22023', NULL, 'unknown variance');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 0)) FROM series', '22023', NULL, 'horizon 0');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 100001)) FROM series', '22023', NULL, 'horizon over its limit');
SELECT throws_ok($$SELECT dm_test(t, 0, e1, e2, '{"horizon": 1.5}') FROM series$$, '22023', NULL, 'horizon that is no integer');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(loss => ''power'')) FROM series', '22023',
	'dm_test: option "loss" is "power" without option "power"', 'loss power without a power');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(power => 2)) FROM series', '22023',
	'dm_test: option "power" is 2, but option "loss" is "squared"', 'a power without the loss power');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(loss => ''power'', power => 0)) FROM series', '22023', NULL, 'power 0');
SELECT throws_ok($$SELECT dm_test(t, 0, e1, e2, '[1]') FROM series$$, '22023', NULL, 'options that are no object');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(horizon => 2 + t::int / 50)) FROM series', '22023',
	'dm_test: the options at 50 differ from those of the rows before', 'options that change within a group');
SELECT throws_ok('SELECT dm_test(t, 0, e1, e2, dm_options(loss => CASE WHEN t > 9 THEN ''absolute'' END)) FROM series', '22023',
	'dm_test: the options at 10 differ from those of the rows before', 'options that change at horizon 1');

-- ---- the same everywhere --------------------------------------------------------------------

CREATE TABLE forecast (entity int, t bigint, actual float8, f1 float8, f2 float8);
INSERT INTO forecast SELECT k, t, 5 + sin(t), 5 + sin(t) + e1, 5 + sin(t) + e2 + 0.1 * sin(k * t)
FROM golden_error, generate_series(1, 30) k WHERE n = 366;
CREATE TABLE forecast_by_time (LIKE forecast) PARTITION BY RANGE (t);
CREATE TABLE forecast_early PARTITION OF forecast_by_time FOR VALUES FROM (0) TO (100);
CREATE TABLE forecast_late PARTITION OF forecast_by_time FOR VALUES FROM (100) TO (1000);
CREATE TABLE forecast_none PARTITION OF forecast_by_time FOR VALUES FROM (1000) TO (2000);
INSERT INTO forecast_by_time SELECT * FROM forecast;
ANALYZE forecast, forecast_by_time;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS SELECT entity, dm_test(t, actual, f1, f2) one,
	dm_test(t, actual, f1, f2, dm_options(horizon => 5, variance => 'bartlett')) five FROM forecast GROUP BY entity;
CREATE FUNCTION same(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (SELECT entity, dm_test(t, actual, f1, f2) one,
			dm_test(t, actual, f1, f2, dm_options(horizon => 5, variance => ''bartlett'')) five
			FROM ' || source || ' GROUP BY entity) p USING (entity)
		WHERE p.one::text = s.one::text AND (p.one).observations = 366 AND p.five::text = s.five::text' INTO result;
	RETURN result;
END $$;
SELECT is(same('(SELECT * FROM forecast ORDER BY sin(t * 100 + entity)) f'), 30::bigint, 'shuffled rows');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('forecast_by_time'), 30::bigint, 'combined from partitions, one of them empty');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE forecast SET (parallel_workers = 2);
SELECT is(same('forecast'), 30::bigint, '2 workers');
SELECT matches(plan_of('SELECT dm_test(t, actual, f1, f2) FROM forecast'), 'Workers Planned: 2\s.*Partial Aggregate',
	'EXPLAIN shows Partial Aggregate');
SET LOCAL max_parallel_workers_per_gather = 4;
ALTER TABLE forecast SET (parallel_workers = 4);
SELECT is(same('forecast'), 30::bigint, '4 workers');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT count(*) FROM (SELECT t, dm_test(t, actual, f1, f2) OVER w one,
			dm_test(t, actual, f1, f2, dm_options(horizon => 3, variance => 'bartlett')) OVER w three
			FROM forecast WHERE entity = 1 WINDOW w AS (ORDER BY t ROWS BETWEEN 15 PRECEDING AND 15 FOLLOWING)) o,
		LATERAL (SELECT dm_test(t, actual, f1, f2) one, dm_test(t, actual, f1, f2, dm_options(horizon => 3, variance => 'bartlett')) three
			FROM forecast WHERE entity = 1 AND t BETWEEN o.t - 15 AND o.t + 15) a
	WHERE o.one::text = a.one::text AND o.three::text = a.three::text), 366::bigint, 'moving window frames');

-- ---- the state ------------------------------------------------------------------------------

CREATE AGGREGATE dm_of(creditspread_internal.creditspread_series) (SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.dm_test_final);
CREATE AGGREGATE state_of(bigint, float8, float8, float8, jsonb) (SFUNC = creditspread_internal.dm_test_transition, STYPE = creditspread_internal.creditspread_series);
CREATE TEMPORARY TABLE part AS SELECT entity, part, state_of(t, actual, f1, f2, '{}') one,
	state_of(t, actual, f1, f2, dm_options(horizon => 5, variance => 'bartlett')) five
FROM (SELECT *, (entity * 31 + t * 101) % 7 part FROM forecast) f GROUP BY entity, part
UNION ALL SELECT entity, 100, NULL, NULL FROM generate_series(1, 30) entity;
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT entity, dm_of(one::text::creditspread_internal.creditspread_series) one,
		dm_of(five::text::creditspread_internal.creditspread_series) five FROM part GROUP BY entity) p USING (entity)
	WHERE p.one::text = s.one::text AND p.five::text = s.five::text), 30::bigint,
	'tests from states of random parts, through text, NULL among them');
SELECT throws_ok($$WITH s AS (SELECT state_of(t, 1, f1, f2, '{"horizon": 1}') s FROM forecast WHERE entity = 1)
		SELECT creditspread_internal.dm_test_final(replace(hexadecimal(s::text), encode('{"horizon": 1}', 'hex'), encode('{"horizon": 2}', 'hex'))::creditspread_internal.creditspread_series) FROM s$$,
	'22023', 'dm_test: a state of 21 values in a row is not one of horizon 2', 'a state changed by hand');

SELECT throws_ok('SELECT creditspread_internal.dm_test_transition(NULL, 1::bigint, 1, 2, 3)', '42809', 'dm_test must be called as an aggregate',
	'the transition function outside of an aggregate');

-- ---- stopping -------------------------------------------------------------------------------

\ir stops.psql
SELECT stops('creditspread_internal.dm_test_final(s)', $$SELECT state_of(t, 0, sin(t) + 0.1 * sin(t * 7), cos(t * 3), dm_options(horizon => 500, variance => 'rectangular')) AS s FROM generate_series(1::bigint, 2000) AS t$$);

SELECT * FROM finish();
ROLLBACK;
