/*
 * test_structural.c
 *		Structural time series: against statsmodels and R, against the general filter, standard
 *		errors, bounds, units, gaps, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_math.h>

#include "numeric/base/random.h"
#include "numeric/state_space/kalman_ahead.h"
#include "numeric/state_space/structural.h"
#include "check_helper.h"
#include "golden/structural.h"
#include "poll_helper.h"

#define MOST_ROWS 400
#define MOST_FEATURES 2
#define AHEAD 6			/* rows of the golden forecasts */
#define LIKELIHOOD 1e-4 /* that a reference may be above */

static cs_structural_fit fit;
static void *block;

/* As the options of the cases of golden/make_structural.py say. */
static const cs_structural_form golden_forms[] = {
	{.trend = CS_TREND_LEVEL},
	{.trend = CS_TREND_AR1},
	{.trend = CS_TREND_LINEAR},
	{.trend = CS_TREND_SMOOTH},
	{.trend = CS_TREND_LEVEL, .season = CS_SEASON_DUMMY, .period = 4},
	{.trend = CS_TREND_LINEAR, .season = CS_SEASON_DUMMY, .period = 12},
	{.trend = CS_TREND_LEVEL, .season = CS_SEASON_TRIGONOMETRIC, .period = 5},
	{.trend = CS_TREND_LEVEL, .cycle = CS_CYCLE_DAMPED, .shortest = 6, .longest = 60},
	{.trend = CS_TREND_SMOOTH, .cycle = CS_CYCLE_STOCHASTIC, .shortest = 6, .longest = 40},
	{.trend = CS_TREND_LEVEL, .season = CS_SEASON_DUMMY, .period = 4, .features = 2},
	{.trend = CS_TREND_AR1, .features = 1}};

static void
prepare(const cs_structural_form *form, size_t rows)
{
	cs_workspace workspace;
	size_t size;

	free(block);
	cs_workspace_count(&workspace);
	cs_structural_fit_lay_out(&fit, form, rows, &workspace);
	size = cs_workspace_total(&workspace);
	block = malloc(size);
	memset(block, 0xA5, size);
	cs_workspace_initialize(&workspace, block, size);
	cs_structural_fit_lay_out(&fit, form, rows, &workspace);
	assert_false(workspace.failed);
}

static cs_status
run(const cs_structural_form *form, const double *y, const double *x, size_t rows)
{
	cs_status status;

	prepare(form, rows);
	status = cs_structural_fit_take(&fit, y, x);
	if (status == CS_OK)
		status = cs_structural_fit_solve(&fit);
	return status == CS_OK ? cs_structural_fit_errors(&fit) : status;
}

static double
parameter(int k)
{
	return k < CS_PARAMETERS ? cs_structural_value(&fit.values, k)
							 : fit.coefficients[k - CS_PARAMETERS];
}

/* What the general filter makes of the fitted model over the same rows. */
typedef struct general
{
	double log_likelihood;
	double mean[AHEAD], variance[AHEAD];
} general;

static const double *
copy_of(const double *values, size_t count)
{
	double *copied = test_malloc(count * sizeof(double) + 1);

	memcpy(copied, values, count * sizeof(double));
	return copied;
}

/* The system of the fit, with arrays of its own. */
static cs_kalman_system
fitted_system(void)
{
	size_t n = cs_structural_states(&fit.form);
	double transition[64 * 64], observation[64], process[64 * 64];

	cs_structural_matrices(&fit, transition, observation, process);
	return (cs_kalman_system){.states = n,
							  .observed = 1,
							  .controls = fit.form.features,
							  .transition = copy_of(transition, n * n),
							  .observation = copy_of(observation, n),
							  .process = copy_of(process, n * n),
							  .noise = copy_of(&fit.values.variance[CS_PART_NOISE], 1),
							  .control = test_calloc(n * (fit.form.features + 1), sizeof(double)),
							  .direct = fit.form.features == 0 ? NULL : fit.coefficients};
}

