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

Datum
state_in(FunctionCallInfo fcinfo, const StateType *type)
{
	const bytea *bytes = DatumGetByteaPP(DirectFunctionCall1(byteain, PG_GETARG_DATUM(0)));
	StringInfoData buffer;

	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	return type->receive(type, &buffer);
}

/* In hexadecimal whatever bytea_output says. */
Datum
state_out(FunctionCallInfo fcinfo, const StateType *type)
{
	const bytea *bytes = DatumGetByteaPP(state_send(fcinfo, type));
	Size length = VARSIZE_ANY_EXHDR(bytes);
	StringInfoData hex;

	initStringInfo(&hex);
	appendStringInfoString(&hex, "\\x");
	enlargeStringInfo(&hex, (int) (length * 2));
	hex.len += (int) hex_encode(VARDATA_ANY(bytes), length, hex.data + hex.len);
	hex.data[hex.len] = '\0';
	PG_RETURN_CSTRING(hex.data);
}
