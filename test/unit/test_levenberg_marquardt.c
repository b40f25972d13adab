/*
 * test_levenberg_marquardt.c
 *		Nonlinear least squares against certified values of NIST's Statistical Reference Datasets
 *		(Misra1a, MGH09) and on problems that cannot be solved.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/term_structure/levenberg_marquardt.h"
#include "check_helper.h"

static const double misra_x[] = {77.6,	114.9, 141.1, 190.8, 239.9, 289.0, 332.8,
								 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0};
static const double misra_y[] = {10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02,
								 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78};
static const double mgh_x[] = {4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
static const double mgh_y[] = {0.1957, 0.1947, 0.1735, 0.16,   0.0844, 0.0627,
							   0.0456, 0.0342, 0.0323, 0.0235, 0.0246};

/* y = b0 (1 - exp(-b1 x)) */
static void
run_misra(cs_lm *lm, double weight)
{
	while (!lm->finished)
	{
		const double *b = lm->trial.point;

		for (size_t i = 0; i < 14; i++)
		{
			double e = exp(-b[1] * misra_x[i]);
			double row[CS_LM_PARAMETERS] = {1 - e, b[0] * misra_x[i] * e};

			cs_lm_add(lm, weight, row, NULL, misra_y[i] - b[0] * (1 - e));
		}
		cs_lm_step(lm);
	}
}

static void
misra_has_certified_values(void **state)
{
	const double starts[][2] = {{500, 0.0001}, {250, 0.0005}};

	(void) state;
	for (size_t s = 0; s < 2; s++)
	{
		cs_lm lm;

		cs_lm_initialize(&lm, 2, starts[s], 1e-22, 0);
		run_misra(&lm, 1);
		assert_true(lm.converged);
		assert_near(lm.best.point[0], 2.3894212918e+02, 1e-9, 0);
		assert_near(lm.best.point[1], 5.5015643181e-04, 1e-9, 0);
		assert_near(lm.best.sse, 1.2455138894e-01, 1e-9, 0);
	}
}

static void
one_weight_for_all_scales_the_sum_only(void **state)
{
	const double start[] = {250, 0.0005};
	cs_lm lm;

	(void) state;
	cs_lm_initialize(&lm, 2, start, 1e-22, 0);
	run_misra(&lm, 4);
	assert_true(lm.converged);
	assert_near(lm.best.point[0], 2.3894212918e+02, 1e-9, 0);
	assert_near(lm.best.sse, 4 * 1.2455138894e-01, 1e-9, 0);
}

/* y = b0 (x^2 + x b1) / (x^2 + x b2 + b3): a hard one, from its second start */
static void
mgh09_has_certified_values(void **state)
{
	const double start[] = {0.25, 0.39, 0.415, 0.39};
	cs_lm lm;

	(void) state;
	cs_lm_initialize(&lm, 4, start, 1e-22, 0);
	while (!lm.finished)
	{
		const double *b = lm.trial.point;

		for (size_t i = 0; i < 11; i++)
		{
			double x = mgh_x[i];
			double top = x * x + x * b[1];
			double bottom = x * x + x * b[2] + b[3];
			double row[CS_LM_PARAMETERS] = {top / bottom, b[0] * x / bottom,
											-b[0] * top * x / (bottom * bottom),
											-b[0] * top / (bottom * bottom)};

			cs_lm_add(&lm, 1, row, NULL, mgh_y[i] - b[0] * top / bottom);
		}
		cs_lm_step(&lm);
	}
	assert_true(lm.converged);
	assert_near(lm.best.point[0], 1.9280693458e-01, 1e-7, 0);
	assert_near(lm.best.point[1], 1.9128232873e-01, 1e-7, 0);
	assert_near(lm.best.point[2], 1.2305650693e-01, 1e-7, 0);
	assert_near(lm.best.point[3], 1.3606233068e-01, 1e-7, 0);
	assert_near(lm.best.sse, 3.0750560385e-04, 1e-9, 0);
}

/* y = b0^2 + b1^2 observed as -1: at the minimum the first derivatives of the model vanish. */
static void
second_derivatives_find_folds(void **state)
{
	const double start[] = {0.5, -0.3};
	cs_lm lm;
	int evaluations = 0;

	(void) state;
	cs_lm_initialize(&lm, 2, start, 1e-22, 0);
	for (; !lm.finished; evaluations++)
	{
		const double *b = lm.trial.point;
		double square = b[0] * b[0] + b[1] * b[1];
		double row[CS_LM_PARAMETERS] = {2 * b[0], 2 * b[1]};

		cs_lm_add(&lm, 1, row, (const double[]){2, 0, 2}, -1 - square);
		cs_lm_step(&lm);
	}
	assert_true(lm.converged && evaluations < 12);
	assert_true(fabs(lm.best.point[0]) < 1e-9 && fabs(lm.best.point[1]) < 1e-9);
	assert_near(lm.best.sse, 1, 1e-15, 0);
}

/* A linear problem takes one step; a column of zeros stays where it was. */
static void
linear_problems_take_one_step(void **state)
{
	const double start[] = {0, 7};
	cs_lm lm;
	int evaluations = 0;

	(void) state;
	cs_lm_initialize(&lm, 2, start, 1e-12, 1e-20);
	for (; !lm.finished; evaluations++)
	{
		for (double x = 1; x < 6; x++)
		{
			double row[CS_LM_PARAMETERS] = {x, 0};

			cs_lm_add(&lm, 1, row, NULL, 3 * x - lm.trial.point[0] * x);
		}
		cs_lm_step(&lm);
	}
	assert_true(lm.converged);
	assert_true(evaluations <= 3);
	assert_near(lm.best.point[0], 3, 1e-9, 0);
	assert_true(lm.best.point[1] == 7);
}

static void
hopeless_problems_end(void **state)
{
	const double start[] = {1};
	cs_lm lm;

	(void) state;
	/* not finite at the start */
	cs_lm_initialize(&lm, 1, start, 1e-12, 0);
	cs_lm_add(&lm, 1, (double[CS_LM_PARAMETERS]){1}, NULL, NAN);
	cs_lm_step(&lm);
	assert_true(lm.finished && !lm.converged && isinf(lm.best.sse));
	/* a derivative of the wrong sign leads nowhere */
	cs_lm_initialize(&lm, 1, start, 1e-12, 0);
	while (!lm.finished)
	{
		cs_lm_add(&lm, 1, (double[CS_LM_PARAMETERS]){-1}, NULL, 5 - lm.trial.point[0]);
		cs_lm_step(&lm);
	}
	assert_false(lm.converged);
	assert_true(lm.best.point[0] == 1);
	/* a minimum at infinity is never reached */
	cs_lm_initialize(&lm, 1, start, 1e-12, 0);
	while (!lm.finished)
	{
		double e = exp(-lm.trial.point[0]);

		cs_lm_add(&lm, 1, (double[CS_LM_PARAMETERS]){-e}, NULL, -e);
		cs_lm_step(&lm);
	}
	assert_false(lm.converged);
	assert_true(lm.best.point[0] > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(misra_has_certified_values),
		cmocka_unit_test(one_weight_for_all_scales_the_sum_only),
		cmocka_unit_test(mgh09_has_certified_values),
		cmocka_unit_test(second_derivatives_find_folds),
		cmocka_unit_test(linear_problems_take_one_step),
		cmocka_unit_test(hopeless_problems_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
