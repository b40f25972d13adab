/*
 * wavelet_decomposition.c
 *		wavelet_decompose and wavelet_reconstruct, and the coefficients of one level.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/base/vector_math.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/row_series.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/signal/wavelet_arguments.h"

enum
{
	COLUMN_WAVELET,
	COLUMN_EXTENSION,
	COLUMN_OBSERVATIONS,
	COLUMN_LENGTHS,
	COLUMN_COEFFICIENTS,
	COLUMNS
};

#define TYPE "wavelet_decomposition"

static void
check_overflow(const char *what, const double *values, Size count)
{
	for (Size i = 0; i < count; i += CHECK_EVERY)
	{
		CHECK_FOR_INTERRUPTS();
		if (!cs_all_finite_double(values + i, Min(count - i, CHECK_EVERY)))
			check_status(CS_NOT_FINITE, what);
	}
}

/* A transform in a block of its own, which is returned for freeing. */
static void *
make_transform(const char *what, cs_wavelet_transform *transform, const cs_wavelet_shape *shape)
{
	Size size = cs_wavelet_transform_size(shape);
	void *block = allocate_checked(what, size);
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	check_status(cs_wavelet_transform_initialize(transform, shape, &workspace), what);
	return block;
}

/* The length of the approximation, then those of the details from the last level to the first. */
static void
part_lengths(const cs_wavelet_shape *shape, int32 *lengths)
{
	*lengths++ = shape->length[shape->levels];
	for (int level = shape->levels; level > 0; level--)
		*lengths++ = shape->length[level];
}

static Datum
lengths_datum(const cs_wavelet_shape *shape)
{
	int32 lengths[CS_WAVELET_MAX_LEVEL + 1];
	Datum elements[CS_WAVELET_MAX_LEVEL + 1];

	part_lengths(shape, lengths);
	for (int i = 0; i <= shape->levels; i++)
		elements[i] = Int32GetDatum(lengths[i]);
	return PointerGetDatum(
		construct_array(elements, shape->levels + 1, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}

/*
 * wavelet_decompose(x float8[], wavelet, level, extension)
 */
PG_FUNCTION_INFO_V1(creditspread_wavelet_decompose);
Datum
creditspread_wavelet_decompose(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"x", "wavelet", "level", "extension"};
	const char *what = "wavelet_decompose";
	WaveletArguments arguments;
	cs_wavelet_shape shape;
	cs_wavelet_transform transform;
	ArrayType *coefficients;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double *x;
	int n;

	for (int i = 1; i < (int) lengthof(names); i++)
		check_not_null(what, names[i], PG_ARGISNULL(i));
	arguments = wavelet_arguments(what, text_to_cstring(PG_GETARG_TEXT_PP(1)), PG_GETARG_INT32(2),
								  text_to_cstring(PG_GETARG_TEXT_PP(3)));
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	x = array_doubles(PG_GETARG_ARRAYTYPE_P(0), what, names[0], false, &n);
	if (n == 0)
		PG_RETURN_NULL();
	notice_level(what, &arguments, n);
	shape = wavelet_shape(what, &arguments, n);
	coefficients = doubles_array(what, cs_wavelet_coefficient_count(&shape));
	make_transform(what, &transform, &shape);
	cs_wavelet_decompose(&transform, &shape, true, x, (double *) ARR_DATA_PTR(coefficients));
	check_overflow(what, (double *) ARR_DATA_PTR(coefficients),
				   cs_wavelet_coefficient_count(&shape));
	values[COLUMN_WAVELET] = CStringGetTextDatum(shape.filter->name);
	values[COLUMN_EXTENSION] = CStringGetTextDatum(wavelet_extension_names[shape.extension]);
	values[COLUMN_OBSERVATIONS] = Int32GetDatum(n);
	values[COLUMN_LENGTHS] = lengths_datum(&shape);
	values[COLUMN_COEFFICIENTS] = PointerGetDatum(coefficients);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

static void
check_lengths(const Composite *composite, const cs_wavelet_shape *shape)
{
	ArrayType *array = DatumGetArrayTypeP(composite->values[COLUMN_LENGTHS]);
	int32 expected[CS_WAVELET_MAX_LEVEL + 1];

	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("lengths of a " TYPE " contains NULL"),
						errhint("Use the value as wavelet_decompose returned it.")));
	part_lengths(shape, expected);
	for (int i = 0; i <= shape->levels; i++)
	{
		int32 length = ((const int32 *) ARR_DATA_PTR(array))[i];

		if (length != expected[i])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("lengths[%d] of a " TYPE " is %d, %zu observations have %d",
								   i + 1, length, shape->length[0], expected[i]),
							errhint("Use the value as wavelet_decompose returned it.")));
	}
}

