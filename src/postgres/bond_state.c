/*
 * bond_state.c
 *		The state of nelson_siegel_fit_bonds: append, combine, sort, and its SQL type.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "postgres/arguments.h"
#include "postgres/bond_state.h"
#include "postgres/settings.h"
#include "postgres/state_text.h"
#include "postgres/text_encoding.h"

#define WHAT "nelson_siegel_fit_bonds"
#define BOND_STATE_VERSION 1
#define FIRST_CAPACITY 64
#define BOND_DOUBLES(n) (2 + 2 * (int64) (n))

static double *
state_values(const BondState *state)
{
	return (double *) ((char *) state->data + MAXALIGN(state->options_length));
}

const Jsonb *
bond_state_options(const BondState *state)
{
	return state->options_length == 0 ? NULL : (const Jsonb *) state->data;
}

static Size
state_size(int32 options_length, int64 capacity)
{
	return offsetof(BondState, data) + MAXALIGN(options_length) + capacity * sizeof(double);
}

/* A block of its own with room for `capacity` doubles; takes over what is in `from`. */
static BondState *
grown_copy(const BondState *from, int64 capacity)
{
	Size size = state_size(from->options_length, capacity);
	BondState *state;

	check_memory(WHAT, size);
	if (size > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %lld bonds need %zu bytes, the limit is %zu", WHAT,
							   (long long) from->bonds + 1, size, (Size) MaxAllocSize),
						errhint("Fit fewer bonds to one curve.")));
	state = palloc(size);
	memcpy(state, from, state_size(from->options_length, from->used));
	state->capacity = capacity;
	SET_VARSIZE(state, size);
	return state;
}

static BondState *
new_state(const Jsonb *options)
{
	int32 length = options == NULL ? 0 : VARSIZE(options);
	BondState *head = palloc0(state_size(length, 0));
	BondState *state;

	head->version = BOND_STATE_VERSION;
	head->options_length = length;
	if (length > 0)
		memcpy(head->data, options, length);
	state = grown_copy(head, FIRST_CAPACITY);
	pfree(head);
	return state;
}

static void
check_same_options(const BondState *state, const Jsonb *options)
{
	Size length = options == NULL ? 0 : VARSIZE(options);

	if (length != (Size) state->options_length ||
		(length > 0 && memcmp(options, state->data, length) != 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the options differ within one group", WHAT),
						errhint("Give the same options for every bond of a curve.")));
}

static BondState *
room_for(BondState *state, int64 more)
{
	if (state->capacity - state->used >= more)
		return state;
	return grown_copy(state, Max(state->used + more, state->capacity * 2));
}

static BondState *
put_bond(BondState *state, double price, int n, const double *time, const double *amount)
{
	double *values;

	state = room_for(state, BOND_DOUBLES(n));
	values = state_values(state) + state->used;
	values[0] = price;
	values[1] = n;
	memcpy(values + 2, time, n * sizeof(double));
	memcpy(values + 2 + n, amount, n * sizeof(double));
	state->used += BOND_DOUBLES(n);
	state->bonds++;
	return state;
}

BondState *
bond_state_append(FunctionCallInfo fcinfo, BondState *state, double price,
				  const Cashflows *cashflows, const Jsonb *options)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s must be called as an aggregate", WHAT)));
	if (state == NULL)
		state = new_state(options);
	else
		check_same_options(state, options);
	return put_bond(state, price, cashflows->n, cashflows->time, cashflows->amount);
}

