/*
 * bert_upper.c
 *		The upper layers of an encoder, forward and backward, on the layers of Transformers.
 */
#include "numeric/network/bert_upper.h"

#include <stdio.h>
#include <string.h>

#include "numeric/base/poll.h"

/* The sites of the layers' dropout follow those that a head may have. */
#define FIRST_SITE 64

static size_t
tensor_size(const cs_bert_shape *shape, int tensor)
{
	cs_encoder_shape encoder = cs_bert_encoder_shape(shape, 1);
	int rows;
	int columns;

	cs_encoder_tensor_shape(&encoder, (cs_encoder_tensor) tensor, &rows, &columns);
	return (size_t) rows * columns;
}

size_t
cs_bert_layer_parameters(const cs_bert_shape *shape)
{
	size_t count = 0;

	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
		count = cs_saturated_sum(count, tensor_size(shape, tensor));
	return count;
}

int
cs_bert_upper_views(const cs_bert_shape *shape, int layers, cs_parameter_view *views)
{
	static const char *const names[CS_ENCODER_TENSORS] = {"in_weight",
														  "in_bias",
														  "out_weight",
														  "out_bias",
														  "feed_forward1_weight",
														  "feed_forward1_bias",
														  "feed_forward2_weight",
														  "feed_forward2_bias",
														  "norm1_weight",
														  "norm1_bias",
														  "norm2_weight",
														  "norm2_bias"};
	cs_encoder_shape encoder = cs_bert_encoder_shape(shape, 1);
	size_t offset = 0;

	for (int i = 0; i < layers * CS_ENCODER_TENSORS; i++)
	{
		int tensor = i % CS_ENCODER_TENSORS;
		cs_parameter_view *view = views + i;

		memset(view, 0, sizeof(*view));
		snprintf(view->name, sizeof(view->name), "layer%d.%s",
				 shape->layers - layers + 1 + i / CS_ENCODER_TENSORS, names[tensor]);
		cs_encoder_tensor_shape(&encoder, (cs_encoder_tensor) tensor, view->shape, view->shape + 1);
		view->rank = view->shape[1] == 1 ? 1 : 2;
		view->offset = offset;
		view->trained = true;
		offset += cs_view_count(view);
	}
	return layers * CS_ENCODER_TENSORS;
}

void
cs_bert_upper_copy(float *parameters, const cs_bert *bert, int layers)
{
	/* the parts of each tensor: queries, keys and values are one here */
	static const struct
	{
		cs_bert_tensor first;
		int parts;
	} from[CS_ENCODER_TENSORS] = {
		[CS_ENCODER_IN_WEIGHT] = {CS_BERT_QUERY_WEIGHT, CS_ENCODER_MAPS},
		[CS_ENCODER_IN_BIAS] = {CS_BERT_QUERY_BIAS, CS_ENCODER_MAPS},
		[CS_ENCODER_OUT_WEIGHT] = {CS_BERT_OUT_WEIGHT, 1},
		[CS_ENCODER_OUT_BIAS] = {CS_BERT_OUT_BIAS, 1},
		[CS_ENCODER_FEED_FORWARD1_WEIGHT] = {CS_BERT_FEED_FORWARD1_WEIGHT, 1},
		[CS_ENCODER_FEED_FORWARD1_BIAS] = {CS_BERT_FEED_FORWARD1_BIAS, 1},
		[CS_ENCODER_FEED_FORWARD2_WEIGHT] = {CS_BERT_FEED_FORWARD2_WEIGHT, 1},
		[CS_ENCODER_FEED_FORWARD2_BIAS] = {CS_BERT_FEED_FORWARD2_BIAS, 1},
		[CS_ENCODER_NORM1_WEIGHT] = {CS_BERT_NORM1_WEIGHT, 1},
		[CS_ENCODER_NORM1_BIAS] = {CS_BERT_NORM1_BIAS, 1},
		[CS_ENCODER_NORM2_WEIGHT] = {CS_BERT_NORM2_WEIGHT, 1},
		[CS_ENCODER_NORM2_BIAS] = {CS_BERT_NORM2_BIAS, 1}};

	for (int l = bert->shape.layers - layers; l < bert->shape.layers; l++)
		for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
		{
			int parts = from[tensor].parts;
			size_t count = tensor_size(&bert->shape, tensor) / (size_t) parts;

			for (int part = 0; part < parts; part++, parameters += count)
			{
				/* a weight and a bias of each map take turns */
				memcpy(parameters, bert->layer[l].tensor[from[tensor].first + 2 * part],
					   count * sizeof(float));
				cs_work(count);
			}
		}
}

