/*
 * bench_transformer.c
 *		Seconds per training epoch of paper 001's Transformer: 46 inputs, 64 features, sinusoidal
 *		positions, 5 layers of 4 heads, window 21, dropout 0.1, RMSE, RMSprop; and seconds of
 *		forecasts.  Median of 3.
 *
 *	bench_transformer.exe [WINDOWS]		10,000 by default
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

#include "numeric/network/loss.h"
#include "numeric/network/optimizer.h"
#include "numeric/network/sequence_model.h"
#include "stopwatch.h"

#define STEPS 21
#define INPUTS 46
#define WIDTH 64
#define LAYERS 5
#define REPEATS 3
#define FORECAST_BATCH 97

static void *
allocate(size_t count, size_t size)
{
	void *block = calloc(count, size);

	if (block == NULL)
		exit(1);
	return block;
}

/* Windows (N, T, C) of noise; the target is the mean of the first input, with noise. */
typedef struct sample
{
	int windows;
	float *input;
	float *target;
	int32_t *order;
} sample;

static void
make_sample(sample *data, int windows)
{
	cs_random random;

	data->windows = windows;
	data->input = allocate((size_t) windows * STEPS * INPUTS, sizeof(float));
	data->target = allocate((size_t) windows, sizeof(float));
	data->order = allocate((size_t) windows, sizeof(int32_t));
	cs_random_seed(&random, 3);
	for (size_t i = 0; i < (size_t) windows * STEPS * INPUTS; i++)
		data->input[i] = (float) cs_random_normal(&random);
	for (int n = 0; n < windows; n++)
	{
		data->order[n] = n;
		data->target[n] = 0.1f * (float) cs_random_normal(&random);
		for (int t = 0; t < STEPS; t++)
			data->target[n] += data->input[((size_t) n * STEPS + t) * INPUTS] / STEPS;
	}
}

/* Brings windows `first` to `first` + count - 1 into the pass, and their targets. */
static void
gather(float *input, float *target, const sample *data, int first, int count)
{
	for (int n = 0; n < count; n++)
	{
		size_t window = (size_t) data->order[first + n];

		for (int t = 0; t < STEPS; t++)
			memcpy(input + ((size_t) t * count + n) * INPUTS,
				   data->input + (window * STEPS + t) * INPUTS, INPUTS * sizeof(float));
		target[n] = data->target[window];
	}
}

typedef struct trained
{
	cs_sequence_architecture architecture;
	cs_sequence_pass pass;
	size_t count;
	float *parameters;
	float *gradient;
	float *target;
	void *block;
	void *moments;
	cs_optimizer optimizer;
	cs_random random;
} trained;

static void
create(trained *model, int feed_forward, int batch, bool training)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	cs_workspace workspace;
	size_t total;
	int count;

	model->architecture = (cs_sequence_architecture){.body = CS_BODY_TRANSFORMER,
													 .layers = LAYERS,
													 .width = WIDTH,
													 .heads = 4,
													 .feed_forward = feed_forward,
													 .positions = true,
													 .dropout = 0.1,
													 .steps = STEPS,
													 .inputs = INPUTS,
													 .outputs = 1};
	model->count = cs_sequence_model_parameter_count(&model->architecture);
	model->parameters = allocate(model->count, sizeof(float));
	model->gradient = allocate(model->count, sizeof(float));
	model->moments = allocate(2 * model->count, sizeof(float));
	model->target = allocate((size_t) batch, sizeof(float));
	cs_workspace_count(&workspace);
	cs_sequence_pass_create(&model->pass, &model->architecture, batch, training, &workspace);
	total = cs_workspace_total(&workspace);
	model->block = allocate(total, 1);
	cs_workspace_initialize(&workspace, model->block, total);
	if (!cs_sequence_pass_create(&model->pass, &model->architecture, batch, training, &workspace))
		exit(1);
	cs_random_seed(&model->random, 1);
	count = cs_sequence_model_views(&model->architecture, views);
	for (int view = 0; view < count; view++)
		cs_view_initialize(model->parameters, views + view, &model->random);
	cs_optimizer_initialize(&model->optimizer, CS_OPTIMIZER_RMSPROP, 1e-4, model->moments,
							(float *) model->moments + model->count);
	model->optimizer.beta1 = 0.9;
	model->optimizer.weight_decay = 1e-7;
}

static void
destroy(trained *model)
{
	free(model->parameters);
	free(model->gradient);
	free(model->target);
	free(model->block);
	free(model->moments);
}

static void
run_forward(trained *model, int count, bool training)
{
	if (training)
		cs_sequence_training_forward(&model->pass, model->parameters, count, &model->random);
	else
		cs_sequence_forward(&model->pass, model->parameters, count);
}

