/*
 * permutation_test.c
 *		The aggregate permutation_test: equal accuracy of two forecasts, without a distribution.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/evaluation/permutation_test.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/state/series_state.h"

#define WHAT "permutation_test"

/* Two-sided level at which one forecast is called better. */
#define BETTER_LEVEL 0.05

/*
 * Default length of a block in horizons: beyond one horizon losses no longer depend on each other.
 */
#define BLOCK_HORIZONS 3

/* actual, first, second */
#define COLUMNS 3

/* Choices are in the order of the enumerations of numeric/evaluation/dm_test.h. */
typedef struct PermutationOptions
{
	int loss;
	double power;
	int horizon;
	int alternative;
	int block_length;
	int permutations;
	uint64 seed;
	int on_error; /* an OnError */
} PermutationOptions;

static const OptionSpec permutation_specs[] = {
#define OPTIONS_OF PermutationOptions
#include "postgres/options/permutation.def"
};
static const OptionTable permutation_table = OPTION_TABLE(permutation_specs, 0);

static PermutationOptions
permutation_read_options(const Jsonb *json)
{
	PermutationOptions options = {.power = NAN};

	read_options(json, WHAT, &permutation_table, &options);
	if ((options.loss == CS_DM_POWER) != !isnan(options.power))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"power\" %s, but option \"loss\" is \"%s\"",
							   isnan(options.power) ? "is missing" : "is given",
							   option_spec(&permutation_table, "loss")->choices[options.loss]),
						errhint("Give loss => 'power' and power together.")));
	if (options.block_length == 0)
		options.block_length = options.horizon == 1 ? 1 : BLOCK_HORIZONS * options.horizon;
	return options;
}

/* transition(state, time, actual, first, second [, options]) */
PG_FUNCTION_INFO_V1(creditspread_permutation_test_transition);
Datum
creditspread_permutation_test_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = PG_NARGS() > 5 && !PG_ARGISNULL(5) ? PG_GETARG_JSONB_P(5) : NULL;
	double row[COLUMNS];

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		return row_state_unchanged(fcinfo, state);
	row[0] = finite_argument(fcinfo, 2, "actual", &time);
	row[1] = finite_argument(fcinfo, 3, "the first forecast", &time);
	row[2] = finite_argument(fcinfo, 4, "the second forecast", &time);
	PG_RETURN_POINTER(series_state_append(fcinfo, WHAT, state, time, row, COLUMNS, options));
}

/* The loss differences, in place of the values; false: NULL is wanted instead of an error. */
static bool
take_differences(Series *rows, const PermutationOptions *options)
{
	for (int64 i = 0; i < rows->count; i++)
	{
		const double *row = rows->values + i * COLUMNS;
		cs_status status = cs_dm_loss_difference(options->loss, options->power, row[0], row[1],
												 row[2], &rows->values[i]);
		char *time;

		if (gives_null(status, options->on_error))
			return false;
		time = time_text(series_time(rows, i));
		if (status == CS_ZERO_DIVISOR)
			ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO),
							errmsg(WHAT ": actual at %s is zero, which a percentage cannot be "
										"taken of",
								   time),
							errhint("Use another loss, or leave such rows out with FILTER.")));
		if (status == CS_NOT_FINITE)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg(WHAT ": the loss at %s overflows", time),
							errhint("Look for extreme values, or use loss => 'absolute'.")));
		check_status(status, WHAT);
		pfree(time);
	}
	return true;
}

PG_FUNCTION_INFO_V1(creditspread_permutation_test_final);
Datum
creditspread_permutation_test_final(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	PermutationOptions options;
	cs_permutation_result result = {0};
	Series rows;
	Progress progress;
	cs_status status;
	Datum values[6];
	bool nulls[6] = {false};

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, state->columns, COLUMNS, COLUMNS);
	options = permutation_read_options(row_state_options(state));
	rows = series_state_sorted(state, WHAT);
	if (!take_differences(&rows, &options))
		PG_RETURN_NULL();
	progress_start(&progress, WHAT);
	progress_enter(&progress, 0, 1);
	status = cs_permutation_test(rows.values, rows.count, options.block_length,
								 options.permutations, options.seed, options.alternative,
								 allocate_checked(WHAT, sizeof(double) * rows.count), &result);
	progress_leave(&progress);
	if (gives_null(status, options.on_error))
		PG_RETURN_NULL();
	if (status == CS_TOO_FEW)
		report_too_few(WHAT, 2, rows.count);
	check_status(status, WHAT);
	values[0] = finite_datum(WHAT, result.mean_difference);
	values[1] = finite_datum(WHAT, result.p_value);
	values[2] = Int64GetDatum(rows.count);
	values[3] = Int64GetDatum(result.blocks);
	values[4] = Int64GetDatum(result.permutations);
	values[5] = CStringGetTextDatum(result.two_sided >= BETTER_LEVEL ? "neither"
									: result.mean_difference < 0	 ? "first"
																	 : "second");
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
