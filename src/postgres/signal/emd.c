/*
 * emd.c
 *		emd, emd_lowpass, eemd and ceemdan: window functions over rows, and the same over arrays.
 *
 * Without `trailing` a partition or an array is decomposed once.  With it every row has a
 * decomposition of its own, of which only the last sample is of use.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "numeric/signal/ensemble_emd.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/progress.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

typedef enum Method
{
	METHOD_EMD,
	METHOD_LOWPASS,
	METHOD_EEMD,
	METHOD_CEEMDAN
} Method;

static const char *const method_names[] = {"emd", "emd_lowpass", "eemd", "ceemdan"};

/* In the order of the enums; the first is the default. */
static const char *const boundary_names[] = {"symmetric", "mirror", "endpoint", NULL};
static const char *const stop_names[] = {"s_number", "sd", NULL};
static const char *const knots_names[] = {"sample", "parabola", NULL};

/* The arguments after x: of the method, then those that all have. */
static const int method_arguments[] = {0, 1, 3, 3};

typedef struct Decomposition
{
	Method method;
	const char *what;
	cs_ensemble_options options;
	int trailing; /* 0: the whole series */
	Progress progress;
	void *block; /* workspace */
	Size block_size;
	Size held; /* bytes of the series and of the IMFs kept beside the block */
	const double *x;
	int64 rows;
	int count;							  /* IMFs */
	const double *imfs[CS_EMD_MOST_IMFS]; /* each of the whole series */
	const double *residue;
	double last[CS_EMD_MOST_IMFS + 1]; /* trailing: of the row at work, the residue last */
} Decomposition;

/* ---- arguments ---- */

/* Where arguments come from: of a window function (window not NULL), from all rows alike. */
typedef struct Arguments
{
	FunctionCallInfo fcinfo;
	WindowObject window;
	const char *what;
} Arguments;

static Datum
argument(const Arguments *arguments, int argno, const char *name, bool *isnull)
{
	if (arguments->window != NULL)
		return partition_parameter(arguments->fcinfo, arguments->what, argno, name, isnull);
	*isnull = arguments->fcinfo->args[argno].isnull;
	return arguments->fcinfo->args[argno].value;
}

/* NULL stands for the value that is there. */
static bool
read_integer(const Arguments *arguments, int argno, const char *name, int minimum, int maximum,
			 int *value)
{
	bool isnull;
	int given = DatumGetInt32(argument(arguments, argno, name, &isnull));

	if (isnull)
		return false;
	if (given < minimum || given > maximum)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: %s is %d, must be %s", arguments->what, name, given,
						maximum == PG_INT32_MAX ? psprintf("at least %d", minimum)
												: psprintf("from %d to %d", minimum, maximum))));
	*value = given;
	return true;
}

static bool
read_double(const Arguments *arguments, int argno, const char *name, bool zero_allowed,
			double *value)
{
	bool isnull;
	double given = DatumGetFloat8(argument(arguments, argno, name, &isnull));

	if (isnull)
		return false;
	if (!isfinite(given) || given < 0 || (given == 0 && !zero_allowed))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %s is %g, must be finite and %s 0", arguments->what, name,
							   given, zero_allowed ? "at least" : "above")));
	*value = given;
	return true;
}

/* The place of the given name among `choices`, of which NULL is the last; 0 if none is given. */
static int
read_choice(const Arguments *arguments, int argno, const char *name, const char *const *choices)
{
	bool isnull;
	Datum datum = argument(arguments, argno, name, &isnull);
	const char *given;
	StringInfoData known;

	if (isnull)
		return 0;
	given = TextDatumGetCString(datum);
	initStringInfo(&known);
	for (int i = 0; choices[i] != NULL; i++)
	{
		if (strcmp(given, choices[i]) == 0)
			return i;
		appendStringInfo(&known, "%s\"%s\"", i == 0 ? "" : (choices[i + 1] ? ", " : " or "),
						 choices[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s: %s is \"%s\", must be %s", arguments->what, name, given, known.data)));
}

static void
reject_unused(const Arguments *arguments, bool given, const char *name, const char *stop)
{
	if (given)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: %s has no use where stop is \"%s\"", arguments->what, name, stop),
				 errhint("Leave %s out, or choose the other stop.", name)));
}

/*
 * boundary, stop, s_number, sd_threshold, max_siftings, max_imfs, trailing_rows, extrema: from
 * argument `argno` on.  Version 0.1.0 declared the functions without the last.
 */
