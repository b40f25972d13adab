/*
 * kalman_matrix.c
 *		Prediction, and the elements of an observation one after the other.
 */
#include "numeric/state_space/kalman_matrix.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "numeric/state_space/kalman_dense.h"

#define TWO_PI 6.283185307179586476925
#define SINGULAR 1e-14 /* share of a noise variance that elements before leave of it */
#define SEEN 1e-10	   /* share of U that an observation must see */
#define KNOWN 1e-12	   /* share of U below which rounding is left */

/* The pieces of a filter's memory; with workspace NULL only their sizes are added up. */
static void *
piece(cs_workspace *workspace, cs_size *size, size_t count, size_t bytes)
{
	if (workspace != NULL)
		return cs_workspace_take(workspace, count, bytes);
	cs_size_add(size, count, bytes);
	return NULL;
}

static double *
lay_out(cs_kalman_matrix *filter, cs_workspace *workspace, cs_size *size)
{
	size_t n = filter->system.states;
	size_t m = filter->system.observed;
	cs_kalman_elements *e = &filter->elements;

	e->index = piece(workspace, size, m, sizeof(size_t));
	e->lower = piece(workspace, size, m * m, sizeof(double));
	e->noise = piece(workspace, size, m, sizeof(double));
	e->observation = piece(workspace, size, m * n, sizeof(double));
	e->value = piece(workspace, size, m, sizeof(double));
	e->innovation = piece(workspace, size, m, sizeof(double));
	e->variance = piece(workspace, size, m, sizeof(double));
	e->unknown = piece(workspace, size, m, sizeof(double));
	e->gain = piece(workspace, size, m * n, sizeof(double));
	e->correction = piece(workspace, size, m * n, sizeof(double));
	filter->last = piece(workspace, size, n * n, sizeof(double));
	filter->filtered = piece(workspace, size, n * n, sizeof(double));
	filter->scratch = piece(workspace, size, n * n + 2 * n, sizeof(double));
	filter->vector = piece(workspace, size, n, sizeof(double));
	filter->gain = piece(workspace, size, n * m, sizeof(double));
	filter->innovation_covariance = piece(workspace, size, m * m, sizeof(double));
	return filter->innovation_covariance;
}

size_t
cs_kalman_matrix_size(const cs_kalman_system *system)
{
	cs_kalman_matrix filter = {.system = *system};
	cs_size size = {0};

	lay_out(&filter, NULL, &size);
	return cs_size_total(&size);
}

static bool
is_scalar(const cs_kalman_matrix *filter)
{
	return filter->system.states == 1 && filter->system.observed == 1;
}

static double
largest_variance(size_t n, const double *matrix)
{
	double largest = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, matrix[i * n + i]);
	return largest;
}

static bool
in_range(size_t size)
{
	return size >= 1 && size <= CS_KALMAN_MAX_SIZE;
}

cs_status
cs_kalman_matrix_initialize(cs_kalman_matrix *filter, const cs_kalman_system *system,
							const cs_kalman_position *position, cs_workspace *workspace)
{
	cs_kalman_model model;

	*filter = (cs_kalman_matrix){.system = *system, .position = *position};
	if (!in_range(system->states) || !in_range(system->observed) ||
		system->controls > CS_KALMAN_MAX_SIZE)
		return CS_OUT_OF_RANGE;
	if (lay_out(filter, workspace, NULL) == NULL)
		return CS_NO_MEMORY;
	filter->diffuse = largest_variance(system->states, position->unknown) > 0;
	if (!is_scalar(filter))
		return CS_OK;
	model = (cs_kalman_model){system->transition[0], system->observation[0], system->process[0],
							  system->noise[0]};
	if (filter->diffuse)
	{
		cs_status status = cs_kalman_initialize(&filter->scalar, &model, CS_KALMAN_DIFFUSE, 0, 0);

		filter->scalar.predicted = position->predicted;
		return status;
	}
	return cs_kalman_initialize(&filter->scalar, &model,
								position->predicted ? CS_KALMAN_PREDICTED : CS_KALMAN_FILTERED,
								position->state[0], position->covariance[0]);
}

/* Directions of U that only rounding has left are known. */
static void
clear_known(cs_kalman_matrix *filter, double before)
{
	size_t n = filter->system.states;
	double *unknown = filter->position.unknown;

	for (size_t i = 0; i < n; i++)
		if (!(unknown[i * n + i] > KNOWN * before))
			for (size_t j = 0; j < n; j++)
				unknown[i * n + j] = unknown[j * n + i] = 0;
	filter->diffuse = largest_variance(n, unknown) > 0;
}

