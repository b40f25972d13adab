/*
 * test_lagged.c
 *		Forecasts by trees and support vectors from the last rows of a series: terms, validation in
 *		order of time, shrinkage, intervals, importance, units and errors.
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
#include "numeric/tree/lagged.h"
#include "poll_helper.h"

#define ROWS 600
#define COLUMNS 3

static const size_t one_start[] = {0};
static double series[ROWS * COLUMNS];
static double shifted[ROWS * COLUMNS];

static const cs_lagged_method methods[] = {CS_LAGGED_BOOSTED_TREES, CS_LAGGED_RANDOM_FOREST,
										   CS_LAGGED_SVR};

static cs_lagged_options
options_of(cs_lagged_method method)
{
	return (cs_lagged_options){.method = method,
							   .linear = {.lags = 2,
										  .horizons = {1, 5},
										  .horizon_count = 2,
										  .means = {5},
										  .mean_count = 1,
										  .shrink = true,
										  .interval_level = 0.8},
							   .validation = 0.25,
							   .refit = true,
							   .trees = {.quantile = 0.5,
										 .rounds = method == CS_LAGGED_RANDOM_FOREST ? 40 : 80,
										 .learning_rate = 0.1,
										 .depth = method == CS_LAGGED_RANDOM_FOREST ? 32 : 3,
										 .min_rows = 5,
										 .l2 = 1,
										 .subsample = 0.8,
										 .columns = 0.5,
										 .patience = 20,
										 .forest = method == CS_LAGGED_RANDOM_FOREST,
										 .seed = 3},
							   .svr = {.cost = 1, .epsilon = 0.1, .gamma = -1, .tolerance = 1e-3}};
}

/* y follows the change of the first feature by a row. */
static void
make_series(void)
{
	cs_random random;
	double lead = 0;

	cs_random_seed(&random, 5);
	memset(series, 0, sizeof(series));
	for (size_t t = 0; t < ROWS; t++)
	{
		double *row = series + t * COLUMNS;
		double own = cs_random_normal(&random);

		row[0] = (t > 0 ? row[-COLUMNS] : 5) + 0.1 * lead + 0.03 * cs_random_normal(&random);
		row[1] = (t > 0 ? row[1 - COLUMNS] : 0) + 7 * own;
		row[2] = (t > 0 ? row[2 - COLUMNS] : 0) + cs_random_normal(&random);
		lead = own;
	}
}

static cs_linear_data
data_of(const double *values, size_t rows)
{
	return (cs_linear_data){.values = values,
							.rows = rows,
							.columns = COLUMNS,
							.series_start = one_start,
							.series_count = 1};
}

/* The caller frees the block. */
static cs_status
start_fit(cs_lagged_fit *fit, const cs_lagged_options *options, const cs_linear_data *data,
		  void **block)
{
	size_t capacity =
		options->method == CS_LAGGED_SVR ? 0 : cs_trees_most_numbers(&options->trees, data->rows);
	size_t size = cs_lagged_fit_size(options, data, capacity);
	cs_workspace workspace;
	cs_status status;

	*block = malloc(size);
	cs_workspace_initialize(&workspace, *block, size);
	status = cs_lagged_fit_initialize(fit, options, data, capacity, &workspace);
	assert_false(workspace.failed);
	return status;
}

static double
forecast_at(const cs_lagged_fit *fit, size_t row)
{
	const cs_lagged_horizon *horizon = &fit->horizon;
	float x[64];
	double base, unit;

	assert_true(cs_lagged_origin(&fit->inputs, 0, row, &fit->scale, &base, &unit));
	cs_lagged_standardize(&fit->inputs, &fit->scale, x);
	return base + unit * horizon->shrinkage *
					  cs_lagged_value(fit->inputs.options, horizon->numbers, horizon->parts, x,
									  fit->terms);
}

