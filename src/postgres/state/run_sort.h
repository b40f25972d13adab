/*
 * run_sort.h
 *		A template: sorts items of which long runs are in order, as those of combined states are, by
 *		merging the runs; others as lib/sort_template.h does.
 *
 * Before inclusion: RUN_SORT, the name of the function; RUN_SORT_TYPE of the items;
 * RUN_SORT_COMPARE(a, b) of pointers to them.
 */
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"

/* Runs beyond which merging them takes as long as sorting. */
#define RUN_SORT_RUNS 64

#define RUN_SORT_NAMED_(name, part) name##_##part
#define RUN_SORT_NAMED(name, part) RUN_SORT_NAMED_(name, part)
#define RUN_SORT_ALL RUN_SORT_NAMED(RUN_SORT, all)
#define RUN_SORT_MERGE RUN_SORT_NAMED(RUN_SORT, merge)

#define ST_SORT RUN_SORT_ALL
#define ST_ELEMENT_TYPE RUN_SORT_TYPE
#define ST_COMPARE(a, b) RUN_SORT_COMPARE(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Two neighbouring runs, the second from `middle` to `end`, in order at the same place of `to`. */
static void
RUN_SORT_MERGE(const RUN_SORT_TYPE *from, int64 start, int64 middle, int64 end, RUN_SORT_TYPE *to)
{
	int64 left = start;
	int64 right = middle;

	for (int64 i = start; i < end; i++)
	{
		bool is_left =
			right == end || (left < middle && RUN_SORT_COMPARE(&from[left], &from[right]) <= 0);

		to[i] = from[is_left ? left : right];
		left += is_left;
		right += !is_left;
		check_interrupts(i);
	}
}

/* Sorts the items; `what` names the function in messages. */
static void
RUN_SORT(RUN_SORT_TYPE *items, int64 count, const char *what)
{
	int64 ends[RUN_SORT_RUNS];
	RUN_SORT_TYPE *spare, *from, *to;
	int runs = 0;

	for (int64 i = 1; i <= count; i++)
	{
		check_interrupts(i);
		if (i < count && RUN_SORT_COMPARE(&items[i - 1], &items[i]) <= 0)
			continue;
		if (runs == RUN_SORT_RUNS)
		{
			RUN_SORT_ALL(items, count);
			return;
		}
		ends[runs++] = i;
	}
	if (runs < 2)
		return;
	spare = allocate_checked(what, sizeof(RUN_SORT_TYPE) * count);
	from = items;
	to = spare;
	while (runs > 1)
	{
		RUN_SORT_TYPE *swap = from;
		int merged = 0;

		for (int r = 0; r < runs; r += 2)
		{
			int64 start = r == 0 ? 0 : ends[r - 1];
			int64 end = ends[Min(r + 1, runs - 1)];

			RUN_SORT_MERGE(from, start, ends[r], end, to);
			ends[merged++] = end;
		}
		runs = merged;
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, sizeof(RUN_SORT_TYPE) * count);
	pfree(spare);
}
