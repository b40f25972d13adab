/*
 * network_forecast_ahead.c
 *		rnn_forecast and transformer_forecast as aggregates: they fit a network and forecast the
 *		next times of the series, for those who want no model.
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/array.h"

#include "postgres/base/arguments.h"
#include "postgres/base/forecast_steps.h"
#include "postgres/base/options.h"
#include "postgres/network/network_fit.h"
#include "postgres/network/network_state.h"

/*
 * transition(state, time, y, features, horizon [, options])
 */
static Datum
ahead_transition(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *arguments = constant_arguments(fcinfo, 4, family->forecast, "horizon", 5);
	const Jsonb *options = PG_NARGS() > 5 && !PG_ARGISNULL(5) ? PG_GETARG_JSONB_P(5) : NULL;
	double row[SERIES_MAX_COLUMNS];
	int columns;

	if (network_row_refused(fcinfo, 2, options))
		PG_RETURN_POINTER(series_state_refuse(fcinfo, family->forecast, state, time, arguments));
	columns = network_fit_row(fcinfo, family, family->forecast, 2, time, options, row);

	PG_RETURN_POINTER(
		series_state_append(fcinfo, family->forecast, state, time, row, columns, arguments));
}

NETWORK_FUNCTION(ahead_transition, ahead_transition)

/* The options of the fit, with one horizon for each of the next `horizon` times. */
static void
read_arguments(const NetworkFamily *family, const Jsonb *arguments, NetworkOptions *options)
{
	const char *what = family->forecast;
	const Jsonb *given = arguments == NULL ? NULL : constant_options(arguments);
	double horizon = arguments == NULL ? 0 : json_double(&arguments->root, "argument", what);
	JsonbValue value;

	if (horizon < 1 || horizon > CS_MAX_HORIZONS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: horizon is %.0f, must be from 1 to %d", what, horizon,
							   CS_MAX_HORIZONS),
						errhint("For times further ahead fit a model with %s(horizons => ...).",
								family->options)));
	if (given != NULL && json_field(&given->root, "horizons", &value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"horizons\" is given beside the horizon", what),
						errhint("Leave the option out, or use %s.", family->fit)));
	network_read_options(family, given, what, options);
	options->network.horizon_count = (int) horizon;
	for (int i = 0; i < options->network.horizon_count; i++)
		options->network.horizons[i] = i + 1;
}

/* An array of (step, forecast, lower, upper), made on the last row. */
static Datum
steps_array(FunctionCallInfo fcinfo, const NetworkModel *fitted, const Series *series,
			const double *forecast)
{
	ForecastResult result =
		forecast_steps_result(fcinfo, fitted->options.family->forecast, OPTION_NONE);
	int steps = fitted->options.network.horizon_count;
	Forecast *forecasts = palloc(sizeof(Forecast) * steps);

	for (int i = 0; i < steps; i++)
	{
		double half = network_interval_half_width(fitted, series->values, 0, series->count - 1, i);

		forecasts[i] = (Forecast){.forecast = forecast[i],
								  .has_interval = fitted->has_interval,
								  .lower = forecast[i] - half,
								  .upper = forecast[i] + half};
	}
	return forecast_steps_datum(&result, fitted->options.network.horizons, forecasts, steps);
}

static Datum
ahead_final(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	const char *what = family->forecast;
	const RowState *state;
	NetworkOptions options;
	Series series;
	Model *model;
	NetworkModel *fitted;
	int64 rows;
	bool *known;
	const double *forecast;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	series = series_state_sorted(state, what);
	read_arguments(family, series.options, &options);
	/* a row that is left out is none of the last */
	if (options.missing == NETWORK_MISSING_CARRY && series.columns > 0 &&
		isnan(series.values[(series.count - 1) * series.columns]))
		PG_RETURN_NULL();
	model = network_fit_series(&series, &options, &known, what);
	if (model == NULL)
		PG_RETURN_NULL();
	fitted = network_model_unpack(model);
	rows = Min(series.count, (int64) cs_sequence_rows_needed(&options.network, false));
	forecast =
		network_model_forecast(fitted, series.values + (series.count - rows) * series.columns,
							   known == NULL ? NULL : known + series.count - rows, rows, what);
	PG_RETURN_DATUM(steps_array(fcinfo, fitted, &series,
								forecast + (rows - 1) * options.network.horizon_count));
}

NETWORK_FUNCTION(ahead_final, ahead_final)
