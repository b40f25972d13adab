-- The type relation_graph, its aggregate and its functions.

BEGIN;
\ir helpers.psql
SELECT plan(102);

CREATE TABLE relation (source text, target text, kind text);
INSERT INTO relation VALUES ('coal', 'steel', 'upstream'), ('steel', 'cars', 'upstream'), ('cars', 'retail', 'upstream'),
	('coal', 'cars', 'peer'), ('coal', 'steel', 'upstream'), ('steel', 'cars', 'peer'), ('cars', 'coal', 'upstream');

-- ---- the value ---------------------------------------------------------------------------------

SELECT is((SELECT relation_graph(source, target, kind)::text FROM relation),
	'{"format": 1, "entities": ["cars", "coal", "retail", "steel"], "relations": {"peer": "2 1, 4 1", "upstream": "1 2, 1 3, 2 4, 4 1"}}',
	'entities and kinds in order of their names, equal rows once');
SELECT is((SELECT count(DISTINCT g) FROM (SELECT relation_graph(source, target, kind ORDER BY md5(source || target || kind || n))::text g
	FROM relation, generate_series(1, 20) n GROUP BY n) s), 1::bigint, 'the order of the rows says nothing');
CREATE TEMPORARY TABLE graph AS
SELECT relation_graph(source, target, kind) AS plain,
	relation_graph(source, target, kind, relation_graph_options(undirected => '{peer}')) AS undirected,
	relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream}')) AS indirect,
	relation_graph(source, target, kind, relation_graph_options(undirected => '{*}', indirect => '{*}')) AS everything,
	relation_graph(source, target, kind, relation_graph_options(entities => '{steel,retail,tea,coal,cars}')) AS named
FROM relation;
SELECT results_eq('SELECT e.* FROM graph, relation_graph_edges(plain) e', 'SELECT DISTINCT source, target, kind FROM relation ORDER BY 1, 2, 3', 'edges give the rows back');
SELECT results_eq('SELECT e.* FROM graph, relation_graph_edges(undirected) e',
	'SELECT source, target, kind FROM relation UNION SELECT target, source, kind FROM relation WHERE kind = ''peer'' ORDER BY 1, 2, 3', 'undirected kinds hold in both directions');
SELECT results_eq('SELECT e.* FROM graph, relation_graph_edges(indirect) e', $$
	SELECT source, target, kind FROM relation
	UNION SELECT a.source, b.target, 'indirect upstream' FROM relation a JOIN relation b ON a.target = b.source AND a.kind = 'upstream' AND b.kind = 'upstream'
		WHERE a.source <> b.target AND NOT EXISTS (SELECT FROM relation d WHERE (d.source, d.target, d.kind) = (a.source, b.target, 'upstream'))
	ORDER BY 1, 2, 3$$, 'indirect relations are paths of two direct ones');
SELECT results_eq('SELECT e.* FROM graph, relation_graph_edges(everything) e', $$
	WITH both_ways AS (SELECT source, target, kind FROM relation UNION SELECT target, source, kind FROM relation)
	SELECT source, target, kind FROM both_ways
	UNION SELECT a.source, b.target, 'indirect ' || a.kind FROM both_ways a JOIN both_ways b ON a.target = b.source AND a.kind = b.kind
		WHERE a.source <> b.target AND NOT EXISTS (SELECT FROM both_ways d WHERE (d.source, d.target, d.kind) = (a.source, b.target, a.kind))
	ORDER BY 1, 2, 3$$, 'both options, for all kinds');
SELECT is((SELECT relation_graph_entities(named) FROM graph), '{cars,coal,retail,steel,tea}', 'named entities are there without relations too');
SELECT is((SELECT relation_graph_entities(plain) FROM graph), '{cars,coal,retail,steel}', 'else those of the relations');
SELECT is((SELECT relation_graph_info(indirect) FROM graph), '{"bytes": 207, "entities": 4, "pairs": 8, "kinds": ["indirect upstream", "peer", "upstream"],
	"relations": {"indirect upstream": 4, "peer": 2, "upstream": 4}}'::jsonb, 'figures');
SELECT is((SELECT relation_graph(source, target, kind) FROM relation WHERE false)::text, NULL, 'no rows, no graph');
SELECT is((SELECT relation_graph(a, b, 'k')::text FROM (VALUES (10::bigint, 9::bigint), (9, 7)) v (a, b)), '{"format": 1, "entities": ["10", "7", "9"], "relations": {"k": "1 3, 3 2"}}', 'entities may be numbers');
SELECT is((SELECT relation_graph(a, b, 'k', relation_graph_options(indirect => '{k}'))::text FROM (VALUES (10::bigint, 9::bigint), (9, 7)) v (a, b)),
	'{"format": 1, "entities": ["10", "7", "9"], "relations": {"indirect k": "1 2", "k": "1 3, 3 2"}}', 'with options too');
