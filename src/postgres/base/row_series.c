/*
 * row_series.c
 *		Reads series from the rows of a partition and from arrays.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "postgres/base/arguments.h"
#include "postgres/base/model.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"

void *
partition_memory(WindowObject window, Size size, MemoryContext *context)
{
	void *memory = WinGetPartitionLocalMemory(window, size);

	*context = GetMemoryChunkContext(memory);
	return memory;
}

Datum
partition_argument(WindowObject window, int argno, int64 row, bool *isnull)
{
	bool outside;

	return WinGetFuncArgInPartition(window, argno, row, WINDOW_SEEK_HEAD, false, isnull, &outside);
}

double *
partition_doubles(WindowObject window, const char *what, int argno, const char *name,
				  bool allow_null)
{
	int64 rows = WinGetPartitionRowCount(window);
	double *values = allocate_checked(what, (Size) rows * sizeof(double));

	for (int64 i = 0; i < rows; i++)
	{
		bool isnull;
		Datum datum;

		CHECK_FOR_INTERRUPTS();
		datum = partition_argument(window, argno, i, &isnull);
		if (isnull && allow_null)
			values[i] = NAN;
		else if (isnull || !isfinite(DatumGetFloat8(datum)))
			values[i] = finite_value(
				datum, isnull,
				psprintf("%s: %s in row " INT64_FORMAT " of the partition", what, name, i + 1),
				NULL);
		else
			values[i] = DatumGetFloat8(datum);
	}
	return values;
}

Datum
partition_parameter(FunctionCallInfo fcinfo, const char *what, int argno, const char *name,
					bool *isnull)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Datum first = partition_argument(window, argno, 0, isnull);
	int64 rows = WinGetPartitionRowCount(window);
	int16 length;
	bool by_value;

	if (get_fn_expr_arg_stable(fcinfo->flinfo, argno))
		return first;
	get_typlenbyval(argument_type(fcinfo, argno), &length, &by_value);
	if (!*isnull)
		first = datumCopy(first, by_value, length);
	for (int64 i = 1; i < rows; i++)
	{
		bool other_isnull;
		Datum other;

		CHECK_FOR_INTERRUPTS();
		other = partition_argument(window, argno, i, &other_isnull);
		if (other_isnull != *isnull ||
			(!*isnull && !(length == -1 ? model_same(first, other)
										: datum_image_eq(first, other, by_value, length))))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: %s in row " INT64_FORMAT
								   " of the partition is not what it is in the first",
								   what, name, i + 1),
							errhint("Use one value for the whole partition, or partition by it.")));
	}
	return first;
}

static void
report_element(const char *what, const char *name, int number, bool isnull, double value)
{
	ereport(
		ERROR,
		(errcode(isnull ? ERRCODE_NULL_VALUE_NOT_ALLOWED : ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
		 errmsg("%s: %s[%d] is %s", what, name, number,
				isnull ? "NULL" : (isnan(value) ? "NaN" : (value > 0 ? "Infinity" : "-Infinity"))),
		 errhint("Leave such elements out of the array.")));
}

double *
array_doubles(ArrayType *array, const char *what, const char *name, bool allow_null, int *length)
{
	const double *source = (const double *) ARR_DATA_PTR(array);
	const bits8 *present = ARR_NULLBITMAP(array);
	double *values;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d dimensions, must have 1", what, name, ARR_NDIM(array)),
				 errhint("Call the function once for each series.")));
	*length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	values = allocate_checked(what, (Size) *length * sizeof(double));
	for (int i = 0; i < *length; i++)
	{
		bool isnull = present != NULL && (present[i / 8] & (1 << (i % 8))) == 0;
		double value = isnull ? NAN : *source++;

		if (unlikely(!isfinite(value)) && !(isnull && allow_null))
			report_element(what, name, i + 1, isnull, value);
		values[i] = value;
	}
	return values;
}

Datum
partition_model(WindowObject window, const char *what, int argno)
{
	bool isnull;
	Datum model = partition_argument(window, argno, 0, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s: the model is NULL", what),
				 errhint("Join to the table that holds the models; a fit with on_error => 'null' "
						 "may have given none.")));
	/* not detoasted, since comparing that is cheap */
	return datumCopy(model, false, -1);
}

void
check_partition_model(WindowObject window, const char *what, int argno, int64 row, Datum model)
{
	bool isnull;
	Datum other = partition_argument(window, argno, row, &isnull);

	if (isnull || !model_same(other, model))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: row " INT64_FORMAT
							   " of the partition has another model than the rows before",
							   what, row + 1),
						errhint("Partition by what the models were fitted by.")));
}

int
trailing_rows(const char *what, Datum datum, bool isnull)
{
	int rows = isnull ? 0 : DatumGetInt32(datum);

	if (!isnull && rows < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: trailing_rows is %d, it must be at least 1", what, rows),
						errhint("trailing_rows is the number of rows up to the current one that a "
								"result sees; NULL stands for the whole series.")));
	return rows;
}
