/*
 * dm_test.h
 *		The test of equal forecast accuracy of Diebold and Mariano (J. Business & Economic
 *		Statistics 13, 1995).
 *
 * With d_t = L(e1_t) - L(e2_t), T observations and horizon h, statistic = mean(d) / sqrt(V / T):
 *
 *		periodogram	V = mean of the periodogram |sum d_t exp(-i w_j t)|^2 / T at the first m Fourier
 *					frequencies, referred to t(2m) (Coroneo and Iacone, J. Applied Econometrics 35,
 *					2020: fixed smoothing); m = (T / h)^(2/3), rounded, as forecasts h ahead leave
 *					about T / h stretches that do not overlap
 *		rectangular	V = g_0 + 2 sum_{k<h} g_k, g_k the autocovariance of d at lag k, divisor T
 *		bartlett	the same with weights 1 - k/h
 *
 * The latter two are scaled by sqrt((T + 1 - 2h + h(h - 1)/T) / T) and referred to t(T - 1)
 * (Harvey, Leybourne and Newbold, Int. J. Forecasting 13, 1997).  At horizon 1 all take V = g_0.
 */
#ifndef CREDITSPREAD_NUMERIC_DM_TEST_H
#define CREDITSPREAD_NUMERIC_DM_TEST_H

#include "numeric/base/exact_sum.h"
#include "numeric/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cs_dm_loss
{
	CS_DM_SQUARED = 0,
	CS_DM_ABSOLUTE = 1,
	CS_DM_PERCENTAGE = 2, /* |error / actual| */
	CS_DM_POWER = 3		  /* |error| to a positive power */
} cs_dm_loss;

typedef enum cs_dm_alternative
{
	CS_DM_TWO_SIDED = 0,
	CS_DM_LESS = 1,	  /* mean loss difference below zero: the second forecast is less accurate */
	CS_DM_GREATER = 2 /* above zero: the second forecast is more accurate */
} cs_dm_alternative;

typedef enum cs_dm_variance
{
	CS_DM_PERIODOGRAM = 0,
	CS_DM_RECTANGULAR = 1,
	CS_DM_BARTLETT = 2
} cs_dm_variance;

typedef struct cs_dm_result
{
	double statistic;
	double p_value;			/* of the alternative asked for */
	double two_sided;		/* p-value */
	double mean_difference; /* mean of L(e1) - L(e2): negative when the first is more accurate */
	int64_t observations;
	bool bartlett_fallback; /* the rectangular V was not positive; Bartlett's was taken */
} cs_dm_result;

/*
 * L(first - actual) - L(second - actual), and 0 for errors whose sizes differ by rounding only;
 * `power` is read by CS_DM_POWER only.  CS_NOT_FINITE for a NaN or an infinity in or out,
 * CS_ZERO_DIVISOR for a percentage of an actual value of zero.
 */
extern cs_status cs_dm_loss_difference(cs_dm_loss loss, double power, double actual, double first,
									   double second, double *difference);

/* L(forecast - actual); the same errors. */
extern cs_status cs_dm_loss_value(cs_dm_loss loss, double power, double actual, double forecast,
								  double *value);

/*
 * What the last digits of the three values move the difference by, in units of DBL_EPSILON; finite
 * arguments.
 */
extern double cs_dm_loss_size(cs_dm_loss loss, double power, double actual, double first,
							  double second);

/*
 * Sums of d, enough for horizon 1, exact: the order of rows leaves no trace.  All zero is the empty
 * state.
 */
typedef struct cs_dm_sums
{
	double n;						/* a whole number, up to 2^53 */
	double exact[CS_EXACT_SIZE(2)]; /* of d, of d^2 */
	double largest;					/* |d| or size */
} cs_dm_sums;

/* `size` as above, or 0 for differences without rounding of their own. */
extern void cs_dm_sums_add(cs_dm_sums *sums, double difference, double size);
extern void cs_dm_sums_combine(cs_dm_sums *sums, const cs_dm_sums *other);

/*
 * The test at horizon 1.  CS_TOO_FEW below 2 observations, CS_ZERO_VARIANCE when the differences
 * are all equal to rounding; the result then has their mean and number.
 */
extern cs_status cs_dm_sums_test(const cs_dm_sums *sums, cs_dm_alternative alternative,
								 cs_dm_result *result);

/*
 * The test at any horizon, of difference[n] in order of time, `size` the largest of their sizes or
 * 0; takes a pass over them for each lag or frequency.  CS_OUT_OF_RANGE for horizon 0, CS_TOO_FEW
 * below max(2, horizon + 1) observations; CS_ZERO_VARIANCE when the differences are all equal, or
 * no variance is positive: the result then has their mean and number.
 */
extern cs_status cs_dm_series_test(const double *difference, size_t n, double size, size_t horizon,
								   cs_dm_variance variance, cs_dm_alternative alternative,
								   cs_dm_result *result);

#endif
