/*
 * panel_regression.c
 *		The within estimator: deviations into a triangle, residuals, scores of the clusters.
 */
#include "numeric/econometrics/panel_regression.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

/* Multiply-adds of a row beside those of its m regressors. */
#define ROW_WORK 16

static void
lay_out(cs_panel_fit *fit, cs_workspace *workspace)
{
	const cs_panel_data *data = &fit->data;
	size_t m = data->regressors;

	fit->seen = cs_workspace_take(workspace, data->clusters, sizeof(bool));
	fit->means = cs_workspace_take(workspace, data->entities, (m + 1) * sizeof(double));
	fit->scores = cs_workspace_take(workspace, data->clusters, m * sizeof(double));
	fit->effects = cs_workspace_take(workspace, data->entities, sizeof(double));
	fit->factor = cs_workspace_take(workspace, m * (m - 1) / 2, sizeof(double));
	fit->raw = cs_workspace_take(workspace, m, sizeof(double));
	fit->diagonal = cs_workspace_take(workspace, m, sizeof(double));
	fit->rhs = cs_workspace_take(workspace, m, sizeof(double));
	fit->coefficients = cs_workspace_take(workspace, m, sizeof(double));
	fit->standard_errors = cs_workspace_take(workspace, m, sizeof(double));
	fit->row = cs_workspace_take(workspace, m + 1, sizeof(double));
}

size_t
cs_panel_fit_size(const cs_panel_data *data)
{
	cs_panel_fit fit = {.data = *data};
	cs_workspace workspace;

	if (data->regressors < 1 || data->regressors > CS_PANEL_MAX_REGRESSORS)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	lay_out(&fit, &workspace);
	return cs_workspace_total(&workspace);
}

/* Whether the row is not its entity's only one. */
static bool
informs(const cs_panel_data *data, size_t row)
{
	size_t entity = data->entities_of[row];

	return (row > 0 && data->entities_of[row - 1] == entity) ||
		   (row + 1 < data->rows && data->entities_of[row + 1] == entity);
}

static void
count_informing(cs_panel_fit *fit)
{
	const cs_panel_data *data = &fit->data;
	cs_panel_counts counts = {0};

	memset(fit->seen, 0, data->clusters * sizeof(bool));
	for (size_t row = 0; row < data->rows; row++)
	{
		size_t cluster = data->clusters_of[row];

		cs_work(ROW_WORK);
		if (!informs(data, row))
			continue;
		counts.rows++;
		counts.entities += row == 0 || data->entities_of[row - 1] != data->entities_of[row];
		counts.clusters += !fit->seen[cluster];
		fit->seen[cluster] = true;
	}
	fit->counts = counts;
}

size_t
cs_panel_minimum_rows(const cs_panel_fit *fit)
{
	return fit->counts.entities + fit->data.regressors + 1;
}

