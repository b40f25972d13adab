/*
 * layer_norm.c
 *		Residual connection, dropout and layer normalization, row by row.
 *
 * R rows, D features.
 */
#include "numeric/network/layer_norm.h"

#include <math.h>

/* s = residual + dropout(branch), in place of the branch. */
CS_INLINE void
add_residual(float *branch, const float *residual, cs_dropout dropout, uint32_t place, int width)
{
	if (dropout.threshold == 0)
	{
		for (int j = 0; j < width; j++)
			branch[j] += residual[j];
		return;
	}
	CS_INDEPENDENT
	for (int j = 0; j < width; j++)
	{
		branch[j] = residual[j] + cs_dropout_factor(dropout, place + (uint32_t) j) * branch[j];
	}
}

CS_TARGET_CLONES
void
cs_residual_norm_forward(float *output, float *normalized, float *inverse_sd, const float *residual,
						 size_t residual_stride, const float *weight, const float *bias,
						 float epsilon, const cs_dropout *dropout, size_t place, int rows,
						 int width)
{
	float share = 1.0f / (float) width;

	for (int n = 0; n < rows; n++)
	{
		float *row = normalized + (size_t) n * width;
		float *to = output + (size_t) n * width;
		float mean = 0;
		float variance = 0;
		float inverse;

		add_residual(row, residual + (size_t) n * residual_stride, *dropout,
					 (uint32_t) (place + (size_t) n * width), width);
		for (int j = 0; j < width; j++)
			mean += row[j];
		mean *= share;
		for (int j = 0; j < width; j++)
			variance += (row[j] - mean) * (row[j] - mean);
		inverse = 1.0f / sqrtf(variance * share + epsilon);
		inverse_sd[n] = inverse;
		CS_INDEPENDENT
		for (int j = 0; j < width; j++)
		{
			float value = (row[j] - mean) * inverse;

			row[j] = value;
			to[j] = weight[j] * value + bias[j];
		}
	}
}

/* The branch's gradient from that of s, and its sum. */
CS_INLINE void
branch_row(float *branch_gradient, float *branch_sum, const float *gradient, cs_dropout dropout,
		   uint32_t place, int width)
{
	if (dropout.threshold == 0)
	{
		CS_INDEPENDENT
		for (int j = 0; j < width; j++)
		{
			branch_sum[j] += gradient[j];
			branch_gradient[j] = gradient[j];
		}
		return;
	}
	CS_INDEPENDENT
	for (int j = 0; j < width; j++)
	{
		float slope = cs_dropout_factor(dropout, place + (uint32_t) j) * gradient[j];

		branch_gradient[j] = slope;
		branch_sum[j] += slope;
	}
}

CS_TARGET_CLONES
void
cs_residual_norm_backward(float *gradient, float *branch_gradient, float *weight_gradient,
						  float *bias_gradient, float *branch_sum, const float *normalized,
						  const float *inverse_sd, const float *weight, const cs_dropout *dropout,
						  size_t place, int rows, int width)
{
	float share = 1.0f / (float) width;

	for (int n = 0; n < rows; n++)
	{
		size_t at = (size_t) n * width;
		float *row = gradient + at;
		const float *value = normalized + at;
		float mean = 0;
		float slope = 0;

		for (int j = 0; j < width; j++)
		{
			mean += row[j] * weight[j];
			slope += row[j] * weight[j] * value[j];
		}
		mean *= share;
		slope *= share;
		CS_INDEPENDENT
		for (int j = 0; j < width; j++)
		{
			weight_gradient[j] += row[j] * value[j];
			bias_gradient[j] += row[j];
			row[j] = inverse_sd[n] * (row[j] * weight[j] - mean - slope * value[j]);
		}
		branch_row(branch_gradient + at, branch_sum, row, *dropout, (uint32_t) (place + at), width);
	}
}
