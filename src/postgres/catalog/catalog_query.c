/*
 * catalog_query.c
 *		Runs the queries that users give to the catalog: as the caller, with the search_path that he
 *		had when he gave them, and so that nothing they call can write.
 *
 * From PostgreSQL 16 on a function's SET clause cannot make the transaction read-only, and a SET
 * LOCAL inside could not be undone by one.  So the transaction's flag itself is set around the
 * query, as the server does around a subtransaction: an error gives it back by the end of the
 * block, and once more where the subtransaction that catches it is rolled back.  The check of the
 * setting sees the flag: the query cannot turn it off.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/heap.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

/* Returns the number of rows. */
typedef uint64 query_work(SPIPlanPtr plan, FunctionCallInfo fcinfo);

/*
 * Changes what RESET gives the flag and returns what it was.  PostgreSQL 15 does not ask the
 * setting's check there, so that RESET would let the query write; later versions refuse to reset
 * it.
 */
static bool
exchange_reset_value(bool value)
{
	bool before = false;
#if PG_VERSION_NUM < 160000
	struct config_generic **settings = get_guc_variables();

	for (int i = 0; i < GetNumConfigOptions(); i++)
		if (strcmp(settings[i]->name, "transaction_read_only") == 0)
		{
			before = ((struct config_bool *) settings[i])->reset_val;
			((struct config_bool *) settings[i])->reset_val = value;
		}
#else
	(void) value;
#endif
	return before;
}

/*
 * Parses the statement and hands it to work, all of it read-only and with the search_path given.
 * A string of several commands is refused: text that closes the parenthesis around it could bring
 * any.
 */
static uint64
read_only(const char *statement, const char *path, query_work *work, FunctionCallInfo fcinfo)
{
	bool before = XactReadOnly;
	bool reset_before;
	int level = NewGUCNestLevel();
	volatile uint64 count = 0;

	(void) set_config_option("search_path", path, superuser() ? PGC_SUSET : PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	reset_before = exchange_reset_value(true);
	PG_TRY();
	{
		SPIPlanPtr plan;

		XactReadOnly = true;
		plan = SPI_prepare_cursor(statement, 0, NULL, CURSOR_OPT_PARALLEL_OK);
		if (plan == NULL || list_length(SPI_plan_get_plan_sources(plan)) != 1)
			ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
							errmsg("creditspread: the query is not a single command"),
							errhint("Give one query, without a semicolon.")));
		count = work(plan, fcinfo);
	}
	PG_FINALLY();
	{
		XactReadOnly = before;
		(void) exchange_reset_value(reset_before);
	}
	PG_END_TRY();
	SPI_finish();
	AtEOXact_GUC(true, level);
	return count;
}

static uint64
execute(SPIPlanPtr plan, FunctionCallInfo fcinfo)
{
	int result = SPI_execute_plan(plan, NULL, NULL, false, 0);

	(void) fcinfo;
	if (result < 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("creditspread: a command that is no query: %s",
							   SPI_result_code_string(result)),
						errhint("Give a SELECT.")));
	return SPI_processed;
}

/* run_read_only(statement, path): the number of rows; temporary tables can be filled. */
PG_FUNCTION_INFO_V1(creditspread_run_read_only);
Datum
creditspread_run_read_only(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) read_only(text_to_cstring(PG_GETARG_TEXT_PP(0)),
									  text_to_cstring(PG_GETARG_TEXT_PP(1)), execute, fcinfo));
}

static uint64
return_rows(SPIPlanPtr plan, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	uint64 count = execute(plan, fcinfo);
	SPITupleTable *rows = SPI_tuptable;
	bool same;

	same = rows != NULL && rows->tupdesc->natts == result->setDesc->natts;
	for (int i = 0; same && i < rows->tupdesc->natts; i++)
		same = SPI_gettypeid(rows->tupdesc, i + 1) == SPI_gettypeid(result->setDesc, i + 1);
	if (!same)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("creditspread: the query does not return the columns asked for"),
						errhint("Cast its columns to the types that the column list names.")));
	for (uint64 i = 0; i < count; i++)
		tuplestore_puttuple(result->setResult, rows->vals[i]);
	return count;
}

/* rows_read_only(statement, path): its rows. */
PG_FUNCTION_INFO_V1(creditspread_rows_read_only);
Datum
creditspread_rows_read_only(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	(void) read_only(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)),
					 return_rows, fcinfo);
	PG_RETURN_NULL();
}

static uint64
return_columns(SPIPlanPtr plan, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TupleDesc columns =
		((CachedPlanSource *) linitial(SPI_plan_get_plan_sources(plan)))->resultDesc;

	if (columns == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("creditspread: the query returns no columns"), errhint("Give a SELECT.")));
	/* no names twice, no type that no column can have */
	CheckAttributeNamesTypes(columns, RELKIND_RELATION, 0);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);
		Datum values[] = {CStringGetTextDatum(NameStr(column->attname)),
						  ObjectIdGetDatum(getBaseType(column->atttypid)), Int32GetDatum(i + 1)};
		bool nulls[] = {false, false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (uint64) columns->natts;
}

/* query_columns(query, path): name, type (of a domain, what it is made of) and number of its
 * columns; it is not run. */
PG_FUNCTION_INFO_V1(creditspread_query_columns);
Datum
creditspread_query_columns(PG_FUNCTION_ARGS)
{
	char *statement =
		psprintf("SELECT * FROM (\n%s\n) AS q", text_to_cstring(PG_GETARG_TEXT_PP(0)));

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	(void) read_only(statement, text_to_cstring(PG_GETARG_TEXT_PP(1)), return_columns, fcinfo);
	PG_RETURN_NULL();
}
