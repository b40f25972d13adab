/*
 * panel_state.h
 *		The state of aggregates over a panel (creditspread_panel): rows of many entities over time,
 *		an entity alone or of a group, and their options.
 */
#ifndef CREDITSPREAD_POSTGRES_STATE_PANEL_STATE_H
#define CREDITSPREAD_POSTGRES_STATE_PANEL_STATE_H

#include "postgres/state/row_state.h"

/* Most values that one row may have: those of a series, and the number of the row. */
#define PANEL_MAX_COLUMNS 1601

/* Which rows a function takes, and their order; names are in the order of their bytes. */
typedef enum PanelOrder
{
	PANEL_BY_ENTITY,		  /* without groups; by entity, then time */
	PANEL_BY_GROUP,			  /* each with a group; by group, entity, time */
	PANEL_BY_ENTITY_AND_GROUP /* with a group or none; by entity, group, time */
} PanelOrder;

/* Rows in that order, as numeric/ takes them. */
typedef struct Panel
{
	TimeType time_type;
	int64 count;
	int columns;
	int64 entity_count;	  /* of different groups are different */
	char **names;		  /* [entity_count] */
	char **groups;		  /* [entity_count], NULL = none */
	size_t *entities;	  /* [count], 0 .. entity_count - 1 */
	int64 *times;		  /* [count] */
	double *values;		  /* [count][columns] */
	const Jsonb *options; /* NULL = none */
} Panel;

/* The state with one more row: row_state_append; `group` is NULL where there is none. */
extern RowState *panel_state_append(FunctionCallInfo fcinfo, const char *what, RowState *state,
									const char *entity, const char *group, TimePoint time,
									const double *values, int columns, const Jsonb *options);

/* row_state_refuse. */
extern RowState *panel_state_refuse(FunctionCallInfo fcinfo, const char *what, RowState *state,
									TimePoint time, const Jsonb *options);

/* panel_state_append outside of an aggregate; a state that it outgrew is freed. */
extern RowState *panel_state_add(const char *what, RowState *state, const char *entity,
								 const char *group, TimePoint time, const double *values,
								 int columns);

/*
 * The rows sorted, palloc'd in the current context; the state is left as it is.  The same time
 * twice for one entity is error 23505 that names both; other rows than those of the order are
 * 22023.
 */
extern Panel panel_state_sorted(const RowState *state, const char *what, PanelOrder order);

/* Leaves the other rows out, and entities without any. */
extern void panel_keep_rows(Panel *panel, const bool *keep);

/* Error 22003 for a value that is missing, of functions that know none. */
extern void panel_check_values(const Panel *panel, const char *what);

/* Argument `argno`, an entity of type text or bigint, as text; NULL is error 22004. */
extern char *entity_argument(FunctionCallInfo fcinfo, int argno);

/* The same for a value of the argument that is already at hand. */
extern char *entity_value(FunctionCallInfo fcinfo, int argno, Datum value, bool isnull);

/* The numbers of rows' times among all of them that differ, in order, from 0; palloc'd. */
extern size_t *panel_places(const int64 *times, int64 count, const char *what);

#endif
