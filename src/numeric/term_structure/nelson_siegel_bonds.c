/*
 * nelson_siegel_bonds.c
 *		Least squares on bond prices by Levenberg-Marquardt steps with the analytic Jacobian.
 */
#include "numeric/term_structure/nelson_siegel_bonds.h"

#include "numeric/base/linear_algebra.h"
#include "numeric/base/poll.h"
#include "numeric/base/sort.h"
#include "numeric/base/vector_math.h"
#include "numeric/term_structure/levenberg_marquardt.h"
#include "numeric/term_structure/profile_minimum.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define TOLERANCE 1e-22		  /* of the sum of squares */
#define SCAN_TOLERANCE 1e-12  /* the same, where only the sign of the derivative is asked for */
#define PRICE_TOLERANCE 1e-15 /* of the prices */

/* Multiply-adds of one cash flow: its loadings; its present value; the sums that it is added to. */
#define LOADINGS_WORK 50
#define VALUE_WORK 20
#define SUMS_WORK 20

/* Cash flows that are valued in one go. */
#define BLOCK 8192

static const double zeros[3] = {0};

typedef struct problem
{
	const cs_bond_set *set;
	size_t cashflows;
	double *time;	   /* [cashflows] in hundreds of years, for parameters in percent */
	double *slope;	   /* [cashflows] F2 */
	double *curvature; /* [cashflows] F3 */
	double *hump;	   /* [cashflows] x exp(-x) */
	double *value;	   /* [cashflows] present values */
	double floor;	   /* sum of squares that is rounding alone */
	cs_lm lm;		   /* level, slope, curvature, at the decay tried last */
	double by_decay;   /* derivative of its best sum of squares by ln(decay) */
} problem;

static void
lay_out(problem *problem, size_t cashflows, cs_workspace *workspace)
{
	problem->cashflows = cashflows;
	problem->time = cs_workspace_take(workspace, cashflows, sizeof(double));
	problem->slope = cs_workspace_take(workspace, cashflows, sizeof(double));
	problem->curvature = cs_workspace_take(workspace, cashflows, sizeof(double));
	problem->hump = cs_workspace_take(workspace, cashflows, sizeof(double));
	problem->value = cs_workspace_take(workspace, cashflows, sizeof(double));
}

size_t
cs_nelson_siegel_bonds_fit_size(size_t cashflows)
{
	problem problem;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&problem, cashflows, &workspace);
	return cs_workspace_total(&workspace);
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

static size_t
block_end(const problem *problem, size_t first)
{
	return problem->cashflows - first < BLOCK ? problem->cashflows : first + BLOCK;
}

static void
fill_loadings(problem *problem, double decay)
{
	for (size_t first = 0, end; first < problem->cashflows; first = end)
	{
		end = block_end(problem, first);
		for (size_t k = first; k < end; k++)
		{
			double x = fmin(decay * problem->set->time[k], CS_NELSON_SIEGEL_LARGEST);

			cs_nelson_siegel_loadings(x, &problem->slope[k], &problem->curvature[k]);
			problem->hump[k] = x * (problem->slope[k] - problem->curvature[k]);
		}
		cs_work((end - first) * LOADINGS_WORK);
	}
}

/* Bond i has been summed up; `counted` are the cash flows that were told of before. */
static inline void
count_sums(const cs_bond_set *set, size_t i, size_t *counted)
{
	size_t end = set->first[i + 1];

	if (end - *counted < BLOCK && i + 1 < set->bonds)
		return;
	cs_work((end - *counted) * SUMS_WORK);
	*counted = end;
}

/*
 * The least squares of the logarithms of the prices, as far as they are linear in the curve: near
 * the minimum, wherever that is.
 */
static void
linear_start(const problem *problem, double *point)
{
	const cs_bond_set *set = problem->set;
	double diagonal[3] = {0}, factor[3] = {0}, rhs[3] = {0};
	size_t counted = 0;

	for (size_t i = 0; i < set->bonds; i++)
	{
		double row[3] = {0};
		double amount = 0;
		double value;

		for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
		{
			double moment = problem->time[k] * set->amount[k];

			amount += set->amount[k];
			row[0] -= moment;
			row[1] -= moment * problem->slope[k];
			row[2] -= moment * problem->curvature[k];
		}
		for (int j = 0; j < 3; j++)
			row[j] *= set->price[i] / amount;
		value = set->price[i] * log(set->price[i] / amount);
		cs_triangle_add_row(3, diagonal, factor, rhs, set->weight[i], row, &value);
		count_sums(set, i, &counted);
	}
	cs_triangle_solve(3, factor, rhs, point);
	for (int i = 0; i < 3; i++)
		if (!isfinite(point[i]))
			memset(point, 0, 3 * sizeof(double));
}

