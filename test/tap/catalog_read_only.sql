-- Queries given to the catalog cannot write, on any way and in any pass; and nothing of that stays behind.
\set ON_ERROR_STOP 0
\set ON_ERROR_ROLLBACK off
SET client_min_messages = warning;
CREATE SEQUENCE number;
CREATE TABLE written (i bigint);
CREATE TABLE data AS SELECT d::date AS day, 100 + extract(day FROM d)::float8 AS y FROM generate_series('2024-01-01'::date, '2024-03-31', '1 day') d;
CREATE FUNCTION counts() RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT nextval('number')::float8 $$;
-- does what is asked before it writes
CREATE FUNCTION writes(first text DEFAULT 'SELECT 1') RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE first;
	INSERT INTO written VALUES (nextval('number'));
	RETURN 0;
END $$;
CREATE FUNCTION writes_after_error() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		PERFORM 1 / 0;
	EXCEPTION WHEN division_by_zero THEN
		NULL;
	END;
	RETURN writes();
END $$;
CREATE FUNCTION writes_after_nested() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	PERFORM creditspread_internal.run_read_only('SELECT 1', 'public');
	BEGIN
		PERFORM creditspread_internal.run_read_only('SELECT 1 / 0', 'public');
	EXCEPTION WHEN division_by_zero THEN
		NULL;
	END;
	RETURN writes();
END $$;
CREATE FUNCTION sqlstate_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;

-- ---- by the functions that run queries

CREATE TABLE attempt (what text, query text, codes text[]);
INSERT INTO attempt VALUES
	('nextval', $$SELECT nextval('number')::float8 AS y$$, '{25006}'),
	('nextval in an immutable function', 'SELECT counts() AS y', '{25006}'),
	('nextval in LIMIT', $$SELECT 1::float8 AS y LIMIT nextval('number')$$, '{25006}'),
	('INSERT in a function', 'SELECT writes() AS y', '{25006}'),
	('INSERT after a subtransaction that failed', 'SELECT writes_after_error() AS y', '{25006}'),
	('INSERT after read-only queries inside', 'SELECT writes_after_nested() AS y', '{25006}'),
	('SET', $$SELECT writes('SET transaction_read_only = off') AS y$$, '{25001}'),
	('SET LOCAL', $$SELECT writes('SET LOCAL transaction_read_only = off') AS y$$, '{25001}'),
	('SET TRANSACTION', $$SELECT writes('SET TRANSACTION READ WRITE') AS y$$, '{25001}'),
	('SET TO DEFAULT', $$SELECT writes('SET transaction_read_only TO DEFAULT') AS y$$, '{25006,0A000}'),
	('RESET', $$SELECT writes('RESET transaction_read_only') AS y$$, '{25006,0A000}'),
	('RESET ALL', $$SELECT writes('RESET ALL') AS y$$, '{25006}'),
	('default', $$SELECT writes('SET default_transaction_read_only = off') AS y$$, '{25006}'),
	('DDL', $$SELECT writes('CREATE TABLE made (i integer)') AS y$$, '{25006}'),
	('COMMIT', $$SELECT writes('COMMIT') AS y$$, '{0A000}'),
	('a parenthesis closed early', $$SELECT 1::float8 AS y) AS q; SELECT nextval('number'); SELECT * FROM (SELECT 1::float8 AS y$$, '{42601}'),
	('a WITH that writes', 'WITH w AS (INSERT INTO written VALUES (1) RETURNING i) SELECT i::float8 AS y FROM w', '{0A000}');
SELECT plan(2 * count(*)::integer + 18) FROM attempt;
SELECT ok(sqlstate_of(format('SELECT creditspread_internal.run_read_only(%L, %L)', format(E'SELECT * FROM (\n%s\n) AS q', query), 'public')) = ANY (codes), what)
FROM attempt;
SELECT ok(sqlstate_of(format('SELECT * FROM creditspread_internal.rows_read_only(%L, %L) AS r (y float8)', format(E'SELECT * FROM (\n%s\n) AS q', query), 'public')) = ANY (codes),
	what || ', as rows') FROM attempt;
SELECT throws_ok($$ SELECT creditspread_internal.run_read_only('COPY written TO STDOUT', 'public') $$, '0A000', NULL, 'COPY to the client is no query');
SELECT throws_ok($$ SELECT creditspread_internal.run_read_only('', 'public') $$, '42601', 'creditspread: the query is not a single command', 'nor is nothing');
SELECT throws_ok($$ SELECT * FROM creditspread_internal.rows_read_only('SELECT 1', 'public') AS r (y float8) $$, '42804', NULL, 'rows of another type');
SELECT throws_ok($$ SELECT * FROM creditspread_internal.rows_read_only('SELECT 1, 2', 'public') AS r (y integer) $$, '42804', NULL, 'rows of another width');
SELECT is(current_setting('transaction_read_only'), 'off', 'afterwards the transaction writes');

-- ---- the pass that reads the columns runs nothing

SELECT is(sqlstate_of(format('SELECT creditspread_internal.query_columns(%L, %L)', query, 'public')), '42601', 'columns behind ' || what)
FROM attempt WHERE what = 'a parenthesis closed early';
SELECT results_eq($$ SELECT * FROM creditspread_internal.query_columns('SELECT counts() AS y, nextval(''number'') AS n, writes() AS w', 'public') $$,
	$$ VALUES ('y', 'float8'::regtype::oid, 1), ('n', 'int8'::regtype, 2), ('w', 'float8'::regtype, 3) $$, 'columns without running them');
SELECT throws_ok($$ SELECT creditspread_internal.query_columns('SELECT 1 AS a, 2 AS a', 'public') $$, '42701', NULL, 'a name twice');

-- ---- one statement after the other in one transaction

BEGIN;
SELECT is(creditspread_internal.run_read_only('SELECT * FROM data', 'public'), 91::bigint, 'rows are counted');
INSERT INTO written VALUES (7);
SELECT is((SELECT count(*) FROM written), 1::bigint, 'the transaction writes behind a query');
SELECT is(sqlstate_of($$SELECT creditspread_internal.run_read_only('SELECT writes()', 'public')$$), '25006', 'and behind one that failed');
INSERT INTO written VALUES (8);
SELECT ok(sqlstate_of('RESET transaction_read_only') IN ('none', '0A000'), 'reset, where that is possible,');
SELECT is(current_setting('transaction_read_only'), 'off', 'it is off as before');
ROLLBACK;

BEGIN READ ONLY;
SELECT is(creditspread_internal.run_read_only('SELECT 1', 'public') || current_setting('transaction_read_only'), '1on', 'a transaction that is read-only remains it');
ROLLBACK;

-- ---- by the procedures

CALL creditspread.train('columns', $$SELECT day AS "time", y FROM data) AS q; SELECT nextval('number'); SELECT * FROM (SELECT day AS "time", y FROM data$$, 'random_walk');
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '42601', 'a query that brings a second command');
CALL creditspread.train('calendar', 'SELECT day AS "time", y FROM data', 'random_walk', calendar => $$SELECT day + nextval('number')::integer FROM data$$);
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '25006', 'a calendar that writes');

SELECT ok(NOT is_called, 'no number was taken') FROM number;
SELECT is((SELECT count(*) FROM written), 0::bigint, 'nothing was written');
SELECT * FROM finish();
