/*
 * horizon_forecasts.h
 *		The forecasts of several horizons that are made on one row: the value of type
 *		creditspread_internal.horizon_forecasts.
 */
#ifndef CREDITSPREAD_POSTGRES_HORIZON_FORECASTS_H
#define CREDITSPREAD_POSTGRES_HORIZON_FORECASTS_H

#include "fmgr.h"
#include "access/tupdesc.h"

typedef struct HorizonForecasts
{
	int count;
	int variables; /* 0: one, and arrays of one dimension */
	const int *horizons;
	const double *forecast;	  /* [count][variables] */
	const double *half_width; /* likewise; NULL = no intervals */
	int quantiles;			  /* of one variable; 0: none */
	const double *quantile;	  /* [count][quantiles] */
} HorizonForecasts;

/* Error 22003 where a value is not finite; `what` names the function. */
extern Datum horizon_forecasts_datum(const char *what, TupleDesc descriptor,
									 const HorizonForecasts *forecasts);

#endif
