/*
 * reconcile.c
 *		Minimum trace reconciliation by least squares on rows that weigh alike: those of the summing
 *		matrix in units of the errors, made independent by the Cholesky factor of their
 *		correlations.
 */
#include "numeric/evaluation/reconcile.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

static void
lay_out(cs_reconcile *reconcile, cs_workspace *workspace)
{
	size_t n = reconcile->n;
	size_t m = reconcile->m;

	reconcile->scale = cs_workspace_take(workspace, n, sizeof(double));
	reconcile->row = cs_workspace_take(workspace, n, (m + 1) * sizeof(double));
	reconcile->diagonal = cs_workspace_take(workspace, m, sizeof(double));
	reconcile->factor = cs_workspace_take(workspace, m, m * sizeof(double));
	reconcile->rhs = cs_workspace_take(workspace, m, sizeof(double));
	reconcile->square = cs_workspace_take(workspace, m, sizeof(double));
	reconcile->part = cs_workspace_take(workspace, m, sizeof(double));
	if (reconcile->times == 0)
		return;
	reconcile->standardized = cs_workspace_take(workspace, n, reconcile->times * sizeof(double));
	reconcile->covariance = cs_workspace_take(workspace, n, n * sizeof(double));
}

cs_status
cs_reconcile_initialize(cs_reconcile *reconcile, size_t n, size_t m, size_t times,
						cs_workspace *workspace)
{
	*reconcile = (cs_reconcile){.n = n, .m = m, .times = times};
	lay_out(reconcile, workspace);
	return workspace->failed ? CS_NO_MEMORY : CS_OK;
}

size_t
cs_reconcile_size(size_t n, size_t m, size_t times)
{
	cs_reconcile reconcile = {.n = n, .m = m, .times = times};
	cs_workspace workspace;

	if (m >= SIZE_MAX / sizeof(double) || times > SIZE_MAX / sizeof(double) ||
		n > SIZE_MAX / sizeof(double))
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	lay_out(&reconcile, &workspace);
	return cs_workspace_total(&workspace);
}

/* The rows in units of the errors. */
static void
scale_rows(cs_reconcile *reconcile, const double *forecast, const double *summing)
{
	size_t m = reconcile->m;

	for (size_t i = 0; i < reconcile->n; i++)
	{
		double *row = reconcile->row + i * (m + 1);

		for (size_t j = 0; j < m; j++)
			row[j] = summing[i * m + j] / reconcile->scale[i];
		row[m] = forecast[i] / reconcile->scale[i];
		cs_work(m);
	}
}

/* Least squares on the rows, which are used up, and the sums of the parts that they give. */
static cs_status
solve(cs_reconcile *reconcile, const double *summing, double *result)
{
	size_t m = reconcile->m;

	memset(reconcile->diagonal, 0, m * sizeof(double));
	memset(reconcile->factor, 0, m * m * sizeof(double));
	memset(reconcile->rhs, 0, m * sizeof(double));
	memset(reconcile->square, 0, m * sizeof(double));
	for (size_t i = 0; i < reconcile->n; i++)
	{
		double *row = reconcile->row + i * (m + 1);

		for (size_t j = 0; j < m; j++)
			reconcile->square[j] += row[j] * row[j];
		cs_triangle_add_row(m, reconcile->diagonal, reconcile->factor, reconcile->rhs, 1, row,
							&row[m]);
		cs_work_of(m * m, (double) (i + 1), (double) reconcile->n);
	}
	for (size_t j = 0; j < m; j++)
	{
		if (!isfinite(reconcile->square[j]))
			return CS_NOT_FINITE;
		if (!(reconcile->diagonal[j] > CS_EXPLAINED_SQUARE * reconcile->square[j]))
			return CS_SINGULAR;
	}
	cs_triangle_solve(m, reconcile->factor, reconcile->rhs, reconcile->part);
	for (size_t i = 0; i < reconcile->n; i++)
	{
		result[i] = cs_dot(m, summing + i * m, reconcile->part);
		if (!isfinite(result[i]))
			return CS_NOT_FINITE;
		cs_work(m);
	}
	return CS_OK;
}

