/*
 * smoothing_spline_search.h
 *		The penalty of a smoothing spline whose residuals reach a bound, or whose cross-validation
 *		score is lowest.
 */
#ifndef CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SEARCH_H
#define CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SEARCH_H

#include "numeric/base/status.h"

/* Solves for the penalty of logarithm `at`, and gives what is to be zero or lowest. */
typedef cs_status (*cs_spline_solve)(void *spline, double at, double *value);

/*
 * Both end with the answer, which is solved for last; a status of the solution that is not CS_OK
 * ends them at once.
 *
 * The root of a value that rises from `lowest` to `highest`; the nearer end if there is none.
 */
extern cs_status cs_spline_search_root(cs_spline_solve solve, void *spline, double lowest,
									   double highest);

/* The lowest value on a grid over lowest .. highest, and the minimum around it: *answer. */
extern cs_status cs_spline_search_minimum(cs_spline_solve solve, void *spline, double lowest,
										  double highest, double *answer);

#endif
