/*
 * accuracy.c
 *		The aggregates forecast_accuracy, mae, mape, rmse, rsr and sdape, over one state of sums.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"

#include "numeric/evaluation/accuracy.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/status.h"
#include "postgres/state/sums_state.h"

static const SumsType accuracy_type = SUMS_TYPE("accuracy_sums", "nnsxsxsss");

StaticAssertDecl(sizeof(cs_accuracy_sums) == 9 * sizeof(int64), "accuracy_sums has 9 members");

SUMS_TYPE_FUNCTIONS(accuracy_sums, &accuracy_type)

/*
 * transition(state, actual, forecast): a row where either is NULL is left out.
 */
PG_FUNCTION_INFO_V1(creditspread_accuracy_transition);
Datum
creditspread_accuracy_transition(PG_FUNCTION_ARGS)
{
	bool created;
	cs_accuracy_sums *sums = sums_argument(fcinfo, &accuracy_type, &created);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (created)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(sums);
	}
	check_finite(PG_GETARG_FLOAT8(1), "actual", NULL);
	check_finite(PG_GETARG_FLOAT8(2), "forecast", NULL);
	check_status(cs_accuracy_sums_add(sums, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2)),
				 "forecast_accuracy");
	PG_RETURN_POINTER(sums);
}

PG_FUNCTION_INFO_V1(creditspread_accuracy_combine);
Datum
creditspread_accuracy_combine(PG_FUNCTION_ARGS)
{
	bool created;
	cs_accuracy_sums *sums = sums_argument(fcinfo, &accuracy_type, &created);

	if (!PG_ARGISNULL(1))
	{
		const cs_accuracy_sums *other = (const cs_accuracy_sums *) PG_GETARG_POINTER(1);

		check_counts(accuracy_type.type.name, sums->n, other->n);
		check_counts(accuracy_type.type.name, sums->zeros, other->zeros);
		cs_accuracy_sums_combine(sums, other);
	}
	else if (created)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(sums);
}

typedef cs_status (*accuracy_measure)(const cs_accuracy_sums *sums, double *result);

static void
report_overflow(const char *what, const cs_accuracy_sums *sums)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("%s of %lld observations overflows", what, (long long) sums->n),
					errhint("Look for extreme values.")));
}

/* An aggregate of one measure: what cannot be computed is an error. */
static Datum
measure_or_error(FunctionCallInfo fcinfo, const char *what, accuracy_measure measure)
{
	const cs_accuracy_sums *sums = (const cs_accuracy_sums *) PG_GETARG_POINTER(0);
	double result = 0;
	cs_status status;

	if (PG_ARGISNULL(0) || sums->n == 0)
		PG_RETURN_NULL();
	status = measure(sums, &result);
	if (status == CS_TOO_FEW)
		report_too_few(what, 2, sums->n);
	if (status == CS_ZERO_DIVISOR)
		ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO),
						errmsg("%s: %lld of %lld actual values are zero", what,
							   (long long) sums->zeros, (long long) sums->n),
						errhint("Use mae or rmse, or leave these rows out with FILTER.")));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: all %lld actual values are %g", what, (long long) sums->n,
							   sums->actual_mean),
						errhint("Use rmse, which is not relative to the spread of the values.")));
	if (status == CS_NOT_FINITE)
		report_overflow(what, sums);
	return finite_datum(what, result);
}

PG_FUNCTION_INFO_V1(creditspread_mae_final);
Datum
creditspread_mae_final(PG_FUNCTION_ARGS)
{
	return measure_or_error(fcinfo, "mae", cs_accuracy_mae);
}

PG_FUNCTION_INFO_V1(creditspread_mape_final);
Datum
creditspread_mape_final(PG_FUNCTION_ARGS)
{
	return measure_or_error(fcinfo, "mape", cs_accuracy_mape);
}

PG_FUNCTION_INFO_V1(creditspread_rmse_final);
Datum
creditspread_rmse_final(PG_FUNCTION_ARGS)
{
	return measure_or_error(fcinfo, "rmse", cs_accuracy_rmse);
}

PG_FUNCTION_INFO_V1(creditspread_rsr_final);
Datum
creditspread_rsr_final(PG_FUNCTION_ARGS)
{
	return measure_or_error(fcinfo, "rsr", cs_accuracy_rsr);
}

PG_FUNCTION_INFO_V1(creditspread_sdape_final);
Datum
creditspread_sdape_final(PG_FUNCTION_ARGS)
{
	return measure_or_error(fcinfo, "sdape", cs_accuracy_sdape);
}

/* All measures; NULL stands for one that cannot be computed; overflow is one of these, or an error.
 */
static Datum
all_measures(FunctionCallInfo fcinfo, bool null_on_overflow)
{
	static const accuracy_measure measures[] = {cs_accuracy_mae,   cs_accuracy_mape,
												cs_accuracy_rmse,  cs_accuracy_rsr,
												cs_accuracy_sdape, cs_accuracy_bias};
	const cs_accuracy_sums *sums = (const cs_accuracy_sums *) PG_GETARG_POINTER(0);
	Datum values[lengthof(measures) + 1];
	bool nulls[lengthof(measures) + 1] = {false};

	if (PG_ARGISNULL(0) || sums->n == 0)
		PG_RETURN_NULL();
	values[0] = Int64GetDatum(sums->n);
	for (int i = 0; i < (int) lengthof(measures); i++)
	{
		double result = 0;
		cs_status status = measures[i](sums, &result);

		if (status == CS_NOT_FINITE && !null_on_overflow)
			report_overflow("forecast_accuracy", sums);
		nulls[i + 1] = status != CS_OK;
		values[i + 1] = finite_datum("forecast_accuracy", result);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

PG_FUNCTION_INFO_V1(creditspread_forecast_accuracy_final);
Datum
creditspread_forecast_accuracy_final(PG_FUNCTION_ARGS)
{
	return all_measures(fcinfo, false);
}

/* The same for views, which no row may end. */
PG_FUNCTION_INFO_V1(creditspread_forecast_accuracy_or_null_final);
Datum
creditspread_forecast_accuracy_or_null_final(PG_FUNCTION_ARGS)
{
	return all_measures(fcinfo, true);
}
