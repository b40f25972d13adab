/*
 * principal_components.c
 *		Sums of rows, and one-sided Jacobi rotations of their triangle.
 */
#include "numeric/econometrics/principal_components.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#define MAX_SWEEPS 60

/* Multiply-adds of a rotation for each element of a vector: three products, two vectors turned. */
#define PAIR_WORK 7

/* Rotates the row in scratch[P] into the triangle; the right side, scratch[P..2P), is none. */
static void
rotate_in(size_t columns, double *diagonal, double *factor, double weight, double *scratch)
{
	double nothing = 0;

	memset(scratch + columns, 0, columns * sizeof(double));
	cs_triangle_add_row(columns, diagonal, factor, scratch + columns, weight, scratch, &nothing);
	cs_work(columns * columns);
}

void
cs_components_add(size_t columns, int64_t *n, double *mean, double *diagonal, double *factor,
				  const double *x, double *scratch)
{
	double count = (double) *n;

	for (size_t i = 0; i < columns; i++)
	{
		scratch[i] = x[i] - mean[i];
		mean[i] += scratch[i] / (count + 1);
	}
	rotate_in(columns, diagonal, factor, count / (count + 1), scratch);
	*n += 1;
}

void
cs_components_combine(size_t columns, int64_t *n, double *mean, double *diagonal, double *factor,
					  int64_t other_n, const double *other_mean, const double *other_diagonal,
					  const double *other_factor, double *scratch)
{
	double count = (double) *n;
	double other = (double) other_n;
	double total = count + other;

	if (other_n == 0)
		return;
	for (size_t i = 0; i < columns; i++)
	{
		scratch[i] = other_mean[i] - mean[i];
		mean[i] += scratch[i] * (other / total);
	}
	rotate_in(columns, diagonal, factor, count * (other / total), scratch);
	for (size_t i = 0; i < columns; i++)
	{
		memset(scratch, 0, i * sizeof(double));
		scratch[i] = 1;
		memcpy(scratch + i + 1, other_factor, (columns - 1 - i) * sizeof(double));
		other_factor += columns - 1 - i;
		rotate_in(columns, diagonal, factor, other_diagonal[i], scratch);
	}
	*n += other_n;
}

static void
lay_out(cs_components_fit *fit, cs_workspace *workspace)
{
	size_t columns = fit->columns;

	fit->scale = cs_workspace_take(workspace, columns, sizeof(double));
	fit->square = cs_workspace_take(workspace, columns, sizeof(double));
	fit->work = cs_workspace_take(workspace, columns * columns, sizeof(double));
	fit->rotation = cs_workspace_take(workspace, columns * columns, sizeof(double));
}

size_t
cs_components_fit_size(size_t columns)
{
	cs_components_fit fit = {.columns = columns};
	cs_workspace workspace;

	if (columns < 1 || columns > CS_COMPONENTS_MAX_COLUMNS)
		return SIZE_MAX;
	cs_workspace_count(&workspace);
	lay_out(&fit, &workspace);
	return cs_workspace_total(&workspace);
}

/* The triangle's columns as vectors, divided by sqrt(n - 1). */
static void
fill_work(cs_components_fit *fit, int64_t n, const double *diagonal, const double *factor)
{
	size_t columns = fit->columns;

	memset(fit->work, 0, columns * columns * sizeof(double));
	for (size_t i = 0; i < columns; i++)
	{
		double root = sqrt(diagonal[i] / (double) (n - 1));

		fit->work[i * columns + i] = root;
		for (size_t j = i + 1; j < columns; j++)
			fit->work[j * columns + i] = root * *factor++;
	}
}

/* Standard deviations; *varying tells whether any column varies. */
static cs_status
find_scale(cs_components_fit *fit, const double *mean, bool standardize, bool *varying,
		   size_t *column)
{
	size_t columns = fit->columns;

	*varying = false;
	for (size_t i = 0; i < columns; i++)
	{
		double *vector = fit->work + i * columns;
		double sd = sqrt(cs_dot(columns, vector, vector));
		bool constant = !(sd > CS_CONSTANT_RANGE * fabs(mean[i]));

		if (!isfinite(sd) || !isfinite(mean[i]))
			return CS_NOT_FINITE;
		fit->scale[i] = 1;
		if (!constant)
			*varying = true;
		if (!standardize)
			continue;
		*column = i;
		if (constant)
			return CS_CONSTANT;
		fit->scale[i] = sd;
		for (size_t j = 0; j < columns; j++)
			vector[j] /= sd;
	}
	return CS_OK;
}

