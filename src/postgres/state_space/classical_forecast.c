/*
 * classical_forecast.c
 *		arima_forecast, ets_forecast and theta_forecast: window functions that forecast with a
 *		fitted model from every row, and aggregates that fit and forecast at once.
 */
#include "postgres.h"

#include <math.h>
#include <gsl/gsl_cdf.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
#include "windowapi.h"

#include "postgres/base/composite.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/network/network_state.h"
#include "postgres/state_space/classical_model.h"

enum
{
	ARGUMENT_MODEL,
	ARGUMENT_Y,
	ARGUMENT_STEP /* or horizons */
};

/* A model on its way through the rows of a series. */
typedef struct Path
{
	const ClassicalFamily *family;
	ClassicalModel *model;
	cs_classical_forecaster forecaster;
	double quantile; /* of the normal distribution, for the bounds */
	int most;		 /* rows ahead, at most */
	double *mean;	 /* [most] */
	double *variance;
} Path;

/* In the current context. */
static void
start_path(Path *path, const ClassicalFamily *family, const Model *stored, int most)
{
	cs_workspace workspace;
	Size size;

	path->family = family;
	path->model = classical_model_unpack(family, stored);
	path->most = most;
	path->quantile = gsl_cdf_ugaussian_Pinv((1 + path->model->options.interval_level) / 2);
	cs_workspace_count(&workspace);
	cs_classical_forecaster_lay_out(&path->forecaster, &path->model->fitted, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_checked(family->forecast, size), size);
	cs_classical_forecaster_lay_out(&path->forecaster, &path->model->fitted, &workspace);
	path->mean = palloc(sizeof(double) * most);
	path->variance = palloc(sizeof(double) * most);
	check_status(cs_classical_start(&path->forecaster), family->forecast);
}

/* A value of a result, not below the bound of the options; error 22003 where it overflows. */
static Datum
bounded_datum(const Path *path, double value)
{
	double bound = path->model->options.lower_bound;

	if (bound >= 0)
		value = Max(value, bound);
	return finite_datum(path->family->forecast, value);
}

/* Forecast, lower and upper of `step` rows ahead, as they were computed last. */
static void
result_of_step(const Path *path, int step, Datum columns[3])
{
	double mean = path->mean[step - 1];
	double half = path->quantile * sqrt(path->variance[step - 1]);

	columns[0] = bounded_datum(path, mean);
	columns[1] = bounded_datum(path, mean - half);
	columns[2] = bounded_datum(path, mean + half);
}

/* ---- window functions ---- */

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	Path path;
	double *y;	/* [rows], NaN = missing */
	int64 next; /* row that the path takes next */
	int *steps; /* rows ahead that are wanted */
	int count;
	Oid type; /* of an element; of several steps only */
	TupleDesc descriptor;
} PartitionForecast;

static void
check_step(const char *what, const char *name, int64 step)
{
	if (step < 1 || step > CS_MAX_HORIZON)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %s is " INT64_FORMAT ", must be from 1 to %d", what, name, step,
							   CS_MAX_HORIZON)));
}

/* The rows ahead that are wanted: an integer, or an array of them where `several`. */
static int *
read_steps(FunctionCallInfo fcinfo, const char *what, bool several, int *count)
{
	const char *name = several ? "horizons" : "step";
	bool isnull;
	Datum datum = partition_parameter(fcinfo, what, ARGUMENT_STEP, name, &isnull);
	ArrayType *array;
	int *steps;

	check_not_null(what, name, isnull);
	if (!several)
	{
		steps = palloc(sizeof(int));
		steps[0] = DatumGetInt32(datum);
		*count = 1;
		check_step(what, name, steps[0]);
		return steps;
	}
	array = DatumGetArrayTypeP(datum);
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) != 1 || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: horizons must be an array of one dimension without NULL", what),
						errhint("Give the rows ahead, such as '{1,5,20}'.")));
	steps = palloc(sizeof(int) * *count);
	memcpy(steps, ARR_DATA_PTR(array), sizeof(int) * *count);
	for (int i = 0; i < *count; i++)
		check_step(what, psprintf("horizons[%d]", i + 1), steps[i]);
	return steps;
}

static void
start_partition(FunctionCallInfo fcinfo, const ClassicalFamily *family, bool several,
				PartitionForecast *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	const char *what = family->forecast;
	bool isnull;
	Datum stored = partition_parameter(fcinfo, what, ARGUMENT_MODEL, "the model", &isnull);
	int most = 1;

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s: the model is NULL", what),
				 errhint("Join to the table that holds the models; a fit with on_error => 'null' "
						 "may have given none.")));
	partition->steps = read_steps(fcinfo, what, several, &partition->count);
	for (int i = 0; i < partition->count; i++)
		most = Max(most, partition->steps[i]);
	start_path(&partition->path, family, model_of_datum(datumCopy(stored, false, -1), family->kind),
			   most);
	partition->y = partition_doubles(window, what, ARGUMENT_Y, "y", true);
	partition->next = 0;
	if (several)
	{
		Oid array_type;

		get_call_result_type(fcinfo, &array_type, NULL);
		partition->type = get_element_type(array_type);
		partition->descriptor = lookup_rowtype_tupdesc_copy(partition->type, -1);
	}
	else
		partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
}

