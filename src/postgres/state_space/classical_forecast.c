/*
 * classical_forecast.c
 *		arima_forecast, ets_forecast and theta_forecast: window functions that forecast with a
 *		fitted model from every row, and aggregates that fit and forecast at once.
 */
#include "postgres.h"

#include <math.h>
#include <gsl/gsl_cdf.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "windowapi.h"

#include "postgres/base/forecast_steps.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/network/network_state.h"
#include "postgres/state_space/classical_model.h"

enum
{
	ARGUMENT_MODEL,
	ARGUMENT_Y,
	ARGUMENT_STEP,	/* or horizons; after the features, if there are any */
	ARGUMENT_LEVEL, /* likewise; the catalog's functions have none */
	ARGUMENT_FEATURES = ARGUMENT_STEP
};

/* What a window function takes and gives. */
typedef struct Call
{
	const ClassicalFamily *family;
	bool several; /* horizons, for an array of steps */
	bool features;
} Call;

/* A model on its way through the rows of a series. */
typedef struct Path
{
	const ClassicalFamily *family;
	ClassicalModel *model;
	cs_classical_forecaster forecaster;
	double quantile; /* of the normal distribution, for the bounds */
	int most;		 /* rows ahead, at most */
	double *mean;	 /* [most] */
	double *variance;
} Path;

/* How many standard deviations the bounds of an interval are from its middle. */
static double
normal_quantile(double level)
{
	return gsl_cdf_ugaussian_Pinv((1 + level) / 2);
}

/* In the current context. */
static void
start_path(Path *path, const ClassicalFamily *family, const Model *stored, int most)
{
	cs_workspace workspace;
	Size size;

	path->family = family;
	path->model = classical_model_unpack(family, stored);
	path->most = most;
	path->quantile = normal_quantile(path->model->options.interval_level);
	cs_workspace_count(&workspace);
	cs_classical_forecaster_lay_out(&path->forecaster, &path->model->fitted, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_checked(family->forecast, size), size);
	cs_classical_forecaster_lay_out(&path->forecaster, &path->model->fitted, &workspace);
	path->mean = palloc(sizeof(double) * most);
	path->variance = palloc(sizeof(double) * most);
	check_status(cs_classical_start(&path->forecaster), family->forecast);
}

/* The forecast of `step` rows ahead, as it was computed last. */
static Forecast
forecast_of_step(const Path *path, int step)
{
	double mean = path->mean[step - 1];
	double half = path->quantile * sqrt(path->variance[step - 1]);

	return (Forecast){
		.forecast = mean, .has_interval = true, .lower = mean - half, .upper = mean + half};
}

/* ---- window functions ---- */

/* What the rows of one partition share, made at its first row. */
typedef struct PartitionForecast
{
	bool ready;
	Path path;
	double *y; /* [rows], NaN = missing; with features less what they explain */
	double *x; /* [rows][features]; NULL without */
	int64 rows;
	int64 next; /* row that the path takes next */
	int *steps; /* rows ahead that are wanted */
	int count;
	ForecastResult result;
} PartitionForecast;

static void
check_step(const char *what, const char *name, int64 step)
{
	if (step < 1 || step > CS_MAX_HORIZON)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %s is " INT64_FORMAT ", must be from 1 to %d", what, name, step,
							   CS_MAX_HORIZON)));
}

/* The rows ahead that are wanted: an integer, or an array of them where `several`. */
static int *
read_steps(FunctionCallInfo fcinfo, const Call *call, int *count)
{
	const char *what = call->family->forecast;
	bool several = call->several;
	const char *name = several ? "horizons" : "step";
	bool isnull;
	Datum datum = partition_parameter(fcinfo, what, ARGUMENT_STEP + call->features, name, &isnull);
	ArrayType *array;
	int *steps;

	check_not_null(what, name, isnull);
	if (!several)
	{
		steps = palloc(sizeof(int));
		steps[0] = DatumGetInt32(datum);
		*count = 1;
		check_step(what, name, steps[0]);
		return steps;
	}
	array = DatumGetArrayTypeP(datum);
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) != 1 || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: horizons must be an array of one dimension without NULL", what),
						errhint("Give the rows ahead, such as '{1,5,20}'.")));
	steps = palloc(sizeof(int) * *count);
	memcpy(steps, ARR_DATA_PTR(array), sizeof(int) * *count);
	for (int i = 0; i < *count; i++)
		check_step(what, psprintf("horizons[%d]", i + 1), steps[i]);
	return steps;
}

