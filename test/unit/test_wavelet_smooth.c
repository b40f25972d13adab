/*
 * test_wavelet_smooth.c
 *		Smoothing by wavelets against PyWavelets' values; last samples; medians; every error.
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
#include "numeric/signal/absolute_median.h"
#include "numeric/signal/wavelet_smooth.h"
#include "check_helper.h"
#include "golden/wavelet.h"
#include "poll_helper.h"

#define CASES COUNT(golden_wavelet)
#define LONGEST 5000

static double x[LONGEST], output[LONGEST], other[LONGEST];

/* A smoother of its own workspace, which the caller frees. */
static void *
make_smoother(cs_wavelet_smoother *smoother, const cs_wavelet_filter *filter,
			  cs_wavelet_extension extension, int levels, size_t n, cs_wavelet_mode mode)
{
	cs_wavelet_shape shape;
	cs_workspace workspace;
	size_t size;
	void *block;

	assert_int_equal(cs_wavelet_shape_initialize(&shape, filter, extension, levels, n), CS_OK);
	size = cs_wavelet_smoother_size(&shape, mode);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_wavelet_smoother_initialize(smoother, &shape, mode, &workspace), CS_OK);
	return block;
}

static void
make_series(cs_random *random, size_t n)
{
	double level = 2;

	for (size_t i = 0; i < n; i++)
	{
		level += 0.1 * cs_random_normal(random);
		x[i] = level + 0.3 * cs_random_normal(random);
	}
}

static void
agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
		for (int mode = 0; mode < 3; mode++)
		{
			const double *expected = golden_wavelet[c].smoothed[mode];
			size_t stride = golden_wavelet[c].stride;
			cs_wavelet_smoother smoother;
			void *block = make_smoother(
				&smoother, cs_wavelet_filter_named(golden_wavelet[c].wavelet),
				(cs_wavelet_extension) golden_wavelet[c].extension, golden_wavelet[c].levels,
				golden_wavelet[c].n, (cs_wavelet_mode) mode);

			assert_int_equal(cs_wavelet_smooth(&smoother, golden_wavelet[c].x, golden_wavelet[c].n,
											   false, output),
							 CS_OK);
			for (size_t i = 0; i < golden_wavelet[c].n; i += stride)
				if (!(fabs(output[i] - expected[i / stride]) <= 1e-9 * fabs(expected[i / stride])))
					fail_msg("case %zu, mode %d: %.17g is not %.17g", c, mode, output[i],
							 expected[i / stride]);
			if (mode != CS_WAVELET_APPROXIMATION)
				assert_true(fabs(smoother.threshold - golden_wavelet[c].threshold) <=
							1e-9 * golden_wavelet[c].threshold);
			free(block);
		}
}

/* The last sample alone has the bits that it has in the whole series, for every filter and mode. */
static void
last_sample_agrees(void **state)
{
	static const size_t lengths[] = {1, 2, 3, 4, 7, 8, 20, 21, 64, 100, 333, 512, 1500, 4999};
	cs_random random;

	(void) state;
	cs_random_seed(&random, 6);
	make_series(&random, LONGEST);
	for (const cs_wavelet_filter *filter = cs_wavelet_filters; filter->name != NULL; filter++)
		for (int variant = 0; variant < 18; variant++)
		{
			cs_wavelet_extension extension = (cs_wavelet_extension) (variant % 2);
			cs_wavelet_mode mode = (cs_wavelet_mode) (variant / 2 % 3);
			int levels = 1 + variant / 6 * 3;
			cs_wavelet_smoother smoother;
			void *block = make_smoother(&smoother, filter, extension, levels, LONGEST, mode);

			for (size_t i = 0; i < COUNT(lengths); i++)
			{
				size_t n = lengths[i];
				const double *series = x + LONGEST - n;

				assert_int_equal(cs_wavelet_smooth(&smoother, series, n, false, output), CS_OK);
				memset(other, 0xff, sizeof(other));
				assert_int_equal(cs_wavelet_smooth(&smoother, series, n, true, other), CS_OK);
				assert_memory_equal(&output[n - 1], &other[n - 1], sizeof(double));
			}
			free(block);
		}
}

/* Far less is computed for a last sample than for a series. */
static void
last_sample_takes_few_steps(void **state)
{
	cs_wavelet_smoother smoother;
	void *block = make_smoother(&smoother, cs_wavelet_filter_named("db4"), CS_WAVELET_SYMMETRIC, 2,
								LONGEST, CS_WAVELET_APPROXIMATION);
	double work[2];

	(void) state;
	for (int last_only = 0; last_only < 2; last_only++)
	{
		poll_count_start();
		assert_int_equal(cs_wavelet_smooth(&smoother, x, LONGEST, last_only, output), CS_OK);
		work[last_only] = poll_count_end().work;
	}
	assert_true(work[1] < 0.05 * work[0]);
	free(block);
}

