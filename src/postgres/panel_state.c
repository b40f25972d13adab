/*
 * panel_state.c
 *		The shared state of aggregates over a panel: append, combine, sort, and its SQL type.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "postgres/arguments.h"
#include "postgres/compatibility.h"
#include "postgres/panel_state.h"
#include "postgres/settings.h"
#include "postgres/state_text.h"
#include "postgres/text_encoding.h"

#define PANEL_STATE_VERSION 1
#define FIRST_CAPACITY 1024

/* One row of a state. */
typedef struct PanelRow
{
	int64 time;
	const char *values; /* float8[columns] */
	const char *name;
	int32 length;
} PanelRow;

static int
compare_rows(const PanelRow *a, const PanelRow *b)
{
	int order = memcmp(a->name, b->name, Min(a->length, b->length));

	if (order == 0 && a->length != b->length)
		order = a->length < b->length ? -1 : 1;
	if (order == 0 && a->time != b->time)
		order = a->time < b->time ? -1 : 1;
	return order;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE PanelRow
#define ST_COMPARE(a, b) compare_rows(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static inline Size
head_size(int32 options_length)
{
	return offsetof(PanelState, data) + MAXALIGN(options_length);
}

static inline char *
rows_of(const PanelState *state)
{
	return (char *) state + head_size(state->options_length);
}

const Jsonb *
panel_state_options(const PanelState *state)
{
	return state->options_length == 0 ? NULL : (const Jsonb *) state->data;
}

/* The row at `position`; returns the position of the next. */
static int64
read_row(const PanelState *state, int64 position, PanelRow *row)
{
	const char *bytes = rows_of(state) + position;

	memcpy(&row->time, bytes, sizeof(int64));
	row->values = bytes + sizeof(int64);
	bytes = row->values + sizeof(double) * state->columns;
	memcpy(&row->length, bytes, sizeof(int32));
	row->name = bytes + sizeof(int32);
	return MAXALIGN(row->name + row->length - rows_of(state));
}

/*
 * A block with room for `capacity` bytes of rows, which takes over the head and rows of `from`.  It
 * lies in the current context: the executor copies a new state into the aggregate's own.
 */
static PanelState *
grown_copy(const char *what, const PanelState *from, Size capacity)
{
	Size size = head_size(from->options_length) + capacity;
	PanelState *state;

	check_memory(what, size);
	if (size > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: a panel of %lld rows needs %zu bytes, the limit is %zu", what,
							   (long long) from->count, size, (Size) MaxAllocSize),
						errhint("Use fewer rows, shorter names of entities, or groups.")));
	state = palloc(size);
	memcpy(state, from, head_size(from->options_length) + from->used);
	SET_VARSIZE(state, size);
	return state;
}

static PanelState *
new_state(const char *what, TimeType type, int columns, const Jsonb *options, Size capacity)
{
	int32 length = options == NULL ? 0 : VARSIZE(options);
	PanelState *head = palloc0(head_size(length));
	PanelState *state;

	head->version = PANEL_STATE_VERSION;
	head->time_type = type;
	head->columns = columns;
	head->options_length = length;
	if (length > 0)
		memcpy(head->data, options, length);
	state = grown_copy(what, head, capacity);
	pfree(head);
	return state;
}

/* The state, or a larger copy, with room for `bytes` more of rows. */
static PanelState *
with_room(const char *what, PanelState *state, Size bytes)
{
	Size capacity = VARSIZE(state) - head_size(state->options_length);

	if (bytes <= capacity - state->used)
		return state;
	return grown_copy(what, state, Max(state->used + bytes, capacity * 2));
}

static void
check_same_shape(const char *what, const PanelState *state, TimePoint time, int columns,
				 const Jsonb *options)
{
	if (state->time_type != time.type)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s: the rows of a panel differ in the type of their time", what)));
	if (state->columns != columns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %d values at %s, %d in the rows before", what, columns,
							   time_text(time), (int) state->columns),
						errhint("Every row of a panel must have the same number of values.")));
	if ((options == NULL) != (state->options_length == 0) ||
		(options != NULL && options != panel_state_options(state) &&
		 (VARSIZE(options) != (Size) state->options_length ||
		  memcmp(options, state->data, state->options_length) != 0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the options at %s differ from those of the rows before", what,
							   time_text(time)),
						errhint("Give the same options for every row of a group.")));
}

