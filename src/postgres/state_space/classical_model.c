/*
 * classical_model.c
 *		The options of ARIMA, exponential smoothing and Theta, and what their models store, written
 *		and read with every check.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "utils/builtins.h"

#include "postgres/state_space/classical_model.h"

static const OptionSpec classical_specs[] = {
#define OF(family, value) OF_##family(value)
#define OF_arima(value) [CS_CLASSICAL_ARIMA] = (value),
#define OF_ets(value) [CS_CLASSICAL_ETS] = (value),
#define OF_theta(value) [CS_CLASSICAL_THETA] = (value),
#define OPTIONS_OF ClassicalOptions
#include "postgres/options/classical.def"
};

static OptionTable
table_of(const ClassicalFamily *family)
{
	return (OptionTable) OPTION_TABLE(classical_specs, family->method);
}

/* ---- options ---- */

_Noreturn static void
report_option(const char *what, const char *option, const char *clause, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: option \"%s\" %s", what, option, clause), errhint("%s", hint)));
}

static void
settle_arima(const ClassicalOptions *options, const char *what, cs_classical_options *numeric)
{
	bool seasonal = options->period > 1;
	cs_arima_order *order = &numeric->order;
	const int *plain = options->orders;
	const int *season = options->seasonal_orders;

	if (options->order_count != 0 && options->order_count != 3)
		report_option(what, "orders",
					  psprintf("has %d elements, must have 3", options->order_count),
					  "Give p, d and q.");
	if (options->seasonal_order_count != 0 && options->seasonal_order_count != 3)
		report_option(what, "seasonal_orders",
					  psprintf("has %d elements, must have 3", options->seasonal_order_count),
					  "Give P, D and Q.");
	if (options->seasonal_order_count > 0 && options->order_count == 0)
		report_option(what, "seasonal_orders", "is given without orders",
					  "Give both, or neither to have them chosen.");
	if (options->seasonal_order_count > 0 && !seasonal)
		report_option(what, "seasonal_orders", "is given with period 1",
					  "Give the rows of a season as period.");
	numeric->arima_chosen = options->order_count > 0;
	*order = (cs_arima_order){.count = {plain[0], plain[2], season[0], season[2]},
							  .differences = plain[1],
							  .seasonal_differences = season[1],
							  .period = options->period,
							  .constant = options->constant && plain[1] + season[1] < 2};
	if (numeric->arima_chosen &&
		(plain[1] > CS_ARIMA_MAX_DIFFERENCES || season[1] > CS_ARIMA_MAX_DIFFERENCES))
		report_option(what, plain[1] > CS_ARIMA_MAX_DIFFERENCES ? "orders" : "seasonal_orders",
					  psprintf("has %d differences, the limit is %d", Max(plain[1], season[1]),
							   CS_ARIMA_MAX_DIFFERENCES),
					  "Take differences in the query.");
	numeric->arima = (cs_arima_limits){.period = options->period, .constant = options->constant};
	for (int i = 0; i < CS_ARIMA_PARTS; i++)
		numeric->arima.most[i] =
			i < CS_ARIMA_SEASONAL_AR
				? (seasonal ? Min(options->max_order, options->period - 1) : options->max_order)
				: (seasonal ? options->max_seasonal_order : 0);
}

static void
settle_ets(const ClassicalOptions *options, const char *what, cs_classical_options *numeric)
{
	bool seasonal = options->season > CLASSICAL_AUTO + 1;

	if (seasonal && options->period == 1)
		report_option(what, "season", "is given with period 1",
					  "Give the rows of a season as period.");
	if (options->error == 1 && options->season == 3)
		report_option(what, "season", "is M with error A", "Use error M, or take the logarithm.");
	numeric->ets_chosen = options->error != CLASSICAL_AUTO && options->trend != CLASSICAL_AUTO &&
						  options->season != CLASSICAL_AUTO;
	numeric->form = (cs_ets_form){.multiplicative_error = options->error == 2,
								  .trend = (cs_ets_trend) (options->trend - 1),
								  .season = (cs_ets_season) (options->season - 1),
								  .period = seasonal ? options->period : 1};
	numeric->ets = (cs_ets_limits){.period = options->period,
								   .error = options->error - 1,
								   .trend = options->trend - 1,
								   .season = options->season - 1};
}

