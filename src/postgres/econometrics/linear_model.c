/*
 * linear_model.c
 *		What a linear_model stores, written and read with every check.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "utils/builtins.h"
#include "utils/numeric.h"

#include "postgres/econometrics/linear_model.h"

static const OptionSpec linear_specs[] = {
#define OPTIONS_OF LinearOptions
#include "postgres/options/linear.def"
};
static const OptionTable linear_table = OPTION_TABLE(linear_specs, 0);

static LinearOptions
default_linear_options(void)
{
	LinearOptions options = {.linear.ridge = OPTION_NONE, .lower_bound = OPTION_NONE};

	default_options(&linear_table, &options);
	return options;
}

void
linear_check_options(const LinearOptions *options, const char *what)
{
	const cs_linear_options *linear = &options->linear;

	for (int i = 1; i < linear->horizon_count; i++)
		if (linear->horizons[i] <= linear->horizons[i - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"horizons\" has %d after %d, must be increasing",
								   what, linear->horizons[i], linear->horizons[i - 1])));
	for (int i = 1; i < linear->mean_count; i++)
		if (linear->means[i] <= linear->means[i - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"means\" has %d after %d, must be increasing", what,
								   linear->means[i], linear->means[i - 1])));
	for (int i = 0; i < options->feature_name_count; i++)
	{
		if (strcmp(options->feature_names[i], "y") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: option \"feature_names\" has \"y\", which names y itself", what)));
		for (int j = 0; j < i; j++)
			if (strcmp(options->feature_names[i], options->feature_names[j]) == 0)
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("%s: option \"feature_names\" has \"%s\" twice", what,
									   options->feature_names[i])));
	}
}

void
linear_read_options(const Jsonb *json, const char *what, LinearOptions *options)
{
	*options = default_linear_options();
	change_options(json, what, &linear_table, options);
	linear_check_options(options, what);
}

void
linear_check_feature_names(const LinearOptions *options, int features, const char *what)
{
	if (options->feature_name_count > 0 && options->feature_name_count != features)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"feature_names\" has %d names for %d features", what,
							   options->feature_name_count, features),
						errhint("Give a name for each element of the features.")));
}

char *
linear_column_label(const LinearOptions *options, int column)
{
	if (column == 0)
		return pstrdup("y");
	if (column <= options->feature_name_count)
		return pstrdup(options->feature_names[column - 1]);
	return psprintf("features[%d]", column);
}

/* The feature of that name, or of that number; 0 where there is none. */
static int
feature_of(const LinearOptions *options, int features, const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);

	for (int i = 0; i < options->feature_name_count; i++)
		if (strcmp(options->feature_names[i], name) == 0)
			return i + 1;
	return *name != '\0' && *end == '\0' && number >= 1 && number <= features ? (int) number : 0;
}

bool *
linear_known_columns(const LinearOptions *options, int features, const char *what)
{
	bool *ahead = options->known_count == 0 ? NULL : palloc0(sizeof(bool) * (features + 1));

	for (int i = 0; i < options->known_count; i++)
	{
		int feature = feature_of(options, features, options->known[i]);

		if (feature == 0)
			ereport(
				ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(
					 "%s: option \"known\" has \"%s\", neither the name of a feature nor a number "
					 "from 1 to %d",
					 what, options->known[i], features),
				 errhint("Give names of option \"feature_names\", or numbers from 1.")));
		if (ahead[feature])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"known\" has \"%s\" twice", what,
								   linear_column_label(options, feature)),
							errhint("Name a feature once, by its name or by its number.")));
		ahead[feature] = true;
	}
	return ahead;
}

/* ---- written ---- */

static void
append_number(StringInfo json, const char *key, double value)
{
	appendStringInfo(json, ", \"%s\": ", key);
	append_json_double(json, value);
}

static void
append_horizon(StringInfo json, const cs_linear_horizon *horizon, int steps, size_t terms)
{
	appendStringInfo(json, "{\"horizon\": %d, \"coefficients\": ", steps);
	append_json_doubles(json, horizon->coefficients, (int) terms);
	append_number(json, "deviation", horizon->deviation);
	append_number(json, "ridge", horizon->ridge);
	append_number(json, "shrinkage", horizon->shrinkage);
	append_number(json, "lower", horizon->has_interval ? horizon->lower : NAN);
	append_number(json, "upper", horizon->has_interval ? horizon->upper : NAN);
	appendStringInfo(json, ", \"origins\": %zu, \"tested\": %zu", horizon->origins,
					 horizon->tested);
	append_number(json, "rmse", horizon->tested > 0 ? horizon->rmse : NAN);
	append_number(json, "mae", horizon->tested > 0 ? horizon->mae : NAN);
	append_number(json, "random_walk_rmse", horizon->tested > 0 ? horizon->random_walk_rmse : NAN);
	append_number(json, "random_walk_mae", horizon->tested > 0 ? horizon->random_walk_mae : NAN);
	appendStringInfoChar(json, '}');
}

