-- reflection_forecast.

BEGIN;
SELECT plan(27);

CREATE TABLE base AS
SELECT p, t, CASE WHEN t % 23 <> 7 THEN sin(t / 5.0) + 0.3 * cos(t * t + p) END AS y,
	CASE WHEN t % 29 <> 3 THEN 0.7 * sin((t + 1) / 5.0) END AS forecast
FROM generate_series(1, 2) p, generate_series(1, 160) t;

CREATE TABLE corrected AS
SELECT p, t, forecast, reflection_forecast(y, forecast, 0.9, 0.05, 0.1) OVER w AS r,
	y - lag(forecast) OVER w AS deviation
FROM base WINDOW w AS (PARTITION BY p ORDER BY t);
SELECT is((SELECT count(*) FROM (SELECT c.*, kalman_filter(deviation, 0.9, 0.05, 0.1) OVER w AS f FROM corrected c WINDOW w AS (PARTITION BY p ORDER BY t)) q
	WHERE (r).forecast IS NOT DISTINCT FROM forecast + coalesce(0.9 * (f).filtered, 0) AND (r).correction IS NOT DISTINCT FROM 0.9 * (f).filtered), 320::bigint,
	'is the base forecast and the predicted deviation of lag() and kalman_filter, to the last bit');
SELECT is((SELECT count(*) FROM corrected WHERE (r).forecast IS NULL), (SELECT count(*) FROM base WHERE forecast IS NULL), 'NULL only where there is no base forecast');
SELECT is((SELECT r::text FROM corrected WHERE p = 1 AND t = 1), (SELECT format('(%s,,,0.9,0.05,0.1)', forecast) FROM base WHERE p = 1 AND t = 1)::reflection_estimate::text,
	'without a deviation the base forecast stands');
SELECT is((SELECT ((reflection_forecast(y, forecast, 0.9, 0.05, 0.1, 1, 2, 'filtered') OVER (ORDER BY t)).correction) FROM base WHERE p = 1 LIMIT 1), 0.81::float8,
	'a given start corrects from the first row on');

CREATE TABLE fitted AS
SELECT p, t, forecast, reflection_forecast(y, forecast, 60, 7) OVER w AS r, reflection_forecast(y, forecast) OVER w AS everything,
	reflection_forecast(y, forecast, NULL, 1, 'local_level') OVER w AS level, y - lag(forecast) OVER w AS deviation
FROM base WINDOW w AS (PARTITION BY p ORDER BY t);
SELECT is((SELECT count(*) FROM fitted WHERE (r).transition IS NULL AND (r).forecast IS DISTINCT FROM forecast), 0::bigint, 'before the first fit the base forecast stands');
SELECT is((SELECT count(*) FROM fitted f WHERE (r).transition IS NOT NULL AND (SELECT count(deviation) FROM fitted e WHERE e.p = f.p AND e.t <= f.t) < 20), 0::bigint,
	'the first fit waits for 20 deviations');
SELECT is((SELECT count(DISTINCT (r).transition) FROM fitted WHERE p = 1), (SELECT count(*) FROM generate_series((SELECT min(t) FROM fitted WHERE p = 1 AND (r).transition IS NOT NULL), 160, 7)),
	'and comes again every refit_every rows');
SELECT is((SELECT (level).process_variance::text FROM fitted WHERE p = 1 AND t = 150),
	(SELECT (kalman_fit(t::bigint, deviation)).process_covariance[1][1]::text FROM fitted WHERE p = 1 AND t <= 150), 'the model is that of kalman_fit over the rows so far');
SELECT is((SELECT (level).forecast FROM fitted WHERE p = 1 AND t = 151),
	(SELECT (SELECT forecast FROM base WHERE p = 1 AND t = 151) + (array_agg((f).filtered ORDER BY t))[151] FROM
		(SELECT t, kalman_filter(deviation, (SELECT kalman_fit(t::bigint, deviation) FROM fitted WHERE p = 1 AND t <= 151)) OVER (ORDER BY t) AS f FROM fitted WHERE p = 1 AND t <= 151) q),
	'the correction that of its filter');
SELECT is((SELECT (everything).transition::text FROM fitted WHERE p = 2 AND t = (SELECT min(t) FROM fitted WHERE p = 2 AND (everything).transition IS NOT NULL)),
	(SELECT (kalman_fit(t::bigint, deviation, kalman_options('ar1_plus_noise'))).transition[1][1]::text FROM fitted
		WHERE p = 2 AND t <= (SELECT min(t) FROM fitted WHERE p = 2 AND (everything).transition IS NOT NULL)), 'of an autoregression by default');