static PanelState *
put_row(const char *what, PanelState *state, int64 time, const double *values, const char *name,
		int32 length)
{
	Size size = MAXALIGN(sizeof(int64) + sizeof(double) * state->columns + sizeof(int32) + length);
	char *bytes;

	state = with_room(what, state, size);
	bytes = rows_of(state) + state->used;
	memset(bytes + size - MAXIMUM_ALIGNOF, 0, MAXIMUM_ALIGNOF);
	memcpy(bytes, &time, sizeof(int64));
	bytes += sizeof(int64);
	memcpy(bytes, values, sizeof(double) * state->columns);
	bytes += sizeof(double) * state->columns;
	memcpy(bytes, &length, sizeof(int32));
	memcpy(bytes + sizeof(int32), name, length);
	state->used += size;
	state->count++;
	return state;
}

PanelState *
panel_state_append(FunctionCallInfo fcinfo, const char *what, PanelState *state, const char *entity,
				   TimePoint time, const double *values, int columns, const Jsonb *options)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s must be called as an aggregate", what)));
	if (state == NULL)
		state = new_state(what, time.type, columns, options, FIRST_CAPACITY);
	else
		check_same_shape(what, state, time, columns, options);
	return put_row(what, state, time.value, values, entity, strlen(entity));
}

PanelState *
panel_state_add(const char *what, PanelState *state, const char *entity, TimePoint time,
				const double *values, int columns)
{
	PanelState *before = state;

	if (state == NULL)
		state = before = new_state(what, time.type, columns, NULL, FIRST_CAPACITY);
	else
		check_same_shape(what, state, time, columns, NULL);
	state = put_row(what, state, time.value, values, entity, strlen(entity));
	if (state != before)
		pfree(before);
	return state;
}

/* The rows of a state as an array, sorted. */
static PanelRow *
sorted_rows(const PanelState *state, const char *what)
{
	PanelRow *rows = allocate_checked(what, sizeof(PanelRow) * state->count);
	bool ordered = true;
	int64 position = 0;

	for (int64 i = 0; i < state->count; i++)
	{
		position = read_row(state, position, &rows[i]);
		ordered = ordered && (i == 0 || compare_rows(&rows[i - 1], &rows[i]) < 0);
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	if (!ordered)
		sort_rows(rows, state->count);
	return rows;
}

Panel
panel_state_sorted(const PanelState *state, const char *what)
{
	Panel panel = {.time_type = state->time_type,
				   .count = state->count,
				   .columns = state->columns,
				   .options = panel_state_options(state)};
	PanelRow *rows = sorted_rows(state, what);

	panel.names = allocate_checked(what, sizeof(char *) * state->count);
	panel.entities = allocate_checked(what, sizeof(size_t) * state->count);
	panel.times = allocate_checked(what, sizeof(int64) * state->count);
	panel.values = allocate_checked(what, sizeof(double) * state->count * state->columns);
	for (int64 i = 0; i < state->count; i++)
	{
		bool same = i > 0 && rows[i].length == rows[i - 1].length &&
					memcmp(rows[i].name, rows[i - 1].name, rows[i].length) == 0;

		if (!same)
			panel.names[panel.entity_count++] = pnstrdup(rows[i].name, rows[i].length);
		else if (rows[i].time == rows[i - 1].time)
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("%s: the time %s occurs twice for entity \"%s\"", what,
								   time_text((TimePoint){panel.time_type, rows[i].time}),
								   panel.names[panel.entity_count - 1]),
							errhint("Group, or aggregate the rows of one time first.")));
		panel.entities[i] = panel.entity_count - 1;
		panel.times[i] = rows[i].time;
		memcpy(panel.values + i * panel.columns, rows[i].values, sizeof(double) * panel.columns);
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	pfree(rows);
	return panel;
}

char *
entity_argument(FunctionCallInfo fcinfo, int argno)
{
	return entity_value(fcinfo, argno, PG_GETARG_DATUM(argno), PG_ARGISNULL(argno));
}

char *
entity_value(FunctionCallInfo fcinfo, int argno, Datum value, bool isnull)
{
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the entity of an observation must not be NULL"), errhint(LEAVE_ROWS_OUT)));
	if (argument_type(fcinfo, argno) == INT8OID)
		return DatumGetCString(DirectFunctionCall1(int8out, value));
	return TextDatumGetCString(value);
}

char *
joined_name(const char *first, const char *second)
{
	StringInfoData name;

	initStringInfo(&name);
	for (const char *c = first; *c != '\0'; c++)
	{
		if (*c == '/' || *c == '\\')
			appendStringInfoChar(&name, '\\');
		appendStringInfoChar(&name, *c);
	}
	if (second != NULL)
		appendStringInfo(&name, "/%s", second);
	return name.data;
}

