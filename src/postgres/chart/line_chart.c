/*
 * line_chart.c
 *		The aggregate line_chart: series over time, with intervals, as an SVG document.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/chart/chart.h"
#include "postgres/state/panel_state.h"
#include "postgres/base/settings.h"

#define DEFAULT_HEIGHT 320

/* The values of a row; the state keeps no NULL, so the first says which of the others are there. */
enum
{
	ROW_PRESENT,
	ROW_VALUE,
	ROW_LOWER,
	ROW_UPPER,
	ROW_COLUMNS
};

/* Argument `argno`, or 0 with the row's bit left unset where it is NULL. */
static void
read_value(FunctionCallInfo fcinfo, int argno, const char *name, const TimePoint *time, int column,
		   double *row)
{
	if (PG_ARGISNULL(argno))
		return;
	row[column] = finite_argument(fcinfo, argno, name, time);
	row[ROW_PRESENT] += 1 << column;
}

/*
 * transition(state, time, value [, lower, upper], series [, options])
 */
PG_FUNCTION_INFO_V1(creditspread_line_chart_transition);
Datum
creditspread_line_chart_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	bool interval = PG_NARGS() > 5;
	int series = interval ? 5 : 3;
	double row[ROW_COLUMNS] = {0};
	const Jsonb *options = NULL;

	read_value(fcinfo, 2, "value", &time, ROW_VALUE, row);
	if (interval)
	{
		read_value(fcinfo, 3, "lower", &time, ROW_LOWER, row);
		read_value(fcinfo, 4, "upper", &time, ROW_UPPER, row);
	}
	if (PG_NARGS() > series + 1 && !PG_ARGISNULL(series + 1))
		options = PG_GETARG_JSONB_P(series + 1);
	PG_RETURN_POINTER(panel_state_append(fcinfo, "line_chart", state,
										 entity_argument(fcinfo, series), NULL, time, row,
										 ROW_COLUMNS, options));
}

/* One series: its rows in the panel, its name and how it is drawn. */
typedef struct ChartSeries
{
	const char *name;
	ChartStyle style;
	int64 first;
	int64 count;
} ChartSeries;

static double
value_at(const Panel *panel, int64 row, int column)
{
	const double *values = panel->values + row * panel->columns;
	int present = (int) values[ROW_PRESENT];

	return (present & (1 << column)) != 0 ? values[column] : NAN;
}

static int
position_in(const char *name, char *const *list, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(name, list[i]) == 0)
			return i;
	return -1;
}

static void
check_panel(const Panel *panel)
{
	check_row_columns("line_chart", panel->columns, ROW_COLUMNS, ROW_COLUMNS);
	for (int64 i = 0; i < panel->count; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!(panel->values[i * ROW_COLUMNS] >= 0 &&
			  panel->values[i * ROW_COLUMNS] < 1 << ROW_COLUMNS))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("line_chart: a state whose row begins with %g is not one of "
								   "its own",
								   panel->values[i * ROW_COLUMNS])));
	}
	if (panel->entity_count > CHART_MOST_SERIES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("line_chart: %lld series, the limit is %d",
							   (long long) panel->entity_count, CHART_MOST_SERIES),
						errhint("Draw fewer of them, or group them into several charts.")));
}

/* The series in the order of the options, then of their names; each keeps its colour. */
static ChartSeries *
arrange_series(const Panel *panel, const ChartOptions *options)
{
	ChartSeries *series = palloc0(sizeof(ChartSeries) * panel->entity_count);
	int *order = palloc(sizeof(int) * panel->entity_count);
	int unnamed = options->series_count;
	int64 row = 0;

	for (int i = 0; i < panel->entity_count; i++)
	{
		order[i] = position_in(panel->names[i], options->series, options->series_count);
		if (order[i] < 0)
			order[i] = unnamed++;
	}
	for (int i = 0; i < panel->entity_count; i++)
	{
		const char *name = panel->names[i];
		int place = 0;
		ChartSeries *one;

		for (int k = 0; k < panel->entity_count; k++)
			place += order[k] < order[i];
		one = &series[place];
		one->name = name;
		one->style.number = position_in(name, options->faint, options->faint_count) >= 0
								? -1
								: order[i] % (CHART_COLOURS * CHART_DASHES);
		one->style.mark = position_in(name, options->points, options->points_count) >= 0
							  ? MARK_POINTS
							  : MARK_LINE;
		for (one->first = row; row < panel->count && panel->entities[row] == (size_t) i; row++)
		{
			one->count++;
			one->style.band = one->style.band || (!isnan(value_at(panel, row, ROW_LOWER)) &&
												  !isnan(value_at(panel, row, ROW_UPPER)));
		}
	}
	return series;
}

