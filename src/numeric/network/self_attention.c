/*
 * self_attention.c
 *		Self-attention over the steps of a window (003 equations 15 and 16; Vaswani et al. 2017):
 *		Q, K, V = X Wq', X Wk', X Wv', A = softmax(Q K' / sqrt(D)), output = A V.
 *
 * N batch, T steps, C inputs, D outputs.  Q, K and V of a row lie one after the other,
 * (T, N, 3, D), so that their products are one sgemm; the rows of a window are N * D (or 3 N D)
 * floats apart.  A is (N, T, T).
 */
#include "numeric/network/layer.h"

#include <cblas.h>
#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/network/rows_at_once.h"

/* What an exponential costs in multiply-adds. */
#define EXP_COST 20.0

/* What the products of a window cost beyond their multiply-adds, however small they are. */
#define CALL_COST 1e4

static void
add_views(cs_view_list *list, const cs_layer_shape *shape)
{
	cs_initial weight = {.spread = 1.0f / sqrtf((float) shape->inputs)};

	cs_view_add(list, shape, "query", shape->outputs, shape->inputs, true, weight);
	cs_view_add(list, shape, "key", shape->outputs, shape->inputs, true, weight);
	cs_view_add(list, shape, "value", shape->outputs, shape->inputs, true, weight);
}

static size_t
projected_count(const cs_layer_shape *shape, size_t batch)
{
	size_t flat = cs_saturated_product((size_t) shape->steps, batch);

	return cs_saturated_product(flat, 3 * (size_t) shape->outputs);
}

/* Kept: Q, K, V and A.  Scratch: the gradients of Q, K, V and of the scores of one window. */
static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	size_t projected = projected_count(shape, batch);
	size_t scores = (size_t) shape->steps * (size_t) shape->steps;

	return (cs_layer_sizes){
		cs_saturated_sum(projected, cs_saturated_product(batch, scores)),
		cs_saturated_sum(projected, scores),
	};
}

static size_t
flat_rows(const cs_layer *layer)
{
	return (size_t) layer->shape.steps * layer->batch;
}

/* Q, K, V of all rows. */
static void
project(const cs_layer *layer)
{
	int inputs = layer->shape.inputs;
	int width = 3 * layer->shape.outputs;
	double cost = (double) width * inputs;
	size_t rows;

	for (size_t row = 0; row < flat_rows(layer); row += rows)
	{
		rows = cs_rows_at_once(flat_rows(layer) - row, cost);
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int) rows, width, inputs, 1.0f,
					layer->input + row * inputs, inputs, layer->parameters, inputs, 0.0f,
					layer->kept + row * width, width);
		cs_work((size_t) ((double) rows * cost));
	}
}

/* Rows of one window. */
typedef struct window_rows
{
	int count;
	int stride;			  /* floats between the rows of Q, K, V */
	const float *query;	  /* of the first row */
	const float *key;	  /* of step 0 */
	const float *value;	  /* of step 0 */
	float *attention;	  /* of the first row */
	size_t output_offset; /* of the first row */
	int output_stride;
} window_rows;

/* The next slice of `window` from step `first` on. */
static window_rows
rows_at(const cs_layer *layer, int window, int first, double cost)
{
	int steps = layer->shape.steps;
	int outputs = layer->shape.outputs;
	const float *projected = layer->kept + (size_t) window * 3 * outputs;
	window_rows at;

	at.count = (int) cs_rows_at_once((size_t) (steps - first), cost);
	at.stride = layer->batch * 3 * outputs;
	at.query = projected + (size_t) first * at.stride;
	at.key = projected + outputs;
	at.value = projected + (size_t) 2 * outputs;
	at.attention =
		layer->kept + flat_rows(layer) * 3 * outputs + ((size_t) window * steps + first) * steps;
	at.output_stride = layer->batch * outputs;
	at.output_offset = (size_t) first * at.output_stride + (size_t) window * outputs;
	return at;
}

CS_TARGET_CLONES
static void
softmax_rows(float *scores, int rows, int columns, float scale)
{
	for (int i = 0; i < rows; i++)
	{
		float *row = scores + (size_t) i * columns;
		float most = row[0];
		float sum = 0;

		for (int j = 1; j < columns; j++)
			most = row[j] > most ? row[j] : most;
		for (int j = 0; j < columns; j++)
		{
			row[j] = cs_exp_inline(scale * (row[j] - most));
			sum += row[j];
		}
		for (int j = 0; j < columns; j++)
			row[j] /= sum;
	}
}

