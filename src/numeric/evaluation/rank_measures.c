/*
 * rank_measures.c
 *		Measures of the order that forecasts give to the entities of one time.
 */
#include "numeric/evaluation/rank_measures.h"

#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/sort.h"

/* Multiply-adds of a value in the passes that follow a sort. */
#define VALUE_WORK 8

static void
lay_out_ranking(cs_ranking *ranking, cs_workspace *workspace)
{
	ranking->order = cs_workspace_take(workspace, ranking->capacity, sizeof(size_t));
	ranking->actual = cs_workspace_take(workspace, ranking->capacity, sizeof(int64_t));
	ranking->forecast = cs_workspace_take(workspace, ranking->capacity, sizeof(int64_t));
}

size_t
cs_ranking_size(size_t capacity)
{
	cs_ranking ranking = {.capacity = capacity};
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out_ranking(&ranking, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_ranking_initialize(cs_ranking *ranking, size_t capacity, cs_workspace *workspace)
{
	ranking->capacity = capacity;
	lay_out_ranking(ranking, workspace);
	return workspace->failed ? CS_NO_MEMORY : CS_OK;
}

/* The end of the run of equal keys that begins at `from` of an ascending order. */
static size_t
run_end(const size_t *order, const double *keys, size_t n, size_t from)
{
	size_t to = from + 1;

	while (to < n && keys[order[to]] == keys[order[from]])
		to++;
	return to;
}

static double
largest(const double *values, size_t n)
{
	double result = values[0];

	for (size_t i = 1; i < n; i++)
		if (values[i] > result)
			result = values[i];
	return result;
}

double
cs_reciprocal_rank(cs_ranking *ranking, const double *actual, const double *forecast, size_t n)
{
	double highest = largest(actual, n);
	double sum = 0;
	size_t shared = 0;
	size_t to;

	cs_sort_index(ranking->order, forecast, n);
	cs_work(n * VALUE_WORK);
	for (size_t from = 0; from < n; from = to)
	{
		double reciprocals = 0;
		size_t here = 0;

		to = run_end(ranking->order, forecast, n, from);
		for (size_t i = from; i < to; i++)
		{
			here += actual[ranking->order[i]] == highest;
			reciprocals += 1.0 / (double) (n - i);
		}
		sum += (double) here * reciprocals / (double) (to - from);
		shared += here;
	}
	return sum / (double) shared;
}

/* Twice the mean rank of each value, less n + 1: integers that sum to 0. */
static void
centred_ranks(size_t *order, const double *values, size_t n, int64_t *ranks)
{
	size_t to;

	cs_sort_index(order, values, n);
	cs_work(n * VALUE_WORK);
	for (size_t from = 0; from < n; from = to)
	{
		to = run_end(order, values, n, from);
		for (size_t i = from; i < to; i++)
			ranks[order[i]] = (int64_t) (from + to) - (int64_t) n;
	}
}

/* Exact: at most n^3 / 3, which fits for n up to CS_RANK_MAX_ENTITIES. */
static int64_t
integer_dot(const int64_t *a, const int64_t *b, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

cs_status
cs_rank_correlation(cs_ranking *ranking, const double *actual, const double *forecast, size_t n,
					double *correlation)
{
	int64_t actual_squares;
	int64_t forecast_squares;

	if (n < 2)
		return CS_TOO_FEW;
	centred_ranks(ranking->order, actual, n, ranking->actual);
	centred_ranks(ranking->order, forecast, n, ranking->forecast);
	actual_squares = integer_dot(ranking->actual, ranking->actual, n);
	forecast_squares = integer_dot(ranking->forecast, ranking->forecast, n);
	if (actual_squares == 0 || forecast_squares == 0)
		return CS_CONSTANT;
	*correlation = (double) integer_dot(ranking->actual, ranking->forecast, n) /
				   sqrt((double) actual_squares * (double) forecast_squares);
	return CS_OK;
}

static void
lay_out_backtest(cs_rank_backtest *backtest, cs_workspace *workspace)
{
	backtest->order = cs_workspace_take(workspace, backtest->capacity, sizeof(size_t));
	backtest->now = cs_workspace_take(workspace, backtest->capacity, sizeof(cs_rank_position));
	backtest->before = cs_workspace_take(workspace, backtest->capacity, sizeof(cs_rank_position));
}

size_t
cs_rank_backtest_size(size_t capacity)
{
	cs_rank_backtest backtest = {.capacity = capacity};
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out_backtest(&backtest, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_rank_backtest_initialize(cs_rank_backtest *backtest, size_t capacity, cs_workspace *workspace)
{
	*backtest = (cs_rank_backtest){.capacity = capacity};
	lay_out_backtest(backtest, workspace);
	return workspace->failed ? CS_NO_MEMORY : CS_OK;
}

/* The mean actual value of the entities whose forecast is `forecast_at`, and how many they are. */
static double
mean_where(const double *actual, const double *forecast, size_t n, double forecast_at,
		   size_t *count)
{
	double sum = 0;

	*count = 0;
	for (size_t i = 0; i < n; i++)
		if (forecast[i] == forecast_at)
		{
			sum += actual[i];
			(*count)++;
		}
	return sum / (double) *count;
}

static double
median(size_t *order, const double *values, size_t n)
{
	cs_sort_index(order, values, n);
	cs_work(n * VALUE_WORK);
	return n % 2 == 1 ? values[order[n / 2]]
					  : 0.5 * values[order[n / 2 - 1]] + 0.5 * values[order[n / 2]];
}

void
cs_rank_backtest_group(cs_rank_backtest *backtest, const size_t *entities, const double *actual,
					   const double *forecast, size_t n)
{
	double highest;
	double lowest;
	size_t longs;
	size_t shorts;

	if (n < 2)
		return;
	highest = lowest = forecast[0];
	for (size_t i = 1; i < n; i++)
	{
		highest = forecast[i] > highest ? forecast[i] : highest;
		lowest = forecast[i] < lowest ? forecast[i] : lowest;
	}
	backtest->longs += mean_where(actual, forecast, n, highest, &longs);
	backtest->shorts += mean_where(actual, forecast, n, lowest, &shorts);
	backtest->medians += median(backtest->order, actual, n);
	backtest->groups_now++;
	if (highest == lowest)
		return; /* the two sides are the same */
	for (size_t i = 0; i < n; i++)
		if (forecast[i] == highest)
			backtest->now[backtest->now_count++] =
				(cs_rank_position){entities[i], 1.0 / (double) longs};
		else if (forecast[i] == lowest)
			backtest->now[backtest->now_count++] =
				(cs_rank_position){entities[i], -1.0 / (double) shorts};
}

/* Sum of the absolute changes of the weights. */
static double
exchanged(const cs_rank_backtest *backtest)
{
	const cs_rank_position *now = backtest->now;
	const cs_rank_position *before = backtest->before;
	const cs_rank_position *now_end = now + backtest->now_count;
	const cs_rank_position *before_end = before + backtest->before_count;
	double sum = 0;

	while (now < now_end || before < before_end)
	{
		if (before == before_end || (now < now_end && now->entity < before->entity))
			sum += fabs(now++->weight);
		else if (now == now_end || before->entity < now->entity)
			sum += fabs(before++->weight);
		else
			sum += fabs(now++->weight - before++->weight);
	}
	return sum;
}

cs_status
cs_rank_backtest_close(cs_rank_backtest *backtest, bool *traded, double *turnover)
{
	cs_rank_position *swap = backtest->before;
	double value = backtest->longs - backtest->shorts;

	*traded = backtest->groups_now > 0;
	*turnover = NAN;
	if (!*traded)
		return CS_OK;
	if (!isfinite(value) || !isfinite(backtest->medians))
		return CS_NOT_FINITE;
	if (backtest->times > 0)
	{
		*turnover =
			exchanged(backtest) / (2.0 * (double) (backtest->groups_now + backtest->groups_before));
		backtest->turnovers += *turnover;
	}
	backtest->times++;
	if (value > backtest->peak)
		backtest->peak = value;
	if (backtest->peak - value > backtest->drawdown)
		backtest->drawdown = backtest->peak - value;
	backtest->before = backtest->now;
	backtest->before_count = backtest->now_count;
	backtest->groups_before = backtest->groups_now;
	backtest->now = swap;
	backtest->now_count = 0;
	backtest->groups_now = 0;
	return CS_OK;
}
