/*
 * select_features.h
 *		Which features say something of y some rows later: a score of each, and the share of shifted
 *		targets of which the best score of any feature reaches it (a permutation test of the
 *		maximum, Westfall and Young 1993; shifts around a circle, by a tenth of the rows and the
 *		horizon or more, keep what is correlated in time).
 */
#ifndef CREDITSPREAD_NUMERIC_SELECT_FEATURES_H
#define CREDITSPREAD_NUMERIC_SELECT_FEATURES_H

#include "numeric/base/random.h"
#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum cs_feature_measure
{
	CS_FEATURE_INFORMATION = 0, /* mutual information in nats, not below 0 */
	CS_FEATURE_CORRELATION = 1	/* the absolute value of Pearson's */
} cs_feature_measure;

typedef struct cs_selection_options
{
	cs_feature_measure measure;
	bool change; /* of y over the horizon rather than its level then */
	size_t horizon;
	size_t neighbours;
	size_t shifts;
} cs_selection_options;

/* Both NaN of a feature that does not vary. */
typedef struct cs_feature_score
{
	double score;
	double p_value; /* (shifts that reach the score + 1) / (shifts + 1) */
} cs_feature_score;

/* Fewest rows. */
extern size_t cs_selection_least(const cs_selection_options *options);

extern size_t cs_selection_size(size_t n, size_t features, const cs_selection_options *options);

/*
 * scores[features] from rows[n][1 + features], y and the features.  CS_TOO_FEW, CS_CONSTANT where
 * the target does not vary, CS_NOT_FINITE.
 */
extern cs_status cs_select_features(const double *rows, size_t n, size_t features,
									const cs_selection_options *options, cs_random *random,
									cs_workspace *workspace, cs_feature_score *scores);

#endif
