-- strategy_backtest, mincer_zarnowitz, cross_correlation and scatter_chart.
BEGIN;
\ir helpers.psql
SELECT no_plan();
\ir ../golden/strategies.sql
SET LOCAL client_min_messages = warning;

CREATE TABLE series AS SELECT * FROM golden_row;

-- ---- reference values ---------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_strategy g, LATERAL (SELECT strategy_backtest(t, actual, forecast, strategy_options(rule => g.rule,
			unit => CASE WHEN g.rule <> 'sign' THEN g.unit END, cap => CASE WHEN g.rule = 'capped' THEN g.cap END,
			decay => CASE WHEN g.rule = 'volatility' THEN g.decay END, threshold => g.threshold, horizon => g.horizon, cost => g.cost,
			carry => g.carry, periods_per_year => g.periods_per_year, lags => nullif(g.lags, -1))) AS b FROM series) r
	WHERE (b).periods = g.periods AND near((b).total, g.total, 1e-9, 1) AND near((b).gross_total, g.gross, 1e-9, 1)
		AND near((b).carry_total, g.carry_total, 1e-9, 1) AND near((b).cost_total, g.cost_total, 1e-9) AND near((b).mean, g.mean, 1e-9, 0.1)
		AND near((b).sd, g.sd, 1e-9) AND near((b).sharpe, g.sharpe, 1e-8, 0.1) AND near((b).sharpe_error, g.sharpe_error, 1e-8)
		AND near((b).max_drawdown, g.drawdown, 1e-9) AND near((b).turnover, g.turnover, 1e-9) AND near((b).mean_position, g.mean_position, 1e-9)
		AND near((b).break_even_cost, g.break_even, 1e-9) AND (b).lags = g.used_lags AND near((b).position[21], g.position_21, 1e-9)
		AND near((b).cumulative_value[21], g.value_21, 1e-9)),
	(SELECT count(*) FROM golden_strategy), 'strategy_backtest agrees with a loop in Python');
SELECT is((SELECT count(*) FROM golden_line g, LATERAL (SELECT (mincer_zarnowitz(t, actual, forecast, mincer_zarnowitz_options(
			form => g.form, horizon => g.horizon, lags => nullif(g.lags, -1)))).* FROM series) r
	WHERE near(r.intercept, g.intercept, 1e-9, 0.1) AND near(r.slope, g.slope, 1e-9) AND near(r.intercept_error, g.intercept_error, 1e-9)
		AND near(r.slope_error, g.slope_error, 1e-9) AND near(r.r_squared, g.r_squared, 1e-9, 0.1) AND near(r.statistic, g.statistic, 1e-7)
		AND near(r.p_value, g.p_value, 1e-7) AND r.freedom = g.freedom AND r.observations = g.observations),
	(SELECT count(*) FROM golden_line), 'mincer_zarnowitz agrees with statsmodels and numpy');
SELECT is((SELECT count(*) FROM (SELECT false AS changes UNION SELECT true) given, LATERAL (SELECT cross_correlation(t, actual, coalesce(forecast, actual),
			cross_correlation_options(max_lag => 4, changes => given.changes)) AS rows FROM series) r, unnest(rows) c JOIN golden_correlation g USING (lag)
	WHERE g.changes = given.changes AND near(c.correlation, g.correlation, 1e-8, 0.01) AND c.observations = g.observations
		AND c.best = (g.correlation = (SELECT max(correlation) FROM golden_correlation m WHERE m.changes = g.changes))),
	(SELECT count(*) FROM golden_correlation), 'cross_correlation agrees with numpy');

-- ---- the same for all of them -------------------------------------------------------------------

CREATE TABLE test (name text, call text, options text);
INSERT INTO test SELECT name, name || '(%s, %s, %s%s)', name || '_options' FROM unnest('{mincer_zarnowitz,cross_correlation}'::text[]) name
UNION ALL SELECT 'strategy_backtest', 'strategy_backtest(%s, %s, %s%s)', 'strategy_options';
CREATE FUNCTION tested(call text, "time" text, actual text, forecast text, options text, filter text DEFAULT 'true') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT %s::text FROM (SELECT * FROM series WHERE %s ORDER BY sin(t * 100)) s', format(call, time, actual, forecast, options), filter) INTO result;
	RETURN result;
END $$;
CREATE FUNCTION fails(call text, "time" text, actual text, forecast text, options text, code text, message text, about text) RETURNS text LANGUAGE sql AS $$
	SELECT throws_ok(format('SELECT tested(%L, %L, %L, %L, %L)', call, time, actual, forecast, options), code, message, about)
