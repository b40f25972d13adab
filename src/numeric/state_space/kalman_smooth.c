/*
 * kalman_smooth.c
 *		One row back: its elements are taken in again, then out from the last to the first.
 */
#include "numeric/state_space/kalman_smooth.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/state_space/kalman_dense.h"
#include "numeric/state_space/kalman_factor.h"

#define UNTOLD 1e-8	  /* share of its products that an untold direction must have in a state */
#define KEPT 1e-3	  /* least share of a variance that may be left of a difference */
#define ROUNDED 1e-11 /* of which, at most, may be rounding */

/* The next state as an observation of the one before, x(t+1) = A x(t) + w. */
static cs_kalman_system
system_back(const cs_kalman_system *system)
{
	return (cs_kalman_system){.states = system->states,
							  .observed = system->states,
							  .transition = system->transition,
							  .observation = system->transition,
							  .process = system->process,
							  .noise = system->process};
}

static void
lay_out(cs_kalman_smoother *s, const cs_kalman_system *system, cs_workspace *workspace)
{
	const cs_kalman_system back = system_back(system);
	size_t n = system->states;
	double **vectors[] = {&s->r,	&s->state,		&s->predicted,
						  &s->work, &s->difference, &s->back_state};
	double **matrices[] = {&s->n,	 &s->covariance, &s->untold,
						   &s->root, &s->left,		 &s->back_covariance};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		*vectors[i] = cs_workspace_take(workspace, n, sizeof(double));
	for (size_t i = 0; i < sizeof(matrices) / sizeof(matrices[0]); i++)
		*matrices[i] = cs_workspace_take(workspace, n * n, sizeof(double));
	s->back_unknown = cs_workspace_take(workspace, cs_kalman_unknown_doubles(n), sizeof(double));
	cs_kalman_matrix_lay_out(&s->back, &back, workspace);
}

size_t
cs_kalman_smoother_size(const cs_kalman_system *system)
{
	cs_kalman_smoother smoother;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&smoother, system, &workspace);
	return cs_workspace_total(&workspace);
}

