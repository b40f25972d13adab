/*
 * recurrent.h
 *		What all recurrent layers share: the matrix products around the gates, and the table of
 *		cells.
 *
 * A layer has an input weight (G*H, C), a recurrent weight (G*H, H) and a bias (G*H), gates one
 * after the other.  The input products of all steps are one sgemm; each step adds the product of
 * the last output and lets the cell's kernel make gates of the sums.  Where a cell resets its last
 * output first, the last of its gates, the candidate, takes the product of what is left of it.
 *
 * N batch, T steps, C features, H units, G gates.
 */
#ifndef CREDITSPREAD_NUMERIC_RECURRENT_H
#define CREDITSPREAD_NUMERIC_RECURRENT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum cs_cell
{
	CS_CELL_JANET,
	CS_CELL_LSTM,
	CS_CELL_GRU,
	CS_CELL_ELMAN
} cs_cell;

#define CS_CELL_COUNT 4

/* A row of the table of cells; a new cell is a file with its two kernels and a row here. */
typedef struct cs_cell_kind
{
	const char *name; /* as in SQL */
	int gates;		  /* G */
	int forget_gate;  /* the gate that chrono initialization is for, -1: none */
	int forget_sign;  /* 1 where the gate keeps, -1 where it lets the new in */
	int memory;		  /* M, floats kept per unit and step besides gates and output */

	/*
	 * One step, `rows` of the batch.  `gates` (N, G*H) comes in as the sums W x + U h without bias
	 * and goes out as the gates; `last_` tensors belong to the step before and are NULL at the
	 * first.  output (N, H), memory (N, M*H), bias (G*H).
	 */
	void (*forward)(float *output, float *gates, float *memory, const float *last_output,
					const float *last_memory, const float *bias, int rows, int units);

	/*
	 * The same step backwards.  `gates` comes in as the gates and goes out as the gradient of the
	 * sums; what flows to the last output directly, not through the sums, is added to
	 * last_output_gradient (N, H); `carry` (N, H) is what flows from step to step beside the
	 * output.
	 */
	void (*backward)(float *gates, float *last_output_gradient, float *carry,
					 const float *output_gradient, const float *memory, const float *last_output,
					 const float *last_memory, int rows, int units);

	/*
	 * For cells that reset (M is 1), else NULL.  Before `forward`, except at the first step: makes
	 * the first gate of its sum and memory = gate * last output.  After `backward`: the same
	 * backwards, from the gradient of the memory (N, H).
	 */
	void (*reset)(float *gates, float *memory, const float *last_output, const float *bias,
				  int rows, int units);
	void (*reset_backward)(float *gates, float *last_output_gradient, const float *memory_gradient,
						   const float *last_output, int rows, int units);
} cs_cell_kind;

extern const cs_cell_kind cs_cell_kinds[CS_CELL_COUNT];

/* One layer of a pass.  Tensors are time-major; gradients are NULL in a forward-only pass. */
typedef struct cs_recurrent_layer
{
	const cs_cell_kind *kind;
	int steps;					   /* T */
	int batch;					   /* N */
	int inputs;					   /* C */
	int units;					   /* H */
	const float *input_weight;	   /* (G*H, C) */
	const float *recurrent_weight; /* (G*H, H) */
	const float *bias;			   /* (G*H) */
	float *turned; /* (G, C, H) and (G, H, H): room for the weights transposed; NULL: as they lie */
	bool keeps;	   /* gates and memory of all steps, for the backward pass */
	const float *input;			  /* (T, N, C) */
	float *gates;				  /* (T, N, G*H); room for one step of some windows if not kept */
	float *memory;				  /* (T, N, M*H); room for two steps */
	float *output;				  /* (T, N, H) */
	float *output_gradient;		  /* (T, N, H); used up by the backward pass */
	bool last_step_only;		  /* output_gradient is given for the last step, 0 before */
	float *input_gradient;		  /* (T, N, C), overwritten; NULL: not wanted */
	float *carry;				  /* (N, H) */
	float *input_weight_gradient; /* as the weights; added to */
	float *recurrent_weight_gradient;
	float *bias_gradient;
} cs_recurrent_layer;

/* Floats of `turned`. */
static inline size_t
cs_recurrent_turned(int gates, int inputs, int units)
{
	return (size_t) gates * (size_t) units * ((size_t) inputs + (size_t) units);
}

/* Both poll. */
extern void cs_recurrent_forward(const cs_recurrent_layer *layer);
extern void cs_recurrent_backward(const cs_recurrent_layer *layer);

#endif
