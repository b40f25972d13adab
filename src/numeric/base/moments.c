/*
 * moments.c
 *		Running mean, standard deviation and range.
 */
#include "numeric/base/moments.h"

#include <math.h>

#include "numeric/base/rounding.h"

void
cs_moments_initialize(cs_moments *moments)
{
	*moments = (cs_moments){.minimum = INFINITY, .maximum = -INFINITY};
}

void
cs_moments_add(cs_moments *moments, double value)
{
	double deviation = value - moments->mean;

	moments->count++;
	moments->mean += deviation / (double) moments->count;
	moments->sum_squares += deviation * (value - moments->mean);
	moments->minimum = fmin(moments->minimum, value);
	moments->maximum = fmax(moments->maximum, value);
}

double
cs_moments_magnitude(const cs_moments *moments)
{
	return moments->count == 0 ? 0.0 : fmax(fabs(moments->minimum), fabs(moments->maximum));
}

bool
cs_moments_constant(const cs_moments *moments, double magnitude)
{
	return moments->count == 0 ||
		   moments->maximum - moments->minimum <= CS_CONSTANT_RANGE * magnitude;
}

double
cs_moments_sd(const cs_moments *moments)
{
	return moments->count == 0 ? 0.0 : sqrt(moments->sum_squares / (double) moments->count);
}
