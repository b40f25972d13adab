/*
 * kalman_dense.h
 *		Products of small square matrices, as the filter and the smoother of several states use
 *		them.  Symmetric results are symmetric to the last bit.
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_DENSE_H
#define CREDITSPREAD_NUMERIC_KALMAN_DENSE_H

#include <stddef.h>

static inline double
product(size_t n, const double *a, const double *b)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* result[m] = M x for M[m][n] */
static inline void
multiply_matrix(size_t m, size_t n, const double *matrix, const double *x, double *result)
{
	for (size_t i = 0; i < m; i++)
		result[i] = product(n, matrix + i * n, x);
}

/* result[n] = S x */
static inline void
multiply_vector(size_t n, const double *s, const double *x, double *result)
{
	multiply_matrix(n, n, s, x, result);
}

/* x' S x; work[n] */
static inline double
quadratic(size_t n, const double *s, const double *x, double *work)
{
	multiply_vector(n, s, x, work);
	return product(n, x, work);
}

/* S = A S A' for a symmetric S; work[n][n] */
static inline void
sandwich(size_t n, const double *a, double *s, double *work)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			work[i * n + j] = product(n, a + i * n, s + j * n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++)
			s[i * n + j] = s[j * n + i] = product(n, work + i * n, a + j * n);
}

/* S = (I - k h') S (I - k h')' + r k k' for a symmetric S; work[2][n] */
static inline void
joseph(size_t n, double *s, const double *k, const double *h, double r, double *work)
{
	double *right = work + n;

	multiply_vector(n, s, h, work);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			s[i * n + j] -= k[i] * work[j];
	multiply_vector(n, s, h, right);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++)
			s[i * n + j] = s[j * n + i] = s[i * n + j] - right[i] * k[j] + r * k[i] * k[j];
}

/* S = S - h u' - u h' + c h h' */
static inline void
update_symmetric(size_t n, double *s, const double *h, const double *u, double c)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++)
			s[i * n + j] = s[j * n + i] =
				s[i * n + j] - h[i] * u[j] - u[i] * h[j] + c * h[i] * h[j];
}

#endif
