/*
 * nelson_siegel.h
 *		The Nelson-Siegel curve (Nelson and Siegel, J. Business 60, 1987) in the form of Diebold and
 *		Li (J. Econometrics 130, 2006):
 *
 *			y(n) = level + slope F2(n) + curvature F3(n)
 *			F2 = (1 - exp(-d n)) / (d n),	F3 = F2 - exp(-d n)
 *
 * Yields are in percent per year, continuously compounded; maturities n in years; the decay d per
 * year.  Slope is the loading on the short end: negative when the curve rises.
 */
#ifndef CREDITSPREAD_NUMERIC_NELSON_SIEGEL_H
#define CREDITSPREAD_NUMERIC_NELSON_SIEGEL_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/term_structure/curve_quality.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Below this x the loadings are taken from a series, which keeps the digits of small differences.
 */
#define CS_NELSON_SIEGEL_SERIES_BELOW 0.1

/* The loadings' x is cut here, so that x exp(-x) is never inf * 0. */
#define CS_NELSON_SIEGEL_LARGEST 1e300

typedef struct cs_nelson_siegel_curve
{
	double level;	  /* percent */
	double slope;	  /* percent */
	double curvature; /* percent */
	double decay;	  /* per year */
	double rmse;	  /* percent; root of the mean square, weighted as the fit was */
	double r_squared; /* NaN when there is no residual freedom or the yields are all equal */
	int64_t observations;
	bool decay_at_bound; /* an estimated decay lies on a bound of its search */
	cs_curve_quality quality;
} cs_nelson_siegel_curve;

/* F2 and F3 at x = decay * maturity >= 0; exact limits 1 and 0 at zero, series for small x. */
extern void cs_nelson_siegel_loadings(double x, double *slope, double *curvature);

/*
 * Yield and instantaneous forward rate (percent) and discount factor exp(-y n / 100) of a curve at
 * a maturity >= 0.
 */
extern double cs_nelson_siegel_yield(const cs_nelson_siegel_curve *curve, double maturity);
extern double cs_nelson_siegel_forward(const cs_nelson_siegel_curve *curve, double maturity);
extern double cs_nelson_siegel_discount(const cs_nelson_siegel_curve *curve, double maturity);

/*
 * Least squares at a fixed decay, as sums: means of the loadings and the yield, and a triangle of
 * the centred loadings.  All zero but the decay is the empty state.
 */
typedef struct cs_nelson_siegel_sums
{
	int64_t n;
	double decay;
	double mean[3];		/* F2, F3, yield */
	double diagonal[2]; /* of the centred F2, F3: see linear_algebra.h */
	double factor;
	double rhs[2];
	double residual; /* residual sum of squares */
	double total;	 /* centred sum of squares of the yields */
	double shortest; /* maturities */
	double longest;
} cs_nelson_siegel_sums;

/*
 * Adds one observation.  CS_OUT_OF_RANGE for a negative maturity, CS_NOT_FINITE for a NaN or an
 * infinity; the sums are then unchanged.
 */
extern cs_status cs_nelson_siegel_sums_add(cs_nelson_siegel_sums *sums, double maturity,
										   double yield);

/* Adds the observations of `other`, which has the same decay (else CS_OUT_OF_RANGE). */
extern cs_status cs_nelson_siegel_sums_combine(cs_nelson_siegel_sums *sums,
											   const cs_nelson_siegel_sums *other);

/*
 * The curve of the sums.  CS_TOO_FEW below 3 observations; CS_SINGULAR when the loadings are
 * linearly dependent (fewer than 3 different maturities, or a decay far too high or low for
 * them); CS_NOT_FINITE on overflow.
 */
extern cs_status cs_nelson_siegel_sums_solve(const cs_nelson_siegel_sums *sums,
											 cs_nelson_siegel_curve *curve);

/*
 * Least squares with weights or an estimated decay, by variable projection (profile_minimum.h): at
 * each decay the other three parameters are linear, so that
 *
 *			d SSE / d ln(decay) = -2 curvature sum_i w_i r_i x_i exp(-x_i),	x_i = decay * maturity_i
 *
 * with w the weights and r the residuals.
 */

/* Bytes of workspace for n observations; SIZE_MAX on overflow. */
extern size_t cs_nelson_siegel_fit_size(size_t n);

/*
 * maturity[n] ascending (years, >= 0), yield[n] (percent), weight[n] (> 0; NULL = equal).
 * 0 < lower < upper bound the decay, NAN leaves a bound to the data (curve_quality.h); lower =
 * upper gives it.  CS_TOO_FEW below 4 different maturities, 3 for a given decay (*different
 * receives their number), CS_CONSTANT for equal yields, which any decay fits, CS_SINGULAR when no
 * decay within the bounds gives independent loadings, CS_NOT_FINITE, CS_OUT_OF_RANGE, CS_NO_MEMORY.
 */
extern cs_status cs_nelson_siegel_fit(size_t n, const double *maturity, const double *yield,
									  const double *weight, double lower, double upper,
									  cs_workspace *workspace, size_t *different,
									  cs_nelson_siegel_curve *curve);

#endif
