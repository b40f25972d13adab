/*
 * mutual_information.c
 *		Nearest neighbours in the order of x, and counts within their distance.
 */
#include "numeric/evaluation/mutual_information.h"

#include "numeric/base/poll.h"
#include "numeric/base/random.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_sf_psi.h>

/* Of the noise, in standard deviations, and in roundings of the values. */
#define LEAST_NOISE 1e-8
#define NOISE_ROUNDINGS 1e5

/* The noises of x and of y. */
#define X_SEED 1
#define Y_SEED 2

/* Multiply-adds that a candidate, and the counts of a point, take as long as. */
#define CANDIDATE_WORK 4
#define COUNT_WORK 256

typedef struct points
{
	size_t n;
	size_t neighbours;
	double *x;		/* [n] ascending, in standard deviations */
	double *y;		/* [n] in the order of x, likewise */
	double *sorted; /* [n]: y ascending */
	double *copy;	/* [n] */
	size_t *index;	/* [n] */
} points;

static void
layout(points *points, size_t n, cs_workspace *workspace)
{
	points->n = n;
	points->x = cs_workspace_take(workspace, n, sizeof(double));
	points->y = cs_workspace_take(workspace, n, sizeof(double));
	points->sorted = cs_workspace_take(workspace, n, sizeof(double));
	points->copy = cs_workspace_take(workspace, n, sizeof(double));
	points->index = cs_workspace_take(workspace, n, sizeof(size_t));
}

size_t
cs_mutual_information_size(size_t n)
{
	cs_workspace workspace;
	points points;

	cs_workspace_count(&workspace);
	layout(&points, n, &workspace);
	return cs_workspace_total(&workspace);
}

/* Values in standard deviations from their mean, with noise. */
static cs_status
standardize(cs_variable variable, size_t n, uint64_t seed, double *result)
{
	double least = INFINITY;
	double most = -INFINITY;
	double magnitude;
	double mean = 0;
	double squares = 0;
	double noise;
	cs_random random;
	int exponent = 0;

	for (size_t i = 0; i < n; i++)
	{
		double value = variable.values[i * variable.stride];

		if (!isfinite(value))
			return CS_NOT_FINITE;
		least = fmin(least, value);
		most = fmax(most, value);
	}
	frexp(fmax(fabs(least), fabs(most)), &exponent);
	magnitude = ldexp(fmax(variable.size, fmax(fabs(least), fabs(most))), -exponent);
	if (!(ldexp(most, -exponent) - ldexp(least, -exponent) > CS_CONSTANT_RANGE * magnitude))
		return CS_CONSTANT;
	for (size_t i = 0; i < n; i++)
	{
		result[i] = ldexp(variable.values[i * variable.stride], -exponent);
		mean += result[i];
	}
	mean /= (double) n;
	for (size_t i = 0; i < n; i++)
		squares += (result[i] - mean) * (result[i] - mean);
	squares = sqrt(squares / (double) n);
	noise = fmax(LEAST_NOISE, NOISE_ROUNDINGS * CS_ROUNDING * magnitude / squares);
	cs_random_seed(&random, seed);
	for (size_t i = 0; i < n; i++)
		result[i] = (result[i] - mean) / squares + noise * cs_random_uniform(&random);
	cs_work(8 * n);
	return CS_OK;
}

/* Both in the order of x, and y in its own. */
static cs_status
arrange(points *points, cs_variable x, cs_variable y)
{
	cs_status status = standardize(y, points->n, Y_SEED, points->copy);

	if (status != CS_OK)
		return status;
	cs_sort_index(points->index, points->copy, points->n);
	for (size_t i = 0; i < points->n; i++)
		points->sorted[i] = points->copy[points->index[i]];
	status = standardize(x, points->n, X_SEED, points->copy);
	if (status != CS_OK)
		return status;
	/* x in the order of y first, then both in that of x: equal keys keep their order */
	for (size_t i = 0; i < points->n; i++)
		points->y[i] = points->copy[points->index[i]];
	cs_sort_index(points->index, points->y, points->n);
	for (size_t i = 0; i < points->n; i++)
		points->x[i] = points->y[points->index[i]];
	for (size_t i = 0; i < points->n; i++)
		points->y[i] = points->sorted[points->index[i]];
	return CS_OK;
}

/* The distance of point i to its k-th neighbour: candidates by their distance in x. */
static double
neighbour_distance(const points *points, size_t i)
{
	double nearest[CS_MOST_NEIGHBOURS] = {0};
	size_t count = 0;
	size_t below = i;
	size_t above = i + 1;

	while (below > 0 || above < points->n)
	{
		double down = below > 0 ? points->x[i] - points->x[below - 1] : INFINITY;
		double up = above < points->n ? points->x[above] - points->x[i] : INFINITY;
		size_t j = down <= up ? --below : above++;
		double distance = fmin(down, up);
		size_t place;

		if (count == points->neighbours && distance >= nearest[count - 1])
			break;
		distance = fmax(distance, fabs(points->y[j] - points->y[i]));
		cs_work(CANDIDATE_WORK);
		if (count == points->neighbours && distance >= nearest[count - 1])
			continue;
		if (count < points->neighbours)
			count++;
		for (place = count - 1; place > 0 && nearest[place - 1] > distance; place--)
			nearest[place] = nearest[place - 1];
		nearest[place] = distance;
	}
	return nearest[points->neighbours - 1];
}

/*
 * Of ascending values the first that is not below `value` by `distance`, as distances are computed.
 */
static size_t
first_near(const double *values, size_t n, double value, double distance)
{
	size_t low = 0;

	while (low < n)
	{
		size_t middle = low + (n - low) / 2;

		if (value - values[middle] >= distance)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* The first at or after `from` that is above it by that. */
static size_t
first_beyond(const double *values, size_t n, size_t from, double value, double distance)
{
	while (from < n)
	{
		size_t middle = from + (n - from) / 2;

		if (values[middle] - value < distance)
			from = middle + 1;
		else
			n = middle;
	}
	return from;
}

/* How many of ascending values, itself among them, are nearer to `value` than `distance`. */
static size_t
count_within(const double *values, size_t n, double value, double distance)
{
	size_t first = first_near(values, n, value, distance);
	size_t count = first_beyond(values, n, first, value, distance) - first;

	return count > 0 ? count : 1;
}

static double
information_at(const points *points, size_t i)
{
	double distance = neighbour_distance(points, i);
	size_t near_x = count_within(points->x, points->n, points->x[i], distance);
	size_t near_y = count_within(points->sorted, points->n, points->y[i], distance);

	cs_work(COUNT_WORK);
	return -gsl_sf_psi_int((int) near_x) - gsl_sf_psi_int((int) near_y);
}

cs_status
cs_mutual_information(cs_variable x, cs_variable y, size_t n, size_t neighbours,
					  cs_workspace *workspace, double *information)
{
	points points = {.neighbours = neighbours};
	double sum = 0;
	cs_status status;

	if (neighbours < 1 || neighbours > CS_MOST_NEIGHBOURS || n > INT_MAX)
		return CS_OUT_OF_RANGE;
	if (n <= neighbours)
		return CS_TOO_FEW;
	layout(&points, n, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status = arrange(&points, x, y);
	if (status != CS_OK)
		return status;
	for (size_t i = 0; i < n; i++)
		sum += information_at(&points, i);
	*information = sum / (double) n + gsl_sf_psi_int((int) neighbours) + gsl_sf_psi_int((int) n);
	return CS_OK;
}
