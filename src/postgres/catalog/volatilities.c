/*
 * volatilities.c
 *		The volatility of a series at each of its rows, in which the catalog measures errors.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

#include "numeric/econometrics/linear.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "volatilities"

/* volatilities(y, first): that of linear_fit at each value of y from the first-th on */
PG_FUNCTION_INFO_V1(creditspread_volatilities);
Datum
creditspread_volatilities(PG_FUNCTION_ARGS)
{
	cs_linear_options options = {.lags = 1};
	size_t start = 0;
	cs_linear_data data = {.columns = 1, .series_start = &start, .series_count = 1};
	cs_linear_inputs inputs;
	cs_workspace workspace;
	Datum *elements;
	bool *nulls;
	double *y;
	int count;
	int first = Max(PG_GETARG_INT32(1), 1) - 1;
	Size size;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &elements, &nulls, &count);
	y = palloc(sizeof(double) * Max(count, 1));
	for (int i = 0; i < count; i++)
		y[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
	data.values = y;
	data.rows = (size_t) count;
	size = cs_linear_inputs_size(&options, &data);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	check_status(cs_linear_inputs_initialize(&inputs, &options, &data, &workspace), WHAT);
	for (int i = first; i < count; i++)
	{
		check_interrupts_slow((uint64) i);
		elements[i] = Float8GetDatum(cs_linear_volatility(&inputs, 0, 0, (size_t) i));
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(elements + Min(first, count), Max(count - first, 0),
										  FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE));
}
