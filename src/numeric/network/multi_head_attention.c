/*
 * multi_head_attention.c
 *		Attention within one head of one window.  The matrices are small (T steps by D/A features),
 *		so that the products are done here, in registers, instead of by calls of a library.
 *
 * Scores stand with the queries side by side, (T, Q'), so that what a softmax needs of all steps is
 * found for a whole vector of queries at once.
 *
 * N batch, T steps, Q queries, D features, A heads, E = D/A features of a head.
 */
#include "numeric/network/multi_head_attention.h"

#include <math.h>
#include <stdint.h>

#include "numeric/base/vector_math_inline.h"
#include "numeric/network/transpose_inline.h"

/* Multiply-adds of a unit, at most, unless a pad of queries has more. */
#define UNIT 1e7

/* Rows and vectors of the block of a product that stays in registers. */
#define ROWS 4
#define LANES CS_TRANSPOSE_LANES
#define VECTORS 3

typedef cs_transpose_vector vector;

/* A factor of a product that is read value by value: (i, k) at values[i * row + k * column]. */
typedef struct left_factor
{
	const float *values;
	size_t row;
	size_t column;
} left_factor;

/* A block of the product; rows and vectors are constants wherever this is called. */
CS_INLINE void
product_block(float *to, size_t to_stride, left_factor left, const float *right,
			  size_t right_stride, int depth, bool add, int rows, int vectors)
{
	vector sum[ROWS][VECTORS];

	for (int i = 0; i < rows; i++)
		for (int v = 0; v < vectors; v++)
			sum[i][v] = add ? *(const vector *) (to + i * to_stride + v * LANES) : (vector){0};
	for (int k = 0; k < depth; k++)
	{
		const float *across = right + k * right_stride;
		const float *down = left.values + k * left.column;

		for (int i = 0; i < rows; i++)
			for (int v = 0; v < vectors; v++)
				sum[i][v] += down[i * left.row] * *(const vector *) (across + v * LANES);
	}
	for (int i = 0; i < rows; i++)
		for (int v = 0; v < vectors; v++)
			*(vector *) (to + i * to_stride + v * LANES) = sum[i][v];
}

/* Some whole rows of the product. */
CS_INLINE void
product_rows(float *to, size_t to_stride, left_factor left, const float *right, size_t right_stride,
			 int columns, int depth, bool add, int rows)
{
	int j = 0;

	for (; j + 4 * LANES <= columns || j + 2 * LANES == columns; j += 2 * LANES)
		product_block(to + j, to_stride, left, right + j, right_stride, depth, add, rows, 2);
	for (; j + 3 * LANES <= columns; j += 3 * LANES)
		product_block(to + j, to_stride, left, right + j, right_stride, depth, add, rows, 3);
	for (; j + LANES <= columns; j += LANES)
		product_block(to + j, to_stride, left, right + j, right_stride, depth, add, rows, 1);
	for (; j < columns; j++)
		for (int i = 0; i < rows; i++)
		{
			float sum = add ? to[i * to_stride + j] : 0.0f;

			for (int k = 0; k < depth; k++)
				sum += left.values[i * left.row + k * left.column] * right[k * right_stride + j];
			to[i * to_stride + j] = sum;
		}
}

/*
 * to (rows, columns) = or += left (rows, depth) right (depth, columns).  The last rows are made
 * together with some before them once more, unless they are added to.
 */
CS_INLINE void
product(float *to, size_t to_stride, left_factor left, const float *right, size_t right_stride,
		int rows, int columns, int depth, bool add)
{
	int i = 0;

	while (i < rows)
	{
		bool block = i + ROWS <= rows || (rows >= ROWS && !add);
		left_factor from = left;

		if (block && i + ROWS > rows)
			i = rows - ROWS;
		from.values += i * left.row;
		if (block)
			product_rows(to + i * to_stride, to_stride, from, right, right_stride, columns, depth,
						 add, ROWS);
		else
			product_rows(to + i * to_stride, to_stride, from, right, right_stride, columns, depth,
						 add, 1);
		i += block ? ROWS : 1;
	}
}

