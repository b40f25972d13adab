/*
 * chart.c
 *		The drawing of charts as SVG.
 *
 * Colours are those of Okabe and Ito (2008), which the colour-blind tell apart, darkened for white
 * paper and lightened for dark screens so that each has a contrast of 3 to 1 or more.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "postgres/chart/chart.h"
#include "postgres/base/text_encoding.h"

#define CHARACTER_WIDTH 6.6 /* about that of 12 pixels' type */
#define NOTE_WIDTH 6.1		/* of 11 pixels' */
#define TITLE_WIDTH 8.4		/* of 14 pixels', bold */
#define LONGEST_NAME 60		/* characters of a name in the legend */
#define LEGEND_ROW 20
#define MARGIN 14

static const char style_sheet[] =
	"<style>"
	".cs-chart{font:12px system-ui,\"Segoe UI\",\"DejaVu Sans\",sans-serif;color:#24292f}"
	".cs-chart text{fill:currentColor;stroke:none}.cs-chart .cs-paper{fill:#fff}"
	".cs-chart .cs-title{font-size:14px;font-weight:600}"
	".cs-chart .cs-note{font-size:11px;fill-opacity:.78}"
	".cs-chart .cs-grid{stroke:currentColor;stroke-opacity:.13}"
	".cs-chart .cs-zero{stroke:currentColor;stroke-opacity:.3}"
	".cs-chart .cs-axis{stroke:currentColor;stroke-opacity:.55}"
	".cs-chart .cs-line{fill:none;stroke:currentColor;stroke-width:1.7;stroke-linejoin:round;"
	"stroke-linecap:round}"
	".cs-chart .cs-area{fill:currentColor;fill-opacity:.2;stroke:none}"
	".cs-chart .cs-fill{fill:currentColor;stroke:none}"
	".cs-chart .cs-faint{opacity:.6}"
	".cs-chart .cs-faint .cs-line{stroke-width:1.3;stroke-dasharray:4 4}"
	".cs-chart .cs-dash1 .cs-line{stroke-dasharray:7 4}"
	".cs-chart .cs-dash2 .cs-line{stroke-dasharray:2 4}"
	".cs-c0{color:#0072b2}.cs-c1{color:#d55e00}.cs-c2{color:#00855f}.cs-c3{color:#b04a8c}"
	".cs-c4{color:#8a6a00}.cs-c5{color:#2b8fc7}.cs-c6{color:#6b6f76}"
	"@media (prefers-color-scheme:dark){.cs-chart{color:#e6e8eb}.cs-chart .cs-paper{fill:#15181c}"
	".cs-c0{color:#5aaef0}.cs-c1{color:#ff8a3c}.cs-c2{color:#35c79b}.cs-c3{color:#e391c8}"
	".cs-c4{color:#e2bd3b}.cs-c5{color:#9ad7f7}.cs-c6{color:#a9aeb6}}"
	"</style>";

/* ---- text ---- */

#define FIRST_NONCHARACTER 0xfffe /* and the next, which XML forbids beside control characters */

/*
 * UTF-8 as XML.  Elsewhere than in a database of UTF-8, characters beyond ASCII are references, so
 * that the document is valid in whatever encoding it is stored.
 */
static void
append_escaped(StringInfo out, const char *utf8, int length)
{
	for (const char *c = utf8; c < utf8 + length; c += pg_encoding_mblen(PG_UTF8, c))
	{
		if (*c == '&')
			appendStringInfoString(out, "&amp;");
		else if (*c == '<')
			appendStringInfoString(out, "&lt;");
		else if (*c == '>')
			appendStringInfoString(out, "&gt;");
		else if (*c == '"')
			appendStringInfoString(out, "&quot;");
		else if (*c == '\'')
			appendStringInfoString(out, "&#39;");
		else if (!IS_HIGHBIT_SET(*c))
			appendStringInfoChar(out, *c == '\n' || (unsigned char) *c >= ' ' ? *c : ' ');
		else
		{
			pg_wchar character = utf8_to_unicode((const unsigned char *) c);

			if (character == FIRST_NONCHARACTER || character == FIRST_NONCHARACTER + 1)
				appendStringInfoChar(out, '?');
			else if (GetDatabaseEncoding() == PG_UTF8)
				appendBinaryStringInfo(out, c, pg_encoding_mblen(PG_UTF8, c));
			else
				appendStringInfo(out, "&#%u;", character);
		}
	}
}

