/*
 * test_tree.c
 *		Trees, boosting, forests and support vectors against other programs, and what they must
 *		hold.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/tree/svr.h"
#include "numeric/tree/tree.h"
#include "golden/trees.h"
#include "poll_helper.h"

#define ROWS 200
#define TRAINING 150
#define COLUMNS 5

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static const cs_tree_options plain = {.quantile = 0.5,
									  .rounds = 1,
									  .learning_rate = 1,
									  .depth = 2,
									  .min_rows = 1,
									  .subsample = 1,
									  .columns = 1};

typedef struct fitted
{
	cs_trees_fit fit;
	void *block;
} fitted;

static size_t every_row[20000];

static cs_status
fit_rows(fitted *result, const cs_tree_options *options, const float *x, const double *y,
		 size_t rows, size_t columns, size_t training, size_t validation)
{
	size_t capacity = cs_trees_most_numbers(options, rows);
	cs_workspace workspace;
	size_t size;

	for (size_t i = 0; i < rows; i++)
		every_row[i] = i;
	cs_workspace_count(&workspace);
	cs_trees_fit_lay_out(&result->fit, options, rows, columns, capacity, &workspace);
	size = cs_workspace_total(&workspace);
	result->block = malloc(size);
	cs_workspace_initialize(&workspace, result->block, size);
	cs_trees_fit_lay_out(&result->fit, options, rows, columns, capacity, &workspace);
	assert_false(workspace.failed);
	return cs_trees_fit_run(&result->fit, x, y, every_row, training, every_row + training,
							validation);
}

static double
value_at(const fitted *result, const float *x)
{
	return cs_trees_value(result->fit.numbers, result->fit.trees, x);
}

static void
assert_near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance * fmax(fabs(expected), 1e-3)))
		fail_msg("%.17g is not %.17g", value, expected);
}

static double
mean(const double *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += y[i];
	return sum / (double) n;
}

static void
agrees_with_greedy_trees(void **state)
{
	(void) state;
	for (size_t k = 0; k < COUNT(golden_depth2); k++)
	{
		const golden_trees_case *data = &golden_trees[golden_depth2[k].data];
		cs_tree_options options = plain;
		double base = mean(data->y, TRAINING);
		double y[ROWS];
		fitted result;

		options.min_rows = golden_depth2[k].min_rows;
		for (int i = 0; i < ROWS; i++)
			y[i] = data->y[i] - base;
		assert_int_equal(fit_rows(&result, &options, data->x, y, ROWS, COLUMNS, TRAINING, 0),
						 CS_OK);
		for (int i = 0; i < ROWS; i++)
			assert_near(base + value_at(&result, data->x + i * COLUMNS),
						golden_depth2[k].forecast[i], 1e-6);
		free(result.block);
	}
}

static void
agrees_with_xgboost(void **state)
{
	(void) state;
	for (size_t k = 0; k < COUNT(golden_boosted); k++)
	{
		const golden_boosted_case *golden = &golden_boosted[k];
		const golden_trees_case *data = &golden_trees[golden->data];
		cs_tree_options options = plain;
		double y[ROWS];
		fitted result;

		options.rounds = golden->rounds;
		options.depth = golden->depth;
		options.learning_rate = golden->learning_rate;
		options.l2 = golden->l2;
		options.min_gain = golden->min_gain;
		options.min_rows = golden->min_rows;
		for (int i = 0; i < ROWS; i++)
			y[i] = data->y[i] - golden->base;
		assert_int_equal(fit_rows(&result, &options, data->x, y, ROWS, COLUMNS, TRAINING, 0),
						 CS_OK);
		for (int i = TRAINING; i < ROWS; i++)
			assert_near(golden->base + value_at(&result, data->x + i * COLUMNS),
						golden->forecast[i - TRAINING], 1e-5);
		free(result.block);
	}
}

static void
svr_agrees_with_libsvm(void **state)
{
	(void) state;
	for (size_t i = 0; i < ROWS; i++)
		every_row[i] = i;
	for (size_t k = 0; k < COUNT(golden_svr); k++)
	{
		const golden_svr_case *golden = &golden_svr[k];
		cs_svr_options options = {.cost = golden->cost,
								  .epsilon = golden->epsilon,
								  .gamma = golden->gamma,
								  .tolerance = 1e-8};
		cs_svr_fit fit;
		cs_workspace workspace;
		size_t size;
		void *block;

		cs_workspace_count(&workspace);
		cs_svr_fit_lay_out(&fit, &options, TRAINING, COLUMNS, &workspace);
		size = cs_workspace_total(&workspace);
		block = malloc(size);
		cs_workspace_initialize(&workspace, block, size);
		cs_svr_fit_lay_out(&fit, &options, TRAINING, COLUMNS, &workspace);
		assert_int_equal(cs_svr_fit_run(&fit, golden->x, golden->y, every_row, TRAINING), CS_OK);
		for (int i = TRAINING; i < ROWS; i++)
			assert_true(fabs(cs_svr_value(fit.numbers, fit.vectors, golden->gamma,
										  golden->x + i * COLUMNS, COLUMNS) -
							 golden->forecast[i - TRAINING]) < 1e-5);
		free(block);
	}
}

/* A tree by hand: two levels on x, and where it is missing a third. */
static void
grows_the_tree_by_hand(void **state)
{
	static const float x[] = {1, 2, 3, 4, NAN, NAN};
	static const double y[] = {1, 1, 5, 5, 9, 9};
	/* 1, 1 against the rest gains 48, as 9, 9 would: the lower threshold is taken */
	static const float expected[] = {5, -1, 2.5F, 2, 0, 1, 2, -1, FLT_MAX, 2, 0, 5, 2, 0, 9, 2};
	cs_tree_options options = plain;
	fitted result;

	(void) state;
	assert_int_equal(fit_rows(&result, &options, x, y, 6, 1, 6, 0), CS_OK);
	assert_int_equal(result.fit.used, 16);
	assert_memory_equal(result.fit.numbers, expected, sizeof(expected));
	free(result.block);
}

