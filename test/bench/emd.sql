\ir sql_measure.psql
CREATE TABLE series AS
SELECT day, 1.5 + 0.02 * sum(sin(day * day % 1009)) OVER (ORDER BY day) + 0.1 * sin(day / 3.3) + 0.05 * sin(day * day * 0.7) AS x
FROM generate_series(1::bigint, 5749) AS day;
VACUUM ANALYZE series;
SELECT measure('emd, 5,749 rows in and out', 'none', 'SELECT count(imfs) FROM (SELECT emd(x) OVER (ORDER BY day) AS imfs FROM series) AS r', NULL);
SELECT measure('emd, 5,749 rows, trailing 250', 'none', 'SELECT count(imfs) FROM (SELECT emd(x, trailing_rows => 250) OVER (ORDER BY day) AS imfs FROM series) AS r', NULL);
SELECT measure('eemd, 5,749 rows, 100 trials', 'none', 'SELECT count(imfs) FROM (SELECT eemd(x) OVER (ORDER BY day) AS imfs FROM series) AS r', NULL);
SELECT measure('ceemdan, 5,749 rows, 100 trials', 'none', 'SELECT count(imfs) FROM (SELECT ceemdan(x) OVER (ORDER BY day) AS imfs FROM series) AS r', NULL);
