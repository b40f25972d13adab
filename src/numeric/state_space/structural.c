/*
 * structural.c
 *		A grid, quasi-Newton searches from its best points, and the ends where a variance is 0.
 */
#include "numeric/state_space/structural.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/poll.h"

#define SAME 1e-14		/* relative difference of observations that do not vary */
#define EXPLAINED 1e-13 /* errors, to the largest observation, that are rounding */
#define COARSE 1e-5		/* of the log-likelihood, that a step must promise to choose a maximum */
#define FINE 1e-9		/* and to end in it */
#define MAX_STEPS 200	/* of a search */
#define END_GAP 3.0		/* an end this much less likely than the best is searched from, too */
#define CLOSE 1e-2		/* and this much less after that, to its last digits */
#define END_TOLERANCE 1e-10 /* of the log-likelihood of an observation */
#define GROUPS 5			/* points of the grid that are refined: the best of each group */
#define STEP_LIMIT 60.0		/* of a coordinate */
#define NEAR_BOUND 1e-6		/* share of its range within which a parameter is at its bound */
#define NEAR_UNIT 6e-7		/* |A| this close to 1 is at its bound, as in kalman_fit.c */

/* ---- parameters ---- */

bool
cs_structural_has(const cs_structural_form *form, int parameter)
{
	switch (parameter)
	{
		case CS_PART_NOISE:
			return true;
		case CS_PART_LEVEL:
			return form->trend != CS_TREND_SMOOTH;
		case CS_PART_SLOPE:
			return form->trend == CS_TREND_LINEAR || form->trend == CS_TREND_SMOOTH;
		case CS_PART_SEASON:
			return form->season != CS_SEASON_NONE;
		case CS_PART_CYCLE:
		case CS_PARAMETER_FREQUENCY:
			return form->cycle != CS_CYCLE_NONE;
		case CS_PARAMETER_DAMPING:
			return form->cycle == CS_CYCLE_DAMPED;
		default:
			return form->trend == CS_TREND_AR1;
	}
}

double
cs_structural_value(const cs_structural_values *values, int parameter)
{
	if (parameter < CS_PARTS)
		return values->variance[parameter];
	return parameter == CS_PARAMETER_FREQUENCY ? values->frequency
		   : parameter == CS_PARAMETER_DAMPING ? values->damping
											   : values->transition;
}

void
cs_structural_set(cs_structural_values *values, int parameter, double value)
{
	if (parameter < CS_PARTS)
		values->variance[parameter] = value;
	else if (parameter == CS_PARAMETER_FREQUENCY)
		values->frequency = value;
	else if (parameter == CS_PARAMETER_DAMPING)
		values->damping = value;
	else
		values->transition = value;
}

static double
lowest_frequency(const cs_structural_form *form)
{
	return 2 * M_PI / form->longest;
}

static double
frequency_range(const cs_structural_form *form)
{
	return 2 * M_PI / form->shortest - lowest_frequency(form);
}

static double
logistic(double x)
{
	return 1 / (1 + exp(-x));
}

double
cs_structural_from_coordinate(const cs_structural_form *form, int parameter, double at)
{
	if (parameter < CS_PARTS)
		return exp(at);
	if (parameter == CS_PARAMETER_FREQUENCY)
		return lowest_frequency(form) + frequency_range(form) * logistic(at);
	return parameter == CS_PARAMETER_DAMPING ? logistic(at) : tanh(at);
}

double
cs_structural_to_coordinate(const cs_structural_form *form, int parameter, double value)
{
	double share = value;

	if (parameter < CS_PARTS)
		return log(value);
	if (parameter == CS_PARAMETER_TRANSITION)
		return atanh(value);
	if (parameter == CS_PARAMETER_FREQUENCY)
		share = (value - lowest_frequency(form)) / frequency_range(form);
	return log(share / (1 - share));
}

bool
cs_structural_at_bound(const cs_structural_fit *fit, int parameter)
{
	double value = cs_structural_value(&fit->values, parameter);

	if (parameter < CS_PARTS)
		return value == 0;
	if (parameter == CS_PARAMETER_TRANSITION)
		return fabs(value) > 1 - NEAR_UNIT;
	if (parameter == CS_PARAMETER_FREQUENCY)
		value = (value - lowest_frequency(&fit->form)) / frequency_range(&fit->form);
	return value < NEAR_BOUND || value > 1 - NEAR_BOUND;
}

size_t
cs_structural_coordinates(const cs_structural_fit *fit, int parameters[CS_PARAMETERS])
{
	size_t count = 0;

	for (int k = 0; k < CS_PARAMETERS; k++)
		if (cs_structural_has(&fit->form, k) && (k >= CS_PARTS || fit->active[k]))
			parameters[count++] = k;
	return count;
}

