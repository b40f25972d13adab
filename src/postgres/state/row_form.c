/*
 * row_form.c
 *		The rows of a state as bytes, and back.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/memutils.h"

#include "postgres/base/interrupts.h"
#include "postgres/state/row_form.h"
#include "postgres/state/row_numbers.h"
#include "postgres/state/row_texts.h"

typedef struct RowForm
{
	TimeForm time;
	IntegerForm count;
	int columns; /* of `values` */
	ValueForm *values;
	TextForm texts[ROW_MAX_TEXTS];
} RowForm;

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

/*
 * Bytes of a row but for counted values, and of one of these; *counted is 0 where there are none.
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
		value_form_widen_bytes(&form->values[0]);
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
			time_form_widen(&form->time, before, row.time.value);
		before = row.time.value;
		integer_form_widen(&form->count, row.count);
		for (int64 v = 0; v < row.count; v++)
			value_form_widen(&form->values[type->counted ? 0 : v], row.values[v]);
		*values += row.count;
		for (int t = 0; t < type->texts; t++)
			form->texts[t].places[i] = text_form_place(&form->texts[t], row.text[t], row.length[t]);
		check_interrupts(i);
	}
	time_form_finish(&form->time, first);
	integer_form_finish(&form->count);
	for (int c = 0; c < form->columns; c++)
		value_form_finish(&form->values[c], type->counted ? *values : state->count);
	if (type->counted)
		value_form_widen_bytes(&form->values[0]);
	for (int t = 0; t < type->texts; t++)
		form->texts[t].width = text_form_width(&form->texts[t]);
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
		integer_form_send(buffer, &form->time.steps);
	}
	if (type->counted)
		integer_form_send(buffer, &form->count);
	for (int c = 0; c < form->columns; c++)
		value_form_send(buffer, &form->values[c]);
	for (int t = 0; t < type->texts; t++)
		text_form_send(buffer, &form->texts[t]);
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
		integer_form_receive(type, buffer, &form->time.steps);
		if (form->time.step < 1)
			report_row_form(type);
	}
	if (type->counted)
		integer_form_receive(type, buffer, &form->count);
	for (int c = 0; c < form->columns; c++)
		value_form_receive(type, buffer, &form->values[c]);
	if (type->counted && form->values[0].width == 0)
		report_row_form(type);
	for (int t = 0; t < type->texts; t++)
		text_form_receive(type, buffer, rows, &form->texts[t]);
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
		report_row_form(type);
	state = row_state_new(type, time_type, columns, options, smallest * count);
	reader.values = palloc(sizeof(double) * reader.room);
	for (int64 i = 0; i < count; i++)
	{
		Row row = {.time = {time_type, 0}, .columns = columns, .count = form->columns};

		if (!get_row(&reader, width, &row))
			report_row_form(type);
		type->check(&row);
		state = row_state_put(type, state, &row);
		check_interrupts(i);
	}
	if (reader.place != reader.end)
		report_row_form(type);
	buffer->cursor = buffer->len;
	return state;
}
