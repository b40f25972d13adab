/*
 * test_relation_embedding.c
 *		The relational embedding against reference values, forward and backward, and against central
 *		differences; that it can be cut anywhere.
 *
 * N windows, H units, Q units of the second embedding, K kinds.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/network/relation_embedding.h"
#include "check_helper.h"
#include "golden/graph_rank.h"

#define WINDOWS 12
#define UNITS 5
#define SIDE_UNITS 3
#define KINDS 9 /* more than are taken as one set */
#define PAIRS (WINDOWS * WINDOWS)
#define PARAMETERS (KINDS + 1 + 2 * UNITS)
#define MOST 128 /* of any array of the golden cases */

/* An embedding with all its arrays. */
typedef struct test_embedding
{
	cs_relation_embedding work;
	cs_relation_pairs pairs;
	size_t start[WINDOWS + 1];
	int32_t acts_on[WINDOWS];
	int32_t source[PAIRS];
	uint64_t kinds[PAIRS];
	float strength[PAIRS], similarity[PAIRS], weight[PAIRS], slope[PAIRS];
	float parameters[MOST], gradient[MOST];
	float input[MOST], input_gradient[MOST];
	float side[MOST], side_gradient[MOST];
	float output[MOST], output_gradient[MOST];
	float kept[CS_RELATION_KEPT * WINDOWS];
} test_embedding;

static size_t
parameter_count(cs_relation_form form, int kinds, int units)
{
	return (size_t) kinds + 1 + (form == CS_RELATION_EXPLICIT ? 0 : 2 * (size_t) units);
}

static void
connect(test_embedding *test)
{
	test->pairs = (cs_relation_pairs){test->start,	  test->acts_on,	test->source, test->kinds,
									  test->strength, test->similarity, test->weight, test->slope};
	test->work.pairs = &test->pairs;
	test->work.parameters = test->parameters;
	test->work.gradient = test->gradient;
	test->work.input = test->input;
	test->work.input_gradient = test->input_gradient;
	test->work.side_input = test->side;
	test->work.side_gradient = test->work.side_units > 0 ? test->side_gradient : NULL;
	test->work.output = test->output;
	test->work.output_gradient = test->output_gradient;
	test->work.kept = test->kept;
	memset(test->acts_on, 0, sizeof(test->acts_on));
	for (size_t p = 0; p < test->start[test->work.windows]; p++)
		test->acts_on[test->source[p]]++;
}

/* Forward, and backward if wanted. */
static void
run(test_embedding *test, bool backward)
{
	cs_relation_embedding_forward(&test->work);
	if (!backward)
		return;
	memset(test->gradient, 0, sizeof(test->gradient));
	cs_relation_embedding_backward(&test->work);
}

static void
test_golden(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_embeddings); c++)
	{
		const golden_embedding *golden = golden_embeddings + c;
		size_t units = (size_t) golden->units;
		size_t values = (size_t) golden->windows * units;
		size_t parameters = parameter_count(golden->form, golden->kinds, golden->units);
		test_embedding test = {.work = {.form = golden->form,
										.norm = golden->norm,
										.windows = golden->windows,
										.kinds = golden->kinds,
										.units = golden->units}};

		for (int n = 0; n <= golden->windows; n++)
			test.start[n] = (size_t) golden->start[n];
		for (size_t p = 0; p < test.start[golden->windows]; p++)
		{
			test.source[p] = (int32_t) golden->source[p];
			test.kinds[p] = (uint64_t) golden->kind_set[p];
		}
		connect(&test);
		copy(test.input, golden->input, values);
		copy(test.parameters, golden->parameters, parameters);
		for (size_t i = 0; i < values; i++)
			test.output_gradient[i / units * 2 * units + units + i % units] =
				(float) golden->loss_weight[i];
		run(&test, true);
		for (size_t n = 0; n < (size_t) golden->windows; n++)
		{
			assert_memory_equal(test.output + 2 * n * units, test.input + n * units,
								units * sizeof(float));
			assert_tensor("output", test.output + (2 * n + 1) * units, golden->output + n * units,
						  units, 1e-5);
		}
		assert_tensor("input gradient", test.input_gradient, golden->input_gradient, values, 1e-5);
		assert_tensor("gradient", test.gradient, golden->gradient, parameters, 1e-5);
	}
}

/* A graph where window 3 has no neighbours and window 7 acts on nobody. */
static void
make(test_embedding *test, cs_relation_form form, cs_relation_norm norm, bool side)
{
	cs_random random;
	size_t count = 0;

	memset(test, 0, sizeof(*test));
	cs_random_seed(&random, 17);
	test->work.form = form;
	test->work.norm = norm;
	test->work.windows = WINDOWS;
	test->work.kinds = KINDS;
	test->work.units = UNITS;
	test->work.side_units = side ? SIDE_UNITS : 0;
	for (int i = 0; i < WINDOWS; i++)
	{
		for (int j = 0; j < WINDOWS; j++)
		{
			uint64_t kinds = cs_random_below(&random, 1 << KINDS);

			if (i == 3 || j == 7 || i == j || cs_random_below(&random, 3) == 0 || kinds == 0)
				continue;
			test->source[count] = j;
			test->kinds[count++] = kinds;
		}
		test->start[i + 1] = count;
	}
	connect(test);
	for (int i = 0; i < PARAMETERS; i++)
		test->parameters[i] = (float) (0.7 * cs_random_normal(&random));
	for (int i = 0; i < WINDOWS * UNITS; i++)
		test->input[i] = (float) (0.8 * cs_random_normal(&random));
	for (int i = 0; i < WINDOWS * SIDE_UNITS; i++)
		test->side[i] = (float) (0.8 * cs_random_normal(&random));
	for (int i = 0; i < 2 * WINDOWS * UNITS; i++)
		test->output_gradient[i] = (float) cs_random_normal(&random);
}