/* What leads is found, errors are far below those of no change, bounds cover. */
static void
learns_what_leads(void **state)
{
	(void) state;
	make_series();
	for (int m = 0; m < 3; m++)
	{
		cs_lagged_options options = options_of(methods[m]);
		cs_linear_data data = data_of(series, ROWS);
		cs_lagged_fit fit;
		void *block;
		size_t inside = 0;

		assert_int_equal(start_fit(&fit, &options, &data, &block), CS_OK);
		assert_int_equal(cs_lagged_fit_run(&fit, 0), CS_OK);
		assert_int_equal(fit.horizon.origins, ROWS - 5);
		assert_int_equal(fit.horizon.tested, (ROWS - 5) / 4);
		assert_true(fit.horizon.rmse < 0.5 * fit.horizon.random_walk_rmse);
		assert_true(fit.horizon.mae < 0.5 * fit.horizon.random_walk_mae);
		assert_true(fit.horizon.shrinkage > 0.9);
		assert_true(fit.horizon.has_interval && fit.horizon.lower < 0 && fit.horizon.upper > 0);
		for (size_t k = 0; k < fit.terms; k++)
			if (k != 2)
			{
				assert_true(fit.horizon.shuffled[2] > 1.5 * fit.horizon.shuffled[k]);
				assert_true(methods[m] == CS_LAGGED_SVR ||
							fit.horizon.gain[2] > 3 * fit.horizon.gain[k]);
			}
		for (size_t row = ROWS - 100; row + 1 < ROWS; row++)
		{
			double error = series[(row + 1) * COLUMNS] - forecast_at(&fit, row);

			inside += error > fit.horizon.lower * fit.unit[row - 4] &&
					  error < fit.horizon.upper * fit.unit[row - 4];
		}
		assert_true(inside > 70);
		assert_int_equal(cs_lagged_fit_run(&fit, 1), CS_OK);
		assert_int_equal(fit.horizon.origins, ROWS - 9);
		free(block);
	}
}

/* Without refit nothing behind the validation's first row is looked at, the targets included. */
static void
validates_in_order_of_time(void **state)
{
	(void) state;
	make_series();
	for (int m = 0; m < 3; m++)
	{
		cs_lagged_options options = options_of(methods[m]);
		cs_linear_data data = data_of(series, ROWS);
		cs_linear_data other = data_of(shifted, ROWS);
		cs_lagged_fit fit, changed;
		void *blocks[2];
		size_t first;

		options.refit = false;
		options.trees.patience = 0;
		options.linear.shrink = false;
		assert_int_equal(start_fit(&fit, &options, &data, &blocks[0]), CS_OK);
		assert_int_equal(cs_lagged_fit_run(&fit, 1), CS_OK);
		first = ROWS - 5 - fit.horizon.tested; /* row of the first that is validated */
		memcpy(shifted, series, sizeof(shifted));
		for (size_t i = (first + 1) * COLUMNS; i < ROWS * COLUMNS; i++)
			shifted[i] += 1 + (double) (i % 7);
		assert_int_equal(start_fit(&changed, &options, &other, &blocks[1]), CS_OK);
		assert_int_equal(cs_lagged_fit_run(&changed, 1), CS_OK);
		assert_int_equal(fit.horizon.count, changed.horizon.count);
		assert_memory_equal(fit.horizon.numbers, changed.horizon.numbers,
							fit.horizon.count * sizeof(float));
		free(blocks[1]);
		shifted[first * COLUMNS] += 1;
		assert_int_equal(start_fit(&changed, &options, &other, &blocks[1]), CS_OK);
		assert_int_equal(cs_lagged_fit_run(&changed, 1), CS_OK);
		assert_true(fit.horizon.count != changed.horizon.count ||
					memcmp(fit.horizon.numbers, changed.horizon.numbers,
						   fit.horizon.count * sizeof(float)) != 0);
		free(blocks[0]);
		free(blocks[1]);
	}
}

/* The same forecasts in any unit of y and of the features, of changes and of levels. */
static void
does_not_depend_on_units(void **state)
{
	(void) state;
	make_series();
	for (int m = 0; m < 3; m++)
		for (int kind = 0; kind < 4; kind++)
			for (double factor = 1e-9; factor < 2e9; factor *= 1e6)
			{
				cs_lagged_options options = options_of(methods[m]);
				cs_linear_data data = data_of(series, ROWS);
				cs_linear_data other = data_of(shifted, ROWS);
				cs_lagged_fit fit, scaled;
				void *blocks[2];

				options.inputs = kind % 2;
				options.target = kind / 2;
				options.trees.rounds = 10;
				options.svr.tolerance = 1e-6;
				for (size_t i = 0; i < ROWS * COLUMNS; i++)
					shifted[i] = series[i] * (i % COLUMNS == 0 ? factor : 1 / factor);
				assert_int_equal(start_fit(&fit, &options, &data, &blocks[0]), CS_OK);
				assert_int_equal(cs_lagged_fit_run(&fit, 0), CS_OK);
				assert_int_equal(start_fit(&scaled, &options, &other, &blocks[1]), CS_OK);
				assert_int_equal(cs_lagged_fit_run(&scaled, 0), CS_OK);
				for (size_t row = 30; row < ROWS; row++)
					assert_true(fabs(forecast_at(&scaled, row) / factor - forecast_at(&fit, row)) <
								1e-4);
				assert_true(fabs(scaled.horizon.rmse / factor - fit.horizon.rmse) <
							1e-3 * fit.horizon.rmse);
				free(blocks[0]);
				free(blocks[1]);
			}
}

