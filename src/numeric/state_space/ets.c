/*
 * ets.c
 *		Fits of exponential smoothing.  The states before the first row of additive forms are linear
 *		in the errors and solved for by least squares; those of the other forms are searched from
 *		there, with the smoothing parameters.
 */
#include "numeric/state_space/ets.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/linear_algebra.h"
#include "numeric/base/log_product.h"
#include "numeric/base/poll.h"
#include "numeric/base/rounding.h"

#define LEAST_SMOOTHING 1e-4
#define MOST_SMOOTHING 0.9999
#define LEAST_DAMPING 0.8
#define MOST_DAMPING 0.98
/* Of the log-likelihood, that a step must promise. */
#define TOLERANCE 1e-7
#define ROUGH_TOLERANCE 1e-2

#define MAX_STEPS 300
#define PARAMETER_LIMIT 14.0
#define NEAR_END 0.02	/* of a range, where searches do not begin */
#define SLOPE_SHARE 0.1 /* of a trend's unit in the search to that of a level */

/* Where searches start: alpha, beta and gamma as shares of what they may be, phi of its range. */
static const double starts[][CS_ETS_SMOOTHING] = {{0.5, 0.1, 0.1, 0.9},	 {0.1, 0.1, 0.1, 0.9},
												  {0.9, 0.02, 0.3, 0.5}, {0.3, 0.6, 0.6, 0.1},
												  {0.95, 0.9, 0.1, 0.9}, {0.02, 0.5, 0.1, 0.5}};

#define STARTS (sizeof(starts) / sizeof(starts[0]))
#define ROUGH_STARTS 1

cs_status
cs_ets_check(const cs_ets_form *form)
{
	if (form->period < 1 || form->period > CS_ETS_MAX_PERIOD ||
		(form->season != CS_ETS_NO_SEASON && form->period == 1) ||
		(form->season == CS_ETS_MULTIPLICATIVE_SEASON && !form->multiplicative_error))
		return CS_OUT_OF_RANGE;
	return CS_OK;
}

static bool
is_additive(const cs_ets_form *form)
{
	return !form->multiplicative_error;
}

static size_t
free_states(const cs_ets_form *form)
{
	return 1 + (form->trend != CS_ETS_NO_TREND) +
		   (form->season != CS_ETS_NO_SEASON ? (size_t) form->period - 1 : 0);
}

static size_t
smoothing_parameters(const cs_ets_form *form)
{
	return 1 + (form->trend != CS_ETS_NO_TREND) + (form->season != CS_ETS_NO_SEASON) +
		   (form->trend == CS_ETS_DAMPED_TREND);
}

size_t
cs_ets_parameters(const cs_ets_form *form)
{
	return smoothing_parameters(form) + free_states(form);
}

void
cs_ets_fit_lay_out(cs_ets_fit *fit, size_t n, cs_workspace *workspace)
{
	fit->n = n;
	fit->y = cs_workspace_take(workspace, n, sizeof(double));
	cs_quasi_newton_lay_out(&fit->search, CS_ETS_SMOOTHING + CS_ETS_MAX_STATES, workspace);
}

/* ---- recursion ---- */

/* Moves on by a row, whose season is in `season` and becomes there what it is a period later. */
static inline double
move(const cs_ets_model *model, double *level, double *trend, double *season, double y)
{
	const cs_ets_form *form = &model->form;
	double q = *level + model->phi * *trend;
	double mean = q;
	double rest;

	if (form->season == CS_ETS_ADDITIVE_SEASON)
		mean = q + *season;
	else if (form->season == CS_ETS_MULTIPLICATIVE_SEASON)
		mean = q * *season;
	if (isnan(y))
		y = mean;
	rest = y - mean;
	if (form->season == CS_ETS_MULTIPLICATIVE_SEASON)
	{
		double before = *season;

		*season += model->gamma * rest / q;
		rest /= before;
	}
	else if (form->season == CS_ETS_ADDITIVE_SEASON)
		*season += model->gamma * rest;
	*level = q + model->alpha * rest;
	if (form->trend != CS_ETS_NO_TREND)
		*trend = model->phi * *trend + model->beta * rest;
	return mean;
}

