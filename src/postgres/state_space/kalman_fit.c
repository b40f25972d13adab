/*
 * kalman_fit.c
 *		kalman_fit, an aggregate that estimates the model of a series by maximum likelihood.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/state_space/kalman.h"
#include "postgres/state_space/kalman_fit.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/state/series_state.h"
#include "postgres/base/status.h"

#define WHAT "kalman_fit"

typedef struct KalmanOptions
{
	KalmanForm form;
	int on_error; /* an OnError */
} KalmanOptions;

static const OptionSpec kalman_specs[] = {
#define OPTIONS_OF KalmanOptions
#include "postgres/options/kalman.def"
};
static const OptionTable kalman_table = OPTION_TABLE(kalman_specs, 0);

/* ---- rows ---- */

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

	PG_RETURN_POINTER(series_state_append(fcinfo, WHAT, state, time, &y, 1, options));
}

/*
 * transition(state, time, y, features, options); a missing value is kept as NaN
 */
PG_FUNCTION_INFO_V1(creditspread_kalman_fit_features_transition);
Datum
creditspread_kalman_fit_features_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = PG_ARGISNULL(4) ? NULL : PG_GETARG_JSONB_P(4);
	double row[1 + CS_KALMAN_MAX_SIZE];
	double *features = NULL;
	int count = 0;

	if (!PG_ARGISNULL(3))
		features = array_doubles(PG_GETARG_ARRAYTYPE_P(3), WHAT,
								 psprintf("features at %s", time_text(time)), true, &count);
	if (count > CS_KALMAN_MAX_SIZE)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg(WHAT ": %d features at %s, the limit is %d", count, time_text(time),
							   CS_KALMAN_MAX_SIZE),
						errhint("Use fewer features.")));
	row[0] = PG_ARGISNULL(2) ? NAN : finite_argument(fcinfo, 2, "y", &time);
	if (count > 0)
		memcpy(row + 1, features, sizeof(double) * count);
	PG_RETURN_POINTER(series_state_append(fcinfo, WHAT, state, time, row, 1 + count, options));
}

/* ---- options ---- */

_Noreturn static void
report_option(const char *what, const char *option, const char *clause, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: option \"%s\" %s", what, option, clause), errhint("%s", hint)));
}

void
kalman_check_form(const char *what, const KalmanForm *form)
{
	if (form->seasonal != CS_SEASON_NONE && form->period < 2)
		report_option(what, "seasonal", "is given with period 1",
					  "Give the rows of a season as period.");
	if (form->seasonal == CS_SEASON_NONE && form->period > 1)
		report_option(what, "period", psprintf("is %d without a season", form->period),
					  "Give seasonal => 'dummy' or 'trigonometric', too.");
	if (form->model == CS_TREND_AR1 &&
		(form->seasonal != CS_SEASON_NONE || form->cycle != CS_CYCLE_NONE))
		report_option(what, form->seasonal != CS_SEASON_NONE ? "seasonal" : "cycle",
					  "is given with model ar1_plus_noise", "Use another model.");
	if (form->cycle == CS_CYCLE_NONE &&
		(form->cycle_longest != OPTION_NONE || form->cycle_shortest > 2))
		report_option(what, form->cycle_longest != OPTION_NONE ? "cycle_longest" : "cycle_shortest",
					  "is given without a cycle", "Give cycle => 'stochastic' or 'damped', too.");
	if (form->cycle_longest != OPTION_NONE && form->cycle_longest <= form->cycle_shortest)
		report_option(what, "cycle_longest",
					  psprintf("is %g, must be above cycle_shortest, %g", form->cycle_longest,
							   form->cycle_shortest),
					  "Give the rows that a cycle may take.");
}

