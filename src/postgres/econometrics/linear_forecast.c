/*
 * linear_forecast.c
 *		linear_forecast and linear_forecast_steps, window functions that forecast with a fitted
 *model from every row, and linear_forecast as an aggregate that fits first.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"
#include "windowapi.h"

#include "postgres/base/composite.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/linear_model.h"
#include "postgres/network/network_state.h"
#include "postgres/state/series_state.h"

#define WHAT "linear_forecast"

/* ---- forecasts of rows ---- */

double *
linear_whole_rows(const double *values, int columns, int64 count, int64 *rows, int64 *kept,
				  const char *what)
{
	double *whole = allocate_checked(what, sizeof(double) * columns * Max(count, 1));

	*kept = 0;
	for (int64 i = 0; i < count; i++)
	{
		bool all = true;

		check_interrupts(i);
		for (int c = 0; c < columns; c++)
			all = all && !isnan(values[i * columns + c]);
		if (!all)
			continue;
		memcpy(whole + *kept * columns, values + i * columns, sizeof(double) * columns);
		rows[(*kept)++] = i;
	}
	return whole;
}

LinearKept
linear_kept_rows(const LinearOptions *options, int features, const double *values, int64 rows,
				 const char *what)
{
	int64 *numbers = allocate_checked(what, sizeof(int64) * Max(rows, 1));
	LinearKept kept = {.values = values,
					   .count = rows,
					   .place = allocate_checked(what, sizeof(int64) * Max(rows, 1))};

	for (int64 i = 0; i < rows; i++)
	{
		numbers[i] = i;
		kept.place[i] = options->missing == MISSING_DROP ? -1 : i;
	}
	if (options->missing == MISSING_DROP)
		kept.values = linear_whole_rows(values, features + 1, rows, numbers, &kept.count, what);
	for (int64 i = 0; i < kept.count; i++)
		kept.place[numbers[i]] = i;
	return kept;
}

LinearForecasts
linear_model_forecasts(const LinearModel *model, const double *values, int64 rows, const char *what)
{
	static const size_t start = 0;
	const cs_linear_options *options = &model->options.linear;
	int columns = model->features + 1;
	LinearForecasts result = {.horizons = options->horizon_count};
	int64 *numbers = allocate_checked(what, sizeof(int64) * Max(rows, 1));
	double *terms = palloc(sizeof(double) * model->terms);
	int64 kept = rows;
	cs_linear_inputs inputs;
	cs_linear_data data;
	cs_workspace workspace;
	Size size;

	for (int64 i = 0; i < rows; i++)
		numbers[i] = i;
	if (model->options.missing == MISSING_DROP)
		values = linear_whole_rows(values, columns, rows, numbers, &kept, what);
	data = linear_model_data(model, values, kept, &start);
	size = cs_linear_inputs_size(options, &data);
	result.forecast = allocate_checked(what, sizeof(double) * result.horizons * Max(rows, 1));
	result.scale = allocate_checked(what, sizeof(double) * result.horizons * Max(rows, 1));
	for (int64 i = 0; i < rows * result.horizons; i++)
		result.forecast[i] = NAN;
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(cs_linear_inputs_initialize(&inputs, options, &data, &workspace), what);
	for (int64 i = 0; i < kept; i++)
	{
		double volatility;

		CHECK_FOR_INTERRUPTS();
		if (!cs_linear_origin(&inputs, 0, i, terms, &volatility))
			continue;
		for (int h = 0; h < result.horizons; h++)
		{
			double value = cs_linear_forecast(&model->horizon[h], model->terms, terms, volatility,
											  values[i * columns]);

			int64 place = numbers[i] * result.horizons + h;

			/* an overflow is not a forecast that is not there */
			result.forecast[place] = isnan(value) ? INFINITY : value;
			result.scale[place] =
				cs_linear_interval_scale(&inputs, 0, i, (size_t) options->horizons[h]);
		}
	}
	return result;
}

/* A value of a result, not below the bound of the options; error 22003 where it overflows. */
static Datum
bounded_datum(const LinearModel *model, const char *what, double value)
{
	if (model->options.lower_bound >= 0)
		value = Max(value, model->options.lower_bound);
	return finite_datum(what, value);
}

bool
linear_model_result(const LinearModel *model, const LinearForecasts *forecasts, int64 row,
					int horizon, const char *what, Datum columns[3], bool nulls[3])
{
	const cs_linear_horizon *fitted = &model->horizon[horizon];
	double forecast = forecasts->forecast[row * forecasts->horizons + horizon];
	double scale = forecasts->scale[row * forecasts->horizons + horizon];

	if (isnan(forecast))
		return false;
	columns[0] = bounded_datum(model, what, forecast);
	columns[1] = bounded_datum(model, what, forecast + scale * fitted->lower);
	columns[2] = bounded_datum(model, what, forecast + scale * fitted->upper);
	nulls[0] = false;
	nulls[1] = nulls[2] = !fitted->has_interval;
	return true;
}

/* The steps of a row as an array of (step, forecast, lower, upper); 0 where there is no forecast.
 */
