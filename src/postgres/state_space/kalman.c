/*
 * kalman.c
 *		kalman_filter and kalman_smooth of one state: window functions and functions of arrays.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/state_space/kalman.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

static const char *const argument_names[KALMAN_ARGUMENTS] = {
	"transition",	 "process_variance", "observation_variance",
	"initial_state", "initial_variance", "start"};

void
fixed_arguments_read(FixedArguments *fixed, FunctionCallInfo fcinfo, const char *what, int first,
					 int count, const char *const *names)
{
	*fixed = (FixedArguments){.what = what, .first = first, .count = count, .names = names};
	for (int i = 0; i < count; i++)
	{
		Datum value = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), first + i, &fixed->nulls[i]);
		int16 length;
		bool by_value;

		get_typlenbyval(argument_type(fcinfo, first + i), &length, &by_value);
		fixed->stable[i] = get_fn_expr_arg_stable(fcinfo->flinfo, first + i);
		fixed->values[i] = fixed->nulls[i] ? (Datum) 0 : datumCopy(value, by_value, length);
	}
}

void
fixed_arguments_check(const FixedArguments *fixed, FunctionCallInfo fcinfo, int64 row)
{
	for (int i = 0; i < fixed->count; i++)
	{
		bool isnull;
		Datum value;
		int16 length;
		bool by_value;

		if (fixed->stable[i])
			continue;
		value = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), fixed->first + i, &isnull);
		get_typlenbyval(argument_type(fcinfo, fixed->first + i), &length, &by_value);
		if (isnull != fixed->nulls[i] ||
			(!isnull && !datum_image_eq(value, fixed->values[i], by_value, length)))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: %s in row " INT64_FORMAT
								   " of the partition is not what it is in the first",
								   fixed->what, fixed->names[i], row + 1),
							errhint("Use one value for the whole partition, or partition by it.")));
	}
}

/* A number that must be there: NULL is error 22004, NaN and infinity 22003. */
static double
kalman_number(const char *what, const char *name, Datum value, bool isnull)
{
	double number = isnull ? 0 : DatumGetFloat8(value);

	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: %s is NULL", what, name), errhint("Give a number.")));
	if (!isfinite(number))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: %s is %g", what, name, number), errhint("Give a number.")));
	return number;
}

static double
variance_argument(const char *what, int argument, const Datum *values, const bool *nulls)
{
	double variance =
		kalman_number(what, argument_names[argument], values[argument], nulls[argument]);

	if (variance < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %s is %g, must not be negative", what, argument_names[argument],
							   variance),
						errhint("Give a variance, in squared units of the observation.")));
	return variance;
}

cs_kalman_start
kalman_start_of_text(const char *what, Datum datum, bool isnull)
{
	const char *name = isnull ? "NULL" : TextDatumGetCString(datum);

	if (!isnull && strcmp(name, "predicted") == 0)
		return CS_KALMAN_PREDICTED;
	if (!isnull && strcmp(name, "filtered") == 0)
		return CS_KALMAN_FILTERED;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: start is %s, must be predicted or filtered", what, name),
					errhint("'predicted': the initial state is that of the first row before its "
							"observation; 'filtered': that of the row before.")));
}

cs_kalman
kalman_of_arguments(const char *what, const Datum *values, const bool *nulls)
{
	cs_kalman_model model = {.observation = 1};
	cs_kalman_start start = kalman_start_of_text(what, values[KALMAN_START], nulls[KALMAN_START]);
	double state = 0;
	double variance = 0;
	cs_kalman filter;

	model.transition =
		kalman_number(what, "transition", values[KALMAN_TRANSITION], nulls[KALMAN_TRANSITION]);
	model.process_variance = variance_argument(what, KALMAN_PROCESS_VARIANCE, values, nulls);
	model.observation_variance =
		variance_argument(what, KALMAN_OBSERVATION_VARIANCE, values, nulls);
	if (model.process_variance == 0 && model.observation_variance == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: process_variance and observation_variance are both 0", what),
						errhint("One of them must be positive.")));
	if (nulls[KALMAN_INITIAL_STATE] != nulls[KALMAN_INITIAL_VARIANCE])
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s: %s is NULL, %s is not", what,
						argument_names[KALMAN_INITIAL_STATE + nulls[KALMAN_INITIAL_VARIANCE]],
						argument_names[KALMAN_INITIAL_STATE + nulls[KALMAN_INITIAL_STATE]]),
				 errhint("Give both, or neither for a start of which nothing is known.")));
	if (nulls[KALMAN_INITIAL_STATE])
		start = CS_KALMAN_DIFFUSE;
	else
	{
		state = kalman_number(what, "initial_state", values[KALMAN_INITIAL_STATE], false);
		variance = variance_argument(what, KALMAN_INITIAL_VARIANCE, values, nulls);
	}
	check_status(cs_kalman_initialize(&filter, &model, start, state, variance), what);
	return filter;
}

