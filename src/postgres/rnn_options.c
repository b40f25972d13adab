/*
 * rnn_options.c
 *		What is of recurrent networks alone among the options of a fit: table, defaults, presets.
 */
#include "postgres.h"

#include "postgres/network_model.h"
#include "postgres/network_options.h"

static const char *const cell_names[] = {"janet", "lstm", "gru", "elman", NULL};
static const char *const normalization_names[] = {"none", "switchable", NULL};
/* Of paper 003; the table below says what each stands for. */
static const char *const preset_names[] = {
	"drnn", "dlstm", "dgru", "djanet", "sam_drnn", "sam_dlstm", "sam_dgru", "sam_djanet", NULL};

static const struct
{
	cs_cell cell;
	bool attention;
} presets[] = {
	{CS_CELL_ELMAN, false}, {CS_CELL_LSTM, false}, {CS_CELL_GRU, false}, {CS_CELL_JANET, false},
	{CS_CELL_ELMAN, true},	{CS_CELL_LSTM, true},  {CS_CELL_GRU, true},	 {CS_CELL_JANET, true},
};

static const OptionSpec rnn_specs[] = {
	{"cell", OPTION_CHOICE, NETWORK(cell), 0, 0, cell_names, 0, 0},
	{"units", OPTION_INT_ARRAY, NETWORK(units), 1, CS_MAX_UNITS, NULL, NETWORK(layers),
	 CS_MAX_LAYERS},
	{"attention", OPTION_BOOL, NETWORK(attention), 0, 0, NULL, 0, 0},
	{"normalization", OPTION_CHOICE, NETWORK(normalization), 0, 0, normalization_names, 0, 0},
};

static const cs_sequence_options rnn_defaults = {
	.cell = CS_CELL_GRU,
	.layers = 1,
	.units = {32},
	.dropout = 0.5,
	.look_back = 5,
	.horizon_count = 1,
	.horizons = {1},
	.target = CS_TARGET_CHANGE,
	.loss = CS_LOSS_MAE,
	.huber_delta = OPTION_NONE,
	.quantile = OPTION_NONE,
	.momentum = OPTION_NONE,
	.learning_rate = 0.001,
	.weight_decay = 0,
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
	appendStringInfo(text, "%s of %d features, units", cell_names[network->cell], features);
	for (int i = 0; i < network->layers; i++)
		appendStringInfo(text, "%s%d", i == 0 ? " " : "/", network->units[i]);
	appendStringInfo(text, ", attention %s, normalization %s", network->attention ? "on" : "off",
					 normalization_names[network->normalization]);
}

static void
take_rnn_preset(int preset, NetworkOptions *result)
{
	result->network = preset_defaults;
	result->network.cell = presets[preset].cell;
	result->network.attention = presets[preset].attention;
}

const NetworkFamily rnn_family = {.model = &rnn_model_kind,
								  .fit = "rnn_fit",
								  .forecast = "rnn_forecast",
								  .importance = "rnn_importance",
								  .options = "rnn_options",
								  .body_specs = rnn_specs,
								  .body_spec_count = lengthof(rnn_specs),
								  .defaults = &rnn_defaults,
								  .preset_names = preset_names,
								  .take_preset = take_rnn_preset,
								  .describe = describe_rnn};
