/*
 * entity_list.c
 *		Reads the entities of an array, sorted and without repetitions, and finds them in texts.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "postgres/base/settings.h"
#include "postgres/text/entity_list.h"
#include "postgres/text/text_argument.h"

#define MOST_ENTITIES 1000000
#define FIRST_MENTIONS 64

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
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: entities has %d dimensions, must have 1", list->what,
							   ARR_NDIM(list->given))));
	deconstruct_array(list->given, TEXTOID, -1, false, TYPALIGN_INT, &list->name, &nulls,
					  &list->names);
	if (list->names > MOST_ENTITIES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d entities, the limit is %d", list->what, list->names,
							   MOST_ENTITIES)));
	list->entity = allocate_checked(list->what, sizeof(cs_entity) * list->names);
	for (int i = 0; i < list->names; i++)
	{
		text *name;
		NormalText normal;

		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s: entities[%d] is NULL", list->what, i + 1),
							errhint("Leave it out, with array_remove(entities, NULL).")));
		name = DatumGetTextPP(list->name[i]);
		normal = normal_text_of(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), list->what);
		cs_entity_take(&list->entity[list->count++], &normal.text, i);
		CHECK_FOR_INTERRUPTS();
	}
	sort_entities(list);
}

EntityList *
entity_list(EntityList **kept, MemoryContext parent, const TextEncoder *encoder,
			ArrayType *entities, const Jsonb *options, const char *what)
{
	EntityList *list = *kept;
	MemoryContext old;

	if (list != NULL)
		check_encoder_use(&list->use, encoder, what);
	if (list != NULL && same_bytes(list->given, entities) &&
		same_bytes(list->options_given, options) && strcmp(list->options_of, encoder->name) == 0)
		return list;
	if (list != NULL)
	{
		*kept = NULL;
		MemoryContextDelete(list->context);
	}
	old = MemoryContextSwitchTo(
		AllocSetContextCreate(CurrentMemoryContext, "entities", ALLOCSET_DEFAULT_SIZES));
	list = palloc0(sizeof(EntityList));
	list->context = CurrentMemoryContext;
	list->what = what;
	list->options_given = copy_of(options);
	list->options = text_read_options(options, what, encoder);
	list->options_of = pstrdup(encoder->name);
	check_encoder_use(&list->use, encoder, what);
	list->given = copy_of(entities);
	read_entities(list);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(list->context, parent);
	*kept = list;
	return list;
}

/* ---- mentions ---- */

static void
add_mention(void *context, const cs_mention *mention)
{
	Mentions *mentions = context;

	if (mentions->count == mentions->room)
	{
		Size room = mentions->room * 2;
		cs_mention *larger = allocate_checked(mentions->what, sizeof(cs_mention) * room);

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

Mentions
find_mentions(cs_entity *entity, Size count, const cs_normal_text *text, const char *what)
{
	Mentions mentions = {.room = FIRST_MENTIONS, .what = what};

	mentions.mention = palloc(sizeof(cs_mention) * mentions.room);
	for (Size i = 0; i < count; i++)
		entity[i].free_from = 0;
	cs_entity_search(text, entity, count, add_mention, &mentions);
	qsort(mentions.mention, mentions.count, sizeof(cs_mention), compare_mentions);
	return mentions;
}

Size
same_entity(const Mentions *mentions, Size from)
{
	Size to = from + 1;

	while (to < mentions->count && mentions->mention[to].entity == mentions->mention[from].entity)
		to++;
	return to;
}
