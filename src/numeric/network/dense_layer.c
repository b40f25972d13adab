/*
 * dense_layer.c
 *		A linear layer (dense.h), with max(0, .) behind it or not, as a layer of a network.
 *
 * N batch, T steps, C inputs, K outputs; "flat" rows are those of all steps, T * N.
 */
#include "numeric/network/layer.h"

#include "numeric/base/poll.h"
#include "numeric/network/dense.h"
#include "numeric/network/rows_at_once.h"

/* What max(0, .) costs for a value, in multiply-adds. */
#define RELU_COST 2.0

static void
add_views(cs_view_list *list, const cs_layer_shape *shape)
{
	cs_initial weight = {.spread = shape->spread};
	cs_initial bias = {.constant = 0};

	cs_view_add(list, shape, "weight", shape->outputs, shape->inputs, true, weight);
	cs_view_add(list, shape, "bias", shape->outputs, 0, true, bias);
}

static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	(void) shape;
	(void) batch;
	return (cs_layer_sizes){0, 0};
}

static size_t
flat_rows(const cs_layer *layer)
{
	return (size_t) layer->shape.steps * layer->batch;
}

static double
row_cost(const cs_layer *layer)
{
	return (double) layer->shape.outputs * (layer->shape.inputs + RELU_COST);
}

static void
forward(cs_layer *layer)
{
	const cs_layer_shape *shape = &layer->shape;
	const float *bias = layer->parameters + (size_t) shape->outputs * shape->inputs;
	double cost = row_cost(layer);
	size_t rows;

	for (size_t row = 0; row < flat_rows(layer); row += rows)
	{
		float *output = layer->output + row * shape->outputs;

		rows = cs_rows_at_once(flat_rows(layer) - row, cost);
		cs_dense_forward(output, layer->input + row * shape->inputs, layer->parameters, bias,
						 (int) rows, shape->inputs, shape->outputs);
		for (size_t i = 0; shape->relu && i < rows * shape->outputs; i++)
			output[i] = output[i] > 0.0f ? output[i] : 0.0f;
		cs_work((size_t) ((double) rows * cost));
	}
}

static void
backward(cs_layer *layer)
{
	const cs_layer_shape *shape = &layer->shape;
	float *bias_gradient = layer->gradient + (size_t) shape->outputs * shape->inputs;
	double cost = 2 * row_cost(layer);
	size_t rows;

	for (size_t row = 0; row < flat_rows(layer); row += rows)
	{
		size_t in = row * shape->inputs;
		size_t out = row * shape->outputs;
		float *slope = layer->output_gradient + out;

		rows = cs_rows_at_once(flat_rows(layer) - row, cost);
		for (size_t i = 0; shape->relu && i < rows * shape->outputs; i++)
			slope[i] = layer->output[out + i] > 0.0f ? slope[i] : 0.0f;
		cs_dense_backward(layer->input_gradient == NULL ? NULL : layer->input_gradient + in,
						  layer->gradient, bias_gradient, slope, layer->input + in,
						  layer->parameters, (int) rows, shape->inputs, shape->outputs);
		cs_work((size_t) ((double) rows * cost));
	}
}

const cs_layer_kind cs_dense_kind = {add_views, sizes, forward, backward};