/* to (columns, padded) = from (rows, columns) transposed, 0 beyond the rows. */
CS_INLINE void
transpose(float *to, const float *from, size_t from_stride, int rows, int padded, int columns)
{
	int whole = columns & -LANES;

	for (int i = 0; i < padded; i += LANES)
	{
		const float *block = from + i * from_stride;

		for (int k = 0; k < whole; k += LANES)
			if (rows - i >= LANES)
				cs_transpose_block(to + (size_t) k * padded + i, (size_t) padded, block + k,
								   from_stride, LANES);
			else
				cs_transpose_block(to + (size_t) k * padded + i, (size_t) padded, block + k,
								   from_stride, rows - i);
	}
	for (int k = whole; k < columns; k++)
		for (int i = 0; i < padded; i++)
			to[(size_t) k * padded + i] = i < rows ? from[i * from_stride + k] : 0.0f;
}

/* A width as the compiler can see it to be a multiple of the pad, so that loops need no rest. */
CS_INLINE int
whole_pads(int padded)
{
	return padded & -CS_ATTENTION_PAD;
}

/* exp of what is not above 0 (scores that overflow are), no smaller than exp(-CS_EXP_BOUND). */
CS_INLINE float
exp_nonpositive(float x)
{
	uint32_t shifted;
	float p = cs_exp_reduce(x >= -CS_EXP_BOUND ? (x <= 0.0f ? x : 0.0f) : -CS_EXP_BOUND, &shifted);
	float scale = cs_exp_scale(shifted);

	return scale + scale * p;
}

/*
 * The scores of some queries, which stand side by side (in `columns` columns, whole pads), and what
 * is found of each query.
 */
typedef struct score_matrix
{
	float *values; /* (T, columns), rows `stride` floats apart */
	size_t stride;
	int steps; /* T */
	int columns;
	float *of_query; /* (columns) */
} score_matrix;

/* Scores become exp((score - largest) scale); of_query: one over the sum of a query's. */
CS_INLINE void
exponentiate(score_matrix scores, float scale)
{
	int columns = whole_pads(scores.columns);
	float *largest = scores.of_query;
	float *sum = scores.of_query + columns;

	CS_INDEPENDENT
	for (int i = 0; i < columns; i++)
	{
		largest[i] = scores.values[i];
		sum[i] = 0;
	}
	for (int t = 1; t < scores.steps; t++)
	{
		const float *row = scores.values + t * scores.stride;

		CS_INDEPENDENT
		for (int i = 0; i < columns; i++)
			largest[i] = row[i] > largest[i] ? row[i] : largest[i];
	}
	for (int t = 0; t < scores.steps; t++)
	{
		float *row = scores.values + t * scores.stride;

		CS_INDEPENDENT
		for (int i = 0; i < columns; i++)
		{
			row[i] = exp_nonpositive((row[i] - largest[i]) * scale);
			sum[i] += row[i];
		}
	}
	CS_INDEPENDENT
	for (int i = 0; i < columns; i++)
		scores.of_query[i] = 1.0f / sum[i];
}

/*
 * Exponentials become weights, marked by their sign where they are dropped; `left` are those that
 * are left, or the same matrix where none are dropped.  The place of a weight counts T' steps to a
 * query.
 */
CS_INLINE void
weigh(score_matrix scores, float *left, cs_dropout dropout, uint32_t place, uint32_t padded_steps)
{
	int columns = whole_pads(scores.columns);

	for (int t = 0; t < scores.steps; t++)
	{
		float *row = scores.values + t * scores.stride;
		float *left_row = left + (size_t) t * columns;

		if (dropout.threshold == 0)
		{
			CS_INDEPENDENT
			for (int i = 0; i < columns; i++)
				row[i] *= scores.of_query[i];
			continue;
		}
		CS_INDEPENDENT
		for (int i = 0; i < columns; i++)
		{
			bool keeps =
				cs_dropout_keeps(dropout, place + (uint32_t) t + (uint32_t) i * padded_steps);
			float weight = row[i] * scores.of_query[i];

			left_row[i] = keeps ? dropout.scale * weight : 0.0f;
			row[i] = keeps ? weight : -weight;
		}
	}
}

/* The weights that are not marked as dropped, (T, columns). */
CS_INLINE void
kept_weights(float *left, score_matrix weights, float scale)
{
	int columns = whole_pads(weights.columns);

	for (int t = 0; t < weights.steps; t++)
	{
		const float *row = weights.values + t * weights.stride;

		CS_INDEPENDENT
		for (int i = 0; i < columns; i++)
			left[(size_t) t * columns + i] = scale * (row[i] > 0.0f ? row[i] : 0.0f);
	}
}

