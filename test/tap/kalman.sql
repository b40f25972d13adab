-- kalman_filter, kalman_smooth, kalman_model.

BEGIN;
\ir helpers.psql
SELECT plan(60);
\ir ../golden/kalman.sql

CREATE TABLE series AS
SELECT p, t, CASE WHEN (t * 7 + p) % 11 = 3 THEN NULL ELSE p + sin(t / 5.0) + 0.3 * cos(t * t + p) END AS y, cos(t) / 10 AS u
FROM generate_series(1, 3) p, generate_series(1, 200) t;

-- ---- reference values -----------------------------------------------------------------------

CREATE TABLE scalar AS
SELECT k.id, k.t, k.y, k.control, m.a, m.q, m.r, m.h, m.x, m.p, k AS g
FROM golden_row k JOIN golden_model m USING (id) WHERE m.states = 1;
CREATE TABLE estimated AS
SELECT s.id, s.g, kalman_filter(y, kalman_model(a, h, q, ARRAY[[r]], x, p, '{{1}}'), control) OVER w AS f,
	kalman_smooth(y, kalman_model(a, h, q, ARRAY[[r]], x, p, '{{1}}'), control) OVER w AS s,
	kalman_filter(y, a[1][1], q[1][1], r, x[1], p[1][1], control => control[1]) OVER w AS direct,
	kalman_smooth(y, a[1][1], q[1][1], r, x[1], p[1][1], control => control[1]) OVER w AS direct_smooth,
	h[1][1] = 1 AS plain
FROM scalar s WINDOW w AS (PARTITION BY id ORDER BY t);
SELECT is(bool_and(near((f).predicted, (g).predicted[1], 1e-9, 0.01) AND near((f).filtered, (g).filtered[1], 1e-9, 0.01)
	AND near((f).variance, (g).variance[1][1], 1e-9, 0.01) AND near((f).predicted_variance, (g).predicted_variance[1][1], 1e-9, 0.01)
	AND CASE WHEN (g).y IS NULL THEN (f).innovation IS NULL AND (f).log_likelihood IS NULL AND (f).gain IS NULL
		ELSE near((f).log_likelihood, (g).log_likelihood, 1e-9, 0.01) END), true, 'filter of one state by a model agrees with reference values')
FROM estimated;
SELECT is(bool_and(near((s).smoothed, (g).smoothed[1], 1e-8, 0.01) AND near((s).variance, (g).smoothed_variance[1][1], 1e-8, 0.01)), true,
	'so does the smoother') FROM estimated;
SELECT is(bool_and(f = direct), true, 'arguments and a model give the same bits') FROM estimated WHERE plain;
SELECT is(bool_and(near((direct_smooth).smoothed, (g).smoothed[1], 1e-9, 0.01) AND near((direct_smooth).variance, (g).smoothed_variance[1][1], 1e-8, 0.01)),
	true, 'the smoother of arguments agrees with reference values') FROM estimated WHERE plain;
CREATE TABLE vector AS
SELECT k AS g, kalman_filter(ARRAY[k.y], kalman_model(a, h, q, ARRAY[[m.r]], x, p)) OVER w AS f,
	kalman_smooth(ARRAY[k.y], kalman_model(a, h, q, ARRAY[[m.r]], x, p)) OVER w AS s
FROM golden_row k JOIN golden_model m USING (id) WHERE k.control IS NULL WINDOW w AS (PARTITION BY k.id ORDER BY k.t);
SELECT is(bool_and(near((f).predicted, (g).predicted, 1e-9, 0.01) AND near((f).filtered, (g).filtered, 1e-9, 0.01)
	AND near((f).variance, (g).variance, 1e-9, 0.01) AND near((f).predicted_variance, (g).predicted_variance, 1e-9, 0.01)
	AND ((g).y IS NULL OR near((f).log_likelihood, (g).log_likelihood, 1e-9, 0.01))), true, 'filter of several states agrees with reference values')
FROM vector;
SELECT is(bool_and(near((s).smoothed, (g).smoothed, 1e-8, 0.01) AND near((s).variance, (g).smoothed_variance, 1e-8, 0.01)), true,
	'so does its smoother') FROM vector;
SELECT is(bool_and(near(total, m.log_likelihood, 1e-9, 0.01)), true, 'the log-likelihood of the rows adds up')
FROM (SELECT (g).id, sum((f).log_likelihood) AS total FROM vector GROUP BY 1) v JOIN golden_model m USING (id);

-- ---- paths ----------------------------------------------------------------------------------

