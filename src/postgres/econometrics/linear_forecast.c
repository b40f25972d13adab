/*
 * linear_forecast.c
 *		Robust linear forecasts as a family of direct ones.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/econometrics/linear_contributions.h"
#include "postgres/base/contributions.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/direct.h"

static LinearOptions *
read_options_of_fit(const DirectFamily *family, const Jsonb *json, const char *what)
{
	LinearOptions *options = palloc(sizeof(LinearOptions));

	(void) family;
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

	(void) family;
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

	(void) family;
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

/* ---- forecasts ---- */

typedef struct Prepared
{
	cs_linear_inputs inputs;
	double *x; /* [terms] */
} Prepared;

static void *
prepare(const DirectModel *direct, const cs_linear_data *data, const char *what)
{
	const LinearModel *model = direct->fitted;
	const cs_linear_options *options = &model->options.linear;
	Prepared *prepared = palloc(sizeof(Prepared));
	Size size = cs_linear_inputs_size(options, data);
	cs_workspace workspace;

	prepared->x = palloc(sizeof(double) * model->terms);
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(cs_linear_inputs_initialize(&prepared->inputs, options, data, &workspace), what);
	if (model->ahead != NULL)
	{
		prepared->inputs.median = model->median;
		prepared->inputs.spread = model->spread;
	}
	return prepared;
}

/* The terms that depend on the horizon; false where there are not all of them. */
static bool
put_ahead(const LinearModel *model, const Prepared *prepared, DirectRow row, int which)
{
	return cs_linear_ahead(
		&prepared->inputs, row.end, row.row, (size_t) model->options.linear.horizons[which], false,
		prepared->x + model->terms - cs_linear_ahead_terms(&prepared->inputs.data));
}

static void
forecast_row(const DirectModel *direct, const void *of, DirectRow row, int first, int count,
			 double *forecast, double *scale)
{
	const LinearModel *model = direct->fitted;
	const Prepared *prepared = of;
	const cs_linear_data *data = &prepared->inputs.data;
	double volatility;

	if (!cs_linear_origin(&prepared->inputs, row.start, row.row, prepared->x, &volatility))
		return;
	for (int h = 0; h < count; h++)
	{
		int which = first + h;

		if (!put_ahead(model, prepared, row, which))
			continue;
		forecast[h] = cs_linear_forecast(&model->horizon[which], model->terms, prepared->x,
										 volatility, data->values[row.row * data->columns]);
		/* an overflow is not a forecast that is not there */
		if (isnan(forecast[h]))
			forecast[h] = INFINITY;
		scale[h] = cs_linear_interval_scale(&prepared->inputs, row.start, row.row,
											(size_t) model->options.linear.horizons[which]);
	}
}

static bool
explain_row(const DirectModel *direct, const void *of, DirectRow row, int which,
			cs_contributions *result, const char *what)
{
	const LinearModel *model = direct->fitted;
	const Prepared *prepared = of;
	const cs_linear_data *data = &prepared->inputs.data;
	double volatility;
	cs_workspace workspace;
	Size size;

	if (!cs_linear_origin(&prepared->inputs, row.start, row.row, prepared->x, &volatility) ||
		!put_ahead(model, prepared, row, which))
		return false;
	cs_workspace_count(&workspace);
	cs_contributions_lay_out(result, model->terms, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, palloc(size), size);
	contributions_check(
		result,
		cs_linear_contributions(&prepared->inputs, &model->horizon[which], prepared->x, volatility,
								data->values[row.row * data->columns], &workspace, result),
		what);
	return true;
}

static char *
term_text(const DirectModel *model, size_t term)
{
	return linear_term_text(model->options, model->features, model->flagged, term);
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
									.prepare = prepare,
									.forecast_row = forecast_row,
									.explain_row = explain_row,
									.term_text = term_text};
