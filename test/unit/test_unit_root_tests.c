/*
 * test_unit_root_tests.c
 *		ADF, KPSS and Phillips-Perron against statsmodels and R, in other units, on degenerate
 *		series.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "golden/series_tests.h"
#include "numeric/econometrics/adf_test.h"
#include "numeric/econometrics/kpss_test.h"
#include "numeric/econometrics/phillips_perron_test.h"
#include "check_helper.h"
#include "poll_helper.h"

static const double units[] = {1, 1e-9, 3e-7, 100, 1e9, -7};

/* A series in another unit, malloc'd. */
static double *
series_of(const char *name, double k, size_t *n)
{
	for (size_t s = 0; s < COUNT(golden_series); s++)
		if (strcmp(golden_series[s].name, name) == 0)
		{
			double *y = malloc(sizeof(double) * (size_t) golden_series[s].n);

			*n = (size_t) golden_series[s].n;
			for (size_t i = 0; i < *n; i++)
				y[i] = k * golden_series[s].y[i];
			return y;
		}
	fail_msg("no series %s", name);
	return NULL;
}

static cs_status
adf(const double *y, size_t n, int trend, int selection, size_t lags, cs_adf_result *result)
{
	size_t size = cs_adf_size(n, lags, trend);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_adf_test(y, n, trend, selection, lags, &workspace, result);
	free(block);
	return status;
}

static cs_status
phillips_perron(const double *y, size_t n, int trend, size_t lags,
				cs_phillips_perron_result *result)
{
	size_t size = cs_phillips_perron_size(n, trend);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_phillips_perron_test(y, n, trend, lags, &workspace, result);
	free(block);
	return status;
}

static cs_status
kpss(const double *y, size_t n, int trend, size_t lags, cs_kpss_result *result)
{
	double *residuals = malloc(sizeof(double) * n);
	cs_status status = cs_kpss_test(y, n, trend, lags, residuals, result);

	free(residuals);
	return status;
}

static void
adf_agrees_in_any_unit(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_adf); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			size_t n;
			double *y = series_of(golden_adf[c].series, units[u], &n);
			int lags = golden_adf[c].lags;
			cs_adf_result result;

			if (lags < 0)
				lags = (int) cs_adf_default_lags(n, golden_adf[c].trend);
			assert_int_equal(adf(y, n, golden_adf[c].trend, golden_adf[c].selection, lags, &result),
							 CS_OK);
			assert_int_equal(result.lags, golden_adf[c].used);
			assert_near(result.statistic, golden_adf[c].statistic, 1e-8, 0);
			assert_near(result.p.p_value, golden_adf[c].p_value, 1e-6, 0);
			assert_near(result.critical[0], golden_adf[c].critical[0], 1e-12, 0);
			assert_near(result.critical[1], golden_adf[c].critical[1], 1e-12, 0);
			assert_near(result.critical[2], golden_adf[c].critical[2], 1e-12, 0);
			free(y);
		}
}

static void
kpss_agrees_in_any_unit(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_kpss); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			size_t n;
			double *y = series_of(golden_kpss[c].series, units[u], &n);
			cs_kpss_result result;

			assert_int_equal(
				kpss(y, n, golden_kpss[c].trend,
					 golden_kpss[c].lags < 0 ? CS_KPSS_AUTOMATIC : (size_t) golden_kpss[c].lags,
					 &result),
				CS_OK);
			assert_int_equal(result.lags, golden_kpss[c].used);
			assert_near(result.statistic, golden_kpss[c].statistic, 1e-8, 0);
			assert_near(result.p.p_value, golden_kpss[c].p_value, 1e-7, 0);
			assert_int_equal(result.p.clipped, result.p.p_value == 0.1 || result.p.p_value == 0.01);
			free(y);
		}
}

static void
phillips_perron_agrees_in_any_unit(void **state)
{
	int known = 0;

	(void) state;
	for (size_t c = 0; c < COUNT(golden_phillips_perron); c++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			size_t n;
			double *y = series_of(golden_phillips_perron[c].series, units[u], &n);
			cs_phillips_perron_result result;

			assert_int_equal(phillips_perron(y, n, golden_phillips_perron[c].trend,
											 golden_phillips_perron[c].lags, &result),
							 CS_OK);
			assert_near(result.tau, golden_phillips_perron[c].tau, 1e-8, 0);
			assert_near(result.tau_p.p_value, golden_phillips_perron[c].tau_p, 1e-6, 0);
			assert_near(result.alpha, golden_phillips_perron[c].alpha, 1e-8, 0);
			free(y);
			if (isnan(golden_phillips_perron[c].alpha_p))
				continue;
			known++;
			/* that of a statistic which tseries has to 1e-2 */
			assert_near(result.alpha_p.p_value, golden_phillips_perron[c].alpha_p, 2e-2, 0);
		}
	assert_true(known >= 5);
}

