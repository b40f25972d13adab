-- f(k y) = k f(y) for kalman_filter, kalman_smooth, kalman_fit, kalman_state and reflection_forecast, variances in k squared;
-- and the diffuse start of several states, which knows no unit of a state.

BEGIN;
SELECT plan(28);

CREATE TABLE unit AS SELECT k FROM unnest('{1e-9,1e-3,7,100,1e9}'::float8[]) k;
CREATE TABLE series AS
WITH RECURSIVE walk (t, y) AS (SELECT 1, 3::float8 UNION ALL SELECT t + 1, y + hashint8extended(t, 1) / 9.3e18 FROM walk WHERE t < 120)
SELECT 'walk' AS name, t, y FROM walk
UNION ALL SELECT 'periodic', t, sin(t / 4.0) + 0.2 * cos(t * t) FROM generate_series(1, 120) t
UNION ALL SELECT 'ticks', t, round((2 + sin(t / 9.0) + hashint8extended(t, 2) / 9.3e18)::numeric, 1)::float8 FROM generate_series(1, 120) t
UNION ALL SELECT 'nearly constant', t, 5 + 1e-6 * hashint8extended(t, 3) / 9.3e18 FROM generate_series(1, 120) t
UNION ALL SELECT 'gaps', t, CASE WHEN t % 7 > 1 THEN cos(t / 6.0) + hashint8extended(t, 4) / 9.3e19 END FROM generate_series(1, 120) t;
CREATE TABLE scaled AS SELECT name, k, t, k * y AS y, y AS one FROM series, unit;

