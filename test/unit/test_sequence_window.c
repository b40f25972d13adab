/*
 * test_sequence_window.c
 *		Bounds of the options; splits and windows against their definitions, row by row.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/network/sequence_window.h"

static cs_sequence_options
valid_options(void)
{
	return (cs_sequence_options){.cell = CS_CELL_JANET,
								 .layers = 2,
								 .units = {8, 4},
								 .look_back = 5,
								 .horizon_count = 2,
								 .horizons = {1, 5},
								 .target = CS_TARGET_CHANGE,
								 .loss = CS_LOSS_MSE,
								 .learning_rate = 1e-3,
								 .batch_size = 32,
								 .epochs = 10,
								 .validation_fraction = 0.2,
								 .patience = 3,
								 .ensemble = 1,
								 .interval_level = 0.9,
								 .seed = 1};
}

static void
assert_invalid(const cs_sequence_options *options, const char *field)
{
	const char *which = NULL;

	assert_int_equal(cs_sequence_options_check(options, &which), CS_OUT_OF_RANGE);
	assert_string_equal(which, field);
}

#define ASSERT_INVALID(field, value, name)                                                         \
	do                                                                                             \
	{                                                                                              \
		cs_sequence_options changed = valid_options();                                             \
                                                                                                   \
		changed.field = (value);                                                                   \
		assert_invalid(&changed, name);                                                            \
	} while (0)

static void
test_options(void **state)
{
	cs_sequence_options options = valid_options();
	const char *which = "";

	(void) state;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OK);
	assert_null(which);
	assert_int_equal(cs_sequence_options_check(&options, NULL), CS_OK);
	ASSERT_INVALID(cell, (cs_cell) CS_CELL_COUNT, "cell");
	ASSERT_INVALID(layers, 0, "units");
	ASSERT_INVALID(layers, CS_MAX_LAYERS + 1, "units");
	ASSERT_INVALID(units[1], 0, "units");
	ASSERT_INVALID(units[1], CS_MAX_UNITS + 1, "units");
	ASSERT_INVALID(look_back, 0, "look_back");
	ASSERT_INVALID(look_back, CS_MAX_LOOK_BACK + 1, "look_back");
	ASSERT_INVALID(horizon_count, 0, "horizons");
	ASSERT_INVALID(horizon_count, CS_MAX_HORIZONS + 1, "horizons");
	ASSERT_INVALID(horizons[0], 0, "horizons");
	ASSERT_INVALID(horizons[1], 1, "horizons");
	ASSERT_INVALID(horizons[1], CS_MAX_HORIZON + 1, "horizons");
	ASSERT_INVALID(target, (cs_target) 7, "target");
	ASSERT_INVALID(loss, (cs_loss) 7, "loss");
	ASSERT_INVALID(learning_rate, 0, "learning_rate");
	ASSERT_INVALID(learning_rate, NAN, "learning_rate");
	ASSERT_INVALID(learning_rate, 11, "learning_rate");
	ASSERT_INVALID(weight_decay, -1, "weight_decay");
	ASSERT_INVALID(clip_norm, -1, "clip_norm");
	ASSERT_INVALID(clip_norm, INFINITY, "clip_norm");
	ASSERT_INVALID(batch_size, 0, "batch_size");
	ASSERT_INVALID(batch_size, CS_MAX_BATCH + 1, "batch_size");
	ASSERT_INVALID(epochs, 0, "epochs");
	ASSERT_INVALID(epochs, CS_MAX_EPOCHS + 1, "epochs");
	ASSERT_INVALID(validation_fraction, -0.1, "validation_fraction");
	ASSERT_INVALID(validation_fraction, 0.95, "validation_fraction");
	ASSERT_INVALID(validation_fraction, NAN, "validation_fraction");
	ASSERT_INVALID(patience, -1, "patience");
	ASSERT_INVALID(validation_fraction, 0, "patience");
	ASSERT_INVALID(ensemble, 0, "ensemble");
	ASSERT_INVALID(ensemble, CS_MAX_ENSEMBLE + 1, "ensemble");
	ASSERT_INVALID(interval_level, 0, "interval_level");
	ASSERT_INVALID(interval_level, 1, "interval_level");
}

static void
test_parameter_count(void **state)
{
	cs_sequence_options options = valid_options();

	(void) state;
	/* two gates: 2*8*(3+8+1) + 2*4*(8+4+1) + 2*(4+1) */
	assert_int_equal(cs_sequence_parameter_count(&options, 3), 192 + 104 + 10);
	assert_int_equal(cs_sequence_parameter_count(&options, 0), SIZE_MAX);
	assert_int_equal(cs_sequence_parameter_count(&options, CS_MAX_COLUMNS + 1), SIZE_MAX);
	options.cell = CS_CELL_LSTM;
	assert_int_equal(cs_sequence_parameter_count(&options, 3), 2 * 192 + 2 * 104 + 10);
}

