/*
 * network_forecast.c
 *		rnn_forecast and transformer_forecast, window functions that forecast with a fitted network
 *		from every row; rnn_quantiles and transformer_quantiles, which give the quantiles of that;
 *		rnn_forecasts and transformer_forecasts, which give all of it for all horizons at once.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "windowapi.h"

#include "numeric/base/carry_forward.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/horizon_forecasts.h"
#include "postgres/network/network_model.h"
#include "postgres/base/row_series.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"

/* The forecasts of one partition, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	NetworkModel *fitted;
	int horizon;	  /* index of `step` among the model's horizons; not used for all */
	double *values;	  /* y and the features of its rows, carried forward where missing */
	int64 first;	  /* row that has all of them */
	double *forecast; /* [rows][horizons], NaN = no history */
	bool with_quantiles;
	double *quantile; /* [rows][horizons][quantiles]; NULL = none, or not wanted */
	TupleDesc descriptor;
} PartitionForecast;

static void
report_feature_count(const NetworkModel *fitted, int count, int64 row, const char *what)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < fitted->options.feature_name_count; i++)
		appendStringInfo(&names, "%s%s", i == 0 ? "The features are: " : ", ",
						 fitted->options.feature_names[i]);
	ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					errmsg("%s: %d features in row " INT64_FORMAT
						   " of the partition, the model was fitted with %d",
						   what, count, row, fitted->features),
					names.len > 0 ? errhint("%s.", names.data)
								  : errhint("Give the features that the model was fitted with.")));
}

double *
network_partition_values(WindowObject window, const NetworkModel *fitted, int64 rows, Datum model,
						 const char *what)
{
	int columns = fitted->features + 1;
	double *values = allocate_checked(what, (Size) rows * columns * sizeof(double));
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "network forecast row", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);

	for (int64 i = 0; i < rows; i++)
	{
		char *where = NULL;
		bool isnull;
		Datum datum;
		int count = 0;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(per_row);
		check_partition_model(window, what, NETWORK_ARGUMENT_MODEL, i, model);
		datum = partition_argument(window, NETWORK_ARGUMENT_Y, i, &isnull);
		if (!isnull && !isfinite(DatumGetFloat8(datum)))
			where = psprintf("y in row " INT64_FORMAT " of the partition", i + 1);
		values[i * columns] = NAN;
		if (!isnull)
			values[i * columns] =
				where == NULL ? DatumGetFloat8(datum) : finite_value(datum, isnull, where, NULL);
		datum = partition_argument(window, NETWORK_ARGUMENT_FEATURES, i, &isnull);
		if (!isnull)
		{
			const double *features = network_feature_values_or_nulls(
				DatumGetArrayTypeP(datum), &fitted->options,
				psprintf(" in row " INT64_FORMAT " of the partition", i + 1), NULL, &count);

			if (count == fitted->features)
				memcpy(&values[i * columns + 1], features, sizeof(double) * count);
		}
		if (count != fitted->features)
			report_feature_count(fitted, count, i + 1, what);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	return values;
}

/*
 * Forecasts of all rows.  Values that are missing are carried forward; rows whose y is, and those
 * before there is anything to carry, have no forecast.
 */
static void
forecast_rows(PartitionForecast *result, int64 rows)
{
	const NetworkModel *fitted = result->fitted;
	const char *what = fitted->options.family->forecast;
	int columns = fitted->features + 1;
	int horizons = fitted->options.network.horizon_count;
	int quantiles = result->with_quantiles ? horizons * fitted->options.network.quantile_count : 0;
	bool *known = allocate_checked(what, sizeof(bool) * rows);

	result->first = cs_carry_forward(result->values, rows, columns, 1, known);
	result->forecast = allocate_checked(what, sizeof(double) * rows * horizons);
	if (quantiles > 0)
		result->quantile = allocate_checked(what, sizeof(double) * rows * quantiles);
	if (result->first < rows)
	{
		double *ahead = NULL;
		double *later = network_model_quantiles(fitted, result->values + result->first * columns,
												known + result->first, rows - result->first, what,
												quantiles > 0 ? &ahead : NULL);

		if (ahead != NULL)
		{
			memcpy(result->quantile + result->first * quantiles, ahead,
				   sizeof(double) * (rows - result->first) * quantiles);
			pfree(ahead);
		}
		memcpy(result->forecast + result->first * horizons, later,
			   sizeof(double) * (rows - result->first) * horizons);
		pfree(later);
	}
	for (int64 i = 0; i < rows; i++)
	{
		for (int h = 0; (i < result->first || !known[i]) && h < horizons; h++)
			result->forecast[i * horizons + h] = NAN;
		check_interrupts(i);
	}
	pfree(known);
}

static void *
unpack(const void *kind, Datum stored)
{
	return network_model_unpack(model_of_datum(stored, kind));
}

/*
 * For one step, or all.  Everything but the model lives in the partition's own memory, which
 * WindowAgg resets between partitions.
 */
