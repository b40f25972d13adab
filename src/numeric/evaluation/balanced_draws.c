/*
 * balanced_draws.c
 *		See balanced_draws.h.
 */
#include "numeric/evaluation/balanced_draws.h"

#include "numeric/base/poll.h"
#include "numeric/base/random.h"

/* What a draw costs in multiply-adds, and how many are shuffled between two polls. */
#define DRAW_COST 20
#define DRAWS_AT_ONCE ((size_t) 1 << 16)

static void
shuffle(cs_random *random, int32_t *index, size_t n)
{
	for (size_t from = 0; from < n; from += DRAWS_AT_ONCE)
	{
		size_t count = n - from < DRAWS_AT_ONCE ? n - from : DRAWS_AT_ONCE;

		cs_random_shuffle_part(random, index, n, from, count);
		cs_work(DRAW_COST * count);
	}
}

void
cs_balanced_draws(int32_t *draw, size_t draws, size_t count, uint64_t seed, int32_t *work)
{
	cs_random random;

	if (count == 0)
		return;
	cs_random_seed(&random, seed);
	for (size_t i = 0; i < count; i++)
		work[i] = (int32_t) i;
	/* chance decides which of them come once more */
	shuffle(&random, work, count);
	for (size_t i = 0; i < draws; i++)
		draw[i] = work[i % count];
	shuffle(&random, draw, draws);
}