size_t
cs_structural_needed(const cs_structural_form *form)
{
	size_t needed = 1 + form->features;

	for (int k = 0; k < CS_PARAMETERS; k++)
		needed += cs_structural_has(form, k);
	return needed + (form->trend == CS_TREND_AR1 ? 0 : cs_structural_states(form));
}

/* ---- the data ---- */

void
cs_structural_fit_lay_out(cs_structural_fit *fit, const cs_structural_form *form, size_t rows,
						  cs_workspace *workspace)
{
	size_t all = CS_PARAMETERS + form->features;

	*fit = (cs_structural_fit){.form = *form};
	cs_structural_filter_lay_out(&fit->filter, &fit->form, rows, workspace);
	cs_quasi_newton_lay_out(&fit->search, CS_PARAMETERS, workspace);
	fit->feature_scale = cs_workspace_take(workspace, form->features + 1, sizeof(double));
	fit->point = cs_workspace_take(workspace, CS_PARAMETERS, sizeof(double));
	fit->saved = cs_workspace_take(workspace, CS_PARAMETERS, sizeof(double));
	fit->hessian = cs_workspace_take(workspace, all * all, sizeof(double));
	fit->diagonal = cs_workspace_take(workspace, all, sizeof(double));
	fit->around = cs_workspace_take(workspace, 2 * (form->features + 1), sizeof(double));
	fit->coefficients = cs_workspace_take(workspace, form->features + 1, sizeof(double));
	fit->errors = cs_workspace_take(workspace, all, sizeof(double));
}

/* Divides a column of the rows by a power of 2, so that its largest value is about 1. */
static double
scale_column(cs_structural_filter *filter, size_t column)
{
	double largest = 0;
	int exponent;

	for (size_t i = 0; i < filter->rows; i++)
		if (!isnan(filter->y[i * filter->columns]))
			largest = fmax(largest, fabs(filter->y[i * filter->columns + column]));
	if (largest == 0)
		return 1;
	frexp(largest, &exponent);
	for (size_t i = 0; i < filter->rows; i++)
		filter->y[i * filter->columns + column] =
			ldexp(filter->y[i * filter->columns + column], -exponent);
	return ldexp(1, exponent);
}

/* Copies a row; without y or a feature it is missing. */
static bool
take_values(double *row, double y, const double *features, size_t count)
{
	bool missing = isnan(y);

	for (size_t j = 0; j < count; j++)
	{
		if (isinf(features[j]))
			return false;
		missing = missing || isnan(features[j]);
	}
	row[0] = missing ? NAN : y;
	for (size_t j = 0; j < count; j++)
		row[1 + j] = missing ? 0 : features[j];
	return !isinf(y);
}

cs_status
cs_structural_fit_take(cs_structural_fit *fit, const double *y, const double *features)
{
	cs_structural_filter *filter = &fit->filter;
	size_t count = fit->form.features;
	double lowest = INFINITY;
	double highest = -INFINITY;

	filter->form = &fit->form;
	fit->observed = 0;
	for (size_t i = 0; i < filter->rows; i++)
	{
		double *row = filter->y + i * filter->columns;

		if (!take_values(row, y[i], features + (count > 0 ? i * count : 0), count))
			return CS_NOT_FINITE;
		if (isnan(row[0]))
			continue;
		fit->observed++;
		lowest = fmin(lowest, row[0]);
		highest = fmax(highest, row[0]);
	}
	if (fit->observed < cs_structural_needed(&fit->form))
		return CS_TOO_FEW;
	if (highest / 2 - lowest / 2 <= SAME / 2 * fmax(fabs(lowest), fabs(highest)))
		return CS_CONSTANT;
	fit->scale = scale_column(filter, 0);
	for (size_t j = 0; j < count; j++)
		fit->feature_scale[j] = scale_column(filter, 1 + j);
	for (int k = 0; k < CS_PARTS; k++)
		fit->active[k] = cs_structural_has(&fit->form, k);
	cs_structural_filter_start(filter);
	return CS_OK;
}

/* ---- the search ---- */

/* The values at a point of coordinates; variances over the largest. */
static void
set_values(cs_structural_fit *fit, const double *at, const int *parameters, size_t count)
{
	cs_structural_values *values = &fit->filter.values;
	double largest = -INFINITY;

	*values = (cs_structural_values){.damping = 1};
	for (size_t k = 0; k < count && parameters[k] < CS_PARTS; k++)
		largest = fmax(largest, at[k]);
	for (size_t k = 0; k < count; k++)
		cs_structural_set(
			values, parameters[k],
			cs_structural_from_coordinate(&fit->form, parameters[k],
										  parameters[k] < CS_PARTS ? at[k] - largest : at[k]));
}

