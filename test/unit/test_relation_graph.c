/*
 * test_relation_graph.c
 *		Neighbour lists and indirect relations against their definitions on random graphs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/graph/relation_graph.h"

#define MOST 40

/* kinds[source][target] */
typedef uint64_t Matrix[MOST][MOST];

static size_t
relations_of(const Matrix kinds, size_t n, cs_relation *relations)
{
	size_t count = 0;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < n; j++)
			if (kinds[i][j] != 0)
				relations[count++] = (cs_relation){i, j, kinds[i][j]};
	return count;
}

static void
draw_graph(Matrix kinds, size_t n, int kind_count, uint64_t seed)
{
	cs_random random;

	cs_random_seed(&random, seed);
	memset(kinds, 0, sizeof(Matrix));
	for (size_t e = 0; e < 2 * n; e++)
	{
		size_t i = cs_random_below(&random, n);
		size_t j = cs_random_below(&random, n);

		if (i != j)
			kinds[i][j] |= (uint64_t) 1 << cs_random_below(&random, kind_count);
	}
}

static void
check_adjacency(const cs_relation_graph *graph, const Matrix kinds)
{
	size_t size = cs_adjacency_size(graph);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_adjacency adjacency;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_adjacency_initialize(&adjacency, graph, &workspace), CS_OK);
	assert_int_equal(adjacency.starts[0], 0);
	assert_int_equal(adjacency.starts[graph->entities], graph->pairs);
	for (size_t i = 0; i < graph->entities; i++)
	{
		size_t e = adjacency.starts[i];

		for (uint32_t j = 0; j < graph->entities; j++)
			if (kinds[j][i] != 0)
			{
				assert_int_equal(adjacency.neighbours[e], j);
				assert_true(adjacency.kinds[e] == kinds[j][i]);
				e++;
			}
		assert_int_equal(e, adjacency.starts[i + 1]);
	}
	cs_workspace_initialize(&workspace, block, 63);
	assert_int_equal(cs_adjacency_initialize(&adjacency, graph, &workspace), CS_NO_MEMORY);
	free(block);
}

/* The definition: kind k by two steps, not by one, not to itself. */
static void
indirect_by_definition(const Matrix kinds, size_t n, uint64_t chosen, const uint8_t *indirect,
					   Matrix result)
{
	memcpy(result, kinds, sizeof(Matrix));
	for (size_t i = 0; i < n; i++)
		for (size_t l = 0; l < n; l++)
			for (size_t j = 0; j < n && i != l; j++)
			{
				uint64_t both = kinds[i][j] & kinds[j][l] & chosen & ~kinds[i][l];

				for (int k = 0; k < 64; k++)
					if ((both >> k & 1) != 0)
						result[i][l] |= (uint64_t) 1 << indirect[k];
			}
}

static void
run_paths(const cs_relation_graph *graph, uint64_t chosen, const uint8_t *indirect,
		  cs_relation *result, size_t *pairs, size_t *relations)
{
	size_t size = cs_relation_paths_size(graph);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_relation_paths paths;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(
		cs_relation_paths_initialize(&paths, graph, chosen, indirect, result, &workspace), CS_OK);
	assert_true(cs_relation_paths_progress(&paths) == (graph->entities == 0));
	while (!cs_relation_paths_finished(&paths))
		cs_relation_paths_step(&paths);
	assert_true(cs_relation_paths_progress(&paths) == 1.0);
	*pairs = paths.pairs;
	*relations = paths.relations;
	free(block);
}

static void
check_paths(const cs_relation_graph *graph, const Matrix kinds, uint64_t chosen,
			const uint8_t *indirect)
{
	static Matrix expected;
	static cs_relation wanted[MOST * MOST];
	static cs_relation found[MOST * MOST];
	size_t counted;
	size_t pairs;
	size_t counted_relations;
	size_t relations;
	size_t bits = 0;

	indirect_by_definition(kinds, graph->entities, chosen, indirect, expected);
	run_paths(graph, chosen, indirect, NULL, &counted, &counted_relations);
	run_paths(graph, chosen, indirect, found, &pairs, &relations);
	assert_int_equal(pairs, relations_of(expected, graph->entities, wanted));
	assert_int_equal(pairs, counted);
	for (size_t e = 0; e < pairs; e++)
	{
		assert_int_equal(found[e].source, wanted[e].source);
		assert_int_equal(found[e].target, wanted[e].target);
		assert_true(found[e].kinds == wanted[e].kinds);
		bits += (size_t) cs_relation_kind_count(wanted[e].kinds);
	}
	assert_int_equal(relations, bits);
	assert_int_equal(counted_relations, bits);
}

