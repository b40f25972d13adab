/*
 * rows_at_once.h
 *		How loops over the rows of large matrix products are cut, so that they poll between the
 *		slices.
 */
#ifndef CREDITSPREAD_NUMERIC_ROWS_AT_ONCE_H
#define CREDITSPREAD_NUMERIC_ROWS_AT_ONCE_H

#include <stddef.h>

/* Multiply-adds of a slice, at most, unless a single row has more: some milliseconds. */
#define CS_SLICE_WORK 4e7

/*
 * Multiply-adds that take as long as a float brought into fresh memory or gone through once more,
 * and a value brought into a buffer of windows.
 */
#define CS_TOUCH_COST 30.0
#define CS_GATHER_COST 60.0

/* How many of `left` rows make up the next slice at `cost` each: 1 or more. */
static inline size_t
cs_rows_at_once(size_t left, double cost)
{
	double most = CS_SLICE_WORK / cost;

	if (most >= (double) left)
		return left;
	return most > 1 ? (size_t) most : 1;
}

#endif