/* The gradient (T, columns) of the dropped weights becomes that of the scores. */
CS_INLINE void
softmax_backward(float *gradient, score_matrix weights, float kept, float scale)
{
	int columns = whole_pads(weights.columns);
	float *dot = weights.of_query;

	CS_INDEPENDENT
	for (int i = 0; i < columns; i++)
		dot[i] = 0;
	for (int t = 0; t < weights.steps; t++)
	{
		const float *row = weights.values + t * weights.stride;
		const float *slope = gradient + (size_t) t * columns;

		CS_INDEPENDENT
		for (int i = 0; i < columns; i++)
			dot[i] += row[i] > 0.0f ? kept * slope[i] * row[i] : 0.0f;
	}
	for (int t = 0; t < weights.steps; t++)
	{
		const float *row = weights.values + t * weights.stride;
		float *slope = gradient + (size_t) t * columns;

		CS_INDEPENDENT
		for (int i = 0; i < columns; i++)
		{
			float weight = row[i] > 0.0f ? row[i] : -row[i];
			float of_weight = row[i] > 0.0f ? kept * slope[i] : 0.0f;

			slope[i] = scale * weight * (of_weight - dot[i]);
		}
	}
}

/* Up to a whole number of pads. */
static int
padded(int count)
{
	return (count + CS_ATTENTION_PAD - 1) / CS_ATTENTION_PAD * CS_ATTENTION_PAD;
}

/* Queries of one unit; whole pads, unless it is the only one. */
static int
unit_queries(int steps, int queries, int head_width)
{
	double most = UNIT / (2.0 * steps * head_width);

	if (most >= queries)
		return queries;
	return most < CS_ATTENTION_PAD ? CS_ATTENTION_PAD
								   : (int) most / CS_ATTENTION_PAD * CS_ATTENTION_PAD;
}

static size_t
size_product(size_t a, size_t b)
{
	size_t result;

	return __builtin_mul_overflow(a, b, &result) ? SIZE_MAX : result;
}

size_t
cs_attention_weights(int steps, int queries, int heads)
{
	return size_product((size_t) heads * (size_t) steps, (size_t) padded(queries));
}

size_t
cs_attention_places(int steps, int queries, int heads)
{
	return size_product((size_t) heads * (size_t) queries, (size_t) padded(steps));
}

/* A factor transposed, two matrices of scores, and two rows of what is found of queries. */
size_t
cs_attention_scratch(int steps, int queries, int heads, int width)
{
	int head_width = width / heads;
	size_t rows = (size_t) head_width + 2 * (size_t) steps + 2;

	return size_product(rows, (size_t) padded(unit_queries(steps, queries, head_width)));
}

int
cs_attention_units(const cs_attention *attention)
{
	int queries =
		unit_queries(attention->steps, attention->queries, attention->width / attention->heads);

	return attention->heads * ((attention->queries + queries - 1) / queries);
}

double
cs_attention_cost(const cs_attention *attention)
{
	int head_width = attention->width / attention->heads;
	int queries = unit_queries(attention->steps, attention->queries, head_width);

	return attention->steps * (2.0 * queries * head_width + head_width + 10.0 * queries);
}

/* Where a unit finds its tensors. */
typedef struct unit_place
{
	int queries;	/* of the unit */
	int columns;	/* the same, padded */
	int head_width; /* E */
	size_t row;		/* 3 D */
	bool later;		/* than the first unit of its head */
	size_t query;	/* in projected: of the first query, */
	size_t key;		/* of the first key, */
	size_t value;	/* of the first value */
	size_t context; /* of the first query, in context */
	uint32_t drop;	/* the first place of its dropout */
	float scale;	/* of the scores */

	score_matrix weights; /* of the unit, in the attention's or in the scratch */
	float *transpose;	  /* (E, columns) of the scratch, */
	float *matrix;		  /* and (T, columns) */
} unit_place;

