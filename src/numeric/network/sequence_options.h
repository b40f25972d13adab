/*
 * sequence_options.h
 *		What a user chooses for a sequence model, its bounds, and the network that follows from it.
 */
#ifndef CREDITSPREAD_NUMERIC_SEQUENCE_OPTIONS_H
#define CREDITSPREAD_NUMERIC_SEQUENCE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/forecast.h"
#include "numeric/base/status.h"
#include "numeric/econometrics/linear_skip.h"
#include "numeric/network/loss.h"
#include "numeric/network/optimizer.h"
#include "numeric/network/relation_embedding.h"
#include "numeric/graph/relation_graph.h"
#include "numeric/network/sequence_model.h"

#define CS_MAX_HORIZONS 32
#define CS_MAX_LOOK_BACK 1000
#define CS_MAX_BATCH 8192
#define CS_MAX_EPOCHS 1000000
#define CS_MAX_ENSEMBLE 100
#define CS_MAX_COLUMNS 10000
#define CS_MAX_LOCAL_ROWS 1000
#define CS_MAX_DROPOUT 0.9
#define CS_MIN_HUBER_DELTA 1e-12
#define CS_MAX_HUBER_DELTA 1e12
#define CS_MIN_QUANTILE 1e-6
#define CS_MAX_QUANTILE 0.999999
#define CS_MAX_MOMENTUM 0.9999
#define CS_MIN_LEARNING_RATE 1e-12
#define CS_MAX_LEARNING_RATE 10
#define CS_MAX_WEIGHT_DECAY 10
#define CS_MAX_CLIP_NORM 1e12
#define CS_MAX_VALIDATION_FRACTION 0.9
#define CS_MAX_ALPHA 1e6
#define CS_MAX_QUANTILES 20

typedef enum cs_target
{
	CS_TARGET_CHANGE, /* y[i+h] - y[i] */
	CS_TARGET_LEVEL	  /* y[i+h] */
} cs_target;

/* The pairs of windows of a time whose order counts. */
typedef enum cs_ranking_pairs
{
	CS_RANKING_ALL,
	CS_RANKING_SEPARATE /* those of one group */
} cs_ranking_pairs;

#define CS_RANKING_COUNT 2

