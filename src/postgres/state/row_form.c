/*
 * row_form.c
 *		The rows of a state as bytes, and back.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "port/pg_bswap.h"
#include "utils/memutils.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/text_encoding.h"
#include "postgres/state/row_form.h"

/* What numbers take at the most as integers over a power of ten; more saves little. */
#define DECIMAL_WIDTH 6

/* Integers below this times a power of ten, rounded, over it are the double again. */
#define DECIMAL_LIMIT INT64CONST(0x4000000000000)

static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

/* How the values of a column are written; up to MOST_PLACES, over that power of ten. */
#define MOST_PLACES ((int) lengthof(powers) - 1)
#define WITH_MISSING 0x10 /* added to it where 0 stands for a missing value */
#define AS_FLOAT4 0x20
#define AS_FLOAT8 0x21

typedef struct IntegerForm
{
	int64 least;
	int64 most; /* below the least: there was none */
	int width;	/* bytes of what is above the least */
} IntegerForm;

#define NO_INTEGER                                                                                 \
	(IntegerForm)                                                                                  \
	{                                                                                              \
		PG_INT64_MAX, PG_INT64_MIN, 0                                                              \
	}

typedef struct TimeForm
{
	int64 before; /* the first row, if it is the least step from it */
	int64 step;
	IntegerForm steps;
} TimeForm;

typedef struct ValueForm
{
	bool decimal, single, missing; /* may be, may be, has some */
	int places;
	IntegerForm integer;
	int kind;
	int width;
} ValueForm;

/* The texts that differ: of the database in states, of the list when they are read. */
typedef struct TextForm
{
	const char **text;
	int32 *length;
	int64 count, room;
	uint32 *slots; /* of a hash table, `mask` + 1: places from 1 */
	uint32 mask;
	uint32 last;	/* the place of the row before */
	uint32 *places; /* of all rows */
	int width;
} TextForm;

typedef struct RowForm
{
	TimeForm time;
	IntegerForm count;
	int columns; /* of `values` */
	ValueForm *values;
	TextForm texts[ROW_MAX_TEXTS];
} RowForm;

/* ---- integers ---- */

static inline void
widen(IntegerForm *form, int64 value)
{
	form->least = Min(form->least, value);
	form->most = Max(form->most, value);
}

static int
width_of(uint64 most)
{
	int width = 0;

	for (; most > 0; most >>= 8)
		width++;
	return width;
}

static void
finish_integer(IntegerForm *form)
{
	if (form->most < form->least)
		form->least = form->most = 0;
	form->width = width_of((uint64) form->most - (uint64) form->least);
}

static inline char *
put_integer(char *place, uint64 value, int width)
{
	for (int i = width; i-- > 0; value >>= 8)
		place[i] = (char) value;
	return place + width;
}

static inline uint64
get_integer(const char **place, int width)
{
	uint64 value = 0;

	for (int i = 0; i < width; i++)
		value = value << 8 | (unsigned char) *(*place)++;
	return value;
}

static void
send_varint(StringInfo buffer, int64 value)
{
	uint64 bits = (uint64) value << 1 ^ (value < 0 ? ~UINT64CONST(0) : 0);

	for (; bits > 0x7f; bits >>= 7)
		pq_sendbyte(buffer, (bits & 0x7f) | 0x80);
	pq_sendbyte(buffer, bits);
}

static void
pg_attribute_noreturn() report_form(const RowType *type)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid form of the rows of a %s", type->type.name)));
}

