/*
 * nelson_siegel_bonds.c
 *		Least squares on bond prices by Levenberg-Marquardt steps with the analytic Jacobian.
 */
#include "numeric/term_structure/nelson_siegel_bonds.h"

#include "numeric/base/levenberg_marquardt.h"
#include "numeric/base/linear_algebra.h"
#include "numeric/base/profile_minimum.h"
#include "numeric/base/sort.h"
#include "numeric/base/vector_math.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define TOLERANCE 1e-22		  /* of the sum of squares */
#define SCAN_TOLERANCE 1e-12  /* the same, where only the sign of the derivative is asked for */
#define PRICE_TOLERANCE 1e-15 /* of the prices */

struct cs_nelson_siegel_bonds
{
	const cs_bond_set *set;
	size_t cashflows;
	double *time;		 /* [cashflows] in hundreds of years, for parameters in percent */
	double *slope;		 /* [cashflows] F2 */
	double *curvature;	 /* [cashflows] F3 */
	double *hump;		 /* [cashflows] x exp(-x) */
	double *value;		 /* [cashflows] present values */
	double floor;		 /* sum of squares that is rounding alone */
	double lower, upper; /* of the decay; NAN = from the maturities */
	double shortest, longest;
	cs_decay_range range;
	bool fixed;
	bool last; /* the search in progress gives the curve */
	bool finished;
	bool second_start;	/* a given decay is tried from two places */
	cs_lm first;		/* where the one from the other place ended */
	cs_profile profile; /* along ln(decay) */
	cs_lm lm;			/* level, slope, curvature */
	double gradient;	/* at the trial: derivative of its sum of squares by ln(decay) */
	double best_gradient;
};

size_t
cs_nelson_siegel_bonds_size(size_t cashflows)
{
	cs_size size = {0};

	cs_size_add(&size, 1, sizeof(cs_nelson_siegel_bonds));
	for (int array = 0; array < 5; array++)
		cs_size_add(&size, cashflows, sizeof(double));
	return cs_size_total(&size);
}

void
cs_bond_duration_weights(size_t n, double *duration, size_t *index)
{
	double least;

	if (n == 0)
		return;
	cs_sort_index(index, duration, n);
	least = CS_BOND_LEAST_DURATION * (duration[index[(n - 1) / 2]] + duration[index[n / 2]]) / 2;
	for (size_t i = 0; i < n; i++)
		duration[i] = pow(fmax(duration[i], least), -2);
}

static double
last_time(const cs_bond_set *set, size_t bond)
{
	return set->time[set->first[bond + 1] - 1];
}

/* Counts a last time unless it is among the `count` (below 4) found before. */
static size_t
count_different(double *found, size_t count, double last)
{
	for (size_t i = 0; i < count; i++)
		if (found[i] == last)
			return count;
	found[count] = last;
	return count + 1;
}

static cs_status
check_set(const cs_bond_set *set, size_t needed, size_t *different)
{
	double last[4];

	*different = 0;
	for (size_t i = 0; i < set->bonds; i++)
	{
		if (!isfinite(set->price[i]) || !isfinite(set->weight[i]))
			return CS_NOT_FINITE;
		if (set->price[i] <= 0 || set->weight[i] <= 0 || set->first[i + 1] <= set->first[i])
			return CS_OUT_OF_RANGE;
		for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
		{
			if (!isfinite(set->time[k]) || !isfinite(set->amount[k]))
				return CS_NOT_FINITE;
			if (set->time[k] <= 0 || set->amount[k] <= 0)
				return CS_OUT_OF_RANGE;
		}
		if (*different < needed)
			*different = count_different(last, *different, last_time(set, i));
	}
	return *different < needed ? CS_TOO_FEW : CS_OK;
}

static void
fill_loadings(cs_nelson_siegel_bonds *fit, double decay)
{
	for (size_t k = 0; k < fit->cashflows; k++)
	{
		double x = fmin(decay * fit->set->time[k], 1e300); /* so that x exp(-x) is never inf * 0 */

		cs_nelson_siegel_loadings(x, &fit->slope[k], &fit->curvature[k]);
		fit->hump[k] = x * (fit->slope[k] - fit->curvature[k]);
	}
}