char *
xml_escaped(const char *text)
{
	StringInfoData out;
	char *utf8 = text_to_utf8(text, strlen(text));

	initStringInfo(&out);
	append_escaped(&out, utf8, strlen(utf8));
	pfree(utf8);
	return out.data;
}

/* The bytes of the first characters of UTF-8, at most so many of them, which it counts. */
static int
clipped_length(const char *utf8, int most, int *characters)
{
	const char *end = utf8;

	for (*characters = 0; *end != '\0' && *characters < most; (*characters)++)
		end += pg_encoding_mblen(PG_UTF8, end);
	return (int) (end - utf8);
}

/* A text as XML, of which at most so many characters are shown. */
static void
append_clipped(StringInfo out, const char *name, int most)
{
	char *utf8 = text_to_utf8(name, strlen(name));
	int characters;
	int shown = clipped_length(utf8, most, &characters);

	append_escaped(out, utf8, shown);
	if (utf8[shown] != '\0')
		appendStringInfoString(out, "&#8230;");
	pfree(utf8);
}

static int
name_characters(const char *name)
{
	char *utf8 = text_to_utf8(name, strlen(name));
	int characters;

	clipped_length(utf8, LONGEST_NAME + 1, &characters);
	pfree(utf8);
	return characters;
}

void
append_pixels(StringInfo out, double pixels)
{
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%.1f", pixels + 0.0);

	if (digits[length - 1] == '0')
		digits[length - 2] = '\0';
	appendStringInfoString(out, strcmp(digits, "-0") == 0 ? "0" : digits);
}

/* Attributes and path data: %s of `format` are the numbers, at most four. */
static void
append_numbers(StringInfo out, const char *format, const double *numbers)
{
	for (const char *c = format; *c != '\0'; c++)
		if (*c == '#')
			append_pixels(out, *numbers++);
		else
			appendStringInfoChar(out, *c);
}

#define APPEND(chart, format, ...)                                                                 \
	append_numbers(&(chart)->svg, format, (const double[]){__VA_ARGS__})

static void
open_text(Chart *chart, double x, double y, const char *anchor, const char *class)
{
	APPEND(chart, "<text x=\"#\" y=\"#\"", x, y);
	if (strcmp(anchor, "start") != 0)
		appendStringInfo(&chart->svg, " text-anchor=\"%s\"", anchor);
	if (*class != '\0')
		appendStringInfo(&chart->svg, " class=\"%s\"", class);
	appendStringInfoChar(&chart->svg, '>');
}

void
chart_text(Chart *chart, double x, double y, const char *anchor, bool note, const char *text)
{
	double room = chart->options->width - 2 * MARGIN;

	open_text(chart, x, y, anchor, note ? "cs-note" : "");
	append_clipped(&chart->svg, text, note ? (int) (room / NOTE_WIDTH) : LONGEST_NAME);
	appendStringInfoString(&chart->svg, "</text>");
}

void
chart_label(Chart *chart, double x, double y, const char *anchor, const char *label)
{
	char *end;

	strtod(label, &end);
	if (end == label || *end != '\0')
	{
		chart_text(chart, x, y, anchor, true, label);
		return;
	}
	open_text(chart, x, y, anchor, "cs-note");
	for (const char *c = label; *c != '\0'; c++)
		if (*c == '-')
			appendStringInfoString(&chart->svg, "&#8722;");
		else
			append_escaped(&chart->svg, c, 1);
	appendStringInfoString(&chart->svg, "</text>");
}

/* ---- the document ---- */

