/*
 * test_sequence_train.c
 *		Whole networks in training: they learn, the same seed gives the same bytes however the work
 *		is cut; warm starts; the log.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sequence_helper.h"

#define ROWS 500

static double values[ROWS * HELPER_COLUMNS];

/* All that may stand around a recurrent layer. */
static cs_sequence_options
whole_options(int cell)
{
	cs_sequence_options options = helper_options();

	options.cell = (cs_cell) cell;
	options.attention = true;
	options.normalization = CS_NORMALIZATION_SWITCHABLE;
	options.dropout = 0.05;
	options.dense_layers = 1;
	options.dense[0] = 6;
	options.epochs = 40;
	return options;
}

static void
test_learns(void **state)
{
	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		cs_sequence_options options = whole_options(cell);
		helper_fit helper;

		helper_series(values, ROWS, options.target, 1);
		helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(helper.status, CS_OK);
		assert_true(helper.fit.validation_mae < 0.6 * helper.fit.random_walk_mae);
		helper_free(&helper);
	}
}

static void
test_reproducible(void **state)
{
	cs_sequence_options options = whole_options(CS_CELL_GRU);
	helper_fit helper[3];

	(void) state;
	options.epochs = 3;
	options.ensemble = 2;
	helper_series(values, ROWS, options.target, 1);
	for (int i = 0; i < 3; i++)
	{
		options.seed = i == 2 ? 2 : 1;
		helper_train(helper + i, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(helper[i].status, CS_OK);
	}
	assert_memory_equal(helper[0].parameters, helper[1].parameters,
						2 * helper[0].count * sizeof(float));
	assert_memory_not_equal(helper[0].parameters, helper[2].parameters,
							2 * helper[0].count * sizeof(float));
	/* the second member is the first of the next seed */
	assert_memory_equal(helper[0].parameters + helper[0].count, helper[2].parameters,
						helper[0].count * sizeof(float));
	for (int i = 0; i < 3; i++)
		helper_free(helper + i);
}

/* Dropout is what changes the training; the running statistics end up near the batches'. */
static void
test_dropout_and_statistics(void **state)
{
	cs_sequence_options options = whole_options(CS_CELL_JANET);
	cs_sequence_architecture architecture;
	cs_parameter_view views[CS_MAX_VIEWS];
	helper_fit helper[2];
	int count;

	(void) state;
	options.attention = false;
	helper_series(values, ROWS, options.target, 1);
	for (int i = 0; i < 2; i++)
	{
		options.dropout = i == 0 ? 0 : 0.3;
		helper_train(helper + i, &options, values, ROWS, HELPER_COLUMNS);
	}
	assert_int_equal(helper[0].count, helper[1].count);
	assert_memory_not_equal(helper[0].parameters, helper[1].parameters,
							helper[0].count * sizeof(float));
	cs_sequence_options_architecture(&options, HELPER_COLUMNS, &architecture);
	count = cs_sequence_model_views(&architecture, views);
	for (int v = 0; v < count; v++)
		for (int c = 0; !views[v].trained && c < HELPER_COLUMNS; c++)
		{
			float statistic = helper[0].parameters[views[v].offset + c];

			/* the inputs are standardized */
			if (strstr(views[v].name, "mean") != NULL)
				assert_true(fabsf(statistic) < 0.3f);
			else
				assert_true(statistic > 0.6f && statistic < 1.4f);
		}
	helper_free(helper);
	helper_free(helper + 1);
}

/* A fit of 4 epochs that goes on from one of 8 stands at a smaller loss than a cold one. */
static void
test_warm_start(void **state)
{
	cs_sequence_options options = helper_options();
	helper_fit first;
	helper_fit cold;
	helper_fit warm;
	static const size_t start = 0;

	(void) state;
	options.ensemble = 2;
	options.epochs = 8;
	helper_series(values, ROWS, options.target, 1);
	helper_train(&first, &options, values, ROWS, HELPER_COLUMNS);
	options.epochs = 4;
	helper_train(&cold, &options, values, ROWS, HELPER_COLUMNS);
	helper_begin(&warm, &options, values, ROWS, HELPER_COLUMNS, &start, 1);
	cs_sequence_fit_warm_start(&warm.fit, first.parameters);
	helper_run(&warm);
	assert_int_equal(warm.status, CS_OK);
	for (int m = 0; m < 2; m++)
	{
		assert_true(warm.fit.member[m].training_loss < 0.5 * cold.fit.member[m].training_loss);
		assert_true(warm.fit.log[m * 4].training_loss < 1.1 * first.fit.member[m].training_loss);
	}
	helper_free(&first);
	helper_free(&cold);
	helper_free(&warm);
}

static void
test_log(void **state)
{
	(void) state;
	for (int patience = 0; patience <= 3; patience += 3)
	{
		cs_sequence_options options = helper_options();
		helper_fit helper;

		options.ensemble = 2;
		options.epochs = 9;
		options.patience = patience;
		helper_series(values, ROWS, options.target, 1);
		helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(cs_sequence_log_stride(&options), 1);
		for (int m = 0; m < 2; m++)
		{
			const cs_sequence_member *member = helper.fit.member + m;
			const cs_sequence_log_entry *log = helper.fit.log + (size_t) m * 9;

			assert_int_equal(cs_sequence_log_count(&options, member->epochs), member->epochs);
			assert_float_equal(log[member->best_epoch - 1].training_loss, member->training_loss,
							   1e-6);
			assert_float_equal(log[member->best_epoch - 1].validation_loss, member->validation_loss,
							   1e-6);
			for (int e = 0; e < member->epochs; e++)
			{
				assert_true(log[e].training_loss > 0);
				assert_true((log[e].validation_loss > 0) == (patience > 0 || e == 8));
				if (patience > 0)
					assert_true(log[e].validation_loss >= (float) member->validation_loss);
			}
		}
		helper_free(&helper);
	}
}

/* Of many epochs every so many are logged. */
static void
test_long_log(void **state)
{
	cs_sequence_options options = helper_options();
	helper_fit helper;

	(void) state;
	options.epochs = 2500;
	options.units[0] = 1;
	options.look_back = 1;
	options.validation_fraction = 0;
	assert_int_equal(cs_sequence_log_stride(&options), 3);
	assert_int_equal(cs_sequence_log_count(&options, 2500), 833);
	helper_series(values, ROWS, options.target, 1);
	helper_train(&helper, &options, values, 40, HELPER_COLUMNS);
	assert_int_equal(helper.status, CS_OK);
	for (int e = 0; e < 833; e++)
	{
		assert_true(helper.fit.log[e].training_loss > 0);
		assert_true(helper.fit.log[e].validation_loss < 0);
	}
	assert_true(helper.fit.log[832].training_loss < 0.5f * helper.fit.log[0].training_loss);
	options.epochs = CS_MAX_EPOCHS;
	assert_int_equal(cs_sequence_log_count(&options, CS_MAX_EPOCHS), CS_LOG_ENTRIES);
	helper_free(&helper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_reproducible),
		cmocka_unit_test(test_dropout_and_statistics),
		cmocka_unit_test(test_warm_start),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_long_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
