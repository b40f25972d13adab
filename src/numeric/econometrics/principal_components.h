/*
 * principal_components.h
 *		Principal components of rows of P values (Jolliffe, Principal Component Analysis, 2002): the
 *		directions of largest variance, from the covariance (divisor n - 1) or, standardized, the
 *		correlation.
 *
 * The rows are kept as sums: mean[P] and the triangle diagonal[P], factor[P(P-1)/2] (see
 * linear_algebra.h) of the deviations from the mean, all zero at first.  The components are the
 * right singular vectors of that triangle, by one-sided Jacobi rotations (Demmel and Veselic, SIAM
 * J. Matrix Anal. 13, 1992), so that small variances keep their figures.
 *
 * Sign: the loading of largest absolute value of each component is positive (the first of equals).
 */
#ifndef CREDITSPREAD_NUMERIC_PRINCIPAL_COMPONENTS_H
#define CREDITSPREAD_NUMERIC_PRINCIPAL_COMPONENTS_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most columns. */
#define CS_COMPONENTS_MAX_COLUMNS 512

/* Adds the row x[P] to the sums of *n rows; scratch[2 P] is overwritten. */
extern void cs_components_add(size_t columns, int64_t *n, double *mean, double *diagonal,
							  double *factor, const double *x, double *scratch);

/* Adds the rows of other sums; scratch[2 P] is overwritten. */
extern void cs_components_combine(size_t columns, int64_t *n, double *mean, double *diagonal,
								  double *factor, int64_t other_n, const double *other_mean,
								  const double *other_diagonal, const double *other_factor,
								  double *scratch);

/* Initialize, solve, take the result. */
typedef struct cs_components_fit
{
	size_t columns;
	double *scale;	  /* [P]: standard deviations, or 1 */
	double *work;	  /* [P][P], one vector for each column of the data */
	double *rotation; /* [P][P], likewise */
	double *square;	  /* [P] */
	double nothing;	  /* the square of a vector that is rounding only */
} cs_components_fit;

/* Bytes of workspace; SIZE_MAX on overflow. */
extern size_t cs_components_fit_size(size_t columns);

/*
 * CS_TOO_FEW below 2 rows, CS_OUT_OF_RANGE for no column or more than the limit.  CS_CONSTANT:
 * *column does not vary, but has to be standardized, or (*column = P) no column varies.
 */
extern cs_status cs_components_fit_initialize(cs_components_fit *fit, size_t columns, int64_t n,
											  const double *mean, const double *diagonal,
											  const double *factor, bool standardize,
											  cs_workspace *workspace, size_t *column);

/* CS_NOT_CONVERGED. */
extern cs_status cs_components_fit_solve(cs_components_fit *fit);

/*
 * variance[P] of the scores, descending; components[P][P], one in a row, each of length 1.
 * The scores of a row are components times (x - mean) / scale.
 */
extern void cs_components_fit_result(const cs_components_fit *fit, double *variance,
									 double *components);

/* score[count] of one row x[P]; components[count][P]; centred[P] is overwritten. */
extern void cs_components_scores(size_t columns, size_t count, const double *mean,
								 const double *scale, const double *components, const double *x,
								 double *centred, double *score);

#endif
