/*
 * kpss_test.c
 *		Partial sums of the residuals from a constant or a trend.
 */
#include "numeric/econometrics/kpss_test.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/econometrics/series_data.h"

#include <math.h>
#include <stdint.h>

/* The least squares line through centred values. */
static void
take_line(double *e, size_t n)
{
	double middle = ((double) n - 1) / 2;
	double products = 0;
	double squares = (double) n * ((double) n * (double) n - 1) / 12;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
			products += e[i] * ((double) i - middle);
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
			e[i] -= products / squares * ((double) i - middle);
}

static size_t
automatic_lags(const double *e, size_t n)
{
	size_t most = (size_t) pow((double) n, 2.0 / 9);
	double level = cs_lagged_product(e, n, 0) / (double) n;
	double slope = 0;
	double lags;

	for (size_t lag = 1; lag <= most; lag++)
	{
		double covariance = cs_lagged_product(e, n, lag) / ((double) n / 2);

		level += covariance;
		slope += (double) lag * covariance;
	}
	lags = 1.1447 * cbrt(slope / level * (slope / level)) * cbrt((double) n);
	return lags < (double) (n - 1) ? (size_t) lags : n - 1;
}

/* Sum of the squared partial sums over n^2. */
static double
partial_sums(const double *e, size_t n)
{
	double sum = 0;
	double squares = 0;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
		{
			sum += e[i];
			squares += sum * sum;
		}
	return squares / (double) n / (double) n;
}

cs_status
cs_kpss_test(const double *y, size_t n, cs_trend trend, size_t lags, double *residuals,
			 cs_kpss_result *result)
{
	double rounding;
	cs_status status;

	if (n < CS_KPSS_LEAST || (lags != CS_KPSS_AUTOMATIC && lags >= n))
		return CS_TOO_FEW;
	status = cs_series_copy(y, n, 1, true, residuals, &rounding);
	if (status != CS_OK)
		return status;
	if (trend == CS_TREND_LINEAR)
		take_line(residuals, n);
	if (sqrt(cs_lagged_product(residuals, n, 0) / (double) n) <= rounding)
		return CS_ZERO_VARIANCE;
	result->lags = lags == CS_KPSS_AUTOMATIC ? automatic_lags(residuals, n) : lags;
	result->statistic =
		partial_sums(residuals, n) / cs_bartlett_variance(residuals, n, result->lags);
	if (!isfinite(result->statistic))
		return CS_NOT_FINITE;
	result->p = cs_kpss_p_value(trend, result->statistic);
	cs_kpss_critical_values(trend, result->critical);
	return CS_OK;
}
