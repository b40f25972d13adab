/*
 * dm_test.c
 *		Loss differences, their long-run variance, and the Diebold-Mariano statistic.
 */
#include "numeric/evaluation/dm_test.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#include <float.h>
#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

/* Of the values that an error is the difference of: what their own rounding leaves in it. */
#define ERROR_ROUNDING (4 * DBL_EPSILON)

/* Frequencies that V is averaged over at the most: t(200) is normal for all purposes. */
#define MOST_FREQUENCIES 100

/* Observations between two looks at how much has been done, and multiply-adds of each. */
#define BLOCK 65536
#define LAG_WORK 2
#define FREQUENCY_WORK 8

/* Differences d in order of time, and how many of the passes over them are done. */
typedef struct series
{
	const double *d;
	size_t n;
	size_t horizon;
	double mean;
	size_t pass;
	size_t passes;
} series;

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
cs_dm_loss_value(cs_dm_loss loss, double power, double actual, double forecast, double *value)
{
	if (!isfinite(actual) || !isfinite(forecast))
		return CS_NOT_FINITE;
	if (loss == CS_DM_PERCENTAGE && actual == 0)
		return CS_ZERO_DIVISOR;
	*value = loss_of(loss, power, actual, forecast - actual);
	return isfinite(*value) ? CS_OK : CS_NOT_FINITE;
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
	if (!isfinite(*difference))
		return CS_NOT_FINITE;
	if (fabs(fabs(first - actual) - fabs(second - actual)) <=
		ERROR_ROUNDING * fmax(fabs(actual), fmax(fabs(first), fabs(second))))
		*difference = 0;
	return CS_OK;
}

static double
slope_of(cs_dm_loss loss, double power, double actual, double error)
{
	switch (loss)
	{
		case CS_DM_SQUARED:
			return 2 * fabs(error);
		case CS_DM_ABSOLUTE:
			return 1;
		case CS_DM_PERCENTAGE:
			return 1 / fabs(actual);
		case CS_DM_POWER:
			return error == 0 ? 0 : power * pow(fabs(error), power - 1);
	}
	return 0;
}

double
cs_dm_loss_size(cs_dm_loss loss, double power, double actual, double first, double second)
{
	double slope = fmax(slope_of(loss, power, actual, first - actual),
						slope_of(loss, power, actual, second - actual));
	double size = slope * fmax(fabs(actual), fmax(fabs(first), fabs(second)));

	return isfinite(size) ? size : 0;
}

void
cs_dm_sums_add(cs_dm_sums *sums, double difference, double size)
{
	cs_exact_pair terms = {difference, difference * difference};
	cs_exact_pair rests = {0, cs_exact_square_rest(difference)};

	sums->n++;
	cs_exact_add(2, sums->exact, &terms);
	cs_exact_add_rests(2, sums->exact, rests);
	sums->largest = fmax(sums->largest, fmax(size, fabs(difference)));
}

void
cs_dm_sums_combine(cs_dm_sums *sums, const cs_dm_sums *other)
{
	sums->n += other->n;
	cs_exact_combine(2, sums->exact, other->exact);
	sums->largest = fmax(sums->largest, other->largest);
}

/* The statistic, that of mean / sqrt(variance / T) times `correction`, and its p-values by t. */
static cs_status
finish(double mean, double variance, int64_t n, double correction, double freedom,
	   cs_dm_alternative alternative, cs_dm_result *result)
{
	result->statistic = mean / sqrt(variance / (double) n) * correction;
	if (!isfinite(result->statistic) || !isfinite(variance))
		return CS_NOT_FINITE;
	result->mean_difference = mean;
	result->observations = n;
	result->two_sided = 2 * gsl_cdf_tdist_Q(fabs(result->statistic), freedom);
	if (alternative == CS_DM_LESS)
		result->p_value = gsl_cdf_tdist_P(result->statistic, freedom);
	else if (alternative == CS_DM_GREATER)
		result->p_value = gsl_cdf_tdist_Q(result->statistic, freedom);
	else
		result->p_value = result->two_sided;
	return CS_OK;
}

/* The correction of Harvey, Leybourne and Newbold. */
static double
small_sample_correction(double t, double h)
{
	return sqrt((t + 1 - 2 * h + h * (h - 1) / t) / t);
}

static bool
is_zero_variance(double variance, double largest)
{
	return sqrt(variance) <= CS_ROUNDING * largest;
}

cs_status
cs_dm_sums_test(const cs_dm_sums *sums, cs_dm_alternative alternative, cs_dm_result *result)
{
	double variance;
	double t = sums->n;

	result->observations = (int64_t) t;
	result->mean_difference = sums->n == 0 ? 0 : cs_exact_value(2, sums->exact, 0) / t;
	if (sums->n < 2)
		return CS_TOO_FEW;
	variance = cs_exact_centred_square(2, sums->exact, 0, 1, (int64_t) t) / t;
	if (is_zero_variance(variance, sums->largest))
		return CS_ZERO_VARIANCE;
	result->bartlett_fallback = false;
	return finish(result->mean_difference, variance, (int64_t) t, small_sample_correction(t, 1),
				  t - 1, alternative, result);
}

