-- forecast_accuracy, mae, mape, rmse, rsr, sdape.

BEGIN;
\ir helpers.psql
SELECT plan(57);
\ir ../golden/accuracy.sql

-- ---- values ---------------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_accuracy g
	JOIN (SELECT sample, (forecast_accuracy(actual, forecast)).* FROM golden_forecast GROUP BY sample) f USING (sample)
	WHERE near(f.mae, g.mae, 1e-9) AND near(f.mape, g.mape, 1e-9) AND near(f.rmse, g.rmse, 1e-9)
		AND near(f.rsr, g.rsr, 1e-9) AND near(f.sdape, g.sdape, 1e-9)), 2::bigint,
	'forecast_accuracy agrees with reference values to 1e-9');
SELECT is((SELECT count(*) FROM golden_accuracy g
	JOIN (SELECT sample, mae(actual, forecast), mape(actual, forecast), rmse(actual, forecast), rsr(actual, forecast),
			sdape(actual, forecast) FROM golden_forecast GROUP BY sample) f USING (sample)
	WHERE near(f.mae, g.mae, 1e-9) AND near(f.mape, g.mape, 1e-9) AND near(f.rmse, g.rmse, 1e-9)
		AND near(f.rsr, g.rsr, 1e-9) AND near(f.sdape, g.sdape, 1e-9)), 2::bigint,
	'each measure agrees with reference values to 1e-9');
SELECT is((SELECT count(*) FROM (SELECT sample, (forecast_accuracy(actual, forecast)).*, count(*) rows,
			avg(forecast - actual) mean, stddev_samp(actual) sd, stddev_pop(abs((forecast - actual) / actual)) ratio_sd
			FROM golden_forecast GROUP BY sample) f
	WHERE n = rows AND near(bias, mean, 1e-9) AND near(rsr, rmse / sd, 1e-12) AND near(sdape, ratio_sd, 1e-9)), 2::bigint,
	'count, bias, rsr and sdape agree with the server''s own averages');
SELECT is((SELECT forecast_accuracy(a, f)::text FROM (VALUES (1.0, 1.5), (2.0, 2.25)) v(a, f)),
	'(2,0.375,0.3125,0.39528470752104744,0.5590169943749475,0.1875,0.375)', 'a small case by hand');

-- ---- NULL, no rows, few rows ----------------------------------------------------------------

SELECT is((SELECT forecast_accuracy(1, 1) FILTER (WHERE false)), NULL, 'forecast_accuracy of no rows is NULL');
SELECT is((SELECT mae(1, 1) FILTER (WHERE false)), NULL, 'mae of no rows is NULL');
SELECT is((SELECT mape(1, 1) FILTER (WHERE false)), NULL, 'mape of no rows is NULL');
SELECT is((SELECT rmse(1, 1) FILTER (WHERE false)), NULL, 'rmse of no rows is NULL');
SELECT is((SELECT rsr(1, 1) FILTER (WHERE false)), NULL, 'rsr of no rows is NULL');
SELECT is((SELECT sdape(1, 1) FILTER (WHERE false)), NULL, 'sdape of no rows is NULL');
SELECT is((SELECT rmse(NULL, f) FROM generate_series(1, 3) f), NULL, 'no actual values give NULL');
SELECT is((SELECT forecast_accuracy(a, f)::text FROM
		(VALUES (NULL, 9.0), (1.0, 1.5), (7.0, NULL), (2.0, 2.25), (NULL, NULL)) v(a, f)),
	'(2,0.375,0.3125,0.39528470752104744,0.5590169943749475,0.1875,0.375)',
	'rows without an actual value or a forecast are left out');
SELECT is((SELECT forecast_accuracy(2, 3)::text), '(1,1,0.5,1,,0,1)', 'one row has no rsr');
SELECT throws_ok('SELECT rsr(a, 1) FROM (VALUES (0.1::float8 + 0.2::float8), (0.3)) v (a)', '22000',
	'rsr: all 2 actual values are 0.3', 'values that differ by rounding only are constant to rsr');
SELECT throws_ok('SELECT rsr(2, 3)', '22023', 'rsr needs at least 2 observations, has 1', 'rsr of one row is an error');

