/*
 * classical.c
 *		Hands the calls on to the method.
 */
#include "numeric/state_space/classical.h"

#include <math.h>

void
cs_classical_fit_lay_out(cs_classical_fit *fit, const cs_classical_options *options, size_t n,
						 cs_workspace *workspace)
{
	fit->options = options;
	if (options->method == CS_CLASSICAL_ETS)
		cs_ets_fit_lay_out(&fit->ets, n, workspace);
	else if (options->method == CS_CLASSICAL_THETA)
		cs_theta_fit_lay_out(&fit->theta, n, workspace);
	else if (options->arima_chosen)
		cs_arima_fit_lay_out(&fit->arima.fit, &options->order, n, workspace);
	else
		cs_arima_auto_lay_out(&fit->arima, &options->arima, n, workspace);
}

cs_status
cs_classical_fit_run(cs_classical_fit *fit, const double *y, cs_classical_model *model)
{
	const cs_classical_options *options = fit->options;

	model->method = options->method;
	if (options->method == CS_CLASSICAL_THETA)
		return cs_theta_fit_run(&fit->theta, y, options->period, options->season, &model->theta);
	if (options->method == CS_CLASSICAL_ETS)
		return options->ets_chosen ? cs_ets_fit_run(&fit->ets, &options->form, y, &model->ets)
								   : cs_ets_auto_run(&fit->ets, &options->ets, y, &model->ets);
	return options->arima_chosen
			   ? cs_arima_fit_run(&fit->arima.fit, &options->order, y, true, &model->arima)
			   : cs_arima_auto_run(&fit->arima, y, &model->arima);
}

cs_status
cs_classical_fit_features(cs_classical_fit *fit, const double *y, const double *x,
						  cs_classical_model *model)
{
	fit->arima.fit.x = x;
	return cs_classical_fit_run(fit, y, model);
}

void
cs_classical_forecaster_lay_out(cs_classical_forecaster *forecaster,
								const cs_classical_model *model, cs_workspace *workspace)
{
	forecaster->model = model;
	if (model->method == CS_CLASSICAL_ARIMA)
		cs_arima_filter_lay_out(&forecaster->arima, &model->arima.order, workspace);
	else if (model->method == CS_CLASSICAL_ETS)
		cs_ets_ahead_lay_out(&forecaster->ahead, workspace);
}

cs_status
cs_classical_start(cs_classical_forecaster *forecaster)
{
	const cs_classical_model *model = forecaster->model;

	forecaster->started = false;
	forecaster->settled = 0;
	forecaster->ets = model->ets.start;
	forecaster->theta = (cs_theta_state){.level = model->theta.level};
	if (model->method == CS_CLASSICAL_ARIMA &&
		!cs_arima_filter_start(&forecaster->arima, &model->arima))
		return CS_OUT_OF_RANGE;
	return CS_OK;
}

void
cs_classical_step(cs_classical_forecaster *forecaster, double y)
{
	const cs_classical_model *model = forecaster->model;
	double error, variance;

	if (!forecaster->started && isnan(y))
		return;
	forecaster->started = true;
	if (model->method == CS_CLASSICAL_ARIMA)
		cs_arima_filter_step(&forecaster->arima, y, &error, &variance);
	else if (model->method == CS_CLASSICAL_ETS)
		cs_ets_step(&model->ets, &forecaster->ets, y);
	else
		cs_theta_step(&model->theta, &forecaster->theta, y);
}

bool
cs_classical_ready(const cs_classical_forecaster *forecaster)
{
	return forecaster->model->method != CS_CLASSICAL_ARIMA ||
		   cs_arima_filter_ready(&forecaster->arima);
}

/* Whether the variances ahead are the same from every row on that is there. */
static bool
settles(const cs_classical_forecaster *forecaster)
{
	const cs_classical_model *model = forecaster->model;

	if (model->method == CS_CLASSICAL_ARIMA)
		return forecaster->arima.steady;
	return model->method == CS_CLASSICAL_ETS && !model->ets.form.multiplicative_error;
}

void
cs_classical_forecast(cs_classical_forecaster *forecaster, size_t horizon, double *mean,
					  double *variance)
{
	const cs_classical_model *model = forecaster->model;
	bool settled = settles(forecaster);
	double *wanted = settled && forecaster->settled == horizon ? NULL : variance;

	forecaster->settled = settled ? horizon : 0;
	if (model->method == CS_CLASSICAL_ETS)
		cs_ets_forecast(&model->ets, &forecaster->ets, horizon, &forecaster->ahead, mean, wanted);
	else if (model->method == CS_CLASSICAL_THETA)
		cs_theta_forecast(&model->theta, &forecaster->theta, horizon, mean, variance);
	else
		cs_arima_filter_forecast(&forecaster->arima, horizon, mean, wanted);
	for (size_t h = 0; h < horizon && wanted != NULL && model->method == CS_CLASSICAL_ARIMA; h++)
		variance[h] *= model->arima.variance;
}