/* Rows of noise, a step in the first column and a slope in the second. */
static void
make_rows(float *x, double *y, size_t rows, size_t columns, uint64_t seed)
{
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < rows; i++)
	{
		for (size_t c = 0; c < columns; c++)
			x[i * columns + c] = (float) cs_random_normal(&random);
		y[i] = (x[i * columns] > 0.3F ? 2 : 0) + 0.5 * (double) x[i * columns + 1] +
			   0.5 * cs_random_normal(&random);
	}
}

static double
test_error(const fitted *result, const float *x, const double *y, size_t from, size_t until,
		   size_t columns)
{
	double sum = 0;

	for (size_t i = from; i < until; i++)
	{
		double error = y[i] - value_at(result, x + i * columns);

		sum += error * error;
	}
	return sqrt(sum / (double) (until - from));
}

/* Boosting and forests find the function in the noise, whose deviation is 0.5. */
static void
learns_a_function(void **state)
{
	enum
	{
		rows = 3000,
		columns = 8,
		training = 2000
	};
	static float x[rows * columns];
	static double y[rows];
	cs_tree_options options = {.rounds = 400,
							   .learning_rate = 0.05,
							   .depth = 4,
							   .min_rows = 5,
							   .l2 = 1,
							   .subsample = 0.7,
							   .columns = 0.8,
							   .patience = 30,
							   .seed = 7};
	fitted boosted, forest;

	(void) state;
	make_rows(x, y, rows, columns, 11);
	assert_int_equal(fit_rows(&boosted, &options, x, y, rows, columns, training, 500), CS_OK);
	assert_true(boosted.fit.trees > 20 && boosted.fit.trees < 400);
	assert_true(test_error(&boosted, x, y, 2500, rows, columns) < 0.56);
	assert_true(boosted.fit.gain[0] > boosted.fit.gain[1]);
	assert_true(boosted.fit.gain[1] > 10 * boosted.fit.gain[5]);
	assert_true(cs_trees_valid(boosted.fit.numbers, boosted.fit.used, boosted.fit.trees, columns));
	for (size_t i = training; i < 2500; i++)
		assert_true(boosted.fit.predicted[i] == value_at(&boosted, x + i * columns));
	free(boosted.block);
	options = (cs_tree_options){.rounds = 200,
								.learning_rate = 1,
								.depth = 32,
								.min_rows = 5,
								.subsample = 1,
								.columns = 0.4,
								.forest = true,
								.seed = 7};
	assert_int_equal(fit_rows(&forest, &options, x, y, rows, columns, training, 500), CS_OK);
	assert_int_equal(forest.fit.trees, 200);
	assert_true(test_error(&forest, x, y, 2500, rows, columns) < 0.62);
	assert_true(cs_trees_valid(forest.fit.numbers, forest.fit.used, forest.fit.trees, columns));
	free(forest.block);
}

