/*
 * encoder_layer.c
 *		An encoder layer of a Transformer (transformer_encoder.h) as a layer of a network.
 *
 * N batch, T steps, D features.  Activations are window-major.
 */
#include "numeric/network/layer.h"

#include <math.h>

#include "numeric/network/layer_norm.h"

static cs_encoder_shape
shape_of(const cs_layer_shape *shape)
{
	return (cs_encoder_shape){.steps = shape->steps,
							  .queries = shape->output_steps,
							  .width = shape->outputs,
							  .heads = shape->heads,
							  .feed_forward = shape->feed_forward,
							  .activation = CS_ACTIVATION_RELU,
							  .norm_epsilon = CS_LAYER_NORM_EPSILON};
}

/*
 * Linear maps uniform within +-1/sqrt(columns of the weight), but the attention's in-projection
 * within +-sqrt(6 / (rows + columns)) (Glorot and Bengio 2010) and the biases of both its maps 0;
 * norms are the identity: as PyTorch does.
 */
static void
add_views(cs_view_list *list, const cs_layer_shape *shape)
{
	int width = shape->outputs;
	int hidden = shape->feed_forward;
	cs_initial zero = {.constant = 0};
	cs_initial one = {.constant = 1};
	cs_initial in = {.spread = sqrtf(6.0f / (4.0f * (float) width))};
	cs_initial by_width = {.spread = 1.0f / sqrtf((float) width)};
	cs_initial by_hidden = {.spread = 1.0f / sqrtf((float) hidden)};

	/* in the order of cs_encoder_tensor */
	cs_view_add(list, shape, "in_weight", 3 * width, width, true, in);
	cs_view_add(list, shape, "in_bias", 3 * width, 0, true, zero);
	cs_view_add(list, shape, "out_weight", width, width, true, by_width);
	cs_view_add(list, shape, "out_bias", width, 0, true, zero);
	cs_view_add(list, shape, "feed_forward1_weight", hidden, width, true, by_width);
	cs_view_add(list, shape, "feed_forward1_bias", hidden, 0, true, by_width);
	cs_view_add(list, shape, "feed_forward2_weight", width, hidden, true, by_hidden);
	cs_view_add(list, shape, "feed_forward2_bias", width, 0, true, by_hidden);
	cs_view_add(list, shape, "norm1_weight", width, 0, true, one);
	cs_view_add(list, shape, "norm1_bias", width, 0, true, zero);
	cs_view_add(list, shape, "norm2_weight", width, 0, true, one);
	cs_view_add(list, shape, "norm2_bias", width, 0, true, zero);
}

static size_t
floats_of(const cs_workspace *workspace)
{
	size_t bytes = cs_workspace_total(workspace);

	return bytes == SIZE_MAX ? SIZE_MAX : bytes / sizeof(float) + 1;
}

/* In training the scratch is apart; else it lies behind the activations. */
static void
lay(cs_encoder_layer *encoder, int batch, bool training, cs_workspace *kept, cs_workspace *scratch)
{
	cs_encoder_layer_lay(encoder, batch, training, kept);
	cs_encoder_scratch_lay(&encoder->scratch, &encoder->shape, batch, training,
						   training ? scratch : kept);
}

/* Kept: the activations, or in a pass that only runs forward both activations and scratch. */
static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	cs_encoder_layer encoder = {.shape = shape_of(shape)};
	cs_workspace training;
	cs_workspace forward_only;
	cs_workspace scratch;
	size_t kept[2];

	cs_workspace_count(&training);
	cs_workspace_count(&forward_only);
	cs_workspace_count(&scratch);
	lay(&encoder, (int) batch, true, &training, &scratch);
	lay(&encoder, (int) batch, false, &forward_only, NULL);
	kept[0] = floats_of(&training);
	kept[1] = floats_of(&forward_only);
	return (cs_layer_sizes){kept[0] > kept[1] ? kept[0] : kept[1], floats_of(&scratch)};
}

/* Lays the encoder's arrays over the layer's memory, which has the sizes that they state. */
static void
take_memory(cs_layer *layer)
{
	cs_layer_sizes size = sizes(&layer->shape, (size_t) layer->batch);
	bool trains = layer->scratch != NULL;
	cs_workspace kept;
	cs_workspace scratch;

	cs_workspace_initialize(&kept, layer->kept, size.kept * sizeof(float));
	if (trains)
		cs_workspace_initialize(&scratch, layer->scratch, size.scratch * sizeof(float));
	lay(&layer->encoder, layer->batch, trains, &kept, &scratch);
}

static void
forward(cs_layer *layer)
{
	cs_encoder_layer *encoder = &layer->encoder;
	double rate = layer->training ? layer->shape.rate : 0;
	const float *tensor_at = layer->parameters;

	encoder->shape = shape_of(&layer->shape);
	encoder->batch = layer->batch;
	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
	{
		int rows;
		int columns;

		cs_encoder_tensor_shape(&encoder->shape, (cs_encoder_tensor) tensor, &rows, &columns);
		encoder->parameter[tensor] = tensor_at;
		tensor_at += (size_t) rows * columns;
	}
	for (int site = 0; site < CS_ENCODER_SITES; site++)
		encoder->dropout[site] = cs_dropout_of(rate, layer->noise, (uint64_t) site);
	take_memory(layer);
	encoder->input = layer->input;
	encoder->output = layer->output;
	cs_encoder_forward(encoder);
}

static void
backward(cs_layer *layer)
{
	cs_encoder_layer *encoder = &layer->encoder;

	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
		encoder->gradient[tensor] =
			layer->gradient + (encoder->parameter[tensor] - layer->parameters);
	if (encoder->shape.queries == encoder->shape.steps)
		layer->input_gradient = layer->output_gradient;
	encoder->output_gradient = layer->output_gradient;
	encoder->input_gradient = layer->input_gradient;
	cs_encoder_backward(encoder);
}

const cs_layer_kind cs_encoder_kind = {add_views, sizes, forward, backward};