double
kalman_observation(const char *what, const char *name, Datum value, bool isnull, int64 row,
				   double null_value)
{
	double number = isnull ? null_value : DatumGetFloat8(value);

	if (unlikely(!isnull && !isfinite(number)))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: %s in row " INT64_FORMAT " is %g", what, name, row + 1, number),
						errhint("NULL stands for a missing value.")));
	return number;
}

void
check_kalman_status(cs_status status, const char *what, int64 row)
{
	if (likely(status == CS_OK))
		return;
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: the state overflows in row " INT64_FORMAT, what, row),
						errhint("Use a transition that does not grow, or scale the series.")));
	if (status == CS_ZERO_VARIANCE)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: the observation of row " INT64_FORMAT
							   " has no variance, given the state",
							   what, row),
						errhint("Give a positive observation or initial variance.")));
	check_status(status, what);
}

Datum
kalman_column(double value, bool *isnull)
{
	return nullable_datum("the Kalman filter", value, isnull);
}

void
kalman_estimate_columns(const cs_kalman_row *row, Datum *values, bool *nulls)
{
	const double columns[KALMAN_ESTIMATE_COLUMNS] = {row->predicted,
													 row->filtered,
													 row->variance,
													 row->gain,
													 row->innovation,
													 row->predicted_variance,
													 row->innovation_variance,
													 row->log_likelihood};

	for (int i = 0; i < KALMAN_ESTIMATE_COLUMNS; i++)
		values[i] = kalman_column(columns[i], &nulls[i]);
}

/* ---- the filter ------------------------------------------------------------------------- */

enum
{
	ARGUMENT_Y,
	ARGUMENT_FIXED,
	ARGUMENT_CONTROL = ARGUMENT_FIXED + KALMAN_ARGUMENTS,
	ARGUMENT_LOOKAHEAD
};

typedef struct FilterPartition
{
	bool ready;
	int64 next; /* row */
	FixedArguments fixed;
	cs_kalman filter;
	TupleDesc descriptor;
} FilterPartition;

/*
 * kalman_filter(y, transition, process_variance, observation_variance, initial_state,
 * initial_variance, start, control) OVER (...): a kalman_estimate.  Rows pass one by one; nothing
 * of them is kept.
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_filter);
Datum
creditspread_kalman_filter(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	FilterPartition *partition = partition_memory(window, sizeof(FilterPartition), &context);
	Datum values[KALMAN_ESTIMATE_COLUMNS];
	bool nulls[KALMAN_ESTIMATE_COLUMNS];
	bool isnull;
	double y;
	double control;
	cs_kalman_row row;

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		fixed_arguments_read(&partition->fixed, fcinfo, "kalman_filter", ARGUMENT_FIXED,
							 KALMAN_ARGUMENTS, argument_names);
		partition->filter =
			kalman_of_arguments("kalman_filter", partition->fixed.values, partition->fixed.nulls);
		partition->descriptor = result_descriptor(fcinfo);
		partition->ready = true;
		MemoryContextSwitchTo(old);
	}
	Assert(WinGetCurrentPosition(window) == partition->next);
	fixed_arguments_check(&partition->fixed, fcinfo, partition->next);
	y = DatumGetFloat8(WinGetFuncArgCurrent(window, ARGUMENT_Y, &isnull));
	y = kalman_observation("kalman_filter", "y", Float8GetDatum(y), isnull, partition->next, NAN);
	control = DatumGetFloat8(WinGetFuncArgCurrent(window, ARGUMENT_CONTROL, &isnull));
	control = kalman_observation("kalman_filter", "control", Float8GetDatum(control), isnull,
								 partition->next, 0);
	partition->next++;
	check_kalman_status(cs_kalman_step(&partition->filter, y, control, &row), "kalman_filter",
						partition->next);
	kalman_estimate_columns(&row, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, values, nulls)));
}

/* The series and the filter of a function of arrays. */
typedef struct ArraySeries
{
	int length;
	double *y;
	double *control; /* NULL = none */
	cs_kalman filter;
} ArraySeries;

