/*
 * gw_test.c
 *		Moments of loss differences times what was known when the forecasts were made.
 */
#include "numeric/evaluation/gw_test.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* Multiply-adds of a row of the two products. */
#define ROW_WORK 8

/* z_t: d_t, and d_t d_{t-h} where the test is conditional. */
typedef struct moments
{
	const double *d;
	size_t n;
	size_t first; /* t of the first row */
	size_t horizon;
	bool conditional;
} moments;

size_t
cs_gw_least(size_t horizon, bool conditional)
{
	return conditional ? 2 * horizon + 3 : horizon + 2;
}

static double
second_of(const moments *moments, size_t t)
{
	return moments->conditional ? moments->d[t] * moments->d[t - moments->horizon] : 0;
}

/* Adds weight (G_k + G_k') m to w, three elements: 11, 12, 22; k = 0 once. */
static void
add_products(const moments *moments, size_t lag, double weight, double *w)
{
	double sum[3] = {0};

	for (size_t t = moments->first + lag; t < moments->n;)
		for (size_t end = cs_block_end(t, moments->n, ROW_WORK); t < end; t++)
		{
			double now[2] = {moments->d[t], second_of(moments, t)};
			double then[2] = {moments->d[t - lag], second_of(moments, t - lag)};

			sum[0] += now[0] * then[0];
			sum[1] += (now[0] * then[1] + now[1] * then[0]) / 2;
			sum[2] += now[1] * then[1];
		}
	for (int i = 0; i < 3; i++)
		w[i] += weight * (lag == 0 ? 1 : 2) * sum[i];
}

/* The forecast of d at n - 1 + h by the regression on (1, d h before). */
static double
next_of(const moments *moments, double mean)
{
	size_t rows = moments->n - moments->first;
	const double *y = moments->d + moments->first;
	const double *x = y - moments->horizon;
	double mean_x, products = 0, squares = 0;

	if (!moments->conditional)
		return mean;
	mean_x = cs_sum(rows, x) / (double) rows;
	mean = cs_sum(rows, y) / (double) rows;
	for (size_t i = 0; i < rows;)
		for (size_t end = cs_block_end(i, rows, 4); i < end; i++)
		{
			products += (x[i] - mean_x) * (y[i] - mean);
			squares += (x[i] - mean_x) * (x[i] - mean_x);
		}
	return squares > 0 ? mean + products / squares * (moments->d[moments->n - 1] - mean_x) : mean;
}

/* m mean(z)' W^-1 mean(z), by Cholesky: m cancels where both are sums. */
static cs_status
quadratic_form(const moments *moments, double *statistic)
{
	double w[3] = {0};
	double sum[2] = {0};
	double rest;

	for (size_t t = moments->first; t < moments->n;)
		for (size_t end = cs_block_end(t, moments->n, 2); t < end; t++)
		{
			sum[0] += moments->d[t];
			sum[1] += second_of(moments, t);
		}
	for (size_t lag = 0; lag < moments->horizon; lag++)
		add_products(moments, lag, 1 - (double) lag / (double) moments->horizon, w);
	if (!(w[0] > 0))
		return CS_ZERO_VARIANCE;
	*statistic = sum[0] * sum[0] / w[0];
	if (!moments->conditional)
		return CS_OK;
	rest = w[2] - w[1] * w[1] / w[0];
	if (!(rest > CS_SAME_SQUARES * w[2]))
		return CS_SINGULAR;
	*statistic += (sum[1] - w[1] / w[0] * sum[0]) * (sum[1] - w[1] / w[0] * sum[0]) / rest;
	return CS_OK;
}

/*
 * Divides the differences by a power of two that makes the largest 0.5 to 1; returns its exponent.
 */
static int
take_unit(double *d, size_t n, double *largest)
{
	double most = 0;
	int exponent = 0;

	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1); i < end; i++)
			most = fmax(most, fabs(d[i]));
	frexp(most, &exponent);
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1); i < end; i++)
			d[i] = ldexp(d[i], -exponent);
	*largest = ldexp(fmax(most, *largest), -exponent);
	return exponent;
}

cs_status
cs_gw_test(double *difference, size_t n, double size, size_t horizon, bool conditional,
		   cs_gw_result *result)
{
	moments moments = {difference, n, conditional ? horizon : 0, horizon, conditional};
	double deviations = 0;
	double mean;
	int exponent = 0;
	cs_status status;

	if (horizon == 0)
		return CS_OUT_OF_RANGE;
	if (n < cs_gw_least(horizon, conditional))
		return CS_TOO_FEW;
	exponent = take_unit(difference, n, &size);
	mean = cs_sum(n, difference) / (double) n;
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1); i < end; i++)
			deviations += (difference[i] - mean) * (difference[i] - mean);
	result->mean_difference = ldexp(mean, exponent);
	if (sqrt(deviations / (double) n) <= CS_ROUNDING * size)
		return CS_ZERO_VARIANCE;
	status = quadratic_form(&moments, &result->statistic);
	if (status != CS_OK)
		return status;
	result->p_value = gsl_cdf_chisq_Q(result->statistic, conditional ? 2 : 1);
	result->next_difference = ldexp(next_of(&moments, mean), exponent);
	return isfinite(result->statistic) ? CS_OK : CS_NOT_FINITE;
}