$$;
SELECT isnt(tested(call, 't', 'actual', 'forecast', ''), NULL, name || ' gives a result') FROM test;
SELECT is(regexp_replace(tested(call, 'date ''2020-01-01'' + t::int', 'actual', 'forecast', ''), '\{.*', ''), regexp_replace(tested(call, 't', 'actual', 'forecast', ''), '\{.*', ''),
	name || ': time may be a date') FROM test WHERE name <> 'cross_correlation';
SELECT is(tested(call, 't', 'actual', 'forecast', ', NULL'), tested(call, 't', 'actual', 'forecast', ''), name || ': NULL options are the defaults') FROM test;
SELECT is(tested(call, 't', 'actual', 'forecast', format(', %s()', options)), tested(call, 't', 'actual', 'forecast', ''), name || ': so are none') FROM test;
SELECT is(tested(call, 't', 'CASE WHEN t % 5 > 0 THEN actual END', 'forecast', ''), tested(call, 't', 'actual', 'forecast', '', 't % 5 > 0'), name || ': rows with actual NULL are left out') FROM test;
SELECT is(tested(call, 't', 'NULL::float8', 'forecast', ''), NULL, name || ': nothing but NULL gives NULL') FROM test;
SELECT is(tested(call, 't', 'actual', 'forecast', '', 'false'), NULL, name || ': no rows give NULL') FROM test;
SELECT fails(call, 'NULL::bigint', 'actual', 'forecast', '', '22004', 'the time of an observation must not be NULL', name || ': a time NULL') FROM test;
SELECT fails(call, 'timestamp ''infinity''', 'actual', 'forecast', '', '22008', NULL, name || ': an infinite time') FROM test;
SELECT fails(call, 't / 2 + 9', 'actual', 'coalesce(forecast, 1)', '', '23505', name || ': the time 10 occurs twice in one series', name || ': a time twice') FROM test;
SELECT fails(call, 't', 'CASE WHEN t = 7 THEN ''NaN'' ELSE actual END', 'forecast', '', '22003', CASE name WHEN 'cross_correlation' THEN 'first' ELSE 'actual' END || ' at 7 is NaN', name || ': NaN') FROM test;
SELECT fails(call, 't', 'actual', 'CASE WHEN t = 7 THEN ''-Infinity'' ELSE forecast END', '', '22003', NULL, name || ': an infinite forecast') FROM test;
SELECT fails(call, 't', 'actual', 'CASE WHEN t = 3 THEN forecast END', '', CASE name WHEN 'strategy_backtest' THEN NULL ELSE '22023' END, NULL, name || ': one row')
FROM test WHERE name <> 'strategy_backtest';
SELECT is(tested(call, 't', 'actual', 'forecast', format(', %s(on_error => ''null'')', options), 't = 3'), NULL, name || ': one row with on_error null') FROM test;
SELECT is(tested(call, 't', 'actual', 'forecast', format(', %s(on_error => ''null'')', options)), tested(call, 't', 'actual', 'forecast', ''), name || ': on_error null changes no result') FROM test;
SELECT fails(call, 't', 'actual', 'forecast', ', ''{"lag": 3}''', '22023', NULL, name || ': an unknown option') FROM test;
SELECT fails(call, 't', 'actual', 'forecast', format(', %s(on_error => CASE WHEN t > 50 THEN ''null'' END)', options), '22023', NULL, name || ': options that change') FROM test;

-- ---- strategies ---------------------------------------------------------------------------------

SELECT throws_ok('SELECT strategy_backtest(t, actual, NULL) FROM series', '22023',
	'strategy_backtest: none of the 130 rows without NULL in actual has a forecast 1 rows after another one', 'no forecast at all');
SELECT throws_ok('SELECT strategy_backtest(t, actual, forecast) FROM series WHERE t < 2', '22023', NULL, 'a single row');
SELECT throws_ok(format('SELECT strategy_backtest(t, actual, forecast, strategy_options(rule => %L, %s)) FROM series', rule, option), '22023', NULL, format('%s has no %s', rule, option))
FROM (VALUES ('sign', 'unit => 2'), ('sign', 'cap => 2'), ('proportional', 'cap => 2'), ('capped', 'decay => 0.9'), ('volatility', 'cap => 1')) AS v (rule, option);
SELECT throws_ok('SELECT strategy_backtest(t, actual, forecast, strategy_options(unit => 0)) FROM series', '22023', NULL, 'a unit of zero');
SELECT throws_ok('SELECT strategy_backtest(t, CASE WHEN t % 2 = 0 THEN 1.7e308 ELSE -1.7e308 END, forecast) FROM series', '22003', NULL, 'sums that overflow');
SELECT is((SELECT ARRAY[(b).total, (b).turnover, (b).max_drawdown, (b).mean_position, (b).sharpe, (b).break_even_cost] FROM
		(SELECT strategy_backtest(t, actual, before, strategy_options(rule => 'sign', cost => 1, carry => 2)) AS b FROM
			(SELECT t, actual, lag(actual) OVER (ORDER BY t) AS before FROM series) s) r), ARRAY[0, 0, 0, 0, NULL, NULL]::float8[],
	'the random walk holds nothing');