/* Checks what contradicts itself, and sets what numeric/ takes. */
static void
settle_options(const ClassicalFamily *family, const ClassicalOptions *options, const char *what,
			   cs_classical_options *numeric)
{
	*numeric = (cs_classical_options){
		.method = family->method, .period = options->period, .season = options->adjust};
	if (family->method != CS_CLASSICAL_ARIMA && options->period > CS_ETS_MAX_PERIOD)
		report_option(what, "period",
					  psprintf("is %d, the limit is %d", options->period, CS_ETS_MAX_PERIOD),
					  "Use arima_fit, or take the season out with stl.");
	if (family->method == CS_CLASSICAL_ARIMA)
		settle_arima(options, what, numeric);
	else if (family->method == CS_CLASSICAL_ETS)
		settle_ets(options, what, numeric);
}

static ClassicalOptions
default_classical_options(const ClassicalFamily *family)
{
	OptionTable table = table_of(family);
	ClassicalOptions options = {.lower_bound = OPTION_NONE};

	default_options(&table, &options);
	return options;
}

void
classical_read_options(const ClassicalFamily *family, const Jsonb *json, const char *what,
					   ClassicalOptions *options, cs_classical_options *numeric)
{
	OptionTable table = table_of(family);

	*options = default_classical_options(family);
	change_options(json, what, &table, options);
	settle_options(family, options, what, numeric);
}

double *
classical_features(ArrayType *array, const char *what, const char *where, int *count)
{
	double *features = array_doubles(array, what, psprintf("features %s", where), true, count);

	if (*count > CS_ARIMA_MAX_FEATURES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d features %s, the limit is %d", what, *count, where,
							   CS_ARIMA_MAX_FEATURES),
						errhint("Use fewer features.")));
	return features;
}

/* ---- written ---- */

static void
append_number(StringInfo json, const char *key, double value)
{
	appendStringInfo(json, ", \"%s\": ", key);
	append_json_double(json, value);
}

static void
append_array(StringInfo json, const char *key, const double *values, int count)
{
	appendStringInfo(json, ", \"%s\": ", key);
	append_json_doubles(json, values, count);
}

/* The names of the groups of coefficients in a header. */
static const char *const part_names[] = {"ar", "ma", "seasonal_ar", "seasonal_ma"};

static void
append_arima(StringInfo json, const cs_arima_model *model)
{
	const cs_arima_order *order = &model->order;
	const double *coefficients = model->coefficients;

	appendStringInfo(json, "\"orders\": [%d, %d, %d], \"seasonal_orders\": [%d, %d, %d]",
					 order->count[CS_ARIMA_AR], order->differences, order->count[CS_ARIMA_MA],
					 order->count[CS_ARIMA_SEASONAL_AR], order->seasonal_differences,
					 order->count[CS_ARIMA_SEASONAL_MA]);
	for (int i = 0; i < CS_ARIMA_PARTS; i++)
	{
		append_array(json, part_names[i], coefficients, order->count[i]);
		coefficients += order->count[i];
	}
	append_number(json, "constant", order->constant ? model->constant : NAN);
	append_number(json, "variance", model->variance);
	append_number(json, "log_likelihood", model->log_likelihood);
	append_number(json, "aicc", model->aicc);
	appendStringInfo(json, ", \"converged\": %s", model->converged ? "true" : "false");
	if (order->features == 0)
		return;
	appendStringInfo(json, ", \"features\": %zu", order->features);
	append_array(json, "coefficients", model->regression, (int) order->features);
	append_array(json, "standard_errors", model->errors, (int) order->features);
}

static const char *const trend_names[] = {"N", "A", "Ad"};
static const char *const season_names[] = {"N", "A", "M"};

