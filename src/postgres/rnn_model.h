/*
 * rnn_model.h
 *		The type rnn_model: its options, and the network that a stored value holds.
 */
#ifndef CREDITSPREAD_POSTGRES_RNN_MODEL_H
#define CREDITSPREAD_POSTGRES_RNN_MODEL_H

#include "numeric/network/sequence_fit.h"
#include "numeric/network/sequence_predict.h"
#include "postgres/model.h"
#include "postgres/series_state.h"

extern const ModelKind rnn_model_kind;

/* A stored network, unpacked; `network` points into the struct and into the model. */
typedef struct RnnModel
{
	cs_sequence_options options;
	int features;
	bool has_interval;
	double *input_mean; /* [1 + features] */
	double *input_sd;
	double target_mean[CS_MAX_HORIZONS];
	double target_sd[CS_MAX_HORIZONS];
	double interval_half_width[CS_MAX_HORIZONS];
	cs_sequence_network network;
} RnnModel;

/* The defaults changed by `options` (NULL = none); errors as read_options. */
extern void rnn_read_options(const Jsonb *options, const char *what, cs_sequence_options *result);

/* The model value of a finished fit over `series`. */
extern Model *rnn_model_create(const cs_sequence_fit *fit, const cs_sequence_options *options,
							   const Series *series, const float *parameters);

/* Unpacks a model value, palloc'd in the current context. */
extern RnnModel *rnn_model_unpack(const Model *model);

#endif
