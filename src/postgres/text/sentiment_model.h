/*
 * sentiment_model.h
 *		The type entity_sentiment_model: the network of a stored value, its options and its state.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_SENTIMENT_MODEL_H
#define CREDITSPREAD_POSTGRES_TEXT_SENTIMENT_MODEL_H

#include "numeric/text/sentiment_head.h"
#include "postgres/base/model.h"
#include "postgres/base/options.h"

typedef struct SentimentOptions
{
	cs_sentiment_options head;
	char *encoder; /* "": not known */
} SentimentOptions;

extern const ModelKind sentiment_model_kind;
extern const OptionTable sentiment_options_table;

/* A stored network, unpacked; `parameters` points into the model. */
typedef struct SentimentModel
{
	SentimentOptions options;
	int features;
	double scale;
	char *fingerprint; /* of the encoder; "" where it has no files, or is not known */
	const float *parameters;
} SentimentModel;

extern void sentiment_model_unpack(SentimentModel *result, const Model *model);

/* The options of a fit. */
extern SentimentOptions sentiment_read_options(const Jsonb *json, const char *what);

/* The model value of a finished fit on features of an encoder with that fingerprint. */
extern Model *sentiment_model_create(const cs_sentiment_fit *fit, const SentimentOptions *options,
									 const char *fingerprint);

#endif