/* The level of the intervals that is asked for, or else that of the model. */
static double
read_level(FunctionCallInfo fcinfo, const Call *call, double of_model)
{
	const char *what = call->family->forecast;
	int argument = ARGUMENT_LEVEL + call->features;
	bool isnull = true;
	Datum datum = 0;
	double level;

	if (argument < PG_NARGS())
		datum = partition_parameter(fcinfo, what, argument, "interval_level", &isnull);
	if (isnull)
		return of_model;
	level = DatumGetFloat8(datum);
	if (!(level >= CS_MIN_LEVEL && level <= CS_MAX_LEVEL))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: interval_level is %g, must be from %g to %g", what, level,
							   CS_MIN_LEVEL, CS_MAX_LEVEL),
						errhint("Give the coverage of the interval, such as 0.8 or 0.95, or NULL "
								"for that of the model.")));
	return level;
}

/* The features of every row, NaN = missing, also where there is no array. */
static double *
read_features(WindowObject window, const char *what, int features, int64 rows)
{
	double *x = allocate_checked(what, sizeof(double) * rows * features);
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "creditspread features", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);

	for (int64 i = 0; i < rows; i++)
	{
		const char *where = psprintf("in row " INT64_FORMAT " of the partition", i + 1);
		double *row = x + i * features;
		bool isnull;
		Datum datum = partition_argument(window, ARGUMENT_FEATURES, i, &isnull);
		int count = features;

		CHECK_FOR_INTERRUPTS();
		if (isnull)
			for (int j = 0; j < features; j++)
				row[j] = NAN;
		else
		{
			const double *given =
				classical_features(DatumGetArrayTypeP(datum), what, where, &count);

			if (count != features)
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("%s: %d features %s, the model has %d", what, count, where,
									   features),
								errhint("Give the features of the fit, in their order.")));
			memcpy(row, given, sizeof(double) * features);
		}
		MemoryContextReset(per_row);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	return x;
}

/* y of the partition, and its features as far as the model has any. */
static void
read_rows(FunctionCallInfo fcinfo, const Call *call, PartitionForecast *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	const char *what = call->family->forecast;
	const cs_classical_model *model = &partition->path.model->fitted;
	int features = model->method == CS_CLASSICAL_ARIMA ? (int) model->arima.order.features : 0;
	double *x;

	if (features > 0 && !call->features)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the model has %d features, the call has none", what, features),
						errhint("Call %s(model, y, features, ...).", what)));
	partition->rows = WinGetPartitionRowCount(window);
	partition->y = partition_doubles(window, what, ARGUMENT_Y, "y", true);
	if (!call->features)
		return;
	x = read_features(window, what, features, partition->rows);
	if (features == 0) /* arrays without elements */
		return;
	partition->x = x;
	cs_arima_less_features(&model->arima, x, partition->rows, partition->y);
}

static void
start_partition(FunctionCallInfo fcinfo, const Call *call, PartitionForecast *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	const ClassicalFamily *family = call->family;
	const char *what = family->forecast;
	bool isnull;
	Datum stored;
	double bound;
	int most = 1;

	stored = partition_model(window, what, ARGUMENT_MODEL);
	partition_parameter(fcinfo, what, ARGUMENT_MODEL, "the model", &isnull);
	partition->steps = read_steps(fcinfo, call, &partition->count);
	for (int i = 0; i < partition->count; i++)
		most = Max(most, partition->steps[i]);
	start_path(&partition->path, family, model_of_datum(stored, family->kind), most);
	partition->path.quantile =
		normal_quantile(read_level(fcinfo, call, partition->path.model->options.interval_level));
	read_rows(fcinfo, call, partition);
	partition->next = 0;
	bound = partition->path.model->options.lower_bound;
	partition->result = call->several ? forecast_steps_result(fcinfo, what, bound)
									  : forecast_result(fcinfo, what, bound);
	partition->ready = true;
}

/* Moves to the current row; whether there is a forecast from there. */
static bool
forecast_row(FunctionCallInfo fcinfo, const Call *call, PartitionForecast **result)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64 row = WinGetCurrentPosition(window);
	MemoryContext context;
	PartitionForecast *partition = partition_memory(window, sizeof(PartitionForecast), &context);
	MemoryContext old = MemoryContextSwitchTo(context);

	if (!partition->ready)
		start_partition(fcinfo, call, partition);
	MemoryContextSwitchTo(old);
	*result = partition;
	for (; partition->next <= row; partition->next++)
		cs_classical_step(&partition->path.forecaster, partition->y[partition->next]);
	if (isnan(partition->y[row]) || !cs_classical_ready(&partition->path.forecaster))
		return false;
	cs_classical_forecast(&partition->path.forecaster, partition->path.most, partition->path.mean,
						  partition->path.variance);
	if (partition->x != NULL)
	{
		const cs_arima_model *model = &partition->path.model->fitted.arima;

		cs_arima_plus_features(model, partition->x + (row + 1) * (int64) model->order.features,
							   Min(partition->rows - row - 1, partition->path.most),
							   partition->path.mean);
	}
	return true;
}

