/*
 * best_share.c
 *		What the best times make of the gain of one forecast over another, for the views of the
 *		catalog.
 */
#include "postgres.h"

#include "fmgr.h"

#include "numeric/evaluation/best_share.h"
#include "numeric/evaluation/dm_test.h"
#include "postgres/base/arguments.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "best_share"

/* As many values as *count, or any number where that is negative. */
static const double *
doubles_argument(FunctionCallInfo fcinfo, int argno, const char *name, int *count)
{
	int length;
	const double *values = float8_array_values(PG_GETARG_ARRAYTYPE_P(argno), name, NULL, &length);

	if (*count >= 0 && length != *count)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(WHAT ": %d values of %s, %d actual values", length, name, *count),
						errhint("Give a forecast for each actual value.")));
	*count = length;
	return values;
}

/* best_share(observed, one, other, absolute, best): NULL where there is no gain or an overflow. */
PG_FUNCTION_INFO_V1(creditspread_best_share);
Datum
creditspread_best_share(PG_FUNCTION_ARGS)
{
	int count = -1;
	const double *actual = doubles_argument(fcinfo, 0, "actual", &count);
	const double *first = doubles_argument(fcinfo, 1, "the first forecast", &count);
	const double *second = doubles_argument(fcinfo, 2, "the second forecast", &count);
	cs_dm_loss loss = PG_GETARG_BOOL(3) ? CS_DM_ABSOLUTE : CS_DM_SQUARED;
	double *difference = allocate_checked(WHAT, sizeof(double) * Max(count, 1));
	double share;
	cs_status status;

	for (int i = 0; i < count; i++)
		if (cs_dm_loss_difference(loss, 0, actual[i], first[i], second[i], &difference[i]) != CS_OK)
			PG_RETURN_NULL();
	status = cs_best_share(difference, (size_t) count, (size_t) Max(PG_GETARG_INT32(4), 0), &share);
	if (status == CS_TOO_FEW || status == CS_CONSTANT)
		PG_RETURN_NULL();
	check_status(status, WHAT);
	PG_RETURN_FLOAT8(share);
}
