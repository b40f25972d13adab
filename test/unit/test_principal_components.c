/*
 * test_principal_components.c
 *		Principal components against scikit-learn's values; identities; every error.
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
#include "numeric/econometrics/principal_components.h"
#include "check_helper.h"
#include "golden/principal_components.h"
#include "poll_helper.h"

#define CASES COUNT(golden_components)
#define MOST 40

typedef struct Sums
{
	int64_t n;
	double mean[MOST], diagonal[MOST], factor[MOST * MOST / 2], scratch[2 * MOST];
} Sums;

typedef struct Fitted
{
	cs_components_fit fit;
	void *block;
	size_t column;
	double variance[MOST];
	double components[MOST * MOST];
} Fitted;

static void
add_rows(Sums *sums, size_t columns, const double *data, size_t from, size_t to)
{
	for (size_t row = from; row < to; row++)
		cs_components_add(columns, &sums->n, sums->mean, sums->diagonal, sums->factor,
						  data + row * columns, sums->scratch);
}

static void
combine(Sums *sums, size_t columns, const Sums *other)
{
	cs_components_combine(columns, &sums->n, sums->mean, sums->diagonal, sums->factor, other->n,
						  other->mean, other->diagonal, other->factor, sums->scratch);
}

/* The caller frees fitted->block. */
static cs_status
fit_sums(Fitted *fitted, const Sums *sums, size_t columns, bool standardize)
{
	size_t size = cs_components_fit_size(columns);
	cs_workspace workspace;
	cs_status status;

	fitted->block = malloc(size);
	fitted->column = SIZE_MAX;
	cs_workspace_initialize(&workspace, fitted->block, size);
	status =
		cs_components_fit_initialize(&fitted->fit, columns, sums->n, sums->mean, sums->diagonal,
									 sums->factor, standardize, &workspace, &fitted->column);
	if (status == CS_OK)
		status = cs_components_fit_solve(&fitted->fit);
	if (status == CS_OK)
		cs_components_fit_result(&fitted->fit, fitted->variance, fitted->components);
	return status;
}

/* Against a reference that is right up to the sign of each component. */
static void
compare(size_t c, const Sums *sums, bool standardize)
{
	size_t rows = golden_components[c].rows;
	size_t columns = golden_components[c].columns;
	const double *components = standardize ? golden_components[c].standardized_components
										   : golden_components[c].components;
	const double *variance =
		standardize ? golden_components[c].standardized_variance : golden_components[c].variance;
	const double *scores =
		standardize ? golden_components[c].standardized_scores : golden_components[c].scores;
	double total = 0;
	Fitted fitted;

	assert_int_equal(fit_sums(&fitted, sums, columns, standardize), CS_OK);
	for (size_t i = 0; i < columns; i++)
		total += fitted.variance[i];
	for (size_t i = 0; i < columns; i++)
	{
		const double *own = fitted.components + i * columns;
		size_t largest = 0;
		double sign;

		for (size_t j = 1; j < columns; j++)
			if (fabs(own[j]) > fabs(own[largest]))
				largest = j;
		assert_true(own[largest] > 0);
		sign = components[i * columns + largest] > 0 ? 1 : -1;
		assert_near(fitted.variance[i], variance[i], 1e-9, 1e-4);
		if (!standardize)
		{
			assert_near(sums->mean[i], golden_components[c].mean[i], 1e-9, 1e-4);
			assert_near(fitted.variance[i] / total, golden_components[c].ratio[i], 1e-9, 1e-4);
		}
		for (size_t j = 0; j < columns; j++)
			assert_near(own[j], sign * components[i * columns + j], 1e-9, 1e-4);
		for (size_t row = 0; row < rows; row++)
		{
			double centred[MOST], score[MOST];

			cs_components_scores(columns, i + 1, sums->mean, fitted.fit.scale, fitted.components,
								 golden_components[c].data + row * columns, centred, score);
			assert_near(score[i], sign * scores[row * columns + i], 1e-9, 1e-4 * 10);
		}
	}
	free(fitted.block);
}

