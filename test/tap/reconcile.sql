-- reconcile.

BEGIN;
\ir helpers.psql
\ir stops.psql
SELECT no_plan();
\ir ../golden/reconcile.sql

CREATE FUNCTION same(a float8[], b float8[]) RETURNS boolean LANGUAGE sql AS
	'SELECT bool_and(coalesce(abs(x - y) <= 1e-11 * greatest(abs(y), 1), false)) FROM unnest(a, b) AS t (x, y)';
SELECT ok(same(reconcile(forecast, summing), structural), 'structural scaling, case ' || c) FROM golden_reconcile;
SELECT ok(same(reconcile(forecast, summing, variance), by_variance), 'variances, case ' || c) FROM golden_reconcile;
SELECT ok(same(reconcile(forecast, summing, error), by_errors), 'shrunk correlations, case ' || c) FROM golden_reconcile;
SELECT ok(same(reconcile(ARRAY(SELECT 1e9 * x FROM unnest(forecast) WITH ORDINALITY u (x, i) ORDER BY i), summing, variance), ARRAY(SELECT 1e9 * x FROM unnest(by_variance) WITH ORDINALITY u (x, i) ORDER BY i)),
	'in other units, case ' || c) FROM golden_reconcile;

-- a sum and two parts by hand: the difference of 1 is shared by 2 : 1 : 1
SELECT is(reconcile('{11,6,4}', '{{1,1},{1,0},{0,1}}')::numeric(9,6)[], '{10.5,6.25,4.25}'::numeric(9,6)[], 'a sum and two parts');
SELECT is(reconcile('{11,6,4}', '{{1,1},{1,0},{0,1}}', '{1,1,1}')::numeric(9,6)[], (ARRAY[32.0 / 3, 19.0 / 3, 13.0 / 3])::numeric(9,6)[], 'of one variance');
SELECT is(reconcile('{10,6,4}', '{{1,1},{1,0},{0,1}}', '{1,2,3}')::numeric(9,6)[], '{10,6,4}'::numeric(9,6)[], 'what adds up stays');
SELECT is(reconcile('{5}', '{{1}}'), '{5}'::float8[], 'one forecast');
SELECT is(reconcile(NULL, '{{1}}'), NULL, 'no forecasts');
SELECT is(reconcile('{5}', NULL), NULL, 'no sums');
SELECT is(reconcile('{}', '{{1}}'), NULL, 'an empty array');

SELECT throws_ok($$SELECT reconcile('{{1}}', '{{1}}')$$, '2202E', 'reconcile: forecasts has 2 dimensions, must have 1');
SELECT throws_ok($$SELECT reconcile('{1}', '{1}')$$, '2202E', 'reconcile: summing has 1 dimensions, must have 2');
SELECT throws_ok($$SELECT reconcile('{1}', '{}')$$, '2202E', 'reconcile: summing has 0 dimensions, must have 2');
SELECT throws_ok($$SELECT reconcile('{1}', '{{1}}', '{}')$$, '2202E', 'reconcile: errors has 0 dimensions, must have 1');
SELECT throws_ok($$SELECT reconcile('{1}', '{{1}}', '{{{1}}}')$$, '2202E', 'reconcile: errors has 3 dimensions, must have 1');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1}}')$$, '2202E', 'reconcile: summing has 1 rows, forecasts has 2');
SELECT throws_ok($$SELECT reconcile('{1}', '{{1}}', '{1,2}')$$, '2202E', 'reconcile: errors has 2 values, forecasts has 1');
SELECT throws_ok($$SELECT reconcile('{1}', '{{1}}', '{{1,2}}')$$, '2202E', 'reconcile: errors has 2 columns, forecasts has 1');
SELECT throws_ok($$SELECT reconcile('{1,NULL}', '{{1},{1}}')$$, '22004', 'reconcile: forecasts contains NULL');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1},{NaN}}')$$, '22003', NULL, 'NaN');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1},{1}}', '{1,Infinity}')$$, '22003', NULL, 'infinity');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1},{1}}', '{1,-1}')$$, '22023', 'reconcile: the variance of forecast 2 is -1, must be positive');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1},{1}}', '{1,0}')$$, '22000', 'reconcile: the errors of forecast 2 have no variance of their own');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1},{0}}')$$, '22000', 'reconcile: row 2 of summing is zero');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1},{1}}', '{{1,2}}')$$, '22023', 'reconcile: errors needs at least 2 observations, has 1');
SELECT throws_ok($$SELECT reconcile('{1,2}', '{{1,1},{1,1}}')$$, '22000', 'reconcile: the 2 columns of summing depend on one another over its 2 rows');
SELECT throws_ok($$SELECT reconcile('{1}', '{{1,1}}')$$, '22000', 'reconcile: the 2 columns of summing depend on one another over its 1 rows');
SELECT throws_ok($$SELECT reconcile('{1.7e308,1.7e308,1.7e308}', '{{1,1},{1,0},{0,1}}')$$, '22003', NULL, 'no infinity');

-- 300 forecasts of 300 parts, 400 times of errors
SELECT stops('reconcile(s, summing, errors)', $$ SELECT array_agg(i::float8) AS s, (SELECT array_agg(r) FROM generate_series(1, 300) k,
	LATERAL (SELECT array_agg((k = j)::integer::float8) AS r FROM generate_series(1, 300) j) q) AS summing,
	(SELECT array_agg(r) FROM generate_series(1, 400) t, LATERAL (SELECT array_agg(sin(t * j * 0.7)) AS r FROM generate_series(1, 300) j) q) AS errors FROM generate_series(1, 300) i $$);

SELECT finish();
ROLLBACK;
