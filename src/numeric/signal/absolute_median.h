/*
 * absolute_median.h
 *		The median of absolute values, by selection (Hoare 1961); the mean of the two in the middle
 *		where their number is even.
 */
#ifndef CREDITSPREAD_NUMERIC_ABSOLUTE_MEDIAN_H
#define CREDITSPREAD_NUMERIC_ABSOLUTE_MEDIAN_H

#include <stddef.h>

/* Of values[count], count >= 1; `scratch` are two arrays of `count` elements. */
extern double cs_absolute_median(const double *values, size_t count, double *const scratch[2]);

#endif
