/*
 * classical_helper.h
 *		Fits and forecasts of classical models for their tests.
 */
#ifndef CREDITSPREAD_UNIT_CLASSICAL_HELPER_H
#define CREDITSPREAD_UNIT_CLASSICAL_HELPER_H

#include "numeric/state_space/classical.h"

/* Fits y[n] on x[n][...], or without features where x is NULL; the model is set where the status is
 * CS_OK. */
extern cs_status fit_classical(const cs_classical_options *options, const double *y,
							   const double *x, size_t n, cs_classical_model *model);

/* Orders {p, d, q} of an ARIMA model, and those of its seasonal part. */
extern cs_classical_options arima_options(const int *orders, const int *seasonal_orders, int period,
										  bool constant, size_t features);

/* Means and variances of the rows after y[n]; x[n + horizons][...] or NULL.  Returns the rows
 * behind which forecasts begin to be there. */
extern size_t forecast_classical(const cs_classical_model *model, const double *y, const double *x,
								 size_t n, int horizons, double *mean, double *variance);

#endif
