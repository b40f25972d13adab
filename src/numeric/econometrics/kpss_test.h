/*
 * kpss_test.h
 *		The test of stationarity of Kwiatkowski, Phillips, Schmidt and Shin (J. Econometrics 54,
 *		1992): with e the residuals of y on a constant (and a trend) and S_t their sums up to t,
 *		statistic = sum S_t^2 / n^2 / s^2, s^2 the long-run variance of e with Bartlett's weights.
 */
#ifndef CREDITSPREAD_NUMERIC_KPSS_TEST_H
#define CREDITSPREAD_NUMERIC_KPSS_TEST_H

#include "numeric/base/status.h"
#include "numeric/econometrics/unit_root_distribution.h"

#include <stddef.h>
#include <stdint.h>

/* Chooses the lags from the data: Hobijn, Franses and Ooms (Statistica Neerlandica 58, 2004). */
#define CS_KPSS_AUTOMATIC SIZE_MAX

#define CS_KPSS_LEAST 4

typedef struct cs_kpss_result
{
	double statistic;
	cs_table_p_value p;
	double critical[CS_CRITICAL_LEVELS];
	size_t lags;
} cs_kpss_result;

/*
 * The test of y[n] with a trend of constant or linear; residuals[n] is overwritten.  CS_TOO_FEW
 * below CS_KPSS_LEAST values or for lags not below n, CS_CONSTANT, CS_ZERO_VARIANCE where the trend
 * leaves no residuals.
 */
extern cs_status cs_kpss_test(const double *y, size_t n, cs_trend trend, size_t lags,
							  double *residuals, cs_kpss_result *result);

#endif
