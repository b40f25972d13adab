/*
 * curve_data.c
 *		Yields of one curve, made ready for least squares at many decays.
 */
#include "numeric/term_structure/curve_data.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"
#include "numeric/term_structure/nelson_siegel.h"

#include <math.h>
#include <string.h>

/* Yields that differ by less, relative to the first, are equal. */
#define EQUAL_BELOW 1e-14

/* Multiply-adds of the loadings of one observation, with its exponential. */
#define LOADINGS_WORK 32

/* Observations whose loadings are taken in one go. */
#define BLOCK 4096

void
cs_curve_data_lay_out(cs_curve_data *data, size_t n, cs_workspace *workspace)
{
	*data = (cs_curve_data){.n = n, .rows = n};
	data->yield = cs_workspace_take(workspace, cs_curve_rows(n), sizeof(double));
	data->root_weight = cs_workspace_take(workspace, n, sizeof(double));
}

static cs_status
check_observations(size_t n, const double *maturity, const double *yield, const double *weight,
				   size_t *different)
{
	*different = 0;
	for (size_t i = 0; i < n; i++)
	{
		if (!isfinite(maturity[i]) || !isfinite(yield[i]) ||
			(weight != NULL && !isfinite(weight[i])))
			return CS_NOT_FINITE;
		if (maturity[i] < 0 || (weight != NULL && weight[i] <= 0) ||
			(i > 0 && maturity[i] < maturity[i - 1]))
			return CS_OUT_OF_RANGE;
		if (i == 0 || maturity[i] > maturity[i - 1])
			(*different)++;
	}
	return CS_OK;
}

cs_status
cs_curve_data_fill(cs_curve_data *data, const double *maturity, const double *yield,
				   const double *weight, size_t needed, size_t *different)
{
	size_t n = data->n;
	cs_status status = check_observations(n, maturity, yield, weight, different);

	if (status != CS_OK)
		return status;
	if (*different < needed)
		return CS_TOO_FEW;
	data->maturity = maturity;
	data->constant = true;
	data->weight = weight == NULL ? (double) n : cs_sum(n, weight);
	data->mean = (weight == NULL ? cs_sum(n, yield) : cs_dot(n, weight, yield)) / data->weight;
	for (size_t i = 0; i < n; i++)
	{
		data->yield[i] = yield[i] - data->mean;
		data->constant =
			data->constant && fabs(yield[i] - yield[0]) <= EQUAL_BELOW * fabs(yield[0]);
		if (weight != NULL)
			data->root_weight[i] = sqrt(weight[i]);
	}
	if (weight == NULL)
		data->root_weight = NULL;
	cs_curve_data_scale(data, data->yield);
	data->total = cs_dot(n, data->yield, data->yield);
	return isfinite(data->total) ? CS_OK : CS_NOT_FINITE;
}

/* Maturities ascend, so small x come first; hump serves as scratch until it is filled. */
static void
loadings(size_t n, const double *maturity, double decay, double *slope, double *curvature,
		 double *hump)
{
	size_t small = 0;

	for (; small < n && decay * maturity[small] < CS_NELSON_SIEGEL_SERIES_BELOW; small++)
	{
		double x = decay * maturity[small];

		cs_nelson_siegel_loadings(x, &slope[small], &curvature[small]);
		hump[small] = x * (slope[small] - curvature[small]);
	}
	for (size_t i = small; i < n; i++)
		hump[i] = -decay * maturity[i];
	cs_vector_exp_double(hump + small, hump + small, n - small);
	for (size_t i = small; i < n; i++)
	{
		double x = fmin(decay * maturity[i], CS_NELSON_SIEGEL_LARGEST);
		double decayed = hump[i];

		slope[i] = (1 - decayed) / x;
		curvature[i] = slope[i] - decayed;
		hump[i] = x * decayed;
	}
	cs_work(n * LOADINGS_WORK);
}

void
cs_curve_data_loadings(const cs_curve_data *data, double decay, double *slope, double *curvature,
					   double *hump)
{
	for (size_t i = 0; i < data->n; i += BLOCK)
		loadings(data->n - i < BLOCK ? data->n - i : BLOCK, data->maturity + i, decay, slope + i,
				 curvature + i, hump + i);
}

void
cs_curve_data_scale(const cs_curve_data *data, double *column)
{
	if (data->root_weight != NULL)
		for (size_t i = 0; i < data->n; i++)
			column[i] *= data->root_weight[i];
}

void
cs_curve_data_shrink(cs_curve_data *data, size_t columns, double shrinkage)
{
	data->rows = data->n + columns;
	data->ridge = sqrt(shrinkage * data->weight);
	memset(data->yield + data->n, 0, columns * sizeof(double));
}

