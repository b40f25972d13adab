/*
 * poll.h
 *		How a long loop lets others in: at points at most some milliseconds apart it calls cs_poll.
 *
 * The call need not return: whatever is held where it stands must need no undoing, so no library
 * call that has allocated may be open around it.
 */
#ifndef CREDITSPREAD_NUMERIC_POLL_H
#define CREDITSPREAD_NUMERIC_POLL_H

#include <stddef.h>

/*
 * Set once by whoever runs the library; does nothing by default.  The outermost loop says how far
 * it is, `done` of `total` > 0; an inner one gives 0 for both.
 */
extern void (*cs_poll)(double done, double total);

/* Multiply-adds, or what takes as long, between two polls of loops with short steps: about 1 ms. */
#define CS_POLL_WORK ((size_t) 1 << 20)

/* Multiply-adds since cs_work or cs_work_of polled. */
extern size_t cs_unpolled;

/* Polls when enough has been done, `work` more now: loops of any length may call it. */
static inline void
cs_work_of(size_t work, double done, double total)
{
	cs_unpolled += work;
	if (cs_unpolled < CS_POLL_WORK)
		return;
	cs_poll(done, total);
	cs_unpolled = 0;
}

static inline void
cs_work(size_t work)
{
	cs_work_of(work, 0, 0);
}

/* Elements of a loop that is too quick to look at its work in each of them. */
#define CS_POLL_BLOCK 16384

/*
 * The end of the block of a loop to `n` that begins at `from`, each element of which is `work`:
 *		for (size_t i = 0; i < n;)
 *			for (size_t end = cs_block_end(i, n, work); i < end; i++)
 */
static inline size_t
cs_block_end(size_t from, size_t n, size_t work)
{
	size_t count = n - from < CS_POLL_BLOCK ? n - from : CS_POLL_BLOCK;

	cs_work(count * work);
	return from + count;
}

#endif