static void
predict_covariance(cs_kalman_matrix *filter)
{
	const cs_kalman_system *system = &filter->system;
	cs_kalman_position *position = &filter->position;
	size_t n = system->states;

	if (filter->steady)
	{
		memcpy(position->covariance, filter->last, n * n * sizeof(double));
		return;
	}
	sandwich(n, system->transition, position->covariance, filter->scratch);
	for (size_t i = 0; i < n * n; i++)
		position->covariance[i] += system->process[i];
	if (filter->diffuse)
	{
		double before = largest_variance(n, position->unknown);

		sandwich(n, system->transition, position->unknown, filter->scratch);
		clear_known(filter, before);
	}
	filter->steady = filter->complete && !filter->diffuse &&
					 memcmp(position->covariance, filter->last, n * n * sizeof(double)) == 0;
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
	cs_kalman_elements *e = &filter->elements;
	size_t n = system->states;
	size_t m = system->observed;

	for (size_t i = 0; i < e->count; i++)
	{
		double *row = e->lower + i * m;

		for (size_t j = 0; j <= i; j++)
		{
			double sum = system->noise[e->index[i] * m + e->index[j]];

			for (size_t k = 0; k < j; k++)
				sum -= row[k] * e->lower[j * m + k] * e->noise[k];
			if (j == i)
				e->noise[i] = sum > SINGULAR * system->noise[e->index[i] * (m + 1)] ? sum : 0;
			else
				row[j] = e->noise[j] > 0 ? sum / e->noise[j] : 0;
		}
		memcpy(e->observation + i * n, system->observation + e->index[i] * n, n * sizeof(double));
		for (size_t j = 0; j < i; j++)
			for (size_t k = 0; k < n; k++)
				e->observation[i * n + k] -= row[j] * e->observation[j * n + k];
	}
}

/* Takes direction h out of U; the covariance is updated as if the noise were all there is. */
static void
update_unknown(cs_kalman_matrix *filter, size_t i)
{
	cs_kalman_elements *e = &filter->elements;
	cs_kalman_position *position = &filter->position;
	size_t n = filter->system.states;
	const double *h = e->observation + i * n;
	double *gain = e->gain + i * n;
	double *correction = e->correction + i * n;
	double *seen = filter->vector; /* U h */
	double before = largest_variance(n, position->unknown);

	multiply_vector(n, position->unknown, h, seen);
	multiply_vector(n, position->covariance, h, correction);
	for (size_t k = 0; k < n; k++)
	{
		gain[k] = seen[k] / e->unknown[i];
		correction[k] = (correction[k] - gain[k] * e->variance[i]) / e->unknown[i];
	}
	joseph(n, position->covariance, gain, h, e->noise[i], filter->scratch);
	joseph(n, position->unknown, gain, h, 0, filter->scratch);
	clear_known(filter, before);
}

/* How an element updates the covariance; sets its gain. */
static cs_status
update_covariance(cs_kalman_matrix *filter, size_t i)
{
	cs_kalman_elements *e = &filter->elements;
	cs_kalman_position *position = &filter->position;
	size_t n = filter->system.states;
	const double *h = e->observation + i * n;
	double *gain = e->gain + i * n;
	double explained;
	double rounding;

	multiply_vector(n, position->covariance, h, gain);
	explained = product(n, h, gain);
	e->variance[i] = explained + e->noise[i];
	e->unknown[i] = 0;
	if (filter->diffuse)
	{
		double part;

		multiply_vector(n, position->unknown, h, filter->vector);
		part = product(n, h, filter->vector);
		if (part > SEEN * product(n, h, h) * largest_variance(n, position->unknown))
		{
			e->unknown[i] = part;
			update_unknown(filter, i);
			return CS_OK;
		}
	}
	/* of the variance that there was before the elements of this row */
	rounding = 4 * (double) n * DBL_EPSILON * quadratic(n, filter->last, h, filter->vector);
	if (!(e->variance[i] > (e->noise[i] > 0 ? 0 : rounding)))
		return isnan(e->variance[i]) ? CS_NOT_FINITE : CS_ZERO_VARIANCE;
	for (size_t k = 0; k < n; k++)
		gain[k] /= e->variance[i];
	joseph(n, position->covariance, gain, h, e->noise[i], filter->scratch);
	return CS_OK;
}

/* The gain on the observation itself from those of its independent elements. */
static void
collect_gain(cs_kalman_matrix *filter)
{
	const cs_kalman_elements *e = &filter->elements;
	size_t n = filter->system.states;
	size_t m = filter->system.observed;
	double *gain = filter->gain;

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
				gain[k * m + e->index[j]] -= gain[k * m + e->index[l]] * e->lower[l * m + j];
}

