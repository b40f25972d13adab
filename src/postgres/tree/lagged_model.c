/*
 * lagged_model.c
 *		What the models by trees and support vectors store, written and read with every check.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "utils/builtins.h"
#include "utils/numeric.h"

#include "postgres/base/settings.h"
#include "postgres/tree/lagged_model.h"

static const OptionSpec lagged_specs[] = {
#define OF(family, value) OF_##family(value)
#define OF_boosted_trees(value) [CS_LAGGED_BOOSTED_TREES] = (value),
#define OF_random_forest(value) [CS_LAGGED_RANDOM_FOREST] = (value),
#define OF_svr(value) [CS_LAGGED_SVR] = (value),
#define OPTIONS_OF LaggedOptions
#include "postgres/options/lagged.def"
};

static OptionTable
table_of(const DirectFamily *family)
{
	return (OptionTable) OPTION_TABLE(lagged_specs, family->method);
}

static LaggedOptions
default_lagged_options(const DirectFamily *family)
{
	OptionTable table = table_of(family);
	LaggedOptions options = {
		.base = {.linear.ridge = OPTION_NONE, .lower_bound = OPTION_NONE},
		.lagged = {.method = family->method,
				   .trees = {.quantile = 0.5,
							 .learning_rate = 1,
							 .subsample = 1,
							 .forest = family->method == CS_LAGGED_RANDOM_FOREST},
				   .svr = {.gamma = OPTION_NONE}},
	};

	default_options(&table, &options);
	return options;
}

/* Takes over what two parts of the options share, and checks what contradicts itself. */
static void
settle_options(LaggedOptions *options, const char *what)
{
	options->lagged.linear = options->base.linear;
	linear_check_options(&options->base, what);
	if (options->lagged.trees.patience > 0 && options->lagged.validation == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"patience\" is %d with \"validation\" 0", what,
							   options->lagged.trees.patience),
						errhint("Early stopping needs validation rows: set patience to 0 or give a "
								"validation.")));
}

void
lagged_read_options(const DirectFamily *family, const Jsonb *json, const char *what,
					LaggedOptions *options)
{
	OptionTable table = table_of(family);

	*options = default_lagged_options(family);
	change_options(json, what, &table, options);
	settle_options(options, what);
}

/* ---- written ---- */

void
lagged_builder_start(LaggedBuilder *builder)
{
	*builder = (LaggedBuilder){0};
	initStringInfo(&builder->horizons);
}

static void
append_number(StringInfo json, const char *key, double value)
{
	appendStringInfo(json, ", \"%s\": ", key);
	append_json_double(json, value);
}

/* An array, or null where it has no values. */
static void
append_array(StringInfo json, const char *key, const double *values, size_t count, bool any)
{
	appendStringInfo(json, ", \"%s\": ", key);
	if (any)
		append_json_doubles(json, values, (int) count);
	else
		appendStringInfoString(json, "null");
}

void
lagged_builder_add(LaggedBuilder *builder, const DirectFamily *family, const cs_lagged_fit *fit,
				   int which)
{
	const cs_lagged_horizon *horizon = &fit->horizon;
	StringInfo json = &builder->horizons;
	bool tested = horizon->tested > 0;

	check_parameter_count(family->kind, builder->count + horizon->count);
	if (builder->count + horizon->count > builder->capacity)
	{
		Size capacity = Max(2 * builder->capacity, builder->count + horizon->count);
		float *numbers = allocate_checked(family->fit, capacity * sizeof(float));

		if (builder->count > 0)
			memcpy(numbers, builder->numbers, builder->count * sizeof(float));
		builder->numbers = numbers;
		builder->capacity = capacity;
	}
	memcpy(builder->numbers + builder->count, horizon->numbers, horizon->count * sizeof(float));
	builder->count += horizon->count;
	appendStringInfo(json, "%s{\"horizon\": %d, \"%s\": %zu, \"numbers\": %zu",
					 which == 0 ? "" : ", ", fit->inputs.options->linear.horizons[which],
					 family->method == CS_LAGGED_SVR ? "vectors" : "trees", horizon->parts,
					 horizon->count);
	append_number(json, "shrinkage", horizon->shrinkage);
	append_number(json, "lower", horizon->has_interval ? horizon->lower : NAN);
	append_number(json, "upper", horizon->has_interval ? horizon->upper : NAN);
	appendStringInfo(json, ", \"origins\": %zu, \"tested\": %zu", horizon->origins,
					 horizon->tested);
	append_number(json, "rmse", tested ? horizon->rmse : NAN);
	append_number(json, "mae", tested ? horizon->mae : NAN);
	append_number(json, "random_walk_rmse", tested ? horizon->random_walk_rmse : NAN);
	append_number(json, "random_walk_mae", tested ? horizon->random_walk_mae : NAN);
	append_array(json, "gain", horizon->gain, fit->terms, family->method != CS_LAGGED_SVR);
	append_array(json, "shuffled", horizon->shuffled, fit->terms, !isnan(horizon->shuffled[0]));
	appendStringInfoChar(json, '}');
}

