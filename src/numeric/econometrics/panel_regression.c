/*
 * panel_regression.c
 *		The within estimator: deviations into a triangle, residuals, scores of the clusters.
 */
#include "numeric/econometrics/panel_regression.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"

/* A regressor counts as explained when less than this share of its square is left. */
#define DEPENDENT 1e-24

#define LN_2_PI 1.8378770664093454836

enum
{
	PASS_SUMS,
	PASS_RESIDUALS,
	PASS_ERRORS,
	PASS_FINISHED
};

size_t
cs_panel_fit_size(const cs_panel_data *data)
{
	size_t m = data->regressors;
	size_t cells;
	cs_size total = {0};

	if (m < 1 || m > CS_PANEL_MAX_REGRESSORS ||
		__builtin_mul_overflow(data->entities, m + 1, &cells))
		return SIZE_MAX;
	cs_size_add(&total, cells, sizeof(double));
	if (__builtin_mul_overflow(data->clusters, m, &cells))
		return SIZE_MAX;
	cs_size_add(&total, cells, sizeof(double));
	cs_size_add(&total, data->entities, sizeof(double));
	cs_size_add(&total, data->clusters, sizeof(bool));
	cs_size_add(&total, m * (m - 1) / 2, sizeof(double));
	for (int i = 0; i < 5; i++)
		cs_size_add(&total, m, sizeof(double));
	cs_size_add(&total, m + 1, sizeof(double));
	return cs_size_total(&total);
}

/* Whether the row is not its entity's only one. */
static bool
informs(const cs_panel_data *data, size_t row)
{
	size_t entity = data->entities_of[row];

	return (row > 0 && data->entities_of[row - 1] == entity) ||
		   (row + 1 < data->rows && data->entities_of[row + 1] == entity);
}

