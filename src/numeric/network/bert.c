/*
 * bert.c
 *		BERT, forward, on the encoder layers of Transformers.
 */
#include "numeric/network/bert.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/network/dense.h"
#include "numeric/network/layer_norm.h"

/*
 * Positions that a matrix product takes at a time: with fewer it is slower.  The products behind
 * the attention, which are done for one slice, take some 20 ms for BERT-base.
 */
#define SLICE_ROWS 128

/* What a value of an embedding costs in multiply-adds. */
#define EMBEDDING_COST 10

cs_encoder_shape
cs_bert_encoder_shape(const cs_bert_shape *shape, int steps)
{
	return (cs_encoder_shape){.steps = steps,
							  .queries = steps,
							  .width = shape->width,
							  .heads = shape->heads,
							  .feed_forward = shape->feed_forward,
							  .activation = shape->activation,
							  .slice_rows = SLICE_ROWS,
							  .norm_epsilon = (float) shape->norm_epsilon};
}

bool
cs_bert_pass_create(cs_bert_pass *pass, const cs_bert *bert, int steps, cs_workspace *workspace)
{
	size_t width = (size_t) bert->shape.width;

	memset(pass, 0, sizeof(*pass));
	pass->bert = bert;
	pass->steps = steps;
	pass->encoder.shape = cs_bert_encoder_shape(&bert->shape, steps);
	pass->encoder.batch = 1;
	for (int site = 0; site < CS_ENCODER_SITES; site++)
		pass->encoder.dropout[site] = cs_dropout_of(0, 0, (uint64_t) site);
	pass->hidden = cs_workspace_take(workspace, (size_t) steps * width, sizeof(float));
	pass->pooled = cs_workspace_take(workspace, width, sizeof(float));
	pass->row = cs_workspace_take(workspace, width, sizeof(float));
	pass->inverse_sd = cs_workspace_take(workspace, (size_t) steps, sizeof(float));
	cs_encoder_layer_lay(&pass->encoder, 1, false, workspace);
	cs_encoder_scratch_lay(&pass->encoder.scratch, &pass->encoder.shape, 1, false, workspace);
	return !workspace->failed;
}

double
cs_bert_cost(const cs_bert_shape *shape, int steps)
{
	double width = shape->width;
	double linear = 4 * width * width + 2 * width * shape->feed_forward;

	return (double) shape->layers * steps * (linear + 2.0 * steps * width);
}

/* hidden = norm(token + position + type 0). */
static void
embed(cs_bert_pass *pass, const uint32_t *id)
{
	const cs_bert *bert = pass->bert;
	const cs_dropout none = cs_dropout_of(0, 0, 0);
	int width = bert->shape.width;
	float *sum = pass->encoder.context; /* (T, D), free until the layers begin */
	float *type = pass->pooled;

	cs_stored_floats_read(type, bert->type, 0, (size_t) width);
	for (int t = 0; t < pass->steps; t++)
	{
		float *to = sum + (size_t) t * width;

		cs_stored_floats_read(to, bert->token, (size_t) id[t] * width, (size_t) width);
		cs_stored_floats_read(pass->row, bert->position, (size_t) t * width, (size_t) width);
		for (int j = 0; j < width; j++)
			to[j] += pass->row[j];
		cs_work((size_t) width * EMBEDDING_COST);
	}
	cs_residual_norm_forward(pass->hidden, sum, pass->inverse_sd, type, 0, bert->norm_weight,
							 bert->norm_bias, (float) bert->shape.norm_epsilon, &none, 0,
							 pass->steps, width);
}

/* Points the encoder to the tensors of a layer. */
static void
set_layer(cs_encoder_layer *encoder, const cs_bert_layer *layer)
{
	static const cs_bert_tensor tensors[CS_ENCODER_TENSORS] = {
		[CS_ENCODER_OUT_WEIGHT] = CS_BERT_OUT_WEIGHT,
		[CS_ENCODER_OUT_BIAS] = CS_BERT_OUT_BIAS,
		[CS_ENCODER_FEED_FORWARD1_WEIGHT] = CS_BERT_FEED_FORWARD1_WEIGHT,
		[CS_ENCODER_FEED_FORWARD1_BIAS] = CS_BERT_FEED_FORWARD1_BIAS,
		[CS_ENCODER_FEED_FORWARD2_WEIGHT] = CS_BERT_FEED_FORWARD2_WEIGHT,
		[CS_ENCODER_FEED_FORWARD2_BIAS] = CS_BERT_FEED_FORWARD2_BIAS,
		[CS_ENCODER_NORM1_WEIGHT] = CS_BERT_NORM1_WEIGHT,
		[CS_ENCODER_NORM1_BIAS] = CS_BERT_NORM1_BIAS,
		[CS_ENCODER_NORM2_WEIGHT] = CS_BERT_NORM2_WEIGHT,
		[CS_ENCODER_NORM2_BIAS] = CS_BERT_NORM2_BIAS};

	for (int i = CS_ENCODER_OUT_WEIGHT; i < CS_ENCODER_TENSORS; i++)
		encoder->parameter[i] = layer->tensor[tensors[i]];
	for (int i = 0; i < CS_ENCODER_MAPS; i++)
	{
		encoder->apart_weight[i] = layer->tensor[CS_BERT_QUERY_WEIGHT + 2 * i];
		encoder->apart_bias[i] = layer->tensor[CS_BERT_QUERY_BIAS + 2 * i];
	}
}

cs_status
cs_bert_forward_lower(cs_bert_pass *pass, const uint32_t *id, int layers)
{
	const cs_bert *bert = pass->bert;

	embed(pass, id);
	pass->encoder.input = pass->encoder.output = pass->hidden;
	for (int l = 0; l < layers; l++)
	{
		set_layer(&pass->encoder, bert->layer + l);
		cs_encoder_forward(&pass->encoder);
	}
	return cs_all_finite_float(pass->hidden, (size_t) pass->steps * bert->shape.width)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

cs_status
cs_bert_forward(cs_bert_pass *pass, const uint32_t *id)
{
	return cs_bert_forward_lower(pass, id, pass->bert->shape.layers);
}

void
cs_bert_pool(cs_bert_pass *pass)
{
	const cs_bert *bert = pass->bert;
	int width = bert->shape.width;

	cs_dense_forward(pass->pooled, pass->hidden, bert->pooler_weight, bert->pooler_bias, 1, width,
					 width);
	cs_activate_tanh(pass->pooled, (size_t) width);
	cs_work((size_t) width * width);
}

void
cs_bert_mean_max(float *mean, float *largest, const float *hidden, const bool *chosen, int steps,
				 int width)
{
	for (int j = 0; j < width; j++)
	{
		double sum = 0;
		float most = 0;
		int count = 0;

		for (int t = 0; t < steps; t++)
			if (chosen[t])
			{
				float value = hidden[(size_t) t * width + j];

				sum += value;
				most = count == 0 || value > most ? value : most;
				count++;
			}
		if (mean != NULL)
			mean[j] = count > 0 ? (float) (sum / count) : 0.0f;
		if (largest != NULL)
			largest[j] = most;
	}
	cs_work((size_t) steps * width);
}

void
cs_bert_normalize(float *vector, int width)
{
	double square = 0;

	for (int j = 0; j < width; j++)
		square += (double) vector[j] * vector[j];
	for (int j = 0; j < width && square > 0; j++)
		vector[j] = (float) (vector[j] / sqrt(square));
}
