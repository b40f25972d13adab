/*
 * switchable_norm.c
 *		Switchable normalization (Luo, Ren, Peng, Zhang and Li 2019) of sequences: the mean and the
 *		variance of a value are mixtures of those of its channel in its window ("instance", over T),
 *		of its window ("layer", over T and C) and of its channel in its batch ("batch", over N and
 *		T); the shares are softmaxes of learnt weights:
 *
 *		y = gamma (x - sum_k w_k mu_k) / sqrt(sum_k v_k sigma2_k + eps) + beta
 *
 * Variances have the divisor of their mean.  Gradients flow through all three statistics.  Outside
 * of training the batch's statistics are the running ones, which training moves by a tenth of the
 * way from batch to batch, so that no window's output depends on other windows.
 *
 * N batch, T steps, C channels.
 */
#include "numeric/network/layer.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/network/rows_at_once.h"

#define EPSILON 1e-5f

/* The share of itself that a running statistic keeps at a batch. */
#define MOMENTUM 0.9f

/* What a value costs in multiply-adds: its statistics, its output, its gradients. */
#define STATISTICS_COST 8
#define OUTPUT_COST 8
#define GRADIENT_COST 16

enum
{
	INSTANCE,
	LAYER,
	BATCH,
	KINDS
};

/* The layer's tensors, in the order of its views. */
typedef struct tensors
{
	const float *scale;			  /* gamma (C) */
	const float *shift;			  /* beta (C) */
	const float *mean_weight;	  /* (3) */
	const float *variance_weight; /* (3) */
} tensors;

/* What is kept of a batch: statistics of every window and channel, of windows, of channels. */
typedef struct statistics
{
	float *mean;			  /* (N, C) of the instance */
	float *variance;		  /* (N, C) */
	float *center;			  /* (N, C): the mixture of means */
	float *inverse_deviation; /* (N, C): 1 / sqrt(mixture of variances + eps) */
	float *window_mean;		  /* (N) */
	float *window_variance;	  /* (N) */
	float *batch_mean;		  /* (C) */
	float *batch_variance;	  /* (C) */
} statistics;

/* Gradients of the statistics, and sums for the weights. */
typedef struct slopes
{
	float *mean;			/* (N, C) of the center */
	float *variance;		/* (N, C) of the mixture of variances */
	float *window_mean;		/* (N): the sums over C of these */
	float *window_variance; /* (N) */
	float *batch_mean;		/* (C): the sums over N */
	float *batch_variance;	/* (C) */
	float *shares;			/* (2, 3): of w, of v */
} slopes;

static void
add_views(cs_view_list *list, const cs_layer_shape *shape)
{
	cs_initial zero = {.constant = 0};
	cs_initial one = {.constant = 1};

	cs_view_add(list, shape, "scale", shape->inputs, 0, true, one);
	cs_view_add(list, shape, "shift", shape->inputs, 0, true, zero);
	cs_view_add(list, shape, "mean_weight", KINDS, 0, true, one);
	cs_view_add(list, shape, "variance_weight", KINDS, 0, true, one);
	cs_view_add(list, shape, "running_mean", shape->inputs, 0, false, zero);
	cs_view_add(list, shape, "running_variance", shape->inputs, 0, false, one);
}

static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	size_t channels = (size_t) shape->inputs;
	size_t each = cs_saturated_product(batch, channels);
	size_t sides = 2 * cs_saturated_sum(batch, channels);

	return (cs_layer_sizes){
		cs_saturated_sum(cs_saturated_product(each, 4), sides),
		cs_saturated_sum(cs_saturated_product(each, 2), sides + 2 * KINDS),
	};
}

static tensors
tensors_of(const cs_layer *layer)
{
	int channels = layer->shape.inputs;
	tensors of;

	of.scale = layer->parameters;
	of.shift = of.scale + channels;
	of.mean_weight = of.shift + channels;
	of.variance_weight = of.mean_weight + KINDS;
	return of;
}

static statistics
statistics_of(const cs_layer *layer)
{
	size_t each = (size_t) layer->batch * layer->shape.inputs;
	statistics of;

	of.mean = layer->kept;
	of.variance = of.mean + each;
	of.center = of.variance + each;
	of.inverse_deviation = of.center + each;
	of.window_mean = of.inverse_deviation + each;
	of.window_variance = of.window_mean + layer->batch;
	of.batch_mean = of.window_variance + layer->batch;
	of.batch_variance = of.batch_mean + layer->shape.inputs;
	return of;
}

