-- Every aggregate and every C function of the extension, called with and without what the executor
-- says of a call, on the values of values.sql: the results must be the same.  `module` is the name
-- or path of bare_calls.so.

CREATE TABLE bare_outcome (function regprocedure, call text, expected text, found text);

-- The result as text, or the error.
CREATE FUNCTION bare_result(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE statement INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN 'error ' || SQLSTATE || ': ' || SQLERRM;
END
$$;

CREATE FUNCTION bare_aggregate(p pg_proc, module text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	rows integer;
	types text;
	arguments text;
	kind integer;
	name text;
	call text;
BEGIN
	SELECT string_agg(a.type::text, ', ' ORDER BY a.place), string_agg(fuzz_argument(p.proname, a.name, a.type, a.place), ', ' ORDER BY a.place)
	INTO types, arguments
	FROM fuzz_function_argument a WHERE a.function = p.oid;
	-- training with the default options takes its time: as few rows as will do, of one entity or of two
	rows := CASE WHEN p.proname ~ '^(rnn|transformer)_(fit|forecast)' AND types !~ 'jsonb'
		THEN CASE WHEN types ~ '^(text|bigint), (bigint|date|timestamp)' THEN 54 ELSE 27 END
		WHEN p.proname ~ '^(linear|boosted_trees|random_forest|svr)_' THEN 128 ELSE 64 END;
	call := format('SELECT %%s(%%s)::text FROM (SELECT i * 7 %%%% %s AS g FROM generate_series(1, %s) i) r', rows, rows);
	FOREACH kind IN ARRAY '{0,1,3}'::integer[] LOOP
		name := format('%s_%s', kind, p.oid);
		EXECUTE format('CREATE FUNCTION transition_%s(internal, %s) RETURNS internal AS %L, ''bare_transition'' LANGUAGE C', name, types, module);
		EXECUTE format('CREATE FUNCTION final_%s(internal) RETURNS %s AS %L, ''bare_final'' LANGUAGE C', name, p.prorettype::regtype, module);
		EXECUTE format('CREATE AGGREGATE bare_%s(%s) (SFUNC = transition_%s, STYPE = internal, FINALFUNC = final_%s)', name, types, name, name);
	END LOOP;
	INSERT INTO bare_outcome VALUES
		(p.oid, 'all rows: ' || arguments, bare_result(format(call, p.oid::regproc, arguments)),
			bare_result(format(call, 'bare_0_' || p.oid, arguments))),
		(p.oid, 'in parts: ' || arguments, bare_result(format(call, 'bare_3_' || p.oid, arguments)),
			bare_result(format(call, 'bare_1_' || p.oid, arguments)));
END
$$;

-- With sets of plausible arguments until `wanted` of them give a result; those of a window function that are its series come from the row.
CREATE FUNCTION bare_function(p pg_proc, module text, wanted integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	arguments text;
	expected text;
	call text := CASE WHEN p.prokind = 'w' THEN 'SELECT string_agg(r::text, '';'') FROM (SELECT %s(%s) OVER (ORDER BY g) AS r FROM generate_series(1, 64) g) x'
		ELSE 'SELECT string_agg(r::text, '';'') FROM %s(%s) r' || CASE WHEN p.prorettype = 'record'::regtype AND p.proallargtypes IS NULL
			THEN '(a integer)' ELSE '' END END;
BEGIN
	EXECUTE format('CREATE FUNCTION bare_0_%s(%s) RETURNS %s AS %L, ''bare_call'' LANGUAGE C %s %s', p.oid,
		pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), module,
		CASE WHEN p.proisstrict THEN 'STRICT' END, CASE WHEN p.prokind = 'w' THEN 'WINDOW' END);
	FOR try IN 1..100 LOOP
		EXIT WHEN wanted = 0;
		SELECT coalesce(string_agg(format('(%s)::%s', CASE
			WHEN p.prokind = 'w' AND a.name IN ('x', 'y', 'feature', 'features', 'time', 'at', 'entity')
				THEN fuzz_argument(p.proname, a.name, a.type, a.place)
			ELSE (SELECT expression FROM fuzz_plausible v WHERE v.type = a.type AND v.name = a.name
				ORDER BY md5(format('%s %s %s %s', p.oid::regprocedure, try, a.place, v.expression)) LIMIT 1) END, a.type), ', ' ORDER BY a.place), '')
		INTO arguments
		FROM fuzz_function_argument a WHERE a.function = p.oid;
		expected := bare_result(format(call, p.oid::regproc, arguments));
		wanted := wanted - (coalesce(expected, 'error') !~ '^error')::integer;
		INSERT INTO bare_outcome VALUES (p.oid, arguments, expected, bare_result(format(call, 'bare_0_' || p.oid, arguments)));
	END LOOP;
END
$$;

SELECT bare_aggregate(p, :'module')
FROM pg_proc p JOIN fuzz_function f ON f.oid = p.oid
WHERE p.prokind = 'a';

-- Functions of states and of `internal` are those of the aggregates and types above.  Locks are taken once, and what is called for a role
-- is found by the name of the function that calls.
CREATE VIEW bare_left_out AS
SELECT oid AS function FROM fuzz_function WHERE proname ~ '_(model|queue)_lock|model_lock_holder' OR prosrc = 'creditspread_by_caller';

SELECT bare_function(p, :'module', 2)
FROM pg_proc p
	JOIN fuzz_function f ON f.oid = p.oid
	JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'c'
WHERE p.prokind IN ('f', 'w') AND p.oid NOT IN (SELECT function FROM bare_left_out) AND NOT EXISTS (SELECT FROM fuzz_function_argument a WHERE a.function = p.oid
	AND NOT EXISTS (SELECT FROM fuzz_plausible v WHERE v.type = a.type));
