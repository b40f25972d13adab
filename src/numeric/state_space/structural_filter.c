/*
 * structural_filter.c
 *		The filter of a structural model: its transition is sparse, so that a row takes n^2 steps;
 *		the rows that fix the diffuse start, and by how much, are found once by kalman_unknown.h.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "numeric/state_space/structural.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/log_product.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"
#include "numeric/base/vector_math_inline.h"
#include "numeric/state_space/kalman_dense.h"

#define STEADY 1e-15	/* change of the covariance, to its largest element, that counts as none */
#define HARDLY 1e-14	/* change of F from which on that is looked at */
#define EVEN 16			/* rows after which the rounding that P is not symmetric by is taken out */
#define NO_SPREAD 1e-12 /* F to the largest variance of the model, below which it is rounding */

static size_t
trend_states(const cs_structural_form *form)
{
	return form->trend == CS_TREND_LINEAR || form->trend == CS_TREND_SMOOTH ? 2 : 1;
}

static size_t
season_states(const cs_structural_form *form)
{
	return form->season == CS_SEASON_NONE ? 0 : (size_t) form->period - 1;
}

size_t
cs_structural_states(const cs_structural_form *form)
{
	return trend_states(form) + season_states(form) + (form->cycle == CS_CYCLE_NONE ? 0 : 2);
}

void
cs_structural_filter_lay_out(cs_structural_filter *filter, const cs_structural_form *form,
							 size_t rows, cs_workspace *workspace)
{
	size_t n = cs_structural_states(form);
	size_t features = form->features;
	size_t columns = 1 + features;

	*filter = (cs_structural_filter){.form = form, .rows = rows, .states = n, .columns = columns};
	filter->y = cs_workspace_take(workspace, rows, columns * sizeof(double));
	filter->transition = cs_workspace_take(workspace, n * n, sizeof(double));
	filter->observation = cs_workspace_take(workspace, n, sizeof(double));
	filter->unknown = cs_workspace_take(workspace, cs_kalman_unknown_doubles(n), sizeof(double));
	filter->work = cs_workspace_take(workspace, (n + 2) * n, sizeof(double));
	filter->first_row = cs_workspace_take(workspace, n, sizeof(size_t));
	filter->first_gain = cs_workspace_take(workspace, n * n, sizeof(double));
	filter->covariance = cs_workspace_take(workspace, n * n, sizeof(double));
	filter->before = cs_workspace_take(workspace, n * n, sizeof(double));
	filter->process = cs_workspace_take(workspace, n, sizeof(double));
	filter->state = cs_workspace_take(workspace, columns * n, sizeof(double));
	filter->product = cs_workspace_take(workspace, n, sizeof(double));
	filter->innovation = cs_workspace_take(workspace, columns, sizeof(double));
	filter->diagonal = cs_workspace_take(workspace, columns, sizeof(double));
	filter->factor = cs_workspace_take(workspace, columns * columns, sizeof(double));
	filter->rhs = cs_workspace_take(workspace, columns, sizeof(double));
	filter->row = cs_workspace_take(workspace, columns, sizeof(double));
	filter->size = cs_workspace_take(workspace, columns, sizeof(double));
	filter->square = cs_workspace_take(workspace, columns, sizeof(double));
	filter->coefficients = cs_workspace_take(workspace, columns, sizeof(double));
	filter->score = cs_workspace_take(workspace, columns, sizeof(double));
	filter->information = cs_workspace_take(workspace, columns * columns, sizeof(double));
}

/* The terms of a trigonometric season that have two states. */
static size_t
season_pairs(const cs_structural_form *form)
{
	return ((size_t) form->period - 1) / 2;
}

void
cs_structural_filter_start(cs_structural_filter *filter)
{
	const cs_structural_form *form = filter->form;
	size_t count = 0;

	filter->season = trend_states(form);
	filter->cycle = filter->season + season_states(form);
	filter->seen[count++] = 0;
	if (form->season == CS_SEASON_DUMMY)
		filter->seen[count++] = filter->season;
	else if (form->season == CS_SEASON_TRIGONOMETRIC)
		for (size_t i = 0; i < season_states(form); i += 2)
			filter->seen[count++] = filter->season + i;
	if (form->cycle != CS_CYCLE_NONE)
		filter->seen[count++] = filter->cycle;
	filter->seen_count = count;
	for (size_t i = 0; form->season == CS_SEASON_TRIGONOMETRIC && i < season_pairs(form); i++)
	{
		double angle = 2 * M_PI * (double) (i + 1) / form->period;

		filter->cosine[i] = cos(angle);
		filter->sine[i] = sin(angle);
	}
	memset(filter->observation, 0, sizeof(double) * filter->states);
	for (size_t i = 0; i < count; i++)
		filter->observation[filter->seen[i]] = 1;
	filter->planned = false;
}

