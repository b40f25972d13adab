/*
 * blas_check.h
 *		Whether a BLAS multiplies matrices: its kernels are chosen when it is loaded, by the name of
 *		the processor, and may be wrong on one that was unknown when they were written.
 */
#ifndef CREDITSPREAD_NUMERIC_BLAS_CHECK_H
#define CREDITSPREAD_NUMERIC_BLAS_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include <cblas.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

/* cblas_sgemm, the one product that numeric/ calls. */
typedef void (*cs_sgemm)(enum CBLAS_ORDER, enum CBLAS_TRANSPOSE, enum CBLAS_TRANSPOSE, blasint,
						 blasint, blasint, float, const float *, blasint, const float *, blasint,
						 float, float *, blasint);

/* The first product that is wrong: an element of (rows, inner) by (inner, columns). */
typedef struct cs_blas_fault
{
	bool left_transposed, right_transposed;
	int rows, columns, inner;
	bool outside; /* it wrote where no element is */
	double value, expected;
} cs_blas_fault;

extern size_t cs_blas_check_workspace_size(void);

/*
 * Compares products of the shapes that networks take with plain loops in double precision: not
 * transposed, the right and the left factor transposed; even and odd sizes from 1 on, among them
 * one above every limit below which OpenBLAS has kernels of its own; whole matrices and parts of
 * wider ones; set and added to.  Milliseconds.  CS_WRONG_PRODUCTS: *fault says which.
 */
extern cs_status cs_blas_check(cs_sgemm sgemm, cs_workspace *workspace, cs_blas_fault *fault);

#endif
