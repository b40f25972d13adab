/*
 * random.h
 *		Random numbers with an explicit state: xoshiro256++ (Blackman and Vigna 2021), seeded by
 *		splitmix64 (Steele, Lea and Flood 2014).  The same seed gives the same numbers.
 */
#ifndef CREDITSPREAD_NUMERIC_RANDOM_H
#define CREDITSPREAD_NUMERIC_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Of splitmix64: 2^64 over the golden ratio, and the first multiplier of its mixer. */
#define CS_SPLITMIX_STEP 0x9e3779b97f4a7c15u
#define CS_SPLITMIX_FACTOR 0xbf58476d1ce4e5b9u

typedef struct cs_random
{
	uint64_t state[4];
} cs_random;

extern void cs_random_seed(cs_random *random, uint64_t seed);

/* 64 random bits. */
extern uint64_t cs_random_bits(cs_random *random);

/* Uniform on [0, 1), a multiple of 2^-53. */
extern double cs_random_uniform(cs_random *random);

/* Uniform on [low, high), low < high; high - low must be finite. */
extern float cs_random_uniform_float(cs_random *random, float low, float high);

/* Standard normal (polar method of Marsaglia). */
extern double cs_random_normal(cs_random *random);

/* Uniform on 0 to bound - 1, without bias; bound > 0. */
extern uint64_t cs_random_below(cs_random *random, uint64_t bound);

/*
 * Fisher-Yates shuffle of index[0..n-1].  The `_part` form settles the places from `from` to
 * `from` + count - 1 only; parts called one after the other make up the whole shuffle.
 */
extern void cs_random_shuffle(cs_random *random, int32_t *index, size_t n);
extern void cs_random_shuffle_part(cs_random *random, int32_t *index, size_t n, size_t from,
								   size_t count);

#endif
