/*
 * state_type.c
 *		The four functions that every SQL type of aggregate states has.
 */
#include "postgres.h"

#include "common/base64.h"
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

/* Base64 without padding: whole series travel in it between servers. */
#define HEX_PREFIX "\\x"
#define QUANTUM 4

/*
 * The bytes of a text; false: it is no base64, or has bits behind its last byte.  The server takes
 * whole quanta, and blanks and padding in them.
 */
static bool
read_text(const char *text, StringInfo buffer)
{
	int length = (int) strlen(text);
	int whole = length / QUANTUM * QUANTUM;
	char last[QUANTUM] = "====";
	char again[QUANTUM + 1];
	void *bytes;
	int count;

	if (strpbrk(text, "= \t\n\r") != NULL)
		return false;
	enlargeStringInfo(buffer, whole / QUANTUM * 3 + 3);
	buffer->len = pg_b64_decode(text, whole, (void *) buffer->data, buffer->maxlen);
	if (buffer->len < 0 || length == whole)
		return buffer->len >= 0;
	memcpy(last, text + whole, length - whole);
	bytes = buffer->data + buffer->len;
	count = pg_b64_decode(last, QUANTUM, bytes, buffer->maxlen - buffer->len);
	if (count < 0 || pg_b64_encode(bytes, count, again, sizeof(again)) != QUANTUM)
		return false;
	buffer->len += count;
	return memcmp(again, last, QUANTUM) == 0;
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
	else if (!read_text(text, &buffer))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type %s", type->name),
						errhint("It is base64 without padding.")));
	return type->receive(type, &buffer);
}

Datum
state_out(FunctionCallInfo fcinfo, const StateType *type)
{
	const bytea *bytes = DatumGetByteaPP(state_send(fcinfo, type));
	int size = (int) VARSIZE_ANY_EXHDR(bytes);
	StringInfoData text;

	initStringInfo(&text);
	enlargeStringInfo(&text, pg_b64_enc_len(size));
	text.len = pg_b64_encode((const void *) VARDATA_ANY(bytes), size, text.data, text.maxlen);
	while (text.len > 0 && text.data[text.len - 1] == '=')
		text.len--;
	text.data[text.len] = '\0';
	PG_RETURN_CSTRING(text.data);
}
