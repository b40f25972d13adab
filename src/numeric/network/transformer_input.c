/*
 * transformer_input.c
 *		The lowest layer of a Transformer: a linear map of the inputs to D features, to which
 *		sinusoidal positions are added if wanted; and the change from time-major to window-major.
 *
 * N batch, T steps, C inputs, D features.  Input (T, N, C), output (N, T, D).
 */
#include "numeric/network/layer.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "numeric/network/position_encoding.h"

/* What a float brought into fresh memory costs in multiply-adds. */
#define TOUCH_COST 30.0

/* Reading the weights costs as much as this many rows. */
#define WEIGHT_ROWS 8

static void
add_views(cs_view_list *list, const cs_layer_shape *shape)
{
	cs_initial initial = {.spread = 1.0f / sqrtf((float) shape->inputs)};

	cs_view_add(list, shape, "weight", shape->outputs, shape->inputs, true, initial);
	cs_view_add(list, shape, "bias", shape->outputs, 0, true, initial);
}

/* Kept: bias and position of one step, (D). */
static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	(void) batch;
	return (cs_layer_sizes){(size_t) shape->outputs, 0};
}

/* Some windows of one step; layer->phase is the step, layer->position the first window. */
typedef struct input_piece
{
	int rows;
	double cost;	 /* of a row */
	size_t stride;	 /* from window to window in the output */
	size_t input_at; /* of the first row */
	size_t output_at;
} input_piece;

static input_piece
next_piece(const cs_layer *layer)
{
	const cs_layer_shape *shape = &layer->shape;
	double cost = shape->outputs * (shape->inputs + TOUCH_COST);
	size_t stride = (size_t) shape->steps * shape->outputs;
	size_t batch = (size_t) layer->batch;

	return (input_piece){.rows = cs_layer_piece_rows(batch - layer->position, cost),
						 .cost = cost,
						 .stride = stride,
						 .input_at = (layer->phase * batch + layer->position) * shape->inputs,
						 .output_at =
							 layer->position * stride + (size_t) layer->phase * shape->outputs};
}

/* Goes on to the next rows. */
static void
advance(cs_layer *layer, const input_piece *piece, double *budget)
{
	*budget -= (piece->rows + WEIGHT_ROWS) * piece->cost;
	layer->position += piece->rows;
	if (layer->position == (size_t) layer->batch)
	{
		layer->phase++;
		layer->position = 0;
	}
}

static bool
forward(cs_layer *layer, double *budget)
{
	int width = layer->shape.outputs;
	int inputs = layer->shape.inputs;
	float *shift = layer->kept;

	while (layer->phase < layer->shape.steps)
	{
		input_piece piece = next_piece(layer);
		float *output = layer->output + piece.output_at;

		if (*budget <= 0)
			return false;
		memcpy(shift, layer->parameters + (size_t) width * inputs, width * sizeof(float));
		if (layer->shape.positions)
			cs_position_encoding_add(shift, layer->phase, width);
		for (int n = 0; n < piece.rows; n++)
			memcpy(output + n * piece.stride, shift, width * sizeof(float));
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, piece.rows, width, inputs, 1.0f,
					layer->input + piece.input_at, inputs, layer->parameters, inputs, 1.0f, output,
					(int) piece.stride);
		advance(layer, &piece, budget);
	}
	return true;
}

/* Nothing lies below, so only the gradients of weight and bias are wanted. */
static bool
backward(cs_layer *layer, double *budget)
{
	int width = layer->shape.outputs;
	int inputs = layer->shape.inputs;
	float *bias = layer->gradient + (size_t) width * inputs;

	while (layer->phase < layer->shape.steps)
	{
		input_piece piece = next_piece(layer);
		const float *slope = layer->output_gradient + piece.output_at;

		if (*budget <= 0)
			return false;
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, inputs, piece.rows, 1.0f, slope,
					(int) piece.stride, layer->input + piece.input_at, inputs, 1.0f,
					layer->gradient, inputs);
		for (int n = 0; n < piece.rows; n++)
			for (int j = 0; j < width; j++)
				bias[j] += slope[n * piece.stride + j];
		advance(layer, &piece, budget);
	}
	return true;
}

const cs_layer_kind cs_transformer_input_kind = {
	add_views, sizes, cs_layer_restart, forward, cs_layer_restart, backward};
