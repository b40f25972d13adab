/*
 * ljung_box_test.c
 *		Squared autocorrelations, weighted.
 */
#include "numeric/econometrics/ljung_box_test.h"

#include "numeric/econometrics/series_data.h"

#include <gsl/gsl_cdf.h>

size_t
cs_ljung_box_default_lags(size_t n)
{
	return n >= 50 ? 10 : n >= 10 ? n / 5 : 1;
}

cs_status
cs_ljung_box_test(const double *y, size_t n, size_t lags, size_t fitted, double *deviations,
				  cs_ljung_box_result *result)
{
	double variance;
	double rounding;
	double sum = 0;
	cs_status status;

	if (lags == 0 || fitted >= lags)
		return CS_OUT_OF_RANGE;
	if (n <= lags)
		return CS_TOO_FEW;
	status = cs_series_copy(y, n, 1, true, deviations, &rounding);
	if (status != CS_OK)
		return status;
	variance = cs_lagged_product(deviations, n, 0);
	for (size_t lag = 1; lag <= lags; lag++)
	{
		double correlation = cs_lagged_product(deviations, n, lag) / variance;

		sum += correlation * correlation / (double) (n - lag);
	}
	result->statistic = (double) n * ((double) n + 2) * sum;
	result->p_value = gsl_cdf_chisq_Q(result->statistic, (double) (lags - fitted));
	return CS_OK;
}