static void
test_forward_batch(void **state)
{
	cs_sequence_options options = valid_options();

	(void) state;
	for (options.look_back = 1; options.look_back <= CS_MAX_LOOK_BACK; options.look_back++)
	{
		int batch = cs_sequence_forward_batch(&options);

		assert_true(batch >= 16 && batch <= 256);
		assert_true(batch == 16 || batch * options.look_back <= 2048);
	}
}

/* Whether row i can be an origin, by the definition. */
static bool
is_origin(const cs_sequence_options *options, long i, long start, long end)
{
	long first = i - options->look_back + 1 - (options->target == CS_TARGET_CHANGE ? 1 : 0);

	return first >= start && i + options->horizons[options->horizon_count - 1] < end;
}

static void
check_split(const cs_sequence_options *options, long start, long end)
{
	cs_sequence_split split;
	long windows = 0;
	long held_out;
	long validation_first = -1;
	long seen = 0;

	for (long i = start; i < end; i++)
		windows += is_origin(options, i, start, end);
	held_out = (long) ceil(options->validation_fraction * (double) windows - 1e-6);
	cs_sequence_split_series(&split, options, (size_t) start, (size_t) end);
	assert_int_equal(split.end_row, end);
	assert_int_equal(split.first_row, start + (options->target == CS_TARGET_CHANGE ? 1 : 0));
	assert_true(split.first_origin <= split.training_end);
	assert_int_equal(split.validation_end - split.validation_first, held_out);
	for (long i = start; i < end; i++)
	{
		bool origin = is_origin(options, i, start, end);
		bool validation = origin && seen >= windows - held_out;
		bool training = (size_t) i >= split.first_origin && (size_t) i < split.training_end;

		if (validation && validation_first < 0)
			validation_first = i;
		assert_int_equal((size_t) i >= split.validation_first && (size_t) i < split.validation_end,
						 validation);
		assert_true(origin || !training);
		seen += origin;
	}
	for (long i = start; i < end; i++)
	{
		long reach = i + options->horizons[options->horizon_count - 1];
		bool expected =
			is_origin(options, i, start, end) && (held_out == 0 || reach <= validation_first);

		assert_int_equal((size_t) i >= split.first_origin && (size_t) i < split.training_end,
						 expected);
	}
}

static void
test_split(void **state)
{
	static const double fractions[] = {0, 0.01, 0.1, 0.15, 0.3, 0.5, 0.9};
	cs_sequence_options options = valid_options();

	(void) state;
	for (int target = 0; target < 2; target++)
		for (int f = 0; f < 7; f++)
			for (options.look_back = 1; options.look_back <= 7; options.look_back += 3)
				for (int horizon = 1; horizon <= 9; horizon += 4)
					for (long rows = 0; rows <= 60; rows++)
					{
						options.target = (cs_target) target;
						options.validation_fraction = fractions[f];
						options.horizon_count = 1;
						options.horizons[0] = horizon;
						check_split(&options, 13, 13 + rows);
					}
}

static void
test_minimum_rows(void **state)
{
	static const double fractions[] = {0, 0.1, 0.5, 0.9};
	cs_sequence_options options = valid_options();

	(void) state;
	for (int f = 0; f < 4; f++)
		for (options.look_back = 1; options.look_back <= 11; options.look_back += 5)
		{
			cs_sequence_split split;
			size_t rows;

			options.validation_fraction = fractions[f];
			rows = cs_sequence_fit_minimum_rows(&options);
			cs_sequence_split_series(&split, &options, 0, rows);
			assert_int_equal(split.training_end - split.first_origin, 2);
			cs_sequence_split_series(&split, &options, 0, rows - 1);
			assert_true(split.training_end - split.first_origin < 2);
		}
	options.validation_fraction = 0;
	options.look_back = 5;
	assert_int_equal(cs_sequence_fit_minimum_rows(&options), 1 + 4 + 5 + 2);
}

enum
{
	ROWS = 40,
	COLUMNS = 3
};

static double
value_at(long row, int column)
{
	return sin(1.3 * (double) row + column) + 0.1 * (double) row;
}

