-- gw_test and model_confidence_set.
BEGIN;
\ir helpers.psql
SELECT no_plan();
\ir ../golden/forecast_tests.sql
SET LOCAL client_min_messages = warning;

CREATE VIEW forecast AS SELECT * FROM golden_forecast;

-- ---- reference values ---------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_gw g, LATERAL (SELECT (gw_test(t, actual, f[1], f[g.second],
			gw_options(loss => g.loss, horizon => g.horizon, hypothesis => g.hypothesis))).* FROM forecast) r
	WHERE near(r.statistic, g.statistic, 1e-8) AND near(r.p_value, g.p_value, 1e-8) AND near(r.mean_loss_difference, g.mean, 1e-8)
		AND near(r.next_loss_difference, g.next, 1e-8) AND r.observations = 110
		AND r.better = CASE WHEN g.p_value >= 0.05 THEN 'neither' WHEN g.next < 0 THEN 'first' ELSE 'second' END),
	(SELECT count(*) FROM golden_gw), 'gw_test agrees with regressions in numpy');
SELECT cmp_ok((SELECT count(*) FROM golden_gw), '>=', 24::bigint, 'there are many of them');
SELECT is((SELECT count(*) FROM golden_mcs g, LATERAL (SELECT model_confidence_set(t, actual, f, model_confidence_set_options(loss => g.loss,
			statistic => g.statistic, draws => 400, block_length => g.block_length, seed => g.seed)) AS rows FROM forecast) r, unnest(rows) m
	WHERE m.forecast = g.forecast AND near(m.mean_loss, g.mean_loss, 1e-8) AND near(m.statistic, g.value, 1e-8) AND near(m.p_value, g.p_value, 1e-8)
		AND m.place = g.place AND m.included = (m.p_value >= 0.1) AND m.observations = 110),
	(SELECT count(*) FROM golden_mcs), 'model_confidence_set agrees with numpy over the same draws');
SELECT isnt((SELECT count(DISTINCT p_value) FROM golden_mcs), 1::bigint, 'whose p-values differ');

-- ---- the same for both --------------------------------------------------------------------------

CREATE TABLE test (name text, call text, options text, about text);
INSERT INTO test VALUES
	('gw_test', 'gw_test(%s, %s, %s, f[2]%s)', 'gw_options', 'the first forecast at 7'),
	('model_confidence_set', 'model_confidence_set(%s, %s, ARRAY[%s, f[2], f[4]]%s)', 'model_confidence_set_options', 'forecasts at 7');
CREATE FUNCTION tested(call text, "time" text, actual text, first text, options text, filter text DEFAULT 'true') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT %s::text FROM (SELECT * FROM forecast WHERE %s ORDER BY sin(t * 100)) s', format(call, time, actual, first, options), filter) INTO result;
	RETURN result;
END $$;
CREATE FUNCTION fails(call text, "time" text, actual text, first text, options text, filter text, code text, message text, about text) RETURNS text LANGUAGE sql AS $$
	SELECT throws_ok(format('SELECT tested(%L, %L, %L, %L, %L, %L)', call, time, actual, first, options, filter), code, message, about)
