-- kalman_fit of structural time series, kalman_forecast and kalman_forecast_steps.

BEGIN;
\ir helpers.psql
SELECT plan(62);
\ir ../golden/structural.sql

CREATE TABLE fitted AS
SELECT g.*, CASE WHEN g.name LIKE 'regression%' THEN (SELECT kalman_fit(t, y, x, options) FROM golden_structural_row r WHERE r.name = g.name)
	ELSE (SELECT kalman_fit(t, y, options) FROM golden_structural_row r WHERE r.name = g.name) END AS m FROM golden_structural g;

-- ---- statsmodels and R ---------------------------------------------------------------------------------------------

SELECT ok((m).log_likelihood > log_likelihood - 1e-4 AND near((m).log_likelihood, log_likelihood, 2e-8) AND coalesce((m).log_likelihood > r_log_likelihood - 1e-4, true) AND (m).converged,
	name || ': the likelihood of the references') FROM fitted ORDER BY name;
-- what is estimated, in the order of the golden values
SELECT ok((SELECT bool_and(CASE WHEN g.error IS NULL THEN p.error IS NULL AND p.estimate = 0 AND (m).at_bound LIKE '%' || p.name || '%'
		ELSE near(p.estimate, g.value, 1e-3, g.error) AND near(p.error, g.error, 1e-3) END) AND count(*) = count(g.value) AND count(*) = count(p.estimate)
	FROM (SELECT row_number() OVER (ORDER BY k) AS place, value, error FROM unnest(f.value, f.error) WITH ORDINALITY AS v (value, error, k) WHERE value IS NOT NULL) g
		FULL JOIN unnest((m).parameters, (m).estimates, (m).standard_errors) WITH ORDINALITY AS p (name, estimate, error, place) USING (place)),
	name || ': estimates and standard errors') FROM fitted f ORDER BY name;
SELECT is((SELECT string_agg(p, ' ' ORDER BY name, k) FROM fitted, unnest((m).parameters) WITH ORDINALITY AS u (p, k) WHERE name IN ('damped_cycle', 'regression_ar1', 'local_linear_trend')),
	'observation_variance level_variance cycle_variance cycle_frequency cycle_damping observation_variance level_variance slope_variance '
	'observation_variance process_variance transition features[1]', 'their names');
SELECT is((SELECT (m).states FROM fitted WHERE name = 'stochastic_cycle'), '{level,slope,cycle[1],cycle[2]}', 'states have names');
SELECT is((SELECT array_length((m).states, 1) FROM fitted WHERE name = 'basic_structural'), 13, 'a season of 12 has 11');

CREATE TABLE forecasts AS
SELECT name, t, y, m, ahead, spread, kalman_forecast_steps(m, y, '{1,2,3,4,5,6}', x, interval_level => 0.95) OVER w AS f, kalman_forecast(m, y, 3, x) OVER w AS third, count(*) OVER w AS row
FROM fitted JOIN golden_structural_row r USING (name) WINDOW w AS (PARTITION BY name ORDER BY t);
SELECT ok(bool_and(near(s.forecast, f.ahead[step], 1e-4, sqrt(spread[step])) AND near(((s.upper - s.lower) / 2 / 1.959963984540054) ^ 2, spread[step], 1e-3)) AND count(*) = 66,
	'forecasts and their variances') FROM forecasts f, unnest(f) s WHERE t = 160;
SELECT ok(bool_and((f.third).forecast = s.forecast AND (f.third).upper < s.upper) AND count(*) > 1000, 'one horizon is that of several, its interval by another level')
FROM forecasts f, unnest(f) s WHERE step = 3;
SELECT ok(bool_and(near(total, (m).log_likelihood, 1e-9)), 'the rows of the filter add up to the likelihood of the fit')
FROM (SELECT name, m, sum((f).log_likelihood) AS total
	FROM (SELECT name, m, kalman_filter(ARRAY[y], m, x) OVER (PARTITION BY name ORDER BY t) AS f FROM fitted JOIN golden_structural_row USING (name)) q GROUP BY name, m) s;
SELECT ok(near(sum((f).log_likelihood), min((m).log_likelihood), 1e-9), 'of the filter of numbers too') FROM (SELECT m, kalman_filter(y, m, x) OVER (ORDER BY t) AS f
	FROM fitted JOIN golden_structural_row USING (name) WHERE name = 'regression_ar1') q;
