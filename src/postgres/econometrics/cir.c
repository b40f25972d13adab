/*
 * cir.c
 *		cir_fit, an aggregate that fits the square-root process, and cir_forecast.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "numeric/base/forecast.h"
#include "numeric/econometrics/cir.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/state/series_state.h"
#include "postgres/base/status.h"

typedef struct CirOptions
{
	int likelihood;
	double time_step;
	int max_iterations;
} CirOptions;

/* In the order of cs_cir_bound. */
static const char *const bound_names[] = {NULL, "a", "b"};

static const OptionSpec cir_specs[] = {
#define OPTIONS_OF CirOptions
#include "postgres/options/cir.def"
};
static const OptionTable cir_table = OPTION_TABLE(cir_specs, 0);

/* The columns of cir_model, in order. */
typedef enum CirModelColumn
{
	CIR_A,
	CIR_B,
	CIR_SIGMA,
	CIR_TIME_STEP,
	CIR_LIKELIHOOD,
	CIR_LOG_LIKELIHOOD,
	CIR_OBSERVATIONS,
	CIR_LONG_RUN_MEAN,
	CIR_MEAN_REVERTING,
	CIR_FELLER,
	CIR_AT_BOUND,
	CIR_ITERATIONS,
	CIR_CONVERGED,
	CIR_COLUMNS
} CirModelColumn;

/*
 * transition(state, time, y [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_cir_transition);
Datum
creditspread_cir_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double y = finite_argument(fcinfo, 2, "y", &time);
	const Jsonb *options = PG_NARGS() > 3 && !PG_ARGISNULL(3) ? PG_GETARG_JSONB_P(3) : NULL;

	if (!(y > 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cir_fit: y at %s is %g, must be positive", time_text(time), y),
						errhint("The process is one of positive values; leave such rows out, or "
								"use var_fit.")));
	PG_RETURN_POINTER(series_state_append(fcinfo, "cir_fit", state, time, &y, 1, options));
}

/* A state may have been made by hand. */
static void
check_rows(const Series *series)
{
	check_row_columns("cir_fit", series->columns, 1, 1);
	for (int64 i = 0; i < series->count; i++)
		if (!(series->values[i] > 0))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("cir_fit: y at %s is %g, must be positive",
								   time_text(series_time(series, i)), series->values[i])));
}

/* cir_check_options(options): the errors that cir_fit has of them, without rows */
PG_FUNCTION_INFO_V1(creditspread_cir_check_options);
Datum
creditspread_cir_check_options(PG_FUNCTION_ARGS)
{
	CirOptions options;

	read_options(PG_GETARG_JSONB_P(0), "cir_fit", &cir_table, &options);
	PG_RETURN_VOID();
}

static void
report_fault(cs_status status, const Series *series)
{
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("cir_fit: the %lld values but the last are all %g",
							   (long long) series->count, series->values[0]),
						errhint("Leave series out that do not vary.")));
	if (status == CS_ZERO_VARIANCE)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("cir_fit: each of the %lld values follows exactly from the one "
							   "before",
							   (long long) series->count),
						errhint("Leave series out that have no random part.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("cir_fit: the likelihood overflows"), errhint("Scale the values.")));
	check_status(status, "cir_fit");
}

static cs_cir_result
run_fit(const CirOptions *options, const Series *series)
{
	cs_cir_result result;
	Progress progress;
	cs_status status;

	progress_start(&progress, "cir_fit");
	progress_enter(&progress, 0, 1);
	status = cs_cir_fit(series->values, series->count, options->likelihood, options->time_step,
						options->max_iterations, &result);
	progress_leave(&progress);
	if (status == CS_TOO_FEW)
		report_too_few("cir_fit", CS_CIR_MINIMUM_ROWS, series->count);
	report_fault(status, series);
	return result;
}

