/*
 * test_sequence_contributions.c
 *		Contributions to forecasts of networks: they add up to what the predictor forecasts, from
 *		what it forecasts of average inputs, and are what forecasts along the way say.
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
#include "numeric/base/poll.h"
#include "numeric/network/sequence_contributions.h"
#include "poll_helper.h"
#include "sequence_helper.h"

#define ROWS 300
#define ROW 270
#define LOOK_BACK 3
#define WINDOW (LOOK_BACK + 1)

static double values[ROWS * HELPER_COLUMNS];
static const size_t start = 0;

typedef struct explained
{
	cs_sequence_network network;
	cs_sequence_contributions of;
	void *block;
	cs_status status;
} explained;

static void
begin(explained *work, const helper_fit *helper, const double *rows, size_t count)
{
	const cs_sequence_fit *fit = &helper->fit;
	cs_sequence_data data = {.values = rows,
							 .rows = count,
							 .columns = HELPER_COLUMNS,
							 .series_start = &start,
							 .series_count = 1};
	size_t size = cs_sequence_contributions_size(&helper->options, &data);
	cs_workspace workspace;

	work->network = (cs_sequence_network){.options = &helper->options,
										  .columns = HELPER_COLUMNS,
										  .input_mean = fit->input_mean,
										  .input_sd = fit->input_sd,
										  .target_mean = fit->target_mean,
										  .target_sd = fit->target_sd,
										  .parameters = helper->parameters,
										  .usual_change = fit->usual_change,
										  .linear = fit->linear};
	work->block = malloc(size);
	cs_workspace_initialize(&workspace, work->block, size);
	work->status =
		cs_sequence_contributions_initialize(&work->of, &work->network, &data, &workspace);
}

static double
total(const cs_contributions *result)
{
	double sum = result->base;

	for (size_t k = 0; k < result->terms; k++)
		sum += result->contribution[k];
	return sum;
}

/* ---- forecasts along the way ---- */

/*
 * The rows of the window from ROW with input (age, column) at mean + t (input - mean), one of them
 * moved by a multiple of its deviation: what is asked of the predictor.
 */
static double
forecast_on_way(const helper_fit *helper, double t, int moved_age, int moved_column, double move,
				int horizon)
{
	const cs_sequence_fit *fit = &helper->fit;
	bool change = helper->options.target == CS_TARGET_CHANGE;
	double rows[WINDOW * HELPER_COLUMNS];
	double forecast[WINDOW * CS_MAX_HORIZONS];

	memcpy(rows, values + (ROW - LOOK_BACK) * HELPER_COLUMNS, sizeof(rows));
	for (int age = 0; age < LOOK_BACK; age++)
		for (int c = 0; c < HELPER_COLUMNS; c++)
		{
			double *row = rows + (LOOK_BACK - age) * HELPER_COLUMNS + c;
			const double *given = values + (ROW - age) * HELPER_COLUMNS + c;
			double input = c == 0 && change ? given[0] - given[-HELPER_COLUMNS] : given[0];

			input = fit->input_mean[c] + t * (input - fit->input_mean[c]);
			if (age == moved_age && c == moved_column)
				input += move * fit->input_sd[c];
			if (c == 0 && change)
				row[-HELPER_COLUMNS] = row[0] - input;
			else
				row[0] = input;
		}
	assert_int_equal(helper_predict(helper, rows, WINDOW, forecast), CS_OK);
	return forecast[LOOK_BACK * helper->options.horizon_count + horizon];
}

static void
check_way(const helper_fit *helper, const cs_contributions *result, int horizon)
{
	const cs_sequence_fit *fit = &helper->fit;
	const double step = 0.02;
	const int steps = 64;
	double size = 0;

	for (size_t k = 0; k < result->terms; k++)
		size = fmax(size, fabs(result->contribution[k]));
	assert_near(result->base, forecast_on_way(helper, 0, -1, 0, 0, horizon), 1e-6, 1);
	for (size_t k = 0; k < result->terms; k++)
	{
		int column = (int) k / LOOK_BACK;
		int age = (int) k % LOOK_BACK;
		double off = (result->value[k] - fit->input_mean[column]) / fit->input_sd[column];
		double expected = 0;

		for (int s = 0; s < steps; s++)
		{
			double t = (s + 0.5) / steps;

			expected += off / (2 * step * steps) *
						(forecast_on_way(helper, t, age, column, step, horizon) -
						 forecast_on_way(helper, t, age, column, -step, horizon));
		}
		assert_int_equal(result->column[k], column);
		assert_near(result->contribution[k], expected, 0.01, size);
	}
}

static void
explain(const cs_sequence_options *options, bool way)
{
	static double forecast[ROWS * 2];
	helper_fit helper;
	explained work;

	helper_series(values, ROWS, options->target, 7);
	helper_train(&helper, options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(helper.status, CS_OK);
	begin(&work, &helper, values, ROWS);
	assert_int_equal(work.status, CS_OK);
	if (options->local_rows == 0)
		assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_OK);
	for (int h = 0; h < options->horizon_count; h++)
		for (size_t row = h == 0 ? cs_sequence_contributions_first(&work.of) : ROW; row < ROWS;
			 row += 53)
		{
			assert_int_equal(cs_sequence_contributions_run(&work.of, row, h), CS_OK);
			assert_near(total(&work.of.result), work.of.result.forecast, 1e-12, 1);
			if (options->local_rows == 0)
				assert_near(work.of.result.forecast,
							forecast[row * (size_t) options->horizon_count + (size_t) h], 1e-6, 1);
		}
	if (way)
	{
		assert_int_equal(cs_sequence_contributions_run(&work.of, ROW, options->horizon_count - 1),
						 CS_OK);
		check_way(&helper, &work.of.result, options->horizon_count - 1);
	}
	free(work.block);
	helper_free(&helper);
}

