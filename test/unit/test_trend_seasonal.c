/*
 * test_trend_seasonal.c
 *		Fits against numpy in any unit of y and of time, the optimum's conditions, rows that are no
 *		series, and polls.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "golden/trend_seasonal.h"
#include "numeric/econometrics/trend_seasonal.h"
#include "check_helper.h"
#include "poll_helper.h"

#define ROWS COUNT(golden_row)
#define MOST 200

static double places[MOST], bends[MOST], waves[MOST], effects[MOST];

static cs_status
run(const double *time, const double *y, const unsigned char *holiday, size_t n,
	const cs_trend_seasonal_form *form, cs_trend_seasonal_fit *fit)
{
	size_t size = cs_trend_seasonal_size(n, form);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	*fit =
		(cs_trend_seasonal_fit){.place = places, .bend = bends, .wave = waves, .effect = effects};
	cs_workspace_initialize(&workspace, block, size);
	status = cs_trend_seasonal_fit_rows(time, y, holiday, n, form, &workspace, fit);
	free(block);
	return status;
}

static void
check_fit(const golden_fit_case *want, const cs_trend_seasonal_fit *got, double k, double unit,
		  double first)
{
	double period[8];

	assert_near(got->penalty, want->taken, 1e-9, 0);
	assert_near(got->intercept, k * want->intercept, 1e-8, k);
	assert_near(got->slope, k / unit * want->slope, 1e-7, k / unit * 0.001);
	assert_near(got->residual_sd, k * want->sd, 1e-8, 0);
	for (int j = 0; j < want->bends; j++)
		assert_near(got->bend[j], k / unit * want->bend[j], 1e-6, k / unit * 0.01);
	for (int i = 0; i < 2 * want->waves; i++)
		assert_near(got->wave[i], k * want->rest[i], 1e-8, k);
	for (int h = 0; h < 2; h++)
		assert_near(got->effect[h], k * want->rest[2 * want->waves + h], 1e-8, k);
	for (int i = 0; i < want->waves; i++)
		period[i] = unit * want->periods[i];
	for (size_t t = 0; t < ROWS; t += 13)
	{
		double time = unit * golden_row[t].time;
		double value = cs_trend_seasonal_trend(got, want->bends, first, time) +
					   cs_trend_seasonal_season(got, period, want->waves, first, time);

		for (int h = 0; h < 2; h++)
			value += golden_row[t].holiday[h] * got->effect[h];
		assert_near(value, k * want->fitted[t / 13], 1e-8, k);
	}
}

static void
agrees_in_any_unit(void **state)
{
	static const double units[][2] = {{1, 1}, {1e-9, 1}, {1e9, 1}, {3e-7, 1e-3}, {100, 86400}};

	(void) state;
	for (size_t c = 0; c < COUNT(golden_fit); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			const golden_fit_case *want = &golden_fit[c];
			double time[ROWS], y[ROWS], period[8];
			unsigned char holiday[2 * ROWS];
			cs_trend_seasonal_form form = {want->bends, want->range, want->penalty,
										   want->waves, period,		 2};
			cs_trend_seasonal_fit got;

			for (size_t t = 0; t < ROWS; t++)
			{
				time[t] = units[u][1] * golden_row[t].time;
				y[t] = units[u][0] * golden_row[t].y;
				memcpy(holiday + 2 * t, golden_row[t].holiday, 2);
			}
			for (int i = 0; i < want->waves; i++)
				period[i] = units[u][1] * want->periods[i];
			assert_int_equal(run(time, y, holiday, ROWS, &form, &got), CS_OK);
			check_fit(want, &got, units[u][0], units[u][1], time[0]);
		}
}

static void
series_of_simple_form(void **state)
{
	cs_trend_seasonal_form form = {20, 0.8, CS_TREND_SEASONAL_CHOOSE, 0, NULL, 0};
	cs_trend_seasonal_fit got;
	double time[100], y[100];

	(void) state;
	/* a line has no bends, whatever its last digits */
	for (int t = 0; t < 100; t++)
	{
		time[t] = t;
		y[t] = 1e6 + 0.1 * t;
	}
	assert_int_equal(run(time, y, NULL, 100, &form, &got), CS_OK);
	for (int j = 0; j < 20; j++)
		assert_true(got.bend[j] == 0);
	assert_near(got.slope, 0.1, 1e-9, 0);
	assert_near(cs_trend_seasonal_trend(&got, 20, 0, 200), 1e6 + 20, 1e-12, 0);
	/* no interval but for what the digits leave, and none after */
	assert_true(cs_trend_seasonal_sd(&got, 20, 0.8, 99, 50) < 1e-8);
	/* a bend at one of the places is found */
	for (int t = 0; t < 100; t++)
		y[t] = 2 + 0.1 * fmax(0, t - 0.8 * 99 * 10 / 21) + 1e-3 * sin(t * t);
	assert_int_equal(run(time, y, NULL, 100, &form, &got), CS_OK);
	assert_near(cs_trend_seasonal_trend(&got, 20, 0, 99), y[99], 1e-3, 0);
	assert_between((int) (1000 * got.bend[9]), 95, 101);
	/* without places it is a line */
	form.bends = 0;
	assert_int_equal(run(time, y, NULL, 100, &form, &got), CS_OK);
	assert_near(cs_trend_seasonal_sd(&got, 0, 0.8, 99, 50), got.residual_sd, 0, 0);
	form.bends = 20;
	form.penalty = 0;
	/* more places than rows tell apart */
	assert_int_equal(run(time, y, NULL, 6, &form, &got), CS_OK);
	assert_near(cs_trend_seasonal_trend(&got, 20, 0, 2), y[2], 1e-6, 1);
}

