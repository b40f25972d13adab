/*
 * accuracy.c
 *		The aggregates forecast_accuracy, mae, mape, rmse, rsr and sdape, over one state of exact
 *		sums, and that of version 0.1.0.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"

#include "numeric/evaluation/accuracy.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/status.h"
#include "postgres/state/sums_state.h"

static const SumsType state_type = SUMS_TYPE("accuracy_state", "nn8");
static const SumsType old_type = SUMS_TYPE("accuracy_sums", "nnsxsxsss");

StaticAssertDecl(sizeof(cs_accuracy_state) ==
						 2 * sizeof(int64) + CS_EXACT_SIZE(CS_ACCURACY_SUMS) * sizeof(double) &&
					 CS_ACCURACY_SUMS == 8,
				 "accuracy_state has 2 counts and 8 sums");
StaticAssertDecl(sizeof(cs_accuracy_sums) == 9 * sizeof(int64), "accuracy_sums has 9 members");

SUMS_TYPE_FUNCTIONS(accuracy_state, &state_type)
SUMS_TYPE_FUNCTIONS(accuracy_sums, &old_type)

/*
 * transition(state, actual, forecast): a row where either is NULL is left out.
 */
static Datum
transition(FunctionCallInfo fcinfo, const SumsType *type)
{
	bool created;
	void *state = sums_argument(fcinfo, type, &created);
	double actual, forecast;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (created)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	actual = PG_GETARG_FLOAT8(1);
	forecast = PG_GETARG_FLOAT8(2);
	check_finite(actual, "actual", NULL);
	check_finite(forecast, "forecast", NULL);
	check_status(type == &state_type ? cs_accuracy_state_add(state, actual, forecast)
									 : cs_accuracy_sums_add(state, actual, forecast),
				 "forecast_accuracy");
	PG_RETURN_POINTER(state);
}

/* Both kinds of states begin with these. */
typedef struct Counts
{
	int64 n;
	int64 zeros;
} Counts;

static Datum
combine(FunctionCallInfo fcinfo, const SumsType *type)
{
	bool created;
	void *state = sums_argument(fcinfo, type, &created);

	if (!PG_ARGISNULL(1))
	{
		const void *other = PG_GETARG_POINTER(1);
		const Counts *left = state;
		const Counts *right = other;

		check_counts(type->type.name, left->n, right->n);
		check_counts(type->type.name, left->zeros, right->zeros);
		if (type == &state_type)
			cs_accuracy_state_combine(state, other);
		else
			cs_accuracy_sums_combine(state, other);
	}
	else if (created)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

STATE_FUNCTION(creditspread_accuracy_state_transition, transition, &state_type)
STATE_FUNCTION(creditspread_accuracy_state_combine, combine, &state_type)
STATE_FUNCTION(creditspread_accuracy_transition, transition, &old_type)
STATE_FUNCTION(creditspread_accuracy_combine, combine, &old_type)

/* What a final function's state says; false: there are no rows. */
static bool
state_sums(FunctionCallInfo fcinfo, const SumsType *type, cs_accuracy_sums *sums)
{
	if (PG_ARGISNULL(0))
		return false;
	if (type == &state_type)
		cs_accuracy_state_sums((const cs_accuracy_state *) PG_GETARG_POINTER(0), sums);
	else
		*sums = *(const cs_accuracy_sums *) PG_GETARG_POINTER(0);
	return sums->n > 0;
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
measure_or_error(FunctionCallInfo fcinfo, const SumsType *type, const char *what,
				 accuracy_measure measure)
{
	cs_accuracy_sums sums;
	double result = 0;
	cs_status status;

	if (!state_sums(fcinfo, type, &sums))
		PG_RETURN_NULL();
	status = measure(&sums, &result);
	if (status == CS_TOO_FEW)
		report_too_few(what, 2, sums.n);
	if (status == CS_ZERO_DIVISOR)
		ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO),
						errmsg("%s: %lld of %lld actual values are zero", what,
							   (long long) sums.zeros, (long long) sums.n),
						errhint("Use mae or rmse, or leave these rows out with FILTER.")));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: all %lld actual values are %g", what, (long long) sums.n,
							   sums.actual_mean),
						errhint("Use rmse, which is not relative to the spread of the values.")));
	if (status == CS_NOT_FINITE)
		report_overflow(what, &sums);
	return finite_datum(what, result);
}

#define MEASURE_FUNCTION(SYMBOL, TYPE, NAME)                                                       \
	PG_FUNCTION_INFO_V1(SYMBOL);                                                                   \
	Datum SYMBOL(PG_FUNCTION_ARGS)                                                                 \
	{                                                                                              \
		return measure_or_error(fcinfo, TYPE, #NAME, cs_accuracy_##NAME);                          \
	}
#define MEASURE_FUNCTIONS(NAME)                                                                    \
	MEASURE_FUNCTION(creditspread_accuracy_state_##NAME, &state_type, NAME)                        \
	MEASURE_FUNCTION(creditspread_##NAME##_final, &old_type, NAME)

MEASURE_FUNCTIONS(mae)
MEASURE_FUNCTIONS(mape)
MEASURE_FUNCTIONS(rmse)
MEASURE_FUNCTIONS(rsr)
MEASURE_FUNCTIONS(sdape)

/* All measures; NULL stands for one that cannot be computed; overflow is one of these, or an error.
 */
static Datum
all_measures(FunctionCallInfo fcinfo, const SumsType *type, bool null_on_overflow)
{
	static const accuracy_measure measures[] = {cs_accuracy_mae,   cs_accuracy_mape,
												cs_accuracy_rmse,  cs_accuracy_rsr,
												cs_accuracy_sdape, cs_accuracy_bias};
	cs_accuracy_sums sums;
	Datum values[lengthof(measures) + 1];
	bool nulls[lengthof(measures) + 1] = {false};

	if (!state_sums(fcinfo, type, &sums))
		PG_RETURN_NULL();
	values[0] = Int64GetDatum(sums.n);
	for (int i = 0; i < (int) lengthof(measures); i++)
	{
		double result = 0;
		cs_status status = measures[i](&sums, &result);

		if (status == CS_NOT_FINITE && !null_on_overflow)
			report_overflow("forecast_accuracy", &sums);
		nulls[i + 1] = status != CS_OK;
		values[i + 1] = finite_datum("forecast_accuracy", result);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

PG_FUNCTION_INFO_V1(creditspread_accuracy_state_all);
Datum
creditspread_accuracy_state_all(PG_FUNCTION_ARGS)
{
	return all_measures(fcinfo, &state_type, false);
}

PG_FUNCTION_INFO_V1(creditspread_forecast_accuracy_final);
Datum
creditspread_forecast_accuracy_final(PG_FUNCTION_ARGS)
{
	return all_measures(fcinfo, &old_type, false);
}

/* The same for views, which no row may end. */
PG_FUNCTION_INFO_V1(creditspread_forecast_accuracy_or_null_final);
Datum
creditspread_forecast_accuracy_or_null_final(PG_FUNCTION_ARGS)
{
	return all_measures(fcinfo, &state_type, true);
}
