/*
 * test_strategies.c
 *		Backtests, the line of Mincer and Zarnowitz and correlations at lags against Python, in
 *		other units, on degenerate rows, and their polls.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "golden/strategies.h"
#include "numeric/evaluation/cross_correlation.h"
#include "numeric/evaluation/mincer_zarnowitz.h"
#include "numeric/evaluation/strategy.h"
#include "check_helper.h"
#include "poll_helper.h"

#define ROWS COUNT(golden_row)

static const double units[] = {1, 1e-9, 3e-7, 100, 1e9};

static void *block;

static cs_workspace
workspace_of(size_t size)
{
	cs_workspace workspace;

	free(block);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	return workspace;
}

static int
free_block(void **state)
{
	(void) state;
	free(block);
	return 0;
}

static cs_strategy_options
options_of(const golden_strategy_case *given, double unit)
{
	static const char *const rules[] = {"proportional", "sign", "capped", "volatility"};
	cs_strategy_options options = {.unit = given->unit * unit,
								   .cap = given->cap,
								   .threshold = given->threshold * unit,
								   .decay = given->decay,
								   .cost = given->cost * unit,
								   .carry = given->carry * unit,
								   .periods_per_year = given->periods_per_year,
								   .horizon = given->horizon,
								   .lags = given->lags < 0 ? CS_STRATEGY_LAGS_BY_RULE
														   : (size_t) given->lags};

	while (strcmp(rules[options.rule], given->rule) != 0)
		options.rule++;
	return options;
}

static void
backtest_agrees_in_any_unit(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_strategy); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			const golden_strategy_case *want = &golden_strategy[c];
			cs_strategy_options options = options_of(want, units[u]);
			cs_workspace workspace = workspace_of(cs_strategy_size(ROWS));
			cs_strategy_row rows[ROWS];
			double position[ROWS], gross[ROWS], net[ROWS];
			double k = units[u];
			cs_strategy_result got;

			for (size_t t = 0; t < ROWS; t++)
				rows[t] = (cs_strategy_row){k * golden_row[t].actual, k * golden_row[t].forecast};
			assert_int_equal(
				cs_strategy_backtest(rows, ROWS, &options, &workspace, position, gross, net, &got),
				CS_OK);
			assert_int_equal(got.periods, want->periods);
			assert_int_equal(got.lags, want->used_lags);
			assert_near(got.total, k * want->total, 1e-9, k);
			assert_near(got.gross, k * want->gross, 1e-9, k);
			assert_near(got.carry, k * want->carry_total, 1e-9, k * 0.01);
			assert_near(got.cost, k * want->cost_total, 1e-9, 0);
			assert_near(got.mean, k * want->mean, 1e-9, k * 0.1);
			assert_near(got.sd, k * want->sd, 1e-9, 0);
			assert_near(got.sharpe, want->sharpe, 1e-8, 0.1);
			assert_near(got.sharpe_error, want->sharpe_error, 1e-8, 0);
			assert_near(got.drawdown, k * want->drawdown, 1e-9, 0);
			assert_near(got.turnover, want->turnover, 1e-9, 0);
			assert_near(got.mean_position, want->mean_position, 1e-9, 0);
			assert_near(got.break_even_cost, k * want->break_even, 1e-9, 0);
			assert_near(position[got.first + 20], want->position_21, 1e-9, 0);
			assert_near(net[got.first + 20], k * want->value_21, 1e-9, 0);
			assert_near(net[got.first + got.periods - 1], got.total, 0, 0);
		}
}

static cs_status
traded(cs_strategy_row *rows, size_t n, cs_strategy_options options, cs_strategy_result *result)
{
	cs_workspace workspace = workspace_of(cs_strategy_size(n));
	double position[ROWS], gross[ROWS], net[ROWS];

	assert_true(n <= ROWS);
	return cs_strategy_backtest(rows, n, &options, &workspace, position, gross, net, result);
}

static void
backtest_of_what_hardly_trades(void **state)
{
	cs_strategy_options options = options_of(&golden_strategy[2], 1);
	cs_strategy_row rows[] = {{1.1, NAN}, {1.4, 1.1}, {1.2, 1.4 * (1 + 1e-16)}, {1.7, 1.2}};
	cs_strategy_result got;

	(void) state;
	/* today's value as the forecast: rounding is no sign */
	assert_int_equal(traded(rows, 4, options, &got), CS_OK);
	assert_int_equal(got.periods, 3);
	assert_true(got.turnover == 0 && got.total == 0 && got.drawdown == 0);
	assert_true(isnan(got.sharpe) && isnan(got.sharpe_error) && isnan(got.break_even_cost));
	/* one row: no deviation */
	rows[1].forecast = 2;
	assert_int_equal(traded(rows, 2, options, &got), CS_OK);
	assert_near(got.gross, 0.3, 1e-12, 0);
	assert_near(got.turnover, 2, 1e-12, 0);
	assert_true(isnan(got.sd));
	/* gains that differ in their last digits do not vary */
	for (int t = 0; t < 4; t++)
		rows[t] = (cs_strategy_row){1e6 + 0.1 * t, 2e6};
	options.cost = 0;
	assert_int_equal(traded(rows, 4, options, &got), CS_OK);
	assert_true(isnan(got.sharpe) && got.sd > 0);
	/* no forecast has an origin */
	rows[1].forecast = rows[2].forecast = rows[3].forecast = NAN;
	assert_int_equal(traded(rows, 4, options, &got), CS_TOO_FEW);
	options.horizon = 4;
	assert_int_equal(traded(rows, 4, options, &got), CS_TOO_FEW);
	options.horizon = 0;
	assert_int_equal(traded(rows, 4, options, &got), CS_OUT_OF_RANGE);
	options.horizon = 1;
	rows[1] = (cs_strategy_row){-1e308, 1e300};
	rows[0].actual = 1.7e308;
	assert_int_equal(traded(rows, 2, options, &got), CS_NOT_FINITE);
}

