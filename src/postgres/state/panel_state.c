/*
 * panel_state.c
 *		The shared state of aggregates over a panel: its rows, sorted.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/state/panel_state.h"

/* The texts of a row. */
enum
{
	PANEL_ENTITY,
	PANEL_GROUP,
	PANEL_TEXTS
};

/* NaN stands for a value that is missing. */
static void
check_row(const Row *row)
{
	for (int64 v = 0; v < row->count; v++)
		if (isinf(row->values[v]))
			check_finite(row->values[v], "a value of a creditspread_panel", NULL);
	if (row->text[PANEL_ENTITY] == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a row of a creditspread_panel has no entity")));
}

static const RowType panel_type = {.type = ROW_STATE_TYPE("creditspread_panel"),
								   .columns = PANEL_MAX_COLUMNS,
								   .texts = PANEL_TEXTS,
								   .may_timed = true,
								   .check = check_row};

ROW_STATE_FUNCTIONS(panel, &panel_type)

static Row
panel_row(const char *entity, const char *group, TimePoint time, const double *values, int columns)
{
	return (Row){.time = time,
				 .columns = columns,
				 .count = columns,
				 .values = values,
				 .text = {entity, group},
				 .length = {strlen(entity), group == NULL ? -1 : (int32) strlen(group)}};
}

RowState *
panel_state_append(FunctionCallInfo fcinfo, const char *what, RowState *state, const char *entity,
				   const char *group, TimePoint time, const double *values, int columns,
				   const Jsonb *options)
{
	Row row = panel_row(entity, group, time, values, columns);

	return row_state_append(fcinfo, &panel_type, what, state, &row, options);
}

RowState *
panel_state_refuse(FunctionCallInfo fcinfo, const char *what, RowState *state, TimePoint time,
				   const Jsonb *options)
{
	return row_state_refuse(fcinfo, what, state, time, options);
}

RowState *
panel_state_add(const char *what, RowState *state, const char *entity, const char *group,
				TimePoint time, const double *values, int columns)
{
	Row row = panel_row(entity, group, time, values, columns);

	return row_state_add(&panel_type, what, state, &row);
}

/* ---- order ---- */

/* A row by the names that it is sorted by, first the one that stands first in the order. */
typedef struct SortItem
{
	const char *name[PANEL_TEXTS];
	int32 length[PANEL_TEXTS];
	int64 time;
	const double *values;
} SortItem;

static inline int
compare_names(const SortItem *a, const SortItem *b, int name)
{
	int order;

	if (a->name[name] == NULL || b->name[name] == NULL)
		return (a->name[name] != NULL) - (b->name[name] != NULL);
	order = memcmp(a->name[name], b->name[name], Min(a->length[name], b->length[name]));
	if (order != 0)
		return order;
	return (a->length[name] > b->length[name]) - (a->length[name] < b->length[name]);
}

static inline int
compare_items(const SortItem *a, const SortItem *b)
{
	int order = compare_names(a, b, 0);

	if (order == 0)
		order = compare_names(a, b, 1);
	return order != 0 ? order : (a->time > b->time) - (a->time < b->time);
}

#define RUN_SORT sort_items
#define RUN_SORT_TYPE SortItem
#define RUN_SORT_COMPARE(a, b) compare_items(a, b)
#include "postgres/state/run_sort.h"

static void
check_group(const char *what, PanelOrder order, const Row *row)
{
	bool grouped = row->text[PANEL_GROUP] != NULL;

	if (order == PANEL_BY_ENTITY_AND_GROUP || grouped == (order == PANEL_BY_GROUP))
		return;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: a state with an entity \"%s\" %s a group is not one of %s", what,
						   pnstrdup(row->text[PANEL_ENTITY], row->length[PANEL_ENTITY]),
						   grouped ? "of" : "without", what)));
}

static SortItem *
sorted_items(const RowState *state, const char *what, PanelOrder order)
{
	SortItem *items = allocate_checked(what, sizeof(SortItem) * state->count);
	int first = order == PANEL_BY_GROUP ? PANEL_GROUP : PANEL_ENTITY;
	bool ordered = true;
	int64 position = 0;

	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(&panel_type, state, position, &row);
		check_group(what, order, &row);
		items[i] = (SortItem){{row.text[first], row.text[!first]},
							  {row.length[first], row.length[!first]},
							  row.time.value,
							  row.values};
		ordered = ordered && (i == 0 || compare_items(&items[i - 1], &items[i]) < 0);
		check_interrupts(i);
	}
	if (!ordered)
		sort_items(items, state->count, what);
	return items;
}

static char *
copied_name(const SortItem *item, int name)
{
	return item->length[name] < 0 ? NULL : pnstrdup(item->name[name], item->length[name]);
}