static int64
receive_varint(const RowType *type, StringInfo buffer)
{
	uint64 bits = 0;
	int byte;

	for (int shift = 0;; shift += 7)
	{
		byte = pq_getmsgbyte(buffer);
		if (shift == 63 && byte > 1)
			report_form(type);
		bits |= (uint64) (byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	return (int64) (bits >> 1 ^ (bits & 1 ? ~UINT64CONST(0) : 0));
}

static int
receive_width(const RowType *type, StringInfo buffer)
{
	int width = pq_getmsgbyte(buffer);

	if (width > (int) sizeof(int64))
		report_form(type);
	return width;
}

static void
send_integer_form(StringInfo buffer, const IntegerForm *form)
{
	send_varint(buffer, form->least);
	pq_sendbyte(buffer, form->width);
}

static void
receive_integer_form(const RowType *type, StringInfo buffer, IntegerForm *form)
{
	form->least = receive_varint(type, buffer);
	form->width = receive_width(type, buffer);
}

/* ---- times ---- */

/* Differences are modulo 2^64, so that those of any two times are one. */
static inline int64
difference(int64 a, int64 b)
{
	return (int64) ((uint64) a - (uint64) b);
}

static uint64
common_divisor(uint64 a, uint64 b)
{
	while (b != 0)
	{
		uint64 rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static inline void
widen_time(TimeForm *form, int64 before, int64 time)
{
	int64 step = difference(time, before);

	widen(&form->steps, step);
	if (form->step != 1)
	{
		uint64 size = step < 0 ? -(uint64) step : (uint64) step;
		uint64 common = common_divisor(size, (uint64) form->step);

		form->step = common > PG_INT64_MAX ? 1 : (int64) common;
	}
}

static void
finish_time(TimeForm *form, int64 first)
{
	if (form->step == 0)
		form->step = 1;
	if (form->steps.least <= form->steps.most)
	{
		form->steps.least /= form->step;
		form->steps.most /= form->step;
	}
	finish_integer(&form->steps);
	form->before = difference(first, (int64) ((uint64) form->step * (uint64) form->steps.least));
}

static inline char *
put_time(char *place, const TimeForm *form, int64 before, int64 time)
{
	int64 step = difference(time, before);

	if (form->step != 1)
		step /= form->step;
	return put_integer(place, (uint64) step - (uint64) form->steps.least, form->steps.width);
}

static inline int64
get_time(const char **place, const TimeForm *form, int64 before)
{
	uint64 steps = (uint64) form->steps.least + get_integer(place, form->steps.width);

	return (int64) ((uint64) before + (uint64) form->step * steps);
}

/* ---- values ---- */

/* Whether the value is an integer over that power of ten, and not -0. */
static inline bool
as_decimal(double value, int places, int64 *integer)
{
	double scaled = value * powers[places];

	if (!(fabs(scaled) < (double) DECIMAL_LIMIT))
		return false;
	*integer = (int64) (scaled + (scaled < 0 ? -0.5 : 0.5));
	return (double) *integer / powers[places] == value && (*integer != 0 || !signbit(value));
}

/* Another place; false: the integers become too large. */
static bool
add_place(ValueForm *form)
{
	IntegerForm *integer = &form->integer;

	if (form->places == MOST_PLACES)
		return false;
	form->places++;
	if (integer->most < integer->least)
		return true;
	if (integer->least <= -DECIMAL_LIMIT / 10 || integer->most >= DECIMAL_LIMIT / 10)
		return false;
	integer->least *= 10;
	integer->most *= 10;
	return true;
}

static inline void
widen_value(ValueForm *form, double value)
{
	int64 integer;

	form->single = form->single && fabs(value) <= FLT_MAX && (double) (float) value == value;
	if (!form->decimal)
		return;
	if (isnan(value))
	{
		form->missing = true;
		return;
	}
	while (!as_decimal(value, form->places, &integer))
		if (!add_place(form))
		{
			form->decimal = false;
			return;
		}
	widen(&form->integer, integer);
}

/* The shortest of the forms that a column of `count` values may have. */
static void
finish_value(ValueForm *form, int64 count)
{
	int64 shortest = (int64) sizeof(double) * count;

	form->kind = AS_FLOAT8;
	form->width = sizeof(double);
	if (form->single)
	{
		form->kind = AS_FLOAT4;
		form->width = sizeof(float);
		shortest = form->width * count;
	}
	if (!form->decimal)
		return;
	finish_integer(&form->integer);
	form->integer.width =
		width_of((uint64) (form->integer.most - form->integer.least) + form->missing);
	if (form->integer.width <= DECIMAL_WIDTH && 8 + form->integer.width * count < shortest)
	{
		form->kind = form->places + (form->missing ? WITH_MISSING : 0);
		form->width = form->integer.width;
	}
}

static inline char *
put_value(char *place, const ValueForm *form, double value)
{
	if (form->kind == AS_FLOAT8)
	{
		uint64 bits;

		memcpy(&bits, &value, sizeof(bits));
		bits = pg_hton64(bits);
		memcpy(place, &bits, sizeof(bits));
		return place + sizeof(bits);
	}
	if (form->kind == AS_FLOAT4)
	{
		float single = (float) value;
		uint32 bits;

		memcpy(&bits, &single, sizeof(bits));
		return put_integer(place, bits, sizeof(bits));
	}
	if (isnan(value))
		return put_integer(place, 0, form->width);
	{
		int64 integer = 0;

		as_decimal(value, form->places, &integer);
		return put_integer(place, (uint64) (integer - form->integer.least) + form->missing,
						   form->width);
	}
}

static inline double
get_value(const char **place, const ValueForm *form)
{
	uint64 bits;

	if (form->kind == AS_FLOAT8)
	{
		double value;

		memcpy(&bits, *place, sizeof(bits));
		*place += sizeof(bits);
		bits = pg_ntoh64(bits);
		memcpy(&value, &bits, sizeof(value));
		return value;
	}
	bits = get_integer(place, form->width);
	if (form->kind == AS_FLOAT4)
	{
		uint32 half = (uint32) bits;
		float single;

		memcpy(&single, &half, sizeof(single));
		return single;
	}
	if (form->missing && bits == 0)
		return NAN;
	return (double) (int64) ((uint64) form->integer.least + bits - form->missing) /
		   powers[form->places];
}

static void
send_value_form(StringInfo buffer, const ValueForm *form)
{
	pq_sendbyte(buffer, form->kind);
	if (form->kind < AS_FLOAT4)
		send_integer_form(buffer, &form->integer);
}

static void
receive_value_form(const RowType *type, StringInfo buffer, ValueForm *form)
{
	form->kind = pq_getmsgbyte(buffer);
	form->width = form->kind == AS_FLOAT4 ? sizeof(float) : sizeof(double);
	if (form->kind == AS_FLOAT4 || form->kind == AS_FLOAT8)
		return;
	form->missing = (form->kind & WITH_MISSING) != 0;
	form->places = form->kind & ~WITH_MISSING;
	if (form->places > MOST_PLACES)
		report_form(type);
	receive_integer_form(type, buffer, &form->integer);
	form->width = form->integer.width;
}

/* ---- texts ---- */

static inline bool
is_text(const TextForm *form, uint32 place, const char *text, int32 length)
{
	return form->length[place - 1] == length && memcmp(form->text[place - 1], text, length) == 0;
}

/* Where a text is in the hash table, or would be. */
static uint32 *
slot_of(const TextForm *form, const char *text, int32 length)
{
	uint32 at = hash_bytes((const unsigned char *) text, length) & form->mask;

	while (form->slots[at] != 0 && !is_text(form, form->slots[at], text, length))
		at = (at + 1) & form->mask;
	return &form->slots[at];
}

/* Room for another text; half of the slots stay free. */
static void
grow_list(TextForm *form)
{
	if (form->count < form->room)
		return;
	form->room = Max(16, 2 * form->room);
	form->mask = 2 * form->room - 1;
	if (form->slots == NULL)
	{
		form->text = palloc(sizeof(char *) * form->room);
		form->length = palloc(sizeof(int32) * form->room);
	}
	else
	{
		form->text = repalloc_huge(form->text, sizeof(char *) * form->room);
		form->length = repalloc_huge(form->length, sizeof(int32) * form->room);
		pfree(form->slots);
	}
	form->slots = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint32) * 2 * form->room,
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int64 i = 0; i < form->count; i++)
		*slot_of(form, form->text[i], form->length[i]) = (uint32) i + 1;
}

/* The place of a row's text: most often that of the row before, or the next one. */
static uint32
place_of(TextForm *form, const char *text, int32 length)
{
	uint32 next = form->last < form->count ? form->last + 1 : 1;
	uint32 *slot;

	if (length < 0)
		return 0;
	if (form->count > 0 && form->last > 0 && is_text(form, form->last, text, length))
		return form->last;
	if (form->count > 0 && is_text(form, next, text, length))
		return form->last = next;
	grow_list(form);
	slot = slot_of(form, text, length);
	if (*slot == 0)
	{
		form->text[form->count] = text;
		form->length[form->count] = length;
		*slot = (uint32) ++form->count;
	}
	return form->last = *slot;
}

static int
text_width(const TextForm *form)
{
	return Max(1, width_of((uint64) form->count));
}

static void
send_texts(StringInfo buffer, const TextForm *form)
{
	send_varint(buffer, form->count);
	for (int64 i = 0; i < form->count; i++)
	{
		send_utf8(buffer, form->text[i], form->length[i]);
		check_interrupts_slow(i);
	}
}

static void
receive_texts(const RowType *type, StringInfo buffer, int64 rows, TextForm *form)
{
	form->count = receive_varint(type, buffer);
	if (form->count < 0 || form->count > rows ||
		form->count > (buffer->len - buffer->cursor) / (int64) sizeof(int32))
		report_form(type);
	form->text = palloc(sizeof(char *) * Max(1, form->count));
	form->length = palloc(sizeof(int32) * Max(1, form->count));
	for (int64 i = 0; i < form->count; i++)
	{
		int length = pq_getmsgint(buffer, sizeof(int32));
		int converted;

		if (length < 0 || length > buffer->len - buffer->cursor)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("a name of %d bytes does not fit a %s", length, type->type.name)));
		form->text[i] = receive_utf8(buffer, length, &converted);
		form->length[i] = converted;
		check_interrupts_slow(i);
	}
	form->width = text_width(form);
}

