/*
 * test_path_integral.c
 *		Integrated gradients of functions whose integrals are known, kinks included; and
 *		contributions that must add up.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/contributions.h"
#include "numeric/base/path_integral.h"
#include "check_helper.h"
#include "poll_helper.h"

#define DIMENSIONS 3

/* On the way from 0 to x, of f(u) = u0 u1^2 + exp(u2) */
static const double x[DIMENSIONS] = {1.5, -2.0, 0.7};

static void
smooth_slopes(void *of, const double *t, const double *weight, int count, double *sum)
{
	(void) of;
	for (int q = 0; q < count; q++)
	{
		sum[0] += weight[q] * x[0] * t[q] * t[q] * x[1] * x[1];
		sum[1] += weight[q] * x[1] * 2 * t[q] * t[q] * x[0] * x[1];
		sum[2] += weight[q] * x[2] * exp(t[q] * x[2]);
	}
}

/* Kinks: df/du_d = scale where u_d is above at_d, else 0 */
typedef struct kinks
{
	double scale;
	double at[DIMENSIONS];
	int calls;
} kinks;

static void
kink_slopes(void *given, const double *t, const double *weight, int count, double *sum)
{
	kinks *of = given;

	of->calls++;
	for (int q = 0; q < count; q++)
		for (int d = 0; d < DIMENSIONS; d++)
			if (t[q] * x[d] > of->at[d])
				sum[d] += weight[q] * of->scale * x[d];
}

static void
smooth_functions(void **state)
{
	const cs_path path = {NULL, DIMENSIONS, smooth_slopes, DBL_EPSILON};
	double scratch[2 * DIMENSIONS];
	double sum[DIMENSIONS];

	(void) state;
	cs_path_integrate(&path, 1e-12, scratch, sum);
	assert_near(sum[0], 2.0, 1e-13, 1); /* x0 x1^2 / 3 */
	assert_near(sum[1], 4.0, 1e-13, 1);
	assert_near(sum[2], exp(0.7) - 1, 1e-13, 1);
}

static void
kinks_are_halved(void **state)
{
	static const double scales[] = {1e-9, 1, 1e9};

	(void) state;
	for (size_t i = 0; i < COUNT(scales); i++)
	{
		kinks of = {scales[i], {0.4, -1.3, 0.69}, 0};
		const cs_path path = {&of, DIMENSIONS, kink_slopes, DBL_EPSILON};
		double scratch[2 * DIMENSIONS];
		double sum[DIMENSIONS];

		cs_path_integrate(&path, 1e-7 * scales[i], scratch, sum);
		assert_near(sum[0], 1.1 * scales[i], 1e-7, 1e-9 * scales[i]);
		assert_near(sum[1], -1.3 * scales[i], 1e-7, 1e-9 * scales[i]);
		assert_near(sum[2], (0.7 - 0.69) * scales[i], 1e-5, 1e-9 * scales[i]);
		assert_between(of.calls, 50, 500);
	}
}

/* Slopes that jump everywhere end all the same. */
static void
jumping_slopes(void *given, const double *t, const double *weight, int count, double *sum)
{
	kinks *of = given;

	of->calls++;
	for (int q = 0; q < count; q++)
		sum[0] += weight[q] * fmod(t[q] * 1e12, 7);
}

static void
ends(void **state)
{
	kinks of = {1, {0, 0, 0}, 0};
	const cs_path path = {&of, DIMENSIONS, jumping_slopes, DBL_EPSILON};
	double scratch[2 * DIMENSIONS];
	double sum[DIMENSIONS];

	(void) state;
	cs_path_integrate(&path, 1e-9, scratch, sum);
	assert_between(of.calls, 2000, 30000);
	assert_near(sum[0], 3, 1, 1);
}

static void
contributions_add_up(void **state)
{
	double contribution[3] = {1, -2, 0};
	double value[3] = {0};
	int32_t column[3] = {0, 1, 0};
	double sum[2];
	cs_contributions result = {.base = 10,
							   .forecast = 9 + 9e-6,
							   .terms = 3,
							   .contribution = contribution,
							   .value = value,
							   .column = column};

	(void) state;
	assert_int_equal(cs_contributions_finish(&result), CS_OK);
	assert_near(contribution[0] + contribution[1] + 10, result.forecast, 1e-15, 1);
	assert_true(contribution[2] == 0);
	cs_contributions_by_column(&result, 2, sum);
	assert_true(sum[0] == contribution[0] && sum[1] == contribution[1]);
	result.forecast = 9 + 1e-4;
	assert_int_equal(cs_contributions_finish(&result), CS_NOT_CONVERGED);
	contribution[1] = INFINITY;
	assert_int_equal(cs_contributions_finish(&result), CS_NOT_FINITE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smooth_functions),
		cmocka_unit_test(kinks_are_halved),
		cmocka_unit_test(ends),
		cmocka_unit_test(contributions_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