static void
append_ets(StringInfo json, const cs_ets_model *model)
{
	const cs_ets_form *form = &model->form;

	appendStringInfo(json, "\"error\": \"%s\", \"trend\": \"%s\", \"season\": \"%s\"",
					 form->multiplicative_error ? "M" : "A", trend_names[form->trend],
					 season_names[form->season]);
	append_number(json, "alpha", model->alpha);
	append_number(json, "beta", model->beta);
	append_number(json, "gamma", model->gamma);
	append_number(json, "phi", model->phi);
	append_number(json, "level", model->start.level);
	append_number(json, "slope", model->start.trend);
	append_array(json, "seasons", model->start.season,
				 form->season == CS_ETS_NO_SEASON ? 0 : form->period);
	append_number(json, "variance", model->variance);
	append_number(json, "log_likelihood", model->log_likelihood);
	append_number(json, "aicc", model->aicc);
	appendStringInfo(json, ", \"converged\": %s", model->converged ? "true" : "false");
}

static void
append_theta(StringInfo json, const cs_theta_model *model)
{
	appendStringInfo(json, "\"season\": \"%s\"",
					 !model->seasonal ? "N" : (model->multiplicative ? "M" : "A"));
	append_number(json, "alpha", model->alpha);
	append_number(json, "drift", model->drift);
	append_number(json, "level", model->level);
	append_array(json, "seasons", model->season, model->seasonal ? model->period : 0);
	append_number(json, "variance", model->variance);
	appendStringInfo(json, ", \"converged\": %s", model->converged ? "true" : "false");
}

Model *
classical_model_create(const ClassicalFamily *family, const cs_classical_model *fitted,
					   const ClassicalOptions *options, const Series *series, int64 values)
{
	OptionTable table = table_of(family);
	const float none = 0;
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"extension_version\": \"%s\", \"options\": ", CREDITSPREAD_VERSION);
	append_options(&json, &table, options);
	appendStringInfoString(&json, ", \"model\": {");
	if (family->method == CS_CLASSICAL_ARIMA)
		append_arima(&json, &fitted->arima);
	else if (family->method == CS_CLASSICAL_ETS)
		append_ets(&json, &fitted->ets);
	else
		append_theta(&json, &fitted->theta);
	appendStringInfo(&json,
					 "}, \"training\": {\"rows\": " INT64_FORMAT ", \"missing\": " INT64_FORMAT
					 ", \"first_time\": ",
					 series->count, series->count - values);
	append_json_time(&json, series_time(series, 0));
	appendStringInfoString(&json, ", \"last_time\": ");
	append_json_time(&json, series_time(series, series->count - 1));
	appendStringInfoString(&json, "}}");
	return model_create(family->kind, json.data, &none, 0);
}

/* ---- read ---- */

/* Keys of the header, and of the model of each family. */
#define HEADER_KEYS 4
#define ARIMA_KEYS 11
#define FEATURE_KEYS 3 /* of ARIMA, with features */
#define ETS_KEYS 14
#define THETA_KEYS 7

static void
read_order(const char *what, const JsonbContainer *object, const char *key, double most,
		   int numbers[3])
{
	double values[3];

	json_doubles(object, key, what, values, 3);
	for (int i = 0; i < 3; i++)
	{
		double limit = i == 1 ? CS_ARIMA_MAX_DIFFERENCES : most;

		if (!(values[i] >= 0 && values[i] <= limit && values[i] == floor(values[i])))
			model_report_header(what, key, "the orders of a model");
		numbers[i] = (int) values[i];
	}
}

static void
read_features(const char *what, const JsonbContainer *object, cs_arima_model *model)
{
	double features = model_header_number(what, object, "features", 1, CS_ARIMA_MAX_FEATURES);

	if (features != floor(features))
		model_report_header(what, "features", "a number of features");
	model->order.features = (size_t) features;
	json_doubles(object, "coefficients", what, model->regression, (int) features);
	json_doubles(object, "standard_errors", what, model->errors, (int) features);
	for (size_t j = 0; j < model->order.features; j++)
		if (!(model->errors[j] >= 0))
			model_report_header(what, "standard_errors", "not negative");
}

