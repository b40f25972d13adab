-- The calls of fuzz_calls.c: what is called and with what values, after values.sql and fuzz.sql.

CREATE FUNCTION fuzz_mutants(type regtype, seeds bytea[], count integer, seed bigint)
RETURNS text[] AS 'fuzz_model' LANGUAGE C;
CREATE FUNCTION fuzz_calls(seed bigint, first bigint, last bigint)
RETURNS text AS 'fuzz_model' LANGUAGE C;
CREATE FUNCTION fuzz_call(seed bigint, number bigint)
RETURNS text AS 'fuzz_model' LANGUAGE C;
CREATE FUNCTION fuzz_memory() RETURNS text AS 'fuzz_model' LANGUAGE C;

-- ---- what is called: kinds as prokind, s returns a set, r rows whose columns the
-- caller lists, v returns void, o operator, c cast ----

CREATE TABLE fuzz_target_call (number serial, kind "char", call text, function oid, arguments integer, defaults integer);
CREATE TABLE fuzz_target_argument (target integer, place integer, type text, name text, of_row text);

-- Triggers, handlers and what takes `internal` cannot be called from SQL.
INSERT INTO fuzz_target_call (kind, call, function, arguments, defaults)
SELECT CASE WHEN p.prokind = 'f' AND p.prorettype = 'record'::regtype AND p.proallargtypes IS NULL THEN 'r'
		WHEN p.prokind = 'f' AND p.proretset THEN 's' WHEN p.prokind = 'f' AND p.prorettype = 'void'::regtype THEN 'v' ELSE p.prokind END,
	format('%I.%I', n.nspname, p.proname), p.oid, p.pronargs, p.pronargdefaults
FROM fuzz_function p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prorettype <> ALL ('{trigger,event_trigger,language_handler,internal}'::regtype[])
	AND 'internal'::regtype <> ALL (p.proargtypes)
ORDER BY p.oid::regprocedure::text COLLATE "C";

-- The kinds that are few come more often.
INSERT INTO fuzz_target_call (kind, call, function, arguments, defaults)
SELECT kind, call, function, arguments, defaults
FROM fuzz_target_call, generate_series(1, 4)
WHERE kind IN ('f', 'w', 's', 'r') AND function NOT IN (SELECT unnest(ARRAY[aggtransfn, aggcombinefn, aggfinalfn]) FROM pg_aggregate)
ORDER BY number;

INSERT INTO fuzz_target_argument
SELECT t.number, a.place, a.type::text, a.name,
	CASE WHEN t.kind = 'a' OR t.kind = 'w' AND a.name IN ('x', 'y', 'feature', 'features', 'exogenous', 'time', 'at', 'entity')
		THEN fuzz_argument(p.proname, a.name, a.type, a.place) END
FROM fuzz_target_call t JOIN fuzz_function_argument a ON a.function = t.function JOIN pg_proc p ON p.oid = t.function;

CREATE TEMPORARY VIEW fuzz_owned AS
SELECT d.classid, d.objid
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'creditspread'
WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass;

WITH operators AS (
	INSERT INTO fuzz_target_call (kind, call, function, arguments, defaults)
	SELECT 'o', format(' OPERATOR(%I.%s) ', n.nspname, o.oprname), o.oid, 2, 0
	FROM pg_operator o JOIN fuzz_owned d ON d.classid = 'pg_operator'::regclass AND d.objid = o.oid JOIN pg_namespace n ON n.oid = o.oprnamespace
	WHERE o.oprleft <> 0
	ORDER BY o.oid::regoperator::text COLLATE "C"
	RETURNING number, function)
INSERT INTO fuzz_target_argument
SELECT x.number, place, (CASE place WHEN 1 THEN o.oprleft ELSE o.oprright END)::regtype::text, '', NULL
FROM operators x JOIN pg_operator o ON o.oid = x.function, generate_series(1, 2) place;

