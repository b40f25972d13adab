/*
 * heatmap_chart.c
 *		heatmap_chart, values over time, and matrix_chart, those of a matrix, as colours in an SVG
 *		document.
 *
 * Colours diverge from that of the paper at 0: the more of blue the higher above, of orange below,
 * so that they follow the reader's light or dark.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/base/settings.h"
#include "postgres/base/text_encoding.h"
#include "postgres/chart/chart.h"
#include "postgres/state/panel_state.h"

#define WHAT "heatmap_chart"
#define MATRIX_WHAT "matrix_chart"
#define DEFAULT_HEIGHT 360
#define MOST_ROWS 200
#define MOST_COLUMNS 500

/* Columns of times, beyond which times are drawn together. */
#define TIME_COLUMNS 320

/* Shades on each side of 0. */
#define SHADES 10

/* Series of the palette: blue for above 0, orange for below. */
#define ABOVE 0
#define BELOW 1

/* Widths of the letters of labels, and the most that the names of rows take. */
#define LETTER_WIDTH 6.1
#define IDEOGRAPH_WIDTH 11.0
#define WIDEST_NAME 170.0

/* Of the scale of colours. */
#define SCALE_WIDTH 160.0
#define SCALE_HEIGHT 10.0

typedef struct Heat
{
	char **names; /* of rows */
	int rows;
	int columns;
	const double *edge;	  /* [columns + 1] fractions of the way along */
	const double *values; /* [rows][columns], NAN = no cell */
	double limit;		  /* size of the values of the full colour */
} Heat;

/* ---- cells ---- */

/* -SHADES to SHADES; beyond the limit as at it. */
static int
shade_of(double value, double limit)
{
	double part = limit > 0 ? value / limit : 0;

	return (int) rint(SHADES * fmax(-1, fmin(1, part)));
}

static void
append_cell(Chart *chart, double x, double x2, double y, double y2)
{
	appendStringInfoChar(&chart->svg, 'M');
	append_pixels(&chart->svg, x);
	appendStringInfoChar(&chart->svg, ' ');
	append_pixels(&chart->svg, y);
	appendStringInfoChar(&chart->svg, 'H');
	append_pixels(&chart->svg, x2);
	appendStringInfoChar(&chart->svg, 'V');
	append_pixels(&chart->svg, y2);
	appendStringInfoChar(&chart->svg, 'H');
	append_pixels(&chart->svg, x);
	appendStringInfoChar(&chart->svg, 'Z');
}

/* Opens the path of a shade but 0. */
static void
open_shade(Chart *chart, int shade)
{
	chart_open_series(chart, &(ChartStyle){shade > 0 ? ABOVE : BELOW, MARK_BAR, false});
	appendStringInfo(&chart->svg, "<path class=\"cs-fill\" fill-opacity=\"%.1f\" d=\"",
					 abs(shade) / (double) SHADES);
}

static void
close_shade(Chart *chart)
{
	appendStringInfoString(&chart->svg, "\"/>");
	chart_close_series(chart);
}

static double
row_edge(const Chart *chart, const Heat *heat, int row)
{
	return chart->top + (chart->bottom - chart->top) * row / heat->rows;
}

/* The cells of one shade; those beside each other are drawn as one. */
static void
draw_shade(Chart *chart, const Heat *heat, int shade)
{
	bool opened = false;

	for (int r = 0; r < heat->rows; r++)
		for (int c = 0; c < heat->columns; c++)
		{
			const double *row = heat->values + (Size) r * heat->columns;
			int first = c;

			while (c < heat->columns && !isnan(row[c]) && shade_of(row[c], heat->limit) == shade)
				c++;
			if (c == first)
				continue;
			if (!opened)
				open_shade(chart, shade);
			opened = true;
			append_cell(chart, chart_x(chart, heat->edge[first]), chart_x(chart, heat->edge[c]),
						row_edge(chart, heat, r), row_edge(chart, heat, r + 1));
		}
	if (opened)
		close_shade(chart);
}

/* ---- around them ---- */

static double
name_width(const char *name)
{
	double width = 0;

	for (const char *c = name; *c != '\0'; c += pg_encoding_mblen(text_encoding(), c))
		width += IS_HIGHBIT_SET(*c) ? IDEOGRAPH_WIDTH : LETTER_WIDTH;
	return width;
}

/* A name cut to the room that there is for it. */
static char *
fitting_name(const char *name)
{
	double width = 0;
	const char *c = name;

	while (*c != '\0')
	{
		width += IS_HIGHBIT_SET(*c) ? IDEOGRAPH_WIDTH : LETTER_WIDTH;
		if (width > WIDEST_NAME)
			return psprintf("%.*s..", (int) (c - name), name);
		c += pg_encoding_mblen(text_encoding(), c);
	}
	return pstrdup(name);
}

