/*
 * gw_test.c
 *		The aggregate gw_test: equal predictive ability of two forecasts, after Giacomini and White.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/evaluation/dm_test.h"
#include "numeric/evaluation/gw_test.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/evaluation/loss_power.h"
#include "postgres/state/test_rows.h"

/* Level at which one forecast is called better. */
#define BETTER_LEVEL 0.05

typedef struct GwOptions
{
	int loss; /* a cs_dm_loss */
	double power;
	int horizon;
	int hypothesis; /* 0 = conditional */
	int on_error;
} GwOptions;

static const OptionSpec gw_specs[] = {
#define OPTIONS_OF GwOptions
#include "postgres/options/gw.def"
};
static const OptionTable gw_table = OPTION_TABLE(gw_specs, 0);

TEST_TRANSITION(gw_test, {"actual", "the first forecast", "the second forecast"}, NULL)

/* Replaces the first values of the rows by their loss differences, and gives their size. */
static cs_status
fill_differences(const Series *series, const GwOptions *options, double *size)
{
	*size = 0;
	for (int64 i = 0; i < series->count; i++)
	{
		const double *row = series->values + i * series->columns;
		double difference;
		cs_status status = cs_dm_loss_difference(options->loss, options->power, row[0], row[1],
												 row[2], &difference);

		if (status != CS_OK)
			return status;
		*size = fmax(*size, cs_dm_loss_size(options->loss, options->power, row[0], row[1], row[2]));
		series->values[i] = difference;
	}
	return CS_OK;
}

/* statistic, p_value, mean_loss_difference, next_loss_difference, observations, better */
PG_FUNCTION_INFO_V1(creditspread_gw_test_final);
Datum
creditspread_gw_test_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "gw_test";
	GwOptions options = {.power = NAN};
	Series series;
	cs_gw_result result;
	double size;
	Progress progress;
	cs_status status;
	Datum values[6];
	bool nulls[6] = {false};

	if (!test_rows(fcinfo, what, 3, 3, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &gw_table, &options);
	check_loss_power(what, &gw_table, options.loss, options.power);
	status = fill_differences(&series, &options, &size);
	if (test_fault(what, &series, options.on_error, status, 0,
				   status == CS_ZERO_DIVISOR ? "actual" : "a loss"))
		PG_RETURN_NULL();
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	status = cs_gw_test(series.values, series.count, size, options.horizon, options.hypothesis == 0,
						&result);
	progress_leave(&progress);
	if (test_fault(psprintf("%s at horizon %d", what, options.horizon), &series, options.on_error,
				   status, (int64) cs_gw_least(options.horizon, options.hypothesis == 0),
				   "the loss difference"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, result.statistic);
	values[1] = finite_datum(what, result.p_value);
	values[2] = finite_datum(what, result.mean_difference);
	values[3] = finite_datum(what, result.next_difference);
	values[4] = Int64GetDatum(series.count);
	values[5] = CStringGetTextDatum(!(result.p_value < BETTER_LEVEL) ? "neither"
									: result.next_difference < 0	 ? "first"
																	 : "second");
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
