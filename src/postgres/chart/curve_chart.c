/*
 * curve_chart.c
 *		curve_chart: a yield curve and the yields that were observed, as an SVG document.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "postgres/chart/chart.h"
#include "postgres/term_structure/curve.h"
#include "postgres/base/row_series.h"

#define DEFAULT_HEIGHT 320
#define CURVE_POINTS 241

/* The last maturity of a curve that has neither a range nor observations, in years. */
#define DEFAULT_TO 30

/* The arguments after the curve. */
enum
{
	ARGUMENT_MATURITIES = 1,
	ARGUMENT_YIELDS,
	ARGUMENT_FROM,
	ARGUMENT_TO,
	ARGUMENT_OPTIONS
};

typedef struct Observed
{
	int count;
	double *maturities;
	double *yields; /* NAN = none */
} Observed;

static Observed
observed_arguments(FunctionCallInfo fcinfo)
{
	Observed observed = {0};
	int yields;

	if (PG_ARGISNULL(ARGUMENT_MATURITIES) != PG_ARGISNULL(ARGUMENT_YIELDS))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("curve_chart: maturities and yields must be given together")));
	if (PG_ARGISNULL(ARGUMENT_MATURITIES))
		return observed;
	observed.maturities = array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_MATURITIES), "curve_chart",
										"maturities", false, &observed.count);
	observed.yields = array_doubles(PG_GETARG_ARRAYTYPE_P(ARGUMENT_YIELDS), "curve_chart", "yields",
									true, &yields);
	if (yields != observed.count)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("curve_chart: %d maturities, %d yields", observed.count, yields)));
	for (int i = 0; i < yields; i++)
		if (observed.maturities[i] < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("curve_chart: maturities[%d] is %g, must not be negative", i + 1,
								   observed.maturities[i]),
							errhint("Give the years until maturity.")));
	return observed;
}

/* Argument `argno` as a maturity, or `otherwise`. */
static double
maturity_or(FunctionCallInfo fcinfo, int argno, double otherwise)
{
	return PG_ARGISNULL(argno) ? otherwise : maturity_argument(fcinfo, argno);
}

/* The maturities that are drawn, in years. */
static ChartRange
maturity_range(FunctionCallInfo fcinfo, const Observed *observed)
{
	ChartRange range;
	double last = 0;

	for (int i = 0; i < observed->count; i++)
		if (!isnan(observed->yields[i]))
			last = Max(last, observed->maturities[i]);
	range.low = maturity_or(fcinfo, ARGUMENT_FROM, 0);
	range.high = maturity_or(fcinfo, ARGUMENT_TO, last > range.low ? last : DEFAULT_TO);
	if (!(range.high - range.low > 1e-9 * range.high))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("curve_chart: to_maturity is %g, must be above from_maturity, %g",
							   range.high, range.low)));
	return range;
}

static double
checked_yield(const cs_svensson_curve *curve, double maturity)
{
	double yield = cs_svensson_yield(curve, maturity);

	if (!isfinite(yield))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("curve_chart: the yield at maturity %g overflows", maturity)));
	return yield;
}

/* The maturities at which the curve is drawn: those of its fit if it is not determined. */
static ChartRange
drawn_range(const cs_svensson_curve *curve, const ChartRange *maturities)
{
	ChartRange drawn = *maturities;

	if (curve->quality.determined)
		return drawn;
	drawn.low = Max(drawn.low, curve->quality.shortest);
	drawn.high = Min(drawn.high, curve->quality.longest);
	if (drawn.low >= drawn.high)
		check_reach("curve_chart", curve, maturities->low);
	return drawn;
}

static bool
is_shown(const Observed *observed, int i, const ChartRange *maturities)
{
	return !isnan(observed->yields[i]) && observed->maturities[i] >= maturities->low &&
		   observed->maturities[i] <= maturities->high;
}