static void
free_system(const cs_kalman_system *system)
{
	test_free((void *) system->transition);
	test_free((void *) system->observation);
	test_free((void *) system->process);
	test_free((void *) system->noise);
	test_free((void *) system->control);
}

static general
run_general(const double *y, const double *x, size_t rows)
{
	cs_kalman_system system = fitted_system();
	size_t n = system.states;
	size_t features = system.controls;
	double *place = test_calloc(n + 3 * n * n, sizeof(double));
	cs_kalman_position position = {
		.state = place, .covariance = place + n, .unknown = place + n + n * n, .predicted = true};
	size_t size = cs_kalman_matrix_size(&system);
	void *memory = test_malloc(size);
	double *results = test_malloc(cs_kalman_row_doubles(&system) * sizeof(double));
	cs_kalman_matrix_row row = cs_kalman_row_views(&system, results);
	cs_kalman_matrix filter;
	cs_kalman_ahead ahead;
	cs_workspace workspace;
	void *more;
	general found = {0};

	if (fit.form.trend == CS_TREND_AR1)
		position.covariance[0] =
			system.process[0] / (1 - system.transition[0] * system.transition[0]);
	else
		cs_kalman_start_unknown(&system, position.unknown);
	cs_workspace_initialize(&workspace, memory, size);
	assert_int_equal(cs_kalman_matrix_initialize(&filter, &system, &position, &workspace), CS_OK);
	for (size_t i = 0; i < rows; i++)
	{
		double value = y[i];
		double controls[MOST_FEATURES + 1] = {0};

		for (size_t j = 0; j < features; j++)
			controls[j] = x[i * features + j];
		cs_kalman_less_direct(&system, controls, &value);
		assert_int_equal(cs_kalman_matrix_step(&filter, &value, controls, &row), CS_OK);
		if (!isnan(row.log_likelihood[0]))
			found.log_likelihood += row.log_likelihood[0];
	}
	cs_workspace_count(&workspace);
	cs_kalman_ahead_lay_out(&ahead, &system, &workspace);
	size = cs_workspace_total(&workspace);
	more = test_malloc(size);
	cs_workspace_initialize(&workspace, more, size);
	cs_kalman_ahead_lay_out(&ahead, &system, &workspace);
	cs_kalman_ahead_start(&ahead);
	cs_kalman_ahead_run(&ahead, &filter, x == NULL ? NULL : x + (rows - 1) * features, features > 0,
						AHEAD, found.mean, found.variance);
	free_system(&system);
	test_free(place);
	test_free(memory);
	test_free(results);
	test_free(more);
	return found;
}

/* Of a parameter of one that is not well determined only as many digits as its error leaves. */
static void
check_parameter(int k, const golden_structural_case *g)
{
	double error = g->errors[k];

	if (isnan(g->values[k]))
		return;
	if (isnan(error))
	{
		assert_true(parameter(k) == 0 && isnan(fit.errors[k]));
		assert_true(cs_structural_at_bound(&fit, k));
		return;
	}
	assert_near(parameter(k), g->values[k], 1e-3, error);
	assert_near(fit.errors[k], error, 1e-3, 0);
}

static void
test_references(void **state)
{
	(void) state;
	assert_int_equal(COUNT(golden_structural), COUNT(golden_forms));
	for (size_t i = 0; i < COUNT(golden_structural); i++)
	{
		const golden_structural_case *g = &golden_structural[i];
		const double *x = g->features > 0 ? g->x : NULL;
		general found;

		assert_int_equal(run(&golden_forms[i], g->y, x, (size_t) g->n), CS_OK);
		assert_true(fit.converged);
		assert_true(fit.log_likelihood > g->log_likelihood - LIKELIHOOD);
		assert_near(fit.log_likelihood, g->log_likelihood, 2e-8, 1);
		if (!isnan(g->r_log_likelihood))
			assert_true(fit.log_likelihood > g->r_log_likelihood - LIKELIHOOD);
		for (int k = 0; k < CS_PARAMETERS + g->features; k++)
			check_parameter(k, g);
		found = run_general(g->y, x, (size_t) g->n);
		assert_near(found.log_likelihood, fit.log_likelihood, 1e-9, 1);
		for (int h = 0; h < AHEAD; h++)
		{
			assert_near(found.mean[h], g->ahead[h], 1e-4, sqrt(g->spread[h]));
			assert_near(found.variance[h], g->spread[h], 1e-3, 0);
		}
	}
}

