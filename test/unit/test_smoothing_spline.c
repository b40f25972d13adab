/*
 * test_smoothing_spline.c
 *		Smoothing splines against scipy's values and against the conditions of the minimum; every
 *		error.
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
#include "numeric/signal/smoothing_spline.h"
#include "check_helper.h"
#include "golden/spline.h"
#include "poll_helper.h"

#define MOST 40000

static double x[MOST], at[MOST], fitted[MOST], curvature[MOST];

static cs_status
fit(size_t n, const double *series, const double *places, double bound, double *values)
{
	size_t size = cs_smoothing_spline_workspace_size(n);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_smoothing_spline_fit(n, series, places, bound, &workspace, values, curvature);
	free(block);
	return status;
}

static double
squares(size_t n, const double *series, const double *values)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (series[i] - values[i]) * (series[i] - values[i]);
	return sum;
}

static void
draw(size_t n, uint64_t seed, double noise)
{
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < n; i++)
	{
		at[i] = (i == 0 ? -3 : at[i - 1]) + exp(3 * cs_random_uniform(&random) - 2);
		x[i] = 50 + 3 * sin((double) i * 9 / (double) n) + noise * cs_random_normal(&random);
	}
}

/* The value of a cubic with given values and curvatures at the ends of an interval. */
static double
between(double left, double right, const double *value, const double *second, double place)
{
	double h = right - left;
	double a = (right - place) / h;
	double b = (place - left) / h;

	return a * value[0] + b * value[1] +
		   ((a * a * a - a) * second[0] + (b * b * b - b) * second[1]) * h * h / 6;
}

static void
test_natural(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_natural); c++)
	{
		size_t n = golden_natural[c].points;
		const double *knot = golden_natural[c].at;

		assert_int_equal(fit(n, golden_natural[c].x, knot, 0, fitted), CS_OK);
		assert_memory_equal(fitted, golden_natural[c].x, n * sizeof(double));
		for (size_t i = 0; i < n; i++)
			assert_near(curvature[i], golden_natural[c].curvature[i], 1e-12, 1);
		for (size_t i = 0; i < golden_natural[c].places; i++)
		{
			double place = golden_natural[c].place[i];
			size_t k = 0;

			while (k + 2 < n && place > knot[k + 1])
				k++;
			assert_near(between(knot[k], knot[k + 1], fitted + k, curvature + k, place),
						golden_natural[c].value[i], 1e-12, 1);
		}
	}
}

static void
test_golden(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_smooth); c++)
	{
		bool score = isnan(golden_smooth[c].bound);

		assert_int_equal(fit(golden_smooth[c].points, golden_smooth[c].x, golden_smooth[c].at,
							 golden_smooth[c].bound, fitted),
						 CS_OK);
		for (size_t i = 0; i < golden_smooth[c].points; i++)
			assert_near(fitted[i], golden_smooth[c].fitted[i], score ? 1e-7 : 1e-9, 1);
	}
}

/* What point i adds to Q f'': the jump of the slope of the second derivative. */
static double
jump(size_t n, size_t i)
{
	double sum = 0;

	if (i > 0)
		sum -= (curvature[i] - curvature[i - 1]) / (at[i] - at[i - 1]);
	if (i + 1 < n)
		sum += (curvature[i + 1] - curvature[i]) / (at[i + 1] - at[i]);
	return sum;
}

/*
 * At the minimum the residuals are the jumps times one alpha > 0, and their squares are the bound.
 */
static void
check_minimum(size_t n, double bound, double tolerance)
{
	static double natural[MOST];
	double square = 0, product = 0;

	assert_int_equal(fit(n, x, at, bound, fitted), CS_OK);
	assert_near(squares(n, x, fitted) / bound, 1, 1e-9, 1);
	assert_true(curvature[0] == 0 && curvature[n - 1] == 0);
	for (size_t i = 0; i < n; i++)
	{
		square += jump(n, i) * jump(n, i);
		product += jump(n, i) * (x[i] - fitted[i]);
	}
	assert_true(product > 0);
	for (size_t i = 0; i < n; i++)
		assert_near(product / square * jump(n, i), x[i] - fitted[i], tolerance, 1);
	memcpy(natural, curvature, n * sizeof(double));
	assert_int_equal(fit(n, fitted, at, 0, fitted), CS_OK);
	for (size_t i = 0; i < n; i++)
		assert_near(curvature[i], natural[i], 1e-6, 1);
}

static void
test_minimum(void **state)
{
	(void) state;
	draw(500, 1, 0.5);
	check_minimum(500, 1e-3, 1e-9);
	check_minimum(500, 60, 1e-9);
	check_minimum(500, 110, 1e-9);
	draw(20000, 2, 0.5);
	check_minimum(20000, 4900, 1e-8);
}

