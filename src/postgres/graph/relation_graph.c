/*
 * relation_graph.c
 *		The type relation_graph: its order, its text and its binary form.
 */
#include "postgres.h"

#include <ctype.h>

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"

#include "postgres/base/arguments.h"
#include "postgres/base/compatibility.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/options.h"
#include "postgres/graph/relation_graph.h"
#include "postgres/base/settings.h"
#include "postgres/base/text_encoding.h"

#define RELATION_GRAPH_MAGIC 0x43535247 /* "CSRG" */
#define RELATION_GRAPH_FORMAT 1
/* Binary forms: the names in UTF-8; of release 0.1.0, in the encoding of the client. */
#define RELATION_GRAPH_BINARY 2
#define RELATION_GRAPH_BINARY_ENCODED 1
#define WHAT "relation_graph"

static inline int
compare_relations(const cs_relation *a, const cs_relation *b)
{
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	return (a->target > b->target) - (a->target < b->target);
}

#define ST_SORT sort_relations
#define ST_ELEMENT_TYPE cs_relation
#define ST_COMPARE(a, b) compare_relations(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct NumberedName
{
	char *name;
	uint32 number; /* before sorting */
} NumberedName;

static int
compare_names(const void *left, const void *right)
{
	return compare_as_utf8(((const NumberedName *) left)->name,
						   ((const NumberedName *) right)->name);
}

/* Sorts the names; places[old number] = new number.  `what` they name: "entity" or "kind". */
static void
sort_names(const char *what, char **names, int count, uint32 *places)
{
	NumberedName *sorted = palloc(sizeof(NumberedName) * count);

	for (int i = 0; i < count; i++)
		sorted[i] = (NumberedName){names[i], i};
	qsort(sorted, count, sizeof(NumberedName), compare_names);
	for (int i = 0; i < count; i++)
	{
		if (sorted[i].name[0] == '\0')
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": the name of a%s %s is empty", what[0] == 'e' ? "n" : "",
								   what)));
		if (i > 0 && strcmp(sorted[i - 1].name, sorted[i].name) == 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": the %s \"%s\" occurs twice", what, sorted[i].name)));
		names[i] = sorted[i].name;
		places[sorted[i].number] = i;
	}
	pfree(sorted);
}

void
check_relation_count(int64 relations)
{
	if (relations > CS_RELATION_MAX_RELATIONS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg(WHAT ": %lld relations or more, the limit is %d",
							   (long long) relations, CS_RELATION_MAX_RELATIONS),
						errhint("Leave kinds out, or derive fewer indirect relations.")));
}

static void
check_name_counts(int entities, int kinds)
{
	if (entities < 1 || kinds < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT " of %d entities and %d kinds, must have at least 1 of each",
							   entities, kinds)));
	if (entities > CS_RELATION_MAX_ENTITIES || kinds > CS_RELATION_MAX_KINDS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg(WHAT " of %d entities and %d kinds, the limits are %d and %d",
							   entities, kinds, CS_RELATION_MAX_ENTITIES, CS_RELATION_MAX_KINDS)));
}

static uint64
renumbered_kinds(uint64 kinds, const uint32 *places)
{
	uint64 result = 0;

	for (; kinds != 0; kinds &= kinds - 1)
		result |= UINT64CONST(1) << places[pg_rightmost_one_pos64(kinds)];
	return result;
}

/* Each pair once. */
static void
merge_relations(RelationParts *parts)
{
	int64 relations = 0;
	int64 merged = 0;

	for (int64 from = 0; from < parts->pairs; from += CHECK_EVERY)
	{
		merged = cs_relation_merge(parts->relations, merged, from,
								   Min(from + CHECK_EVERY, parts->pairs));
		CHECK_FOR_INTERRUPTS();
	}
	parts->pairs = merged;
	check_relation_count(merged);
	for (int64 i = 0; i < merged; i++)
		relations += cs_relation_kind_count(parts->relations[i].kinds);
	check_relation_count(relations);
}

