/*
 * smoothing_spline_solve.h
 *		Splines of one alpha each, side by side: each lane of the processor solves another one, by
 *		the same arithmetic as alone.
 */
#ifndef CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SOLVE_H
#define CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_SOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/workspace.h"

#define CS_SPLINE_LANES 16

/*
 * Arrays are [points][lanes].  Splines end at the last point; those with fewer points have zeros in
 * all arrays before their first.  u'Ru is the sum of weight times the square of (u[k] + next
 * u[k+1]), over the inner points; elsewhere both are 0.
 */
typedef struct cs_spline_lanes
{
	int lanes; /* 1 or CS_SPLINE_LANES */
	size_t points;

	double *value;	  /* less the line */
	double *distance; /* to the next place, 0 at the last */
	double *rate;	  /* 1 / distance, 0 at the last */
	double *inner;	  /* 1 where there is a u */
	double *weight;
	double *next;
	double alpha[CS_SPLINE_LANES];

	/* row k stands for (u[k] + next u[k+1] + second u[k+2] - rhs) squared over `inverse` */
	double *inverse, *row_next, *row_second;
	double *u; /* rhs, then u */

	double squares[CS_SPLINE_LANES];	/* sum of squared residuals */
	double parameters[CS_SPLINE_LANES]; /* trace of the influence matrix less 2 */
	double freedom[CS_SPLINE_LANES];	/* points less that trace */
} cs_spline_lanes;

extern void cs_spline_lanes_lay_out(cs_spline_lanes *at, size_t points, int lanes,
									cs_workspace *workspace);

/* All lanes empty. */
extern void cs_spline_lanes_clear(cs_spline_lanes *at);

/*
 * u and its squares from point `first` on, before which all lanes are empty; the traces if asked.
 */
extern void cs_spline_lanes_solve(cs_spline_lanes *at, size_t first, bool traces);

#endif