static void
make_series(double *y, size_t rows, int period, uint64_t seed)
{
	cs_random random;
	double level = 3;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < rows; i++)
	{
		level += 0.3 * cs_random_normal(&random);
		y[i] = level + 0.8 * cos(2 * M_PI * (double) i / period) + 0.5 * cos(M_PI * (double) i) +
			   0.4 * cs_random_normal(&random);
	}
}

/* Forms without a reference: the likelihood is that of the general filter. */
static void
test_general_filter(void **state)
{
	static const cs_structural_form forms[] = {
		{.trend = CS_TREND_SMOOTH, .season = CS_SEASON_TRIGONOMETRIC, .period = 6},
		{.trend = CS_TREND_LINEAR, .season = CS_SEASON_TRIGONOMETRIC, .period = 2},
		{.trend = CS_TREND_LEVEL, .season = CS_SEASON_DUMMY, .period = 2},
		{.trend = CS_TREND_LEVEL,
		 .season = CS_SEASON_TRIGONOMETRIC,
		 .period = 12,
		 .cycle = CS_CYCLE_DAMPED,
		 .shortest = 15,
		 .longest = 90},
		{.trend = CS_TREND_LINEAR,
		 .season = CS_SEASON_DUMMY,
		 .period = 5,
		 .cycle = CS_CYCLE_STOCHASTIC,
		 .shortest = 8,
		 .longest = 60,
		 .features = 1}};
	double y[150], x[150];

	(void) state;
	for (size_t i = 0; i < COUNT(forms); i++)
	{
		make_series(y, COUNT(y), 6, 40 + i);
		make_series(x, COUNT(x), 7, 90 + i);
		/* gaps: at the start, long, and for a while all of one season */
		y[0] = y[3] = y[4] = y[100] = NAN;
		for (size_t k = 30; k < 44; k++)
			y[k] = NAN;
		if (forms[i].features > 0)
			x[60] = NAN;
		assert_int_equal(run(&forms[i], y, x, COUNT(y)), CS_OK);
		assert_int_equal(fit.observed, COUNT(y) - 18 - forms[i].features);
		assert_near(run_general(y, x, COUNT(y)).log_likelihood, fit.log_likelihood, 1e-9, 1);
	}
}

/* k y has k^2 times the variances, and the likelihood of its scale. */
static void
test_units(void **state)
{
	static const double units[] = {1e-9, 1e-3, 7, 1e9, 1e150, 1e-150};
	const golden_structural_case *g = &golden_structural[9];
	const cs_structural_form *form = &golden_forms[9];
	double y[MOST_ROWS], x[MOST_ROWS * MOST_FEATURES];
	cs_structural_values values;
	double coefficients[MOST_FEATURES], errors[CS_PARAMETERS + MOST_FEATURES], likelihood;

	(void) state;
	assert_int_equal(run(form, g->y, g->x, (size_t) g->n), CS_OK);
	values = fit.values;
	likelihood = fit.log_likelihood;
	memcpy(coefficients, fit.coefficients, sizeof(coefficients));
	memcpy(errors, fit.errors, sizeof(errors));
	for (size_t u = 0; u < COUNT(units); u++)
	{
		double k = units[u];

		for (int i = 0; i < g->n; i++)
		{
			y[i] = k * g->y[i];
			x[2 * i] = g->x[2 * i] * 1000;
			x[2 * i + 1] = g->x[2 * i + 1] / k;
		}
		assert_int_equal(run(form, y, x, (size_t) g->n), CS_OK);
		for (int part = 0; part < CS_PARTS; part++)
			if (cs_structural_has(form, part))
			{
				assert_near(fit.values.variance[part] / k / k, values.variance[part], 1e-4, 0);
				assert_near(fit.errors[part] / k / k, errors[part], 1e-4, 0);
			}
		assert_near(fit.coefficients[0] / k * 1000, coefficients[0], 1e-5, 0);
		assert_near(fit.coefficients[1] / k / k, coefficients[1], 1e-5, 0);
		assert_near(fit.errors[CS_PARAMETERS + 1] / k / k, errors[CS_PARAMETERS + 1], 1e-4, 0);
		assert_near(fit.log_likelihood + (double) (fit.observed - 4) * log(k), likelihood, 1e-8, 1);
	}
}

