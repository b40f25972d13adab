/*
 * fuzz_calls.c
 *		Random calls of every function of the extension.
 *
 * fuzz_calls(seed, first, last) makes the calls of these numbers, each from its seed and number
 * alone, so that one can be made again; fuzz_call(seed, number) gives its statement.  What is
 * called stands in the table fuzz_target_call, the values in fuzz_call_value (calls.sql).  A line
 * per outcome is returned, as by fuzz_type; a statement that ends in an internal error is in the
 * server's log, and so is one at which the server process ends.
 */
#include "postgres.h"

#include <unistd.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/backend_status.h"

#include "fuzz_mutate.h"
#include "fuzz_outcome.h"

/* Values of one kind, SQL expressions. */
typedef struct Pool
{
	char key[2 * NAMEDATALEN];
	int count;
	int capacity;
	char **expression;
} Pool;

typedef struct Argument
{
	char *type;
	char *of_row; /* an expression of the row number g; NULL = none */
	Pool *plausible;
	Pool *edges;
} Argument;

typedef struct Target
{
	char kind; /* as prokind, or one of those of calls.sql */
	char *name;
	int count;
	int defaults;
	Argument *argument;
} Target;

typedef struct Calls
{
	uint64 random;
	HTAB *pools;
	Target *target;
	int target_count;

} Calls;

/* ---- what is called, and with what ----------------------------------------------------------- */

static Pool *
pool(Calls *calls, const char *type, const char *name)
{
	char key[2 * NAMEDATALEN] = {0};
	bool found;
	Pool *result;

	snprintf(key, sizeof(key), "%s %s", type, name);
	result = hash_search(calls->pools, key, HASH_ENTER, &found);
	if (!found)
	{
		result->count = result->capacity = 0;
		result->expression = NULL;
	}
	return result;
}

static void
add(Pool *to, char *expression)
{
	if (to->count == to->capacity)
	{
		to->capacity = to->capacity * 2 + 4;
		to->expression = to->expression == NULL
							 ? palloc(sizeof(char *) * to->capacity)
							 : repalloc(to->expression, sizeof(char *) * to->capacity);
	}
	to->expression[to->count++] = expression;
}

static char *
column(int row, int number)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number);
}

static void
query(const char *text)
{
	if (SPI_execute(text, true, 0) != SPI_OK_SELECT)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("cannot run %s", text)));
}

static void
load(Calls *calls)
{
	HASHCTL control = {.keysize = 2 * NAMEDATALEN, .entrysize = sizeof(Pool)};
	int row = 0;

	calls->pools = hash_create("fuzz_calls", 1024, &control, HASH_ELEM | HASH_STRINGS);
	query("SELECT type, coalesce(name, ''), expression FROM fuzz_call_value ORDER BY number");
	for (uint64 i = 0; i < SPI_processed; i++)
		add(pool(calls, column(i, 1), column(i, 2)), column(i, 3));
	query("SELECT t.number, t.kind, t.call, t.arguments, t.defaults, a.type, a.name, a.of_row "
		  "FROM fuzz_target_call t LEFT JOIN fuzz_target_argument a ON a.target = t.number "
		  "ORDER BY t.number, a.place");
	calls->target = palloc0(sizeof(Target) * (SPI_processed + 1));
	while (row < (int) SPI_processed)
	{
		Target *target = &calls->target[calls->target_count++];

		target->kind = column(row, 2)[0];
		target->name = column(row, 3);
		target->count = (int) strtol(column(row, 4), NULL, 10);
		target->defaults = (int) strtol(column(row, 5), NULL, 10);
		target->argument = palloc0(sizeof(Argument) * (target->count + 1));
		for (int i = 0; i < Max(target->count, 1); i++, row++)
		{
			Argument *argument = &target->argument[i];

			if (target->count == 0)
				continue;
			argument->type = column(row, 6);
			argument->of_row = column(row, 8);
			argument->plausible = pool(calls, argument->type, column(row, 7));
			if (argument->plausible->count == 0)
				argument->plausible = pool(calls, argument->type, "");
			argument->edges = pool(calls, argument->type, "edge");
		}
	}
}

/* ---- statements ------------------------------------------------------------------------------ */

static const char *
one_of(Calls *calls, const Pool *from)
{
	return from->count == 0 ? "NULL" : from->expression[below(&calls->random, from->count)];
}

