/*
 * linear_ridge.c
 *		Huber's regression with a ridge, by iteratively reweighted least squares.
 */
#include "numeric/econometrics/linear.h"

#include <math.h>
#include <string.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/signal/absolute_median.h"

/* The standard normal quantile of 3/4: median absolute values over it are standard deviations. */
#define NORMAL_QUARTILE 0.6744897501960817

/* Iterations after which the residuals' deviation stays, so that the rest is a convex problem. */
#define FREE_ITERATIONS 50

/* Coefficients that move by less, relative to the largest, stay. */
#define TOLERANCE 1e-10

/* A pivot of less than this share of its diagonal is rounding: its term gets no coefficient. */
#define DEPENDENT 1e-13

/* Rows whose products are summed up in one pass over the triangle. */
#define ROWS_AT_ONCE 4

/* Elements of a row of the triangle that are summed up together. */
#define BLOCK 8

void
cs_linear_ridge_lay_out(cs_linear_ridge *solver, size_t terms, size_t origins,
						cs_workspace *workspace)
{
	solver->terms = terms;
	solver->gram = cs_workspace_take(workspace, terms * terms, sizeof(double));
	solver->factor = cs_workspace_take(workspace, terms * terms, sizeof(double));
	solver->moment = cs_workspace_take(workspace, terms, sizeof(double));
	solver->solution = cs_workspace_take(workspace, terms, sizeof(double));
	solver->residual = cs_workspace_take(workspace, origins, sizeof(double));
	solver->weight = cs_workspace_take(workspace, origins, sizeof(double));
	for (int i = 0; i < 2; i++)
		solver->scratch[i] = cs_workspace_take(workspace, origins, sizeof(double));
}

static double
robust_deviation(cs_linear_ridge *solver, size_t count)
{
	double median = cs_absolute_median(solver->residual, count, solver->scratch);
	double mean = 0;

	for (size_t i = 0; i < count;)
		for (size_t end = cs_block_end(i, count, 1); i < end; i++)
			mean += fabs(solver->residual[i]);
	return fmax(median / NORMAL_QUARTILE, 0.5 * mean / (double) count);
}

static void
set_weights(cs_linear_ridge *solver, size_t count, double corner)
{
	for (size_t i = 0; i < count;)
		for (size_t end = cs_block_end(i, count, 2); i < end; i++)
		{
			double size = fabs(solver->residual[i]);

			solver->weight[i] = size <= corner ? 1 : corner / size;
		}
}

/* Adds weight x x' of ROWS_AT_ONCE rows to the triangle; blocks of fixed length vectorize. */
CS_TARGET_CLONES
static void
add_rows(size_t terms, double *restrict gram, const double *const rows[ROWS_AT_ONCE],
		 const double weight[ROWS_AT_ONCE])
{
	const double *restrict a = rows[0];
	const double *restrict b = rows[1];
	const double *restrict c = rows[2];
	const double *restrict d = rows[3];

	for (size_t i = 0; i < terms; i++, gram += terms)
	{
		double wa = weight[0] * a[i];
		double wb = weight[1] * b[i];
		double wc = weight[2] * c[i];
		double wd = weight[3] * d[i];
		size_t j = 0;

		for (; j + BLOCK <= i + 1; j += BLOCK)
			for (size_t k = j; k < j + BLOCK; k++)
				gram[k] += (wa * a[k] + wb * b[k]) + (wc * c[k] + wd * d[k]);
		for (; j <= i; j++)
			gram[j] += (wa * a[j] + wb * b[j]) + (wc * c[j] + wd * d[j]);
	}
}

/* The weighted cross products of the terms with each other and with the target. */
static void
sum_products(cs_linear_ridge *solver, const double *x, const double *target, const size_t *origin,
			 size_t count)
{
	size_t terms = solver->terms;

	memset(solver->gram, 0, terms * terms * sizeof(double));
	memset(solver->moment, 0, terms * sizeof(double));
	for (size_t from = 0; from < count; from += ROWS_AT_ONCE)
	{
		const double *rows[ROWS_AT_ONCE];
		double weight[ROWS_AT_ONCE];

		for (size_t i = 0; i < ROWS_AT_ONCE; i++)
		{
			bool there = from + i < count;
			size_t which = origin[there ? from + i : from];

			rows[i] = x + which * terms;
			weight[i] = there ? solver->weight[from + i] : 0;
			for (size_t k = 0; k < terms; k++)
				solver->moment[k] += weight[i] * target[which] * rows[i][k];
		}
		add_rows(terms, solver->gram, rows, weight);
		cs_work(ROWS_AT_ONCE * terms * (terms + 4) / 2);
	}
}

void
cs_linear_ridge_solve(cs_linear_ridge *solver, double penalty, double *coefficients)
{
	size_t terms = solver->terms;
	double *factor = solver->factor;

	for (size_t i = 0; i < terms; i++)
	{
		double *row = factor + i * terms;

		for (size_t j = 0; j <= i; j++)
		{
			double whole = solver->gram[i * terms + j] + (i == j ? penalty : 0);
			double value = whole - cs_dot(j, row, factor + j * terms);

			if (j < i)
				row[j] = value / factor[j * terms + j];
			else
				row[j] = value > DEPENDENT * whole ? sqrt(value) : INFINITY;
		}
		coefficients[i] = (solver->moment[i] - cs_dot(i, row, coefficients)) / row[i];
		cs_work(i * i / 2);
	}
	for (size_t i = terms; i-- > 0;)
	{
		for (size_t j = i + 1; j < terms; j++)
			coefficients[i] -= factor[j * terms + i] * coefficients[j];
		coefficients[i] /= factor[i * terms + i];
	}
}

static void
find_residuals(cs_linear_ridge *solver, const double *x, const double *target, const size_t *origin,
			   size_t count, const double *coefficients)
{
	for (size_t i = 0; i < count; i++)
	{
		solver->residual[i] =
			target[origin[i]] - cs_dot(solver->terms, x + origin[i] * solver->terms, coefficients);
		cs_work(solver->terms);
	}
}

/* Takes the solution over; whether it moved. */
static bool
take_solution(const cs_linear_ridge *solver, double *coefficients)
{
	double largest = 0;
	double step = 0;

	for (size_t k = 0; k < solver->terms; k++)
	{
		largest = fmax(largest, fabs(solver->solution[k]));
		step = fmax(step, fabs(solver->solution[k] - coefficients[k]));
		coefficients[k] = solver->solution[k];
	}
	return step > TOLERANCE * largest;
}

double
cs_linear_ridge_run(cs_linear_ridge *solver, const double *x, const double *target,
					const size_t *origin, size_t count, double ridge, int iterations,
					double *coefficients)
{
	double deviation = 0;
	bool moved = true;

	find_residuals(solver, x, target, origin, count, coefficients);
	for (int i = 0; i < iterations && moved; i++)
	{
		if (i < FREE_ITERATIONS)
			deviation = robust_deviation(solver, count);
		set_weights(solver, count, CS_LINEAR_CORNER * deviation);
		sum_products(solver, x, target, origin, count);
		cs_linear_ridge_solve(solver, ridge * (double) count, solver->solution);
		moved = take_solution(solver, coefficients);
		find_residuals(solver, x, target, origin, count, coefficients);
	}
	return deviation;
}