/* Variances that are 0 are found to be, and have no error. */
static void
test_bounds(void **state)
{
	const cs_structural_form form = {
		.trend = CS_TREND_LINEAR, .season = CS_SEASON_DUMMY, .period = 4};
	const cs_structural_form cycle = {
		.trend = CS_TREND_LEVEL, .cycle = CS_CYCLE_DAMPED, .shortest = 20, .longest = 30};
	double y[MOST_ROWS];
	cs_random random;
	double level = 0;

	(void) state;
	cs_random_seed(&random, 3);
	for (int i = 0; i < MOST_ROWS; i++)
	{
		level += cs_random_normal(&random);
		y[i] = level + 2 * (i % 4);
	}
	assert_int_equal(run(&form, y, NULL, MOST_ROWS), CS_OK);
	assert_true(fit.values.variance[CS_PART_LEVEL] > 0.8);
	assert_true(fit.values.variance[CS_PART_SEASON] < 1e-3);
	assert_false(isnan(fit.errors[CS_PART_LEVEL]));
	for (int part = 0; part < CS_PARTS; part++)
		if (cs_structural_has(&form, part) && fit.values.variance[part] == 0)
			assert_true(isnan(fit.errors[part]) && cs_structural_at_bound(&fit, part));
	assert_true(fit.values.variance[CS_PART_NOISE] == 0 || fit.values.variance[CS_PART_SLOPE] == 0);
	/* a cycle of 8 rows where 20 to 30 are looked for */
	for (int i = 0; i < MOST_ROWS; i++)
		y[i] = cos(2 * M_PI * i / 8) + 0.01 * cs_random_normal(&random);
	assert_int_equal(run(&cycle, y, NULL, MOST_ROWS), CS_OK);
	assert_true(fit.values.frequency <= 2 * M_PI / 20 * (1 + 1e-9));
	/* of a cycle that is gone at once nothing tells the frequency: the others have their errors */
	for (int i = 0; i < MOST_ROWS; i++)
		y[i] = level += 0.3 * cs_random_normal(&random) + (i % 2 == 0 ? 0.5 : -0.5);
	prepare(&cycle, MOST_ROWS);
	assert_int_equal(cs_structural_fit_take(&fit, y, NULL), CS_OK);
	fit.values = (cs_structural_values){
		.variance = {[CS_PART_NOISE] = 0.25, [CS_PART_LEVEL] = 0.05, [CS_PART_CYCLE] = 1e-4},
		.frequency = 0.25,
		.damping = 1e-5};
	assert_int_equal(cs_structural_fit_errors(&fit), CS_OK);
	assert_true(isnan(fit.errors[CS_PARAMETER_FREQUENCY]));
	assert_true(fit.errors[CS_PART_NOISE] > 0 && fit.errors[CS_PART_LEVEL] > 0);
}

