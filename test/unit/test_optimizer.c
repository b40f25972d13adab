/*
 * test_optimizer.c
 *		Adam, RMSprop and clipping against PyTorch's traces; the linear layer against its
 *		definition.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/network/dense.h"
#include "numeric/network/optimizer.h"
#include "check_helper.h"
#include "golden/networks.h"

static void
test_adam(void **state)
{
	(void) state;
	assert_int_equal(sizeof(golden_adams) / sizeof(golden_adams[0]), 2);
	for (size_t c = 0; c < COUNT(golden_adams); c++)
	{
		const golden_adam *golden = golden_adams + c;
		float parameters[8];
		float gradient[8];
		float first[8];
		float second[8];
		cs_optimizer adam;

		cs_optimizer_initialize(&adam, CS_OPTIMIZER_ADAM, golden->learning_rate, first, second);
		cs_optimizer_clear(&adam, 0, 3);
		cs_optimizer_clear(&adam, 3, (size_t) golden->count - 3);
		adam.beta1 = golden->beta1;
		adam.beta2 = golden->beta2;
		adam.epsilon = golden->epsilon;
		adam.weight_decay = golden->weight_decay;
		for (int i = 0; i < golden->count; i++)
			parameters[i] = (float) golden->start[i];
		for (int step = 0; step < golden->steps; step++)
		{
			for (int i = 0; i < golden->count; i++)
				gradient[i] = (float) golden->gradient[step * golden->count + i];
			cs_optimizer_step(&adam);
			cs_optimizer_update(&adam, parameters, gradient, 1.0, 0, 2);
			cs_optimizer_update(&adam, parameters, gradient, 1.0, 2, (size_t) golden->count - 2);
			for (int i = 0; i < golden->count; i++)
				assert_near(parameters[i], golden->trace[step * golden->count + i], 1e-5, 0);
		}
	}
}

/* The usual settings, and gradients so small that their squares are denormal or zero. */
static void
test_adam_small_gradients(void **state)
{
	enum
	{
		COUNT = 67
	};
	float parameters[COUNT];
	float gradient[COUNT];
	float first[COUNT];
	float second[COUNT];
	cs_optimizer adam;

	(void) state;
	cs_optimizer_initialize(&adam, CS_OPTIMIZER_ADAM, 0.01, first, second);
	assert_true(adam.beta1 == 0.9 && adam.beta2 == 0.999 && adam.epsilon == 1e-8);
	cs_optimizer_clear(&adam, 0, COUNT);
	for (int i = 0; i < COUNT; i++)
	{
		parameters[i] = 1.0f;
		gradient[i] = i == 0 ? 0.0f : ldexpf(1.0f, -2 * i);
	}
	cs_optimizer_step(&adam);
	cs_optimizer_update(&adam, parameters, gradient, 1.0, 0, COUNT);
	for (int i = 0; i < COUNT; i++)
		assert_near(parameters[i], 1.0 - 0.01 * gradient[i] / (gradient[i] + 1e-8), 1e-5, 0);
}

static void
test_rmsprop(void **state)
{
	(void) state;
	assert_int_equal(sizeof(golden_rmsprops) / sizeof(golden_rmsprops[0]), 2);
	for (size_t c = 0; c < COUNT(golden_rmsprops); c++)
	{
		const golden_rmsprop *golden = golden_rmsprops + c;
		float parameters[8];
		float gradient[8];
		float first[8];
		float second[8];
		cs_optimizer rmsprop;

		cs_optimizer_initialize(&rmsprop, CS_OPTIMIZER_RMSPROP, golden->learning_rate, first,
								second);
		assert_true(rmsprop.beta1 == 0 && rmsprop.beta2 == 0.99 && rmsprop.epsilon == 1e-8);
		cs_optimizer_clear(&rmsprop, 0, (size_t) golden->count);
		rmsprop.beta1 = golden->momentum;
		rmsprop.beta2 = golden->alpha;
		rmsprop.epsilon = golden->epsilon;
		rmsprop.weight_decay = golden->weight_decay;
		for (int i = 0; i < golden->count; i++)
			parameters[i] = (float) golden->start[i];
		for (int step = 0; step < golden->steps; step++)
		{
			for (int i = 0; i < golden->count; i++)
				gradient[i] = (float) golden->gradient[step * golden->count + i];
			cs_optimizer_step(&rmsprop);
			cs_optimizer_update(&rmsprop, parameters, gradient, 1.0, 0, 2);
			cs_optimizer_update(&rmsprop, parameters, gradient, 1.0, 2, (size_t) golden->count - 2);
			for (int i = 0; i < golden->count; i++)
				assert_near(parameters[i], golden->trace[step * golden->count + i], 1e-5, 0);
		}
	}
}

