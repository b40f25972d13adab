/*
 * transformer_model.c
 *		The layout of the parameters and the order in which the layers work.
 *
 * N batch, T steps, C inputs, D features, K outputs.
 */
#include "numeric/network/transformer_model.h"

#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "numeric/network/dense.h"
#include "numeric/network/position_encoding.h"

/* Multiply-adds in one piece of the input's or the output's work, at most. */
#define PIECE 4e7

/* What a float brought into fresh memory costs in multiply-adds. */
#define TOUCH_COST 30.0

/* Reading the weights costs as much as this many rows. */
#define WEIGHT_ROWS 8

/* In the order of cs_encoder_tensor. */
static const char *const tensor_names[CS_ENCODER_TENSORS] = {"in_weight",
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

/* Shape of a layer; only the last position of the topmost one is wanted. */
static cs_encoder_shape
shape_of(const cs_transformer_architecture *architecture, int layer)
{
	return (cs_encoder_shape){.steps = architecture->steps,
							  .queries =
								  layer == architecture->layers - 1 ? 1 : architecture->steps,
							  .width = architecture->width,
							  .heads = architecture->heads,
							  .feed_forward = architecture->feed_forward};
}

static void
add_view(cs_parameter_view *views, int *count, int rows, int columns)
{
	cs_parameter_view *view = views + *count;

	view->rank = columns == 0 ? 1 : 2;
	view->shape[0] = rows;
	view->shape[1] = columns == 0 ? 1 : columns;
	view->offset = 0;
	if (*count > 0)
		view->offset = view[-1].offset + (size_t) view[-1].shape[0] * view[-1].shape[1];
	(*count)++;
}

int
cs_transformer_model_views(const cs_transformer_architecture *architecture,
						   cs_parameter_view *views)
{
	int count = 0;

	snprintf(views[count].name, sizeof(views->name), "input.weight");
	add_view(views, &count, architecture->width, architecture->inputs);
	snprintf(views[count].name, sizeof(views->name), "input.bias");
	add_view(views, &count, architecture->width, 0);
	for (int layer = 0; layer < architecture->layers; layer++)
	{
		cs_encoder_shape shape = shape_of(architecture, layer);

		for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
		{
			bool vector = strstr(tensor_names[tensor], "bias") != NULL ||
						  strncmp(tensor_names[tensor], "norm", 4) == 0;
			int rows;
			int columns;

			cs_encoder_tensor_shape(&shape, (cs_encoder_tensor) tensor, &rows, &columns);
			snprintf(views[count].name, sizeof(views->name), "layer%d.%s", layer + 1,
					 tensor_names[tensor]);
			add_view(views, &count, rows, vector ? 0 : columns);
		}
	}
	snprintf(views[count].name, sizeof(views->name), "output.weight");
	add_view(views, &count, architecture->outputs, architecture->width);
	snprintf(views[count].name, sizeof(views->name), "output.bias");
	add_view(views, &count, architecture->outputs, 0);
	return count;
}

size_t
cs_transformer_model_parameter_count(const cs_transformer_architecture *architecture)
{
	cs_encoder_shape shape = shape_of(architecture, 0);
	size_t width = (size_t) architecture->width;
	size_t layers;
	size_t input;
	size_t output;
	size_t count;

	if (__builtin_mul_overflow(cs_encoder_parameter_count(&shape), (size_t) architecture->layers,
							   &layers) ||
		__builtin_mul_overflow(width, (size_t) architecture->inputs + 1, &input) ||
		__builtin_mul_overflow((size_t) architecture->outputs, width + 1, &output) ||
		__builtin_add_overflow(layers, input, &count) ||
		__builtin_add_overflow(count, output, &count))
		return SIZE_MAX;
	return count;
}

static void
draw(float *block, size_t count, float bound, cs_random *random)
{
	for (size_t i = 0; i < count; i++)
		block[i] = cs_random_uniform_float(random, -bound, bound);
}

void
cs_transformer_model_initialize_view(float *parameters,
									 const cs_transformer_architecture *architecture,
									 const cs_parameter_view *views, int view, cs_random *random)
{
	const cs_parameter_view *tensor = views + view;
	float *block = parameters + tensor->offset;
	size_t count = (size_t) tensor->shape[0] * tensor->shape[1];
	int last = 2 + architecture->layers * CS_ENCODER_TENSORS;
	int kind = view < 2 || view >= last ? CS_ENCODER_TENSORS : (view - 2) % CS_ENCODER_TENSORS;

	switch (kind)
	{
		case CS_ENCODER_IN_WEIGHT:
			draw(block, count, sqrtf(6.0f / (float) (tensor->shape[0] + tensor->shape[1])), random);
			return;
		case CS_ENCODER_IN_BIAS:
		case CS_ENCODER_OUT_BIAS:
		case CS_ENCODER_NORM1_BIAS:
		case CS_ENCODER_NORM2_BIAS:
			memset(block, 0, count * sizeof(float));
			return;
		case CS_ENCODER_NORM1_WEIGHT:
		case CS_ENCODER_NORM2_WEIGHT:
			for (size_t i = 0; i < count; i++)
				block[i] = 1.0f;
			return;
		default: /* a linear map's bias comes after its weight */
			draw(block, count, 1.0f / sqrtf((float) (tensor - (tensor->rank == 1))->shape[1]),
				 random);
	}
}

static size_t
product(size_t a, size_t b, bool *overflow)
{
	size_t result;

	if (__builtin_mul_overflow(a, b, &result))
		*overflow = true;
	return result;
}

/* Buffers of a pass besides those of its layers, in floats. */
typedef struct buffer_sizes
{
	size_t input;
	size_t output;
	size_t stream; /* (N, T, D) */
	size_t top;	   /* (N, D) */
	bool overflow;
} buffer_sizes;

static buffer_sizes
sizes_of(const cs_transformer_architecture *architecture, int batch)
{
	buffer_sizes sizes = {.overflow = false};
	size_t flat = product((size_t) architecture->steps, (size_t) batch, &sizes.overflow);

	sizes.input = product(flat, (size_t) architecture->inputs, &sizes.overflow);
	sizes.output = product((size_t) batch, (size_t) architecture->outputs, &sizes.overflow);
	sizes.stream = product(flat, (size_t) architecture->width, &sizes.overflow);
	sizes.top = product((size_t) batch, (size_t) architecture->width, &sizes.overflow);
	return sizes;
}

void
cs_transformer_pass_size(cs_size *total, const cs_transformer_architecture *architecture, int batch,
						 bool training)
{
	buffer_sizes sizes = sizes_of(architecture, batch);
	cs_encoder_shape widest = shape_of(architecture, 0);

	total->overflow |= sizes.overflow;
	cs_size_add(total, sizes.input, sizeof(float));
	cs_size_add(total, sizes.output, sizeof(float));
	cs_size_add(total, sizes.stream, sizeof(float));
	cs_size_add(total, sizes.top, sizeof(float));
	cs_size_add(total, (size_t) architecture->width, sizeof(float));
	cs_encoder_scratch_size(total, &widest, batch, training);
	if (!training)
	{
		cs_encoder_layer_size(total, &widest, batch, false);
		return;
	}
	cs_size_add(total, sizes.output, sizeof(float));
	cs_size_add(total, sizes.stream, sizeof(float));
	cs_size_add(total, sizes.top, sizeof(float));
	for (int l = 0; l < architecture->layers; l++)
	{
		cs_encoder_shape shape = shape_of(architecture, l);

		cs_encoder_layer_size(total, &shape, batch, true);
		if (l < architecture->layers - 1)
			cs_size_add(total, sizes.stream, sizeof(float));
	}
}

/* Takes floats and remembers in *missing that there were too few. */
static float *
take(cs_workspace *workspace, size_t count, bool *missing)
{
	float *piece = cs_workspace_take(workspace, count, sizeof(float));

	*missing |= piece == NULL;
	return piece;
}

/* Trained layers keep their activations each for themselves and share one stream of gradients. */
static void
take_training_buffers(cs_transformer_pass *pass, int batch, cs_workspace *workspace, bool *missing)
{
	const cs_transformer_architecture *architecture = pass->architecture;
	buffer_sizes sizes = sizes_of(architecture, batch);
	int top = architecture->layers - 1;
	float *stream = take(workspace, sizes.stream, missing);
	float *top_stream = take(workspace, sizes.top, missing);

	pass->output_gradient = take(workspace, sizes.output, missing);
	for (int l = 0; l <= top; l++)
	{
		cs_encoder_layer *layer = pass->layer + l;

		*missing |= !cs_encoder_layer_take(layer, batch, true, workspace);
		if (l < top)
			layer->output = take(workspace, sizes.stream, missing);
		layer->input_gradient = stream;
		layer->output_gradient = layer->shape.queries == layer->shape.steps ? stream : top_stream;
	}
}

/* Layers that only run forward share their activations; the output takes the input's place. */
static void
take_forward_buffers(cs_transformer_pass *pass, int batch, cs_workspace *workspace, bool *missing)
{
	cs_encoder_layer widest = {.shape = shape_of(pass->architecture, 0)};

	*missing |= !cs_encoder_layer_take(&widest, batch, false, workspace);
	for (int l = 0; l < pass->architecture->layers; l++)
	{
		pass->layer[l] = widest;
		pass->layer[l].shape = shape_of(pass->architecture, l);
		pass->layer[l].output = pass->embedding;
	}
}

bool
cs_transformer_pass_create(cs_transformer_pass *pass,
						   const cs_transformer_architecture *architecture, int batch,
						   bool training, cs_workspace *workspace)
{
	buffer_sizes sizes = sizes_of(architecture, batch);
	cs_encoder_shape widest = shape_of(architecture, 0);
	bool missing = sizes.overflow;
	float *top;

	memset(pass, 0, sizeof(*pass));
	pass->architecture = architecture;
	pass->input = take(workspace, sizes.input, &missing);
	pass->output = take(workspace, sizes.output, &missing);
	pass->embedding = take(workspace, sizes.stream, &missing);
	top = take(workspace, sizes.top, &missing);
	pass->shift = take(workspace, (size_t) architecture->width, &missing);
	missing |= !cs_encoder_scratch_take(&pass->scratch, &widest, batch, training, workspace);
	for (int l = 0; l < architecture->layers; l++)
		pass->layer[l].shape = shape_of(architecture, l);
	if (training)
		take_training_buffers(pass, batch, workspace, &missing);
	else
		take_forward_buffers(pass, batch, workspace, &missing);
	pass->layer[architecture->layers - 1].output = top;
	for (int l = 0; l < architecture->layers; l++)
	{
		pass->layer[l].scratch = &pass->scratch;
		pass->layer[l].input = l == 0 ? pass->embedding : pass->layer[l - 1].output;
	}
	return !missing;
}

/* Offset of the lowest layer's tensors; the input's weight and bias come before. */
static size_t
layers_offset(const cs_transformer_architecture *architecture)
{
	return (size_t) architecture->width * ((size_t) architecture->inputs + 1);
}

static size_t
output_offset(const cs_transformer_architecture *architecture)
{
	cs_encoder_shape shape = shape_of(architecture, 0);

	return layers_offset(architecture) + architecture->layers * cs_encoder_parameter_count(&shape);
}

void
cs_transformer_forward_begin(cs_transformer_pass *pass, const float *parameters, int batch)
{
	const cs_transformer_architecture *architecture = pass->architecture;
	bool drops = pass->random != NULL && architecture->dropout > 0;
	uint64_t key = drops ? cs_random_bits(pass->random) : 0;
	const float *tensor_at = parameters + layers_offset(architecture);

	pass->parameters = parameters;
	pass->batch = batch;
	pass->stage = 0;
	pass->step = 0;
	pass->row = 0;
	for (int l = 0; l < architecture->layers; l++)
	{
		cs_encoder_layer *layer = pass->layer + l;

		layer->batch = batch;
		for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
		{
			int rows;
			int columns;

			cs_encoder_tensor_shape(&layer->shape, (cs_encoder_tensor) tensor, &rows, &columns);
			layer->parameter[tensor] = tensor_at;
			tensor_at += (size_t) rows * columns;
		}
		for (int site = 0; site < CS_ENCODER_SITES; site++)
			layer->dropout[site] = cs_dropout_of(drops ? architecture->dropout : 0, key,
												 (uint64_t) l * CS_ENCODER_SITES + (uint64_t) site);
		cs_encoder_forward_begin(layer);
	}
}

/* How many of the rows from pass->row on make up one piece at `cost` each. */
static int
piece_rows(const cs_transformer_pass *pass, double cost)
{
	int left = pass->batch - pass->row;
	int most = PIECE / cost < left ? (int) (PIECE / cost) : left;

	return most > 1 ? most : 1;
}

/* Goes on to the next rows of the input; true when all steps are done. */
static bool
advance_input(cs_transformer_pass *pass, int rows)
{
	pass->row += rows;
	if (pass->row == pass->batch)
	{
		pass->step++;
		pass->row = 0;
	}
	return pass->step == pass->architecture->steps;
}

/* embedding = input W' + bias + position, for some windows of one step. */
static bool
embed(cs_transformer_pass *pass, double *budget)
{
	const cs_transformer_architecture *architecture = pass->architecture;
	int width = architecture->width;
	int inputs = architecture->inputs;
	double cost = width * (inputs + TOUCH_COST);
	int rows = piece_rows(pass, cost);
	size_t stride = (size_t) architecture->steps * width;
	float *to = pass->embedding + pass->row * stride + (size_t) pass->step * width;

	memcpy(pass->shift, pass->parameters + (size_t) width * inputs, width * sizeof(float));
	if (architecture->positions)
		cs_position_encoding_add(pass->shift, pass->step, width);
	for (int n = 0; n < rows; n++)
		memcpy(to + n * stride, pass->shift, width * sizeof(float));
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, width, inputs, 1.0f,
				pass->input + ((size_t) pass->step * pass->batch + pass->row) * inputs, inputs,
				pass->parameters, inputs, 1.0f, to, (int) stride);
	*budget -= (rows + WEIGHT_ROWS) * cost;
	return advance_input(pass, rows);
}

