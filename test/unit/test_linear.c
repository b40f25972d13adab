/*
 * test_linear.c
 *		Robust linear forecasts against an independent implementation, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/econometrics/linear.h"
#include "check_helper.h"
#include "golden/linear.h"
#include "poll_helper.h"

#define ROWS GOLDEN_LINEAR_ROWS
#define COLUMNS GOLDEN_LINEAR_COLUMNS
#define TERMS GOLDEN_LINEAR_TERMS

static const size_t one_start[] = {0};
static const bool golden_flagged[] = {false, true, false};

static const cs_linear_options golden_options = {.lags = 2,
												 .horizons = {1, 4},
												 .horizon_count = 2,
												 .means = {5, 12},
												 .mean_count = 2,
												 .ridge = -1,
												 .shrink = true,
												 .interval_level = GOLDEN_LINEAR_LEVEL};

static cs_linear_data
golden_data(void)
{
	return (cs_linear_data){.values = golden_linear_values,
							.rows = ROWS,
							.columns = COLUMNS,
							.series_start = one_start,
							.series_count = 1,
							.flagged = golden_flagged};
}

/* The caller frees the block that *fit lives in. */
static cs_status
run_fit(cs_linear_fit *fit, const cs_linear_options *options, const cs_linear_data *data,
		void **block)
{
	size_t size = cs_linear_fit_size(options, data);
	cs_workspace workspace;
	cs_status status;
	size_t which;

	*block = malloc(size);
	cs_workspace_initialize(&workspace, *block, size);
	status = cs_linear_fit_initialize(fit, options, data, &workspace);
	assert_false(workspace.failed);
	return status == CS_OK ? cs_linear_fit_run(fit, &which) : status;
}

static void
agrees_with_reference(void **state)
{
	cs_linear_data data = golden_data();
	cs_linear_fit fit;
	void *block;
	double terms[TERMS], volatility;

	(void) state;
	assert_int_equal(cs_linear_terms(&golden_options, &data), TERMS);
	assert_int_equal(run_fit(&fit, &golden_options, &data, &block), CS_OK);
	assert_true(cs_linear_origin(&fit.inputs, 0, ROWS - 1, terms, &volatility));
	for (int k = 0; k < TERMS; k++)
		assert_near(terms[k], golden_linear_last_terms[k], 1e-9, 1e-3);
	for (int h = 0; h < 2; h++)
	{
		const cs_linear_horizon *got = &fit.horizon[h];

		assert_int_equal(got->origins, golden_linear[h].origins);
		assert_true(got->ridge == golden_linear[h].ridge);
		assert_near(got->shrinkage, golden_linear[h].shrinkage, 1e-9, 1e-3);
		assert_near(got->deviation, golden_linear[h].deviation, 1e-8, 1e-3);
		for (int k = 0; k < TERMS; k++)
			assert_near(got->coefficients[k], golden_linear[h].coefficients[k], 1e-6, 1e-3);
		assert_true(got->has_interval);
		assert_near(got->lower, golden_linear[h].lower, 1e-9, 1e-3);
		assert_near(got->upper, golden_linear[h].upper, 1e-9, 1e-3);
		assert_near(got->rmse, golden_linear[h].rmse, 1e-9, 1e-3);
		assert_near(got->random_walk_rmse, golden_linear[h].random_walk_rmse, 1e-9, 1e-3);
		assert_near(volatility, golden_linear[h].volatility, 1e-9, 1e-3);
		assert_near(
			cs_linear_interval_scale(&fit.inputs, 0, ROWS - 1, (size_t) golden_linear[h].horizon),
			golden_linear[h].scale, 1e-9, 1e-3);
		assert_near(cs_linear_forecast(got, TERMS, terms, volatility,
									   golden_linear_values[(ROWS - 1) * COLUMNS]),
					golden_linear[h].forecast, 1e-8, 1e-3);
	}
	free(block);
}