void
chart_begin(Chart *chart, const ChartOptions *options)
{
	initStringInfo(&chart->svg);
	chart->options = options;
	chart->left = MARGIN;
	chart->right = options->width - MARGIN;
	chart->top = MARGIN;
	chart->bottom = options->height - MARGIN;
	appendStringInfo(&chart->svg,
					 "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cs-chart\" width=\"%d\" "
					 "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">",
					 options->width, options->height, options->width, options->height);
	if (options->title[0] != '\0')
	{
		appendStringInfoString(&chart->svg, "<title>");
		appendStringInfoString(&chart->svg, xml_escaped(options->title));
		appendStringInfoString(&chart->svg, "</title>");
	}
	appendStringInfoString(&chart->svg, style_sheet);
	appendStringInfoString(&chart->svg,
						   "<rect class=\"cs-paper\" width=\"100%\" height=\"100%\"/>");
	if (options->title[0] != '\0')
	{
		open_text(chart, chart->left, chart->top + 11, "start", "cs-title");
		append_clipped(&chart->svg, options->title,
					   (int) ((chart->right - chart->left) / TITLE_WIDTH));
		appendStringInfoString(&chart->svg, "</text>");
		chart->top += 26;
	}
}

text *
chart_end(Chart *chart)
{
	appendStringInfoString(&chart->svg, "</svg>");
	return cstring_to_text_with_len(chart->svg.data, chart->svg.len);
}

void
chart_open_series(Chart *chart, const ChartStyle *style)
{
	if (style->number < 0)
		appendStringInfoString(&chart->svg, "<g class=\"cs-faint\">");
	else if (style->number < CHART_COLOURS)
		appendStringInfo(&chart->svg, "<g class=\"cs-c%d\">", style->number);
	else
		appendStringInfo(&chart->svg, "<g class=\"cs-c%d cs-dash%d\">",
						 style->number % CHART_COLOURS, style->number / CHART_COLOURS);
}

void
chart_close_series(Chart *chart)
{
	appendStringInfoString(&chart->svg, "</g>");
}

static void
rectangle(Chart *chart, const char *class, double x, double width, double y, double y2)
{
	appendStringInfo(&chart->svg, "<rect class=\"%s\"", class);
	APPEND(chart, " x=\"#\" y=\"#\" width=\"#\" height=\"#\"/>", x, Min(y, y2), width,
		   fabs(y2 - y));
}

void
chart_bar(Chart *chart, double x, double width, double y, double y2)
{
	rectangle(chart, "cs-fill", x, width, y, y2);
}

/* The sample of a series in the legend, 18 pixels wide. */
static void
legend_mark(Chart *chart, const ChartStyle *style, double x, double y)
{
	chart_open_series(chart, style);
	if (style->band)
		rectangle(chart, "cs-area", x, 18, y - 6, y + 6);
	if (style->mark == MARK_LINE)
		APPEND(chart, "<path class=\"cs-line\" d=\"M# #h18\"/>", x, y);
	else if (style->mark == MARK_POINTS)
		APPEND(chart, "<circle class=\"cs-fill\" cx=\"#\" cy=\"#\" r=\"3.2\"/>", x + 9, y);
	else
		chart_bar(chart, x + 4, 10, y - 5, y + 5);
	chart_close_series(chart);
}

void
chart_legend(Chart *chart, const char *const *names, const ChartStyle *styles, int count)
{
	double x = chart->left;

	for (int i = 0; i < count; i++)
	{
		double width = 24 + CHARACTER_WIDTH * name_characters(names[i]);

		if (x > chart->left && x + width > chart->right)
		{
			x = chart->left;
			chart->top += LEGEND_ROW;
		}
		legend_mark(chart, &styles[i], x, chart->top + 7);
		chart_text(chart, x + 24, chart->top + 11, "start", false, names[i]);
		x += width + 16;
	}
	chart->top += LEGEND_ROW + 4;
}

/* ---- axes ---- */

/* About a tick every 38 pixels, and three at least where their labels do not touch. */
static int
value_ticks(const Chart *chart, const ChartRange *values, ChartTick *ticks)
{
	double height = chart->bottom - chart->top;
	int about = (int) (height / 38);
	int count = range_ticks(values, about, ticks);

	while (count < 3 && ++about <= height / 11)
	{
		ChartTick finer[CHART_MOST_TICKS];
		int finer_count = range_ticks(values, about, finer);

		if (finer_count > height / 11)
			break;
		count = finer_count;
		memcpy(ticks, finer, sizeof(ChartTick) * count);
	}
	return count;
}

