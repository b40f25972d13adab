-- Aggregates over many groups: the planner reckons with states of rows, and their sum in one process is bounded.

BEGIN;
\ir helpers.psql
SELECT plan(18);

SELECT is((SELECT string_agg(aggfnoid::text, ', ') FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND extname = 'creditspread' JOIN pg_type t ON t.oid = aggtranstype
	WHERE typlen = -1 AND aggtransspace = 0), NULL, 'every state that grows with its rows has a size for the planner');
SELECT is((SELECT aggtransspace FROM pg_aggregate WHERE aggfnoid = 'rnn_fit(date, double precision, double precision[])'::regprocedure), 32768, 'a series counts as 1,000 rows of 32 bytes');
SELECT is((SELECT aggtransspace FROM pg_aggregate WHERE aggfnoid = 'nelson_siegel_fit(double precision, double precision)'::regprocedure), 1024, 'a curve as 32 of them');

CREATE TABLE series AS SELECT bond, day::bigint, sin(day * bond) AS y FROM generate_series(1, 200) AS day, generate_series(1, 300) AS bond;
ANALYZE series;

-- ---- groups of a plain table, divided in the statement, with the default settings

CREATE FUNCTION halves() RETURNS text LANGUAGE sql AS $$ SELECT 'SELECT bond, cir_fit(day, y + 2) AS model FROM series WHERE bond <= 150 GROUP BY bond
	UNION ALL SELECT bond, cir_fit(day, y + 2) FROM series WHERE bond > 150 GROUP BY bond' $$;
CREATE FUNCTION models_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(model::text, '' '' ORDER BY bond)) FROM (%s) AS m', query) INTO result;
	RETURN result;
END $$;
SELECT matches(plan_of(halves()), '^Gather\n.*Parallel Append\n', 'each process takes a half of the groups');
SELECT unalike(plan_of(halves()), '%Partial%', 'and trains it');
CREATE TEMPORARY TABLE trained AS SELECT models_of(halves()) AS models;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is(models_of('SELECT bond, cir_fit(day, y + 2) AS model FROM series GROUP BY bond'), models, 'to the models of one process') FROM trained;
SELECT is(models_of(halves()), models, 'as one process trains both halves') FROM trained;

-- ---- the planner and work_mem

SET LOCAL hash_mem_multiplier = 1;
SET LOCAL work_mem = '1MB';

-- The plan's aggregate as JSON, with what happened if it is run.
CREATE FUNCTION node_of(options text, query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	result jsonb;
BEGIN
	EXECUTE format('EXPLAIN (FORMAT JSON, %s) %s', options, query) INTO result;
	RETURN result->0->'Plan';
END $$;
CREATE FUNCTION tests(statement text) RETURNS text LANGUAGE sql AS $$ SELECT 'SELECT bond, (jarque_bera_test(day, y)).observations FROM series GROUP BY bond' || statement $$;

SET LOCAL enable_sort = off;
SELECT cmp_ok((node_of('COSTS', tests(''))->>'Planned Partitions')::int, '>', 0, 'groups that would not fit into work_mem are planned to be spilled');
SELECT cmp_ok((node_of('ANALYZE, TIMING off', tests(''))->>'Peak Memory Usage')::int, '<', 2048, 'and they are: 300 series of 8 kB stay about the 1 MB of work_mem');
SET LOCAL enable_sort = on;
SET LOCAL work_mem = '64MB';
SELECT is(node_of('COSTS', tests(''))->>'Planned Partitions', '0', 'those that fit are not');
SELECT is((SELECT count(*) FROM (SELECT bond, (jarque_bera_test(day, y)).observations AS n FROM series GROUP BY bond) AS s WHERE n = 200), 300::bigint, 'all are tested');

-- ---- creditspread.max_model_memory bounds the sum of the states

SET LOCAL enable_sort = off;
SET LOCAL creditspread.max_model_memory = '1MB';
SELECT refused(tests(''), '53200', 'jarque_bera_test: the rows of all groups at hand need % kB of memory, creditspread.max_model_memory is 1024 kB');
SELECT is((SELECT count(*) FROM (SELECT bond, (jarque_bera_test(day, y)).observations AS n FROM series WHERE bond <= 30 GROUP BY bond) AS s WHERE n = 200), 30::bigint, 'fewer groups are not refused');
SET LOCAL enable_hashagg = off;
SET LOCAL enable_sort = on;
SELECT alike(hint_of('SELECT jarque_bera_test(day, y) FROM series'), '%creditspread.max_model_memory%', 'nor is the hint of no use in one group');
SELECT is((SELECT count(*) FROM (SELECT bond, (jarque_bera_test(day, y)).observations AS n FROM series GROUP BY bond) AS s WHERE n = 200), 300::bigint, 'sorted, as the hint says, one group is at hand at a time');

-- ---- a model is kept from partition to partition only while it is the same

RESET enable_sort;
RESET enable_hashagg;
RESET creditspread.max_model_memory;
CREATE TABLE fitted AS
SELECT bond, linear_fit(day, y, NULL, '{"means": [3]}') AS linear, boosted_trees_fit(day, y, NULL, '{"rounds": 3, "means": [3]}') AS trees,
	rnn_fit(day, y, NULL, '{"units": [2], "epochs": 1, "ensemble": 1}') AS network
FROM series WHERE bond IN (1, 2) GROUP BY bond;
CREATE TABLE rows AS SELECT bond, bond IN (3, 6, 7) AS other, day, y FROM series WHERE bond <= 9 AND day <= 60;
CREATE FUNCTION forecasts(model text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	alternating text;
	alone text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(f::text, '' '' ORDER BY bond, day)) FROM (SELECT r.bond, day,
		%1$s OVER (PARTITION BY r.bond ORDER BY day) AS f FROM rows AS r JOIN fitted ON fitted.bond = CASE WHEN other THEN 2 ELSE 1 END) AS s', model) INTO alternating;
	EXECUTE format('SELECT md5(string_agg(f::text, '' '' ORDER BY bond, day)) FROM (SELECT DISTINCT bond AS one, other FROM rows) AS b, LATERAL (SELECT r.bond, day,
		%1$s OVER (ORDER BY day) AS f FROM rows AS r, (SELECT * FROM fitted WHERE bond = CASE WHEN b.other THEN 2 ELSE 1 END) AS m WHERE r.bond = b.one) AS s', model) INTO alone;
	RETURN alternating || CASE WHEN alternating = alone THEN ' =' ELSE ' <>' END;
END $$;
SELECT matches(forecasts(call), '^[0-9a-f]{32} =$', 'two models in turn: ' || call)
FROM unnest('{"linear_forecast(linear, y)","boosted_trees_forecast(trees, y)","rnn_forecast(network, y)"}'::text[]) AS call;

SELECT * FROM finish();
ROLLBACK;
