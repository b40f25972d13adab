/*
 * test_sequence_work.c
 *		How much a fit does between two looks at interrupts, counted in multiply-adds of its matrix
 *		products: whatever the speed of the machine, a call of iterate stays small.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <cblas.h>
#include <string.h>

#include "sequence_helper.h"

#define ROWS 2500
#define CALLS 40

/* Twice the budget of a call: its last piece may go beyond it. */
#define LIMIT 2e8

static double values[ROWS * HELPER_COLUMNS];
static double multiply_adds;

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

/* The most multiply-adds of the first calls of a fit, all of which must matter. */
static void
check_calls(const cs_sequence_options *options)
{
	size_t start[] = {0, ROWS};
	double most = 0;
	double total = 0;
	helper_fit helper;

	helper_begin(&helper, options, values, ROWS, HELPER_COLUMNS, start, 1);
	assert_int_equal(helper.status, CS_OK);
	for (int call = 0; call < CALLS && !cs_sequence_fit_finished(&helper.fit); call++)
	{
		multiply_adds = 0;
		assert_int_equal(cs_sequence_fit_iterate(&helper.fit), CS_OK);
		most = multiply_adds > most ? multiply_adds : most;
		total += multiply_adds;
	}
	helper_free(&helper);
	if (most > LIMIT)
		fail_msg("a call of %g multiply-adds", most);
	assert_true(total > LIMIT);
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
		check_calls(&options);
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
	check_calls(&options);
}

static void
test_attention_and_dense(void **state)
{
	cs_sequence_options options = large_options();

	(void) state;
	options.attention = true;
	options.dense_layers = 2;
	options.dense[0] = options.dense[1] = 1024;
	check_calls(&options);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recurrent),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_attention_and_dense),
	};

	/* something else of the library, so that it is linked */
	if (openblas_get_corename() == NULL)
		return 1;
	helper_series(values, ROWS, CS_TARGET_CHANGE, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