static void
test_random_graphs(void **state)
{
	static Matrix kinds;
	static cs_relation relations[MOST * MOST];
	static const uint8_t low[64] = {3, 5, 4};
	uint8_t high[64] = {0};

	(void) state;
	high[61] = 63;
	high[62] = 0;
	for (uint64_t seed = 1; seed <= 200; seed++)
	{
		size_t n = 1 + seed % MOST;
		bool top = seed % 2 == 0;
		cs_relation_graph graph = {n, 0, relations};

		draw_graph(kinds, n, 3, seed);
		for (size_t i = 0; top && i < n; i++)
			for (size_t j = 0; j < n; j++)
				kinds[i][j] <<= 60;
		graph.pairs = relations_of(kinds, n, relations);
		assert_int_equal(cs_relation_graph_check(&graph, top ? 63 : 3, 0, graph.pairs), CS_OK);
		check_adjacency(&graph, kinds);
		check_paths(&graph, kinds, top ? (uint64_t) 3 << 61 : seed % 8, top ? high : low);
	}
}

static void
test_no_pairs(void **state)
{
	cs_relation_graph graph = {5, 0, NULL};
	static const uint8_t indirect[64] = {1};
	size_t pairs;
	size_t relations;

	(void) state;
	run_paths(&graph, 1, indirect, NULL, &pairs, &relations);
	assert_int_equal(pairs, 0);
	assert_int_equal(relations, 0);
	assert_int_equal(cs_relation_graph_check(&graph, 1, 0, 0), CS_OK);
}

static void
test_check(void **state)
{
	static const struct
	{
		cs_relation pair[2];
		cs_status status;
	} cases[] = {
		{{{0, 1, 1}, {0, 2, 2}}, CS_OK},		   {{{0, 1, 1}, {1, 0, 3}}, CS_OK},
		{{{0, 1, 1}, {0, 1, 2}}, CS_OUT_OF_RANGE}, {{{0, 2, 1}, {0, 1, 1}}, CS_OUT_OF_RANGE},
		{{{1, 0, 1}, {0, 1, 1}}, CS_OUT_OF_RANGE}, {{{0, 1, 1}, {2, 2, 1}}, CS_OUT_OF_RANGE},
		{{{0, 1, 1}, {3, 2, 1}}, CS_OUT_OF_RANGE}, {{{0, 1, 1}, {2, 3, 1}}, CS_OUT_OF_RANGE},
		{{{0, 1, 0}, {1, 0, 1}}, CS_OUT_OF_RANGE}, {{{0, 1, 4}, {1, 0, 1}}, CS_OUT_OF_RANGE},
	};

	(void) state;
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
	{
		cs_relation_graph graph = {3, 2, cases[c].pair};

		assert_int_equal(cs_relation_graph_check(&graph, 2, 0, 2), cases[c].status);
	}
}

static void
test_merge(void **state)
{
	static const cs_relation given[] = {{0, 1, 1}, {0, 1, 2}, {0, 2, 4},
										{1, 0, 1}, {1, 0, 1}, {1, 0, 8}};

	(void) state;
	for (size_t cut = 0; cut <= 6; cut++)
	{
		cs_relation relations[6];
		size_t count;

		memcpy(relations, given, sizeof(given));
		count = cs_relation_merge(relations, 0, 0, cut);
		assert_int_equal(cs_relation_merge(relations, count, cut, 6), 3);
		assert_true(relations[0].kinds == 3 && relations[1].kinds == 4 && relations[2].kinds == 9);
		assert_true(relations[2].source == 1 && relations[2].target == 0);
	}
	assert_int_equal(cs_relation_merge(NULL, 0, 0, 0), 0);
}

static void
test_bad_arguments(void **state)
{
	static const cs_relation pair = {0, 1, 1};
	cs_relation_graph graph = {2, 1, &pair};
	uint8_t indirect[64] = {64};
	char block[1000];
	cs_workspace workspace;
	cs_relation_paths paths;

	(void) state;
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_relation_paths_initialize(&paths, &graph, 1, indirect, NULL, &workspace),
					 CS_OUT_OF_RANGE);
	cs_workspace_initialize(&workspace, block, 100);
	assert_int_equal(cs_relation_paths_initialize(&paths, &graph, 2, indirect, NULL, &workspace),
					 CS_NO_MEMORY);
	graph.entities = SIZE_MAX / 4;
	assert_true(cs_relation_paths_size(&graph) == SIZE_MAX);
	assert_true(cs_adjacency_size(&graph) == SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_graphs), cmocka_unit_test(test_no_pairs),
		cmocka_unit_test(test_check),		  cmocka_unit_test(test_merge),
		cmocka_unit_test(test_bad_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