/* The present values of 1 at the times of the cash flows. */
static void
discount(problem *problem, const double *point)
{
	for (size_t first = 0, end; first < problem->cashflows; first = end)
	{
		double *value = problem->value;

		end = block_end(problem, first);
		for (size_t k = first; k < end; k++)
			value[k] = -problem->time[k] *
					   (point[0] + point[1] * problem->slope[k] + point[2] * problem->curvature[k]);
		cs_vector_exp_double(value + first, value + first, end - first);
		cs_work((end - first) * VALUE_WORK);
	}
}

/*
 * Prices all bonds at the trial point, hands the derivatives on and returns the one by ln(decay),
 * which at the minimum holds only the hump: what the other loadings would add to it is zero there.
 */
static double
evaluate(problem *problem)
{
	const cs_bond_set *set = problem->set;
	const double *point = problem->lm.trial.point;
	double by_decay = 0;
	size_t counted = 0;

	discount(problem, point);
	for (size_t i = 0; i < set->bonds; i++)
	{
		double row[CS_LM_PARAMETERS] = {0};
		double second[CS_LM_PAIRS] = {0};
		double residual = set->price[i];
		double hump = 0;

		for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
		{
			double present = set->amount[k] * problem->value[k];
			double f2 = problem->slope[k];
			double f3 = problem->curvature[k];
			double moment = problem->time[k] * present;
			double square = problem->time[k] * moment;

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
			hump += moment * problem->hump[k];
		}
		by_decay += 2 * point[2] * set->weight[i] * residual * hump;
		cs_lm_add(&problem->lm, set->weight[i], row, second, residual);
		count_sums(set, i, &counted);
	}
	return by_decay;
}

/* The least squares at one decay from a point, or where that is NULL from the linear start. */
static void
search(problem *problem, double decay, const double *point, double tolerance)
{
	double start[3];

	fill_loadings(problem, decay);
	if (point == NULL)
		linear_start(problem, start);
	else
		memcpy(start, point, sizeof(start));
	cs_lm_initialize(&problem->lm, 3, start, tolerance, problem->floor);
	while (!problem->lm.finished)
	{
		double sse = problem->lm.best.sse;
		double by_decay = evaluate(problem);

		cs_lm_step(&problem->lm);
		if (problem->lm.best.sse != sse)
			problem->by_decay = by_decay;
	}
}

/* Whether one search ended lower than another. */
static bool
is_better(const cs_lm *one, const cs_lm *other)
{
	if (one->converged != other->converged)
		return one->converged;
	return one->best.sse < other->best.sse;
}

/*
 * A given decay.  Where the loadings are hardly told apart or a price is far off there may be
 * another minimum, near a curve of zeros.
 */
static void
fit_given(problem *problem, double decay)
{
	cs_lm first;

	search(problem, decay, NULL, TOLERANCE);
	first = problem->lm;
	search(problem, decay, zeros, TOLERANCE);
	if (!is_better(&problem->lm, &first))
		problem->lm = first;
}

/*
 * One decay of many: from the curve of zeros, or first and where that failed at the decay before
 * from the linear start.  Not from the curve at the decay before, which may lie in a valley that
 * does not lead to the minimum.
 */
static void
search_on(problem *problem, double decay, double tolerance)
{
	search(problem, decay, problem->lm.converged ? zeros : NULL, tolerance);
}

