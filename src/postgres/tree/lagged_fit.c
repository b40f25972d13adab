/*
 * lagged_fit.c
 *		Trees and support vectors as families of direct forecasts.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/tree/lagged_contributions.h"
#include "postgres/base/contributions.h"
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
report_status(cs_status status, const LinearRows *rows, const LaggedOptions *options,
			  const char *what)
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
		return report_status(status, rows, options, what);
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

typedef struct Prepared
{
	cs_lagged_inputs inputs;
	float *x; /* [terms] */
} Prepared;

static void *
prepare(const DirectModel *direct, const cs_linear_data *data, const char *what)
{
	const LaggedModel *model = direct->fitted;
	const cs_lagged_options *options = &model->options.lagged;
	Prepared *prepared = palloc(sizeof(Prepared));
	Size size = cs_lagged_inputs_size(options, data);
	cs_workspace workspace;

	prepared->x = palloc0(sizeof(float) * model->terms);
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(cs_lagged_inputs_initialize(&prepared->inputs, options, data, &workspace), what);
	return prepared;
}

/* Whether a forecast can be made on a row, be it of a series that stands still. */
static bool
has_history(const cs_lagged_inputs *inputs, DirectRow row)
{
	return row.row - row.start + 1 >= cs_lagged_history(inputs->options) &&
		   !isnan(inputs->data.values[row.row * inputs->data.columns]);
}

/* The terms that depend on the horizon; false where there are not all of them. */
static bool
put_ahead(const LaggedModel *model, const Prepared *prepared, DirectRow row, int which)
{
	return cs_lagged_ahead(&prepared->inputs, &model->scale, row.end, row.row,
						   (size_t) model->options.base.linear.horizons[which], prepared->x);
}

static void
forecast_row(const DirectModel *direct, const void *of, DirectRow row, int first, int count,
			 double *forecast, double *scale)
{
	const LaggedModel *model = direct->fitted;
	const Prepared *prepared = of;
	double base, unit;
	bool moves;

	if (!has_history(&prepared->inputs, row))
		return;
	moves = cs_lagged_origin(&prepared->inputs, row.start, row.row, &model->scale, &base, &unit);
	if (moves)
		cs_lagged_standardize(&prepared->inputs, &model->scale, prepared->x);
	for (int h = 0; h < count; h++)
	{
		const LaggedHorizon *horizon = &model->horizon[first + h];

		scale[h] = unit;
		/* of a series that stands still nothing but y is forecast */
		if (!moves)
			forecast[h] = base;
		if (!moves || !put_ahead(model, prepared, row, first + h))
			continue;
		forecast[h] = base + unit * horizon->shrinkage *
								 cs_lagged_value(&model->options.lagged, horizon->numbers,
												 horizon->parts, prepared->x, model->terms);
		/* an overflow is not a forecast that is not there */
		if (isnan(forecast[h]))
			forecast[h] = INFINITY;
	}
}

/* As if the features known in advance were missing. */
static void
clear_ahead(const LaggedModel *model, const Prepared *prepared)
{
	bool trees = model->options.lagged.method != CS_LAGGED_SVR;

	for (size_t k = prepared->inputs.fixed; k < model->terms; k++)
	{
		prepared->inputs.raw[k] = NAN;
		prepared->x[k] = trees ? NAN : 0;
	}
}

static bool
explain_row(const DirectModel *direct, const void *of, DirectRow row, int which,
			cs_contributions *result, const char *what)
{
	const LaggedModel *model = direct->fitted;
	const Prepared *prepared = of;
	const LaggedHorizon *stored = &model->horizon[which];
	const cs_lagged_options *options = &model->options.lagged;
	const cs_lagged_horizon horizon = {.numbers = stored->numbers,
									   .count = stored->count,
									   .parts = stored->parts,
									   .shrinkage = stored->shrinkage};
	Size size = cs_lagged_contributions_size(options, stored->numbers, stored->parts, model->terms);
	cs_workspace workspace;
	double base;
	double unit;
	bool moves;

	if (!has_history(&prepared->inputs, row))
		return false;
	moves = cs_lagged_origin(&prepared->inputs, row.start, row.row, &model->scale, &base, &unit);
	cs_lagged_standardize(&prepared->inputs, &model->scale, prepared->x);
	if (!put_ahead(model, prepared, row, which))
	{
		if (moves)
			return false;
		clear_ahead(model, prepared);
	}
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	/* of a series that stands still nothing but y is forecast */
	contributions_check(result,
						cs_lagged_contributions(&prepared->inputs, &horizon, prepared->x, base,
												moves ? unit : 0, &workspace, result),
						what);
	return true;
}

static char *
term_text(const DirectModel *model, size_t term)
{
	return lagged_term_text(model->fitted, term);
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
										.prepare = prepare,                                        \
										.forecast_row = forecast_row,                              \
										.explain_row = explain_row,                                \
										.term_text = term_text};

FAMILY(boosted_trees, CS_LAGGED_BOOSTED_TREES)
FAMILY(random_forest, CS_LAGGED_RANDOM_FOREST)
FAMILY(svr, CS_LAGGED_SVR)
