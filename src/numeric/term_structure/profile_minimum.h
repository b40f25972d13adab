/*
 * profile_minimum.h
 *		The lowest minimum of a sum of squares along one parameter, the others being solved for at
 *		each value of it (variable projection: Golub and Pereyra, Inverse Problems 19, 2003).
 *
 * The derivative is scanned, with shorter steps where an interval might hold more than one minimum;
 * every change of its sign from fall to rise is one, which Brent's root finder pins down (Brent,
 * Algorithms for Minimization without Derivatives, 1973, ch. 4).
 */
#ifndef CREDITSPREAD_NUMERIC_PROFILE_MINIMUM_H
#define CREDITSPREAD_NUMERIC_PROFILE_MINIMUM_H

#include <stdbool.h>

/* The sum of squares at one value of the parameter. */
typedef struct cs_profile_value
{
	double value; /* INFINITY where the others cannot be solved for */
	double derivative;
	double factor; /* of the derivative: minima stand close together around its roots */
} cs_profile_value;

/* `exact`: the place of a minimum depends on it; else little more than signs does. */
typedef cs_profile_value (*cs_profile_evaluate)(void *problem, double at, bool exact);

typedef struct cs_profile_minimum
{
	double at;
	bool found;	   /* false: the value was nowhere finite */
	bool at_bound; /* the minimum lies on a bound, or where the finite values end */
} cs_profile_minimum;

/* Searches lower .. upper, finite and lower < upper. */
extern cs_profile_minimum cs_profile_search(cs_profile_evaluate evaluate, void *problem,
											double lower, double upper);

#endif
