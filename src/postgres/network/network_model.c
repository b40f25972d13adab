/*
 * network_model.c
 *		The types of models of networks: their header, written and read, and forecasts
 *		with them.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/numeric.h"

#include "numeric/network/sequence_linear.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/options.h"
#include "postgres/network/network_model.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

static const char *const header_keys[] = {
	"extension_version", "features",	 "options",
	"input_mean",		 "input_sd",	 "target_mean",
	"target_sd",		 "usual_change", "interval_half_width",
	"training",			 "log"};

/* Only of a panel's network: over how many rows each series is scaled by itself. */
#define LOCAL_ROWS_KEY "local_rows"

/* Only with linear forecasts: their coefficients, those of all terms for each horizon. */
#define LINEAR_KEY "linear"

/*
 * Only with quantiles: an object of their orders and of their correction, numbers for all of each
 * horizon, or null.
 */
#define QUANTILES_KEY "quantiles"
#define LEVELS_KEY "levels"
#define CORRECTION_KEY "correction"

static const char *const log_keys[] = {"training_loss", "validation_loss"};

/* Every key, and that of the family (NULL = none), is there, and no other; the texts and
 * objects among them are such. */
static void
check_header_keys(const Jsonb *header, const char *family_key, const char *what)
{
	uint32 count = lengthof(header_keys) + (family_key == NULL ? 0 : 1);
	JsonbValue value;
	uint32 keys;

	for (uint32 i = 0; i < count; i++)
	{
		const char *key = i < lengthof(header_keys) ? header_keys[i] : family_key;

		if (!json_field(&header->root, key, &value))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: \"%s\" is missing", what, key)));
	}
	keys = JB_ROOT_COUNT(header) - (json_field(&header->root, LOCAL_ROWS_KEY, &value) ? 1 : 0) -
		   (json_field(&header->root, LINEAR_KEY, &value) ? 1 : 0) -
		   (json_field(&header->root, QUANTILES_KEY, &value) ? 1 : 0);
	if (keys != count)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the header has %u keys, must have %u", what, keys, count)));
	json_text(&header->root, "extension_version", what);
	json_child_object(&header->root, "training", what);
}

static void
check_positive(const double *values, int count, bool zero_allowed, const char *key,
			   const char *what)
{
	for (int i = 0; i < count; i++)
		if (values[i] < 0 || (values[i] == 0 && !zero_allowed))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: \"%s\" has %g, must be %s", what, key, values[i],
								   zero_allowed ? "0 or more" : "above 0")));
}

/* Whether a log's value is a loss, or null where that is allowed. */
static bool
is_loss(const JsonbValue *value, bool null_allowed)
{
	double number;

	if (value->type == jbvNull)
		return null_allowed;
	if (value->type != jbvNumeric)
		return false;
	number = DatumGetFloat8(
		DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
	return isfinite(number) && number >= 0;
}

/* The number of entries of one member's log, of which each has both losses; -1: it is none. */
static int
log_length(const JsonbValue *member)
{
	JsonbValue losses[2];
	int count = -1;

	if (member->type != jbvBinary || !JsonContainerIsObject(member->val.binary.data) ||
		JsonContainerSize(member->val.binary.data) != 2)
		return -1;
	for (int i = 0; i < 2; i++)
	{
		if (!json_field(member->val.binary.data, log_keys[i], &losses[i]) ||
			losses[i].type != jbvBinary || !JsonContainerIsArray(losses[i].val.binary.data) ||
			(i > 0 && JsonContainerSize(losses[i].val.binary.data) != (uint32) count))
			return -1;
		count = JsonContainerSize(losses[i].val.binary.data);
		for (int e = 0; e < count; e++)
			if (!is_loss(getIthJsonbValueFromContainer(losses[i].val.binary.data, e), i == 1))
				return -1;
	}
	return count <= CS_LOG_ENTRIES ? count : -1;
}

/* A log of every member. */
static void
check_log(const JsonbContainer *header, const NetworkOptions *options)
{
	JsonbValue log;
	bool valid;

	json_field(header, "log", &log);
	valid = log.type == jbvBinary && JsonContainerIsArray(log.val.binary.data) &&
			JsonContainerSize(log.val.binary.data) == (uint32) options->network.ensemble;
	for (int i = 0; valid && i < options->network.ensemble; i++)
		valid = log_length(getIthJsonbValueFromContainer(log.val.binary.data, i)) >= 0;
	if (!valid)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: \"log\" must be an array of the losses of %d members",
							   options->family->model->name, options->network.ensemble)));
}