void
linear_append_training(StringInfo json, const LinearRows *rows)
{
	int64 first = rows->times[0];
	int64 last = rows->times[0];

	for (int64 i = 1; i < rows->count; i++)
	{
		first = Min(first, rows->times[i]);
		last = Max(last, rows->times[i]);
	}
	appendStringInfo(json, "{\"rows\": " INT64_FORMAT ", ", rows->count);
	if (rows->entities > 0)
		appendStringInfo(json, "\"entities\": " INT64_FORMAT ", ", rows->entities);
	appendStringInfo(json, "\"missing\": " INT64_FORMAT ", \"first_time\": ", rows->missing);
	append_json_time(json, (TimePoint){rows->time_type, first});
	appendStringInfoString(json, ", \"last_time\": ");
	append_json_time(json, (TimePoint){rows->time_type, last});
	appendStringInfoChar(json, '}');
}

/* What the terms of features known in advance are made by, a number for each of them. */
static void
append_ahead(StringInfo json, const char *key, const bool *ahead, const double *values, int columns)
{
	bool any = false;

	appendStringInfo(json, ", \"%s\": [", key);
	for (int c = 1; ahead != NULL && c < columns; c++)
		if (ahead[c])
		{
			appendStringInfoString(json, any ? ", " : "");
			append_json_double(json, values[c]);
			any = true;
		}
	appendStringInfoChar(json, ']');
}

Model *
linear_model_create(const cs_linear_fit *fit, const LinearOptions *options, const LinearRows *rows)
{
	const bool *flagged = fit->inputs.data.flagged;
	const float none = 0;
	bool any = false;
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"extension_version\": \"%s\", \"features\": %d, \"options\": ",
					 CREDITSPREAD_VERSION, rows->columns - 1);
	append_options(&json, &linear_table, options);
	appendStringInfo(&json, ", \"look_back\": %zu, \"flagged\": [",
					 cs_linear_look_back(&options->linear, true));
	for (int c = 1; c < rows->columns; c++)
		if (flagged[c])
		{
			appendStringInfo(&json, "%s%d", any ? ", " : "", c);
			any = true;
		}
	appendStringInfoChar(&json, ']');
	append_ahead(&json, "known_median", fit->inputs.data.ahead, fit->inputs.median, rows->columns);
	append_ahead(&json, "known_spread", fit->inputs.data.ahead, fit->inputs.spread, rows->columns);
	appendStringInfoString(&json, ", \"horizons\": [");
	for (int h = 0; h < options->linear.horizon_count; h++)
	{
		if (h > 0)
			appendStringInfoString(&json, ", ");
		append_horizon(&json, &fit->horizon[h], options->linear.horizons[h], fit->terms);
	}
	appendStringInfoString(&json, "], \"training\": ");
	linear_append_training(&json, rows);
	appendStringInfoChar(&json, '}');
	return model_create(&linear_model_kind, json.data, &none, 0);
}

/* ---- read ---- */

#define WHAT "linear_model"

/* Keys of the header, and of one of its horizons. */
#define HEADER_KEYS 9
#define HORIZON_KEYS 13

bool *
linear_read_flagged(const JsonbContainer *root, int features, const char *what)
{
	JsonbContainer *array = model_header_array(what, root, "flagged", 0, features);
	bool *flagged = palloc0(sizeof(bool) * (features + 1));
	int last = 0;

	for (uint32 i = 0; i < JsonContainerSize(array); i++)
	{
		JsonbValue *value = getIthJsonbValueFromContainer(array, i);
		double number = value->type != jbvNumeric
							? 0
							: DatumGetFloat8(DirectFunctionCall1(
								  numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));

		if (!(number > last && number <= features && number == floor(number)))
			model_report_header(what, "flagged", "the numbers of features, increasing");
		last = (int) number;
		flagged[last] = true;
	}
	return flagged;
}