/* The log-likelihood of the last run, its scale solved for, with the sign changed. */
static double
concentrated(const cs_structural_filter *filter)
{
	double n = (double) filter->count;

	return 0.5 * (n * (log(2 * M_PI * filter->sum_squares / n) + 1) + filter->sum_log);
}

static double
objective(const double *at, void *context)
{
	cs_structural_fit *fit = context;
	int parameters[CS_PARAMETERS];
	size_t count = cs_structural_coordinates(fit, parameters);
	const cs_structural_filter *filter = &fit->filter;
	double value;

	for (size_t k = 0; k < count; k++)
		if (parameters[k] >= CS_PARTS && fabs(at[k]) > STEP_LIMIT)
			return INFINITY;
	set_values(fit, at, parameters, count);
	fit->status = cs_structural_filter_run(&fit->filter, false);
	if (fit->status != CS_OK)
		return INFINITY;
	/* the largest observation is from 0.5 to 1 */
	if (filter->sum_squares <= (double) filter->count * EXPLAINED * EXPLAINED)
	{
		fit->status = CS_CONSTANT;
		return INFINITY;
	}
	value = concentrated(filter);
	return isfinite(value) ? value : INFINITY;
}

/* Searches from point[], which becomes the best found; its value. */
static double
search_from(cs_structural_fit *fit, double *point, double tolerance)
{
	cs_quasi_newton *search = &fit->search;
	int parameters[CS_PARAMETERS];
	size_t count = cs_structural_coordinates(fit, parameters);

	search->parameters = count;
	search->one_sided = tolerance > FINE;
	memcpy(search->point, point, count * sizeof(double));
	cs_quasi_newton_run(search, objective, fit, tolerance, MAX_STEPS);
	fit->iterations += search->steps;
	memcpy(point, search->point, count * sizeof(double));
	return search->value;
}

/* Starting values of a coordinate; those of variances to that of the noise. */
typedef struct axis
{
	int count;
	double at[GROUPS];
} axis;

static axis
axis_of(const cs_structural_fit *fit, int parameter)
{
	const cs_structural_form *form = &fit->form;
	axis frequencies = {.count = GROUPS};

	switch (parameter)
	{
		case CS_PART_NOISE:
			return (axis){1, {0}};
		case CS_PART_LEVEL:
			return (axis){3, {-4, 0, 4}};
		case CS_PART_SLOPE:
			return form->trend == CS_TREND_SMOOTH ? (axis){4, {-8, -5, -2, 1}}
												  : (axis){3, {-8, -4, 0}};
		case CS_PART_SEASON:
			return (axis){3, {-6, -2, 1}};
		case CS_PART_CYCLE:
			return (axis){2, {-3, 0}};
		case CS_PARAMETER_DAMPING:
			return (axis){1, {2.5}};
		case CS_PARAMETER_TRANSITION:
			return (axis){3, {-0.3, 0.5, 1.8}};
		default:
			break;
	}
	for (int k = 0; k < GROUPS; k++)
		frequencies.at[k] = cs_structural_to_coordinate(
			form, CS_PARAMETER_FREQUENCY,
			2 * M_PI / (form->shortest * pow(form->longest / form->shortest, (k + 0.5) / GROUPS)));
	return frequencies;
}

/* The best points of the grid, one of each group. */
typedef struct candidates
{
	int groups;
	double values[GROUPS];
	double points[GROUPS][CS_PARAMETERS];
} candidates;

/* The axis whose points are the groups: frequencies, for which many are likely, else one of them.
 */
static size_t
group_axis(const int *parameters, size_t count)
{
	size_t chosen = count > 1 ? 1 : 0;

	for (size_t k = 0; k < count; k++)
		if (parameters[k] == CS_PARAMETER_FREQUENCY)
			chosen = k;
	return chosen;
}

static cs_status
scan(cs_structural_fit *fit, candidates *candidates)
{
	int parameters[CS_PARAMETERS];
	int place[CS_PARAMETERS] = {0};
	size_t count = cs_structural_coordinates(fit, parameters);
	size_t group = group_axis(parameters, count);
	axis axes[CS_PARAMETERS] = {{0}};
	int points = 1;
	cs_status status = CS_OK;

	for (size_t k = 0; k < count; k++)
	{
		axes[k] = axis_of(fit, parameters[k]);
		points *= axes[k].count;
	}
	candidates->groups = axes[group].count;
	for (int g = 0; g < GROUPS; g++)
		candidates->values[g] = INFINITY;
	for (int i = 0; i < points; i++)
	{
		double at[CS_PARAMETERS];
		double value;
		int rest = i;

		for (size_t k = 0; k < count; k++)
		{
			place[k] = rest % axes[k].count;
			rest /= axes[k].count;
			at[k] = axes[k].at[place[k]];
		}
		value = objective(at, fit);
		status = fit->status != CS_OK ? fit->status : status;
		cs_poll(i + 1, 4 * points);
		if (!(value < candidates->values[place[group]]))
			continue;
		candidates->values[place[group]] = value;
		memcpy(candidates->points[place[group]], at, count * sizeof(double));
	}
	for (int g = 0; g < candidates->groups; g++)
		if (isfinite(candidates->values[g]))
			return CS_OK;
	return status == CS_OK ? CS_NOT_FINITE : status;
}

