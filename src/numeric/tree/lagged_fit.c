/*
 * lagged_fit.c
 *		The fit of forecasts by trees and support vectors: origins, validation in order of time,
 *		shrinkage, intervals and importance.
 */
#include "numeric/tree/lagged.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"

static void
lay_out(cs_lagged_fit *fit, const cs_lagged_options *options, size_t rows, size_t capacity,
		cs_workspace *workspace)
{
	size_t terms = fit->terms;

	fit->scale.mean = cs_workspace_take(workspace, terms, sizeof(double));
	fit->scale.deviation = cs_workspace_take(workspace, terms, sizeof(double));
	fit->row = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->end = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->x = cs_workspace_take(workspace, rows, terms * sizeof(float));
	fit->base = cs_workspace_take(workspace, rows, sizeof(double));
	fit->unit = cs_workspace_take(workspace, rows, sizeof(double));
	fit->target = cs_workspace_take(workspace, rows, sizeof(double));
	fit->listed = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->training = cs_workspace_take(workspace, rows, sizeof(size_t));
	fit->forecast = cs_workspace_take(workspace, rows, sizeof(double));
	fit->error = cs_workspace_take(workspace, rows, sizeof(double));
	fit->horizon.gain = cs_workspace_take(workspace, terms, sizeof(double));
	fit->horizon.shuffled = cs_workspace_take(workspace, terms, sizeof(double));
	if (options->method == CS_LAGGED_SVR)
		cs_svr_fit_lay_out(&fit->svr, &options->svr, rows, terms, workspace);
	else
		cs_trees_fit_lay_out(&fit->trees, &options->trees, rows, terms, capacity, workspace);
}

size_t
cs_lagged_fit_size(const cs_lagged_options *options, const cs_linear_data *data, size_t capacity)
{
	size_t inputs = cs_lagged_inputs_size(options, data);
	cs_lagged_fit fit = {.terms = cs_lagged_terms(options, data)};
	cs_workspace workspace;

	if (inputs == SIZE_MAX)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	cs_workspace_take(&workspace, inputs, 1);
	lay_out(&fit, options, data->rows, capacity, &workspace);
	return cs_workspace_total(&workspace);
}

/* ---- origins ---- */

static size_t
series_end(const cs_linear_data *data, size_t series)
{
	return series + 1 < data->series_count ? data->series_start[series + 1] : data->rows;
}

static size_t
place_of(const cs_lagged_fit *fit, size_t row)
{
	return fit->inputs.data.place == NULL ? row : fit->inputs.data.place[row];
}

/* Rows with y and history in order of time; `end` holds the number of their series. */
static void
list_origins(cs_lagged_fit *fit)
{
	const cs_linear_data *data = &fit->inputs.data;
	size_t history = cs_lagged_history(fit->inputs.options);
	size_t count = 0;

	for (size_t s = 0; s < data->series_count; s++)
		for (size_t row = data->series_start[s] + history - 1; row < series_end(data, s);)
			for (size_t end = cs_block_end(row, series_end(data, s), 4); row < end; row++)
				if (!isnan(data->values[row * data->columns]))
				{
					fit->training[count] = row;
					fit->end[count] = s;
					fit->forecast[count++] = (double) place_of(fit, row);
				}
	cs_sort_index(fit->listed, fit->forecast, count);
	for (size_t i = 0; i < count; i++)
	{
		fit->row[i] = fit->training[fit->listed[i]];
		fit->forecast[i] = (double) fit->end[fit->listed[i]];
	}
	for (size_t i = 0; i < count; i++)
		fit->end[i] = (size_t) fit->forecast[i];
	fit->origins = count;
}

