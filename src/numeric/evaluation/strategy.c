/*
 * strategy.c
 *		Positions by a rule, what they earn row by row, and the Sharpe ratio with its error.
 */
#include "numeric/evaluation/strategy.h"

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/econometrics/series_data.h"

#include <math.h>
#include <stdbool.h>

/* The standard deviation of a normal variable over its mean absolute value: sqrt(pi / 2). */
#define SD_OF_ABSOLUTE_MEAN 1.2533141373155002512

typedef struct strategy
{
	const cs_strategy_row *rows;
	size_t n;
	const cs_strategy_options *options;
	double *target;		/* [n]: the position that the forecast of a row asks for; then influences */
	double *volatility; /* [n]: what is known of it at a row; then gains */
	double size;		/* of what the last digits of y move a gain by, over DBL_EPSILON */
} strategy;

static void
layout(strategy *strategy, size_t n, cs_workspace *workspace)
{
	strategy->target = cs_workspace_take(workspace, n, sizeof(double));
	strategy->volatility = cs_workspace_take(workspace, n, sizeof(double));
}

size_t
cs_strategy_size(size_t n)
{
	cs_workspace workspace;
	strategy strategy;

	cs_workspace_count(&workspace);
	layout(&strategy, n, &workspace);
	return cs_workspace_total(&workspace);
}

/* Weighted means of the absolute changes up to each row, as standard deviations. */
static void
fill_volatility(strategy *strategy)
{
	double sum = 0;
	double weights = 0;

	strategy->volatility[0] = 0;
	for (size_t t = 1; t < strategy->n;)
		for (size_t end = cs_block_end(t, strategy->n, 4); t < end; t++)
		{
			double change = fabs(strategy->rows[t].actual - strategy->rows[t - 1].actual);

			/* shares: a sum of changes could overflow */
			weights = strategy->options->decay * weights + 1;
			sum += (change - sum) / weights;
			strategy->volatility[t] = SD_OF_ABSOLUTE_MEAN * sum;
		}
}

/* The position that the forecast of row s >= horizon asks for. */
static double
target_of(const strategy *strategy, size_t s)
{
	const cs_strategy_options *options = strategy->options;
	size_t origin = s - options->horizon;
	double today = strategy->rows[origin].actual;
	double forecast = strategy->rows[s].forecast;
	double change = forecast - today;
	double sign = change < 0 ? -1 : 1;

	if (isnan(forecast) || !(fabs(change) > options->threshold) ||
		fabs(change) <= CS_ROUNDING * fmax(fabs(forecast), fabs(today)))
		return 0;
	switch (options->rule)
	{
		case CS_STRATEGY_SIGN:
			return sign;
		case CS_STRATEGY_CAPPED:
			return fmax(-options->cap, fmin(options->cap, change / options->unit));
		case CS_STRATEGY_VOLATILITY:
			/* nothing has moved yet: no size is known */
			if (!(strategy->volatility[origin] > CS_ROUNDING * fabs(today)))
				return 0;
			return sign * options->unit / strategy->volatility[origin];
		default:
			return change / options->unit;
	}
}

/* The targets, and the rows that they are held over: 0 periods where there is none. */
static void
fill_targets(strategy *strategy, cs_strategy_result *result)
{
	size_t horizon = strategy->options->horizon;
	size_t last = 0;

	result->first = 0;
	result->periods = 0;
	for (size_t s = 0; s < strategy->n;)
		for (size_t end = cs_block_end(s, strategy->n, 8); s < end; s++)
		{
			strategy->target[s] = s < horizon ? 0 : target_of(strategy, s);
			if (s < horizon || isnan(strategy->rows[s].forecast))
				continue;
			if (last == 0)
				result->first = s - horizon + 1;
			last = s;
		}
	if (last > 0)
		result->periods = last - result->first + 1;
}

/* What is held from row t - 1 to row t. */
static double
held(const strategy *strategy, size_t t)
{
	size_t horizon = strategy->options->horizon;
	double sum = 0;

	for (size_t s = t; s < t + horizon && s < strategy->n; s++)
		sum += strategy->target[s] / (double) horizon;
	cs_work(horizon);
	return sum;
}

