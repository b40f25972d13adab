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
	const double *time;	  /* years, > 0; ascending in each bond */
	const double *amount; /* > 0; discounted with the known curve, if there is one */
} cs_bond_set;

/*
 * Weights 1 / duration^2 in place of duration[n] > 0; one below CS_BOND_LEAST_DURATION times the
 * median counts as that: a day before its end a bond would outweigh all others.
 */
#define CS_BOND_LEAST_DURATION 0.25
extern void cs_bond_duration_weights(size_t n, double *duration, size_t *scratch);

/*
 * Initialize, then step until `finished`: each step prices all bonds once.  An estimated decay is
 * tried at fixed values that cover its bounds evenly in the logarithm; from every one that is
 * better than its neighbours all four parameters are fitted; the best is the fit.  A given decay is
 * fitted from two starts.
 */
typedef struct cs_nelson_siegel_bonds cs_nelson_siegel_bonds;

/* Bytes of workspace for a number of cash flows; SIZE_MAX on overflow. */
extern size_t cs_nelson_siegel_bonds_size(size_t cashflows);

/*
 * The set is kept by reference.  lower = upper fixes the decay, else 0 < lower < upper bound it,
 * NAN leaves a bound to the last times (curve_quality.h).
 * CS_TOO_FEW below 3 different last times, or 4 if the decay is estimated (*different receives
 * their number), CS_NOT_FINITE, CS_OUT_OF_RANGE, CS_NO_MEMORY.
 */
extern cs_status cs_nelson_siegel_bonds_initialize(const cs_bond_set *set, double lower,
												   double upper, cs_workspace *workspace,
												   size_t *different, cs_nelson_siegel_bonds **fit);
extern void cs_nelson_siegel_bonds_step(cs_nelson_siegel_bonds *fit);
extern bool cs_nelson_siegel_bonds_finished(const cs_nelson_siegel_bonds *fit);

/*
 * The curve found: percent; rmse is of the prices, without weights; r_squared is NaN, as prices
 * have no common level to be explained.  CS_SINGULAR when the prices do not determine level, slope
 * and curvature; CS_NOT_CONVERGED; CS_NOT_FINITE.
 */
extern cs_status cs_nelson_siegel_bonds_curve(const cs_nelson_siegel_bonds *fit,
											  cs_nelson_siegel_curve *curve);

#endif
