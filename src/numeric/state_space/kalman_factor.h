/*
 * kalman_factor.h
 *		A covariance as P = L D L', L with ones on its diagonal: what is well known keeps its digits
 *		beside what is badly known, and no variance becomes negative (Bierman, Factorization Methods
 *		for Discrete Sequential Estimation, 1977, ch. 5 and 6).
 *
 * A factor is a matrix [n][n] with D on the diagonal, L below and zeros above.
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_FACTOR_H
#define CREDITSPREAD_NUMERIC_KALMAN_FACTOR_H

#include <stddef.h>

/* Of a covariance, of which the lower triangle is read; may be the same array. */
extern void cs_kalman_factor_of(size_t n, const double *covariance, double *factor);

/* The covariance, symmetric to the last bit; not the same array. */
extern void cs_kalman_factor_product(size_t n, const double *factor, double *covariance);

/* h' P h; f[n] = L' h */
extern double cs_kalman_factor_variance(size_t n, const double *factor, const double *h, double *f);

/* The same of absolute values, beside which rounding is seen. */
extern double cs_kalman_factor_size(size_t n, const double *factor, const double *h);

/*
 * An observation of h' x with noise r is taken in; f as above, their sum positive; gives gain[n].
 */
extern void cs_kalman_factor_update(size_t n, double *factor, const double *f, double r,
									double *gain);

/* The factor of the sum of weights[k] c c', c column k of w[n][count], which is overwritten. */
extern void cs_kalman_factor_gather(size_t n, size_t count, double *w, const double *weights,
									double *factor);

#endif
