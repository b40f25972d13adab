/*
 * arima.h
 *		Seasonal autoregressive integrated moving averages (Box and Jenkins, Time Series Analysis,
 *		1970), by exact maximum likelihood:
 *
 *		phi(B) Phi(B^m) (1 - B)^d (1 - B^m)^D (y(t) - c x(t)) = theta(B) Theta(B^m) e(t)
 *
 * phi(B) = 1 - phi_1 B - ..., theta(B) = 1 + theta_1 B + ..., x is 1 (c the mean, for d = D = 0) or
 * t (c the drift, for d + D = 1).  Autoregressions are stationary and moving averages invertible.
 *
 * The likelihood is that of the values after the first d + m D, given those.  A missing value is
 * NaN: the state is predicted only.  The first d + m D rows begin with the first value that is
 * there; what is missing among them is unknown and has a flat distribution, so that as many values
 * more tell it and are not counted (arima_start.c).
 *
 * With features f, y(t) - f(t)'b takes the place of y(t): a regression with such errors, its
 * coefficients by generalized least squares at each point of the search (arima_regression.c).
 */
#ifndef CREDITSPREAD_NUMERIC_ARIMA_H
#define CREDITSPREAD_NUMERIC_ARIMA_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/quasi_newton.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/state_space/arma.h"

#define CS_ARIMA_MAX_ORDER 10	   /* of p and q */
#define CS_ARIMA_MAX_SEASONAL 3	   /* of P and Q */
#define CS_ARIMA_MAX_DIFFERENCES 2 /* of d, and of D */
#define CS_ARIMA_MAX_PERIOD 400
#define CS_ARIMA_MAX_FEATURES 64
#define CS_ARIMA_MAX_COEFFICIENTS (2 * (CS_ARIMA_MAX_ORDER + CS_ARIMA_MAX_SEASONAL))

/* The groups of coefficients, in their order. */
typedef enum cs_arima_part
{
	CS_ARIMA_AR,
	CS_ARIMA_MA,
	CS_ARIMA_SEASONAL_AR,
	CS_ARIMA_SEASONAL_MA,
	CS_ARIMA_PARTS
} cs_arima_part;

typedef struct cs_arima_order
{
	int count[CS_ARIMA_PARTS]; /* p, q, P, Q */
	int differences;		   /* d */
	int seasonal_differences;  /* D */
	int period;				   /* m; 1 = no season */
	bool constant;			   /* mean or drift */
	size_t features;
} cs_arima_order;

typedef struct cs_arima_model
{
	cs_arima_order order;
	double coefficients[CS_ARIMA_MAX_COEFFICIENTS];
	double constant;
	double variance; /* of e: squares over observations less coefficients */
	double log_likelihood;
	double aicc; /* Hurvich and Tsai, Biometrika 76, 1989; INFINITY with too few observations */
	size_t observations; /* in the likelihood */
	bool converged;
	double regression[CS_ARIMA_MAX_FEATURES]; /* b */
	double errors[CS_ARIMA_MAX_FEATURES];	  /* standard, the other coefficients taken as known */
} cs_arima_model;

/* All of p, q, P and Q, the constant, and the features. */
extern size_t cs_arima_coefficients(const cs_arima_order *order);

/* CS_OUT_OF_RANGE unless the numbers are within their limits and go together. */
extern cs_status cs_arima_check(const cs_arima_order *order);

/* Whether the autoregression of a model is stationary. */
extern bool cs_arima_is_stationary(const cs_arima_model *model);

/* Lags of y that start the differences: d + m D. */
extern size_t cs_arima_lags(const cs_arima_order *order);

/* The states of a filter: of the process, and lags of y. */
extern size_t cs_arima_states(const cs_arima_order *order);

/* What the features x of a row say of it; NaN where one is missing. */
extern double cs_arima_explained(const cs_arima_model *model, const double *x);

/* values[n] less, or plus, what x[n][features] say of them. */
extern void cs_arima_less_features(const cs_arima_model *model, const double *x, size_t n,
								   double *values);
