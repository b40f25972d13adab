/*
 * test_sequence_fit.c
 *		Fits learn what is planted, from the training rows alone, reproducibly; every fact that they
 *		report is recomputed.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "poll_helper.h"
#include "sequence_helper.h"
#include "check_helper.h"

#define ROWS 600

static double values[ROWS * HELPER_COLUMNS];
static double forecast[ROWS * 2];

static void
test_learns(void **state)
{
	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
		for (int target = 0; target < 2; target++)
			for (int loss = 0; loss < CS_LOSS_COUNT; loss++)
			{
				cs_sequence_options options = helper_options();
				helper_fit helper;

				options.cell = (cs_cell) cell;
				options.target = (cs_target) target;
				options.loss = (cs_loss) loss;
				options.huber_delta = loss == CS_LOSS_HUBER ? 1 : 0;
				options.quantile = loss == CS_LOSS_PINBALL ? 0.5 : 0;
				helper_series(values, ROWS, options.target, 1);
				helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
				assert_int_equal(helper.status, CS_OK);
				assert_int_equal(helper.fit.member[0].epochs, options.epochs);
				assert_int_equal(helper.fit.member[0].best_epoch, options.epochs);
				assert_true(helper.fit.validation_mae < 0.3 * helper.fit.random_walk_mae);
				assert_true(helper.fit.validation_rmse < 0.3 * helper.fit.random_walk_rmse);
				helper_free(&helper);
			}
}

/*
 * The mean absolute change of y over the 20 rows up to `origin`, as the interval is scaled by it.
 */
static double
volatility(size_t origin, double usual)
{
	size_t changes = origin < 20 ? origin : 20;
	double sum = 0;

	for (size_t i = 0; i < changes; i++)
		sum +=
			fabs(values[(origin - i) * HELPER_COLUMNS] - values[(origin - i - 1) * HELPER_COLUMNS]);
	return (sum / (double) changes / usual + 0.25) / 1.25;
}

/* Facts of a fit with two horizons against those of its own forecasts. */
static void
check_facts(const helper_fit *helper)
{
	const cs_sequence_fit *fit = &helper->fit;
	size_t n = fit->validation_windows;
	size_t first = ROWS - (size_t) helper->options.horizons[1] - n;
	double sum[5] = {0};
	double error[ROWS];
	double relative[ROWS];

	assert_int_equal(helper_predict(helper, values, ROWS, forecast), CS_OK);
	for (int k = 0; k < 2; k++)
	{
		for (size_t v = 0; v < n; v++)
		{
			size_t origin = first + v;
			size_t later = origin + (size_t) helper->options.horizons[k];
			double actual = values[later * HELPER_COLUMNS];
			double walk = actual - values[origin * HELPER_COLUMNS];

			error[v] = fabs(forecast[origin * 2 + k] - actual);
			relative[v] = error[v] / volatility(origin, fit->usual_change);
			sum[4] += pow(error[v] / fit->target_sd[k], 2);
			if (k > 0)
				continue;
			sum[0] += error[v];
			sum[1] += error[v] * error[v];
			sum[2] += fabs(walk);
			sum[3] += walk * walk;
		}
		qsort(relative, n, sizeof(double), compare_doubles);
		assert_near(fit->interval_half_width[k], relative[(size_t) ceil((n + 1) * 0.9) - 1], 1e-5,
					0);
	}
	assert_near(fit->validation_mae, sum[0] / n, 1e-5, 0);
	assert_near(fit->validation_rmse, sqrt(sum[1] / n), 1e-5, 0);
	assert_near(fit->random_walk_mae, sum[2] / n, 1e-9, 0);
	assert_near(fit->random_walk_rmse, sqrt(sum[3] / n), 1e-9, 0);
	if (helper->options.ensemble == 1)
		assert_near(fit->member[0].validation_loss, sum[4] / (2.0 * n), 1e-5, 0);
}

static void
test_facts(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
		for (int ensemble = 1; ensemble <= 3; ensemble += 2)
			for (int patience = 0; patience <= 2; patience += 2)
			{
				cs_sequence_options options = helper_options();
				helper_fit helper;

				options.target = (cs_target) target;
				options.horizon_count = 2;
				options.horizons[1] = 3;
				options.ensemble = ensemble;
				options.patience = patience;
				options.weight_decay = 1e-4;
				options.clip_norm = 0.5;
				helper_series(values, ROWS, options.target, 2);
				helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
				assert_int_equal(helper.status, CS_OK);
				check_facts(&helper);
				helper_free(&helper);
			}
}

