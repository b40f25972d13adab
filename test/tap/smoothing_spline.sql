-- smoothing_spline.

BEGIN;
\ir helpers.psql
SELECT plan(41);
\ir ../golden/spline.sql

-- ---- reference values -------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_smooth WHERE near(smoothing_spline(x, bound, at => at), fitted, CASE WHEN bound IS NULL THEN 1e-7 ELSE 1e-9 END, 1)),
	8::bigint, 'fitted values agree with reference values');
CREATE TEMPORARY TABLE golden_rows AS
SELECT sample, bound, t, r.at, r.x, r.fitted FROM golden_smooth g, LATERAL unnest(coalesce(g.at, array_fill(NULL::float8, ARRAY[40])), g.x, g.fitted) WITH ORDINALITY AS r (at, x, fitted, t)
ORDER BY md5(sample || ',' || t);
SELECT is((SELECT count(*) FROM (SELECT sample, bound, fitted, smoothing_spline(x, bound, at => at) OVER (PARTITION BY sample ORDER BY t) AS f FROM golden_rows) w
	WHERE abs(f - fitted) < CASE WHEN bound IS NULL THEN 1e-7 ELSE 1e-9 END), 320::bigint, 'also over the rows of partitions, stored in any order');
SELECT is((SELECT array_agg(f ORDER BY t) FROM (SELECT t, smoothing_spline(x, bound, at => at) OVER (ORDER BY t) AS f FROM golden_rows WHERE sample = 5) w),
	(SELECT smoothing_spline(x, bound, at => at) FROM golden_smooth WHERE sample = 5), 'window and array agree to the bit');
SELECT is((SELECT array_agg(f ORDER BY t) FROM (SELECT t, smoothing_spline(x, trailing_rows => 9, at => at) OVER (ORDER BY t) AS f FROM golden_rows WHERE sample = 5) w),
	(SELECT smoothing_spline(x, trailing_rows => 9, at => at) FROM golden_smooth WHERE sample = 5), 'with trailing too');
SELECT is((SELECT smoothing_spline(x, 0, at => at) FROM golden_smooth WHERE sample = 5), (SELECT x FROM golden_smooth WHERE sample = 5), 'smoothing 0 interpolates');
SELECT is((SELECT smoothing_spline(x, 1e9) FROM golden_smooth WHERE sample = 0) = (SELECT x FROM golden_smooth WHERE sample = 0), false, 'a large bound does not');
SELECT ok((SELECT bool_and(abs(f - line) < 1e-12) FROM (SELECT smoothing_spline(x, 1e9) OVER w AS f,
		regr_intercept(x, t) OVER () + regr_slope(x, t) OVER () * t AS line FROM golden_rows WHERE sample = 0 WINDOW w AS (ORDER BY t)) l), 'but gives the least squares line');
SELECT ok((SELECT abs(sum((f - x) ^ 2) - 1.25) < 1e-10 FROM (SELECT x, smoothing_spline(x, 1.25) OVER (ORDER BY t) AS f FROM golden_rows WHERE sample = 0) s),
	'the squared residuals add up to the bound');
SELECT is((SELECT smoothing_spline(x, 1, at => ARRAY(SELECT generate_series(1, 40)::float8)) FROM golden_smooth WHERE sample = 0), (SELECT smoothing_spline(x, 1) FROM golden_smooth WHERE sample = 0),
	'places 1, 2, 3, ... are those of no places');

-- ---- trailing: strictly causal --------------------------------------------------------------------

CREATE TEMPORARY TABLE series AS SELECT t, sin(t * 0.31) + (t * 7919 % 104729) / 104729.0 AS x, t + 0.3 * sin(t * t) AS place FROM generate_series(1, 300) AS t;
SELECT is((SELECT count(*) FROM (SELECT smoothing_spline(x, s, trailing_rows => 40) OVER (ORDER BY t) AS f, smoothing_spline(CASE WHEN t > 200 THEN -x ELSE x END, s, trailing_rows => 40) OVER (ORDER BY t) AS g, t
	FROM series, (VALUES (2.0)) v(s)) c WHERE t <= 200 AND f IS DISTINCT FROM g), 0::bigint, 'trailing: later rows change no bit, given a bound');
