/*
 * test_dm_test.c
 *		The Diebold-Mariano test against R's values, the sums for horizon 1, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "numeric/evaluation/dm_test.h"
#include "check_helper.h"
#include "golden/dm_test.h"
#include "poll_helper.h"

#define CASES COUNT(golden_dm)
#define LONGEST 400

/* The loss differences of a case; the errors are forecasts of zero. */
static void
differences_of(size_t c, double *d)
{
	double power = golden_dm[c].power;
	cs_dm_loss loss = power == 1 ? CS_DM_ABSOLUTE : CS_DM_SQUARED;

	for (size_t i = 0; i < golden_dm[c].n; i++)
	{
		double other;

		assert_int_equal(
			cs_dm_loss_difference(loss, NAN, 0, golden_dm[c].e1[i], golden_dm[c].e2[i], &d[i]),
			CS_OK);
		assert_int_equal(cs_dm_loss_difference(CS_DM_POWER, power, 0, golden_dm[c].e1[i],
											   golden_dm[c].e2[i], &other),
						 CS_OK);
		assert_true(fabs(other - d[i]) <= 1e-13);
	}
}

static void
series_agrees_with_reference(void **state)
{
	int fallbacks = 0;

	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		double d[LONGEST];
		cs_dm_result result, other;

		differences_of(c, d);
		assert_int_equal(cs_dm_series_test(d, golden_dm[c].n, 0, golden_dm[c].horizon,
										   golden_dm[c].variance, golden_dm[c].alternative,
										   &result),
						 CS_OK);
		assert_int_equal(result.bartlett_fallback, golden_dm[c].fallback);
		assert_int_equal(result.observations, golden_dm[c].n);
		if (!golden_dm[c].fallback)
		{
			assert_near(result.statistic, golden_dm[c].statistic, 1e-9, 0);
			assert_near(result.p_value, golden_dm[c].p_value, 1e-9, 0);
			continue;
		}
		/* R takes horizon 1 here; we take Bartlett's weights. */
		fallbacks++;
		assert_int_equal(cs_dm_series_test(d, golden_dm[c].n, 0, golden_dm[c].horizon,
										   CS_DM_BARTLETT, golden_dm[c].alternative, &other),
						 CS_OK);
		assert_true(result.statistic == other.statistic && result.p_value == other.p_value);
		assert_false(other.bartlett_fallback);
	}
	assert_int_equal(fallbacks, 8);
}

static void
sums_agree_with_reference(void **state)
{
	int cases = 0;

	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		double d[LONGEST];

		if (golden_dm[c].horizon != 1)
			continue;
		cases++;
		differences_of(c, d);
		for (size_t split = 0; split <= golden_dm[c].n; split++)
		{
			cs_dm_sums left = {0};
			cs_dm_sums right = {0};
			cs_dm_result result;

			for (size_t i = 0; i < golden_dm[c].n; i++)
				cs_dm_sums_add(i < split ? &left : &right, d[i], 0);
			cs_dm_sums_combine(&left, &right);
			assert_int_equal(cs_dm_sums_test(&left, golden_dm[c].alternative, &result), CS_OK);
			assert_near(result.statistic, golden_dm[c].statistic, 1e-9, 0);
			assert_near(result.p_value, golden_dm[c].p_value, 1e-9, 0);
			assert_false(result.bartlett_fallback);
		}
	}
	assert_true(cases >= 36);
}

static void
signs_of_the_result(void **state)
{
	/* The first forecast has the smaller losses. */
	const double d[] = {-1.2, -0.7, -1.9, 0.1, -1.1, -0.8, -1.4, -0.2};
	cs_dm_result less, greater, both;

	(void) state;
	assert_int_equal(cs_dm_series_test(d, 8, 0, 1, CS_DM_RECTANGULAR, CS_DM_LESS, &less), CS_OK);
	assert_int_equal(cs_dm_series_test(d, 8, 0, 1, CS_DM_RECTANGULAR, CS_DM_GREATER, &greater),
					 CS_OK);
	assert_int_equal(cs_dm_series_test(d, 8, 0, 1, CS_DM_RECTANGULAR, CS_DM_TWO_SIDED, &both),
					 CS_OK);
	assert_near(both.mean_difference, -0.9, 1e-9, 0);
	assert_true(both.statistic < 0);
	assert_true(less.p_value < 0.05 && greater.p_value > 0.95);
	assert_near(less.p_value + greater.p_value, 1, 1e-9, 0);
	assert_near(both.p_value, 2 * less.p_value, 1e-9, 0);
	assert_true(less.two_sided == both.p_value && greater.two_sided == both.p_value);
}

