/*
 * test_information_coefficient.c
 *		Moving correlations against pandas and scipy, against the direct formula on awkward series,
 *		and their mean.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/evaluation/information_coefficient.h"

#include "check_helper.h"
#include "golden/information_coefficient.h"
#include "poll_helper.h"

#define ROWS (COUNT(golden_ic_rows) / 2)

static void *
open_rolling(cs_rolling_correlation *rolling, cs_correlation correlation, size_t window)
{
	size_t size = cs_rolling_correlation_size(correlation, window);
	void *block = malloc(size);
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_rolling_correlation_initialize(rolling, correlation, window, &workspace),
					 CS_OK);
	return block;
}

static void
test_golden_values(void **state)
{
	(void) state;
	for (size_t k = 0; k < COUNT(golden_ic); k++)
	{
		cs_rolling_correlation rolling;
		void *block = open_rolling(&rolling, golden_ic[k].correlation, golden_ic[k].window);

		for (size_t i = golden_ic[k].lag; i < ROWS; i++)
		{
			double expected = golden_ic[k].values[i];
			double value;
			cs_status status =
				cs_rolling_correlation_add(&rolling, golden_ic_rows[2 * (i - golden_ic[k].lag)],
										   golden_ic_rows[2 * i + 1], &value);

			if (isnan(expected))
			{
				assert_true(isnan(value));
				assert_true(status == CS_TOO_FEW || status == CS_CONSTANT);
				continue;
			}
			assert_int_equal(status, CS_OK);
			assert_true(fabs(value - expected) <= 1e-9);
		}
		free(block);
	}
}

static cs_status
run_coefficient(cs_information_coefficient *coefficient, const double *rows, size_t count,
				cs_correlation correlation, size_t window, size_t lag)
{
	size_t size = cs_rolling_correlation_size(correlation, window);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_information_coefficient_compute(coefficient, rows, count, correlation, window, lag,
												&workspace);
	free(block);
	return status;
}

static void
test_golden_means(void **state)
{
	(void) state;
	for (size_t k = 0; k < COUNT(golden_ic); k++)
	{
		cs_information_coefficient ic;

		assert_int_equal(run_coefficient(&ic, golden_ic_rows, ROWS, golden_ic[k].correlation,
										 golden_ic[k].window, golden_ic[k].lag),
						 CS_OK);
		assert_true(fabs(ic.moments.mean - golden_ic[k].mean) <= 1e-9);
		assert_true(fabs(cs_information_coefficient_sd(&ic) - golden_ic[k].sd) <= 1e-9);
		assert_true(fabs(cs_information_coefficient_ratio(&ic) -
						 golden_ic[k].mean / golden_ic[k].sd) <= 1e-9);
		assert_int_equal(ic.moments.count, golden_ic[k].windows);
		assert_int_equal(ic.constant, golden_ic[k].constant);
	}
}

/* Two passes over a window. */
static double
direct(const double *x, const double *y, size_t count)
{
	long double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < count; i++)
	{
		mean_x += x[i] / (long double) count;
		mean_y += y[i] / (long double) count;
	}
	for (size_t i = 0; i < count; i++)
	{
		xx += (x[i] - mean_x) * (x[i] - mean_x);
		yy += (y[i] - mean_y) * (y[i] - mean_y);
		xy += (x[i] - mean_x) * (y[i] - mean_y);
	}
	return (double) (xy / sqrtl(xx * yy));
}

/* Average ranks by counting. */
static void
rank(const double *x, size_t count, double *ranks)
{
	for (size_t i = 0; i < count; i++)
	{
		ranks[i] = 0;
		for (size_t j = 0; j < count; j++)
			ranks[i] += (x[j] < x[i]) + 0.5 * (x[j] == x[i]);
	}
}

