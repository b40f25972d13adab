/*
 * information_coefficient.c
 *		The aggregates information_coefficient and information_coefficient_decay, and the window and
 *		array function rolling_information_coefficient.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "numeric/evaluation/information_coefficient.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/row_series.h"
#include "postgres/state/series_state.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define ROLLING "rolling_information_coefficient"

typedef struct CoefficientOptions
{
	int window_size;
	int correlation; /* a cs_correlation */
	int lag;
	int max_lag;
	int on_error; /* an OnError */
} CoefficientOptions;

/* Those of the two aggregates. */
typedef enum CoefficientFamily
{
	FAMILY_COEFFICIENT,
	FAMILY_DECAY
} CoefficientFamily;

static const OptionSpec coefficient_specs[] = {
#define OF(family, value) OF_##family(value)
#define OF_coefficient(value) [FAMILY_COEFFICIENT] = (value),
#define OF_decay(value) [FAMILY_DECAY] = (value),
#define OPTIONS_OF CoefficientOptions
#include "postgres/options/information_coefficient.def"
};
static const OptionTable coefficient_table = OPTION_TABLE(coefficient_specs, FAMILY_COEFFICIENT);
static const OptionTable decay_table = OPTION_TABLE(coefficient_specs, FAMILY_DECAY);

/*
 * transition(state, time, feature, y [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_information_coefficient_transition);
Datum
creditspread_information_coefficient_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = PG_NARGS() > 4 && !PG_ARGISNULL(4) ? PG_GETARG_JSONB_P(4) : NULL;
	double row[2];

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return row_state_unchanged(fcinfo, state);
	row[0] = finite_argument(fcinfo, 2, "the feature", &time);
	row[1] = finite_argument(fcinfo, 3, "y", &time);
	PG_RETURN_POINTER(
		series_state_append(fcinfo, "information_coefficient", state, time, row, 2, options));
}

static Series
sorted_rows(const RowState *state, const char *what)
{
	Series series = series_state_sorted(state, what);

	if (series.count > 0)
		check_row_columns(what, series.columns, 2, 2);
	return series;
}

static void
report_overflow(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("%s: the moments of a window are too large or too small", what),
					errhint("Scale the feature and y.")));
}

/*
 * A coefficient over all windows in a block of its own, which is freed; false: NULL is wanted
 * instead of an error.
 */
static bool
compute(const char *what, const Series *series, const CoefficientOptions *options, int lag,
		cs_information_coefficient *coefficient)
{
	Size size = cs_rolling_correlation_size(options->correlation, options->window_size);
	void *block;
	cs_workspace workspace;
	cs_status status;

	if (series->count < (int64) options->window_size + lag &&
		gives_null(CS_TOO_FEW, options->on_error))
		return false;
	if (series->count < (int64) options->window_size + lag)
		report_too_few(
			psprintf("%s with window_size %d and lag %d", what, options->window_size, lag),
			options->window_size + lag, series->count);
	block = allocate_checked(what, size);
	cs_workspace_initialize(&workspace, block, size);
	status = cs_information_coefficient_compute(coefficient, series->values, series->count,
												options->correlation, options->window_size, lag,
												&workspace);
	if (gives_null(status, options->on_error))
		return false;
	if (status == CS_NOT_FINITE)
		report_overflow(what);
	check_status(status, what);
	pfree(block);
	return true;
}

/* NaN stands for NULL. */
static Datum
number_datum(double value, bool *isnull)
{
	return nullable_datum("information_coefficient", value, isnull);
}

/* mean, standard_deviation, information_ratio, windows, constant_windows */
#define SUMMARY_COLUMNS 5

static void
fill_summary(const cs_information_coefficient *coefficient, Datum *values, bool *nulls)
{
	const cs_moments *moments = &coefficient->moments;

	values[0] = number_datum(moments->count == 0 ? NAN : moments->mean, &nulls[0]);
	values[1] = number_datum(cs_information_coefficient_sd(coefficient), &nulls[1]);
	values[2] = number_datum(cs_information_coefficient_ratio(coefficient), &nulls[2]);
	values[3] = Int64GetDatum(moments->count);
	values[4] = Int64GetDatum(coefficient->constant);
	nulls[3] = nulls[4] = false;
}