-- ---- what cannot be computed ----------------------------------------------------------------

SELECT is((SELECT forecast_accuracy(a, a + 1)::text FROM generate_series(0, 2) a), '(3,1,,1,1,,1)',
	'an actual value of zero leaves mape and sdape NULL');
SELECT throws_ok('SELECT mape(a, a + 1) FROM generate_series(0, 2) a', '22012', 'mape: 1 of 3 actual values are zero',
	'mape with an actual value of zero');
SELECT throws_ok('SELECT sdape(a % 2, a + 1) FROM generate_series(1, 9) a', '22012',
	'sdape: 4 of 9 actual values are zero', 'sdape with actual values of zero');
SELECT is((SELECT mae(a, a + 1) FROM generate_series(0, 2) a), 1::float8, 'mae does not divide by the actual value');
SELECT is((SELECT forecast_accuracy(4, f)::text FROM (VALUES (5), (7)) v(f)),
	'(2,2,0.5,2.23606797749979,,0.25,2)', 'equal actual values leave rsr NULL');
SELECT throws_ok('SELECT rsr(4, f) FROM generate_series(5, 7) f', '22000', 'rsr: all 3 actual values are 4',
	'rsr with equal actual values');
SELECT throws_ok($$SELECT forecast_accuracy('NaN', 1)$$, '22003', 'actual is NaN', 'NaN actual value');
SELECT throws_ok($$SELECT mae(1, 'NaN')$$, '22003', 'forecast is NaN', 'NaN forecast');
SELECT throws_ok($$SELECT rmse('-Infinity', 1)$$, '22003', 'actual is -Infinity', 'infinite actual value');
SELECT throws_ok($$SELECT rsr(1, 'Infinity')$$, '22003', 'forecast is Infinity', 'infinite forecast');
SELECT throws_ok('SELECT rmse(1e300, -1e300 * f) FROM generate_series(1, 3) f', '22003',
	'rmse of 3 observations overflows', 'rmse overflows');
SELECT throws_ok('SELECT forecast_accuracy(1e300, -1e300 * f) FROM generate_series(1, 3) f', '22003',
	'forecast_accuracy of 3 observations overflows', 'forecast_accuracy overflows');
SELECT is((SELECT rmse(a, a + 2) FROM generate_series(1, 3) a), 2::float8, 'the session lives on after errors');

-- ---- the same everywhere --------------------------------------------------------------------

CREATE TABLE forecast (entity int, day int, actual float8, forecast float8);
INSERT INTO forecast SELECT k, row_number() OVER (PARTITION BY k), actual + k,
	CASE WHEN actual::int % 17 = 0 THEN NULL ELSE forecast + k + 0.01 * sin(k * actual) END
FROM golden_forecast, generate_series(1, 30) k;
CREATE TABLE forecast_by_day (LIKE forecast) PARTITION BY RANGE (day);
CREATE TABLE forecast_early PARTITION OF forecast_by_day FOR VALUES FROM (0) TO (99);
CREATE TABLE forecast_late PARTITION OF forecast_by_day FOR VALUES FROM (99) TO (1000);
CREATE TABLE forecast_none PARTITION OF forecast_by_day FOR VALUES FROM (1000) TO (2000);
INSERT INTO forecast_by_day SELECT * FROM forecast;
ANALYZE forecast, forecast_by_day;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS
	SELECT entity, (forecast_accuracy(actual, forecast)).* FROM forecast GROUP BY entity;
CREATE FUNCTION same(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s
		JOIN (SELECT entity, (forecast_accuracy(actual, forecast)).*, mape(actual, forecast) alone
			FROM ' || source || ' GROUP BY entity) p USING (entity)
		WHERE (p.n, p.mae, p.mape, p.rmse, p.rsr, p.sdape, p.bias) = (s.n, s.mae, s.mape, s.rmse, s.rsr, s.sdape, s.bias)
			AND p.alone = p.mape' INTO result;
	RETURN result;
END $$;
SELECT is((SELECT count(*) FROM serial WHERE n < 416), 30::bigint, 'series measured one by one');
SELECT is(same('(SELECT * FROM forecast ORDER BY sin(day * 100 + entity)) f'), 30::bigint, 'shuffled rows');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('forecast_by_day'), 30::bigint, 'combined from partitions, one of them empty');
SET LOCAL enable_hashagg = off;
SELECT matches(plan_of('SELECT entity, mae(actual, forecast) FROM forecast_by_day GROUP BY entity'),
	'Finalize GroupAggregate.*Partial GroupAggregate', 'EXPLAIN shows the aggregate by partitions');
