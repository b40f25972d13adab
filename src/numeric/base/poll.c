/*
 * poll.c
 *		The poll of a library that nobody waits for.
 */
#include "numeric/base/poll.h"

static void
no_poll(double done, double total)
{
	(void) done;
	(void) total;
}

void (*cs_poll)(double done, double total) = no_poll;

size_t cs_unpolled = 0;
