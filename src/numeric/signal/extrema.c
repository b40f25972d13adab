/*
 * extrema.c
 *		Series without ties and zeros by blocks, without branches; another pass for the rest.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/extrema.h"

#include <string.h>

#include "numeric/base/vector_math_inline.h"

#define BLOCK 64 /* values looked at together */

/* What is seen at values[1..BLOCK], whose neighbours on both sides are there. */
typedef struct block
{
	_Alignas(BLOCK) uint8_t turns[BLOCK]; /* 1 where a rise meets a fall */
	unsigned crossings;					  /* changes of sign from the value before */
	bool tied;							  /* a zero, or a value equal to the next */
} block;

CS_INLINE void
look_at(block *block, const double *values)
{
	uint64_t crossings = 0;
	uint64_t ties = 0;

	for (size_t i = 1; i <= BLOCK; i++)
	{
		uint64_t before = values[i] > values[i - 1];
		uint64_t after = values[i + 1] > values[i];

		block->turns[i - 1] = (uint8_t) (before ^ after);
		crossings += (uint64_t) (values[i] < 0.0) ^ (uint64_t) (values[i - 1] < 0.0);
		ties |= (uint64_t) (values[i + 1] == values[i]) | (uint64_t) (values[i] == 0.0);
	}
	block->crossings = (unsigned) crossings;
	block->tied = ties != 0;
}

/* Appends the turns of a block whose first value has the index `first`. */
static size_t
append_turns(uint32_t *twice, size_t count, const block *block, size_t first)
{
	for (size_t i = 0; i < BLOCK; i += 8)
	{
		uint64_t word;

		memcpy(&word, block->turns + i, sizeof(word));
		if (word == 0)
			continue;
		for (size_t k = i; k < i + 8; k++)
		{
			twice[count] = (uint32_t) (2 * (first + k));
			count += block->turns[k];
		}
	}
	return count;
}

/* False, with nothing settled, when neighbours are equal or a value is zero. */
CS_TARGET_CLONES
static bool
find_distinct(cs_extrema *extrema, const double *values, size_t n)
{
	size_t count = 0;
	size_t crossings = 0;
	size_t i = 1;
	block block;

	for (; i + BLOCK < n; i += BLOCK)
	{
		look_at(&block, values + i - 1);
		if (block.tied)
			return false;
		count = append_turns(extrema->twice, count, &block, i);
		crossings += block.crossings;
	}
	for (; i + 1 < n; i++)
	{
		if (values[i + 1] == values[i] || values[i] == 0.0)
			return false;
		extrema->twice[count] = (uint32_t) (2 * i);
		count += (values[i + 1] > values[i]) != (values[i] > values[i - 1]);
		crossings += (values[i] < 0.0) != (values[i - 1] < 0.0);
	}
	extrema->count = count;
	extrema->first_is_maximum = values[1] > values[0];
	extrema->zero_crossings = crossings + ((values[n - 1] < 0.0) != (values[n - 2] < 0.0));
	return values[0] != 0.0 && values[1] != values[0] && values[n - 1] != 0.0;
}

static void
find_with_ties(cs_extrema *extrema, const double *values, size_t n)
{
	size_t start = 0;  /* of the run of equal values that ends at i */
	int direction = 0; /* of the last change: 1 up, -1 down, 0 none yet */
	int sign = 0;	   /* of the last value that is not zero */

	extrema->count = 0;
	extrema->zero_crossings = 0;
	for (size_t i = 0; i < n; i++)
	{
		int here = (values[i] > 0.0) - (values[i] < 0.0);

		if (here != 0)
		{
			extrema->zero_crossings += here * sign < 0;
			sign = here;
		}
		if (i > 0 && values[i] != values[i - 1])
		{
			int next = values[i] > values[i - 1] ? 1 : -1;

			if (next * direction < 0)
			{
				if (extrema->count == 0)
					extrema->first_is_maximum = next < 0;
				extrema->twice[extrema->count++] = (uint32_t) (start + i - 1);
			}
			direction = next;
			start = i;
		}
	}
}

void
cs_extrema_find(cs_extrema *extrema, const double *values, size_t n)
{
	if (n < 3 || !find_distinct(extrema, values, n))
		find_with_ties(extrema, values, n);
}
