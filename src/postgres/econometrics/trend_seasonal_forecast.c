/*
 * trend_seasonal_forecast.c
 *		trend_seasonal_forecast: what a trend_seasonal_model says of a time.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"

#include "numeric/base/forecast.h"
#include "numeric/econometrics/inference.h"
#include "numeric/econometrics/trend_seasonal.h"
#include "postgres/base/composite.h"
#include "postgres/econometrics/trend_seasonal.h"

#define WHAT "trend_seasonal_forecast"

typedef struct Model
{
	bool calendar;
	double first_time;
	double last_time;
	double range;
	int bends;
	int waves;
	int holiday_count;
	const double *periods;
	Holiday *holidays;
	cs_trend_seasonal_fit fit;
} Model;

static double
model_number(const Composite *composite, int column)
{
	return finite_value(composite->values[column], composite->nulls[column],
						psprintf("%s of a trend_seasonal_model",
								 NameStr(TupleDescAttr(composite->descriptor, column)->attname)),
						NULL);
}

/* The length of an array of the model, 0 where it is NULL. */
static int
model_length(const Composite *composite, int column, int most)
{
	return composite->nulls[column] ? 0 : composite_length(composite, column, 1, most);
}

static const double *
model_array(const Composite *composite, int column, int count)
{
	return count == 0 && composite->nulls[column] ? NULL
												  : composite_doubles(composite, column, count, 0);
}

static void
check_shape(const Model *model)
{
	bool good = model->last_time > model->first_time && model->range > 0 && model->range <= 1 &&
				isfinite(model->last_time - model->first_time) && model->fit.residual_sd >= 0;

	for (int k = 0; good && k < model->waves; k++)
		good = model->periods[k] > 0;
	if (!good)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": a trend_seasonal_model with times, a range, periods or a "
									"deviation that no fit returned"),
						errhint("Use the value as trend_seasonal_fit returned it.")));
}

static Model
model_read(Datum datum)
{
	Composite composite = composite_read(datum, "trend_seasonal_model");
	Model model = {.first_time = model_number(&composite, TREND_FIRST_TIME),
				   .last_time = model_number(&composite, TREND_LAST_TIME),
				   .range = model_number(&composite, TREND_CHANGEPOINT_RANGE)};
	char **texts = NULL;

	check_not_null("trend_seasonal_model", "calendar", composite.nulls[TREND_CALENDAR]);
	model.calendar = DatumGetBool(composite.values[TREND_CALENDAR]);
	model.bends = model_length(&composite, TREND_CHANGEPOINTS, TREND_SEASONAL_MOST_BENDS);
	model.waves = model_length(&composite, TREND_PERIODS, TREND_SEASONAL_MOST_WAVES);
	model.periods = model_array(&composite, TREND_PERIODS, model.waves);
	if (!composite.nulls[TREND_HOLIDAYS])
		texts = composite_texts(&composite, TREND_HOLIDAYS, &model.holiday_count);
	model.holidays = palloc(sizeof(Holiday) * (model.holiday_count + 1));
	for (int h = 0; h < model.holiday_count; h++)
		model.holidays[h] = holiday_parse(WHAT, texts[h]);
	model.fit = (cs_trend_seasonal_fit){
		.intercept = model_number(&composite, TREND_INTERCEPT),
		.slope = model_number(&composite, TREND_SLOPE),
		.place = unconstify(double *, model_array(&composite, TREND_CHANGEPOINTS, model.bends)),
		.bend = unconstify(double *, model_array(&composite, TREND_SLOPE_CHANGES, model.bends)),
		.wave = unconstify(double *, model_array(&composite, TREND_WAVES, 2 * model.waves)),
		.effect = unconstify(double *,
							 model_array(&composite, TREND_HOLIDAY_EFFECTS, model.holiday_count)),
		.residual_sd = model_number(&composite, TREND_RESIDUAL_SD)};
	check_shape(&model);
	return model;
}

static double
time_of(FunctionCallInfo fcinfo, const Model *model)
{
	TimePoint time = time_argument(fcinfo, 1);

	if ((time.type != TIME_BIGINT) != model->calendar)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg(WHAT ": the model was fitted to times that are %s",
							   model->calendar ? "days" : "integers"),
						errhint("Give a time of the type that the fit had.")));
	return trend_time(time);
}

/* trend_seasonal_forecast(model, time, level): forecast, lower, upper, trend, season, holiday */
PG_FUNCTION_INFO_V1(creditspread_trend_seasonal_forecast);
Datum
creditspread_trend_seasonal_forecast(PG_FUNCTION_ARGS)
{
	Model model = model_read(PG_GETARG_DATUM(0));
	double time = time_of(fcinfo, &model);
	double level = PG_GETARG_FLOAT8(2);
	double trend, season, holiday = 0;
	double half;
	Datum values[6];
	bool nulls[6] = {false};

	if (!(level >= CS_MIN_LEVEL && level <= CS_MAX_LEVEL))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": level is %g, must be from %g to %g", level, CS_MIN_LEVEL,
							   CS_MAX_LEVEL)));
	trend = cs_trend_seasonal_trend(&model.fit, model.bends, model.first_time, time);
	season =
		cs_trend_seasonal_season(&model.fit, model.periods, model.waves, model.first_time, time);
	for (int h = 0; h < model.holiday_count; h++)
		if (model.calendar && holiday_is(&model.holidays[h], time))
			holiday += model.fit.effect[h];
	half = cs_normal_half_width(level) * cs_trend_seasonal_sd(&model.fit, model.bends, model.range,
															  model.last_time - model.first_time,
															  time - model.last_time);
	values[0] = finite_datum(WHAT, trend + season + holiday);
	values[1] = finite_datum(WHAT, trend + season + holiday - half);
	values[2] = finite_datum(WHAT, trend + season + holiday + half);
	values[3] = finite_datum(WHAT, trend);
	values[4] = finite_datum(WHAT, season);
	values[5] = finite_datum(WHAT, holiday);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
