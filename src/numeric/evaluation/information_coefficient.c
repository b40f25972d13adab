/*
 * information_coefficient.c
 *		Correlations of moving windows by merged moments or by ranks.
 */
#include "numeric/evaluation/information_coefficient.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

/* Multiply-adds of merging two moments, and of ranking for each element of a window. */
#define MERGE_WORK 20
#define RANK_WORK 6

static cs_pair_moments
moments_of_pair(double x, double y)
{
	return (cs_pair_moments){.count = 1, .mean = {x, y}, .minimum = {x, y}, .maximum = {x, y}};
}

/* Adds the moments of other pairs. */
static void
merge(cs_pair_moments *moments, const cs_pair_moments *other)
{
	double count = moments->count + other->count;
	double share = other->count / count;
	double weight = moments->count * share;
	double difference[2];

	if (moments->count == 0)
	{
		*moments = *other;
		return;
	}
	for (int side = 0; side < 2; side++)
	{
		difference[side] = other->mean[side] - moments->mean[side];
		moments->mean[side] += difference[side] * share;
		moments->square[side] += other->square[side] + difference[side] * difference[side] * weight;
		moments->minimum[side] = fmin(moments->minimum[side], other->minimum[side]);
		moments->maximum[side] = fmax(moments->maximum[side], other->maximum[side]);
	}
	moments->product += other->product + difference[0] * difference[1] * weight;
	moments->count = count;
}

static bool
is_constant(double minimum, double maximum)
{
	return maximum - minimum <= CS_CONSTANT_RANGE * fmax(fabs(minimum), fabs(maximum));
}

static void
lay_out(cs_rolling_correlation *rolling, cs_workspace *workspace)
{
	size_t window = rolling->window;

	rolling->pairs = cs_workspace_take(workspace, window, 2 * sizeof(double));
	if (rolling->correlation == CS_CORRELATION_PEARSON)
	{
		rolling->suffix = cs_workspace_take(workspace, window, sizeof(cs_pair_moments));
		return;
	}
	for (int side = 0; side < 2; side++)
		rolling->ordered[side] = cs_workspace_take(workspace, window, sizeof(cs_ranked_value));
	rolling->ranks = cs_workspace_take(workspace, window, sizeof(double));
}

