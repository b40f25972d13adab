/*
 * chart_scale.c
 *		The scales of charts.
 *
 * Any finite values and any times of the four types may come, so nothing here overflows: ranges of
 * values are halved before they are subtracted, differences of times are unsigned, and ticks of
 * times are counted in 128 bits.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/datetime.h"

#include "postgres/chart/chart_scale.h"

/* ---- values ---- */

void
range_add(ChartRange *range, double value)
{
	range->low = Min(range->low, value);
	range->high = Max(range->high, value);
}

static double
bounded(double value)
{
	return Max(-DBL_MAX, Min(DBL_MAX, value));
}

static double
half_width(const ChartRange *range)
{
	return range->high / 2 - range->low / 2;
}

static void
widen(ChartRange *range, double by)
{
	range->low = bounded(range->low - by);
	range->high = bounded(range->high + by);
}

void
range_settle(ChartRange *range, double margin, bool zero)
{
	double largest;
	bool zero_is_low;
	bool zero_is_high;

	if (range->low > range->high)
		*range = (ChartRange){0, 1};
	if (zero)
		range_add(range, 0);
	zero_is_low = zero && range->low == 0;
	zero_is_high = zero && range->high == 0;
	largest = Max(fabs(range->low), fabs(range->high));
	if (largest == 0)
		widen(range, 1);
	else if (half_width(range) <= Max(largest * CHART_NARROWEST, DBL_MIN))
		widen(range, Max(largest / 10, DBL_MIN * 1e10));
	else
		widen(range, bounded(2 * half_width(range) * margin));
	if (largest > 0 && zero_is_low)
		range->low = 0;
	if (largest > 0 && zero_is_high)
		range->high = 0;
}

double
range_fraction(const ChartRange *range, double value)
{
	return (value / 2 - range->low / 2) / half_width(range);
}

/* "1.5e+07" as 1.5e7. */
static void
shorten_exponent(char *label)
{
	char *exponent = strchr(label, 'e');
	char *digits;

	if (exponent == NULL)
		return;
	digits = ++exponent;
	if (*digits == '-')
		exponent++;
	if (*digits == '-' || *digits == '+')
		digits++;
	while (*digits == '0' && digits[1] != '\0')
		digits++;
	memmove(exponent, digits, strlen(digits) + 1);
}

void
number_label(double value, int digits, char *label, size_t size)
{
	snprintf(label, size, "%.*g", digits, value);
	shorten_exponent(label);
}

/* The least of 1, 2 and 5 times a power of ten that is not below x. */
static double
nice_step(double x, int *exponent)
{
	static const double factors[] = {1, 2, 5, 10};
	double power;
	int i = 0;

	*exponent = (int) floor(log10(x));
	power = pow(10, *exponent);
	while (i < 3 && factors[i] * power < x * (1 - 1e-9))
		i++;
	if (i == 3)
		++*exponent;
	return factors[i] * power;
}

int
range_ticks(const ChartRange *range, int about, ChartTick *ticks)
{
	int exponent;
	double step = nice_step(2 * (half_width(range) / Max(about, 2)), &exponent);
	double largest = Max(fabs(range->low), fabs(range->high));
	double first = ceil(range->low / step);
	double last = floor(range->high / step);
	bool powers = largest >= 1e7 || exponent < -6;
	int digits = powers ? Max(0, (int) floor(log10(largest)) - exponent) + 1 : Max(0, -exponent);
	int count = 0;

	for (int i = 0; i < CHART_MOST_TICKS && first + i <= last; i++)
	{
		ChartTick *tick = &ticks[count];
		double value = (first + i) * step + 0.0;

		if (!isfinite(value))
			continue;
		tick->fraction = range_fraction(range, value);
		tick->context[0] = '\0';
		if (powers)
			number_label(value, digits, tick->label, sizeof(tick->label));
		else
			snprintf(tick->label, sizeof(tick->label), "%.*f", digits, value);
		count++;
	}
	return count;
}

/* ---- times ---- */

typedef enum Unit
{
	UNIT_MICROSECONDS,
	UNIT_DAYS,
	UNIT_MONTHS,
	UNIT_YEARS
} Unit;

typedef struct Step
{
	Unit unit;
	int64 size;
} Step;

#define DAYS_OF_MONTH 30.436875
#define DAYS_OF_YEAR 365.2425

/* Longer than a fraction of a second and shorter than a year. */
static const Step calendar_steps[] = {
	{UNIT_MICROSECONDS, USECS_PER_SEC},
	{UNIT_MICROSECONDS, 5 * USECS_PER_SEC},
	{UNIT_MICROSECONDS, 15 * USECS_PER_SEC},
	{UNIT_MICROSECONDS, 30 * USECS_PER_SEC},
	{UNIT_MICROSECONDS, USECS_PER_MINUTE},
	{UNIT_MICROSECONDS, 5 * USECS_PER_MINUTE},
	{UNIT_MICROSECONDS, 15 * USECS_PER_MINUTE},
	{UNIT_MICROSECONDS, 30 * USECS_PER_MINUTE},
	{UNIT_MICROSECONDS, USECS_PER_HOUR},
	{UNIT_MICROSECONDS, 3 * USECS_PER_HOUR},
	{UNIT_MICROSECONDS, 6 * USECS_PER_HOUR},
	{UNIT_MICROSECONDS, 12 * USECS_PER_HOUR},
	{UNIT_DAYS, 1},
	{UNIT_DAYS, 2},
	{UNIT_DAYS, 7},
	{UNIT_DAYS, 14},
	{UNIT_MONTHS, 1},
	{UNIT_MONTHS, 3},
	{UNIT_MONTHS, 6},
};

