/*
 * test_sequence_linear.c
 *		Networks that start from linear forecasts: what they start from is what the linear model by
 *		itself says, they add to it, and it is part of everything that looks at the data.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "check_helper.h"
#include "numeric/econometrics/linear.h"
#include "numeric/network/sequence_importance.h"
#include "numeric/network/sequence_linear.h"
#include "poll_helper.h"
#include "sequence_helper.h"

#define ROWS 400
#define COLUMNS 3
#define HORIZONS 2

static double values[2 * ROWS * COLUMNS];
static double forecast[2 * ROWS * HORIZONS];
static double other[2 * ROWS * HORIZONS];

static cs_sequence_options
linear_options(void)
{
	cs_sequence_options options = helper_options();

	options.linear = true;
	options.horizon_count = HORIZONS;
	options.horizons[1] = 4;
	options.epochs = 3;
	options.refit = true;
	return options;
}

/* y follows the change of the first feature a row later, and half of what it did itself. */
static void
fill(double *rows, size_t count, uint64_t seed)
{
	double change[2] = {0};
	double level[COLUMNS] = {100, 20, -3};
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < count; i++)
	{
		double moved = cs_random_normal(&random);

		change[0] = 0.5 * change[0] + 0.8 * change[1] + 0.3 * cs_random_normal(&random);
		change[1] = moved;
		level[0] += change[0];
		level[1] += moved;
		level[2] += cs_random_normal(&random);
		memcpy(rows + i * COLUMNS, level, sizeof(level));
	}
}

/* Forecasts of the linear model alone, fitted to the first `known` of the rows. */
static void
forecast_linear(const cs_sequence_options *sequence, const double *rows, size_t known, size_t count,
				double *result)
{
	static const size_t start = 0;
	cs_linear_options options = {.lags = 5,
								 .horizon_count = sequence->horizon_count,
								 .means = {5, 20},
								 .mean_count = 2,
								 .ridge = -1,
								 .shrink = true,
								 .interval_level = 0.9};
	cs_linear_data data = {.values = rows,
						   .rows = known,
						   .columns = COLUMNS,
						   .series_start = &start,
						   .series_count = 1};
	size_t size;
	size_t which;
	void *block;
	cs_linear_fit fit;
	cs_linear_inputs inputs;
	cs_workspace workspace;
	double terms[COLUMNS * 5 + 2];

	memcpy(options.horizons, sequence->horizons, sizeof(int) * (size_t) options.horizon_count);
	size = cs_linear_fit_size(&options, &data) + cs_linear_inputs_size(&options, &data) +
		   ROWS * 2 * COLUMNS * 64;
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(cs_linear_fit_initialize(&fit, &options, &data, &workspace), CS_OK);
	assert_int_equal(cs_linear_fit_run(&fit, &which), CS_OK);
	data.rows = count;
	assert_int_equal(cs_linear_inputs_initialize(&inputs, &options, &data, &workspace), CS_OK);
	for (size_t i = 0; i < count; i++)
		for (int h = 0; h < HORIZONS; h++)
		{
			double volatility;
			bool origin = cs_linear_origin(&inputs, 0, i, terms, &volatility);

			result[i * HORIZONS + (size_t) h] =
				origin ? cs_linear_forecast(&fit.horizon[h], fit.terms, terms, volatility,
											rows[i * COLUMNS])
					   : rows[i * COLUMNS];
		}
	free(block);
}

static void
train_and_predict(const cs_sequence_options *options, const double *rows, size_t count,
				  double *result)
{
	helper_fit helper;

	helper_train(&helper, options, rows, count, COLUMNS);
	assert_int_equal(helper.status, CS_OK);
	assert_int_equal(helper_predict(&helper, rows, count, result), CS_OK);
	helper_free(&helper);
}

/* A network that is not asked leaves the linear forecast, of all rows or of those before
 * validation. */
static void
test_starts_from_the_linear_model(void **state)
{
	(void) state;
	fill(values, ROWS, 1);
	for (int refit = 0; refit < 2; refit++)
	{
		cs_sequence_options options = linear_options();
		cs_sequence_split split;

		options.random_walk_weight = 1;
		options.refit = refit;
		cs_sequence_split_series(&split, &options, 0, ROWS);
		assert_true(split.validation_first + 1 < ROWS);
		train_and_predict(&options, values, ROWS, forecast);
		forecast_linear(&options, values, refit ? ROWS : split.validation_first + 1, ROWS, other);
		for (size_t i = 3; i < ROWS; i++)
			for (size_t h = 0; h < HORIZONS; h++)
				assert_near(forecast[i * HORIZONS + h], other[i * HORIZONS + h], 1e-12, 0);
		for (size_t i = 0; i < 3; i++)
			assert_true(isnan(forecast[i * HORIZONS]));
	}
}

