/*
 * reflection.c
 *		reflection_forecast, a window function that filters the deviations of a base forecast and
 *		corrects the next one by what they let expect: the reflection model.
 *
 * On row t stand y(t) and the base forecast made there, for row t+1; so the deviation of row t is
 * y(t) less the forecast of row t-1, and the result of row t knows the rows up to t only.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "postgres/base/composite.h"
#include "postgres/base/interrupts.h"
#include "postgres/state_space/kalman.h"
#include "postgres/state_space/kalman_fit.h"
#include "postgres/state_space/reflection.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define FIRST_CAPACITY 256
#define GROWTH 5 /* without refit_every, rows are a fifth more at each fit */
#define COLUMNS 6

enum
{
	ARGUMENT_Y,
	ARGUMENT_FORECAST,
	ARGUMENT_FIXED
};

/* The arguments of the form that fits. */
enum
{
	FIT_WINDOW,
	FIT_REFIT_EVERY,
	FIT_MODEL,
	FIT_ARGUMENTS
};

static const char *const given_names[KALMAN_ARGUMENTS] = {
	"transition",	 "process_variance", "observation_variance",
	"initial_state", "initial_variance", "start"};
static const char *const fit_names[FIT_ARGUMENTS] = {"fit_window", "refit_every", "model"};

typedef struct ReflectionPartition
{
	bool ready;
	int64 next;			  /* row */
	double last_forecast; /* of the row before, for this one; NaN = none */
	double largest;		  /* of y and the forecasts that deviations came from */
	FixedArguments fixed;
	bool filtering; /* there is a filter */
	cs_kalman filter;
	TupleDesc descriptor;
	/* where the model is fitted */
	cs_kalman_form form;
	int64 window;	   /* rows of a fit, 0 = all */
	int64 refit_every; /* 0 = as the rows grow */
	int64 since_fit;   /* rows since the last fit */
	int64 observed;	   /* deviations so far */
	double *deviations;
	int64 capacity;
} ReflectionPartition;

/* y less the forecast made for it, NaN where either is missing. */
static double
take_deviation(FunctionCallInfo fcinfo, ReflectionPartition *partition, double *forecast)
{
	WindowObject window = PG_WINDOW_OBJECT();
	double before = partition->last_forecast;
	bool isnull;
	Datum datum = WinGetFuncArgCurrent(window, ARGUMENT_Y, &isnull);
	double y = kalman_observation("reflection_forecast", "y", datum, isnull, partition->next, NAN);
	double deviation;

	datum = WinGetFuncArgCurrent(window, ARGUMENT_FORECAST, &isnull);
	*forecast =
		kalman_observation("reflection_forecast", "forecast", datum, isnull, partition->next, NAN);
	deviation = y - before;
	if (!isnan(deviation))
		partition->largest = fmax(partition->largest, fmax(fabs(y), fabs(before)));
	if (isinf(deviation))
		check_kalman_status(CS_NOT_FINITE, "reflection_forecast", partition->next + 1);
	partition->last_forecast = *forecast;
	partition->next++;
	return deviation;
}

static void
filter_deviation(ReflectionPartition *partition, double deviation)
{
	cs_kalman_row row;

	check_kalman_status(cs_kalman_step(&partition->filter, deviation, 0, &row),
						"reflection_forecast", partition->next);
}

/* forecast, correction, variance, transition, process_variance, observation_variance */
static Datum
reflection_row(const ReflectionPartition *partition, double forecast)
{
	const cs_kalman_model *model = &partition->filter.model;
	double columns[COLUMNS] = {forecast, NAN, NAN, NAN, NAN, NAN};
	Datum values[COLUMNS];
	bool nulls[COLUMNS];

	if (partition->filtering)
	{
		cs_kalman_moments next = cs_kalman_predict(&partition->filter);

		columns[1] = next.mean;
		columns[2] = next.variance + model->observation_variance;
		columns[3] = model->transition;
		columns[4] = model->process_variance;
		columns[5] = model->observation_variance;
		if (!isnan(next.mean))
			columns[0] += next.mean;
	}
	for (int i = 0; i < COLUMNS; i++)
		values[i] = kalman_column(columns[i], &nulls[i]);
	return HeapTupleGetDatum(heap_form_tuple(partition->descriptor, values, nulls));
}

/*
 * reflection_forecast(y, forecast, transition, process_variance, observation_variance,
 * initial_state, initial_variance, start) OVER (...): a reflection_estimate
 */
PG_FUNCTION_INFO_V1(creditspread_reflection_forecast);
Datum
creditspread_reflection_forecast(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	ReflectionPartition *partition =
		partition_memory(PG_WINDOW_OBJECT(), sizeof(ReflectionPartition), &context);
	double forecast;

	if (!partition->ready)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		fixed_arguments_read(&partition->fixed, fcinfo, "reflection_forecast", ARGUMENT_FIXED,
							 KALMAN_ARGUMENTS, given_names);
		partition->filter = kalman_of_arguments("reflection_forecast", partition->fixed.values,
												partition->fixed.nulls);
		partition->filtering = true;
		partition->last_forecast = NAN;
		partition->descriptor = result_descriptor(fcinfo);
		partition->ready = true;
		MemoryContextSwitchTo(old);
	}
	fixed_arguments_check(&partition->fixed, fcinfo, partition->next);
	filter_deviation(partition, take_deviation(fcinfo, partition, &forecast));
	PG_RETURN_DATUM(reflection_row(partition, forecast));
}

/* ---- the model fitted to the rows so far -------------------------------------------------- */

