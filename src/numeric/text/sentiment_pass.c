/*
 * sentiment_pass.c
 *		The passes of the sentiment head: forward, backward, loss.
 *
 * N batch, C inputs, H outputs of a layer.
 */
#include "numeric/text/sentiment_head.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/network/dense.h"
#include "numeric/network/dropout.h"
#include "numeric/network/layer_norm.h"

/* The dropout of the input; that of layer l is number 1 + l. */
#define INPUT_SITE 0

static int
inputs_of(const cs_sentiment_options *options, int features, int layer)
{
	return layer == 0 ? features : options->units[layer - 1];
}

static int
outputs_of(const cs_sentiment_options *options, int layer)
{
	return layer == options->layers ? CS_SENTIMENT_CLASSES : options->units[layer];
}

static int
widest_of(const cs_sentiment_options *options)
{
	int widest = CS_SENTIMENT_CLASSES;

	for (int l = 0; l < options->layers; l++)
		widest = options->units[l] > widest ? options->units[l] : widest;
	return widest;
}

int
cs_sentiment_views(const cs_sentiment_options *options, int features,
				   cs_parameter_view views[CS_SENTIMENT_MAX_VIEWS])
{
	cs_view_list list = {.views = views};
	size_t offset = 0;

	for (int l = 0; l <= options->layers; l++)
	{
		cs_layer_shape shape = {.inputs = inputs_of(options, features, l),
								.outputs = outputs_of(options, l)};
		cs_initial weight = {.spread = (float) (1 / sqrt(shape.inputs))};
		cs_initial zero = {.constant = 0};
		cs_initial one = {.constant = 1};

		if (l == options->layers)
			snprintf(shape.name, sizeof(shape.name), "output");
		else
			snprintf(shape.name, sizeof(shape.name), "dense%d", l + 1);
		cs_view_add(&list, &shape, "weight", shape.outputs, shape.inputs, true, weight);
		cs_view_add(&list, &shape, "bias", shape.outputs, 0, true, zero);
		if (l < options->layers && options->normalization == CS_SENTIMENT_LAYER_NORM)
		{
			cs_view_add(&list, &shape, "scale", shape.outputs, 0, true, one);
			cs_view_add(&list, &shape, "shift", shape.outputs, 0, true, zero);
		}
	}
	for (int i = 0; i < list.count; i++)
	{
		views[i].offset = offset;
		offset += cs_view_count(views + i);
	}
	return list.count;
}

/* Parameters of a layer. */
static size_t
layer_count(const cs_sentiment_options *options, int features, int layer)
{
	size_t outputs = (size_t) outputs_of(options, layer);
	size_t count = outputs * ((size_t) inputs_of(options, features, layer) + 1);

	if (layer < options->layers && options->normalization == CS_SENTIMENT_LAYER_NORM)
		count += 2 * outputs;
	return count;
}

size_t
cs_sentiment_parameter_count(const cs_sentiment_options *options, int features)
{
	size_t count = 0;

	for (int l = 0; l <= options->layers; l++)
		count += layer_count(options, features, l);
	return count;
}

bool
cs_sentiment_pass_create(cs_sentiment_pass *pass, const cs_sentiment_options *options, int features,
						 int batch, bool training, cs_workspace *workspace)
{
	size_t rows = (size_t) batch;
	size_t widest = (size_t) widest_of(options);
	size_t offset = 0;

	memset(pass, 0, sizeof(*pass));
	pass->options = options;
	pass->features = features;
	pass->input = cs_workspace_take(workspace, rows * (size_t) features, sizeof(float));
	for (int l = 0; l <= options->layers; l++)
	{
		size_t width = (size_t) outputs_of(options, l);

		pass->offset[l] = offset;
		offset += layer_count(options, features, l);
		pass->output[l] = cs_workspace_take(workspace, rows * width, sizeof(float));
		if (l == options->layers || options->normalization != CS_SENTIMENT_LAYER_NORM)
			continue;
		pass->centred[l] = cs_workspace_take(workspace, rows * width, sizeof(float));
		pass->inverse_sd[l] = cs_workspace_take(workspace, rows, sizeof(float));
	}
	pass->zero = cs_workspace_take(workspace, widest, sizeof(float));
	if (pass->zero != NULL)
		memset(pass->zero, 0, widest * sizeof(float));
	for (int i = 0; training && i < 2; i++)
		pass->slope[i] = cs_workspace_take(workspace, rows * widest, sizeof(float));
	if (training)
		pass->spare = cs_workspace_take(workspace, widest, sizeof(float));
	return !workspace->failed;
}