/*
 * The least squares of the logarithms of the prices, as far as they are linear in the curve: near
 * the minimum, wherever that is.
 */
static void
linear_start(const cs_nelson_siegel_bonds *fit, double *point)
{
	const cs_bond_set *set = fit->set;
	double diagonal[3] = {0}, factor[3] = {0}, rhs[3] = {0};

	for (size_t i = 0; i < set->bonds; i++)
	{
		double row[3] = {0};
		double amount = 0;
		double value;

		for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
		{
			double moment = fit->time[k] * set->amount[k];

			amount += set->amount[k];
			row[0] -= moment;
			row[1] -= moment * fit->slope[k];
			row[2] -= moment * fit->curvature[k];
		}
		for (int j = 0; j < 3; j++)
			row[j] *= set->price[i] / amount;
		value = set->price[i] * log(set->price[i] / amount);
		cs_triangle_add_row(3, diagonal, factor, rhs, set->weight[i], row, &value);
	}
	cs_triangle_solve(3, factor, rhs, point);
	for (int i = 0; i < 3; i++)
		if (!isfinite(point[i]))
			memset(point, 0, 3 * sizeof(double));
}

/* A search at one decay, from a point, or from the linear start. */
static void
begin_search(cs_nelson_siegel_bonds *fit, double decay, const double *point)
{
	double start[3];

	fill_loadings(fit, decay);
	if (point == NULL)
		linear_start(fit, start);
	cs_lm_initialize(&fit->lm, 3, point == NULL ? start : point,
					 fit->last || fit->profile.rooting ? TOLERANCE : SCAN_TOLERANCE, fit->floor);
}

/* As of yields, but that coupons also tell of maturities down to half the shortest. */
static void
begin_range(cs_nelson_siegel_bonds *fit)
{
	const cs_bond_set *set = fit->set;
	double first = INFINITY, second = INFINITY, last = 0;

	for (size_t i = 0; i < set->bonds; i++)
	{
		double time = last_time(set, i);

		if (time < first)
		{
			second = first;
			first = time;
		}
		else if (time > first)
			second = fmin(second, time);
		last = fmax(last, time);
	}
	cs_decay_range_initialize(&fit->range, fmax(first, second / 2) / 2, last);
}

static void
begin_profile(cs_nelson_siegel_bonds *fit)
{
	cs_decay_range_bounds(&fit->range, &fit->lower, &fit->upper);
	cs_profile_initialize(&fit->profile, log(fit->lower), log(fit->upper));
	begin_search(fit, fit->lower, NULL);
}

/* The triangle of unit rows and a diagonal, as one whose square is the normal matrix. */
static void
plain_triangle(const double *diagonal, const double *factor, double *triangle)
{
	memset(triangle, 0, 9 * sizeof(double));
	for (size_t i = 0; i < 3; i++)
	{
		double root = sqrt(diagonal[i]);

		triangle[4 * i] = root;
		for (size_t j = i + 1; j < 3; j++)
			triangle[3 * i + j] = root * *factor++;
	}
}

/* The condition of the loadings at the last times of the bonds. */
static void
range_step(cs_nelson_siegel_bonds *fit)
{
	const cs_bond_set *set = fit->set;
	double decay = exp(fit->range.log_decay);
	double diagonal[3] = {0}, factor[3] = {0}, rhs[3] = {0};
	double triangle[9];

	for (size_t i = 0; i < set->bonds; i++)
	{
		double row[3] = {1};
		double value = 0;

		cs_nelson_siegel_loadings(fmin(decay * last_time(set, i), 1e300), &row[1], &row[2]);
		cs_triangle_add_row(3, diagonal, factor, rhs, 1, row, &value);
	}
	plain_triangle(diagonal, factor, triangle);
	cs_decay_range_take(&fit->range, cs_curve_condition(3, triangle));
	if (fit->range.finished)
		begin_profile(fit);
}

