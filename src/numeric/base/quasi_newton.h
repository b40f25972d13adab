/*
 * quasi_newton.h
 *		The minimum of a smooth function of some parameters without its derivatives: the method of
 *		Broyden, Fletcher, Goldfarb and Shanno (1970) over differences.
 *
 * Parameters are to be scaled so that a step of 1 is a long one, and the function so that a
 * difference of 1 means something: a log-likelihood is.
 */
#ifndef CREDITSPREAD_NUMERIC_QUASI_NEWTON_H
#define CREDITSPREAD_NUMERIC_QUASI_NEWTON_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/workspace.h"

/* The function at x; INFINITY where it has no value.  It polls if it is slow. */
typedef double (*cs_objective)(const double *x, void *context);

typedef struct cs_quasi_newton
{
	size_t parameters;
	double *point; /* [parameters] the best so far; set before the run */
	double *gradient;
	double *direction;
	double *trial;
	double *trial_gradient;
	double *change;	 /* of the gradient by a step */
	double *inverse; /* [parameters][parameters] of the Hessian, as it is known */
	bool one_sided;	 /* differences: half the work, for tolerances from 1e-6; set before the run */
	double value;	 /* at the point */
	bool converged;
	int steps; /* of the run */
} cs_quasi_newton;

/* Takes the arrays from the workspace. */
extern void cs_quasi_newton_lay_out(cs_quasi_newton *search, size_t parameters,
									cs_workspace *workspace);

/*
 * Goes downhill from search->point until a step promises less than `tolerance`, at most `steps`
 * steps.
 */
extern void cs_quasi_newton_run(cs_quasi_newton *search, cs_objective objective, void *context,
								double tolerance, int steps);

#endif
