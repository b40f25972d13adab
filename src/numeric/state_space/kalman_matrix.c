/*
 * kalman_matrix.c
 *		Prediction, and the elements of an observation one after the other.
 */
#include "numeric/state_space/kalman_matrix.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/poll.h"
#include "numeric/state_space/kalman_dense.h"
#include "numeric/state_space/kalman_factor.h"

#define EXPLAINED 100.0 /* times its rounding that a variance without noise must be, per state */

static void
lay_out_phase(cs_kalman_phase *phase, size_t n, size_t m, cs_workspace *workspace)
{
	cs_kalman_elements *e = &phase->elements;

	e->index = cs_workspace_take(workspace, m, sizeof(size_t));
	e->lower = cs_workspace_take(workspace, m * m, sizeof(double));
	e->noise = cs_workspace_take(workspace, m, sizeof(double));
	e->observation = cs_workspace_take(workspace, m * n, sizeof(double));
	e->value = cs_workspace_take(workspace, m, sizeof(double));
	e->innovation = cs_workspace_take(workspace, m, sizeof(double));
	e->variance = cs_workspace_take(workspace, m, sizeof(double));
	e->first = cs_workspace_take(workspace, m, sizeof(bool));
	e->gain = cs_workspace_take(workspace, m * n, sizeof(double));
	phase->predicted = cs_workspace_take(workspace, n * n, sizeof(double));
	phase->filtered = cs_workspace_take(workspace, n * n, sizeof(double));
	phase->gain = cs_workspace_take(workspace, n * m, sizeof(double));
	phase->innovation_covariance = cs_workspace_take(workspace, m * m, sizeof(double));
}

void
cs_kalman_matrix_lay_out(cs_kalman_matrix *filter, const cs_kalman_system *system,
						 cs_workspace *workspace)
{
	size_t n = system->states;

	*filter = (cs_kalman_matrix){.system = *system};
	for (int i = 0; i < 2; i++)
		lay_out_phase(&filter->phases[i], n, system->observed, workspace);
	filter->process = cs_workspace_take(workspace, n * n, sizeof(double));
	filter->scratch = cs_workspace_take(workspace, 2 * n * n + 2 * n, sizeof(double));
	filter->vector = cs_workspace_take(workspace, n, sizeof(double));
	filter->seen = cs_workspace_take(workspace, n, sizeof(double));
}

size_t
cs_kalman_matrix_size(const cs_kalman_system *system)
{
	cs_kalman_matrix filter;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_kalman_matrix_lay_out(&filter, system, &workspace);
	return cs_workspace_total(&workspace);
}

static cs_kalman_phase *
now(cs_kalman_matrix *filter)
{
	return &filter->phases[filter->phase];
}

static bool
is_scalar(const cs_kalman_matrix *filter)
{
	return filter->system.states == 1 && filter->system.observed == 1;
}

static bool
in_range(size_t size)
{
	return size >= 1 && size <= CS_KALMAN_MAX_SIZE;
}

void
cs_kalman_matrix_start(cs_kalman_matrix *filter, const cs_kalman_position *position)
{
	size_t n = filter->system.states;

	filter->position = *position;
	filter->directions = cs_kalman_unknown_count(n, position->unknown);
	cs_kalman_factor_of(n, filter->system.process, filter->process);
}

