/*
 * test_accuracy.c
 *		Accuracy measures against reference values, combined sums, and every error.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/evaluation/accuracy.h"
#include "check_helper.h"
#include "golden/accuracy.h"

#define SAMPLES COUNT(golden_accuracy)

static cs_accuracy_sums
sums_of(size_t sample, size_t first, size_t end)
{
	cs_accuracy_sums sums = {0};

	for (size_t i = first; i < end; i++)
		assert_int_equal(cs_accuracy_sums_add(&sums, golden_accuracy[sample].actual[i],
											  golden_accuracy[sample].forecast[i]),
						 CS_OK);
	return sums;
}

static void
assert_measures(size_t sample, const cs_accuracy_sums *sums)
{
	double value;
	double bias = 0;

	assert_int_equal(sums->n, golden_accuracy[sample].n);
	assert_int_equal(cs_accuracy_mae(sums, &value), CS_OK);
	assert_near(value, golden_accuracy[sample].mae, 1e-9, 0);
	assert_int_equal(cs_accuracy_mape(sums, &value), CS_OK);
	assert_near(value, golden_accuracy[sample].mape, 1e-9, 0);
	assert_int_equal(cs_accuracy_rmse(sums, &value), CS_OK);
	assert_near(value, golden_accuracy[sample].rmse, 1e-9, 0);
	assert_int_equal(cs_accuracy_rsr(sums, &value), CS_OK);
	assert_near(value, golden_accuracy[sample].rsr, 1e-9, 0);
	assert_int_equal(cs_accuracy_sdape(sums, &value), CS_OK);
	assert_near(value, golden_accuracy[sample].sdape, 1e-9, 0);
	for (size_t i = 0; i < golden_accuracy[sample].n; i++)
		bias += golden_accuracy[sample].forecast[i] - golden_accuracy[sample].actual[i];
	assert_int_equal(cs_accuracy_bias(sums, &value), CS_OK);
	assert_near(value, bias / (double) golden_accuracy[sample].n, 1e-9, 0);
}

static void
measures_agree_with_reference(void **state)
{
	(void) state;
	for (size_t sample = 0; sample < SAMPLES; sample++)
	{
		cs_accuracy_sums sums = sums_of(sample, 0, golden_accuracy[sample].n);

		assert_measures(sample, &sums);
	}
}

static cs_accuracy_state
state_of(size_t sample, size_t first, size_t end)
{
	cs_accuracy_state state = {0};

	for (size_t i = first; i < end; i++)
		assert_int_equal(cs_accuracy_state_add(&state, golden_accuracy[sample].actual[i],
											   golden_accuracy[sample].forecast[i]),
						 CS_OK);
	return state;
}

/* The parts of a sample give its measures, combined in either order the same bits. */
static void
states_are_the_same_to_the_bit(void **unused)
{
	(void) unused;
	for (size_t sample = 0; sample < SAMPLES; sample++)
	{
		size_t n = golden_accuracy[sample].n;
		cs_accuracy_state whole = state_of(sample, 0, n);
		cs_accuracy_sums sums, combined;

		cs_accuracy_state_sums(&whole, &sums);
		assert_measures(sample, &sums);
		for (size_t split = 0; split <= n; split++)
		{
			cs_accuracy_state left = state_of(sample, 0, split);
			cs_accuracy_state right = state_of(sample, split, n);
			cs_accuracy_state other = right;

			cs_accuracy_state_combine(&other, &left);
			cs_accuracy_state_combine(&left, &right);
			cs_accuracy_state_sums(&left, &combined);
			assert_memory_equal(&combined, &sums, sizeof(sums));
			cs_accuracy_state_sums(&other, &combined);
			assert_memory_equal(&combined, &sums, sizeof(sums));
		}
	}
}