SELECT is((SELECT count(*) FROM forecasts WHERE (y IS NULL) <> (f IS NULL) AND row > 13), 0::bigint, 'no forecast where y is missing');
SELECT results_eq($$SELECT name, count(*) FILTER (WHERE f IS NULL), min((SELECT array_agg(step)::text FROM unnest(f) s)) FILTER (WHERE row = 1) FROM forecasts WHERE row <= 13 GROUP BY name ORDER BY name$$,
	$$VALUES ('ar1_plus_noise', 0::bigint, '{1,2,3,4,5,6}'), ('basic_structural', 12, NULL), ('damped_cycle', 2, NULL), ('dummy', 0, '{4}'), ('local_level', 0, '{1,2,3,4,5,6}'),
	('local_linear_trend', 1, NULL), ('regression', 0, '{4}'), ('regression_ar1', 0, '{1,2,3,4,5,6}'), ('smooth_trend', 1, NULL), ('stochastic_cycle', 3, NULL), ('trigonometric', 0, '{5}')$$,
	'nor before the rows tell the states that it hangs on');

-- ---- the same everywhere -------------------------------------------------------------------------------------------

CREATE TABLE one AS SELECT t, y, x FROM golden_structural_row WHERE name = 'regression';
SELECT is((SELECT kalman_fit(t, y, x, kalman_options(seasonal => 'dummy', period => 4) ORDER BY md5(t::text))::text FROM one), (SELECT m::text FROM fitted WHERE name = 'regression'), 'rows may come in any order');
SELECT is((SELECT kalman_fit(date '2020-01-01' + t::int, y, x, '{"seasonal": "dummy", "period": 4}')::text FROM one), (SELECT m::text FROM fitted WHERE name = 'regression'), 'time may be a date, options a jsonb');
ALTER TABLE one SET (parallel_workers = 2);
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT is((SELECT kalman_fit(t, y, x, kalman_options(seasonal => 'dummy', period => 4))::text FROM one), (SELECT m::text FROM fitted WHERE name = 'regression'), 'workers share the rows');
SELECT is((SELECT kalman_fit(t, y, x, kalman_options()) FROM one WHERE false), NULL, 'no row gives NULL');
SELECT is(m::text::kalman_model, m, 'the value is read as it is written') FROM fitted WHERE name = 'regression';
SELECT ok((SELECT near((m).log_likelihood, (n).log_likelihood, 1e-12) AND (m).observations = 159 FROM
	(SELECT kalman_fit(t, CASE WHEN t <> 30 THEN y END, x, kalman_options()) AS m, kalman_fit(t, y, CASE WHEN t <> 30 THEN x ELSE ARRAY[NULL, x[2]] END, kalman_options()) AS n
	FROM (SELECT t, coalesce(y, 5) AS y, x FROM one) q) f), 'a row without a feature is one without y');
SELECT ok(bool_and(near((f).estimates[1], k * k * (g).estimates[1], 1e-4) AND near((f).standard_errors[2], k * k * (g).standard_errors[2], 1e-4)
		AND near((f).observation_effect[1][1], k * (g).observation_effect[1][1], 1e-5) AND (f).at_bound IS NOT DISTINCT FROM (g).at_bound
		AND near((f).log_likelihood, (g).log_likelihood - ((f).observations - 4) * ln(k), 1e-8, 1)), 'k y has k^2 the variances')
FROM (SELECT k, kalman_fit(t, k * y, x, kalman_options(seasonal => 'dummy', period => 4)) AS f, kalman_fit(t, y, x, kalman_options(seasonal => 'dummy', period => 4)) AS g
	FROM one, unnest('{1e-9,7,1e9}'::float8[]) k GROUP BY k) q;

-- ---- features ahead ------------------------------------------------------------------------------------------------

CREATE TABLE regressed AS SELECT m FROM fitted WHERE name = 'regression';
SELECT ok(near(b.forecast - a.forecast, (m).observation_effect[1][2] * (9 - x[2]), 1e-9), 'control_ahead: what is known of the rows ahead')
FROM (SELECT t, x, m, kalman_forecast(m, y, 2, x) OVER w AS a, kalman_forecast(m, y, 2, x, ARRAY[[8, 8], [x[1], 9]]) OVER w AS b FROM one, regressed WINDOW w AS (ORDER BY t)) q,
	LATERAL (SELECT (q.a).forecast) a, LATERAL (SELECT (q.b).forecast) b WHERE t = 160;
SELECT ok(bool_and(f IS NULL), 'without features there is no forecast') FROM (SELECT kalman_forecast(m, y) OVER (ORDER BY t) AS f FROM one, regressed) q;
SELECT ok(near((s).smoothed[1] + (s).smoothed[2], y - (m).observation_effect[1][1] * x[1] - (m).observation_effect[1][2] * x[2], 1, 1), 'kalman_smooth takes the regression off')
FROM (SELECT t, y, x, m, kalman_smooth(ARRAY[y], m, x) OVER (ORDER BY t) AS s FROM one, regressed) q WHERE t = 100;

