/*
 * bert_weights.c
 *		Finds the tensors of a BERT by their names.
 */
#include "numeric/text/bert_weights.h"

#include <stdio.h>
#include <string.h>

#include "numeric/base/poll.h"

/* Floats that are converted between two polls. */
#define CONVERTED_AT_ONCE ((size_t) 1 << 18)

#define EMBEDDING "embeddings.word_embeddings.weight"

/* The names of a layer's tensors behind "encoder.layer.N.", in the order of cs_bert_tensor. */
static const char *const layer_names[CS_BERT_TENSORS] = {"attention.self.query.weight",
														 "attention.self.query.bias",
														 "attention.self.key.weight",
														 "attention.self.key.bias",
														 "attention.self.value.weight",
														 "attention.self.value.bias",
														 "attention.output.dense.weight",
														 "attention.output.dense.bias",
														 "attention.output.LayerNorm.weight",
														 "attention.output.LayerNorm.bias",
														 "intermediate.dense.weight",
														 "intermediate.dense.bias",
														 "output.dense.weight",
														 "output.dense.bias",
														 "output.LayerNorm.weight",
														 "output.LayerNorm.bias"};

static const cs_tensor *
find_in_files(const cs_bert_weights *weights, const char *name)
{
	for (int i = 0; i < weights->files; i++)
	{
		const cs_tensor *tensor = cs_safetensors_find(weights->file + i, name);

		if (tensor != NULL)
			return tensor;
	}
	return NULL;
}

/* "LayerNorm.weight" and "LayerNorm.bias" were once called so. */
static void
old_name(char *name)
{
	static const char old_weight[] = "LayerNorm.gamma";
	static const char old_bias[] = "LayerNorm.beta";
	char *weight = strstr(name, "LayerNorm.weight");
	char *bias = strstr(name, "LayerNorm.bias");

	if (weight != NULL)
		memcpy(weight, old_weight, sizeof(old_weight));
	else if (bias != NULL)
		memcpy(bias, old_bias, sizeof(old_bias));
}

static const cs_tensor *
find_tensor(cs_bert_weights *weights, const char *layer, const char *name)
{
	char older[CS_TENSOR_NAME];
	const cs_tensor *tensor;

	snprintf(weights->tensor, CS_TENSOR_NAME, "%s%s%s", weights->prefix, layer, name);
	tensor = find_in_files(weights, weights->tensor);
	if (tensor != NULL)
		return tensor;
	memcpy(older, weights->tensor, CS_TENSOR_NAME);
	old_name(older);
	return find_in_files(weights, older);
}

static bool
float_format(const cs_tensor *tensor, cs_float_format *format)
{
	if (strcmp(tensor->type, "F32") == 0)
		*format = CS_FLOAT_32;
	else if (strcmp(tensor->type, "F16") == 0)
		*format = CS_FLOAT_16;
	else if (strcmp(tensor->type, "BF16") == 0)
		*format = CS_BFLOAT_16;
	else
		return false;
	return true;
}

/* The floats of a tensor of `rows` x `columns`, or of rank 1 with columns 0. */
static cs_stored_floats
stored(cs_bert_weights *weights, const char *layer, const char *name, int rows, int columns)
{
	cs_stored_floats result = {0};
	const cs_tensor *tensor;

	if (weights->fault != NULL)
		return result;
	tensor = find_tensor(weights, layer, name);
	if (tensor == NULL)
		weights->fault = "the tensor is missing";
	else if (tensor->rank != (columns > 0 ? 2 : 1) || tensor->shape[0] != (size_t) rows ||
			 (columns > 0 && tensor->shape[1] != (size_t) columns))
		weights->fault = "the tensor's shape is not the one that config.json says";
	else if (!float_format(tensor, &result.format))
		weights->fault = "the tensor's type is not F32, F16 or BF16";
	else
	{
		result.bytes = tensor->data;
		weights->tensors++;
	}
	return result;
}

/* Likewise, as floats that can be computed with. */
static const float *
floats(cs_bert_weights *weights, const char *layer, const char *name, int rows, int columns,
	   cs_workspace *workspace)
{
	cs_stored_floats found = stored(weights, layer, name, rows, columns);
	size_t count = (size_t) rows * (columns > 0 ? columns : 1);
	const float *in_place;
	float *copy;

	if (weights->fault != NULL)
		return NULL;
	in_place = cs_stored_floats_in_place(found);
	if (in_place != NULL)
		return in_place;
	weights->copied += count;
	copy = cs_workspace_take(workspace, count, sizeof(float));
	for (size_t i = 0; copy != NULL && i < count; i += CONVERTED_AT_ONCE)
	{
		size_t left = count - i < CONVERTED_AT_ONCE ? count - i : CONVERTED_AT_ONCE;

		cs_stored_floats_read(copy + i, found, i, left);
		cs_work(4 * left);
	}
	return copy;
}

static void
lay_layer(cs_bert_weights *weights, cs_bert_layer *layer, int number, const cs_bert_shape *shape,
		  cs_workspace *workspace)
{
	char name[32];

	snprintf(name, sizeof(name), "encoder.layer.%d.", number);
	for (int i = 0; i < CS_BERT_TENSORS; i++)
	{
		bool weight = i % 2 == 0 && i != CS_BERT_NORM1_WEIGHT && i != CS_BERT_NORM2_WEIGHT;
		bool wide = i == CS_BERT_FEED_FORWARD1_WEIGHT || i == CS_BERT_FEED_FORWARD1_BIAS;
		int columns = i == CS_BERT_FEED_FORWARD2_WEIGHT ? shape->feed_forward : shape->width;
		const float *found =
			floats(weights, name, layer_names[i], wide ? shape->feed_forward : shape->width,
				   weight ? columns : 0, workspace);

		if (layer != NULL)
			layer->tensor[i] = found;
	}
}

cs_status
cs_bert_weights_lay(cs_bert_weights *weights, cs_bert *bert, cs_workspace *workspace)
{
	const cs_bert_shape *shape = &bert->shape;
	int width = shape->width;

	weights->fault = NULL;
	weights->copied = weights->tensors = 0;
	weights->prefix = find_in_files(weights, EMBEDDING) != NULL ? "" : "bert.";
	bert->layer = cs_workspace_take(workspace, (size_t) shape->layers, sizeof(cs_bert_layer));
	bert->token = stored(weights, "", EMBEDDING, shape->vocabulary, width);
	bert->position =
		stored(weights, "", "embeddings.position_embeddings.weight", shape->positions, width);
	bert->type =
		stored(weights, "", "embeddings.token_type_embeddings.weight", shape->types, width);
	bert->norm_weight = floats(weights, "", "embeddings.LayerNorm.weight", width, 0, workspace);
	bert->norm_bias = floats(weights, "", "embeddings.LayerNorm.bias", width, 0, workspace);
	for (int l = 0; l < shape->layers; l++)
		lay_layer(weights, bert->layer == NULL ? NULL : bert->layer + l, l, shape, workspace);
	bert->pooler_weight = bert->pooler_bias = NULL;
	if (weights->fault == NULL && find_tensor(weights, "", "pooler.dense.weight") != NULL)
	{
		bert->pooler_weight = floats(weights, "", "pooler.dense.weight", width, width, workspace);
		bert->pooler_bias = floats(weights, "", "pooler.dense.bias", width, 0, workspace);
	}
	return weights->fault == NULL ? CS_OK : CS_OUT_OF_RANGE;
}
