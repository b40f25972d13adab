/*
 * jarque_bera_test.c
 *		Skewness and kurtosis against those of a normal distribution.
 */
#include "numeric/econometrics/jarque_bera_test.h"

#include "numeric/base/poll.h"
#include "numeric/econometrics/series_data.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

cs_status
cs_jarque_bera_test(const double *y, size_t n, double *deviations, cs_jarque_bera_result *result)
{
	double second = 0;
	double third = 0;
	double fourth = 0;
	double rounding;
	double size = (double) n;
	cs_status status;

	if (n < CS_JARQUE_BERA_LEAST)
		return CS_TOO_FEW;
	status = cs_series_copy(y, n, 1, true, deviations, &rounding);
	if (status != CS_OK)
		return status;
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 3); i < end; i++)
		{
			double square = deviations[i] * deviations[i];

			second += square;
			third += square * deviations[i];
			fourth += square * square;
		}
	second /= size;
	result->skewness = third / size / (second * sqrt(second));
	result->kurtosis = fourth / size / (second * second);
	result->statistic =
		size / 6 *
		(result->skewness * result->skewness + (result->kurtosis - 3) * (result->kurtosis - 3) / 4);
	result->p_value = gsl_cdf_chisq_Q(result->statistic, 2);
	return CS_OK;
}
