/*
 * relation_graph.h
 *		Values of type relation_graph: entities, kinds and relations, by name and in order.
 *
 * Text form: {"format", "entities": [name, ...], "relations": {kind: "source target, source
 * target, ...", ...}}, entities counted from 1.  Whatever comes in is validated completely and put
 * in order, so that equal graphs have equal bytes.
 */
#ifndef CREDITSPREAD_POSTGRES_RELATION_GRAPH_H
#define CREDITSPREAD_POSTGRES_RELATION_GRAPH_H

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "numeric/graph/relation_graph.h"
#include "postgres/base/compatibility.h"

typedef struct RelationGraph
{
	int32 vl_len_;		 /* varlena header */
	uint32 magic;		 /* RELATION_GRAPH_MAGIC */
	uint16 format;		 /* RELATION_GRAPH_FORMAT */
	uint16 kinds;		 /* at least 1 */
	uint32 entities;	 /* at least 1 */
	uint32 pairs;		 /* may be 0 */
	uint32 names_length; /* bytes of the names, zeros included */
	char data[]; /* cs_relation[pairs]; names of the entities, then of the kinds, each ended by 0 */
} RelationGraph;

/* A graph taken apart, or to be put together. */
typedef struct RelationParts
{
	int entities;
	int kinds;
	int64 pairs;
	char **entity_names;
	char **kind_names;
	cs_relation *relations;
} RelationParts;

/*
 * Brings the parts into order: entities and kinds by the bytes of their names, relations by source
 * and target, each pair once.  A name that occurs twice, an empty one, more entities, kinds or
 * relations than a graph can have are errors 22023 and 54000.
 */
extern void relation_parts_sort(RelationParts *parts);

/* Error 54000 when a graph cannot have so many relations (kinds of pairs). */
extern void check_relation_count(int64 relations);

/* The value of sorted parts. */
extern RelationGraph *relation_graph_create(const RelationParts *parts);

/* The graph in `datum`, detoasted; error XX001 when its bytes have been damaged. */
extern const RelationGraph *relation_graph_of_datum(Datum datum);

/* Its parts, palloc'd names and relations that point into the value; they are in order. */
extern RelationParts relation_graph_parts(const RelationGraph *graph);

/* The graph that a JSON object describes, validated, and the text of that object. */
extern RelationGraph *relation_graph_from_json(const Jsonb *json);
extern void relation_graph_append_json(StringInfo text, const RelationGraph *graph);

/* Its relations as numeric/ takes them. */
extern cs_relation_graph relation_graph_numeric(const RelationGraph *graph);

#endif