/* Takes one coordinate out of a point. */
static void
drop_coordinate(double *point, size_t place, size_t count)
{
	memmove(point + place, point + place + 1, (count - place - 1) * sizeof(double));
}

/* Sets one variance to 0 where that is as likely; whether it did. */
static bool
try_end(cs_structural_fit *fit, int part)
{
	int parameters[CS_PARAMETERS];
	size_t count = cs_structural_coordinates(fit, parameters);
	size_t place = 0;
	double trial[CS_PARAMETERS];
	double value;

	while (parameters[place] != part)
		place++;
	memcpy(trial, fit->point, count * sizeof(double));
	drop_coordinate(trial, place, count);
	fit->active[part] = false;
	value = objective(trial, fit);
	if (value < fit->best + END_GAP)
		value = search_from(fit, trial, COARSE);
	if (value < fit->best + CLOSE)
		value = search_from(fit, trial, FINE);
	if (!(value <= fit->best + fit->tolerance))
	{
		fit->active[part] = true;
		return false;
	}
	fit->best = value;
	fit->converged = fit->search.converged;
	memcpy(fit->point, trial, (count - 1) * sizeof(double));
	return true;
}

/* Variances are tried at 0 as long as that helps, one at a time; one of them stays. */
static void
try_ends(cs_structural_fit *fit)
{
	const cs_structural_filter *filter = &fit->filter;
	bool changed = true;
	double n;

	objective(fit->point, fit);
	n = (double) filter->count;
	/* and what the last digits of observations of the size of 1 may make of their densities */
	fit->tolerance = n * (END_TOLERANCE + 4 * DBL_EPSILON / sqrt(filter->sum_squares / n));
	while (changed)
	{
		int active = 0;

		changed = false;
		for (int part = 0; part < CS_PARTS; part++)
			active += fit->active[part];
		for (int part = CS_PARTS - 1; part >= 0 && active > 1 && !changed; part--)
			if (fit->active[part])
				changed = try_end(fit, part);
	}
}

/* The results at the best point, in the units of the data. */
static cs_status
set_results(cs_structural_fit *fit)
{
	cs_structural_filter *filter = &fit->filter;
	double n, variance;

	if (!isfinite(objective(fit->point, fit)))
		return fit->status == CS_OK ? CS_NOT_FINITE : fit->status;
	n = (double) filter->count;
	variance = filter->sum_squares / n;
	fit->log_likelihood = -concentrated(filter) - n * log(fit->scale);
	fit->values = filter->values;
	for (int part = 0; part < CS_PARTS; part++)
		fit->values.variance[part] *= variance * fit->scale * fit->scale;
	for (size_t j = 0; j < fit->form.features; j++)
		fit->coefficients[j] = filter->coefficients[j] * fit->scale / fit->feature_scale[j];
	return CS_OK;
}

cs_status
cs_structural_fit_solve(cs_structural_fit *fit)
{
	candidates candidates;
	cs_status status = scan(fit, &candidates);

	if (status != CS_OK)
		return status;
	fit->best = INFINITY;
	for (int g = 0; g < candidates.groups; g++)
	{
		double value;

		if (!isfinite(candidates.values[g]))
			continue;
		value = search_from(fit, candidates.points[g], COARSE);
		cs_poll(candidates.groups + 3 * (g + 1), 5 * candidates.groups);
		if (!(value < fit->best))
			continue;
		fit->best = value;
		memcpy(fit->point, candidates.points[g], sizeof(candidates.points[g]));
	}
	if (!isfinite(fit->best))
		return fit->status == CS_OK ? CS_NOT_FINITE : fit->status;
	fit->best = search_from(fit, fit->point, FINE);
	fit->converged = fit->search.converged;
	try_ends(fit);
	return set_results(fit);
}

void
cs_structural_matrices(cs_structural_fit *fit, double *transition, double *observation,
					   double *process)
{
	cs_structural_filter *filter = &fit->filter;
	size_t n = filter->states;

	filter->values = fit->values;
	cs_structural_filter_matrices(filter);
	memcpy(transition, filter->transition, n * n * sizeof(double));
	memcpy(observation, filter->observation, n * sizeof(double));
	memset(process, 0, n * n * sizeof(double));
	for (size_t i = 0; i < n; i++)
		process[i * (n + 1)] = filter->process[i];
}
