/*
 * stl.c
 *		stl_decompose, a window function and a function of arrays that returns rows.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "numeric/signal/stl.h"
#include "postgres/base/composite.h"
#include "postgres/base/progress.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "stl_decompose"
#define COMPONENTS 4

enum
{
	ARGUMENT_X,
	ARGUMENT_PERIOD,
	ARGUMENT_SEASONAL,
	ARGUMENT_TREND,
	ARGUMENT_LOW_PASS,
	ARGUMENT_ROBUST,
	ARGUMENT_SEASONAL_DEGREE,
	ARGUMENT_TREND_DEGREE,
	ARGUMENT_LOW_PASS_DEGREE,
	ARGUMENT_INNER_ITERATIONS,
	ARGUMENT_OUTER_ITERATIONS,
	ARGUMENT_TRAILING,
	ARGUMENTS
};

static const char *const argument_name[ARGUMENTS] = {"x",
													 "period",
													 "seasonal",
													 "trend",
													 "low_pass",
													 "robust",
													 "seasonal_degree",
													 "trend_degree",
													 "low_pass_degree",
													 "inner_iterations",
													 "outer_iterations",
													 "trailing_rows"};

/* All arguments but x, of a partition or of a call. */
typedef struct Arguments
{
	Datum value[ARGUMENTS];
	bool isnull[ARGUMENTS];
} Arguments;

/* The components of `rows` rows, each [rows]; the trend is NaN for a row that sees too few. */
typedef struct Components
{
	double *trend, *seasonal, *remainder, *weight;
} Components;

/* What the window function keeps of a partition. */
typedef struct Partition
{
	Components components;
	TupleDesc descriptor;
} Partition;

/* An integer argument that is at least `minimum`; NULL stands for `missing`. */
static int64
at_least(const Arguments *arguments, int argument, int64 minimum, int64 missing)
{
	int32 value = DatumGetInt32(arguments->value[argument]);

	if (arguments->isnull[argument])
		return missing;
	if (value < minimum)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": %s is %d, it must be at least %d", argument_name[argument],
							   value, (int) minimum),
						errhint("See the function's comment for the range of its arguments.")));
	return value;
}

/* A window: odd, at least 3 and larger than `above`. */
static int64
window_argument(const Arguments *arguments, int argument, int64 above, int64 missing)
{
	int64 window = at_least(arguments, argument, 3, missing);

	if (window % 2 == 0 || window <= above)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 above == 0 ? errmsg(WHAT ": %s is %d, it must be odd", argument_name[argument],
									 (int) window)
							: errmsg(WHAT ": %s is %d, it must be odd and larger than the period, "
										  "%d",
									 argument_name[argument], (int) window, (int) above),
				 errhint("Windows are odd numbers of rows around a row.")));
	return window;
}

static int
degree_argument(const Arguments *arguments, int argument)
{
	int64 degree = at_least(arguments, argument, 0, 1);

	if (degree > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": %s is %d, it must be 0 or 1", argument_name[argument],
							   (int) degree),
						errhint("0 smooths by local means, 1 by local lines.")));
	return (int) degree;
}

static cs_stl_options
read_options(const Arguments *arguments)
{
	bool robust =
		!arguments->isnull[ARGUMENT_ROBUST] && DatumGetBool(arguments->value[ARGUMENT_ROBUST]);
	cs_stl_options options;

	if (arguments->isnull[ARGUMENT_PERIOD])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg(WHAT ": period is NULL"),
						errhint("Give the number of rows after which the season repeats.")));
	options.period = at_least(arguments, ARGUMENT_PERIOD, 2, 0);
	options.seasonal = window_argument(arguments, ARGUMENT_SEASONAL, 0, 7);
	options.trend = window_argument(arguments, ARGUMENT_TREND, options.period,
									cs_stl_default_trend(options.period, options.seasonal));
	options.low_pass = window_argument(arguments, ARGUMENT_LOW_PASS, options.period,
									   cs_stl_default_low_pass(options.period));
	options.seasonal_degree = degree_argument(arguments, ARGUMENT_SEASONAL_DEGREE);
	options.trend_degree = degree_argument(arguments, ARGUMENT_TREND_DEGREE);
	options.low_pass_degree = degree_argument(arguments, ARGUMENT_LOW_PASS_DEGREE);
	options.inner_iterations = at_least(arguments, ARGUMENT_INNER_ITERATIONS, 1, robust ? 2 : 5);
	options.outer_iterations = at_least(arguments, ARGUMENT_OUTER_ITERATIONS, 0, robust ? 15 : 0);
	return options;
}

/* Decomposes x[count] in one go; `part` of `parts` such works is this one. */
static void
decompose_window(const double *x, int64 count, const cs_stl_options *options, void *block,
				 Size size, const Components *result, Progress *progress, int64 part, int64 parts)
{
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	progress_enter(progress, (double) part / (double) parts, 1 / (double) parts);
	status = cs_stl_decompose(count, x, options, &workspace, result->trend, result->seasonal,
							  result->remainder, result->weight);
	progress_leave(progress);
	check_status(status, WHAT);
}

