/*
 * smoothing_spline.h
 *		The natural cubic spline f over given places that makes the integral of f''^2 smallest among
 *		those whose sum of squared residuals is at most a bound (Reinsch, Numerische Mathematik 10,
 *		1967), or among which generalized cross-validation chooses (Craven and Wahba, Numerische
 *		Mathematik 31, 1979).
 *
 * Both are the minimum of the sum of squared residuals plus alpha times that integral, for one
 * alpha.  With u = alpha f'' at the inner places, the residuals are Q u, and u solves the least
 * squares problem of Q u ~ y with the penalty u' R u / alpha, Q and R banded (Green and Silverman,
 * Nonparametric Regression and Generalized Linear Models, 1994, ch. 2).  It is solved by Givens
 * rotations of its rows (de Hoog and Hutchinson, Numerische Mathematik 50, 1987), which lose half
 * of the figures that the equations with Q'Q lose when alpha is large.  The trace of the influence
 * matrix comes from the central bands of an inverse (Hutchinson and de Hoog, Numerische Mathematik
 * 47, 1985).  Time for one alpha and memory are proportional to the number of points.
 *
 * The caller owns the loop: initialize, then iterate until finished.
 */
#ifndef CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_H
#define CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/signal/smoothing_spline_search.h"

/* Generalized cross-validation can tell nothing from fewer points. */
#define CS_SMOOTHING_SPLINE_GCV_POINTS 4

typedef enum cs_smoothing_spline_phase
{
	CS_SPLINE_SCALE,	  /* size and means */
	CS_SPLINE_LINE,		  /* the least squares line */
	CS_SPLINE_ROWS,		  /* the least squares problem but for alpha */
	CS_SPLINE_ROTATE,	  /* its rows into the triangle of one alpha */
	CS_SPLINE_SUBSTITUTE, /* u, its residuals and the trace, from the triangle */
	CS_SPLINE_RESULT,
	CS_SPLINE_FINISHED
} cs_smoothing_spline_phase;

/* u'Ru is the sum of weight times the square of (u[k] + next u[k+1]). */
typedef struct cs_spline_penalty
{
	double weight, next;
} cs_spline_penalty;

/* Stands for diagonal times the square of (u[k] + next u[k+1] + second u[k+2] - rhs). */
typedef struct cs_spline_row
{
	double diagonal, next, second, rhs;
} cs_spline_row;

/* Values are in units of `size`, places in units of `gap`. */
typedef struct cs_smoothing_spline
{
	size_t n;
	const double *x;
	const double *at;
	double bound;
	double *fitted;
	double *curvature;

	cs_smoothing_spline_phase phase;
	size_t next; /* point that the phase goes on with */

	double size; /* largest |x| */
	double first, gap;
	double smallest_gap;
	double mean_x, mean_place;
	double cross, spread, slope;
	double line_squares; /* sum of squares about the line */

	double *value;				/* [n] less the line */
	double *distance;			/* [n] to the next place, 1 at the last */
	cs_spline_penalty *penalty; /* [n] */
	cs_spline_row *triangle;	/* [n] */

	cs_spline_search search; /* over the logarithm of alpha */
	double alpha;			 /* infinite for the line */
	cs_spline_row active[3]; /* rows of the triangle that are not complete */
	double bands[3];		 /* of the inverse of the triangle's square */
	double squares;			 /* sum of squared residuals */
	double parameters;		 /* trace of the influence matrix less 2 */
	double freedom;			 /* n less that trace */
} cs_smoothing_spline;

/* Bytes for n points; SIZE_MAX on overflow. */
extern size_t cs_smoothing_spline_workspace_size(size_t n);

/*
 * x[n], n >= 1, and at[n], increasing, or NULL for points at equal distances.  bound >= 0 limits
 * the sum of squared residuals, 0 interpolates; NaN stands for generalized cross-validation, which
 * needs CS_SMOOTHING_SPLINE_GCV_POINTS points (else CS_TOO_FEW).  fitted[n] gets the spline's
 * values and curvature[n], unless NULL, its second derivatives, by the last iteration.  x, at,
 * fitted and the workspace must outlive the fit; fitted may be x.  CS_OUT_OF_RANGE for another
 * bound.
 */
extern cs_status cs_smoothing_spline_initialize(cs_smoothing_spline *spline, size_t n,
												const double *x, const double *at, double bound,
												cs_workspace *workspace, double *fitted,
												double *curvature);

extern bool cs_smoothing_spline_finished(const cs_smoothing_spline *spline);

/*
 * Works on some thousand points.  CS_OUT_OF_RANGE when `at` does not increase, CS_NOT_FINITE when
 * a figure overflows: places too far apart or too close.
 */
extern cs_status cs_smoothing_spline_iterate(cs_smoothing_spline *spline);

#endif
