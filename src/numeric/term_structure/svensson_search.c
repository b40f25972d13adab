/*
 * svensson_search.c
 *		The two decays of a Svensson curve by variable projection: a grid, then Newton's method on
 *		the profile of the sum of squares.
 *
 * The decays are searched on either side of each other, as (u, s): u = ln(decay), and s the place
 *		of ln(second decay) between its outer bound (0) and the least ratio to the decay (1).
 */
#include "numeric/base/linear_algebra.h"
#include "numeric/base/rounding.h"
#include "numeric/term_structure/curve_data.h"
#include "numeric/term_structure/svensson.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define DECAYS 24 /* of the grid */
#define PLACES 13 /* of the second decay for each */
#define MAX_REFINED 16
#define NEWTON_STEPS 60
#define DIFFERENCE 1e-4 /* for the second derivatives */
#define TOLERANCE 1e-24 /* reduction of the sum of squares, relative */
#define LARGEST_DAMPING 1e10
#define COLUMNS 3 /* beside the level */

typedef struct evaluation
{
	double sse;			/* INFINITY where the loadings are dependent */
	double gradient[2]; /* by u and s */
	double factor[COLUMNS + 1];
	double triangle[(COLUMNS + 1) * (COLUMNS + 1)];
} evaluation;

typedef struct place
{
	bool second_slower; /* which side the second decay is on */
	double at[2];		/* u and s */
} place;

typedef struct search
{
	cs_curve_data data;
	double log_lower, log_upper;
	double gap;				 /* least difference of the logarithms */
	double *column[COLUMNS]; /* [n + COLUMNS] F2(d1), F3(d1), F3(d2) */
	double *hump[2];		 /* [n] x exp(-x) of either decay */
	double *residual;		 /* [n + COLUMNS] */
	double *unused;			 /* [n] F2(d2) */
} search;

/* Places to be refined, from the lowest sum of squares up. */
typedef struct starts
{
	size_t count;
	place at[MAX_REFINED];
	double sse[MAX_REFINED];
} starts;

static void
lay_out(search *search, size_t n, cs_workspace *workspace)
{
	cs_curve_data_lay_out(&search->data, n, workspace);
	for (int i = 0; i < COLUMNS; i++)
		search->column[i] = cs_workspace_take(workspace, cs_curve_rows(n), sizeof(double));
	search->residual = cs_workspace_take(workspace, cs_curve_rows(n), sizeof(double));
	for (int i = 0; i < 2; i++)
		search->hump[i] = cs_workspace_take(workspace, n, sizeof(double));
	search->unused = cs_workspace_take(workspace, n, sizeof(double));
}

size_t
cs_svensson_fit_size(size_t n)
{
	search search;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&search, n, &workspace);
	return cs_workspace_total(&workspace);
}

static cs_status
check_decays(const cs_svensson_decays *decays)
{
	double ratio = CS_SVENSSON_DECAY_RATIO * CS_SVENSSON_DECAY_RATIO;

	if (!(decays->shrinkage >= 0 && decays->shrinkage <= DBL_MAX))
		return CS_OUT_OF_RANGE;
	if (decays->fixed)
		return decays->decay > 0 && decays->second_decay > 0 && decays->decay <= DBL_MAX &&
					   decays->second_decay <= DBL_MAX && decays->decay != decays->second_decay
				   ? CS_OK
				   : CS_OUT_OF_RANGE;
	return decays->lower <= 0 || decays->upper <= 0 || isinf(decays->lower) ||
				   isinf(decays->upper) || decays->upper < ratio * decays->lower
			   ? CS_OUT_OF_RANGE
			   : CS_OK;
}

/* Two decays fit between the bounds, however few maturities they come from. */
static void
set_bounds(search *search, const cs_svensson_decays *decays)
{
	double lower = decays->lower;
	double upper = decays->upper;
	double lack;

	cs_curve_data_bounds(&search->data, true, search->column, &lower, &upper);
	search->gap = log(CS_SVENSSON_DECAY_RATIO);
	lack = fmax(2 * search->gap - log(upper / lower), 0);
	search->log_lower = log(lower) - lack / 2;
	search->log_upper = log(upper) + lack / 2;
}