/* The tables: their own points give their own levels, and their ends clip. */
static void
tables_give_their_levels(void **state)
{
	cs_table_p_value p = cs_normalized_bias_p_value(CS_TREND_LINEAR, 50, -19.8);
	double critical[CS_CRITICAL_LEVELS];

	(void) state;
	assert_near(p.p_value, 0.05, 1e-12, 0);
	assert_false(p.clipped);
	p = cs_normalized_bias_p_value(CS_TREND_CONSTANT, 25, -12.5);
	assert_near(p.p_value, 0.05, 1e-12, 0);
	p = cs_normalized_bias_p_value(CS_TREND_NONE, 1000000, -30);
	assert_true(p.clipped && p.p_value == 0.01);
	p = cs_normalized_bias_p_value(CS_TREND_NONE, 1000000, 30);
	assert_true(p.clipped && p.p_value == 0.99);
	assert_near(cs_kpss_p_value(CS_TREND_CONSTANT, 0.463).p_value, 0.05, 1e-12, 0);
	assert_near(cs_kpss_p_value(CS_TREND_LINEAR, 0.176).p_value, 0.025, 1e-12, 0);
	assert_true(cs_kpss_p_value(CS_TREND_LINEAR, 0.3).clipped);
	for (int trend = CS_TREND_NONE; trend <= CS_TREND_QUADRATIC; trend++)
	{
		cs_dickey_fuller_critical_values(trend, 100000000, critical);
		/* both of MacKinnon, sixteen years apart */
		assert_near(cs_dickey_fuller_p_value(trend, critical[0]).p_value, 0.01, 0.05, 0);
		assert_near(cs_dickey_fuller_p_value(trend, critical[1]).p_value, 0.05, 0.05, 0);
		assert_near(cs_dickey_fuller_p_value(trend, critical[2]).p_value, 0.1, 0.05, 0);
	}
	assert_true(cs_dickey_fuller_p_value(CS_TREND_CONSTANT, -25).clipped);
	assert_true(cs_dickey_fuller_p_value(CS_TREND_CONSTANT, 5).p_value > 0.99);
}

static void
degenerate_series_say_so(void **state)
{
	double constant[40], line[40], rounding[40], alternating[40];
	cs_adf_result adf_result;
	cs_kpss_result kpss_result;
	cs_phillips_perron_result pp_result;

	(void) state;
	for (int i = 0; i < 40; i++)
	{
		constant[i] = 0.3;
		line[i] = 0.1 * i + 1;
		rounding[i] = i % 3 == 0 ? 0.3 : 0.1 + 0.2;
		alternating[i] = i % 2 == 0 ? 1 : -1;
	}
	assert_int_equal(adf(constant, 40, CS_TREND_CONSTANT, CS_LAGS_FIXED, 1, &adf_result),
					 CS_CONSTANT);
	assert_int_equal(adf(rounding, 40, CS_TREND_NONE, CS_LAGS_FIXED, 1, &adf_result), CS_CONSTANT);
	assert_int_equal(adf(line, 40, CS_TREND_CONSTANT, CS_LAGS_AIC, 3, &adf_result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(adf(line, 40, CS_TREND_LINEAR, CS_LAGS_FIXED, 0, &adf_result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(adf(alternating, 40, CS_TREND_CONSTANT, CS_LAGS_FIXED, 0, &adf_result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(adf(line, 6, CS_TREND_CONSTANT, CS_LAGS_FIXED, 2, &adf_result), CS_TOO_FEW);
	assert_int_equal(kpss(constant, 40, CS_TREND_CONSTANT, CS_KPSS_AUTOMATIC, &kpss_result),
					 CS_CONSTANT);
	assert_int_equal(kpss(line, 40, CS_TREND_LINEAR, CS_KPSS_AUTOMATIC, &kpss_result),
					 CS_ZERO_VARIANCE);
	assert_int_equal(kpss(line, 40, CS_TREND_CONSTANT, 40, &kpss_result), CS_TOO_FEW);
	assert_int_equal(kpss(line, 3, CS_TREND_CONSTANT, 0, &kpss_result), CS_TOO_FEW);
	assert_int_equal(phillips_perron(constant, 40, CS_TREND_LINEAR, 3, &pp_result), CS_CONSTANT);
	assert_int_equal(phillips_perron(line, 40, CS_TREND_CONSTANT, 3, &pp_result), CS_ZERO_VARIANCE);
	assert_int_equal(phillips_perron(line, 4, CS_TREND_LINEAR, 0, &pp_result), CS_TOO_FEW);
	line[7] = NAN;
	assert_int_equal(adf(line, 40, CS_TREND_CONSTANT, CS_LAGS_FIXED, 1, &adf_result),
					 CS_NOT_FINITE);
}

/* The largest values that there are, and the smallest: the statistic of ordinary ones. */
static void
extremes_are_units(void **state)
{
	size_t n;
	double *y = series_of("walk", 1, &n);
	cs_adf_result one, other;

	(void) state;
	assert_int_equal(adf(y, n, CS_TREND_CONSTANT, CS_LAGS_AIC, 4, &one), CS_OK);
	for (size_t i = 0; i < n; i++)
		y[i] = ldexp(y[i], 1020);
	assert_int_equal(adf(y, n, CS_TREND_CONSTANT, CS_LAGS_AIC, 4, &other), CS_OK);
	assert_true(one.statistic == other.statistic);
	free(y);
}

static void
polls(void **state)
{
	const size_t n = 40000;
	double *y = malloc(sizeof(double) * n);
	cs_adf_result result;
	poll_count count;

	(void) state;
	for (size_t i = 0; i < n; i++)
		y[i] = sin((double) i * (double) i * 0.001) + 0.1 * cos((double) i);
	poll_count_start();
	assert_int_equal(adf(y, n, CS_TREND_CONSTANT, CS_LAGS_FIXED, 20, &result), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 22 * 23, 0);
	free(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adf_agrees_in_any_unit),
		cmocka_unit_test(kpss_agrees_in_any_unit),
		cmocka_unit_test(phillips_perron_agrees_in_any_unit),
		cmocka_unit_test(tables_give_their_levels),
		cmocka_unit_test(degenerate_series_say_so),
		cmocka_unit_test(extremes_are_units),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
