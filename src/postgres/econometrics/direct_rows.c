/*
 * direct_rows.c
 *		The rows of direct forecasts, one series or a panel: read off arguments and states, with
 *		what is missing in them, and errors that say what a fit lacks.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/on_error.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/econometrics/linear_model.h"
#include "postgres/state/panel_state.h"
#include "postgres/state/series_state.h"

/*
 * A row of a state is y and the features, 0 where they are missing, and behind them a bit for each
 * of them, MASK_BITS in a number: 1 = missing.
 */
#define MASK_BITS 32

static int
mask_words(int columns)
{
	return (columns + MASK_BITS - 1) / MASK_BITS;
}

double *
linear_feature_values(ArrayType *array, const LinearOptions *options, const char *where,
					  const TimePoint *time, int *count)
{
	Datum *elements;
	bool *nulls;
	double *values;

	if (ARR_NDIM(array) > 1)
		float8_array_values(array, psprintf("features%s", where), time, count);
	deconstruct_array(array, FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
					  &nulls, count);
	values = palloc(sizeof(double) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		values[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
		if (!nulls[i] && !isfinite(values[i]))
			check_finite(values[i], psprintf("%s%s", linear_column_label(options, i + 1), where),
						 time);
	}
	return values;
}

int
linear_row(FunctionCallInfo fcinfo, const char *what, int y_argument, TimePoint time, double *row)
{
	const LinearOptions unnamed = {.feature_name_count = 0};
	int argument = y_argument + 1;
	double *values = NULL;
	double words[LINEAR_MAX_FEATURES / MASK_BITS + 1] = {0};
	int features = 0;

	if (PG_NARGS() > argument && !PG_ARGISNULL(argument))
		values =
			linear_feature_values(PG_GETARG_ARRAYTYPE_P(argument), &unnamed, "", &time, &features);
	if (features > LINEAR_MAX_FEATURES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %d features at %s, the limit is %d", what, features,
							   time_text(time), LINEAR_MAX_FEATURES)));
	row[0] = PG_ARGISNULL(y_argument) ? NAN : finite_argument(fcinfo, y_argument, "y", &time);
	if (features > 0)
		memcpy(row + 1, values, sizeof(double) * features);
	for (int c = 0; c <= features; c++)
		if (isnan(row[c]))
		{
			row[c] = 0;
			words[c / MASK_BITS] += (double) ((uint32) 1 << c % MASK_BITS);
		}
	memcpy(row + features + 1, words, sizeof(double) * mask_words(features + 1));
	return features + 1 + mask_words(features + 1);
}

const Jsonb *
linear_options_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_NARGS() > argument && !PG_ARGISNULL(argument) ? PG_GETARG_JSONB_P(argument) : NULL;
}

/* ---- rows ---- */

/*
 * The columns of rows that are stored with their marks; error where a state is not of linear_fit.
 */
static int
columns_without_mask(int stored, const char *what)
{
	int columns = stored;

	while (columns > 0 && columns + mask_words(columns) > stored)
		columns--;
	if (columns < 1 || columns > LINEAR_MAX_FEATURES + 1 || columns + mask_words(columns) != stored)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: a state of %d values in a row is not one of %s", what, stored, what)));
	return columns;
}

/* Takes the marks off the rows and puts NaN where values are missing. */
static void
unpack_rows(LinearRows *rows, int stored, const char *what)
{
	int columns = columns_without_mask(stored, what);

	rows->columns = columns;
	for (int64 i = 0; i < rows->count; i++)
	{
		double *row = rows->values + i * columns;
		double mask[LINEAR_MAX_FEATURES / MASK_BITS + 1];

		memcpy(mask, rows->values + i * stored + columns, sizeof(double) * mask_words(columns));
		memmove(row, rows->values + i * stored, sizeof(double) * columns);
		for (int c = 0; c < columns; c++)
		{
			double word = mask[c / MASK_BITS];

			if (!(word >= 0 && word <= PG_UINT32_MAX && word == floor(word)))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("%s: a mark of %.15g in a state, must be an integer from 0 to "
								"%u",
								what, word, PG_UINT32_MAX)));
			if (((uint32) word >> c % MASK_BITS & 1) == 0)
				continue;
			row[c] = NAN;
		}
		check_interrupts(i);
	}
}

