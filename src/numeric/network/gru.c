/*
 * gru.c
 *		The gates of the GRU, forward and backward.
 *
 * N batch, H units; the gates of a row lie one after the other, (N, 3, H).
 */
#include "numeric/network/gru.h"

#include <stddef.h>

#include "numeric/base/vector_math_inline.h"

CS_TARGET_CLONES
void
cs_gru_reset(float *gates, float *memory, const float *last_output, const float *bias, int rows,
			 int units)
{
	for (int n = 0; n < rows; n++)
	{
		float *gate = gates + (size_t) 3 * n * units;
		size_t at = (size_t) n * units;

		CS_INDEPENDENT
		for (int j = 0; j < units; j++)
		{
			float r = cs_gate_sigmoid(gate[j] + bias[j]);

			gate[j] = r;
			memory[at + j] = r * last_output[at + j];
		}
	}
}

/* One row; `first` is a constant in both places that call it. */
CS_INLINE void
forward_row(float *output, float *gates, const float *last_output, const float *bias, int units,
			int first)
{
	CS_INDEPENDENT
	for (int j = 0; j < units; j++)
	{
		float z = cs_gate_sigmoid(gates[units + j] + bias[units + j]);
		float n = cs_tanh_inline(gates[2 * units + j] + bias[2 * units + j]);
		float last = first ? 0.0f : last_output[j];

		gates[units + j] = z;
		gates[2 * units + j] = n;
		output[j] = last + z * (n - last);
	}
}

CS_TARGET_CLONES
void
cs_gru_forward(float *output, float *gates, float *memory, const float *last_output,
			   const float *last_memory, const float *bias, int rows, int units)
{
	(void) memory;
	(void) last_memory;
	for (int n = 0; n < rows; n++)
	{
		size_t at = (size_t) n * units;

		if (last_output == NULL)
			forward_row(output + at, gates + 3 * at, NULL, bias, units, 1);
		else
			forward_row(output + at, gates + 3 * at, last_output + at, bias, units, 0);
	}
}

CS_INLINE void
backward_row(float *gates, float *last_output_gradient, const float *output_gradient,
			 const float *last_output, int units, int first)
{
	CS_INDEPENDENT
	for (int j = 0; j < units; j++)
	{
		float z = gates[units + j];
		float n = gates[2 * units + j];
		float dh = output_gradient[j];
		float last = first ? 0.0f : last_output[j];

		gates[units + j] = dh * (n - last) * z * (1.0f - z);
		gates[2 * units + j] = dh * z * (1.0f - n * n);
		if (first)
			gates[j] = 0.0f; /* there was nothing to reset */
		else
			last_output_gradient[j] += dh * (1.0f - z);
	}
}

CS_TARGET_CLONES
void
cs_gru_backward(float *gates, float *last_output_gradient, float *carry,
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
			backward_row(gates + 3 * at, NULL, output_gradient + at, NULL, units, 1);
		else
			backward_row(gates + 3 * at, last_output_gradient + at, output_gradient + at,
						 last_output + at, units, 0);
	}
}

CS_TARGET_CLONES
void
cs_gru_reset_backward(float *gates, float *last_output_gradient, const float *memory_gradient,
					  const float *last_output, int rows, int units)
{
	for (int n = 0; n < rows; n++)
	{
		float *gate = gates + (size_t) 3 * n * units;
		size_t at = (size_t) n * units;

		CS_INDEPENDENT
		for (int j = 0; j < units; j++)
		{
			float r = gate[j];
			float slope = memory_gradient[at + j];

			gate[j] = slope * last_output[at + j] * r * (1.0f - r);
			last_output_gradient[at + j] += slope * r;
		}
	}
}
