/*
 * forecast_ahead.h
 *		forecast_ahead(model, y, features, steps, paths, seed), for every kind of model that
 *		forecasts the next row.
 */
#ifndef CREDITSPREAD_POSTGRES_FORECAST_AHEAD_H
#define CREDITSPREAD_POSTGRES_FORECAST_AHEAD_H

#include "fmgr.h"

/* A model, as forecast_ahead needs it. */
typedef struct AheadModel
{
	void *model; /* for the functions below */
	int horizon; /* the number of 1 among its horizons */
	int features;
	bool carry;			/* missing values are carried forward, */
	bool drop;			/* or their rows left out; else both functions see NaN */
	int64 rows_needed;	/* by a forecast with its interval */
	double level;		/* of its interval, */
	double half_width;	/* half of which is so many scales; negative: there is none */
	double lower_bound; /* of all values; OPTION_NONE */

	/*
	 * The forecast of the row after each row of one series, values[rows][1 + features], NaN where
	 * there is none, and the scale of its error.
	 */
	void (*every_row)(const struct AheadModel *ahead, const double *values, const bool *known,
					  int64 rows, double *forecast, double *scale);

	/* The same from the last rows of `series` series of so many rows, one after the other. */
	void (*last_rows)(const struct AheadModel *ahead, const double *values, const bool *known,
					  int64 series, int64 rows, double *forecast, double *scale);
} AheadModel;

/* Fills *ahead from a model, argument 0; error 22023 where it does not forecast the next row. */
typedef void (*AheadModelReader)(Datum model, AheadModel *ahead);

extern Datum forecast_ahead(FunctionCallInfo fcinfo, AheadModelReader read);

/* Error 22023: the model has no horizon 1. */
_Noreturn extern void report_no_next_row(const char *options);

#define AHEAD_WHAT "forecast_ahead"

#endif
