/*
 * linear_algebra.h
 *		Least squares row by row: an upper triangle kept up to date by Givens rotations without
 *		square roots (Gentleman, J. Inst. Maths Applics 12, 1973; Miller, AS 274, 1992), so that
 *		observations need not be kept and the condition number is never squared.
 *
 * A system of P columns is diagonal[P], factor[P(P-1)/2] and rhs[P], all zero at first.  The
 * orthogonal triangle is sqrt(diagonal) times the unit upper triangle whose elements right of the
 * diagonal are `factor`, row after row; rhs is the right side in the same scaling.
 */
#ifndef CREDITSPREAD_NUMERIC_LINEAR_ALGEBRA_H
#define CREDITSPREAD_NUMERIC_LINEAR_ALGEBRA_H

#include <stddef.h>

/*
 * Rotates one row into the system.  row[P] and *value are overwritten; *value becomes what the
 * system so far does not explain, and the weight that it then has is returned: returned weight
 * times the square of *value is the increase of the residual sum of squares.  weight >= 0.
 */
extern double cs_triangle_add_row(size_t columns, double *diagonal, double *factor, double *rhs,
								  double weight, double *row, double *value);

/*
 * Adds the rows that a second system stands for, as if each of its observations had been added;
 * returns the increase of the residual sum of squares beyond the second system's own.
 * scratch[P] is overwritten.
 */
extern double cs_triangle_combine(size_t columns, double *diagonal, double *factor, double *rhs,
								  const double *other_diagonal, const double *other_factor,
								  const double *other_rhs, double *scratch);

/* Coefficients by back substitution; the caller has judged the diagonal. */
extern void cs_triangle_solve(size_t columns, const double *factor, const double *rhs,
							  double *coefficients);

/* Sum of a[i] * b[i], in four running sums: one order of additions for every n. */
extern double cs_dot(size_t n, const double *a, const double *b);

/* Sum of a[i], likewise. */
extern double cs_sum(size_t n, const double *a);

#endif
