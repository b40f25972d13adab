/*
 * wavelet.c
 *		wavelet_smooth, over the rows of a window's partition and over arrays.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/signal/wavelet_smooth.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/progress.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/signal/wavelet_arguments.h"

#define WHAT "wavelet_smooth"

enum
{
	ARGUMENT_X,
	ARGUMENT_WAVELET,
	ARGUMENT_LEVEL,
	ARGUMENT_MODE,
	ARGUMENT_EXTENSION,
	ARGUMENT_TRAILING,
	ARGUMENTS
};

static const char *const argument_names[] = {"x",	 "wavelet",	  "level",
											 "mode", "extension", "trailing_rows"};

/* As the enum cs_wavelet_mode counts them. */
static const char *const mode_names[] = {"approximation", "soft", "hard", NULL};

typedef struct Smoothing
{
	WaveletArguments wavelet;
	cs_wavelet_mode mode;
	int trailing; /* 0: the whole series */
} Smoothing;

/* The arguments from `wavelet` on, the values and nulls of all being at hand. */
static Smoothing
smoothing_arguments(const Datum *values, const bool *nulls)
{
	Smoothing smoothing;

	for (int i = ARGUMENT_WAVELET; i < ARGUMENT_TRAILING; i++)
		check_not_null(WHAT, argument_names[i], nulls[i]);
	smoothing.wavelet = wavelet_arguments(WHAT, TextDatumGetCString(values[ARGUMENT_WAVELET]),
										  DatumGetInt32(values[ARGUMENT_LEVEL]),
										  TextDatumGetCString(values[ARGUMENT_EXTENSION]));
	smoothing.mode = (cs_wavelet_mode) choice_argument(
		WHAT, "mode", TextDatumGetCString(values[ARGUMENT_MODE]), mode_names);
	smoothing.trailing = trailing_rows(WHAT, values[ARGUMENT_TRAILING], nulls[ARGUMENT_TRAILING]);
	return smoothing;
}

/* Each element from the `window` elements up to it. */
static void
smooth_trailing(cs_wavelet_smoother *smoother, const double *x, Size n, Size window,
				double *smoothed)
{
	double *output = allocate_checked(WHAT, window * sizeof(double));
	Progress progress;

	progress_start(&progress, WHAT);
	for (Size i = 0; i < n; i++)
	{
		Size count = Min(i + 1, window);

		check_status(cs_wavelet_smooth(smoother, x + (i + 1 - count), count, true, output), WHAT);
		smoothed[i] = output[count - 1];
		progress_step(&progress, (double) (i + 1) / n);
	}
	pfree(output);
}

/* x[n] smoothed into smoothed[n]. */
static void
smooth(const Smoothing *smoothing, const double *x, Size n, double *smoothed)
{
	Size window = smoothing->trailing > 0 ? Min(n, (Size) smoothing->trailing) : n;
	cs_wavelet_smoother smoother;
	cs_wavelet_shape shape;
	cs_workspace workspace;
	Size size;
	void *block;

	if (n == 0)
		return;
	notice_level(WHAT, &smoothing->wavelet, window);
	shape = wavelet_shape(WHAT, &smoothing->wavelet, window);
	size = cs_wavelet_smoother_size(&shape, smoothing->mode);
	check_memory(WHAT, size + 2 * n * sizeof(double));
	block = allocate_checked(WHAT, size);
	cs_workspace_initialize(&workspace, block, size);
	check_status(cs_wavelet_smoother_initialize(&smoother, &shape, smoothing->mode, &workspace),
				 WHAT);
	if (smoothing->trailing > 0)
		smooth_trailing(&smoother, x, n, window, smoothed);
	else
		check_status(cs_wavelet_smooth(&smoother, x, n, false, smoothed), WHAT);
	pfree(block);
	check_results(WHAT, smoothed, n, false);
}

/*
 * wavelet_smooth(x float8, wavelet, level, mode, extension, trailing) OVER (...)
 */
PG_FUNCTION_INFO_V1(creditspread_wavelet_smooth_rows);
Datum
creditspread_wavelet_smooth_rows(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext context;
	double **smoothed = partition_memory(window, sizeof(double *), &context);

	if (*smoothed == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(context);
		Size rows = WinGetPartitionRowCount(window);
		Datum values[ARGUMENTS];
		bool nulls[ARGUMENTS];
		Smoothing smoothing;
		double *x;
		double *result;

		for (int i = ARGUMENT_WAVELET; i < ARGUMENTS; i++)
			values[i] = partition_parameter(fcinfo, WHAT, i, argument_names[i], &nulls[i]);
		smoothing = smoothing_arguments(values, nulls);
		x = partition_doubles(window, WHAT, ARGUMENT_X, argument_names[ARGUMENT_X], false);
		result = allocate_checked(WHAT, rows * sizeof(double));
		smooth(&smoothing, x, rows, result);
		pfree(x);
		*smoothed = result;
		MemoryContextSwitchTo(old);
	}
	PG_RETURN_FLOAT8((*smoothed)[WinGetCurrentPosition(window)]);
}

/*
 * wavelet_smooth(x float8[], wavelet, level, mode, extension, trailing)
 */
PG_FUNCTION_INFO_V1(creditspread_wavelet_smooth_array);
Datum
creditspread_wavelet_smooth_array(PG_FUNCTION_ARGS)
{
	Datum values[ARGUMENTS];
	bool nulls[ARGUMENTS];
	Smoothing smoothing;
	ArrayType *result;
	double *x;
	int n;

	for (int i = 0; i < ARGUMENTS; i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i);
	}
	smoothing = smoothing_arguments(values, nulls);
	if (nulls[ARGUMENT_X])
		PG_RETURN_NULL();
	x = array_doubles(DatumGetArrayTypeP(values[ARGUMENT_X]), WHAT, argument_names[ARGUMENT_X],
					  false, &n);
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	result = doubles_array(WHAT, n);
	smooth(&smoothing, x, n, (double *) ARR_DATA_PTR(result));
	pfree(x);
	PG_RETURN_ARRAYTYPE_P(result);
}
