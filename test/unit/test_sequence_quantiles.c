/*
 * test_sequence_quantiles.c
 *		Quantiles as outputs of a network: their loss, their correction, and what they are of data
 *		whose quantiles are known.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "check_helper.h"
#include "numeric/network/sequence_parts.h"
#include "numeric/network/sequence_quantiles.h"
#include "sequence_helper.h"

#define ROWS 2000
#define QUANTILES 3
#define HORIZONS 2

static double values[ROWS];
static double forecast[ROWS * HORIZONS];
static double quantile[ROWS * HORIZONS * QUANTILES];
static double other[ROWS * HORIZONS * QUANTILES];

static cs_sequence_options
three_quantiles(void)
{
	cs_sequence_options options = helper_options();

	options.loss = CS_LOSS_MAE;
	options.horizon_count = HORIZONS;
	options.horizons[1] = 4;
	options.look_back = 5;
	options.epochs = 6;
	options.ensemble = 2;
	options.quantile_count = QUANTILES;
	options.quantiles[0] = 0.1;
	options.quantiles[1] = 0.5;
	options.quantiles[2] = 0.9;
	return options;
}

/* A walk whose steps are normal, in turns calm for 100 rows and three times as wild. */
static void
turns(uint64_t seed, double unit)
{
	cs_random random;
	double y = 5;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < ROWS; i++)
	{
		values[i] = unit * y;
		y += (i / 100 % 2 == 0 ? 0.1 : 0.3) * cs_random_normal(&random);
	}
}

static void
test_conformal_quantile(void **state)
{
	static const struct
	{
		double quantile;
		size_t n;
		double expected; /* of the errors 1 to n */
	} cases[] = {{0.9, 9, 9},  {0.1, 9, 1},	  {0.5, 9, 5},	 {0.8, 9, 8},
				 {0.2, 9, 2},  {0.95, 9, 9},  {0.05, 9, 1},	 {0.5, 1, 1},
				 {0.3, 19, 6}, {0.7, 19, 14}, {0.25, 10, 2}, {0.5, 0, 0}};

	(void) state;
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		double error[19];

		for (size_t e = 0; e < cases[i].n; e++)
			error[e] = (double) ((e * 7) % cases[i].n) + 1; /* 7 has no factor in common */
		assert_near(cs_conformal_quantile(error, cases[i].n, cases[i].quantile), cases[i].expected,
					0, 0);
	}
}

/* The loss by its formula, its gradient by differences. */
static void
test_loss(void **state)
{
	enum
	{
		WINDOWS = 3,
		OUTPUTS = HORIZONS * (1 + QUANTILES)
	};
	cs_sequence_options options = three_quantiles();
	float output[WINDOWS * OUTPUTS];
	float target[WINDOWS * HORIZONS];
	float part[3 * WINDOWS * HORIZONS];
	float gradient[WINDOWS * OUTPUTS];
	double spread[WINDOWS] = {0.5, 1, 2};
	int32_t origin[WINDOWS] = {2, 0, 1};
	cs_sequence_fit fit = {.options = &options,
						   .spread = spread,
						   .origin = origin,
						   .target = target,
						   .part = part,
						   .batch = WINDOWS};
	double expected = 0;
	double sum = 0;
	cs_random random;

	(void) state;
	fit.pass.output = output;
	cs_random_seed(&random, 1);
	for (int i = 0; i < WINDOWS * OUTPUTS; i++)
		output[i] = cs_random_uniform_float(&random, -2, 2);
	for (int i = 0; i < WINDOWS * HORIZONS; i++)
		target[i] = cs_random_uniform_float(&random, -2, 2);
	for (int n = 0; n < WINDOWS; n++)
		for (int k = 0; k < HORIZONS; k++)
		{
			double actual = target[n * HORIZONS + k];

			expected += fabs(output[n * OUTPUTS + k] - actual);
			for (int q = 0; q < QUANTILES; q++)
			{
				double e =
					actual / spread[origin[n]] - output[n * OUTPUTS + (1 + q) * HORIZONS + k];

				expected += 2.0 / QUANTILES *
							fmax(options.quantiles[q] * e, (options.quantiles[q] - 1) * e);
			}
		}
	cs_fit_add_loss(&fit, &sum, gradient);
	assert_near(sum, expected, 1e-6, 0);
	assert_near(cs_fit_mean_loss(&fit, sum, WINDOWS, 0), expected / (WINDOWS * HORIZONS), 1e-6, 0);
	for (int i = 0; i < WINDOWS * OUTPUTS; i++)
	{
		float kept = output[i];
		double up = 0;
		double down = 0;

		output[i] = kept + 1e-3f;
		cs_fit_add_loss(&fit, &up, NULL);
		output[i] = kept - 1e-3f;
		cs_fit_add_loss(&fit, &down, NULL);
		output[i] = kept;
		assert_near(gradient[i], (up - down) / 2e-3 / (WINDOWS * HORIZONS), 1e-2, 0.05);
	}
}