size_t
cs_rolling_correlation_size(cs_correlation correlation, size_t window)
{
	cs_rolling_correlation rolling = {.correlation = correlation, .window = window};
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&rolling, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_rolling_correlation_initialize(cs_rolling_correlation *rolling, cs_correlation correlation,
								  size_t window, cs_workspace *workspace)
{
	if (window < 2)
		return CS_OUT_OF_RANGE;
	*rolling = (cs_rolling_correlation){.correlation = correlation, .window = window};
	lay_out(rolling, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	memset(rolling->pairs, 0, window * 2 * sizeof(double));
	return CS_OK;
}

/* The moments from each pair of a full block to its end. */
static void
close_block(cs_rolling_correlation *rolling)
{
	cs_pair_moments moments = {0};

	for (size_t i = rolling->window; i-- > 0;)
	{
		cs_pair_moments pair = moments_of_pair(rolling->pairs[2 * i], rolling->pairs[2 * i + 1]);

		merge(&moments, &pair);
		rolling->suffix[i] = moments;
		cs_work(MERGE_WORK);
	}
	rolling->prefix = (cs_pair_moments){0};
}

static cs_status
pearson(const cs_pair_moments *moments, double *value)
{
	double correlation;

	if (is_constant(moments->minimum[0], moments->maximum[0]) ||
		is_constant(moments->minimum[1], moments->maximum[1]))
		return CS_CONSTANT;
	correlation = moments->product / (sqrt(moments->square[0]) * sqrt(moments->square[1]));
	if (!isfinite(correlation) || isinf(moments->square[0]) || isinf(moments->square[1]))
		return CS_NOT_FINITE;
	*value = fmin(fmax(correlation, -1), 1);
	return CS_OK;
}

static cs_status
add_to_moments(cs_rolling_correlation *rolling, double x, double y, double *value)
{
	size_t place = rolling->count % rolling->window;
	cs_pair_moments pair = moments_of_pair(x, y);
	cs_pair_moments moments;

	merge(&rolling->prefix, &pair);
	moments = rolling->prefix;
	rolling->count++;
	if (place + 1 == rolling->window)
		close_block(rolling);
	else if (rolling->count > rolling->window)
	{
		moments = rolling->suffix[place + 1];
		merge(&moments, &rolling->prefix);
	}
	return rolling->count < rolling->window ? CS_TOO_FEW : pearson(&moments, value);
}

/* The first element of `ordered` whose value is not below. */
static size_t
find_value(const cs_ranked_value *ordered, size_t count, double value)
{
	size_t low = 0;

	while (low < count)
	{
		size_t middle = low + (count - low) / 2;

		if (ordered[middle].value < value)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

static void
insert_value(cs_ranked_value *ordered, size_t count, double value, size_t place)
{
	size_t at = find_value(ordered, count, value);

	memmove(ordered + at + 1, ordered + at, sizeof(cs_ranked_value) * (count - at));
	ordered[at] = (cs_ranked_value){value, place};
}

static void
remove_value(cs_ranked_value *ordered, size_t count, double value, size_t place)
{
	size_t at = find_value(ordered, count, value);

	while (ordered[at].place != place)
		at++;
	memmove(ordered + at, ordered + at + 1, sizeof(cs_ranked_value) * (count - at - 1));
}

/* The end of the run of equal values that starts at `start`. */
static size_t
run_end(const cs_ranked_value *ordered, size_t count, size_t start)
{
	size_t end = start + 1;

	while (end < count && ordered[end].value == ordered[start].value)
		end++;
	return end;
}

/*
 * Ranks enter as twice their distance from the mean rank, which is an integer also for ties: the
 * sums are exact.
 */
static cs_status
spearman(const cs_rolling_correlation *rolling, double *value)
{
	const cs_ranked_value *x = rolling->ordered[0];
	const cs_ranked_value *y = rolling->ordered[1];
	size_t window = rolling->window;
	double square[2] = {0, 0};
	double product = 0;

	if (is_constant(x[0].value, x[window - 1].value) ||
		is_constant(y[0].value, y[window - 1].value))
		return CS_CONSTANT;
	for (size_t start = 0, end; start < window; start = end)
	{
		double rank;

		end = run_end(x, window, start);
		rank = (double) (start + end) - (double) window;
		square[0] += rank * rank * (double) (end - start);
		for (size_t i = start; i < end; i++)
			rolling->ranks[x[i].place] = rank;
	}
	for (size_t start = 0, end; start < window; start = end)
	{
		double rank;

		end = run_end(y, window, start);
		rank = (double) (start + end) - (double) window;
		square[1] += rank * rank * (double) (end - start);
		for (size_t i = start; i < end; i++)
			product += rank * rolling->ranks[y[i].place];
	}
	*value = fmin(fmax(product / (sqrt(square[0]) * sqrt(square[1])), -1), 1);
	return CS_OK;
}

static cs_status
add_to_ranks(cs_rolling_correlation *rolling, const double *old, const double *pair, double *value)
{
	size_t place = rolling->count % rolling->window;
	size_t count = rolling->count < rolling->window ? rolling->count : rolling->window;

	for (int side = 0; side < 2; side++)
	{
		size_t kept = count;

		if (count == rolling->window)
			remove_value(rolling->ordered[side], kept--, old[side], place);
		insert_value(rolling->ordered[side], kept, pair[side], place);
	}
	rolling->count++;
	return rolling->count < rolling->window ? CS_TOO_FEW : spearman(rolling, value);
}

cs_status
cs_rolling_correlation_add(cs_rolling_correlation *rolling, double x, double y, double *value)
{
	double *place = rolling->pairs + 2 * (rolling->count % rolling->window);
	double old[2] = {place[0], place[1]};

	*value = NAN;
	place[0] = x;
	place[1] = y;
	return rolling->correlation == CS_CORRELATION_PEARSON
			   ? add_to_moments(rolling, x, y, value)
			   : add_to_ranks(rolling, old, place, value);
}

cs_status
cs_information_coefficient_compute(cs_information_coefficient *coefficient, const double *rows,
								   size_t count, cs_correlation correlation, size_t window,
								   size_t lag, cs_workspace *workspace)
{
	size_t work = correlation == CS_CORRELATION_SPEARMAN ? RANK_WORK * window : 2 * MERGE_WORK;
	cs_rolling_correlation rolling;
	cs_status status;

	if (count < lag || count - lag < window)
		return CS_TOO_FEW;
	status = cs_rolling_correlation_initialize(&rolling, correlation, window, workspace);
	if (status != CS_OK)
		return status;
	coefficient->constant = 0;
	cs_moments_initialize(&coefficient->moments);
	for (size_t row = lag; row < count; row++)
	{
		double value;

		cs_work_of(work, (double) row, (double) count);
		status =
			cs_rolling_correlation_add(&rolling, rows[2 * (row - lag)], rows[2 * row + 1], &value);
		if (status == CS_NOT_FINITE)
			return status;
		if (status == CS_CONSTANT)
			coefficient->constant++;
		else if (status == CS_OK)
			cs_moments_add(&coefficient->moments, value);
	}
	return CS_OK;
}

double
cs_information_coefficient_sd(const cs_information_coefficient *coefficient)
{
	const cs_moments *moments = &coefficient->moments;

	return moments->count < 2 ? NAN : sqrt(moments->sum_squares / (double) (moments->count - 1));
}

double
cs_information_coefficient_ratio(const cs_information_coefficient *coefficient)
{
	const cs_moments *moments = &coefficient->moments;

	return moments->count < 2 || cs_moments_constant(moments, 1)
			   ? NAN
			   : moments->mean / cs_information_coefficient_sd(coefficient);
}
