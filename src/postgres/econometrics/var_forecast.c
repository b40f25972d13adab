/*
 * var_forecast.c
 *		var_forecast, over the rows of a window and as a set of rows after the sample.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "windowapi.h"

#include "numeric/econometrics/inference.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/horizon_forecasts.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/var_model.h"

/* Whether a model forecasts one step only, `horizon` rows ahead. */
static bool
is_direct(const cs_var_design *design)
{
	return design->horizon > 1 || design->exogenous > 0;
}

/* Rows ahead, checked against what the model can do; NULL = its horizon. */
static int
check_step(const cs_var_design *design, const char *name, int step, bool isnull)
{
	if (isnull)
		return design->horizon;
	if (step < 1 || step > CS_MAX_HORIZON)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("var_forecast: %s is %d, must be from 1 to %d", name, step,
							   CS_MAX_HORIZON)));
	if (is_direct(design) && step != (int) design->horizon)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("var_forecast: %s is %d, the model forecasts step %zu only", name, step,
						design->horizon),
				 errhint("Fit with var_options(horizon => %d); only a model of horizon 1 without "
						 "exogenous terms is iterated.",
						 step)));
	return step;
}

/* Half the width of an interval in standard deviations. */
static double
check_level(double level, bool isnull)
{
	if (isnull || !(level >= CS_MIN_LEVEL && level <= CS_MAX_LEVEL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("var_forecast: level is %s, must be from %g to %g",
						isnull ? "NULL" : psprintf("%g", level), CS_MIN_LEVEL, CS_MAX_LEVEL)));
	return cs_normal_half_width(level);
}

/* The iterations behind a forecast: a direct one is made at once. */
static int
iterations(const cs_var_design *design, int step)
{
	return is_direct(design) ? 1 : step;
}

/* half[steps][variables]: half widths of the intervals of steps 1 to `steps`. */
static void
fill_half_widths(const VarModel *model, int steps, double normal, double *half)
{
	size_t k = model->design.variables;
	Size size = cs_var_errors_size(&model->design);
	void *block = allocate_checked("var_forecast", size);
	cs_workspace workspace;
	cs_var_errors errors;

	cs_workspace_initialize(&workspace, block, size);
	check_status(cs_var_errors_initialize(&errors, &model->design, model->coefficients,
										  model->sigma, &workspace),
				 "var_forecast");
	for (int step = 0; step < steps; step++)
	{
		CHECK_FOR_INTERRUPTS();
		cs_var_errors_next(&errors);
		for (size_t i = 0; i < k; i++)
			half[step * k + i] = normal * sqrt(errors.mse[i * (k + 1)]);
	}
	pfree(block);
}

static void
check_forecast(const cs_var_design *design, const double *forecast, const double *half)
{
	for (size_t i = 0; i < design->variables; i++)
		if (!isfinite(forecast[i]) || !isfinite(half[i]))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("var_forecast: the forecast of y%zu overflows", i + 1),
							errhint("The model is not stable: forecast fewer steps.")));
}

/*
 * var_forecast(model, steps, level): rows (step, variable, forecast, lower, upper) after the sample
 * that the model was fitted to.
 */
