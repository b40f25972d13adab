/*
 * dense_layer.c
 *		A linear layer (dense.h), with max(0, .) behind it or not, as a layer of a network.
 *
 * N batch, T steps, C inputs, K outputs; "flat" rows are those of all steps, T * N.
 */
#include "numeric/network/layer.h"

#include "numeric/network/dense.h"

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

static bool
forward(cs_layer *layer, double *budget)
{
	const cs_layer_shape *shape = &layer->shape;
	const float *bias = layer->parameters + (size_t) shape->outputs * shape->inputs;

	while (layer->position < flat_rows(layer))
	{
		int rows = cs_layer_piece_rows(flat_rows(layer) - layer->position, row_cost(layer));
		size_t count = (size_t) rows * shape->outputs;
		float *output = layer->output + layer->position * shape->outputs;

		if (*budget <= 0)
			return false;
		cs_dense_forward(output, layer->input + layer->position * shape->inputs, layer->parameters,
						 bias, rows, shape->inputs, shape->outputs);
		for (size_t i = 0; shape->relu && i < count; i++)
			output[i] = output[i] > 0.0f ? output[i] : 0.0f;
		layer->position += rows;
		*budget -= rows * row_cost(layer);
	}
	return true;
}

static bool
backward(cs_layer *layer, double *budget)
{
	const cs_layer_shape *shape = &layer->shape;
	float *bias_gradient = layer->gradient + (size_t) shape->outputs * shape->inputs;

	while (layer->position < flat_rows(layer))
	{
		int rows = cs_layer_piece_rows(flat_rows(layer) - layer->position, 2 * row_cost(layer));
		size_t count = (size_t) rows * shape->outputs;
		size_t in = layer->position * shape->inputs;
		size_t out = layer->position * shape->outputs;
		float *slope = layer->output_gradient + out;
		float *input_gradient = layer->input_gradient == NULL ? NULL : layer->input_gradient + in;

		if (*budget <= 0)
			return false;
		for (size_t i = 0; shape->relu && i < count; i++)
			slope[i] = layer->output[out + i] > 0.0f ? slope[i] : 0.0f;
		cs_dense_backward(input_gradient, layer->gradient, bias_gradient, slope, layer->input + in,
						  layer->parameters, rows, shape->inputs, shape->outputs);
		layer->position += rows;
		*budget -= 2 * rows * row_cost(layer);
	}
	return true;
}

const cs_layer_kind cs_dense_kind = {add_views,		   sizes,	cs_layer_restart, forward,
									 cs_layer_restart, backward};
