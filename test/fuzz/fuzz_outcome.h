/*
 * fuzz_outcome.h
 *		Counts what came of the calls, and runs statements under a time limit.
 */
#ifndef CREDITSPREAD_FUZZ_OUTCOME_H
#define CREDITSPREAD_FUZZ_OUTCOME_H

#include "executor/spi.h"

#define MAX_OUTCOMES 200

typedef struct Outcome
{
	char *name;
	char *example;
	int64 count;
} Outcome;

typedef struct Outcomes
{
	MemoryContext context; /* of what is kept */
	int count;
	Outcome outcome[MAX_OUTCOMES];
} Outcomes;

/* A statement: its text, or a plan with its values. */
typedef struct Limited
{
	const char *text;
	SPIPlanPtr plan;
	Datum *values;
} Limited;

extern void count_outcome(Outcomes *outcomes, const char *stage, const char *result,
						  const char *example);

/* In a PG_CATCH: counts the error under its SQLSTATE, clears it and returns it, in `scratch`. */
extern ErrorData *count_error(Outcomes *outcomes, MemoryContext scratch, const char *stage);

/* A line per outcome: name, TAB, count, TAB, the first example, printable. */
extern text *outcomes_text(const Outcomes *outcomes);

/*
 * Runs a statement in a subtransaction that is rolled back, with a time limit, which is no fault;
 * counts the outcome and returns the error, or NULL.  A server process that does not answer the
 * limit ends itself.
 */
extern ErrorData *run_limited(Outcomes *outcomes, const char *stage, MemoryContext scratch,
							  Limited statement);

#endif
