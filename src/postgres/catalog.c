/*
 * catalog.c
 *		What the procedures of the schema creditspread ask the server and SQL cannot.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"

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
