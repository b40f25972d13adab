/*
 * test_ranking_loss.c
 *		The ranking loss against reference values and differences; ties, groups and pieces.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>

#include "numeric/base/random.h"
#include "numeric/network/ranking_loss.h"
#include "numeric/network/relation_embedding.h"
#include "golden/graph_rank.h"

#define VALUES 37

static void
test_golden(void **state)
{
	(void) state;
	for (size_t c = 0; c < sizeof(golden_rankings) / sizeof(golden_rankings[0]); c++)
	{
		const golden_ranking *golden = golden_rankings + c;
		int n = golden->windows;
		float output[VALUES], target[VALUES], gradient[VALUES];
		int32_t group[VALUES];
		double loss;

		for (int i = 0; i < n; i++)
		{
			output[i] = (float) golden->output[i];
			target[i] = (float) golden->target[i];
			group[i] = (int32_t) golden->group[i];
			gradient[i] = 2.0f / (float) n * (output[i] - target[i]);
		}
		loss = cs_ranking_loss(gradient, output, target, golden->separate ? group : NULL, n, 0, n,
							   golden->alpha);
		assert_true(fabs(loss - golden->ranking) <= 1e-5 * golden->ranking);
		assert_true(fabs(loss * n * n - golden->ranking_sum) <= 1e-5 * golden->ranking_sum);
		for (int i = 0; i < n; i++)
			assert_true(fabs(gradient[i] - golden->gradient[i]) <=
						1e-5 * fmax(0.1, fabs(golden->gradient[i])));
	}
}

/* Group 0 is all of a kind, group -1 has one member. */
static void
make(float *output, float *target, int32_t *group)
{
	cs_random random;

	cs_random_seed(&random, 5);
	for (int i = 0; i < VALUES; i++)
	{
		output[i] = (float) cs_random_normal(&random);
		target[i] = (float) cs_random_normal(&random);
		group[i] = i == 4 ? -1 : (int32_t) cs_random_below(&random, 4);
	}
}

/* The loss as it is defined, in double precision. */
static double
defined(const float *output, const float *target, const int32_t *group)
{
	double sum = 0;

	for (int i = 0; i < VALUES; i++)
		for (int j = 0; j < VALUES; j++)
			if (group == NULL || group[i] == group[j])
				sum +=
					fmax(0, -((double) output[i] - output[j]) * ((double) target[i] - target[j]));
	return sum / (VALUES * VALUES);
}

static void
test_definition_and_pieces(void **state)
{
	float output[VALUES], target[VALUES], gradient[VALUES] = {0}, pieces[VALUES] = {0};
	int32_t group[VALUES];

	(void) state;
	make(output, target, group);
	for (int grouped = 0; grouped < 2; grouped++)
	{
		const int32_t *groups = grouped == 1 ? group : NULL;
		double expected = defined(output, target, groups);
		double loss = cs_ranking_loss(gradient, output, target, groups, VALUES, 0, VALUES, 1);
		double sum = 0;

		assert_true(fabs(loss - expected) <= 1e-5 * expected);
		for (int first = 0; first < VALUES; first += 10)
			sum += cs_ranking_loss(pieces, output, target, groups, VALUES, first,
								   first + 10 < VALUES ? 10 : VALUES - first, 1);
		assert_true(fabs(sum - loss) <= 1e-12);
		for (int i = 0; i < VALUES; i++)
		{
			float kept = output[i];
			double slope;

			assert_true(gradient[i] == pieces[i]);
			output[i] = kept + 1e-4f;
			slope = defined(output, target, groups);
			output[i] = kept - 1e-4f;
			slope = (slope - defined(output, target, groups)) /
					((double) (kept + 1e-4f) - (double) (kept - 1e-4f));
			output[i] = kept;
			assert_true(fabs(slope - gradient[i]) <= 2e-3 * fmax(0.1, fabs(slope)));
			gradient[i] = pieces[i] = 0;
		}
		assert_true(cs_ranking_loss(NULL, output, target, groups, VALUES, 0, VALUES, 1) == loss);
	}
}

static void
test_ties(void **state)
{
	float output[] = {1, 1, 2}, target[] = {3, 4, 4}, gradient[] = {0, 0, 0};
	int32_t group[] = {0, 1, 2};

	(void) state;
	assert_true(cs_ranking_loss(gradient, output, target, NULL, 3, 0, 3, 1) == 0);
	output[2] = 0.5f; /* below the first, its target above: 0.5 * 1, twice */
	assert_true(fabs(cs_ranking_loss(gradient, output, target, group, 3, 0, 3, 1)) == 0);
	for (int i = 0; i < 3; i++)
		assert_true(gradient[i] == 0);
	assert_true(fabs(cs_ranking_loss(gradient, output, target, NULL, 3, 0, 3, 1) - 1.0 / 9) < 1e-7);
	assert_true(gradient[0] > 0 && gradient[1] == 0 && gradient[2] == -gradient[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_definition_and_pieces),
		cmocka_unit_test(test_ties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
