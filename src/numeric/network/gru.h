/*
 * gru.h
 *		GRU as 003 has it (equations 7 to 10; Cho et al. 2014), reset before the product:
 *		r = sigma(W_r x + U_r h + b_r), z = sigma(W_z x + U_z h + b_z),
 *		n = tanh(W_n x + U_n (r h) + b_n), h = (1 - z) h + z n.  Gates in the order r, z, n; the
 *		memory of a step is r h, of which the last gate's recurrent product is made.
 *
 * Arguments as in cs_cell_kind (recurrent.h).
 */
#ifndef CREDITSPREAD_NUMERIC_GRU_H
#define CREDITSPREAD_NUMERIC_GRU_H

extern void cs_gru_reset(float *gates, float *memory, const float *last_output, const float *bias,
						 int rows, int units);

extern void cs_gru_forward(float *output, float *gates, float *memory, const float *last_output,
						   const float *last_memory, const float *bias, int rows, int units);

extern void cs_gru_backward(float *gates, float *last_output_gradient, float *carry,
							const float *output_gradient, const float *memory,
							const float *last_output, const float *last_memory, int rows,
							int units);

extern void cs_gru_reset_backward(float *gates, float *last_output_gradient,
								  const float *memory_gradient, const float *last_output, int rows,
								  int units);

#endif
