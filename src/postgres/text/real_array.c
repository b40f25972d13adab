/*
 * real_array.c
 *		Arrays of type real in and out.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/memutils.h"

#include "numeric/base/vector_math.h"
#include "postgres/base/settings.h"
#include "postgres/text/real_array.h"

ArrayType *
real_array_create(const char *what, Size count, float **values)
{
	Size size = ARR_OVERHEAD_NONULLS(1) + count * sizeof(float);
	ArrayType *array;

	check_memory(what, size);
	array = palloc0(size);
	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = FLOAT4OID;
	ARR_DIMS(array)[0] = count;
	ARR_LBOUND(array)[0] = 1;
	*values = (float *) ARR_DATA_PTR(array);
	return array;
}

ArrayType *
real_matrix_create(const char *what, Size rows, Size columns, float **values)
{
	Size size;
	ArrayType *array;

	if (rows > MaxArraySize / columns)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: %zu vectors of %zu elements, an array has %zu at most", what,
							   rows, columns, (Size) MaxArraySize),
						errhint("Give fewer texts at a time.")));
	size = ARR_OVERHEAD_NONULLS(2) + rows * columns * sizeof(float);
	check_memory(what, size);
	array = palloc0(size);
	SET_VARSIZE(array, size);
	array->ndim = 2;
	array->elemtype = FLOAT4OID;
	ARR_DIMS(array)[0] = rows;
	ARR_DIMS(array)[1] = columns;
	ARR_LBOUND(array)[0] = ARR_LBOUND(array)[1] = 1;
	*values = (float *) ARR_DATA_PTR(array);
	return array;
}

/* The elements, of which there are `count`. */
static const float *
checked_values(ArrayType *array, const char *what, const char *name, Size count)
{
	const float *values = (const float *) ARR_DATA_PTR(array);

	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: %s contains NULL", what, name)));
	if (!cs_all_finite_float(values, count))
		for (Size i = 0; i < count; i++)
			if (!isfinite(values[i]))
				ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
								errmsg("%s: %s has %s in element %zu", what, name,
									   isnan(values[i]) ? "NaN" : "an infinity", i + 1)));
	return values;
}

const float *
real_array_values(ArrayType *array, const char *what, const char *name, int *length)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d dimensions, must have 1", what, name, ARR_NDIM(array))));
	*length = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
	return checked_values(array, what, name, *length);
}

const float *
real_matrix_values(ArrayType *array, const char *what, const char *name, int *rows, int *columns)
{
	*rows = *columns = 0;
	if (ARR_NDIM(array) == 0)
		return NULL;
	if (ARR_NDIM(array) != 2)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: %s has %d dimensions, must have 2", what, name, ARR_NDIM(array)),
				 errhint("Build it with array_agg of the vectors.")));
	*rows = ARR_DIMS(array)[0];
	*columns = ARR_DIMS(array)[1];
	return checked_values(array, what, name, (Size) *rows * *columns);
}
