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

/*
 * Whole series travel in it between servers, for which the server's own functions take several
 * times as long; in hexadecimal whatever bytea_output says.
 */
#define PREFIX "\\x"
#define PREFIX_LENGTH (sizeof(PREFIX) - 1)

static inline int
hex_value(unsigned char digit)
{
	static const int8 values[256] = {
		['0'] = 1,	['1'] = 2,	['2'] = 3,	['3'] = 4,	['4'] = 5,	['5'] = 6,
		['6'] = 7,	['7'] = 8,	['8'] = 9,	['9'] = 10, ['a'] = 11, ['b'] = 12,
		['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
		['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

	return values[digit] - 1;
}

/* The bytes of hexadecimal digits; false: there is something else among them. */
static bool
read_hex(const char *digits, Size length, char *bytes)
{
	int bad = 0;

	for (Size i = 0; i + 1 < length; i += 2)
	{
		int high = hex_value(digits[i]);
		int low = hex_value(digits[i + 1]);

		bad |= high | low;
		*bytes++ = (char) ((unsigned) high << 4 | (unsigned) low);
	}
	return bad >= 0 && length % 2 == 0;
}

Datum
state_in(FunctionCallInfo fcinfo, const StateType *type)
{
	const char *text = PG_GETARG_CSTRING(0);
	Size length = strlen(text);
	StringInfoData buffer;

	initStringInfo(&buffer);
	if (strncmp(text, PREFIX, PREFIX_LENGTH) == 0)
	{
		length -= PREFIX_LENGTH;
		enlargeStringInfo(&buffer, (int) (length / 2));
		if (read_hex(text + PREFIX_LENGTH, length, buffer.data))
		{
			buffer.len = (int) (length / 2);
			return type->receive(type, &buffer);
		}
	}
	/* any other form of a bytea, and its errors */
	{
		const bytea *bytes = DatumGetByteaPP(DirectFunctionCall1(byteain, PG_GETARG_DATUM(0)));

		appendBinaryStringInfo(&buffer, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	}
	return type->receive(type, &buffer);
}

Datum
state_out(FunctionCallInfo fcinfo, const StateType *type)
{
	static const char digits[] = "0123456789abcdef";
	const bytea *bytes = DatumGetByteaPP(state_send(fcinfo, type));
	const unsigned char *byte = (const unsigned char *) VARDATA_ANY(bytes);
	Size length = VARSIZE_ANY_EXHDR(bytes);
	StringInfoData hex;
	char *digit;

	initStringInfo(&hex);
	appendStringInfoString(&hex, PREFIX);
	enlargeStringInfo(&hex, (int) (length * 2));
	digit = hex.data + hex.len;
	for (Size i = 0; i < length; i++)
	{
		*digit++ = digits[byte[i] >> 4];
		*digit++ = digits[byte[i] & 15];
	}
	*digit = '\0';
	PG_RETURN_CSTRING(hex.data);
}
