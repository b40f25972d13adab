/*
 * sequence_model.c
 *		The list of layers of a sequence network and the layout of its parameters.
 */
#include "numeric/network/sequence_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* The list as it is being written; each layer reads what the one before it gives. */
typedef struct layer_list
{
	cs_layer_shape *shapes;
	int count;
	int steps;
	int width;
} layer_list;

__attribute__((format(printf, 4, 5))) static cs_layer_shape *
add_layer(layer_list *list, const cs_layer_kind *kind, int outputs, const char *name, ...)
{
	cs_layer_shape *shape = list->shapes + list->count++;
	va_list arguments;

	*shape = (cs_layer_shape){.kind = kind,
							  .steps = list->steps,
							  .output_steps = list->steps,
							  .inputs = list->width,
							  .outputs = outputs};
	va_start(arguments, name);
	vsnprintf(shape->name, sizeof(shape->name), name, arguments);
	va_end(arguments);
	list->width = outputs;
	return shape;
}

static void
add_recurrent_layer(layer_list *list, const cs_sequence_architecture *architecture, int layer,
					bool training)
{
	bool topmost = layer == architecture->layers - 1;

	if (architecture->normalization == CS_NORMALIZATION_SWITCHABLE)
		add_layer(list, &cs_switchable_norm_kind, list->width, "layer%d.normalization", layer + 1);
	add_layer(list, &cs_recurrent_kind, architecture->units[layer], "layer%d", layer + 1)->cell =
		architecture->cell;
	if (topmost)
		list->steps = 1;
	if (training && architecture->dropout > 0)
		add_layer(list, &cs_gaussian_dropout_kind, list->width, "layer%d.dropout", layer + 1)
			->rate = architecture->dropout;
}

static void
add_recurrent_body(layer_list *list, const cs_sequence_architecture *architecture, bool training)
{
	if (architecture->attention)
		add_layer(list, &cs_self_attention_kind, list->width, "attention");
	for (int layer = 0; layer < architecture->layers; layer++)
		add_recurrent_layer(list, architecture, layer, training);
}

static void
add_transformer_body(layer_list *list, const cs_sequence_architecture *architecture)
{
	add_layer(list, &cs_transformer_input_kind, architecture->width, "input")->positions =
		architecture->positions;
	for (int layer = 0; layer < architecture->layers; layer++)
	{
		cs_layer_shape *encoder =
			add_layer(list, &cs_encoder_kind, architecture->width, "layer%d", layer + 1);

		encoder->heads = architecture->heads;
		encoder->feed_forward = architecture->feed_forward;
		encoder->rate = architecture->dropout;
		if (layer == architecture->layers - 1)
			encoder->output_steps = list->steps = 1;
	}
}

int
cs_sequence_layers(const cs_sequence_architecture *architecture, bool training,
				   cs_layer_shape *shapes)
{
	layer_list list = {
		.shapes = shapes, .steps = architecture->steps, .width = architecture->inputs};
	cs_layer_shape *dense;

	if (architecture->body == CS_BODY_TRANSFORMER)
		add_transformer_body(&list, architecture);
	else
		add_recurrent_body(&list, architecture, training);
	for (int layer = 0; layer <= architecture->dense_layers; layer++)
	{
		float spread = 1.0f / sqrtf((float) list.width);

		if (layer < architecture->dense_layers)
			dense =
				add_layer(&list, &cs_dense_kind, architecture->dense[layer], "dense%d", layer + 1);
		else
			dense = add_layer(&list, &cs_dense_kind, architecture->outputs, "output");
		dense->relu = layer < architecture->dense_layers;
		dense->spread = spread;
	}
	return list.count;
}

/* The views in block order: the trained ones, then the others. */
int
cs_sequence_model_views(const cs_sequence_architecture *architecture, cs_parameter_view *views)
{
	cs_layer_shape shapes[CS_MAX_NETWORK_LAYERS];
	cs_parameter_view all[CS_MAX_VIEWS];
	cs_view_list list = {.views = all};
	int layers = cs_sequence_layers(architecture, false, shapes);
	size_t offset = 0;
	int count = 0;

	for (int layer = 0; layer < layers; layer++)
		if (shapes[layer].kind->views != NULL)
			shapes[layer].kind->views(&list, shapes + layer);
	for (int trained = 1; trained >= 0; trained--)
		for (int view = 0; view < list.count; view++)
		{
			if (all[view].trained != (trained == 1))
				continue;
			views[count] = all[view];
			views[count].offset = offset;
			offset += cs_view_count(all + view);
			count++;
		}
	return count;
}

static size_t
count_parameters(const cs_sequence_architecture *architecture, bool trained_only)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(architecture, views);
	size_t sum = 0;

	for (int view = 0; view < count; view++)
		if (views[view].trained || !trained_only)
			sum += cs_view_count(views + view);
	return sum;
}

size_t
cs_sequence_model_parameter_count(const cs_sequence_architecture *architecture)
{
	return count_parameters(architecture, false);
}

size_t
cs_sequence_model_trained_count(const cs_sequence_architecture *architecture)
{
	return count_parameters(architecture, true);
}
