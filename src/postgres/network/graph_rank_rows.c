/*
 * graph_rank_rows.c
 *		The rows of a panel as the cross-section that graph-ranking networks take.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "postgres/network/graph_rank.h"
#include "postgres/network/network_fit.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/base/text_encoding.h"

#define ST_SORT sort_times
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) ((*(a) > *(b)) - (*(a) < *(b)))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The distinct times, in order, and the number of each row's. */
static void
number_times(GraphRankRows *rows, const Panel *panel, const char *what)
{
	int64 *times = allocate_checked(what, sizeof(int64) * panel->count);
	int32 *number = allocate_checked(what, sizeof(int32) * panel->count);
	int64 count = 0;

	memcpy(times, panel->times, sizeof(int64) * panel->count);
	sort_times(times, panel->count);
	for (int64 i = 0; i < panel->count; i++)
	{
		if (i == 0 || times[i] != times[count - 1])
			times[count++] = times[i];
		check_interrupts(i);
	}
	for (int64 i = 0; i < panel->count; i++)
	{
		int64 low = 0;

		for (int64 high = count - 1; low < high;)
		{
			int64 middle = (low + high) / 2;

			if (times[middle] < panel->times[i])
				low = middle + 1;
			else
				high = middle;
		}
		number[i] = low;
		check_interrupts(i);
	}
	rows->times = times;
	rows->time = number;
	rows->section.times = count;
	rows->section.time = number;
}

static int
compare_texts(const void *a, const void *b)
{
	return compare_as_utf8(*(char *const *) a, *(char *const *) b);
}

/* An entity of two groups stands in the panel twice, one after the other. */
static void
check_one_group(const Panel *panel, const char *what)
{
	for (int64 i = 1; i < panel->entity_count; i++)
		if (strcmp(panel->names[i - 1], panel->names[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: entity \"%s\" has more than one group", what, panel->names[i]),
					 errhint("Give each entity the same group in all its rows.")));
}

/* Returns how many different texts there are, which then stand first, in order. */
static size_t
sort_distinct(char **texts, size_t count)
{
	size_t distinct = 0;

	qsort(texts, count, sizeof(char *), compare_texts);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(texts[i], texts[distinct - 1]) != 0)
			texts[distinct++] = texts[i];
	return distinct;
}

/* Names the entities and numbers their groups. */
static void
read_names(GraphRankRows *rows, const Panel *panel, const char *what)
{
	size_t count = rows->network.series;
	char **groups = panel->groups;
	char **sorted = palloc(sizeof(char *) * count);
	size_t grouped = 0;
	size_t distinct;

	check_one_group(panel, what);
	rows->entities = panel->names;
	rows->group = palloc(sizeof(int32) * count);
	for (size_t s = 0; s < count; s++)
		if (groups[s] != NULL)
			sorted[grouped++] = groups[s];
	distinct = sort_distinct(sorted, grouped);
	for (size_t s = 0; s < count; s++)
	{
		char **place = groups[s] == NULL
						   ? NULL
						   : bsearch(&groups[s], sorted, distinct, sizeof(char *), compare_texts);

		rows->group[s] = place == NULL ? -1 : place - sorted;
	}
	if (grouped == count)
		rows->section.group = rows->group;
}

/* The nodes of the entities in a graph, and the neighbours there. */
static void
find_nodes(GraphRankRows *rows, const RelationGraph *graph, const char *what)
{
	RelationParts parts = relation_graph_parts(graph);
	cs_relation_graph numeric = relation_graph_numeric(graph);
	Size size = cs_adjacency_size(&numeric);
	int32 *nodes = palloc(sizeof(int32) * rows->network.series);
	cs_adjacency *adjacency = palloc(sizeof(cs_adjacency));
	cs_workspace workspace;

	for (size_t s = 0; s < rows->network.series; s++)
	{
		char **place = bsearch(&rows->entities[s], parts.entity_names, parts.entities,
							   sizeof(char *), compare_texts);

		nodes[s] = place == NULL ? -1 : place - parts.entity_names;
	}
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	cs_adjacency_initialize(adjacency, &numeric, &workspace);
	rows->section.entity = nodes;
	rows->section.adjacency = adjacency;
}

GraphRankRows *
graph_rank_rows(const Panel *panel, const RelationGraph *graph, const char *what)
{
	GraphRankRows *rows = palloc0(sizeof(GraphRankRows));

	rows->network = network_panel_rows(panel, what);
	rows->time_type = panel->time_type;
	number_times(rows, panel, what);
	read_names(rows, panel, what);
	if (graph != NULL)
		find_nodes(rows, graph, what);
	rows->network.cross_section = &rows->section;
	return rows;
}
