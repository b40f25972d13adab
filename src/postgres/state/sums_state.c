/*
 * sums_state.c
 *		States that are sums: access, input and output.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"

#include "numeric/base/exact_sum.h"
#include "postgres/state/sums_state.h"

/* The sums that a letter stands for, 0 = none. */
static int
exact_sums(char member)
{
	return member >= '1' && member <= '9' ? member - '0' : 0;
}

/* Members of 8 bytes. */
static int
count_members(const SumsType *type)
{
	int count = 0;

	for (const char *member = type->members; *member != '\0'; member++)
		count += exact_sums(*member) > 0 ? CS_EXACT_SIZE(exact_sums(*member)) : 1;
	return count;
}

void *
sums_argument(FunctionCallInfo fcinfo, const SumsType *type, bool *created)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s can only be changed by an aggregate", type->type.name)));
	*created = PG_ARGISNULL(0);
	if (*created)
		return palloc0(count_members(type) * sizeof(int64));
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
check_member(const SumsType *type, char letter, int member, double value)
{
	if (!isfinite(value) || (strchr("ns", letter) != NULL && value < 0) ||
		(letter == 'n' && value > (double) MAX_EXACT_COUNT))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("member %d of %s cannot be %g", member + 1, type->type.name, value)));
}

Datum
sums_receive(const StateType *state_type, StringInfo buffer)
{
	const SumsType *type = (const SumsType *) state_type;
	int count = count_members(type);
	int64 *sums = palloc(count * sizeof(int64));
	int length = buffer->len - buffer->cursor;
	int member = 0;

	if (length != count * (int) sizeof(int64))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("%s has %d bytes, not %d", type->type.name,
							   count * (int) sizeof(int64), length)));
	for (int i = 0; i < count; i++)
		sums[i] = pq_getmsgint64(buffer);
	for (const char *letter = type->members; *letter != '\0'; letter++)
	{
		int exact = exact_sums(*letter);
		double value;

		memcpy(&value, sums + member, sizeof(value));
		if (exact == 0)
			check_member(type, *letter, member, *letter == 'n' ? (double) sums[member] : value);
		else if (!cs_exact_valid(exact, (const double *) (sums + member)))
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("members %d to %d of %s are not sums", member + 1,
								   member + (int) CS_EXACT_SIZE(exact), type->type.name)));
		member += exact == 0 ? 1 : (int) CS_EXACT_SIZE(exact);
	}
	PG_RETURN_POINTER(sums);
}

/* Integers and doubles are sent alike, by their bits. */
void
sums_send(const StateType *state_type, Datum state, StringInfo buffer)
{
	int count = count_members((const SumsType *) state_type);
	const int64 *member = (const int64 *) DatumGetPointer(state);

	for (int i = 0; i < count; i++)
		pq_sendint64(buffer, member[i]);
}
