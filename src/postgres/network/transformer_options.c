/*
 * transformer_options.c
 *		What is of Transformers alone among the options of a fit: preset, and what messages say.
 */
#include "postgres.h"

#include "postgres/network/network_model.h"
#include "postgres/network/network_options.h"

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
										  .quantiles = "transformer_quantiles",
										  .importance = "transformer_importance",
										  .options = "transformer_options",
										  .option_family = OPTIONS_TRANSFORMER,
										  .body = CS_BODY_TRANSFORMER,
										  .take_preset = take_preset,
										  .describe = describe};