Model *
lagged_builder_finish(LaggedBuilder *builder, const DirectFamily *family, const cs_lagged_fit *fit,
					  const LaggedOptions *options, const LinearRows *rows)
{
	const bool *flagged = fit->inputs.data.flagged;
	OptionTable table = table_of(family);
	const float none = 0;
	bool any = false;
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"extension_version\": \"%s\", \"features\": %d, \"options\": ",
					 CREDITSPREAD_VERSION, rows->columns - 1);
	append_options(&json, &table, options);
	appendStringInfo(&json, ", \"look_back\": %zu, \"flagged\": [",
					 cs_lagged_look_back(&options->lagged));
	for (int c = 1; c < rows->columns; c++)
		if (flagged[c])
		{
			appendStringInfo(&json, "%s%d", any ? ", " : "", c);
			any = true;
		}
	appendStringInfoString(&json, "], \"scale\": {\"level\": ");
	append_json_double(&json, fit->scale.level);
	append_number(&json, "spread", fit->scale.spread);
	append_array(&json, "mean", fit->scale.mean, fit->terms, true);
	append_array(&json, "deviation", fit->scale.deviation, fit->terms, true);
	appendStringInfo(&json, "}, \"horizons\": [%s], \"training\": ", builder->horizons.data);
	linear_append_training(&json, rows);
	appendStringInfoChar(&json, '}');
	return model_create(family->kind, json.data, builder->count > 0 ? builder->numbers : &none,
						builder->count);
}

/* ---- read ---- */

/* Keys of the header, of one of its horizons and of the scale. */
#define HEADER_KEYS 8
#define HORIZON_KEYS 14
#define SCALE_KEYS 4

static void
read_scale(const JsonbContainer *root, const char *what, LaggedModel *model)
{
	JsonbValue value = json_child_object(root, "scale", what);
	const JsonbContainer *object = value.val.binary.data;
	cs_lagged_scale *scale = &model->scale;

	if (JsonContainerSize(object) != SCALE_KEYS)
		model_report_header(what, "scale", psprintf("an object of %d keys", SCALE_KEYS));
	scale->level = model_header_number(what, object, "level", -DBL_MAX, DBL_MAX);
	scale->spread = model_header_number(what, object, "spread", DBL_MIN, DBL_MAX);
	scale->mean = palloc(sizeof(double) * model->terms);
	scale->deviation = palloc(sizeof(double) * model->terms);
	json_doubles(object, "mean", what, scale->mean, (int) model->terms);
	json_doubles(object, "deviation", what, scale->deviation, (int) model->terms);
	for (size_t k = 0; k < model->terms; k++)
		if (!(scale->deviation[k] > 0))
			model_report_header(what, "deviation", "above 0");
}

/* An array of numbers of at least 0, one for each term, or null: false. */
static bool
read_measures(const JsonbContainer *object, const char *key, const char *what, size_t terms,
			  double **values)
{
	JsonbValue value;

	if (json_field(object, key, &value) && value.type == jbvNull)
		return false;
	*values = palloc(sizeof(double) * terms);
	json_doubles(object, key, what, *values, (int) terms);
	for (size_t k = 0; k < terms; k++)
		if (!((*values)[k] >= 0))
			model_report_header(what, key, "at least 0");
	return true;
}

static void
read_horizon(const DirectFamily *family, const JsonbContainer *object, int steps, size_t terms,
			 LaggedHorizon *horizon)
{
	static const char *const measures[] = {"rmse", "mae", "random_walk_rmse", "random_walk_mae"};
	const char *what = family->kind->name;
	const char *parts = family->method == CS_LAGGED_SVR ? "vectors" : "trees";
	JsonbValue value;

	for (int i = 0; i < (int) lengthof(measures); i++)
		model_check_measure(what, object, measures[i]);
	if (model_header_integer(what, object, "horizon", 1, CS_LINEAR_MAX_HORIZON) != steps)
		model_report_header(what, "horizon", "that of the options");
	horizon->parts = model_header_integer(what, object, parts, 0, MODEL_MAX_PARAMETERS);
	horizon->count = model_header_integer(what, object, "numbers", 0, MODEL_MAX_PARAMETERS);
	if (family->method == CS_LAGGED_SVR && horizon->count != cs_svr_numbers(horizon->parts, terms))
		model_report_header(what, "numbers", "those of the support vectors");
	horizon->shrinkage = model_header_number(what, object, "shrinkage", 0, 1);
	model_header_integer(what, object, "origins", 0, MODEL_MOST_ROWS);
	model_header_integer(what, object, "tested", 0, MODEL_MOST_ROWS);
	horizon->has_interval = json_field(object, "lower", &value) && value.type != jbvNull;
	if (horizon->has_interval)
	{
		horizon->lower = model_header_number(what, object, "lower", -DBL_MAX, 0);
		horizon->upper = model_header_number(what, object, "upper", 0, DBL_MAX);
	}
	horizon->has_gain = read_measures(object, "gain", what, terms, &horizon->gain);
	horizon->has_shuffled = read_measures(object, "shuffled", what, terms, &horizon->shuffled);
}