/* Gains that are all the same have no Sharpe ratio, however many they are. */
static void
backtest_of_equal_gains(void **state)
{
	cs_strategy_options options = {.rule = CS_STRATEGY_SIGN,
								   .horizon = 1,
								   .unit = 1,
								   .cap = 1,
								   .decay = 1,
								   .periods_per_year = 252,
								   .lags = 0};
	cs_strategy_row rows[ROWS];

	(void) state;
	for (size_t u = 0; u < COUNT(units); u++)
		for (size_t n = 3; n <= ROWS; n++)
		{
			cs_strategy_result got;

			for (size_t t = 0; t < n; t++)
			{
				double y = units[u] * (t % 2 == 0 ? 0.7 : -0.4);

				rows[t] = (cs_strategy_row){y, y};
			}
			assert_int_equal(traded(rows, n, options, &got), CS_OK);
			assert_near(got.mean, 1.1 * units[u], 1e-14, 0);
			assert_true(isnan(got.sharpe) && isnan(got.sharpe_error));
			assert_true(got.mean_position == 1);
		}
}

static size_t
fill_line(const golden_line_case *given, double k, double (*rows)[2])
{
	size_t n = 0;
	size_t horizon = (size_t) given->horizon;

	for (size_t t = 0; t < ROWS; t++)
		if (!isnan(golden_row[t].forecast))
		{
			rows[n][0] = k * golden_row[t].actual;
			rows[n++][1] = k * golden_row[t].forecast;
		}
	if (strcmp(given->form, "level") == 0)
		return n;
	for (size_t i = horizon; i < n; i++)
	{
		rows[i - horizon][1] = rows[i][1] - rows[i - horizon][0];
		rows[i - horizon][0] = rows[i][0] - rows[i - horizon][0];
	}
	return n - horizon;
}

static void
line_agrees_in_any_unit(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_line); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			const golden_line_case *want = &golden_line[c];
			double rows[ROWS][2];
			double k = units[u];
			size_t n = fill_line(want, k, rows);
			cs_workspace workspace = workspace_of(cs_mincer_zarnowitz_size(n));
			cs_mincer_zarnowitz_result got;
			double intercept, slope;

			assert_int_equal(n, want->observations);
			assert_int_equal(cs_mincer_zarnowitz(*rows, n, 0, want->horizon,
												 want->lags < 0 ? CS_MINCER_ZARNOWITZ_BY_HORIZON
																: (size_t) want->lags,
												 &workspace, &got),
							 CS_OK);
			assert_near(got.intercept, k * want->intercept, 1e-9, k * 0.1);
			assert_near(got.slope, want->slope, 1e-9, 0);
			assert_near(got.intercept_error, k * want->intercept_error, 1e-9, 0);
			assert_near(got.slope_error, want->slope_error, 1e-9, 0);
			assert_near(got.r_squared, want->r_squared, 1e-9, 0.1);
			assert_near(got.statistic, want->statistic, 1e-7, 0);
			assert_near(got.p_value, want->p_value, 1e-7, 0);
			assert_int_equal(got.freedom, want->freedom);
			for (size_t i = 0; i < n; i++)
			{
				double x = rows[i][1];

				rows[i][1] = rows[i][0];
				rows[i][0] = x;
			}
			assert_int_equal(cs_fitted_line(*rows, n, &intercept, &slope), CS_OK);
			assert_near(intercept, got.intercept, 1e-9, k * 0.1);
			assert_near(slope, got.slope, 1e-9, 0);
		}
}