cs_status
cs_nelson_siegel_bonds_initialize(const cs_bond_set *set, double lower, double upper,
								  cs_workspace *workspace, size_t *different,
								  cs_nelson_siegel_bonds **result)
{
	cs_nelson_siegel_bonds *fit;
	cs_status status;

	if (lower <= 0 || upper <= 0 || lower > upper || isinf(lower) || isinf(upper))
		return CS_OUT_OF_RANGE;
	status = check_set(set, lower == upper ? 3 : 4, different);
	if (status != CS_OK)
		return status;
	fit = cs_workspace_take(workspace, 1, sizeof(*fit));
	if (fit == NULL)
		return CS_NO_MEMORY;
	*fit = (cs_nelson_siegel_bonds){.set = set,
									.cashflows = set->first[set->bonds],
									.fixed = lower == upper,
									.last = lower == upper,
									.lower = lower,
									.upper = upper,
									.shortest = INFINITY};
	fit->time = cs_workspace_take(workspace, fit->cashflows, sizeof(double));
	fit->slope = cs_workspace_take(workspace, fit->cashflows, sizeof(double));
	fit->curvature = cs_workspace_take(workspace, fit->cashflows, sizeof(double));
	fit->hump = cs_workspace_take(workspace, fit->cashflows, sizeof(double));
	fit->value = cs_workspace_take(workspace, fit->cashflows, sizeof(double));
	if (fit->value == NULL)
		return CS_NO_MEMORY;

	for (size_t k = 0; k < fit->cashflows; k++)
		fit->time[k] = set->time[k] / 100;
	for (size_t i = 0; i < set->bonds; i++)
	{
		fit->floor += set->weight[i] * pow(PRICE_TOLERANCE * set->price[i], 2);
		fit->shortest = fmin(fit->shortest, set->time[set->first[i]]);
		fit->longest = fmax(fit->longest, last_time(set, i));
	}
	fit->range.finished = !isnan(lower) && !isnan(upper);
	if (fit->range.finished)
		begin_profile(fit);
	else
		begin_range(fit);
	*result = fit;
	return isfinite(fit->floor) ? CS_OK : CS_NOT_FINITE;
}

/*
 * Prices all bonds at the trial point and hands the derivatives on.  At the minimum the derivative
 * by ln(decay) holds only the hump: what the other loadings would add to it is zero there.
 */
static void
evaluate(cs_nelson_siegel_bonds *fit)
{
	const cs_bond_set *set = fit->set;
	const double *point = fit->lm.trial.point;
	double *value = fit->value;

	for (size_t k = 0; k < fit->cashflows; k++)
		value[k] =
			-fit->time[k] * (point[0] + point[1] * fit->slope[k] + point[2] * fit->curvature[k]);
	cs_vector_exp_double(value, value, fit->cashflows);
	fit->gradient = 0;
	for (size_t i = 0; i < set->bonds; i++)
	{
		double row[CS_LM_PARAMETERS] = {0};
		double second[CS_LM_PAIRS] = {0};
		double residual = set->price[i];
		double hump = 0;

		for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
		{
			double present = set->amount[k] * value[k];
			double f2 = fit->slope[k];
			double f3 = fit->curvature[k];
			double moment = fit->time[k] * present;
			double square = fit->time[k] * moment;

			residual -= present;
			row[0] -= moment;
			row[1] -= moment * f2;
			row[2] -= moment * f3;
			second[0] += square;
			second[1] += square * f2;
			second[2] += square * f3;
			second[3] += square * f2 * f2;
			second[4] += square * f2 * f3;
			second[5] += square * f3 * f3;
			hump += moment * fit->hump[k];
		}
		fit->gradient += 2 * point[2] * set->weight[i] * residual * hump;
		cs_lm_add(&fit->lm, set->weight[i], row, second, residual);
	}
}

/* Whether the search from the other place ended lower. */
static bool
first_is_better(const cs_nelson_siegel_bonds *fit)
{
	if (fit->first.converged != fit->lm.converged)
		return fit->first.converged;
	return !(fit->lm.best.sse < fit->first.best.sse);
}

/*
 * The search at a given decay has ended.  Where the loadings are hardly told apart or a price is
 * far off there may be another minimum, near a curve of zeros.
 */
static void
conclude_given(cs_nelson_siegel_bonds *fit)
{
	if (!fit->second_start)
	{
		fit->second_start = true;
		fit->first = fit->lm;
		begin_search(fit, fit->lower, (const double[]){0, 0, 0});
		return;
	}
	if (first_is_better(fit))
		fit->lm = fit->first;
	fit->finished = true;
}

