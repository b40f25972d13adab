/*
 * linear_fit.c
 *		The fit of robust linear forecasts: origins, folds in order of time, ridge, shrinkage and
 *		intervals.
 */
#include "numeric/econometrics/linear.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"

/* Ridges that are tried, ascending. */
static const double ridges[] = {1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10};
#define RIDGES (sizeof(ridges) / sizeof(ridges[0]))

/* Folds take the weights of a fit with this ridge for all of them, after so many iterations. */
#define PILOT_RIDGE 0.1
#define PILOT_ITERATIONS 8

#define ITERATIONS 200

/* Losses that differ by less, relatively, are the same: the larger ridge is taken. */
#define SAME_LOSS 1e-9

/*
 * The share of a horizon's origins before the first fold, and the fewest that a fold is fitted to.
 */
#define FIRST_FOLD 3
#define FOLD_MINIMUM 10

static void
lay_out(cs_linear_fit *fit, const cs_linear_options *options, size_t rows, cs_workspace *workspace)
{
	fit->row = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->start = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->end = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->origin = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->fold = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->x = cs_workspace_take(workspace, rows, fit->terms * sizeof(double));
	fit->volatility = cs_workspace_take(workspace, rows, sizeof(double));
	fit->target = cs_workspace_take(workspace, rows, sizeof(double));
	fit->outside = cs_workspace_take(workspace, rows, RIDGES * sizeof(double));
	fit->pilot = cs_workspace_take(workspace, fit->terms, sizeof(double));
	for (int h = 0; h < options->horizon_count; h++)
		fit->horizon[h].coefficients = cs_workspace_take(workspace, fit->terms, sizeof(double));
	cs_linear_ridge_lay_out(&fit->solver, fit->terms, rows, workspace);
}

size_t
cs_linear_fit_size(const cs_linear_options *options, const cs_linear_data *data)
{
	size_t inputs = cs_linear_inputs_size(options, data);
	cs_workspace workspace;
	cs_linear_fit fit;

	if (inputs == SIZE_MAX)
		return SIZE_MAX;
	fit.terms = cs_linear_terms(options, data);
	cs_workspace_count(&workspace);
	cs_workspace_take(&workspace, inputs, 1);
	lay_out(&fit, options, data->rows, &workspace);
	return cs_workspace_total(&workspace);
}

static size_t
series_end(const cs_linear_data *data, size_t series)
{
	return series + 1 < data->series_count ? data->series_start[series + 1] : data->rows;
}

static size_t
place_of(const cs_linear_fit *fit, size_t row)
{
	return fit->inputs.data.place == NULL ? row : fit->inputs.data.place[row];
}

/* The rows that can be origins, in order of time, without their terms. */
static void
list_origins(cs_linear_fit *fit)
{
	const cs_linear_data *data = &fit->inputs.data;
	size_t history = cs_linear_history(fit->inputs.options);
	size_t count = 0;

	for (size_t s = 0; s < data->series_count; s++)
		for (size_t row = data->series_start[s] + history - 1; row < series_end(data, s);)
			for (size_t end = cs_block_end(row, series_end(data, s), 4); row < end; row++)
				if (!isnan(data->values[row * data->columns]))
				{
					fit->fold[count] = row;
					fit->target[count++] = (double) place_of(fit, row);
				}
	cs_sort_index(fit->origin, fit->target, count);
	for (size_t i = 0; i < count; i++)
		fit->row[i] = fit->fold[fit->origin[i]];
	fit->origins = count;
}

/* For each row the first of its series, in `start`; series are few or rows are few. */
static void
list_series(const cs_linear_data *data, size_t *start)
{
	for (size_t s = 0; s < data->series_count; s++)
		for (size_t row = data->series_start[s]; row < series_end(data, s);)
			for (size_t end = cs_block_end(row, series_end(data, s), 1); row < end; row++)
				start[row] = s;
}

static bool
all_finite(const double *x, size_t count)
{
	for (size_t k = 0; k < count; k++)
		if (!isfinite(x[k]))
			return false;
	return true;
}

