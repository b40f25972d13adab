/*
 * network_options.c
 *		The options of networks: their table, what a model stores of them, and features by name.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"

#include "postgres/base/arguments.h"
#include "postgres/base/options.h"
#include "postgres/network/network_options.h"
#include "postgres/state/series_state.h"

static const OptionSpec network_specs[] = {
#define OF(family, value) OF_##family(value)
#define OF_rnn(value) [OPTIONS_RNN] = (value),
#define OF_transformer(value) [OPTIONS_TRANSFORMER] = (value),
#define OF_graph_rank(value) OF_graph_rank_recurrent(value) OF_graph_rank_transformer(value)
#define OF_graph_rank_recurrent(value) [OPTIONS_GRAPH_RANK_RECURRENT] = (value),
#define OF_graph_rank_transformer(value) [OPTIONS_GRAPH_RANK_TRANSFORMER] = (value),
#define OPTIONS_OF NetworkOptions
#include "postgres/options/network.def"
};

OptionTable
network_option_table(const NetworkFamily *family)
{
	return (OptionTable) OPTION_TABLE(network_specs, family->option_family);
}

const char *
network_choice(const NetworkFamily *family, const char *option, int value)
{
	OptionTable table = network_option_table(family);

	return option_spec(&table, option)->choices[value];
}

/* Linear forecasts are of changes, and not as far ahead as networks may be. */
static void
check_linear(const NetworkOptions *options, const char *what)
{
	const cs_sequence_options *network = &options->network;

	if (!network->linear)
		return;
	if (network->target != CS_TARGET_CHANGE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"linear\" is true with target \"level\"", what),
						errhint("Choose target 'change', or leave linear out.")));
	if (network->horizons[network->horizon_count - 1] > CS_LINEAR_MAX_HORIZON)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: option \"horizons\" has %d with linear, must be at most %d", what,
						network->horizons[network->horizon_count - 1], CS_LINEAR_MAX_HORIZON),
				 errhint("Leave linear out for times further ahead.")));
}

void
network_check_options(NetworkOptions *options, const char *what)
{
	cs_sequence_options *network = &options->network;
	const char *which = NULL;

	/* until the graph is known */
	network->relation_kinds = network->relation_form == CS_RELATION_NONE ? 0 : 1;
	if (options->family->check_options != NULL)
		options->family->check_options(options, what);
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
	for (int i = 1; i < network->quantile_count; i++)
		if (network->quantiles[i] <= network->quantiles[i - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"quantiles\" has %g after %g, must be increasing",
								   what, network->quantiles[i], network->quantiles[i - 1])));
	check_linear(options, what);
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

NetworkOptions
network_default_options(const NetworkFamily *family)
{
	OptionTable table = network_option_table(family);
	NetworkOptions result = {.family = family, .preset = -1};

	result.network.body = family->body;
	result.network.cross_section = family->cross_section;
	default_options(&table, &result);
	return result;
}

/* The options that a model stores. */
static OptionTable
stored_table(const NetworkFamily *family)
{
	OptionTable table = network_option_table(family);

	table.stored = true;
	return table;
}

void
network_read_stored_options(const NetworkFamily *family, JsonbValue *options,
							NetworkOptions *result)
{
	const char *what = family->model->name;
	OptionTable table;

	if (family->choose != NULL)
		family = family->choose(JsonbValueToJsonb(options));
	table = stored_table(family);
	*result = network_default_options(family);
	check_all_options(options->val.binary.data, what, &table);
	change_options(JsonbValueToJsonb(options), what, &table, result);
	network_check_options(result, what);
}

void
network_append_options(StringInfo json, const NetworkOptions *options)
{
	OptionTable table = stored_table(options->family);

	append_options(json, &table, options);
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

double *
network_feature_values_or_nulls(ArrayType *array, const NetworkOptions *options, const char *where,
								const TimePoint *time, int *count)
{
	const double *values;
	double *copy;

	if (ARR_NDIM(array) == 1 && array_contains_nulls(array))
	{
		Datum *elements;
		bool *nulls;

		deconstruct_array(array, FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
						  &elements, &nulls, count);
		copy = palloc(sizeof(double) * *count);
		for (int i = 0; i < *count; i++)
		{
			copy[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
			if (!nulls[i] && !isfinite(copy[i]))
				check_finite(copy[i], psprintf("%s%s", network_feature_label(options, i), where),
							 time);
		}
		return copy;
	}
	values = network_feature_values(array, options, where, time, count);
	copy = palloc(sizeof(double) * Max(*count, 1));
	return memcpy(copy, values, sizeof(double) * *count);
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
