/*
 * smoothing_spline.c
 *		smoothing_spline, a window function and a function of arrays.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "numeric/signal/smoothing_spline.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "smoothing_spline"

enum
{
	ARGUMENT_X,
	ARGUMENT_SMOOTHING,
	ARGUMENT_TRAILING,
	ARGUMENT_AT
};

/* The rows of a partition, or the elements of arrays. */
typedef struct Rows
{
	int64 count;
	const double *x;
	const double *at; /* NULL = equally spaced */
	double smoothing; /* NaN = cross-validation */
	int trailing;	  /* 0 = all rows */
} Rows;

/* What the window function keeps of a partition. */
typedef struct Partition
{
	double *fitted; /* NaN = NULL */
} Partition;

static double
smoothing_bound(Datum datum, bool isnull)
{
	double bound;

	if (isnull)
		return NAN;
	bound = finite_value(datum, false, WHAT ": smoothing", NULL);
	if (bound < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": smoothing is %g, it must be at least 0", bound),
						errhint("smoothing bounds the sum of squared residuals; 0 interpolates, "
								"NULL stands for cross-validation.")));
	return bound;
}

static void
check_places(const Rows *rows)
{
	for (int64 i = 1; rows->at != NULL && i < rows->count; i++)
		if (rows->at[i] <= rows->at[i - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": at is %.17g in row " INT64_FORMAT
										" and %.17g in the row before, it must increase",
								   rows->at[i], i + 1, rows->at[i - 1]),
							errhint("Order the rows by it, and take one row for each place.")));
}

/* The fitted values of all rows; NaN where a row sees too few. */
static double *
smooth(const Rows *rows)
{
	int64 need = isnan(rows->smoothing) ? CS_SMOOTHING_SPLINE_GCV_POINTS : 1;
	int64 window = rows->trailing > 0 ? Min(rows->trailing, rows->count) : rows->count;
	Size size;
	void *block;
	double *fitted;
	cs_workspace workspace;
	cs_status status;

	check_places(rows);
	if ((rows->trailing > 0 ? rows->trailing : window) < need)
		report_too_few(WHAT " by cross-validation", need,
					   rows->trailing > 0 ? rows->trailing : window);
	/* the windows that see enough, if there are any */
	window = Max(window, need);
	size = rows->trailing > 0 ? cs_smoothing_spline_trailing_workspace_size(window)
							  : cs_smoothing_spline_workspace_size(window);
	if (size != SIZE_MAX)
		check_memory(WHAT, size + rows->count * sizeof(double));
	block = allocate_checked(WHAT, size);
	fitted = allocate_checked(WHAT, rows->count * sizeof(double));
	cs_workspace_initialize(&workspace, block, size);
	if (rows->trailing > 0)
		status = cs_smoothing_spline_trailing(rows->count, rows->x, rows->at, window,
											  rows->smoothing, &workspace, fitted);
	else
		status = cs_smoothing_spline_fit(rows->count, rows->x, rows->at, rows->smoothing,
										 &workspace, fitted, NULL);
	check_status(status, WHAT);
	pfree(block);
	return fitted;
}

/* Reads and smooths a partition, in its memory. */
static void
smooth_partition(FunctionCallInfo fcinfo, Partition *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Rows rows = {.count = WinGetPartitionRowCount(window)};
	double *x, *at = NULL;
	Datum datum;
	bool isnull;

	datum = partition_parameter(fcinfo, WHAT, ARGUMENT_SMOOTHING, "smoothing", &isnull);
	rows.smoothing = smoothing_bound(datum, isnull);
	datum = partition_parameter(fcinfo, WHAT, ARGUMENT_TRAILING, "trailing_rows", &isnull);
	rows.trailing = trailing_rows(WHAT, datum, isnull);
	(void) partition_argument(window, ARGUMENT_AT, 0, &isnull);
	if (isnull)
		(void) partition_parameter(fcinfo, WHAT, ARGUMENT_AT, "at", &isnull);
	else
		rows.at = at = partition_doubles(window, WHAT, ARGUMENT_AT, "at", false);
	rows.x = x = partition_doubles(window, WHAT, ARGUMENT_X, "x", false);
	partition->fitted = smooth(&rows);
	pfree(x);
	if (at != NULL)
		pfree(at);
}

/*
 * smoothing_spline(x, smoothing, trailing, at) OVER (...)
 */
PG_FUNCTION_INFO_V1(creditspread_smoothing_spline);
Datum
creditspread_smoothing_spline(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	Partition *partition = partition_memory(window, sizeof(Partition), &context);
	double value;

	if (partition->fitted == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		smooth_partition(fcinfo, partition);
		MemoryContextSwitchTo(old);
	}
	value = partition->fitted[WinGetCurrentPosition(window)];
	if (isnan(value))
		PG_RETURN_NULL();
	return finite_datum(WHAT, value);
}

/* A float8[] with NULL for NaN. */
static Datum
nullable_doubles(const double *values, int count)
{
	Datum *elements = allocate_checked(WHAT, count * sizeof(Datum));
	bool *nulls = allocate_checked(WHAT, count * sizeof(bool));
	int lower = 1;

	for (int i = 0; i < count; i++)
		elements[i] = nullable_datum(WHAT, values[i], &nulls[i]);
	return PointerGetDatum(construct_md_array(elements, nulls, 1, &count, &lower, FLOAT8OID,
											  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/*
 * smoothing_spline(x[], smoothing, trailing, at[])
 */
PG_FUNCTION_INFO_V1(creditspread_smoothing_spline_array);
Datum
creditspread_smoothing_spline_array(PG_FUNCTION_ARGS)
{
	Rows rows;
	int count, places;

	if (PG_ARGISNULL(ARGUMENT_X))
		PG_RETURN_NULL();
	rows.smoothing =
		smoothing_bound(PG_GETARG_DATUM(ARGUMENT_SMOOTHING), PG_ARGISNULL(ARGUMENT_SMOOTHING));
	rows.trailing =
		trailing_rows(WHAT, PG_GETARG_DATUM(ARGUMENT_TRAILING), PG_ARGISNULL(ARGUMENT_TRAILING));
	rows.x = array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_X), WHAT, "x", false, &count);
	rows.count = count;
	rows.at = NULL;
	if (!PG_ARGISNULL(ARGUMENT_AT))
	{
		rows.at = array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_AT), WHAT, "at", false, &places);
		if (places != count)
			ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
							errmsg(WHAT ": at has %d elements, x has %d", places, count),
							errhint("Give the place of each element of x.")));
	}
	if (count == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	PG_RETURN_DATUM(nullable_doubles(smooth(&rows), count));
}