LinearRows
linear_series_rows(const RowState *state, const char *what, const Jsonb **options)
{
	Series series = series_state_sorted(state, what);
	LinearRows rows = {.time_type = series.time_type,
					   .count = series.count,
					   .times = series.times,
					   .values = series.values,
					   .start = palloc0(sizeof(size_t)),
					   .series = 1};

	unpack_rows(&rows, series.columns, what);
	*options = series.options;
	return rows;
}

void
linear_find_places(LinearRows *rows, const char *what)
{
	rows->place = panel_places(rows->times, rows->count, what);
}

LinearRows
linear_panel_rows(const Panel *panel, const char *what)
{
	LinearRows rows = {.time_type = panel->time_type,
					   .count = panel->count,
					   .times = panel->times,
					   .values = panel->values,
					   .entities = panel->entity_count,
					   .series = panel->entity_count};

	unpack_rows(&rows, panel->columns, what);
	rows.start = allocate_checked(what, sizeof(size_t) * Max(panel->entity_count, 1));
	rows.names = allocate_checked(what, sizeof(char *) * Max(panel->entity_count, 1));
	for (int64 s = 0; s < panel->entity_count; s++)
		rows.names[s] = panel->names[s];
	for (int64 i = 0; i < panel->count; i++)
		if (i == 0 || panel->entities[i] != panel->entities[i - 1])
			rows.start[panel->entities[i]] = i;
	return rows;
}

static int64
series_end(const LinearRows *rows, size_t series)
{
	return series + 1 < rows->series ? (int64) rows->start[series + 1] : rows->count;
}

void
linear_count_missing(LinearRows *rows)
{
	size_t series = 0;

	for (int64 i = 0; i < rows->count; i++)
	{
		check_interrupts(i);
		while (i >= series_end(rows, series))
			series++;
		for (int c = 0; c < rows->columns; c++)
		{
			if (!isnan(rows->values[i * rows->columns + c]))
				continue;
			if (rows->missing++ > 0)
				continue;
			rows->first_column = c;
			rows->first_row = i;
			rows->first_name = rows->names == NULL ? NULL : rows->names[series];
		}
	}
}

int64
linear_rows_to_last_y(const double *values, int columns, int64 count)
{
	while (count > 0 && isnan(values[(count - 1) * columns]))
		count--;
	return count;
}

void
linear_set_aside(LinearRows *rows)
{
	int columns = rows->columns;
	size_t series = 0;
	int64 kept = 0;

	for (size_t s = 0; s < rows->series; s++)
	{
		int64 first = rows->start[s];
		int64 count = linear_rows_to_last_y(rows->values + first * columns, columns,
											series_end(rows, s) - first);

		CHECK_FOR_INTERRUPTS();
		memmove(rows->values + kept * columns, rows->values + first * columns,
				sizeof(double) * columns * count);
		memmove(rows->times + kept, rows->times + first, sizeof(int64) * count);
		if (rows->names != NULL)
			rows->names[series] = rows->names[s];
		if (count > 0)
			rows->start[series++] = kept;
		kept += count;
	}
	if (rows->entities == 0)
	{
		rows->ahead = rows->count - kept;
		rows->ahead_times = rows->times + kept;
		rows->ahead_values = rows->values + kept * columns;
	}
	rows->series = series;
	rows->count = kept;
}

