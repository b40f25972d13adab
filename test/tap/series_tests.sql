-- adf_test, kpss_test, phillips_perron_test, ljung_box_test, jarque_bera_test, granger_test.
BEGIN;
\ir helpers.psql
SELECT no_plan();
\ir ../golden/series_tests.sql
SET LOCAL client_min_messages = warning;


-- ---- reference values ---------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_adf g, LATERAL (SELECT (adf_test(t, y, adf_options(
			trend => ('{none,constant,linear,quadratic}'::text[])[g.trend + 1], lags => nullif(g.lags, -1),
			selection => ('{aic,bic,t_statistic,fixed}'::text[])[g.selection + 1]))).* FROM golden_series s WHERE s.series = g.series) r
	WHERE r.lags = g.used AND near(r.statistic, g.statistic, 1e-8) AND near(r.p_value, g.p_value, 1e-6) AND near(ARRAY[r.critical_value_1, r.critical_value_5, r.critical_value_10], g.critical, 1e-9)),
	(SELECT count(*) FROM golden_adf), 'adf_test agrees with statsmodels and urca');
SELECT is((SELECT count(*) FROM golden_kpss g, LATERAL (SELECT (kpss_test(t, y, kpss_options(
			trend => ('{constant,linear}'::text[])[g.trend], lags => nullif(g.lags, -1)))).* FROM golden_series s WHERE s.series = g.series) r
	WHERE r.lags = g.used AND near(r.statistic, g.statistic, 1e-8) AND near(r.p_value, g.p_value, 1e-7)
		AND r.p_value_clipped = (r.p_value IN (0.1, 0.01))),
	(SELECT count(*) FROM golden_kpss), 'kpss_test agrees with statsmodels and urca');
SELECT is((SELECT count(*) FROM golden_phillips_perron g, LATERAL (SELECT (phillips_perron_test(t, y, phillips_perron_options(
			trend => ('{none,constant,linear}'::text[])[g.trend + 1], lags => g.lags))).* FROM golden_series s WHERE s.series = g.series) r
	WHERE near(r.statistic, g.tau, 1e-8) AND near(r.p_value, g.tau_p, 1e-6) AND near(r.alpha_statistic, g.alpha, 1e-8)
		AND (g.alpha_p IS NULL OR near(r.alpha_p_value, g.alpha_p, 2e-2))),
	(SELECT count(*) FROM golden_phillips_perron), 'phillips_perron_test agrees with Hamilton''s formulas, its p-value of Z-alpha with tseries');
SELECT is((SELECT count(*) FROM golden_ljung_box g, LATERAL (SELECT (ljung_box_test(t, y, ljung_box_options(
			lags => g.lags, fitted_parameters => g.fitted))).* FROM golden_series s WHERE s.series = g.series) r
	WHERE near(r.statistic, g.statistic, 1e-8) AND near(r.p_value, g.p_value, 1e-7) AND r.lags = g.lags AND r.freedom = g.lags - g.fitted),
	(SELECT count(*) FROM golden_ljung_box), 'ljung_box_test agrees with statsmodels and R');
SELECT is((SELECT count(*) FROM golden_jarque_bera g, LATERAL (SELECT (jarque_bera_test(t, y)).* FROM golden_series s WHERE s.series = g.series) r
	WHERE near(r.statistic, g.statistic, 1e-8) AND near(r.p_value, g.p_value, 1e-7) AND near(r.skewness, g.skewness, 1e-8) AND near(r.kurtosis, g.kurtosis, 1e-8)),
	(SELECT count(*) FROM golden_jarque_bera), 'jarque_bera_test agrees with statsmodels and tseries');
SELECT is((SELECT count(*) FROM golden_granger g, LATERAL (SELECT (granger_test(t, a.y, b.y, granger_options(lags => g.lags))).*
			FROM golden_series a JOIN golden_series b USING (t) WHERE a.series = g.y AND b.series = g.cause) r
	WHERE near(r.statistic, g.statistic, 1e-8) AND near(r.p_value, g.p_value, 1e-7) AND r.freedom = g.freedom AND r.observations = g.n),
	(SELECT count(*) FROM golden_granger), 'granger_test agrees with statsmodels and lmtest');
SELECT cmp_ok((SELECT count(*) FROM golden_adf), '>', 100::bigint, 'there are many of them');

-- ---- the same for all of them -------------------------------------------------------------------

