/*
 * sequence_contributions.c
 *		Forecasts of sequence models taken apart.
 *
 * N batch, T look-back, C columns, K horizons.
 */
#include "numeric/network/sequence_contributions.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/path_integral.h"
#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/econometrics/linear_contributions.h"
#include "numeric/network/sequence_linear.h"

/* To which part of what contributions must add up to they are integrated. */
#define PART_OF_TOLERANCE 0.25

static size_t
window_size(const cs_sequence_contributions *of)
{
	return (size_t) of->architecture.steps * of->data.columns;
}

/* ---- the network on the way from the baseline to a window ---- */

/* t[q] times the window as window q of the batch. */
static void
fill_input(cs_sequence_contributions *of, const double *t, int count)
{
	size_t columns = of->data.columns;
	float *to = of->pass.input;

	for (size_t step = 0; step < (size_t) of->architecture.steps; step++)
		for (int q = 0; q < count; q++)
			for (size_t c = 0; c < columns; c++)
				*to++ = (float) t[q] * of->x[step * columns + c];
	cs_work(window_size(of) * (size_t) count);
}

static const float *
member(const cs_sequence_contributions *of, int number)
{
	return of->parameters + (size_t) number * of->parameter_count;
}

/* What the network adds to the forecast at t times the window. */
static double
network_value(cs_sequence_contributions *of, double t)
{
	double value = 0;

	fill_input(of, &t, 1);
	for (int m = 0; m < of->source.options->ensemble; m++)
	{
		cs_sequence_forward(&of->pass, member(of, m), 1);
		value += of->factor * (double) of->pass.output[of->horizon];
	}
	return value;
}

static void
add_member_slopes(cs_sequence_contributions *of, const double *weight, int count, double *sum)
{
	size_t columns = of->data.columns;
	const float *slope = of->input_gradient;

	for (size_t step = 0; step < (size_t) of->architecture.steps; step++)
		for (int q = 0; q < count; q++)
			for (size_t c = 0; c < columns; c++)
			{
				size_t at = step * columns + c;

				sum[at] += weight[q] * of->factor * (double) *slope++ * (double) of->x[at];
			}
	cs_work(2 * window_size(of) * (size_t) count);
}

static void
network_slopes(void *given, const double *t, const double *weight, int count, double *sum)
{
	cs_sequence_contributions *of = given;
	size_t outputs = cs_sequence_outputs(of->source.options);

	fill_input(of, t, count);
	for (int m = 0; m < of->source.options->ensemble; m++)
	{
		cs_sequence_forward(&of->pass, member(of, m), count);
		memset(of->pass.output_gradient, 0, sizeof(float) * (size_t) count * outputs);
		for (int q = 0; q < count; q++)
			of->pass.output_gradient[(size_t) q * outputs + (size_t) of->horizon] = 1;
		memset(of->gradient, 0, of->parameter_count * sizeof(float));
		cs_work(of->parameter_count / 4);
		cs_sequence_backward(&of->pass, of->gradient);
		add_member_slopes(of, weight, count, sum);
	}
}

/* ---- memory ---- */

static cs_status
lay_linear(cs_sequence_contributions *of, const cs_sequence_options *options,
		   cs_workspace *workspace)
{
	cs_linear_data data = cs_sequence_linear_data(options, &of->data);
	size_t horizons = (size_t) options->horizon_count;

	of->linear_options = cs_linear_skip_options(options->horizons, options->horizon_count);
	of->lags =
		of->lags > (size_t) of->linear_options.lags ? of->lags : (size_t) of->linear_options.lags;
	of->base =
		cs_workspace_take(workspace, cs_saturated_product(data.rows, horizons), sizeof(double));
	return cs_linear_skip_lay(&of->linear_rows, &of->linear_options, &data, false, workspace);
}

