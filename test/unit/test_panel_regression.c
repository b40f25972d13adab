/*
 * test_panel_regression.c
 *		The within estimator against least squares with a dummy for each entity and the sandwich
 *		written out, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/random.h"
#include "numeric/econometrics/panel_regression.h"
#include "poll_helper.h"
#include "check_helper.h"

#define ENTITIES 7
#define PERIODS 23
#define REGRESSORS 3
#define WIDTH (1 + REGRESSORS)
#define MOST (ENTITIES * PERIODS)
#define PARAMETERS (REGRESSORS + ENTITIES)

/* An unbalanced panel: entity i lacks its first i periods. */
typedef struct Panel
{
	double values[MOST * WIDTH];
	size_t entity[MOST];
	size_t period[MOST];
	size_t rows;
} Panel;

typedef struct Fitted
{
	cs_panel_fit fit;
	void *block;
	size_t regressor;
} Fitted;

static void
make_panel(Panel *panel)
{
	cs_random random;

	cs_random_seed(&random, 11);
	panel->rows = 0;
	for (size_t i = 0; i < ENTITIES; i++)
		for (size_t t = i; t < PERIODS; t++)
		{
			double *row = panel->values + panel->rows * WIDTH;
			double shock = cs_random_normal(&random);

			row[1] = (double) i + cs_random_normal(&random);
			row[2] = 0.6 * row[1] + cs_random_normal(&random) + sin((double) t);
			row[3] = 100 + 3 * cs_random_normal(&random);
			row[0] = 5 - 2.5 * (double) i + 0.8 * row[1] - 0.3 * row[2] + 0.02 * row[3] +
					 shock * (0.2 + 0.1 * (double) i);
			panel->entity[panel->rows] = i;
			panel->period[panel->rows++] = t;
		}
}

static cs_panel_data
data_of(const Panel *panel, bool by_period)
{
	return (cs_panel_data){.rows = panel->rows,
						   .regressors = REGRESSORS,
						   .entities = ENTITIES,
						   .clusters = by_period ? PERIODS : ENTITIES,
						   .values = panel->values,
						   .entities_of = panel->entity,
						   .clusters_of = by_period ? panel->period : panel->entity};
}

/* The caller frees fitted->block. */
static cs_status
fit_data(Fitted *fitted, const cs_panel_data *data)
{
	size_t size = cs_panel_fit_size(data);
	cs_workspace workspace;
	cs_status status;

	*fitted = (Fitted){.block = malloc(size), .regressor = SIZE_MAX};
	cs_workspace_initialize(&workspace, fitted->block, size);
	status = cs_panel_fit_initialize(&fitted->fit, data, &workspace);
	return status == CS_OK ? cs_panel_fit_solve(&fitted->fit, &fitted->regressor) : status;
}

/* inverse[n][n] of matrix[n][n], which is destroyed, by Gauss-Jordan with pivoting. */
static void
invert(size_t n, double *matrix, double *inverse)
{
	for (size_t i = 0; i < n * n; i++)
		inverse[i] = i % (n + 1) == 0;
	for (size_t c = 0; c < n; c++)
	{
		size_t best = c;
		double pivot;

		for (size_t r = c; r < n; r++)
			if (fabs(matrix[r * n + c]) > fabs(matrix[best * n + c]))
				best = r;
		for (size_t j = 0; j < n; j++)
		{
			double a = matrix[c * n + j], b = inverse[c * n + j];

			matrix[c * n + j] = matrix[best * n + j];
			matrix[best * n + j] = a;
			inverse[c * n + j] = inverse[best * n + j];
			inverse[best * n + j] = b;
		}
		pivot = matrix[c * n + c];
		for (size_t j = 0; j < n; j++)
		{
			matrix[c * n + j] /= pivot;
			inverse[c * n + j] /= pivot;
		}
		for (size_t r = 0; r < n; r++)
		{
			double ratio = matrix[r * n + c];

			for (size_t j = 0; r != c && j < n; j++)
			{
				matrix[r * n + j] -= ratio * matrix[c * n + j];
				inverse[r * n + j] -= ratio * inverse[c * n + j];
			}
		}
	}
}

/* The regressors and the entities' dummies of a row. */
static void
dummy_row(const Panel *panel, size_t row, double *x)
{
	memset(x, 0, PARAMETERS * sizeof(double));
	memcpy(x, panel->values + row * WIDTH + 1, REGRESSORS * sizeof(double));
	x[REGRESSORS + panel->entity[row]] = 1;
}

typedef struct Reference
{
	double coefficients[PARAMETERS]; /* regressors, effects */
	double standard_errors[PARAMETERS];
	double residual;
} Reference;

