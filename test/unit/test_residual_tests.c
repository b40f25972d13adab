/*
 * test_residual_tests.c
 *		Ljung-Box, Jarque-Bera and Granger against statsmodels and R, in other units, on degenerate
 *		series.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "golden/series_tests.h"
#include "numeric/econometrics/granger_test.h"
#include "numeric/econometrics/jarque_bera_test.h"
#include "numeric/econometrics/ljung_box_test.h"
#include "check_helper.h"
#include "poll_helper.h"

#define LONGEST 200

static const double units[] = {1, 1e-9, 3e-7, 100, 1e9, -7};

/* Fills y with a series in another unit, one in each stride; returns its length. */
static size_t
series_of(const char *name, double k, double *y, size_t stride)
{
	for (size_t s = 0; s < COUNT(golden_series); s++)
		if (strcmp(golden_series[s].name, name) == 0)
		{
			for (int i = 0; i < golden_series[s].n; i++)
				y[(size_t) i * stride] = k * golden_series[s].y[i];
			return (size_t) golden_series[s].n;
		}
	fail_msg("no series %s", name);
	return 0;
}

static void
ljung_box_agrees_in_any_unit(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_ljung_box); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			double y[LONGEST], scratch[LONGEST];
			size_t n = series_of(golden_ljung_box[c].series, units[u], y, 1);
			cs_ljung_box_result result;

			assert_int_equal(cs_ljung_box_test(y, n, golden_ljung_box[c].lags,
											   golden_ljung_box[c].fitted, scratch, &result),
							 CS_OK);
			assert_near(result.statistic, golden_ljung_box[c].statistic, 1e-8, 0);
			assert_near(result.p_value, golden_ljung_box[c].p_value, 1e-7, 0);
		}
	assert_int_equal(cs_ljung_box_default_lags(24), 4);
	assert_int_equal(cs_ljung_box_default_lags(3), 1);
	assert_int_equal(cs_ljung_box_default_lags(5000), 10);
}

static void
jarque_bera_agrees_in_any_unit(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_jarque_bera); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			double y[LONGEST], scratch[LONGEST];
			size_t n = series_of(golden_jarque_bera[c].series, units[u], y, 1);
			cs_jarque_bera_result result;

			assert_int_equal(cs_jarque_bera_test(y, n, scratch, &result), CS_OK);
			assert_near(result.statistic, golden_jarque_bera[c].statistic, 1e-8, 0);
			assert_near(result.p_value, golden_jarque_bera[c].p_value, 1e-7, 0);
			assert_near(result.skewness, copysign(1, units[u]) * golden_jarque_bera[c].skewness,
						1e-8, 0);
			assert_near(result.kurtosis, golden_jarque_bera[c].kurtosis, 1e-8, 0);
		}
}

static cs_status
granger(const double *rows, size_t n, size_t lags, cs_granger_result *result)
{
	size_t size = cs_granger_size(n, lags);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_granger_test(rows, n, lags, &workspace, result);
	free(block);
	return status;
}

static void
granger_agrees_in_any_unit(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_granger); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			double rows[2 * LONGEST];
			cs_granger_result result;

			series_of(golden_granger[c].y, units[u], rows, 2);
			series_of(golden_granger[c].cause, units[(u + 2) % COUNT(units)], rows + 1, 2);
			assert_int_equal(granger(rows, golden_granger[c].n, golden_granger[c].lags, &result),
							 CS_OK);
			assert_near(result.statistic, golden_granger[c].statistic, 1e-8, 0);
			assert_near(result.p_value, golden_granger[c].p_value, 1e-7, 0);
			assert_int_equal(result.freedom, golden_granger[c].freedom);
		}
}

static void
degenerate_series_say_so(void **state)
{
	double y[60], scratch[60], rows[120];
	cs_ljung_box_result ljung_box;
	cs_jarque_bera_result jarque_bera;
	cs_granger_result result;

	(void) state;
	for (int i = 0; i < 60; i++)
	{
		y[i] = 0.1 + 0.2 - (i % 2) * 5e-17;
		rows[2 * i] = sin(i);
		rows[2 * i + 1] = 2 * sin(i) + 1;
	}
	assert_int_equal(cs_ljung_box_test(y, 60, 5, 0, scratch, &ljung_box), CS_CONSTANT);
	assert_int_equal(cs_ljung_box_test(y, 60, 5, 5, scratch, &ljung_box), CS_OUT_OF_RANGE);
	assert_int_equal(cs_ljung_box_test(y, 5, 5, 0, scratch, &ljung_box), CS_TOO_FEW);
	assert_int_equal(cs_jarque_bera_test(y, 60, scratch, &jarque_bera), CS_CONSTANT);
	assert_int_equal(cs_jarque_bera_test(y, 1, scratch, &jarque_bera), CS_TOO_FEW);
	/* a sine follows from two values before */
	assert_int_equal(granger(rows, 60, 2, &result), CS_ZERO_VARIANCE);
	for (int i = 0; i < 60; i++)
	{
		rows[2 * i] = sin(i * i);
		rows[2 * i + 1] = 2 * sin(i * i) + 1;
	}
	assert_int_equal(granger(rows, 60, 2, &result), CS_SINGULAR);
	assert_int_equal(granger(rows, 7, 2, &result), CS_TOO_FEW);
	for (int i = 0; i < 60; i++)
		rows[2 * i + 1] = 3;
	assert_int_equal(granger(rows, 60, 2, &result), CS_CONSTANT);
}

static void
polls(void **state)
{
	const size_t n = 200000;
	double *y = malloc(sizeof(double) * n);
	double *scratch = malloc(sizeof(double) * n);
	cs_ljung_box_result result;
	poll_count count;

	(void) state;
	for (size_t i = 0; i < n; i++)
		y[i] = sin((double) i * (double) i * 0.001);
	poll_count_start();
	assert_int_equal(cs_ljung_box_test(y, n, 50, 0, scratch, &result), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 55, 0);
	free(y);
	free(scratch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ljung_box_agrees_in_any_unit),
		cmocka_unit_test(jarque_bera_agrees_in_any_unit),
		cmocka_unit_test(granger_agrees_in_any_unit),
		cmocka_unit_test(degenerate_series_say_so),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
