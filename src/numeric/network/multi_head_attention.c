/*
 * multi_head_attention.c
 *		Attention within one head of one window.  The matrices are small (T steps by D/A features),
 *		so that the products are done here, in registers, instead of by calls of a library.
 *
 * N batch, T steps, Q queries, D features, A heads, E = D/A features of a head.
 */
#include "numeric/network/multi_head_attention.h"

#include <math.h>
#include <stdint.h>

#include "numeric/base/vector_math_inline.h"
#include "numeric/network/transpose_inline.h"

/* Multiply-adds of a unit, at most, unless fewer than ROWS queries have more. */
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

/* to (rows, columns) = or += left (rows, depth) right (depth, columns). */
CS_INLINE void
product(float *to, size_t to_stride, left_factor left, const float *right, size_t right_stride,
		int rows, int columns, int depth, bool add)
{
	int i = 0;

	for (; i + ROWS <= rows; i += ROWS, left.values += ROWS * left.row)
		product_rows(to + i * to_stride, to_stride, left, right, right_stride, columns, depth, add,
					 ROWS);
	for (; i < rows; i++, left.values += left.row)
		product_rows(to + i * to_stride, to_stride, left, right, right_stride, columns, depth, add,
					 1);
}

/* to (columns, T') = from (T, columns) transposed, 0 beyond T. */
CS_INLINE void
transpose(float *to, const float *from, size_t from_stride, int steps, int padded, int columns)
{
	int whole = columns & -LANES;

	for (int t = 0; t < padded; t += LANES)
	{
		const float *rows = from + t * from_stride;

		for (int k = 0; k < whole; k += LANES)
			if (steps - t >= LANES)
				cs_transpose_block(to + (size_t) k * padded + t, (size_t) padded, rows + k,
								   from_stride, LANES);
			else
				cs_transpose_block(to + (size_t) k * padded + t, (size_t) padded, rows + k,
								   from_stride, steps - t);
	}
	for (int k = whole; k < columns; k++)
		for (int t = 0; t < padded; t++)
			to[(size_t) k * padded + t] = t < steps ? from[t * from_stride + k] : 0.0f;
}

/* T' as the compiler can see it to be a multiple of the pad, so that loops over it need no rest. */
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

/* A row of scores becomes weights; next to nothing beyond T, where nothing is read. */
CS_INLINE void
softmax(float *row, int steps, int padded, float scale)
{
	float largest = row[0];
	float sum = 0;

	padded = whole_pads(padded);
	for (int t = steps; t < padded; t++)
		row[t] = -1e30f;
	for (int t = 0; t < padded; t++)
		largest = row[t] > largest ? row[t] : largest;
	for (int t = 0; t < padded; t++)
	{
		row[t] = exp_nonpositive((row[t] - largest) * scale);
		sum += row[t];
	}
	sum = 1.0f / sum;
	for (int t = 0; t < padded; t++)
		row[t] *= sum;
}

/* Marks what is dropped by its sign, and writes the weights that are left. */
CS_INLINE void
drop_weights(float *left, float *row, cs_dropout dropout, uint32_t place, int padded)
{
	padded = whole_pads(padded);
	CS_INDEPENDENT
	for (int t = 0; t < padded; t++)
	{
		bool keeps = cs_dropout_keeps(dropout, place + (uint32_t) t);

		left[t] = keeps ? dropout.scale * row[t] : 0.0f;
		row[t] = keeps ? row[t] : -row[t];
	}
}

/* The weights that are not marked as dropped. */
CS_INLINE void
kept_weights(float *left, const float *weights, float scale, int queries, int padded)
{
	size_t count = (size_t) queries * (size_t) whole_pads(padded);

	CS_INDEPENDENT
	for (size_t i = 0; i < count; i++)
		left[i] = scale * (weights[i] > 0.0f ? weights[i] : 0.0f);
}

/* Gradient of the dropped weights to that of the scores, in place. */
CS_INLINE void
softmax_backward(float *gradient, const float *row, float kept, int padded, float scale)
{
	padded = whole_pads(padded);
	float dot = 0;

	for (int t = 0; t < padded; t++)
		dot += row[t] > 0.0f ? kept * gradient[t] * row[t] : 0.0f;
	CS_INDEPENDENT
	for (int t = 0; t < padded; t++)
	{
		float weight = row[t] > 0.0f ? row[t] : -row[t];
		float slope = row[t] > 0.0f ? kept * gradient[t] : 0.0f;

		gradient[t] = scale * weight * (slope - dot);
	}
}

static int
padded_steps(int steps)
{
	return (steps + CS_ATTENTION_PAD - 1) / CS_ATTENTION_PAD * CS_ATTENTION_PAD;
}

/* Queries of one unit. */
static int
unit_queries(int steps, int queries, int head_width)
{
	double most = UNIT / (2.0 * steps * head_width);

	if (most >= queries)
		return queries;
	return most < ROWS ? ROWS : (int) most / ROWS * ROWS;
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
	return size_product((size_t) heads * (size_t) queries, (size_t) padded_steps(steps));
}