SELECT is((SELECT relation_graph(a, b, 'k', relation_graph_options(indirect => '{k}'))::text FROM (VALUES ('a', 'b'), ('b', 'a')) v (a, b)),
	'{"format": 1, "entities": ["a", "b"], "relations": {"indirect k": "", "k": "1 2, 2 1"}}', 'a kind without relations stays');
SELECT is((SELECT relation_graph(source, target, kind, NULL)::text FROM relation), (SELECT plain::text FROM graph), 'options NULL are none');
SELECT is(relation_graph_options(), '{}'::jsonb, 'nor are they made of defaults');
SELECT is((SELECT count(*) FROM relation_graph_edges(NULL)), 0::bigint, 'NULL has no edges');
SELECT is((relation_graph_info(NULL), relation_graph_entities(NULL), relation_graph_shuffle(NULL)::text)::text, '(,,)', 'nor anything else');

-- A larger one: 300 entities, 64 kinds.
CREATE TABLE many AS SELECT 'e' || (i * i * 7 % 300) AS source, 'e' || (i * 13 % 299 + 1) AS target, 'k' || i % 64 AS kind FROM generate_series(1, 3000) i
	WHERE i * i * 7 % 300 <> i * 13 % 299 + 1;
SELECT results_eq('SELECT e.* FROM (SELECT relation_graph(source, target, kind) g FROM many) s, relation_graph_edges(g) e',
	'SELECT DISTINCT source, target, kind FROM many ORDER BY 1, 2, 3', '64 kinds');

-- ---- shuffle -------------------------------------------------------------------------------------

CREATE FUNCTION shape(graph relation_graph) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(kind || degrees::text, ' ' ORDER BY kind) FROM (SELECT kind, array_agg(n ORDER BY n) degrees FROM
		(SELECT kind, source, count(*) n FROM relation_graph_edges(graph) GROUP BY 1, 2) d GROUP BY kind) s $$;
SELECT is((SELECT shape(relation_graph_shuffle(g, 5)) FROM (SELECT relation_graph(source, target, kind) g FROM many) s), (SELECT shape(g) FROM (SELECT relation_graph(source, target, kind) g FROM many) s),
	'a shuffled graph has the shape of the first');
SELECT is((SELECT relation_graph_entities(relation_graph_shuffle(g)) FROM (SELECT relation_graph(source, target, kind) g FROM many) s),
	(SELECT relation_graph_entities(g) FROM (SELECT relation_graph(source, target, kind) g FROM many) s), 'and its entities');
SELECT is((SELECT count(*) FROM (SELECT relation_graph(source, target, kind) g FROM many) s, LATERAL (SELECT * FROM relation_graph_edges(g) INTERSECT
	SELECT * FROM relation_graph_edges(relation_graph_shuffle(g, 5))) i) < 300, true, 'but other relations');
SELECT ok((SELECT relation_graph_shuffle(g, 5)::text = relation_graph_shuffle(g, 5)::text AND relation_graph_shuffle(g, 5)::text <> relation_graph_shuffle(g, 6)::text
	AND relation_graph_shuffle(g)::text = relation_graph_shuffle(g, 1)::text FROM (SELECT relation_graph(source, target, kind) g FROM many) s), 'the same for the same seed');
SELECT throws_ok('SELECT relation_graph_shuffle(plain, -1) FROM graph', '22023', 'relation_graph_shuffle: seed is -1, must be at least 0', 'a negative seed');

-- ---- bad input -----------------------------------------------------------------------------------

