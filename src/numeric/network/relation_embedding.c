/*
 * relation_embedding.c
 *		The relational embedding, window by window over the list of pairs.
 *
 * N windows, E pairs, K kinds, H units, Q units of the second embedding.
 */
#include "numeric/network/relation_embedding.h"

#include <float.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/network/chosen_rows.h"

/* What a pair, and one of its floats, cost in multiply-adds of a matrix product. */
#define PAIR_COST 100.0
#define FLOAT_COST 6.0

/* And the kinds of a pair. */
#define KINDS_COST 10

/* So many kinds, the first ones, are taken as one set, of which all sums are at hand. */
#define SET_KINDS 8
#define SETS (1 << SET_KINDS)

/* Of phi, a leaky ReLU. */
#define LEAK 0.2f

/* Rows of `kept`. */
enum
{
	TARGET_TERM,  /* u'e_i */
	SOURCE_TERM,  /* v'e_j */
	TOP,		  /* largest score of a softmax; backwards: sum of its weights times their slopes */
	SUM,		  /* of its exponentials */
	TARGET_SLOPE, /* of what the terms add to the scores */
	SOURCE_SLOPE
};

CS_INLINE float
leaky(float x)
{
	return x > 0.0f ? x : LEAK * x;
}

CS_INLINE float
leaky_slope(float x)
{
	return x > 0.0f ? 1.0f : LEAK;
}

static float
dot(const float *a, const float *b, int width)
{
	static const int32_t first = 0;
	float product = 0;

	cs_dot_rows(&product, a, b, &first, 1, width, true);
	return product;
}

static void
add_multiple(float *to, float factor, const float *from, int width)
{
	static const int32_t first = 0;

	cs_gather_rows(to, &factor, from, &first, 1, width);
}

static bool
has_terms(const cs_relation_embedding *embedding)
{
	return embedding->form != CS_RELATION_EXPLICIT;
}

static bool
is_softmax(const cs_relation_embedding *embedding)
{
	return embedding->norm == CS_RELATION_SOFTMAX || embedding->norm == CS_RELATION_COLUMN_SOFTMAX;
}

/* Whether what is normalized together belongs to one source, not to one target. */
static bool
by_source(const cs_relation_embedding *embedding)
{
	return embedding->norm == CS_RELATION_SOURCE_DEGREE ||
		   embedding->norm == CS_RELATION_COLUMN_SOFTMAX;
}

static float *
kept_row(const cs_relation_embedding *embedding, int which)
{
	return embedding->kept + (size_t) which * embedding->windows;
}

static size_t
all_pairs(const cs_relation_embedding *embedding)
{
	return embedding->pairs->start[embedding->windows];
}

/* The kinds that are taken as a set. */
static int
set_kinds(const cs_relation_embedding *embedding)
{
	return embedding->kinds < SET_KINDS ? embedding->kinds : SET_KINDS;
}

/* What a pair shares with those that are normalized together: it is by source, or by window. */
CS_INLINE float
shared(const float *values, const int32_t *source, size_t row, bool of_source)
{
	return values[of_source ? (size_t) *source : row];
}

/* The pairs of a window: from *first on, their number. */
static size_t
pairs_of(const cs_relation_embedding *embedding, size_t row, size_t *first)
{
	const size_t *start = embedding->pairs->start + row;

	*first = start[0];
	return start[1] - start[0];
}

/* The embedding itself into the output, with what of the scores depends on one window alone. */
static double
prepare(const cs_relation_embedding *embedding, size_t row)
{
	int units = embedding->units;
	const float *input = embedding->input + row * units;
	const float *target_weight = embedding->parameters + embedding->kinds + 1;

	memcpy(embedding->output + 2 * row * units, input, (size_t) units * sizeof(float));
	if (has_terms(embedding))
	{
		kept_row(embedding, TARGET_TERM)[row] = dot(input, target_weight, units);
		kept_row(embedding, SOURCE_TERM)[row] = dot(input, target_weight + units, units);
	}
	kept_row(embedding, TOP)[row] = -FLT_MAX;
	kept_row(embedding, SUM)[row] = 0;
	return FLOAT_COST * units;
}

