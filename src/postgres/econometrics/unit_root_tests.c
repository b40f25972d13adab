/*
 * unit_root_tests.c
 *		The aggregates adf_test, kpss_test and phillips_perron_test.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/econometrics/adf_test.h"
#include "numeric/econometrics/kpss_test.h"
#include "numeric/econometrics/phillips_perron_test.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/state/test_rows.h"

/* lags as they are when the option is not given. */
#define LAGS_BY_RULE (-1)

/* Choices of trend, from none in adf and phillips_perron, from constant in kpss. */
typedef struct UnitRootOptions
{
	int trend;
	int lags;
	int selection;
	int on_error;
} UnitRootOptions;

#define OPTIONS_OF UnitRootOptions
static const OptionSpec adf_specs[] = {
#include "postgres/options/adf.def"
};
static const OptionTable adf_table = OPTION_TABLE(adf_specs, 0);
static const OptionSpec kpss_specs[] = {
#include "postgres/options/kpss.def"
};
static const OptionTable kpss_table = OPTION_TABLE(kpss_specs, 0);
static const OptionSpec phillips_perron_specs[] = {
#include "postgres/options/phillips_perron.def"
};
static const OptionTable phillips_perron_table = OPTION_TABLE(phillips_perron_specs, 0);

TEST_TRANSITION(adf_test, {"y"}, NULL)
TEST_TRANSITION(kpss_test, {"y"}, NULL)
TEST_TRANSITION(phillips_perron_test, {"y"}, NULL)

static Datum
tuple_datum(FunctionCallInfo fcinfo, Datum *values)
{
	bool nulls[16] = {false};

	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

/* The critical values at 1, 5 and 10 per cent into three columns. */
static void
fill_critical(const char *what, const double *critical, Datum *values)
{
	for (int i = 0; i < CS_CRITICAL_LEVELS; i++)
		values[i] = finite_datum(what, critical[i]);
}

/* A block that numeric/ lays its arrays out in; freed with the call. */
static cs_workspace
new_workspace(const char *what, Size size)
{
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	return workspace;
}

/* statistic, p_value, p_value_clipped, lags, observations, three critical values */
PG_FUNCTION_INFO_V1(creditspread_adf_test_final);
Datum
creditspread_adf_test_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "adf_test";
	UnitRootOptions options = {.lags = LAGS_BY_RULE};
	Series series;
	cs_adf_result result = {0};
	cs_workspace workspace;
	Progress progress;
	cs_status status = CS_TOO_FEW;
	int64 least;
	Datum values[8];

	if (!test_rows(fcinfo, what, 1, 1, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &adf_table, &options);
	if (options.lags == LAGS_BY_RULE)
		options.lags = (int) cs_adf_default_lags(series.count, options.trend);
	least = (int64) cs_adf_least(options.lags, options.trend);
	if (series.count >= least)
	{
		workspace = new_workspace(what, cs_adf_size(series.count, options.lags, options.trend));
		progress_start(&progress, what);
		progress_enter(&progress, 0, 1);
		status = cs_adf_test(series.values, series.count, options.trend, options.selection,
							 options.lags, &workspace, &result);
		progress_leave(&progress);
	}
	if (test_fault(psprintf("%s with lags %d", what, options.lags), &series, options.on_error,
				   status, least, "y"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, result.statistic);
	values[1] = finite_datum(what, result.p.p_value);
	values[2] = BoolGetDatum(result.p.clipped);
	values[3] = Int32GetDatum((int32) result.lags);
	values[4] = Int64GetDatum(series.count);
	fill_critical(what, result.critical, values + 5);
	PG_RETURN_DATUM(tuple_datum(fcinfo, values));
}

/* the same columns */
PG_FUNCTION_INFO_V1(creditspread_kpss_test_final);
Datum
creditspread_kpss_test_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "kpss_test";
	UnitRootOptions options = {.lags = LAGS_BY_RULE};
	Series series;
	cs_kpss_result result;
	Progress progress;
	cs_status status;
	Datum values[8];

	if (!test_rows(fcinfo, what, 1, 1, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &kpss_table, &options);
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	status = cs_kpss_test(series.values, series.count, options.trend + CS_TREND_CONSTANT,
						  options.lags == LAGS_BY_RULE ? CS_KPSS_AUTOMATIC : (size_t) options.lags,
						  allocate_checked(what, sizeof(double) * series.count), &result);
	progress_leave(&progress);
	if (test_fault(what, &series, options.on_error, status, Max(CS_KPSS_LEAST, options.lags + 1),
				   "y"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, result.statistic);
	values[1] = finite_datum(what, result.p.p_value);
	values[2] = BoolGetDatum(result.p.clipped);
	values[3] = Int32GetDatum((int32) result.lags);
	values[4] = Int64GetDatum(series.count);
	fill_critical(what, result.critical, values + 5);
	PG_RETURN_DATUM(tuple_datum(fcinfo, values));
}

/* the same columns, then alpha with its p-value */
PG_FUNCTION_INFO_V1(creditspread_phillips_perron_test_final);
Datum
creditspread_phillips_perron_test_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "phillips_perron_test";
	UnitRootOptions options = {.lags = LAGS_BY_RULE};
	Series series;
	cs_phillips_perron_result result;
	cs_workspace workspace;
	Progress progress;
	cs_status status;
	Datum values[11];

	if (!test_rows(fcinfo, what, 1, 1, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &phillips_perron_table, &options);
	if (options.lags == LAGS_BY_RULE)
		options.lags = (int) cs_phillips_perron_default_lags(series.count);
	workspace = new_workspace(what, cs_phillips_perron_size(series.count, options.trend));
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	status = cs_phillips_perron_test(series.values, series.count, options.trend, options.lags,
									 &workspace, &result);
	progress_leave(&progress);
	if (test_fault(what, &series, options.on_error, status,
				   (int64) cs_phillips_perron_least(options.lags, options.trend), "y"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, result.tau);
	values[1] = finite_datum(what, result.tau_p.p_value);
	values[2] = BoolGetDatum(result.tau_p.clipped);
	values[3] = Int32GetDatum(options.lags);
	values[4] = Int64GetDatum(series.count);
	fill_critical(what, result.critical, values + 5);
	values[8] = finite_datum(what, result.alpha);
	values[9] = finite_datum(what, result.alpha_p.p_value);
	values[10] = BoolGetDatum(result.alpha_p.clipped);
	PG_RETURN_DATUM(tuple_datum(fcinfo, values));
}
