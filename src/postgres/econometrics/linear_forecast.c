/*
 * linear_forecast.c
 *		Robust linear forecasts as a family of direct ones.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/direct.h"

static LinearOptions *
read_options_of_fit(const DirectFamily *family, const Jsonb *json, const char *what)
{
	LinearOptions *options = palloc(sizeof(LinearOptions));

	linear_read_options(json, what, options);
	return options;
}

static size_t
minimum_rows(const LinearOptions *options)
{
	return cs_linear_minimum_rows(&options->linear);
}

static size_t
look_back(const LinearOptions *options)
{
	return cs_linear_look_back(&options->linear, true);
}

static size_t
terms(const LinearOptions *options, const cs_linear_data *data)
{
	return cs_linear_terms(&options->linear, data);
}

/* The objects of the fit lie in the current context. */
static Model *
fit_data(const DirectFamily *family, const LinearRows *rows, const cs_linear_data *data,
		 const LinearOptions *options, const char *what)
{
	Size size = cs_linear_fit_size(&options->linear, data);
	cs_linear_fit *fit = palloc(sizeof(cs_linear_fit));
	cs_workspace workspace;
	cs_status status;
	Progress progress;
	size_t which = 0;

	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	status = cs_linear_fit_initialize(fit, &options->linear, data, &workspace);
	if (status == CS_OK)
	{
		progress_start(&progress, what);
		progress_enter(&progress, 0, 1);
		status = cs_linear_fit_run(fit, &which);
		progress_leave(&progress);
	}
	if (status == CS_TOO_FEW)
		return linear_report_few(rows, options, minimum_rows(options),
								 options->linear.horizons[which], fit->horizon[which].origins,
								 what);
	if (status != CS_OK)
		return linear_report_status(status, rows, options, what);
	return linear_model_create(fit, options, rows);
}

static DirectModel *
unpack(const DirectFamily *family, const Model *stored)
{
	LinearModel *fitted = linear_model_unpack(stored);
	DirectModel *model = palloc0(sizeof(DirectModel));

	model->fitted = fitted;
	model->options = &fitted->options;
	model->features = fitted->features;
	model->flagged = fitted->flagged;
	model->ahead = fitted->ahead;
	for (int h = 0; h < fitted->options.linear.horizon_count; h++)
	{
		model->bounds[h].has_interval = fitted->horizon[h].has_interval;
		model->bounds[h].lower = fitted->horizon[h].lower;
		model->bounds[h].upper = fitted->horizon[h].upper;
	}
	return model;
}

static void
forecast_data(const DirectModel *direct, const cs_linear_data *data, const int64 *number,
			  DirectForecasts *result, const char *what)
{
	const LinearModel *model = direct->fitted;
	const cs_linear_options *options = &model->options.linear;
	double *x = palloc(sizeof(double) * model->terms);
	double *ahead = x + model->terms - cs_linear_ahead_terms(data);
	Size size = cs_linear_inputs_size(options, data);
	cs_linear_inputs inputs;
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(cs_linear_inputs_initialize(&inputs, options, data, &workspace), what);
	if (model->ahead != NULL)
	{
		inputs.median = model->median;
		inputs.spread = model->spread;
	}
	for (size_t i = 0; i < data->rows; i++)
	{
		double volatility;

		CHECK_FOR_INTERRUPTS();
		if (!cs_linear_origin(&inputs, 0, i, x, &volatility))
			continue;
		for (int h = 0; h < result->horizons; h++)
		{
			int which = result->first + h;
			int64 place = number[i] * result->horizons + h;
			double value;

			if (!cs_linear_ahead(&inputs, data->rows, i, options->horizons[which], false, ahead))
				continue;
			value = cs_linear_forecast(&model->horizon[which], model->terms, x, volatility,
									   data->values[i * data->columns]);
			/* an overflow is not a forecast that is not there */
			result->forecast[place] = isnan(value) ? INFINITY : value;
			result->scale[place] =
				cs_linear_interval_scale(&inputs, 0, i, (size_t) options->horizons[which]);
		}
	}
}

const DirectFamily linear_family = {.kind = &linear_model_kind,
									.fit = "linear_fit",
									.forecast = "linear_forecast",
									.read_options = read_options_of_fit,
									.minimum_rows = minimum_rows,
									.look_back = look_back,
									.terms = terms,
									.fit_data = fit_data,
									.unpack = unpack,
									.forecast_data = forecast_data};
