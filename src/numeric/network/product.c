/*
 * product.c
 *		Products in pieces that OpenBLAS multiplies without packing them first.
 */
#include "numeric/network/product.h"

#include <cblas.h>
#include <stddef.h>
#include <string.h>

#include "numeric/base/vector_math_inline.h"
#include "numeric/network/transpose_inline.h"

/* sgemm_small_kernel_permit of SkylakeX and its heirs: multiply-adds, at most. */
#define SMALL_WORK 1000000

/* Pieces of fewer rows are no faster than the packed product. */
#define FEWEST_ROWS 24

bool
cs_product_is_cut(void)
{
	static const char *const names[] = {"SkylakeX", "Cooperlake", "SapphireRapids"};
	const char *core = openblas_get_corename();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(core, names[i]) == 0)
			return true;
	return false;
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

void
cs_product(cs_matrix to, float keep, cs_constant_matrix left, cs_constant_matrix right, int rows,
		   int columns, int inner)
{
	int fewest = least(rows, FEWEST_ROWS);
	int high = rows;
	int deep = inner;

	if (cs_product_is_cut() && columns <= CS_PRODUCT_COLUMNS &&
		(double) rows * columns * inner > SMALL_WORK)
	{
		while ((double) fewest * columns * deep > SMALL_WORK)
			deep = (deep + 1) / 2;
		high = least(rows, (int) (SMALL_WORK / ((double) columns * deep)));
		if (high < rows && high > 8)
			high &= ~7;
	}
	for (int row = 0; row < rows; row += high)
		for (int k = 0; k < inner; k += deep)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, least(high, rows - row), columns,
						least(deep, inner - k), 1.0f, left.values + (size_t) row * left.stride + k,
						left.stride, right.values + (size_t) k * right.stride, right.stride,
						k == 0 ? keep : 1.0f, to.values + (size_t) row * to.stride, to.stride);
}

CS_TARGET_CLONES
void
cs_transpose(float *to, const float *from, int rows, int columns)
{
	int whole_rows = rows & -CS_TRANSPOSE_LANES;
	int whole_columns = columns & -CS_TRANSPOSE_LANES;

	for (int row = 0; row < whole_rows; row += CS_TRANSPOSE_LANES)
		for (int column = 0; column < whole_columns; column += CS_TRANSPOSE_LANES)
			cs_transpose_block(to + (size_t) column * rows + row, (size_t) rows,
							   from + (size_t) row * columns + column, (size_t) columns,
							   CS_TRANSPOSE_LANES);
	for (int row = 0; row < rows; row++)
		for (int column = row < whole_rows ? whole_columns : 0; column < columns; column++)
			to[(size_t) column * rows + row] = from[(size_t) row * columns + column];
}
