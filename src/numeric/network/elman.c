/*
 * elman.c
 *		The plain recurrent cell, forward and backward.
 *
 * N batch, H units.
 */
#include "numeric/network/elman.h"

#include <stddef.h>

#include "numeric/base/vector_math_inline.h"

CS_TARGET_CLONES
void
cs_elman_forward(float *output, float *gates, float *memory, const float *last_output,
				 const float *last_memory, const float *bias, int rows, int units)
{
	(void) memory;
	(void) last_output;
	(void) last_memory;
	for (int n = 0; n < rows; n++)
	{
		size_t at = (size_t) n * units;

		CS_INDEPENDENT
		for (int j = 0; j < units; j++)
		{
			float h = cs_tanh_inline(gates[at + j] + bias[j]);

			gates[at + j] = h;
			output[at + j] = h;
		}
	}
}

CS_TARGET_CLONES
void
cs_elman_backward(float *gates, float *last_output_gradient, float *carry,
				  const float *output_gradient, const float *memory, const float *last_output,
				  const float *last_memory, int rows, int units)
{
	size_t count = (size_t) rows * units;

	(void) last_output_gradient;
	(void) carry;
	(void) memory;
	(void) last_output;
	(void) last_memory;
	CS_INDEPENDENT
	for (size_t i = 0; i < count; i++)
		gates[i] = output_gradient[i] * (1.0f - gates[i] * gates[i]);
}
