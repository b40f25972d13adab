/*
 * gw_test.h
 *		The test of equal predictive ability of Giacomini and White (Econometrica 74, 2006).
 *
 * With loss differences d_t, horizon h and z_t = (1, d_{t-h}) d_t over m rows (z_t = d_t over all
 * where the test is unconditional), the statistic m mean(z)' W^-1 mean(z) is chi-square with as
 * many degrees of freedom as z has elements; W = G_0 + sum_{0<k<h} (1 - k/h) (G_k + G_k') with
 * G_k = sum z_t z_{t-k}' / m.
 */
#ifndef CREDITSPREAD_NUMERIC_GW_TEST_H
#define CREDITSPREAD_NUMERIC_GW_TEST_H

#include "numeric/base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct cs_gw_result
{
	double statistic;
	double p_value;
	double mean_difference;
	double next_difference; /* as the regression of d_t on (1, d_{t-h}) foretells it; unconditional:
							   the mean */
} cs_gw_result;

/* Fewest differences. */
extern size_t cs_gw_least(size_t horizon, bool conditional);

/*
 * The test of difference[n], which are scaled in place.  `size` is the largest loss that rounding
 * of a loss difference comes from, 0 = not known.  CS_TOO_FEW; CS_ZERO_VARIANCE where the
 * differences do not vary; CS_SINGULAR where z has no inverse covariance.
 */
extern cs_status cs_gw_test(double *difference, size_t n, double size, size_t horizon,
							bool conditional, cs_gw_result *result);

#endif
