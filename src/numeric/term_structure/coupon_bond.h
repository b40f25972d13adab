/*
 * coupon_bond.h
 *		A fixed coupon bond: its schedule, cash flows and accrued interest (ICMA Rule 251; ISDA 2006
 *		Definitions 4.16; Mayle, Standard Securities Calculation Methods, SIA 1993).
 *
 * How interest accrues and how cash flows are discounted are two things: the day count says what
 * share of a coupon has accrued, the times where on the time axis of yields or of a curve a payment
 * lies.  Times are in years from the quote date, rates in percent per year, amounts and accrued
 * interest in the money of the face.
 */
#ifndef CREDITSPREAD_NUMERIC_COUPON_BOND_H
#define CREDITSPREAD_NUMERIC_COUPON_BOND_H

#include "numeric/base/status.h"
#include "numeric/term_structure/day_count.h"

#include <stdbool.h>
#include <stddef.h>

/* Most cash flows of one bond: two hundred years of monthly coupons. */
#define CS_BOND_MAX_CASHFLOWS 2400

typedef enum cs_bond_times
{
	CS_TIMES_PERIODS,	/* coupon periods over periods in a year, as yields are quoted */
	CS_TIMES_DAY_COUNT, /* the sum of the day count's fractions of the periods */
	CS_TIMES_ACT_365_25,
	CS_TIMES_ACT_365
} cs_bond_times;

/* Where a payment goes that falls on no business day. */
typedef enum cs_business_day
{
	CS_UNADJUSTED,
	CS_FOLLOWING,
	CS_MODIFIED_FOLLOWING, /* not into another month */
	CS_PRECEDING
} cs_business_day;

typedef struct cs_coupon_bond
{
	cs_date quote_date;
	cs_date maturity_date;
	bool has_dated_date, has_first_coupon, has_last_coupon, has_redemption;
	cs_date dated_date;		 /* interest accrues from here; none: whole periods */
	cs_date first_coupon;	 /* none: the first coupon date after the dated date */
	cs_date last_coupon;	 /* before maturity; none: maturity is a coupon date */
	cs_date redemption_date; /* of a call: nothing is paid after it; none: maturity */
	double redemption_price; /* then, percent of the face that is left, without accrued interest */
	double coupon_rate;		 /* percent per year */
	int frequency;			 /* coupons a year: 1, 2, 3, 4, 6 or 12 */
	double face;
	cs_day_count day_count;
	cs_bond_times times;
	bool coupons_by_day_count; /* regular coupons are the day count's share, not rate / frequency */
	bool end_of_month;		   /* an anchor at the end of a month keeps dates at ends of months */
	cs_business_day business_day;
	int ex_dividend_days;		  /* the next coupon is the seller's this long before it is paid */
	bool has_calendar;			  /* those are business days */
	size_t holidays;			  /* beside Saturdays and Sundays */
	const int64_t *holiday;		  /* [holidays] day numbers, ascending */
	size_t repayments;			  /* of face before maturity */
	const int64_t *repayment_day; /* [repayments] day numbers of coupon dates, ascending */
	const double *repayment;	  /* [repayments] > 0, in the money of the face, which is more */
} cs_coupon_bond;

/* What can be wrong with a bond whose numbers are in their ranges. */
typedef enum cs_bond_fault
{
	CS_BOND_SOUND,
	CS_BOND_DUE,				/* quote_date not before maturity_date */
	CS_BOND_NOT_DATED,			/* dated_date after quote_date */
	CS_BOND_LAST_COUPON,		/* last_coupon not between dated_date and maturity_date */
	CS_BOND_FIRST_COUPON,		/* first_coupon not after dated_date, or after the last */
	CS_BOND_FIRST_OFF_SCHEDULE, /* first_coupon is no coupon date */
	CS_BOND_START_UNKNOWN,		/* quote_date before the first period, whose start is not given */
	CS_BOND_REDEMPTION,			/* redemption_date not after quote_date, or after maturity_date */
	CS_BOND_REPAYMENT,			/* a repayment that is on no coupon date, or leaves no face */
	CS_BOND_TOO_LONG,			/* more than CS_BOND_MAX_CASHFLOWS */
	CS_BOND_OVERFLOW			/* coupons are not finite */
} cs_bond_fault;

/*
 * A sound bond and its schedule.  Coupon dates are counted from the anchor, which is the last
 * coupon date or else maturity: period k ends k periods before it, and -1 is that from the last
 * coupon to maturity.
 */
typedef struct cs_bond_schedule
{
	const cs_coupon_bond *bond;
	cs_date anchor;
	bool month_end;	  /* dates are ends of months */
	bool has_first;	  /* the first period is known */
	int64_t first;	  /* period */
	int64_t now;	  /* period in which the quote date lies */
	int64_t last;	  /* period in which the bond ends: 0 or -1, or that of a call */
	size_t cashflows; /* at most */
	bool ex_dividend; /* the coupon of this period is the seller's */
} cs_bond_schedule;

/*
 * Looks at a bond; its numbers are finite, coupon_rate >= 0, face > 0, the frequency one of those
 * above, redemption_price > 0.
 */
extern cs_bond_fault cs_bond_schedule_of(const cs_coupon_bond *bond, cs_bond_schedule *schedule);

/*
 * time[cashflows] and amount[cashflows] of the cash flows after the quote date, ascending; returns
 * their number, at least 1.  Payments of nothing are left out.  The first time is 0 where the day
 * count sees no day before the payment, as 30/360 from the 30th to the 31st.
 */
extern size_t cs_coupon_bond_cashflows(const cs_bond_schedule *schedule, double *time,
									   double *amount);

/* Interest since the last coupon date or the dated date; negative while the bond is ex dividend. */
extern double cs_coupon_bond_accrued(const cs_bond_schedule *schedule);

#endif
