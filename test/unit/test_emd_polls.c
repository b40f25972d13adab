/*
 * test_emd_polls.c
 *		Sifting polls, on series of many extrema and of many ties.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "numeric/signal/emd.h"
#include "poll_helper.h"

static void
test_polls(void **state)
{
	enum
	{
		N = 100000
	};
	cs_emd_options options;
	double *x = malloc(N * sizeof(double));
	size_t size = cs_emd_workspace_size(N);
	void *block = malloc(size);
	const double *imf;
	cs_workspace workspace;
	cs_emd emd;
	poll_count polls;

	(void) state;
	cs_emd_default_options(&options);
	for (int ties = 0; ties < 2; ties++)
	{
		for (size_t i = 0; i < N; i++)
			x[i] = ties ? (double) (i * i % 23 % 5) : sin((double) i * (double) i);
		cs_workspace_initialize(&workspace, block, size);
		assert_int_equal(cs_emd_initialize(&emd, &options, x, N, &workspace), CS_OK);
		poll_count_start();
		assert_int_equal(cs_emd_next_imf(&emd, &imf), CS_OK);
		polls = poll_count_end();
		/* some thirty for a value in a pass: a third of them are extrema, which have knots */
		assert_polls(&polls, 30.0 * N * emd.siftings, 0);
		assert_int_equal(polls.reports, 0);
	}
	free(x);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_polls)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
