/*
 * stl_loess.c
 *		One window, one weighted line.
 */
#include "numeric/signal/stl_loess.h"

#include <math.h>
#include <stdbool.h>

#include "numeric/base/linear_algebra.h"

/* A line is fitted when the points spread over more than this share of all. */
#define LEAST_SPREAD 0.001

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
cs_loess_table(size_t n, size_t span)
{
	return smaller(n, span) + 1;
}

static void
tabulate(cs_loess *loess, double reach)
{
	size_t count = cs_loess_table(loess->n, loess->span);

	if (reach == loess->reach)
		return;
	loess->reach = reach;
	for (size_t d = 0; d < count; d++)
	{
		double share = (double) d / reach;
		double left = 1 - share * share * share;

		loess->tricube[d] = left * left * left;
		if ((double) d <= CS_LOESS_FULL_WEIGHT * reach)
			loess->tricube[d] = 1;
		else if ((double) d > CS_LOESS_NO_WEIGHT * reach)
			loess->tricube[d] = 0;
	}
}

void
cs_loess_initialize(cs_loess *loess)
{
	size_t half = loess->span / 2;
	double sum = 0;

	loess->reach = 0;
	if (loess->span > loess->n)
		return;
	tabulate(loess, (double) half);
	for (size_t j = 0; j < loess->span; j++)
		sum += loess->tricube[j < half ? half - j : j - half];
	for (size_t j = 0; j < loess->span; j++)
		loess->centred[j] = loess->tricube[j < half ? half - j : j - half] / sum;
}

/* Points left .. right (from 0), fitted at `at`, which lies in between or one beside. */
static double
window_value(cs_loess *loess, ptrdiff_t left, ptrdiff_t right, ptrdiff_t at)
{
	double w0 = 0, w1 = 0, w2 = 0, y0 = 0, y1 = 0;
	double reach = (double) (at - left > right - at ? at - left : right - at);
	size_t beyond = loess->span > loess->n ? (loess->span - loess->n) / 2 : 0;
	double mean, spread;

	reach += (double) beyond;
	tabulate(loess, reach);
	for (ptrdiff_t j = left; j <= right; j++)
	{
		double d = (double) (j - at);
		double w = loess->tricube[j < at ? at - j : j - at];

		if (loess->weight != NULL)
			w *= loess->weight[j];
		w0 += w;
		w1 += w * d;
		w2 += w * d * d;
		y0 += w * loess->y[j];
		y1 += w * d * loess->y[j];
	}
	if (w0 <= 0)
		return loess->y[at < left ? left : (at > right ? right : at)];
	mean = w1 / w0;
	spread = w2 / w0 - mean * mean;
	y0 /= w0;
	if (loess->degree == 0 || !(sqrt(spread) > LEAST_SPREAD * (double) (loess->n - 1)))
		return y0;
	return y0 - mean / spread * (y1 / w0 - mean * y0);
}

double
cs_loess_at(cs_loess *loess, size_t i)
{
	ptrdiff_t n = (ptrdiff_t) loess->n;
	ptrdiff_t points = (ptrdiff_t) smaller(loess->span, loess->n);
	ptrdiff_t at = (ptrdiff_t) i - 1;
	ptrdiff_t left = at - points / 2;

	if (left < 0 || loess->span >= loess->n)
		left = 0;
	else if (left > n - points)
		left = n - points;
	else if (loess->weight == NULL)
		return cs_dot(loess->span, loess->centred, loess->y + left);
	return window_value(loess, left, left + points - 1, at);
}