/* H P H' + R; NaN for elements that are missing or see what is unknown. */
static void
collect_innovation_covariance(cs_kalman_matrix *filter)
{
	const cs_kalman_system *system = &filter->system;
	const cs_kalman_elements *e = &filter->elements;
	size_t n = system->states;
	size_t m = system->observed;
	double *s = filter->innovation_covariance;

	for (size_t i = 0; i < m * m; i++)
		s[i] = NAN;
	for (size_t i = 0; i < e->count; i++)
	{
		const double *h = system->observation + e->index[i] * n;

		multiply_vector(n, filter->last, h, filter->vector);
		for (size_t j = 0; j <= i; j++)
		{
			size_t a = e->index[i];
			size_t b = e->index[j];

			s[a * m + b] = s[b * m + a] =
				product(n, system->observation + b * n, filter->vector) + system->noise[a * m + b];
		}
	}
	if (!filter->diffuse)
		return;
	for (size_t i = 0; i < e->count; i++)
	{
		size_t a = e->index[i];
		const double *h = system->observation + a * n;

		if (quadratic(n, filter->position.unknown, h, filter->vector) >
			SEEN * product(n, h, h) * largest_variance(n, filter->position.unknown))
			for (size_t j = 0; j < m; j++)
				s[a * m + j] = s[j * m + a] = NAN;
	}
}

/* All that does not depend on the observed values. */
static cs_status
update_covariances(cs_kalman_matrix *filter)
{
	cs_kalman_elements *e = &filter->elements;
	size_t n = filter->system.states;

	memcpy(filter->last, filter->position.covariance, n * n * sizeof(double));
	collect_innovation_covariance(filter);
	separate(filter);
	for (size_t i = 0; i < e->count; i++)
	{
		cs_status status = update_covariance(filter, i);

		if (status != CS_OK)
			return status;
	}
	collect_gain(filter);
	memcpy(filter->filtered, filter->position.covariance, n * n * sizeof(double));
	return CS_OK;
}

/* The state, element by element; returns the log-likelihood, NaN without any part of it. */
static double
update_state(cs_kalman_matrix *filter, const double *y)
{
	cs_kalman_elements *e = &filter->elements;
	size_t n = filter->system.states;
	size_t m = filter->system.observed;
	double *state = filter->position.state;
	double log_likelihood = NAN;

	for (size_t i = 0; i < e->count; i++)
	{
		double v = y[e->index[i]];

		for (size_t j = 0; j < i; j++)
			v -= e->lower[i * m + j] * e->value[j];
		e->value[i] = v;
		v -= product(n, e->observation + i * n, state);
		e->innovation[i] = v;
		for (size_t k = 0; k < n; k++)
			state[k] += e->gain[i * n + k] * v;
		if (e->unknown[i] == 0)
			log_likelihood = (isnan(log_likelihood) ? 0 : log_likelihood) -
							 0.5 * (log(TWO_PI * e->variance[i]) + v * v / e->variance[i]);
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
	memcpy(covariance, position->covariance, n * n * sizeof(double));
	if (!filter->diffuse)
		return;
	for (size_t i = 0; i < n; i++)
		if (position->unknown[i * n + i] > 0)
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
	position->predicted = scalar->predicted;
	return status;
}

void
cs_kalman_matrix_place(cs_kalman_matrix *filter, const cs_kalman_position *position)
{
	size_t n = filter->system.states;

	memcpy(filter->position.state, position->state, n * sizeof(double));
	memcpy(filter->position.covariance, position->covariance, n * n * sizeof(double));
	memcpy(filter->position.unknown, position->unknown, n * n * sizeof(double));
	filter->position.predicted = position->predicted;
	filter->diffuse = largest_variance(n, position->unknown) > 0;
	filter->steady = filter->complete = false;
}

/* The elements that are present and how they update the covariances. */
static cs_status
begin_update(cs_kalman_matrix *filter, const double *y)
{
	cs_kalman_elements *e = &filter->elements;
	size_t n = filter->system.states;
	size_t m = filter->system.observed;

	e->count = 0;
	for (size_t i = 0; i < m; i++)
		if (!isnan(y[i]))
			e->index[e->count++] = i;
	filter->steady = filter->steady && e->count == m;
	filter->complete = e->count == m;
	filter->position.predicted = false;
	if (!filter->steady)
		return update_covariances(filter);
	memcpy(filter->position.covariance, filter->filtered, n * n * sizeof(double));
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
			isnan(filter->innovation_covariance[i * m + i])
				? NAN
				: y[i] - product(n, system->observation + i * n, filter->position.state);
	memcpy(row->innovation_covariance, filter->innovation_covariance, m * m * sizeof(double));
	for (size_t i = 0; i < n * m; i++)
		row->gain[i] = filter->elements.count == 0 ? NAN : filter->gain[i];
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