static void
losses(void **state)
{
	double d;

	(void) state;
	assert_int_equal(cs_dm_loss_difference(CS_DM_SQUARED, 0, 2, 5, 1, &d), CS_OK);
	assert_true(d == 8);
	assert_int_equal(cs_dm_loss_difference(CS_DM_ABSOLUTE, 0, 2, 5, 1, &d), CS_OK);
	assert_true(d == 2);
	assert_int_equal(cs_dm_loss_difference(CS_DM_PERCENTAGE, 0, -2, 5, 1, &d), CS_OK);
	assert_true(d == 2);
	assert_int_equal(cs_dm_loss_difference(CS_DM_POWER, 3, 2, 5, 1, &d), CS_OK);
	assert_true(d == 26);
	/* errors that rounding alone sets apart */
	assert_int_equal(cs_dm_loss_difference(CS_DM_SQUARED, 0, 1, 0.1 + 0.2, 0.3, &d), CS_OK);
	assert_true(d == 0);
	assert_int_equal(cs_dm_loss_difference(CS_DM_ABSOLUTE, 0, 100, 100.3, 99.7, &d), CS_OK);
	assert_true(d == 0);
	assert_int_equal(cs_dm_loss_difference(CS_DM_ABSOLUTE, 0, 1e-9, 3e-9, 2e-9, &d), CS_OK);
	assert_true(d > 0.9e-9);
	assert_int_equal(cs_dm_loss_difference(CS_DM_PERCENTAGE, 0, 0, 5, 1, &d), CS_ZERO_DIVISOR);
	assert_int_equal(cs_dm_loss_difference(CS_DM_SQUARED, 0, 0, 1e300, 1, &d), CS_NOT_FINITE);
	assert_int_equal(cs_dm_loss_difference(CS_DM_SQUARED, 0, NAN, 5, 1, &d), CS_NOT_FINITE);
	assert_int_equal(cs_dm_loss_difference(CS_DM_SQUARED, 0, 0, INFINITY, 1, &d), CS_NOT_FINITE);
	assert_int_equal(cs_dm_loss_difference(CS_DM_SQUARED, 0, 0, 5, NAN, &d), CS_NOT_FINITE);
}

static void
too_few_and_no_variance(void **state)
{
	const double d[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
	const double zero[] = {0, 0, 0, 0, 0, 0};
	cs_dm_result result;
	cs_dm_sums sums = {0};

	(void) state;
	assert_int_equal(cs_dm_sums_test(&sums, CS_DM_LESS, &result), CS_TOO_FEW);
	for (int i = 0; i < 6; i++)
	{
		cs_dm_sums_add(&sums, d[i], 0);
		assert_int_equal(cs_dm_sums_test(&sums, CS_DM_LESS, &result),
						 i == 0 ? CS_TOO_FEW : CS_ZERO_VARIANCE);
	}
	assert_int_equal(cs_dm_series_test(d, 1, 0, 1, CS_DM_RECTANGULAR, CS_DM_LESS, &result),
					 CS_TOO_FEW);
	assert_int_equal(cs_dm_series_test(d, 6, 0, 6, CS_DM_RECTANGULAR, CS_DM_LESS, &result),
					 CS_TOO_FEW);
	assert_int_equal(cs_dm_series_test(d, 6, 0, 0, CS_DM_RECTANGULAR, CS_DM_LESS, &result),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_dm_series_test(d, 6, 0, 2, CS_DM_BARTLETT, CS_DM_LESS, &result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(cs_dm_series_test(zero, 6, 0, 1, CS_DM_BARTLETT, CS_DM_LESS, &result),
					 CS_ZERO_VARIANCE);
}

static void
overflow_is_not_finite(void **state)
{
	const double d[] = {1e200, -1e200, 1e200, 3e200};
	cs_dm_result result;

	(void) state;
	assert_int_equal(cs_dm_series_test(d, 4, 0, 1, CS_DM_RECTANGULAR, CS_DM_LESS, &result),
					 CS_NOT_FINITE);
}

/* Many lags of a long series, and all frequencies of a longer one. */
static void
polls_within_passes(void **state)
{
	enum
	{
		ROWS = 400000,
		LAGS = 40
	};
	double *d = malloc(sizeof(double) * ROWS);
	cs_dm_result result;
	poll_count polls;

	(void) state;
	for (size_t i = 0; i < ROWS; i++)
		d[i] = sin((double) i) + cos((double) i * (double) i);
	poll_count_start();
	assert_int_equal(cs_dm_series_test(d, ROWS, 0, LAGS, CS_DM_BARTLETT, CS_DM_TWO_SIDED, &result),
					 CS_OK);
	polls = poll_count_end();
	assert_polls(&polls, 2.0 * ROWS * LAGS, 0);
	assert_int_equal(polls.reports, polls.polls);
	assert_true(polls.reports > 15);
	poll_count_start();
	assert_int_equal(
		cs_dm_series_test(d, ROWS, 0, LAGS, CS_DM_PERIODOGRAM, CS_DM_TWO_SIDED, &result), CS_OK);
	polls = poll_count_end();
	assert_polls(&polls, 8.0 * ROWS * 100, 0);
	assert_true(polls.reports > 100);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polls_within_passes),
		cmocka_unit_test(series_agrees_with_reference),
		cmocka_unit_test(sums_agree_with_reference),
		cmocka_unit_test(signs_of_the_result),
		cmocka_unit_test(losses),
		cmocka_unit_test(too_few_and_no_variance),
		cmocka_unit_test(overflow_is_not_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
