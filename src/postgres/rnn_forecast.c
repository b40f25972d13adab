/*
 * rnn_forecast.c
 *		rnn_forecast, a window function that forecasts with a fitted network from every row.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "windowapi.h"

#include "postgres/arguments.h"
#include "postgres/rnn_model.h"
#include "postgres/settings.h"

/* The forecasts of one partition, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	RnnModel *rnn;
	int horizon;	  /* index of `step` among the model's horizons */
	double *values;	  /* y and the features of its rows */
	double *forecast; /* [rows][horizons], NaN = no history */
	TupleDesc descriptor;
} PartitionForecast;

enum
{
	ARGUMENT_MODEL,
	ARGUMENT_Y,
	ARGUMENT_FEATURES,
	ARGUMENT_STEP
};

static Datum
partition_argument(WindowObject window, int argument, int64 row, bool *isnull)
{
	bool outside;

	return WinGetFuncArgInPartition(window, argument, row, WINDOW_SEEK_HEAD, false, isnull,
									&outside);
}

static int
horizon_of_step(WindowObject window, const RnnModel *rnn)
{
	bool isnull;
	int step = DatumGetInt32(partition_argument(window, ARGUMENT_STEP, 0, &isnull));
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < rnn->options.network.horizon_count; i++)
	{
		if (!isnull && rnn->options.network.horizons[i] == step)
			return i;
		appendStringInfo(&known, "%s%d", i == 0 ? "" : ", ", rnn->options.network.horizons[i]);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("rnn_forecast: step is %s, the model forecasts steps %s",
						   isnull ? "NULL" : psprintf("%d", step), known.data),
					errhint("Fit with rnn_options(horizons => ...) that contain the step.")));
}

static void
report_feature_count(const RnnModel *rnn, int count, int64 row)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < rnn->options.feature_name_count; i++)
		appendStringInfo(&names, "%s%s", i == 0 ? "The features are: " : ", ",
						 rnn->options.feature_names[i]);
	ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					errmsg("rnn_forecast: %d features in row " INT64_FORMAT
						   " of the partition, the model was fitted with %d",
						   count, row, rnn->features),
					names.len > 0 ? errhint("%s.", names.data)
								  : errhint("Give the features that the model was fitted with.")));
}

/* The rows of the partition, y and features, as the network takes them. */
static double *
partition_values(WindowObject window, const RnnModel *rnn, int64 rows, Datum model)
{
	int columns = rnn->features + 1;
	double *values = allocate_checked("rnn_forecast", (Size) rows * columns * sizeof(double));
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "rnn_forecast row", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);

	for (int64 i = 0; i < rows; i++)
	{
		char *where = NULL;
		bool isnull;
		Datum datum;
		int count = 0;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(per_row);
		datum = partition_argument(window, ARGUMENT_MODEL, i, &isnull);
		if (isnull || !model_same(datum, model))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("rnn_forecast: row " INT64_FORMAT
								   " of the partition has another model than the rows before",
								   i + 1),
							errhint("Partition by what the models were fitted by.")));
		datum = partition_argument(window, ARGUMENT_Y, i, &isnull);
		if (isnull || !isfinite(DatumGetFloat8(datum)))
			where = psprintf("y in row " INT64_FORMAT " of the partition", i + 1);
		values[i * columns] =
			where == NULL ? DatumGetFloat8(datum) : finite_value(datum, isnull, where, NULL);
		datum = partition_argument(window, ARGUMENT_FEATURES, i, &isnull);
		if (!isnull)
		{
			const double *features = rnn_feature_values(
				DatumGetArrayTypeP(datum), &rnn->options,
				psprintf(" in row " INT64_FORMAT " of the partition", i + 1), NULL, &count);

			if (count == rnn->features)
				memcpy(&values[i * columns + 1], features, sizeof(double) * count);
		}
		if (count != rnn->features)
			report_feature_count(rnn, count, i + 1);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	return values;
}

/* Everything lives in the partition's own memory, which WindowAgg resets between partitions. */
static void
forecast_partition(FunctionCallInfo fcinfo, WindowObject window, PartitionForecast *result)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(result));
	int64 rows = WinGetPartitionRowCount(window);
	bool isnull;
	Datum model = partition_argument(window, ARGUMENT_MODEL, 0, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("rnn_forecast: the model is NULL"),
				 errhint("Join to the table that holds the models.")));
	/* the datum as stored, since comparing that is cheap */
	model = datumCopy(model, false, -1);
	result->rnn = rnn_model_unpack(model_of_datum(model, &rnn_model_kind));
	result->horizon = horizon_of_step(window, result->rnn);
	result->values = partition_values(window, result->rnn, rows, model);
	result->forecast = rnn_model_forecast(result->rnn, result->values, rows, "rnn_forecast");
	if (get_call_result_type(fcinfo, NULL, &result->descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("rnn_forecast must return a composite type")));
	result->descriptor = BlessTupleDesc(result->descriptor);
	result->ready = true;
	MemoryContextSwitchTo(old);
}

static void
check_same_step(WindowObject window, const PartitionForecast *partition, int64 row)
{
	bool isnull;
	int first = partition->rnn->options.network.horizons[partition->horizon];
	int step = DatumGetInt32(WinGetFuncArgCurrent(window, ARGUMENT_STEP, &isnull));

	if (isnull || step != first)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rnn_forecast: step is %s in row " INT64_FORMAT
							   " of the partition and %d in the first",
							   isnull ? "NULL" : psprintf("%d", step), row + 1, first),
						errhint("Call rnn_forecast once for each step.")));
}

/*
 * rnn_forecast(model, y, features, step) OVER (...): forecast, lower, upper
 */
PG_FUNCTION_INFO_V1(creditspread_rnn_forecast);
Datum
creditspread_rnn_forecast(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	double value;
	Datum columns[3] = {0};
	bool nulls[3] = {false};

	if (!partition->ready)
		forecast_partition(fcinfo, window, partition);
	check_same_step(window, partition, row);
	value =
		partition
			->forecast[row * partition->rnn->options.network.horizon_count + partition->horizon];
	if (isnan(value))
		PG_RETURN_NULL();
	columns[0] = Float8GetDatum(value);
	nulls[1] = nulls[2] = !partition->rnn->has_interval;
	if (partition->rnn->has_interval)
	{
		double half_width =
			rnn_interval_half_width(partition->rnn, partition->values, row, partition->horizon);

		columns[1] = Float8GetDatum(value - half_width);
		columns[2] = Float8GetDatum(value + half_width);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}
