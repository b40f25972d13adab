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
#include "postgres/text/real_array.h"
#include "postgres/text/text_argument.h"

#define WHAT "entity_features"
#define MOST_ENTITIES 1000000
#define FIRST_MENTIONS 64

/* The arguments that stay the same from text to text, read once. */
typedef struct EntityList
{
	MemoryContext context;		/* of all below */
	const Jsonb *options_given; /* NULL = none */
	EncoderUse use;
	TextOptions options;
	const char *options_of; /* the encoder's name */
	ArrayType *given;
	Datum *name; /* [names] */
	int names;
	cs_entity *entity; /* [count], sorted */
	Size count;
} EntityList;

static bool
same_bytes(const void *left, const void *right)
{
	if (left == NULL || right == NULL)
		return left == right;
	return VARSIZE(left) == VARSIZE(right) && memcmp(left, right, VARSIZE(left)) == 0;
}

static void *
copy_of(const void *value)
{
	return value == NULL ? NULL : memcpy(palloc(VARSIZE(value)), value, VARSIZE(value));
}

/* Whether one of the entities before, which read alike, is written alike. */
static bool
is_repeated(const EntityList *list, Size from, const cs_entity *entity)
{
	text *name = DatumGetTextPP(list->name[entity->number]);

	for (Size i = list->count; i > from; i--)
	{
		text *other = DatumGetTextPP(list->name[list->entity[i - 1].number]);

		if (VARSIZE_ANY_EXHDR(name) == VARSIZE_ANY_EXHDR(other) &&
			memcmp(VARDATA_ANY(name), VARDATA_ANY(other), VARSIZE_ANY_EXHDR(name)) == 0)
			return true;
	}
	return false;
}

static bool
read_alike(const cs_entity *a, const cs_entity *b)
{
	return a->length == b->length &&
		   memcmp(a->character, b->character, a->length * sizeof(uint32_t)) == 0;
}

/* Sorts the entities and leaves out those that are given twice. */
static void
sort_entities(EntityList *list)
{
	Size from = 0;
	Size all = list->count;

	cs_entities_sort(list->entity, all);
	list->count = 0;
	for (Size i = 0; i < all; i++)
	{
		cs_entity entity = list->entity[i];

		if (list->count > from && !read_alike(&entity, &list->entity[from]))
			from = list->count;
		if (!is_repeated(list, from, &entity))
			list->entity[list->count++] = entity;
	}
}

static void
read_entities(EntityList *list)
{
	bool *nulls;

	if (ARR_NDIM(list->given) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg(WHAT ": entities has %d dimensions, must have 1", ARR_NDIM(list->given))));
	deconstruct_array(list->given, TEXTOID, -1, false, TYPALIGN_INT, &list->name, &nulls,
					  &list->names);
	if (list->names > MOST_ENTITIES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg(WHAT ": %d entities, the limit is %d", list->names, MOST_ENTITIES)));
	list->entity = allocate_checked(WHAT, sizeof(cs_entity) * list->names);
	for (int i = 0; i < list->names; i++)
	{
		text *name;
		NormalText normal;

		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg(WHAT ": entities[%d] is NULL", i + 1),
							errhint("Leave it out, with array_remove(entities, NULL).")));
		name = DatumGetTextPP(list->name[i]);
		normal = normal_text_of(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), WHAT);
		cs_entity_take(&list->entity[list->count++], &normal.text, i);
		CHECK_FOR_INTERRUPTS();
	}
	sort_entities(list);
}

/* The list of the call, which is the last call's where the arguments are. */
static EntityList *
entity_list(FunctionCallInfo fcinfo, const TextEncoder *encoder, ArrayType *entities,
			const Jsonb *options)
{
	EntityList *list = fcinfo->flinfo->fn_extra;
	MemoryContext old;

	if (list != NULL)
		check_encoder_use(&list->use, encoder, WHAT);
	if (list != NULL && same_bytes(list->given, entities) &&
		same_bytes(list->options_given, options) && strcmp(list->options_of, encoder->name) == 0)
		return list;
	if (list != NULL)
	{
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(list->context);
	}
	old = MemoryContextSwitchTo(
		AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES));
	list = palloc0(sizeof(EntityList));
	list->context = CurrentMemoryContext;
	list->options_given = copy_of(options);
	list->options = text_read_options(options, WHAT, encoder);
	list->options_of = pstrdup(encoder->name);
	check_encoder_use(&list->use, encoder, WHAT);
	list->given = copy_of(entities);
	read_entities(list);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(list->context, fcinfo->flinfo->fn_mcxt);
	fcinfo->flinfo->fn_extra = list;
	return list;
}

/* ---- mentions ---- */

typedef struct Mentions
{
	cs_mention *mention;
	Size count;
	Size room;
} Mentions;

static void
add_mention(void *context, const cs_mention *mention)
{
	Mentions *mentions = context;

	if (mentions->count == mentions->room)
	{
		Size room = mentions->room * 2;
		cs_mention *larger = allocate_checked(WHAT, sizeof(cs_mention) * room);

		memcpy(larger, mentions->mention, sizeof(cs_mention) * mentions->count);
		pfree(mentions->mention);
		mentions->mention = larger;
		mentions->room = room;
	}
	mentions->mention[mentions->count++] = *mention;
}

static int
compare_mentions(const void *left, const void *right)
{
	const cs_mention *a = left;
	const cs_mention *b = right;

	if (a->entity != b->entity)
		return a->entity < b->entity ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

/* The mentions of all entities, by entity and then by place. */
static Mentions
find_mentions(EntityList *list, const cs_normal_text *text)
{
	Mentions mentions = {.room = FIRST_MENTIONS};

	mentions.mention = palloc(sizeof(cs_mention) * mentions.room);
	for (Size i = 0; i < list->count; i++)
		list->entity[i].free_from = 0;
	cs_entity_search(text, list->entity, list->count, add_mention, &mentions);
	qsort(mentions.mention, mentions.count, sizeof(cs_mention), compare_mentions);
	return mentions;
}

static Size
same_entity(const Mentions *mentions, Size from)
{
	Size to = from + 1;

	while (to < mentions->count && mentions->mention[to].entity == mentions->mention[from].entity)
		to++;
	return to;
}

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
	list = entity_list(fcinfo, encoder, PG_GETARG_ARRAYTYPE_P(2),
					   PG_ARGISNULL(3) ? NULL : PG_GETARG_JSONB_P(3));
	source = PG_GETARG_TEXT_PP(1);
	normal = normal_text_of(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), WHAT);
	mentions = find_mentions(list, &normal.text);
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
