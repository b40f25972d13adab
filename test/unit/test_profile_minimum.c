/*
 * test_profile_minimum.c
 *		The lowest minimum of functions of one variable whose minima are known.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/term_structure/profile_minimum.h"

/* Each function gives value and derivative; the factor is a constant where there is none. */
static void
wave(double x, cs_profile_value *at)
{
	at->value = sin(x) + 0.1 * x;
	at->derivative = cos(x) + 0.1;
	at->factor = 1;
}

/* Two minima much closer together than a grid interval, on both sides of a root of the factor. */
static void
narrow(double x, cs_profile_value *at)
{
	double y = 50 * (x - 1.01);

	at->value = (y * y - 1) * (y * y - 1) + 0.01 * y;
	at->derivative = 50 * (4 * y * (y * y - 1) + 0.01);
	at->factor = y;
}

static void
falling(double x, cs_profile_value *at)
{
	at->value = -x;
	at->derivative = -1;
	at->factor = 1;
}

static void
rising(double x, cs_profile_value *at)
{
	at->value = x * x;
	at->derivative = 2 * x;
	at->factor = 1;
}

/* Defined between 2 and 3 only, and falling there. */
static void
in_part(double x, cs_profile_value *at)
{
	falling(x, at);
	if (x < 2 || x > 3)
		at->value = INFINITY;
}

static void
nowhere(double x, cs_profile_value *at)
{
	falling(x, at);
	at->value = INFINITY;
}

typedef struct problem
{
	void (*function)(double, cs_profile_value *);
	double lower, upper;
	int evaluations, exact;
} problem;

static cs_profile_value
evaluate(void *argument, double at, bool exact)
{
	problem *problem = argument;
	cs_profile_value value;

	assert_true(at >= problem->lower && at <= problem->upper);
	assert_true(problem->evaluations++ < 2000);
	problem->exact += exact;
	problem->function(at, &value);
	return value;
}

static cs_profile_minimum
search(void (*function)(double, cs_profile_value *), double lower, double upper, problem *problem)
{
	problem->function = function;
	problem->lower = lower;
	problem->upper = upper;
	problem->evaluations = problem->exact = 0;
	return cs_profile_search(evaluate, problem, lower, upper);
}

static void
the_lowest_of_several_minima_is_found(void **state)
{
	problem problem;
	cs_profile_minimum profile = search(wave, 0, 20, &problem);

	(void) state;
	assert_true(profile.found && !profile.at_bound);
	assert_true(fabs(profile.at - (2 * acos(-1) - acos(-0.1))) < 1e-12);
	assert_true(problem.evaluations < 120 && problem.exact > 0);
	profile = search(wave, 7, 20, &problem);
	assert_true(fabs(profile.at - (4 * acos(-1) - acos(-0.1))) < 1e-12);
}

static void
minima_beside_a_root_of_the_factor_are_told_apart(void **state)
{
	problem problem;
	cs_profile_minimum profile = search(narrow, 0, 4, &problem);
	double y = 50 * (profile.at - 1.01);

	(void) state;
	assert_true(profile.found && !profile.at_bound);
	assert_true(y < -0.99 && y > -1.01);
	assert_true(fabs(4 * y * (y * y - 1) + 0.01) < 1e-9);
}

static void
bounds_are_minima_too(void **state)
{
	problem problem;
	cs_profile_minimum profile = search(falling, -1, 5, &problem);

	(void) state;
	assert_true(profile.found && profile.at_bound && profile.at == 5 && problem.exact == 0);
	profile = search(rising, 1, 5, &problem);
	assert_true(profile.found && profile.at_bound && profile.at == 1);
	profile = search(rising, -1, 5, &problem);
	assert_true(profile.found && !profile.at_bound && fabs(profile.at) < 1e-12);
}

static void
gaps_in_the_definition_are_borders(void **state)
{
	problem problem;
	cs_profile_minimum profile = search(in_part, 0, 10, &problem);

	(void) state;
	assert_true(profile.found && profile.at_bound);
	assert_true(profile.at <= 3 && profile.at > 3 - 10.0 / 32);
	profile = search(nowhere, 0, 10, &problem);
	assert_false(profile.found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lowest_of_several_minima_is_found),
		cmocka_unit_test(minima_beside_a_root_of_the_factor_are_told_apart),
		cmocka_unit_test(bounds_are_minima_too),
		cmocka_unit_test(gaps_in_the_definition_are_borders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
