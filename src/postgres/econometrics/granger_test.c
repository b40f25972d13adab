/*
 * granger_test.c
 *		The aggregate granger_test.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/econometrics/granger_test.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/state/test_rows.h"

typedef struct GrangerOptions
{
	int lags;
	int on_error;
} GrangerOptions;

static const OptionSpec granger_specs[] = {
#define OPTIONS_OF GrangerOptions
#include "postgres/options/granger.def"
};
static const OptionTable granger_table = OPTION_TABLE(granger_specs, 0);

TEST_TRANSITION(granger_test, {"y", "cause"}, NULL)

/* statistic, p_value, lags, freedom, observations */
PG_FUNCTION_INFO_V1(creditspread_granger_test_final);
Datum
creditspread_granger_test_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "granger_test";
	GrangerOptions options;
	Series series;
	cs_granger_result result = {0};
	Progress progress;
	cs_status status = CS_TOO_FEW;
	int64 least;
	Datum values[5];
	bool nulls[5] = {false};

	if (!test_rows(fcinfo, what, 2, 2, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &granger_table, &options);
	least = (int64) cs_granger_least(options.lags);
	if (series.count >= least)
	{
		Size size = cs_granger_size(series.count, options.lags);
		cs_workspace workspace;

		cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
		progress_start(&progress, what);
		progress_enter(&progress, 0, 1);
		status = cs_granger_test(series.values, series.count, options.lags, &workspace, &result);
		progress_leave(&progress);
	}
	if (test_fault(psprintf("%s with lags %d", what, options.lags), &series, options.on_error,
				   status, least, status == CS_CONSTANT ? "y or cause" : "y"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, result.statistic);
	values[1] = finite_datum(what, result.p_value);
	values[2] = Int32GetDatum(options.lags);
	values[3] = Int64GetDatum((int64) result.freedom);
	values[4] = Int64GetDatum(series.count);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
