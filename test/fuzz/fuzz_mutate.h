/*
 * fuzz_mutate.h
 *		Random changes to bytes and to JSON text.
 */
#ifndef CREDITSPREAD_FUZZ_MUTATE_H
#define CREDITSPREAD_FUZZ_MUTATE_H

#include "lib/stringinfo.h"

/* The next number of the generator whose state is *random. */
extern uint64 draw(uint64 *random);

/* 0 to n - 1; 0 when n is not positive. */
extern int below(uint64 *random, int n);

/*
 * Changes bytes, chunks or integers, with `json` mostly JSON tokens and members.  The buffer stays
 * terminated by a zero byte.
 */
extern void mutate(uint64 *random, StringInfo buffer, bool json);

/* Changes JSON tokens and members only. */
extern void mutate_json(uint64 *random, StringInfo buffer);

#endif