size_t
cs_attention_scratch(int steps, int queries, int heads, int width)
{
	int head_width = width / heads;
	size_t rows = (size_t) head_width + 2 * (size_t) unit_queries(steps, queries, head_width);

	return size_product(rows, (size_t) padded_steps(steps));
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
	int queries;	  /* of the unit */
	int head_width;	  /* E */
	int padded;		  /* T' */
	size_t row;		  /* 3 D */
	bool later;		  /* than the first unit of its head */
	size_t query;	  /* in projected: of the first query, */
	size_t key;		  /* of the first key, */
	size_t value;	  /* of the first value */
	size_t context;	  /* of the first query, in context, */
	size_t weight;	  /* and in the weights */
	float scale;	  /* of the scores */
	float *transpose; /* (E, T') of the scratch */
	float *matrix[2]; /* (queries, T') of the scratch */
} unit_place;

static unit_place
place_of(const cs_attention *attention, size_t unit)
{
	int head_width = attention->width / attention->heads;
	int most = unit_queries(attention->steps, attention->queries, head_width);
	size_t blocks = ((size_t) attention->queries + most - 1) / most;
	size_t head = unit / blocks % attention->heads;
	size_t window = unit / blocks / attention->heads;
	int first = (int) (unit % blocks) * most;
	int left = attention->queries - first;
	unit_place place = {.queries = left < most ? left : most,
						.head_width = head_width,
						.padded = padded_steps(attention->steps),
						.row = 3 * (size_t) attention->width,
						.later = first > 0,
						.scale = 1.0f / sqrtf((float) head_width),
						.transpose = attention->scratch};
	size_t start = window * attention->steps * place.row + head * head_width;

	place.query = start + (size_t) (attention->steps - attention->queries + first) * place.row;
	place.key = start + attention->width;
	place.value = start + 2 * (size_t) attention->width;
	place.context =
		(window * attention->queries + first) * attention->width + head * (size_t) head_width;
	place.weight = ((window * attention->heads + head) * attention->queries + first) * place.padded;
	place.matrix[0] = place.transpose + (size_t) head_width * place.padded;
	place.matrix[1] = place.matrix[0] + (size_t) most * place.padded;
	return place;
}

CS_TARGET_CLONES
void
cs_attention_forward(const cs_attention *attention, size_t unit)
{
	unit_place at = place_of(attention, unit);
	const float *projected = attention->projected;
	float *weights = attention->weights == NULL ? at.matrix[0] : attention->weights + at.weight;
	float *left = attention->dropout.threshold == 0 ? weights : at.matrix[1];

	transpose(at.transpose, projected + at.key, at.row, attention->steps, at.padded, at.head_width);
	product(weights, at.padded, (left_factor){projected + at.query, at.row, 1}, at.transpose,
			at.padded, at.queries, at.padded, at.head_width, false);
	for (int i = 0; i < at.queries; i++)
	{
		size_t row = (size_t) i * at.padded;

		softmax(weights + row, attention->steps, at.padded, at.scale);
		if (left != weights)
			drop_weights(left + row, weights + row, attention->dropout,
						 (uint32_t) (at.weight + row), at.padded);
	}
	product(attention->context + at.context, attention->width, (left_factor){left, at.padded, 1},
			projected + at.value, at.row, at.queries, at.head_width, attention->steps, false);
}

CS_TARGET_CLONES
void
cs_attention_backward(const cs_attention *attention, size_t unit)
{
	unit_place at = place_of(attention, unit);
	const float *projected = attention->projected;
	const float *outer = attention->context_gradient + at.context;
	const float *weights = attention->weights + at.weight;
	const float *left = weights;
	float *scores = at.matrix[0];
	float *gradient = attention->projected_gradient;
	size_t width = attention->width;

	if (attention->dropout.threshold != 0)
	{
		left = at.matrix[1];
		kept_weights(at.matrix[1], weights, attention->dropout.scale, at.queries, at.padded);
	}
	transpose(at.transpose, projected + at.value, at.row, attention->steps, at.padded,
			  at.head_width);
	product(scores, at.padded, (left_factor){outer, width, 1}, at.transpose, at.padded, at.queries,
			at.padded, at.head_width, false);
	product(gradient + at.value, at.row, (left_factor){left, 1, at.padded}, outer, width,
			attention->steps, at.head_width, at.queries, at.later);
	for (int i = 0; i < at.queries; i++)
		softmax_backward(scores + (size_t) i * at.padded, weights + (size_t) i * at.padded,
						 attention->dropout.scale, at.padded, at.scale);
	product(gradient + at.query, at.row, (left_factor){scores, at.padded, 1}, projected + at.key,
			at.row, at.queries, at.head_width, attention->steps, false);
	product(gradient + at.key, at.row, (left_factor){scores, 1, at.padded}, projected + at.query,
			at.row, attention->steps, at.head_width, at.queries, at.later);
}
