/*
 * random.c
 *		xoshiro256++ and what is drawn with it.
 */
#include "numeric/base/random.h"

#include <math.h>

static uint64_t
rotate(uint64_t value, int bits)
{
	return (value << bits) | (value >> (64 - bits));
}

void
cs_random_seed(cs_random *random, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
	{
		uint64_t z = seed += CS_SPLITMIX_STEP;

		z = (z ^ (z >> 30)) * CS_SPLITMIX_FACTOR;
		z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
		random->state[i] = z ^ (z >> 31);
	}
}

uint64_t
cs_random_bits(cs_random *random)
{
	uint64_t *s = random->state;
	uint64_t result = rotate(s[0] + s[3], 23) + s[0];
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate(s[3], 45);
	return result;
}

double
cs_random_uniform(cs_random *random)
{
	return (double) (cs_random_bits(random) >> 11) * 0x1p-53;
}

float
cs_random_uniform_float(cs_random *random, float low, float high)
{
	float value = low + (high - low) * ((float) (cs_random_bits(random) >> 40) * 0x1p-24f);

	return value < high ? value : low; /* rounding may have carried it to `high` */
}

double
cs_random_normal(cs_random *random)
{
	double x;
	double square;

	do
	{
		double y = 2.0 * cs_random_uniform(random) - 1.0;

		x = 2.0 * cs_random_uniform(random) - 1.0;
		square = x * x + y * y;
	} while (square >= 1.0 || square == 0.0);
	return x * sqrt(-2.0 * log(square) / square);
}

uint64_t
cs_random_below(cs_random *random, uint64_t bound)
{
	uint64_t surplus = -bound % bound; /* 2^64 mod bound: as many draws would be one too many */
	uint64_t bits;

	do
		bits = cs_random_bits(random);
	while (bits < surplus);
	return bits % bound;
}

void
cs_random_shuffle_part(cs_random *random, int32_t *index, size_t n, size_t from, size_t count)
{
	for (size_t i = from; i < from + count; i++)
	{
		size_t other = i + cs_random_below(random, n - i);
		int32_t swap = index[i];

		index[i] = index[other];
		index[other] = swap;
	}
}

void
cs_random_shuffle(cs_random *random, int32_t *index, size_t n)
{
	cs_random_shuffle_part(random, index, n, 0, n);
}
