/*
 * mincer_zarnowitz.c
 *		A line about the mean of the forecasts, where its two coefficients have no covariance.
 */
#include "numeric/evaluation/mincer_zarnowitz.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/econometrics/series_data.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

/* Multiply-adds that a row of a frequency is worth. */
#define FREQUENCY_WORK 40

/* So many say enough of the variance: as in dm_test. */
#define MOST_FREQUENCIES 100

typedef struct line
{
	size_t n;
	double *forecast; /* [n]: about their mean, largest size about 1 */
	double *error;	  /* [n]: of the line, largest actual value about 1 */
	double *moment;	  /* [n]: error times forecast */
	double slope;	  /* of error's unit over that of forecast */
	double level;	  /* of the line at the mean of the forecasts, in error's unit */
	double mean;	  /* of the forecasts, in their unit */
} line;

static void
layout(line *line, size_t n, cs_workspace *workspace)
{
	line->n = n;
	line->forecast = cs_workspace_take(workspace, n, sizeof(double));
	line->error = cs_workspace_take(workspace, n, sizeof(double));
	line->moment = cs_workspace_take(workspace, n, sizeof(double));
}

size_t
cs_mincer_zarnowitz_size(size_t n)
{
	cs_workspace workspace;
	line line;

	cs_workspace_count(&workspace);
	layout(&line, n, &workspace);
	return cs_workspace_total(&workspace);
}

/* The power of two that makes the largest absolute value 0.5 to 1; CS_NOT_FINITE. */
static cs_status
exponent_of(const double *values, size_t n, size_t stride, int *exponent)
{
	double most = 0;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1); i < end; i++)
		{
			if (!isfinite(values[i * stride]))
				return CS_NOT_FINITE;
			most = fmax(most, fabs(values[i * stride]));
		}
	frexp(most, exponent);
	return CS_OK;
}

static double
scaled_mean(const double *values, size_t n, size_t stride, int exponent)
{
	double sum = 0;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1); i < end; i++)
			sum += ldexp(values[i * stride], -exponent) / (double) n;
	return sum;
}

/* Fills the line; both of one unit, so that a slope of 1 is 1. */
static cs_status
fit(line *line, const double *rows, size_t n, int exponent, double size)
{
	double squares = 0;
	double products = 0;
	double least = INFINITY;
	double most = -INFINITY;

	line->mean = scaled_mean(rows + 1, n, 2, exponent);
	line->level = scaled_mean(rows, n, 2, exponent);
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 4); i < end; i++)
		{
			line->forecast[i] = ldexp(rows[2 * i + 1], -exponent) - line->mean;
			line->error[i] = ldexp(rows[2 * i], -exponent) - line->level;
			least = fmin(least, line->forecast[i]);
			most = fmax(most, line->forecast[i]);
		}
	if (!(most - least > CS_CONSTANT_RANGE * fmax(fabs(line->mean), fmax(most, -least))) ||
		!(most - least > CS_CONSTANT_RANGE * size))
		return CS_CONSTANT;
	squares = cs_lagged_product(line->forecast, n, 0);
	for (size_t i = 0; i < n;)
	{
		size_t end = cs_block_end(i, n, 1);

		products += cs_dot(end - i, line->forecast + i, line->error + i);
		i = end;
	}
	line->slope = products / squares;
	return isfinite(line->slope) ? CS_OK : CS_NOT_FINITE;
}

/* Sum over lags of Bartlett's weights times the products of two series, both ways. */
static double
cross_variance(const double *a, const double *b, size_t n, size_t lags)
{
	double total = 0;

	for (size_t lag = 0; lag <= lags && lag < n; lag++)
	{
		double sum = 0;

		for (size_t i = lag; i < n;)
		{
			size_t end = cs_block_end(i, n, 2);

			sum += (cs_dot(end - i, a + i, b + i - lag) + cs_dot(end - i, b + i, a + i - lag)) / 2;
			i = end;
		}
		total += (lag == 0 ? 1 : 2 * (1 - (double) lag / ((double) lags + 1))) * sum;
	}
	return total;
}

/* Long-run covariances of error and moment by lags: 11, 12, 22. */
static void
bartlett(const line *line, size_t lags, double *v)
{
	double correction = (double) line->n / ((double) line->n - 2);

	v[0] = correction * cs_bartlett_variance(line->error, line->n, lags);
	v[1] = correction * cross_variance(line->error, line->moment, line->n, lags) / (double) line->n;
	v[2] = correction * cs_bartlett_variance(line->moment, line->n, lags);
}

static size_t
count_frequencies(size_t n, size_t horizon)
{
	double count = round(pow((double) n / (double) horizon, 2.0 / 3));

	return (size_t) fmax(1, fmin(fmin(count, MOST_FREQUENCIES), floor(((double) n - 1) / 2)));
}

