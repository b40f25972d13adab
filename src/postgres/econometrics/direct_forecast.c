/*
 * direct_forecast.c
 *		linear_forecast, boosted_trees_forecast, random_forest_forecast, svr_forecast and their
 *		forms for all horizons: window functions that forecast with a fitted model from every row.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "postgres/base/forecast_steps.h"
#include "postgres/base/on_error.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/econometrics/direct.h"
#include "postgres/network/network_state.h"
#include "postgres/state/series_state.h"

/* ---- forecasts of rows ---- */

DirectForecasts
direct_forecasts(const DirectFamily *family, const DirectModel *model, const double *values,
				 int64 rows, int which, const char *what)
{
	DirectForecasts result = {.first = Max(which, 0),
							  .horizons = which < 0 ? model->options->linear.horizon_count : 1};
	Size size = sizeof(double) * result.horizons * Max(rows, 1);
	DirectKept kept = direct_kept_rows(model, values, rows, what);
	const void *prepared = family->prepare(model, &kept.data, what);
	DirectRow row = {.start = 0, .end = kept.data.rows};

	result.forecast = allocate_checked(what, size);
	result.scale = allocate_checked(what, size);
	for (int64 i = 0; i < rows * result.horizons; i++)
		result.forecast[i] = NAN;
	for (; row.row < row.end; row.row++)
	{
		int64 place = kept.number[row.row] * result.horizons;

		CHECK_FOR_INTERRUPTS();
		family->forecast_row(model, prepared, row, result.first, result.horizons,
							 result.forecast + place, result.scale + place);
	}
	return result;
}

/* Forecast, lower and upper of a row and a horizon; false where there is no forecast. */
static bool
take_forecast(const DirectModel *model, const DirectForecasts *forecasts, int64 row, int horizon,
			  Forecast *forecast)
{
	int number = forecasts->first + horizon;
	double value = forecasts->forecast[row * forecasts->horizons + horizon];
	double scale = forecasts->scale[row * forecasts->horizons + horizon];

	if (isnan(value))
		return false;
	*forecast = (Forecast){.forecast = value,
						   .has_interval = model->bounds[number].has_interval,
						   .lower = value + scale * model->bounds[number].lower,
						   .upper = value + scale * model->bounds[number].upper};
	return true;
}

/* The steps of a row for which there is a forecast; false where there is none. */
static bool
take_steps(const DirectModel *model, const DirectForecasts *forecasts, int64 row,
		   const ForecastResult *result, Datum *steps)
{
	Forecast forecast[CS_LINEAR_MAX_HORIZONS];
	int horizon[CS_LINEAR_MAX_HORIZONS];
	int count = 0;

	for (int h = 0; h < forecasts->horizons; h++)
		if (take_forecast(model, forecasts, row, h, &forecast[count]))
			horizon[count++] = model->options->linear.horizons[h];
	if (count > 0)
		*steps = forecast_steps_datum(result, horizon, forecast, count);
	return count > 0;
}

/*
 * The row, from 0, and column of the first value known in advance that a forecast needs and that is
 * missing in values[count], the rows after the last y; false where there is none.
 */
static bool
find_unknown(const DirectModel *model, const double *values, int64 count, int furthest, int64 *row,
			 int *column)
{
	int columns = model->features + 1;

	for (*row = 0; *row < Min(count, furthest); (*row)++)
		for (*column = 1; *column < columns; (*column)++)
			if (model->ahead[*column] && isnan(values[*row * columns + *column]))
				return true;
	return false;
}

static void
report_unknown(const DirectModel *model, int column, const char *where, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s: %s %s, which is known in advance, is NULL", what,
					linear_column_label(model->options, column), where),
			 errhint("Give its value, or use on_error => 'null', which leaves the forecasts that "
					 "need it out.")));
}

/* ---- window functions ---- */

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	DirectModel *model;
	int horizon; /* index of `step` among the model's; -1: all */
	DirectForecasts forecasts;
	ForecastResult result;
} PartitionForecast;

/*
 * Error 22004 where a value known in advance is missing in a row to be forecast, as options want.
 */
