/*
 * forecast_steps.c
 *		A forecast with its interval as SQL gets it: (forecast, lower, upper), and an array of
 *		(step, forecast, lower, upper).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "postgres/base/composite.h"
#include "postgres/base/forecast_steps.h"

ForecastResult
forecast_result(FunctionCallInfo fcinfo, const char *what, double lower_bound)
{
	return (ForecastResult){
		.what = what, .lower_bound = lower_bound, .descriptor = result_descriptor(fcinfo)};
}

ForecastResult
forecast_steps_result(FunctionCallInfo fcinfo, const char *what, double lower_bound)
{
	ForecastResult result = {.what = what, .lower_bound = lower_bound};
	Oid array_type;

	get_call_result_type(fcinfo, &array_type, NULL);
	result.element = get_element_type(array_type);
	result.descriptor = lookup_rowtype_tupdesc_copy(result.element, -1);
	return result;
}

static Datum
bounded_datum(const ForecastResult *result, double value)
{
	return finite_datum(result->what,
						result->lower_bound >= 0 ? Max(value, result->lower_bound) : value);
}

static void
fill_columns(const ForecastResult *result, const Forecast *forecast, Datum columns[3],
			 bool nulls[3])
{
	nulls[0] = forecast->unknown;
	nulls[1] = nulls[2] = forecast->unknown || !forecast->has_interval;
	if (forecast->unknown)
		return;
	columns[0] = bounded_datum(result, forecast->forecast);
	if (!forecast->has_interval)
		return;
	columns[1] = bounded_datum(result, forecast->lower);
	columns[2] = bounded_datum(result, forecast->upper);
}

Datum
forecast_datum(const ForecastResult *result, const Forecast *forecast)
{
	Datum columns[3] = {0};
	bool nulls[3];

	fill_columns(result, forecast, columns, nulls);
	return HeapTupleGetDatum(heap_form_tuple(result->descriptor, columns, nulls));
}

Datum
forecast_steps_datum(const ForecastResult *result, const int *steps, const Forecast *forecasts,
					 int count)
{
	Datum *elements = palloc(sizeof(Datum) * count);

	for (int i = 0; i < count; i++)
	{
		Datum columns[4] = {Int32GetDatum(steps[i])};
		bool nulls[4] = {false};

		fill_columns(result, &forecasts[i], columns + 1, nulls + 1);
		elements[i] = HeapTupleGetDatum(heap_form_tuple(result->descriptor, columns, nulls));
	}
	return PointerGetDatum(
		construct_array(elements, count, result->element, -1, false, TYPALIGN_DOUBLE));
}
