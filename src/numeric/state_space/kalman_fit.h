/*
 * kalman_fit.h
 *		Maximum likelihood for a local level, x(t) = x(t-1) + w with a diffuse start, and for an
 *		autoregression observed with noise, x(t) = A x(t-1) + w from its stationary distribution
 *		(Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, ch. 3 and
 *		4).  Observations are z = x + v; missing ones are NaN.
 *
 * With Q = s b and R = s (1 - b), the scale s is solved for, and the likelihood is maximized over b
 * in 0 .. 1 and A in -1 .. 1: the best points of a grid are refined by Newton's method, with
 * derivatives of the likelihood from the derivatives of the filter.  The ends Q = 0 and R = 0 are
 * tried for themselves and taken where they are as likely.
 *
 * The log-likelihood of a local level is that of the observations after the first, which fixes the
 * diffuse start.
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_FIT_H
#define CREDITSPREAD_NUMERIC_KALMAN_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"
#include "numeric/state_space/kalman.h"

typedef enum cs_kalman_form
{
	CS_KALMAN_LOCAL_LEVEL,
	CS_KALMAN_AR1_PLUS_NOISE
} cs_kalman_form;

#define CS_KALMAN_MIN_OBSERVED 4 /* observations that a fit needs */

/* Coordinates: A = tanh(at[0]), b = 1 / (1 + exp(-at[1])); at[1] infinite at the ends. */
typedef struct cs_kalman_point
{
	double at[2];
	double value; /* log-likelihood */
	double gradient[2];
	double scale; /* s */
} cs_kalman_point;

typedef struct cs_kalman_fit
{
	cs_kalman_form form;
	const double *y;
	size_t count;
	size_t observed;
	double size;		  /* of the largest observation */
	cs_kalman_point best; /* the maximum */
	bool converged;
	int iterations; /* Newton steps, of all points that were refined */
} cs_kalman_fit;

/*
 * y[count] stays in use.  CS_NOT_FINITE for an infinity, or when sums overflow, CS_TOO_FEW for
 * fewer than CS_KALMAN_MIN_OBSERVED observations (fit->observed says how many there are),
 * CS_CONSTANT when all are equal up to their last digits.  Reports how far it is to cs_poll.
 * `size` is that of the values that y was computed from, whose last digits are no variation, or 0.
 */
extern cs_status cs_kalman_fit_solve(cs_kalman_fit *fit, cs_kalman_form form, const double *y,
									 size_t count, double size);

/* The model of the best point, with the start that belongs to it. */
extern cs_kalman_model cs_kalman_fit_model(const cs_kalman_fit *fit);

/* "process_variance" or "observation_variance" where that is 0, "transition" near +-1, or NULL. */
extern const char *cs_kalman_fit_bound(const cs_kalman_fit *fit);

/*
 * White noise about zero instead, the model of which Q and A are 0, and whether the fit is the
 * better one by the Bayesian information criterion, which counts two parameters more for it.
 */
extern cs_kalman_model cs_kalman_fit_noise(const cs_kalman_fit *fit);
extern bool cs_kalman_fit_beats_noise(const cs_kalman_fit *fit);

/* Q / (1 - A^2), the variance of the state in the long run; |A| < 1. */
extern double cs_kalman_stationary_variance(const cs_kalman_model *model);

#endif