/* Without a ridge it is the robust regression of other programs. */
static void
agrees_without_ridge(void **state)
{
	cs_linear_options options = golden_options;
	cs_linear_data data = golden_data();

	(void) state;
	options.ridge = 0;
	for (int h = 0; h < 2; h++)
	{
		cs_linear_fit fit;
		void *block;

		options.horizons[0] = golden_linear[h].horizon;
		options.horizon_count = 1;
		assert_int_equal(run_fit(&fit, &options, &data, &block), CS_OK);
		assert_near(fit.horizon[0].deviation, golden_linear[h].plain_deviation, 1e-6, 1e-3);
		for (int k = 0; k < TERMS; k++)
			assert_near(fit.horizon[0].coefficients[k], golden_linear[h].plain[k], 1e-5, 1e-3);
		free(block);
	}
}

/* y, two features; y follows the first feature's change a row later. */
static double *
sample(size_t rows, uint64_t seed, double unit)
{
	double *values = malloc(rows * 3 * sizeof(double));
	cs_random random;
	double y = 5, x = 1, z = 100, pushed = 0;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < rows; i++)
	{
		double a = cs_random_normal(&random);

		y += 0.1 * pushed + 0.05 * cs_random_normal(&random);
		x += a;
		z += cs_random_normal(&random);
		pushed = a;
		values[i * 3] = y * unit;
		values[i * 3 + 1] = x;
		values[i * 3 + 2] = z;
	}
	return values;
}

static const cs_linear_options usual = {.lags = 5,
										.horizons = {1, 5},
										.horizon_count = 2,
										.means = {5, 20},
										.mean_count = 2,
										.ridge = -1,
										.shrink = true,
										.interval_level = 0.9};

static void
learns_what_leads(void **state)
{
	double *values = sample(800, 7, 1);
	cs_linear_data data = {values, 800, 3, one_start, 1, NULL, NULL, NULL};
	cs_linear_fit fit;
	void *block;

	(void) state;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_OK);
	/* the change that comes has deviation sqrt(.1^2 + .05^2), its part that cannot be known .05 */
	assert_near(fit.horizon[0].rmse / fit.horizon[0].random_walk_rmse, 1 / sqrt(5), 0.05, 1e-3);
	assert_true(fit.horizon[0].shrinkage > 0.95);
	assert_true(fit.horizon[0].coefficients[5] > 0.5);
	for (int k = 0; k < 17; k++)
		if (k != 5)
			assert_true(fabs(fit.horizon[0].coefficients[k]) < 0.12);
	free(block);
	free(values);
}

/* Noise has nothing to learn: the forecast is close to no change. */
static void
shrinks_noise(void **state)
{
	(void) state;
	for (uint64_t seed = 1; seed <= 10; seed++)
	{
		double *values = sample(600, seed, 1);
		cs_linear_options options = usual;
		cs_linear_data data = {values, 600, 2, one_start, 1, NULL, NULL, NULL};
		cs_linear_fit fit;
		void *block;

		/* the second feature as y, the first as the only feature */
		for (size_t i = 0; i < 600; i++)
		{
			double z = values[i * 3 + 2];
			double x = values[i * 3 + 1];

			values[i * 2] = z;
			values[i * 2 + 1] = x;
		}
		assert_int_equal(run_fit(&fit, &options, &data, &block), CS_OK);
		for (int h = 0; h < 2; h++)
			assert_true(fit.horizon[h].rmse < 1.01 * fit.horizon[h].random_walk_rmse);
		options.shrink = false;
		free(block);
		assert_int_equal(run_fit(&fit, &options, &data, &block), CS_OK);
		assert_true(fit.horizon[0].shrinkage == 1);
		free(block);
		free(values);
	}
}

