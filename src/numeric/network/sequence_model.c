/*
 * sequence_model.c
 *		The layout of the parameters and the order in which the layers work.
 *
 * N batch, T steps, C features, H units, G gates, K outputs.
 */
#include "numeric/network/sequence_model.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "numeric/network/dense.h"

/* Views of a recurrent layer, in block order. */
enum
{
	INPUT_WEIGHT,
	RECURRENT_WEIGHT,
	BIAS,
	LAYER_VIEWS
};

static int
layer_inputs(const cs_sequence_architecture *architecture, int layer)
{
	return layer == 0 ? architecture->inputs : architecture->units[layer - 1];
}

static int
top_units(const cs_sequence_architecture *architecture)
{
	return architecture->units[architecture->layers - 1];
}

static int
most_units(const cs_sequence_architecture *architecture)
{
	int most = 0;

	for (int layer = 0; layer < architecture->layers; layer++)
		most = architecture->units[layer] > most ? architecture->units[layer] : most;
	return most;
}

/* Appends a view of `rows` x `columns`, or of rank 1 when `columns` is 0. */
static void
add_view(cs_parameter_view *views, int *count, int layer, const char *tensor, int rows, int columns)
{
	cs_parameter_view *view = views + *count;

	if (layer < 0)
		snprintf(view->name, sizeof(view->name), "output.%s", tensor);
	else
		snprintf(view->name, sizeof(view->name), "layer%d.%s", layer + 1, tensor);
	view->rank = columns == 0 ? 1 : 2;
	view->shape[0] = rows;
	view->shape[1] = columns == 0 ? 1 : columns;
	view->offset = 0;
	if (*count > 0)
		view->offset = view[-1].offset + (size_t) view[-1].shape[0] * view[-1].shape[1];
	(*count)++;
}

int
cs_sequence_model_views(const cs_sequence_architecture *architecture, cs_parameter_view *views)
{
	int gates = cs_cell_kinds[architecture->cell].gates;
	int count = 0;

	for (int layer = 0; layer < architecture->layers; layer++)
	{
		int units = architecture->units[layer];

		add_view(views, &count, layer, "input_weight", gates * units,
				 layer_inputs(architecture, layer));
		add_view(views, &count, layer, "recurrent_weight", gates * units, units);
		add_view(views, &count, layer, "bias", gates * units, 0);
	}
	add_view(views, &count, -1, "weight", architecture->outputs, top_units(architecture));
	add_view(views, &count, -1, "bias", architecture->outputs, 0);
	return count;
}

size_t
cs_sequence_model_parameter_count(const cs_sequence_architecture *architecture)
{
	size_t gates = (size_t) cs_cell_kinds[architecture->cell].gates;
	size_t count = (size_t) architecture->outputs * (top_units(architecture) + 1);

	for (int layer = 0; layer < architecture->layers; layer++)
	{
		size_t units = (size_t) architecture->units[layer];
		size_t row = (size_t) layer_inputs(architecture, layer) + units + 1;
		size_t block;

		if (__builtin_mul_overflow(gates * units, row, &block) ||
			__builtin_add_overflow(count, block, &count))
			return SIZE_MAX;
	}
	return count;
}

/* log U(1, T - 1), Tallec and Ollivier's initialization; the range is at least 1 to 2. */
static void
initialize_forget_bias(float *bias, int units, int steps, int sign, cs_random *random)
{
	float high = steps > 3 ? (float) (steps - 1) : 2.0f;

	for (int j = 0; j < units; j++)
		bias[j] = (float) sign * logf(cs_random_uniform_float(random, 1.0f, high));
}

void
cs_sequence_model_initialize_view(float *parameters, const cs_sequence_architecture *architecture,
								  const cs_parameter_view *views, int view, cs_random *random)
{
	const cs_parameter_view *tensor = views + view;
	float *block = parameters + tensor->offset;
	size_t count = (size_t) tensor->shape[0] * tensor->shape[1];
	int layer = view / LAYER_VIEWS;
	bool recurrent = layer < architecture->layers;
	int units = recurrent ? architecture->units[layer] : top_units(architecture);
	int forget_gate = cs_cell_kinds[architecture->cell].forget_gate;

	if (tensor->rank == 2)
	{
		float bound = 1.0f / sqrtf((float) units);

		for (size_t i = 0; i < count; i++)
			block[i] = cs_random_uniform_float(random, -bound, bound);
		return;
	}
	memset(block, 0, count * sizeof(float));
	if (recurrent && forget_gate >= 0)
		initialize_forget_bias(block + (size_t) forget_gate * units, units, architecture->steps,
							   cs_cell_kinds[architecture->cell].forget_sign, random);
}

