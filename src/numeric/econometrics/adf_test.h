/*
 * adf_test.h
 *		The augmented Dickey-Fuller test (Said and Dickey, Biometrika 71, 1984): t statistic of b in
 *
 *			d_t = terms of the trend + b y_{t-1} + c_1 d_{t-1} + ... + c_lags d_{t-lags} + e_t
 *
 * with d_t = y_t - y_{t-1}, against the distribution that it has when y has a unit root (b = 0).
 */
#ifndef CREDITSPREAD_NUMERIC_ADF_TEST_H
#define CREDITSPREAD_NUMERIC_ADF_TEST_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/econometrics/unit_root_distribution.h"

#include <stddef.h>

/* How the number of lags is chosen; all candidates are compared on the same rows. */
typedef enum cs_lag_selection
{
	CS_LAGS_AIC = 0,
	CS_LAGS_BIC = 1,
	CS_LAGS_T = 2, /* the most of which the last is significant at 5 per cent, one-sided */
	CS_LAGS_FIXED = 3
} cs_lag_selection;

typedef struct cs_adf_result
{
	double statistic;
	cs_table_p_value p;
	double critical[CS_CRITICAL_LEVELS];
	size_t lags;
} cs_adf_result;

/* Most lags by the rule of Schwert (1989), 12 (n / 100)^(1/4) rounded up, less for few rows. */
extern size_t cs_adf_default_lags(size_t n, cs_trend trend);

/* Fewest values that a test with so many lags takes. */
extern size_t cs_adf_least(size_t lags, cs_trend trend);

/* Bytes of the workspace of cs_adf_test. */
extern size_t cs_adf_size(size_t n, size_t lags, cs_trend trend);

/*
 * The test of y[n] with `lags` lags, or with a number up to it.  CS_TOO_FEW; CS_CONSTANT;
 * CS_SINGULAR where y_{t-1} follows from the other terms; CS_ZERO_VARIANCE where they leave no
 * error.
 */
extern cs_status cs_adf_test(const double *y, size_t n, cs_trend trend, cs_lag_selection selection,
							 size_t lags, cs_workspace *workspace, cs_adf_result *result);

#endif
