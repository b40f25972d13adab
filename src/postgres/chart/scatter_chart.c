/*
 * scatter_chart.c
 *		scatter_chart: pairs of values and the line fitted to them, as an SVG document.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "numeric/evaluation/mincer_zarnowitz.h"
#include "postgres/base/arguments.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/chart/chart.h"
#include "postgres/state/series_state.h"

#define WHAT "scatter_chart"
#define DEFAULT_HEIGHT 420

/* Of more points than these, one is drawn in each cell of so many pixels, which looks the same. */
#define MOST_POINTS 2000
#define CELL 3

/* (state, x, y [, options]): rows with a NULL are left out. */
PG_FUNCTION_INFO_V1(creditspread_scatter_chart_transition);
Datum
creditspread_scatter_chart_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > 3 && !PG_ARGISNULL(3) ? PG_GETARG_JSONB_P(3) : NULL;
	double row[2];

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return row_state_unchanged(fcinfo, state);
	row[0] = finite_argument(fcinfo, 1, "x", NULL);
	row[1] = finite_argument(fcinfo, 2, "y", NULL);
	PG_RETURN_POINTER(
		series_state_append(fcinfo, WHAT, state, (TimePoint){TIME_NONE, 0}, row, 2, options));
}

typedef struct Point
{
	double x;
	double y;
} Point;

static int
compare_points(const void *a, const void *b)
{
	const Point *left = a;
	const Point *right = b;

	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	return left->y < right->y ? -1 : left->y > right->y;
}

/* The points of a state, ascending, so that their order does not matter. */
static Point *
sorted_points(RowState *state)
{
	Point *points = allocate_checked(WHAT, sizeof(Point) * state->count);

	for (int64 i = 0; i < state->count; i++)
	{
		const double *row = series_state_values(state, i);

		points[i] = (Point){row[0], row[1]};
		check_interrupts(i);
	}
	qsort(points, state->count, sizeof(Point), compare_points);
	return points;
}

/* An axis that holds all values; error 22003 where their range is none. */
static void
settle(ChartRange *range, const char *name)
{
	if (!isfinite(2 * (range->high - range->low)))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: values of %s from %g to %g are too far apart", WHAT, name,
							   range->low, range->high),
						errhint("Draw them in another unit.")));
	range_settle(range, 0.04, false);
}

typedef struct Plot
{
	Chart chart;
	ChartRange x;
	ChartRange y;
} Plot;

static void
draw_points(Plot *plot, const Point *points, int64 count)
{
	int columns = (int) ((plot->chart.right - plot->chart.left) / CELL) + 2;
	int rows = (int) ((plot->chart.bottom - plot->chart.top) / CELL) + 2;
	bool *taken = count > MOST_POINTS ? palloc0(sizeof(bool) * columns * rows) : NULL;

	chart_open_series(&plot->chart, &(ChartStyle){0, MARK_POINTS, false});
	for (int64 i = 0; i < count; i++)
	{
		double x = chart_x(&plot->chart, range_fraction(&plot->x, points[i].x));
		double y = chart_y(&plot->chart, &plot->y, points[i].y);

		check_interrupts(i);
		if (taken != NULL)
		{
			bool *cell = &taken[(int) ((y - plot->chart.top) / CELL) * columns +
								(int) ((x - plot->chart.left) / CELL)];

			if (*cell)
				continue;
			*cell = true;
		}
		chart_line(&plot->chart, &x, &y, 1, MARK_POINTS);
	}
	chart_close_series(&plot->chart);
}

/* The part of y = intercept + slope x that lies in the plot, if any. */
static void
draw_line(Plot *plot, double intercept, double slope, int number)
{
	double low = plot->x.low;
	double high = plot->x.high;
	double x[2], y[2];

	if (slope != 0)
	{
		double one = (plot->y.low - intercept) / slope;
		double other = (plot->y.high - intercept) / slope;

		low = fmax(low, fmin(one, other));
		high = fmin(high, fmax(one, other));
	}
	if (!(low < high))
		return;
	for (int i = 0; i < 2; i++)
	{
		double at = i == 0 ? low : high;
		double value = fmin(plot->y.high, fmax(plot->y.low, intercept + slope * at));

		x[i] = chart_x(&plot->chart, range_fraction(&plot->x, at));
		y[i] = chart_y(&plot->chart, &plot->y, value);
	}
	chart_open_series(&plot->chart, &(ChartStyle){number, MARK_LINE, false});
	appendStringInfoString(&plot->chart.svg, "<path class=\"cs-line\" d=\"M");
	append_pixels(&plot->chart.svg, x[0]);
	appendStringInfoChar(&plot->chart.svg, ' ');
	append_pixels(&plot->chart.svg, y[0]);
	appendStringInfoChar(&plot->chart.svg, 'L');
	append_pixels(&plot->chart.svg, x[1]);
	appendStringInfoChar(&plot->chart.svg, ' ');
	append_pixels(&plot->chart.svg, y[1]);
	appendStringInfoString(&plot->chart.svg, "\"/>");
	chart_close_series(&plot->chart);
}

static text *
draw_chart(const Point *points, int64 count, const ChartOptions *options)
{
	static const char *const names[] = {"fitted line", "y = x"};
	static const ChartStyle styles[] = {{1, MARK_LINE, false}, {-1, MARK_LINE, false}};
	Plot plot = {.x = CHART_RANGE_EMPTY, .y = CHART_RANGE_EMPTY};
	ChartTick ticks[CHART_MOST_TICKS];
	double intercept, slope;
	bool fitted;

	for (int64 i = 0; i < count; i++)
	{
		range_add(&plot.x, points[i].x);
		range_add(&plot.y, points[i].y);
	}
	settle(&plot.x, "x");
	settle(&plot.y, "y");
	fitted = cs_fitted_line(&points->x, count, &intercept, &slope) == CS_OK;
	chart_begin(&plot.chart, options);
	if (fitted || options->diagonal)
		chart_legend(&plot.chart, fitted ? names : names + 1, fitted ? styles : styles + 1,
					 (fitted ? 1 : 0) + (options->diagonal ? 1 : 0));
	chart_place_axes(&plot.chart, &plot.y, 1);
	chart_value_axis(&plot.chart, &plot.y);
	chart_bottom_axis(
		&plot.chart, ticks,
		range_ticks(&plot.x, Max(2, Min(10, chart_label_room(&plot.chart, 8))), ticks));
	draw_points(&plot, points, count);
	if (options->diagonal)
		draw_line(&plot, 0, 1, -1);
	if (fitted)
		draw_line(&plot, intercept, slope, 1);
	return chart_end(&plot.chart);
}

PG_FUNCTION_INFO_V1(creditspread_scatter_chart_final);
Datum
creditspread_scatter_chart_final(PG_FUNCTION_ARGS)
{
	RowState *state;
	ChartOptions options;
	const Point *points;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, state->columns, 2, 2);
	options = chart_read_options(row_state_options(state), WHAT, CHART_SCATTER, DEFAULT_HEIGHT);
	points = sorted_points(state);
	PG_RETURN_TEXT_P(draw_chart(points, state->count, &options));
}
