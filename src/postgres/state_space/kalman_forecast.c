/*
 * kalman_forecast.c
 *		kalman_forecast and kalman_forecast_steps: window functions that forecast by a kalman_model
 *		from every row.
 */
#include "postgres.h"

#include <math.h>
#include <gsl/gsl_cdf.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
#include "windowapi.h"

#include "numeric/base/forecast.h"
#include "numeric/state_space/kalman_ahead.h"
#include "postgres/base/composite.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/state_space/kalman.h"

#define WHAT "kalman_forecast"

enum
{
	ARGUMENT_MODEL,
	ARGUMENT_Y,
	ARGUMENT_STEP, /* or horizons */
	ARGUMENT_CONTROL,
	ARGUMENT_AHEAD,
	ARGUMENT_LEVEL
};

/* What the rows of one partition share, made at its first row. */
typedef struct KalmanPath
{
	bool ready;
	int64 next; /* row that the filter takes next */
	KalmanFilter filter;
	cs_kalman_ahead ahead;
	double quantile; /* of the normal distribution, for the bounds */
	int *steps;		 /* rows ahead that are wanted */
	int count;
	int most;	  /* the largest */
	double *mean; /* [most] */
	double *variance;
	double *controls; /* [c] the last that were known, */
	bool controlled;  /* if there were any */
	Oid type;		  /* of an element; of several steps only */
	TupleDesc descriptor;
} KalmanPath;

static void
check_step(const char *name, int64 step)
{
	if (step < 1 || step > CS_MAX_HORIZON)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": %s is " INT64_FORMAT ", must be from 1 to %d", name, step,
							   CS_MAX_HORIZON)));
}

/* The rows ahead that are wanted: an integer, or an array of them where `several`. */
static void
read_steps(FunctionCallInfo fcinfo, bool several, KalmanPath *path)
{
	const char *name = several ? "horizons" : "step";
	bool isnull;
	Datum datum = partition_parameter(fcinfo, WHAT, ARGUMENT_STEP, name, &isnull);
	ArrayType *array;

	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg(WHAT ": %s is NULL", name),
						errhint("Give the rows ahead, from 1 to %d.", CS_MAX_HORIZON)));
	path->count = 1;
	if (several)
	{
		array = DatumGetArrayTypePCopy(datum);
		path->count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
		if (ARR_NDIM(array) != 1 || array_contains_nulls(array))
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg(WHAT ": horizons must be an array of one dimension without NULL"),
					 errhint("Give the rows ahead, such as '{1,5,20}'.")));
		path->steps = (int *) ARR_DATA_PTR(array);
	}
	else
	{
		path->steps = palloc(sizeof(int));
		path->steps[0] = DatumGetInt32(datum);
	}
	for (int i = 0; i < path->count; i++)
	{
		check_step(several ? psprintf("horizons[%d]", i + 1) : name, path->steps[i]);
		path->most = Max(path->most, path->steps[i]);
	}
}

static void
read_level(FunctionCallInfo fcinfo, KalmanPath *path)
{
	bool isnull;
	Datum datum = partition_parameter(fcinfo, WHAT, ARGUMENT_LEVEL, "interval_level", &isnull);
	double level = isnull ? NAN : DatumGetFloat8(datum);

	if (!(level >= CS_MIN_LEVEL && level <= CS_MAX_LEVEL))
		ereport(ERROR,
				(errcode(isnull ? ERRCODE_NULL_VALUE_NOT_ALLOWED : ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(WHAT ": interval_level is %s, must be from %g to %g",
						isnull ? "NULL" : psprintf("%g", level), CS_MIN_LEVEL, CS_MAX_LEVEL)));
	path->quantile = gsl_cdf_ugaussian_Pinv((1 + level) / 2);
}

/* The filter at the start of the model, and what looks ahead from it. */
static void
start_filter(FunctionCallInfo fcinfo, KalmanPath *path)
{
	bool isnull;
	Datum datum = partition_parameter(fcinfo, WHAT, ARGUMENT_MODEL, "the model", &isnull);
	cs_workspace workspace;
	KalmanModel model;
	Size size;

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg(WHAT ": the model is NULL"),
				 errhint("Join to the table that holds the models; a fit with on_error => 'null' "
						 "may have given none.")));
	model = kalman_model_read(PointerGetDatum(PG_DETOAST_DATUM_COPY(datum)));
	if (model.system.observed != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": the model has %zu observations in a row, must have 1",
							   model.system.observed),
						errhint("Append rows without observations and use kalman_filter.")));
	kalman_filter_start(&path->filter, WHAT, &model);
	cs_workspace_count(&workspace);
	cs_kalman_ahead_lay_out(&path->ahead, &model.system, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	cs_kalman_ahead_lay_out(&path->ahead, &model.system, &workspace);
	cs_kalman_ahead_start(&path->ahead);
	path->controls = palloc0(sizeof(double) * Max(model.system.controls, 1));
}

static void
start_path(FunctionCallInfo fcinfo, bool several, KalmanPath *path)
{
	read_steps(fcinfo, several, path);
	read_level(fcinfo, path);
	start_filter(fcinfo, path);
	path->mean = palloc(sizeof(double) * Max(path->most, 1));
	path->variance = palloc(sizeof(double) * Max(path->most, 1));
	if (several)
	{
		Oid array_type;

		get_call_result_type(fcinfo, &array_type, NULL);
		path->type = get_element_type(array_type);
		path->descriptor = lookup_rowtype_tupdesc_copy(path->type, -1);
	}
	else
		path->descriptor = result_descriptor(fcinfo);
	path->ready = true;
}

