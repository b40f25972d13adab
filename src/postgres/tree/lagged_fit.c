/*
 * lagged_fit.c
 *		Trees and support vectors as families of direct forecasts.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/on_error.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/tree/lagged_model.h"

static LinearOptions *
read_options_of_fit(const DirectFamily *family, const Jsonb *json, const char *what)
{
	LaggedOptions *options = palloc(sizeof(LaggedOptions));

	lagged_read_options(family, json, what, options);
	return &options->base;
}

static size_t
minimum_rows(const LinearOptions *options)
{
	return cs_lagged_minimum_rows(&((const LaggedOptions *) options)->lagged);
}

static size_t
look_back(const LinearOptions *options)
{
	return cs_lagged_look_back(&((const LaggedOptions *) options)->lagged);
}

static size_t
terms(const LinearOptions *options, const cs_linear_data *data)
{
	return cs_lagged_terms(&((const LaggedOptions *) options)->lagged, data);
}

/* ---- the fit ---- */

static Model *
report_status(const DirectFamily *family, cs_status status, const LinearRows *rows,
			  const LaggedOptions *options, const char *what)
{
	if (status == CS_SIZE_OVERFLOW)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s: %d trees on " INT64_FORMAT " rows take more than %d numbers", what,
						options->lagged.trees.rounds, rows->count, MODEL_MAX_PARAMETERS),
				 errhint("Use fewer rounds, more min_rows or less depth.")));
	if (status == CS_NOT_CONVERGED && !gives_null(status, options->base.on_error))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s: no optimum within %d steps for each of the " INT64_FORMAT " rows %s",
						what, CS_SVR_STEPS, rows->count, linear_span_text(rows)),
				 errhint("Use a lower cost or a higher tolerance.")));
	return linear_report_status(status, rows, &options->base, what);
}

/* Fits one horizon after the other; objects lie in the current context. */
static Model *
fit_data(const DirectFamily *family, const LinearRows *rows, const cs_linear_data *data,
		 const LinearOptions *base, const char *what)
{
	const LaggedOptions *options = (const LaggedOptions *) base;
	const cs_lagged_options *lagged = &options->lagged;
	size_t most =
		family->method == CS_LAGGED_SVR ? 0 : cs_trees_most_numbers(&lagged->trees, rows->count);
	size_t capacity = Min(most, (size_t) MODEL_MAX_PARAMETERS);
	Size size = cs_lagged_fit_size(lagged, data, capacity);
	cs_lagged_fit *fit = palloc(sizeof(cs_lagged_fit));
	int horizons = lagged->linear.horizon_count;
	cs_workspace workspace;
	cs_status status;
	Progress progress;
	LaggedBuilder builder;

	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	lagged_builder_start(&builder);
	progress_start(&progress, what);
	status = cs_lagged_fit_initialize(fit, lagged, data, capacity, &workspace);
	for (int h = 0; status == CS_OK && h < horizons; h++)
	{
		progress_enter(&progress, (double) h / horizons, 1.0 / horizons);
		status = cs_lagged_fit_run(fit, h);
		progress_leave(&progress);
		if (status == CS_TOO_FEW)
			return linear_report_few(rows, &options->base, cs_lagged_minimum_rows(lagged),
									 lagged->linear.horizons[h], fit->horizon.origins, what);
		if (status == CS_OK)
			lagged_builder_add(&builder, family, fit, h);
	}
	if (status != CS_OK)
		return report_status(family, status, rows, options, what);
	return lagged_builder_finish(&builder, family, fit, options, rows);
}

/* ---- forecasts ---- */

static DirectModel *
unpack(const DirectFamily *family, const Model *stored)
{
	LaggedModel *fitted = lagged_model_unpack(family, stored);
	DirectModel *model = palloc0(sizeof(DirectModel));

	model->fitted = fitted;
	model->options = &fitted->options.base;
	model->features = fitted->features;
	model->flagged = fitted->flagged;
	model->ahead = fitted->ahead;
	for (int h = 0; h < fitted->options.base.linear.horizon_count; h++)
	{
		model->bounds[h].has_interval = fitted->horizon[h].has_interval;
		model->bounds[h].lower = fitted->horizon[h].lower;
		model->bounds[h].upper = fitted->horizon[h].upper;
	}
	return model;
}

/* One row: inputs, and from them the forecast of each horizon. */
static void
forecast_row(const LaggedModel *model, const cs_lagged_inputs *inputs, size_t row, float *x,
			 DirectForecasts *result, int64 number)
{
	double base, unit;
	double *forecast = result->forecast + number * result->horizons;
	double *scale = result->scale + number * result->horizons;

	/* of a series that stands still nothing but y is forecast */
	if (!cs_lagged_origin(inputs, 0, row, &model->scale, &base, &unit))
	{
		if (row + 1 >= cs_lagged_history(inputs->options) &&
			!isnan(inputs->data.values[row * inputs->data.columns]))
			for (int h = 0; h < result->horizons; h++)
			{
				forecast[h] = base;
				scale[h] = unit;
			}
		return;
	}
	cs_lagged_standardize(inputs, &model->scale, x);
	for (int h = 0; h < result->horizons; h++)
	{
		int which = result->first + h;
		const LaggedHorizon *horizon = &model->horizon[which];
		double value;

		if (!cs_lagged_ahead(inputs, &model->scale, inputs->data.rows, row,
							 model->options.base.linear.horizons[which], x))
			continue;
		value = base + unit * horizon->shrinkage *
						   cs_lagged_value(&model->options.lagged, horizon->numbers, horizon->parts,
										   x, model->terms);
		/* an overflow is not a forecast that is not there */
		forecast[h] = isnan(value) ? INFINITY : value;
		scale[h] = unit;
	}
}

static void
forecast_data(const DirectModel *direct, const cs_linear_data *data, const int64 *number,
			  DirectForecasts *result, const char *what)
{
	const LaggedModel *model = direct->fitted;
	const cs_lagged_options *options = &model->options.lagged;
	float *x = palloc(sizeof(float) * model->terms);
	Size size = cs_lagged_inputs_size(options, data);
	cs_lagged_inputs inputs;
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(cs_lagged_inputs_initialize(&inputs, options, data, &workspace), what);
	for (size_t i = 0; i < data->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		forecast_row(model, &inputs, i, x, result, number[i]);
	}
}

/* ---- the families ---- */

#define FAMILY(NAME, METHOD)                                                                       \
	const DirectFamily NAME##_family = {.kind = &NAME##_model_kind,                                \
										.fit = #NAME "_fit",                                       \
										.forecast = #NAME "_forecast",                             \
										.method = (METHOD),                                        \
										.read_options = read_options_of_fit,                       \
										.minimum_rows = minimum_rows,                              \
										.look_back = look_back,                                    \
										.terms = terms,                                            \
										.fit_data = fit_data,                                      \
										.unpack = unpack,                                          \
										.forecast_data = forecast_data};

FAMILY(boosted_trees, CS_LAGGED_BOOSTED_TREES)
FAMILY(random_forest, CS_LAGGED_RANDOM_FOREST)
FAMILY(svr, CS_LAGGED_SVR)
