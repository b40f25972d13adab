/*
 * janet.c
 *		The gates of JANET, forward and backward.
 *
 * N batch, H units; the two gates of a row lie one after the other, (N, 2, H).
 */
#include "numeric/network/janet.h"

#include <stddef.h>

#include "numeric/base/vector_math_inline.h"

/* One row; `first` is a constant in both places that call it. */
CS_INLINE void
forward_row(float *output, float *gates, const float *last_output, const float *bias, int units,
			int first)
{
	CS_INDEPENDENT
	for (int j = 0; j < units; j++)
	{
		float f = cs_gate_sigmoid(gates[j] + bias[j]);
		float c = cs_tanh_inline(gates[units + j] + bias[units + j]);
		float last = first ? 0.0f : last_output[j];

		gates[j] = f;
		gates[units + j] = c;
		output[j] = c + f * (last - c);
	}
}

CS_TARGET_CLONES
void
cs_janet_forward(float *output, float *gates, float *memory, const float *last_output,
				 const float *last_memory, const float *bias, int rows, int units)
{
	(void) memory;
	(void) last_memory;
	for (int n = 0; n < rows; n++)
	{
		size_t at = (size_t) n * units;

		if (last_output == NULL)
			forward_row(output + at, gates + 2 * at, NULL, bias, units, 1);
		else
			forward_row(output + at, gates + 2 * at, last_output + at, bias, units, 0);
	}
}

CS_INLINE void
backward_row(float *gates, float *last_output_gradient, const float *output_gradient,
			 const float *last_output, int units, int first)
{
	CS_INDEPENDENT
	for (int j = 0; j < units; j++)
	{
		float f = gates[j];
		float c = gates[units + j];
		float dh = output_gradient[j];
		float last = first ? 0.0f : last_output[j];

		gates[j] = dh * (last - c) * f * (1.0f - f);
		gates[units + j] = dh * (1.0f - f) * (1.0f - c * c);
		if (!first)
			last_output_gradient[j] += dh * f;
	}
}

CS_TARGET_CLONES
void
cs_janet_backward(float *gates, float *last_output_gradient, float *carry,
				  const float *output_gradient, const float *memory, const float *last_output,
				  const float *last_memory, int rows, int units)
{
	(void) carry;
	(void) memory;
	(void) last_memory;
	for (int n = 0; n < rows; n++)
	{
		size_t at = (size_t) n * units;

		if (last_output == NULL)
			backward_row(gates + 2 * at, NULL, output_gradient + at, NULL, units, 1);
		else
			backward_row(gates + 2 * at, last_output_gradient + at, output_gradient + at,
						 last_output + at, units, 0);
	}
}