int
joined_first_length(const char *name)
{
	const char *c = name;

	while (*c != '\0' && *c != '/')
		c += *c == '\\' && c[1] != '\0' ? 2 : 1;
	return *c == '/' ? c - name : -1;
}

/*
 * combine(state, state).  The second state may belong to somebody else, so its rows are copied.
 */
PG_FUNCTION_INFO_V1(creditspread_panel_combine);
Datum
creditspread_panel_combine(PG_FUNCTION_ARGS)
{
	PanelState *left;
	PanelState *right;
	PanelRow first;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("creditspread_panel_combine must be called by an aggregate")));
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	right = (PanelState *) PG_GETARG_VARLENA_P(1);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(grown_copy("combine", right, right->used));
	left = (PanelState *) PG_GETARG_VARLENA_P(0);
	if (right->count == 0)
		PG_RETURN_POINTER(left);
	read_row(right, 0, &first);
	check_same_shape("combine", left, (TimePoint){right->time_type, first.time}, right->columns,
					 panel_state_options(right));
	left = with_room("combine", left, right->used);
	memcpy(rows_of(left) + left->used, rows_of(right), right->used);
	left->used += right->used;
	left->count += right->count;
	PG_RETURN_POINTER(left);
}

static PanelState *
receive_rows(StringInfo buffer, PanelState *state, int64 count)
{
	double *values = palloc(sizeof(double) * (state->columns + 1));

	for (int64 i = 0; i < count; i++)
	{
		int64 time = pq_getmsgint64(buffer);
		int32 length;
		char *name;
		int converted;

		for (int c = 0; c < state->columns; c++)
		{
			values[c] = pq_getmsgfloat8(buffer);
			if (!isfinite(values[c]))
				check_finite(values[c], "a value of a creditspread_panel", NULL);
		}
		length = pq_getmsgint(buffer, 4);
		if (length < 0 || length > buffer->len - buffer->cursor)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("a name of %d bytes does not fit a creditspread_panel", length)));
		name = receive_utf8(buffer, length, &converted);
		state = put_row("creditspread_panel", state, time, values, name, converted);
		pfree(name);
	}
	if (buffer->cursor != buffer->len)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a creditspread_panel has %d bytes too many",
							   buffer->len - buffer->cursor)));
	return state;
}

static PanelState *
receive_state(StringInfo buffer)
{
	int version = pq_getmsgbyte(buffer);
	int type = pq_getmsgbyte(buffer);
	int columns = pq_getmsgint(buffer, 2);
	int32 options_length = pq_getmsgint(buffer, 4);
	Jsonb *options = NULL;
	Size smallest = sizeof(int64) + sizeof(double) * columns + sizeof(int32);
	int64 count;

	if (version != PANEL_STATE_VERSION || type < TIME_DATE || type > TIME_BIGINT ||
		columns > PANEL_MAX_COLUMNS || options_length < 0 ||
		options_length > buffer->len - buffer->cursor)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid head of a creditspread_panel")));
	if (options_length > 0)
		options = receive_json(buffer, options_length);
	count = pq_getmsgint64(buffer);
	if (count < 0 || (Size) count > (Size) (buffer->len - buffer->cursor) / smallest)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a creditspread_panel of %lld rows of %d values cannot have %d "
							   "bytes of rows",
							   (long long) count, columns, buffer->len - buffer->cursor)));
	return receive_rows(
		buffer, new_state("creditspread_panel", type, columns, options, FIRST_CAPACITY), count);
}

static void
send_state(StringInfo buffer, const PanelState *state)
{
	const Jsonb *options = panel_state_options(state);
	int64 position = 0;

	pq_sendbyte(buffer, PANEL_STATE_VERSION);
	pq_sendbyte(buffer, state->time_type);
	pq_sendint16(buffer, state->columns);
	if (options == NULL)
		pq_sendint32(buffer, 0);
	else
		send_json(buffer, options);
	pq_sendint64(buffer, state->count);
	for (int64 i = 0; i < state->count; i++)
	{
		PanelRow row;

		position = read_row(state, position, &row);
		pq_sendint64(buffer, row.time);
		for (int c = 0; c < state->columns; c++)
			pq_sendfloat8(buffer, ((const double *) row.values)[c]);
		send_utf8(buffer, row.name, row.length);
	}
}

STATE_TYPE_FUNCTIONS(panel, PanelState, receive_state, send_state)
