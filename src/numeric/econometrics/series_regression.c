/*
 * series_regression.c
 *		A triangle that takes in blocks of rows, with the sums of squares of all leading sets of
 *		columns.
 */
#include "numeric/econometrics/series_regression.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#include <math.h>
#include <string.h>

#define BLOCK CS_REGRESSION_BLOCK

void
cs_series_regression_layout(cs_series_regression *regression, size_t columns,
							cs_workspace *workspace)
{
	size_t width = columns + 1;

	*regression = (cs_series_regression){.columns = columns};
	regression->triangle = cs_workspace_take(workspace, width, width * sizeof(double));
	regression->block = cs_workspace_take(workspace, width, BLOCK * sizeof(double));
	regression->squares = cs_workspace_take(workspace, columns, sizeof(double));
	regression->row = cs_workspace_take(workspace, columns, sizeof(double));
}

void
cs_series_regression_start(cs_series_regression *regression, size_t columns)
{
	regression->columns = columns;
	regression->rows = 0;
	regression->waiting = 0;
	memset(regression->triangle, 0, (columns + 1) * (columns + 1) * sizeof(double));
	memset(regression->squares, 0, columns * sizeof(double));
}

static double *
row_of(const cs_series_regression *regression, size_t i)
{
	return regression->triangle + i * (regression->columns + 1);
}

/* Reflects column `k` of the block into the triangle, and what stands right of it with it. */
static void
reflect(cs_series_regression *regression, size_t k)
{
	double *top = row_of(regression, k);
	double *v = regression->block + k * BLOCK;
	size_t count = regression->waiting;
	double below = cs_dot(count, v, v);
	double length = sqrt(top[k] * top[k] + below);
	double first;

	if (below == 0)
		return;
	/* the sign that adds */
	first = top[k] + (top[k] < 0 ? -length : length);
	for (size_t j = k + 1; j <= regression->columns; j++)
	{
		double *column = regression->block + j * BLOCK;
		double factor = 2 * (first * top[j] + cs_dot(count, v, column)) / (first * first + below);

		top[j] -= factor * first;
		for (size_t i = 0; i < count; i++)
			column[i] -= factor * v[i];
	}
	top[k] = top[k] < 0 ? length : -length;
}

void
cs_series_regression_finish(cs_series_regression *regression)
{
	for (size_t k = 0; k <= regression->columns; k++)
	{
		reflect(regression, k);
		cs_work(2 * (regression->columns - k + 1) * regression->waiting);
	}
	regression->waiting = 0;
}

void
cs_series_regression_add(cs_series_regression *regression, double value)
{
	size_t columns = regression->columns;

	for (size_t i = 0; i < columns; i++)
	{
		regression->squares[i] += regression->row[i] * regression->row[i];
		regression->block[i * BLOCK + regression->waiting] = regression->row[i];
	}
	regression->block[columns * BLOCK + regression->waiting] = value;
	regression->rows++;
	if (++regression->waiting == BLOCK)
		cs_series_regression_finish(regression);
}

size_t
cs_series_regression_explained(const cs_series_regression *regression)
{
	size_t i = 0;

	while (i < regression->columns && row_of(regression, i)[i] * row_of(regression, i)[i] >
										  CS_EXPLAINED_SQUARE * regression->squares[i])
		i++;
	return i;
}

double
cs_series_regression_squares(const cs_series_regression *regression, size_t columns)
{
	double squares = 0;

	for (size_t i = regression->columns + 1; i-- > columns;)
	{
		double part = row_of(regression, i)[regression->columns];

		squares += part * part;
	}
	return squares;
}

double
cs_series_regression_t(const cs_series_regression *regression, size_t columns)
{
	double freedom = (double) (regression->rows - columns);
	double variance = cs_series_regression_squares(regression, columns) / freedom;
	const double *last = row_of(regression, columns - 1);

	return copysign(1, last[columns - 1]) * last[regression->columns] / sqrt(variance);
}

double
cs_series_regression_rest(const cs_series_regression *regression)
{
	size_t last = regression->columns - 1;

	return row_of(regression, last)[last] * row_of(regression, last)[last];
}

void
cs_series_regression_solve(const cs_series_regression *regression, double *coefficients)
{
	for (size_t i = regression->columns; i-- > 0;)
	{
		const double *row = row_of(regression, i);
		double rest = row[regression->columns];

		for (size_t j = i + 1; j < regression->columns; j++)
			rest -= row[j] * coefficients[j];
		coefficients[i] = rest / row[i];
	}
}

size_t
cs_trend_terms(cs_trend trend, size_t t, size_t n, double *row)
{
	/* from -1 to 1 */
	double place = (2 * (double) t - (double) n) / (double) n;
	double term = 1;

	for (size_t i = 0; i < (size_t) trend; i++)
	{
		row[i] = term;
		term *= place;
	}
	return trend;
}