/* Least squares at a pair of decays. */
static evaluation
evaluate_decays(search *search, double decay, double second_decay)
{
	evaluation result = {.sse = INFINITY};
	const cs_curve_data *data = &search->data;
	double **column = search->column;

	cs_curve_data_loadings(data, decay, column[0], column[1], search->hump[0]);
	cs_curve_data_loadings(data, second_decay, search->unused, column[2], search->hump[1]);
	if (cs_curve_data_orthogonalize(data, COLUMNS, column, result.triangle))
		result.sse = cs_curve_data_solve(data, COLUMNS, column, result.triangle, result.factor,
										 search->residual);
	return result;
}

static double
outer_bound(const search *search, const place *place)
{
	return place->second_slower ? search->log_lower : search->log_upper;
}

/* From the outer bound to the least ratio; s goes from 0 to 1 along it. */
static double
span(const search *search, const place *place)
{
	double gap = place->second_slower ? -search->gap : search->gap;

	return place->at[0] + gap - outer_bound(search, place);
}

static double
second_log_decay(const search *search, const place *place)
{
	return outer_bound(search, place) + place->at[1] * span(search, place);
}

/* As for Nelson-Siegel, the derivative by the logarithm of a decay holds its curvature and hump. */
static evaluation
evaluate(search *search, const place *place)
{
	evaluation result =
		evaluate_decays(search, exp(place->at[0]), exp(second_log_decay(search, place)));
	double by_decay[2] = {0};

	if (!isfinite(result.sse))
		return result;
	for (int i = 0; i < 2; i++)
	{
		cs_curve_data_scale(&search->data, search->hump[i]);
		by_decay[i] =
			-2 * result.factor[i + 2] * cs_dot(search->data.n, search->residual, search->hump[i]);
	}
	result.gradient[0] = by_decay[0] + place->at[1] * by_decay[1];
	result.gradient[1] = span(search, place) * by_decay[1];
	return result;
}

static void
bounds(const search *search, bool second_slower, double *lower, double *upper)
{
	lower[0] = search->log_lower + (second_slower ? search->gap : 0);
	upper[0] = search->log_upper - (second_slower ? 0 : search->gap);
	lower[1] = 0;
	upper[1] = 1;
}

static place
grid_place(const search *search, bool second_slower, size_t decay, size_t second)
{
	place result = {.second_slower = second_slower};
	double lower[2], upper[2];

	bounds(search, second_slower, lower, upper);
	result.at[0] = decay == DECAYS - 1
					   ? upper[0] /* to the last bit, so that it is known for the bound */
					   : lower[0] + (upper[0] - lower[0]) * (double) decay / (DECAYS - 1);
	result.at[1] = (double) second / (PLACES - 1);
	return result;
}

static bool
lower_than_neighbours(double sse[DECAYS][PLACES], size_t decay, size_t second)
{
	double value = sse[decay][second];

	if (!isfinite(value))
		return false;
	for (size_t i = decay - (decay > 0); i <= decay + 1 && i < DECAYS; i++)
		for (size_t j = second - (second > 0); j <= second + 1 && j < PLACES; j++)
			if (sse[i][j] < value)
				return false;
	return true;
}

/* Keeps the lowest, in order. */
static void
insert_start(starts *starts, const place *place, double sse)
{
	size_t i;

	if (starts->count == MAX_REFINED && !(sse < starts->sse[MAX_REFINED - 1]))
		return;
	if (starts->count < MAX_REFINED)
		starts->count++;
	for (i = starts->count - 1; i > 0 && starts->sse[i - 1] > sse; i--)
	{
		starts->at[i] = starts->at[i - 1];
		starts->sse[i] = starts->sse[i - 1];
	}
	starts->at[i] = *place;
	starts->sse[i] = sse;
}