/* 0: all series are scaled alike. */
static int
read_local_rows(const JsonbContainer *header, const char *what)
{
	JsonbValue value;
	double rows;

	if (!json_field(header, LOCAL_ROWS_KEY, &value))
		return 0;
	rows = json_double(header, LOCAL_ROWS_KEY, what);
	if (rows < 2 || rows > CS_MAX_LOCAL_ROWS || rows != (int) rows)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: \"" LOCAL_ROWS_KEY "\" must be an integer from 2 to %d", what,
							   CS_MAX_LOCAL_ROWS)));
	return (int) rows;
}

/* The orders of the quantiles, which are part of the options; the object is NULL without. */
static const JsonbContainer *
read_quantiles(const JsonbContainer *header, cs_sequence_options *options, const char *what)
{
	const JsonbContainer *quantiles;
	JsonbValue value;
	JsonbValue correction;

	options->quantile_count = 0;
	if (!json_field(header, QUANTILES_KEY, &value))
		return NULL;
	value = json_child_object(header, QUANTILES_KEY, what);
	quantiles = value.val.binary.data;
	if (JsonContainerSize(quantiles) != 2 || !json_field(quantiles, LEVELS_KEY, &value) ||
		!json_field(quantiles, CORRECTION_KEY, &correction) || value.type != jbvBinary ||
		!JsonContainerIsArray(value.val.binary.data) ||
		JsonContainerSize(value.val.binary.data) < 1 ||
		JsonContainerSize(value.val.binary.data) > CS_MAX_QUANTILES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: \"" QUANTILES_KEY "\" must be an object of \"" LEVELS_KEY
							   "\", 1 to %d numbers, and \"" CORRECTION_KEY "\"",
							   what, CS_MAX_QUANTILES)));
	options->quantile_count = JsonContainerSize(value.val.binary.data);
	json_doubles(quantiles, LEVELS_KEY, what, options->quantiles, options->quantile_count);
	options->quantile_correction = correction.type != jbvNull;
	return quantiles;
}

/* The coefficients of linear forecasts, NULL where there are none. */
static double *
read_linear(const JsonbContainer *header, const NetworkModel *fitted, const char *what)
{
	const cs_sequence_options *options = &fitted->options.network;
	cs_sequence_data data = {.columns = fitted->features + 1};
	size_t count;
	double *coefficients;

	if (!options->linear)
		return NULL;
	count = cs_sequence_linear_terms(options, &data);
	if (count == SIZE_MAX)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: \"" LINEAR_KEY "\" with %d features", what, fitted->features)));
	count *= options->horizon_count;
	coefficients = palloc(sizeof(double) * count);
	json_doubles(header, LINEAR_KEY, what, coefficients, count);
	return coefficients;
}

/* Reads what a header says; `parameter_count` floats belong to it. */
static NetworkModel *
read_header(const NetworkFamily *family, const Jsonb *header, Size parameter_count)
{
	const char *what = family->model->name;
	NetworkModel *fitted = palloc0(sizeof(NetworkModel));
	const JsonbContainer *root = &header->root;
	JsonbValue value;
	double features;
	Size member_count;
	const cs_sequence_options *options;
	const JsonbContainer *quantiles;

	check_header_keys(header, family->header_key, what);
	value = json_child_object(root, "options", what);
	network_read_stored_options(family, &value, &fitted->options);
	fitted->options.network.linear = json_field(root, LINEAR_KEY, &value);
	quantiles = read_quantiles(root, &fitted->options.network, what);
	network_check_options(&fitted->options, what);
	if (family->read_header != NULL)
		family->read_header(root, &fitted->options);
	options = &fitted->options.network;
	fitted->options.network.local_rows = read_local_rows(root, what);
	features = json_double(root, "features", what);
	if (features < 0 || features >= SERIES_MAX_COLUMNS || features != (int) features)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: \"features\" must be an integer from 0 to %d", what,
							   SERIES_MAX_COLUMNS - 1)));
	fitted->features = (int) features;
	network_check_feature_names(&fitted->options, fitted->features, what);
	check_log(root, &fitted->options);
	member_count = cs_sequence_parameter_count(options, fitted->features + 1);
	if (member_count > MODEL_MAX_PARAMETERS || member_count * options->ensemble != parameter_count)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %zu parameters, its header needs %zu for each of %d members",
							   what, parameter_count, member_count, options->ensemble)));
	fitted->linear = read_linear(root, fitted, what);
	if (options->quantile_count > 0 && options->quantile_correction)
	{
		int count = options->horizon_count * options->quantile_count;

		fitted->quantile_correction = palloc(sizeof(double) * count);
		json_doubles(quantiles, CORRECTION_KEY, what, fitted->quantile_correction, count);
	}
	fitted->input_mean = palloc(sizeof(double) * (fitted->features + 1));
	fitted->input_sd = palloc(sizeof(double) * (fitted->features + 1));
	json_doubles(root, "input_mean", what, fitted->input_mean, fitted->features + 1);
	json_doubles(root, "input_sd", what, fitted->input_sd, fitted->features + 1);
	json_doubles(root, "target_mean", what, fitted->target_mean, options->horizon_count);
	json_doubles(root, "target_sd", what, fitted->target_sd, options->horizon_count);
	check_positive(fitted->input_sd, fitted->features + 1, false, "input_sd", what);
	check_positive(fitted->target_sd, options->horizon_count, false, "target_sd", what);
	fitted->usual_change = json_double(root, "usual_change", what);
	check_positive(&fitted->usual_change, 1, true, "usual_change", what);
	json_field(root, "interval_half_width", &value);
	fitted->has_interval = value.type != jbvNull;
	if (fitted->has_interval)
	{
		json_doubles(root, "interval_half_width", what, fitted->interval_half_width,
					 options->horizon_count);
		check_positive(fitted->interval_half_width, options->horizon_count, true,
					   "interval_half_width", what);
	}
	return fitted;
}

