/*
 * network_options.c
 *		The options of a fit: the table of those that all families share, and warm starts.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"

#include "postgres/arguments.h"
#include "postgres/graph_rank.h"
#include "postgres/options.h"
#include "postgres/network_model.h"
#include "postgres/network_options.h"

static const char *const target_names[] = {"change", "level", NULL};
static const char *const loss_names[] = {"mse", "mae", "huber", "rmse", "pinball", NULL};
static const char *const optimizer_names[] = {"adam", "rmsprop", NULL};

#define SMALLEST 1e-12

/* Those of every family that a model stores. */
static const OptionSpec shared_specs[] = {
	{"dropout", OPTION_DOUBLE, NETWORK(dropout), 0, 0.9, NULL, 0, 0},
	{"dense", OPTION_INT_LIST, NETWORK(dense), 1, CS_MAX_UNITS, NULL, NETWORK(dense_layers),
	 CS_MAX_DENSE},
	{"look_back", OPTION_INT, NETWORK(look_back), 1, CS_MAX_LOOK_BACK, NULL, 0, 0},
	{"horizons", OPTION_INT_ARRAY, NETWORK(horizons), 1, CS_MAX_HORIZON, NULL,
	 NETWORK(horizon_count), CS_MAX_HORIZONS},
	{"target", OPTION_CHOICE, NETWORK(target), 0, 0, target_names, 0, 0},
	{"loss", OPTION_CHOICE, NETWORK(loss), 0, 0, loss_names, 0, 0},
	{"huber_delta", OPTION_OPTIONAL, NETWORK(huber_delta), SMALLEST, 1e12, NULL, 0, 0},
	{"quantile", OPTION_OPTIONAL, NETWORK(quantile), 1e-6, 1 - 1e-6, NULL, 0, 0},
	{"optimizer", OPTION_CHOICE, NETWORK(optimizer), 0, 0, optimizer_names, 0, 0},
	{"momentum", OPTION_OPTIONAL, NETWORK(momentum), 0, 0.9999, NULL, 0, 0},
	{"learning_rate", OPTION_DOUBLE, NETWORK(learning_rate), SMALLEST, 10, NULL, 0, 0},
	{"weight_decay", OPTION_DOUBLE, NETWORK(weight_decay), 0, 10, NULL, 0, 0},
	{"clip_norm", OPTION_DOUBLE, NETWORK(clip_norm), 0, 1e12, NULL, 0, 0},
	{"batch_size", OPTION_INT, NETWORK(batch_size), 1, CS_MAX_BATCH, NULL, 0, 0},
	{"epochs", OPTION_INT, NETWORK(epochs), 1, CS_MAX_EPOCHS, NULL, 0, 0},
	{"validation_fraction", OPTION_DOUBLE, NETWORK(validation_fraction), 0, 0.9, NULL, 0, 0},
	{"patience", OPTION_INT, NETWORK(patience), 0, CS_MAX_EPOCHS, NULL, 0, 0},
	{"ensemble", OPTION_INT, NETWORK(ensemble), 1, CS_MAX_ENSEMBLE, NULL, 0, 0},
	{"refit", OPTION_BOOL, NETWORK(refit), 0, 0, NULL, 0, 0},
	{"random_walk_weight", OPTION_DOUBLE, NETWORK(random_walk_weight), 0, 1, NULL, 0, 0},
	{"interval_level", OPTION_DOUBLE, NETWORK(interval_level), 0.01, 0.999, NULL, 0, 0},
	{"seed", OPTION_SEED, NETWORK(seed), 0, 0, NULL, 0, 0},
	{"feature_names", OPTION_TEXT_LIST, offsetof(NetworkOptions, feature_names), 0, 0, NULL,
	 offsetof(NetworkOptions, feature_name_count), SERIES_MAX_COLUMNS - 1},
};

/* The options of a family: its own, the shared ones; and unless they are `stored`, what a fit may
 * be given besides. */
typedef struct OptionTable
{
	OptionSpec specs[48];
	int count;
} OptionTable;

static void
add_specs(OptionTable *table, const OptionSpec *specs, int count)
{
	Assert(table->count + count <= (int) lengthof(table->specs));
	memcpy(table->specs + table->count, specs, sizeof(OptionSpec) * count);
	table->count += count;
}