SELECT throws_ok('SELECT relation_graph(NULL, target, kind) FROM relation', '22004', 'relation_graph: the source of a relation must not be NULL', 'source NULL');
SELECT throws_ok('SELECT relation_graph(source, NULL, kind) FROM relation', '22004', 'relation_graph: the target of a relation must not be NULL', 'target NULL');
SELECT throws_ok('SELECT relation_graph(source, target, NULL) FROM relation', '22004', 'relation_graph: the kind of a relation must not be NULL', 'kind NULL');
SELECT throws_ok('SELECT relation_graph('''', target, kind) FROM relation', '22023', 'relation_graph: the source of a relation is empty', 'an empty source');
SELECT throws_ok('SELECT relation_graph(source, target, '''') FROM relation', '22023', 'relation_graph: the kind of a relation is empty', 'an empty kind');
SELECT throws_ok('SELECT relation_graph(source, ''cars'', kind) FROM relation', '22023', 'relation_graph: "cars" has a relation to itself', 'a relation to itself');
SELECT is(hint_of('SELECT relation_graph(source, ''cars'', kind) FROM relation'), 'Leave such rows out with WHERE, in an aggregate also with FILTER.', 'with a hint');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(undirected => ''{peers}'')) FROM relation', '22023',
	'relation_graph: option "undirected" names the kind "peers", which no relation has', 'an unknown kind');
SELECT is(hint_of('SELECT relation_graph(source, target, kind, relation_graph_options(indirect => ''{x}'')) FROM relation'), 'The kinds are: "peer", "upstream".', 'the hint lists the kinds');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(indirect => ''{*,peer}'')) FROM relation', '22023',
	'relation_graph: option "indirect" names the kind "*", which no relation has', 'the star stands alone');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(entities => ''{cars,coal}'')) FROM relation', '22023',
	'relation_graph: the entity "retail" of a relation is not among the 2 of option "entities"', 'an unknown entity');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(entities => ''{cars,coal,cars}'')) FROM relation', '22023',
	'relation_graph: the entity "cars" occurs 2 times in option "entities"', 'an entity named twice');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(entities => ''{"",cars,coal,steel,retail}'')) FROM relation', '22023',
	'relation_graph: option "entities" is ["", "cars", "coal", "steel", "retail"], must be an array of texts, none of them empty', 'an empty entity');
SELECT is((SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{}'))::text FROM relation),
	(SELECT relation_graph(source, target, kind)::text FROM relation), 'an empty list derives nothing');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(indirect => ''{NULL}'')) FROM relation', '22023',
	'relation_graph: option "indirect" is [null], must be an array of texts, none of them empty', 'NULL in a list');
SELECT throws_ok('SELECT relation_graph(source, target, kind, ''{"undirected": true}'') FROM relation', '22023',
	'relation_graph: option "undirected" is true, must be an array of texts', 'no list');
SELECT throws_ok('SELECT relation_graph(source, target, kind, ''{"undirekted": ["peer"]}'') FROM relation', '22023', 'relation_graph: unknown option "undirekted"', 'an unknown option');
SELECT is(hint_of('SELECT relation_graph(source, target, kind, ''{"undirekted": ["peer"]}'') FROM relation'), 'The options are: undirected, indirect, entities.', 'the hint lists the options');
SELECT throws_ok('SELECT relation_graph(source, target, kind, ''[]'') FROM relation', '22023', NULL, 'options that are no object');
SELECT throws_ok('SELECT relation_graph(source, target, kind, CASE WHEN source = ''coal'' THEN ''{}''::jsonb END) FROM relation', '22023',
	'relation_graph: the options of a row differ from those of the rows before', 'options that change');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(indirect => ''{peer}'')) FROM (TABLE relation UNION ALL VALUES (''a'', ''b'', ''indirect peer'')) r',
	'22023', 'relation_graph: there are relations of kind "indirect peer", which option "indirect" would derive', 'a derived kind that is there');
SELECT throws_ok('SELECT relation_graph(''a'' || i, ''b'', ''k'' || i) FROM generate_series(1, 65) i', '54000', 'relation_graph: more than 64 kinds of relations', '65 kinds');
SELECT throws_ok('SELECT relation_graph(source, target, kind, relation_graph_options(indirect => ''{k1}'')) FROM many', '54000', 'relation_graph: more than 64 kinds of relations', 'or with derived ones');
SELECT throws_ok('SELECT relation_graph(i, i + 1, ''k'') FROM generate_series(1::bigint, 100000) i', '54000', 'relation_graph: more than 100000 entities', '100001 entities');
SELECT is((SELECT relation_graph_info(relation_graph(i, i + 1, 'k', relation_graph_options(indirect => '{k}')))->'relations' FROM generate_series(1::bigint, 99999) i),
	'{"k": 99999, "indirect k": 99998}'::jsonb, '100000 are allowed');
SELECT throws_ok('SELECT relation_graph(i, 0, ''k'', relation_graph_options(undirected => ''{k}'', indirect => ''{k}'')) FROM generate_series(1::bigint, 4000) i', '54000', NULL, 'too many indirect relations');
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT throws_ok('SELECT relation_graph(source, target, kind) FROM many', '53200', NULL, 'memory over the limit is refused');
RESET creditspread.max_model_memory;

