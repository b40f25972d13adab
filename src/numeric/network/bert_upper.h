/*
 * bert_upper.h
 *		The upper layers of an encoder of BERT's kind with parameters of their own, which can be
 *		trained, and the features of an entity: first position, mean and largest elements of chosen
 *		positions.
 *
 * Parameters stand layer by layer, in each the tensors of cs_encoder_tensor one behind the other.
 * Dropout is BERT's: on the weights of the attention and on what each half adds.
 *
 * k layers, T positions, D features.
 */
#ifndef CREDITSPREAD_NUMERIC_BERT_UPPER_H
#define CREDITSPREAD_NUMERIC_BERT_UPPER_H

#include "numeric/network/bert.h"
#include "numeric/network/layer.h"

/* First position, mean, largest elements. */
#define CS_BERT_FEATURE_PARTS 3

typedef struct cs_bert_upper
{
	cs_bert_shape shape;
	int layers; /* k */
	int steps;	/* T */
	bool training;
	cs_encoder_layer *encoder; /* [k]; not in training: [1] */
	float **state;			   /* [k + 1]: (T, D), below and above each; not in training: [1] */
	const float *hidden;	   /* (T, D), the last */
	float *slope;			   /* (T, D), the gradient of `hidden`; used up */
} cs_bert_upper;

/* Parameters of one layer; SIZE_MAX when they do not fit. */
extern size_t cs_bert_layer_parameters(const cs_bert_shape *shape);

/*
 * The tensors of the k uppermost layers: CS_ENCODER_TENSORS views for each; returns their number.
 */
extern int cs_bert_upper_views(const cs_bert_shape *shape, int layers, cs_parameter_view *views);

/* The parameters of the k uppermost layers as the files have them.  Polls. */
extern void cs_bert_upper_copy(float *parameters, const cs_bert *bert, int layers);

/* Room for a text of `steps` positions; false when the workspace is too small. */
extern bool cs_bert_upper_create(cs_bert_upper *upper, const cs_bert_shape *shape, int layers,
								 int steps, bool training, cs_workspace *workspace);

/*
 * From what the layers below give, (T, D), to `hidden`.  `noise`: key of the dropout; 0: none.
 * Polls.
 */
extern void cs_bert_upper_forward(cs_bert_upper *upper, const float *parameters, const float *lower,
								  double dropout, uint64_t noise);

/* After a forward pass in training: adds to `gradient`, as the parameters.  Polls. */
extern void cs_bert_upper_backward(cs_bert_upper *upper, float *gradient, const float *parameters);

/* An entity's features (3 D) of a hidden state (T, D), and `slope` (T, D) of theirs. */
extern void cs_bert_entity_features(float *features, const float *hidden, const bool *chosen,
									int steps, int width);
extern void cs_bert_entity_features_backward(float *slope, const float *features_slope,
											 const float *hidden, const bool *chosen, int steps,
											 int width);

#endif
