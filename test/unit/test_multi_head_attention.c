/*
 * test_multi_head_attention.c
 *		Attention against central differences, with and without dropout, and long windows against
 *		the definition.
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
#include "numeric/network/multi_head_attention.h"
#include "check_helper.h"

/* An attention with memory of its own; the loss is the sum of weight times context. */
typedef struct test_attention
{
	cs_attention attention;
	int batch;
	size_t flat;
	size_t asking;
	float *projected;
	float *loss_weight;
} test_attention;

static void
create_attention(test_attention *test, int steps, int queries, int heads, int width, int batch)
{
	cs_attention *attention = &test->attention;

	memset(test, 0, sizeof(*test));
	test->batch = batch;
	test->flat = (size_t) batch * steps * 3 * width;
	test->asking = (size_t) batch * queries * width;
	test->projected = floats(test->flat);
	test->loss_weight = floats(test->asking);
	randomize(test->projected, test->flat, 1, 5);
	randomize(test->loss_weight, test->asking, 1, 6);
	attention->steps = steps;
	attention->queries = queries;
	attention->heads = heads;
	attention->width = width;
	attention->projected = test->projected;
	attention->context = floats(test->asking);
	attention->weights = floats(batch * cs_attention_weights(steps, queries, heads));
	attention->scratch = floats(cs_attention_scratch(steps, queries, heads, width));
	attention->context_gradient = test->loss_weight;
	attention->projected_gradient = floats(test->flat);
	attention->dropout = cs_dropout_of(0, 0, 0);
}

static void
free_attention(test_attention *test)
{
	test_free(test->projected);
	test_free(test->loss_weight);
	test_free(test->attention.context);
	test_free(test->attention.weights);
	test_free(test->attention.scratch);
	test_free(test->attention.projected_gradient);
}

static double
attention_loss(const test_attention *test)
{
	const cs_attention *attention = &test->attention;
	double loss = 0;

	for (int unit = 0; unit < test->batch * cs_attention_units(attention); unit++)
		cs_attention_forward(attention, (size_t) unit);
	for (size_t i = 0; i < test->asking; i++)
		loss += (double) test->loss_weight[i] * attention->context[i];
	return loss;
}

static void
test_differences(void **state)
{
	static const int cases[][4] = {{5, 5, 3, 12}, {9, 9, 1, 10}, {21, 21, 2, 32}, {6, 1, 2, 16}};
	const float step = 1e-2f;

	(void) state;
	for (int c = 0; c < 4; c++)
		for (int drops = 0; drops < 2; drops++)
		{
			int steps = cases[c][0];
			int queries = cases[c][1];
			int width = cases[c][3];
			double largest = 0;
			test_attention test;

			create_attention(&test, steps, queries, cases[c][2], width, 2);
			if (drops == 1)
				test.attention.dropout = cs_dropout_of(0.3, 7, 1);
			attention_loss(&test);
			for (int unit = 0; unit < 2 * cs_attention_units(&test.attention); unit++)
				cs_attention_backward(&test.attention, (size_t) unit);
			for (size_t i = 0; i < test.flat; i++)
				largest = fmax(largest, fabs(test.attention.projected_gradient[i]));
			for (size_t i = 0; i < test.flat; i++)
			{
				int position = (int) (i / (3 * (size_t) width)) % steps;
				float kept = test.projected[i];
				double difference;

				if (i % (3 * (size_t) width) < (size_t) width && position < steps - queries)
					continue; /* a query that is not asked */
				test.projected[i] = kept + step;
				difference = attention_loss(&test);
				test.projected[i] = kept - step;
				difference -= attention_loss(&test);
				test.projected[i] = kept;
				assert_true(fabs(difference / (2 * step) - test.attention.projected_gradient[i]) <=
							2e-3 * largest);
			}
			free_attention(&test);
		}
}

/* A window so long that a head takes several units. */
enum
{
	STEPS = 301,
	WIDTH = 610,
	ROW = 3 * WIDTH
};

