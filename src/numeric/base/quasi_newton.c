/*
 * quasi_newton.c
 *		Steps of Broyden, Fletcher, Goldfarb and Shanno, cut back until they go down far enough.
 */
#include "numeric/base/quasi_newton.h"

#include <math.h>

#include "numeric/base/linear_algebra.h"

#define DIFFERENCE 1e-4	 /* of the central differences */
#define LONGEST_STEP 2.0 /* of one parameter */
#define ENOUGH 1e-4		 /* share of the promised decrease (Armijo) */
#define MAX_HALVINGS 25
#define LEAST_CURVATURE 1e-10

void
cs_quasi_newton_lay_out(cs_quasi_newton *search, size_t parameters, cs_workspace *workspace)
{
	search->parameters = parameters;
	search->point = cs_workspace_take(workspace, parameters, sizeof(double));
	search->gradient = cs_workspace_take(workspace, parameters, sizeof(double));
	search->direction = cs_workspace_take(workspace, parameters, sizeof(double));
	search->trial = cs_workspace_take(workspace, parameters, sizeof(double));
	search->trial_gradient = cs_workspace_take(workspace, parameters, sizeof(double));
	search->change = cs_workspace_take(workspace, parameters, sizeof(double));
	search->inverse = cs_workspace_take(workspace, parameters * parameters, sizeof(double));
}

/*
 * Differences around x, one-sided where the function has no value on the other or that is enough.
 */
static void
differentiate(const cs_quasi_newton *search, cs_objective objective, void *context, double *x,
			  double value, double *gradient)
{
	size_t n = search->parameters;

	for (size_t j = 0; j < n; j++)
	{
		double at = x[j];
		double up, down;

		x[j] = at + DIFFERENCE;
		up = objective(x, context);
		x[j] = at - DIFFERENCE;
		down = search->one_sided && isfinite(up) ? INFINITY : objective(x, context);
		x[j] = at;
		if (isfinite(up) && isfinite(down))
			gradient[j] = (up - down) / (2 * DIFFERENCE);
		else if (isfinite(up))
			gradient[j] = (up - value) / DIFFERENCE;
		else
			gradient[j] = isfinite(down) ? (value - down) / DIFFERENCE : 0;
	}
}

static void
forget_curvature(cs_quasi_newton *search)
{
	size_t n = search->parameters;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			search->inverse[i * n + j] = i == j;
}

/* The direction down, no parameter's step longer than allowed; the decrease that it promises. */
static double
set_direction(cs_quasi_newton *search)
{
	size_t n = search->parameters;
	double slope = 0;
	double longest = 0;

	for (size_t i = 0; i < n; i++)
	{
		search->direction[i] = -cs_dot(n, search->inverse + i * n, search->gradient);
		slope -= search->direction[i] * search->gradient[i];
		longest = fmax(longest, fabs(search->direction[i]));
	}
	if (longest > LONGEST_STEP)
	{
		for (size_t i = 0; i < n; i++)
			search->direction[i] *= LONGEST_STEP / longest;
		slope *= LONGEST_STEP / longest;
	}
	return slope;
}

/* The first of ever shorter steps that goes down far enough; false where none does. */
static bool
step_down(cs_quasi_newton *search, cs_objective objective, void *context, double slope,
		  double *value)
{
	double length = 1;

	for (int k = 0; k < MAX_HALVINGS; k++, length /= 2)
	{
		for (size_t i = 0; i < search->parameters; i++)
			search->trial[i] = search->point[i] + length * search->direction[i];
		*value = objective(search->trial, context);
		if (*value <= search->value - ENOUGH * length * slope)
			return true;
	}
	return false;
}

/* Moves to the trial point and learns the curvature along the step. */
static void
accept(cs_quasi_newton *search, double value)
{
	size_t n = search->parameters;
	double *step = search->direction;
	double curvature = 0;
	double squares = 0;

	for (size_t i = 0; i < n; i++)
	{
		step[i] = search->trial[i] - search->point[i];
		search->change[i] = search->trial_gradient[i] - search->gradient[i];
		curvature += step[i] * search->change[i];
		squares += search->change[i] * search->change[i];
		search->point[i] = search->trial[i];
		search->gradient[i] = search->trial_gradient[i];
	}
	search->value = value;
	if (!(curvature > LEAST_CURVATURE * squares))
		return;
	/* trial and trial_gradient are free: (inverse change) and nothing else is needed of them */
	for (size_t i = 0; i < n; i++)
		search->trial[i] = cs_dot(n, search->inverse + i * n, search->change);
	squares = cs_dot(n, search->trial, search->change);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			search->inverse[i * n + j] +=
				((1 + squares / curvature) * step[i] * step[j] - search->trial[i] * step[j] -
				 step[i] * search->trial[j]) /
				curvature;
}

void
cs_quasi_newton_run(cs_quasi_newton *search, cs_objective objective, void *context,
					double tolerance, int steps)
{
	size_t n = search->parameters;
	bool fresh = true;

	search->converged = n == 0;
	search->steps = 0;
	search->value = objective(search->point, context);
	if (n == 0 || !isfinite(search->value))
		return;
	forget_curvature(search);
	differentiate(search, objective, context, search->point, search->value, search->gradient);
	for (int k = 0; k < steps; k++)
	{
		double slope = set_direction(search);
		double value;

		if (!(slope > 2 * tolerance) || !step_down(search, objective, context, slope, &value))
		{
			if (fresh)
			{
				search->converged = true;
				return;
			}
			forget_curvature(search);
			fresh = true;
			continue;
		}
		fresh = false;
		differentiate(search, objective, context, search->trial, value, search->trial_gradient);
		accept(search, value);
		search->steps++;
	}
}
