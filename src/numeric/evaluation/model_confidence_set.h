/*
 * model_confidence_set.h
 *		The set of models that holds the best with a given confidence, of Hansen, Lunde and Nason
 *		(Econometrica 79, 2011).
 *
 * While models are left, the hypothesis that all have the same expected loss is tested; the worst
 * goes.  With L_i the mean loss of a model, d_ij = L_i - L_j and d_i = L_i - mean of L:
 *
 *		max		max_i d_i / sd(d_i)			the worst: the i of the maximum
 *		range	max_ij |d_ij| / sd(d_ij)	the worst: the largest max_j d_ij / sd(d_ij)
 *
 * Variances and the distribution come from a bootstrap of whole blocks of rows around a circle
 * (Politis and Romano 1992).  A model's p-value is the largest of those of the tests up to the one
 * that it goes after, 1 of the last.
 */
#ifndef CREDITSPREAD_NUMERIC_MODEL_CONFIDENCE_SET_H
#define CREDITSPREAD_NUMERIC_MODEL_CONFIDENCE_SET_H

#include "numeric/base/random.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stddef.h>

typedef enum cs_mcs_statistic
{
	CS_MCS_MAX = 0,
	CS_MCS_RANGE = 1
} cs_mcs_statistic;

typedef struct cs_mcs_options
{
	cs_mcs_statistic statistic;
	size_t draws;
	size_t block_length;
} cs_mcs_options;

typedef struct cs_mcs_model
{
	double mean_loss;
	double statistic; /* of the test after which the model went; 0 of the last */
	double p_value;
	size_t place; /* 1 = the last that is left */
} cs_mcs_model;

/* The cube root of n, rounded up. */
extern size_t cs_mcs_default_block(size_t n);

extern size_t cs_mcs_size(size_t n, size_t models, const cs_mcs_options *options);

/*
 * models[models] from losses[n][models]; `size` is the largest value that the losses' rounding
 * comes from.  CS_TOO_FEW below 2 rows or 2 models or for blocks of n rows or more,
 * CS_ZERO_VARIANCE where the losses of two models differ by the same in every row, CS_NOT_FINITE on
 * overflow.
 */
extern cs_status cs_model_confidence_set(const double *losses, size_t n, size_t models, double size,
										 const cs_mcs_options *options, cs_random *random,
										 cs_workspace *workspace, cs_mcs_model *result);

#endif
