/*
 * sort.c
 *		Heapsort of numbers, and of an index by its keys.
 */
#include "numeric/base/sort.h"

#include <stdbool.h>

#include "numeric/base/poll.h"
#include "numeric/base/random.h"

/* Multiply-adds that a sift takes as long as, whatever its depth is. */
#define SIFT_WORK 32

static void
sift_number(uint32_t *values, size_t root, size_t n)
{
	uint32_t value = values[root];

	for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1)
	{
		if (child + 1 < n && values[child] < values[child + 1])
			child++;
		if (values[child] <= value)
			break;
		values[root] = values[child];
		root = child;
	}
	values[root] = value;
}

void
cs_sort_numbers(uint32_t *values, size_t n)
{
	for (size_t root = n / 2; root-- > 0; cs_work(SIFT_WORK))
		sift_number(values, root, n);
	for (size_t last = n; last-- > 1; cs_work(SIFT_WORK))
	{
		uint32_t largest = values[0];

		values[0] = values[last];
		values[last] = largest;
		sift_number(values, 0, last);
	}
}

static bool
before(const double *keys, size_t a, size_t b)
{
	return keys[a] == keys[b] ? a < b : keys[a] < keys[b];
}

static void
sift_index(size_t *index, const double *keys, size_t root, size_t n)
{
	size_t value = index[root];

	for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1)
	{
		if (child + 1 < n && before(keys, index[child], index[child + 1]))
			child++;
		if (before(keys, index[child], value))
			break;
		index[root] = index[child];
		root = child;
	}
	index[root] = value;
}

void
cs_sort_index(size_t *index, const double *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		index[i] = i;
	for (size_t root = n / 2; root-- > 0; cs_work(SIFT_WORK))
		sift_index(index, keys, root, n);
	for (size_t last = n; last-- > 1; cs_work(SIFT_WORK))
	{
		size_t largest = index[0];

		index[0] = index[last];
		index[last] = largest;
		sift_index(index, keys, 0, last);
	}
}

double
cs_select_rank(double *values, size_t n, size_t rank)
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