/* The weight is of the linear forecast, the rest of what the network adds to it. */
static void
test_weight(void **state)
{
	static double part[3][ROWS * HORIZONS];
	bool adds = false;

	(void) state;
	fill(values, ROWS, 2);
	for (int i = 0; i < 3; i++)
	{
		cs_sequence_options options = linear_options();

		options.random_walk_weight = 0.5 * i;
		train_and_predict(&options, values, ROWS, part[i]);
	}
	for (size_t i = 3 * HORIZONS; i < ROWS * HORIZONS; i++)
	{
		assert_near(part[1][i], 0.5 * (part[0][i] + part[2][i]), 1e-12, 0);
		adds = adds || fabs(part[0][i] - part[2][i]) > 1e-3;
	}
	assert_true(adds);
}

/* Features are levels: where they lie says nothing; and rows to come change nothing. */
static void
test_changes_of_features(void **state)
{
	cs_sequence_options options = linear_options();
	helper_fit helper;

	(void) state;
	fill(values, ROWS, 3);
	train_and_predict(&options, values, ROWS, forecast);
	for (size_t i = 0; i < ROWS; i++)
	{
		values[i * COLUMNS + 1] = 1e-3 * (values[i * COLUMNS + 1] + 1000);
		values[i * COLUMNS + 2] -= 50;
	}
	helper_train(&helper, &options, values, ROWS, COLUMNS);
	assert_int_equal(helper_predict(&helper, values, ROWS, other), CS_OK);
	for (size_t i = 3 * HORIZONS; i < ROWS * HORIZONS; i++)
		assert_near(other[i], forecast[i], 1e-6, 0);
	assert_int_equal(helper_predict(&helper, values, ROWS - 7, forecast), CS_OK);
	for (size_t i = 3 * HORIZONS; i < (ROWS - 7) * HORIZONS; i++)
		assert_near(forecast[i], other[i], 1e-12, 0);
	helper_free(&helper);
}

/* With as many last rows as are said to be needed the last forecast is that of all. */
static void
test_rows_needed(void **state)
{
	cs_sequence_options options = linear_options();
	size_t needed = cs_sequence_rows_needed(&options, false);
	helper_fit helper;

	(void) state;
	fill(values, ROWS, 4);
	assert_int_equal(needed, CS_LINEAR_WINDOW + 1);
	helper_train(&helper, &options, values, ROWS, COLUMNS);
	assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_OK);
	assert_int_equal(helper_predict(&helper, values + (ROWS - needed) * COLUMNS, needed, other),
					 CS_OK);
	for (size_t h = 0; h < HORIZONS; h++)
		assert_near(other[(needed - 1) * HORIZONS + h], forecast[(ROWS - 1) * HORIZONS + h], 1e-9,
					0);
	helper_free(&helper);
}

/* Series of different units, one after the other: k y gives k times the forecasts. */
static void
test_panel(void **state)
{
	static const size_t start[] = {0, ROWS};
	static size_t place[2 * ROWS];
	cs_sequence_options options = linear_options();
	cs_sequence_data data = {.values = values,
							 .rows = 2 * ROWS,
							 .columns = COLUMNS,
							 .series_start = start,
							 .series_count = 2,
							 .place = place};
	double scale[] = {1, 1e-6};

	(void) state;
	options.local_rows = 250;
	for (size_t i = 0; i < 2 * ROWS; i++)
		place[i] = i % ROWS;
	for (int k = 0; k < 2; k++)
	{
		float parameters[2000];
		size_t size = cs_sequence_fit_workspace_size(&options, &data);
		void *block = malloc(size);
		cs_workspace workspace;
		cs_sequence_fit fit;

		fill(values, ROWS, 5);
		fill(values + ROWS * COLUMNS, ROWS, 6);
		for (size_t i = 0; i < ROWS; i++)
			values[i * COLUMNS] *= scale[k];
		assert_between(cs_sequence_parameter_count(&options, COLUMNS), 1, 2000);
		cs_workspace_initialize(&workspace, block, size);
		assert_int_equal(cs_sequence_fit_initialize(&fit, &options, &data, &workspace, parameters),
						 CS_OK);
		assert_int_equal(cs_sequence_fit_run(&fit), CS_OK);
		for (size_t h = 0; h < HORIZONS; h++)
			(k == 0 ? forecast : other)[h] = fit.linear[h * 17] + fit.linear[h * 17 + 5];
		(k == 0 ? forecast : other)[HORIZONS] = fit.member[0].validation_loss;
		free(block);
	}
	for (size_t i = 0; i <= HORIZONS; i++)
		assert_near(other[i], forecast[i], 1e-5, 0);
	assert_true(fabs(forecast[0]) > 0.1);
}

