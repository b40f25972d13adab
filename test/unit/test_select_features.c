/*
 * test_select_features.c
 *		Scores against those of the measures themselves, in other units; how often a feature is kept
 *		without cause and with; every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "numeric/evaluation/mutual_information.h"
#include "numeric/evaluation/select_features.h"
#include "check_helper.h"
#include "poll_helper.h"

#define FEATURES 4
#define ROW (1 + FEATURES)
#define ROWS 150

static cs_status
features_of(const double *rows, size_t n, cs_selection_options options, uint64_t seed,
			cs_feature_score *scores)
{
	size_t size = cs_selection_size(n, FEATURES, &options);
	void *block = malloc(size);
	cs_workspace workspace;
	cs_random random;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	cs_random_seed(&random, seed);
	status = cs_select_features(rows, n, FEATURES, &options, &random, &workspace, scores);
	free(block);
	return status;
}

/*
 * y a walk in ticks; its change one row later is told by feature 0 as a line and by feature 1 as a
 * square; feature 2 goes on by itself, 3 is noise.  With `cause` false nothing tells of y.
 */
static void
draw_rows(cs_random *random, double *rows, size_t n, bool cause)
{
	double y = 100;
	double slow = 0;
	double told = 0;

	for (size_t t = 0; t < n; t++)
	{
		double a = cs_random_normal(random);
		double b = cs_random_normal(random);

		y += 0.01 * round(100 * ((cause ? told : 0) + 0.5 * cs_random_normal(random)));
		slow = 0.9 * slow + cs_random_normal(random);
		told = a + b * b - 1;
		rows[t * ROW] = y;
		rows[t * ROW + 1] = a;
		rows[t * ROW + 2] = b;
		rows[t * ROW + 3] = slow;
		rows[t * ROW + 4] = cs_random_normal(random);
	}
}

static void
scores_are_those_of_the_measures(void **state)
{
	static const double units[] = {1, 1e-9, 3e-7, 100, 1e9};
	double rows[ROWS * ROW];
	cs_random random;
	cs_selection_options options = {CS_FEATURE_INFORMATION, false, 3, 3, 19};
	cs_feature_score base[FEATURES];
	size_t size = cs_mutual_information_size(ROWS);
	void *block = malloc(size);

	(void) state;
	cs_random_seed(&random, 3);
	draw_rows(&random, rows, ROWS, true);
	for (int measure = 0; measure < 2; measure++)
		for (size_t u = 0; u < COUNT(units); u++)
		{
			double scaled[ROWS * ROW];
			cs_feature_score scores[FEATURES];

			for (size_t i = 0; i < ROWS * ROW; i++)
				scaled[i] = rows[i] * (i % ROW == 0 ? units[u] : units[COUNT(units) - 1 - u]);
			options.measure = measure;
			options.change = u % 2 == 0;
			assert_int_equal(features_of(scaled, ROWS, options, 1, scores), CS_OK);
			options.change = !options.change;
			if (u < 2)
				for (int i = 0; i < FEATURES; i++)
					base[i] = scores[i];
			/* without the change, the measure itself */
			for (int i = 0; i < FEATURES && u == 1 && measure == 0; i++)
			{
				cs_workspace workspace;
				double information;

				cs_workspace_initialize(&workspace, block, size);
				assert_int_equal(cs_mutual_information((cs_variable){rows + 1 + i, ROW, 0},
													   (cs_variable){rows + 3 * ROW, ROW, 0},
													   ROWS - 3, 3, &workspace, &information),
								 CS_OK);
				assert_near(scores[i].score, fmax(information, 0), 1e-9, 1e-12);
			}
			for (int i = 0; i < FEATURES && u % 2 == 1; i++)
			{
				assert_near(scores[i].score, base[i].score, 1e-9, 1e-12);
				assert_near(scores[i].p_value, base[i].p_value, 1e-12, 0);
			}
		}
	free(block);
}

/* Nothing is kept without cause more often than said, what tells is kept. */
static void
size_and_power(void **state)
{
	enum
	{
		samples = 60
	};
	cs_random random;
	int chance[2] = {0};
	int line[2] = {0};
	int square[2] = {0};

	(void) state;
	cs_random_seed(&random, 19);
	for (int sample = 0; sample < samples; sample++)
		for (int measure = 0; measure < 2; measure++)
		{
			double rows[ROWS * ROW];
			cs_selection_options options = {measure, true, 1, 3, 39};
			cs_feature_score scores[FEATURES];

			draw_rows(&random, rows, ROWS, false);
			assert_int_equal(features_of(rows, ROWS, options, sample, scores), CS_OK);
			for (int i = 0; i < FEATURES; i++)
				if (scores[i].p_value <= 0.05)
				{
					chance[measure]++;
					break;
				}
			draw_rows(&random, rows, ROWS, true);
			assert_int_equal(features_of(rows, ROWS, options, sample, scores), CS_OK);
			line[measure] += scores[0].p_value <= 0.05;
			square[measure] += scores[1].p_value <= 0.05;
		}
	print_message("# chance %d %d, line %d %d, square %d %d of %d\n", chance[0], chance[1], line[0],
				  line[1], square[0], square[1], samples);
	for (int measure = 0; measure < 2; measure++)
	{
		assert_between(chance[measure], 0, 0.15 * samples);
		assert_true(line[measure] >= samples * 80 / 100);
	}
	/* a square is what a correlation cannot see */
	assert_true(square[CS_FEATURE_INFORMATION] >= samples * 80 / 100);
	assert_true(square[CS_FEATURE_CORRELATION] <= samples * 50 / 100);
}

