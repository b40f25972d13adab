/*
 * extrema.c
 *		Series without ties and zeros by blocks, without branches; another pass for the rest.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/signal/extrema.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"

#define BLOCK 64 /* values looked at together */

/* Multiply-adds of a value: by blocks, and one by one. */
#define BLOCK_WORK 2
#define VALUE_WORK 6

/* What is seen at values[1..BLOCK], whose neighbours on both sides are there. */
typedef struct block
{
	_Alignas(BLOCK) uint8_t turns[BLOCK]; /* 1 where a rise meets a fall */
	unsigned crossings;					  /* changes of sign from the value before */
	bool tied;							  /* a value near zero, or near the next */
} block;

CS_INLINE void
look_at(block *block, const double *values, double tolerance)
{
	uint64_t crossings = 0;
	uint64_t ties = 0;

	for (size_t i = 1; i <= BLOCK; i++)
	{
		uint64_t before = values[i] > values[i - 1];
		uint64_t after = values[i + 1] > values[i];

		block->turns[i - 1] = (uint8_t) (before ^ after);
		crossings += (uint64_t) (values[i] < 0.0) ^ (uint64_t) (values[i - 1] < 0.0);
		ties |= (uint64_t) (fabs(values[i + 1] - values[i]) <= tolerance) |
				(uint64_t) (fabs(values[i]) <= tolerance);
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

/* False, with nothing settled, when neighbours are tied or a value has no sign. */
CS_TARGET_CLONES
static bool
find_distinct(cs_extrema *extrema, const double *values, size_t n)
{
	double tolerance = extrema->tolerance;
	size_t count = 0;
	size_t crossings = 0;
	size_t i = 1;
	block block;

	for (; i + BLOCK < n; i += BLOCK)
	{
		look_at(&block, values + i - 1, tolerance);
		if (block.tied)
			return false;
		count = append_turns(extrema->twice, count, &block, i);
		crossings += block.crossings;
		cs_work(BLOCK * BLOCK_WORK);
	}
	for (; i + 1 < n; i++)
	{
		if (fabs(values[i + 1] - values[i]) <= tolerance || fabs(values[i]) <= tolerance)
			return false;
		extrema->twice[count] = (uint32_t) (2 * i);
		count += (values[i + 1] > values[i]) != (values[i] > values[i - 1]);
		crossings += (values[i] < 0.0) != (values[i - 1] < 0.0);
	}
	extrema->count = count;
	extrema->first_is_maximum = values[1] > values[0];
	extrema->zero_crossings = crossings + ((values[n - 1] < 0.0) != (values[n - 2] < 0.0));
	return fabs(values[0]) > tolerance && fabs(values[1] - values[0]) > tolerance &&
		   fabs(values[n - 1]) > tolerance;
}

static size_t
count_crossings(const double *values, size_t n, double tolerance)
{
	size_t crossings = 0;
	int sign = 0; /* of the last value that has one */

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, VALUE_WORK); i < end; i++)
		{
			int here = (values[i] > tolerance) - (values[i] < -tolerance);

			if (here != 0)
			{
				crossings += here * sign < 0;
				sign = here;
			}
		}
	return crossings;
}

/* Twice the middle of the values around values[at] that are within the tolerance of it. */
static uint32_t
middle_of_plateau(const double *values, size_t n, size_t at, double tolerance)
{
	size_t first = at;
	size_t last = at;

	while (first > 0 && fabs(values[first - 1] - values[at]) <= tolerance)
		first--;
	while (last + 1 < n && fabs(values[last + 1] - values[at]) <= tolerance)
		last++;
	return (uint32_t) (first + last);
}

/* The highest and the lowest value since the last extremum decide, not the neighbours. */
static void
find_with_ties(cs_extrema *extrema, const double *values, size_t n)
{
	double tolerance = extrema->tolerance;
	size_t highest = 0;
	size_t lowest = 0;
	int direction = 0; /* 1 up, -1 down, 0 none yet */

	extrema->count = 0;
	extrema->zero_crossings = count_crossings(values, n, tolerance);
	for (size_t i = 1; i < n; i++, cs_work(VALUE_WORK))
	{
		if (values[i] > values[highest])
			highest = i;
		if (values[i] < values[lowest])
			lowest = i;
		if (direction <= 0 && values[i] - values[lowest] > tolerance)
		{
			if (direction < 0)
				extrema->twice[extrema->count++] = middle_of_plateau(values, n, lowest, tolerance);
			direction = 1;
			highest = i;
		}
		else if (direction >= 0 && values[highest] - values[i] > tolerance)
		{
			if (direction > 0)
				extrema->twice[extrema->count++] = middle_of_plateau(values, n, highest, tolerance);
			direction = -1;
			lowest = i;
		}
	}
	/* the last of them is opposite to the way that the values left it */
	extrema->first_is_maximum = (extrema->count % 2 == 1) == (direction < 0);
}

void
cs_extrema_find(cs_extrema *extrema, const double *values, size_t n)
{
	if (n < 3 || !find_distinct(extrema, values, n))
		find_with_ties(extrema, values, n);
}