/* Each weight's share of the loss, summed over all queries, so over all units. */
static void
check_value_gradients(const test_attention *test)
{
	for (int j = 0; j < WIDTH; j += 101)
	{
		double all = 0;
		double expected = 0;

		for (int s = 0; s < STEPS; s++)
		{
			all += test->attention.projected_gradient[s * ROW + 2 * WIDTH + j];
			expected += test->loss_weight[s * WIDTH + j];
		}
		assert_true(fabs(all - expected) <= 1e-3);
	}
}

/* Against the definition, in double. */
static void
test_units(void **state)
{
	double scores[STEPS];
	test_attention test;
	const float *projected;

	(void) state;
	create_attention(&test, STEPS, STEPS, 1, WIDTH, 1);
	projected = test.projected;
	assert_true(cs_attention_units(&test.attention) > 5);
	attention_loss(&test);
	for (int unit = 0; unit < cs_attention_units(&test.attention); unit++)
		cs_attention_backward(&test.attention, (size_t) unit);
	for (int t = 0; t < STEPS; t += 50)
	{
		double sum = 0;
		double dot = 0;
		double query_gradient = 0;

		for (int s = 0; s < STEPS; s++)
		{
			scores[s] = 0;
			for (int j = 0; j < WIDTH; j++)
				scores[s] += (double) projected[t * ROW + j] * projected[s * ROW + WIDTH + j];
			scores[s] = exp(scores[s] / sqrt(WIDTH));
			sum += scores[s];
		}
		for (int turn = 0; turn < 2; turn++)
			for (int s = 0; s < STEPS; s++)
			{
				double slope = 0;

				for (int j = 0; j < WIDTH; j++)
					slope += (double) test.loss_weight[t * WIDTH + j] *
							 projected[s * ROW + 2 * WIDTH + j];
				if (turn == 0)
					dot += scores[s] / sum * slope;
				else
					query_gradient += scores[s] / sum * (slope - dot) *
									  projected[s * ROW + WIDTH + 17] / sqrt(WIDTH);
			}
		assert_true(fabs(query_gradient - test.attention.projected_gradient[t * ROW + 17]) <=
					1e-5 * (1 + fabs(query_gradient)));
		for (int j = 0; j < WIDTH; j += 101)
		{
			double context = 0;

			for (int s = 0; s < STEPS; s++)
				context += scores[s] / sum * projected[s * ROW + 2 * WIDTH + j];
			assert_true(fabs(context - test.attention.context[t * WIDTH + j]) <= 1e-5);
		}
	}
	check_value_gradients(&test);
	free_attention(&test);
}

/* Scores beyond the range of exp: the largest takes all. */
static void
test_range(void **state)
{
	test_attention test;

	(void) state;
	create_attention(&test, 3, 3, 1, 4, 1);
	for (int t = 0; t < 3; t++)
		for (int j = 0; j < 4; j++)
		{
			test.projected[t * 12 + j] = 1000;
			test.projected[t * 12 + 4 + j] = t == 1 ? -500 : -1000;
		}
	attention_loss(&test);
	for (int t = 0; t < 3; t++)
		for (int j = 0; j < 4; j++)
			assert_true(fabsf(test.attention.context[t * 4 + j] - test.projected[12 + 8 + j]) <=
						1e-6f);
	free_attention(&test);
}

/* Scores that are infinite or no number, as crafted parameters give, meet no conversion that is not
 * defined. */
static void
test_overflow(void **state)
{
	static const float extremes[] = {1e30f, -1e30f, 3e38f, INFINITY, -INFINITY, NAN, 1};
	test_attention test;
	cs_random random;

	(void) state;
	create_attention(&test, 21, 21, 2, 8, 1);
	cs_random_seed(&random, 7);
	for (int round = 0; round < 200; round++)
	{
		for (size_t i = 0; i < test.flat; i++)
			test.projected[i] = extremes[(int) (cs_random_uniform_float(&random, 0, 6.999f))];
		attention_loss(&test);
	}
	for (size_t i = 0; i < test.flat; i++)
		test.projected[i] = 1;
	assert_true(isfinite(attention_loss(&test)));
	free_attention(&test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
