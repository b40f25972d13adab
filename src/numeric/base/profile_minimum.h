/*
 * profile_minimum.h
 *		The lowest minimum of a sum of squares along one parameter, the others being solved for at
 *		each value of it (variable projection: Golub and Pereyra, Inverse Problems 19, 2003).
 *
 * The derivative is scanned, with shorter steps where an interval might hold more than one minimum;
 * every change of its sign from fall to rise is one, which Brent's root finder pins down (Brent,
 * Algorithms for Minimization without Derivatives, 1973, ch. 4).
 *
 * The caller owns the loop: initialize; then, until `finished`, evaluate at `at` and step.
 */
#ifndef CREDITSPREAD_NUMERIC_PROFILE_MINIMUM_H
#define CREDITSPREAD_NUMERIC_PROFILE_MINIMUM_H

#include <stdbool.h>

typedef struct cs_profile_point
{
	double at;
	double value; /* INFINITY where the others cannot be solved for */
	double derivative;
	double factor; /* of the derivative: minima stand close together around its roots */
} cs_profile_point;

typedef struct cs_profile
{
	double at; /* to be evaluated next; once finished, the minimum */
	bool finished;
	bool found;	   /* false: the value was nowhere finite */
	bool at_bound; /* the minimum lies on a bound, or where the finite values end */
	double lower, upper;
	double width; /* of a grid interval */
	double step;  /* of the scan */
	bool started;
	bool scanned;
	bool last; /* the point to come is the upper bound */
	cs_profile_point previous;
	bool rooting; /* between two points of the scan */
	int root_steps;
	cs_profile_point a, b, c; /* as Brent's zeroin names them: b best, a before, root in (b, c) */
	double root_step, root_step_before;
	cs_profile_point best;
} cs_profile;

/* Searches lower .. upper, finite and lower < upper. */
extern void cs_profile_initialize(cs_profile *profile, double lower, double upper);

/* Takes the values at profile->at. */
extern void cs_profile_step(cs_profile *profile, double value, double derivative, double factor);

#endif