static void
read_emd_options(const Arguments *arguments, int argno, cs_emd_options *options)
{
	bool s_number;
	bool sd_threshold;
	cs_emd_stop stop;

	cs_emd_default_options(options);
	options->boundary = (cs_boundary) read_choice(arguments, argno, "boundary", boundary_names);
	options->stop = stop = (cs_emd_stop) read_choice(arguments, argno + 1, "stop", stop_names);
	if (arguments->fcinfo->nargs > argno + 7)
		options->knots = (cs_knots) read_choice(arguments, argno + 7, "extrema", knots_names);
	s_number = read_integer(arguments, argno + 2, "s_number", 1, PG_INT32_MAX, &options->s_number);
	sd_threshold = read_double(arguments, argno + 3, "sd_threshold", false, &options->sd_threshold);
	read_integer(arguments, argno + 4, "max_siftings", 1, PG_INT32_MAX, &options->max_siftings);
	read_integer(arguments, argno + 5, "max_imfs", 1, CS_EMD_MOST_IMFS, &options->max_imfs);
	reject_unused(arguments, s_number && stop != CS_STOP_S_NUMBER, "s_number", "sd");
	reject_unused(arguments, sd_threshold && stop != CS_STOP_SD, "sd_threshold", "s_number");
}

/* The sum from an IMF on is what is left when those before it have been taken away. */
static void
read_from_imf(const Arguments *arguments, cs_emd_options *options)
{
	int from_imf = 0;

	if (!read_integer(arguments, 1, "from_imf", 1, PG_INT32_MAX, &from_imf))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: from_imf is NULL", arguments->what),
						errhint("from_imf is the first IMF of the sum, 1 the fastest.")));
	options->max_imfs = Min(options->max_imfs, from_imf - 1);
}

static void
read_ensemble_options(const Arguments *arguments, cs_ensemble_options *options)
{
	bool isnull;
	Datum seed;

	options->trials = 100;
	options->noise = 0.2;
	options->seed = 1;
	read_integer(arguments, 1, "trials", 1, PG_INT32_MAX, &options->trials);
	read_double(arguments, 2, "noise", true, &options->noise);
	seed = argument(arguments, 3, "seed", &isnull);
	if (!isnull)
		options->seed = (uint64) DatumGetInt64(seed);
}

static void
read_arguments(const Arguments *arguments, Method method, Decomposition *decomposition)
{
	cs_ensemble_options *options = &decomposition->options;
	int argno = 1 + method_arguments[method];
	bool isnull;
	Datum trailing;

	decomposition->method = method;
	decomposition->what = arguments->what;
	read_emd_options(arguments, argno, &options->emd);
	options->method = method == METHOD_CEEMDAN ? CS_ENSEMBLE_CEEMDAN : CS_ENSEMBLE_EEMD;
	if (method == METHOD_LOWPASS)
		read_from_imf(arguments, &options->emd);
	else if (method != METHOD_EMD)
		read_ensemble_options(arguments, options);
	trailing = argument(arguments, argno + 6, "trailing_rows", &isnull);
	decomposition->trailing = trailing_rows(arguments->what, trailing, isnull);
}

/* ---- decompositions ---- */

/* Memory for a series, counted together with the rest. */
static double *
hold_series(Decomposition *decomposition, int64 rows)
{
	decomposition->held += (Size) rows * sizeof(double);
	check_memory(decomposition->what, decomposition->block_size + decomposition->held);
	return MemoryContextAllocHuge(CurrentMemoryContext, (Size) rows * sizeof(double));
}

/* Takes the workspace for the longest series that is to be decomposed. */
static void
start(Decomposition *decomposition, const double *x, int64 rows)
{
	int64 longest = decomposition->trailing > 0 ? Min(rows, (int64) decomposition->trailing) : rows;

	decomposition->x = x;
	decomposition->rows = rows;
	decomposition->held = (Size) rows * sizeof(double);
	decomposition->block_size = decomposition->method >= METHOD_EEMD
									? cs_ensemble_workspace_size(&decomposition->options, longest)
									: cs_emd_workspace_size(longest);
	if (decomposition->block_size == SIZE_MAX)
		check_memory(decomposition->what, SIZE_MAX);
	check_memory(decomposition->what, decomposition->block_size + decomposition->held);
	decomposition->block = MemoryContextAllocHuge(CurrentMemoryContext, decomposition->block_size);
	progress_start(&decomposition->progress, decomposition->what);
}