PG_FUNCTION_INFO_V1(creditspread_information_coefficient_final);
Datum
creditspread_information_coefficient_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "information_coefficient";
	CoefficientOptions options;
	cs_information_coefficient coefficient;
	Series series;
	Progress progress;
	Datum values[SUMMARY_COLUMNS + 1];
	bool nulls[SUMMARY_COLUMNS + 1] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = sorted_rows(row_state_argument(fcinfo, 0), what);
	read_options(series.options, what, &coefficient_table, &options);
	if (series.count == 0)
		PG_RETURN_NULL();
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	if (!compute(what, &series, &options, options.lag, &coefficient))
		PG_RETURN_NULL();
	progress_leave(&progress);
	fill_summary(&coefficient, values, nulls);
	values[SUMMARY_COLUMNS] = Int64GetDatum(series.count);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

PG_FUNCTION_INFO_V1(creditspread_information_coefficient_decay_final);
Datum
creditspread_information_coefficient_decay_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "information_coefficient_decay";
	CoefficientOptions options;
	Series series;
	Progress progress;
	Oid element = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	TupleDesc descriptor;
	Datum *elements;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = sorted_rows(row_state_argument(fcinfo, 0), what);
	read_options(series.options, what, &decay_table, &options);
	if (series.count == 0)
		PG_RETURN_NULL();
	if (series.count < (int64) options.window_size + options.max_lag &&
		gives_null(CS_TOO_FEW, options.on_error))
		PG_RETURN_NULL();
	if (series.count < (int64) options.window_size + options.max_lag)
		report_too_few(psprintf("%s with window_size %d and max_lag %d", what, options.window_size,
								options.max_lag),
					   options.window_size + options.max_lag, series.count);
	descriptor = lookup_rowtype_tupdesc_copy(element, -1);
	elements = palloc(sizeof(Datum) * options.max_lag);
	progress_start(&progress, what);
	for (int lag = 1; lag <= options.max_lag; lag++)
	{
		cs_information_coefficient coefficient;
		Datum values[1 + SUMMARY_COLUMNS];
		bool nulls[1 + SUMMARY_COLUMNS] = {false};

		progress_enter(&progress, (lag - 1.0) / options.max_lag, 1.0 / options.max_lag);
		if (!compute(what, &series, &options, lag, &coefficient))
			PG_RETURN_NULL();
		progress_leave(&progress);
		values[0] = Int32GetDatum(lag);
		fill_summary(&coefficient, values + 1, nulls + 1);
		elements[lag - 1] = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
	}
	PG_RETURN_ARRAYTYPE_P(
		construct_array(elements, options.max_lag, element, -1, false, TYPALIGN_DOUBLE));
}

/* What each row is given; NaN stands for NULL. */
static double *
rolling_values(const double *feature, const double *y, int64 count, int window, int lag,
			   int correlation)
{
	Size size = cs_rolling_correlation_size(correlation, window);
	double *values = allocate_checked(ROLLING, sizeof(double) * count);
	cs_rolling_correlation rolling;
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, allocate_checked(ROLLING, size), size);
	check_status(cs_rolling_correlation_initialize(&rolling, correlation, window, &workspace),
				 ROLLING);
	for (int64 i = 0; i < count; i++)
	{
		values[i] = NAN;
		if (i < lag)
			continue;
		CHECK_FOR_INTERRUPTS();
		if (cs_rolling_correlation_add(&rolling, feature[i - lag], y[i], &values[i]) ==
			CS_NOT_FINITE)
			report_overflow(ROLLING);
	}
	return values;
}

/* Arguments, within the bounds of the options of the same names. */
static int
check_integer(const char *name, Datum datum, bool isnull)
{
	const OptionSpec *spec = option_spec(&coefficient_table, name);
	int value = isnull ? 0 : DatumGetInt32(datum);

	if (isnull || value < spec->minimum || value > spec->maximum)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(ROLLING ": %s is %s, must be from %d to %d", name,
							   isnull ? "NULL" : psprintf("%d", value), (int) spec->minimum,
							   (int) spec->maximum)));
	return value;
}