-- ---- text and binary form --------------------------------------------------------------------------

SELECT is((SELECT everything::text::relation_graph::text FROM graph), (SELECT everything::text FROM graph), 'the text form keeps a graph');
SELECT is('{"relations": {"z": "2 1", "b": "1 2, 1 2"}, "format": 1, "entities": ["y", "x"]}'::relation_graph::text,
	'{"format": 1, "entities": ["x", "y"], "relations": {"b": "2 1", "z": "1 2"}}', 'what comes in is put in order');
SELECT is('{"format": 1, "entities": ["a\"b", "ü"], "relations": {"\\": "1 2"}}'::relation_graph::text, '{"format": 1, "entities": ["a\"b", "ü"], "relations": {"\\": "1 2"}}', 'names may have any letters');
CREATE TABLE stored (n int, graph relation_graph);
INSERT INTO stored SELECT 1, everything FROM graph UNION ALL SELECT 2, relation_graph(source, target, kind) FROM many UNION ALL SELECT 3, NULL;
CREATE TABLE stored_copy (LIKE stored);
DO $$
BEGIN
	EXECUTE format('COPY stored TO %L (FORMAT binary)', current_setting('data_directory') || '/relation_graph.copy');
	EXECUTE format('COPY stored_copy FROM %L (FORMAT binary)', current_setting('data_directory') || '/relation_graph.copy');