static void
any_unit(void **state)
{
	static const double units[] = {1e-9, 3e-7, 100, 1e9};
	double *values = sample(300, 3, 1);
	cs_linear_data data = {values, 300, 3, one_start, 1, NULL, NULL, NULL};
	cs_linear_fit fit;
	void *block;

	(void) state;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_OK);
	for (size_t u = 0; u < 4; u++)
	{
		double *scaled = sample(300, 3, units[u]);
		cs_linear_data other = {scaled, 300, 3, one_start, 1, NULL, NULL, NULL};
		cs_linear_fit same;
		void *memory;

		assert_int_equal(run_fit(&same, &usual, &other, &memory), CS_OK);
		for (int h = 0; h < 2; h++)
		{
			assert_true(same.horizon[h].ridge == fit.horizon[h].ridge);
			for (size_t k = 0; k < fit.terms; k++)
				assert_near(same.horizon[h].coefficients[k], fit.horizon[h].coefficients[k], 1e-6,
							1e-3);
			assert_near(same.horizon[h].upper, fit.horizon[h].upper, 1e-6, 1e-3);
			assert_near(same.horizon[h].rmse / units[u], fit.horizon[h].rmse, 1e-6, 1e-3);
		}
		free(memory);
		free(scaled);
	}
	free(block);
	free(values);
}

/* Forecasts from the rows that the model looks at are those from all rows. */
static void
looks_back_so_far(void **state)
{
	double *values = sample(700, 5, 1);
	size_t back = cs_linear_look_back(&usual, true);
	size_t furthest = (size_t) usual.horizons[usual.horizon_count - 1];
	double all[17], last[17], one, other, scale[2];

	(void) state;
	assert_int_equal(back, CS_LINEAR_WINDOW + furthest);
	for (int part = 0; part < 2; part++)
	{
		size_t rows = part == 0 ? 700 : back;
		cs_linear_data data = {values + (700 - rows) * 3, rows, 3, one_start, 1, NULL, NULL, NULL};
		size_t size = cs_linear_inputs_size(&usual, &data);
		void *block = malloc(size);
		cs_linear_inputs inputs;
		cs_workspace workspace;

		cs_workspace_initialize(&workspace, block, size);
		assert_int_equal(cs_linear_inputs_initialize(&inputs, &usual, &data, &workspace), CS_OK);
		assert_true(cs_linear_origin(&inputs, 0, rows - 1, part == 0 ? all : last,
									 part == 0 ? &one : &other));
		assert_false(cs_linear_origin(&inputs, 0, 18, last, &other) && part == 0);
		if (part == 1)
			assert_true(cs_linear_origin(&inputs, 0, rows - 1, last, &other));
		scale[part] = cs_linear_interval_scale(&inputs, 0, rows - 1, furthest);
		free(block);
	}
	assert_memory_equal(all, last, sizeof(all));
	assert_true(one == other);
	assert_true(scale[0] == scale[1]);
	free(values);
}

/* Two series with the places of their times: no target crosses from one to the other. */
static void
pools_a_panel(void **state)
{
	double *values = malloc(600 * 3 * sizeof(double));
	double *first = sample(300, 11, 1);
	double *second = sample(300, 12, 1000);
	size_t starts[] = {0, 300};
	size_t place[600];
	cs_linear_data data = {values, 600, 3, starts, 2, place, NULL, NULL};
	cs_linear_fit fit, mixed;
	void *block, *memory;

	(void) state;
	memcpy(values, first, 900 * sizeof(double));
	memcpy(values + 900, second, 900 * sizeof(double));
	for (size_t i = 0; i < 600; i++)
		place[i] = i % 300;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_OK);
	assert_int_equal(fit.horizon[0].origins, 2 * (300 - 19 - 1));
	assert_int_equal(fit.horizon[1].origins, 2 * (300 - 19 - 5));
	assert_true(fit.horizon[0].coefficients[5] > 0.5);
	assert_true(fit.horizon[0].rmse < 0.6 * fit.horizon[0].random_walk_rmse);
	/* the other order of the series */
	memcpy(values, second, 900 * sizeof(double));
	memcpy(values + 900, first, 900 * sizeof(double));
	assert_int_equal(run_fit(&mixed, &usual, &data, &memory), CS_OK);
	for (size_t k = 0; k < fit.terms; k++)
		assert_near(mixed.horizon[0].coefficients[k], fit.horizon[0].coefficients[k], 1e-6, 1e-3);
	free(block);
	free(memory);
	free(first);
	free(second);
	free(values);
}

