/*
 * arima_regression.c
 *		Regression with ARIMA errors: y, the constant's column and the features go through one
 *		filter, and least squares over the errors of their predictions, each row weighted by the
 *		inverse of its variance, are generalized least squares (Harvey and Phillips, Biometrika 66,
 *		1979).
 */
#include "numeric/state_space/arima.h"

#include <math.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

void
cs_arima_regression_lay_out(cs_arima_regression *regression, const cs_arima_order *most, size_t n,
							cs_workspace *workspace)
{
	size_t stored = most->features + most->constant + 1;
	size_t all = cs_arima_lags(most) + stored;

	regression->rows = cs_workspace_take(workspace, n, stored * sizeof(double));
	regression->scale = cs_workspace_take(workspace, stored, sizeof(double));
	regression->center = cs_workspace_take(workspace, stored, sizeof(double));
	regression->state = cs_workspace_take(workspace, all * cs_arima_states(most), sizeof(double));
	regression->error = cs_workspace_take(workspace, all, sizeof(double));
	regression->row = cs_workspace_take(workspace, all, sizeof(double));
	regression->diagonal = cs_workspace_take(workspace, all, sizeof(double));
	regression->factor = cs_workspace_take(workspace, all * all, sizeof(double));
	regression->rhs = cs_workspace_take(workspace, all, sizeof(double));
	regression->coefficients = cs_workspace_take(workspace, all, sizeof(double));
}

double
cs_arima_explained(const cs_arima_model *model, const double *x)
{
	return cs_dot(model->order.features, model->regression, x);
}

void
cs_arima_less_features(const cs_arima_model *model, const double *x, size_t n, double *values)
{
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1 + model->order.features); i < end; i++)
			values[i] -= cs_arima_explained(model, x + i * model->order.features);
}

void
cs_arima_plus_features(const cs_arima_model *model, const double *x, size_t n, double *values)
{
	for (size_t i = 0; i < n;)
		for (size_t end = cs_block_end(i, n, 1 + model->order.features); i < end; i++)
			values[i] += cs_arima_explained(model, x + i * model->order.features);
}

cs_status
cs_arima_regression_mask(cs_arima_fit *fit)
{
	size_t features = fit->order.features;

	for (size_t i = 0; i < fit->n; i++)
		for (size_t j = 0; j < features; j++)
		{
			double x = fit->x[i * features + j];

			if (isinf(x))
				return CS_NOT_FINITE;
			if (isnan(x))
				fit->y[i] = NAN;
		}
	cs_work(fit->n * features);
	return CS_OK;
}

/* ---- rows ---- */

/* A power of 2 near the largest value of each feature. */
static void
set_scales(cs_arima_fit *fit)
{
	cs_arima_regression *regression = &fit->regression;
	size_t features = fit->order.features;
	double *scale = regression->scale;
	int exponent;

	for (size_t j = 0; j <= regression->columns; j++)
		scale[j] = 1;
	scale += fit->order.constant;
	for (size_t j = 0; j < features; j++)
	{
		double largest = 0;

		for (size_t i = fit->first; i < fit->n; i++)
			if (!isnan(fit->y[i]))
				largest = fmax(largest, fabs(fit->x[i * features + j]));
		frexp(largest, &exponent);
		scale[j] = largest > 0 ? ldexp(1, exponent) : 1;
	}
	cs_work(fit->n * features);
}

/* Rows of the constant's column, the features and y, over their scales; missing ones are NaN. */
static void
fill_rows(cs_arima_fit *fit)
{
	cs_arima_regression *regression = &fit->regression;
	size_t features = fit->order.features;
	size_t constant = fit->order.constant;
	size_t all = regression->columns + 1;
	bool drift = cs_arima_lags(&fit->order) > 0;

	for (size_t i = 0; i < fit->n; i++)
	{
		double *row = regression->rows + i * all;
		bool there = i >= fit->first && !isnan(fit->y[i]);

		if (constant)
			row[0] = there ? (drift ? (double) (i - fit->first) : 1) : NAN;
		for (size_t j = 0; j < features; j++)
			row[constant + j] =
				there ? fit->x[i * features + j] / regression->scale[constant + j] : NAN;
		row[all - 1] = there ? fit->y[i] : NAN;
	}
	cs_work(fit->n * all);
}