/* A layer's tensors among the parameters, or their gradients. */
typedef struct tensors
{
	size_t weight; /* (H, C) */
	size_t bias;   /* (H) */
	size_t scale;  /* (H) */
	size_t shift;  /* (H) */
} tensors;

static tensors
tensors_of(const cs_sentiment_pass *pass, int layer)
{
	size_t inputs = (size_t) inputs_of(pass->options, pass->features, layer);
	size_t outputs = (size_t) outputs_of(pass->options, layer);
	tensors of;

	of.weight = pass->offset[layer];
	of.bias = of.weight + outputs * inputs;
	of.scale = of.bias + outputs;
	of.shift = of.scale + outputs;
	return of;
}

/* Multiplies each value by what the dropout says of its place. */
static void
drop(const cs_sentiment_pass *pass, float *values, double rate, int site, size_t count)
{
	cs_dropout dropout;

	if (pass->noise == 0 || rate == 0)
		return;
	dropout = cs_dropout_of(rate, pass->noise, (uint64_t) site);
	for (size_t i = 0; i < count; i++)
		values[i] *= cs_dropout_factor(dropout, (uint32_t) i);
	cs_work(count);
}

static void
softmax(float *row)
{
	float most = fmaxf(row[0], fmaxf(row[1], row[2]));
	float sum = 0;

	for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
	{
		row[k] = expf(row[k] - most);
		sum += row[k];
	}
	for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
		row[k] /= sum;
}

static void
hidden_forward(cs_sentiment_pass *pass, const float *parameters, int layer, int batch)
{
	const cs_dropout none = {.scale = 1};
	tensors of = tensors_of(pass, layer);
	int width = outputs_of(pass->options, layer);
	size_t count = (size_t) batch * width;
	float *output = pass->output[layer];

	if (pass->options->normalization == CS_SENTIMENT_LAYER_NORM)
	{
		memcpy(pass->centred[layer], output, count * sizeof(float));
		cs_residual_norm_forward(output, pass->centred[layer], pass->inverse_sd[layer], pass->zero,
								 0, parameters + of.scale, parameters + of.shift,
								 CS_LAYER_NORM_EPSILON, &none, 0, batch, width);
	}
	for (size_t i = 0; i < count; i++)
		output[i] = output[i] > 0 ? output[i] : 0;
	drop(pass, output, pass->options->dropout, 1 + layer, count);
}

void
cs_sentiment_forward(cs_sentiment_pass *pass, const float *parameters, int batch)
{
	const cs_sentiment_options *options = pass->options;
	const float *input = pass->input;

	drop(pass, pass->input, options->input_dropout, INPUT_SITE, (size_t) batch * pass->features);
	for (int l = 0; l <= options->layers; l++)
	{
		tensors of = tensors_of(pass, l);
		int inputs = inputs_of(options, pass->features, l);
		int outputs = outputs_of(options, l);

		cs_dense_forward(pass->output[l], input, parameters + of.weight, parameters + of.bias,
						 batch, inputs, outputs);
		if (l < options->layers)
			hidden_forward(pass, parameters, l, batch);
		input = pass->output[l];
		cs_work((size_t) batch * inputs * outputs);
	}
	for (int n = 0; n < batch; n++)
		softmax(pass->output[options->layers] + (size_t) n * CS_SENTIMENT_CLASSES);
}

