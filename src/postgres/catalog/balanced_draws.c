/*
 * balanced_draws.c
 *		creditspread_internal.balanced_draws: which origins the errors of paths are of.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

#include "numeric/evaluation/balanced_draws.h"

#define MAX_DRAWS 1000000

PG_FUNCTION_INFO_V1(creditspread_balanced_draws);

/*
 * balanced_draws(seed, draws, count): numbers from 1 to count
 */
Datum
creditspread_balanced_draws(PG_FUNCTION_ARGS)
{
	int32 draws = PG_GETARG_INT32(1);
	int32 count = PG_GETARG_INT32(2);
	int32 *drawn;
	int32 *work;
	Datum *elements;

	if (draws < 1 || draws > MAX_DRAWS || count < 1 || count > MAX_DRAWS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("balanced_draws: %d draws of %d, must be from 1 to %d", draws, count,
							   MAX_DRAWS)));
	drawn = palloc(sizeof(int32) * draws);
	work = palloc(sizeof(int32) * count);
	elements = palloc(sizeof(Datum) * draws);
	cs_balanced_draws(drawn, draws, count, (uint64) PG_GETARG_INT64(0), work);
	for (int i = 0; i < draws; i++)
		elements[i] = Int32GetDatum(drawn[i] + 1);
	PG_RETURN_ARRAYTYPE_P(
		construct_array(elements, draws, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}
