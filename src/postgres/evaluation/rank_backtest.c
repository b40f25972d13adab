/*
 * rank_backtest.c
 *		The aggregate rank_backtest: what the highest and the lowest forecast of each group would
 *		have earned, time after time.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/evaluation/rank_measures.h"
#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/state/panel_state.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

#define WHAT "rank_backtest"

/* The columns of rank_backtest_result, in order. */
typedef enum BacktestColumn
{
	BACKTEST_TIMES,
	BACKTEST_VALUE,
	BACKTEST_LONG,
	BACKTEST_SHORT,
	BACKTEST_MEDIAN,
	BACKTEST_DAYS,
	BACKTEST_TOTAL,
	BACKTEST_LONG_TOTAL,
	BACKTEST_SHORT_TOTAL,
	BACKTEST_MEDIAN_TOTAL,
	BACKTEST_TURNOVER,
	BACKTEST_MAX_DRAWDOWN,
	BACKTEST_COLUMNS
} BacktestColumn;

/* transition(state, entity, group, time, actual, forecast) */
PG_FUNCTION_INFO_V1(creditspread_rank_backtest_transition);
Datum
creditspread_rank_backtest_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	char *entity = entity_argument(fcinfo, 1);
	TimePoint time = time_argument(fcinfo, 3);
	double row[2];

	if (PG_ARGISNULL(2))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg(WHAT ": the group at %s is NULL", time_text(time)),
						errhint("Leave such rows out, or give one group, '', to all rows.")));
	if (PG_ARGISNULL(4) || PG_ARGISNULL(5))
		return row_state_unchanged(fcinfo, state);
	row[0] = finite_argument(fcinfo, 4, "actual", &time);
	row[1] = finite_argument(fcinfo, 5, "the forecast", &time);
	PG_RETURN_POINTER(panel_state_append(
		fcinfo, WHAT, state, entity, text_to_cstring(PG_GETARG_TEXT_PP(2)), time, row, 2, NULL));
}

/* A row of the panel by its time. */
typedef struct TimedRow
{
	int64 time;
	int64 row; /* in order of group and entity */
} TimedRow;

static inline int
compare_timed(const TimedRow *a, const TimedRow *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

#define ST_SORT sort_timed
#define ST_ELEMENT_TYPE TimedRow
#define ST_COMPARE(a, b) compare_timed(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The panel in order of time, group and entity. */
typedef struct Rows
{
	TimeType time_type;
	int64 count;
	TimedRow *timed;	/* [count] */
	size_t *groups;		/* [entities] */
	size_t *entities;	/* [count] */
	double *actual;		/* [count] */
	double *forecast;	/* [count] */
	int64 largest_time; /* the most rows that a time has */
	int64 times;
} Rows;

static size_t *
number_groups(const Panel *panel)
{
	size_t *groups = allocate_checked(WHAT, sizeof(size_t) * panel->entity_count);
	size_t number = 0;

	for (int64 i = 0; i < panel->entity_count; i++)
	{
		if (i > 0 && strcmp(panel->groups[i - 1], panel->groups[i]) != 0)
			number++;
		groups[i] = number;
		check_interrupts(i);
	}
	return groups;
}

static int64
end_of_time(const Rows *rows, int64 from)
{
	int64 to = from + 1;

	while (to < rows->count && rows->timed[to].time == rows->timed[from].time)
		to++;
	return to;
}

static void
measure_times(Rows *rows)
{
	int64 to;

	for (int64 from = 0; from < rows->count; from = to)
	{
		to = end_of_time(rows, from);
		if (to - from > CS_RANK_MAX_ENTITIES)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg(WHAT ": %lld rows at %s, the limit is %d", (long long) (to - from),
							time_text((TimePoint){rows->time_type, rows->timed[from].time}),
							CS_RANK_MAX_ENTITIES),
					 errhint("Use fewer entities.")));
		rows->largest_time = Max(rows->largest_time, to - from);
		rows->times++;
		CHECK_FOR_INTERRUPTS();
	}
}

static Rows
rows_by_time(const Panel *panel)
{
	Rows rows = {.time_type = panel->time_type, .count = panel->count};

	rows.timed = allocate_checked(WHAT, sizeof(TimedRow) * rows.count);
	for (int64 i = 0; i < rows.count; i++)
		rows.timed[i] = (TimedRow){panel->times[i], i};
	sort_timed(rows.timed, rows.count);
	rows.groups = number_groups(panel);
	rows.entities = allocate_checked(WHAT, sizeof(size_t) * rows.count);
	rows.actual = allocate_checked(WHAT, sizeof(double) * rows.count);
	rows.forecast = allocate_checked(WHAT, sizeof(double) * rows.count);
	for (int64 i = 0; i < rows.count; i++)
	{
		int64 row = rows.timed[i].row;

		rows.entities[i] = panel->entities[row];
		rows.actual[i] = panel->values[2 * row];
		rows.forecast[i] = panel->values[2 * row + 1];
		check_interrupts(i);
	}
	measure_times(&rows);
	return rows;
}

