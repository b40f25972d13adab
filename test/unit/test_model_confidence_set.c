/*
 * test_model_confidence_set.c
 *		Model confidence sets against numpy over the same draws, in other units, the size of the set
 *		of equal models, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "golden/forecast_tests.h"
#include "numeric/evaluation/model_confidence_set.h"
#include "check_helper.h"
#include "poll_helper.h"

#define ROWS COUNT(golden_forecast)
#define FORECASTS COUNT(golden_forecast[0].forecasts)

#define MOST 8

static cs_status
confidence_set(const double *losses, size_t n, size_t models, double size, cs_mcs_options options,
			   uint64_t seed, cs_mcs_model *result)
{
	size_t bytes = cs_mcs_size(n, models, &options);
	void *block = malloc(bytes);
	cs_workspace workspace;
	cs_random random;
	cs_status status;

	cs_workspace_initialize(&workspace, block, bytes);
	cs_random_seed(&random, seed);
	status =
		cs_model_confidence_set(losses, n, models, size, &options, &random, &workspace, result);
	free(block);
	return status;
}

static void
agrees_in_any_unit(void **state)
{
	static const double units[] = {1, 1e-9, 100, 1e9};

	(void) state;
	for (size_t c = 0; c < COUNT(golden_mcs); c += FORECASTS)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			double losses[ROWS * FORECASTS];
			bool squared = strcmp(golden_mcs[c].loss, "squared") == 0;
			double unit = squared ? units[u] * units[u] : units[u];
			cs_mcs_options options = {strcmp(golden_mcs[c].statistic, "max") == 0 ? CS_MCS_MAX
																				  : CS_MCS_RANGE,
									  400, golden_mcs[c].block_length};
			cs_mcs_model result[FORECASTS];

			for (size_t t = 0; t < ROWS; t++)
				for (size_t i = 0; i < FORECASTS; i++)
				{
					double error =
						fabs(golden_forecast[t].forecasts[i] - golden_forecast[t].actual);

					losses[t * FORECASTS + i] = unit * (squared ? error * error : error);
				}
			assert_int_equal(
				confidence_set(losses, ROWS, FORECASTS, 0, options, golden_mcs[c].seed, result),
				CS_OK);
			for (size_t i = 0; i < FORECASTS; i++)
			{
				assert_near(result[i].mean_loss, unit * golden_mcs[c + i].mean_loss, 1e-8, 0);
				assert_near(result[i].statistic, golden_mcs[c + i].value, 1e-8, 0);
				assert_near(result[i].p_value, golden_mcs[c + i].p_value, 1e-8, 0);
				assert_int_equal(result[i].place, golden_mcs[c + i].place);
			}
		}
}

/* Of models that are equally good all are kept nine times in ten; a worse one goes. */
static void
size_and_power(void **state)
{
	enum
	{
		samples = 200,
		n = 100
	};
	cs_random random;
	int all = 0;
	int gone = 0;

	(void) state;
	cs_random_seed(&random, 9);
	for (int sample = 0; sample < samples; sample++)
	{
		double losses[n * 4];
		cs_mcs_options options = {CS_MCS_MAX, 200, 5};
		cs_mcs_model equal[3], unequal[4];
		double three[n * 3];

		for (int t = 0; t < n; t++)
			for (int i = 0; i < 4; i++)
			{
				double error = cs_random_normal(&random) * (i == 3 ? 1.4 : 1);

				losses[t * 4 + i] = error * error;
				if (i < 3)
					three[t * 3 + i] = error * error;
			}
		assert_int_equal(confidence_set(three, n, 3, 0, options, sample, equal), CS_OK);
		assert_int_equal(confidence_set(losses, n, 4, 0, options, sample, unequal), CS_OK);
		all += equal[0].p_value >= 0.1 && equal[1].p_value >= 0.1 && equal[2].p_value >= 0.1;
		gone += unequal[3].p_value < 0.1;
	}
	assert_between(all, 0.82 * samples, 0.96 * samples);
	assert_true(gone > samples * 80 / 100);
}