bool
cs_bert_upper_create(cs_bert_upper *upper, const cs_bert_shape *shape, int layers, int steps,
					 bool training, cs_workspace *workspace)
{
	int kept = training ? layers : 1;
	int states = training ? layers + 1 : 1;
	size_t values = (size_t) steps * shape->width;
	cs_encoder_layer layer = {.shape = cs_bert_encoder_shape(shape, steps), .batch = 1};

	memset(upper, 0, sizeof(*upper));
	upper->shape = *shape;
	upper->layers = layers;
	upper->steps = steps;
	upper->training = training;
	upper->encoder = cs_workspace_take(workspace, (size_t) kept, sizeof(cs_encoder_layer));
	upper->state = cs_workspace_take(workspace, (size_t) states, sizeof(float *));
	cs_encoder_scratch_lay(&layer.scratch, &layer.shape, 1, training, workspace);
	for (int l = 0; l < kept; l++)
	{
		cs_encoder_layer_lay(&layer, 1, training, workspace);
		if (upper->encoder != NULL)
			upper->encoder[l] = layer;
	}
	for (int s = 0; s < states; s++)
	{
		float *state = cs_workspace_take(workspace, values, sizeof(float));

		if (upper->state != NULL)
			upper->state[s] = state;
	}
	if (training)
		upper->slope = cs_workspace_take(workspace, values, sizeof(float));
	return !workspace->failed;
}

/* The layer at work, its tensors pointed to. */
static cs_encoder_layer *
layer_of(cs_bert_upper *upper, int number, const float *parameters)
{
	cs_encoder_layer *layer = upper->encoder + (upper->training ? number : 0);

	for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
	{
		layer->parameter[tensor] = parameters;
		parameters += tensor_size(&upper->shape, tensor);
	}
	layer->input = upper->state[upper->training ? number : 0];
	layer->output = upper->state[upper->training ? number + 1 : 0];
	return layer;
}

void
cs_bert_upper_forward(cs_bert_upper *upper, const float *parameters, const float *lower,
					  double dropout, uint64_t noise)
{
	size_t count = cs_bert_layer_parameters(&upper->shape);

	memcpy(upper->state[0], lower, (size_t) upper->steps * upper->shape.width * sizeof(float));
	for (int l = 0; l < upper->layers; l++, parameters += count)
	{
		cs_encoder_layer *layer = layer_of(upper, l, parameters);

		for (int site = 0; site < CS_ENCODER_SITES; site++)
			layer->dropout[site] =
				cs_dropout_of(noise == 0 || site == CS_ENCODER_DROPS_HIDDEN ? 0 : dropout, noise,
							  (uint64_t) (FIRST_SITE + l * CS_ENCODER_SITES + site));
		cs_encoder_forward(layer);
		upper->hidden = layer->output;
	}
}

void
cs_bert_upper_backward(cs_bert_upper *upper, float *gradient, const float *parameters)
{
	size_t count = cs_bert_layer_parameters(&upper->shape);

	for (int l = upper->layers - 1; l >= 0; l--)
	{
		cs_encoder_layer *layer = layer_of(upper, l, parameters + (size_t) l * count);

		for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
			layer->gradient[tensor] = gradient + (layer->parameter[tensor] - parameters);
		layer->output_gradient = layer->input_gradient = upper->slope;
		cs_encoder_backward(layer);
	}
}

void
cs_bert_entity_features(float *features, const float *hidden, const bool *chosen, int steps,
						int width)
{
	memcpy(features, hidden, (size_t) width * sizeof(float));
	cs_bert_mean_max(features + width, features + 2 * (size_t) width, hidden, chosen, steps, width);
}

/* Where column j is largest among the chosen positions, the first of equals; -1: none is. */
static int
largest_position(const float *hidden, const bool *chosen, int steps, int width, int j)
{
	int best = -1;

	for (int t = 0; t < steps; t++)
		if (chosen[t] &&
			(best < 0 || hidden[(size_t) t * width + j] > hidden[(size_t) best * width + j]))
			best = t;
	return best;
}

void
cs_bert_entity_features_backward(float *slope, const float *features_slope, const float *hidden,
								 const bool *chosen, int steps, int width)
{
	const float *mean = features_slope + width;
	const float *largest = mean + width;
	int count = 0;

	for (int t = 0; t < steps; t++)
		count += chosen[t];
	for (int t = 0; t < steps; t++)
		for (int j = 0; j < width; j++)
			slope[(size_t) t * width + j] =
				(t == 0 ? features_slope[j] : 0.0f) + (chosen[t] ? mean[j] / (float) count : 0.0f);
	for (int j = 0; j < width; j++)
	{
		int at = largest_position(hidden, chosen, steps, width, j);

		if (at >= 0)
			slope[(size_t) at * width + j] += largest[j];
	}
	cs_work(2 * (size_t) steps * width);
}