static int
check_correlation(Datum datum, bool isnull)
{
	char *name = isnull ? NULL : TextDatumGetCString(datum);

	int k = name == NULL ? -1 : option_choice(&coefficient_table, "correlation", name);

	if (k >= 0)
		return k;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg(ROLLING ": correlation is %s, must be \"pearson\" or \"spearman\"",
						   isnull ? "NULL" : psprintf("\"%s\"", name))));
}

enum
{
	ARGUMENT_FEATURE,
	ARGUMENT_Y,
	ARGUMENT_WINDOW,
	ARGUMENT_LAG,
	ARGUMENT_CORRELATION
};

/* The coefficients of a partition's rows, made at its first. */
typedef struct PartitionCoefficients
{
	double *values; /* NULL = not yet made */
} PartitionCoefficients;

static void
start_partition(FunctionCallInfo fcinfo, WindowObject window, PartitionCoefficients *partition)
{
	bool isnull;
	Datum datum = partition_parameter(fcinfo, ROLLING, ARGUMENT_WINDOW, "window_size", &isnull);
	int width = check_integer("window_size", datum, isnull);
	int lag;
	int correlation;
	double *feature, *y;

	datum = partition_parameter(fcinfo, ROLLING, ARGUMENT_LAG, "lag", &isnull);
	lag = check_integer("lag", datum, isnull);
	datum = partition_parameter(fcinfo, ROLLING, ARGUMENT_CORRELATION, "correlation", &isnull);
	correlation = check_correlation(datum, isnull);
	feature = partition_doubles(window, ROLLING, ARGUMENT_FEATURE, "the feature", false);
	y = partition_doubles(window, ROLLING, ARGUMENT_Y, "y", false);
	partition->values =
		rolling_values(feature, y, WinGetPartitionRowCount(window), width, lag, correlation);
	pfree(feature);
	pfree(y);
}

/* rolling_information_coefficient(feature, y, window, lag, correlation) OVER (...) */
PG_FUNCTION_INFO_V1(creditspread_rolling_information_coefficient);
Datum
creditspread_rolling_information_coefficient(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	PartitionCoefficients *partition =
		partition_memory(window, sizeof(PartitionCoefficients), &context);
	double value;

	if (partition->values == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		start_partition(fcinfo, window, partition);
		MemoryContextSwitchTo(old);
	}
	value = partition->values[WinGetCurrentPosition(window)];
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/* rolling_information_coefficient(feature[], y[], window, lag, correlation) */
PG_FUNCTION_INFO_V1(creditspread_rolling_information_coefficient_array);
Datum
creditspread_rolling_information_coefficient_array(PG_FUNCTION_ARGS)
{
	int width, lag, correlation;
	int count, y_count;
	double *feature, *y, *values;
	Datum *elements;
	bool *nulls;
	int lower = 1;

	if (PG_ARGISNULL(ARGUMENT_FEATURE) || PG_ARGISNULL(ARGUMENT_Y))
		PG_RETURN_NULL();
	width = check_integer("window_size", PG_GETARG_DATUM(ARGUMENT_WINDOW),
						  PG_ARGISNULL(ARGUMENT_WINDOW));
	lag = check_integer("lag", PG_GETARG_DATUM(ARGUMENT_LAG), PG_ARGISNULL(ARGUMENT_LAG));
	correlation = check_correlation(PG_GETARG_DATUM(ARGUMENT_CORRELATION),
									PG_ARGISNULL(ARGUMENT_CORRELATION));
	feature =
		array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_FEATURE), ROLLING, "feature", false, &count);
	y = array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_Y), ROLLING, "y", false, &y_count);
	if (count != y_count)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(ROLLING ": the feature has %d elements, y has %d", count, y_count),
						errhint("Give both for the same rows.")));
	if (count == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	values = rolling_values(feature, y, count, width, lag, correlation);
	elements = palloc(sizeof(Datum) * count);
	nulls = palloc(sizeof(bool) * count);
	for (int i = 0; i < count; i++)
		elements[i] = number_datum(values[i], &nulls[i]);
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, nulls, 1, &count, &lower, FLOAT8OID,
											 sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
