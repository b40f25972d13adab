/*
 * test_vector_math.c
 *		Against libm over the whole range of floats, denormal and overflowing ends included.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/base/vector_math.h"
#include "numeric/base/vector_math_inline.h"

#define BLOCK 4099 /* not a multiple of any vector length */

typedef void (*float_function)(float *, const float *, size_t);

static void
vector_tanh(float *output, const float *input, size_t count)
{
	for (size_t i = 0; i < count; i++)
		output[i] = cs_tanh_inline(input[i]);
}

/* Of NaN a gate says nothing. */
static void
vector_gate(float *output, const float *input, size_t count)
{
	for (size_t i = 0; i < count; i++)
		output[i] = isnan(input[i]) ? NAN : cs_gate_sigmoid(input[i]);
}

/* The logistic function as far as gates have it. */
static double
gate(double x)
{
	return 1.0 / (1.0 + exp(-fmin(fmax(x, -CS_EXP_BOUND), CS_EXP_BOUND)));
}

/* Relative error below 1e-6, or one denormal step. */
static void
assert_float_close(float input, float value, double expected)
{
	if (isnan(input))
		assert_true(isnan(value));
	else if (isinf((float) expected))
		assert_true(value == (float) expected || value >= 3.4028e38f);
	else if (!(fabs(value - expected) <= fmax(1e-6 * fabs(expected), 1.5e-45)))
		fail_msg("at %.9g: %.9g is not %.17g", (double) input, (double) value, expected);
}

static void
check_whole_range(float_function function, double (*reference)(double))
{
	static float input[BLOCK];
	static float output[BLOCK];
	uint32_t bits = 0;

	/* an odd stride visits every exponent, both signs, infinities and NaNs */
	for (uint64_t visited = 0; visited < (uint64_t) 1 << 32; visited += (uint64_t) 2003 * BLOCK)
	{
		for (int i = 0; i < BLOCK; i++, bits += 2003)
			memcpy(input + i, &bits, sizeof(bits));
		function(output, input, BLOCK);
		for (int i = 0; i < BLOCK; i++)
			assert_float_close(input[i], output[i], reference(input[i]));
	}
}

static void
check_points(float_function function, double (*reference)(double))
{
	static const float points[] = {0.0f,	 -0.0f,		1e-45f,	 -1e-45f,	  1e-38f,	  -1e-38f,
								   0.5f,	 -0.5f,		9.9999f, 10.0001f,	  -87.0f,	  -87.4f,
								   -88.8f,	 -95.0f,	-103.0f, -103.9f,	  -104.1f,	  88.0f,
								   88.7f,	 88.72283f, 88.73f,	 89.1f,		  3.4e38f,	  -3.4e38f,
								   INFINITY, -INFINITY, NAN,	 0.34657359f, 1.03972077f};
	enum
	{
		COUNT = sizeof(points) / sizeof(points[0])
	};
	float values[COUNT];

	function(values, points, COUNT);
	for (int i = 0; i < COUNT; i++)
		assert_float_close(points[i], values[i], reference(points[i]));
	memcpy(values, points, sizeof(points));
	function(values, values, COUNT); /* in place */
	for (int i = 0; i < COUNT; i++)
		assert_float_close(points[i], values[i], reference(points[i]));
}

static void
test_exp(void **state)
{
	(void) state;
	check_whole_range(cs_vector_exp, exp);
	check_points(cs_vector_exp, exp);
}

static void
test_tanh(void **state)
{
	float zeros[2] = {0.0f, -0.0f};

	(void) state;
	check_whole_range(vector_tanh, tanh);
	check_points(vector_tanh, tanh);
	vector_tanh(zeros, zeros, 2);
	assert_false(signbit(zeros[0]));
	assert_true(signbit(zeros[1]));
}

static void
test_gate_sigmoid(void **state)
{
	(void) state;
	check_whole_range(vector_gate, gate);
	check_points(vector_gate, gate);
}

/* Units in the last place of a double's value. */
static double
ulps(double value, double expected)
{
	int exponent;

	frexp(expected, &exponent);
	return fabs(value - expected) / ldexp(1.0, (exponent < -1021 ? -1021 : exponent) - 53);
}

static void
test_exp_double(void **state)
{
	static double input[BLOCK];
	static double output[BLOCK];

	(void) state;
	for (int turn = 0; turn < 100; turn++)
	{
		for (int i = 0; i < BLOCK; i++)
			input[i] = -745.0 + 1454.7 * (i + turn / 100.0) / BLOCK;
		if (turn >= 50) /* nearer to zero, where yields and decays lie */
			for (int i = 0; i < BLOCK; i++)
				input[i] *= 0.01;
		cs_vector_exp_double(output, input, BLOCK);
		for (int i = 0; i < BLOCK; i++)
			assert_true(ulps(output[i], exp(input[i])) <= 2.0);
	}
}

static void
test_exp_double_ends(void **state)
{
	double values[] = {NAN, INFINITY, -INFINITY, 0.0, -0.0, 709.8, 1e308, -745.2, -1e308, 1e-300};
	static const double expected[] = {NAN, INFINITY, 0, 1, 1, INFINITY, INFINITY, 0, 0, 1};

	(void) state;
	cs_vector_exp_double(values, values, sizeof(values) / sizeof(values[0]));
	assert_true(isnan(values[0]));
	for (size_t i = 1; i < sizeof(values) / sizeof(values[0]); i++)
		assert_true(values[i] == expected[i]);
}

static void
test_finite(void **state)
{
	float floats[40] = {0};
	double doubles[40] = {0};

	(void) state;
	assert_true(cs_all_finite_float(floats, 0));
	assert_true(cs_all_finite_double(doubles, 0));
	for (int i = 0; i < 40; i++)
	{
		floats[i] = i % 2 == 0 ? 3.4e38f : -1e-45f;
		doubles[i] = i % 2 == 0 ? 1.7e308 : -4.9e-324;
	}
	assert_true(cs_all_finite_float(floats, 40));
	assert_true(cs_all_finite_double(doubles, 40));
	for (int i = 0; i < 40; i++)
	{
		static const double bad[3] = {INFINITY, -INFINITY, NAN};
		float kept_float = floats[i];
		double kept_double = doubles[i];

		for (int b = 0; b < 3; b++)
		{
			floats[i] = (float) bad[b];
			doubles[i] = bad[b];
			assert_false(cs_all_finite_float(floats, 40));
			assert_false(cs_all_finite_double(doubles, 40));
		}
		floats[i] = kept_float;
		doubles[i] = kept_double;
	}
	doubles[3] = 7;
	cs_vector_fill_nan(doubles, 3);
	assert_true(isnan(doubles[0]) && isnan(doubles[2]) && doubles[3] == 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exp),
		cmocka_unit_test(test_tanh),
		cmocka_unit_test(test_gate_sigmoid),
		cmocka_unit_test(test_exp_double),
		cmocka_unit_test(test_exp_double_ends),
		cmocka_unit_test(test_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
