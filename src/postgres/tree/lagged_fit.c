/*
 * lagged_fit.c
 *		boosted_trees_fit, random_forest_fit and svr_fit: aggregates that fit forecasts from the
 *		last rows to a series or to a panel.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/on_error.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/state/panel_state.h"
#include "postgres/state/series_state.h"
#include "postgres/tree/lagged_model.h"

/* transition(state, time, y [, features [, options]]) */
static Datum
transition(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double row[SERIES_MAX_COLUMNS];
	int columns = linear_row(fcinfo, family->fit, 2, time, row);

	PG_RETURN_POINTER(series_state_append(fcinfo, family->fit, state, time, row, columns,
										  linear_options_argument(fcinfo, 4)));
}
LAGGED_FUNCTIONS(transition, transition)

/* transition(state, entity, time, y, features [, options]) */
static Datum
panel_transition(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	char *entity = entity_argument(fcinfo, 1);
	TimePoint time = time_argument(fcinfo, 2);
	double row[SERIES_MAX_COLUMNS];
	int columns = linear_row(fcinfo, family->fit, 3, time, row);

	PG_RETURN_POINTER(panel_state_append(fcinfo, family->fit, state, entity, NULL, time, row,
										 columns, linear_options_argument(fcinfo, 5)));
}
LAGGED_FUNCTIONS(panel_transition, panel_transition)

/* ---- the fit ---- */

static Model *
report_status(const LaggedFamily *family, cs_status status, const LinearRows *rows,
			  const LaggedOptions *options)
{
	if (status == CS_SIZE_OVERFLOW)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d trees on " INT64_FORMAT " rows take more than %d numbers",
							   family->fit, options->lagged.trees.rounds, rows->count,
							   MODEL_MAX_PARAMETERS),
						errhint("Use fewer rounds, more min_rows or less depth.")));
	if (status == CS_NOT_CONVERGED && !gives_null(status, options->base.on_error))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s: no optimum within %d steps for each of the " INT64_FORMAT " rows %s",
						family->fit, CS_SVR_STEPS, rows->count, linear_span_text(rows)),
				 errhint("Use a lower cost or a higher tolerance.")));
	return linear_report_status(status, rows, &options->base, family->fit);
}

/* Fits one horizon after the other; objects lie in the current context. */
static Model *
run_fit(const LaggedFamily *family, const LinearRows *rows, const cs_linear_data *data,
		const LaggedOptions *options)
{
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

	cs_workspace_initialize(&workspace, allocate_checked(family->fit, size), size);
	lagged_builder_start(&builder);
	progress_start(&progress, family->fit);
	status = cs_lagged_fit_initialize(fit, lagged, data, capacity, &workspace);
	for (int h = 0; status == CS_OK && h < horizons; h++)
	{
		progress_enter(&progress, (double) h / horizons, 1.0 / horizons);
		status = cs_lagged_fit_run(fit, h);
		progress_leave(&progress);
		if (status == CS_TOO_FEW)
			return linear_report_few(rows, &options->base, cs_lagged_minimum_rows(lagged),
									 lagged->linear.horizons[h], fit->horizon.origins, family->fit);
		if (status == CS_OK)
			lagged_builder_add(&builder, family, fit, h);
	}
	if (status != CS_OK)
		return report_status(family, status, rows, options);
	return lagged_builder_finish(&builder, family, fit, options, rows);
}

static void
check_terms(const LaggedFamily *family, const cs_linear_data *data, const LaggedOptions *options)
{
	if (cs_lagged_terms(&options->lagged, data) == SIZE_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %zu features at %d lags, the limit is %d terms", family->fit,
							   data->columns - 1, options->lagged.linear.lags, CS_LINEAR_MAX_TERMS),
						errhint("Use fewer lags, fewer features or principal_components.")));
}

/* The model of sorted rows; NULL where the options want that instead of an error. */
static Model *
fit_rows(const LaggedFamily *family, LinearRows *rows, const LaggedOptions *options)
{
	const LinearOptions *base = &options->base;
	int64 need = cs_lagged_minimum_rows(&options->lagged);
	cs_linear_data data;

	linear_check_feature_names(base, rows->columns - 1, family->fit);
	if (rows->missing > 0 && base->missing == MISSING_ERROR)
		return linear_report_missing(rows, base, family->fit);
	if (rows->missing > 0 && base->missing == MISSING_DROP)
		linear_drop_rows(rows);
	if (rows->count == 0 || (rows->entities == 0 && linear_rows_with_y(rows) < need))
		return linear_report_few(rows, base, need, 0, 0, family->fit);
	if (rows->count > PG_UINT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: " INT64_FORMAT " rows, the limit is %u", family->fit,
							   rows->count, PG_UINT32_MAX)));
	if (rows->entities > 0)
		linear_find_places(rows, family->fit);
	data = (cs_linear_data){
		.values = rows->values,
		.rows = rows->count,
		.columns = rows->columns,
		.series_start = rows->start,
		.series_count = rows->series,
		.place = rows->place,
		.flagged = base->missing == MISSING_DROP ? palloc0(sizeof(bool) * rows->columns)
												 : linear_flagged_columns(rows),
	};
	check_terms(family, &data, options);
	return run_fit(family, rows, &data, options);
}

static Datum
fit_final(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	const RowState *state;
	const Jsonb *json;
	LaggedOptions options;
	LinearRows rows;
	Model *model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	rows = linear_series_rows(state, family->fit, &json);
	lagged_read_options(family, json, family->fit, &options);
	model = fit_rows(family, &rows, &options);
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}
LAGGED_FUNCTIONS(fit_final, fit_final)

static Datum
panel_fit_final(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	Panel panel;
	LaggedOptions options;
	LinearRows rows;
	Model *model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted(row_state_argument(fcinfo, 0), family->fit, PANEL_BY_ENTITY);
	panel_check_values(&panel, family->fit);
	if (panel.count == 0)
		PG_RETURN_NULL();
	rows = linear_panel_rows(&panel, family->fit);
	lagged_read_options(family, panel.options, family->fit, &options);
	model = fit_rows(family, &rows, &options);
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}
LAGGED_FUNCTIONS(panel_fit_final, panel_fit_final)
