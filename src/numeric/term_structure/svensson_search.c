/*
 * svensson_search.c
 *		The two decays of a Svensson curve by variable projection: a grid, then Newton's method on
 *		the profile of the sum of squares.
 *
 * The decays are searched on either side of each other, as (u, s): u = ln(decay), and s the place
 *		of ln(second decay) between its outer bound (0) and the least ratio to the decay (1).
 */
#include "numeric/base/linear_algebra.h"
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
#define INDISCERNIBLE 1e-12
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

struct cs_svensson_search
{
	cs_curve_data data;
	cs_svensson_decays decays;
	cs_decay_range range;
	size_t sides; /* of the grid: 1 if the decays are ordered */
	double log_lower, log_upper;
	double gap;				 /* least difference of the logarithms */
	double *column[COLUMNS]; /* [n + COLUMNS] F2(d1), F3(d1), F3(d2) */
	double *hump[2];		 /* [n] x exp(-x) of either decay */
	double *residual;		 /* [n + COLUMNS] */
	double *unused;			 /* [n] F2(d2) */
	size_t position;		 /* of the grid */
	double grid[2][DECAYS][PLACES];
	size_t refined;			  /* starts used */
	place start[MAX_REFINED]; /* from the lowest sum of squares up */
	double start_sse[MAX_REFINED];
	size_t starts;
	bool refining;
	int steps;
	double damping;
	place here;
	evaluation here_value;
	double hessian[3]; /* by u twice, by both, by s twice */
	bool has_hessian;
	bool finished;
	bool found;
	place best;
	double best_sse;
};

