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

#include "numeric/base/vector_math_inline.h"

/* What an exponential costs in multiply-adds. */
#define EXP_COST 20.0

/* What the products of a window cost beyond their multiply-adds, however small they are. */
#define CALL_COST 1e4

enum
{
	PROJECT,
	ATTEND
};

/* Backwards. */
enum
{
	ATTEND_BACK,
	PROJECT_BACK
};

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

/* Q, K, V of some flat rows. */
static void
project(cs_layer *layer, double *budget)
{
	int inputs = layer->shape.inputs;
	int width = 3 * layer->shape.outputs;
	double cost = (double) width * inputs;
	int rows = cs_layer_piece_rows(flat_rows(layer) - layer->position, cost);

	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, width, inputs, 1.0f,
				layer->input + layer->position * inputs, inputs, layer->parameters, inputs, 0.0f,
				layer->kept + layer->position * width, width);
	*budget -= rows * cost;
	layer->position += rows;
	if (layer->position == flat_rows(layer))
	{
		layer->phase = ATTEND;
		layer->position = 0;
	}
}

/* Rows of one window from layer->position on, which counts rows window by window. */
typedef struct window_rows
{
	size_t window;
	int first; /* step */
	int count;
	int stride;			  /* floats between the rows of Q, K, V */
	const float *query;	  /* of the first row */
	const float *key;	  /* of step 0 */
	const float *value;	  /* of step 0 */
	float *attention;	  /* of the first row */
	size_t output_offset; /* of the first row */
	int output_stride;
} window_rows;

static window_rows
rows_at(const cs_layer *layer, double cost)
{
	int steps = layer->shape.steps;
	int outputs = layer->shape.outputs;
	window_rows at;
	float *window;

	at.window = layer->position / steps;
	at.first = (int) (layer->position % steps);
	at.count = cs_layer_piece_rows((size_t) (steps - at.first), cost);
	at.stride = layer->batch * 3 * outputs;
	window = layer->kept + at.window * 3 * outputs;
	at.query = window + (size_t) at.first * at.stride;
	at.key = window + outputs;
	at.value = window + (size_t) 2 * outputs;
	at.attention = layer->kept + flat_rows(layer) * 3 * outputs + layer->position * steps;
	at.output_stride = layer->batch * outputs;
	at.output_offset = (size_t) at.first * at.output_stride + at.window * outputs;
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
attend(cs_layer *layer, double *budget)
{
	int steps = layer->shape.steps;
	int outputs = layer->shape.outputs;
	double cost = steps * (2.0 * outputs + EXP_COST);
	window_rows at = rows_at(layer, cost);

	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, at.count, steps, outputs, 1.0f, at.query,
				at.stride, at.key, at.stride, 0.0f, at.attention, steps);
	softmax_rows(at.attention, at.count, steps, 1.0f / sqrtf((float) outputs));
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, at.count, outputs, steps, 1.0f,
				at.attention, steps, at.value, at.stride, 0.0f, layer->output + at.output_offset,
				at.output_stride);
	*budget -= CALL_COST + at.count * cost;
	layer->position += at.count;
}

static bool
forward(cs_layer *layer, double *budget)
{
	while (layer->phase == PROJECT || layer->position < flat_rows(layer))
	{
		if (*budget <= 0)
			return false;
		if (layer->phase == PROJECT)
			project(layer, budget);
		else
			attend(layer, budget);
	}
	return true;
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

/* Gradients of Q, K and V from some rows of a window. */
static void
attend_back(cs_layer *layer, double *budget)
{
	int steps = layer->shape.steps;
	int outputs = layer->shape.outputs;
	double cost = steps * (5.0 * outputs + 4);
	window_rows at = rows_at(layer, cost);
	const float *output_gradient = layer->output_gradient + at.output_offset;
	float *window = layer->scratch + at.window * 3 * outputs;
	float *scores = layer->scratch + flat_rows(layer) * 3 * outputs;
	float before = at.first == 0 ? 0.0f : 1.0f;

	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, at.count, steps, outputs, 1.0f,
				output_gradient, at.output_stride, at.value, at.stride, 0.0f, scores, steps);
	softmax_rows_backward(scores, at.attention, at.count, steps, 1.0f / sqrtf((float) outputs));
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, at.count, outputs, steps, 1.0f, scores,
				steps, at.key, at.stride, 0.0f, window + (size_t) at.first * at.stride, at.stride);
	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, steps, outputs, at.count, 1.0f, scores,
				steps, at.query, at.stride, before, window + outputs, at.stride);
	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, steps, outputs, at.count, 1.0f,
				at.attention, steps, output_gradient, at.output_stride, before,
				window + (size_t) 2 * outputs, at.stride);
	*budget -= 2 * CALL_COST + at.count * cost;
	layer->position += at.count;
	if (layer->position == flat_rows(layer))
	{
		layer->phase = PROJECT_BACK;
		layer->position = 0;
	}
}

/* Gradients of the weights and of the input from those of Q, K and V of some flat rows. */
static void
project_back(cs_layer *layer, double *budget)
{
	int inputs = layer->shape.inputs;
	int width = 3 * layer->shape.outputs;
	double cost = 2.0 * width * inputs;
	int rows = cs_layer_piece_rows(flat_rows(layer) - layer->position, cost);
	const float *projected = layer->scratch + layer->position * width;

	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, inputs, rows, 1.0f, projected,
				width, layer->input + layer->position * inputs, inputs, 1.0f, layer->gradient,
				inputs);
	if (layer->input_gradient != NULL)
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, inputs, width, 1.0f, projected,
					width, layer->parameters, inputs, 0.0f,
					layer->input_gradient + layer->position * inputs, inputs);
	*budget -= rows * cost;
	layer->position += rows;
}

static bool
backward(cs_layer *layer, double *budget)
{
	while (layer->phase == ATTEND_BACK || layer->position < flat_rows(layer))
	{
		if (*budget <= 0)
			return false;
		if (layer->phase == ATTEND_BACK)
			attend_back(layer, budget);
		else
			project_back(layer, budget);
	}
	return true;
}

const cs_layer_kind cs_self_attention_kind = {add_views,		sizes,	 cs_layer_restart, forward,
											  cs_layer_restart, backward};
