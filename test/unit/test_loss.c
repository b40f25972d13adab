/*
 * test_loss.c
 *		Losses against their definitions, and their gradients against central differences.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/network/loss.h"
#include "check_helper.h"

#define VALUES 5

static const float output[VALUES] = {1.5f, -2.0f, 0.25f, 3.0f, 7.0f};
static const float target[VALUES] = {1.0f, 1.0f, 0.25f, -1.0f, 9.0f};
static const double error[VALUES] = {0.5, -3, 0, 4, -2};

static void
assert_gradient(const float *gradient, const double *slope, double divisor)
{
	for (int i = 0; i < VALUES; i++)
		assert_near(gradient[i], slope[i] / divisor, 1e-6, 1);
}

static void
test_mse_and_mae(void **state)
{
	static const double sign[VALUES] = {1, -1, 0, 1, -1};
	double twice[VALUES];
	float gradient[VALUES];

	(void) state;
	for (int i = 0; i < VALUES; i++)
		twice[i] = 2 * error[i];
	assert_near(cs_loss_sum(gradient, output, target, VALUES, CS_LOSS_MSE, 0), 0.25 + 9 + 16 + 4,
				1e-7, 1);
	assert_gradient(gradient, twice, VALUES);
	assert_near(cs_loss_sum(gradient, output, target, VALUES, CS_LOSS_MAE, 0), 0.5 + 3 + 4 + 2,
				1e-7, 1);
	assert_gradient(gradient, sign, VALUES);
	assert_near(cs_loss_sum(NULL, output, target, VALUES, CS_LOSS_MAE, 0), 9.5, 1e-7, 1);
}

static void
test_huber(void **state)
{
	static const double usual[VALUES] = {0.5, -1, 0, 1, -1};
	static const double wide[VALUES] = {0.5, -2.5, 0, 2.5, -2};
	float gradient[VALUES];

	(void) state;
	assert_near(cs_loss_sum(gradient, output, target, VALUES, CS_LOSS_HUBER, 1),
				0.125 + 2.5 + 3.5 + 1.5, 1e-7, 1);
	assert_gradient(gradient, usual, VALUES);
	assert_near(cs_loss_sum(gradient, output, target, VALUES, CS_LOSS_HUBER, 2.5),
				0.125 + 2.5 * (3 - 1.25) + 2.5 * (4 - 1.25) + 2, 1e-7, 1);
	assert_gradient(gradient, wide, VALUES);
}

static void
test_rmse(void **state)
{
	double root = sqrt(29.25 / VALUES);
	float gradient[VALUES];

	(void) state;
	assert_near(cs_loss_sum(gradient, output, target, VALUES, CS_LOSS_RMSE, 0), root * VALUES, 1e-7,
				1);
	assert_gradient(gradient, error, VALUES * root);
	assert_near(cs_loss_sum(NULL, output, target, VALUES, CS_LOSS_RMSE, 0), root * VALUES, 1e-7, 1);
	/* no error at all: no direction */
	assert_true(cs_loss_sum(gradient, target, target, VALUES, CS_LOSS_RMSE, 0) == 0);
	for (int i = 0; i < VALUES; i++)
		assert_true(gradient[i] == 0);
}

static void
test_pinball(void **state)
{
	static const double median[VALUES] = {0.5, -0.5, 0, 0.5, -0.5};
	static const double high[VALUES] = {0.1, -0.9, 0, 0.1, -0.9};
	float gradient[VALUES];

	(void) state;
	assert_near(cs_loss_sum(gradient, output, target, VALUES, CS_LOSS_PINBALL, 0.5), 9.5 / 2, 1e-7,
				1);
	assert_gradient(gradient, median, VALUES);
	assert_near(cs_loss_sum(gradient, output, target, VALUES, CS_LOSS_PINBALL, 0.9),
				0.1 * 4.5 + 0.9 * 5, 1e-6, 1);
	assert_gradient(gradient, high, VALUES);
}

static void
test_central_differences(void **state)
{
	static const double shape[CS_LOSS_COUNT] = {0, 0, 2.5, 0, 0.2};
	const float step = 1e-2f;

	(void) state;
	for (int loss = 0; loss < CS_LOSS_COUNT; loss++)
		for (int i = 0; i < VALUES; i++)
		{
			float gradient[VALUES];
			float moved[VALUES];
			double difference;

			if (error[i] == 0)
				continue; /* a kink of some */
			for (int j = 0; j < VALUES; j++)
				moved[j] = output[j];
			cs_loss_sum(gradient, output, target, VALUES, (cs_loss) loss, shape[loss]);
			moved[i] = output[i] + step;
			difference = cs_loss_sum(NULL, moved, target, VALUES, (cs_loss) loss, shape[loss]);
			moved[i] = output[i] - step;
			difference -= cs_loss_sum(NULL, moved, target, VALUES, (cs_loss) loss, shape[loss]);
			assert_near(gradient[i], difference / (2 * step * VALUES), 1e-4, 1);
		}
}

/* The gradient may take the place of the outputs. */
static void
test_in_place(void **state)
{
	(void) state;
	for (int loss = 0; loss < CS_LOSS_COUNT; loss++)
	{
		float gradient[VALUES];
		float both[VALUES];

		for (int i = 0; i < VALUES; i++)
			both[i] = output[i];
		assert_true(cs_loss_sum(gradient, output, target, VALUES, (cs_loss) loss, 0.5) ==
					cs_loss_sum(both, both, target, VALUES, (cs_loss) loss, 0.5));
		assert_memory_equal(both, gradient, sizeof(both));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mse_and_mae),
		cmocka_unit_test(test_huber),
		cmocka_unit_test(test_rmse),
		cmocka_unit_test(test_pinball),
		cmocka_unit_test(test_central_differences),
		cmocka_unit_test(test_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