$$;
SELECT isnt(tested(call, 't', 'actual', 'f[1]', ''), NULL, name || ' gives a result') FROM test;
SELECT is(tested(call, 'date ''2020-01-01'' + t::int', 'actual', 'f[1]', ''), tested(call, 't', 'actual', 'f[1]', ''), name || ': time may be a date') FROM test;
SELECT is(tested(call, 'timestamptz ''2020-01-01'' + t * interval ''1 h''', 'actual', 'f[1]', ''), tested(call, 't', 'actual', 'f[1]', ''), name || ': a timestamptz') FROM test;
SELECT is(tested(call, 'timestamp ''2020-01-01'' + t * interval ''1 h''', 'actual', 'f[1]', ''), tested(call, 't', 'actual', 'f[1]', ''), name || ': a timestamp') FROM test;
SELECT is(tested(call, 't', 'actual', 'f[1]', ', NULL'), tested(call, 't', 'actual', 'f[1]', ''), name || ': NULL options are the defaults') FROM test;
SELECT is(tested(call, 't', 'CASE WHEN t % 5 > 0 THEN actual END', 'f[1]', ''), tested(call, 't', 'actual', 'f[1]', '', 't % 5 > 0'), name || ': rows with actual NULL are left out') FROM test;
SELECT is(tested(call, 't', 'actual', 'CASE WHEN t % 5 > 0 THEN f[1] END', ''), tested(call, 't', 'actual', 'f[1]', '', 't % 5 > 0'), name || ': and with a forecast NULL') FROM test;
SELECT is(tested(call, 't', 'NULL::float8', 'f[1]', ''), NULL, name || ': nothing but NULL gives NULL') FROM test;
SELECT is(tested(call, 't', 'actual', 'f[1]', '', 'false'), NULL, name || ': no rows give NULL') FROM test;
SELECT is(tested('model_confidence_set(%s, %s, CASE WHEN t > 9 THEN ARRAY[%s, f[2]] END%s)', 't', 'actual', 'f[1]', ''),
	tested('model_confidence_set(%s, %s, ARRAY[%s, f[2]]%s)', 't', 'actual', 'f[1]', '', 't > 9'), 'model_confidence_set: and with no forecasts at all');
SELECT fails(call, 'NULL::bigint', 'actual', 'f[1]', '', 'true', '22004', 'the time of an observation must not be NULL', name || ': a time NULL') FROM test;
SELECT fails(call, 't / 2', 'actual', 'f[1]', '', 'true', '23505', name || ': the time 1 occurs twice in one series', name || ': a time twice') FROM test;
SELECT fails(call, 't', 'CASE WHEN t = 7 THEN ''NaN'' ELSE actual END', 'f[1]', '', 'true', '22003', 'actual at 7 is NaN', name || ': NaN') FROM test;
SELECT fails(call, 't', 'actual', 'CASE WHEN t = 7 THEN ''Infinity'' ELSE f[1] END', '', 'true', '22003', NULL, name || ': an infinite forecast') FROM test;
SELECT fails(call, 't', 'actual', 'CASE WHEN t = 7 THEN 1e200 ELSE f[1] END', '', 'true', '22003', NULL, name || ': a loss that overflows') FROM test;
SELECT is(tested(call, 't', 'actual', 'CASE WHEN t = 7 THEN 1e200 ELSE f[1] END', format(', %s(on_error => ''null'')', options)), NULL, name || ': with on_error null') FROM test;
SELECT fails(call, 't', 't - 7', 'f[1]', format(', %s(loss => ''percentage'')', options), 'true', '22012',
	name || ': actual is zero in one of the 110 rows without NULL from 1 to 110', name || ': a percentage of zero') FROM test;
SELECT fails(call, 't', 'actual', 'f[1]', '', 't = 1', '22023', NULL, name || ': one row') FROM test;
SELECT is(tested(call, 't', 'actual', 'f[1]', format(', %s(on_error => ''null'')', options), 't = 1'), NULL, name || ': with on_error null') FROM test;
SELECT fails(call, 't', '0', 'f[2] + 0.5', format(', %s(loss => ''power'', power => 1)', options), 'f[2] > 0 AND f[4] > 0', '22000', NULL, name || ': losses that differ by a constant') FROM test;
SELECT is(tested(call, 't', '0', 'f[2] + 0.5', format(', %s(loss => ''absolute'', on_error => ''null'')', options), 'f[2] > 0 AND f[4] > 0'), NULL, name || ': with on_error null') FROM test;
SELECT fails(call, 't', 'actual', 'f[1]', ', ''{"lag": 3}''', 'true', '22023', NULL, name || ': an unknown option') FROM test;
SELECT fails(call, 't', 'actual', 'f[1]', format(', %s(loss => ''power'')', options), 'true', '22023', name || ': option "loss" is "power" without option "power"', name || ': loss power without a power') FROM test;
SELECT fails(call, 't', 'actual', 'f[1]', format(', %s(power => 2)', options), 'true', '22023', name || ': option "power" is 2, but option "loss" is "squared"', name || ': a power without the loss power') FROM test;
SELECT fails(call, 't', 'actual', 'f[1]', format(', %s(loss => ''huber'')', options), 'true', '22023', NULL, name || ': an unknown choice') FROM test;

