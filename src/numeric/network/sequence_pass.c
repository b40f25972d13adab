/*
 * sequence_pass.c
 *		The memory of passes through a sequence network, and the order in which layers work.
 *
 * Trained layers keep output and what else their backward pass needs each for themselves; the
 * gradients of their outputs alternate between two buffers, slope[0] being that of the layer at
 * work, but for layers that turn one into the other in place.  In passes that only run forward the
 * outputs alternate, and the rest is shared.  Beside a similarity body, what belongs to the output
 * of the body waits apart: its gradient, or forwards the output itself.
 *
 * N batch, T steps, C features, K outputs.
 */
#include "numeric/network/sequence_model.h"

#include <string.h>

/* Floats of the buffers; the layers' own are with the layers. */
typedef struct buffer_sizes
{
	cs_layer_list list;
	size_t input;
	size_t side_input;
	size_t outputs;						  /* of the network */
	size_t output[CS_MAX_NETWORK_LAYERS]; /* of each layer */
	size_t kept[CS_MAX_NETWORK_LAYERS];
	size_t widest;	/* output, */
	size_t most;	/* kept, */
	size_t scratch; /* and scratch of any layer */
	size_t waiting;
} buffer_sizes;

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void
measure(buffer_sizes *sizes, const cs_sequence_architecture *architecture, int batch, bool training)
{
	size_t flat = cs_saturated_product((size_t) architecture->steps, (size_t) batch);

	memset(sizes, 0, sizeof(*sizes));
	cs_sequence_layers(architecture, training, &sizes->list);
	sizes->input = cs_saturated_product(flat, (size_t) architecture->inputs);
	sizes->side_input = cs_saturated_product(flat, (size_t) architecture->side_inputs);
	sizes->outputs = cs_saturated_product((size_t) batch, (size_t) architecture->outputs);
	for (int l = 0; l < sizes->list.count; l++)
	{
		const cs_layer_shape *shape = sizes->list.shape + l;
		cs_layer_sizes own = shape->kind->sizes(shape, (size_t) batch);
		size_t rows = cs_saturated_product((size_t) shape->output_steps, (size_t) batch);

		sizes->output[l] = cs_saturated_product(rows, (size_t) shape->outputs);
		sizes->kept[l] = own.kept;
		sizes->widest = larger(sizes->widest, sizes->output[l]);
		sizes->most = larger(sizes->most, own.kept);
		sizes->scratch = larger(sizes->scratch, own.scratch);
	}
	sizes->waiting = architecture->side_inputs > 0 ? sizes->widest : 0;
}

static float *
take(cs_workspace *workspace, size_t count)
{
	return cs_workspace_take(workspace, count, sizeof(float));
}

static bool
has_side(const cs_sequence_pass *pass)
{
	return pass->side_end > pass->body;
}

static void
take_training_buffers(cs_sequence_pass *pass, const buffer_sizes *sizes, cs_workspace *workspace)
{
	float *scratch;

	pass->output_gradient = take(workspace, sizes->outputs);
	scratch = take(workspace, sizes->scratch);
	for (int l = 0; l < pass->layers; l++)
	{
		pass->layer[l].buffer = take(workspace, sizes->output[l]);
		pass->layer[l].kept = take(workspace, sizes->kept[l]);
		pass->layer[l].scratch = scratch;
	}
}

static void
take_forward_buffers(cs_sequence_pass *pass, const buffer_sizes *sizes, cs_workspace *workspace)
{
	float *kept = take(workspace, sizes->most);

	for (int l = 0; l < pass->layers; l++)
	{
		pass->layer[l].buffer =
			has_side(pass) && l == pass->body - 1 ? pass->waiting : pass->slope[l % 2];
		pass->layer[l].kept = kept;
	}
}

/* Where each layer's tensors lie in the parameter block. */
static void
place_tensors(cs_sequence_pass *pass)
{
	size_t trained = 0;
	size_t state = cs_sequence_model_trained_count(pass->architecture);

	for (int l = 0; l < pass->layers; l++)
	{
		cs_layer *layer = pass->layer + l;
		cs_parameter_view views[CS_MAX_VIEWS];
		cs_view_list list = {.views = views};

		layer->parameter_offset = trained;
		layer->state_offset = state;
		if (layer->shape.kind->views == NULL)
			continue;
		layer->shape.kind->views(&list, &layer->shape);
		for (int view = 0; view < list.count; view++)
			*(views[view].trained ? &trained : &state) += cs_view_count(views + view);
	}
}

bool
cs_sequence_pass_create(cs_sequence_pass *pass, const cs_sequence_architecture *architecture,
						int batch, bool training, cs_workspace *workspace)
{
	buffer_sizes sizes;

	measure(&sizes, architecture, batch, training);
	memset(pass, 0, sizeof(*pass));
	pass->architecture = architecture;
	pass->layers = sizes.list.count;
	pass->body = sizes.list.body;
	pass->side_end = sizes.list.side_end;
	for (int l = 0; l < pass->layers; l++)
		pass->layer[l].shape = sizes.list.shape[l];
	pass->input = take(workspace, sizes.input);
	pass->side_input = take(workspace, sizes.side_input);
	pass->slope[0] = take(workspace, sizes.widest);
	pass->slope[1] = take(workspace, sizes.widest);
	pass->waiting = take(workspace, sizes.waiting);
	if (training)
		take_training_buffers(pass, &sizes, workspace);
	else
		take_forward_buffers(pass, &sizes, workspace);
	if (workspace->failed)
		return false;
	place_tensors(pass);
	return true;
}