/* Far from zero, with jumps that leave the window again, and with ties. */
static void
test_against_direct_formula(void **state)
{
	static const size_t windows[] = {2, 3, 7, 30, 64};
	static double x[500], y[500];
	cs_random random;

	(void) state;
	cs_random_seed(&random, 5);
	for (int i = 0; i < 500; i++)
	{
		x[i] = 1e4 + round(cs_random_normal(&random) * 20) / 8 + (i % 90 == 40 ? 1e9 : 0);
		y[i] = 1e-6 * (x[i] > 1e8 ? 3 : x[i] + cs_random_normal(&random));
	}
	for (size_t k = 0; k < COUNT(windows); k++)
	{
		size_t window = windows[k];
		cs_rolling_correlation pearson, spearman;
		void *first = open_rolling(&pearson, CS_CORRELATION_PEARSON, window);
		void *second = open_rolling(&spearman, CS_CORRELATION_SPEARMAN, window);
		size_t compared = 0;

		for (size_t i = 0; i < 500; i++)
		{
			const double *from_x = x + i + 1 - window;
			const double *from_y = y + i + 1 - window;
			double ranks_x[64], ranks_y[64];
			double value, ranked;
			cs_status status = cs_rolling_correlation_add(&pearson, x[i], y[i], &value);

			assert_int_equal(cs_rolling_correlation_add(&spearman, x[i], y[i], &ranked), status);
			if (i + 1 < window)
				assert_int_equal(status, CS_TOO_FEW);
			if (status != CS_OK)
				continue;
			rank(from_x, window, ranks_x);
			rank(from_y, window, ranks_y);
			assert_true(fabs(value - direct(from_x, from_y, window)) <= 1e-9);
			assert_true(fabs(ranked - direct(ranks_x, ranks_y, window)) <= 1e-12);
			compared++;
		}
		assert_true(compared >= 400 && compared <= 500);
		free(first);
		free(second);
	}
}

static void
test_bad_series(void **state)
{
	static const double constant[] = {1, 5, 2, 5, 3, 5, 4, 5};
	static const double line[] = {1, 3, 2, 5, 3, 7, 4, 9};
	static const double huge[] = {1, 1e200, 2, -1e200, 3, 1e200, 4, 3};
	cs_information_coefficient ic;
	cs_rolling_correlation rolling;
	cs_workspace workspace;
	char block[100];

	(void) state;
	for (int k = CS_CORRELATION_PEARSON; k <= CS_CORRELATION_SPEARMAN; k++)
	{
		assert_int_equal(run_coefficient(&ic, line, 4, k, 4, 1), CS_TOO_FEW);
		assert_int_equal(run_coefficient(&ic, line, 4, k, 2, 5), CS_TOO_FEW);
		assert_int_equal(run_coefficient(&ic, constant, 4, k, 2, 0), CS_OK);
		assert_int_equal(ic.moments.count, 0);
		assert_int_equal(ic.constant, 3);
		assert_true(isnan(cs_information_coefficient_sd(&ic)));
		assert_true(isnan(cs_information_coefficient_ratio(&ic)));
		assert_int_equal(run_coefficient(&ic, line, 4, k, 3, 0), CS_OK);
		assert_true(fabs(ic.moments.mean - 1) < 1e-15);
		assert_true(isnan(cs_information_coefficient_ratio(&ic)));
		for (size_t size = 0; size < sizeof(block); size += 20)
		{
			cs_workspace_initialize(&workspace, block, size);
			assert_int_equal(cs_rolling_correlation_initialize(&rolling, k, 6, &workspace),
							 CS_NO_MEMORY);
		}
	}
	assert_int_equal(run_coefficient(&ic, huge, 4, CS_CORRELATION_PEARSON, 3, 0), CS_NOT_FINITE);
	assert_int_equal(run_coefficient(&ic, huge, 4, CS_CORRELATION_SPEARMAN, 3, 0), CS_OK);
}

/* The widest windows, and many rows. */
static void
test_polls(void **state)
{
	static const struct
	{
		cs_correlation correlation;
		size_t window;
		double work; /* of a row */
	} cases[] = {{CS_CORRELATION_PEARSON, 100000, 60},
				 {CS_CORRELATION_PEARSON, 10, 60},
				 {CS_CORRELATION_SPEARMAN, 2000, 6.0 * 2000}};
	enum
	{
		COUNT = 250000
	};
	double *rows = malloc(sizeof(double) * 2 * COUNT);

	(void) state;
	for (size_t i = 0; i < 2 * COUNT; i++)
		rows[i] = sin((double) i * (double) i);
	for (size_t k = 0; k < COUNT(cases); k++)
	{
		size_t count = cases[k].correlation == CS_CORRELATION_PEARSON ? COUNT : 6000;
		cs_information_coefficient ic;
		poll_count polls;

		poll_count_start();
		assert_int_equal(
			run_coefficient(&ic, rows, count, cases[k].correlation, cases[k].window, 3), CS_OK);
		polls = poll_count_end();
		assert_polls(&polls, cases[k].work * (double) count, 0);
		assert_true(polls.reports >= 5);
	}
	free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polls),		 cmocka_unit_test(test_golden_values),
		cmocka_unit_test(test_golden_means), cmocka_unit_test(test_against_direct_formula),
		cmocka_unit_test(test_bad_series),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
