-- The type creditspread.horizon_list: 5, '{1,5}' and ARRAY[1,5] are horizons.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP 1

BEGIN;
SELECT plan(40);

CREATE FUNCTION given(horizons creditspread.horizon_list) RETURNS text LANGUAGE sql AS $$ SELECT horizons::text $$;
CREATE PROCEDURE set_horizons(INOUT horizons creditspread.horizon_list) LANGUAGE plpgsql AS $$ BEGIN END $$;

SELECT is(given(horizons => 5), '{5}', 'an integer');
SELECT is(given(horizons => '5'), '{5}', 'a number as text');
SELECT is(given(horizons => ' +5 '), '{5}', 'with a sign and spaces');
SELECT is(given(horizons => '{1,5}'), '{1,5}', 'a list as text');
SELECT is(given(horizons => E'\t{ 20 , 1,\n5 } '), '{1,5,20}', 'a list with spaces, sorted');
SELECT is(given(horizons => ARRAY[5,1]), '{1,5}', 'an array, sorted');
SELECT is(given(horizons => '[3:4]={7,2}'::integer[]), '{2,7}', 'an array with other bounds');
SELECT is(given(horizons => ARRAY(SELECT generate_series(10000, 1, -1))), (SELECT '{' || string_agg(h::text, ',') || '}' FROM generate_series(1, 10000) h),
	'all there can be');
SELECT is(given(horizons => NULL), NULL, 'NULL');
SELECT is(given(NULL::integer[]), NULL, 'NULL array');
PREPARE called AS SELECT given($1::integer);
SELECT results_eq('EXECUTE called(3)', ARRAY['{3}'], 'a parameter');
SELECT lives_ok($$ CALL set_horizons(horizons => 5) $$, 'in a CALL, a number');
SELECT lives_ok($$ CALL set_horizons(horizons => '{1,5}') $$, 'in a CALL, a list');
SELECT lives_ok($$ CALL set_horizons(horizons => ARRAY[1,5]) $$, 'in a CALL, an array');

-- the way back
SELECT is('{5,1}'::creditspread.horizon_list::integer[], '{1,5}'::integer[], 'as an array');
SELECT is(array_dims('{5,1,9}'::creditspread.horizon_list::integer[]), '[1:3]', 'of one dimension from 1 on');
SELECT lives_ok($$ DO 'DECLARE a integer[]; BEGIN a := ''{1,5}''::creditspread.horizon_list; ASSERT a = ARRAY[1,5]; END' $$, 'assigned to an array');
CREATE TEMP TABLE kept (h creditspread.horizon_list, a integer[]);
INSERT INTO kept VALUES (5, '{1,5}'::creditspread.horizon_list), (ARRAY[2,1], '7'::creditspread.horizon_list),
	(ARRAY(SELECT generate_series(1, 10000)), NULL);
SELECT results_eq('SELECT h::text FROM kept WHERE a IS NOT NULL ORDER BY a', ARRAY['{5}', '{1,2}'], 'in a table');
SELECT is((SELECT cardinality(h::integer[]) FROM kept WHERE a IS NULL), 10000, 'compressed in a table');
SELECT ok((SELECT bool_and(h::text::creditspread.horizon_list::text = h::text) FROM kept), 'its text gives it again');
SELECT is(creditspread_internal.horizon_list_send('{1,300}'), '\x00000002000000010000012c', 'binary form');

-- what is none
SELECT throws_ok($$ SELECT creditspread_internal.horizons_of('{}'::integer[]) $$, '22023', 'horizons is empty');
SELECT throws_ok($$ SELECT '{}'::creditspread.horizon_list $$, '22023', 'horizons is empty');
SELECT throws_ok($$ SELECT given(0) $$, '22023', 'horizons has 0, must be from 1 to 10000');
SELECT throws_ok($$ SELECT given(-5) $$, '22023', 'horizons has -5, must be from 1 to 10000');
SELECT throws_ok($$ SELECT given(10001) $$, '22023', 'horizons has 10001, must be from 1 to 10000');
SELECT throws_ok($$ SELECT given('99999999999999999999999') $$, '22023', 'horizons has 2147483647, must be from 1 to 10000');
SELECT throws_ok($$ SELECT given('{5,1,5}') $$, '22023', 'horizons has 5 twice');
SELECT throws_ok($$ SELECT given(ARRAY[5,5]) $$, '22023', 'horizons has 5 twice');
SELECT throws_ok($$ SELECT given(ARRAY[5,NULL]) $$, '22004', 'an element of horizons is NULL');
SELECT throws_ok($$ SELECT given(ARRAY[[1,2],[3,4]]) $$, '2202E', 'horizons has 2 dimensions, must have 1');
SELECT throws_ok(format('SELECT given(%L)', bad), '22P02',
	format('horizons is "%s", must be a number of rows or a list of them', bad), format('bad text: %s', bad))
FROM unnest('{"",x,"1,5","{1,5","{1,,5}","{1,5}x",1.5}'::text[]) AS bad;
SELECT throws_ok($$ SELECT given(repeat('x', 1000)) $$, '42883');
SELECT throws_ok($$ SELECT repeat('é', 100)::text::cstring::creditspread.horizon_list $$, '42846');

SELECT finish();
ROLLBACK;