static void
test_clipping(void **state)
{
	(void) state;
	for (size_t c = 0; c < COUNT(golden_clips); c++)
	{
		const golden_clip *golden = golden_clips + c;
		float gradient[16];
		double norm;
		double scale;

		for (int i = 0; i < golden->count; i++)
			gradient[i] = (float) golden->gradient[i];
		norm = sqrt(cs_gradient_norm_square(gradient, (size_t) golden->count));
		assert_near(norm, golden->norm, 1e-6, 0);
		scale = cs_gradient_clip_scale(norm, golden->clip_norm);
		for (int i = 0; i < golden->count; i++)
			assert_near(scale * gradient[i], golden->clipped[i], 1e-6, 0);
	}
	assert_true(cs_gradient_clip_scale(5.0, 0.0) == 1.0);
	assert_true(cs_gradient_clip_scale(0.5, 1.0) == 1.0);
	assert_true(cs_gradient_clip_scale(0.0, 1.0) == 1.0);
}

/* An update with a scale is one with the scaled gradient, before the decay. */
static void
test_scale(void **state)
{
	float one[3] = {1, -2, 3};
	float other[3] = {1, -2, 3};
	float gradient[3] = {4, 8, -16};
	float scaled[3] = {1, 2, -4};
	float moments[4][3];
	cs_optimizer adam[2];

	(void) state;
	for (int i = 0; i < 2; i++)
	{
		cs_optimizer_initialize(adam + i, CS_OPTIMIZER_ADAM, 0.1, moments[i], moments[2 + i]);
		cs_optimizer_clear(adam + i, 0, 3);
		adam[i].weight_decay = 0.5;
		cs_optimizer_step(adam + i);
	}
	cs_optimizer_update(adam, one, gradient, 0.25, 0, 3);
	cs_optimizer_update(adam + 1, other, scaled, 1.0, 0, 3);
	assert_memory_equal(one, other, sizeof(one));
}

static void
test_dense(void **state)
{
	enum
	{
		BATCH = 5,
		INPUTS = 7,
		OUTPUTS = 3
	};
	float input[BATCH * INPUTS];
	float weight[OUTPUTS * INPUTS];
	float bias[OUTPUTS];
	float output[BATCH * OUTPUTS];
	float output_gradient[BATCH * OUTPUTS];
	float input_gradient[BATCH * INPUTS];
	float weight_gradient[OUTPUTS * INPUTS] = {0};
	float bias_gradient[OUTPUTS] = {0};
	cs_random random;

	(void) state;
	cs_random_seed(&random, 1);
	for (int i = 0; i < BATCH * INPUTS; i++)
		input[i] = cs_random_uniform_float(&random, -1, 1);
	for (int i = 0; i < OUTPUTS * INPUTS; i++)
		weight[i] = cs_random_uniform_float(&random, -1, 1);
	for (int i = 0; i < BATCH * OUTPUTS; i++)
		output_gradient[i] = cs_random_uniform_float(&random, -1, 1);
	for (int i = 0; i < OUTPUTS; i++)
		bias[i] = cs_random_uniform_float(&random, -1, 1);
	cs_dense_forward(output, input, weight, bias, BATCH, INPUTS, OUTPUTS);
	/* twice: weight and bias gradients add up, the input's does not */
	for (int turn = 0; turn < 2; turn++)
		cs_dense_backward(input_gradient, weight_gradient, bias_gradient, output_gradient, input,
						  weight, BATCH, INPUTS, OUTPUTS);
	cs_dense_backward(NULL, weight_gradient, bias_gradient, output_gradient, input, weight, BATCH,
					  INPUTS, OUTPUTS);
	for (int n = 0; n < BATCH; n++)
		for (int k = 0; k < OUTPUTS; k++)
		{
			double sum = bias[k];

			for (int c = 0; c < INPUTS; c++)
				sum += (double) input[n * INPUTS + c] * weight[k * INPUTS + c];
			assert_true(fabs(output[n * OUTPUTS + k] - sum) <= 1e-5);
		}
	for (int k = 0; k < OUTPUTS; k++)
	{
		double sum = 0;

		for (int n = 0; n < BATCH; n++)
			sum += 3.0 * output_gradient[n * OUTPUTS + k];
		assert_true(fabs(bias_gradient[k] - sum) <= 1e-5);
	}
	for (int c = 0; c < INPUTS; c++)
	{
		for (int k = 0; k < OUTPUTS; k++)
		{
			double sum = 0;

			for (int n = 0; n < BATCH; n++)
				sum += 3.0 * output_gradient[n * OUTPUTS + k] * input[n * INPUTS + c];
			assert_true(fabs(weight_gradient[k * INPUTS + c] - sum) <= 1e-5);
		}
		for (int n = 0; n < BATCH; n++)
		{
			double sum = 0;

			for (int k = 0; k < OUTPUTS; k++)
				sum += (double) output_gradient[n * OUTPUTS + k] * weight[k * INPUTS + c];
			assert_true(fabs(input_gradient[n * INPUTS + c] - sum) <= 1e-5);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adam),	 cmocka_unit_test(test_adam_small_gradients),
		cmocka_unit_test(test_clipping), cmocka_unit_test(test_scale),
		cmocka_unit_test(test_rmsprop),	 cmocka_unit_test(test_dense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