static double
weighted_output(test_embedding *test)
{
	double sum = 0;

	run(test, false);
	for (int i = 0; i < 2 * WINDOWS * UNITS; i++)
		sum += (double) test->output[i] * test->output_gradient[i];
	return sum;
}

/*
 * Central differences of two steps: where they agree, no kink of phi lies between, and the
 * gradient has to agree too.
 */
static void
assert_differences(test_embedding *test, float *values, const float *gradient, int count)
{
	int compared = 0;

	for (int i = 0; i < count; i++)
	{
		float kept = values[i];
		double slope[2];

		for (int step = 0; step < 2; step++)
		{
			float by = step == 0 ? 4e-3f : 2e-3f;
			double high;

			values[i] = kept + by;
			high = weighted_output(test);
			values[i] = kept - by;
			slope[step] = (high - weighted_output(test)) / (2.0 * by);
			values[i] = kept;
		}
		if (fabs(slope[0] - slope[1]) > 2e-3 * (1 + fabs(slope[1])))
			continue;
		compared++;
		assert_true(fabs(slope[1] - gradient[i]) <= 4e-3 * (1 + fabs(slope[1])));
	}
	assert_true(compared >= count - count / 4 - 1);
}

static void
test_differences(void **state)
{
	(void) state;
	for (int form = CS_RELATION_EXPLICIT; form < CS_RELATION_FORM_COUNT; form++)
		for (int norm = 0; norm < CS_RELATION_NORM_COUNT; norm++)
			for (int side = 0; side < (form == CS_RELATION_EXPLICIT ? 2 : 1); side++)
			{
				test_embedding test;
				float gradient[PARAMETERS];
				float input_gradient[WINDOWS * UNITS];
				float side_gradient[WINDOWS * SIDE_UNITS];
				int parameters = (int) parameter_count((cs_relation_form) form, KINDS, UNITS);

				make(&test, (cs_relation_form) form, (cs_relation_norm) norm, side == 1);
				run(&test, true);
				memcpy(gradient, test.gradient, sizeof(gradient));
				memcpy(input_gradient, test.input_gradient, sizeof(input_gradient));
				memcpy(side_gradient, test.side_gradient, sizeof(side_gradient));
				assert_differences(&test, test.parameters, gradient, parameters);
				assert_differences(&test, test.input, input_gradient, WINDOWS * UNITS);
				if (side == 1)
					assert_differences(&test, test.side, side_gradient, WINDOWS * SIDE_UNITS);
			}
}

/* Weights sum to 1 where they should, an isolated window hears nothing. */
static void
test_weights(void **state)
{
	(void) state;
	for (int form = CS_RELATION_EXPLICIT; form < CS_RELATION_FORM_COUNT; form++)
		for (int norm = 0; norm < CS_RELATION_NORM_COUNT; norm++)
		{
			test_embedding test;
			double target_sum[WINDOWS] = {0};
			double source_sum[WINDOWS] = {0};

			make(&test, (cs_relation_form) form, (cs_relation_norm) norm, false);
			run(&test, false);
			for (int i = 0; i < WINDOWS; i++)
				for (size_t p = test.start[i]; p < test.start[i + 1]; p++)
				{
					target_sum[i] += test.weight[p];
					source_sum[test.source[p]] += test.weight[p];
				}
			for (int i = 0; i < WINDOWS; i++)
			{
				if (norm == CS_RELATION_SOFTMAX && i != 3)
					assert_true(fabs(target_sum[i] - 1) < 1e-5);
				if (norm == CS_RELATION_COLUMN_SOFTMAX && i != 7)
					assert_true(fabs(source_sum[i] - 1) < 1e-5);
			}
			for (int h = 0; h < UNITS; h++)
				assert_true(test.output[(2 * 3 + 1) * UNITS + h] == 0);
		}
}

/* Without gradients of inputs: the same of the parameters. */
static void
test_parameters_alone(void **state)
{
	(void) state;
	for (int form = CS_RELATION_EXPLICIT; form < CS_RELATION_FORM_COUNT; form++)
		for (int norm = 0; norm < CS_RELATION_NORM_COUNT; norm++)
		{
			test_embedding whole;
			test_embedding alone;

			make(&whole, (cs_relation_form) form, (cs_relation_norm) norm,
				 form == CS_RELATION_EXPLICIT);
			make(&alone, (cs_relation_form) form, (cs_relation_norm) norm,
				 form == CS_RELATION_EXPLICIT);
			run(&whole, true);
			alone.work.input_gradient = NULL;
			alone.work.side_gradient = NULL;
			run(&alone, true);
			assert_memory_equal(whole.gradient, alone.gradient, sizeof(alone.gradient));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_parameters_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
