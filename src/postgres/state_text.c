/*
 * state_text.c
 *		Text forms of aggregate states.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "postgres/state_text.h"

char *
state_text(Datum binary)
{
	const bytea *bytes = DatumGetByteaPP(binary);
	Size length = VARSIZE_ANY_EXHDR(bytes);
	StringInfoData hex;

	initStringInfo(&hex);
	appendStringInfoString(&hex, "\\x");
	enlargeStringInfo(&hex, (int) (length * 2));
	hex.len += (int) hex_encode(VARDATA_ANY(bytes), length, hex.data + hex.len);
	hex.data[hex.len] = '\0';
	return hex.data;
}

void
state_text_read(Datum text, StringInfo binary)
{
	const bytea *bytes = DatumGetByteaPP(DirectFunctionCall1(byteain, text));

	initStringInfo(binary);
	appendBinaryStringInfo(binary, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
}
