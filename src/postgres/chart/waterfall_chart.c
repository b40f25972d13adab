/*
 * waterfall_chart.c
 *		waterfall_chart: from a base to a total by what each part adds, as an SVG document.
 *
 * Rows from top to bottom: the base, the parts, each a bar from the sum before it to the sum with
 * it, the total.  Names stand at the left and figures at the right, where they touch nothing.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/base/arguments.h"
#include "postgres/base/composite.h"
#include "postgres/base/row_series.h"
#include "postgres/base/text_encoding.h"
#include "postgres/chart/chart.h"

#define WHAT "waterfall_chart"
#define MOST_PARTS 100

/* Of a row, and of all else, in pixels. */
#define ROW_HEIGHT 24
#define LINE_HEIGHT 11
#define OTHER_HEIGHT 78
#define TALLEST 4000

/* Characters of 11 pixels' type in the widest of the usual fonts, in pixels. */
#define CHARACTER 7.1
#define CAPITAL 8.6
#define WIDE_CHARACTER 11.0 /* m, w, %, and those of East Asia */
#define GAP 8
#define TICK_CHARACTERS 8

typedef struct Waterfall
{
	char **labels; /* [count + 2] of the base, the parts, the total */
	int count;
	double base;
	const double *parts; /* [count] */
	double total;
	double label_room; /* pixels */
	double figure_room;
	double row; /* pixels of one */
} Waterfall;

static double
width_of_character(const char *c)
{
	if (pg_encoding_dsplen(text_encoding(), c) > 1 || strchr("MWmw@%&", *c) != NULL)
		return WIDE_CHARACTER;
	return *c >= 'A' && *c <= 'Z' ? CAPITAL : CHARACTER;
}

/* Pixels that a text takes at most. */
static double
width_of(const char *text)
{
	double width = 0;

	for (const char *c = text; *c != '\0'; c += pg_encoding_mblen(text_encoding(), c))
		width += width_of_character(c);
	return width;
}

/* The first bytes of a text that have room in so many pixels. */
static int
bytes_within(const char *text, double room)
{
	const char *end = text;

	while (*end != '\0' && (room -= width_of_character(end)) >= 0)
		end += pg_encoding_mblen(text_encoding(), end);
	return (int) (end - text);
}

/* The text, cut where it has no room. */
static char *
fitted(const char *text, double room)
{
	if (width_of(text) <= room)
		return pstrdup(text);
	return psprintf("%.*s...", bytes_within(text, room - 3 * CHARACTER), text);
}

/* Where a text that has no room goes on in a second line: behind a blank if it can. */
static int
second_line(const char *text, double room)
{
	int bytes = bytes_within(text, room);

	for (int i = bytes; i > 0; i--)
		if (text[i] == ' ')
			return i + 1;
	return bytes;
}

/* The figure of a row: base and total as they are, parts with their sign. */
static void
figure(const Waterfall *waterfall, int row, char *label, size_t size)
{
	bool part = row > 0 && row <= waterfall->count;
	double value = row == 0 ? waterfall->base : waterfall->total;

	if (part)
		value = waterfall->parts[row - 1];
	number_label(value, part ? 3 : 5, label, size);
	if (part && value > 0)
	{
		memmove(label + 1, label, strlen(label) + 1);
		label[0] = '+';
	}
}

static ChartRange
range_of(const Waterfall *waterfall)
{
	ChartRange range = CHART_RANGE_EMPTY;
	double sum = waterfall->base;

	range_add(&range, sum);
	for (int i = 0; i < waterfall->count; i++)
		range_add(&range, sum += waterfall->parts[i]);
	range_settle(&range, 0.04, false);
	return range;
}

static void
place_plot(Chart *chart, Waterfall *waterfall)
{
	int rows = waterfall->count + 2;
	double width = chart->right - chart->left;
	double names = 0;
	double figures = 0;
	char label[44];

	for (int i = 0; i < rows; i++)
	{
		figure(waterfall, i, label, sizeof(label));
		names = Max(names, width_of(waterfall->labels[i]));
		figures = Max(figures, width_of(label));
	}
	waterfall->figure_room = figures + GAP;
	waterfall->label_room = Min(names, width * 0.45) + GAP;
	chart->left += waterfall->label_room;
	chart->right = Max(chart->right - waterfall->figure_room, chart->left + 20);
	if (chart->options->y_label[0] != '\0')
	{
		chart_text(chart, chart->left - waterfall->label_room, chart->top + 9, "start", true,
				   chart->options->y_label);
		chart->top += 18;
	}
	chart->bottom -= chart->options->x_label[0] != '\0' ? 34 : 18;
	chart->bottom = Max(chart->bottom, chart->top + rows);
	waterfall->row = (chart->bottom - chart->top) / rows;
}

/* A line from (x, y) to (x2, y2), of that class. */
static void
draw_line(Chart *chart, const char *class, double x, double y, double x2, double y2)
{
	appendStringInfo(&chart->svg, "<path class=\"%s\" d=\"M", class);
	append_pixels(&chart->svg, x);
	appendStringInfoChar(&chart->svg, ' ');
	append_pixels(&chart->svg, y);
	appendStringInfoChar(&chart->svg, 'L');
	append_pixels(&chart->svg, x2);
	appendStringInfoChar(&chart->svg, ' ');
	append_pixels(&chart->svg, y2);
	appendStringInfoString(&chart->svg, "\"/>");
}

