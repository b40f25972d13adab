/*
 * arma.h
 *		The exact Gaussian likelihood of stationary autoregressive moving averages
 *
 *		w(t) = phi_1 w(t-1) + ... + e(t) + theta_1 e(t-1) + ...
 *
 * in the state space form of Harvey (Time Series Models, 1981).  Without missing values the filter
 * is that of Morf, Sidhu and Kailath (IEEE Trans. Automatic Control 19, 1974): one product of the
 * order of the model for each time.
 */
#ifndef CREDITSPREAD_NUMERIC_ARMA_H
#define CREDITSPREAD_NUMERIC_ARMA_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/workspace.h"

/* A process of the order (states, states - 1): unused coefficients are 0. */
typedef struct cs_arma
{
	size_t states;
	double *phi;		/* [states] phi_1, ... */
	double *theta;		/* [states] 1, theta_1, ... */
	double *first;		/* [states] covariance of the states with the first, variance of e = 1 */
	double *covariance; /* [4 * states] scratch: of the process */
	double *scratch[3]; /* [states] */
} cs_arma;

extern void cs_arma_lay_out(cs_arma *arma, size_t states, cs_workspace *workspace);

/* Whether all roots of 1 - phi_1 z - ... lie further out than `radius`; scratch[2][count]. */
extern bool cs_arma_stationary(const double *phi, size_t count, double radius, double *scratch[2]);

/* From partial autocorrelations within (-1, 1) to coefficients, in place; scratch[count]. */
extern void cs_arma_from_partial(double *values, size_t count, double *scratch);

/* Sets `first` by phi and theta; false where the process is not stationary. */
extern bool cs_arma_stationary_start(cs_arma *arma);

/*
 * The sums that generalized least squares takes from the prediction errors of w and of a column x.
 */
typedef struct cs_arma_sums
{
	double ww, wx, xx; /* of products of errors over their variances */
	double log_variance;
} cs_arma_sums;

/*
 * Runs over w[n] and the constant column x (0 = none), neither with missing values.  False where a
 * variance of an error is not positive.
 */
extern bool cs_arma_filter(cs_arma *arma, const double *w, double x, size_t n, cs_arma_sums *sums);

/* Takes the prediction errors of the columns of a row, and their variance. */
typedef void (*cs_arma_take)(void *context, const double *errors, double variance);

/*
 * The same over many columns, rows[n][columns]: hands on the errors of each row and sets the sum of
 * the logarithms of their variances.  Scratch: state[columns][states], errors[columns].
 */
extern bool cs_arma_filter_rows(cs_arma *arma, const double *rows, size_t columns, size_t n,
								double *state, double *errors, cs_arma_take take, void *context,
								double *log_variance);

#endif