static void
degenerate_rows_say_so(void **state)
{
	double rows[40 * ROW];
	cs_selection_options options = {CS_FEATURE_INFORMATION, true, 1, 3, 19};
	cs_feature_score scores[FEATURES];

	(void) state;
	for (int t = 0; t < 40; t++)
		for (int i = 0; i < ROW; i++)
			rows[t * ROW + i] = i == 2 ? 0.3 : sin(t * t + i);
	for (int measure = 0; measure < 2; measure++)
	{
		options.measure = measure;
		assert_int_equal(features_of(rows, 40, options, 1, scores), CS_OK);
		assert_true(isnan(scores[1].score) && isnan(scores[1].p_value));
		assert_true(isfinite(scores[0].score) && isfinite(scores[3].p_value));
	}
	for (int t = 0; t < 40; t++)
		rows[t * ROW] = 1e6 + 0.1 * t;
	assert_int_equal(features_of(rows, 40, options, 1, scores), CS_CONSTANT);
	assert_int_equal(features_of(rows, cs_selection_least(&options) - 1, options, 1, scores),
					 CS_TOO_FEW);
	rows[7 * ROW] = 1e308;
	rows[8 * ROW] = -1e308;
	assert_int_equal(features_of(rows, 40, options, 1, scores), CS_NOT_FINITE);
}

/* P-values are whole numbers of shifts over all of them, so that 0.05 is not above 0.05, and
 * correlations that differ by rounding are the same. */
static void
p_values_are_counts(void **state)
{
	double rows[ROWS * ROW];
	cs_selection_options options = {CS_FEATURE_CORRELATION, false, 2, 3, 19};
	cs_feature_score scores[FEATURES];

	(void) state;
	for (int t = 0; t < ROWS; t++)
		for (int i = 0; i < ROW; i++)
			rows[t * ROW + i] = i == 0 ? sin(t * t) : cos(t * t * (0.3 + i));
	for (int measure = 0; measure < 2; measure++)
		for (options.shifts = 19; options.shifts < 200; options.shifts += 60)
		{
			options.measure = measure;
			assert_int_equal(features_of(rows, ROWS, options, 1, scores), CS_OK);
			for (int i = 0; i < FEATURES; i++)
			{
				double all = (double) options.shifts + 1;

				assert_true(scores[i].p_value == round(scores[i].p_value * all) / all);
				assert_true(scores[i].p_value <= 1);
			}
		}
	/* a shift gives back what there was, or its opposite */
	for (int t = 0; t < ROWS; t++)
		for (int i = 0; i < ROW; i++)
			rows[t * ROW + i] = 0.1 * (t % 2) + 0.7 * i;
	options = (cs_selection_options){CS_FEATURE_CORRELATION, false, 2, 3, 99};
	assert_int_equal(features_of(rows, ROWS, options, 1, scores), CS_OK);
	for (int i = 0; i < FEATURES; i++)
	{
		assert_near(scores[i].score, 1, 1e-12, 0);
		assert_true(scores[i].p_value == 1);
	}
}

/* Squares of such values overflow, or are nothing. */
static void
correlations_of_extreme_values(void **state)
{
	static const double units[] = {1, 1e-300, 1e-200, 1e200, 1e300};
	cs_selection_options options = {CS_FEATURE_CORRELATION, false, 2, 3, 19};
	cs_feature_score base[FEATURES];

	(void) state;
	for (size_t u = 0; u < COUNT(units); u++)
	{
		double rows[ROWS * ROW];
		cs_feature_score scores[FEATURES];

		for (int t = 0; t < ROWS; t++)
			for (int i = 0; i < ROW; i++)
				rows[t * ROW + i] = units[i % 2 == 0 ? u : 0] * sin(t * t * 0.1 + i * t);
		assert_int_equal(features_of(rows, ROWS, options, 1, u == 0 ? base : scores), CS_OK);
		for (int i = 0; i < FEATURES && u > 0; i++)
		{
			assert_near(scores[i].score, base[i].score, 1e-9, 1e-12);
			assert_near(scores[i].p_value, base[i].p_value, 1e-12, 0);
		}
	}
}

static void
polls(void **state)
{
	const size_t n = 5000;
	double *rows = malloc(sizeof(double) * n * ROW);
	cs_selection_options options = {CS_FEATURE_CORRELATION, true, 1, 3, 99};
	cs_feature_score scores[FEATURES];
	poll_count count;

	(void) state;
	for (size_t i = 0; i < n * ROW; i++)
		rows[i] = sin((double) i * (double) i * 0.001);
	poll_count_start();
	assert_int_equal(features_of(rows, n, options, 1, scores), CS_OK);
	count = poll_count_end();
	assert_polls(&count, (double) n * 36 * FEATURES * 100, 0);
	free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_are_those_of_the_measures), cmocka_unit_test(size_and_power),
		cmocka_unit_test(degenerate_rows_say_so),			cmocka_unit_test(p_values_are_counts),
		cmocka_unit_test(correlations_of_extreme_values),	cmocka_unit_test(polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
