/*
 * emd_chart.c
 *		emd_chart: a series, its intrinsic mode functions and the residue, a panel for each.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "numeric/signal/emd.h"
#include "postgres/base/arguments.h"
#include "postgres/chart/chart.h"
#include "postgres/state/series_state.h"
#include "postgres/base/settings.h"

#define PANEL_HEIGHT 74
#define SMALLEST_PANEL 24
#define PANEL_GAP 10

/* The parts of a series: IMFs, then the residue. */
typedef struct Parts
{
	ChartTimes times;
	int64 count;		  /* times */
	int parts;			  /* IMFs and the residue */
	const int64 *time_of; /* [count] */
	const double *values; /* part p at time t: [t * time_step + p * part_step]; NAN = none */
	int64 time_step;
	int64 part_step;
} Parts;

/* A part at each time, or their sum, the series, where `part` is -1. */
static double *
part_values(const Parts *parts, int part)
{
	double *values = allocate_checked("emd_chart", sizeof(double) * parts->count);

	for (int64 t = 0; t < parts->count; t++)
	{
		const double *first = parts->values + t * parts->time_step;

		if ((t & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		values[t] = part < 0 ? 0 : first[part * parts->part_step];
		for (int p = 0; part < 0 && p < parts->parts; p++)
			if (!isnan(first[p * parts->part_step]))
				values[t] += first[p * parts->part_step];
		if (isinf(values[t]))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("emd_chart: the sum of the %d parts at place %lld overflows",
								   parts->parts, (long long) t + 1)));
	}
	return values;
}

static const char *
part_name(const Parts *parts, int part, const ChartOptions *options)
{
	if (part < 0)
		return options->y_label[0] == '\0' ? "series" : options->y_label;
	return part == parts->parts - 1 ? "residue" : psprintf("IMF %d", part + 1);
}

static ChartRange
range_of(const double *values, int64 count)
{
	ChartRange range = CHART_RANGE_EMPTY;

	for (int64 i = 0; i < count; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!isnan(values[i]))
			range_add(&range, values[i]);
	}
	range_settle(&range, 0.08, false);
	return range;
}

/* One panel, in the plot of the chart. */
static void
draw_panel(Chart *chart, const Parts *parts, int part, const double *x)
{
	double *y = part_values(parts, part);
	ChartRange range = range_of(y, parts->count);

	chart_value_axis(chart, &range);
	chart_text(chart, chart->left + 2, chart->top - 1, "start", true,
			   part_name(parts, part, chart->options));
	for (int64 i = 0; i < parts->count; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		y[i] = isnan(y[i]) ? NAN : chart_y(chart, &range, y[i]);
	}
	chart_open_series(chart, &(ChartStyle){part < 0 ? 1 : 0, MARK_LINE, false});
	chart_line(chart, x, y, parts->count, MARK_LINE);
	chart_close_series(chart);
	pfree(y);
}

/* The room for the labels of values at the left of all panels, which are of one height. */
static double
label_room(const Chart *chart, const Parts *parts)
{
	double room = 0;

	for (int part = -1; part < parts->parts; part++)
	{
		double *y = part_values(parts, part);
		ChartRange range = range_of(y, parts->count);

		room = Max(room, chart_value_room(chart, &range));
		pfree(y);
	}
	return room;
}