cs_status
cs_kalman_matrix_initialize(cs_kalman_matrix *filter, const cs_kalman_system *system,
							const cs_kalman_position *position, cs_workspace *workspace)
{
	cs_status status;
	cs_kalman_model model;

	if (!in_range(system->states) || !in_range(system->observed) ||
		system->controls > CS_KALMAN_MAX_SIZE)
		return CS_OUT_OF_RANGE;
	cs_kalman_matrix_lay_out(filter, system, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	cs_kalman_matrix_start(filter, position);
	if (!is_scalar(filter))
		return CS_OK;
	model = (cs_kalman_model){system->transition[0], system->observation[0], system->process[0],
							  system->noise[0]};
	if (filter->directions > 0)
	{
		status = cs_kalman_initialize(&filter->scalar, &model, CS_KALMAN_DIFFUSE, 0, 0);
		filter->scalar.predicted = position->predicted;
		return status;
	}
	return cs_kalman_initialize(&filter->scalar, &model,
								position->predicted ? CS_KALMAN_PREDICTED : CS_KALMAN_FILTERED,
								position->state[0], position->covariance[0]);
}

/* Appends the diagonal of a factor, as far as it is not zero. */
static size_t
append_weights(size_t n, const double *factor, size_t count, double *weights)
{
	for (size_t j = 0; j < n; j++)
		if (factor[j * (n + 1)] > 0)
			weights[count++] = factor[j * (n + 1)];
	return count;
}

/* A P A' + Q, of the columns of A L and of Q's factor that have a weight */
static void
gather_prediction(cs_kalman_matrix *filter)
{
	size_t n = filter->system.states;
	const double *a = filter->system.transition;
	const double *l = filter->position.covariance;
	const double *q = filter->process;
	double *weights = filter->scratch;
	double *w = weights + 2 * n;
	size_t count = append_weights(n, q, append_weights(n, l, 0, weights), weights);
	size_t place = 0;

	for (size_t j = 0; j < n; j++)
	{
		if (!(l[j * (n + 1)] > 0))
			continue;
		for (size_t i = 0; i < n; i++)
		{
			double sum = a[i * n + j];

			for (size_t k = j + 1; k < n; k++)
				sum += a[i * n + k] * l[k * n + j];
			w[i * count + place] = sum;
		}
		place++;
	}
	for (size_t j = 0; j < n; j++)
	{
		if (!(q[j * (n + 1)] > 0))
			continue;
		for (size_t i = 0; i < n; i++)
			w[i * count + place] = i > j ? q[i * n + j] : i == j;
		place++;
	}
	cs_kalman_factor_gather(n, count, w, weights, filter->position.covariance);
	cs_work(3 * n * n * n);
}

static void
predict_covariance(cs_kalman_matrix *filter)
{
	const cs_kalman_system *system = &filter->system;
	cs_kalman_position *position = &filter->position;
	size_t n = system->states;

	filter->phase = 1 - filter->phase;
	if (filter->steady)
	{
		memcpy(position->covariance, now(filter)->predicted, n * n * sizeof(double));
		return;
	}
	gather_prediction(filter);
	if (filter->directions > 0)
		filter->directions = cs_kalman_unknown_predict(n, filter->directions, system->transition,
													   position->unknown, filter->scratch);
	filter->steady =
		filter->complete == 2 && filter->directions == 0 &&
		memcmp(position->covariance, now(filter)->predicted, n * n * sizeof(double)) == 0;
}

double
cs_kalman_control_effect(const cs_kalman_system *system, size_t i, const double *controls)
{
	return controls == NULL
			   ? 0
			   : product(system->controls, system->control + i * system->controls, controls);
}

void
cs_kalman_matrix_predict(cs_kalman_matrix *filter, const double *controls)
{
	const cs_kalman_system *system = &filter->system;
	double *state = filter->position.state;
	size_t n = system->states;

	if (filter->position.predicted)
		return;
	memcpy(filter->vector, state, n * sizeof(double));
	for (size_t i = 0; i < n; i++)
		state[i] = product(n, system->transition + i * n, filter->vector) +
				   cs_kalman_control_effect(system, i, controls);
	predict_covariance(filter);
	filter->position.predicted = true;
}

/* R = L D L' over the elements that are present, and H and z with L taken out. */
static void
separate(cs_kalman_matrix *filter)
{
	const cs_kalman_system *system = &filter->system;
	cs_kalman_elements *e = &now(filter)->elements;
	size_t n = system->states;
	size_t m = system->observed;
	size_t count = e->count;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j <= i; j++)
			e->lower[i * count + j] = system->noise[e->index[i] * m + e->index[j]];
	cs_kalman_factor_of(count, e->lower, e->lower);
	for (size_t i = 0; i < count; i++)
	{
		const double *row = e->lower + i * count;

		e->noise[i] = row[i];
		memcpy(e->observation + i * n, system->observation + e->index[i] * n, n * sizeof(double));
		for (size_t j = 0; j < i; j++)
			for (size_t k = 0; k < n; k++)
				e->observation[i * n + k] -= row[j] * e->observation[j * n + k];
	}
}

