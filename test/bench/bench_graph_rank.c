/*
 * bench_graph_rank.c
 *		Seconds per training epoch of paper 000's rank networks: 36 entities, 1,648 days, look-back
 *		4, 5 columns, LSTM 64, 6 kinds of relation (each held by about a third of the pairs), one
 *		day a step, Adam; the second of two stages with a frozen body.  Median of 5 epochs after one
 *		to warm up.  Then 1,000 entities with 20 neighbours each over 1,245 days, look-back 16: one
 *		epoch, and the memory of the fit.
 */
#include <stdio.h>
#include <stdlib.h>

#include "numeric/base/poll.h"
#include "numeric/network/sequence_fit.h"
#include "stopwatch.h"

#define COLUMNS 5
#define KINDS 6
#define EPOCHS 6

/* Memory or the end of the program. */
static void *
allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL)
		exit(1);
	return memory;
}

typedef struct market
{
	cs_sequence_data data;
	cs_cross_section section;
	cs_adjacency adjacency;
	double *values;
	size_t *start;
	int32_t *time;
	int32_t *entity;
} market;

/* Entities that are related with probability `share`, each kind with `kind_share`. */
static void
relate(market *market, size_t entities, double share, double kind_share, cs_random *random)
{
	size_t most = entities * entities;
	cs_adjacency *adjacency = &market->adjacency;
	size_t count = 0;

	adjacency->entities = entities;
	adjacency->starts = allocate(entities + 1, sizeof(size_t));
	adjacency->neighbours = allocate(most, sizeof(uint32_t));
	adjacency->kinds = allocate(most, sizeof(uint64_t));
	for (size_t i = 0; i < entities; i++)
	{
		for (size_t j = 0; j < entities; j++)
		{
			uint64_t kinds = 0;

			for (int k = 0; k < KINDS && cs_random_uniform(random) < share; k++)
				kinds |= (uint64_t) (cs_random_uniform(random) < kind_share) << k;
			if (i == j || kinds == 0)
				continue;
			adjacency->neighbours[count] = (uint32_t) j;
			adjacency->kinds[count++] = kinds;
		}
		adjacency->starts[i + 1] = count;
	}
}

/* Random walks, as spreads and their averages are. */
static void
make_market(market *market, size_t entities, size_t days, double share, double kind_share)
{
	size_t rows = entities * days;
	cs_random random;

	cs_random_seed(&random, 1);
	relate(market, entities, share, kind_share, &random);
	market->values = allocate(rows * COLUMNS, sizeof(double));
	market->time = allocate(rows, sizeof(int32_t));
	market->start = allocate(entities, sizeof(size_t));
	market->entity = allocate(entities, sizeof(int32_t));
	for (size_t s = 0; s < entities; s++)
	{
		market->start[s] = s * days;
		market->entity[s] = (int32_t) s;
		for (size_t row = s * days; row < (s + 1) * days; row++)
		{
			market->time[row] = (int32_t) (row - s * days);
			for (size_t c = 0; c < COLUMNS; c++)
				market->values[row * COLUMNS + c] =
					(row == s * days ? 0 : market->values[(row - 1) * COLUMNS + c]) +
					cs_random_normal(&random);
		}
	}
	market->section = (cs_cross_section){.times = days,
										 .time = market->time,
										 .entity = market->entity,
										 .adjacency = &market->adjacency};
	market->data = (cs_sequence_data){.values = market->values,
									  .rows = rows,
									  .columns = COLUMNS,
									  .series_start = market->start,
									  .series_count = entities,
									  .cross_section = &market->section};
}

static cs_sequence_options
options_of(cs_relation_form form, int look_back, int epochs)
{
	return (cs_sequence_options){.cell = CS_CELL_LSTM,
								 .layers = 1,
								 .units = {64},
								 .look_back = look_back,
								 .horizon_count = 1,
								 .horizons = {1},
								 .target = CS_TARGET_CHANGE,
								 .loss = CS_LOSS_MSE,
								 .learning_rate = 1e-3,
								 .batch_size = 1,
								 .epochs = epochs,
								 .ensemble = 1,
								 .interval_level = 0.9,
								 .seed = 1,
								 .cross_section = true,
								 .relation_form = form,
								 .relation_norm = CS_RELATION_COLUMN_SOFTMAX,
								 .relation_kinds = KINDS,
								 .alpha = 1};
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

/* Trains; the seconds of each epoch. */
static void
train(const market *market, const cs_sequence_options *options, double *seconds, size_t *bytes)
{
	size_t size = cs_sequence_fit_workspace_size(options, &market->data);
	size_t count = cs_sequence_parameter_count(options, COLUMNS);
	float *parameters = allocate(count, sizeof(float));
	void *block = allocate(size, 1);
	cs_workspace workspace;
	static cs_sequence_fit fit;

	cs_workspace_initialize(&workspace, block, size);
	if (cs_sequence_fit_initialize(&fit, options, &market->data, &workspace, parameters) != CS_OK)
		exit(1);
	epochs.seconds = seconds;
	epochs.began = now();
	epochs.count = 0;
	epochs.all = options->epochs;
	cs_poll = note_epoch;
	if (cs_sequence_fit_run(&fit) != CS_OK)
		exit(1);
	*bytes = size + count * sizeof(float);
	free(block);
	free(parameters);
}

static void
measure_small(const market *market, cs_relation_form form, bool frozen, const char *name,
			  const char *peer)
{
	cs_sequence_options options = options_of(form, 4, EPOCHS);
	double seconds[EPOCHS];
	size_t bytes;

	options.frozen_body = frozen;
	train(market, &options, seconds, &bytes);
	printf("{\"name\": \"train rank network, %s, 36 entities, 1,648 days, LSTM 64, per epoch\", "
		   "\"seconds\": %.5f, \"peer\": \"%s\"}\n",
		   name, median(seconds + 1, EPOCHS - 1), peer);
}

static void
measure_large(cs_relation_form form, double share, const char *name)
{
	static market market;
	cs_sequence_options options = options_of(form, 16, 1);
	double seconds[1];
	size_t bytes;

	make_market(&market, 1000, 1245, share, 0.5);
	train(&market, &options, seconds, &bytes);
	printf("{\"name\": \"train rank network, %s, 1,000 entities, %zu relations, 1,245 days, "
		   "look-back 16, LSTM 64, per epoch\", \"seconds\": %.3f, \"bytes\": %zu}\n",
		   name, market.adjacency.starts[1000], seconds[0], bytes);
}

int
main(void)
{
	static market market;

	make_market(&market, 36, 1653, 1, 0.36);
	measure_small(&market, CS_RELATION_NONE, false, "rank_lstm", "graph_rank/stage1_rank_lstm/b1");
	measure_small(&market, CS_RELATION_EXPLICIT, false, "explicit relations",
				  "graph_rank/joint_explicit/b1");
	measure_small(&market, CS_RELATION_IMPLICIT, false, "implicit relations", "");
	measure_small(&market, CS_RELATION_EXPLICIT, true, "second stage, explicit relations",
				  "graph_rank/stage2_tgc_explicit/b1");
	measure_small(&market, CS_RELATION_ADDITIVE, true, "second stage, additive relations",
				  "graph_rank/stage2_tgc_implicit/b1");
	measure_large(CS_RELATION_EXPLICIT, 0.04, "explicit relations");
	return 0;
}