/* Means and standard deviations of the training rows, once each; changes by root mean square. */
static void
test_scaling(void **state)
{
	cs_sequence_options options = helper_options();
	/* 600 rows: origins 3 to 598; 149 of the 596 windows are for validation */
	const size_t last_origin = 449;
	double mean[HELPER_COLUMNS] = {0};
	double square[HELPER_COLUMNS] = {0};
	double target_square = 0;
	helper_fit helper;

	(void) state;
	options.epochs = 1;
	helper_series(values, ROWS, options.target, 3);
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(helper.fit.training_windows, 447);
	assert_int_equal(helper.fit.validation_windows, 149);
	for (int pass = 0; pass < 2; pass++)
		for (size_t row = 1; row <= last_origin; row++)
		{
			const double *value = values + row * HELPER_COLUMNS;
			double target = value[HELPER_COLUMNS] - value[0];

			for (int c = 0; c < HELPER_COLUMNS; c++)
			{
				double input = c == 0 ? value[0] - value[-HELPER_COLUMNS] : value[c];

				if (pass == 0)
					mean[c] += input / (double) last_origin;
				else
					square[c] += (input - mean[c]) * (input - mean[c]) / (double) last_origin;
			}
			if (row >= 3 && pass == 0)
				target_square += target * target / 447;
		}
	for (int c = 0; c < HELPER_COLUMNS; c++)
	{
		assert_near(helper.fit.input_mean[c], mean[c], 1e-9, 0);
		assert_near(helper.fit.input_sd[c], sqrt(square[c]), 1e-9, 0);
	}
	assert_true(helper.fit.target_mean[0] == 0);
	assert_near(helper.fit.target_sd[0], sqrt(target_square), 1e-9, 0);
	helper_free(&helper);
}

/* About 90 % of the errors on data never seen lie within the interval. */
static void
test_coverage(void **state)
{
	enum
	{
		LONG = 4000
	};
	cs_sequence_options options = helper_options();
	double *seen = malloc(LONG * HELPER_COLUMNS * sizeof(double));
	double *fresh = malloc(LONG * HELPER_COLUMNS * sizeof(double));
	double *made = malloc(LONG * sizeof(double));
	int covered = 0;
	double walk = 0;
	double error = 0;
	helper_fit helper;

	(void) state;
	helper_series(seen, LONG, options.target, 4);
	helper_series(fresh, LONG, options.target, 5);
	helper_train(&helper, &options, seen, LONG, HELPER_COLUMNS);
	assert_int_equal(helper_predict(&helper, fresh, LONG, made), CS_OK);
	for (size_t i = 3; i + 1 < LONG; i++)
	{
		double actual = fresh[(i + 1) * HELPER_COLUMNS];

		covered += fabs(made[i] - actual) <= helper.fit.interval_half_width[0];
		error += fabs(made[i] - actual);
		walk += fabs(fresh[i * HELPER_COLUMNS] - actual);
	}
	assert_true(covered > 0.86 * (LONG - 4) && covered < 0.94 * (LONG - 4));
	assert_true(error < 0.3 * walk);
	helper_free(&helper);
	free(seen);
	free(fresh);
	free(made);
}

static void
test_same_seed_same_bytes(void **state)
{
	cs_sequence_options options = helper_options();
	helper_fit first;
	helper_fit second;
	helper_fit pair;

	(void) state;
	options.epochs = 3;
	helper_series(values, ROWS, options.target, 6);
	helper_train(&first, &options, values, ROWS, HELPER_COLUMNS);
	helper_train(&second, &options, values, ROWS, HELPER_COLUMNS);
	assert_memory_equal(first.parameters, second.parameters, first.count * sizeof(float));
	helper_free(&second);
	options.seed = 2;
	helper_train(&second, &options, values, ROWS, HELPER_COLUMNS);
	assert_memory_not_equal(first.parameters, second.parameters, first.count * sizeof(float));
	options.seed = 1;
	options.ensemble = 2;
	helper_train(&pair, &options, values, ROWS, HELPER_COLUMNS);
	assert_memory_equal(first.parameters, pair.parameters, first.count * sizeof(float));
	assert_memory_equal(second.parameters, pair.parameters + pair.count,
						first.count * sizeof(float));
	helper_free(&first);
	helper_free(&second);
	helper_free(&pair);
}

