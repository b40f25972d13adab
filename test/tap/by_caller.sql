-- Functions of the catalog that act as the owner of its tables, for the role that called.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP 1

BEGIN;
SELECT plan(13);

CREATE ROLE by_caller_one;
CREATE ROLE by_caller_two;
CREATE SCHEMA act;
GRANT USAGE ON SCHEMA act TO PUBLIC;
CREATE TABLE act.done (caller oid, what text);

-- f(args) as the catalog declares them
CREATE FUNCTION outer_of(signature text, result text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE FUNCTION %s RETURNS %s AS %L, ''creditspread_by_caller'' LANGUAGE C', signature, result,
		(SELECT probin FROM pg_proc WHERE proname = 'cluster' AND pronamespace = 'creditspread_internal'::regnamespace));
END $$;

CREATE FUNCTION act.write(caller oid, what text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO act.done VALUES (caller, what);
	RETURN current_user || ' for ' || caller::regrole || ': ' || coalesce(what, 'NULL');
END $$;
CREATE FUNCTION act.write(caller oid, what integer) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT nullif(format('%s: integer %s', caller::regrole, what), 'by_caller_one: integer 0')
$$;
CREATE FUNCTION act.pair(caller oid, x integer, y text[], OUT a integer, OUT b text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN a := x + 1; b := y[2]; END $$;
CREATE FUNCTION act.careful(caller oid, x integer) RETURNS boolean LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN RETURN true; END $$;
CREATE FUNCTION act.fails(caller oid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '42501'; END $$;
CREATE FUNCTION act.other(caller oid, x integer) RETURNS integer LANGUAGE sql AS $$ SELECT x $$;
CREATE FUNCTION act.rows(caller oid) RETURNS SETOF integer LANGUAGE sql AS $$ SELECT 1 $$;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA act FROM PUBLIC;
SELECT outer_of(signature, result) FROM (VALUES ('act.write(what text)', 'text'), ('act.write(what integer)', 'text'),
	('act.pair(x integer, y text[], OUT a integer, OUT b text)', 'record'), ('act.careful(x integer)', 'boolean'), ('act.fails()', 'void'),
	('act.other(x integer)', 'bigint'), ('act.rows()', 'integer'), ('act.none(x text)', 'text')) AS f (signature, result);

SET ROLE by_caller_one;
SELECT is(act.write('x'::text), (SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY oid LIMIT 1) || ' for by_caller_one: x', 'it acts as its owner, for the caller');
SELECT is(current_user::text, 'by_caller_one', 'and leaves the role as it was');
SELECT is(act.write(NULL::text) ~ 'NULL$', true, 'NULL is handed on');
SELECT is(act.write(5), 'by_caller_one: integer 5', 'the function of the very types is meant');
SELECT is(act.write(0), NULL, 'NULL is a result');
SELECT is(act.pair(1, '{a,b}')::text, '(2,b)', 'a row is a result');
SELECT is(act.careful(NULL), NULL, 'what is strict is not called with NULL');
SELECT is((SELECT count(*) FROM generate_series(1, 1000) i WHERE act.write(i) = 'by_caller_one: integer ' || i), 1000::bigint, 'row after row');
SELECT throws_ok($$ SELECT act.write('by_caller_two'::regrole, 'x'::text) $$, '42501', 'permission denied for function write', 'nobody can say who calls');
SELECT throws_ok('SELECT act.fails()', '42501', 'refused', 'errors come through');
RESET ROLE;
SELECT throws_ok('SELECT act.none(''x'')', '42883', 'there is no function none with the caller''s oid before 1 argument');
SELECT throws_ok('SELECT act.other(1)', '42883', 'there is no function other with the caller''s oid before 1 argument', 'another result is another function');
SELECT throws_ok('SELECT act.rows()', '42883', 'there is no function rows with the caller''s oid before 0 arguments', 'nor is a set one value');

SELECT finish();
ROLLBACK;
