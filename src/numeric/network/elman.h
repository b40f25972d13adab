/*
 * elman.h
 *		The plain recurrent cell (Elman 1990): h = tanh(W x + U h + b).  One gate, which is the
 *		output itself; no memory besides it.
 *
 * Arguments as in cs_cell_kind (recurrent.h).
 */
#ifndef CREDITSPREAD_NUMERIC_ELMAN_H
#define CREDITSPREAD_NUMERIC_ELMAN_H

extern void cs_elman_forward(float *output, float *gates, float *memory, const float *last_output,
							 const float *last_memory, const float *bias, int rows, int units);

extern void cs_elman_backward(float *gates, float *last_output_gradient, float *carry,
							  const float *output_gradient, const float *memory,
							  const float *last_output, const float *last_memory, int rows,
							  int units);

#endif