static void
forecast_partition(FunctionCallInfo fcinfo, const NetworkFamily *family, WindowObject window,
				   bool one_step, PartitionForecast *result)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(result));
	int64 rows = WinGetPartitionRowCount(window);
	Datum model = partition_model(window, family->forecast, NETWORK_ARGUMENT_MODEL);

	result->fitted = model_kept(fcinfo, &model, unpack, family->model);
	if (one_step)
	{
		bool isnull;
		Datum step = partition_argument(window, NETWORK_ARGUMENT_STEP, 0, &isnull);

		result->horizon = network_horizon_of_step(result->fitted, step, isnull, family->forecast);
	}
	result->values =
		network_partition_values(window, result->fitted, rows, model, family->forecast);
	forecast_rows(result, rows);
	result->descriptor = one_step && result->with_quantiles ? NULL : result_descriptor(fcinfo);
	result->ready = true;
	MemoryContextSwitchTo(old);
}

static void
check_same_step(WindowObject window, const PartitionForecast *partition, int64 row)
{
	const char *what = partition->fitted->options.family->forecast;
	bool isnull;
	int first = partition->fitted->options.network.horizons[partition->horizon];
	int step = DatumGetInt32(WinGetFuncArgCurrent(window, NETWORK_ARGUMENT_STEP, &isnull));

	if (isnull || step != first)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: step is %s in row " INT64_FORMAT
							   " of the partition and %d in the first",
							   what, isnull ? "NULL" : psprintf("%d", step), row + 1, first),
						errhint("Call %s once for each step.", what)));
}

/*
 * rnn_forecast(model, y, features, step) OVER (...): forecast, lower, upper
 */
static Datum
forecast(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	double value;
	Datum columns[3] = {0};
	bool nulls[3] = {false};

	if (!partition->ready)
		forecast_partition(fcinfo, family, window, true, partition);
	check_same_step(window, partition, row);
	value =
		partition
			->forecast[row * partition->fitted->options.network.horizon_count + partition->horizon];
	if (isnan(value))
		PG_RETURN_NULL();
	columns[0] = finite_datum(family->forecast, value);
	nulls[1] = nulls[2] = !partition->fitted->has_interval;
	if (partition->fitted->has_interval)
	{
		double half_width = network_interval_half_width(partition->fitted, partition->values,
														partition->first, row, partition->horizon);

		columns[1] = finite_datum(family->forecast, value - half_width);
		columns[2] = finite_datum(family->forecast, value + half_width);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}

NETWORK_FUNCTION(forecast, forecast)

/* Of one horizon; row has a forecast. */
static Datum
quantiles_datum(const PartitionForecast *partition, int64 row, int horizon)
{
	const cs_sequence_options *options = &partition->fitted->options.network;
	int count = options->quantile_count;

	return doubles_datum(partition->fitted->options.family->forecast,
						 partition->quantile + (row * options->horizon_count + horizon) * count,
						 count, 0);
}

/*
 * rnn_quantiles(model, y, features, step) OVER (...): an array, in the order of the option
 */
static Datum
quantiles(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	int horizons;

	if (!partition->ready)
	{
		partition->with_quantiles = true;
		forecast_partition(fcinfo, family, window, true, partition);
	}
	check_same_step(window, partition, row);
	if (partition->fitted->options.network.quantile_count == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the model was fitted without quantiles", family->quantiles),
						errhint("Fit with %s(quantiles => '{0.05,0.5,0.95}').", family->options)));
	horizons = partition->fitted->options.network.horizon_count;
	if (isnan(partition->forecast[row * horizons + partition->horizon]))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(quantiles_datum(partition, row, partition->horizon));
}

NETWORK_FUNCTION(quantiles, quantiles)

/*
 * rnn_forecasts(model, y, features) OVER (...): horizon, forecast, lower, upper, quantiles, arrays
 */
static Datum
forecasts(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	const cs_sequence_options *options;
	double half_width[CS_MAX_HORIZONS];
	HorizonForecasts all;

	if (!partition->ready)
	{
		partition->with_quantiles = true;
		forecast_partition(fcinfo, family, window, false, partition);
	}
	options = &partition->fitted->options.network;
	all = (HorizonForecasts){.count = options->horizon_count,
							 .horizons = options->horizons,
							 .forecast = partition->forecast + row * options->horizon_count};
	if (isnan(all.forecast[0]))
		PG_RETURN_NULL();
	if (partition->quantile != NULL)
	{
		all.quantiles = options->quantile_count;
		all.quantile = partition->quantile + row * all.count * all.quantiles;
	}
	if (partition->fitted->has_interval)
	{
		for (int k = 0; k < all.count; k++)
			half_width[k] = network_interval_half_width(partition->fitted, partition->values,
														partition->first, row, k);
		all.half_width = half_width;
	}
	PG_RETURN_DATUM(horizon_forecasts_datum(family->forecast, partition->descriptor, &all));
}

NETWORK_FUNCTION(forecasts, forecasts)
