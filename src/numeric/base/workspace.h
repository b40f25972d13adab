/*
 * workspace.h
 *		Memory that the caller owns: kernels state what they need, are given one block, and take
 *		aligned pieces of it.  Sizes are added up with overflow checks before anything is allocated.
 */
#ifndef CREDITSPREAD_NUMERIC_WORKSPACE_H
#define CREDITSPREAD_NUMERIC_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

#define CS_ALIGNMENT 64

/* A size being added up; overflow is remembered and final. */
typedef struct cs_size
{
	size_t bytes;
	bool overflow;
} cs_size;

/* Adds `count` elements of `size` bytes, rounded up to CS_ALIGNMENT. */
extern void cs_size_add(cs_size *total, size_t count, size_t size);

/* The sum plus room to align an arbitrary block; SIZE_MAX after an overflow. */
extern size_t cs_size_total(const cs_size *total);

typedef struct cs_workspace
{
	char *base; /* first aligned byte of the caller's block */
	size_t size;
	size_t used;
} cs_workspace;

/* Lays a workspace over `block` of `size` bytes (as cs_size_total stated it). */
extern void cs_workspace_initialize(cs_workspace *workspace, void *block, size_t size);

/* `count` elements of `size` bytes, aligned, not cleared; NULL when the block is used up. */
extern void *cs_workspace_take(cs_workspace *workspace, size_t count, size_t size);

#endif