/* The scale of colours at the right of the title, with the limits at its ends. */
static void
draw_scale(Chart *chart, const Heat *heat)
{
	double left = chart->right - SCALE_WIDTH - 40;
	double step = SCALE_WIDTH / (2 * SHADES + 1);
	char label[40];

	for (int shade = -SHADES; shade <= SHADES; shade++)
	{
		double x = left + (shade + SHADES) * step;

		if (shade == 0)
			continue;
		open_shade(chart, shade);
		append_cell(chart, x, x + step, chart->top, chart->top + SCALE_HEIGHT);
		close_shade(chart);
	}
	number_label(-heat->limit, 3, label, sizeof(label));
	chart_label(chart, left - 6, chart->top + SCALE_HEIGHT, "end", label);
	number_label(heat->limit, 3, label, sizeof(label));
	chart_label(chart, left + SCALE_WIDTH + 6, chart->top + SCALE_HEIGHT, "start", label);
	chart->top += SCALE_HEIGHT + 12;
}

/* Makes room for the names of the rows, and for the labels below in so many lines. */
static void
place_plot(Chart *chart, const Heat *heat, int lines)
{
	double widest = 0;

	for (int r = 0; r < heat->rows; r++)
		widest = Max(widest, Min(name_width(heat->names[r]), WIDEST_NAME + 2 * LETTER_WIDTH));
	if (chart->options->y_label[0] != '\0')
	{
		chart_text(chart, chart->left, chart->top + 9, "start", true, chart->options->y_label);
		chart->top += 18;
	}
	chart->bottom -= 2 + 14 * lines + (chart->options->x_label[0] != '\0' ? 16 : 0);
	chart->bottom = Max(chart->bottom, chart->top + 40);
	chart->left += widest + 8;
	chart->right -= 8;
}

/* Names, of so many rows that they do not touch. */
static void
draw_names(Chart *chart, const Heat *heat)
{
	int most = Max(1, (int) ((chart->bottom - chart->top) / 12));
	int every = (heat->rows + most - 1) / most;

	for (int r = 0; r < heat->rows; r += every)
		chart_text(chart, chart->left - 6,
				   (row_edge(chart, heat, r) + row_edge(chart, heat, r + 1)) / 2 + 4, "end", true,
				   fitting_name(heat->names[r]));
}

static double
largest_size(const Heat *heat)
{
	double largest = 0;

	for (Size i = 0; i < (Size) heat->rows * heat->columns; i++)
		if (!isnan(heat->values[i]))
			largest = Max(largest, fabs(heat->values[i]));
	return largest;
}

static void
begin_heatmap(Chart *chart, Heat *heat, const ChartOptions *options, int lines)
{
	heat->limit = options->colour_limit > 0 ? options->colour_limit : largest_size(heat);
	chart_begin(chart, options);
	draw_scale(chart, heat);
	place_plot(chart, heat, lines);
	for (int shade = -SHADES; shade <= SHADES; shade++)
		if (shade != 0)
			draw_shade(chart, heat, shade);
	draw_names(chart, heat);
}

/* ---- over time ---- */

/* transition(state, time, value, row [, options]) */
PG_FUNCTION_INFO_V1(creditspread_heatmap_chart_transition);
Datum
creditspread_heatmap_chart_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	double value = finite_argument(fcinfo, 2, "value", &time);
	const Jsonb *options = PG_NARGS() > 4 && !PG_ARGISNULL(4) ? PG_GETARG_JSONB_P(4) : NULL;

	PG_RETURN_POINTER(panel_state_append(fcinfo, WHAT, state, entity_argument(fcinfo, 3), NULL,
										 time, &value, 1, options));
}

static int
compare_times(const void *left, const void *right)
{
	int64 a = *(const int64 *) left;
	int64 b = *(const int64 *) right;

	return (a > b) - (a < b);
}

/* The times of all rows, each once. */
static int64 *
distinct_times(const Panel *panel, int64 *count)
{
	int64 *times = allocate_checked(WHAT, sizeof(int64) * panel->count);

	memcpy(times, panel->times, sizeof(int64) * panel->count);
	qsort(times, panel->count, sizeof(int64), compare_times);
	*count = 0;
	for (int64 i = 0; i < panel->count; i++)
		if (i == 0 || times[i] != times[i - 1])
			times[(*count)++] = times[i];
	return times;
}

/* The column of a time: times next to each other share one where there are too many. */
static int
column_of(const int64 *times, int64 count, int columns, int64 time)
{
	const int64 *found = bsearch(&time, times, count, sizeof(int64), compare_times);

	return (int) ((found - times) * columns / count);
}

/* Cells are the means of the values that share them. */
static void
take_cells(Heat *heat, const Panel *panel, const int64 *times, int64 count)
{
	Size cells = (Size) heat->rows * heat->columns;
	double *sum = allocate_checked(WHAT, sizeof(double) * cells);
	int64 *number = allocate_checked(WHAT, sizeof(int64) * cells);

	memset(sum, 0, sizeof(double) * cells);
	memset(number, 0, sizeof(int64) * cells);
	for (int64 i = 0; i < panel->count; i++)
	{
		Size cell = panel->entities[i] * heat->columns +
					column_of(times, count, heat->columns, panel->times[i]);

		number[cell]++;
		sum[cell] += (panel->values[i] - sum[cell]) / number[cell];
		CHECK_FOR_INTERRUPTS();
	}
	for (Size i = 0; i < cells; i++)
		sum[i] = number[i] == 0 ? NAN : sum[i];
	heat->values = sum;
}

