/*
 * structural.h
 *		Structural time series by maximum likelihood (Harvey, Forecasting, Structural Time Series
 *		Models and the Kalman Filter, 1989; Durbin and Koopman, Time Series Analysis by State Space
 *		Methods, 2012, ch. 3):
 *
 *		y(t) = trend + season + cycle + b' f(t) + noise
 *
 * Trend: a level that walks, one whose slope walks too (local linear trend), one whose slope alone
 * walks (smooth), or an autoregression of mean zero.  Season: dummies, whose sum over a period is
 * noise, or trigonometric terms of one variance, floor(period / 2) of them.  Cycle: a rotation by a
 * frequency, damped or not.
 *
 * States: level, slope; the season now, one row ago, ... or the pairs of the terms, of which the
 * last has one state where the period is even; the pair of the cycle.  All of them are diffuse at
 * the start but for the autoregression, which is stationary.  The likelihood is that of the
 * observations given those that fix the diffuse start.  A missing observation is NaN; so is one
 * with a missing feature.
 *
 * Legend: T rows, n states, F features, K parameters.
 */
#ifndef CREDITSPREAD_NUMERIC_STRUCTURAL_H
#define CREDITSPREAD_NUMERIC_STRUCTURAL_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/quasi_newton.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/state_space/kalman_matrix.h"

#define CS_STRUCTURAL_MAX_PERIOD 60 /* with trend and cycle within CS_KALMAN_MAX_SIZE */

typedef enum cs_structural_trend
{
	CS_TREND_LEVEL,
	CS_TREND_AR1, /* without season and cycle */
	CS_TREND_LINEAR,
	CS_TREND_SMOOTH
} cs_structural_trend;

typedef enum cs_structural_season
{
	CS_SEASON_NONE,
	CS_SEASON_DUMMY,
	CS_SEASON_TRIGONOMETRIC
} cs_structural_season;

typedef enum cs_structural_cycle
{
	CS_CYCLE_NONE,
	CS_CYCLE_STOCHASTIC, /* damping = 1 */
	CS_CYCLE_DAMPED
} cs_structural_cycle;

typedef struct cs_structural_form
{
	cs_structural_trend trend;
	cs_structural_season season;
	int period; /* of the season, 2 or more */
	cs_structural_cycle cycle;
	double shortest, longest; /* periods of the cycle, in rows, 2 <= shortest < longest */
	size_t features;
} cs_structural_form;

/* What has a variance, in the order of the parameters. */
typedef enum cs_structural_part
{
	CS_PART_NOISE,
	CS_PART_LEVEL, /* or of the autoregression */
	CS_PART_SLOPE,
	CS_PART_SEASON,
	CS_PART_CYCLE,
	CS_PARTS
} cs_structural_part;

/* The parameters after the variances; the coefficients of the features follow. */
typedef enum cs_structural_parameter
{
	CS_PARAMETER_FREQUENCY = CS_PARTS,
	CS_PARAMETER_DAMPING,
	CS_PARAMETER_TRANSITION,
	CS_PARAMETERS
} cs_structural_parameter;

typedef struct cs_structural_values
{
	double variance[CS_PARTS];
	double frequency; /* of the cycle, radians a row */
	double damping;
	double transition; /* of the autoregression */
} cs_structural_values;

/* ---- the likelihood ---- */

typedef struct cs_structural_filter
{
	const cs_structural_form *form;
	size_t rows, states, columns; /* columns: y and the features */
	size_t season, cycle;		  /* the first of their states */
	size_t seen_count;
	size_t seen[CS_KALMAN_MAX_SIZE]; /* states that y is the sum of */
	double cosine[CS_STRUCTURAL_MAX_PERIOD / 2 + 1];
	double sine[CS_STRUCTURAL_MAX_PERIOD / 2 + 1];
	double turn_cosine, turn_sine; /* of the cycle, times its damping */
	cs_structural_values values;
	double *y;			 /* [T][1 + F] */
	double *transition;	 /* A [n][n] */
	double *observation; /* h [n] */
	double *unknown;	 /* as in kalman_unknown.h */
	double *work;		 /* [n + 2][n] */
	bool planned;		 /* the rows that fix the start are known, for whatever values */
	size_t firsts;		 /* of them */
	size_t *first_row;	 /* [n] */
	double *first_gain;	 /* [n][n] */
	double *covariance;	 /* P [n][n] of the next row */
	double *before;		 /* [n][n] */
	double *process;	 /* [n], the diagonal of Q */
	double *state;		 /* [1 + F][n] */
	double *product;	 /* P h [n] */
	double *innovation;	 /* [1 + F] */
	bool steady;
	double variance;	  /* F of the last row */
	double *diagonal;	  /* of the regression of the innovations: [F], */
	double *factor;		  /* [F (F - 1) / 2], */
	double *rhs;		  /* [F] */
	double *row;		  /* [F] */
	double *size;		  /* [1 + F] of the largest value of each column before its shift */
	double *square;		  /* [F] of that of the features, over F */
	double *coefficients; /* [F] */
	size_t redundant; /* with CS_SINGULAR: the feature, from 1, that what stands before explains */
	double *score;	  /* [F], */
	double *information; /* [F][F], by given coefficients */
	double sum_log;		 /* of ln F */
	double sum_squares;	 /* of what the features leave, over F */
	size_t count;		 /* observations in the sums */
} cs_structural_filter;

