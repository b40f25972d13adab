/*
 * absolute_median.c
 *		Selection by partition about a pivot, without branches and from one array to another.
 */
#include "numeric/signal/absolute_median.h"

#include <math.h>

#include "numeric/base/poll.h"

/* As few are sorted. */
#define FEW 24

/* Multiply-adds of a value in a pass. */
#define PASS_WORK 4

static void
sort_few(double *values, size_t count)
{
	for (size_t i = 1; i < count; i++)
	{
		double value = values[i];
		size_t place = i;

		for (; place > 0 && values[place - 1] > value; place--)
			values[place] = values[place - 1];
		values[place] = value;
	}
}

static double
middle_of(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

static double
choose_pivot(const double *values, size_t count)
{
	size_t last = count - 1;

	return middle_of(middle_of(values[0], values[last / 8], values[last / 4]),
					 middle_of(values[last / 8 * 3], values[last / 2], values[last / 8 * 5]),
					 middle_of(values[last / 4 * 3], values[last / 8 * 7], values[last]));
}

/* What a partition about a pivot leaves: those below it first, those above it last. */
typedef struct sides
{
	size_t less, greater;
	double highest_less, lowest_greater;
} sides;

/* Adds from[0 .. block - 1] of `count` values. */
static void
partition_block(const double *from, size_t block, size_t count, double pivot, double *to,
				sides *sides)
{
	double highest_less = sides->highest_less;
	double lowest_greater = sides->lowest_greater;
	size_t less = sides->less;
	size_t last = count - 1 - sides->greater;

	for (size_t i = 0; i < block; i++)
	{
		double value = from[i];

		to[less] = value;
		to[last] = value;
		less += value < pivot;
		last -= value > pivot;
		highest_less = value < pivot && value > highest_less ? value : highest_less;
		lowest_greater = value > pivot && value < lowest_greater ? value : lowest_greater;
	}
	sides->less = less;
	sides->greater = count - 1 - last;
	sides->highest_less = highest_less;
	sides->lowest_greater = lowest_greater;
}

static sides
partition(const double *from, size_t count, double pivot, double *to)
{
	sides sides = {.lowest_greater = INFINITY};

	for (size_t i = 0, end; i < count; i = end)
	{
		end = cs_block_end(i, count, PASS_WORK);
		partition_block(from + i, end - i, count, pivot, to, &sides);
	}
	return sides;
}

double
cs_absolute_median(const double *values, size_t count, double *const scratch[2])
{
	double *from = scratch[0];
	double *to = scratch[1];
	size_t lower = (count - 1) / 2;
	size_t upper = count / 2;

	for (size_t i = 0; i < count;)
		for (size_t end = cs_block_end(i, count, PASS_WORK); i < end; i++)
			from[i] = fabs(values[i]);
	/* goes on with the side that holds both ranks */
	while (count > FEW)
	{
		double pivot = choose_pivot(from, count);
		sides sides = partition(from, count, pivot, to);
		size_t not_greater = count - sides.greater;
		double *side = to;

		if (upper < sides.less)
			count = sides.less;
		else if (lower >= not_greater)
		{
			side += not_greater;
			lower -= not_greater;
			upper -= not_greater;
			count = sides.greater;
		}
		else
			return 0.5 * (lower < sides.less ? sides.highest_less : pivot) +
				   0.5 * (upper < not_greater ? pivot : sides.lowest_greater);
		to = from;
		from = side;
	}
	sort_few(from, count);
	return 0.5 * from[lower] + 0.5 * from[upper];
}
