/*
 * test_forecast_ahead.c
 *		Forecasts by iteration, and their simulated bounds, of processes whose law is known.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

#include "check_helper.h"
#include "numeric/evaluation/forecast_ahead.h"

#define STEPS 12
#define ERRORS 999
#define PATHS 2000

static double error[ERRORS];
static double forecast[STEPS];
static double lower[STEPS];
static double upper[STEPS];

/* y(t+1) = slope y(t) + x(t), an error of scale * error. */
typedef struct process
{
	double slope;
	double scale;
	size_t columns;
	size_t calls;
	cs_status fails; /* at the third call */
} process;

static cs_status
next_row(void *context, const double *values, size_t series, size_t rows, double *next,
		 double *scale)
{
	process *process = context;

	for (size_t s = 0; s < series; s++)
	{
		const double *last = values + ((s + 1) * rows - 1) * process->columns;

		next[s] = process->slope * last[0] + (process->columns > 1 ? last[1] : 0);
		scale[s] = process->scale;
	}
	return ++process->calls == 3 ? process->fails : CS_OK;
}

static cs_status
run(process *process, const double *history, size_t rows, size_t paths, uint64_t seed)
{
	cs_forecast_ahead ahead = {.history = history,
							   .rows = rows,
							   .most_rows = rows + 3,
							   .columns = process->columns,
							   .steps = STEPS,
							   .paths = paths,
							   .error = error,
							   .errors = paths > 0 ? ERRORS : 0,
							   .level = 0.9,
							   .seed = seed,
							   .next_row = next_row,
							   .context = process};
	size_t size = cs_forecast_ahead_workspace_size(&ahead);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	if (block == NULL)
		abort();
	cs_workspace_initialize(&workspace, block, size);
	status = cs_forecast_ahead_run(&ahead, &workspace, forecast, lower, upper);
	free(block);
	return status;
}

static int
set_up(void **state)
{
	(void) state;
	for (int i = 0; i < ERRORS; i++)
		error[i] = gsl_cdf_ugaussian_Pinv((i + 1.0) / (ERRORS + 1));
	return 0;
}

/* Autoregression: forecasts slope^k y, errors of variance sum of slope^2j. */
static void
test_autoregression(void **state)
{
	static const double slopes[] = {1, 0.5, -0.7, 0};
	static const double history[] = {7, 1, 4};

	(void) state;
	for (size_t i = 0; i < COUNT(slopes); i++)
	{
		process process = {.slope = slopes[i], .scale = 0.3, .columns = 1};
		double variance = 0;

		assert_int_equal(run(&process, history, COUNT(history), PATHS, 1), CS_OK);
		for (int k = 0; k < STEPS; k++)
		{
			double half;

			variance += pow(slopes[i], 2 * k);
			half = 0.3 * sqrt(variance) * gsl_cdf_ugaussian_Pinv(0.95);
			assert_near(forecast[k], 4 * pow(slopes[i], k + 1), 1e-12, 1);
			assert_near(upper[k] - forecast[k], half, 0.1, 0);
			assert_near(forecast[k] - lower[k], half, 0.1, 0);
		}
	}
}

/* A further column keeps its last value. */
static void
test_features_stay(void **state)
{
	static const double history[] = {7, 100, 1, 0.5};
	process process = {.slope = 1, .scale = 0.3, .columns = 2};

	(void) state;
	assert_int_equal(run(&process, history, 2, PATHS, 1), CS_OK);
	for (int k = 0; k < STEPS; k++)
		assert_near(forecast[k], 1 + 0.5 * (k + 1), 1e-12, 0);
}

static void
test_seed(void **state)
{
	static const double history[] = {4};
	process process = {.slope = 1, .scale = 0.3, .columns = 1};
	double before[2][STEPS];

	(void) state;
	assert_int_equal(run(&process, history, 1, 200, 1), CS_OK);
	memcpy(before[0], lower, sizeof(lower));
	memcpy(before[1], upper, sizeof(upper));
	assert_int_equal(run(&process, history, 1, 200, 1), CS_OK);
	assert_memory_equal(before[0], lower, sizeof(lower));
	assert_memory_equal(before[1], upper, sizeof(upper));
	assert_int_equal(run(&process, history, 1, 200, 2), CS_OK);
	assert_true(before[0][0] != lower[0] && before[1][STEPS - 1] != upper[STEPS - 1]);
	/* without paths no bounds, and one with few */
	assert_int_equal(run(&process, history, 1, 0, 1), CS_OK);
	for (int k = 0; k < STEPS; k++)
		assert_true(forecast[k] == 4 && isnan(lower[k]) && isnan(upper[k]));
	assert_int_equal(run(&process, history, 1, 1, 1), CS_OK);
	for (int k = 0; k < STEPS; k++)
		assert_true(lower[k] == upper[k]);
}

static void
test_failures(void **state)
{
	static const double history[] = {1e300};
	process fails = {.slope = 1, .scale = 0.3, .columns = 1, .fails = CS_TOO_FEW};
	process explodes = {.slope = 1e10, .scale = 0.3, .columns = 1};
	cs_forecast_ahead ahead = {
		.rows = 1, .most_rows = 1, .columns = 1, .steps = 1, .next_row = next_row};
	char block[8];
	cs_workspace workspace;

	(void) state;
	assert_int_equal(run(&fails, history, 1, 10, 1), CS_TOO_FEW);
	assert_int_equal(run(&explodes, history, 1, 10, 1), CS_NOT_FINITE);
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_forecast_ahead_run(&ahead, &workspace, forecast, lower, upper),
					 CS_NO_MEMORY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_autoregression),
		cmocka_unit_test(test_features_stay),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
