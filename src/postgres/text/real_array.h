/*
 * real_array.h
 *		Arrays of type real, as vectors.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_REAL_ARRAY_H
#define CREDITSPREAD_POSTGRES_TEXT_REAL_ARRAY_H

#include "utils/array.h"

#include "postgres/base/compatibility.h"

/* A real[] of `count` elements without values, palloc'd; *values is where they stand. */
extern ArrayType *real_array_create(const char *what, Size count, float **values);

/* Likewise real[rows][columns], of one row or more. */
extern ArrayType *real_matrix_create(const char *what, Size rows, Size columns, float **values);

/*
 * The elements of a real[] called `name`, into which the result points.  Other than one dimension
 * is error 2202E, NULL 22004, NaN and infinity 22003.
 */
extern const float *real_array_values(ArrayType *array, const char *what, const char *name,
									  int *length);

/* Likewise of a real[rows][columns]; an empty array has no rows. */
extern const float *real_matrix_values(ArrayType *array, const char *what, const char *name,
									   int *rows, int *columns);

#endif
