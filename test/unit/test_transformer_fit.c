/*
 * test_transformer_fit.c
 *		Fits of Transformers: they learn a planted signal, with every loss and either optimizer; the
 *		same seed gives the same bytes; forecasts do not see what comes later; options out of range.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "poll_helper.h"
#include "sequence_helper.h"

#define ROWS 400

static double values[ROWS * HELPER_COLUMNS];

static cs_sequence_options
transformer_options(void)
{
	cs_sequence_options options = helper_options();

	options.body = CS_BODY_TRANSFORMER;
	options.layers = 2;
	options.width = 8;
	options.heads = 2;
	options.feed_forward = 12;
	options.positions = true;
	options.look_back = 5;
	options.learning_rate = 5e-3;
	options.epochs = 20;
	return options;
}

static void
test_learns(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
		for (int loss = 0; loss < CS_LOSS_COUNT; loss++)
		{
			cs_sequence_options options = transformer_options();
			helper_fit helper;

			options.target = (cs_target) target;
			options.loss = (cs_loss) loss;
			options.huber_delta = loss == CS_LOSS_HUBER ? 1 : 0;
			options.quantile = loss == CS_LOSS_PINBALL ? 0.5 : 0;
			helper_series(values, ROWS, options.target, 1);
			helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
			assert_int_equal(helper.status, CS_OK);
			assert_true(helper.fit.validation_mae < 0.35 * helper.fit.random_walk_mae);
			helper_free(&helper);
		}
}

static void
test_optimizers(void **state)
{
	double mae[2];

	(void) state;
	helper_series(values, ROWS, CS_TARGET_CHANGE, 1);
	for (int i = 0; i < 2; i++)
	{
		cs_sequence_options options = transformer_options();
		helper_fit helper;

		options.optimizer = CS_OPTIMIZER_RMSPROP;
		options.momentum = i == 0 ? 0.9 : 0;
		options.learning_rate = 1e-3;
		options.weight_decay = 1e-7;
		helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(helper.status, CS_OK);
		mae[i] = helper.fit.validation_mae / helper.fit.random_walk_mae;
		assert_true(mae[i] < 0.4);
		helper_free(&helper);
	}
	assert_true(mae[0] != mae[1]);
}

static void
test_same_seed_same_bytes(void **state)
{
	cs_sequence_options options = transformer_options();
	helper_fit first;
	helper_fit again;
	helper_fit other;

	(void) state;
	options.dropout = 0.1;
	options.ensemble = 2;
	options.epochs = 3;
	helper_series(values, ROWS, CS_TARGET_CHANGE, 1);
	helper_train(&first, &options, values, ROWS, HELPER_COLUMNS);
	helper_train(&again, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(first.status, CS_OK);
	assert_memory_equal(first.parameters, again.parameters, 2 * first.count * sizeof(float));
	options.dropout = 0;
	helper_train(&other, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(first.count, other.count);
	assert_memory_not_equal(first.parameters, other.parameters, first.count * sizeof(float));
	options.dropout = 0.1;
	options.seed++;
	helper_free(&other);
	helper_train(&other, &options, values, ROWS, HELPER_COLUMNS);
	assert_memory_equal(first.parameters + first.count, other.parameters,
						first.count * sizeof(float));
	helper_free(&first);
	helper_free(&again);
	helper_free(&other);
}

/* Forecasts in batches, whatever comes later; a warm start that trains on. */
static void
test_forecasts(void **state)
{
	cs_sequence_options options = transformer_options();
	static double forecast[2][ROWS];
	helper_fit helper;
	helper_fit warm;
	static const size_t start = 0;

	(void) state;
	helper_series(values, ROWS, CS_TARGET_CHANGE, 1);
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(helper_predict(&helper, values, ROWS, forecast[0]), CS_OK);
	for (int i = 0; i < 5; i++)
		assert_true(isnan(forecast[0][i]));
	options.epochs = 1;
	helper_begin(&warm, &options, values, ROWS, HELPER_COLUMNS, &start, 1);
	cs_sequence_fit_warm_start(&warm.fit, helper.parameters);
	helper_run(&warm);
	assert_true(warm.fit.validation_mae < 0.5 * warm.fit.random_walk_mae);
	for (int i = 250 * HELPER_COLUMNS; i < ROWS * HELPER_COLUMNS; i++)
		values[i] *= -2;
	assert_int_equal(helper_predict(&helper, values, ROWS, forecast[1]), CS_OK);
	assert_memory_equal(forecast[0] + 5, forecast[1] + 5, 245 * sizeof(double));
	assert_true(forecast[0][250] != forecast[1][250]);
	helper_free(&helper);
	helper_free(&warm);
}

