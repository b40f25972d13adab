/*
 * series_state.h
 *		The state of every aggregate that needs order: the rows of one series, and their options.
 *
 * It is a varlena type (creditspread_series), so that parallel workers, partitions and remote nodes
 * can hand it on.  Rows are kept as they come and sorted by time when the aggregate ends.
 */
#ifndef CREDITSPREAD_POSTGRES_SERIES_STATE_H
#define CREDITSPREAD_POSTGRES_SERIES_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/arguments.h"

/* Most values that one row may have. */
#define SERIES_MAX_COLUMNS 1600

typedef struct SeriesState
{
	int32 vl_len_;		  /* varlena header; covers the whole capacity */
	uint8 version;		  /* SERIES_STATE_VERSION */
	uint8 time_type;	  /* TimeType of every row */
	int16 columns;		  /* values in a row */
	int32 options_length; /* bytes of the options, a jsonb; 0 = none */
	int32 ordered;		  /* 1 while times came in strictly ascending */
	int64 count;		  /* rows */
	int64 capacity;		  /* rows that there is room for */
	char data[];		  /* options, MAXALIGNed; then rows: int64 time, float8 values[columns] */
} SeriesState;

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

/*
 * The state with one more row; `state` is NULL for the first.  Grows by doubling and may then
 * return a new block, which the executor copies into the aggregate's memory context.  `what` names
 * the function in messages.  Rows must agree in time type, in number of values (error 2202E, with
 * both) and in options (22023).
 */
extern SeriesState *series_state_append(FunctionCallInfo fcinfo, const char *what,
										SeriesState *state, TimePoint time, const double *values,
										int columns, const Jsonb *options);

/*
 * The rows sorted by time, palloc'd in the current context; the state is left as it is.  The same
 * time twice is error 23505 that names it.
 */
extern Series series_state_sorted(const SeriesState *state, const char *what);

/* The same where a time may have many rows, whose order among themselves is left open. */
extern Series series_state_by_time(const SeriesState *state, const char *what);

/* The values of row `row`, in the order in which rows came. */
extern double *series_state_values(SeriesState *state, int64 row);

/* The time of row `row` of a sorted series. */
extern TimePoint series_time(const Series *series, int64 row);

#endif