static int64
positive_argument(const FixedArguments *fixed, int argument, int minimum)
{
	int value = DatumGetInt32(fixed->values[argument]);

	if (value < minimum)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("reflection_forecast: %s is %d, must be at least %d",
							   fixed->names[argument], value, minimum),
						errhint("It is a number of rows.")));
	return value;
}

static cs_kalman_form
form_argument(const FixedArguments *fixed)
{
	const char *name =
		fixed->nulls[FIT_MODEL] ? "NULL" : TextDatumGetCString(fixed->values[FIT_MODEL]);

	if (strcmp(name, "local_level") == 0)
		return CS_KALMAN_LOCAL_LEVEL;
	if (strcmp(name, "ar1_plus_noise") == 0)
		return CS_KALMAN_AR1_PLUS_NOISE;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("reflection_forecast: model is %s, must be local_level or "
						   "ar1_plus_noise",
						   name),
					errhint("ar1_plus_noise lets deviations fade, local_level lets them stay.")));
}

static void
start_fitted(FunctionCallInfo fcinfo, ReflectionPartition *partition)
{
	fixed_arguments_read(&partition->fixed, fcinfo, "reflection_forecast", ARGUMENT_FIXED,
						 FIT_ARGUMENTS, fit_names);
	partition->window =
		partition->fixed.nulls[FIT_WINDOW]
			? 0
			: positive_argument(&partition->fixed, FIT_WINDOW, REFLECTION_FIT_MINIMUM);
	partition->refit_every = partition->fixed.nulls[FIT_REFIT_EVERY]
								 ? 0
								 : positive_argument(&partition->fixed, FIT_REFIT_EVERY, 1);
	partition->form = form_argument(&partition->fixed);
	partition->capacity = FIRST_CAPACITY;
	partition->deviations =
		allocate_checked("reflection_forecast", sizeof(double) * partition->capacity);
	partition->last_forecast = NAN;
	partition->descriptor = result_descriptor(fcinfo);
	partition->ready = true;
}

static void
keep_deviation(ReflectionPartition *partition, double deviation)
{
	if (partition->next > partition->capacity)
	{
		Size size = sizeof(double) * partition->capacity * 2;

		check_memory("reflection_forecast", size);
		partition->deviations = repalloc_huge(partition->deviations, size);
		partition->capacity *= 2;
	}
	partition->deviations[partition->next - 1] = deviation;
	partition->observed += !isnan(deviation);
}

/*
 * Fits the last rows and filters them anew; deviations that do not vary leave the model as it is,
 * and a fit that explains no more than noise does corrects nothing.
 */
static bool
refit(ReflectionPartition *partition)
{
	int64 first = partition->window == 0 ? 0 : Max(partition->next - partition->window, 0);
	int64 count = partition->next - first;
	const double *deviations = partition->deviations + first;
	cs_kalman_fit fit;
	cs_kalman_model model;
	Progress progress;
	cs_status status;

	progress_start(&progress, "reflection_forecast");
	status =
		kalman_fit_run(&fit, partition->form, deviations, count, partition->largest, &progress);
	if (status == CS_CONSTANT || status == CS_TOO_FEW)
		return false;
	check_kalman_status(status, "reflection_forecast", partition->next);
	if (!cs_kalman_fit_beats_noise(&fit))
	{
		model = cs_kalman_fit_noise(&fit);
		status = cs_kalman_initialize(&partition->filter, &model, CS_KALMAN_PREDICTED, 0, 0);
	}
	else
	{
		model = cs_kalman_fit_model(&fit);
		status = cs_kalman_initialize(
			&partition->filter, &model,
			partition->form == CS_KALMAN_LOCAL_LEVEL ? CS_KALMAN_DIFFUSE : CS_KALMAN_PREDICTED, 0,
			partition->form == CS_KALMAN_LOCAL_LEVEL ? 0 : cs_kalman_stationary_variance(&model));
	}
	check_kalman_status(status, "reflection_forecast", partition->next);
	for (int64 i = 0; i < count; i++)
	{
		check_interrupts_slow(i);
		filter_deviation(partition, deviations[i]);
	}
	partition->filtering = true;
	partition->since_fit = 0;
	return true;
}

/* Rows from the last fit to the next one. */
static int64
refit_after(const ReflectionPartition *partition)
{
	int64 last = partition->next - partition->since_fit;

	return partition->refit_every > 0 ? partition->refit_every
									  : Max(last / GROWTH, REFLECTION_FIT_MINIMUM);
}

/*
 * reflection_forecast(y, forecast, fit_window, refit_every, model) OVER (...): the same, with the
 * model estimated from the rows up to each
 */
PG_FUNCTION_INFO_V1(creditspread_reflection_forecast_fitted);
Datum
creditspread_reflection_forecast_fitted(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	ReflectionPartition *partition =
		partition_memory(PG_WINDOW_OBJECT(), sizeof(ReflectionPartition), &context);
	MemoryContext old = MemoryContextSwitchTo(context);
	double forecast;
	double deviation;
	bool due;

	if (!partition->ready)
		start_fitted(fcinfo, partition);
	MemoryContextSwitchTo(old);
	fixed_arguments_check(&partition->fixed, fcinfo, partition->next);
	deviation = take_deviation(fcinfo, partition, &forecast);
	keep_deviation(partition, deviation);
	partition->since_fit++;
	due = partition->observed >= REFLECTION_FIT_MINIMUM &&
		  (!partition->filtering || partition->since_fit >= refit_after(partition));
	if (!(due && refit(partition)) && partition->filtering)
		filter_deviation(partition, deviation);
	PG_RETURN_DATUM(reflection_row(partition, forecast));
}