/* The terms of the origins; those where y has not changed are left out. */
static cs_status
fill_origins(cs_linear_fit *fit)
{
	const cs_linear_data *data = &fit->inputs.data;
	size_t *series = fit->fold;
	size_t count = 0;

	list_series(data, series);
	for (size_t i = 0; i < fit->origins; i++)
	{
		size_t row = fit->row[i];
		double *x = fit->x + count * fit->terms;
		double volatility = 0;

		if (!cs_linear_origin(&fit->inputs, data->series_start[series[row]], row, x, &volatility))
			continue;
		if (!all_finite(x, fit->fixed) || !isfinite(volatility))
			return CS_NOT_FINITE;
		if (volatility == 0)
			continue;
		fit->row[count] = row;
		fit->start[count] = data->series_start[series[row]];
		fit->end[count] = series_end(data, series[row]);
		fit->volatility[count++] = volatility;
	}
	fit->origins = count;
	return CS_OK;
}

cs_status
cs_linear_fit_initialize(cs_linear_fit *fit, const cs_linear_options *options,
						 const cs_linear_data *data, cs_workspace *workspace)
{
	cs_status status;

	*fit = (cs_linear_fit){.terms = cs_linear_terms(options, data)};
	if (fit->terms == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	status = cs_linear_inputs_initialize(&fit->inputs, options, data, workspace);
	if (status != CS_OK)
		return status;
	fit->fixed = fit->terms - cs_linear_ahead_terms(data);
	lay_out(fit, options, data->rows, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	cs_linear_set_ahead(&fit->inputs, fit->target);
	return CS_OK;
}

/* The origins of a horizon with their targets and what is known of those; gives their number. */
static cs_status
list_targets(cs_linear_fit *fit, size_t steps, size_t *count)
{
	const cs_linear_data *data = &fit->inputs.data;

	*count = 0;
	for (size_t i = 0; i < fit->origins;)
		for (size_t end = cs_block_end(i, fit->origins, 4); i < end; i++)
		{
			size_t row = fit->row[i];
			double *ahead = fit->x + i * fit->terms + fit->fixed;
			double value;

			if (fit->end[i] - row <= steps)
				continue;
			value = data->values[(row + steps) * data->columns];
			if (isnan(value) ||
				!cs_linear_ahead(&fit->inputs, fit->end[i], row, steps, false, ahead))
				continue;
			fit->target[i] = (value - data->values[row * data->columns]) / fit->volatility[i];
			if (!isfinite(fit->target[i]) || !all_finite(ahead, fit->terms - fit->fixed))
				return CS_NOT_FINITE;
			fit->origin[(*count)++] = i;
		}
	return CS_OK;
}

/* The first origin of a time at or after number `from` of a horizon's. */
static size_t
time_start(const cs_linear_fit *fit, size_t from, size_t count)
{
	while (from > 0 && from < count &&
		   place_of(fit, fit->row[fit->origin[from]]) ==
			   place_of(fit, fit->row[fit->origin[from - 1]]))
		from++;
	return from;
}

/* The origins before number `first` whose targets were known then. */
static size_t
list_fold(cs_linear_fit *fit, size_t first, size_t steps)
{
	size_t now = place_of(fit, fit->row[fit->origin[first]]);
	size_t count = 0;

	for (size_t i = 0; i < first;)
		for (size_t end = cs_block_end(i, first, 2); i < end; i++)
			if (place_of(fit, fit->row[fit->origin[i]] + steps) <= now)
				fit->fold[count++] = fit->origin[i];
	return count;
}

/* Whether a horizon's ridge is chosen. */
static size_t
ridge_count(const cs_linear_options *options)
{
	return options->ridge < 0 ? RIDGES : 1;
}

static double
ridge_of(const cs_linear_options *options, size_t index)
{
	return options->ridge < 0 ? ridges[index] : options->ridge;
}

/* Forecasts of origins first .. end - 1 of a horizon by a fit to those known before, each ridge. */
static bool
forecast_fold(cs_linear_fit *fit, size_t first, size_t end, size_t steps)
{
	const cs_linear_options *options = fit->inputs.options;
	size_t count = list_fold(fit, first, steps);

	if (count < FOLD_MINIMUM)
		return false;
	memset(fit->pilot, 0, fit->terms * sizeof(double));
	cs_linear_ridge_run(&fit->solver, fit->x, fit->target, fit->fold, count,
						options->ridge < 0 ? PILOT_RIDGE : options->ridge, PILOT_ITERATIONS,
						fit->pilot);
	for (size_t r = 0; r < ridge_count(options); r++)
	{
		cs_linear_ridge_solve(&fit->solver, ridge_of(options, r) * (double) count, fit->pilot);
		for (size_t i = first; i < end; i++)
		{
			fit->outside[r * fit->inputs.data.rows + i] =
				cs_dot(fit->terms, fit->x + fit->origin[i] * fit->terms, fit->pilot);
			cs_work(fit->terms);
		}
	}
	return true;
}

/* Forecasts out of fold; returns the number of the first, `count` where there are none. */
static size_t
forecast_folds(cs_linear_fit *fit, size_t count, size_t steps)
{
	size_t before = count / FIRST_FOLD;
	size_t tested = count;

	for (size_t f = 0; f < CS_LINEAR_FOLDS; f++)
	{
		size_t first = time_start(fit, before + (count - before) * f / CS_LINEAR_FOLDS, count);
		size_t end = time_start(fit, before + (count - before) * (f + 1) / CS_LINEAR_FOLDS, count);

		if (first < end && forecast_fold(fit, first, end, steps) && tested == count)
			tested = first;
	}
	return tested;
}

/* Mean square of the errors out of fold with a ridge. */
static double
outside_loss(const cs_linear_fit *fit, size_t ridge, size_t first, size_t count)
{
	const double *forecast = fit->outside + ridge * fit->inputs.data.rows;
	double sum = 0;

	for (size_t i = first; i < count;)
		for (size_t end = cs_block_end(i, count, 4); i < end; i++)
		{
			double error = fit->target[fit->origin[i]] - forecast[i];

			sum += error * error;
		}
	return sum / (double) (count - first);
}

static size_t
choose_ridge(const cs_linear_fit *fit, size_t first, size_t count)
{
	double lowest = INFINITY;
	size_t best = 0;

	for (size_t r = ridge_count(fit->inputs.options); r-- > 0;)
	{
		double loss = outside_loss(fit, r, first, count);

		if (loss < lowest * (1 - SAME_LOSS))
		{
			lowest = loss;
			best = r;
		}
	}
	return best;
}

/*
 * The slope of the changes on their forecasts, shrunk by 1 - 1/t^2 for its own error, which sums up
 * over as many times as targets overlap; within 0 and 1.
 */
static double
find_shrinkage(const cs_linear_fit *fit, const double *forecast, size_t first, size_t count,
			   size_t steps)
{
	double cross = 0;
	double square = 0;
	double slope;
	double error = 0;
	double block = 0;

	for (size_t i = first; i < count; i++, cs_work(4))
	{
		cross += forecast[i] * fit->target[fit->origin[i]];
		square += forecast[i] * forecast[i];
	}
	if (!(cross > 0) || !(square > 0))
		return 0;
	slope = cross / square;
	for (size_t i = first; i < count; i++, cs_work(4))
	{
		size_t place = place_of(fit, fit->row[fit->origin[i]]);

		block += forecast[i] * (fit->target[fit->origin[i]] - slope * forecast[i]);
		if (i + 1 == count || place_of(fit, fit->row[fit->origin[i + 1]]) / steps != place / steps)
		{
			error += block * block;
			block = 0;
		}
	}
	return fmin(1, slope * fmax(0, 1 - error / (cross * cross)));
}

/*
 * The conformal quantile of `count` errors, of which those whose targets overlap count once: false
 * where that leaves too few.  sign -1 gives that of the lower side.
 */
static bool
find_bound(const double *error, const size_t *order, size_t count, size_t steps, double level,
		   int sign, double *bound)
{
	double independent = (double) count / (double) steps;
	double share = (independent + 1) / independent * (1 + level) / 2;
	size_t rank;

	if (share > 1)
		return false;
	rank = (size_t) ceil((double) count * share * (1 - CS_WHOLE_PRODUCT));
	rank = rank < 1 ? 1 : rank;
	*bound = error[order[sign > 0 ? rank - 1 : count - rank]];
	return true;
}

/* Errors, interval and measures of the forecasts out of fold with their shrinkage. */
static void
judge(cs_linear_fit *fit, cs_linear_horizon *result, const double *forecast, size_t first,
	  size_t count, size_t steps)
{
	double *error = fit->solver.residual;
	double square[2] = {0};
	double size[2] = {0};
	size_t n = count - first;

	for (size_t i = first; i < count; i++, cs_work(8))
	{
		size_t origin = fit->origin[i];
		double unit = fit->volatility[origin];
		double target = fit->target[origin];

		error[i - first] = target - result->shrinkage * forecast[i];
		square[0] += (error[i - first] * unit) * (error[i - first] * unit);
		size[0] += fabs(error[i - first] * unit);
		square[1] += (target * unit) * (target * unit);
		size[1] += fabs(target * unit);
		error[i - first] *= unit / cs_linear_interval_scale(&fit->inputs, fit->start[origin],
															fit->row[origin], steps);
	}
	result->tested = n;
	result->rmse = sqrt(square[0] / (double) n);
	result->mae = size[0] / (double) n;
	result->random_walk_rmse = sqrt(square[1] / (double) n);
	result->random_walk_mae = size[1] / (double) n;
	cs_sort_index(fit->fold, error, n);
	result->has_interval = find_bound(error, fit->fold, n, steps,
									  fit->inputs.options->interval_level, -1, &result->lower) &&
						   find_bound(error, fit->fold, n, steps,
									  fit->inputs.options->interval_level, 1, &result->upper);
	result->lower = result->has_interval ? fmin(result->lower, 0) : 0;
	result->upper = result->has_interval ? fmax(result->upper, 0) : 0;
}

static cs_status
fit_horizon(cs_linear_fit *fit, int index)
{
	const cs_linear_options *options = fit->inputs.options;
	cs_linear_horizon *result = &fit->horizon[index];
	size_t steps = (size_t) options->horizons[index];
	size_t first;
	size_t ridge = ridge_count(options) - 1;
	cs_status status = list_targets(fit, steps, &result->origins);

	if (status != CS_OK)
		return status;
	if (result->origins < CS_LINEAR_MIN_ORIGINS)
		return CS_TOO_FEW;
	result->shrinkage = 1;
	first = forecast_folds(fit, result->origins, steps);
	if (first < result->origins)
	{
		const double *forecast;

		ridge = choose_ridge(fit, first, result->origins);
		forecast = fit->outside + ridge * fit->inputs.data.rows;
		if (options->shrink)
			result->shrinkage = find_shrinkage(fit, forecast, first, result->origins, steps);
		judge(fit, result, forecast, first, result->origins, steps);
	}
	else if (options->shrink)
		result->shrinkage = 0;
	result->ridge = ridge_of(options, ridge);
	memset(result->coefficients, 0, fit->terms * sizeof(double));
	result->deviation =
		cs_linear_ridge_run(&fit->solver, fit->x, fit->target, fit->origin, result->origins,
							result->ridge, ITERATIONS, result->coefficients);
	return isfinite(result->rmse) && isfinite(result->random_walk_rmse) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_linear_fit_run(cs_linear_fit *fit, size_t *which)
{
	int count = fit->inputs.options->horizon_count;
	size_t candidates;
	cs_status status;

	list_origins(fit);
	candidates = fit->origins;
	status = fill_origins(fit);
	if (status != CS_OK)
		return status;
	if (candidates > 0 && fit->origins == 0)
		return CS_CONSTANT;
	for (int h = 0; h < count; h++)
	{
		*which = (size_t) h;
		status = fit_horizon(fit, h);
		if (status != CS_OK)
			return status;
		cs_poll(fit->inner ? 0 : h + 1, fit->inner ? 0 : count);
	}
	return CS_OK;
}