/* False when the workspace is too small. */
static bool
lay_out(cs_sequence_contributions *of, const cs_sequence_options *options, cs_workspace *workspace)
{
	size_t columns = of->data.columns;
	size_t window = window_size(of);
	size_t terms;
	cs_status status = CS_OK;

	of->lags = (size_t) options->look_back;
	if (options->linear)
		status = lay_linear(of, options, workspace);
	terms = cs_saturated_product(columns, of->lags);
	if (options->linear)
		terms = cs_saturated_sum(terms, (size_t) of->linear_options.mean_count);
	cs_contributions_lay_out(&of->result, terms, workspace);
	if (options->local_rows > 0)
		of->local = cs_workspace_take(workspace, of->data.rows, sizeof(cs_local));
	of->input_gradient = cs_workspace_take(workspace, window, CS_GAUSS_NODES * sizeof(float));
	of->gradient = cs_workspace_take(workspace, of->parameter_count, sizeof(float));
	of->x = cs_workspace_take(workspace, window, sizeof(float));
	of->scratch = cs_workspace_take(workspace, window, 2 * sizeof(double));
	of->sum = cs_workspace_take(workspace, window, sizeof(double));
	return cs_sequence_pass_create(&of->pass, &of->architecture, CS_GAUSS_NODES, true, workspace) &&
		   status == CS_OK && !workspace->failed;
}

/* The network, whose dropout is for training alone. */
static void
take_architecture(cs_sequence_contributions *of, const cs_sequence_options *options)
{
	cs_sequence_options_architecture(options, of->data.columns, &of->architecture);
	of->architecture.dropout = 0;
	of->parameter_count = cs_sequence_parameter_count(options, of->data.columns);
}

size_t
cs_sequence_contributions_size(const cs_sequence_options *options, const cs_sequence_data *data)
{
	cs_sequence_contributions of = {.data = *data};
	cs_workspace workspace;

	if (options->cross_section || cs_sequence_parameter_count(options, data->columns) == SIZE_MAX ||
		cs_sequence_linear_terms(options, data) == SIZE_MAX)
		return SIZE_MAX;
	take_architecture(&of, options);
	cs_workspace_count(&workspace);
	lay_out(&of, options, &workspace);
	return cs_workspace_total(&workspace);
}

/* ---- a series ---- */

static bool
all_finite(const cs_sequence_data *data)
{
	for (size_t row = 0; row < data->rows;)
	{
		size_t end = cs_block_end(row, data->rows, data->columns);

		if (!cs_all_finite_double(data->values + row * data->columns, (end - row) * data->columns))
			return false;
		row = end;
	}
	return true;
}

cs_status
cs_sequence_contributions_initialize(cs_sequence_contributions *of,
									 const cs_sequence_network *network,
									 const cs_sequence_data *data, cs_workspace *workspace)
{
	const cs_sequence_options *options = network->options;
	cs_status status = cs_sequence_options_check(options, NULL);

	memset(of, 0, sizeof(*of));
	if (status != CS_OK)
		return status;
	if (options->cross_section || data->columns != network->columns || data->series_count != 1 ||
		cs_sequence_parameter_count(options, network->columns) == SIZE_MAX)
		return CS_OUT_OF_RANGE;
	if (data->rows > INT32_MAX)
		return CS_SIZE_OVERFLOW;
	of->data = *data;
	take_architecture(of, options);
	of->source = (cs_sequence_source){.options = options,
									  .values = data->values,
									  .columns = network->columns,
									  .input_mean = network->input_mean,
									  .input_sd = network->input_sd,
									  .target_mean = network->target_mean,
									  .target_sd = network->target_sd,
									  .usual = &of->usual_change};
	of->usual_change = network->usual_change;
	of->parameters = network->parameters;
	of->linear = network->linear;
	if (!lay_out(of, options, workspace))
		return CS_NO_MEMORY;
	of->source.local = of->local;
	of->source.base = of->base;
	of->pass.input_gradient = of->input_gradient;
	if (!all_finite(data))
		return CS_NOT_FINITE;
	if (!options->linear)
		return CS_OK;
	cs_linear_skip_fill(&of->linear_rows, data->values, data->columns, data->known);
	return cs_linear_skip_forecast(&of->linear_rows, of->linear, of->base);
}