cs_status
cs_kalman_smoother_initialize(cs_kalman_smoother *smoother, cs_kalman_matrix *filter,
							  cs_workspace *workspace)
{
	lay_out(smoother, &filter->system, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	smoother->filter = filter;
	memset(smoother->back_unknown, 0,
		   cs_kalman_unknown_doubles(filter->system.states) * sizeof(double));
	cs_kalman_matrix_start(&smoother->back,
						   &(cs_kalman_position){.state = smoother->back_state,
												 .covariance = smoother->back_covariance,
												 .unknown = smoother->back_unknown});
	cs_kalman_smoother_restart(smoother);
	return CS_OK;
}

void
cs_kalman_smoother_restart(cs_kalman_smoother *smoother)
{
	size_t n = smoother->filter->system.states;

	smoother->taken = smoother->settled = false;
	memset(smoother->r, 0, n * sizeof(double));
	memset(smoother->n, 0, n * n * sizeof(double));
}

/* Keeps a direction of which no row tells, if there is any state that it moves. */
static void
keep_untold(cs_kalman_smoother *s, const double *direction)
{
	size_t n = s->filter->system.states;

	for (size_t i = 0; i < n; i++)
		if (direction[i] != 0)
		{
			memcpy(s->untold + s->untold_count++ * n, direction, n * sizeof(double));
			return;
		}
}

/* Directions of a position that are left over, without the states that are known. */
static void
keep_unknown(cs_kalman_smoother *s, const cs_kalman_matrix *from)
{
	size_t n = from->system.states;
	double *direction = s->difference;

	for (size_t j = 0; j < from->directions && s->untold_count < n; j++)
	{
		for (size_t i = 0; i < n; i++)
			direction[i] = cs_kalman_unknown_has(n, from->directions, from->position.unknown, i)
							   ? from->position.unknown[j * n + i]
							   : 0;
		keep_untold(s, direction);
	}
}

/* What is untold of the next row is untold of this one as far as the gain takes it over. */
static void
carry_untold(cs_kalman_smoother *s)
{
	size_t n = s->filter->system.states;
	size_t count = s->untold_count;
	const double *gain = s->back.phases[0].gain;
	double *direction = s->difference;

	s->untold_count = 0;
	for (size_t j = 0; j < count; j++)
	{
		const double *next = s->untold + j * n;

		for (size_t i = 0; i < n; i++)
		{
			double sum = 0;
			double size = 0;

			for (size_t k = 0; k < n; k++)
			{
				sum += gain[i * n + k] * next[k];
				size += fabs(gain[i * n + k] * next[k]);
			}
			direction[i] = fabs(sum) > UNTOLD * size ? sum : 0;
		}
		keep_untold(s, direction);
	}
	keep_unknown(s, &s->back);
}

/* P given the next state + K V K', V of that state, which becomes the V of this one. */
static void
add_moved(cs_kalman_smoother *s)
{
	size_t n = s->filter->system.states;
	const double *gain = s->back.phases[0].gain;
	const double *given = s->back.position.covariance;
	double *v = s->covariance;
	double *weights = s->back.scratch;
	double *w = weights + 2 * n;

	for (size_t j = 0; j < n; j++)
	{
		weights[j] = given[j * (n + 1)];
		weights[n + j] = v[j * (n + 1)];
		for (size_t i = 0; i < n; i++)
		{
			double sum = gain[i * n + j];

			for (size_t k = j + 1; k < n; k++)
				sum += gain[i * n + k] * v[k * n + j];
			w[i * 2 * n + j] = i == j ? 1 : given[i * n + j];
			w[i * 2 * n + n + j] = sum;
		}
	}
	cs_kalman_factor_gather(n, 2 * n, w, weights, v);
	cs_work(3 * n * n * n);
}

/* x + K (s - A x), P given the next state, and with that state's own error; K is the gain. */
static cs_status
smooth_by_next(cs_kalman_smoother *s)
{
	size_t n = s->filter->system.states;
	const cs_kalman_position *filtered = &s->filter->position;
	cs_kalman_matrix *back = &s->back;
	bool same =
		s->settled && s->filter->directions == 0 &&
		memcmp(filtered->covariance, back->phases[0].predicted, n * n * sizeof(double)) == 0;

	if (!same)
	{
		cs_status status;

		cs_kalman_matrix_place(back, filtered);
		s->settled = s->filter->directions == 0;
		status = cs_kalman_matrix_take_exact(back);
		if (status != CS_OK)
			return status;
	}
	for (size_t i = 0; i < n; i++)
		s->difference[i] = s->state[i] - s->predicted[i];
	multiply_vector(n, back->phases[0].gain, s->difference, s->state);
	for (size_t i = 0; i < n; i++)
		s->state[i] += filtered->state[i];
	add_moved(s);
	carry_untold(s);
	return CS_OK;
}

/* S' for P = S S': row k is column k of S. */
static void
transposed_root(size_t n, const double *factor, double *root)
{
	memset(root, 0, n * n * sizeof(double));
	for (size_t k = 0; k < n; k++)
	{
		double scale = sqrt(factor[k * (n + 1)]);

		root[k * n + k] = scale;
		for (size_t i = k + 1; i < n; i++)
			root[k * n + i] = scale * factor[i * n + k];
	}
}

/* The factor of I - S' N S; false where it is near to singular, or rounding may reach it. */
static bool
left_by_sums(cs_kalman_smoother *s)
{
	size_t n = s->filter->system.states;
	double *left = s->left;
	bool good = true;

	transposed_root(n, s->filter->position.covariance, s->root);
	for (size_t k = 0; k < n; k++)
	{
		const double *column = s->root + k * n;
		double size = 0;

		for (size_t i = 0; i < n; i++)
		{
			double sum = 0;

			for (size_t j = 0; j < n; j++)
				sum += fabs(s->n[i * n + j] * column[j]);
			size += fabs(column[i]) * sum;
		}
		good = good && size * DBL_EPSILON <= ROUNDED;
		multiply_vector(n, s->n, column, s->work);
		for (size_t l = 0; l <= k; l++)
			left[k * n + l] = (k == l) - product(n, s->root + l * n, s->work);
	}
	cs_work(3 * n * n * n);
	if (!good)
		return false;
	cs_kalman_factor_of(n, left, left);
	for (size_t k = 0; k < n; k++)
		good = good && left[k * (n + 1)] >= KEPT;
	return good;
}

/* x + P r and P - P N P; false where digits would be lost. */
static bool
smooth_by_sums(cs_kalman_smoother *s)
{
	size_t n = s->filter->system.states;
	double *weights = s->back.scratch;
	double *w = weights + n;

	if (s->taken || !left_by_sums(s))
		return false;
	multiply_vector(n, s->root, s->r, s->work);
	memcpy(s->state, s->filter->position.state, n * sizeof(double));
	for (size_t k = 0; k < n; k++)
	{
		weights[k] = s->left[k * (n + 1)];
		for (size_t i = 0; i < n; i++)
		{
			double sum = s->root[k * n + i];

			for (size_t l = k + 1; l < n; l++)
				sum += s->root[l * n + i] * s->left[l * n + k];
			w[i * n + k] = sum;
			s->state[i] += s->root[k * n + i] * s->work[k];
		}
	}
	cs_kalman_factor_gather(n, n, w, weights, s->covariance);
	cs_work(2 * n * n * n);
	s->untold_count = 0;
	keep_unknown(s, s->filter);
	return true;
}

/* r and N before an element whose gain is g: r = h v / F + (I - g h')' r, N likewise. */
static void
take_out(cs_kalman_smoother *s, size_t i)
{
	const cs_kalman_elements *e = &s->filter->phases[s->filter->phase].elements;
	size_t n = s->filter->system.states;
	const double *h = e->observation + i * n;
	const double *gain = e->gain + i * n;
	double add = e->innovation[i] / e->variance[i] - product(n, gain, s->r);

	for (size_t k = 0; k < n; k++)
		s->r[k] += h[k] * add;
	multiply_vector(n, s->n, gain, s->work);
	update_symmetric(n, s->n, h, s->work, product(n, gain, s->work) + 1 / e->variance[i]);
}

/* r = A' r and N = A' N A, to the row before. */
static void
transpose_step(cs_kalman_smoother *s)
{
	size_t n = s->filter->system.states;
	const double *a = s->filter->system.transition;
	double *transposed = s->root;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			transposed[j * n + i] = a[i * n + j];
	multiply_vector(n, transposed, s->r, s->work);
	memcpy(s->r, s->work, n * sizeof(double));
	sandwich(n, transposed, s->n, s->filter->scratch);
}

/* All that this row says is added to what later rows say, as long as nothing was unknown there. */
static void
add_row(cs_kalman_smoother *s)
{
	const cs_kalman_elements *e = &s->filter->phases[s->filter->phase].elements;

	for (size_t i = 0; i < e->count; i++)
		s->taken = s->taken || e->first[i];
	if (s->taken)
		return;
	for (size_t i = e->count; i-- > 0;)
		take_out(s, i);
	transpose_step(s);
}

static void
copy_told(const cs_kalman_smoother *s, double *state, double *covariance)
{
	size_t n = s->filter->system.states;

	memcpy(state, s->state, n * sizeof(double));
	cs_kalman_factor_product(n, s->covariance, covariance);
	for (size_t k = 0; k < s->untold_count * n; k++)
		if (s->untold[k] != 0)
		{
			size_t i = k % n;

			state[i] = NAN;
			for (size_t j = 0; j < n; j++)
				covariance[i * n + j] = covariance[j * n + i] = NAN;
		}
}

cs_status
cs_kalman_smoother_back(cs_kalman_smoother *smoother, const cs_kalman_position *predicted,
						const double *y, double *state, double *covariance)
{
	cs_kalman_matrix *filter = smoother->filter;
	cs_status status;

	cs_kalman_matrix_place(filter, predicted);
	status = cs_kalman_matrix_take(filter, y);
	if (status != CS_OK)
		return status;
	if (!smooth_by_sums(smoother))
		status = smooth_by_next(smoother);
	add_row(smoother);
	memcpy(smoother->predicted, predicted->state, filter->system.states * sizeof(double));
	if (state != NULL && status == CS_OK)
		copy_told(smoother, state, covariance);
	return status;
}