/* The lowest places of a grid on one side. */
static void
scan(search *search, bool second_slower, starts *starts)
{
	double sse[DECAYS][PLACES];

	for (size_t i = 0; i < DECAYS; i++)
		for (size_t j = 0; j < PLACES; j++)
		{
			place here = grid_place(search, second_slower, i, j);

			sse[i][j] = evaluate(search, &here).sse;
		}
	for (size_t i = 0; i < DECAYS; i++)
		for (size_t j = 0; j < PLACES; j++)
			if (lower_than_neighbours(sse, i, j))
			{
				place here = grid_place(search, second_slower, i, j);

				insert_start(starts, &here, sse[i][j]);
			}
}

/* Where a refinement is. */
typedef struct position
{
	place place;
	evaluation is;
	double hessian[3]; /* by u twice, by both, by s twice */
	bool has_hessian;
	double damping;
} position;

/* Second derivatives, by central differences of the gradient. */
static bool
update_hessian(search *search, position *here)
{
	double value[2][2];

	for (int i = 0; i < 2; i++)
	{
		place left = here->place;
		place right = left;
		evaluation at_left, at_right;

		left.at[i] -= DIFFERENCE;
		right.at[i] += DIFFERENCE;
		at_left = evaluate(search, &left);
		at_right = evaluate(search, &right);
		if (!isfinite(at_left.sse) || !isfinite(at_right.sse))
			return false;
		for (int j = 0; j < 2; j++)
			value[i][j] = (at_right.gradient[j] - at_left.gradient[j]) / (2 * DIFFERENCE);
	}
	here->hessian[0] = value[0][0];
	here->hessian[1] = (value[0][1] + value[1][0]) / 2;
	here->hessian[2] = value[1][1];
	here->has_hessian = true;
	return true;
}

/* Newton's step of the free coordinates; downhill along each where that is none of descent. */
static void
newton_step(const position *here, const bool *held, double *step)
{
	const double *gradient = here->is.gradient;
	const double *h = here->hessian;
	double h00 = h[0] + here->damping * fabs(h[0]);
	double h11 = h[2] + here->damping * fabs(h[2]);
	double determinant = h00 * h11 - h[1] * h[1];

	if (!held[0] && !held[1] && h00 > 0 && determinant > 0)
	{
		step[0] = -(h11 * gradient[0] - h[1] * gradient[1]) / determinant;
		step[1] = -(h00 * gradient[1] - h[1] * gradient[0]) / determinant;
		return;
	}
	for (int i = 0; i < 2; i++)
	{
		double second = (1 + here->damping) * fabs(h[2 * i]);

		step[i] = held[i] || second == 0 ? 0 : -gradient[i] / second;
	}
}

/*
 * A lower sum of squares is better; where rounding hides the difference, so is a smaller gradient.
 */
static bool
better(const evaluation *trial, const evaluation *here)
{
	if (trial->sse < (1 - CS_SAME_SQUARES) * here->sse)
		return true;
	return trial->sse <= (1 + CS_SAME_SQUARES) * here->sse &&
		   hypot(trial->gradient[0], trial->gradient[1]) <
			   hypot(here->gradient[0], here->gradient[1]);
}

/* One damped step within the bounds; false once none is worth while. */
static bool
try_step(search *search, position *here, const double *lower, const double *upper)
{
	const double *gradient = here->is.gradient;
	place trial = here->place;
	evaluation value;
	bool held[2];
	double step[2];
	double reduction = 0;

	for (int i = 0; i < 2; i++)
		held[i] = (trial.at[i] <= lower[i] && gradient[i] >= 0) ||
				  (trial.at[i] >= upper[i] && gradient[i] <= 0);
	newton_step(here, held, step);
	for (int i = 0; i < 2; i++)
	{
		trial.at[i] = fmin(fmax(trial.at[i] + step[i], lower[i]), upper[i]);
		reduction -= gradient[i] * (trial.at[i] - here->place.at[i]);
	}
	if (!(reduction > TOLERANCE * here->is.sse))
		return false;
	value = evaluate(search, &trial);
	if (better(&value, &here->is))
	{
		here->place = trial;
		here->is = value;
		here->has_hessian = false;
		here->damping = here->damping < 1e-2 ? 0 : here->damping / 10;
	}
	else
		here->damping = fmax(10 * here->damping, 1e-2);
	return here->damping <= LARGEST_DAMPING;
}