-- Both missing, or apart by no more than a share of the larger size.
CREATE FUNCTION same(a float8, b float8, size float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT (a IS NULL) = (b IS NULL) AND (a IS NULL OR abs(a - b) <= tolerance * greatest(abs(b), size))
$$;

-- ---- one state ------------------------------------------------------------------------------

CREATE TABLE filtered AS SELECT name, k, t, kalman_filter(y, 0.95, 0.02 * k * k, 0.1 * k * k) OVER w AS f, kalman_filter(one, 0.95, 0.02, 0.1) OVER w AS g,
	kalman_smooth(y, 0.95, 0.02 * k * k, 0.1 * k * k) OVER w AS s, kalman_smooth(one, 0.95, 0.02, 0.1) OVER w AS r
FROM scaled WINDOW w AS (PARTITION BY name, k ORDER BY t);
SELECT ok(bool_and(same((f).filtered, k * (g).filtered, k) AND same((f).predicted, k * (g).predicted, k) AND same((f).innovation, k * (g).innovation, k)), 'kalman_filter: states')
FROM filtered;
SELECT ok(bool_and(same((f).variance, k * k * (g).variance, 0) AND same((f).innovation_variance, k * k * (g).innovation_variance, 0) AND same((f).gain, (g).gain, 0)
	AND same((f).log_likelihood, (g).log_likelihood - ln(k), 1)), 'kalman_filter: variances, and the density of another unit') FROM filtered;
SELECT ok(bool_and(same((s).smoothed, k * (r).smoothed, k) AND same((s).variance, k * k * (r).variance, 0)), 'kalman_smooth') FROM filtered;

CREATE TABLE fit AS SELECT name, k, model, kalman_fit(t::bigint, y, kalman_options(model)) AS f, kalman_fit(t::bigint, one, kalman_options(model)) AS g
FROM scaled, unnest('{local_level,ar1_plus_noise}'::text[]) model GROUP BY name, k, model;
SELECT ok(bool_and((f).converged = (g).converged AND (f).at_bound IS NOT DISTINCT FROM (g).at_bound), 'kalman_fit of ' || model || ': the same decisions') FROM fit GROUP BY model ORDER BY model;
SELECT ok(bool_and(same((f).log_likelihood, (g).log_likelihood - ((f).observations - (model = 'local_level')::int) * ln(k), 1, 1e-9)
	AND same((f).transition[1][1], (g).transition[1][1], 0, 1e-4)
	AND same((f).process_covariance[1][1], k * k * (g).process_covariance[1][1], k * k * (g).observation_covariance[1][1], 1e-4)
	AND same((f).observation_covariance[1][1], k * k * (g).observation_covariance[1][1], k * k * (g).process_covariance[1][1], 1e-4)),
	'kalman_fit of ' || model || ': the same parameters') FROM fit GROUP BY model ORDER BY model;
SELECT ok((SELECT (f).process_covariance[1][1] BETWEEN 0.02 * e * e AND 0.03 * e * e AND (f).converged FROM (SELECT kalman_fit(t::bigint, y * e) AS f FROM series WHERE name = 'gaps') q),
	format('kalman_fit of changes of %s', e)) FROM unnest('{1e-9,1e9}'::float8[]) e;
SELECT throws_ok('SELECT kalman_fit(t::bigint, 3 + (t % 2) * 4e-16) FROM generate_series(1, 30) t', '22000', NULL, 'what varies in its last digit does not vary');

CREATE TABLE reflected AS SELECT name, k, t, reflection_forecast(y, before) OVER w AS f, reflection_forecast(one, before / k) OVER w AS g,
	reflection_forecast(y, before, 0.9, 0.01 * k * k, 0.1 * k * k) OVER w AS given, reflection_forecast(one, before / k, 0.9, 0.01, 0.1) OVER w AS one_given
FROM (SELECT name, k, t, y, one, avg(y) OVER (PARTITION BY name, k ORDER BY t ROWS 2 PRECEDING) AS before FROM scaled) s WINDOW w AS (PARTITION BY name, k ORDER BY t);
SELECT ok(bool_and(same((f).forecast, k * (g).forecast, k, 1e-4) AND same((f).correction, k * (g).correction, k, 1e-4) AND same((f).variance, k * k * (g).variance, 0, 1e-3)
	AND (((f).process_variance = 0) IS NOT DISTINCT FROM ((g).process_variance = 0))), 'reflection_forecast that fits') FROM reflected WHERE name <> 'nearly constant';
SELECT ok(bool_and(same((given).forecast, k * (one_given).forecast, k) AND same((given).variance, k * k * (one_given).variance, 0)), 'reflection_forecast of given variances') FROM reflected;

SELECT is((SELECT count(*) FROM (SELECT (reflection_forecast(y, y) OVER (PARTITION BY k, level ORDER BY t)).* FROM (SELECT k, level, t, k * (level + 0.1 * t) AS y
	FROM unit, unnest('{0,100,1000}'::float8[]) level, generate_series(1, 60) t) line) f WHERE correction IS NOT NULL), 0::bigint,
	'reflection_forecast: deviations of a line vary in the last digits of its values, in no unit by more');

-- ---- ARIMA, exponential smoothing, Theta -----------------------------------------------------

CREATE TABLE classical AS SELECT name, k, sd, arima_fit(t, y, o) AS a, arima_fit(t, one, o) AS one_a, arima_forecast(t, y, 3, o) AS f, arima_forecast(t, one, 3, o) AS g,
	ets_forecast(t, y, 3, '{"error": "A"}') AS e, ets_forecast(t, one, 3, '{"error": "A"}') AS one_e, theta_forecast(t, y, 3) AS th, theta_forecast(t, one, 3) AS one_th
FROM (SELECT *, stddev_samp(one) OVER (PARTITION BY name, k) AS sd FROM scaled WHERE t <= 118) s, (SELECT '{"max_order": 2}'::jsonb AS o) given GROUP BY name, k, sd, o;
SELECT ok(bool_and(model_info(a) #> '{model,orders}' = model_info(one_a) #> '{model,orders}' AND (model_info(a) #> '{model,constant}' = 'null') = (model_info(one_a) #> '{model,constant}' = 'null')),
	'arima_fit: the same orders') FROM classical;
SELECT is((SELECT string_agg(DISTINCT name || ' ' || k, ', ') FROM classical, generate_subscripts(f, 1) i WHERE NOT same(f[i].forecast, k * g[i].forecast, k * sd, 1e-4)
	OR NOT same(f[i].upper - f[i].lower, k * (g[i].upper - g[i].lower), 0, 1e-4)), NULL, 'arima_forecast');
SELECT is((SELECT string_agg(DISTINCT name || ' ' || k, ', ') FROM classical, generate_subscripts(f, 1) i WHERE NOT same(e[i].forecast, k * one_e[i].forecast, k * sd, 1e-3)
	OR NOT same(e[i].upper - e[i].lower, k * (one_e[i].upper - one_e[i].lower), 0, 1e-3)), NULL, 'ets_forecast');
SELECT is((SELECT string_agg(DISTINCT name || ' ' || k, ', ') FROM classical, generate_subscripts(f, 1) i WHERE NOT same(th[i].forecast, k * one_th[i].forecast, k * sd, 1e-3)
	OR NOT same(th[i].upper - th[i].lower, k * (one_th[i].upper - one_th[i].lower), 0, 1e-3)), NULL, 'theta_forecast');

-- ---- several states ---------------------------------------------------------------------------

-- A trend with a cycle of 40 rows: the start is told by four rows, ill-conditioned; states in units of their own.
CREATE FUNCTION trend_and_cycle(k float8, s float8) RETURNS kalman_model LANGUAGE sql IMMUTABLE AS $$
	SELECT kalman_model(ARRAY[[1, 1 / s, 0, 0], [0, 1, 0, 0], [0, 0, c, d * s], [0, 0, -d / s, c]], ARRAY[[1::float8, 0, 1, 0]],
		ARRAY[[0.01 * k * k, 0, 0, 0], [0, 0.0001 * k * k * s * s, 0, 0], [0, 0, 0.01 * k * k, 0], [0, 0, 0, 0.01 * k * k / s / s]], ARRAY[[0.04 * k * k]])
	FROM (SELECT 0.99 * cos(pi() / 20) AS c, 0.99 * sin(pi() / 20) AS d) AS turn
$$;
CREATE TABLE several AS SELECT name, k, s, t, kalman_filter(ARRAY[y], trend_and_cycle(k, s)) OVER w AS f, kalman_filter(ARRAY[one], trend_and_cycle(1, 1)) OVER w AS g,
	kalman_smooth(ARRAY[y], trend_and_cycle(k, s)) OVER w AS h, kalman_smooth(ARRAY[one], trend_and_cycle(1, 1)) OVER w AS r
FROM scaled, unnest('{1e-6,1,1e6}'::float8[]) s WHERE t <= 40 WINDOW w AS (PARTITION BY name, k, s ORDER BY t);
SELECT ok(bool_and((f).log_likelihood IS NULL AND (g).log_likelihood IS NULL OR same((f).log_likelihood, (g).log_likelihood - ln(k), 1, 1e-8)),
	'kalman_filter of several states: the density of another unit') FROM several;
CREATE FUNCTION in_units(x float8[], k float8, s float8) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT ARRAY[x[1] / k, x[2] / k / s, x[3] / k, x[4] / k * s]
$$;
CREATE FUNCTION agree(x float8[], y float8[], tolerance float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT bool_and(same(a, b, (SELECT max(abs(v)) FROM unnest(y) v), tolerance)) FROM unnest(x, y) AS pair (a, b)
$$;
SELECT ok(bool_and(((f).filtered IS NULL) = ((g).filtered IS NULL) AND ((f).filtered IS NULL OR agree(in_units((f).filtered, k, s), (g).filtered, 1e-7))), 'kalman_filter of several states') FROM several;
SELECT ok(bool_and(agree(in_units((h).smoothed, k, s), (r).smoothed, 1e-7)), 'kalman_smooth of several states') FROM several;

-- ---- the diffuse start against least squares ----------------------------------------------------

CREATE TABLE pair AS SELECT kalman_model('{{1,0},{0,1}}', '{{0.9,-0.8},{0.8,-0.7}}', '{{1,0},{0,1}}', '{{1,0},{0,1}}') AS m;
SELECT is((SELECT array_agg(round(x::numeric, 8) ORDER BY place) FROM unnest((f).filtered) WITH ORDINALITY AS u (x, place)), '{90,100}'::numeric[], 'two equations of two unknown states')
FROM (SELECT kalman_filter('{1,2}'::float8[], m) OVER () AS f FROM pair) q;
SELECT is((SELECT array_agg(round(x::numeric, 8) ORDER BY place) FROM unnest((f).smoothed) WITH ORDINALITY AS u (x, place)), '{90,100}'::numeric[], 'smoothed')
FROM (SELECT kalman_smooth('{1,2}'::float8[], m) OVER () AS f FROM pair) q;
SELECT is((SELECT array_agg(round(x::numeric, 8) ORDER BY place) FROM unnest((kalman_vector_estimate(kalman_update(kalman_state(m), '{1,2}'::float8[]))).filtered) WITH ORDINALITY AS u (x, place)),
	'{90,100}'::numeric[], 'row by row') FROM pair;

-- The README's ten yields: the first row is nelson_siegel_fit.
CREATE TABLE treasury AS SELECT array_agg(yield ORDER BY maturity) AS y, array_agg(ARRAY[1, slope, slope - exp(-0.7308 * maturity)] ORDER BY maturity) AS h,
	nelson_siegel_fit(maturity, yield, 0.7308) AS curve
FROM (SELECT maturity, yield, (1 - exp(-0.7308 * maturity)) / (0.7308 * maturity) AS slope FROM (VALUES (0.25::float8, 5.35::float8), (0.5, 5.41), (1, 5.23), (2, 4.99), (3, 4.79), (5, 4.63),
	(7, 4.64), (10, 4.61), (20, 4.92), (30, 4.77)) AS treasury (maturity, yield)) AS loadings;
CREATE FUNCTION identity_times(n int, v float8) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(row ORDER BY i) FROM (SELECT i, array_agg(CASE WHEN i = j THEN v ELSE 0 END ORDER BY j) AS row FROM generate_series(1, n) i, generate_series(1, n) j GROUP BY i) q
$$;
CREATE TABLE curve AS SELECT curve, kalman_filter(y, m) OVER () AS f, kalman_smooth(y, m) OVER () AS s, kalman_vector_estimate(kalman_update(kalman_state(m), y)) AS u
FROM (SELECT curve, y, kalman_model(identity_times(3, 1), h, identity_times(3, 0.01), identity_times(10, 0.0025)) AS m FROM treasury) q;
SELECT is((SELECT array_agg(round(x::numeric, 3) ORDER BY place) FROM unnest((f).filtered) WITH ORDINALITY AS v (x, place)), '{4.759,0.885,-1.092}'::numeric[], 'ten yields over Nelson-Siegel loadings') FROM curve;
SELECT ok(bool_and(abs((f).filtered[i] - want[i]) < 1e-9 AND abs((s).smoothed[i] - want[i]) < 1e-9 AND (u).filtered[i] = (f).filtered[i]), 'are least squares, filtered, smoothed and row by row')
FROM (SELECT *, ARRAY[(curve).level, (curve).slope, (curve).curvature] AS want FROM curve) q, generate_series(1, 3) i;

-- A state that is never seen stays unknown, in any unit, and takes no other with it.
SELECT is((SELECT count(*) FROM (SELECT kalman_filter(ARRAY[t::float8], kalman_model(ARRAY[[0.9, 0], [0, 0.3]], ARRAY[[1::float8, 0]], '{{1,0},{0,1}}', '{{1}}')) OVER (ORDER BY t) AS f,
		kalman_smooth(ARRAY[t::float8], kalman_model(ARRAY[[0.9, 0], [0, 0.3]], ARRAY[[1::float8, 0]], '{{1,0},{0,1}}', '{{1}}')) OVER (ORDER BY t) AS s FROM generate_series(1, 200) t) q
	WHERE (f).filtered[1] IS NULL OR (f).filtered[2] IS NOT NULL OR (s).smoothed[1] IS NULL OR (s).smoothed[2] IS NOT NULL), 0::bigint, 'what no row tells');
-- 0.3 = 3 * 0.1 but for its last digit: two rows of the observation that are the same tell one state only.
SELECT ok((f).filtered IS NULL OR (f).filtered[1] IS NULL, 'rounding of the model is no information')
FROM (SELECT kalman_filter('{1,3}'::float8[], kalman_model('{{1,0},{0,1}}', '{{0.1,0.2},{0.3,0.6}}', '{{1,0},{0,1}}', '{{1,0},{0,1}}')) OVER () AS f) q;
SELECT ok(abs((f).filtered[1] - 5) < 1e-6 AND (f).filtered[2] IS NULL, 'a trend after one row of any noise') FROM
	(SELECT kalman_filter('{5}'::float8[], kalman_model('{{1,1},{0,1}}', '{{1,0}}', '{{1,0},{0,1}}', ARRAY[[r]])) OVER (PARTITION BY r) AS f FROM unnest('{1e12}'::float8[]) r) q;

SELECT * FROM finish();
ROLLBACK;