/* ---- rows ---- */

static RowForm *
new_form(const RowType *type, int columns)
{
	RowForm *form = palloc0(sizeof(RowForm));

	form->columns = type->counted ? 1 : (int) row_state_value_count(type, columns);
	form->values = palloc0(sizeof(ValueForm) * Max(1, form->columns));
	form->time.steps = form->count = NO_INTEGER;
	for (int c = 0; c < form->columns; c++)
		form->values[c] = (ValueForm){.decimal = true, .single = true, .integer = NO_INTEGER};
	return form;
}

/* Bytes of a row but for counted values, and of one of these; *counted is 0 where there are none.
 */
static Size
row_width(const RowType *type, const RowForm *form, Size *counted)
{
	Size width = form->time.steps.width + form->count.width;

	*counted = type->counted ? form->values[0].width : 0;
	for (int c = 0; c < form->columns && !type->counted; c++)
		width += form->values[c].width;
	for (int t = 0; t < type->texts; t++)
		width += form->texts[t].width;
	return width;
}

/* A byte of a row in which nothing varies, so that there are not more rows than bytes. */
static void
widen_first(const RowType *type, const RowState *state, RowForm *form)
{
	if (type->counted)
		form->count.width = 1;
	else if (state->time_type != TIME_NONE)
		form->time.steps.width = 1;
	else
		form->values[0].width = form->values[0].integer.width = 1;
}

