/*
 * row_state.c
 *		The state of aggregates that keep rows: append, read, combine, and its SQL type.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/memutils.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/base/text_encoding.h"
#include "postgres/state/row_form.h"
#include "postgres/state/row_state.h"

/* 1 were the states of version 0.1.0, each kind of a form of its own. */
#define ROW_STATE_VERSION 2

/* In the binary form: the bit of the type of time that says that a row was refused. */
#define REFUSED_BIT 0x80

/* Bytes of rows that a new state has room for, if its first row is not larger. */
#define FIRST_CAPACITY 256

/* ---- the parts of a state ---- */

static inline Size
head_size(int32 options_length)
{
	return offsetof(RowState, data) + MAXALIGN(options_length);
}

static inline char *
rows_of(const RowState *state)
{
	return (char *) state + head_size(state->options_length);
}

const Jsonb *
row_state_options(const RowState *state)
{
	return state->options_length == 0 ? NULL : (const Jsonb *) state->data;
}

static bool
has_options(const RowState *state, const Jsonb *options)
{
	const Jsonb *own = row_state_options(state);

	if (own == NULL || options == NULL || own == options)
		return own == options;
	return VARSIZE(options) == (Size) state->options_length &&
		   memcmp(options, own, state->options_length) == 0;
}

static RowState *
state_of_datum(Datum datum)
{
	RowState *state = (RowState *) PG_DETOAST_DATUM(datum);

	if (state->version != ROW_STATE_VERSION)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("the state of an aggregate is of form %d, not %d", state->version,
							   ROW_STATE_VERSION),
						errhint("Another version of the extension has made it: aggregate the rows "
								"again.")));
	return state;
}

RowState *
row_state_argument(FunctionCallInfo fcinfo, int argno)
{
	return PG_ARGISNULL(argno) ? NULL : state_of_datum(PG_GETARG_DATUM(argno));
}

void
check_row_columns(const char *what, int columns, int least, int most)
{
	if (columns < least || columns > most)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state of %d values in a row is not one of %s", what, columns,
							   what)));
}

/* ---- growth ---- */

/*
 * A block of its own with room for `capacity` bytes of rows, which takes over the head and rows of
 * `from`.  It lies in the current context: the executor copies what a transition returns into the
 * aggregate's own, `groups` (NULL outside of an aggregate), and frees the `before` bytes of the
 * state there.
 */
static RowState *
grown_copy(const char *what, MemoryContext groups, const RowState *from, Size before, Size capacity)
{
	Size size = head_size(from->options_length) + capacity;
	RowState *state;

	check_memory(what, size);
	if (groups != NULL)
		check_groups_memory(what, groups, before, size);
	if (size > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: more than %lld rows need %zu bytes, the limit is %zu", what,
							   (long long) from->count, size, (Size) MaxAllocSize),
						errhint("Use fewer rows, or more groups of them.")));
	state = palloc(size);
	memcpy(state, from, head_size(from->options_length) + from->used);
	SET_VARSIZE(state, size);
	return state;
}

static RowState *
new_state(const char *what, MemoryContext groups, TimeType time_type, int columns,
		  const Jsonb *options, Size capacity)
{
	int32 length = options == NULL ? 0 : VARSIZE(options);
	RowState *head = palloc0(head_size(length));
	RowState *state;

	head->version = ROW_STATE_VERSION;
	head->time_type = time_type;
	head->columns = columns;
	head->options_length = length;
	if (length > 0)
		memcpy(head->data, options, length);
	state = grown_copy(what, groups, head, 0, capacity);
	pfree(head);
	return state;
}

/* The state, or a larger copy, with room for `bytes` more of rows. */
static RowState *
with_room(const char *what, MemoryContext groups, RowState *state, Size bytes)
{
	Size capacity = VARSIZE(state) - head_size(state->options_length);

	if (bytes <= capacity - state->used)
		return state;
	return grown_copy(what, groups, state, VARSIZE(state), Max(state->used + bytes, capacity * 2));
}

/* ---- rows ---- */

int64
row_state_value_count(const RowType *type, int columns)
{
	return type->values == NULL ? columns : type->values(columns);
}

/* Bytes of a row without its texts, and of texts without bytes. */
static inline Size
row_size(const RowType *type, TimeType time_type, int64 count)
{
	return (time_type != TIME_NONE ? sizeof(int64) : 0) + (type->counted ? sizeof(int64) : 0) +
		   sizeof(double) * count + sizeof(int32) * type->texts;
}

