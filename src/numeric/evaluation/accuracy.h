/*
 * accuracy.h
 *		Measures of forecast accuracy from sums: MAE, MAPE, RMSE, RSR, SDAPE (Moriasi et al., Trans.
 *		ASABE 50, 2007, for RSR) and bias.  With e = forecast - actual:
 *
 *			MAE = mean |e|, RMSE = root of mean e^2, bias = mean e (positive: forecasts too high)
 *			MAPE = mean |e / actual|, SDAPE = standard deviation of |e / actual|, divisor n;
 *		fractions RSR = RMSE / standard deviation of the actual values, divisor n - 1
 */
#ifndef CREDITSPREAD_NUMERIC_ACCURACY_H
#define CREDITSPREAD_NUMERIC_ACCURACY_H

#include "numeric/base/status.h"

#include <stdint.h>

/* All zero is the empty state.  Means and centred sums of squares by Welford and Chan. */
typedef struct cs_accuracy_sums
{
	int64_t n;
	int64_t zeros; /* rows whose actual value is zero; ratios leave them out */
	double absolute;
	double error;
	double square;
	double actual_mean;
	double actual_square;
	double ratio_mean;
	double ratio_square;
} cs_accuracy_sums;

/* Adds one pair; CS_NOT_FINITE for a NaN or an infinity, the sums are then unchanged. */
extern cs_status cs_accuracy_sums_add(cs_accuracy_sums *sums, double actual, double forecast);

extern void cs_accuracy_sums_combine(cs_accuracy_sums *sums, const cs_accuracy_sums *other);

/*
 * Each measure: CS_TOO_FEW without observations (RSR: below 2), CS_NOT_FINITE on overflow.  MAPE
 * and SDAPE: CS_ZERO_DIVISOR when an actual value is zero.  RSR: CS_CONSTANT when all are equal,
 * to rounding.
 */
extern cs_status cs_accuracy_mae(const cs_accuracy_sums *sums, double *result);
extern cs_status cs_accuracy_mape(const cs_accuracy_sums *sums, double *result);
extern cs_status cs_accuracy_rmse(const cs_accuracy_sums *sums, double *result);
extern cs_status cs_accuracy_rsr(const cs_accuracy_sums *sums, double *result);
extern cs_status cs_accuracy_sdape(const cs_accuracy_sums *sums, double *result);
extern cs_status cs_accuracy_bias(const cs_accuracy_sums *sums, double *result);

#endif
