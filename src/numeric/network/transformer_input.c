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

#include "numeric/base/poll.h"
#include "numeric/network/position_encoding.h"
#include "numeric/network/rows_at_once.h"

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

static double
row_cost(const cs_layer *layer)
{
	return layer->shape.outputs * (layer->shape.inputs + CS_TOUCH_COST);
}

/* Some windows of one step. */
typedef struct step_rows
{
	int count;
	size_t stride;	 /* from window to window in the output */
	size_t input_at; /* of the first row */
	size_t output_at;
} step_rows;

/* The next slice of `step` from window `first` on. */
static step_rows
rows_at(const cs_layer *layer, int step, int first)
{
	const cs_layer_shape *shape = &layer->shape;
	size_t stride = (size_t) shape->steps * shape->outputs;

	return (step_rows){.count =
						   (int) cs_rows_at_once((size_t) (layer->batch - first), row_cost(layer)),
					   .stride = stride,
					   .input_at = ((size_t) step * layer->batch + first) * shape->inputs,
					   .output_at = first * stride + (size_t) step * shape->outputs};
}

static void
step_forward(const cs_layer *layer, int step)
{
	int width = layer->shape.outputs;
	int inputs = layer->shape.inputs;
	float *shift = layer->kept;
	step_rows rows;

	memcpy(shift, layer->parameters + (size_t) width * inputs, width * sizeof(float));
	if (layer->shape.positions)
		cs_position_encoding_add(shift, step, width);
	for (int first = 0; first < layer->batch; first += rows.count)
	{
		float *output;

		rows = rows_at(layer, step, first);
		output = layer->output + rows.output_at;
		for (int n = 0; n < rows.count; n++)
			memcpy(output + n * rows.stride, shift, width * sizeof(float));
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows.count, width, inputs, 1.0f,
					layer->input + rows.input_at, inputs, layer->parameters, inputs, 1.0f, output,
					(int) rows.stride);
		cs_work((size_t) (rows.count * row_cost(layer)));
	}
}

static void
forward(cs_layer *layer)
{
	for (int step = 0; step < layer->shape.steps; step++)
		step_forward(layer, step);
}

static void
step_backward(const cs_layer *layer, int step)
{
	int width = layer->shape.outputs;
	int inputs = layer->shape.inputs;
	float *bias = layer->gradient + (size_t) width * inputs;
	step_rows rows;

	for (int first = 0; first < layer->batch; first += rows.count)
	{
		const float *slope;

		rows = rows_at(layer, step, first);
		slope = layer->output_gradient + rows.output_at;
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, inputs, rows.count, 1.0f, slope,
					(int) rows.stride, layer->input + rows.input_at, inputs, 1.0f, layer->gradient,
					inputs);
		for (int n = 0; n < rows.count; n++)
			for (int j = 0; j < width; j++)
				bias[j] += slope[n * rows.stride + j];
		if (layer->input_gradient != NULL)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows.count, inputs, width, 1.0f,
						slope, (int) rows.stride, layer->parameters, inputs, 0.0f,
						layer->input_gradient + rows.input_at, inputs);
		cs_work((size_t) (rows.count * row_cost(layer)));
	}
}

static void
backward(cs_layer *layer)
{
	for (int step = 0; step < layer->shape.steps; step++)
		step_backward(layer, step);
}

const cs_layer_kind cs_transformer_input_kind = {add_views, sizes, forward, backward};
