/*
 * forecast_ahead.c
 *		forecast_ahead(model, y, features, steps, paths, seed): step, forecast, lower, upper
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "numeric/base/carry_forward.h"
#include "numeric/evaluation/conformal.h"
#include "numeric/evaluation/forecast_ahead.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/forecast_ahead.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define MAX_STEPS 10000
#define MAX_PATHS 10000

/* Errors without which there are no bounds, and the most that are drawn from. */
#define MIN_ERRORS 20
#define MAX_ERRORS 1000

enum
{
	ARGUMENT_MODEL,
	ARGUMENT_Y,
	ARGUMENT_FEATURES,
	ARGUMENT_STEPS,
	ARGUMENT_PATHS,
	ARGUMENT_SEED
};

/* What the calls of cs_forecast_ahead share. */
typedef struct AheadWork
{
	const AheadModel *model;
	const bool *known; /* [rows] of the history; NULL: all are */
	int64 rows;		   /* of the history, */
	int64 steps;	   /* and those after it */
} AheadWork;

void
report_no_next_row(const char *options)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: the model does not forecast the next row", AHEAD_WHAT),
					errhint("Fit with %s(horizons => ...) that contain 1.", options)));
}

static int32
count_argument(FunctionCallInfo fcinfo, int argument, const char *name, int least, int most)
{
	int32 count;

	check_not_null(AHEAD_WHAT, name, PG_ARGISNULL(argument));
	count = PG_GETARG_INT32(argument);
	if (count < least || count > most)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %s is %d, must be from %d to %d", AHEAD_WHAT, name, count,
							   least, most)));
	return count;
}

/* Puts the features, an array of a row for each y, into their columns. */
static void
put_features(FunctionCallInfo fcinfo, const AheadModel *model, double *values, int rows)
{
	ArrayType *array =
		PG_ARGISNULL(ARGUMENT_FEATURES) ? NULL : PG_GETARG_ARRAYTYPE_P(ARGUMENT_FEATURES);
	int dimensions = array == NULL ? 0 : ARR_NDIM(array);
	int given_rows = dimensions == 0 ? 0 : ARR_DIMS(array)[0];
	int features = dimensions == 2 ? ARR_DIMS(array)[1] : dimensions;
	Datum *elements;
	bool *nulls;
	int count;

	if (dimensions > 2 || features != model->features || (features > 0 && given_rows != rows))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: features are %d rows of %d, must be %d of %d", AHEAD_WHAT, given_rows,
						features, model->features == 0 ? 0 : rows, model->features),
				 errhint("Give the features that the model was fitted with, a row for each y: "
						 "array_agg(ARRAY[...] ORDER BY ...).")));
	if (features == 0)
		return;
	deconstruct_array(array, FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
					  &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		double value = nulls[i] ? NAN : DatumGetFloat8(elements[i]);

		if (!nulls[i] && !isfinite(value))
			check_finite(value, psprintf("features[%d][%d]", i / features + 1, i % features + 1),
						 NULL);
		values[i / features * (1 + features) + 1 + i % features] = value;
	}
}

/* y and the features, *rows of them, NaN where they are missing. */
static double *
read_history(FunctionCallInfo fcinfo, const AheadModel *model, int *rows)
{
	const double *y = float8_array_with_nulls(PG_GETARG_ARRAYTYPE_P(ARGUMENT_Y), "y", NULL, rows);
	int columns = 1 + model->features;
	double *values = allocate_checked(AHEAD_WHAT, sizeof(double) * columns * (Size) Max(*rows, 1));

	for (int i = 0; i < *rows; i++)
		values[(Size) i * columns] = y[i];
	if (*rows > 0)
		put_features(fcinfo, model, values, *rows);
	return values;
}

/* Leaves out rows that miss a value; so many are left. */
static int64
drop_rows(double *values, int64 rows, int columns)
{
	int64 kept = 0;

	for (int64 i = 0; i < rows; i++)
	{
		bool whole = true;

		for (int c = 0; c < columns; c++)
			whole = whole && !isnan(values[i * columns + c]);
		if (whole)
			memmove(values + columns * kept++, values + i * columns, sizeof(double) * columns);
	}
	return kept;
}

/* The errors one row ahead over the history, in scales; their number. */
static int64
history_errors(const AheadModel *model, const double *values, const bool *known, int64 rows,
			   double *error)
{
	int columns = 1 + model->features;
	double *forecast = allocate_checked(AHEAD_WHAT, sizeof(double) * rows);
	double *scale = allocate_checked(AHEAD_WHAT, sizeof(double) * rows);
	int64 count = 0;

	model->every_row(model, values, known, rows, forecast, scale);
	for (int64 i = 0; i < rows - 1; i++)
	{
		double next = values[(i + 1) * columns];

		if (isnan(forecast[i]) || isnan(next) || (known != NULL && !known[i + 1]))
			continue;
		/* a series that stands still has no scale and no error */
		if (scale[i] > 0)
			error[count++] = (next - forecast[i]) / scale[i];
		else if (next == forecast[i])
			error[count++] = 0;
	}
	pfree(forecast);
	pfree(scale);
	return count;
}

/*
 * The model has been fitted to some of these errors: they are made as large as those are that gave
 * it its interval.
 */
