/*
 * jarque_bera_test.h
 *		The test of a normal distribution of Jarque and Bera (Int. Statistical Review 55, 1987).
 *
 * n / 6 (S^2 + (K - 3)^2 / 4), skewness S and kurtosis K from moments with divisor n; chi-square
 * with 2 degrees of freedom.
 */
#ifndef CREDITSPREAD_NUMERIC_JARQUE_BERA_TEST_H
#define CREDITSPREAD_NUMERIC_JARQUE_BERA_TEST_H

#include "numeric/base/status.h"

#include <stddef.h>

#define CS_JARQUE_BERA_LEAST 2

typedef struct cs_jarque_bera_result
{
	double statistic;
	double p_value;
	double skewness;
	double kurtosis;
} cs_jarque_bera_result;

/* The test of y[n]; deviations[n] is overwritten.  CS_TOO_FEW, CS_CONSTANT. */
extern cs_status cs_jarque_bera_test(const double *y, size_t n, double *deviations,
									 cs_jarque_bera_result *result);

#endif
