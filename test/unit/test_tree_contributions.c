/*
 * test_tree_contributions.c
 *		Shapley values of trees against their definition, the mean over all orders in which columns
 *		may become known; contributions of support vectors against sums over fine steps.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/tree/lagged_contributions.h"
#include "numeric/tree/tree_contributions.h"
#include "check_helper.h"
#include "poll_helper.h"

#define ROWS 300
#define COLUMNS 6
#define SUBSETS (1 << COLUMNS)

static float x[ROWS][COLUMNS];
static double y[ROWS];
static size_t every_row[ROWS];

static void
make_rows(void)
{
	cs_random random;

	cs_random_seed(&random, 11);
	for (size_t i = 0; i < ROWS; i++)
	{
		for (size_t c = 0; c < COLUMNS; c++)
			x[i][c] = (float) cs_random_normal(&random);
		if (i % 7 == 0)
			x[i][i % COLUMNS] = NAN;
		y[i] = (isnan(x[i][0]) ? 2 : x[i][0]) + (x[i][1] > 0 ? x[i][2] : -x[i][3]) +
			   0.3 * cs_random_normal(&random);
		if (isnan(y[i]))
			y[i] = 1;
		every_row[i] = i;
	}
}

/* ---- the definition ---- */

/* Training rows below a node, and its value where only the columns in `known` are. */
static double
rows_below(const float *node)
{
	if (node[0] == 0)
		return node[2];
	return rows_below(node + CS_TREE_NODE) + rows_below(node + CS_TREE_NODE * (size_t) node[2]);
}

static double
value_below(const float *node, const float *row, unsigned known)
{
	const float *left = node + CS_TREE_NODE;
	const float *right = node + CS_TREE_NODE * (size_t) node[2];
	size_t column = (size_t) fabsf(node[0]) - 1;
	double share;

	if (node[0] == 0)
		return node[1];
	if (known >> column & 1)
	{
		bool goes_left = isnan(row[column]) ? node[0] > 0 : row[column] < node[1];

		return value_below(goes_left ? left : right, row, known);
	}
	share = rows_below(left) / rows_below(node);
	return share * value_below(left, row, known) + (1 - share) * value_below(right, row, known);
}

static double
factorial(int n)
{
	return n < 2 ? 1 : n * factorial(n - 1);
}

static void
check_row(const float *numbers, size_t trees, const float *row, double tolerance)
{
	double value[SUBSETS] = {0};
	double contribution[COLUMNS] = {0};
	double *rows = malloc(cs_trees_largest(numbers, trees) * sizeof(double));
	double base = cs_trees_contributions(numbers, trees, row, rows, contribution);
	const float *tree = numbers;

	for (size_t t = 0; t < trees; t++, tree += 1 + CS_TREE_NODE * (size_t) tree[0])
		for (unsigned known = 0; known < SUBSETS; known++)
			value[known] += value_below(tree + 1, row, known);
	assert_near(base, value[0], tolerance, 1);
	assert_near(cs_trees_value(numbers, trees, row), value[SUBSETS - 1], tolerance, 1);
	for (unsigned c = 0; c < COLUMNS; c++)
	{
		double expected = 0;

		for (unsigned known = 0; known < SUBSETS; known++)
			if (!(known >> c & 1))
			{
				int size = __builtin_popcount(known);

				expected += factorial(size) * factorial(COLUMNS - size - 1) / factorial(COLUMNS) *
							(value[known | 1U << c] - value[known]);
			}
		assert_near(contribution[c], expected, tolerance, 1);
	}
	free(rows);
}

static void
check_trees(const cs_tree_options *options)
{
	size_t capacity = cs_trees_most_numbers(options, ROWS);
	cs_workspace workspace;
	cs_trees_fit fit;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	cs_trees_fit_lay_out(&fit, options, ROWS, COLUMNS, capacity, &workspace);
	size = cs_workspace_total(&workspace);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_trees_fit_lay_out(&fit, options, ROWS, COLUMNS, capacity, &workspace);
	assert_int_equal(cs_trees_fit_run(&fit, x[0], y, every_row, ROWS, NULL, 0), CS_OK);
	assert_true(cs_trees_valid(fit.numbers, fit.used, fit.trees, COLUMNS));
	for (size_t i = 0; i < ROWS; i += 19)
		check_row(fit.numbers, fit.trees, x[i], 1e-11);
	free(block);
}

static void
shapley_values(void **state)
{
	cs_tree_options options = {.quantile = 0.5,
							   .rounds = 8,
							   .learning_rate = 0.3,
							   .depth = 4,
							   .min_rows = 2,
							   .subsample = 0.7,
							   .columns = 1,
							   .seed = 5};

	(void) state;
	check_trees(&options);
	options.forest = true;
	options.depth = 12; /* the same column many times on a path */
	options.min_rows = 1;
	options.columns = 0.5;
	check_trees(&options);
	options.rounds = 1;
	options.depth = 1;
	check_trees(&options);
	options.forest = false;
	options.loss = CS_TREE_QUANTILE;
	options.rounds = 5;
	options.depth = 3;
	options.min_gain = 1;
	check_trees(&options);
}