PG_FUNCTION_INFO_V1(creditspread_var_forecast_steps);
Datum
creditspread_var_forecast_steps(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	VarModel model;
	const cs_var_design *design = &model.design;
	size_t k;
	int last;
	int steps;
	double *path;
	double *half;
	double normal;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	model = var_model_read(PG_GETARG_DATUM(0));
	k = design->variables;
	last = check_step(design, "steps", PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1), PG_ARGISNULL(1));
	normal = check_level(PG_ARGISNULL(2) ? 0 : PG_GETARG_FLOAT8(2), PG_ARGISNULL(2));
	steps = iterations(design, last);
	path = allocate_checked("var_forecast", sizeof(double) * k * (design->order + steps));
	half = allocate_checked("var_forecast", sizeof(double) * k * steps);
	memcpy(path, model.last_y, sizeof(double) * k * design->order);
	fill_half_widths(&model, steps, normal, half);
	check_status(cs_var_forecast(design, model.coefficients, model.last_exogenous, steps, path),
				 "var_forecast");
	for (size_t i = 0; i < steps * k; i++)
	{
		double forecast = path[design->order * k + i];
		Datum values[5] = {Int32GetDatum(last - steps + 1 + i / k), Int32GetDatum(i % k + 1)};
		bool nulls[5] = {false};

		CHECK_FOR_INTERRUPTS();
		if (i % k == 0)
			check_forecast(design, &path[design->order * k + i], &half[i]);
		values[2] = finite_datum("var_forecast", forecast);
		values[3] = finite_datum("var_forecast", forecast - half[i]);
		values[4] = finite_datum("var_forecast", forecast + half[i]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	VarModel model;
	int steps;		   /* iterations of a forecast */
	double *values;	   /* [rows][variables + exogenous] */
	double *half;	   /* [steps][variables] */
	double *path;	   /* [order + steps][variables] */
	int horizon_count; /* of var_forecasts, else 0 */
	int *horizons;
	TupleDesc descriptor;
} PartitionForecast;

enum
{
	ARGUMENT_MODEL,
	ARGUMENT_Y,
	ARGUMENT_EXOGENOUS,
	ARGUMENT_STEP,
	ARGUMENT_LEVEL
};

/* Copies an array argument of `count` elements; NULL counts as an array of none. */
static void
copy_array(WindowObject window, int argument, const char *name, int64 row, int count,
		   double *target)
{
	bool isnull;
	Datum datum = partition_argument(window, argument, row, &isnull);
	int length = 0;

	if (!isnull)
	{
		const double *values = float8_array_values(
			DatumGetArrayTypeP(datum),
			psprintf("row " INT64_FORMAT " of the partition, %s", row + 1, name), NULL, &length);

		if (length == count)
			memcpy(target, values, sizeof(double) * count);
	}
	if (isnull && argument == ARGUMENT_Y)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("row " INT64_FORMAT " of the partition, y is NULL", row + 1),
						errhint(LEAVE_ROWS_OUT)));
	if (length != count)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("row " INT64_FORMAT " of the partition, %s has %d elements, the model was "
						"fitted with %d",
						row + 1, name, length, count)));
}

/* Whether two composite values are the same bytes. */
static bool
same_model(Datum left, Datum right)
{
	HeapTupleHeader a = DatumGetHeapTupleHeader(left);
	HeapTupleHeader b = DatumGetHeapTupleHeader(right);

	return VARSIZE(a) == VARSIZE(b) && memcmp(a, b, VARSIZE(a)) == 0;
}

static double *
partition_values(WindowObject window, const cs_var_design *design, int64 rows, Datum model)
{
	size_t width = design->variables + design->exogenous;
	double *values = allocate_checked("var_forecast", sizeof(double) * rows * width);
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "var_forecast row", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);

	for (int64 i = 0; i < rows; i++)
	{
		bool isnull;
		Datum other;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(per_row);
		other = partition_argument(window, ARGUMENT_MODEL, i, &isnull);
		if (isnull || !same_model(other, model))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("var_forecast: row " INT64_FORMAT
								   " of the partition has another model than the rows before",
								   i + 1),
							errhint("Partition by what the models were fitted by.")));
		copy_array(window, ARGUMENT_Y, "y", i, design->variables, &values[i * width]);
		copy_array(window, ARGUMENT_EXOGENOUS, "exogenous", i, design->exogenous,
				   &values[i * width + design->variables]);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	return values;
}

/* The horizons asked for, each checked; returns the longest. */
static int
read_horizons(WindowObject window, PartitionForecast *partition)
{
	bool isnull;
	Datum datum = partition_argument(window, ARGUMENT_STEP, 0, &isnull);
	ArrayType *array;
	const int32 *given;
	int last = 0;

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("var_forecast: horizons is NULL"),
				 errhint("Give an array of numbers of rows ahead.")));
	array = DatumGetArrayTypeP(datum);
	if (ARR_NDIM(array) != 1 || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("var_forecast: horizons must be an array of one dimension without "
							   "NULL"),
						errhint("Give an array of numbers of rows ahead.")));
	given = (const int32 *) ARR_DATA_PTR(array);
	partition->horizon_count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	partition->horizons = palloc(sizeof(int) * partition->horizon_count);
	for (int i = 0; i < partition->horizon_count; i++)
	{
		partition->horizons[i] =
			check_step(&partition->model.design, "an element of horizons", given[i], false);
		last = Max(last, given[i]);
	}
	return last;
}

/* For one step, or several horizons.  Everything lives in the partition's own memory, which
 * WindowAgg resets between partitions. */