static cs_sequence_options
quick_options(void)
{
	cs_sequence_options options = helper_options();

	options.epochs = 4;
	options.units[0] = 6;
	options.horizon_count = 2;
	options.horizons[1] = 4;
	return options;
}

static void
recurrent_networks(void **state)
{
	static const cs_cell cells[] = {CS_CELL_JANET, CS_CELL_LSTM, CS_CELL_GRU, CS_CELL_ELMAN};
	cs_sequence_options options = quick_options();

	(void) state;
	for (size_t i = 0; i < COUNT(cells); i++)
	{
		options.cell = cells[i];
		options.ensemble = i == 0 ? 2 : 1;
		explain(&options, true);
	}
}

/* Layers upon each other, normalization by running statistics, dropout in training alone. */
static void
deep_networks(void **state)
{
	cs_sequence_options options = quick_options();

	(void) state;
	options.attention = true;
	options.layers = 2;
	options.units[1] = 5;
	options.normalization = CS_NORMALIZATION_SWITCHABLE;
	options.dropout = 0.2;
	explain(&options, true);
}

/* Dense layers have kinks. */
static void
dense_networks(void **state)
{
	cs_sequence_options options = quick_options();

	(void) state;
	options.layers = 1;
	options.dense_layers = 2;
	options.dense[0] = 16;
	options.dense[1] = 8;
	options.epochs = 12;
	explain(&options, true);
}

static void
levels(void **state)
{
	cs_sequence_options options = quick_options();

	(void) state;
	options.target = CS_TARGET_LEVEL;
	options.random_walk_weight = 0.3;
	explain(&options, true);
}

static void
transformers(void **state)
{
	cs_sequence_options options = quick_options();

	(void) state;
	options.body = CS_BODY_TRANSFORMER;
	options.layers = 2;
	options.width = 8;
	options.heads = 2;
	options.feed_forward = 16;
	options.positions = true;
	options.dropout = 0.1;
	options.learning_rate = 3e-3;
	explain(&options, true);
	options.layers = 1;
	explain(&options, true);
}

static void
other_scales(void **state)
{
	cs_sequence_options options = quick_options();

	(void) state;
	options.local_rows = 50;
	explain(&options, false);
	options.target = CS_TARGET_LEVEL;
	explain(&options, false);
}

/* On linear forecasts: the terms of those have coefficient times value. */
static void
on_linear_forecasts(void **state)
{
	cs_sequence_options options = quick_options();
	helper_fit helper;
	explained work;
	const cs_contributions *result = &work.of.result;

	(void) state;
	options.linear = true;
	explain(&options, false);
	helper_series(values, ROWS, options.target, 7);
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	memset(helper.parameters, 0, helper.count * sizeof(float)); /* nothing but the linear ones */
	begin(&work, &helper, values, ROWS);
	assert_int_equal(work.status, CS_OK);
	assert_int_equal(result->terms, HELPER_COLUMNS * 5 + 2);
	assert_int_equal(cs_sequence_contributions_run(&work.of, ROW, 1), CS_OK);
	assert_near(result->base, values[ROW * HELPER_COLUMNS], 1e-12, 1);
	for (size_t k = 0; k < result->terms; k++)
	{
		const cs_linear_inputs *inputs = &work.of.linear_rows.inputs;
		double x[HELPER_COLUMNS * 5 + 2];
		double volatility;

		assert_true(cs_linear_origin(inputs, 0, ROW, x, &volatility));
		assert_near(result->contribution[k],
					volatility * x[k] * helper.fit.linear[result->terms + k], 1e-9, 1e-9);
		if (k < HELPER_COLUMNS * 5)
			assert_near(result->value[k],
						values[(ROW - k % 5) * HELPER_COLUMNS + k / 5] -
							values[(ROW - k % 5 - 1) * HELPER_COLUMNS + k / 5],
						1e-12, 1e-9);
	}
	free(work.block);
	helper_free(&helper);
}

static void
refuses(void **state)
{
	cs_sequence_options options = quick_options();
	cs_sequence_data data = {
		.rows = ROWS, .columns = HELPER_COLUMNS, .series_start = &start, .series_count = 1};
	double held = 0;
	helper_fit helper;
	explained work;
	poll_count count;

	(void) state;
	helper_series(values, ROWS, options.target, 7);
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	held = values[50];
	values[50] = NAN;
	begin(&work, &helper, values, ROWS);
	assert_int_equal(work.status, CS_NOT_FINITE);
	values[50] = held;
	free(work.block);
	options.cross_section = true;
	assert_true(cs_sequence_contributions_size(&options, &data) == SIZE_MAX);
	begin(&work, &helper, values, ROWS);
	poll_count_start();
	for (int i = 0; i < 50; i++)
		assert_int_equal(cs_sequence_contributions_run(&work.of, ROW, 0), CS_OK);
	count = poll_count_end();
	assert_true(count.polls > 0 && count.most < 2 * CS_POLL_WORK);
	free(work.block);
	helper_free(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recurrent_networks),  cmocka_unit_test(deep_networks),
		cmocka_unit_test(dense_networks),	   cmocka_unit_test(levels),
		cmocka_unit_test(transformers),		   cmocka_unit_test(other_scales),
		cmocka_unit_test(on_linear_forecasts), cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
