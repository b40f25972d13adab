/*
 * lagged_forecast.c
 *		boosted_trees_forecast, random_forest_forecast, svr_forecast and their forms for all
 *		horizons: window functions that forecast with a fitted model from every row.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "windowapi.h"

#include "postgres/base/composite.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/tree/lagged_model.h"

/* Forecasts of all rows and horizons of one series. */
typedef struct Forecasts
{
	int first; /* horizons that were forecast: all, or one */
	int horizons;
	double *forecast; /* [rows][horizons], NaN = none */
	double *unit;	  /* [rows] */
} Forecasts;

/* One row: inputs, and from them the forecast of each horizon. */
static void
forecast_row(const LaggedModel *model, const cs_lagged_inputs *inputs, size_t row, float *x,
			 Forecasts *result, int64 number)
{
	double base;
	double *unit = &result->unit[number];
	double *forecast = result->forecast + number * result->horizons;

	/* of a series that stands still nothing but y is forecast */
	if (!cs_lagged_origin(inputs, 0, row, &model->scale, &base, unit))
	{
		if (row + 1 >= cs_lagged_history(inputs->options) &&
			!isnan(inputs->data.values[row * inputs->data.columns]))
			for (int h = 0; h < result->horizons; h++)
				forecast[h] = base;
		return;
	}
	cs_lagged_standardize(inputs, &model->scale, x);
	for (int h = 0; h < result->horizons; h++)
	{
		const LaggedHorizon *horizon = &model->horizon[result->first + h];
		double value = base + *unit * horizon->shrinkage *
								  cs_lagged_value(&model->options.lagged, horizon->numbers,
												  horizon->parts, x, model->terms);

		/* an overflow is not a forecast that is not there */
		forecast[h] = isnan(value) ? INFINITY : value;
	}
}

/* values[rows][1 + features], NaN = missing; of horizon `which` or, where it is -1, of all. */
static Forecasts
model_forecasts(const LaggedModel *model, const double *values, int64 rows, int which,
				const char *what)
{
	static const size_t start = 0;
	const cs_lagged_options *options = &model->options.lagged;
	int columns = model->features + 1;
	Forecasts result = {.first = Max(which, 0),
						.horizons = which < 0 ? options->linear.horizon_count : 1};
	int64 *numbers = allocate_checked(what, sizeof(int64) * Max(rows, 1));
	float *x = palloc(sizeof(float) * model->terms);
	int64 kept = rows;
	cs_lagged_inputs inputs;
	cs_linear_data data;
	cs_workspace workspace;
	Size size;

	for (int64 i = 0; i < rows; i++)
		numbers[i] = i;
	if (model->options.base.missing == MISSING_DROP)
		values = linear_whole_rows(values, columns, rows, numbers, &kept, what);
	data = (cs_linear_data){.values = values,
							.rows = kept,
							.columns = columns,
							.series_start = &start,
							.series_count = 1,
							.flagged = model->flagged};
	size = cs_lagged_inputs_size(options, &data);
	result.forecast = allocate_checked(what, sizeof(double) * result.horizons * Max(rows, 1));
	result.unit = allocate_checked(what, sizeof(double) * Max(rows, 1));
	for (int64 i = 0; i < rows * result.horizons; i++)
		result.forecast[i] = NAN;
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	check_status(cs_lagged_inputs_initialize(&inputs, options, &data, &workspace), what);
	for (int64 i = 0; i < kept; i++)
	{
		CHECK_FOR_INTERRUPTS();
		forecast_row(model, &inputs, i, x, &result, numbers[i]);
	}
	return result;
}

/* A value of a result, not below the bound of the options; error 22003 where it overflows. */
static Datum
bounded_datum(const LaggedModel *model, const char *what, double value)
{
	if (model->options.base.lower_bound >= 0)
		value = Max(value, model->options.base.lower_bound);
	return finite_datum(what, value);
}

