/*
 * relation_state.c
 *		The state of aggregates over relations: append, combine, and its SQL type.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "postgres/compatibility.h"
#include "postgres/relation_state.h"
#include "postgres/settings.h"
#include "postgres/state_text.h"
#include "postgres/text_encoding.h"

#define RELATION_STATE_VERSION 1
#define FIRST_CAPACITY 1024

static inline Size
head_size(int32 options_length)
{
	return offsetof(RelationState, data) + MAXALIGN(options_length);
}

static inline char *
rows_of(const RelationState *state)
{
	return (char *) state + head_size(state->options_length);
}

const Jsonb *
relation_state_options(const RelationState *state)
{
	return state->options_length == 0 ? NULL : (const Jsonb *) state->data;
}

int64
relation_state_row(const RelationState *state, int64 position, RelationRow *row)
{
	const char *bytes = rows_of(state) + position;

	memcpy(row->length, bytes, sizeof(row->length));
	bytes += sizeof(row->length);
	for (int part = 0; part < RELATION_PARTS; part++)
	{
		row->text[part] = bytes;
		bytes += row->length[part];
	}
	return INTALIGN(bytes - rows_of(state));
}

/*
 * A block with room for `capacity` bytes of rows, which takes over the head and rows of `from`.  It
 * lies in the current context: the executor copies a new state into the aggregate's own.
 */
static RelationState *
grown_copy(const char *what, const RelationState *from, Size capacity)
{
	Size size = head_size(from->options_length) + capacity;
	RelationState *state;

	check_memory(what, size);
	if (size > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %lld relations need %zu bytes, the limit is %zu", what,
							   (long long) from->count, size, (Size) MaxAllocSize),
						errhint("Use fewer relations or shorter names.")));
	state = palloc(size);
	memcpy(state, from, head_size(from->options_length) + from->used);
	SET_VARSIZE(state, size);
	return state;
}

static RelationState *
new_state(const char *what, const Jsonb *options)
{
	int32 length = options == NULL ? 0 : VARSIZE(options);
	RelationState *head = palloc0(head_size(length));
	RelationState *state;

	head->version = RELATION_STATE_VERSION;
	head->options_length = length;
	if (length > 0)
		memcpy(head->data, options, length);
	state = grown_copy(what, head, FIRST_CAPACITY);
	pfree(head);
	return state;
}

/* The state, or a larger copy, with room for `bytes` more of rows. */
static RelationState *
with_room(const char *what, RelationState *state, Size bytes)
{
	Size capacity = VARSIZE(state) - head_size(state->options_length);

	if (bytes <= capacity - state->used)
		return state;
	return grown_copy(what, state, Max(state->used + bytes, capacity * 2));
}

static void
check_same_options(const char *what, const RelationState *state, const Jsonb *options)
{
	if ((options == NULL) != (state->options_length == 0) ||
		(options != NULL && (VARSIZE(options) != (Size) state->options_length ||
							 memcmp(options, state->data, state->options_length) != 0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the options of relation %lld differ from those of the "
							   "relations before",
							   what, (long long) state->count + 1),
						errhint("Give the same options for every row of a group.")));
}

static RelationState *
put_row(const char *what, RelationState *state, const RelationRow *row)
{
	Size size = sizeof(row->length);
	char *bytes;

	for (int part = 0; part < RELATION_PARTS; part++)
		size += row->length[part];
	size = INTALIGN(size);
	state = with_room(what, state, size);
	bytes = rows_of(state) + state->used;
	memset(bytes + size - sizeof(int32), 0, sizeof(int32));
	memcpy(bytes, row->length, sizeof(row->length));
	bytes += sizeof(row->length);
	for (int part = 0; part < RELATION_PARTS; part++)
	{
		memcpy(bytes, row->text[part], row->length[part]);
		bytes += row->length[part];
	}
	state->used += size;
	state->count++;
	return state;
}

RelationState *
relation_state_append(FunctionCallInfo fcinfo, const char *what, RelationState *state,
					  const RelationRow *row, const Jsonb *options)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s must be called as an aggregate", what)));
	if (state == NULL)
		state = new_state(what, options);
	else
		check_same_options(what, state, options);
	return put_row(what, state, row);
}

/*
 * combine(state, state).  The second state may belong to somebody else, so its rows are copied.
 */
PG_FUNCTION_INFO_V1(creditspread_relations_combine);
Datum
creditspread_relations_combine(PG_FUNCTION_ARGS)
{
	RelationState *left;
	RelationState *right;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("creditspread_relations_combine must be called by an aggregate")));
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	right = (RelationState *) PG_GETARG_VARLENA_P(1);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(grown_copy("combine", right, right->used));
	left = (RelationState *) PG_GETARG_VARLENA_P(0);
	if (right->count == 0)
		PG_RETURN_POINTER(left);
	check_same_options("combine", left, relation_state_options(right));
	left = with_room("combine", left, right->used);
	memcpy(rows_of(left) + left->used, rows_of(right), right->used);
	left->used += right->used;
	left->count += right->count;
	PG_RETURN_POINTER(left);
}

static RelationState *
receive_rows(StringInfo buffer, RelationState *state, int64 count)
{
	for (int64 i = 0; i < count; i++)
	{
		RelationRow row;

		for (int part = 0; part < RELATION_PARTS; part++)
		{
			int32 length = pq_getmsgint(buffer, 4);
			int converted;

			if (length < 1 || length > buffer->len - buffer->cursor)
				ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
								errmsg("a name of %d bytes does not fit a creditspread_relations",
									   length)));
			row.text[part] = receive_utf8(buffer, length, &converted);
			row.length[part] = converted;
		}
		state = put_row("creditspread_relations", state, &row);
		for (int part = 0; part < RELATION_PARTS; part++)
			pfree((char *) row.text[part]);
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	if (buffer->cursor != buffer->len)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a creditspread_relations has %d bytes too many",
							   buffer->len - buffer->cursor)));
	return state;
}

static RelationState *
receive_state(StringInfo buffer)
{
	int version = pq_getmsgbyte(buffer);
	int32 options_length = pq_getmsgint(buffer, 4);
	Jsonb *options = NULL;
	Size smallest = RELATION_PARTS * (sizeof(int32) + 1);
	int64 count;

	if (version != RELATION_STATE_VERSION || options_length < 0 ||
		options_length > buffer->len - buffer->cursor)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid head of a creditspread_relations")));
	if (options_length > 0)
		options = receive_json(buffer, options_length);
	count = pq_getmsgint64(buffer);
	if (count < 0 || (Size) count > (Size) (buffer->len - buffer->cursor) / smallest)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a creditspread_relations of %lld rows cannot have %d bytes of rows",
							   (long long) count, buffer->len - buffer->cursor)));
	return receive_rows(buffer, new_state("creditspread_relations", options), count);
}

static void
send_state(StringInfo buffer, const RelationState *state)
{
	const Jsonb *options = relation_state_options(state);
	int64 position = 0;

	pq_sendbyte(buffer, RELATION_STATE_VERSION);
	if (options == NULL)
		pq_sendint32(buffer, 0);
	else
		send_json(buffer, options);
	pq_sendint64(buffer, state->count);
	for (int64 i = 0; i < state->count; i++)
	{
		RelationRow row;

		position = relation_state_row(state, position, &row);
		for (int part = 0; part < RELATION_PARTS; part++)
			send_utf8(buffer, row.text[part], row.length[part]);
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
}

STATE_TYPE_FUNCTIONS(relations, RelationState, receive_state, send_state)
