/*
 * panel_state.h
 *		The state of aggregates over a panel: rows of many entities over time, and their options.
 *
 * It is a varlena type (creditspread_panel), so that parallel workers, partitions and remote nodes
 * can hand it on.  Rows are kept as they come and sorted by entity and time when the aggregate
 * ends.
 */
#ifndef CREDITSPREAD_POSTGRES_PANEL_STATE_H
#define CREDITSPREAD_POSTGRES_PANEL_STATE_H

#include "fmgr.h"
#include "utils/jsonb.h"

#include "postgres/arguments.h"

/* Most values that one row may have. */
#define PANEL_MAX_COLUMNS 1600

typedef struct PanelState
{
	int32 vl_len_;		  /* varlena header; covers the whole capacity */
	uint8 version;		  /* PANEL_STATE_VERSION */
	uint8 time_type;	  /* TimeType of every row */
	int16 columns;		  /* values in a row */
	int32 options_length; /* bytes of the options, a jsonb; 0 = none */
	int64 count;		  /* rows */
	int64 used;			  /* bytes of the rows */
	/*
	 * Options, MAXALIGNed; then rows: int64 time, float8 values[columns], int32 length of the
	 * entity's name, the name without a zero, MAXALIGNed.
	 */
	char data[];
} PanelState;

/* Rows in order of entity (by the bytes of its name), then time, as numeric/ takes them. */
typedef struct Panel
{
	TimeType time_type;
	int64 count;
	int columns;
	int64 entity_count;
	char **names;		  /* [entity_count] */
	size_t *entities;	  /* [count], 0 .. entity_count - 1 */
	int64 *times;		  /* [count] */
	double *values;		  /* [count][columns] */
	const Jsonb *options; /* NULL = none */
} Panel;

/*
 * The state with one more row; `state` is NULL for the first.  It grows by doubling and may return
 * a new block.  `what` names the function in messages.  Rows must agree in time type, in number of
 * values (error 2202E, with both) and in options (22023).
 */
extern PanelState *panel_state_append(FunctionCallInfo fcinfo, const char *what, PanelState *state,
									  const char *entity, TimePoint time, const double *values,
									  int columns, const Jsonb *options);

/* The options of a state, a part of it; NULL = none. */
extern const Jsonb *panel_state_options(const PanelState *state);

/* The same outside of an aggregate; a state that it outgrew is freed. */
extern PanelState *panel_state_add(const char *what, PanelState *state, const char *entity,
								   TimePoint time, const double *values, int columns);

/*
 * The rows sorted, palloc'd in the current context; the state is left as it is.  The same time
 * twice for one entity is error 23505 that names both.
 */
extern Panel panel_state_sorted(const PanelState *state, const char *what);

/* Argument `argno`, an entity of type text or bigint, as text; NULL is error 22004. */
extern char *entity_argument(FunctionCallInfo fcinfo, int argno);

/* The same for a value of the argument that is already at hand. */
extern char *entity_value(FunctionCallInfo fcinfo, int argno, Datum value, bool isnull);

/*
 * Two names in one: `first`, its slashes and backslashes after a backslash; a slash; `second`.
 * Without a second (NULL) there is no slash.
 */
extern char *joined_name(const char *first, const char *second);

/* The length of the first in such a name; -1: there is but one. */
extern int joined_first_length(const char *name);

#endif