void
relation_parts_sort(RelationParts *parts)
{
	uint32 *entity_places;
	uint32 kind_places[CS_RELATION_MAX_KINDS];

	check_name_counts(parts->entities, parts->kinds);
	entity_places = palloc(sizeof(uint32) * parts->entities);
	sort_names("entity", parts->entity_names, parts->entities, entity_places);
	sort_names("kind", parts->kind_names, parts->kinds, kind_places);
	for (int64 i = 0; i < parts->pairs; i++)
	{
		cs_relation *relation = &parts->relations[i];

		relation->source = entity_places[relation->source];
		relation->target = entity_places[relation->target];
		relation->kinds = renumbered_kinds(relation->kinds, kind_places);
		if (relation->source == relation->target)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": \"%s\" has a relation to itself",
								   parts->entity_names[relation->source]),
							errhint(LEAVE_ROWS_OUT)));
		check_interrupts(i);
	}
	if (parts->pairs > 0)
		sort_relations(parts->relations, parts->pairs);
	merge_relations(parts);
	pfree(entity_places);
}

static Size
names_length(char **names, int count)
{
	Size length = 0;

	for (int i = 0; i < count; i++)
		length += strlen(names[i]) + 1;
	return length;
}

static char *
put_names(char *target, char **names, int count)
{
	for (int i = 0; i < count; i++)
		target = stpcpy(target, names[i]) + 1;
	return target;
}

RelationGraph *
relation_graph_create(const RelationParts *parts)
{
	Size names = names_length(parts->entity_names, parts->entities) +
				 names_length(parts->kind_names, parts->kinds);
	Size relations = sizeof(cs_relation) * parts->pairs;
	Size size = offsetof(RelationGraph, data) + relations + names;
	RelationGraph *graph;
	char *target;

	check_memory(WHAT, size);
	graph = palloc0(size);
	SET_VARSIZE(graph, size);
	graph->magic = RELATION_GRAPH_MAGIC;
	graph->format = RELATION_GRAPH_FORMAT;
	graph->kinds = parts->kinds;
	graph->entities = parts->entities;
	graph->pairs = parts->pairs;
	graph->names_length = names;
	if (relations > 0)
		memcpy(graph->data, parts->relations, relations);
	target = put_names(graph->data + relations, parts->entity_names, parts->entities);
	put_names(target, parts->kind_names, parts->kinds);
	return graph;
}

cs_relation_graph
relation_graph_numeric(const RelationGraph *graph)
{
	return (cs_relation_graph){graph->entities, graph->pairs, (const cs_relation *) graph->data};
}

static const char *
names_of(const RelationGraph *graph)
{
	return graph->data + sizeof(cs_relation) * graph->pairs;
}

static bool
sound(const RelationGraph *graph)
{
	cs_relation_graph numeric;
	const char *names;
	Size ends = 0;

	if (VARSIZE(graph) < offsetof(RelationGraph, data) || graph->magic != RELATION_GRAPH_MAGIC ||
		graph->format != RELATION_GRAPH_FORMAT || graph->kinds < 1 ||
		graph->kinds > CS_RELATION_MAX_KINDS || graph->entities < 1 ||
		graph->entities > CS_RELATION_MAX_ENTITIES ||
		VARSIZE(graph) != offsetof(RelationGraph, data) +
							  sizeof(cs_relation) * (Size) graph->pairs +
							  (Size) graph->names_length ||
		graph->names_length == 0)
		return false;
	numeric = relation_graph_numeric(graph);
	for (Size from = 0; from < numeric.pairs; from += CHECK_EVERY)
	{
		CHECK_FOR_INTERRUPTS();
		if (cs_relation_graph_check(&numeric, graph->kinds, from,
									Min(from + CHECK_EVERY, numeric.pairs)) != CS_OK)
			return false;
	}
	names = names_of(graph);
	for (Size i = 0; i < graph->names_length; i++)
		ends += names[i] == '\0';
	return ends == (Size) graph->entities + graph->kinds && names[graph->names_length - 1] == '\0';
}

