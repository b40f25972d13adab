/*
 * select_features.c
 *		Scores of features, against those of targets that are shifted around a circle.
 */
#include "numeric/evaluation/select_features.h"

#include "numeric/base/moments.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/evaluation/mutual_information.h"

#include <math.h>

typedef struct selection
{
	const cs_selection_options *options;
	const double *features; /* of the first row */
	size_t stride;
	size_t count; /* of features */
	size_t pairs;
	double size;	/* of y */
	double *target; /* [2 pairs], the second half the same */
	void *block;	/* of the mutual information */
	size_t bytes;
} selection;

static size_t
count_pairs(size_t n, const cs_selection_options *options)
{
	return n > options->horizon ? n - options->horizon : 0;
}

static void
layout(selection *selection, size_t n, size_t features, const cs_selection_options *options,
	   cs_workspace *workspace)
{
	selection->options = options;
	selection->count = features;
	selection->stride = 1 + features;
	selection->pairs = count_pairs(n, options);
	selection->target = cs_workspace_take(workspace, selection->pairs, 2 * sizeof(double));
	selection->bytes = cs_mutual_information_size(selection->pairs);
	selection->block = cs_workspace_take(workspace, 1, selection->bytes);
}

size_t
cs_selection_size(size_t n, size_t features, const cs_selection_options *options)
{
	cs_workspace workspace;
	selection selection;

	cs_workspace_count(&workspace);
	layout(&selection, n, features, options, &workspace);
	return cs_workspace_total(&workspace);
}

size_t
cs_selection_least(const cs_selection_options *options)
{
	size_t pairs = options->measure == CS_FEATURE_INFORMATION ? options->neighbours + 1 : 3;

	return options->horizon + (pairs > 3 ? pairs : 3);
}

static cs_status
fill_target(selection *selection, const double *y)
{
	size_t horizon = selection->options->horizon;
	cs_moments of_target;
	cs_moments of_y;

	cs_moments_initialize(&of_target);
	cs_moments_initialize(&of_y);
	for (size_t i = 0; i < selection->pairs; i++)
	{
		double now = y[i * selection->stride];
		double then = y[(i + horizon) * selection->stride];
		double value = selection->options->change ? then - now : then;

		if (!isfinite(value))
			return CS_NOT_FINITE;
		selection->target[i] = selection->target[selection->pairs + i] = value;
		cs_moments_add(&of_target, value);
		cs_moments_add(&of_y, now);
		cs_moments_add(&of_y, then);
		cs_work(16);
	}
	selection->size = cs_moments_magnitude(&of_y);
	return cs_moments_constant(&of_target, selection->size) ? CS_CONSTANT : CS_OK;
}

/* Moments of a variable over 2 to the exponent of its largest value, so that no square overflows
 * or is lost. */
static cs_moments
moments_without_unit(const double *x, size_t stride, size_t n, int *exponent)
{
	cs_moments moments;
	double magnitude = 0;

	cs_moments_initialize(&moments);
	for (size_t i = 0; i < n; i++)
		magnitude = fmax(magnitude, fabs(x[i * stride]));
	frexp(magnitude, exponent);
	for (size_t i = 0; i < n; i++)
		cs_moments_add(&moments, ldexp(x[i * stride], -*exponent));
	cs_work(12 * n);
	return moments;
}

/* |correlation| of two variables. */
static cs_status
correlation(const double *x, size_t stride, const double *y, size_t n, double *score)
{
	int x_exponent;
	int y_exponent;
	cs_moments of_x = moments_without_unit(x, stride, n, &x_exponent);
	cs_moments of_y = moments_without_unit(y, 1, n, &y_exponent);
	double products = 0;

	if (!isfinite(of_x.sum_squares))
		return CS_NOT_FINITE;
	if (cs_moments_constant(&of_x, cs_moments_magnitude(&of_x)))
		return CS_CONSTANT;
	for (size_t i = 0; i < n; i++)
		products += (ldexp(x[i * stride], -x_exponent) - of_x.mean) / cs_moments_sd(&of_x) *
					((ldexp(y[i], -y_exponent) - of_y.mean) / cs_moments_sd(&of_y));
	cs_work(12 * n);
	*score = fabs(products) / (double) n;
	return isfinite(*score) ? CS_OK : CS_NOT_FINITE;
}

