/*
 * linear.h
 *		Robust linear forecasts: the change of a series over each of several horizons, regressed
 *		directly on past changes (Huber, Robust Statistics, 1981; Hoerl and Kennard 1970).
 *
 *		y(t + h) - y(t) = v(t) (shrinkage sum_k b_k x_k(t) + e)
 *
 * v is the volatility of y at the origin t, the mean of the last CS_LINEAR_WINDOW absolute changes
 * with weights CS_LINEAR_DECAY^age.  Terms x, in this order, all within +-CS_LINEAR_CLIP:
 *
 * - of each column, y first and then the features: its last `lags` changes over its own volatility;
 * - for each length k in `means`: y less the mean of its last k values, over v sqrt(k);
 * - for each flagged feature: 1 where its value is missing, else 0;
 * - for each feature known in advance, x less its median over its deviation from that: its change
 *   from the origin to the target, and its mean over the rows from behind the origin to the target;
 *   these two are not clipped.
 *
 * b minimizes mean(rho(e)) + ridge |b|^2 / 2, rho of Huber with its corner at CS_LINEAR_CORNER
 * robust deviations of the residuals.  Ridge is chosen, and shrinkage and interval are made, from
 * the errors of forecasts out of fold: CS_LINEAR_FOLDS parts of the later two thirds of the origins
 * in order of time, each forecast by a fit to the origins whose targets were known before it.
 *
 * Values that are missing (NaN) are carried forward, as no change; y itself must be there on an
 * origin and on its target.  Forecasts look at the last cs_linear_look_back() rows of a series.
 */
#ifndef CREDITSPREAD_NUMERIC_LINEAR_H
#define CREDITSPREAD_NUMERIC_LINEAR_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/forecast.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#define CS_LINEAR_MAX_HORIZONS 32
#define CS_LINEAR_MAX_HORIZON 1000
#define CS_LINEAR_MAX_LAGS 250
#define CS_LINEAR_MAX_MEANS 8
#define CS_LINEAR_MAX_MEAN 2500
#define CS_LINEAR_MAX_TERMS 1024

#define CS_LINEAR_WINDOW 200
#define CS_LINEAR_DECAY 0.97
#define CS_LINEAR_CLIP 4.0
#define CS_LINEAR_CORNER 1.345
#define CS_LINEAR_FOLDS 5

/* Origins that each horizon of a fit needs. */
#define CS_LINEAR_MIN_ORIGINS 30

typedef struct cs_linear_options
{
	int lags; /* at least 1 */
	int horizons[CS_LINEAR_MAX_HORIZONS];
	int horizon_count;
	int means[CS_LINEAR_MAX_MEANS];
	int mean_count;
	double ridge; /* negative: chosen */
	bool shrink;  /* false: shrinkage is 1 */
	double interval_level;
} cs_linear_options;

/* Series one after the other, each in order of time. */
typedef struct cs_linear_data
{
	const double *values; /* [rows][columns], y first; NaN = missing */
	size_t rows;
	size_t columns;
	const size_t *series_start; /* [series_count] first rows, the first is 0 */
	size_t series_count;
	const size_t *place; /* [rows] of a row's time among all times; NULL: the row's number */
	const bool *flagged; /* [columns] features whose missing values are a term; NULL = none */
	const bool *ahead;	 /* [columns] features known in advance; NULL = none */
} cs_linear_data;

/* How many terms; SIZE_MAX where there are more than CS_LINEAR_MAX_TERMS. */
extern size_t cs_linear_terms(const cs_linear_options *options, const cs_linear_data *data);

/* Rows that the first forecast of a series needs, and those that one looks at, with or without its
 * interval. */
extern size_t cs_linear_history(const cs_linear_options *options);
extern size_t cs_linear_look_back(const cs_linear_options *options, bool interval);

/* Rows of one series without missing values that a fit needs. */
extern size_t cs_linear_minimum_rows(const cs_linear_options *options);

/* Changes and volatilities of the data, from which terms are made. */
typedef struct cs_linear_inputs
{
	const cs_linear_options *options;
	cs_linear_data data;
	size_t terms;
	double *weight; /* [CS_LINEAR_WINDOW] of the volatility, by age */
	double *change; /* [columns][rows], 0 where there is none */
	bool *known;	/* [columns][rows] whether the change counts for the volatility */
	double *level;	/* [rows] y, carried forward; NaN before the first */
	double *value;	/* [columns][rows] features known in advance, carried up to the last y */
	double *median; /* [columns] of those features, 0 unless set, */
	double *spread; /* and deviation from it, 1 unless set; 0: constant, and so are the terms */
} cs_linear_inputs;

/* Terms of the features known in advance: the last ones, which depend on the horizon. */
extern size_t cs_linear_ahead_terms(const cs_linear_data *data);

/* CS_NOT_FINITE: a change overflows; CS_OUT_OF_RANGE: too many terms. */
extern size_t cs_linear_inputs_size(const cs_linear_options *options, const cs_linear_data *data);
extern cs_status cs_linear_inputs_initialize(cs_linear_inputs *inputs,
											 const cs_linear_options *options,
											 const cs_linear_data *data, cs_workspace *workspace);

