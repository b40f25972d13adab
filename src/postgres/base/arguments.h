/*
 * arguments.h
 *		Checks and unpacks SQL arguments: finite numbers, times of the four types, arrays, names.
 */
#ifndef CREDITSPREAD_POSTGRES_ARGUMENTS_H
#define CREDITSPREAD_POSTGRES_ARGUMENTS_H

#include "fmgr.h"
#include "utils/array.h"

#include "postgres/base/compatibility.h"

/* The remedy for rows that cannot be used; WHERE stands before window functions too. */
#define LEAVE_ROWS_OUT "Leave such rows out with WHERE, in an aggregate also with FILTER."

/* Counts up to here are exact as a double and as a number of JSON. */
#define MAX_EXACT_COUNT (INT64CONST(1) << 53)

/* The types that a time argument may have; stored in states, so the values do not change. */
typedef enum TimeType
{
	TIME_NONE = 0,
	TIME_DATE = 1,
	TIME_TIMESTAMP = 2,
	TIME_TIMESTAMPTZ = 3,
	TIME_BIGINT = 4
} TimeType;

typedef struct TimePoint
{
	TimeType type;
	int64 value; /* days, microseconds, or the integer itself */
} TimePoint;

/*
 * The declared type of argument `argno`, also where the caller says nothing of the call, as Citus
 * does: get_fn_expr_argtype alone gives 0 there.
 */
extern Oid argument_type(FunctionCallInfo fcinfo, int argno);

/* Argument `argno` as a time; NULL (22004) and infinite times (22008) are errors. */
extern TimePoint time_argument(FunctionCallInfo fcinfo, int argno);

/* The same for a value of the argument that is already at hand. */
extern TimePoint time_value(FunctionCallInfo fcinfo, int argno, Datum value, bool isnull);

/* Error 22008 unless the time is finite and one that its type can have. */
extern void check_time(TimePoint time);

/* The time as SQL would print it, palloc'd. */
extern char *time_text(TimePoint time);

/* The same as a text of ISO 8601, whatever DateStyle and TimeZone say; UTC. */
extern Datum time_iso(TimePoint time);

/* The value of SQL type of `time.type` that stands for it. */
extern Datum time_datum(TimePoint time);

/* Error 22003 naming `name` (and the time unless NULL) when the value is NaN or infinite. */
extern void check_finite(double value, const char *name, const TimePoint *time);

/*
 * Argument `argno`, a float8 called `name`: NULL is error 22004, NaN and infinity 22003; both name
 * the time unless `time` is NULL.
 */
extern double finite_argument(FunctionCallInfo fcinfo, int argno, const char *name,
							  const TimePoint *time);

/* The checks of finite_argument for a value that is already at hand. */
extern double finite_value(Datum value, bool isnull, const char *name, const TimePoint *time);

/*
 * The elements of a one-dimensional float8[] called `name`; an empty array has 0.  The result
 * points into the array.  More dimensions are error 2202E, NULL elements 22004, NaN and infinity
 * 22003.
 */
extern const double *float8_array_values(ArrayType *array, const char *name, const TimePoint *time,
										 int *length);

/* The same, palloc'd, with NaN for elements that are NULL. */
extern double *float8_array_with_nulls(ArrayType *array, const char *name, const TimePoint *time,
									   int *length);

/* Error 22004 for an argument that may not be NULL. */
extern void check_not_null(const char *what, const char *name, bool isnull);

/* The index of `value` in a list that NULL ends; another value is error 22023, which lists them. */
extern int choice_argument(const char *what, const char *name, const char *value,
						   const char *const *choices);

#endif