static void
keep_imf(Decomposition *decomposition, const double *imf, size_t n, bool copy)
{
	int place = decomposition->count++;

	if (decomposition->trailing > 0)
		decomposition->last[place] = imf[n - 1];
	else if (copy)
	{
		decomposition->imfs[place] = memcpy(hold_series(decomposition, n), imf, n * sizeof(double));
	}
	else
		decomposition->imfs[place] = imf;
}

static const double *
run_emd(Decomposition *decomposition, const double *x, size_t n, cs_workspace *workspace)
{
	cs_emd emd;

	check_status(cs_emd_initialize(&emd, &decomposition->options.emd, x, n, workspace),
				 decomposition->what);
	for (;;)
	{
		const double *imf;

		check_status(cs_emd_next_imf(&emd, &imf), decomposition->what);
		if (imf == NULL)
			break;
		if (decomposition->method == METHOD_EMD)
			keep_imf(decomposition, imf, n, true);
	}
	return emd.residue;
}

static const double *
run_ensemble(Decomposition *decomposition, const double *x, size_t n, int64 row,
			 cs_workspace *workspace)
{
	bool trailing = decomposition->trailing > 0;
	double rows = (double) decomposition->rows;
	cs_ensemble ensemble;
	cs_status status;

	progress_enter(&decomposition->progress, trailing ? (double) row / rows : 0,
				   trailing ? 1 / rows : 1);
	status = cs_ensemble_decompose(&ensemble, &decomposition->options, x, n, workspace);
	progress_leave(&decomposition->progress);
	check_status(status, decomposition->what);
	for (int k = 0; k < ensemble.count; k++)
		keep_imf(decomposition, ensemble.imfs + (Size) k * n, n, false);
	return ensemble.residue;
}

/* Decomposes x[first..row]. */
static void
decompose(Decomposition *decomposition, int64 first, int64 row)
{
	const double *x = decomposition->x + first;
	size_t n = (size_t) (row - first + 1);
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, decomposition->block, decomposition->block_size);
	decomposition->count = 0;
	decomposition->residue = decomposition->method >= METHOD_EEMD
								 ? run_ensemble(decomposition, x, n, row, &workspace)
								 : run_emd(decomposition, x, n, &workspace);
	if (decomposition->trailing > 0)
		decomposition->last[decomposition->count] = decomposition->residue[n - 1];
}

static void
decompose_row(Decomposition *decomposition, int64 row)
{
	CHECK_FOR_INTERRUPTS();
	decompose(decomposition, Max(0, row - decomposition->trailing + 1), row);
}

/* ---- window functions ---- */

typedef struct Partition
{
	bool ready;
	Decomposition decomposition;
} Partition;

static void
start_partition(FunctionCallInfo fcinfo, Method method, Decomposition *decomposition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	const Arguments arguments = {.fcinfo = fcinfo, .window = window, .what = method_names[method]};
	const double *x = partition_doubles(window, arguments.what, 0, "x", false);

	read_arguments(&arguments, method, decomposition);
	start(decomposition, x, WinGetPartitionRowCount(window));
	if (decomposition->trailing == 0)
		decompose(decomposition, 0, decomposition->rows - 1);
}

