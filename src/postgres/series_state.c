/*
 * series_state.c
 *		The shared state of aggregates that need order: append, combine, sort, and its SQL type.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "postgres/series_state.h"
#include "postgres/settings.h"
#include "postgres/state_text.h"
#include "postgres/text_encoding.h"

#define SERIES_STATE_VERSION 1
#define FIRST_CAPACITY 16

typedef struct SortItem
{
	int64 time;
	int64 row;
} SortItem;

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE SortItem
#define ST_COMPARE(a, b) ((a)->time < (b)->time ? -1 : ((a)->time > (b)->time ? 1 : 0))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static inline Size
row_size(int columns)
{
	return sizeof(int64) + sizeof(double) * columns;
}

static inline char *
row_at(const SeriesState *state, int64 row)
{
	return (char *) state->data + MAXALIGN(state->options_length) + row * row_size(state->columns);
}

static inline const Jsonb *
state_options(const SeriesState *state)
{
	return state->options_length == 0 ? NULL : (const Jsonb *) state->data;
}

static inline int64
row_time(const SeriesState *state, int64 row)
{
	return *(const int64 *) row_at(state, row);
}

double *
series_state_values(SeriesState *state, int64 row)
{
	return (double *) (row_at(state, row) + sizeof(int64));
}

static Size
state_size(int32 options_length, int columns, int64 capacity)
{
	Size rows;
	Size head = offsetof(SeriesState, data) + MAXALIGN(options_length);

	if (__builtin_mul_overflow((Size) capacity, row_size(columns), &rows) || rows > SIZE_MAX - head)
		return SIZE_MAX;
	return head + rows;
}

/*
 * A block of its own with room for `capacity` rows; takes over the head and rows of `from`.  It
 * lies in the context of the call: the executor copies what a transition returns into the
 * aggregate's own.
 */
static SeriesState *
grown_copy(const char *what, const SeriesState *from, int64 capacity)
{
	Size size = state_size(from->options_length, from->columns, capacity);
	SeriesState *state;

	check_memory(what, size);
	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s: a series of %lld rows of %d values needs %zu bytes, the limit "
						"is %zu",
						what, (long long) capacity, (int) from->columns, size, (Size) MaxAllocSize),
				 errhint("Use fewer rows, or a group for each series.")));
	state = palloc(size);
	memcpy(state, from, state_size(from->options_length, from->columns, from->count));
	state->capacity = capacity;
	SET_VARSIZE(state, size);
	return state;
}

static SeriesState *
new_state(const char *what, TimeType type, int columns, const Jsonb *options)
{
	int32 length = options == NULL ? 0 : VARSIZE(options);
	SeriesState *head = palloc0(state_size(length, columns, 0));
	SeriesState *state;

	head->version = SERIES_STATE_VERSION;
	head->time_type = type;
	head->columns = columns;
	head->options_length = length;
	head->ordered = 1;
	if (length > 0)
		memcpy(head->data, options, length);
	state = grown_copy(what, head, FIRST_CAPACITY);
	pfree(head);
	return state;
}

static void
check_same_shape(const char *what, const SeriesState *state, TimePoint time, int columns,
				 const Jsonb *options)
{
	if (state->time_type != time.type)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s: the rows of a series differ in the type of their time", what)));
	if (state->columns != columns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %d values at %s, %d in the rows before", what, columns,
							   time_text(time), (int) state->columns),
						errhint("Every row of a series must have the same number of features.")));
	if ((options == NULL) != (state->options_length == 0) ||
		(options != NULL && (VARSIZE(options) != (Size) state->options_length ||
							 memcmp(options, state->data, state->options_length) != 0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the options at %s differ from those of the rows before", what,
							   time_text(time)),
						errhint("Give the same options for every row of a group.")));
}

static void
put_row(SeriesState *state, int64 time, const double *values)
{
	char *row = row_at(state, state->count);

	if (state->count > 0 && row_time(state, state->count - 1) >= time)
		state->ordered = 0;
	memcpy(row, &time, sizeof(time));
	if (state->columns > 0)
		memcpy(row + sizeof(time), values, sizeof(double) * state->columns);
	state->count++;
}

SeriesState *
series_state_append(FunctionCallInfo fcinfo, const char *what, SeriesState *state, TimePoint time,
					const double *values, int columns, const Jsonb *options)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s must be called as an aggregate", what)));
	if (columns > SERIES_MAX_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d values in a row, the limit is %d", what, columns,
							   SERIES_MAX_COLUMNS)));
	if (state == NULL)
		state = new_state(what, time.type, columns, options);
	else
	{
		check_same_shape(what, state, time, columns, options);
		if (state->count == state->capacity)
			state = grown_copy(what, state, state->capacity * 2);
	}
	put_row(state, time.value, values);
	return state;
}

