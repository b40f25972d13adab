/*
 * var.h
 *		Vector autoregression with exogenous terms by least squares (Luetkepohl, New Introduction to
 *		Multiple Time Series Analysis, 2005, chapters 2 to 4):
 *
 *			y(t + h) = c + A_1 y(t) + ... + A_p y(t - p + 1) + B x(t) + e(t + h)
 *
 * K variables y, M exogenous terms x, order p >= 0, horizon h >= 1.  h = 1 without x is the usual
 * VAR(p), whose forecasts are iterated to any step; otherwise the forecast is direct, h rows ahead.
 * `separate` gives each variable its own lags only: K autoregressions.
 *
 * Terms of an equation, in this order: the constant, y_1..y_K at lag 1, ..., at lag p, x_1..x_M.
 * Coefficients are [terms][K], one column for each equation.
 */
#ifndef CREDITSPREAD_NUMERIC_VAR_H
#define CREDITSPREAD_NUMERIC_VAR_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stdbool.h>
#include <stddef.h>

/* The most variables times order, and the most terms of an equation. */
#define CS_VAR_MAX_LAG_TERMS 128
#define CS_VAR_MAX_TERMS 256

typedef struct cs_var_design
{
	size_t variables; /* K */
	size_t exogenous; /* M */
	size_t order;	  /* p */
	size_t horizon;	  /* h */
	bool separate;
} cs_var_design;

typedef struct cs_var_criteria
{
	double aic;	 /* ln|S| + 2 q / T, S = residual covariance with divisor T, q coefficients */
	double bic;	 /* ln|S| + ln(T) q / T */
	double hqic; /* ln|S| + 2 ln(ln(T)) q / T */
	double log_likelihood; /* of normal errors: -(T / 2) (K ln(2 pi) + ln|S| + K) */
} cs_var_criteria;

/* 1 + K p + M; SIZE_MAX on overflow. */
extern size_t cs_var_terms(const cs_var_design *design);

/* Terms that an equation estimates: 1 + p + M when separate. */
extern size_t cs_var_free_terms(const cs_var_design *design);

/* Whether term `term` stands in equation `equation`. */
extern bool cs_var_has_term(const cs_var_design *design, size_t term, size_t equation);

/* Rows y(t + h) that can be explained in a series of `rows`: the T of the formulas. */
extern size_t cs_var_observations(const cs_var_design *design, size_t rows);

/*
 * The rows that a fit needs: as many observations as free terms and, for a residual covariance that
 * is not singular, variables (one when separate).
 */
extern size_t cs_var_minimum_rows(const cs_var_design *design);

/* CS_OUT_OF_RANGE: no variable, horizon 0, or more than the limits above. */
extern cs_status cs_var_check_design(const cs_var_design *design);

/*
 * The fit.  Every row of data is rotated into one triangle of the terms and the variables; the
 * equations are then solved from the triangle, so that every order up to the design's can be tried
 * on the same sample without reading the data again.
 *
 * Initialize, solve for an order, take the result; solve again for another.
 */
typedef struct cs_var_fit
{
	cs_var_design design; /* of the triangle */
	cs_var_design tried;  /* of the equations: the same, or of lower order */
	size_t observations;
	size_t columns;	  /* terms + K */
	double *diagonal; /* of the triangle, see linear_algebra.h */
	double *factor;
	double *zero; /* right side of the triangle: none */
	double *row;
	double *own_diagonal; /* of the equation being solved */
	double *own_factor;
	double *own_rhs;
	double *solution;
	double *coefficients;	 /* [terms][K] of the order tried */
	double *standard_errors; /* likewise */
	double *residuals;		 /* [K][columns], in the triangle's coordinates */
	double *covariance;		 /* [K][K] */
	double *scratch;		 /* [K][K] */
} cs_var_fit;

/* Bytes of workspace; SIZE_MAX on overflow. */
extern size_t cs_var_fit_size(const cs_var_design *design);

/*
 * Reads values[rows][K + M], y then x, in order of time.  known[rows], NULL for all: the rows whose
 * y is one that was observed; observations from and of others are left out.  CS_OUT_OF_RANGE as
 * above, CS_TOO_FEW below the minimum, also of observations, CS_NO_MEMORY.
 */
extern cs_status cs_var_fit_initialize(cs_var_fit *fit, const cs_var_design *design,
									   const double *values, const bool *known, size_t rows,
									   cs_workspace *workspace);

/* Observations that are left where some y are not known. */
extern size_t cs_var_known_observations(const cs_var_design *design, const bool *known,
										size_t rows);

/*
 * Solves the equations of `order`, at most that of the design.  CS_SINGULAR: *term is the term that
 * the ones before it explain.  CS_ZERO_VARIANCE: *term is the variable that is fitted exactly.
 */
extern cs_status cs_var_fit_solve(cs_var_fit *fit, size_t order, size_t *term);

/*
 * sigma[K][K] with divisor T - free terms and sigma_ml[K][K] with divisor T, either may be NULL;
 * coefficients and standard errors lie in the fit.  CS_ZERO_VARIANCE when the residuals are
 * linearly dependent.
 */
extern cs_status cs_var_fit_result(cs_var_fit *fit, double *sigma, double *sigma_ml,
								   cs_var_criteria *criteria);

/*
 * Moduli of the roots of det(I - A_1 z - ... - A_p z^p), ascending; infinite for a zero eigenvalue
 * of the companion matrix.  moduli[K p].  The process is stable when all exceed 1.  CS_OUT_OF_RANGE
 * unless the horizon is 1; CS_NOT_CONVERGED, CS_NO_MEMORY from GSL.
 */
extern cs_status cs_var_root_moduli(const cs_var_design *design, const double *coefficients,
									double *moduli);

/*
 * Point forecasts.  path[p + steps][K]: the last p rows of y, oldest first, are given; the
 * forecasts are written after them.  x[M] belongs to the last given row.  Steps are iterated, so
 * `steps` must be 1 (h rows ahead) when M > 0 or h > 1, else CS_OUT_OF_RANGE.
 */
extern cs_status cs_var_forecast(const cs_var_design *design, const double *coefficients,
								 const double *x, size_t steps, double *path);

/*
 * Mean squared errors of the forecasts, parameters taken as known: MSE(s) = sum_{i<s} Psi_i S
 * Psi_i', Psi_0 = I, Psi_i = sum_j A_j Psi_{i-j}.  Each `next` advances to the next step, the first
 * one to step 1; mse[K][K] is then that step's.
 */
typedef struct cs_var_errors
{
	cs_var_design design;
	const double *coefficients;
	const double *sigma;
	size_t step;
	double *psi; /* [p][K][K], Psi_i at i modulo p */
	double *mse; /* [K][K] */
	double *next;
	double *product;
} cs_var_errors;

extern size_t cs_var_errors_size(const cs_var_design *design);
extern cs_status cs_var_errors_initialize(cs_var_errors *errors, const cs_var_design *design,
										  const double *coefficients, const double *sigma,
										  cs_workspace *workspace);
extern void cs_var_errors_next(cs_var_errors *errors);

#endif
