/*
 * kalman_fit.c
 *		kalman_fit, an aggregate that estimates the model of a series by maximum likelihood.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/state_space/kalman.h"
#include "postgres/state_space/kalman_fit.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/state/series_state.h"
#include "postgres/base/status.h"

typedef struct KalmanOptions
{
	int model;	  /* a cs_kalman_form */
	int on_error; /* an OnError */
} KalmanOptions;

static const OptionSpec kalman_specs[] = {
#define OPTIONS_OF KalmanOptions
#include "postgres/options/kalman.def"
};
const OptionTable kalman_table = OPTION_TABLE(kalman_specs, 0);

/*
 * transition(state, time, y [, options]); a missing y is kept as NaN
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_fit_transition);
Datum
creditspread_kalman_fit_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double y = PG_ARGISNULL(2) ? NAN : finite_argument(fcinfo, 2, "y", &time);
	const Jsonb *options = PG_NARGS() > 3 && !PG_ARGISNULL(3) ? PG_GETARG_JSONB_P(3) : NULL;

	PG_RETURN_POINTER(series_state_append(fcinfo, "kalman_fit", state, time, &y, 1, options));
}

cs_status
kalman_fit_run(cs_kalman_fit *fit, cs_kalman_form form, const double *y, int64 count, double size,
			   Progress *progress)
{
	cs_status status;

	progress_enter(progress, 0, 1);
	status = cs_kalman_fit_solve(fit, form, y, count, size);
	progress_leave(progress);
	return status;
}

static Datum
number_matrix(double value)
{
	return doubles_datum("kalman_fit", &value, 1, 1);
}

static Datum
fitted_model(FunctionCallInfo fcinfo, const cs_kalman_fit *fit)
{
	cs_kalman_model model = cs_kalman_fit_model(fit);
	const char *bound = cs_kalman_fit_bound(fit);
	bool level = fit->form == CS_KALMAN_LOCAL_LEVEL;
	double zero = 0;
	Datum values[MODEL_COLUMNS] = {0};
	bool nulls[MODEL_COLUMNS] = {false};

	values[MODEL_TRANSITION] = number_matrix(model.transition);
	values[MODEL_OBSERVATION] = number_matrix(model.observation);
	values[MODEL_PROCESS] = number_matrix(model.process_variance);
	values[MODEL_NOISE] = number_matrix(model.observation_variance);
	nulls[MODEL_STATE] = nulls[MODEL_COVARIANCE] = level;
	if (!level)
	{
		values[MODEL_STATE] = doubles_datum("kalman_fit", &zero, 1, 0);
		values[MODEL_COVARIANCE] = number_matrix(cs_kalman_stationary_variance(&model));
	}
	nulls[MODEL_CONTROL] = true;
	values[MODEL_START] = CStringGetTextDatum("predicted");
	values[MODEL_LOG_LIKELIHOOD] = finite_datum("kalman_fit", fit->best.value);
	values[MODEL_OBSERVATIONS] = Int64GetDatum(fit->observed);
	values[MODEL_ITERATIONS] = Int32GetDatum(fit->iterations);
	values[MODEL_CONVERGED] = BoolGetDatum(fit->converged);
	nulls[MODEL_AT_BOUND] = bound == NULL;
	if (bound != NULL)
		values[MODEL_AT_BOUND] = CStringGetTextDatum(bound);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

PG_FUNCTION_INFO_V1(creditspread_kalman_fit_final);
Datum
creditspread_kalman_fit_final(PG_FUNCTION_ARGS)
{
	KalmanOptions options;
	cs_kalman_fit fit;
	Progress progress;
	Series series;
	cs_status status;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = series_state_sorted(row_state_argument(fcinfo, 0), "kalman_fit");
	read_options(series.options, "kalman_fit", &kalman_table, &options);
	if (series.count == 0)
		PG_RETURN_NULL();
	check_row_columns("kalman_fit", series.columns, 1, 1);
	progress_start(&progress, "kalman_fit");
	status = kalman_fit_run(&fit, options.model, series.values, series.count, 0, &progress);
	if (gives_null(status, options.on_error))
		PG_RETURN_NULL();
	if (status == CS_TOO_FEW)
		report_too_few("kalman_fit", CS_KALMAN_MIN_OBSERVED, fit.observed);
	check_status(status, "kalman_fit");
	PG_RETURN_DATUM(fitted_model(fcinfo, &fit));
}
