/*
 * poll_helper.h
 *		Counts what a kernel does between its polls.
 */
#ifndef CREDITSPREAD_TEST_POLL_HELPER_H
#define CREDITSPREAD_TEST_POLL_HELPER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct poll_count
{
	size_t polls;
	double work;	/* multiply-adds that the kernel told of, in all */
	size_t most;	/* between two polls */
	size_t reports; /* polls that told how far the work is */
	bool in_order;	/* the reports rose, from 0 to 1 at most */
} poll_count;

/* Between these cs_poll counts; work that no poll has followed yet is part of the count. */
extern void poll_count_start(void);
extern poll_count poll_count_end(void);

/*
 * Asserts that the kernel told of between half of and four times `work` multiply-adds, which the
 * test has counted by itself, and did at most two million, or `step` if that is more, in one go.
 */
extern void assert_polls(const poll_count *count, double work, double step);

#endif