static slopes
slopes_of(const cs_layer *layer)
{
	size_t each = (size_t) layer->batch * layer->shape.inputs;
	slopes of;

	of.mean = layer->scratch;
	of.variance = of.mean + each;
	of.window_mean = of.variance + each;
	of.window_variance = of.window_mean + layer->batch;
	of.batch_mean = of.window_variance + layer->batch;
	of.batch_variance = of.batch_mean + layer->shape.inputs;
	of.shares = of.batch_variance + layer->shape.inputs;
	return of;
}

static void
softmax(float share[KINDS], const float *weight)
{
	float most = fmaxf(weight[0], fmaxf(weight[1], weight[2]));
	float sum = 0;

	for (int k = 0; k < KINDS; k++)
	{
		share[k] = expf(weight[k] - most);
		sum += share[k];
	}
	for (int k = 0; k < KINDS; k++)
		share[k] /= sum;
}

static void
clear(float *values, int count)
{
	memset(values, 0, (size_t) count * sizeof(float));
}

/* Mean and variance of each channel over the steps, `stride` floats apart. */
CS_INLINE void
instance_statistics(float *mean, float *variance, const float *x, size_t stride, int steps,
					int channels)
{
	float share = 1.0f / (float) steps;

	for (int c = 0; c < channels; c++)
		mean[c] = variance[c] = 0;
	for (int t = 0; t < steps; t++)
	{
		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
			mean[c] += x[t * stride + c];
	}
	CS_INDEPENDENT
	for (int c = 0; c < channels; c++)
		mean[c] *= share;
	for (int t = 0; t < steps; t++)
	{
		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
			variance[c] += (x[t * stride + c] - mean[c]) * (x[t * stride + c] - mean[c]);
	}
	CS_INDEPENDENT
	for (int c = 0; c < channels; c++)
		variance[c] *= share;
}

/* Those of the window from those of its channels. */
CS_INLINE void
window_statistics(float *window_mean, float *window_variance, const float *mean,
				  const float *variance, int channels)
{
	float share = 1.0f / (float) channels;
	float sum = 0;
	float square = 0;

	for (int c = 0; c < channels; c++)
		sum += mean[c];
	sum *= share;
	for (int c = 0; c < channels; c++)
		square += variance[c] + (mean[c] - sum) * (mean[c] - sum);
	*window_mean = sum;
	*window_variance = square * share;
}

/* Statistics of windows `first` to `end` - 1; in training also their part of the batch's means. */
CS_TARGET_CLONES
static void
take_statistics(const statistics *kept, const cs_layer *layer, size_t first, size_t end)
{
	int channels = layer->shape.inputs;
	size_t stride = (size_t) layer->batch * channels;
	float share = 1.0f / (float) layer->batch;

	for (size_t n = first; n < end; n++)
	{
		float *mean = kept->mean + n * channels;
		float *variance = kept->variance + n * channels;

		instance_statistics(mean, variance, layer->input + n * channels, stride, layer->shape.steps,
							channels);
		window_statistics(kept->window_mean + n, kept->window_variance + n, mean, variance,
						  channels);
		if (!layer->training)
			continue;
		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
			kept->batch_mean[c] += share * mean[c];
	}
}

/* The batch's variance is the mean variance of its windows and the variance of their means. */
CS_TARGET_CLONES
static void
take_batch_variance(const statistics *kept, const cs_layer *layer, size_t first, size_t end)
{
	int channels = layer->shape.inputs;
	float share = 1.0f / (float) layer->batch;

	for (size_t n = first; n < end; n++)
	{
		const float *mean = kept->mean + n * channels;
		const float *variance = kept->variance + n * channels;

		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
		{
			float off = mean[c] - kept->batch_mean[c];

			kept->batch_variance[c] += share * (variance[c] + off * off);
		}
	}
}

static void
move_running_statistics(const statistics *kept, const cs_layer *layer)
{
	int channels = layer->shape.inputs;
	float *mean = layer->new_state;
	float *variance = mean + channels;

	for (int c = 0; c < channels; c++)
	{
		mean[c] = MOMENTUM * mean[c] + (1.0f - MOMENTUM) * kept->batch_mean[c];
		variance[c] = MOMENTUM * variance[c] + (1.0f - MOMENTUM) * kept->batch_variance[c];
	}
}

