/*
 * test_sentiment_measures.c
 *		z-scores, permutation tests, measures of classes and cosines, against
 *		test/golden/make_sentiment.py and their definitions.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/evaluation/classification.h"
#include "numeric/evaluation/permutation_test.h"
#include "numeric/text/expanding_zscore.h"
#include "numeric/text/similarity.h"

#include "golden/sentiment.h"
#include "check_helper.h"
#include "poll_helper.h"

#define VALUES COUNT(golden_zscores)
#define DIFFERENCES COUNT(golden_differences)

static void
test_zscores(void **state)
{
	double value[VALUES];
	double zscore[VALUES];
	double scratch[VALUES];
	double scaled[VALUES];
	size_t stop[VALUES];

	(void) state;
	for (size_t i = VALUES; i-- > 0;)
	{
		const golden_zscores_case *at = golden_zscores + i;

		value[i] = at->value;
		stop[i] = i + 1 < VALUES && at[1].day == at->day ? stop[i + 1] : i + 1;
	}
	cs_expanding_zscore(zscore, value, stop, VALUES, false, scratch);
	for (size_t i = 0; i < VALUES; i++)
		assert_true(fabs(zscore[i] - golden_zscores[i].expanding) < 1e-12);
	cs_expanding_zscore(zscore, value, stop, VALUES, true, scratch);
	for (size_t i = 0; i < VALUES; i++)
		assert_true(fabs(zscore[i] - golden_zscores[i].whole) < 1e-12);
	for (double k = 1e-300; k < 1e301; k *= 1e50)
	{
		for (size_t i = 0; i < VALUES; i++)
			scaled[i] = k * value[i];
		cs_expanding_zscore(zscore, scaled, stop, VALUES, true, scratch);
		for (size_t i = 0; i < VALUES; i++)
			assert_true(fabs(zscore[i] - golden_zscores[i].whole) < 1e-12);
	}
	for (size_t i = 0; i < VALUES; i++)
		scaled[i] = 0.1 + 0.2;
	cs_expanding_zscore(zscore, scaled, stop, VALUES, false, scratch);
	for (size_t i = 0; i < VALUES; i++)
		assert_true(zscore[i] == 0);
}

static void
test_exact_permutations(void **state)
{
	static const cs_dm_alternative sides[] = {CS_DM_TWO_SIDED, CS_DM_LESS, CS_DM_GREATER};
	double block[DIFFERENCES];

	(void) state;
	for (size_t b = 0; b < COUNT(golden_p_values); b++)
		for (size_t s = 0; s < 3; s++)
		{
			cs_permutation_result result;

			assert_int_equal(cs_permutation_test(golden_differences, DIFFERENCES,
												 golden_p_values[b].block_length, 9999, 1, sides[s],
												 block, &result),
							 CS_OK);
			assert_int_equal(result.permutations, 1 << result.blocks);
			assert_true(fabs(result.p_value - (&golden_p_values[b].two_sided)[s]) < 1e-15);
			/* drawn: near to it */
			assert_int_equal(cs_permutation_test(golden_differences, DIFFERENCES,
												 golden_p_values[b].block_length, 7, 3, sides[s],
												 block, &result),
							 CS_OK);
			assert_true(result.p_value >= 1.0 / 8 && result.p_value <= 1);
		}
}

/* Draws come near to the share of all permutations. */
static void
test_drawn_permutations(void **state)
{
	double difference[20];
	double block[20];
	cs_permutation_result exact;
	cs_permutation_result drawn;

	(void) state;
	for (int i = 0; i < 20; i++)
		difference[i] = sin(i * 1.7) + 0.35;
	assert_int_equal(
		cs_permutation_test(difference, 20, 1, 1 << 20, 1, CS_DM_TWO_SIDED, block, &exact), CS_OK);
	assert_int_equal(exact.permutations, 1 << 20);
	assert_int_equal(
		cs_permutation_test(difference, 20, 1, 40000, 1, CS_DM_TWO_SIDED, block, &drawn), CS_OK);
	assert_true(fabs(exact.p_value - drawn.p_value) <
				4 * sqrt(exact.p_value * (1 - exact.p_value) / 40000));
}

