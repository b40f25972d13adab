/*
 * unit_root_distribution.c
 *		The tables of MacKinnon (1994, 2010), Fuller (1976) and Kwiatkowski et al. (1992).
 */
#include "numeric/econometrics/unit_root_distribution.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#define TRENDS 4

/* Normal quantile of the p-value as a polynomial of the statistic: below and above `star`. */
typedef struct response_surface
{
	double least;
	double star;
	double most;
	double small[3];
	double large[4];
} response_surface;

static const response_surface surfaces[TRENDS] = {
	{-19.04, -1.04, INFINITY, {0.6344, 1.2378, 0.032496}, {0.4797, 0.93557, -0.06999, 0.033066}},
	{-18.83, -1.61, 2.74, {2.1659, 1.4412, 0.038269}, {1.7339, 0.93202, -0.12745, -0.010368}},
	{-16.18, -2.89, 0.7, {3.2512, 1.6047, 0.049588}, {2.5261, 0.61654, -0.37956, -0.060285}},
	{-17.17, -3.21, 0.54, {4.0003, 1.658, 0.048288}, {3.0778, 0.49529, -0.41477, -0.059359}}};

/* A critical value is c0 + c1/n + c2/n^2 + c3/n^3. */
static const double critical_surfaces[TRENDS][CS_CRITICAL_LEVELS][4] = {
	{{-2.56574, -2.2358, -3.627, 0},
	 {-1.941, -0.2686, -3.365, 31.223},
	 {-1.61682, 0.2656, -2.714, 25.364}},
	{{-3.43035, -6.5393, -16.786, -79.433},
	 {-2.86154, -2.8903, -4.234, -40.04},
	 {-2.56677, -1.5384, -2.809, 0}},
	{{-3.95877, -9.0531, -28.428, -134.155},
	 {-3.41049, -4.3904, -9.036, -45.374},
	 {-3.12705, -2.5856, -3.925, -22.38}},
	{{-4.37113, -11.5882, -35.819, -334.047},
	 {-3.83239, -5.9057, -12.49, -118.284},
	 {-3.55326, -3.6596, -5.293, -63.559}}};

#define BIAS_SIZES 6
#define BIAS_LEVELS 8

/* The last stands for all that are longer. */
static const double bias_sizes[BIAS_SIZES] = {25, 50, 100, 250, 500, 1e5};
static const double bias_levels[BIAS_LEVELS] = {0.01, 0.025, 0.05, 0.1, 0.9, 0.95, 0.975, 0.99};
static const double bias_quantiles[CS_TREND_LINEAR + 1][BIAS_SIZES][BIAS_LEVELS] = {
	{{-11.9, -9.3, -7.3, -5.3, 1.01, 1.40, 1.79, 2.28},
	 {-12.9, -9.9, -7.7, -5.5, 0.97, 1.35, 1.70, 2.16},
	 {-13.3, -10.2, -7.9, -5.6, 0.95, 1.31, 1.65, 2.09},
	 {-13.6, -10.3, -8.0, -5.7, 0.93, 1.28, 1.62, 2.04},
	 {-13.7, -10.4, -8.0, -5.7, 0.93, 1.28, 1.61, 2.04},
	 {-13.8, -10.5, -8.1, -5.7, 0.93, 1.28, 1.60, 2.03}},
	{{-17.2, -14.6, -12.5, -10.2, -0.76, 0.01, 0.65, 1.40},
	 {-18.9, -15.7, -13.3, -10.7, -0.81, -0.07, 0.53, 1.22},
	 {-19.8, -16.3, -13.7, -11.0, -0.83, -0.10, 0.47, 1.14},
	 {-20.3, -16.6, -14.0, -11.2, -0.84, -0.12, 0.43, 1.09},
	 {-20.5, -16.8, -14.0, -11.2, -0.84, -0.13, 0.42, 1.06},
	 {-20.7, -16.9, -14.1, -11.3, -0.85, -0.13, 0.41, 1.04}},
	{{-22.5, -19.9, -17.9, -15.6, -3.66, -2.51, -1.53, -0.43},
	 {-25.7, -22.4, -19.8, -16.8, -3.71, -2.60, -1.66, -0.65},
	 {-27.4, -23.6, -20.7, -17.5, -3.74, -2.62, -1.73, -0.75},
	 {-28.4, -24.4, -21.3, -18.0, -3.75, -2.64, -1.78, -0.82},
	 {-28.9, -24.8, -21.5, -18.1, -3.76, -2.65, -1.78, -0.84},
	 {-29.5, -25.1, -21.8, -18.3, -3.77, -2.66, -1.79, -0.87}}};

#define KPSS_LEVELS 4

static const double kpss_levels[KPSS_LEVELS] = {0.1, 0.05, 0.025, 0.01};
static const double kpss_quantiles[2][KPSS_LEVELS] = {{0.347, 0.463, 0.574, 0.739},
													  {0.119, 0.146, 0.176, 0.216}};

static double
polynomial(const double *coefficients, int count, double x)
{
	double sum = 0;

	while (count-- > 0)
		sum = sum * x + coefficients[count];
	return sum;
}

/* `y` at `x` between points of ascending x; outside, that of the last point. */
static double
interpolate(const double *xs, const double *ys, int count, double x)
{
	int i = 1;

	if (x <= xs[0])
		return ys[0];
	if (x >= xs[count - 1])
		return ys[count - 1];
	while (i < count - 1 && x > xs[i])
		i++;
	return ys[i - 1] + (ys[i] - ys[i - 1]) * (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
}

static cs_table_p_value
from_table(const double *quantiles, const double *levels, int count, double statistic)
{
	return (cs_table_p_value){interpolate(quantiles, levels, count, statistic),
							  statistic < quantiles[0] || statistic > quantiles[count - 1]};
}

cs_table_p_value
cs_dickey_fuller_p_value(cs_trend trend, double statistic)
{
	const response_surface *surface = &surfaces[trend];
	double inside = fmin(fmax(statistic, surface->least), surface->most);
	double quantile = inside <= surface->star ? polynomial(surface->small, 3, inside)
											  : polynomial(surface->large, 4, inside);

	return (cs_table_p_value){gsl_cdf_ugaussian_P(quantile), inside != statistic};
}

void
cs_dickey_fuller_critical_values(cs_trend trend, size_t n, double critical[CS_CRITICAL_LEVELS])
{
	for (int i = 0; i < CS_CRITICAL_LEVELS; i++)
		critical[i] = polynomial(critical_surfaces[trend][i], 4, 1 / (double) n);
}

cs_table_p_value
cs_normalized_bias_p_value(cs_trend trend, size_t n, double statistic)
{
	double quantiles[BIAS_LEVELS];

	for (int level = 0; level < BIAS_LEVELS; level++)
	{
		double column[BIAS_SIZES];

		for (int size = 0; size < BIAS_SIZES; size++)
			column[size] = bias_quantiles[trend][size][level];
		quantiles[level] = interpolate(bias_sizes, column, BIAS_SIZES, (double) n);
	}
	return from_table(quantiles, bias_levels, BIAS_LEVELS, statistic);
}

cs_table_p_value
cs_kpss_p_value(cs_trend trend, double statistic)
{
	return from_table(kpss_quantiles[trend == CS_TREND_LINEAR], kpss_levels, KPSS_LEVELS,
					  statistic);
}

void
cs_kpss_critical_values(cs_trend trend, double critical[CS_CRITICAL_LEVELS])
{
	const double *quantiles = kpss_quantiles[trend == CS_TREND_LINEAR];

	critical[0] = quantiles[3];
	critical[1] = quantiles[1];
	critical[2] = quantiles[0];
}