extern void cs_arima_plus_features(const cs_arima_model *model, const double *x, size_t n,
								   double *values);

/* ---- filter ---- */

/* Lags of y that start the differences and are missing. */
typedef struct cs_arima_unknown
{
	size_t count;	  /* that are not told yet: all of them or none */
	double size;	  /* weighted squares of all rows */
	double *state;	  /* [count][states + lags] what one of each adds to the state */
	double *row;	  /* [count] */
	double *diagonal; /* the system of linear_algebra.h */
	double *factor;
	double *rhs;
} cs_arima_unknown;

/* States: those of the process of the differences, then the lags of y. */
typedef struct cs_arima_filter
{
	size_t states; /* of the process */
	size_t lags;
	double constant;
	double slope;		 /* what a step adds to the constant's column: 0 or 1 */
	cs_arma arma;		 /* the products of both factors */
	double *differences; /* [lags] y(t) = w(t) + sum differences y(t - j) */
	double *state;		 /* [states + lags] of the next row */
	double *covariance;	 /* [states + lags]^2 of its error, variance of e = 1 */
	double x;			 /* of the next row */
	size_t known;		 /* rows of the lags so far */
	cs_arima_unknown unknown;
	double variance; /* of the last prediction */
	bool steady;	 /* the covariance stays */
	double *gain;	 /* [states + lags] */
	double *before;	 /* scratch: as covariance, */
	double *half;
	double *ahead; /* and as state */
	double *column;
} cs_arima_filter;

extern void cs_arima_filter_lay_out(cs_arima_filter *filter, const cs_arima_order *order,
									cs_workspace *workspace);

/* Both factors of either side multiplied out. */
extern void cs_arima_multiply_out(const cs_arima_order *order, const double *coefficients,
								  cs_arma *arma);

/* Before the first row; false where the autoregression is not stationary. */
extern bool cs_arima_filter_start(cs_arima_filter *filter, const cs_arima_model *model);

/*
 * A row, NaN = missing.  True with the error of its prediction and the variance of that error, in
 * variances of e, where it was predicted and is there.
 */
extern bool cs_arima_filter_step(cs_arima_filter *filter, double y, double *error,
								 double *variance);

/*
 * The same row of another column with the gains of this filter, after cs_arima_filter_step; value
 * is NaN where y was, `ready` is what cs_arima_filter_ready gave before.  The error of prediction.
 */
extern double cs_arima_filter_follow(cs_arima_filter *filter, bool ready, double value,
									 double *state);

/* Whether the lags are known or told: before, there are no forecasts. */
extern bool cs_arima_filter_ready(const cs_arima_filter *filter);

/* The means (and variances over that of e, unless NULL) of the next `horizon` rows. */
extern void cs_arima_filter_forecast(cs_arima_filter *filter, size_t horizon, double *mean,
									 double *variance);

/* ---- of arima_start.c, for arima_filter.c and arima_regression.c ---- */

extern void cs_arima_unknown_lay_out(cs_arima_unknown *unknown, const cs_arima_order *order,
									 cs_workspace *workspace);

/* Before the first row. */
extern void cs_arima_unknown_start(cs_arima_unknown *unknown, size_t lags);

/* The row that the filter has just taken, whether it was there and the error of its prediction. */
extern void cs_arima_unknown_step(cs_arima_filter *filter, bool there, double error);

/* Whether the rows tell all unknowns, beside the size of all squares. */
extern bool cs_arima_unknown_told(const double *diagonal, size_t count, double size);

/* ---- fit ---- */

/*
 * The columns that are solved for: of each unknown of the start, 1 in its row and 0 in others, then
 * the constant's, then the features.
 */