/* `seen` marks the clusters. */
static cs_panel_counts
count_informing(const cs_panel_data *data, bool *seen)
{
	cs_panel_counts counts = {0};

	memset(seen, 0, data->clusters * sizeof(bool));
	for (size_t row = 0; row < data->rows; row++)
	{
		size_t cluster = data->clusters_of[row];

		if (!informs(data, row))
			continue;
		counts.rows++;
		counts.entities += row == 0 || data->entities_of[row - 1] != data->entities_of[row];
		counts.clusters += !seen[cluster];
		seen[cluster] = true;
	}
	return counts;
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
	bool *seen;

	if (m < 1 || m > CS_PANEL_MAX_REGRESSORS)
		return CS_OUT_OF_RANGE;
	*fit = (cs_panel_fit){.data = *data};
	seen = cs_workspace_take(workspace, data->clusters, sizeof(bool));
	if (seen == NULL)
		return CS_NO_MEMORY;
	fit->counts = count_informing(data, seen);
	if (fit->counts.rows < cs_panel_minimum_rows(fit) || fit->counts.clusters < 2)
		return CS_TOO_FEW;
	fit->means = cs_workspace_take(workspace, data->entities * (m + 1), sizeof(double));
	fit->scores = cs_workspace_take(workspace, data->clusters * m, sizeof(double));
	fit->effects = cs_workspace_take(workspace, data->entities, sizeof(double));
	fit->factor = cs_workspace_take(workspace, m * (m - 1) / 2, sizeof(double));
	fit->raw = cs_workspace_take(workspace, m, sizeof(double));
	fit->diagonal = cs_workspace_take(workspace, m, sizeof(double));
	fit->rhs = cs_workspace_take(workspace, m, sizeof(double));
	fit->coefficients = cs_workspace_take(workspace, m, sizeof(double));
	fit->standard_errors = cs_workspace_take(workspace, m, sizeof(double));
	fit->row = cs_workspace_take(workspace, m + 1, sizeof(double));
	if (fit->row == NULL)
		return CS_NO_MEMORY;
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
	for (; row < data->rows && data->entities_of[row] == entity; row++)
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

static void
add_row(cs_panel_fit *fit)
{
	const cs_panel_data *data = &fit->data;
	const double *values = data->values + fit->next * (data->regressors + 1);
	double y;
	double difference = values[0] - fit->grand_mean;

	if (fit->next == 0 || data->entities_of[fit->next] != data->entities_of[fit->next - 1])
		find_means(fit, fit->next);
	if (!informs(data, fit->next))
		return;
	y = deviations(fit, fit->next);
	fit->total_within += y * y;
	fit->grand_mean += difference / (double) ++fit->added;
	fit->total += difference * (values[0] - fit->grand_mean);
	for (size_t i = 0; i < data->regressors; i++)
		fit->raw[i] += values[i + 1] * values[i + 1];
	cs_triangle_add_row(data->regressors, fit->diagonal, fit->factor, fit->rhs, 1, fit->row, &y);
}

static cs_status
solve(cs_panel_fit *fit, size_t *regressor)
{
	const cs_panel_data *data = &fit->data;
	size_t m = data->regressors;

	for (size_t i = 0; i < m; i++)
	{
		if (!isfinite(fit->raw[i]))
			return CS_NOT_FINITE;
		if (!(fit->diagonal[i] > DEPENDENT * fit->raw[i]))
		{
			*regressor = i;
			return CS_SINGULAR;
		}
	}
	if (!isfinite(fit->total))
		return CS_NOT_FINITE;
	if (!(fit->total_within >
		  DEPENDENT * (fit->total + (double) fit->added * fit->grand_mean * fit->grand_mean)))
		return CS_CONSTANT;
	cs_triangle_solve(m, fit->factor, fit->rhs, fit->coefficients);
	for (size_t entity = 0; entity < data->entities; entity++)
	{
		const double *mean = fit->means + entity * (m + 1);

		fit->effects[entity] = mean[0] - cs_dot(m, mean + 1, fit->coefficients);
	}
	return CS_OK;
}

static void
add_residual(cs_panel_fit *fit)
{
	size_t m = fit->data.regressors;
	double *score = fit->scores + fit->data.clusters_of[fit->next] * m;
	double e = deviations(fit, fit->next);

	e -= cs_dot(m, fit->row, fit->coefficients);
	fit->residual += e * e;
	for (size_t i = 0; i < m; i++)
		score[i] += fit->row[i] * e;
}

/* Adds the squares of (X'X)^-1 s of one cluster. */
static void
add_cluster(cs_panel_fit *fit)
{
	size_t m = fit->data.regressors;
	const double *factor = fit->factor;
	double *v = fit->row;

	memcpy(v, fit->scores + fit->next * m, m * sizeof(double));
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
finish_errors(cs_panel_fit *fit)
{
	double n = (double) fit->counts.rows;
	double m = (double) fit->data.regressors;
	double clusters = (double) fit->counts.clusters;
	double correction = clusters / (clusters - 1) * (n - 1) / (n - m - 1);

	for (size_t i = 0; i < fit->data.regressors; i++)
		fit->standard_errors[i] = sqrt(correction * fit->standard_errors[i]);
}

cs_status
cs_panel_fit_step(cs_panel_fit *fit, size_t *regressor)
{
	size_t last = fit->pass == PASS_ERRORS ? fit->data.clusters : fit->data.rows;

	if (fit->pass == PASS_SUMS)
		add_row(fit);
	else if (fit->pass == PASS_RESIDUALS)
		add_residual(fit);
	else
		add_cluster(fit);
	if (++fit->next < last)
		return CS_OK;
	fit->next = 0;
	fit->pass++;
	if (fit->pass == PASS_RESIDUALS)
		return solve(fit, regressor);
	if (fit->pass == PASS_FINISHED)
		finish_errors(fit);
	return CS_OK;
}

bool
cs_panel_fit_finished(const cs_panel_fit *fit)
{
	return fit->pass == PASS_FINISHED;
}

double
cs_panel_fit_progress(const cs_panel_fit *fit)
{
	double rows = (double) fit->data.rows;
	double clusters = (double) fit->data.clusters;
	double done = (double) fit->next;

	if (fit->pass >= PASS_RESIDUALS)
		done += rows;
	if (fit->pass >= PASS_ERRORS)
		done += rows;
	if (fit->pass >= PASS_FINISHED)
		done += clusters;
	return done / (2 * rows + clusters);
}

void
cs_panel_fit_result(const cs_panel_fit *fit, cs_panel_result *result)
{
	const cs_panel_data *data = &fit->data;
	double n = (double) fit->counts.rows;
	double parameters = (double) (data->regressors + fit->counts.entities);
	double mean_effect = 0;
	size_t added = 0;

	for (size_t row = 0; row < data->rows; row++)
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
	if (fit->residual > DEPENDENT * fit->total_within)
	{
		result->log_likelihood = -n / 2 * (LN_2_PI + log(fit->residual / n) + 1);
		result->bic = (parameters * log(n) - 2 * result->log_likelihood) / n;
	}
}
