/*
 * ljung_box_test.h
 *		The test of no autocorrelation up to a lag of Ljung and Box (Biometrika 65, 1978).
 *
 * n (n + 2) sum_k r_k^2 / (n - k), r_k the autocorrelation with divisor n; chi-square with as many
 * degrees of freedom as lags, less the parameters that were fitted.
 */
#ifndef CREDITSPREAD_NUMERIC_LJUNG_BOX_TEST_H
#define CREDITSPREAD_NUMERIC_LJUNG_BOX_TEST_H

#include "numeric/base/status.h"

#include <stddef.h>

typedef struct cs_ljung_box_result
{
	double statistic;
	double p_value;
} cs_ljung_box_result;

/* The smaller of 10 and n / 5, at least 1. */
extern size_t cs_ljung_box_default_lags(size_t n);

/* The test of y[n]; deviations[n] is overwritten.  CS_TOO_FEW unless n > lags, CS_CONSTANT,
 * CS_OUT_OF_RANGE unless fitted < lags. */
extern cs_status cs_ljung_box_test(const double *y, size_t n, size_t lags, size_t fitted,
								   double *deviations, cs_ljung_box_result *result);

#endif
