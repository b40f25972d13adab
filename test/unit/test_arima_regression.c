/*
 * test_arima_regression.c
 *		Regression with ARIMA errors against R; units, gaps, designs that do not tell coefficients.
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
#include "numeric/state_space/classical.h"
#include "check_helper.h"
#include "classical_helper.h"
#include "golden/arima_regression.h"

#define HORIZON 6
#define FEATURES 2
#define QUANTILE 1.6448536269514722 /* of the bounds of 90 % */

static const golden_regression_series_case *
series_of(const char *name)
{
	for (size_t i = 0; i < COUNT(golden_regression_series); i++)
		if (strcmp(golden_regression_series[i].name, name) == 0)
			return &golden_regression_series[i];
	fail_msg("no series %s", name);
	return NULL;
}

static cs_classical_options
options_of(const golden_arima_regression_case *c)
{
	return arima_options(c->orders, c->seasonal_orders, c->period, c->constant, FEATURES);
}

/* Likelihood, coefficients and forecasts of R. */
static void
agrees(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_arima_regression); i++)
	{
		const golden_arima_regression_case *c = &golden_arima_regression[i];
		const golden_regression_series_case *s = series_of(c->series);
		cs_classical_options options = options_of(c);
		cs_classical_model model;
		double mean[HORIZON], variance[HORIZON];
		double share;
		size_t n = (size_t) s->n;

		assert_int_equal(fit_classical(&options, s->y, s->x, n, &model), CS_OK);
		assert_true(model.arima.converged);
		assert_near(model.arima.log_likelihood - c->log_likelihood, 0, 1e-4, 1);
		assert_near(model.arima.constant, c->mean, 1e-3, 1);
		for (int j = 0; j < FEATURES; j++)
		{
			assert_near(model.arima.regression[j], c->regression[j], 1e-3, 0);
			assert_true(model.arima.errors[j] > 0 && model.arima.errors[j] < 1);
		}
		forecast_classical(&model, s->y, s->x, n, HORIZON, mean, variance);
		for (size_t h = 0; h < HORIZON; h++)
			assert_near((mean[h] - c->ahead[h]) / (c->upper[h] - c->ahead[h]), 0, 2e-3, 1);
		share = (c->upper[0] - c->ahead[0]) / QUANTILE / sqrt(variance[0]);
		for (size_t h = 1; h < HORIZON; h++)
			assert_near((c->upper[h] - c->ahead[h]) / QUANTILE / sqrt(variance[h]), share, 1e-3, 0);
	}
}

/* Without autoregression: the coefficients and errors of least squares, known in closed form. */
static void
least_squares(void **unused)
{
	static const double y[] = {1, 3, 2, 5, 4, 6, 8, 7};
	double x[8], sxx = 0, sxy = 0, b, rest = 0;
	const cs_classical_options options = {.method = CS_CLASSICAL_ARIMA,
										  .period = 1,
										  .arima_chosen = true,
										  .order = {.period = 1, .constant = true, .features = 1}};
	cs_classical_model model;

	(void) unused;
	for (int i = 0; i < 8; i++)
	{
		x[i] = i - 3.5;
		sxx += x[i] * x[i];
		sxy += x[i] * y[i];
	}
	b = sxy / sxx;
	for (int i = 0; i < 8; i++)
		rest += pow(y[i] - 4.5 - b * x[i], 2);
	assert_int_equal(fit_classical(&options, y, x, 8, &model), CS_OK);
	assert_near(model.arima.regression[0], b, 1e-14, 0);
	assert_near(model.arima.constant, 4.5, 1e-14, 0);
	assert_near(model.arima.variance, rest / 6, 1e-14, 0);
	assert_near(model.arima.errors[0], sqrt(rest / 6 / sxx), 1e-14, 0);
}

/* Units of y and of each feature; levels that differences or a mean take out. */
static void
units(void **unused)
{
	static const double by[][3] = {{1e-9, 1e9, 3}, {7e8, 1e-8, 1e5}, {-1, 1, -1e9}};

	(void) unused;
	for (size_t i = 0; i < COUNT(golden_arima_regression); i++)
		for (size_t k = 0; k < COUNT(by); k++)
		{
			const golden_arima_regression_case *c = &golden_arima_regression[i];
			const golden_regression_series_case *s = series_of(c->series);
			cs_classical_options options = options_of(c);
			cs_classical_model one, other;
			size_t n = (size_t) s->n;
			double *y = test_malloc(sizeof(double) * n);
			double *x = test_malloc(sizeof(double) * n * FEATURES);

			for (size_t t = 0; t < n; t++)
			{
				y[t] = s->y[t] * by[k][0];
				for (size_t j = 0; j < FEATURES; j++)
					x[t * FEATURES + j] = s->x[t * FEATURES + j] * by[k][1 + j];
			}
			assert_int_equal(fit_classical(&options, s->y, s->x, n, &one), CS_OK);
			assert_int_equal(fit_classical(&options, y, x, n, &other), CS_OK);
			for (size_t j = 0; j < FEATURES; j++)
			{
				double unit = by[k][0] / by[k][1 + j];

				assert_near(other.arima.regression[j], one.arima.regression[j] * unit, 1e-4, 0);
				assert_near(other.arima.errors[j], one.arima.errors[j] * fabs(unit), 1e-4, 0);
			}
			test_free(y);
			test_free(x);
		}
}

