/*
 * vector_math_inline.h
 *		Internal: the scalar bodies behind vector_math.c, for kernels that fuse them with other
 *		work.  Written without branches or library calls, so that loops over them vectorize.
 *
 * exp(x) = 2^n (1 + p(r)), n the integer nearest to x log2 e, r = x - n ln 2 in two parts (Cody and
 * Waite 1980), p(r) = r + r^2 q(r) with q the Chebyshev interpolant of degree 4 on |r| <= ln 2 / 2.
 */
#ifndef CREDITSPREAD_NUMERIC_VECTOR_MATH_INLINE_H
#define CREDITSPREAD_NUMERIC_VECTOR_MATH_INLINE_H

#include <stdint.h>
#include <string.h>

/*
 * One function compiled for several instruction sets, chosen when the program is loaded, where
 * compiler and C library can (flags.mk asks).  Clang (14) matches arch= by processor name instead
 * of by features, and sanitizers run before the choice is made, so both get the portable form.
 */
#if defined(CREDITSPREAD_DISPATCH) && defined(__GLIBC__) && !defined(__clang__) &&                 \
	!defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CS_TARGET_CLONES                                                                           \
	__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CS_TARGET_CLONES
#endif

/*
 * The loop carries nothing from one turn to the next, although its pointers may be equal.  (Clang's
 * own pragma is a warning wherever it cannot be followed, so Clang checks for overlap instead.)
 */
#if defined(__clang__)
#define CS_INDEPENDENT
#else
#define CS_INDEPENDENT _Pragma("GCC ivdep")
#endif

/*
 * -ffast-math may not rearrange these expressions: Clang is told per function, GCC per value, or,
 * before 12, for all (flags.mk).
 */
#ifndef __has_builtin
#define __has_builtin(name) 0
#endif
#if defined(__clang__)
#define CS_KEEP_ORDER _Pragma("clang fp reassociate(off)")
#define CS_KEEP(value) (value)
#elif !__has_builtin(__builtin_assoc_barrier)
#define CS_KEEP_ORDER
#define CS_KEEP(value) (value)
#else
#define CS_KEEP_ORDER
#define CS_KEEP(value) __builtin_assoc_barrier(value)
#endif

#define CS_INLINE static inline __attribute__((always_inline))

CS_INLINE float
cs_float_from_bits(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Of a float: the exponent of infinity and NaN. */
#define CS_INFINITY_BITS 0x7f800000

/*
 * 0 for NaN.  By the bits, because -ffast-math drops comparisons that only a NaN could fail, bounds
 * before a conversion to an integer among them.
 */
CS_INLINE float
cs_without_nan(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return cs_float_from_bits((bits & 0x7fffffff) > CS_INFINITY_BITS ? 0 : bits);
}

/*
 * p(r) of x in [-104, 89], with *exponent = n + 192; NaN gives NaN.
 */
CS_INLINE float
cs_exp_reduce(float x, uint32_t *exponent)
{
	CS_KEEP_ORDER
	int32_t shifted = (int32_t) (cs_without_nan(x) * 1.44269504f + 192.5f);
	float n = (float) (shifted - 192);
	float r = CS_KEEP(x - n * 0.693359375f) + n * 2.12194440e-4f;
	float q = 1.39264006e-3f;

	q = q * r + 8.36335309e-3f;
	q = q * r + 4.16665524e-2f;
	q = q * r + 1.66665763e-1f;
	q = q * r + 0.5f;
	*exponent = (uint32_t) shifted;
	return r + r * r * q;
}

/* 2^n of such an exponent, as long as it is a normal float. */
CS_INLINE float
cs_exp_scale(uint32_t exponent)
{
	return cs_float_from_bits((exponent - 65) << 23);
}

/* exp over the whole range, denormal results and overflow included. */
CS_INLINE float
cs_exp_inline(float x)
{
	CS_KEEP_ORDER
	float bounded = x >= -104.0f ? (x <= 89.0f ? x : 89.0f) : -104.0f;
	uint32_t shifted;
	float p = cs_exp_reduce(bounded, &shifted);
	uint32_t half = shifted >> 1; /* 2^n in two factors, so that neither is out of range */
	float low = cs_float_from_bits((half + 31) << 23);
	float high = cs_float_from_bits((shifted - half + 31) << 23);
	float value = CS_KEEP((1.0f + p) * low) * high;

	return x != x ? x : value;
}

/* tanh |x| = -m / (2 + m) with m = exp(-2|x|) - 1, which loses nothing at small x. */
CS_INLINE float
cs_tanh_inline(float x)
{
	CS_KEEP_ORDER
	float magnitude = __builtin_fabsf(x);
	uint32_t shifted;
	float p = cs_exp_reduce(magnitude <= 10.0f ? -2.0f * magnitude : -20.0f, &shifted);
	float scale = cs_exp_scale(shifted);
	float m = CS_KEEP(scale * p) + CS_KEEP(scale - 1.0f);
	float value = -m / (2.0f + m);

	return x != x ? x : __builtin_copysignf(value, x);
}

/* exp(-x) and exp(x) of x up to here are neither denormal nor infinite. */
#define CS_EXP_BOUND 87.0f

/* The logistic function, no smaller than exp(-CS_EXP_BOUND); NaN is not kept. */
CS_INLINE float
cs_gate_sigmoid(float x)
{
	float bounded = x >= -CS_EXP_BOUND ? (x <= CS_EXP_BOUND ? x : CS_EXP_BOUND) : -CS_EXP_BOUND;
	uint32_t shifted;
	float p = cs_exp_reduce(-bounded, &shifted);
	float scale = cs_exp_scale(shifted);

	return 1.0f / (1.0f + (scale + scale * p));
}

#endif