/* Moves to the current row; whether there is a forecast from there. */
static bool
forecast_row(FunctionCallInfo fcinfo, const ClassicalFamily *family, bool several,
			 PartitionForecast **result)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64 row = WinGetCurrentPosition(window);
	MemoryContext context;
	PartitionForecast *partition = partition_memory(window, sizeof(PartitionForecast), &context);
	MemoryContext old = MemoryContextSwitchTo(context);

	if (!partition->ready)
		start_partition(fcinfo, family, several, partition);
	MemoryContextSwitchTo(old);
	*result = partition;
	for (; partition->next <= row; partition->next++)
		cs_classical_step(&partition->path.forecaster, partition->y[partition->next]);
	if (isnan(partition->y[row]) || !cs_classical_ready(&partition->path.forecaster))
		return false;
	cs_classical_forecast(&partition->path.forecaster, partition->path.most, partition->path.mean,
						  partition->path.variance);
	return true;
}

/* forecast(model, y, step) OVER (...): forecast, lower, upper */
static Datum
forecast_step(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	PartitionForecast *partition;
	Datum columns[3];
	bool nulls[3] = {false};

	if (!forecast_row(fcinfo, family, false, &partition))
		PG_RETURN_NULL();
	result_of_step(&partition->path, partition->steps[0], columns);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}
CLASSICAL_FUNCTIONS(forecast, forecast_step)

/* The array of (step, forecast, lower, upper) as they were computed last. */
static Datum
steps_array(const Path *path, const int *steps, int count, Oid type, TupleDesc descriptor)
{
	Datum *elements = palloc(sizeof(Datum) * count);

	for (int i = 0; i < count; i++)
	{
		Datum columns[4];
		bool nulls[4] = {false};

		columns[0] = Int32GetDatum(steps[i]);
		result_of_step(path, steps[i], columns + 1);
		elements[i] = HeapTupleGetDatum(heap_form_tuple(descriptor, columns, nulls));
	}
	return PointerGetDatum(construct_array(elements, count, type, -1, false, TYPALIGN_DOUBLE));
}

/* forecast_steps(model, y, horizons) OVER (...): (step, forecast, lower, upper)[] */
static Datum
forecast_steps(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	PartitionForecast *partition;

	if (!forecast_row(fcinfo, family, true, &partition))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(steps_array(&partition->path, partition->steps, partition->count,
								partition->type, partition->descriptor));
}
CLASSICAL_FUNCTIONS(forecast_steps, forecast_steps)

/* ---- fit and forecast at once ---- */

/* transition(state, time, y, horizon [, options]) */
static Datum
ahead_transition(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *arguments = constant_arguments(fcinfo, 3, family->forecast, "horizon", 4);
	double y = PG_ARGISNULL(2) ? NAN : finite_argument(fcinfo, 2, "y", &time);

	PG_RETURN_POINTER(series_state_append(fcinfo, family->forecast, state, time, &y, 1, arguments));
}
CLASSICAL_FUNCTIONS(ahead_transition, ahead_transition)

static Datum
ahead_final(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	const char *what = family->forecast;
	const Jsonb *given;
	Series series;
	Model *model;
	Path path;
	int *steps;
	int horizon;
	TupleDesc descriptor;
	Oid array_type, type;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = series_state_sorted(row_state_argument(fcinfo, 0), what);
	if (series.count == 0)
		PG_RETURN_NULL();
	given = series.options;
	horizon = given == NULL ? 0 : (int) json_double(&given->root, "argument", what);
	check_step(what, "horizon", horizon);
	model = classical_fit_series(family, &series, constant_options(given), what);
	if (model == NULL || isnan(series.values[series.count - 1]))
		PG_RETURN_NULL();
	start_path(&path, family, model, horizon);
	for (int64 i = 0; i < series.count; i++)
		cs_classical_step(&path.forecaster, series.values[i]);
	if (!cs_classical_ready(&path.forecaster))
		PG_RETURN_NULL();
	cs_classical_forecast(&path.forecaster, horizon, path.mean, path.variance);
	steps = palloc(sizeof(int) * horizon);
	for (int i = 0; i < horizon; i++)
		steps[i] = i + 1;
	get_call_result_type(fcinfo, &array_type, NULL);
	type = get_element_type(array_type);
	descriptor = lookup_rowtype_tupdesc_copy(type, -1);
	PG_RETURN_DATUM(steps_array(&path, steps, horizon, type, descriptor));
}
CLASSICAL_FUNCTIONS(ahead_final, ahead_final)
