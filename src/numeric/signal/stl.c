/*
 * stl.c
 *		The two loops of STL, some thousand points at a time.
 */
#include "numeric/signal/stl.h"

#include <math.h>
#include <string.h>

#define CHUNK 16384
#define WORK (1 << 20) /* additions of one step */

/* Multiples of the median beyond which a weight is 0, and shares of it as in a regression. */
#define CUT_OFF 6.0
#define FULL_WEIGHT 0.001
#define NO_WEIGHT 0.999

/* Of the largest value: as much a remainder may be without being more than rounding. */
#define ROUNDING 0x1p-40

/*
 * Of the mean remainder, the least median that the weights go by: a smaller one, where most rows
 * are fitted exactly, goes to zero from iteration to iteration and would make rounding decide.
 */
#define LEAST_MEDIAN 0.01

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
extended_length(size_t n, const cs_stl_options *options)
{
	return n + 2 * options->period;
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

size_t
cs_stl_workspace_size(size_t n, const cs_stl_options *options)
{
	cs_size total = {0};
	size_t points = n / options->period + 1;

	cs_size_add(&total, extended_length(n, options), sizeof(double));
	cs_size_add(&total, extended_length(n, options), sizeof(double));
	cs_size_add(&total, extended_length(n, options), sizeof(double));
	cs_size_add(&total, points, sizeof(double));
	cs_size_add(&total, points, sizeof(double));
	cs_size_add(&total, table_length(n, options), sizeof(double));
	cs_size_add(&total, table_length(n, options), sizeof(double));
	return cs_size_total(&total);
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

cs_status
cs_stl_initialize(cs_stl *stl, size_t n, const double *y, const cs_stl_options *options,
				  cs_workspace *workspace, double *trend, double *seasonal, double *remainder,
				  double *weight)
{
	size_t extended = extended_length(n, options);
	size_t points;

	*stl = (cs_stl){.n = n,
					.y = y,
					.options = *options,
					.trend = trend,
					.seasonal = seasonal,
					.remainder = remainder,
					.weight = weight};
	if (!options_usable(options))
		return CS_OUT_OF_RANGE;
	if (n / 2 < options->period)
		return CS_TOO_FEW;
	points = n / options->period + 1;
	stl->cycles = cs_workspace_take(workspace, extended, sizeof(double));
	stl->first = cs_workspace_take(workspace, extended, sizeof(double));
	stl->second = cs_workspace_take(workspace, extended, sizeof(double));
	stl->points = cs_workspace_take(workspace, points, sizeof(double));
	stl->point_weights = cs_workspace_take(workspace, points, sizeof(double));
	stl->tricube = cs_workspace_take(workspace, table_length(n, options), sizeof(double));
	stl->centred = cs_workspace_take(workspace, table_length(n, options), sizeof(double));
	return stl->centred == NULL ? CS_NO_MEMORY : CS_OK;
}

bool
cs_stl_finished(const cs_stl *stl)
{
	return stl->phase == CS_STL_FINISHED;
}

double
cs_stl_progress(const cs_stl *stl)
{
	double rounds = (double) (stl->options.outer_iterations + 1);
	double done = (double) stl->inner / (double) stl->options.inner_iterations;

	return ((double) stl->outer + done) / rounds;
}

static void
start_loess(cs_stl *stl, size_t n, const double *y, const double *weight, size_t span, int degree)
{
	stl->loess = (cs_loess){.n = n,
							.y = y,
							.weight = stl->weighted ? weight : NULL,
							.span = span,
							.degree = degree,
							.tricube = stl->tricube,
							.centred = stl->centred};
	cs_loess_initialize(&stl->loess);
}

/* The end of the part of `count` points that one step smooths. */
static size_t
loess_end(const cs_stl *stl, size_t count)
{
	size_t window = cs_loess_table(stl->loess.n, stl->loess.span);
	size_t part = window < WORK ? WORK / window : 1;

	return count - stl->next > part ? stl->next + part : count;
}

/* Writes the smoothed points next .. of y; true when all are done. */
static bool
smooth(cs_stl *stl, const double *y, const double *weight, size_t span, int degree, double *out)
{
	size_t end;

	if (stl->next == 0)
		start_loess(stl, stl->n, y, weight, span, degree);
	end = loess_end(stl, stl->n);
	for (size_t i = stl->next; i < end; i++)
		out[i] = cs_loess_at(&stl->loess, i + 1);
	stl->next = end;
	return end == stl->n;
}

static void
start_cycle(cs_stl *stl, size_t count)
{
	size_t period = stl->options.period;

	for (size_t i = 0; i < count; i++)
	{
		size_t row = stl->cycle + i * period;

		stl->points[i] = stl->y[row] - (stl->inner + stl->outer == 0 ? 0 : stl->trend[row]);
		if (stl->weighted)
			stl->point_weights[i] = stl->weight[row];
	}
	start_loess(stl, count, stl->points, stl->point_weights, stl->options.seasonal,
				stl->options.seasonal_degree);
}

/* Each phase of the period, with a point more at both ends. */
static bool
smooth_cycles(cs_stl *stl)
{
	size_t period = stl->options.period;
	size_t work = 0;

	while (stl->cycle < period && work < WORK)
	{
		size_t count = points_of_cycle(stl->n, period, stl->cycle);
		size_t end;

		if (stl->next == 0)
			start_cycle(stl, count);
		end = loess_end(stl, count + 2);
		for (size_t i = stl->next; i < end; i++)
			stl->cycles[stl->cycle + i * period] = cs_loess_at(&stl->loess, i);
		work += (end - stl->next) * cs_loess_table(stl->loess.n, stl->loess.span) + count;
		stl->next = end;
		if (end == count + 2)
		{
			stl->cycle++;
			stl->next = 0;
		}
	}
	return stl->cycle == period;
}

/* out[i] is the mean of x[i .. i+width-1]; summed anew in each step. */
static bool
average(cs_stl *stl, const double *x, size_t width, size_t count, double *out)
{
	size_t end = count - stl->next > CHUNK + width ? stl->next + CHUNK + width : count;
	double sum = 0;

	for (size_t i = 0; i < width; i++)
		sum += x[stl->next + i];
	for (size_t i = stl->next; i < end; i++)
	{
		out[i] = sum / (double) width;
		if (i + 1 < end)
			sum += x[i + width] - x[i];
	}
	stl->next = end;
	return end == count;
}

/* first[] becomes what the trend is made of. */
static void
set_seasonal(cs_stl *stl, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
	{
		stl->seasonal[i] = stl->cycles[i + stl->options.period] - stl->second[i];
		stl->first[i] = stl->y[i] - stl->seasonal[i];
	}
}

static void
set_remainder(cs_stl *stl, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
	{
		stl->first[i] = fabs(stl->y[i] - stl->trend[i] - stl->seasonal[i]);
		stl->mean += stl->first[i] / (double) stl->n;
		stl->magnitude = fmax(stl->magnitude, fabs(stl->y[i]));
	}
}

static uint64_t
bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/*
 * The lower median is found digit by digit, since numbers that are not negative are in the order of
 * their bits; then the value that follows it.
 */
static void
count_digits(cs_stl *stl, size_t from, size_t to)
{
	int shift = 56 - 8 * stl->digit;

	for (size_t i = from; i < to; i++)
	{
		uint64_t bits = bits_of(stl->first[i]);

		if (stl->digit == 8)
		{
			if (bits <= stl->prefix)
				stl->at_most++;
			else
				stl->above = fmin(stl->above, stl->first[i]);
		}
		else if (stl->digit == 0 || bits >> (shift + 8) == stl->prefix)
			stl->counts[bits >> shift & 255]++;
	}
}

/* True when the median is found. */
static bool
take_digit(cs_stl *stl)
{
	size_t digit = 0;
	double lower;

	if (stl->digit == 8)
	{
		memcpy(&lower, &stl->prefix, sizeof(lower));
		stl->median = stl->at_most > stl->n / 2 ? lower : lower + (stl->above - lower) / 2;
		return true;
	}
	while (stl->rank >= stl->counts[digit])
		stl->rank -= stl->counts[digit++];
	stl->prefix = stl->prefix << 8 | digit;
	stl->digit++;
	memset(stl->counts, 0, sizeof(stl->counts));
	return false;
}

static void
start_median(cs_stl *stl)
{
	stl->digit = 0;
	stl->prefix = 0;
	stl->rank = (stl->n - 1) / 2;
	memset(stl->counts, 0, sizeof(stl->counts));
	stl->at_most = 0;
	stl->above = INFINITY;
}

/* Bisquare; what is fitted to rounding has full weight, whatever the median is. */
static void
set_weights(cs_stl *stl, size_t from, size_t to)
{
	double rounding = ROUNDING * stl->magnitude;
	double scale = CUT_OFF * fmax(stl->median, LEAST_MEDIAN * stl->mean);

	for (size_t i = from; i < to; i++)
	{
		double share = stl->first[i] / scale;
		double left = 1 - share * share;

		if (stl->first[i] <= rounding || share <= FULL_WEIGHT)
			stl->weight[i] = 1;
		else
			stl->weight[i] = share > NO_WEIGHT ? 0 : left * left;
	}
}

static void
set_result(cs_stl *stl, size_t from, size_t to)
{
	double total = 0;

	for (size_t i = from; i < to; i++)
	{
		stl->remainder[i] = stl->y[i] - stl->trend[i] - stl->seasonal[i];
		if (!stl->weighted)
			stl->weight[i] = 1;
		total += fabs(stl->trend[i]) + fabs(stl->seasonal[i]) + fabs(stl->remainder[i]);
	}
	stl->overflow = stl->overflow || !isfinite(total);
}

static void
end_phase(cs_stl *stl)
{
	stl->next = 0;
	switch (stl->phase)
	{
		case CS_STL_CYCLES:
			stl->cycle = 0;
			stl->phase = CS_STL_AVERAGE_1;
			break;
		case CS_STL_TREND:
			if (++stl->inner < stl->options.inner_iterations)
				stl->phase = CS_STL_CYCLES;
			else if (stl->outer < stl->options.outer_iterations)
				stl->phase = CS_STL_REMAINDER;
			else
				stl->phase = CS_STL_RESULT;
			break;
		case CS_STL_REMAINDER:
			start_median(stl);
			stl->phase = CS_STL_MEDIAN;
			break;
		case CS_STL_MEDIAN:
			if (take_digit(stl))
				stl->phase = CS_STL_WEIGHTS;
			break;
		case CS_STL_WEIGHTS:
			stl->weighted = true;
			stl->mean = 0;
			stl->inner = 0;
			stl->outer++;
			stl->phase = CS_STL_CYCLES;
			break;
		default:
			stl->phase++;
	}
}

/* One step of a phase that treats each point alone; true when all are done. */
static bool
treat_points(cs_stl *stl, void (*treat)(cs_stl *stl, size_t from, size_t to))
{
	size_t end = stl->n - stl->next > CHUNK ? stl->next + CHUNK : stl->n;

	treat(stl, stl->next, end);
	stl->next = end;
	return end == stl->n;
}

cs_status
cs_stl_iterate(cs_stl *stl)
{
	const cs_stl_options *options = &stl->options;
	size_t period = options->period;
	bool done = false;

	switch (stl->phase)
	{
		case CS_STL_CYCLES:
			done = smooth_cycles(stl);
			break;
		case CS_STL_AVERAGE_1:
			done = average(stl, stl->cycles, period, stl->n + period + 1, stl->first);
			break;
		case CS_STL_AVERAGE_2:
			done = average(stl, stl->first, period, stl->n + 2, stl->second);
			break;
		case CS_STL_AVERAGE_3:
			done = average(stl, stl->second, 3, stl->n, stl->first);
			break;
		case CS_STL_LOW_PASS:
			done = smooth(stl, stl->first, NULL, options->low_pass, options->low_pass_degree,
						  stl->second);
			break;
		case CS_STL_SEASONAL:
			done = treat_points(stl, set_seasonal);
			break;
		case CS_STL_TREND:
			done = smooth(stl, stl->first, stl->weight, options->trend, options->trend_degree,
						  stl->trend);
			break;
		case CS_STL_REMAINDER:
			done = treat_points(stl, set_remainder);
			break;
		case CS_STL_MEDIAN:
			done = treat_points(stl, count_digits);
			break;
		case CS_STL_WEIGHTS:
			done = treat_points(stl, set_weights);
			break;
		case CS_STL_RESULT:
			done = treat_points(stl, set_result);
			break;
		case CS_STL_FINISHED:
			return CS_OK;
	}
	if (done)
		end_phase(stl);
	return stl->overflow ? CS_NOT_FINITE : CS_OK;
}