static OptionTable
option_table(const NetworkFamily *family, bool stored)
{
	const OptionSpec given[] = {
		{"preset", OPTION_CHOICE, offsetof(NetworkOptions, preset), 0, 0, family->preset_names, 0,
		 0},
		{"warm_start", OPTION_OBJECT, offsetof(NetworkOptions, warm_start), 0, 0, NULL, 0, 0},
	};
	OptionTable table = {.count = 0};

	add_specs(&table, family->body_specs, family->body_spec_count);
	add_specs(&table, shared_specs, lengthof(shared_specs));
	if (!stored)
		add_specs(&table, given, lengthof(given));
	return table;
}

#define PATIENCE_DEFAULT 10

/* What the options say together. */
static void
check_options(NetworkOptions *options, const char *what)
{
	cs_sequence_options *network = &options->network;
	const char *which = NULL;

	/* until the graph is known */
	network->relation_kinds = network->relation_form == CS_RELATION_NONE ? 0 : 1;
	if (network->cross_section)
		graph_rank_check_options(options, what);
	if (network->patience > 0 && network->validation_fraction == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"patience\" is %d with \"validation_fraction\" 0", what,
							   network->patience),
						errhint("Early stopping needs validation rows: set patience to 0 or give "
								"a validation_fraction.")));
	for (int i = 1; i < network->horizon_count; i++)
		if (network->horizons[i] <= network->horizons[i - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"horizons\" has %d after %d, must be increasing",
								   what, network->horizons[i], network->horizons[i - 1])));
	for (int i = 1; i < options->feature_name_count; i++)
		for (int j = 0; j < i; j++)
			if (strcmp(options->feature_names[i], options->feature_names[j]) == 0)
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("%s: option \"feature_names\" has \"%s\" twice", what,
									   options->feature_names[i])));
	if (network->body == CS_BODY_TRANSFORMER && network->width % network->heads != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"heads\" is %d with \"width\" %d", what, network->heads,
							   network->width),
						errhint("The width must be a multiple of the heads.")));
	if (cs_sequence_options_check(network, &which) != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"%s\" is out of range", what, which)));
}

/* The model of a warm start, and its options as those to begin with. */
static void
take_start(NetworkOptions *result)
{
	char *text = JsonbToCString(NULL, (JsonbContainer *) &result->warm_start->root,
								VARSIZE(result->warm_start));
	const Model *start = (const Model *) DatumGetPointer(model_in(result->family->model, text));

	*result = network_model_unpack(start)->options;
	result->start = start;
}

/* What the named options are to change: the defaults, a preset, or a model's options. */
static void
read_base(const Jsonb *options, const char *what, const OptionTable *table, NetworkOptions *result)
{
	read_options(options, what, table->specs, table->count, result);
	if (result->preset >= 0 && result->warm_start != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: options \"preset\" and \"warm_start\" are both given", what),
						errhint("A warm start takes the options of its model.")));
	if (result->warm_start != NULL)
		take_start(result);
	else if (result->preset >= 0)
		result->family->take_preset(result->preset, result);
	else
		result->network = *result->family->defaults;
}

/*
 * An option that only some choice of another one uses: refused when it is given without that
 * choice; else, when it is not given, its value in the base, or the usual one.
 */
static void
settle_option(const char *what, const char *name, double *value, double base, double usual,
			  bool used, const char *choice)
{
	if (*value >= 0 && !used)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"%s\" is %g without %s", what, name, *value, choice),
						errhint("Leave %s out, or choose %s.", name, choice)));
	if (*value < 0 && used)
		*value = base >= 0 ? base : usual;
}