CREATE VIEW filtered AS
SELECT p, t, kalman_filter(y, 0.9, 0.05, 0.1, 1, 2, 'filtered', u) OVER (PARTITION BY p ORDER BY t) AS f FROM series;
SELECT is((SELECT count(*) FROM filtered JOIN (SELECT p, a.* FROM (SELECT p, array_agg(y ORDER BY t) y, array_agg(u ORDER BY t) u FROM series GROUP BY p) s,
		kalman_filter(s.y, 0.9, 0.05, 0.1, 1, 2, 'filtered', s.u) WITH ORDINALITY AS a) a ON a.p = filtered.p AND a.ordinality = t
	WHERE (f).filtered IS NOT DISTINCT FROM a.filtered AND (f).log_likelihood IS NOT DISTINCT FROM a.log_likelihood), 600::bigint,
	'window and array agree to the last bit');
SELECT is((SELECT count(*) FROM (SELECT p, t, kalman_smooth(y, 0.9, 0.05, 0.1, control => u, lookahead => l) OVER (PARTITION BY p ORDER BY t) AS s, l FROM series, (VALUES (NULL::int)) v (l)) w
	JOIN (SELECT p, a.* FROM (SELECT p, array_agg(y ORDER BY t) y, array_agg(u ORDER BY t) u FROM series GROUP BY p) s,
		kalman_smooth(s.y, 0.9, 0.05, 0.1, control => s.u) WITH ORDINALITY AS a) a ON a.p = w.p AND a.ordinality = t
	WHERE (s).smoothed = a.smoothed AND (s).variance = a.variance), 600::bigint, 'of the smoother too');
SELECT is((SELECT count(*) FROM (SELECT t, kalman_smooth(y, 0.9, 0.05, 0.1, lookahead => 4) OVER (ORDER BY t) AS s FROM series WHERE p = 1) w
	JOIN (SELECT a.* FROM (SELECT array_agg(y ORDER BY t) y FROM series WHERE p = 1) s,
		kalman_smooth(s.y, 0.9, 0.05, 0.1, lookahead => 4) WITH ORDINALITY AS a) a ON a.ordinality = t
	WHERE (s).smoothed = a.smoothed AND (s).variance = a.variance), 200::bigint, 'and with a lookahead');
SELECT is((SELECT count(*) FROM (SELECT kalman_filter(y, 0.9, 0.05, 0.1) OVER w AS f, kalman_smooth(y, 0.9, 0.05, 0.1, lookahead => 0) OVER w AS s FROM series
	WINDOW w AS (PARTITION BY p ORDER BY t)) q WHERE (f).filtered IS NOT DISTINCT FROM (s).smoothed AND (f).variance IS NOT DISTINCT FROM (s).variance),
	600::bigint, 'a lookahead of 0 is the filter');
SELECT is((SELECT count(*) FROM (SELECT t, kalman_smooth(y, 0.9, 0.05, 0.1, lookahead => 5) OVER (ORDER BY t) AS s,
		kalman_smooth(ARRAY[y], kalman_model('{{0.9}}', '{{1}}', '{{0.05}}', '{{0.1}}'), lookahead => 5) OVER (ORDER BY t) AS v,
		kalman_smooth(y, kalman_model('{{0.9}}', '{{1}}', '{{0.05}}', '{{0.1}}'), lookahead => 5) OVER (ORDER BY t) AS m
	FROM series WHERE p = 2) q WHERE near((s).smoothed, (v).smoothed[1], 1e-10, 0.01) AND near((s).variance, (v).variance[1][1], 1e-10, 0.01) AND (m).smoothed = (v).smoothed[1]),
	200::bigint, 'the smoothers of one and of several states agree');
SELECT is((SELECT count(*) FROM (SELECT t, (kalman_smooth(y, 0.9, 0.05, 0.1, lookahead => 5) OVER (ORDER BY t)) AS s FROM series WHERE p = 1 AND t <= 105) a
	JOIN (SELECT t, (kalman_smooth(CASE WHEN t > 105 THEN 1e6 ELSE y END, 0.9, 0.05, 0.1, lookahead => 5) OVER (ORDER BY t)) AS s FROM series WHERE p = 1) b USING (t)
	WHERE t <= 100 AND a.s = b.s), 100::bigint, 'a lookahead sees no row beyond it');
SELECT is((SELECT count(*) FROM (SELECT t, kalman_filter(y, 0.9, 0.05, 0.1) OVER (ORDER BY t) AS f FROM series WHERE p = 1) a
	JOIN (SELECT t, kalman_filter(CASE WHEN t > 100 THEN 1e6 ELSE y END, 0.9, 0.05, 0.1) OVER (ORDER BY t) AS f FROM series WHERE p = 1) b USING (t)
	WHERE t <= 100 AND a.f::text = b.f::text), 100::bigint, 'changing later rows changes no bit of the filter');