static cs_profile_value
profile(void *argument, double log_decay, bool exact)
{
	problem *problem = argument;
	const cs_lm *lm = &problem->lm;

	search_on(problem, exp(log_decay), exact ? TOLERANCE : SCAN_TOLERANCE);
	return (cs_profile_value){lm->converged ? lm->best.sse : INFINITY, problem->by_decay,
							  lm->best.point[2]};
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
static double
last_condition(const cs_bond_set *set, double decay)
{
	double diagonal[3] = {0}, factor[3] = {0}, rhs[3] = {0};
	double triangle[9];

	for (size_t i = 0; i < set->bonds; i++)
	{
		double row[3] = {1};
		double value = 0;

		cs_nelson_siegel_loadings(fmin(decay * last_time(set, i), CS_NELSON_SIEGEL_LARGEST),
								  &row[1], &row[2]);
		cs_triangle_add_row(3, diagonal, factor, rhs, 1, row, &value);
		cs_work(LOADINGS_WORK + SUMS_WORK);
	}
	plain_triangle(diagonal, factor, triangle);
	return cs_curve_condition(3, triangle);
}

/* Bounds that are NAN: as of yields, but that coupons also tell of maturities down to half the
 * shortest. */
static void
set_bounds(const cs_bond_set *set, double *lower, double *upper)
{
	double first = INFINITY, second = INFINITY, last = 0;
	cs_decay_range range;

	if (!isnan(*lower) && !isnan(*upper))
		return;
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
	cs_decay_range_place(&range, fmax(first, second / 2) / 2, last);
	for (size_t i = 0; i < CS_DECAY_RANGE_POINTS; i++)
		range.condition[i] = last_condition(set, exp(range.log_decay[i]));
	cs_decay_range_settle(&range, lower, upper);
}

/* Fits the best decay, too; exactly a bound where it lies on it.  False if there is none. */
static bool
fit_estimated(problem *problem, double lower, double upper, double *decay, bool *at_bound)
{
	cs_profile_minimum minimum;

	set_bounds(problem->set, &lower, &upper);
	minimum = cs_profile_search(profile, problem, log(lower), log(upper));
	*at_bound = minimum.at_bound;
	search_on(problem, exp(minimum.at), TOLERANCE);
	if (minimum.at <= log(lower))
		*decay = lower;
	else
		*decay = minimum.at >= log(upper) ? upper : exp(minimum.at);
	return minimum.found;
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

/* The curve that the search has ended at. */
static cs_status
describe(const problem *problem, double decay, bool estimated, cs_nelson_siegel_curve *curve)
{
	const cs_bond_set *set = problem->set;
	const cs_lm_system *best = &problem->lm.best;
	size_t parameters = estimated ? 4 : 3;
	double triangle[9];

	if (!independent(best))
		return CS_SINGULAR;
	if (!problem->lm.converged)
		return CS_NOT_CONVERGED;
	*curve = (cs_nelson_siegel_curve){
		.level = best->point[0],
		.slope = best->point[1],
		.curvature = best->point[2],
		.decay = decay,
		.r_squared = NAN,
		.observations = (int64_t) set->bonds,
	};
	curve->rmse = price_rmse(set, curve);
	plain_triangle(best->diagonal, best->factor, triangle);
	cs_curve_quality_of_triangle(
		3, triangle, set->bonds > parameters ? best->sse / (double) (set->bonds - parameters) : NAN,
		&curve->quality);
	curve->quality.shortest = INFINITY;
	for (size_t i = 0; i < set->bonds; i++)
	{
		curve->quality.shortest = fmin(curve->quality.shortest, set->time[set->first[i]]);
		curve->quality.longest = fmax(curve->quality.longest, last_time(set, i));
	}
	return isfinite(curve->rmse) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_nelson_siegel_bonds_fit(const cs_bond_set *set, double lower, double upper,
						   cs_workspace *workspace, size_t *different,
						   cs_nelson_siegel_curve *curve)
{
	problem problem = {.set = set};
	bool estimated = lower != upper;
	bool found = true;
	bool at_bound = false;
	double decay = lower;
	cs_status status;

	if (lower <= 0 || upper <= 0 || lower > upper || isinf(lower) || isinf(upper))
		return CS_OUT_OF_RANGE;
	status = check_set(set, estimated ? 4 : 3, different);
	if (status != CS_OK)
		return status;
	lay_out(&problem, set->first[set->bonds], workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	for (size_t k = 0; k < problem.cashflows; k++)
		problem.time[k] = set->time[k] / 100;
	for (size_t i = 0; i < set->bonds; i++)
		problem.floor += set->weight[i] * pow(PRICE_TOLERANCE * set->price[i], 2);
	if (!isfinite(problem.floor))
		return CS_NOT_FINITE;
	if (estimated)
		found = fit_estimated(&problem, lower, upper, &decay, &at_bound);
	else
		fit_given(&problem, decay);
	if (!isfinite(problem.lm.best.sse))
		return CS_NOT_FINITE;
	if (!found)
		return CS_NOT_CONVERGED;
	status = describe(&problem, decay, estimated, curve);
	curve->decay_at_bound = at_bound;
	return status;
}
