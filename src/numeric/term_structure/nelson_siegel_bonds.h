/*
 * nelson_siegel_bonds.h
 *		A Nelson-Siegel curve from the prices of coupon bonds: each bond is the sum of its cash
 *		flows, discounted with the curve, or with a known curve and the curve as a spread over it.
 *
 *			P = sum_k amount_k exp(-s(time_k) time_k / 100),	s = level + slope F2 + curvature F3
 *
 * The weighted sum of squared price errors is minimized over level, slope and curvature by
 * Levenberg-Marquardt steps, and over the decay, unless it is given, along the profile that they
 * leave (profile_minimum.h): all four at once, the steps crawl along curved valleys.  Not
 * on gsl_multifit_nlinear: it allocates and calls back, and takes longer to set up than such a fit
 * lasts.
 */
#ifndef CREDITSPREAD_NUMERIC_NELSON_SIEGEL_BONDS_H
#define CREDITSPREAD_NUMERIC_NELSON_SIEGEL_BONDS_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/term_structure/nelson_siegel.h"

#include <stdbool.h>
#include <stddef.h>

/* The cash flows of bond i are first[i] .. first[i + 1] - 1 of time[] and amount[]. */
typedef struct cs_bond_set
{
	size_t bonds;
	const double *price;  /* [bonds] dirty, > 0 */
	const double *weight; /* [bonds] > 0 */
	const size_t *first;  /* [bonds + 1] */
	const double *time;	  /* years, >= 0; ascending in each bond */
	const double *amount; /* > 0; discounted with the known curve, if there is one */
} cs_bond_set;

/*
 * Weights 1 / duration^2 in place of duration[n] >= 0; one below CS_BOND_LEAST_DURATION times the
 * median counts as that: a day before its end a bond would outweigh all others.
 */
#define CS_BOND_LEAST_DURATION 0.25
extern void cs_bond_duration_weights(size_t n, double *duration, size_t *scratch);

/* Bytes of workspace for a number of cash flows; SIZE_MAX on overflow. */
extern size_t cs_nelson_siegel_bonds_fit_size(size_t cashflows);

/*
 * lower = upper fixes the decay, which is then fitted from two starts, else 0 < lower < upper bound
 * it, NAN leaves a bound to the last times (curve_quality.h).
 *
 * The curve: percent; rmse is of the prices, without weights; r_squared is NaN, as prices have no
 * common level to be explained.  CS_TOO_FEW below 3 different last times, or 4 if the decay is
 * estimated (*different receives their number), CS_SINGULAR when the prices do not determine level,
 * slope and curvature; CS_NOT_CONVERGED, where the curve, unless its observations are 0, is that of
 * the last step; CS_NOT_FINITE, CS_OUT_OF_RANGE, CS_NO_MEMORY.
 */
extern cs_status cs_nelson_siegel_bonds_fit(const cs_bond_set *set, double lower, double upper,
											cs_workspace *workspace, size_t *different,
											cs_nelson_siegel_curve *curve);

/* Huber's loss of e, a price error times the root of its weight: e^2, beyond limit 2 limit |e| -
 * limit^2. */
typedef struct cs_bond_loss
{
	double limit;		  /* > 0 */
	const double *weight; /* [bonds] > 0, of the linear start */
} cs_bond_loss;

/* The same with another loss; NULL is the sum of squares. */
extern cs_status cs_nelson_siegel_bonds_fit_loss(const cs_bond_set *set, const cs_bond_loss *loss,
												 double lower, double upper,
												 cs_workspace *workspace, size_t *different,
												 cs_nelson_siegel_curve *curve);

/* The price of a bond less what a curve makes of it. */
extern double cs_bond_price_error(const cs_bond_set *set, size_t bond,
								  const cs_nelson_siegel_curve *curve);

#endif
