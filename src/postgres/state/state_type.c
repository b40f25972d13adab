/*
 * state_type.c
 *		The four functions that every SQL type of aggregate states has.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "postgres/state/state_type.h"

Datum
state_recv(FunctionCallInfo fcinfo, const StateType *type)
{
	return type->receive(type, (StringInfo) PG_GETARG_POINTER(0));
}

Datum
state_send(FunctionCallInfo fcinfo, const StateType *type)
{
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	type->send(type, PG_GETARG_DATUM(0), &buffer);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* ---- the text form ---- */

/* Whole series travel in it between servers. */
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define HEX_PREFIX "\\x"

/* The value of each digit, from 1; 0 = it is none. */
static const uint8 digit_values[256] = {
	['A'] = 1,	['B'] = 2,	['C'] = 3,	['D'] = 4,	['E'] = 5,	['F'] = 6,	['G'] = 7,	['H'] = 8,
	['I'] = 9,	['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
	['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
	['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
	['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

static inline int
digit_value(char digit)
{
	return digit_values[(unsigned char) digit] - 1;
}

/* The three bytes of four digits, in an integer; below 0: there is something else among them. */
static inline int
read_digits(const char *text)
{
	int a = digit_value(text[0]);
	int b = digit_value(text[1]);
	int c = digit_value(text[2]);
	int d = digit_value(text[3]);

	if ((a | b | c | d) < 0)
		return -1;
	return a << 18 | b << 12 | c << 6 | d;
}

/* The last bytes, of fewer than four digits, the bits behind which are 0; false: they are none. */
static bool
read_last(const char *text, Size length, unsigned char **bytes)
{
	char four[] = "AAAA";
	int bits;

	memcpy(four, text, length);
	bits = read_digits(four);
	if (bits < 0 || length == 1 || (length == 2 && (bits & 0xffff) != 0) ||
		(length == 3 && (bits & 0xff) != 0))
		return false;
	if (length > 1)
		*(*bytes)++ = (unsigned char) (bits >> 16);
	if (length > 2)
		*(*bytes)++ = (unsigned char) (bits >> 8);
	return true;
}

/* The bytes of a text; false: it is no base64. */
static bool
read_text(const char *text, Size length, StringInfo buffer)
{
	unsigned char *byte;

	enlargeStringInfo(buffer, (int) (length / 4 * 3 + 3));
	byte = (unsigned char *) buffer->data;
	for (; length >= 4; length -= 4, text += 4)
	{
		int bits = read_digits(text);

		if (bits < 0)
			return false;
		*byte++ = (unsigned char) (bits >> 16);
		*byte++ = (unsigned char) (bits >> 8);
		*byte++ = (unsigned char) bits;
	}
	if (!read_last(text, length, &byte))
		return false;
	buffer->len = (int) ((char *) byte - buffer->data);
	return true;
}

Datum
state_in(FunctionCallInfo fcinfo, const StateType *type)
{
	const char *text = PG_GETARG_CSTRING(0);
	StringInfoData buffer;

	initStringInfo(&buffer);
	if (strncmp(text, HEX_PREFIX, strlen(HEX_PREFIX)) == 0)
	{
		const bytea *bytes = DatumGetByteaPP(DirectFunctionCall1(byteain, PG_GETARG_DATUM(0)));

		appendBinaryStringInfo(&buffer, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	}
	else if (!read_text(text, strlen(text), &buffer))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type %s", type->name),
						errhint("It is base64 without padding.")));
	return type->receive(type, &buffer);
}

Datum
state_out(FunctionCallInfo fcinfo, const StateType *type)
{
	const bytea *bytes = DatumGetByteaPP(state_send(fcinfo, type));
	const unsigned char *byte = (const unsigned char *) VARDATA_ANY(bytes);
	Size left = VARSIZE_ANY_EXHDR(bytes);
	StringInfoData text;
	char *digit;

	initStringInfo(&text);
	enlargeStringInfo(&text, (int) (left / 3 * 4 + 4));
	digit = text.data;
	for (; left >= 3; left -= 3, byte += 3)
	{
		unsigned bits = (unsigned) byte[0] << 16 | (unsigned) byte[1] << 8 | byte[2];

		*digit++ = digits[bits >> 18];
		*digit++ = digits[bits >> 12 & 63];
		*digit++ = digits[bits >> 6 & 63];
		*digit++ = digits[bits & 63];
	}
	if (left > 0)
	{
		unsigned bits = (unsigned) byte[0] << 16 | (left > 1 ? (unsigned) byte[1] << 8 : 0);

		*digit++ = digits[bits >> 18];
		*digit++ = digits[bits >> 12 & 63];
		if (left > 1)
			*digit++ = digits[bits >> 6 & 63];
	}
	*digit = '\0';
	PG_RETURN_CSTRING(text.data);
}