/* A constant stays as it is, and so does a series whose details lie below no threshold. */
static void
leaves_as_it_is(void **state)
{
	(void) state;
	for (const cs_wavelet_filter *filter = cs_wavelet_filters; filter->name != NULL; filter++)
		for (int variant = 0; variant < 6; variant++)
		{
			cs_wavelet_smoother smoother;
			void *block = make_smoother(&smoother, filter, (cs_wavelet_extension) (variant % 2), 4,
										250, (cs_wavelet_mode) (variant / 2));

			for (size_t i = 0; i < 250; i++)
				x[i] = 3.25;
			assert_int_equal(cs_wavelet_smooth(&smoother, x, 250, false, output), CS_OK);
			for (size_t i = 0; i < 250; i++)
				assert_true(fabs(output[i] - 3.25) < 1e-13);

			/* more than half of the finest details are zero, and with them the threshold */
			memset(x, 0, sizeof(x));
			x[100] = 1;
			x[200] = -2;
			assert_int_equal(cs_wavelet_smooth(&smoother, x, 250, false, output), CS_OK);
			for (size_t i = 0; i < 250; i++)
				if (variant / 2 != CS_WAVELET_APPROXIMATION)
					assert_true(fabs(output[i] - x[i]) < 1e-14);
			free(block);
		}
}

static double
median_of(const double *values, size_t count)
{
	double *scratch[2] = {malloc(sizeof(double) * count), malloc(sizeof(double) * count)};
	double median = cs_absolute_median(values, count, scratch);

	free(scratch[0]);
	free(scratch[1]);
	return median;
}

static void
median_agrees_with_sorting(void **state)
{
	static double large[30000];
	cs_random random;

	(void) state;
	cs_random_seed(&random, 7);
	for (int round = 0; round < 600; round++)
	{
		size_t n = round < 100	 ? 1 + (size_t) round
				   : round < 595 ? 1 + cs_random_below(&random, LONGEST)
								 : 29990 + (size_t) round % 10;
		double expected;

		for (size_t i = 0; i < n; i++)
			switch (round % 5)
			{
				case 0: /* ties */
					large[i] = (double) cs_random_below(&random, 7) - 3;
					break;
				case 1: /* sorted */
					large[i] = (double) i;
					break;
				case 2: /* mostly zero */
					large[i] = cs_random_below(&random, 5) == 0 ? cs_random_normal(&random) : 0;
					break;
				default:
					large[i] = cs_random_normal(&random);
			}
		expected = median_of(large, n);
		for (size_t i = 0; i < n; i++)
			large[i] = fabs(large[i]);
		qsort(large, n, sizeof(double), compare_doubles);
		assert_true(expected == 0.5 * large[(n - 1) / 2] + 0.5 * large[n / 2]);
	}
}

static void
errors(void **state)
{
	const cs_wavelet_filter *filter = cs_wavelet_filter_named("db4");
	cs_wavelet_shape shape;
	cs_wavelet_smoother smoother;
	cs_workspace workspace;
	char few[1024];
	void *block;

	(void) state;
	cs_wavelet_shape_initialize(&shape, filter, CS_WAVELET_SYMMETRIC, 3, 100);
	for (size_t size = 64; size <= sizeof(few); size *= 4)
	{
		cs_workspace_initialize(&workspace, few, size);
		assert_int_equal(
			cs_wavelet_smoother_initialize(&smoother, &shape, CS_WAVELET_SOFT, &workspace),
			CS_NO_MEMORY);
	}
	for (int mode = 0; mode < 3; mode++)
	{
		block =
			make_smoother(&smoother, filter, CS_WAVELET_SYMMETRIC, 3, 100, (cs_wavelet_mode) mode);
		assert_int_equal(cs_wavelet_smooth(&smoother, x, 0, false, output), CS_TOO_FEW);
		for (size_t i = 0; i < 100; i++)
			x[i] = i % 20 < 10 ? DBL_MAX : -DBL_MAX;
		assert_int_equal(cs_wavelet_smooth(&smoother, x, 100, false, output), CS_NOT_FINITE);
		assert_int_equal(cs_wavelet_smooth(&smoother, x, 100, true, output), CS_NOT_FINITE);
		free(block);
	}
}

static void
polls_between_blocks(void **state)
{
	enum
	{
		COUNT = 1000000
	};
	double *series = malloc(sizeof(double) * COUNT);
	double *smoothed = malloc(sizeof(double) * COUNT);
	cs_wavelet_smoother smoother;
	void *block = make_smoother(&smoother, cs_wavelet_filter_named("db10"), CS_WAVELET_SYMMETRIC,
								14, COUNT, CS_WAVELET_SOFT);
	poll_count polls;

	(void) state;
	for (size_t i = 0; i < COUNT; i++)
		series[i] = sin((double) i * (double) i);
	poll_count_start();
	assert_int_equal(cs_wavelet_smooth(&smoother, series, COUNT, false, smoothed), CS_OK);
	polls = poll_count_end();
	/* 20 taps for each coefficient and back; a few passes over half of them to select */
	assert_polls(&polls, COUNT * (4.0 * 20 + 3 * 4 * 0.5 + 2), 0);
	assert_true(polls.polls > 50);
	free(block);
	free(series);
	free(smoothed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polls_between_blocks),
		cmocka_unit_test(agrees_with_reference),
		cmocka_unit_test(last_sample_agrees),
		cmocka_unit_test(last_sample_takes_few_steps),
		cmocka_unit_test(leaves_as_it_is),
		cmocka_unit_test(median_agrees_with_sorting),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