size_t
cs_sequence_contributions_first(const cs_sequence_contributions *of)
{
	cs_sequence_split split;

	cs_sequence_split_series(&split, of->source.options, 0, of->data.rows);
	return split.first_origin;
}

/* ---- one forecast ---- */

/* Terms without contributions: their columns and what the network sees of them. */
static void
list_terms(cs_sequence_contributions *of, size_t row)
{
	cs_contributions *result = &of->result;
	size_t before = of->source.options->target == CS_TARGET_CHANGE || of->source.options->linear;

	for (size_t k = 0; k < result->terms; k++)
	{
		size_t column = k / of->lags;
		size_t age = k % of->lags;

		result->contribution[k] = 0;
		result->value[k] = 0;
		result->column[k] = column < of->data.columns ? (int32_t) column : 0;
		if (column < of->data.columns && age + before <= row)
			result->value[k] = cs_sequence_input(&of->source, row - age, column);
	}
	cs_work(4 * result->terms);
}

/* What the terms of the linear forecast add; their sum. */
static double
add_linear(cs_sequence_contributions *of, size_t row)
{
	const cs_linear_inputs *inputs = &of->linear_rows.inputs;
	size_t lags = (size_t) of->linear_options.lags;
	size_t means = of->data.columns * lags;
	double *x = of->linear_rows.x;
	double volatility = 0;
	double sum = 0;

	if (!cs_linear_origin(inputs, 0, row, x, &volatility))
		return 0;
	for (size_t k = 0; k < inputs->terms; k++)
	{
		size_t term =
			k < means ? k / lags * of->lags + k % lags : of->data.columns * of->lags + k - means;
		double part = volatility * x[k] * of->linear[(size_t) of->horizon * inputs->terms + k];

		of->result.contribution[term] += part;
		if (k >= means)
			of->result.value[term] = x[k];
		sum += part;
	}
	cs_work(4 * inputs->terms);
	return sum;
}

/* What the network's inputs add to a forecast of about that size. */
static void
add_network(cs_sequence_contributions *of, double forecast)
{
	const cs_path path = {.of = of,
						  .dimensions = window_size(of),
						  .add_slopes = network_slopes,
						  .rounding = FLT_EPSILON};
	size_t steps = (size_t) of->architecture.steps;

	cs_path_integrate(&path, PART_OF_TOLERANCE * CS_CONTRIBUTIONS_TOLERANCE * fabs(forecast),
					  of->scratch, of->sum);
	for (size_t step = 0; step < steps; step++)
		for (size_t c = 0; c < of->data.columns; c++)
			of->result.contribution[c * of->lags + steps - 1 - step] +=
				of->sum[step * of->data.columns + c];
}

cs_status
cs_sequence_contributions_run(cs_sequence_contributions *of, size_t row, int horizon)
{
	const cs_sequence_source *source = &of->source;
	const cs_sequence_options *options = source->options;
	double forecast[CS_MAX_HORIZONS];
	int32_t origin = (int32_t) row;
	cs_local local;
	double given = 0;

	if (of->local != NULL)
		of->local[row] = cs_sequence_local(options, source->values, source->columns, 0, row);
	local = cs_sequence_local_at(source, row);
	of->horizon = horizon;
	of->factor = (1 - options->random_walk_weight) / options->ensemble *
				 source->target_sd[horizon] * local.scale;
	list_terms(of, row);
	cs_sequence_gather(of->x, NULL, source, &origin, 1, 0, 1);
	cs_sequence_forecast_begin(forecast, source, &origin, 1);
	of->result.forecast = forecast[horizon] + network_value(of, 1);
	add_network(of, of->result.forecast);
	if (options->linear)
		given = add_linear(of, row);
	else if (options->target == CS_TARGET_LEVEL)
	{
		/* y in the random walk, from its mean */
		given = options->random_walk_weight * (source->values[row * source->columns] -
											   local.center - local.scale * source->input_mean[0]);
		of->result.contribution[0] += given;
	}
	of->result.base = forecast[horizon] - given + network_value(of, 0);
	return cs_contributions_finish(&of->result);
}
