/*
 * test_product.c
 *		Products in pieces against plain loops, and transposed matrices.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "check_helper.h"
#include "numeric/base/random.h"
#include "numeric/network/product.h"

/* The largest that is tested: rows, columns, inner, with strides. */
#define ROWS 700
#define COLUMNS 300
#define INNER 600
#define MARGIN 5

static float left[ROWS * (INNER + MARGIN)], right[INNER * (COLUMNS + MARGIN)];
static float result[ROWS * (COLUMNS + MARGIN)], before[ROWS * (COLUMNS + MARGIN)];

static void
fill(float *values, size_t count, uint64_t seed)
{
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < count; i++)
		values[i] = cs_random_uniform_float(&random, -1.0f, 1.0f);
}

static void
check_product(int rows, int columns, int inner, int margin, float keep)
{
	int width = columns + margin;

	fill(left, (size_t) rows * (inner + margin), 1);
	fill(right, (size_t) inner * width, 2);
	fill(before, (size_t) rows * width, 3);
	for (int i = 0; i < rows * width; i++)
		result[i] = keep == 0 && i % width < columns ? NAN : before[i];
	cs_product((cs_matrix){result, width}, keep, (cs_constant_matrix){left, inner + margin},
			   (cs_constant_matrix){right, width}, rows, columns, inner);
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < width; j++)
		{
			double sum = keep * before[i * width + j];

			for (int k = 0; k < inner && j < columns; k++)
				sum += (double) left[i * (inner + margin) + k] * right[k * width + j];
			assert_near(result[i * width + j], j < columns ? sum : before[i * width + j], 1e-5,
						inner);
		}
}

static void
test_products(void **state)
{
	/* within a piece; cut into rows; into rows and inner; too wide to be cut */
	static const int shapes[][3] = {{1, 1, 1},		 {7, 5, 3},		 {32, 128, 128},
									{61, 128, 128},	 {672, 192, 64}, {33, 128, 512},
									{500, 255, 600}, {40, 300, 200}};

	(void) state;
	for (size_t s = 0; s < COUNT(shapes); s++)
		for (int margin = 0; margin <= MARGIN; margin += MARGIN)
			for (int keep = 0; keep < 2; keep++)
				check_product(shapes[s][0], shapes[s][1], shapes[s][2], margin, (float) keep);
}

static void
check_gradient_product(int rows, int columns, int inner, int margin)
{
	int width = columns + margin;
	int left_width = rows + margin;

	fill(left, (size_t) inner * left_width, 1);
	fill(right, (size_t) inner * width, 2);
	fill(before, (size_t) rows * width, 3);
	memcpy(result, before, (size_t) rows * width * sizeof(float));
	cs_gradient_product((cs_matrix){result, width}, (cs_constant_matrix){left, left_width},
						(cs_constant_matrix){right, width}, rows, columns, inner);
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < width; j++)
		{
			double sum = before[i * width + j];

			for (int k = 0; k < inner && j < columns; k++)
				sum += (double) left[k * left_width + i] * right[k * width + j];
			assert_near(result[i * width + j], sum, 1e-5, inner);
		}
}

static void
test_gradient_products(void **state)
{
	/* as above */
	static const int shapes[][3] = {{1, 1, 1},		 {5, 7, 3},		{192, 64, 63},
									{192, 64, 105},	 {64, 256, 84}, {512, 128, 160},
									{255, 255, 600}, {200, 300, 40}};

	(void) state;
	for (size_t s = 0; s < COUNT(shapes); s++)
		for (int margin = 0; margin <= MARGIN; margin += MARGIN)
			check_gradient_product(shapes[s][0], shapes[s][1], shapes[s][2], margin);
}

static void
test_transpose(void **state)
{
	(void) state;
	fill(left, ROWS * INNER, 4);
	for (int rows = 1; rows < 40; rows += 3)
		for (int columns = 1; columns < 40; columns += 5)
		{
			cs_transpose(result, left, rows, columns);
			for (int i = 0; i < rows; i++)
				for (int j = 0; j < columns; j++)
					assert_true(result[j * rows + i] == left[i * columns + j]);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_gradient_products),
		cmocka_unit_test(test_transpose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
