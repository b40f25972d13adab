/*
 * composite.c
 *		Reading composite values with checks, and arrays of float8.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"

Composite
composite_read(Datum datum, const char *type)
{
	HeapTupleHeader header = DatumGetHeapTupleHeader(datum);
	Composite composite = {.type = type};
	HeapTupleData tuple;

	composite.descriptor = lookup_rowtype_tupdesc_copy(HeapTupleHeaderGetTypeId(header),
													   HeapTupleHeaderGetTypMod(header));
	composite.values = palloc(sizeof(Datum) * composite.descriptor->natts);
	composite.nulls = palloc(sizeof(bool) * composite.descriptor->natts);
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = header;
	heap_deform_tuple(&tuple, composite.descriptor, composite.values, composite.nulls);
	return composite;
}

static const char *
column_name(const Composite *composite, int column)
{
	return psprintf("%s of a %s", NameStr(TupleDescAttr(composite->descriptor, column)->attname),
					composite->type);
}

static void
check_present(const Composite *composite, int column)
{
	if (composite->nulls[column])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s is NULL", column_name(composite, column)),
						errhint("Use the value as the fit returned it.")));
}

int64
composite_integer(const Composite *composite, int column, int64 minimum, int64 maximum)
{
	int64 value;

	check_present(composite, column);
	value = TupleDescAttr(composite->descriptor, column)->atttypid == INT8OID
				? DatumGetInt64(composite->values[column])
				: DatumGetInt32(composite->values[column]);
	if (value < minimum || value > maximum)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %lld, must be from %lld to %lld", column_name(composite, column),
						(long long) value, (long long) minimum, (long long) maximum),
				 errhint("Use the value as the fit returned it.")));
	return value;
}

const char *
composite_text(const Composite *composite, int column)
{
	check_present(composite, column);
	return TextDatumGetCString(composite->values[column]);
}

/* The shape of an array as messages show it. */
static const char *
shape_text(int dimensions, const int *lengths)
{
	StringInfoData text;

	if (dimensions == 0)
		return "0";
	initStringInfo(&text);
	for (int i = 0; i < dimensions; i++)
		appendStringInfo(&text, "%s%d", i == 0 ? "" : " x ", lengths[i]);
	return text.data;
}

const double *
composite_doubles(const Composite *composite, int column, int rows, int columns)
{
	int expected[2] = {rows, columns};
	int dimensions = rows == 0 ? 0 : (columns == 0 ? 1 : 2);
	ArrayType *array;
	const double *values;

	check_present(composite, column);
	array = DatumGetArrayTypeP(composite->values[column]);
	if (ARR_NDIM(array) != dimensions ||
		memcmp(ARR_DIMS(array), expected, dimensions * sizeof(int)) != 0)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s has %s elements, must have %s", column_name(composite, column),
							   shape_text(ARR_NDIM(array), ARR_DIMS(array)),
							   shape_text(dimensions, expected)),
						errhint("Use the value as the fit returned it.")));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s contains NULL", column_name(composite, column)),
						errhint("Use the value as the fit returned it.")));
	values = (const double *) ARR_DATA_PTR(array);
	for (int i = 0; i < ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); i++)
		if (!isfinite(values[i]))
			check_finite(values[i], column_name(composite, column), NULL);
	return values;
}

int
composite_length(const Composite *composite, int column, int minimum, int maximum)
{
	ArrayType *array;
	int length;

	check_present(composite, column);
	array = DatumGetArrayTypeP(composite->values[column]);
	length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) > 1 || length < minimum || length > maximum)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s has %s elements, must have %d to %d", column_name(composite, column),
						shape_text(ARR_NDIM(array), ARR_DIMS(array)), minimum, maximum),
				 errhint("Use the value as the fit returned it.")));
	return length;
}

char **
composite_texts(const Composite *composite, int column, int *count)
{
	Datum *elements;
	bool *nulls;
	char **texts;

	*count = composite_length(composite, column, 0, PG_INT32_MAX);
	deconstruct_array(DatumGetArrayTypeP(composite->values[column]), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, count);
	texts = palloc(sizeof(char *) * (*count + 1));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s contains NULL", column_name(composite, column)),
							errhint("Use the value as the fit returned it.")));
		texts[i] = TextDatumGetCString(elements[i]);
	}
	return texts;
}

Datum
finite_datum(const char *what, double value)
{
	if (unlikely(!isfinite(value)))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: a result is %s", what,
							   isnan(value) ? "NaN" : (value > 0 ? "Infinity" : "-Infinity")),
						errhint("Look for extreme values, or scale the data.")));
	return Float8GetDatum(value);
}

Datum
nullable_datum(const char *what, double value, bool *isnull)
{
	*isnull = isnan(value);
	return *isnull ? (Datum) 0 : finite_datum(what, value);
}

void
check_results(const char *what, const double *values, int64 count, bool nullable)
{
	for (int64 i = 0; i < count; i++)
		if (unlikely(!isfinite(values[i])) && !(nullable && isnan(values[i])))
			finite_datum(what, values[i]);
}

Datum
doubles_datum(const char *what, const double *values, int rows, int columns)
{
	int lengths[2] = {rows, columns};
	int lower[2] = {1, 1};
	int count = columns == 0 ? rows : rows * columns;
	Datum *elements;
	ArrayType *array;

	if (count == 0)
		return PointerGetDatum(construct_empty_array(FLOAT8OID));
	elements = palloc(sizeof(Datum) * count);
	for (int i = 0; i < count; i++)
		elements[i] = finite_datum(what, values[i]);
	array = construct_md_array(elements, NULL, columns == 0 ? 1 : 2, lengths, lower, FLOAT8OID,
							   sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	pfree(elements);
	return PointerGetDatum(array);
}

TupleDesc
result_descriptor(FunctionCallInfo fcinfo)
{
	TupleDesc descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("the function must return a composite type")));
	return BlessTupleDesc(descriptor);
}
