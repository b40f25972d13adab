/*
 * direct_partition.c
 *		The partitions of window functions with a model of a direct forecast: their rows, and the
 *		argument that names a horizon.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/econometrics/direct.h"

cs_linear_data
direct_data(const DirectModel *model, const double *values, int64 rows, const size_t *start)
{
	return (cs_linear_data){.values = values,
							.rows = rows,
							.columns = model->features + 1,
							.series_start = start,
							.series_count = 1,
							.flagged = model->flagged,
							.ahead = model->ahead};
}

/* values[kept] of the rows without missing values and of all from row `later` on; their numbers
 * into rows[]. */
static double *
whole_rows(const double *values, int columns, int64 count, int64 later, int64 *rows, int64 *kept,
		   const char *what)
{
	double *whole = allocate_checked(what, sizeof(double) * columns * Max(count, 1));

	*kept = 0;
	for (int64 i = 0; i < count; i++)
	{
		bool all = true;

		check_interrupts(i);
		for (int c = 0; i < later && c < columns; c++)
			all = all && !isnan(values[i * columns + c]);
		if (!all)
			continue;
		memcpy(whole + *kept * columns, values + i * columns, sizeof(double) * columns);
		rows[(*kept)++] = i;
	}
	return whole;
}

DirectKept
direct_kept_rows(const DirectModel *model, const double *values, int64 rows, const char *what)
{
	static const size_t start = 0;
	int columns = model->features + 1;
	bool drop = model->options->missing == MISSING_DROP;
	int64 count = rows;
	int64 later =
		model->ahead == NULL || !drop ? rows : linear_rows_to_last_y(values, columns, rows);
	DirectKept kept = {.number = allocate_checked(what, sizeof(int64) * Max(rows, 1)),
					   .place = allocate_checked(what, sizeof(int64) * Max(rows, 1))};

	for (int64 i = 0; i < rows; i++)
	{
		kept.number[i] = i;
		kept.place[i] = drop ? -1 : i;
	}
	if (drop)
		values = whole_rows(values, columns, rows, later, kept.number, &count, what);
	for (int64 i = 0; i < count; i++)
		kept.place[kept.number[i]] = i;
	kept.data = direct_data(model, values, count, &start);
	return kept;
}

static void
report_feature_count(const LinearOptions *options, int features, int count, int64 row,
					 const char *what)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < options->feature_name_count; i++)
		appendStringInfo(&names, "%s%s", i == 0 ? "The features are: " : ", ",
						 options->feature_names[i]);
	ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					errmsg("%s: %d features in row " INT64_FORMAT
						   " of the partition, the model was fitted with %d",
						   what, count, row, features),
					names.len > 0 ? errhint("%s.", names.data)
								  : errhint("Give the features that the model was fitted with.")));
}

/* y and the features of a row of the partition, NaN where they are missing. */
static void
read_row(WindowObject window, const LinearOptions *options, int features, int64 row, double *values,
		 const char *what)
{
	char *where = psprintf(" in row " INT64_FORMAT " of the partition", row + 1);
	bool isnull;
	Datum datum = partition_argument(window, DIRECT_ARGUMENT_Y, row, &isnull);
	int count = 0;

	values[0] = isnull ? NAN : finite_value(datum, false, psprintf("y%s", where), NULL);
	datum = partition_argument(window, DIRECT_ARGUMENT_FEATURES, row, &isnull);
	if (isnull)
		for (int i = 1; i <= features; i++)
			values[i] = NAN;
	else
	{
		const double *given =
			linear_feature_values(DatumGetArrayTypeP(datum), options, where, NULL, &count);

		if (count != features)
			report_feature_count(options, features, count, row + 1, what);
		memcpy(values + 1, given, sizeof(double) * count);
	}
}

/* Error 22004 where a value is missing. */
static void
refuse_missing(const double *values, int columns, int64 rows, const LinearOptions *options,
			   const char *what)
{
	for (int64 i = 0; i < rows * columns; i++)
	{
		check_interrupts(i);
		if (isnan(values[i]))
			ereport(
				ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s: %s in row " INT64_FORMAT
						" of the partition is NULL, the model was fitted with missing => 'error'",
						what, linear_column_label(options, (int) (i % columns)), i / columns + 1),
				 errhint(LEAVE_ROWS_OUT)));
	}
}

double *
direct_partition_values(WindowObject window, const DirectModel *model, int64 rows, Datum stored,
						const char *what)
{
	const LinearOptions *options = model->options;
	int features = model->features;
	int columns = features + 1;
	double *values = allocate_checked(what, sizeof(double) * columns * rows);
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "direct forecast row", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(per_row);

	for (int64 i = 0; i < rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(per_row);
		check_partition_model(window, what, DIRECT_ARGUMENT_MODEL, i, stored);
		read_row(window, options, features, i, values + i * columns, what);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(per_row);
	if (options->missing == MISSING_ERROR)
		refuse_missing(values, columns,
					   options->known_count == 0 ? rows
												 : linear_rows_to_last_y(values, columns, rows),
					   options, what);
	return values;
}

int
direct_horizon_of_step(const LinearOptions *options, Datum step, bool isnull, const char *what)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int h = 0; h < options->linear.horizon_count; h++)
	{
		if (!isnull && options->linear.horizons[h] == DatumGetInt32(step))
			return h;
		appendStringInfo(&known, "%s%d", h == 0 ? "" : ", ", options->linear.horizons[h]);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: step is %s, the model forecasts steps %s", what,
						   isnull ? "NULL" : psprintf("%d", DatumGetInt32(step)), known.data),
					errhint("Fit with %.*s_options(horizons => ...) that contain the step.",
							(int) (strrchr(what, '_') - what), what)));
}

void
direct_check_step(WindowObject window, int first, int64 row, const char *what)
{
	bool isnull;
	int step = DatumGetInt32(WinGetFuncArgCurrent(window, DIRECT_ARGUMENT_STEP, &isnull));

	if (isnull || step != first)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: step is %s in row " INT64_FORMAT
							   " of the partition and %d in the first",
							   what, isnull ? "NULL" : psprintf("%d", step), row + 1, first),
						errhint("Use %s_steps for all steps of a model.", what)));
}