/* The search at one decay has ended. */
static void
conclude(cs_nelson_siegel_bonds *fit)
{
	const double *point = fit->lm.best.point;

	if (fit->fixed)
	{
		conclude_given(fit);
		return;
	}
	fit->finished = fit->last;
	if (fit->finished)
		return;
	cs_profile_step(&fit->profile, fit->lm.converged ? fit->lm.best.sse : INFINITY,
					fit->best_gradient, point[2]);
	fit->last = fit->profile.finished;
	begin_search(fit, exp(fit->profile.at), fit->lm.converged ? point : NULL);
}

void
cs_nelson_siegel_bonds_step(cs_nelson_siegel_bonds *fit)
{
	double sse = fit->lm.best.sse;

	if (!fit->range.finished)
	{
		range_step(fit);
		return;
	}
	evaluate(fit);
	cs_lm_step(&fit->lm);
	if (fit->lm.best.sse != sse)
		fit->best_gradient = fit->gradient;
	if (fit->lm.finished)
		conclude(fit);
}

bool
cs_nelson_siegel_bonds_finished(const cs_nelson_siegel_bonds *fit)
{
	return fit->finished;
}

/* Whether no column of the Jacobian lies in the span of those before. */
static bool
independent(const cs_lm_system *system)
{
	const double *d = system->diagonal;
	const double *f = system->factor;
	double smallest = CS_CURVE_INDEPENDENT_ABOVE * CS_CURVE_INDEPENDENT_ABOVE;

	return d[0] > 0 && d[1] > smallest * (d[0] * f[0] * f[0] + d[1]) &&
		   d[2] > smallest * (d[0] * f[1] * f[1] + d[1] * f[2] * f[2] + d[2]);
}

/* Exactly a bound where the search ended on it. */
static double
fit_decay(const cs_nelson_siegel_bonds *fit)
{
	if (fit->fixed || fit->profile.at <= fit->profile.lower)
		return fit->lower;
	return fit->profile.at >= fit->profile.upper ? fit->upper : exp(fit->profile.at);
}

static double
price_rmse(const cs_bond_set *set, const cs_nelson_siegel_curve *curve)
{
	double squares = 0;

	for (size_t i = 0; i < set->bonds; i++)
	{
		double error = set->price[i];

		for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
			error -= set->amount[k] * cs_nelson_siegel_discount(curve, set->time[k]);
		squares += error * error;
	}
	return sqrt(squares / (double) set->bonds);
}

static void
set_quality(const cs_nelson_siegel_bonds *fit, cs_nelson_siegel_curve *curve)
{
	const cs_lm_system *best = &fit->lm.best;
	size_t parameters = fit->fixed ? 3 : 4;
	double triangle[9];

	plain_triangle(best->diagonal, best->factor, triangle);
	cs_curve_quality_of_triangle(
		3, triangle,
		fit->set->bonds > parameters ? best->sse / (double) (fit->set->bonds - parameters) : NAN,
		&curve->quality);
	curve->quality.shortest = fit->shortest;
	curve->quality.longest = fit->longest;
}

cs_status
cs_nelson_siegel_bonds_curve(const cs_nelson_siegel_bonds *fit, cs_nelson_siegel_curve *curve)
{
	const cs_lm_system *best = &fit->lm.best;

	if (!isfinite(best->sse))
		return CS_NOT_FINITE;
	if (!fit->fixed && !fit->profile.found)
		return CS_NOT_CONVERGED;
	if (!independent(best))
		return CS_SINGULAR;
	if (!fit->lm.converged)
		return CS_NOT_CONVERGED;
	*curve = (cs_nelson_siegel_curve){
		.level = best->point[0],
		.slope = best->point[1],
		.curvature = best->point[2],
		.decay = fit_decay(fit),
		.r_squared = NAN,
		.observations = (int64_t) fit->set->bonds,
		.decay_at_bound = !fit->fixed && fit->profile.at_bound,
	};
	curve->rmse = price_rmse(fit->set, curve);
	set_quality(fit, curve);
	return isfinite(curve->rmse) ? CS_OK : CS_NOT_FINITE;
}