void
network_read_options(const NetworkFamily *family, const Jsonb *options, const char *what,
					 NetworkOptions *result)
{
	const NetworkFamily *chosen = family->choose == NULL ? family : family->choose(options);
	OptionTable table = option_table(chosen, false);
	cs_sequence_options *network = &result->network;
	cs_sequence_options base;

	*result = (NetworkOptions){.family = chosen, .preset = -1};
	read_base(options, what, &table, result);
	base = *network;
	network->momentum = network->huber_delta = network->quantile = OPTION_NONE;
	read_options(options, what, table.specs, table.count, result);
	settle_option(what, "momentum", &network->momentum, base.momentum, 0,
				  network->optimizer == CS_OPTIMIZER_RMSPROP, "optimizer 'rmsprop'");
	settle_option(what, "huber_delta", &network->huber_delta, base.huber_delta, 1,
				  network->loss == CS_LOSS_HUBER, "loss 'huber'");
	settle_option(what, "quantile", &network->quantile, base.quantile, 0.5,
				  network->loss == CS_LOSS_PINBALL, "loss 'pinball'");
	if (network->patience == PATIENCE_UNSET)
		network->patience = network->validation_fraction > 0 ? PATIENCE_DEFAULT : 0;
	for (int i = 0; i < result->feature_name_count; i++)
		if (strcmp(result->feature_names[i], "y") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: option \"feature_names\" has \"y\", the series itself", what),
					 errhint("Name the features alone, y is not one of them.")));
	network->local_rows = 0; /* also where a warm start's model has them: the rows at hand decide */
	check_options(result, what);
}

void
network_read_stored_options(const NetworkFamily *family, JsonbValue *options,
							NetworkOptions *result)
{
	const char *what = family->model->name;
	OptionTable table;

	if (family->choose != NULL)
		family = family->choose(JsonbValueToJsonb(options));
	table = option_table(family, true);
	*result = (NetworkOptions){.family = family, .preset = -1};
	result->network.body = family->defaults->body;
	result->network.cross_section = family->defaults->cross_section;
	check_all_options(options->val.binary.data, what, table.specs, table.count);
	read_options(JsonbValueToJsonb(options), what, table.specs, table.count, result);
	check_options(result, what);
}

void
network_append_options(StringInfo json, const NetworkOptions *options)
{
	OptionTable table = option_table(options->family, true);

	append_options(json, table.specs, table.count, options);
}

/* The tensors of a network, as messages tell two apart. */
static char *
network_text(const NetworkFamily *family, const cs_sequence_options *network, int features)
{
	StringInfoData text;

	initStringInfo(&text);
	family->describe(&text, network, features);
	appendStringInfoString(&text, ", dense");
	if (network->dense_layers == 0)
		appendStringInfoString(&text, " none");
	for (int i = 0; i < network->dense_layers; i++)
		appendStringInfo(&text, "%s%d", i == 0 ? " " : "/", network->dense[i]);
	appendStringInfo(&text, ", %d horizons", network->horizon_count);
	return text.data;
}

void
network_check_start(const NetworkOptions *options, int features, const char *what)
{
	NetworkModel *start;
	char *wanted;
	char *had;

	if (options->start == NULL)
		return;
	start = network_model_unpack(options->start);
	wanted = network_text(options->family, &options->network, features);
	had = network_text(options->family, &start->options.network, start->features);
	if (strcmp(wanted, had) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the network to be fitted is %s, the model of warm_start is %s",
							   what, wanted, had),
						errhint("A warm start needs a model of the same architecture.")));
	if (options->network.ensemble > start->options.network.ensemble)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"ensemble\" is %d, the model of warm_start has %d",
							   what, options->network.ensemble, start->options.network.ensemble),
						errhint("Each member starts from one of the model's.")));
}

char *
network_feature_label(const NetworkOptions *options, int feature)
{
	if (feature < options->feature_name_count)
		return psprintf("feature \"%s\"", options->feature_names[feature]);
	return psprintf("features[%d]", feature + 1);
}

bool
network_features_sound(ArrayType *array)
{
	const double *values = (const double *) ARR_DATA_PTR(array);
	int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (array_contains_nulls(array))
		return false;
	for (int i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return false;
	return true;
}

const double *
network_feature_values(ArrayType *array, const NetworkOptions *options, const char *where,
					   const TimePoint *time, int *count)
{
	if (ARR_NDIM(array) == 1 && !network_features_sound(array))
	{
		Datum *elements;
		bool *nulls;
		int length;

		deconstruct_array(array, FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
						  &elements, &nulls, &length);
		for (int i = 0; i < length; i++)
			finite_value(elements[i], nulls[i],
						 psprintf("%s%s", network_feature_label(options, i), where), time);
	}
	return float8_array_values(array, psprintf("features%s", where), time, count);
}

void
network_check_feature_names(const NetworkOptions *options, int features, const char *what)
{
	if (options->feature_name_count > 0 && options->feature_name_count != features)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"feature_names\" has %d names for %d features", what,
							   options->feature_name_count, features),
						errhint("Give a name for each element of the features.")));
}