/* An epoch goes through every training window once, in a random order. */
static void
test_shuffle(void **state)
{
	cs_sequence_options options = helper_options();
	int seen[ROWS] = {0};
	size_t ascending = 0;
	helper_fit helper;

	(void) state;
	options.epochs = 1;
	helper_series(values, ROWS, options.target, 19);
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	for (size_t i = 0; i < helper.fit.training_windows; i++)
	{
		seen[helper.fit.window[i]]++;
		ascending += i > 0 && helper.fit.window[i] > helper.fit.window[i - 1];
	}
	for (size_t origin = 0; origin < ROWS; origin++)
		assert_int_equal(seen[origin], origin >= 3 && origin < 3 + helper.fit.training_windows);
	assert_true(ascending > 0.4 * 447 && ascending < 0.6 * 447);
	helper_free(&helper);
}

/* Nothing after the first validation origin reaches the parameters or the scaling. */
static void
test_no_leak(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
	{
		cs_sequence_options options = helper_options();
		size_t first_validation;
		helper_fit first;
		helper_fit second;
		helper_fit third;

		options.target = (cs_target) target;
		options.horizon_count = 2;
		options.horizons[1] = 4;
		options.epochs = 2;
		helper_series(values, ROWS, options.target, 7);
		helper_train(&first, &options, values, ROWS, HELPER_COLUMNS);
		first_validation = ROWS - 4 - first.fit.validation_windows;
		for (size_t i = (first_validation + 1) * HELPER_COLUMNS; i < ROWS * HELPER_COLUMNS; i++)
			values[i] = -3 * values[i] + 50;
		helper_train(&second, &options, values, ROWS, HELPER_COLUMNS);
		assert_memory_equal(first.parameters, second.parameters, first.count * sizeof(float));
		assert_memory_equal(first.fit.input_mean, second.fit.input_mean,
							2 * HELPER_COLUMNS * sizeof(double));
		assert_memory_equal(first.fit.target_mean, second.fit.target_mean, 2 * sizeof(double));
		assert_memory_equal(first.fit.target_sd, second.fit.target_sd, 2 * sizeof(double));
		assert_true(first.fit.validation_mae != second.fit.validation_mae);
		/* the row before is the last training target */
		values[first_validation * HELPER_COLUMNS] += 1;
		helper_train(&third, &options, values, ROWS, HELPER_COLUMNS);
		assert_memory_not_equal(first.parameters, third.parameters, first.count * sizeof(float));
		helper_free(&first);
		helper_free(&second);
		helper_free(&third);
	}
}

/* Series too short for a window, before, between and after, leave no trace. */
static void
test_short_series_leave_no_trace(void **state)
{
	static const size_t start[] = {0, 0, 4, 4, 300, 304, 600, 604};
	double spread[(ROWS + 12) * HELPER_COLUMNS];
	cs_sequence_options options = helper_options();
	static const size_t halves[] = {0, 296};
	helper_fit plain;
	helper_fit mixed;

	(void) state;
	options.epochs = 2;
	helper_series(values, 592, options.target, 8);
	for (int i = 0; i < (ROWS + 12) * HELPER_COLUMNS; i++)
		spread[i] = 1e6 * sin(i);
	memcpy(spread + (size_t) 4 * HELPER_COLUMNS, values, sizeof(double) * 296 * HELPER_COLUMNS);
	memcpy(spread + (size_t) 304 * HELPER_COLUMNS, values + (size_t) 296 * HELPER_COLUMNS,
		   sizeof(double) * 296 * HELPER_COLUMNS);
	helper_begin(&plain, &options, values, 592, HELPER_COLUMNS, halves, 2);
	helper_run(&plain);
	helper_begin(&mixed, &options, spread, 608, HELPER_COLUMNS, start, 8);
	helper_run(&mixed);
	assert_int_equal(plain.status, CS_OK);
	assert_int_equal(mixed.status, CS_OK);
	/* each half: 292 windows, 73 of them for validation */
	assert_int_equal(plain.fit.training_windows, 2 * 219);
	assert_int_equal(plain.fit.validation_windows, 2 * 73);
	assert_int_equal(mixed.fit.training_windows, 2 * 219);
	assert_memory_equal(plain.parameters, mixed.parameters, plain.count * sizeof(float));
	assert_true(plain.fit.validation_mae == mixed.fit.validation_mae);
	helper_free(&plain);
	helper_free(&mixed);
}

