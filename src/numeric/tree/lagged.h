/*
 * lagged.h
 *		Forecasts of a series over several horizons by trees or support vectors, from the last rows
 *		of it and of other series.
 *
 *		y(t + h) = base(t) + unit(t) shrinkage f_h(x(t)) + e
 *
 * Inputs x: "changes" are the terms of linear.h, in volatilities; "levels" are the last `lags`
 * values of each column, y first, of each column the newest first, and the terms of linear.h of
 * features known in advance, the value at the target in the place of its change.  Target "change":
 * base is y(t), unit its volatility.  Target "level": base and unit are mean and deviation of y
 * over the training rows.  Every x is standardized by its mean and deviation there.
 *
 * The latest `validation` of a horizon's origins in order of time are forecast by a fit to the
 * origins whose targets were known before them.  Those forecasts say when boosting stops, how far
 * to shrink, how wide the interval is and what each term is worth; with `refit` the model is then
 * fitted again to all origins, as many rounds as before.
 */
#ifndef CREDITSPREAD_NUMERIC_LAGGED_H
#define CREDITSPREAD_NUMERIC_LAGGED_H

#include "numeric/econometrics/linear.h"
#include "numeric/tree/svr.h"
#include "numeric/tree/tree.h"

/* Origins that each horizon needs, and those without which nothing is validated. */
#define CS_LAGGED_MIN_ORIGINS 30
#define CS_LAGGED_MIN_VALIDATION 10

/* Validation rows, the last ones, over which a term's values are shuffled. */
#define CS_LAGGED_SHUFFLED 500

/* The deviation of a column that does not vary: whatever it has later is its mean. */
#define CS_LAGGED_CONSTANT 1e300

typedef enum cs_lagged_method
{
	CS_LAGGED_BOOSTED_TREES,
	CS_LAGGED_RANDOM_FOREST,
	CS_LAGGED_SVR
} cs_lagged_method;

typedef enum cs_lagged_inputs_kind
{
	CS_LAGGED_CHANGES,
	CS_LAGGED_LEVELS
} cs_lagged_inputs_kind;

typedef enum cs_lagged_target
{
	CS_LAGGED_CHANGE,
	CS_LAGGED_LEVEL
} cs_lagged_target;

typedef struct cs_lagged_options
{
	cs_lagged_method method;
	cs_linear_options linear; /* lags, horizons, means, shrink, interval_level */
	int inputs;				  /* a cs_lagged_inputs_kind */
	int target;				  /* a cs_lagged_target */
	double validation;		  /* share of the origins; 0: none */
	bool refit;
	cs_tree_options trees;
	cs_svr_options svr;
} cs_lagged_options;

/* As those of linear.h. */
extern size_t cs_lagged_terms(const cs_lagged_options *options, const cs_linear_data *data);
extern size_t cs_lagged_history(const cs_lagged_options *options);
extern size_t cs_lagged_look_back(const cs_lagged_options *options);
extern size_t cs_lagged_minimum_rows(const cs_lagged_options *options);

/* What standardizes a series. */
typedef struct cs_lagged_scale
{
	double *mean; /* [terms] */
	double *deviation;
	double level; /* of y, */
	double spread;
} cs_lagged_scale;

typedef struct cs_lagged_inputs
{
	const cs_lagged_options *options;
	cs_linear_data data;
	cs_linear_inputs changes; /* laid out where they are needed */
	size_t terms;
	size_t fixed; /* of the terms those that all horizons share */
	double *raw;  /* [terms] */
} cs_lagged_inputs;

extern size_t cs_lagged_inputs_size(const cs_lagged_options *options, const cs_linear_data *data);
extern cs_status cs_lagged_inputs_initialize(cs_lagged_inputs *inputs,
											 const cs_lagged_options *options,
											 const cs_linear_data *data, cs_workspace *workspace);

/*
 * The terms of an origin as they are, into inputs->raw (NaN = missing), its base and unit: false
 * where y is missing, the history too short or the unit 0.  `scale` is needed for target "level".
 */
extern bool cs_lagged_origin(const cs_lagged_inputs *inputs, size_t start, size_t row,
							 const cs_lagged_scale *scale, double *base, double *unit);

/* raw[fixed] standardized; what is missing stays NaN for trees and is 0 for support vectors. */
extern void cs_lagged_standardize(const cs_lagged_inputs *inputs, const cs_lagged_scale *scale,
								  float *x);

/* The terms behind those, standardized: of features known in advance; see cs_linear_ahead. */
extern bool cs_lagged_ahead(const cs_lagged_inputs *inputs, const cs_lagged_scale *scale,
							size_t end, size_t row, size_t horizon, float *x);

/* A fitted horizon; pointers are into the fit, until the next one is fitted. */
typedef struct cs_lagged_horizon
{
	const float *numbers;
	size_t count;
	size_t parts; /* trees, or support vectors */
	double shrinkage;
	bool has_interval;
	double lower; /* bounds less the forecast, in units: never above 0, */
	double upper; /* and never below */
	size_t origins;
	size_t tested; /* origins of the validation; 0: shrinkage is 1, the rest is 0 */
	double rmse;
	double mae;
	double random_walk_rmse;
	double random_walk_mae;
	double *gain;	  /* [terms] share of all gains; of trees */
	double *shuffled; /* [terms] rmse with the term's values shuffled over rmse; NaN = unknown */
} cs_lagged_horizon;

/* f(x). */
extern double cs_lagged_value(const cs_lagged_options *options, const float *numbers, size_t parts,
							  const float *x, size_t terms);

typedef struct cs_lagged_fit
{
	cs_lagged_inputs inputs;
	cs_lagged_scale scale;
	size_t terms;
	size_t origins;
	size_t *row; /* [origins], in order of time */
	size_t *end; /* the row behind its series */
	float *x;	 /* [origins][terms] */
	double *base;
	double *unit;
	double *target; /* [origins] of a horizon, standardized */
	size_t *listed; /* those that a horizon uses */
	size_t *training;
	double *forecast; /* [origins] f */
	double *error;
	cs_trees_fit trees;
	cs_svr_fit svr;
	cs_lagged_horizon horizon;
} cs_lagged_fit;

/* `capacity`: of the numbers of a horizon's model. */
extern size_t cs_lagged_fit_size(const cs_lagged_options *options, const cs_linear_data *data,
								 size_t capacity);

/* CS_CONSTANT: y does not change. */
extern cs_status cs_lagged_fit_initialize(cs_lagged_fit *fit, const cs_lagged_options *options,
										  const cs_linear_data *data, size_t capacity,
										  cs_workspace *workspace);

/*
 * Fits horizon `which` into fit->horizon.  CS_TOO_FEW: fewer than CS_LAGGED_MIN_ORIGINS origins;
 * CS_SIZE_OVERFLOW: the model needs more numbers than the capacity.
 */
extern cs_status cs_lagged_fit_run(cs_lagged_fit *fit, int which);

#endif
