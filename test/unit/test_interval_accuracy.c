/*
 * test_interval_accuracy.c
 *		Scores of intervals and quantiles against reference values, combined sums, other units, and
 *		every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/evaluation/interval_accuracy.h"
#include "check_helper.h"
#include "golden/interval_accuracy.h"

#define ROWS COUNT(golden_interval)
#define QUANTILES 9

static const double interval_levels[] = {0.1, 0.5, 0.9};

/* Adds a row as an interval (form 0) or as quantiles (form 1), in units of `unit`. */
static void
add(cs_interval_sums *sums, int form, size_t row, double unit)
{
	double quantiles[QUANTILES];
	double levels[QUANTILES];
	size_t count = form == 0 ? 3 : QUANTILES;

	for (size_t k = 0; k < count; k++)
	{
		levels[k] = form == 0 ? interval_levels[k] : (2.0 * (double) k + 1) / (2 * QUANTILES);
		quantiles[k] = unit * golden_interval[row].quantiles[k];
	}
	if (form == 0)
	{
		quantiles[0] = unit * golden_interval[row].lower;
		quantiles[1] = unit * golden_interval[row].forecast;
		quantiles[2] = unit * golden_interval[row].upper;
	}
	assert_int_equal(
		cs_interval_sums_add(sums, unit * golden_interval[row].actual, count, quantiles, levels),
		CS_OK);
}

static void
assert_measures(const cs_interval_sums *sums, int form, double unit)
{
	cs_interval_measures found;

	assert_int_equal(sums->n, ROWS);
	assert_int_equal(cs_interval_accuracy(sums, &found), CS_OK);
	assert_near(found.level, golden_interval_measures[form].level, 1e-9, 0);
	assert_near(found.coverage, golden_interval_measures[form].coverage, 1e-9, 0);
	assert_near(found.below, golden_interval_measures[form].below, 1e-9, 0);
	assert_near(found.above, golden_interval_measures[form].above, 1e-9, 0);
	assert_near(found.width / unit, golden_interval_measures[form].width, 1e-9, 0);
	assert_near(found.interval_score / unit, golden_interval_measures[form].interval_score, 1e-9,
				0);
	assert_near(found.pinball / unit, golden_interval_measures[form].pinball, 1e-9, 0);
	assert_near(found.crps / unit, golden_interval_measures[form].crps, 1e-9, 0);
}

static void
scores_agree_with_reference(void **state)
{
	static const double units[] = {1, 1e-9, 1e9};

	(void) state;
	for (int form = 0; form < 2; form++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			cs_interval_sums sums = {0};

			for (size_t i = 0; i < ROWS; i++)
				add(&sums, form, i, units[u]);
			assert_measures(&sums, form, units[u]);
		}
}

static void
sums_combine(void **state)
{
	(void) state;
	for (int form = 0; form < 2; form++)
	{
		cs_interval_sums left = {0};
		cs_interval_sums right = {0};
		const cs_interval_sums empty = {0};

		for (size_t i = 0; i < ROWS; i++)
			add(i < 17 ? &left : &right, form, i, 1);
		cs_interval_sums_combine(&left, &empty);
		cs_interval_sums_combine(&left, &right);
		assert_measures(&left, form, 1);
	}
}

static void
faults_leave_the_sums(void **state)
{
	static const double wrong[][3] = {
		{0, 0.5, 0.9}, {0.1, 0.5, 1}, {0.1, 0.1, 0.9}, {0.5, 0.1, 0.9}, {0.1, NAN, 0.9}};
	const double quantiles[] = {1, 2, 3};
	const double huge[] = {-1e308, 0, 1e308};
	cs_interval_sums sums = {0};
	cs_interval_measures found;

	(void) state;
	assert_int_equal(cs_interval_accuracy(&sums, &found), CS_TOO_FEW);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(cs_interval_sums_add(&sums, 2, 3, quantiles, wrong[i]), CS_OUT_OF_RANGE);
	assert_int_equal(cs_interval_sums_add(&sums, 2, 1, quantiles, interval_levels),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_interval_sums_add(&sums, NAN, 3, quantiles, interval_levels),
					 CS_NOT_FINITE);
	assert_int_equal(cs_interval_sums_add(&sums, 2, 3, huge, interval_levels), CS_NOT_FINITE);
	assert_int_equal(cs_interval_sums_add(&sums, INFINITY, 3, quantiles, interval_levels),
					 CS_NOT_FINITE);
	assert_int_equal(sums.n, 0);
	assert_true(cs_exact_value(CS_INTERVAL_SUMS, sums.exact, CS_SUM_SCORE) == 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(cs_interval_sums_add(&sums, -8e306, 3, quantiles, interval_levels), CS_OK);
	assert_int_equal(cs_interval_accuracy(&sums, &found), CS_NOT_FINITE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_agree_with_reference),
		cmocka_unit_test(sums_combine),
		cmocka_unit_test(faults_leave_the_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
