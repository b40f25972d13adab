/*
 * workspace.c
 *		A bump allocator over one caller-owned block.
 */
#include "numeric/base/workspace.h"

#include <stdint.h>

static bool
rounded_size(size_t count, size_t size, size_t *bytes)
{
	if (__builtin_mul_overflow(count, size, bytes) ||
		__builtin_add_overflow(*bytes, (size_t) (CS_ALIGNMENT - 1), bytes))
		return false;
	*bytes &= ~(size_t) (CS_ALIGNMENT - 1);
	return true;
}

void
cs_workspace_initialize(cs_workspace *workspace, void *block, size_t size)
{
	size_t skip = (CS_ALIGNMENT - (uintptr_t) block % CS_ALIGNMENT) % CS_ALIGNMENT;

	*workspace = (cs_workspace){.base = (char *) block + (skip < size ? skip : size),
								.size = size - (skip < size ? skip : size)};
}

void
cs_workspace_count(cs_workspace *workspace)
{
	*workspace = (cs_workspace){.size = SIZE_MAX - CS_ALIGNMENT};
}

void *
cs_workspace_take(cs_workspace *workspace, size_t count, size_t size)
{
	size_t before = workspace->used;
	size_t bytes;

	if (workspace->failed || !rounded_size(count, size, &bytes) || bytes > workspace->size - before)
	{
		workspace->failed = true;
		return NULL;
	}
	workspace->used += bytes;
	return workspace->base == NULL ? NULL : workspace->base + before;
}

size_t
cs_workspace_total(const cs_workspace *workspace)
{
	return workspace->failed ? SIZE_MAX : workspace->used + CS_ALIGNMENT;
}
