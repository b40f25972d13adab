/*
 * sort.h
 *		Sorting in place (heapsort, Williams 1964): n log n at worst, no memory, no recursion.
 */
#ifndef CREDITSPREAD_NUMERIC_SORT_H
#define CREDITSPREAD_NUMERIC_SORT_H

#include <stddef.h>
#include <stdint.h>

/* values[n] ascending. */
extern void cs_sort_numbers(uint32_t *values, size_t n);

/* index[n] = 0 .. n-1 in ascending order of keys[n]; equal keys keep their order.  No NaN. */
extern void cs_sort_index(size_t *index, const double *keys, size_t n);

/*
 * The value that would stand at place `rank` (from 0) if values[n] were sorted; reorders them
 * (Hoare's selection with random pivots): linear expected time.
 */
extern double cs_select_rank(double *values, size_t n, size_t rank);

#endif
