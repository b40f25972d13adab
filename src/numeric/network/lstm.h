/*
 * lstm.h
 *		LSTM (003 equations 1 to 6; Hochreiter and Schmidhuber 1997): c = f c + i g, h = o tanh c.
 *		Gates in the order i, f, g, o; the memory of a step is c, then tanh c.
 *
 * Arguments as in cs_cell_kind (recurrent.h).
 */
#ifndef CREDITSPREAD_NUMERIC_LSTM_H
#define CREDITSPREAD_NUMERIC_LSTM_H

extern void cs_lstm_forward(float *output, float *gates, float *memory, const float *last_output,
							const float *last_memory, const float *bias, int rows, int units);

extern void cs_lstm_backward(float *gates, float *last_output_gradient, float *carry,
							 const float *output_gradient, const float *memory,
							 const float *last_output, const float *last_memory, int rows,
							 int units);

#endif
