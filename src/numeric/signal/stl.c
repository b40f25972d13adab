/*
 * stl.c
 *		The two loops of STL.
 */
#include "numeric/signal/stl.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/signal/stl_loess.h"

/* Multiply-adds of a point in a pass, and for each point of the window in a regression. */
#define POINT_WORK 4
#define LOESS_WORK 4

/* Moving sums are added up anew after so many points, lest rounding gathers. */
#define FRESH_SUM 16384

/* Multiples of the median beyond which a weight is 0. */
#define CUT_OFF 6.0

/*
 * Of the mean remainder, the least median that the weights go by: a smaller one, where most rows
 * are fitted exactly, goes to zero from iteration to iteration and would make rounding decide.
 */
#define LEAST_MEDIAN 0.01

typedef struct decomposition
{
	size_t n;
	const double *y;
	const cs_stl_options *options;
	double *trend, *seasonal, *remainder, *weight; /* [n] results */
	bool weighted;

	double *cycles;					/* [n + 2 period] one cycle more at both ends */
	double *first, *second;			/* [n + 2 period] */
	double *points, *point_weights; /* [n / period + 1] of one phase of the period */
	double *tricube, *centred;
} decomposition;

size_t
cs_stl_default_trend(size_t period, size_t seasonal)
{
	size_t window = (size_t) ceil(1.5 * (double) period / (1 - 1.5 / (double) seasonal));

	return window | 1;
}

size_t
cs_stl_default_low_pass(size_t period)
{
	return (period + 1) | 1;
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t
points_of_cycle(size_t n, size_t period, size_t cycle)
{
	return (n - 1 - cycle) / period + 1;
}

static size_t
table_length(size_t n, const cs_stl_options *options)
{
	return larger(cs_loess_table(n / options->period + 1, options->seasonal),
				  larger(cs_loess_table(n, options->trend), cs_loess_table(n, options->low_pass)));
}

static void
lay_out(decomposition *stl, cs_workspace *workspace)
{
	size_t extended = stl->n + 2 * stl->options->period;
	size_t points = stl->n / stl->options->period + 1;
	size_t table = table_length(stl->n, stl->options);

	stl->cycles = cs_workspace_take(workspace, extended, sizeof(double));
	stl->first = cs_workspace_take(workspace, extended, sizeof(double));
	stl->second = cs_workspace_take(workspace, extended, sizeof(double));
	stl->points = cs_workspace_take(workspace, points, sizeof(double));
	stl->point_weights = cs_workspace_take(workspace, points, sizeof(double));
	stl->tricube = cs_workspace_take(workspace, table, sizeof(double));
	stl->centred = cs_workspace_take(workspace, table, sizeof(double));
}

size_t
cs_stl_workspace_size(size_t n, const cs_stl_options *options)
{
	decomposition stl = {.n = n, .options = options};
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&stl, &workspace);
	return cs_workspace_total(&workspace);
}

static bool
window_usable(size_t window, size_t above)
{
	return window >= 3 && window % 2 == 1 && window > above;
}

static bool
options_usable(const cs_stl_options *options)
{
	return options->period >= 2 && window_usable(options->seasonal, 0) &&
		   window_usable(options->trend, options->period) &&
		   window_usable(options->low_pass, options->period) &&
		   (unsigned) options->seasonal_degree <= 1 && (unsigned) options->trend_degree <= 1 &&
		   (unsigned) options->low_pass_degree <= 1 && options->inner_iterations >= 1;
}

static cs_loess
make_loess(const decomposition *stl, size_t n, const double *y, const double *weight, size_t span,
		   int degree)
{
	cs_loess loess = {.n = n,
					  .y = y,
					  .weight = stl->weighted ? weight : NULL,
					  .span = span,
					  .degree = degree,
					  .tricube = stl->tricube,
					  .centred = stl->centred};

	cs_loess_initialize(&loess);
	return loess;
}

static void
smooth(const decomposition *stl, const double *y, const double *weight, size_t span, int degree,
	   double *out)
{
	cs_loess loess = make_loess(stl, stl->n, y, weight, span, degree);
	size_t work = LOESS_WORK * cs_loess_table(stl->n, span);

	for (size_t i = 0; i < stl->n; i++)
	{
		out[i] = cs_loess_at(&loess, i + 1);
		cs_work(work);
	}
}

/* One phase of the period, with a point more at both ends. */
static void
smooth_cycle(const decomposition *stl, size_t cycle, bool has_trend)
{
	const cs_stl_options *options = stl->options;
	size_t count = points_of_cycle(stl->n, options->period, cycle);
	size_t work = LOESS_WORK * cs_loess_table(count, options->seasonal) + POINT_WORK;
	cs_loess loess;

	for (size_t i = 0; i < count; i++)
	{
		size_t row = cycle + i * options->period;

		stl->points[i] = stl->y[row] - (has_trend ? stl->trend[row] : 0);
		if (stl->weighted)
			stl->point_weights[i] = stl->weight[row];
	}
	loess = make_loess(stl, count, stl->points, stl->point_weights, options->seasonal,
					   options->seasonal_degree);
	for (size_t i = 0; i < count + 2; i++)
	{
		stl->cycles[cycle + i * options->period] = cs_loess_at(&loess, i);
		cs_work(work);
	}
}

