/*
 * discount_curve.h
 *		A curve to discount with: a Nelson-Siegel or Svensson curve, or zero yields at maturities
 *		with straight lines between them.
 */
#ifndef CREDITSPREAD_NUMERIC_DISCOUNT_CURVE_H
#define CREDITSPREAD_NUMERIC_DISCOUNT_CURVE_H

#include "numeric/term_structure/svensson.h"

#include <stddef.h>

typedef struct cs_discount_curve
{
	size_t points;			 /* 0 = it is the Svensson curve */
	const double *maturity;	 /* [points] years, ascending */
	const double *yield;	 /* [points] percent, continuously compounded */
	cs_svensson_curve curve; /* a Nelson-Siegel curve as such a curve */
} cs_discount_curve;

/* On the line through points of ascending x[n], flat beyond the first and the last; n > 0. */
extern double cs_interpolate(size_t n, const double *x, const double *y, double at);

/* Continuous zero yield (percent) and discount factor at a maturity >= 0. */
extern double cs_discount_curve_yield(const cs_discount_curve *curve, double maturity);
extern double cs_discount_curve_factor(const cs_discount_curve *curve, double maturity);

/*
 * Par yield (percent): the coupon rate of a bond with `frequency` coupons a year, counted back from
 * its maturity > 0, that makes its clean price equal to its face.
 */
extern double cs_discount_curve_par_yield(const cs_discount_curve *curve, double maturity,
										  int frequency);

#endif
