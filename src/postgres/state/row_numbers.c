/*
 * row_numbers.c
 *		The forms of numbers in rows: what all of a field have in common.
 */
#include "postgres.h"

#include <float.h>

#include "libpq/pqformat.h"

#include "postgres/state/row_numbers.h"

/* What numbers take at the most as integers over a power of ten; more saves little. */
#define DECIMAL_WIDTH 6

const double decimal_powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

/* ---- integers ---- */

int
width_of_integer(uint64 most)
{
	int width = 0;

	for (; most > 0; most >>= 8)
		width++;
	return width;
}

void
integer_form_finish(IntegerForm *form)
{
	if (form->most < form->least)
		form->least = form->most = 0;
	form->width = width_of_integer((uint64) form->most - (uint64) form->least);
}

void
send_varint(StringInfo buffer, int64 value)
{
	uint64 bits = (uint64) value << 1 ^ (value < 0 ? ~UINT64CONST(0) : 0);

	for (; bits > 0x7f; bits >>= 7)
		pq_sendbyte(buffer, (bits & 0x7f) | 0x80);
	pq_sendbyte(buffer, bits);
}

_Noreturn void
report_row_form(const RowType *type)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid form of the rows of a %s", type->type.name)));
}

int64
receive_varint(const RowType *type, StringInfo buffer)
{
	uint64 bits = 0;
	int byte;

	for (int shift = 0;; shift += 7)
	{
		byte = pq_getmsgbyte(buffer);
		if (shift == 63 && byte > 1)
			report_row_form(type);
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
		report_row_form(type);
	return width;
}

void
integer_form_send(StringInfo buffer, const IntegerForm *form)
{
	send_varint(buffer, form->least);
	pq_sendbyte(buffer, form->width);
}

void
integer_form_receive(const RowType *type, StringInfo buffer, IntegerForm *form)
{
	form->least = receive_varint(type, buffer);
	form->width = receive_width(type, buffer);
}

/* ---- times ---- */

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

void
time_form_widen(TimeForm *form, int64 before, int64 time)
{
	int64 step = time_difference(time, before);

	integer_form_widen(&form->steps, step);
	if (form->step != 1)
	{
		uint64 size = step < 0 ? -(uint64) step : (uint64) step;
		uint64 common = common_divisor(size, (uint64) form->step);

		form->step = common > PG_INT64_MAX ? 1 : (int64) common;
	}
}

void
time_form_finish(TimeForm *form, int64 first)
{
	if (form->step == 0)
		form->step = 1;
	if (form->steps.least <= form->steps.most)
	{
		form->steps.least /= form->step;
		form->steps.most /= form->step;
	}
	integer_form_finish(&form->steps);
	form->before =
		time_difference(first, (int64) ((uint64) form->step * (uint64) form->steps.least));
}

/* ---- values ---- */

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

void
value_form_widen(ValueForm *form, double value)
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
	integer_form_widen(&form->integer, integer);
}

/* The shortest of the forms that a column of `count` values may have. */
void
value_form_finish(ValueForm *form, int64 count)
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
	integer_form_finish(&form->integer);
	form->integer.width =
		width_of_integer((uint64) (form->integer.most - form->integer.least) + form->missing);
	if (form->integer.width <= DECIMAL_WIDTH && 8 + form->integer.width * count < shortest)
	{
		form->kind = form->places + (form->missing ? WITH_MISSING : 0);
		form->width = form->integer.width;
	}
}

void
value_form_widen_bytes(ValueForm *form)
{
	if (form->width == 0)
		form->width = form->integer.width = 1;
}

void
value_form_send(StringInfo buffer, const ValueForm *form)
{
	pq_sendbyte(buffer, form->kind);
	if (form->kind < AS_FLOAT4)
		integer_form_send(buffer, &form->integer);
}

void
value_form_receive(const RowType *type, StringInfo buffer, ValueForm *form)
{
	form->kind = pq_getmsgbyte(buffer);
	form->width = form->kind == AS_FLOAT4 ? sizeof(float) : sizeof(double);
	if (form->kind == AS_FLOAT4 || form->kind == AS_FLOAT8)
		return;
	form->missing = (form->kind & WITH_MISSING) != 0;
	form->places = form->kind & ~WITH_MISSING;
	if (form->places > MOST_PLACES)
		report_row_form(type);
	integer_form_receive(type, buffer, &form->integer);
	form->width = form->integer.width;
}