CREATE TABLE series AS SELECT t, y, row_number() OVER (ORDER BY t) AS r FROM golden_series WHERE series = 'walk';
CREATE TABLE test (name text, call text, options text, constant text);
INSERT INTO test SELECT name, format('%s(%%s, %%s%s', name, CASE name WHEN 'granger_test' THEN ', sin(t * t)' ELSE '' END) || '%s)',
	replace(name, '_test', '_options'), CASE name WHEN 'granger_test' THEN 'y or cause' ELSE 'y' END
FROM unnest('{adf_test,kpss_test,phillips_perron_test,ljung_box_test,jarque_bera_test,granger_test}'::text[]) name;

-- a test of the walk as text, its time and y as expressions
CREATE FUNCTION tested(call text, "time" text, y text, options text, filter text DEFAULT 'true') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT %s::text FROM (SELECT * FROM series WHERE %s ORDER BY sin(t * 100)) s', format(call, time, y, options), filter) INTO result;
	RETURN result;
END $$;
CREATE FUNCTION fails(call text, "time" text, y text, options text, filter text, code text, message text, about text) RETURNS text LANGUAGE sql AS $$
	SELECT throws_ok(format('SELECT tested(%L, %L, %L, %L, %L)', call, time, y, options, filter), code, message, about)
$$;

SELECT isnt(tested(call, 't', 'y', ''), NULL, name || ' gives a result') FROM test;
SELECT is(tested(call, 'date ''2020-01-01'' + t::int', 'y', ''), tested(call, 't', 'y', ''), name || ': time may be a date') FROM test;
SELECT is(tested(call, 'timestamp ''2020-01-01'' + t * interval ''1 h''', 'y', ''), tested(call, 't', 'y', ''), name || ': a timestamp') FROM test;
SELECT is(tested(call, 'timestamptz ''2020-01-01'' + t * interval ''1 h''', 'y', ''), tested(call, 't', 'y', ''), name || ': a timestamptz') FROM test;
SELECT is(tested(call, 't', 'y', ', NULL'), tested(call, 't', 'y', ''), name || ': NULL options are the defaults') FROM test;
SELECT is(tested(call, 't', 'y', format(', %s()', options)), tested(call, 't', 'y', ''), name || ': so are none') FROM test;
SELECT is(tested(call, 't', 'CASE WHEN t % 5 > 0 THEN y END', ''), tested(call, 't', 'y', '', 't % 5 > 0'), name || ': rows with NULL are left out') FROM test;
SELECT is(tested(call, 't', 'NULL::float8', ''), NULL, name || ': nothing but NULL gives NULL') FROM test;
SELECT is(tested(call, 't', 'y', '', 'false'), NULL, name || ': no rows give NULL') FROM test;
SELECT fails(call, 'NULL::bigint', 'y', '', 'true', '22004', 'the time of an observation must not be NULL', name || ': a time NULL') FROM test;
SELECT fails(call, 'timestamp ''infinity''', 'y', '', 'true', '22008', 'the time of an observation must be finite', name || ': an infinite time') FROM test;
SELECT fails(call, 't / 2', 'y', '', 'true', '23505', name || ': the time 1 occurs twice in one series', name || ': a time twice') FROM test;
SELECT fails(call, 't', 'CASE WHEN t = 7 THEN ''NaN'' ELSE y END', '', 'true', '22003', 'y at 7 is NaN', name || ': NaN') FROM test;
SELECT fails(call, 't', 'CASE WHEN t = 7 THEN ''Infinity'' ELSE y END', '', 'true', '22003', 'y at 7 is Infinity', name || ': infinity') FROM test;
SELECT fails(call, 't', '3', '', 'true', '22000',
	regexp_replace(name, '^(adf|ljung_box|granger)_test$', CASE name WHEN 'adf_test' THEN 'adf_test with lags 13' WHEN 'ljung_box_test' THEN 'ljung_box_test with lags 10' ELSE 'granger_test with lags 1' END)
	|| ': ' || constant || ' does not vary in the 120 rows without NULL from 1 to 120', name || ': a constant') FROM test;
SELECT fails(call, 't', 'y', '', 't = 1', '22023', NULL, name || ': one row') FROM test;
SELECT is(tested(call, 't', 'y', format(', %s(on_error => ''null'')', options), 't = 1'), NULL, name || ': one row with on_error null') FROM test;
SELECT is(tested(call, 't', '3', format(', %s(on_error => ''null'')', options)), NULL, name || ': a constant with on_error null') FROM test;
SELECT is(tested(call, 't', 'y', format(', %s(on_error => ''null'')', options)), tested(call, 't', 'y', ''), name || ': on_error null changes no result') FROM test;
SELECT fails(call, 't', 'CASE WHEN t = 7 THEN ''NaN'' ELSE y END', format(', %s(on_error => ''null'')', options), 'true', '22003', 'y at 7 is NaN',
	name || ': NaN remains an error') FROM test;