/* Differences as R chooses them, and models that are not worse by its criterion. */
static void
chosen(void **unused)
{
	(void) unused;
	for (size_t i = 0; i < COUNT(golden_regression_chosen); i++)
	{
		const golden_regression_chosen_case *c = &golden_regression_chosen[i];
		const golden_regression_series_case *s = series_of(c->series);
		bool seasonal = c->period > 1;
		cs_classical_options options = {
			.method = CS_CLASSICAL_ARIMA,
			.period = c->period,
			.arima = {.most = {seasonal ? c->period - 1 : 5, seasonal ? c->period - 1 : 5,
							   seasonal ? 2 : 0, seasonal ? 2 : 0},
					  .period = c->period,
					  .constant = true,
					  .features = FEATURES}};
		cs_classical_model model;

		assert_int_equal(fit_classical(&options, s->y, s->x, (size_t) s->n, &model), CS_OK);
		assert_int_equal(model.arima.order.differences, c->differences);
		assert_int_equal(model.arima.order.seasonal_differences, c->seasonal_differences);
		assert_true(model.arima.aicc < c->aicc + 2);
	}
}

/* A trend among the features forbids the difference that would leave it constant. */
static void
trend(void **unused)
{
	cs_classical_options options = {
		.method = CS_CLASSICAL_ARIMA,
		.period = 1,
		.arima = {.most = {5, 5}, .period = 1, .constant = true, .features = 1}};
	const golden_regression_series_case *s = series_of("walk");
	double x[100];
	cs_classical_model model;

	(void) unused;
	for (int t = 0; t < s->n; t++)
		x[t] = 0.1 * t;
	assert_int_equal(fit_classical(&options, s->y, x, (size_t) s->n, &model), CS_OK);
	assert_int_equal(model.arima.order.differences, 0);
}

static void
degenerate(void **unused)
{
	const golden_regression_series_case *s = series_of("walk");
	golden_arima_regression_case c = {.orders = {1, 0, 0}, .period = 1, .constant = true};
	cs_classical_options options = options_of(&c);
	double x[200] = {0}, y[100] = {0};
	cs_classical_model model;
	size_t n = (size_t) s->n;

	(void) unused;
	for (size_t t = 0; t < n; t++)
	{
		y[t] = s->y[t];
		x[2 * t] = s->x[2 * t];
		x[2 * t + 1] = 3 - 0.1 * x[2 * t]; /* explained by the first and the mean */
	}
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_SINGULAR);
	options.arima_chosen = false;
	options.arima =
		(cs_arima_limits){.most = {2, 2}, .period = 1, .constant = true, .features = FEATURES};
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_SINGULAR);
	options.arima_chosen = true;
	for (size_t t = 0; t < n; t++)
		x[2 * t + 1] = 0.3;
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_SINGULAR);
	options.order.constant = false;
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_OK);
	for (size_t t = 0; t < n; t++)
		x[2 * t + 1] = 0.1 * (double) t;
	options.order.differences = 1;
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_OK);
	options.order.constant = true;
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_SINGULAR);
	y[20] = NAN;
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_SINGULAR);
	for (size_t t = 0; t < n; t++)
	{
		x[2 * t + 1] = s->x[2 * t + 1];
		y[t] = 7 + 0.3 * x[2 * t] - x[2 * t + 1];
	}
	assert_int_equal(fit_classical(&options, y, x, n, &model), CS_CONSTANT);
	x[5] = INFINITY;
	assert_int_equal(fit_classical(&options, s->y, x, n, &model), CS_NOT_FINITE);
	assert_int_equal(fit_classical(&options, s->y, s->x, 6, &model), CS_TOO_FEW);
	options.order.features = CS_ARIMA_MAX_FEATURES + 1;
	assert_int_equal(cs_arima_check(&options.order), CS_OUT_OF_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees), cmocka_unit_test(least_squares), cmocka_unit_test(units),
		cmocka_unit_test(chosen), cmocka_unit_test(trend),		   cmocka_unit_test(degenerate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