/*
 * Buffers of a pass.  Trained layers keep gates, memory and output each for themselves, and their
 * output gradients alternate between two buffers; layers that only run forward share gates and
 * memory, and their outputs alternate.
 */
typedef struct buffer_sizes
{
	size_t flat; /* T * N */
	size_t input;
	size_t gates;
	size_t memory;
	size_t output;
	size_t carry;
	bool overflow;
} buffer_sizes;

static size_t
product(size_t a, size_t b, bool *overflow)
{
	size_t result;

	if (__builtin_mul_overflow(a, b, &result))
		*overflow = true;
	return result;
}

/* Sizes, in floats, for layers of `units`. */
static buffer_sizes
sizes_of(const cs_sequence_architecture *architecture, int batch, int units)
{
	const cs_cell_kind *kind = cs_cell_kinds + architecture->cell;
	buffer_sizes sizes = {.overflow = false};
	bool *overflow = &sizes.overflow;

	sizes.flat = product((size_t) architecture->steps, (size_t) batch, overflow);
	sizes.input = product(sizes.flat, (size_t) architecture->inputs, overflow);
	sizes.output = product(sizes.flat, (size_t) units, overflow);
	sizes.gates = product(sizes.output, (size_t) kind->gates, overflow);
	sizes.memory = product(sizes.output, (size_t) kind->memory, overflow);
	sizes.carry = product((size_t) batch, (size_t) units, overflow);
	return sizes;
}