static Datum
steps_array(const LinearModel *model, const LinearForecasts *forecasts, int64 row, Oid type,
			TupleDesc descriptor, const char *what)
{
	int count = forecasts->horizons;
	Datum *elements = palloc(sizeof(Datum) * count);

	for (int h = 0; h < count; h++)
	{
		Datum columns[4];
		bool nulls[4] = {false};

		columns[0] = Int32GetDatum(model->options.linear.horizons[h]);
		if (!linear_model_result(model, forecasts, row, h, what, columns + 1, nulls + 1))
			return (Datum) 0;
		elements[h] = HeapTupleGetDatum(heap_form_tuple(descriptor, columns, nulls));
	}
	return PointerGetDatum(construct_array(elements, count, type, -1, false, TYPALIGN_DOUBLE));
}

/* ---- window functions ---- */

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	LinearModel *model;
	int horizon; /* index of `step` among the model's; of linear_forecast only */
	LinearForecasts forecasts;
	Oid type; /* of an element; of linear_forecast_steps only */
	TupleDesc descriptor;
} PartitionForecast;

static void
report_feature_count(const LinearOptions *options, int features, int count, int64 row,
					 const char *what)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < options->feature_name_count; i++)
		appendStringInfo(&names, "%s%s", i == 0 ? "The features are: " : ", ",
						 options->feature_names[i]);
	ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					errmsg("%s: %d features in row " INT64_FORMAT
						   " of the partition, the model was fitted with %d",
						   what, count, row, features),
					names.len > 0 ? errhint("%s.", names.data)
								  : errhint("Give the features that the model was fitted with.")));
}

/* y and the features of a row of the partition, NaN where they are missing. */
static void
read_row(WindowObject window, const LinearOptions *options, int features, int64 row, double *values,
		 const char *what)
{
	char *where = psprintf(" in row " INT64_FORMAT " of the partition", row + 1);
	bool isnull;
	Datum datum = partition_argument(window, LINEAR_ARGUMENT_Y, row, &isnull);
	int count = 0;

	values[0] = isnull ? NAN : finite_value(datum, false, psprintf("y%s", where), NULL);
	datum = partition_argument(window, LINEAR_ARGUMENT_FEATURES, row, &isnull);
	if (isnull)
		for (int i = 1; i <= features; i++)
			values[i] = NAN;
	else
	{
		const double *given =
			linear_feature_values(DatumGetArrayTypeP(datum), options, where, NULL, &count);

		if (count != features)
			report_feature_count(options, features, count, row + 1, what);
		memcpy(values + 1, given, sizeof(double) * count);
	}
	for (int i = 0; options->missing == MISSING_ERROR && i <= features; i++)
		if (isnan(values[i]))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s: %s%s is NULL, the model was fitted with missing => 'error'",
								   what, linear_column_label(options, i), where),
							errhint(LEAVE_ROWS_OUT)));
}

double *
linear_partition_values(WindowObject window, const LinearOptions *options, int features, int64 rows,
						Datum stored, const char *what)
{
	int columns = features + 1;
	double *values = allocate_checked(what, sizeof(double) * columns * rows);
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "linear_forecast row", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);

	for (int64 i = 0; i < rows; i++)
	{
		bool isnull;
		Datum datum;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(per_row);
		datum = partition_argument(window, LINEAR_ARGUMENT_MODEL, i, &isnull);
		if (isnull || !model_same(datum, stored))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: row " INT64_FORMAT
								   " of the partition has another model than the rows before",
								   what, i + 1),
							errhint("Partition by what the models were fitted by.")));
		read_row(window, options, features, i, values + i * columns, what);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	return values;
}

int
linear_horizon_of_step(const LinearOptions *options, Datum step, bool isnull, const char *what)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int h = 0; h < options->linear.horizon_count; h++)
	{
		if (!isnull && options->linear.horizons[h] == DatumGetInt32(step))
			return h;
		appendStringInfo(&known, "%s%d", h == 0 ? "" : ", ", options->linear.horizons[h]);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: step is %s, the model forecasts steps %s", what,
						   isnull ? "NULL" : psprintf("%d", DatumGetInt32(step)), known.data),
					errhint("Fit with %.*s_options(horizons => ...) that contain the step.",
							(int) (strrchr(what, '_') - what), what)));
}

/* Everything lives in the partition's own memory, which WindowAgg resets between partitions. */
static void
start_partition(WindowObject window, PartitionForecast *partition)
{
	int64 rows = WinGetPartitionRowCount(window);
	bool isnull;
	Datum stored = partition_argument(window, LINEAR_ARGUMENT_MODEL, 0, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg(WHAT ": the model is NULL"),
				 errhint("Join to the table that holds the models; a fit with on_error => 'null' "
						 "may have given none.")));
	stored = datumCopy(stored, false, -1);
	partition->model = linear_model_unpack(model_of_datum(stored, &linear_model_kind));
	partition->forecasts = linear_model_forecasts(
		partition->model,
		linear_partition_values(window, &partition->model->options, partition->model->features,
								rows, stored, WHAT),
		rows, WHAT);
	partition->ready = true;
}

