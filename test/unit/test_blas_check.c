/*
 * test_blas_check.c
 *		The check passes a right product and finds every kind of wrong one.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>

#include "check_helper.h"
#include "numeric/base/blas_check.h"

/* What a product does wrong. */
static struct
{
	bool drops_what_was, reads_zero_beta, rounds, writes_behind;
	bool odd_rows, odd_columns, odd_inner; /* loses the last where odd */
	bool last_of_large;
	int form; /* of no transposition 1, right 2, left 4; 0 = all */
} fault;

static int products;

/* To 8 bits, as bfloat16 has. */
static float
rounded(float value)
{
	int exponent;
	float fraction = frexpf(value, &exponent);

	return fault.rounds ? ldexpf(roundf(fraction * 256) / 256, exponent) : value;
}

static void
loops(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE left, enum CBLAS_TRANSPOSE right, blasint rows,
	  blasint columns, blasint inner, float alpha, const float *a, blasint lda, const float *b,
	  blasint ldb, float beta, float *c, blasint ldc)
{
	int form = left == CblasTrans ? 4 : right == CblasTrans ? 2 : 1;
	bool on = fault.form == 0 || fault.form == form;

	assert_int_equal(order, CblasRowMajor);
	products++;
	for (int i = 0; i < rows; i++)
	{
		for (int j = 0; j < columns; j++)
		{
			float sum = 0;
			bool lost = (fault.odd_rows && rows % 2 == 1 && i == rows - 1) ||
						(fault.odd_columns && columns % 2 == 1 && j == columns - 1);
			int count = inner - (fault.odd_inner && inner % 2 == 1 && on);

			for (int k = 0; k < count; k++)
				sum += rounded(left == CblasTrans ? a[k * lda + i] : a[i * lda + k]) *
					   rounded(right == CblasTrans ? b[j * ldb + k] : b[k * ldb + j]);
			if (lost && on)
				continue;
			if (fault.last_of_large && (double) rows * columns * inner > 1e6 && i == rows - 1 &&
				j == columns - 1 && on)
				sum += 0.001f;
			if (fault.drops_what_was || (beta == 0 && !fault.reads_zero_beta))
				c[i * ldc + j] = alpha * sum;
			else
				c[i * ldc + j] = alpha * sum + beta * c[i * ldc + j];
		}
		if (fault.writes_behind && ldc > columns)
			c[i * ldc + columns] = 0;
	}
}

static cs_status
check(cs_sgemm sgemm, cs_blas_fault *found)
{
	size_t size = cs_blas_check_workspace_size();
	void *block = malloc(size);
	cs_workspace workspace;
	cs_status status;

	assert_non_null(block);
	cs_workspace_initialize(&workspace, block, size);
	status = cs_blas_check(sgemm, &workspace, found);
	free(block);
	return status;
}

#define assert_found(...)                                                                          \
	do                                                                                             \
	{                                                                                              \
		cs_blas_fault found;                                                                       \
                                                                                                   \
		fault = (__typeof__(fault)){__VA_ARGS__};                                                  \
		assert_int_equal(check(loops, &found), CS_WRONG_PRODUCTS);                                 \
		assert_true(found.rows > 0 && found.columns > 0 && found.inner > 0);                       \
		assert_false(found.value == found.expected);                                               \
		assert_int_equal(found.outside, fault.writes_behind);                                      \
	} while (0)

static void
test_right(void **state)
{
	cs_blas_fault found;

	(void) state;
	fault = (__typeof__(fault)){0};
	products = 0;
	assert_int_equal(check(loops, &found), CS_OK);
	assert_true(products > 100);
	assert_int_equal(check(cblas_sgemm, &found), CS_OK);
}

static void
test_wrong(void **state)
{
	(void) state;
	assert_found(.drops_what_was = true);
	assert_found(.reads_zero_beta = true);
	assert_found(.rounds = true);
	assert_found(.writes_behind = true);
	for (int form = 1; form <= 4; form *= 2)
	{
		assert_found(.odd_rows = true, .form = form);
		assert_found(.odd_columns = true, .form = form);
		assert_found(.odd_inner = true, .form = form);
		assert_found(.last_of_large = true, .form = form);
	}
}

/* The fault that is reported is the product that is wrong. */
static void
test_report(void **state)
{
	cs_blas_fault found;

	(void) state;
	fault = (__typeof__(fault)){.last_of_large = true, .form = 4};
	assert_int_equal(check(loops, &found), CS_WRONG_PRODUCTS);
	assert_true(found.left_transposed);
	assert_false(found.right_transposed);
	assert_true((double) found.rows * found.columns * found.inner > 1e6);
	assert_near(found.value - found.expected, 0.001, 0.2, 0);
}

static void
test_small_workspace(void **state)
{
	cs_blas_fault found;
	char block[100];
	cs_workspace workspace;

	(void) state;
	cs_workspace_initialize(&workspace, block, sizeof(block));
	assert_int_equal(cs_blas_check(cblas_sgemm, &workspace, &found), CS_NO_MEMORY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_small_workspace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
