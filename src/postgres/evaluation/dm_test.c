/*
 * dm_test.c
 *		The aggregate dm_test: equal accuracy of two forecasts, after Diebold and Mariano.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/evaluation/dm_test.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/notice.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/state/series_state.h"
#include "postgres/base/status.h"
#include "postgres/evaluation/loss_power.h"
#include "postgres/state/sums_state.h"

/* Two-sided level at which one forecast is called better. */
#define BETTER_LEVEL 0.05

/* Observations below which views show no test. */
#define MIN_TESTED 10

/* Choices are in the order of the enumerations of numeric/evaluation/dm_test.h. */
typedef struct DmOptions
{
	int loss;
	double power;
	int horizon;
	int alternative;
	int variance;
	int on_error; /* an OnError */
} DmOptions;

static const OptionSpec dm_specs[] = {
#define OPTIONS_OF DmOptions
#include "postgres/options/dm.def"
};
static const OptionTable dm_table = OPTION_TABLE(dm_specs, 0);

static DmOptions
dm_read_options(const Jsonb *json)
{
	DmOptions options = {.power = NAN};

	read_options(json, "dm_test", &dm_table, &options);
	check_loss_power("dm_test", &dm_table, options.loss, options.power);
	return options;
}

/* The options of a call, read again only when the argument has changed. */
typedef struct OptionsCache
{
	DmOptions options;
	Size length; /* of the jsonb that they were read from; 0 = none */
	char json[];
} OptionsCache;

static const DmOptions *
cached_options(FunctionCallInfo fcinfo, const Jsonb *json)
{
	OptionsCache *cache = fcinfo->flinfo->fn_extra;
	Size length = json == NULL ? 0 : VARSIZE(json);

	if (cache == NULL || cache->length != length ||
		(length > 0 && memcmp(cache->json, json, length) != 0))
	{
		DmOptions options = dm_read_options(json);

		cache = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(OptionsCache) + length);
		cache->options = options;
		cache->length = length;
		if (length > 0)
			memcpy(cache->json, json, length);
		if (fcinfo->flinfo->fn_extra != NULL)
			pfree(fcinfo->flinfo->fn_extra);
		fcinfo->flinfo->fn_extra = cache;
	}
	return &cache->options;
}

/*
 * With horizon 1 order plays no part and sums are enough: the state then has one row, whose time is
 * that of the first observation and whose values are those of cs_dm_sums; combining gives a row for
 * each part.
 */
#define SUMS_COLUMNS ((int) (sizeof(cs_dm_sums) / sizeof(double)))

/* With a longer horizon the state has a row of each observation. */
typedef struct SeriesRow
{
	double difference;
	double size; /* see cs_dm_loss_size */
} SeriesRow;

#define SERIES_COLUMNS ((int) (sizeof(SeriesRow) / sizeof(double)))

static cs_dm_sums *
sums_row(RowState *state, int64 row)
{
	return (cs_dm_sums *) series_state_values(state, row);
}

static void
check_sums(const cs_dm_sums *sums)
{
	if (!(sums->n >= 1 && sums->n <= (double) MAX_EXACT_COUNT) || sums->n != floor(sums->n) ||
		!(sums->largest >= 0) || !cs_exact_valid(2, sums->exact))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("dm_test: a state of %g observations is not one of horizon 1", sums->n)));
}

static RowState *
add_to_sums(FunctionCallInfo fcinfo, RowState *state, TimePoint time, SeriesRow added,
			const Jsonb *options)
{
	cs_dm_sums sums = {0};

	if (state != NULL && state->count > 0)
	{
		row_state_check("dm_test", state, time, SUMS_COLUMNS, options);
		cs_dm_sums_add(sums_row(state, 0), added.difference, added.size);
		return state;
	}
	cs_dm_sums_add(&sums, added.difference, added.size);
	return series_state_append(fcinfo, "dm_test", state, time, (const double *) &sums, SUMS_COLUMNS,
							   options);
}

