-- kalman_fit and kalman_options.

BEGIN;
\ir helpers.psql
SELECT plan(19);
\ir ../golden/kalman.sql

CREATE TABLE fitted AS SELECT id, kalman_fit(t, y) AS m FROM golden_level GROUP BY id;
SELECT is(bool_and(near((m).log_likelihood, g.log_likelihood, 1e-8, 0.01) AND near((m).process_covariance[1][1], g.process, 1e-4, 0.01)
	AND near((m).observation_covariance[1][1], g.observation, 1e-4, 0.01) AND (m).converged AND (m).at_bound IS NULL), true, 'agrees with statsmodels')
FROM fitted f JOIN golden_fit g USING (id);
SELECT is(bool_and(near((m).process_covariance[1][1], g.r_process, 1e-4, 0.01) AND near((m).observation_covariance[1][1], g.r_observation, 1e-4, 0.01)), true,
	'and with R') FROM fitted f JOIN golden_fit g USING (id);
SELECT is(bool_and(near(total, (m).log_likelihood, 1e-9, 0.01)), true, 'the rows of the filter add up to its log-likelihood')
FROM (SELECT id, m, sum((f).log_likelihood) AS total FROM (SELECT id, m, kalman_filter(y, m) OVER (PARTITION BY id ORDER BY t) AS f FROM golden_level JOIN fitted USING (id)) q GROUP BY id, m) s;
CREATE TABLE ar AS SELECT id, kalman_fit(t, CASE WHEN t % 17 <> 5 THEN y END, kalman_options(model => 'ar1_plus_noise')) AS m FROM golden_level GROUP BY id;
SELECT is(bool_and(near(total, (m).log_likelihood, 1e-9, 0.01)), true, 'of an autoregression with gaps too')
FROM (SELECT id, m, sum((f).log_likelihood) AS total FROM (SELECT id, m, kalman_filter(CASE WHEN t % 17 <> 5 THEN y END, m) OVER (PARTITION BY id ORDER BY t) AS f FROM golden_level JOIN ar USING (id)) q GROUP BY id, m) s;
SELECT is((SELECT array_agg((m).observations ORDER BY id) FROM ar), '{282,753}', 'observations are those that are not missing');
SELECT is((SELECT kalman_fit(t, y ORDER BY md5(t::text))::text FROM golden_level WHERE id = 0), (SELECT m::text FROM fitted WHERE id = 0), 'rows may come in any order');
SELECT is((SELECT kalman_fit('2020-01-01'::date + t::int, y)::text FROM golden_level WHERE id = 0), (SELECT m::text FROM fitted WHERE id = 0), 'time may be a date');
SELECT is((SELECT kalman_fit('2020-01-01'::timestamp + t * interval '1 day', y)::text FROM golden_level WHERE id = 0), (SELECT m::text FROM fitted WHERE id = 0), 'a timestamp');
SELECT is((SELECT kalman_fit('2020-01-01'::timestamptz + t * interval '1 hour', y, kalman_options('local_level'))::text FROM golden_level WHERE id = 0), (SELECT m::text FROM fitted WHERE id = 0), 'a timestamptz');
SELECT is((SELECT kalman_fit(t, y) FROM golden_level WHERE false), NULL, 'no row gives NULL');

CREATE TABLE parallel_level AS SELECT * FROM golden_level;
ALTER TABLE parallel_level SET (parallel_workers = 2);
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT is((SELECT kalman_fit(t, y)::text FROM parallel_level WHERE id = 1), (SELECT m::text FROM fitted WHERE id = 1), 'workers share the rows');

SELECT throws_ok(format('SELECT kalman_fit(%s) FROM generate_series(1, 10) t', arguments), state, message, message)
FROM (VALUES
	($$t::bigint, 'NaN'::float8$$, '22003', 'y at 1 is NaN'),
	($$t::bigint, 1::float8$$, '22000', NULL),
	($$t::bigint, NULL::float8$$, '22023', 'kalman_fit needs at least 4 observations, has 0'),
	($$1::bigint, t::float8$$, '23505', 'kalman_fit: the time 1 occurs twice in one series'),
	($$NULL::bigint, t::float8$$, '22004', NULL),
	($$t::bigint, sin(t), kalman_options('x')$$, '22023', 'kalman_fit: option "model" is "x", must be one of local_level, ar1_plus_noise, local_linear_trend, smooth_trend'),
	($$t::bigint, sin(t), '{"q": 1}'$$, '22023', 'kalman_fit: unknown option "q"'),
	($$t::bigint, 1e200 * sin(t)$$, '22003', NULL)
) v (arguments, state, message);

SELECT * FROM finish();
ROLLBACK;
