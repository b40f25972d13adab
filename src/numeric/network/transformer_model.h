/*
 * transformer_model.h
 *		A Transformer that forecasts: a linear map of the inputs to D features, sinusoidal positions
 *		if wanted, encoder layers, the last position of the topmost one, and a linear output (paper
 *		001's forecaster; methods of Vaswani et al. 2017).
 *
 * As in sequence_model.h, all parameters lie in one flat block, and passes are cut into bounded
 * pieces: begin a pass, then call its function until it returns true.
 *
 * N batch, T steps, C inputs, D features, F features within the feed-forward half, K outputs.  The
 * input is time-major, (T, N, C), all else window-major, (N, T, .).
 */
#ifndef CREDITSPREAD_NUMERIC_TRANSFORMER_MODEL_H
#define CREDITSPREAD_NUMERIC_TRANSFORMER_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/random.h"
#include "numeric/base/workspace.h"
#include "numeric/network/sequence_model.h"
#include "numeric/network/transformer_encoder.h"

#define CS_MAX_FEED_FORWARD 4096
#define CS_MAX_TRANSFORMER_VIEWS (CS_ENCODER_TENSORS * CS_MAX_LAYERS + 4)

typedef struct cs_transformer_architecture
{
	int layers;		  /* 1 to CS_MAX_LAYERS */
	int width;		  /* D; 1 to CS_MAX_UNITS */
	int heads;		  /* a divisor of D */
	int feed_forward; /* F; 1 to CS_MAX_FEED_FORWARD */
	bool positions;	  /* whether positions are encoded */
	double dropout;	  /* rate in training, at the four places of each layer; 0 to 0.9 */
	int steps;		  /* T */
	int inputs;		  /* C */
	int outputs;	  /* K */
} cs_transformer_architecture;

/* Floats in the parameter block; SIZE_MAX when it does not fit a size_t. */
extern size_t cs_transformer_model_parameter_count(const cs_transformer_architecture *architecture);

/*
 * Fills views[CS_MAX_TRANSFORMER_VIEWS] in block order and returns their number: "input.weight"
 * (D, C), "input.bias", "layer1.in_weight", ..., "output.weight" (K, D), "output.bias".
 */
extern int cs_transformer_model_views(const cs_transformer_architecture *architecture,
									  cs_parameter_view *views);

/*
 * Draws the parameters of view `view` as PyTorch does: weights and biases of linear maps uniform
 * within +-1/sqrt(columns of the weight), but the attention's in-projection within
 * +-sqrt(6 / (rows + columns)) (Glorot and Bengio 2010) and the biases of both its maps 0; norms
 * start as the identity.  The generator's state carries on from view to view, so draw in order.
 */
extern void cs_transformer_model_initialize_view(float *parameters,
												 const cs_transformer_architecture *architecture,
												 const cs_parameter_view *views, int view,
												 cs_random *random);

/* Activations and the place where a pass stands. */
typedef struct cs_transformer_pass
{
	const cs_transformer_architecture *architecture;
	const float *parameters; /* the block, as the views lay it out */
	float *gradient;		 /* same layout, accumulated into */
	int batch;				 /* N of this pass */
	float *input;			 /* (T, N, C), to be filled by the caller */
	float *output;			 /* (N, K) */
	float *output_gradient;	 /* (N, K), to be filled by the caller; NULL unless training */
	cs_random *random;		 /* to be set by the caller before a pass that drops values out, which
							  * draws its key from it; NULL: nothing is dropped */

	cs_encoder_layer layer[CS_MAX_LAYERS];
	cs_encoder_scratch scratch;
	float *embedding; /* (N, T, D), the lowest layer's input */
	float *shift;	  /* (D), bias and position of one step */
	int stage;		  /* 0: the input; the layer at work, from 1; layers + 1: the output */
	int step;		  /* of the input */
	int row;
} cs_transformer_pass;

/* Adds what cs_transformer_pass_create takes for up to `batch` windows to `total`. */
extern void cs_transformer_pass_size(cs_size *total,
									 const cs_transformer_architecture *architecture, int batch,
									 bool training);

/* Takes the buffers from the workspace; false when it is too small. */
extern bool cs_transformer_pass_create(cs_transformer_pass *pass,
									   const cs_transformer_architecture *architecture, int batch,
									   bool training, cs_workspace *workspace);

/* Starts a pass over `batch` windows, which the caller has put into pass->input. */
extern void cs_transformer_forward_begin(cs_transformer_pass *pass, const float *parameters,
										 int batch);

/*
 * Works until the pass is complete (true, pass->output is filled) or `budget`, counted in
 * multiply-adds, is used up (false).  The budget is reduced by what was done.
 */
extern bool cs_transformer_forward(cs_transformer_pass *pass, double *budget);

/* The same backwards, from pass->output_gradient; adds to `gradient`. */
extern void cs_transformer_backward_begin(cs_transformer_pass *pass, float *gradient);
extern bool cs_transformer_backward(cs_transformer_pass *pass, double *budget);

#endif