double
cs_ets_step(const cs_ets_model *model, cs_ets_state *state, double y)
{
	double *season = state->season;
	double mean = move(model, &state->level, &state->trend, season, y);
	size_t last = (size_t) model->form.period - 1;
	double moved = season[0];

	if (model->form.season != CS_ETS_NO_SEASON)
	{
		memmove(season, season + 1, sizeof(double) * last);
		season[last] = moved;
	}
	return mean;
}

/* The sums of the likelihood with the trial's parameters and states. */
static bool
run(cs_ets_fit *fit)
{
	cs_ets_state state = fit->trial.start;
	bool multiplied = fit->form.season == CS_ETS_MULTIPLICATIVE_SEASON;
	size_t period = (size_t) fit->form.period;
	cs_log_product means = {.product = 1};
	double squares = 0;

	for (size_t i = 0, k = 0; i < fit->n; i++, k = k + 1 < period ? k + 1 : 0)
	{
		double *season = &state.season[k];
		double mean = move(&fit->trial, &state.level, &state.trend, season, fit->y[i]);
		double error = fit->y[i] - mean;

		cs_work(16);
		if (isnan(fit->y[i]))
			continue;
		if (fit->form.multiplicative_error)
		{
			if (!(mean > 0) || (multiplied && !(*season > 0)))
				return false;
			error /= mean;
			cs_log_product_add(&means, mean);
		}
		squares += error * error;
	}
	fit->sum_squares = squares;
	fit->sum_logs = cs_log_product_sum(&means);
	return isfinite(fit->sum_squares) && isfinite(fit->sum_logs);
}

/* ---- states before the first row ---- */

/* Free state `j` of the start is `value`, the rest as it is; seasons add up to their mean. */
static void
add_to_state(const cs_ets_form *form, cs_ets_state *state, size_t j, double value)
{
	size_t trend = form->trend != CS_ETS_NO_TREND;

	if (j == 0)
		state->level += value;
	else if (j == 1 && trend)
		state->trend += value;
	else
	{
		state->season[j - 1 - trend] += value;
		state->season[form->period - 1] -= value;
	}
}

/* The start that minimizes the squares of an additive form, into the trial. */
static void
solve_start(cs_ets_fit *fit)
{
	const cs_ets_model *trial = &fit->trial;
	size_t columns = free_states(&fit->form);
	size_t period = (size_t) fit->form.period;
	cs_ets_state base = {0};
	double coefficients[CS_ETS_MAX_STATES];

	memset(fit->diagonal, 0, sizeof(fit->diagonal));
	memset(fit->factor, 0, sizeof(fit->factor));
	memset(fit->rhs, 0, sizeof(fit->rhs));
	for (size_t j = 0; j < columns; j++)
	{
		fit->response[j] = (cs_ets_state){0};
		add_to_state(&fit->form, &fit->response[j], j, 1);
	}
	for (size_t i = 0, k = 0; i < fit->n; i++, k = k + 1 < period ? k + 1 : 0)
	{
		double y = fit->y[i];
		bool there = !isnan(y);
		double value = y - move(trial, &base.level, &base.trend, &base.season[k], y);

		for (size_t j = 0; j < columns; j++)
		{
			cs_ets_state *response = &fit->response[j];

			fit->row[j] = move(trial, &response->level, &response->trend, &response->season[k],
							   there ? 0 : NAN);
		}
		if (there)
			cs_triangle_add_row(columns, fit->diagonal, fit->factor, fit->rhs, 1, fit->row, &value);
		cs_work(columns * (columns + 8));
	}
	for (size_t j = 0; j < columns; j++)
		if (!(fit->diagonal[j] > 0))
			fit->rhs[j] = 0;
	cs_triangle_solve(columns, fit->factor, fit->rhs, coefficients);
	fit->trial.start = (cs_ets_state){0};
	for (size_t j = 0; j < columns; j++)
		add_to_state(&fit->form, &fit->trial.start, j, coefficients[j]);
}

