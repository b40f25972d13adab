/*
 * workspace.h
 *		Memory that the caller owns: kernels state what they need, are given one block, and take
 *		aligned pieces of it.  Sizes are added up with overflow checks before anything is allocated.
 *
 * An object lays its arrays out in one function, which runs twice: over a workspace that counts,
 * for the size, and over the block of that size.
 */
#ifndef CREDITSPREAD_NUMERIC_WORKSPACE_H
#define CREDITSPREAD_NUMERIC_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

#define CS_ALIGNMENT 64

typedef struct cs_workspace
{
	char *base; /* first aligned byte of the caller's block; NULL = only counts */
	size_t size;
	size_t used;
	bool failed; /* the block is used up, or the count overflowed: final */
} cs_workspace;

/* Lays a workspace over `block` of `size` bytes (as was counted). */
extern void cs_workspace_initialize(cs_workspace *workspace, void *block, size_t size);

/* A workspace without a block: pieces are NULL and add up. */
extern void cs_workspace_count(cs_workspace *workspace);

/*
 * `count` elements of `size` bytes, aligned, not cleared; NULL when the block is used up, then and
 * ever after.
 */
extern void *cs_workspace_take(cs_workspace *workspace, size_t count, size_t size);

/* Bytes of a block, aligned or not, for all pieces counted so far; SIZE_MAX after an overflow. */
extern size_t cs_workspace_total(const cs_workspace *workspace);

#endif