SET LOCAL enable_hashagg = on;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE forecast SET (parallel_workers = 2);
SELECT is(same('forecast'), 30::bigint, '2 workers');
SELECT matches(plan_of('SELECT forecast_accuracy(actual, forecast) FROM forecast'), 'Workers Planned: 2\s.*Partial Aggregate',
	'EXPLAIN shows Partial Aggregate');
SET LOCAL max_parallel_workers_per_gather = 4;
ALTER TABLE forecast SET (parallel_workers = 4);
SELECT is(same('forecast'), 30::bigint, '4 workers');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT count(*) FROM (SELECT day, rmse(actual, forecast) OVER (ORDER BY day ROWS 19 PRECEDING) moving,
			sqrt(avg((actual - forecast) ^ 2) OVER (ORDER BY day ROWS 19 PRECEDING)) own
			FROM forecast WHERE entity = 1) w WHERE near(moving, own, 1e-9)),
	(SELECT count(*) FROM forecast WHERE entity = 1), 'moving window frames');

-- ---- the state ------------------------------------------------------------------------------

CREATE AGGREGATE state_of(float8, float8) (SFUNC = creditspread_internal.forecast_accuracy_transition, STYPE = creditspread_internal.accuracy_state);
CREATE AGGREGATE accuracy_of(creditspread_internal.accuracy_state) (SFUNC = creditspread_internal.forecast_accuracy_combine, STYPE = creditspread_internal.accuracy_state,
	FINALFUNC = creditspread_internal.forecast_accuracy_final);
CREATE TEMPORARY TABLE part AS
	SELECT entity, part, state_of(actual, forecast) state
	FROM (SELECT entity, actual, forecast, (entity * 31 + day * 101) % 7 part FROM forecast
		UNION ALL SELECT entity, NULL, 1, 100 FROM generate_series(1, 30) entity) f
	GROUP BY entity, part;