/* What lies far from 0, y and features, loses no digits of its errors. */
static void
test_far(void **state)
{
	const golden_structural_case *g = &golden_structural[9];
	double y[MOST_ROWS], x[MOST_ROWS * MOST_FEATURES];

	(void) state;
	for (int i = 0; i < g->n; i++)
	{
		y[i] = g->y[i] + 1e8;
		x[2 * i] = g->x[2 * i] - 1e7;
		x[2 * i + 1] = g->x[2 * i + 1] + 1e5;
	}
	assert_int_equal(run(&golden_forms[9], y, x, (size_t) g->n), CS_OK);
	for (int k = 0; k < CS_PARAMETERS + g->features; k++)
		check_parameter(k, g);
	/* and what does not vary but in its last digits is no feature */
	for (int i = 0; i < g->n; i++)
		x[2 * i + 1] = 3 + 4e-16 * (i % 3);
	assert_int_equal(run(&golden_forms[9], y, x, (size_t) g->n), CS_SINGULAR);
}

static void
test_errors(void **state)
{
	const cs_structural_form linear = {.trend = CS_TREND_LINEAR};
	const cs_structural_form seasonal = {
		.trend = CS_TREND_LEVEL, .season = CS_SEASON_DUMMY, .period = 4};
	const cs_structural_form regression = {.trend = CS_TREND_LEVEL, .features = 2};
	double y[60], x[120];

	(void) state;
	make_series(y, COUNT(y), 5, 1);
	assert_int_equal(cs_structural_needed(&linear), 6);
	assert_int_equal(run(&linear, y, NULL, 5), CS_TOO_FEW);
	assert_int_equal(fit.observed, 5);
	assert_int_equal(run(&linear, y, NULL, 6), CS_OK);
	y[7] = INFINITY;
	assert_int_equal(run(&linear, y, NULL, COUNT(y)), CS_NOT_FINITE);
	for (size_t i = 0; i < COUNT(y); i++)
		y[i] = 0.1 * 3;
	assert_int_equal(run(&linear, y, NULL, COUNT(y)), CS_CONSTANT);
	for (size_t i = 0; i < COUNT(y); i++)
		y[i] = 17 + 0.3 * (double) i;
	assert_int_equal(run(&linear, y, NULL, COUNT(y)), CS_CONSTANT);
	/* one season is never seen */
	make_series(y, COUNT(y), 5, 1);
	for (size_t i = 2; i < COUNT(y); i += 4)
		y[i] = NAN;
	assert_int_equal(run(&seasonal, y, NULL, COUNT(y)), CS_TOO_FEW);
	make_series(y, COUNT(y), 5, 1);
	for (size_t i = 0; i < COUNT(y); i++)
	{
		x[2 * i] = sin((double) i * i);
		x[2 * i + 1] = 1.1; /* what the level says */
	}
	assert_int_equal(run(&regression, y, x, COUNT(y)), CS_SINGULAR);
	for (size_t i = 0; i < COUNT(y); i++)
		x[2 * i + 1] = 3 * x[2 * i] - 0.1;
	assert_int_equal(run(&regression, y, x, COUNT(y)), CS_SINGULAR);
	for (size_t i = 0; i < COUNT(y); i++)
		x[2 * i + 1] = cos((double) i * i);
	assert_int_equal(run(&regression, y, x, COUNT(y)), CS_OK);
	x[8] = -INFINITY;
	assert_int_equal(run(&regression, y, x, COUNT(y)), CS_NOT_FINITE);
}

/* Work is told of, and a step between two polls is short. */
static void
test_polls(void **state)
{
	const cs_structural_form form = {
		.trend = CS_TREND_LINEAR, .season = CS_SEASON_DUMMY, .period = 24};
	double y[150];
	poll_count count;

	(void) state;
	make_series(y, COUNT(y), 24, 8);
	poll_count_start();
	assert_int_equal(run(&form, y, NULL, COUNT(y)), CS_OK);
	count = poll_count_end();
	assert_true(count.reports > 4 && count.in_order);
	assert_true(count.work > 100.0 * 5 * 25 * 25 * 150);
	assert_between(count.most, 0, 3000000);
}

static int
free_block(void **state)
{
	(void) state;
	free(block);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references), cmocka_unit_test(test_general_filter),
		cmocka_unit_test(test_units),	   cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_far),		   cmocka_unit_test(test_errors),
		cmocka_unit_test(test_polls),
	};

	return cmocka_run_group_tests(tests, NULL, free_block);
}
