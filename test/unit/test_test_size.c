/*
 * test_test_size.c
 *		How often tests of series and of forecasts reject at 5 per cent: what they should not (size)
 *		and what they should (power).  TEST_DRAWS=20000 prints the table of the pages.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "numeric/base/random.h"
#include "numeric/econometrics/adf_test.h"
#include "numeric/econometrics/granger_test.h"
#include "numeric/econometrics/jarque_bera_test.h"
#include "numeric/econometrics/kpss_test.h"
#include "numeric/econometrics/ljung_box_test.h"
#include "numeric/econometrics/phillips_perron_test.h"
#include "numeric/evaluation/gw_test.h"
#include "numeric/evaluation/mincer_zarnowitz.h"
#include "numeric/evaluation/strategy.h"

#define LONGEST 500
#define LEVEL 0.05
#define BYTES (1 << 20)

/* A sample of n rows whose null hypothesis holds or not, and its p-value. */
typedef double (*draw_function)(cs_random *random, size_t n, bool holds);

static double block[BYTES / sizeof(double)];

static cs_workspace
workspace_of(size_t size)
{
	cs_workspace workspace;

	assert_true(size <= BYTES);
	cs_workspace_initialize(&workspace, block, size);
	return workspace;
}

/* y_t = root y_{t-1} + e_t from zero. */
static void
autoregression(cs_random *random, double root, double *y, size_t n)
{
	double value = 0;

	for (size_t i = 0; i < n; i++)
		y[i] = value = root * value + cs_random_normal(random);
}

static double
draw_adf(cs_random *random, size_t n, bool holds)
{
	double y[LONGEST];
	size_t lags = cs_adf_default_lags(n, CS_TREND_CONSTANT);
	cs_workspace workspace = workspace_of(cs_adf_size(n, lags, CS_TREND_CONSTANT));
	cs_adf_result result;

	autoregression(random, holds ? 1 : 0.9, y, n);
	assert_int_equal(cs_adf_test(y, n, CS_TREND_CONSTANT, CS_LAGS_AIC, lags, &workspace, &result),
					 CS_OK);
	return result.p.p_value;
}

static double
draw_phillips_perron(cs_random *random, size_t n, bool holds)
{
	double y[LONGEST];
	cs_workspace workspace = workspace_of(cs_phillips_perron_size(n, CS_TREND_CONSTANT));
	cs_phillips_perron_result result;

	autoregression(random, holds ? 1 : 0.9, y, n);
	assert_int_equal(cs_phillips_perron_test(y, n, CS_TREND_CONSTANT,
											 cs_phillips_perron_default_lags(n), &workspace,
											 &result),
					 CS_OK);
	return result.tau_p.p_value;
}

static double
draw_phillips_perron_alpha(cs_random *random, size_t n, bool holds)
{
	double y[LONGEST];
	cs_workspace workspace = workspace_of(cs_phillips_perron_size(n, CS_TREND_CONSTANT));
	cs_phillips_perron_result result;

	autoregression(random, holds ? 1 : 0.9, y, n);
	assert_int_equal(cs_phillips_perron_test(y, n, CS_TREND_CONSTANT,
											 cs_phillips_perron_default_lags(n), &workspace,
											 &result),
					 CS_OK);
	return result.alpha_p.p_value;
}

static double
draw_kpss(cs_random *random, size_t n, bool holds)
{
	double y[LONGEST];
	cs_kpss_result result;

	autoregression(random, holds ? 0.5 : 1, y, n);
	assert_int_equal(cs_kpss_test(y, n, CS_TREND_CONSTANT, CS_KPSS_AUTOMATIC, block, &result),
					 CS_OK);
	return result.p.p_value;
}

static double
draw_ljung_box(cs_random *random, size_t n, bool holds)
{
	double y[LONGEST];
	cs_ljung_box_result result;

	autoregression(random, holds ? 0 : 0.2, y, n);
	assert_int_equal(cs_ljung_box_test(y, n, cs_ljung_box_default_lags(n), 0, block, &result),
					 CS_OK);
	return result.p_value;
}

/* Against t with 5 degrees of freedom. */
static double
draw_jarque_bera(cs_random *random, size_t n, bool holds)
{
	double y[LONGEST];
	cs_jarque_bera_result result;

	for (size_t i = 0; i < n; i++)
	{
		double square = 0;

		y[i] = cs_random_normal(random);
		for (int j = 0; j < 5 && !holds; j++)
		{
			double part = cs_random_normal(random);

			square += part * part / 5;
		}
		if (!holds)
			y[i] /= sqrt(square);
	}
	assert_int_equal(cs_jarque_bera_test(y, n, block, &result), CS_OK);
	return result.p_value;
}

static double
draw_granger(cs_random *random, size_t n, bool holds)
{
	double rows[2 * LONGEST] = {0};
	cs_workspace workspace = workspace_of(cs_granger_size(n, 2));
	cs_granger_result result;

	for (size_t i = 1; i < n; i++)
	{
		rows[2 * i] =
			0.5 * rows[2 * i - 2] + (holds ? 0 : 0.2 * rows[2 * i - 1]) + cs_random_normal(random);
		rows[2 * i + 1] = 0.5 * rows[2 * i - 1] + cs_random_normal(random);
	}
	assert_int_equal(cs_granger_test(rows, n, 2, &workspace, &result), CS_OK);
	return result.p_value;
}

/* Loss differences without autocorrelation, or that go on. */
static double
draw_gw(cs_random *random, size_t n, bool holds)
{
	double d[LONGEST];
	cs_gw_result result;

	autoregression(random, holds ? 0 : 0.25, d, n);
	assert_int_equal(cs_gw_test(d, n, 0, 1, true, &result), CS_OK);
	return result.p_value;
}