void
linear_drop_rows(LinearRows *rows)
{
	size_t series = 0;
	int64 kept = 0;

	for (size_t s = 0; s < rows->series; s++)
	{
		int64 end = series_end(rows, s);
		int64 first = kept;

		for (int64 i = rows->start[s]; i < end; i++)
		{
			const double *row = rows->values + i * rows->columns;
			bool whole = true;

			for (int c = 0; c < rows->columns; c++)
				whole = whole && !isnan(row[c]);
			if (!whole)
				continue;
			memmove(rows->values + kept * rows->columns, row, sizeof(double) * rows->columns);
			rows->times[kept++] = rows->times[i];
		}
		CHECK_FOR_INTERRUPTS();
		if (kept > first)
			rows->start[series++] = first;
	}
	rows->series = series;
	rows->count = kept;
}

/* ---- errors ---- */

char *
linear_span_text(const LinearRows *rows)
{
	int64 first = rows->times[0];
	int64 last = rows->times[0];

	for (int64 i = 1; i < rows->count; i++)
	{
		first = Min(first, rows->times[i]);
		last = Max(last, rows->times[i]);
	}
	return psprintf("from %s to %s", time_text((TimePoint){rows->time_type, first}),
					time_text((TimePoint){rows->time_type, last}));
}

Model *
linear_report_missing(const LinearRows *rows, const LinearOptions *options, const char *what)
{
	if (options->on_error == ON_ERROR_NULL)
		return NULL;
	ereport(
		ERROR,
		(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
		 errmsg("%s: %s at %s%s is NULL, with option \"missing\" error", what,
				linear_column_label(options, rows->first_column),
				time_text((TimePoint){rows->time_type, rows->times[rows->first_row]}),
				rows->first_name == NULL ? "" : psprintf(" of entity \"%s\"", rows->first_name)),
		 errhint("Use missing => 'carry' or 'drop'.")));
}

int64
linear_rows_with_y(const LinearRows *rows)
{
	int64 count = 0;

	for (int64 i = 0; i < rows->count; i++)
	{
		count += !isnan(rows->values[i * rows->columns]);
		check_interrupts(i);
	}
	return count;
}

Model *
linear_report_few(const LinearRows *rows, const LinearOptions *options, int64 need, int horizon,
				  size_t origins, const char *what)
{
	if (gives_null(CS_TOO_FEW, options->on_error))
		return NULL;
	if (horizon == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s needs at least " INT64_FORMAT " observations, has " INT64_FORMAT "%s",
						what, need, linear_rows_with_y(rows),
						rows->count == 0 ? "" : psprintf(" %s", linear_span_text(rows))),
				 errhint("Give more rows.")));
	ereport(
		ERROR,
		(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		 errmsg("%s needs at least %d rows with history and with y %d rows later, has %zu of "
				"the " INT64_FORMAT " rows %s",
				what, CS_LINEAR_MIN_ORIGINS, horizon, origins, rows->count, linear_span_text(rows)),
		 errhint("Give more rows, a shorter horizon or shorter means; a series needs " INT64_FORMAT
				 " rows.",
				 need)));
}

Model *
linear_report_status(cs_status status, const LinearRows *rows, const LinearOptions *options,
					 const char *what)
{
	if (gives_null(status, options->on_error))
		return NULL;
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("%s: y does not change in the " INT64_FORMAT " rows %s", what,
							   rows->count, linear_span_text(rows)),
						errhint("A series must vary to be fitted.")));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: the changes of y or of a feature overflow in the rows %s", what,
							   linear_span_text(rows)),
						errhint("Scale the variables.")));
	check_status(status, what);
	return NULL;
}

bool *
linear_flagged_columns(const LinearRows *rows)
{
	bool *flagged = palloc0(sizeof(bool) * rows->columns);
	bool *present = palloc0(sizeof(bool) * rows->columns);

	for (int64 i = 0; rows->missing > 0 && i < rows->count; i++)
	{
		for (int c = 1; c < rows->columns; c++)
		{
			bool there = !isnan(rows->values[i * rows->columns + c]);

			present[c] = present[c] || there;
			flagged[c] = flagged[c] || !there;
		}
		check_interrupts(i);
	}
	for (int c = 1; c < rows->columns; c++)
		flagged[c] = flagged[c] && present[c];
	return flagged;
}
