/*
 * relation_graph.h
 *		Relations between entities: directed pairs, each with the kinds of relation that hold for
 *		it, as the relational ranking of Feng et al. (Temporal Relational Ranking for Stock
 *		Prediction, ACM TOIS 37, 2019) takes them.
 *
 * A pair says that its source acts on its target.  Bit k of `kinds` is the indicator a_ijk of the
 * target i, the source j and kind k.  Sizes: N entities, K kinds, E pairs, R relations (pairs times
 * kinds: the bits set).
 */
#ifndef CREDITSPREAD_NUMERIC_RELATION_GRAPH_H
#define CREDITSPREAD_NUMERIC_RELATION_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#define CS_RELATION_MAX_KINDS 64
#define CS_RELATION_MAX_ENTITIES 100000
#define CS_RELATION_MAX_RELATIONS 5000000

typedef struct cs_relation
{
	uint32_t source;
	uint32_t target;
	uint64_t kinds; /* never 0 */
} cs_relation;

typedef struct cs_relation_graph
{
	size_t entities;
	size_t pairs;
	const cs_relation *relations; /* [E], ascending by source, then target */
} cs_relation_graph;

/* How many kinds a set has. */
extern int cs_relation_kind_count(uint64_t kinds);

/*
 * CS_OUT_OF_RANGE unless the pairs from `from` to `to` - 1 are in order, have sources and targets
 * below N that differ, and kinds below `kind_count`, at least one.
 */
extern cs_status cs_relation_graph_check(const cs_relation_graph *graph, int kind_count,
										 size_t from, size_t to);

/*
 * Unites the kinds of pairs that occur more than once in ascending relations: relations[0 .. count
 * - 1] hold each pair once already, from .. to - 1 come next.  Returns the new count; the first
 * call has count = from = 0.
 */
extern size_t cs_relation_merge(cs_relation *relations, size_t count, size_t from, size_t to);

/*
 * The neighbours of each entity: those that act on i are neighbours[starts[i]] to
 * neighbours[starts[i + 1] - 1], ascending, with their indicators in kinds[].
 */
typedef struct cs_adjacency
{
	size_t entities;
	size_t *starts;		  /* [N + 1] */
	uint32_t *neighbours; /* [E] */
	uint64_t *kinds;	  /* [E] */
} cs_adjacency;

extern size_t cs_adjacency_size(const cs_relation_graph *graph);

/* Two passes over the pairs; CS_NO_MEMORY when the workspace is too small. */
extern cs_status cs_adjacency_initialize(cs_adjacency *adjacency, const cs_relation_graph *graph,
										 cs_workspace *workspace);

/*
 * Indirect relations: j acts indirectly on i by kind k when a path of two relations of that kind
 * leads from j to i, j is not i, and j does not act on i directly by that kind.
 */
typedef struct cs_relation_paths
{
	const cs_relation_graph *graph;
	uint64_t chosen;		 /* kinds whose paths are sought */
	const uint8_t *indirect; /* [64] kind of the indirect relation of each chosen kind */
	cs_relation *result;	 /* all relations; NULL to count them only */
	size_t pairs;			 /* of the result so far */
	size_t relations;		 /* of the result so far */
	size_t source;			 /* at work on this entity */
	size_t leg;				 /* and on this of its pairs */
	size_t *starts;			 /* [N + 1] the pairs of each source */
	uint64_t *found;		 /* [N] kinds by which the source reaches an entity in two steps */
	uint32_t *touched;		 /* [N] entities found */
	size_t touched_count;
} cs_relation_paths;

extern size_t cs_relation_paths_size(const cs_relation_graph *graph);

/*
 * `result` has room for as many pairs as a run with NULL has counted; the graph's own relations are
 * in it too.  CS_OUT_OF_RANGE when the kind of an indirect relation is not below 64.
 */
extern cs_status cs_relation_paths_initialize(cs_relation_paths *paths,
											  const cs_relation_graph *graph, uint64_t chosen,
											  const uint8_t indirect[CS_RELATION_MAX_KINDS],
											  cs_relation *result, cs_workspace *workspace);
extern bool cs_relation_paths_finished(const cs_relation_paths *paths);

/* The share of the sources that are done. */
extern double cs_relation_paths_progress(const cs_relation_paths *paths);

/* The paths over one neighbour of a source, or the end of a source: O(N log N) at most. */
extern void cs_relation_paths_step(cs_relation_paths *paths);

#endif
