/*
 * dm_test.c
 *		Loss differences, their long-run variance, and the Diebold-Mariano statistic.
 */
#include "numeric/evaluation/dm_test.h"

#include "numeric/base/linear_algebra.h"

#include <float.h>
#include <math.h>
#include <gsl/gsl_cdf.h>

/* A variance below that of rounding errors of the largest difference counts as zero. */
#define ROUNDING (16 * DBL_EPSILON)

static double
loss_of(cs_dm_loss loss, double power, double actual, double error)
{
	switch (loss)
	{
		case CS_DM_SQUARED:
			return error * error;
		case CS_DM_ABSOLUTE:
			return fabs(error);
		case CS_DM_PERCENTAGE:
			return fabs(error / actual);
		case CS_DM_POWER:
			return pow(fabs(error), power);
	}
	return NAN;
}

cs_status
cs_dm_loss_difference(cs_dm_loss loss, double power, double actual, double first, double second,
					  double *difference)
{
	if (!isfinite(actual) || !isfinite(first) || !isfinite(second))
		return CS_NOT_FINITE;
	if (loss == CS_DM_PERCENTAGE && actual == 0)
		return CS_ZERO_DIVISOR;
	*difference = loss_of(loss, power, actual, first - actual) -
				  loss_of(loss, power, actual, second - actual);
	return isfinite(*difference) ? CS_OK : CS_NOT_FINITE;
}

void
cs_dm_sums_add(cs_dm_sums *sums, double difference)
{
	double deviation = difference - sums->mean;

	sums->n++;
	sums->mean += deviation / (double) sums->n;
	sums->square += deviation * (difference - sums->mean);
	sums->largest = fmax(sums->largest, fabs(difference));
}

void
cs_dm_sums_combine(cs_dm_sums *sums, const cs_dm_sums *other)
{
	double deviation = other->mean - sums->mean;
	double share;

	if (other->n == 0)
		return;
	share = (double) other->n / (double) (sums->n + other->n);
	sums->mean += deviation * share;
	sums->square += other->square + deviation * deviation * ((double) sums->n * share);
	sums->n += other->n;
	sums->largest = fmax(sums->largest, other->largest);
}

/* The statistic and its p-values from the long-run variance V. */
static cs_status
finish(double mean, double variance, int64_t n, size_t horizon, cs_dm_alternative alternative,
	   cs_dm_result *result)
{
	double t = (double) n;
	double h = (double) horizon;
	double correction = sqrt((t + 1 - 2 * h + h * (h - 1) / t) / t);

	result->statistic = mean / sqrt(variance / t) * correction;
	if (!isfinite(result->statistic) || !isfinite(variance))
		return CS_NOT_FINITE;
	result->mean_difference = mean;
	result->observations = n;
	result->two_sided = 2 * gsl_cdf_tdist_Q(fabs(result->statistic), t - 1);
	if (alternative == CS_DM_LESS)
		result->p_value = gsl_cdf_tdist_P(result->statistic, t - 1);
	else if (alternative == CS_DM_GREATER)
		result->p_value = gsl_cdf_tdist_Q(result->statistic, t - 1);
	else
		result->p_value = result->two_sided;
	return CS_OK;
}

static bool
is_zero_variance(double variance, double largest)
{
	return sqrt(variance) <= ROUNDING * largest;
}

cs_status
cs_dm_sums_test(const cs_dm_sums *sums, cs_dm_alternative alternative, cs_dm_result *result)
{
	double variance;

	if (sums->n < 2)
		return CS_TOO_FEW;
	variance = sums->square / (double) sums->n;
	if (is_zero_variance(variance, sums->largest))
		return CS_ZERO_VARIANCE;
	result->bartlett_fallback = false;
	return finish(sums->mean, variance, sums->n, 1, alternative, result);
}

cs_status
cs_dm_series_initialize(cs_dm_series *series, const double *difference, size_t n, size_t horizon)
{
	if (horizon == 0)
		return CS_OUT_OF_RANGE;
	if (n < 2 || n <= horizon)
		return CS_TOO_FEW;
	*series = (cs_dm_series){.difference = difference, .n = n, .horizon = horizon};
	for (size_t i = 0; i < n; i++)
		series->largest = fmax(series->largest, fabs(difference[i]));
	series->mean = cs_sum(n, difference) / (double) n;
	return CS_OK;
}

void
cs_dm_series_step(cs_dm_series *series)
{
	const double *d = series->difference;
	size_t lag = series->lag++;
	double sum = 0;
	double covariance;

	for (size_t i = lag; i < series->n; i++)
		sum += (d[i] - series->mean) * (d[i - lag] - series->mean);
	covariance = sum / (double) series->n;
	if (lag == 0)
	{
		series->covariance = series->rectangular = series->bartlett = covariance;
		return;
	}
	series->rectangular += 2 * covariance;
	series->bartlett += 2 * (1 - (double) lag / (double) series->horizon) * covariance;
}

bool
cs_dm_series_finished(const cs_dm_series *series)
{
	return series->lag == series->horizon;
}

cs_status
cs_dm_series_test(const cs_dm_series *series, cs_dm_variance variance,
				  cs_dm_alternative alternative, cs_dm_result *result)
{
	double value = variance == CS_DM_BARTLETT ? series->bartlett : series->rectangular;

	if (is_zero_variance(series->covariance, series->largest))
		return CS_ZERO_VARIANCE;
	result->bartlett_fallback = variance == CS_DM_RECTANGULAR && !(value > 0);
	if (result->bartlett_fallback)
		value = series->bartlett;
	if (!(value > 0))
		return CS_ZERO_VARIANCE;
	return finish(series->mean, value, (int64_t) series->n, series->horizon, alternative, result);
}
