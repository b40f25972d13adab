/*
 * sequence_model.h
 *		A sequence network: which layers stand on each other, their parameters, and passes through
 *		them.
 *
 *		body -> last step -> [relations] -> dense layers with max(0, .) -> linear output
 *
 *		Recurrent body: [self-attention] -> layers x ([switchable normalization] -> recurrent ->
 *		[Gaussian dropout]).  Transformer (Vaswani et al. 2017; paper 001's forecaster): linear map
 *		to D features [+ sinusoidal positions] -> encoder layers.
 *
 * The layer of relations (relation_embedding.h) gives each window of a batch what those of its
 * neighbours say; for explicit relations there may be a second body of the same shape beside the
 * first, the similarity body, with its own inputs and parameters.
 *
 * The topmost dropout and the topmost encoder layer work on the last step alone, since nothing else
 * goes on from there.
 *
 * All parameters lie in one flat block of floats; a table of views names the tensors in it.  First
 * come those that are trained, then running statistics.  Passes poll.
 *
 * N batch, T steps, C features, H units, K outputs.  Activations are time-major: (T, N, .).
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_MODEL_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/random.h"
#include "numeric/base/workspace.h"
#include "numeric/network/layer.h"

#define CS_MAX_LAYERS 8
#define CS_MAX_DENSE 8
#define CS_MAX_UNITS 1024
#define CS_MAX_FEED_FORWARD 4096
#define CS_MAX_NETWORK_LAYERS (2 * (1 + 3 * CS_MAX_LAYERS) + 1 + CS_MAX_DENSE + 1)
#define CS_MAX_VIEWS (2 * (2 + CS_ENCODER_TENSORS * CS_MAX_LAYERS) + 2 + 2 * CS_MAX_DENSE + 2)

typedef enum cs_body
{
	CS_BODY_RECURRENT,
	CS_BODY_TRANSFORMER
} cs_body;

#define CS_BODY_COUNT 2

typedef enum cs_normalization
{
	CS_NORMALIZATION_NONE,
	CS_NORMALIZATION_SWITCHABLE
} cs_normalization;

#define CS_NORMALIZATION_COUNT 2

/* Within the bounds of cs_sequence_options. */
typedef struct cs_sequence_architecture
{
	cs_body body;
	int layers;
	double dropout; /* rate of the recurrent body's Gaussian dropout, or at the four places of each
					 * encoder layer; 0: none */

	/* Recurrent */
	bool attention; /* self-attention over the input */
	cs_cell cell;
	int units[CS_MAX_LAYERS]; /* lowest layer first */
	cs_normalization normalization;

	/* Transformer */
	int width;		  /* D */
	int heads;		  /* a divisor of D */
	int feed_forward; /* F */
	bool positions;	  /* whether positions are encoded */

	cs_relation_form relation_form; /* CS_RELATION_NONE: no layer of relations */
	cs_relation_norm relation_norm;
	int relation_kinds; /* K of relations */
	int side_inputs;	/* C of the similarity body; 0: there is none */

	int dense_layers;
	int dense[CS_MAX_DENSE]; /* units of the dense layers, lowest first */
	int steps;				 /* T */
	int inputs;				 /* C of the lowest layer */
	int outputs;			 /* K */
} cs_sequence_architecture;

/* The layers of a network: the body, the similarity body, relations, dense layers. */
typedef struct cs_layer_list
{
	cs_layer_shape shape[CS_MAX_NETWORK_LAYERS]; /* lowest layer first */
	int count;
	int body;	  /* layers of the body, */
	int side_end; /* one after the last layer of the similarity body; `body` without one */
} cs_layer_list;

/* Without `training` the layers that only training knows are left out. */
extern void cs_sequence_layers(const cs_sequence_architecture *architecture, bool training,
							   cs_layer_list *list);

/* Fills views[CS_MAX_VIEWS] in block order and returns their number. */
extern int cs_sequence_model_views(const cs_sequence_architecture *architecture,
								   cs_parameter_view *views);

/* Floats in the parameter block, and how many of them, the first ones, are trained. */
extern size_t cs_sequence_model_parameter_count(const cs_sequence_architecture *architecture);
extern size_t cs_sequence_model_trained_count(const cs_sequence_architecture *architecture);

/* How many of the trained ones, the first ones, belong to the body. */
extern size_t cs_sequence_model_body_count(const cs_sequence_architecture *architecture);

/* What the body gives for a window. */
extern int cs_sequence_model_body_width(const cs_sequence_architecture *architecture);

/* Activations of a pass. */
typedef struct cs_sequence_pass
{
	const cs_sequence_architecture *architecture;
	int layers;
	int body;	  /* layers of the body, */
	int side_end; /* and where those of the similarity body end */
	bool frozen;  /* the body is not trained; set by the caller */
	bool given;	  /* nor run, since the caller puts what it gives into cs_sequence_body_output */
	cs_layer layer[CS_MAX_NETWORK_LAYERS];
	const float *parameters;  /* the block, as the views lay it out */
	float *moving;			  /* in training the same block, for running statistics; else NULL */
	float *gradient;		  /* of the trained parameters, accumulated into */
	int batch;				  /* N of this pass */
	float *input;			  /* (T, N, C), to be filled by the caller, */
	float *side_input;		  /* and that of the similarity body, if there is one */
	cs_relation_pairs *pairs; /* of the batch, to be set by the caller; NULL without relations */
	float *output;			  /* (N, K), once the forward pass is complete */
	float *output_gradient;	  /* (N, K), to be filled by the caller; NULL unless training */
	float *input_gradient;	  /* (T, N, C), set by the caller: where the backward pass writes it;
							   * NULL: not wanted */
	float *slope[2];		  /* gradients of the layers' outputs, in turn; */
	float *waiting;			  /* the body's, beside a similarity body, until its turn comes */
} cs_sequence_pass;

/* Takes the buffers of passes over up to `batch` windows; false when the workspace is too small. */
extern bool cs_sequence_pass_create(cs_sequence_pass *pass,
									const cs_sequence_architecture *architecture, int batch,
									bool training, cs_workspace *workspace);

/* Fills pass->output from `batch` windows, which the caller has put into pass->input. */
extern void cs_sequence_forward(cs_sequence_pass *pass, const float *parameters, int batch);

/* The body alone; what it gives, (N, H). */
extern const float *cs_sequence_body_forward(cs_sequence_pass *pass, const float *parameters,
											 int batch);

/* Where that belongs when it is given; the pass was created for training. */
extern float *cs_sequence_body_output(const cs_sequence_pass *pass);

/*
 * The same in training: normalization takes the batch's statistics and moves the running ones in
 * `parameters`, dropout draws the keys of its noise from `random`.
 */
extern void cs_sequence_training_forward(cs_sequence_pass *pass, float *parameters, int batch,
										 cs_random *random);

/*
 * Backwards, from pass->output_gradient, after a forward pass in training, or without dropout one
 * of a pass that was created for training; adds to `gradient`.  A frozen body works as if it were
 * not in training, and nothing is added to its gradient.
 */
extern void cs_sequence_backward(cs_sequence_pass *pass, float *gradient);

#endif