/* Everything is checked, since anybody may build such a value. */
static const double *
read_decomposition(const char *what, Datum datum, cs_wavelet_shape *shape)
{
	Composite composite = composite_read(datum, TYPE);
	const char *wavelet = composite_text(&composite, COLUMN_WAVELET);
	const char *extension = composite_text(&composite, COLUMN_EXTENSION);
	int observations = composite_integer(&composite, COLUMN_OBSERVATIONS, 1, PG_INT32_MAX / 16);
	int levels = composite_length(&composite, COLUMN_LENGTHS, 2, CS_WAVELET_MAX_LEVEL + 1) - 1;
	WaveletArguments arguments = wavelet_arguments(what, wavelet, levels, extension);

	*shape = wavelet_shape(what, &arguments, observations);
	check_lengths(&composite, shape);
	return composite_doubles(&composite, COLUMN_COEFFICIENTS, cs_wavelet_coefficient_count(shape),
							 0);
}

/*
 * wavelet_reconstruct(decomposition)
 */
PG_FUNCTION_INFO_V1(creditspread_wavelet_reconstruct);
Datum
creditspread_wavelet_reconstruct(PG_FUNCTION_ARGS)
{
	const char *what = "wavelet_reconstruct";
	cs_wavelet_shape shape;
	const double *coefficients = read_decomposition(what, PG_GETARG_DATUM(0), &shape);
	ArrayType *result = doubles_array(what, shape.length[0]);
	double *x = (double *) ARR_DATA_PTR(result);
	cs_wavelet_transform transform;

	make_transform(what, &transform, &shape);
	cs_wavelet_reconstruct(&transform, &shape, true, coefficients, x);
	check_overflow(what, x, shape.length[0]);
	PG_RETURN_ARRAYTYPE_P(result);
}

/*
 * wavelet_approximation(decomposition): the coefficients of the last level
 */
PG_FUNCTION_INFO_V1(creditspread_wavelet_approximation);
Datum
creditspread_wavelet_approximation(PG_FUNCTION_ARGS)
{
	cs_wavelet_shape shape;
	const double *coefficients =
		read_decomposition("wavelet_approximation", PG_GETARG_DATUM(0), &shape);

	PG_RETURN_DATUM(
		doubles_datum("wavelet_approximation", coefficients, shape.length[shape.levels], 0));
}

/*
 * wavelet_detail(decomposition, level): 1 is the finest
 */
PG_FUNCTION_INFO_V1(creditspread_wavelet_detail);
Datum
creditspread_wavelet_detail(PG_FUNCTION_ARGS)
{
	cs_wavelet_shape shape;
	const double *coefficients = read_decomposition("wavelet_detail", PG_GETARG_DATUM(0), &shape);
	int level = PG_GETARG_INT32(1);

	if (level < 1 || level > shape.levels)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("wavelet_detail: level is %d, the decomposition has 1 to %d", level,
							   shape.levels),
						errhint("Level 1 has the finest details.")));
	PG_RETURN_DATUM(doubles_datum("wavelet_detail",
								  coefficients + cs_wavelet_detail_offset(&shape, level),
								  shape.length[level], 0));
}