/* The smaller states have the sums of the whole one, from parts as well. */
static void
smaller_states_have_the_same_bits(void **unused)
{
	(void) unused;
	for (size_t sample = 0; sample < SAMPLES; sample++)
	{
		size_t n = golden_accuracy[sample].n;
		cs_accuracy_state whole = state_of(sample, 0, n);
		cs_error_state errors[2] = {{0}, {0}};
		cs_ratio_state ratios[2] = {{0}, {0}};
		cs_accuracy_sums sums, of_errors, of_ratios;

		for (size_t i = 0; i < n; i++)
		{
			double actual = golden_accuracy[sample].actual[i];
			double forecast = golden_accuracy[sample].forecast[i];

			assert_int_equal(cs_error_state_add(&errors[i % 2], actual, forecast), CS_OK);
			assert_int_equal(cs_ratio_state_add(&ratios[i % 2], actual, forecast), CS_OK);
		}
		assert_int_equal(cs_error_state_add(&errors[0], NAN, 1), CS_NOT_FINITE);
		assert_int_equal(cs_ratio_state_add(&ratios[0], 1, INFINITY), CS_NOT_FINITE);
		cs_error_state_combine(&errors[0], &errors[1]);
		cs_ratio_state_combine(&ratios[0], &ratios[1]);
		cs_accuracy_state_sums(&whole, &sums);
		cs_error_state_sums(&errors[0], &of_errors);
		cs_ratio_state_sums(&ratios[0], &of_ratios);
		assert_int_equal(of_errors.n, sums.n);
		assert_memory_equal(&of_errors.absolute, &sums.absolute, sizeof(double));
		assert_memory_equal(&of_errors.square, &sums.square, sizeof(double));
		assert_int_equal(of_ratios.n, sums.n);
		assert_int_equal(of_ratios.zeros, sums.zeros);
		assert_memory_equal(&of_ratios.ratio_mean, &sums.ratio_mean, sizeof(double));
		assert_memory_equal(&of_ratios.ratio_square, &sums.ratio_square, sizeof(double));
	}
}

static void
state_refuses_what_is_not_finite(void **unused)
{
	const cs_accuracy_state empty = {0};
	cs_accuracy_state state = {0};
	cs_accuracy_sums sums;
	double value;

	(void) unused;
	assert_int_equal(cs_accuracy_state_add(&state, NAN, 1), CS_NOT_FINITE);
	assert_int_equal(cs_accuracy_state_add(&state, 1, INFINITY), CS_NOT_FINITE);
	assert_memory_equal(&state, &empty, sizeof(state));
	cs_accuracy_state_sums(&state, &sums);
	assert_int_equal(cs_accuracy_mae(&sums, &value), CS_TOO_FEW);
	assert_int_equal(cs_accuracy_state_add(&state, 1e200, -1e200), CS_OK);
	assert_int_equal(cs_accuracy_state_add(&state, 0, 1), CS_OK);
	cs_accuracy_state_sums(&state, &sums);
	assert_int_equal(cs_accuracy_rmse(&sums, &value), CS_NOT_FINITE);
	assert_int_equal(cs_accuracy_mape(&sums, &value), CS_ZERO_DIVISOR);
	assert_int_equal(cs_accuracy_mae(&sums, &value), CS_OK);
	assert_true(value == 1e200);
}

static void
combined_sums_give_the_same(void **state)
{
	(void) state;
	for (size_t sample = 0; sample < SAMPLES; sample++)
		for (size_t split = 0; split <= golden_accuracy[sample].n; split++)
		{
			cs_accuracy_sums left = sums_of(sample, 0, split);
			cs_accuracy_sums right = sums_of(sample, split, golden_accuracy[sample].n);

			cs_accuracy_sums_combine(&left, &right);
			assert_measures(sample, &left);
		}
}

static void
bias_is_positive_when_forecasts_are_too_high(void **state)
{
	cs_accuracy_sums sums = {0};
	double bias;

	(void) state;
	cs_accuracy_sums_add(&sums, 1.0, 1.5);
	cs_accuracy_sums_add(&sums, 2.0, 2.25);
	assert_int_equal(cs_accuracy_bias(&sums, &bias), CS_OK);
	assert_true(bias == 0.375);
}

static void
empty_sums_are_too_few(void **state)
{
	const cs_accuracy_sums sums = {0};
	double value;

	(void) state;
	assert_int_equal(cs_accuracy_mae(&sums, &value), CS_TOO_FEW);
	assert_int_equal(cs_accuracy_mape(&sums, &value), CS_TOO_FEW);
	assert_int_equal(cs_accuracy_rmse(&sums, &value), CS_TOO_FEW);
	assert_int_equal(cs_accuracy_rsr(&sums, &value), CS_TOO_FEW);
	assert_int_equal(cs_accuracy_sdape(&sums, &value), CS_TOO_FEW);
	assert_int_equal(cs_accuracy_bias(&sums, &value), CS_TOO_FEW);
}

