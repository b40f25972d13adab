/*
 * test_rank_measures.c
 *		Reciprocal rank, rank correlation and backtest against reference values, and against their
 *		definitions with ties broken in every way.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/evaluation/rank_measures.h"

#include "check_helper.h"
#include "golden/rank_measures.h"

#define CASES COUNT(golden_rank)
#define MOST 64

typedef struct Fixture
{
	void *block;
	cs_ranking ranking;
	cs_rank_backtest backtest;
} Fixture;

static int
setup(void **state)
{
	Fixture *fixture = malloc(sizeof(Fixture));
	size_t size = cs_ranking_size(MOST) + cs_rank_backtest_size(MOST);
	cs_workspace workspace;

	fixture->block = malloc(size);
	cs_workspace_initialize(&workspace, fixture->block, size);
	assert_int_equal(cs_ranking_initialize(&fixture->ranking, MOST, &workspace), CS_OK);
	assert_int_equal(cs_rank_backtest_initialize(&fixture->backtest, MOST, &workspace), CS_OK);
	*state = fixture;
	return 0;
}

static int
teardown(void **state)
{
	Fixture *fixture = *state;

	free(fixture->block);
	free(fixture);
	return 0;
}

static void
test_golden(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		size_t n = golden_rank[c].series;
		size_t entities[MOST];
		double sum = 0;
		double turnover;
		bool traded;
		void *own = NULL;
		Fixture *fixture;

		assert_int_equal(setup(&own), 0);
		fixture = own;
		for (size_t i = 0; i < n; i++)
			entities[i] = i;
		for (size_t t = 0; t < golden_rank[c].days; t++)
		{
			const double *truth = golden_rank[c].truth + t * n;
			const double *pred = golden_rank[c].pred + t * n;
			double correlation;

			/* the reference ranks the highest prediction among the true values */
			sum += cs_reciprocal_rank(&fixture->ranking, pred, truth, n);
			assert_int_equal(cs_rank_correlation(&fixture->ranking, truth, pred, n, &correlation),
							 CS_OK);
			assert_near(correlation, golden_rank[c].correlation[t], 1e-12, 1);
			cs_rank_backtest_group(&fixture->backtest, entities, truth, pred, n);
			assert_int_equal(cs_rank_backtest_close(&fixture->backtest, &traded, &turnover), CS_OK);
			assert_true(traded);
		}
		assert_near(sum / (double) golden_rank[c].days, golden_rank[c].mrr, 1e-12, 1);
		assert_near(fixture->backtest.longs, golden_rank[c].longs, 1e-12, 1);
		teardown(&own);
	}
}

/* The mean over every order of six forecasts that share values. */
static void
test_ties_are_means(void **state)
{
	Fixture *fixture = *state;
	static const double actual[6] = {0.3, 2.0, -1.0, 2.0, 0.5, 1.1};
	static const double forecast[6] = {1, 0, 1, 1, 0, -2};
	double reciprocal = 0;
	size_t orders = 0;

	/* breaks the ties of {0, 2, 3} and of {1, 4} in every order by small amounts */
	for (int a = 0; a < 3; a++)
		for (int b = 0; b < 3; b++)
			for (int d = 0; d < 2; d++)
			{
				double broken[6];

				if (a == b)
					continue;
				for (int i = 0; i < 6; i++)
					broken[i] = forecast[i];
				broken[0] += 0.01 * a;
				broken[2] += 0.01 * b;
				broken[3] += 0.01 * (3 - a - b);
				broken[1] += 0.01 * d;
				broken[4] += 0.01 * (1 - d);
				/* both highest actual values, one at a time */
				for (int top = 1; top <= 3; top += 2)
				{
					int place = 1;

					for (int i = 0; i < 6; i++)
						place += broken[i] > broken[top];
					reciprocal += 1.0 / place;
					orders++;
				}
			}
	assert_near(cs_reciprocal_rank(&fixture->ranking, actual, forecast, 6),
				reciprocal / (double) orders, 1e-14, 1);
}