/* By hand: a split of 30 and 10 rows, missing values to the right; a leaf alone. */
static void
one_split(void **state)
{
	const float numbers[] = {3, -1, 0.5f, 2, 0, 4, 30, 0, 8, 10, 1, 0, 7, 40};
	const float low[] = {0};
	const float missing[] = {NAN};
	double contribution[1] = {0};
	double rows[3];

	(void) state;
	assert_true(cs_trees_valid(numbers, COUNT(numbers), 2, 1));
	assert_int_equal(cs_trees_largest(numbers, 2), 3);
	assert_near(cs_trees_contributions(numbers, 2, low, rows, contribution), 12, 1e-15, 1);
	assert_near(contribution[0], -1, 1e-14, 1);
	contribution[0] = 0;
	cs_trees_contributions(numbers, 2, missing, rows, contribution);
	assert_near(contribution[0], 3, 1e-14, 1);
}

static void
leaves_tell_rows(void **state)
{
	float numbers[] = {3, -1, 0.5f, 2, 0, 4, 30, 0, 8, 10};

	(void) state;
	assert_true(cs_trees_valid(numbers, COUNT(numbers), 1, 1));
	numbers[6] = 0;
	assert_false(cs_trees_valid(numbers, COUNT(numbers), 1, 1));
	numbers[6] = 1.5f;
	assert_false(cs_trees_valid(numbers, COUNT(numbers), 1, 1));
	numbers[6] = INFINITY;
	assert_false(cs_trees_valid(numbers, COUNT(numbers), 1, 1));
}

/* ---- forecasts ---- */

#define TERMS 4
#define VECTORS 3

static const float vectors[1 + VECTORS * (1 + TERMS)] = {
	0.2f, 1, 0.3f, -1, 0.5f, 2, -0.7f, 1.5f, 0, 0.1f, -0.4f, 0.4f, -1, -1, 0.2f, 0.6f};

static void
support_vectors(void **state)
{
	const cs_lagged_options options = {.method = CS_LAGGED_SVR,
									   .linear = {.lags = 2},
									   .inputs = CS_LAGGED_LEVELS,
									   .svr = {.gamma = 0.3}};
	const cs_lagged_horizon horizon = {.numbers = vectors, .parts = VECTORS, .shrinkage = 0.9};
	const float at[TERMS] = {1.2f, -0.3f, 0, 2.5f};
	double raw[TERMS] = {11, 12, 13, 14};
	cs_lagged_inputs inputs = {
		.options = &options, .data = {.columns = 2}, .terms = TERMS, .raw = raw};
	size_t size = cs_lagged_contributions_size(&options, vectors, VECTORS, TERMS);
	void *block = malloc(size);
	const int steps = 4000;
	double expected[TERMS] = {0};
	const float zero[TERMS] = {0};
	cs_contributions result;
	cs_workspace workspace;

	(void) state;
	for (int s = 0; s < steps; s++)
		for (int k = 0; k < TERMS; k++)
		{
			double t = (s + 0.5) / steps;

			for (int i = 0; i < VECTORS; i++)
			{
				const float *vector = vectors + 1 + i * (1 + TERMS);
				double distance = 0;

				for (int j = 0; j < TERMS; j++)
					distance += pow(t * (double) at[j] - (double) vector[1 + j], 2);
				expected[k] += (double) vector[0] * exp(-0.3 * distance) * -0.6 *
							   (t * (double) at[k] - (double) vector[1 + k]) * (double) at[k] /
							   steps;
			}
		}
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_lagged_contributions(&inputs, &horizon, at, 100, 50, &workspace, &result),
					 CS_OK);
	assert_near(result.base, 100 + 45 * cs_svr_value(vectors, VECTORS, 0.3, zero, TERMS), 1e-12, 1);
	assert_near(result.forecast, 100 + 45 * cs_svr_value(vectors, VECTORS, 0.3, at, TERMS), 1e-12,
				1);
	for (int k = 0; k < TERMS; k++)
	{
		assert_near(result.contribution[k], 45 * expected[k], 1e-5, 1);
		assert_true(result.value[k] == raw[k]);
		assert_int_equal(result.column[k], k / 2);
	}
	free(block);
}

static void
columns_of_terms(void **state)
{
	const bool flagged[] = {false, false, true, true};
	const cs_linear_data data = {.columns = 4, .flagged = flagged};
	const cs_lagged_options options = {.linear = {.lags = 3, .means = {5, 20}, .mean_count = 2}};
	static const size_t expected[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 2, 3};

	(void) state;
	assert_int_equal(cs_lagged_terms(&options, &data), COUNT(expected));
	for (size_t k = 0; k < COUNT(expected); k++)
		assert_int_equal(cs_lagged_term_column(&options, &data, k), expected[k]);
}

static void
polls(void **state)
{
	const size_t trees = 4000;
	float *numbers = malloc(trees * 10 * sizeof(float));
	const float one[] = {3, -1, 0.5f, 2, 0, 4, 30, 0, 8, 10};
	const float low[] = {0};
	double contribution[1] = {0};
	double rows[3];
	poll_count count;

	(void) state;
	for (size_t t = 0; t < trees; t++)
		memcpy(numbers + 10 * t, one, sizeof(one));
	poll_count_start();
	cs_trees_contributions(numbers, trees, low, rows, contribution);
	count = poll_count_end();
	assert_polls(&count, (double) trees * 100, 1e4);
	free(numbers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapley_values),	cmocka_unit_test(one_split),
		cmocka_unit_test(leaves_tell_rows), cmocka_unit_test(support_vectors),
		cmocka_unit_test(columns_of_terms), cmocka_unit_test(polls),
	};

	make_rows();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
