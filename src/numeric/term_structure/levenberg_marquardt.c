/*
 * levenberg_marquardt.c
 *		Levenberg-Marquardt steps from a triangle.
 */
#include "numeric/term_structure/levenberg_marquardt.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/rounding.h"

#include <math.h>
#include <string.h>

#define FIRST_DAMPING 1e-6
#define SMALLEST_DAMPING 1e-24
#define LEAST_RAISED 1e-10
#define LARGEST_DAMPING 1e12
#define BLIND_STEPS 5
#define INDEFINITE 1e-12

/* Bounded losses have valleys with a kink for each observation, which take hundreds. */
#define MAX_STEPS 1000

static void
clear_trial(cs_lm *lm)
{
	memset(lm->trial.diagonal, 0, sizeof(lm->trial.diagonal));
	memset(lm->trial.factor, 0, sizeof(lm->trial.factor));
	memset(lm->trial.rhs, 0, sizeof(lm->trial.rhs));
	memset(lm->trial.curvature, 0, sizeof(lm->trial.curvature));
	lm->trial.sse = 0;
}

void
cs_lm_initialize(cs_lm *lm, size_t parameters, const double *start, double tolerance, double floor)
{
	*lm = (cs_lm){.parameters = parameters,
				  .tolerance = tolerance,
				  .floor = floor,
				  .damping = FIRST_DAMPING,
				  .growth = 10,
				  .best = {.sse = INFINITY}};
	for (size_t k = 0; k < parameters; k++)
		lm->trial.point[k] = start[k];
}

void
cs_lm_add(cs_lm *lm, double weight, double *row, const double *second, double residual)
{
	cs_lm_system *trial = &lm->trial;
	size_t pairs = lm->parameters * (lm->parameters + 1) / 2;

	if (second != NULL)
		for (size_t i = 0; i < pairs; i++)
			trial->curvature[i] += weight * residual * second[i];

	trial->sse += weight * residual * residual;
	cs_triangle_add_row(lm->parameters, trial->diagonal, trial->factor, trial->rhs, weight, row,
						&residual);
}

/* Row `i` of the unit upper triangle of the best point. */
static void
triangle_row(const cs_lm *lm, size_t i, double *row)
{
	const double *factor = lm->best.factor + i * (2 * lm->parameters - i - 1) / 2;

	for (size_t k = 0; k < lm->parameters; k++)
		row[k] = k < i ? 0 : (k == i ? 1 : *factor++);
}

static void
update_scale(cs_lm *lm)
{
	double squares[CS_LM_PARAMETERS] = {0};
	double row[CS_LM_PARAMETERS];

	for (size_t i = 0; i < lm->parameters; i++)
	{
		triangle_row(lm, i, row);
		for (size_t k = i; k < lm->parameters; k++)
			squares[k] += lm->best.diagonal[i] * row[k] * row[k];
	}
	for (size_t k = 0; k < lm->parameters; k++)
		lm->scale[k] = fmax(lm->scale[k], squares[k]);
}

/* The damped least-squares step from the best point; returns the reduction that it promises. */
static double
least_squares_step(const cs_lm *lm, double *step)
{
	cs_lm_system damped = lm->best;
	double row[CS_LM_PARAMETERS];
	double reduction = 0;

	for (size_t i = 0; i < lm->parameters; i++)
	{
		double value = 0;

		memset(row, 0, sizeof(row));
		row[i] = 1;
		cs_triangle_add_row(lm->parameters, damped.diagonal, damped.factor, damped.rhs,
							lm->scale[i] == 0 ? 1 : lm->damping * lm->scale[i], row, &value);
	}
	cs_triangle_solve(lm->parameters, damped.factor, damped.rhs, step);
	for (size_t i = 0; i < lm->parameters; i++)
	{
		double moved = 0;

		triangle_row(lm, i, row);
		for (size_t k = i; k < lm->parameters; k++)
			moved += row[k] * step[k];
		reduction += lm->best.diagonal[i] * moved * (2 * lm->best.rhs[i] - moved);
	}
	return reduction;
}

