/*
 * rnn_model.c
 *		The type rnn_model: options, header, input and output, and what SQL can ask of a model.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"

#include "postgres/options.h"
#include "postgres/rnn_model.h"

static const char *const cell_names[] = {"janet", "lstm", "gru", "elman", NULL};
static const char *const target_names[] = {"change", "level", NULL};
static const char *const loss_names[] = {"mse", "mae", NULL};

#define MEMBER(name) offsetof(cs_sequence_options, name)
#define SMALLEST 1e-12

static const OptionSpec rnn_option_specs[] = {
	{"cell", OPTION_CHOICE, MEMBER(cell), 0, 0, cell_names, 0, 0},
	{"units", OPTION_INT_ARRAY, MEMBER(units), 1, CS_MAX_UNITS, NULL, MEMBER(layers),
	 CS_MAX_LAYERS},
	{"look_back", OPTION_INT, MEMBER(look_back), 1, CS_MAX_LOOK_BACK, NULL, 0, 0},
	{"horizons", OPTION_INT_ARRAY, MEMBER(horizons), 1, CS_MAX_HORIZON, NULL, MEMBER(horizon_count),
	 CS_MAX_HORIZONS},
	{"target", OPTION_CHOICE, MEMBER(target), 0, 0, target_names, 0, 0},
	{"loss", OPTION_CHOICE, MEMBER(loss), 0, 0, loss_names, 0, 0},
	{"learning_rate", OPTION_DOUBLE, MEMBER(learning_rate), SMALLEST, 10, NULL, 0, 0},
	{"weight_decay", OPTION_DOUBLE, MEMBER(weight_decay), 0, 10, NULL, 0, 0},
	{"clip_norm", OPTION_DOUBLE, MEMBER(clip_norm), 0, 1e12, NULL, 0, 0},
	{"batch_size", OPTION_INT, MEMBER(batch_size), 1, CS_MAX_BATCH, NULL, 0, 0},
	{"epochs", OPTION_INT, MEMBER(epochs), 1, CS_MAX_EPOCHS, NULL, 0, 0},
	{"validation_fraction", OPTION_DOUBLE, MEMBER(validation_fraction), 0, 0.9, NULL, 0, 0},
	{"patience", OPTION_INT, MEMBER(patience), 0, CS_MAX_EPOCHS, NULL, 0, 0},
	{"ensemble", OPTION_INT, MEMBER(ensemble), 1, CS_MAX_ENSEMBLE, NULL, 0, 0},
	{"interval_level", OPTION_DOUBLE, MEMBER(interval_level), 0.01, 0.999, NULL, 0, 0},
	{"seed", OPTION_SEED, MEMBER(seed), 0, 0, NULL, 0, 0},
};

#define PATIENCE_DEFAULT 10
#define PATIENCE_UNSET (-1)

static const cs_sequence_options rnn_defaults = {
	.cell = CS_CELL_JANET,
	.layers = 1,
	.units = {16},
	.look_back = 5,
	.horizon_count = 1,
	.horizons = {1},
	.target = CS_TARGET_CHANGE,
	.loss = CS_LOSS_MAE,
	.learning_rate = 0.001,
	.weight_decay = 0,
	.clip_norm = 1,
	.batch_size = 32,
	.epochs = 100,
	.validation_fraction = 0.15,
	.patience = PATIENCE_UNSET,
	.ensemble = 10,
	.interval_level = 0.9,
	.seed = 1,
};

void
rnn_read_options(const Jsonb *options, const char *what, cs_sequence_options *result)
{
	const char *which = NULL;

	*result = rnn_defaults;
	read_options(options, what, rnn_option_specs, lengthof(rnn_option_specs), result);
	if (result->patience == PATIENCE_UNSET)
		result->patience = result->validation_fraction > 0 ? PATIENCE_DEFAULT : 0;
	if (result->patience > 0 && result->validation_fraction == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"patience\" is %d with \"validation_fraction\" 0", what,
							   result->patience),
						errhint("Early stopping needs validation rows: set patience to 0 or give "
								"a validation_fraction.")));
	for (int i = 1; i < result->horizon_count; i++)
		if (result->horizons[i] <= result->horizons[i - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: option \"horizons\" has %d after %d, must be increasing",
								   what, result->horizons[i], result->horizons[i - 1])));
	if (cs_sequence_options_check(result, &which) != CS_OK)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"%s\" is out of range", what, which)));
}

static const char *const header_keys[] = {
	"extension_version", "features",	"options",	 "input_mean",
	"input_sd",			 "target_mean", "target_sd", "interval_half_width",
	"training"};

/* Every key is there, and no other; the texts and objects among them are such. */
static void
check_header_keys(const Jsonb *header)
{
	JsonbValue value;

	for (int i = 0; i < (int) lengthof(header_keys); i++)
		if (!json_field(&header->root, header_keys[i], &value))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("rnn_model: \"%s\" is missing", header_keys[i])));
	if (JB_ROOT_COUNT(header) != lengthof(header_keys))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rnn_model: the header has %d keys, must have %d",
							   JB_ROOT_COUNT(header), (int) lengthof(header_keys))));
	json_text(&header->root, "extension_version", "rnn_model");
	json_child_object(&header->root, "training", "rnn_model");
}

