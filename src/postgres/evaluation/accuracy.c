/*
 * accuracy.c
 *		The aggregates forecast_accuracy, mae, mape, rmse, rsr and sdape, over states of exact sums,
 *		and that of version 0.1.0.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"

#include "numeric/evaluation/accuracy.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/status.h"
#include "postgres/state/sums_state.h"

/* The kinds of states, all of which begin with their number of rows. */
typedef struct AccuracyType
{
	SumsType type;
	bool zeros; /* whether that of zeros is next */
	cs_status (*add)(void *state, double actual, double forecast);
	void (*combine)(void *state, const void *other);
	void (*sums)(const void *state, cs_accuracy_sums *sums);
} AccuracyType;

typedef struct Counts
{
	int64 n;
	int64 zeros;
} Counts;

#define ACCURACY_ADD(NAME)                                                                         \
	static inline cs_status NAME##_add(void *state, double actual, double forecast)                \
	{                                                                                              \
		return cs_##NAME##_add(state, actual, forecast);                                           \
	}                                                                                              \
	static inline void NAME##_combine(void *state, const void *other)                              \
	{                                                                                              \
		cs_##NAME##_combine(state, other);                                                         \
	}
#define ACCURACY_SUMS(NAME)                                                                        \
	ACCURACY_ADD(NAME)                                                                             \
	static inline void NAME##_sums(const void *state, cs_accuracy_sums *sums)                      \
	{                                                                                              \
		cs_##NAME##_sums(state, sums);                                                             \
	}

ACCURACY_SUMS(accuracy_state)
ACCURACY_SUMS(error_state)
ACCURACY_SUMS(ratio_state)
ACCURACY_ADD(accuracy_sums)

static inline void
accuracy_sums_sums(const void *state, cs_accuracy_sums *sums)
{
	*sums = *(const cs_accuracy_sums *) state;
}

/* All measures; MAE and RMSE; MAPE and SDAPE; and all of version 0.1.0. */
#define ACCURACY_TYPE(NAME, MEMBERS, ZEROS)                                                        \
	{                                                                                              \
		SUMS_TYPE(#NAME, MEMBERS), ZEROS, NAME##_add, NAME##_combine, NAME##_sums                  \
	}
static const AccuracyType state_type = ACCURACY_TYPE(accuracy_state, "nn8", true);
static const AccuracyType error_type = ACCURACY_TYPE(error_state, "n2", false);
static const AccuracyType ratio_type = ACCURACY_TYPE(ratio_state, "nn2", true);
static const AccuracyType old_type = ACCURACY_TYPE(accuracy_sums, "nnsxsxsss", true);

StaticAssertDecl(sizeof(cs_accuracy_state) ==
						 2 * sizeof(int64) + CS_EXACT_SIZE(CS_ACCURACY_SUMS) * sizeof(double) &&
					 CS_ACCURACY_SUMS == 8,
				 "accuracy_state has 2 counts and 8 sums");
StaticAssertDecl(sizeof(cs_error_state) == sizeof(int64) + CS_EXACT_SIZE(2) * sizeof(double),
				 "error_state has a count and 2 sums");
StaticAssertDecl(sizeof(cs_ratio_state) == 2 * sizeof(int64) + CS_EXACT_SIZE(2) * sizeof(double),
				 "ratio_state has 2 counts and 2 sums");
StaticAssertDecl(sizeof(cs_accuracy_sums) == 9 * sizeof(int64), "accuracy_sums has 9 members");

SUMS_TYPE_FUNCTIONS(accuracy_state, &state_type.type)
SUMS_TYPE_FUNCTIONS(error_state, &error_type.type)
SUMS_TYPE_FUNCTIONS(ratio_state, &ratio_type.type)
SUMS_TYPE_FUNCTIONS(accuracy_sums, &old_type.type)

/*
 * transition(state, actual, forecast): a row where either is NULL is left out.
 */
static inline Datum
transition(FunctionCallInfo fcinfo, const AccuracyType *type)
{
	bool created;
	void *state = sums_argument(fcinfo, &type->type, &created);
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
	check_status(type->add(state, actual, forecast), "forecast_accuracy");
	PG_RETURN_POINTER(state);
}

static inline Datum
combine(FunctionCallInfo fcinfo, const AccuracyType *type)
{
	bool created;
	void *state = sums_argument(fcinfo, &type->type, &created);

	if (!PG_ARGISNULL(1))
	{
		const void *other = PG_GETARG_POINTER(1);
		const Counts *left = state;
		const Counts *right = other;

		check_counts(type->type.type.name, left->n, right->n);
		if (type->zeros)
			check_counts(type->type.type.name, left->zeros, right->zeros);
		type->combine(state, other);
	}
	else if (created)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

STATE_FUNCTION(creditspread_accuracy_state_transition, transition, &state_type)
STATE_FUNCTION(creditspread_accuracy_state_combine, combine, &state_type)
STATE_FUNCTION(creditspread_error_state_transition, transition, &error_type)
STATE_FUNCTION(creditspread_error_state_combine, combine, &error_type)
STATE_FUNCTION(creditspread_ratio_state_transition, transition, &ratio_type)
STATE_FUNCTION(creditspread_ratio_state_combine, combine, &ratio_type)
STATE_FUNCTION(creditspread_accuracy_transition, transition, &old_type)
STATE_FUNCTION(creditspread_accuracy_combine, combine, &old_type)

/* What a final function's state says; false: there are no rows. */
static bool
state_sums(FunctionCallInfo fcinfo, const AccuracyType *type, cs_accuracy_sums *sums)
{
	if (PG_ARGISNULL(0))
		return false;
	type->sums(PG_GETARG_POINTER(0), sums);
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
measure_or_error(FunctionCallInfo fcinfo, const AccuracyType *type, const char *what,
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
#define MEASURE_FUNCTIONS(NAME, STATE, TYPE)                                                       \
	MEASURE_FUNCTION(creditspread_##STATE##_##NAME, &(TYPE), NAME)                                 \
	MEASURE_FUNCTION(creditspread_##NAME##_final, &old_type, NAME)

MEASURE_FUNCTIONS(mae, error_state, error_type)
MEASURE_FUNCTIONS(rmse, error_state, error_type)
MEASURE_FUNCTIONS(mape, ratio_state, ratio_type)
MEASURE_FUNCTIONS(sdape, ratio_state, ratio_type)
MEASURE_FUNCTIONS(rsr, accuracy_state, state_type)

/*
 * All measures; NULL stands for one that cannot be computed; overflow is one of these, or an error.
 */
static Datum
all_measures(FunctionCallInfo fcinfo, const AccuracyType *type, bool null_on_overflow)
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
