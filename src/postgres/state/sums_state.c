/*
 * sums_state.c
 *		States that are sums: access, input and output.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"

#include "postgres/state/sums_state.h"

void *
sums_argument(FunctionCallInfo fcinfo, const SumsType *type, bool *created)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s can only be changed by an aggregate", type->type.name)));
	*created = PG_ARGISNULL(0);
	if (*created)
		return palloc0(strlen(type->members) * sizeof(int64));
	return PG_GETARG_POINTER(0);
}

void
check_counts(const char *type, int64 left, int64 right)
{
	if (right > MAX_EXACT_COUNT - left)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s of %lld and of %lld observations, the limit is %lld", type,
							   (long long) left, (long long) right, (long long) MAX_EXACT_COUNT),
						errhint("Aggregate fewer rows.")));
}

static void
check_member(const SumsType *type, int member, double value)
{
	if (!isfinite(value) || (type->members[member] != 'x' && value < 0) ||
		(type->members[member] == 'n' && value > (double) MAX_EXACT_COUNT))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("member %d of %s cannot be %g", member + 1, type->type.name, value)));
}

Datum
sums_receive(const StateType *state_type, StringInfo buffer)
{
	const SumsType *type = (const SumsType *) state_type;
	int members = strlen(type->members);
	char *sums = palloc(members * sizeof(int64));
	int length = buffer->len - buffer->cursor;

	if (length != members * (int) sizeof(int64))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("%s has %d bytes, not %d", type->type.name,
							   members * (int) sizeof(int64), length)));
	for (int i = 0; i < members; i++)
	{
		if (type->members[i] == 'n')
		{
			int64 value = pq_getmsgint64(buffer);

			check_member(type, i, (double) value);
			memcpy(sums + i * sizeof(value), &value, sizeof(value));
		}
		else
		{
			double value = pq_getmsgfloat8(buffer);

			check_member(type, i, value);
			memcpy(sums + i * sizeof(value), &value, sizeof(value));
		}
	}
	PG_RETURN_POINTER(sums);
}

void
sums_send(const StateType *state_type, Datum state, StringInfo buffer)
{
	const SumsType *type = (const SumsType *) state_type;
	const void *sums = DatumGetPointer(state);

	for (int i = 0; type->members[i] != '\0'; i++)
	{
		if (type->members[i] == 'n')
			pq_sendint64(buffer, ((const int64 *) sums)[i]);
		else
			pq_sendfloat8(buffer, ((const double *) sums)[i]);
	}
}
