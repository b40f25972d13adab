/*
 * interval_accuracy.h
 *		Measures of forecasts that are intervals or quantiles, as means over rows.  A row has an
 *		actual value y and forecasts q[k] of its quantiles at levels p[k], ascending; the interval
 *		is from the first, q and p, to the last, Q and P:
 *
 *			pinball			mean over k of max(p[k] (y - q[k]), (p[k] - 1) (y - q[k]))
 *			interval score	Q - q + (q - y)+ / p + (y - Q)+ / (1 - P)
 *			CRPS			sum over k of 2 w[k] pinball[k], w[k] the levels nearest to p[k]: from
 *							the middle between it and the one before, or 0, to that after it, or 1
 *			coverage		share of rows with q <= y <= Q
 *
 *		all but the coverage in units of y, smaller = better.  With p = (1 - level) / 2 and P = (1 +
 *		level) / 2 the interval score is that of Gneiting and Raftery (J. Amer. Statist. Assoc. 102,
 *		2007), section 6.2; the CRPS is the integral of the pinball over all levels (Gneiting and
 *		Ranjan, J. Bus. Econ. Statist. 29, 2011), with levels (2 k - 1) / (2 K) exactly that of the
 *		sample q.
 */
#ifndef CREDITSPREAD_NUMERIC_INTERVAL_ACCURACY_H
#define CREDITSPREAD_NUMERIC_INTERVAL_ACCURACY_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/evaluation/accuracy.h"

/* What is summed, exactly. */
typedef enum cs_interval_sum
{
	CS_SUM_LEVEL, /* P - p */
	CS_SUM_WIDTH, /* Q - q */
	CS_SUM_SCORE,
	CS_SUM_PINBALL,
	CS_SUM_CRPS,
	CS_SUM_NO_SCORE, /* they are even in number */
	CS_INTERVAL_SUMS
} cs_interval_sum;

/* All zero is the empty state. */
typedef struct cs_interval_sums
{
	cs_accuracy_state point; /* of the forecasts of a single value, where there are such */
	int64_t n;
	int64_t below; /* y < q */
	int64_t above; /* y > Q */
	double exact[CS_EXACT_SIZE(CS_INTERVAL_SUMS)];
} cs_interval_sums;

typedef struct cs_interval_measures
{
	double level; /* the coverage that was aimed at: mean of P - p */
	double coverage;
	double below; /* shares of rows */
	double above;
	double width; /* mean */
	double interval_score;
	double pinball;
	double crps;
} cs_interval_measures;

/*
 * Adds a row of `count` >= 2 quantiles.  CS_NOT_FINITE for a NaN or an infinity, also in what comes
 * out, CS_OUT_OF_RANGE unless the levels ascend within (0, 1): the sums are then unchanged.
 */
extern cs_status cs_interval_sums_add(cs_interval_sums *sums, double actual, size_t count,
									  const double *quantiles, const double *levels);

/* The points are combined by cs_accuracy_state_combine. */
extern void cs_interval_sums_combine(cs_interval_sums *sums, const cs_interval_sums *other);

/* CS_TOO_FEW without rows, CS_NOT_FINITE after an overflow. */
extern cs_status cs_interval_accuracy(const cs_interval_sums *sums, cs_interval_measures *result);

#endif
