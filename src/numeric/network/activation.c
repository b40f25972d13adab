/*
 * activation.c
 *		Activations over arrays.
 */
#include "numeric/network/activation.h"

#include "numeric/base/vector_math_inline.h"

#define HALF_ROOT 0.70710678f		 /* sqrt(1/2) */
#define ROOT_OF_CIRCLE 0.39894228f	 /* 1 / sqrt(2 pi) */
#define ROOT_TWO_OVER_PI 0.79788456f /* of the approximation, */
#define CUBE_SHARE 0.044715f		 /* and its second constant */

/* exp(-x^2) is nothing beyond. */
#define LARGEST_SQUARE 87.0f

/* The normal distribution function beyond |x|, and exp(-x^2 / 2). */
CS_INLINE float
normal_tail(float x, float *bell)
{
	float z = HALF_ROOT * __builtin_fabsf(x);
	float t = 1.0f / (1.0f + 0.3275911f * z);
	float square = z * z <= LARGEST_SQUARE ? z * z : LARGEST_SQUARE;
	uint32_t shifted;
	float p = cs_exp_reduce(-square, &shifted);
	float scale = cs_exp_scale(shifted);

	*bell = scale + scale * p;
	return 0.5f * t * *bell *
		   (0.254829592f +
			t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
}

CS_INLINE float
gelu(float x)
{
	float bell;
	float tail = normal_tail(x, &bell);

	return x * (x < 0.0f ? tail : 1.0f - tail);
}

CS_INLINE float
gelu_slope(float x)
{
	float bell;
	float tail = normal_tail(x, &bell);

	return (x < 0.0f ? tail : 1.0f - tail) + ROOT_OF_CIRCLE * x * bell;
}

CS_INLINE float
gelu_tanh(float x)
{
	return 0.5f * x * (1.0f + cs_tanh_inline(ROOT_TWO_OVER_PI * (x + CUBE_SHARE * x * x * x)));
}

CS_INLINE float
gelu_tanh_slope(float x)
{
	float square = CUBE_SHARE * x * x;
	float t = cs_tanh_inline(ROOT_TWO_OVER_PI * x * (1.0f + square));

	return 0.5f * (1.0f + t + x * (1.0f - t * t) * ROOT_TWO_OVER_PI * (1.0f + 3.0f * square));
}

CS_TARGET_CLONES
static void
rectify_all(float *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = values[i] > 0.0f ? values[i] : 0.0f;
}

CS_TARGET_CLONES
static void
gelu_all(float *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = gelu(values[i]);
}

CS_TARGET_CLONES
static void
gelu_tanh_all(float *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = gelu_tanh(values[i]);
}

void
cs_activate(float *values, cs_activation activation, size_t count)
{
	switch (activation)
	{
		case CS_ACTIVATION_RELU:
			rectify_all(values, count);
			break;
		case CS_ACTIVATION_GELU:
			gelu_all(values, count);
			break;
		case CS_ACTIVATION_GELU_TANH:
			gelu_tanh_all(values, count);
			break;
	}
}

CS_TARGET_CLONES
static void
rectify_all_backward(float *gradient, const float *before, size_t count)
{
	for (size_t i = 0; i < count; i++)
		gradient[i] = before[i] > 0.0f ? gradient[i] : 0.0f;
}

CS_TARGET_CLONES
static void
gelu_all_backward(float *gradient, const float *before, size_t count)
{
	for (size_t i = 0; i < count; i++)
		gradient[i] *= gelu_slope(before[i]);
}

CS_TARGET_CLONES
static void
gelu_tanh_all_backward(float *gradient, const float *before, size_t count)
{
	for (size_t i = 0; i < count; i++)
		gradient[i] *= gelu_tanh_slope(before[i]);
}

void
cs_activate_backward(float *gradient, const float *before, cs_activation activation, size_t count)
{
	switch (activation)
	{
		case CS_ACTIVATION_RELU:
			rectify_all_backward(gradient, before, count);
			break;
		case CS_ACTIVATION_GELU:
			gelu_all_backward(gradient, before, count);
			break;
		case CS_ACTIVATION_GELU_TANH:
			gelu_tanh_all_backward(gradient, before, count);
			break;
	}
}

CS_TARGET_CLONES
void
cs_activate_tanh(float *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = cs_tanh_inline(values[i]);
}
