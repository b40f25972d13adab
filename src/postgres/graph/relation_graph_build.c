/*
 * relation_graph_build.c
 *		The aggregate relation_graph: numbers the names of its rows, mirrors undirected kinds and
 *		derives indirect relations.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/base/arguments.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/graph/relation_graph.h"
#include "postgres/graph/relation_state.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "relation_graph"
#define ALL_KINDS "*"
#define INDIRECT_PREFIX "indirect "

/* Steps of the search for paths between two looks at interrupts and the limit. */
#define STEPS_AT_ONCE 16

typedef struct GraphOptions
{
	char **undirected;
	char **indirect;
	char **entities;
	int undirected_count;
	int indirect_count;
	int entities_count; /* 0 = those that the rows name */
} GraphOptions;

static const OptionSpec graph_specs[] = {
#define OPTIONS_OF GraphOptions
#include "postgres/options/relation_graph.def"
};
static const OptionTable graph_table = OPTION_TABLE(graph_specs, 0);

/* ---- transition ------------------------------------------------------------------------------ */

/* A text or bigint argument as text, not empty. */
static void
read_part(FunctionCallInfo fcinfo, int argno, const char *name, RelationPart part, Row *row)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg(WHAT ": the %s of a relation must not be NULL", name),
						errhint(LEAVE_ROWS_OUT)));
	if (argument_type(fcinfo, argno) == INT8OID)
	{
		row->text[part] = DatumGetCString(DirectFunctionCall1(int8out, PG_GETARG_DATUM(argno)));
		row->length[part] = strlen(row->text[part]);
	}
	else
	{
		text *value = PG_GETARG_TEXT_PP(argno);

		row->text[part] = VARDATA_ANY(value);
		row->length[part] = VARSIZE_ANY_EXHDR(value);
	}
	if (row->length[part] == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(WHAT ": the %s of a relation is empty", name), errhint(LEAVE_ROWS_OUT)));
}

/* transition(state, source, target, kind [, options]) */
PG_FUNCTION_INFO_V1(creditspread_relation_graph_transition);
Datum
creditspread_relation_graph_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > 4 && !PG_ARGISNULL(4) ? PG_GETARG_JSONB_P(4) : NULL;
	Row row = {0};

	read_part(fcinfo, 1, "source", RELATION_SOURCE, &row);
	read_part(fcinfo, 2, "target", RELATION_TARGET, &row);
	read_part(fcinfo, 3, "kind", RELATION_KIND, &row);
	if (row.length[RELATION_SOURCE] == row.length[RELATION_TARGET] &&
		memcmp(row.text[RELATION_SOURCE], row.text[RELATION_TARGET], row.length[RELATION_SOURCE]) ==
			0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": \"%s\" has a relation to itself",
							   pnstrdup(row.text[RELATION_SOURCE], row.length[RELATION_SOURCE])),
						errhint(LEAVE_ROWS_OUT)));
	PG_RETURN_POINTER(row_state_append(fcinfo, &relation_state_type, WHAT, state, &row, options));
}

/* ---- names ----------------------------------------------------------------------------------- */

/* A place where an entity is named: an end of a row, or the option `entities`. */
typedef struct Mention
{
	const char *text;
	int32 length;
	int64 place; /* 2 * row + (0 source, 1 target); -1 = the option */
} Mention;

static inline int
compare_mentions(const Mention *a, const Mention *b)
{
	int order = memcmp(a->text, b->text, Min(a->length, b->length));

	if (order == 0 && a->length != b->length)
		order = a->length < b->length ? -1 : 1;
	return order;
}

#define ST_SORT sort_mentions
#define ST_ELEMENT_TYPE Mention
#define ST_COMPARE(a, b) compare_mentions(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The number of a kind among those known so far, to which it may be added. */
static int
kind_number(RelationParts *parts, const char *text, int32 length)
{
	for (int k = 0; k < parts->kinds; k++)
		if (strlen(parts->kind_names[k]) == (Size) length &&
			memcmp(parts->kind_names[k], text, length) == 0)
			return k;
	if (parts->kinds == CS_RELATION_MAX_KINDS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg(WHAT ": more than %d kinds of relations", CS_RELATION_MAX_KINDS),
						errhint("Give the kind, not the weight or date of a relation.")));
	parts->kind_names[parts->kinds] = pnstrdup(text, length);
	return parts->kinds++;
}

