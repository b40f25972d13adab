/*
 * test_cir.c
 *		The square-root process against scipy, simulated series, bounds and bad series.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "numeric/base/random.h"
#include "numeric/econometrics/cir.h"
#include "numeric/econometrics/noncentral_chi_square.h"

#include "check_helper.h"
#include "golden/cir.h"
#include "poll_helper.h"

static cs_status
fit_series(const double *y, size_t count, cs_cir_likelihood likelihood, double time_step,
		   cs_cir_result *fit)
{
	return cs_cir_fit(y, count, likelihood, time_step, 100, fit);
}

static void
test_bessel(void **state)
{
	(void) state;
	for (size_t i = 0; i < COUNT(golden_bessel); i++)
	{
		const double *expected = golden_bessel[i];
		double value = cs_log_bessel_i_scaled(expected[0], expected[1]);

		if (!(fabs(value - expected[2]) <= 1e-12 * (1 + fabs(expected[2]))))
			fail_msg("order %g at %g: %.17g, not %.17g", expected[0], expected[1], value,
					 expected[2]);
	}
}

/* The quantile of a probability has that probability, and the density is its derivative. */
static void
test_distribution(void **state)
{
	static const double freedoms[] = {0, 0.1, 1, 2, 7, 150};
	static const double noncentralities[] = {0, 1e-7, 0.4, 6, 300, 70000};
	static const double probabilities[] = {0.0005, 0.05, 0.5, 0.95, 0.9995};

	(void) state;
	for (size_t i = 0; i < COUNT(freedoms) * COUNT(noncentralities) * COUNT(probabilities); i++)
	{
		double freedom = freedoms[i % COUNT(freedoms)];
		double noncentrality = noncentralities[i / COUNT(freedoms) % COUNT(noncentralities)];
		double probability = probabilities[i / COUNT(freedoms) / COUNT(noncentralities)];
		double x = cs_noncentral_chi_square_quantile(probability, freedom, noncentrality);
		double density;

		if (x == 0 || x < 1e-30)
		{
			assert_true(cs_noncentral_chi_square_probability(x, freedom, noncentrality, NULL) +
							1e-12 >=
						probability);
			continue;
		}
		assert_near(cs_noncentral_chi_square_probability(x, freedom, noncentrality, &density),
					probability, 2e-10, 0);
		if (noncentrality > 0)
			assert_near(exp(cs_noncentral_chi_square_log_density(x, freedom, noncentrality)),
						density, 1e-9, 0);
	}
}

/* On both sides of where the expansion takes over from the sum. */
static void
test_nearly_normal(void **state)
{
	static const double probabilities[] = {0.0005, 0.05, 0.6, 0.9995};

	(void) state;
	for (size_t i = 0; i < COUNT(probabilities); i++)
		for (double noncentrality = 1e5; noncentrality < 1.8e6; noncentrality *= 2)
		{
			double x = cs_noncentral_chi_square_quantile(probabilities[i], 3, noncentrality);

			assert_near(cs_noncentral_chi_square_probability(x, 3, noncentrality, NULL),
						probabilities[i], 1e-8, 0);
		}
	assert_near(cs_noncentral_chi_square_quantile(0.5, 1e9, 1e12), 1e12 + 1e9, 1e-8, 0);
}

static void
test_density_at_zero(void **state)
{
	double density;

	(void) state;
	assert_true(cs_noncentral_chi_square_probability(0, 0, 4, &density) == exp(-2.0));
	assert_true(isinf(density));
	assert_true(cs_noncentral_chi_square_probability(0, 2, 4, &density) == 0);
	assert_near(density, exp(-2.0) / 2, 1e-15, 0);
	assert_true(cs_noncentral_chi_square_probability(0, 3, 4, &density) == 0);
	assert_true(density == 0);
	assert_true(cs_noncentral_chi_square_quantile(0.1, 0, 4) == 0);
	assert_true(cs_noncentral_chi_square_quantile(0.2, 0, 4) > 0);
	assert_true(cs_noncentral_chi_square_quantile(0.0005, 1e-4, 0) == 0);
}

