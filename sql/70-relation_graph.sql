-- Relations between entities as one value: the type relation_graph, the aggregate that makes it, and what
-- it is asked for.

--@ type relation_graph (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE relation_graph IS
	'entities and the directed relations between them, each of a kind; made by relation_graph; text form JSON: format, entities (names), relations (for each kind a text of source and target, source and target, ..., counted from 1)';

--@ type @internal@.creditspread_relations (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.creditspread_relations IS
	'state of aggregates over relations: their rows (source, target, kind) and options; for partial aggregation, not for storing';

CREATE FUNCTION @internal@.creditspread_relations_combine(@internal@.creditspread_relations, @internal@.creditspread_relations) RETURNS @internal@.creditspread_relations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.creditspread_relations_combine(@internal@.creditspread_relations, @internal@.creditspread_relations) IS
	'combine function of aggregates over relations';

--@ options relation_graph_options (relation_graph) of relation_graph

CREATE FUNCTION @internal@.relation_graph_final(@internal@.creditspread_relations) RETURNS relation_graph
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each entity; optional
--@ transition creditspread_relation_graph_transition
CREATE AGGREGATE relation_graph(source @entity@, target @entity@, kind text [, options jsonb]) (
	SFUNC = @internal@.relation_graph_transition, STYPE = @internal@.creditspread_relations, FINALFUNC = @internal@.relation_graph_final,
	COMBINEFUNC = @internal@.creditspread_relations_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE relation_graph(@entity@, @entity@, text [, jsonb]) IS
	'a graph of relations: the source acts on the target by a relation of a kind [, with relation_graph_options(...)]; rows in any order, equal rows count once; errors: NULL or an empty name, a relation of an entity to itself, more than 100000 entities, 64 kinds or 5000000 relations [, an unknown option, kind or entity in the options, options that differ]';
--@ end

CREATE FUNCTION relation_graph_edges(graph relation_graph, OUT source text, OUT target text, OUT kind text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_edges' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_edges(relation_graph) IS
	'the relations of a graph as rows: source, target, kind; in order of the bytes of the names';

CREATE FUNCTION relation_graph_entities(graph relation_graph) RETURNS text[]
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_entities' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_entities(relation_graph) IS
	'the entities of a graph, those without relations too; in order of the bytes of their names';

CREATE FUNCTION relation_graph_info(graph relation_graph) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_info(relation_graph) IS
	'figures of a graph: bytes; entities, their number; kinds, their names in order; pairs of source and target; relations of each kind';

CREATE FUNCTION relation_graph_shuffle(graph relation_graph, seed bigint DEFAULT 1) RETURNS relation_graph
AS 'MODULE_PATHNAME', 'creditspread_relation_graph_shuffle' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION relation_graph_shuffle(relation_graph, bigint) IS
	'the graph with its entities exchanged at random: the same shape between other entities, a control of what relations are worth; seed at least 0, the same seed gives the same graph';