/* (I - K h') P (I - K h')' + r K K', where K takes a direction out; f = L' h */
static void
gather_first(cs_kalman_matrix *filter, const double *gain, const double *f, double r)
{
	size_t n = filter->system.states;
	double *factor = filter->position.covariance;
	double *weights = filter->scratch;
	double *w = weights + n + 1;

	for (size_t j = 0; j < n; j++)
		weights[j] = factor[j * (n + 1)];
	weights[n] = r;
	for (size_t i = 0; i < n; i++)
	{
		for (size_t j = 0; j < n; j++)
			w[i * (n + 1) + j] = (i == j ? 1 : factor[i * n + j]) - gain[i] * f[j];
		w[i * (n + 1) + n] = gain[i];
	}
	cs_kalman_factor_gather(n, n + 1, w, weights, factor);
	cs_work(n * n * n);
}

/* The square of what h sees of the unknown; its products with the directions in `seen`. */
static double
unknown_seen(cs_kalman_matrix *filter, const double *h)
{
	return cs_kalman_unknown_seen(filter->system.states, filter->directions,
								  filter->position.unknown, h, filter->seen, filter->vector);
}

/* How an element updates the covariance; sets its gain. */
static cs_status
update_covariance(cs_kalman_matrix *filter, size_t i)
{
	cs_kalman_elements *e = &now(filter)->elements;
	cs_kalman_position *position = &filter->position;
	size_t n = filter->system.states;
	const double *h = e->observation + i * n;
	const double share = EXPLAINED * (double) n * DBL_EPSILON;
	double *gain = e->gain + i * n;
	double *f = filter->vector;
	double unknown = filter->directions > 0 ? unknown_seen(filter, h) : 0;
	double explained = cs_kalman_factor_variance(n, position->covariance, h, f);

	cs_work(2 * n * n);
	e->variance[i] = explained + e->noise[i];
	e->first[i] = unknown > 0;
	if (e->first[i])
	{
		cs_kalman_unknown_remove(n, filter->directions--, position->unknown, h, filter->seen,
								 unknown, gain, filter->scratch);
		gather_first(filter, gain, f, e->noise[i]);
		return CS_OK;
	}
	/* of the variance that there was before the elements of this row */
	if (!(e->variance[i] > 0) ||
		(e->noise[i] == 0 &&
		 !(explained > share * share * cs_kalman_factor_size(n, now(filter)->predicted, h))))
		return isnan(e->variance[i]) ? CS_NOT_FINITE : CS_ZERO_VARIANCE;
	cs_kalman_factor_update(n, position->covariance, f, e->noise[i], gain);
	return CS_OK;
}

/* The gain on the observation itself from those of its independent elements. */
static void
collect_gain(cs_kalman_matrix *filter)
{
	const cs_kalman_elements *e = &now(filter)->elements;
	size_t n = filter->system.states;
	size_t m = filter->system.observed;
	double *gain = now(filter)->gain;

	memset(gain, 0, n * m * sizeof(double));
	for (size_t i = 0; i < e->count; i++)
	{
		for (size_t j = 0; j < i; j++)
		{
			double sum = 0;

			for (size_t k = 0; k < n; k++)
				sum += e->observation[i * n + k] * gain[k * m + e->index[j]];
			for (size_t k = 0; k < n; k++)
				gain[k * m + e->index[j]] -= e->gain[i * n + k] * sum;
		}
		for (size_t k = 0; k < n; k++)
			gain[k * m + e->index[i]] = e->gain[i * n + k];
	}
	for (size_t j = e->count; j-- > 0;)
		for (size_t l = j + 1; l < e->count; l++)
			for (size_t k = 0; k < n; k++)
				gain[k * m + e->index[j]] -= gain[k * m + e->index[l]] * e->lower[l * e->count + j];
}