extern size_t cs_structural_states(const cs_structural_form *form);
extern void cs_structural_filter_lay_out(cs_structural_filter *filter,
										 const cs_structural_form *form, size_t rows,
										 cs_workspace *workspace);

/* Before the first run, once y is there. */
extern void cs_structural_filter_start(cs_structural_filter *filter);

/* Sets transition and process as filter->values are. */
extern void cs_structural_filter_matrices(cs_structural_filter *filter);

/*
 * All rows by filter->values.  `given` takes the coefficients as they are and sets score and
 * information; else they are those of least squares.  CS_TOO_FEW where the rows do not fix the
 * start, CS_SINGULAR where features are explained by others or by the states, CS_ZERO_VARIANCE,
 * CS_NOT_FINITE.
 */
extern cs_status cs_structural_filter_run(cs_structural_filter *filter, bool given);

/* ---- the fit ---- */

typedef struct cs_structural_fit
{
	cs_structural_form form;
	cs_structural_filter filter;
	cs_quasi_newton search;
	double scale;		   /* a power of 2 by which y was divided */
	double *feature_scale; /* [F] */
	size_t observed;
	bool active[CS_PARTS]; /* has a variance above 0 */
	cs_status status;	   /* of the last evaluation */
	double *point;		   /* [CS_PARAMETERS] the best so far */
	double *saved;		   /* [CS_PARAMETERS] */
	double best;		   /* the negative log-likelihood of it, of the scaled rows */
	bool converged;
	int iterations;	  /* of all searches */
	double tolerance; /* by which an end may be less likely */
	double *hessian;  /* [K][K], information */
	double *diagonal; /* [K] */
	size_t *kept;	  /* [K] */
	double *around;	  /* [2][F] */
	/* results, in the units of the data */
	cs_structural_values values;
	double *coefficients; /* [F] */
	double *errors; /* [CS_PARAMETERS + F] standard errors; NaN: at a bound, or not determined */
	double log_likelihood;
} cs_structural_fit;

extern void cs_structural_fit_lay_out(cs_structural_fit *fit, const cs_structural_form *form,
									  size_t rows, cs_workspace *workspace);

/* Observations that a fit needs: one more than what it estimates. */
extern size_t cs_structural_needed(const cs_structural_form *form);

/*
 * Takes y[T] and features[T][F], which need not stay.  CS_NOT_FINITE for an infinity, CS_TOO_FEW
 * for fewer observations than needed (fit->observed says how many there are), CS_CONSTANT where
 * they are all equal.
 */
extern cs_status cs_structural_fit_take(cs_structural_fit *fit, const double *y,
										const double *features);

/*
 * The highest likelihood, after take.  CS_CONSTANT where the model explains y but for its last
 * digits, and the statuses of the filter.
 */
extern cs_status cs_structural_fit_solve(cs_structural_fit *fit);

/*
 * Standard errors by the observed information at fit->values; after solve, or after take for
 * values from elsewhere without features.
 */
extern cs_status cs_structural_fit_errors(cs_structural_fit *fit);

/* Whether the model has the parameter, and whether the fit found it at a bound. */
extern bool cs_structural_has(const cs_structural_form *form, int parameter);
extern bool cs_structural_at_bound(const cs_structural_fit *fit, int parameter);

/* A parameter among values. */
extern double cs_structural_value(const cs_structural_values *values, int parameter);

/* The model as matrices: A [n][n], h [n], Q [n][n]. */
extern void cs_structural_matrices(cs_structural_fit *fit, double *transition, double *observation,
								   double *process);

/* ---- between its files ---- */

/* Coordinates without bounds of values, scaled as wanted, and back; active parts only. */
extern size_t cs_structural_coordinates(const cs_structural_fit *fit,
										int parameters[CS_PARAMETERS]);
extern double cs_structural_to_coordinate(const cs_structural_form *form, int parameter,
										  double value);
extern double cs_structural_from_coordinate(const cs_structural_form *form, int parameter,
											double at);
extern void cs_structural_set(cs_structural_values *values, int parameter, double value);

#endif