static size_t
count_frequencies(size_t n, size_t horizon)
{
	size_t below_half = (n - 1) / 2;
	double m = fmin(round(pow((double) n / (double) horizon, 2.0 / 3.0)), MOST_FREQUENCIES);

	return (size_t) fmax(1, fmin(m, (double) below_half));
}

/* The end of the block from `from` on, of which so many multiply-adds are told. */
static size_t
block_end(const series *series, size_t from, size_t work)
{
	size_t count = series->n - from < BLOCK ? series->n - from : BLOCK;

	cs_work_of(count * work, (double) series->pass, (double) series->passes);
	return from + count;
}

static double
autocovariance(const series *series, size_t lag)
{
	const double *d = series->d;
	double mean = series->mean;
	double sum = 0;

	for (size_t i = lag; i < series->n;)
		for (size_t end = block_end(series, i, LAG_WORK); i < end; i++)
			sum += (d[i] - mean) * (d[i - lag] - mean);
	return sum / (double) series->n;
}

/*
 * |sum (d_t - mean) exp(-i w t)|^2 / T at the j-th Fourier frequency; the angle goes on by the
 * stable recurrence cos, sin (t + 1) = cos, sin - (a cos + b sin), (a sin - b cos).
 */
static double
periodogram(const series *series, size_t j)
{
	double angle = 2 * M_PI * (double) j / (double) series->n;
	double a = 2 * sin(angle / 2) * sin(angle / 2);
	double b = sin(angle);
	double c = 1;
	double s = 0;
	double real = 0;
	double imaginary = 0;

	for (size_t i = 0; i < series->n;)
		for (size_t end = block_end(series, i, FREQUENCY_WORK); i < end; i++)
		{
			double d = series->d[i] - series->mean;
			double step = a * c + b * s;

			real += d * c;
			imaginary += d * s;
			s -= a * s - b * c;
			c -= step;
		}
	return (real * real + imaginary * imaginary) / (double) series->n;
}

/* The mean of the periodogram over the first frequencies, referred to twice as many degrees. */
static cs_status
test_periodogram(series *series, double largest, cs_dm_alternative alternative,
				 cs_dm_result *result)
{
	size_t frequencies = count_frequencies(series->n, series->horizon);
	double m = (double) frequencies;
	double sum = 0;

	series->passes = frequencies;
	for (size_t j = 1; j <= frequencies; j++)
	{
		series->pass = j - 1;
		sum += periodogram(series, j);
	}
	if (is_zero_variance(sum / m, largest))
		return CS_ZERO_VARIANCE;
	return finish(series->mean, sum / m, (int64_t) series->n, 1, 2 * m, alternative, result);
}

/* Autocovariances up to the horizon, all alike or with Bartlett's weights. */
static cs_status
test_lags(series *series, double covariance, cs_dm_variance variance, cs_dm_alternative alternative,
		  cs_dm_result *result)
{
	double t = (double) series->n;
	double h = (double) series->horizon;
	double rectangular = covariance;
	double bartlett = covariance;
	double value;

	series->passes = series->horizon;
	for (size_t lag = 1; lag < series->horizon; lag++)
	{
		series->pass = lag;
		covariance = autocovariance(series, lag);
		rectangular += 2 * covariance;
		bartlett += 2 * (1 - (double) lag / h) * covariance;
	}
	result->bartlett_fallback = variance == CS_DM_RECTANGULAR && !(rectangular > 0);
	value = variance == CS_DM_BARTLETT || result->bartlett_fallback ? bartlett : rectangular;
	if (!(value > 0))
		return CS_ZERO_VARIANCE;
	return finish(series->mean, value, (int64_t) series->n, small_sample_correction(t, h), t - 1,
				  alternative, result);
}

cs_status
cs_dm_series_test(const double *difference, size_t n, double size, size_t horizon,
				  cs_dm_variance variance, cs_dm_alternative alternative, cs_dm_result *result)
{
	series series = {.d = difference, .n = n, .horizon = horizon, .passes = 1};
	double largest = size;
	double covariance;

	result->observations = (int64_t) n;
	result->bartlett_fallback = false;
	if (horizon == 0)
		return CS_OUT_OF_RANGE;
	if (n < 2 || n <= horizon)
		return CS_TOO_FEW;
	for (size_t i = 0; i < n;)
		for (size_t end = block_end(&series, i, LAG_WORK); i < end; i++)
			largest = fmax(largest, fabs(difference[i]));
	result->mean_difference = series.mean = cs_sum(n, difference) / (double) n;
	covariance = autocovariance(&series, 0);
	if (is_zero_variance(covariance, largest))
		return CS_ZERO_VARIANCE;
	if (horizon == 1 || variance != CS_DM_PERIODOGRAM)
		return test_lags(&series, covariance, horizon == 1 ? CS_DM_RECTANGULAR : variance,
						 alternative, result);
	return test_periodogram(&series, largest, alternative, result);
}
