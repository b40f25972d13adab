/*
 * test_sequence_fit_input.c
 *		Fits of constant, straight, infinite and too short data, and every status of a fit.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/poll.h"
#include "sequence_helper.h"

#define ROWS 600

static double values[ROWS * HELPER_COLUMNS];

/* A column that does not vary has no influence, whatever its value. */
static void
test_constant_column(void **state)
{
	cs_sequence_options options = helper_options();
	helper_fit helper[2];

	(void) state;
	options.epochs = 2;
	for (int i = 0; i < 2; i++)
	{
		helper_series(values, ROWS, options.target, 14);
		for (int row = 0; row < ROWS; row++)
			values[row * HELPER_COLUMNS + 2] = i == 0 ? 0.1 : -7e5;
		helper_train(helper + i, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(helper[i].status, CS_OK);
		assert_true(helper[i].fit.input_sd[2] == 1.0);
	}
	assert_true(fabs(helper[0].fit.validation_mae - helper[1].fit.validation_mae) < 1e-6);
	helper_free(helper);
	helper_free(helper + 1);
}

static void
test_constant_series(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
	{
		cs_sequence_options options = helper_options();
		helper_fit helper;

		options.target = (cs_target) target;
		helper_series(values, ROWS, options.target, 15);
		for (int row = 0; row < ROWS; row++)
			values[row * HELPER_COLUMNS] = 0.1;
		helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(helper.status, CS_CONSTANT);
		helper_free(&helper);
		/* varying after the training rows only is no better */
		values[(ROWS - 1) * HELPER_COLUMNS] = 2;
		helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(helper.status, CS_CONSTANT);
		helper_free(&helper);
	}
}

/* A straight line has constant changes: scaled by their size, and a forecast that continues it. */
static void
test_straight_line(void **state)
{
	cs_sequence_options options = helper_options();
	double line[100];
	helper_fit helper;

	(void) state;
	options.epochs = 30;
	for (int i = 0; i < 100; i++)
		line[i] = 3 + 0.1 * i;
	helper_train(&helper, &options, line, 100, 1);
	assert_int_equal(helper.status, CS_OK);
	assert_true(helper.fit.input_sd[0] == 1.0 && helper.fit.target_mean[0] == 0);
	assert_true(fabs(helper.fit.target_sd[0] - 0.1) <= 1e-10);
	assert_true(helper.fit.validation_mae < 0.01);
	helper_free(&helper);
}

static void
test_not_finite(void **state)
{
	static const double bad[] = {NAN, INFINITY, -INFINITY, 1e308};
	static const size_t row[] = {0, 300, ROWS - 1};
	cs_sequence_options options = helper_options();
	helper_fit helper;

	(void) state;
	for (int b = 0; b < 4; b++)
		for (int r = 0; r < 3; r++)
			for (int column = 0; column < HELPER_COLUMNS; column++)
			{
				helper_series(values, ROWS, options.target, 16);
				values[row[r] * HELPER_COLUMNS + column] = bad[b];
				helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
				/* finite, though huge, and not in any window or target */
				if (bad[b] == 1e308 && (column > 0 ? row[r] != 300 : row[r] == ROWS))
					assert_int_equal(helper.status, CS_OK);
				else
					assert_int_equal(helper.status, CS_NOT_FINITE);
				helper_free(&helper);
			}
}

static float *spoilt;

/* After the first batch. */
static void
spoil(double done, double total)
{
	(void) done;
	if (total > 0)
		*spoilt = NAN;
}

/* Parameters that leave the floats end the fit, wherever they stand. */
static void
test_divergence(void **state)
{
	static const size_t start = 0;
	void (*before)(double, double) = cs_poll;
	cs_sequence_options options = helper_options();

	(void) state;
	options.units[0] = 64;
	helper_series(values, ROWS, options.target, 17);
	for (int clipped = 0; clipped < 2; clipped++)
		for (int last = 0; last < 2; last++)
		{
			helper_fit helper;

			options.clip_norm = clipped;
			helper_begin(&helper, &options, values, ROWS, HELPER_COLUMNS, &start, 1);
			spoilt = helper.parameters + (last == 1 ? helper.count - 1 : 0);
			cs_poll = spoil;
			helper_run(&helper);
			cs_poll = before;
			assert_int_equal(helper.status, CS_NOT_FINITE);
			assert_true(cs_sequence_fit_diverged(&helper.fit));
			helper_free(&helper);
		}
}

static void
test_bad_data_is_not_divergence(void **state)
{
	cs_sequence_options options = helper_options();
	helper_fit helper;

	(void) state;
	helper_series(values, ROWS, options.target, 18);
	values[7] = NAN;
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(helper.status, CS_NOT_FINITE);
	assert_false(cs_sequence_fit_diverged(&helper.fit));
	helper_free(&helper);
}

static cs_sequence_data
data_of(size_t rows, size_t columns, const size_t *start, size_t series)
{
	return (cs_sequence_data){.values = values,
							  .rows = rows,
							  .columns = columns,
							  .series_start = start,
							  .series_count = series};
}

static size_t
size_of(const cs_sequence_options *options, size_t rows, size_t columns, size_t series)
{
	cs_sequence_data data = data_of(rows, columns, NULL, series);

	return cs_sequence_fit_workspace_size(options, &data);
}

static cs_status
initialize_status(const cs_sequence_options *options, size_t rows, size_t columns,
				  const size_t *start, size_t series, size_t workspace_size)
{
	static char block[1 << 20];
	static float parameters[1 << 14];
	static cs_sequence_fit fit;
	cs_workspace workspace;

	cs_sequence_data data = data_of(rows, columns, start, series);

	cs_workspace_initialize(&workspace, block, workspace_size);
	return cs_sequence_fit_initialize(&fit, options, &data, &workspace, parameters);
}

static void
test_initialize_statuses(void **state)
{
	static const size_t zero[] = {0};
	static const size_t one[] = {1};
	static const size_t falling[] = {0, 50, 40};
	static const size_t beyond[] = {0, 101};
	cs_sequence_options options = helper_options();
	cs_sequence_options wrong = options;
	size_t least = cs_sequence_fit_minimum_rows(&options);
	size_t size = size_of(&options, 100, 3, 1);

	(void) state;
	assert_int_equal(initialize_status(&options, 100, 3, zero, 1, size), CS_OK);
	wrong.epochs = 0;
	assert_int_equal(initialize_status(&wrong, 100, 3, zero, 1, size), CS_OUT_OF_RANGE);
	assert_int_equal(initialize_status(&options, 100, 0, zero, 1, size), CS_OUT_OF_RANGE);
	assert_int_equal(initialize_status(&options, 100, 3, one, 1, size), CS_OUT_OF_RANGE);
	assert_int_equal(initialize_status(&options, 100, 3, zero, 0, size), CS_OUT_OF_RANGE);
	assert_int_equal(initialize_status(&options, 100, 3, falling, 3, size), CS_OUT_OF_RANGE);
	assert_int_equal(initialize_status(&options, 100, 3, beyond, 2, size), CS_OUT_OF_RANGE);
	assert_int_equal(initialize_status(&options, 0, 3, zero, 1, size), CS_TOO_FEW);
	assert_int_equal(initialize_status(&options, least, 3, zero, 1, size), CS_OK);
	assert_int_equal(initialize_status(&options, least - 1, 3, zero, 1, size), CS_TOO_FEW);
	assert_int_equal(initialize_status(&options, (size_t) 1 << 31, 3, zero, 1, size),
					 CS_SIZE_OVERFLOW);
	for (size_t less = 2 * CS_ALIGNMENT; less < size; less += CS_ALIGNMENT)
		assert_int_equal(initialize_status(&options, 100, 3, zero, 1, size - less), CS_NO_MEMORY);
}

static void
test_workspace_size(void **state)
{
	cs_sequence_options options = helper_options();
	size_t small = size_of(&options, 1000, 12, 1);
	size_t large = size_of(&options, 1001000, 12, 1);

	(void) state;
	/* per window: its origin, and an error of every fourth */
	assert_true(large - small <= 1000000 * (4 + 8 / 4) + 256);
	assert_int_equal(size_of(&options, 1000, 0, 1), SIZE_MAX);
	assert_int_equal(size_of(&options, SIZE_MAX / 2, 3, 1), SIZE_MAX);
	options.horizon_count = 2;
	options.horizons[1] = 2;
	assert_int_equal(size_of(&options, 1000, 3, SIZE_MAX / 2 + 1), SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constant_column),
		cmocka_unit_test(test_constant_series),
		cmocka_unit_test(test_straight_line),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_divergence),
		cmocka_unit_test(test_bad_data_is_not_divergence),
		cmocka_unit_test(test_initialize_statuses),
		cmocka_unit_test(test_workspace_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
