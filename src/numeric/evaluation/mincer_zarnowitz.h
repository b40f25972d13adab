/*
 * mincer_zarnowitz.h
 *		The regression of Mincer and Zarnowitz (Economic Forecasts and Expectations, NBER, 1969):
 *		what came true on what was forecast, and whether that line is without bias.
 *
 *		actual = intercept + slope * forecast + e,	no bias: intercept 0 and slope 1
 *
 * Errors by the long-run covariance of e and e times forecast.  By lags: Newey and West (1987),
 * Bartlett's weights 1 - k / (lags + 1), times n / (n - 2); the joint test is Wald's over 2 and
 * refers to F(2, n - 2).  By the horizon h: lags 0 for h = 1; beyond, where forecasts overlap, the
 * mean of the periodogram at the first m = (n / h)^(2/3) Fourier frequencies, rounded and at most
 * 100, as dm_test has it; the joint test is then Hotelling's, (2m - 1) / 4m times Wald's, by
 * F(2, 2m - 1).
 */
#ifndef CREDITSPREAD_NUMERIC_MINCER_ZARNOWITZ_H
#define CREDITSPREAD_NUMERIC_MINCER_ZARNOWITZ_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stddef.h>
#include <stdint.h>

#define CS_MINCER_ZARNOWITZ_LEAST 4

/* Errors by the horizon. */
#define CS_MINCER_ZARNOWITZ_BY_HORIZON SIZE_MAX

typedef struct cs_mincer_zarnowitz_result
{
	double intercept;
	double slope;
	double intercept_error;
	double slope_error;
	double r_squared; /* NaN where the actual values do not vary */
	double statistic;
	double p_value;
	size_t freedom; /* of the statistic's denominator */
} cs_mincer_zarnowitz_result;

extern size_t cs_mincer_zarnowitz_size(size_t n);

/*
 * The regression over rows[n][2], actual and forecast in order of time, in any unit, horizon and
 * lags below n.  `size` is that of the values that the rows are differences of, 0 where they are
 * none. CS_TOO_FEW below CS_MINCER_ZARNOWITZ_LEAST rows; CS_CONSTANT where the forecasts do not
 * vary; CS_ZERO_VARIANCE where no error is left, CS_SINGULAR where the errors of intercept and
 * slope follow from each other; CS_NOT_FINITE.
 */
extern cs_status cs_mincer_zarnowitz(const double *rows, size_t n, double size, size_t horizon,
									 size_t lags, cs_workspace *workspace,
									 cs_mincer_zarnowitz_result *result);

/*
 * The least squares line through x and y of rows[n][2], y = intercept + slope x: CS_CONSTANT where
 * x does not vary, CS_TOO_FEW below 2 rows, CS_NOT_FINITE.
 */
extern cs_status cs_fitted_line(const double *rows, size_t n, double *intercept, double *slope);

#endif