static double
step_days(const Step *step)
{
	static const double days[] = {1.0 / USECS_PER_DAY, 1, DAYS_OF_MONTH, DAYS_OF_YEAR};

	return days[step->unit] * (double) step->size;
}

static int64
floor_divide(int64 a, int64 b)
{
	return a / b - (a % b < 0);
}

static int64
ceil_divide(int64 a, int64 b)
{
	return a / b + (a % b > 0);
}

ChartTimes
times_range(TimeType type, const int64 *times, int64 count)
{
	ChartTimes range = {type, times[0], times[0], type != TIME_BIGINT};

	for (int64 i = 0; i < count; i++)
	{
		range.first = Min(range.first, times[i]);
		range.last = Max(range.last, times[i]);
		if (type != TIME_DATE && times[i] % USECS_PER_DAY != 0)
			range.whole_days = false;
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return range;
}

double
times_fraction(const ChartTimes *times, int64 time)
{
	if (times->first == times->last)
		return 0.5;
	return (double) ((uint64) time - (uint64) times->first) /
		   (double) ((uint64) times->last - (uint64) times->first);
}

static Step
choose_step(const ChartTimes *times, double days)
{
	int exponent;

	if (!times->whole_days && days < 0.5 / SECS_PER_DAY)
		return (Step){UNIT_MICROSECONDS,
					  (int64) Max(1, nice_step(days * (double) USECS_PER_DAY, &exponent))};
	for (int i = 0; i < (int) lengthof(calendar_steps); i++)
		if (step_days(&calendar_steps[i]) >= days &&
			(!times->whole_days || calendar_steps[i].unit >= UNIT_DAYS))
			return calendar_steps[i];
	return (Step){UNIT_YEARS, (int64) Max(1, nice_step(days / DAYS_OF_YEAR, &exponent))};
}

/* A tick's day, from which its labels come. */
typedef struct Day
{
	int year;
	int month;
	int day;
} Day;

static Day
day_of(int64 days)
{
	Day day;

	j2date((int) (days + POSTGRES_EPOCH_JDATE), &day.year, &day.month, &day.day);
	return day;
}

static void
year_label(int year, char *label, size_t size)
{
	if (year > 0)
		snprintf(label, size, "%d", year);
	else
		snprintf(label, size, "%d BC", 1 - year);
}

static void
clock_label(int64 microseconds, const Step *step, char *label, size_t size)
{
	int seconds = (int) (microseconds / USECS_PER_SEC);
	int fraction = (int) (microseconds % USECS_PER_SEC);
	int used = snprintf(label, size, "%02d:%02d", seconds / 3600, seconds / 60 % 60);

	if (step->size % USECS_PER_MINUTE != 0)
		used += snprintf(label + used, size - used, ":%02d", seconds % 60);
	if (step->size % USECS_PER_SEC == 0)
		return;
	used += snprintf(label + used, size - used, ".%06d", fraction);
	for (int64 unit = 10; step->size % unit == 0; unit *= 10)
		label[--used] = '\0';
}

static void
label_tick(ChartTick *tick, const Step *step, int64 days, int64 microseconds)
{
	Day day = day_of(days);
	char year[16];

	year_label(day.year, year, sizeof(year));
	snprintf(tick->context, sizeof(tick->context), "%s", year);
	switch (step->unit)
	{
		case UNIT_YEARS:
			snprintf(tick->label, sizeof(tick->label), "%s", year);
			tick->context[0] = '\0';
			break;
		case UNIT_MONTHS:
			snprintf(tick->label, sizeof(tick->label), "%s", months[day.month - 1]);
			break;
		case UNIT_DAYS:
			snprintf(tick->label, sizeof(tick->label), "%d %s", day.day, months[day.month - 1]);
			break;
		case UNIT_MICROSECONDS:
			clock_label(microseconds, step, tick->label, sizeof(tick->label));
			snprintf(tick->context, sizeof(tick->context), "%d %s %s", day.day,
					 months[day.month - 1], year);
			break;
	}
}

/* A context is told once, until it changes; nearest gives the least distance of two of them. */
static void
thin_contexts(ChartTick *ticks, int count, double nearest)
{
	char current[sizeof(ticks->context)] = "";
	int shown = -1;

	for (int i = 0; i < count; i++)
	{
		if (strcmp(ticks[i].context, current) == 0)
		{
			ticks[i].context[0] = '\0';
			continue;
		}
		strlcpy(current, ticks[i].context, sizeof(current));
		if (shown >= 0 && ticks[i].fraction - ticks[shown].fraction < nearest)
			ticks[shown].context[0] = '\0';
		shown = i;
	}
}

/* The days of the axis that begin within it. */
static void
whole_days(const ChartTimes *times, int64 *first, int64 *last)
{
	*first = times->type == TIME_DATE ? times->first : ceil_divide(times->first, USECS_PER_DAY);
	*last = times->type == TIME_DATE ? times->last : floor_divide(times->last, USECS_PER_DAY);
}

static int
day_tick(const ChartTimes *times, const Step *step, int64 days, ChartTick *tick)
{
	int64 time = times->type == TIME_DATE ? days : days * USECS_PER_DAY;

	tick->fraction = times_fraction(times, time);
	label_tick(tick, step, days, 0);
	return 1;
}

static int
year_and_month_ticks(const ChartTimes *times, const Step *step, ChartTick *ticks)
{
	int64 size = step->unit == UNIT_YEARS ? 12 * step->size : step->size;
	int64 first;
	int64 last;
	int64 month;
	Day day;
	int count = 0;

	whole_days(times, &first, &last);
	if (first > last)
		return 0;
	day = day_of(first);
	month = (int64) day.year * 12 + day.month - 1 + (day.day > 1);
	for (month = ceil_divide(month, size) * size; count < CHART_MOST_TICKS; month += size)
	{
		int64 year = floor_divide(month, 12);
		int64 days;

		if (year > day_of(last).year)
			break;
		days = (int64) date2j((int) year, (int) (month - year * 12) + 1, 1) - POSTGRES_EPOCH_JDATE;
		if (days > last)
			break;
		count += day_tick(times, step, days, &ticks[count]);
	}
	return count;
}

/* Weeks begin on Mondays; day 0, the first of the year 2000, was a Saturday. */
static int
day_ticks(const ChartTimes *times, const Step *step, ChartTick *ticks)
{
	int64 monday = step->size % 7 == 0 ? 2 : 0;
	int64 first;
	int64 last;
	int count = 0;

	whole_days(times, &first, &last);
	for (int64 days = ceil_divide(first - monday, step->size) * step->size + monday;
		 days <= last && count < CHART_MOST_TICKS; days += step->size)
		count += day_tick(times, step, days, &ticks[count]);
	return count;
}

static int
clock_ticks(const ChartTimes *times, const Step *step, ChartTick *ticks)
{
	int count = 0;

	for (int64 time = ceil_divide(times->first, step->size) * step->size;
		 time <= times->last && count < CHART_MOST_TICKS; time += step->size)
	{
		int64 days = floor_divide(time, USECS_PER_DAY);

		ticks[count].fraction = times_fraction(times, time);
		label_tick(&ticks[count++], step, days, time - days * USECS_PER_DAY);
	}
	return count;
}

static int
integer_ticks(const ChartTimes *times, int about, ChartTick *ticks)
{
	double range = (double) ((uint64) times->last - (uint64) times->first);
	int exponent;
	__int128 step = range <= about ? 1 : (__int128) nice_step(range / about, &exponent);
	__int128 first = times->first;
	int count = 0;

	first = first / step * step + (first % step > 0 ? step : 0);
	for (__int128 i = first; i <= times->last && count < CHART_MOST_TICKS; i += step)
	{
		ticks[count].fraction = times_fraction(times, (int64) i);
		ticks[count].context[0] = '\0';
		snprintf(ticks[count++].label, sizeof(ticks->label), "%lld", (long long) i);
	}
	return count;
}

/* One time alone is told in full. */
static int
single_tick(const ChartTimes *times, ChartTick *tick)
{
	static const Step second = {UNIT_MICROSECONDS, USECS_PER_SEC};
	static const Step one_day = {UNIT_DAYS, 1};
	int64 days =
		times->type == TIME_DATE ? times->first : floor_divide(times->first, USECS_PER_DAY);
	int64 microseconds = times->type == TIME_DATE ? 0 : times->first - days * USECS_PER_DAY;

	label_tick(tick, microseconds == 0 ? &one_day : &second, days, microseconds);
	tick->fraction = 0.5;
	return 1;
}

int
times_ticks(const ChartTimes *times, int about, ChartTick *ticks)
{
	double days = (double) ((uint64) times->last - (uint64) times->first) / Max(about, 2);
	Step step;
	int count = 0;

	if (times->type == TIME_BIGINT)
		return integer_ticks(times, Max(about, 2), ticks);
	if (times->first == times->last)
		return single_tick(times, ticks);
	if (times->type != TIME_DATE)
		days /= (double) USECS_PER_DAY;
	step = choose_step(times, days);
	switch (step.unit)
	{
		case UNIT_MICROSECONDS:
			count = clock_ticks(times, &step, ticks);
			break;
		case UNIT_DAYS:
			count = day_ticks(times, &step, ticks);
			break;
		case UNIT_MONTHS:
		case UNIT_YEARS:
			count = year_and_month_ticks(times, &step, ticks);
			break;
	}
	thin_contexts(ticks, count, 1.0 / Max(about, 2));
	return count;
}
