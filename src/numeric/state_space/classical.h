/*
 * classical.h
 *		ARIMA, exponential smoothing and Theta behind one face: fitted to a series, then moved on
 *		row by row, with the means and variances of what is ahead.
 */
#ifndef CREDITSPREAD_NUMERIC_CLASSICAL_H
#define CREDITSPREAD_NUMERIC_CLASSICAL_H

#include "numeric/state_space/arima_auto.h"
#include "numeric/state_space/theta.h"

typedef enum cs_classical_method
{
	CS_CLASSICAL_ARIMA,
	CS_CLASSICAL_ETS,
	CS_CLASSICAL_THETA
} cs_classical_method;

typedef struct cs_classical_options
{
	cs_classical_method method;
	int period;
	cs_arima_limits arima; /* orders to be searched, */
	bool arima_chosen;	   /* or this one */
	cs_arima_order order;
	cs_ets_limits ets; /* forms to be searched, */
	bool ets_chosen;   /* or this one */
	cs_ets_form form;
	bool season; /* of Theta: whether there may be one */
} cs_classical_options;

typedef struct cs_classical_model
{
	cs_classical_method method;
	cs_arima_model arima;
	cs_ets_model ets;
	cs_theta_model theta;
} cs_classical_model;

typedef struct cs_classical_fit
{
	const cs_classical_options *options;
	cs_arima_auto arima;
	cs_ets_fit ets;
	cs_theta_fit theta;
} cs_classical_fit;

extern void cs_classical_fit_lay_out(cs_classical_fit *fit, const cs_classical_options *options,
									 size_t n, cs_workspace *workspace);

/* Fits y[n], NaN = missing, the first and the last not: the statuses of the method. */
extern cs_status cs_classical_fit_run(cs_classical_fit *fit, const double *y,
									  cs_classical_model *model);

/* A model on its way through a series. */
typedef struct cs_classical_forecaster
{
	const cs_classical_model *model;
	bool started; /* a value has been seen: rows before the first are not the series' */
	cs_arima_filter arima;
	cs_ets_state ets;
	cs_ets_ahead ahead;
	cs_theta_state theta;
	size_t settled; /* rows ahead whose variances no row changes any more, as they were set last */
} cs_classical_forecaster;

extern void cs_classical_forecaster_lay_out(cs_classical_forecaster *forecaster,
											const cs_classical_model *model,
											cs_workspace *workspace);

/* Before the first row; CS_OUT_OF_RANGE for a model that cannot be one. */
extern cs_status cs_classical_start(cs_classical_forecaster *forecaster);

/* The same of ARIMA with features: x[n][features], NaN = missing. */
extern cs_status cs_classical_fit_features(cs_classical_fit *fit, const double *y, const double *x,
										   cs_classical_model *model);

/* A row, NaN = missing; with features less what they explain. */
extern void cs_classical_step(cs_classical_forecaster *forecaster, double y);

/* Whether there are forecasts yet. */
extern bool cs_classical_ready(const cs_classical_forecaster *forecaster);

/*
 * The means and variances of the `horizon` rows after the last.  variance[] is to be that of the
 * call before: what has settled is left in it.
 */
extern void cs_classical_forecast(cs_classical_forecaster *forecaster, size_t horizon, double *mean,
								  double *variance);

#endif