static void
check_partition_known(const PartitionForecast *partition, const double *values, int64 rows,
					  const char *what)
{
	const DirectModel *model = partition->model;
	const cs_linear_options *linear = &model->options->linear;
	int which = partition->horizon < 0 ? linear->horizon_count - 1 : partition->horizon;
	int64 last;
	int64 row;
	int column;

	if (model->ahead == NULL || model->options->on_error == ON_ERROR_NULL)
		return;
	last = linear_rows_to_last_y(values, model->features + 1, rows);
	if (find_unknown(model, values + last * (model->features + 1), rows - last,
					 linear->horizons[which], &row, &column))
		report_unknown(model, column,
					   psprintf("in row " INT64_FORMAT " of the partition", last + row + 1), what);
}

static void *
unpack(const void *family, Datum stored)
{
	const DirectFamily *of = family;

	return of->unpack(of, model_of_datum(stored, of->kind));
}

/* The partition of the current row, all of which has been forecast. */
static PartitionForecast *
current_partition(FunctionCallInfo fcinfo, const DirectFamily *family, bool all)
{
	WindowObject window = PG_WINDOW_OBJECT();
	const char *what = family->forecast;
	MemoryContext context;
	PartitionForecast *partition = partition_memory(window, sizeof(PartitionForecast), &context);
	MemoryContext old;
	int64 rows;
	Datum stored;
	double *values;

	if (partition->ready)
		return partition;
	old = MemoryContextSwitchTo(context);
	rows = WinGetPartitionRowCount(window);
	stored = partition_model(window, what, DIRECT_ARGUMENT_MODEL);
	partition->model = model_kept(fcinfo, &stored, unpack, family);
	partition->horizon = -1;
	if (!all)
	{
		bool isnull;
		Datum step = partition_argument(window, DIRECT_ARGUMENT_STEP, 0, &isnull);

		partition->horizon = direct_horizon_of_step(partition->model->options, step, isnull, what);
	}
	values = direct_partition_values(window, partition->model, rows, stored, what);
	check_partition_known(partition, values, rows, what);
	partition->forecasts =
		direct_forecasts(family, partition->model, values, rows, partition->horizon, what);
	partition->result =
		all ? forecast_steps_result(fcinfo, what, partition->model->options->lower_bound)
			: forecast_result(fcinfo, what, partition->model->options->lower_bound);
	partition->ready = true;
	MemoryContextSwitchTo(old);
	return partition;
}

/* forecast(model, y, features, step) OVER (...): forecast, lower, upper */
static Datum
forecast_step(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = current_partition(fcinfo, family, false);
	int64 row = WinGetCurrentPosition(window);
	Forecast forecast;

	direct_check_step(window, partition->model->options->linear.horizons[partition->horizon], row,
					  family->forecast);
	if (!take_forecast(partition->model, &partition->forecasts, row, 0, &forecast))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(forecast_datum(&partition->result, &forecast));
}
DIRECT_FUNCTION(forecast, forecast_step)

/* forecast_steps(model, y, features) OVER (...): (step, forecast, lower, upper)[] */
static Datum
forecast_steps(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	PartitionForecast *partition = current_partition(fcinfo, family, true);
	Datum steps;

	if (!take_steps(partition->model, &partition->forecasts,
					WinGetCurrentPosition(PG_WINDOW_OBJECT()), &partition->result, &steps))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(steps);
}
DIRECT_FUNCTION(forecast_steps, forecast_steps)

/* rows_needed(model): rows that a forecast looks at. */
static Datum
rows_needed(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	const DirectModel *model =
		family->unpack(family, model_of_datum(PG_GETARG_DATUM(0), family->kind));

	PG_RETURN_INT32((int32) family->look_back(model->options));
}
DIRECT_FUNCTION(rows, rows_needed)

/* ---- fit and forecast at once ---- */

/* transition(state, time, y, features, horizon [, options]) */
static Datum
ahead_transition(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	const char *what = family->forecast;
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *arguments = constant_arguments(fcinfo, 4, what, "horizon", 5);
	double row[SERIES_MAX_COLUMNS];
	int columns = linear_row(fcinfo, what, 2, time, row);

	PG_RETURN_POINTER(series_state_append(fcinfo, what, state, time, row, columns, arguments));
}
FAMILY_FUNCTION(linear, ahead_transition, ahead_transition)

