/*
 * composite.h
 *		Models that are composite values: arrays of float8 in and out, and everything checked on the
 *		way in, since anybody may build such a value.
 */
#ifndef CREDITSPREAD_POSTGRES_COMPOSITE_H
#define CREDITSPREAD_POSTGRES_COMPOSITE_H

#include "fmgr.h"
#include "access/tupdesc.h"

typedef struct Composite
{
	const char *type; /* as messages name it */
	TupleDesc descriptor;
	Datum *values;
	bool *nulls;
} Composite;

/* The columns of a composite value. */
extern Composite composite_read(Datum datum, const char *type);

/* Column `column` (from 0): NULL is error 22004, a value outside of the range 22023. */
extern int64 composite_integer(const Composite *composite, int column, int64 minimum,
							   int64 maximum);
extern const char *composite_text(const Composite *composite, int column);

/*
 * A float8[rows][columns], or float8[rows] where columns is 0; it points into the value.  Another
 * shape is error 2202E; NULL is 22004, NaN and infinity 22003.
 */
extern const double *composite_doubles(const Composite *composite, int column, int rows,
									   int columns);

/* The length of a one-dimensional array; outside of the range is error 2202E. */
extern int composite_length(const Composite *composite, int column, int minimum, int maximum);

/* The elements of a text[], palloc'd; NULL is error 22004, more dimensions 2202E. */
extern char **composite_texts(const Composite *composite, int column, int *count);

/* A float8 of a result of the function `what`; error 22003 where it is not finite. */
extern Datum finite_datum(const char *what, double value);

/* As finite_datum, but NaN stands for NULL. */
extern Datum nullable_datum(const char *what, double value, bool *isnull);

/* Error 22003 unless all values are finite, or NaN where that stands for NULL. */
extern void check_results(const char *what, const double *values, int64 count, bool nullable);

/*
 * A float8[rows][columns], or float8[rows] where columns is 0, as SQL takes it; likewise checked.
 */
extern Datum doubles_datum(const char *what, const double *values, int rows, int columns);

/* The result type of a function that returns a composite, ready to form tuples. */
extern TupleDesc result_descriptor(FunctionCallInfo fcinfo);

#endif
