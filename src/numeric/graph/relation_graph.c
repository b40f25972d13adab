/*
 * relation_graph.c
 *		Neighbour lists of a graph of relations, and relations derived from paths.
 */
#include "numeric/graph/relation_graph.h"

#include <string.h>

#include "numeric/base/sort.h"

int
cs_relation_kind_count(uint64_t kinds)
{
	return __builtin_popcountll(kinds);
}

cs_status
cs_relation_graph_check(const cs_relation_graph *graph, int kind_count, size_t from, size_t to)
{
	uint64_t known =
		kind_count >= CS_RELATION_MAX_KINDS ? UINT64_MAX : ((uint64_t) 1 << kind_count) - 1;

	for (size_t i = from; i < to; i++)
	{
		const cs_relation *relation = &graph->relations[i];

		if (relation->source >= graph->entities || relation->target >= graph->entities ||
			relation->source == relation->target || relation->kinds == 0 ||
			(relation->kinds & ~known) != 0)
			return CS_OUT_OF_RANGE;
		if (i > 0 &&
			(relation[-1].source > relation->source ||
			 (relation[-1].source == relation->source && relation[-1].target >= relation->target)))
			return CS_OUT_OF_RANGE;
	}
	return CS_OK;
}

size_t
cs_relation_merge(cs_relation *relations, size_t count, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
	{
		if (count > 0 && relations[count - 1].source == relations[i].source &&
			relations[count - 1].target == relations[i].target)
			relations[count - 1].kinds |= relations[i].kinds;
		else
			relations[count++] = relations[i];
	}
	return count;
}

/* False when the workspace is too small. */
static bool
lay_adjacency(cs_adjacency *adjacency, const cs_relation_graph *graph, cs_workspace *workspace)
{
	adjacency->entities = graph->entities;
	adjacency->starts = cs_workspace_take(workspace, graph->entities + 1, sizeof(size_t));
	adjacency->neighbours = cs_workspace_take(workspace, graph->pairs, sizeof(uint32_t));
	adjacency->kinds = cs_workspace_take(workspace, graph->pairs, sizeof(uint64_t));
	return !workspace->failed;
}

