/*
 * rnn_options.c
 *		What is of recurrent networks alone among the options of a fit: presets, and what messages
 *		say.
 */
#include "postgres.h"

#include "postgres/network/network_model.h"
#include "postgres/network/network_options.h"

/* In the order of their names: those of paper 003, and mlp. */
static const struct
{
	cs_cell cell;
	bool attention;
} presets[] = {
	{CS_CELL_ELMAN, false}, {CS_CELL_LSTM, false}, {CS_CELL_GRU, false},
	{CS_CELL_JANET, false}, {CS_CELL_ELMAN, true}, {CS_CELL_LSTM, true},
	{CS_CELL_GRU, true},	{CS_CELL_JANET, true}, {CS_CELL_ELMAN, false},
};
#define PRESET_MLP 8

/* Paper 003's network, but for the cell and self-attention. */
static const cs_sequence_options preset_defaults = {
	.layers = 3,
	.units = {128, 64, 32},
	.normalization = CS_NORMALIZATION_SWITCHABLE,
	.dropout = 0.2,
	.dense_layers = 1,
	.dense = {32},
	.look_back = 5,
	.horizon_count = 1,
	.horizons = {1},
	.target = CS_TARGET_LEVEL,
	.loss = CS_LOSS_MSE,
	.huber_delta = OPTION_NONE,
	.quantile = OPTION_NONE,
	.momentum = OPTION_NONE,
	.learning_rate = 0.001,
	.weight_decay = 0,
	.clip_norm = 0,
	.batch_size = 32,
	.epochs = 100,
	.validation_fraction = 0.15,
	.patience = 0,
	.ensemble = 1,
	.refit = true, /* the paper trains on all rows; those held back are for the interval */
	.interval_level = 0.9,
	.seed = 1,
};

static void
describe_rnn(StringInfo text, const cs_sequence_options *network, int features)
{
	appendStringInfo(text, "%s of %d features, units",
					 network_choice(&rnn_family, "cell", network->cell), features);
	for (int i = 0; i < network->layers; i++)
		appendStringInfo(text, "%s%d", i == 0 ? " " : "/", network->units[i]);
	appendStringInfo(text, ", attention %s, normalization %s", network->attention ? "on" : "off",
					 network_choice(&rnn_family, "normalization", network->normalization));
}

static void
take_rnn_preset(int preset, NetworkOptions *result)
{
	result->network = preset_defaults;
	result->network.cell = presets[preset].cell;
	result->network.attention = presets[preset].attention;
	if (preset != PRESET_MLP)
		return;
	/* a window of one row: tanh(W x + b), nothing recurs */
	result->network.look_back = 1;
	result->network.layers = 1;
	result->network.units[0] = 64;
	result->network.normalization = CS_NORMALIZATION_NONE;
}

const NetworkFamily rnn_family = {.model = &rnn_model_kind,
								  .fit = "rnn_fit",
								  .forecast = "rnn_forecast",
								  .quantiles = "rnn_quantiles",
								  .importance = "rnn_importance",
								  .options = "rnn_options",
								  .option_family = OPTIONS_RNN,
								  .body = CS_BODY_RECURRENT,
								  .take_preset = take_rnn_preset,
								  .describe = describe_rnn};
