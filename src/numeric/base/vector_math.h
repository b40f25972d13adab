/*
 * vector_math.h
 *		Elementary functions over arrays, vectorized and chosen for the processor at load time.
 *
 * Input and output may be the same array; other overlaps are not allowed.  NaN gives NaN, and the
 * limits at both ends (0, infinity) are reached as by libm.
 */
#ifndef CREDITSPREAD_NUMERIC_VECTOR_MATH_H
#define CREDITSPREAD_NUMERIC_VECTOR_MATH_H

#include <stdbool.h>
#include <stddef.h>

/* In floats: relative error below 1e-6, or one denormal step (1.4e-45) if that is more. */
extern void cs_vector_exp(float *output, const float *input, size_t count);

/* In doubles: within 2 units in the last place. */
extern void cs_vector_exp_double(double *output, const double *input, size_t count);

/* Whether no element is NaN or infinite. */
extern bool cs_all_finite_float(const float *values, size_t count);
extern bool cs_all_finite_double(const double *values, size_t count);

/* Sets every element to NaN. */
extern void cs_vector_fill_nan(double *values, size_t count);

#endif
