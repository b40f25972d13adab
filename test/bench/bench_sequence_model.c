/*
 * bench_sequence_model.c
 *		Seconds per training epoch of paper 003's networks: 3 layers of 128, 64 and 32 units,
 *		look-back 5, 11 columns, 2140 windows, batch 32, Adam.  The recurrent layers alone; with
 *		switchable normalization, Gaussian dropout and a dense layer, which are the whole of it; and
 *		with self-attention before them.  Median of 5 epochs after one to warm up.
 */
#include <stdio.h>
#include <stdlib.h>

#include <cblas.h>

#include "numeric/base/poll.h"
#include "numeric/network/sequence_fit.h"
#include "stopwatch.h"

#define COLUMNS 11
#define WINDOWS 2140
#define EPOCHS 6

/* Random walks, as spreads and their drivers are. */
static double *
make_rows(size_t rows)
{
	double *values = malloc(rows * COLUMNS * sizeof(double));
	cs_random random;

	if (values == NULL)
		exit(1);
	cs_random_seed(&random, 1);
	for (size_t i = 0; i < rows * COLUMNS; i++)
		values[i] = (i < COLUMNS ? 0 : values[i - COLUMNS]) + cs_random_normal(&random);
	return values;
}

/* The epochs of the fit at work. */
static struct
{
	double *seconds;
	double began;
	int count; /* complete, of */
	int all;
} epochs;

static void
note_epoch(double done, double total)
{
	if (!(total > 0) || done / total * epochs.all < epochs.count + 1 - 1e-9)
		return;
	epochs.seconds[epochs.count++] = now() - epochs.began;
	epochs.began = now();
}

/* What stands around the recurrent layers. */
enum
{
	ALONE,
	WHOLE,
	WITH_ATTENTION,
	FORMS
};

static double
seconds_per_epoch(cs_cell cell, int form, double *loss)
{
	cs_sequence_options options = {.cell = cell,
								   .layers = 3,
								   .units = {128, 64, 32},
								   .look_back = 5,
								   .horizon_count = 1,
								   .horizons = {1},
								   .target = CS_TARGET_LEVEL,
								   .loss = CS_LOSS_MSE,
								   .learning_rate = 1e-3,
								   .batch_size = 32,
								   .epochs = EPOCHS,
								   .ensemble = 1,
								   .interval_level = 0.9,
								   .seed = 1};
	if (form >= WHOLE)
	{
		options.normalization = CS_NORMALIZATION_SWITCHABLE;
		options.dropout = 0.2;
		options.dense_layers = 1;
		options.dense[0] = 32;
	}
	options.attention = form == WITH_ATTENTION;
	size_t rows = WINDOWS + 5;
	size_t start = 0;
	double *values = make_rows(rows);
	cs_sequence_data data = {.values = values,
							 .rows = rows,
							 .columns = COLUMNS,
							 .series_start = &start,
							 .series_count = 1};
	size_t size = cs_sequence_fit_workspace_size(&options, &data);
	size_t count = cs_sequence_parameter_count(&options, COLUMNS);
	float *parameters = malloc(count * sizeof(float));
	void *block = malloc(size);
	cs_workspace workspace;
	static cs_sequence_fit fit;
	double seconds[EPOCHS];

	if (parameters == NULL || block == NULL)
		exit(1);
	cs_workspace_initialize(&workspace, block, size);
	if (cs_sequence_fit_initialize(&fit, &options, &data, &workspace, parameters) != CS_OK)
		exit(1);
	epochs.seconds = seconds;
	epochs.began = now();
	epochs.count = 0;
	epochs.all = EPOCHS;
	cs_poll = note_epoch;
	if (cs_sequence_fit_run(&fit) != CS_OK)
		exit(1);
	*loss = fit.member[0].training_loss;
	free(block);
	free(parameters);
	free(values);
	return median(seconds + 1, EPOCHS - 1);
}

/* Multiply-adds of one epoch: a forward pass and a backward one of twice its products. */
static double
multiply_adds(cs_cell cell)
{
	static const double width[] = {COLUMNS, 128, 64, 32};
	double step = 0;

	for (int layer = 1; layer <= 3; layer++)
		step += cs_cell_kinds[cell].gates * width[layer] * (width[layer - 1] + width[layer]);
	return 3 * step * 5 * WINDOWS;
}

/* Multiply-adds a second of the sgemm of the largest recurrent step, (32, 128) by (128, 256). */
static double
sgemm_rate(void)
{
	enum
	{
		REPEATS = 20000
	};
	static float a[32 * 128], b[128 * 256], c[32 * 256];
	double began;

	for (int pass = 0;; pass++)
	{
		began = now();
		for (int i = 0; i < REPEATS; i++)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, 32, 256, 128, 1, a, 128, b, 128, 0,
						c, 256);
		if (pass > 0)
			return (double) REPEATS * 32 * 256 * 128 / (now() - began);
	}
}

int
main(void)
{
	static const char *const before[FORMS] = {"", "", "self-attention, "};
	static const char *const behind[FORMS] = {"", " with normalization and dropout",
											  " with normalization and dropout"};
	double rate = sgemm_rate();

	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
		for (int form = 0; form < FORMS; form++)
		{
			double loss;
			double seconds = seconds_per_epoch((cs_cell) cell, form, &loss);

			printf("{\"name\": \"train %s%s 128/64/32%s, 2,140 windows of 5 x 11, per epoch\", "
				   "\"seconds\": %.5f, \"limit\": %.5f",
				   before[form], cs_cell_kinds[cell].name, behind[form], seconds,
				   multiply_adds((cs_cell) cell) / rate);
			if (form == ALONE)
				printf(", \"peer\": \"\"}\n");
			else
				printf(", \"peer\": \"rnn_train/%s%s\"}\n", form == WITH_ATTENTION ? "sam_" : "",
					   cell == CS_CELL_ELMAN ? "rnn" : cs_cell_kinds[cell].name);
		}
	return 0;
}
