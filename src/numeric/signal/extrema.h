/*
 * extrema.h
 *		Local extrema and zero crossings of a series, counted as empirical mode decomposition does.
 */
#ifndef CREDITSPREAD_NUMERIC_EXTREMA_H
#define CREDITSPREAD_NUMERIC_EXTREMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest series whose doubled positions fit. */
#define CS_EXTREMA_MOST_VALUES ((size_t) 1 << 31)

typedef struct cs_extrema
{
	uint32_t *twice; /* [count] positions times 2; maxima and minima alternate */
	size_t count;
	bool first_is_maximum;
	size_t zero_crossings;
} cs_extrema;

/*
 * Finds those of values[0..n-1] into extrema->twice, which has room for n, n at most
 * CS_EXTREMA_MOST_VALUES.  A plateau is one extremum, at its middle; neither end is one.  Zeros
 * between values of opposite signs are one crossing, between values of the same sign none.
 */
extern void cs_extrema_find(cs_extrema *extrema, const double *values, size_t n);

#endif
