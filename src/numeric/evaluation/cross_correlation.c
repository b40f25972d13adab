/*
 * cross_correlation.c
 *		Correlations at lags, each about the means of its own pairs.
 */
#include "numeric/evaluation/cross_correlation.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/econometrics/series_data.h"

#include <math.h>
#include <stdlib.h>

typedef struct pair
{
	double *series[2];	/* [n] each, about their means, without unit */
	double rounding[2]; /* of their values */
} pair;

static void
layout(pair *pair, size_t n, cs_workspace *workspace)
{
	pair->series[0] = cs_workspace_take(workspace, n, sizeof(double));
	pair->series[1] = cs_workspace_take(workspace, n, sizeof(double));
}

size_t
cs_cross_correlation_size(size_t n)
{
	cs_workspace workspace;
	pair pair;

	cs_workspace_count(&workspace);
	layout(&pair, n, &workspace);
	return cs_workspace_total(&workspace);
}

/* The correlation of n pairs; NaN where one does not vary beyond its rounding. */
static double
correlation_of(const double *a, const double *b, size_t n, const double *rounding)
{
	double a_mean = cs_sum(n, a) / (double) n;
	double b_mean = cs_sum(n, b) / (double) n;
	double a_square = 0;
	double b_square = 0;
	double product = 0;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 6); i < end; i++)
		{
			a_square += (a[i] - a_mean) * (a[i] - a_mean);
			b_square += (b[i] - b_mean) * (b[i] - b_mean);
			product += (a[i] - a_mean) * (b[i] - b_mean);
		}
	if (sqrt(a_square / (double) n) <= rounding[0] || sqrt(b_square / (double) n) <= rounding[1])
		return NAN;
	return fmax(-1, fmin(1, product / sqrt(a_square) / sqrt(b_square)));
}

/* Whether lag `a` is to be said rather than `b`, of correlations that differ by rounding. */
static bool
nearer(long a, long b)
{
	return labs(a) < labs(b) || (labs(a) == labs(b) && a > b);
}

static void
take_changes(double *series, size_t n)
{
	for (size_t i = 0; i + 1 < n;)
		for (size_t end = cs_block_end(i, n - 1, 1); i < end; i++)
			series[i] = series[i + 1] - series[i];
}

cs_status
cs_cross_correlation(const double *rows, size_t n, bool changes, size_t max_lag,
					 cs_workspace *workspace, double *correlation, long *best)
{
	pair pair;
	size_t count = n - (changes && n > 0 ? 1 : 0);
	double largest = -INFINITY;

	if (count < CS_CROSS_CORRELATION_LEAST || count - CS_CROSS_CORRELATION_LEAST < max_lag)
		return CS_TOO_FEW;
	layout(&pair, n, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	for (int s = 0; s < 2; s++)
	{
		cs_status status = cs_series_copy(rows + s, n, 2, true, pair.series[s], &pair.rounding[s]);

		if (status != CS_OK)
			return status;
		if (changes)
			take_changes(pair.series[s], n);
	}
	for (long lag = -(long) max_lag; lag <= (long) max_lag; lag++)
	{
		size_t shift = (size_t) labs(lag);
		double value =
			correlation_of(pair.series[0] + (lag < 0 ? shift : 0),
						   pair.series[1] + (lag > 0 ? shift : 0), count - shift, pair.rounding);

		correlation[lag + (long) max_lag] = value;
		largest = isnan(value) ? largest : fmax(largest, value);
	}
	if (largest < -1)
		return CS_CONSTANT;
	*best = (long) max_lag + 1;
	for (long lag = -(long) max_lag; lag <= (long) max_lag; lag++)
		if (correlation[lag + (long) max_lag] >= largest - CS_SAME_SQUARES && nearer(lag, *best))
			*best = lag;
	return CS_OK;
}
