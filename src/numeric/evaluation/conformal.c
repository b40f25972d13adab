/*
 * conformal.c
 *		The conformal quantile, by Hoare's selection with random pivots.
 */
#include "numeric/evaluation/conformal.h"

#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/random.h"
#include "numeric/base/rounding.h"

/* The value that would stand at place `rank` (from 0) if the n values were sorted. */
static double
select_rank(double *values, size_t n, size_t rank)
{
	ptrdiff_t low = 0;
	ptrdiff_t high = (ptrdiff_t) n - 1;
	ptrdiff_t place = (ptrdiff_t) rank;
	cs_random random;

	cs_random_seed(&random, n);
	while (low < high)
	{
		double pivot = values[low + (ptrdiff_t) cs_random_below(&random, high - low + 1)];
		ptrdiff_t i = low;
		ptrdiff_t j = high;

		cs_work((size_t) (high - low));
		while (i <= j)
		{
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i <= j)
			{
				double swap = values[i];

				values[i++] = values[j];
				values[j--] = swap;
			}
		}
		if (place <= j)
			high = j;
		else if (place >= i)
			low = i;
		else
			break; /* between the two lie pivots only */
	}
	return values[rank];
}

double
cs_conformal_half_width(double *absolute_error, size_t n, double level)
{
	double exact = (double) (n + 1) * level;
	double rank = ceil(exact * (1 - CS_WHOLE_PRODUCT));

	if (rank > (double) n)
		return -1.0;
	return select_rank(absolute_error, n, rank < 1 ? 0 : (size_t) rank - 1);
}
