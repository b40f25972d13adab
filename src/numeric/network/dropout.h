/*
 * dropout.h
 *		Dropout (Srivastava et al. 2014): in training a value is 0 with probability `rate`, else
 *		multiplied by 1 / (1 - rate).  Which are kept is a hash of key and place, so that the
 *		backward pass can ask again, in any order, and nothing is stored.  The hash is the 32-bit
 *		multiply and shift mixer "lowbias32" (Wellons 2018), with half of the key in each round.
 */
#ifndef CREDITSPREAD_NUMERIC_DROPOUT_H
#define CREDITSPREAD_NUMERIC_DROPOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/random.h"
#include "numeric/base/vector_math_inline.h"

typedef struct cs_dropout
{
	uint32_t key[2];
	uint32_t threshold; /* of the hash; below it a value is dropped; 0: no dropout */
	float scale;		/* of what is kept */
} cs_dropout;

/* rate in [0, 1); each `site` of a pass drops by itself. */
CS_INLINE cs_dropout
cs_dropout_of(double rate, uint64_t key, uint64_t site)
{
	uint64_t mixed = (key + site * CS_SPLITMIX_STEP) * CS_SPLITMIX_FACTOR;

	mixed ^= mixed >> 29;
	return (cs_dropout){.key = {(uint32_t) mixed, (uint32_t) (mixed >> 32)},
						.threshold = (uint32_t) (rate * 4294967296.0),
						.scale = (float) (1.0 / (1.0 - rate))};
}

/* The same dropout, places counted from `place` on. */
CS_INLINE cs_dropout
cs_dropout_from(cs_dropout dropout, size_t place)
{
	dropout.key[0] += (uint32_t) place;
	return dropout;
}

/* Whether the value at `place` is kept. */
CS_INLINE bool
cs_dropout_keeps(cs_dropout dropout, uint32_t place)
{
	uint32_t hash = place + dropout.key[0];

	hash = (hash ^ (hash >> 16)) * 0x7feb352du;
	hash = (hash ^ (hash >> 15) ^ dropout.key[1]) * 0x846ca68bu;
	hash ^= hash >> 16;
	return hash >= dropout.threshold;
}

/* What the value at `place` is multiplied by. */
CS_INLINE float
cs_dropout_factor(cs_dropout dropout, uint32_t place)
{
	return cs_dropout_keeps(dropout, place) ? dropout.scale : 0.0f;
}

#endif
