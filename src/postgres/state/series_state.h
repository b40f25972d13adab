/*
 * series_state.h
 *		The state of every aggregate that needs order: the rows of one series, and their options
 *		(creditspread_series).  The yields of a curve are such rows without a time.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_SERIES_STATE_H
#define CREDITSPREAD_POSTGRES_STATE_SERIES_STATE_H

#include "postgres/state/row_state.h"

/* Most values that one row may have. */
#define SERIES_MAX_COLUMNS 1600

/* Rows in order of time, as numeric/ takes them. */
typedef struct Series
{
	TimeType time_type;
	int64 count;
	int columns;
	int64 *times;		  /* [count] */
	double *values;		  /* [count][columns] */
	const Jsonb *options; /* NULL = none */
} Series;

/* The state with one more row: row_state_append. */
extern RowState *series_state_append(FunctionCallInfo fcinfo, const char *what, RowState *state,
									 TimePoint time, const double *values, int columns,
									 const Jsonb *options);

/* row_state_refuse. */
extern RowState *series_state_refuse(FunctionCallInfo fcinfo, const char *what, RowState *state,
									 TimePoint time, const Jsonb *options);

/*
 * The rows sorted by time, palloc'd in the current context; the state is left as it is.  The same
 * time twice is error 23505 that names it; rows without a time are 22023.
 */
extern Series series_state_sorted(const RowState *state, const char *what);

/* The same where a time may have many rows, whose order among themselves is left open. */
extern Series series_state_by_time(const RowState *state, const char *what);

/* Leaves the other rows out. */
extern void series_keep_rows(Series *series, const bool *keep);

/* The values of row `row`, in the order in which rows came. */
extern double *series_state_values(RowState *state, int64 row);

/* The time of row `row` of a sorted series. */
extern TimePoint series_time(const Series *series, int64 row);

#endif