static void
read_arima(const char *what, const JsonbContainer *object, int period, cs_arima_model *model)
{
	cs_arima_order *order = &model->order;
	double *coefficients = model->coefficients;
	int plain[3], season[3];
	JsonbValue value;

	read_order(what, object, "orders", CS_ARIMA_MAX_ORDER, plain);
	read_order(what, object, "seasonal_orders", CS_ARIMA_MAX_SEASONAL, season);
	*order = (cs_arima_order){.count = {plain[0], plain[2], season[0], season[2]},
							  .differences = plain[1],
							  .seasonal_differences = season[1],
							  .period = period,
							  .constant =
								  json_field(object, "constant", &value) && value.type != jbvNull};
	if (cs_arima_check(order) != CS_OK)
		model_report_header(what, "orders", "one that can be fitted");
	for (int i = 0; i < CS_ARIMA_PARTS; i++)
	{
		json_doubles(object, part_names[i], what, coefficients, order->count[i]);
		coefficients += order->count[i];
	}
	if (order->constant)
		model->constant = model_header_number(what, object, "constant", -DBL_MAX, DBL_MAX);
	model->variance = model_header_number(what, object, "variance", 0, DBL_MAX);
	model_header_number(what, object, "log_likelihood", -DBL_MAX, DBL_MAX);
	if (JsonContainerSize(object) > ARIMA_KEYS)
		read_features(what, object, model);
	if (!cs_arima_is_stationary(model))
		model_report_header(what, "ar", "coefficients of a stationary process");
}