static void
check_fit(const double *expected, const cs_cir_result *fit, double tolerance)
{
	assert_true(fit->converged);
	assert_int_equal(fit->bound, CS_CIR_INSIDE);
	assert_near(fit->model.a, expected[0], tolerance, 0);
	assert_near(fit->model.b, expected[1], tolerance, 0);
	assert_near(fit->model.sigma, expected[2], tolerance, 0);
	assert_near(fit->log_likelihood, expected[3], 1e-10, 0);
}

static void
test_golden_fits(void **state)
{
	cs_cir_result fit;

	(void) state;
	for (size_t i = 0; i < COUNT(golden_cir); i++)
	{
		assert_int_equal(fit_series(golden_cir[i].y, golden_cir[i].n, CS_CIR_EXACT,
									golden_cir[i].time_step, &fit),
						 CS_OK);
		check_fit(golden_cir[i].exact, &fit, 1e-6);
		assert_int_equal(fit_series(golden_cir[i].y, golden_cir[i].n, CS_CIR_EULER,
									golden_cir[i].time_step, &fit),
						 CS_OK);
		check_fit(golden_cir[i].euler, &fit, 1e-9);
		assert_int_equal(fit.iterations, 0);
	}
}

static void
test_golden_forecasts(void **state)
{
	(void) state;
	for (size_t i = 0; i < COUNT(golden_cir_forecast); i++)
	{
		const double *g = golden_cir_forecast[i];
		cs_cir_model model = {g[0], g[1], g[2], g[3], CS_CIR_EXACT};
		cs_cir_forecast forecast;

		assert_int_equal(cs_cir_forecast_after(&model, g[4], (int) g[5], g[6], &forecast), CS_OK);
		assert_near(forecast.mean, g[7], 1e-12, 0);
		assert_near(forecast.variance, g[8], 1e-12, 0);
		assert_near(forecast.lower, g[9], 1e-9, 0);
		assert_near(forecast.upper, g[10], 1e-9, 0);
	}
}

/* Draws from the exact distribution by its quantiles. */
static void
simulate(const cs_cir_model *model, uint64_t seed, double *y, size_t count)
{
	double g = -expm1(-model->b * model->time_step) / model->b;
	double factor = model->sigma * model->sigma * g / 4;
	cs_random random;

	cs_random_seed(&random, seed);
	y[0] = model->a / model->b;
	for (size_t i = 1; i < count; i++)
		y[i] = factor * cs_noncentral_chi_square_quantile(
							cs_random_uniform(&random) + 0x1p-54,
							4 * model->a / (model->sigma * model->sigma),
							exp(-model->b * model->time_step) * y[i - 1] / factor);
}

/* The mean over series lies within four of its standard errors of the truth. */
static void
test_recovers_parameters(void **state)
{
	enum
	{
		SERIES = 16,
		PARAMETERS = 3
	};
	static const cs_cir_model truth[] = {{0.6, 0.3, 0.2, 1, CS_CIR_EXACT},
										 {1, 2, 0.5, 0.1, CS_CIR_EXACT},
										 {0.1, 1.5, 0.3, 1, CS_CIR_EXACT}};
	static double y[4000];

	(void) state;
	for (size_t i = 0; i < COUNT(truth); i++)
	{
		double expected[PARAMETERS] = {truth[i].a / truth[i].b, truth[i].b, truth[i].sigma};
		double sum[PARAMETERS] = {0}, squares[PARAMETERS] = {0};

		for (unsigned seed = 1; seed <= SERIES; seed++)
		{
			cs_cir_result fit;
			double deviation[PARAMETERS];

			simulate(&truth[i], seed, y, COUNT(y));
			assert_int_equal(fit_series(y, COUNT(y), CS_CIR_EXACT, truth[i].time_step, &fit),
							 CS_OK);
			assert_true(fit.converged);
			deviation[0] = fit.model.a / fit.model.b - expected[0];
			deviation[1] = fit.model.b - expected[1];
			deviation[2] = fit.model.sigma - expected[2];
			for (int k = 0; k < PARAMETERS; k++)
			{
				sum[k] += deviation[k];
				squares[k] += deviation[k] * deviation[k];
			}
		}
		for (int k = 0; k < PARAMETERS; k++)
		{
			double mean = sum[k] / SERIES;
			double variance = (squares[k] / SERIES - mean * mean) / (SERIES - 1);

			assert_true(fabs(mean) < 4 * sqrt(variance));
			assert_true(sqrt(variance) < 0.05 * expected[k]);
		}
	}
}

