/*
 * phillips_perron_test.h
 *		The test of a unit root of Phillips and Perron (Biometrika 75, 1988), as Hamilton (Time
 *		Series Analysis, 1994, 17.6) writes it.
 *
 * From y_t = terms of the trend + r y_{t-1} + u_t over T rows, g_0 = sum u^2 / T, l^2 the long-run
 * variance of u with Bartlett's weights, s_r the standard error of r, s^2 that of the regression:
 *
 *		tau   = sqrt(g_0 / l^2) (r - 1) / s_r - (l^2 - g_0) T s_r / (2 l s)
 *		alpha = T (r - 1) - T^2 s_r^2 (l^2 - g_0) / (2 s^2)
 */
#ifndef CREDITSPREAD_NUMERIC_PHILLIPS_PERRON_TEST_H
#define CREDITSPREAD_NUMERIC_PHILLIPS_PERRON_TEST_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/econometrics/unit_root_distribution.h"

#include <stddef.h>

typedef struct cs_phillips_perron_result
{
	double tau;
	cs_table_p_value tau_p;
	double critical[CS_CRITICAL_LEVELS]; /* of tau */
	double alpha;
	cs_table_p_value alpha_p;
} cs_phillips_perron_result;

/* 4 (T / 100)^(1/4), rounded down, of n values. */
extern size_t cs_phillips_perron_default_lags(size_t n);

extern size_t cs_phillips_perron_least(size_t lags, cs_trend trend);
extern size_t cs_phillips_perron_size(size_t n, cs_trend trend);

/*
 * The test of y[n], trend none to linear.  CS_TOO_FEW, CS_CONSTANT, CS_SINGULAR, CS_ZERO_VARIANCE:
 * as of the augmented Dickey-Fuller test.
 */
extern cs_status cs_phillips_perron_test(const double *y, size_t n, cs_trend trend, size_t lags,
										 cs_workspace *workspace,
										 cs_phillips_perron_result *result);

#endif
