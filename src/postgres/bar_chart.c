/*
 * bar_chart.c
 *		bar_chart: groups of bars beside each other, as an SVG document.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/chart.h"

#define DEFAULT_HEIGHT 300
#define MOST_GROUPS 500

/* The widest bar, and the least that has its value written above it, in pixels. */
#define WIDEST_BAR 48
#define WIDTH_WITH_VALUE 26

typedef struct Bars
{
	char **labels; /* a line break parts a label in two lines */
	int groups;
	char **series;
	int series_count;
	const double *values; /* [series_count][groups], NAN = no bar */
} Bars;

static ChartRange
range_of_bars(const Bars *bars)
{
	ChartRange range = CHART_RANGE_EMPTY;

	for (int i = 0; i < bars->series_count * bars->groups; i++)
		if (!isnan(bars->values[i]))
			range_add(&range, bars->values[i]);
	range_settle(&range, 0.08, true);
	return range;
}

/* A text of any length, cut at a character if it is too long. */
static void
copy_label(char *label, size_t size, const char *text)
{
	int length = strlen(text);

	if (length < (int) size)
		memcpy(label, text, length + 1);
	else
	{
		length = pg_mbcliplen(text, length, (int) size - 4);
		memcpy(label, text, length);
		memcpy(label + length, "...", 4);
	}
}

/* The two lines of each label as ticks; returns how many characters the longest line has. */
static int
label_ticks(const Bars *bars, ChartTick *ticks, int *lines)
{
	int longest = 1;

	*lines = 1;
	for (int i = 0; i < bars->groups; i++)
	{
		char *second = strchr(bars->labels[i], '\n');

		if (second != NULL)
		{
			*second++ = '\0';
			*lines = 2;
		}
		ticks[i].fraction = (i + 0.5) / bars->groups;
		copy_label(ticks[i].label, sizeof(ticks[i].label), bars->labels[i]);
		copy_label(ticks[i].context, sizeof(ticks[i].context), second == NULL ? "" : second);
		longest = Max(longest, Max(pg_mbstrlen(ticks[i].label), pg_mbstrlen(ticks[i].context)));
	}
	return longest;
}

/* Keeps only so many labels that they do not touch. */
static int
thin_labels(const Chart *chart, ChartTick *ticks, int count, int longest)
{
	int every = (count + chart_label_room(chart, longest) - 1) / chart_label_room(chart, longest);
	int kept = 0;

	for (int i = 0; i < count; i += every)
		ticks[kept++] = ticks[i];
	return kept;
}

static void
draw_bar(Chart *chart, const ChartRange *range, double x, double width, double value)
{
	double y = chart_y(chart, range, value);
	char label[40];

	chart_bar(chart, x, width, chart_y(chart, range, 0), y);
	if (width < WIDTH_WITH_VALUE)
		return;
	number_label(value, 3, label, sizeof(label));
	chart_label(chart, x + width / 2, value < 0 ? y + 14 : y - 5, "middle", label);
}

static void
draw_bars(Chart *chart, const Bars *bars, const ChartRange *range)
{
	double group = (chart->right - chart->left) / bars->groups;
	double width = Min(WIDEST_BAR, group * 0.8 / bars->series_count);

	for (int s = 0; s < bars->series_count; s++)
	{
		chart_open_series(chart, &(ChartStyle){s, MARK_BAR, false});
		for (int g = 0; g < bars->groups; g++)
			if (!isnan(bars->values[s * bars->groups + g]))
				draw_bar(chart, range,
						 chart->left + (g + 0.5) * group + (s - bars->series_count / 2.0) * width,
						 width * 0.92, bars->values[s * bars->groups + g]);
		chart_close_series(chart);
	}
}

static void
draw_legend(Chart *chart, const Bars *bars)
{
	ChartStyle styles[CHART_MOST_SERIES];

	for (int i = 0; i < bars->series_count; i++)
		styles[i] = (ChartStyle){i, MARK_BAR, false};
	if (bars->series_count > 1 || chart->options->title[0] == '\0')
		chart_legend(chart, (const char *const *) bars->series, styles, bars->series_count);
}

static text *
draw_chart(const Bars *bars, const ChartOptions *options)
{
	Chart chart;
	ChartRange range = range_of_bars(bars);
	ChartTick *ticks = palloc(sizeof(ChartTick) * bars->groups);
	int lines;
	int longest = label_ticks(bars, ticks, &lines);

	chart_begin(&chart, options);
	draw_legend(&chart, bars);
	chart_place_axes(&chart, &range, lines);
	chart_value_axis(&chart, &range);
	draw_bars(&chart, bars, &range);
	chart_bottom_axis(&chart, ticks, thin_labels(&chart, ticks, bars->groups, longest));
	return chart_end(&chart);
}

/*
 * bar_chart(labels text[], series text[], bars float8[][], options jsonb)
 */
PG_FUNCTION_INFO_V1(creditspread_bar_chart);
Datum
creditspread_bar_chart(PG_FUNCTION_ARGS)
{
	Bars bars;
	ChartOptions options;
	int rows;
	int columns;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	options = chart_read_options(PG_ARGISNULL(3) ? NULL : PG_GETARG_JSONB_P(3), "bar_chart",
								 CHART_OPTIONS_COMMON, DEFAULT_HEIGHT);
	bars.labels =
		chart_names(PG_GETARG_ARRAYTYPE_P(0), "bar_chart", "labels", MOST_GROUPS, &bars.groups);
	bars.series = chart_names(PG_GETARG_ARRAYTYPE_P(1), "bar_chart", "series", CHART_MOST_SERIES,
							  &bars.series_count);
	bars.values = chart_matrix(PG_GETARG_ARRAYTYPE_P(2), "bar_chart", "bars", &rows, &columns);
	if (rows != bars.series_count || columns != bars.groups)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("bar_chart: %d x %d bars for %d series and %d labels", rows, columns,
							   bars.series_count, bars.groups),
						errhint("Give a row of bars for each series, with a bar for each label.")));
	PG_RETURN_TEXT_P(draw_chart(&bars, &options));
}