static void
test_constant_forecast_earns_chance(void **state)
{
	Fixture *fixture = *state;
	double actual[10];
	double forecast[10] = {0};
	double harmonic = 0;
	size_t entities[10];
	double correlation;
	double turnover;
	bool traded;
	double mean = 0;

	for (size_t i = 0; i < 10; i++)
	{
		entities[i] = i;
		actual[i] = sin((double) i * 3.7);
		mean += actual[i] / 10;
		harmonic += 1.0 / (double) (i + 1);
	}
	assert_near(cs_reciprocal_rank(&fixture->ranking, actual, forecast, 10), harmonic / 10, 1e-14,
				1);
	assert_int_equal(cs_rank_correlation(&fixture->ranking, actual, forecast, 10, &correlation),
					 CS_CONSTANT);
	assert_int_equal(cs_rank_correlation(&fixture->ranking, forecast, actual, 10, &correlation),
					 CS_CONSTANT);
	assert_int_equal(cs_rank_correlation(&fixture->ranking, actual, actual, 1, &correlation),
					 CS_TOO_FEW);
	cs_rank_backtest_group(&fixture->backtest, entities, actual, forecast, 10);
	assert_int_equal(cs_rank_backtest_close(&fixture->backtest, &traded, &turnover), CS_OK);
	assert_true(traded && isnan(turnover));
	assert_near(fixture->backtest.longs, mean, 1e-14, 1);
	assert_true(fixture->backtest.longs == fixture->backtest.shorts);
	assert_int_equal(fixture->backtest.before_count, 0);
}

static void
test_correlation_of_ties(void **state)
{
	Fixture *fixture = *state;
	static const double actual[5] = {1, 1, 2, 3, 4};
	static const double forecast[5] = {0.1, 0, 0.7, 0.7, 9};
	static const double ranks[2][5] = {{1.5, 1.5, 3, 4, 5}, {2, 1, 3.5, 3.5, 5}};
	double products[3] = {0};
	double correlation;

	for (int i = 0; i < 5; i++)
	{
		products[0] += (ranks[0][i] - 3) * (ranks[1][i] - 3);
		products[1] += (ranks[0][i] - 3) * (ranks[0][i] - 3);
		products[2] += (ranks[1][i] - 3) * (ranks[1][i] - 3);
	}
	assert_int_equal(cs_rank_correlation(&fixture->ranking, actual, forecast, 5, &correlation),
					 CS_OK);
	assert_near(correlation, products[0] / sqrt(products[1] * products[2]), 1e-15, 1);
}

/* Two groups by hand: positions, turnover and drawdown. */
static void
test_backtest_by_hand(void **state)
{
	Fixture *fixture = *state;
	cs_rank_backtest *backtest = &fixture->backtest;
	static const size_t left[3] = {0, 1, 2};
	static const size_t right[2] = {5, 7};
	static const size_t single[1] = {9};
	static const double one[1] = {1e9};
	double turnover;
	bool traded;

	/* long 0 and 7, short 2 and 5 */
	cs_rank_backtest_group(backtest, left, (double[]){5, 6, 2}, (double[]){3, 2, 1}, 3);
	cs_rank_backtest_group(backtest, right, (double[]){1, 4}, (double[]){0, 1}, 2);
	cs_rank_backtest_group(backtest, single, one, one, 1);
	assert_int_equal(cs_rank_backtest_close(backtest, &traded, &turnover), CS_OK);
	assert_true(traded && isnan(turnover));
	assert_near(backtest->longs, 9, 0, 1);
	assert_near(backtest->shorts, 3, 0, 1);
	assert_near(backtest->medians, 5 + 2.5, 0, 1);

	/* a time with a single entity is none */
	cs_rank_backtest_group(backtest, single, one, one, 1);
	assert_int_equal(cs_rank_backtest_close(backtest, &traded, &turnover), CS_OK);
	assert_false(traded);
	assert_int_equal(backtest->times, 1);

	/* long half of 0 and 1, short 2: a quarter of the left side's two positions; right side the
	 * same */
	cs_rank_backtest_group(backtest, left, (double[]){1, 3, 7}, (double[]){4, 4, 1}, 3);
	cs_rank_backtest_group(backtest, right, (double[]){1, 0}, (double[]){0, 1}, 2);
	assert_int_equal(cs_rank_backtest_close(backtest, &traded, &turnover), CS_OK);
	assert_near(turnover, (0.5 + 0.5) / 8, 1e-15, 1);
	assert_near(backtest->longs, 9 + 2 + 0, 0, 1);
	assert_near(backtest->shorts, 3 + 7 + 1, 0, 1);
	assert_near(backtest->drawdown, 6, 0, 1);

	/* both reversed, and one group only: everything is exchanged in it, the other is sold */
	cs_rank_backtest_group(backtest, left, (double[]){0, 0, 9}, (double[]){1, 2, 3}, 3);
	assert_int_equal(cs_rank_backtest_close(backtest, &traded, &turnover), CS_OK);
	assert_near(turnover, (0.5 + 1 + 0.5 + 1 + 1 + 1 + 1) / 6, 1e-15, 1);
	assert_near(backtest->longs - backtest->shorts, 9, 0, 1);
	assert_near(backtest->drawdown, 6, 0, 1);
	assert_int_equal(backtest->times, 3);
}

