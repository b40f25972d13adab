/*
 * trend_seasonal.h
 *		A trend of straight pieces, seasons and holidays by least squares, with a penalty on the
 *		bends (Taylor and Letham, The American Statistician 72, 2018: the model of Prophet).
 *
 *		y(t) = intercept + slope t + sum_j bend_j max(0, t - c_j) + sum_h effect_h D_h(t) + e
 *			   + sum_k (cosine_k cos(2 pi t / p_k) + sine_k sin(2 pi t / p_k))
 *
 * minimizes half the sum of squares + penalty * sum |bend_j|, t as a share of the sample.  Of a
 * path of penalties, from the smallest without a bend downwards, the one is taken where
 * n ln(squares / n) + ln(n) times the number of bends is least (Zou, Hastie and Tibshirani, Annals
 * of Statistics 35, 2007).  Seasons and holidays have a ridge of CS_TREND_SEASONAL_RIDGE
 * observations, so that what the rows cannot tell is 0.
 */
#ifndef CREDITSPREAD_NUMERIC_TREND_SEASONAL_H
#define CREDITSPREAD_NUMERIC_TREND_SEASONAL_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stddef.h>

#define CS_TREND_SEASONAL_RIDGE 0.1

/* The penalty by the criterion. */
#define CS_TREND_SEASONAL_CHOOSE (-1.0)

/* Fewest rows: two more than the columns without a penalty. */
#define CS_TREND_SEASONAL_SPARE 2

typedef struct cs_trend_seasonal_form
{
	size_t bends;		   /* places of bends, evenly over the first `range` of the sample */
	double range;		   /* 0 to 1 */
	double penalty;		   /* share of the smallest without a bend, or CS_TREND_SEASONAL_CHOOSE */
	size_t waves;		   /* pairs of a cosine and a sine */
	const double *periods; /* [waves], in units of time */
	size_t holidays;
} cs_trend_seasonal_form;

typedef struct cs_trend_seasonal_fit
{
	double intercept;	/* at the first time */
	double slope;		/* per unit of time, before the first bend */
	double *place;		/* [bends]: their times */
	double *bend;		/* [bends]: changes of the slope */
	double *wave;		/* [2 waves]: cosine, sine, cosine, ... */
	double *effect;		/* [holidays] */
	double penalty;		/* share, as taken */
	double residual_sd; /* divisor n */
	double r_squared;
} cs_trend_seasonal_fit;

extern size_t cs_trend_seasonal_size(size_t n, const cs_trend_seasonal_form *form);

/*
 * Fits y[n] at times time[n], ascending; holiday[n][holidays] says which of them a row is.  The
 * arrays of the fit are the caller's.  CS_TOO_FEW, CS_CONSTANT where y does not vary,
 * CS_NOT_FINITE, CS_OUT_OF_RANGE for the form.
 */
extern cs_status cs_trend_seasonal_fit_rows(const double *time, const double *y,
											const unsigned char *holiday, size_t n,
											const cs_trend_seasonal_form *form,
											cs_workspace *workspace, cs_trend_seasonal_fit *fit);

/* The parts of the model at a time: its trend, from first_time on as origin, and its seasons. */
extern double cs_trend_seasonal_trend(const cs_trend_seasonal_fit *fit, size_t bends,
									  double first_time, double time);
extern double cs_trend_seasonal_season(const cs_trend_seasonal_fit *fit, const double *periods,
									   size_t waves, double first_time, double time);

/*
 * Standard deviation of y that far after the sample, which was `length` long: of the errors, and of
 * bends to come, as frequent as the places in the sample and Laplace with the mean size of those
 * there.
 */
extern double cs_trend_seasonal_sd(const cs_trend_seasonal_fit *fit, size_t bends, double range,
								   double length, double ahead);

#endif
