/*
 * moments.h
 *		Running mean, standard deviation and range of a sample (Welford 1962).
 */
#ifndef CREDITSPREAD_NUMERIC_MOMENTS_H
#define CREDITSPREAD_NUMERIC_MOMENTS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cs_moments
{
	size_t count;
	double mean;
	double sum_squares; /* of the deviations from the mean */
	double minimum;
	double maximum;
} cs_moments;

extern void cs_moments_initialize(cs_moments *moments);
extern void cs_moments_add(cs_moments *moments, double value);

/*
 * Whether the range of the sample is no more than rounding of values of size `magnitude` could
 * make it (CS_CONSTANT_RANGE of it).
 */
extern bool cs_moments_constant(const cs_moments *moments, double magnitude);

/* The largest absolute value; 0 of an empty sample. */
extern double cs_moments_magnitude(const cs_moments *moments);

/* Standard deviation with divisor n; 0 of an empty sample. */
extern double cs_moments_sd(const cs_moments *moments);

#endif
