/*
 * test_moments.c
 *		Against two-pass sums, also where the mean is large beside the deviations.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/moments.h"
#include "numeric/base/random.h"

static void
test_two_pass(void **state)
{
	static const double offset[] = {0, 5.25, -1e6};

	(void) state;
	for (int o = 0; o < 3; o++)
	{
		enum
		{
			COUNT = 1234
		};
		double values[COUNT];
		double mean = 0;
		double squares = 0;
		double low = INFINITY;
		double high = -INFINITY;
		cs_moments moments;
		cs_random random;

		cs_random_seed(&random, 1);
		cs_moments_initialize(&moments);
		for (int i = 0; i < COUNT; i++)
		{
			values[i] = offset[o] + cs_random_normal(&random);
			cs_moments_add(&moments, values[i]);
			mean += (values[i] - offset[o]) / COUNT;
			low = fmin(low, values[i]);
			high = fmax(high, values[i]);
		}
		mean += offset[o];
		for (int i = 0; i < COUNT; i++)
			squares += (values[i] - mean) * (values[i] - mean);
		assert_int_equal(moments.count, COUNT);
		assert_true(fabs(moments.mean - mean) <= 1e-9 * fabs(mean));
		assert_true(fabs(cs_moments_sd(&moments) - sqrt(squares / COUNT)) <= 1e-9);
		assert_true(moments.minimum == low && moments.maximum == high);
		assert_true(cs_moments_magnitude(&moments) == fmax(fabs(low), fabs(high)));
		assert_false(cs_moments_constant(&moments, cs_moments_magnitude(&moments)));
	}
}

static void
test_constant(void **state)
{
	cs_moments moments;

	(void) state;
	cs_moments_initialize(&moments);
	assert_true(cs_moments_constant(&moments, 0));
	assert_true(cs_moments_sd(&moments) == 0);
	assert_true(cs_moments_magnitude(&moments) == 0);
	for (int i = 0; i < 10; i++)
		cs_moments_add(&moments, 0.1);
	assert_true(cs_moments_constant(&moments, 0.1));
	cs_moments_add(&moments, nextafter(0.1, 1.0)); /* as rounding leaves it */
	assert_true(cs_moments_constant(&moments, 0.1));
	cs_moments_add(&moments, 0.1 + 1e-10);
	assert_false(cs_moments_constant(&moments, 0.1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_pass),
		cmocka_unit_test(test_constant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