/* Whether the features of the row `step` rows after the current one are known. */
static bool
features_known(FunctionCallInfo fcinfo, const PartitionForecast *partition, int step)
{
	int64 row = WinGetCurrentPosition(PG_WINDOW_OBJECT()) + step;
	int64 features = (int64) partition->path.model->fitted.arima.order.features;

	if (partition->x == NULL)
		return true;
	if (row >= partition->rows)
		return false;
	for (int64 j = 0; j < features; j++)
		if (isnan(partition->x[row * features + j]))
			return false;
	return true;
}

/* forecast(model, y, [features,] step, interval_level) OVER (...): forecast, lower, upper */
static Datum
one_step(FunctionCallInfo fcinfo, const Call *call)
{
	PartitionForecast *partition;
	Forecast forecast;

	if (!forecast_row(fcinfo, call, &partition) ||
		!features_known(fcinfo, partition, partition->steps[0]))
		PG_RETURN_NULL();
	forecast = forecast_of_step(&partition->path, partition->steps[0]);
	PG_RETURN_DATUM(forecast_datum(&partition->result, &forecast));
}

static Datum
forecast_step(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return one_step(fcinfo, &(Call){.family = family});
}
CLASSICAL_FUNCTIONS(forecast, forecast_step)

static Datum
forecast_step_features(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return one_step(fcinfo, &(Call){.family = family, .features = true});
}
FAMILY_FUNCTION(arima, forecast_features, forecast_step_features)

/*
 * The array of (step, forecast, lower, upper) as they were computed last, NULL where known[]
 * (unless that is NULL) is not true.
 */
static Datum
steps_array(const Path *path, const int *steps, const bool *known, int count,
			const ForecastResult *result)
{
	Forecast *forecasts = palloc(sizeof(Forecast) * count);

	for (int i = 0; i < count; i++)
		forecasts[i] = known == NULL || known[i] ? forecast_of_step(path, steps[i])
												 : (Forecast){.unknown = true};
	return forecast_steps_datum(result, steps, forecasts, count);
}

/* forecast_steps(model, y, [features,] horizons, interval_level) OVER (...): (step, ...)[] */
static Datum
several_steps(FunctionCallInfo fcinfo, const Call *call)
{
	PartitionForecast *partition;
	bool *known;

	if (!forecast_row(fcinfo, call, &partition))
		PG_RETURN_NULL();
	known = palloc(sizeof(bool) * partition->count);
	for (int i = 0; i < partition->count; i++)
		known[i] = features_known(fcinfo, partition, partition->steps[i]);
	PG_RETURN_DATUM(steps_array(&partition->path, partition->steps, known, partition->count,
								&partition->result));
}

static Datum
forecast_steps(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return several_steps(fcinfo, &(Call){.family = family, .several = true});
}
CLASSICAL_FUNCTIONS(forecast_steps, forecast_steps)

static Datum
forecast_steps_features(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	return several_steps(fcinfo, &(Call){.family = family, .several = true, .features = true});
}
FAMILY_FUNCTION(arima, forecast_steps_features, forecast_steps_features)

/* ---- fit and forecast at once ---- */

/* transition(state, time, y, horizon [, options]) */
static Datum
ahead_transition(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *arguments = constant_arguments(fcinfo, 3, family->forecast, "horizon", 4);
	double y = PG_ARGISNULL(2) ? NAN : finite_argument(fcinfo, 2, "y", &time);

	PG_RETURN_POINTER(series_state_append(fcinfo, family->forecast, state, time, &y, 1, arguments));
}
CLASSICAL_FUNCTIONS(ahead_transition, ahead_transition)

static Datum
ahead_final(FunctionCallInfo fcinfo, const ClassicalFamily *family)
{
	const char *what = family->forecast;
	const Jsonb *given;
	Series series;
	Model *model;
	Path path;
	int *steps;
	int horizon;
	ForecastResult result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = series_state_sorted(row_state_argument(fcinfo, 0), what);
	if (series.count == 0)
		PG_RETURN_NULL();
	given = series.options;
	check_row_columns(what, series.columns, 1, 1);
	horizon = given == NULL ? 0 : (int) json_double(&given->root, "argument", what);
	check_step(what, "horizon", horizon);
	model = classical_fit_series(family, &series, constant_options(given), what);
	if (model == NULL || isnan(series.values[series.count - 1]))
		PG_RETURN_NULL();
	start_path(&path, family, model, horizon);
	for (int64 i = 0; i < series.count; i++)
		cs_classical_step(&path.forecaster, series.values[i]);
	if (!cs_classical_ready(&path.forecaster))
		PG_RETURN_NULL();
	cs_classical_forecast(&path.forecaster, horizon, path.mean, path.variance);
	steps = palloc(sizeof(int) * horizon);
	for (int i = 0; i < horizon; i++)
		steps[i] = i + 1;
	result = forecast_steps_result(fcinfo, what, path.model->options.lower_bound);
	PG_RETURN_DATUM(steps_array(&path, steps, NULL, horizon, &result));
}
CLASSICAL_FUNCTIONS(ahead_final, ahead_final)