size_t
cs_adjacency_size(const cs_relation_graph *graph)
{
	cs_adjacency adjacency;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_adjacency(&adjacency, graph, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_adjacency_initialize(cs_adjacency *adjacency, const cs_relation_graph *graph,
						cs_workspace *workspace)
{
	size_t *starts;

	if (!lay_adjacency(adjacency, graph, workspace))
		return CS_NO_MEMORY;
	starts = adjacency->starts;
	memset(starts, 0, sizeof(size_t) * (graph->entities + 1));
	for (size_t e = 0; e < graph->pairs; e++)
		starts[graph->relations[e].target + 1]++;
	for (size_t i = 0; i < graph->entities; i++)
		starts[i + 1] += starts[i];
	/* each start moves to the end of its list, which is the next start */
	for (size_t e = 0; e < graph->pairs; e++)
	{
		size_t place = starts[graph->relations[e].target]++;

		adjacency->neighbours[place] = graph->relations[e].source;
		adjacency->kinds[place] = graph->relations[e].kinds;
	}
	memmove(starts + 1, starts, sizeof(size_t) * graph->entities);
	starts[0] = 0;
	return CS_OK;
}

/* False when the workspace is too small. */
static bool
lay_paths(cs_relation_paths *paths, const cs_relation_graph *graph, cs_workspace *workspace)
{
	paths->starts = cs_workspace_take(workspace, graph->entities + 1, sizeof(size_t));
	paths->found = cs_workspace_take(workspace, graph->entities, sizeof(uint64_t));
	paths->touched = cs_workspace_take(workspace, graph->entities, sizeof(uint32_t));
	return !workspace->failed;
}

size_t
cs_relation_paths_size(const cs_relation_graph *graph)
{
	cs_relation_paths paths;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_paths(&paths, graph, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_relation_paths_initialize(cs_relation_paths *paths, const cs_relation_graph *graph,
							 uint64_t chosen, const uint8_t indirect[CS_RELATION_MAX_KINDS],
							 cs_relation *result, cs_workspace *workspace)
{
	for (int k = 0; k < CS_RELATION_MAX_KINDS; k++)
		if ((chosen >> k & 1) != 0 && indirect[k] >= CS_RELATION_MAX_KINDS)
			return CS_OUT_OF_RANGE;
	*paths = (cs_relation_paths){
		.graph = graph, .chosen = chosen, .indirect = indirect, .result = result};
	if (!lay_paths(paths, graph, workspace))
		return CS_NO_MEMORY;
	memset(paths->found, 0, sizeof(uint64_t) * graph->entities);
	for (size_t i = 0, e = 0; i <= graph->entities; i++)
	{
		while (e < graph->pairs && graph->relations[e].source < i)
			e++;
		paths->starts[i] = e;
	}
	return CS_OK;
}

bool
cs_relation_paths_finished(const cs_relation_paths *paths)
{
	return paths->source == paths->graph->entities;
}

double
cs_relation_paths_progress(const cs_relation_paths *paths)
{
	return paths->graph->entities == 0 ? 1.0
									   : (double) paths->source / (double) paths->graph->entities;
}

static void
put(cs_relation_paths *paths, uint32_t target, uint64_t kinds)
{
	if (paths->result != NULL)
		paths->result[paths->pairs] = (cs_relation){(uint32_t) paths->source, target, kinds};
	paths->pairs++;
	paths->relations += cs_relation_kind_count(kinds);
}

/* The indirect kinds of an entity found, which is then forgotten. */
static uint64_t
take_found(cs_relation_paths *paths, uint32_t target)
{
	uint64_t indirect = 0;

	for (uint64_t rest = paths->found[target]; rest != 0; rest &= rest - 1)
		indirect |= (uint64_t) 1 << paths->indirect[__builtin_ctzll(rest)];
	paths->found[target] = 0;
	return indirect;
}

/* Merges what was found with the direct relations of the source. */
static void
finish_source(cs_relation_paths *paths)
{
	const cs_relation *direct = paths->graph->relations + paths->starts[paths->source];
	const cs_relation *end = paths->graph->relations + paths->starts[paths->source + 1];

	for (const cs_relation *relation = direct; relation < end; relation++)
		paths->found[relation->target] &= ~relation->kinds;
	cs_sort_numbers(paths->touched, paths->touched_count);
	for (size_t t = 0; t < paths->touched_count; t++)
	{
		uint32_t target = paths->touched[t];
		uint64_t kinds = take_found(paths, target);

		for (; direct < end && direct->target < target; direct++)
			put(paths, direct->target, direct->kinds);
		if (direct < end && direct->target == target)
			kinds |= direct++->kinds;
		if (kinds != 0)
			put(paths, target, kinds);
	}
	for (; direct < end; direct++)
		put(paths, direct->target, direct->kinds);
	paths->touched_count = 0;
	paths->leg = paths->starts[++paths->source];
}

void
cs_relation_paths_step(cs_relation_paths *paths)
{
	const cs_relation *first = &paths->graph->relations[paths->leg];
	uint64_t kinds;

	if (paths->leg == paths->starts[paths->source + 1])
	{
		finish_source(paths);
		return;
	}
	kinds = first->kinds & paths->chosen;
	for (size_t e = paths->starts[first->target];
		 kinds != 0 && e < paths->starts[first->target + 1]; e++)
	{
		const cs_relation *second = &paths->graph->relations[e];
		uint64_t common = kinds & second->kinds;

		if (common == 0 || second->target == paths->source)
			continue;
		if (paths->found[second->target] == 0)
			paths->touched[paths->touched_count++] = second->target;
		paths->found[second->target] |= common;
	}
	paths->leg++;
}
