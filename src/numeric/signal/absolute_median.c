/*
 * absolute_median.c
 *		Selection by partition about a pivot, without branches and from one array to another.
 */
#include "numeric/signal/absolute_median.h"

#include <math.h>

/* Elements looked at in a step. */
#define STEP 8192

/* As few are sorted. */
#define FEW 24

void
cs_absolute_median_initialize(cs_absolute_median *search, const double *values, size_t count,
							  double *const scratch[2])
{
	*search = (cs_absolute_median){.values = values,
								   .from = scratch[0],
								   .to = scratch[1],
								   .count = count,
								   .lower = (count - 1) / 2,
								   .upper = count / 2};
}

static void
finish(cs_absolute_median *search, double lower, double upper)
{
	search->median = 0.5 * lower + 0.5 * upper;
	search->finished = true;
}

static void
sort_few(cs_absolute_median *search)
{
	double *values = search->from;

	for (size_t i = 1; i < search->count; i++)
	{
		double value = values[i];
		size_t place = i;

		for (; place > 0 && values[place - 1] > value; place--)
			values[place] = values[place - 1];
		values[place] = value;
	}
	finish(search, values[search->lower], values[search->upper]);
}

static double
middle_of(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

static void
begin_round(cs_absolute_median *search)
{
	const double *values = search->from;
	size_t last = search->count - 1;

	search->less = search->greater = 0;
	search->highest_less = 0;
	search->lowest_greater = INFINITY;
	search->pivot =
		middle_of(middle_of(values[0], values[last / 8], values[last / 4]),
				  middle_of(values[last / 8 * 3], values[last / 2], values[last / 8 * 5]),
				  middle_of(values[last / 4 * 3], values[last / 8 * 7], values[last]));
}

/* Goes on with the side that holds both ranks, or has found them. */
static void
end_round(cs_absolute_median *search)
{
	size_t not_greater = search->count - search->greater;
	double *side = search->to;

	search->position = 0;
	if (search->upper < search->less)
		search->count = search->less;
	else if (search->lower >= not_greater)
	{
		side += not_greater;
		search->lower -= not_greater;
		search->upper -= not_greater;
		search->count = search->greater;
	}
	else
	{
		finish(search, search->lower < search->less ? search->highest_less : search->pivot,
			   search->upper < not_greater ? search->pivot : search->lowest_greater);
		return;
	}
	search->to = search->from;
	search->from = side;
}

static void
partition(cs_absolute_median *search, size_t end)
{
	const double *from = search->from;
	double *to = search->to;
	double pivot = search->pivot;
	double highest_less = search->highest_less;
	double lowest_greater = search->lowest_greater;
	size_t less = search->less;
	size_t last = search->count - 1 - search->greater;

	for (size_t i = search->position; i < end; i++)
	{
		double value = from[i];

		to[less] = value;
		to[last] = value;
		less += value < pivot;
		last -= value > pivot;
		highest_less = value < pivot && value > highest_less ? value : highest_less;
		lowest_greater = value > pivot && value < lowest_greater ? value : lowest_greater;
	}
	search->less = less;
	search->greater = search->count - 1 - last;
	search->highest_less = highest_less;
	search->lowest_greater = lowest_greater;
}

void
cs_absolute_median_step(cs_absolute_median *search)
{
	size_t left = search->count - search->position;
	size_t end = search->position + (left < STEP ? left : STEP);

	if (!search->copied)
	{
		for (size_t i = search->position; i < end; i++)
			search->from[i] = fabs(search->values[i]);
		search->copied = end == search->count;
		search->position = search->copied ? 0 : end;
		return;
	}
	if (search->count <= FEW)
	{
		sort_few(search);
		return;
	}
	if (search->position == 0)
		begin_round(search);
	partition(search, end);
	search->position = end;
	if (end == search->count)
		end_round(search);
}
