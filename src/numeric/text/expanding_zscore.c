/*
 * expanding_zscore.c
 *		Running mean and sum of squares (Welford 1962), time by time.
 */
#include "numeric/text/expanding_zscore.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/poll.h"

/* What a value costs in multiply-adds. */
#define VALUE_COST 20

/* Of the values over 2^unit, all below 1: no square overflows, and none that counts underflows. */
typedef struct moments
{
	double n;
	double mean;
	double square; /* centred */
	double largest;
	int unit;
} moments;

/* The value in the unit, which grows with it. */
static double
in_unit(moments *of, double value)
{
	int exponent;

	frexp(value, &exponent);
	if (value != 0 && (of->largest == 0 || exponent > of->unit))
	{
		int shift = of->unit - exponent;

		of->mean = ldexp(of->mean, shift);
		of->square = ldexp(of->square, 2 * shift);
		of->largest = ldexp(of->largest, shift);
		of->unit = exponent;
	}
	return ldexp(value, -of->unit);
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *) left;
	double b = *(const double *) right;

	return (a > b) - (a < b);
}

/* The values of one time may come in any order: they are added from the least on. */
static void
add_time(moments *of, const double *value, size_t count, double *scratch)
{
	memcpy(scratch, value, count * sizeof(double));
	qsort(scratch, count, sizeof(double), compare);
	for (size_t i = 0; i < count; i++)
	{
		double added = in_unit(of, scratch[i]);
		double off = added - of->mean;

		of->n++;
		of->mean += off / of->n;
		of->square += off * (added - of->mean);
		of->largest = fmax(of->largest, fabs(added));
		cs_work(VALUE_COST);
	}
}

static double
zscore_of(const moments *of, double value)
{
	double sd = sqrt(of->square / of->n);

	/* what rounding alone leaves is no variation */
	return sd > 4 * DBL_EPSILON * of->largest ? (ldexp(value, -of->unit) - of->mean) / sd : 0;
}

void
cs_expanding_zscore(double *zscore, const double *value, const size_t *stop, size_t n, bool whole,
					double *scratch)
{
	moments of = {0};

	for (size_t from = 0; whole && from < n; from = stop[from])
		add_time(&of, value + from, stop[from] - from, scratch);
	for (size_t from = 0; from < n; from = stop[from])
	{
		if (!whole)
			add_time(&of, value + from, stop[from] - from, scratch);
		for (size_t i = from; i < stop[from]; i++)
			zscore[i] = zscore_of(&of, value[i]);
	}
}