/* Options as an object of members that options have; a composite value with one field replaced. */
static void
append_made(Calls *calls, StringInfo text, const Argument *argument)
{
	if (strcmp(argument->type, "jsonb") == 0)
	{
		const Pool *members = pool(calls, "jsonb", "member");
		int count = 1 + below(&calls->random, 3);

		appendStringInfoString(text, "jsonb_build_object(");
		for (int i = 0; i < count; i++)
			appendStringInfo(text, "%s%s", i == 0 ? "" : ", ", one_of(calls, members));
		appendStringInfoChar(text, ')');
		return;
	}
	appendStringInfo(text, "jsonb_populate_record((%s)::%s, jsonb_build_object(%s))",
					 one_of(calls, argument->plausible), argument->type,
					 one_of(calls, pool(calls, argument->type, "member")));
}

static void
append_constant(Calls *calls, StringInfo text, const Argument *argument)
{
	int choice = below(&calls->random, 100);

	if (choice < 12 && pool(calls, argument->type, "member")->count > 0)
		append_made(calls, text, argument);
	else if (choice < 70 && argument->plausible->count > 0)
		appendStringInfoString(text, one_of(calls, argument->plausible));
	else if (choice < 97)
		appendStringInfoString(text, one_of(calls, argument->edges));
	else
		appendStringInfoString(text, "NULL");
}

static void
append_argument(Calls *calls, StringInfo text, const Argument *argument)
{
	int choice = argument->of_row == NULL ? 99 : below(&calls->random, 100);

	appendStringInfoChar(text, '(');
	if (choice < 70)
		appendStringInfoString(text, argument->of_row);
	else if (choice < 80)
	{
		appendStringInfo(text, "CASE WHEN g %% %d = 0 THEN ", 1 + below(&calls->random, 9));
		append_constant(calls, text, argument);
		appendStringInfo(text, " ELSE %s END", argument->of_row);
	}
	else
		append_constant(calls, text, argument);
	appendStringInfo(text, ")::%s", argument->type);
}

static void
append_call(Calls *calls, StringInfo text, const Target *target)
{
	int count = target->count;

	if (target->defaults > 0 && below(&calls->random, 2))
		count -= below(&calls->random, target->defaults + 1);
	if (target->kind == 'o' || target->kind == 'c')
	{
		append_argument(calls, text, &target->argument[0]);
		appendStringInfoString(text, target->name);
		if (count > 1)
			append_argument(calls, text, &target->argument[1]);
		return;
	}
	appendStringInfo(text, "%s(", target->name);
	for (int i = 0; i < count; i++)
	{
		appendStringInfoString(text, i == 0 ? "" : ", ");
		append_argument(calls, text, &target->argument[i]);
	}
	appendStringInfoChar(text, ')');
}

static void
append_rows(Calls *calls, StringInfo text)
{
	static const int counts[] = {0, 1, 2, 3, 8, 27, 40, 64, 64, 64, 200};

	appendStringInfo(text, " FROM (SELECT i * 7 %% 211 AS g FROM generate_series(1, %d) i) r",
					 counts[below(&calls->random, lengthof(counts))]);
}

static void
append_window(Calls *calls, StringInfo text)
{
	static const char *const partitions[] = {"", "", "", "PARTITION BY g % 2 ", "PARTITION BY g "};
	static const char *const frames[] = {
		"", "", "", " ROWS BETWEEN 8 PRECEDING AND CURRENT ROW",
		" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"};

	appendStringInfo(text, " OVER (%sORDER BY g%s)",
					 partitions[below(&calls->random, lengthof(partitions))],
					 frames[below(&calls->random, lengthof(frames))]);
}