static void
check_rnn_header(const Jsonb *header, Size parameter_count)
{
	read_header(&rnn_family, header, parameter_count);
}

static void
check_transformer_header(const Jsonb *header, Size parameter_count)
{
	read_header(&transformer_family, header, parameter_count);
}

static void
check_graph_rank_header(const Jsonb *header, Size parameter_count)
{
	read_header(&graph_rank_family, header, parameter_count);
}

const ModelKind rnn_model_kind = {"rnn_model", 1, check_rnn_header, NULL};
const ModelKind transformer_model_kind = {"transformer_model", 2, check_transformer_header, NULL};
const ModelKind graph_rank_model_kind = {"graph_rank_model", 3, check_graph_rank_header, NULL};

static const NetworkFamily *const families[] = {&rnn_family, &transformer_family,
												&graph_rank_family};

NetworkModel *
network_model_unpack(const Model *model)
{
	const NetworkFamily *family = &rnn_family;
	NetworkModel *fitted;

	for (int i = 0; i < (int) lengthof(families); i++)
		if (families[i]->model->code == model->kind)
			family = families[i];
	fitted = read_header(family, model_header(model), model->parameter_count);

	fitted->network = (cs_sequence_network){.options = &fitted->options.network,
											.columns = fitted->features + 1,
											.input_mean = fitted->input_mean,
											.input_sd = fitted->input_sd,
											.target_mean = fitted->target_mean,
											.target_sd = fitted->target_sd,
											.parameters = model_values(model),
											.usual_change = fitted->usual_change,
											.linear = fitted->linear,
											.quantile_correction = fitted->quantile_correction};
	return fitted;
}

cs_sequence_data
network_rows_data(const NetworkRows *rows)
{
	return (cs_sequence_data){.values = rows->values,
							  .known = rows->known,
							  .place = rows->place,
							  .rows = rows->count,
							  .columns = rows->columns,
							  .series_start = rows->start,
							  .series_count = rows->series,
							  .cross_section = rows->cross_section};
}

/* How the training of the members ended. */
static void
append_members(StringInfo json, const cs_sequence_fit *fit, int members)
{
	appendStringInfoString(json, "\"members\": [");
	for (int i = 0; i < members; i++)
	{
		const cs_sequence_member *member = &fit->member[i];

		appendStringInfo(json, "%s{\"epochs\": %d, \"best_epoch\": %d, \"training_loss\": ",
						 i == 0 ? "" : ", ", member->epochs, member->best_epoch);
		append_json_double(json, member->training_loss);
		if (fit->validation_windows > 0)
		{
			appendStringInfoString(json, ", \"validation_loss\": ");
			append_json_double(json, member->validation_loss);
		}
		appendStringInfoChar(json, '}');
	}
	appendStringInfoChar(json, ']');
}

