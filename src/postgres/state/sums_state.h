/*
 * sums_state.h
 *		The states of aggregates that need sums only: SQL types of fixed length, so that parallel
 *		workers, partitions and remote nodes can hand them on.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_SUMS_STATE_H
#define CREDITSPREAD_POSTGRES_STATE_SUMS_STATE_H

#include "fmgr.h"

#include "postgres/base/arguments.h"
#include "postgres/state/state_type.h"

/* Error 54000 where sums would stand for more than MAX_EXACT_COUNT observations. */
extern void check_counts(const char *type, int64 left, int64 right);

/* A struct whose members are all of 8 bytes. */
typedef struct SumsType
{
	StateType type;
	/*
	 * a letter for each member: n = int64, not negative; x = float8; s = float8, not negative; a
	 * digit: the doubles of so many exact sums (numeric/base/exact_sum.h)
	 */
	const char *members;
} SumsType;

#define SUMS_TYPE(NAME, MEMBERS)                                                                   \
	{                                                                                              \
		{NAME, sums_receive, sums_send}, MEMBERS                                                   \
	}

/* The four functions of the SQL type of a SumsType. */
#define SUMS_TYPE_FUNCTIONS(NAME, TYPE) STATE_TYPE_FUNCTIONS(NAME, &(TYPE)->type)

/*
 * Argument 0 of a transition or combine function, which it may change in place; without one, new
 * sums, cleared, of which *created tells.  Error unless an aggregate calls.
 */
extern void *sums_argument(FunctionCallInfo fcinfo, const SumsType *type, bool *created);

/* What a SumsType's type consists of. */
extern Datum sums_receive(const StateType *type, StringInfo buffer);
extern void sums_send(const StateType *type, Datum state, StringInfo buffer);

#endif