/* Quantiles: so many targets lie below; absolute loss: outliers do not matter. */
static void
follows_the_loss(void **state)
{
	enum
	{
		rows = 4000,
		columns = 3
	};
	static float x[rows * columns];
	static double y[rows];
	cs_tree_options options = plain;
	size_t below = 0;
	fitted result;

	(void) state;
	make_rows(x, y, rows, columns, 3);
	options.loss = CS_TREE_QUANTILE;
	options.quantile = 0.9;
	options.rounds = 100;
	options.learning_rate = 0.1;
	options.depth = 3;
	options.min_rows = 20;
	assert_int_equal(fit_rows(&result, &options, x, y, rows, columns, 3000, 0), CS_OK);
	for (size_t i = 3000; i < rows; i++)
		below += y[i] < value_at(&result, x + i * columns);
	assert_true(below >= 850 && below <= 940);
	free(result.block);
	for (size_t i = 0; i < 3000; i += 50)
		y[i] = 1e6;
	options.loss = CS_TREE_ABSOLUTE;
	assert_int_equal(fit_rows(&result, &options, x, y, rows, columns, 3000, 0), CS_OK);
	assert_true(test_error(&result, x, y, 3000, rows, columns) < 0.6);
	free(result.block);
}

/* The same model whatever the unit of y, and the same bytes for a seed. */
static void
does_not_depend_on_units(void **state)
{
	enum
	{
		rows = 1500,
		columns = 4
	};
	static float x[rows * columns];
	static double y[rows], scaled[rows];
	cs_tree_options options = plain;
	fitted one, other;

	(void) state;
	make_rows(x, y, rows, columns, 5);
	options.rounds = 30;
	options.learning_rate = 0.1;
	options.subsample = 0.5;
	options.columns = 0.5;
	options.leaves = 6;
	options.depth = 5;
	for (double factor = 1e-9; factor < 2e9; factor *= 1e3)
	{
		for (size_t i = 0; i < rows; i++)
			scaled[i] = y[i] * factor;
		assert_int_equal(fit_rows(&one, &options, x, y, rows, columns, rows, 0), CS_OK);
		assert_int_equal(fit_rows(&other, &options, x, scaled, rows, columns, rows, 0), CS_OK);
		assert_int_equal(one.fit.used, other.fit.used);
		for (size_t i = 0; i < rows; i++)
			assert_true(fabs(value_at(&other, x + i * columns) / factor -
							 value_at(&one, x + i * columns)) < 1e-6);
		free(other.block);
		assert_int_equal(fit_rows(&other, &options, x, y, rows, columns, rows, 0), CS_OK);
		assert_memory_equal(one.fit.numbers, other.fit.numbers, one.fit.used * sizeof(float));
		free(other.block);
		free(one.block);
	}
}

/* Numbers that are no trees are told from those that are. */
static void
checks_numbers(void **state)
{
	static const float good[] = {3, 1, 0.5F, 2, 0, 1, 4, 0, 2, 5};
	float bad[10];

	(void) state;
	assert_true(cs_trees_valid(good, 10, 1, 1));
	assert_true(cs_trees_valid(NULL, 0, 0, 1));
	assert_false(cs_trees_valid(good, 10, 2, 1));
	assert_false(cs_trees_valid(good, 9, 1, 1));
	assert_false(cs_trees_valid(good, 10, 1, 0));
	for (int i = 0; i < 10; i++)
	{
		memcpy(bad, good, sizeof(bad));
		bad[i] = NAN;
		assert_false(cs_trees_valid(bad, 10, 1, 1));
		bad[i] = i == 2 || i == 5 || i == 8 ? HUGE_VALF : 1.5F;
		assert_false(cs_trees_valid(bad, 10, 1, 1));
	}
	/* chains deeper than trees may be */
	{
		float chain[1 + CS_TREE_NODE * 101] = {101};

		for (int i = 0; i < 50; i++)
		{
			chain[1 + CS_TREE_NODE * i] = 1;
			chain[3 + CS_TREE_NODE * i] = (float) (100 - 2 * i);
		}
		assert_false(cs_trees_valid(chain, sizeof(chain) / sizeof(float), 1, 1));
	}
}

static void
polls(void **state)
{
	enum
	{
		rows = 20000,
		columns = 20
	};
	float *x = malloc(sizeof(float) * rows * columns);
	double *y = malloc(sizeof(double) * rows);
	cs_tree_options options = plain;
	poll_count count;
	fitted result;

	(void) state;
	make_rows(x, y, rows, columns, 5);
	options.depth = 6;
	options.rounds = 20;
	options.learning_rate = 0.1;
	poll_count_start();
	assert_int_equal(fit_rows(&result, &options, x, y, rows, columns, rows, 0), CS_OK);
	count = poll_count_end();
	/* histograms of every level but the last, half of the rows below the first */
	assert_polls(&count, 20.0 * rows * columns * 3.5, 1 << 21);
	free(result.block);
	free(x);
	free(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_greedy_trees),
		cmocka_unit_test(agrees_with_xgboost),
		cmocka_unit_test(svr_agrees_with_libsvm),
		cmocka_unit_test(grows_the_tree_by_hand),
		cmocka_unit_test(learns_a_function),
		cmocka_unit_test(follows_the_loss),
		cmocka_unit_test(does_not_depend_on_units),
		cmocka_unit_test(checks_numbers),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
