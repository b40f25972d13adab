/*
 * entity_features.c
 *		entity_features: the entities of a list that occur in a text, each with its vector; and
 *		text_embedding: the vector of a text.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "postgres/base/settings.h"
#include "postgres/text/encoder.h"
#include "postgres/text/entity_list.h"
#include "postgres/text/real_array.h"
#include "postgres/text/text_argument.h"

#define WHAT "entity_features"

/* A row for each entity with mentions. */
static void
put_rows(ReturnSetInfo *result, const EntityList *list, const TextEncoder *encoder, void *encoded,
		 const Mentions *mentions)
{
	int width = encoder->entity_width(encoder, &list->options);
	Size to;

	for (Size from = 0; from < mentions->count; from = to)
	{
		const cs_mention *first = mentions->mention + from;
		Datum row[3];
		bool nulls[3] = {false};
		float *vector;
		ArrayType *features = real_array_create(WHAT, width, &vector);

		to = same_entity(mentions, from);
		encoder->entity_features(encoded, first, to - from, vector);
		row[0] = list->name[first->entity];
		row[1] = Int32GetDatum((int32) (to - from));
		row[2] = PointerGetDatum(features);
		tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
		pfree(features);
	}
}

/* entity_features(encoder, text, entities [, options]): entity, mentions, features. */
PG_FUNCTION_INFO_V1(creditspread_entity_features);
Datum
creditspread_entity_features(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const TextEncoder *encoder;
	EntityList *list;
	text *source;
	NormalText normal;
	Mentions mentions;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return (Datum) 0;
	encoder = text_encoder(text_to_cstring(PG_GETARG_TEXT_PP(0)), WHAT);
	list =
		entity_list((EntityList **) &fcinfo->flinfo->fn_extra, fcinfo->flinfo->fn_mcxt, encoder,
					PG_GETARG_ARRAYTYPE_P(2), PG_ARGISNULL(3) ? NULL : PG_GETARG_JSONB_P(3), WHAT);
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

		put_rows(result, list, encoder, encoder->read(encoder, &input), &mentions);
	}
	pfree(mentions.mention);
	normal_text_free(&normal);
	return (Datum) 0;
}

/* The vector of one text. */
static void
embed_text(const TextEncoder *encoder, text *source, const TextOptions *options, const char *what,
		   float *vector)
{
	NormalText normal = normal_text_of(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), what);
	EncoderInput input = {.what = what,
						  .source = normal.source,
						  .length = normal.length,
						  .text = &normal.text,
						  .options = options};

	encoder->embed(encoder->read(encoder, &input), vector);
	normal_text_free(&normal);
}

/* The encoder of a call that has it first, and its options third. */
static const TextEncoder *
called_encoder(FunctionCallInfo fcinfo, const char *what, TextOptions *options)
{
	const TextEncoder *encoder = text_encoder(text_to_cstring(PG_GETARG_TEXT_PP(0)), what);

	check_encoder_use(encoder_use(fcinfo->flinfo), encoder, what);
	*options = text_read_options(PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2), what, encoder);
	return encoder;
}

/* text_embedding(encoder, text [, options]): real[]. */
PG_FUNCTION_INFO_V1(creditspread_text_embedding);
Datum
creditspread_text_embedding(PG_FUNCTION_ARGS)
{
	static const char what[] = "text_embedding";
	const TextEncoder *encoder;
	TextOptions options;
	float *vector;
	ArrayType *embedding;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	encoder = called_encoder(fcinfo, what, &options);
	embedding = real_array_create(what, encoder->text_width(encoder, &options), &vector);
	embed_text(encoder, PG_GETARG_TEXT_PP(1), &options, what, vector);
	PG_RETURN_ARRAYTYPE_P(embedding);
}

/* text_embedding(encoder, texts [, options]): real[][], a row for each text. */
PG_FUNCTION_INFO_V1(creditspread_text_embeddings);
Datum
creditspread_text_embeddings(PG_FUNCTION_ARGS)
{
	static const char what[] = "text_embedding";
	const TextEncoder *encoder;
	TextOptions options;
	ArrayType *texts;
	ArrayType *embeddings;
	MemoryContext temporary;
	MemoryContext old;
	Datum *source;
	bool *nulls;
	int count;
	int width;
	float *vector;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	encoder = called_encoder(fcinfo, what, &options);
	texts = PG_GETARG_ARRAYTYPE_P(1);
	if (ARR_NDIM(texts) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: texts has %d dimensions, must have 1", what, ARR_NDIM(texts))));
	deconstruct_array(texts, TEXTOID, -1, false, TYPALIGN_INT, &source, &nulls, &count);
	if (count == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT4OID));
	width = encoder->text_width(encoder, &options);
	embeddings = real_matrix_create(what, count, width, &vector);
	temporary =
		AllocSetContextCreate(CurrentMemoryContext, "text_embedding", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(temporary);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s: texts[%d] is NULL", what, i + 1),
							errhint("Leave it out, with array_remove(texts, NULL).")));
		embed_text(encoder, DatumGetTextPP(source[i]), &options, what, vector + (Size) i * width);
		MemoryContextReset(temporary);
		CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(temporary);
	PG_RETURN_ARRAYTYPE_P(embeddings);
}