SELECT is((SELECT md5(string_agg(f::text, ',' ORDER BY p, t)) FROM filtered),
	(SELECT md5(string_agg(f::text, ',' ORDER BY p, t)) FROM (SELECT p, t, kalman_filter(y, 0.9, 0.05, 0.1, 1, 2, 'filtered', u) OVER (PARTITION BY p ORDER BY t) AS f
		FROM (SELECT * FROM series ORDER BY md5(t::text)) s) q), 'the order in which rows come does not matter');
SELECT is((SELECT (array_agg(f ORDER BY t))[1]::text FROM (SELECT t, kalman_filter(y, 0.9, 0.05, 0.1, 1, 2) OVER (ORDER BY t) AS f FROM series WHERE p = 1) q),
	(SELECT (array_agg(f ORDER BY t))[1]::text FROM (SELECT t, kalman_filter(y, 0.9, 0.05, 0.1, 1 / 0.9::float8, (2 - 0.05::float8) / 0.9::float8 / 0.9::float8, 'filtered') OVER (ORDER BY t) AS f FROM series WHERE p = 1) q),
	'a filtered start is one prediction before a predicted one');
SELECT is((SELECT count(*) FROM (SELECT kalman_filter(ARRAY[y, y + u], kalman_model('{{1,1},{0,1}}', '{{1,0},{1,1}}', '{{0.1,0},{0,0.01}}', '{{0.5,0.1},{0.1,0.4}}', control_effect => '{{1,0},{0,1}}'), ARRAY[u, -u]) OVER (ORDER BY t) AS f,
	y FROM series WHERE p = 1) q WHERE y IS NULL AND (f).innovation IS NULL AND (f).filtered IS NOT NULL), 18::bigint, 'a row of missing elements is predicted');
SELECT is((SELECT array_agg((f).gain[2][2] ORDER BY t) FROM (SELECT t, kalman_filter(ARRAY[y, NULL], kalman_model('{{1,1},{0,1}}', '{{1,0},{1,1}}', '{{0.1,0},{0,0.01}}', '{{0.5,0.1},{0.1,0.4}}')) OVER (ORDER BY t) AS f
	FROM series WHERE p = 1) q WHERE t < 5), '{0,0,0,0}', 'elements may be missing one by one');
SELECT is((SELECT count(*) FROM kalman_filter(NULL::float8[], 1, 1, 1)), 0::bigint, 'a NULL array has no rows');
SELECT is((SELECT count(*) FROM kalman_smooth('{}'::float8[], 1, 1, 1)), 0::bigint, 'an empty one neither');
SELECT is((SELECT kalman_smooth(y, 1, 1, 1) OVER () FROM (VALUES (NULL::float8)) v (y)), '(,)'::kalman_smoothed, 'one missing row tells nothing');
SELECT is((SELECT kalman_filter(y, 1, 1, 1) OVER () FROM (VALUES (3::float8)) v (y)), '(,3,1,1,,,,)'::kalman_estimate, 'one row is its own level');

-- ---- bad input ------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT kalman_filter(%s) OVER () FROM (VALUES (1::float8)) v (y)', arguments), state, message, message)
FROM (VALUES
	($$'NaN'::float8, 1, 1, 1$$, '22003', 'kalman_filter: y in row 1 is NaN'),
	($$'Infinity'::float8, 1, 1, 1$$, '22003', 'kalman_filter: y in row 1 is Infinity'),
	($$y, 'NaN', 1, 1$$, '22003', 'kalman_filter: transition is NaN'),
	($$y, NULL, 1, 1$$, '22004', 'kalman_filter: transition is NULL'),
	($$y, 1, -1, 1$$, '22023', 'kalman_filter: process_variance is -1, must not be negative'),
	($$y, 1, 1, -2$$, '22023', 'kalman_filter: observation_variance is -2, must not be negative'),
	($$y, 1, 0, 0$$, '22023', 'kalman_filter: process_variance and observation_variance are both 0'),
	($$y, 1, 1, 1, 0$$, '22004', 'kalman_filter: initial_variance is NULL, initial_state is not'),
	($$y, 1, 1, 1, NULL, 1$$, '22004', 'kalman_filter: initial_state is NULL, initial_variance is not'),
	($$y, 1, 1, 1, 0, -1$$, '22023', 'kalman_filter: initial_variance is -1, must not be negative'),
	($$y, 1, 1, 1, 0, 1, 'late'$$, '22023', 'kalman_filter: start is late, must be predicted or filtered'),
	($$y, 1, 1, 1, 0, 1, NULL$$, '22023', 'kalman_filter: start is NULL, must be predicted or filtered'),
	($$y, 1, 1, 1, control => 'NaN'$$, '22003', 'kalman_filter: control in row 1 is NaN'),
	($$y, 1, 1, 0, 0, 0$$, '22000', 'kalman_filter: the observation of row 1 has no variance, given the state'),
	($$y, NULL::kalman_model$$, '22004', 'kalman_filter: the model is NULL'),
	($$y, kalman_model('{{1,1},{0,1}}', '{{1,0}}', '{{1,0},{0,1}}', '{{1}}')$$, '22023', 'kalman_filter: the model has 2 states and 1 observations in a row, y stands for 1 of each'),
	($$ARRAY[y, y], kalman_model('{{1}}', '{{1}}', '{{1}}', '{{1}}')$$, '2202E', 'kalman_filter: y in row 1 has 2 elements, the model has 1'),
	($$ARRAY['NaN'::float8], kalman_model('{{1}}', '{{1}}', '{{1}}', '{{1}}')$$, '22003', 'kalman_filter: y in row 1[1] is NaN'),
	($$ARRAY[y], kalman_model('{{1}}', '{{1}}', '{{1}}', '{{1}}'), '{1}'$$, '2202E', 'kalman_filter: control in row 1 has 1 elements, the model has 0')
) v (arguments, state, message);
SELECT throws_ok('SELECT kalman_filter(1, 1e200, 1, 1) OVER () FROM generate_series(1, 3)', '22003', 'kalman_filter: the state overflows in row 2', 'overflow');
SELECT throws_ok('SELECT kalman_filter(1, 1, t, 1) OVER (ORDER BY t) FROM generate_series(1, 3) t', '22023',
	'kalman_filter: process_variance in row 2 of the partition is not what it is in the first', 'parameters must not change');
