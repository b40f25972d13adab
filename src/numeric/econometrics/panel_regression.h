/*
 * panel_regression.h
 *		Panel regression with entity fixed effects (within estimator) and cluster-robust errors
 *		(Arellano, Oxford Bulletin 49, 1987; Wooldridge, Econometric Analysis of Cross Section and
 *		Panel Data, 2010, chapter 10):
 *
 *			y(i, t) = a_i + b'x(i, t) + e(i, t)
 *
 * b is least squares on deviations from the entity's means, a_i = mean y - b' mean x of the entity.
 * The covariance of b is
 *
 *			f (X'X)^-1 (sum_g s_g s_g') (X'X)^-1,	s_g = sum of x e over cluster g, x in
 *		deviations, f = G / (G - 1) (n - 1) / (n - m - 1)
 *
 * for G clusters, n observations and m regressors; t statistics refer to G - 1 degrees of freedom.
 * An entity with a single row says nothing of b: it has an effect and counts neither in n nor,
 * where it is all that a cluster holds, in G (Correia, "Singletons, cluster-robust standard errors
 * and fixed effects", 2015).
 */
#ifndef CREDITSPREAD_NUMERIC_PANEL_REGRESSION_H
#define CREDITSPREAD_NUMERIC_PANEL_REGRESSION_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stdbool.h>
#include <stddef.h>

/* The most regressors. */
#define CS_PANEL_MAX_REGRESSORS 256

typedef struct cs_panel_result
{
	size_t observations;	 /* n */
	size_t clusters;		 /* G */
	double intercept;		 /* mean of a_i over the observations */
	double r_squared_within; /* of the deviations from the entities' means */
	double r_squared;		 /* of y, the effects included */
	double residual_sd;		 /* divisor n - entities - m */
	double log_likelihood;	 /* of normal errors; NaN for an exact fit */
	double bic;				 /* (-2 log likelihood + (m + entities) ln n) / n; likewise */
} cs_panel_result;

/* The data, kept by reference. */
typedef struct cs_panel_data
{
	size_t rows;
	size_t regressors;
	size_t entities;
	size_t clusters;
	const double *values; /* [rows][1 + regressors]: y, x */
	const size_t
		*entities_of; /* [rows], 0 .. entities - 1, each entity's rows together, in order */
	const size_t *clusters_of; /* [rows], 0 .. clusters - 1, in any order */
} cs_panel_data;

/* What says something of the coefficients: entities with more than one row. */
typedef struct cs_panel_counts
{
	size_t rows;
	size_t entities;
	size_t clusters;
} cs_panel_counts;

/* Initialize, solve, take the result. */
typedef struct cs_panel_fit
{
	cs_panel_data data;
	cs_panel_counts counts;
	double total_within; /* sums of squares of y */
	double total;
	double residual;
	bool *seen;		  /* [clusters] with a row that informs */
	double *means;	  /* [entities][1 + regressors] */
	double *raw;	  /* [regressors] sums of squares as they came in */
	double *diagonal; /* of the triangle, see linear_algebra.h */
	double *factor;
	double *rhs;
	double *row;
	double *scores;			 /* [clusters][regressors] */
	double *coefficients;	 /* [regressors] */
	double *standard_errors; /* [regressors] */
	double *effects;		 /* [entities] */
} cs_panel_fit;

/* Bytes of workspace; SIZE_MAX on overflow. */
extern size_t cs_panel_fit_size(const cs_panel_data *data);

/* The rows that a fit needs: one more than the entities that inform and the regressors together. */
extern size_t cs_panel_minimum_rows(const cs_panel_fit *fit);

/*
 * CS_OUT_OF_RANGE: no regressor, or more than the limit.  CS_TOO_FEW: fewer rows that inform than
 * the minimum, or one cluster; fit->counts then says what there is.  CS_NO_MEMORY.
 */
extern cs_status cs_panel_fit_initialize(cs_panel_fit *fit, const cs_panel_data *data,
										 cs_workspace *workspace);

/*
 * CS_SINGULAR: *regressor does not vary within the entities, or those before it explain it.
 * CS_CONSTANT: y does not vary within the entities.  CS_NOT_FINITE on overflow.
 */
extern cs_status cs_panel_fit_solve(cs_panel_fit *fit, size_t *regressor);

/* Coefficients, standard errors and effects lie in the fit. */
extern void cs_panel_fit_result(const cs_panel_fit *fit, cs_panel_result *result);

#endif
