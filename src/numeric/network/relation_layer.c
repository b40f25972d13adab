/*
 * relation_layer.c
 *		The relational embedding (relation_embedding.h) as a layer of a network: it reads the last
 *		step of the body, and of the similarity body if there is one.
 *
 * N windows, H inputs, 2H outputs.
 */
#include "numeric/network/layer.h"

#include <math.h>

/* The weights of the kinds uniform within +-1/sqrt(K), those of the terms within +-1/sqrt(H). */
static void
add_views(cs_view_list *list, const cs_layer_shape *shape)
{
	cs_initial kinds = {.spread = 1.0f / sqrtf((float) shape->kinds)};
	cs_initial term = {.spread = 1.0f / sqrtf((float) shape->inputs)};
	cs_initial bias = {.constant = 0};

	cs_view_add(list, shape, "weight", shape->kinds, 0, true, kinds);
	cs_view_add(list, shape, "bias", 1, 0, true, bias);
	if (shape->form == CS_RELATION_EXPLICIT)
		return;
	cs_view_add(list, shape, "target_weight", shape->inputs, 0, true, term);
	cs_view_add(list, shape, "source_weight", shape->inputs, 0, true, term);
}

static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	(void) shape;
	return (cs_layer_sizes){cs_saturated_product(batch, CS_RELATION_KEPT), 0};
}

static void
forward(cs_layer *layer)
{
	const cs_layer_shape *shape = &layer->shape;

	layer->relation = (cs_relation_embedding){.form = shape->form,
											  .norm = shape->norm,
											  .windows = layer->batch,
											  .kinds = shape->kinds,
											  .units = shape->inputs,
											  .side_units = shape->side_inputs,
											  .pairs = layer->pairs,
											  .parameters = layer->parameters,
											  .input = layer->input,
											  .side_input = layer->side_input,
											  .output = layer->output,
											  .kept = layer->kept};
	cs_relation_embedding_forward(&layer->relation);
}

static void
backward(cs_layer *layer)
{
	layer->relation.gradient = layer->gradient;
	layer->relation.output_gradient = layer->output_gradient;
	layer->relation.input_gradient = layer->input_gradient;
	layer->relation.side_gradient = layer->side_gradient;
	cs_relation_embedding_backward(&layer->relation);
}

const cs_layer_kind cs_relation_kind = {add_views, sizes, forward, backward};