SELECT ok((SELECT near((b).gross_total, sum, 1e-9) AND (b).max_drawdown = 0 AND (b).periods = 129 AND near((b).break_even_cost, sum / (b).turnover, 1e-9) FROM
		(SELECT strategy_backtest(t, actual, actual) AS b, 100 * sum((actual - before) ^ 2) AS sum FROM
			(SELECT t, actual, lag(actual) OVER (ORDER BY t) AS before FROM series) s) r), 'whoever knows the change earns its square');
SELECT ok((SELECT near((dear).total, (free).total - 0.003 * (free).turnover, 1e-9) AND near((even).total, 0, 1e-9, 1) FROM
		(SELECT strategy_backtest(t, actual, forecast) AS free, strategy_backtest(t, actual, forecast, strategy_options(cost => 0.003)) AS dear FROM series) f,
		LATERAL (SELECT strategy_backtest(t, actual, forecast, format('{"cost": %s}', (free).break_even_cost)::jsonb) AS even FROM series) e),
	'costs, and the cost at which nothing is left');
SELECT is((SELECT count(*) FROM (SELECT strategy_backtest(t, actual, forecast, strategy_options(rule => 'capped', cap => 1.25)) AS b FROM series) s, unnest((b).position) p
	WHERE abs(p) > 1.25), 0::bigint, 'no position beyond the cap');
SELECT ok((SELECT bool_and(abs(c."position") = CASE c.time WHEN '3' THEN 0 ELSE 1 END) FROM
		(SELECT strategy_backtest(t, actual, CASE WHEN t <> 3 THEN actual END, strategy_options(rule => 'sign')) AS b FROM series) s, strategy_backtest_curve(b) c),
	'a row without forecast is one without position');
SELECT ok((SELECT count(*) = (b).periods AND min(c.time::date) = '2020-01-03' AND max(c.drawdown) = (b).max_drawdown AND max(c.value) FILTER (WHERE c.time::date = '2020-05-10') = (b).total
		AND max(c.gross) FILTER (WHERE c.time::date = '2020-05-10') = (b).gross_total
	FROM (SELECT strategy_backtest(date '2020-01-01' + t::int, actual, forecast, strategy_options(cost => 0.002)) AS b FROM series) s, strategy_backtest_curve(b) c GROUP BY b),
	'the curve ends where the result says');
SELECT is((SELECT count(*) FROM strategy_backtest_curve(NULL)), 0::bigint, 'no backtest, no curve');
SELECT ok((SELECT near((a).total, -(b).total, 1e-9) AND near((a).sharpe, -(b).sharpe, 1e-9) AND near((a).sharpe_error, (b).sharpe_error, 1e-9) FROM
	(SELECT strategy_backtest(t, actual, forecast, '{"rule": "volatility"}') AS a, strategy_backtest(t, actual, 2 * before - forecast, '{"rule": "volatility"}') AS b FROM
		(SELECT *, lag(actual) OVER (ORDER BY t) AS before FROM series) s) r), 'the other way round, the other sign');

SELECT is((SELECT ARRAY[(b).mean, (b).sharpe, (b).sharpe_error, (b).mean_position] FROM (SELECT strategy_backtest(t, (-1) ^ t, (-1) ^ t, strategy_options(rule => 'sign')) AS b
	FROM generate_series(1, n) t) s), ARRAY[2, NULL, NULL, 1]::float8[], n || ' gains that are all the same have no Sharpe ratio') FROM unnest('{3,50,100,1000}'::int[]) n;

-- ---- lines and lags -----------------------------------------------------------------------------

SELECT throws_ok('SELECT mincer_zarnowitz(t, actual, 2) FROM series', '22000',
	'mincer_zarnowitz at horizon 1: the forecast does not vary in the 130 rows without NULL from 1 to 130', 'a constant forecast');
SELECT throws_ok('SELECT mincer_zarnowitz(t, actual, actual) FROM series', '22000', NULL, 'a perfect forecast leaves no error');
SELECT throws_ok('SELECT mincer_zarnowitz(t, actual, before, mincer_zarnowitz_options(form => ''change'')) FROM (SELECT *, lag(actual) OVER (ORDER BY t) AS before FROM series) s',
	'22000', NULL, 'the random walk foretells no change');
