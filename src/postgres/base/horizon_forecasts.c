/*
 * horizon_forecasts.c
 *		The type creditspread_internal.horizon_forecasts: horizon, forecast, lower, upper, arrays of
 *		one element for each horizon, and quantiles.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"

#include "postgres/base/composite.h"
#include "postgres/base/horizon_forecasts.h"

/* The forecasts moved by `sign` half widths. */
static Datum
bounds(const char *what, const HorizonForecasts *forecasts, double sign)
{
	int total = forecasts->count * Max(forecasts->variables, 1);
	double *values = palloc(sizeof(double) * total);

	for (int i = 0; i < total; i++)
		values[i] = forecasts->forecast[i] + sign * forecasts->half_width[i];
	return doubles_datum(what, values, forecasts->count, forecasts->variables);
}

Datum
horizon_forecasts_datum(const char *what, TupleDesc descriptor, const HorizonForecasts *forecasts)
{
	bool has_interval = forecasts->half_width != NULL;
	Datum *horizons = palloc(sizeof(Datum) * forecasts->count);
	Datum columns[5] = {0};
	bool nulls[5] = {false, false, !has_interval, !has_interval, forecasts->quantiles == 0};

	for (int i = 0; i < forecasts->count; i++)
		horizons[i] = Int32GetDatum(forecasts->horizons[i]);
	columns[0] = PointerGetDatum(
		construct_array(horizons, forecasts->count, INT4OID, sizeof(int32), true, TYPALIGN_INT));
	columns[1] = doubles_datum(what, forecasts->forecast, forecasts->count, forecasts->variables);
	if (has_interval)
	{
		columns[2] = bounds(what, forecasts, -1);
		columns[3] = bounds(what, forecasts, 1);
	}
	if (forecasts->quantiles > 0)
		columns[4] =
			doubles_datum(what, forecasts->quantile, forecasts->count, forecasts->quantiles);
	return HeapTupleGetDatum(heap_form_tuple(descriptor, columns, nulls));
}
