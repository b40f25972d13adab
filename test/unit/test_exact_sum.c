/*
 * test_exact_sum.c
 *		Sums against math.fsum and rational numbers, in any order and grouping to the bit, and their
 *		limits.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "numeric/base/exact_sum.h"
#include "numeric/base/random.h"
#include "check_helper.h"
#include "golden/exact_sum.h"

#define MOST 20000

/* Of terms, and of their squares. */
typedef struct sums
{
	double exact[CS_EXACT_SIZE(2)];
} sums;

static sums
sums_of(const double *values, size_t n)
{
	sums sums = {{0}};

	for (size_t i = 0; i < n; i++)
	{
		cs_exact_pair terms = {values[i] * values[i], values[i]};
		cs_exact_pair rests = {cs_exact_square_rest(values[i]), 0};

		cs_exact_add(2, sums.exact, &terms);
		cs_exact_add_rests(2, sums.exact, rests);
	}
	return sums;
}

static double
value_of(const sums *sums)
{
	return cs_exact_value(2, sums->exact, 1);
}

static double
square_of(const sums *sums)
{
	return cs_exact_value(2, sums->exact, 0);
}

static double
centred(const sums *sums, size_t n)
{
	return cs_exact_centred_square(2, sums->exact, 1, 0, (int64_t) n);
}

static void
assert_same(double a, double b)
{
	assert_memory_equal(&a, &b, sizeof(a));
}

static void
sums_agree_with_reference(void **state)
{
	(void) state;
	for (size_t k = 0; k < COUNT(golden_exact_sum); k++)
	{
		const golden_exact_sum_case *g = &golden_exact_sum[k];
		sums sums = sums_of(g->values, g->n);
		double square = centred(&sums, g->n);

		assert_same(value_of(&sums), g->sum);
		if (isinf(g->centred_square))
			assert_true(isinf(square));
		else
			assert_near(square, g->centred_square, 4 * DBL_EPSILON, 0);
	}
}

/* Of any size from the smallest double to the largest, with zeros. */
static void
draw(cs_random *random, double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		int exponent = (int) cs_random_below(random, 2098) - 1074;
		double value = ldexp(1 + cs_random_uniform(random), exponent);

		values[i] = cs_random_below(random, 20) == 0 ? -0.0 : i % 2 == 0 ? value : -value;
	}
}

static void
shuffle(cs_random *random, double *values, size_t n)
{
	for (size_t i = n; i > 1; i--)
	{
		size_t j = cs_random_below(random, i);
		double value = values[i - 1];

		values[i - 1] = values[j];
		values[j] = value;
	}
}

static void
any_order_and_grouping_gives_the_same_bits(void **state)
{
	static double values[MOST];
	cs_random random;

	(void) state;
	cs_random_seed(&random, 7);
	for (int round = 0; round < 200; round++)
	{
		size_t n = 1 + cs_random_below(&random, round < 190 ? 30 : MOST);
		sums forward, parts = {{0}};
		size_t from = 0;

		draw(&random, values, n);
		forward = sums_of(values, n);
		shuffle(&random, values, n);
		while (from < n)
		{
			size_t count = cs_random_below(&random, n - from + 1);
			sums part = sums_of(values + from, count);

			assert_true(cs_exact_valid(2, part.exact));
			if (cs_random_below(&random, 2) == 0)
				cs_exact_combine(2, parts.exact, part.exact);
			else
			{
				cs_exact_combine(2, part.exact, parts.exact);
				parts = part;
			}
			from += count;
		}
		assert_true(cs_exact_valid(2, parts.exact));
		assert_same(value_of(&parts), value_of(&forward));
		assert_same(square_of(&parts), square_of(&forward));
		assert_same(centred(&parts, n), centred(&forward, n));
	}
}

/* Whole numbers are added without rounding as long as a double counts them. */
static void
many_terms_are_counted(void **state)
{
	double largest = 0x1p20 - 1;
	sums sums = {{0}};
	size_t n = 3 * MOST;

	(void) state;
	for (size_t i = 0; i < n; i++)
	{
		double term = i % 3 == 0 ? -1 : largest;
		cs_exact_pair terms = {term * term, term};

		cs_exact_add(2, sums.exact, &terms);
	}
	assert_true(value_of(&sums) == 2.0 * MOST * largest - MOST);
	assert_true(square_of(&sums) == 2.0 * MOST * largest * largest + MOST);
}

static void
wide_sums_come_near(void **state)
{
	const double values[] = {1e300, 1, 1e-300, -1e300};
	sums part = sums_of(values, 3);
	sums all = sums_of(values, 4);

	(void) state;
	assert_near(value_of(&part), 1e300, 0, 0);
	assert_true(value_of(&all) == 0 || value_of(&all) == 1);
}