/* What an interval of the last row depends on does not change with the row before those needed. */
static void
test_rows_needed(void **state)
{
	double values[300];
	cs_sequence_options options = valid_options();

	(void) state;
	options.interval_level = 0.5;
	for (int i = 0; i < 300; i++)
		values[i] = value_at(i, 0) + (i * i) % 17;
	for (options.local_rows = 0; options.local_rows <= 60; options.local_rows += 30)
		for (int target = 0; target < 2; target++)
			for (options.look_back = 1; options.look_back <= 101; options.look_back += 50)
			{
				size_t start;
				cs_sequence_split split;

				options.target = (cs_target) target;
				start = 300 - cs_sequence_rows_needed(&options, true);
				for (int k = 0; k < options.horizon_count; k++)
					assert_true(
						cs_sequence_interval_scale(&options, values, 1, start, 299, k, 0.5) ==
						cs_sequence_interval_scale(&options, values, 1, 0, 299, k, 0.5));
				start = 300 - cs_sequence_rows_needed(&options, false);
				cs_sequence_split_series(&split, &options, start, 300);
				assert_true(split.first_origin <= 299);
				if (options.local_rows == 0)
				{
					assert_int_equal(split.first_origin, 299);
					continue;
				}
				assert_true(cs_sequence_local(&options, values, 1, start, 299).scale ==
							cs_sequence_local(&options, values, 1, 0, 299).scale);
				assert_true(cs_sequence_local(&options, values, 1, start, 299).center ==
							cs_sequence_local(&options, values, 1, 0, 299).center);
			}
	options.local_rows = 0;
	options.look_back = 4;
	assert_int_equal(cs_sequence_rows_needed(&options, true), CS_VOLATILITY_ROWS + 1);
}

/* Windows, targets and forecasts of three origins, by the definition. */
static void
test_gather(void **state)
{
	static const double input_mean[] = {0.3, -0.2, 1.5};
	static const double input_sd[] = {0.7, 1.1, 2.0};
	static const double target_mean[] = {0.05, 0.5};
	static const double target_sd[] = {0.9, 1.9};
	static const int32_t origin[] = {5, 34, 20};
	double values[ROWS * COLUMNS];
	cs_sequence_options options = valid_options();
	cs_sequence_source source = {.options = &options,
								 .values = values,
								 .columns = COLUMNS,
								 .input_mean = input_mean,
								 .input_sd = input_sd,
								 .target_mean = target_mean,
								 .target_sd = target_sd};

	(void) state;
	for (int i = 0; i < ROWS * COLUMNS; i++)
		values[i] = value_at(i / COLUMNS, i % COLUMNS);
	options.ensemble = 2;
	for (int target = 0; target < 2; target++)
	{
		float input[5 * 3 * COLUMNS];
		float targets[3 * 2];
		float output[3 * 2] = {0.5f, -1.0f, 2.0f, 0.25f, -3.0f, 1.0f};
		double forecast[3 * 2];

		options.target = (cs_target) target;
		cs_sequence_gather(input, NULL, &source, origin, 3, 0, 1);
		cs_sequence_gather(input, NULL, &source, origin, 3, 1, 2);
		cs_sequence_gather_targets(targets, &source, origin, 3);
		cs_sequence_forecast_begin(forecast, &source, origin, 3);
		cs_sequence_forecast_add(forecast, &source, origin, output, 3);
		cs_sequence_forecast_add(forecast, &source, origin, output, 3);
		for (int n = 0; n < 3; n++)
		{
			double base = target == CS_TARGET_CHANGE ? value_at(origin[n], 0) : 0;

			for (int t = 0; t < 5; t++)
				for (int c = 0; c < COLUMNS; c++)
				{
					long row = origin[n] - 4 + t;
					double value = value_at(row, c);

					if (c == 0 && target == CS_TARGET_CHANGE)
						value -= value_at(row - 1, c);
					assert_true(fabs(input[(t * 3 + n) * COLUMNS + c] -
									 (value - input_mean[c]) / input_sd[c]) <= 1e-6);
				}
			for (int k = 0; k < 2; k++)
			{
				double change = value_at(origin[n] + options.horizons[k], 0) - base;

				assert_true(fabs(targets[n * 2 + k] - (change - target_mean[k]) / target_sd[k]) <=
							1e-6);
				assert_true(fabs(forecast[n * 2 + k] - (base + target_mean[k] +
														target_sd[k] * output[n * 2 + k])) <= 1e-6);
			}
		}
	}
}