-- ---- bounds, and what is refused ---------------------------------------------------------------------------------

SELECT ok((m).observation_effect IS NULL AND (m).at_bound IS NULL AND array_length((m).standard_errors, 1) = 2, 'a local level has no more than that') FROM fitted WHERE name = 'local_level';
SELECT is((SELECT (kalman_filter(1.5, (ROW((m).transition, (m).observation, (m).process_covariance, (m).observation_covariance, NULL, NULL, NULL, 'predicted',
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::kalman_model)) OVER ()).filtered FROM fitted WHERE name = 'local_level'), 1.5::float8, 'the columns of a fit may be NULL');
SELECT is(error_of(format('SELECT kalman_fit(%s) FROM generate_series(1, 40) t', arguments)), said, said)
FROM (VALUES
	($$t::bigint, sin(t), kalman_options(seasonal => 'dummy')$$, '22023 kalman_fit: option "seasonal" is given with period 1'),
	($$t::bigint, sin(t), kalman_options(period => 4)$$, '22023 kalman_fit: option "period" is 4 without a season'),
	($$t::bigint, sin(t), kalman_options('ar1_plus_noise', cycle => 'damped')$$, '22023 kalman_fit: option "cycle" is given with model ar1_plus_noise'),
	($$t::bigint, sin(t), kalman_options(cycle_longest => 9)$$, '22023 kalman_fit: option "cycle_longest" is given without a cycle'),
	($$t::bigint, sin(t), kalman_options(cycle => 'damped', cycle_shortest => 9, cycle_longest => 9)$$, '22023 kalman_fit: option "cycle_longest" is 9, must be above cycle_shortest, 9'),
	($$t::bigint, CASE WHEN t < 5 THEN sin(t) END, kalman_options(seasonal => 'dummy', period => 12)$$, '22023 kalman_fit needs at least 16 observations, has 4'),
	($$t::bigint, 3 + 0.1 * t, kalman_options('local_linear_trend')$$, '22000 kalman_fit: the observations do not vary, or the model explains them but for rounding'),
	($$t::bigint, sin(t * t), ARRAY[2.5], kalman_options()$$, '22000 kalman_fit: features[1] is explained by those before it, or by the states'),
	($$t::bigint, sin(t * t), ARRAY[cos(t), sin(t), 3 - 0.1 * cos(t), sin(t)], kalman_options()$$, '22000 kalman_fit: features[3] is explained by those before it, or by the states'),
	($$t::bigint, sin(t * t), array_fill(1.0, ARRAY[65]), kalman_options()$$, '54000 kalman_fit: 65 features at 1, the limit is 64'),
	($$t::bigint, sin(t * t), CASE WHEN t > 3 THEN '{1,NaN}' ELSE '{1,2}' END::float8[], kalman_options()$$, '22003 kalman_fit: features at 4[2] is NaN')
) v (arguments, said);
SELECT is((SELECT kalman_fit(t::bigint, 3 + 0.1 * t, kalman_options('local_linear_trend', on_error => 'null')) FROM generate_series(1, 40) t), NULL, 'or NULL by on_error');
SELECT is(error_of(format('SELECT kalman_forecast%s OVER (ORDER BY t) FROM one, regressed', arguments)), said, said)
FROM (VALUES
	('(m, y, 0, x)', '22023 kalman_forecast: step is 0, must be from 1 to 10000'),
	('_steps(m, y, ''{1,NULL}'', x)', '2202E kalman_forecast: horizons must be an array of one dimension without NULL'),
	('(m, y, 1, x, interval_level => 1)', '22023 kalman_forecast: interval_level is 1, must be from 0.01 to 0.999'),
	('(m, y, 2, x, ''{{1,2}}'')', '2202E kalman_forecast: control_ahead in row 1 must be an array of 2 rows of 2 controls without NULL'),
	('(NULL, y)', '22004 kalman_forecast: the model is NULL'),
	('(kalman_model(''{{1}}'', ''{{1},{1}}'', ''{{1}}'', ''{{1,0},{0,1}}''), y)', '22023 kalman_forecast: the model has 2 observations in a row, must have 1')
) v (arguments, said);
SELECT is(error_of('SELECT kalman_state(m) FROM regressed'), '22023 kalman_state: the model has an effect of controls on the observation', 'a kalman_state takes no regression');

SELECT * FROM finish();
ROLLBACK;
