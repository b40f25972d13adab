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
 *
 * The caller owns the loop: initialize; iterate until `finished`; then read `best`.
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

#define CS_KALMAN_GRID 96		 /* points of the largest grid */
#define CS_KALMAN_CANDIDATES 5	 /* points that are refined, ends included */
#define CS_KALMAN_MIN_OBSERVED 4 /* observations that a fit needs */

/* Coordinates: A = tanh(at[0]), b = 1 / (1 + exp(-at[1])); at[1] infinite at the ends. */
typedef struct cs_kalman_point
{
	double at[2];
	double value; /* log-likelihood */
	double gradient[2];
	double scale; /* s */
} cs_kalman_point;

/* The filter and its derivatives by A and b on their way through the series. */
typedef struct cs_kalman_tangent
{
	double transition, process, observation; /* A, b, 1 - b */
	size_t row;
	bool diffuse;
	bool steady;
	double state, variance; /* predicted */
	double d_state[2], d_variance[2];
	double gain, innovation_variance;
	double d_gain[2], d_innovation_variance[2];
	double sum_log, sum_squares; /* of ln F and of v^2 / F */
	double d_sum_log[2], d_sum_squares[2];
} cs_kalman_tangent;

typedef enum cs_kalman_fit_stage
{
	CS_KALMAN_FIT_GRID,
	CS_KALMAN_FIT_CANDIDATE, /* value at a point to be refined */
	CS_KALMAN_FIT_CURVATURE, /* gradients beside the current point */
	CS_KALMAN_FIT_TRIAL,	 /* value at the end of a step */
	CS_KALMAN_FIT_FINISHED
} cs_kalman_fit_stage;

typedef struct cs_kalman_fit
{
	cs_kalman_form form;
	const double *y;
	size_t count;
	size_t observed;
	double size; /* of the largest observation */
	bool finished;
	bool converged;
	int iterations; /* Newton steps, of all candidates */
	cs_kalman_point best;

	cs_kalman_fit_stage stage;
	cs_kalman_tangent tangent;
	cs_kalman_point point; /* being evaluated */
	cs_kalman_point grid[CS_KALMAN_GRID];
	int grid_rows, grid_columns, grid_next; /* [A][b] */
	cs_kalman_point candidates[CS_KALMAN_CANDIDATES];
	int candidate_count, candidate;
	cs_kalman_point current;
	double curvature[2][2];
	double step[2];
	int axis; /* of the gradient to come */
	int candidate_steps, halvings;
	bool last; /* the step to come is too short for another */
} cs_kalman_fit;

/*
 * y[count] stays in use.  CS_NOT_FINITE for an infinity, CS_TOO_FEW for fewer than
 * CS_KALMAN_MIN_OBSERVED observations, CS_CONSTANT when all are equal up to
 * their last digits.
 */
extern cs_status cs_kalman_fit_initialize(cs_kalman_fit *fit, cs_kalman_form form, const double *y,
										  size_t count);

/* Some thousand rows of an evaluation.  CS_NOT_FINITE when sums overflow. */
extern cs_status cs_kalman_fit_iterate(cs_kalman_fit *fit);

/* A share done, 0 .. 1, roughly. */
extern double cs_kalman_fit_progress(const cs_kalman_fit *fit);

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
