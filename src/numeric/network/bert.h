/*
 * bert.h
 *		An encoder of BERT's kind (Devlin, Chang, Lee and Toutanova 2019), forward: the sum of the
 *		embeddings of token, position and type, normalized; encoder layers of a Transformer; tanh of
 *		a linear map of the first position, the pooler, where there is one.
 *
 * The weights are not copied: each tensor is pointed to where it lies.  T positions, D features.
 */
#ifndef CREDITSPREAD_NUMERIC_BERT_H
#define CREDITSPREAD_NUMERIC_BERT_H

#include <stdbool.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/stored_float.h"
#include "numeric/network/transformer_encoder.h"

#define CS_BERT_MAX_LAYERS 128

typedef struct cs_bert_shape
{
	int vocabulary;
	int width; /* D */
	int layers;
	int heads;
	int feed_forward;
	int positions; /* most that a text may have */
	int types;
	cs_activation activation;
	double norm_epsilon;
} cs_bert_shape;

/* The tensors of a layer, in the order of cs_bert_layer. */
typedef enum cs_bert_tensor
{
	CS_BERT_QUERY_WEIGHT, /* (D, D) */
	CS_BERT_QUERY_BIAS,	  /* (D) */
	CS_BERT_KEY_WEIGHT,
	CS_BERT_KEY_BIAS,
	CS_BERT_VALUE_WEIGHT,
	CS_BERT_VALUE_BIAS,
	CS_BERT_OUT_WEIGHT,
	CS_BERT_OUT_BIAS,
	CS_BERT_NORM1_WEIGHT,
	CS_BERT_NORM1_BIAS,
	CS_BERT_FEED_FORWARD1_WEIGHT, /* (F, D) */
	CS_BERT_FEED_FORWARD1_BIAS,	  /* (F) */
	CS_BERT_FEED_FORWARD2_WEIGHT, /* (D, F) */
	CS_BERT_FEED_FORWARD2_BIAS,
	CS_BERT_NORM2_WEIGHT,
	CS_BERT_NORM2_BIAS,
	CS_BERT_TENSORS
} cs_bert_tensor;

typedef struct cs_bert_layer
{
	const float *tensor[CS_BERT_TENSORS];
} cs_bert_layer;

typedef struct cs_bert
{
	cs_bert_shape shape;
	cs_stored_floats token;	   /* (vocabulary, D): rows of it are read as they are needed */
	cs_stored_floats position; /* (positions, D) */
	cs_stored_floats type;	   /* (types, D) */
	const float *norm_weight;
	const float *norm_bias;
	cs_bert_layer *layer;		/* [layers] */
	const float *pooler_weight; /* (D, D); NULL: there is no pooler */
	const float *pooler_bias;
} cs_bert;

/* A pass over one text. */
typedef struct cs_bert_pass
{
	const cs_bert *bert;
	int steps;		   /* T */
	float *hidden;	   /* (T, D), the last hidden state */
	float *pooled;	   /* (D) */
	float *row;		   /* (D) */
	float *inverse_sd; /* (T) */
	cs_encoder_layer encoder;
} cs_bert_pass;

/* A layer of the encoder over `steps` positions. */
extern cs_encoder_shape cs_bert_encoder_shape(const cs_bert_shape *shape, int steps);

/* Room for a text of `steps` positions; false when the workspace is too small. */
extern bool cs_bert_pass_create(cs_bert_pass *pass, const cs_bert *bert, int steps,
								cs_workspace *workspace);

/* Multiply-adds of the matrix products of a pass. */
extern double cs_bert_cost(const cs_bert_shape *shape, int steps);

/*
 * The hidden state of `steps` ids, each below the size of the vocabulary, of type 0.
 * CS_NOT_FINITE: what came out is not finite.  Polls.
 */
extern cs_status cs_bert_forward(cs_bert_pass *pass, const uint32_t *id);

/* Likewise what the lowest `layers` layers give. */
extern cs_status cs_bert_forward_lower(cs_bert_pass *pass, const uint32_t *id, int layers);

/* `pooled` of the hidden state, where the encoder has a pooler. */
extern void cs_bert_pool(cs_bert_pass *pass);

/*
 * Mean and largest element (D) of a hidden state (T, D) over the chosen positions, 0 where none is
 * chosen; either may be NULL.
 */
extern void cs_bert_mean_max(float *mean, float *largest, const float *hidden, const bool *chosen,
							 int steps, int width);

/* Makes a vector's length 1, unless it is 0. */
extern void cs_bert_normalize(float *vector, int width);

#endif
