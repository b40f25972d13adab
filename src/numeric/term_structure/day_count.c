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

int64_t
cs_days_30_360(cs_date start, cs_date end)
{
	int32_t first = start.day == 31 ? 30 : start.day;
	int32_t last = end.day == 31 && first == 30 ? 30 : end.day;

	return CS_YEAR_OF_30_360 * ((int64_t) end.year - start.year) + 30 * (end.month - start.month) +
		   (last - first);
}