WITH casts AS (
	INSERT INTO fuzz_target_call (kind, call, function, arguments, defaults)
	SELECT 'c', '::' || c.casttarget::regtype, c.oid, 1, 0
	FROM pg_cast c JOIN fuzz_owned d ON d.classid = 'pg_cast'::regclass AND d.objid = c.oid
	ORDER BY c.castsource::regtype::text COLLATE "C", c.casttarget::regtype::text COLLATE "C"
	RETURNING number, function)
INSERT INTO fuzz_target_argument
SELECT x.number, 1, c.castsource::regtype::text, '', NULL FROM casts x JOIN pg_cast c ON c.oid = x.function;

-- ---- values ----

CREATE TABLE fuzz_call_value (number serial, type text, name text, expression text);

INSERT INTO fuzz_call_value (type, name, expression)
SELECT type::text, name, expression FROM fuzz_value ORDER BY type::text COLLATE "C", name, expression COLLATE "C";

-- A model of the catalog with forecasts, and its rows.
CALL creditspread.train('spread', 'SELECT date ''2020-01-01'' + time::integer AS time, sin(time * time) AS y FROM public.fuzz_series', method => 'ar', horizons => '{1,2}');
CALL creditspread.forecast('spread');
INSERT INTO fuzz_call_value (type, name, expression)
SELECT 'creditspread.model', NULL, format('%L', m::text) FROM creditspread.model m
UNION ALL SELECT 'creditspread.run', NULL, format('%L', r::text) FROM creditspread.run r;