/* The gradient of a row's logits; returns the row's loss. */
static double
row_loss(cs_sentiment_loss loss, float *slope, const float *share, const float *label)
{
	double sum = 0;
	float mean = 0;

	for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
	{
		float error = share[k] - label[k];

		if (loss == CS_SENTIMENT_CROSS_ENTROPY)
			sum -= label[k] > 0 ? label[k] * log((double) fmaxf(share[k], FLT_MIN)) : 0;
		else
			sum += (double) error * error / CS_SENTIMENT_CLASSES;
		if (slope == NULL)
			continue;
		slope[k] = loss == CS_SENTIMENT_CROSS_ENTROPY ? error : 2 * error / CS_SENTIMENT_CLASSES;
		mean += share[k] * slope[k];
	}
	for (int k = 0; slope != NULL && loss == CS_SENTIMENT_MSE && k < CS_SENTIMENT_CLASSES; k++)
		slope[k] = share[k] * (slope[k] - mean);
	return sum;
}

double
cs_sentiment_batch_loss(const cs_sentiment_pass *pass, const float *label, int batch)
{
	const float *share = pass->output[pass->options->layers];
	double sum = 0;

	for (int n = 0; n < batch * CS_SENTIMENT_CLASSES; n += CS_SENTIMENT_CLASSES)
		sum += row_loss(pass->options->loss, NULL, share + n, label + n);
	return sum / batch;
}

/* From the slope of a hidden layer's output to that of its product, in place. */
static void
hidden_backward(cs_sentiment_pass *pass, float *slope, float *gradient, const float *parameters,
				int layer, int batch)
{
	const cs_dropout none = {.scale = 1};
	tensors of = tensors_of(pass, layer);
	int width = outputs_of(pass->options, layer);
	size_t count = (size_t) batch * width;

	drop(pass, slope, pass->options->dropout, 1 + layer, count);
	for (size_t i = 0; i < count; i++)
		slope[i] = pass->output[layer][i] > 0 ? slope[i] : 0;
	if (pass->options->normalization == CS_SENTIMENT_LAYER_NORM)
		cs_residual_norm_backward(slope, slope, gradient + of.scale, gradient + of.shift,
								  pass->spare, pass->centred[layer], pass->inverse_sd[layer],
								  parameters + of.scale, &none, 0, batch, width);
}

double
cs_sentiment_backward(cs_sentiment_pass *pass, float *gradient, const float *parameters,
					  const float *label, int batch)
{
	const cs_sentiment_options *options = pass->options;
	const float *share = pass->output[options->layers];
	float *slope = pass->slope[0];
	float *below = pass->slope[1];
	double sum = 0;

	for (int n = 0; n < batch * CS_SENTIMENT_CLASSES; n += CS_SENTIMENT_CLASSES)
	{
		sum += row_loss(options->loss, slope + n, share + n, label + n);
		for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
			slope[n + k] /= (float) batch;
	}
	for (int l = options->layers; l >= 0; l--)
	{
		tensors of = tensors_of(pass, l);
		int inputs = inputs_of(options, pass->features, l);
		int outputs = outputs_of(options, l);
		float *swap = slope;

		if (l < options->layers)
			hidden_backward(pass, slope, gradient, parameters, l, batch);
		cs_dense_backward(l == 0 ? pass->input_slope : below, gradient + of.weight,
						  gradient + of.bias, slope, l == 0 ? pass->input : pass->output[l - 1],
						  parameters + of.weight, batch, inputs, outputs);
		cs_work(2 * (size_t) batch * inputs * outputs);
		slope = below;
		below = swap;
	}
	if (pass->input_slope != NULL)
		drop(pass, pass->input_slope, options->input_dropout, INPUT_SITE,
			 (size_t) batch * pass->features);
	return sum / batch;
}
