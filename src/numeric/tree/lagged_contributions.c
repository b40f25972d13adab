/*
 * lagged_contributions.c
 *		Forecasts by trees and support vectors taken apart.
 */
#include "numeric/tree/lagged_contributions.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/path_integral.h"
#include "numeric/base/poll.h"
#include "numeric/econometrics/linear_contributions.h"
#include "numeric/tree/tree_contributions.h"

/* To which sums over support vectors are integrated, relative to their values. */
#define VECTORS_ACCURACY 1e-9

size_t
cs_lagged_term_column(const cs_lagged_options *options, const cs_linear_data *data, size_t term)
{
	size_t levels = data->columns * (size_t) options->linear.lags;

	if (options->inputs == CS_LAGGED_CHANGES)
		return cs_linear_term_column(&options->linear, data, term);
	return term < levels ? term / (size_t) options->linear.lags
						 : cs_linear_ahead_column(data, term - levels);
}

/* ---- support vectors ---- */

/* On the way from the means, where x is 0. */
typedef struct vectors_path
{
	const float *numbers;
	size_t vectors;
	size_t terms;
	double gamma;
	const float *x;
} vectors_path;

/* The kernel of a support vector at t x. */
static double
kernel(const vectors_path *path, const float *vector, double t)
{
	double distance = 0;

	for (size_t k = 0; k < path->terms; k++)
	{
		double difference = t * (double) path->x[k] - (double) vector[k];

		distance += difference * difference;
	}
	cs_work(2 * path->terms + 16);
	return exp(-path->gamma * distance);
}

static void
vectors_slopes(void *of, const double *t, const double *weight, int count, double *sum)
{
	const vectors_path *path = of;
	const float *number = path->numbers + 1;

	for (size_t i = 0; i < path->vectors; i++, number += path->terms + 1)
		for (int q = 0; q < count; q++)
		{
			double slope =
				-2 * path->gamma * weight[q] * (double) number[0] * kernel(path, number + 1, t[q]);

			for (size_t k = 0; k < path->terms; k++)
			{
				double x = (double) path->x[k];

				sum[k] += slope * x * (t[q] * x - (double) number[k + 1]);
			}
			cs_work(2 * path->terms);
		}
}

/* f at t x. */
static double
vectors_value(const vectors_path *path, double t)
{
	const float *number = path->numbers + 1;
	double value = (double) path->numbers[0];

	for (size_t i = 0; i < path->vectors; i++, number += path->terms + 1)
		value += (double) number[0] * kernel(path, number + 1, t);
	return value;
}

/* The contributions to f(x), of which the base is returned. */
static double
take_vectors(const cs_lagged_options *options, const cs_lagged_horizon *horizon, const float *x,
			 size_t terms, double *scratch, double *contribution)
{
	vectors_path of = {.numbers = horizon->numbers,
					   .vectors = horizon->parts,
					   .terms = terms,
					   .gamma = options->svr.gamma < 0 ? 1 / (double) terms : options->svr.gamma,
					   .x = x};
	const cs_path path = {
		.of = &of, .dimensions = terms, .add_slopes = vectors_slopes, .rounding = DBL_EPSILON};
	double base = vectors_value(&of, 0);

	cs_path_integrate(&path, VECTORS_ACCURACY * fmax(fabs(base), fabs(vectors_value(&of, 1))),
					  scratch, contribution);
	return base;
}

/* ---- both ---- */

size_t
cs_lagged_contributions_size(const cs_lagged_options *options, const float *numbers, size_t parts,
							 size_t terms)
{
	cs_contributions result;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_contributions_lay_out(&result, terms, &workspace);
	cs_workspace_take(
		&workspace, options->method == CS_LAGGED_SVR ? 2 * terms : cs_trees_largest(numbers, parts),
		sizeof(double));
	return cs_workspace_total(&workspace);
}

cs_status
cs_lagged_contributions(const cs_lagged_inputs *inputs, const cs_lagged_horizon *horizon,
						const float *x, double base, double unit, cs_workspace *workspace,
						cs_contributions *result)
{
	const cs_lagged_options *options = inputs->options;
	bool trees = options->method != CS_LAGGED_SVR;
	size_t terms = inputs->terms;
	double factor = unit * horizon->shrinkage;
	double *scratch;
	double mean;

	cs_contributions_lay_out(result, terms, workspace);
	scratch = cs_workspace_take(
		workspace, trees ? cs_trees_largest(horizon->numbers, horizon->parts) : 2 * terms,
		sizeof(double));
	if (workspace->failed)
		return CS_NO_MEMORY;
	memset(result->contribution, 0, terms * sizeof(double));
	mean = trees ? cs_trees_contributions(horizon->numbers, horizon->parts, x, scratch,
										  result->contribution)
				 : take_vectors(options, horizon, x, terms, scratch, result->contribution);
	result->base = base + factor * mean;
	result->forecast =
		base + factor * cs_lagged_value(options, horizon->numbers, horizon->parts, x, terms);
	for (size_t k = 0; k < terms; k++)
	{
		result->contribution[k] *= factor;
		result->value[k] = inputs->raw[k];
		result->column[k] = (int32_t) cs_lagged_term_column(options, &inputs->data, k);
	}
	return cs_contributions_finish(result);
}