cs_status
cs_components_fit_initialize(cs_components_fit *fit, size_t columns, int64_t n, const double *mean,
							 const double *diagonal, const double *factor, bool standardize,
							 cs_workspace *workspace, size_t *column)
{
	bool varying;
	cs_status status;

	if (columns < 1 || columns > CS_COMPONENTS_MAX_COLUMNS)
		return CS_OUT_OF_RANGE;
	if (n < 2)
		return CS_TOO_FEW;
	*fit = (cs_components_fit){.columns = columns};
	lay_out(fit, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	fill_work(fit, n, diagonal, factor);
	status = find_scale(fit, mean, standardize, &varying, column);
	if (status != CS_OK)
		return status;
	if (!varying)
	{
		*column = columns;
		return CS_CONSTANT;
	}
	fit->nothing =
		cs_dot(columns * columns, fit->work, fit->work) * pow((double) columns * DBL_EPSILON, 2);
	memset(fit->rotation, 0, columns * columns * sizeof(double));
	for (size_t i = 0; i < columns; i++)
		fit->rotation[i * columns + i] = 1;
	return CS_OK;
}

static void
rotate(size_t n, double *a, double *b, double cosine, double sine)
{
	for (size_t i = 0; i < n; i++)
	{
		double x = a[i];

		a[i] = cosine * x - sine * b[i];
		b[i] = sine * x + cosine * b[i];
	}
}

/* Makes the vectors i and j orthogonal; false when they were. */
static bool
rotate_pair(cs_components_fit *fit, size_t i, size_t j)
{
	size_t n = fit->columns;
	double *a = fit->work + i * n;
	double *b = fit->work + j * n;
	double aa = cs_dot(n, a, a);
	double bb = cs_dot(n, b, b);
	double ab = cs_dot(n, a, b);
	double zeta;
	double tangent;
	double cosine;

	if (fabs(ab) <= (double) n * DBL_EPSILON * sqrt(aa) * sqrt(bb) || fmin(aa, bb) <= fit->nothing)
		return false;
	zeta = (bb - aa) / (2 * ab);
	tangent = copysign(1, zeta) / (fabs(zeta) + hypot(1, zeta));
	cosine = 1 / hypot(1, tangent);
	rotate(n, a, b, cosine, cosine * tangent);
	rotate(n, fit->rotation + i * n, fit->rotation + j * n, cosine, cosine * tangent);
	return true;
}

cs_status
cs_components_fit_solve(cs_components_fit *fit)
{
	size_t n = fit->columns;
	bool rotated = true;

	for (int sweep = 0; rotated; sweep++)
	{
		if (sweep == MAX_SWEEPS)
			return CS_NOT_CONVERGED;
		rotated = false;
		for (size_t i = 0; i < n; i++)
			for (size_t j = i + 1; j < n; j++)
			{
				rotated |= rotate_pair(fit, i, j);
				cs_work(PAIR_WORK * n);
			}
	}
	for (size_t i = 0; i < n; i++)
		fit->square[i] = cs_dot(n, fit->work + i * n, fit->work + i * n);
	return CS_OK;
}

void
cs_components_fit_result(const cs_components_fit *fit, double *variance, double *components)
{
	size_t n = fit->columns;

	/* by insertion: equal variances keep the order of their columns */
	for (size_t i = 0; i < n; i++)
	{
		const double *vector = fit->rotation + i * n;
		size_t place = i;
		size_t largest = 0;

		for (; place > 0 && variance[place - 1] < fit->square[i]; place--)
		{
			variance[place] = variance[place - 1];
			memcpy(components + place * n, components + (place - 1) * n, n * sizeof(double));
			cs_work(n);
		}
		for (size_t j = 1; j < n; j++)
			if (fabs(vector[j]) > fabs(vector[largest]))
				largest = j;
		variance[place] = fit->square[i];
		for (size_t j = 0; j < n; j++)
			components[place * n + j] = vector[largest] < 0 ? -vector[j] : vector[j];
	}
}

void
cs_components_scores(size_t columns, size_t count, const double *mean, const double *scale,
					 const double *components, const double *x, double *centred, double *score)
{
	for (size_t i = 0; i < columns; i++)
		centred[i] = (x[i] - mean[i]) / scale[i];
	for (size_t i = 0; i < count; i++)
		score[i] = cs_dot(columns, components + i * columns, centred);
}