/*
 * Takes out of the features and of y what differences or a mean take out anyway, so that levels
 * cost no digits.
 */
static void
center_rows(cs_arima_fit *fit)
{
	cs_arima_regression *regression = &fit->regression;
	size_t all = regression->columns + 1;
	bool differenced = cs_arima_lags(&fit->order) > 0;

	for (size_t j = 0; j < all; j++)
	{
		double *column = regression->rows + j;
		double center = 0;

		if (differenced)
			center = column[fit->first * all];
		else if (fit->order.constant && j > 0)
			for (size_t i = fit->first; i < fit->n; i++)
				center += isnan(column[i * all]) ? 0 : column[i * all] / (double) fit->used;
		regression->center[j] = center;
		for (size_t i = fit->first; i < fit->n; i++)
			column[i * all] -= center;
	}
	cs_work(2 * fit->n * all);
}

static void
take_differences(cs_arima_fit *fit)
{
	const cs_arima_order *order = &fit->order;
	size_t all = fit->regression.columns + 1;
	double *rows = fit->regression.rows;
	size_t from = fit->first;

	for (int k = 0; k < order->differences + order->seasonal_differences; k++)
	{
		size_t lag = k < order->differences ? 1 : (size_t) order->period;

		from += lag;
		for (size_t i = fit->n * all; i-- > from * all;)
			rows[i] -= rows[i - lag * all];
		cs_work(fit->n * all);
	}
}

/* ---- likelihood ---- */

static void
add_row(void *context, const double *errors, double variance)
{
	cs_arima_regression *regression = context;
	size_t columns = regression->unknown + regression->columns;
	double rest = errors[columns];
	double weight;

	memcpy(regression->row, errors, columns * sizeof(double));
	weight = cs_triangle_add_row(columns, regression->diagonal, regression->factor, regression->rhs,
								 1 / variance, regression->row, &rest);
	regression->squares += weight * rest * rest;
}

/* Value of column j in a row: the stored ones are 0 where an unknown of the start stands. */
static double
column_value(const cs_arima_regression *regression, const double *row, size_t j, bool started,
			 size_t unknown)
{
	double y = row[regression->columns];
	bool gap = !started && isnan(y);

	if (j >= regression->unknown)
		return gap ? 0 : row[j - regression->unknown];
	if (gap)
		return j == unknown ? 1 : 0;
	return isnan(y) ? (double) NAN : 0;
}

static bool
filter_with_gaps(cs_arima_fit *fit, const cs_arima_model *model)
{
	cs_arima_regression *regression = &fit->regression;
	cs_arima_filter *filter = &fit->filter;
	size_t columns = regression->unknown + regression->columns;
	size_t states = cs_arima_states(&fit->order);
	size_t unknown = 0;

	if (!cs_arima_filter_start(filter, model))
		return false;
	filter->constant = 0;
	memset(regression->state, 0, columns * states * sizeof(double));
	for (size_t i = fit->first; i < fit->n; i++)
	{
		const double *row = regression->rows + i * (regression->columns + 1);
		bool started = cs_arima_filter_ready(filter);
		double y = column_value(regression, row, columns, started, unknown);
		double variance;
		bool there = cs_arima_filter_step(filter, y, &regression->error[columns], &variance);

		if (there && !(variance > 0))
			return false;
		for (size_t j = 0; j < columns; j++)
			regression->error[j] = cs_arima_filter_follow(
				filter, started, column_value(regression, row, j, started, unknown),
				regression->state + j * states);
		unknown += !started && isnan(row[regression->columns]);
		if (!there)
			continue;
		add_row(regression, regression->error, variance);
		fit->sums.log_variance += log(variance);
		cs_work(columns * columns);
	}
	return isfinite(fit->sums.log_variance);
}

