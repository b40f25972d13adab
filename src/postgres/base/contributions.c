/*
 * contributions.c
 *		The type forecast_contributions: base, forecast, and arrays feature, contribution, value.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/base/composite.h"
#include "postgres/base/contributions.h"
#include "postgres/base/row_series.h"
#include "postgres/base/status.h"

/* The arguments, beyond those of forecasts. */
enum
{
	ARGUMENT_STEP = 3,
	ARGUMENT_TERMS
};

char *
contributions_name(const char *forecast)
{
	return psprintf("%.*s_contributions", (int) (strrchr(forecast, '_') - forecast), forecast);
}

bool
contributions_wanted(WindowObject window, ContributionRequest *request)
{
	bool nulls[2];

	request->step = WinGetFuncArgCurrent(window, ARGUMENT_STEP, &nulls[0]);
	request->terms = DatumGetBool(WinGetFuncArgCurrent(window, ARGUMENT_TERMS, &nulls[1]));
	return !nulls[0] && !nulls[1];
}

void
contributions_check(const cs_contributions *result, cs_status status, const char *what)
{
	double sum = result->base;

	if (status != CS_NOT_CONVERGED)
	{
		check_status(status, what);
		return;
	}
	for (size_t k = 0; k < result->terms; k++)
		sum += result->contribution[k];
	ereport(
		ERROR,
		(errcode(ERRCODE_DATA_EXCEPTION),
		 errmsg("%s: contributions add up to %g, the forecast is %g", what, sum, result->forecast),
		 errhint("Look for extreme values in the last rows; a network whose outputs are large "
				 "and cancel each other has no contributions.")));
}

/* Elements of the arrays as they are collected. */
typedef struct Elements
{
	int count;
	Datum *feature;
	Datum *contribution;
	Datum *value;
	bool *missing;
} Elements;

static void
add_element(Elements *elements, char *feature, double contribution, double value, const char *what)
{
	int place = elements->count++;

	elements->feature[place] = CStringGetTextDatum(feature);
	elements->contribution[place] = finite_datum(what, contribution);
	elements->value[place] = nullable_datum(what, value, &elements->missing[place]);
}

static Datum
array_of(Datum *values, bool *nulls, int count, Oid type, int length, bool by_value, char align)
{
	int lower = 1;

	if (count == 0)
		return PointerGetDatum(construct_empty_array(type));
	return PointerGetDatum(
		construct_md_array(values, nulls, 1, &count, &lower, type, length, by_value, align));
}

Datum
contributions_datum(const cs_contributions *result, const ContributionLabels *labels,
					const ContributionRequest *request, const double *row, int columns,
					double lower_bound, const char *what, TupleDesc descriptor)
{
	size_t most = (request->terms ? result->terms : (size_t) columns) + 1;
	double *sum = palloc(sizeof(double) * columns);
	double forecast = result->forecast;
	Elements elements = {.feature = palloc(sizeof(Datum) * most),
						 .contribution = palloc(sizeof(Datum) * most),
						 .value = palloc(sizeof(Datum) * most),
						 .missing = palloc(sizeof(bool) * most)};
	Datum fields[5];
	bool nulls[5] = {false};

	cs_contributions_by_column(result, columns, sum);
	for (size_t k = 0; request->terms && k < result->terms; k++)
		add_element(&elements, labels->term(labels->of, k), result->contribution[k],
					result->value[k], what);
	for (int c = 0; !request->terms && c < columns; c++)
		add_element(&elements, labels->column(labels->of, c), sum[c], row[c], what);
	if (lower_bound >= 0 && forecast < lower_bound)
	{
		add_element(&elements, "lower_bound", lower_bound - forecast, lower_bound, what);
		forecast = lower_bound;
	}
	fields[0] = finite_datum(what, result->base);
	fields[1] = finite_datum(what, forecast);
	fields[2] = array_of(elements.feature, NULL, elements.count, TEXTOID, -1, false, TYPALIGN_INT);
	fields[3] = array_of(elements.contribution, NULL, elements.count, FLOAT8OID, sizeof(float8),
						 FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	fields[4] = array_of(elements.value, elements.missing, elements.count, FLOAT8OID,
						 sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	return HeapTupleGetDatum(heap_form_tuple(descriptor, fields, nulls));
}
