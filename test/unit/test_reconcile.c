/*
 * test_reconcile.c
 *		Reconciled forecasts against the formula, what must hold of any of them, and input that has
 *		no answer.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/evaluation/reconcile.h"
#include "check_helper.h"
#include "poll_helper.h"
#include "golden/reconcile.h"

#define MOST 16

/* A hierarchy laid out over memory of its own, which is freed by *block. */
static cs_reconcile
laid_out(size_t n, size_t m, size_t times, void **block)
{
	size_t size = cs_reconcile_size(n, m, times);
	cs_workspace workspace;
	cs_reconcile reconcile;

	*block = test_malloc(size);
	cs_workspace_initialize(&workspace, *block, size);
	assert_int_equal(cs_reconcile_initialize(&reconcile, n, m, times, &workspace), CS_OK);
	return reconcile;
}

static void
assert_values(const double *values, const double *expected, size_t n, double scale)
{
	for (size_t i = 0; i < n; i++)
		assert_near(values[i] / scale, expected[i], 1e-11, 1);
}

static void
test_golden(void **state)
{
	double result[MOST];
	void *block;

	(void) state;
	for (size_t c = 0; c < COUNT(golden_reconcile); c++)
	{
		const golden_reconcile_case *g = &golden_reconcile[c];
		cs_reconcile reconcile = laid_out(g->n, g->m, g->times, &block);

		assert_int_equal(cs_reconcile_variances(&reconcile, g->forecast, g->summing, NULL, result),
						 CS_OK);
		assert_values(result, g->structural, g->n, 1);
		assert_int_equal(
			cs_reconcile_variances(&reconcile, g->forecast, g->summing, g->variance, result),
			CS_OK);
		assert_values(result, g->by_variance, g->n, 1);
		assert_int_equal(cs_reconcile_errors(&reconcile, g->forecast, g->summing, g->error, result),
						 CS_OK);
		assert_values(result, g->by_errors, g->n, 1);
		assert_near(reconcile.lambda, g->lambda, 1e-11, 1);
		test_free(block);
	}
}

/* Forecasts that add up already stay, and units do not matter. */
static void
test_units(void **state)
{
	const golden_reconcile_case *g = &golden_reconcile[2];
	double *error = test_malloc(g->times * g->n * sizeof(double));
	double forecast[MOST], result[MOST], again[MOST];
	void *block;

	(void) state;
	for (int power = -9; power <= 9; power += 3)
	{
		double k = pow(10, power);
		cs_reconcile reconcile = laid_out(g->n, g->m, g->times, &block);

		for (size_t i = 0; i < g->n; i++)
			forecast[i] = k * g->forecast[i];
		for (size_t i = 0; i < g->n * g->times; i++)
			error[i] = k * g->error[i];
		assert_int_equal(cs_reconcile_errors(&reconcile, forecast, g->summing, error, result),
						 CS_OK);
		assert_values(result, g->by_errors, g->n, k);
		assert_int_equal(cs_reconcile_errors(&reconcile, result, g->summing, error, again), CS_OK);
		assert_values(again, g->by_errors, g->n, k);
		test_free(block);
	}
	test_free(error);
}

static void
test_without_answer(void **state)
{
	static const double same[] = {1, 1, 2, 2, 3, 3};
	static const double summing[] = {1, 1, 1, 0, 0, 1};
	static const double variance[] = {1, 0, 1};
	static const double forecast[] = {3, 1, 1};
	static const double empty_row[] = {1, 1, 0, 0, 0, 1};
	static const double error[] = {1, 2, 0, -1, 1, 0, 2, 1, 0};
	static const double alike[] = {1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1};
	static const double huge[] = {1.7e308, 1.7e308, 1.7e308};
	double result[3];
	void *block;
	cs_reconcile reconcile = laid_out(3, 2, 3, &block);

	(void) state;
	assert_int_equal(cs_reconcile_variances(&reconcile, forecast, same, NULL, result), CS_SINGULAR);
	assert_int_equal(cs_reconcile_variances(&reconcile, forecast, summing, variance, result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(reconcile.culprit, 1);
	assert_int_equal(cs_reconcile_variances(&reconcile, forecast, empty_row, NULL, result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(reconcile.culprit, 1);
	assert_int_equal(cs_reconcile_variances(&reconcile, huge, summing, NULL, result),
					 CS_NOT_FINITE);
	assert_int_equal(cs_reconcile_errors(&reconcile, forecast, summing, error, result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(reconcile.culprit, 2);
	test_free(block);
	reconcile = laid_out(3, 2, 1, &block);
	assert_int_equal(cs_reconcile_errors(&reconcile, forecast, summing, error, result), CS_TOO_FEW);
	test_free(block);
	/* correlations of 1 without noise are not shrunk */
	reconcile = laid_out(3, 2, 4, &block);
	assert_int_equal(cs_reconcile_errors(&reconcile, forecast, summing, alike, result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(reconcile.culprit, 1);
	test_free(block);
	assert_true(cs_reconcile_size(SIZE_MAX / 2, 2, 2) == SIZE_MAX);
	assert_true(cs_reconcile_size(2, SIZE_MAX / 2, 2) == SIZE_MAX);
	assert_true(cs_reconcile_size(2, 2, SIZE_MAX) == SIZE_MAX);
}

static void
test_polls(void **state)
{
	const size_t n = 240, m = 200, times = 300;
	void *block;
	double *summing = test_calloc(n * m, sizeof(double));
	double *error = test_malloc(n * times * sizeof(double));
	double *forecast = test_malloc(2 * n * sizeof(double));
	cs_reconcile reconcile = laid_out(n, m, times, &block);
	cs_random random;
	poll_count count;

	(void) state;
	cs_random_seed(&random, 3);
	for (size_t i = 0; i < n; i++)
	{
		forecast[i] = (double) i;
		for (size_t j = 0; j < m; j++)
			summing[i * m + j] = i < n - m ? j % (n - m) == i : j == i - (n - m);
	}
	for (size_t i = 0; i < n * times; i++)
		error[i] = (double) cs_random_below(&random, 1000) - 500;
	poll_count_start();
	assert_int_equal(cs_reconcile_errors(&reconcile, forecast, summing, error, forecast + n),
					 CS_OK);
	count = poll_count_end();
	assert_polls(&count,
				 1.5 * (double) (n * n * times) +
					 (double) (n * n) * ((double) n / 6 + (double) m / 2) + (double) (n * m * m),
				 0);
	for (size_t g = 0; g < n - m; g++)
	{
		double sum = 0;

		for (size_t j = g; j < m; j += n - m)
			sum += forecast[n + (n - m) + j];
		assert_near(forecast[n + g], sum, 1e-12, 1);
	}
	test_free(block);
	test_free(summing);
	test_free(error);
	test_free(forecast);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_without_answer),
		cmocka_unit_test(test_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