/* Half the second derivatives of the sum of squares, and half its fall along each parameter. */
static void
second_order(const cs_lm *lm, double hessian[][CS_LM_PARAMETERS], double *fall)
{
	const double *pair = lm->best.curvature;
	double row[CS_LM_PARAMETERS];

	for (size_t k = 0; k < lm->parameters; k++)
	{
		fall[k] = 0;
		for (size_t j = k; j < lm->parameters; j++)
			hessian[j][k] = -*pair++;
	}
	for (size_t i = 0; i < lm->parameters; i++)
	{
		triangle_row(lm, i, row);
		for (size_t k = i; k < lm->parameters; k++)
		{
			fall[k] += lm->best.diagonal[i] * row[k] * lm->best.rhs[i];
			for (size_t j = k; j < lm->parameters; j++)
				hessian[j][k] += lm->best.diagonal[i] * row[k] * row[j];
		}
	}
}

/*
 * Newton's step, damped, by Cholesky's factors; returns the reduction that it promises, or 0 if the
 * second derivatives are not positive definite.
 */
static double
newton_step(const cs_lm *lm, double *step)
{
	size_t p = lm->parameters;
	double h[CS_LM_PARAMETERS][CS_LM_PARAMETERS];
	double reduction = 0;

	second_order(lm, h, step);
	for (size_t i = 0; i < p; i++)
	{
		double least = INDEFINITE * (h[i][i] + lm->scale[i]);

		h[i][i] += lm->damping * lm->scale[i];
		for (size_t k = 0; k < i; k++)
		{
			step[i] -= h[i][k] * step[k];
			for (size_t j = i; j < p; j++)
				h[j][i] -= h[j][k] * h[i][k];
		}
		if (!(h[i][i] > least))
			return 0;
		h[i][i] = sqrt(h[i][i]);
		for (size_t j = i + 1; j < p; j++)
			h[j][i] /= h[i][i];
		step[i] /= h[i][i];
		reduction += step[i] * step[i];
	}
	for (size_t i = p; i-- > 0;)
	{
		for (size_t k = i + 1; k < p; k++)
			step[i] -= h[k][i] * step[k];
		step[i] /= h[i][i];
	}
	return reduction;
}

/* What rounding hides of the sum of squares. */
static double
noise(const cs_lm *lm)
{
	return CS_SAME_SQUARES * lm->best.sse + 4 * sqrt(lm->best.sse * lm->floor);
}

/*
 * Near the minimum the sum of squares no longer tells a better point from a worse one, while the
 * step is still exact: a few such steps are taken unless they do clear harm.
 */
static bool
indiscernible(const cs_lm *lm)
{
	return lm->started && lm->predicted <= noise(lm) && lm->trial.sse <= lm->best.sse + noise(lm);
}

static bool
trial_is_better(cs_lm *lm)
{
	if (!isfinite(lm->trial.sse))
		return false;
	return !lm->started || lm->trial.sse < lm->best.sse ||
		   (indiscernible(lm) && ++lm->blind_steps <= BLIND_STEPS);
}

static void
judge_trial(cs_lm *lm)
{
	double gain = (lm->best.sse - lm->trial.sse) / lm->predicted;

	if (!trial_is_better(lm))
	{
		lm->finished = lm->converged = indiscernible(lm);
		lm->damping = fmax(lm->damping, LEAST_RAISED) * lm->growth;
		lm->growth *= 10;
		return;
	}
	lm->best = lm->trial;
	update_scale(lm);
	if (lm->started && gain > 0.75)
		lm->damping = fmax(lm->damping * (lm->growth > 10 ? 0.3 : 1e-3), SMALLEST_DAMPING);
	else if (lm->started && gain > 0)
		lm->damping *= fmin(fmax(1.0 / 10, 1 - pow(2 * gain - 1, 3)), 2);
	lm->growth = 10;
	lm->started = true;
}

void
cs_lm_step(cs_lm *lm)
{
	double step[CS_LM_PARAMETERS];
	bool enough;

	judge_trial(lm);
	lm->finished |= !lm->started || ++lm->steps >= MAX_STEPS || lm->damping > LARGEST_DAMPING;
	if (lm->finished)
		return;
	lm->predicted = newton_step(lm, step);
	if (!(lm->predicted > 0))
		lm->predicted = least_squares_step(lm, step);
	enough = !(lm->predicted > lm->tolerance * lm->best.sse + lm->floor);
	if (enough)
	{
		lm->finished = true;
		lm->converged = lm->damping <= FIRST_DAMPING;
		return;
	}
	for (size_t k = 0; k < lm->parameters; k++)
		lm->trial.point[k] = lm->best.point[k] + step[k];
	clear_trial(lm);
}