PG_FUNCTION_INFO_V1(creditspread_cir_fit_final);
Datum
creditspread_cir_fit_final(PG_FUNCTION_ARGS)
{
	Series series;
	CirOptions options;
	cs_cir_result result;
	Datum values[CIR_COLUMNS];
	bool nulls[CIR_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = series_state_sorted(row_state_argument(fcinfo, 0), "cir_fit");
	if (series.count == 0)
		PG_RETURN_NULL();
	read_options(series.options, "cir_fit", &cir_table, &options);
	check_rows(&series);
	result = run_fit(&options, &series);
	values[CIR_A] = finite_datum("cir_fit", result.model.a);
	values[CIR_B] = finite_datum("cir_fit", result.model.b);
	values[CIR_SIGMA] = finite_datum("cir_fit", result.model.sigma);
	values[CIR_TIME_STEP] = finite_datum("cir_fit", result.model.time_step);
	values[CIR_LIKELIHOOD] = CStringGetTextDatum(
		option_spec(&cir_table, "likelihood")->choices[result.model.likelihood]);
	values[CIR_LOG_LIKELIHOOD] = finite_datum("cir_fit", result.log_likelihood);
	values[CIR_OBSERVATIONS] = Int64GetDatum(series.count - 1);
	nulls[CIR_LONG_RUN_MEAN] = !(result.model.b > 0);
	values[CIR_LONG_RUN_MEAN] =
		finite_datum("cir_fit", result.model.b > 0 ? result.model.a / result.model.b : 0);
	values[CIR_MEAN_REVERTING] = BoolGetDatum(result.model.b > 0);
	values[CIR_FELLER] = BoolGetDatum(2 * result.model.a > result.model.sigma * result.model.sigma);
	nulls[CIR_AT_BOUND] = result.bound == CS_CIR_INSIDE;
	values[CIR_AT_BOUND] =
		result.bound == CS_CIR_INSIDE ? (Datum) 0 : CStringGetTextDatum(bound_names[result.bound]);
	values[CIR_ITERATIONS] = Int32GetDatum(result.iterations);
	values[CIR_CONVERGED] = BoolGetDatum(result.converged);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

/* A float8 column of a cir_model; NULL is error 22004, NaN and infinity 22003. */
static double
model_number(const Composite *composite, int column)
{
	const char *name = psprintf("%s of a cir_model",
								NameStr(TupleDescAttr(composite->descriptor, column)->attname));

	return finite_value(composite->values[column], composite->nulls[column], name, NULL);
}

static cs_cir_model
model_read(Datum datum)
{
	Composite composite = composite_read(datum, "cir_model");
	cs_cir_model model = {.a = model_number(&composite, CIR_A),
						  .b = model_number(&composite, CIR_B),
						  .sigma = model_number(&composite, CIR_SIGMA),
						  .time_step = model_number(&composite, CIR_TIME_STEP)};
	const char *likelihood = composite_text(&composite, CIR_LIKELIHOOD);
	int k = option_choice(&cir_table, "likelihood", likelihood);

	if (k < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("likelihood of a cir_model is \"%s\", must be \"exact\" or \"euler\"",
						likelihood),
				 errhint("Use the value as the fit returned it.")));
	model.likelihood = k;
	return model;
}

/* cir_forecast(model, y, step, level): forecast, lower, upper, variance */
PG_FUNCTION_INFO_V1(creditspread_cir_forecast);
Datum
creditspread_cir_forecast(PG_FUNCTION_ARGS)
{
	cs_cir_model model = model_read(PG_GETARG_DATUM(0));
	double y = finite_argument(fcinfo, 1, "y", NULL);
	int step = PG_GETARG_INT32(2);
	double level = PG_GETARG_FLOAT8(3);
	cs_cir_forecast forecast;
	cs_status status;
	Datum values[4];
	bool nulls[4] = {false};

	if (!(y >= 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cir_forecast: y is %g, must not be negative", y),
						errhint("The process is one of positive values.")));
	if (step < 1 || step > CS_MAX_HORIZON)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cir_forecast: step is %d, must be from 1 to %d", step, CS_MAX_HORIZON)));
	if (!(level >= CS_MIN_LEVEL && level <= CS_MAX_LEVEL))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cir_forecast: interval_level is %g, must be from %g to %g", level,
							   CS_MIN_LEVEL, CS_MAX_LEVEL)));
	status = cs_cir_forecast_after(&model, y, step, level, &forecast);
	if (status == CS_OUT_OF_RANGE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cir_forecast: a cir_model of a %g, sigma %g and time_step %g has "
							   "no distribution",
							   model.a, model.sigma, model.time_step),
						errhint("Use the value as the fit returned it.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("cir_forecast: the distribution %d steps ahead overflows or turns "
							   "negative",
							   step),
						errhint("The model does not revert to a positive mean: forecast fewer "
								"steps.")));
	check_status(status, "cir_forecast");
	values[0] = finite_datum("cir_forecast", forecast.mean);
	values[1] = finite_datum("cir_forecast", forecast.lower);
	values[2] = finite_datum("cir_forecast", forecast.upper);
	values[3] = finite_datum("cir_forecast", forecast.variance);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
