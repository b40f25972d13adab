/*
 * forecast_ahead.h
 *		Forecasts any number of rows ahead by a model that forecasts one: each forecast is appended
 *		to the series, and the next is made from there.  Features keep their last values.
 *
 * Bounds come from simulated series, to whose forecasts errors are added that are drawn from those
 * of the past, in units of the scale that the model gives the error of each row.  They are
 * quantiles of the simulated values; the forecast itself is that of the series without errors.
 *
 * Sources: Box and Jenkins (1970) for the iteration; Pascual, Romo and Ruiz (2004) for the
 * bootstrap.
 */
#ifndef CREDITSPREAD_NUMERIC_FORECAST_AHEAD_H
#define CREDITSPREAD_NUMERIC_FORECAST_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

/*
 * The forecast of the row after the last of each of `series` series, values (series, rows,
 * columns), y first, and the scale of its error.
 */
typedef cs_status (*cs_next_row)(void *context, const double *values, size_t series, size_t rows,
								 double *forecast, double *scale);

typedef struct cs_forecast_ahead
{
	const double *history; /* (rows, columns) */
	size_t rows;		   /* 1 to most_rows */
	size_t most_rows;	   /* that a forecast looks at; a longer series loses its first row */
	size_t columns;
	size_t steps;
	size_t paths;		 /* simulated series; 0 without errors */
	const double *error; /* [errors] actual less forecast, in units of the scale */
	size_t errors;
	double level; /* of the bounds */
	uint64_t seed;
	cs_next_row next_row;
	void *context;
} cs_forecast_ahead;

/* Bytes of workspace; SIZE_MAX on overflow. */
extern size_t cs_forecast_ahead_workspace_size(const cs_forecast_ahead *ahead);

/*
 * Writes forecast[steps] and, with paths, lower[steps] and upper[steps], else NaN.  Polls.
 * CS_NO_MEMORY (workspace), CS_NOT_FINITE: a value overflows; what next_row returns.
 */
extern cs_status cs_forecast_ahead_run(const cs_forecast_ahead *ahead, cs_workspace *workspace,
									   double *forecast, double *lower, double *upper);

#endif
