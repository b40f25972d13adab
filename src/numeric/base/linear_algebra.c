/*
 * linear_algebra.c
 *		Square-root-free Givens rotations and the sums that small fits need.
 */
#include "numeric/base/linear_algebra.h"

/*
 * One element of the triangle and of the row rotated.  Where the row outweighs what is there, the
 * mean is taken as a mean: adding the difference would lose the row's digits when the row before
 * was dependent up to rounding and has left an element that is huge and weighs nothing.
 */
static inline void
rotate(double *element, double *row, double x, double keep, double gain)
{
	double before = *row;

	*row -= x * *element;
	*element = keep < 0.5 ? keep * *element + gain * before : *element + gain * *row;
}

double
cs_triangle_add_row(size_t columns, double *diagonal, double *factor, double *rhs, double weight,
					double *row, double *value)
{
	for (size_t i = 0; i < columns; i++)
	{
		double x = row[i];
		double weighted = weight * x;
		double total;
		double gain, keep;

		if (weighted == 0)
		{
			factor += columns - 1 - i;
			continue;
		}
		total = diagonal[i] + weighted * x;
		gain = weighted / total;
		keep = diagonal[i] / total;
		weight *= keep;
		diagonal[i] = total;
		for (size_t j = i + 1; j < columns; j++, factor++)
			rotate(factor, &row[j], x, keep, gain);
		rotate(&rhs[i], value, x, keep, gain);
	}
	return weight;
}

double
cs_triangle_combine(size_t columns, double *diagonal, double *factor, double *rhs,
					const double *other_diagonal, const double *other_factor,
					const double *other_rhs, double *scratch)
{
	double increase = 0;

	for (size_t i = 0; i < columns; i++)
	{
		double value = other_rhs[i];
		double weight;

		for (size_t j = 0; j < i; j++)
			scratch[j] = 0;
		scratch[i] = 1;
		for (size_t j = i + 1; j < columns; j++)
			scratch[j] = *other_factor++;
		weight =
			cs_triangle_add_row(columns, diagonal, factor, rhs, other_diagonal[i], scratch, &value);
		increase += weight * value * value;
	}
	return increase;
}

void
cs_triangle_solve(size_t columns, const double *factor, const double *rhs, double *coefficients)
{
	const double *element = factor + columns * (columns - 1) / 2;

	for (size_t i = columns; i-- > 0;)
	{
		double sum = rhs[i];

		for (size_t j = columns; j-- > i + 1;)
			sum -= *--element * coefficients[j];
		coefficients[i] = sum;
	}
}

double
cs_dot(size_t n, const double *a, const double *b)
{
	double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
	{
		s0 += a[i] * b[i];
		s1 += a[i + 1] * b[i + 1];
		s2 += a[i + 2] * b[i + 2];
		s3 += a[i + 3] * b[i + 3];
	}
	for (; i < n; i++)
		s0 += a[i] * b[i];
	return (s0 + s1) + (s2 + s3);
}

double
cs_sum(size_t n, const double *a)
{
	double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
	{
		s0 += a[i];
		s1 += a[i + 1];
		s2 += a[i + 2];
		s3 += a[i + 3];
	}
	for (; i < n; i++)
		s0 += a[i];
	return (s0 + s1) + (s2 + s3);
}
