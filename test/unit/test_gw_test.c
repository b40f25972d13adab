/*
 * test_gw_test.c
 *		The test of Giacomini and White against numpy, in other units, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "golden/forecast_tests.h"
#include "numeric/evaluation/dm_test.h"
#include "numeric/evaluation/gw_test.h"
#include "check_helper.h"
#include "poll_helper.h"

#define ROWS COUNT(golden_forecast)

static void
agrees_in_any_unit(void **state)
{
	static const double units[] = {1, 1e-9, 3e-7, 100, 1e9};

	(void) state;
	for (size_t c = 0; c < COUNT(golden_gw); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			double k = units[u];
			cs_dm_loss loss =
				strcmp(golden_gw[c].loss, "squared") == 0 ? CS_DM_SQUARED : CS_DM_ABSOLUTE;
			double unit = loss == CS_DM_SQUARED ? k * k : k;
			double d[ROWS];
			double size = 0;
			cs_gw_result result;

			for (size_t t = 0; t < ROWS; t++)
			{
				double actual = k * golden_forecast[t].actual;
				double first = k * golden_forecast[t].forecasts[0];
				double second = k * golden_forecast[t].forecasts[golden_gw[c].second - 1];

				assert_int_equal(cs_dm_loss_difference(loss, 0, actual, first, second, &d[t]),
								 CS_OK);
				size = fmax(size, cs_dm_loss_size(loss, 0, actual, first, second));
			}
			assert_int_equal(cs_gw_test(d, ROWS, size, golden_gw[c].horizon,
										strcmp(golden_gw[c].hypothesis, "conditional") == 0,
										&result),
							 CS_OK);
			assert_near(result.statistic, golden_gw[c].statistic, 1e-8, 0);
			assert_near(result.p_value, golden_gw[c].p_value, 1e-8, 0);
			assert_near(result.mean_difference, unit * golden_gw[c].mean, 1e-8, 0);
			assert_near(result.next_difference, unit * golden_gw[c].next, 1e-8, 0);
		}
}

static void
degenerate_differences_say_so(void **state)
{
	double d[30];
	cs_gw_result result;

	(void) state;
	for (int i = 0; i < 30; i++)
		d[i] = 0.3;
	assert_int_equal(cs_gw_test(d, 30, 0, 1, true, &result), CS_ZERO_VARIANCE);
	assert_int_equal(cs_gw_test(d, 30, 0, 1, false, &result), CS_ZERO_VARIANCE);
	/* two values: the two moments follow from each other */
	for (int i = 0; i < 30; i++)
		d[i] = i % 2 == 0 ? 1 : -1;
	assert_int_equal(cs_gw_test(d, 30, 0, 1, true, &result), CS_OK);
	for (int i = 0; i < 30; i++)
		d[i] = i % 2 == 0 ? 1 : 0;
	assert_int_equal(cs_gw_test(d, 30, 0, 1, true, &result), CS_SINGULAR);
	/* rounding of large losses */
	for (int i = 0; i < 30; i++)
		d[i] = (i % 3) * 1e-16;
	assert_int_equal(cs_gw_test(d, 30, 5, 2, false, &result), CS_ZERO_VARIANCE);
	assert_int_equal(cs_gw_test(d, 4, 0, 1, true, &result), CS_TOO_FEW);
	assert_int_equal(cs_gw_test(d, 30, 0, 0, true, &result), CS_OUT_OF_RANGE);
}

static void
polls(void **state)
{
	const size_t n = 100000;
	double *d = malloc(sizeof(double) * n);
	cs_gw_result result;
	poll_count count;

	(void) state;
	for (size_t i = 0; i < n; i++)
		d[i] = sin((double) i * (double) i * 0.001);
	poll_count_start();
	assert_int_equal(cs_gw_test(d, n, 0, 10, true, &result), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 90, 0);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_in_any_unit),
		cmocka_unit_test(degenerate_differences_say_so),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
