/*
 * similarity.c
 *		cosine_similarity, and nearest: the names of the vectors nearest to one.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/text/similarity.h"
#include "postgres/base/arguments.h"
#include "postgres/base/settings.h"
#include "postgres/text/real_array.h"

/* cosine_similarity(real[], real[]): NULL where one of them is 0. */
PG_FUNCTION_INFO_V1(creditspread_cosine_similarity);
Datum
creditspread_cosine_similarity(PG_FUNCTION_ARGS)
{
	static const char what[] = "cosine_similarity";
	int length[2];
	const float *a = real_array_values(PG_GETARG_ARRAYTYPE_P(0), what, "the first vector", length);
	const float *b =
		real_array_values(PG_GETARG_ARRAYTYPE_P(1), what, "the second vector", length + 1);
	double cosine;

	if (length[0] != length[1])
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s: the vectors have %d and %d elements", what, length[0], length[1]),
				 errhint("Make both with the same encoder and options.")));
	cosine = cs_cosine(a, b, length[0]);
	if (isnan(cosine))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(cosine);
}

/* The names of the rows, none of which is NULL. */
static Datum *
row_names(ArrayType *array, const char *what, int rows)
{
	Datum *names;
	bool *nulls;
	int count;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: names has %d dimensions, must have 1", what, ARR_NDIM(array))));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &count);
	if (count != rows)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: %d names for %d vectors", what, count, rows)));
	for (int i = 0; i < count; i++)
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s: names[%d] is NULL", what, i + 1)));
	return names;
}

/* nearest(embedding, names, embeddings, k, threshold): name, similarity. */
PG_FUNCTION_INFO_V1(creditspread_nearest);
Datum
creditspread_nearest(PG_FUNCTION_ARGS)
{
	static const char what[] = "nearest";
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const float *vector;
	const float *matrix;
	Datum *names;
	double *cosine;
	size_t *nearest;
	size_t count;
	int width;
	int columns;
	int rows;
	int k;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	vector = real_array_values(PG_GETARG_ARRAYTYPE_P(0), what, "embedding", &width);
	matrix = real_matrix_values(PG_GETARG_ARRAYTYPE_P(2), what, "embeddings", &rows, &columns);
	names = row_names(PG_GETARG_ARRAYTYPE_P(1), what, rows);
	k = PG_GETARG_INT32(3);
	if (k < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: k is %d, must be at least 1", what, k)));
	if (!PG_ARGISNULL(4))
		check_finite(PG_GETARG_FLOAT8(4), "threshold", NULL);
	if (rows > 0 && width != columns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s: embedding has %d elements, those of embeddings have %d", what,
							   width, columns),
						errhint("Make both with the same encoder and options.")));
	cosine = allocate_checked(what, sizeof(double) * rows);
	nearest = allocate_checked(what, sizeof(size_t) * (Min(k, rows) + 1));
	cs_cosines(cosine, vector, matrix, rows, width);
	count = rows == 0 ? 0 : cs_nearest(nearest, cosine, rows, Min(k, rows));
	for (size_t i = 0; i < count; i++)
	{
		Datum row[2] = {names[nearest[i]], Float8GetDatum(cosine[nearest[i]])};
		bool nulls[2] = {false};

		if (PG_ARGISNULL(4) || cosine[nearest[i]] > PG_GETARG_FLOAT8(4))
			tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
	}
	return (Datum) 0;
}