/* The mixtures of windows `first` to `end` - 1, and their output. */
CS_TARGET_CLONES
static void
write_output(const statistics *kept, const cs_layer *layer, size_t first, size_t end)
{
	tensors own = tensors_of(layer);
	int channels = layer->shape.inputs;
	size_t stride = (size_t) layer->batch * channels;
	float w[KINDS];
	float v[KINDS];

	softmax(w, own.mean_weight);
	softmax(v, own.variance_weight);
	for (size_t n = first; n < end; n++)
	{
		const float *mean = kept->mean + n * channels;
		const float *variance = kept->variance + n * channels;
		float *center = kept->center + n * channels;
		float *inverse = kept->inverse_deviation + n * channels;
		const float *x = layer->input + n * channels;
		float *y = layer->output + n * channels;
		float window_center = w[LAYER] * kept->window_mean[n];
		float window_spread = v[LAYER] * kept->window_variance[n] + EPSILON;

		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
		{
			center[c] = w[INSTANCE] * mean[c] + window_center + w[BATCH] * kept->batch_mean[c];
			inverse[c] = 1.0f / sqrtf(v[INSTANCE] * variance[c] + window_spread +
									  v[BATCH] * kept->batch_variance[c]);
		}
		for (int t = 0; t < layer->shape.steps; t++)
		{
			CS_INDEPENDENT
			for (int c = 0; c < channels; c++)
				y[t * stride + c] =
					own.scale[c] * inverse[c] * (x[t * stride + c] - center[c]) + own.shift[c];
		}
	}
}

/* The end of the slice of windows from `first` on whose values cost `each`; polls. */
static size_t
slice_end(const cs_layer *layer, size_t first, double each)
{
	double cost = each * layer->shape.steps * layer->shape.inputs;
	size_t count = cs_rows_at_once((size_t) layer->batch - first, cost);

	cs_work((size_t) (cost * (double) count));
	return first + count;
}

static void
forward(cs_layer *layer)
{
	statistics kept = statistics_of(layer);
	int channels = layer->shape.inputs;
	size_t batch = (size_t) layer->batch;
	size_t end;

	if (layer->training)
	{
		clear(kept.batch_mean, channels);
		clear(kept.batch_variance, channels);
	}
	else
	{
		memcpy(kept.batch_mean, layer->state, (size_t) channels * sizeof(float));
		memcpy(kept.batch_variance, layer->state + channels, (size_t) channels * sizeof(float));
	}
	for (size_t first = 0; first < batch; first = end)
	{
		end = slice_end(layer, first, STATISTICS_COST);
		take_statistics(&kept, layer, first, end);
	}
	if (layer->training)
	{
		for (size_t first = 0; first < batch; first = end)
		{
			end = slice_end(layer, first, STATISTICS_COST);
			take_batch_variance(&kept, layer, first, end);
		}
		move_running_statistics(&kept, layer);
	}
	for (size_t first = 0; first < batch; first = end)
	{
		end = slice_end(layer, first, OUTPUT_COST);
		write_output(&kept, layer, first, end);
	}
}

/* sum_t g and sum_t g (x - center) / deviation of each channel of a window. */
CS_INLINE void
gradient_sums(float *sum, float *product, const float *g, const float *x, const float *center,
			  const float *inverse, size_t stride, int steps, int channels)
{
	for (int c = 0; c < channels; c++)
		sum[c] = product[c] = 0;
	for (int t = 0; t < steps; t++)
	{
		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
		{
			sum[c] += g[t * stride + c];
			product[c] += g[t * stride + c] * (x[t * stride + c] - center[c]);
		}
	}
	CS_INDEPENDENT
	for (int c = 0; c < channels; c++)
		product[c] *= inverse[c];
}

/* Gradients of gamma, beta and of every window's mixtures, with the sums over windows, channels. */
CS_TARGET_CLONES
static void
take_sums(const slopes *of, const statistics *kept, const cs_layer *layer, size_t first, size_t end)
{
	tensors own = tensors_of(layer);
	int channels = layer->shape.inputs;
	float *scale_gradient = layer->gradient;
	float *shift_gradient = layer->gradient + channels;

	for (size_t n = first; n < end; n++)
	{
		size_t at = n * channels;
		const float *inverse = kept->inverse_deviation + at;
		float *mean = of->mean + at;
		float *variance = of->variance + at;
		float share[4] = {0};

		gradient_sums(mean, variance, layer->output_gradient + at, layer->input + at,
					  kept->center + at, inverse, (size_t) layer->batch * channels,
					  layer->shape.steps, channels);
		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
		{
			float slope = -own.scale[c] * inverse[c];

			scale_gradient[c] += variance[c];
			shift_gradient[c] += mean[c];
			mean[c] *= slope;
			variance[c] *= 0.5f * slope * inverse[c];
			of->batch_mean[c] += mean[c];
			of->batch_variance[c] += variance[c];
		}
		for (int c = 0; c < channels; c++)
		{
			share[0] += mean[c];
			share[1] += variance[c];
			share[2] += mean[c] * kept->mean[at + c];
			share[3] += variance[c] * kept->variance[at + c];
		}
		of->window_mean[n] = share[0];
		of->window_variance[n] = share[1];
		of->shares[INSTANCE] += share[2];
		of->shares[LAYER] += share[0] * kept->window_mean[n];
		of->shares[KINDS + INSTANCE] += share[3];
		of->shares[KINDS + LAYER] += share[1] * kept->window_variance[n];
	}
}