const RelationGraph *
relation_graph_of_datum(Datum datum)
{
	const RelationGraph *graph = (const RelationGraph *) PG_DETOAST_DATUM(datum);

	if (!sound(graph))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
						errmsg("the stored bytes of a " WHAT " are damaged"),
						errhint("Restore the row from a backup, or make the graph again.")));
	return graph;
}

RelationParts
relation_graph_parts(const RelationGraph *graph)
{
	RelationParts parts = {
		.entities = graph->entities, .kinds = graph->kinds, .pairs = graph->pairs};
	char *name = (char *) names_of(graph);

	parts.relations = (cs_relation *) graph->data;
	parts.entity_names = palloc(sizeof(char *) * parts.entities);
	parts.kind_names = palloc(sizeof(char *) * parts.kinds);
	for (int i = 0; i < parts.entities + parts.kinds; i++)
	{
		if (i < parts.entities)
			parts.entity_names[i] = name;
		else
			parts.kind_names[i - parts.entities] = name;
		name += strlen(name) + 1;
	}
	return parts;
}

/* ---- text form ------------------------------------------------------------------------------- */

_Noreturn static void
report_text(const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("the text of a " WHAT " must have %s", detail)));
}

static void
read_entities(RelationParts *parts, const JsonbContainer *root)
{
	JsonbValue array;

	if (!json_field(root, "entities", &array) || array.type != jbvBinary ||
		!JsonContainerIsArray(array.val.binary.data))
		report_text("\"entities\", an array of names");
	parts->entities = JsonContainerSize(array.val.binary.data);
	if (parts->entities > CS_RELATION_MAX_ENTITIES)
		check_name_counts(parts->entities, 1);
	parts->entity_names = palloc(sizeof(char *) * Max(parts->entities, 1));
	for (int i = 0; i < parts->entities; i++)
	{
		JsonbValue *name = getIthJsonbValueFromContainer(array.val.binary.data, i);

		if (name->type != jbvString)
			report_text("\"entities\", an array of names");
		parts->entity_names[i] = pnstrdup(name->val.string.val, name->val.string.len);
	}
}

/* Where a text of relations is read. */
typedef struct RelationText
{
	const char *at;
	const char *end;
} RelationText;

static void
skip_spaces(RelationText *text)
{
	while (text->at < text->end && *text->at == ' ')
		text->at++;
}

/* A number from 1 to the number of entities, less 1. */
static uint32
read_end(const RelationParts *parts, RelationText *text)
{
	const char *digits;
	int64 number = 0;

	skip_spaces(text);
	for (digits = text->at; text->at < text->end && isdigit((unsigned char) *text->at); text->at++)
		number = Min(number * 10 + (*text->at - '0'), PG_INT32_MAX);
	if (text->at == digits || number < 1 || number > parts->entities)
		report_text(psprintf("sources and targets from 1 to %d", parts->entities));
	return number - 1;
}

static void
add_relation(RelationParts *parts, int64 *capacity, cs_relation relation)
{
	check_relation_count(parts->pairs + 1);
	if (parts->pairs == *capacity)
	{
		*capacity *= 2;
		check_memory(WHAT, sizeof(cs_relation) * *capacity);
		parts->relations = repalloc_huge(parts->relations, sizeof(cs_relation) * *capacity);
	}
	parts->relations[parts->pairs++] = relation;
	check_interrupts(parts->pairs);
}

/* "source target, source target, ..." */
static void
read_relations_of_kind(RelationParts *parts, int64 *capacity, RelationText text, int kind)
{
	skip_spaces(&text);
	while (text.at < text.end)
	{
		cs_relation relation = {.kinds = UINT64CONST(1) << kind};

		relation.source = read_end(parts, &text);
		relation.target = read_end(parts, &text);
		add_relation(parts, capacity, relation);
		skip_spaces(&text);
		if (text.at == text.end)
			break;
		if (*text.at++ != ',' || text.at == text.end)
			report_text("a comma between two relations");
	}
}

