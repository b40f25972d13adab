/*
 * smoothing_spline_search.h
 *		Which penalty of a smoothing spline to look at next: the one whose residuals reach a bound,
 *		or the one whose cross-validation score is lowest.
 *
 * The caller evaluates at the logarithm `at` and steps, until `finished`; then `at` is the answer
 * and what was evaluated last.
 */
#ifndef CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SEARCH_H
#define CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SEARCH_H

#include <stdbool.h>

typedef struct cs_spline_point
{
	double at, value;
} cs_spline_point;

typedef enum cs_spline_stage
{
	CS_SPLINE_BRACKET, /* bound: steps of growing length until the sign changes */
	CS_SPLINE_ROOT,	   /* bound: between two points */
	CS_SPLINE_SCAN,	   /* score: the whole range */
	CS_SPLINE_MINIMUM, /* score: between the neighbours of the lowest point */
	CS_SPLINE_REFINE,  /* score: around the minimum */
	CS_SPLINE_LAST,	   /* the answer is evaluated once more */
	CS_SPLINE_DONE
} cs_spline_stage;

typedef struct cs_spline_search
{
	double at;
	bool finished;
	cs_spline_stage stage;
	double lowest, highest;
	double step;
	int steps;
	cs_spline_point left, right; /* around the answer */
	cs_spline_point best, second, third;
	double length, length_before; /* of the last two steps to a minimum */
	double around[4];			  /* values beside the minimum, from left to right */
} cs_spline_search;

/* Seeks the root of a value that rises from `lowest` to `highest`; the nearer end if there is none.
 */
extern void cs_spline_search_root(cs_spline_search *search, double lowest, double highest);

/* Seeks the lowest value on a grid over lowest .. highest, and the minimum around it. */
extern void cs_spline_search_minimum(cs_spline_search *search, double lowest, double highest);

/* Takes the value at search->at. */
extern void cs_spline_search_step(cs_spline_search *search, double value);

#endif
