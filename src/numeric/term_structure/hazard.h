/*
 * hazard.h
 *		A survival curve from the prices of an issuer's coupon bonds (Duffie and Singleton, Review
 *		of Financial Studies 12, 1999; O'Kane 2008).
 *
 * The hazard rate is constant between knots, so that the probability to survive t years is
 * S(t) = exp(-sum_j hazard_j (time in interval j)).  At default a bond pays the share `recovery` of
 * its face, whatever its coupon:
 *
 *		P = sum_k amount_k D(t_k) S(t_k) + recovery face integral D(u) (-dS(u))
 *
 * with D the risk-free discount factors.  The integral is a sum over steps of at most
 * CS_HAZARD_STEP years, D taken in their middle, which makes a price a sum of survival
 * probabilities with known factors.
 */
#ifndef CREDITSPREAD_NUMERIC_HAZARD_H
#define CREDITSPREAD_NUMERIC_HAZARD_H

#include "numeric/base/status.h"
#include "numeric/term_structure/discount_curve.h"

#include <stdbool.h>
#include <stddef.h>

#define CS_HAZARD_INTERVALS 4 /* at most */
#define CS_HAZARD_STEP (1.0 / 12)
#define CS_HAZARD_MOST 100.0 /* per year: a fit goes no higher */

typedef struct cs_hazard_curve
{
	size_t intervals;
	double knot[CS_HAZARD_INTERVALS];	/* [intervals] years: their ends; the last goes on */
	double hazard[CS_HAZARD_INTERVALS]; /* [intervals] per year, >= 0 */
	double recovery;					/* share of the face */
	double rmse;						/* of the prices, without weights */
	bool at_bound;						/* a hazard at 0 or CS_HAZARD_MOST, or no recovery fits */
	bool converged;						/* the search for the hazards ended in a minimum */
} cs_hazard_curve;

/* S(t) at t >= 0, and 1 - S(t). */
extern double cs_hazard_survival(const cs_hazard_curve *curve, double time);
extern double cs_hazard_default(const cs_hazard_curve *curve, double time);

/* The survival probabilities that cash flows depend on: see cs_hazard_points. */
extern size_t cs_hazard_count(size_t n, const double *time);

/*
 * time[n] >= 0 ascending and amount[n] as point[count] in years, paid[count], what is paid for
 * survival until then, discounted, and lost[count], the same of a face of 1 at default; returns
 * what default pays of a face of 1 beside those.
 */
extern double cs_hazard_points(size_t n, const double *time, const double *amount,
							   const cs_discount_curve *curve, double *point, double *paid,
							   double *lost);

/* The bonds of one issuer; points of bond i are first[i] .. first[i + 1] - 1. */
typedef struct cs_hazard_set
{
	size_t bonds;
	double face;
	const double *price;	/* [bonds] */
	const double *weight;	/* [bonds] > 0 */
	const double *maturity; /* [bonds] last times, > 0 */
	const double *start;	/* [bonds] what cs_hazard_points returns */
	const size_t *first;	/* [bonds + 1] */
	const double *point;
	const double *paid;
	const double *lost;
} cs_hazard_set;

/* The price of a bond of the set with a curve. */
extern double cs_hazard_price(const cs_hazard_set *set, size_t bond, const cs_hazard_curve *curve);

/*
 * Weighted least squares of the prices.  intervals 0: 1 for up to 2 different maturities, 2 up to
 * 5, else 3; knots lie among the maturities.  recovery NAN: most_recovery, or where a price is not
 * above that, the one that fits best among those below all prices.  index[bonds] is scratch.
 * CS_TOO_FEW below `intervals` different maturities (*different receives their number);
 * CS_OUT_OF_RANGE where a price is not above the recovery at the end;
 * CS_NOT_FINITE.
 */
extern cs_status cs_hazard_fit(const cs_hazard_set *set, size_t intervals, double recovery,
							   double most_recovery, size_t *index, size_t *different,
							   cs_hazard_curve *curve);

/*
 * Percent per year, continuous: the yield over the curve of a promise of 1 at a maturity > 0, which
 * pays the recovery at default; at 0 the limit.
 */
extern double cs_hazard_spread(const cs_hazard_curve *hazard, const cs_discount_curve *curve,
							   double maturity);

#endif