SELECT throws_ok('SELECT mincer_zarnowitz(t, actual, forecast, mincer_zarnowitz_options(lags => 200)) FROM series', '22023',
	'mincer_zarnowitz at horizon 1 needs at least 201 rows, has 126 rows without NULL from 2 to 130', 'more lags than rows');
SELECT throws_ok('SELECT mincer_zarnowitz(t, actual, forecast, mincer_zarnowitz_options(form => ''change'', horizon => 63)) FROM series', '22023', NULL, 'fewer changes than the horizon');
SELECT ok((SELECT near((m).slope, 1, 1e-9) AND near((m).intercept, 0, 1e-9, 1) AND (m).p_value > 0.01 FROM
	(SELECT mincer_zarnowitz(t, actual, (r).intercept + (r).slope * forecast) AS m FROM series, (SELECT mincer_zarnowitz(t, actual, forecast) AS r FROM series) f) s),
	'a forecast moved onto its line has none');
SELECT throws_ok('SELECT cross_correlation(t, actual, 1) FROM series', '22000',
	'cross_correlation with lags up to 10: one of the series does not vary in the 130 rows without NULL from 1 to 130', 'a constant has no correlation');
SELECT throws_ok('SELECT cross_correlation(t, actual, forecast, cross_correlation_options(max_lag => 124)) FROM series', '22023', NULL, 'more lags than pairs');
SELECT is((SELECT array_agg(lag) FROM (SELECT cross_correlation(t, actual, before, cross_correlation_options(changes => c)) AS rows
		FROM (SELECT *, lag(actual, 2) OVER (ORDER BY t) AS before FROM series) s, (VALUES (true), (false)) v (c) GROUP BY c) r, unnest(rows) WHERE best), '{2,2}'::int[],
	'what comes two rows late has lag 2');

SELECT throws_ok(format('SELECT cross_correlation(t, %s, actual, cross_correlation_options(changes => true)) FROM series', y), '22000', NULL, 'changes of ' || y || ' are rounding')
FROM unnest('{0.1 * t,0.3 + 6e-17::float8 * (t % 2)}'::text[]) y;
SELECT is((SELECT lag FROM (SELECT cross_correlation(t, actual * 1e307, before * 1e307, cross_correlation_options(changes => true)) AS rows
	FROM (SELECT *, lag(actual) OVER (ORDER BY t) AS before FROM series) s) r, unnest(rows) WHERE best), 1, 'changes of values near the largest');

-- ---- scatter_chart ------------------------------------------------------------------------------

SELECT ok(chart IS DOCUMENT AND chart::text LIKE '%>fitted line<%' AND chart::text LIKE '%y = x%', 'scatter_chart is a document with its two lines')
FROM (SELECT scatter_chart(forecast, actual, chart_options(diagonal => true, title => 'a & b'))::xml AS chart FROM series) s;
SELECT is((SELECT scatter_chart(forecast, actual) FROM series), (SELECT scatter_chart(forecast, actual) FROM (SELECT * FROM series ORDER BY sin(t * 100)) s), 'rows in any order');
SELECT is((SELECT count(*) FROM regexp_matches((SELECT scatter_chart(forecast, actual) FROM series), '<circle', 'g')), (SELECT count(forecast) FROM series) , 'a point for each row without NULL');
SELECT cmp_ok((SELECT count(*) FROM regexp_matches((SELECT scatter_chart(sin(t), cos(t * 1.3)) FROM generate_series(1, 50000) t), '<circle', 'g')), '<', 30000::bigint,
	'many points are thinned');
SELECT ok((SELECT scatter_chart(3, y) NOT LIKE '%fitted line%' AND scatter_chart(3, y) LIKE '%<circle%' FROM generate_series(1, 5) y), 'points above each other have no line');
SELECT is((SELECT scatter_chart(NULL, y) FROM generate_series(1, 5) y), NULL, 'nothing but NULL gives NULL');
SELECT throws_ok('SELECT scatter_chart(1.7e308 * (-1) ^ y, y) FROM generate_series(1, 5) y', '22003', NULL, 'values too far apart');
SELECT throws_ok('SELECT scatter_chart(''NaN'', y) FROM generate_series(1, 5) y', '22003', 'x is NaN', 'NaN');
SELECT throws_ok('SELECT scatter_chart(1, y, chart_options(zero => true)) FROM generate_series(1, 5) y', '22023', NULL, 'an option of another chart');
SELECT * FROM finish();
ROLLBACK;