void
cs_sequence_pass_size(cs_size *total, const cs_sequence_architecture *architecture, int batch,
					  bool training)
{
	buffer_sizes widest = sizes_of(architecture, batch, most_units(architecture));
	size_t outputs = (size_t) batch * architecture->outputs;

	total->overflow |= widest.overflow;
	cs_size_add(total, widest.input, sizeof(float));
	cs_size_add(total, outputs, sizeof(float));
	cs_size_add(total, widest.output, sizeof(float));
	cs_size_add(total, widest.output, sizeof(float));
	if (!training)
	{
		cs_size_add(total, widest.gates, sizeof(float));
		cs_size_add(total, widest.memory, sizeof(float));
		return;
	}
	cs_size_add(total, outputs, sizeof(float));
	cs_size_add(total, widest.carry, sizeof(float));
	for (int layer = 0; layer < architecture->layers; layer++)
	{
		buffer_sizes own = sizes_of(architecture, batch, architecture->units[layer]);

		cs_size_add(total, own.gates, sizeof(float));
		cs_size_add(total, own.memory, sizeof(float));
		cs_size_add(total, own.output, sizeof(float));
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

static void
take_training_buffers(cs_sequence_pass *pass, int batch, float *const alternate[2],
					  cs_workspace *workspace, bool *missing)
{
	const cs_sequence_architecture *architecture = pass->architecture;
	buffer_sizes widest = sizes_of(architecture, batch, most_units(architecture));
	float *carry;

	pass->output_gradient = take(workspace, (size_t) batch * architecture->outputs, missing);
	carry = take(workspace, widest.carry, missing);
	for (int l = 0; l < architecture->layers; l++)
	{
		cs_recurrent_layer *layer = pass->layer + l;
		buffer_sizes own = sizes_of(architecture, batch, layer->units);

		layer->gates = take(workspace, own.gates, missing);
		layer->memory = take(workspace, own.memory, missing);
		layer->output = take(workspace, own.output, missing);
		layer->carry = carry;
		layer->output_gradient = alternate[l % 2];
		layer->input_gradient = l == 0 ? NULL : alternate[(l - 1) % 2];
		layer->last_step_only = l == architecture->layers - 1;
	}
}

static void
take_forward_buffers(cs_sequence_pass *pass, int batch, float *const alternate[2],
					 cs_workspace *workspace, bool *missing)
{
	const cs_sequence_architecture *architecture = pass->architecture;
	buffer_sizes widest = sizes_of(architecture, batch, most_units(architecture));
	float *gates = take(workspace, widest.gates, missing);
	float *memory = take(workspace, widest.memory, missing);

	for (int l = 0; l < architecture->layers; l++)
	{
		pass->layer[l].gates = gates;
		pass->layer[l].memory = memory;
		pass->layer[l].output = alternate[l % 2];
	}
}

bool
cs_sequence_pass_create(cs_sequence_pass *pass, const cs_sequence_architecture *architecture,
						int batch, bool training, cs_workspace *workspace)
{
	buffer_sizes widest = sizes_of(architecture, batch, most_units(architecture));
	bool missing = widest.overflow;
	float *alternate[2];

	memset(pass, 0, sizeof(*pass));
	pass->architecture = architecture;
	pass->input = take(workspace, widest.input, &missing);
	pass->output = take(workspace, (size_t) batch * architecture->outputs, &missing);
	alternate[0] = take(workspace, widest.output, &missing);
	alternate[1] = take(workspace, widest.output, &missing);
	for (int l = 0; l < architecture->layers; l++)
	{
		pass->layer[l].kind = cs_cell_kinds + architecture->cell;
		pass->layer[l].steps = architecture->steps;
		pass->layer[l].inputs = layer_inputs(architecture, l);
		pass->layer[l].units = architecture->units[l];
	}
	if (training)
		take_training_buffers(pass, batch, alternate, workspace, &missing);
	else
		take_forward_buffers(pass, batch, alternate, workspace, &missing);
	for (int l = 0; l < architecture->layers; l++)
		pass->layer[l].input = l == 0 ? pass->input : pass->layer[l - 1].output;
	return !missing;
}

/* Offset of a view of a recurrent layer, or (layer == layers) of the output layer's weight. */
static size_t
layer_offset(const cs_sequence_architecture *architecture, int layer)
{
	size_t gates = (size_t) cs_cell_kinds[architecture->cell].gates;
	size_t offset = 0;

	for (int l = 0; l < layer; l++)
		offset += gates * architecture->units[l] *
				  ((size_t) layer_inputs(architecture, l) + architecture->units[l] + 1);
	return offset;
}

void
cs_sequence_forward_begin(cs_sequence_pass *pass, const float *parameters, int batch)
{
	const cs_sequence_architecture *architecture = pass->architecture;

	pass->parameters = parameters;
	pass->batch = batch;
	pass->stage = 0;
	for (int l = 0; l < architecture->layers; l++)
	{
		cs_recurrent_layer *layer = pass->layer + l;
		size_t width = (size_t) layer->kind->gates * layer->units;

		layer->batch = batch;
		layer->input_weight = parameters + layer_offset(architecture, l);
		layer->recurrent_weight = layer->input_weight + width * layer->inputs;
		layer->bias = layer->recurrent_weight + width * layer->units;
		cs_recurrent_forward_begin(layer);
	}
}

/* Multiply-adds of the output layer for one window. */
static double
output_cost(const cs_sequence_architecture *architecture)
{
	return (double) architecture->outputs * top_units(architecture);
}

/* Where the topmost layer's last step stands in a (T, N, H) tensor. */
static size_t
last_step(const cs_sequence_pass *pass)
{
	const cs_sequence_architecture *architecture = pass->architecture;

	return (size_t) (architecture->steps - 1) * pass->batch * top_units(architecture);
}

bool
cs_sequence_forward(cs_sequence_pass *pass, double *budget)
{
	const cs_sequence_architecture *architecture = pass->architecture;
	const cs_recurrent_layer *top = pass->layer + architecture->layers - 1;
	const float *weight = pass->parameters + layer_offset(architecture, architecture->layers);

	for (; pass->stage < architecture->layers; pass->stage++)
		if (!cs_recurrent_forward(pass->layer + pass->stage, budget))
			return false;
	cs_dense_forward(pass->output, top->output + last_step(pass), weight,
					 weight + (size_t) architecture->outputs * top->units, pass->batch, top->units,
					 architecture->outputs);
	*budget -= pass->batch * output_cost(architecture);
	return true;
}

void
cs_sequence_backward_begin(cs_sequence_pass *pass, float *gradient)
{
	pass->gradient = gradient;
	pass->stage = pass->architecture->layers;
	for (int l = 0; l < pass->architecture->layers; l++)
	{
		cs_recurrent_layer *layer = pass->layer + l;

		layer->input_weight_gradient = gradient + (layer->input_weight - pass->parameters);
		layer->recurrent_weight_gradient = gradient + (layer->recurrent_weight - pass->parameters);
		layer->bias_gradient = gradient + (layer->bias - pass->parameters);
		cs_recurrent_backward_begin(layer);
	}
}

bool
cs_sequence_backward(cs_sequence_pass *pass, double *budget)
{
	const cs_sequence_architecture *architecture = pass->architecture;
	const cs_recurrent_layer *top = pass->layer + architecture->layers - 1;

	if (pass->stage == architecture->layers)
	{
		size_t offset = layer_offset(architecture, architecture->layers);
		size_t bias = offset + (size_t) architecture->outputs * top->units;

		cs_dense_backward(top->output_gradient + last_step(pass), pass->gradient + offset,
						  pass->gradient + bias, pass->output_gradient,
						  top->output + last_step(pass), pass->parameters + offset, pass->batch,
						  top->units, architecture->outputs);
		*budget -= 2 * pass->batch * output_cost(architecture);
		pass->stage--;
	}
	for (; pass->stage >= 0; pass->stage--)
		if (!cs_recurrent_backward(pass->layer + pass->stage, budget))
			return false;
	return true;
}
