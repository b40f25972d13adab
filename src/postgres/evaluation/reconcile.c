/*
 * reconcile.c
 *		The function reconcile: forecasts of parts and wholes made to add up.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "numeric/evaluation/reconcile.h"
#include "postgres/base/arguments.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

static const char function_name[] = "reconcile";

/* What the array arguments hold; they point into them. */
typedef struct Hierarchy
{
	int n; /* forecasts */
	int m; /* parts */
	int times;
	const double *forecast;
	const double *summing;
	const double *variance; /* or NULL */
	const double *error;	/* or NULL */
} Hierarchy;

/* The elements of a finite float8[] with `dimensions`; another shape is error 2202E. */
static const double *
elements(ArrayType *array, const char *name, int dimensions)
{
	const double *values = (const double *) ARR_DATA_PTR(array);
	int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (ARR_NDIM(array) != dimensions)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %s has %d dimensions, must have %d", function_name, name,
							   ARR_NDIM(array), dimensions),
						errhint("Give summing as {{1,1},{1,0},{0,1}}, a row for each forecast.")));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: %s contains NULL", function_name, name),
						errhint("Leave out forecasts, and times of errors, that are not known.")));
	for (int i = 0; i < count; i++)
		if (unlikely(!isfinite(values[i])))
			check_finite(values[i], psprintf("%s: value %d of %s", function_name, i + 1, name),
						 NULL);
	return values;
}

static void
check_length(const char *name, const char *of, int have, int need)
{
	if (have != need)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d %s, forecasts has %d", function_name, name, have, of, need),
				 errhint("Give the forecasts, the rows of summing and the errors in one order.")));
}

static void
read_errors(Hierarchy *hierarchy, ArrayType *array)
{
	int dimensions = ARR_NDIM(array) == 2 ? 2 : 1;
	const double *values = elements(array, "errors", dimensions);

	check_length("errors", dimensions == 2 ? "columns" : "values", ARR_DIMS(array)[dimensions - 1],
				 hierarchy->n);
	if (dimensions == 2)
	{
		hierarchy->times = ARR_DIMS(array)[0];
		hierarchy->error = values;
		return;
	}
	for (int i = 0; i < hierarchy->n; i++)
		if (values[i] < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: the variance of forecast %d is %g, must be positive",
								   function_name, i + 1, values[i]),
							errhint("Give variances of errors, or the errors, a row for each "
									"time.")));
	hierarchy->variance = values;
}

static void
check_result(cs_status status, const Hierarchy *hierarchy, const cs_reconcile *reconcile)
{
	if (status == CS_TOO_FEW)
		report_too_few("reconcile: errors", 2, hierarchy->times);
	if (status == CS_SINGULAR)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: the %d columns of summing depend on one another over its %d "
							   "rows",
							   function_name, hierarchy->m, hierarchy->n),
						errhint("Give a column for each part, and a forecast of each part or of "
								"enough sums to tell them apart.")));
	if (status == CS_ZERO_VARIANCE)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						hierarchy->error == NULL && hierarchy->variance == NULL
							? errmsg("%s: row %zu of summing is zero", function_name,
									 reconcile->culprit + 1)
							: errmsg("%s: the errors of forecast %zu have no variance of their own",
									 function_name, reconcile->culprit + 1),
						errhint("Leave that forecast out.")));
	check_status(status, function_name);
}

PG_FUNCTION_INFO_V1(creditspread_reconcile);
Datum
creditspread_reconcile(PG_FUNCTION_ARGS)
{
	Hierarchy hierarchy = {0};
	ArrayType *forecasts, *summing;
	cs_workspace workspace;
	cs_reconcile reconcile;
	cs_status status;
	double *result;
	Datum *datums;
	Size size;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	forecasts = PG_GETARG_ARRAYTYPE_P(0);
	summing = PG_GETARG_ARRAYTYPE_P(1);
	if (ARR_NDIM(forecasts) == 0)
		PG_RETURN_NULL();
	hierarchy.forecast = elements(forecasts, "forecasts", 1);
	hierarchy.n = ARR_DIMS(forecasts)[0];
	hierarchy.summing = elements(summing, "summing", 2);
	check_length("summing", "rows", ARR_DIMS(summing)[0], hierarchy.n);
	hierarchy.m = ARR_DIMS(summing)[1];
	if (!PG_ARGISNULL(2))
		read_errors(&hierarchy, PG_GETARG_ARRAYTYPE_P(2));

	size = cs_reconcile_size(hierarchy.n, hierarchy.m, hierarchy.times);
	check_memory(function_name, size);
	cs_workspace_initialize(&workspace, allocate_checked(function_name, size), size);
	check_status(
		cs_reconcile_initialize(&reconcile, hierarchy.n, hierarchy.m, hierarchy.times, &workspace),
		function_name);
	result = palloc(sizeof(double) * hierarchy.n);
	status = hierarchy.error != NULL
				 ? cs_reconcile_errors(&reconcile, hierarchy.forecast, hierarchy.summing,
									   hierarchy.error, result)
				 : cs_reconcile_variances(&reconcile, hierarchy.forecast, hierarchy.summing,
										  hierarchy.variance, result);
	check_result(status, &hierarchy, &reconcile);
	datums = palloc(sizeof(Datum) * hierarchy.n);
	for (int i = 0; i < hierarchy.n; i++)
		datums[i] = Float8GetDatum(result[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(datums, hierarchy.n, FLOAT8OID, sizeof(double),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
