/*
 * series_state.c
 *		The shared state of aggregates that need order: its rows, sorted.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/state/series_state.h"

typedef struct SortItem
{
	int64 time;
	int64 row;
} SortItem;

#define RUN_SORT sort_items
#define RUN_SORT_TYPE SortItem
#define RUN_SORT_COMPARE(a, b) ((a)->time < (b)->time ? -1 : (a)->time > (b)->time)
#include "postgres/state/run_sort.h"

/* NaN stands for a value that is missing. */
static void
check_row(const Row *row)
{
	for (int64 v = 0; v < row->count; v++)
		if (isinf(row->values[v]))
			check_finite(row->values[v], "a value of a creditspread_series", NULL);
}

static const RowType series_type = {.type = ROW_STATE_TYPE("creditspread_series"),
									.columns = SERIES_MAX_COLUMNS,
									.may_timed = true,
									.may_untimed = true,
									.check = check_row};

ROW_STATE_FUNCTIONS(series, &series_type)

RowState *
series_state_append(FunctionCallInfo fcinfo, const char *what, RowState *state, TimePoint time,
					const double *values, int columns, const Jsonb *options)
{
	Row row = {.time = time, .columns = columns, .count = columns, .values = values};

	return row_state_append(fcinfo, &series_type, what, state, &row, options);
}

RowState *
series_state_refuse(FunctionCallInfo fcinfo, const char *what, RowState *state, TimePoint time,
					const Jsonb *options)
{
	return row_state_refuse(fcinfo, what, state, time, options);
}

/* All rows have the same length. */
static Size
row_position(const RowState *state, int64 row)
{
	Size length =
		(state->time_type == TIME_NONE ? 0 : sizeof(int64)) + sizeof(double) * state->columns;

	return MAXALIGN(length) * row;
}

static Row
row_at(const RowState *state, int64 row)
{
	Row read;

	row_state_read(&series_type, state, row_position(state, row), &read);
	return read;
}

double *
series_state_values(RowState *state, int64 row)
{
	return (double *) row_at(state, row).values;
}

/* Which row is where in order of time; NULL where they came in that order. */
static SortItem *
sorted_items(const RowState *state, const char *what)
{
	SortItem *items;
	int64 ordered = 1;

	while (ordered < state->count &&
		   row_at(state, ordered - 1).time.value < row_at(state, ordered).time.value)
		check_interrupts(++ordered);
	if (ordered >= state->count)
		return NULL;
	items = allocate_checked(what, state->count * sizeof(SortItem));
	for (int64 i = 0; i < state->count; i++)
		items[i] = (SortItem){row_at(state, i).time.value, i};
	sort_items(items, state->count, what);
	return items;
}

static Series
sorted_rows(const RowState *state, const char *what, bool unique)
{
	Series series = {.time_type = state->time_type,
					 .count = state->count,
					 .columns = state->columns,
					 .options = row_state_options(state)};
	SortItem *items;

	if (state->time_type == TIME_NONE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: a state without times is not one of %s", what, what)));
	series.times = allocate_checked(what, series.count * sizeof(int64));
	series.values = allocate_checked(what, series.count * sizeof(double) * series.columns);
	items = sorted_items(state, what);
	for (int64 i = 0; i < state->count; i++)
	{
		Row row = row_at(state, items == NULL ? i : items[i].row);

		series.times[i] = row.time.value;
		if (series.columns > 0)
			memcpy(&series.values[i * series.columns], row.values, sizeof(double) * series.columns);
		if (unique && i > 0 && series.times[i] == series.times[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("%s: the time %s occurs twice in one series", what,
							time_text(series_time(&series, i))),
					 errhint("Group by the series, or aggregate the rows of one time first.")));
		check_interrupts(i);
	}
	if (items != NULL)
		pfree(items);
	return series;
}

Series
series_state_sorted(const RowState *state, const char *what)
{
	return sorted_rows(state, what, true);
}

Series
series_state_by_time(const RowState *state, const char *what)
{
	return sorted_rows(state, what, false);
}

void
series_keep_rows(Series *series, const bool *keep)
{
	int64 kept = 0;

	for (int64 i = 0; i < series->count; i++)
	{
		check_interrupts(i);
		if (!keep[i])
			continue;
		if (series->columns > 0)
			memmove(series->values + kept * series->columns, series->values + i * series->columns,
					sizeof(double) * series->columns);
		series->times[kept++] = series->times[i];
	}
	series->count = kept;
}

TimePoint
series_time(const Series *series, int64 row)
{
	return (TimePoint){series->time_type, series->times[row]};
}