/* What the rows of a state need; sets the number of their values. */
static RowForm *
form_of(const RowType *type, const RowState *state, int64 *values)
{
	RowForm *form = new_form(type, state->columns);
	int64 position = 0;
	int64 first = 0;
	int64 before = 0;
	Size counted;

	*values = 0;
	for (int t = 0; t < type->texts; t++)
		form->texts[t].places =
			MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32) * state->count);
	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(type, state, position, &row);
		if (i == 0)
			first = row.time.value;
		else
			widen_time(&form->time, before, row.time.value);
		before = row.time.value;
		widen(&form->count, row.count);
		for (int64 v = 0; v < row.count; v++)
			widen_value(&form->values[type->counted ? 0 : v], row.values[v]);
		*values += row.count;
		for (int t = 0; t < type->texts; t++)
			form->texts[t].places[i] = place_of(&form->texts[t], row.text[t], row.length[t]);
		check_interrupts(i);
	}
	finish_time(&form->time, first);
	finish_integer(&form->count);
	for (int c = 0; c < form->columns; c++)
		finish_value(&form->values[c], type->counted ? *values : state->count);
	for (int t = 0; t < type->texts; t++)
		form->texts[t].width = text_width(&form->texts[t]);
	if (row_width(type, form, &counted) == 0)
		widen_first(type, state, form);
	return form;
}