SELECT is((SELECT count(*) FROM (SELECT smoothing_spline(x, trailing_rows => 40, at => place) OVER (ORDER BY t) AS f,
		smoothing_spline(CASE WHEN t > 200 THEN -x ELSE x END, trailing_rows => 40, at => place * CASE WHEN t > 200 THEN 2 ELSE 1 END) OVER (ORDER BY t) AS g, t
	FROM series) c WHERE t <= 200 AND f IS DISTINCT FROM g), 0::bigint, 'nor with cross-validation and places');
SELECT ok((SELECT bool_or(f <> g) FROM (SELECT smoothing_spline(x) OVER (ORDER BY t) AS f, smoothing_spline(CASE WHEN t > 200 THEN -x ELSE x END) OVER (ORDER BY t) AS g, t FROM series) c WHERE t <= 200),
	'without trailing they do');
SELECT is((SELECT f FROM (SELECT t, smoothing_spline(x, 2, trailing_rows => 40) OVER (ORDER BY t) AS f FROM series) s WHERE t = 170),
	(SELECT (smoothing_spline(array_agg(x ORDER BY t), 2))[40] FROM series WHERE t BETWEEN 131 AND 170), 'a row is the last value of the rows that it sees');
SELECT is((SELECT f FROM (SELECT t, smoothing_spline(x, trailing_rows => 1000) OVER (ORDER BY t) AS f FROM series) s WHERE t = 300),
	(SELECT f FROM (SELECT t, smoothing_spline(x) OVER (ORDER BY t) AS f FROM series) s WHERE t = 300), 'trailing beyond the series sees all before');
SELECT is((SELECT array_agg(t) FROM (SELECT t, smoothing_spline(x, trailing_rows => 10) OVER (ORDER BY t) AS f FROM series) s WHERE f IS NULL), '{1,2,3}', 'NULL where cross-validation sees fewer than 4 rows');
SELECT is(smoothing_spline('{1,3,2}'::float8[], 0, 1), '{1,3,2}', 'trailing 1, smoothing 0');
SELECT is((SELECT smoothing_spline(array_agg(x ORDER BY t), trailing_rows => 10) FROM series), (SELECT array_agg(f ORDER BY t) FROM (SELECT t, smoothing_spline(x, trailing_rows => 10) OVER (ORDER BY t) AS f FROM series) s),
	'NULLs in the array too');

-- ---- small and empty ---------------------------------------------------------------------------------

SELECT is(smoothing_spline(NULL::float8[]), NULL, 'NULL gives NULL');
SELECT is(smoothing_spline('{}'::float8[]), '{}', 'an empty array an empty one');
SELECT is((SELECT count(*) FROM (SELECT smoothing_spline(x) OVER () FROM series WHERE false) s), 0::bigint, 'no rows');
SELECT is(smoothing_spline('{5}'::float8[], 1), '{5}', 'one value');
SELECT is(smoothing_spline('{5,5,5,5,5,5}'::float8[]), '{5,5,5,5,5,5}', 'a constant series');

-- ---- bad input -----------------------------------------------------------------------------------------

