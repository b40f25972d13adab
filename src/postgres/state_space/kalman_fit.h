/*
 * kalman_fit.h
 *		Maximum likelihood fits of a series, as kalman_fit, reflection_forecast and the catalog run
 *		them.
 */
#ifndef CREDITSPREAD_POSTGRES_KALMAN_FIT_H
#define CREDITSPREAD_POSTGRES_KALMAN_FIT_H

#include "numeric/state_space/kalman_fit.h"
#include "numeric/state_space/structural.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"

/* The options of a model of kalman_fit. */
typedef struct KalmanForm
{
	int model;	  /* a cs_structural_trend, which a cs_kalman_form is too */
	int seasonal; /* a cs_structural_season */
	int period;
	int cycle; /* a cs_structural_cycle */
	double cycle_shortest;
	double cycle_longest; /* OPTION_NONE */
} KalmanForm;

/* Error 22023 where options contradict each other. */
extern void kalman_check_form(const char *what, const KalmanForm *form);

/* The whole fit of y[count], NaN = missing, answering interrupts. */
extern cs_status kalman_fit_run(cs_kalman_fit *fit, cs_kalman_form form, const double *y,
								int64 count, double size, Progress *progress);

#endif
