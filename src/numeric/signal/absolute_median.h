/*
 * absolute_median.h
 *		The median of absolute values, by selection (Hoare 1961) in short steps; the mean of the two
 *		in the middle where their number is even.
 */
#ifndef CREDITSPREAD_NUMERIC_ABSOLUTE_MEDIAN_H
#define CREDITSPREAD_NUMERIC_ABSOLUTE_MEDIAN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cs_absolute_median
{
	const double *values;
	double *from, *to; /* those among which the middle is, and where the next of them go */
	size_t count;
	size_t position;
	size_t less, greater; /* how many of `to` are filled from its beginning and from its end */
	size_t lower, upper;  /* ranks of the two in the middle */
	double pivot, highest_less, lowest_greater;
	bool copied, finished;
	double median;
} cs_absolute_median;

/* `scratch` are two arrays of `count` elements, at least 1; all stay the caller's. */
extern void cs_absolute_median_initialize(cs_absolute_median *search, const double *values,
										  size_t count, double *const scratch[2]);

/* Takes microseconds; search->finished says when search->median is there. */
extern void cs_absolute_median_step(cs_absolute_median *search);

#endif
