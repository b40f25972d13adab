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
} SentimentOptions;

extern const ModelKind sentiment_model_kind;
extern const OptionTable sentiment_options_table;

/* A stored network, unpacked; `parameters` points into the model. */
typedef struct SentimentModel
{
	SentimentOptions options;
	int features;
	double scale;
	const float *parameters;
} SentimentModel;

extern void sentiment_model_unpack(SentimentModel *result, const Model *model);

/* The model value of a finished fit. */
extern Model *sentiment_model_create(const cs_sentiment_fit *fit, const SentimentOptions *options);

#endif