static void
report_twice(const char *what, const Panel *panel, int64 entity, int64 time)
{
	const char *group = panel->groups[entity];

	ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
					errmsg("%s: the time %s occurs twice for entity \"%s\"%s", what,
						   time_text((TimePoint){panel->time_type, time}), panel->names[entity],
						   group == NULL ? "" : psprintf(" of group \"%s\"", group)),
					errhint("Group, or aggregate the rows of one time first.")));
}

Panel
panel_state_sorted(const RowState *state, const char *what, PanelOrder order)
{
	Panel panel = {.time_type = state->time_type,
				   .count = state->count,
				   .columns = state->columns,
				   .options = row_state_options(state)};
	SortItem *items = sorted_items(state, what, order);
	int first = order == PANEL_BY_GROUP ? PANEL_GROUP : PANEL_ENTITY;

	panel.names = allocate_checked(what, sizeof(char *) * state->count);
	panel.groups = allocate_checked(what, sizeof(char *) * state->count);
	panel.entities = allocate_checked(what, sizeof(size_t) * state->count);
	panel.times = allocate_checked(what, sizeof(int64) * state->count);
	panel.values = allocate_checked(what, sizeof(double) * state->count * state->columns);
	for (int64 i = 0; i < state->count; i++)
	{
		bool same = i > 0 && compare_names(&items[i - 1], &items[i], 0) == 0 &&
					compare_names(&items[i - 1], &items[i], 1) == 0;

		if (same && items[i].time == items[i - 1].time)
			report_twice(what, &panel, panel.entity_count - 1, items[i].time);
		if (!same)
		{
			panel.names[panel.entity_count] = copied_name(&items[i], first == PANEL_ENTITY ? 0 : 1);
			panel.groups[panel.entity_count] = copied_name(&items[i], first == PANEL_GROUP ? 0 : 1);
			panel.entity_count++;
		}
		panel.entities[i] = panel.entity_count - 1;
		panel.times[i] = items[i].time;
		if (panel.columns > 0)
			memcpy(panel.values + i * panel.columns, items[i].values,
				   sizeof(double) * panel.columns);
		check_interrupts(i);
	}
	pfree(items);
	return panel;
}

void
panel_keep_rows(Panel *panel, const bool *keep)
{
	int64 kept = 0;
	int64 entities = 0;
	size_t last = 0;

	for (int64 i = 0; i < panel->count; i++)
	{
		check_interrupts(i);
		if (!keep[i])
			continue;
		if (kept == 0 || panel->entities[i] != last)
		{
			last = panel->entities[i];
			panel->names[entities] = panel->names[last];
			panel->groups[entities] = panel->groups[last];
			entities++;
		}
		if (panel->columns > 0)
			memmove(panel->values + kept * panel->columns, panel->values + i * panel->columns,
					sizeof(double) * panel->columns);
		panel->times[kept] = panel->times[i];
		panel->entities[kept++] = entities - 1;
	}
	panel->count = kept;
	panel->entity_count = entities;
}

void
panel_check_values(const Panel *panel, const char *what)
{
	for (int64 i = 0; i < panel->count * panel->columns; i++)
		if (isnan(panel->values[i]))
			check_finite(panel->values[i], psprintf("%s: a value of the state", what), NULL);
}

/* ---- entities as arguments ---- */

char *
entity_argument(FunctionCallInfo fcinfo, int argno)
{
	return entity_value(fcinfo, argno, PG_GETARG_DATUM(argno), PG_ARGISNULL(argno));
}

char *
entity_value(FunctionCallInfo fcinfo, int argno, Datum value, bool isnull)
{
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the entity of an observation must not be NULL"), errhint(LEAVE_ROWS_OUT)));
	if (argument_type(fcinfo, argno) == INT8OID)
		return DatumGetCString(DirectFunctionCall1(int8out, value));
	return TextDatumGetCString(value);
}

typedef struct PlaceItem
{
	int64 time;
	int64 row;
} PlaceItem;

#define ST_SORT sort_places
#define ST_ELEMENT_TYPE PlaceItem
#define ST_COMPARE(a, b) ((a)->time < (b)->time ? -1 : ((a)->time > (b)->time ? 1 : 0))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

size_t *
panel_places(const int64 *times, int64 count, const char *what)
{
	PlaceItem *items = allocate_checked(what, sizeof(PlaceItem) * Max(count, 1));
	size_t *places = allocate_checked(what, sizeof(size_t) * Max(count, 1));
	size_t place = 0;

	for (int64 i = 0; i < count; i++)
		items[i] = (PlaceItem){times[i], i};
	sort_places(items, count);
	for (int64 i = 0; i < count; i++)
	{
		place += i > 0 && items[i].time != items[i - 1].time;
		places[items[i].row] = place;
	}
	pfree(items);
	return places;
}