static void
ratios_need_actual_values_other_than_zero(void **state)
{
	cs_accuracy_sums sums = {0};
	cs_accuracy_sums zero = {0};
	double value;

	(void) state;
	cs_accuracy_sums_add(&sums, 2.0, 1.0);
	cs_accuracy_sums_add(&zero, 0.0, 1.0);
	cs_accuracy_sums_combine(&zero, &sums);
	cs_accuracy_sums_add(&sums, 0.0, 1.0);
	assert_int_equal(cs_accuracy_mape(&sums, &value), CS_ZERO_DIVISOR);
	assert_int_equal(cs_accuracy_sdape(&sums, &value), CS_ZERO_DIVISOR);
	assert_int_equal(cs_accuracy_mape(&zero, &value), CS_ZERO_DIVISOR);
	assert_int_equal(cs_accuracy_mae(&sums, &value), CS_OK);
	assert_true(value == 1);
	assert_int_equal(cs_accuracy_rsr(&zero, &value), CS_OK);
	assert_near(value, 1 / sqrt(2), 1e-15, 0);
}

static void
rsr_needs_actual_values_that_vary(void **state)
{
	cs_accuracy_sums sums = {0};
	double value;

	(void) state;
	cs_accuracy_sums_add(&sums, 0.1, 1.0);
	assert_int_equal(cs_accuracy_rsr(&sums, &value), CS_TOO_FEW);
	for (int i = 0; i < 9; i++)
		cs_accuracy_sums_add(&sums, 0.1, 0.3 * i);
	assert_int_equal(cs_accuracy_rsr(&sums, &value), CS_CONSTANT);
	/* the last bit is no variation, in any unit; a little more is */
	for (double k = 1e-9; k < 1e10; k *= 1e9)
	{
		sums = (cs_accuracy_sums){0};
		cs_accuracy_sums_add(&sums, k * (0.1 + 0.2), k);
		cs_accuracy_sums_add(&sums, k * 0.3, 2 * k);
		assert_int_equal(cs_accuracy_rsr(&sums, &value), CS_CONSTANT);
		cs_accuracy_sums_add(&sums, k * (0.3 + 1e-12), 2 * k);
		assert_int_equal(cs_accuracy_rsr(&sums, &value), CS_OK);
	}
}

static void
values_must_be_finite(void **state)
{
	cs_accuracy_sums sums = {0};
	double value;

	(void) state;
	assert_int_equal(cs_accuracy_sums_add(&sums, NAN, 1), CS_NOT_FINITE);
	assert_int_equal(cs_accuracy_sums_add(&sums, 1, INFINITY), CS_NOT_FINITE);
	assert_int_equal(cs_accuracy_sums_add(&sums, 1, NAN), CS_NOT_FINITE);
	assert_int_equal(sums.n, 0);
	assert_int_equal(cs_accuracy_sums_add(&sums, 1e300, -1e300), CS_OK);
	assert_int_equal(cs_accuracy_rmse(&sums, &value), CS_NOT_FINITE);
	assert_int_equal(cs_accuracy_rsr(&sums, &value), CS_NOT_FINITE);
	assert_int_equal(cs_accuracy_mae(&sums, &value), CS_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_agree_with_reference),
		cmocka_unit_test(combined_sums_give_the_same),
		cmocka_unit_test(states_are_the_same_to_the_bit),
		cmocka_unit_test(smaller_states_have_the_same_bits),
		cmocka_unit_test(state_refuses_what_is_not_finite),
		cmocka_unit_test(bias_is_positive_when_forecasts_are_too_high),
		cmocka_unit_test(empty_sums_are_too_few),
		cmocka_unit_test(ratios_need_actual_values_other_than_zero),
		cmocka_unit_test(rsr_needs_actual_values_that_vary),
		cmocka_unit_test(values_must_be_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