static void
read_relations(RelationParts *parts, const JsonbContainer *root)
{
	JsonbValue object = json_child_object(root, "relations", WHAT);
	JsonbIterator *iterator = JsonbIteratorInit(object.val.binary.data);
	JsonbValue key;
	JsonbValue value;
	int64 capacity = 16;

	parts->kinds = JsonContainerSize(object.val.binary.data);
	check_name_counts(Max(parts->entities, 1), Max(parts->kinds, 1));
	parts->kind_names = palloc(sizeof(char *) * Max(parts->kinds, 1));
	parts->relations = palloc(sizeof(cs_relation) * capacity);
	JsonbIteratorNext(&iterator, &value, true);
	for (int k = 0; k < parts->kinds; k++)
	{
		JsonbIteratorNext(&iterator, &key, true);
		JsonbIteratorNext(&iterator, &value, true);
		parts->kind_names[k] = pnstrdup(key.val.string.val, key.val.string.len);
		if (value.type != jbvString)
			report_text("a text of sources and targets for each kind");
		read_relations_of_kind(
			parts, &capacity,
			(RelationText){value.val.string.val, value.val.string.val + value.val.string.len}, k);
	}
}

RelationGraph *
relation_graph_from_json(const Jsonb *json)
{
	RelationParts parts = {0};

	if (!JB_ROOT_IS_OBJECT(json) || JB_ROOT_COUNT(json) != 3)
		report_text("the members \"format\", \"entities\" and \"relations\"");
	if (json_double(&json->root, "format", WHAT) != RELATION_GRAPH_FORMAT)
		report_text("\"format\" 1");
	read_entities(&parts, &json->root);
	read_relations(&parts, &json->root);
	relation_parts_sort(&parts);
	return relation_graph_create(&parts);
}

PG_FUNCTION_INFO_V1(creditspread_relation_graph_in);
Datum
creditspread_relation_graph_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(relation_graph_from_json(
		DatumGetJsonbP(DirectFunctionCall1(jsonb_in, PG_GETARG_DATUM(0)))));
}

static void
append_relations_of_kind(StringInfo text, const RelationParts *parts, int kind)
{
	const char *separator = "";

	escape_json(text, parts->kind_names[kind]);
	appendStringInfoString(text, ": \"");
	for (int64 i = 0; i < parts->pairs; i++)
	{
		const cs_relation *relation = &parts->relations[i];

		check_interrupts(i);
		if ((relation->kinds >> kind & 1) == 0)
			continue;
		appendStringInfo(text, "%s%u %u", separator, relation->source + 1, relation->target + 1);
		separator = ", ";
	}
	appendStringInfoChar(text, '"');
}

void
relation_graph_append_json(StringInfo text, const RelationGraph *graph)
{
	RelationParts parts = relation_graph_parts(graph);

	appendStringInfo(text, "{\"format\": %d, \"entities\": [", RELATION_GRAPH_FORMAT);
	for (int i = 0; i < parts.entities; i++)
	{
		appendStringInfoString(text, i == 0 ? "" : ", ");
		escape_json(text, parts.entity_names[i]);
	}
	appendStringInfoString(text, "], \"relations\": {");
	for (int k = 0; k < parts.kinds; k++)
	{
		appendStringInfoString(text, k == 0 ? "" : ", ");
		append_relations_of_kind(text, &parts, k);
	}
	appendStringInfoString(text, "}}");
}

PG_FUNCTION_INFO_V1(creditspread_relation_graph_out);
Datum
creditspread_relation_graph_out(PG_FUNCTION_ARGS)
{
	StringInfoData text;

	initStringInfo(&text);
	relation_graph_append_json(&text, relation_graph_of_datum(PG_GETARG_DATUM(0)));
	PG_RETURN_CSTRING(text.data);
}

/* ---- binary form ----------------------------------------------------------------------------- */

_Noreturn static void
report_binary(const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid binary form of a " WHAT ": %s", detail)));
}