/* The index of the text under a key among names. */
static int
read_name(const char *what, const JsonbContainer *object, const char *key, const char *const *names,
		  int count)
{
	const char *text = json_text(object, key, what);

	for (int i = 0; i < count; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	model_report_header(what, key, "one of a form");
	return -1;
}

static void
read_seasons(const char *what, const JsonbContainer *object, int count, bool positive,
			 double *seasons)
{
	json_doubles(object, "seasons", what, seasons, count);
	for (int i = 0; positive && i < count; i++)
		if (!(seasons[i] > 0))
			model_report_header(what, "seasons", "above 0");
}

static void
read_ets(const char *what, const JsonbContainer *object, int period, cs_ets_model *model)
{
	static const char *const error_names[] = {"A", "M"};
	cs_ets_form *form = &model->form;

	form->multiplicative_error =
		read_name(what, object, "error", error_names, lengthof(error_names)) == 1;
	form->trend =
		(cs_ets_trend) read_name(what, object, "trend", trend_names, lengthof(trend_names));
	form->season =
		(cs_ets_season) read_name(what, object, "season", season_names, lengthof(season_names));
	form->period = form->season == CS_ETS_NO_SEASON ? 1 : period;
	if (cs_ets_check(form) != CS_OK)
		model_report_header(what, "season", "one of a form");
	model->alpha = model_header_number(what, object, "alpha", 0, 1);
	model->beta = model_header_number(what, object, "beta", 0, 1);
	model->gamma = model_header_number(what, object, "gamma", 0, 1);
	model->phi = model_header_number(what, object, "phi", 0, 1);
	model->start.level = model_header_number(what, object, "level", -DBL_MAX, DBL_MAX);
	model->start.trend = model_header_number(what, object, "slope", -DBL_MAX, DBL_MAX);
	read_seasons(what, object, form->season == CS_ETS_NO_SEASON ? 0 : period,
				 form->season == CS_ETS_MULTIPLICATIVE_SEASON, model->start.season);
	model->variance = model_header_number(what, object, "variance", 0, DBL_MAX);
	model_header_number(what, object, "log_likelihood", -DBL_MAX, DBL_MAX);
}

static void
read_theta(const char *what, const JsonbContainer *object, int period, cs_theta_model *model)
{
	int season = read_name(what, object, "season", season_names, lengthof(season_names));

	model->seasonal = season > 0;
	model->multiplicative = season == 2;
	model->period = model->seasonal ? period : 1;
	model->alpha = model_header_number(what, object, "alpha", DBL_MIN, 1);
	model->drift = model_header_number(what, object, "drift", -DBL_MAX, DBL_MAX);
	model->level = model_header_number(what, object, "level", -DBL_MAX, DBL_MAX);
	model->variance = model_header_number(what, object, "variance", 0, DBL_MAX);
	read_seasons(what, object, model->seasonal ? period : 0, model->multiplicative, model->season);
}

static ClassicalModel *
read_header(const ClassicalFamily *family, const Jsonb *header, Size parameter_count)
{
	static const uint32 keys[] = {[CS_CLASSICAL_ARIMA] = ARIMA_KEYS,
								  [CS_CLASSICAL_ETS] = ETS_KEYS,
								  [CS_CLASSICAL_THETA] = THETA_KEYS};
	const char *what = family->kind->name;
	const JsonbContainer *root = &header->root;
	OptionTable table = table_of(family);
	ClassicalModel *model = palloc0(sizeof(ClassicalModel));
	JsonbValue options = json_child_object(root, "options", what);
	JsonbValue fitted = json_child_object(root, "model", what);
	const JsonbContainer *object = fitted.val.binary.data;
	cs_classical_options unused;

	if (parameter_count != 0)
		model_report_header(what, "parameters", "empty");
	if (JsonContainerSize(root) != HEADER_KEYS)
		model_report_header(what, "header", psprintf("an object of %d keys", HEADER_KEYS));
	if (JsonContainerSize(object) != keys[family->method] &&
		(family->method != CS_CLASSICAL_ARIMA ||
		 JsonContainerSize(object) != ARIMA_KEYS + FEATURE_KEYS))
		model_report_header(what, "model", psprintf("an object of %u keys", keys[family->method]));
	json_text(root, "extension_version", what);
	json_child_object(root, "training", what);
	model->options = default_classical_options(family);
	check_all_options(options.val.binary.data, what, &table);
	change_options(JsonbValueToJsonb(&options), what, &table, &model->options);
	settle_options(family, &model->options, what, &unused);
	model->fitted.method = family->method;
	if (family->method == CS_CLASSICAL_ARIMA)
		read_arima(what, object, model->options.period, &model->fitted.arima);
	else if (family->method == CS_CLASSICAL_ETS)
		read_ets(what, object, model->options.period, &model->fitted.ets);
	else
		read_theta(what, object, model->options.period, &model->fitted.theta);
	return model;
}

ClassicalModel *
classical_model_unpack(const ClassicalFamily *family, const Model *model)
{
	return read_header(family, model_header(model), model->parameter_count);
}

/* ---- the families ---- */

static void
check_arima_header(const Jsonb *header, Size parameter_count)
{
	read_header(&arima_family, header, parameter_count);
}

static void
check_ets_header(const Jsonb *header, Size parameter_count)
{
	read_header(&ets_family, header, parameter_count);
}

static void
check_theta_header(const Jsonb *header, Size parameter_count)
{
	read_header(&theta_family, header, parameter_count);
}

const ModelKind arima_model_kind = {"arima_model", 31, check_arima_header, NULL};
const ModelKind ets_model_kind = {"ets_model", 32, check_ets_header, NULL};
const ModelKind theta_model_kind = {"theta_model", 33, check_theta_header, NULL};

const ClassicalFamily arima_family = {&arima_model_kind, "arima_fit", "arima_forecast",
									  CS_CLASSICAL_ARIMA};
const ClassicalFamily ets_family = {&ets_model_kind, "ets_fit", "ets_forecast", CS_CLASSICAL_ETS};
const ClassicalFamily theta_family = {&theta_model_kind, "theta_fit", "theta_forecast",
									  CS_CLASSICAL_THETA};
