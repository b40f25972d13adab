/*
 * vector_math.c
 *		A loop over exp of vector_math_inline.h, and exp in double by the same method with
 *		Taylor's polynomial of degree 13, whose remainder on |r| <= ln 2 / 2 is below 5e-18.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3", "no-trapping-math", "no-math-errno")
#endif

#include "numeric/base/vector_math.h"

#include <math.h>

#include "numeric/base/vector_math_inline.h"

CS_TARGET_CLONES
void
cs_vector_exp(float *output, const float *input, size_t count)
{
	CS_INDEPENDENT
	for (size_t i = 0; i < count; i++)
		output[i] = cs_exp_inline(input[i]);
}

CS_INLINE double
double_from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

CS_INLINE double
exp_double(double x)
{
	/* Adding 1.5 * 2^52 + 2048 leaves n + 2048 in the low bits. */
	const double shift = 0x1.8p52 + 2048;
	double bounded = x >= -746.0 ? (x <= 710.0 ? x : 710.0) : -746.0;
	double shifted = bounded * 0x1.71547652b82fep+0 + shift;
	double n = shifted - shift;
	double r = (bounded - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
	double q = 1.0 / 6227020800.0;
	uint64_t bits;
	uint64_t half;

	q = q * r + 1.0 / 479001600.0;
	q = q * r + 1.0 / 39916800.0;
	q = q * r + 1.0 / 3628800.0;
	q = q * r + 1.0 / 362880.0;
	q = q * r + 1.0 / 40320.0;
	q = q * r + 1.0 / 5040.0;
	q = q * r + 1.0 / 720.0;
	q = q * r + 1.0 / 120.0;
	q = q * r + 1.0 / 24.0;
	q = q * r + 1.0 / 6.0;
	q = q * r + 0.5;
	memcpy(&bits, &shifted, sizeof(bits));
	bits &= 0xffffffff;
	half = bits >> 1; /* 2^n in two factors, so that neither is out of range */
	r = (1.0 + (r + r * r * q)) * double_from_bits((half - 1) << 52) *
		double_from_bits((bits - half - 1) << 52);
	return x != x ? x : r;
}

CS_TARGET_CLONES
void
cs_vector_exp_double(double *output, const double *input, size_t count)
{
	CS_INDEPENDENT
	for (size_t i = 0; i < count; i++)
		output[i] = exp_double(input[i]);
}

CS_TARGET_CLONES
bool
cs_all_finite_float(const float *values, size_t count)
{
	uint32_t infinite = 0;

	for (size_t i = 0; i < count; i++)
	{
		uint32_t bits;

		memcpy(&bits, values + i, sizeof(bits));
		infinite |= (bits & CS_INFINITY_BITS) == CS_INFINITY_BITS;
	}
	return infinite == 0;
}

CS_TARGET_CLONES
bool
cs_all_finite_double(const double *values, size_t count)
{
	uint64_t infinite = 0;

	for (size_t i = 0; i < count; i++)
	{
		uint64_t bits;

		memcpy(&bits, values + i, sizeof(bits));
		infinite |= (bits & 0x7ff0000000000000) == 0x7ff0000000000000;
	}
	return infinite == 0;
}

void
cs_vector_fill_nan(double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = NAN;
}
