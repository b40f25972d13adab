/*
 * test_wavelet.c
 *		Wavelet transforms against PyWavelets' values; perfect reconstruction; every error.
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
#include "numeric/signal/wavelet.h"
#include "golden/wavelet.h"

#define CASES (sizeof(golden_wavelet) / sizeof(golden_wavelet[0]))
#define FILTERS (sizeof(golden_taps) / sizeof(golden_taps[0]))
#define LONGEST 20000
#define MOST_COEFFICIENTS (LONGEST + 40 * CS_WAVELET_MAX_LEVEL)

static double x[LONGEST], again[LONGEST], coefficients[MOST_COEFFICIENTS];

static void
assert_close(double value, double expected, double rounding)
{
	if (!(fabs(value - expected) <= 1e-9 * fabs(expected) + rounding))
		fail_msg("%.17g is not %.17g", value, expected);
}

/* What the reference's taps are off by, times `size`: its symlets are right to 12 places only. */
static double
reference_error(const char *wavelet, double size)
{
	return size * (strncmp(wavelet, "sym", 3) == 0 ? 2e-12 : 1e-15);
}

/* A transform of its own workspace, which the caller frees. */
static void *
make_transform(cs_wavelet_transform *transform, const cs_wavelet_shape *shape)
{
	size_t size = cs_wavelet_transform_size(shape);
	void *block = malloc(size);
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_wavelet_transform_initialize(transform, shape, &workspace), CS_OK);
	return block;
}

static void
filters_agree_with_reference(void **state)
{
	size_t count = 0;

	(void) state;
	while (cs_wavelet_filters[count].name != NULL)
		count++;
	assert_int_equal(count, FILTERS);
	for (size_t i = 0; i < FILTERS; i++)
	{
		const cs_wavelet_filter *filter = cs_wavelet_filter_named(golden_taps[i].wavelet);
		double high[CS_WAVELET_MAX_TAPS];
		double tolerance = reference_error(golden_taps[i].wavelet, 1);

		assert_non_null(filter);
		assert_int_equal(filter->length, golden_taps[i].length);
		cs_wavelet_detail_taps(filter, high);
		for (size_t m = 0; m < filter->length; m++)
		{
			assert_true(fabs(filter->taps[m] - golden_taps[i].low[m]) <= tolerance);
			assert_true(fabs(high[m] - golden_taps[i].high[m]) <= tolerance);
		}
	}
	assert_null(cs_wavelet_filter_named("db11"));
	assert_null(cs_wavelet_filter_named(""));
}

/* Sum sqrt(2), orthogonal to its even shifts and to the wavelet filter. */
static void
filters_are_orthogonal(void **state)
{
	(void) state;
	for (const cs_wavelet_filter *filter = cs_wavelet_filters; filter->name != NULL; filter++)
	{
		double high[CS_WAVELET_MAX_TAPS];
		double sum = 0;

		cs_wavelet_detail_taps(filter, high);
		for (size_t m = 0; m < filter->length; m++)
			sum += filter->taps[m];
		assert_true(fabs(sum - sqrt(2)) < 1e-15);
		for (size_t shift = 0; shift < filter->length; shift += 2)
		{
			double own = 0, cross = 0;

			for (size_t m = shift; m < filter->length; m++)
			{
				own += filter->taps[m] * filter->taps[m - shift];
				cross += filter->taps[m] * high[m - shift];
			}
			assert_true(fabs(own - (shift == 0)) < 5e-16);
			assert_true(fabs(cross) < 5e-16);
		}
	}
}

static void
agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		const cs_wavelet_filter *filter = cs_wavelet_filter_named(golden_wavelet[c].wavelet);
		cs_wavelet_shape shape;
		cs_wavelet_transform transform;
		void *block;

		assert_int_equal(cs_wavelet_highest_level(filter, golden_wavelet[c].n),
						 golden_wavelet[c].highest_level);
		assert_int_equal(cs_wavelet_shape_initialize(
							 &shape, filter, (cs_wavelet_extension) golden_wavelet[c].extension,
							 golden_wavelet[c].levels, golden_wavelet[c].n),
						 CS_OK);
		assert_int_equal(cs_wavelet_coefficient_count(&shape), golden_wavelet[c].count);
		block = make_transform(&transform, &shape);
		cs_wavelet_decompose(&transform, &shape, true, golden_wavelet[c].x, coefficients);
		for (size_t i = 0; i < golden_wavelet[c].count; i += golden_wavelet[c].stride)
			assert_close(coefficients[i],
						 golden_wavelet[c].coefficients[i / golden_wavelet[c].stride],
						 reference_error(golden_wavelet[c].wavelet, 10));

		/* the approximation alone has the same bits */
		cs_wavelet_decompose(&transform, &shape, false, golden_wavelet[c].x, again);
		assert_memory_equal(again, coefficients, sizeof(double) * shape.length[shape.levels]);
		free(block);
	}
}

static void
make_series(cs_random *random, size_t n)
{
	double level = 0;

	for (size_t i = 0; i < n; i++)
	{
		level += cs_random_normal(random);
		x[i] = level * (cs_random_below(random, 50) == 0 ? 30 : 1) + cs_random_uniform(random);
	}
}

