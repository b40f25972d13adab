/*
 * kalman_unknown.c
 *		Directions of a diffuse start: reflected, so that an observation sees one of them alone.
 */
#include "numeric/state_space/kalman_unknown.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/state_space/kalman_dense.h"

#define SEEN 100.0 /* times its rounding that a product must be, per state */
#define LARGE 1e60 /* D may have any scale: it is kept within this and its inverse */

void
cs_kalman_unknown_of_covariance(size_t n, const double *u, double *unknown)
{
	double *rounding = unknown + n * n;
	size_t count = 0;

	memset(unknown, 0, cs_kalman_unknown_doubles(n) * sizeof(double));
	memcpy(rounding, u, n * n * sizeof(double));
	/* Cholesky's factor, the largest share of a variance that is left first */
	for (; count < n; count++)
	{
		double *row = unknown + count * n;
		double share = 1e-10;
		size_t pivot = n;

		for (size_t i = 0; i < n; i++)
			if (rounding[i * n + i] > share * u[i * n + i])
			{
				share = rounding[i * n + i] / u[i * n + i];
				pivot = i;
			}
		if (pivot == n)
			break;
		for (size_t j = 0; j < n; j++)
			row[j] = rounding[pivot * n + j] / sqrt(rounding[pivot * (n + 1)]);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				rounding[i * n + j] -= row[i] * row[j];
	}
	memset(rounding, 0, n * n * sizeof(double));
	for (size_t i = 0; i < n; i++)
		rounding[i * (n + 1)] = u[i * (n + 1)];
}

size_t
cs_kalman_unknown_count(size_t n, const double *unknown)
{
	for (size_t d = n; d > 0; d--)
		for (size_t i = 0; i < n; i++)
			if (unknown[(d - 1) * n + i] != 0)
				return d;
	return 0;
}

/* The square of D's column i, which is row i of its transpose. */
static double
square_of_state(size_t n, size_t count, const double *d, size_t i)
{
	double sum = 0;

	for (size_t j = 0; j < count; j++)
		sum += d[j * n + i] * d[j * n + i];
	return sum;
}

static double
tolerance(size_t n)
{
	double share = SEEN * (double) n * DBL_EPSILON;

	return share * share;
}

bool
cs_kalman_unknown_has(size_t n, size_t count, const double *unknown, size_t i)
{
	return square_of_state(n, count, unknown, i) > tolerance(n) * unknown[n * n + i * (n + 1)];
}

/* The scale of D means nothing: kept where squares neither overflow nor vanish. */
static void
keep_scale(size_t n, double *unknown)
{
	double largest = 0;
	int exponent;

	for (size_t i = 0; i < n * n; i++)
		largest = fmax(largest, fabs(unknown[i]));
	if (!isfinite(largest) || (largest < LARGE && largest > 1 / LARGE))
		return;
	frexp(largest, &exponent);
	for (size_t i = 0; i < n * n; i++)
	{
		unknown[i] = ldexp(unknown[i], -exponent);
		unknown[n * n + i] = ldexp(unknown[n * n + i], -2 * exponent);
	}
}

/* States of which only rounding is left are known; returns whether there are others. */
static bool
clear_known(size_t n, size_t count, double *unknown)
{
	double *rounding = unknown + n * n;
	bool left = false;

	for (size_t i = 0; i < n; i++)
	{
		if (cs_kalman_unknown_has(n, count, unknown, i))
		{
			left = true;
			continue;
		}
		for (size_t j = 0; j < count; j++)
			unknown[j * n + i] = 0;
		for (size_t j = 0; j < n; j++)
			rounding[i * n + j] = rounding[j * n + i] = 0;
	}
	return left;
}

size_t
cs_kalman_unknown_predict(size_t n, size_t count, const double *a, double *unknown, double *work)
{
	double *rounding = unknown + n * n;

	sandwich(n, a, rounding, work);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (a[i * n + k] != 0)
				rounding[i * (n + 1)] +=
					a[i * n + k] * a[i * n + k] * square_of_state(n, count, unknown, k);
	for (size_t j = 0; j < count; j++)
	{
		multiply_vector(n, a, unknown + j * n, work);
		memcpy(unknown + j * n, work, n * sizeof(double));
	}
	keep_scale(n, unknown);
	return clear_known(n, count, unknown) ? count : 0;
}

/* The sum of the squares of the products that make up D h. */
static double
square_of_products(size_t n, size_t count, const double *d, const double *h)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		if (h[i] != 0)
			sum += h[i] * h[i] * square_of_state(n, count, d, i);
	return sum;
}

double
cs_kalman_unknown_seen(size_t n, size_t count, const double *unknown, const double *h, double *seen,
					   double *work)
{
	double square;

	multiply_matrix(count, n, unknown, h, seen);
	square = product(count, seen, seen);
	return square > tolerance(n) * (quadratic(n, unknown + n * n, h, work) +
									square_of_products(n, count, unknown, h))
			   ? square
			   : 0;
}

/* D is reflected so that h sees the direction `pivot` alone. */
static void
isolate(size_t n, size_t count, double *d, const double *seen, double square, size_t pivot)
{
	double length = 0;
	double first = seen[pivot] + copysign(sqrt(square), seen[pivot]);

	for (size_t j = 0; j < count; j++)
		length += j == pivot ? first * first : seen[j] * seen[j];
	for (size_t i = 0; i < n; i++)
	{
		double sum = 0;

		for (size_t j = 0; j < count; j++)
			sum += (j == pivot ? first : seen[j]) * d[j * n + i];
		for (size_t j = 0; j < count; j++)
			d[j * n + i] -= 2 * sum / length * (j == pivot ? first : seen[j]);
	}
}

void
cs_kalman_unknown_remove(size_t n, size_t count, double *unknown, const double *h,
						 const double *seen, double square, double *gain, double *work)
{
	double *rounding = unknown + n * n;
	double noise = square_of_products(n, count, unknown, h);
	size_t pivot = 0;

	memset(gain, 0, n * sizeof(double));
	for (size_t j = 0; j < count; j++)
	{
		if (fabs(seen[j]) > fabs(seen[pivot]))
			pivot = j;
		for (size_t i = 0; i < n; i++)
			gain[i] += seen[j] * unknown[j * n + i];
	}
	for (size_t i = 0; i < n; i++)
		gain[i] /= square;
	if (square != seen[pivot] * seen[pivot])
		isolate(n, count, unknown, seen, square, pivot);
	memmove(unknown + pivot * n, unknown + (pivot + 1) * n,
			(count - pivot - 1) * n * sizeof(double));
	memset(unknown + (count - 1) * n, 0, n * sizeof(double));
	for (size_t j = 0; j + 1 < count; j++)
	{
		double rest = product(n, unknown + j * n, h);

		for (size_t i = 0; i < n; i++)
			unknown[j * n + i] -= gain[i] * rest;
	}
	joseph(n, rounding, gain, h, noise, work);
	for (size_t i = 0; i < n; i++)
		rounding[i * (n + 1)] += square_of_state(n, count - 1, unknown, i);
	clear_known(n, count - 1, unknown);
}