/* ---- one row ahead ---- */

/* Turns a pair of rows of x[2][width]. */
CS_INLINE void
rotate(double *x, size_t width, double cosine, double sine)
{
	CS_INDEPENDENT
	for (size_t j = 0; j < width; j++)
	{
		double first = x[j];
		double second = x[width + j];

		x[j] = cosine * first + sine * second;
		x[width + j] = cosine * second - sine * first;
	}
}

CS_INLINE void
move_dummies(double *x, size_t states, size_t width)
{
	double sum[CS_KALMAN_MAX_SIZE] = {0};

	for (size_t i = 0; i < states; i++)
		for (size_t j = 0; j < width; j++)
			sum[j] -= x[i * width + j];
	memmove(x + width, x, (states - 1) * width * sizeof(double));
	memcpy(x, sum, width * sizeof(double));
}

/* x = A x for x[n][width] */
CS_INLINE void
move_values(const cs_structural_filter *filter, double *x, size_t width)
{
	const cs_structural_form *form = filter->form;
	const cs_structural_values *values = &filter->values;
	double *season = x + filter->season * width;

	if (form->trend == CS_TREND_AR1)
		for (size_t j = 0; j < width; j++)
			x[j] *= values->transition;
	else if (form->trend != CS_TREND_LEVEL)
		for (size_t j = 0; j < width; j++)
			x[j] += x[width + j];
	if (form->season == CS_SEASON_DUMMY)
		move_dummies(season, season_states(form), width);
	else if (form->season == CS_SEASON_TRIGONOMETRIC)
	{
		for (size_t i = 0; i < season_pairs(form); i++)
			rotate(season + 2 * i * width, width, filter->cosine[i], filter->sine[i]);
		for (size_t j = 0; form->period % 2 == 0 && j < width; j++)
			season[2 * season_pairs(form) * width + j] *= -1;
	}
	if (form->cycle != CS_CYCLE_NONE)
		rotate(x + filter->cycle * width, width, filter->turn_cosine, filter->turn_sine);
}

static CS_TARGET_CLONES void
move(const cs_structural_filter *filter, double *x, size_t width)
{
	move_values(filter, x, width);
}

/* x = x' for x[n][n] */
static void
transpose(size_t n, double *x)
{
	for (size_t i = 0; i < n; i++)
		CS_INDEPENDENT
	for (size_t j = 0; j < i; j++)
	{
		double kept = x[i * n + j];

		x[i * n + j] = x[j * n + i];
		x[j * n + i] = kept;
	}
}

/* P = A P A' + Q; P is symmetric, so that A (A P)' is what is wanted. */
static void
move_covariance(cs_structural_filter *filter)
{
	size_t n = filter->states;
	double *p = filter->covariance;

	move(filter, p, n);
	transpose(n, p);
	move(filter, p, n);
	for (size_t i = 0; i < n; i++)
		p[i * (n + 1)] += filter->process[i];
}

/* Symmetric to the last bit, which A (A P)' need not be. */
static void
even_out(size_t n, double *p)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			p[i * n + j] = p[j * n + i] = (p[i * n + j] + p[j * n + i]) / 2;
}

/* ---- the start ---- */

static void
set_process(cs_structural_filter *filter)
{
	const cs_structural_form *form = filter->form;
	const double *variance = filter->values.variance;
	size_t seasons = form->season == CS_SEASON_DUMMY ? 1 : season_states(form);

	memset(filter->process, 0, sizeof(double) * filter->states);
	filter->process[0] = form->trend == CS_TREND_SMOOTH ? 0 : variance[CS_PART_LEVEL];
	if (trend_states(form) == 2)
		filter->process[1] = variance[CS_PART_SLOPE];
	for (size_t i = 0; i < seasons; i++)
		filter->process[filter->season + i] = variance[CS_PART_SEASON];
	for (size_t i = filter->cycle; i < filter->states; i++)
		filter->process[i] = variance[CS_PART_CYCLE];
}

static void
set_turn(cs_structural_filter *filter)
{
	filter->turn_cosine = filter->values.damping * cos(filter->values.frequency);
	filter->turn_sine = filter->values.damping * sin(filter->values.frequency);
}

static void
set_transition(cs_structural_filter *filter)
{
	size_t n = filter->states;

	set_turn(filter);
	memset(filter->transition, 0, n * n * sizeof(double));
	for (size_t i = 0; i < n; i++)
		filter->transition[i * (n + 1)] = 1;
	move(filter, filter->transition, n);
}

