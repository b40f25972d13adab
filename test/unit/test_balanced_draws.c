/*
 * test_balanced_draws.c
 *		Each thing as often as each other, in an order and with a remainder that chance decides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "check_helper.h"
#include "numeric/evaluation/balanced_draws.h"

#define DRAWS 200000

static int32_t draw[DRAWS];
static int32_t other[DRAWS];
static int32_t work[DRAWS];

static void
test_counts(void **state)
{
	static const struct
	{
		size_t draws;
		size_t count;
	} cases[] = {{1, 1}, {5, 1}, {3, 7}, {7, 7}, {1000, 7}, {1000, 250}};

	(void) state;
	for (size_t c = 0; c < COUNT(cases); c++)
	{
		int times[250] = {0};

		cs_balanced_draws(draw, cases[c].draws, cases[c].count, 1, work);
		for (size_t i = 0; i < cases[c].draws; i++)
		{
			assert_between(draw[i], 0, cases[c].count - 1);
			times[draw[i]]++;
		}
		for (size_t i = 0; i < cases[c].count; i++)
		{
			size_t least = cases[c].draws / cases[c].count;
			size_t most = least + (cases[c].draws % cases[c].count > 0);

			assert_between(times[i], least, most);
		}
	}
}

/* The one that is left over is each of three about equally often, and so is the first. */
static void
test_chance(void **state)
{
	int left[3] = {0};
	int first[3] = {0};

	(void) state;
	for (uint64_t seed = 0; seed < 3000; seed++)
	{
		int times[3] = {0};

		cs_balanced_draws(draw, 4, 3, seed, work);
		for (int i = 0; i < 4; i++)
			times[draw[i]]++;
		for (int i = 0; i < 3; i++)
			left[i] += times[i] == 2;
		first[draw[0]]++;
	}
	for (int i = 0; i < 3; i++)
	{
		assert_between(left[i], 870, 1130); /* 1000 +- 5 standard deviations */
		assert_between(first[i], 870, 1130);
	}
}

static void
test_seed(void **state)
{
	(void) state;
	cs_balanced_draws(draw, 1000, 250, 7, work);
	cs_balanced_draws(other, 1000, 250, 7, work);
	assert_memory_equal(draw, other, 1000 * sizeof(int32_t));
	cs_balanced_draws(other, 1000, 250, 8, work);
	assert_int_not_equal(memcmp(draw, other, 1000 * sizeof(int32_t)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_chance),
		cmocka_unit_test(test_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