static void
test_overflow(void **state)
{
	Fixture *fixture = *state;
	static const size_t entities[2] = {0, 1};
	double turnover;
	bool traded;

	for (int i = 0; i < 2; i++)
		cs_rank_backtest_group(&fixture->backtest, entities, (double[]){1e308, -1e308},
							   (double[]){1, 0}, 2);
	assert_int_equal(cs_rank_backtest_close(&fixture->backtest, &traded, &turnover), CS_NOT_FINITE);
}

static void
test_too_little_room(void **state)
{
	char block[200];
	cs_workspace workspace;
	cs_ranking ranking;
	cs_rank_backtest backtest;

	(void) state;
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_ranking_initialize(&ranking, 100, &workspace), CS_NO_MEMORY);
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_rank_backtest_initialize(&backtest, 100, &workspace), CS_NO_MEMORY);
	assert_true(cs_ranking_size(SIZE_MAX / 2) == SIZE_MAX);
	assert_true(cs_rank_backtest_size(SIZE_MAX / 2) == SIZE_MAX);
}

/* The order of the rows within a time says nothing. */
static void
test_order_of_rows(void **state)
{
	Fixture *fixture = *state;
	double actual[30];
	double forecast[30];
	int32_t index[30];
	double expected[2];
	cs_random random;

	cs_random_seed(&random, 11);
	for (int i = 0; i < 30; i++)
	{
		index[i] = i;
		actual[i] = (double) cs_random_below(&random, 12);
		forecast[i] = (double) cs_random_below(&random, 9);
	}
	expected[0] = cs_reciprocal_rank(&fixture->ranking, actual, forecast, 30);
	assert_int_equal(cs_rank_correlation(&fixture->ranking, actual, forecast, 30, &expected[1]),
					 CS_OK);
	for (int trial = 0; trial < 20; trial++)
	{
		double shuffled[2][30];
		double correlation;

		cs_random_shuffle(&random, index, 30);
		for (int i = 0; i < 30; i++)
		{
			shuffled[0][i] = actual[index[i]];
			shuffled[1][i] = forecast[index[i]];
		}
		assert_true(cs_reciprocal_rank(&fixture->ranking, shuffled[0], shuffled[1], 30) ==
					expected[0]);
		assert_int_equal(
			cs_rank_correlation(&fixture->ranking, shuffled[0], shuffled[1], 30, &correlation),
			CS_OK);
		assert_true(correlation == expected[1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test_setup_teardown(test_ties_are_means, setup, teardown),
		cmocka_unit_test_setup_teardown(test_constant_forecast_earns_chance, setup, teardown),
		cmocka_unit_test_setup_teardown(test_correlation_of_ties, setup, teardown),
		cmocka_unit_test_setup_teardown(test_backtest_by_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overflow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order_of_rows, setup, teardown),
		cmocka_unit_test(test_too_little_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