/* The curve, an element for each time that was traded. */
typedef struct Curve
{
	int count;
	Datum *times;
	double *columns[4]; /* value, long, short, median */
} Curve;

/* Hands the groups of rows `from` to `to` - 1, one time, to the backtest. */
static void
trade_time(cs_rank_backtest *backtest, const Rows *rows, int64 from, int64 to)
{
	int64 end;

	for (int64 begin = from; begin < to; begin = end)
	{
		size_t group = rows->groups[rows->entities[begin]];

		end = begin + 1;
		while (end < to && rows->groups[rows->entities[end]] == group)
			end++;
		cs_rank_backtest_group(backtest, rows->entities + begin, rows->actual + begin,
							   rows->forecast + begin, end - begin);
	}
}

static void
run_backtest(cs_rank_backtest *backtest, const Rows *rows, Curve *curve)
{
	int64 to;

	for (int64 from = 0; from < rows->count; from = to)
	{
		TimePoint time = {rows->time_type, rows->timed[from].time};
		double turnover;
		bool traded;

		to = end_of_time(rows, from);
		trade_time(backtest, rows, from, to);
		if (cs_rank_backtest_close(backtest, &traded, &turnover) == CS_NOT_FINITE)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg(WHAT ": the sums overflow at %s", time_text(time)),
							errhint("Look for extreme values.")));
		CHECK_FOR_INTERRUPTS();
		if (!traded)
			continue;
		curve->times[curve->count] = time_iso(time);
		curve->columns[0][curve->count] = backtest->longs - backtest->shorts;
		curve->columns[1][curve->count] = backtest->longs;
		curve->columns[2][curve->count] = backtest->shorts;
		curve->columns[3][curve->count] = backtest->medians;
		curve->count++;
	}
}

static Datum
result_tuple(FunctionCallInfo fcinfo, const cs_rank_backtest *backtest, const Curve *curve)
{
	Datum values[BACKTEST_COLUMNS];
	bool nulls[BACKTEST_COLUMNS] = {false};

	values[BACKTEST_TIMES] = PointerGetDatum(
		construct_array(curve->times, curve->count, TEXTOID, -1, false, TYPALIGN_INT));
	for (int c = 0; c < 4; c++)
		values[BACKTEST_VALUE + c] = doubles_datum(WHAT, curve->columns[c], curve->count, 0);
	values[BACKTEST_DAYS] = Int64GetDatum(backtest->times);
	values[BACKTEST_TOTAL] = finite_datum(WHAT, backtest->longs - backtest->shorts);
	values[BACKTEST_LONG_TOTAL] = finite_datum(WHAT, backtest->longs);
	values[BACKTEST_SHORT_TOTAL] = finite_datum(WHAT, backtest->shorts);
	values[BACKTEST_MEDIAN_TOTAL] = finite_datum(WHAT, backtest->medians);
	nulls[BACKTEST_TURNOVER] = backtest->times < 2;
	if (!nulls[BACKTEST_TURNOVER])
		values[BACKTEST_TURNOVER] =
			finite_datum(WHAT, backtest->turnovers / ((double) backtest->times - 1));
	values[BACKTEST_MAX_DRAWDOWN] = finite_datum(WHAT, backtest->drawdown);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

PG_FUNCTION_INFO_V1(creditspread_rank_backtest_final);
Datum
creditspread_rank_backtest_final(PG_FUNCTION_ARGS)
{
	const RowState *state = row_state_argument(fcinfo, 0);
	Panel panel;
	Rows rows;
	Curve curve = {0};
	cs_rank_backtest backtest;
	cs_workspace workspace;
	Size size;

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, state->columns, 2, 2);
	panel = panel_state_sorted(state, WHAT, PANEL_BY_GROUP);
	panel_check_values(&panel, WHAT);
	rows = rows_by_time(&panel);
	curve.times = allocate_checked(WHAT, sizeof(Datum) * rows.times);
	for (int c = 0; c < 4; c++)
		curve.columns[c] = allocate_checked(WHAT, sizeof(double) * rows.times);
	size = cs_rank_backtest_size(rows.largest_time);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	check_status(cs_rank_backtest_initialize(&backtest, rows.largest_time, &workspace), WHAT);
	run_backtest(&backtest, &rows, &curve);
	PG_RETURN_DATUM(result_tuple(fcinfo, &backtest, &curve));
}
