/*
 * histogram_chart.c
 *		histogram_chart: how often values lie in bins of equal width, as an SVG document.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "utils/builtins.h"

#include "postgres/base/arguments.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"
#include "postgres/chart/chart.h"
#include "postgres/state/series_state.h"

#define WHAT "histogram_chart"
#define DEFAULT_HEIGHT 300
#define MOST_BINS 500
#define MOST_OWN_BINS 60 /* where the width is not given */

typedef struct Bins
{
	double width;
	double first; /* the number of the first bin, which begins at first * width */
	int count;
	int64 *counts; /* [count] */
} Bins;

/* (state, value [, bin_width], [options]): NULL values are left out; the width is a column. */
static Datum
transition(FunctionCallInfo fcinfo, bool has_width, int options_argno)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > options_argno && !PG_ARGISNULL(options_argno)
							   ? PG_GETARG_JSONB_P(options_argno)
							   : NULL;
	double values[2] = {0};

	if (has_width)
	{
		values[1] = finite_argument(fcinfo, 2, "bin_width", NULL);
		if (values[1] <= 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("bin_width is %g, must be positive", values[1]),
							errhint("Leave it out to have it chosen.")));
	}
	if (PG_ARGISNULL(1))
		return row_state_unchanged(fcinfo, state);
	values[0] = PG_GETARG_FLOAT8(1);
	check_finite(values[0], "value", NULL);
	PG_RETURN_POINTER(series_state_append(fcinfo, WHAT, state, (TimePoint){TIME_NONE, 0}, values,
										  has_width ? 2 : 1, options));
}

PG_FUNCTION_INFO_V1(creditspread_histogram_chart_transition);
Datum
creditspread_histogram_chart_transition(PG_FUNCTION_ARGS)
{
	return transition(fcinfo, false, 2);
}

PG_FUNCTION_INFO_V1(creditspread_histogram_chart_transition_width);
Datum
creditspread_histogram_chart_transition_width(PG_FUNCTION_ARGS)
{
	return transition(fcinfo, true, 3);
}

static int
compare_values(const void *a, const void *b)
{
	double left = *(const double *) a;
	double right = *(const double *) b;

	return left < right ? -1 : left > right;
}

/* The least of 1, 2 and 5 times a power of ten that is not below a width. */
static double
round_width(double width)
{
	double power = pow(10, floor(log10(width)));
	double share = width / power;

	return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

/* By the rule of Freedman and Diaconis (1981), rounded up. */
static double
own_width(const double *sorted, int64 n, double largest)
{
	double range = sorted[n - 1] - sorted[0];
	double width = 2 * (sorted[(3 * (n - 1) + 2) / 4] - sorted[(n - 1) / 4]) / cbrt((double) n);

	if (range <= largest * CHART_NARROWEST)
		return largest == 0 ? 1 : round_width(largest / 10);
	return round_width(Max(width, range / MOST_OWN_BINS));
}

static Bins
count_values(RowState *state)
{
	int64 n = state->count;
	double *sorted = allocate_checked(WHAT, sizeof(double) * n);
	Bins bins = {.width = NAN};
	double largest;
	double last;
	double ends;

	for (int64 i = 0; i < n; i++)
	{
		const double *row = series_state_values(state, i);

		sorted[i] = row[0];
		if (i == 0 && state->columns == 2)
			bins.width = row[1];
		else if (state->columns == 2 && row[1] != bins.width)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s: bin_width is %g after %g in the same group", WHAT, row[1],
								   bins.width),
							errhint("Give one width for all rows of a chart.")));
		check_interrupts(i);
	}
	qsort(sorted, n, sizeof(double), compare_values);
	largest = Max(fabs(sorted[0]), fabs(sorted[n - 1]));
	if (isnan(bins.width))
		bins.width = own_width(sorted, n, largest);
	if (bins.width <= largest * DBL_EPSILON)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: bin_width is %g, which is lost beside values of %g", WHAT,
							   bins.width, largest),
						errhint("Give a larger bin_width.")));
	/* twice: the ends of the first and the last bin are finite, too */
	ends = 2 * sorted[n - 1] - 2 * sorted[0] + 2 * bins.width;
	if (!isfinite(ends))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: values from %g to %g are too far apart", WHAT, sorted[0],
							   sorted[n - 1]),
						errhint("Draw them in another unit.")));
	bins.first = floor(sorted[0] / bins.width);
	last = floor(sorted[n - 1] / bins.width);
	if (!(last - bins.first < MOST_BINS))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: values from %g to %g have more than %d bins of %g", WHAT,
							   sorted[0], sorted[n - 1], MOST_BINS, bins.width),
						errhint("Give a larger bin_width, or leave extreme values out.")));
	bins.count = (int) (last - bins.first) + 1;
	bins.counts = palloc0(sizeof(int64) * bins.count);
	for (int64 i = 0; i < n; i++)
		bins.counts[(int) (floor(sorted[i] / bins.width) - bins.first)]++;
	pfree(sorted);
	return bins;
}

static text *
draw_chart(const Bins *bins, const ChartOptions *options)
{
	Chart chart;
	ChartRange counts = CHART_RANGE_EMPTY;
	ChartRange values = {bins->first * bins->width, (bins->first + bins->count) * bins->width};
	ChartTick ticks[CHART_MOST_TICKS];
	double width;

	range_add(&counts, 0);
	for (int i = 0; i < bins->count; i++)
		range_add(&counts, (double) bins->counts[i]);
	range_settle(&counts, 0.05, true);
	chart_begin(&chart, options);
	chart_place_axes(&chart, &counts, 1);
	chart_value_axis(&chart, &counts);
	width = (chart.right - chart.left) / bins->count;
	chart_open_series(&chart, &(ChartStyle){0, MARK_BAR, false});
	for (int i = 0; i < bins->count; i++)
		if (bins->counts[i] > 0)
			chart_bar(&chart, chart.left + i * width, width * 0.96, chart_y(&chart, &counts, 0),
					  chart_y(&chart, &counts, (double) bins->counts[i]));
	chart_close_series(&chart);
	chart_bottom_axis(&chart, ticks,
					  range_ticks(&values, Max(2, Min(10, chart_label_room(&chart, 8))), ticks));
	return chart_end(&chart);
}

PG_FUNCTION_INFO_V1(creditspread_histogram_chart_final);
Datum
creditspread_histogram_chart_final(PG_FUNCTION_ARGS)
{
	RowState *state;
	ChartOptions options;
	Bins bins;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = row_state_argument(fcinfo, 0);
	if (state->count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, state->columns, 1, 2);
	options = chart_read_options(row_state_options(state), WHAT, CHART_BAR, DEFAULT_HEIGHT);
	bins = count_values(state);
	PG_RETURN_TEXT_P(draw_chart(&bins, &options));
}
