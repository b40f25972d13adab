-- What \df, \dT, \do and \dv show of the schema of the extension and of schema creditspread is what the tables of README.md
-- list, and all else stands in creditspread_internal.

BEGIN;
SELECT no_plan();

-- ---- the tables of README.md: a row each, with the words of the table's head

CREATE TABLE line (number serial, text text);
\copy line (text) FROM 'README.md' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TABLE cell AS
SELECT head, cells[2] AS first, cells[3] AS second FROM (
	SELECT string_to_array(text, '|') AS cells, first_value(trim(split_part(text, '|', 2))) OVER (PARTITION BY block ORDER BY number) AS head
	FROM (SELECT number, text, sum((coalesce(text, '') NOT LIKE '|%')::integer) OVER (ORDER BY number) AS block FROM line) numbered
	WHERE text LIKE '|%') rows;
-- the names in backquotes, without arguments
CREATE VIEW listed AS
SELECT head, (regexp_matches(first, '`([^`( ]+)[^`]*`', 'g'))[1] AS name, second FROM cell;
SELECT set_has('SELECT head FROM listed', $$SELECT unnest(ARRAY['function', 'procedure, view, function', 'type', 'operator'])$$, 'README.md has its tables');

-- ---- what is there

CREATE VIEW member AS
SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE e.extname = 'creditspread' AND d.deptype = 'e';
CREATE VIEW routine AS
SELECT p.pronamespace::regnamespace::text AS schema, p.proname::text AS name FROM member JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass;

SELECT set_eq($$SELECT name FROM routine WHERE schema = 'public'$$, $$SELECT name FROM listed WHERE head = 'function'$$,
	'\df: the functions of the extension''s schema');
SELECT set_eq($$SELECT name FROM routine WHERE schema = 'creditspread' UNION
		SELECT relname::text FROM pg_class WHERE relnamespace = 'creditspread'::regnamespace AND relkind = 'v'$$,
	$$SELECT name FROM listed WHERE head LIKE 'procedure%'$$, '\df and \dv: procedures, views and functions of schema creditspread');
SELECT set_eq($$SELECT typname::text FROM member JOIN pg_type t ON t.oid = objid AND classid = 'pg_type'::regclass
		WHERE typnamespace = 'public'::regnamespace AND typcategory <> 'A'$$,
	$$SELECT name FROM listed WHERE head = 'type'$$, '\dT: the types of the extension''s schema');
SELECT set_eq($$SELECT oprname::text, oprleft::regtype::text, oprright::regtype::text, oprnamespace::regnamespace::text
		FROM member JOIN pg_operator o ON o.oid = objid AND classid = 'pg_operator'::regclass$$,
	$$SELECT name, type, type AS same_type, 'public' FROM (SELECT name, (regexp_matches(second, '`([^`]+)`', 'g'))[1] AS type
		FROM listed WHERE head = 'operator') operators$$, '\do: the operators');

SELECT is((SELECT string_agg(identity, ' ') FROM member, pg_identify_object(classid, objid, 0)
	WHERE schema IS NOT NULL AND schema NOT IN ('public', 'creditspread', 'creditspread_internal')), NULL, 'there are no other schemas');
SELECT is((SELECT string_agg(name, ' ') FROM routine WHERE schema <> 'creditspread_internal' AND name ~ '_(transition|combine|final|in|out|recv|send)$'),
	NULL, 'nothing that an aggregate or a type is made of stands outside of creditspread_internal');
SELECT is((SELECT string_agg(DISTINCT aggtranstype::regtype::text, ' ') FROM member JOIN pg_aggregate ON aggfnoid = objid AND classid = 'pg_proc'::regclass
	WHERE aggtranstype::regtype::text NOT LIKE 'creditspread\_internal.%'), NULL, 'nor a state');
SELECT is((SELECT string_agg(p.oid::regprocedure::text, ' ') FROM member JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass
	WHERE NOT has_function_privilege('public', p.oid, 'EXECUTE') AND NOT (p.pronamespace = 'creditspread_internal'::regnamespace
		AND p.proname !~ '_(transition|combine|final|in|out|recv|send)$' AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
			OR p.proname ~ '^(take|release)_(model|queue)_lock')), NULL, 'all roles may execute all of it, but what is done for a caller');
SELECT ok(has_schema_privilege('public', 'creditspread_internal', 'USAGE') AND NOT has_schema_privilege('public', 'creditspread_internal', 'CREATE'),
	'and use, but not write to, creditspread_internal');
SELECT finish();