static char *
statement(Calls *calls, uint64 seed, int64 number)
{
	StringInfoData text;
	const Target *target;
	int choice;

	/* streams of neighbouring numbers must not be shifts of one another */
	calls->random = seed * UINT64CONST(0xd1342543de82ef95) + (uint64) number;
	calls->random = draw(&calls->random);
	initStringInfo(&text);
	appendStringInfo(&text, "/* seed " UINT64_FORMAT ", call " INT64_FORMAT " */ ", seed, number);
	target = &calls->target[below(&calls->random, calls->target_count)];
	choice = below(&calls->random, 10);
	if (target->kind == 'p')
	{
		appendStringInfoString(&text, "CALL ");
		append_call(calls, &text, target);
		return text.data;
	}
	if (target->kind == 's' || target->kind == 'r')
	{
		appendStringInfoString(&text, "SELECT x::text FROM ");
		append_call(calls, &text, target);
		appendStringInfoString(&text, target->kind == 'r' ? " x (a integer)" : " x");
		return text.data;
	}
	appendStringInfoString(&text, target->kind == 'v' ? "SELECT " : "SELECT (");
	append_call(calls, &text, target);
	if (target->kind == 'w' || (target->kind == 'a' && choice == 0))
		append_window(calls, &text);
	if (target->kind != 'v')
		appendStringInfoString(&text, ")::text");
	if (target->kind == 'a' || target->kind == 'w')
		append_rows(calls, &text);
	if (target->kind == 'a' && choice == 1)
		appendStringInfoString(&text, " GROUP BY g % 3");
	return text.data;
}

/* ---- the SQL functions ----------------------------------------------------------------------- */

PG_FUNCTION_INFO_V1(fuzz_call);
Datum
fuzz_call(PG_FUNCTION_ARGS)
{
	Calls *calls = palloc0(sizeof(Calls));
	MemoryContext context = CurrentMemoryContext;
	char *text;
	Datum result;

	SPI_connect();
	load(calls);
	text = statement(calls, (uint64) PG_GETARG_INT64(0), PG_GETARG_INT64(1));
	MemoryContextSwitchTo(context);
	result = PointerGetDatum(cstring_to_text(text));
	SPI_finish();
	return result;
}

PG_FUNCTION_INFO_V1(fuzz_calls);
Datum
fuzz_calls(PG_FUNCTION_ARGS)
{
	Calls *calls = palloc0(sizeof(Calls));
	Outcomes *outcomes = palloc0(sizeof(Outcomes));
	uint64 seed = (uint64) PG_GETARG_INT64(0);
	MemoryContext scratch;

	outcomes->context = CurrentMemoryContext;
	scratch = AllocSetContextCreate(CurrentMemoryContext, "fuzz_calls", ALLOCSET_DEFAULT_SIZES);
	SPI_connect();
	load(calls);
	for (int64 i = PG_GETARG_INT64(1); i <= PG_GETARG_INT64(2); i++)
	{
		MemoryContext old = MemoryContextSwitchTo(scratch);
		char *text = statement(calls, seed, i);
		ErrorData *error;

		CHECK_FOR_INTERRUPTS();
		pgstat_report_activity(STATE_RUNNING, text);
		error = run_limited(outcomes, "call", scratch, (Limited){.text = text});
		if (error != NULL && ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_INTERNAL_ERROR)
			ereport(LOG, (errmsg("fuzz_calls: %s (%s:%d): %s", error->message, error->filename,
								 error->lineno, text),
						  errhidestmt(true), errhidecontext(true)));
		MemoryContextSwitchTo(old);
		MemoryContextReset(scratch);
	}
	SPI_finish();
	hash_destroy(calls->pools);
	PG_RETURN_TEXT_P(outcomes_text(outcomes));
}

/*
 * The resident memory that is this process's own, without the buffers that the server shares, in
 * bytes; 0 where /proc does not tell.
 */
static pg_attribute_unused() int64 resident_bytes(void)
{
	char line[128] = "";
	char *end;
	long resident, shared;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL)
		return 0;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	/* the second and the third number, in pages */
	(void) strtol(line, &end, 10);
	resident = strtol(end, &end, 10);
	shared = strtol(end, NULL, 10);
	return (int64) (resident - shared) * sysconf(_SC_PAGESIZE);
}

/*
 * A line "memory", TAB, bytes.  What a sanitizer keeps back of the freed memory is not counted:
 * with one, only what the memory contexts hold.
 */
PG_FUNCTION_INFO_V1(fuzz_memory);
Datum
fuzz_memory(PG_FUNCTION_ARGS)
{
	int64 bytes = (int64) MemoryContextMemAllocated(TopMemoryContext, true);

	(void) fcinfo;

#ifndef __SANITIZE_ADDRESS__
	bytes = Max(bytes, resident_bytes());
#endif
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("memory\t" INT64_FORMAT "\n", bytes)));
}