static text *
draw_parts(const Parts *parts, const Jsonb *json)
{
	int panels = parts->parts + 1;
	ChartOptions options =
		chart_read_options(json, "emd_chart", CHART_EMD, Min(4000, 80 + panels * PANEL_HEIGHT));
	Chart chart;
	double *x = allocate_checked("emd_chart", sizeof(double) * parts->count);
	double bottom;
	double step;

	chart_begin(&chart, &options);
	bottom = chart.bottom - 2 - 14 * chart_time_lines(&chart, &parts->times) -
			 (options.x_label[0] == '\0' ? 0 : 16);
	step = (bottom - chart.top) / panels;
	if (step < SMALLEST_PANEL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("emd_chart: a height of %d leaves %.0f for each of %d panels, at "
							   "least %d",
							   options.height, step, panels, SMALLEST_PANEL),
						errhint("Give a greater height, up to 4000, or none.")));
	chart.top += PANEL_GAP;
	chart.bottom = chart.top + step - 1.6 * PANEL_GAP;
	chart.left += label_room(&chart, parts);
	chart.right -= 8;
	for (int64 i = 0; i < parts->count; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		x[i] = chart_x(&chart, times_fraction(&parts->times, parts->time_of[i]));
	}
	for (int part = -1; part < parts->parts; part++)
	{
		draw_panel(&chart, parts, part, x);
		chart.top += step;
		chart.bottom += step;
	}
	chart.bottom = bottom;
	chart_time_axis(&chart, &parts->times);
	return chart_end(&chart);
}

/*
 * transition(state, time, imfs [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_emd_chart_transition);
Datum
creditspread_emd_chart_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = PG_NARGS() > 3 && !PG_ARGISNULL(3) ? PG_GETARG_JSONB_P(3) : NULL;
	const double *imfs;
	int count;

	if (PG_ARGISNULL(2))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("imfs at %s is NULL", time_text(time)), errhint(LEAVE_ROWS_OUT)));
	imfs = float8_array_values(PG_GETARG_ARRAYTYPE_P(2), "imfs", &time, &count);
	if (count < 1 || count > CS_EMD_MOST_IMFS + 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("imfs at %s has %d elements, must have 1 to %d", time_text(time),
							   count, CS_EMD_MOST_IMFS + 1),
						errhint("Give what emd returns: the IMFs and the residue of a row.")));
	PG_RETURN_POINTER(series_state_append(fcinfo, "emd_chart", state, time, imfs, count, options));
}

PG_FUNCTION_INFO_V1(creditspread_emd_chart_final);
Datum
creditspread_emd_chart_final(PG_FUNCTION_ARGS)
{
	const RowState *state = row_state_argument(fcinfo, 0);
	Series series;
	Parts parts;

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	series = series_state_sorted(state, "emd_chart");
	check_row_columns("emd_chart", series.columns, 1, CS_EMD_MOST_IMFS + 1);
	parts = (Parts){.times = times_range(series.time_type, series.times, series.count),
					.count = series.count,
					.parts = series.columns,
					.time_of = series.times,
					.values = series.values,
					.time_step = series.columns,
					.part_step = 1};
	PG_RETURN_TEXT_P(draw_parts(&parts, series.options));
}

/*
 * emd_chart(imfs float8[][], options jsonb)
 */
PG_FUNCTION_INFO_V1(creditspread_emd_chart_array);
Datum
creditspread_emd_chart_array(PG_FUNCTION_ARGS)
{
	Parts parts = {0};
	ArrayType *array;
	int64 *times;
	int rows;
	int columns;

	if (PG_ARGISNULL(0) || ARR_NDIM(array = PG_GETARG_ARRAYTYPE_P(0)) == 0)
		PG_RETURN_NULL();
	parts.values = chart_matrix(array, "emd_chart", "imfs", &rows, &columns);
	if (rows > CS_EMD_MOST_IMFS + 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("emd_chart: imfs has %d rows, must have 1 to %d", rows,
							   CS_EMD_MOST_IMFS + 1),
						errhint("Give what emd returns: a row for each IMF and the residue.")));
	times = allocate_checked("emd_chart", sizeof(int64) * columns);
	for (int i = 0; i < columns; i++)
		times[i] = i + 1;
	parts.times = times_range(TIME_BIGINT, times, columns);
	parts.count = columns;
	parts.parts = rows;
	parts.time_of = times;
	parts.time_step = 1;
	parts.part_step = columns;
	PG_RETURN_TEXT_P(draw_parts(&parts, PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1)));
}
