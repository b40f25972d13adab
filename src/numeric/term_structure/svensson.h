/*
 * svensson.h
 *		The Svensson curve (Svensson, NBER Working Paper 4871, 1994): a Nelson-Siegel curve with a
 *		second hump.
 *
 *			y(n) = level + slope F2(d1 n) + curvature F3(d1 n) + second_curvature F3(d2 n)
 *
 * with F2, F3 and the units of nelson_siegel.h; d1 is the decay, d2 the second decay.
 */
#ifndef CREDITSPREAD_NUMERIC_SVENSSON_H
#define CREDITSPREAD_NUMERIC_SVENSSON_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/term_structure/nelson_siegel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Estimated decays differ at least by this factor: closer ones give two humps that cancel. */
#define CS_SVENSSON_DECAY_RATIO 1.5

typedef struct cs_svensson_curve
{
	double level;			 /* percent */
	double slope;			 /* percent */
	double curvature;		 /* percent */
	double second_curvature; /* percent */
	double decay;			 /* per year */
	double second_decay;	 /* per year */
	double rmse;			 /* percent; root of the mean square, weighted as the fit was */
	double r_squared;		 /* NaN when there is no residual freedom or the yields are all equal */
	int64_t observations;
	bool
		decay_at_bound; /* an estimated decay lies on a bound, or at the least ratio to the other */
	cs_curve_quality quality;
} cs_svensson_curve;

/* The same curve without a second hump. */
extern cs_svensson_curve cs_svensson_of_nelson_siegel(const cs_nelson_siegel_curve *curve);

/*
 * Yield and instantaneous forward rate (percent) and discount factor exp(-y n / 100) of a curve at
 * a maturity >= 0.
 */
extern double cs_svensson_yield(const cs_svensson_curve *curve, double maturity);
extern double cs_svensson_forward(const cs_svensson_curve *curve, double maturity);
extern double cs_svensson_discount(const cs_svensson_curve *curve, double maturity);

/*
 * Par yield (percent): the coupon rate of a bond with `frequency` coupons a year that makes its
 * clean price equal to its face.  maturity > 0; coupons are counted back from it.
 */
extern double cs_svensson_par_yield(const cs_svensson_curve *curve, double maturity, int frequency);

/* Years until the first of its coupons. */
extern double cs_first_coupon(double maturity, int frequency);

/* What is known of the decays: both, or that they lie in lower .. upper. */
typedef struct cs_svensson_decays
{
	bool fixed;
	double decay;
	double second_decay;
	double lower; /* NAN = from the data, as upper */
	double upper;
	bool ordered;	  /* the second decay is the smaller one */
	double shrinkage; /* see cs_curve_data_shrink; 0 = none */
} cs_svensson_decays;

/*
 * Least squares by variable projection: at each pair of decays the other four parameters are
 * linear.  The sum of squares is scanned over a grid of both logarithms, where the second decay is
 * the smaller one and, unless they are ordered, where it is the larger; from every point that
 * is lower than its neighbours Newton's steps, damped where they have to be, lead to a minimum; the
 * lowest is the fit.
 */

/* Bytes of workspace for n observations; SIZE_MAX on overflow. */
extern size_t cs_svensson_fit_size(size_t n);

/*
 * maturity[n] ascending (years, >= 0), yield[n] (percent), weight[n] (> 0; NULL = equal).  Fixed
 * decays are positive and differ; bounds are positive, the upper at least CS_SVENSSON_DECAY_RATIO
 * squared times the lower; shrinkage is not negative.  CS_TOO_FEW below 4 different maturities, or
 * 6 if the decays are estimated (*different receives their number), CS_CONSTANT for equal yields,
 * which any decays fit, CS_SINGULAR when no decays within the bounds give independent loadings,
 * CS_NOT_FINITE, CS_OUT_OF_RANGE, CS_NO_MEMORY.
 */
extern cs_status cs_svensson_fit(size_t n, const double *maturity, const double *yield,
								 const double *weight, const cs_svensson_decays *decays,
								 cs_workspace *workspace, size_t *different,
								 cs_svensson_curve *curve);

#endif
