/*
 * test_sample_market.c
 *		The made-up market follows its process: least squares on the true neighbours' changes finds
 *		the strengths, and the figures do not change from build to build.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/graph/sample_market.h"

static void
start(cs_sample_market *market, uint64_t seed)
{
	size_t size = cs_sample_market_size();
	void *block = malloc(size);
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_sample_market_initialize(market, seed, &workspace), CS_OK);
	cs_workspace_initialize(&workspace, block, 5000);
	assert_int_equal(cs_sample_market_initialize(&(cs_sample_market){0}, seed, &workspace),
					 CS_NO_MEMORY);
	cs_workspace_initialize(&workspace, block, 2 * sizeof(cs_relation) * CS_SAMPLE_MAX_PAIRS + 200);
	assert_int_equal(cs_sample_market_initialize(&(cs_sample_market){0}, seed, &workspace),
					 CS_NO_MEMORY);
	free(block);
}

static void
test_relations(void **state)
{
	cs_relation relations[CS_SAMPLE_MAX_PAIRS];
	cs_relation_graph graph = {CS_SAMPLE_INDUSTRIES, cs_sample_relations(relations), relations};
	int sectors = 0;

	(void) state;
	assert_int_equal(cs_relation_graph_check(&graph, CS_SAMPLE_KINDS, 0, graph.pairs), CS_OK);
	for (size_t e = 0; e < graph.pairs; e++)
	{
		bool same = strcmp(cs_sample_sector(relations[e].source),
						   cs_sample_sector(relations[e].target)) == 0;

		assert_true((relations[e].kinds >> CS_SAMPLE_SAME_SECTOR & 1) == same);
	}
	for (size_t i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
	{
		sectors += i == 0 || strcmp(cs_sample_sector(i - 1), cs_sample_sector(i)) != 0;
		for (size_t j = 0; j < i; j++)
			assert_true(strcmp(cs_sample_industry(i), cs_sample_industry(j)) != 0);
	}
	assert_int_equal(sectors, CS_SAMPLE_SECTORS);
	for (int k = 1; k < CS_SAMPLE_KINDS; k++)
		assert_true(strcmp(cs_sample_kind_names[k - 1], cs_sample_kind_names[k]) < 0);
}

/* Each day: what the process foretells explains the change, and what is left is the shocks. */
static void
test_process(void **state)
{
	cs_sample_market market;
	double products[3] = {0};
	double shocks[CS_SAMPLE_INDUSTRIES] = {0};
	size_t days = 4000;

	(void) state;
	start(&market, 42);
	for (size_t day = 0; day < days; day++)
	{
		cs_sample_market before = market;

		cs_sample_market_step(&market);
		for (size_t i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
		{
			double foretold = 0.02 * (before.mean[i] - before.spread[i]);
			double left;

			for (size_t j = 0; j < CS_SAMPLE_INDUSTRIES; j++)
				foretold += before.effect[i][j] * before.change[j];
			left = market.spread[i] - before.spread[i] - foretold;
			products[0] += foretold * left;
			products[1] += foretold * foretold;
			products[2] += left * left;
			shocks[i] += left * left;
			assert_true(market.spread[i] > 0 && market.stock[i] > 0);
		}
	}
	assert_true(fabs(products[0]) < 0.02 * sqrt(products[1] * products[2]));
	assert_true(products[1] > 0.15 * products[2]);
	for (size_t i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
	{
		double expected = 0.01 * 0.01 + market.volatility[i] * market.volatility[i];

		assert_true(fabs(shocks[i] / (double) days / expected - 1) < 0.12);
		assert_true(market.volatility[i] >= 0.02 && market.volatility[i] < 0.04);
		assert_true(market.mean[i] >= 1.6 && market.mean[i] < 3.6);
	}
}

/* Effects are strengths over the number of neighbours; by hand for coal. */
static void
test_effects(void **state)
{
	cs_sample_market market;

	(void) state;
	start(&market, 1);
	for (size_t i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
	{
		double sum = 0;

		for (size_t j = 0; j < CS_SAMPLE_INDUSTRIES; j++)
			sum += market.effect[i][j];
		assert_true(market.effect[i][i] == 0);
		assert_true(sum > 0 && sum < 1.5);
	}
	/* on coal act 10 industries: power by its sector and from downstream, machinery from upstream
	 * and as a customer of steel */
	assert_true(fabs(market.effect[0][1] - 1.2 / 10) < 1e-15);
	assert_true(fabs(market.effect[0][2] - (1.2 + 0.9) / 10) < 1e-15);
	assert_true(fabs(market.effect[0][9] - (0.6 + 0.3) / 10) < 1e-15);
}

static void
test_same_figures(void **state)
{
	cs_sample_market market;
	cs_sample_market other;

	(void) state;
	start(&market, 1);
	start(&other, 2);
	for (int day = 0; day < 250; day++)
	{
		cs_sample_market_step(&market);
		cs_sample_market_step(&other);
	}
	assert_true(market.spread[0] != other.spread[0]);
	assert_true(market.spread[0] == 0x1.a8ff041bb29f4p+1);
	assert_true(market.spread[35] == 0x1.14c161c3ddddfp+1);
	assert_true(market.stock[17] == 0x1.1a6ca80df0003p+10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_relations),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_effects),
		cmocka_unit_test(test_same_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