/* Forecasts of the mean to come `horizon` rows ahead; against a line of slope 0.8. */
static double
draw_line(cs_random *random, size_t n, bool holds, size_t horizon)
{
	double rows[2 * LONGEST];
	double noise[LONGEST + 8];
	cs_workspace workspace = workspace_of(cs_mincer_zarnowitz_size(n));
	cs_mincer_zarnowitz_result result;
	double forecast = 0;

	for (size_t i = 0; i < n + horizon; i++)
		noise[i] = cs_random_normal(random) / sqrt((double) horizon);
	for (size_t i = 0; i < n; i++)
	{
		rows[2 * i + 1] = forecast = 0.5 * forecast + cs_random_normal(random);
		rows[2 * i] = (holds ? 1 : 0.8) * forecast;
		for (size_t j = 0; j < horizon; j++)
			rows[2 * i] += noise[i + j];
	}
	assert_int_equal(cs_mincer_zarnowitz(rows, n, 0, horizon, CS_MINCER_ZARNOWITZ_BY_HORIZON,
										 &workspace, &result),
					 CS_OK);
	return result.p_value;
}

static double
draw_mincer_zarnowitz(cs_random *random, size_t n, bool holds)
{
	return draw_line(random, n, holds, 1);
}

static double
draw_mincer_zarnowitz_ahead(cs_random *random, size_t n, bool holds)
{
	return draw_line(random, n, holds, 5);
}

/* The walk's last value as its forecast, or nine tenths of it. */
static double
draw_mincer_zarnowitz_walk(cs_random *random, size_t n, bool holds)
{
	double y[LONGEST];
	double rows[2 * LONGEST];
	cs_workspace workspace = workspace_of(cs_mincer_zarnowitz_size(n));
	cs_mincer_zarnowitz_result result;

	autoregression(random, 1, y, n);
	for (size_t i = 1; i < n; i++)
	{
		rows[2 * i - 2] = y[i];
		rows[2 * i - 1] = (holds ? 1 : 0.9) * y[i - 1];
	}
	assert_int_equal(cs_mincer_zarnowitz(rows, n - 1, 0, 1, 0, &workspace, &result), CS_OK);
	return result.p_value;
}

/* A Sharpe ratio over its error, of forecasts that are noise or know a fifth of the change. */
static double
draw_strategy(cs_random *random, size_t n, bool holds)
{
	cs_strategy_row rows[LONGEST];
	double position[LONGEST], gross[LONGEST], net[LONGEST];
	cs_strategy_options options = {.unit = 1,
								   .cap = 1,
								   .decay = 0.97,
								   .periods_per_year = 252,
								   .horizon = 1,
								   .lags = CS_STRATEGY_LAGS_BY_RULE};
	cs_workspace workspace = workspace_of(cs_strategy_size(n));
	cs_strategy_result result;
	double y = 0;

	for (size_t i = 0; i < n; i++)
	{
		double change = cs_random_normal(random);

		rows[i].forecast = y + (holds ? 0 : 0.2 * change) + cs_random_normal(random);
		rows[i].actual = y += change;
	}
	assert_int_equal(
		cs_strategy_backtest(rows, n, &options, &workspace, position, gross, net, &result), CS_OK);
	return 2 * gsl_cdf_ugaussian_Q(fabs(result.sharpe / result.sharpe_error));
}

static const struct
{
	const char *name;
	draw_function draw;
	double largest_size;
	double least_power;
} tests_of[] = {{"adf_test", draw_adf, 0.09, 0.45},
				{"phillips_perron_test", draw_phillips_perron, 0.09, 0.8},
				{"phillips_perron_test, alpha", draw_phillips_perron_alpha, 0.09, 0.8},
				{"kpss_test", draw_kpss, 0.13, 0.7},
				{"ljung_box_test", draw_ljung_box, 0.08, 0.3},
				{"jarque_bera_test", draw_jarque_bera, 0.08, 0.7},
				{"granger_test", draw_granger, 0.08, 0.7},
				{"gw_test", draw_gw, 0.08, 0.7},
				{"mincer_zarnowitz", draw_mincer_zarnowitz, 0.08, 0.7},
				{"mincer_zarnowitz, 5 ahead", draw_mincer_zarnowitz_ahead, 0.1, 0.5},
				{"mincer_zarnowitz, walk", draw_mincer_zarnowitz_walk, 0.5, 0.7},
				{"strategy_backtest", draw_strategy, 0.08, 0.7}};

static double
share_rejected(cs_random *random, size_t test, size_t n, bool holds, int draws)
{
	int rejected = 0;

	for (int i = 0; i < draws; i++)
		rejected += tests_of[test].draw(random, n, holds) < LEVEL;
	return (double) rejected / draws;
}

static void
rejects_as_often_as_it_says(void **state)
{
	const char *wanted = getenv("TEST_DRAWS");
	int draws = wanted == NULL ? 400 : (int) strtol(wanted, NULL, 10);
	cs_random random;

	(void) state;
	cs_random_seed(&random, 19);
	for (size_t test = 0; test < sizeof(tests_of) / sizeof(tests_of[0]); test++)
		for (size_t n = wanted == NULL ? 250 : 50; n <= 500; n = n == 100 ? 250 : 2 * n)
		{
			double size = share_rejected(&random, test, n, true, draws);
			double power = share_rejected(&random, test, n, false, draws);

			if (wanted != NULL)
				printf("| %s | %zu | %.3f | %.3f |\n", tests_of[test].name, n, size, power);
			if (n != 250)
				continue;
			if (size > tests_of[test].largest_size || size < 0.01 ||
				power < tests_of[test].least_power)
				fail_msg("%s of %zu: size %g, power %g", tests_of[test].name, n, size, power);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rejects_as_often_as_it_says)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
