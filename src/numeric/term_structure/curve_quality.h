/*
 * curve_quality.h
 *		How well the loadings of a curve are told apart over its maturities: the condition of the
 *		least-squares problem, the standard errors of the factors, and the decays among which a
 *		search does not lose them.
 */
#ifndef CREDITSPREAD_NUMERIC_CURVE_QUALITY_H
#define CREDITSPREAD_NUMERIC_CURVE_QUALITY_H

#include <stdbool.h>
#include <stddef.h>

/* Most linear parameters: level, slope, two curvatures. */
#define CS_CURVE_FACTORS 4

/*
 * Up to this condition a curve is determined: an error of the yields grows at most about so many
 * times in the factors.  The loadings of usual maturities have conditions of 4 to 80.
 */
#define CS_CURVE_DETERMINED_UP_TO 100.0

/*
 * What remains of a column of loadings after the columns before it, as a share of the column:
 * not above this, half of the digits of the factors are lost, and the columns count as dependent.
 */
#define CS_CURVE_INDEPENDENT_ABOVE 1e-8

/* The hump, the maximum of F3, is at this x = decay * maturity. */
#define CS_CURVE_HUMP 1.7932821329007607

typedef struct cs_curve_quality
{
	double error[CS_CURVE_FACTORS]; /* standard errors of the factors, in their order, at the
									   decays found; NaN without residual freedom */
	double condition;				/* 2-norm, of the weighted loadings scaled to length 1 */
	bool determined;				/* condition <= CS_CURVE_DETERMINED_UP_TO */
	double shortest, longest;		/* maturities of the data, years */
} cs_curve_quality;

/*
 * From triangle[factors * factors], row by row, the upper triangle of the QR decomposition of the
 * weighted loadings, whose diagonal is positive.  variance is that of an observation of weight 1
 * (NaN if unknown).  Sets all but the maturities.
 */
extern void cs_curve_quality_of_triangle(size_t factors, const double *triangle, double variance,
										 cs_curve_quality *quality);

/* The same condition alone. */
extern double cs_curve_condition(size_t factors, const double *triangle);

#define CS_DECAY_RANGE_POINTS 8

/*
 * The decays of a search that the caller gave no bounds: the hump lies between two maturities, and
 * the condition of level, slope and curvature is at most 25, or thrice the least on the way.
 *
 * Place the decays, set the condition at each, and settle the bounds.
 */
typedef struct cs_decay_range
{
	double step;							 /* of the logarithms */
	double log_decay[CS_DECAY_RANGE_POINTS]; /* ascending */
	double condition[CS_DECAY_RANGE_POINTS]; /* INFINITY: nothing tells the loadings apart */
} cs_decay_range;

/* 0 < shortest <= longest: the maturities between which the hump lies. */
extern void cs_decay_range_place(cs_decay_range *range, double shortest, double longest);

/*
 * The bounds of a search, of which NAN asks for the range's; where one is given the other is at
 * least CS_CURVE_DECAY_ROOM times away.
 */
#define CS_CURVE_DECAY_ROOM 4.0
extern void cs_decay_range_settle(const cs_decay_range *range, double *lower, double *upper);

#endif