/* The model of the options, for rows with so many features. */
static cs_structural_form
structural_form(const KalmanForm *form, int64 rows, int features)
{
	double longest = form->cycle_longest;

	kalman_check_form(WHAT, form);
	if (longest == OPTION_NONE)
		longest = Max((double) rows, 2 * form->cycle_shortest);
	return (cs_structural_form){.trend = (cs_structural_trend) form->model,
								.season = (cs_structural_season) form->seasonal,
								.period = form->period,
								.cycle = (cs_structural_cycle) form->cycle,
								.shortest = form->cycle_shortest,
								.longest = longest,
								.features = features};
}

/* ---- the fit ---- */

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

/* A model of one state alone, which has a search of its own. */
static bool
is_simple(const cs_structural_form *form)
{
	return (form->trend == CS_TREND_LEVEL || form->trend == CS_TREND_AR1) &&
		   form->season == CS_SEASON_NONE && form->cycle == CS_CYCLE_NONE && form->features == 0;
}

/* What a fit is told by, whichever search it was. */
typedef struct FittedModel
{
	cs_structural_fit structural;
	double *initial_state, *initial_covariance; /* NULL: diffuse */
	const char *bound;							/* NULL: none */
} FittedModel;

/* The fit of one state, and what it says of the general one. */
static cs_status
fit_simple(FittedModel *fitted, const double *y, int64 count, Progress *progress)
{
	cs_structural_fit *structural = &fitted->structural;
	cs_kalman_fit fit;
	cs_kalman_model model;
	cs_status status =
		kalman_fit_run(&fit, (cs_kalman_form) structural->form.trend, y, count, 0, progress);

	structural->observed = fit.observed;
	if (status == CS_OK)
		status = cs_structural_fit_take(structural, y, NULL);
	if (status != CS_OK)
		return status;
	model = cs_kalman_fit_model(&fit);
	structural->values =
		(cs_structural_values){.variance = {model.observation_variance, model.process_variance},
							   .damping = 1,
							   .transition = model.transition};
	structural->log_likelihood = fit.best.value;
	structural->iterations = fit.iterations;
	structural->converged = fit.converged;
	fitted->bound = cs_kalman_fit_bound(&fit);
	return CS_OK;
}

static const char *parameter_name(const cs_structural_form *form, int parameter);

/* The names of the parameters at a bound, NULL for none. */
static const char *
bound_names(const cs_structural_fit *fit)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int k = 0; k < CS_PARAMETERS; k++)
		if (cs_structural_has(&fit->form, k) && cs_structural_at_bound(fit, k))
			appendStringInfo(&names, "%s%s", names.len == 0 ? "" : ", ",
							 parameter_name(&fit->form, k));
	return names.len == 0 ? NULL : names.data;
}

static cs_status
fit_structural(FittedModel *fitted, const double *y, const double *features, Progress *progress)
{
	cs_structural_fit *fit = &fitted->structural;
	cs_status status = cs_structural_fit_take(fit, y, features);

	if (status != CS_OK)
		return status;
	progress_enter(progress, 0, 1);
	status = cs_structural_fit_solve(fit);
	progress_leave(progress);
	if (status == CS_OK)
		fitted->bound = bound_names(fit);
	return status;
}