-- Changing any later row changes no bit.
CREATE FUNCTION unchanged(first int) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM (SELECT t, reflection_forecast(CASE WHEN t > first THEN -3 * t ELSE y END, CASE WHEN t > first THEN 2 * t ELSE forecast END, 60, 7) OVER (ORDER BY t) AS fit,
		reflection_forecast(CASE WHEN t > first THEN -3 * t ELSE y END, CASE WHEN t > first THEN 2 * t ELSE forecast END, 0.9, 0.05, 0.1) OVER (ORDER BY t) AS given FROM base WHERE p = 1) c
	JOIN fitted f ON f.p = 1 AND f.t = c.t JOIN corrected g ON g.p = 1 AND g.t = c.t
	WHERE c.t <= first AND record_image_eq(c.fit, f.r) AND record_image_eq(c.given, g.r)
$$;
SELECT is(unchanged(n), n::bigint, format('rows after %s change no bit up to it', n)) FROM unnest('{1,22,50,100,141,159}'::int[]) n;
SELECT is((SELECT count(*) FROM (SELECT t, reflection_forecast(t, t + 1) OVER (ORDER BY t) AS r FROM generate_series(1, 50) t) q WHERE (r).forecast = t + 1 AND (r).correction IS NULL), 50::bigint,
	'a base forecast without error is left as it is');

-- Without refit_every the rows are a fifth more at each fit, 20 at least.
SELECT is((SELECT array_agg(t ORDER BY t) FROM (SELECT t, (r).transition IS DISTINCT FROM lag((r).transition) OVER (ORDER BY t) AS new
		FROM (SELECT t, reflection_forecast(y, forecast, NULL, NULL) OVER (ORDER BY t) AS r FROM (SELECT t, sin(t / 5.0) + 0.3 * cos(t * t) AS y, 0.7 * sin((t + 1) / 5.0) AS forecast
			FROM generate_series(1, 220) t) AS series) q) c WHERE new), '{21,41,61,81,101,121,145,174,208}', 'and without refit_every when there are enough new rows');
-- What the deviations do not tell is not corrected: those of a random walk.
CREATE TABLE walk AS SELECT w, t, sum(value) OVER (PARTITION BY w ORDER BY t) AS y
FROM generate_series(1, 40) w, LATERAL (SELECT t, hashint8extended(t, w) / 9.3e18 + hashint8extended(t + 1000, w) / 9.3e18 + hashint8extended(t + 2000, w) / 9.3e18 AS value
	FROM generate_series(1, 250) t) AS steps;
SELECT cmp_ok((SELECT count(*) FROM (SELECT reflection_forecast(y, y) OVER (PARTITION BY w ORDER BY t) AS r FROM walk) q WHERE (r).correction <> 0), '<', 200::bigint,
	'of 10,000 rows of random walks hardly any is corrected');
SELECT ok((SELECT bool_and((r).variance BETWEEN 0.2 AND 4 AND (r).process_variance = 0 AND (r).forecast = y) FROM (SELECT y, reflection_forecast(y, y) OVER (PARTITION BY w ORDER BY t) AS r FROM walk) q
	WHERE (r).transition = 0), 'noise has a variance and no more');

SELECT throws_ok(format('SELECT reflection_forecast(%s) OVER () FROM (VALUES (1::float8)) v (y)', arguments), state, message, message)
FROM (VALUES
	($$'NaN', 1, 1, 1, 1$$, '22003', 'reflection_forecast: y in row 1 is NaN'),
	($$1, 'Infinity', 1, 1, 1$$, '22003', 'reflection_forecast: forecast in row 1 is Infinity'),
	($$1, 1, 1, -1, 1$$, '22023', 'reflection_forecast: process_variance is -1, must not be negative'),
	($$1, 1, 19$$, '22023', 'reflection_forecast: fit_window is 19, must be at least 20'),
	($$1, 1, NULL, 0$$, '22023', 'reflection_forecast: refit_every is 0, must be at least 1'),
	($$1, 1, model => 'x'$$, '22023', 'reflection_forecast: model is x, must be local_level or ar1_plus_noise'),
	($$1, 1, model => NULL$$, '22023', 'reflection_forecast: model is NULL, must be local_level or ar1_plus_noise')
) v (arguments, state, message);

SELECT * FROM finish();
ROLLBACK;
