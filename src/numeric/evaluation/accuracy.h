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

#include "numeric/base/exact_sum.h"
#include "numeric/base/status.h"

#include <stdint.h>

/* What is summed, exactly, so that the order of rows leaves no trace. */
typedef enum cs_accuracy_sum
{
	CS_SUM_ACTUAL_SQUARE,
	CS_SUM_RATIO_SQUARE, /* of |e / actual|, where that can be taken */
	CS_SUM_RATIO,
	CS_SUM_ABSOLUTE,
	CS_SUM_ERROR,
	CS_SUM_SQUARE,
	CS_SUM_ACTUAL,
	CS_SUM_NOTHING, /* they are even in number */
	CS_ACCURACY_SUMS
} cs_accuracy_sum;

/* All zero is the empty state, of all measures. */
typedef struct cs_accuracy_state
{
	int64_t n;
	int64_t zeros; /* rows whose actual value is zero; ratios leave them out */
	double exact[CS_EXACT_SIZE(CS_ACCURACY_SUMS)];
} cs_accuracy_state;

/* Likewise of MAE and RMSE alone: many groups of them stay in the processor's cache. */
typedef struct cs_error_state
{
	int64_t n;
	double exact[CS_EXACT_SIZE(2)]; /* of |e|, e^2 */
} cs_error_state;

/* Of MAPE and SDAPE alone. */
typedef struct cs_ratio_state
{
	int64_t n;
	int64_t zeros;
	double exact[CS_EXACT_SIZE(2)]; /* of |e / actual|^2, |e / actual| */
} cs_ratio_state;

/*
 * What the measures are made of.  Also the state of version 0.1.0, all zero at first: means and
 * centred sums of squares by Welford and Chan, whose last digits depend on the order of rows.
 */
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

/* Adds one pair; CS_NOT_FINITE for a NaN or an infinity, the state is then unchanged. */
extern cs_status cs_accuracy_state_add(cs_accuracy_state *state, double actual, double forecast);

extern void cs_accuracy_state_combine(cs_accuracy_state *state, const cs_accuracy_state *other);

extern void cs_accuracy_state_sums(const cs_accuracy_state *state, cs_accuracy_sums *sums);

/* The same of the smaller states, whose sums leave the rest at 0. */
extern cs_status cs_error_state_add(cs_error_state *state, double actual, double forecast);
extern void cs_error_state_combine(cs_error_state *state, const cs_error_state *other);
extern void cs_error_state_sums(const cs_error_state *state, cs_accuracy_sums *sums);
extern cs_status cs_ratio_state_add(cs_ratio_state *state, double actual, double forecast);
extern void cs_ratio_state_combine(cs_ratio_state *state, const cs_ratio_state *other);
extern void cs_ratio_state_sums(const cs_ratio_state *state, cs_accuracy_sums *sums);

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
