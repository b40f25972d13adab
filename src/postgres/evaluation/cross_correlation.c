/*
 * cross_correlation.c
 *		The aggregate cross_correlation: by how many rows one series comes after another.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "numeric/evaluation/cross_correlation.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/state/test_rows.h"

#define WHAT "cross_correlation"

typedef struct CrossCorrelationOptions
{
	int max_lag;
	bool changes;
	int on_error;
} CrossCorrelationOptions;

static const OptionSpec cross_correlation_specs[] = {
#define OPTIONS_OF CrossCorrelationOptions
#include "postgres/options/cross_correlation.def"
};
static const OptionTable cross_correlation_table = OPTION_TABLE(cross_correlation_specs, 0);

TEST_TRANSITION(cross_correlation, {"first", "second"}, NULL)

static cs_status
run(const Series *series, const CrossCorrelationOptions *options, double *correlation, long *best)
{
	Size size = cs_cross_correlation_size(series->count);
	cs_workspace workspace;
	Progress progress;
	cs_status status;

	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	progress_start(&progress, WHAT);
	progress_enter(&progress, 0, 1);
	status = cs_cross_correlation(series->values, series->count, options->changes, options->max_lag,
								  &workspace, correlation, best);
	progress_leave(&progress);
	return status;
}

/* rows of lag, correlation, observations, best */
static Datum
rows_datum(FunctionCallInfo fcinfo, int64 count, int max_lag, const double *correlation, long best)
{
	Oid element = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	TupleDesc descriptor = lookup_rowtype_tupdesc_copy(element, -1);
	int lags = 2 * max_lag + 1;
	Datum *elements = palloc(sizeof(Datum) * lags);

	for (int i = 0; i < lags; i++)
	{
		int lag = i - max_lag;
		Datum values[4];
		bool nulls[4] = {false};

		values[0] = Int32GetDatum(lag);
		values[1] = nullable_datum(WHAT, correlation[i], &nulls[1]);
		values[2] = Int64GetDatum(count - abs(lag));
		values[3] = BoolGetDatum(lag == best);
		elements[i] = HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
	}
	return PointerGetDatum(construct_array(elements, lags, element, -1, false, TYPALIGN_DOUBLE));
}

PG_FUNCTION_INFO_V1(creditspread_cross_correlation_final);
Datum
creditspread_cross_correlation_final(PG_FUNCTION_ARGS)
{
	CrossCorrelationOptions options;
	Series series;
	int64 count;
	double *correlation;
	long best;
	cs_status status;

	if (!test_rows(fcinfo, WHAT, 2, 2, &series))
		PG_RETURN_NULL();
	read_options(series.options, WHAT, &cross_correlation_table, &options);
	count = series.count - (options.changes ? 1 : 0);
	correlation = palloc(sizeof(double) * (2 * options.max_lag + 1));
	status = run(&series, &options, correlation, &best);
	if (test_fault(psprintf(WHAT " with lags up to %d", options.max_lag), &series, options.on_error,
				   status, options.max_lag + CS_CROSS_CORRELATION_LEAST + (options.changes ? 1 : 0),
				   "one of the series"))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(rows_datum(fcinfo, count, options.max_lag, correlation, best));
}