/* Under equal accuracy the test at 5 % rejects about as often, at horizons 1 and 4. */
static void
test_permutation_size(void **state)
{
	enum
	{
		N = 120,
		TRIALS = 500
	};
	cs_random random;

	(void) state;
	cs_random_seed(&random, 5);
	for (int horizon = 1; horizon <= 4; horizon += 3)
	{
		int rejected = 0;

		for (int trial = 0; trial < TRIALS; trial++)
		{
			double shock[2][N + 3];
			double difference[N];
			double block[N];
			cs_permutation_result result;

			for (int i = 0; i < N + 3; i++)
				for (int f = 0; f < 2; f++)
					shock[f][i] = cs_random_normal(&random);
			for (int i = 0; i < N; i++)
			{
				double error[2] = {0};

				for (int h = 0; h < horizon; h++)
					for (int f = 0; f < 2; f++)
						error[f] += shock[f][i + h];
				difference[i] = error[0] * error[0] - error[1] * error[1];
			}
			assert_int_equal(cs_permutation_test(difference, N,
												 horizon == 1 ? 1 : 3 * (size_t) horizon, 199,
												 (uint64_t) trial, CS_DM_TWO_SIDED, block, &result),
							 CS_OK);
			rejected += result.p_value <= 0.05;
		}
		/* 25 of 500 expected, standard deviation 4.9; blocks leave a little dependence */
		assert_between(rejected, 12, 45);
	}
}

static void
test_permutation_limits(void **state)
{
	static const double same[3] = {0, 0, 0};
	static const double large[2] = {1e308, 1e308};
	double block[3];
	cs_permutation_result result;

	(void) state;
	assert_int_equal(cs_permutation_test(same, 1, 1, 99, 1, CS_DM_LESS, block, &result),
					 CS_TOO_FEW);
	assert_int_equal(cs_permutation_test(same, 3, 0, 99, 1, CS_DM_LESS, block, &result),
					 CS_OUT_OF_RANGE);
	assert_int_equal(cs_permutation_test(large, 2, 1, 99, 1, CS_DM_LESS, block, &result),
					 CS_NOT_FINITE);
	assert_int_equal(cs_permutation_test(same, 3, 1, 99, 1, CS_DM_TWO_SIDED, block, &result),
					 CS_OK);
	assert_true(result.p_value == 1);
}

static void
test_classes(void **state)
{
	static const int64_t never[4] = {3, 0, 2, 0};
	cs_classification measures;
	double precision[3];
	double recall[3];
	double f1[3];

	(void) state;
	cs_classification_measure(&measures, precision, recall, f1, golden_classes[0].count, 3);
	assert_true(fabs(measures.accuracy - golden_classes[0].accuracy) < 1e-15);
	assert_true(fabs(measures.macro_precision - golden_classes[0].precision) < 1e-15);
	assert_true(fabs(measures.macro_recall - golden_classes[0].recall) < 1e-15);
	assert_true(fabs(measures.macro_f1 - golden_classes[0].f1) < 1e-15);
	cs_classification_measure(&measures, precision, recall, f1, never, 2);
	assert_true(isnan(precision[1]) && recall[1] == 0 && f1[1] == 0);
	assert_true(measures.accuracy == 0.6 && measures.macro_recall == 0.5);
}

static void
test_cosines(void **state)
{
	static const float a[11] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
	static const float matrix[5 * 11] = {[0] = 1,		[11] = 2,	 [12] = 4,	[13] = 6,
										 [14] = 8,		[15] = 10,	 [16] = 12, [17] = 14,
										 [18] = 16,		[19] = 18,	 [20] = 20, [21] = 22,
										 [22 + 10] = 3, [33] = 0.5f, [54] = -1};
	static const float tiny[2] = {1e-45f, 0};
	static const float huge[2] = {3e38f, 3e38f};
	double cosine[5];
	size_t nearest[3];

	(void) state;
	cs_cosines(cosine, a, matrix, 5, 11);
	assert_true(fabs(cosine[0] - 1 / sqrt(506)) < 1e-15);
	assert_true(fabs(cosine[1] - 1) < 1e-15 && cosine[1] <= 1);
	assert_true(fabs(cosine[2] - 11 / sqrt(506)) < 1e-15);
	assert_true(cosine[3] == cosine[0] && fabs(cosine[4] + 11 / sqrt(506)) < 1e-15);
	assert_int_equal(cs_nearest(nearest, cosine, 5, 3), 3);
	assert_true(nearest[0] == 1 && nearest[1] == 2 && nearest[2] == 0);
	assert_true(isnan(cs_cosine(a, matrix + 44 - 5, 4)));
	assert_true(fabs(cs_cosine(tiny, huge, 2) - sqrt(0.5)) < 1e-15);
	cosine[1] = NAN;
	assert_int_equal(cs_nearest(nearest, cosine, 2, 2), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zscores),
		cmocka_unit_test(test_exact_permutations),
		cmocka_unit_test(test_drawn_permutations),
		cmocka_unit_test(test_permutation_size),
		cmocka_unit_test(test_permutation_limits),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_cosines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
