/*
 * test_quasi_newton.c
 *		Minima that are known: a quadratic, Rosenbrock's valley, a function with no value on one
 *		side, and with none at all.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "numeric/base/quasi_newton.h"
#include "check_helper.h"

static int calls;

static double
quadratic(const double *x, void *context)
{
	(void) context;
	calls++;
	return 2 + pow(x[0] - 1, 2) + 10 * pow(x[1] + 2, 2) + (x[0] - 1) * (x[1] + 2);
}

static double
valley(const double *x, void *context)
{
	(void) context;
	calls++;
	return 100 * pow(x[1] - x[0] * x[0], 2) + pow(1 - x[0], 2);
}

/* x - log x above 0 */
static double
half(const double *x, void *context)
{
	(void) context;
	return x[0] > 0 ? x[0] - log(x[0]) : INFINITY;
}

/* x + x^2 from 0 on: the minimum is at the end. */
static double
edge(const double *x, void *context)
{
	(void) context;
	return x[0] >= 0 ? x[0] * x[0] + x[0] : INFINITY;
}

static double
nowhere(const double *x, void *context)
{
	(void) x;
	(void) context;
	return INFINITY;
}

/* The minimum from x[n], which becomes where it is. */
static cs_quasi_newton
minimum(cs_objective objective, double *x, size_t n, bool one_sided, double tolerance)
{
	cs_quasi_newton search;
	cs_workspace workspace;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	cs_quasi_newton_lay_out(&search, n, &workspace);
	size = cs_workspace_total(&workspace);
	block = test_malloc(size + 1);
	cs_workspace_initialize(&workspace, block, size);
	cs_quasi_newton_lay_out(&search, n, &workspace);
	search.one_sided = one_sided;
	for (size_t i = 0; i < n; i++)
		search.point[i] = x[i];
	calls = 0;
	cs_quasi_newton_run(&search, objective, NULL, tolerance, 500);
	for (size_t i = 0; i < n; i++)
		x[i] = search.point[i];
	test_free(block);
	return search;
}

static void
known_minima(void **unused)
{
	(void) unused;
	for (int one_sided = 0; one_sided < 2; one_sided++)
	{
		double a[] = {40, -30}, b[] = {-1.2, 1};
		double tolerance = one_sided ? 1e-6 : 1e-10;
		double near = one_sided ? 1e-3 : 1e-5;
		cs_quasi_newton search = minimum(quadratic, a, 2, one_sided, tolerance);

		assert_true(search.converged);
		assert_near(search.value, 2, 1e-6, 0);
		assert_near(a[0], 1, near, 0);
		assert_near(a[1], -2, near, 0);
		search = minimum(valley, b, 2, one_sided, tolerance);
		assert_true(search.converged);
		assert_near(b[0], 1, 100 * near, 0);
		assert_near(b[1], 1, 100 * near, 0);
	}
}

static void
one_side_is_half_the_work(void **unused)
{
	double a[] = {40, -30}, b[] = {40, -30};
	int both;

	(void) unused;
	minimum(quadratic, a, 2, false, 1e-6);
	both = calls;
	minimum(quadratic, b, 2, true, 1e-6);
	assert_true(4 * calls < 3 * both);
}

static void
ends(void **unused)
{
	double x = 3, end = 1, none = 0;
	cs_quasi_newton search;

	(void) unused;
	search = minimum(half, &x, 1, false, 1e-10);
	assert_true(search.converged);
	assert_near(x, 1, 1e-4, 0);
	x = 5e-5;
	search = minimum(half, &x, 1, false, 1e-10);
	assert_near(x, 1, 1e-4, 0);
	search = minimum(edge, &end, 1, false, 1e-10);
	assert_true(end >= 0 && end < 1e-3);
	search = minimum(nowhere, &none, 1, false, 1e-10);
	assert_false(search.converged);
	assert_true(isinf(search.value));
	search = minimum(quadratic, &x, 0, false, 1e-10);
	assert_true(search.converged);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_minima),
		cmocka_unit_test(one_side_is_half_the_work),
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
