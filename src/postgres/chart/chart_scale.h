/*
 * chart_scale.h
 *		The scales of charts: ranges of values and of times, where they lie, and their ticks.
 */
#ifndef CREDITSPREAD_POSTGRES_CHART_SCALE_H
#define CREDITSPREAD_POSTGRES_CHART_SCALE_H

#include "postgres/base/arguments.h"

#define CHART_MOST_TICKS 48

/* The narrowest axis, a share of its largest value: neighbouring labels differ within 12 digits. */
#define CHART_NARROWEST 1e-11

/* A place on an axis: its fraction of the way along, its label, and what the label leaves out. */
typedef struct ChartTick
{
	double fraction;
	char label[64];
	char context[64]; /* the year, or the day; empty where it is that of the tick before */
} ChartTick;

/* A range of values; empty until one is added. */
typedef struct ChartRange
{
	double low;
	double high;
} ChartRange;

#define CHART_RANGE_EMPTY                                                                          \
	{                                                                                              \
		INFINITY, -INFINITY                                                                        \
	}

extern void range_add(ChartRange *range, double value);

/*
 * Makes an axis of the values: no range becomes 0 to 1, one value is put in the middle, the margin
 * (a fraction of the range) is added at both ends but not beyond a bound at 0 that `zero` asks for.
 */
extern void range_settle(ChartRange *range, double margin, bool zero);

/* Where a value lies, 0 at the low end and 1 at the high one. */
extern double range_fraction(const ChartRange *range, double value);

/* Ticks at 1, 2 or 5 times a power of ten, about so many (at least 2); returns their number. */
extern int range_ticks(const ChartRange *range, int about, ChartTick *ticks);

/* A number as labels have it, with so many significant digits; `size` 40 is always enough. */
extern void number_label(double value, int digits, char *label, size_t size);

/* Times from the first to the last. */
typedef struct ChartTimes
{
	TimeType type;
	int64 first;
	int64 last;
	bool whole_days; /* ticks are days or longer, as for dates and timestamps at midnight */
} ChartTimes;

/* The range of times in any order, at least one. */
extern ChartTimes times_range(TimeType type, const int64 *times, int64 count);

extern double times_fraction(const ChartTimes *times, int64 time);

/*
 * Ticks at the starts of years, months, days or parts of a day (timestamptz in UTC), or at round
 * integers; about so many (at least 2); returns their number.
 */
extern int times_ticks(const ChartTimes *times, int about, ChartTick *ticks);

#endif
