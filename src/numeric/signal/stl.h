/*
 * stl.h
 *		A series as the sum of a trend, a seasonal component and a remainder, by local regressions
 *		(STL: Cleveland, Cleveland, McRae and Terpenning, Journal of Official Statistics 6, 1990).
 *
 * The inner loop smooths each phase of the period over the cycles, takes from the result what its
 * moving averages hold of a trend, and smooths the rest of the series to the trend.  The outer loop
 * gives weights to the points by the size of their remainders (bisquare).
 *
 * The caller owns the loop: initialize, then iterate until finished.
 */
#ifndef CREDITSPREAD_NUMERIC_STL_H
#define CREDITSPREAD_NUMERIC_STL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/signal/stl_loess.h"

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

typedef enum cs_stl_phase
{
	CS_STL_CYCLES,	  /* the phases of the period, smoothed */
	CS_STL_AVERAGE_1, /* moving averages of them, over the period */
	CS_STL_AVERAGE_2, /* again */
	CS_STL_AVERAGE_3, /* and over 3 points */
	CS_STL_LOW_PASS,  /* and smoothed */
	CS_STL_SEASONAL,  /* what is left is seasonal */
	CS_STL_TREND,
	CS_STL_REMAINDER,
	CS_STL_MEDIAN, /* of the absolute remainders */
	CS_STL_WEIGHTS,
	CS_STL_RESULT,
	CS_STL_FINISHED
} cs_stl_phase;

typedef struct cs_stl
{
	size_t n;
	const double *y;
	cs_stl_options options;
	double *trend, *seasonal, *remainder, *weight; /* [n] results */

	cs_stl_phase phase;
	size_t next;		 /* point that the phase goes on with */
	size_t inner, outer; /* iterations done */
	bool weighted;
	bool overflow;
	double magnitude; /* of the values */
	double mean;	  /* of the absolute remainders */
	cs_loess loess;
	size_t cycle; /* the phase of the period being smoothed */

	double *cycles;					/* [n + 2 period] one cycle more at both ends */
	double *first, *second;			/* [n + 2 period] */
	double *points, *point_weights; /* [n / period + 1] of one phase of the period */
	double *tricube, *centred;

	int digit;		 /* of the median, from the highest byte; past the last: the next value */
	uint64_t prefix; /* the digits found */
	size_t rank;	 /* among the values with this prefix */
	size_t counts[256];
	size_t at_most; /* values up to the lower median */
	double above;	/* the smallest value above it */
	double median;
} cs_stl;

/* The smallest odd window that leaves the trend no seasonal variation. */
extern size_t cs_stl_default_trend(size_t period, size_t seasonal);

/* The smallest odd window larger than the period. */
extern size_t cs_stl_default_low_pass(size_t period);

/* Bytes for n points; SIZE_MAX on overflow. */
extern size_t cs_stl_workspace_size(size_t n, const cs_stl_options *options);

/*
 * y[n]; trend[n], seasonal[n], remainder[n] and weight[n] get the result, and all of them and y
 * must outlive the fit.  CS_TOO_FEW for fewer than two periods, CS_OUT_OF_RANGE for an option out
 * of its range.
 */
extern cs_status cs_stl_initialize(cs_stl *stl, size_t n, const double *y,
								   const cs_stl_options *options, cs_workspace *workspace,
								   double *trend, double *seasonal, double *remainder,
								   double *weight);

extern bool cs_stl_finished(const cs_stl *stl);

/* About a million additions, or one point where its window is longer.  CS_NOT_FINITE on overflow.
 */
extern cs_status cs_stl_iterate(cs_stl *stl);

/* The part that is done, 0 to 1. */
extern double cs_stl_progress(const cs_stl *stl);

#endif
