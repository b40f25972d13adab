/*
 * product.h
 *		The products of a network's tensors that OpenBLAS multiplies fastest: of two row-major
 *		matrices, the right of which is not transposed.
 *
 * Its kernels for small matrices, which processors with AVX-512 have, read the factors where they
 * lie; above a million multiply-adds the factors are packed first, by the same name and a tenth
 * slower at the widths of these networks.  So there a product is cut into pieces below that.
 */
#ifndef CREDITSPREAD_NUMERIC_PRODUCT_H
#define CREDITSPREAD_NUMERIC_PRODUCT_H

#include <stdbool.h>

/* Pieces of more columns are no faster than the packed product. */
#define CS_PRODUCT_COLUMNS 256

/* A matrix with `stride` floats from row to row. */
typedef struct cs_matrix
{
	float *values;
	int stride;
} cs_matrix;

typedef struct cs_constant_matrix
{
	const float *values;
	int stride;
} cs_constant_matrix;

/* Whether OpenBLAS has small kernels on this processor, so that it pays to transpose a factor
 * first. */
extern bool cs_product_is_cut(void);

/* to (rows, columns) = keep times itself + left (rows, inner) right (inner, columns). */
extern void cs_product(cs_matrix to, float keep, cs_constant_matrix left, cs_constant_matrix right,
					   int rows, int columns, int inner);

/* to (rows, columns) += left (inner, rows) transposed, right (inner, columns): the gradient of a
 * weight. */
extern void cs_gradient_product(cs_matrix to, cs_constant_matrix left, cs_constant_matrix right,
								int rows, int columns, int inner);

/* to (columns, rows) = from (rows, columns) transposed, both dense. */
extern void cs_transpose(float *to, const float *from, int rows, int columns);

#endif
