\ir sql_measure.psql
CREATE TABLE forecast AS
SELECT day, 100 + sin(day) AS actual, 100 + sin(day + 0.1) AS first, 100 + sin(day * 1.01) AS second
FROM generate_series(1::bigint, 10000000) AS day;
VACUUM ANALYZE forecast;
SELECT measure('dm_test, 10,000,000 rows', 'avg()',
	'SELECT dm_test(day, actual, first, second) FROM forecast', 'SELECT avg(actual) FROM forecast');
SELECT measure('forecast_accuracy, 10,000,000 rows', 'avg()',
	'SELECT forecast_accuracy(actual, first) FROM forecast', 'SELECT avg(actual) FROM forecast');
SET max_parallel_workers_per_gather = 1;
SELECT measure('dm_test, 10,000,000 rows, 1 worker and the leader', 'avg()',
	'SELECT dm_test(day, actual, first, second) FROM forecast', 'SELECT avg(actual) FROM forecast');
SELECT measure('forecast_accuracy, 10,000,000 rows, 1 worker and the leader', 'avg()',
	'SELECT forecast_accuracy(actual, first) FROM forecast', 'SELECT avg(actual) FROM forecast');
