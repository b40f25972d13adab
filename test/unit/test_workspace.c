/*
 * test_workspace.c
 *		Sizes that add up, overflow that is seen, pieces that are aligned and do not overlap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/base/workspace.h"

static void
test_counted_size_is_enough(void **state)
{
	static char block[4096 + 64];

	(void) state;
	for (int shift = 0; shift < CS_ALIGNMENT; shift++)
	{
		cs_workspace workspace;
		size_t size;
		char *piece[3];
		size_t bytes[3] = {3 * sizeof(double), 65, 0};

		cs_workspace_count(&workspace);
		cs_workspace_take(&workspace, 3, sizeof(double));
		cs_workspace_take(&workspace, 65, 1);
		cs_workspace_take(&workspace, 0, 8);
		size = cs_workspace_total(&workspace);
		assert_true(size <= 4096);
		cs_workspace_initialize(&workspace, block + shift, size);
		piece[0] = cs_workspace_take(&workspace, 3, sizeof(double));
		piece[1] = cs_workspace_take(&workspace, 65, 1);
		piece[2] = cs_workspace_take(&workspace, 0, 8);
		for (int i = 0; i < 3; i++)
		{
			assert_non_null(piece[i]);
			assert_int_equal((uintptr_t) piece[i] % CS_ALIGNMENT, 0);
			assert_true(piece[i] >= block + shift);
			assert_true(piece[i] + bytes[i] <= block + shift + size);
		}
		assert_true(piece[0] + bytes[0] <= piece[1]);
		assert_true(piece[1] + bytes[1] <= piece[2]);
		assert_null(cs_workspace_take(&workspace, CS_ALIGNMENT + 1, 1));
	}
}

static void
test_too_small(void **state)
{
	char block[100];
	cs_workspace workspace;

	(void) state;
	cs_workspace_initialize(&workspace, block + 1, 10);
	assert_null(cs_workspace_take(&workspace, 65, 1));
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_null(cs_workspace_take(&workspace, SIZE_MAX, 2));
	assert_null(cs_workspace_take(&workspace, SIZE_MAX, 1));
}

static void
test_sum_overflows(void **state)
{
	cs_workspace workspace;

	(void) state;
	cs_workspace_count(&workspace);
	for (int i = 0; i < 3; i++)
		cs_workspace_take(&workspace, SIZE_MAX / 2, 1);
	assert_int_equal(cs_workspace_total(&workspace), SIZE_MAX);
}

/* What a kernel does: the same pieces of a workspace that counts and of one over a block. */
static void
lay_out(cs_workspace *workspace, size_t n, char **pieces)
{
	pieces[0] = cs_workspace_take(workspace, n, sizeof(double));
	pieces[1] = cs_workspace_take(workspace, n * n, 1);
	pieces[2] = cs_workspace_take(workspace, 1, n);
}

static void
test_counted_size_is_enough_and_no_more(void **state)
{
	static char block[8192];

	(void) state;
	for (size_t n = 0; n < 70; n++)
	{
		cs_workspace workspace;
		char *pieces[3];
		size_t size;

		cs_workspace_count(&workspace);
		lay_out(&workspace, n, pieces);
		for (int i = 0; i < 3; i++)
			assert_null(pieces[i]);
		assert_false(workspace.failed);
		size = cs_workspace_total(&workspace);
		assert_true(size <= sizeof(block) - 1);
		cs_workspace_initialize(&workspace, block + 1, size);
		lay_out(&workspace, n, pieces);
		assert_false(workspace.failed);
		assert_true(pieces[2] + n <= block + 1 + size);
		assert_true(pieces[0] + n * sizeof(double) <= pieces[1]);
		assert_true(pieces[1] + n * n <= pieces[2]);
		assert_null(cs_workspace_take(&workspace, CS_ALIGNMENT + 1, 1));
	}
}

static void
test_count_overflows(void **state)
{
	const size_t counts[][2] = {
		{SIZE_MAX / 2, 3}, {SIZE_MAX, 1}, {SIZE_MAX - 1, 1}, {SIZE_MAX - CS_ALIGNMENT, 1}};

	(void) state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
	{
		cs_workspace workspace;

		cs_workspace_count(&workspace);
		cs_workspace_take(&workspace, 1, 1);
		cs_workspace_take(&workspace, counts[i][0], counts[i][1]);
		assert_true(workspace.failed);
		cs_workspace_take(&workspace, 1, 1);
		assert_int_equal(cs_workspace_total(&workspace), SIZE_MAX);
	}
}

static void
test_failure_is_final(void **state)
{
	char block[256];
	cs_workspace workspace;

	(void) state;
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_non_null(cs_workspace_take(&workspace, 1, 1));
	assert_null(cs_workspace_take(&workspace, sizeof(block), 1));
	assert_null(cs_workspace_take(&workspace, 1, 1));
	assert_true(workspace.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counted_size_is_enough),
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_sum_overflows),
		cmocka_unit_test(test_counted_size_is_enough_and_no_more),
		cmocka_unit_test(test_count_overflows),
		cmocka_unit_test(test_failure_is_final),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
