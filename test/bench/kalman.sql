\ir sql_measure.psql
CREATE TABLE point AS SELECT t, sin(t / 100.0) + 0.2 * cos(t * t) AS y FROM generate_series(1::bigint, 1000000) AS t;
CREATE TABLE sample AS SELECT * FROM point WHERE t <= 5749;
VACUUM ANALYZE point, sample;
SELECT measure('kalman_filter over 1,000,000 rows', 'window avg()',
	'SELECT sum((f).filtered) FROM (SELECT kalman_filter(y, 1, 0.0025, 0.04) OVER (ORDER BY t) AS f FROM point) AS q',
	'SELECT sum(f) FROM (SELECT avg(y) OVER (ORDER BY t) AS f FROM point) AS q');
SELECT measure('kalman_fit, local level, 5,749 rows', 'kalman/R_StructTS_ml',
	'SELECT kalman_fit(t, y) FROM sample', NULL);