void
cs_structural_filter_matrices(cs_structural_filter *filter)
{
	set_transition(filter);
	set_process(filter);
}

/* The rows that fix the start, and the gains on them. */
static cs_status
plan_start(cs_structural_filter *filter)
{
	size_t n = filter->states;
	const cs_kalman_system system = {.states = n,
									 .observed = 1,
									 .transition = filter->transition,
									 .observation = filter->observation};
	size_t left = filter->form->trend == CS_TREND_AR1 ? 0 : n;

	filter->firsts = 0;
	if (left == 0)
		return CS_OK;
	set_transition(filter);
	cs_kalman_start_unknown(&system, filter->unknown);
	for (size_t row = 0; row < filter->rows && left > 0; row++)
	{
		double square;

		if (row > 0)
			left = cs_kalman_unknown_predict(n, left, filter->transition, filter->unknown,
											 filter->work);
		cs_work(3 * n * n * n);
		if (isnan(filter->y[row * filter->columns]) || left == 0)
			continue;
		square = cs_kalman_unknown_seen(n, left, filter->unknown, filter->observation,
										filter->product, filter->work);
		if (square == 0)
			continue;
		filter->first_row[filter->firsts] = row;
		cs_kalman_unknown_remove(n, left--, filter->unknown, filter->observation, filter->product,
								 square, filter->first_gain + n * filter->firsts, filter->work);
		filter->firsts++;
	}
	/* the directions do not hang on variances, but on the frequency of a cycle they do */
	filter->planned = left == 0 && filter->form->cycle == CS_CYCLE_NONE;
	return left == 0 ? CS_OK : CS_TOO_FEW;
}

/* ---- rows ---- */

static double
observe(const cs_structural_filter *filter, const double *state)
{
	double sum = 0;

	for (size_t i = 0; i < filter->seen_count; i++)
		sum += state[filter->seen[i]];
	return sum;
}

/* P h, and h' P h */
static double
set_product(cs_structural_filter *filter)
{
	size_t n = filter->states;

	memcpy(filter->product, filter->covariance, n * sizeof(double));
	for (size_t i = 1; i < filter->seen_count; i++)
		for (size_t j = 0; j < n; j++)
			filter->product[j] += filter->covariance[filter->seen[i] * n + j];
	return observe(filter, filter->product);
}

/* The innovations of y and the features, which move the states by a gain over a divisor. */
static void
update_states(cs_structural_filter *filter, const double *y, const double *gain, double divisor)
{
	size_t n = filter->states;

	for (size_t c = 0; c < filter->columns; c++)
	{
		double *state = filter->state + c * n;
		double v = y[c] - observe(filter, state);
		double share = v / divisor;

		filter->innovation[c] = v;
		for (size_t i = 0; i < n; i++)
			state[i] += gain[i] * share;
	}
}

/* A row that fixes a direction of the start. */
static void
take_first(cs_structural_filter *filter, const double *y, const double *gain)
{
	size_t n = filter->states;
	double *p = filter->covariance;
	double spread = set_product(filter) + filter->values.variance[CS_PART_NOISE];

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			p[i * n + j] += gain[i] * gain[j] * spread - gain[i] * filter->product[j] -
							filter->product[i] * gain[j];
	update_states(filter, y, gain, 1);
}

/* What a row adds to the sums. */
static void
add_row(cs_structural_filter *filter, bool given)
{
	size_t features = filter->columns - 1;
	const double *v = filter->innovation;
	double weight = 1 / filter->variance;
	double rest = v[0];

	filter->count++;
	for (size_t j = 0; j < features; j++)
		filter->square[j] += weight * filter->size[1 + j] * filter->size[1 + j];
	if (given)
	{
		for (size_t j = 0; j < features; j++)
			rest -= filter->coefficients[j] * v[1 + j];
		for (size_t j = 0; j < features; j++)
		{
			filter->score[j] += weight * rest * v[1 + j];
			for (size_t k = 0; k < features; k++)
				filter->information[j * features + k] += weight * v[1 + j] * v[1 + k];
		}
	}
	else if (features > 0)
	{
		memcpy(filter->row, v + 1, features * sizeof(double));
		weight = cs_triangle_add_row(features, filter->diagonal, filter->factor, filter->rhs,
									 weight, filter->row, &rest);
	}
	filter->sum_squares += weight * rest * rest;
}

static double
largest_variance(const cs_structural_values *values)
{
	double largest = 0;

	for (int i = 0; i < CS_PARTS; i++)
		largest = fmax(largest, values->variance[i]);
	return largest;
}

