/*
 * residual_tests.c
 *		The aggregates ljung_box_test and jarque_bera_test.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/econometrics/jarque_bera_test.h"
#include "numeric/econometrics/ljung_box_test.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/state/test_rows.h"

/* lags as they are when the option is not given. */
#define LAGS_BY_RULE (-1)

typedef struct ResidualOptions
{
	int lags;
	int fitted_parameters;
	int on_error;
} ResidualOptions;

#define OPTIONS_OF ResidualOptions
static const OptionSpec ljung_box_specs[] = {
#include "postgres/options/ljung_box.def"
};
static const OptionTable ljung_box_table = OPTION_TABLE(ljung_box_specs, 0);
static const OptionSpec jarque_bera_specs[] = {
#include "postgres/options/jarque_bera.def"
};
static const OptionTable jarque_bera_table = OPTION_TABLE(jarque_bera_specs, 0);

TEST_TRANSITION(ljung_box_test, {"y"}, NULL)
TEST_TRANSITION(jarque_bera_test, {"y"}, NULL)

/* statistic, p_value, lags, freedom, observations */
PG_FUNCTION_INFO_V1(creditspread_ljung_box_test_final);
Datum
creditspread_ljung_box_test_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "ljung_box_test";
	ResidualOptions options = {.lags = LAGS_BY_RULE};
	Series series;
	cs_ljung_box_result result;
	Progress progress;
	cs_status status;
	Datum values[5];
	bool nulls[5] = {false};

	if (!test_rows(fcinfo, what, 1, 1, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &ljung_box_table, &options);
	if (options.lags == LAGS_BY_RULE)
		options.lags =
			Max((int) cs_ljung_box_default_lags(series.count), options.fitted_parameters + 1);
	if (options.fitted_parameters >= options.lags)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %d fitted parameters leave no degrees of freedom of %d lags",
							   what, options.fitted_parameters, options.lags),
						errhint("Give more lags than fitted parameters.")));
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	status = cs_ljung_box_test(series.values, series.count, options.lags, options.fitted_parameters,
							   allocate_checked(what, sizeof(double) * series.count), &result);
	progress_leave(&progress);
	if (test_fault(psprintf("%s with lags %d", what, options.lags), &series, options.on_error,
				   status, options.lags + 1, "y"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, result.statistic);
	values[1] = finite_datum(what, result.p_value);
	values[2] = Int32GetDatum(options.lags);
	values[3] = Int32GetDatum(options.lags - options.fitted_parameters);
	values[4] = Int64GetDatum(series.count);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

/* statistic, p_value, skewness, kurtosis, observations */
PG_FUNCTION_INFO_V1(creditspread_jarque_bera_test_final);
Datum
creditspread_jarque_bera_test_final(PG_FUNCTION_ARGS)
{
	static const char *const what = "jarque_bera_test";
	ResidualOptions options = {0};
	Series series;
	cs_jarque_bera_result result;
	Progress progress;
	cs_status status;
	Datum values[5];
	bool nulls[5] = {false};

	if (!test_rows(fcinfo, what, 1, 1, &series))
		PG_RETURN_NULL();
	read_options(series.options, what, &jarque_bera_table, &options);
	progress_start(&progress, what);
	progress_enter(&progress, 0, 1);
	status = cs_jarque_bera_test(series.values, series.count,
								 allocate_checked(what, sizeof(double) * series.count), &result);
	progress_leave(&progress);
	if (test_fault(what, &series, options.on_error, status, CS_JARQUE_BERA_LEAST, "y"))
		PG_RETURN_NULL();
	values[0] = finite_datum(what, result.statistic);
	values[1] = finite_datum(what, result.p_value);
	values[2] = finite_datum(what, result.skewness);
	values[3] = finite_datum(what, result.kurtosis);
	values[4] = Int64GetDatum(series.count);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