/* Multiply-adds of the output for one window. */
static double
output_cost(const cs_transformer_architecture *architecture)
{
	return (double) architecture->outputs * architecture->width;
}

bool
cs_transformer_forward(cs_transformer_pass *pass, double *budget)
{
	const cs_transformer_architecture *architecture = pass->architecture;
	int layers = architecture->layers;
	const float *weight = pass->parameters + output_offset(architecture);

	while (pass->stage <= layers)
	{
		if (*budget <= 0)
			return false;
		if (pass->stage == 0 ? embed(pass, budget)
							 : cs_encoder_forward(pass->layer + pass->stage - 1, budget))
			pass->stage++;
	}
	cs_dense_forward(pass->output, pass->layer[layers - 1].output, weight,
					 weight + (size_t) architecture->outputs * architecture->width, pass->batch,
					 architecture->width, architecture->outputs);
	*budget -= pass->batch * output_cost(architecture);
	return true;
}

void
cs_transformer_backward_begin(cs_transformer_pass *pass, float *gradient)
{
	pass->gradient = gradient;
	pass->stage = pass->architecture->layers + 1;
	pass->step = 0;
	pass->row = 0;
	for (int l = 0; l < pass->architecture->layers; l++)
	{
		cs_encoder_layer *layer = pass->layer + l;

		for (int tensor = 0; tensor < CS_ENCODER_TENSORS; tensor++)
			layer->gradient[tensor] = gradient + (layer->parameter[tensor] - pass->parameters);
		cs_encoder_backward_begin(layer);
	}
}