/*
 * Takes median and deviation of the features known in advance from the rows with y; scratch[rows].
 */
extern void cs_linear_set_ahead(cs_linear_inputs *inputs, double *scratch);

/*
 * The terms of the features known in advance for that many rows after a row of the series that ends
 * before row `end`: false where the series, or a value that is needed, does not reach so far.  With
 * `levels` the value at the target stands for the change.
 */
extern bool cs_linear_ahead(const cs_linear_inputs *inputs, size_t end, size_t row, size_t horizon,
							bool levels, double *terms);

/*
 * The terms of an origin, row `row` of the series from row `start`, but for those of features known
 * in advance, and the volatility of y there: false where y is missing or the history is too short.
 * A volatility of 0 makes terms of 0.
 */
extern bool cs_linear_origin(const cs_linear_inputs *inputs, size_t start, size_t row,
							 double *terms, double *volatility);

/* The volatility of a column at such a row, 0 where it has no change. */
extern double cs_linear_volatility(const cs_linear_inputs *inputs, size_t column, size_t start,
								   size_t row);

/*
 * The scale of an error that many rows ahead at such a row (econometrics/error_scale.h, p = 1):
 * what intervals are measured in, in units of y.
 */
extern double cs_linear_interval_scale(const cs_linear_inputs *inputs, size_t start, size_t row,
									   size_t horizon);

/* What a horizon is fitted to, and how its forecasts are made. */
typedef struct cs_linear_horizon
{
	double *coefficients; /* [terms] */
	double deviation;	  /* robust standard deviation of the residuals, in volatilities */
	double ridge;
	double shrinkage;  /* 0 to 1 */
	bool has_interval; /* whether there are errors enough for the level */
	double lower;	   /* bounds less the forecast, in interval scales: never above 0, */
	double upper;	   /* and never below */
	size_t origins;
	size_t tested; /* origins that were forecast out of fold; 0: the rest is 0 */
	double rmse;   /* of those forecasts, in units of y, */
	double mae;
	double random_walk_rmse; /* and of no change */
	double random_walk_mae;
} cs_linear_horizon;

/* Iteratively reweighted least squares with a ridge. */
typedef struct cs_linear_ridge
{
	size_t terms;
	double *gram; /* [terms][terms], the lower triangle */
	double *moment;
	double *factor;
	double *solution;
	double *residual; /* [origins] */
	double *weight;
	double *scratch[2];
} cs_linear_ridge;

/* The forecast made with the terms, the volatility and the y of an origin. */
extern double cs_linear_forecast(const cs_linear_horizon *horizon, size_t terms, const double *x,
								 double volatility, double y);

typedef struct cs_linear_fit
{
	cs_linear_inputs inputs;
	size_t terms;
	size_t fixed; /* of the terms those that all horizons share */
	size_t origins;
	size_t *row;		/* [origins], in order of time */
	size_t *start;		/* the first row of its series */
	size_t *end;		/* the row behind its series */
	size_t *origin;		/* [origins] those that a horizon uses */
	size_t *fold;		/* those that a fold is fitted to */
	double *x;			/* [origins][terms] */
	double *volatility; /* [origins] */
	double *target;		/* [origins] of a horizon, in volatilities */
	double *outside;	/* [ridges][origins] forecasts out of fold */
	double *pilot;		/* [terms] */
	cs_linear_ridge solver;
	bool inner; /* set by the caller: part of other work, whose progress is not told here */
	cs_linear_horizon horizon[CS_LINEAR_MAX_HORIZONS];
} cs_linear_fit;

extern size_t cs_linear_fit_size(const cs_linear_options *options, const cs_linear_data *data);
extern cs_status cs_linear_fit_initialize(cs_linear_fit *fit, const cs_linear_options *options,
										  const cs_linear_data *data, cs_workspace *workspace);

/*
 * Fits every horizon.  CS_CONSTANT: y does not change; CS_TOO_FEW: a horizon (its index in *which)
 * has fewer than CS_LINEAR_MIN_ORIGINS origins.
 */
extern cs_status cs_linear_fit_run(cs_linear_fit *fit, size_t *which);

/*
 * Coefficients that minimize the penalized loss over the listed origins, beginning with those in
 * coefficients[terms]; at most `iterations`, or until they stay.  The residuals' robust deviation
 * is returned: the median of their absolute values over 0.6745, or half their mean if that is more
 * (where more than half of them vanish).
 */
extern double cs_linear_ridge_run(cs_linear_ridge *solver, const double *x, const double *target,
								  const size_t *origin, size_t count, double ridge, int iterations,
								  double *coefficients);

/* The solution of the last iteration's weights with another ridge. */
extern void cs_linear_ridge_solve(cs_linear_ridge *solver, double penalty, double *coefficients);

/* Lays the solver's arrays out for so many origins. */
extern void cs_linear_ridge_lay_out(cs_linear_ridge *solver, size_t terms, size_t origins,
									cs_workspace *workspace);

#endif
