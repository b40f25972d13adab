/*
 * layer_norm.h
 *		A residual connection and layer normalization (Ba, Kiros and Hinton 2016), fused:
 *		output = weight * (s - mean) / sqrt(variance + epsilon) + bias, s = residual +
 *		dropout(branch), mean and variance (divisor D) over the features of a row.
 *
 * R rows, D features.
 */
#ifndef CREDITSPREAD_NUMERIC_LAYER_NORM_H
#define CREDITSPREAD_NUMERIC_LAYER_NORM_H

#include <stddef.h>

#include "numeric/network/dropout.h"

/* Epsilon of the networks that are trained here, and of PyTorch's. */
#define CS_LAYER_NORM_EPSILON 1e-5f

/*
 * output (R, D), inverse_sd (R).  `normalized` (R, D) comes in as the branch and goes out as s,
 * normalized.  Rows of `residual` are residual_stride floats apart.  `place` is that of the first
 * value, for the dropout.
 */
extern void cs_residual_norm_forward(float *output, float *normalized, float *inverse_sd,
									 const float *residual, size_t residual_stride,
									 const float *weight, const float *bias, float epsilon,
									 const cs_dropout *dropout, size_t place, int rows, int width);

/*
 * `gradient` (R, D) comes in as the output's and goes out as that of s, which is the residual's;
 * branch_gradient (R, D) may be the same array when nothing is dropped.  Added to: weight_gradient
 * and bias_gradient (D), and branch_sum (D), the sum of the branch's gradient over the rows.
 */
extern void cs_residual_norm_backward(float *gradient, float *branch_gradient,
									  float *weight_gradient, float *bias_gradient,
									  float *branch_sum, const float *normalized,
									  const float *inverse_sd, const float *weight,
									  const cs_dropout *dropout, size_t place, int rows, int width);

#endif
