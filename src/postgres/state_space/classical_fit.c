/*
 * classical_fit.c
 *		arima_fit, ets_fit and theta_fit: aggregates that fit a model to a series.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/on_error.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/state_space/classical_model.h"

/* transition(state, time, y [, options]) */
static Datum
transition(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = PG_NARGS() > 3 && !PG_ARGISNULL(3) ? PG_GETARG_JSONB_P(3) : NULL;
	double y = PG_ARGISNULL(2) ? NAN : finite_argument(fcinfo, 2, "y", &time);

	PG_RETURN_POINTER(series_state_append(fcinfo, family->fit, state, time, &y, 1, options));
}
CLASSICAL_FUNCTIONS(transition, transition)

/* transition(state, time, y, features, options) */
PG_FUNCTION_INFO_V1(creditspread_arima_fit_features_transition);
Datum
creditspread_arima_fit_features_transition(PG_FUNCTION_ARGS)
{
	const char *what = arima_family.fit;
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = PG_ARGISNULL(4) ? NULL : PG_GETARG_JSONB_P(4);
	double row[1 + CS_ARIMA_MAX_FEATURES];
	double *features;
	int count;

	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s: features at %s are NULL", what, time_text(time)),
				 errhint("Give an array in every row, with NULL in place of what is missing.")));
	features = classical_features(PG_GETARG_ARRAYTYPE_P(3), what,
								  psprintf("at %s", time_text(time)), &count);
	row[0] = PG_ARGISNULL(2) ? NAN : finite_argument(fcinfo, 2, "y", &time);
	memcpy(row + 1, features, sizeof(double) * count);
	PG_RETURN_POINTER(series_state_append(fcinfo, what, state, time, row, 1 + count, options));
}

/* check_options(options): the errors that the fit has of them, without rows */
static Datum
check_options(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	ClassicalOptions options;
	cs_classical_options numeric;

	classical_read_options(family, PG_GETARG_JSONB_P(0), family->fit, &options, &numeric);
	PG_RETURN_VOID();
}
CLASSICAL_FUNCTIONS(check_options, check_options)

static char *
span_text(const Series *series)
{
	return psprintf("from %s to %s", time_text(series_time(series, 0)),
					time_text(series_time(series, series->count - 1)));
}

static void
report_fault(const ClassicalFamily *family, cs_status status, const Series *series, int64 values,
			 size_t redundant, const char *what)
{
	if (status == CS_TOO_FEW)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: " INT64_FORMAT " values %s are too few for the model", what,
							   values, span_text(series)),
						errhint("Give more rows, a smaller order or a shorter period, or use "
								"on_error => 'null'.")));
	if (status == CS_SINGULAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s: %s %s is explained by those before it, or by the constant", what,
						redundant > 0 ? psprintf("features[%zu]", redundant) : "a feature",
						span_text(series)),
				 errhint("Leave such features out (a constant one beside a mean, a trend beside a "
						 "drift), or use on_error => 'null'.")));
	if (status == CS_CONSTANT)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s: " INT64_FORMAT " values %s, or their differences, do not vary%s", what,
						values, span_text(series),
						series->columns > 1 ? " but for what the features explain" : ""),
				 errhint("Leave such series out, or use on_error => 'null'.")));
	if (status == CS_OUT_OF_RANGE && family->method == CS_CLASSICAL_ETS)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: multiplicative errors of values %s that are not all positive",
							   what, span_text(series)),
						errhint("Use error A.")));
	check_status(status, what);
}

/* The rows of a series as numeric/ takes them. */
typedef struct FitRows
{
	double *y; /* NaN = missing, also where a feature is */
	double *x; /* [][features]; NULL without */
} FitRows;

static FitRows
rows_of(const Series *series, const char *what)
{
	FitRows rows = {.y = series->values};
	int features = series->columns - 1;

	if (features == 0)
		return rows;
	rows.y = allocate_checked(what, sizeof(double) * series->count);
	rows.x = allocate_checked(what, sizeof(double) * series->count * features);
	for (int64 i = 0; i < series->count; i++)
	{
		const double *row = series->values + i * series->columns;

		CHECK_FOR_INTERRUPTS();
		rows.y[i] = row[0];
		memcpy(rows.x + i * features, row + 1, sizeof(double) * features);
		for (int j = 1; j <= features; j++)
			if (isnan(row[j]))
				rows.y[i] = NAN;
	}
	return rows;
}

/* y[] from its first to its last value. */
static int64
trim(const Series *series, const double *y, int64 *first, int64 *values)
{
	int64 last = -1;

	*first = -1;
	*values = 0;
	for (int64 i = 0; i < series->count; i++)
		if (!isnan(y[i]))
		{
			if (*first < 0)
				*first = i;
			last = i;
			(*values)++;
		}
	return last + 1 - Max(*first, 0);
}

Model *
classical_fit_series(const ClassicalFamily *family, const Series *series, const Jsonb *json,
					 const char *what)
{
	ClassicalOptions options;
	cs_classical_options numeric;
	cs_classical_model fitted = {0};
	cs_classical_fit *fit = palloc0(sizeof(cs_classical_fit));
	cs_workspace workspace;
	int64 first, values, count;
	cs_status status = CS_TOO_FEW;
	FitRows rows;
	Progress progress;
	Size size;

	classical_read_options(family, json, what, &options, &numeric);
	check_row_columns(what, series->columns, 1,
					  family->method == CS_CLASSICAL_ARIMA ? 1 + CS_ARIMA_MAX_FEATURES : 1);
	numeric.order.features = numeric.arima.features = series->columns - 1;
	rows = rows_of(series, what);
	count = trim(series, rows.y, &first, &values);
	if (values > 0)
	{
		cs_workspace_count(&workspace);
		cs_classical_fit_lay_out(fit, &numeric, count, &workspace);
		size = cs_workspace_total(&workspace);
		cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
		cs_classical_fit_lay_out(fit, &numeric, count, &workspace);
		progress_start(&progress, what);
		progress_enter(&progress, 0, 1);
		status = rows.x == NULL
					 ? cs_classical_fit_run(fit, rows.y + first, &fitted)
					 : cs_classical_fit_features(fit, rows.y + first,
												 rows.x + first * (series->columns - 1), &fitted);
		progress_leave(&progress);
	}
	if (status == CS_OUT_OF_RANGE && options.on_error == ON_ERROR_NULL)
		return NULL;
	if (gives_null(status, options.on_error))
		return NULL;
	if (status != CS_OK)
		report_fault(family, status, series, values, fit->arima.fit.regression.redundant, what);
	return classical_model_create(family, &fitted, &options, series, values);
}

static Datum
fit_final(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	Series series;
	Model *model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = series_state_sorted(row_state_argument(fcinfo, 0), family->fit);
	if (series.count == 0)
		PG_RETURN_NULL();
	model = classical_fit_series(family, &series, series.options, family->fit);
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}
CLASSICAL_FUNCTIONS(fit_final, fit_final)