static void
check_positive(const double *values, int count, bool zero_allowed, const char *key)
{
	for (int i = 0; i < count; i++)
		if (values[i] < 0 || (values[i] == 0 && !zero_allowed))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("rnn_model: \"%s\" has %g, must be %s", key, values[i],
								   zero_allowed ? "0 or more" : "above 0")));
}

/* Reads what a header says; `parameter_count` floats belong to it. */
static RnnModel *
read_header(const Jsonb *header, Size parameter_count)
{
	const char *what = "rnn_model";
	RnnModel *rnn = palloc0(sizeof(RnnModel));
	const JsonbContainer *root = &header->root;
	JsonbValue value;
	double features;
	Size member_count;

	check_header_keys(header);
	value = json_child_object(root, "options", what);
	check_all_options(value.val.binary.data, what, rnn_option_specs, lengthof(rnn_option_specs));
	rnn_read_options(JsonbValueToJsonb(&value), what, &rnn->options);
	features = json_double(root, "features", what);
	if (features < 0 || features >= SERIES_MAX_COLUMNS || features != (int) features)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: \"features\" must be an integer from 0 to %d", what,
							   SERIES_MAX_COLUMNS - 1)));
	rnn->features = (int) features;
	member_count = cs_sequence_parameter_count(&rnn->options, rnn->features + 1);
	if (member_count > MODEL_MAX_PARAMETERS ||
		member_count * rnn->options.ensemble != parameter_count)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: %zu parameters, its header needs %zu for each of %d members",
							   what, parameter_count, member_count, rnn->options.ensemble)));
	rnn->input_mean = palloc(sizeof(double) * (rnn->features + 1));
	rnn->input_sd = palloc(sizeof(double) * (rnn->features + 1));
	json_doubles(root, "input_mean", what, rnn->input_mean, rnn->features + 1);
	json_doubles(root, "input_sd", what, rnn->input_sd, rnn->features + 1);
	json_doubles(root, "target_mean", what, rnn->target_mean, rnn->options.horizon_count);
	json_doubles(root, "target_sd", what, rnn->target_sd, rnn->options.horizon_count);
	check_positive(rnn->input_sd, rnn->features + 1, false, "input_sd");
	check_positive(rnn->target_sd, rnn->options.horizon_count, false, "target_sd");
	json_field(root, "interval_half_width", &value);
	rnn->has_interval = value.type != jbvNull;
	if (rnn->has_interval)
	{
		json_doubles(root, "interval_half_width", what, rnn->interval_half_width,
					 rnn->options.horizon_count);
		check_positive(rnn->interval_half_width, rnn->options.horizon_count, true,
					   "interval_half_width");
	}
	return rnn;
}

static void
check_header(const Jsonb *header, Size parameter_count)
{
	read_header(header, parameter_count);
}

const ModelKind rnn_model_kind = {"rnn_model", 1, check_header};