/* Where columns begin: at their first time; the last one is as wide as a mean one. */
static void
take_edges(Heat *heat, const ChartTimes *range, const int64 *times, int64 count)
{
	double *edge = palloc(sizeof(double) * (heat->columns + 1));
	double scale = 1 - 1.0 / heat->columns;

	for (int c = 0; c < heat->columns; c++)
	{
		int64 first = ((int64) c * count + heat->columns - 1) / heat->columns;

		edge[c] = heat->columns == 1 ? 0 : scale * times_fraction(range, times[first]);
	}
	edge[heat->columns] = 1;
	heat->edge = edge;
}

PG_FUNCTION_INFO_V1(creditspread_heatmap_chart_final);
Datum
creditspread_heatmap_chart_final(PG_FUNCTION_ARGS)
{
	const RowState *state = row_state_argument(fcinfo, 0);
	Panel panel;
	ChartOptions options;
	ChartTimes range;
	int64 *times;
	int64 count;
	Heat heat;
	Chart chart;

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, state->columns, 1, 1);
	panel = panel_state_sorted(state, WHAT, PANEL_BY_ENTITY);
	options = chart_read_options(panel.options, WHAT, CHART_HEATMAP, DEFAULT_HEIGHT);
	if (panel.entity_count > MOST_ROWS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg(WHAT ": %lld rows, the limit is %d", (long long) panel.entity_count,
							   MOST_ROWS),
						errhint("Draw fewer of them, or group them into several charts.")));
	times = distinct_times(&panel, &count);
	heat = (Heat){.names = panel.names,
				  .rows = (int) panel.entity_count,
				  .columns = (int) Min(count, TIME_COLUMNS)};
	take_cells(&heat, &panel, times, count);
	range = times_range(panel.time_type, panel.times, panel.count);
	take_edges(&heat, &range, times, count);
	begin_heatmap(&chart, &heat, &options, 2);
	chart.right -= (chart.right - chart.left) / heat.columns;
	chart_time_axis(&chart, &range);
	PG_RETURN_TEXT_P(chart_end(&chart));
}

/* ---- of a matrix ---- */

static void
draw_columns(Chart *chart, const Heat *heat, char *const *labels)
{
	ChartTick *ticks = palloc0(sizeof(ChartTick) * heat->columns);
	int longest = 1;
	int kept = 0;
	int every;

	for (int c = 0; c < heat->columns; c++)
		longest = Max(longest, (int) ceil(Min(name_width(labels[c]), 110) / LETTER_WIDTH));
	every =
		(heat->columns + chart_label_room(chart, longest) - 1) / chart_label_room(chart, longest);
	for (int c = 0; c < heat->columns; c += every)
	{
		ticks[kept].fraction = (heat->edge[c] + heat->edge[c + 1]) / 2;
		strlcpy(
			ticks[kept].label,
			pnstrdup(labels[c], pg_encoding_mbcliplen(text_encoding(), labels[c], strlen(labels[c]),
													  sizeof(ticks[kept].label) - 1)),
			sizeof(ticks[kept].label));
		kept++;
	}
	chart_bottom_axis(chart, ticks, kept);
}

/* matrix_chart(rows text[], columns text[], values float8[][], options) */
PG_FUNCTION_INFO_V1(creditspread_matrix_chart);
Datum
creditspread_matrix_chart(PG_FUNCTION_ARGS)
{
	ChartOptions options;
	Heat heat;
	Chart chart;
	char **labels;
	double *edge;
	int rows;
	int columns;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	options = chart_read_options(PG_ARGISNULL(3) ? NULL : PG_GETARG_JSONB_P(3), MATRIX_WHAT,
								 CHART_HEATMAP, DEFAULT_HEIGHT);
	heat.names = chart_names(PG_GETARG_ARRAYTYPE_P(0), MATRIX_WHAT, "rows", MOST_ROWS, &heat.rows);
	labels =
		chart_names(PG_GETARG_ARRAYTYPE_P(1), MATRIX_WHAT, "columns", MOST_COLUMNS, &heat.columns);
	heat.values = chart_matrix(PG_GETARG_ARRAYTYPE_P(2), MATRIX_WHAT, "values", &rows, &columns);
	if (rows != heat.rows || columns != heat.columns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(MATRIX_WHAT ": %d x %d values for %d rows and %d columns", rows,
							   columns, heat.rows, heat.columns)));
	edge = palloc(sizeof(double) * (columns + 1));
	for (int c = 0; c <= columns; c++)
		edge[c] = (double) c / columns;
	heat.edge = edge;
	begin_heatmap(&chart, &heat, &options, 1);
	draw_columns(&chart, &heat, labels);
	PG_RETURN_TEXT_P(chart_end(&chart));
}
