/*
 * day_count.c
 *		Calendar arithmetic of the proleptic Gregorian calendar, years counted from March.
 */
#include "numeric/term_structure/day_count.h"

static int64_t
floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days before the first of month `m` counted from March = 0. */
static int64_t
days_before_month(int64_t m)
{
	return (153 * m + 2) / 5;
}

static int32_t
days_in_month(int64_t year, int64_t month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int64_t
cs_day_number(cs_date date)
{
	int64_t year = (int64_t) date.year - (date.month <= 2);
	int64_t month = (date.month + 9) % 12;

	return 365 * year + floor_divide(year, 4) - floor_divide(year, 100) + floor_divide(year, 400) +
		   days_before_month(month) + date.day - 1;
}

bool
cs_is_end_of_month(cs_date date)
{
	return date.day == days_in_month(date.year, date.month);
}

cs_date
cs_months_before(cs_date date, int64_t months, bool end_of_month)
{
	int64_t count = (int64_t) date.year * 12 + (date.month - 1) - months;
	int64_t year = floor_divide(count, 12);
	cs_date result = {.year = (int32_t) year, .month = (int32_t) (count - 12 * year) + 1};
	int32_t last = days_in_month(year, result.month);

	result.day = end_of_month || date.day > last ? last : date.day;
	return result;
}

cs_date
cs_date_of(int64_t day_number)
{
	int64_t era = floor_divide(day_number, 146097); /* of 400 years */
	int64_t day = day_number - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	return (cs_date){.year = (int32_t) (year + era * 400 + (month >= 10)),
					 .month = (int32_t) ((month + 2) % 12 + 1),
					 .day = (int32_t) (day - days_before_month(month) + 1)};
}

static bool
is_end_of_february(cs_date date)
{
	return date.month == 2 && cs_is_end_of_month(date);
}

/* Days from `start` to `end` when every month has 30 (ISDA 2006, 4.16 (f) and (g); SIA 1993). */
static int64_t
days_30_360(cs_day_count day_count, bool month_end, cs_date start, cs_date end)
{
	int32_t first = start.day;
	int32_t last = end.day;

	if (day_count == CS_30_360 && month_end && is_end_of_february(start))
	{
		first = 30;
		if (is_end_of_february(end))
			last = 30;
	}
	if (first == 31)
		first = 30;
	if (last == 31 && (first == 30 || day_count == CS_30E_360))
		last = 30;
	return CS_YEAR_OF_30_360 * ((int64_t) end.year - start.year) + 30 * (end.month - start.month) +
		   (last - first);
}

static double
act_act_isda(cs_date start, cs_date end)
{
	int64_t first = cs_day_number(start);
	int64_t last = cs_day_number(end);
	double start_year = days_in_month(start.year, 2) == 29 ? 366 : 365;
	double end_year = days_in_month(end.year, 2) == 29 ? 366 : 365;

	if (start.year == end.year)
		return (double) (last - first) / start_year;
	return (double) (cs_day_number((cs_date){start.year + 1, 1, 1}) - first) / start_year +
		   (double) (end.year - start.year - 1) +
		   (double) (last - cs_day_number((cs_date){end.year, 1, 1})) / end_year;
}

double
cs_year_fraction(cs_day_count day_count, bool month_end, cs_date start, cs_date end)
{
	switch (day_count)
	{
		case CS_ACT_360:
			return (double) (cs_day_number(end) - cs_day_number(start)) / CS_YEAR_OF_ACT_360;
		case CS_ACT_365:
			return (double) (cs_day_number(end) - cs_day_number(start)) / CS_YEAR_OF_ACT_365;
		case CS_ACT_ACT_ISDA:
			return act_act_isda(start, end);
		case CS_30_360:
		case CS_30_360_BOND:
		case CS_30E_360:
			return (double) days_30_360(day_count, month_end, start, end) / CS_YEAR_OF_30_360;
		default:
			return (double) (cs_day_number(end) - cs_day_number(start)) / CS_YEAR_OF_ACT_365_25;
	}
}
