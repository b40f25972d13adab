/*
 * transpose_inline.h
 *		Internal: eight by eight floats transposed in registers.
 */
#ifndef CREDITSPREAD_NUMERIC_TRANSPOSE_INLINE_H
#define CREDITSPREAD_NUMERIC_TRANSPOSE_INLINE_H

#include <stddef.h>
#include <stdint.h>

#include "numeric/base/vector_math_inline.h"

#define CS_TRANSPOSE_LANES 8

/* Eight floats anywhere in memory. */
typedef float cs_transpose_vector
	__attribute__((vector_size(CS_TRANSPOSE_LANES * sizeof(float)), aligned(4), may_alias));

/* Values chosen from two vectors; GCC before 12 has a function of another name. */
#if __has_builtin(__builtin_shufflevector)
#define CS_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int32_t cs_transpose_choice
	__attribute__((vector_size(CS_TRANSPOSE_LANES * sizeof(int32_t))));
#define CS_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (cs_transpose_choice){__VA_ARGS__})
#endif

/* Eight rows of eight values, transposed; only the first `rows` are there, the others are 0. */
CS_INLINE void
cs_transpose_block(float *to, size_t to_stride, const float *from, size_t from_stride, int rows)
{
	cs_transpose_vector row[CS_TRANSPOSE_LANES];
	cs_transpose_vector pair[CS_TRANSPOSE_LANES];
	cs_transpose_vector four[CS_TRANSPOSE_LANES];

	for (int t = 0; t < CS_TRANSPOSE_LANES; t++)
		row[t] = t < rows ? *(const cs_transpose_vector *) (from + t * from_stride)
						  : (cs_transpose_vector){0};
	for (int t = 0; t < CS_TRANSPOSE_LANES; t += 2)
	{
		pair[t] = CS_SHUFFLE(row[t], row[t + 1], 0, 8, 1, 9, 4, 12, 5, 13);
		pair[t + 1] = CS_SHUFFLE(row[t], row[t + 1], 2, 10, 3, 11, 6, 14, 7, 15);
	}
	for (int t = 0; t < CS_TRANSPOSE_LANES; t += t % 4 == 0 ? 1 : 3)
	{
		int at = t + t % 4;

		four[at] = CS_SHUFFLE(pair[t], pair[t + 2], 0, 1, 8, 9, 4, 5, 12, 13);
		four[at + 1] = CS_SHUFFLE(pair[t], pair[t + 2], 2, 3, 10, 11, 6, 7, 14, 15);
	}
	for (int k = 0; k < CS_TRANSPOSE_LANES / 2; k++)
	{
		*(cs_transpose_vector *) (to + k * to_stride) =
			CS_SHUFFLE(four[k], four[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
		*(cs_transpose_vector *) (to + (k + 4) * to_stride) =
			CS_SHUFFLE(four[k], four[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
	}
}

#endif