/* The line, once the bound allows it; the bound is kept below it. */
static void
test_line(void **state)
{
	double line, slope;

	(void) state;
	draw(300, 3, 0.5);
	assert_int_equal(fit(300, x, at, DBL_MAX, fitted), CS_OK);
	line = squares(300, x, fitted);
	slope = (fitted[299] - fitted[0]) / (at[299] - at[0]);
	for (size_t i = 0; i < 300; i++)
	{
		assert_near(fitted[i], fitted[0] + slope * (at[i] - at[0]), 1e-13, 1);
		assert_true(curvature[i] == 0);
	}
	assert_int_equal(fit(300, x, at, line * (1 - 1e-7), fitted), CS_OK);
	assert_near(squares(300, x, fitted), line * (1 - 1e-7), 1e-10, 1);
	for (size_t i = 0; i < 300; i++)
		x[i] = 0.25 * (double) i - 7;
	assert_int_equal(fit(300, x, NULL, NAN, fitted), CS_OK);
	for (size_t i = 0; i < 300; i++)
		assert_near(fitted[i], x[i], 1e-14, 1);
	memset(x, 0, sizeof(x));
	assert_int_equal(fit(300, x, NULL, NAN, fitted), CS_OK);
	assert_memory_equal(fitted, x, 300 * sizeof(double));
}

/* Equal distances given or implied, other units, x + line: the same spline. */
static void
test_units(void **state)
{
	static double other[MOST], first[MOST];

	(void) state;
	for (int score = 0; score < 2; score++)
	{
		double bound = score ? NAN : 60;

		draw(400, 4, 0.5);
		assert_int_equal(fit(400, x, NULL, bound, first), CS_OK);
		for (size_t i = 0; i < 400; i++)
			at[i] = 1e6 + 1024 * (double) i;
		assert_int_equal(fit(400, x, at, bound, fitted), CS_OK);
		for (size_t i = 0; i < 400; i++)
		{
			assert_near(fitted[i], first[i], 1e-10, 1);
			other[i] = 1e-150 * (x[i] + 3 - 0.1 * (double) i);
		}
		assert_int_equal(fit(400, other, NULL, bound * 1e-300, fitted), CS_OK);
		for (size_t i = 0; i < 400; i++)
			assert_near(fitted[i] * 1e150, first[i] + 3 - 0.1 * (double) i, 1e-10, 1);
	}
	assert_int_equal(fit(400, x, NULL, 60, fitted), CS_OK);
	assert_int_equal(fit(400, x, NULL, 60, x), CS_OK);
	assert_memory_equal(x, fitted, 400 * sizeof(double));
}

/* Cross-validation finds the signal that the noise hides, and the ends of its range. */
static void
test_score(void **state)
{
	(void) state;
	draw(30000, 5, 0.5);
	assert_int_equal(fit(30000, x, at, NAN, fitted), CS_OK);
	for (size_t i = 0; i < 30000; i++)
		assert_true(fabs(fitted[i] - 50 - 3 * sin((double) i * 9 / 30000)) < 0.1);
	for (size_t i = 0; i < 200; i++)
		x[i] = sin((double) i * 0.4);
	assert_int_equal(fit(200, x, NULL, NAN, fitted), CS_OK);
	for (size_t i = 0; i < 200; i++)
		assert_near(fitted[i], x[i], 1e-4, 1);
	for (size_t i = 0; i < 200; i++)
		x[i] = 3 * (double) (i % 2);
	assert_int_equal(fit(200, x, NULL, NAN, fitted), CS_OK);
	for (size_t i = 0; i < 200; i++)
		assert_near(fitted[i], 1.5, 0.02, 1);
}

/* The windows that end at each row, side by side, give the bits that each gives alone. */
static void
check_trailing(size_t n, size_t window, const double *places, double bound)
{
	static double last[MOST];
	size_t size = cs_smoothing_spline_trailing_workspace_size(window);
	size_t need = isnan(bound) ? CS_SMOOTHING_SPLINE_GCV_POINTS : 1;
	void *block = malloc(size);
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_smoothing_spline_trailing(n, x, places, window, bound, &workspace, last),
					 CS_OK);
	free(block);
	for (size_t i = 0; i < n; i++)
	{
		size_t seen = i + 1 < window ? i + 1 : window;
		size_t first = i + 1 - seen;

		if (seen < need)
		{
			assert_true(isnan(last[i]));
			continue;
		}
		assert_int_equal(
			fit(seen, x + first, places == NULL ? NULL : places + first, bound, fitted), CS_OK);
		assert_memory_equal(&last[i], &fitted[seen - 1], sizeof(double));
	}
}

static void
test_trailing(void **state)
{
	(void) state;
	draw(300, 11, 0.5);
	for (int i = 200; i < 240; i++)
		x[i] = 50; /* lines are windows too */
	for (int placed = 0; placed < 2; placed++)
	{
		check_trailing(300, 40, placed ? at : NULL, NAN);
		check_trailing(300, 17, placed ? at : NULL, NAN);
		check_trailing(300, 40, placed ? at : NULL, 4);
		check_trailing(150, 17, placed ? at : NULL, 0);
		check_trailing(150, 149, placed ? at : NULL, NAN);
		check_trailing(20, 20, placed ? at : NULL, 1);
		for (size_t window = 4; window < 8; window++)
			check_trailing(30, window, placed ? at : NULL, NAN);
		for (size_t window = 1; window < 5; window++)
			check_trailing(30, window, placed ? at : NULL, 0.25);
	}
	check_trailing(5, 4, NULL, NAN);
}