/* P = P - v v' / divisor */
static CS_TARGET_CLONES void
take_out(size_t n, double *p, const double *v, double divisor)
{
	for (size_t i = 0; i < n; i++)
	{
		double share = v[i] / divisor;

		CS_INDEPENDENT
		for (size_t j = 0; j < n; j++)
			p[i * n + j] -= share * v[j];
	}
}

/* An observed row whose density counts; P becomes the filtered covariance unless it is steady. */
static cs_status
take_row(cs_structural_filter *filter, const double *y, bool given, double least)
{
	size_t n = filter->states;
	double *p = filter->covariance;

	if (!filter->steady)
	{
		double before = filter->variance;

		filter->variance = set_product(filter) + filter->values.variance[CS_PART_NOISE];
		if (!(filter->variance > least))
			return isnan(filter->variance) ? CS_NOT_FINITE : CS_ZERO_VARIANCE;
		filter->steady = fabs(filter->variance - before) <= HARDLY * before;
		if (filter->steady)
			memcpy(filter->before, p, n * n * sizeof(double));
		take_out(n, p, filter->product, filter->variance);
	}
	update_states(filter, y, filter->product, filter->variance);
	add_row(filter, given);
	return CS_OK;
}

/* Whether the covariance of a row is that of the row before. */
static bool
covariance_stays(const cs_structural_filter *filter)
{
	size_t n = filter->states;
	double largest = 0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, filter->covariance[i * (n + 1)]);
	for (size_t i = 0; i < n * n; i++)
		if (!(fabs(filter->covariance[i] - filter->before[i]) <= STEADY * largest))
			return false;
	return true;
}

static void
clear_sums(cs_structural_filter *filter)
{
	size_t columns = filter->columns;

	memset(filter->state, 0, columns * filter->states * sizeof(double));
	memset(filter->covariance, 0, filter->states * filter->states * sizeof(double));
	memset(filter->diagonal, 0, columns * sizeof(double));
	memset(filter->factor, 0, columns * columns * sizeof(double));
	memset(filter->rhs, 0, columns * sizeof(double));
	memset(filter->square, 0, columns * sizeof(double));
	memset(filter->score, 0, columns * sizeof(double));
	memset(filter->information, 0, columns * columns * sizeof(double));
	filter->sum_squares = 0;
	filter->count = 0;
	filter->steady = false;
	filter->variance = 0;
}

/* The coefficients by least squares; CS_SINGULAR where there are none. */
static cs_status
solve_features(cs_structural_filter *filter)
{
	size_t features = filter->columns - 1;

	for (size_t j = 0; j < features; j++)
		if (!(filter->diagonal[j] > CS_EXPLAINED_SQUARE * filter->square[j]))
		{
			filter->redundant = j + 1;
			return CS_SINGULAR;
		}
	if (features > 0)
		cs_triangle_solve(features, filter->factor, filter->rhs, filter->coefficients);
	return CS_OK;
}

cs_status
cs_structural_filter_run(cs_structural_filter *filter, bool given)
{
	size_t n = filter->states;
	cs_log_product logs = {1, 0};
	double least = NO_SPREAD * largest_variance(&filter->values);
	size_t firsts = 0;
	cs_status status = filter->planned ? CS_OK : plan_start(filter);

	set_process(filter);
	set_turn(filter);
	clear_sums(filter);
	if (filter->form->trend == CS_TREND_AR1)
		filter->covariance[0] = filter->process[0] /
								((1 - filter->values.transition) * (1 + filter->values.transition));
	for (size_t row = 0; row < filter->rows && status == CS_OK; row++)
	{
		const double *y = filter->y + row * filter->columns;
		bool was_steady = filter->steady;

		if (isnan(y[0]))
			filter->steady = was_steady = false;
		else if (firsts < filter->firsts && filter->first_row[firsts] == row)
			take_first(filter, y, filter->first_gain + n * firsts++);
		else
		{
			status = take_row(filter, y, given, least);
			cs_log_product_add(&logs, filter->variance);
		}
		for (size_t c = 0; c < filter->columns; c++)
			move_values(filter, filter->state + c * n, 1);
		cs_work(filter->columns * (3 * n + filter->columns));
		if (was_steady)
			continue;
		move_covariance(filter);
		if (row % EVEN == 0 || filter->steady)
			even_out(n, filter->covariance);
		if (filter->steady && !covariance_stays(filter))
			filter->steady = false;
		cs_work(5 * n * n);
	}
	filter->sum_log = cs_log_product_sum(&logs);
	if (status == CS_OK && !given)
		status = solve_features(filter);
	return status == CS_OK && !isfinite(filter->sum_squares + filter->sum_log) ? CS_NOT_FINITE
																			   : status;
}