-- What every function must withstand.
INSERT INTO fuzz_call_value (type, name, expression)
SELECT type, 'edge', expression
FROM (VALUES
	('boolean', ARRAY['true', 'false']),
	('integer', ARRAY['0', '-1', '1', '2', '5', '12', '64', '1000', '100000', '2147483647', '-2147483648']),
	('bigint', ARRAY['0', '-1', '42', '2147483648', '9007199254740993', '9223372036854775807', '-9223372036854775808']),
	('double precision', ARRAY['0', '''-0''', '''NaN''', '''Infinity''', '''-Infinity''', '1e308', '-1e308', '5e-324', '1e-160', '1e155', '-1', '1e9', '1e-9',
		'0.9999999999999999', '1.7976931348623157e308', '3.5e38', '0.1', '100']),
	('double precision[]', ARRAY['''{}''', '''{NULL}''', '''{NaN}''', '''{1,NULL,3}''', '''{{1,2},{3,4}}''', '''{{{1}}}''', '''[5:7]={1,2,3}''',
		'''[-2147483648:-2147483647]={1,2}''', '''{1e308,-1e308}''', '''{-Infinity,1}''', '''{5e-324}''', '''{{0.5,4},{0.5,4}}''', '''{{NULL,1}}''', '''{{1,2,3}}''',
		'''{{-1,4},{1e308,104}}''', 'array_fill(1.5::float8, ARRAY[100])', 'array_fill(0::float8, ARRAY[3, 3])', 'array_fill(1::float8, ARRAY[20000])',
		'array_fill(NULL::float8, ARRAY[40])', '(SELECT array_agg(sin(i)) FROM generate_series(1, 300) i)', '(SELECT array_agg(i * 1e-300) FROM generate_series(1, 50) i)',
		'(SELECT array_agg(ARRAY[i, 4]) FROM generate_series(1, 60) i)', 'array_fill(1::float8, ARRAY[1, 1, 1, 1, 1, 1])', 'array_fill(1::float8, ARRAY[1600])']),
	('integer[]', ARRAY['''{}''', '''{NULL}''', '''{0}''', '''{-1}''', '''{2147483647}''', '''{1,1}''', '''{{1},{2}}''', '''[0:1]={1,2}''', 'array_fill(1, ARRAY[1000])', '''{1,NULL}''']),
	('text', ARRAY['''''', ''' ''', '''x''', 'repeat(''x'', 10000)', '''größe''', 'E''\x01''', '''%s%n%d''', '''it''''s "\\''', '''<b>&amp;</b>''', '''NaN''', '''{}''', '''null''',
		'E''a\nb''', '''😀''', '''pg_class''', '''SELECT 1''', '''SELECT time, y, features FROM fuzz_series''', '''2020-01-01''', '''1 day''', '''public''', '''"''']),
	('text[]', ARRAY['''{}''', '''{NULL}''', '''{a,a}''', '''{"",x}''', '''{{a},{b}}''', '''{größe,"<&>"}''', 'array_fill(''x''::text, ARRAY[1000])', '''[3:4]={a,b}''']),
	('name', ARRAY['''''', '''postgres''', '''no_such''', 'repeat(''x'', 63)']),
	('cstring', ARRAY['''''', '''{}''', '''\x''', '''\x00''', '''null''', '''{"format": 1}''', '''0''', '''größe''']),
	('date', ARRAY['''infinity''', '''-infinity''', '''4714-11-24 BC''', '''5874897-12-31''', '''2000-02-29''', '''0001-01-01''']),
	('timestamp without time zone', ARRAY['''infinity''', '''-infinity''', '''4714-11-24 00:00 BC''', '''294276-12-31 23:59:59.999999''', '''2000-02-29''']),
	('timestamp with time zone', ARRAY['''infinity''', '''-infinity''', '''4714-11-24 00:00+00 BC''', '''294276-12-31 23:59:59.999999+00''', '''2000-02-29''']),
	('numeric', ARRAY['''NaN''', '''Infinity''', '0', '1e1000', '-1e-1000', '1.5']),
	('interval', ARRAY['''0''', '''1 day''', '''-178000000 years''', '''178000000 years''', '''1 month -1 day 1 us''']),
	('oid[]', ARRAY['''{}''', '''{NULL}''', '''{0,1259,4294967295}''']),
	('bigint[]', ARRAY['''{}''', '''{NULL}''', '''{1,2}''', '''{9223372036854775807,-9223372036854775808}''', '''{{1},{2}}''', 'array_fill(1::bigint, ARRAY[1000])']),
	('boolean[]', ARRAY['''{}''', '''{NULL}''', '''{t,f}''', '''{{t},{f}}''']),
	('bytea[]', ARRAY['''{}''', '''{NULL}''', 'ARRAY[''\x00''::bytea, '''']']),
	('numeric[]', ARRAY['''{}''', '''{NULL}''', '''{1.5,NaN}''', '''{1e1000,-1e1000}''', '''{{1},{2}}''']),
	('timestamp without time zone[]', ARRAY['''{}''', '''{NULL}''', '''{infinity,2000-02-29}''', '''{-infinity}''']),
	('jsonb[]', ARRAY['''{}''', '''{NULL}''', 'ARRAY[''{}''::jsonb, ''[]'']', 'ARRAY[''{"a": 1}''::jsonb]']),
	('json', ARRAY['''null''', '''[]''', '''{"a": 1}''', '''"x"''']),
	('oid', ARRAY['''0''', '''1259''', '''4294967295''']),
	('regclass', ARRAY['''pg_class''', '''fuzz_series''']),
	('jsonb', ARRAY['''null''', '''[]''', '''1''', '''"x"''', '''{"a": 1}''', '''{"units": [2], "epochs": 1, "ensemble": 1, "look_back": 2}''', '''{"on_error": "null"}''',
		'(SELECT jsonb_object_agg(i, i) FROM generate_series(1, 1000) i)', '(repeat(''['', 1000) || repeat('']'', 1000))::jsonb'])) v (type, expressions)
	CROSS JOIN unnest(expressions) WITH ORDINALITY e (expression, place);

-- Values of other arguments of the type, mutated values of the base types, and these as cstring.
INSERT INTO fuzz_call_value (type, name, expression)
SELECT DISTINCT type, 'edge', expression FROM fuzz_call_value WHERE name <> 'edge' AND type IN ('text', 'double precision[]') ORDER BY 1, 3;

CREATE TABLE fuzz_mutant AS
SELECT t.type, m.value, m.place
FROM fuzz_target t CROSS JOIN LATERAL unnest(fuzz_mutants(t.type, t.seeds, 100, :seed)) WITH ORDINALITY m (value, place);
INSERT INTO fuzz_mutant
SELECT type, value, -row_number() OVER (ORDER BY value COLLATE "C") FROM fuzz_example WHERE type IN (SELECT type FROM fuzz_target);

-- Without a text form of their own in the examples: states.
INSERT INTO fuzz_call_value (type, name, expression)
SELECT type::text, 'edge', format('%L', value) FROM fuzz_mutant ORDER BY type::text COLLATE "C", place;
INSERT INTO fuzz_call_value (type, name, expression)
SELECT 'cstring', 'edge', format('%L', value) FROM fuzz_mutant WHERE place % 10 = 0 ORDER BY type::text COLLATE "C", place;

-- Members: of options by the arguments of the functions that make them, of composite types by their columns.
INSERT INTO fuzz_call_value (type, name, expression)
SELECT 'jsonb', 'member', format('%L, (%s)::%s', a.name, v.expression, a.type)
FROM (SELECT DISTINCT x.name, x.type FROM fuzz_function_argument x JOIN fuzz_function p ON p.oid = x.function
		WHERE p.proname LIKE '%\_options' AND x.name NOT IN ('', 'warm_start')) a
	JOIN fuzz_call_value v ON v.type = a.type::text AND coalesce(v.name, 'edge') IN ('edge', a.name)
ORDER BY a.name, a.type::text COLLATE "C", v.number;

INSERT INTO fuzz_call_value (type, name, expression)
SELECT c.type, 'member', format('%L, (%s)::%s', a.attname, coalesce(v.expression, 'NULL'), a.atttypid::regtype)
FROM (SELECT DISTINCT type FROM fuzz_target_argument) c
	JOIN pg_type t ON t.oid = c.type::regtype AND t.typtype = 'c'
	JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN fuzz_call_value v ON v.type = a.atttypid::regtype::text AND coalesce(v.name, 'edge') IN ('edge', a.attname)
ORDER BY c.type COLLATE "C", a.attnum, v.number;

-- Arrays of composite types: their columns take the values above in turn.
INSERT INTO fuzz_call_value (type, name, expression)
SELECT c.type, 'edge', e.expression
FROM (SELECT DISTINCT type FROM fuzz_target_argument) c JOIN pg_type t ON t.oid = c.type::regtype JOIN pg_type r ON r.oid = t.typelem AND r.typtype = 'c',
	LATERAL (SELECT unnest(ARRAY['''{}''', '''{NULL}''']) AS expression UNION ALL
		SELECT format('ARRAY[ROW(%s)::%s]', string_agg(coalesce(format('(%s)::%s', v.expression, a.atttypid::regtype), 'NULL'), ', ' ORDER BY a.attnum), r.oid::regtype)
		FROM generate_series(1, 10) turn JOIN pg_attribute a ON a.attrelid = r.typrelid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN LATERAL (SELECT array_agg(f.expression ORDER BY f.number) AS all_of FROM fuzz_call_value f WHERE f.type = a.atttypid::regtype::text AND f.name = 'edge') l ON true
			LEFT JOIN LATERAL (SELECT l.all_of[1 + (7 * turn + a.attnum) % cardinality(l.all_of)] AS expression) v ON true
		GROUP BY turn) e
ORDER BY c.type COLLATE "C", e.expression COLLATE "C";

-- A type for which nothing stands here must be added above.
DO $$
DECLARE
	types text;
BEGIN
	SELECT string_agg(DISTINCT type, ', ') INTO types FROM fuzz_target_argument
	WHERE type NOT IN (SELECT type FROM fuzz_call_value);
	IF types IS NOT NULL THEN
		RAISE EXCEPTION 'no values of %', types;
	END IF;
END
$$;