double
chart_value_room(const Chart *chart, const ChartRange *values)
{
	ChartTick ticks[CHART_MOST_TICKS];
	int count = value_ticks(chart, values, ticks);
	size_t longest = 1;

	for (int i = 0; i < count; i++)
		longest = Max(longest, strlen(ticks[i].label));
	return NOTE_WIDTH * (double) longest + 8;
}

void
chart_place_axes(Chart *chart, const ChartRange *values, int label_lines)
{
	if (chart->options->y_label[0] != '\0')
	{
		chart_text(chart, chart->left, chart->top + 9, "start", true, chart->options->y_label);
		chart->top += 18;
	}
	chart->top += 4;
	chart->bottom -= 2 + 14 * label_lines;
	if (chart->options->x_label[0] != '\0')
		chart->bottom -= 16;
	/* a legend of many rows leaves less than a plot needs */
	chart->bottom = Max(chart->bottom, chart->top + 40);
	chart->left += chart_value_room(chart, values);
	chart->right -= 8;
}

void
chart_value_axis(Chart *chart, const ChartRange *values)
{
	ChartTick ticks[CHART_MOST_TICKS];
	int count = value_ticks(chart, values, ticks);

	for (int i = 0; i < count; i++)
	{
		double y = chart->bottom - ticks[i].fraction * (chart->bottom - chart->top);

		APPEND(chart, "<path class=\"cs-grid\" d=\"M# #H#\"/>", chart->left, y, chart->right);
		chart_label(chart, chart->left - 8, y + 4, "end", ticks[i].label);
	}
	if (values->low < 0 && values->high > 0)
		APPEND(chart, "<path class=\"cs-zero\" d=\"M# #H#\"/>", chart->left,
			   chart_y(chart, values, 0), chart->right);
}

int
chart_label_room(const Chart *chart, int characters)
{
	double room = (chart->right - chart->left) / (NOTE_WIDTH * characters + 26);

	return Max(2, Min((int) room, CHART_MOST_TICKS / 3));
}

void
chart_bottom_axis(Chart *chart, const ChartTick *ticks, int count)
{
	bool contexts = false;

	APPEND(chart, "<path class=\"cs-axis\" d=\"M# #H#\"/>", chart->left, chart->bottom,
		   chart->right);
	for (int i = 0; i < count; i++)
	{
		double x = chart_x(chart, ticks[i].fraction);

		APPEND(chart, "<path class=\"cs-axis\" d=\"M# #v4\"/>", x, chart->bottom);
		chart_label(chart, x, chart->bottom + 17, "middle", ticks[i].label);
		if (ticks[i].context[0] != '\0')
			chart_label(chart, x, chart->bottom + 31, "middle", ticks[i].context);
		contexts = contexts || ticks[i].context[0] != '\0';
	}
	if (chart->options->x_label[0] != '\0')
		chart_text(chart, (chart->left + chart->right) / 2, chart->bottom + (contexts ? 47 : 33),
				   "middle", true, chart->options->x_label);
}

static int
time_ticks(const Chart *chart, const ChartTimes *times, ChartTick *ticks)
{
	int longest = 7;

	if (times->type == TIME_BIGINT)
		longest = Max(snprintf(NULL, 0, "%lld", (long long) times->first),
					  snprintf(NULL, 0, "%lld", (long long) times->last));
	return times_ticks(times, chart_label_room(chart, longest), ticks);
}

int
chart_time_lines(const Chart *chart, const ChartTimes *times)
{
	ChartTick ticks[CHART_MOST_TICKS];
	int count = time_ticks(chart, times, ticks);

	for (int i = 0; i < count; i++)
		if (ticks[i].context[0] != '\0')
			return 2;
	return 1;
}

void
chart_time_axis(Chart *chart, const ChartTimes *times)
{
	ChartTick ticks[CHART_MOST_TICKS];

	chart_bottom_axis(chart, ticks, time_ticks(chart, times, ticks));
}

double
chart_x(const Chart *chart, double fraction)
{
	return chart->left + fraction * (chart->right - chart->left);
}

double
chart_y(const Chart *chart, const ChartRange *values, double value)
{
	return chart->bottom - range_fraction(values, value) * (chart->bottom - chart->top);
}