static void
rows_that_are_none(void **state)
{
	static const double period[] = {7};
	cs_trend_seasonal_form form = {5, 0.8, CS_TREND_SEASONAL_CHOOSE, 1, period, 0};
	cs_trend_seasonal_fit got;
	double time[20], y[20];

	(void) state;
	for (int t = 0; t < 20; t++)
	{
		time[t] = t;
		y[t] = 3 + t * 1e-17;
	}
	assert_int_equal(run(time, y, NULL, 20, &form, &got), CS_CONSTANT);
	assert_int_equal(run(time, y, NULL, 5, &form, &got), CS_TOO_FEW);
	y[3] = INFINITY;
	assert_int_equal(run(time, y, NULL, 20, &form, &got), CS_NOT_FINITE);
	y[3] = -1.7e308;
	y[4] = 1.7e308;
	assert_int_equal(run(time, y, NULL, 20, &form, &got), CS_OK);
	form.range = 0;
	assert_int_equal(run(time, y, NULL, 20, &form, &got), CS_OUT_OF_RANGE);
	form.range = 0.5;
	form.penalty = -0.5;
	assert_int_equal(run(time, y, NULL, 20, &form, &got), CS_OUT_OF_RANGE);
}

static void
polls(void **state)
{
	static const double period[] = {365.25, 182.6, 121.7, 7};
	cs_trend_seasonal_form form = {40, 0.8, CS_TREND_SEASONAL_CHOOSE, 4, period, 0};
	const size_t n = 20000;
	double *time = malloc(sizeof(double) * n);
	double *y = malloc(sizeof(double) * n);
	cs_trend_seasonal_fit got;
	poll_count count;

	(void) state;
	for (size_t t = 0; t < n; t++)
	{
		time[t] = (double) t;
		y[t] = sin((double) t * 0.001) + sin((double) t * (double) t);
	}
	poll_count_start();
	assert_int_equal(run(time, y, NULL, n, &form, &got), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 50 * 52 / 2, 0);
	free(time);
	free(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_in_any_unit),
		cmocka_unit_test(series_of_simple_form),
		cmocka_unit_test(rows_that_are_none),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
