/*
 * test_kalman.c
 *		The filter and smoother of one state: against statsmodels' values, against what they must be
 *		equal to, and every error.
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
#include "numeric/state_space/kalman.h"
#include "check_helper.h"
#include "golden/kalman.h"

#define CASES COUNT(golden_kalman)
#define MOST_ROWS 3000

static double y[MOST_ROWS];
static cs_kalman_row rows[MOST_ROWS];

static cs_kalman
start(double a, double q, double r, cs_kalman_start kind, double state, double variance)
{
	const cs_kalman_model model = {a, 1, q, r};
	cs_kalman filter;

	assert_int_equal(cs_kalman_initialize(&filter, &model, kind, state, variance), CS_OK);
	return filter;
}

/* Filters a series; `done` counts the rows before an error. */
static cs_status
filter_rows(cs_kalman *filter, size_t count, const double *series, const double *control,
			size_t *done)
{
	for (*done = 0; *done < count; ++*done)
	{
		cs_status status = cs_kalman_step(filter, series[*done],
										  control == NULL ? 0 : control[*done], &rows[*done]);

		if (status != CS_OK)
			return status;
	}
	return CS_OK;
}

/* An irregular series with gaps. */
static void
make_series(size_t count)
{
	cs_random random;
	double level = 3;

	cs_random_seed(&random, 7);
	for (size_t i = 0; i < count; i++)
	{
		level += 0.1 * cs_random_normal(&random);
		y[i] = level + 0.3 * cs_random_normal(&random);
		if (cs_random_below(&random, 40) == 0)
			y[i] = NAN;
	}
}

static void
agrees_with_reference(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		cs_kalman filter;
		cs_kalman_moments smoothed = {0};
		cs_kalman_model model = {golden_kalman[c].a[0], golden_kalman[c].h[0],
								 golden_kalman[c].q[0], golden_kalman[c].r};
		size_t n = golden_kalman[c].rows;
		size_t done;
		double sum = 0;

		if (golden_kalman[c].states > 1)
			continue;
		assert_int_equal(cs_kalman_initialize(&filter, &model, CS_KALMAN_PREDICTED,
											  golden_kalman[c].x[0], golden_kalman[c].p[0]),
						 CS_OK);
		assert_int_equal(
			filter_rows(&filter, n, golden_kalman[c].y, golden_kalman[c].control, &done), CS_OK);
		assert_int_equal(done, n);
		for (size_t t = 0; t < n; t++)
		{
			assert_near(rows[t].predicted, golden_kalman[c].predicted[t], 1e-9, 1e-3);
			assert_near(rows[t].predicted_variance, golden_kalman[c].predicted_covariance[t], 1e-9,
						1e-3);
			assert_near(rows[t].filtered, golden_kalman[c].filtered[t], 1e-9, 1e-3);
			assert_near(rows[t].variance, golden_kalman[c].covariance[t], 1e-9, 1e-3);
			assert_int_equal(isnan(rows[t].innovation), isnan(golden_kalman[c].y[t]));
			if (isnan(rows[t].innovation))
			{
				assert_true(isnan(rows[t].gain) && isnan(rows[t].log_likelihood));
				continue;
			}
			assert_near(rows[t].innovation, golden_kalman[c].innovation[t], 1e-9, 1e-3);
			assert_near(rows[t].innovation_variance, golden_kalman[c].innovation_variance[t], 1e-9,
						1e-3);
			assert_near(rows[t].log_likelihood, golden_kalman[c].log_likelihoods[t], 1e-9, 1e-3);
			sum += rows[t].log_likelihood;
		}
		assert_near(sum, golden_kalman[c].log_likelihood, 1e-9, 1e-3);
		for (size_t t = n; t-- > 0;)
		{
			const cs_kalman_moments filtered = {rows[t].filtered, rows[t].variance};

			if (t == n - 1)
				smoothed = filtered;
			else
				cs_kalman_smooth_step(
					&model, &filtered,
					golden_kalman[c].control == NULL ? 0 : golden_kalman[c].control[t + 1],
					&smoothed);
			assert_near(smoothed.mean, golden_kalman[c].smoothed[t], 1e-9, 1e-3);
			assert_near(smoothed.variance, golden_kalman[c].smoothed_covariance[t], 1e-8, 1e-3);
		}
	}
}