/* 1,000 irregular series, each with all filters and both extensions. */
static void
reconstructs_perfectly(void **state)
{
	cs_random random;

	(void) state;
	cs_random_seed(&random, 4);
	for (int series = 0; series < 1000; series++)
	{
		size_t n = series < 40 ? 4 + series : exp(log(4) + cs_random_uniform(&random) * log(5000));
		int levels = 1 + cs_random_below(&random, 9);
		double lowest = INFINITY, highest = -INFINITY;

		make_series(&random, n);
		for (size_t i = 0; i < n; i++)
		{
			lowest = fmin(lowest, x[i]);
			highest = fmax(highest, x[i]);
		}
		for (size_t f = 0; f < 2 * FILTERS; f++)
		{
			cs_wavelet_shape shape;
			cs_wavelet_transform transform;
			void *block;

			assert_int_equal(cs_wavelet_shape_initialize(&shape, &cs_wavelet_filters[f / 2],
														 f % 2 == 0 ? CS_WAVELET_SYMMETRIC
																	: CS_WAVELET_PERIODIZATION,
														 levels, n),
							 CS_OK);
			block = make_transform(&transform, &shape);
			cs_wavelet_decompose(&transform, &shape, true, x, coefficients);
			memset(again, 0xff, sizeof(double) * n);
			cs_wavelet_reconstruct(&transform, &shape, true, coefficients, again);
			free(block);
			for (size_t i = 0; i < n; i++)
				if (!(fabs(again[i] - x[i]) <= 1e-12 * (highest - lowest)))
					fail_msg("%s, %zu samples, %d levels: %.17g is not %.17g", shape.filter->name,
							 n, levels, again[i], x[i]);
		}
	}
}

/* Periodization is orthogonal: the squares of an even series keep their sum. */
static void
periodization_keeps_energy(void **state)
{
	cs_random random;

	(void) state;
	cs_random_seed(&random, 5);
	make_series(&random, 1024);
	for (const cs_wavelet_filter *filter = cs_wavelet_filters; filter->name != NULL; filter++)
	{
		cs_wavelet_shape shape;
		cs_wavelet_transform transform;
		double before = 0, after = 0;
		void *block;

		cs_wavelet_shape_initialize(&shape, filter, CS_WAVELET_PERIODIZATION, 10, 1024);
		assert_int_equal(cs_wavelet_coefficient_count(&shape), 1024);
		block = make_transform(&transform, &shape);
		cs_wavelet_decompose(&transform, &shape, true, x, coefficients);
		free(block);
		for (size_t i = 0; i < 1024; i++)
		{
			before += x[i] * x[i];
			after += coefficients[i] * coefficients[i];
		}
		assert_close(after / before, 1, 0);
	}
}

/* A polynomial of lower degree than the wavelet has vanishing moments has no details inside. */
static void
details_of_polynomials_vanish(void **state)
{
	(void) state;
	for (int moments = 1; moments <= 10; moments++)
	{
		cs_wavelet_shape shape;
		cs_wavelet_transform transform;
		void *block;

		for (size_t i = 0; i < 200; i++)
			x[i] = pow((double) i / 100 - 1, moments - 1);
		cs_wavelet_shape_initialize(&shape, &cs_wavelet_filters[moments - 1], CS_WAVELET_SYMMETRIC,
									1, 200);
		block = make_transform(&transform, &shape);
		cs_wavelet_decompose(&transform, &shape, true, x, coefficients);
		free(block);
		for (int k = moments; k < 90; k++)
			assert_true(fabs(coefficients[shape.length[1] + k]) < 1e-13);
	}
}

static void
errors(void **state)
{
	const cs_wavelet_filter *filter = cs_wavelet_filter_named("db4");
	cs_wavelet_shape shape;
	cs_wavelet_transform transform;
	cs_workspace workspace;
	char few[64];

	(void) state;
	assert_int_equal(cs_wavelet_shape_initialize(&shape, filter, CS_WAVELET_SYMMETRIC, 0, 10),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_wavelet_shape_initialize(&shape, filter, CS_WAVELET_SYMMETRIC,
												 CS_WAVELET_MAX_LEVEL + 1, 10),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_wavelet_shape_initialize(&shape, filter, CS_WAVELET_SYMMETRIC, 1, 0),
					 CS_TOO_FEW);
	assert_int_equal(cs_wavelet_shape_initialize(&shape, filter, CS_WAVELET_SYMMETRIC, 1, SIZE_MAX),
					 CS_SIZE_OVERFLOW);
	assert_int_equal(
		cs_wavelet_shape_initialize(&shape, filter, CS_WAVELET_SYMMETRIC, CS_WAVELET_MAX_LEVEL, 1),
		CS_OK);
	cs_workspace_initialize(&workspace, few, sizeof(few));
	assert_int_equal(cs_wavelet_transform_initialize(&transform, &shape, &workspace), CS_NO_MEMORY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_agree_with_reference),
		cmocka_unit_test(filters_are_orthogonal),
		cmocka_unit_test(agrees_with_reference),
		cmocka_unit_test(reconstructs_perfectly),
		cmocka_unit_test(periodization_keeps_energy),
		cmocka_unit_test(details_of_polynomials_vanish),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