static void
draw_curve(Chart *chart, const cs_svensson_curve *curve, const ChartRange *maturities,
		   const ChartRange *yields)
{
	ChartRange drawn = drawn_range(curve, maturities);
	double x[CURVE_POINTS];
	double y[CURVE_POINTS];

	for (int i = 0; i < CURVE_POINTS; i++)
	{
		double maturity = drawn.low + (double) i / (CURVE_POINTS - 1) * (drawn.high - drawn.low);

		x[i] = chart_x(chart, range_fraction(maturities, maturity));
		y[i] = chart_y(chart, yields, checked_yield(curve, maturity));
	}
	chart_open_series(chart, &(ChartStyle){0, MARK_LINE, false});
	chart_line(chart, x, y, CURVE_POINTS, MARK_LINE);
	chart_close_series(chart);
}

static void
draw_observed(Chart *chart, const Observed *observed, const ChartRange *maturities,
			  const ChartRange *yields)
{
	chart_open_series(chart, &(ChartStyle){1, MARK_POINTS, false});
	for (int i = 0; i < observed->count; i++)
		if (is_shown(observed, i, maturities))
		{
			double x = chart_x(chart, range_fraction(maturities, observed->maturities[i]));
			double y = chart_y(chart, yields, observed->yields[i]);

			chart_line(chart, &x, &y, 1, MARK_POINTS);
		}
	chart_close_series(chart);
}

static ChartRange
yield_range(const cs_svensson_curve *curve, const Observed *observed, const ChartRange *maturities,
			bool zero)
{
	ChartRange drawn = drawn_range(curve, maturities);
	ChartRange range = CHART_RANGE_EMPTY;

	for (int i = 0; i < CURVE_POINTS; i++)
		range_add(&range, checked_yield(curve, drawn.low + (double) i / (CURVE_POINTS - 1) *
															   (drawn.high - drawn.low)));
	for (int i = 0; i < observed->count; i++)
		if (is_shown(observed, i, maturities))
			range_add(&range, observed->yields[i]);
	range_settle(&range, 0.06, zero);
	return range;
}

static Datum
curve_chart(FunctionCallInfo fcinfo, const cs_svensson_curve *curve)
{
	static const char *const names[] = {"curve", "observed"};
	static const ChartStyle styles[] = {{0, MARK_LINE, false}, {1, MARK_POINTS, false}};
	ChartOptions options = chart_read_options(
		PG_ARGISNULL(ARGUMENT_OPTIONS) ? NULL : PG_GETARG_JSONB_P(ARGUMENT_OPTIONS), "curve_chart",
		CHART_CURVE, DEFAULT_HEIGHT);
	Observed observed = observed_arguments(fcinfo);
	ChartRange maturities = maturity_range(fcinfo, &observed);
	ChartRange yields = yield_range(curve, &observed, &maturities, options.zero);
	ChartTick ticks[CHART_MOST_TICKS];
	Chart chart;

	if (options.y_label[0] == '\0')
		options.y_label = "yield, percent";
	if (options.x_label[0] == '\0')
		options.x_label = "maturity, years";
	chart_begin(&chart, &options);
	if (observed.count > 0)
		chart_legend(&chart, names, styles, lengthof(names));
	chart_place_axes(&chart, &yields, 1);
	chart_value_axis(&chart, &yields);
	chart_bottom_axis(&chart, ticks, range_ticks(&maturities, chart_label_room(&chart, 5), ticks));
	draw_curve(&chart, curve, &maturities, &yields);
	draw_observed(&chart, &observed, &maturities, &yields);
	PG_RETURN_TEXT_P(chart_end(&chart));
}

/*
 * curve_chart(curve, maturities float8[], yields float8[], from_maturity, to_maturity, options)
 */
PG_FUNCTION_INFO_V1(creditspread_curve_chart_nelson_siegel);
Datum
creditspread_curve_chart_nelson_siegel(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	curve = nelson_siegel_argument(fcinfo, 0);
	return curve_chart(fcinfo, &curve);
}

PG_FUNCTION_INFO_V1(creditspread_curve_chart_svensson);
Datum
creditspread_curve_chart_svensson(PG_FUNCTION_ARGS)
{
	cs_svensson_curve curve;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	curve = svensson_argument(fcinfo, 0);
	return curve_chart(fcinfo, &curve);
}
