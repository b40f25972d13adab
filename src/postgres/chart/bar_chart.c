/*
 * bar_chart.c
 *		bar_chart: groups of bars beside each other, as an SVG document.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "postgres/chart/chart.h"
#include "postgres/base/text_encoding.h"

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
range_of_bars(const Bars *bars, int height)
{
	ChartRange range = CHART_RANGE_EMPTY;

	for (int i = 0; i < bars->series_count * bars->groups; i++)
		if (!isnan(bars->values[i]))
			range_add(&range, bars->values[i]);
	/* room for the values at the ends of the bars */
	range_settle(&range, 18.0 / Max(60, height - 100), true);
	return range;
}

/* A text of any length, cut at a character if it is too long. */
static void
copy_label(char *label, size_t size, const char *text)
{
	int length = strlen(text);

	if (length < (int) size)
		strlcpy(label, text, size);
	else
		snprintf(label, size, "%.*s...",
				 pg_encoding_mbcliplen(text_encoding(), text, length, (int) size - 4), text);
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

/* The place of a bar: its left end, its width and its two ends, in pixels. */
typedef struct BarPlace
{
	double x;
	double width;
	double zero;
	double end;
} BarPlace;

static BarPlace
bar_place(const Chart *chart, const Bars *bars, const ChartRange *range, int series, int group)
{
	double room = (chart->right - chart->left) / bars->groups;
	double width = Min(WIDEST_BAR, room * 0.8 / bars->series_count);
	double middle = chart->left + (group + 0.5) * room;

	return (BarPlace){
		.x = middle + (series - bars->series_count / 2.0) * width,
		.width = width * 0.92,
		.zero = chart_y(chart, range, 0),
		.end = chart_y(chart, range, bars->values[series * bars->groups + group]),
	};
}

/* The value of a bar at its end, where there is room for it. */
static void
draw_value(Chart *chart, const BarPlace *place, double value)
{
	char label[40];

	if (place->width < WIDTH_WITH_VALUE)
		return;
	number_label(value, 3, label, sizeof(label));
	chart_label(chart, place->x + place->width / 2, value < 0 ? place->end + 13 : place->end - 5,
				"middle", label);
}

static void
draw_bars(Chart *chart, const Bars *bars, const ChartRange *range)
{
	for (int s = 0; s < bars->series_count; s++)
	{
		const double *values = bars->values + s * bars->groups;

		chart_open_series(chart, &(ChartStyle){s, MARK_BAR, false});
		for (int g = 0; g < bars->groups; g++)
			if (!isnan(values[g]))
			{
				BarPlace place = bar_place(chart, bars, range, s, g);

				chart_bar(chart, place.x, place.width, place.zero, place.end);
			}
		chart_close_series(chart);
		for (int g = 0; g < bars->groups; g++)
			if (!isnan(values[g]))
			{
				BarPlace place = bar_place(chart, bars, range, s, g);

				draw_value(chart, &place, values[g]);
			}
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
	ChartRange range = range_of_bars(bars, options->height);
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
								 CHART_BAR, DEFAULT_HEIGHT);
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
