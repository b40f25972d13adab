/*
 * envelope.h
 *		The mean of a series' upper and lower envelope, natural cubic splines through its maxima and
 *		its minima (Huang et al., Proceedings of the Royal Society A 454, 1998).
 */
#ifndef CREDITSPREAD_NUMERIC_ENVELOPE_H
#define CREDITSPREAD_NUMERIC_ENVELOPE_H

#include "numeric/base/workspace.h"
#include "numeric/signal/extrema.h"
#include "numeric/signal/natural_spline.h"

/*
 * How the envelopes end.  Symmetric: extrema are reflected at the end sample, which is a knot of
 * one envelope itself where it lies beyond the second extremum.  Mirror: they are reflected at the
 * outermost one or, if the end sample lies beyond the next, at the end sample (Rilling, Flandrin
 * and Goncalves, NSIP 2003).  Endpoint: both pass through the first and the last sample.
 */
typedef enum cs_boundary
{
	CS_BOUNDARY_SYMMETRIC,
	CS_BOUNDARY_MIRROR,
	CS_BOUNDARY_ENDPOINT
} cs_boundary;

/* Where the knots are: at the samples, or at the vertex of the parabola through three of them. */
typedef enum cs_knots
{
	CS_KNOTS_SAMPLE,
	CS_KNOTS_PARABOLA
} cs_knots;

/* Evaluation in vectors may read and write so many elements past the end of a series. */
#define CS_ENVELOPE_OVERRUN 8

typedef struct cs_envelope
{
	cs_boundary boundary; /* set by the caller, as is the next */
	cs_knots knots;
	cs_natural_spline upper, lower;
	double *values; /* [n + CS_ENVELOPE_OVERRUN] of the upper one */
} cs_envelope;

/* Lays out room for series of n values. */
extern void cs_envelope_lay_out(cs_envelope *envelope, cs_workspace *workspace, size_t n);

/*
 * output[i] = values[i] less the mean of both envelopes at i; `extrema` are those of `values`, at
 * least 3.  Both have room for CS_ENVELOPE_OVERRUN more elements, and do not overlap.
 */
extern void cs_envelope_subtract(cs_envelope *envelope, const cs_extrema *extrema,
								 const double *values, size_t n, double *output);

#endif