static Series
sorted_rows(const SeriesState *state, const char *what, bool unique)
{
	Series series = {.time_type = state->time_type,
					 .count = state->count,
					 .columns = state->columns,
					 .options = state_options(state)};
	Size rows = state->count;
	SortItem *items = NULL;

	series.times = allocate_checked(what, rows * sizeof(int64));
	series.values = allocate_checked(what, rows * sizeof(double) * state->columns);
	if (!state->ordered)
	{
		items = allocate_checked(what, rows * sizeof(SortItem));
		for (int64 i = 0; i < state->count; i++)
			items[i] = (SortItem){row_time(state, i), i};
		sort_items(items, rows);
	}
	for (int64 i = 0; i < state->count; i++)
	{
		const char *row = row_at(state, items == NULL ? i : items[i].row);

		memcpy(&series.times[i], row, sizeof(int64));
		if (state->columns > 0)
			memcpy(&series.values[i * state->columns], row + sizeof(int64),
				   sizeof(double) * state->columns);
		if (unique && i > 0 && series.times[i] == series.times[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("%s: the time %s occurs twice in one series", what,
							time_text(series_time(&series, i))),
					 errhint("Group by the series, or aggregate the rows of one time first.")));
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	if (items != NULL)
		pfree(items);
	return series;
}

Series
series_state_sorted(const SeriesState *state, const char *what)
{
	return sorted_rows(state, what, true);
}

Series
series_state_by_time(const SeriesState *state, const char *what)
{
	return sorted_rows(state, what, false);
}

TimePoint
series_time(const Series *series, int64 row)
{
	return (TimePoint){series->time_type, series->times[row]};
}

/*
 * combine(state, state).  The second state may belong to somebody else, so its rows are copied.
 */
PG_FUNCTION_INFO_V1(creditspread_series_combine);
Datum
creditspread_series_combine(PG_FUNCTION_ARGS)
{
	SeriesState *left;
	SeriesState *right;

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("creditspread_series_combine must be called by an aggregate")));
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	right = (SeriesState *) PG_GETARG_VARLENA_P(1);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(grown_copy("combine", right, right->capacity));
	left = (SeriesState *) PG_GETARG_VARLENA_P(0);
	if (right->count == 0)
		PG_RETURN_POINTER(left);
	check_same_shape("combine", left, (TimePoint){right->time_type, row_time(right, 0)},
					 right->columns, state_options(right));
	if (left->count + right->count > left->capacity)
		left = grown_copy("combine", left, Max(left->count + right->count, left->capacity * 2));
	if (!right->ordered ||
		(left->count > 0 && row_time(left, left->count - 1) >= row_time(right, 0)))
		left->ordered = 0;
	memcpy(row_at(left, left->count), row_at(right, 0), right->count * row_size(right->columns));
	left->count += right->count;
	PG_RETURN_POINTER(left);
}

static SeriesState *
receive_state(StringInfo buffer)
{
	SeriesState *state;
	int version = pq_getmsgbyte(buffer);
	int type = pq_getmsgbyte(buffer);
	int columns = pq_getmsgint(buffer, 2);
	int32 options_length = pq_getmsgint(buffer, 4);
	int64 count;
	Jsonb *options = NULL;

	if (version != SERIES_STATE_VERSION || type < TIME_DATE || type > TIME_BIGINT ||
		columns > SERIES_MAX_COLUMNS || options_length < 0 ||
		options_length > buffer->len - buffer->cursor)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid head of a creditspread_series")));
	if (options_length > 0)
		options = receive_json(buffer, options_length);
	count = pq_getmsgint64(buffer);
	if (count < 0 || (Size) count > (Size) (buffer->len - buffer->cursor) / row_size(columns) ||
		(Size) count * row_size(columns) != (Size) (buffer->len - buffer->cursor))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a creditspread_series of %lld rows of %d values cannot have %d "
							   "bytes of rows",
							   (long long) count, columns, buffer->len - buffer->cursor)));
	state = new_state("creditspread_series", type, columns, options);
	if (count > state->capacity)
		state = grown_copy("creditspread_series", state, count);
	for (int64 i = 0; i < count; i++)
	{
		int64 time = pq_getmsgint64(buffer);
		double values[SERIES_MAX_COLUMNS];

		check_time((TimePoint){type, time});
		for (int c = 0; c < columns; c++)
		{
			values[c] = pq_getmsgfloat8(buffer);
			if (isinf(values[c]))
				check_finite(values[c], "a value of a creditspread_series", NULL);
		}
		put_row(state, time, values);
	}
	return state;
}

static void
send_state(StringInfo buffer, const SeriesState *state)
{
	const Jsonb *options = state_options(state);

	pq_sendbyte(buffer, SERIES_STATE_VERSION);
	pq_sendbyte(buffer, state->time_type);
	pq_sendint16(buffer, state->columns);
	if (options == NULL)
		pq_sendint32(buffer, 0);
	else
		send_json(buffer, options);
	pq_sendint64(buffer, state->count);
	for (int64 i = 0; i < state->count; i++)
	{
		const double *values = (const double *) (row_at(state, i) + sizeof(int64));

		pq_sendint64(buffer, row_time(state, i));
		for (int c = 0; c < state->columns; c++)
			pq_sendfloat8(buffer, values[c]);
	}
}

STATE_TYPE_FUNCTIONS(series, SeriesState, receive_state, send_state)
