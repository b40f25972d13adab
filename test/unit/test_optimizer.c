/*
 * test_optimizer.c
 *		Adam and clipping against PyTorch's traces; losses and the linear layer against their
 *		definitions.
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
#include "numeric/network/loss.h"
#include "numeric/network/optimizer.h"
#include "golden/networks.h"

static void
assert_close(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance * fabs(expected)))
		fail_msg("%.9g is not %.9g", value, expected);
}

static void
test_adam(void **state)
{
	(void) state;
	assert_int_equal(sizeof(golden_adams) / sizeof(golden_adams[0]), 2);
	for (size_t c = 0; c < sizeof(golden_adams) / sizeof(golden_adams[0]); c++)
	{
		const golden_adam *golden = golden_adams + c;
		float parameters[8];
		float gradient[8];
		float first[8];
		float second[8];
		cs_adam adam;

		cs_adam_initialize(&adam, golden->learning_rate, first, second);
		cs_adam_clear(&adam, 0, 3);
		cs_adam_clear(&adam, 3, (size_t) golden->count - 3);
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
			cs_adam_step(&adam);
			cs_adam_update(&adam, parameters, gradient, 1.0, 0, 2);
			cs_adam_update(&adam, parameters, gradient, 1.0, 2, (size_t) golden->count - 2);
			for (int i = 0; i < golden->count; i++)
				assert_close(parameters[i], golden->trace[step * golden->count + i], 1e-5);
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
	cs_adam adam;

	(void) state;
	cs_adam_initialize(&adam, 0.01, first, second);
	assert_true(adam.beta1 == 0.9 && adam.beta2 == 0.999 && adam.epsilon == 1e-8);
	cs_adam_clear(&adam, 0, COUNT);
	for (int i = 0; i < COUNT; i++)
	{
		parameters[i] = 1.0f;
		gradient[i] = i == 0 ? 0.0f : ldexpf(1.0f, -2 * i);
	}
	cs_adam_step(&adam);
	cs_adam_update(&adam, parameters, gradient, 1.0, 0, COUNT);
	for (int i = 0; i < COUNT; i++)
		assert_close(parameters[i], 1.0 - 0.01 * gradient[i] / (gradient[i] + 1e-8), 1e-5);
}

static void
test_clipping(void **state)
{
	(void) state;
	for (size_t c = 0; c < sizeof(golden_clips) / sizeof(golden_clips[0]); c++)
	{
		const golden_clip *golden = golden_clips + c;
		float gradient[16];
		double norm;
		double scale;

		for (int i = 0; i < golden->count; i++)
			gradient[i] = (float) golden->gradient[i];
		norm = sqrt(cs_gradient_norm_square(gradient, (size_t) golden->count));
		assert_close(norm, golden->norm, 1e-6);
		scale = cs_gradient_clip_scale(norm, golden->clip_norm);
		for (int i = 0; i < golden->count; i++)
			assert_close(scale * gradient[i], golden->clipped[i], 1e-6);
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
	cs_adam adam[2];

	(void) state;
	for (int i = 0; i < 2; i++)
	{
		cs_adam_initialize(adam + i, 0.1, moments[i], moments[2 + i]);
		cs_adam_clear(adam + i, 0, 3);
		adam[i].weight_decay = 0.5;
		cs_adam_step(adam + i);
	}
	cs_adam_update(adam, one, gradient, 0.25, 0, 3);
	cs_adam_update(adam + 1, other, scaled, 1.0, 0, 3);
	assert_memory_equal(one, other, sizeof(one));
}

static void
test_losses(void **state)
{
	const float output[5] = {1.5f, -2.0f, 0.25f, 3.0f, 7.0f};
	const float target[5] = {1.0f, 1.0f, 0.25f, -1.0f, 9.0f};
	float gradient[5];

	(void) state;
	assert_close(cs_loss_sum(gradient, output, target, 5, CS_LOSS_MSE), 0.25 + 9 + 16 + 4, 1e-7);
	for (int i = 0; i < 5; i++)
		assert_true(fabsf(gradient[i] - 2.0f * (output[i] - target[i]) / 5.0f) <= 1e-6f);
	assert_close(cs_loss_sum(gradient, output, target, 5, CS_LOSS_MAE), 0.5 + 3 + 4 + 2, 1e-7);
	for (int i = 0; i < 5; i++)
	{
		static const float sign[5] = {1, -1, 0, 1, -1};

		assert_true(fabsf(gradient[i] - sign[i] / 5.0f) <= 1e-7f);
	}
	assert_close(cs_loss_sum(NULL, output, target, 5, CS_LOSS_MAE), 9.5, 1e-7);
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
		cmocka_unit_test(test_losses),	 cmocka_unit_test(test_dense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