static void
degenerate_losses(void **state)
{
	double losses[40 * 3];
	cs_mcs_options options = {CS_MCS_MAX, 100, 4};
	cs_mcs_model result[3];

	(void) state;
	for (int t = 0; t < 40; t++)
	{
		losses[t * 3] = 2 + sin(t * t);
		losses[t * 3 + 1] = 2 + sin(t * t) + (t % 2) * 1e-16;
		losses[t * 3 + 2] = 3 + cos(t * t);
	}
	/* the same model twice: they tie, and stay together */
	for (int statistic = 0; statistic < 2; statistic++)
	{
		options.statistic = statistic;
		assert_int_equal(confidence_set(losses, 40, 3, 0, options, 1, result), CS_OK);
		assert_int_equal(result[2].place, 3);
		assert_true(fmin(result[0].p_value, result[1].p_value) >= result[2].p_value);
	}
	for (int t = 0; t < 40; t++)
		losses[t * 3 + 1] = losses[t * 3] + 0.5;
	assert_int_equal(confidence_set(losses, 40, 3, 0, options, 1, result), CS_ZERO_VARIANCE);
	assert_int_equal(confidence_set(losses, 3, 3, 0, options, 1, result), CS_TOO_FEW);
	assert_int_equal(confidence_set(losses, 40, 1, 0, options, 1, result), CS_TOO_FEW);
	losses[5] = INFINITY;
	assert_int_equal(confidence_set(losses, 40, 3, 0, options, 1, result), CS_NOT_FINITE);
	losses[5] = 1e200;
	assert_int_equal(confidence_set(losses, 40, 3, 0, options, 1, result), CS_NOT_FINITE);
	assert_int_equal(cs_mcs_default_block(1000), 10);
	assert_int_equal(cs_mcs_default_block(1001), 11);
}

static void
polls(void **state)
{
	const size_t n = 4000;
	double *losses = malloc(sizeof(double) * n * MOST);
	cs_mcs_options options = {CS_MCS_RANGE, 1000, 10};
	cs_mcs_model result[MOST];
	poll_count count;

	(void) state;
	for (size_t i = 0; i < n * MOST; i++)
		losses[i] = 1 + sin((double) i * (double) i * 0.001);
	poll_count_start();
	assert_int_equal(confidence_set(losses, n, MOST, 0, options, 1, result), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 1000 * MOST, 0);
	free(losses);
}

/* One row in which the first two differ: ties of most draws must not be cut by rounding. */
static void
ties_do_not_depend_on_the_unit(void **state)
{
	enum
	{
		n = 100
	};
	static const double units[] = {1, 1e-9, 3e-7, 100, 1e9};

	(void) state;
	for (int statistic = 0; statistic < 2; statistic++)
	{
		cs_mcs_options options = {statistic, 200, 5};
		cs_mcs_model base[3];

		for (size_t u = 0; u < COUNT(units); u++)
		{
			double losses[n * 3];
			cs_mcs_model got[3];

			for (int t = 0; t < n; t++)
			{
				losses[t * 3] = units[u] * (t == 50 || t == 51 ? 1 : 0);
				losses[t * 3 + 1] = units[u] * (t == 50 ? 9e-5 : 0);
				losses[t * 3 + 2] = losses[t * 3];
			}
			assert_int_equal(confidence_set(losses, n, 3, 0, options, 1, u == 0 ? base : got),
							 CS_OK);
			for (int i = 0; i < 3 && u > 0; i++)
			{
				assert_near(got[i].p_value, base[i].p_value, 1e-12, 0);
				assert_int_equal(got[i].place, base[i].place);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ties_do_not_depend_on_the_unit),
		cmocka_unit_test(agrees_in_any_unit),
		cmocka_unit_test(size_and_power),
		cmocka_unit_test(degenerate_losses),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
