/*
 * permutation_test.c
 *		Signs of blocks of loss differences, all ways or drawn.
 */
#include "numeric/evaluation/permutation_test.h"

#include <math.h>
#include <stdbool.h>

#include "numeric/base/poll.h"
#include "numeric/base/random.h"

/* Sums nearer to each other than this part of the sum of sizes count as equal: rounding. */
#define ROUNDING 1e-12

/* More blocks than this have more permutations than any caller asks for. */
#define MOST_EXACT_BLOCKS 40

/* How many permutations are at least as extreme as what was seen, on each side. */
typedef struct extremes
{
	size_t below;
	size_t above;
	size_t beyond; /* in size */
} extremes;

static void
count_extreme(extremes *count, double sum, double seen, double slack)
{
	count->below += sum <= seen + slack;
	count->above += sum >= seen - slack;
	count->beyond += fabs(sum) >= fabs(seen) - slack;
}

static double
signed_sum(const double *block, size_t blocks, uint64_t signs)
{
	double sum = 0;

	for (size_t i = 0; i < blocks; i++)
		sum += (signs >> i & 1) != 0 ? -block[i] : block[i];
	return sum;
}

static double
drawn_sum(const double *block, size_t blocks, cs_random *random)
{
	double sum = 0;

	for (size_t from = 0; from < blocks; from += 64)
		sum += signed_sum(block + from, blocks - from < 64 ? blocks - from : 64,
						  cs_random_bits(random));
	return sum;
}

static double
p_value(const extremes *count, cs_dm_alternative alternative, size_t all, bool exact)
{
	size_t extreme = alternative == CS_DM_LESS		? count->below
					 : alternative == CS_DM_GREATER ? count->above
													: count->beyond;

	return exact ? (double) extreme / (double) all : (1 + (double) extreme) / (1 + (double) all);
}

cs_status
cs_permutation_test(const double *difference, size_t n, size_t block_length, size_t permutations,
					uint64_t seed, cs_dm_alternative alternative, double *block,
					cs_permutation_result *result)
{
	size_t blocks = block_length == 0 ? 0 : (n - 1) / block_length + 1;
	bool exact = blocks <= MOST_EXACT_BLOCKS && (uint64_t) 1 << blocks <= permutations;
	size_t all = exact ? (size_t) 1 << blocks : permutations;
	extremes count = {0};
	double seen = 0;
	double size = 0;
	cs_random random;

	if (n < 2)
		return CS_TOO_FEW;
	if (block_length == 0 || permutations == 0)
		return CS_OUT_OF_RANGE;
	for (size_t b = 0; b < blocks; b++)
		block[b] = 0;
	for (size_t i = 0; i < n; i++)
	{
		block[i / block_length] += difference[i];
		seen += difference[i];
		size += fabs(difference[i]);
	}
	if (!isfinite(size))
		return CS_NOT_FINITE;
	cs_random_seed(&random, seed);
	for (size_t p = 0; p < all; p++)
	{
		count_extreme(&count,
					  exact ? signed_sum(block, blocks, p) : drawn_sum(block, blocks, &random),
					  seen, ROUNDING * size);
		cs_work_of(blocks + 8, (double) p, (double) all);
	}
	*result = (cs_permutation_result){.mean_difference = seen / (double) n,
									  .p_value = p_value(&count, alternative, all, exact),
									  .two_sided = p_value(&count, CS_DM_TWO_SIDED, all, exact),
									  .blocks = blocks,
									  .permutations = all};
	return CS_OK;
}
