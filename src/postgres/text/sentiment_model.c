/*
 * sentiment_model.c
 *		Values of type entity_sentiment_model: what stands in them, and their SQL functions.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/text/real_array.h"
#include "postgres/text/sentiment_model.h"

#define MODEL "entity_sentiment_model"

static const OptionSpec sentiment_specs[] = {
#define OPTIONS_OF SentimentOptions
#include "postgres/options/entity_sentiment.def"
};
const OptionTable sentiment_options_table = OPTION_TABLE(sentiment_specs, 0);

SentimentOptions
sentiment_read_options(const Jsonb *json, const char *what)
{
	SentimentOptions options = {.encoder = ""};

	read_options(json, what, &sentiment_options_table, &options);
	return options;
}

/* What the header says of the encoder whose layers are among the parameters. */
static void
read_shape(SentimentModel *result, const JsonbContainer *root)
{
	JsonbValue encoder = json_child_object(root, "encoder", MODEL);
	const JsonbContainer *object = encoder.val.binary.data;
	cs_bert_shape *shape = &result->shape;

	shape->width = result->features / CS_BERT_FEATURE_PARTS;
	if (shape->width * CS_BERT_FEATURE_PARTS != result->features)
		model_report_header(MODEL, "features", "a multiple of 3 where layers are trained");
	shape->layers = (int) model_header_integer(MODEL, object, "layers", result->options.layers,
											   CS_BERT_MAX_LAYERS);
	shape->heads = (int) model_header_integer(MODEL, object, "heads", 1, shape->width);
	shape->feed_forward = (int) model_header_integer(MODEL, object, "feed_forward", 1, INT_MAX);
}

/* The header of a model, checked but for the number of parameters. */
static void
read_header(SentimentModel *result, const Jsonb *header)
{
	const JsonbContainer *root = &header->root;
	JsonbValue options;
	double features;

	options = json_child_object(root, "options", MODEL);
	check_all_options(options.val.binary.data, MODEL, &sentiment_options_table);
	read_options(JsonbValueToJsonb(&options), MODEL, &sentiment_options_table, &result->options);
	features = json_double(root, "features", MODEL);
	if (!(features >= 1 && features <= CS_SENTIMENT_MAX_FEATURES) || features != floor(features))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(MODEL ": \"features\" is %.15g, must be an integer from 1 to %d",
							   features, CS_SENTIMENT_MAX_FEATURES)));
	result->features = (int) features;
	result->scale = json_double(root, "scale", MODEL);
	if (!(result->scale > 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(MODEL ": \"scale\" is %g, must be positive", result->scale)));
	result->fingerprint = json_text(root, "fingerprint", MODEL);
	if (result->options.layers > 0)
		read_shape(result, root);
	(void) json_child_object(root, "training", MODEL);
}

Size
sentiment_parameter_count(const SentimentOptions *options, int features, const cs_bert_shape *shape)
{
	Size head = cs_sentiment_parameter_count(&options->head, features);
	Size layers = options->layers == 0
					  ? 0
					  : cs_saturated_product(options->layers, cs_bert_layer_parameters(shape));

	return cs_saturated_product(options->head.ensemble, cs_saturated_sum(head, layers));
}

static Size
parameter_count(const SentimentModel *model)
{
	return sentiment_parameter_count(&model->options, model->features, &model->shape);
}

static void
check_header(const Jsonb *header, Size count)
{
	SentimentModel model = {0};

	read_header(&model, header);
	if (parameter_count(&model) != count)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(MODEL " has %zu parameters, its options need %zu", count,
							   parameter_count(&model))));
}

const ModelKind entity_sentiment_model_kind = {MODEL, 17, check_header, NULL};

void
sentiment_model_unpack(SentimentModel *result, const Model *model)
{
	memset(result, 0, sizeof(*result));
	read_header(result, model_header(model));
	result->parameters = model_values(model);
}

/* ---- a new value ---- */

static void
append_losses(StringInfo json, const char *key, const cs_sentiment_fit *fit, int member,
			  bool validation)
{
	const cs_sentiment_log *log = fit->log + (Size) member * fit->options->epochs;

	appendStringInfo(json, ", \"%s\": [", key);
	for (int e = 0; e < fit->member[member].epochs; e++)
	{
		char number[FLOAT_SHORTEST_DECIMAL_LEN];

		float_to_shortest_decimal_buf(validation ? log[e].validation_loss : log[e].training_loss,
									  number);
		appendStringInfo(json, "%s%s", e == 0 ? "" : ", ", number);
	}
	appendStringInfoChar(json, ']');
}