/* What the training was done on and how it ended. */
static void
append_training(StringInfo json, const cs_sequence_fit *fit, const NetworkOptions *options,
				const NetworkRows *rows)
{
	appendStringInfo(json, "{\"rows\": " INT64_FORMAT ", ", rows->count);
	if (rows->entities > 0)
		appendStringInfo(json, "\"entities\": " INT64_FORMAT ", ", rows->entities);
	appendStringInfoString(json, "\"first_time\": ");
	append_json_time(json, rows->first);
	appendStringInfoString(json, ", \"last_time\": ");
	append_json_time(json, rows->last);
	appendStringInfo(json, ", \"training_windows\": %zu, \"validation_windows\": %zu, ",
					 fit->training_windows, fit->validation_windows);
	if (options->start != NULL)
		appendStringInfo(json, "\"warm_start\": \"%08x\", ", options->start->checksum);
	append_members(json, fit, options->network.ensemble);
	if (fit->validation_windows > 0)
	{
		appendStringInfoString(json, ", \"validation_mae\": ");
		append_json_double(json, fit->validation_mae);
		appendStringInfoString(json, ", \"validation_rmse\": ");
		append_json_double(json, fit->validation_rmse);
		appendStringInfoString(json, ", \"random_walk_mae\": ");
		append_json_double(json, fit->random_walk_mae);
		appendStringInfoString(json, ", \"random_walk_rmse\": ");
		append_json_double(json, fit->random_walk_rmse);
	}
	appendStringInfoChar(json, '}');
}

/* A float that reads back to the same; null where a loss was not computed. */
static void
append_loss(StringInfo json, float loss)
{
	char text[FLOAT_SHORTEST_DECIMAL_LEN];

	if (loss < 0)
		appendStringInfoString(json, "null");
	else
	{
		float_to_shortest_decimal_buf(loss, text);
		appendStringInfoString(json, text);
	}
}

static void
append_log(StringInfo json, const cs_sequence_fit *fit, const cs_sequence_options *options)
{
	int all = cs_sequence_log_count(options, options->epochs);

	appendStringInfoChar(json, '[');
	for (int m = 0; m < options->ensemble; m++)
	{
		const cs_sequence_log_entry *log = fit->log + (Size) m * all;
		int count = cs_sequence_log_count(options, fit->member[m].epochs);

		for (int i = 0; i < 2; i++)
		{
			appendStringInfo(json, i > 0 ? "], \"%s\": [" : (m > 0 ? ", {\"%s\": [" : "{\"%s\": ["),
							 log_keys[i]);
			for (int e = 0; e < count; e++)
			{
				appendStringInfoString(json, e == 0 ? "" : ", ");
				append_loss(json, i == 0 ? log[e].training_loss : log[e].validation_loss);
			}
		}
		appendStringInfoString(json, "]}");
	}
	appendStringInfoChar(json, ']');
}

static void
append_scaling(StringInfo json, const cs_sequence_fit *fit, int columns, int horizons)
{
	bool has_interval = true;

	for (int i = 0; i < horizons; i++)
		has_interval = has_interval && fit->interval_half_width[i] >= 0;
	appendStringInfoString(json, "\"input_mean\": ");
	append_json_doubles(json, fit->input_mean, columns);
	appendStringInfoString(json, ", \"input_sd\": ");
	append_json_doubles(json, fit->input_sd, columns);
	appendStringInfoString(json, ", \"target_mean\": ");
	append_json_doubles(json, fit->target_mean, horizons);
	appendStringInfoString(json, ", \"target_sd\": ");
	append_json_doubles(json, fit->target_sd, horizons);
	appendStringInfoString(json, ", \"usual_change\": ");
	append_json_double(json, fit->usual_change);
	appendStringInfoString(json, ", \"interval_half_width\": ");
	if (has_interval)
		append_json_doubles(json, fit->interval_half_width, horizons);
	else
		appendStringInfoString(json, "null");
}

static void
append_quantiles(StringInfo json, const cs_sequence_fit *fit, const cs_sequence_options *options)
{
	appendStringInfoString(json, ", \"" QUANTILES_KEY "\": {\"" LEVELS_KEY "\": ");
	append_json_doubles(json, options->quantiles, options->quantile_count);
	appendStringInfoString(json, ", \"" CORRECTION_KEY "\": ");
	if (options->quantile_correction)
		append_json_doubles(json, fit->quantile_correction,
							options->horizon_count * options->quantile_count);
	else
		appendStringInfoString(json, "null");
	appendStringInfoChar(json, '}');
}