/*
 * transition(state, time, actual, first, second [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_dm_test_transition);
Datum
creditspread_dm_test_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double actual, first, second;
	const Jsonb *json = PG_NARGS() > 5 && !PG_ARGISNULL(5) ? PG_GETARG_JSONB_P(5) : NULL;
	const DmOptions *options = cached_options(fcinfo, json);
	SeriesRow row = {0};
	cs_status status;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("dm_test must be called as an aggregate")));
	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		return row_state_unchanged(fcinfo, state);
	actual = finite_argument(fcinfo, 2, "actual", &time);
	first = finite_argument(fcinfo, 3, "the first forecast", &time);
	second = finite_argument(fcinfo, 4, "the second forecast", &time);
	status = cs_dm_loss_difference(options->loss, options->power, actual, first, second,
								   &row.difference);
	if (gives_null(status, options->on_error))
		PG_RETURN_POINTER(series_state_refuse(fcinfo, "dm_test", state, time, json));
	if (status == CS_ZERO_DIVISOR)
		ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO),
						errmsg("dm_test: actual at %s is zero, which a percentage cannot be taken "
							   "of",
							   time_text(time)),
						errhint("Use another loss, or leave such rows out with FILTER.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("dm_test: the loss at %s overflows", time_text(time)),
						errhint("Look for extreme values, or use loss => 'absolute'.")));
	check_status(status, "dm_test");
	row.size = cs_dm_loss_size(options->loss, options->power, actual, first, second);
	if (options->horizon == 1)
		PG_RETURN_POINTER(add_to_sums(fcinfo, state, time, row, json));
	PG_RETURN_POINTER(series_state_append(fcinfo, "dm_test", state, time, (const double *) &row,
										  SERIES_COLUMNS, json));
}

static cs_status
test_sums(RowState *state, const DmOptions *options, cs_dm_result *result)
{
	cs_dm_sums sums = {0};

	for (int64 i = 0; i < state->count; i++)
	{
		const cs_dm_sums *part = sums_row(state, i);

		check_sums(part);
		check_counts("dm_test: a state", (int64) sums.n, (int64) part->n);
		cs_dm_sums_combine(&sums, part);
	}
	return cs_dm_sums_test(&sums, options->alternative, result);
}

static cs_status
test_series(const RowState *state, const DmOptions *options, cs_dm_result *result)
{
	Series rows = series_state_sorted(state, "dm_test");
	double size = 0;
	Progress progress;
	cs_status status;

	for (int64 i = 0; i < rows.count; i++)
	{
		const double *row = rows.values + i * SERIES_COLUMNS;

		size = fmax(size, row[1]);
		rows.values[i] = row[0];
	}
	progress_start(&progress, "dm_test");
	progress_enter(&progress, 0, 1);
	status = cs_dm_series_test(rows.values, rows.count, size, options->horizon, options->variance,
							   options->alternative, result);
	progress_leave(&progress);
	return status;
}

static void
check_test(cs_status status, const DmOptions *options, const cs_dm_result *result)
{
	if (status == CS_TOO_FEW)
		report_too_few(psprintf("dm_test at horizon %d", options->horizon),
					   Max(2, options->horizon + 1), result->observations);
	if (status == CS_ZERO_VARIANCE)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("dm_test: the loss differences of %lld observations have no "
							   "variance, all are %g",
							   (long long) result->observations, result->mean_difference),
						errhint("Give two forecasts that differ; the same one twice cannot be "
								"tested.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("dm_test: the variance of %lld loss differences overflows",
							   (long long) result->observations),
						errhint("Look for extreme values, or use loss => 'absolute'.")));
	check_status(status, "dm_test");
	if (result->bartlett_fallback && notice_due(NOTICE_DM_VARIANCE))
		ereport(NOTICE, (errmsg("dm_test: the rectangular variance at horizon %d is not positive, "
								"Bartlett weights are used",
								options->horizon)));
}

static const char *
better_forecast(const cs_dm_result *result)
{
	if (!(result->two_sided < BETTER_LEVEL))
		return "neither";
	return result->mean_difference < 0 ? "first" : "second";
}

/* The test of a state; its status where it cannot be made. */
static cs_status
test_state(RowState *state, const DmOptions *options, cs_dm_result *result)
{
	if (state->columns != (options->horizon == 1 ? SUMS_COLUMNS : SERIES_COLUMNS))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("dm_test: a state of %d values in a row is not one of horizon %d",
							   (int) state->columns, options->horizon)));
	return options->horizon == 1 ? test_sums(state, options, result)
								 : test_series(state, options, result);
}

static Datum
result_datum(FunctionCallInfo fcinfo, const cs_dm_result *result)
{
	Datum values[5];
	bool nulls[5] = {false};

	values[0] = finite_datum("dm_test", result->statistic);
	values[1] = finite_datum("dm_test", result->p_value);
	values[2] = finite_datum("dm_test", result->mean_difference);
	values[3] = Int64GetDatum(result->observations);
	values[4] = CStringGetTextDatum(better_forecast(result));
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

PG_FUNCTION_INFO_V1(creditspread_dm_test_final);
Datum
creditspread_dm_test_final(PG_FUNCTION_ARGS)
{
	RowState *state;
	DmOptions options;
	cs_dm_result result = {0};
	cs_status status;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	options = dm_read_options(row_state_options(state));
	if (state->count == 0)
		PG_RETURN_NULL();
	status = test_state(state, &options, &result);
	if (gives_null(status, options.on_error))
		PG_RETURN_NULL();
	check_test(status, &options, &result);
	PG_RETURN_DATUM(result_datum(fcinfo, &result));
}

/*
 * The same for views: NULL with fewer than 10 observations, or than twice the horizon, where the
 * distribution is not to be trusted, and where the test cannot be made.
 */
PG_FUNCTION_INFO_V1(creditspread_dm_test_or_null_final);
Datum
creditspread_dm_test_or_null_final(PG_FUNCTION_ARGS)
{
	RowState *state;
	DmOptions options;
	cs_dm_result result = {0};
	cs_status status;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	options = dm_read_options(row_state_options(state));
	status = test_state(state, &options, &result);
	if (status == CS_TOO_FEW || status == CS_ZERO_VARIANCE || status == CS_NOT_FINITE ||
		result.observations < Max(MIN_TESTED, 2 * (int64) options.horizon))
		PG_RETURN_NULL();
	check_status(status, "dm_test");
	PG_RETURN_DATUM(result_datum(fcinfo, &result));
}
