/*
 * chart.h
 *		The drawing of charts: an SVG document as text, with its title, axes, legend and marks.
 *
 * A document needs nothing beside itself, is readable on light and on dark, and is the same to the
 * byte for the same data. A chart is begun, told its axes, drawn upon and ended.
 */
#ifndef CREDITSPREAD_POSTGRES_CHART_H
#define CREDITSPREAD_POSTGRES_CHART_H

#include "lib/stringinfo.h"

#include "postgres/chart/chart_scale.h"
#include "postgres/base/options.h"

/* Most series of a chart: seven colours, each with three dashes. */
#define CHART_MOST_SERIES 20
#define CHART_COLOURS 7
#define CHART_DASHES 3

/* The options of a chart; not every chart has every option. */
typedef struct ChartOptions
{
	char *title;
	char *x_label;
	char *y_label;
	int width; /* pixels */
	int height;
	bool zero;	   /* the axis of values shows 0 */
	char **series; /* the order of the series */
	int series_count;
	char **faint; /* series to draw faintly */
	int faint_count;
	char **points; /* series to draw as points */
	int points_count;
	double colour_limit; /* 0: the largest size of a value */
	bool diagonal;		 /* y = x is drawn */
} ChartOptions;

/* What tells charts' options apart. */
typedef enum ChartFamily
{
	CHART_BAR,
	CHART_CURVE,
	CHART_EMD,
	CHART_HEATMAP,
	CHART_LINE,
	CHART_SCATTER
} ChartFamily;

/* The options in `json` (NULL = none) of the function `what`, with its default height. */
extern ChartOptions chart_read_options(const Jsonb *json, const char *what, ChartFamily family,
									   int height);

/*
 * A float8[rows][columns] called `name`, palloc'd, NULL as NAN.  Other shapes are error 2202E, NaN
 * and infinity 22003.
 */
extern double *chart_matrix(ArrayType *array, const char *what, const char *name, int *rows,
							int *columns);

/* A text[] of 1 to `most` elements (else error 2202E), none of them NULL (22004), palloc'd. */
extern char **chart_names(ArrayType *array, const char *what, const char *name, int most,
						  int *count);

typedef struct Chart
{
	StringInfoData svg;
	const ChartOptions *options;
	double left; /* of the plot, in pixels */
	double right;
	double top;
	double bottom;
} Chart;

/* A mark of the legend and of the plot. */
typedef enum ChartMark
{
	MARK_LINE, /* with points if there are few */
	MARK_POINTS,
	MARK_BAR
} ChartMark;

/* How a series looks. */
typedef struct ChartStyle
{
	int number; /* of its colour, from 0; -1 = faint */
	ChartMark mark;
	bool band; /* has an interval */
} ChartStyle;

/* The head of the document and the title; the plot is then the room below it. */
extern void chart_begin(Chart *chart, const ChartOptions *options);

extern text *chart_end(Chart *chart);

/* Names of the series above the plot, in as many rows as they need. */
extern void chart_legend(Chart *chart, const char *const *names, const ChartStyle *styles,
						 int count);

/* Makes room for the labels of the axes, those below in so many lines: the plot is then final. */
extern void chart_place_axes(Chart *chart, const ChartRange *values, int label_lines);

/* The room that the labels of values need at the left of the plot, in pixels. */
extern double chart_value_room(const Chart *chart, const ChartRange *values);

/* The lines and labels of the axis of values, in the plot. */
extern void chart_value_axis(Chart *chart, const ChartRange *values);

/* The labels of the axis below the plot, and the x_label. */
extern void chart_bottom_axis(Chart *chart, const ChartTick *ticks, int count);

/* The lines that the labels of times need, 1 or 2, before or after the plot is final. */
extern int chart_time_lines(const Chart *chart, const ChartTimes *times);

/* The labels of times below the plot, with as many ticks as there is room for. */
extern void chart_time_axis(Chart *chart, const ChartTimes *times);

/* How many labels of so many characters the plot has room for beside each other. */
extern int chart_label_room(const Chart *chart, int characters);

/* A text at a place; `anchor` is start, middle or end; `note` = smaller and paler. */
extern void chart_text(Chart *chart, double x, double y, const char *anchor, bool note,
					   const char *text);

/* A label at a place, small; of a number, the hyphen becomes a minus sign. */
extern void chart_label(Chart *chart, double x, double y, const char *anchor, const char *label);

/* Opens and closes the group of marks of one series. */
extern void chart_open_series(Chart *chart, const ChartStyle *style);
extern void chart_close_series(Chart *chart);

/* A value's place in the plot. */
extern double chart_y(const Chart *chart, const ChartRange *values, double value);
extern double chart_x(const Chart *chart, double fraction);

/*
 * Points in ascending order of x, pixels; y NAN = a gap. Beyond 2,000 points they are thinned to
 * the first, lowest, highest and last of each of 500 columns, which leaves the picture as it is.
 */
extern void chart_line(Chart *chart, const double *x, const double *y, int64 count, ChartMark mark);

/*
 * The area between two lines, in pixels; NAN in either = a gap. Beyond 2,000 points they are
 * thinned, in place, to the range of each of 500 columns.
 */
extern void chart_band(Chart *chart, double *x, double *lower, double *upper, int64 count);

/* A rectangle with corners at (x, y) and (x + width, y2). */
extern void chart_bar(Chart *chart, double x, double width, double y, double y2);

/* Pixels as SVG has them, to a tenth. */
extern void append_pixels(StringInfo out, double pixels);

/* The text with what XML reserves escaped and what it forbids replaced, palloc'd. */
extern char *xml_escaped(const char *text);

#endif
