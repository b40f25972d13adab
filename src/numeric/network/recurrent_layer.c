/*
 * recurrent_layer.c
 *		A recurrent layer (recurrent.h) as a layer of a network.
 *
 * N batch, T steps, C inputs, H units, G gates, M floats of memory a unit.
 */
#include "numeric/network/layer.h"

#include <math.h>

#include "numeric/network/product.h"

static const cs_cell_kind *
kind_of(const cs_layer_shape *shape)
{
	return cs_cell_kinds + shape->cell;
}

/*
 * Weights uniform within +-1/sqrt(H), biases 0, but forget biases log U(1, T - 1) (chrono
 * initialization, Tallec and Ollivier 2018; for T up to 3 the range is 1 to 2).
 */
static void
add_views(cs_view_list *list, const cs_layer_shape *shape)
{
	const cs_cell_kind *kind = kind_of(shape);
	int units = shape->outputs;
	cs_initial weight = {.spread = 1.0f / sqrtf((float) units)};
	cs_initial bias = {.chrono_count = kind->forget_gate < 0 ? 0 : units,
					   .chrono_from = kind->forget_gate < 0 ? 0 : kind->forget_gate * units,
					   .chrono_sign = kind->forget_sign,
					   .chrono_high = shape->steps > 3 ? (float) (shape->steps - 1) : 2.0f};

	cs_view_add(list, shape, "input_weight", kind->gates * units, shape->inputs, true, weight);
	cs_view_add(list, shape, "recurrent_weight", kind->gates * units, units, true, weight);
	cs_view_add(list, shape, "bias", kind->gates * units, 0, true, bias);
}

/* Kept: gates, memory and room for transposed weights.  Scratch: the carry. */
static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	const cs_cell_kind *kind = kind_of(shape);
	size_t units = (size_t) shape->outputs;
	size_t flat = cs_saturated_product((size_t) shape->steps, batch);

	return (cs_layer_sizes){
		cs_saturated_sum(cs_saturated_product(cs_saturated_product(flat, units),
											  (size_t) kind->gates + (size_t) kind->memory),
						 cs_recurrent_turned(kind->gates, shape->inputs, shape->outputs)),
		cs_saturated_product(batch, units),
	};
}

static void
forward(cs_layer *layer)
{
	const cs_layer_shape *shape = &layer->shape;
	const cs_cell_kind *kind = kind_of(shape);
	cs_recurrent_layer *recurrent = &layer->recurrent;
	size_t width = (size_t) kind->gates * shape->outputs;

	recurrent->kind = kind;
	recurrent->steps = shape->steps;
	recurrent->batch = layer->batch;
	recurrent->inputs = shape->inputs;
	recurrent->units = shape->outputs;
	recurrent->input_weight = layer->parameters;
	recurrent->recurrent_weight = recurrent->input_weight + width * shape->inputs;
	recurrent->bias = recurrent->recurrent_weight + width * shape->outputs;
	recurrent->keeps = layer->scratch != NULL;
	recurrent->input = layer->input;
	recurrent->gates = layer->kept;
	recurrent->memory = layer->kept + (size_t) shape->steps * layer->batch * width;
	recurrent->turned =
		recurrent->memory + (size_t) shape->steps * layer->batch * kind->memory * shape->outputs;
	if (!cs_product_is_cut())
		recurrent->turned = NULL;
	recurrent->output = layer->output;
	cs_recurrent_forward(recurrent);
}

static void
backward(cs_layer *layer)
{
	cs_recurrent_layer *recurrent = &layer->recurrent;

	recurrent->output_gradient = layer->output_gradient;
	recurrent->last_step_only = layer->last_step_only;
	recurrent->input_gradient = layer->input_gradient;
	recurrent->carry = layer->scratch;
	recurrent->input_weight_gradient = layer->gradient;
	recurrent->recurrent_weight_gradient =
		layer->gradient + (recurrent->recurrent_weight - layer->parameters);
	recurrent->bias_gradient = layer->gradient + (recurrent->bias - layer->parameters);
	cs_recurrent_backward(recurrent);
}

const cs_layer_kind cs_recurrent_kind = {add_views, sizes, forward, backward};
