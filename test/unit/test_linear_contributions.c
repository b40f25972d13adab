/*
 * test_linear_contributions.c
 *		Contributions to linear forecasts: coefficient times value, by term and by column, in any
 *		unit.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "numeric/econometrics/linear_contributions.h"
#include "check_helper.h"

#define ROWS 61
#define LAST (ROWS - 2) /* the row that is forecast from */
#define COLUMNS 3
#define FIXED (2 * COLUMNS + 1 + 1) /* lags, a mean, a missing value */
#define TERMS (FIXED + 2)			/* and what is known in advance */

static const size_t start[] = {0};
static const bool flagged[] = {false, false, true};
static const bool ahead[] = {false, true, false};
static const cs_linear_options options = {.lags = 2,
										  .horizons = {1},
										  .horizon_count = 1,
										  .means = {5},
										  .mean_count = 1,
										  .interval_level = 0.9};

static void
check(double unit)
{
	double coefficients[TERMS] = {0.5, -0.25, 0.125, 1, -2, 0.0625, 3, -1.5, 4, -0.75};
	const cs_linear_horizon horizon = {.coefficients = coefficients, .shrinkage = 0.8};
	double values[ROWS * COLUMNS];
	cs_linear_data data = {.values = values,
						   .rows = ROWS,
						   .columns = COLUMNS,
						   .series_start = start,
						   .series_count = 1,
						   .flagged = flagged,
						   .ahead = ahead};
	size_t size = cs_linear_inputs_size(&options, &data) + 100000;
	void *block = malloc(size);
	double x[TERMS];
	double sum[COLUMNS];
	double volatility;
	cs_linear_inputs inputs;
	cs_contributions result;
	cs_workspace workspace;

	for (int i = 0; i < ROWS; i++)
	{
		values[i * COLUMNS] = unit * (100 + 3 * sin(i * 0.7) + sin(i * i * 0.1));
		values[i * COLUMNS + 1] = cos(i * 1.3) * 7;
		values[i * COLUMNS + 2] = i % 4 == 3 ? NAN : sin(i * 2.9);
	}
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_linear_inputs_initialize(&inputs, &options, &data, &workspace), CS_OK);
	assert_int_equal(inputs.terms, TERMS);
	assert_true(cs_linear_origin(&inputs, 0, LAST, x, &volatility));
	assert_true(cs_linear_ahead(&inputs, ROWS, LAST, 1, false, x + FIXED));
	assert_int_equal(cs_linear_contributions(&inputs, &horizon, x, volatility,
											 values[LAST * COLUMNS], &workspace, &result),
					 CS_OK);
	assert_true(result.base == values[LAST * COLUMNS]);
	assert_near(result.forecast,
				cs_linear_forecast(&horizon, TERMS, x, volatility, values[LAST * COLUMNS]), 1e-15,
				unit);
	for (size_t k = 0; k < TERMS; k++)
	{
		assert_near(result.contribution[k], 0.8 * volatility * coefficients[k] * x[k], 1e-9,
					unit * 1e-3);
		assert_true(result.value[k] == x[k]);
	}
	assert_true(result.value[FIXED - 1] == 1); /* the last row's second feature is missing */
	cs_contributions_by_column(&result, COLUMNS, sum);
	assert_near(sum[0], result.contribution[0] + result.contribution[1] + result.contribution[6],
				1e-12, unit);
	assert_near(sum[1],
				result.contribution[2] + result.contribution[3] + result.contribution[8] +
					result.contribution[9],
				1e-12, unit);
	assert_true(result.value[9] == values[(LAST + 1) * COLUMNS + 1]); /* a mean over one row */
	assert_near(sum[2], result.contribution[4] + result.contribution[5] + result.contribution[7],
				1e-12, unit);
	assert_near(result.base + sum[0] + sum[1] + sum[2], result.forecast, 1e-14, unit);
	coefficients[0] = 1e308;
	assert_int_equal(cs_linear_contributions(&inputs, &horizon, x, 1e300, values[LAST * COLUMNS],
											 &workspace, &result),
					 CS_NOT_FINITE);
	cs_workspace_initialize(&workspace, block, 64);
	assert_int_equal(
		cs_linear_contributions(&inputs, &horizon, x, volatility, 0, &workspace, &result),
		CS_NO_MEMORY);
	free(block);
}

static void
coefficient_times_value(void **state)
{
	(void) state;
	for (double unit = 1e-9; unit < 2e9; unit *= 1e9)
		check(unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(coefficient_times_value)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
