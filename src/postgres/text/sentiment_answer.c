/*
 * sentiment_answer.c
 *		entity_sentiment: what a model says of an entity by its features, or of the entities that
 *		occur in a text, by the encoder of the fit, of which a model may have layers of its own.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "postgres/base/arguments.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/composite.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/text/encoder_text.h"
#include "postgres/text/entity_list.h"
#include "postgres/text/real_array.h"
#include "postgres/text/sentiment_model.h"
#include "postgres/text/text_argument.h"

#define WHAT "entity_sentiment"

/* Shares of the classes, and the score. */
#define ANSWERS (CS_SENTIMENT_CLASSES + 1)

/* The model of the last call, unpacked, with the memory of a pass; and what was asked. */
typedef struct ModelCache
{
	MemoryContext context;
	Datum given;
	SentimentModel model;
	cs_sentiment_pass pass;
	EntityList *list;
} ModelCache;

static ModelCache *
cached_model(FunctionCallInfo fcinfo)
{
	ModelCache *cache = fcinfo->flinfo->fn_extra;
	cs_workspace workspace;
	MemoryContext old;
	Size size;

	if (cache != NULL && model_same(cache->given, PG_GETARG_DATUM(0)))
		return cache;
	if (cache != NULL)
	{
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(cache->context);
	}
	old = MemoryContextSwitchTo(
		AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES));
	cache = palloc0(sizeof(ModelCache));
	cache->context = CurrentMemoryContext;
	cache->given = datumCopy(PG_GETARG_DATUM(0), false, -1);
	sentiment_model_unpack(&cache->model,
						   model_of_datum(cache->given, &entity_sentiment_model_kind));
	cs_workspace_count(&workspace);
	cs_sentiment_pass_create(&cache->pass, &cache->model.options.head, cache->model.features, 1,
							 false, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_for_network(WHAT, size), size);
	if (!cs_sentiment_pass_create(&cache->pass, &cache->model.options.head, cache->model.features,
								  1, false, &workspace))
		check_status(CS_NO_MEMORY, WHAT);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(cache->context, fcinfo->flinfo->fn_mcxt);
	fcinfo->flinfo->fn_extra = cache;
	return cache;
}

static void
set_answers(Datum *values, const double *shares)
{
	for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
		values[k] = finite_datum(WHAT, shares[k]);
	values[CS_SENTIMENT_CLASSES] = finite_datum(WHAT, shares[CS_SENTIMENT_CLASSES - 1] - shares[0]);
}

static void
check_features(const ModelCache *cache, int features)
{
	if (features != cache->model.features)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: features has %d elements, the model was fitted on %d", WHAT,
							   features, cache->model.features),
						errhint("Make them with the encoder and the options of the fit.")));
}

/* entity_sentiment(model, features): negative, neutral, positive, score. */
PG_FUNCTION_INFO_V1(creditspread_entity_sentiment);
Datum
creditspread_entity_sentiment(PG_FUNCTION_ARGS)
{
	const float *feature;
	ModelCache *cache;
	double shares[CS_SENTIMENT_CLASSES];
	Datum values[ANSWERS];
	bool nulls[ANSWERS] = {false};
	int features;

	feature = real_array_values(PG_GETARG_ARRAYTYPE_P(1), WHAT, "features", &features);
	cache = cached_model(fcinfo);
	if (cache->model.options.layers > 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s: the model has %d layers of its encoder, which make features of its own",
					WHAT, cache->model.options.layers),
			 errhint("Ask it with texts: entity_sentiment(model, text, entities).")));
	check_features(cache, features);
	cs_sentiment_predict(&cache->pass, cache->model.parameters, cache->model.scale, feature, 1, 1,
						 shares);
	set_answers(values, shares);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

/* ---- texts ---- */

/* A text as a model is asked about it. */
typedef struct AskedText
{
	ModelCache *cache;
	const TextEncoder *encoder;
	void *encoded;	/* of a model that takes the encoder's features */
	float *feature; /* [features] */
	/* of one with layers of its own: */
	TextWindow window;
	cs_bert_pass pass;
	cs_bert_upper upper;
	Size at;
	bool ready; /* the pass has the window at piece `at` */
} AskedText;

/* The layers of the model are those of its encoder: the model may have been made up. */
static void
check_shape(const SentimentModel *model, const FileEncoder *files)
{
	const cs_bert_shape *of = &model->shape;
	const cs_bert_shape *shape = &files->bert.shape;

	if (of->width != shape->width || of->layers != shape->layers || of->heads != shape->heads ||
		of->feed_forward != shape->feed_forward)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s: the model is of %d layers of %d with %d heads and %d hidden, the encoder "
					"\"%s\" of %d layers of %d with %d and %d",
					WHAT, of->layers, of->width, of->heads, of->feed_forward, files->encoder.name,
					shape->layers, shape->width, shape->heads, shape->feed_forward)));
}