/* Mean and deviation of a column at the origins before number `until`; false where constant. */
static bool
scale_column(const cs_lagged_fit *fit, size_t column, size_t until, double *mean, double *deviation)
{
	const cs_linear_data *data = &fit->inputs.data;
	double largest = 0;
	double sum = 0;
	double square = 0;
	size_t count = 0;

	for (size_t i = 0; i < until; i++)
		largest = fmax(largest, fabs(data->values[fit->row[i] * data->columns + column]));
	*mean = 0;
	*deviation = CS_LAGGED_CONSTANT;
	if (!(largest > 0))
		return false;
	for (size_t i = 0; i < until; i++)
	{
		double value = data->values[fit->row[i] * data->columns + column] / largest;

		sum += isnan(value) ? 0 : value;
		count += !isnan(value);
	}
	*mean = sum / (double) count;
	for (size_t i = 0; i < until; i++)
	{
		double apart = data->values[fit->row[i] * data->columns + column] / largest - *mean;

		square += isnan(apart) ? 0 : apart * apart;
	}
	cs_work(12 * until);
	*mean *= largest;
	if (sqrt(square / (double) count) <= CS_CONSTANT_RANGE)
		return false;
	*deviation = sqrt(square / (double) count) * largest;
	return true;
}

/* The same for the terms of features known in advance. */
static void
set_ahead_scale(cs_lagged_fit *fit, size_t until)
{
	const cs_linear_data *data = &fit->inputs.data;
	double *mean = fit->scale.mean + fit->inputs.fixed;
	double *deviation = fit->scale.deviation + fit->inputs.fixed;

	for (size_t column = 1; data->ahead != NULL && column < data->columns; column++)
	{
		if (!data->ahead[column])
			continue;
		scale_column(fit, column, until, &mean[1], &deviation[1]);
		mean[0] = fit->inputs.options->inputs == CS_LAGGED_LEVELS ? mean[1] : 0;
		deviation[0] = deviation[1];
		mean += 2;
		deviation += 2;
	}
}

/* What standardizes y and the terms: changes are in volatilities already. */
static cs_status
set_scale(cs_lagged_fit *fit)
{
	const cs_lagged_options *options = fit->inputs.options;
	size_t lags = (size_t) options->linear.lags;
	size_t until = fit->origins - (size_t) (options->validation * (double) fit->origins);

	if (!scale_column(fit, 0, until, &fit->scale.level, &fit->scale.spread))
		return CS_CONSTANT;
	for (size_t k = 0; k < fit->inputs.fixed; k++)
	{
		fit->scale.mean[k] =
			options->inputs == CS_LAGGED_LEVELS && k % lags > 0 ? fit->scale.mean[k - 1] : 0;
		fit->scale.deviation[k] =
			options->inputs == CS_LAGGED_LEVELS && k % lags > 0 ? fit->scale.deviation[k - 1] : 1;
		if (options->inputs == CS_LAGGED_LEVELS && k % lags == 0)
			scale_column(fit, k / lags, until, &fit->scale.mean[k], &fit->scale.deviation[k]);
	}
	set_ahead_scale(fit, until);
	return CS_OK;
}

/* Base, unit and terms of the origins; those where y has not changed are left out. */
static cs_status
fill_origins(cs_lagged_fit *fit)
{
	const cs_linear_data *data = &fit->inputs.data;
	size_t count = 0;

	for (size_t i = 0; i < fit->origins; i++)
	{
		size_t row = fit->row[i];
		size_t series = fit->end[i];

		if (!cs_lagged_origin(&fit->inputs, data->series_start[series], row, &fit->scale,
							  &fit->base[count], &fit->unit[count]))
			continue;
		if (!isfinite(fit->unit[count]))
			return CS_NOT_FINITE;
		cs_lagged_standardize(&fit->inputs, &fit->scale, fit->x + count * fit->terms);
		fit->row[count] = row;
		fit->end[count++] = series_end(data, series);
	}
	fit->origins = count;
	return count > 0 ? CS_OK : CS_CONSTANT;
}