/* Effects of controls: NULL is none. */
static double *
control_series(ArrayType *array, const char *what, int expected)
{
	int length;
	double *control = array_doubles(array, what, "control", true, &length);

	if (length != expected)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: control has %d elements, y has %d", what, length, expected),
						errhint("Give one effect of the control for each observation.")));
	for (int i = 0; i < length; i++)
		if (isnan(control[i]))
			control[i] = 0;
	return control;
}

static bool
read_array_series(FunctionCallInfo fcinfo, const char *what, ArraySeries *series)
{
	Datum values[KALMAN_ARGUMENTS];
	bool nulls[KALMAN_ARGUMENTS];

	for (int i = 0; i < KALMAN_ARGUMENTS; i++)
	{
		values[i] = PG_GETARG_DATUM(ARGUMENT_FIXED + i);
		nulls[i] = PG_ARGISNULL(ARGUMENT_FIXED + i);
	}
	series->filter = kalman_of_arguments(what, values, nulls);
	if (PG_ARGISNULL(ARGUMENT_Y))
		return false;
	series->y = array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_Y), what, "y", true, &series->length);
	series->control =
		PG_ARGISNULL(ARGUMENT_CONTROL)
			? NULL
			: control_series(PG_GETARG_ARRAYTYPE_P(ARGUMENT_CONTROL), what, series->length);
	return true;
}

/*
 * kalman_filter(y[], ..., control[]): a kalman_estimate for each element
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_filter_array);
Datum
creditspread_kalman_filter_array(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ArraySeries series;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!read_array_series(fcinfo, "kalman_filter", &series))
		return (Datum) 0;
	for (int i = 0; i < series.length; i++)
	{
		Datum values[KALMAN_ESTIMATE_COLUMNS];
		bool nulls[KALMAN_ESTIMATE_COLUMNS];
		cs_kalman_row row;

		CHECK_FOR_INTERRUPTS();
		check_kalman_status(cs_kalman_step(&series.filter, series.y[i],
										   series.control == NULL ? 0 : series.control[i], &row),
							"kalman_filter", i + 1);
		kalman_estimate_columns(&row, values, nulls);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* ---- the smoother ----------------------------------------------------------------------- */

/* Filtered moments of all rows, in the current context. */
static cs_kalman_moments *
filter_moments(cs_kalman *filter, int64 rows, const double *y, const double *control)
{
	cs_kalman_moments *moments =
		allocate_checked("kalman_smooth", (Size) rows * sizeof(cs_kalman_moments));

	for (int64 i = 0; i < rows; i++)
	{
		cs_kalman_row row;

		check_interrupts_slow(i);
		check_kalman_status(cs_kalman_step(filter, y[i], control == NULL ? 0 : control[i], &row),
							"kalman_smooth", i + 1);
		moments[i] = (cs_kalman_moments){row.filtered, row.variance};
	}
	return moments;
}

/* From what the rows up to `last` say of it back to row `first`. */
static cs_kalman_moments
smooth_back(const cs_kalman_model *model, const cs_kalman_moments *filtered, const double *control,
			int64 last, int64 first)
{
	cs_kalman_moments smoothed = filtered[last];

	for (int64 i = last - 1; i >= first; i--)
	{
		check_interrupts_slow(i);
		cs_kalman_smooth_step(model, &filtered[i], control == NULL ? 0 : control[i + 1], &smoothed);
	}
	return smoothed;
}

/* Filtered becomes smoothed, over all rows. */
static void
smooth_all(const cs_kalman_model *model, cs_kalman_moments *moments, const double *control,
		   int64 rows)
{
	for (int64 i = rows - 2; i >= 0; i--)
	{
		cs_kalman_moments smoothed = moments[i + 1];

		check_interrupts_slow(i);
		cs_kalman_smooth_step(model, &moments[i], control == NULL ? 0 : control[i + 1], &smoothed);
		moments[i] = smoothed;
	}
}

int64
kalman_lookahead(Datum value, bool isnull)
{
	if (!isnull && DatumGetInt32(value) < 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("kalman_smooth: lookahead is %d, must not be negative", DatumGetInt32(value)),
			 errhint("lookahead is the number of later rows that a row is smoothed with; "
					 "NULL stands for all of them.")));
	return isnull ? -1 : DatumGetInt32(value);
}