static void
check_plain_pooling(const TextOptions *options)
{
	if (options->pooling != TEXT_POOLING_DEFAULT && options->pooling != TEXT_POOLING_CLS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"pooling\" must be cls where the model has layers of "
							   "its encoder",
							   WHAT),
						errhint("Leave the option out: it is that of the fit.")));
}

static void
read_for_layers(AskedText *text, const EncoderInput *input)
{
	const FileEncoder *files = (const FileEncoder *) text->encoder;
	const SentimentModel *model = &text->cache->model;
	cs_workspace workspace;
	Size size = 0;

	check_plain_pooling(input->options);
	check_shape(model, files);
	text_window_read(&text->window, files, input);
	cs_workspace_count(&workspace);
	for (int round = 0; round < 2; round++)
	{
		cs_bert_pass_create(&text->pass, &files->bert, text->window.steps, &workspace);
		cs_bert_upper_create(&text->upper, &files->bert.shape, model->options.layers,
							 text->window.steps, false, &workspace);
		if (round > 0)
			continue;
		size = cs_workspace_total(&workspace);
		cs_workspace_initialize(&workspace, allocate_for_network(WHAT, size), size);
	}
}

static AskedText
read_asked(ModelCache *cache, const TextEncoder *encoder, const EncoderInput *input)
{
	AskedText text = {.cache = cache, .encoder = encoder};

	if (cache->model.options.layers > 0)
		read_for_layers(&text, input);
	else
	{
		check_features(cache, encoder->entity_width(encoder, input->options));
		text.encoded = encoder->read(encoder, input);
		text.feature = palloc(sizeof(float) * cache->model.features);
	}
	return text;
}

/* The shares of an entity with its mentions. */
static void
ask(AskedText *text, const cs_mention *mention, Size count, double *shares)
{
	const SentimentModel *model = &text->cache->model;
	TextWindow *window = &text->window;

	if (model->options.layers == 0)
	{
		text->encoder->entity_features(text->encoded, mention, count, text->feature);
		cs_sentiment_predict(&text->cache->pass, model->parameters, model->scale, text->feature, 1,
							 1, shares);
		return;
	}
	text_window_for_entity(window, mention, count);
	if (!text->ready || text->at != window->start)
	{
		text->ready = false;
		check_encoder_status(
			cs_bert_forward_lower(&text->pass, window->id,
								  text->pass.bert->shape.layers - model->options.layers),
			text->encoder, WHAT);
		text->at = window->start;
		text->ready = true;
	}
	cs_sentiment_tuned_predict(&text->cache->pass, &text->upper, model->parameters, model->scale,
							   text->pass.hidden, window->chosen, shares);
}

static void
put_answers(ReturnSetInfo *result, const EntityList *list, AskedText *text,
			const Mentions *mentions)
{
	Size to;

	for (Size from = 0; from < mentions->count; from = to)
	{
		const cs_mention *first = mentions->mention + from;
		double shares[CS_SENTIMENT_CLASSES];
		Datum row[2 + ANSWERS];
		bool nulls[2 + ANSWERS] = {false};

		to = same_entity(mentions, from);
		ask(text, first, to - from, shares);
		row[0] = list->name[first->entity];
		row[1] = Int32GetDatum((int32) (to - from));
		set_answers(row + 2, shares);
		tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
	}
}

/* entity_sentiment(model, text, entities [, options]): entity, mentions, shares, score. */
PG_FUNCTION_INFO_V1(creditspread_entity_sentiment_of_text);
Datum
creditspread_entity_sentiment_of_text(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const TextEncoder *encoder;
	ModelCache *cache;
	EntityList *list;
	text *source;
	NormalText normal;
	Mentions mentions;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return (Datum) 0;
	cache = cached_model(fcinfo);
	encoder = sentiment_model_encoder(&cache->model, WHAT);
	list = entity_list(&cache->list, cache->context, encoder, PG_GETARG_ARRAYTYPE_P(2),
					   PG_ARGISNULL(3) ? NULL : PG_GETARG_JSONB_P(3), WHAT);
	source = PG_GETARG_TEXT_PP(1);
	normal = normal_text_of(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), WHAT);
	mentions = find_mentions(list->entity, list->count, &normal.text, WHAT);
	if (mentions.count > 0)
	{
		EncoderInput input = {.what = WHAT,
							  .source = normal.source,
							  .length = normal.length,
							  .text = &normal.text,
							  .options = &list->options};
		AskedText asked = read_asked(cache, encoder, &input);

		put_answers(result, list, &asked, &mentions);
	}
	pfree(mentions.mention);
	normal_text_free(&normal);
	return (Datum) 0;
}
