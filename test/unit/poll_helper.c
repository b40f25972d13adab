/*
 * poll_helper.c
 *		A poll that counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/poll.h"
#include "poll_helper.h"

static poll_count count;
static double last;
static void (*before)(double done, double total);

static void
take_work(void)
{
	count.work += (double) cs_unpolled;
	if (cs_unpolled > count.most)
		count.most = cs_unpolled;
	cs_unpolled = 0;
}

static void
count_poll(double done, double total)
{
	take_work();
	count.polls++;
	if (!(total > 0))
		return;
	count.reports++;
	count.in_order = count.in_order && done / total >= last && done / total <= 1;
	last = done / total;
}

void
poll_count_start(void)
{
	count = (poll_count){.in_order = true};
	last = 0;
	cs_unpolled = 0;
	before = cs_poll;
	cs_poll = count_poll;
}

poll_count
poll_count_end(void)
{
	take_work();
	cs_poll = before;
	return count;
}

void
assert_polls(const poll_count *polls, double work, double step)
{
	assert_true(polls->work >= work / 2);
	assert_true(polls->work <= work * 4);
	assert_true((double) polls->most <= (step > 2e6 ? step : 2e6));
	assert_true(polls->in_order);
}