static ChartRange
range_of_values(const Panel *panel, bool zero)
{
	ChartRange range = CHART_RANGE_EMPTY;

	for (int64 i = 0; i < panel->count; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		for (int column = ROW_VALUE; column <= ROW_UPPER; column++)
			if (!isnan(value_at(panel, i, column)))
				range_add(&range, value_at(panel, i, column));
	}
	range_settle(&range, 0.05, zero);
	return range;
}

/* The pixels of a column of a series; those of its times if the column is ROW_PRESENT. */
static double *
pixels(const Chart *chart, const Panel *panel, const ChartSeries *series, const ChartTimes *times,
	   const ChartRange *values, int column)
{
	double *result = allocate_checked("line_chart", sizeof(double) * series->count);

	for (int64 i = 0; i < series->count; i++)
	{
		int64 row = series->first + i;

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		result[i] = column == ROW_PRESENT ? chart_x(chart, times_fraction(times, panel->times[row]))
										  : chart_y(chart, values, value_at(panel, row, column));
	}
	return result;
}

static void
draw_series(Chart *chart, const Panel *panel, const ChartSeries *series, const ChartTimes *times,
			const ChartRange *values)
{
	double *x = pixels(chart, panel, series, times, values, ROW_PRESENT);
	double *y = pixels(chart, panel, series, times, values, ROW_VALUE);

	chart_open_series(chart, &series->style);
	if (series->style.band)
	{
		double *band_x = pixels(chart, panel, series, times, values, ROW_PRESENT);
		double *lower = pixels(chart, panel, series, times, values, ROW_LOWER);
		double *upper = pixels(chart, panel, series, times, values, ROW_UPPER);

		chart_band(chart, band_x, lower, upper, series->count);
		pfree(band_x);
		pfree(lower);
		pfree(upper);
	}
	chart_line(chart, x, y, series->count, series->style.mark);
	chart_close_series(chart);
	pfree(x);
	pfree(y);
}

static void
draw_legend(Chart *chart, const ChartSeries *series, int count)
{
	const char *names[CHART_MOST_SERIES];
	ChartStyle styles[CHART_MOST_SERIES];

	if (count == 1 && chart->options->title[0] != '\0')
		return;
	for (int i = 0; i < count; i++)
	{
		names[i] = series[i].name;
		styles[i] = series[i].style;
	}
	chart_legend(chart, names, styles, count);
}

PG_FUNCTION_INFO_V1(creditspread_line_chart_final);
Datum
creditspread_line_chart_final(PG_FUNCTION_ARGS)
{
	const RowState *state = row_state_argument(fcinfo, 0);
	Panel panel;
	ChartOptions options;
	ChartSeries *series;
	ChartRange values;
	ChartTimes times;
	Chart chart;

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	panel = panel_state_sorted(state, "line_chart", PANEL_BY_ENTITY);
	panel_check_values(&panel, "line_chart");
	options = chart_read_options(panel.options, "line_chart", CHART_LINE, DEFAULT_HEIGHT);
	check_panel(&panel);
	series = arrange_series(&panel, &options);
	values = range_of_values(&panel, options.zero);
	times = times_range(panel.time_type, panel.times, panel.count);
	chart_begin(&chart, &options);
	draw_legend(&chart, series, (int) panel.entity_count);
	chart_place_axes(&chart, &values, chart_time_lines(&chart, &times));
	chart_value_axis(&chart, &values);
	chart_time_axis(&chart, &times);
	for (int i = (int) panel.entity_count - 1; i >= 0; i--)
		draw_series(&chart, &panel, &series[i], &times, &values);
	PG_RETURN_TEXT_P(chart_end(&chart));
}
