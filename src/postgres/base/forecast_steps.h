/*
 * forecast_steps.h
 *		A forecast with its interval as SQL gets it: (forecast, lower, upper), and an array of
 *		(step, forecast, lower, upper).
 */
#ifndef CREDITSPREAD_POSTGRES_FORECAST_STEPS_H
#define CREDITSPREAD_POSTGRES_FORECAST_STEPS_H

#include "fmgr.h"
#include "access/tupdesc.h"

typedef struct Forecast
{
	bool unknown; /* all columns are NULL */
	double forecast;
	bool has_interval;
	double lower;
	double upper;
} Forecast;

/* What a function forecasts by: its name, and what no result is below (negative: nothing). */
typedef struct ForecastResult
{
	const char *what;
	double lower_bound;
	TupleDesc descriptor; /* of a forecast, or of an element */
	Oid element;		  /* its type; of arrays only */
} ForecastResult;

/* For a function that returns one forecast, or an array of steps. */
extern ForecastResult forecast_result(FunctionCallInfo fcinfo, const char *what,
									  double lower_bound);
extern ForecastResult forecast_steps_result(FunctionCallInfo fcinfo, const char *what,
											double lower_bound);

/* The values; error 22003 where one is not finite. */
extern Datum forecast_datum(const ForecastResult *result, const Forecast *forecast);
extern Datum forecast_steps_datum(const ForecastResult *result, const int *steps,
								  const Forecast *forecasts, int count);

#endif
