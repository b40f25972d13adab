/*
 * levenberg_marquardt.h
 *		Weighted nonlinear least squares of a few parameters (Levenberg, 1944; Marquardt, 1963; the
 *		scaling of More, 1978; the damping of Nielsen, IMM-REP-1999-05).
 *
 * Where the second derivatives of the model are given too, the steps are Newton's, damped in the
 * same way: that matters where residuals are large along directions that hardly move the model.
 *
 * The caller owns the loop: initialize; then, until `finished`, add one row for each observation,
 * evaluated at `point`, and step.  There are no callbacks and no memory beyond the struct, and the
 * Jacobian is kept as a triangle (linear_algebra.h): its condition number is never squared.
 */
#ifndef CREDITSPREAD_NUMERIC_LEVENBERG_MARQUARDT_H
#define CREDITSPREAD_NUMERIC_LEVENBERG_MARQUARDT_H

#include <stdbool.h>
#include <stddef.h>

#define CS_LM_PARAMETERS 4 /* at most */
#define CS_LM_PAIRS (CS_LM_PARAMETERS * (CS_LM_PARAMETERS + 1) / 2)

/* The linearized problem at one point. */
typedef struct cs_lm_system
{
	double point[CS_LM_PARAMETERS];
	double diagonal[CS_LM_PARAMETERS];
	double factor[CS_LM_PARAMETERS * (CS_LM_PARAMETERS - 1) / 2];
	double rhs[CS_LM_PARAMETERS];
	double curvature[CS_LM_PAIRS]; /* sum of weight, residual and second derivatives */
	double sse;					   /* weighted */
} cs_lm_system;

typedef struct cs_lm
{
	size_t parameters;
	double tolerance;
	double floor;
	cs_lm_system trial; /* rows go here */
	cs_lm_system best;
	double scale[CS_LM_PARAMETERS]; /* squared column norms, the largest so far */
	double damping;
	double growth;
	double predicted; /* reduction of the sum of squares by the step to the trial */
	int steps;
	int blind_steps; /* taken although the sum of squares did not fall */
	bool started;
	bool finished;
	bool converged;
} cs_lm;

/*
 * Starts at start[parameters].  The search has converged when an undamped step promises to reduce
 * the weighted sum of squares by less than `tolerance` of it plus `floor`, which is what rounding
 * alone leaves of it (0 if that is not known).
 */
extern void cs_lm_initialize(cs_lm *lm, size_t parameters, const double *start, double tolerance,
							 double floor);

/*
 * One observation at lm->trial.point: its weight, the derivatives row[parameters] of the model
 * (overwritten), its second derivatives (11, 12, .., 22, 23, ..; NULL = none), and observed minus
 * model.
 */
extern void cs_lm_add(cs_lm *lm, double weight, double *row, const double *second, double residual);

/*
 * Judges the trial point and sets the next one; afterwards lm->best holds the best point so far,
 * its triangle and its sum of squares (INFINITY while no point had a finite one).
 */
extern void cs_lm_step(cs_lm *lm);

#endif
