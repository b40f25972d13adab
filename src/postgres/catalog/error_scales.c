/*
 * error_scales.c
 *		The sizes of error that the rows of a series let expect, in which the catalog measures the
 *		errors of forecasts.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"

#include "numeric/econometrics/error_scale.h"
#include "postgres/base/arguments.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"

#define WHAT "error_scales"

/* The columns of the result. */
enum
{
	SCALE_PLACE,
	SCALE_HORIZON,
	SCALE_VOLATILITY,
	SCALE_SCALE,
	SCALE_COLUMNS
};

typedef struct Levels
{
	double *level; /* [count] carried forward */
	bool *known;   /* [count] y is there, and one before it */
	bool *there;   /* [count] */
	int count;
} Levels;

static Levels
levels_argument(FunctionCallInfo fcinfo)
{
	Datum *elements;
	bool *nulls;
	Levels y;
	double last = NAN;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &elements, &nulls, &y.count);
	y.level = allocate_checked(WHAT, sizeof(double) * Max(y.count, 1));
	y.known = palloc(sizeof(bool) * Max(y.count, 1));
	y.there = palloc(sizeof(bool) * Max(y.count, 1));
	for (int i = 0; i < y.count; i++)
	{
		y.there[i] = !nulls[i];
		y.known[i] = y.there[i] && !isnan(last);
		if (y.there[i])
		{
			last = DatumGetFloat8(elements[i]);
			check_finite(last, "y", NULL);
		}
		y.level[i] = last;
	}
	return y;
}

/* error_scales(y, horizons, first, several): n, horizon, volatility, scale of the rows from `first`
 * on */
PG_FUNCTION_INFO_V1(creditspread_error_scales);
Datum
creditspread_error_scales(PG_FUNCTION_ARGS)
{
	Levels y = levels_argument(fcinfo);
	int first = Max(PG_GETARG_INT32(2), 1);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum *horizons;
	bool *nulls;
	int count;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), INT4OID, sizeof(int32), true, TYPALIGN_INT,
					  &horizons, &nulls, &count);
	for (int h = 0; h < count; h++)
		if (nulls[h] || DatumGetInt32(horizons[h]) < 1)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: a horizon is %s", WHAT,
								   nulls[h] ? "NULL" : psprintf("%d", DatumGetInt32(horizons[h]))),
							errhint("Horizons are rows ahead, from 1.")));
	InitMaterializedSRF(fcinfo, 0);
	for (int i = first - 1; i < y.count; i++)
	{
		Datum values[SCALE_COLUMNS];
		bool none[SCALE_COLUMNS] = {false};

		if (!y.there[i])
			continue;
		check_interrupts_slow((uint64) i);
		values[SCALE_PLACE] = Int32GetDatum(i + 1);
		values[SCALE_VOLATILITY] =
			Float8GetDatum(cs_error_volatility(y.level, y.known, (size_t) i));
		for (int h = 0; h < count; h++)
		{
			size_t horizon = (size_t) DatumGetInt32(horizons[h]);

			values[SCALE_HORIZON] = horizons[h];
			values[SCALE_SCALE] = Float8GetDatum(
				cs_error_scale(y.level, y.known, (size_t) i, horizon, PG_GETARG_BOOL(3)));
			tuplestore_putvalues(result->setResult, result->setDesc, values, none);
		}
	}
	PG_RETURN_NULL();
}
