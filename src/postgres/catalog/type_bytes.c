/*
 * type_bytes.c
 *		Values of the extension's base types as bytea, in their binary form, and back: how the
 *		catalog stores what a method has fitted.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

#include "postgres/base/arguments.h"
#include "postgres/base/model.h"

/* The function of a type, and what it last made. */
typedef struct Conversion
{
	FmgrInfo function;
	Oid parameter; /* as receive functions take it */
	bool has_last;
	Datum bytes; /* as they were given: fetching them again is dear */
	Datum value;
} Conversion;

static Conversion *
conversion_of(FunctionCallInfo fcinfo, int argument, bool receive)
{
	FmgrInfo *caller = fcinfo->flinfo;
	Conversion *result = caller->fn_extra;
	Oid type = argument_type(fcinfo, argument);
	Oid function;
	bool is_varlena;

	if (result != NULL)
		return result;
	result = MemoryContextAllocZero(caller->fn_mcxt, sizeof(Conversion));
	if (receive)
		getTypeBinaryInputInfo(type, &function, &result->parameter);
	else
		getTypeBinaryOutputInfo(type, &function, &is_varlena);
	fmgr_info_cxt(function, &result->function, caller->fn_mcxt);
	caller->fn_extra = result;
	return result;
}

/* to_bytes(value) */
PG_FUNCTION_INFO_V1(creditspread_to_bytes);
Datum
creditspread_to_bytes(PG_FUNCTION_ARGS)
{
	Conversion *conversion = conversion_of(fcinfo, 0, false);

	PG_RETURN_BYTEA_P(SendFunctionCall(&conversion->function, PG_GETARG_DATUM(0)));
}

static Datum
receive(Conversion *conversion, Datum given)
{
	bytea *bytes = DatumGetByteaPP(given);
	StringInfoData buffer;
	Datum value;

	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	value = ReceiveFunctionCall(&conversion->function, &buffer, conversion->parameter, -1);
	if (buffer.cursor != buffer.len)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("from_bytes: %d of %d bytes are left over",
							   buffer.len - buffer.cursor, buffer.len)));
	pfree(buffer.data);
	return value;
}

/* Whether two bytea are the same as they are stored, which for those out of line is a pointer. */
static bool
same_bytes(Datum a, Datum b)
{
	Size size = VARSIZE_ANY(DatumGetPointer(a));

	return size == VARSIZE_ANY(DatumGetPointer(b)) &&
		   memcmp(DatumGetPointer(a), DatumGetPointer(b), size) == 0;
}

/* Keeps what the bytes gave, until others come. */
static void
keep(Conversion *conversion, Datum bytes, Datum value, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	bool had = conversion->has_last;

	conversion->has_last = false;
	if (had)
	{
		pfree(DatumGetPointer(conversion->bytes));
		pfree(DatumGetPointer(conversion->value));
	}
	conversion->bytes = datumCopy(bytes, false, -1);
	conversion->value = datumCopy(value, false, -1);
	conversion->has_last = true;
	MemoryContextSwitchTo(old);
}

/*
 * from_bytes(bytes, NULL::type): the value.  A row that has the bytes of the one before gets the
 * very value again, so that a model in a join is read once and not for each row.
 */
PG_FUNCTION_INFO_V1(creditspread_from_bytes);
Datum
creditspread_from_bytes(PG_FUNCTION_ARGS)
{
	Conversion *conversion;
	Datum bytes;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	conversion = conversion_of(fcinfo, 1, true);
	bytes = PG_GETARG_DATUM(0);
	if (!conversion->has_last || !same_bytes(bytes, conversion->bytes))
		keep(conversion, bytes, receive(conversion, bytes), fcinfo->flinfo->fn_mcxt);
	PG_RETURN_DATUM(conversion->value);
}