static void
calibrate(const AheadModel *model, double *error, int64 count)
{
	double *absolute = palloc(sizeof(double) * count);
	double width;

	for (int64 i = 0; i < count; i++)
		absolute[i] = fabs(error[i]);
	width = cs_conformal_half_width(absolute, count, model->level);
	for (int64 i = 0; width > 0 && i < count; i++)
		error[i] *= model->half_width / width;
	pfree(absolute);
}

static cs_status
next_row(void *context, const double *values, size_t series, size_t rows, double *forecast,
		 double *scale)
{
	AheadWork *work = context;
	bool *known = NULL;

	CHECK_FOR_INTERRUPTS();
	if (work->known != NULL)
	{
		known = allocate_checked(AHEAD_WHAT, sizeof(bool) * series * rows);
		for (size_t i = 0; i < series * rows; i++)
		{
			int64 row = (int64) (i % rows) + work->rows + work->steps - (int64) rows;

			known[i] = row >= work->rows || work->known[row];
		}
	}
	work->model->last_rows(work->model, values, known, series, rows, forecast, scale);
	work->steps++;
	if (known != NULL)
		pfree(known);
	for (size_t s = 0; s < series; s++)
		if (isnan(forecast[s]))
			return CS_TOO_FEW;
	return CS_OK;
}

static void
put_steps(FunctionCallInfo fcinfo, const AheadModel *model, const cs_forecast_ahead *ahead,
		  const double *value)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	for (size_t step = 0; step < ahead->steps; step++)
	{
		Datum columns[4];
		bool nulls[4] = {false, false, ahead->paths == 0, ahead->paths == 0};

		columns[0] = Int32GetDatum((int32) step + 1);
		for (int i = 0; i < 3; i++)
		{
			double one = nulls[1 + i] ? 0 : value[i * ahead->steps + step];

			if (model->lower_bound >= 0)
				one = Max(one, model->lower_bound);
			columns[1 + i] = finite_datum(AHEAD_WHAT, one);
		}
		tuplestore_putvalues(result->setResult, result->setDesc, columns, nulls);
	}
}

/* From `rows` rows on, the last of which has a y. */
static void
run(FunctionCallInfo fcinfo, const AheadModel *model, const double *values, const bool *known,
	int64 rows, cs_forecast_ahead ahead)
{
	int columns = 1 + model->features;
	int64 used = Min(rows, model->rows_needed + MAX_ERRORS);
	int64 block = Min(rows, model->rows_needed);
	double *error = allocate_checked(AHEAD_WHAT, sizeof(double) * used);
	double *value = allocate_checked(AHEAD_WHAT, sizeof(double) * 3 * ahead.steps);
	AheadWork work = {.model = model, .rows = block};
	cs_workspace workspace;
	Size size;

	ahead.history = values + (rows - block) * columns;
	ahead.rows = block;
	ahead.most_rows = model->rows_needed;
	ahead.columns = columns;
	ahead.level = model->level;
	ahead.next_row = next_row;
	ahead.context = &work;
	if (known != NULL)
		work.known = known + rows - block;
	if (model->half_width < 0)
		ahead.paths = 0;
	if (ahead.paths > 0)
	{
		ahead.errors = history_errors(model, values + (rows - used) * columns,
									  known == NULL ? NULL : known + rows - used, used, error);
		if (ahead.errors < MIN_ERRORS)
			ahead.paths = ahead.errors = 0;
		else
			calibrate(model, error, ahead.errors);
		ahead.error = error;
	}
	size = cs_forecast_ahead_workspace_size(&ahead);
	cs_workspace_initialize(&workspace, allocate_checked(AHEAD_WHAT, size), size);
	check_status(cs_forecast_ahead_run(&ahead, &workspace, value, value + ahead.steps,
									   value + 2 * ahead.steps),
				 AHEAD_WHAT);
	put_steps(fcinfo, model, &ahead, value);
}

Datum
forecast_ahead(FunctionCallInfo fcinfo, AheadModelReader read)
{
	AheadModel model = {0};
	cs_forecast_ahead ahead = {0};
	double *values;
	bool *known = NULL;
	int64 first = 0;
	int rows;
	int64 count;

	ahead.steps = count_argument(fcinfo, ARGUMENT_STEPS, "steps", 1, MAX_STEPS);
	ahead.paths = count_argument(fcinfo, ARGUMENT_PATHS, "paths", 0, MAX_PATHS);
	check_not_null(AHEAD_WHAT, "seed", PG_ARGISNULL(ARGUMENT_SEED));
	ahead.seed = (uint64) PG_GETARG_INT64(ARGUMENT_SEED);
	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(ARGUMENT_MODEL) || PG_ARGISNULL(ARGUMENT_Y))
		return (Datum) 0;
	read(PG_GETARG_DATUM(ARGUMENT_MODEL), &model);
	values = read_history(fcinfo, &model, &rows);
	/* as in a window: nothing is forecast where y is missing */
	if (rows == 0 || isnan(values[(Size) (rows - 1) * (1 + model.features)]))
		return (Datum) 0;
	count = rows;
	if (model.drop)
		count = drop_rows(values, rows, 1 + model.features);
	if (model.carry)
	{
		known = allocate_checked(AHEAD_WHAT, sizeof(bool) * rows);
		first = cs_carry_forward(values, rows, 1 + model.features, 1, known);
		count = rows - first;
	}
	if (count == 0)
		report_too_few(AHEAD_WHAT, model.rows_needed, count);
	run(fcinfo, &model, values + first * (1 + model.features), known == NULL ? NULL : known + first,
		count, ahead);
	return (Datum) 0;
}