cs_status
cs_reconcile_variances(cs_reconcile *reconcile, const double *forecast, const double *summing,
					   const double *variance, double *result)
{
	size_t m = reconcile->m;

	for (size_t i = 0; i < reconcile->n; i++)
	{
		double size = variance != NULL ? variance[i] : 0;

		if (variance == NULL)
			for (size_t j = 0; j < m; j++)
				size += fabs(summing[i * m + j]);
		reconcile->scale[i] = sqrt(size);
		if (!(reconcile->scale[i] > 0))
		{
			reconcile->culprit = i;
			return CS_ZERO_VARIANCE;
		}
		cs_work(m);
	}
	scale_rows(reconcile, forecast, summing);
	return solve(reconcile, summing, result);
}

/* Errors over their roots of mean squares, series after series. */
static cs_status
standardize(cs_reconcile *reconcile, const double *error)
{
	size_t n = reconcile->n;
	size_t times = reconcile->times;

	for (size_t i = 0; i < n; i++)
	{
		double *x = reconcile->standardized + i * times;
		double largest = 0;
		double sum = 0;

		for (size_t t = 0; t < times; t++)
			largest = fmax(largest, fabs(error[t * n + i]));
		if (!(largest > 0))
		{
			reconcile->culprit = i;
			return CS_ZERO_VARIANCE;
		}
		for (size_t t = 0; t < times; t++)
		{
			x[t] = error[t * n + i] / largest;
			sum += x[t] * x[t];
		}
		sum = sqrt(sum / (double) times);
		for (size_t t = 0; t < times; t++)
			x[t] /= sum;
		reconcile->scale[i] = largest * sum;
		cs_work(3 * times);
	}
	return CS_OK;
}

/* Correlations, and their shrinkage towards zero. */
static void
correlate(cs_reconcile *reconcile)
{
	size_t n = reconcile->n;
	size_t times = reconcile->times;
	double noise = 0;
	double size = 0;

	for (size_t i = 0; i < n; i++)
	{
		const double *x = reconcile->standardized + i * times;

		for (size_t j = 0; j < i; j++)
		{
			const double *y = reconcile->standardized + j * times;
			double mean = cs_dot(times, x, y) / (double) times;
			double squares = 0;

			for (size_t t = 0; t < times; t++)
			{
				double difference = x[t] * y[t] - mean;

				squares += difference * difference;
			}
			noise += squares / ((double) times * (double) (times - 1));
			size += mean * mean;
			reconcile->covariance[i * n + j] = mean;
			cs_work(3 * times);
		}
		reconcile->covariance[i * n + i] = 1;
	}
	reconcile->lambda = noise < size ? noise / size : 1;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			reconcile->covariance[i * n + j] *= 1 - reconcile->lambda;
}

/* The Cholesky factor in place of the correlations. */
static cs_status
factorize(cs_reconcile *reconcile)
{
	size_t n = reconcile->n;

	for (size_t i = 0; i < n; i++)
	{
		double *row = reconcile->covariance + i * n;
		double pivot;

		for (size_t j = 0; j < i; j++)
		{
			const double *other = reconcile->covariance + j * n;

			row[j] = (row[j] - cs_dot(j, row, other)) / other[j];
			cs_work(j + 1);
		}
		pivot = row[i] - cs_dot(i, row, row);
		if (!(pivot > (double) n * CS_ROUNDING))
		{
			reconcile->culprit = i;
			return CS_ZERO_VARIANCE;
		}
		row[i] = sqrt(pivot);
	}
	return CS_OK;
}

/* Rows whose errors are independent. */
static void
whiten_rows(cs_reconcile *reconcile)
{
	size_t n = reconcile->n;
	size_t width = reconcile->m + 1;

	for (size_t i = 0; i < n; i++)
	{
		const double *factor = reconcile->covariance + i * n;
		double *row = reconcile->row + i * width;

		for (size_t k = 0; k < i; k++)
		{
			const double *other = reconcile->row + k * width;

			for (size_t j = 0; j < width; j++)
				row[j] -= factor[k] * other[j];
			cs_work(width);
		}
		for (size_t j = 0; j < width; j++)
			row[j] /= factor[i];
	}
}

cs_status
cs_reconcile_errors(cs_reconcile *reconcile, const double *forecast, const double *summing,
					const double *error, double *result)
{
	cs_status status;

	if (reconcile->times < 2)
		return CS_TOO_FEW;
	status = standardize(reconcile, error);
	if (status != CS_OK)
		return status;
	correlate(reconcile);
	status = factorize(reconcile);
	if (status != CS_OK)
		return status;
	scale_rows(reconcile, forecast, summing);
	whiten_rows(reconcile);
	return solve(reconcile, summing, result);
}
