/*
 * sentiment_model.h
 *		The type entity_sentiment_model: the network of a stored value, its options and its state.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_SENTIMENT_MODEL_H
#define CREDITSPREAD_POSTGRES_TEXT_SENTIMENT_MODEL_H

#include "numeric/text/sentiment_head.h"
#include "postgres/base/model.h"
#include "postgres/base/options.h"
#include "postgres/text/encoder.h"

typedef struct SentimentOptions
{
	cs_sentiment_options head;
	char *encoder; /* "": not known */
	int layers;	   /* of the encoder that are trained */
	double encoder_learning_rate;
	double encoder_dropout;
	int on_error; /* an OnError */
} SentimentOptions;

extern const OptionTable sentiment_options_table;

/* A stored network, unpacked; `parameters` points into the model. */
typedef struct SentimentModel
{
	SentimentOptions options;
	int features;
	double scale;
	char *fingerprint; /* of the encoder; "" where it has no files, or is not known */
	cs_bert_shape
		shape; /* of the encoder, where layers of it were trained: what their tensors need */
	const float *parameters;
} SentimentModel;

extern void sentiment_model_unpack(SentimentModel *result, const Model *model);

/* The options of a fit. */
extern SentimentOptions sentiment_read_options(const Jsonb *json, const char *what);

/* All parameters of a model whose encoder has that shape, which counts where layers are trained. */
extern Size sentiment_parameter_count(const SentimentOptions *options, int features,
									  const cs_bert_shape *shape);

/* The encoder of a model; error 22023: it has none, 55000: the files are not those of the fit. */
extern const TextEncoder *sentiment_model_encoder(const SentimentModel *model, const char *what);

/* The model value of a finished fit on features of an encoder with that fingerprint. */
extern Model *sentiment_model_create(const cs_sentiment_fit *fit, const SentimentOptions *options,
									 const char *fingerprint);

#endif