static void
signs_are_alike(void **state)
{
	double values[100];
	cs_random random;
	sums plus, minus;

	(void) state;
	cs_random_seed(&random, 3);
	draw(&random, values, 100);
	plus = sums_of(values, 100);
	for (size_t i = 0; i < 100; i++)
		values[i] = -values[i];
	minus = sums_of(values, 100);
	assert_true(value_of(&plus) == -value_of(&minus));
	cs_exact_combine(2, plus.exact, minus.exact);
	assert_true(value_of(&plus) == 0);
}

static void
the_ends_of_the_range(void **state)
{
	const double largest[] = {DBL_MAX, DBL_MAX, -DBL_MAX};
	const double half_way[] = {1, DBL_EPSILON / 2, 0x1p-110};
	sums sums = sums_of(largest, 2);

	(void) state;
	assert_true(isinf(value_of(&sums)));
	sums = sums_of(largest, 3);
	assert_true(value_of(&sums) == DBL_MAX);
	sums = sums_of(half_way, 2);
	assert_true(value_of(&sums) == 1);
	sums = sums_of(half_way, 3);
	assert_true(value_of(&sums) == 1 + DBL_EPSILON);
	sums = sums_of(NULL, 0);
	assert_true(value_of(&sums) == 0 && centred(&sums, 0) == 0);
	sums = sums_of((double[]){0, -0.0, 0}, 3);
	assert_true(value_of(&sums) == 0 && centred(&sums, 3) == 0);
}

static void
what_is_not_finite_stays_so(void **state)
{
	const double bad[] = {INFINITY, -INFINITY, NAN};
	sums sums;

	(void) state;
	for (size_t k = 0; k < COUNT(bad); k++)
	{
		struct sums one = sums_of((double[]){1, bad[k], DBL_MAX, -1}, 4);
		struct sums other = sums_of((double[]){2, 1e-300}, 2);

		assert_true(isinf(value_of(&one)));
		assert_true(cs_exact_valid(2, one.exact));
		for (size_t i = 0; i < CS_EXACT_SIZE(2); i++)
			assert_true(isfinite(one.exact[i]));
		cs_exact_combine(2, other.exact, one.exact);
		assert_true(isinf(value_of(&other)) && isinf(centred(&other, 2)));
		cs_exact_combine(2, one.exact, other.exact);
		assert_true(isinf(value_of(&one)));
	}
	sums = sums_of((double[]){1e200, 1}, 2);
	assert_true(isinf(square_of(&sums)) && value_of(&sums) == 1e200);
}

static void
what_is_no_sum_is_refused(void **state)
{
	const double crafted[] = {NAN, INFINITY, -INFINITY, 0.3, 0x1p300, -0x1p300, 0x1p-300};
	sums sums = sums_of((double[]){3, -2.5, 1e9}, 3);
	const struct sums empty = {{0}};
	struct sums again;

	(void) state;
	assert_true(cs_exact_valid(2, sums.exact));
	for (size_t i = 0; i < CS_EXACT_SIZE(2); i++)
		for (size_t k = 0; k < COUNT(crafted); k++)
		{
			struct sums bad = sums;

			bad.exact[i] = crafted[k];
			assert_false(cs_exact_valid(2, bad.exact));
			bad = empty;
			bad.exact[i] = crafted[k];
			assert_false(cs_exact_valid(2, bad.exact));
		}
	/* sums that do not belong to each other have a value all the same */
	for (int exponent = -300; exponent <= 300; exponent += 100)
	{
		struct sums other = sums_of((double[]){pow(10, exponent)}, 1);

		other.exact[1] = other.exact[2];
		for (size_t k = 0; k < 2 * CS_EXACT_BINS; k++)
			other.exact[3 + 2 * k] = -other.exact[4 + 2 * k];
		other.exact[2] = sums.exact[2];
		for (size_t k = 0; k < 2 * CS_EXACT_BINS; k++)
			other.exact[4 + 2 * k] = sums.exact[4 + 2 * k];
		assert_true(cs_exact_valid(2, other.exact));
		assert_true(isfinite(centred(&other, 3)));
	}
	for (int i = 0; i < 3000; i++)
	{
		sums.exact[2 + 2 * (1 + CS_EXACT_BINS)] = 0x1p53;
		again = sums;
		cs_exact_combine(2, sums.exact, again.exact);
	}
	assert_false(isnan(value_of(&sums)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_agree_with_reference),
		cmocka_unit_test(any_order_and_grouping_gives_the_same_bits),
		cmocka_unit_test(many_terms_are_counted),
		cmocka_unit_test(wide_sums_come_near),
		cmocka_unit_test(signs_are_alike),
		cmocka_unit_test(the_ends_of_the_range),
		cmocka_unit_test(what_is_not_finite_stays_so),
		cmocka_unit_test(what_is_no_sum_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
