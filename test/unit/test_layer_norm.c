/*
 * test_layer_norm.c
 *		Residual and normalization against central differences; dropout's share, and independence of
 *		neighbours and sites.
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
#include "numeric/network/layer_norm.h"
#include "check_helper.h"

enum
{
	NORM_ROWS = 3,
	NORM_WIDTH = 13,
	NORM_SIZE = NORM_ROWS * NORM_WIDTH
};

/* Residual (with a stride of twice the width), branch, weight, bias. */
typedef struct norm_input
{
	float residual[2 * NORM_SIZE];
	float branch[NORM_SIZE];
	float weight[NORM_WIDTH];
	float bias[NORM_WIDTH];
} norm_input;

static double
norm_loss(const norm_input *input, const cs_dropout *dropout, float *normalized, float *inverse_sd,
		  float *output)
{
	double loss = 0;

	memcpy(normalized, input->branch, sizeof(input->branch));
	cs_residual_norm_forward(output, normalized, inverse_sd, input->residual,
							 2 * (size_t) NORM_WIDTH, input->weight, input->bias,
							 CS_LAYER_NORM_EPSILON, dropout, 40, NORM_ROWS, NORM_WIDTH);
	for (int i = 0; i < NORM_SIZE; i++)
		loss += (i % 5 - 1.7) * output[i];
	return loss;
}

static void
test_differences(void **state)
{
	(void) state;
	for (int drops = 0; drops < 2; drops++)
	{
		cs_dropout dropout = cs_dropout_of(0.4 * drops, 3, 2);
		norm_input input;
		norm_input slope = {.weight = {0}};
		float *values = (float *) &input;
		const float *slopes = (const float *) &slope;
		float normalized[NORM_SIZE];
		float inverse_sd[NORM_ROWS];
		float output[NORM_SIZE];
		float gradient[NORM_SIZE];
		float branch_sum[NORM_WIDTH] = {0};

		randomize(values, sizeof(input) / sizeof(float), 1, 9);
		norm_loss(&input, &dropout, normalized, inverse_sd, output);
		for (int i = 0; i < NORM_SIZE; i++)
			gradient[i] = (float) (i % 5 - 1.7);
		cs_residual_norm_backward(gradient, slope.branch, slope.weight, slope.bias, branch_sum,
								  normalized, inverse_sd, input.weight, &dropout, 40, NORM_ROWS,
								  NORM_WIDTH);
		for (int i = 0; i < NORM_SIZE; i++)
			slope.residual[i / NORM_WIDTH * 2 * NORM_WIDTH + i % NORM_WIDTH] = gradient[i];
		for (size_t i = 0; i < sizeof(input) / sizeof(float); i++)
		{
			float kept = values[i];
			double difference;

			values[i] = kept + 1e-2f;
			difference = norm_loss(&input, &dropout, normalized, inverse_sd, output);
			values[i] = kept - 1e-2f;
			difference -= norm_loss(&input, &dropout, normalized, inverse_sd, output);
			values[i] = kept;
			assert_true(fabs(difference / 2e-2 - slopes[i]) <= 2e-3);
		}
		for (int j = 0; j < NORM_WIDTH; j++)
		{
			for (int n = 0; n < NORM_ROWS; n++)
				branch_sum[j] -= slope.branch[n * NORM_WIDTH + j];
			assert_true(fabsf(branch_sum[j]) <= 1e-5f);
		}
	}
}

static void
test_dropout(void **state)
{
	enum
	{
		COUNT = 100000
	};

	(void) state;
	for (int rate = 0; rate < 10; rate += 3)
	{
		cs_dropout dropout[2] = {cs_dropout_of(rate / 10.0, 11, 0),
								 cs_dropout_of(rate / 10.0, 11, 1)};
		double share = 1 - rate / 10.0;
		int kept = 0;
		int pairs = 0;
		int both = 0;

		assert_true(fabs(dropout->scale - 1 / share) <= 1e-6);
		for (uint32_t i = 0; i < COUNT; i++)
		{
			bool keeps = cs_dropout_keeps(dropout[0], i);

			kept += keeps;
			pairs += keeps && cs_dropout_keeps(dropout[0], i + 1);
			both += keeps && cs_dropout_keeps(dropout[1], i);
		}
		assert_true(fabs((double) kept / COUNT - share) < 0.006);
		assert_true(fabs((double) pairs / COUNT - share * share) < 0.008);
		assert_true(fabs((double) both / COUNT - share * share) < 0.008);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_dropout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
