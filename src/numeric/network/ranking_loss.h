/*
 * ranking_loss.h
 *		The pairwise ranking loss of Feng et al. (Temporal Relational Ranking for Stock Prediction,
 *		ACM TOIS 37, 2019): for outputs p and targets y of n windows of a time
 *
 *		(1 / n^2) sum_ij max(0, -(p_i - p_j) (y_i - y_j)),
 *
 *		over all ordered pairs, or those within a group, the divisor being n^2 in both.
 */
#ifndef CREDITSPREAD_NUMERIC_RANKING_LOSS_H
#define CREDITSPREAD_NUMERIC_RANKING_LOSS_H

#include <stdint.h>

/*
 * The part of the loss that belongs to i from `first` to `first` + rows - 1; adds `scale` times the
 * gradient of the whole loss in their outputs to gradient[i] (NULL: not wanted).  All arrays have
 * `count` elements; group may be NULL: one for all.  The gradient of a tie is 0.
 */
extern double cs_ranking_loss(float *gradient, const float *output, const float *target,
							  const int32_t *group, int count, int first, int rows, double scale);

#endif