/* Whether rounding alone is left; which of many exact fits leaves least of it means nothing. */
static bool
is_exact(const search *search, double sse)
{
	const cs_curve_data *data = &search->data;
	double square = data->mean * data->mean * data->weight + data->total;

	return sse <= CS_ROUNDING * CS_ROUNDING * square;
}

/* The minimum that Newton's steps lead to from a place. */
static position
refine(search *search, const place *start)
{
	position here = {.place = *start, .is = evaluate(search, start)};
	double lower[2], upper[2];

	bounds(search, start->second_slower, lower, upper);
	for (int steps = 0; steps < NEWTON_STEPS && !is_exact(search, here.is.sse); steps++)
		if ((!here.has_hessian && !update_hessian(search, &here)) ||
			!try_step(search, &here, lower, upper))
			break;
	return here;
}

/* The best decays; false if there are none. */
static bool
find_decays(search *search, bool ordered, place *best)
{
	starts starts = {0};
	double least = INFINITY;

	scan(search, true, &starts);
	if (!ordered)
		scan(search, false, &starts);
	for (size_t i = 0; i < starts.count && !is_exact(search, least); i++)
	{
		position minimum = refine(search, &starts.at[i]);

		if (minimum.is.sse < least)
		{
			least = minimum.is.sse;
			*best = minimum.place;
		}
	}
	return starts.count > 0;
}

static bool
at_bound(const search *search, const place *best)
{
	double lower[2], upper[2];

	bounds(search, best->second_slower, lower, upper);
	for (int i = 0; i < 2; i++)
		if (best->at[i] <= lower[i] || best->at[i] >= upper[i])
			return true;
	return false;
}

/* The curve at two decays, which `estimated` counts as parameters too. */
static cs_status
curve_at(search *search, double decay, double second_decay, bool estimated,
		 cs_svensson_curve *curve)
{
	const cs_curve_data *data = &search->data;
	evaluation at = evaluate_decays(search, decay, second_decay);
	double sse;

	if (isinf(at.sse))
		return CS_SINGULAR;
	sse = cs_dot(data->n, search->residual, search->residual);
	*curve = (cs_svensson_curve){
		.level = at.factor[0],
		.slope = at.factor[1],
		.curvature = at.factor[2],
		.second_curvature = at.factor[3],
		.decay = decay,
		.second_decay = second_decay,
		.rmse = sqrt(sse / data->weight),
		.r_squared = data->n > 4 && data->total > 0 ? 1 - sse / data->total : NAN,
		.observations = (int64_t) data->n,
	};
	cs_curve_data_quality(data, COLUMNS, estimated ? 2 : 0, at.triangle, sse, &curve->quality);
	return isfinite(curve->level) && isfinite(curve->rmse) ? CS_OK : CS_NOT_FINITE;
}

cs_status
cs_svensson_fit(size_t n, const double *maturity, const double *yield, const double *weight,
				const cs_svensson_decays *decays, cs_workspace *workspace, size_t *different,
				cs_svensson_curve *curve)
{
	search search;
	place best = {0};
	cs_status status;

	lay_out(&search, n, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	status =
		cs_curve_data_fill(&search.data, maturity, yield, weight, decays->fixed ? 4 : 6, different);
	if (status == CS_OK)
		status = check_decays(decays);
	if (status != CS_OK)
		return status;
	if (decays->shrinkage > 0)
		cs_curve_data_shrink(&search.data, COLUMNS, decays->shrinkage);
	if (decays->fixed)
		return curve_at(&search, decays->decay, decays->second_decay, false, curve);
	if (search.data.constant)
		return CS_CONSTANT;
	set_bounds(&search, decays);
	if (!find_decays(&search, decays->ordered, &best))
		return CS_SINGULAR;
	status = curve_at(&search, exp(best.at[0]), exp(second_log_decay(&search, &best)), true, curve);
	curve->decay_at_bound = at_bound(&search, &best);
	return status;
}