typedef struct SmoothPartition
{
	bool ready;
	int64 rows;
	int64 lookahead; /* -1 = all rows */
	cs_kalman_model model;
	cs_kalman_moments *moments; /* filtered, or smoothed where lookahead is -1 */
	double *control;
	TupleDesc descriptor;
} SmoothPartition;

static cs_kalman_moments
smoothed_row(const SmoothPartition *partition, int64 row)
{
	if (partition->lookahead < 0)
		return partition->moments[row];
	return smooth_back(&partition->model, partition->moments, partition->control,
					   Min(row + partition->lookahead, partition->rows - 1), row);
}

/* The effects of the controls over a partition, NULL = none. */
static double *
partition_control(WindowObject window, int64 rows)
{
	double *control = partition_doubles(window, "kalman_smooth", ARGUMENT_CONTROL, "control", true);
	for (int64 i = 0; i < rows; i++)
		if (isnan(control[i]))
			control[i] = 0;
	return control;
}

static void
start_smooth_partition(FunctionCallInfo fcinfo, SmoothPartition *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Datum values[KALMAN_ARGUMENTS];
	bool nulls[KALMAN_ARGUMENTS];
	bool isnull;
	Datum lookahead;
	cs_kalman filter;
	double *y;

	partition->rows = WinGetPartitionRowCount(window);
	for (int i = 0; i < KALMAN_ARGUMENTS; i++)
		values[i] = partition_parameter(fcinfo, "kalman_smooth", ARGUMENT_FIXED + i,
										argument_names[i], &nulls[i]);
	filter = kalman_of_arguments("kalman_smooth", values, nulls);
	lookahead =
		partition_parameter(fcinfo, "kalman_smooth", ARGUMENT_LOOKAHEAD, "lookahead", &isnull);
	partition->lookahead = kalman_lookahead(lookahead, isnull);
	partition->model = filter.model;
	y = partition_doubles(window, "kalman_smooth", ARGUMENT_Y, "y", true);
	partition->control = partition_control(window, partition->rows);
	partition->moments = filter_moments(&filter, partition->rows, y, partition->control);
	pfree(y);
	if (partition->lookahead < 0)
		smooth_all(&partition->model, partition->moments, partition->control, partition->rows);
	partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
}

/*
 * kalman_smooth(y, ..., control, lookahead) OVER (...): smoothed, variance
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_smooth);
Datum
creditspread_kalman_smooth(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	SmoothPartition *partition = partition_memory(window, sizeof(SmoothPartition), &context);
	cs_kalman_moments smoothed;
	Datum values[2];
	bool nulls[2];

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		start_smooth_partition(fcinfo, partition);
		MemoryContextSwitchTo(old);
	}
	CHECK_FOR_INTERRUPTS();
	smoothed = smoothed_row(partition, WinGetCurrentPosition(window));
	values[0] = kalman_column(smoothed.mean, &nulls[0]);
	values[1] = kalman_column(smoothed.variance, &nulls[1]);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(partition->descriptor, values, nulls)));
}

/*
 * kalman_smooth(y[], ..., control[], lookahead): smoothed, variance for each element
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_smooth_array);
Datum
creditspread_kalman_smooth_array(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	SmoothPartition partition = {0};
	ArraySeries series;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	partition.lookahead =
		kalman_lookahead(PG_GETARG_DATUM(ARGUMENT_LOOKAHEAD), PG_ARGISNULL(ARGUMENT_LOOKAHEAD));
	if (!read_array_series(fcinfo, "kalman_smooth", &series))
		return (Datum) 0;
	partition.rows = series.length;
	partition.control = series.control;
	partition.model = series.filter.model;
	partition.moments = filter_moments(&series.filter, series.length, series.y, series.control);
	if (partition.lookahead < 0)
		smooth_all(&partition.model, partition.moments, series.control, series.length);
	for (int i = 0; i < series.length; i++)
	{
		cs_kalman_moments smoothed = smoothed_row(&partition, i);
		Datum values[2];
		bool nulls[2];

		CHECK_FOR_INTERRUPTS();
		values[0] = kalman_column(smoothed.mean, &nulls[0]);
		values[1] = kalman_column(smoothed.variance, &nulls[1]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
