/*
 * chart_line.c
 *		The lines, points and bands of charts, thinned where there are too many points to see.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "postgres/chart/chart.h"
#include "postgres/base/settings.h"

/* A line of more points is thinned to four in each of so many columns. */
#define COLUMNS 500
#define MOST_POINTS (4 * COLUMNS)

/* A line of so few points shows them. */
#define FEW_POINTS 12

/* Where the points of a column begin, and where they end. */
typedef struct Column
{
	int64 first;
	int64 end;
} Column;

static void
append_point(StringInfo svg, double x, double y)
{
	append_pixels(svg, x);
	appendStringInfoChar(svg, ' ');
	append_pixels(svg, y);
}

static void
append_circle(StringInfo svg, double x, double y, const char *radius)
{
	appendStringInfoString(svg, "<circle class=\"cs-fill\" cx=\"");
	append_pixels(svg, x);
	appendStringInfoString(svg, "\" cy=\"");
	append_pixels(svg, y);
	appendStringInfo(svg, "\" r=\"%s\"/>", radius);
}

/* The points from `first` on that fall in its column of the width of the chart. */
static Column
next_column(const double *x, int64 first, int64 count, double from, double width)
{
	Column column = {first, first + 1};
	double number = floor((x[first] - from) / width);

	while (column.end < count && floor((x[column.end] - from) / width) == number)
		column.end++;
	return column;
}

/* Keeps the first, lowest, highest and last value of a column; a column without one is a gap. */
static int64
keep_extremes(const double *y, Column column, int64 *kept)
{
	int64 places[4] = {-1, -1, -1, -1};
	int64 count = 0;

	for (int64 i = column.first; i < column.end; i++)
	{
		if (isnan(y[i]))
			continue;
		if (places[0] < 0)
			places[0] = places[1] = places[2] = i;
		if (y[i] < y[places[1]])
			places[1] = i;
		if (y[i] > y[places[2]])
			places[2] = i;
		places[3] = i;
	}
	if (places[0] < 0)
		kept[count++] = column.first;
	else
	{
		kept[count++] = places[0];
		if (places[1] > places[2])
		{
			int64 lowest = places[1];

			places[1] = places[2];
			places[2] = lowest;
		}
		for (int i = 1; i < 4; i++)
			if (places[i] > kept[count - 1])
				kept[count++] = places[i];
	}
	return count;
}

/* The points to draw, all or thinned; returns how many. */
static int64
thin(const Chart *chart, const double *x, const double *y, int64 count, int64 **kept)
{
	double width = (chart->right - chart->left) / COLUMNS;
	int64 used = 0;

	*kept = allocate_checked("a chart", sizeof(int64) * Max(count, 1));
	if (count <= MOST_POINTS)
	{
		for (int64 i = 0; i < count; i++)
			(*kept)[used++] = i;
		return used;
	}
	for (int64 i = 0; i < count;)
	{
		Column column = next_column(x, i, count, chart->left, width);

		used += keep_extremes(y, column, *kept + used);
		i = column.end;
		CHECK_FOR_INTERRUPTS();
	}
	return used;
}

void
chart_line(Chart *chart, const double *x, const double *y, int64 count, ChartMark mark)
{
	StringInfo svg = &chart->svg;
	int64 *kept;
	int64 used = thin(chart, x, y, count, &kept);
	bool dots = mark == MARK_POINTS || used <= FEW_POINTS;
	bool open = false;

	if (mark == MARK_LINE)
	{
		appendStringInfoString(svg, "<path class=\"cs-line\" d=\"");
		for (int64 i = 0; i < used; i++)
		{
			bool gap = isnan(y[kept[i]]);

			if (!gap)
			{
				appendStringInfoChar(svg, open ? 'L' : 'M');
				append_point(svg, x[kept[i]], y[kept[i]]);
			}
			open = !gap;
		}
		appendStringInfoString(svg, "\"/>");
	}
	for (int64 i = 0; i < used; i++)
	{
		bool alone = (i == 0 || isnan(y[kept[i - 1]])) && (i == used - 1 || isnan(y[kept[i + 1]]));

		if (!isnan(y[kept[i]]) && (dots || alone))
			append_circle(svg, x[kept[i]], y[kept[i]], mark == MARK_POINTS ? "3.2" : "2.4");
	}
	pfree(kept);
}

/* The points from `first` to `last`, there along the upper line and back along the lower. */
static void
append_area(StringInfo svg, const double *x, const double *lower, const double *upper, int64 first,
			int64 last)
{
	char command = 'M';

	for (int64 i = first; i <= last; i++)
	{
		appendStringInfoChar(svg, command);
		append_point(svg, x[i], upper[i]);
		command = 'L';
	}
	for (int64 i = last; i >= first; i--)
	{
		appendStringInfoChar(svg, command);
		append_point(svg, x[i], lower[i]);
	}
	appendStringInfoChar(svg, 'Z');
}

/* In place: of each column its first x, its lowest and its highest pixel. */
static int64
thin_band(const Chart *chart, double *x, double *lower, double *upper, int64 count)
{
	double width = (chart->right - chart->left) / COLUMNS;
	int64 used = 0;

	for (int64 i = 0; i < count; used++)
	{
		Column column = next_column(x, i, count, chart->left, width);
		double bottom = NAN;
		double top = NAN;

		for (int64 k = column.first; k < column.end; k++)
			if (!isnan(lower[k]) && !isnan(upper[k]))
			{
				bottom = isnan(bottom) ? lower[k] : Max(bottom, lower[k]);
				top = isnan(top) ? upper[k] : Min(top, upper[k]);
			}
		x[used] = x[column.first];
		lower[used] = bottom;
		upper[used] = top;
		i = column.end;
		CHECK_FOR_INTERRUPTS();
	}
	return used;
}

void
chart_band(Chart *chart, double *x, double *lower, double *upper, int64 count)
{
	if (count > MOST_POINTS)
		count = thin_band(chart, x, lower, upper, count);
	appendStringInfoString(&chart->svg, "<path class=\"cs-area\" d=\"");
	for (int64 first = 0; first < count;)
	{
		int64 end = first;

		while (end < count && !isnan(lower[end]) && !isnan(upper[end]))
			end++;
		if (end > first)
			append_area(&chart->svg, x, lower, upper, first, end - 1);
		first = Max(end, first + 1);
	}
	appendStringInfoString(&chart->svg, "\"/>");
}