static void
test_trailing_errors(void **state)
{
	size_t size = cs_smoothing_spline_trailing_workspace_size(20);
	void *block = malloc(size);
	cs_workspace workspace;

	(void) state;
	draw(40, 12, 1);
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_smoothing_spline_trailing(40, x, NULL, 3, NAN, &workspace, fitted),
					 CS_TOO_FEW);
	assert_int_equal(cs_smoothing_spline_trailing(40, x, NULL, 0, 1, &workspace, fitted),
					 CS_TOO_FEW);
	assert_int_equal(cs_smoothing_spline_trailing(40, x, NULL, 20, -1, &workspace, fitted),
					 CS_OUT_OF_RANGE);
	at[30] = at[29];
	assert_int_equal(cs_smoothing_spline_trailing(40, x, at, 20, 1, &workspace, fitted),
					 CS_OUT_OF_RANGE);
	cs_workspace_initialize(&workspace, block, 1000);
	assert_int_equal(cs_smoothing_spline_trailing(40, x, NULL, 20, 1, &workspace, fitted),
					 CS_NO_MEMORY);
	free(block);
	assert_true(cs_smoothing_spline_trailing_workspace_size(SIZE_MAX / 4) == SIZE_MAX);
}

static void
test_few(void **state)
{
	const double two[] = {3, -4};
	const double three[] = {1, 2, 4};

	(void) state;
	assert_int_equal(fit(1, two, NULL, 0, fitted), CS_OK);
	assert_true(fitted[0] == 3);
	for (int bound = 0; bound < 2; bound++)
	{
		assert_int_equal(fit(2, two, NULL, bound, fitted), CS_OK);
		assert_near(fitted[0], 3, 1e-15, 1);
		assert_near(fitted[1], -4, 1e-15, 1);
	}
	/* the line misses the three by 1/6, -1/3, 1/6 */
	assert_int_equal(fit(3, three, NULL, 1.0 / 24, fitted), CS_OK);
	assert_near(fitted[0], 1 - 0.5 / 6, 1e-12, 1);
	assert_near(fitted[1], 2 + 0.5 / 3, 1e-12, 1);
	assert_near(fitted[2], 4 - 0.5 / 6, 1e-12, 1);
}

static void
test_errors(void **state)
{
	cs_workspace workspace;
	char block[256];

	(void) state;
	draw(20, 7, 1);
	assert_int_equal(fit(0, x, NULL, 1, fitted), CS_TOO_FEW);
	assert_int_equal(fit(3, x, NULL, NAN, fitted), CS_TOO_FEW);
	assert_int_equal(fit(20, x, NULL, -1, fitted), CS_OUT_OF_RANGE);
	at[7] = at[6];
	assert_int_equal(fit(20, x, at, 1, fitted), CS_OUT_OF_RANGE);
	for (int i = 0; i < 20; i++)
		at[i] = 1e308 * (i / 10.0 - 1);
	assert_int_equal(fit(20, x, at, 1, fitted), CS_NOT_FINITE);
	for (int i = 0; i < 20; i++)
		at[i] = i == 0 ? 0 : i == 1 ? 1e-200 : i;
	assert_int_equal(fit(20, x, at, 1, fitted), CS_NOT_FINITE);
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_smoothing_spline_fit(20, x, NULL, 1, &workspace, fitted, NULL),
					 CS_NO_MEMORY);
	assert_true(cs_smoothing_spline_workspace_size(SIZE_MAX / 4) == SIZE_MAX);
}

static void
test_polls(void **state)
{
	poll_count polls;
	cs_workspace workspace;
	void *block;

	(void) state;
	draw(MOST, 8, 0.5);
	poll_count_start();
	assert_int_equal(fit(MOST, x, NULL, NAN, fitted), CS_OK);
	polls = poll_count_end();
	/* some 30 values of alpha, 80 for a point in each */
	assert_polls(&polls, 30.0 * 80 * MOST, 0);
	poll_count_start();
	assert_int_equal(fit(MOST, x, at, 0.2 * MOST, fitted), CS_OK);
	polls = poll_count_end();
	assert_polls(&polls, 12.0 * 80 * MOST, 0);
	block = malloc(cs_smoothing_spline_trailing_workspace_size(200));
	cs_workspace_initialize(&workspace, block, cs_smoothing_spline_trailing_workspace_size(200));
	poll_count_start();
	assert_int_equal(cs_smoothing_spline_trailing(1200, x, at, 200, NAN, &workspace, fitted),
					 CS_OK);
	polls = poll_count_end();
	assert_polls(&polls, 30.0 * 80 * 200 * 1100, 0);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polls),
		cmocka_unit_test(test_natural),
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_minimum),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_trailing_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