/* The same as means of the periodogram over the first frequencies. */
static void
periodogram(const line *line, size_t frequencies, double *v)
{
	double n = (double) line->n;

	v[0] = v[1] = v[2] = 0;
	for (size_t j = 1; j <= frequencies; j++)
	{
		double angle = 2 * M_PI * (double) j / n;
		double sum[4] = {0};

		for (size_t i = 0; i < line->n;)
			for (size_t end = cs_block_end(i, line->n, FREQUENCY_WORK); i < end; i++)
			{
				double c = cos(angle * (double) i);
				double s = sin(angle * (double) i);

				sum[0] += line->error[i] * c;
				sum[1] += line->error[i] * s;
				sum[2] += line->moment[i] * c;
				sum[3] += line->moment[i] * s;
			}
		v[0] += (sum[0] * sum[0] + sum[1] * sum[1]) / n / (double) frequencies;
		v[1] += (sum[0] * sum[2] + sum[1] * sum[3]) / n / (double) frequencies;
		v[2] += (sum[2] * sum[2] + sum[3] * sum[3]) / n / (double) frequencies;
	}
}

static cs_status
test(const line *line, size_t horizon, size_t lags, int exponent,
	 cs_mincer_zarnowitz_result *result)
{
	double bias[2] = {line->level - line->mean, line->slope - 1};
	double squares = cs_lagged_product(line->forecast, line->n, 0);
	double share = 0.5;
	double v[3];
	double rest, spare, variance;

	result->freedom = line->n - 2;
	if (lags == CS_MINCER_ZARNOWITZ_BY_HORIZON && horizon > 1)
	{
		size_t frequencies = count_frequencies(line->n, horizon);

		periodogram(line, frequencies, v);
		result->freedom = 2 * frequencies - 1;
		share = (double) result->freedom / (4 * (double) frequencies);
	}
	else
		bartlett(line, lags == CS_MINCER_ZARNOWITZ_BY_HORIZON ? 0 : lags, v);
	/* of level and slope */
	v[0] /= (double) line->n;
	v[1] /= squares;
	v[2] *= (double) line->n / squares / squares;
	if (!(v[0] > 0))
		return CS_ZERO_VARIANCE;
	rest = v[2] - v[1] * v[1] / v[0];
	if (!(rest > CS_SAME_SQUARES * v[2]))
		return CS_SINGULAR;
	spare = bias[1] - v[1] / v[0] * bias[0];
	result->statistic = (bias[0] * bias[0] / v[0] + spare * spare / rest) * share;
	result->p_value = gsl_cdf_fdist_Q(result->statistic, 2, (double) result->freedom);
	variance = v[0] - 2 * line->mean * v[1] + line->mean * line->mean * v[2];
	result->intercept_error = ldexp(sqrt(fmax(variance, 0)), exponent);
	result->slope_error = sqrt(v[2]);
	return isfinite(result->statistic) && isfinite(result->intercept_error) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_mincer_zarnowitz(const double *rows, size_t n, double size, size_t horizon, size_t lags,
					cs_workspace *workspace, cs_mincer_zarnowitz_result *result)
{
	line line;
	double total, left;
	int exponent;
	cs_status status;

	if (horizon == 0)
		return CS_OUT_OF_RANGE;
	if (n < CS_MINCER_ZARNOWITZ_LEAST || n <= horizon ||
		(lags != CS_MINCER_ZARNOWITZ_BY_HORIZON && lags >= n))
		return CS_TOO_FEW;
	layout(&line, n, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status = exponent_of(rows, 2 * n, 1, &exponent);
	if (status != CS_OK)
		return status;
	size = ldexp(size, -exponent);
	status = fit(&line, rows, n, exponent, size);
	if (status != CS_OK)
		return status;
	total = cs_lagged_product(line.error, n, 0);
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
		{
			line.error[i] -= line.slope * line.forecast[i];
			line.moment[i] = line.error[i] * line.forecast[i];
		}
	left = cs_lagged_product(line.error, n, 0);
	if (sqrt(left / (double) n) <= CS_ROUNDING * fmax(1, size))
		return CS_ZERO_VARIANCE;
	result->slope = line.slope;
	result->intercept = ldexp(line.level - line.slope * line.mean, exponent);
	result->r_squared = total > 0 ? 1 - left / total : NAN;
	if (!isfinite(result->intercept))
		return CS_NOT_FINITE;
	return test(&line, horizon, lags, exponent, result);
}

cs_status
cs_fitted_line(const double *rows, size_t n, double *intercept, double *slope)
{
	double squares = 0;
	double products = 0;
	double least = INFINITY;
	double most = -INFINITY;
	double x_mean, y_mean;
	int x_exponent, y_exponent;

	if (n < 2)
		return CS_TOO_FEW;
	if (exponent_of(rows, n, 2, &x_exponent) != CS_OK ||
		exponent_of(rows + 1, n, 2, &y_exponent) != CS_OK)
		return CS_NOT_FINITE;
	x_mean = scaled_mean(rows, n, 2, x_exponent);
	y_mean = scaled_mean(rows + 1, n, 2, y_exponent);
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 4); i < end; i++)
		{
			double x = ldexp(rows[2 * i], -x_exponent);

			least = fmin(least, x);
			most = fmax(most, x);
			squares += (x - x_mean) * (x - x_mean);
			products += (x - x_mean) * (ldexp(rows[2 * i + 1], -y_exponent) - y_mean);
		}
	/* the largest size is 0.5 to 1 */
	if (!(most - least > CS_CONSTANT_RANGE))
		return CS_CONSTANT;
	*slope = ldexp(products / squares, y_exponent - x_exponent);
	*intercept = ldexp(y_mean - products / squares * x_mean, y_exponent);
	return isfinite(*slope) && isfinite(*intercept) ? CS_OK : CS_NOT_FINITE;
}
