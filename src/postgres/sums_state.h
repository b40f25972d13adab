/*
 * sums_state.h
 *		The states of aggregates that need sums only: SQL types of fixed length, so that parallel
 *		workers, partitions and remote nodes can hand them on.
 */
#ifndef CREDITSPREAD_POSTGRES_SUMS_STATE_H
#define CREDITSPREAD_POSTGRES_SUMS_STATE_H

#include "fmgr.h"

/* Most observations that sums stand for: what a double counts exactly. */
#define SUMS_MAX_COUNT (INT64CONST(1) << 53)

/* Error 54000 where sums of so many observations cannot be added up. */
extern void check_counts(const char *type, int64 left, int64 right);

/* A struct whose members are all of 8 bytes. */
typedef struct SumsType
{
	const char *name; /* of the SQL type */
	/* a letter for each member: n = int64, not negative; x = float8; s = float8, not negative */
	const char *members;
} SumsType;

/*
 * Argument 0 of a transition or combine function, which it may change in place; without one, new
 * sums, cleared, of which *created tells.  Error unless an aggregate calls.
 */
extern void *sums_argument(FunctionCallInfo fcinfo, const SumsType *type, bool *created);

/* What the SQL functions of each type call.  The text form is the binary form as bytea prints it.
 */
extern Datum sums_in(const SumsType *type, char *text);
extern Datum sums_out(const SumsType *type, const void *sums);
extern Datum sums_receive(const SumsType *type, StringInfo buffer);
extern Datum sums_send(const SumsType *type, const void *sums);

#endif