/* One row: its gain, the sums and the turnover; `last` closes what is held. */
static void
trade(strategy *strategy, size_t t, double before, double now, bool last,
	  cs_strategy_result *result)
{
	const cs_strategy_options *options = strategy->options;
	double y = strategy->rows[t].actual;
	double y_before = strategy->rows[t - 1].actual;
	double traded = fabs(now - before) + (last ? fabs(now) : 0);
	double gross = now * (y - y_before);
	double gain = gross + options->carry * now - options->cost * traded;

	strategy->size =
		fmax(strategy->size, fabs(now) * fmax(fmax(fabs(y), fabs(y_before)), fabs(options->carry)) +
								 options->cost * traded);
	strategy->volatility[t] = gain;
	result->gross += gross;
	result->carry += options->carry * now;
	result->cost += options->cost * traded;
	result->total += gain;
	result->turnover += traded;
	result->mean_position += (fabs(now) - result->mean_position) / (double) (t - result->first + 1);
}

/* Mean, standard deviation and the Sharpe ratio of a year with its error. */
static void
measure(strategy *strategy, cs_strategy_result *result)
{
	const double *gain = strategy->volatility + result->first;
	double *influence = strategy->target;
	size_t n = result->periods;
	double periods = (double) n;
	double year = sqrt(strategy->options->periods_per_year);
	double largest = 0;
	double squares = 0;
	double rest = 0;
	double ratio, sd;

	result->mean = 0;
	result->sd = result->sharpe = result->sharpe_error = NAN;
	result->lags = strategy->options->lags;
	if (result->lags == CS_STRATEGY_LAGS_BY_RULE)
		result->lags = cs_fourth_root_lags(4, n, false);
	if (result->lags < strategy->options->horizon - 1)
		result->lags = strategy->options->horizon - 1;
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
		{
			result->mean += gain[i] / periods;
			largest = fmax(largest, fabs(gain[i]));
		}
	/* what the sum was rounded by: gains that are all the same are their mean */
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
			rest += gain[i] / periods - result->mean / periods;
	result->mean += rest;
	if (n < 2)
		return;
	for (size_t i = 0; i < n && largest > 0;)
		for (size_t end = cs_block_end(i, n, 2); i < end; i++)
			squares += (gain[i] - result->mean) / largest * ((gain[i] - result->mean) / largest);
	result->sd = largest * sqrt(squares / (periods - 1));
	if (result->sd <= CS_ROUNDING * strategy->size)
		return;
	result->sharpe = year * result->mean / result->sd;
	sd = largest * sqrt(squares / periods);
	ratio = result->mean / sd;
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 4); i < end; i++)
		{
			double z = (gain[i] - result->mean) / sd;

			influence[i] = z - ratio / 2 * (z * z - 1);
		}
	result->sharpe_error = year * sqrt(cs_bartlett_variance(influence, n, result->lags) / periods);
}

static bool
usable(const cs_strategy_options *options)
{
	return options->horizon > 0 && options->unit > 0 && options->cap > 0 &&
		   options->threshold >= 0 && options->cost >= 0 && options->decay > 0 &&
		   options->decay <= 1 && options->periods_per_year > 0;
}

cs_status
cs_strategy_backtest(const cs_strategy_row *rows, size_t n, const cs_strategy_options *options,
					 cs_workspace *workspace, double *position, double *gross, double *net,
					 cs_strategy_result *result)
{
	strategy strategy = {rows, n, options, NULL, NULL, 0};
	double before = 0;
	double peak = 0;

	*result = (cs_strategy_result){0};
	if (!usable(options))
		return CS_OUT_OF_RANGE;
	if (n <= options->horizon)
		return CS_TOO_FEW;
	layout(&strategy, n, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	fill_volatility(&strategy);
	fill_targets(&strategy, result);
	if (result->periods == 0)
		return CS_TOO_FEW;
	for (size_t t = result->first; t < result->first + result->periods; t++)
	{
		double now = held(&strategy, t);

		trade(&strategy, t, before, now, t + 1 == result->first + result->periods, result);
		cs_work(16);
		if (!isfinite(result->total) || !isfinite(strategy.size) || !isfinite(result->turnover))
			return CS_NOT_FINITE;
		position[t] = before = now;
		gross[t] = result->gross;
		net[t] = result->total;
		peak = fmax(peak, result->total);
		result->drawdown = fmax(result->drawdown, peak - result->total);
	}
	measure(&strategy, result);
	result->break_even_cost =
		result->turnover > 0 ? (result->gross + result->carry) / result->turnover : NAN;
	return isfinite(result->drawdown) && isfinite(result->gross) && !isinf(result->sharpe) &&
				   !isinf(result->sharpe_error) && !isinf(result->break_even_cost)
			   ? CS_OK
			   : CS_NOT_FINITE;
}