/* w'a + b of each pair. */
static void
strengths(const cs_relation_embedding *embedding)
{
	const uint64_t *kinds = embedding->pairs->kinds;
	const float *weight = embedding->parameters;
	size_t count = all_pairs(embedding);
	float sums[SETS]; /* of each set */

	sums[0] = weight[embedding->kinds];
	for (int k = 0; k < set_kinds(embedding); k++)
		for (int set = 0; set < 1 << k; set++)
			sums[(1 << k) + set] = sums[set] + weight[k];
	for (size_t p = 0; p < count;)
		for (size_t end = cs_block_end(p, count, KINDS_COST); p < end; p++)
		{
			float sum = sums[kinds[p] % SETS];

			for (uint64_t rest = kinds[p] / SETS * SETS; rest != 0; rest &= rest - 1)
				sum += weight[__builtin_ctzll(rest)];
			embedding->pairs->strength[p] = sum;
		}
}

/* The scores of the pairs `first` on, which are not yet normalized, into weight. */
CS_TARGET_CLONES
static void
score_pairs(const cs_relation_embedding *embedding, size_t row, size_t first, size_t count)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	const int32_t *source = pairs->source + first;
	const float *source_term = kept_row(embedding, SOURCE_TERM);
	float target_term = kept_row(embedding, TARGET_TERM)[row];
	float *strength = pairs->strength + first;
	float *weight = pairs->weight + first;

	switch (embedding->form)
	{
		case CS_RELATION_EXPLICIT:
			CS_INDEPENDENT
			for (size_t p = 0; p < count; p++)
				weight[p] = leaky(strength[p]) * pairs->similarity[first + p];
			break;
		case CS_RELATION_IMPLICIT:
			CS_INDEPENDENT
			for (size_t p = 0; p < count; p++)
			{
				strength[p] += target_term + source_term[source[p]];
				weight[p] = leaky(strength[p]);
			}
			break;
		default:
			CS_INDEPENDENT
			for (size_t p = 0; p < count; p++)
				weight[p] = leaky(target_term) + leaky(source_term[source[p]]) + leaky(strength[p]);
			break;
	}
}

static double
scores(const cs_relation_embedding *embedding, size_t row)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	size_t first;
	size_t count = pairs_of(embedding, row, &first);
	const int32_t *source = pairs->source + first;
	float *top = kept_row(embedding, TOP);
	double cost = PAIR_COST;

	if (embedding->form == CS_RELATION_EXPLICIT)
	{
		cs_dot_rows(pairs->similarity + first, embedding->input + row * embedding->units,
					embedding->input, source, count, embedding->units, false);
		cost += FLOAT_COST * embedding->units;
	}
	if (embedding->side_units > 0)
	{
		cs_dot_rows(pairs->similarity + first, embedding->side_input + row * embedding->side_units,
					embedding->side_input, source, count, embedding->side_units, true);
		cost += FLOAT_COST * embedding->side_units;
	}
	score_pairs(embedding, row, first, count);
	for (size_t p = 0; is_softmax(embedding) && p < count; p++)
	{
		size_t key = by_source(embedding) ? (size_t) source[p] : row;
		float score = pairs->weight[first + p];

		top[key] = score > top[key] ? score : top[key];
	}
	return cost * (double) count;
}

CS_TARGET_CLONES
static void
subtract_tops(float *weight, const float *top, const int32_t *source, size_t row, bool of_source,
			  size_t count)
{
	CS_INDEPENDENT
	for (size_t p = 0; p < count; p++)
		weight[p] -= shared(top, source + p, row, of_source);
}

static double
exponentials(const cs_relation_embedding *embedding, size_t row)
{
	size_t first;
	size_t count = pairs_of(embedding, row, &first);
	const int32_t *source = embedding->pairs->source + first;
	float *weight = embedding->pairs->weight + first;
	float *sum = kept_row(embedding, SUM);
	bool of_source = by_source(embedding);

	subtract_tops(weight, kept_row(embedding, TOP), source, row, of_source, count);
	cs_vector_exp(weight, weight, count);
	for (size_t p = 0; p < count; p++)
		sum[of_source ? (size_t) source[p] : row] += weight[p];
	return PAIR_COST * (double) count;
}

/* Scores of the pairs `first` on, their exponentials or their slopes by what norms divide by. */
CS_TARGET_CLONES
static void
divide(float *values, const cs_relation_embedding *embedding, size_t row, size_t first,
	   size_t count)
{
	const int32_t *source = embedding->pairs->source + first;
	const int32_t *acts_on = embedding->pairs->acts_on;
	const float *sum = kept_row(embedding, SUM);
	bool of_source = by_source(embedding);

	if (is_softmax(embedding))
	{
		CS_INDEPENDENT
		for (size_t p = 0; p < count; p++)
			values[p] /= shared(sum, source + p, row, of_source);
		return;
	}
	CS_INDEPENDENT
	for (size_t p = 0; p < count; p++)
		values[p] /= of_source ? (float) acts_on[source[p]] : (float) count;
}

