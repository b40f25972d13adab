/*
 * permutation_test.h
 *		A test of equal forecast accuracy by permutation: under equal accuracy the two forecasts of
 *		a time may change places, which turns the sign of their loss difference d_t (Fisher 1935).
 *
 * The statistic is the mean of d_t.  Forecasts h > 1 times ahead have losses that depend on their
 * neighbours: signs turn in blocks of times that follow each other.  With B blocks, all 2^B
 * permutations are gone through where those are not more than were asked for, else so many are
 * drawn, and p = (1 + those at least as extreme) / (1 + drawn) (Phipson and Smyth 2010).
 */
#ifndef CREDITSPREAD_NUMERIC_PERMUTATION_TEST_H
#define CREDITSPREAD_NUMERIC_PERMUTATION_TEST_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/evaluation/dm_test.h"

typedef struct cs_permutation_result
{
	double mean_difference;
	double p_value;	  /* of the alternative asked for */
	double two_sided; /* p-value */
	size_t blocks;
	size_t permutations; /* gone through */
} cs_permutation_result;

/*
 * difference[n] in order of time; block[ceil(n / block_length)] is the caller's memory.  CS_TOO_FEW
 * below 2 observations, CS_OUT_OF_RANGE for no block length or no permutations, CS_NOT_FINITE when
 * the sum overflows.
 */
extern cs_status cs_permutation_test(const double *difference, size_t n, size_t block_length,
									 size_t permutations, uint64_t seed,
									 cs_dm_alternative alternative, double *block,
									 cs_permutation_result *result);

#endif
