/*
 * test_random.c
 *		The generator against its published sequence, and the laws of what is drawn with it.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/base/random.h"

#define DRAWS 200000

static void
test_published_sequence(void **state)
{
	static const uint64_t expected[] = {41943041u,
										58720359u,
										3588806011781223u,
										3591011842654386u,
										9228616714210784205u,
										9973669472204895162u,
										14011001112246962877u,
										12406186145184390807u,
										15849039046786891736u,
										10450023813501588000u};
	cs_random random = {{1, 2, 3, 4}};

	(void) state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_true(cs_random_bits(&random) == expected[i]);
}

static void
test_seed(void **state)
{
	static const uint64_t expected[] = {6457827717110365317u, 3203168211198807973u,
										9817491932198370423u, 4593380528125082431u};
	cs_random random;

	(void) state;
	cs_random_seed(&random, 1234567);
	for (int i = 0; i < 4; i++)
		assert_true(random.state[i] == expected[i]);
}

static void
test_uniform(void **state)
{
	cs_random random;
	double sum = 0;
	double squares = 0;

	(void) state;
	cs_random_seed(&random, 1);
	for (int i = 0; i < DRAWS; i++)
	{
		double u = cs_random_uniform(&random);

		assert_true(u >= 0 && u < 1);
		sum += u;
		squares += u * u;
	}
	/* five standard errors */
	assert_true(fabs(sum / DRAWS - 0.5) < 5 * sqrt(1 / 12.0 / DRAWS));
	assert_true(fabs(squares / DRAWS - 1 / 3.0) < 5 * sqrt(4 / 45.0 / DRAWS));
}

static void
test_uniform_float(void **state)
{
	cs_random random;
	double sum = 0;
	float next = nextafterf(1.0f, 2.0f);

	(void) state;
	cs_random_seed(&random, 2);
	for (int i = 0; i < DRAWS; i++)
	{
		float u = cs_random_uniform_float(&random, -3.0f, 5.0f);

		assert_true(u >= -3.0f && u < 5.0f);
		sum += u;
		assert_true(cs_random_uniform_float(&random, 1.0f, next) == 1.0f);
	}
	assert_true(fabs(sum / DRAWS - 1.0) < 5 * 8 * sqrt(1 / 12.0 / DRAWS));
}

static void
test_normal(void **state)
{
	cs_random random;
	double power[5] = {0};
	int beyond = 0;

	(void) state;
	cs_random_seed(&random, 3);
	for (int i = 0; i < DRAWS; i++)
	{
		double z = cs_random_normal(&random);

		for (int p = 1; p <= 4; p++)
			power[p] += pow(z, p) / DRAWS;
		beyond += fabs(z) > 1.959963984540054;
	}
	assert_true(fabs(power[1]) < 5 * sqrt(1.0 / DRAWS));
	assert_true(fabs(power[2] - 1) < 5 * sqrt(2.0 / DRAWS));
	assert_true(fabs(power[3]) < 5 * sqrt(15.0 / DRAWS));
	assert_true(fabs(power[4] - 3) < 5 * sqrt(96.0 / DRAWS));
	assert_true(fabs((double) beyond / DRAWS - 0.05) < 5 * sqrt(0.05 * 0.95 / DRAWS));
}

static void
test_below(void **state)
{
	cs_random random;
	int count[7] = {0};
	int low = 0;
	uint64_t large = (uint64_t) 3 << 62; /* a plain remainder would favour the lower third */

	(void) state;
	cs_random_seed(&random, 4);
	for (int i = 0; i < DRAWS; i++)
	{
		uint64_t draw = cs_random_below(&random, large);

		count[cs_random_below(&random, 7)]++;
		assert_true(draw < large);
		low += draw < (uint64_t) 1 << 62;
		assert_int_equal(cs_random_below(&random, 1), 0);
	}
	for (int i = 0; i < 7; i++)
		assert_true(fabs(count[i] - DRAWS / 7.0) < 5 * sqrt(DRAWS * 6 / 49.0));
	assert_true(fabs(low - DRAWS / 3.0) < 5 * sqrt(DRAWS * 2 / 9.0));
}

static void
test_shuffle(void **state)
{
	cs_random random;
	int count[6] = {0};

	(void) state;
	cs_random_seed(&random, 5);
	for (int i = 0; i < 60000; i++)
	{
		int32_t index[3] = {0, 1, 2};

		cs_random_shuffle(&random, index, 3);
		assert_int_equal(index[0] + index[1] + index[2], 3);
		assert_true(index[0] != index[1] && index[1] != index[2] && index[0] != index[2]);
		count[2 * index[0] + (index[1] > index[2])]++;
	}
	for (int i = 0; i < 6; i++)
		assert_true(fabs(count[i] - 10000.0) < 5 * sqrt(60000 * 5 / 36.0));
}

static void
test_shuffle_in_parts(void **state)
{
	cs_random whole_random;
	cs_random part_random;
	int32_t whole[1000];
	int32_t parts[1000];
	size_t from = 0;

	(void) state;
	cs_random_seed(&whole_random, 6);
	cs_random_seed(&part_random, 6);
	for (int i = 0; i < 1000; i++)
		whole[i] = parts[i] = i;
	cs_random_shuffle(&whole_random, whole, 1000);
	for (size_t count = 1; from < 1000; from += count, count++)
	{
		if (count > 1000 - from)
			count = 1000 - from;
		cs_random_shuffle_part(&part_random, parts, 1000, from, count);
	}
	assert_memory_equal(whole, parts, sizeof(whole));
	assert_memory_equal(&whole_random, &part_random, sizeof(whole_random));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_sequence),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_uniform_float),
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_shuffle),
		cmocka_unit_test(test_shuffle_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