static void
refuses(void **state)
{
	double *values = sample(300, 3, 1);
	cs_linear_data data = {values, 300, 3, one_start, 1, NULL, NULL, NULL};
	cs_linear_options options = usual;
	cs_linear_fit fit;
	void *block;

	(void) state;
	assert_int_equal(cs_linear_minimum_rows(&usual), 19 + 5 + 30);
	data.rows = 54;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_OK);
	assert_true(fit.horizon[1].tested > 0);
	assert_false(fit.horizon[1].has_interval);
	free(block);
	data.rows = 53;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_TOO_FEW);
	free(block);
	data.rows = 300;
	for (size_t i = 0; i < 300; i++)
		values[i * 3] = 0.1 + 0.2 - (i % 2 == 0 ? 0 : 5e-17);
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_CONSTANT);
	free(block);
	for (size_t i = 0; i < 300; i++)
		values[i * 3] = i % 2 == 0 ? 1.7e308 : -1.7e308;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_NOT_FINITE);
	free(block);
	for (size_t i = 0; i < 300; i++)
		values[i * 3] = NAN;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_TOO_FEW);
	free(block);
	options.lags = 250;
	data.columns = 5;
	assert_int_equal(cs_linear_fit_size(&options, &data), SIZE_MAX);
	free(values);
}

/* A line is fitted exactly; a series of steps keeps weights for its steps. */
static void
degenerate_series(void **state)
{
	double *values = malloc(400 * sizeof(double));
	cs_linear_data data = {values, 400, 1, one_start, 1, NULL, NULL, NULL};
	cs_linear_fit fit;
	double terms[7], volatility;
	void *block;

	(void) state;
	for (size_t i = 0; i < 400; i++)
		values[i] = 3 + 0.25 * (double) i;
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_OK);
	assert_true(cs_linear_origin(&fit.inputs, 0, 399, terms, &volatility));
	assert_near(cs_linear_forecast(&fit.horizon[0], 7, terms, volatility, values[399]),
				values[399] + 0.25, 1e-4, 1e-3);
	free(block);
	for (size_t i = 0; i < 400; i++)
		values[i] = (double) (i / 10 % 2);
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_OK);
	assert_true(fit.horizon[0].deviation > 0);
	for (size_t k = 0; k < fit.terms; k++)
		assert_true(isfinite(fit.horizon[0].coefficients[k]));
	free(block);
	free(values);
}

/* The solver tells of the products that it sums up and of its residuals. */
static void
solver_polls(void **state)
{
	enum
	{
		SAMPLES = 20000,
		WIDTH = 40,
		PASSES = 3
	};
	cs_linear_ridge solver = {0};
	cs_workspace workspace;
	double *x = malloc(SAMPLES * WIDTH * sizeof(double));
	double *target = malloc(SAMPLES * sizeof(double));
	size_t *origin = malloc(SAMPLES * sizeof(size_t));
	double coefficients[WIDTH] = {0};
	cs_random random;
	poll_count count;
	size_t size;
	void *block;

	(void) state;
	cs_random_seed(&random, 1);
	for (size_t i = 0; i < SAMPLES; i++)
	{
		target[i] = cs_random_normal(&random);
		origin[i] = i;
		for (size_t k = 0; k < WIDTH; k++)
			x[i * WIDTH + k] = cs_random_normal(&random);
	}
	cs_workspace_count(&workspace);
	cs_linear_ridge_lay_out(&solver, WIDTH, SAMPLES, &workspace);
	size = cs_workspace_total(&workspace);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_linear_ridge_lay_out(&solver, WIDTH, SAMPLES, &workspace);
	poll_count_start();
	cs_linear_ridge_run(&solver, x, target, origin, SAMPLES, 0.1, PASSES, coefficients);
	count = poll_count_end();
	assert_polls(&count, PASSES * (double) SAMPLES * WIDTH * (WIDTH / 2.0 + 1), 0);
	free(block);
	free(origin);
	free(target);
	free(x);
}