static void
test_early_stopping(void **state)
{
	cs_sequence_options options = helper_options();
	const cs_sequence_member *member;
	helper_fit helper;
	helper_fit best;

	(void) state;
	options.units[0] = 32;
	options.learning_rate = 0.03;
	options.epochs = 200;
	options.patience = 4;
	helper_series(values, 150, options.target, 9); /* few rows: soon learnt by heart */
	helper_train(&helper, &options, values, 150, HELPER_COLUMNS);
	assert_int_equal(helper.status, CS_OK);
	member = helper.fit.member;
	assert_true(member->epochs < 200);
	assert_int_equal(member->epochs - member->best_epoch, 4);
	/* the parameters kept are those of a fit that ends with the best epoch */
	options.patience = 0;
	options.epochs = member->best_epoch;
	helper_train(&best, &options, values, 150, HELPER_COLUMNS);
	assert_memory_equal(helper.parameters, best.parameters, best.count * sizeof(float));
	assert_true(member->validation_loss == best.fit.member[0].validation_loss);
	assert_true(member->training_loss == best.fit.member[0].training_loss);
	helper_free(&helper);
	helper_free(&best);
}

static void
test_clipping(void **state)
{
	cs_sequence_options options = helper_options();
	helper_fit none;
	helper_fit wide;
	helper_fit tight;

	(void) state;
	options.epochs = 2;
	helper_series(values, ROWS, options.target, 10);
	helper_train(&none, &options, values, ROWS, HELPER_COLUMNS);
	options.clip_norm = 1e6;
	helper_train(&wide, &options, values, ROWS, HELPER_COLUMNS);
	options.clip_norm = 1e-7; /* comparable to Adam's epsilon, so that steps become shorter */
	helper_train(&tight, &options, values, ROWS, HELPER_COLUMNS);
	assert_memory_equal(none.parameters, wide.parameters, none.count * sizeof(float));
	assert_memory_not_equal(none.parameters, tight.parameters, none.count * sizeof(float));
	assert_true(tight.fit.member[0].training_loss > none.fit.member[0].training_loss);
	helper_free(&none);
	helper_free(&wide);
	helper_free(&tight);
}

static void
test_interval_not_available(void **state)
{
	cs_sequence_options options = helper_options();
	helper_fit helper;

	(void) state;
	options.epochs = 1;
	options.validation_fraction = 0;
	helper_series(values, ROWS, options.target, 11);
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(helper.status, CS_OK);
	assert_int_equal(helper.fit.validation_windows, 0);
	assert_int_equal(helper.fit.training_windows, ROWS - 4);
	assert_true(helper.fit.interval_half_width[0] < 0);
	helper_free(&helper);
	options.validation_fraction = 0.01; /* 6 windows: too few for 90 % */
	helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(helper.fit.validation_windows, 6);
	assert_true(helper.fit.interval_half_width[0] < 0);
	helper_free(&helper);
}

/* Every batch tells how far the fit is. */
static void
test_progress(void **state)
{
	static const size_t start = 0;
	cs_sequence_options options = helper_options();
	size_t batches = 0;
	poll_count polls;
	helper_fit helper;

	(void) state;
	options.ensemble = 2;
	options.patience = 3;
	for (int refits = 0; refits < 2; refits++)
	{
		options.refit = refits == 1;
		helper_series(values, ROWS, options.target, 12);
		helper_begin(&helper, &options, values, ROWS, HELPER_COLUMNS, &start, 1);
		assert_false(cs_sequence_fit_diverged(&helper.fit));
		poll_count_start();
		helper_run(&helper);
		polls = poll_count_end();
		assert_int_equal(helper.status, CS_OK);
		assert_true(polls.in_order);
		for (int m = 0; m < 2; m++)
		{
			size_t windows = helper.fit.training_windows;

			batches += (windows + 31) / 32 * (size_t) helper.fit.member[m].epochs;
			windows += helper.fit.validation_windows;
			if (refits == 1)
				batches += (windows + 31) / 32 * (size_t) helper.fit.member[m].best_epoch;
		}
		assert_int_equal(polls.reports, batches);
		batches = 0;
		helper_free(&helper);
	}
}