/* The share of actual values below each quantile, in calm and in wild turns. */
static void
shares(double share[2][HORIZONS][QUANTILES], const cs_sequence_options *options)
{
	double count[2] = {0};

	memset(share, 0, 2 * sizeof(*share));
	for (size_t i = 100; i < ROWS - 4; i++)
	{
		int wild = i / 100 % 2 == 1;

		if (i % 100 < 25 || i % 100 >= 96)
			continue;
		count[wild]++;
		for (int k = 0; k < HORIZONS; k++)
			for (int q = 0; q < QUANTILES; q++)
				share[wild][k][q] += values[i + (size_t) options->horizons[k]] <
									 quantile[(i * HORIZONS + (size_t) k) * QUANTILES + (size_t) q];
	}
	for (int wild = 0; wild < 2; wild++)
		for (int i = 0; i < HORIZONS * QUANTILES; i++)
			share[wild][i / QUANTILES][i % QUANTILES] /= count[wild];
}

/* On a walk that the fit has not seen: so many below as said, in calm and wild turns alike. */
static void
test_known_quantiles(void **state)
{
	cs_sequence_options options = three_quantiles();
	double share[2][HORIZONS][QUANTILES];
	helper_fit helper;

	(void) state;
	turns(1, 1);
	helper_train(&helper, &options, values, ROWS, 1);
	assert_int_equal(helper.status, CS_OK);
	turns(2, 1);
	assert_int_equal(
		helper_quantiles(&helper, helper.fit.quantile_correction, values, ROWS, forecast, quantile),
		CS_OK);
	shares(share, &options);
	for (int wild = 0; wild < 2; wild++)
		for (int k = 0; k < HORIZONS; k++)
			for (int q = 0; q < QUANTILES; q++)
				assert_near(share[wild][k][q], options.quantiles[q], 0.06, 1);
	helper_free(&helper);
}

/* Sorted, whatever the correction; what it moves is in units of the scale; none is NULL. */
static void
test_correction(void **state)
{
	static const double crossing[HORIZONS * QUANTILES] = {3, 0, -3, 1, 2, 3};
	cs_sequence_options options = three_quantiles();
	helper_fit helper;

	(void) state;
	turns(1, 1);
	helper_train(&helper, &options, values, ROWS, 1);
	assert_int_equal(helper_quantiles(&helper, NULL, values, ROWS, forecast, quantile), CS_OK);
	assert_int_equal(helper_quantiles(&helper, crossing, values, ROWS, forecast, other), CS_OK);
	for (size_t i = 0; i < ROWS; i++)
	{
		double spread = cs_sequence_spread(&options, values, 1, 0, i, helper.fit.usual_change);

		assert_int_equal(isnan(quantile[i * HORIZONS * QUANTILES]) != 0,
						 isnan(forecast[2 * i]) != 0);
		for (size_t v = 0; v < HORIZONS * QUANTILES && !isnan(forecast[2 * i]); v++)
		{
			size_t at = i * HORIZONS * QUANTILES + v;

			if (v % QUANTILES > 0)
				assert_true(quantile[at] >= quantile[at - 1] && other[at] >= other[at - 1]);
			if (v >= QUANTILES)
				assert_near(other[at] - quantile[at],
							helper.fit.target_sd[1] * spread * crossing[v], 1e-9, 0);
		}
	}
	helper_free(&helper);
}

/* Without the option nothing else changes, and forecasts are the same with and without the wish. */
static void
test_units(void **state)
{
	static const double units[] = {1e-9, 1e9};
	cs_sequence_options options = three_quantiles();
	helper_fit helper;

	(void) state;
	options.epochs = 2;
	turns(3, 1);
	helper_train(&helper, &options, values, ROWS, 1);
	helper_quantiles(&helper, helper.fit.quantile_correction, values, ROWS, forecast, quantile);
	memcpy(other, quantile, sizeof(other));
	assert_int_equal(helper_predict(&helper, values, ROWS, quantile), CS_OK);
	for (size_t i = 5 * HORIZONS; i < ROWS * HORIZONS; i++)
		assert_true(quantile[i] == forecast[i]);
	helper_free(&helper);
	for (size_t u = 0; u < COUNT(units); u++)
	{
		turns(3, units[u]);
		helper_train(&helper, &options, values, ROWS, 1);
		helper_quantiles(&helper, helper.fit.quantile_correction, values, ROWS, forecast, quantile);
		for (size_t i = 5 * HORIZONS * QUANTILES; i < COUNT(other); i++)
			assert_near(quantile[i], units[u] * other[i], 1e-4, 0);
		helper_free(&helper);
	}
}

static void
test_options(void **state)
{
	const char *which = NULL;
	cs_sequence_options options = three_quantiles();

	(void) state;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OK);
	options.quantiles[1] = 0.1;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OUT_OF_RANGE);
	assert_string_equal(which, "quantiles");
	options.quantiles[1] = 1;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OUT_OF_RANGE);
	options = three_quantiles();
	options.quantile_count = CS_MAX_QUANTILES + 1;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OUT_OF_RANGE);
	options = three_quantiles();
	options.cross_section = true;
	assert_int_equal(cs_sequence_options_check(&options, &which), CS_OUT_OF_RANGE);
	assert_string_equal(which, "quantiles");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conformal_quantile),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_known_quantiles),
		cmocka_unit_test(test_correction),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
