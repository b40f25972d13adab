/*
 * stored_float.c
 *		Single and half precision (IEEE 754) and bfloat16 out of bytes.
 */
#include "numeric/base/stored_float.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Of half precision: 5 bits of exponent, biased by 15, and 10 of fraction. */
#define HALF_FRACTION_BITS 10
#define HALF_EXPONENT_MASK 31
#define HALF_BIAS 15
#define FLOAT_FRACTION_BITS 23
#define FLOAT_BIAS 127
#define FLOAT_EXPONENT_MASK 255

size_t
cs_stored_float_size(cs_float_format format)
{
	return format == CS_FLOAT_32 ? 4 : 2;
}

static float
from_bits(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static float
from_half(uint32_t half)
{
	uint32_t sign = (half & 0x8000) << 16;
	uint32_t exponent = (half >> HALF_FRACTION_BITS) & HALF_EXPONENT_MASK;
	uint32_t fraction = half & ((1u << HALF_FRACTION_BITS) - 1);

	if (exponent == 0)
	{
		float value = ldexpf((float) fraction, 1 - HALF_BIAS - HALF_FRACTION_BITS);

		return sign != 0 ? -value : value;
	}
	exponent =
		exponent == HALF_EXPONENT_MASK ? FLOAT_EXPONENT_MASK : exponent + FLOAT_BIAS - HALF_BIAS;
	return from_bits(sign | exponent << FLOAT_FRACTION_BITS |
					 fraction << (FLOAT_FRACTION_BITS - HALF_FRACTION_BITS));
}

static uint32_t
two_bytes(const unsigned char *bytes)
{
	return (uint32_t) bytes[0] | (uint32_t) bytes[1] << 8;
}

void
cs_stored_floats_read(float *to, cs_stored_floats stored, size_t from, size_t count)
{
	const unsigned char *at = stored.bytes + from * cs_stored_float_size(stored.format);

	switch (stored.format)
	{
		case CS_FLOAT_32:
			for (size_t i = 0; i < count; i++)
				to[i] = from_bits(two_bytes(at + 4 * i) | two_bytes(at + 4 * i + 2) << 16);
			break;
		case CS_FLOAT_16:
			for (size_t i = 0; i < count; i++)
				to[i] = from_half(two_bytes(at + 2 * i));
			break;
		case CS_BFLOAT_16:
			for (size_t i = 0; i < count; i++)
				to[i] = from_bits(two_bytes(at + 2 * i) << 16);
			break;
	}
}

const float *
cs_stored_floats_in_place(cs_stored_floats stored)
{
	const uint32_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	if (stored.format != CS_FLOAT_32 || first != 1 ||
		(uintptr_t) stored.bytes % _Alignof(float) != 0)
		return NULL;
	return (const float *) (const void *) stored.bytes;
}