-- ---- their own ----------------------------------------------------------------------------------

SELECT throws_ok('SELECT gw_test(t, actual, f[1], f[1]) FROM forecast', '22000',
	'gw_test at horizon 1: in the 110 rows without NULL from 1 to 110 nothing of the loss difference is left to chance', 'the same forecast twice');
SELECT throws_ok('SELECT gw_test(t, actual, f[1], f[2], gw_options(horizon => 60)) FROM forecast', '22023',
	'gw_test at horizon 60 needs at least 123 rows, has 110 rows without NULL from 1 to 110', 'too few rows for the horizon');
SELECT ok((SELECT near((g).statistic, (d).statistic ^ 2 * 110 / 109 / (1 + (d).statistic ^ 2 / 109), 1e-9) FROM
		(SELECT gw_test(t, actual, f[1], f[2], gw_options(hypothesis => 'unconditional')) AS g, dm_test(t, actual, f[1], f[2]) AS d FROM forecast) s),
	'unconditional at horizon 1: dm_test squared, about a mean of zero');
SELECT ok((SELECT near((a).statistic, (b).statistic, 1e-9) AND near((a).next_loss_difference, -(b).next_loss_difference, 1e-9)
		FROM
		(SELECT gw_test(t, actual, f[1], f[2]) AS a, gw_test(t, actual, f[2], f[1]) AS b FROM forecast) s), 'the order of the forecasts changes the sign alone');
SELECT throws_ok('SELECT model_confidence_set(t, actual, f[1:1]) FROM forecast', '2202E', 'model_confidence_set: 1 forecasts, must be from 2 to 200', 'one forecast');
SELECT throws_ok('SELECT model_confidence_set(t, actual, array_fill(1.0::float8, ARRAY[201])) FROM forecast', '2202E', NULL, 'too many forecasts');
SELECT throws_ok('SELECT model_confidence_set(t, actual, CASE WHEN t = 9 THEN f[1:2] ELSE f END) FROM forecast', '2202E',
	'model_confidence_set: 3 values at 9, 6 in the rows before', 'rows that differ in their number of forecasts');
SELECT throws_ok('SELECT model_confidence_set(t, actual, ARRAY[f, f]) FROM forecast', '2202E', NULL, 'forecasts in two dimensions');
SELECT throws_ok('SELECT model_confidence_set(t, actual, f, model_confidence_set_options(block_length => 110)) FROM forecast', '22023',
	'model_confidence_set with blocks of 110 needs at least 111 rows, has 110 rows without NULL from 1 to 110', 'blocks as long as the sample');
SELECT ok((SELECT bool_and(m.included) AND count(*) = 2 FROM (SELECT model_confidence_set(t, actual, ARRAY[f[1], f[1]]) AS rows FROM forecast) s, unnest(rows) m),
	'the same forecast twice: both are in the set');
SELECT is((SELECT model_confidence_set(t, actual, f)::text FROM forecast), (SELECT model_confidence_set(t, actual, f, model_confidence_set_options(seed => 1))::text FROM forecast),
	'the same seed, the same set');
SELECT isnt((SELECT model_confidence_set(t, actual, f)::text FROM forecast), (SELECT model_confidence_set(t, actual, f, model_confidence_set_options(seed => 2))::text FROM forecast),
	'another, other p-values');
SELECT is((SELECT model_confidence_set(t, actual, f, model_confidence_set_options(block_length => 5))::text FROM forecast), (SELECT model_confidence_set(t, actual, f)::text FROM forecast),
	'the default block of 110 rows is 5');
SELECT ok((SELECT bool_and(m.included = (m.p_value >= 0.5)) FROM (SELECT model_confidence_set(t, actual, f, model_confidence_set_options(significance_level => 0.5)) AS rows
	FROM forecast) s, unnest(rows) m), 'significance_level decides');
SELECT * FROM finish();
ROLLBACK;
