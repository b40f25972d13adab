/*
 * row_state.h
 *		The state of every aggregate that keeps rows: one head, one growth, one comparison of
 *		options, one combine and one binary form; what a row of it consists of, a RowType says.
 *
 * It is a varlena type, so that parallel workers, partitions and remote nodes can hand it on.  Rows
 * are kept as they come; a family puts them in order when the aggregate ends.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_ROW_STATE_H
#define CREDITSPREAD_POSTGRES_STATE_ROW_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/base/arguments.h"
#include "postgres/state/state_type.h"

/* Most texts of a row. */
#define ROW_MAX_TEXTS 3

typedef struct RowState
{
	int32 vl_len_;		  /* varlena header; covers the whole capacity */
	uint8 version;		  /* ROW_STATE_VERSION */
	uint8 time_type;	  /* TimeType of every row; TIME_NONE: they have no time */
	uint16 columns;		  /* of every row */
	int32 options_length; /* bytes of the options, a jsonb; 0 = none */
	int32 refused;		  /* 1: a row could not be used, so there is none and the result is NULL */
	int64 count;		  /* rows */
	int64 used;			  /* bytes of the rows */
	/*
	 * Options, MAXALIGNed; then rows, each MAXALIGNed: int64 time unless of TIME_NONE; int64 number
	 * of values where the type counts them; float8 values; int32 length of each text, -1 = NULL;
	 * the texts, without zeros.
	 */
	char data[];
} RowState;

/* One row; one that was read points into its state. */
typedef struct Row
{
	TimePoint time; /* TIME_NONE: rows of this state have no time */
	int columns;
	int64 count; /* of values, that of the columns unless the type says otherwise */
	const double *values;
	const char *text[ROW_MAX_TEXTS]; /* not ended by zeros */
	int32 length[ROW_MAX_TEXTS];	 /* -1 = NULL */
} Row;

typedef struct RowType
{
	StateType type;
	int columns;	  /* the most that a row may have */
	int texts;		  /* that every row has */
	bool may_timed;	  /* whether rows may have a time */
	bool may_untimed; /* whether they may have none */
	bool counted;	  /* whether each row says how many values it has */
	/* How many it has otherwise; NULL: one for each column. */
	int64 (*values)(int columns);
	/* Error 22P03 or 22003 where a row that comes from outside cannot be one. */
	void (*check)(const Row *row);
	/* Adds the one row of such states up in the first; NULL: the second's rows are appended. */
	void (*merge)(RowState *state, const RowState *other);
} RowType;

/* The first member of a RowType. */
#define ROW_STATE_TYPE(NAME)                                                                       \
	{                                                                                              \
		NAME, row_state_receive, row_state_send                                                    \
	}

/* The functions of the SQL type of a RowType: the four of a type, and combine. */
#define ROW_STATE_FUNCTIONS(NAME, TYPE)                                                            \
	STATE_TYPE_FUNCTIONS(NAME, &(TYPE)->type)                                                      \
	STATE_FUNCTION(creditspread_##NAME##_combine, row_state_combine, TYPE)

/* What a RowType's type consists of, and its combine(state, state). */
extern Datum row_state_receive(const StateType *type, StringInfo buffer);
extern void row_state_send(const StateType *type, Datum state, StringInfo buffer);
extern Datum row_state_combine(FunctionCallInfo fcinfo, const RowType *type);

/*
 * Argument `argno`, NULL where that is; error 0A000 where another version of the extension has
 * stored it.
 */
extern RowState *row_state_argument(FunctionCallInfo fcinfo, int argno);

/*
 * The state with one more row; `state` is NULL for the first.  Grows by doubling and may then
 * return a new block, which the executor copies into the aggregate's memory context.  `what` names
 * the function in messages.  Rows must agree in the type of their time (error 42804), in columns
 * (2202E, with both) and in options (22023).
 */
extern RowState *row_state_append(FunctionCallInfo fcinfo, const RowType *type, const char *what,
								  RowState *state, const Row *row, const Jsonb *options);

/*
 * The state after a row that the function refuses where option "on_error" wants NULL: it has no
 * rows and takes none, so that the result is NULL; the row's options must be those of the rows
 * before.
 */
extern RowState *row_state_refuse(FunctionCallInfo fcinfo, const char *what, RowState *state,
								  TimePoint time, const Jsonb *options);

/* What a transition function returns for a row that is left out. */
extern Datum row_state_unchanged(FunctionCallInfo fcinfo, RowState *state);

/* The errors of row_state_append. */
extern void row_state_check(const char *what, const RowState *state, TimePoint time, int columns,
							const Jsonb *options);

/* row_state_append outside of an aggregate, without options; a state that it outgrew is freed. */
extern RowState *row_state_add(const RowType *type, const char *what, RowState *state,
							   const Row *row);

/* What row_form.c reads into: an empty state with room for rows, and a row that it may have. */
extern RowState *row_state_new(const RowType *type, TimeType time_type, int columns,
							   const Jsonb *options, Size capacity);
extern RowState *row_state_put(const RowType *type, RowState *state, const Row *row);

/* Values of a row unless they are counted, and bytes of one without texts and counted values. */
extern int64 row_state_value_count(const RowType *type, int columns);
extern Size row_state_row_size(const RowType *type, TimeType time_type, int columns);

/* The row at byte `position`, which begins with 0; returns the position of the next. */
extern int64 row_state_read(const RowType *type, const RowState *state, int64 position, Row *row);

/* The options of a state, a part of it; NULL = none. */
extern const Jsonb *row_state_options(const RowState *state);

/* Error 22023 unless the rows of a state of the function `what` may have so many columns. */
extern void check_row_columns(const char *what, int columns, int least, int most);

#endif