SELECT throws_ok('SELECT kalman_smooth(1, 1, 1, 1, lookahead => -1) OVER () FROM generate_series(1, 3)', '22023',
	'kalman_smooth: lookahead is -1, must not be negative', 'lookahead must not be negative');
SELECT throws_ok($$SELECT kalman_filter('{1,2}'::float8[], 1, 1, 1, control => '{1}')$$, '2202E', 'kalman_filter: control has 1 elements, y has 2', 'lengths');
SELECT throws_ok($$SELECT kalman_filter('{{1,2}}'::float8[], 1, 1, 1)$$, '2202E', 'kalman_filter: y has 2 dimensions, must have 1', 'dimensions');
SELECT throws_ok(format('SELECT kalman_model(%s)', arguments), state, message, message)
FROM (VALUES
	($$NULL, '{{1}}', '{{1}}', '{{1}}'$$, '22004', 'transition of a kalman_model is NULL'),
	($$'{1}', '{{1}}', '{{1}}', '{{1}}'$$, '2202E', 'transition of a kalman_model has 1 dimensions, must have 2'),
	($$'{{1,2}}', '{{1}}', '{{1}}', '{{1}}'$$, '2202E', 'transition of a kalman_model has 1 x 2 elements, must have 1 x 1'),
	($$'{{1}}', '{{1,1}}', '{{1}}', '{{1}}'$$, '2202E', 'observation of a kalman_model has 1 x 2 elements, must have 1 x 1'),
	($$'{{1}}', '{{0}}', '{{1}}', '{{1}}'$$, '22023', 'row 1 of observation of a kalman_model is all zero'),
	($$'{{1}}', '{{1}}', '{{-1}}', '{{1}}'$$, '22023', 'process_covariance of a kalman_model is not a covariance matrix'),
	($$'{{1}}', '{{1}}', '{{0}}', '{{0}}'$$, '22023', 'process_covariance and observation_covariance of a kalman_model are both 0'),
	($$'{{1}}', '{{1}}', '{{1}}', '{{NaN}}'$$, '22003', 'observation_covariance of a kalman_model is NaN'),
	($$'{{1}}', '{{1}}', '{{1}}', '{{NULL}}'$$, '22004', 'observation_covariance of a kalman_model contains NULL'),
	($$'{{1}}', '{{1}}', '{{1}}', '{{1}}', '{1}'$$, '22004', 'initial_covariance of a kalman_model is NULL, initial_state is not'),
	($$'{{1}}', '{{1}}', '{{1}}', '{{1}}', NULL, '{{1}}'$$, '22004', 'initial_state of a kalman_model is NULL, initial_covariance is not'),
	($$'{{1}}', '{{1}}', '{{1}}', '{{1}}', start => 'x'$$, '22023', 'kalman_model: start is x, must be predicted or filtered')
) v (arguments, state, message);
SELECT throws_ok($$SELECT kalman_model(array_fill(1::float8, '{65,65}'), '{{1}}', '{{1}}', '{{1}}')$$, '54000',
	'transition of a kalman_model has 65 rows, the limit is 64', 'sizes have a limit');
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT throws_ok('SELECT kalman_smooth(1, 1, 1, 1) OVER () FROM generate_series(1, 30000)', '53200', NULL, 'memory is refused before it is taken');

SELECT * FROM finish();
ROLLBACK;