static void
test_options(void **state)
{
	static const struct
	{
		int width, heads, feed_forward, layers;
		const char *which;
	} cases[] = {
		{8, 2, 12, 2, NULL},
		{0, 1, 12, 2, "width"},
		{CS_MAX_UNITS + 1, 1, 12, 2, "width"},
		{8, 3, 12, 2, "heads"},
		{8, 0, 12, 2, "heads"},
		{8, 16, 12, 2, "heads"},
		{8, 2, 0, 2, "feed_forward"},
		{8, 2, 4097, 2, "feed_forward"},
		{8, 2, 12, 0, "layers"},
		{8, 2, 12, 9, "layers"},
	};
	static const struct
	{
		cs_loss loss;
		double huber_delta, quantile;
		cs_optimizer_kind optimizer;
		double momentum;
		const char *which;
	} descents[] = {
		{CS_LOSS_HUBER, 1, 0, CS_OPTIMIZER_ADAM, 0, NULL},
		{CS_LOSS_HUBER, 1, -1, CS_OPTIMIZER_RMSPROP, 0.9, NULL},
		{CS_LOSS_PINBALL, -1, 0.1, CS_OPTIMIZER_RMSPROP, 0, NULL},
		{CS_LOSS_HUBER, 0, 0, CS_OPTIMIZER_ADAM, 0, "huber_delta"},
		{CS_LOSS_MSE, 1, 0, CS_OPTIMIZER_ADAM, 0, "huber_delta"},
		{CS_LOSS_PINBALL, 0, 1, CS_OPTIMIZER_ADAM, 0, "quantile"},
		{CS_LOSS_MAE, 0, 0.5, CS_OPTIMIZER_ADAM, 0, "quantile"},
		{CS_LOSS_MAE, 0, 0, CS_OPTIMIZER_ADAM, 0.9, "momentum"},
		{CS_LOSS_MAE, 0, 0, CS_OPTIMIZER_RMSPROP, 1, "momentum"},
		{CS_LOSS_MAE, 0, 0, CS_OPTIMIZER_RMSPROP, NAN, "momentum"},
		{CS_LOSS_MAE, 0, 0, (cs_optimizer_kind) 2, 0, "optimizer"},
	};

	(void) state;
	for (size_t i = 0;
		 i < sizeof(cases) / sizeof(cases[0]) + sizeof(descents) / sizeof(descents[0]); i++)
	{
		size_t n = sizeof(cases) / sizeof(cases[0]);
		cs_sequence_options options = transformer_options();
		const char *expected = i < n ? cases[i].which : descents[i - n].which;
		const char *which = NULL;

		if (i < n)
		{
			options.width = cases[i].width;
			options.heads = cases[i].heads;
			options.feed_forward = cases[i].feed_forward;
			options.layers = cases[i].layers;
		}
		else
		{
			options.loss = descents[i - n].loss;
			options.huber_delta = descents[i - n].huber_delta;
			options.quantile = descents[i - n].quantile;
			options.optimizer = descents[i - n].optimizer;
			options.momentum = descents[i - n].momentum;
		}
		assert_int_equal(cs_sequence_options_check(&options, &which),
						 expected == NULL ? CS_OK : CS_OUT_OF_RANGE);
		if (expected == NULL)
			assert_null(which);
		else
			assert_string_equal(which, expected);
	}
}

/* A single batch of a large network is spread over many calls, none of which does much. */
static void
test_bounded_calls(void **state)
{
	cs_sequence_options options = transformer_options();
	poll_count polls;
	helper_fit helper;

	(void) state;
	options.width = 256;
	options.feed_forward = 1024;
	options.look_back = 100;
	options.batch_size = 128;
	options.epochs = 1;
	options.validation_fraction = 0;
	helper_series(values, 128 + 101, options.target, 13);
	poll_count_start();
	helper_train(&helper, &options, values, 128 + 101, HELPER_COLUMNS);
	polls = poll_count_end();
	assert_int_equal(helper.status, CS_OK);
	assert_int_equal(helper.fit.training_windows, 128);
	/* of the lower layer */
	assert_polls(&polls, 3.0 * 128 * 100 * 256 * (4 * 256 + 2 * 1024), 4.2e7);
	helper_free(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_optimizers),
		cmocka_unit_test(test_same_seed_same_bytes),
		cmocka_unit_test(test_forecasts),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_bounded_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
