/*
 * transformer_encoder.h
 *		One encoder layer of a Transformer (Vaswani et al. 2017), normalized after each half, with
 *		the conventions of PyTorch's TransformerEncoderLayer:
 *		a = norm1(x + dropout(out_projection(attention(in_projection(x))))),
 *		output = norm2(a + dropout(feed_forward2(dropout(relu(feed_forward1(a)))))).
 *
 * When only the last positions are wanted, as in the topmost layer of a forecaster, everything
 * behind the keys and values is computed for these Q positions alone.
 *
 * N batch, T steps, Q queries, D features, F features within the feed-forward half, A heads.
 * Activations are window-major: (N, T, .).
 */
#ifndef CREDITSPREAD_NUMERIC_TRANSFORMER_ENCODER_H
#define CREDITSPREAD_NUMERIC_TRANSFORMER_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/base/workspace.h"
#include "numeric/network/activation.h"
#include "numeric/network/multi_head_attention.h"

/* The parameters of a layer, in block order. */
typedef enum cs_encoder_tensor
{
	CS_ENCODER_IN_WEIGHT,			 /* (3 D, D): queries, keys, values */
	CS_ENCODER_IN_BIAS,				 /* (3 D) */
	CS_ENCODER_OUT_WEIGHT,			 /* (D, D) */
	CS_ENCODER_OUT_BIAS,			 /* (D) */
	CS_ENCODER_FEED_FORWARD1_WEIGHT, /* (F, D) */
	CS_ENCODER_FEED_FORWARD1_BIAS,	 /* (F) */
	CS_ENCODER_FEED_FORWARD2_WEIGHT, /* (D, F) */
	CS_ENCODER_FEED_FORWARD2_BIAS,	 /* (D) */
	CS_ENCODER_NORM1_WEIGHT,		 /* (D) */
	CS_ENCODER_NORM1_BIAS,			 /* (D) */
	CS_ENCODER_NORM2_WEIGHT,		 /* (D) */
	CS_ENCODER_NORM2_BIAS,			 /* (D) */
	CS_ENCODER_TENSORS
} cs_encoder_tensor;

/* Queries, keys and values. */
#define CS_ENCODER_MAPS 3

/* Where a layer drops values. */
typedef enum cs_encoder_site
{
	CS_ENCODER_DROPS_WEIGHTS,
	CS_ENCODER_DROPS_ATTENTION,
	CS_ENCODER_DROPS_HIDDEN,
	CS_ENCODER_DROPS_OUTPUT,
	CS_ENCODER_SITES
} cs_encoder_site;

typedef struct cs_encoder_shape
{
	int steps;				  /* T */
	int queries;			  /* Q: T, or 1 where only the last position is wanted */
	int width;				  /* D */
	int heads;				  /* A, a divisor of D */
	int feed_forward;		  /* F */
	cs_activation activation; /* of the feed-forward half, whose dropout is ReLU's only */
	float norm_epsilon;
	int slice_rows; /* positions that a product takes at a time at least; 0: as few as poll often */
} cs_encoder_shape;

/*
 * Memory of use only while a layer is at work, on a slice of W windows at a time, so that all that
 * they need stays in the second cache.
 */
typedef struct cs_encoder_scratch
{
	int windows; /* W */
	size_t rows; /* of hidden and branch_gradient, those that finish together at most */
	float *attention;
	float *hidden;			   /* (rows, F): forward, when not kept, and gradient */
	float *branch_gradient;	   /* (rows, D) */
	float *context_gradient;   /* (W, Q, D) */
	float *projected_gradient; /* (W, T, 3 D) */
	float *turned; /* the four weights transposed, in their order; NULL: multiplied as they lie */
} cs_encoder_scratch;

/* One layer of a pass. */
typedef struct cs_encoder_layer
{
	cs_encoder_shape shape;
	int batch; /* N of this pass */
	const float *parameter[CS_ENCODER_TENSORS];
	/* (D, D) and (D) of queries, keys, values where they are not parts of parameter[0] and [1]: a
	 * layer of all queries, forward only; NULL: they are */
	const float *apart_weight[CS_ENCODER_MAPS];
	const float *apart_bias[CS_ENCODER_MAPS];
	float *gradient[CS_ENCODER_TENSORS];  /* added to */
	cs_dropout dropout[CS_ENCODER_SITES]; /* threshold 0 except in training */

	const float *input; /* (N, T, D) */
	/* without a backward pass N is W from here to the hidden */
	float *projected;	  /* (N, T, 3 D) */
	float *weights;		  /* of the attention, (N, A, T, Q'); NULL: not kept */
	float *context;		  /* (N, Q, D) */
	float *normalized[2]; /* (N, Q, D) */
	float *inverse_sd[2]; /* (N, Q) */
	float *middle;		  /* (N, Q, D), output of the first norm */
	float *hidden;		  /* (N, Q, F); NULL: not kept */
	float *before;		  /* (N, Q, F), before the activation; NULL: ReLU, or not kept */
	float *output;		  /* (N, Q, D); may be the input's array in a forward-only pass */

	float *output_gradient; /* (N, Q, D); used up */
	float *input_gradient;	/* (N, T, D); the same array if, and only if, Q = T */
	cs_encoder_scratch scratch;
} cs_encoder_layer;

/* Shape of parameter `tensor`, row-major; a vector has 1 column. */
extern void cs_encoder_tensor_shape(const cs_encoder_shape *shape, cs_encoder_tensor tensor,
									int *rows, int *columns);

/* Multiply-adds of one of the Q positions behind the attention, in a forward pass. */
extern double cs_encoder_position_cost(const cs_encoder_shape *shape);

/* Windows that a layer works on at a time, of a batch. */
extern int cs_encoder_windows(const cs_encoder_shape *shape, int batch);

/*
 * Lay a layer's activations, and its scratch, out for `batch` windows.  Input and output are not
 * among them.
 */
extern void cs_encoder_layer_lay(cs_encoder_layer *layer, int batch, bool training,
								 cs_workspace *workspace);
extern void cs_encoder_scratch_lay(cs_encoder_scratch *scratch, const cs_encoder_shape *shape,
								   int batch, bool training, cs_workspace *workspace);

/*
 * The windows from `first` on, as many as a layer works on at a time, as a batch of their own; its
 * output is dropped where it is in the whole batch.  The gradients of input and output are not
 * moved.
 */
extern cs_encoder_layer cs_encoder_slice(const cs_encoder_layer *layer, int first);

/* Both poll. */
extern void cs_encoder_forward(const cs_encoder_layer *layer);
extern void cs_encoder_backward(const cs_encoder_layer *layer);

#endif
