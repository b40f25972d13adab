/*
 * interval_accuracy.c
 *		The aggregates forecast_accuracy of intervals and of quantiles, over one state of sums.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"

#include "numeric/base/forecast.h"
#include "numeric/evaluation/interval_accuracy.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/status.h"
#include "postgres/state/sums_state.h"

#define WHAT "forecast_accuracy"

static const SumsType interval_type = SUMS_TYPE("interval_sums", "nn8nnn6");

StaticAssertDecl(sizeof(cs_interval_sums) == sizeof(cs_accuracy_state) + 3 * sizeof(int64) +
												 CS_EXACT_SIZE(CS_INTERVAL_SUMS) * sizeof(double) &&
					 CS_INTERVAL_SUMS == 6,
				 "interval_sums has an accuracy_state, 3 counts and 6 sums");

SUMS_TYPE_FUNCTIONS(interval_sums, &interval_type)

/* The state of a row that is left out. */
static Datum
unchanged(cs_interval_sums *sums, bool created, bool *isnull)
{
	*isnull = created;
	return created ? (Datum) 0 : PointerGetDatum(sums);
}

static void
add_row(cs_interval_sums *sums, double actual, int count, const double *quantiles,
		const double *levels)
{
	cs_status status = cs_interval_sums_add(sums, actual, count, quantiles, levels);

	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg(WHAT ": the score of an actual value of %g overflows", actual),
						errhint("Look for extreme values.")));
	check_status(status, WHAT);
}

static void
check_interval(double lower, double upper, double level)
{
	if (lower > upper)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": lower is %g, upper is %g", lower, upper),
						errhint("The arguments are actual, forecast, lower, upper and level.")));
	if (!(level >= CS_MIN_LEVEL && level <= CS_MAX_LEVEL))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg(WHAT ": level is %g, must be from %g to %g", level, CS_MIN_LEVEL, CS_MAX_LEVEL),
			 errhint("It is the share of actual values that the interval is to cover.")));
}

/* transition(state, actual, forecast, lower, upper, level): a row with a NULL is left out. */
PG_FUNCTION_INFO_V1(creditspread_interval_accuracy_transition);
Datum
creditspread_interval_accuracy_transition(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"actual", "forecast", "lower", "upper", "level"};
	bool created;
	cs_interval_sums *sums = sums_argument(fcinfo, &interval_type, &created);
	double value[lengthof(names)];
	double quantiles[3];
	double levels[3];

	for (int i = 0; i < (int) lengthof(names); i++)
		if (PG_ARGISNULL(i + 1))
			return unchanged(sums, created, &fcinfo->isnull);
	for (int i = 0; i < (int) lengthof(names); i++)
		value[i] = finite_argument(fcinfo, i + 1, names[i], NULL);
	check_interval(value[2], value[3], value[4]);
	quantiles[0] = value[2];
	quantiles[1] = value[1];
	quantiles[2] = value[3];
	levels[0] = (1 - value[4]) / 2;
	levels[1] = 0.5;
	levels[2] = (1 + value[4]) / 2;
	add_row(sums, value[0], 3, quantiles, levels);
	check_status(cs_accuracy_state_add(&sums->point, value[0], value[1]), WHAT);
	PG_RETURN_POINTER(sums);
}

static void
check_levels(int quantiles, int count, const double *levels)
{
	if (quantiles != count)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(WHAT ": %d quantiles at %d levels", quantiles, count),
						errhint("Give a level for each quantile.")));
	if (count < 2)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg(WHAT ": %d quantiles, needs at least 2", count),
				 errhint("Of a forecast of a single value use " WHAT "(actual, forecast).")));
	for (int i = 0; i < count; i++)
		if (levels[i] <= (i == 0 ? 0 : levels[i - 1]) || levels[i] >= 1)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": levels[%d] is %g, must be above %g and below 1", i + 1,
								   levels[i], i == 0 ? 0 : levels[i - 1]),
							errhint("Levels are probabilities, in ascending order.")));
}

/* transition(state, actual, quantiles, levels): a row with a NULL is left out. */
PG_FUNCTION_INFO_V1(creditspread_quantile_accuracy_transition);
Datum
creditspread_quantile_accuracy_transition(PG_FUNCTION_ARGS)
{
	bool created;
	cs_interval_sums *sums = sums_argument(fcinfo, &interval_type, &created);
	const double *quantiles;
	const double *levels;
	int count;
	int level_count;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) ||
		array_contains_nulls(PG_GETARG_ARRAYTYPE_P(2)))
		return unchanged(sums, created, &fcinfo->isnull);
	check_finite(PG_GETARG_FLOAT8(1), "actual", NULL);
	quantiles = float8_array_values(PG_GETARG_ARRAYTYPE_P(2), "quantiles", NULL, &count);
	levels = float8_array_values(PG_GETARG_ARRAYTYPE_P(3), "levels", NULL, &level_count);
	check_levels(count, level_count, levels);
	add_row(sums, PG_GETARG_FLOAT8(1), count, quantiles, levels);
	PG_RETURN_POINTER(sums);
}

