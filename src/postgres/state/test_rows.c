/*
 * test_rows.c
 *		The transition that tests share, and what they say of data that cannot be tested.
 */
#include "postgres.h"

#include "postgres/state/test_rows.h"

static bool
lacks_value(FunctionCallInfo fcinfo, int numbers, bool array)
{
	for (int i = 0; i < numbers + (array ? 1 : 0); i++)
		if (PG_ARGISNULL(2 + i))
			return true;
	return array && array_contains_nulls(PG_GETARG_ARRAYTYPE_P(2 + numbers));
}

Datum
test_transition(FunctionCallInfo fcinfo, const TestArguments *arguments)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	int numbers = 0;
	int length = 0;
	const double *array = NULL;
	double *row;
	const Jsonb *options;
	int next;

	while (arguments->names[numbers] != NULL)
		numbers++;
	next = 2 + numbers + (arguments->array != NULL ? 1 : 0);
	options = PG_NARGS() > next && !PG_ARGISNULL(next) ? PG_GETARG_JSONB_P(next) : NULL;
	if (lacks_value(fcinfo, numbers, arguments->array != NULL))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	if (arguments->array != NULL)
		array = float8_array_values(PG_GETARG_ARRAYTYPE_P(2 + numbers), arguments->array, &time,
									&length);
	row = palloc(sizeof(double) * (numbers + length));
	for (int i = 0; i < numbers; i++)
		row[i] = finite_argument(fcinfo, 2 + i, arguments->names[i], &time);
	if (length > 0)
		memcpy(row + numbers, array, sizeof(double) * length);
	state =
		series_state_append(fcinfo, arguments->what, state, time, row, numbers + length, options);
	pfree(row);
	PG_RETURN_POINTER(state);
}

bool
test_rows(FunctionCallInfo fcinfo, const char *what, int least, int most, Series *series)
{
	if (PG_ARGISNULL(0))
		return false;
	*series = series_state_sorted(row_state_argument(fcinfo, 0), what);
	if (series->count == 0)
		return false;
	check_row_columns(what, series->columns, least, most);
	return true;
}

static char *
rows_text(const Series *series)
{
	return psprintf("%lld rows without NULL from %s to %s", (long long) series->count,
					time_text(series_time(series, 0)),
					time_text(series_time(series, series->count - 1)));
}

bool
test_fault(const char *what, const Series *series, int on_error, cs_status status, int64 need,
		   const char *about)
{
	if (status == CS_OK)
		return false;
	if (gives_null(status, on_error))
		return true;
	if (status == CS_TOO_FEW)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s needs at least %lld rows, has %s", what, (long long) need,
							   rows_text(series)),
						errhint("Give more rows, or on_error => 'null' for a NULL.")));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: %s does not vary in the %s", what, about, rows_text(series)),
						errhint("Leave such series out, or give on_error => 'null' for a NULL.")));
	if (status == CS_ZERO_VARIANCE)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: in the %s nothing of %s is left to chance", what,
							   rows_text(series), about),
						errhint("Leave such series out, or give on_error => 'null' for a NULL.")));
	if (status == CS_SINGULAR)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: in the %s the terms that explain %s follow from each other",
							   what, rows_text(series), about),
						errhint("Leave out what repeats another series, use fewer lags where there "
								"are some, or give on_error => 'null' for a NULL.")));
	if (status == CS_ZERO_DIVISOR)
		ereport(ERROR, (errcode(ERRCODE_DIVISION_BY_ZERO),
						errmsg("%s: %s is zero in one of the %s", what, about, rows_text(series)),
						errhint("Use another loss, or leave such rows out with FILTER.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: %s overflows in the %s", what, about, rows_text(series)),
						errhint("Look for extreme values, or scale them.")));
	check_status(status, what);
	return true;
}
