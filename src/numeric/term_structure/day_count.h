/*
 * day_count.h
 *		Calendar dates, coupon dates and year fractions (ISDA 2006 Definitions, 4.16; ICMA Rule
 *		251).
 */
#ifndef CREDITSPREAD_NUMERIC_DAY_COUNT_H
#define CREDITSPREAD_NUMERIC_DAY_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/* Days of a year, by convention. */
#define CS_YEAR_OF_ACT_365_25 365.25
#define CS_YEAR_OF_30_360 360
#define CS_YEAR_OF_ACT_360 360
#define CS_YEAR_OF_ACT_365 365

typedef struct cs_date
{
	int32_t year;
	int32_t month; /* 1 .. 12 */
	int32_t day;   /* 1 .. 31 */
} cs_date;

typedef enum cs_day_count
{
	CS_ACT_365_25,	 /* days over 365.25 */
	CS_ACT_ACT,		 /* ICMA: days over those of the coupon period, over periods in a year */
	CS_30_360,		 /* US: months of 30 days, the last of February counts as the 30th */
	CS_ACT_ACT_ISDA, /* days of leap years over 366, others over 365 */
	CS_30_360_BOND,	 /* bond basis: months of 30 days, February as it is */
	CS_30E_360,		 /* Eurobond basis: the 31st is always the 30th */
	CS_ACT_360,		 /* days over 360 */
	CS_ACT_365,		 /* fixed: days over 365 */
	CS_DAY_COUNTS
} cs_day_count;

/* Days from 0000-03-01 of the proleptic Gregorian calendar, which differ as dates do. */
extern int64_t cs_day_number(cs_date date);

/*
 * `months` before a date, on the same day of the month or its last; with end_of_month always on
 * the last.
 */
extern cs_date cs_months_before(cs_date date, int64_t months, bool end_of_month);

extern bool cs_is_end_of_month(cs_date date);

/* The date of a day number. */
extern cs_date cs_date_of(int64_t day_number);

/*
 * Years from `start` to `end`, not before it, by a day count other than that of ICMA, which depends
 * on a schedule (coupon_bond.h).  month_end says that the bond pays at ends of months: 30/360 US
 * knows ends of February only then.
 */
extern double cs_year_fraction(cs_day_count day_count, bool month_end, cs_date start, cs_date end);

#endif
