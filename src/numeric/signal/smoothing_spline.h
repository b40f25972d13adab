/*
 * smoothing_spline.h
 *		The natural cubic spline f over given places that makes the integral of f''^2 smallest among
 *		those whose sum of squared residuals is at most a bound (Reinsch, Numerische Mathematik 10,
 *		1967), or among which generalized cross-validation chooses (Craven and Wahba, Numerische
 *		Mathematik 31, 1979).
 *
 * Both are the minimum of the sum of squared residuals plus alpha times that integral, for one
 * alpha.  With u = alpha f'' at the inner places, the residuals are Q u, and u solves the least
 * squares problem of Q u ~ y with the penalty u' R u / alpha, Q and R banded (Green and Silverman,
 * Nonparametric Regression and Generalized Linear Models, 1994, ch. 2).  It is solved by Givens
 * rotations of its rows (de Hoog and Hutchinson, Numerische Mathematik 50, 1987), which lose half
 * of the figures that the equations with Q'Q lose when alpha is large.  The trace of the influence
 * matrix comes from the central bands of an inverse (Hutchinson and de Hoog, Numerische Mathematik
 * 47, 1985).  Time for one alpha and memory are proportional to the number of points.
 */
#ifndef CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_H
#define CREDITSPREAD_NUMERIC_SMOOTHING_SPLINE_H

#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

/* Generalized cross-validation can tell nothing from fewer points. */
#define CS_SMOOTHING_SPLINE_GCV_POINTS 4

/* Bytes for n points; SIZE_MAX on overflow. */
extern size_t cs_smoothing_spline_workspace_size(size_t n);

/*
 * x[n], n >= 1, and at[n], increasing, or NULL for points at equal distances.  bound >= 0 limits
 * the sum of squared residuals, 0 interpolates; NaN stands for generalized cross-validation, which
 * needs CS_SMOOTHING_SPLINE_GCV_POINTS points (else CS_TOO_FEW).  fitted[n], which may be x, gets
 * the spline's values and curvature[n], unless NULL, its second derivatives.  CS_OUT_OF_RANGE for
 * another bound and when `at` does not increase, CS_NOT_FINITE when a figure overflows: places too
 * far apart or too close.
 */
extern cs_status cs_smoothing_spline_fit(size_t n, const double *x, const double *at, double bound,
										 cs_workspace *workspace, double *fitted,
										 double *curvature);

/* Bytes for windows of at most so many points. */
extern size_t cs_smoothing_spline_trailing_workspace_size(size_t window);

/*
 * fitted[i] is the last value of the spline of the `window` rows up to i, or of all where there are
 * fewer, the same as cs_smoothing_spline_fit gives to the bit; NaN where cross-validation sees too
 * few.  Several windows are solved for side by side.
 */
extern cs_status cs_smoothing_spline_trailing(size_t n, const double *x, const double *at,
											  size_t window, double bound, cs_workspace *workspace,
											  double *fitted);

#endif