/* Centres column[n], multiplies it by the root weights and returns its mean. */
static double
centre(const cs_curve_data *data, double *column)
{
	double mean;

	if (data->root_weight == NULL)
	{
		mean = cs_sum(data->n, column) / data->weight;
		for (size_t i = 0; i < data->n; i++)
			column[i] -= mean;
		return mean;
	}
	cs_curve_data_scale(data, column);
	mean = cs_dot(data->n, column, data->root_weight) / data->weight;
	for (size_t i = 0; i < data->n; i++)
		column[i] -= mean * data->root_weight[i];
	return mean;
}

/* column -= factor * other */
static void
subtract(size_t n, double *column, double factor, const double *other)
{
	for (size_t i = 0; i < n; i++)
		column[i] -= factor * other[i];
}

bool
cs_curve_data_orthogonalize(const cs_curve_data *data, size_t count, double *const *column,
							double *triangle)
{
	const double least = CS_CURVE_INDEPENDENT_ABOVE * CS_CURVE_INDEPENDENT_ABOVE;
	double root = sqrt(data->weight);
	size_t p = count + 1;

	memset(triangle, 0, p * p * sizeof(double));
	triangle[0] = root;
	for (size_t i = 0; i < count; i++)
	{
		double *here = column[i];
		double *entry = triangle + i + 1; /* of row 0 */
		double length, square;

		entry[0] = root * centre(data, here);
		for (size_t row = data->n; row < data->rows; row++)
			here[row] = row - data->n == i ? data->ridge : 0;
		length = entry[0] * entry[0];
		for (size_t j = 0; j < i; j++)
		{
			double diagonal = triangle[(j + 1) * (p + 1)];
			double overlap = cs_dot(data->rows, column[j], here) / (diagonal * diagonal);

			subtract(data->rows, here, overlap, column[j]);
			entry[(j + 1) * p] = overlap * diagonal;
			length += entry[(j + 1) * p] * entry[(j + 1) * p];
			cs_work(2 * data->rows);
		}
		square = cs_dot(data->rows, here, here);
		cs_work(4 * data->rows);
		if (!(square > least * (length + square)))
			return false;
		entry[(i + 1) * p] = sqrt(square);
	}
	return true;
}

double
cs_curve_data_solve(const cs_curve_data *data, size_t count, double *const *column,
					const double *triangle, double *factor, double *residual)
{
	size_t p = count + 1;

	memcpy(residual, data->yield, data->rows * sizeof(double));
	for (size_t i = 1; i < p; i++)
	{
		double diagonal = triangle[i * (p + 1)];

		factor[i] = cs_dot(data->rows, column[i - 1], residual) / (diagonal * diagonal);
		subtract(data->rows, residual, factor[i], column[i - 1]);
		cs_work(2 * data->rows);
	}
	for (size_t i = count; i > 0; i--)
		for (size_t j = i + 1; j < p; j++)
			factor[i] -= triangle[i * p + j] / triangle[i * (p + 1)] * factor[j];
	factor[0] = data->mean;
	for (size_t j = 1; j < p; j++)
		factor[0] -= triangle[j] / triangle[0] * factor[j];
	return cs_dot(data->rows, residual, residual);
}

void
cs_curve_data_quality(const cs_curve_data *data, size_t count, size_t decays,
					  const double *triangle, double sse, cs_curve_quality *quality)
{
	size_t parameters = count + 1 + decays;

	cs_curve_quality_of_triangle(count + 1, triangle,
								 data->n > parameters ? sse / (double) (data->n - parameters) : NAN,
								 quality);
	quality->shortest = data->maturity[0];
	quality->longest = data->maturity[data->n - 1];
}

/* The condition of level, slope and curvature at one decay. */
static double
plain_condition(const cs_curve_data *data, double decay, double *const *scratch)
{
	double triangle[9];
	cs_curve_data plain = *data;

	plain.rows = data->n; /* nothing is shrunk */
	cs_curve_data_loadings(data, decay, scratch[0], scratch[1], scratch[2]);
	return cs_curve_data_orthogonalize(&plain, 2, scratch, triangle)
			   ? cs_curve_condition(3, triangle)
			   : INFINITY;
}

/*
 * One maturity far below the others would have the hump to itself: the second shortest counts as
 * no more than twice the shortest, and bounds the humps where there are two.
 */
void
cs_curve_data_bounds(const cs_curve_data *data, bool two_humps, double *const *scratch,
					 double *lower, double *upper)
{
	const double *maturity = data->maturity;
	size_t first = 0, second;
	cs_decay_range range;

	if (!isnan(*lower) && !isnan(*upper))
		return;
	while (maturity[first] == 0)
		first++;
	for (second = first; maturity[second] == maturity[first]; second++)
		;
	cs_decay_range_place(&range,
						 two_humps ? maturity[second] : fmax(maturity[first], maturity[second] / 2),
						 maturity[data->n - 1]);
	for (size_t i = 0; i < CS_DECAY_RANGE_POINTS; i++)
		range.condition[i] = plain_condition(data, exp(range.log_decay[i]), scratch);
	cs_decay_range_settle(&range, lower, upper);
}
