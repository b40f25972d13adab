-- A literal without a type finds the array form of the functions that also read rows.

BEGIN;
SELECT plan(20);
SET LOCAL client_min_messages = warning;

SELECT is(emd('{1,2,1,3}'), emd('{1,2,1,3}'::float8[]), 'emd');
SELECT is(emd('{1,2,1,3,1,4,2}', max_imfs => 1), emd('{1,2,1,3,1,4,2}'::float8[], max_imfs => 1), 'emd with an option');
SELECT is(emd_lowpass('{1,2,1,3,1,4,2}', 2), emd_lowpass('{1,2,1,3,1,4,2}'::float8[], 2), 'emd_lowpass');
SELECT is(eemd('{1,2,1,3,1,4,2}', 5), eemd('{1,2,1,3,1,4,2}'::float8[], 5), 'eemd');
SELECT is(ceemdan('{1,2,1,3,1,4,2}', 5, seed => 7), ceemdan('{1,2,1,3,1,4,2}'::float8[], 5, seed => 7), 'ceemdan');
SELECT is(wavelet_smooth('{1,2,1,3,2,1,2}', level => 1), wavelet_smooth('{1,2,1,3,2,1,2}'::float8[], level => 1), 'wavelet_smooth');
SELECT is(smoothing_spline('{1,2,1,3,2,1,2}', at => '{1,2,4,5,6,8,9}'), smoothing_spline('{1,2,1,3,2,1,2}'::float8[], at => '{1,2,4,5,6,8,9}'),
	'smoothing_spline');
SELECT is(smoothing_spline('{1,2,1,3,2,1,2}', at => ARRAY[1,2,4,5,6,8,9]), smoothing_spline('{1,2,1,3,2,1,2}'::float8[], at => '{1,2,4,5,6,8,9}'),
	'beside an argument that has a type');
SELECT results_eq($$SELECT * FROM kalman_filter('{1,2,3}', 1, 1, 1, control => '{0,1,0}')$$,
	$$SELECT * FROM kalman_filter('{1,2,3}'::float8[], 1, 1, 1, control => '{0,1,0}')$$, 'kalman_filter with a control');
SELECT results_eq($$SELECT * FROM stl_decompose('{1,2,1,3,2,1,2,2}', 2)$$, $$SELECT * FROM stl_decompose('{1,2,1,3,2,1,2,2}'::float8[], 2)$$,
	'stl_decompose');
SELECT results_eq($$SELECT * FROM kalman_filter('{1,2,3}', 1, 1, 1)$$, $$SELECT * FROM kalman_filter('{1,2,3}'::float8[], 1, 1, 1)$$,
	'kalman_filter');
SELECT results_eq($$SELECT * FROM kalman_smooth('{1,2,3}', 1, 1, 1)$$, $$SELECT * FROM kalman_smooth('{1,2,3}'::float8[], 1, 1, 1)$$,
	'kalman_smooth');
SELECT is(rolling_information_coefficient('{1,2,1,3,2}', '{1,2,1,3,5}', 3), rolling_information_coefficient('{1,2,1,3,2}'::float8[], '{1,2,1,3,5}', 3),
	'rolling_information_coefficient');
SELECT is((SELECT count(*) FROM pg_proc w JOIN pg_proc a ON a.proname = w.proname AND a.pronamespace = w.pronamespace AND a.prokind = 'f'
		AND a.proargtypes[0] = 'float8[]'::regtype
	WHERE w.prokind = 'w' AND NOT EXISTS (SELECT FROM pg_proc t WHERE t.proname = w.proname AND t.prokind = 'f'
		AND t.proargtypes[0] = 'text'::regtype AND t.pronargs = a.pronargs)), 0::bigint,
	'every function of both forms has one for literals');

-- what has a type is read as before
SELECT results_eq('SELECT emd(x) OVER (ORDER BY x) FROM generate_series(1, 3) x', $$VALUES ('{1}'::float8[]), ('{2}'), ('{3}')$$, 'rows of an integer');
SELECT results_eq('SELECT emd(x) OVER (ORDER BY x) FROM (VALUES (1.5), (2.5)) v (x)', $$VALUES ('{1.5}'::float8[]), ('{2.5}')$$, 'rows of a numeric');
SELECT is(emd(ARRAY[1, 2, 3, 1]), '{{1,2,3,1}}', 'an array of integers');
SELECT is(emd(ARRAY[1.5, 2, 3, 1]), '{{1.5,2,3,1}}', 'an array of numerics');
SELECT is(emd(NULL), NULL, 'NULL');
SELECT throws_ok($$SELECT emd('no array')$$, '22P02', 'malformed array literal: "no array"', 'a literal that is no array');
SELECT * FROM finish();
ROLLBACK;