size_t
cs_svensson_search_size(size_t n)
{
	cs_size size = {0};

	cs_size_add(&size, 1, sizeof(cs_svensson_search));
	cs_curve_data_size_add(&size, n);
	for (int array = 0; array < COLUMNS + 4; array++)
		cs_size_add(&size, cs_curve_rows(n), sizeof(double));
	return cs_size_total(&size);
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
begin_grid(cs_svensson_search *search)
{
	double lower = search->decays.lower;
	double upper = search->decays.upper;
	double lack;

	cs_decay_range_bounds(&search->range, &lower, &upper);
	search->gap = log(CS_SVENSSON_DECAY_RATIO);
	lack = fmax(2 * search->gap - log(upper / lower), 0);
	search->log_lower = log(lower) - lack / 2;
	search->log_upper = log(upper) + lack / 2;
}

cs_status
cs_svensson_search_initialize(size_t n, const double *maturity, const double *yield,
							  const double *weight, const cs_svensson_decays *decays,
							  cs_workspace *workspace, size_t *different,
							  cs_svensson_search **result)
{
	cs_svensson_search *search = cs_workspace_take(workspace, 1, sizeof(*search));
	double **arrays[COLUMNS + 4];
	cs_status status;

	if (search == NULL)
		return CS_NO_MEMORY;
	memset(search, 0, sizeof(*search));
	status = cs_curve_data_initialize(&search->data, n, maturity, yield, weight,
									  decays->fixed ? 4 : 6, workspace, different);
	if (status == CS_OK)
		status = check_decays(decays);
	if (status != CS_OK)
		return status;
	for (int i = 0; i < COLUMNS; i++)
		arrays[i] = &search->column[i];
	arrays[COLUMNS] = &search->hump[0];
	arrays[COLUMNS + 1] = &search->hump[1];
	arrays[COLUMNS + 2] = &search->residual;
	arrays[COLUMNS + 3] = &search->unused;
	for (int i = 0; i < COLUMNS + 4; i++)
	{
		*arrays[i] = cs_workspace_take(workspace, cs_curve_rows(n), sizeof(double));
		if (*arrays[i] == NULL)
			return CS_NO_MEMORY;
	}
	search->decays = *decays;
	search->finished = decays->fixed;
	search->sides = decays->ordered ? 1 : 2;
	if (decays->shrinkage > 0)
		cs_curve_data_shrink(&search->data, COLUMNS, decays->shrinkage);
	search->range.finished = decays->fixed || (!isnan(decays->lower) && !isnan(decays->upper));
	if (!search->range.finished)
		cs_curve_data_range(&search->data, true, &search->range);
	else if (!decays->fixed)
		begin_grid(search);
	*result = search;
	return search->data.constant && !decays->fixed ? CS_CONSTANT : CS_OK;
}

/* Least squares at a pair of decays. */
static evaluation
evaluate_decays(cs_svensson_search *search, double decay, double second_decay)
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
outer_bound(const cs_svensson_search *search, const place *place)
{
	return place->second_slower ? search->log_lower : search->log_upper;
}

/* From the outer bound to the least ratio; s goes from 0 to 1 along it. */
static double
span(const cs_svensson_search *search, const place *place)
{
	double gap = place->second_slower ? -search->gap : search->gap;

	return place->at[0] + gap - outer_bound(search, place);
}

static double
second_log_decay(const cs_svensson_search *search, const place *place)
{
	return outer_bound(search, place) + place->at[1] * span(search, place);
}

/* As for Nelson-Siegel, the derivative by the logarithm of a decay holds its curvature and hump. */
static evaluation
evaluate(cs_svensson_search *search, const place *place)
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
bounds(const cs_svensson_search *search, bool second_slower, double *lower, double *upper)
{
	lower[0] = search->log_lower + (second_slower ? search->gap : 0);
	upper[0] = search->log_upper - (second_slower ? 0 : search->gap);
	lower[1] = 0;
	upper[1] = 1;
}

static place
grid_place(const cs_svensson_search *search, size_t side, size_t decay, size_t second)
{
	place result = {.second_slower = side == 0};
	double lower[2], upper[2];

	bounds(search, result.second_slower, lower, upper);
	result.at[0] = decay == DECAYS - 1
					   ? upper[0] /* to the last bit, so that it is known for the bound */
					   : lower[0] + (upper[0] - lower[0]) * (double) decay / (DECAYS - 1);
	result.at[1] = (double) second / (PLACES - 1);
	return result;
}

static bool
lower_than_neighbours(const cs_svensson_search *search, size_t side, size_t decay, size_t second)
{
	double value = search->grid[side][decay][second];

	if (!isfinite(value))
		return false;
	for (size_t i = decay - (decay > 0); i <= decay + 1 && i < DECAYS; i++)
		for (size_t j = second - (second > 0); j <= second + 1 && j < PLACES; j++)
			if (search->grid[side][i][j] < value)
				return false;
	return true;
}

/* Keeps the lowest starts, in order. */
static void
insert_start(cs_svensson_search *search, const place *place, double sse)
{
	size_t i;

	if (search->starts == MAX_REFINED && !(sse < search->start_sse[MAX_REFINED - 1]))
		return;
	if (search->starts < MAX_REFINED)
		search->starts++;
	for (i = search->starts - 1; i > 0 && search->start_sse[i - 1] > sse; i--)
	{
		search->start[i] = search->start[i - 1];
		search->start_sse[i] = search->start_sse[i - 1];
	}
	search->start[i] = *place;
	search->start_sse[i] = sse;
}

static void
begin_refinement(cs_svensson_search *search)
{
	search->finished = search->refined == search->starts;
	if (search->finished)
		return;
	search->refining = true;
	search->here = search->start[search->refined++];
	search->here_value = evaluate(search, &search->here);
	search->has_hessian = false;
	search->damping = 0;
	search->steps = 0;
}

static void
grid_step(cs_svensson_search *search)
{
	size_t side = search->position / (DECAYS * PLACES);
	size_t decay = search->position / PLACES % DECAYS;
	size_t second = search->position % PLACES;
	place here = grid_place(search, side, decay, second);

	search->grid[side][decay][second] = evaluate(search, &here).sse;
	if (++search->position < search->sides * DECAYS * PLACES)
		return;
	for (size_t i = 0; i < search->position; i++)
	{
		side = i / (DECAYS * PLACES);
		decay = i / PLACES % DECAYS;
		second = i % PLACES;
		here = grid_place(search, side, decay, second);
		if (lower_than_neighbours(search, side, decay, second))
			insert_start(search, &here, search->grid[side][decay][second]);
	}
	begin_refinement(search);
}

/* Second derivatives at the current place, by central differences of the gradient. */
static bool
update_hessian(cs_svensson_search *search)
{
	double value[2][2];

	for (int i = 0; i < 2; i++)
	{
		place left = search->here;
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
	search->hessian[0] = value[0][0];
	search->hessian[1] = (value[0][1] + value[1][0]) / 2;
	search->hessian[2] = value[1][1];
	search->has_hessian = true;
	return true;
}

/* Newton's step of the free coordinates; downhill along each where that is none of descent. */
static void
newton_step(const cs_svensson_search *search, const bool *held, double *step)
{
	const double *gradient = search->here_value.gradient;
	const double *h = search->hessian;
	double h00 = h[0] + search->damping * fabs(h[0]);
	double h11 = h[2] + search->damping * fabs(h[2]);
	double determinant = h00 * h11 - h[1] * h[1];

	if (!held[0] && !held[1] && h00 > 0 && determinant > 0)
	{
		step[0] = -(h11 * gradient[0] - h[1] * gradient[1]) / determinant;
		step[1] = -(h00 * gradient[1] - h[1] * gradient[0]) / determinant;
		return;
	}
	for (int i = 0; i < 2; i++)
	{
		double second = (1 + search->damping) * fabs(h[2 * i]);

		step[i] = held[i] || second == 0 ? 0 : -gradient[i] / second;
	}
}

static void
end_refinement(cs_svensson_search *search)
{
	if (!search->found || search->here_value.sse < search->best_sse)
	{
		search->best = search->here;
		search->best_sse = search->here_value.sse;
		search->found = true;
	}
	search->refining = false;
	begin_refinement(search);
}

/*
 * A lower sum of squares is better; where rounding hides the difference, so is a smaller gradient.
 */
static bool
better(const evaluation *trial, const evaluation *here)
{
	if (trial->sse < (1 - INDISCERNIBLE) * here->sse)
		return true;
	return trial->sse <= (1 + INDISCERNIBLE) * here->sse &&
		   hypot(trial->gradient[0], trial->gradient[1]) <
			   hypot(here->gradient[0], here->gradient[1]);
}

/* One damped step within the bounds; false once none is worth while. */
static bool
try_step(cs_svensson_search *search, const bool *held, const double *lower, const double *upper)
{
	const double *gradient = search->here_value.gradient;
	place trial = search->here;
	evaluation value;
	double step[2];
	double reduction = 0;

	newton_step(search, held, step);
	for (int i = 0; i < 2; i++)
	{
		trial.at[i] = fmin(fmax(trial.at[i] + step[i], lower[i]), upper[i]);
		reduction -= gradient[i] * (trial.at[i] - search->here.at[i]);
	}
	if (!(reduction > TOLERANCE * search->here_value.sse))
		return false;
	value = evaluate(search, &trial);
	if (better(&value, &search->here_value))
	{
		search->here = trial;
		search->here_value = value;
		search->has_hessian = false;
		search->damping = search->damping < 1e-2 ? 0 : search->damping / 10;
	}
	else
		search->damping = fmax(10 * search->damping, 1e-2);
	return search->damping <= LARGEST_DAMPING;
}

static void
refinement_step(cs_svensson_search *search)
{
	const double *gradient = search->here_value.gradient;
	const double *at = search->here.at;
	double lower[2], upper[2];
	bool held[2];

	bounds(search, search->here.second_slower, lower, upper);
	for (int i = 0; i < 2; i++)
		held[i] =
			(at[i] <= lower[i] && gradient[i] >= 0) || (at[i] >= upper[i] && gradient[i] <= 0);
	if (++search->steps > NEWTON_STEPS || (!search->has_hessian && !update_hessian(search)) ||
		!try_step(search, held, lower, upper))
		end_refinement(search);
}

void
cs_svensson_search_step(cs_svensson_search *search)
{
	if (!search->range.finished)
	{
		cs_curve_data_range_step(&search->data, search->column, &search->range);
		if (search->range.finished)
			begin_grid(search);
	}
	else if (search->refining)
		refinement_step(search);
	else
		grid_step(search);
}

bool
cs_svensson_search_finished(const cs_svensson_search *search)
{
	return search->finished;
}

static bool
at_bound(const cs_svensson_search *search)
{
	double lower[2], upper[2];
	const place *best = &search->best;

	bounds(search, best->second_slower, lower, upper);
	for (int i = 0; i < 2; i++)
		if (best->at[i] <= lower[i] || best->at[i] >= upper[i])
			return true;
	return false;
}

cs_status
cs_svensson_search_curve(cs_svensson_search *search, cs_svensson_curve *curve)
{
	const cs_curve_data *data = &search->data;
	cs_svensson_decays decays = search->decays;
	evaluation best;
	double sse;

	if (!decays.fixed)
	{
		if (!search->found)
			return CS_SINGULAR;
		decays.decay = exp(search->best.at[0]);
		decays.second_decay = exp(second_log_decay(search, &search->best));
	}
	best = evaluate_decays(search, decays.decay, decays.second_decay);
	if (isinf(best.sse))
		return CS_SINGULAR;
	sse = cs_dot(data->n, search->residual, search->residual);
	*curve = (cs_svensson_curve){
		.level = best.factor[0],
		.slope = best.factor[1],
		.curvature = best.factor[2],
		.second_curvature = best.factor[3],
		.decay = decays.decay,
		.second_decay = decays.second_decay,
		.rmse = sqrt(sse / data->weight),
		.r_squared = data->n > 4 && data->total > 0 ? 1 - sse / data->total : NAN,
		.observations = (int64_t) data->n,
		.decay_at_bound = !decays.fixed && at_bound(search),
	};
	cs_curve_data_quality(data, COLUMNS, decays.fixed ? 0 : 2, best.triangle, sse, &curve->quality);
	return isfinite(curve->level) && isfinite(curve->rmse) ? CS_OK : CS_NOT_FINITE;
}
