/*
 * lstm.c
 *		The gates of the LSTM, forward and backward.
 *
 * N batch, H units; the gates of a row lie one after the other, (N, 4, H), as do c and tanh c in
 * the memory, (N, 2, H).
 */
#include "numeric/network/lstm.h"

#include <stddef.h>

#include "numeric/base/vector_math_inline.h"

/* One row; `first` is a constant in both places that call it. */
CS_INLINE void
forward_row(float *output, float *gates, float *memory, const float *last_memory, const float *bias,
			int units, int first)
{
	CS_INDEPENDENT
	for (int j = 0; j < units; j++)
	{
		float i = cs_gate_sigmoid(gates[j] + bias[j]);
		float f = cs_gate_sigmoid(gates[units + j] + bias[units + j]);
		float g = cs_tanh_inline(gates[2 * units + j] + bias[2 * units + j]);
		float o = cs_gate_sigmoid(gates[3 * units + j] + bias[3 * units + j]);
		float c = i * g + (first ? 0.0f : f * last_memory[j]);
		float tanh_c = cs_tanh_inline(c);

		gates[j] = i;
		gates[units + j] = f;
		gates[2 * units + j] = g;
		gates[3 * units + j] = o;
		memory[j] = c;
		memory[units + j] = tanh_c;
		output[j] = o * tanh_c;
	}
}

CS_TARGET_CLONES
void
cs_lstm_forward(float *output, float *gates, float *memory, const float *last_output,
				const float *last_memory, const float *bias, int rows, int units)
{
	(void) last_output;
	for (int n = 0; n < rows; n++)
	{
		size_t at = (size_t) n * units;

		if (last_memory == NULL)
			forward_row(output + at, gates + 4 * at, memory + 2 * at, NULL, bias, units, 1);
		else
			forward_row(output + at, gates + 4 * at, memory + 2 * at, last_memory + 2 * at, bias,
						units, 0);
	}
}

CS_INLINE void
backward_row(float *gates, float *carry, const float *output_gradient, const float *memory,
			 const float *last_memory, int units, int first)
{
	CS_INDEPENDENT
	for (int j = 0; j < units; j++)
	{
		float i = gates[j];
		float f = gates[units + j];
		float g = gates[2 * units + j];
		float o = gates[3 * units + j];
		float tanh_c = memory[units + j];
		float dh = output_gradient[j];
		float dc = carry[j] + dh * o * (1.0f - tanh_c * tanh_c);
		float last = first ? 0.0f : last_memory[j];

		gates[j] = dc * g * i * (1.0f - i);
		gates[units + j] = dc * last * f * (1.0f - f);
		gates[2 * units + j] = dc * i * (1.0f - g * g);
		gates[3 * units + j] = dh * tanh_c * o * (1.0f - o);
		carry[j] = dc * f;
	}
}

CS_TARGET_CLONES
void
cs_lstm_backward(float *gates, float *last_output_gradient, float *carry,
				 const float *output_gradient, const float *memory, const float *last_output,
				 const float *last_memory, int rows, int units)
{
	(void) last_output_gradient;
	(void) last_output;
	for (int n = 0; n < rows; n++)
	{
		size_t at = (size_t) n * units;

		if (last_memory == NULL)
			backward_row(gates + 4 * at, carry + at, output_gradient + at, memory + 2 * at, NULL,
						 units, 1);
		else
			backward_row(gates + 4 * at, carry + at, output_gradient + at, memory + 2 * at,
						 last_memory + 2 * at, units, 0);
	}
}
