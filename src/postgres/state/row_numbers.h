/*
 * row_numbers.h
 *		The forms of the times, counts and values of rows, and the bytes of one of each.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_ROW_NUMBERS_H
#define CREDITSPREAD_POSTGRES_STATE_ROW_NUMBERS_H

#include <math.h>

#include "port/pg_bswap.h"

#include "postgres/state/row_state.h"

/* Integers below this times a power of ten, rounded, over it are the double again. */
#define DECIMAL_LIMIT INT64CONST(0x4000000000000)

/* How the values of a column are written; up to MOST_PLACES, over that power of ten. */
#define MOST_PLACES 9
extern const double decimal_powers[MOST_PLACES + 1];
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

/* Error 22P03: what was sent is no form of rows. */
extern _Noreturn void report_row_form(const RowType *type);

extern void send_varint(StringInfo buffer, int64 value);
extern int64 receive_varint(const RowType *type, StringInfo buffer);

/* Bytes that an integer needs. */
extern int width_of_integer(uint64 most);

/*
 * A form is widened by what is to be written in it, finished, and sent; or received.  Times are
 * widened by two that follow each other; of values there are `count`.
 */
extern void integer_form_finish(IntegerForm *form);
extern void integer_form_send(StringInfo buffer, const IntegerForm *form);
extern void integer_form_receive(const RowType *type, StringInfo buffer, IntegerForm *form);
extern void time_form_widen(TimeForm *form, int64 before, int64 time);
extern void time_form_finish(TimeForm *form, int64 first);
extern void value_form_widen(ValueForm *form, double value);
extern void value_form_finish(ValueForm *form, int64 count);
/* A byte for values that are all alike, so that there are not more of them than bytes. */
extern void value_form_widen_bytes(ValueForm *form);
extern void value_form_send(StringInfo buffer, const ValueForm *form);
extern void value_form_receive(const RowType *type, StringInfo buffer, ValueForm *form);

static inline void
integer_form_widen(IntegerForm *form, int64 value)
{
	form->least = Min(form->least, value);
	form->most = Max(form->most, value);
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

/* Differences are modulo 2^64, so that those of any two times are one. */
static inline int64
time_difference(int64 a, int64 b)
{
	return (int64) ((uint64) a - (uint64) b);
}

static inline char *
put_time(char *place, const TimeForm *form, int64 before, int64 time)
{
	int64 step = time_difference(time, before);

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

/* Whether the value is an integer over that power of ten, and not -0. */
static inline bool
as_decimal(double value, int places, int64 *integer)
{
	double scaled = value * decimal_powers[places];

	if (!(fabs(scaled) < (double) DECIMAL_LIMIT))
		return false;
	*integer = (int64) (scaled + (scaled < 0 ? -0.5 : 0.5));
	return (double) *integer / decimal_powers[places] == value &&
		   (*integer != 0 || !signbit(value));
}

static inline char *
put_value(char *place, const ValueForm *form, double value)
{
	int64 integer = 0;

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
	as_decimal(value, form->places, &integer);
	return put_integer(place, (uint64) (integer - form->integer.least) + form->missing,
					   form->width);
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
		   decimal_powers[form->places];
}

#endif
