/*
 * lagged_inputs.c
 *		Inputs of forecasts by trees and support vectors.
 */
#include "numeric/tree/lagged.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "numeric/base/poll.h"

/* Whether volatilities are needed. */
static bool
needs_changes(const cs_lagged_options *options)
{
	return options->inputs == CS_LAGGED_CHANGES || options->target == CS_LAGGED_CHANGE;
}

size_t
cs_lagged_terms(const cs_lagged_options *options, const cs_linear_data *data)
{
	size_t terms;

	if (options->inputs == CS_LAGGED_CHANGES)
		return cs_linear_terms(&options->linear, data);
	if (data->columns > CS_LINEAR_MAX_TERMS / (size_t) options->linear.lags)
		return SIZE_MAX;
	terms = data->columns * (size_t) options->linear.lags + cs_linear_ahead_terms(data);
	return terms > CS_LINEAR_MAX_TERMS ? SIZE_MAX : terms;
}

size_t
cs_lagged_history(const cs_lagged_options *options)
{
	size_t lags = (size_t) options->linear.lags;

	if (options->inputs == CS_LAGGED_CHANGES)
		return cs_linear_history(&options->linear);
	return options->target == CS_LAGGED_LEVEL || lags > 2 ? lags : 2;
}

size_t
cs_lagged_look_back(const cs_lagged_options *options)
{
	size_t history = cs_lagged_history(options);

	if (!needs_changes(options) || history > CS_LINEAR_WINDOW)
		return history;
	return CS_LINEAR_WINDOW + 1;
}

size_t
cs_lagged_minimum_rows(const cs_lagged_options *options)
{
	return cs_lagged_history(options) - 1 +
		   (size_t) options->linear.horizons[options->linear.horizon_count - 1] +
		   CS_LAGGED_MIN_ORIGINS;
}

size_t
cs_lagged_inputs_size(const cs_lagged_options *options, const cs_linear_data *data)
{
	size_t terms = cs_lagged_terms(options, data);
	cs_workspace workspace;

	if (terms == SIZE_MAX)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	if (needs_changes(options) || data->ahead != NULL)
		cs_workspace_take(&workspace, cs_linear_inputs_size(&options->linear, data), 1);
	cs_workspace_take(&workspace, terms, sizeof(double));
	return cs_workspace_total(&workspace);
}

cs_status
cs_lagged_inputs_initialize(cs_lagged_inputs *inputs, const cs_lagged_options *options,
							const cs_linear_data *data, cs_workspace *workspace)
{
	*inputs = (cs_lagged_inputs){
		.options = options, .data = *data, .terms = cs_lagged_terms(options, data)};
	if (inputs->terms == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	inputs->fixed = inputs->terms - cs_linear_ahead_terms(data);
	if (needs_changes(options) || data->ahead != NULL)
	{
		cs_status status =
			cs_linear_inputs_initialize(&inputs->changes, &options->linear, data, workspace);

		if (status != CS_OK)
			return status;
	}
	inputs->raw = cs_workspace_take(workspace, inputs->terms, sizeof(double));
	return workspace->failed ? CS_NO_MEMORY : CS_OK;
}

bool
cs_lagged_origin(const cs_lagged_inputs *inputs, size_t start, size_t row,
				 const cs_lagged_scale *scale, double *base, double *unit)
{
	const cs_lagged_options *options = inputs->options;
	const cs_linear_data *data = &inputs->data;
	const double *values = data->values + row * data->columns;
	size_t lags = (size_t) options->linear.lags;

	if (row - start + 1 < cs_lagged_history(options) || isnan(values[0]))
		return false;
	*base = scale->level;
	*unit = scale->spread;
	if (options->inputs == CS_LAGGED_CHANGES &&
		!cs_linear_origin(&inputs->changes, start, row, inputs->raw, unit))
		return false;
	if (options->inputs == CS_LAGGED_LEVELS && options->target == CS_LAGGED_CHANGE)
		*unit = cs_linear_volatility(&inputs->changes, 0, start, row);
	if (options->target == CS_LAGGED_LEVEL)
		*unit = scale->spread;
	else
		*base = values[0];
	for (size_t c = 0; options->inputs == CS_LAGGED_LEVELS && c < data->columns; c++)
		for (size_t lag = 0; lag < lags; lag++)
			inputs->raw[c * lags + lag] = values[c - lag * data->columns];
	cs_work(inputs->terms);
	return *unit > 0;
}

static void
standardize(const cs_lagged_inputs *inputs, const cs_lagged_scale *scale, size_t from, size_t to,
			float *x)
{
	bool trees = inputs->options->method != CS_LAGGED_SVR;

	for (size_t k = from; k < to; k++)
	{
		double value = (inputs->raw[k] - scale->mean[k]) / scale->deviation[k];

		if (isnan(inputs->raw[k]))
			x[k] = trees ? NAN : 0;
		else
			x[k] = (float) fmax(fmin(value, FLT_MAX / 2), -FLT_MAX / 2);
	}
	cs_work(4 * (to - from));
}

void
cs_lagged_standardize(const cs_lagged_inputs *inputs, const cs_lagged_scale *scale, float *x)
{
	standardize(inputs, scale, 0, inputs->fixed, x);
}

bool
cs_lagged_ahead(const cs_lagged_inputs *inputs, const cs_lagged_scale *scale, size_t end,
				size_t row, size_t horizon, float *x)
{
	if (inputs->fixed == inputs->terms)
		return true;
	if (!cs_linear_ahead(&inputs->changes, end, row, horizon,
						 inputs->options->inputs == CS_LAGGED_LEVELS, inputs->raw + inputs->fixed))
		return false;
	standardize(inputs, scale, inputs->fixed, inputs->terms, x);
	return true;
}

double
cs_lagged_value(const cs_lagged_options *options, const float *numbers, size_t parts,
				const float *x, size_t terms)
{
	double gamma = options->svr.gamma < 0 ? 1 / (double) terms : options->svr.gamma;

	if (options->method == CS_LAGGED_SVR)
		return cs_svr_value(numbers, parts, gamma, x, terms);
	return cs_trees_value(numbers, parts, x);
}