static void
send_form(const RowType *type, const RowState *state, const RowForm *form, StringInfo buffer)
{
	if (state->time_type != TIME_NONE)
	{
		send_varint(buffer, form->time.before);
		send_varint(buffer, form->time.step);
		send_integer_form(buffer, &form->time.steps);
	}
	if (type->counted)
		send_integer_form(buffer, &form->count);
	for (int c = 0; c < form->columns; c++)
		send_value_form(buffer, &form->values[c]);
	for (int t = 0; t < type->texts; t++)
		send_texts(buffer, &form->texts[t]);
}

static char *
put_row(char *place, const RowType *type, const RowForm *form, const Row *row, int64 i,
		int64 before)
{
	if (row->time.type != TIME_NONE)
		place = i == 0 ? put_integer(place, 0, form->time.steps.width)
					   : put_time(place, &form->time, before, row->time.value);
	if (type->counted)
	{
		place = put_integer(place, (uint64) (row->count - form->count.least), form->count.width);
		for (int64 v = 0; v < row->count; v++)
			place = put_value(place, &form->values[0], row->values[v]);
	}
	else
		for (int v = 0; v < form->columns; v++)
			place = put_value(place, &form->values[v], row->values[v]);
	for (int t = 0; t < type->texts; t++)
		place = put_integer(place, form->texts[t].places[i], form->texts[t].width);
	return place;
}

void
row_form_send(const RowType *type, const RowState *state, StringInfo buffer)
{
	int64 values;
	RowForm *form = form_of(type, state, &values);
	int64 position = 0;
	int64 before = 0;
	Size counted;
	Size size = row_width(type, form, &counted) * state->count;
	char *place;

	size += counted * values;
	send_form(type, state, form, buffer);
	if (size >= MaxAllocSize - (Size) buffer->len)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a %s of %lld rows is too long to be sent", type->type.name,
							   (long long) state->count),
						errhint("Use fewer rows, or more groups of them.")));
	enlargeStringInfo(buffer, (int) size);
	place = buffer->data + buffer->len;
	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(type, state, position, &row);
		place = put_row(place, type, form, &row, i, before);
		before = row.time.value;
		check_interrupts(i);
	}
	buffer->len = place - buffer->data;
	*place = '\0';
}

