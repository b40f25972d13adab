-- What holds of every object of the extension, and of every aggregate over a series: the same result
-- however its rows come and however the server divides the work.

BEGIN;
\ir helpers.psql
SELECT no_plan();

-- ---- the catalog --------------------------------------------------------------------------------

CREATE VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS name, obj_description(d.objid, d.classid::regclass::name) AS comment
FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND d.objid = t.oid LEFT JOIN pg_class c ON c.oid = t.typrelid
-- the types of arrays and of rows, which newer servers list beside theirs, are not objects of their own
WHERE e.extname = 'creditspread' AND coalesce(t.typcategory <> 'A' AND (t.typrelid = 0 OR c.relkind = 'c'), true);
SELECT cmp_ok(count(*), '>', 500::bigint, 'the extension has its objects') FROM member;
SELECT is((SELECT string_agg(name, ', ') FROM member WHERE comment IS NULL), NULL, 'every object has a comment');
SELECT is((SELECT string_agg(name, ', ') FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND objid = p.oid WHERE p.proparallel <> 's'
	AND p.proname <> 'fit_progress' AND p.proname !~ '(model|queue)_lock|hold_cancel' AND p.prosrc <> 'creditspread_by_caller' AND p.pronamespace <> 'creditspread'::regnamespace
	AND NOT (p.pronamespace = 'creditspread_internal'::regnamespace AND (p.proconfig IS NOT NULL OR p.prokind = 'p' OR p.proname IN ('group_number', 'place_in_group', 'repeats_time')))),
	NULL, 'every function but fit_progress and those of the catalog, its locks and its numbering of rows among them, is parallel safe');
SELECT is((SELECT string_agg(name, ', ') FROM member JOIN pg_aggregate a ON classid = 'pg_proc'::regclass AND objid = a.aggfnoid
	WHERE a.aggcombinefn = 0 OR a.aggtranstype = 'internal'::regtype), NULL, 'every aggregate combines, and its state is a real type');

-- ---- the same everywhere ---------------------------------------------------------------------------

\ir every_aggregate.psql
CREATE TABLE shuffled AS SELECT * FROM series ORDER BY md5(bond || '/' || t);
CREATE TABLE by_bond (LIKE series) PARTITION BY HASH (bond);
CREATE TABLE by_bond_0 PARTITION OF by_bond FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_bond_1 PARTITION OF by_bond FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_bond SELECT * FROM shuffled;
CREATE TABLE by_time (LIKE series) PARTITION BY RANGE (t);
CREATE TABLE by_time_0 PARTITION OF by_time FOR VALUES FROM (0) TO (23);
CREATE TABLE by_time_1 PARTITION OF by_time FOR VALUES FROM (23) TO (81);
CREATE TABLE by_time_2 PARTITION OF by_time FOR VALUES FROM (81) TO (200);
INSERT INTO by_time SELECT * FROM shuffled;
ALTER TABLE shuffled SET (parallel_workers = 4);
ANALYZE;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE expected AS SELECT name, call, results(call, 'series') AS result FROM fit;
SELECT isnt(result, NULL, name || ' gives results') FROM expected;
SELECT is(results(call, 'shuffled'), result, name || ': shuffled rows') FROM expected;
SELECT is((SELECT array_agg(DISTINCT results(call, CASE WHEN run > 0 THEN 'series' END)) FROM generate_series(1, 20) run), ARRAY[result], name || ': 20 runs')
FROM expected WHERE name IN ('rnn_fit', 'transformer_fit');

SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(plan_of('SELECT bond, ' || call || ' FROM by_bond GROUP BY bond'), 'Append\s.*Aggregate\s.*Aggregate', name || ': an aggregate for each partition') FROM expected;
SELECT is(results(call, 'by_bond'), result, name || ': partition-wise') FROM expected;
SELECT is(results(call, 'by_time'), result, name || ': combined from partitions, one of them empty') FROM expected;
SET LOCAL enable_partitionwise_aggregate = off;

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(plan_of('SELECT ' || call || ' FROM shuffled WHERE bond = 1'), 'Workers Planned: 2\s.*Partial Aggregate', name || ': EXPLAIN shows the partial aggregate')
FROM expected WHERE call NOT LIKE '%one_model%';
SELECT is(results(call, 'shuffled'), result, name || ': 2 workers') FROM expected;
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT is(results(call, 'shuffled'), result, name || ': 4 workers') FROM expected;

SELECT * FROM finish();
ROLLBACK;
