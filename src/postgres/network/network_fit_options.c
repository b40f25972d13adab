/*
 * network_fit_options.c
 *		The options as a fit is given them: what they change, and warm starts.
 */
#include "postgres.h"

#include "postgres/network/network_fit.h"
#include "postgres/base/options.h"

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
	change_options(options, what, table, result);
	if (result->preset >= 0 && result->warm_start != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: options \"preset\" and \"warm_start\" are both given", what),
						errhint("A warm start takes the options of its model.")));
	if (result->warm_start != NULL)
		take_start(result);
	else if (result->preset >= 0)
		result->family->take_preset(result->preset, result);
	else
		*result = network_default_options(result->family);
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
	const NetworkOptions usual = network_default_options(chosen);
	OptionTable table = network_option_table(chosen);
	cs_sequence_options *network = &result->network;
	cs_sequence_options base;
	JsonbValue value;

	*result = usual;
	read_base(options, what, &table, result);
	base = *network;
	network->momentum = network->huber_delta = network->quantile = OPTION_NONE;
	change_options(options, what, &table, result);
	settle_option(what, "momentum", &network->momentum, base.momentum, usual.network.momentum,
				  network->optimizer == CS_OPTIMIZER_RMSPROP, "optimizer 'rmsprop'");
	settle_option(what, "huber_delta", &network->huber_delta, base.huber_delta,
				  usual.network.huber_delta, network->loss == CS_LOSS_HUBER, "loss 'huber'");
	settle_option(what, "quantile", &network->quantile, base.quantile, usual.network.quantile,
				  network->loss == CS_LOSS_PINBALL, "loss 'pinball'");
	if (network->validation_fraction == 0 &&
		(options == NULL || !json_field(&options->root, "patience", &value)))
		network->patience = 0;
	for (int i = 0; i < result->feature_name_count; i++)
		if (strcmp(result->feature_names[i], "y") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: option \"feature_names\" has \"y\", the series itself", what),
					 errhint("Name the features alone, y is not one of them.")));
	network->local_rows = 0; /* also where a warm start's model has them: the rows at hand decide */
	network_check_options(result, what);
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
	if (network->quantile_count > 0)
		appendStringInfo(&text, ", %d quantiles", network->quantile_count);
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

/*
 * rnn_check_options(options): the errors that the fit has of them, without rows
 */
static Datum
check_options(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	NetworkOptions options;

	network_read_options(family, PG_GETARG_JSONB_P(0), family->fit, &options);
	PG_RETURN_VOID();
}

MODEL_FUNCTION(check_options, check_options)
