/*
 * test_state_of_economy.c
 *		Scores by hand and by definition, in any unit; the band; what later rows cannot change.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "numeric/signal/state_of_economy.h"
#include "check_helper.h"
#include "poll_helper.h"

#define ROWS 200

static void
fill(double *x, double k)
{
	for (int t = 0; t < ROWS; t++)
		x[t] = k * (2 + sin(t * 0.13) + 0.3 * sin(t * t * 0.7));
}

/* By the definition, over all rows of the window at once. */
static void
scores(const double *x, size_t t, const cs_economy_options *options, double *level, double *rise)
{
	size_t first = t + 1 < options->window ? 0 : t + 1 - options->window;
	double n = (double) (t + 1 - first);
	double sum = 0, squares = 0, changes = 0;

	for (size_t i = first; i <= t; i++)
	{
		sum += x[i];
		squares += x[i] * x[i];
		if (i >= first + options->rise)
			changes += (x[i] - x[i - options->rise]) * (x[i] - x[i - options->rise]);
	}
	*level = (x[t] - sum / n) / sqrt(squares / n - sum / n * (sum / n));
	*rise = (x[t] - x[t - options->rise]) / sqrt(changes / (n - (double) options->rise));
}

static void
scores_are_as_defined_in_any_unit(void **state)
{
	static const double units[] = {1, 1e-9, 3e-7, 100, 1e9, 5e307};
	cs_economy_options options = {40, 6, 1, 0.25};
	cs_economy_state base[ROWS];
	cs_economy_state got[ROWS];
	double one[ROWS], x[ROWS];
	int turns = 0;

	(void) state;
	fill(one, 1);
	for (size_t u = 0; u < COUNT(units); u++)
	{
		fill(x, units[u]);
		assert_int_equal(cs_state_of_economy(x, ROWS, &options, u == 0 ? base : got), CS_OK);
		for (size_t t = 0; t < ROWS && u > 0; t++)
		{
			double level, rise;

			if (t < 11)
			{
				assert_true(isnan(got[t].level_score) && isnan(got[t].rise_score));
				continue;
			}
			scores(one, t, &options, &level, &rise);
			assert_near(got[t].level_score, level, 1e-9, 1);
			assert_near(got[t].rise_score, rise, 1e-9, 1);
			assert_int_equal(got[t].worse, base[t].worse);
		}
	}
	for (size_t t = 12; t < ROWS; t++)
	{
		double most = fmax(base[t].level_score, base[t].rise_score);

		turns += base[t].worse != base[t - 1].worse;
		if (base[t].worse != base[t - 1].worse)
			assert_true(base[t].worse ? most > 1 : most < 0.25);
	}
	assert_between(turns, 4, 40);
	/* the past does not change with what comes */
	assert_int_equal(cs_state_of_economy(x, 90, &options, got), CS_OK);
	for (size_t t = 11; t < 90; t++)
		assert_true(got[t].worse == base[t].worse);
}

static void
rows_that_do_not_vary(void **state)
{
	cs_economy_options options = {20, 3, 1, 0.5};
	cs_economy_state got[ROWS];
	double x[ROWS];

	(void) state;
	for (int t = 0; t < ROWS; t++)
		x[t] = 2 + (t % 3) * 1e-16;
	assert_int_equal(cs_state_of_economy(x, ROWS, &options, got), CS_OK);
	assert_true(got[50].level_score == 0 && got[50].rise_score == 0 && !got[50].worse);
	for (int t = 0; t < ROWS; t++)
		x[t] = t % 2 == 0 ? 1.7e308 : -1.7e308;
	assert_int_equal(cs_state_of_economy(x, ROWS, &options, got), CS_OK);
	assert_true(isfinite(got[50].level_score) && isfinite(got[50].rise_score));
	x[7] = NAN;
	assert_int_equal(cs_state_of_economy(x, ROWS, &options, got), CS_NOT_FINITE);
	options.rise = 11;
	assert_int_equal(cs_state_of_economy(x, ROWS, &options, got), CS_OUT_OF_RANGE);
	options = (cs_economy_options){20, 3, 0.4, 0.5};
	assert_int_equal(cs_state_of_economy(x, ROWS, &options, got), CS_OUT_OF_RANGE);
}

static void
polls(void **state)
{
	const size_t n = 100000;
	cs_economy_options options = {500, 20, 1, 0.5};
	cs_economy_state *got = malloc(sizeof(cs_economy_state) * n);
	double *x = malloc(sizeof(double) * n);
	poll_count count;

	(void) state;
	for (size_t t = 0; t < n; t++)
		x[t] = sin((double) t * 0.01);
	poll_count_start();
	assert_int_equal(cs_state_of_economy(x, n, &options, got), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 500 * 6, 0);
	free(got);
	free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_are_as_defined_in_any_unit),
		cmocka_unit_test(rows_that_do_not_vary),
		cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
