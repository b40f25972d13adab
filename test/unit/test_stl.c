/*
 * test_stl.c
 *		STL against statsmodels' values; identities; windows of every length; every error.
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
#include "numeric/signal/stl.h"
#include "numeric/signal/stl_loess.h"
#include "golden/stl.h"
#include "poll_helper.h"

#define MOST 70000

static double x[MOST], trend[MOST], seasonal[MOST], rest[MOST], weight[MOST];

static cs_status
decompose(size_t n, const double *series, const cs_stl_options *options)
{
	size_t size = cs_stl_workspace_size(n, options);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_stl_decompose(n, series, options, &workspace, trend, seasonal, rest, weight);
	free(block);
	return status;
}

static cs_stl_options
defaults(size_t period, size_t inner, size_t outer)
{
	return (cs_stl_options){
		period, 7,	  cs_stl_default_trend(period, 7), cs_stl_default_low_pass(period), 1, 1, 1,
		inner,	outer};
}

static void
draw(size_t n, size_t period, uint64_t seed)
{
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < n; i++)
		x[i] = 10 + 0.01 * (double) i + 2 * sin(6.283185307179586 * (double) i / (double) period) +
			   0.3 * cs_random_normal(&random);
}

static void
assert_all_close(size_t n, const double *values, const double *expected, double tolerance)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(values[i] - expected[i]) <= tolerance * fmax(1, fabs(expected[i]))))
			fail_msg("point %zu: %.17g is not %.17g", i, values[i], expected[i]);
}

static void
test_golden(void **state)
{
	(void) state;
	for (size_t c = 0; c < sizeof(golden_stl) / sizeof(golden_stl[0]); c++)
	{
		size_t n = golden_stl[c].points;

		assert_int_equal(decompose(n, golden_stl[c].x, &golden_stl[c].options), CS_OK);
		assert_all_close(n, trend, golden_stl[c].trend, 1e-9);
		assert_all_close(n, seasonal, golden_stl[c].seasonal, 1e-9);
		assert_all_close(n, rest, golden_stl[c].remainder, 1e-9);
		assert_all_close(n, weight, golden_stl[c].weight, 1e-9);
	}
}

static void
test_defaults(void **state)
{
	(void) state;
	for (size_t c = 0; c < 4; c++)
	{
		const cs_stl_options *options = &golden_stl[c].options;

		assert_int_equal(cs_stl_default_trend(options->period, 7), options->trend);
		assert_int_equal(cs_stl_default_low_pass(options->period), options->low_pass);
	}
	assert_int_equal(cs_stl_default_trend(2, 3), 7);
	assert_int_equal(cs_stl_default_low_pass(2), 3);
}

/* A line plus a season is found exactly; the parts always add up. */
static void
test_exact(void **state)
{
	static const double season[] = {1, -3, 0.5, 2, -0.5};

	(void) state;
	for (int outer = 0; outer < 2; outer++)
	{
		cs_stl_options options = defaults(5, 3, outer);

		for (size_t i = 0; i < 83; i++)
			x[i] = 4 - 0.02 * (double) i + season[i % 5];
		assert_int_equal(decompose(83, x, &options), CS_OK);
		for (size_t i = 0; i < 83; i++)
		{
			assert_true(fabs(trend[i] - 4 + 0.02 * (double) i) < 1e-11);
			assert_true(fabs(seasonal[i] - season[i % 5]) < 1e-11);
		}
	}
	for (size_t period = 2; period < 40; period += 3)
	{
		cs_stl_options options = defaults(period, 2, 3);

		draw(2 * period + 11, period, period);
		assert_int_equal(decompose(2 * period + 11, x, &options), CS_OK);
		for (size_t i = 0; i < 2 * period + 11; i++)
			assert_true(fabs(trend[i] + seasonal[i] + rest[i] - x[i]) < 1e-14 * fabs(x[i]));
	}
}

/* A series of many steps: its middle is that of a part far from the ends. */
static void
test_long(void **state)
{
	static double middle[2000];
	cs_stl_options options = defaults(12, 2, 0);

	(void) state;
	draw(MOST, 12, 3);
	assert_int_equal(decompose(MOST, x, &options), CS_OK);
	memcpy(middle, trend + 34000, sizeof(middle));
	assert_int_equal(decompose(6000, x + 32004, &options), CS_OK);
	assert_all_close(2000, trend + 34000 - 32004, middle, 1e-12);
	options = defaults(1400, 1, 1);
	options.low_pass = 60001;
	assert_int_equal(decompose(4000, x, &options), CS_OK);
}

