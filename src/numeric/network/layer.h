/*
 * layer.h
 *		What all layers of a sequence network have in common: a shape, named parameters, buffers,
 *		and a pair of passes, forward and backward, that poll.
 *
 * A layer reads an input (T, N, C) and makes an output (T, N, H), time-major.  A layer of one step
 * that stands above one of T steps reads the last of them.  Within a Transformer, from its input
 * layer to the topmost encoder layer, which gives the last step alone, activations are
 * window-major, (N, T, .).
 *
 * The layer of relations has a second input, from the similarity body, and knows which windows of
 * the batch act on which.
 *
 * N batch, T steps, C inputs, H outputs.
 */
#ifndef CREDITSPREAD_NUMERIC_LAYER_H
#define CREDITSPREAD_NUMERIC_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/random.h"
#include "numeric/network/recurrent.h"
#include "numeric/network/relation_embedding.h"
#include "numeric/network/transformer_encoder.h"

/* How a tensor begins: uniform within +-spread about `constant`. */
typedef struct cs_initial
{
	float constant;
	float spread;
	/* chrono_sign * log U(1, chrono_high) for `chrono_count` elements from `chrono_from` on */
	int chrono_from;
	int chrono_count;
	int chrono_sign;
	float chrono_high;
} cs_initial;

/* One tensor in the parameter block of a network. */
typedef struct cs_parameter_view
{
	char name[64]; /* "layer1.input_weight", ..., "output.bias" */
	int rank;	   /* 1 or 2 */
	int shape[2];  /* row-major; shape[1] is 1 when rank is 1 */
	size_t offset; /* floats from the start of the block */
	bool trained;  /* else: statistics of the training, which move with its batches */
	cs_initial initial;
} cs_parameter_view;

/* The views of a network as its layers add theirs. */
typedef struct cs_view_list
{
	cs_parameter_view *views;
	int count;
} cs_view_list;

struct cs_layer_kind;

/* What a layer is, before it has memory. */
typedef struct cs_layer_shape
{
	const struct cs_layer_kind *kind;
	char name[32];	  /* the first part of the names of its views */
	int steps;		  /* T */
	int output_steps; /* T, or 1 where a layer gives the last step alone */
	int inputs;		  /* C */
	int outputs;	  /* H */
	cs_cell cell;	  /* of a recurrent layer */
	bool relu;		  /* of a dense layer: max(0, .) of its output */
	double rate;	  /* at which the layer drops values or multiplies by noise; 0: it does not */
	float spread;	  /* of a dense layer's weights at the start */
	bool positions;	  /* of a Transformer's input: whether they are encoded */
	int heads;		  /* of an encoder layer */
	int feed_forward; /* of an encoder layer */

	/* Of the layer of relations */
	cs_relation_form form;
	cs_relation_norm norm;
	int kinds;
	int side_inputs; /* outputs of the similarity body; 0: there is none */
} cs_layer_shape;

/* Floats of memory besides input and output; SIZE_MAX when they do not fit a size_t. */
typedef struct cs_layer_sizes
{
	size_t kept;	/* what the backward pass needs from the forward pass */
	size_t scratch; /* of use only while the layer is at work */
} cs_layer_sizes;

/* One layer of a pass.  The pass sets everything but what stands last. */
typedef struct cs_layer
{
	cs_layer_shape shape;
	size_t parameter_offset; /* of its trained tensors in the network's block, */
	size_t state_offset;	 /* and of its others */
	float *buffer;			 /* for the output */
	float *kept;
	float *scratch;
	int batch;
	bool training;
	const float *parameters;  /* its trained tensors, one after the other */
	const float *state;		  /* its others, */
	float *new_state;		  /* and in training where they are to be written */
	const float *input;		  /* (T, N, C) */
	float *output;			  /* (T, N, H); the buffer, unless the layer changes nothing */
	float *gradient;		  /* as the parameters; added to */
	float *output_gradient;	  /* (T, N, H); used up by the backward pass */
	bool last_step_only;	  /* output_gradient is given for the last step, 0 before */
	float *input_gradient;	  /* (T, N, C), overwritten; NULL: not wanted; `backward` may put
							   * output_gradient in its place */
	uint64_t noise;			  /* with a rate: the key of this batch's noise */
	cs_relation_pairs *pairs; /* of the layer of relations: which windows act on which, */
	const float *side_input;  /* the output of the similarity body, (N, C), */
	float *side_gradient;	  /* and its gradient, overwritten; NULL: none */

	cs_recurrent_layer recurrent;	/* of a recurrent layer */
	cs_encoder_layer encoder;		/* of an encoder layer */
	cs_relation_embedding relation; /* of the layer of relations */
} cs_layer;

/* A kind of layer.  The pass has set the layer's members before each call. */
typedef struct cs_layer_kind
{
	void (*views)(cs_view_list *list, const cs_layer_shape *shape); /* NULL: no parameters */
	cs_layer_sizes (*sizes)(const cs_layer_shape *shape, size_t batch);
	void (*forward)(cs_layer *layer);
	void (*backward)(cs_layer *layer);
} cs_layer_kind;

extern const cs_layer_kind cs_recurrent_kind;		  /* recurrent_layer.c */
extern const cs_layer_kind cs_dense_kind;			  /* dense_layer.c */
extern const cs_layer_kind cs_self_attention_kind;	  /* self_attention.c */
extern const cs_layer_kind cs_switchable_norm_kind;	  /* switchable_norm.c */
extern const cs_layer_kind cs_gaussian_dropout_kind;  /* gaussian_dropout.c */
extern const cs_layer_kind cs_transformer_input_kind; /* transformer_input.c */
extern const cs_layer_kind cs_encoder_kind;			  /* encoder_layer.c */
extern const cs_layer_kind cs_relation_kind;		  /* relation_layer.c */

/*
 * Appends a view called `shape->name`.`tensor` of `rows` x `columns`, or of rank 1 when `columns`
 * is 0.  A layer appends its trained tensors first.
 */
extern void cs_view_add(cs_view_list *list, const cs_layer_shape *shape, const char *tensor,
						int rows, int columns, bool trained, cs_initial initial);

extern size_t cs_view_count(const cs_parameter_view *view);

/* Draws the tensor of a view in its place in the block `parameters`. */
extern void cs_view_initialize(float *parameters, const cs_parameter_view *view, cs_random *random);

/* Products and sums that stay at SIZE_MAX once they are too large. */
extern size_t cs_saturated_product(size_t a, size_t b);
extern size_t cs_saturated_sum(size_t a, size_t b);

#endif