/* Least squares with dummies; the sandwich over all parameters, so that only the factor differs. */
static void
reference_fit(const Panel *panel, const size_t *cluster, size_t clusters, Reference *reference)
{
	double cross[PARAMETERS * PARAMETERS] = {0}, inverse[PARAMETERS * PARAMETERS];
	double right[PARAMETERS] = {0}, x[PARAMETERS];
	double scores[PERIODS][PARAMETERS] = {{0}};
	double n = (double) panel->rows, g = (double) clusters;

	memset(reference, 0, sizeof(*reference));
	for (size_t row = 0; row < panel->rows; row++)
	{
		dummy_row(panel, row, x);
		for (size_t i = 0; i < PARAMETERS; i++)
		{
			right[i] += x[i] * panel->values[row * WIDTH];
			for (size_t j = 0; j < PARAMETERS; j++)
				cross[i * PARAMETERS + j] += x[i] * x[j];
		}
	}
	invert(PARAMETERS, cross, inverse);
	for (size_t i = 0; i < PARAMETERS; i++)
		for (size_t j = 0; j < PARAMETERS; j++)
			reference->coefficients[i] += inverse[i * PARAMETERS + j] * right[j];
	for (size_t row = 0; row < panel->rows; row++)
	{
		double e = panel->values[row * WIDTH];

		dummy_row(panel, row, x);
		for (size_t i = 0; i < PARAMETERS; i++)
			e -= x[i] * reference->coefficients[i];
		reference->residual += e * e;
		for (size_t i = 0; i < PARAMETERS; i++)
			scores[cluster[row]][i] += x[i] * e;
	}
	for (size_t i = 0; i < PARAMETERS; i++)
	{
		double variance = 0;

		for (size_t c = 0; c < clusters; c++)
		{
			double sum = 0;

			for (size_t j = 0; j < PARAMETERS; j++)
				sum += inverse[i * PARAMETERS + j] * scores[c][j];
			variance += sum * sum;
		}
		reference->standard_errors[i] =
			sqrt(variance * g / (g - 1) * (n - 1) / (n - REGRESSORS - 1));
	}
}

static void
agrees_with_dummies(void **state)
{
	Panel panel;

	(void) state;
	make_panel(&panel);
	for (int by_period = 0; by_period < 2; by_period++)
	{
		cs_panel_data data = data_of(&panel, by_period);
		double n = (double) panel.rows, mean = 0, total = 0, within = 0, effect = 0;
		double sums[ENTITIES] = {0}, counts[ENTITIES] = {0};
		Reference reference;
		cs_panel_result result;
		Fitted fitted;

		assert_int_equal(fit_data(&fitted, &data), CS_OK);
		reference_fit(&panel, data.clusters_of, data.clusters, &reference);
		for (size_t i = 0; i < REGRESSORS; i++)
		{
			assert_near(fitted.fit.coefficients[i], reference.coefficients[i], 1e-9, 0);
			assert_near(fitted.fit.standard_errors[i], reference.standard_errors[i], 1e-9, 0);
		}
		for (size_t i = 0; i < ENTITIES; i++)
			assert_near(fitted.fit.effects[i], reference.coefficients[REGRESSORS + i], 1e-9, 0);
		for (size_t row = 0; row < panel.rows; row++)
		{
			mean += panel.values[row * WIDTH] / n;
			sums[panel.entity[row]] += panel.values[row * WIDTH];
			counts[panel.entity[row]]++;
			effect += reference.coefficients[REGRESSORS + panel.entity[row]] / n;
		}
		for (size_t row = 0; row < panel.rows; row++)
		{
			size_t i = panel.entity[row];

			total += pow(panel.values[row * WIDTH] - mean, 2);
			within += pow(panel.values[row * WIDTH] - sums[i] / counts[i], 2);
		}
		cs_panel_fit_result(&fitted.fit, &result);
		assert_near(result.intercept, effect, 1e-9, 0);
		assert_near(result.r_squared, 1 - reference.residual / total, 1e-9, 0);
		assert_near(result.r_squared_within, 1 - reference.residual / within, 1e-9, 0);
		assert_near(result.residual_sd, sqrt(reference.residual / (n - PARAMETERS)), 1e-9, 0);
		assert_near(result.log_likelihood,
					-n / 2 * (log(2 * acos(-1) * reference.residual / n) + 1), 1e-9, 0);
		assert_near(result.bic, (PARAMETERS * log(n) - 2 * result.log_likelihood) / n, 1e-9, 0);
		free(fitted.block);
	}
}

