/*
 * curve_quality.c
 *		Condition and standard errors from a triangle, and the range of decays.
 */
#include "numeric/term_structure/curve_quality.h"

#include <math.h>
#include <string.h>

#define ROTATION_SWEEPS 30
#define ORTHOGONAL_BELOW 1e-11

/* Condition that is always allowed to a search, and the factor to the least one that is. */
#define USUAL_CONDITION 25.0
#define LEAST_TIMES 3.0

/* A condition that no loadings that are told apart have. */
#define NO_CONDITION 1e300

/* Rotates columns i and j until they are orthogonal; false if they are already. */
static bool
rotate(size_t p, double matrix[][CS_CURVE_FACTORS], size_t i, size_t j)
{
	double ii = 0, jj = 0, ij = 0;
	double zeta, tangent, cosine, sine;

	for (size_t k = 0; k < p; k++)
	{
		ii += matrix[k][i] * matrix[k][i];
		jj += matrix[k][j] * matrix[k][j];
		ij += matrix[k][i] * matrix[k][j];
	}
	if (!(ij * ij > ORTHOGONAL_BELOW * ORTHOGONAL_BELOW * ii * jj))
		return false;
	zeta = (jj - ii) / (2 * ij);
	tangent = copysign(1, zeta) / (fabs(zeta) + sqrt(1 + zeta * zeta));
	cosine = 1 / sqrt(1 + tangent * tangent);
	sine = cosine * tangent;
	for (size_t k = 0; k < p; k++)
	{
		double left = matrix[k][i];

		matrix[k][i] = cosine * left - sine * matrix[k][j];
		matrix[k][j] = sine * left + cosine * matrix[k][j];
	}
	return true;
}

/* The columns of the triangle at length 1: their singular values by one-sided Jacobi rotations. */
double
cs_curve_condition(size_t p, const double *triangle)
{
	double matrix[CS_CURVE_FACTORS][CS_CURVE_FACTORS] = {{0}};
	double least = INFINITY, largest = 0;
	bool turned = true;

	for (size_t j = 0; j < p; j++)
	{
		double square = 0;

		for (size_t i = 0; i <= j; i++)
			square += triangle[i * p + j] * triangle[i * p + j];
		for (size_t i = 0; i <= j; i++)
			matrix[i][j] = triangle[i * p + j] / sqrt(square);
	}
	for (int sweep = 0; sweep < ROTATION_SWEEPS && turned; sweep++)
	{
		turned = false;
		for (size_t i = 0; i < p; i++)
			for (size_t j = i + 1; j < p; j++)
				turned |= rotate(p, matrix, i, j);
	}
	for (size_t j = 0; j < p; j++)
	{
		double square = 0;

		for (size_t i = 0; i < p; i++)
			square += matrix[i][j] * matrix[i][j];
		least = fmin(least, square);
		largest = fmax(largest, square);
	}
	return sqrt(largest / least);
}

void
cs_curve_quality_of_triangle(size_t p, const double *triangle, double variance,
							 cs_curve_quality *quality)
{
	double inverse[CS_CURVE_FACTORS][CS_CURVE_FACTORS] = {{0}};

	for (size_t j = 0; j < p; j++)
	{
		inverse[j][j] = 1 / triangle[j * p + j];
		for (size_t i = j; i-- > 0;)
		{
			double sum = 0;

			for (size_t k = i + 1; k <= j; k++)
				sum += triangle[i * p + k] * inverse[k][j];
			inverse[i][j] = -sum / triangle[i * p + i];
		}
	}
	for (size_t i = 0; i < CS_CURVE_FACTORS; i++)
	{
		double square = 0;

		for (size_t j = i; j < p; j++)
			square += inverse[i][j] * inverse[i][j];
		quality->error[i] = i < p ? sqrt(variance) * sqrt(square) : NAN;
	}
	quality->condition = cs_curve_condition(p, triangle);
	quality->determined = quality->condition <= CS_CURVE_DETERMINED_UP_TO;
}

void
cs_decay_range_place(cs_decay_range *range, double shortest, double longest)
{
	double lower = log(CS_CURVE_HUMP) - log(longest);
	double upper = log(CS_CURVE_HUMP) - log(shortest);

	range->step = (upper - lower) / (CS_DECAY_RANGE_POINTS - 1);
	range->log_decay[0] = lower;
	for (size_t i = 1; i < CS_DECAY_RANGE_POINTS; i++)
		range->log_decay[i] = range->log_decay[i - 1] + range->step;
}

/* How far, in steps, the line from `here` towards `there`, a neighbour, stays at or below the
 * limit. */
static double
reach(double here, double there, double limit)
{
	return there <= limit ? 1 : fmax(limit - here, 0) / (there - here);
}

/* From the best decay as far as the condition, of which the logarithms are given, stays low. */
static void
low_conditions(const cs_decay_range *range, const double *condition, double *lower, double *upper)
{
	const size_t last = CS_DECAY_RANGE_POINTS - 1;
	double first = range->log_decay[last] - (double) last * range->step;
	size_t best = 0;
	size_t low, high;
	double limit, below = 0, above = 0;

	for (size_t i = 1; i <= last; i++)
		if (condition[i] < condition[best])
			best = i;
	limit = fmax(log(USUAL_CONDITION), condition[best] + log(LEAST_TIMES));
	for (low = best; low > 0 && condition[low - 1] <= limit; low--)
		;
	for (high = best; high < last && condition[high + 1] <= limit; high++)
		;
	if (low > 0)
		below = reach(condition[low], condition[low - 1], limit);
	if (high < last)
		above = reach(condition[high], condition[high + 1], limit);
	*lower = exp(first + range->step * ((double) low - below));
	*upper = exp(first + range->step * ((double) high + above));
}

void
cs_decay_range_settle(const cs_decay_range *range, double *lower, double *upper)
{
	double condition[CS_DECAY_RANGE_POINTS];
	double least, largest;

	for (size_t i = 0; i < CS_DECAY_RANGE_POINTS; i++)
		condition[i] = log(fmin(range->condition[i], NO_CONDITION));
	low_conditions(range, condition, &least, &largest);
	if (isnan(*lower) && isnan(*upper))
	{
		*lower = least;
		*upper = largest;
	}
	else if (isnan(*lower))
		*lower = fmin(least, *upper / CS_CURVE_DECAY_ROOM);
	else if (isnan(*upper))
		*upper = fmax(largest, *lower * CS_CURVE_DECAY_ROOM);
}
