/*
 * fuzz_outcome.c
 *		Counts what came of the calls, and runs statements under a time limit.
 */
#include "postgres.h"

#include <unistd.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timeout.h"

#include "fuzz_outcome.h"

#define LIMIT_MS 40
#define UNANSWERED_MS 120000 /* the limit is answered long before on the busiest machine */

void
count_outcome(Outcomes *outcomes, const char *stage, const char *result, const char *example)
{
	MemoryContext old = MemoryContextSwitchTo(outcomes->context);
	char *name = psprintf("%s %s", stage, result);
	int i = 0;

	while (i < outcomes->count && strcmp(outcomes->outcome[i].name, name) != 0)
		i++;
	if (i == MAX_OUTCOMES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many outcomes")));
	if (i == outcomes->count)
		outcomes->outcome[outcomes->count++] = (Outcome){pstrdup(name), pstrdup(example), 0};
	outcomes->outcome[i].count++;
	pfree(name);
	MemoryContextSwitchTo(old);
}

ErrorData *
count_error(Outcomes *outcomes, MemoryContext scratch, const char *stage)
{
	ErrorData *error;

	MemoryContextSwitchTo(scratch);
	error = CopyErrorData();
	FlushErrorState();
	count_outcome(outcomes, stage, unpack_sql_state(error->sqlerrcode),
				  error->message == NULL ? "" : error->message);
	return error;
}

text *
outcomes_text(const Outcomes *outcomes)
{
	StringInfoData lines;

	initStringInfo(&lines);
	for (int i = 0; i < outcomes->count; i++)
	{
		const Outcome *outcome = &outcomes->outcome[i];

		appendStringInfo(&lines, "%s\t" INT64_FORMAT "\t", outcome->name, outcome->count);
		for (const char *c = outcome->example; *c != '\0' && c - outcome->example < 100; c++)
			appendStringInfoChar(&lines, (*c < ' ' || *c > '~') ? '?' : *c);
		appendStringInfoChar(&lines, '\n');
	}
	return cstring_to_text_with_len(lines.data, lines.len);
}

static void
end_unanswered(void)
{
	static const char message[] = "fuzz: the time limit was not answered\n";

	if (write(STDERR_FILENO, message, sizeof(message) - 1) > 0)
		abort();
	abort();
}

static void
execute(Limited statement)
{
	if (statement.text == NULL)
		SPI_execute_plan(statement.plan, statement.values, NULL, true, 0);
	else
		SPI_execute(statement.text, false, 0);
}

ErrorData *
run_limited(Outcomes *outcomes, const char *stage, MemoryContext scratch, Limited statement)
{
	static TimeoutId unanswered = 0;
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	if (unanswered == 0)
		unanswered = RegisterTimeout(USER_TIMEOUT, end_unanswered);
	BeginInternalSubTransaction(NULL);
	enable_timeout_after(STATEMENT_TIMEOUT, LIMIT_MS);
	enable_timeout_after(unanswered, UNANSWERED_MS);
	PG_TRY();
	{
		execute(statement);
		count_outcome(outcomes, stage, "accepted", "");
	}
	PG_CATCH();
	{
		error = count_error(outcomes, scratch, stage);
	}
	PG_END_TRY();
	disable_timeout(STATEMENT_TIMEOUT, false);
	disable_timeout(unanswered, false);
	/* a limit that was reached just before it was lifted is not for the next statement */
	QueryCancelPending = false;
	get_timeout_indicator(STATEMENT_TIMEOUT, true);
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}