/* The variances repeat themselves exactly; leaving their recursion out changes no bit. */
static void
steady_changes_nothing(void **state)
{
	cs_kalman fast = start(1, 0.01, 0.09, CS_KALMAN_DIFFUSE, 0, 0);
	cs_kalman slow = fast;
	size_t steady = 0;

	(void) state;
	make_series(MOST_ROWS);
	for (size_t i = 0; i < MOST_ROWS; i++)
	{
		cs_kalman_row a, b;

		assert_int_equal(cs_kalman_step(&fast, y[i], 0, &a), CS_OK);
		slow.steady = false;
		slow.predicted_variance = NAN;
		assert_int_equal(cs_kalman_step(&slow, y[i], 0, &b), CS_OK);
		assert_memory_equal(&a, &b, sizeof(a));
		steady += fast.steady;
	}
	assert_true(steady > 100);
}

static void
filtered_start_is_one_step_before(void **state)
{
	cs_kalman filtered = start(0.7, 0.2, 0.5, CS_KALMAN_FILTERED, 1.5, 0.4);
	cs_kalman predicted =
		start(0.7, 0.2, 0.5, CS_KALMAN_PREDICTED, 0.7 * 1.5 + 0.25, 0.7 * 0.4 * 0.7 + 0.2);
	cs_kalman_row a, b;

	(void) state;
	assert_near(cs_kalman_predict(&filtered).mean, 0.7 * 1.5, 1e-15, 1e-3);
	assert_near(cs_kalman_predict(&predicted).mean, 0.7 * 1.5 + 0.25, 1e-15, 1e-3);
	assert_int_equal(cs_kalman_step(&filtered, 2.2, 0.25, &a), CS_OK);
	assert_int_equal(cs_kalman_step(&predicted, 2.2, 99, &b), CS_OK);
	assert_memory_equal(&a, &b, sizeof(a));
}

/* A diffuse start is the limit of a large variance. */
static void
diffuse_is_the_limit(void **state)
{
	cs_kalman diffuse = start(0.9, 0.2, 0.5, CS_KALMAN_DIFFUSE, 0, 0);
	cs_kalman wide = start(0.9, 0.2, 0.5, CS_KALMAN_PREDICTED, 0, 1e9);
	cs_kalman_moments exact[50], limit[50];
	cs_kalman_moments back, back_limit;

	(void) state;
	make_series(50);
	y[0] = y[1] = NAN;
	for (size_t i = 0; i < 50; i++)
	{
		cs_kalman_row a, b;

		assert_int_equal(cs_kalman_step(&diffuse, y[i], 0.1, &a), CS_OK);
		assert_int_equal(cs_kalman_step(&wide, y[i], 0.1, &b), CS_OK);
		assert_int_equal(isnan(a.filtered), i < 2);
		assert_int_equal(isnan(a.predicted), i < 3);
		if (i >= 2)
			assert_near(a.filtered, b.filtered, 1e-7, 1e-3);
		if (i == 2)
			assert_true(a.gain == 1 && isnan(a.innovation) && isnan(a.log_likelihood) &&
						a.variance == 0.5);
		exact[i] = (cs_kalman_moments){a.filtered, a.variance};
		limit[i] = (cs_kalman_moments){b.filtered, b.variance};
	}
	back = exact[49];
	back_limit = limit[49];
	for (size_t i = 49; i-- > 0;)
	{
		cs_kalman_smooth_step(&diffuse.model, &exact[i], 0.1, &back);
		cs_kalman_smooth_step(&wide.model, &limit[i], 0.1, &back_limit);
		assert_near(back.mean, back_limit.mean, 1e-6, 1e-3);
		assert_near(back.variance, back_limit.variance, 1e-6, 1e-3);
	}
}

