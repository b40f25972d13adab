/*
 * test_poll.c
 *		Polls come after so much work, whatever the steps are, and a poll that jumps out does no
 *		harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/poll.h"
#include "poll_helper.h"

static void
test_nothing_by_default(void **state)
{
	(void) state;
	cs_poll(0, 0);
	cs_work(10 * CS_POLL_WORK);
	assert_int_equal(cs_unpolled, 0);
}

static void
test_polls_by_work(void **state)
{
	poll_count count;

	(void) state;
	poll_count_start();
	for (size_t i = 0; i < 100000; i++)
		cs_work_of(1000, (double) i, 100000);
	cs_work(3 * CS_POLL_WORK);
	cs_work(7);
	count = poll_count_end();
	assert_int_equal(count.polls, 100000 * 1000 / (CS_POLL_WORK + 1000) + 1);
	assert_int_equal(count.reports, count.polls - 1);
	assert_true(count.in_order);
	assert_true(count.work == 1e8 + 3 * CS_POLL_WORK + 7);
	assert_true(count.most >= 3 * CS_POLL_WORK && count.most < 4 * CS_POLL_WORK);
}

static jmp_buf out;

static void
jump_out(double done, double total)
{
	(void) done;
	(void) total;
	longjmp(out, 1);
}

static void
test_poll_need_not_return(void **state)
{
	void (*before)(double done, double total) = cs_poll;
	volatile int jumps = 0;

	(void) state;
	cs_poll = jump_out;
	if (setjmp(out) == 0)
		cs_work(CS_POLL_WORK);
	else
		jumps++;
	cs_poll = before;
	assert_int_equal(jumps, 1);
	cs_work(1); /* what was not polled for is still known */
	assert_int_equal(cs_unpolled, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_by_default),
		cmocka_unit_test(test_polls_by_work),
		cmocka_unit_test(test_poll_need_not_return),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