static void
lines_that_are_none(void **state)
{
	double rows[6][2];
	cs_workspace workspace = workspace_of(cs_mincer_zarnowitz_size(6));
	cs_workspace once = workspace;
	cs_mincer_zarnowitz_result got;
	double intercept, slope;

	(void) state;
	for (int i = 0; i < 6; i++)
		rows[i][0] = rows[i][1] = 1 + i * i;
	once = workspace;
	assert_int_equal(cs_mincer_zarnowitz(*rows, 6, 0, 1, 0, &once, &got), CS_ZERO_VARIANCE);
	for (int i = 0; i < 6; i++)
		rows[i][0] = 2;
	once = workspace;
	assert_int_equal(cs_mincer_zarnowitz(*rows, 6, 0, 1, 0, &once, &got), CS_ZERO_VARIANCE);
	for (int i = 0; i < 6; i++)
		rows[i][1] = 3 + i * 1e-16;
	once = workspace;
	assert_int_equal(cs_mincer_zarnowitz(*rows, 6, 0, 1, 0, &once, &got), CS_CONSTANT);
	/* of differences of large values, rounding */
	for (int i = 0; i < 6; i++)
		rows[i][1] = i * 1e-10;
	once = workspace;
	assert_int_equal(cs_mincer_zarnowitz(*rows, 6, 1e6, 1, 0, &once, &got), CS_CONSTANT);
	once = workspace;
	assert_int_equal(cs_mincer_zarnowitz(*rows, 3, 0, 1, 0, &once, &got), CS_TOO_FEW);
	assert_int_equal(cs_mincer_zarnowitz(*rows, 6, 0, 1, 6, &once, &got), CS_TOO_FEW);
	assert_int_equal(
		cs_mincer_zarnowitz(*rows, 6, 0, 6, CS_MINCER_ZARNOWITZ_BY_HORIZON, &once, &got),
		CS_TOO_FEW);
	assert_int_equal(cs_mincer_zarnowitz(*rows, 6, 0, 0, 0, &once, &got), CS_OUT_OF_RANGE);
	rows[2][1] = INFINITY;
	assert_int_equal(cs_mincer_zarnowitz(*rows, 6, 0, 1, 0, &once, &got), CS_NOT_FINITE);
	assert_int_equal(cs_fitted_line(*rows, 6, &intercept, &slope), CS_NOT_FINITE);
	rows[2][1] = 5;
	assert_int_equal(cs_fitted_line(*rows, 6, &intercept, &slope), CS_CONSTANT);
	assert_int_equal(cs_fitted_line(*rows, 1, &intercept, &slope), CS_TOO_FEW);
}

static void
correlations_agree_in_any_unit(void **state)
{
	(void) state;
	for (size_t u = 0; u < COUNT(units); u++)
		for (int changes = 0; changes < 2; changes++)
		{
			double rows[ROWS][2];
			double got[9];
			size_t n = ROWS;
			cs_workspace workspace = workspace_of(cs_cross_correlation_size(n));
			long best;

			for (size_t t = 0; t < ROWS; t++)
			{
				rows[t][0] = units[u] * golden_row[t].actual;
				rows[t][1] =
					isnan(golden_row[t].forecast) ? rows[t][0] : units[u] * golden_row[t].forecast;
			}
			assert_int_equal(cs_cross_correlation(*rows, n, changes, 4, &workspace, got, &best),
							 CS_OK);
			for (int lag = -4; lag <= 4; lag++)
			{
				const golden_correlation_case *want = &golden_correlation[9 * changes + lag + 4];

				assert_int_equal(want->lag, lag);
				assert_near(got[lag + 4], want->correlation, 1e-8, 0.01);
				assert_true(got[lag + 4] <= got[best + 4]);
			}
		}
}

