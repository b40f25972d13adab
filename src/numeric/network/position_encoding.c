/*
 * position_encoding.c
 *		Sinusoidal positions.
 */
#include "numeric/network/position_encoding.h"

#include <math.h>

void
cs_position_encoding_add(float *encoding, int position, int width)
{
	for (int j = 0; j < width; j++)
	{
		double angle = position * pow(10000.0, -(double) (j - j % 2) / width);

		encoding[j] += (float) (j % 2 == 0 ? sin(angle) : cos(angle));
	}
}