static double
embed(const cs_relation_embedding *embedding, size_t row)
{
	int units = embedding->units;
	size_t first;
	size_t count = pairs_of(embedding, row, &first);
	float *weight = embedding->pairs->weight + first;
	float *output = embedding->output + (2 * row + 1) * units;

	divide(weight, embedding, row, first, count);
	memset(output, 0, (size_t) units * sizeof(float));
	cs_gather_rows(output, weight, embedding->input, embedding->pairs->source + first, count,
				   units);
	return (PAIR_COST + FLOAT_COST * units) * (double) count;
}

static double
clear(const cs_relation_embedding *embedding, size_t row)
{
	size_t units = (size_t) embedding->units;
	size_t side_units = (size_t) embedding->side_units;

	if (embedding->input_gradient != NULL)
		memcpy(embedding->input_gradient + row * units,
			   embedding->output_gradient + 2 * row * units, units * sizeof(float));
	if (embedding->side_gradient != NULL)
		memset(embedding->side_gradient + row * side_units, 0, side_units * sizeof(float));
	kept_row(embedding, TOP)[row] = 0;
	kept_row(embedding, SOURCE_SLOPE)[row] = 0;
	return FLOAT_COST * embedding->units;
}

/* Through ebar = sum of g e. */
static double
weight_slopes(const cs_relation_embedding *embedding, size_t row)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	int units = embedding->units;
	size_t first;
	size_t count = pairs_of(embedding, row, &first);
	const int32_t *source = pairs->source + first;
	const float *weight = pairs->weight + first;
	const float *given = embedding->output_gradient + (2 * row + 1) * units;
	float *sum = kept_row(embedding, TOP);

	cs_dot_rows(pairs->slope + first, given, embedding->input, source, count, units, false);
	if (embedding->input_gradient != NULL)
		cs_scatter_rows(embedding->input_gradient, weight, given, source, count, units);
	for (size_t p = 0; is_softmax(embedding) && p < count; p++)
		sum[by_source(embedding) ? (size_t) source[p] : row] += weight[p] * pairs->slope[first + p];
	return (PAIR_COST + 2 * FLOAT_COST * units) * (double) count;
}

/* From the slopes of the weights to those of the scores. */
CS_TARGET_CLONES
static void
slope_of_scores(const cs_relation_embedding *embedding, size_t row, size_t first, size_t count)
{
	const int32_t *source = embedding->pairs->source + first;
	const float *weight = embedding->pairs->weight + first;
	const float *sum = kept_row(embedding, TOP);
	float *slope = embedding->pairs->slope + first;
	bool of_source = by_source(embedding);

	if (!is_softmax(embedding))
	{
		divide(slope, embedding, row, first, count);
		return;
	}
	CS_INDEPENDENT
	for (size_t p = 0; p < count; p++)
		slope[p] = weight[p] * (slope[p] - shared(sum, source + p, row, of_source));
}

CS_TARGET_CLONES
static void
through_leaky(float *slope, const float *strength, size_t count)
{
	CS_INDEPENDENT
	for (size_t p = 0; p < count; p++)
		slope[p] *= leaky_slope(strength[p]);
}

/* From the slope of each score to that of its strength, with what flows into the terms. */
static void
slope_of_terms(const cs_relation_embedding *embedding, size_t row, size_t first, size_t count)
{
	const int32_t *source = embedding->pairs->source + first;
	const float *strength = embedding->pairs->strength + first;
	float *source_slope = kept_row(embedding, SOURCE_SLOPE);
	float *slope = embedding->pairs->slope + first;
	float sum = 0;

	if (embedding->form == CS_RELATION_IMPLICIT)
		through_leaky(slope, strength, count);
	for (size_t p = 0; p < count; p++)
	{
		source_slope[source[p]] += slope[p];
		sum += slope[p];
	}
	kept_row(embedding, TARGET_SLOPE)[row] = sum;
	if (embedding->form == CS_RELATION_ADDITIVE)
		through_leaky(slope, strength, count);
}

/*
 * Through phi(strength) times the similarity: the slope of the strength takes its place, that of
 * the similarity stays in pairs->slope.
 */
CS_TARGET_CLONES
static void
slope_of_explicit(const cs_relation_embedding *embedding, size_t first, size_t count)
{
	const float *similarity = embedding->pairs->similarity + first;
	float *strength = embedding->pairs->strength + first;
	float *slope = embedding->pairs->slope + first;

	CS_INDEPENDENT
	for (size_t p = 0; p < count; p++)
	{
		float through = slope[p] * similarity[p] * leaky_slope(strength[p]);

		slope[p] *= leaky(strength[p]);
		strength[p] = through;
	}
}

