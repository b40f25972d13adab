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

/* What a pair, and one of its floats, cost in multiply-adds of a matrix product. */
#define PAIR_COST 100.0
#define FLOAT_COST 6.0

/* Of phi, a leaky ReLU. */
#define LEAK 0.2f

/* Rows of `kept`. */
enum
{
	TARGET_TERM, /* u'e_i */
	SOURCE_TERM, /* v'e_j */
	TOP,		 /* largest score of a softmax; backwards: sum of its weights times their slopes */
	SUM,		 /* of its exponentials */
	TARGET_SLOPE,
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

/* product[p] (+)= row' rows[source[p]] */
CS_TARGET_CLONES
static void
dot_rows(float *product, const float *row, const float *rows, const int32_t *source, size_t count,
		 int width, bool add)
{
	for (size_t p = 0; p < count; p++)
	{
		const float *other = rows + (size_t) source[p] * width;
		float sum = 0;

		for (int h = 0; h < width; h++)
			sum += row[h] * other[h];
		product[p] = add ? product[p] + sum : sum;
	}
}

/* row += sum over p of factor[p] rows[source[p]] */
CS_TARGET_CLONES
static void
gather_rows(float *row, const float *factor, const float *rows, const int32_t *source, size_t count,
			int width)
{
	for (size_t p = 0; p < count; p++)
	{
		const float *other = rows + (size_t) source[p] * width;
		float by = factor[p];

		CS_INDEPENDENT
		for (int h = 0; h < width; h++)
			row[h] += by * other[h];
	}
}

/* rows[source[p]] += factor[p] row */
CS_TARGET_CLONES
static void
scatter_rows(float *rows, const float *factor, const float *row, const int32_t *source,
			 size_t count, int width)
{
	for (size_t p = 0; p < count; p++)
	{
		float *other = rows + (size_t) source[p] * width;
		float by = factor[p];

		CS_INDEPENDENT
		for (int h = 0; h < width; h++)
			other[h] += by * row[h];
	}
}

static float
dot(const float *a, const float *b, int width)
{
	static const int32_t first = 0;
	float product = 0;

	dot_rows(&product, a, b, &first, 1, width, true);
	return product;
}

static void
add_multiple(float *to, float factor, const float *from, int width)
{
	static const int32_t first = 0;

	gather_rows(to, &factor, from, &first, 1, width);
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
sum_kinds(float *strength, const uint64_t *kinds, size_t count, const float *weight, float bias)
{
	for (size_t p = 0; p < count; p++)
	{
		float sum = bias;

		for (uint64_t rest = kinds[p]; rest != 0; rest &= rest - 1)
			sum += weight[__builtin_ctzll(rest)];
		strength[p] = sum;
	}
}

/* The scores of pairs `first` on, which are not yet normalized, into weight. */
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
			for (size_t p = 0; p < count; p++)
				weight[p] = leaky(strength[p]) * pairs->similarity[first + p];
			break;
		case CS_RELATION_IMPLICIT:
			for (size_t p = 0; p < count; p++)
			{
				strength[p] += target_term + source_term[source[p]];
				weight[p] = leaky(strength[p]);
			}
			break;
		default:
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

	sum_kinds(pairs->strength + first, pairs->kinds + first, count, embedding->parameters,
			  embedding->parameters[embedding->kinds]);
	if (embedding->form == CS_RELATION_EXPLICIT)
	{
		dot_rows(pairs->similarity + first, embedding->input + row * embedding->units,
				 embedding->input, source, count, embedding->units, false);
		cost += FLOAT_COST * embedding->units;
	}
	if (embedding->side_units > 0)
	{
		dot_rows(pairs->similarity + first, embedding->side_input + row * embedding->side_units,
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

static double
exponentials(const cs_relation_embedding *embedding, size_t row)
{
	size_t first;
	size_t count = pairs_of(embedding, row, &first);
	const int32_t *source = embedding->pairs->source + first;
	float *weight = embedding->pairs->weight + first;
	const float *top = kept_row(embedding, TOP);
	float *sum = kept_row(embedding, SUM);
	bool of_source = by_source(embedding);

	for (size_t p = 0; p < count; p++)
		weight[p] -= top[of_source ? (size_t) source[p] : row];
	cs_vector_exp(weight, weight, count);
	for (size_t p = 0; p < count; p++)
		sum[of_source ? (size_t) source[p] : row] += weight[p];
	return PAIR_COST * (double) count;
}

/* What the score of a pair, or its exponential, is divided by. */
static float
divisor(const cs_relation_embedding *embedding, size_t row, size_t pair, size_t count)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	int32_t source = pairs->source[pair];

	switch (embedding->norm)
	{
		case CS_RELATION_DEGREE:
			return (float) count;
		case CS_RELATION_SOURCE_DEGREE:
			return (float) pairs->acts_on[source];
		case CS_RELATION_SOFTMAX:
			return kept_row(embedding, SUM)[row];
		default:
			return kept_row(embedding, SUM)[source];
	}
}

static double
embed(const cs_relation_embedding *embedding, size_t row)
{
	int units = embedding->units;
	size_t first;
	size_t count = pairs_of(embedding, row, &first);
	float *weight = embedding->pairs->weight + first;
	float *output = embedding->output + (2 * row + 1) * units;

	for (size_t p = 0; p < count; p++)
		weight[p] /= divisor(embedding, row, first + p, count);
	memset(output, 0, (size_t) units * sizeof(float));
	gather_rows(output, weight, embedding->input, embedding->pairs->source + first, count, units);
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
	kept_row(embedding, TARGET_SLOPE)[row] = 0;
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

	dot_rows(pairs->slope + first, given, embedding->input, source, count, units, false);
	if (embedding->input_gradient != NULL)
		scatter_rows(embedding->input_gradient, weight, given, source, count, units);
	for (size_t p = 0; is_softmax(embedding) && p < count; p++)
		sum[by_source(embedding) ? (size_t) source[p] : row] += weight[p] * pairs->slope[first + p];
	return (PAIR_COST + 2 * FLOAT_COST * units) * (double) count;
}

/* From the slopes of the weights to those of the scores. */
static void
slope_of_scores(const cs_relation_embedding *embedding, size_t row, size_t first, size_t count)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	const float *sum = kept_row(embedding, TOP);
	float *slope = pairs->slope + first;

	if (is_softmax(embedding))
		for (size_t p = 0; p < count; p++)
		{
			size_t key = by_source(embedding) ? (size_t) pairs->source[first + p] : row;

			slope[p] = pairs->weight[first + p] * (slope[p] - sum[key]);
		}
	else
		for (size_t p = 0; p < count; p++)
			slope[p] /= divisor(embedding, row, first + p, count);
}

/* From the slope of each score to that of its strength, with what flows into the terms. */
static void
slope_of_terms(const cs_relation_embedding *embedding, size_t row, size_t first, size_t count)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	const int32_t *source = pairs->source + first;
	const float *strength = pairs->strength + first;
	const float *source_term = kept_row(embedding, SOURCE_TERM);
	float *source_slope = kept_row(embedding, SOURCE_SLOPE);
	float *slope = pairs->slope + first;
	float sum = 0;

	if (embedding->form == CS_RELATION_IMPLICIT)
	{
		for (size_t p = 0; p < count; p++)
		{
			slope[p] *= leaky_slope(strength[p]);
			source_slope[source[p]] += slope[p];
			sum += slope[p];
		}
		kept_row(embedding, TARGET_SLOPE)[row] += sum;
		return;
	}
	for (size_t p = 0; p < count; p++)
	{
		source_slope[source[p]] += slope[p] * leaky_slope(source_term[source[p]]);
		sum += slope[p];
		slope[p] *= leaky_slope(strength[p]);
	}
	kept_row(embedding, TARGET_SLOPE)[row] +=
		sum * leaky_slope(kept_row(embedding, TARGET_TERM)[row]);
}

/* Slopes of the strengths, into w and b. */
static void
add_kind_gradient(float *gradient, const uint64_t *kinds, const float *slope, size_t count,
				  int bias)
{
	for (size_t p = 0; p < count; p++)
	{
		for (uint64_t rest = kinds[p]; rest != 0; rest &= rest - 1)
			gradient[__builtin_ctzll(rest)] += slope[p];
		gradient[bias] += slope[p];
	}
}

/* Through phi(strength) times the similarity; leaves the slopes of the similarities. */
static void
slope_of_explicit(const cs_relation_embedding *embedding, size_t first, size_t count)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	float *slope = pairs->slope + first;