static unit_place
place_of(const cs_attention *attention, size_t unit)
{
	int steps = attention->steps;
	int width = attention->width;
	int head_width = width / attention->heads;
	int most = unit_queries(steps, attention->queries, head_width);
	size_t blocks = ((size_t) attention->queries + most - 1) / most;
	size_t head = unit / blocks % attention->heads;
	size_t window = unit / blocks / attention->heads;
	int first = (int) (unit % blocks) * most;
	int left = attention->queries - first;
	unit_place place = {.queries = left < most ? left : most,
						.head_width = head_width,
						.row = 3 * (size_t) width,
						.later = first > 0,
						.scale = 1.0f / sqrtf((float) head_width)};
	size_t start = window * steps * place.row + head * head_width;
	size_t asked = (window * attention->heads + head) * attention->queries + first;
	size_t size;

	place.columns = padded(place.queries);
	size = (size_t) steps * place.columns;
	place.query = start + (size_t) (steps - attention->queries + first) * place.row;
	place.key = start + width;
	place.value = start + 2 * (size_t) width;
	place.context = (window * attention->queries + first) * width + head * head_width;
	place.drop = (uint32_t) (asked * padded(steps));
	place.transpose = attention->scratch;
	place.matrix = place.transpose + (size_t) head_width * place.columns;
	place.weights = (score_matrix){.values = place.matrix + size,
								   .stride = (size_t) place.columns,
								   .steps = steps,
								   .columns = place.columns,
								   .of_query = place.matrix + 2 * size};
	if (attention->weights != NULL)
	{
		place.weights.stride = (size_t) padded(attention->queries);
		place.weights.values = attention->weights +
							   (window * attention->heads + head) * steps * place.weights.stride +
							   first;
	}
	return place;
}

CS_TARGET_CLONES
void
cs_attention_forward(const cs_attention *attention, size_t unit)
{
	unit_place at = place_of(attention, unit);
	score_matrix weights = at.weights;
	const float *projected = attention->projected;
	left_factor left = {weights.values, 1, weights.stride};

	transpose(at.transpose, projected + at.query, at.row, at.queries, at.columns, at.head_width);
	product(weights.values, weights.stride, (left_factor){projected + at.key, at.row, 1},
			at.transpose, (size_t) at.columns, attention->steps, at.columns, at.head_width, false);
	exponentiate(weights, at.scale);
	weigh(weights, at.matrix, attention->dropout, at.drop, (uint32_t) padded(attention->steps));
	if (attention->dropout.threshold != 0)
		left = (left_factor){at.matrix, 1, (size_t) at.columns};
	product(attention->context + at.context, (size_t) attention->width, left, projected + at.value,
			at.row, at.queries, at.head_width, attention->steps, false);
}

/* The gradient of the values, and in at.matrix that of the weights. */
CS_INLINE void
value_gradients(const cs_attention *attention, const unit_place *at)
{
	const float *outer = attention->context_gradient + at->context;
	size_t width = (size_t) attention->width;
	size_t columns = (size_t) at->columns;
	left_factor left = {at->weights.values, at->weights.stride, 1};

	if (attention->dropout.threshold != 0)
	{
		kept_weights(at->matrix, at->weights, attention->dropout.scale);
		left = (left_factor){at->matrix, columns, 1};
	}
	product(attention->projected_gradient + at->value, at->row, left, outer, width,
			attention->steps, at->head_width, at->queries, at->later);
	transpose(at->transpose, outer, width, at->queries, at->columns, at->head_width);
	product(at->matrix, columns, (left_factor){attention->projected + at->value, at->row, 1},
			at->transpose, columns, attention->steps, at->columns, at->head_width, false);
}

CS_TARGET_CLONES
void
cs_attention_backward(const cs_attention *attention, size_t unit)
{
	unit_place at = place_of(attention, unit);
	const float *projected = attention->projected;
	float *gradient = attention->projected_gradient;
	size_t columns = (size_t) at.columns;

	value_gradients(attention, &at);
	softmax_backward(at.matrix, at.weights, attention->dropout.scale, at.scale);
	product(gradient + at.query, at.row, (left_factor){at.matrix, 1, columns}, projected + at.key,
			at.row, at.queries, at.head_width, attention->steps, false);
	product(gradient + at.key, at.row, (left_factor){at.matrix, columns, 1}, projected + at.query,
			at.row, attention->steps, at.head_width, at.queries, at.later);
}