static int
compare_doubles(const double *left, const double *right, int n)
{
	for (int i = 0; i < n; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static int
compare_bonds(const void *a, const void *b)
{
	const Bond *left = a;
	const Bond *right = b;
	int order;

	if (left->price != right->price)
		return left->price < right->price ? -1 : 1;
	if (left->n != right->n)
		return left->n < right->n ? -1 : 1;
	order = compare_doubles(left->time, right->time, left->n);
	return order != 0 ? order : compare_doubles(left->amount, right->amount, left->n);
}

Bond *
bond_state_sorted(const BondState *state)
{
	Bond *bonds = allocate_checked(WHAT, state->bonds * sizeof(Bond));
	const double *values = state_values(state);

	for (int64 i = 0; i < state->bonds; i++)
	{
		int n = (int) values[1];

		bonds[i] = (Bond){values[0], n, values + 2, values + 2 + n};
		values += BOND_DOUBLES(n);
	}
	qsort(bonds, state->bonds, sizeof(Bond), compare_bonds);
	return bonds;
}

/*
 * combine(state, state).  The second state may belong to somebody else, so its bonds are copied.
 */
PG_FUNCTION_INFO_V1(creditspread_bond_set_combine);
Datum
creditspread_bond_set_combine(PG_FUNCTION_ARGS)
{
	BondState *left;
	const BondState *right;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("bond_set_combine must be called by an aggregate")));
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	right = (const BondState *) PG_GETARG_VARLENA_P(1);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(grown_copy(right, right->capacity));
	left = (BondState *) PG_GETARG_VARLENA_P(0);
	check_same_options(left, bond_state_options(right));
	left = room_for(left, right->used);
	memcpy(state_values(left) + left->used, state_values(right), right->used * sizeof(double));
	left->used += right->used;
	left->bonds += right->bonds;
	PG_RETURN_POINTER(left);
}

/* A price, time or amount as it comes in. */
static double
receive_positive(StringInfo buffer)
{
	double value = pq_getmsgfloat8(buffer);

	if (!isfinite(value) || value <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a value of a bond_set is %g, must be positive", value)));
	return value;
}

static BondState *
receive_bond(StringInfo buffer, BondState *state)
{
	double price = receive_positive(buffer);
	int n = pq_getmsgint(buffer, 4);
	double *values;

	if (n < 1 || n > MAX_CASHFLOWS ||
		(Size) n > (Size) (buffer->len - buffer->cursor) / (2 * sizeof(double)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a bond of a bond_set cannot have %d cash flows in %d bytes", n,
							   buffer->len - buffer->cursor)));
	values = palloc(2 * n * sizeof(double));
	for (int k = 0; k < 2 * n; k++)
	{
		values[k] = receive_positive(buffer);
		if (k > 0 && k < n && values[k] < values[k - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("the cash flows of a bond_set are not in order of time")));
	}
	state = put_bond(state, price, n, values, values + n);
	pfree(values);
	return state;
}

static BondState *
receive_state(StringInfo buffer)
{
	int version = pq_getmsgbyte(buffer);
	int32 options_length = pq_getmsgint(buffer, 4);
	BondState *state;
	Jsonb *options = NULL;

	if (version != BOND_STATE_VERSION || options_length < 0 ||
		options_length > buffer->len - buffer->cursor)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid head of a bond_set")));
	if (options_length > 0)
		options = receive_json(buffer, options_length);
	state = new_state(options);
	while (buffer->cursor < buffer->len)
		state = receive_bond(buffer, state);
	if (state->bonds == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a bond_set has no bonds")));
	return state;
}

static void
send_state(StringInfo buffer, const BondState *state)
{
	const Jsonb *options = bond_state_options(state);
	const double *values = state_values(state);

	pq_sendbyte(buffer, BOND_STATE_VERSION);
	if (options == NULL)
		pq_sendint32(buffer, 0);
	else
		send_json(buffer, options);
	for (int64 i = 0; i < state->bonds; i++)
	{
		int n = (int) values[1];

		pq_sendfloat8(buffer, values[0]);
		pq_sendint32(buffer, n);
		for (int k = 0; k < 2 * n; k++)
			pq_sendfloat8(buffer, values[2 + k]);
		values += BOND_DOUBLES(n);
	}
}

STATE_TYPE_FUNCTIONS(bond_set, BondState, receive_state, send_state)
