/*
 * structural_search.c
 *		A grid, quasi-Newton searches from its best points, and the ends where a variance is 0.
 */
#include "numeric/state_space/structural.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_math.h>

#include "numeric/base/poll.h"

#define COARSE 1e-5	  /* of the log-likelihood, that a step must promise to choose a maximum */
#define FINE 1e-9	  /* and to end in it */
#define MAX_STEPS 200 /* of a search */
#define END_GAP 3.0	  /* an end this much less likely than the best is searched from, too */
#define CLOSE 1e-2	  /* and this much less after that, to its last digits */
#define END_TOLERANCE 1e-10 /* of the log-likelihood of an observation */
#define FREQUENCIES 40		/* of a cycle, that the grid has */
#define GROUPS FREQUENCIES	/* points of the grid: the best of each group */
#define REFINED 16			/* of them that are refined */
#define OPENING_GAIN 1e-6	/* of the log-likelihood, that it must bring */
#define CLOSED (-15.0)		/* coordinate likewise that is as good as 0 */
#define ROUNDS 3			/* of ends and openings */
#define EXPLAINED 1e-13		/* errors, to the largest observation, that are rounding */
#define STEP_LIMIT 60.0		/* of a coordinate */

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
	if (filter->sum_squares <= (double) filter->count * pow(EXPLAINED * filter->size[0], 2))
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
			return (axis){3, {0.5, 2.5, 5}};
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
	bool taken[GROUPS];
} candidates;

/*
 * The axis whose points are the groups: frequencies, for which many are likely, else one of them.
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
	{
		candidates->values[g] = INFINITY;
		candidates->taken[g] = false;
	}
	for (int i = 0; i < points; i++)
	{
		double at[CS_PARAMETERS] = {0};
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

/* Whether a group is more likely than those beside it. */
static bool
is_peak(const candidates *candidates, int g)
{
	const double *values = candidates->values;

	return (g == 0 || values[g] <= values[g - 1]) &&
		   (g + 1 == candidates->groups || values[g] <= values[g + 1]);
}

/* The best peak that was not taken yet, or then the best of the others; -1 for none. */
static int
take_best(candidates *candidates)
{
	int best = -1;
	bool best_is_peak = false;

	for (int g = 0; g < candidates->groups; g++)
	{
		bool peak = is_peak(candidates, g);

		if (!isfinite(candidates->values[g]) || candidates->taken[g] || (best_is_peak && !peak) ||
			(best >= 0 && peak == best_is_peak &&
			 candidates->values[g] >= candidates->values[best]))
			continue;
		best = g;
		best_is_peak = peak;
	}
	if (best >= 0)
		candidates->taken[best] = true;
	return best;
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
	double trial[CS_PARAMETERS] = {0};
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

/* The best of some small variances at a place of a point, which becomes it; its value. */
static double
open_best(cs_structural_fit *fit, double *trial, size_t place, double largest)
{
	static const double openings[] = {-5, -8, -11, -14};
	double best = INFINITY;
	double at = 0;

	for (size_t k = 0; k < sizeof(openings) / sizeof(openings[0]); k++)
	{
		double value;

		trial[place] = largest + openings[k];
		value = objective(trial, fit);
		if (k == 0 || value < best)
		{
			best = value;
			at = trial[place];
		}
	}
	trial[place] = at;
	return best;
}

/*
 * Tries a variance of 0, or as good as that, above it: where another one took its part, the search
 * has left it there.  Whether that is more likely.
 */
static bool
try_opening(cs_structural_fit *fit, int part)
{
	bool was_active = fit->active[part];
	int parameters[CS_PARAMETERS];
	double trial[CS_PARAMETERS] = {0};
	double largest = -INFINITY;
	size_t place = 0;
	size_t count;
	double value;

	fit->active[part] = true;
	count = cs_structural_coordinates(fit, parameters);
	while (parameters[place] != part)
		place++;
	for (size_t k = 0; k < count; k++)
		if (k != place || was_active)
			trial[k] = fit->point[k - (!was_active && k > place)];
	for (size_t k = 0; k < count && parameters[k] < CS_PARTS; k++)
		if (k != place)
			largest = fmax(largest, trial[k]);
	if (was_active && !(trial[place] < largest + CLOSED))
		return false;
	value = open_best(fit, trial, place, largest);
	if (value < fit->best)
	{
		search_from(fit, trial, COARSE);
		value = search_from(fit, trial, FINE);
	}
	if (!(value < fit->best - OPENING_GAIN))
	{
		fit->active[part] = was_active;
		return false;
	}
	fit->best = value;
	fit->converged = fit->search.converged;
	memcpy(fit->point, trial, count * sizeof(double));
	return true;
}

/* Variances are tried at 0 as long as that helps, one at a time; one of them stays. */
static void
try_ends(cs_structural_fit *fit)
{
	bool changed = true;

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

/* Each end of the variances tried, and what lies there above it, until nothing helps. */
static void
settle(cs_structural_fit *fit)
{
	const cs_structural_filter *filter = &fit->filter;
	double n;

	objective(fit->point, fit);
	n = (double) filter->count;
	/* and what the last digits of the observations may make of their densities */
	fit->tolerance =
		n * (END_TOLERANCE + 4 * DBL_EPSILON * filter->size[0] / sqrt(filter->sum_squares / n));
	for (int round = 0; round < ROUNDS; round++)
	{
		bool opened = false;

		try_ends(fit);
		for (int part = 0; part < CS_PARTS; part++)
			opened |= cs_structural_has(&fit->form, part) && try_opening(fit, part);
		if (!opened)
			return;
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
	int refined = candidates.groups < REFINED ? candidates.groups : REFINED;

	if (status != CS_OK)
		return status;
	fit->best = INFINITY;
	for (int r = 0; r < refined; r++)
	{
		int g = take_best(&candidates);
		double value;

		if (g < 0)
			break;
		value = search_from(fit, candidates.points[g], COARSE);
		cs_poll(refined + 2 * (r + 1), 4 * refined);
		if (!(value < fit->best))
			continue;
		fit->best = value;
		memcpy(fit->point, candidates.points[g], sizeof(candidates.points[g]));
	}
	if (!isfinite(fit->best))
		return fit->status == CS_OK ? CS_NOT_FINITE : fit->status;
	fit->best = search_from(fit, fit->point, FINE);
	fit->converged = fit->search.converged;
	settle(fit);
	return set_results(fit);
}
