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
	double tolerance; /* set by the caller, at least 0: smaller differences are rounding */
} cs_extrema;

/*
 * Finds those of values[0..n-1] into extrema->twice, which has room for n, n at most
 * CS_EXTREMA_MOST_VALUES.  An extremum is what the values leave by more than the tolerance on both
 * sides; all that lie within the tolerance of it are its plateau, which is one extremum, at its
 * middle.  Neither end is one.  Values within the tolerance of zero have no sign: between values of
 * opposite signs they are one crossing, between values of the same sign none.
 */
extern void cs_extrema_find(cs_extrema *extrema, const double *values, size_t n);

#endif