float *
cs_sequence_body_output(const cs_sequence_pass *pass)
{
	return pass->layer[pass->body - 1].buffer;
}

/* The layer that reads what layer l gives. */
static int
above(const cs_sequence_pass *pass, int l)
{
	return l == pass->body - 1 ? pass->side_end : l + 1;
}

/* The layer that layer l reads; -1: an input. */
static int
below(const cs_sequence_pass *pass, int l)
{
	if (l == pass->side_end)
		return pass->body - 1;
	return l == pass->body ? -1 : l - 1;
}

/* Whether layer l reads the outputs of both bodies. */
static bool
joins(const cs_sequence_pass *pass, int l)
{
	return l > 0 && l == pass->side_end && has_side(pass);
}

/*
 * Where a layer finds its input in the output of layer `from` below: at the start, or at the last
 * step.
 */
static size_t
input_offset(const cs_sequence_pass *pass, int l, int from)
{
	const cs_layer_shape *shape = &pass->layer[from].shape;

	if (shape->output_steps == pass->layer[l].shape.steps)
		return 0;
	return (size_t) (shape->output_steps - 1) * pass->batch * shape->outputs;
}

static const float *
output_for(const cs_sequence_pass *pass, int l, int from)
{
	if (pass->given && from == pass->body - 1)
		return cs_sequence_body_output(pass);
	return pass->layer[from].output + input_offset(pass, l, from);
}

static void
work_layer(cs_sequence_pass *pass, int l)
{
	cs_layer *layer = pass->layer + l;
	int from = below(pass, l);

	layer->batch = pass->batch;
	layer->training = pass->moving != NULL && !(pass->frozen && l < pass->body);
	layer->parameters = pass->parameters + layer->parameter_offset;
	layer->state = pass->parameters + layer->state_offset;
	layer->new_state = layer->training ? pass->moving + layer->state_offset : NULL;
	if (from >= 0)
		layer->input = output_for(pass, l, from);
	else
		layer->input = l == 0 ? pass->input : pass->side_input;
	if (joins(pass, l))
		layer->side_input = output_for(pass, l, l - 1);
	layer->pairs = pass->pairs;
	layer->output = layer->buffer;
	layer->shape.kind->forward(layer);
}

/* The layers from `first` to `end` - 1. */
static void
work(cs_sequence_pass *pass, const float *parameters, float *moving, int batch, int first, int end)
{
	pass->parameters = parameters;
	pass->moving = moving;
	pass->batch = batch;
	for (int l = first; l < end; l++)
		work_layer(pass, l);
	pass->output = pass->layer[end - 1].output;
}

static int
first_run(const cs_sequence_pass *pass)
{
	return pass->given ? pass->body : 0;
}

const float *
cs_sequence_body_forward(cs_sequence_pass *pass, const float *parameters, int batch)
{
	work(pass, parameters, NULL, batch, 0, pass->body);
	return output_for(pass, pass->side_end, pass->body - 1);
}

void
cs_sequence_forward(cs_sequence_pass *pass, const float *parameters, int batch)
{
	work(pass, parameters, NULL, batch, first_run(pass), pass->layers);
}

void
cs_sequence_training_forward(cs_sequence_pass *pass, float *parameters, int batch,
							 cs_random *random)
{
	for (int l = 0; l < pass->layers; l++)
		if (pass->layer[l].shape.rate > 0)
			pass->layer[l].noise = cs_random_bits(random);
	work(pass, parameters, parameters, batch, first_run(pass), pass->layers);
}

/* The lowest layer that is trained. */
static int
lowest(const cs_sequence_pass *pass)
{
	return pass->frozen ? pass->body : 0;
}

static void
exchange(float **a, float **b)
{
	float *given = *a;

	*a = *b;
	*b = given;
}

/* Where the gradients of a layer's inputs go. */
static void
place_input_gradients(cs_sequence_pass *pass, int l)
{
	cs_layer *layer = pass->layer + l;
	int from = below(pass, l);
	bool both = joins(pass, l);

	layer->input_gradient = NULL;
	layer->side_gradient = NULL;
	if (both)
		layer->side_gradient = pass->slope[1] + input_offset(pass, l, l - 1);
	if (from >= lowest(pass))
		layer->input_gradient =
			(both ? pass->waiting : pass->slope[1]) + input_offset(pass, l, from);
	if (l == 0)
		layer->input_gradient = pass->input_gradient;
}

static void
work_layer_backward(cs_sequence_pass *pass, int l)
{
	cs_layer *layer = pass->layer + l;
	int top = pass->layers - 1;

	if (has_side(pass) && l == pass->body - 1)
		exchange(&pass->slope[0], &pass->waiting);
	layer->gradient = pass->gradient + layer->parameter_offset;
	layer->output_gradient = l == top ? pass->output_gradient : pass->slope[0];
	layer->last_step_only =
		l < top && layer->shape.output_steps > pass->layer[above(pass, l)].shape.steps;
	place_input_gradients(pass, l);
	layer->shape.kind->backward(layer);
	if (l > 0 && layer->input_gradient != layer->output_gradient)
		exchange(&pass->slope[0], &pass->slope[1]);
}

void
cs_sequence_backward(cs_sequence_pass *pass, float *gradient)
{
	pass->gradient = gradient;
	for (int l = pass->layers - 1; l >= lowest(pass); l--)
		work_layer_backward(pass, l);
}
