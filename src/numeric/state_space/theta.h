/*
 * theta.h
 *		The Theta method (Assimakopoulos and Nikolopoulos, International Journal of Forecasting 16,
 *		2000) in the form of Hyndman and Billah (2003): simple exponential smoothing with half the
 *		slope of the series as drift,
 *
 *		y(n + h) = (l(n) + b (h - 1 + (1 - (1 - alpha)^n) / alpha)) s(n + h)
 *
 * s is the season of a classical decomposition, where the autocorrelation at its lag is larger than
 * chance at 10 %: multiplied, or added where y is not positive throughout.
 */
#ifndef CREDITSPREAD_NUMERIC_THETA_H
#define CREDITSPREAD_NUMERIC_THETA_H

#include "numeric/state_space/ets.h"

typedef struct cs_theta_model
{
	double alpha;
	double drift; /* b */
	double level; /* before the first row */
	int period;
	bool seasonal;
	bool multiplicative;
	double season[CS_ETS_MAX_PERIOD]; /* of the first row's phase first */
	double variance;				  /* of the errors one row ahead, without season */
	size_t observations;
	bool converged;
} cs_theta_model;

typedef struct cs_theta_fit
{
	cs_ets_fit ets;
	double *values;	  /* [n] without gaps */
	double *adjusted; /* [n] without season, NaN = missing */
} cs_theta_fit;

extern void cs_theta_fit_lay_out(cs_theta_fit *fit, size_t n, cs_workspace *workspace);

/* Fits y[n], NaN = missing, the first and the last not.  `season`: whether there may be one. */
extern cs_status cs_theta_fit_run(cs_theta_fit *fit, const double *y, int period, bool season,
								  cs_theta_model *model);

typedef struct cs_theta_state
{
	double level;
	size_t rows;
} cs_theta_state;

extern void cs_theta_step(const cs_theta_model *model, cs_theta_state *state, double y);

/* Of the `horizon` rows after the state. */
extern void cs_theta_forecast(const cs_theta_model *model, const cs_theta_state *state,
							  size_t horizon, double *mean, double *variance);

#endif
