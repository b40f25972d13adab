/*
 * natural_spline.h
 *		Interpolating cubic splines whose second derivative is zero at both ends (de Boor, A
 *		Practical Guide to Splines, 1978, ch. IV).
 */
#ifndef CREDITSPREAD_NUMERIC_NATURAL_SPLINE_H
#define CREDITSPREAD_NUMERIC_NATURAL_SPLINE_H

#include <stddef.h>

#include "numeric/base/workspace.h"

typedef struct cs_natural_spline
{
	size_t count;	   /* knots, at least 2 */
	double *x;		   /* [count] strictly ascending */
	double *y;		   /* [count] */
	double *curvature; /* [count] second derivatives at the knots, by cs_natural_spline_solve */
	double *slope;	   /* [count] of the chords */
	double *ratio;	   /* [count] of the elimination */
} cs_natural_spline;

/* A cubic in x - from. */
typedef struct cs_cubic
{
	double from;
	double constant, linear, quadratic, cubic;
} cs_cubic;

/* Lays out room for up to `most` knots. */
extern void cs_natural_spline_lay_out(cs_natural_spline *spline, cs_workspace *workspace,
									  size_t most);

/* The second derivatives of two splines; one alone would spend its time waiting for divisions. */
extern void cs_natural_spline_solve(cs_natural_spline *first, cs_natural_spline *second);

/* The polynomial between knots i and i + 1 of a solved spline. */
static inline cs_cubic
cs_natural_spline_piece(const cs_natural_spline *spline, size_t i)
{
	double width = spline->x[i + 1] - spline->x[i];
	double left = spline->curvature[i];
	double right = spline->curvature[i + 1];
	cs_cubic piece = {.from = spline->x[i],
					  .constant = spline->y[i],
					  .linear = spline->slope[i] - width * (2.0 * left + right) * (1.0 / 6.0),
					  .quadratic = 0.5 * left,
					  .cubic = (right - left) / (6.0 * width)};

	return piece;
}

#endif
