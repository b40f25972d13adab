/*
 * kalman_ahead.c
 *		A copy of the filter's position, predicted on.
 */
#include "numeric/state_space/kalman_ahead.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/state_space/kalman_dense.h"
#include "numeric/state_space/kalman_factor.h"

void
cs_kalman_ahead_lay_out(cs_kalman_ahead *ahead, const cs_kalman_system *system,
						cs_workspace *workspace)
{
	size_t n = system->states;

	cs_kalman_matrix_lay_out(&ahead->filter, system, workspace);
	ahead->position.state = cs_workspace_take(workspace, n, sizeof(double));
	ahead->position.covariance = cs_workspace_take(workspace, n * n, sizeof(double));
	ahead->position.unknown =
		cs_workspace_take(workspace, cs_kalman_unknown_doubles(n), sizeof(double));
	ahead->state = cs_workspace_take(workspace, n, sizeof(double));
	ahead->moved = cs_workspace_take(workspace, n, sizeof(double));
	ahead->from = cs_workspace_take(workspace, n * n, sizeof(double));
}

void
cs_kalman_ahead_start(cs_kalman_ahead *ahead)
{
	size_t n = ahead->filter.system.states;

	memset(ahead->position.unknown, 0, cs_kalman_unknown_doubles(n) * sizeof(double));
	cs_kalman_matrix_start(&ahead->filter, &ahead->position);
	ahead->settled = 0;
}

/* The variance of the next row, whose prediction stands; NaN where it sees what is unknown. */
static double
variance_ahead(cs_kalman_ahead *ahead)
{
	cs_kalman_matrix *filter = &ahead->filter;
	const cs_kalman_system *system = &filter->system;
	size_t n = system->states;

	if (filter->directions > 0 &&
		cs_kalman_unknown_seen(n, filter->directions, filter->position.unknown, system->observation,
							   filter->seen, filter->vector) > 0)
		return NAN;
	return cs_kalman_factor_variance(n, filter->position.covariance, system->observation,
									 filter->vector) +
		   system->noise[0];
}

static void
set_variances(cs_kalman_ahead *ahead, const cs_kalman_matrix *from, size_t horizon,
			  double *variance)
{
	size_t n = ahead->filter.system.states;
	const cs_kalman_position *position = &from->position;

	if (ahead->settled >= horizon && from->directions == 0 &&
		memcmp(ahead->from, position->covariance, n * n * sizeof(double)) == 0)
		return;
	memcpy(ahead->from, position->covariance, n * n * sizeof(double));
	cs_kalman_matrix_place(&ahead->filter, position);
	for (size_t h = 0; h < horizon; h++)
	{
		cs_kalman_matrix_predict(&ahead->filter, NULL);
		variance[h] = variance_ahead(ahead);
		ahead->filter.position.predicted = false;
	}
	ahead->settled = from->directions == 0 && !position->predicted ? horizon : 0;
}

void
cs_kalman_ahead_run(cs_kalman_ahead *ahead, const cs_kalman_matrix *filter, const double *controls,
					size_t rows, size_t horizon, double *mean, double *variance)
{
	const cs_kalman_system *system = &ahead->filter.system;
	size_t n = system->states;

	set_variances(ahead, filter, horizon, variance);
	memcpy(ahead->state, filter->position.state, n * sizeof(double));
	for (size_t h = 0; h < horizon; h++)
	{
		const double *row =
			rows == 0 ? NULL : controls + (h < rows ? h : rows - 1) * system->controls;

		for (size_t i = 0; i < n; i++)
			ahead->moved[i] = product(n, system->transition + i * n, ahead->state) +
							  cs_kalman_control_effect(system, i, row);
		memcpy(ahead->state, ahead->moved, n * sizeof(double));
		mean[h] = isnan(variance[h]) ? NAN : product(n, system->observation, ahead->state);
		if (system->direct != NULL && row != NULL)
			mean[h] += product(system->controls, system->direct, row);
		cs_work(n * (n + system->controls + 1));
	}
}
