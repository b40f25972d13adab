/*
 * series_data.h
 *		What tests of one series begin with: a copy without unit, and sums of lagged products.
 */
#ifndef CREDITSPREAD_NUMERIC_SERIES_DATA_H
#define CREDITSPREAD_NUMERIC_SERIES_DATA_H

#include "numeric/base/status.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * copy[n] = y[n] times a power of two that makes the largest absolute value 0.5 to 1, less the mean
 * if `centred`; *rounding is what the digits of y leave in sums and differences of the copy.
 * CS_CONSTANT when the range of y is rounding, CS_NOT_FINITE for a NaN or an infinity.
 */
extern cs_status cs_series_copy(const double *y, size_t n, size_t stride, bool centred,
								double *copy, double *rounding);

/* Sum of e[t] * e[t - lag] over t = lag .. n-1; polls. */
extern double cs_lagged_product(const double *e, size_t n, size_t lag);

/*
 * (g_0 + 2 sum_{j <= lags} (1 - j / (lags + 1)) g_j) / n with g_j the lagged products: the long-run
 * variance with the weights of Bartlett (Newey and West 1987); polls.
 */
extern double cs_bartlett_variance(const double *e, size_t n, size_t lags);

/* factor * (n / 100)^(1/4), rounded down or up. */
extern size_t cs_fourth_root_lags(double factor, size_t n, bool up);

#endif
