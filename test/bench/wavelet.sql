\ir sql_measure.psql
-- 6,472 series of 2,600 days: as rows, in order of series and day, and as arrays
CREATE UNLOGGED TABLE spread_row (series int NOT NULL, day int NOT NULL, x float8 NOT NULL);
INSERT INTO spread_row
SELECT s, d, 2 + sin(s + d / 40.0) + 0.05 * sin(12.9898 * s * d) FROM generate_series(1, 6472) s, generate_series(1, 2600) d;
CREATE UNLOGGED TABLE spread_array (series int NOT NULL, x float8[] NOT NULL);
ALTER TABLE spread_array ALTER x SET STORAGE EXTERNAL;
INSERT INTO spread_array SELECT series, array_agg(x ORDER BY day) FROM spread_row GROUP BY series ORDER BY series;
CREATE INDEX ON spread_row (series, day);
VACUUM ANALYZE spread_row;
VACUUM ANALYZE spread_array;
SET work_mem = '64MB';
SET enable_seqscan = off;

SELECT measure('wavelet_smooth(float8[]) over 6,472 arrays of 2,600, stored aside', 'the same arrays read by array_length(x || NULL)',
	'SELECT count(wavelet_smooth(x)) FROM spread_array',
	'SELECT count(array_length(x || NULL::float8, 1)) FROM spread_array');
SELECT measure('wavelet_smooth(float8[]), mode soft', 'wavelet/panel_axis/f8',
	$$SELECT count(wavelet_smooth(x, mode => 'soft')) FROM spread_array$$, NULL);
-- the same as rows: 647 of the series, since the rows themselves take the time
SELECT measure('wavelet_smooth(array_agg(x ORDER BY day)), 647 series of 2,600 rows', 'array_agg(x ORDER BY day)',
	'SELECT count(wavelet_smooth(x)) FROM (SELECT array_agg(x ORDER BY day) AS x FROM spread_row WHERE series <= 647 GROUP BY series) s',
	'SELECT count(x) FROM (SELECT array_agg(x ORDER BY day) AS x FROM spread_row WHERE series <= 647 GROUP BY series) s');
SELECT measure('wavelet_smooth(x) OVER, 647 series of 2,600 rows in order of the index', 'last_value(x) OVER the partition',
	'SELECT count(y) FROM (SELECT wavelet_smooth(x) OVER (PARTITION BY series ORDER BY day) AS y FROM spread_row WHERE series <= 647) s',
	'SELECT count(y) FROM (SELECT last_value(x) OVER (PARTITION BY series ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS y FROM spread_row WHERE series <= 647) s');
SELECT measure('wavelet_smooth(x, trailing_rows => 512) OVER, 64 series of 2,600 rows', 'none',
	'SELECT count(y) FROM (SELECT wavelet_smooth(x, trailing_rows => 512) OVER (PARTITION BY series ORDER BY day) AS y FROM spread_row WHERE series <= 64) s', NULL);

-- peak memory of new sessions over few and over all series, and of one that reads all rows without smoothing
\set peak '(SELECT m[1]::int FROM regexp_matches(pg_read_file(\'/proc/self/status\'), \'VmHWM:\\s+(\\d+)\') m)'
\pset tuples_only on
\pset format unaligned
\c
SET enable_seqscan = off;
SELECT count(y) FROM (SELECT wavelet_smooth(x) OVER (PARTITION BY series ORDER BY day) AS y FROM spread_row WHERE series <= 500) s \g /dev/null
SELECT json_build_object('name', 'wavelet_smooth(x) OVER: peak memory of a session, 500 series', 'kilobytes', :peak);
\c
SET enable_seqscan = off;
SELECT count(y) FROM (SELECT wavelet_smooth(x) OVER (PARTITION BY series ORDER BY day) AS y FROM spread_row) s \g /dev/null
SELECT json_build_object('name', 'wavelet_smooth(x) OVER: peak memory of a session, 6,472 series', 'kilobytes', :peak);
\c
SET enable_seqscan = off;
SELECT count(y) FROM (SELECT row_number() OVER (PARTITION BY series ORDER BY day) AS y FROM spread_row) s \g /dev/null
SELECT json_build_object('name', 'row_number() OVER: peak memory of a session, 6,472 series', 'kilobytes', :peak);