static char **
receive_names(StringInfo buffer, int count, int format)
{
	char **names;

	/* each name has a length of 4 bytes and a byte at least */
	if (count > (buffer->len - buffer->cursor) / 5)
		report_binary(psprintf("%d names in %d bytes", count, buffer->len - buffer->cursor));
	names = palloc(sizeof(char *) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		int length = pq_getmsgint(buffer, 4);
		int converted;

		if (length < 1 || length > buffer->len - buffer->cursor)
			report_binary(psprintf("a name of %d bytes", length));
		names[i] = format == RELATION_GRAPH_BINARY ? receive_utf8(buffer, length, &converted)
												   : pq_getmsgtext(buffer, length, &converted);
		if (strlen(names[i]) != (Size) converted)
			report_binary("a name with a zero");
	}
	return names;
}

static void
receive_relations(StringInfo buffer, RelationParts *parts)
{
	uint64 known = parts->kinds == CS_RELATION_MAX_KINDS ? PG_UINT64_MAX
														 : (UINT64CONST(1) << parts->kinds) - 1;

	parts->relations = palloc(Max(sizeof(cs_relation) * parts->pairs, 1));
	for (int64 i = 0; i < parts->pairs; i++)
	{
		uint32 source = pq_getmsgint(buffer, 4);
		uint32 target = pq_getmsgint(buffer, 4);
		uint64 kinds = pq_getmsgint64(buffer);

		if (source >= (uint32) parts->entities || target >= (uint32) parts->entities ||
			kinds == 0 || (kinds & ~known) != 0)
			report_binary(
				psprintf("relation %lld is not one of the entities and kinds", (long long) i + 1));
		parts->relations[i] = (cs_relation){source, target, kinds};
		check_interrupts(i);
	}
}

PG_FUNCTION_INFO_V1(creditspread_relation_graph_recv);
Datum
creditspread_relation_graph_recv(PG_FUNCTION_ARGS)
{
	StringInfo buffer = (StringInfo) PG_GETARG_POINTER(0);
	RelationParts parts = {0};
	uint32 magic = pq_getmsgint(buffer, 4);
	uint32 format = pq_getmsgint(buffer, 2);

	if (magic != RELATION_GRAPH_MAGIC ||
		(format != RELATION_GRAPH_BINARY && format != RELATION_GRAPH_BINARY_ENCODED))
		report_binary(psprintf("not of format %d", RELATION_GRAPH_BINARY));
	parts.kinds = pq_getmsgint(buffer, 2);
	parts.entities = pq_getmsgint(buffer, 4);
	check_name_counts(parts.entities, parts.kinds);
	parts.entity_names = receive_names(buffer, parts.entities, format);
	parts.kind_names = receive_names(buffer, parts.kinds, format);
	parts.pairs = pq_getmsgint(buffer, 4);
	if (parts.pairs < 0 || parts.pairs * 16 != buffer->len - buffer->cursor)
		report_binary(psprintf("%lld relations in %d bytes", (long long) parts.pairs,
							   buffer->len - buffer->cursor));
	receive_relations(buffer, &parts);
	relation_parts_sort(&parts);
	PG_RETURN_POINTER(relation_graph_create(&parts));
}

PG_FUNCTION_INFO_V1(creditspread_relation_graph_send);
Datum
creditspread_relation_graph_send(PG_FUNCTION_ARGS)
{
	RelationParts parts = relation_graph_parts(relation_graph_of_datum(PG_GETARG_DATUM(0)));
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendint32(&buffer, RELATION_GRAPH_MAGIC);
	pq_sendint16(&buffer, RELATION_GRAPH_BINARY);
	pq_sendint16(&buffer, parts.kinds);
	pq_sendint32(&buffer, parts.entities);
	for (int i = 0; i < parts.entities; i++)
		send_utf8(&buffer, parts.entity_names[i], strlen(parts.entity_names[i]));
	for (int k = 0; k < parts.kinds; k++)
		send_utf8(&buffer, parts.kind_names[k], strlen(parts.kind_names[k]));
	pq_sendint32(&buffer, parts.pairs);
	for (int64 i = 0; i < parts.pairs; i++)
	{
		pq_sendint32(&buffer, parts.relations[i].source);
		pq_sendint32(&buffer, parts.relations[i].target);
		pq_sendint64(&buffer, parts.relations[i].kinds);
		check_interrupts(i);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}
