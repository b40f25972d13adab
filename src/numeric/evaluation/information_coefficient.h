/*
 * information_coefficient.h
 *		How a feature goes with a later value: correlations of moving windows, and their mean.
 *
 * A window of w holds the last w pairs (feature of a row, y of the row `lag` rows later). Pearson's
 * correlation merges the moments of two runs of pairs for each window, one up to the end of a block
 * and one from its start (Chan, Golub and LeVeque 1983): nothing is ever subtracted, and a pair
 * costs the same at any width.  Spearman's is that of average ranks, from values kept in order.
 *
 * Source: Grinold and Kahn, Active Portfolio Management (2000), ch. 6.
 */
#ifndef CREDITSPREAD_NUMERIC_INFORMATION_COEFFICIENT_H
#define CREDITSPREAD_NUMERIC_INFORMATION_COEFFICIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/moments.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

typedef enum cs_correlation
{
	CS_CORRELATION_PEARSON,
	CS_CORRELATION_SPEARMAN
} cs_correlation;

/* Moments of pairs (x, y). */
typedef struct cs_pair_moments
{
	double count;
	double mean[2];
	double square[2]; /* sums of squared deviations */
	double product;	  /* sum of their products */
	double minimum[2], maximum[2];
} cs_pair_moments;

typedef struct cs_ranked_value
{
	double value;
	size_t place; /* in the window */
} cs_ranked_value;

typedef struct cs_rolling_correlation
{
	cs_correlation correlation;
	size_t window;
	size_t count;				 /* pairs so far */
	double *pairs;				 /* [window][2], pair i at i mod window */
	cs_pair_moments *suffix;	 /* [window], of the block before: from each pair to its end */
	cs_pair_moments prefix;		 /* of the block at work */
	cs_ranked_value *ordered[2]; /* [window], ascending */
	double *ranks;				 /* [window], of x, by place */
} cs_rolling_correlation;

extern size_t cs_rolling_correlation_size(cs_correlation correlation, size_t window);

/* CS_OUT_OF_RANGE unless window >= 2, CS_NO_MEMORY when the workspace is too small. */
extern cs_status cs_rolling_correlation_initialize(cs_rolling_correlation *rolling,
												   cs_correlation correlation, size_t window,
												   cs_workspace *workspace);

/*
 * Takes the next pair, both finite, and gives the correlation of the window that ends with it, NaN
 * where there is none: CS_TOO_FEW before the window is full, CS_CONSTANT when x or y is constant in
 * it (within 1e-12 of its size), CS_NOT_FINITE after an overflow.
 */
extern cs_status cs_rolling_correlation_add(cs_rolling_correlation *rolling, double x, double y,
											double *value);

/* The correlations of all windows of a series. */
typedef struct cs_information_coefficient
{
	cs_moments moments;
	size_t constant; /* windows left out because a side is constant */
} cs_information_coefficient;

/*
 * Those of rows[count][2], feature and y; the workspace is that of a rolling correlation.
 * CS_TOO_FEW unless count >= window + lag, CS_NOT_FINITE after an overflow; else as
 * cs_rolling_correlation_initialize.
 */
extern cs_status cs_information_coefficient_compute(cs_information_coefficient *coefficient,
													const double *rows, size_t count,
													cs_correlation correlation, size_t window,
													size_t lag, cs_workspace *workspace);

/*
 * Standard deviation of the correlations, divisor one less than their number, and mean over it; NaN
 * of fewer than two windows, the ratio also of windows that do not differ.
 */
extern double cs_information_coefficient_sd(const cs_information_coefficient *coefficient);
extern double cs_information_coefficient_ratio(const cs_information_coefficient *coefficient);

#endif
