/*
 * structural.c
 *		The parameters of structural models, the data of a fit, and its result as matrices.
 */
#include "numeric/state_space/structural.h"

#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#define SAME 1e-14		/* relative difference of observations that do not vary */
#define NEAR_BOUND 1e-6 /* share of its range within which a parameter is at its bound */
#define NEAR_UNIT 6e-7	/* |A| this close to 1 is at its bound, as in kalman_fit.c */

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
	fit->kept = cs_workspace_take(workspace, all, sizeof(size_t));
	fit->around = cs_workspace_take(workspace, 2 * (form->features + 1), sizeof(double));
	fit->coefficients = cs_workspace_take(workspace, form->features + 1, sizeof(double));
	fit->errors = cs_workspace_take(workspace, all, sizeof(double));
}

/*
 * Takes the first value off a column, which a diffuse level does not see, so that no digits are
 * lost of what lies far from 0, and divides it by a power of 2, so that its largest value is about
 * 1.  Returns that; `shift` says whether there is such a level.
 */
static double
scale_column(cs_structural_filter *filter, size_t column, bool shift)
{
	double *values = filter->y + column;
	double largest = 0;
	double size = 0;
	double first = 0;
	bool found = false;
	int exponent = 0;

	for (size_t i = 0; i < filter->rows; i++)
	{
		double *value = values + i * filter->columns;

		if (isnan(filter->y[i * filter->columns]))
			continue;
		if (shift && !found)
			first = *value;
		found = true;
		size = fmax(size, fabs(*value));
		*value -= first;
		largest = fmax(largest, fabs(*value));
	}
	if (largest > 0 && isfinite(largest))
		frexp(largest, &exponent);
	for (size_t i = 0; i < filter->rows; i++)
		values[i * filter->columns] = ldexp(values[i * filter->columns], -exponent);
	filter->size[column] = ldexp(size, -exponent);
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
	/* features first: whether a row counts is said by y */
	for (size_t j = 0; j < count; j++)
		fit->feature_scale[j] = scale_column(filter, 1 + j, fit->form.trend != CS_TREND_AR1);
	fit->scale = scale_column(filter, 0, fit->form.trend != CS_TREND_AR1);
	for (int k = 0; k < CS_PARTS; k++)
		fit->active[k] = cs_structural_has(&fit->form, k);
	cs_structural_filter_start(filter);
	return CS_OK;
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
