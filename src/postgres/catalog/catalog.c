/*
 * catalog.c
 *		What the procedures of the schema creditspread ask the server and SQL cannot.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "parser/parse_coerce.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

/*
 * in_transaction_block()
 *
 * A procedure that commits cannot run there.  Times do not tell: in the extended protocol each
 * message has a time of its own, and the transaction begins with the first.
 */
PG_FUNCTION_INFO_V1(creditspread_in_transaction_block);
Datum
creditspread_in_transaction_block(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_BOOL(IsTransactionBlock());
}

/*
 * can_commit(): whether the procedure that calls it can; a failing COMMIT would not say what to do.
 */
PG_FUNCTION_INFO_V1(creditspread_can_commit);
Datum
creditspread_can_commit(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_BOOL(SPI_inside_nonatomic_context());
}

/*
 * cluster(): the number that this cluster was given when it was made.  Oids of roles are those of
 * one cluster.
 */
PG_FUNCTION_INFO_V1(creditspread_cluster);
Datum
creditspread_cluster(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_INT64((int64) GetSystemIdentifier());
}

/* is_time_zone(name): whether timezone(name, ...) finds it, whose error would come too late. */
PG_FUNCTION_INFO_V1(creditspread_is_time_zone);
Datum
creditspread_is_time_zone(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pg_tzset(text_to_cstring(PG_GETARG_TEXT_PP(0))) != NULL);
}

/* How as_text makes the text: by a cast of the server's, or else by the type's output. */
typedef struct
{
	Oid type;
	bool cast;
	FmgrInfo function;
} AsText;

static AsText *
find_as_text(FmgrInfo *caller, Oid type)
{
	AsText *how = MemoryContextAllocZero(caller->fn_mcxt, sizeof(AsText));
	Oid base = getBaseType(type), function = InvalidOid;
	bool is_varlena;

	how->type = type;
	how->cast =
		find_coercion_pathway(TEXTOID, base, COERCION_EXPLICIT, &function) == COERCION_PATH_FUNC &&
		function < FirstNormalObjectId;
	if (!how->cast)
		getTypeOutputInfo(base, &function, &is_varlena);
	fmgr_info_cxt(function, &how->function, caller->fn_mcxt);
	return how;
}

static Oid
only_type(HeapTupleHeader row)
{
	TupleDesc columns =
		lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
	Oid type = columns->natts == 1 ? TupleDescAttr(columns, 0)->atttypid : InvalidOid;

	if (!OidIsValid(type))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("as_text: the row has %d columns", columns->natts),
						errhint("Give ROW(value).")));
	ReleaseTupleDesc(columns);
	return type;
}

/*
 * as_text(ROW(value)): value::text, but by no cast that another role made for a type of its own:
 * the types of a query's columns may be those of whoever owns the table.  A row, since a function
 * of any type gives way to one of the very type.
 */
PG_FUNCTION_INFO_V1(creditspread_as_text);
Datum
creditspread_as_text(PG_FUNCTION_ARGS)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	AsText *how = fcinfo->flinfo->fn_extra;
	Oid type = only_type(row);
	bool is_null;
	Datum value = GetAttributeByNum(row, 1, &is_null);

	if (is_null)
		PG_RETURN_NULL();
	if (how == NULL || how->type != type)
		fcinfo->flinfo->fn_extra = how = find_as_text(fcinfo->flinfo, type);
	if (how->cast)
		return FunctionCall1(&how->function, value);
	PG_RETURN_TEXT_P(cstring_to_text(OutputFunctionCall(&how->function, value)));
}