/* Rows with an outlier get small weights, and it stays in the remainder. */
static void
test_robust(void **state)
{
	cs_stl_options options = defaults(12, 2, 15);

	(void) state;
	draw(121, 12, 4);
	x[50] += 30;
	assert_int_equal(decompose(121, x, &options), CS_OK);
	assert_true(weight[50] == 0);
	assert_true(fabs(rest[50] - 30) < 1.5);
	for (size_t i = 0; i < 121; i++)
		assert_true(weight[i] >= 0 && weight[i] <= 1);
	/* what is fitted exactly has weight 1 */
	memset(x, 0, sizeof(x));
	assert_int_equal(decompose(121, x, &options), CS_OK);
	for (size_t i = 0; i < 121; i++)
		assert_true(weight[i] == 1 && trend[i] == 0 && seasonal[i] == 0);
}

/* Exact cycles, whose remainders are rounding, in any unit. */
static void
test_robust_rounding(void **state)
{
	cs_stl_options options = defaults(12, 2, 15);

	(void) state;
	for (int kind = 0; kind < 4; kind++)
		for (size_t n = 24; n <= 240; n += 27)
			for (double size = 1e-9; size < 2e9; size *= 1e3)
			{
				for (size_t i = 0; i < n; i++)
				{
					double phase = (double) (i % 12);

					x[i] = size * (double[]){phase < 6 ? 0.1 : -0.1, 3 + 0.1 * phase,
											 1 + sin(phase * 0.7), 0.3 + 0.1 * (double) i}[kind];
				}
				assert_int_equal(decompose(n, x, &options), CS_OK);
				for (size_t i = 0; i < n; i++)
				{
					assert_true(weight[i] == 1);
					assert_true(fabs(rest[i]) < 1e-12 * size * 30);
				}
			}
}

/* Where all weights of a window are zero, the value of the point stands. */
static void
test_loess(void **state)
{
	const double y[] = {1, 5, 2, 8, 3};
	const double none[5] = {0};
	double tricube[8], centred[8];
	cs_loess loess = {.n = 5,
					  .y = y,
					  .weight = none,
					  .span = 3,
					  .degree = 1,
					  .tricube = tricube,
					  .centred = centred};

	(void) state;
	cs_loess_initialize(&loess);
	for (size_t i = 0; i <= 6; i++)
		assert_true(cs_loess_at(&loess, i) == y[i == 0 ? 0 : (i > 5 ? 4 : i - 1)]);
}

static void
test_errors(void **state)
{
	const cs_stl_options good = defaults(6, 2, 0);
	cs_stl_options bad[12];
	cs_workspace workspace;
	char block[256];

	(void) state;
	draw(60, 6, 5);
	for (int i = 0; i < 12; i++)
		bad[i] = good;
	bad[0].period = 1;
	bad[1].seasonal = 6;
	bad[2].seasonal = 1;
	bad[3].trend = 5;
	bad[4].trend = 12;
	bad[5].low_pass = 5;
	bad[6].low_pass = 8;
	bad[7].seasonal_degree = 2;
	bad[8].trend_degree = -1;
	bad[9].low_pass_degree = 2;
	bad[10].inner_iterations = 0;
	bad[11].seasonal_degree = -1;
	for (int i = 0; i < 12; i++)
		assert_int_equal(decompose(60, x, &bad[i]), CS_OUT_OF_RANGE);
	assert_int_equal(decompose(11, x, &good), CS_TOO_FEW);
	assert_int_equal(decompose(12, x, &good), CS_OK);
	for (int i = 0; i < 60; i++)
		x[i] = i % 2 == 0 ? 1.7e308 : -1.7e308;
	assert_int_equal(decompose(60, x, &good), CS_NOT_FINITE);
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_stl_decompose(60, x, &good, &workspace, trend, seasonal, rest, weight),
					 CS_NO_MEMORY);
	assert_true(cs_stl_workspace_size(SIZE_MAX / 4, &good) == SIZE_MAX);
}

/* Short and long windows, with weights. */
static void
test_polls(void **state)
{
	const size_t periods[] = {4, 1000};

	(void) state;
	draw(MOST, 12, 6);
	for (int i = 0; i < 2; i++)
	{
		cs_stl_options options = defaults(periods[i], 2, 1);
		double rounds = (double) (options.inner_iterations * (options.outer_iterations + 1));
		poll_count polls;

		poll_count_start();
		assert_int_equal(decompose(MOST, x, &options), CS_OK);
		polls = poll_count_end();
		/* four for each point of the windows of the three regressions, and four for a pass */
		assert_polls(&polls,
					 4 * rounds * MOST *
						 (double) (options.seasonal + options.trend + options.low_pass + 6),
					 0);
		assert_int_equal(polls.reports, rounds);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_exact),  cmocka_unit_test(test_long),
		cmocka_unit_test(test_robust), cmocka_unit_test(test_robust_rounding),
		cmocka_unit_test(test_loess),  cmocka_unit_test(test_errors),
		cmocka_unit_test(test_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
