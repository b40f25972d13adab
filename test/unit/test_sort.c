/*
 * test_sort.c
 *		Both sorts against what a sorted order must be: ascending, stable, complete.
 */
#include <stdlib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "numeric/base/sort.h"
#include "poll_helper.h"

#define MOST 1000

static void
test_numbers(void **state)
{
	cs_random random;

	(void) state;
	cs_random_seed(&random, 5);
	for (size_t n = 0; n <= MOST; n += n < 40 ? 1 : 97)
	{
		uint32_t values[MOST];
		uint64_t sum = 0;
		uint64_t squares = 0;

		for (size_t i = 0; i < n; i++)
		{
			values[i] = (uint32_t) cs_random_below(&random, n % 2 == 0 ? 10 : 4000000000);
			sum += values[i];
			squares += (uint64_t) values[i] * values[i];
		}
		cs_sort_numbers(values, n);
		for (size_t i = 0; i < n; i++)
		{
			assert_true(i == 0 || values[i - 1] <= values[i]);
			sum -= values[i];
			squares -= (uint64_t) values[i] * values[i];
		}
		assert_true(sum == 0 && squares == 0);
	}
}

static void
test_index(void **state)
{
	cs_random random;

	(void) state;
	cs_random_seed(&random, 6);
	for (size_t n = 0; n <= MOST; n += n < 40 ? 1 : 97)
	{
		double keys[MOST];
		size_t index[MOST];
		uint8_t seen[MOST] = {0};

		for (size_t i = 0; i < n; i++)
			keys[i] =
				n % 2 == 0 ? (double) cs_random_below(&random, 7) - 3.0 : cs_random_normal(&random);
		cs_sort_index(index, keys, n);
		for (size_t i = 0; i < n; i++)
		{
			assert_true(index[i] < n && !seen[index[i]]);
			seen[index[i]] = 1;
			if (i > 0)
				assert_true(keys[index[i - 1]] < keys[index[i]] ||
							(keys[index[i - 1]] == keys[index[i]] && index[i - 1] < index[i]));
		}
	}
}

static void
test_polls(void **state)
{
	enum
	{
		COUNT = 200000
	};
	double *keys = malloc(sizeof(double) * COUNT);
	size_t *index = malloc(sizeof(size_t) * COUNT);
	poll_count polls;

	(void) state;
	for (size_t i = 0; i < COUNT; i++)
		keys[i] = sin((double) i * (double) i);
	poll_count_start();
	cs_sort_index(index, keys, COUNT);
	polls = poll_count_end();
	/* a heap of half of them, then all */
	assert_polls(&polls, 1.5 * 32 * COUNT, 0);
	assert_true(polls.polls >= 8);
	free(keys);
	free(index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polls),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