/* ---- search ---- */

static double
share(double x)
{
	return 1 / (1 + exp(-fmax(-PARAMETER_LIMIT, fmin(PARAMETER_LIMIT, x))));
}

static double
from_share(double value)
{
	return log(value / (1 - value));
}

static double
between(double lowest, double highest, double x)
{
	return lowest + (highest - lowest) * share(x);
}

/* Sets the trial's smoothing parameters by those of the search; how many they are. */
static size_t
set_smoothing(cs_ets_fit *fit, const double *x)
{
	cs_ets_model *model = &fit->trial;
	size_t j = 0;

	model->alpha = between(LEAST_SMOOTHING, MOST_SMOOTHING, x[j++]);
	model->beta = model->gamma = 0;
	model->phi = 1;
	if (fit->form.trend != CS_ETS_NO_TREND)
		model->beta = between(LEAST_SMOOTHING, fmax(LEAST_SMOOTHING, model->alpha), x[j++]);
	if (fit->form.season != CS_ETS_NO_SEASON)
		model->gamma = between(LEAST_SMOOTHING, fmax(LEAST_SMOOTHING, 1 - model->alpha), x[j++]);
	if (fit->form.trend == CS_ETS_DAMPED_TREND)
		model->phi = between(LEAST_DAMPING, MOST_DAMPING, x[j++]);
	if (fit->form.trend == CS_ETS_NO_TREND)
		model->phi = 0;
	return j;
}

/* The size of a unit of free state `j` in the search. */
static double
state_unit(const cs_ets_fit *fit, size_t j)
{
	if (j == 0)
		return fit->size;
	if (j == 1 && fit->form.trend != CS_ETS_NO_TREND)
		return SLOPE_SHARE * fit->size;
	return fit->form.season == CS_ETS_MULTIPLICATIVE_SEASON ? fit->size / fit->origin.start.level
															: fit->size;
}

/* Minus the log-likelihood less its constants. */
static double
objective(const double *x, void *context)
{
	cs_ets_fit *fit = context;
	size_t j = set_smoothing(fit, x);

	if (is_additive(&fit->form))
		solve_start(fit);
	else
	{
		fit->trial.start = fit->origin.start;
		for (size_t k = 0; k < free_states(&fit->form); k++)
			add_to_state(&fit->form, &fit->trial.start, k, x[j + k] * state_unit(fit, k));
	}
	if (!run(fit) || !(fit->sum_squares > 0))
		return INFINITY;
	return (double) fit->used / 2 * log(fit->sum_squares) + fit->sum_logs;
}

static void
set_figures(const cs_ets_fit *fit, cs_ets_model *model)
{
	double n = (double) fit->used;
	double k = (double) cs_ets_parameters(&fit->form) + 1;
	double scale = fit->scale;

	model->observations = fit->used;
	model->variance = fit->sum_squares / (n - k + 1);
	model->log_likelihood =
		-n / 2 * (log(2 * M_PI * fit->sum_squares / n) + 1) - fit->sum_logs - n * log(scale);
	model->aicc = n - k - 1 > 0 ? -2 * model->log_likelihood + 2 * k * n / (n - k - 1) : INFINITY;
	if (!fit->form.multiplicative_error)
		model->variance *= scale * scale;
	model->start.level *= scale;
	model->start.trend *= scale;
	for (int i = 0; i < fit->form.period && fit->form.season == CS_ETS_ADDITIVE_SEASON; i++)
		model->start.season[i] *= scale;
}

/* The parameters of the search that begins with these shares. */
static void
set_point(cs_ets_fit *fit, const double *shares)
{
	double *x = fit->search.point;
	size_t j = 0;

	memset(x, 0, sizeof(double) * fit->search.parameters);
	x[j++] = from_share(shares[0]);
	if (fit->form.trend != CS_ETS_NO_TREND)
		x[j++] = from_share(shares[1]);
	if (fit->form.season != CS_ETS_NO_SEASON)
		x[j++] = from_share(shares[2]);
	if (fit->form.trend == CS_ETS_DAMPED_TREND)
		x[j++] = from_share(shares[3]);
}