/*
 * Terms of what is known in advance, by hand: their median is 4, the squares around it sum to 44.
 */
static void
known_in_advance(void **state)
{
	static const bool ahead[] = {false, true};
	static const double values[] = {1, 2, 3, NAN, 2, 4, 5, 10, 4, 4, 6, 4, NAN, 7, NAN, NAN};
	const cs_linear_options options = {.lags = 1, .horizons = {1, 3}, .horizon_count = 2};
	double spread = sqrt(44.0 / 6);
	double scratch[8];
	double terms[2];
	cs_linear_data data = {values, 8, 2, one_start, 1, NULL, NULL, ahead};
	size_t size = cs_linear_inputs_size(&options, &data);
	void *block = malloc(size);
	cs_linear_inputs inputs;
	cs_workspace workspace;

	(void) state;
	assert_int_equal(cs_linear_terms(&options, &data), 4);
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_linear_inputs_initialize(&inputs, &options, &data, &workspace), CS_OK);
	cs_linear_set_ahead(&inputs, scratch);
	assert_near(inputs.median[1], 4, 1e-14, 1);
	assert_near(inputs.spread[1], spread, 1e-14, 1);
	assert_true(cs_linear_ahead(&inputs, 8, 2, 1, false, terms));
	assert_near(terms[0], 6 / spread, 1e-14, 1);
	assert_near(terms[1], 6 / spread, 1e-14, 1);
	assert_true(cs_linear_ahead(&inputs, 8, 3, 3, false, terms));
	assert_near(terms[0], -3 / spread, 1e-14, 1);
	assert_near(terms[1], 1 / spread, 1e-14, 1);
	assert_true(cs_linear_ahead(&inputs, 8, 0, 1, true, terms)); /* carried */
	assert_near(terms[0], -2 / spread, 1e-14, 1);
	assert_true(cs_linear_ahead(&inputs, 8, 5, 1, true, terms));
	assert_near(terms[0], 3 / spread, 1e-14, 1);
	assert_false(cs_linear_ahead(&inputs, 8, 5, 2, false, terms)); /* not known */
	assert_false(cs_linear_ahead(&inputs, 8, 4, 4, false, terms)); /* no row */
	free(block);
}

static void
polls(void **state)
{
	static const bool ahead[] = {false, true, false};
	double *values = sample(2000, 3, 1);
	cs_linear_data data = {values, 2000, 3, one_start, 1, NULL, NULL, ahead};
	cs_linear_fit fit;
	poll_count count;
	void *block;

	(void) state;
	poll_count_start();
	assert_int_equal(run_fit(&fit, &usual, &data, &block), CS_OK);
	count = poll_count_end();
	assert_true(count.polls > 10);
	assert_true(count.most < 2 * 1000 * 1000);
	assert_true(count.in_order);
	free(block);
	free(values);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_reference),
		cmocka_unit_test(agrees_without_ridge),
		cmocka_unit_test(learns_what_leads),
		cmocka_unit_test(shrinks_noise),
		cmocka_unit_test(any_unit),
		cmocka_unit_test(looks_back_so_far),
		cmocka_unit_test(pools_a_panel),
		cmocka_unit_test(refuses),
		cmocka_unit_test(degenerate_series),
		cmocka_unit_test(known_in_advance),
		cmocka_unit_test(polls),
		cmocka_unit_test(solver_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
