/*
 * gaussian_dropout.c
 *		Gaussian dropout (Srivastava et al. 2014, section 10; 003): in training every value is
 *		multiplied by a draw from N(1, p / (1 - p)), p the rate; otherwise nothing is changed.
 *
 * The draws are a function of the batch's key and of the value's place alone: a counter goes
 * through the finalizer of MurmurHash3 (Appleby 2011), twice, with a key before each, and the
 * uniform number through the inverse normal distribution, in the form of Giles (2010): with v
 * uniform on (-1, 1) and w = -log(1 - v^2), z = v P(w), P a polynomial in w below 5 and in sqrt(w)
 * above.  The coefficients are Chebyshev interpolants; |z| goes up to 5.4, and the relative error
 * is below 1e-6.
 *
 * N batch, T steps, C inputs.
 */
#include "numeric/network/layer.h"

#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"

/* Values that share a pair of keys; the number of a value in its block is the counter. */
#define BLOCK 65536

/* What a value costs in multiply-adds. */
#define NOISE_COST 40
#define PRODUCT_COST 2

CS_INLINE uint32_t
finalized(uint32_t x)
{
	x ^= x >> 16;
	x *= 0x85ebca6bu;
	x ^= x >> 13;
	x *= 0xc2b2ae35u;
	return x ^ x >> 16;
}

/* -log y for y in (0, 1]. */
CS_INLINE float
negative_log(float y)
{
	uint32_t bits;
	int32_t exponent;
	float f;
	float p;

	memcpy(&bits, &y, sizeof(bits));
	bits -= 0x3f3504f3u; /* of sqrt(1/2): the mantissa runs from there to sqrt(2) */
	exponent = (int32_t) bits >> 23;
	f = cs_float_from_bits((bits & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
	p = -0.0989535074f;
	p = p * f + 0.161262479f;
	p = p * f - 0.172782061f;
	p = p * f + 0.199133479f;
	p = p * f - 0.24968907f;
	p = p * f + 0.33334606f;
	p = p * f - 0.500003751f;
	p = p * f + 0.999999968f;
	return -(p * f + 0.693147181f * (float) exponent);
}

/* The standard normal number that 32 random bits stand for. */
CS_INLINE float
normal_of_bits(uint32_t bits)
{
	float v = ((float) ((int32_t) (bits >> 8) - 0x800000) + 0.5f) * 0x1p-23f;
	float w = negative_log((1.0f - v) * (1.0f + v));
	float x = w - 2.5f;
	float y = sqrtf(w) - 3.11803399f;
	float near = 5.03715779e-07f;
	float far = 0.00152556827f;

	near = near * x - 4.4877881e-06f;
	near = near * x - 6.41128474e-06f;
	near = near * x + 0.000307195459f;
	near = near * x - 0.00177240301f;
	near = near * x - 0.00590574539f;
	near = near * x + 0.348802182f;
	near = near * x + 2.1233131f;
	far = far * y - 0.00400419988f;
	far = far * y + 0.00560992506f;
	far = far * y - 0.0075353875f;
	far = far * y + 0.0101136467f;
	far = far * y + 1.41932262f;
	far = far * y + 4.1738089f;
	return v * (w < 5.0f ? near : far);
}

/* noise = 1 + sd z, output = input * noise, for the values of one block. */
CS_TARGET_CLONES
static void
multiply_noise(float *output, float *noise, const float *input, float sd, uint32_t first_key,
			   uint32_t second_key, int count)
{
	CS_INDEPENDENT
	for (int i = 0; i < count; i++)
	{
		uint32_t bits = finalized(finalized((uint32_t) i ^ first_key) + second_key);
		float factor = 1.0f + sd * normal_of_bits(bits);

		noise[i] = factor;
		output[i] = input[i] * factor;
	}
}

static size_t
value_count(const cs_layer *layer)
{
	return (size_t) layer->shape.steps * layer->batch * layer->shape.inputs;
}

/* Kept: the noise. */
static cs_layer_sizes
sizes(const cs_layer_shape *shape, size_t batch)
{
	size_t flat = cs_saturated_product((size_t) shape->steps, batch);

	return (cs_layer_sizes){cs_saturated_product(flat, (size_t) shape->inputs), 0};
}

static int
block_size(const cs_layer *layer, size_t at)
{
	size_t left = value_count(layer) - at;

	return left < BLOCK ? (int) left : BLOCK;
}

static void
forward(cs_layer *layer)
{
	double rate = layer->shape.rate;
	float sd = (float) sqrt(rate / (1.0 - rate));

	if (!layer->training)
	{
		layer->output = (float *) layer->input; /* the next layer reads it, nobody writes it */
		return;
	}
	for (size_t at = 0; at < value_count(layer); at += BLOCK)
	{
		int count = block_size(layer, at);
		cs_random random;
		uint64_t keys;

		cs_random_seed(&random, layer->noise + at / BLOCK);
		keys = cs_random_bits(&random);
		multiply_noise(layer->output + at, layer->kept + at, layer->input + at, sd, (uint32_t) keys,
					   (uint32_t) (keys >> 32), count);
		cs_work(NOISE_COST * (size_t) count);
	}
}

CS_TARGET_CLONES
static void
multiply(float *product, const float *a, const float *b, int count)
{
	CS_INDEPENDENT
	for (int i = 0; i < count; i++)
		product[i] = a[i] * b[i];
}

static void
backward(cs_layer *layer)
{
	for (size_t at = 0; at < value_count(layer); at += BLOCK)
	{
		int count = block_size(layer, at);

		multiply(layer->input_gradient + at, layer->output_gradient + at, layer->kept + at, count);
		cs_work(PRODUCT_COST * (size_t) count);
	}
}

const cs_layer_kind cs_gaussian_dropout_kind = {NULL, sizes, forward, backward};