/* Values and time may be measured in any unit. */
static void
test_units(void **state)
{
	double y[200];
	cs_cir_result fit, scaled;
	size_t n = golden_cir[0].n;

	(void) state;
	for (size_t i = 0; i < n; i++)
		y[i] = golden_cir[0].y[i] * 1e-4;
	assert_int_equal(fit_series(golden_cir[0].y, n, CS_CIR_EXACT, 1, &fit), CS_OK);
	assert_int_equal(fit_series(y, n, CS_CIR_EXACT, 1.0 / 12, &scaled), CS_OK);
	assert_near(scaled.model.a, fit.model.a * 12e-4, 1e-7, 0);
	assert_near(scaled.model.b, fit.model.b * 12, 1e-7, 0);
	assert_near(scaled.model.sigma, fit.model.sigma * sqrt(12e-4), 1e-8, 0);
	assert_near(scaled.log_likelihood, fit.log_likelihood - (double) (n - 1) * log(1e-4), 1e-10, 0);
}

/* A series that turns back and forth, and one that falls straight, end on bounds. */
static void
test_bounds(void **state)
{
	double y[300];
	cs_cir_result fit;
	cs_random random;

	(void) state;
	cs_random_seed(&random, 3);
	for (int i = 0; i < 300; i++)
		y[i] = 2 + (i % 2 == 0 ? 0.5 : -0.5) + 0.2 * cs_random_uniform(&random);
	assert_int_equal(fit_series(y, 300, CS_CIR_EXACT, 1, &fit), CS_OK);
	assert_int_equal(fit.bound, CS_CIR_BOUND_B);
	assert_true(fit.converged && fit.model.b > 20);
	assert_int_equal(fit_series(y, 300, CS_CIR_EULER, 1, &fit), CS_OK);
	assert_int_equal(fit.bound, CS_CIR_INSIDE);
	assert_true(fit.model.b > 1);

	for (int i = 0; i < 300; i++)
		y[i] = 4 - 0.01 * i + 0.02 * cs_random_uniform(&random);
	assert_int_equal(fit_series(y, 300, CS_CIR_EXACT, 1, &fit), CS_OK);
	assert_int_equal(fit.bound, CS_CIR_BOUND_A);
	assert_true(fit.converged && fit.model.a == 0 && fit.model.b > 0);
}

static void
test_bad_series(void **state)
{
	double constant[10];
	double geometric[10];
	double huge[] = {1e308, 1.5e308, 1.2e308, 1.7e308, 1e308};
	cs_cir_result fit;

	(void) state;
	for (int i = 0; i < 10; i++)
	{
		constant[i] = 0.1 * 3;
		geometric[i] = 4 + pow(0.5, i);
	}
	constant[5] = 0.3;
	assert_int_equal(cs_cir_fit(constant, 3, CS_CIR_EXACT, 1, 10, &fit), CS_TOO_FEW);
	for (int likelihood = CS_CIR_EXACT; likelihood <= CS_CIR_EULER; likelihood++)
	{
		assert_int_equal(fit_series(constant, 10, likelihood, 1, &fit), CS_CONSTANT);
		assert_int_equal(fit_series(geometric, 10, likelihood, 1, &fit), CS_ZERO_VARIANCE);
		assert_int_equal(fit_series(huge, 5, likelihood, 1, &fit), CS_NOT_FINITE);
	}
	constant[9] = 1;
	assert_int_equal(fit_series(constant, 10, CS_CIR_EXACT, 1, &fit), CS_CONSTANT);
}

