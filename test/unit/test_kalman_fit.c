/*
 * test_kalman_fit.c
 *		Maximum likelihood: against statsmodels' and R's estimates, against the filter's own
 *		likelihood around the maximum, ends of the range, gaps, and every error.
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
#include "numeric/state_space/kalman_fit.h"
#include "check_helper.h"
#include "golden/kalman.h"
#include "poll_helper.h"

#define FITS COUNT(golden_level)
#define MOST_ROWS 60000

static double y[MOST_ROWS];
static cs_kalman_fit fit;

static cs_status
run(cs_kalman_form form, const double *series, size_t count)
{
	return cs_kalman_fit_solve(&fit, form, series, count, 0);
}

/* The filter's own log-likelihood. */
static double
likelihood(const cs_kalman_model *model, cs_kalman_form form, const double *series, size_t count)
{
	cs_kalman filter;
	double sum = 0;

	if (form == CS_KALMAN_LOCAL_LEVEL)
		cs_kalman_initialize(&filter, model, CS_KALMAN_DIFFUSE, 0, 0);
	else
		cs_kalman_initialize(&filter, model, CS_KALMAN_PREDICTED, 0,
							 cs_kalman_stationary_variance(model));
	for (size_t i = 0; i < count; i++)
	{
		cs_kalman_row row;

		assert_int_equal(cs_kalman_step(&filter, series[i], 0, &row), CS_OK);
		sum += isnan(row.log_likelihood) ? 0 : row.log_likelihood;
	}
	return sum;
}

static void
make_series(uint64_t seed, double a, double q, double r, size_t count)
{
	cs_random random;
	double state = 0;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < count; i++)
	{
		state = a * state + sqrt(q) * cs_random_normal(&random);
		y[i] = state + sqrt(r) * cs_random_normal(&random);
	}
}

static void
agrees_with_reference(void **state)
{
	(void) state;
	for (size_t k = 0; k < FITS; k++)
	{
		cs_kalman_model model;

		assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, golden_level[k].y, golden_level[k].rows),
						 CS_OK);
		model = cs_kalman_fit_model(&fit);
		assert_true(fit.converged && cs_kalman_fit_bound(&fit) == NULL);
		/* the reference starts from a variance of 1e6, not from an unbounded one */
		assert_near(fit.best.value, golden_level[k].log_likelihood, 1e-8, 0);
		assert_near(model.process_variance, golden_level[k].process, 1e-4, 0);
		assert_near(model.observation_variance, golden_level[k].observation, 1e-4, 0);
		assert_near(model.process_variance, golden_level[k].r_process, 1e-4, 0);
		assert_near(model.observation_variance, golden_level[k].r_observation, 1e-4, 0);
	}
}

/* The value is the filter's own, and no neighbour of the maximum is higher. */
static void
is_a_maximum(void **state)
{
	static const double truth[][3] = {
		{0.9, 0.09, 0.09}, {0.5, 1, 0.5}, {-0.6, 1, 0.3}, {0.99, 0.01, 1}, {1, 0.02, 0.5}};

	(void) state;
	for (size_t k = 0; k < COUNT(truth); k++)
		for (int form = 0; form < 2; form++)
		{
			cs_kalman_model model;

			make_series(k + 1, truth[k][0], truth[k][1], truth[k][2], 800);
			for (size_t i = 5; i < 800; i += 11 + i % 7)
				y[i] = NAN;
			assert_int_equal(run(form, y, 800), CS_OK);
			assert_true(fit.converged);
			model = cs_kalman_fit_model(&fit);
			assert_near(likelihood(&model, form, y, 800), fit.best.value, 1e-9, 0);
			for (int i = 0; i < 6; i++)
			{
				cs_kalman_model other = model;
				double factor = i % 2 == 0 ? 1.01 : 0.99;

				if (i / 2 == 0)
					other.process_variance *= factor;
				else if (i / 2 == 1)
					other.observation_variance *= factor;
				else if (form == CS_KALMAN_AR1_PLUS_NOISE)
					other.transition += (factor - 1) * (1 - fabs(other.transition));
				assert_true(likelihood(&other, form, y, 800) <= fit.best.value + 1e-7);
			}
		}
}

/* White noise has no level that moves; a random walk is observed without noise. */
static void
variances_of_zero(void **state)
{
	cs_kalman_model model;
	double mean = 0;
	double squares = 0;
	cs_random random;

	(void) state;
	cs_random_seed(&random, 12);
	for (size_t i = 0; i < 200; i++)
	{
		y[i] = 3 + cs_random_normal(&random) + (i % 2 == 0 ? 0.5 : -0.5);
		mean += y[i] / 200;
	}
	for (size_t i = 0; i < 200; i++)
		squares += (y[i] - mean) * (y[i] - mean);
	assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, y, 200), CS_OK);
	model = cs_kalman_fit_model(&fit);
	assert_string_equal(cs_kalman_fit_bound(&fit), "process_variance");
	assert_true(model.process_variance == 0 && fit.converged);
	/* with a fixed level the estimate is the sample variance */
	assert_near(model.observation_variance, squares / 199, 1e-9, 0);

	/* changes that are positively correlated */
	y[0] = 0;
	for (size_t i = 1, last = 0; i < 200; i++)
	{
		double change = cs_random_normal(&random);

		y[i] = y[i - 1] + change + (i > 1 ? 0.5 * (y[i - 1] - y[last]) : 0);
		last = i - 1;
	}
	squares = 0;
	for (size_t i = 1; i < 200; i++)
		squares += (y[i] - y[i - 1]) * (y[i] - y[i - 1]);
	assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, y, 200), CS_OK);
	model = cs_kalman_fit_model(&fit);
	assert_string_equal(cs_kalman_fit_bound(&fit), "observation_variance");
	assert_true(model.observation_variance == 0);
	assert_near(model.process_variance, squares / 199, 1e-9, 0);

	/* a random walk seen as a stationary process */
	assert_int_equal(run(CS_KALMAN_AR1_PLUS_NOISE, y, 200), CS_OK);
	assert_string_equal(cs_kalman_fit_bound(&fit), "observation_variance");
	assert_true(cs_kalman_fit_model(&fit).transition > 0.9);
}