static void
attend(const cs_layer *layer, int window)
{
	int steps = layer->shape.steps;
	int outputs = layer->shape.outputs;
	double cost = steps * (2.0 * outputs + EXP_COST);
	window_rows at;

	for (int first = 0; first < steps; first += at.count)
	{
		at = rows_at(layer, window, first, cost);
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, at.count, steps, outputs, 1.0f,
					at.query, at.stride, at.key, at.stride, 0.0f, at.attention, steps);
		softmax_rows(at.attention, at.count, steps, 1.0f / sqrtf((float) outputs));
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, at.count, outputs, steps, 1.0f,
					at.attention, steps, at.value, at.stride, 0.0f,
					layer->output + at.output_offset, at.output_stride);
		cs_work((size_t) (CALL_COST + at.count * cost));
	}
}

static void
forward(cs_layer *layer)
{
	project(layer);
	for (int window = 0; window < layer->batch; window++)
		attend(layer, window);
}

/* Gradient of A to that of the products Q K', in place. */
CS_TARGET_CLONES
static void
softmax_rows_backward(float *gradient, const float *attention, int rows, int columns, float scale)
{
	for (int i = 0; i < rows; i++)
	{
		const float *weight = attention + (size_t) i * columns;
		float *slope = gradient + (size_t) i * columns;
		float mean = 0;

		for (int j = 0; j < columns; j++)
			mean += weight[j] * slope[j];
		for (int j = 0; j < columns; j++)
			slope[j] = scale * weight[j] * (slope[j] - mean);
	}
}

/* Gradients of Q, K and V of a window. */
static void
attend_back(const cs_layer *layer, int window)
{
	int steps = layer->shape.steps;
	int outputs = layer->shape.outputs;
	double cost = steps * (5.0 * outputs + 4);
	float *slope = layer->scratch + (size_t) window * 3 * outputs;
	float *scores = layer->scratch + flat_rows(layer) * 3 * outputs;
	window_rows at;

	for (int first = 0; first < steps; first += at.count)
	{
		float before = first == 0 ? 0.0f : 1.0f;
		const float *given;

		at = rows_at(layer, window, first, cost);
		given = layer->output_gradient + at.output_offset;
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, at.count, steps, outputs, 1.0f, given,
					at.output_stride, at.value, at.stride, 0.0f, scores, steps);
		softmax_rows_backward(scores, at.attention, at.count, steps, 1.0f / sqrtf((float) outputs));
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, at.count, outputs, steps, 1.0f,
					scores, steps, at.key, at.stride, 0.0f, slope + (size_t) first * at.stride,
					at.stride);
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, steps, outputs, at.count, 1.0f, scores,
					steps, at.query, at.stride, before, slope + outputs, at.stride);
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, steps, outputs, at.count, 1.0f,
					at.attention, steps, given, at.output_stride, before,
					slope + (size_t) 2 * outputs, at.stride);
		cs_work((size_t) (2 * CALL_COST + at.count * cost));
	}
}

/* Gradients of the weights and of the input from those of Q, K and V. */
static void
project_back(const cs_layer *layer)
{
	int inputs = layer->shape.inputs;
	int width = 3 * layer->shape.outputs;
	double cost = 2.0 * width * inputs;
	size_t rows;

	for (size_t row = 0; row < flat_rows(layer); row += rows)
	{
		const float *projected = layer->scratch + row * width;

		rows = cs_rows_at_once(flat_rows(layer) - row, cost);
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, inputs, (int) rows, 1.0f,
					projected, width, layer->input + row * inputs, inputs, 1.0f, layer->gradient,
					inputs);
		if (layer->input_gradient != NULL)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) rows, inputs, width, 1.0f,
						projected, width, layer->parameters, inputs, 0.0f,
						layer->input_gradient + row * inputs, inputs);
		cs_work((size_t) ((double) rows * cost));
	}
}

static void
backward(cs_layer *layer)
{
	for (int window = 0; window < layer->batch; window++)
		attend_back(layer, window);
	project_back(layer);
}

const cs_layer_kind cs_self_attention_kind = {add_views, sizes, forward, backward};
