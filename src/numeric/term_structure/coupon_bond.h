/*
 * coupon_bond.h
 *		A fixed coupon bond as the sum of its cash flows: schedule, accrued interest, price, yield,
 *		durations, convexity and z-spread (Fabozzi, Bond Markets, Analysis and Strategies).
 *
 * Times are in years from the quote date; rates, yields and spreads in percent per year; amounts,
 * accrued interest and prices in the money of the face.  Prices are dirty: clean plus accrued.
 */
#ifndef CREDITSPREAD_NUMERIC_COUPON_BOND_H
#define CREDITSPREAD_NUMERIC_COUPON_BOND_H

#include "numeric/base/status.h"
#include "numeric/term_structure/day_count.h"

#include <stdbool.h>
#include <stddef.h>

/* Most cash flows of one bond: two hundred years of monthly coupons. */
#define CS_BOND_MAX_CASHFLOWS 2400

typedef struct cs_coupon_bond
{
	cs_date quote_date;
	cs_date maturity_date;
	cs_date issue_date; /* interest accrues from here; read if has_issue_date */
	bool has_issue_date;
	double coupon_rate; /* percent per year */
	int frequency;		/* coupons a year: 1, 2, 3, 4, 6 or 12 */
	double face;
	cs_day_count day_count;
} cs_coupon_bond;

/*
 * Cash flows after the quote date.  CS_OUT_OF_RANGE unless issue date <= quote date < maturity
 * date, 0 <= coupon_rate, face > 0 and the frequency is known; CS_SIZE_OVERFLOW above
 * CS_BOND_MAX_CASHFLOWS; CS_NOT_FINITE.
 */
extern cs_status cs_coupon_bond_count(const cs_coupon_bond *bond, size_t *count);

/*
 * time[count] and amount[count], ascending, of the bond and count that cs_coupon_bond_count took
 * and gave.  Coupon dates are counted back from maturity (from the end of a month to ends of
 * months) and not moved to business days; a first coupon after less than a period is its share by
 * the day count.  A bond without coupons has one cash flow.
 */
extern void cs_coupon_bond_cashflows(const cs_coupon_bond *bond, size_t count, double *time,
									 double *amount);

/* Interest since the last coupon date or the issue date, if that is later; a bond as above. */
extern double cs_coupon_bond_accrued(const cs_coupon_bond *bond);

/*
 * The constant to be added to the continuously compounded yields that amount[] has been discounted
 * with, so that the sum of the cash flows is the price: the z-spread, or for undiscounted amounts
 * the yield to maturity.  time[n] > 0, amount[n] >= 0 with one above 0, price > 0: else
 * CS_OUT_OF_RANGE; CS_NOT_FINITE; CS_NOT_CONVERGED.
 */
extern cs_status cs_z_spread(size_t n, const double *time, const double *amount, double price,
							 double *spread);

/* A yield compounded `compounding` times a year from a continuous one and back; 0 = continuous. */
extern double cs_compounded_yield(double continuous, int compounding);

/* Moments of the times of the cash flows, weighted by their present values. */
typedef struct cs_bond_risk
{
	double macaulay_duration; /* years */
	double modified_duration; /* years: relative fall of the price for a rise of the yield by 1 */
	double convexity; /* years squared: second derivative of the price by the yield / price */
} cs_bond_risk;

/* At a continuous yield (percent); the derivatives are by the yield as compounded. */
extern void cs_bond_risk_at(size_t n, const double *time, const double *amount, double yield,
							int compounding, cs_bond_risk *risk);

#endif