/* Forecast, lower and upper of a row and a horizon; false where there is no forecast. */
static bool
forecast_result(const LaggedModel *model, const Forecasts *forecasts, int64 row, int horizon,
				const char *what, Datum columns[3], bool nulls[3])
{
	const LaggedHorizon *fitted = &model->horizon[forecasts->first + horizon];
	double forecast = forecasts->forecast[row * forecasts->horizons + horizon];
	double unit = forecasts->unit[row];

	if (isnan(forecast))
		return false;
	columns[0] = bounded_datum(model, what, forecast);
	columns[1] = bounded_datum(model, what, forecast + unit * fitted->lower);
	columns[2] = bounded_datum(model, what, forecast + unit * fitted->upper);
	nulls[0] = false;
	nulls[1] = nulls[2] = !fitted->has_interval;
	return true;
}

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	LaggedModel *model;
	int horizon; /* index of `step` among the model's; -1: all */
	Forecasts forecasts;
	Oid type; /* of an element; of all steps only */
	TupleDesc descriptor;
} PartitionForecast;

/* Everything lives in the partition's own memory, which WindowAgg resets between partitions. */
static void
start_partition(WindowObject window, const LaggedFamily *family, bool all,
				PartitionForecast *partition)
{
	const char *what = family->forecast;
	int64 rows = WinGetPartitionRowCount(window);
	bool isnull;
	Datum stored = partition_argument(window, LINEAR_ARGUMENT_MODEL, 0, &isnull);
	double *values;

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s: the model is NULL", what),
				 errhint("Join to the table that holds the models; a fit with on_error => 'null' "
						 "may have given none.")));
	stored = datumCopy(stored, false, -1);
	partition->model = lagged_model_unpack(family, model_of_datum(stored, family->kind));
	partition->horizon = -1;
	if (!all)
	{
		Datum step = partition_argument(window, LINEAR_ARGUMENT_STEP, 0, &isnull);

		partition->horizon =
			linear_horizon_of_step(&partition->model->options.base, step, isnull, what);
	}
	values = linear_partition_values(window, &partition->model->options.base,
									 partition->model->features, rows, stored, what);
	partition->forecasts =
		model_forecasts(partition->model, values, rows, partition->horizon, what);
	partition->ready = true;
}

/* forecast(model, y, features, step) OVER (...): forecast, lower, upper */
static Datum
forecast_step(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	Datum columns[3] = {0};
	bool nulls[3] = {false};

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));

		start_partition(window, family, false, partition);
		partition->descriptor = result_descriptor(fcinfo);
		MemoryContextSwitchTo(old);
	}
	linear_check_step(window, partition->model->options.base.linear.horizons[partition->horizon],
					  row, family->forecast);
	if (!forecast_result(partition->model, &partition->forecasts, row, 0, family->forecast, columns,
						 nulls))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}
LAGGED_FUNCTIONS(forecast, forecast_step)

/* forecast_steps(model, y, features) OVER (...): (step, forecast, lower, upper)[] */
static Datum
forecast_steps(FunctionCallInfo fcinfo, const LaggedFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	Datum elements[CS_LINEAR_MAX_HORIZONS];
	int count;

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));

		start_partition(window, family, true, partition);
		partition->descriptor = linear_element_descriptor(fcinfo, &partition->type);
		MemoryContextSwitchTo(old);
	}
	count = partition->forecasts.horizons;
	for (int h = 0; h < count; h++)
	{
		Datum columns[4];
		bool nulls[4] = {false};

		columns[0] = Int32GetDatum(partition->model->options.base.linear.horizons[h]);
		if (!forecast_result(partition->model, &partition->forecasts, WinGetCurrentPosition(window),
							 h, family->forecast, columns + 1, nulls + 1))
			PG_RETURN_NULL();
		elements[h] = HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls));
	}
	PG_RETURN_ARRAYTYPE_P(
		construct_array(elements, count, partition->type, -1, false, TYPALIGN_DOUBLE));
}
LAGGED_FUNCTIONS(forecast_steps, forecast_steps)
