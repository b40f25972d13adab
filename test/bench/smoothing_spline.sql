\ir sql_measure.psql
CREATE TABLE series AS SELECT s, day, sin(day / 40.0) + ((day * 7919::bigint + s * 104729) % 65536) / 65536.0 AS x, day + (day % 5 = 4)::int * 0.5 AS place
FROM generate_series(1, 40) AS s, generate_series(1::bigint, 2600) AS day;
VACUUM ANALYZE series;
SELECT measure('smoothing_spline(x, trailing_rows => 1024) OVER, cross-validation, 2,600 rows', 'none',
	'SELECT count(f) FROM (SELECT smoothing_spline(x, trailing_rows => 1024) OVER (ORDER BY day) AS f FROM series WHERE s = 1) AS r', NULL);
SELECT measure('the same with places', 'none',
	'SELECT count(f) FROM (SELECT smoothing_spline(x, trailing_rows => 1024, at => place) OVER (ORDER BY day) AS f FROM series WHERE s = 1) AS r', NULL);
SELECT measure('the same with a bound', 'none',
	'SELECT count(f) FROM (SELECT smoothing_spline(x, 100, trailing_rows => 1024) OVER (ORDER BY day) AS f FROM series WHERE s = 1) AS r', NULL);
-- rows in and out by way of arrays
SELECT measure('wavelet_smooth of 40 series of 2,600 rows, by array_agg and unnest', 'wavelet_smooth OVER',
	'SELECT count(f) FROM (SELECT s, unnest(days) AS day, unnest(wavelet_smooth(x, ''db4'', 6)) AS f FROM (SELECT s, array_agg(day ORDER BY day) AS days, array_agg(x ORDER BY day) AS x FROM series GROUP BY s) AS a) AS r',
	'SELECT count(f) FROM (SELECT s, day, wavelet_smooth(x, ''db4'', 6) OVER (PARTITION BY s ORDER BY day) AS f FROM series) AS r');
SELECT measure('smoothing_spline of them with a bound, by array_agg and unnest', 'smoothing_spline OVER',
	'SELECT count(f) FROM (SELECT s, unnest(days) AS day, unnest(smoothing_spline(x, 100)) AS f FROM (SELECT s, array_agg(day ORDER BY day) AS days, array_agg(x ORDER BY day) AS x FROM series GROUP BY s) AS a) AS r',
	'SELECT count(f) FROM (SELECT s, day, smoothing_spline(x, 100) OVER (PARTITION BY s ORDER BY day) AS f FROM series) AS r');