RnnModel *
rnn_model_unpack(const Model *model)
{
	RnnModel *rnn = read_header(model_header(model), model->parameter_count);

	rnn->network = (cs_sequence_network){.options = &rnn->options,
										 .columns = rnn->features + 1,
										 .input_mean = rnn->input_mean,
										 .input_sd = rnn->input_sd,
										 .target_mean = rnn->target_mean,
										 .target_sd = rnn->target_sd,
										 .parameters = model_values(model)};
	return rnn;
}

/* A time as a JSON string, the same whatever DateStyle and TimeZone say. */
static void
append_json_time(StringInfo json, TimePoint time)
{
	static const Oid types[] = {InvalidOid, DATEOID, TIMESTAMPOID, TIMESTAMPTZOID};
	int utc = 0;
	char text[MAXDATELEN + 1];

	if (time.type == TIME_BIGINT)
		appendStringInfo(json, INT64_FORMAT, time.value);
	else
		appendStringInfo(json, "\"%s\"",
						 JsonEncodeDateTime(text, time_datum(time), types[time.type],
											time.type == TIME_TIMESTAMPTZ ? &utc : NULL));
}

/* What the training was done on and how it ended. */
static void
append_training(StringInfo json, const cs_sequence_fit *fit, const cs_sequence_options *options,
				const Series *series)
{
	appendStringInfo(json, "{\"rows\": " INT64_FORMAT ", \"first_time\": ", series->count);
	append_json_time(json, series_time(series, 0));
	appendStringInfoString(json, ", \"last_time\": ");
	append_json_time(json, series_time(series, series->count - 1));
	appendStringInfo(json,
					 ", \"training_windows\": %zu, \"validation_windows\": %zu, \"members\": [",
					 fit->training_windows, fit->validation_windows);
	for (int i = 0; i < options->ensemble; i++)
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

Model *
rnn_model_create(const cs_sequence_fit *fit, const cs_sequence_options *options,
				 const Series *series, const float *parameters)
{
	StringInfoData json;
	Size count = cs_sequence_parameter_count(options, series->columns);
	bool has_interval = true;

	for (int i = 0; i < options->horizon_count; i++)
		has_interval = has_interval && fit->interval_half_width[i] >= 0;
	initStringInfo(&json);
	appendStringInfo(&json, "{\"extension_version\": \"%s\", \"features\": %d, \"options\": ",
					 CREDITSPREAD_VERSION, series->columns - 1);
	append_options(&json, rnn_option_specs, lengthof(rnn_option_specs), options);
	appendStringInfoString(&json, ", \"input_mean\": ");
	append_json_doubles(&json, fit->input_mean, series->columns);
	appendStringInfoString(&json, ", \"input_sd\": ");
	append_json_doubles(&json, fit->input_sd, series->columns);
	appendStringInfoString(&json, ", \"target_mean\": ");
	append_json_doubles(&json, fit->target_mean, options->horizon_count);
	appendStringInfoString(&json, ", \"target_sd\": ");
	append_json_doubles(&json, fit->target_sd, options->horizon_count);
	appendStringInfoString(&json, ", \"interval_half_width\": ");
	if (has_interval)
		append_json_doubles(&json, fit->interval_half_width, options->horizon_count);
	else
		appendStringInfoString(&json, "null");
	appendStringInfoString(&json, ", \"training\": ");
	append_training(&json, fit, options, series);
	appendStringInfoChar(&json, '}');
	return model_create(&rnn_model_kind, json.data, parameters, count * options->ensemble);
}

PG_FUNCTION_INFO_V1(creditspread_rnn_model_in);
Datum
creditspread_rnn_model_in(PG_FUNCTION_ARGS)
{
	return model_in(&rnn_model_kind, PG_GETARG_CSTRING(0));
}

PG_FUNCTION_INFO_V1(creditspread_rnn_model_out);
Datum
creditspread_rnn_model_out(PG_FUNCTION_ARGS)
{
	return model_out(&rnn_model_kind, PG_GETARG_DATUM(0));
}

PG_FUNCTION_INFO_V1(creditspread_rnn_model_recv);
Datum
creditspread_rnn_model_recv(PG_FUNCTION_ARGS)
{
	return model_receive(&rnn_model_kind, (StringInfo) PG_GETARG_POINTER(0));
}

PG_FUNCTION_INFO_V1(creditspread_rnn_model_send);
Datum
creditspread_rnn_model_send(PG_FUNCTION_ARGS)
{
	return model_send(&rnn_model_kind, PG_GETARG_DATUM(0));
}

PG_FUNCTION_INFO_V1(creditspread_rnn_model_info);
Datum
creditspread_rnn_model_info(PG_FUNCTION_ARGS)
{
	return model_information(&rnn_model_kind, PG_GETARG_DATUM(0));
}

PG_FUNCTION_INFO_V1(creditspread_rnn_model_size);
Datum
creditspread_rnn_model_size(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(VARSIZE(model_of_datum(PG_GETARG_DATUM(0), &rnn_model_kind)));
}

/* The tensors of a model, one after the other. */
typedef struct ParameterScan
{
	const float *values;
	Size member_count; /* floats of a member */
	int members;
	int view_count;
	cs_parameter_view views[CS_MAX_VIEWS];
} ParameterScan;

static ParameterScan *
start_parameter_scan(const Model *model)
{
	RnnModel *rnn = rnn_model_unpack(model);
	ParameterScan *scan = palloc(sizeof(ParameterScan));
	cs_sequence_architecture architecture;

	cs_sequence_options_architecture(&rnn->options, rnn->features + 1, &architecture);
	scan->values = model_values(model);
	scan->member_count = cs_sequence_parameter_count(&rnn->options, rnn->features + 1);
	scan->members = rnn->options.ensemble;
	scan->view_count = cs_sequence_model_views(&architecture, scan->views);
	return scan;
}

static ArrayType *
int_array(const int *values, int count)
{
	Datum elements[2];

	for (int i = 0; i < count; i++)
		elements[i] = Int32GetDatum(values[i]);
	return construct_array(elements, count, INT4OID, sizeof(int32), true, TYPALIGN_INT);
}

static ArrayType *
float4_array(const float *values, Size count)
{
	Datum *elements = palloc(sizeof(Datum) * count);

	for (Size i = 0; i < count; i++)
		elements[i] = Float4GetDatum(values[i]);
	return construct_array(elements, count, FLOAT4OID, sizeof(float4), true, TYPALIGN_INT);
}

/* model_parameters(rnn_model): name, shape, values. */
PG_FUNCTION_INFO_V1(creditspread_rnn_model_parameters);
Datum
creditspread_rnn_model_parameters(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	ParameterScan *scan;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		TupleDesc descriptor;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		scan = start_parameter_scan(model_of_datum(PG_GETARG_DATUM(0), &rnn_model_kind));
		context->user_fctx = scan;
		context->max_calls = (uint64) scan->members * scan->view_count;
		if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
			ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
							errmsg("model_parameters must return rows")));
		context->tuple_desc = BlessTupleDesc(descriptor);
		MemoryContextSwitchTo(old);
	}
	context = SRF_PERCALL_SETUP();
	scan = context->user_fctx;
	if (context->call_cntr < context->max_calls)
	{
		int member = context->call_cntr / scan->view_count;
		const cs_parameter_view *view = &scan->views[context->call_cntr % scan->view_count];
		Size count = (Size) view->shape[0] * (view->rank == 2 ? view->shape[1] : 1);
		const float *values = scan->values + member * scan->member_count + view->offset;
		bool nulls[3] = {false};
		Datum row[3];

		row[0] = CStringGetTextDatum(
			scan->members == 1 ? view->name : psprintf("member%d.%s", member + 1, view->name));
		row[1] = PointerGetDatum(int_array(view->shape, view->rank));
		row[2] = PointerGetDatum(float4_array(values, count));
		SRF_RETURN_NEXT(context,
						HeapTupleGetDatum(heap_form_tuple(context->tuple_desc, row, nulls)));
	}
	SRF_RETURN_DONE(context);
}