static void
test_iteration_limit(void **state)
{
	cs_cir_result fit;

	(void) state;
	assert_int_equal(cs_cir_fit(golden_cir[0].y, golden_cir[0].n, CS_CIR_EXACT, 1, 1, &fit), CS_OK);
	assert_int_equal(fit.iterations, 1);
	assert_false(fit.converged);
}

/* Of a likelihood of tens of thousands of terms the last gains are rounding. */
static void
test_long_series_converge(void **state)
{
	static double y[30000];
	const size_t rows = COUNT(y);

	(void) state;
	for (uint64_t seed = 7; seed <= 9; seed++)
	{
		cs_random random;
		cs_cir_result fit;
		poll_count polls;

		cs_random_seed(&random, seed);
		y[0] = 1;
		for (size_t i = 1; i < rows; i++)
			y[i] = fabs(y[i - 1] + 0.2 * (1 - y[i - 1]) +
						0.1 * sqrt(y[i - 1]) * cs_random_normal(&random)) +
				   1e-6;
		poll_count_start();
		assert_int_equal(fit_series(y, rows, CS_CIR_EXACT, 1, &fit), CS_OK);
		polls = poll_count_end();
		assert_true(fit.converged);
		assert_true(fit.iterations < 10);
		assert_int_equal(polls.reports, fit.iterations);
		/* ten points around each place, and at least one trial: 100 for a density */
		assert_polls(&polls, 1100.0 * (double) rows * fit.iterations, 0);
	}
}

static void
test_forecast_ranges(void **state)
{
	cs_cir_model model = {0.5, 0.25, 0.15, 1, CS_CIR_EXACT};
	cs_cir_forecast exact, forecast;

	(void) state;
	assert_int_equal(cs_cir_forecast_after(&model, 2, 3, 0.9, &exact), CS_OK);
	model.b = 0;
	assert_int_equal(cs_cir_forecast_after(&model, 2, 3, 0.9, &forecast), CS_OK);
	assert_near(forecast.mean, 3.5, 1e-14, 0);
	model.b = -40;
	assert_int_equal(cs_cir_forecast_after(&model, 2, 100, 0.9, &forecast), CS_NOT_FINITE);
	model.a = -1;
	assert_int_equal(cs_cir_forecast_after(&model, 2, 1, 0.9, &forecast), CS_OUT_OF_RANGE);
	model = (cs_cir_model){0.5, 0.25, 0.15, 1, CS_CIR_EULER};
	assert_int_equal(cs_cir_forecast_after(&model, 2, 1, 0.9, &forecast), CS_OK);
	assert_near(forecast.mean, 2, 1e-15, 0);
	assert_near(forecast.variance, 0.15 * 0.15 * 2, 1e-14, 0);
	assert_near(forecast.upper - forecast.lower, 2 * 1.6448536269514722 * 0.15 * sqrt(2), 1e-12, 0);
	model.a = -5;
	assert_int_equal(cs_cir_forecast_after(&model, 2, 3, 0.9, &forecast), CS_NOT_FINITE);
	model.sigma = 0;
	assert_int_equal(cs_cir_forecast_after(&model, 2, 3, 0.9, &forecast), CS_OUT_OF_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bessel),
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_nearly_normal),
		cmocka_unit_test(test_density_at_zero),
		cmocka_unit_test(test_golden_fits),
		cmocka_unit_test(test_golden_forecasts),
		cmocka_unit_test(test_recovers_parameters),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_bad_series),
		cmocka_unit_test(test_iteration_limit),
		cmocka_unit_test(test_long_series_converge),
		cmocka_unit_test(test_forecast_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
