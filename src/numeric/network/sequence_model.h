/*
 * sequence_model.h
 *		A stack of recurrent layers, the last step of the topmost one, and a linear output.
 *
 * All parameters lie in one flat block of floats; a table of views names the tensors in it.
 * Forward and backward passes are cut into bounded pieces, so that the caller can stop between
 * them: begin a pass, then call its function until it returns true.
 *
 * N batch, T steps, C features, H units, K outputs.  Activations are time-major: (T, N, .).
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_MODEL_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/random.h"
#include "numeric/base/workspace.h"
#include "numeric/network/recurrent.h"

#define CS_MAX_LAYERS 8
#define CS_MAX_UNITS 1024
#define CS_MAX_VIEWS (3 * CS_MAX_LAYERS + 2)

typedef struct cs_sequence_architecture
{
	cs_cell cell;
	int layers;
	int units[CS_MAX_LAYERS]; /* lowest layer first */
	int steps;				  /* T */
	int inputs;				  /* C of the lowest layer */
	int outputs;			  /* K */
} cs_sequence_architecture;

/* One tensor in the parameter block. */
typedef struct cs_parameter_view
{
	char name[32]; /* "layer1.input_weight", ..., "output.bias" */
	int rank;	   /* 1 or 2 */
	int shape[2];  /* row-major; shape[1] is 1 when rank is 1 */
	size_t offset; /* floats from the start of the block */
} cs_parameter_view;

/* Floats in the parameter block; SIZE_MAX when it does not fit a size_t. */
extern size_t cs_sequence_model_parameter_count(const cs_sequence_architecture *architecture);

/* Fills views[CS_MAX_VIEWS] in block order and returns their number. */
extern int cs_sequence_model_views(const cs_sequence_architecture *architecture,
								   cs_parameter_view *views);

/*
 * Draws the parameters of view `view` from `random`: weights uniform within +-1/sqrt(H) of their
 * layer (output: of the topmost layer), biases 0, but forget biases log U(1, T - 1) (chrono
 * initialization, Tallec and Ollivier 2018; for T up to 3 the range is 1 to 2).  The generator's
 * state carries on from view to view, so draw them in order.
 */
extern void cs_sequence_model_initialize_view(float *parameters,
											  const cs_sequence_architecture *architecture,
											  const cs_parameter_view *views, int view,
											  cs_random *random);

/* Activations and the place where a pass stands. */
typedef struct cs_sequence_pass
{
	const cs_sequence_architecture *architecture;
	const float *parameters; /* the block, as the views lay it out */
	float *gradient;		 /* same layout, accumulated into */
	int batch;				 /* N of this pass */
	float *input;			 /* (T, N, C), to be filled by the caller */
	float *output;			 /* (N, K) */
	float *output_gradient;	 /* (N, K), to be filled by the caller; NULL unless training */

	cs_recurrent_layer layer[CS_MAX_LAYERS];
	int stage; /* the layer at work; `layers` is the output */
} cs_sequence_pass;

/* Adds what cs_sequence_pass_create takes for up to `batch` windows to `total`. */
extern void cs_sequence_pass_size(cs_size *total, const cs_sequence_architecture *architecture,
								  int batch, bool training);

/* Takes the buffers from the workspace; false when it is too small. */
extern bool cs_sequence_pass_create(cs_sequence_pass *pass,
									const cs_sequence_architecture *architecture, int batch,
									bool training, cs_workspace *workspace);

/* Starts a pass over `batch` windows, which the caller has put into pass->input. */
extern void cs_sequence_forward_begin(cs_sequence_pass *pass, const float *parameters, int batch);

/*
 * Works until the pass is complete (true, pass->output is filled) or `budget`, counted in
 * multiply-adds, is used up (false).  The budget is reduced by what was done.
 */
extern bool cs_sequence_forward(cs_sequence_pass *pass, double *budget);

/* The same backwards, from pass->output_gradient; adds to `gradient`. */
extern void cs_sequence_backward_begin(cs_sequence_pass *pass, float *gradient);
extern bool cs_sequence_backward(cs_sequence_pass *pass, double *budget);

#endif