static Datum
window_result(FunctionCallInfo fcinfo, Method method)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	Partition *partition = partition_memory(window, sizeof(Partition), &context);
	Decomposition *decomposition = &partition->decomposition;
	int64 row = WinGetCurrentPosition(window);
	Datum elements[CS_EMD_MOST_IMFS + 1];

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		start_partition(fcinfo, method, decomposition);
		MemoryContextSwitchTo(old);
		partition->ready = true;
	}
	if (decomposition->trailing > 0)
		decompose_row(decomposition, row);
	for (int k = 0; k <= decomposition->count; k++)
	{
		const double *series =
			k < decomposition->count ? decomposition->imfs[k] : decomposition->residue;

		elements[k] =
			finite_datum(decomposition->what,
						 decomposition->trailing > 0 ? decomposition->last[k] : series[row]);
	}
	if (method == METHOD_LOWPASS)
		PG_RETURN_DATUM(elements[0]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, decomposition->count + 1, FLOAT8OID,
										  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* ---- array functions ---- */

/* Decompositions of all rows by their last samples; NaN where a row has fewer IMFs than others. */
static void
decompose_rows(Decomposition *decomposition)
{
	int64 rows = decomposition->rows;
	double *residue = hold_series(decomposition, rows);
	double *imfs[CS_EMD_MOST_IMFS];
	int most = 0;

	for (int64 row = 0; row < rows; row++)
	{
		decompose_row(decomposition, row);
		for (; most < decomposition->count; most++)
		{
			decomposition->imfs[most] = imfs[most] = hold_series(decomposition, rows);
			for (int64 i = 0; i < row; i++)
				imfs[most][i] = NAN;
		}
		for (int k = 0; k < most; k++)
			imfs[k][row] = k < decomposition->count ? decomposition->last[k] : NAN;
		residue[row] = decomposition->last[decomposition->count];
	}
	decomposition->count = most;
	decomposition->residue = residue;
}

/* A float8[] of one series, or a float8[][] of several; NaN becomes NULL where `with_nulls`. */
static ArrayType *
array_of_series(const char *what, const double *const *series, int count, int64 rows,
				int dimensions, bool with_nulls)
{
	Size elements = (Size) count * rows;
	Size header = with_nulls ? ARR_OVERHEAD_WITHNULLS(dimensions, elements)
							 : ARR_OVERHEAD_NONULLS(dimensions);
	Size size = header + elements * sizeof(double);
	ArrayType *array;
	double *data;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s: %d series of " INT64_FORMAT " values are too large for an array", what,
						count, rows),
				 errhint("Use the window function, or a smaller max_imfs.")));
	check_memory(what, size);
	array = palloc0(size);
	data = (double *) ((char *) array + header);
	array->ndim = dimensions;
	array->dataoffset = with_nulls ? (int32) header : 0;
	array->elemtype = FLOAT8OID;
	ARR_DIMS(array)[0] = count;
	ARR_DIMS(array)[dimensions - 1] = (int) rows;
	for (int d = 0; d < dimensions; d++)
		ARR_LBOUND(array)[d] = 1;
	for (int k = 0; k < count; k++)
	{
		CHECK_FOR_INTERRUPTS();
		check_results(what, series[k], rows, with_nulls);
		for (int64 i = 0; i < rows; i++)
		{
			Size place = (Size) k * rows + i;

			if (with_nulls && isnan(series[k][i]))
				continue;
			*data++ = series[k][i];
			if (with_nulls)
				ARR_NULLBITMAP(array)[place / 8] |= 1 << (place % 8);
		}
	}
	SET_VARSIZE(array, (char *) data - (char *) array);
	return array;
}

static Datum
array_result(FunctionCallInfo fcinfo, Method method)
{
	const Arguments arguments = {.fcinfo = fcinfo, .window = NULL, .what = method_names[method]};
	Decomposition *decomposition = palloc0(sizeof(Decomposition));
	const double *series[CS_EMD_MOST_IMFS + 1];
	const double *x;
	int rows;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	x = array_doubles(PG_GETARG_ARRAYTYPE_P(0), arguments.what, "x", false, &rows);
	read_arguments(&arguments, method, decomposition);
	if (rows == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	start(decomposition, x, rows);
	if (decomposition->trailing > 0)
		decompose_rows(decomposition);
	else
		decompose(decomposition, 0, rows - 1);
	for (int k = 0; k < decomposition->count; k++)
		series[k] = decomposition->imfs[k];
	series[decomposition->count] = decomposition->residue;
	PG_RETURN_ARRAYTYPE_P(array_of_series(arguments.what, series, decomposition->count + 1, rows,
										  method == METHOD_LOWPASS ? 1 : 2,
										  decomposition->trailing > 0 && decomposition->count > 0));
}

/* ---- the functions of SQL ---- */

#define DECOMPOSITION_FUNCTION(name, result, method)                                               \
	PG_FUNCTION_INFO_V1(name);                                                                     \
	Datum name(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		return result(fcinfo, method);                                                             \
	}

DECOMPOSITION_FUNCTION(creditspread_emd_window, window_result, METHOD_EMD)
DECOMPOSITION_FUNCTION(creditspread_emd_array, array_result, METHOD_EMD)
DECOMPOSITION_FUNCTION(creditspread_emd_lowpass_window, window_result, METHOD_LOWPASS)
DECOMPOSITION_FUNCTION(creditspread_emd_lowpass_array, array_result, METHOD_LOWPASS)
DECOMPOSITION_FUNCTION(creditspread_eemd_window, window_result, METHOD_EEMD)
DECOMPOSITION_FUNCTION(creditspread_eemd_array, array_result, METHOD_EEMD)
DECOMPOSITION_FUNCTION(creditspread_ceemdan_window, window_result, METHOD_CEEMDAN)
DECOMPOSITION_FUNCTION(creditspread_ceemdan_array, array_result, METHOD_CEEMDAN)
