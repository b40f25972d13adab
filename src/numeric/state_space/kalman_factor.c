/*
 * kalman_factor.c
 *		L D L': Bierman's update and weighted Gram-Schmidt.
 */
#include "numeric/state_space/kalman_factor.h"

#include <math.h>
#include <string.h>

#define SINGULAR 1e-14 /* share of a variance that the elements before leave of it */

void
cs_kalman_factor_of(size_t n, const double *covariance, double *factor)
{
	for (size_t i = 0; i < n; i++)
	{
		double *row = factor + i * n;

		for (size_t j = 0; j <= i; j++)
		{
			double whole = covariance[i * n + j];
			double sum = whole;

			for (size_t k = 0; k < j; k++)
				sum -= row[k] * factor[j * n + k] * factor[k * (n + 1)];
			if (j == i)
				row[j] = sum > SINGULAR * whole ? sum : 0;
			else
				row[j] = factor[j * (n + 1)] > 0 ? sum / factor[j * (n + 1)] : 0;
		}
	}
	for (size_t i = 0; i < n; i++)
		memset(factor + i * n + i + 1, 0, (n - i - 1) * sizeof(double));
}

void
cs_kalman_factor_product(size_t n, const double *factor, double *covariance)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++)
		{
			const double *a = factor + i * n;
			const double *b = factor + j * n;
			double sum = (i == j ? 1 : a[j]) * b[j];

			for (size_t k = 0; k < j; k++)
				sum += a[k] * b[k] * factor[k * (n + 1)];
			covariance[i * n + j] = covariance[j * n + i] = sum;
		}
}

double
cs_kalman_factor_variance(size_t n, const double *factor, const double *h, double *f)
{
	double sum = 0;

	memcpy(f, h, n * sizeof(double));
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			f[j] += factor[i * n + j] * h[i];
	for (size_t j = 0; j < n; j++)
		sum += factor[j * (n + 1)] * f[j] * f[j];
	return sum;
}

double
cs_kalman_factor_size(size_t n, const double *factor, const double *h)
{
	double sum = 0;

	for (size_t j = 0; j < n; j++)
	{
		double f = fabs(h[j]);

		for (size_t i = j + 1; i < n; i++)
			f += fabs(factor[i * n + j] * h[i]);
		sum += factor[j * (n + 1)] * f * f;
	}
	return sum;
}

void
cs_kalman_factor_update(size_t n, double *factor, const double *f, double r, double *gain)
{
	double variance = r;

	for (size_t j = n; j-- > 0;)
	{
		double weighted = factor[j * (n + 1)] * f[j];
		double before = variance;
		double ratio = before > 0 ? f[j] / before : 0;

		variance += weighted * f[j];
		if (variance > 0)
			factor[j * (n + 1)] *= before / variance;
		gain[j] = weighted;
		for (size_t i = j + 1; i < n; i++)
		{
			double old = factor[i * n + j];

			factor[i * n + j] = old - gain[i] * ratio;
			gain[i] += old * weighted;
		}
	}
	for (size_t i = 0; i < n; i++)
		gain[i] /= variance;
}

void
cs_kalman_factor_gather(size_t n, size_t count, double *w, const double *weights, double *factor)
{
	memset(factor, 0, n * n * sizeof(double));
	for (size_t i = 0; i < n; i++)
	{
		const double *row = w + i * count;
		double sum = 0;

		for (size_t k = 0; k < count; k++)
			sum += weights[k] * row[k] * row[k];
		factor[i * (n + 1)] = sum;
		for (size_t j = i + 1; sum > 0 && j < n; j++)
		{
			double *other = w + j * count;
			double share = 0;

			for (size_t k = 0; k < count; k++)
				share += weights[k] * row[k] * other[k];
			share /= sum;
			for (size_t k = 0; k < count; k++)
				other[k] -= share * row[k];
			factor[j * n + i] = share;
		}
	}
}
