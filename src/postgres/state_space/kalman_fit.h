/*
 * kalman_fit.h
 *		Maximum likelihood fits of a series, as kalman_fit and reflection_forecast run them.
 */
#ifndef CREDITSPREAD_POSTGRES_KALMAN_FIT_H
#define CREDITSPREAD_POSTGRES_KALMAN_FIT_H

#include "numeric/state_space/kalman_fit.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"

/* The options of kalman_fit; those of model are in the order of cs_kalman_form. */
extern const OptionTable kalman_table;

/* The whole fit of y[count], NaN = missing, answering interrupts. */
extern cs_status kalman_fit_run(cs_kalman_fit *fit, cs_kalman_form form, const double *y,
								int64 count, double size, Progress *progress);

#endif
