/*
 * series_data.c
 *		Copies of a series without unit, and sums of its lagged products.
 */
#include "numeric/econometrics/series_data.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#include <math.h>

cs_status
cs_series_copy(const double *y, size_t n, size_t stride, bool centred, double *copy,
			   double *rounding)
{
	double least = INFINITY;
	double most = -INFINITY;
	double magnitude;
	int exponent = 0;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1); i < end; i++)
		{
			if (!isfinite(y[i * stride]))
				return CS_NOT_FINITE;
			least = fmin(least, y[i * stride]);
			most = fmax(most, y[i * stride]);
		}
	magnitude = n == 0 ? 0 : fmax(fabs(least), fabs(most));
	frexp(magnitude, &exponent);
	magnitude = ldexp(magnitude, -exponent);
	*rounding = CS_ROUNDING * magnitude;
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1); i < end; i++)
			copy[i] = ldexp(y[i * stride], -exponent);
	if (!(ldexp(most, -exponent) - ldexp(least, -exponent) > CS_CONSTANT_RANGE * magnitude))
		return CS_CONSTANT;
	/* the second time takes away what the first mean was rounded by */
	for (int pass = 0; centred && pass < 2; pass++)
	{
		double mean = cs_sum(n, copy) / (double) n;

		for (size_t i = 0; i < n;)
			for (size_t end = cs_block_end(i, n, 1); i < end; i++)
				copy[i] -= mean;
	}
	return CS_OK;
}

double
cs_lagged_product(const double *e, size_t n, size_t lag)
{
	double sum = 0;

	for (size_t i = lag; i < n;)
	{
		size_t end = cs_block_end(i, n, 1);

		sum += cs_dot(end - i, e + i, e + i - lag);
		i = end;
	}
	return sum;
}

double
cs_bartlett_variance(const double *e, size_t n, size_t lags)
{
	double sum = cs_lagged_product(e, n, 0);

	for (size_t lag = 1; lag <= lags && lag < n; lag++)
		sum += 2 * (1 - (double) lag / ((double) lags + 1)) * cs_lagged_product(e, n, lag);
	return sum / (double) n;
}

size_t
cs_fourth_root_lags(double factor, size_t n, bool up)
{
	double lags = factor * pow((double) n / 100, 0.25);

	return (size_t) (up ? ceil(lags * (1 - CS_WHOLE_PRODUCT))
						: floor(lags * (1 + CS_WHOLE_PRODUCT)));
}
