/*
 * arima_auto.h
 *		The order of an ARIMA model by the corrected information criterion, searched stepwise
 *		(Hyndman and Khandakar, Journal of Statistical Software 27(3), 2008).
 *
 * D is 1 where the season of an STL decomposition is strong (Wang, Smith and Hyndman, Data Mining
 * and Knowledge Discovery 13, 2006), d the number of differences until the KPSS test does not
 * reject at 5 %.  From four models the search goes on to neighbours: p, q, P, Q one more or less,
 * p and q or P and Q together, the constant in or out; the first that is better is the next centre.
 * Models with a root within CS_ARIMA_ROOT of the unit circle do not count.
 *
 * With features the tests look at what least squares leave, and no difference is taken that would
 * leave a feature constant.
 */
#ifndef CREDITSPREAD_NUMERIC_ARIMA_AUTO_H
#define CREDITSPREAD_NUMERIC_ARIMA_AUTO_H

#include "numeric/signal/stl.h"
#include "numeric/state_space/arima.h"

#define CS_ARIMA_ROOT 1.01
#define CS_ARIMA_STRONG_SEASON 0.64
#define CS_ARIMA_MAX_MODELS 94 /* that a search fits */

typedef struct cs_arima_limits
{
	int most[CS_ARIMA_PARTS]; /* p, q, P, Q */
	int period;
	bool constant; /* whether there may be one */
	size_t features;
} cs_arima_limits;

typedef struct cs_arima_auto
{
	cs_arima_limits limits;
	cs_arima_fit fit;
	double *values;	   /* [n] without gaps, then differences */
	double *scratch;   /* [n] */
	double *residuals; /* [n] with features */
	double *parts[4];  /* [n] of STL; NULL without season */
	cs_stl_options stl;
	void *stl_block;
	size_t stl_size;
	cs_arima_order tried[CS_ARIMA_MAX_MODELS];
	int models;
} cs_arima_auto;

extern void cs_arima_auto_lay_out(cs_arima_auto *search, const cs_arima_limits *limits, size_t n,
								  cs_workspace *workspace);

/*
 * The best model of y[n], NaN = missing; search->fit.x as cs_arima_fit_run has it, and its faults.
 */
extern cs_status cs_arima_auto_run(cs_arima_auto *search, const double *y, cs_arima_model *model);

#endif