/* Series of a panel are cut by time, and windows stay within them. */
static void
fits_panels(void **state)
{
	static const size_t starts[] = {0, 300};
	static size_t place[ROWS];
	cs_lagged_options options = options_of(CS_LAGGED_BOOSTED_TREES);
	cs_linear_data data = data_of(series, ROWS);
	cs_lagged_fit fit;
	void *block;

	(void) state;
	make_series();
	for (size_t i = 0; i < ROWS; i++)
		place[i] = i % 300;
	data.series_start = starts;
	data.series_count = 2;
	data.place = place;
	assert_int_equal(start_fit(&fit, &options, &data, &block), CS_OK);
	assert_int_equal(fit.origins, ROWS - 8);
	for (size_t i = 1; i < fit.origins; i++)
		assert_true(place[fit.row[i]] >= place[fit.row[i - 1]]);
	assert_int_equal(cs_lagged_fit_run(&fit, 1), CS_OK);
	assert_int_equal(fit.horizon.origins, ROWS - 18);
	assert_true(fit.horizon.tested % 2 == 0);
	free(block);
}

static void
reports_data_that_cannot_be_fitted(void **state)
{
	(void) state;
	make_series();
	for (int m = 0; m < 3; m++)
	{
		cs_lagged_options options = options_of(methods[m]);
		cs_linear_data data = data_of(series, cs_lagged_minimum_rows(&options) - 1);
		cs_lagged_fit fit;
		void *block;

		assert_int_equal(start_fit(&fit, &options, &data, &block), CS_OK);
		assert_int_equal(cs_lagged_fit_run(&fit, 0), CS_OK);
		assert_int_equal(fit.horizon.tested, 0);
		assert_false(fit.horizon.has_interval);
		assert_int_equal(cs_lagged_fit_run(&fit, 1), CS_TOO_FEW);
		free(block);
		memcpy(shifted, series, sizeof(shifted));
		for (size_t i = 0; i < ROWS; i++)
			shifted[i * COLUMNS] = 4;
		data = data_of(shifted, ROWS);
		assert_int_equal(start_fit(&fit, &options, &data, &block), CS_CONSTANT);
		free(block);
		for (size_t i = 0; i < ROWS; i++)
			shifted[i * COLUMNS] = i % 2 == 0 ? 1.7e308 : -1.7e308;
		assert_int_equal(start_fit(&fit, &options, &data, &block), CS_NOT_FINITE);
		free(block);
		options.linear.lags = CS_LINEAR_MAX_LAGS;
		data.columns = 400;
		assert_true(cs_lagged_terms(&options, &data) == SIZE_MAX);
		options.inputs = CS_LAGGED_LEVELS;
		assert_true(cs_lagged_terms(&options, &data) == SIZE_MAX);
		assert_true(cs_lagged_fit_size(&options, &data, 0) == SIZE_MAX);
	}
}

/* A model that does not fit the numbers that it may have is refused. */
static void
refuses_models_that_are_too_large(void **state)
{
	cs_lagged_options options = options_of(CS_LAGGED_RANDOM_FOREST);
	cs_linear_data data = data_of(series, ROWS);
	size_t size = cs_lagged_fit_size(&options, &data, 1000);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_lagged_fit fit;

	(void) state;
	make_series();
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_lagged_fit_initialize(&fit, &options, &data, 1000, &workspace), CS_OK);
	assert_int_equal(cs_lagged_fit_run(&fit, 0), CS_SIZE_OVERFLOW);
	free(block);
}