cs_status
cs_lagged_fit_initialize(cs_lagged_fit *fit, const cs_lagged_options *options,
						 const cs_linear_data *data, size_t capacity, cs_workspace *workspace)
{
	cs_status status;

	*fit = (cs_lagged_fit){.terms = cs_lagged_terms(options, data)};
	if (fit->terms == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	status = cs_lagged_inputs_initialize(&fit->inputs, options, data, workspace);
	if (status != CS_OK)
		return status;
	lay_out(fit, options, data->rows, capacity, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	list_origins(fit);
	if (fit->origins == 0)
		return CS_OK;
	status = set_scale(fit);
	return status == CS_OK ? fill_origins(fit) : status;
}

/* ---- one horizon ---- */

/* The origins of a horizon and their targets, standardized. */
static cs_status
list_targets(cs_lagged_fit *fit, size_t steps, size_t *count)
{
	const cs_linear_data *data = &fit->inputs.data;

	*count = 0;
	for (size_t i = 0; i < fit->origins;)
		for (size_t end = cs_block_end(i, fit->origins, 4); i < end; i++)
		{
			double value;

			if (fit->end[i] - fit->row[i] <= steps)
				continue;
			value = data->values[(fit->row[i] + steps) * data->columns];
			if (isnan(value) || !cs_lagged_ahead(&fit->inputs, &fit->scale, fit->end[i],
												 fit->row[i], steps, fit->x + i * fit->terms))
				continue;
			fit->target[i] = (value - fit->base[i]) / fit->unit[i];
			if (!isfinite(fit->target[i]))
				return CS_NOT_FINITE;
			fit->listed[(*count)++] = i;
		}
	return CS_OK;
}

/* The number of the first origin that is validated, `count` for none; training[] is listed. */
static size_t
split_origins(cs_lagged_fit *fit, size_t steps, size_t count, size_t *training)
{
	size_t first = count - (size_t) (fit->inputs.options->validation * (double) count);
	size_t now;

	*training = 0;
	while (first > 0 && first < count &&
		   place_of(fit, fit->row[fit->listed[first]]) ==
			   place_of(fit, fit->row[fit->listed[first - 1]]))
		first++;
	if (count - first < CS_LAGGED_MIN_VALIDATION)
		return count;
	now = place_of(fit, fit->row[fit->listed[first]]);
	for (size_t i = 0; i < first;)
		for (size_t end = cs_block_end(i, first, 2); i < end; i++)
			if (place_of(fit, fit->row[fit->listed[i]] + steps) <= now)
				fit->training[(*training)++] = fit->listed[i];
	return *training < CS_LAGGED_MIN_VALIDATION ? count : first;
}

/* Fits the method; the forecasts of the validation are left in fit->forecast. */
static cs_status
run_method(cs_lagged_fit *fit, const size_t *training, size_t count, const size_t *validation,
		   size_t validation_count)
{
	cs_lagged_horizon *horizon = &fit->horizon;
	cs_status status;

	if (fit->inputs.options->method == CS_LAGGED_SVR)
	{
		status = cs_svr_fit_run(&fit->svr, fit->x, fit->target, training, count);
		horizon->numbers = fit->svr.numbers;
		horizon->parts = fit->svr.vectors;
		horizon->count = cs_svr_numbers(fit->svr.vectors, fit->terms);
		for (size_t i = 0; status == CS_OK && i < validation_count; i++)
			fit->forecast[validation[i]] =
				cs_lagged_value(fit->inputs.options, horizon->numbers, horizon->parts,
								fit->x + validation[i] * fit->terms, fit->terms);
		return status;
	}
	status = cs_trees_fit_run(&fit->trees, fit->x, fit->target, training, count, validation,
							  validation_count);
	horizon->numbers = fit->trees.numbers;
	horizon->parts = fit->trees.trees;
	horizon->count = fit->trees.used;
	for (size_t i = 0; status == CS_OK && i < validation_count; i++)
		fit->forecast[validation[i]] = fit->trees.predicted[validation[i]];
	return status;
}

/*
 * The slope of the changes on their forecasts, shrunk by 1 - 1/t^2 for its own error, that of a
 * target counted as often as targets overlap; within 0 and 1.
 */
static double
find_shrinkage(const cs_lagged_fit *fit, const size_t *listed, size_t count, size_t steps)
{
	double cross = 0;
	double square = 0;
	double error = 0;
	double slope;

	for (size_t i = 0; i < count; i++, cs_work(8))
	{
		cross += fit->forecast[listed[i]] * fit->target[listed[i]];
		square += fit->forecast[listed[i]] * fit->forecast[listed[i]];
	}
	if (!(cross > 0) || !(square > 0))
		return 0;
	slope = cross / square;
	for (size_t i = 0; i < count; i++, cs_work(8))
	{
		double rest = fit->target[listed[i]] - slope * fit->forecast[listed[i]];

		error += rest * rest;
	}
	error = error / (double) count * (double) steps / square;
	return fmax(0, fmin(1, slope * (1 - error / (slope * slope))));
}

/* The error at a place from the lowest, of which a share p lies below; NaN where too few are. */
static double
error_quantile(double *error, size_t count, size_t steps, double share)
{
	double apart = fmax(1, (double) count / (double) steps);
	double rank = ceil((apart + 1) * share / apart * (double) count * (1 - CS_WHOLE_PRODUCT));

	return rank > (double) count ? NAN
								 : cs_select_rank(error, count, rank < 1 ? 0 : (size_t) rank - 1);
}

/* Errors of the validation in units, their bounds and measures beside no change. */
static void
judge(cs_lagged_fit *fit, const size_t *listed, size_t count, size_t steps)
{
	const cs_linear_data *data = &fit->inputs.data;
	cs_lagged_horizon *horizon = &fit->horizon;
	double tail = (1 + fit->inputs.options->linear.interval_level) / 2;
	double largest = 0;

	for (size_t i = 0; i < count; i++)
		largest = fmax(largest, fit->unit[listed[i]]);
	for (size_t i = 0; i < count; i++, cs_work(16))
	{
		size_t origin = listed[i];
		double unit = fit->unit[origin] / largest;
		double y = data->values[fit->row[origin] * data->columns];
		double walk = fit->target[origin] * unit - (y - fit->base[origin]) / largest;
		double error = fit->target[origin] - horizon->shrinkage * fit->forecast[origin];

		fit->error[i] = error;
		error *= unit;
		horizon->rmse += error * error;
		horizon->mae += fabs(error);
		horizon->random_walk_rmse += walk * walk;
		horizon->random_walk_mae += fabs(walk);
	}
	horizon->tested = count;
	horizon->rmse = sqrt(horizon->rmse / (double) count) * largest;
	horizon->mae = horizon->mae / (double) count * largest;
	horizon->random_walk_rmse = sqrt(horizon->random_walk_rmse / (double) count) * largest;
	horizon->random_walk_mae = horizon->random_walk_mae / (double) count * largest;
	horizon->upper = error_quantile(fit->error, count, steps, tail);
	for (size_t i = 0; i < count; i++)
		fit->error[i] = -fit->error[i];
	horizon->lower = -error_quantile(fit->error, count, steps, tail);
	horizon->has_interval = !isnan(horizon->upper) && !isnan(horizon->lower);
	horizon->upper = horizon->has_interval ? fmax(horizon->upper, 0) : 0;
	horizon->lower = horizon->has_interval ? fmin(horizon->lower, 0) : 0;
}

/* ---- importance ---- */

static double
shuffled_rmse(cs_lagged_fit *fit, const size_t *listed, const int32_t *order, size_t count,
			  size_t term, float *x)
{
	const cs_lagged_horizon *horizon = &fit->horizon;
	double sum = 0;

	for (size_t i = 0; i < count; i++)
	{
		double error;

		memcpy(x, fit->x + listed[i] * fit->terms, fit->terms * sizeof(float));
		if (order != NULL)
			x[term] = fit->x[listed[order[i]] * fit->terms + term];
		error = fit->target[listed[i]] -
				horizon->shrinkage * cs_lagged_value(fit->inputs.options, horizon->numbers,
													 horizon->parts, x, fit->terms);
		sum += error * error;
		cs_work(fit->terms);
	}
	return sqrt(sum / (double) count);
}

/* What each term is worth at the last of the validation's origins. */
static void
shuffle_terms(cs_lagged_fit *fit, const size_t *listed, size_t count)
{
	int32_t order[CS_LAGGED_SHUFFLED];
	float x[CS_LINEAR_MAX_TERMS];
	bool trees = fit->inputs.options->method != CS_LAGGED_SVR;
	double whole;
	cs_random random;

	if (count > CS_LAGGED_SHUFFLED)
	{
		listed += count - CS_LAGGED_SHUFFLED;
		count = CS_LAGGED_SHUFFLED;
	}
	cs_random_seed(&random, fit->inputs.options->trees.seed);
	whole = shuffled_rmse(fit, listed, NULL, count, 0, x);
	for (size_t k = 0; k < fit->terms && whole > 0; k++)
	{
		if (trees && !(fit->trees.gain[k] > 0))
		{
			fit->horizon.shuffled[k] = 1;
			continue;
		}
		for (size_t i = 0; i < count; i++)
			order[i] = (int32_t) i;
		cs_random_shuffle(&random, order, count);
		fit->horizon.shuffled[k] = shuffled_rmse(fit, listed, order, count, k, x) / whole;
	}
}

/* Shares of the gains of all splits. */
static void
set_gains(cs_lagged_fit *fit)
{
	double sum = 0;

	if (fit->inputs.options->method == CS_LAGGED_SVR)
		return;
	for (size_t k = 0; k < fit->terms; k++)
		sum += fit->trees.gain[k];
	for (size_t k = 0; k < fit->terms; k++)
		fit->horizon.gain[k] = sum > 0 ? fit->trees.gain[k] / sum : 0;
}

/* ---- the fit ---- */

/* Fits again to all origins, with as many trees as the validation left. */
static cs_status
fit_again(cs_lagged_fit *fit, size_t count)
{
	cs_tree_options again = fit->inputs.options->trees;
	const cs_tree_options *options = fit->trees.options;
	cs_status status;

	again.rounds = (int) fit->horizon.parts - (again.loss == CS_TREE_QUANTILE);
	if (!again.forest)
		again.patience = 0;
	if (again.forest)
		again.rounds = fit->inputs.options->trees.rounds;
	fit->trees.options = fit->trees.grower.options = &again;
	status = run_method(fit, fit->listed, count, NULL, 0);
	fit->trees.options = fit->trees.grower.options = options;
	return status;
}

static bool
may_shrink(const cs_lagged_options *options)
{
	return options->linear.shrink && options->target == CS_LAGGED_CHANGE &&
		   (options->method == CS_LAGGED_SVR || options->trees.loss != CS_TREE_QUANTILE);
}

cs_status
cs_lagged_fit_run(cs_lagged_fit *fit, int which)
{
	const cs_lagged_options *options = fit->inputs.options;
	size_t steps = (size_t) options->linear.horizons[which];
	cs_lagged_horizon *horizon = &fit->horizon;
	size_t training;
	size_t count;
	size_t first;
	cs_status status;

	*horizon =
		(cs_lagged_horizon){.gain = horizon->gain, .shuffled = horizon->shuffled, .shrinkage = 1};
	for (size_t k = 0; k < fit->terms; k++)
	{
		horizon->gain[k] = 0;
		horizon->shuffled[k] = NAN;
	}
	status = list_targets(fit, steps, &count);
	horizon->origins = count;
	if (status != CS_OK)
		return status;
	if (count < CS_LAGGED_MIN_ORIGINS)
		return CS_TOO_FEW;
	first = split_origins(fit, steps, count, &training);
	if (first < count)
	{
		status = run_method(fit, fit->training, training, fit->listed + first, count - first);
		if (status != CS_OK)
			return status;
		if (may_shrink(options))
			horizon->shrinkage = find_shrinkage(fit, fit->listed + first, count - first, steps);
		judge(fit, fit->listed + first, count - first, steps);
		shuffle_terms(fit, fit->listed + first, count - first);
	}
	if (first == count)
		status = run_method(fit, fit->listed, count, NULL, 0);
	else if (options->refit)
		status = fit_again(fit, count);
	if (status == CS_OK)
		set_gains(fit);
	return status;
}
