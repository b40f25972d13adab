/*
 * direct_fit.c
 *		linear_fit, boosted_trees_fit, random_forest_fit and svr_fit: aggregates that fit direct
 *		forecasts to a series or to a panel.
 */
#include "postgres.h"

#include "postgres/econometrics/direct.h"
#include "postgres/state/panel_state.h"
#include "postgres/state/series_state.h"

/* transition(state, time, y [, features [, options]]) */
static Datum
transition(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double row[SERIES_MAX_COLUMNS];
	int columns = linear_row(fcinfo, family->fit, 2, time, row);

	PG_RETURN_POINTER(series_state_append(fcinfo, family->fit, state, time, row, columns,
										  linear_options_argument(fcinfo, 4)));
}
DIRECT_FUNCTION(transition, transition)

/* transition(state, entity, time, y, features [, options]) */
static Datum
panel_transition(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	char *entity = entity_argument(fcinfo, 1);
	TimePoint time = time_argument(fcinfo, 2);
	double row[SERIES_MAX_COLUMNS];
	int columns = linear_row(fcinfo, family->fit, 3, time, row);

	PG_RETURN_POINTER(panel_state_append(fcinfo, family->fit, state, entity, NULL, time, row,
										 columns, linear_options_argument(fcinfo, 5)));
}
DIRECT_FUNCTION(panel_transition, panel_transition)

static void
check_terms(const DirectFamily *family, const cs_linear_data *data, const LinearOptions *options,
			const char *what)
{
	if (family->terms(options, data) == SIZE_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %zu features at %d lags, the limit is %d terms", what,
							   data->columns - 1, options->linear.lags, CS_LINEAR_MAX_TERMS),
						errhint("Use fewer lags, fewer features or principal_components.")));
}

Model *
direct_fit_rows(const DirectFamily *family, LinearRows *rows, const LinearOptions *options,
				const char *what)
{
	int64 need = family->minimum_rows(options);
	const bool *ahead;
	cs_linear_data *data = palloc(sizeof(cs_linear_data));

	linear_check_feature_names(options, rows->columns - 1, what);
	ahead = linear_known_columns(options, rows->columns - 1, what);
	if (ahead != NULL)
		linear_set_aside(rows);
	linear_count_missing(rows);
	if (rows->missing > 0 && options->missing == MISSING_ERROR)
		return linear_report_missing(rows, options, what);
	if (rows->missing > 0 && options->missing == MISSING_DROP)
		linear_drop_rows(rows);
	if (rows->count == 0 || (rows->entities == 0 && linear_rows_with_y(rows) < need))
		return linear_report_few(rows, options, need, 0, 0, what);
	if (rows->count > PG_UINT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: " INT64_FORMAT " rows, the limit is %u", what, rows->count,
							   PG_UINT32_MAX)));
	if (rows->entities > 0)
		linear_find_places(rows, what);
	*data = (cs_linear_data){
		.values = rows->values,
		.rows = rows->count,
		.columns = rows->columns,
		.series_start = rows->start,
		.series_count = rows->series,
		.place = rows->place,
		.flagged = options->missing == MISSING_DROP ? palloc0(sizeof(bool) * rows->columns)
													: linear_flagged_columns(rows),
		.ahead = ahead,
	};
	check_terms(family, data, options, what);
	return family->fit_data(family, rows, data, options, what);
}

static Datum
fit_final(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	const RowState *state;
	const Jsonb *json;
	LinearRows rows;
	Model *model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	rows = linear_series_rows(state, family->fit, &json);
	model = direct_fit_rows(family, &rows, family->read_options(family, json, family->fit),
							family->fit);
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}
DIRECT_FUNCTION(fit_final, fit_final)

static Datum
panel_fit_final(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	Panel panel;
	LinearRows rows;
	Model *model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	panel = panel_state_sorted(row_state_argument(fcinfo, 0), family->fit, PANEL_BY_ENTITY);
	panel_check_values(&panel, family->fit);
	if (panel.count == 0)
		PG_RETURN_NULL();
	rows = linear_panel_rows(&panel, family->fit);
	model = direct_fit_rows(family, &rows, family->read_options(family, panel.options, family->fit),
							family->fit);
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}
DIRECT_FUNCTION(panel_fit_final, panel_fit_final)

/* FAMILY_check_options(options): the errors that the fit has of them, without rows */
static Datum
check_options(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	family->read_options(family, PG_GETARG_JSONB_P(0), family->fit);
	PG_RETURN_VOID();
}
DIRECT_FUNCTION(check_options, check_options)
