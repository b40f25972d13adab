/*
 * stopwatch.h
 *		What all benchmarks of the numeric library measure with.
 */
#ifndef CREDITSPREAD_BENCH_STOPWATCH_H
#define CREDITSPREAD_BENCH_STOPWATCH_H

#include <stdlib.h>
#include <time.h>

/* Seconds that a processor has worked for this program: whatever else runs beside it. */
static inline double
now(void)
{
	return (double) clock() / CLOCKS_PER_SEC;
}

static inline int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

/* The median of an odd number of values, which are sorted. */
static inline double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(double), compare_doubles);
	return values[count / 2];
}

#endif