/* Every mention of an entity; sets the kinds of the relations on the way. */
static Mention *
read_rows(const RowState *state, const GraphOptions *options, RelationParts *parts)
{
	Mention *mentions =
		allocate_checked(WHAT, sizeof(Mention) * (2 * state->count + options->entities_count));
	Mention *next = mentions;
	int64 position = 0;

	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(&relation_state_type, state, position, &row);
		*next++ = (Mention){row.text[RELATION_SOURCE], row.length[RELATION_SOURCE], 2 * i};
		*next++ = (Mention){row.text[RELATION_TARGET], row.length[RELATION_TARGET], 2 * i + 1};
		parts->relations[i].kinds = UINT64CONST(1) << kind_number(parts, row.text[RELATION_KIND],
																  row.length[RELATION_KIND]);
		check_interrupts(i);
	}
	for (int i = 0; i < options->entities_count; i++)
		*next++ = (Mention){options->entities[i], strlen(options->entities[i]), -1};
	return mentions;
}

/* Whether the option names an entity whose mentions are mentions[from .. to - 1]. */
static void
check_known(const Mention *mentions, int64 from, int64 to, const GraphOptions *options)
{
	int times = 0;

	for (int64 i = from; i < to; i++)
		times += mentions[i].place < 0;
	if (times == 0 && options->entities_count > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": the entity \"%s\" of a relation is not among the %d of "
									"option \"entities\"",
							   pnstrdup(mentions[from].text, mentions[from].length),
							   options->entities_count),
						errhint("Name it there too, or leave its relations out.")));
	if (times > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": the entity \"%s\" occurs %d times in option \"entities\"",
							   pnstrdup(mentions[from].text, mentions[from].length), times)));
}

/* Numbers the entities in the order of their names and gives the relations their ends. */
static void
number_entities(RelationParts *parts, Mention *mentions, int64 count, const GraphOptions *options)
{
	int64 to;

	sort_mentions(mentions, count);
	parts->entity_names = palloc(sizeof(char *) * CS_RELATION_MAX_ENTITIES);
	for (int64 from = 0; from < count; from = to)
	{
		to = from + 1;
		while (to < count && compare_mentions(&mentions[from], &mentions[to]) == 0)
			to++;
		check_known(mentions, from, to, options);
		if (parts->entities == CS_RELATION_MAX_ENTITIES)
			ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
							errmsg(WHAT ": more than %d entities", CS_RELATION_MAX_ENTITIES)));
		parts->entity_names[parts->entities] = pnstrdup(mentions[from].text, mentions[from].length);
		for (int64 i = from; i < to; i++)
		{
			int64 place = mentions[i].place;

			if (place >= 0 && place % 2 == 0)
				parts->relations[place / 2].source = parts->entities;
			else if (place >= 0)
				parts->relations[place / 2].target = parts->entities;
		}
		parts->entities++;
		CHECK_FOR_INTERRUPTS();
	}
}

/* ---- options --------------------------------------------------------------------------------- */

static const char *
list_of_kinds(const RelationParts *parts)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int k = 0; k < parts->kinds; k++)
		appendStringInfo(&list, "%s\"%s\"", k == 0 ? "" : ", ", parts->kind_names[k]);
	return list.data;
}

/* The kinds that an option names, as a set. */
static uint64
chosen_kinds(const RelationParts *parts, const char *option, char **names, int count)
{
	uint64 chosen = 0;

	for (int i = 0; i < count; i++)
	{
		uint64 found = 0;

		if (count == 1 && strcmp(names[0], ALL_KINDS) == 0)
			return parts->kinds == CS_RELATION_MAX_KINDS ? PG_UINT64_MAX
														 : (UINT64CONST(1) << parts->kinds) - 1;
		for (int k = 0; k < parts->kinds; k++)
			if (strcmp(parts->kind_names[k], names[i]) == 0)
				found = UINT64CONST(1) << k;
		if (found == 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": option \"%s\" names the kind \"%s\", which no relation "
										"has",
								   option, names[i]),
							errhint("The kinds are: %s.", list_of_kinds(parts))));
		chosen |= found;
	}
	return chosen;
}

