/*
 * kalman.h
 *		The Kalman filter and smoother of one state and one observation (Kalman, Journal of Basic
 *		Engineering 82, 1960; Rauch, Tung and Striebel, AIAA Journal 3, 1965):
 *
 *		x(t) = A x(t-1) + c(t) + w, w ~ N(0, Q)		z(t) = H x(t) + v, v ~ N(0, R)
 *
 * c is the effect of a control, B u.  A missing observation is NaN: the state is predicted only.
 * Where nothing is known of the start (diffuse), the first observation alone gives the state, which
 * is the limit of an infinite start variance, without its rounding.
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_H
#define CREDITSPREAD_NUMERIC_KALMAN_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/status.h"

typedef struct cs_kalman_model
{
	double transition;			 /* A */
	double observation;			 /* H */
	double process_variance;	 /* Q */
	double observation_variance; /* R */
} cs_kalman_model;

/* What the initial state and variance are of. */
typedef enum cs_kalman_start
{
	CS_KALMAN_PREDICTED, /* the first row, before its observation */
	CS_KALMAN_FILTERED,	 /* the row before the first, after its observation */
	CS_KALMAN_DIFFUSE	 /* nothing: they are not known */
} cs_kalman_start;

/* A row of results; NaN where there is none. */
typedef struct cs_kalman_row
{
	double predicted;			/* state given the rows before */
	double predicted_variance;	/* of its error */
	double filtered;			/* state given this row too */
	double variance;			/* of its error */
	double gain;				/* NaN without an observation */
	double innovation;			/* observation less its prediction; NaN likewise, and if diffuse */
	double innovation_variance; /* NaN if diffuse */
	double log_likelihood;		/* of the observation given those before; NaN as the innovation */
} cs_kalman_row;

typedef struct cs_kalman
{
	cs_kalman_model model;
	double state;
	double variance;
	bool diffuse;
	bool predicted; /* state and variance are already those before the next observation */
	bool steady;	/* the variances have reached their fixed point, bit by bit */
	double
		predicted_variance; /* of the last row if that was observed, else NaN; so the next three */
	double innovation_variance;
	double gain;
	double log_constant; /* ln(2 pi S) */
} cs_kalman;

/*
 * CS_OUT_OF_RANGE unless A and H are finite, H is not 0, Q and R are finite, not negative and not
 * both 0, and (unless diffuse) the start is finite and its variance not negative.
 */
extern cs_status cs_kalman_initialize(cs_kalman *filter, const cs_kalman_model *model,
									  cs_kalman_start start, double state, double variance);

/*
 * One row: observation (NaN = missing) and effect of the control.  CS_NOT_FINITE when the state
 * overflows; CS_ZERO_VARIANCE when neither state nor observation has any variance.
 */
extern cs_status cs_kalman_step(cs_kalman *filter, double y, double control, cs_kalman_row *row);

/* A state and the variance of its error; both NaN while nothing is known. */
typedef struct cs_kalman_moments
{
	double mean;
	double variance;
} cs_kalman_moments;

/*
 * One step back: *smoothed is of row t+1 and becomes that of row t; `filtered` is of row t,
 * `control` the effect in row t+1.
 */
extern void cs_kalman_smooth_step(const cs_kalman_model *model, const cs_kalman_moments *filtered,
								  double control, cs_kalman_moments *smoothed);

/* The state of the next row as the filter stands, its control being none. */
extern cs_kalman_moments cs_kalman_predict(const cs_kalman *filter);

#endif
