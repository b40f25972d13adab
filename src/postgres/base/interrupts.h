/*
 * interrupts.h
 *		Loops outside of numeric/ that answer a cancel every so often.
 */
#ifndef CREDITSPREAD_POSTGRES_INTERRUPTS_H
#define CREDITSPREAD_POSTGRES_INTERRUPTS_H

#include "miscadmin.h"

/* Steps between two looks: below a millisecond of copying or comparing numbers. */
#define CHECK_EVERY 65536

/* The same of steps that allocate, compare names or update a filter. */
#define CHECK_SLOW_EVERY 1024

/* In step `i` of a loop. */
static inline void
check_interrupts(uint64 i)
{
	if (i % CHECK_EVERY == 0)
		CHECK_FOR_INTERRUPTS();
}

static inline void
check_interrupts_slow(uint64 i)
{
	if (i % CHECK_SLOW_EVERY == 0)
		CHECK_FOR_INTERRUPTS();
}

#endif