static RowForm *
receive_form(const RowType *type, TimeType time_type, int columns, int64 rows, StringInfo buffer)
{
	RowForm *form = new_form(type, columns);

	if (time_type != TIME_NONE)
	{
		form->time.before = receive_varint(type, buffer);
		form->time.step = receive_varint(type, buffer);
		receive_integer_form(type, buffer, &form->time.steps);
		if (form->time.step < 1)
			report_form(type);
	}
	if (type->counted)
		receive_integer_form(type, buffer, &form->count);
	for (int c = 0; c < form->columns; c++)
		receive_value_form(type, buffer, &form->values[c]);
	for (int t = 0; t < type->texts; t++)
		receive_texts(type, buffer, rows, &form->texts[t]);
	return form;
}

/* Where rows are read, and the values of the last one. */
typedef struct RowReader
{
	const RowType *type;
	const RowForm *form;
	const char *place, *end;
	int64 time;
	double *values;
	int64 room;
} RowReader;

/* Sets the count of counted values and makes room for them; false: so many bytes there are not. */
static bool
get_count(RowReader *reader, Row *row)
{
	const RowForm *form = reader->form;
	uint64 count = (uint64) form->count.least + get_integer(&reader->place, form->count.width);

	if (count > MaxAllocSize / sizeof(double) ||
		count * form->values[0].width > (uint64) (reader->end - reader->place))
		return false;
	row->count = (int64) count;
	if (row->count > reader->room)
	{
		reader->room = row->count;
		pfree(reader->values);
		reader->values = palloc(sizeof(double) * reader->room);
	}
	return true;
}

static bool
get_text(RowReader *reader, Row *row, int t)
{
	const TextForm *form = &reader->form->texts[t];
	uint64 number;

	if (form->width > reader->end - reader->place)
		return false;
	number = get_integer(&reader->place, form->width);
	if (number > (uint64) form->count)
		return false;
	row->text[t] = number == 0 ? NULL : form->text[number - 1];
	row->length[t] = number == 0 ? -1 : form->length[number - 1];
	return true;
}

/* A row of `width` bytes, but for counted values; false: there is none. */
static inline bool
get_row(RowReader *reader, Size width, Row *row)
{
	const RowForm *form = reader->form;
	bool counted = reader->type->counted;

	if ((Size) (reader->end - reader->place) < width)
		return false;
	if (row->time.type != TIME_NONE)
	{
		reader->time = get_time(&reader->place, &form->time, reader->time);
		row->time.value = reader->time;
		check_time(row->time);
	}
	if (counted && !get_count(reader, row))
		return false;
	for (int64 v = 0; v < row->count; v++)
		reader->values[v] = get_value(&reader->place, &form->values[counted ? 0 : v]);
	row->values = reader->values;
	for (int t = 0; t < reader->type->texts; t++)
		if (!get_text(reader, row, t))
			return false;
	return true;
}

RowState *
row_form_receive(const RowType *type, TimeType time_type, int columns, const Jsonb *options,
				 int64 count, StringInfo buffer)
{
	RowForm *form = receive_form(type, time_type, columns, count, buffer);
	Size left = buffer->len - buffer->cursor;
	RowReader reader = {.type = type,
						.form = form,
						.place = buffer->data + buffer->cursor,
						.end = buffer->data + buffer->len,
						.time = form->time.before,
						.room = Max(1, form->columns)};
	Size counted;
	Size width = row_width(type, form, &counted);
	Size smallest = row_state_row_size(type, time_type, columns);
	RowState *state;

	if (smallest == 0 || (Size) count > MaxAllocSize / smallest || width == 0 ||
		(Size) count > left / width || (!type->counted && width * count != left))
		report_form(type);
	state = row_state_new(type, time_type, columns, options, smallest * count);
	reader.values = palloc(sizeof(double) * reader.room);
	for (int64 i = 0; i < count; i++)
	{
		Row row = {.time = {time_type, 0}, .columns = columns, .count = form->columns};

		if (!get_row(&reader, width, &row))
			report_form(type);
		type->check(&row);
		state = row_state_put(type, state, &row);
		check_interrupts(i);
	}
	if (reader.place != reader.end)
		report_form(type);
	buffer->cursor = buffer->len;
	return state;
}
