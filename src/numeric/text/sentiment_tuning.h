/*
 * sentiment_tuning.h
 *		Rows of the sentiment head that are entities in texts, while the upper layers of the encoder
 *		of these texts are trained with the head (Devlin et al. 2019, section 4): a row's features
 *		are computed with the parameters at hand, and the head's slopes flow back into them.
 *
 * The layers below stay as they are, so that what they give can be kept: all of it, or nothing.
 *
 * R rows, P positions of all rows, D features of a position.
 */
#ifndef CREDITSPREAD_NUMERIC_SENTIMENT_TUNING_H
#define CREDITSPREAD_NUMERIC_SENTIMENT_TUNING_H

#include <stdint.h>

#include "numeric/network/bert_upper.h"

typedef struct cs_sentiment_tuning
{
	const cs_bert *bert;
	int layers; /* that are trained, the uppermost; at least 1 */
	double learning_rate;
	double dropout;
	size_t rows;
	int steps;			 /* the most positions of a row */
	const size_t *start; /* [R + 1] where a row's positions begin */
	const uint32_t *id;	 /* [P] */
	const bool *chosen;	 /* [P] whether the entity stands there */
	bool keeps_lower;	 /* else what the layers below give is computed each time */
} cs_sentiment_tuning;

/* The memory of a training. */
typedef struct cs_sentiment_tuned
{
	const cs_sentiment_tuning *tuning;
	cs_bert_pass pass;
	cs_bert_upper upper;
	void *pass_block; /* over which `pass` is laid for each row; likewise `upper` */
	size_t pass_size;
	void *upper_block;
	size_t upper_size;
	float *lower;	 /* (P, D); NULL: not kept */
	float *features; /* (3 D) of the row at hand */
} cs_sentiment_tuned;

extern size_t cs_sentiment_tuned_parameters(const cs_sentiment_tuning *tuning);

extern void cs_sentiment_tuned_lay(cs_sentiment_tuned *tuned, const cs_sentiment_tuning *tuning,
								   cs_workspace *workspace);

/* Fills what is kept.  CS_OUT_OF_RANGE: the encoder gives what is not finite.  Polls. */
extern cs_status cs_sentiment_tuned_prepare(cs_sentiment_tuned *tuned);

/*
 * `features` of a row; `noise`: key of the dropout, 0: none.  CS_OUT_OF_RANGE as above, where
 * nothing is kept.  Polls.
 */
extern cs_status cs_sentiment_tuned_features(cs_sentiment_tuned *tuned, const float *parameters,
											 size_t row, uint64_t noise);

/*
 * After these: adds to `gradient`, as the parameters; `slope` (3 D) is that of the features.
 * Polls.
 */
extern void cs_sentiment_tuned_backward(cs_sentiment_tuned *tuned, float *gradient,
										const float *parameters, size_t row, const float *slope);

#endif