static void
agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		Sums sums = {0};

		add_rows(&sums, golden_components[c].columns, golden_components[c].data, 0,
				 golden_components[c].rows);
		assert_int_equal(sums.n, golden_components[c].rows);
		compare(c, &sums, false);
		compare(c, &sums, true);
	}
}

static void
combined_sums_agree(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		size_t rows = golden_components[c].rows;

		for (size_t split = 0; split <= rows; split++)
		{
			Sums left = {0}, right = {0};

			add_rows(&left, golden_components[c].columns, golden_components[c].data, 0, split);
			add_rows(&right, golden_components[c].columns, golden_components[c].data, split, rows);
			combine(&left, golden_components[c].columns, &right);
			assert_int_equal(left.n, rows);
			compare(c, &left, false);
		}
	}
}

/*
 * More columns than rows, of sizes from 1 to 1e-8, on a large mean: the components are orthonormal
 * and rotate back to the data, the variances sum to those of the columns, and what the rank does
 * not reach is nothing.
 */
static void
identities_of_a_wide_sample(void **state)
{
	enum
	{
		ROWS = 12,
		COLUMNS = 20
	};
	double data[ROWS * COLUMNS], total = 0, sum = 0;
	Sums sums = {0};
	Fitted fitted;
	cs_random random;

	(void) state;
	cs_random_seed(&random, 5);
	for (size_t i = 0; i < ROWS * COLUMNS; i++)
		data[i] = 100 + pow(10, -8. * (double) (i % COLUMNS) / COLUMNS) * cs_random_normal(&random);
	add_rows(&sums, COLUMNS, data, 0, ROWS);
	assert_int_equal(fit_sums(&fitted, &sums, COLUMNS, false), CS_OK);
	for (size_t i = 0; i < COLUMNS; i++)
		sum += fitted.variance[i];
	for (size_t j = 0; j < COLUMNS; j++)
		for (size_t row = 0; row < ROWS; row++)
			total += pow(data[row * COLUMNS + j] - sums.mean[j], 2) / (ROWS - 1);
	assert_near(sum, total, 1e-9, 1e-4 * 0);
	for (size_t i = 0; i < COLUMNS; i++)
	{
		assert_true(i == 0 || fitted.variance[i] <= fitted.variance[i - 1]);
		for (size_t k = 0; k <= i; k++)
		{
			double product = 0;

			for (size_t j = 0; j < COLUMNS; j++)
				product += fitted.components[i * COLUMNS + j] * fitted.components[k * COLUMNS + j];
			assert_near(product, i == k, 1e-9, 1e-4);
		}
	}
	assert_true(fitted.variance[ROWS - 2] > 1e-12);
	assert_true(fitted.variance[ROWS - 1] < 1e-24);
	for (size_t row = 0; row < ROWS; row++)
	{
		double centred[COLUMNS], score[COLUMNS];

		cs_components_scores(COLUMNS, ROWS - 1, sums.mean, fitted.fit.scale, fitted.components,
							 data + row * COLUMNS, centred, score);
		for (size_t j = 0; j < COLUMNS; j++)
		{
			double value = sums.mean[j];

			for (size_t i = 0; i < ROWS - 1; i++)
				value += score[i] * fitted.components[i * COLUMNS + j];
			assert_near(value, data[row * COLUMNS + j], 1e-9, 1e-4 * 100);
		}
	}
	free(fitted.block);
}

/* Uncorrelated columns of equal variance keep their order. */
static void
equal_variances(void **state)
{
	const double data[] = {1, 1, 1, -1, -1, 1, -1, -1};
	Sums sums = {0};
	Fitted fitted;

	(void) state;
	add_rows(&sums, 2, data, 0, 4);
	assert_int_equal(fit_sums(&fitted, &sums, 2, false), CS_OK);
	assert_near(fitted.variance[0], 4. / 3, 1e-9, 1e-4 * 0);
	assert_near(fitted.variance[1], 4. / 3, 1e-9, 1e-4 * 0);
	assert_near(fitted.components[0], 1, 1e-9, 1e-4);
	assert_near(fitted.components[3], 1, 1e-9, 1e-4);
	free(fitted.block);
}