/* Adds the reverse of each relation of a undirected kind; there is room for as many again. */
static void
mirror(RelationParts *parts, uint64 undirected)
{
	int64 count = parts->pairs;

	for (int64 i = 0; undirected != 0 && i < count; i++)
	{
		const cs_relation *relation = &parts->relations[i];

		if ((relation->kinds & undirected) != 0)
			parts->relations[parts->pairs++] =
				(cs_relation){relation->target, relation->source, relation->kinds & undirected};
		check_interrupts(i);
	}
}

/* ---- indirect relations ---------------------------------------------------------------------- */

/* Adds a kind for the indirect relations of each chosen one. */
static void
name_indirect_kinds(RelationParts *parts, uint64 chosen, uint8 *indirect)
{
	int direct = parts->kinds;

	for (int k = 0; k < direct; k++)
	{
		char *name;

		if ((chosen >> k & 1) == 0)
			continue;
		name = psprintf(INDIRECT_PREFIX "%s", parts->kind_names[k]);
		indirect[k] = kind_number(parts, name, strlen(name));
		if (indirect[k] < direct)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": there are relations of kind \"%s\", which option "
										"\"indirect\" would derive",
								   name),
							errhint("Leave either those relations or the option out.")));
	}
}

static void
run_paths(cs_relation_paths *paths)
{
	Progress progress;

	progress_start(&progress, WHAT);
	for (int64 step = 0; !cs_relation_paths_finished(paths); step++)
	{
		cs_relation_paths_step(paths);
		if (step % STEPS_AT_ONCE == 0)
		{
			check_relation_count(paths->relations);
			progress_step(&progress, cs_relation_paths_progress(paths));
		}
	}
	check_relation_count(paths->relations);
}

/* Once to count, once to keep. */
static void
derive_indirect(RelationParts *parts, uint64 chosen)
{
	uint8 indirect[CS_RELATION_MAX_KINDS] = {0};
	cs_relation_graph graph = {parts->entities, parts->pairs, parts->relations};
	Size size = cs_relation_paths_size(&graph);
	void *block = allocate_checked(WHAT, size);
	cs_workspace workspace;
	cs_relation_paths paths;
	cs_relation *result;

	name_indirect_kinds(parts, chosen, indirect);
	cs_workspace_initialize(&workspace, block, size);
	check_status(cs_relation_paths_initialize(&paths, &graph, chosen, indirect, NULL, &workspace),
				 WHAT);
	run_paths(&paths);
	result = allocate_checked(WHAT, sizeof(cs_relation) * paths.pairs);
	cs_workspace_initialize(&workspace, block, size);
	check_status(cs_relation_paths_initialize(&paths, &graph, chosen, indirect, result, &workspace),
				 WHAT);
	run_paths(&paths);
	pfree(block);
	pfree(parts->relations);
	parts->relations = result;
	parts->pairs = paths.pairs;
}

PG_FUNCTION_INFO_V1(creditspread_relation_graph_final);
Datum
creditspread_relation_graph_final(PG_FUNCTION_ARGS)
{
	GraphOptions options = {0};
	RelationParts parts = {0};
	const RowState *state;
	Mention *mentions;
	uint64 chosen;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	read_options(row_state_options(state), WHAT, &graph_table, &options);
	parts.pairs = state->count;
	parts.relations = allocate_checked(WHAT, sizeof(cs_relation) * 2 * state->count);
	parts.kind_names = palloc(sizeof(char *) * CS_RELATION_MAX_KINDS);
	mentions = read_rows(state, &options, &parts);
	number_entities(&parts, mentions, 2 * state->count + options.entities_count, &options);
	pfree(mentions);
	mirror(&parts,
		   chosen_kinds(&parts, "undirected", options.undirected, options.undirected_count));
	relation_parts_sort(&parts);
	chosen = chosen_kinds(&parts, "indirect", options.indirect, options.indirect_count);
	if (chosen != 0)
	{
		derive_indirect(&parts, chosen);
		relation_parts_sort(&parts); /* the names of the new kinds */
	}
	PG_RETURN_POINTER(relation_graph_create(&parts));
}