SELECT throws_ok('SELECT smoothing_spline(CASE WHEN t <> 7 THEN x END) OVER (ORDER BY t) FROM series', '22004', 'smoothing_spline: x in row 7 of the partition is NULL', 'NULL in a row');
SELECT throws_ok('SELECT smoothing_spline(CASE WHEN t = 7 THEN ''NaN'' ELSE x END) OVER (ORDER BY t) FROM series', '22003', NULL, 'NaN in a row');
SELECT throws_ok('SELECT smoothing_spline(''{1,2,NULL,4}''::float8[])', '22004', 'smoothing_spline: x[3] is NULL', 'NULL in an array');
SELECT throws_ok('SELECT smoothing_spline(''{1,2,Infinity,4}''::float8[])', '22003', NULL, 'infinity in an array');
SELECT throws_ok('SELECT smoothing_spline(''{{1,2},{3,4}}''::float8[])', '2202E', 'smoothing_spline: x has 2 dimensions, must have 1', 'two dimensions');
SELECT throws_ok('SELECT smoothing_spline(''{1,2,3}''::float8[])', '22023', 'smoothing_spline by cross-validation needs at least 4 observations, has 3', 'too few for cross-validation');
SELECT throws_ok('SELECT smoothing_spline(x, trailing_rows => 3) OVER (ORDER BY t) FROM series', '22023', 'smoothing_spline by cross-validation needs at least 4 observations, has 3', 'too few by trailing');
SELECT throws_ok('SELECT smoothing_spline(x, 1, 0) OVER (ORDER BY t) FROM series', '22023', 'smoothing_spline: trailing_rows is 0, it must be at least 1', 'trailing 0');
SELECT throws_ok('SELECT smoothing_spline(x, -0.5) OVER (ORDER BY t) FROM series', '22023', 'smoothing_spline: smoothing is -0.5, it must be at least 0', 'negative smoothing');
SELECT throws_ok('SELECT smoothing_spline(x, ''Infinity'') OVER (ORDER BY t) FROM series', '22003', NULL, 'infinite smoothing');
SELECT throws_ok('SELECT smoothing_spline(x, t / 9) OVER (ORDER BY t) FROM series', '22023', 'smoothing_spline: smoothing in row 9 of the partition is not what it is in the first', 'smoothing that differs');
SELECT throws_ok('SELECT smoothing_spline(x, 1, at => (t / 2)::float8) OVER (ORDER BY t) FROM series', '22023', 'smoothing_spline: at is 1 in row 3 and 1 in the row before, it must increase', 'a place twice');
SELECT throws_ok('SELECT smoothing_spline(x, 1, at => CASE WHEN t <> 4 THEN place END) OVER (ORDER BY t) FROM series', '22004', NULL, 'a place is NULL');
SELECT throws_ok('SELECT smoothing_spline(x, 1, at => CASE WHEN t > 4 THEN place END) OVER (ORDER BY t) FROM series', '22023', 'smoothing_spline: at in row 5 of the partition is not what it is in the first', 'the first places are NULL');
SELECT throws_ok('SELECT smoothing_spline(''{1,2,3}''::float8[], 1, at => ''{1,2}'')', '2202E', 'smoothing_spline: at has 2 elements, x has 3', 'places of another number');
SELECT throws_ok('SELECT smoothing_spline(''{1,2,7}''::float8[], 1, at => ''{-1.7e308,0,1.7e308}'')', '22003', 'smoothing_spline: a value is not finite', 'places too far apart');

-- ---- bounded and stoppable ----------------------------------------------------------------------------

\ir stops.psql
SELECT array_agg(sin(t * 0.31) + (t * 7919::bigint % 104729) / 104729.0) AS x INTO TEMPORARY long FROM generate_series(1, 1000000) AS t;
SET LOCAL creditspread.max_model_memory = '16MB';
SELECT throws_ok('SELECT smoothing_spline(x) FROM long', '53200', NULL, 'memory over the limit is refused');
RESET creditspread.max_model_memory;
SELECT stops('smoothing_spline(s)', $$SELECT array_agg(sin(t * 0.31) + (t * 7919::bigint % 104729) / 104729.0) AS s FROM generate_series(1, 20000) AS t$$);
SELECT stops('smoothing_spline(s, trailing_rows => 100)', $$SELECT array_agg(sin(t * 0.31) + (t * 7919::bigint % 104729) / 104729.0) AS s FROM generate_series(1, 1000) AS t$$);

SELECT * FROM finish();
ROLLBACK;