static void
read_horizon(const JsonbContainer *object, int steps, size_t terms, cs_linear_horizon *horizon)
{
	static const char *const measures[] = {"rmse", "mae", "random_walk_rmse", "random_walk_mae"};
	JsonbValue value;

	for (int i = 0; i < (int) lengthof(measures); i++)
		model_check_measure(WHAT, object, measures[i]);
	if (model_header_integer(WHAT, object, "horizon", 1, CS_LINEAR_MAX_HORIZON) != steps)
		model_report_header(WHAT, "horizon", "that of the options");
	horizon->coefficients = palloc(sizeof(double) * terms);
	json_doubles(object, "coefficients", WHAT, horizon->coefficients, (int) terms);
	horizon->shrinkage = model_header_number(WHAT, object, "shrinkage", 0, 1);
	horizon->ridge = model_header_number(WHAT, object, "ridge", 0, DBL_MAX);
	horizon->deviation = model_header_number(WHAT, object, "deviation", 0, DBL_MAX);
	model_header_integer(WHAT, object, "origins", 0, MODEL_MOST_ROWS);
	model_header_integer(WHAT, object, "tested", 0, MODEL_MOST_ROWS);
	horizon->has_interval = json_field(object, "lower", &value) && value.type != jbvNull;
	if (horizon->has_interval)
	{
		horizon->lower = model_header_number(WHAT, object, "lower", -DBL_MAX, 0);
		horizon->upper = model_header_number(WHAT, object, "upper", 0, DBL_MAX);
	}
}

/*
 * Takes an array of numbers, one for each feature known in advance, apart to values[1 + features].
 */
static double *
read_ahead(const JsonbContainer *root, const char *key, double least, const LinearModel *model)
{
	int count = model->options.known_count;
	double *values = palloc0(sizeof(double) * (model->features + 1));
	double *given = palloc(sizeof(double) * Max(count, 1));

	json_doubles(root, key, WHAT, given, count);
	for (int c = 1; model->ahead != NULL && c <= model->features; c++)
	{
		if (!model->ahead[c])
			continue;
		if (*given < least)
			model_report_header(WHAT, key, psprintf("numbers of at least %g", least));
		values[c] = *given++;
	}
	return values;
}

static LinearModel *
read_header(const Jsonb *header, Size parameter_count)
{
	const JsonbContainer *root = &header->root;
	LinearModel *model = palloc0(sizeof(LinearModel));
	JsonbValue options = json_child_object(root, "options", WHAT);
	cs_linear_data data = {0};
	JsonbContainer *horizons;

	if (parameter_count != 0)
		model_report_header(WHAT, "parameters", "empty");
	if (JsonContainerSize(root) != HEADER_KEYS)
		model_report_header(WHAT, "header", psprintf("an object of %d keys", HEADER_KEYS));
	json_text(root, "extension_version", WHAT);
	json_child_object(root, "training", WHAT);
	model->options = default_linear_options();
	check_all_options(options.val.binary.data, WHAT, &linear_table);
	change_options(JsonbValueToJsonb(&options), WHAT, &linear_table, &model->options);
	linear_check_options(&model->options, WHAT);
	model->features = (int) model_header_integer(WHAT, root, "features", 0, LINEAR_MAX_FEATURES);
	linear_check_feature_names(&model->options, model->features, WHAT);
	model->flagged = linear_read_flagged(root, model->features, WHAT);
	model->ahead = linear_known_columns(&model->options, model->features, WHAT);
	model->median = read_ahead(root, "known_median", -DBL_MAX, model);
	model->spread = read_ahead(root, "known_spread", 0, model);
	data.columns = model->features + 1;
	data.flagged = model->flagged;
	data.ahead = model->ahead;
	model->terms = cs_linear_terms(&model->options.linear, &data);
	if (model->terms == SIZE_MAX)
		model_report_header(WHAT, "features", "fewer with so many lags");
	if (model_header_integer(WHAT, root, "look_back", 1, MODEL_MOST_ROWS) !=
		(int64) cs_linear_look_back(&model->options.linear, true))
		model_report_header(WHAT, "look_back", "that of the options");
	horizons = model_header_array(WHAT, root, "horizons", model->options.linear.horizon_count,
								  model->options.linear.horizon_count);
	for (int h = 0; h < model->options.linear.horizon_count; h++)
	{
		JsonbValue *value = getIthJsonbValueFromContainer(horizons, h);

		if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data) ||
			JsonContainerSize(value->val.binary.data) != HORIZON_KEYS)
			model_report_header(WHAT, "horizons", psprintf("objects of %d keys", HORIZON_KEYS));
		read_horizon(value->val.binary.data, model->options.linear.horizons[h], model->terms,
					 &model->horizon[h]);
	}
	return model;
}

static void
check_header(const Jsonb *header, Size parameter_count)
{
	read_header(header, parameter_count);
}

const ModelKind linear_model_kind = {"linear_model", 16, check_header, NULL};

LinearModel *
linear_model_unpack(const Model *model)
{
	return read_header(model_header(model), model->parameter_count);
}