Size
row_state_row_size(const RowType *type, TimeType time_type, int columns)
{
	return MAXALIGN(
		row_size(type, time_type, type->counted ? 0 : row_state_value_count(type, columns)));
}

int64
row_state_read(const RowType *type, const RowState *state, int64 position, Row *row)
{
	const char *bytes = rows_of(state) + position;

	row->time = (TimePoint){state->time_type, 0};
	row->columns = state->columns;
	row->count = row_state_value_count(type, state->columns);
	if (state->time_type != TIME_NONE)
	{
		memcpy(&row->time.value, bytes, sizeof(int64));
		bytes += sizeof(int64);
	}
	if (type->counted)
	{
		memcpy(&row->count, bytes, sizeof(int64));
		bytes += sizeof(int64);
	}
	row->values = (const double *) bytes;
	bytes += sizeof(double) * row->count;
	memcpy(row->length, bytes, sizeof(int32) * type->texts);
	bytes += sizeof(int32) * type->texts;
	for (int i = 0; i < type->texts; i++)
	{
		row->text[i] = row->length[i] < 0 ? NULL : bytes;
		bytes += Max(row->length[i], 0);
	}
	return MAXALIGN(bytes - rows_of(state));
}

static inline char *
put(char *place, const void *bytes, Size size)
{
	if (size > 0)
		memcpy(place, bytes, size);
	return place + size;
}

static RowState *
put_row(const RowType *type, const char *what, MemoryContext groups, RowState *state,
		const Row *row)
{
	Size size = row_size(type, row->time.type, row->count);
	char *place;

	for (int i = 0; i < type->texts; i++)
		size += Max(row->length[i], 0);
	size = MAXALIGN(size);
	state = with_room(what, groups, state, size);
	place = rows_of(state) + state->used;
	state->used += size;
	state->count++;
	if (row->time.type != TIME_NONE)
		place = put(place, &row->time.value, sizeof(int64));
	if (type->counted)
		place = put(place, &row->count, sizeof(int64));
	place = put(place, row->values, sizeof(double) * row->count);
	place = put(place, row->length, sizeof(int32) * type->texts);
	for (int i = 0; i < type->texts; i++)
		place = put(place, row->text[i], Max(row->length[i], 0));
	memset(place, 0, rows_of(state) + state->used - place);
	return state;
}

static void
check_options(const char *what, const RowState *state, TimePoint time, const Jsonb *options)
{
	if (!has_options(state, options))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: the options %s differ from those of the rows before", what,
						time.type != TIME_NONE ? psprintf("at %s", time_text(time)) : "of a row"),
				 errhint("Give the same options for every row of a group.")));
}

void
row_state_check(const char *what, const RowState *state, TimePoint time, int columns,
				const Jsonb *options)
{
	bool timed = time.type != TIME_NONE;

	if (state->time_type != time.type)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s: the rows differ in the type of their time", what)));
	if (state->columns != columns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %d values %s, %d in the rows before", what, columns,
							   timed ? psprintf("at %s", time_text(time)) : "in a row",
							   (int) state->columns),
						errhint("Every row of a group must have the same number of values.")));
	check_options(what, state, time, options);
}

static RowState *
state_for_row(const RowType *type, const char *what, MemoryContext groups, RowState *state,
			  const Row *row, const Jsonb *options)
{
	if (row->columns > type->columns)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d values in a row, the limit is %d", what, row->columns,
							   type->columns)));
	if (state != NULL)
	{
		row_state_check(what, state, row->time, row->columns, options);
		return state;
	}
	return new_state(what, groups, row->time.type, row->columns, options,
					 Max(FIRST_CAPACITY, MAXALIGN(row_size(type, row->time.type, row->count))));
}

RowState *
row_state_append(FunctionCallInfo fcinfo, const RowType *type, const char *what, RowState *state,
				 const Row *row, const Jsonb *options)
{
	MemoryContext groups;

	if (!AggCheckCallContext(fcinfo, &groups))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s must be called as an aggregate", what)));
	if (state != NULL && state->refused)
	{
		check_options(what, state, row->time, options);
		return state;
	}
	state = state_for_row(type, what, groups, state, row, options);
	return put_row(type, what, groups, state, row);
}

static RowState *
refuse(RowState *state)
{
	state->count = 0;
	state->used = 0;
	state->refused = 1;
	return state;
}

RowState *
row_state_refuse(FunctionCallInfo fcinfo, const char *what, RowState *state, TimePoint time,
				 const Jsonb *options)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s must be called as an aggregate", what)));
	if (state == NULL)
		state = new_state(what, NULL, time.type, 0, options, FIRST_CAPACITY);
	check_options(what, state, time, options);
	return refuse(state);
}

