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

/* Of which the rows of a piece are a multiple, if it is not the last. */
#define EVEN_ROWS 8

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

/* Rows and inner columns of a piece of a product. */
typedef struct piece
{
	int rows;
	int inner;
} piece;

static piece
piece_of(int rows, int columns, int inner)
{
	int fewest = least(rows, FEWEST_ROWS);
	piece cut = {rows, inner};
	int most;
	int even;

	if (!cs_product_is_cut() || columns > CS_PRODUCT_COLUMNS ||
		(double) rows * columns * inner <= SMALL_WORK)
		return cut;
	while ((double) fewest * columns * cut.inner > SMALL_WORK)
		cut.inner = (cut.inner + 1) / 2;
	most = least(rows, (int) (SMALL_WORK / ((double) columns * cut.inner)));
	even = rows / ((rows + most - 1) / most) + EVEN_ROWS;
	cut.rows = least(most, even) > EVEN_ROWS ? least(most, even) / EVEN_ROWS * EVEN_ROWS : most;
	return cut;
}

/* to (rows, columns) = keep to + left right, of which the left one may lie transposed. */
static void
multiply(CBLAS_TRANSPOSE form, cs_matrix to, float keep, cs_constant_matrix left,
		 cs_constant_matrix right, int rows, int columns, int inner)
{
	piece cut = piece_of(rows, columns, inner);
	size_t by_row = form == CblasNoTrans ? (size_t) left.stride : 1;
	size_t by_inner = form == CblasNoTrans ? 1 : (size_t) left.stride;

	for (int k = 0; k < inner; k += cut.inner)
		for (int row = 0; row < rows; row += cut.rows)
			cblas_sgemm(CblasRowMajor, form, CblasNoTrans, least(cut.rows, rows - row), columns,
						least(cut.inner, inner - k), 1.0f,
						left.values + row * by_row + k * by_inner, left.stride,
						right.values + (size_t) k * right.stride, right.stride,
						k == 0 ? keep : 1.0f, to.values + (size_t) row * to.stride, to.stride);
}

void
cs_product(cs_matrix to, float keep, cs_constant_matrix left, cs_constant_matrix right, int rows,
		   int columns, int inner)
{
	multiply(CblasNoTrans, to, keep, left, right, rows, columns, inner);
}

void
cs_gradient_product(cs_matrix to, cs_constant_matrix left, cs_constant_matrix right, int rows,
					int columns, int inner)
{
	multiply(CblasTrans, to, 1.0f, left, right, rows, columns, inner);
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