static void
draw_scale(Chart *chart, const ChartRange *range)
{
	ChartTick ticks[CHART_MOST_TICKS];
	int count = range_ticks(range, Min(chart_label_room(chart, TICK_CHARACTERS), 8), ticks);

	for (int i = 0; i < count; i++)
	{
		double x = chart_x(chart, ticks[i].fraction);

		draw_line(chart, "cs-grid", x, chart->top, x, chart->bottom);
	}
	chart_bottom_axis(chart, ticks, count);
}

/* The bar of a row from one value to another; a mark where they are the same. */
static void
draw_bar(Chart *chart, const Waterfall *waterfall, const ChartRange *range, int row, double from,
		 double to)
{
	double x = chart_x(chart, range_fraction(range, Min(from, to)));
	double x2 = chart_x(chart, range_fraction(range, Max(from, to)));
	double y = chart->top + row * waterfall->row;
	bool part = row > 0 && row <= waterfall->count;
	int colour = part ? (to < from ? 1 : 0) : 6;
	double least = part ? 1 : 3;

	if (x2 - x < least)
	{
		x = (x + x2 - least) / 2;
		x2 = x + least;
	}
	chart_open_series(chart, &(ChartStyle){colour, MARK_BAR, false});
	chart_bar(chart, x, x2 - x, y + waterfall->row * 0.18, y + waterfall->row * 0.82);
	chart_close_series(chart);
}

/* The name of a row, in two lines where it is long and they have room. */
static void
draw_name(Chart *chart, const Waterfall *waterfall, const char *name, double middle)
{
	double room = waterfall->label_room - GAP + 0.01;
	double x = chart->left - GAP;

	if (width_of(name) > room && waterfall->row >= 2 * LINE_HEIGHT)
	{
		int split = second_line(name, room);

		chart_text(chart, x, middle - 2, "end", true,
				   psprintf("%.*s", split - (name[split - 1] == ' '), name));
		chart_text(chart, x, middle + LINE_HEIGHT - 2, "end", true, fitted(name + split, room));
	}
	else
		chart_text(chart, x, middle + 4, "end", true, fitted(name, room));
}

static void
draw_row(Chart *chart, const Waterfall *waterfall, const ChartRange *range, int row, double from,
		 double to)
{
	double y = chart->top + row * waterfall->row;
	double x = chart_x(chart, range_fraction(range, to));
	char label[44];

	draw_bar(chart, waterfall, range, row, from, to);
	if (row <= waterfall->count)
		draw_line(chart, "cs-zero", x, y + waterfall->row * 0.82, x, y + waterfall->row * 1.18);
	figure(waterfall, row, label, sizeof(label));
	draw_name(chart, waterfall, waterfall->labels[row], y + waterfall->row / 2);
	chart_label(chart, chart->right + waterfall->figure_room, y + waterfall->row / 2 + 4, "end",
				label);
}

static text *
draw_chart(Waterfall *waterfall, const ChartOptions *options)
{
	Chart chart;
	ChartRange range = range_of(waterfall);
	double sum = waterfall->base;

	chart_begin(&chart, options);
	place_plot(&chart, waterfall);
	draw_scale(&chart, &range);
	draw_row(&chart, waterfall, &range, 0, sum, sum);
	for (int i = 0; i < waterfall->count; i++)
	{
		draw_row(&chart, waterfall, &range, i + 1, sum, sum + waterfall->parts[i]);
		sum += waterfall->parts[i];
	}
	draw_row(&chart, waterfall, &range, waterfall->count + 1, sum, sum);
	return chart_end(&chart);
}

/*
 * waterfall_chart(labels text[], base float8, parts float8[], options jsonb)
 */
PG_FUNCTION_INFO_V1(creditspread_waterfall_chart);
Datum
creditspread_waterfall_chart(PG_FUNCTION_ARGS)
{
	Waterfall waterfall;
	ChartOptions options;
	int labels;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	waterfall.labels =
		chart_names(PG_GETARG_ARRAYTYPE_P(0), WHAT, "labels", MOST_PARTS + 2, &labels);
	waterfall.base = finite_value(PG_GETARG_DATUM(1), false, "base", NULL);
	waterfall.parts =
		array_doubles(PG_GETARG_ARRAYTYPE_P(2), WHAT, "parts", false, &waterfall.count);
	if (labels != waterfall.count + 2)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(WHAT ": %d labels for %d parts", labels, waterfall.count),
						errhint("Give a label for the base, for each part, and for the total.")));
	waterfall.total = waterfall.base;
	for (int i = 0; i < waterfall.count; i++)
		waterfall.total += waterfall.parts[i];
	finite_datum(WHAT, waterfall.total);
	options = chart_read_options(PG_ARGISNULL(3) ? NULL : PG_GETARG_JSONB_P(3), WHAT, CHART_BAR,
								 Min(OTHER_HEIGHT + ROW_HEIGHT * labels, TALLEST));
	PG_RETURN_TEXT_P(draw_chart(&waterfall, &options));
}