Model *
network_model_create(const cs_sequence_fit *fit, const NetworkOptions *options,
					 const NetworkRows *rows, const float *parameters)
{
	const cs_sequence_options *network = &options->network;
	Size count = cs_sequence_parameter_count(network, rows->columns);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"extension_version\": \"%s\", \"features\": %d, \"options\": ",
					 CREDITSPREAD_VERSION, rows->columns - 1);
	network_append_options(&json, options);
	appendStringInfoString(&json, ", ");
	append_scaling(&json, fit, rows->columns, network->horizon_count);
	if (network->local_rows > 0)
		appendStringInfo(&json, ", \"" LOCAL_ROWS_KEY "\": %d", network->local_rows);
	if (network->linear)
	{
		cs_sequence_data data = {.columns = rows->columns};

		appendStringInfoString(&json, ", \"" LINEAR_KEY "\": ");
		append_json_doubles(&json, fit->linear,
							cs_sequence_linear_terms(network, &data) * network->horizon_count);
	}
	if (network->quantile_count > 0)
		append_quantiles(&json, fit, network);
	appendStringInfoString(&json, ", \"training\": ");
	append_training(&json, fit, options, rows);
	appendStringInfoString(&json, ", \"log\": ");
	append_log(&json, fit, network);
	if (options->family->append_header != NULL)
		options->family->append_header(&json, options);
	appendStringInfoChar(&json, '}');
	return model_create(options->family->model, json.data, parameters, count * network->ensemble);
}

int
network_horizon_of_step(const NetworkModel *fitted, Datum step, bool isnull, const char *what)
{
	const cs_sequence_options *options = &fitted->options.network;
	const NetworkFamily *family = fitted->options.family;
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < options->horizon_count; i++)
	{
		if (!isnull && options->horizons[i] == DatumGetInt32(step))
			return i;
		appendStringInfo(&known, "%s%d", i == 0 ? "" : ", ", options->horizons[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s: step is %s, the model forecasts steps %s", what,
					isnull ? "NULL" : psprintf("%d", DatumGetInt32(step)), known.data),
			 errhint("Fit with %s(horizons => ...) that contain the step.", family->options)));
}

/* Forecasts of the data's rows; their quantiles, unless quantiles is NULL. */
static double *
forecast_data(const NetworkModel *fitted, const cs_sequence_data *data, const char *what,
			  double *quantiles)
{
	const cs_sequence_options *options = &fitted->options.network;
	Size workspace_size = cs_sequence_predict_workspace_size(options, data);
	void *block = allocate_for_network(what, workspace_size);
	double *forecast = allocate_checked(what, data->rows * options->horizon_count * sizeof(double));
	cs_sequence_predictor *predictor = palloc(sizeof(cs_sequence_predictor));
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, workspace_size);
	check_status(
		cs_sequence_predictor_initialize(predictor, &fitted->network, data, &workspace, forecast),
		what);
	if (quantiles != NULL)
		cs_sequence_predictor_want_quantiles(predictor, quantiles);
	check_status(cs_sequence_predictor_run(predictor), what);
	pfree(predictor);
	pfree(block);
	return forecast;
}

double *
network_model_forecast_data(const NetworkModel *fitted, const cs_sequence_data *data,
							const char *what)
{
	return forecast_data(fitted, data, what, NULL);
}

double *
network_model_forecast(const NetworkModel *fitted, const double *values, const bool *known,
					   int64 rows, const char *what)
{
	return network_model_quantiles(fitted, values, known, rows, what, NULL);
}

double *
network_model_quantiles(const NetworkModel *fitted, const double *values, const bool *known,
						int64 rows, const char *what, double **quantiles)
{
	const cs_sequence_options *options = &fitted->options.network;
	static const size_t start = 0;
	cs_sequence_data data = {.values = values,
							 .known = known,
							 .rows = rows,
							 .columns = fitted->features + 1,
							 .series_start = &start,
							 .series_count = 1};

	if (quantiles != NULL)
		*quantiles = NULL;
	if (quantiles != NULL && options->quantile_count > 0)
		*quantiles = allocate_checked(what, sizeof(double) * rows * options->horizon_count *
												options->quantile_count);
	return forecast_data(fitted, &data, what, quantiles == NULL ? NULL : *quantiles);
}

double
network_interval_half_width(const NetworkModel *fitted, const double *values, int64 start,
							int64 row, int horizon)
{
	return fitted->interval_half_width[horizon] *
		   cs_sequence_interval_scale(&fitted->options.network, values, fitted->features + 1, start,
									  row, horizon, fitted->usual_change);
}