	for (size_t p = 0; p < count; p++)
	{
		float strength = pairs->strength[first + p];
		float through = slope[p] * pairs->similarity[first + p] * leaky_slope(strength);

		add_kind_gradient(embedding->gradient, pairs->kinds + first + p, &through, 1,
						  embedding->kinds);
		slope[p] *= leaky(strength);
	}
}

/* Through a similarity of rows, whose slopes stand in pairs->slope. */
static void
similarity_gradient(const cs_relation_embedding *embedding, size_t row, float *gradient,
					const float *rows, int width, size_t first, size_t count)
{
	const int32_t *source = embedding->pairs->source + first;
	const float *slope = embedding->pairs->slope + first;
	size_t at = row * width;

	gather_rows(gradient + at, slope, rows, source, count, width);
	scatter_rows(gradient, slope, rows + at, source, count, width);
}

static double
score_slopes(const cs_relation_embedding *embedding, size_t row)
{
	const cs_relation_pairs *pairs = embedding->pairs;
	double cost = 2 * PAIR_COST;
	size_t first;
	size_t count = pairs_of(embedding, row, &first);

	slope_of_scores(embedding, row, first, count);
	if (has_terms(embedding))
	{
		slope_of_terms(embedding, row, first, count);
		add_kind_gradient(embedding->gradient, pairs->kinds + first, pairs->slope + first, count,
						  embedding->kinds);
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

/* Through u'e and v'e. */
static double
term_slopes(const cs_relation_embedding *embedding, size_t row)
{
	int units = embedding->units;
	size_t terms = (size_t) embedding->kinds + 1;
	const float *input = embedding->input + row * units;
	const float slope[] = {kept_row(embedding, TARGET_SLOPE)[row],
						   kept_row(embedding, SOURCE_SLOPE)[row]};

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
	if (has_terms(embedding))
		go_through(embedding, term_slopes);
}