static Components
allocate_components(int64 rows)
{
	Components components;
	Size bytes = rows * sizeof(double);

	components.trend = allocate_checked(WHAT, bytes);
	components.seasonal = allocate_checked(WHAT, bytes);
	components.remainder = allocate_checked(WHAT, bytes);
	components.weight = allocate_checked(WHAT, bytes);
	return components;
}

/* Each row by the last rows up to it. */
static void
decompose_trailing(const double *x, int64 rows, int64 most, const cs_stl_options *options,
				   void *block, Size size, const Components *result, Progress *progress)
{
	Components window = allocate_components(most);

	for (int64 i = 0; i < rows; i++)
	{
		int64 seen = Min(i + 1, most);

		result->trend[i] = NAN;
		if (seen < 2 * (int64) options->period)
			continue;
		decompose_window(x + i + 1 - seen, seen, options, block, size, &window, progress, i, rows);
		result->trend[i] = window.trend[seen - 1];
		result->seasonal[i] = window.seasonal[seen - 1];
		result->remainder[i] = window.remainder[seen - 1];
		result->weight[i] = window.weight[seen - 1];
	}
	pfree(window.trend);
	pfree(window.seasonal);
	pfree(window.remainder);
	pfree(window.weight);
}

static Components
decompose(const double *x, int64 rows, const Arguments *arguments)
{
	cs_stl_options options = read_options(arguments);
	int trailing = trailing_rows(WHAT, arguments->value[ARGUMENT_TRAILING],
								 arguments->isnull[ARGUMENT_TRAILING]);
	int64 most = trailing > 0 && trailing < rows ? trailing : rows;
	int64 need = 2 * (int64) options.period;
	Components components;
	Progress progress;
	Size size;
	void *block;

	if (trailing > 0 ? trailing < need : rows < need)
		report_too_few(psprintf(WHAT " with period %d", (int) options.period), need,
					   trailing > 0 ? trailing : rows);
	size = cs_stl_workspace_size(most, &options);
	if (size != SIZE_MAX)
		check_memory(WHAT, size + COMPONENTS * (rows + (trailing > 0 ? most : 0)) * sizeof(double));
	block = allocate_checked(WHAT, size);
	components = allocate_components(rows);
	progress_start(&progress, WHAT);
	if (trailing > 0)
		decompose_trailing(x, rows, most, &options, block, size, &components, &progress);
	else
		decompose_window(x, rows, &options, block, size, &components, &progress, 0, 1);
	pfree(block);
	return components;
}

static void
component_values(const Components *components, int64 row, Datum *values)
{
	values[0] = finite_datum(WHAT, components->trend[row]);
	values[1] = finite_datum(WHAT, components->seasonal[row]);
	values[2] = finite_datum(WHAT, components->remainder[row]);
	values[3] = finite_datum(WHAT, components->weight[row]);
}

static void
decompose_partition(FunctionCallInfo fcinfo, Partition *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Arguments arguments;
	double *x;

	for (int i = ARGUMENT_X + 1; i < ARGUMENTS; i++)
		arguments.value[i] =
			partition_parameter(fcinfo, WHAT, i, argument_name[i], &arguments.isnull[i]);
	x = partition_doubles(window, WHAT, ARGUMENT_X, argument_name[ARGUMENT_X], false);
	partition->components = decompose(x, WinGetPartitionRowCount(window), &arguments);
	pfree(x);
	partition->descriptor = result_descriptor(fcinfo);
}

/*
 * stl_decompose(x, period, ...) OVER (...): trend, seasonal, remainder, weight
 */
PG_FUNCTION_INFO_V1(creditspread_stl_decompose);
Datum
creditspread_stl_decompose(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64 row = WinGetCurrentPosition(window);
	MemoryContext context;
	Partition *partition = partition_memory(window, sizeof(Partition), &context);
	Datum values[COMPONENTS];
	bool nulls[COMPONENTS] = {false};

	if (partition->descriptor == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		decompose_partition(fcinfo, partition);
		MemoryContextSwitchTo(old);
	}
	if (isnan(partition->components.trend[row]))
		PG_RETURN_NULL();
	component_values(&partition->components, row, values);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, values, nulls)));
}

/*
 * stl_decompose(x[], period, ...): a row for each element
 */
PG_FUNCTION_INFO_V1(creditspread_stl_decompose_array);
Datum
creditspread_stl_decompose_array(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	bool missing[COMPONENTS] = {true, true, true, true};
	bool present[COMPONENTS] = {false};
	Arguments arguments;
	Components components;
	int rows;
	double *x;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(ARGUMENT_X))
		return (Datum) 0;
	for (int i = ARGUMENT_X + 1; i < ARGUMENTS; i++)
	{
		arguments.value[i] = PG_GETARG_DATUM(i);
		arguments.isnull[i] = PG_ARGISNULL(i);
	}
	x = array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_X), WHAT, argument_name[ARGUMENT_X], false,
					  &rows);
	if (rows == 0)
		return (Datum) 0;
	components = decompose(x, rows, &arguments);
	for (int i = 0; i < rows; i++)
	{
		Datum values[COMPONENTS] = {0};

		CHECK_FOR_INTERRUPTS();
		if (!isnan(components.trend[i]))
			component_values(&components, i, values);
		tuplestore_putvalues(result->setResult, result->setDesc, values,
							 isnan(components.trend[i]) ? missing : present);
	}
	return (Datum) 0;
}
