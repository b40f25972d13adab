/*
 * test_arima_start.c
 *		ARIMA whose first d + m D values are not all there, against an exact diffuse start.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/state_space/classical.h"
#include "check_helper.h"
#include "classical_helper.h"
#include "golden/arima_start.h"

#define ROWS 60
#define HORIZON 5
#define FEATURES 2

static cs_status
fit(const golden_arima_start_case *c, double scale, cs_classical_model *model)
{
	cs_classical_options options =
		arima_options(c->orders, c->seasonal_orders, c->period, c->constant, (size_t) c->features);
	double y[ROWS];

	for (int t = 0; t < ROWS; t++)
		y[t] = scale * c->y[t];
	return fit_classical(&options, y, c->features > 0 ? c->x : NULL, ROWS, model);
}

/* Forecasts behind n rows, beside those of the reference. */
static void
check_ahead(const golden_arima_start_case *c, const cs_classical_model *model, int n,
			const double *ahead, const double *deviation)
{
	double mean[HORIZON], variance[HORIZON], share;

	assert_int_equal(forecast_classical(model, c->y, c->features > 0 ? c->x : NULL, (size_t) n,
										HORIZON, mean, variance),
					 c->told);
	share = sqrt(variance[0]) / deviation[0];
	for (int h = 0; h < HORIZON; h++)
	{
		assert_near((mean[h] - ahead[h]) / deviation[h], 0, 1e-3, 1);
		assert_near(sqrt(variance[h]) / deviation[h], share, 1e-3, 0);
	}
}

static void
agrees(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_arima_start); i++)
	{
		const golden_arima_start_case *c = &golden_arima_start[i];
		cs_classical_model model;

		assert_int_equal(fit(c, 1, &model), CS_OK);
		assert_near(model.arima.log_likelihood - c->log_likelihood, 0, 1e-5, 1);
		assert_near(model.arima.constant, c->mean, 1e-3, 1);
		check_ahead(c, &model, ROWS, c->ahead, c->deviation);
		check_ahead(c, &model, c->told, c->early, c->early_deviation);
	}
}

static void
units(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_arima_start); i++)
		for (double scale = 1e-9; scale < 1e10; scale *= 1e18)
		{
			const golden_arima_start_case *c = &golden_arima_start[i];
			cs_classical_model one, other;

			assert_int_equal(fit(c, 1, &one), CS_OK);
			assert_int_equal(fit(c, scale, &other), CS_OK);
			assert_near(other.arima.variance, scale * scale * one.arima.variance, 1e-6, 0);
			assert_near(other.arima.log_likelihood + (double) one.arima.observations * log(scale),
						one.arima.log_likelihood, 1e-8, 0);
		}
}

/* Where one place of the season is never there nothing tells it, however many rows there are. */
static void
never_told(void **unused)
{
	golden_arima_start_case c = {.period = 7, .seasonal_orders = {0, 1, 0}};
	double y[ROWS];
	cs_classical_model model;

	(void) unused;
	c.y = y;
	for (int t = 0; t < ROWS; t++)
		y[t] = t % 7 == 5 ? NAN : sin(t * t);
	assert_int_equal(fit(&c, 1, &model), CS_TOO_FEW);
	c.orders[1] = 1;
	assert_int_equal(fit(&c, 1, &model), CS_TOO_FEW);
	y[40] = 0.3; /* told once */
	assert_int_equal(fit(&c, 1, &model), CS_OK);
	/* not counted: as many values as start the differences, and one that tells what is missing */
	assert_int_equal(model.arima.observations, 52 + 1 - 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees),
		cmocka_unit_test(units),
		cmocka_unit_test(never_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
