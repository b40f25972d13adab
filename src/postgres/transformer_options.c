/*
 * transformer_options.c
 *		What is of Transformers alone among the options of a fit: table, defaults, preset.
 */
#include "postgres.h"

#include "postgres/network_model.h"
#include "postgres/network_options.h"

static const char *const preset_names[] = {"paper_001", NULL};

static const OptionSpec transformer_specs[] = {
	{"layers", OPTION_INT, NETWORK(layers), 1, CS_MAX_LAYERS, NULL, 0, 0},
	{"width", OPTION_INT, NETWORK(width), 1, CS_MAX_UNITS, NULL, 0, 0},
	{"heads", OPTION_INT, NETWORK(heads), 1, CS_MAX_UNITS, NULL, 0, 0},
	{"feed_forward", OPTION_INT, NETWORK(feed_forward), 1, CS_MAX_FEED_FORWARD, NULL, 0, 0},
	{"positions", OPTION_BOOL, NETWORK(positions), 0, 0, NULL, 0, 0},
};

static const cs_sequence_options transformer_defaults = {
	.body = CS_BODY_TRANSFORMER,
	.layers = 2,
	.width = 32,
	.heads = 2,
	.feed_forward = 64,
	.positions = true,
	.look_back = 21,
	.horizon_count = 1,
	.horizons = {1},
	.target = CS_TARGET_CHANGE,
	.loss = CS_LOSS_MAE,
	.huber_delta = OPTION_NONE,
	.quantile = OPTION_NONE,
	.momentum = OPTION_NONE,
	.learning_rate = 0.001,
	.clip_norm = 1,
	.batch_size = 32,
	.epochs = 100,
	.validation_fraction = 0.15,
	.patience = PATIENCE_UNSET,
	.ensemble = 10,
	.refit = true,
	.random_walk_weight = 0.2,
	.interval_level = 0.9,
	.seed = 1,
};

/* In the order of their names: the forecaster of paper 001, the widths of whose layers are 64. */
static const cs_sequence_options presets[] = {{
	.body = CS_BODY_TRANSFORMER,
	.layers = 5,
	.width = 64,
	.heads = 1,
	.feed_forward = 64,
	.dropout = 0.1,
	.look_back = 21,
	.horizon_count = 1,
	.horizons = {1},
	.target = CS_TARGET_LEVEL,
	.loss = CS_LOSS_RMSE,
	.huber_delta = OPTION_NONE,
	.quantile = OPTION_NONE,
	.optimizer = CS_OPTIMIZER_RMSPROP,
	.momentum = 0.9,
	.learning_rate = 1e-4,
	.weight_decay = 1e-7,
	.batch_size = 32,
	.epochs = 50,
	.validation_fraction = 0.15,
	.ensemble = 1,
	.interval_level = 0.9,
	.seed = 1,
}};

static void
take_preset(int preset, NetworkOptions *result)
{
	result->network = presets[preset];
}

static void
describe(StringInfo text, const cs_sequence_options *network, int features)
{
	appendStringInfo(text,
					 "a Transformer of %d features, layers %d, width %d, heads %d, "
					 "feed_forward %d, positions %s",
					 features, network->layers, network->width, network->heads,
					 network->feed_forward, network->positions ? "on" : "off");
}

const NetworkFamily transformer_family = {.model = &transformer_model_kind,
										  .fit = "transformer_fit",
										  .forecast = "transformer_forecast",
										  .importance = "transformer_importance",
										  .options = "transformer_options",
										  .body_specs = transformer_specs,
										  .body_spec_count = lengthof(transformer_specs),
										  .defaults = &transformer_defaults,
										  .preset_names = preset_names,
										  .take_preset = take_preset,
										  .describe = describe};