/* Inputs of the last of `rows` rows, with the scale of a fit. */
static void
last_inputs(const cs_lagged_fit *fit, const double *values, size_t rows, float *x, double *base,
			double *unit)
{
	const cs_lagged_options *options = fit->inputs.options;
	cs_linear_data data = data_of(values, rows);
	size_t size = cs_lagged_inputs_size(options, &data);
	void *block = malloc(size);
	cs_lagged_inputs inputs;
	cs_workspace workspace;

	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_lagged_inputs_initialize(&inputs, options, &data, &workspace), CS_OK);
	assert_true(cs_lagged_origin(&inputs, 0, rows - 1, &fit->scale, base, unit));
	cs_lagged_standardize(&inputs, &fit->scale, x);
	free(block);
}

static void
looks_back_far_enough(void **state)
{
	(void) state;
	make_series();
	for (int i = 0; i < 4; i++)
	{
		cs_lagged_options options = options_of(CS_LAGGED_BOOSTED_TREES);
		cs_linear_data data = data_of(series, ROWS);
		size_t rows;
		float whole[64], last[64];
		double base[2], unit[2];
		cs_lagged_fit fit;
		void *block;

		options.inputs = i / 2;
		options.target = i % 2;
		rows = cs_lagged_look_back(&options);
		assert_true(rows < ROWS);
		assert_int_equal(start_fit(&fit, &options, &data, &block), CS_OK);
		last_inputs(&fit, series, ROWS, whole, &base[0], &unit[0]);
		last_inputs(&fit, series + (ROWS - rows) * COLUMNS, rows, last, &base[1], &unit[1]);
		assert_true(fabs(base[0] - base[1]) <= 1e-12 * fabs(base[0]));
		assert_true(fabs(unit[0] - unit[1]) <= 1e-12 * unit[0]);
		for (size_t k = 0; k < fit.terms; k++)
			assert_true(fabsf(whole[k] - last[k]) <= 1e-6F * fmaxf(fabsf(whole[k]), 1));
		free(block);
	}
}

/* A value that is missing has a side of its own in trees, and is the mean to support vectors. */
static void
takes_what_is_missing(void **state)
{
	(void) state;
	make_series();
	for (size_t t = 2; t < ROWS; t += 3)
		series[t * COLUMNS + 2] = NAN;
	for (int m = 0; m < 3; m++)
	{
		cs_lagged_options options = options_of(methods[m]);
		cs_linear_data data = data_of(series, ROWS);
		size_t missing = 0;
		cs_lagged_fit fit;
		void *block;

		options.inputs = CS_LAGGED_LEVELS;
		assert_int_equal(start_fit(&fit, &options, &data, &block), CS_OK);
		for (size_t i = 0; i < fit.origins; i++)
			for (size_t lag = 0; lag < 2; lag++)
			{
				float value = fit.x[i * fit.terms + 2 * 2 + lag];

				if (!isnan(series[(fit.row[i] - lag) * COLUMNS + 2]))
					continue;
				missing++;
				assert_true(methods[m] == CS_LAGGED_SVR ? value == 0 : isnan(value));
			}
		assert_true(missing > ROWS / 2);
		assert_int_equal(cs_lagged_fit_run(&fit, 0), CS_OK);
		assert_true(fit.horizon.rmse < fit.horizon.random_walk_rmse);
		free(block);
	}
}

static void
polls(void **state)
{
	(void) state;
	make_series();
	for (int m = 0; m < 3; m++)
	{
		cs_lagged_options options = options_of(methods[m]);
		cs_linear_data data = data_of(series, ROWS);
		poll_count count;
		cs_lagged_fit fit;
		void *block;

		options.svr.tolerance = 1e-6;
		poll_count_start();
		assert_int_equal(start_fit(&fit, &options, &data, &block), CS_OK);
		assert_int_equal(cs_lagged_fit_run(&fit, 0), CS_OK);
		count = poll_count_end();
		assert_true(count.polls > 2);
		assert_true(count.most <= (size_t) 2 << 20);
		assert_true(count.in_order);
		free(block);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(learns_what_leads),
		cmocka_unit_test(validates_in_order_of_time),
		cmocka_unit_test(does_not_depend_on_units),
		cmocka_unit_test(fits_panels),
		cmocka_unit_test(reports_data_that_cannot_be_fitted),
		cmocka_unit_test(refuses_models_that_are_too_large),
		cmocka_unit_test(looks_back_far_enough),
		cmocka_unit_test(takes_what_is_missing),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