/* H P H' + R; NaN for elements that are missing or see what is unknown. */
static void
collect_innovation_covariance(cs_kalman_matrix *filter)
{
	const cs_kalman_system *system = &filter->system;
	const cs_kalman_elements *e = &now(filter)->elements;
	size_t n = system->states;
	size_t m = system->observed;
	double *s = now(filter)->innovation_covariance;
	double *covariance = filter->scratch;

	cs_kalman_factor_product(n, filter->position.covariance, covariance);
	for (size_t i = 0; i < m * m; i++)
		s[i] = NAN;
	for (size_t i = 0; i < e->count; i++)
	{
		const double *h = system->observation + e->index[i] * n;

		multiply_vector(n, covariance, h, filter->vector);
		for (size_t j = 0; j <= i; j++)
		{
			size_t a = e->index[i];
			size_t b = e->index[j];

			s[a * m + b] = s[b * m + a] =
				product(n, system->observation + b * n, filter->vector) + system->noise[a * m + b];
		}
	}
	if (filter->directions == 0)
		return;
	for (size_t i = 0; i < e->count; i++)
	{
		size_t a = e->index[i];

		if (unknown_seen(filter, system->observation + a * n) > 0)
			for (size_t j = 0; j < m; j++)
				s[a * m + j] = s[j * m + a] = NAN;
	}
}

/* The elements made independent and taken in; `exact`: those without variance tell nothing. */
static cs_status
take_elements(cs_kalman_matrix *filter, bool exact)
{
	cs_kalman_elements *e = &now(filter)->elements;
	size_t n = filter->system.states;

	memcpy(now(filter)->predicted, filter->position.covariance, n * n * sizeof(double));
	separate(filter);
	for (size_t i = 0; i < e->count; i++)
	{
		cs_status status = update_covariance(filter, i);

		if (status == CS_ZERO_VARIANCE && exact)
			memset(e->gain + i * n, 0, n * sizeof(double));
		else if (status != CS_OK)
			return status;
	}
	collect_gain(filter);
	return CS_OK;
}

/* All that does not depend on the observed values. */
static cs_status
update_covariances(cs_kalman_matrix *filter)
{
	size_t n = filter->system.states;
	cs_status status;

	collect_innovation_covariance(filter);
	status = take_elements(filter, false);
	memcpy(now(filter)->filtered, filter->position.covariance, n * n * sizeof(double));
	return status;
}

cs_status
cs_kalman_matrix_take_exact(cs_kalman_matrix *filter)
{
	now(filter)->elements.count = filter->system.observed;
	for (size_t i = 0; i < filter->system.observed; i++)
		now(filter)->elements.index[i] = i;
	return take_elements(filter, true);
}

/* The state, element by element; returns the log-likelihood, NaN without any part of it. */
static double
update_state(cs_kalman_matrix *filter, const double *y)
{
	cs_kalman_elements *e = &now(filter)->elements;
	size_t n = filter->system.states;
	double *state = filter->position.state;
	double log_likelihood = NAN;

	for (size_t i = 0; i < e->count; i++)
	{
		double v = y[e->index[i]];

		for (size_t j = 0; j < i; j++)
			v -= e->lower[i * e->count + j] * e->value[j];
		e->value[i] = v;
		v -= product(n, e->observation + i * n, state);
		e->innovation[i] = v;
		for (size_t k = 0; k < n; k++)
			state[k] += e->gain[i * n + k] * v;
		if (!e->first[i])
			log_likelihood = (isnan(log_likelihood) ? 0 : log_likelihood) -
							 0.5 * (log(2 * M_PI * e->variance[i]) + v * v / e->variance[i]);
	}
	return log_likelihood;
}

/* Copies moments; NaN where the state is unknown. */
static void
copy_known(const cs_kalman_matrix *filter, double *state, double *covariance)
{
	const cs_kalman_position *position = &filter->position;
	size_t n = filter->system.states;

	memcpy(state, position->state, n * sizeof(double));
	cs_kalman_factor_product(n, position->covariance, covariance);
	if (filter->directions == 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (cs_kalman_unknown_has(n, filter->directions, position->unknown, i))
		{
			state[i] = NAN;
			for (size_t j = 0; j < n; j++)
				covariance[i * n + j] = covariance[j * n + i] = NAN;
		}
}

static bool
all_finite(size_t n, const double *values)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(values[i]))
			return false;
	return true;
}

