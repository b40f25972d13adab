/*
 * bond_terms.h
 *		The terms of a bond as SQL arguments.
 */
#ifndef CREDITSPREAD_POSTGRES_BOND_TERMS_H
#define CREDITSPREAD_POSTGRES_BOND_TERMS_H

#include "fmgr.h"
#include "utils/array.h"
#include "utils/date.h"

#include "numeric/term_structure/coupon_bond.h"

/* A bond with its schedule, and which arguments it came from. */
typedef struct BondTerms
{
	FunctionCallInfo fcinfo;
	int first; /* argument */
	cs_coupon_bond bond;
	cs_bond_schedule schedule; /* after bond_schedule */
} BondTerms;

/*
 * Arguments from `first` on: quote_date, maturity_date, coupon_rate, frequency, issue_date, face,
 * day_count, times, dated_date, first_coupon, last_coupon, end_of_month, coupons,
 * ex_dividend_days, business_day, holidays, repayment_dates, repayments, and where there are more,
 * redemption_date and redemption_price.  False where one is NULL that must not be.
 */
extern bool bond_terms(FunctionCallInfo fcinfo, int first, BondTerms *terms);

/* Lays out the schedule; error 22023 or another names what is wrong with the terms. */
extern void bond_schedule(BondTerms *terms);

/* A date called `name`; an infinite one is error 22008. */
extern cs_date bond_date(DateADT date, const char *name);

/*
 * The elements of a date[] called `name`; they point into it.  More dimensions are error 2202E,
 * NULL elements 22004.
 */
extern const DateADT *date_array_values(ArrayType *array, const char *name, int *length);

#endif