PG_FUNCTION_INFO_V1(creditspread_interval_accuracy_combine);
Datum
creditspread_interval_accuracy_combine(PG_FUNCTION_ARGS)
{
	bool created;
	cs_interval_sums *sums = sums_argument(fcinfo, &interval_type, &created);

	if (!PG_ARGISNULL(1))
	{
		const cs_interval_sums *other = (const cs_interval_sums *) PG_GETARG_POINTER(1);

		check_counts(interval_type.type.name, sums->n, other->n);
		check_counts(interval_type.type.name, sums->point.n, other->point.n);
		cs_accuracy_state_combine(&sums->point, &other->point);
		cs_interval_sums_combine(sums, other);
	}
	else if (created)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(sums);
}

static void
report_overflow(const cs_interval_sums *sums)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg(WHAT " of %lld observations overflows", (long long) sums->n),
					errhint("Look for extreme values.")));
}

/* level, coverage, below, above, width, interval_score, pinball, crps */
#define INTERVAL_COLUMNS 8

static void
fill_measures(const cs_interval_sums *sums, Datum *values)
{
	cs_interval_measures measures;

	if (cs_interval_accuracy(sums, &measures) != CS_OK)
		report_overflow(sums);
	values[0] = finite_datum(WHAT, measures.level);
	values[1] = finite_datum(WHAT, measures.coverage);
	values[2] = finite_datum(WHAT, measures.below);
	values[3] = finite_datum(WHAT, measures.above);
	values[4] = finite_datum(WHAT, measures.width);
	values[5] = finite_datum(WHAT, measures.interval_score);
	values[6] = finite_datum(WHAT, measures.pinball);
	values[7] = finite_datum(WHAT, measures.crps);
}

static Datum
all_measures(FunctionCallInfo fcinfo, bool or_null)
{
	static cs_status (*const measures[])(const cs_accuracy_sums *, double *) = {
		cs_accuracy_mae, cs_accuracy_mape,	cs_accuracy_rmse,
		cs_accuracy_rsr, cs_accuracy_sdape, cs_accuracy_bias};
	const cs_interval_sums *sums = (const cs_interval_sums *) PG_GETARG_POINTER(0);
	cs_interval_measures interval;
	cs_accuracy_sums point;
	Datum values[1 + lengthof(measures) + INTERVAL_COLUMNS];
	bool nulls[1 + lengthof(measures) + INTERVAL_COLUMNS] = {false};

	if (PG_ARGISNULL(0) || sums->n == 0 ||
		(or_null && cs_interval_accuracy(sums, &interval) != CS_OK))
		PG_RETURN_NULL();
	cs_accuracy_state_sums(&sums->point, &point);
	values[0] = Int64GetDatum(sums->n);
	for (int i = 0; i < (int) lengthof(measures); i++)
	{
		double result = 0;
		cs_status status = measures[i](&point, &result);

		if (status == CS_NOT_FINITE && !or_null)
			report_overflow(sums);
		nulls[1 + i] = status != CS_OK;
		values[1 + i] = finite_datum(WHAT, status == CS_OK ? result : 0);
	}
	fill_measures(sums, values + 1 + lengthof(measures));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

PG_FUNCTION_INFO_V1(creditspread_interval_accuracy_final);
Datum
creditspread_interval_accuracy_final(PG_FUNCTION_ARGS)
{
	return all_measures(fcinfo, false);
}

/* For views: a measure that overflows is NULL, all are where that is one of the interval. */
PG_FUNCTION_INFO_V1(creditspread_interval_accuracy_or_null_final);
Datum
creditspread_interval_accuracy_or_null_final(PG_FUNCTION_ARGS)
{
	return all_measures(fcinfo, true);
}

PG_FUNCTION_INFO_V1(creditspread_quantile_accuracy_final);
Datum
creditspread_quantile_accuracy_final(PG_FUNCTION_ARGS)
{
	const cs_interval_sums *sums = (const cs_interval_sums *) PG_GETARG_POINTER(0);
	Datum values[1 + INTERVAL_COLUMNS];
	bool nulls[1 + INTERVAL_COLUMNS] = {false};

	if (PG_ARGISNULL(0) || sums->n == 0)
		PG_RETURN_NULL();
	values[0] = Int64GetDatum(sums->n);
	fill_measures(sums, values + 1);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}