static void
start_partition(FunctionCallInfo fcinfo, WindowObject window, bool one_step,
				PartitionForecast *partition)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(partition));
	const cs_var_design *design = &partition->model.design;
	int64 rows = WinGetPartitionRowCount(window);
	bool isnull;
	Datum model = partition_argument(window, ARGUMENT_MODEL, 0, &isnull);
	Datum datum;
	int step;
	double normal;

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("var_forecast: the model is NULL"),
				 errhint("Join to the table that holds the models.")));
	model = PointerGetDatum(PG_DETOAST_DATUM_COPY(model));
	partition->model = var_model_read(model);
	if (one_step)
	{
		datum = partition_argument(window, ARGUMENT_STEP, 0, &isnull);
		step = check_step(design, "step", DatumGetInt32(datum), isnull);
	}
	else
		step = read_horizons(window, partition);
	datum = partition_argument(window, ARGUMENT_LEVEL, 0, &isnull);
	normal = check_level(isnull ? 0 : DatumGetFloat8(datum), isnull);
	partition->steps = iterations(design, step);
	partition->half =
		allocate_checked("var_forecast", sizeof(double) * design->variables * partition->steps);
	fill_half_widths(&partition->model, partition->steps, normal, partition->half);
	partition->path = allocate_checked("var_forecast", sizeof(double) * design->variables *
														   (design->order + partition->steps));
	partition->values = partition_values(window, design, rows, model);
	partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
	MemoryContextSwitchTo(old);
}

/* Fills the path after a row that has its history. */
static void
forecast_row(PartitionForecast *partition, int64 row)
{
	const cs_var_design *design = &partition->model.design;
	size_t k = design->variables;
	size_t width = k + design->exogenous;
	const double *origin = partition->values + row * width;

	CHECK_FOR_INTERRUPTS();
	for (size_t lag = 0; lag < design->order; lag++)
		memcpy(partition->path + (design->order - 1 - lag) * k, origin - lag * width,
			   sizeof(double) * k);
	check_status(cs_var_forecast(design, partition->model.coefficients, origin + k,
								 partition->steps, partition->path),
				 "var_forecast");
}

/* The forecast of iteration `step` in the path, checked, and half the width of its interval. */
static const double *
forecast_of_step(const PartitionForecast *partition, int step, const double **half)
{
	const cs_var_design *design = &partition->model.design;
	const double *forecast = partition->path + (design->order + step - 1) * design->variables;

	*half = partition->half + (step - 1) * design->variables;
	check_forecast(design, forecast, *half);
	return forecast;
}

/*
 * var_forecast(model, y, exogenous, step, level) OVER (...): forecast, lower, upper, all float8[]
 */
PG_FUNCTION_INFO_V1(creditspread_var_forecast);
Datum
creditspread_var_forecast(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	const double *forecast;
	const double *half;
	double bound[CS_VAR_MAX_LAG_TERMS];
	Datum columns[3];
	bool nulls[3] = {false};
	int k;

	if (!partition->ready)
		start_partition(fcinfo, window, true, partition);
	if (row + 1 < (int64) partition->model.design.order)
		PG_RETURN_NULL();
	k = partition->model.design.variables;
	forecast_row(partition, row);
	forecast = forecast_of_step(partition, partition->steps, &half);
	columns[0] = doubles_datum("var_forecast", forecast, k, 0);
	for (int i = 0; i < k; i++)
		bound[i] = forecast[i] - half[i];
	columns[1] = doubles_datum("var_forecast", bound, k, 0);
	for (int i = 0; i < k; i++)
		bound[i] = forecast[i] + half[i];
	columns[2] = doubles_datum("var_forecast", bound, k, 0);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, columns, nulls)));
}

/*
 * var_forecasts(model, y, exogenous, horizons, level) OVER (...): horizon, and forecast, lower,
 * upper of shape [horizons][variables]
 */
PG_FUNCTION_INFO_V1(creditspread_var_forecasts);
Datum
creditspread_var_forecasts(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	PartitionForecast *partition = WinGetPartitionLocalMemory(window, sizeof(PartitionForecast));
	int64 row = WinGetCurrentPosition(window);
	const cs_var_design *design;
	HorizonForecasts all;
	double *forecast;
	double *half;
	size_t k;

	if (!partition->ready)
		start_partition(fcinfo, window, false, partition);
	design = &partition->model.design;
	k = design->variables;
	if (row + 1 < (int64) design->order)
		PG_RETURN_NULL();
	forecast_row(partition, row);
	forecast = palloc(sizeof(double) * k * partition->horizon_count);
	half = palloc(sizeof(double) * k * partition->horizon_count);
	for (int i = 0; i < partition->horizon_count; i++)
	{
		const double *half_of;
		const double *of =
			forecast_of_step(partition, iterations(design, partition->horizons[i]), &half_of);

		memcpy(forecast + i * k, of, sizeof(double) * k);
		memcpy(half + i * k, half_of, sizeof(double) * k);
	}
	all = (HorizonForecasts){.count = partition->horizon_count,
							 .variables = (int) k,
							 .horizons = partition->horizons,
							 .forecast = forecast,
							 .half_width = half};
	PG_RETURN_DATUM(horizon_forecasts_datum("var_forecast", partition->descriptor, &all));
}
