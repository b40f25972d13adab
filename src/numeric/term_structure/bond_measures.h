/*
 * bond_measures.h
 *		What cash flows and a price say: yield, durations, convexity, spreads over a curve (Fabozzi,
 *		Bond Markets, Analysis and Strategies; Mayle, SIA 1993; O'Kane, Modelling Single-name and
 *		Multi-name Credit Derivatives, 2008, for the asset swap).
 *
 * time[n] >= 0 (years) ascend, amount[n] > 0; the last time is positive.  Prices are dirty: clean
 * plus accrued.  Rates, yields and spreads are in percent per year; `compounding` is how often a
 * year they are compounded, 0 for continuously.
 */
#ifndef CREDITSPREAD_NUMERIC_BOND_MEASURES_H
#define CREDITSPREAD_NUMERIC_BOND_MEASURES_H

#include "numeric/base/status.h"
#include "numeric/term_structure/discount_curve.h"

#include <stdbool.h>
#include <stddef.h>

/* Most payments of the floating leg of an asset swap. */
#define CS_BOND_MAX_PAYMENTS 2400

/*
 * The constant to be added to the continuously compounded yields that amount[] has been discounted
 * with, so that the sum of the cash flows is the price: the z-spread, or for undiscounted amounts
 * the yield to maturity.  CS_OUT_OF_RANGE unless price and times are as above; CS_NOT_FINITE;
 * CS_NOT_CONVERGED.
 */
extern cs_status cs_z_spread(size_t n, const double *time, const double *amount, double price,
							 double *spread);

/* A yield compounded `compounding` times a year from a continuous one and back. */
extern double cs_compounded_yield(double continuous, int compounding);

/*
 * The price at a yield.  With simple_first interest is simple over the broken part of the first
 * period, and over all of the time where one cash flow is left (compounding is then the frequency
 * of coupons, at least 1).  CS_OUT_OF_RANGE where the yield leaves nothing (at or below
 * -100 * compounding, or -100 / time where interest is simple for one cash flow); CS_NOT_FINITE.
 */
extern cs_status cs_price_from_yield(size_t n, const double *time, const double *amount,
									 double yield, int compounding, bool simple_first,
									 double *price);

/* The yield at which cs_price_from_yield is the price; statuses as of cs_z_spread. */
extern cs_status cs_yield_of_price(size_t n, const double *time, const double *amount, double price,
								   int compounding, bool simple_first, double *yield);

/* Moments of the times of the cash flows, weighted by their present values. */
typedef struct cs_bond_risk
{
	double macaulay_duration; /* years */
	double modified_duration; /* years: relative fall of the price for a rise of the yield by 1 */
	double convexity; /* years squared: second derivative of the price by the yield / price */
} cs_bond_risk;

/* At a continuous yield; the derivatives are by the yield as compounded. */
extern void cs_bond_risk_at(size_t n, const double *time, const double *amount, double yield,
							int compounding, cs_bond_risk *risk);

/*
 * The constant to be added to the yields of a curve, as compounded, so that the cash flows are
 * worth the price; duration (NULL = not asked for) receives the relative fall of the price for a
 * rise of the spread by 1, years.  Statuses as of cs_z_spread.
 */
extern cs_status cs_curve_spread(size_t n, const double *time, const double *amount, double price,
								 const cs_discount_curve *curve, int compounding, double *spread,
								 double *duration);

/*
 * duration[keys]: the relative fall of the price for a rise of the curve's continuous yields by 1
 * at key[keys] (years, ascending), which falls linearly to 0 at the keys beside it and is constant
 * beyond the first and the last; the bond's own z-spread stays.
 */
extern cs_status cs_key_rate_durations(size_t n, const double *time, const double *amount,
									   double price, const cs_discount_curve *curve, size_t keys,
									   const double *key, double *duration);

/*
 * Par asset-swap spread: what the floating leg of a swap on `face`, bought together with the bond
 * for `face`, pays `frequency` times a year above the curve.
 */
extern cs_status cs_asset_swap_spread(size_t n, const double *time, const double *amount,
									  double price, const cs_discount_curve *curve, int frequency,
									  double face, double *spread);

#endif