/* The observation of one row where n = m = 1; kalman.h predicts what was not predicted here. */
static cs_status
update_scalar(cs_kalman_matrix *filter, const double *y, const cs_kalman_matrix_row *row)
{
	cs_kalman *scalar = &filter->scalar;
	cs_kalman_position *position = &filter->position;
	cs_kalman_row result;
	cs_status status = cs_kalman_step(scalar, y[0], filter->vector[0], &result);

	row->predicted[0] = result.predicted;
	row->predicted_covariance[0] = result.predicted_variance;
	row->filtered[0] = result.filtered;
	row->covariance[0] = result.variance;
	row->gain[0] = result.gain;
	row->innovation[0] = result.innovation;
	row->innovation_covariance[0] = result.innovation_variance;
	row->log_likelihood[0] = result.log_likelihood;
	position->state[0] = scalar->diffuse ? 0 : scalar->state;
	position->covariance[0] = scalar->diffuse ? 0 : scalar->variance;
	position->unknown[0] = scalar->diffuse;
	filter->directions = scalar->diffuse;
	position->predicted = scalar->predicted;
	return status;
}

void
cs_kalman_matrix_place(cs_kalman_matrix *filter, const cs_kalman_position *position)
{
	size_t n = filter->system.states;

	memcpy(filter->position.state, position->state, n * sizeof(double));
	memcpy(filter->position.covariance, position->covariance, n * n * sizeof(double));
	memcpy(filter->position.unknown, position->unknown,
		   cs_kalman_unknown_doubles(n) * sizeof(double));
	filter->position.predicted = position->predicted;
	filter->directions = cs_kalman_unknown_count(n, position->unknown);
	filter->steady = false;
	filter->complete = 0;
}

/* The elements that are present and how they update the covariances. */
static cs_status
begin_update(cs_kalman_matrix *filter, const double *y)
{
	cs_kalman_elements *e = &now(filter)->elements;
	size_t n = filter->system.states;
	size_t m = filter->system.observed;

	e->count = 0;
	for (size_t i = 0; i < m; i++)
		if (!isnan(y[i]))
			e->index[e->count++] = i;
	filter->steady = filter->steady && e->count == m;
	filter->complete = e->count < m || filter->directions > 0 ? 0 : filter->complete == 0 ? 1 : 2;
	filter->position.predicted = false;
	if (!filter->steady)
		return update_covariances(filter);
	memcpy(filter->position.covariance, now(filter)->filtered, n * n * sizeof(double));
	return CS_OK;
}

static cs_status
check_position(const cs_kalman_matrix *filter)
{
	size_t n = filter->system.states;

	return all_finite(n, filter->position.state) && all_finite(n * n, filter->position.covariance)
			   ? CS_OK
			   : CS_NOT_FINITE;
}

cs_status
cs_kalman_matrix_take(cs_kalman_matrix *filter, const double *y)
{
	cs_status status = begin_update(filter, y);

	if (status != CS_OK)
		return status;
	update_state(filter, y);
	return check_position(filter);
}

cs_status
cs_kalman_matrix_update(cs_kalman_matrix *filter, const double *y, const cs_kalman_matrix_row *row)
{
	const cs_kalman_system *system = &filter->system;
	size_t n = system->states;
	size_t m = system->observed;
	cs_status status;

	copy_known(filter, row->predicted, row->predicted_covariance);
	status = begin_update(filter, y);
	if (status != CS_OK)
		return status;
	for (size_t i = 0; i < m; i++)
		row->innovation[i] =
			isnan(now(filter)->innovation_covariance[i * m + i])
				? NAN
				: y[i] - product(n, system->observation + i * n, filter->position.state);
	memcpy(row->innovation_covariance, now(filter)->innovation_covariance, m * m * sizeof(double));
	for (size_t i = 0; i < n * m; i++)
		row->gain[i] = now(filter)->elements.count == 0 ? NAN : now(filter)->gain[i];
	row->log_likelihood[0] = update_state(filter, y);
	copy_known(filter, row->filtered, row->covariance);
	return check_position(filter);
}

cs_status
cs_kalman_matrix_step(cs_kalman_matrix *filter, const double *y, const double *controls,
					  const cs_kalman_matrix_row *row)
{
	if (is_scalar(filter))
	{
		filter->vector[0] = cs_kalman_control_effect(&filter->system, 0, controls);
		return update_scalar(filter, y, row);
	}
	cs_kalman_matrix_predict(filter, controls);
	return cs_kalman_matrix_update(filter, y, row);
}
