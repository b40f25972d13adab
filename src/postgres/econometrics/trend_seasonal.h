/*
 * trend_seasonal.h
 *		What the fit and the forecast of trend_seasonal_model share: its columns, and holidays.
 */
#ifndef CREDITSPREAD_POSTGRES_TREND_SEASONAL_H
#define CREDITSPREAD_POSTGRES_TREND_SEASONAL_H

#include "postgres/base/arguments.h"

/* The most of each that a model has. */
#define TREND_SEASONAL_MOST_BENDS 200
#define TREND_SEASONAL_MOST_WAVES 153
#define TREND_SEASONAL_MOST_HOLIDAYS 100

/* The columns of trend_seasonal_model, in order. */
typedef enum TrendSeasonalColumn
{
	TREND_CALENDAR,
	TREND_FIRST_TIME,
	TREND_LAST_TIME,
	TREND_STEP,
	TREND_INTERCEPT,
	TREND_SLOPE,
	TREND_CHANGEPOINTS,
	TREND_SLOPE_CHANGES,
	TREND_CHANGEPOINT_RANGE,
	TREND_PERIODS,
	TREND_WAVES,
	TREND_HOLIDAYS,
	TREND_HOLIDAY_EFFECTS,
	TREND_PENALTY,
	TREND_RESIDUAL_SD,
	TREND_R_SQUARED,
	TREND_OBSERVATIONS,
	TREND_COLUMNS
} TrendSeasonalColumn;

/* A day of a holiday; year 0 = every year. */
typedef struct HolidayDay
{
	int year;
	int month;
	int day;
} HolidayDay;

typedef struct Holiday
{
	const char *text; /* name and days, as given */
	int count;
	HolidayDay *days; /* [count] */
} Holiday;

/* Reads a name and days; error 22023 otherwise. */
extern Holiday holiday_parse(const char *what, const char *text);

/* Whether the time, in days since 2000-01-01, falls on one of its days. */
extern bool holiday_is(const Holiday *holiday, double time);

/* The time in days since 2000-01-01 or, of a bigint, itself. */
extern double trend_time(TimePoint time);

#endif
