/*
 * mincer_zarnowitz.c
 *		The aggregate mincer_zarnowitz: the line of actual values over forecasts.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"

#include "numeric/evaluation/mincer_zarnowitz.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/state/test_rows.h"

#define WHAT "mincer_zarnowitz"

/* lags as it is when the option is not given. */
#define LAGS_BY_HORIZON (-1)

typedef struct MincerZarnowitzOptions
{
	int form; /* 1 = change */
	int horizon;
	int lags;
	int on_error;
} MincerZarnowitzOptions;

static const OptionSpec mincer_zarnowitz_specs[] = {
#define OPTIONS_OF MincerZarnowitzOptions
#include "postgres/options/mincer_zarnowitz.def"
};
static const OptionTable mincer_zarnowitz_table = OPTION_TABLE(mincer_zarnowitz_specs, 0);

TEST_TRANSITION(mincer_zarnowitz, {"actual", "the forecast"}, NULL)

/*
 * The changes since the actual value `horizon` rows before take the place of the rows, their number
 * is returned; *size becomes that of the values.
 */
static int64
take_changes(const Series *series, int horizon, double *size)
{
	for (int64 i = 0; i < series->count; i++)
	{
		const double *row = series->values + 2 * i;

		*size = fmax(*size, fmax(fabs(row[0]), fabs(row[1])));
		if (i < horizon)
			continue;
		/* the row before is a value still: it is `horizon` places ahead of those written */
		series->values[2 * (i - horizon) + 1] = row[1] - series->values[2 * (i - horizon)];
		series->values[2 * (i - horizon)] = row[0] - series->values[2 * (i - horizon)];
	}
	return Max(0, series->count - horizon);
}

static cs_status
run(const Series *series, int64 count, double value_size, const MincerZarnowitzOptions *options,
	cs_mincer_zarnowitz_result *result)
{
	Size size = cs_mincer_zarnowitz_size(count);
	cs_workspace workspace;
	Progress progress;
	cs_status status;

	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	progress_start(&progress, WHAT);
	progress_enter(&progress, 0, 1);
	status = cs_mincer_zarnowitz(series->values, count, value_size, options->horizon,
								 options->lags == LAGS_BY_HORIZON ? CS_MINCER_ZARNOWITZ_BY_HORIZON
																  : (size_t) options->lags,
								 &workspace, result);
	progress_leave(&progress);
	return status;
}

/*
 * intercept, slope, intercept_error, slope_error, r_squared, statistic, p_value, freedom,
 * observations
 */
PG_FUNCTION_INFO_V1(creditspread_mincer_zarnowitz_final);
Datum
creditspread_mincer_zarnowitz_final(PG_FUNCTION_ARGS)
{
	MincerZarnowitzOptions options = {.lags = LAGS_BY_HORIZON};
	Series series;
	cs_mincer_zarnowitz_result result;
	double size = 0;
	int64 count;
	int64 least;
	cs_status status;
	Datum values[9];
	bool nulls[9] = {false};

	if (!test_rows(fcinfo, WHAT, 2, 2, &series))
		PG_RETURN_NULL();
	read_options(series.options, WHAT, &mincer_zarnowitz_table, &options);
	count = options.form == 1 ? take_changes(&series, options.horizon, &size) : series.count;
	status = run(&series, count, size, &options, &result);
	least = Max(CS_MINCER_ZARNOWITZ_LEAST, Max(options.horizon, options.lags) + 1) +
			(options.form == 1 ? options.horizon : 0);
	if (test_fault(psprintf(WHAT " at horizon %d", options.horizon), &series, options.on_error,
				   status, least,
				   status == CS_CONSTANT	 ? "the forecast"
				   : status == CS_SINGULAR	 ? "the errors of intercept and slope"
				   : status == CS_NOT_FINITE ? "a value of the regression"
											 : "the actual value"))
		PG_RETURN_NULL();
	values[0] = finite_datum(WHAT, result.intercept);
	values[1] = finite_datum(WHAT, result.slope);
	values[2] = finite_datum(WHAT, result.intercept_error);
	values[3] = finite_datum(WHAT, result.slope_error);
	values[4] = nullable_datum(WHAT, result.r_squared, &nulls[4]);
	values[5] = finite_datum(WHAT, result.statistic);
	values[6] = finite_datum(WHAT, result.p_value);
	values[7] = Int64GetDatum((int64) result.freedom);
	values[8] = Int64GetDatum(count);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