/* A transition of zero forgets: even of a diffuse start it leaves only the noise. */
static void
transition_of_zero(void **state)
{
	cs_kalman filter = start(0, 0.2, 0.5, CS_KALMAN_DIFFUSE, 0, 0);
	cs_kalman_moments smoothed = {1, 1};
	cs_kalman_moments unknown = {NAN, NAN};
	cs_kalman_row row;

	(void) state;
	assert_int_equal(cs_kalman_step(&filter, NAN, 0, &row), CS_OK);
	assert_true(isnan(row.filtered));
	assert_int_equal(cs_kalman_step(&filter, 3, 0.5, &row), CS_OK);
	assert_near(row.predicted, 0.5, 1e-15, 1e-3);
	assert_near(row.predicted_variance, 0.2, 1e-15, 1e-3);
	cs_kalman_smooth_step(&filter.model, &unknown, 0, &smoothed);
	assert_true(isnan(smoothed.mean) && isnan(smoothed.variance));
}

/* A state without noise and a start without error stays as it is. */
static void
nothing_to_learn(void **state)
{
	cs_kalman filter = start(0.5, 0, 1, CS_KALMAN_PREDICTED, 2, 0);
	cs_kalman_moments filtered = {2, 0};
	cs_kalman_moments smoothed = {1, 0};
	cs_kalman_row row;

	(void) state;
	assert_int_equal(cs_kalman_step(&filter, 100, 0, &row), CS_OK);
	assert_true(row.filtered == 2 && row.variance == 0 && row.gain == 0);
	cs_kalman_smooth_step(&filter.model, &filtered, 0, &smoothed);
	assert_true(smoothed.mean == 2 && smoothed.variance == 0);
}

static void
arguments_out_of_range(void **state)
{
	static const cs_kalman_model bad[] = {{NAN, 1, 1, 1}, {1, 0, 1, 1},		  {1, INFINITY, 1, 1},
										  {1, 1, -1, 1},  {1, 1, 1, -1},	  {1, 1, 0, 0},
										  {1, 1, NAN, 1}, {1, 1, 1, INFINITY}};
	const cs_kalman_model model = {1, 1, 1, 1};
	cs_kalman filter;

	(void) state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(cs_kalman_initialize(&filter, &bad[i], CS_KALMAN_DIFFUSE, 0, 0),
						 CS_OUT_OF_RANGE);
	assert_int_equal(cs_kalman_initialize(&filter, &model, CS_KALMAN_PREDICTED, NAN, 1),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_kalman_initialize(&filter, &model, CS_KALMAN_FILTERED, 0, -1),
					 CS_OUT_OF_RANGE);
}

static void
faults_in_the_data(void **state)
{
	cs_kalman filter = start(1e200, 1, 1, CS_KALMAN_PREDICTED, 1, 1);
	const double series[] = {1, 1, 1};
	size_t done;

	(void) state;
	assert_int_equal(filter_rows(&filter, 3, series, NULL, &done), CS_NOT_FINITE);
	assert_int_equal(done, 1);
	filter = start(1, 1, 0, CS_KALMAN_PREDICTED, 1, 0);
	assert_int_equal(filter_rows(&filter, 3, series, NULL, &done), CS_ZERO_VARIANCE);
	assert_int_equal(done, 0);
	filter = (cs_kalman){0};
	filter = start(1, 1, 1, CS_KALMAN_DIFFUSE, 1, 0);
	filter.model.observation = 1e-300;
	assert_int_equal(cs_kalman_step(&filter, 1e300, 0, rows), CS_NOT_FINITE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_reference),
									   cmocka_unit_test(steady_changes_nothing),
									   cmocka_unit_test(filtered_start_is_one_step_before),
									   cmocka_unit_test(diffuse_is_the_limit),
									   cmocka_unit_test(transition_of_zero),
									   cmocka_unit_test(nothing_to_learn),
									   cmocka_unit_test(arguments_out_of_range),
									   cmocka_unit_test(faults_in_the_data)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
