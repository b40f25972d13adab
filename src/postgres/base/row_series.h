/*
 * row_series.h
 *		What row-aligned functions share: a series given by the rows of a window function's
 *		partition or by an array, and arguments that must be the same in all rows.
 *
 * A window function computes what it needs at the first row of a partition and keeps it in the
 * partition's memory, which the server resets between partitions: memory does not grow with their
 * number.
 */
#ifndef CREDITSPREAD_POSTGRES_ROW_SERIES_H
#define CREDITSPREAD_POSTGRES_ROW_SERIES_H

#include "fmgr.h"
#include "utils/array.h"
#include "windowapi.h"

/*
 * Memory of `size` bytes that belongs to the partition, zeroed at its first row, and (in *context)
 * the context to build what it points to.
 */
extern void *partition_memory(WindowObject window, Size size, MemoryContext *context);

/* Argument `argno` in row `row`, counted from 0. */
extern Datum partition_argument(WindowObject window, int argno, int64 row, bool *isnull);

/*
 * Argument `argno`, a float8 called `name`, of every row, in the current context.  NaN and infinity
 * are error 22003; NULL is 22004, or becomes NaN where `allow_null`.  Both name the row.
 */
extern double *partition_doubles(WindowObject window, const char *what, int argno, const char *name,
								 bool allow_null);

/*
 * Argument `argno` called `name` of the first row; error 22023 when it is not the same in every
 * row.  Constants are not looked at again.
 */
extern Datum partition_parameter(FunctionCallInfo fcinfo, const char *what, int argno,
								 const char *name, bool *isnull);

/*
 * The elements of a one-dimensional float8[] called `name`, palloc'd.  More dimensions are error
 * 2202E, NaN and infinity 22003; NULL is 22004, or becomes NaN where `allow_null`.
 */
extern double *array_doubles(ArrayType *array, const char *what, const char *name, bool allow_null,
							 int *length);

/* Argument `argno` of the first row, the model of a partition as it is stored; NULL is 22004. */
extern Datum partition_model(WindowObject window, const char *what, int argno);

/* Error 22023 unless row `row`, counted from 0, has that model. */
extern void check_partition_model(WindowObject window, const char *what, int argno, int64 row,
								  Datum model);

/*
 * The argument `trailing_rows`: a number of rows of at least 1 (else error 22023), or 0 for NULL.
 */
extern int trailing_rows(const char *what, Datum datum, bool isnull);

#endif
