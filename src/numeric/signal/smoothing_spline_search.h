/*
 * smoothing_spline_search.h
 *		The penalty of a smoothing spline whose residuals reach a bound, or whose cross-validation
 *		score is lowest.
 */
#ifndef CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SEARCH_H
#define CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SEARCH_H

#include <stdbool.h>

typedef struct cs_spline_point
{
	double at, value;
} cs_spline_point;

/*
 * A search asks for the value at a place, is told it, and asks for the next: several searches can
 * be answered at once.  The last place that it asks for is the answer.
 */
typedef struct cs_spline_search
{
	double at; /* where the value is asked for */
	bool done;

	double lowest, highest;
	int stage;
	int steps; /* of the stage */
	int refinements;
	double step;
	cs_spline_point left, right;		 /* the bracket */
	cs_spline_point best, second, third; /* the lowest, or what is left of a root's bracket */
	cs_spline_point before;				 /* of the grid */
	double length, length_before;		 /* of the last two steps */
	double around[4];					 /* values at places around the best */
} cs_spline_search;

/* The root of a value that rises from `lowest` to `highest`; the nearer end if there is none. */
extern void cs_spline_search_root(cs_spline_search *search, double lowest, double highest);

/* The lowest value on a grid over lowest .. highest, and the minimum around it. */
extern void cs_spline_search_minimum(cs_spline_search *search, double lowest, double highest);

/* The value at search->at: asks for the next, or is done. */
extern void cs_spline_search_next(cs_spline_search *search, double value);

#endif