/* The options of the fit, with one horizon for each of the next times. */
static LinearOptions *
read_arguments(const DirectFamily *family, const Jsonb *arguments)
{
	const char *what = family->forecast;
	const Jsonb *given = arguments == NULL ? NULL : constant_options(arguments);
	double horizon = arguments == NULL ? 0 : json_double(&arguments->root, "argument", what);
	LinearOptions *options;
	JsonbValue value;

	if (horizon < 1 || horizon > CS_LINEAR_MAX_HORIZONS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: horizon is %.0f, must be from 1 to %d", what, horizon,
							   CS_LINEAR_MAX_HORIZONS),
						errhint("For times further ahead fit a model with "
								"%.*s_options(horizons => ...).",
								(int) (strlen(what) - strlen("_forecast")), what)));
	if (given != NULL && json_field(&given->root, "horizons", &value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"horizons\" is given beside the horizon", what),
						errhint("Leave the option out, or use %s.", family->fit)));
	options = family->read_options(family, given, what);
	options->linear.horizon_count = (int) horizon;
	for (int h = 0; h < options->linear.horizon_count; h++)
		options->linear.horizons[h] = h + 1;
	return options;
}

/* Error 22004 where a value known in advance is missing for a step, as options want. */
static void
check_rows_known(const DirectModel *model, const LinearRows *rows, const char *what)
{
	const cs_linear_options *linear = &model->options->linear;
	TimePoint time = {.type = rows->time_type};
	int64 row;
	int column;

	if (model->ahead == NULL || model->options->on_error == ON_ERROR_NULL)
		return;
	if (find_unknown(model, rows->ahead_values, rows->ahead, linear->horizon_count, &row, &column))
	{
		time.value = rows->ahead_times[row];
		report_unknown(model, column, psprintf("at %s", time_text(time)), what);
	}
	if (rows->ahead >= linear->horizon_count)
		return;
	for (column = 1; !model->ahead[column];)
		column++;
	time.value = rows->times[rows->count - 1];
	ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("%s: %s, which is known in advance, is given for " INT64_FORMAT
						   " rows after %s, the last with y, and the horizon is %d",
						   what, linear_column_label(model->options, column), rows->ahead,
						   time_text(time), linear->horizon_count),
					errhint("Give rows for the times to be forecast, in which y is NULL, or use "
							"on_error => 'null', which leaves the forecasts that need them out.")));
}

/* The last rows of a series that a forecast looks at, and those that were set aside behind them. */
static double *
last_rows(const LinearRows *rows, int64 count, const char *what)
{
	Size width = sizeof(double) * rows->columns;
	double *values = allocate_checked(what, width * (count + rows->ahead));

	memcpy(values, rows->values + (rows->count - count) * rows->columns, width * count);
	if (rows->ahead > 0)
		memcpy(values + count * rows->columns, rows->ahead_values, width * rows->ahead);
	return values;
}

static Datum
ahead_final(FunctionCallInfo fcinfo, const DirectFamily *family)
{
	const char *what = family->forecast;
	const RowState *state;
	const Jsonb *arguments;
	LinearOptions *options;
	LinearRows rows;
	DirectForecasts forecasts;
	DirectModel *fitted;
	ForecastResult result;
	Model *model;
	Datum steps;
	int64 count;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	rows = linear_series_rows(state, what, &arguments);
	options = read_arguments(family, arguments);
	model = direct_fit_rows(family, &rows, options, what);
	if (model == NULL)
		PG_RETURN_NULL();
	fitted = family->unpack(family, model);
	check_rows_known(fitted, &rows, what);
	count = Min(rows.count, (int64) family->look_back(options));
	forecasts = direct_forecasts(family, fitted, last_rows(&rows, count, what), count + rows.ahead,
								 -1, what);
	result = forecast_steps_result(fcinfo, what, options->lower_bound);
	if (!take_steps(fitted, &forecasts, count - 1, &result, &steps))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(steps);
}
FAMILY_FUNCTION(linear, ahead_final, ahead_final)
