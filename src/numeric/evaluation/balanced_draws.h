/*
 * balanced_draws.h
 *		Draws with replacement of a balanced bootstrap (Davison, Hinkley and Schechtman 1986): each
 *		of the `count` things is drawn as often as each other, or once more, in random order.
 */
#ifndef CREDITSPREAD_NUMERIC_BALANCED_DRAWS_H
#define CREDITSPREAD_NUMERIC_BALANCED_DRAWS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Fills draw[draws] with numbers from 0 to count - 1; count > 0, work[count].  The same seed gives
 * the same draws.  Polls.
 */
extern void cs_balanced_draws(int32_t *draw, size_t draws, size_t count, uint64_t seed,
							  int32_t *work);

#endif
