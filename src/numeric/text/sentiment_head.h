/*
 * sentiment_head.h
 *		A small network over the features of an entity in a text (001, III-C): dense layers, each
 *		with layer normalization, ReLU and dropout, then the shares of three classes by softmax;
 *		trained on soft labels, with part of the texts held back to say when to stop.
 *
 * Features are multiplied by one number, so that their mean square over the training rows is 1.
 *
 * R rows, C features, H units, M members of the ensemble.
 */
#ifndef CREDITSPREAD_NUMERIC_SENTIMENT_HEAD_H
#define CREDITSPREAD_NUMERIC_SENTIMENT_HEAD_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/network/layer.h"
#include "numeric/network/optimizer.h"
#include "numeric/text/sentiment_tuning.h"

#define CS_SENTIMENT_CLASSES 3 /* negative, neutral, positive */
#define CS_SENTIMENT_MAX_LAYERS 4
#define CS_SENTIMENT_MAX_UNITS 4096
#define CS_SENTIMENT_MAX_FEATURES 60000
#define CS_SENTIMENT_MAX_ENSEMBLE 50
#define CS_SENTIMENT_MAX_EPOCHS 10000

/* Weight, bias, scale and shift of a layer. */
#define CS_SENTIMENT_MAX_VIEWS (4 * (CS_SENTIMENT_MAX_LAYERS + 1))

typedef enum cs_sentiment_loss
{
	CS_SENTIMENT_MSE, /* the mean over rows and classes of (p - label)^2 */
	CS_SENTIMENT_CROSS_ENTROPY
} cs_sentiment_loss;

typedef enum cs_sentiment_normalization
{
	CS_SENTIMENT_NO_NORM,
	CS_SENTIMENT_LAYER_NORM
} cs_sentiment_normalization;

typedef struct cs_sentiment_options
{
	int layers; /* hidden ones */
	int units[CS_SENTIMENT_MAX_LAYERS];
	cs_sentiment_normalization normalization;
	cs_sentiment_loss loss;
	double input_dropout;
	double dropout;
	double learning_rate;
	double weight_decay;
	int batch_size;
	int epochs;
	double validation_fraction; /* of the texts */
	int patience;				/* epochs without improvement; 0: all epochs are run */
	int ensemble;
	uint64_t seed;
} cs_sentiment_options;

typedef struct cs_sentiment_data
{
	size_t rows;
	int features;
	const float *feature; /* (R, C); NULL: `tuning` makes them */
	const float *label;	  /* (R, 3), shares */
	const size_t *text;	  /* [R] number of the row's text */
	size_t texts;
	const cs_sentiment_tuning *tuning; /* NULL: features are given */
} cs_sentiment_data;

typedef struct cs_sentiment_log
{
	float training_loss;
	float validation_loss; /* -1: none */
} cs_sentiment_log;

/* Parameters of one member; SIZE_MAX when they do not fit. */
extern size_t cs_sentiment_parameter_count(const cs_sentiment_options *options, int features);

/* The tensors of one member; returns their number. */
extern int cs_sentiment_views(const cs_sentiment_options *options, int features,
							  cs_parameter_view views[CS_SENTIMENT_MAX_VIEWS]);

/* A pass over a batch. */
typedef struct cs_sentiment_pass
{
	const cs_sentiment_options *options;
	int features;
	size_t offset[CS_SENTIMENT_MAX_LAYERS + 1]; /* of a layer's weights */
	float *input;								/* (N, C) */
	float *output[CS_SENTIMENT_MAX_LAYERS + 1]; /* (N, H); of the last (N, 3) */
	float *centred[CS_SENTIMENT_MAX_LAYERS];	/* (N, H), normalized */
	float *inverse_sd[CS_SENTIMENT_MAX_LAYERS]; /* (N) */
	float *slope[2];							/* (N, widest) */
	float *zero;								/* [widest] */
	float *spare;								/* [widest] */
	float *input_slope;							/* (N, C), backward; NULL: not wanted */
	uint64_t noise;								/* key of the batch's dropout; 0: no training */
} cs_sentiment_pass;

extern bool cs_sentiment_pass_create(cs_sentiment_pass *pass, const cs_sentiment_options *options,
									 int features, int batch, bool training,
									 cs_workspace *workspace);

/* From `input` to the shares, which stand in output[layers]. */
extern void cs_sentiment_forward(cs_sentiment_pass *pass, const float *parameters, int batch);

/*
 * Adds the gradient of the batch's loss to `gradient`, as the parameters; returns the loss, a mean
 * over the batch.  label (N, 3).
 */
extern double cs_sentiment_backward(cs_sentiment_pass *pass, float *gradient,
									const float *parameters, const float *label, int batch);

/* The loss of a batch, a mean over it. */
extern double cs_sentiment_batch_loss(const cs_sentiment_pass *pass, const float *label, int batch);

typedef struct cs_sentiment_member
{
	int epochs;
	int best_epoch;
	double training_loss; /* of the best epoch */
	double validation_loss;
} cs_sentiment_member;

typedef struct cs_sentiment_fit
{
	const cs_sentiment_options *options;
	const cs_sentiment_data *data;
	cs_sentiment_pass pass;
	cs_optimizer optimizer;
	cs_optimizer upper; /* of the encoder's layers */
	cs_sentiment_tuned tuned;
	cs_random random;
	size_t head_count;		/* parameters of the head, */
	size_t parameter_count; /* and with the encoder's layers, which follow */
	double scale;			/* of the features */
	size_t training_rows;
	size_t validation_rows;
	size_t validation_texts;
	int batch;			 /* of the pass */
	int32_t *order;		 /* [R] training rows, then validation rows */
	int32_t *text_order; /* [texts] */
	float *label;		 /* (N, 3) */
	float *gradient;
	float *first;
	float *second;
	float *best;
	float *parameters;			 /* (M, parameters) */
	cs_sentiment_member *member; /* [M] */
	cs_sentiment_log *log;		 /* (M, epochs) */
	double validation_accuracy;	 /* of the ensemble; -1: none */
} cs_sentiment_fit;

/*
 * Lays a fit out; with a workspace that counts, only its size.  `fit->parameters`, `member` and
 * `log` are the result.  CS_NO_MEMORY when the workspace is too small.
 */
extern cs_status cs_sentiment_fit_create(cs_sentiment_fit *fit, const cs_sentiment_options *options,
										 const cs_sentiment_data *data, cs_workspace *workspace);

/*
 * Trains all members.  CS_TOO_FEW without a text to train on, CS_CONSTANT when all features are 0,
 * CS_NOT_FINITE when the training diverges, CS_OUT_OF_RANGE when the encoder whose layers are
 * trained gives what is not finite.
 */
extern cs_status cs_sentiment_fit_run(cs_sentiment_fit *fit);

/*
 * Shares (R, 3) of `rows` rows of features (R, C), the mean over the ensemble; `pass` is one
 * without training with room for `batch` rows.
 */
extern void cs_sentiment_predict(cs_sentiment_pass *pass, const float *parameters, double scale,
								 const float *feature, size_t rows, int batch, double *shares);

/*
 * Shares (3) of one entity by members with layers of their own, whose parameters follow those of
 * the head; `lower` (T, D) is the hidden state below these layers.
 */
extern void cs_sentiment_tuned_predict(cs_sentiment_pass *pass, cs_bert_upper *upper,
									   const float *parameters, double scale, const float *lower,
									   const bool *chosen, double *shares);

#endif