bool
cs_arima_regression_filter(cs_arima_fit *fit, const cs_arima_model *model)
{
	cs_arima_regression *regression = &fit->regression;
	size_t columns = regression->unknown + regression->columns;
	size_t start = fit->first + cs_arima_lags(&fit->order);
	cs_arma *arma = &fit->filter.arma;

	fit->sums = (cs_arma_sums){0};
	regression->squares = 0;
	memset(regression->diagonal, 0, columns * sizeof(double));
	memset(regression->factor, 0, columns * columns * sizeof(double));
	memset(regression->rhs, 0, columns * sizeof(double));
	if (fit->complete)
	{
		cs_arima_multiply_out(&fit->order, model->coefficients, arma);
		if (!cs_arma_stationary_start(arma) ||
			!cs_arma_filter_rows(arma, regression->rows + start * (columns + 1), columns + 1,
								 fit->n - start, regression->state, regression->error, add_row,
								 regression, &fit->sums.log_variance))
			return false;
	}
	else if (!filter_with_gaps(fit, model))
		return false;
	for (size_t j = 0; j < columns; j++)
		if (!(regression->diagonal[j] > 0))
			return false;
	/* of the flat distribution of the unknowns: they come first, so that this is their share */
	for (size_t j = 0; j < regression->unknown; j++)
		fit->sums.log_variance += log(regression->diagonal[j]);
	cs_triangle_solve(columns, regression->factor, regression->rhs, regression->coefficients);
	return isfinite(regression->squares);
}

/* The first feature, from 1, that the constant and those before it explain; 0: none. */
static size_t
redundant_feature(const cs_arima_fit *fit, double size)
{
	const cs_arima_regression *regression = &fit->regression;
	const double *diagonal = regression->diagonal + regression->unknown + fit->order.constant;

	for (size_t j = 0; j < fit->order.features; j++)
		if (!cs_arima_unknown_told(diagonal + j, 1, size))
			return j + 1;
	return 0;
}

/* By least squares without weights, beside which shares of the data's size are judged. */
cs_status
cs_arima_regression_prepare(cs_arima_fit *fit)
{
	cs_arima_regression *regression = &fit->regression;
	const cs_arima_model nothing = {.order = fit->order};
	double size = (double) fit->used;
	bool possible;

	regression->columns = fit->order.features + fit->order.constant;
	set_scales(fit);
	fill_rows(fit);
	center_rows(fit);
	if (fit->complete)
		take_differences(fit);
	possible = cs_arima_regression_filter(fit, &nothing);
	if (!cs_arima_unknown_told(regression->diagonal, regression->unknown, size))
		return CS_TOO_FEW;
	regression->redundant = redundant_feature(fit, size);
	if (!possible || !cs_arima_unknown_told(regression->diagonal + regression->unknown,
											regression->columns, size))
		return CS_SINGULAR;
	return regression->squares > CS_EXPLAINED_SQUARE * size ? CS_OK : CS_CONSTANT;
}

/* ---- results ---- */

/* Element (j, j) of the inverse of the system. */
static double
inverse_element(const cs_arima_regression *regression, size_t j, double *z)
{
	size_t columns = regression->unknown + regression->columns;
	double sum = 0;

	memset(z, 0, columns * sizeof(double));
	z[j] = 1;
	for (size_t i = j; i < columns; i++)
	{
		const double *factor = regression->factor + i * columns - i * (i + 1) / 2;

		for (size_t k = i + 1; k < columns; k++)
			z[k] -= factor[k - i - 1] * z[i];
		sum += z[i] / regression->diagonal[i] * z[i];
	}
	return sum;
}

void
cs_arima_regression_set(const cs_arima_fit *fit, cs_arima_model *model)
{
	const cs_arima_regression *regression = &fit->regression;
	size_t constant = fit->order.constant;
	const double *b = regression->coefficients + regression->unknown;
	double level = regression->center[regression->columns];

	for (size_t j = 0; j < fit->order.features; j++)
	{
		double scale = fit->scale / regression->scale[constant + j];
		double element =
			inverse_element(regression, regression->unknown + constant + j, regression->row);

		level -= b[constant + j] * regression->center[constant + j];
		model->regression[j] = b[constant + j] * scale;
		model->errors[j] = sqrt(model->variance * element) / regression->scale[constant + j];
	}
	if (constant)
		model->constant = (b[0] + (cs_arima_lags(&fit->order) > 0 ? 0 : level)) * fit->scale;
}