END $$;
SELECT results_eq('SELECT n, graph::text FROM stored_copy ORDER BY n', 'SELECT n, graph::text FROM stored ORDER BY n', 'so does the binary form, out of line too');
CREATE FUNCTION refused(value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM relation_graph_info(value::relation_graph);
	RETURN 'taken';
EXCEPTION WHEN internal_error OR assert_failure THEN
	RETURN 'internal error';
WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT is(refused('1'), '22P02 the text of a relation_graph must have the members "format", "entities" and "relations"', 'no object');
SELECT is(refused('{"format": 2, "entities": ["a"], "relations": {"k": ""}}'), '22P02 the text of a relation_graph must have "format" 1', 'another format');
SELECT is(refused('{"format": 1, "entities": {"a": 1}, "relations": {"k": ""}}'), '22P02 the text of a relation_graph must have "entities", an array of names', 'entities that are no array');
SELECT is(refused('{"format": 1, "entities": ["a", 3], "relations": {"k": ""}}'), '22P02 the text of a relation_graph must have "entities", an array of names', 'or no names');
SELECT is(refused('{"format": 1, "entities": ["a"], "relations": ""}'), '22023 relation_graph: "relations" must be an object', 'relations that are no object');
SELECT is(refused('{"format": 1, "entities": ["a"], "relations": {"k": 1}}'), '22P02 the text of a relation_graph must have a text of sources and targets for each kind', 'or without texts');
SELECT is(refused('{"format": 1, "entities": ["a", "b"], "relations": {"k": "1 2, 1"}}'), '22P02 the text of a relation_graph must have sources and targets from 1 to 2', 'a source without target');
SELECT is(refused(format('{"format": 1, "entities": ["a", "b"], "relations": {"k": "1 %s"}}', v)), '22P02 the text of a relation_graph must have sources and targets from 1 to 2', 'target ' || v)
FROM unnest(ARRAY['0', '3', '-1', '99999999999999999999', 'x', '', ',']) v;
SELECT is(refused(format('{"format": 1, "entities": ["a", "b"], "relations": {"k": "1 2%s"}}', v)), '22P02 the text of a relation_graph must have a comma between two relations', 'then "' || v || '"')
FROM unnest(ARRAY['.5', ' 1', ',', 'e3']) v;
SELECT is('{"format": 1, "entities": ["a", "b"], "relations": {"k": "  01   2 ,2 1 "}}'::relation_graph::text, '{"format": 1, "entities": ["a", "b"], "relations": {"k": "1 2, 2 1"}}', 'spaces do not matter');
SELECT is(refused('{"format": 1, "entities": ["a", "b"], "relations": {"k": "2 2"}}'), '22023 relation_graph: "b" has a relation to itself', 'a relation to itself');
SELECT is(refused('{"format": 1, "entities": ["a", "a"], "relations": {"k": "1 2"}}'), '22023 relation_graph: the entity "a" occurs twice', 'an entity twice');
SELECT is(refused('{"format": 1, "entities": ["a", ""], "relations": {"k": "1 2"}}'), '22023 relation_graph: the name of an entity is empty', 'an empty entity');
SELECT is(refused('{"format": 1, "entities": ["a", "b"], "relations": {"": "1 2"}}'), '22023 relation_graph: the name of a kind is empty', 'an empty kind');
SELECT is(refused('{"format": 1, "entities": [], "relations": {"k": ""}}'), '22023 relation_graph of 0 entities and 1 kinds, must have at least 1 of each', 'no entities');
SELECT is(refused('{"format": 1, "entities": ["a"], "relations": {}}'), '22023 relation_graph of 1 entities and 0 kinds, must have at least 1 of each', 'no kinds');
SELECT is((SELECT refused(format('{"format": 1, "entities": ["a"], "relations": {%s}}', string_agg(format('"k%s": []', i), ', '))) FROM generate_series(1, 65) i),
	'54000 relation_graph of 1 entities and 65 kinds, the limits are 100000 and 64', '65 kinds');
SELECT is((SELECT count(*) FROM graph, generate_series(0, length(everything::text) - 1) n WHERE refused(left(everything::text, n)) IN ('taken', 'internal error')), 0::bigint, 'a text cut short anywhere is refused');
CREATE FUNCTION received(value bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', value, current_setting('data_directory') || '/relation_graph.one');
	CREATE TEMPORARY TABLE one (g relation_graph);
	EXECUTE format('COPY one FROM %L (FORMAT binary)', current_setting('data_directory') || '/relation_graph.one');
	PERFORM relation_graph_info(g) FROM one;
	DROP TABLE one;
	RETURN 'taken';
EXCEPTION WHEN internal_error OR assert_failure THEN
	RETURN 'internal error';
WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE TEMPORARY TABLE bytes AS SELECT creditspread_internal.relation_graph_send('{"format": 1, "entities": ["a", "b"], "relations": {"k": "1 2", "l": "2 1"}}') AS value;
SELECT is((SELECT received(value) FROM bytes), 'taken', 'the binary form is taken');
SELECT is((SELECT count(*) FROM bytes, generate_series(0, length(value) - 1) n WHERE received(substr(value, 1, n)) NOT IN ('22P03', '08P01', '22023')), 0::bigint, 'cut short anywhere it is refused');
SELECT is((SELECT received(value || '\x00') FROM bytes), '22P03', 'a byte too many is refused');
SELECT is((SELECT count(*) FROM bytes, generate_series(0, length(value) - 1) n WHERE received(set_byte(value, n, 255)) = 'internal error'), 0::bigint, 'a byte changed anywhere is no internal error');

-- ---- the same everywhere ----------------------------------------------------------------------------

CREATE TABLE markets (market int, source text, target text, kind text);
INSERT INTO markets SELECT m, source, target, kind FROM many, generate_series(1, 10) m WHERE (length(source) * 7 + length(kind) + m * ascii(right(target, 1))) % 5 > 0;
CREATE TABLE markets_by_market (LIKE markets) PARTITION BY HASH (market);
SELECT format('CREATE TABLE markets_by_market_%s PARTITION OF markets_by_market FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i) FROM generate_series(0, 2) i \gexec
INSERT INTO markets_by_market SELECT * FROM markets;
ANALYZE markets, markets_by_market;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS SELECT market, relation_graph(source, target, kind, relation_graph_options(undirected => '{k3}'))::text AS graph FROM markets GROUP BY market;
CREATE FUNCTION same(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (SELECT market, relation_graph(source, target, kind, relation_graph_options(undirected => ''{k3}''))::text AS graph FROM '
		|| source || ' GROUP BY market) p USING (market, graph)' INTO result;
	RETURN result;
END $$;
SELECT is(same('(SELECT * FROM markets ORDER BY md5(source || kind || target)) s'), 10::bigint, 'shuffled rows');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('markets_by_market'), 10::bigint, 'partition-wise');
SELECT matches(plan_of('SELECT market, relation_graph(source, target, kind) FROM markets_by_market GROUP BY market'), 'Append\s+->  HashAggregate', 'EXPLAIN shows the partition-wise aggregate');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE markets SET (parallel_workers = 2);
SELECT is(same('markets'), 10::bigint, '2 workers');
SELECT matches(plan_of('SELECT relation_graph(source, target, kind) FROM markets'), 'Workers Planned: 2\s.*Partial Aggregate', 'EXPLAIN shows Partial Aggregate');
SET LOCAL max_parallel_workers_per_gather = 0;

-- ---- the state ---------------------------------------------------------------------------------------

CREATE AGGREGATE state_of(text, text, text, jsonb) (SFUNC = creditspread_internal.relation_graph_transition, STYPE = creditspread_internal.creditspread_relations);
CREATE AGGREGATE graph_of(creditspread_internal.creditspread_relations) (SFUNC = creditspread_internal.creditspread_relations_combine, STYPE = creditspread_internal.creditspread_relations, FINALFUNC = creditspread_internal.relation_graph_final);
CREATE TABLE part AS
SELECT market, length(source) * 3 % 7 AS part, state_of(source, target, kind, relation_graph_options(undirected => '{k3}')) AS state FROM markets GROUP BY 1, 2
UNION ALL SELECT market, 100, NULL FROM generate_series(1, 10) market;
SELECT is((SELECT count(*) FROM serial JOIN (SELECT market, graph_of(state)::text AS graph FROM part GROUP BY market) p USING (market, graph)), 10::bigint, 'from states of parts, NULL among them');
SELECT is((SELECT count(*) FROM serial JOIN (SELECT market, graph_of(state::text::creditspread_internal.creditspread_relations)::text AS graph FROM part GROUP BY market) p USING (market, graph)), 10::bigint, 'states keep their text form');
CREATE TABLE part_copy (LIKE part);
DO $$
BEGIN
	EXECUTE format('COPY part TO %L (FORMAT binary)', current_setting('data_directory') || '/creditspread_relations.copy');
	EXECUTE format('COPY part_copy FROM %L (FORMAT binary)', current_setting('data_directory') || '/creditspread_relations.copy');
END $$;
SELECT results_eq('SELECT market, part, state::text FROM part_copy ORDER BY 1, 2', 'SELECT market, part, state::text FROM part ORDER BY 1, 2', 'and their binary form');
CREATE TEMPORARY TABLE text_state AS SELECT hexadecimal(state_of(source, target, kind, '{}')::text) AS state FROM relation;
CREATE FUNCTION state_refused(state text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM creditspread_internal.relation_graph_final(state::creditspread_internal.creditspread_relations);
	RETURN false;
EXCEPTION WHEN internal_error OR assert_failure THEN
	RETURN NULL;
WHEN OTHERS THEN
	RETURN true;
END $$;
SELECT is((SELECT count(*) FROM text_state, generate_series(0, length(state) / 2 - 2) n WHERE NOT coalesce(state_refused(left(state, 2 + 2 * n)), false)), 0::bigint, 'a state cut short anywhere is refused');
SELECT is((SELECT count(*) FROM text_state, generate_series(3, length(state) - 1, 2) n WHERE state_refused(overlay(state placing 'ff' from n for 2)) IS NULL), 0::bigint, 'a byte changed anywhere is no internal error');
SELECT throws_ok('SELECT (state || ''00'')::creditspread_internal.creditspread_relations FROM text_state', '22P03', 'invalid form of the rows of a creditspread_relations', 'a state too long');
SELECT throws_ok($$SELECT '\x01000000000000000000000000000000'::creditspread_internal.creditspread_relations$$, '22P03', 'invalid head of a creditspread_relations', 'another version is refused');
SELECT is(creditspread_internal.relation_graph_final('\x02000000000000000000000000000000'::creditspread_internal.creditspread_relations)::text, NULL, 'a state without rows has no graph');
SELECT throws_ok('SELECT creditspread_internal.relation_graph_transition(NULL, ''a''::text, ''b''::text, ''k'')', '42809', 'relation_graph must be called as an aggregate', 'the transition function outside of an aggregate');
SELECT throws_ok('SELECT creditspread_internal.creditspread_relations_combine(state, state) FROM part', '42809', 'creditspread_relations_combine must be called by an aggregate', 'and the combine function');
SELECT throws_ok('SELECT graph_of(state) FROM (SELECT state FROM part UNION ALL SELECT state_of(source, target, kind, NULL) FROM relation) s', '22023', NULL, 'states of other options');

-- ---- stoppable ------------------------------------------------------------------------------------------

\ir stops.psql
SELECT stops('creditspread_internal.relation_graph_final(s)', $$SELECT state_of(i::text, j::text, 'k', relation_graph_options(indirect => '{k}')) AS s FROM generate_series(1, 100) AS i, generate_series(51, 150) AS j WHERE i <> j$$);

SELECT * FROM finish();
ROLLBACK;