/* out[i] is the mean of x[i .. i+width-1]. */
static void
average(const double *x, size_t width, size_t count, double *out)
{
	for (size_t i = 0; i < count;)
	{
		size_t end = count - i > FRESH_SUM + width ? i + FRESH_SUM + width : count;
		double sum = 0;

		cs_work((end - i + width) * POINT_WORK);
		for (size_t j = 0; j < width; j++)
			sum += x[i + j];
		for (; i < end; i++)
		{
			out[i] = sum / (double) width;
			if (i + 1 < end)
				sum += x[i + width] - x[i];
		}
	}
}

/* The inner loop's body: seasonal[], and from the rest of the series trend[]. */
static void
decompose_once(const decomposition *stl, bool has_trend)
{
	const cs_stl_options *options = stl->options;
	size_t period = options->period;
	size_t n = stl->n;

	for (size_t cycle = 0; cycle < period; cycle++)
		smooth_cycle(stl, cycle, has_trend);
	average(stl->cycles, period, n + period + 1, stl->first);
	average(stl->first, period, n + 2, stl->second);
	average(stl->second, 3, n, stl->first);
	smooth(stl, stl->first, NULL, options->low_pass, options->low_pass_degree, stl->second);
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, POINT_WORK); i < end; i++)
		{
			stl->seasonal[i] = stl->cycles[i + period] - stl->second[i];
			stl->first[i] = stl->y[i] - stl->seasonal[i];
		}
	smooth(stl, stl->first, stl->weight, options->trend, options->trend_degree, stl->trend);
}

static uint64_t
bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* How many of values[n] begin with `prefix` and go on with each digit. */
static void
count_digits(const double *values, size_t n, int digit, uint64_t prefix, size_t *counts)
{
	int shift = 56 - 8 * digit;

	memset(counts, 0, 256 * sizeof(size_t));
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, POINT_WORK); i < end; i++)
		{
			uint64_t bits = bits_of(values[i]);

			if (digit == 0 || bits >> (shift + 8) == prefix)
				counts[bits >> shift & 255]++;
		}
}

/*
 * The median of values that are not negative.  The lower one is found digit by digit, since such
 * numbers are in the order of their bits; then the value that follows it.
 */
static double
median(const double *values, size_t n)
{
	size_t rank = (n - 1) / 2;
	uint64_t prefix = 0;
	size_t at_most = 0;
	double above = INFINITY;
	double lower;

	for (int digit = 0; digit < 8; digit++)
	{
		size_t counts[256];
		size_t found = 0;

		count_digits(values, n, digit, prefix, counts);
		while (rank >= counts[found])
			rank -= counts[found++];
		prefix = prefix << 8 | found;
	}
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, POINT_WORK); i < end; i++)
		{
			if (bits_of(values[i]) <= prefix)
				at_most++;
			else
				above = fmin(above, values[i]);
		}
	memcpy(&lower, &prefix, sizeof(lower));
	return at_most > n / 2 ? lower : lower + (above - lower) / 2;
}

/* Bisquare; what is fitted to rounding has full weight, whatever the median is. */
static void
set_weights(const decomposition *stl)
{
	double *remainder = stl->first;
	double magnitude = 0; /* of the values */
	double mean = 0;	  /* of the absolute remainders */
	double scale;

	for (size_t i = 0; i < stl->n;)
		for (size_t end = cs_block_end(i, stl->n, POINT_WORK); i < end; i++)
		{
			remainder[i] = fabs(stl->y[i] - stl->trend[i] - stl->seasonal[i]);
			mean += remainder[i] / (double) stl->n;
			magnitude = fmax(magnitude, fabs(stl->y[i]));
		}
	scale = CUT_OFF * fmax(median(remainder, stl->n), LEAST_MEDIAN * mean);
	for (size_t i = 0; i < stl->n;)
		for (size_t end = cs_block_end(i, stl->n, POINT_WORK); i < end; i++)
		{
			double share = remainder[i] / scale;
			double left = 1 - share * share;

			if (remainder[i] <= CS_PASSES_ROUNDING * magnitude || share <= CS_LOESS_FULL_WEIGHT)
				stl->weight[i] = 1;
			else
				stl->weight[i] = share > CS_LOESS_NO_WEIGHT ? 0 : left * left;
		}
}

static cs_status
set_result(const decomposition *stl)
{
	bool finite = true;

	for (size_t i = 0; i < stl->n;)
		for (size_t end = cs_block_end(i, stl->n, POINT_WORK); i < end; i++)
		{
			stl->remainder[i] = stl->y[i] - stl->trend[i] - stl->seasonal[i];
			if (!stl->weighted)
				stl->weight[i] = 1;
			finite = finite && isfinite(stl->trend[i]) && isfinite(stl->seasonal[i]) &&
					 isfinite(stl->remainder[i]);
		}
	return finite ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_stl_decompose(size_t n, const double *y, const cs_stl_options *options, cs_workspace *workspace,
				 double *trend, double *seasonal, double *remainder, double *weight)
{
	decomposition stl = {.n = n,
						 .y = y,
						 .options = options,
						 .trend = trend,
						 .seasonal = seasonal,
						 .remainder = remainder,
						 .weight = weight};
	size_t inner = options->inner_iterations;

	if (!options_usable(options))
		return CS_OUT_OF_RANGE;
	if (n / 2 < options->period)
		return CS_TOO_FEW;
	lay_out(&stl, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	for (size_t outer = 0; outer <= options->outer_iterations; outer++)
	{
		if (outer > 0)
			set_weights(&stl);
		stl.weighted = outer > 0;
		for (size_t i = 0; i < inner; i++)
		{
			cs_poll((double) (outer * inner + i),
					((double) options->outer_iterations + 1) * (double) inner);
			decompose_once(&stl, outer + i > 0);
		}
	}
	return set_result(&stl);
}
