/*
 * rnn.c
 *		rnn_fit, an aggregate that trains a recurrent network, and rnn_forecast, a window function
 *		that forecasts with it.
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
#include "postgres/progress.h"
#include "postgres/rnn_model.h"
#include "postgres/settings.h"
#include "postgres/status.h"

/*
 * transition(state, time, y [, features [, options]])
 */
PG_FUNCTION_INFO_V1(creditspread_rnn_transition);
Datum
creditspread_rnn_transition(PG_FUNCTION_ARGS)
{
	SeriesState *state = PG_ARGISNULL(0) ? NULL : (SeriesState *) PG_GETARG_VARLENA_P(0);
	TimePoint time = time_argument(fcinfo, 1);
	double row[SERIES_MAX_COLUMNS];
	int features = 0;
	const Jsonb *options = NULL;

	row[0] = finite_argument(fcinfo, 2, "y", &time);
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
	{
		const double *values =
			float8_array_values(PG_GETARG_ARRAYTYPE_P(3), "features", &time, &features);

		if (features >= SERIES_MAX_COLUMNS)
			ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
							errmsg("rnn_fit: %d features at %s, the limit is %d", features,
								   time_text(time), SERIES_MAX_COLUMNS - 1)));
		memcpy(row + 1, values, sizeof(double) * features);
	}
	if (PG_NARGS() > 4 && !PG_ARGISNULL(4))
		options = PG_GETARG_JSONB_P(4);
	PG_RETURN_POINTER(
		series_state_append(fcinfo, "rnn_fit", state, time, row, features + 1, options));
}

/* Trains on a sorted series until the fit is finished. */
static Model *
fit_series(const Series *series, const cs_sequence_options *options)
{
	const size_t start = 0;
	Size member_count = cs_sequence_parameter_count(options, series->columns);
	Size workspace_size =
		cs_sequence_fit_workspace_size(options, series->count, series->columns, 1);
	cs_sequence_fit *fit;
	cs_workspace workspace;
	float *parameters;
	Progress progress;

	if (member_count == SIZE_MAX || workspace_size == SIZE_MAX)
		check_memory("rnn_fit", SIZE_MAX);
	check_parameter_count(&rnn_model_kind, member_count * options->ensemble);
	check_memory("rnn_fit", workspace_size + member_count * options->ensemble * sizeof(float));
	parameters = allocate_checked("rnn_fit", member_count * options->ensemble * sizeof(float));
	cs_workspace_initialize(&workspace, allocate_checked("rnn_fit", workspace_size),
							workspace_size);
	fit = palloc(sizeof(cs_sequence_fit));
	check_status(cs_sequence_fit_initialize(fit, options, series->values, series->count,
											series->columns, &start, 1, &workspace, parameters),
				 "rnn_fit");
	progress_start(&progress, "rnn_fit");
	while (!cs_sequence_fit_finished(fit))
	{
		cs_status status = cs_sequence_fit_iterate(fit);

		if (status == CS_NOT_FINITE && cs_sequence_fit_diverged(fit))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("rnn_fit: the training diverged at learning_rate %g",
								   options->learning_rate),
							errhint("Use a smaller learning_rate or clip_norm, and look for "
									"extreme values in the data.")));
		check_status(status, "rnn_fit");
		progress_step(&progress, cs_sequence_fit_progress(fit));
	}
	return rnn_model_create(fit, options, series, parameters);
}

PG_FUNCTION_INFO_V1(creditspread_rnn_fit_final);
Datum
creditspread_rnn_fit_final(PG_FUNCTION_ARGS)
{
	const SeriesState *state;
	cs_sequence_options options;
	Series series;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (const SeriesState *) PG_GETARG_VARLENA_P(0);
	if (state->count == 0)
		PG_RETURN_NULL();
	if (state->columns == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rnn_fit: a state without values in its rows has no y")));
	series = series_state_sorted(state, "rnn_fit");
	rnn_read_options(series.options, "rnn_fit", &options);
	if (series.count < (int64) cs_sequence_fit_minimum_rows(&options))
		report_too_few("rnn_fit", cs_sequence_fit_minimum_rows(&options), series.count);
	PG_RETURN_POINTER(fit_series(&series, &options));
}

/* The forecasts of one partition, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	RnnModel *rnn;
	int horizon;	  /* index of `step` among the model's horizons */
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
	for (int i = 0; i < rnn->options.horizon_count; i++)
	{
		if (!isnull && rnn->options.horizons[i] == step)
			return i;
		appendStringInfo(&known, "%s%d", i == 0 ? "" : ", ", rnn->options.horizons[i]);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("rnn_forecast: step is %s, the model forecasts steps %s",
						   isnull ? "NULL" : psprintf("%d", step), known.data),
					errhint("Fit with rnn_options(horizons => ...) that contain the step.")));
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
			const double *features = float8_array_values(
				DatumGetArrayTypeP(datum),
				psprintf("features in row " INT64_FORMAT " of the partition", i + 1), NULL, &count);

			if (count == rnn->features)
				memcpy(&values[i * columns + 1], features, sizeof(double) * count);
		}
		if (count != rnn->features)
			ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
							errmsg("rnn_forecast: %d features in row " INT64_FORMAT
								   " of the partition, the model was fitted with %d",
								   count, i + 1, rnn->features)));
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	return values;
}

static double *
forecast_rows(const RnnModel *rnn, const double *values, int64 rows)
{
	Size workspace_size = cs_sequence_predict_workspace_size(&rnn->options, rnn->features + 1);
	void *block = allocate_checked("rnn_forecast", workspace_size);
	double *forecast =
		allocate_checked("rnn_forecast", (Size) rows * rnn->options.horizon_count * sizeof(double));
	cs_sequence_predictor *predictor = palloc(sizeof(cs_sequence_predictor));
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, workspace_size);
	check_status(cs_sequence_predictor_initialize(predictor, &rnn->network, values, rows,
												  &workspace, forecast),
				 "rnn_forecast");
	while (!cs_sequence_predictor_finished(predictor))
	{
		CHECK_FOR_INTERRUPTS();
		check_status(cs_sequence_predictor_iterate(predictor), "rnn_forecast");
	}
	pfree(predictor);
	pfree(block);
	return forecast;
}

/* Everything lives in the partition's own memory, which WindowAgg resets between partitions. */
static void
forecast_partition(FunctionCallInfo fcinfo, WindowObject window, PartitionForecast *result)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(result));
	int64 rows = WinGetPartitionRowCount(window);
	bool isnull;
	Datum model = partition_argument(window, ARGUMENT_MODEL, 0, &isnull);
	double *values;

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("rnn_forecast: the model is NULL"),
				 errhint("Join to the table that holds the models.")));
	/* the datum as stored, since comparing that is cheap */
	model = datumCopy(model, false, -1);
	result->rnn = rnn_model_unpack(model_of_datum(model, &rnn_model_kind));
	result->horizon = horizon_of_step(window, result->rnn);
	values = partition_values(window, result->rnn, rows, model);
	result->forecast = forecast_rows(result->rnn, values, rows);
	pfree(values);
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
	int first = partition->rnn->options.horizons[partition->horizon];
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
	value = partition->forecast[row * partition->rnn->options.horizon_count + partition->horizon];
	if (isnan(value))
		PG_RETURN_NULL();
	columns[0] = Float8GetDatum(value);
	nulls[1] = nulls[2] = !partition->rnn->has_interval;
	if (partition->rnn->has_interval)
	{
		double half_width = partition->rnn->interval_half_width[partition->horizon];

		columns[1] = Float8GetDatum(value - half_width);
		columns[2] = Float8GetDatum(value + half_width);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}
