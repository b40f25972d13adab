/*
 * expanding_zscore.h
 *		Values less their mean, in standard deviations (divisor n): of all values, or at each time
 *		of those of that time and before, so that no value rests on later ones.
 */
#ifndef CREDITSPREAD_NUMERIC_EXPANDING_ZSCORE_H
#define CREDITSPREAD_NUMERIC_EXPANDING_ZSCORE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * zscore[n] of value[n], in order of time; stop[i] is the place after the last value of value i's
 * time.  Where the values do not vary it is 0.  scratch[n].
 */
extern void cs_expanding_zscore(double *zscore, const double *value, const size_t *stop, size_t n,
								bool whole, double *scratch);

#endif
