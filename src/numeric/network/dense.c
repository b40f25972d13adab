/*
 * dense.c
 *		The linear layer, forward and backward.
 *
 * N batch, C features, K outputs.
 */
#include "numeric/network/dense.h"

#include <cblas.h>
#include <stddef.h>
#include <string.h>

void
cs_dense_forward(float *output, const float *input, const float *weight, const float *bias,
				 int batch, int inputs, int outputs)
{
	for (int n = 0; n < batch; n++)
		memcpy(output + (size_t) n * outputs, bias, (size_t) outputs * sizeof(float));
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, outputs, inputs, 1.0f, input,
				inputs, weight, inputs, 1.0f, output, outputs);
}

void
cs_dense_backward(float *input_gradient, float *weight_gradient, float *bias_gradient,
				  const float *output_gradient, const float *input, const float *weight, int batch,
				  int inputs, int outputs)
{
	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, outputs, inputs, batch, 1.0f,
				output_gradient, outputs, input, inputs, 1.0f, weight_gradient, inputs);
	for (int n = 0; n < batch; n++)
		for (int k = 0; k < outputs; k++)
			bias_gradient[k] += output_gradient[(size_t) n * outputs + k];
	if (input_gradient != NULL)
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, inputs, outputs, 1.0f,
					output_gradient, outputs, weight, inputs, 0.0f, input_gradient, inputs);
}
