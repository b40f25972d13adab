/*
 * similarity.h
 *		Cosines of vectors, and the vectors nearest to one.
 */
#ifndef CREDITSPREAD_NUMERIC_SIMILARITY_H
#define CREDITSPREAD_NUMERIC_SIMILARITY_H

#include <stddef.h>

/* The cosine of two vectors (D), from -1 to 1; NAN where one of them is 0. */
extern double cs_cosine(const float *a, const float *b, size_t width);

/*
 * The cosines of `vector` (D) with the rows of `matrix` (R, D); NAN where one of the two is 0.
 */
extern void cs_cosines(double *cosine, const float *vector, const float *matrix, size_t rows,
					   size_t width);

/*
 * The rows of the `k` largest cosines that are not NAN, the largest first, those that are equal in
 * order of their rows; nearest[k].  Returns how many there are.
 */
extern size_t cs_nearest(size_t *nearest, const double *cosine, size_t rows, size_t k);

#endif
