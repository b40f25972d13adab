/*
 * dense.h
 *		A linear layer: output = input W' + b.
 *
 * N batch, C features, K outputs; all row-major.
 */
#ifndef CREDITSPREAD_NUMERIC_DENSE_H
#define CREDITSPREAD_NUMERIC_DENSE_H

/* output (N, K); input (N, C), weight (K, C), bias (K). */
extern void cs_dense_forward(float *output, const float *input, const float *weight,
							 const float *bias, int batch, int inputs, int outputs);

/*
 * input_gradient (N, C) is overwritten, NULL: not wanted; weight_gradient (K, C) and bias_gradient
 * (K) are added to.
 */
extern void cs_dense_backward(float *input_gradient, float *weight_gradient, float *bias_gradient,
							  const float *output_gradient, const float *input, const float *weight,
							  int batch, int inputs, int outputs);

#endif
