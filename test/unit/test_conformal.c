/*
 * test_conformal.c
 *		The quantile against sorting, and where it does not exist.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/evaluation/conformal.h"
#include "check_helper.h"

#define MOST 400

/* Errors with many ties when `steps` is small. */
static void
check_against_sorting(size_t n, int steps, double level)
{
	double values[MOST];
	double sorted[MOST];
	double half_width;
	size_t rank = (size_t) ceil((double) (n + 1) * level - 1e-9);
	cs_random random;

	cs_random_seed(&random, n);
	for (size_t i = 0; i < n; i++)
		values[i] = (double) cs_random_below(&random, (uint64_t) steps) / steps;
	memcpy(sorted, values, n * sizeof(double));
	qsort(sorted, n, sizeof(double), compare_doubles);
	half_width = cs_conformal_half_width(values, n, level);
	if (rank > n)
		assert_true(half_width == -1.0);
	else
		assert_true(half_width == sorted[rank - 1]);
	qsort(values, n, sizeof(double), compare_doubles);
	assert_memory_equal(values, sorted, n * sizeof(double));
}

static void
test_against_sorting(void **state)
{
	static const double level[] = {1e-6, 0.05, 0.5, 0.9, 0.95, 0.99};

	(void) state;
	for (size_t n = 1; n <= MOST; n += n < 30 ? 1 : 37)
		for (int l = 0; l < 6; l++)
			for (int steps = 1; steps <= 1000000; steps *= 10)
				check_against_sorting(n, steps, level[l]);
}

static void
test_too_few(void **state)
{
	double errors[9] = {9, 8, 7, 6, 5, 4, 3, 2, 1};

	(void) state;
	assert_true(cs_conformal_half_width(errors, 0, 0.9) == -1.0);
	assert_true(cs_conformal_half_width(errors, 8, 0.9) == -1.0);
	assert_true(cs_conformal_half_width(errors, 9, 0.9) == 9.0); /* (9 + 1) * 0.9 = 9 exactly */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_sorting),
		cmocka_unit_test(test_too_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
