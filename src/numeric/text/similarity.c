/*
 * similarity.c
 *		Cosines, in double, by sums that stand beside each other.
 */
#include "numeric/text/similarity.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"

/* Partial sums: as many as a vector register holds, so that the order is the same everywhere. */
#define LANES 8

static double
sum_of(const double lane[LANES])
{
	return ((lane[0] + lane[4]) + (lane[1] + lane[5])) +
		   ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

/* Inner product of a and b, and that of b with itself. */
CS_TARGET_CLONES
static void
products(const float *a, const float *b, size_t width, double *ab, double *bb)
{
	double product[LANES] = {0};
	double square[LANES] = {0};
	size_t i = 0;

	for (; i + LANES <= width; i += LANES)
		for (int l = 0; l < LANES; l++)
		{
			double x = a[i + (size_t) l];
			double y = b[i + (size_t) l];

			product[l] += x * y;
			square[l] += y * y;
		}
	for (; i < width; i++)
	{
		product[i % LANES] += (double) a[i] * b[i];
		square[i % LANES] += (double) b[i] * b[i];
	}
	*ab = sum_of(product);
	*bb = sum_of(square);
}

/* The squares of floats do not overflow in double, nor vanish. */
static double
cosine_of(double ab, double aa, double bb)
{
	double cosine = ab / (sqrt(aa) * sqrt(bb));

	return aa > 0 && bb > 0 ? fmax(-1, fmin(1, cosine)) : NAN;
}

void
cs_cosines(double *cosine, const float *vector, const float *matrix, size_t rows, size_t width)
{
	double aa;
	double ab;
	double bb;

	products(vector, vector, width, &ab, &aa);
	for (size_t r = 0; r < rows; r++)
	{
		products(vector, matrix + r * width, width, &ab, &bb);
		cosine[r] = cosine_of(ab, aa, bb);
		cs_work(2 * width);
	}
}

double
cs_cosine(const float *a, const float *b, size_t width)
{
	double cosine;

	cs_cosines(&cosine, a, b, 1, width);
	return cosine;
}

size_t
cs_nearest(size_t *nearest, const double *cosine, size_t rows, size_t k)
{
	size_t count = 0;

	for (size_t r = 0; r < rows; r++)
	{
		size_t place = count;

		if (isnan(cosine[r]) || (count == k && !(cosine[r] > cosine[nearest[count - 1]])))
			continue;
		while (place > 0 && cosine[r] > cosine[nearest[place - 1]])
			place--;
		count += count < k;
		memmove(nearest + place + 1, nearest + place, (count - 1 - place) * sizeof(size_t));
		nearest[place] = r;
		cs_work(count - place);
	}
	return count;
}