CREATE FUNCTION same_state(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (' || query || ') p USING (entity)
		WHERE ((p.a).n, (p.a).rmse, (p.a).rsr, (p.a).sdape) = (s.n, s.rmse, s.rsr, s.sdape)' INTO result;
	RETURN result;
END $$;
SELECT is(same_state('SELECT entity, accuracy_of(state) a FROM part GROUP BY entity'), 30::bigint,
	'measures from states of random parts, one of them NULL');
SELECT is(same_state('SELECT entity, accuracy_of(state::text::creditspread_internal.accuracy_state) a FROM part GROUP BY entity'), 30::bigint,
	'states keep their text form');
CREATE TEMPORARY TABLE part_copy (LIKE part);
DO $$
BEGIN
	EXECUTE format('COPY part TO %L (FORMAT binary)', current_setting('data_directory') || '/accuracy_state.copy');
	EXECUTE format('COPY part_copy FROM %L (FORMAT binary)', current_setting('data_directory') || '/accuracy_state.copy');
END $$;
SELECT results_eq('SELECT entity, part, state::text FROM part_copy ORDER BY 1, 2',
	'SELECT entity, part, state::text FROM part ORDER BY 1, 2', 'states keep their binary form');
SELECT is((SELECT accuracy_of(NULL)), NULL, 'no states give NULL');
SELECT is((SELECT accuracy_of(('\x' || repeat('00', 600))::creditspread_internal.accuracy_state)), NULL, 'an empty state gives NULL');
SELECT throws_ok($$SELECT '\x0000'::creditspread_internal.accuracy_state$$, '22P03', 'accuracy_state has 600 bytes, not 2', 'a short state');
SELECT throws_ok($$SELECT ('\xffffffffffffffff' || repeat('00', 592))::creditspread_internal.accuracy_state$$, '22P03',
	'member 1 of accuracy_state cannot be -1', 'a state of a negative number of rows');
SELECT throws_ok(format('SELECT %L::creditspread_internal.accuracy_state', overlay('\x' || repeat('00', 600) PLACING encode(float8send(crafted), 'hex') FROM 3 + 16 * (member - 1))),
	'22P03', 'members 3 to 75 of accuracy_state are not sums', told)
FROM (VALUES (3, 4096::float8, 'a state after too many calls'), (4, 3, 'a state with a mark off the grid'), (4, 'Infinity', 'a state with an infinite mark'),
	(12, 1, 'a state with a sum of no terms'), (44, 1, 'a state with a carry of no terms'), (75, 'NaN', 'a state with NaN')) AS c (member, crafted, told);
-- the smaller states of two measures each
CREATE AGGREGATE errors_of(float8, float8) (SFUNC = creditspread_internal.error_transition, STYPE = creditspread_internal.error_state);
CREATE AGGREGATE mae_of(creditspread_internal.error_state) (SFUNC = creditspread_internal.error_combine, STYPE = creditspread_internal.error_state, FINALFUNC = creditspread_internal.mae_final);
CREATE AGGREGATE rmse_of(creditspread_internal.error_state) (SFUNC = creditspread_internal.error_combine, STYPE = creditspread_internal.error_state, FINALFUNC = creditspread_internal.rmse_final);
CREATE AGGREGATE ratios_of(float8, float8) (SFUNC = creditspread_internal.ratio_transition, STYPE = creditspread_internal.ratio_state);
CREATE AGGREGATE mape_of(creditspread_internal.ratio_state) (SFUNC = creditspread_internal.ratio_combine, STYPE = creditspread_internal.ratio_state, FINALFUNC = creditspread_internal.mape_final);
CREATE AGGREGATE sdape_of(creditspread_internal.ratio_state) (SFUNC = creditspread_internal.ratio_combine, STYPE = creditspread_internal.ratio_state, FINALFUNC = creditspread_internal.sdape_final);
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT entity, mae_of(errors::text::creditspread_internal.error_state) AS mae, rmse_of(errors) AS rmse,
		mape_of(ratios::text::creditspread_internal.ratio_state) AS mape, sdape_of(ratios) AS sdape
		FROM (SELECT entity, errors_of(actual, forecast) AS errors, ratios_of(actual, forecast) AS ratios FROM forecast GROUP BY entity, day % 5
			UNION ALL SELECT entity, NULL, NULL FROM serial) AS parts GROUP BY entity) AS p USING (entity)
	WHERE (p.mae, p.rmse, p.mape, p.sdape) = (s.mae, s.rmse, s.mape, s.sdape)), 30::bigint, 'mae, rmse, mape, sdape from their states, through text, NULL among them');
SELECT throws_ok($$SELECT ('\x' || repeat('ff', 160))::creditspread_internal.error_state$$, '22P03', 'member 1 of error_state cannot be -1', 'a negative number of errors');
SELECT throws_ok($$SELECT ('\x' || repeat('00', 8) || repeat('ff', 160))::creditspread_internal.ratio_state$$, '22P03', 'member 2 of ratio_state cannot be -1', 'a negative number of zeros');
SELECT throws_ok($$SELECT ('\x0020000000000000' || repeat('ff', 152))::creditspread_internal.error_state$$, '22P03', 'members 2 to 20 of error_state are not sums', 'errors that are no sums');
SELECT throws_ok($$SELECT mae_of(('\x0020000000000000' || repeat('00', 152))::creditspread_internal.error_state) FROM generate_series(1, 2)$$, '54000',
	'error_state of 9007199254740992 and of 9007199254740992 observations, the limit is 9007199254740992', 'more errors than are counted');
SELECT is((SELECT mae_of(('\x' || repeat('00', 160))::creditspread_internal.error_state)), NULL, 'an empty state of errors gives NULL');
SELECT throws_ok($$SELECT 'sums'::creditspread_internal.accuracy_state$$, '22P03', NULL, 'a state that is no bytea');
SELECT throws_ok('SELECT creditspread_internal.forecast_accuracy_transition(NULL, 1, 2)', '42809',
	'accuracy_state can only be changed by an aggregate', 'the transition function outside of an aggregate');

SELECT * FROM finish();
ROLLBACK;
