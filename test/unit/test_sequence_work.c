/*
 * test_sequence_work.c
 *		How much a fit does between two polls, counted in multiply-adds of its matrix products,
 *		whatever the speed of the machine; and that a poll need not return.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <cblas.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "sequence_helper.h"

#define ROWS 2500

/* Half again as much as the rows that a layer goes through at once. */
#define LIMIT 6e7

/* After so many a fit is left, in the middle of its work. */
#define TOTAL 2e9

static double values[ROWS * HELPER_COLUMNS];
static double multiply_adds;
static double most;
static double total;
static jmp_buf elsewhere;

typedef void (*product)(enum CBLAS_ORDER, enum CBLAS_TRANSPOSE, enum CBLAS_TRANSPOSE, blasint,
						blasint, blasint, float, const float *, blasint, const float *, blasint,
						float, float *, blasint);

/* Takes the place of the library's, counts, and passes the call on. */
void
cblas_sgemm(const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE left,
			const enum CBLAS_TRANSPOSE right, const blasint m, const blasint n, const blasint k,
			const float alpha, const float *a, const blasint lda, const float *b, const blasint ldb,
			const float beta, float *c, const blasint ldc)
{
	static product library;

	if (library == NULL)
	{
		void *symbol = dlsym(RTLD_NEXT, "cblas_sgemm");

		memcpy(&library, &symbol, sizeof(library));
	}
	multiply_adds += (double) m * n * k;
	library(order, left, right, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

static void
take_count(double done, double of)
{
	(void) done;
	(void) of;
	most = multiply_adds > most ? multiply_adds : most;
	total += multiply_adds;
	multiply_adds = 0;
	if (total > TOTAL)
		longjmp(elsewhere, 1);
}

/* The most multiply-adds between two polls. */
static void
check_polls(const cs_sequence_options *options)
{
	void (*before)(double, double) = cs_poll;
	size_t start[] = {0, ROWS};
	helper_fit helper;

	helper_begin(&helper, options, values, ROWS, HELPER_COLUMNS, start, 1);
	assert_int_equal(helper.status, CS_OK);
	most = total = multiply_adds = 0;
	cs_poll = take_count;
	if (setjmp(elsewhere) == 0)
		helper_run(&helper);
	cs_poll = before;
	helper_free(&helper);
	if (most > LIMIT)
		fail_msg("%g multiply-adds without a poll", most);
	assert_true(total > TOTAL);
}

static cs_sequence_options
large_options(void)
{
	cs_sequence_options options = helper_options();

	options.epochs = 100;
	options.patience = 0;
	options.ensemble = 1;
	options.batch_size = 512;
	options.look_back = 10;
	options.units[0] = 512;
	return options;
}

static void
test_recurrent(void **state)
{
	(void) state;
	for (int cell = 0; cell < CS_CELL_COUNT; cell++)
	{
		cs_sequence_options options = large_options();

		options.cell = (cs_cell) cell;
		check_polls(&options);
	}
}

static void
test_deep(void **state)
{
	cs_sequence_options options = large_options();

	(void) state;
	options.layers = 3;
	options.units[1] = options.units[2] = 256;
	options.batch_size = 2000;
	check_polls(&options);
}

static void
test_attention_and_dense(void **state)
{
	cs_sequence_options options = large_options();

	(void) state;
	options.attention = true;
	options.dense_layers = 2;
	options.dense[0] = options.dense[1] = 1024;
	check_polls(&options);
}

static void
test_transformer(void **state)
{
	cs_sequence_options options = large_options();

	(void) state;
	options.body = CS_BODY_TRANSFORMER;
	options.layers = 2;
	options.width = 256;
	options.heads = 2;
	options.feed_forward = 1024;
	options.batch_size = 300;
	options.look_back = 40;
	check_polls(&options);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recurrent),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_attention_and_dense),
		cmocka_unit_test(test_transformer),
	};

	/* something else of the library, so that it is linked */
	if (openblas_get_corename() == NULL)
		return 1;
	helper_series(values, ROWS, CS_TARGET_CHANGE, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
