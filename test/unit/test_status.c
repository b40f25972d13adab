/*
 * test_status.c
 *		Every status has a clause of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/base/status.h"

static void
test_messages(void **state)
{
	(void) state;
	for (int status = CS_OK; status <= CS_WRONG_PRODUCTS; status++)
	{
		const char *message = cs_status_message((cs_status) status);

		assert_non_null(message);
		assert_string_not_equal(message, "unknown status");
		assert_true(strlen(message) > 5);
		assert_int_not_equal(message[strlen(message) - 1], '.');
		for (int other = CS_OK; other < status; other++)
			assert_string_not_equal(message, cs_status_message((cs_status) other));
	}
	assert_string_equal(cs_status_message((cs_status) 1000), "unknown status");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_messages)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
