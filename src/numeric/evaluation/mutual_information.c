/*
 * mutual_information.c
 *		Nearest neighbours in the order of x, and counts within their distance.
 */
#include "numeric/evaluation/mutual_information.h"

#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/sort.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_sf_psi.h>

/* Multiply-adds that a candidate, and the counts of a point, take as long as. */
#define CANDIDATE_WORK 4
#define COUNT_WORK 256

typedef struct points
{
	size_t n;
	size_t neighbours;
	double margin;	/* differences of distances that are rounding */
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

/* Values in standard deviations from their mean; *rounding is that of what they come from. */
static cs_status
standardize(cs_variable variable, size_t n, double *result, double *rounding)
{
	double least = INFINITY;
	double most = -INFINITY;
	double magnitude;
	double mean = 0;
	double squares = 0;
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
	for (size_t i = 0; i < n; i++)
		result[i] = (result[i] - mean) / squares;
	*rounding = CS_ROUNDING * magnitude / squares;
	cs_work(8 * n);
	return CS_OK;
}

/* Both in standard deviations, in the order of x, ties in that of y. */
static cs_status
arrange(points *points, cs_variable x, cs_variable y)
{
	double x_rounding;
	double y_rounding;
	cs_status status = standardize(y, points->n, points->copy, &y_rounding);

	if (status != CS_OK)
		return status;
	cs_sort_index(points->index, points->copy, points->n);
	for (size_t i = 0; i < points->n; i++)
		points->sorted[i] = points->copy[points->index[i]];
	status = standardize(x, points->n, points->copy, &x_rounding);
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
	points->margin = fmax(x_rounding, y_rounding);
	return CS_OK;
}

/* The distance of point i to its k-th neighbour: candidates by their distance in x. */
static double
neighbour_distance(const points *points, size_t i)
{
	double nearest[CS_MOST_NEIGHBOURS];
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

/* How many of ascending values lie below `limit`. */
static size_t
count_below(const double *values, size_t n, double limit)
{
	size_t low = 0;

	while (n > 0)
	{
		size_t half = n / 2;

		if (values[low + half] < limit)
		{
			low += half + 1;
			n -= half + 1;
		}
		else
			n = half;
	}
	return low;
}

/* How many of ascending values, itself among them, are nearer to `value` than `distance`. */
static size_t
count_within(const double *values, size_t n, double value, double distance)
{
	return count_below(values, n, value + distance) - count_below(values, n, value - distance);
}

/* Points that are the same as point i, itself among them. */
static size_t
count_same(const points *points, size_t i)
{
	size_t from = count_below(points->x, points->n, points->x[i] - points->margin);
	size_t same = 0;

	for (; from < points->n && points->x[from] <= points->x[i] + points->margin; from++)
	{
		same += fabs(points->y[from] - points->y[i]) <= points->margin;
		cs_work(CANDIDATE_WORK);
	}
	return same;
}

static double
information_at(const points *points, size_t i)
{
	double distance = neighbour_distance(points, i);
	bool tied = distance <= points->margin;
	double reach = tied ? 2 * points->margin : distance - points->margin;
	size_t near_x = count_within(points->x, points->n, points->x[i], reach);
	size_t near_y = count_within(points->sorted, points->n, points->y[i], reach);
	size_t joint = tied ? count_same(points, i) : points->neighbours;

	cs_work(COUNT_WORK);
	return gsl_sf_psi_int((int) joint) - gsl_sf_psi_int((int) near_x) -
		   gsl_sf_psi_int((int) near_y);
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
	*information = sum / (double) n + gsl_sf_psi_int((int) n);
	return CS_OK;
}
