/*
 * cross_correlation.h
 *		Correlations of two series at lags: by how many rows the second comes after the first, which
 *		is the hysteresis of a forecast that comes after what it forecasts.
 *
 *		r(k) = correlation of first[t - k] and second[t] over the rows that have both
 */
#ifndef CREDITSPREAD_NUMERIC_CROSS_CORRELATION_H
#define CREDITSPREAD_NUMERIC_CROSS_CORRELATION_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stdbool.h>
#include <stddef.h>

/* Fewest pairs of a lag. */
#define CS_CROSS_CORRELATION_LEAST 3

extern size_t cs_cross_correlation_size(size_t n);

/*
 * correlation[2 max_lag + 1] at the lags -max_lag to max_lag of rows[n][2], first and second in
 * order of time, or of their n - 1 changes from row to row; NaN where one of the series does not
 * vary over the pairs by more than the rounding of its values.  *best is the lag of the largest
 * correlation; of those that differ by rounding the one nearest to 0, and of k and -k that above 0.
 * CS_TOO_FEW below max_lag + CS_CROSS_CORRELATION_LEAST rows or changes, CS_CONSTANT when no lag
 * has a correlation, CS_NOT_FINITE for a NaN or an infinity.
 */
extern cs_status cs_cross_correlation(const double *rows, size_t n, bool changes, size_t max_lag,
									  cs_workspace *workspace, double *correlation, long *best);

#endif
