/*
 * test_error_scale.c
 *		The scale of errors against its definition, in other units, and what it looks at.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/econometrics/error_scale.h"
#include "check_helper.h"

#define ROWS 500

static double level[ROWS];
static bool known[ROWS];

/* A walk whose second half is wilder. */
static void
make_walk(double unit)
{
	cs_random random;
	double y = 100 * unit;

	cs_random_seed(&random, 7);
	for (size_t i = 0; i < ROWS; i++)
	{
		double step = (double) cs_random_below(&random, 2001) / 1000 - 1;

		y += unit * step * (i < ROWS / 2 ? 1 : 5);
		level[i] = y;
		known[i] = i > 0;
	}
}

/* By powers, not by running products. */
static double
mean_of(size_t row, size_t horizon, double decay, size_t window)
{
	double sum = 0;
	double total = 0;

	for (size_t i = row; i >= horizon && row - i < window; i--)
		if (known[i])
		{
			sum += pow(decay, (double) (row - i)) * fabs(level[i] - level[i - horizon]);
			total += pow(decay, (double) (row - i));
			if (i == 0)
				break;
		}
	return sum / total;
}

static double
expected_scale(size_t row, size_t horizon)
{
	double one = fmax(mean_of(row, 1, 0.97, 200), mean_of(row, 1, 0.9, 60));
	double ahead = fmax(mean_of(row, horizon, 0.97, 200), mean_of(row, horizon, 0.9, 60));

	ahead = fmax(one, ahead);
	return pow(one * ahead, (1.1 - 0.1 / (double) horizon) / 2);
}

static void
test_definition(void **state)
{
	static const size_t horizons[] = {1, 2, 5, 20, 100};

	(void) state;
	make_walk(1);
	known[260] = known[400] = false;
	for (size_t h = 0; h < COUNT(horizons); h++)
		for (size_t row = horizons[h] + 1; row < ROWS; row += 13)
			assert_near(cs_error_scale(level, known, row, horizons[h], false),
						expected_scale(row, horizons[h]), 1e-12, 0);
	assert_near(cs_error_volatility(level, known, 300), mean_of(300, 1, 0.97, 200), 1e-12, 0);
}

/* An error over its scale is in units to the power of 1 less the power, so its product with another
 * scale is in units. */
static void
test_units(void **state)
{
	static const double units[] = {1e-9, 1e-3, 1e9};
	double calm, wild;

	(void) state;
	make_walk(1);
	calm = cs_error_scale(level, known, 240, 20, false);
	wild = cs_error_scale(level, known, 480, 20, false);
	assert_true(wild > 5 * calm);
	for (size_t u = 0; u < COUNT(units); u++)
	{
		make_walk(units[u]);
		assert_near(units[u] / cs_error_scale(level, known, 240, 20, false) *
						cs_error_scale(level, known, 480, 20, false),
					units[u] * wild / calm, 1e-9, 0);
	}
}

/* With p = 1 errors in different units are the same number. */
static void
test_several(void **state)
{
	double scale;

	(void) state;
	make_walk(1);
	scale = cs_error_scale(level, known, 240, 20, true);
	assert_near(scale, pow(expected_scale(240, 20), 1 / (1.1 - 0.1 / 20)), 1e-12, 0);
	make_walk(1e-7);
	assert_near(cs_error_scale(level, known, 240, 20, true), 1e-7 * scale, 1e-9, 0);
}

static void
test_short(void **state)
{
	(void) state;
	for (size_t i = 0; i < ROWS; i++)
		level[i] = i % 2 == 0 ? 1 : 2;
	assert_near(cs_error_scale(level, known, 300, 2, false), pow(1, 1.05), 1e-12, 0);
	make_walk(1);
	assert_true(cs_error_scale(level, known, 0, 1, false) == 0);
	assert_true(cs_error_scale(level, known, 0, 20, false) == 0);
	assert_near(cs_error_scale(level, known, 4, 20, false),
				pow(cs_error_scale(level, known, 4, 1, false) * sqrt(sqrt(20)), 1.1 - 0.1 / 20),
				1e-12, 0);
	for (size_t i = 0; i < ROWS; i++)
		level[i] = 3 + (i == 100 ? 1e-15 : 0);
	assert_true(cs_error_scale(level, known, 300, 1, false) == 0);
	assert_true(cs_error_scale(level, known, 300, 20, false) == 0);
}

/* What lies before the rows that it looks at makes no difference. */
static void
test_rows(void **state)
{
	(void) state;
	for (size_t horizon = 1; horizon <= 100; horizon = horizon * 3 + 1)
	{
		size_t first = ROWS - cs_error_scale_rows(horizon);
		double scale;

		make_walk(1);
		scale = cs_error_scale(level, known, ROWS - 1, horizon, false);
		for (size_t i = 0; i < first; i++)
			level[i] += 1000;
		assert_true(cs_error_scale(level, known, ROWS - 1, horizon, false) == scale);
		assert_true(cs_error_scale(level + first, known + first, ROWS - 1 - first, horizon,
								   false) == scale);
		level[first] += 1e6;
		assert_true(cs_error_scale(level, known, ROWS - 1, horizon, false) != scale);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_definition), cmocka_unit_test(test_units),
		cmocka_unit_test(test_several),	   cmocka_unit_test(test_short),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