static void
output_backward(cs_transformer_pass *pass, double *budget)
{
	const cs_transformer_architecture *architecture = pass->architecture;
	const cs_encoder_layer *top = pass->layer + architecture->layers - 1;
	size_t weight = output_offset(architecture);
	size_t bias = weight + (size_t) architecture->outputs * architecture->width;

	cs_dense_backward(top->output_gradient, pass->gradient + weight, pass->gradient + bias,
					  pass->output_gradient, top->output, pass->parameters + weight, pass->batch,
					  architecture->width, architecture->outputs);
	*budget -= 2 * pass->batch * output_cost(architecture);
}

/* Gradients of the input's weight and bias, from some windows of one step. */
static bool
embed_backward(cs_transformer_pass *pass, double *budget)
{
	const cs_transformer_architecture *architecture = pass->architecture;
	int width = architecture->width;
	int inputs = architecture->inputs;
	double cost = width * (inputs + TOUCH_COST);
	int rows = piece_rows(pass, cost);
	size_t stride = (size_t) architecture->steps * width;
	const float *from =
		pass->layer->input_gradient + pass->row * stride + (size_t) pass->step * width;
	float *bias = pass->gradient + (size_t) width * inputs;

	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, inputs, rows, 1.0f, from,
				(int) stride,
				pass->input + ((size_t) pass->step * pass->batch + pass->row) * inputs, inputs,
				1.0f, pass->gradient, inputs);
	for (int n = 0; n < rows; n++)
		for (int j = 0; j < width; j++)
			bias[j] += from[n * stride + j];
	*budget -= (rows + WEIGHT_ROWS) * cost;
	return advance_input(pass, rows);
}

bool
cs_transformer_backward(cs_transformer_pass *pass, double *budget)
{
	if (pass->stage > pass->architecture->layers)
	{
		output_backward(pass, budget);
		pass->stage--;
	}
	while (pass->stage >= 0)
	{
		if (*budget <= 0)
			return false;
		if (pass->stage == 0 ? embed_backward(pass, budget)
							 : cs_encoder_backward(pass->layer + pass->stage - 1, budget))
			pass->stage--;
	}
	return true;
}