static void
append_training(StringInfo json, const cs_sentiment_fit *fit)
{
	appendStringInfo(json,
					 "{\"rows\": %zu, \"texts\": %zu, \"validation_rows\": %zu, "
					 "\"validation_texts\": %zu, \"validation_accuracy\": ",
					 fit->data->rows, fit->data->texts, fit->validation_rows,
					 fit->validation_texts);
	if (fit->validation_accuracy < 0)
		appendStringInfoString(json, "null");
	else
		append_json_double(json, fit->validation_accuracy);
	appendStringInfoString(json, ", \"members\": [");
	for (int m = 0; m < fit->options->ensemble; m++)
	{
		appendStringInfo(json, "%s{\"epochs\": %d, \"best_epoch\": %d", m == 0 ? "" : ", ",
						 fit->member[m].epochs, fit->member[m].best_epoch);
		append_losses(json, "training_loss", fit, m, false);
		if (fit->validation_rows > 0)
			append_losses(json, "validation_loss", fit, m, true);
		appendStringInfoChar(json, '}');
	}
	appendStringInfoString(json, "]}");
}

Model *
sentiment_model_create(const cs_sentiment_fit *fit, const SentimentOptions *options,
					   const char *fingerprint)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json,
					 "{\"extension_version\": \"%s\", \"features\": %d, "
					 "\"fingerprint\": \"%s\", \"options\": ",
					 CREDITSPREAD_VERSION, fit->data->features, fingerprint);
	append_options(&json, &sentiment_options_table, options);
	if (fit->data->tuning != NULL)
	{
		const cs_bert_shape *shape = &fit->data->tuning->bert->shape;

		appendStringInfo(&json,
						 ", \"encoder\": {\"layers\": %d, \"heads\": %d, \"feed_forward\": %d}",
						 shape->layers, shape->heads, shape->feed_forward);
	}
	appendStringInfoString(&json, ", \"scale\": ");
	append_json_double(&json, fit->scale);
	appendStringInfoString(&json, ", \"training\": ");
	append_training(&json, fit);
	appendStringInfoChar(&json, '}');
	return model_create(&entity_sentiment_model_kind, json.data, fit->parameters,
						fit->parameter_count * options->head.ensemble);
}

/* ---- the functions of the type ---- */

/* The tensors of one member, palloc'd: those of the head, then those of the encoder's layers. */
static cs_parameter_view *
views_of(const SentimentModel *model, int *count)
{
	int layers = model->options.layers;
	cs_parameter_view *views =
		palloc(sizeof(cs_parameter_view) * (CS_SENTIMENT_MAX_VIEWS + layers * CS_ENCODER_TENSORS));
	Size head = cs_sentiment_parameter_count(&model->options.head, model->features);
	int first = cs_sentiment_views(&model->options.head, model->features, views);

	*count = first + cs_bert_upper_views(&model->shape, layers, views + first);
	for (int i = first; i < *count; i++)
		views[i].offset += head;
	return views;
}

/* model_parameters(model): name, shape, values. */
PG_FUNCTION_INFO_V1(creditspread_entity_sentiment_model_parameters);
Datum
creditspread_entity_sentiment_model_parameters(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const Model *stored = model_of_datum(PG_GETARG_DATUM(0), &entity_sentiment_model_kind);
	cs_parameter_view *views;
	SentimentModel model;
	int members;
	int count;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	sentiment_model_unpack(&model, stored);
	members = model.options.head.ensemble;
	views = views_of(&model, &count);
	for (int i = 0; i < members * count; i++)
	{
		const cs_parameter_view *view = views + i % count;
		Size values = cs_view_count(view);
		Datum shape[2] = {Int32GetDatum(view->shape[0]), Int32GetDatum(view->shape[1])};
		Datum row[3];
		bool nulls[3] = {false};
		float *elements;
		ArrayType *array = real_array_create(MODEL, values, &elements);

		memcpy(elements, model.parameters + view->offset, values * sizeof(float));
		row[0] = CStringGetTextDatum(
			members == 1 ? view->name : psprintf("member%d.%s", i / count + 1, view->name));
		row[1] = PointerGetDatum(
			construct_array(shape, view->rank, INT4OID, sizeof(int32), true, TYPALIGN_INT));
		row[2] = PointerGetDatum(array);
		tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
		pfree(array);
		if (i % count == count - 1)
			model.parameters += parameter_count(&model) / members;
	}
	return (Datum) 0;
}

const TextEncoder *
sentiment_model_encoder(const SentimentModel *model, const char *what)
{
	const TextEncoder *encoder;

	if (model->options.encoder[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the model does not know the encoder of its features", what),
						errhint("Fit it with entity_sentiment_options(encoder => ...), or ask it "
								"with features.")));
	encoder = text_encoder(model->options.encoder, what);
	if (strcmp(encoder->fingerprint, model->fingerprint) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s: the encoder \"%s\" has the fingerprint %s, the model was fitted on %s",
						what, encoder->name, encoder->fingerprint, model->fingerprint),
				 errhint("Have the files of the fit put back, or fit the model again.")));
	return encoder;
}
