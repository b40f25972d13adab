/*
 * sentiment_fit.h
 *		What both forms of entity_sentiment_fit share.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_SENTIMENT_FIT_H
#define CREDITSPREAD_POSTGRES_TEXT_SENTIMENT_FIT_H

#include "postgres/text/sentiment_model.h"

#define SENTIMENT_FIT "entity_sentiment_fit"

/* Error 22023 unless three shares are from 0 to 1 and sum to 1. */
extern void check_sentiment_label(const double *label);

/* The three shares of argument `argno`; errors of all kinds. */
extern void sentiment_label_argument(FunctionCallInfo fcinfo, int argno, double *label);

/* The model of sorted rows; an error where it cannot be trained, or NULL by option on_error. */
extern Model *sentiment_train(const cs_sentiment_data *data, const SentimentOptions *options,
							  const char *fingerprint);

#endif
