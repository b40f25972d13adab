/*
 * arguments.c
 *		Checks and unpacks SQL arguments.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "postgres/base/arguments.h"

void
check_time(TimePoint time)
{
	bool finite = true;
	bool in_range = true;

	if (time.type == TIME_DATE)
	{
		finite = !DATE_NOT_FINITE(time.value);
		in_range = time.value >= DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE &&
				   time.value < DATE_END_JULIAN - POSTGRES_EPOCH_JDATE;
	}
	else if (time.type != TIME_BIGINT)
	{
		finite = !TIMESTAMP_NOT_FINITE(time.value);
		in_range = IS_VALID_TIMESTAMP(time.value);
	}
	if (!finite || !in_range)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 finite ? errmsg("the time of an observation is out of the range of its type")
						: errmsg("the time of an observation must be finite"),
				 errhint(LEAVE_ROWS_OUT)));
}

Oid
argument_type(FunctionCallInfo fcinfo, int argno)
{
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, argno);

	if (!OidIsValid(type))
	{
		Oid *types;
		int count;

		get_func_signature(fcinfo->flinfo->fn_oid, &types, &count);
		type = types[argno];
		pfree(types);
	}
	return type;
}

TimePoint
time_argument(FunctionCallInfo fcinfo, int argno)
{
	return time_value(fcinfo, argno, PG_GETARG_DATUM(argno), PG_ARGISNULL(argno));
}

TimePoint
time_value(FunctionCallInfo fcinfo, int argno, Datum value, bool isnull)
{
	TimePoint time = {TIME_NONE, 0};

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the time of an observation must not be NULL"), errhint(LEAVE_ROWS_OUT)));
	switch (argument_type(fcinfo, argno))
	{
		case DATEOID:
			time = (TimePoint){TIME_DATE, DatumGetDateADT(value)};
			break;
		case TIMESTAMPOID:
			time = (TimePoint){TIME_TIMESTAMP, DatumGetTimestamp(value)};
			break;
		case TIMESTAMPTZOID:
			time = (TimePoint){TIME_TIMESTAMPTZ, DatumGetTimestampTz(value)};
			break;
		case INT8OID:
			time = (TimePoint){TIME_BIGINT, DatumGetInt64(value)};
			break;
		default:
			ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
							errmsg("time must be date, timestamp, timestamptz or bigint")));
	}
	check_time(time);
	return time;
}

Datum
time_datum(TimePoint time)
{
	if (time.type == TIME_DATE)
		return DateADTGetDatum((DateADT) time.value);
	return Int64GetDatum(time.value);
}

char *
time_text(TimePoint time)
{
	Datum value = time_datum(time);

	switch (time.type)
	{
		case TIME_DATE:
			return DatumGetCString(DirectFunctionCall1(date_out, value));
		case TIME_TIMESTAMP:
			return DatumGetCString(DirectFunctionCall1(timestamp_out, value));
		case TIME_TIMESTAMPTZ:
			return DatumGetCString(DirectFunctionCall1(timestamptz_out, value));
		default:
			return DatumGetCString(DirectFunctionCall1(int8out, value));
	}
}

Datum
time_iso(TimePoint time)
{
	static const Oid types[] = {[TIME_DATE] = DATEOID,
								[TIME_TIMESTAMP] = TIMESTAMPOID,
								[TIME_TIMESTAMPTZ] = TIMESTAMPTZOID};
	char buffer[MAXDATELEN + 1];
	int utc = 0;

	if (time.type == TIME_BIGINT)
		return CStringGetTextDatum(time_text(time));
	JsonEncodeDateTime(buffer, time_datum(time), types[time.type], &utc);
	return CStringGetTextDatum(buffer);
}

static const char *
at_time(const TimePoint *time)
{
	return time == NULL ? "" : psprintf(" at %s", time_text(*time));
}

void
check_finite(double value, const char *name, const TimePoint *time)
{
	if (unlikely(!isfinite(value)))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s%s is %s", name, at_time(time),
							   isnan(value) ? "NaN" : (value > 0 ? "Infinity" : "-Infinity")),
						errhint(LEAVE_ROWS_OUT)));
}

double
finite_value(Datum value, bool isnull, const char *name, const TimePoint *time)
{
	if (unlikely(isnull))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s%s is NULL", name, at_time(time)), errhint(LEAVE_ROWS_OUT)));
	check_finite(DatumGetFloat8(value), name, time);
	return DatumGetFloat8(value);
}

double
finite_argument(FunctionCallInfo fcinfo, int argno, const char *name, const TimePoint *time)
{
	return finite_value(PG_GETARG_DATUM(argno), PG_ARGISNULL(argno), name, time);
}

/* The place of the first NULL in an array that has one, from 1. */
static int
first_null(ArrayType *array)
{
	const bits8 *present = ARR_NULLBITMAP(array);
	int place = 0;

	while ((present[place / 8] & (1 << (place % 8))) != 0)
		place++;
	return place + 1;
}

const double *
float8_array_values(ArrayType *array, const char *name, const TimePoint *time, int *length)
{
	const double *values = (const double *) ARR_DATA_PTR(array);

	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s%s has %d dimensions, must have 1", name, at_time(time),
							   ARR_NDIM(array)),
						errhint("Give one value for each feature, as in ARRAY[vix, slope].")));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s[%d]%s is NULL", name, first_null(array), at_time(time)),
						errhint(LEAVE_ROWS_OUT)));
	*length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	for (int i = 0; i < *length; i++)
		if (unlikely(!isfinite(values[i])))
			check_finite(values[i], psprintf("%s[%d]", name, i + 1), time);
	return values;
}

double *
float8_array_with_nulls(ArrayType *array, const char *name, const TimePoint *time, int *length)
{
	Datum *elements;
	bool *nulls;
	double *values;

	deconstruct_array(array, FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
					  &nulls, length);
	values = palloc(sizeof(double) * Max(*length, 1));
	for (int i = 0; i < *length; i++)
	{
		values[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
		if (!nulls[i] && !isfinite(values[i]))
			check_finite(values[i], psprintf("%s[%d]", name, i + 1), time);
	}
	return values;
}

void
check_not_null(const char *what, const char *name, bool isnull)
{
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s: %s is NULL", what, name),
				 errhint("Give a value, or leave the argument out where it has a default.")));
}

int
choice_argument(const char *what, const char *name, const char *value, const char *const *choices)
{
	StringInfoData known;

	for (int i = 0; choices[i] != NULL; i++)
		if (strcmp(choices[i], value) == 0)
			return i;
	initStringInfo(&known);
	for (int i = 0; choices[i] != NULL; i++)
		appendStringInfo(&known, "%s%s", i == 0 ? "" : ", ", choices[i]);
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: unknown %s \"%s\"", what, name, value),
					errhint("Known are: %s.", known.data)));
}