Datum
row_state_unchanged(FunctionCallInfo fcinfo, RowState *state)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("a transition function must be called by an aggregate")));
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

RowState *
row_state_add(const RowType *type, const char *what, RowState *state, const Row *row)
{
	RowState *before = state_for_row(type, what, NULL, state, row, NULL);

	state = put_row(type, what, NULL, before, row);
	if (state != before)
		pfree(before);
	return state;
}

RowState *
row_state_new(const RowType *type, TimeType time_type, int columns, const Jsonb *options,
			  Size capacity)
{
	return new_state(type->type.name, NULL, time_type, columns, options, capacity);
}

RowState *
row_state_put(const RowType *type, RowState *state, const Row *row)
{
	RowState *before = state;

	state = put_row(type, type->type.name, NULL, before, row);
	if (state != before)
		pfree(before);
	return state;
}

/* ---- combine ---- */

/* The second state may belong to somebody else: it is copied, never returned. */
Datum
row_state_combine(FunctionCallInfo fcinfo, const RowType *type)
{
	RowState *state;
	const RowState *other;
	MemoryContext groups;
	Row first;

	if (!AggCheckCallContext(fcinfo, &groups))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s_combine must be called by an aggregate", type->type.name)));
	state = row_state_argument(fcinfo, 0);
	other = row_state_argument(fcinfo, 1);
	if (state != NULL && other != NULL && (state->refused || other->refused))
	{
		check_options("combine", state, (TimePoint){TIME_NONE, 0}, row_state_options(other));
		PG_RETURN_POINTER(refuse(state));
	}
	if (other == NULL || (other->count == 0 && state != NULL))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	if (state == NULL || state->count == 0)
		return PointerGetDatum(grown_copy("combine", groups, other, 0, other->used));
	row_state_read(type, other, 0, &first);
	row_state_check("combine", state, first.time, other->columns, row_state_options(other));
	if (type->merge != NULL)
	{
		type->merge(state, other);
		PG_RETURN_POINTER(state);
	}
	state = with_room("combine", groups, state, other->used);
	memcpy(rows_of(state) + state->used, rows_of(other), other->used);
	state->used += other->used;
	state->count += other->count;
	PG_RETURN_POINTER(state);
}

/* ---- the binary form ---- */

/* Version, type of time, columns, options, number of rows; then the rows, if there are some. */
void
row_state_send(const StateType *state_type, Datum datum, StringInfo buffer)
{
	const RowType *type = (const RowType *) state_type;
	const RowState *state = state_of_datum(datum);
	const Jsonb *options = row_state_options(state);

	pq_sendbyte(buffer, ROW_STATE_VERSION);
	pq_sendbyte(buffer, state->time_type | (state->refused ? REFUSED_BIT : 0));
	pq_sendint16(buffer, state->columns);
	if (options == NULL)
		pq_sendint32(buffer, 0);
	else
		send_json(buffer, options);
	pq_sendint64(buffer, state->count);
	if (state->count > 0)
		row_form_send(type, state, buffer);
}

Datum
row_state_receive(const StateType *state_type, StringInfo buffer)
{
	const RowType *type = (const RowType *) state_type;
	const char *name = state_type->name;
	int version = pq_getmsgbyte(buffer);
	int time_byte = pq_getmsgbyte(buffer);
	int time_type = time_byte & ~REFUSED_BIT;
	bool refused = time_type != time_byte;
	int columns = pq_getmsgint(buffer, 2);
	int32 options_length = pq_getmsgint(buffer, 4);
	const Jsonb *options = NULL;
	RowState *state;
	int64 count;

	if (version != ROW_STATE_VERSION || time_type > TIME_BIGINT || columns > type->columns ||
		!(time_type != TIME_NONE ? type->may_timed : type->may_untimed) || options_length < 0 ||
		options_length > buffer->len - buffer->cursor)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid head of a %s", name)));
	if (options_length > 0)
		options = receive_json(buffer, options_length);
	count = pq_getmsgint64(buffer);
	if (count < 0 || (type->merge != NULL && count > 1) || (refused && count > 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a %s cannot have %lld rows", name, (long long) count)));
	if (count > 0)
		PG_RETURN_POINTER(row_form_receive(type, time_type, columns, options, count, buffer));
	if (buffer->cursor != buffer->len)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a %s has %d bytes too many", name, buffer->len - buffer->cursor)));
	state = row_state_new(type, time_type, columns, options, FIRST_CAPACITY);
	PG_RETURN_POINTER(refused ? refuse(state) : state);
}