/* Of softmax weights, from the gradient of their shares. */
static void
add_weight_gradient(float *gradient, const float *weight, const float *slope)
{
	float share[KINDS];
	float mean = 0;

	softmax(share, weight);
	for (int k = 0; k < KINDS; k++)
		mean += share[k] * slope[k];
	for (int k = 0; k < KINDS; k++)
		gradient[k] += share[k] * (slope[k] - mean);
}

static void
add_weight_gradients(const slopes *of, const statistics *kept, const cs_layer *layer)
{
	tensors own = tensors_of(layer);
	float *gradient = layer->gradient + (own.mean_weight - layer->parameters);

	for (int c = 0; c < layer->shape.inputs; c++)
	{
		of->shares[BATCH] += of->batch_mean[c] * kept->batch_mean[c];
		of->shares[KINDS + BATCH] += of->batch_variance[c] * kept->batch_variance[c];
	}
	add_weight_gradient(gradient, own.mean_weight, of->shares);
	add_weight_gradient(gradient + KINDS, own.variance_weight, of->shares + KINDS);
}

/*
 * dx = a g + m + b (x - mean) of the instance + ... over the three statistics, which is a g + b x +
 * d with b and d the same at all steps; these take the places of the slopes.
 */
CS_TARGET_CLONES
static void
write_input_gradient(const slopes *of, const statistics *kept, const cs_layer *layer, size_t first,
					 size_t end)
{
	tensors own = tensors_of(layer);
	int steps = layer->shape.steps;
	int channels = layer->shape.inputs;
	size_t stride = (size_t) layer->batch * channels;
	float w[KINDS];
	float v[KINDS];
	const float count[KINDS] = {(float) steps, (float) steps * (float) channels,
								(float) steps * (float) layer->batch};

	softmax(w, own.mean_weight);
	softmax(v, own.variance_weight);
	for (int k = 0; k < KINDS; k++)
	{
		w[k] /= count[k];
		v[k] *= 2.0f / count[k];
	}
	if (!layer->training) /* what runs does not depend on the input */
		w[BATCH] = v[BATCH] = 0;
	for (size_t n = first; n < end; n++)
	{
		size_t at = n * channels;
		float *d = of->mean + at;
		float *b = of->variance + at;
		const float *mean = kept->mean + at;
		const float *inverse = kept->inverse_deviation + at;
		const float *g = layer->output_gradient + at;
		const float *x = layer->input + at;
		float *dx = layer->input_gradient + at;
		float window_b = v[LAYER] * of->window_variance[n];
		float window_d = w[LAYER] * of->window_mean[n] - window_b * kept->window_mean[n];

		CS_INDEPENDENT
		for (int c = 0; c < channels; c++)
		{
			float own_b = v[INSTANCE] * b[c];
			float batch_b = v[BATCH] * of->batch_variance[c];

			d[c] = w[INSTANCE] * d[c] - own_b * mean[c] + window_d + w[BATCH] * of->batch_mean[c] -
				   batch_b * kept->batch_mean[c];
			b[c] = own_b + window_b + batch_b;
		}
		for (int t = 0; t < steps; t++)
		{
			CS_INDEPENDENT
			for (int c = 0; c < channels; c++)
				dx[t * stride + c] =
					own.scale[c] * inverse[c] * g[t * stride + c] + b[c] * x[t * stride + c] + d[c];
		}
	}
}

static void
backward(cs_layer *layer)
{
	statistics kept = statistics_of(layer);
	slopes of = slopes_of(layer);
	size_t batch = (size_t) layer->batch;
	size_t end;

	clear(of.batch_mean, layer->shape.inputs);
	clear(of.batch_variance, layer->shape.inputs);
	clear(of.shares, 2 * KINDS);
	for (size_t first = 0; first < batch; first = end)
	{
		end = slice_end(layer, first, GRADIENT_COST);
		take_sums(&of, &kept, layer, first, end);
	}
	add_weight_gradients(&of, &kept, layer);
	for (size_t first = 0; layer->input_gradient != NULL && first < batch; first = end)
	{
		end = slice_end(layer, first, GRADIENT_COST);
		write_input_gradient(&of, &kept, layer, first, end);
	}
}

const cs_layer_kind cs_switchable_norm_kind = {add_views, sizes, forward, backward};
