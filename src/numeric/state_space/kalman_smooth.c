/*
 * kalman_smooth.c
 *		One row back: its elements are taken in again, then out from the last to the first.
 */
#include "numeric/state_space/kalman_smooth.h"

#include <math.h>
#include <string.h>

#include "numeric/state_space/kalman_dense.h"

#define UNTOLD 1e-8 /* share of U that is left where no row tells the state */

size_t
cs_kalman_smoother_size(const cs_kalman_system *system)
{
	size_t n = system->states;
	cs_size size = {0};

	for (int i = 0; i < 5; i++)
		cs_size_add(&size, n, sizeof(double));
	for (int i = 0; i < 3; i++)
		cs_size_add(&size, n * n, sizeof(double));
	return cs_size_total(&size);
}

cs_status
cs_kalman_smoother_initialize(cs_kalman_smoother *smoother, cs_kalman_matrix *filter,
							  cs_workspace *workspace)
{
	size_t n = filter->system.states;
	double **vectors[] = {&smoother->r0, &smoother->r1, &smoother->known, &smoother->first,
						  &smoother->second};
	double **matrices[] = {&smoother->n0, &smoother->n1, &smoother->n2};

	smoother->filter = filter;
	for (int i = 0; i < 5; i++)
		*vectors[i] = cs_workspace_take(workspace, n, sizeof(double));
	for (int i = 0; i < 3; i++)
		*matrices[i] = cs_workspace_take(workspace, n * n, sizeof(double));
	if (smoother->n2 == NULL)
		return CS_NO_MEMORY;
	cs_kalman_smoother_restart(smoother);
	return CS_OK;
}

void
cs_kalman_smoother_restart(cs_kalman_smoother *smoother)
{
	size_t n = smoother->filter->system.states;

	memset(smoother->r0, 0, n * sizeof(double));
	memset(smoother->r1, 0, n * sizeof(double));
	memset(smoother->n0, 0, n * n * sizeof(double));
	memset(smoother->n1, 0, n * n * sizeof(double));
	memset(smoother->n2, 0, n * n * sizeof(double));
}

/* An element whose gain is g: r = h v / F + (I - g h')' r, N likewise. */
static void
take_out_known(cs_kalman_smoother *s, size_t i)
{
	const cs_kalman_elements *e = &s->filter->elements;
	size_t n = s->filter->system.states;
	const double *h = e->observation + i * n;
	const double *gain = e->gain + i * n;
	double new0 = e->innovation[i] / e->variance[i] - product(n, gain, s->r0);
	double new1 = -product(n, gain, s->r1);

	for (size_t k = 0; k < n; k++)
	{
		s->r0[k] += h[k] * new0;
		s->r1[k] += h[k] * new1;
	}
	multiply_vector(n, s->n0, gain, s->known);
	multiply_vector(n, s->n1, gain, s->first);
	multiply_vector(n, s->n2, gain, s->second);
	update_symmetric(n, s->n0, h, s->known, product(n, gain, s->known) + 1 / e->variance[i]);
	update_symmetric(n, s->n1, h, s->first, product(n, gain, s->first));
	update_symmetric(n, s->n2, h, s->second, product(n, gain, s->second));
}

/* An element that took a direction out of U; the gain has a second order, the correction. */
static void
take_out_unknown(cs_kalman_smoother *s, size_t i)
{
	const cs_kalman_elements *e = &s->filter->elements;
	size_t n = s->filter->system.states;
	const double *h = e->observation + i * n;
	const double *gain = e->gain + i * n;
	const double *correction = e->correction + i * n;
	double f = e->unknown[i];
	double new0 = -product(n, gain, s->r0);
	double new1 = e->innovation[i] / f - product(n, gain, s->r1) - product(n, correction, s->r0);
	double add1;
	double add2;

	for (size_t k = 0; k < n; k++)
	{
		s->r0[k] += h[k] * new0;
		s->r1[k] += h[k] * new1;
	}
	multiply_vector(n, s->n2, gain, s->second);
	multiply_vector(n, s->n1, correction, s->first);
	add2 = product(n, gain, s->second) + 2 * product(n, gain, s->first) - e->variance[i] / (f * f);
	for (size_t k = 0; k < n; k++)
		s->second[k] += s->first[k];
	multiply_vector(n, s->n0, correction, s->known);
	add2 += product(n, correction, s->known);
	update_symmetric(n, s->n2, h, s->second, add2);

	multiply_vector(n, s->n1, gain, s->first);
	add1 = 1 / f + product(n, gain, s->first) + 2 * product(n, gain, s->known);
	for (size_t k = 0; k < n; k++)
		s->first[k] += s->known[k];
	update_symmetric(n, s->n1, h, s->first, add1);

	multiply_vector(n, s->n0, gain, s->known);
	update_symmetric(n, s->n0, h, s->known, product(n, gain, s->known));
}