void
linear_check_step(WindowObject window, int first, int64 row, const char *what)
{
	bool isnull;
	int step = DatumGetInt32(WinGetFuncArgCurrent(window, LINEAR_ARGUMENT_STEP, &isnull));

	if (isnull || step != first)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: step is %s in row " INT64_FORMAT
							   " of the partition and %d in the first",
							   what, isnull ? "NULL" : psprintf("%d", step), row + 1, first),
						errhint("Use %s_steps for all steps of a model.", what)));
}

/* linear_forecast(model, y, features, step) OVER (...): forecast, lower, upper */
PG_FUNCTION_INFO_V1(creditspread_linear_forecast);
Datum
creditspread_linear_forecast(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	Datum columns[3] = {0};
	bool nulls[3] = {false};

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));
		bool isnull;
		Datum step = partition_argument(window, LINEAR_ARGUMENT_STEP, 0, &isnull);

		start_partition(window, partition);
		partition->horizon = linear_horizon_of_step(&partition->model->options, step, isnull, WHAT);
		partition->descriptor = result_descriptor(fcinfo);
		MemoryContextSwitchTo(old);
	}
	linear_check_step(window, partition->model->options.linear.horizons[partition->horizon], row,
					  WHAT);
	if (!linear_model_result(partition->model, &partition->forecasts, row, partition->horizon, WHAT,
							 columns, nulls))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}

TupleDesc
linear_element_descriptor(FunctionCallInfo fcinfo, Oid *type)
{
	Oid array_type;

	get_call_result_type(fcinfo, &array_type, NULL);
	*type = get_element_type(array_type);
	return lookup_rowtype_tupdesc_copy(*type, -1);
}

/* linear_forecast_steps(model, y, features) OVER (...): (step, forecast, lower, upper)[] */
PG_FUNCTION_INFO_V1(creditspread_linear_forecast_steps);
Datum
creditspread_linear_forecast_steps(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	Datum steps;

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));

		start_partition(window, partition);
		partition->descriptor = linear_element_descriptor(fcinfo, &partition->type);
		MemoryContextSwitchTo(old);
	}
	steps = steps_array(partition->model, &partition->forecasts, WinGetCurrentPosition(window),
						partition->type, partition->descriptor, WHAT);
	if (steps == (Datum) 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(steps);
}

/* ---- fit and forecast at once ---- */

/* transition(state, time, y, features, horizon [, options]) */
PG_FUNCTION_INFO_V1(creditspread_linear_ahead_transition);
Datum
creditspread_linear_ahead_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *arguments = constant_arguments(fcinfo, 4, WHAT, "horizon", 5);
	double row[SERIES_MAX_COLUMNS];
	int columns = linear_row(fcinfo, WHAT, 2, time, row);

	PG_RETURN_POINTER(series_state_append(fcinfo, WHAT, state, time, row, columns, arguments));
}

/* The options of the fit, with one horizon for each of the next times. */
static void
read_arguments(const Jsonb *arguments, LinearOptions *options)
{
	const Jsonb *given = arguments == NULL ? NULL : constant_options(arguments);
	double horizon = arguments == NULL ? 0 : json_double(&arguments->root, "argument", WHAT);
	JsonbValue value;

	if (horizon < 1 || horizon > CS_LINEAR_MAX_HORIZONS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": horizon is %.0f, must be from 1 to %d", horizon,
							   CS_LINEAR_MAX_HORIZONS),
						errhint("For times further ahead fit a model with "
								"linear_options(horizons => ...).")));
	if (given != NULL && json_field(&given->root, "horizons", &value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"horizons\" is given beside the horizon"),
						errhint("Leave the option out, or use linear_fit.")));
	linear_read_options(given, WHAT, options);
	options->linear.horizon_count = (int) horizon;
	for (int h = 0; h < options->linear.horizon_count; h++)
		options->linear.horizons[h] = h + 1;
}

PG_FUNCTION_INFO_V1(creditspread_linear_ahead_final);
Datum
creditspread_linear_ahead_final(PG_FUNCTION_ARGS)
{
	const RowState *state;
	const Jsonb *arguments;
	LinearOptions options;
	LinearRows rows;
	LinearForecasts forecasts;
	const LinearModel *fitted;
	Model *model;
	TupleDesc descriptor;
	Datum steps;
	Oid type;
	int64 count;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	rows = linear_series_rows(state, WHAT, &arguments);
	read_arguments(arguments, &options);
	model = linear_fit_rows(&rows, &options, WHAT);
	if (model == NULL)
		PG_RETURN_NULL();
	fitted = linear_model_unpack(model);
	count = Min(rows.count, (int64) cs_linear_look_back(&options.linear, true));
	forecasts = linear_model_forecasts(fitted, rows.values + (rows.count - count) * rows.columns,
									   count, WHAT);
	descriptor = linear_element_descriptor(fcinfo, &type);
	steps = steps_array(fitted, &forecasts, count - 1, type, descriptor, WHAT);
	if (steps == (Datum) 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(steps);
}