typedef struct cs_sequence_options
{
	cs_body body;
	int layers; /* 1 to CS_MAX_LAYERS */

	/* Of a recurrent body; see cs_sequence_architecture */
	cs_cell cell;
	int units[CS_MAX_LAYERS]; /* lowest layer first; 1 to CS_MAX_UNITS */
	bool attention;
	cs_normalization normalization;

	/* Of a Transformer */
	int width;		  /* 1 to CS_MAX_UNITS */
	int heads;		  /* a divisor of width */
	int feed_forward; /* 1 to CS_MAX_FEED_FORWARD */
	bool positions;

	/* Of both */
	double dropout;				   /* 0 (none) to CS_MAX_DROPOUT */
	int dense_layers;			   /* with max(0, .), before the output; 0 to CS_MAX_DENSE */
	int dense[CS_MAX_DENSE];	   /* their units, lowest first; 1 to CS_MAX_UNITS */
	int look_back;				   /* rows in a window; 1 to CS_MAX_LOOK_BACK */
	int horizon_count;			   /* 1 to CS_MAX_HORIZONS */
	int horizons[CS_MAX_HORIZONS]; /* rows ahead, increasing; 1 to CS_MAX_HORIZON */
	cs_target target;
	cs_loss loss;
	double huber_delta; /* of CS_LOSS_HUBER, CS_MIN_ to CS_MAX_HUBER_DELTA; else 0 or less */
	double quantile;	/* of CS_LOSS_PINBALL, CS_MIN_ to CS_MAX_QUANTILE; else 0 or less */
	cs_optimizer_kind optimizer;
	double momentum;	  /* of CS_OPTIMIZER_RMSPROP, 0 to CS_MAX_MOMENTUM; else 0 or less */
	double learning_rate; /* CS_MIN_ to CS_MAX_LEARNING_RATE */
	double weight_decay;  /* L2, added to the gradient; 0 to CS_MAX_WEIGHT_DECAY */
	double clip_norm; /* bound on the norm of a batch's gradient, to CS_MAX_CLIP_NORM; 0: none */
	int batch_size;	  /* 1 to CS_MAX_BATCH */
	int epochs;		  /* at most this many per member; 1 to CS_MAX_EPOCHS */
	double validation_fraction; /* 0 to CS_MAX_VALIDATION_FRACTION; 0: no validation, no interval */
	int patience;				/* epochs without improvement before stopping, the best epoch's
								 * parameters kept; 0: all epochs, the last one kept; must be 0
								 * without validation */
	int ensemble;				/* members, with seeds seed, seed + 1, ...; 1 to CS_MAX_ENSEMBLE */
	bool refit;					/* whether each member is trained again on all windows, for as many
								 * epochs as were best on the validation windows */
	double random_walk_weight;	/* of the random walk in the forecast, or of the linear forecast
								 * where  there is one; 0 to 1 */
	double interval_level;		/* of the forecast interval; CS_MIN_LEVEL to CS_MAX_LEVEL */
	uint64_t seed;
	int local_rows; /* rows over which each series is scaled by itself (cs_sequence_local); 0: all
					 * series are scaled alike; else 2 to CS_MAX_LOCAL_ROWS */

	bool linear; /* whether targets are the errors of robust linear forecasts (linear_skip.h),
				  * which the network's outputs are added to, and features levels, of which the
				  * network sees the changes; with CS_TARGET_CHANGE alone */

	/* Not of a cross-section; see sequence_quantiles.h */
	int quantile_count;					/* 0 to CS_MAX_QUANTILES */
	double quantiles[CS_MAX_QUANTILES]; /* increasing; CS_MIN_ to CS_MAX_QUANTILE */
	bool quantile_correction;			/* whether validation corrects them */

	/* Of a cross-section */
	bool cross_section;				/* batch_size counts whole times; else nothing below is used */
	cs_relation_form relation_form; /* what stands between the body and the dense layers */
	cs_relation_norm relation_norm;
	int relation_kinds;		  /* 1 to CS_RELATION_MAX_KINDS with relations */
	int similarity_features;  /* the last columns, seen by the similarity body alone (explicit
							   * relations), or by nobody (none, for the first of two stages) */
	cs_ranking_pairs ranking; /* of the ranking loss */
	double alpha;			  /* its weight; 0 to CS_MAX_ALPHA */
	bool frozen_body;		  /* the body stays what it is at the start, out of training; all else,
							   * with a similarity body, is trained: the second of two stages */
} cs_sequence_options;

/* CS_OUT_OF_RANGE with *which the field's name (which may be NULL), or CS_OK. */
extern cs_status cs_sequence_options_check(const cs_sequence_options *options, const char **which);

/* The network of one member for rows of `columns` values (y and the features). */
extern void cs_sequence_options_architecture(const cs_sequence_options *options, size_t columns,
											 cs_sequence_architecture *architecture);

/* Floats of one member, options checked; SIZE_MAX with more columns than CS_MAX_COLUMNS. */
extern size_t cs_sequence_parameter_count(const cs_sequence_options *options, size_t columns);

/* Outputs of the network: for each horizon the forecast and its quantiles. */
extern size_t cs_sequence_outputs(const cs_sequence_options *options);

/* How many of the columns, the last ones, the body does not see. */
extern int cs_sequence_side_columns(const cs_sequence_options *options);

/* What cs_loss_sum wants to know of the loss. */
extern double cs_sequence_loss_shape(const cs_sequence_options *options);

/* Windows that forward-only work takes at a time. */
extern int cs_sequence_forward_batch(const cs_sequence_options *options);

#endif