/* Searches from there; into model (in units of the scale) if that is better than `best`. */
static void
search_from(cs_ets_fit *fit, const double *shares, double *best, cs_ets_model *model)
{
	double value;

	set_point(fit, shares);
	fit->search.one_sided = !fit->thorough;
	cs_quasi_newton_run(&fit->search, objective, fit, fit->thorough ? TOLERANCE : ROUGH_TOLERANCE,
						MAX_STEPS);
	value = objective(fit->search.point, fit);
	if (!(value < *best))
		return;
	*best = value;
	*model = fit->trial;
	model->form = fit->form;
	model->converged = fit->search.converged;
}

/*
 * The best of the searches from all starts, or the first ones; of a multiplicative form, whose
 * searches are long, from the optimum of its additive one and from the first start.
 */
static bool
search_maximum(cs_ets_fit *fit, cs_ets_model *model)
{
	double best = INFINITY;

	if (is_additive(&fit->form))
	{
		fit->search.parameters = smoothing_parameters(&fit->form);
		for (size_t k = 0; k < (fit->thorough ? STARTS : ROUGH_STARTS); k++)
			search_from(fit, starts[k], &best, model);
		return isfinite(best);
	}
	fit->search.parameters = cs_ets_parameters(&fit->form);
	search_from(fit, fit->shares, &best, model);
	if (fit->thorough || !isfinite(best))
		search_from(fit, starts[0], &best, model);
	return isfinite(best);
}

/* What a parameter is of its range, not nearer to its ends than searches can leave. */
static double
share_of(double value, double lowest, double highest)
{
	double within = highest > lowest ? (value - lowest) / (highest - lowest) : 0.5;

	return fmax(NEAR_END, fmin(1 - NEAR_END, within));
}

static void
set_shares(const cs_ets_model *model, double *shares)
{
	shares[0] = share_of(model->alpha, LEAST_SMOOTHING, MOST_SMOOTHING);
	shares[1] = share_of(model->beta, LEAST_SMOOTHING, model->alpha);
	shares[2] = share_of(model->gamma, LEAST_SMOOTHING, 1 - model->alpha);
	shares[3] = share_of(model->phi, LEAST_DAMPING, MOST_DAMPING);
}

/* ---- data ---- */

static cs_status
prepare(cs_ets_fit *fit, const double *y, bool *positive)
{
	double largest = 0, lowest = INFINITY, highest = -INFINITY;
	int exponent;

	fit->used = 0;
	for (size_t i = 0; i < fit->n; i++)
	{
		if (isinf(y[i]))
			return CS_NOT_FINITE;
		if (isnan(y[i]))
			continue;
		largest = fmax(largest, fabs(y[i]));
		lowest = fmin(lowest, y[i]);
		highest = fmax(highest, y[i]);
		fit->used++;
	}
	frexp(largest, &exponent);
	fit->scale = largest > 0 ? ldexp(1, exponent) : 1;
	for (size_t i = 0; i < fit->n; i++)
		fit->y[i] = y[i] / fit->scale;
	cs_work(2 * fit->n);
	*positive = lowest > 0;
	if (fit->used < 2)
		return CS_TOO_FEW;
	return highest - lowest > CS_CONSTANT_RANGE * largest ? CS_OK : CS_CONSTANT;
}

/* The form that says where the search of a multiplicative one begins. */
static cs_ets_form
additive_form(const cs_ets_form *form)
{
	cs_ets_form additive = *form;

	additive.multiplicative_error = false;
	if (form->season == CS_ETS_MULTIPLICATIVE_SEASON)
		additive.season = CS_ETS_ADDITIVE_SEASON;
	return additive;
}

static bool
is_same_form(const cs_ets_form *a, const cs_ets_form *b)
{
	return a->multiplicative_error == b->multiplicative_error && a->trend == b->trend &&
		   a->season == b->season && a->period == b->period;
}

/*
 * The states where the search of a multiplicative form begins; fit->origin may be the optimum of
 * the additive one already.
 */
