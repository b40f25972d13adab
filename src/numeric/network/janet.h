/*
 * janet.h
 *		JANET, the LSTM with a forget gate only (003 equations 11 to 14; van der Westhuizen and
 *		Lasenby 2018): f = sigma(W_f x + U_f h + b_f), c~ = tanh(W_c x + U_c h + b_c),
 *		h = f h + (1 - f) c~.  Gates in the order f, c~; no memory besides the output.
 *
 * Arguments as in cs_cell_kind (recurrent.h).
 */
#ifndef CREDITSPREAD_NUMERIC_JANET_H
#define CREDITSPREAD_NUMERIC_JANET_H

extern void cs_janet_forward(float *output, float *gates, float *memory, const float *last_output,
							 const float *last_memory, const float *bias, int rows, int units);

extern void cs_janet_backward(float *gates, float *last_output_gradient, float *carry,
							  const float *output_gradient, const float *memory,
							  const float *last_output, const float *last_memory, int rows,
							  int units);

#endif