SELECT fails(call, 't', 'y', ', ''{"lag": 3}''', 'true', '22023', NULL, name || ': an unknown option') FROM test;
SELECT fails(call, 't', 'y', format(', %s(on_error => ''skip'')', options), 'true', '22023', NULL, name || ': an unknown choice') FROM test;
SELECT fails(call, 't', 'y', format(', %s(on_error => CASE WHEN t > 50 THEN ''null'' END)', options), 'true', '22023', NULL, name || ': options that change') FROM test;

-- ---- options ------------------------------------------------------------------------------------

SELECT throws_ok('SELECT adf_test(t, y, adf_options(lags => 60)) FROM series', '22023',
	'adf_test with lags 60 needs at least 124 rows, has 120 rows without NULL from 1 to 120', 'more lags than rows');
SELECT throws_ok('SELECT kpss_test(t, y, kpss_options(lags => 120)) FROM series', '22023',
	'kpss_test needs at least 121 rows, has 120 rows without NULL from 1 to 120', 'kpss_test: more lags than rows');
SELECT throws_ok('SELECT phillips_perron_test(t, y, phillips_perron_options(lags => 120)) FROM series', '22023',
	'phillips_perron_test needs at least 122 rows, has 120 rows without NULL from 1 to 120', 'phillips_perron_test: more lags than rows');
SELECT throws_ok('SELECT ljung_box_test(t, y, ljung_box_options(lags => 120)) FROM series', '22023',
	'ljung_box_test with lags 120 needs at least 121 rows, has 120 rows without NULL from 1 to 120', 'ljung_box_test: more lags than rows');
SELECT throws_ok('SELECT ljung_box_test(t, y, ljung_box_options(lags => 3, fitted_parameters => 3)) FROM series', '22023',
	'ljung_box_test: 3 fitted parameters leave no degrees of freedom of 3 lags', 'no degrees of freedom');
SELECT is((SELECT (ljung_box_test(t, y, ljung_box_options(fitted_parameters => 20))).lags FROM series), 21, 'the lags by rule exceed the fitted parameters');
SELECT throws_ok('SELECT granger_test(t, y, y) FROM series', '22000', NULL, 'a cause that is y');
SELECT throws_ok('SELECT adf_test(t, t) FROM series', '22000',
	'adf_test with lags 13: in the 120 rows without NULL from 1 to 120 nothing of y is left to chance', 'a line');
SELECT throws_ok('SELECT kpss_test(t, 3 + 0.1 * t, kpss_options(trend => ''linear'')) FROM series', '22000', NULL, 'kpss_test: a line around a line');
SELECT isnt((SELECT kpss_test(t, 3 + 0.1 * t)::text FROM series), NULL, 'and around a constant');
SELECT throws_ok('SELECT adf_test(t, 1e9 + 1e-7 * (t % 3)) FROM series', '22000', NULL, 'values that differ by rounding');
SELECT isnt((SELECT adf_test(t, 1e9 + 1e-2 * sin(t * t))::text FROM series), NULL, 'small changes of large values are no rounding');
SELECT ok((SELECT abs((a).statistic - (b).statistic) < 1e-5 FROM (SELECT adf_test(t, 1e6 + y) AS a, adf_test(t, y) AS b FROM series) s), 'the level plays no part');
SELECT isnt((SELECT adf_test(t, y * 1e307)::text FROM series), NULL, 'nor do values near the largest');
SELECT throws_ok('SELECT creditspread_internal.adf_test_final(creditspread_internal.granger_test_transition(NULL, 1::bigint, 1, 2))', '42809', NULL,
	'transitions are for aggregates');
SELECT throws_ok($$SELECT granger_test(t, y, 1 + sin(t), granger_options(lags => 10001)) FROM series$$, '22023', NULL, 'lags over their limit');

-- ---- window functions ---------------------------------------------------------------------------

SELECT is((SELECT (array_agg(w ORDER BY t DESC))[1]::text FROM (SELECT t, adf_test(t, y, adf_options(on_error => 'null')) OVER (ORDER BY t) AS w FROM series) s),
	(SELECT adf_test(t, y)::text FROM series), 'as window functions they see the rows up to each');
SELECT * FROM finish();
ROLLBACK;