static void
run_backward(trained *model)
{
	cs_sequence_backward(&model->pass, model->gradient);
}

/* Returns the mean loss. */
static double
train_epoch(trained *model, const sample *data, int batch)
{
	double loss = 0;

	cs_random_shuffle(&model->random, data->order, (size_t) data->windows);
	for (int first = 0; first < data->windows; first += batch)
	{
		int count = data->windows - first < batch ? data->windows - first : batch;

		gather(model->pass.input, model->target, data, first, count);
		run_forward(model, count, true);
		loss += cs_loss_sum(model->pass.output_gradient, model->pass.output, model->target,
							(size_t) count, CS_LOSS_RMSE, 0);
		run_backward(model);
		cs_optimizer_step(&model->optimizer);
		cs_optimizer_update(&model->optimizer, model->parameters, model->gradient, 1.0, 0,
							model->count);
		memset(model->gradient, 0, model->count * sizeof(float));
	}
	return loss / data->windows;
}

static double
forecast(trained *model, const sample *data)
{
	double sum = 0;

	for (int first = 0; first < data->windows; first += FORECAST_BATCH)
	{
		int left = data->windows - first;
		int count = left < FORECAST_BATCH ? left : FORECAST_BATCH;

		gather(model->pass.input, model->target, data, first, count);
		run_forward(model, count, false);
		for (int n = 0; n < count; n++)
			sum += model->pass.output[n];
	}
	return sum;
}

/* Multiply-adds of a forward pass of one window, products only, all positions in all layers. */
static double
multiply_adds(int feed_forward)
{
	double row = WIDTH * (4.0 * WIDTH + 2.0 * feed_forward) + 2.0 * STEPS * WIDTH;

	return STEPS * (LAYERS * row + (double) WIDTH * INPUTS);
}

/* Multiply-adds a second of the sgemm of the feed-forward half, (672, 64) by (64, 256). */
static double
sgemm_rate(void)
{
	enum
	{
		REPEAT = 1000
	};
	static float a[672 * 64], b[256 * 64], c[672 * 256];
	double began;

	for (int pass = 0;; pass++)
	{
		began = now();
		for (int i = 0; i < REPEAT; i++)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, 672, 256, 64, 1, a, 64, b, 64, 0,
						c, 256);
		if (pass > 0)
			return (double) REPEAT * 672 * 256 * 64 / (now() - began);
	}
}

static void
report(const char *work, const char *peer, int windows, double *seconds, double limit, double value)
{
	printf("{\"name\": \"%s, %d windows of 21 x 46\", \"seconds\": %.4f, \"limit\": %.4f, "
		   "\"value\": %.5g, \"peer\": \"%s\"}\n",
		   work, windows, median(seconds, REPEATS), limit, value, peer);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static const int feed_forwards[] = {64, 256};
	static const int batches[] = {32, 256};
	double rate = sgemm_rate();
	double seconds[REPEATS];
	static trained model;
	sample data;
	char work[128];
	char peer[128];
	double value = 0;

	make_sample(&data, argc > 1 ? (int) strtol(argv[1], NULL, 10) : 10000);
	for (int f = 0; f < 2; f++)
	{
		double limit = multiply_adds(feed_forwards[f]) * data.windows / rate;

		for (int b = 0; b < 2; b++)
		{
			create(&model, feed_forwards[f], batches[b], true);
			for (int r = 0; r < REPEATS; r++)
			{
				double began = now();

				value = train_epoch(&model, &data, batches[b]);
				seconds[r] = now() - began;
			}
			destroy(&model);
			snprintf(work, sizeof(work),
					 "train Transformer, 5 layers of 64, feed-forward %d, batch %d, per epoch",
					 feed_forwards[f], batches[b]);
			snprintf(peer, sizeof(peer), "transformer_train/ff%d/b%d", feed_forwards[f],
					 batches[b]);
			report(work, peer, data.windows, seconds, 3 * limit, value);
		}
		create(&model, feed_forwards[f], FORECAST_BATCH, false);
		for (int r = 0; r < REPEATS; r++)
		{
			double began = now();

			value = forecast(&model, &data);
			seconds[r] = now() - began;
		}
		destroy(&model);
		snprintf(work, sizeof(work), "forecast with the same, feed-forward %d", feed_forwards[f]);
		snprintf(peer, sizeof(peer), "transformer_infer/ff%d", feed_forwards[f]);
		report(work, peer, data.windows, seconds, limit, value);
	}
	free(data.input);
	free(data.target);
	free(data.order);
	return 0;
}
