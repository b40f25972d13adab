/*
 * stl.h
 *		A series as the sum of a trend, a seasonal component and a remainder, by local regressions
 *		(STL: Cleveland, Cleveland, McRae and Terpenning, Journal of Official Statistics 6, 1990).
 *
 * The inner loop smooths each phase of the period over the cycles, takes from the result what its
 * moving averages hold of a trend, and smooths the rest of the series to the trend.  The outer loop
 * gives weights to the points by the size of their remainders (bisquare).
 */
#ifndef CREDITSPREAD_NUMERIC_STL_H
#define CREDITSPREAD_NUMERIC_STL_H

#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

/* Windows are odd numbers of points of at least 3; degrees are 0 or 1. */
typedef struct cs_stl_options
{
	size_t period;	 /* of at least 2 */
	size_t seasonal; /* window over the cycles */
	size_t trend;	 /* larger than the period */
	size_t low_pass; /* larger than the period */
	int seasonal_degree, trend_degree, low_pass_degree;
	size_t inner_iterations; /* of at least 1 */
	size_t outer_iterations; /* 0 = all weights 1 */
} cs_stl_options;

/* The smallest odd window that leaves the trend no seasonal variation. */
extern size_t cs_stl_default_trend(size_t period, size_t seasonal);

/* The smallest odd window larger than the period. */
extern size_t cs_stl_default_low_pass(size_t period);

/* Bytes for n points; SIZE_MAX on overflow. */
extern size_t cs_stl_workspace_size(size_t n, const cs_stl_options *options);

/*
 * y[n]; trend[n], seasonal[n], remainder[n] and weight[n] get the result.  CS_TOO_FEW for fewer
 * than two periods, CS_OUT_OF_RANGE for an option out of its range, CS_NOT_FINITE on overflow.
 */
extern cs_status cs_stl_decompose(size_t n, const double *y, const cs_stl_options *options,
								  cs_workspace *workspace, double *trend, double *seasonal,
								  double *remainder, double *weight);

#endif