/* The horizons, whose numbers must be all of the parameters. */
static void
read_horizons(const DirectFamily *family, const JsonbContainer *root, Size parameter_count,
			  LaggedModel *model)
{
	const char *what = family->kind->name;
	int count = model->options.base.linear.horizon_count;
	JsonbContainer *array = model_header_array(what, root, "horizons", count, count);
	Size numbers = 0;

	for (int h = 0; h < count; h++)
	{
		JsonbValue *value = getIthJsonbValueFromContainer(array, h);

		if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data) ||
			JsonContainerSize(value->val.binary.data) != HORIZON_KEYS)
			model_report_header(what, "horizons", psprintf("objects of %d keys", HORIZON_KEYS));
		read_horizon(family, value->val.binary.data, model->options.base.linear.horizons[h],
					 model->terms, &model->horizon[h]);
		numbers += model->horizon[h].count;
	}
	if (numbers != parameter_count)
		model_report_header(what, "numbers", "all of the parameters");
}

static LaggedModel *
read_header(const DirectFamily *family, const Jsonb *header, Size parameter_count)
{
	const char *what = family->kind->name;
	const JsonbContainer *root = &header->root;
	OptionTable table = table_of(family);
	LaggedModel *model = palloc0(sizeof(LaggedModel));
	JsonbValue options = json_child_object(root, "options", what);
	cs_linear_data data = {0};

	if (JsonContainerSize(root) != HEADER_KEYS)
		model_report_header(what, "header", psprintf("an object of %d keys", HEADER_KEYS));
	json_text(root, "extension_version", what);
	json_child_object(root, "training", what);
	model->options = default_lagged_options(family);
	check_all_options(options.val.binary.data, what, &table);
	change_options(JsonbValueToJsonb(&options), what, &table, &model->options);
	settle_options(&model->options, what);
	model->features = (int) model_header_integer(what, root, "features", 0, LINEAR_MAX_FEATURES);
	linear_check_feature_names(&model->options.base, model->features, what);
	model->flagged = linear_read_flagged(root, model->features, what);
	data.columns = model->features + 1;
	data.flagged = model->flagged;
	model->ahead = linear_known_columns(&model->options.base, model->features, what);
	data.ahead = model->ahead;
	model->terms = cs_lagged_terms(&model->options.lagged, &data);
	if (model->terms == SIZE_MAX)
		model_report_header(what, "features", "fewer with so many lags");
	if (model_header_integer(what, root, "look_back", 1, MODEL_MOST_ROWS) !=
		(int64) cs_lagged_look_back(&model->options.lagged))
		model_report_header(what, "look_back", "that of the options");
	read_scale(root, what, model);
	read_horizons(family, root, parameter_count, model);
	return model;
}

LaggedModel *
lagged_model_unpack(const DirectFamily *family, const Model *model)
{
	LaggedModel *unpacked = read_header(family, model_header(model), model->parameter_count);
	const float *numbers = model_values(model);

	for (int h = 0; h < unpacked->options.base.linear.horizon_count; h++)
	{
		unpacked->horizon[h].numbers = numbers;
		numbers += unpacked->horizon[h].count;
	}
	return unpacked;
}

/* Error 22023 unless the numbers are trees on the model's terms. */
static void
check_trees(const DirectFamily *family, const Model *model)
{
	const LaggedModel *unpacked = lagged_model_unpack(family, model);

	for (int h = 0; h < unpacked->options.base.linear.horizon_count; h++)
	{
		const LaggedHorizon *horizon = &unpacked->horizon[h];

		if (!cs_trees_valid(horizon->numbers, horizon->count, horizon->parts, unpacked->terms))
			model_report_header(
				family->kind->name, "parameters",
				psprintf("%zu trees on %zu terms", horizon->parts, unpacked->terms));
	}
}

/* ---- the families ---- */

static void
check_boosted_trees_header(const Jsonb *header, Size parameter_count)
{
	read_header(&boosted_trees_family, header, parameter_count);
}

static void
check_boosted_trees(const Model *model)
{
	check_trees(&boosted_trees_family, model);
}

static void
check_random_forest_header(const Jsonb *header, Size parameter_count)
{
	read_header(&random_forest_family, header, parameter_count);
}

static void
check_random_forest(const Model *model)
{
	check_trees(&random_forest_family, model);
}

static void
check_svr_header(const Jsonb *header, Size parameter_count)
{
	read_header(&svr_family, header, parameter_count);
}

const ModelKind boosted_trees_model_kind = {"boosted_trees_model", 24, check_boosted_trees_header,
											check_boosted_trees};
const ModelKind random_forest_model_kind = {"random_forest_model", 25, check_random_forest_header,
											check_random_forest};
const ModelKind svr_model_kind = {"svr_model", 26, check_svr_header, NULL};