static void
test_local_volatility(void **state)
{
	double values[60];

	(void) state;
	for (size_t i = 0; i < 30; i++)
	{
		values[2 * i] = i % 2 == 0 ? 1 : 3; /* every change is 2 */
		values[2 * i + 1] = (double) (i * i);
	}
	assert_true(cs_sequence_local_volatility(values, 2, 0, 29, 2) == 1);
	assert_true(fabs(cs_sequence_local_volatility(values, 2, 0, 29, 1) - 1.8) < 1e-15);
	values[0] = 43; /* the first change is 40 */
	assert_true(cs_sequence_local_volatility(values, 2, 0, 29, 2) == 1);
	assert_true(fabs(cs_sequence_local_volatility(values, 2, 0, 20, 2) - (1.95 + 0.25) / 1.25) <
				1e-15);
	assert_true(cs_sequence_local_volatility(values, 2, 1, 20, 2) == 1);
	assert_true(cs_sequence_local_volatility(values, 2, 5, 5, 2) == 1);
	assert_true(cs_sequence_local_volatility(values, 2, 0, 29, 0) == 1);
}

/* y = 1, 2, 4, 7, 11, ...: the change into row i is i. */
static void
fill_growing(double *values, size_t rows, double scale)
{
	values[0] = scale;
	for (size_t i = 1; i < rows; i++)
		values[i] = values[i - 1] + scale * (double) i;
}

static void
test_local(void **state)
{
	static const double unit[] = {1, 1e-9, 1e9};
	double values[60];
	cs_sequence_options options = valid_options();
	cs_local local;

	(void) state;
	options.local_rows = 10;
	for (int u = 0; u < 3; u++)
	{
		fill_growing(values, 60, unit[u]);
		options.target = CS_TARGET_CHANGE;
		/* the changes into rows 21 to 30; of a series from row 28, those into 29 and 30 */
		local = cs_sequence_local(&options, values, 1, 0, 30);
		assert_true(local.center == 0 && fabs(local.scale / unit[u] - 25.5) < 1e-9);
		local = cs_sequence_local(&options, values, 1, 28, 30);
		assert_true(fabs(local.scale / unit[u] - 29.5) < 1e-9);
		assert_true(cs_sequence_local(&options, values, 1, 30, 30).scale == 0);
		options.target = CS_TARGET_LEVEL;
		/* rows 21 to 30: 1 + i (i + 1) / 2 */
		local = cs_sequence_local(&options, values, 1, 0, 30);
		assert_true(fabs(local.center / unit[u] - 343) < 1e-9);
		assert_true(fabs(local.scale / unit[u] - 25.5) < 1e-9);
	}
	/* changes at the last bit are none */
	for (int i = 0; i < 60; i++)
		values[i] = i % 2 == 0 ? 0.3 : 0.1 + 0.2;
	assert_true(cs_sequence_local(&options, values, 1, 0, 30).scale == 0);
}

static void
test_interval_scale(void **state)
{
	double values[60];
	cs_sequence_options options = valid_options();

	(void) state;
	options.horizon_count = 2;
	options.horizons[0] = 1;
	options.horizons[1] = 3;
	options.interval_level = 0.75;
	fill_growing(values, 60, 1);
	assert_true(cs_sequence_interval_scale(&options, values, 1, 0, 30, 0, 5) ==
				cs_sequence_local_volatility(values, 1, 0, 30, 5));
	options.local_rows = 10;
	/* The 9th smallest of the changes 21 to 30; over three rows, of 60, 63, ..., 87; of the last 20
	 * changes, the mean is 20.5. */
	assert_true(fabs(cs_sequence_interval_scale(&options, values, 1, 0, 30, 0, 5) -
					 29 * (20.5 / 25.5 + 0.25) / 1.25) < 1e-12);
	assert_true(fabs(cs_sequence_interval_scale(&options, values, 1, 0, 30, 1, 5) -
					 84 * (20.5 / 25.5 + 0.25) / 1.25) < 1e-12);
	/* too few: as of a Gaussian walk with the mean absolute change 2.5 */
	assert_true(fabs(cs_sequence_interval_scale(&options, values, 1, 0, 4, 1, 5) -
					 2.5 / 0.79788456080286535588 * 1.7320508075688772935 * 1.1503493803760081783) <
				1e-12);
	/* no change at all: as of one with the usual change */
	for (int i = 0; i < 60; i++)
		values[i] = 8;
	assert_true(fabs(cs_sequence_interval_scale(&options, values, 1, 0, 30, 0, 5) -
					 5 / 0.79788456080286535588 * 1.1503493803760081783) < 1e-12);
	assert_true(cs_sequence_interval_scale(&options, values, 1, 0, 30, 0, 0) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),			 cmocka_unit_test(test_local),
		cmocka_unit_test(test_interval_scale),	 cmocka_unit_test(test_parameter_count),
		cmocka_unit_test(test_forward_batch),	 cmocka_unit_test(test_split),
		cmocka_unit_test(test_minimum_rows),	 cmocka_unit_test(test_gather),
		cmocka_unit_test(test_local_volatility), cmocka_unit_test(test_rows_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