/* target -= left N right, or both ways round where left is not right; work[n][n] */
static void
subtract_product(size_t n, double *target, const double *left, const double *weight,
				 const double *right, double *work)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			work[i * n + j] = product(n, left + i * n, weight + j * n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
		{
			double value = product(n, work + i * n, right + j * n);

			target[i * n + j] -= value;
			if (left != right)
				target[j * n + i] -= value;
		}
}

/* Where U less U N1 U is left, no row tells the state. */
static void
hide_untold(const cs_kalman_smoother *s, double *state, double *covariance)
{
	size_t n = s->filter->system.states;
	const double *u = s->filter->position.unknown;
	double largest = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, u[i * n + i]);
	for (size_t i = 0; i < n; i++)
		if (u[i * n + i] - quadratic(n, s->n1, u + i * n, s->known) > UNTOLD * largest)
		{
			state[i] = NAN;
			for (size_t j = 0; j < n; j++)
				covariance[i * n + j] = covariance[j * n + i] = NAN;
		}
}

/* What later rows add to the filtered state: x + P r, P - P N P. */
static void
smooth_row(cs_kalman_smoother *s, double *state, double *covariance)
{
	size_t n = s->filter->system.states;
	const cs_kalman_position *filtered = &s->filter->position;
	const double *p = filtered->covariance;
	const double *u = filtered->unknown;
	double *work = s->filter->scratch;

	memcpy(covariance, p, n * n * sizeof(double));
	for (size_t i = 0; i < n; i++)
		state[i] = filtered->state[i] + product(n, p + i * n, s->r0);
	subtract_product(n, covariance, p, s->n0, p, work);
	if (!s->filter->diffuse)
		return;
	for (size_t i = 0; i < n; i++)
		state[i] += product(n, u + i * n, s->r1);
	subtract_product(n, covariance, u, s->n1, p, work);
	subtract_product(n, covariance, u, s->n2, u, work);
	hide_untold(s, state, covariance);
}

/* r = A' r and N = A' N A, to the row before. */
static void
transpose_step(cs_kalman_smoother *s)
{
	size_t n = s->filter->system.states;
	const double *a = s->filter->system.transition;
	double *vectors[] = {s->r0, s->r1};
	double *matrices[] = {s->n0, s->n1, s->n2};
	double *work = s->filter->scratch;

	for (int v = 0; v < 2; v++)
	{
		memset(s->known, 0, n * sizeof(double));
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				s->known[j] += a[i * n + j] * vectors[v][i];
		memcpy(vectors[v], s->known, n * sizeof(double));
	}
	for (int v = 0; v < 3; v++)
	{
		memset(work, 0, n * n * sizeof(double));
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n; k++)
				for (size_t j = 0; j < n; j++)
					work[i * n + j] += matrices[v][i * n + k] * a[k * n + j];
		memset(matrices[v], 0, n * n * sizeof(double));
		for (size_t k = 0; k < n; k++)
			for (size_t i = 0; i < n; i++)
				for (size_t j = 0; j < n; j++)
					matrices[v][i * n + j] += a[k * n + i] * work[k * n + j];
	}
}

cs_status
cs_kalman_smoother_back(cs_kalman_smoother *smoother, const cs_kalman_position *predicted,
						const double *y, double *state, double *covariance)
{
	cs_kalman_matrix *filter = smoother->filter;
	const cs_kalman_elements *e = &filter->elements;
	cs_status status;

	cs_kalman_matrix_place(filter, predicted);
	status = cs_kalman_matrix_take(filter, y);
	if (status != CS_OK)
		return status;
	if (state != NULL)
		smooth_row(smoother, state, covariance);
	for (size_t i = e->count; i-- > 0;)
		if (e->unknown[i] > 0)
			take_out_unknown(smoother, i);
		else
			take_out_known(smoother, i);
	transpose_step(smoother);
	return CS_OK;
}