/* Fits, with standard errors; a likelihood that has none around its maximum leaves them NaN. */
static cs_status
run_fit(FittedModel *fitted, const cs_structural_form *form, const Series *series,
		Progress *progress)
{
	int features = series->columns - 1;
	const double *y = series->values;
	double *columns = NULL;
	cs_workspace workspace;
	cs_status status;
	Size size;

	cs_workspace_count(&workspace);
	cs_structural_fit_lay_out(&fitted->structural, form, series->count, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	cs_structural_fit_lay_out(&fitted->structural, form, series->count, &workspace);
	if (features > 0)
	{
		double *observed = allocate_checked(WHAT, sizeof(double) * series->count);

		columns = allocate_checked(WHAT, sizeof(double) * series->count * features);
		for (int64 i = 0; i < series->count; i++)
		{
			observed[i] = series->values[i * series->columns];
			memcpy(columns + i * features, series->values + i * series->columns + 1,
				   sizeof(double) * features);
		}
		y = observed;
	}
	status = is_simple(form) ? fit_simple(fitted, y, series->count, progress)
							 : fit_structural(fitted, y, columns, progress);
	if (status == CS_OK && cs_structural_fit_errors(&fitted->structural) != CS_OK)
		for (int k = 0; k < CS_PARAMETERS + features; k++)
			fitted->structural.errors[k] = NAN;
	return status;
}

/* ---- the result ---- */

static const char *
parameter_name(const cs_structural_form *form, int parameter)
{
	static const char *const names[CS_PARAMETERS] = {
		"observation_variance", "level_variance",  "slope_variance", "seasonal_variance",
		"cycle_variance",		"cycle_frequency", "cycle_damping",	 "transition"};
	bool one_state = cs_structural_states(form) == 1;

	if (parameter >= CS_PARAMETERS)
		return psprintf("features[%d]", parameter - CS_PARAMETERS + 1);
	return parameter == CS_PART_LEVEL && one_state ? "process_variance" : names[parameter];
}

static Datum
text_array(const char *const *texts, int count)
{
	Datum *elements = palloc(sizeof(Datum) * Max(count, 1));

	for (int i = 0; i < count; i++)
		elements[i] = CStringGetTextDatum(texts[i]);
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
state_names(const cs_structural_form *form)
{
	const char *names[CS_KALMAN_MAX_SIZE];
	int count = 0;
	int states = (int) cs_structural_states(form);
	int cycle = form->cycle == CS_CYCLE_NONE ? 0 : 2;

	names[count++] = form->trend == CS_TREND_AR1 ? "autoregression" : "level";
	if (form->trend == CS_TREND_LINEAR || form->trend == CS_TREND_SMOOTH)
		names[count++] = "slope";
	for (int i = 1; count < states - cycle; i++)
		names[count++] = psprintf("season[%d]", i);
	if (cycle > 0)
	{
		names[count++] = "cycle[1]";
		names[count++] = "cycle[2]";
	}
	return text_array(names, count);
}

/* The columns of what was estimated. */
static void
set_parameters(const cs_structural_fit *fit, Datum *values, bool *nulls)
{
	const char *names[CS_PARAMETERS + CS_KALMAN_MAX_SIZE];
	double estimates[CS_PARAMETERS + CS_KALMAN_MAX_SIZE];
	double errors[CS_PARAMETERS + CS_KALMAN_MAX_SIZE];
	int count = 0;

	for (int k = 0; k < CS_PARAMETERS + (int) fit->form.features; k++)
	{
		if (k < CS_PARAMETERS && !cs_structural_has(&fit->form, k))
			continue;
		names[count] = parameter_name(&fit->form, k);
		estimates[count] = k < CS_PARAMETERS ? cs_structural_value(&fit->values, k)
											 : fit->coefficients[k - CS_PARAMETERS];
		errors[count++] = isfinite(fit->errors[k]) ? fit->errors[k] : NAN;
	}
	values[MODEL_PARAMETERS] = text_array(names, count);
	values[MODEL_ESTIMATES] = doubles_datum(WHAT, estimates, count, 0);
	values[MODEL_ERRORS] = kalman_array(errors, count, 0, &nulls[MODEL_ERRORS]);
}

/* A, H, Q and R, and the start. */
static void
set_matrices(cs_structural_fit *fit, Datum *values, bool *nulls)
{
	int n = (int) cs_structural_states(&fit->form);
	double *transition = palloc(sizeof(double) * n * n);
	double *observation = palloc(sizeof(double) * n);
	double *process = palloc(sizeof(double) * n * n);
	double noise = fit->values.variance[CS_PART_NOISE];
	double zero = 0;

	cs_structural_matrices(fit, transition, observation, process);
	values[MODEL_TRANSITION] = doubles_datum(WHAT, transition, n, n);
	values[MODEL_OBSERVATION] = doubles_datum(WHAT, observation, 1, n);
	values[MODEL_PROCESS] = doubles_datum(WHAT, process, n, n);
	values[MODEL_NOISE] = doubles_datum(WHAT, &noise, 1, 1);
	nulls[MODEL_STATE] = nulls[MODEL_COVARIANCE] = fit->form.trend != CS_TREND_AR1;
	if (fit->form.trend == CS_TREND_AR1)
	{
		const cs_kalman_model model = {transition[0], 1, process[0], noise};
		double stationary = cs_kalman_stationary_variance(&model);

		values[MODEL_STATE] = doubles_datum(WHAT, &zero, 1, 0);
		values[MODEL_COVARIANCE] = doubles_datum(WHAT, &stationary, 1, 1);
	}
	values[MODEL_START] = CStringGetTextDatum("predicted");
	nulls[MODEL_CONTROL] = true;
	nulls[MODEL_DIRECT] = fit->form.features == 0;
	if (fit->form.features > 0)
		values[MODEL_DIRECT] = doubles_datum(WHAT, fit->coefficients, 1, (int) fit->form.features);
}

static Datum
fitted_model(FunctionCallInfo fcinfo, FittedModel *fitted)
{
	cs_structural_fit *fit = &fitted->structural;
	Datum values[MODEL_COLUMNS] = {0};
	bool nulls[MODEL_COLUMNS] = {false};

	set_matrices(fit, values, nulls);
	set_parameters(fit, values, nulls);
	values[MODEL_STATES] = state_names(&fit->form);
	values[MODEL_LOG_LIKELIHOOD] = finite_datum(WHAT, fit->log_likelihood);
	values[MODEL_OBSERVATIONS] = Int64GetDatum(fit->observed);
	values[MODEL_ITERATIONS] = Int32GetDatum(fit->iterations);
	values[MODEL_CONVERGED] = BoolGetDatum(fit->converged);
	nulls[MODEL_AT_BOUND] = fitted->bound == NULL;
	if (fitted->bound != NULL)
		values[MODEL_AT_BOUND] = CStringGetTextDatum(fitted->bound);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

/* What the general message of a status does not say. */
static void
report_degenerate(cs_status status, const cs_structural_form *form, const cs_structural_fit *fit)
{
	if (status == CS_SINGULAR)
		ereport(
			ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg(WHAT ": features[%zu] is explained by those before it, or by the states",
					fit->filter.redundant),
			 errhint("Leave such features out (a constant one beside a level, for instance), or "
					 "use on_error => 'null'.")));
	if (status == CS_CONSTANT && !is_simple(form))
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg(WHAT ": the observations do not vary, or the model explains them "
									"but for rounding"),
						errhint("Leave such series out, or use on_error => 'null'.")));
}

PG_FUNCTION_INFO_V1(creditspread_kalman_fit_final);
Datum
creditspread_kalman_fit_final(PG_FUNCTION_ARGS)
{
	KalmanOptions options = {.form.cycle_longest = OPTION_NONE};
	cs_structural_form form;
	FittedModel fitted = {0};
	Progress progress;
	Series series;
	cs_status status;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = series_state_sorted(row_state_argument(fcinfo, 0), WHAT);
	default_options(&kalman_table, &options);
	change_options(series.options, WHAT, &kalman_table, &options);
	form = structural_form(&options.form, series.count, Max(series.columns - 1, 0));
	if (series.count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, series.columns, 1, 1 + CS_KALMAN_MAX_SIZE);
	progress_start(&progress, WHAT);
	status = run_fit(&fitted, &form, &series, &progress);
	if (gives_null(status, options.on_error))
		PG_RETURN_NULL();
	if (status == CS_TOO_FEW)
		report_too_few(WHAT, cs_structural_needed(&form), fitted.structural.observed);
	report_degenerate(status, &form, &fitted.structural);
	check_status(status, WHAT);
	PG_RETURN_DATUM(fitted_model(fcinfo, &fitted));
}
