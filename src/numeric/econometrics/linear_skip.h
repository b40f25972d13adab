/*
 * linear_skip.h
 *		Robust linear forecasts (linear.h) from all rows of other models' data: what a network
 *		starts from and learns the errors of.
 *
 * Lay out, fill in the rows, then fit and forecast, which poll.
 */
#ifndef CREDITSPREAD_NUMERIC_LINEAR_SKIP_H
#define CREDITSPREAD_NUMERIC_LINEAR_SKIP_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/econometrics/linear.h"

/* The options of all of them, those that linear_fit has by default. */
extern cs_linear_options cs_linear_skip_options(const int *horizons, int horizon_count);

/* Rows at work. */
typedef struct cs_linear_skip_rows
{
	const cs_linear_options *options;
	cs_linear_data data;
	double *values; /* [rows][columns], y NaN where it is not to be looked at */
	double *x;		/* [terms] */
	cs_linear_inputs inputs;
	cs_linear_fit fit;
	void *block; /* of the inputs or the fit */
	size_t block_size;
} cs_linear_skip_rows;

/*
 * Takes what the rows of `data` need, whose values are not looked at; with `fits` for a fit, too.
 * CS_OUT_OF_RANGE: more terms than CS_LINEAR_MAX_TERMS; CS_NO_MEMORY.
 */
extern cs_status cs_linear_skip_lay(cs_linear_skip_rows *rows, const cs_linear_options *options,
									const cs_linear_data *data, bool fits, cs_workspace *workspace);

/*
 * The rows from values (rows, stride), whose first columns are those of the data; known[rows] tells
 * where y was observed (NULL: everywhere).  What a series begins with stands in either case.
 */
extern void cs_linear_skip_fill(cs_linear_skip_rows *rows, const double *values, size_t stride,
								const bool *known);

/* Takes y from rows first to end - 1. */
extern void cs_linear_skip_hide(cs_linear_skip_rows *rows, size_t first, size_t end);

/* Writes coefficients (horizons, terms), shrinkage included; errors as cs_linear_fit_run. */
extern cs_status cs_linear_skip_fit(cs_linear_skip_rows *rows, double *coefficients);

/*
 * Writes base (rows, horizons): the forecasts with such coefficients, y itself where the history is
 * too short.  CS_NOT_FINITE: a change overflows.
 */
extern cs_status cs_linear_skip_forecast(cs_linear_skip_rows *rows, const double *coefficients,
										 double *base);

#endif
