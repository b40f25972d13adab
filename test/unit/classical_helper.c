/*
 * classical_helper.c
 *		Fits and forecasts of classical models for their tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "classical_helper.h"

cs_status
fit_classical(const cs_classical_options *options, const double *y, const double *x, size_t n,
			  cs_classical_model *model)
{
	cs_classical_fit *fit = test_calloc(1, sizeof(cs_classical_fit));
	cs_workspace workspace;
	cs_status status;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	cs_classical_fit_lay_out(fit, options, n, &workspace);
	size = cs_workspace_total(&workspace);
	block = test_malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_classical_fit_lay_out(fit, options, n, &workspace);
	status = cs_classical_fit_features(fit, y, x, model);
	test_free(block);
	test_free(fit);
	return status;
}

cs_classical_options
arima_options(const int *orders, const int *seasonal_orders, int period, bool constant,
			  size_t features)
{
	return (cs_classical_options){
		.method = CS_CLASSICAL_ARIMA,
		.period = period,
		.arima_chosen = true,
		.order = {.count = {orders[0], orders[2], seasonal_orders[0], seasonal_orders[2]},
				  .differences = orders[1],
				  .seasonal_differences = seasonal_orders[1],
				  .period = period,
				  .constant = constant,
				  .features = features}};
}

static double
explained(const cs_classical_model *model, const double *x, size_t row)
{
	return x == NULL ? 0 : cs_arima_explained(&model->arima, x + row * model->arima.order.features);
}

size_t
forecast_classical(const cs_classical_model *model, const double *y, const double *x, size_t n,
				   int horizons, double *mean, double *variance)
{
	cs_classical_forecaster *forecaster = test_calloc(1, sizeof(cs_classical_forecaster));
	cs_workspace workspace;
	size_t told = 0;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	cs_classical_forecaster_lay_out(forecaster, model, &workspace);
	size = cs_workspace_total(&workspace);
	block = test_malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_classical_forecaster_lay_out(forecaster, model, &workspace);
	assert_int_equal(cs_classical_start(forecaster), CS_OK);
	for (size_t i = 0; i < n; i++)
	{
		bool ready;

		cs_classical_step(forecaster, y[i] - explained(model, x, i));
		ready = cs_classical_ready(forecaster);
		if (told == 0 && ready)
			told = i + 1;
		assert_int_equal(ready, told > 0);
	}
	assert_true(told > 0);
	cs_classical_forecast(forecaster, horizons, mean, variance);
	for (int h = 0; h < horizons; h++)
		mean[h] += explained(model, x, n + (size_t) h);
	test_free(block);
	test_free(forecaster);
	return told;
}