/* A feature that the linear forecast alone uses is important. */
static void
test_importance(void **state)
{
	static const size_t start = 0;
	cs_sequence_options options = linear_options();
	cs_sequence_data data = {.values = values,
							 .rows = ROWS,
							 .columns = COLUMNS,
							 .series_start = &start,
							 .series_count = 1};
	helper_fit helper;
	cs_sequence_network network;
	cs_sequence_importance importance;
	cs_workspace workspace;
	size_t size;
	void *block;

	(void) state;
	fill(values, ROWS, 7);
	options.random_walk_weight = 1;
	helper_train(&helper, &options, values, ROWS, COLUMNS);
	network = (cs_sequence_network){.options = &helper.options,
									.columns = COLUMNS,
									.input_mean = helper.fit.input_mean,
									.input_sd = helper.fit.input_sd,
									.target_mean = helper.fit.target_mean,
									.target_sd = helper.fit.target_sd,
									.parameters = helper.parameters,
									.linear = helper.fit.linear};
	size = cs_sequence_importance_workspace_size(&network, &data);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	assert_int_equal(
		cs_sequence_importance_initialize(&importance, &network, &data, 0, 3, 1, &workspace),
		CS_OK);
	assert_int_equal(cs_sequence_importance_run(&importance), CS_OK);
	assert_true(importance.importance[1] > 0.3 * importance.error);
	assert_true(importance.importance[0] > 0.03 * importance.error);
	assert_true(fabs(importance.importance[2]) < 0.05 * importance.error);
	free(block);
	helper_free(&helper);
}

static void
test_bad_input(void **state)
{
	cs_sequence_options options = linear_options();
	size_t least = cs_sequence_fit_minimum_rows(&options);
	const char *which = NULL;
	helper_fit helper;

	(void) state;
	fill(values, ROWS, 8);
	helper_train(&helper, &options, values, least, COLUMNS);
	assert_int_equal(helper.status, CS_OK);
	helper_free(&helper);
	helper_train(&helper, &options, values, least - 1, COLUMNS);
	assert_int_equal(helper.status, CS_TOO_FEW);
	helper_free(&helper);

	values[60 * COLUMNS + 2] = NAN;
	helper_train(&helper, &options, values, ROWS, COLUMNS);
	assert_int_equal(helper.status, CS_NOT_FINITE);
	assert_false(cs_sequence_fit_diverged(&helper.fit));
	helper_free(&helper);

	fill(values, ROWS, 8);
	values[60 * COLUMNS + 2] = 1e308;
	values[61 * COLUMNS + 2] = -1e308;
	helper_train(&helper, &options, values, ROWS, COLUMNS);
	assert_int_equal(helper.status, CS_NOT_FINITE);
	helper_free(&helper);

	fill(values, ROWS, 8);
	for (size_t i = 0; i < ROWS; i++)
		values[i * COLUMNS] = 2;
	helper_train(&helper, &options, values, ROWS, COLUMNS);
	assert_int_equal(helper.status, CS_CONSTANT);
	helper_free(&helper);

	options.target = CS_TARGET_LEVEL;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OUT_OF_RANGE);
	assert_string_equal(which, "linear");
	options = linear_options();
	options.horizons[1] = CS_LINEAR_MAX_HORIZON + 1;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OUT_OF_RANGE);
	assert_string_equal(which, "horizons");
}

/* More columns than there may be terms. */
static void
test_too_many_columns(void **state)
{
	cs_sequence_options options = linear_options();
	cs_sequence_data data = {.values = values, .rows = 100, .columns = 204, .series_count = 1};

	(void) state;
	assert_int_equal(cs_sequence_linear_terms(&options, &data), 1022);
	assert_true(cs_sequence_fit_workspace_size(&options, &data) < SIZE_MAX);
	data.columns = 205;
	assert_true(cs_sequence_linear_terms(&options, &data) == SIZE_MAX);
	assert_true(cs_sequence_fit_workspace_size(&options, &data) == SIZE_MAX);
	assert_true(cs_sequence_predict_workspace_size(&options, &data) == SIZE_MAX);
	options.linear = false;
	assert_int_equal(cs_sequence_linear_terms(&options, &data), 0);
}

/* The linear part polls, and says nothing of how far the network is. */
static void
test_polls(void **state)
{
	cs_sequence_options options = linear_options();
	helper_fit helper;
	poll_count count;

	(void) state;
	fill(values, 2 * ROWS, 9);
	helper_begin(&helper, &options, values, 2 * ROWS, COLUMNS, (size_t[]){0}, 1);
	poll_count_start();
	helper_run(&helper);
	count = poll_count_end();
	assert_int_equal(helper.status, CS_OK);
	assert_true(count.in_order);
	assert_true(count.polls > 10);
	assert_true(count.most <= 2e6);
	helper_free(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts_from_the_linear_model),
		cmocka_unit_test(test_weight),
		cmocka_unit_test(test_changes_of_features),
		cmocka_unit_test(test_rows_needed),
		cmocka_unit_test(test_panel),
		cmocka_unit_test(test_importance),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_too_many_columns),
		cmocka_unit_test(test_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