static bool
set_origin(cs_ets_fit *fit, const cs_ets_form *form)
{
	cs_ets_model *origin = &fit->origin;
	bool thorough = fit->thorough;
	bool found;

	fit->form = additive_form(form);
	fit->trial.form = fit->form;
	fit->thorough = false;
	found = is_same_form(&origin->form, &fit->form) || search_maximum(fit, origin);
	fit->thorough = thorough;
	if (!found)
		return false;
	set_shares(origin, fit->shares);
	fit->trial = *origin;
	run(fit);
	fit->size = sqrt(fit->sum_squares / (double) fit->used);
	fit->form = *form;
	fit->trial.form = *form;
	if (form->season != CS_ETS_MULTIPLICATIVE_SEASON)
		return true;
	for (int i = 0; i < form->period; i++)
		origin->start.season[i] = 1 + origin->start.season[i] / origin->start.level;
	return true;
}

/* A fit that is thorough or not, with fit->origin as set_origin takes it. */
static cs_status
fit_form(cs_ets_fit *fit, const cs_ets_form *form, const double *y, bool thorough,
		 cs_ets_model *model)
{
	bool positive;
	cs_status status = cs_ets_check(form);

	if (status == CS_OK)
		status = prepare(fit, y, &positive);
	if (status != CS_OK)
		return status;
	if (fit->used < cs_ets_parameters(form) + 2)
		return CS_TOO_FEW;
	if (form->multiplicative_error && !positive)
		return CS_OUT_OF_RANGE;
	fit->thorough = thorough;
	fit->form = *form;
	fit->trial.form = *form;
	if (form->multiplicative_error && !set_origin(fit, form))
		return CS_NOT_CONVERGED;
	if (!search_maximum(fit, model))
		return CS_NOT_CONVERGED;
	fit->trial = *model;
	run(fit);
	set_figures(fit, model);
	return isfinite(model->variance) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_ets_fit_run(cs_ets_fit *fit, const cs_ets_form *form, const double *y, cs_ets_model *model)
{
	fit->origin = (cs_ets_model){0};
	return fit_form(fit, form, y, true, model);
}

cs_status
cs_ets_auto_run(cs_ets_fit *fit, const cs_ets_limits *limits, const double *y, cs_ets_model *model)
{
	cs_ets_model additive[CS_ETS_TRENDS][CS_ETS_MULTIPLICATIVE_SEASON] = {0};
	cs_status first = CS_OK;
	cs_ets_form best;
	bool any = false;

	*model = (cs_ets_model){.aicc = INFINITY};
	for (int k = 0; k < 2 * CS_ETS_TRENDS * CS_ETS_SEASONS; k++)
	{
		cs_ets_form form = {.multiplicative_error = k % 2 == 1,
							.trend = (cs_ets_trend) (k / 2 % CS_ETS_TRENDS),
							.season = (cs_ets_season) (k / (2 * CS_ETS_TRENDS)),
							.period = limits->period};
		cs_ets_model trial;
		cs_status status;

		if ((limits->error >= 0 && form.multiplicative_error != limits->error) ||
			(limits->trend >= 0 && (int) form.trend != limits->trend) ||
			(limits->season >= 0 && (int) form.season != limits->season) ||
			cs_ets_check(&form) != CS_OK)
			continue;
		if (form.multiplicative_error)
			fit->origin = additive[form.trend][form.season != CS_ETS_NO_SEASON];
		status = fit_form(fit, &form, y, false, &trial);
		if (!form.multiplicative_error && status == CS_OK)
			additive[form.trend][form.season != CS_ETS_NO_SEASON] = fit->trial;
		if (!any)
			first = status;
		any = true;
		cs_poll(k, 2 * CS_ETS_TRENDS * CS_ETS_SEASONS);
		if (status == CS_OK && trial.aicc < model->aicc)
			*model = trial;
	}
	if (isfinite(model->aicc))
	{
		best = model->form;
		return cs_ets_fit_run(fit, &best, y, model);
	}
	return first == CS_OK ? CS_TOO_FEW : first;
}