cs_status
cs_panel_fit_initialize(cs_panel_fit *fit, const cs_panel_data *data, cs_workspace *workspace)
{
	size_t m = data->regressors;

	if (m < 1 || m > CS_PANEL_MAX_REGRESSORS)
		return CS_OUT_OF_RANGE;
	*fit = (cs_panel_fit){.data = *data};
	lay_out(fit, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	count_informing(fit);
	if (fit->counts.rows < cs_panel_minimum_rows(fit) || fit->counts.clusters < 2)
		return CS_TOO_FEW;
	memset(fit->scores, 0, data->clusters * m * sizeof(double));
	memset(fit->factor, 0, m * (m - 1) / 2 * sizeof(double));
	memset(fit->raw, 0, m * sizeof(double));
	memset(fit->diagonal, 0, m * sizeof(double));
	memset(fit->rhs, 0, m * sizeof(double));
	memset(fit->standard_errors, 0, m * sizeof(double));
	return CS_OK;
}

/* The means of the entity whose first row is `first`. */
static void
find_means(cs_panel_fit *fit, size_t first)
{
	const cs_panel_data *data = &fit->data;
	size_t width = data->regressors + 1;
	size_t entity = data->entities_of[first];
	double *mean = fit->means + entity * width;
	size_t row = first;

	memset(mean, 0, width * sizeof(double));
	for (; row < data->rows && data->entities_of[row] == entity; row++, cs_work(width))
		for (size_t i = 0; i < width; i++)
			mean[i] += (data->values[row * width + i] - mean[i]) / (double) (row - first + 1);
}

/* fit->row = the row's deviations from its entity's means; the one of y is returned. */
static double
deviations(cs_panel_fit *fit, size_t row)
{
	size_t width = fit->data.regressors + 1;
	const double *values = fit->data.values + row * width;
	const double *mean = fit->means + fit->data.entities_of[row] * width;

	for (size_t i = 1; i < width; i++)
		fit->row[i - 1] = values[i] - mean[i];
	return values[0] - mean[0];
}

/* What passes over the rows and the clusters report: two of the rows, one of the clusters. */
static void
report(const cs_panel_fit *fit, size_t done)
{
	size_t m = fit->data.regressors;

	cs_work_of(m * m + ROW_WORK, (double) done,
			   2 * (double) fit->data.rows + (double) fit->data.clusters);
}

/* All rows into the triangle; *mean_square is n times the square of the mean of y. */
static void
add_rows(cs_panel_fit *fit, double *mean_square)
{
	const cs_panel_data *data = &fit->data;
	double grand_mean = 0;
	size_t added = 0;

	for (size_t row = 0; row < data->rows; row++)
	{
		const double *values = data->values + row * (data->regressors + 1);
		double difference = values[0] - grand_mean;
		double y;

		report(fit, row);
		if (row == 0 || data->entities_of[row] != data->entities_of[row - 1])
			find_means(fit, row);
		if (!informs(data, row))
			continue;
		y = deviations(fit, row);
		fit->total_within += y * y;
		grand_mean += difference / (double) ++added;
		fit->total += difference * (values[0] - grand_mean);
		for (size_t i = 0; i < data->regressors; i++)
			fit->raw[i] += values[i + 1] * values[i + 1];
		cs_triangle_add_row(data->regressors, fit->diagonal, fit->factor, fit->rhs, 1, fit->row,
							&y);
	}
	*mean_square = (double) added * grand_mean * grand_mean;
}

/* Whether y and the regressors are finite, vary and are independent within the entities. */
static cs_status
check_sums(const cs_panel_fit *fit, double mean_square, size_t *regressor)
{
	for (size_t i = 0; i < fit->data.regressors; i++)
	{
		if (!isfinite(fit->raw[i]))
			return CS_NOT_FINITE;
		if (!(fit->diagonal[i] > CS_EXPLAINED_SQUARE * fit->raw[i]))
		{
			*regressor = i;
			return CS_SINGULAR;
		}
	}
	if (!isfinite(fit->total))
		return CS_NOT_FINITE;
	return fit->total_within > CS_EXPLAINED_SQUARE * (fit->total + mean_square) ? CS_OK
																				: CS_CONSTANT;
}

static void
find_effects(cs_panel_fit *fit)
{
	size_t m = fit->data.regressors;

	for (size_t entity = 0; entity < fit->data.entities; entity++)
	{
		const double *mean = fit->means + entity * (m + 1);

		fit->effects[entity] = mean[0] - cs_dot(m, mean + 1, fit->coefficients);
		cs_work(m);
	}
}

/* Residuals, and their sums with the regressors over each cluster. */
static void
add_residuals(cs_panel_fit *fit)
{
	size_t m = fit->data.regressors;

	for (size_t row = 0; row < fit->data.rows; row++)
	{
		double *score = fit->scores + fit->data.clusters_of[row] * m;
		double e = deviations(fit, row);

		e -= cs_dot(m, fit->row, fit->coefficients);
		fit->residual += e * e;
		for (size_t i = 0; i < m; i++)
			score[i] += fit->row[i] * e;
		report(fit, fit->data.rows + row);
	}
}

/* Adds the squares of (X'X)^-1 s of one cluster. */
static void
add_cluster(cs_panel_fit *fit, const double *score)
{
	size_t m = fit->data.regressors;
	const double *factor = fit->factor;
	double *v = fit->row;

	memcpy(v, score, m * sizeof(double));
	for (size_t i = 0; i < m; i++)
		for (size_t j = i + 1; j < m; j++)
			v[j] -= *factor++ * v[i];
	for (size_t i = 0; i < m; i++)
		v[i] /= fit->diagonal[i];
	cs_triangle_solve(m, fit->factor, v, v);
	for (size_t i = 0; i < m; i++)
		fit->standard_errors[i] += v[i] * v[i];
}

static void
find_errors(cs_panel_fit *fit)
{
	double n = (double) fit->counts.rows;
	double m = (double) fit->data.regressors;
	double clusters = (double) fit->counts.clusters;
	double correction = clusters / (clusters - 1) * (n - 1) / (n - m - 1);

	for (size_t cluster = 0; cluster < fit->data.clusters; cluster++)
	{
		add_cluster(fit, fit->scores + cluster * fit->data.regressors);
		report(fit, 2 * fit->data.rows + cluster);
	}
	for (size_t i = 0; i < fit->data.regressors; i++)
		fit->standard_errors[i] = sqrt(correction * fit->standard_errors[i]);
}

cs_status
cs_panel_fit_solve(cs_panel_fit *fit, size_t *regressor)
{
	double mean_square;
	cs_status status;

	add_rows(fit, &mean_square);
	status = check_sums(fit, mean_square, regressor);
	if (status != CS_OK)
		return status;
	cs_triangle_solve(fit->data.regressors, fit->factor, fit->rhs, fit->coefficients);
	find_effects(fit);
	add_residuals(fit);
	find_errors(fit);
	return CS_OK;
}

void
cs_panel_fit_result(const cs_panel_fit *fit, cs_panel_result *result)
{
	const cs_panel_data *data = &fit->data;
	double n = (double) fit->counts.rows;
	double parameters = (double) (data->regressors + fit->counts.entities);
	double mean_effect = 0;
	size_t added = 0;

	for (size_t row = 0; row < data->rows; row++, cs_work(ROW_WORK))
		if (informs(data, row))
			mean_effect += (fit->effects[data->entities_of[row]] - mean_effect) / (double) ++added;
	result->observations = fit->counts.rows;
	result->clusters = fit->counts.clusters;
	result->intercept = mean_effect;
	result->r_squared_within = 1 - fit->residual / fit->total_within;
	result->r_squared = 1 - fit->residual / fit->total;
	result->residual_sd = sqrt(fit->residual / (n - parameters));
	result->log_likelihood = NAN;
	result->bic = NAN;
	if (fit->residual > CS_EXPLAINED_SQUARE * fit->total_within)
	{
		result->log_likelihood = -n / 2 * (log(2 * M_PI) + log(fit->residual / n) + 1);
		result->bic = (parameters * log(n) - 2 * result->log_likelihood) / n;
	}
}
