/*
 * test_sequence_predict.c
 *		Forecasts look back only, average the members, and do not depend on how they are batched.
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

#define ROWS 900 /* several forward batches */

static double values[ROWS * HELPER_COLUMNS];
static double forecast[ROWS * 2];
static double other[ROWS * 2];

static cs_sequence_options
two_horizons(cs_target target)
{
	cs_sequence_options options = helper_options();

	options.target = target;
	options.horizon_count = 2;
	options.horizons[1] = 3;
	options.epochs = 2;
	options.layers = 2;
	options.units[1] = 6;
	return options;
}

static void
train(helper_fit *helper, const cs_sequence_options *options)
{
	helper_series(values, ROWS, options->target, 1);
	helper_train(helper, options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(helper->status, CS_OK);
}

static void
test_history_too_short(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
	{
		cs_sequence_options options = two_horizons((cs_target) target);
		size_t none = target == CS_TARGET_CHANGE ? 3 : 2; /* look-back 3 */
		helper_fit helper;

		train(&helper, &options);
		for (size_t rows = 0; rows < 8; rows++)
		{
			assert_int_equal(helper_predict(&helper, values, rows, forecast), CS_OK);
			for (size_t i = 0; i < 2 * rows; i++)
				assert_int_equal(isnan(forecast[i]) != 0, i / 2 < none);
		}
		helper_free(&helper);
	}
}

/* A forecast depends on its window alone: not on later rows, not on those before. */
static void
test_window_only(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
	{
		cs_sequence_options options = two_horizons((cs_target) target);
		size_t window = target == CS_TARGET_CHANGE ? 4 : 3;
		helper_fit helper;

		train(&helper, &options);
		assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_OK);
		for (size_t origin = window - 1; origin < ROWS; origin += 97)
		{
			const double *rows = values + (origin + 1 - window) * HELPER_COLUMNS;

			assert_int_equal(helper_predict(&helper, rows, window, other), CS_OK);
			for (int k = 0; k < 2; k++)
				assert_true(fabs(other[(window - 1) * 2 + k] - forecast[origin * 2 + k]) <=
							1e-5 * fabs(forecast[origin * 2 + k]));
		}
		helper_free(&helper);
	}
}

static void
test_members_are_averaged(void **state)
{
	cs_sequence_options options = two_horizons(CS_TARGET_CHANGE);
	double sum[ROWS * 2] = {0};
	helper_fit helper;

	(void) state;
	options.ensemble = 3;
	train(&helper, &options);
	assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_OK);
	helper.options.ensemble = 1;
	for (int member = 0; member < 3; member++)
	{
		assert_int_equal(helper_predict(&helper, values, ROWS, other), CS_OK);
		for (size_t i = 6; i < ROWS * 2; i++)
			sum[i] += other[i] / 3;
		memmove(helper.parameters, helper.parameters + helper.count,
				(size_t) (2 - member) * helper.count * sizeof(float));
	}
	for (size_t i = 6; i < ROWS * 2; i++)
		assert_true(fabs(forecast[i] - sum[i]) <= 1e-9 * fabs(sum[i]));
	helper_free(&helper);
}

static void
test_not_finite(void **state)
{
	static const size_t row[] = {0, 2, 100, 400, ROWS - 1};
	cs_sequence_options options = two_horizons(CS_TARGET_CHANGE);
	helper_fit helper;

	(void) state;
	train(&helper, &options);
	for (int r = 0; r < 5; r++)
		for (int column = 0; column < HELPER_COLUMNS; column++)
		{
			double *value = values + row[r] * HELPER_COLUMNS + column;
			double kept = *value;

			*value = NAN;
			assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_NOT_FINITE);
			*value = -INFINITY;
			assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_NOT_FINITE);
			*value = kept;
		}
	helper.parameters[helper.count - 1] = INFINITY;
	assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_NOT_FINITE);
	helper_free(&helper);
}

static void
test_statuses(void **state)
{
	cs_sequence_options options = two_horizons(CS_TARGET_LEVEL);
	cs_sequence_options wrong = options;
	double scale[HELPER_COLUMNS] = {1, 1, 1};
	float parameters[1000] = {0};
	cs_sequence_network network = {.options = &options,
								   .columns = HELPER_COLUMNS,
								   .input_mean = scale,
								   .input_sd = scale,
								   .target_mean = scale,
								   .target_sd = scale,
								   .parameters = parameters};
	static const size_t start = 0;
	cs_sequence_data data = {.values = values,
							 .rows = ROWS,
							 .columns = HELPER_COLUMNS,
							 .series_start = &start,
							 .series_count = 1};
	cs_sequence_data none = {
		.values = values, .rows = ROWS, .series_start = &start, .series_count = 1};
	size_t size = cs_sequence_predict_workspace_size(&options, &data);
	char *block = malloc(size);
	cs_sequence_predictor predictor;
	cs_workspace workspace;

	(void) state;
	for (size_t less = 0; less < size; less += less == 0 ? 2 * CS_ALIGNMENT : CS_ALIGNMENT)
	{
		cs_workspace_initialize(&workspace, block, size - less);
		assert_int_equal(
			cs_sequence_predictor_initialize(&predictor, &network, &data, &workspace, forecast),
			less == 0 ? CS_OK : CS_NO_MEMORY);
	}
	cs_workspace_initialize(&workspace, block, size);
	data.rows = (size_t) 1 << 31;
	assert_int_equal(
		cs_sequence_predictor_initialize(&predictor, &network, &data, &workspace, forecast),
		CS_SIZE_OVERFLOW);
	data.rows = ROWS;
	data.series_count = 2;
	assert_int_equal(
		cs_sequence_predictor_initialize(&predictor, &network, &data, &workspace, forecast),
		CS_OUT_OF_RANGE);
	data.series_count = 1;
	assert_int_equal(
		cs_sequence_predictor_initialize(&predictor, &network, &none, &workspace, forecast),
		CS_OUT_OF_RANGE);
	network.columns = 0;
	assert_int_equal(
		cs_sequence_predictor_initialize(&predictor, &network, &none, &workspace, forecast),
		CS_OUT_OF_RANGE);
	assert_int_equal(cs_sequence_predict_workspace_size(&options, &none), SIZE_MAX);
	wrong.look_back = 0;
	network.columns = HELPER_COLUMNS;
	network.options = &wrong;
	assert_int_equal(
		cs_sequence_predictor_initialize(&predictor, &network, &data, &workspace, forecast),
		CS_OUT_OF_RANGE);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history_too_short),
		cmocka_unit_test(test_window_only),
		cmocka_unit_test(test_members_are_averaged),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
