/*
 * nelson_siegel_bonds.c
 *		Least squares on bond prices by Levenberg-Marquardt steps with the analytic Jacobian.
 */
#include "numeric/term_structure/nelson_siegel_bonds.h"

#include "numeric/base/levenberg_marquardt.h"
#include "numeric/base/profile_minimum.h"
#include "numeric/base/vector_math.h"

#include <float.h>
#include <math.h>

#define TOLERANCE 1e-22			/* of the sum of squares */
#define SCAN_TOLERANCE 1e-12	/* the same, where only the sign of the derivative is asked for */
#define PRICE_TOLERANCE 1e-15	/* of the prices */
#define INDEPENDENT_ABOVE 1e-11 /* of the length of a column */

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
	double lower, upper; /* of the decay */
	bool fixed;
	bool last; /* the search in progress gives the curve */
	bool finished;
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
			*different = count_different(last, *different, set->time[set->first[i + 1] - 1]);
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

/* A search at one decay, from the point where the one before ended. */
static void
begin_search(cs_nelson_siegel_bonds *fit, double decay, const double *point)
{
	fill_loadings(fit, decay);
	cs_lm_initialize(&fit->lm, 3, point,
					 fit->last || fit->profile.rooting ? TOLERANCE : SCAN_TOLERANCE, fit->floor);
}

cs_status
cs_nelson_siegel_bonds_initialize(const cs_bond_set *set, double lower, double upper,
								  cs_workspace *workspace, size_t *different,
								  cs_nelson_siegel_bonds **result)
{
	cs_nelson_siegel_bonds *fit;
	cs_status status;

	if (!(lower > 0 && lower <= upper && upper <= DBL_MAX))
		return CS_OUT_OF_RANGE;
	status = check_set(set, lower < upper ? 4 : 3, different);
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
									.upper = upper};
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
		fit->floor += set->weight[i] * pow(PRICE_TOLERANCE * set->price[i], 2);
	cs_profile_initialize(&fit->profile, log(lower), log(upper));
	begin_search(fit, lower, (const double[]){0, 0, 0});
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

/* The search at one decay has ended. */
static void
conclude(cs_nelson_siegel_bonds *fit)
{
	const double *point = fit->lm.best.point;

	fit->finished = fit->last;
	if (fit->finished)
		return;
	cs_profile_step(&fit->profile, fit->lm.converged ? fit->lm.best.sse : INFINITY,
					fit->best_gradient, point[2]);
	fit->last = fit->profile.finished;
	begin_search(fit, exp(fit->profile.at), fit->lm.converged ? point : (const double[]){0, 0, 0});
}

void
cs_nelson_siegel_bonds_step(cs_nelson_siegel_bonds *fit)
{
	double sse = fit->lm.best.sse;

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
	double smallest = INDEPENDENT_ABOVE * INDEPENDENT_ABOVE;

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

cs_status
cs_nelson_siegel_bonds_curve(const cs_nelson_siegel_bonds *fit, cs_nelson_siegel_curve *curve)
{
	const cs_lm_system *best = &fit->lm.best;

	if (!isfinite(best->sse))
		return CS_NOT_FINITE;
	if (!fit->fixed && !fit->profile.found)
		return CS_NOT_CONVERGED;
	if (!independent(best) && !cs_lm_definite(&fit->lm))
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
	return isfinite(curve->rmse) ? CS_OK : CS_NOT_FINITE;
}