static void
faults(void **state)
{
	const double data[] = {1.1, 0.1, 2, 3.7, 0.1, 5, 0.2, 0.1, 7};
	const double large[] = {1e200, 1, -1e200, 2, 3, 4};
	Sums sums = {0}, constant = {0}, overflow = {0};
	char nothing;
	cs_workspace workspace;
	Fitted fitted;

	(void) state;
	add_rows(&sums, 3, data, 0, 1);
	assert_int_equal(fit_sums(&fitted, &sums, 3, false), CS_TOO_FEW);
	free(fitted.block);
	add_rows(&sums, 3, data, 1, 3);
	assert_int_equal(fit_sums(&fitted, &sums, 3, false), CS_OK);
	free(fitted.block);
	assert_int_equal(fit_sums(&fitted, &sums, 3, true), CS_CONSTANT);
	assert_int_equal(fitted.column, 1);
	free(fitted.block);
	for (int i = 0; i < 7; i++)
		add_rows(&constant, 1, data + 1, 0, 1);
	assert_int_equal(fit_sums(&fitted, &constant, 1, false), CS_CONSTANT);
	assert_int_equal(fitted.column, 1);
	free(fitted.block);
	add_rows(&overflow, 2, large, 0, 3);
	assert_int_equal(fit_sums(&fitted, &overflow, 2, false), CS_NOT_FINITE);
	free(fitted.block);

	assert_true(cs_components_fit_size(0) == SIZE_MAX);
	assert_true(cs_components_fit_size(CS_COMPONENTS_MAX_COLUMNS + 1) == SIZE_MAX);
	cs_workspace_initialize(&workspace, &nothing, 1);
	assert_int_equal(cs_components_fit_initialize(&fitted.fit, 3, 3, sums.mean, sums.diagonal,
												  sums.factor, false, &workspace, &fitted.column),
					 CS_NO_MEMORY);
	assert_int_equal(cs_components_fit_initialize(&fitted.fit, 0, 3, sums.mean, sums.diagonal,
												  sums.factor, false, &workspace, &fitted.column),
					 CS_OUT_OF_RANGE);
}

static void
polls_between_pairs(void **state)
{
	enum
	{
		P = 120,
		ROWS = 150
	};
	size_t size = cs_components_fit_size(P);
	double *sums = calloc(P + P + P * P / 2 + 2 * P, sizeof(double));
	double *mean = sums, *diagonal = mean + P, *factor = diagonal + P,
		   *scratch = factor + P * P / 2;
	void *block = malloc(size);
	int64_t n = 0;
	size_t column;
	cs_components_fit fit;
	cs_workspace workspace;
	cs_random random;
	poll_count polls;

	(void) state;
	cs_random_seed(&random, 9);
	poll_count_start();
	for (int row = 0; row < ROWS; row++)
	{
		double x[P];

		for (int i = 0; i < P; i++)
			x[i] = cs_random_normal(&random);
		cs_components_add(P, &n, mean, diagonal, factor, x, scratch);
	}
	polls = poll_count_end();
	assert_polls(&polls, (double) ROWS * P * P, 0);
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_components_fit_initialize(&fit, P, n, mean, diagonal, factor, false,
												  &workspace, &column),
					 CS_OK);
	poll_count_start();
	assert_int_equal(cs_components_fit_solve(&fit), CS_OK);
	polls = poll_count_end();
	/* some eight sweeps over all pairs, three products and two rotations of each */
	assert_polls(&polls, 8 * 7 * 0.5 * P * P * P, 0);
	free(sums);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_reference),
									   cmocka_unit_test(combined_sums_agree),
									   cmocka_unit_test(identities_of_a_wide_sample),
									   cmocka_unit_test(equal_variances),
									   cmocka_unit_test(faults),
									   cmocka_unit_test(polls_between_pairs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