/* Slopes of the strengths, into w and b. */
static void
kind_gradient(const cs_relation_embedding *embedding)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	const float *slope = has_terms(embedding) ? pairs->slope : pairs->strength;
	float *gradient = embedding->gradient;
	size_t count = all_pairs(embedding);
	float sums[SETS] = {0}; /* of each set, then of the sets of ever fewer kinds */

	for (size_t p = 0; p < count;)
		for (size_t end = cs_block_end(p, count, KINDS_COST); p < end; p++)
		{
			sums[pairs->kinds[p] % SETS] += slope[p];
			for (uint64_t rest = pairs->kinds[p] / SETS * SETS; rest != 0; rest &= rest - 1)
				gradient[__builtin_ctzll(rest)] += slope[p];
		}
	for (int k = set_kinds(embedding) - 1; k >= 0; k--)
		for (int set = 0; set < 1 << k; set++)
		{
			gradient[k] += sums[(1 << k) + set];
			sums[set] += sums[(1 << k) + set];
		}
	gradient[embedding->kinds] += sums[0];
}

/* Through a similarity of rows, whose slopes stand in pairs->slope. */
static void
similarity_gradient(const cs_relation_embedding *embedding, size_t row, float *gradient,
					const float *rows, int width, size_t first, size_t count)
{
	const int32_t *source = embedding->pairs->source + first;
	const float *slope = embedding->pairs->slope + first;
	size_t at = row * width;

	cs_gather_rows(gradient + at, slope, rows, source, count, width);
	cs_scatter_rows(gradient, slope, rows + at, source, count, width);
}

static double
score_slopes(const cs_relation_embedding *embedding, size_t row)
{
	double cost = 2 * PAIR_COST;
	size_t first;
	size_t count = pairs_of(embedding, row, &first);

	slope_of_scores(embedding, row, first, count);
	if (has_terms(embedding))
	{
		slope_of_terms(embedding, row, first, count);
		return cost * (double) count;
	}
	slope_of_explicit(embedding, first, count);
	if (embedding->input_gradient != NULL)
		similarity_gradient(embedding, row, embedding->input_gradient, embedding->input,
							embedding->units, first, count);
	if (embedding->side_gradient != NULL)
		similarity_gradient(embedding, row, embedding->side_gradient, embedding->side_input,
							embedding->side_units, first, count);
	cost += 2 * FLOAT_COST * (embedding->units + embedding->side_units);
	return cost * (double) count;
}

/* Of phi(u'e) or phi(v'e); of the sum that phi is applied to where that is one. */
static float
term_slope(const cs_relation_embedding *embedding, int slope, int term, size_t row)
{
	float through = embedding->form == CS_RELATION_ADDITIVE
						? leaky_slope(kept_row(embedding, term)[row])
						: 1.0f;

	return through * kept_row(embedding, slope)[row];
}

/* Through u'e and v'e. */
static double
term_slopes(const cs_relation_embedding *embedding, size_t row)
{
	int units = embedding->units;
	size_t terms = (size_t) embedding->kinds + 1;
	const float *input = embedding->input + row * units;
	const float slope[] = {term_slope(embedding, TARGET_SLOPE, TARGET_TERM, row),
						   term_slope(embedding, SOURCE_SLOPE, SOURCE_TERM, row)};

	for (size_t term = 0; term < 2; term++)
	{
		size_t at = terms + term * (size_t) units;

		add_multiple(embedding->gradient + at, slope[term], input, units);
		if (embedding->input_gradient != NULL)
			add_multiple(embedding->input_gradient + row * units, slope[term],
						 embedding->parameters + at, units);
	}
	return 4 * FLOAT_COST * units;
}

/* Does one kind of work for all windows. */
static void
go_through(const cs_relation_embedding *embedding,
		   double (*work)(const cs_relation_embedding *embedding, size_t row))
{
	for (size_t row = 0; row < (size_t) embedding->windows; row++)
		cs_work((size_t) work(embedding, row));
}

void
cs_relation_embedding_forward(const cs_relation_embedding *embedding)
{
	go_through(embedding, prepare);
	strengths(embedding);
	go_through(embedding, scores);
	if (is_softmax(embedding))
		go_through(embedding, exponentials);
	go_through(embedding, embed);
}

void
cs_relation_embedding_backward(const cs_relation_embedding *embedding)
{
	go_through(embedding, clear);
	go_through(embedding, weight_slopes);
	go_through(embedding, score_slopes);
	kind_gradient(embedding);
	if (has_terms(embedding))
		go_through(embedding, term_slopes);
}
