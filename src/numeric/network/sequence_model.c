/*
 * sequence_model.c
 *		The list of layers of a sequence network and the layout of its parameters.
 */
#include "numeric/network/sequence_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The list as it is being written; each layer reads what the one before it gives. */
typedef struct list_writer
{
	cs_layer_list *list;
	const char *prefix; /* of the names */
	int steps;
	int width;
} list_writer;

__attribute__((format(printf, 4, 5))) static cs_layer_shape *
add_layer(list_writer *writer, const cs_layer_kind *kind, int outputs, const char *name, ...)
{
	cs_layer_shape *shape = writer->list->shape + writer->list->count++;
	size_t used = strlen(writer->prefix);
	va_list arguments;

	*shape = (cs_layer_shape){.kind = kind,
							  .steps = writer->steps,
							  .output_steps = writer->steps,
							  .inputs = writer->width,
							  .outputs = outputs};
	va_start(arguments, name);
	memcpy(shape->name, writer->prefix, used);
	vsnprintf(shape->name + used, sizeof(shape->name) - used, name, arguments);
	va_end(arguments);
	writer->width = outputs;
	return shape;
}

static void
add_recurrent_layer(list_writer *writer, const cs_sequence_architecture *architecture, int layer,
					bool training)
{
	bool topmost = layer == architecture->layers - 1;

	if (architecture->normalization == CS_NORMALIZATION_SWITCHABLE)
		add_layer(writer, &cs_switchable_norm_kind, writer->width, "layer%d.normalization",
				  layer + 1);
	add_layer(writer, &cs_recurrent_kind, architecture->units[layer], "layer%d", layer + 1)->cell =
		architecture->cell;
	if (topmost)
		writer->steps = 1;
	if (training && architecture->dropout > 0)
		add_layer(writer, &cs_gaussian_dropout_kind, writer->width, "layer%d.dropout", layer + 1)
			->rate = architecture->dropout;
}

static void
add_recurrent_body(list_writer *writer, const cs_sequence_architecture *architecture, bool training)
{
	if (architecture->attention)
		add_layer(writer, &cs_self_attention_kind, writer->width, "attention");
	for (int layer = 0; layer < architecture->layers; layer++)
		add_recurrent_layer(writer, architecture, layer, training);
}

static void
add_transformer_body(list_writer *writer, const cs_sequence_architecture *architecture)
{
	add_layer(writer, &cs_transformer_input_kind, architecture->width, "input")->positions =
		architecture->positions;
	for (int layer = 0; layer < architecture->layers; layer++)
	{
		cs_layer_shape *encoder =
			add_layer(writer, &cs_encoder_kind, architecture->width, "layer%d", layer + 1);

		encoder->heads = architecture->heads;
		encoder->feed_forward = architecture->feed_forward;
		encoder->rate = architecture->dropout;
		if (layer == architecture->layers - 1)
			encoder->output_steps = writer->steps = 1;
	}
}

static void
add_body(list_writer *writer, const cs_sequence_architecture *architecture, bool training)
{
	if (architecture->body == CS_BODY_TRANSFORMER)
		add_transformer_body(writer, architecture);
	else
		add_recurrent_body(writer, architecture, training);
}

/* The similarity body, which reads the side input, and the layer of both bodies' outputs. */
static void
add_relations(list_writer *writer, const cs_sequence_architecture *architecture, bool training)
{
	cs_layer_shape *relations;
	int width = writer->width;

	if (architecture->side_inputs > 0)
	{
		list_writer side = {.list = writer->list,
							.prefix = "similarity.",
							.steps = architecture->steps,
							.width = architecture->side_inputs};

		add_body(&side, architecture, training);
		writer->list->side_end = writer->list->count;
	}
	relations = add_layer(writer, &cs_relation_kind, 2 * width, "relation");
	relations->form = architecture->relation_form;
	relations->norm = architecture->relation_norm;
	relations->kinds = architecture->relation_kinds;
	relations->side_inputs = architecture->side_inputs > 0 ? width : 0;
}

void
cs_sequence_layers(const cs_sequence_architecture *architecture, bool training, cs_layer_list *list)
{
	list_writer writer = {
		.list = list, .prefix = "", .steps = architecture->steps, .width = architecture->inputs};
	cs_layer_shape *dense;

	list->count = 0;
	add_body(&writer, architecture, training);
	list->body = list->side_end = list->count;
	if (architecture->relation_form != CS_RELATION_NONE)
		add_relations(&writer, architecture, training);
	for (int layer = 0; layer <= architecture->dense_layers; layer++)
	{
		float spread = 1.0f / sqrtf((float) writer.width);

		if (layer < architecture->dense_layers)
			dense = add_layer(&writer, &cs_dense_kind, architecture->dense[layer], "dense%d",
							  layer + 1);
		else
			dense = add_layer(&writer, &cs_dense_kind, architecture->outputs, "output");
		dense->relu = layer < architecture->dense_layers;
		dense->spread = spread;
	}
}

/* The views in block order: the trained ones, then the others. */
int
cs_sequence_model_views(const cs_sequence_architecture *architecture, cs_parameter_view *views)
{
	cs_layer_list layers;
	cs_parameter_view all[CS_MAX_VIEWS];
	cs_view_list list = {.views = all};
	size_t offset = 0;
	int count = 0;

	cs_sequence_layers(architecture, false, &layers);
	for (int layer = 0; layer < layers.count; layer++)
		if (layers.shape[layer].kind->views != NULL)
			layers.shape[layer].kind->views(&list, layers.shape + layer);
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

int
cs_sequence_model_body_width(const cs_sequence_architecture *architecture)
{
	return architecture->body == CS_BODY_TRANSFORMER
			   ? architecture->width
			   : architecture->units[architecture->layers - 1];
}

size_t
cs_sequence_model_body_count(const cs_sequence_architecture *architecture)
{
	cs_layer_list layers;
	cs_parameter_view views[CS_MAX_VIEWS];
	cs_view_list list = {.views = views};
	size_t sum = 0;

	cs_sequence_layers(architecture, false, &layers);
	for (int layer = 0; layer < layers.body; layer++)
		if (layers.shape[layer].kind->views != NULL)
			layers.shape[layer].kind->views(&list, layers.shape + layer);
	for (int view = 0; view < list.count; view++)
		if (views[view].trained)
			sum += cs_view_count(views + view);
	return sum;
}
