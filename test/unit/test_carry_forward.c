/*
 * test_carry_forward.c
 *		Missing values are those before, and rows before there is anything to carry are told.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/carry_forward.h"
#include "check_helper.h"

static void
values_are_carried(void **state)
{
	double values[][3] = {{1, NAN, 5}, {NAN, NAN, NAN}, {2, 3, NAN}, {NAN, 4, 6}, {NAN, NAN, NAN}};
	static const double expected[][3] = {{0}, {0}, {2, 3, 5}, {2, 4, 6}, {2, 4, 6}};
	static const bool observed[] = {true, false, true, false, false};
	bool known[5];

	(void) state;
	assert_int_equal(cs_carry_forward(values[0], 5, 3, 1, known), 2);
	for (size_t r = 0; r < 5; r++)
	{
		assert_int_equal(known[r], observed[r]);
		for (size_t c = 0; r >= 2 && c < 3; c++)
			assert_true(values[r][c] == expected[r][c]);
	}
	assert_true(isnan(values[0][1]) && isnan(values[1][1]));
}

static void
first_columns_tell(void **state)
{
	double values[][2] = {{1, 2}, {3, NAN}, {4, 5}};
	bool known[3];

	(void) state;
	assert_int_equal(cs_carry_forward(values[0], 3, 2, 2, known), 0);
	assert_true(known[0] && !known[1] && known[2]);
	assert_int_equal(cs_carry_forward(values[0], 3, 2, 1, known), 0);
	assert_true(known[0] && known[1] && known[2]);
}

static void
nothing_to_carry(void **state)
{
	double values[] = {NAN, NAN};
	bool known[2];

	(void) state;
	assert_int_equal(cs_carry_forward(values, 2, 1, 1, known), 2);
	assert_false(known[0] || known[1]);
	assert_int_equal(cs_carry_forward(values, 0, 1, 1, known), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_carried),
		cmocka_unit_test(first_columns_tell),
		cmocka_unit_test(nothing_to_carry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