/* Within a single batch of a large network there are many polls. */
static void
test_polls(void **state)
{
	cs_sequence_options options = helper_options();
	poll_count polls;
	helper_fit helper;

	(void) state;
	options.units[0] = 512;
	options.look_back = 40;
	options.batch_size = 128;
	options.epochs = 1;
	options.patience = 0;
	options.validation_fraction = 0;
	helper_series(values, 128 + 41, options.target, 13);
	poll_count_start();
	helper_train(&helper, &options, values, 128 + 41, HELPER_COLUMNS);
	polls = poll_count_end();
	assert_int_equal(helper.status, CS_OK);
	assert_int_equal(helper.fit.training_windows, 128);
	assert_polls(&polls, 3.0 * 128 * 39 * 1024 * 512, 4.2e7);
	helper_free(&helper);
}

/* Trained again on all windows, a member sees the validation rows; what is told of it stays. */
static void
test_refit(void **state)
{
	cs_sequence_options options = helper_options();
	size_t last = (ROWS - 1) * HELPER_COLUMNS;
	helper_fit once, twice, other;

	(void) state;
	options.patience = 0;
	options.ensemble = 2;
	helper_series(values, ROWS, options.target, 14);
	helper_train(&once, &options, values, ROWS, HELPER_COLUMNS);
	options.refit = true;
	helper_train(&twice, &options, values, ROWS, HELPER_COLUMNS);
	assert_int_equal(twice.status, CS_OK);
	assert_true(once.fit.interval_half_width[0] == twice.fit.interval_half_width[0]);
	assert_true(once.fit.validation_mae == twice.fit.validation_mae);
	for (int i = 0; i < options.ensemble; i++)
	{
		assert_int_equal(once.fit.member[i].best_epoch, twice.fit.member[i].best_epoch);
		assert_true(once.fit.member[i].training_loss == twice.fit.member[i].training_loss);
		assert_memory_not_equal(once.parameters + (size_t) i * once.count,
								twice.parameters + (size_t) i * once.count,
								once.count * sizeof(float));
	}

	values[last] += 1;
	helper_train(&other, &options, values, ROWS, HELPER_COLUMNS);
	assert_memory_not_equal(other.parameters, twice.parameters, twice.count * sizeof(float));
	helper_free(&other);
	options.refit = false;
	helper_train(&other, &options, values, ROWS, HELPER_COLUMNS);
	assert_memory_equal(other.parameters, once.parameters, once.count * sizeof(float));
	helper_free(&other);
	helper_free(&once);
	helper_free(&twice);
}

/* The forecast is the network's and the random walk's, weighted. */
static void
test_random_walk_weight(void **state)
{
	(void) state;
	for (int target = 0; target < 2; target++)
	{
		cs_sequence_options options = helper_options();
		double *weighted = malloc(ROWS * sizeof(double));
		helper_fit helper;

		options.target = (cs_target) target;
		helper_series(values, ROWS, options.target, 15);
		helper_train(&helper, &options, values, ROWS, HELPER_COLUMNS);
		assert_int_equal(helper_predict(&helper, values, ROWS, forecast), CS_OK);
		helper.options.random_walk_weight = 0.3;
		assert_int_equal(helper_predict(&helper, values, ROWS, weighted), CS_OK);
		for (size_t i = (size_t) options.look_back; i < ROWS; i++)
			assert_true(fabs(weighted[i] - (0.7 * forecast[i] + 0.3 * values[i * HELPER_COLUMNS])) <
						1e-12 * (1 + fabs(weighted[i])));
		helper.options.random_walk_weight = 1;
		assert_int_equal(helper_predict(&helper, values, ROWS, weighted), CS_OK);
		for (size_t i = (size_t) options.look_back; i < ROWS; i++)
			assert_true(weighted[i] == values[i * HELPER_COLUMNS]);
		free(weighted);
		helper_free(&helper);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_scaling),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_same_seed_same_bytes),
		cmocka_unit_test(test_shuffle),
		cmocka_unit_test(test_no_leak),
		cmocka_unit_test(test_short_series_leave_no_trace),
		cmocka_unit_test(test_early_stopping),
		cmocka_unit_test(test_clipping),
		cmocka_unit_test(test_interval_not_available),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_polls),
		cmocka_unit_test(test_refit),
		cmocka_unit_test(test_random_walk_weight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
