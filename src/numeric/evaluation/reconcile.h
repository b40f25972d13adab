/*
 * reconcile.h
 *		Forecasts of parts and wholes made to add up, with the least sum of error variances:
 *		minimum trace (Wickramasuriya, Athanasopoulos and Hyndman, Optimal forecast reconciliation
 *		for hierarchical and grouped time series through trace minimization, JASA 114, 2019).
 *
 * n forecasts y of series that are sums S b of m parts become S b with b the least squares solution
 * of y = S b, errors of covariance W: S (S'W^-1 S)^-1 S'W^-1 y.  W is diagonal, or the second
 * moments of past errors, their correlations shrunk towards zero by lambda (Schafer and Strimmer,
 * A shrinkage approach to large-scale covariance matrix estimation, Stat. Appl. Genet. Mol. Biol.
 * 4, 2005): with x the errors over their roots of mean squares and r_ij the mean of x_i x_j over
 * T times, lambda = sum of var(r_ij) / sum of r_ij^2 over i != j, within 0 and 1, and
 * var(r_ij) = sum (x_i x_j - r_ij)^2 / (T (T - 1)).
 */
#ifndef CREDITSPREAD_NUMERIC_RECONCILE_H
#define CREDITSPREAD_NUMERIC_RECONCILE_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

typedef struct cs_reconcile
{
	size_t n; /* forecasts */
	size_t m; /* parts: columns of the summing matrix */
	size_t times;
	double *scale;		  /* [n] sizes of the errors */
	double *row;		  /* [n][m + 1] the matrix and the forecast, in these sizes */
	double *diagonal;	  /* [m] and the next two: the triangle of linear_algebra.h */
	double *factor;		  /* [m (m - 1) / 2] */
	double *rhs;		  /* [m] */
	double *square;		  /* [m] squares of the columns */
	double *part;		  /* [m] solution */
	double *standardized; /* [n][times] */
	double *covariance;	  /* [n][n], lower triangle; later its Cholesky factor */
	double lambda;		  /* shrinkage of the last call of cs_reconcile_errors */
	size_t culprit;		  /* forecast, from 0, that CS_ZERO_VARIANCE is about */
} cs_reconcile;

/* Lays out the arrays; `times` 0 for cs_reconcile_variances alone.  CS_NO_MEMORY when they do not
 * fit. */
extern cs_status cs_reconcile_initialize(cs_reconcile *reconcile, size_t n, size_t m, size_t times,
										 cs_workspace *workspace);

/* Bytes that this takes. */
extern size_t cs_reconcile_size(size_t n, size_t m, size_t times);

/*
 * result[n] from forecast[n] and summing[n][m], W the variance[n], or with NULL the sums of the
 * absolute values of the rows of `summing` (structural scaling).  CS_SINGULAR for columns that
 * depend on one another, CS_ZERO_VARIANCE for a variance of zero, CS_NOT_FINITE.
 */
extern cs_status cs_reconcile_variances(cs_reconcile *reconcile, const double *forecast,
										const double *summing, const double *variance,
										double *result);

/*
 * W from error[times][n].  CS_TOO_FEW below 2 times; CS_ZERO_VARIANCE also where the errors of a
 * forecast follow from those before it.
 */
extern cs_status cs_reconcile_errors(cs_reconcile *reconcile, const double *forecast,
									 const double *summing, const double *error, double *result);

#endif