typedef struct cs_arima_regression
{
	size_t unknown;	  /* columns of the start, which are not in rows, scale and center */
	size_t columns;	  /* without these */
	double *rows;	  /* [n][columns + 1], y last: less center, over scale, and differences
					   * of that where nothing is missing */
	double *scale;	  /* [columns + 1] powers of 2; of y, 1: it is scaled before */
	double *center;	  /* [columns + 1] in the scale */
	double *state;	  /* [unknown + columns + 1][states] */
	double *error;	  /* [unknown + columns + 1] */
	double *row;	  /* [unknown + columns] */
	double *diagonal; /* the system of linear_algebra.h */
	double *factor;
	double *rhs;
	double *coefficients; /* [unknown + columns] */
	double squares;		  /* that they leave */
	size_t redundant; /* with CS_SINGULAR: the feature, from 1, that what stands before explains */
} cs_arima_regression;

typedef struct cs_arima_fit
{
	cs_arima_order order;
	size_t n;
	double scale;  /* a power of 2: |y| / scale is of the size of 1 */
	double *y;	   /* [n] over the scale */
	double *w;	   /* [n] differences less the shift's, where nothing is missing */
	double shift;  /* of the constant, near what it will be */
	size_t first;  /* row of the first of the lags */
	size_t used;   /* observations in the likelihood */
	bool complete; /* nothing is missing from there */
	cs_arima_filter filter;
	const double *x; /* [n][features], NaN = missing; set before a run with features */
	cs_arima_regression regression;
	cs_quasi_newton search;
	double best[CS_ARIMA_MAX_COEFFICIENTS];			/* point of all searches */
	cs_arima_order near_order;						/* of a model like it, period 0 = none, */
	double near[CS_ARIMA_MAX_COEFFICIENTS];			/* and its point, where a search starts too */
	double coefficients[CS_ARIMA_MAX_COEFFICIENTS]; /* of the last evaluation, */
	cs_arma_sums sums;								/* and its sums */
} cs_arima_fit;

/* For n values and orders up to this one in every number. */
extern void cs_arima_fit_lay_out(cs_arima_fit *fit, const cs_arima_order *most, size_t n,
								 cs_workspace *workspace);

/* Later searches start from the model that was fitted last, too. */
extern void cs_arima_fit_remember(cs_arima_fit *fit);

/*
 * Fits y[n], NaN = missing; `thorough` searches from several starts and to the last digit, else
 * only far enough to compare models.  CS_TOO_FEW: not two more observations than coefficients after
 * the first d + m D, or what is missing among these is not told; CS_CONSTANT: the differences do
 * not vary, or the features explain them; CS_SINGULAR: a feature is explained by others or the
 * constant.
 */
extern cs_status cs_arima_fit_run(cs_arima_fit *fit, const cs_arima_order *order, const double *y,
								  bool thorough, cs_arima_model *model);

/* The likelihood at the model's coefficients, which sets the rest of it. */
extern cs_status cs_arima_fit_evaluate(cs_arima_fit *fit, const double *y, cs_arima_model *model);

/* Least squares of y on the features and, where there may be one, a constant: what is left. */
extern cs_status cs_arima_fit_residuals(cs_arima_fit *fit, const double *y, bool constant,
										size_t features, double *residuals);

/* ---- of arima_regression.c, for arima.c ---- */

extern void cs_arima_regression_lay_out(cs_arima_regression *regression, const cs_arima_order *most,
										size_t n, cs_workspace *workspace);

/* y becomes missing where a feature is; CS_NOT_FINITE for an infinity. */
extern cs_status cs_arima_regression_mask(cs_arima_fit *fit);

/* Sets the rows, fit->y and fit->first given; CS_SINGULAR and CS_CONSTANT as cs_arima_fit_run. */
extern cs_status cs_arima_regression_prepare(cs_arima_fit *fit);

/* The sums at a model's coefficients. */
extern bool cs_arima_regression_filter(cs_arima_fit *fit, const cs_arima_model *model);

/* The constant, the features' coefficients and their errors, model->variance given. */
extern void cs_arima_regression_set(const cs_arima_fit *fit, cs_arima_model *model);

/* Whether all roots of both polynomials lie further out than `radius`. */
extern bool cs_arima_fit_roots(cs_arima_fit *fit, const cs_arima_model *model, double radius);

#endif