static void
best_lags(void **state)
{
	double rows[60][2];
	double got[21];
	cs_workspace workspace = workspace_of(cs_cross_correlation_size(60));
	cs_workspace once;
	long best;

	(void) state;
	for (int t = 0; t < 60; t++)
	{
		rows[t][0] = sin(t * t * 0.1);
		rows[t][1] = t < 3 ? 0.1 * t : 5 + 2 * sin((t - 3) * (t - 3) * 0.1);
	}
	once = workspace;
	assert_int_equal(cs_cross_correlation(*rows, 60, false, 10, &once, got, &best), CS_OK);
	assert_int_equal(best, 3);
	assert_near(got[13], 1, 1e-12, 0);
	/* lines are the same at all lags */
	for (int t = 0; t < 60; t++)
		rows[t][0] = 0.1 * t, rows[t][1] = 7 + 0.3 * t;
	once = workspace;
	assert_int_equal(cs_cross_correlation(*rows, 60, false, 10, &once, got, &best), CS_OK);
	assert_int_equal(best, 0);
	for (int t = 0; t < 60; t++)
		rows[t][1] = 7;
	once = workspace;
	assert_int_equal(cs_cross_correlation(*rows, 60, false, 10, &once, got, &best), CS_CONSTANT);
	assert_int_equal(cs_cross_correlation(*rows, 12, false, 10, &once, got, &best), CS_TOO_FEW);
	assert_int_equal(cs_cross_correlation(*rows, 13, true, 10, &once, got, &best), CS_TOO_FEW);
	assert_int_equal(cs_cross_correlation(*rows, 0, true, 0, &once, got, &best), CS_TOO_FEW);
}

/* Changes are judged by the size of the values: those of the last digits are none, and those of
 * values near the largest do not overflow. */
static void
changes_of_rounding_and_of_large_values(void **state)
{
	double rows[60][2];
	double got[5];
	cs_workspace workspace = workspace_of(cs_cross_correlation_size(60));
	cs_workspace once;
	long best;

	(void) state;
	for (int t = 0; t < 60; t++)
	{
		rows[t][0] = 0.1 * t;
		rows[t][1] = sin(t * t * 0.1);
	}
	once = workspace;
	assert_int_equal(cs_cross_correlation(*rows, 60, true, 2, &once, got, &best), CS_CONSTANT);
	for (int t = 0; t < 60; t++)
		rows[t][0] = 0.3 + (t % 2 == 0 ? 6e-17 : 0);
	once = workspace;
	assert_int_equal(cs_cross_correlation(*rows, 60, true, 2, &once, got, &best), CS_CONSTANT);
	for (int t = 0; t < 60; t++)
		rows[t][0] = t == 0 ? 0 : 1.7e308 * rows[t - 1][1];
	once = workspace;
	assert_int_equal(cs_cross_correlation(*rows, 60, true, 2, &once, got, &best), CS_OK);
	assert_int_equal(best, -1);
}

static void
polls(void **state)
{
	const size_t n = 100000;
	cs_strategy_row *rows = malloc(sizeof(cs_strategy_row) * n);
	double *out = malloc(sizeof(double) * 3 * n);
	double got[21];
	cs_strategy_options options = options_of(&golden_strategy[4], 1);
	cs_workspace workspace = workspace_of(cs_strategy_size(n));
	cs_strategy_result result;
	cs_mincer_zarnowitz_result line;
	poll_count count;
	long best;

	(void) state;
	options.lags = 20;
	options.horizon = 15;
	for (size_t i = 0; i < n; i++)
		rows[i] = (cs_strategy_row){sin((double) i * (double) i * 0.001), cos((double) i)};
	poll_count_start();
	assert_int_equal(
		cs_strategy_backtest(rows, n, &options, &workspace, out, out + n, out + 2 * n, &result),
		CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * (15 + 20 + 40), 0);
	workspace = workspace_of(cs_mincer_zarnowitz_size(n));
	poll_count_start();
	assert_int_equal(cs_mincer_zarnowitz(&rows->actual, n, 0, 1, 10, &workspace, &line), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * (10 * 4 + 20), 0);
	workspace = workspace_of(cs_cross_correlation_size(n));
	poll_count_start();
	assert_int_equal(cs_cross_correlation(&rows->actual, n, false, 10, &workspace, got, &best),
					 CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 21 * 6, 0);
	free(rows);
	free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(backtest_agrees_in_any_unit),
		cmocka_unit_test(backtest_of_what_hardly_trades),
		cmocka_unit_test(backtest_of_equal_gains),
		cmocka_unit_test(line_agrees_in_any_unit),
		cmocka_unit_test(lines_that_are_none),
		cmocka_unit_test(correlations_agree_in_any_unit),
		cmocka_unit_test(best_lags),
		cmocka_unit_test(changes_of_rounding_and_of_large_values),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, free_block);
}