/* Scale and length do not matter; blocks of rows do not either. */
static void
scales_with_the_series(void **state)
{
	cs_kalman_model first, second;
	double value;

	(void) state;
	make_series(4, 0.8, 0.2, 0.1, MOST_ROWS);
	assert_int_equal(run(CS_KALMAN_AR1_PLUS_NOISE, y, MOST_ROWS), CS_OK);
	first = cs_kalman_fit_model(&fit);
	value = fit.best.value;
	assert_near(first.transition, 0.8, 0.03, 0);
	assert_near(first.process_variance, 0.2, 0.1, 0);
	assert_near(likelihood(&first, CS_KALMAN_AR1_PLUS_NOISE, y, MOST_ROWS), value, 1e-9, 0);
	for (size_t i = 0; i < MOST_ROWS; i++)
		y[i] *= 1024;
	assert_int_equal(run(CS_KALMAN_AR1_PLUS_NOISE, y, MOST_ROWS), CS_OK);
	second = cs_kalman_fit_model(&fit);
	assert_near(second.transition, first.transition, 1e-6, 0);
	assert_near(second.process_variance, 1048576 * first.process_variance, 1e-6, 0);
	assert_near(fit.best.value, value - MOST_ROWS * log(1024), 1e-10, 0);
}

static void
near_a_unit_root(void **state)
{
	(void) state;
	/* a line: the best transition is as close to 1 as it may be */
	for (size_t i = 0; i < 50; i++)
		y[i] = 1e6 + (double) i;
	assert_int_equal(run(CS_KALMAN_AR1_PLUS_NOISE, y, 50), CS_OK);
	assert_true(cs_kalman_fit_model(&fit).transition > 0.999);
	assert_non_null(cs_kalman_fit_bound(&fit));
}

static void
faults_in_the_data(void **state)
{
	(void) state;
	make_series(4, 0.8, 0.2, 0.1, 50);
	assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, y, 0), CS_TOO_FEW);
	assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, y, 3), CS_TOO_FEW);
	assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, y, 4), CS_OK);
	assert_int_equal(run(CS_KALMAN_AR1_PLUS_NOISE, y, 4), CS_OK);
	y[1] = y[3] = NAN;
	assert_int_equal(run(CS_KALMAN_AR1_PLUS_NOISE, y, 5), CS_TOO_FEW);
	y[1] = INFINITY;
	assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, y, 50), CS_NOT_FINITE);
	y[1] = 1e200;
	assert_int_equal(run(CS_KALMAN_LOCAL_LEVEL, y, 50), CS_NOT_FINITE);
	for (size_t i = 0; i < 50; i++)
		y[i] = 0.1;
	assert_int_equal(run(CS_KALMAN_AR1_PLUS_NOISE, y, 50), CS_CONSTANT);
}

/* Noise is not beaten by what is fitted to it, a state that stays is. */
static void
beats_noise(void **state)
{
	(void) state;
	for (int form = CS_KALMAN_LOCAL_LEVEL; form <= CS_KALMAN_AR1_PLUS_NOISE; form++)
	{
		int beaten = 0;
		double sum = 0;

		for (uint64_t seed = 1; seed <= 30; seed++)
		{
			make_series(seed, 0, 0, 4, 300);
			y[0] = seed % 2 == 0 ? NAN : y[0];
			assert_int_equal(run(form, y, 300), CS_OK);
			beaten += cs_kalman_fit_beats_noise(&fit);
			sum += cs_kalman_fit_noise(&fit).observation_variance / 30;
		}
		assert_between(beaten, 0, 2);
		assert_near(sum, 4, 0.1, 0);
		make_series(5, 0.95, 1, 4, 300);
		assert_int_equal(run(form, y, 300), CS_OK);
		assert_true(cs_kalman_fit_beats_noise(&fit));
	}
	assert_true(cs_kalman_fit_noise(&fit).transition == 0);
}

/* Whatever its length, a series is polled for, and each point of the grid is reported. */
static void
polls(void **state)
{
	static const size_t counts[] = {100, MOST_ROWS};

	(void) state;
	make_series(4, 0.8, 0.2, 0.1, MOST_ROWS);
	for (int form = 0; form < 2; form++)
		for (size_t i = 0; i < 2; i++)
		{
			double grid = form == CS_KALMAN_LOCAL_LEVEL ? 24 : 96;
			poll_count count;

			poll_count_start();
			assert_int_equal(run(form, y, counts[i]), CS_OK);
			count = poll_count_end();
			assert_between(count.reports, grid + 3, grid + 5);
			/* and some 30 points that lead to the maxima; 20 for a row */
			assert_polls(&count, 20 * (grid + 30) * (double) counts[i], 0);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_reference), cmocka_unit_test(is_a_maximum),
		cmocka_unit_test(variances_of_zero),	 cmocka_unit_test(scales_with_the_series),
		cmocka_unit_test(near_a_unit_root),		 cmocka_unit_test(faults_in_the_data),
		cmocka_unit_test(beats_noise),			 cmocka_unit_test(polls)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