/* The score of feature i with the target shifted; CS_CONSTANT where the feature is. */
static cs_status
score_of(selection *selection, size_t i, size_t shift, double *score)
{
	const double *feature = selection->features + i;
	const double *target = selection->target + shift;
	cs_workspace workspace;
	cs_status status;

	if (selection->options->measure == CS_FEATURE_CORRELATION)
		return correlation(feature, selection->stride, target, selection->pairs, score);
	cs_workspace_initialize(&workspace, selection->block, selection->bytes);
	status = cs_mutual_information((cs_variable){feature, selection->stride, 0},
								   (cs_variable){target, 1, selection->size}, selection->pairs,
								   selection->options->neighbours, &workspace, score);
	*score = fmax(*score, 0);
	return status;
}

/* The best score of any feature with a shifted target. */
static cs_status
best_of_shift(selection *selection, const cs_feature_score *scores, size_t shift, double *best)
{
	*best = 0;
	for (size_t i = 0; i < selection->count; i++)
	{
		double score;
		cs_status status;

		if (isnan(scores[i].score))
			continue;
		status = score_of(selection, i, shift, &score);
		if (status != CS_OK)
			return status;
		*best = fmax(*best, score);
	}
	return CS_OK;
}

/* Targets that are shifted by less overlap, or are correlated, with those that are not. */
static size_t
least_shift(const selection *selection)
{
	size_t tenth = selection->pairs / 10 + 1;
	size_t least = selection->options->horizon > tenth ? selection->options->horizon : tenth;

	return least < selection->pairs / 2 ? least : selection->pairs / 2;
}

static cs_status
fill_p_values(selection *selection, cs_random *random, cs_feature_score *scores)
{
	double shifts = (double) selection->options->shifts;
	size_t least = least_shift(selection);

	for (size_t i = 0; i < selection->count; i++)
		scores[i].p_value = isnan(scores[i].score) ? NAN : 1;
	for (size_t s = 0; s < selection->options->shifts; s++)
	{
		double best;
		size_t shift = least + cs_random_below(random, selection->pairs - 2 * least + 1);
		cs_status status;

		cs_poll((double) s, shifts);
		status = best_of_shift(selection, scores, shift, &best);
		if (status != CS_OK)
			return status;
		/*
		 * A shift by a period of what is periodic gives the same score, but for rounding.  That is
		 * of the size of 1 also where the score is 0: mutual information is a difference.
		 */
		for (size_t i = 0; i < selection->count; i++)
			scores[i].p_value +=
				best >= scores[i].score - CS_SAME_SQUARES * fmax(scores[i].score, 1) ? 1 : 0;
	}
	for (size_t i = 0; i < selection->count; i++)
		scores[i].p_value /= shifts + 1;
	return CS_OK;
}

cs_status
cs_select_features(const double *rows, size_t n, size_t features,
				   const cs_selection_options *options, cs_random *random, cs_workspace *workspace,
				   cs_feature_score *scores)
{
	selection selection = {.features = rows + 1};
	cs_status status;

	if (n < cs_selection_least(options))
		return CS_TOO_FEW;
	layout(&selection, n, features, options, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status = fill_target(&selection, rows);
	if (status != CS_OK)
		return status;
	for (size_t i = 0; i < features; i++)
	{
		double score = 0;

		status = score_of(&selection, i, 0, &score);
		if (status != CS_OK && status != CS_CONSTANT)
			return status;
		scores[i].score = status == CS_OK ? score : NAN;
	}
	return fill_p_values(&selection, random, scores);
}