/*
 * Entities with one row say nothing of the slopes, nor of their errors: 50 more of them, each its
 * own cluster or all at a time of their own, change neither these nor the measures of the fit.
 */
static void
single_rows_do_not_matter(void **state)
{
	enum
	{
		SINGLES = 50
	};
	Panel panel;

	(void) state;
	make_panel(&panel);
	for (int by_period = 0; by_period < 2; by_period++)
	{
		cs_panel_data data = data_of(&panel, by_period);
		size_t rows = data.rows + SINGLES;
		double *values = malloc(rows * WIDTH * sizeof(double));
		size_t *entity = malloc(rows * sizeof(size_t));
		size_t *cluster = malloc(rows * sizeof(size_t));
		cs_panel_result few_result, all_result;
		Fitted all, few;

		assert_int_equal(fit_data(&few, &data), CS_OK);
		memcpy(values, data.values, data.rows * WIDTH * sizeof(double));
		memcpy(entity, data.entities_of, data.rows * sizeof(size_t));
		memcpy(cluster, data.clusters_of, data.rows * sizeof(size_t));
		for (size_t row = data.rows; row < rows; row++)
		{
			entity[row] = data.entities++;
			cluster[row] = by_period ? data.clusters : entity[row];
			for (size_t i = 0; i < WIDTH; i++)
				values[row * WIDTH + i] = 100 + (double) (row * i);
		}
		data.clusters = by_period ? data.clusters + 1 : data.entities;
		data.rows = rows;
		data.values = values;
		data.entities_of = entity;
		data.clusters_of = cluster;
		assert_int_equal(fit_data(&all, &data), CS_OK);
		cs_panel_fit_result(&few.fit, &few_result);
		cs_panel_fit_result(&all.fit, &all_result);
		for (size_t i = 0; i < REGRESSORS; i++)
		{
			assert_near(all.fit.coefficients[i], few.fit.coefficients[i], 1e-9, 0);
			assert_near(all.fit.standard_errors[i], few.fit.standard_errors[i], 1e-9, 0);
		}
		assert_int_equal(all_result.observations, few_result.observations);
		assert_int_equal(all_result.clusters, few_result.clusters);
		assert_near(all_result.r_squared, few_result.r_squared, 1e-9, 0);
		assert_near(all_result.intercept, few_result.intercept, 1e-9, 0);
		assert_near(all_result.bic, few_result.bic, 1e-9, 0);
		assert_near(all.fit.effects[entity[rows - 1]],
					values[(rows - 1) * WIDTH] -
						cs_dot(REGRESSORS, values + (rows - 1) * WIDTH + 1, all.fit.coefficients),
					1e-9, 0);
		free(values);
		free(entity);
		free(cluster);
		free(all.block);
		free(few.block);
	}
}

static void
exact_fit_has_no_likelihood(void **state)
{
	const double values[] = {3, 1, 5, 2, 9, 4, 11, 1, 15, 3, 13, 2};
	const size_t entity[] = {0, 0, 0, 1, 1, 1};
	cs_panel_data data = {6, 1, 2, 2, values, entity, entity};
	cs_panel_result result;
	Fitted fitted;

	(void) state;
	assert_int_equal(fit_data(&fitted, &data), CS_OK);
	cs_panel_fit_result(&fitted.fit, &result);
	assert_near(fitted.fit.coefficients[0], 2, 1e-9, 0);
	assert_near(fitted.fit.effects[0], 1, 1e-9, 0);
	assert_near(fitted.fit.effects[1], 9, 1e-9, 0);
	assert_near(result.r_squared_within, 1, 1e-9, 0);
	assert_true(isnan(result.bic) && isnan(result.log_likelihood));
	free(fitted.block);
}

static void
faults_in_the_data(void **state)
{
	Panel panel;
	cs_panel_data data;
	Fitted fitted;

	(void) state;
	make_panel(&panel);
	data = data_of(&panel, false);

	/* the third regressor does not vary within the entities */
	for (size_t row = 0; row < panel.rows; row++)
		panel.values[row * WIDTH + 3] = 0.1 + 1e5 * (double) panel.entity[row];
	assert_int_equal(fit_data(&fitted, &data), CS_SINGULAR);
	assert_int_equal(fitted.regressor, 2);
	free(fitted.block);

	/* it is a sum of the others and the effects */
	for (size_t row = 0; row < panel.rows; row++)
		panel.values[row * WIDTH + 3] = 0.1 * panel.values[row * WIDTH + 1] -
										3 * panel.values[row * WIDTH + 2] +
										(double) panel.entity[row];
	assert_int_equal(fit_data(&fitted, &data), CS_SINGULAR);
	assert_int_equal(fitted.regressor, 2);
	free(fitted.block);

	make_panel(&panel);
	panel.values[WIDTH + 1] = 1e200;
	assert_int_equal(fit_data(&fitted, &data), CS_NOT_FINITE);
	free(fitted.block);

	make_panel(&panel);
	panel.values[WIDTH] = 1e200;
	assert_int_equal(fit_data(&fitted, &data), CS_NOT_FINITE);
	free(fitted.block);

	make_panel(&panel);
	for (size_t row = 0; row < panel.rows; row++)
		panel.values[row * WIDTH] = 0.1 + (double) panel.entity[row];
	assert_int_equal(fit_data(&fitted, &data), CS_CONSTANT);
	free(fitted.block);
}

