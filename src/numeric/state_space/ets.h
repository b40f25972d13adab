/*
 * ets.h
 *		Exponential smoothing as innovations state space models (Hyndman, Koehler, Ord and Snyder,
 *		Forecasting with Exponential Smoothing, 2008).
 *
 *		q(t) = l(t-1) + phi b(t-1)		mean(t) = q, q + s(t-m) or q s(t-m)
 *		l(t) = q + alpha r				r = y less the season, less q (or y over the season, less q)
 *		b(t) = phi b(t-1) + beta r
 *		s(t) = s(t-m) + gamma (y - q - s(t-m))		or y / q - s(t-m)
 *
 * y = mean + e, or mean (1 + e).  Forms are named by error, trend and season: A, M; N, A, Ad; N, A,
 * M.  Smoothing parameters are within [0.0001, 0.9999] with beta < alpha and gamma < 1 - alpha,
 * phi within [0.8, 0.98]; they and the states before the first row maximize the Gaussian
 * likelihood.  A missing value is NaN: its error counts as 0.
 */
#ifndef CREDITSPREAD_NUMERIC_ETS_H
#define CREDITSPREAD_NUMERIC_ETS_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/quasi_newton.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#define CS_ETS_MAX_PERIOD 24
#define CS_ETS_MAX_STATES (CS_ETS_MAX_PERIOD + 2)
#define CS_ETS_SMOOTHING 4 /* alpha, beta, gamma, phi */

typedef enum cs_ets_trend
{
	CS_ETS_NO_TREND,
	CS_ETS_ADDITIVE_TREND,
	CS_ETS_DAMPED_TREND,
	CS_ETS_TRENDS
} cs_ets_trend;

typedef enum cs_ets_season
{
	CS_ETS_NO_SEASON,
	CS_ETS_ADDITIVE_SEASON,
	CS_ETS_MULTIPLICATIVE_SEASON,
	CS_ETS_SEASONS
} cs_ets_season;

typedef struct cs_ets_form
{
	bool multiplicative_error;
	cs_ets_trend trend;
	cs_ets_season season;
	int period; /* 1 without season */
} cs_ets_form;

typedef struct cs_ets_state
{
	double level;
	double trend;
	double season[CS_ETS_MAX_PERIOD]; /* the next row's first */
} cs_ets_state;

typedef struct cs_ets_model
{
	cs_ets_form form;
	double alpha, beta, gamma, phi; /* phi 1 where it is not damped, the others 0 if not used */
	cs_ets_state start;
	double variance; /* of e: squares over observations less parameters and states */
	double log_likelihood;
	double aicc;
	size_t observations;
	bool converged;
} cs_ets_model;

/* CS_OUT_OF_RANGE: a period that is not within its limits, or a multiplicative season of additive
 * errors. */
extern cs_status cs_ets_check(const cs_ets_form *form);

/* Smoothing parameters and free states. */
extern size_t cs_ets_parameters(const cs_ets_form *form);

/* Moves on by a row; its expectation is returned. */
extern double cs_ets_step(const cs_ets_model *model, cs_ets_state *state, double y);

/* ---- forecast ---- */

/* Means and variances of the states ahead. */
typedef struct cs_ets_ahead
{
	double *mean;	/* [2 * CS_ETS_MAX_PERIOD] */
	double *second; /* [2 * CS_ETS_MAX_PERIOD]^2 */
	double *scratch[3];
} cs_ets_ahead;

extern void cs_ets_ahead_lay_out(cs_ets_ahead *ahead, cs_workspace *workspace);

/*
 * The means, and of a form with additive errors unless NULL the variances, of the `horizon` rows
 * after the state.
 */
extern void cs_ets_forecast(const cs_ets_model *model, const cs_ets_state *state, size_t horizon,
							cs_ets_ahead *ahead, double *mean, double *variance);

/* ---- fit ---- */

typedef struct cs_ets_fit
{
	cs_ets_form form;
	size_t n;
	double scale; /* a power of 2 */
	double *y;	  /* [n] over the scale */
	size_t used;
	double size; /* of the errors, of the additive form */
	cs_ets_model trial;
	cs_ets_model origin; /* where the search of a multiplicative form begins */
	bool thorough;		 /* whether the search is */
	cs_quasi_newton search;
	double shares[CS_ETS_SMOOTHING]; /* of their ranges, where a search begins */
	double sum_squares, sum_logs;	 /* of the last evaluation */
	double diagonal[CS_ETS_MAX_STATES];
	double factor[CS_ETS_MAX_STATES * (CS_ETS_MAX_STATES - 1) / 2];
	double rhs[CS_ETS_MAX_STATES];
	double row[CS_ETS_MAX_STATES];
	cs_ets_state response[CS_ETS_MAX_STATES];
} cs_ets_fit;

extern void cs_ets_fit_lay_out(cs_ets_fit *fit, size_t n, cs_workspace *workspace);

/*
 * Fits y[n].  CS_TOO_FEW: not two more observations than parameters; CS_CONSTANT: y does not vary;
 * CS_OUT_OF_RANGE: the form, or values that are not positive for a multiplicative form.
 */
extern cs_status cs_ets_fit_run(cs_ets_fit *fit, const cs_ets_form *form, const double *y,
								cs_ets_model *model);

/* Forms to be searched: -1 = all, else one of its kind (error: 0 additive, 1 multiplicative). */
typedef struct cs_ets_limits
{
	int period;
	int error;
	int trend;
	int season;
} cs_ets_limits;

/* The form with the smallest corrected information criterion. */
extern cs_status cs_ets_auto_run(cs_ets_fit *fit, const cs_ets_limits *limits, const double *y,
								 cs_ets_model *model);

#endif