/* Takes a row; whether it had an observation. */
static bool
take_row(WindowObject window, KalmanPath *path, int64 row)
{
	KalmanFilter *filter = &path->filter;
	const cs_kalman_system *system = &filter->model.system;
	bool isnull;
	Datum datum = partition_argument(window, ARGUMENT_Y, row, &isnull);
	double y = kalman_observation(WHAT, "y", datum, isnull, row, NAN);
	double *controls;
	bool known = true;

	datum = partition_argument(window, ARGUMENT_CONTROL, row, &isnull);
	controls = kalman_controls(WHAT, &filter->model, datum, isnull, row);
	for (size_t j = 0; controls != NULL && j < system->controls; j++)
		known = known && !isnan(controls[j]);
	if (controls != NULL && known)
	{
		memcpy(path->controls, controls, sizeof(double) * system->controls);
		path->controlled = true;
	}
	cs_kalman_less_direct(system, controls, &y);
	check_kalman_status(cs_kalman_matrix_step(&filter->filter, &y, controls, &filter->row), WHAT,
						row + 1);
	return !isnan(y);
}

/* The controls of the rows ahead as given on a row, [*rows][c]; else those of the last row. */
static const double *
controls_ahead(FunctionCallInfo fcinfo, KalmanPath *path, int64 row, size_t *rows)
{
	const cs_kalman_system *system = &path->filter.model.system;
	bool isnull;
	Datum datum = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), ARGUMENT_AHEAD, &isnull);
	ArrayType *array;
	const double *values;
	int count;

	*rows = path->controlled ? 1 : 0;
	if (isnull)
		return path->controls;
	array = DatumGetArrayTypeP(datum);
	count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) != 2 || (size_t) ARR_DIMS(array)[1] != system->controls ||
		ARR_DIMS(array)[0] < path->most || array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg(WHAT ": control_ahead in row " INT64_FORMAT
							 " must be an array of %d rows of %zu controls without NULL",
						row + 1, path->most, system->controls),
				 errhint("Give the controls of the next row, of the one after it, and so on.")));
	values = (const double *) ARR_DATA_PTR(array);
	for (int i = 0; i < count; i++)
		if (!isfinite(values[i]))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg(WHAT ": control_ahead in row " INT64_FORMAT " has %s", row + 1,
								   isnan(values[i]) ? "NaN" : "an infinity"),
							errhint("Give finite values.")));
	*rows = ARR_DIMS(array)[0];
	return values;
}

/* Moves to the current row; whether there is a forecast from there. */
static bool
forecast_row(FunctionCallInfo fcinfo, bool several, KalmanPath **result)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64 row = WinGetCurrentPosition(window);
	MemoryContext context;
	KalmanPath *path = partition_memory(window, sizeof(KalmanPath), &context);
	const double *controls;
	bool observed = false;
	size_t rows;

	if (!path->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		start_path(fcinfo, several, path);
		MemoryContextSwitchTo(old);
	}
	*result = path;
	for (; path->next <= row; path->next++)
	{
		CHECK_FOR_INTERRUPTS();
		observed = take_row(window, path, path->next);
	}
	if (!observed || path->most == 0)
		return false;
	controls = controls_ahead(fcinfo, path, row, &rows);
	cs_kalman_ahead_run(&path->ahead, &path->filter.filter, controls, rows, path->most, path->mean,
						path->variance);
	return true;
}

/* Forecast, lower and upper of `step` rows ahead; whether there are any. */
static bool
result_of_step(const KalmanPath *path, int step, Datum columns[3])
{
	double mean = path->mean[step - 1];
	double half = path->quantile * sqrt(path->variance[step - 1]);

	if (isnan(path->variance[step - 1]))
		return false;
	columns[0] = finite_datum(WHAT, mean);
	columns[1] = finite_datum(WHAT, mean - half);
	columns[2] = finite_datum(WHAT, mean + half);
	return true;
}

/* kalman_forecast(model, y, step, control, control_ahead, interval_level) OVER (...) */
PG_FUNCTION_INFO_V1(creditspread_kalman_forecast);
Datum
creditspread_kalman_forecast(PG_FUNCTION_ARGS)
{
	KalmanPath *path;
	Datum columns[3];
	bool nulls[3] = {false};

	if (!forecast_row(fcinfo, false, &path) || !result_of_step(path, path->steps[0], columns))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(path->descriptor, columns, nulls)));
}

/* kalman_forecast_steps(model, y, horizons, control, control_ahead, interval_level) OVER (...) */
PG_FUNCTION_INFO_V1(creditspread_kalman_forecast_steps);
Datum
creditspread_kalman_forecast_steps(PG_FUNCTION_ARGS)
{
	KalmanPath *path;
	Datum *elements;
	int count = 0;

	if (!forecast_row(fcinfo, true, &path))
		PG_RETURN_NULL();
	elements = palloc(sizeof(Datum) * path->count);
	for (int i = 0; i < path->count; i++)
	{
		Datum columns[4];
		bool nulls[4] = {false};

		columns[0] = Int32GetDatum(path->steps[i]);
		if (result_of_step(path, path->steps[i], columns + 1))
			elements[count++] =
				HeapTupleGetDatum(heap_form_tuple(path->descriptor, columns, nulls));
	}
	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(
		PointerGetDatum(construct_array(elements, count, path->type, -1, false, TYPALIGN_DOUBLE)));
}