static void
sizes_out_of_range(void **state)
{
	Panel panel;
	cs_panel_data data;
	char nothing;
	cs_workspace workspace;
	static const size_t one_cluster[ENTITIES * PERIODS];
	cs_panel_fit fit;
	Fitted fitted;

	(void) state;
	make_panel(&panel);
	data = data_of(&panel, false);
	cs_workspace_initialize(&workspace, &nothing, 1);
	assert_int_equal(cs_panel_fit_initialize(&fit, &data, &workspace), CS_NO_MEMORY);
	data.rows = 4;
	assert_int_equal(fit_data(&fitted, &data), CS_TOO_FEW);
	assert_true(fitted.fit.counts.rows < cs_panel_minimum_rows(&fitted.fit));
	free(fitted.block);

	data = data_of(&panel, false);
	data.clusters = 1;
	data.clusters_of = one_cluster;
	assert_int_equal(fit_data(&fitted, &data), CS_TOO_FEW);
	assert_int_equal(fitted.fit.counts.clusters, 1);
	free(fitted.block);
	data = data_of(&panel, false);
	data.regressors = 0;
	assert_int_equal(cs_panel_fit_initialize(&fit, &data, &workspace), CS_OUT_OF_RANGE);
	assert_true(cs_panel_fit_size(&data) == SIZE_MAX);
	data.regressors = CS_PANEL_MAX_REGRESSORS + 1;
	assert_int_equal(cs_panel_fit_initialize(&fit, &data, &workspace), CS_OUT_OF_RANGE);
	data = data_of(&panel, false);
	data.entities = SIZE_MAX / 2;
	assert_true(cs_panel_fit_size(&data) == SIZE_MAX);
	data = data_of(&panel, false);
	data.clusters = SIZE_MAX / 2;
	assert_true(cs_panel_fit_size(&data) == SIZE_MAX);

	/* the fewest rows that will do: all of one entity */
	data = data_of(&panel, true);
	data.entities = 1;
	data.rows = 1 + REGRESSORS + 1;
	assert_int_equal(fit_data(&fitted, &data), CS_OK);
	free(fitted.block);
}

/* One long entity, and clusters of a row each. */
static void
polls_between_rows(void **state)
{
	enum
	{
		ROWS = 150000
	};
	double *values = malloc(sizeof(double) * ROWS * WIDTH);
	size_t *entity = calloc(ROWS, sizeof(size_t));
	size_t *cluster = malloc(sizeof(size_t) * ROWS);
	cs_panel_data data = {.rows = ROWS,
						  .regressors = REGRESSORS,
						  .entities = 1,
						  .clusters = ROWS,
						  .values = values,
						  .entities_of = entity,
						  .clusters_of = cluster};
	cs_random random;
	poll_count polls;
	Fitted fitted;

	(void) state;
	cs_random_seed(&random, 3);
	for (size_t i = 0; i < ROWS * WIDTH; i++)
		values[i] = cs_random_normal(&random);
	for (size_t i = 0; i < ROWS; i++)
		cluster[i] = i;
	poll_count_start();
	assert_int_equal(fit_data(&fitted, &data), CS_OK);
	polls = poll_count_end();
	/* three passes of squares of the regressors, and what a row costs beside them */
	assert_polls(&polls, 3.0 * ROWS * (REGRESSORS * REGRESSORS + 16), 0);
	assert_true(polls.reports >= 5);
	free(fitted.block);
	free(values);
	free(entity);
	free(cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_dummies),		   cmocka_unit_test(single_rows_do_not_matter),
		cmocka_unit_test(exact_fit_has_no_likelihood), cmocka_unit_test(faults_in_the_data),
		cmocka_unit_test(sizes_out_of_range),		   cmocka_unit_test(polls_between_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
