/*
 * check_helper.c
 *		Comparisons of numbers and arrays of floats.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "numeric/base/random.h"
#include "check_helper.h"

void
check_near(double value, double expected, double tolerance, double size, const char *text,
		   const char *file, int line)
{
	if (fabs(value - expected) <= tolerance * fmax(fabs(expected), fabs(size)))
		return;
	print_error("%s: %.17g is not %.17g within %g\n", text, value, expected, tolerance);
	_fail(file, line);
}

void
check_between(double count, double lowest, double highest, const char *text, const char *file,
			  int line)
{
	if (count >= lowest && count <= highest)
		return;
	print_error("%s is %.0f, not from %.0f to %.0f\n", text, count, lowest, highest);
	_fail(file, line);
}

void
check_tensor(const char *name, const float *values, const double *expected, size_t count,
			 double tolerance, const char *file, int line)
{
	double difference = 0;
	double largest = 0;

	for (size_t i = 0; i < count; i++)
	{
		double off = fabs(values[i] - expected[i]);

		difference = off <= difference ? difference : off; /* NaN stays */
		largest = fmax(largest, fabs(expected[i]));
		if (isnan(difference))
			break;
	}
	if (difference <= tolerance * largest)
		return;
	print_error("%s: off by %g of %g\n", name, difference, largest);
	_fail(file, line);
}

float *
floats(size_t count)
{
	float *values = test_calloc(count + 1, sizeof(float));

	assert_non_null(values);
	return values;
}

void
copy(const float *to, const double *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		((float *) to)[i] = (float) from[i];
}

void
randomize(const float *values, size_t count, float bound, uint64_t seed)
{
	cs_random random;

	cs_random_seed(&random, seed);
	for (size_t i = 0; i < count; i++)
		((float *) values)[i] = cs_random_uniform_float(&random, -bound, bound);
}

int
compare_doubles(const void *a, const void *b)
{
	double left = *(const double *) a;
	double right = *(const double *) b;

	return (left > right) - (left < right);
}
