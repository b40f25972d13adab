/*
 * stack.c
 *		Lets the stack grow once; it never shrinks.
 */
#include "postgres.h"

#include <sys/mman.h>

#include "postgres/base/stack.h"

/* More than the calls of a fit have on the stack, most of it tables of a network's tensors. */
#define STACK_BYTES (384 << 10)

/* No larger than the smallest page, so that each is touched, the nearest first. */
#define STEP 1024

static pg_noinline char
touch_stack(void)
{
	volatile char block[STACK_BYTES];

	for (int i = STACK_BYTES - 1; i >= 0; i -= STEP)
		block[i] = 0;
	return block[STEP - 1];
}

void
reserve_stack(void)
{
	void *room =
		mmap(NULL, 2 * STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		return;
	munmap(room, 2 * STACK_BYTES);
	(void) touch_stack();
}
